"""What runs in a forked process: the cells of one report, or once for all of a notebook's reports the cells above its parameters.

Those cells cannot know the region, so every report of the notebook starts from a copy of a process that has run them (its
template). A template is refused, and its reports run whole, when a copy would not be what the report would have had alone.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import os
import random
import resource
import signal
import socket
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from analysis.report.run import processes, shared, shell
from analysis.report.run.wire import receive, send


class Unfit(Exception):
    """Reports cannot start from copies of this process; the reason in words."""


LEAVE = 5  # seconds a report has for its end, as a kernel has


def _reseed() -> None:
    """Draws without a seed differ from child to child, as they do from kernel to kernel."""
    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _draws() -> list:
    """The state of the generators that code without one of its own draws from."""
    states: list[Any] = [random.getstate()]
    if "numpy.random" in sys.modules:
        name, words, *rest = sys.modules["numpy.random"].get_state()
        states.append([name, words.tolist(), rest])
    return states


def _generators(names: Mapping) -> list[str]:
    """Variables that hold a generator of draws; one made without a seed would draw the same in every copy."""
    kinds: tuple = (random.Random,)
    if "numpy.random" in sys.modules:
        made = sys.modules["numpy.random"]
        kinds = (random.Random, made.Generator, made.RandomState, made.BitGenerator)
    return [name for name, value in names.items() if isinstance(value, kinds)]


def _begin() -> None:
    """What is to be done at the end of the server is not to be done at the end of a report."""
    atexit._clear()
    finalizers: Any = weakref.finalize  # the standard library has no public way to forget them
    for held in finalizers._registry.values():
        held.atexit = False
    finalizers._registered_with_atexit = False


def _leave(ready: shell.Shell) -> None:
    """End as a kernel ends: threads, what was registered for the end, variables, and files that are still open."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LEAVE)
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    ready.user_ns.clear()
    gc.collect()
    for held in gc.get_objects():
        with contextlib.suppress(Exception):
            if isinstance(held, io.IOBase) and not held.closed and held.writable():
                held.flush()


def _streams() -> list:
    """Files in place of the process's stdout and stderr, and nothing to read."""
    files = [tempfile.TemporaryFile(), tempfile.TemporaryFile()]
    for descriptor, file in zip((1, 2), files, strict=True):
        os.dup2(file.fileno(), descriptor)
    return files


def _captured(file: Any, outputs: shell.Outputs, name: str) -> None:
    """What was written past sys.stdout (by C code or a subprocess) becomes part of the cell's outputs."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        return
    outputs.count(size)
    file.seek(0)
    text = file.read().decode("utf-8", "replace")
    file.seek(0)
    file.truncate()
    outputs.write(name, text)


def _prepare(request: Mapping, ready: shell.Shell, refuse: Callable[[BaseException], None]) -> None:
    """The environment, folder, draws and streams that a notebook's first cell finds."""
    _begin()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdin = open(0, closefd=False)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.environ.update(shell.TERMINAL)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    os.chdir(request["folder"])
    _reseed()
    shell.attach(ready, request["limit"], refuse, (1, 2))


def _run(
    cells: Iterable,
    ready: shell.Shell,
    files: list,
    say: Callable[[dict], None],
    before: Callable[[int], None] = lambda index: None,
) -> bool:
    """Execute cells ([index, source, may raise]) and say what each put out; False when one failed that may not.

    before: called with each cell's index ahead of it.
    """
    for index, source, allow_error in cells:
        say({"event": "cell", "index": index})
        before(index)
        success, count = shell.run_cell(ready, source)
        for name, file in zip(("stdout", "stderr"), files, strict=True):
            _captured(file, ready.outputs, name)
        say(
            {
                "event": "done",
                "index": index,
                "success": success,
                "count": count,
                "outputs": ready.outputs.take(),
            }
        )
        if not success and not allow_error:
            return False
    return True


class Twin:
    """What the other language of a notebook finds in this process: all as it was before the first one, and what that one left.

    keep: by index of a cell below the parameters the names that the other language is given (see :mod:`analysis.report.run.shared`).
    """

    def __init__(self, ready: shell.Shell, keep: Mapping[str, list[str]]) -> None:
        self.ready, self.keep = ready, keep
        self.names, self.count = dict(ready.user_ns), ready.execution_count
        self.environment, self.folder = dict(os.environ), os.getcwd()
        self.read = self._record()
        self.left: dict[int, tuple[dict[str, Any], Any]] = {}
        self.plain = True

    def _tables(self) -> Any:
        """The module that keeps a record of what was read, once a cell has imported it."""
        return sys.modules.get("analysis.tables")

    def _record(self) -> Any:
        tables = self._tables()
        return tables.record() if tables else ({}, {})

    def saw(self, message: dict) -> None:
        """What the first language says of a cell; after each the values that the other one is given are taken."""
        if message["event"] != "done":
            return
        shown = all(one["output_type"] in ("display_data", "execute_result") for one in message["outputs"])
        self.plain = self.plain and message["success"] and shown
        names = self.keep.get(str(message["index"]))
        if names is not None and self.plain:
            held = self.ready.user_ns
            values = {name: held[name] for name in names if name != shared.SHOWN}
            if shared.SHOWN in names:
                values[shared.SHOWN] = held["_oh"].get(message["count"])
            self.left[message["index"]] = values, self._record()

    def restore(self, limit: int, refuse: Callable[[BaseException], None]) -> None:
        """Put everything back to what it was before the first language's cells."""
        self.ready.user_ns.clear()
        self.ready.user_ns.update(self.names)
        self.ready.execution_count = self.count
        os.environ.clear()
        os.environ.update(self.environment)
        os.chdir(self.folder)
        if tables := self._tables():
            tables.restore(self.read)
        _reseed()
        shell.attach(self.ready, limit, refuse, (1, 2))

    def give(self, index: int) -> None:
        """Ahead of a cell: the values it does not work out again, and what has been read for them."""
        if index in self.left:
            names, read = self.left[index]
            self.ready.user_ns.update(names)
            if tables := self._tables():
                tables.restore(read, add=True)


def _end(**more: Any) -> dict:
    return {"event": "end", "language_info": shell.language_info()} | more


def _used() -> dict[str, float]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss}


def report(request: Mapping, data: socket.socket, ready: shell.Shell, before: list[dict] | None) -> None:
    """Run the cells of a request and say what each put out. ``before``: what a template's cells put out, None outside one.

    A request that says what to ``keep`` may be followed by the same notebook's cells in another language, once they have been asked for.
    """

    def refuse(error: BaseException) -> None:
        kind = "needs_kernel" if isinstance(error, shell.NeedsKernel) else "too_much"
        send(data, {"event": kind, "reason": str(error)})
        os._exit(0)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    files = _streams()
    if before is None:
        _prepare(request, ready, refuse)
    else:
        ready.outputs.refuse = refuse
        _begin()
        _reseed()
    twin = Twin(ready, request["keep"]) if "keep" in request else None

    def say(message: dict) -> None:
        send(data, message)
        if twin:
            twin.saw(message)

    def run(cells: Iterable, say: Callable[[dict], None], give: Callable[[int], None]) -> None:
        send(data, {"event": "began"})
        for message in before or ():
            send(data, message)
        _run(cells, ready, files, say, give)

    run(request["cells"], say, lambda index: None)
    if twin and twin.plain:
        send(data, _end(waits=True, **_used()))
        if (other := receive(data)) is None:
            os._exit(0)  # nobody follows: the report was complete before
        twin.restore(request["limit"], refuse)
        run(other["cells"], lambda message: send(data, message), twin.give)
    send(data, _end())
    _leave(ready)


def template(request: Mapping, ready: shell.Shell, control: socket.socket) -> list[dict]:
    """Run the cells above the parameters in this process; what a report says about them. Raises Unfit.

    ``control`` hears of each cell as it starts, so that one which never ends can be seen.
    """

    def refuse(error: BaseException) -> None:
        send(control, {"refused": str(error)})
        os._exit(0)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    files, said = _streams(), []
    _prepare(request, ready, refuse)
    held, drawn = _descriptors(), _draws()

    def say(message: dict) -> None:
        said.append(message)
        if message["event"] == "cell":
            send(control, message)

    if not _run(request["cells"], ready, files, say):
        raise Unfit("a cell above the parameters failed")
    if _draws() != drawn or _generators(ready.user_ns):
        raise Unfit("the cells above the parameters draw random numbers or prepare to")
    gc.collect()
    if len(os.listdir("/proc/self/task")) > 1:
        raise Unfit("the cells above the parameters left a thread running")
    if processes.descendants(os.getpid()):
        raise Unfit("the cells above the parameters left a process running")
    if left := _descriptors() - held:
        raise Unfit(f"the cells above the parameters left something open: {', '.join(sorted(left))}")
    gc.freeze()
    return said


def _descriptors() -> set[str]:
    """What this process holds open, as number and target; copies of it would share a file's position or a socket.

    Fonts are left out: matplotlib opens them anew after a fork.
    """
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue  # the listing's own
        if not target.endswith((".ttf", ".otf", ".ttc")):
            found.add(f"{name} {target}")
    return found
