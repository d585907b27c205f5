"""A process that has imported what a Jupyter kernel imports, and a list of installed packages, and forks fresh kernels.

Each child goes on exactly as ``python -m ipykernel_launcher -f FILE`` does once its imports are there: it is ipykernel's own
kernel, with ipykernel's own streams, display hook, event loop and end, and papermill's own client speaks to it. Nothing of a
notebook's is ever imported here: the folder it runs in is not on the path of this process.

What a child finds is what a kernel finds: its own session, standard streams handed over by the client, no other descriptor, the
environment and folder of the request, draws seeded from the system's entropy, none of this package's modules.
Imports only what a kernel imports anyway, so that no module is there that a kernel does not have. Linux only (pidfd).
"""

from __future__ import annotations

import builtins
import ctypes
import importlib
import importlib.util
import io
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, ModuleType
from typing import Any

PR_SET_PDEATHSIG = 1
LAUNCHER = "ipykernel_launcher"
INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel sets before its first cell
# Arrow's allocator would start a thread on import, which a fork does not carry; no result depends on it
ARROW = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
PROGRAM = "analysis.report.run.kernelstart.kernel"  # the module that starts a server: there is none, see the package


class Kernelish:
    """What ``get_ipython()`` gives while packages are imported: pandas asks it, then and only then, whether it is in a kernel."""

    kernel = True


@contextmanager
def as_in_a_kernel() -> Iterator[None]:
    """Import packages as a kernel's cell imports them."""
    builtins.__dict__["get_ipython"] = Kernelish
    try:
        yield
    finally:
        del builtins.__dict__["get_ipython"]


def _preload(modules: list[str]) -> str:
    """Import what kernels and the notebooks need; why that does not do, or nothing."""
    kept, said = (os.dup(1), os.dup(2)), os.memfd_create("said")
    os.dup2(said, 1)
    os.dup2(said, 2)
    held = dict(os.environ)
    os.environ.update({name: text for name, text in ARROW.items() if name not in held})
    try:
        import runpy  # noqa: F401  (the interpreter has imported it for a kernel that is started)

        import ipykernel.kernelapp  # noqa: F401

        with as_in_a_kernel():
            for name in modules:
                try:
                    importlib.import_module(name)
                except ImportError:
                    return f"{name} cannot be imported"
    finally:
        for number, stream in enumerate((sys.stdout, sys.stderr)):
            stream.flush()
            os.dup2(kept[number], number + 1)
            os.close(kept[number])
        os.environ.clear()
        os.environ.update(held)
        size = os.lseek(said, 0, os.SEEK_END)
        os.close(said)
    if size:
        return "a package says something when it is imported"
    if os.fork() == 0:
        os._exit(0)
    os.wait()
    # threads that the libraries of linear algebra start end at every fork and come back when they are needed
    threads = len(os.listdir("/proc/self/task"))
    return f"{threads - 1} threads of the packages run on after a fork" if threads > 1 else ""


def _receive(channel: socket.socket) -> tuple[dict, list[int]] | None:
    """One request and its descriptors (the connection of the kernel, its stdout and stderr); None when the client is gone."""
    head, descriptors, _, _ = socket.recv_fds(channel, 8, 3)
    if len(head) < 8:
        return None
    body = bytearray()
    while len(body) < int.from_bytes(head, "big"):
        part = channel.recv(int.from_bytes(head, "big") - len(body))
        if not part:
            return None
        body += part
    return json.loads(body), descriptors


def _say(connection: socket.socket, message: dict) -> None:
    body = json.dumps(message).encode()
    try:
        connection.sendall(len(body).to_bytes(8, "big") + body)
    except OSError:
        return  # the client is gone, and the kernel ends by itself


def serve(program: str) -> None:
    """Serve until the client ends, then end. Returns in each child, in which the module ``program`` is the launcher."""
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder this was started in
    settings = json.loads(sys.stdin.readline())
    refused = _preload(settings["modules"])
    channel = socket.socket(fileno=settings["channel"])
    names = sorted({name.partition(".")[0] for name in sys.modules} - {"analysis", "__main__"})
    _say(channel, {"refused": refused, "held": names})
    if refused:
        sys.exit()
    selector = selectors.DefaultSelector()
    selector.register(channel, selectors.EVENT_READ)
    running: dict[int, tuple[int, socket.socket]] = {}  # pidfd -> the kernel and its connection
    while True:
        for key, _ in selector.select():
            if key.fd in running:
                pid, connection = running.pop(key.fd)
                selector.unregister(key.fd)
                os.close(key.fd)
                _, status = os.waitpid(pid, 0)
                _say(connection, {"ended": os.waitstatus_to_exitcode(status)})
                connection.close()
                continue
            asked = _receive(channel)
            if asked is None:
                sys.exit()
            request, (line, out, err) = asked
            server = os.getpid()
            pid = os.fork()
            if pid == 0:
                selector.close()
                channel.close()
                for handle, (_, other) in running.items():
                    os.close(handle)
                    other.close()
                os.close(line)
                _become_kernel(request, out, err, server)
                return _start_as(program, request["arguments"])
            os.close(out)
            os.close(err)
            connection = socket.socket(fileno=line)
            handle = os.pidfd_open(pid)
            running[handle] = pid, connection
            selector.register(handle, selectors.EVENT_READ)
            _say(connection, {"pid": pid})


def _reseed() -> None:
    """Draws without a seed come from the system's entropy; the standard library's module sees to that itself after a fork."""
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _become_kernel(request: dict, out: int, err: int, server: int) -> None:
    """Make this forked process what a fresh one would be just before the launcher's first line."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:
        os._exit(1)
    nothing, end = os.pipe()
    os.close(end)
    for number, descriptor in enumerate((nothing, out, err)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.isatty():
            stream.reconfigure(line_buffering=True)
    os.umask(request["umask"])
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    _reseed()


class Launcher:
    """Gives the interpreter's ``-m`` the code of ipykernel's launcher, and in that moment takes away all that is ours."""

    def __init__(self, spec: Any) -> None:
        self.spec, self.loader = spec, spec.loader

    def get_code(self, _: str) -> CodeType:
        for name in [name for name in sys.modules if name.partition(".")[0] == "analysis"]:
            del sys.modules[name]
        self.spec.loader = self.loader
        return self.loader.get_code(LAUNCHER)


def _start_as(program: str, arguments: list[str]) -> None:
    """Let the interpreter's ``-m`` find the launcher where it looks for the module ``program``."""
    spec: Any = importlib.util.find_spec(LAUNCHER)
    spec.loader = Launcher(spec)
    module = sys.modules[program] = ModuleType(program)
    module.__spec__, module.__path__ = spec, []  # with a path it may be there before its code is asked for
    if not os.environ.get("PYTHONSAFEPATH"):
        sys.path.insert(0, os.getcwd())
    sys.argv = ["-m", *arguments]
    sys.orig_argv = [sys.executable, "-m", LAUNCHER, *arguments]
    sys.modules["__main__"] = ModuleType("__main__")
    sys.modules["__main__"].__dict__["__builtins__"] = builtins
