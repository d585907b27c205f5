"""A process that has imported the analysis stack once and forks a clean child for each report.

    python -m analysis.report.run.forkserver ADDRESS   (a JSON object on stdin's first line: modules, folder)

A client connects to the unix socket and sends a request with one descriptor attached. The child writes what its cells put out
to that descriptor; the connection itself says when the child began and how it ended. Closing the connection ends the child.
Asked for a template (see :mod:`analysis.report.run.child`), the server forks a process that runs the cells above a notebook's
parameters and then serves in its turn at an address of its own.
Above the server stands a keeper, the process that imported: it takes in whatever a killed server left running, ends it, and
forks another server, which hears at the same address. Every process on the way adopts orphans, so nothing that a cell started
outlives its report, whoever is killed.
Nothing here or in what is preloaded may start a thread before the fork; the server refuses to serve if something did.
Linux only (pidfd, PR_SET_PDEATHSIG).

Longer than 400 lines because one loop answers every kind of message over one set of children and templates.
"""

from __future__ import annotations

import array
import gc
import importlib
import json
import os
import resource
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from analysis.report.run import child, kernelserver, processes, shell
from analysis.report.run.wire import LENGTH, exactly, receive, send

# ---- the server --------------------------------------------------------------------------------------------------------------

SELDOM = (
    20_000  # objects made between two looks for cyclic garbage in a report's process, which lives for seconds
)
KEPT = 5  # templates, should nobody say that one is done with: of the notebook before, those being reported and the next two


@dataclass
class Template:
    """A process that has run, or is running, the cells above a notebook's parameters."""

    pid: int
    address: str
    control: socket.socket
    limit: float | None
    deadline: float | None = None
    ready: bool = False


def _socket(key: selectors.SelectorKey) -> socket.socket:
    assert isinstance(key.fileobj, socket.socket)
    return key.fileobj


class Server:
    """Accepts requests, forks, and sees every child to its end. A template is one too, with the outputs of its cells in ``before``."""

    def __init__(
        self, ready: shell.Shell, listener: socket.socket, parent: Any, before: list[dict] | None = None
    ) -> None:
        self.ready, self.listener, self.parent, self.before = ready, listener, parent, before
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ, ("accept",))
        self.selector.register(parent, selectors.EVENT_READ, ("parent",))
        self.children: dict[socket.socket, int] = {}
        self.alive: set[int] = set()  # every process forked here and not yet reaped, wanted or not
        self.templates: dict[str, Template] = {}
        self.refused: dict[str, str] = {}
        self.serial = 0

    def serve(self) -> None:
        """Until the process that started this one closes its end; a template lets its reports end first. Leaves nothing running."""
        try:
            self._serve()
        finally:
            processes.end_children()

    def _serve(self) -> None:
        wanted = True
        while wanted or self.children:
            for key, _ in self.selector.select(
                1.0 if any(one.deadline for one in self.templates.values()) else None
            ):
                what, *detail = key.data
                if what == "parent":
                    wanted = False
                    if self.before is None:
                        return
                    for one in (self.listener, self.parent):
                        self.selector.unregister(one)
                        one.close()
                elif what == "accept":
                    self._accept()
                elif what == "request":
                    self._request(_socket(key))
                elif what == "client":
                    self._hangup(_socket(key))
                elif what == "template":
                    self._heard(*detail)
                elif what == "template ended":
                    self._template_ended(key.fd, *detail)
                else:
                    self._ended(key.fd, *detail)
            self._overdue()

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        self.selector.register(connection, selectors.EVENT_READ, ("request",))

    def _request(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        try:
            descriptors = array.array("i")
            head, ancillary, _, _ = connection.recvmsg(LENGTH.size, socket.CMSG_SPACE(descriptors.itemsize))
            for level, kind, content in ancillary:
                if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                    descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
            body = exactly(connection, LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None
        except OSError:
            body = None
        request = json.loads(body) if body is not None else {}
        if "done with" in request:
            if request["done with"] in self.templates:
                self._retire(request["done with"])
        elif "template" in request:
            self._say(connection, self._template(request["template"], request["cells"]))
        elif request and len(descriptors) == 1:
            connection.settimeout(None)
            self._fork(connection, request, socket.socket(fileno=descriptors[0]))
            return
        for descriptor in descriptors:
            os.close(descriptor)
        self._drop(connection)

    def _forked(self, kept: Iterable[socket.socket] = ()) -> int:
        """Fork; the new process leads a group, dies with this one and closes what is this one's."""
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            processes.own_group()
            processes.die_with_parent(server)
            processes.adopt_orphans()
            for other in {
                self.listener,
                *self.children,
                *(one.control for one in self.templates.values()),
            } - set(kept):
                other.close()
            if self.before is not None:
                self.parent.close()
            self.selector.close()
        else:
            self.alive.add(pid)
            try:
                os.setpgid(pid, pid)
            except (PermissionError, ProcessLookupError):
                pass  # the new process did it first, or has already ended
        return pid

    def _fork(self, connection: socket.socket, request: dict, data: socket.socket) -> None:
        pid = self._forked()
        if pid == 0:
            try:
                connection.close()
                child.report(request, data, self.ready, self.before)
            finally:
                os._exit(0)
        data.close()
        self.children[connection] = pid
        self.selector.modify(connection, selectors.EVENT_READ, ("client",))
        self.selector.register(os.pidfd_open(pid), selectors.EVENT_READ, ("ended", pid, connection))
        self._say(connection, {"pid": pid})

    # ---- templates -----------------------------------------------------------------------------------------------------

    def _template(self, key: str, request: dict) -> dict:
        """{"address"} of the process that has run, or will have run, these cells; {"refused"} with the reason if none can."""
        if key in self.refused:
            return {"refused": self.refused[key]}
        if key in self.templates:
            self.templates[key] = self.templates.pop(key)  # the one asked for last stands last
            return {"address": self.templates[key].address}
        idle = [
            name for name, one in self.templates.items() if one.ready
        ]  # one still at its cells is about to be needed
        for name in idle[: max(0, len(self.templates) - KEPT + 1)]:
            self._retire(name)
        self.serial += 1
        address = f"{self.listener.getsockname()}-{os.getpid()}-{self.serial}"
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(address)
        listener.listen(64)
        ours, theirs = socket.socketpair()
        pid = self._forked()
        if pid == 0:
            try:
                ours.close()
                self._become_template(request, listener, theirs)
            finally:
                os._exit(0)
        listener.close()
        theirs.close()
        limit = request["cell_timeout"]
        self.templates[key] = Template(pid, address, ours, limit, limit and time.monotonic() + limit)
        self.selector.register(ours, selectors.EVENT_READ, ("template", key))
        self.selector.register(os.pidfd_open(pid), selectors.EVENT_READ, ("template ended", key, pid))
        return {"address": address}

    def _become_template(self, request: dict, listener: socket.socket, control: socket.socket) -> None:
        try:
            before = child.template(request, self.ready, control)
        except child.Unfit as error:
            send(control, {"refused": str(error)})
            return
        send(control, {"ready": True})
        Server(self.ready, listener, control, before).serve()

    def _heard(self, key: str) -> bool:
        """A template began a cell, is ready, or says why it cannot be one; False when it says no more."""
        one = self.templates.get(key)
        message = receive(one.control) if one else None
        if one is None or message is None:
            if one and one.control in self.selector.get_map():
                self.selector.unregister(one.control)
            return False
        one.deadline = one.limit and time.monotonic() + one.limit
        if "refused" in message:
            self._refuse(key, message["refused"])
        elif "ready" in message:
            one.ready, one.deadline = True, None
        return True

    def _overdue(self) -> None:
        for key, one in list(self.templates.items()):
            if one.deadline and one.deadline < time.monotonic():
                self._refuse(key, f"a cell above the parameters took longer than {one.limit:g} s")

    def _refuse(self, key: str, reason: str) -> None:
        self.refused[key] = reason
        self._kill(self.templates[key].pid)
        self._retire(key)

    def _retire(self, key: str) -> None:
        """Let a template go: it ends when its reports have ended, at once when it is still at its cells."""
        one = self.templates.pop(key)
        if not one.ready:
            self._kill(one.pid)
        if one.control in self.selector.get_map():
            self.selector.unregister(one.control)
        try:
            one.control.shutdown(socket.SHUT_RDWR)  # closing is not enough: other forks hold it too
        except OSError:
            pass  # it has ended
        one.control.close()

    def _template_ended(self, handle: int, key: str, pid: int) -> None:
        self.selector.unregister(handle)
        os.close(handle)
        if key in self.templates and self.templates[key].pid == pid:
            while self._heard(key):
                pass  # what it said last
            if key in self.templates:
                if not self.templates[key].ready:
                    self.refused[key] = "the process that ran the cells above the parameters ended"
                self._retire(key)
        self._reap(pid)

    # ---- the end of a report -------------------------------------------------------------------------------------------

    def _say(self, connection: socket.socket, message: dict) -> None:
        try:
            send(connection, message)
        except OSError:
            return  # the client is gone; its hangup is handled like any other

    def _hangup(self, connection: socket.socket) -> None:
        """The client closed (or spoke, which it never does): the report is not wanted any more."""
        if connection.fileno() < 0:
            return  # its report ended in the same moment
        pid = self.children.pop(connection, None)
        if pid is not None:
            self._kill(pid)
        self._drop(connection)

    def _drop(self, connection: socket.socket) -> None:
        self.selector.unregister(connection)
        connection.close()

    def _kill(self, pid: int) -> None:
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def _ended(self, handle: int, pid: int, connection: socket.socket) -> None:
        self.selector.unregister(handle)
        os.close(handle)
        status, used = self._reap(pid)
        if self.children.pop(connection, None) is not None:
            self._say(
                connection,
                {
                    "ended": os.waitstatus_to_exitcode(status),
                    "cpu": used.ru_utime + used.ru_stime,
                    "peak": used.ru_maxrss,
                },
            )
            self._drop(connection)

    def _reap(self, pid: int) -> tuple[int, resource.struct_rusage]:
        """Wait for an ended child, and end what it had started: its orphans are children of this process now."""
        _, status, used = os.wait4(pid, 0)
        self.alive.discard(pid)
        processes.end_children(self.alive)
        return status, used


def keep(ready: shell.Shell, listener: socket.socket) -> int:
    """Fork a server; another takes its place when it is killed from outside. Returns its exit code when it ended by itself."""
    processes.adopt_orphans()
    keeper = os.getpid()
    while True:
        pid = os.fork()
        if pid == 0:
            try:
                signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
                processes.die_with_parent(
                    keeper, signal.SIGTERM
                )  # not SIGKILL: it has to end what runs below
                processes.adopt_orphans()
                Server(ready, listener, 0).serve()
            except SystemExit:
                pass
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        processes.end_children()
        if not os.WIFSIGNALED(status):
            return os.waitstatus_to_exitcode(status)


def preload(modules: Iterable[str]) -> list[str]:
    """Import modules; returns a line for each that could not be (the report that needs it will say so itself)."""
    said = []
    for name in modules:
        parent, _, attribute = name.rpartition(".")
        if parent in sys.modules and hasattr(sys.modules[parent], attribute):
            continue  # a function or class of a module that is there
        try:
            with kernelserver.as_in_a_kernel():
                importlib.import_module(name)
        except Exception as error:  # an import runs any code; the server goes on without it
            said.append(f"{name}: {type(error).__name__}: {error}")
    return said


def warm() -> None:
    """Do once what every report needs: the tables (read without a thread); the font list, the SVG writer, a font's glyphs."""
    if "analysis.tables" in sys.modules:
        sys.modules["analysis.tables"].load_all()
        sys.modules["analysis.catalog"].load_all()
        processes.give_back()
    if "matplotlib" not in sys.modules:
        return
    import io

    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().set_title("0")
    FigureCanvasSVG(figure).print_svg(io.StringIO())


def main() -> int:
    address, settings = sys.argv[1], json.loads(sys.stdin.readline())
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    sys.path[:] = ["", *(path for path in sys.path if path)]
    os.chdir(settings["folder"])
    gc.disable()  # imports make half a million objects that stay
    said = preload(settings["modules"])
    ready = shell.create()
    warm()
    threads = len(os.listdir("/proc/self/task"))
    if threads > 1:
        print(
            json.dumps(
                {"refused": f"{threads} threads are running after the imports; a fork would not carry them"}
            ),
            flush=True,
        )
        return 1
    gc.freeze()
    if (
        os.environ.get("YIGAI_RENDER") == "page"
    ):  # a notebook of anybody's keeps Python's own rhythm, as a kernel has it
        gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
    gc.enable()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen(64)
    print(json.dumps({"serving": os.getpid(), "said": said}), flush=True)
    return keep(ready, listener)


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    os._exit(ended)  # what was imported need not be taken apart
