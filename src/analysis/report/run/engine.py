"""Running the collection's notebooks with papermill: in a forked child of the preloaded server, or in a Jupyter kernel.

``run`` is what a report uses (`papermill --engine yigai`, for any notebook, is :mod:`analysis.report.run.kernels`). The forked child
is chosen unless something in the notebook or the platform needs a real kernel (:func:`analysis.report.run.aside.shell`); the choice
and its reason stand in the log, and it is made before the first cell: no cell runs twice. A notebook's process gets the
variables of a stated list (:mod:`analysis.report.run.environment`), not the caller's environment.

Longer than 400 lines because the protocol with the server stands beside the two engines that speak it.
"""

from __future__ import annotations

import json
import os
import secrets
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, cast

from analysis.report.plan import keys, promises
from analysis.report.run import aside, environment, processes, shared, wire

OUTPUT_LIMIT = 32_000_000
PARAMETERS = frozenset({"parameters", "injected-parameters"})  # tags


class StartFault(Exception):
    """Nothing of the notebook ran: a kernel or server did not start. Tried once more."""


class ServerFault(Exception):
    """The fork server went away under a report. Tried once more."""


class Timeout(Exception):
    """A cell took longer than it may."""


class TooMuch(Exception):
    """The cells have put out more than a report may."""


class NeedsKernel(Exception):
    """Something in the notebook needs a Jupyter kernel, and its text did not show it; found out on the way."""


class TemplateGone(Exception):
    """The template ended before it made the copy that was asked for; the report runs whole."""


class Dead(Exception):
    """The process that ran the notebook ended."""


def run(job: Mapping, said: list[str], about: dict) -> Mapping:
    """Execute a job's notebook with its typed parameters; returns the notebook node, complete or not.

    ``said`` gets lines for the report's log, ``about`` gets "engine" and "cpu" (seconds used outside this process).
    """
    load()
    import nbformat
    from papermill.engines import Engine, nb_kernel_name
    from papermill.parameterize import parameterize_notebook

    node = nbformat.from_dict(json.loads(job["notebook"]))
    node.metadata.setdefault("papermill", nbformat.from_dict({}))
    for cell in node.cells:
        cell.metadata.setdefault("tags", [])
        if isinstance(cell.source, list):
            cell.source = "".join(cell.source)
    node = parameterize_notebook(node, dict(job["entry"]["parameters"]))

    class Managed(Engine):
        """One run; papermill's own bookkeeping of cells around it, no file saved on the way."""

        execute_managed_notebook = staticmethod(partial(_managed, job=job, said=said, about=about))

    return Managed.execute_notebook(
        node, nb_kernel_name(node), output_path=None, autosave_cell_every=0, progress_bar=False
    )


def load() -> None:
    """Import papermill and nbformat without the grammars of internationalised addresses.

    jsonschema builds them on import (1.7 s) for a format that no notebook schema has; without the module it leaves them out.
    """
    grammars = "rfc3987_syntax"
    hide = grammars not in sys.modules
    if hide:
        sys.modules[grammars] = cast(Any, None)  # Python's own way to say that there is none
    try:
        import nbformat  # noqa: F401
        import papermill.engines  # noqa: F401
    finally:
        if hide:
            del sys.modules[grammars]


def _managed(
    nb_man: Any,
    kernel_name: Any,
    *,
    job: Mapping,
    said: list[str],
    about: dict,
    **_: Any,
) -> Any:
    """Run the cells of a managed notebook; papermill's engine interface, with a report's job bound to it."""
    address, why = job.get("server", ""), job.get("why_plain", "as asked")
    if address:
        why = aside.shell(nb_man.nb, kernel_name)
    if why or not address:
        about["engine"] = "plain"
        said.append(f"plain papermill: {why or 'as asked'}")
        plain(nb_man, kernel_name, job["start_timeout"], job["cell_timeout"])
        return
    about["engine"] = "fork"
    Forked(nb_man, address, job["start_timeout"], job["cell_timeout"], about, said).run(job)


def code_cells(cells: Sequence) -> tuple[list, int]:
    """The cells to execute as [index, source, may raise], and how many of them stand above the parameters."""
    made: list[list[Any]] = [
        [index, promises.source(cell), "raises-exception" in cell["metadata"].get("tags", ())]
        for index, cell in enumerate(cells)
        if cell["cell_type"] == "code"
        and promises.source(cell).strip()
        and "skip-execution" not in cell["metadata"].get("tags", ())
    ]
    first = promises.tagged(cells, "parameters") or 0
    return made, sum(index < first for index, _, _ in made)


def _body(cells: list, variables: Mapping[str, str], folder: str) -> dict:
    return {"cells": cells, "environment": dict(variables), "folder": folder, "limit": OUTPUT_LIMIT}


def _ask(address: str, body: dict, timeout: float, descriptors: Sequence[int] = ()) -> socket.socket:
    """Connect to the server and send a request. Raises StartFault."""
    raw = json.dumps(body).encode("utf-8", "surrogatepass")
    control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        control.settimeout(timeout)
        control.connect(address)
        head = wire.LENGTH.pack(len(raw))
        if descriptors:
            socket.send_fds(control, [head], descriptors)
        else:
            control.sendall(head)
        control.sendall(raw)
    except OSError as error:
        control.close()
        raise StartFault(f"no fork server at {address}: {error}") from error
    return control


def template_request(
    above: list, variables: Mapping[str, str], folder: str, cell_timeout: float | None
) -> dict:
    """What asks for a template of the cells ``above`` the parameters; {"done with": its "template"} lets the template go."""
    body = _body(above, variables, folder) | {"cell_timeout": cell_timeout}
    return {"template": keys.digest(body), "cells": body}


def template(address: str, asked: dict, timeout: float) -> dict:
    """Where the template asked for serves ({"address"}), or {"refused"}: why there can be none.

    It may still be running its cells; the first report that connects waits. Raises StartFault when the server does not answer.
    """
    control = _ask(address, asked, timeout)
    try:
        answer = wire.receive(control)
    except OSError as error:
        raise StartFault(f"no answer within {timeout:g} s") from error
    finally:
        control.close()
    if answer is None:
        raise StartFault("the fork server ended without an answer")
    return answer


def done_with(address: str, asked: Mapping, timeout: float) -> None:
    """Let a template go. Raises StartFault when the server does not answer."""
    _ask(address, {"done with": asked["template"]}, timeout).close()


def request(
    address: str, cells: list, timeout: float, keep: Mapping[int, Sequence[str]] | None = None
) -> tuple[socket.socket, socket.socket]:
    """Ask the server for a child that runs ``cells``; the control and the data socket. ``keep``: for another language after them."""
    body = _body(cells, environment.given(os.environ), os.getcwd())
    ours, theirs = socket.socketpair()
    try:
        control = _ask(address, body if keep is None else body | {"keep": keep}, timeout, [theirs.fileno()])
    except StartFault:
        ours.close()
        raise
    finally:
        theirs.close()
    return control, ours


def _plain(message: dict) -> bool:
    """Whether a message is one of a report that shows findings and nothing else."""
    if message["event"] == "done":
        shown = (one["output_type"] in ("display_data", "execute_result") for one in message["outputs"])
        return message["success"] and all(shown)
    return message["event"] in ("began", "cell", "end")


def evaluate(address: str, source: str, timeout: float) -> tuple[str, str]:
    """Run one piece of source in a child of the server; what it printed and, if it failed, its last line. Raises StartFault."""
    control, data = request(address, [[0, source, False]], timeout)
    printed, failed = "", ""
    try:
        data.settimeout(timeout)
        while message := wire.receive(data):
            for output in message.get("outputs", ()):
                printed += (
                    output["text"] if output["output_type"] == "stream" and output["name"] == "stdout" else ""
                )
                failed = (
                    f"{output['ename']}: {output['evalue']}" if output["output_type"] == "error" else failed
                )
            if message["event"] == "end":
                return printed, failed
    except TimeoutError as error:
        raise StartFault(f"no answer within {timeout:g} s") from error
    finally:
        control.close()
        data.close()
    raise StartFault("the process ended without an answer")


@dataclass
class Held:
    """A child that has run the page ``id`` and waits for the same notebook in the other language."""

    id: str
    control: socket.socket
    data: socket.socket
    pid: int
    cpu: float
    copied: bool  # from a template, which has run the cells above the parameters

    def close(self) -> None:
        """The server ends the child."""
        self.control.close()
        self.data.close()


_held: list[Held] = []  # of this worker, one at most


def _taken(after: str) -> Held | None:
    """The child that waits for a page that comes after another one; one that waits for anything else is let go."""
    found = None
    while _held:
        one = _held.pop()
        if one.id == after:
            found = one
        else:
            one.close()
    return found


class Forked:
    """One notebook run in a forked child of the server at ``address``; see forkserver for the messages."""

    def __init__(
        self,
        nb_man: Any,
        address: str,
        start_timeout: float,
        cell_timeout: float | None,
        about: dict,
        said: list[str],
    ) -> None:
        self.nb_man, self.cells, self.about, self.said = nb_man, nb_man.nb.cells, about, said
        self.start_timeout, self.cell_timeout = start_timeout, cell_timeout
        self.address = address
        self.pid = 0
        self.ended: dict | None = None
        self.finished = self.began = self.copied = False
        self.position = 0

    def run(self, job: Mapping = MappingProxyType({})) -> None:
        """Go on in the child that ran the other language, or start from the notebook's template when there can be one."""
        cells, above = code_cells(self.cells)
        held = _taken(job.get("after", ""))
        if held and self._continue(held, cells, above):
            return
        if job.get("followed"):
            planned = self._planned(cells, above)
            self.keep = self._kept(planned) if planned else None
        self._whole(cells, above, job.get("id", ""))

    def _planned(self, cells: list, above: int) -> dict[int, shared.Cell]:
        """By index the cells below the parameters as the second language runs them; empty when it takes nothing over."""
        tags = {index: self.cells[index].metadata.get("tags", ()) for index, _, _ in cells}
        if any(may_raise for _, _, may_raise in cells):
            return {}
        stated = [source for index, source, _ in cells if PARAMETERS.intersection(tags[index])]
        below = [
            (index, source) for index, source, _ in cells[above:] if not PARAMETERS.intersection(tags[index])
        ]
        first = tuple(source for _, source, _ in cells[:above])
        plan = shared.plan(first, tuple(stated), tuple(source for _, source in below))
        if plan.why:
            return {}
        return dict(zip((index for index, _ in below), plan.cells, strict=True))

    @staticmethod
    def _kept(planned: Mapping[int, shared.Cell]) -> dict[int, Sequence[str]]:
        return {index: cell.given for index, cell in planned.items()}

    def _continue(self, held: Held, cells: list, above: int) -> bool:
        """Run this language in the child that ran the other; False when anything is not as it should be, and it runs by itself.

        What the child says counts only when it has said it all.
        """
        planned = self._planned(cells, above)
        rest = cells[above:] if held.copied else cells
        asked = [
            [index, planned[index].source if index in planned else source, may_raise]
            for index, source, may_raise in rest
        ]
        messages: list[dict] = []
        try:
            held.data.settimeout(self.cell_timeout)
            wire.send(held.data, {"cells": asked})
            while not messages or messages[-1]["event"] != "end":
                message = wire.receive(held.data)
                if message is None or not _plain(message):
                    held.close()
                    return False
                messages.append(message)
        except OSError:  # it takes too long, or is gone
            held.close()
            return False
        self.control, self.data, self.pid = held.control, held.data, held.pid
        try:
            for message in messages:
                self._message(message)
            self._wait_for_end()
        finally:
            held.close()
        self.about["cpu"] -= held.cpu  # the other page has counted it
        self._complete_to(len(self.cells))
        return True

    def _whole(self, cells: list, above: int, name: str) -> None:
        if not (above and self._copy(cells[above:], cells[:above])):
            self.control, self.data = request(self.address, cells, self.start_timeout, self.keep)
        try:
            try:
                self._follow()
            except TemplateGone:
                self.control.close()
                self.data.close()
                self.copied = False
                self.control, self.data = request(self.address, cells, self.start_timeout, self.keep)
                self._follow()
        finally:
            if self.waits and self.finished:
                self._hold(name)
            else:
                self.control.close()  # the server ends the child if it still runs
                self.data.close()
            self._complete_to(len(self.cells) if self.finished and not self.failed else self.position)

    def _follow(self) -> None:
        while not self.finished:
            self._event()
        if not self.waits:
            self._wait_for_end()

    def _hold(self, name: str) -> None:
        _held.append(Held(name, self.control, self.data, self.pid, self.about["cpu"], self.copied))

    def _copy(self, cells: list, above: list) -> bool:
        """Ask the notebook's template for a copy of itself that runs the other cells."""
        answer = template(
            self.address,
            template_request(above, environment.given(os.environ), os.getcwd(), self.cell_timeout),
            self.start_timeout,
        )
        if "refused" in answer:
            self.said.append(f"run whole: {answer['refused']}")
            return False
        try:
            self.control, self.data = request(answer["address"], cells, self.start_timeout, self.keep)
        except StartFault:
            return False  # the template ended in between; what it said of its cells is known the next time
        self.control.settimeout(None)
        self.copied = True
        return True

    failed = waits = False
    keep: Mapping[int, Sequence[str]] | None = None

    def _event(self) -> None:
        # a template may still be at its cells, and the server has an eye on how long they take
        limit = self.cell_timeout if self.began else None if self.copied else self.start_timeout
        since = time.monotonic()
        sources = (
            [self.data, self.control] if self.control.fileno() >= 0 and self.ended is None else [self.data]
        )
        while True:
            left = None if limit is None else since + limit - time.monotonic()
            if limit is not None and left is not None and left <= 0:
                self._late(limit)
            ready = select.select(sources, [], [], left)[0]
            if self.control in ready:
                self._control()
                sources = [self.data]
                if self.ended is None:
                    sources.append(self.control)
            if self.data in ready:
                self.data.settimeout(limit)
                try:
                    message = wire.receive(self.data)
                except TimeoutError:
                    self._late(limit or 0.0)
                self._message(message)
                return

    def _late(self, limit: float) -> None:
        raise (
            Timeout(f"a cell took longer than {limit:g} s")
            if self.began
            else StartFault(f"the report did not begin within {limit:g} s")
        )

    def _control(self) -> None:
        message = wire.receive(self.control)
        if message is None:
            if self.copied and not self.pid:
                raise TemplateGone
            raise ServerFault("the fork server ended while the report ran")
        self.pid = message.get("pid", self.pid)
        if "ended" in message:
            self.ended = message
            self.about["cpu"] = self.about.get("cpu", 0.0) + message["cpu"]
            self.about["peak"] = message["peak"]

    def _message(self, message: dict | None) -> None:
        if message is None:
            self._wait_for_end()
            code = (self.ended or {})["ended"]
            how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
            raise (Dead if self.began else StartFault)(f"the process that ran the notebook {how}")
        event = message["event"]
        if event == "began":
            self.began = True
        elif event == "cell":
            self._complete_to(message["index"])
            self.nb_man.cell_start(self.cells[message["index"]], message["index"])
        elif event == "done":
            self._done(message)
        elif event == "needs_kernel":
            raise NeedsKernel(message["reason"])
        elif event == "too_much":
            raise TooMuch(message["reason"])
        else:
            self.nb_man.nb.metadata["language_info"] = message["language_info"]
            self.finished, self.waits = True, message.get("waits", False)
            if self.waits:
                self.about["cpu"], self.about["peak"] = message["cpu"], message["peak"]

    def _complete_to(self, index: int) -> None:
        """Cells that are not executed (text, empty) are started and completed as papermill does on its way."""
        while self.position < index:
            self.nb_man.cell_start(self.cells[self.position], self.position)
            self.nb_man.cell_complete(self.cells[self.position], self.position)
            self.position += 1

    def _done(self, message: dict) -> None:
        import nbformat

        index = message["index"]
        cell = self.cells[index]
        # papermill reads the outer names alone; what a finding holds stays as it came
        cell.outputs = [nbformat.NotebookNode(output) for output in message["outputs"]]
        cell.execution_count = message["count"]
        if not message["success"] and "raises-exception" not in cell.metadata.get("tags", ()):
            self.nb_man.cell_exception(cell, cell_index=index)
            self.failed = True
        self.nb_man.cell_complete(cell, cell_index=index)
        self.position = index + 1

    def _wait_for_end(self) -> None:
        self.control.settimeout(10)
        while self.ended is None:
            try:
                self._control()
            except TimeoutError as error:
                raise ServerFault("the fork server does not answer") from error


def plain(nb_man: Any, kernel_name: Any, start_timeout: Any, execution_timeout: Any) -> None:
    """Plain papermill: a fresh Jupyter kernel for the notebook, which dies with this process and leaves nothing running."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.clientwrap import PapermillNotebookClient

    client = PapermillNotebookClient(
        nb_man, timeout=execution_timeout, startup_timeout=start_timeout, kernel_name=kernel_name
    )
    client.reset_execution_trackers()
    run = secrets.token_hex(8)
    # the kernel's own messages are dropped; what a cell writes to stderr is an output
    prepare = {
        "stderr": subprocess.DEVNULL,
        "env": environment.given(os.environ) | {processes.KERNEL_OF: f"{os.getpid()}.{run}"},
    }
    if sys.platform == "linux":
        prepare["preexec_fn"] = partial(processes.die_with_parent, os.getpid())
    try:
        with client.setup_kernel(**prepare):
            client.papermill_execute_cells()
            client.nb.metadata["language_info"] = client.wait_for_reply(client.kc.kernel_info())["content"][
                "language_info"
            ]
            client.set_widgets_metadata()
    except CellTimeoutError as error:
        raise Timeout(f"a cell took longer than {execution_timeout} s") from error
    except DeadKernelError as error:
        raise Dead("the kernel died while the notebook ran") from error
    except RuntimeError as error:
        raise StartFault(f"the kernel did not start: {error}") from error
    finally:
        processes.end_kernels(os.getpid(), run)
