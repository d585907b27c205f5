"""A process that has imported the analysis stack once and forks a clean child for each report.

    python -m analysis.report.forkserver ADDRESS   (a JSON object on stdin's first line: modules, folder)

A client connects to the unix socket and sends a request with one descriptor attached. The child writes what its cells put out
to that descriptor; the connection itself says when the child began and how it ended. Closing the connection ends the child.
Nothing here or in what is preloaded may start a thread before the fork; the server refuses to serve if something did.
Linux only (pidfd, PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import array
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import tempfile
from collections.abc import Iterable

from analysis.report import processes, shell
from analysis.report.wire import LENGTH, exactly, send

# ---- the child ---------------------------------------------------------------------------------------------------------------


def _reseed(seed: str) -> None:
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(int.from_bytes(seed.encode()[:4].ljust(4, b"\0"), "big"))


def _captured(file, outputs: shell.Outputs, name: str) -> None:
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


def _report(request: dict, data: socket.socket, ready: shell.Shell) -> None:
    """Run the cells of a request and say what each put out. Ends the process."""

    def refuse(error: BaseException) -> None:
        kind = "needs_kernel" if isinstance(error, shell.NeedsKernel) else "too_much"
        send(data, {"event": kind, "reason": str(error)})
        os._exit(0)

    files = [tempfile.TemporaryFile(), tempfile.TemporaryFile()]
    for descriptor, file in zip((1, 2), files, strict=True):
        os.dup2(file.fileno(), descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin = open(0, closefd=False)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.environ.update(shell.TERMINAL)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    os.chdir(request["folder"])
    _reseed(request["seed"])
    shell.attach(ready, request["limit"], refuse, (1, 2))
    send(data, {"event": "began"})
    for index, source, allow_error in request["cells"]:
        send(data, {"event": "cell", "index": index})
        success, count = shell.run_cell(ready, source)
        for name, file in zip(("stdout", "stderr"), files, strict=True):
            _captured(file, ready.outputs, name)
        send(data, {"event": "done", "index": index, "success": success, "count": count, "outputs": ready.outputs.take()})
        if not success and not allow_error:
            break
    send(data, {"event": "end", "language_info": shell.language_info()})


# ---- the server --------------------------------------------------------------------------------------------------------------


class Server:
    """Accepts requests, forks, and sees every child to its end."""

    def __init__(self, address: str, ready: shell.Shell):
        self.ready = ready
        self.selector = selectors.DefaultSelector()
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(address)
        self.listener.listen(64)
        self.selector.register(self.listener, selectors.EVENT_READ, ("accept", None))
        self.selector.register(0, selectors.EVENT_READ, ("parent", None))
        self.children: dict[socket.socket, int] = {}

    def serve(self) -> None:
        """Until the process that started the server closes its stdin."""
        while True:
            for key, _ in self.selector.select():
                what, detail = key.data
                if what == "parent":
                    self._end()
                    return
                if what == "accept":
                    self._accept()
                elif what == "request":
                    self._request(key.fileobj)
                elif what == "client":
                    self._hangup(key.fileobj)
                else:
                    self._ended(key.fd, *detail)

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        self.selector.register(connection, selectors.EVENT_READ, ("request", None))

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
        if body is None or len(descriptors) != 1:
            for descriptor in descriptors:
                os.close(descriptor)
            self._drop(connection)
            return
        connection.settimeout(None)
        self._fork(connection, json.loads(body), socket.socket(fileno=descriptors[0]))

    def _fork(self, connection: socket.socket, request: dict, data: socket.socket) -> None:
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                processes.own_group()
                processes.die_with_parent(server)
                for other in (self.listener, connection, *self.children):
                    other.close()
                self.selector.close()
                signal.signal(signal.SIGINT, signal.default_int_handler)
                _report(request, data, self.ready)
            finally:
                os._exit(0)
        data.close()
        try:
            os.setpgid(pid, pid)
        except (PermissionError, ProcessLookupError):
            pass  # the child did it first, or has already ended
        handle = os.pidfd_open(pid)
        self.children[connection] = pid
        self.selector.modify(connection, selectors.EVENT_READ, ("client", None))
        self.selector.register(handle, selectors.EVENT_READ, ("ended", (pid, connection)))
        self._say(connection, {"pid": pid})

    def _say(self, connection: socket.socket, message: dict) -> None:
        try:
            send(connection, message)
        except OSError:
            return  # the client is gone; its hangup is handled like any other

    def _hangup(self, connection: socket.socket) -> None:
        """The client closed (or spoke, which it never does): the report is not wanted any more."""
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
        self._kill(pid)  # what the report started and left behind; the group still exists, the child is not reaped yet
        _, status, used = os.wait4(pid, 0)
        if self.children.pop(connection, None) is not None:
            self._say(connection, {"ended": os.waitstatus_to_exitcode(status), "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss})
            self._drop(connection)

    def _end(self) -> None:
        for pid in self.children.values():
            self._kill(pid)
        for pid in self.children.values():
            os.waitpid(pid, 0)


def preload(modules: Iterable[str]) -> list[str]:
    """Import modules; returns a line for each that could not be (the report that needs it will say so itself)."""
    said = []
    for name in modules:
        parent, _, attribute = name.rpartition(".")
        if parent in sys.modules and hasattr(sys.modules[parent], attribute):
            continue  # a function or class of a module that is there
        try:
            importlib.import_module(name)
        except Exception as error:  # an import runs any code; the server goes on without it
            said.append(f"{name}: {type(error).__name__}: {error}")
    return said


def warm() -> None:
    """Do once what every drawing needs: the font list, the SVG writer, a font's glyphs."""
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
    said = preload(settings["modules"])
    ready = shell.create()
    warm()
    threads = len(os.listdir("/proc/self/task"))
    if threads > 1:
        print(json.dumps({"refused": f"{threads} threads are running after the imports; a fork would not carry them"}), flush=True)
        return 1
    gc.collect()
    gc.freeze()
    server = Server(address, ready)
    print(json.dumps({"serving": os.getpid(), "said": said}), flush=True)
    server.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
