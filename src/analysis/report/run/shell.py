"""A plain IPython shell that keeps what cells output, in the form a notebook stores, and in the order of the messages a kernel sends.

Made once in the fork server; each report runs in a forked copy of it. What only a kernel with a front end can do (updating an
earlier output, comms, ``input()``) is looked for before a notebook starts (:func:`analysis.report.run.aside.shell`); where a
module does it unseen, :class:`NeedsKernel` ends the report, whose failure says what to do.
"""

from __future__ import annotations

import binascii
import builtins
import io
import os
import sys
import tempfile
import zlib
from collections.abc import Callable
from json import dumps, loads
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

TERMINAL = {
    "TERM": "xterm-color",
    "CLICOLOR": "1",
    "FORCE_COLOR": "1",
    "CLICOLOR_FORCE": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
}


class NeedsKernel(BaseException):
    """The notebook asks for something only a Jupyter kernel has. No ``except Exception`` of a cell may swallow it."""


class TooMuch(BaseException):
    """The cells have put out more than a report may."""


def jsonable(value: object) -> object:
    """As a kernel's messages carry it: bytes as base64, tuples as lists, dates as text, what is no number as its name."""
    try:
        return loads(dumps(value, default=_default, ensure_ascii=False, allow_nan=False))
    except ValueError:
        return loads(dumps(value, default=_default, ensure_ascii=False), parse_constant=_constant)


def _constant(name: str) -> str:
    return repr(float(name))


def _default(value: object) -> object:
    if isinstance(value, bytes):
        return binascii.b2a_base64(value, newline=False).decode("ascii")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    if hasattr(value, "__iter__"):
        return list(value)
    raise TypeError(f"{value!r} is not JSON serializable")


class Outputs:
    """The outputs of the running cell. ``limit``: characters of all cells together."""

    def __init__(self, limit: int):
        self.limit, self.used = limit, 0
        self.cell: list[dict] = []
        self.wait = False
        self.displayed: set[str] = set()
        self.refuse: Callable[[BaseException], None] = lambda error: None

    def stop(self, error: BaseException) -> None:
        """Give the report up now, whatever the cell would do with an exception."""
        self.refuse(error)
        raise error

    def count(self, size: int) -> None:
        self.used += size
        if self.used > self.limit:
            self.stop(TooMuch(f"the cells put out more than {self.limit // 1_000_000} MB"))

    def add(self, output: dict) -> None:
        if self.wait:
            self.cell.clear()
            self.wait = False
        self.cell.append(output)

    def clear(self, wait: bool) -> None:
        if wait:
            self.wait = True
        else:
            self.cell.clear()

    def write(self, name: str, text: str) -> None:
        if not text:
            return
        self.count(len(text))
        if (
            self.cell
            and not self.wait
            and self.cell[-1]["output_type"] == "stream"
            and self.cell[-1]["name"] == name
        ):
            self.cell[-1]["text"].append(text)
        else:
            self.add({"output_type": "stream", "name": name, "text": [text]})

    def take(self) -> list[dict]:
        """The cell's outputs as a notebook stores them; starts the next cell's."""
        taken = [
            output | {"text": "".join(output["text"])} if output["output_type"] == "stream" else output
            for output in self.cell
        ]
        self.cell, self.wait = [], False
        return taken


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs, descriptor: int):
        super().__init__()
        self.name, self._outputs, self._descriptor = f"<{name}>", outputs, descriptor
        self._kind = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._outputs.write(self._kind, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor


class Hook(DisplayHook):
    """The value of a cell's last line."""

    shell: ZMQInteractiveShell
    _result: dict[str, Any] | None = None

    def start_displayhook(self) -> None:
        self._result = {"output_type": "execute_result", "data": {}, "metadata": {}, "execution_count": None}

    def write_output_prompt(self) -> None:
        if self._result is not None:
            self._result["execution_count"] = self.prompt_count

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        if self._result is not None:
            self._result |= {"data": jsonable(format_dict), "metadata": jsonable(md_dict or {})}

    def finish_displayhook(self) -> None:
        if self._result and self._result["data"]:
            self.shell.outputs.count(_size(self._result["data"]))
            self.shell.outputs.add(self._result)
        self._result = None


def _size(data: dict) -> int:
    return sum(len(value) if isinstance(value, str) else len(dumps(value)) for value in data.values())


class Publisher(DisplayPublisher):
    """display(...)."""

    shell: ZMQInteractiveShell

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: Any = False,
        **_: Any,
    ) -> None:
        outputs = self.shell.outputs
        self._validate_data(data, metadata)
        name = (transient or {}).get("display_id")
        if update or name in outputs.displayed:
            outputs.stop(NeedsKernel("an output is updated by its display id"))
        if name:
            outputs.displayed.add(name)
        data = jsonable(data)
        outputs.count(_size(data))
        outputs.add({"output_type": "display_data", "data": data, "metadata": jsonable(metadata or {})})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class Compiler(CachingCompiler):
    """Names a cell as a file that does not exist, as a kernel does (IPython chooses by it how tracebacks look), without its process id."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"{tempfile.gettempdir()}/ipykernel/{zlib.crc32(raw_code.encode('utf-8', 'surrogatepass'))}.py"


class ZMQInteractiveShell(InteractiveShell):
    """Executes cells as a kernel's shell does; ``outputs`` holds what they put out.

    Named as a kernel's shell is: pandas, rich and others choose by the name how wide and in which form they print.
    """

    compiler_class = Type(Compiler)
    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)
    outputs: Outputs

    def init_environment(self) -> None:
        os.environ.update(TERMINAL)

    def init_io(self) -> None:
        """The streams are set when a report starts."""

    def init_hooks(self) -> None:
        super().init_hooks()
        self.set_hook("show_in_pager", lambda *_: None, 99)

    def enable_gui(self, gui: str | None = None) -> None:
        if gui not in (None, "inline"):
            self.outputs.stop(NeedsKernel(f"%gui {gui}"))

    def ask_exit(self) -> None:
        self.outputs.stop(NeedsKernel("exit()"))

    def set_next_input(self, text: str, replace: bool = False) -> None:
        """A kernel offers the text to its front end; a report has none."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.outputs.add(
            {
                "output_type": "error",
                "ename": str(etype.__name__),
                "evalue": str(evalue),
                "traceback": jsonable(stb),
            }
        )


Shell = ZMQInteractiveShell


def create() -> Shell:
    """The process's one shell, without history or a thread that writes it."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "neutral"
    config.IPKernelApp.tqdm = "tqdm looks here to know that it is in a notebook"
    shell = Shell.instance(config=config)
    shell.outputs = Outputs(0)
    return shell


def attach(
    shell: Shell, limit: int, refuse: Callable[[BaseException], None], descriptors: tuple[int, int]
) -> None:
    """Point the process's streams at the shell's outputs; ``refuse`` is called before the report is given up."""
    shell.outputs = Outputs(limit)
    shell.outputs.refuse = refuse
    sys.stdout, sys.stderr = (
        Stream("stdout", shell.outputs, descriptors[0]),
        Stream("stderr", shell.outputs, descriptors[1]),
    )
    vars(sys).update(__stdout__=sys.stdout, __stderr__=sys.stderr)

    def no_input(*_: object, **__: object) -> Any:
        shell.outputs.stop(NeedsKernel("input()"))

    def no_comm(*_: object, **__: object) -> Any:
        shell.outputs.stop(NeedsKernel("a comm (widgets)"))

    builtins.input = no_input
    import getpass

    import comm

    getpass.getpass = no_input
    comm.create_comm = no_comm


def run_cell(shell: Shell, source: str) -> tuple[bool, int]:
    """Execute one cell; returns whether it succeeded and its execution count."""
    result = shell.run_cell(source, store_history=True)
    return result.success, shell.execution_count - 1


def language_info() -> dict:
    """What a kernel says about its language."""
    mode = {"name": "ipython", "version": sys.version_info[0]}
    return {
        "name": "python",
        "version": sys.version.split()[0],
        "mimetype": "text/x-python",
        "codemirror_mode": mode,
        "pygments_lexer": "ipython3",
        "nbconvert_exporter": "python",
        "file_extension": ".py",
    }
