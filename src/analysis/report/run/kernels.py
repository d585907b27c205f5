"""papermill's own engine on kernels that are forked instead of started: what `papermill --engine yigai` runs.

Everything but the start of the process is papermill's, nbclient's and ipykernel's own. A notebook that could tell the difference
(see :mod:`analysis.report.run.aside`), and any notebook when there is no server, is handed over to papermill's engine before its
first cell, and one line says why.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from typing import Any, cast

from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from papermill.engines import NBClientEngine
from papermill.log import logger

from analysis.report.run import aside, kernelserver

START = 120  # seconds the imports of a server may take on a busy machine
ANSWER = 30  # seconds until a server that does not fork is given up
KEPT = 2  # servers a process keeps: of the notebooks before and of these


class NoKernelServer(Exception):
    """There is no server, or it does not answer; the reason in words."""


def _receive(line: socket.socket, seconds: float) -> dict | None:
    """One message of a server; None when it is gone. Raises NoKernelServer when it is silent for so long."""
    line.settimeout(seconds)
    body, size = bytearray(), 8
    try:
        while len(body) < size:
            part = line.recv(size - len(body))
            if not part:
                return None
            body += part
            if size == 8 and len(body) == 8:
                size += int.from_bytes(body, "big")
    except TimeoutError as error:
        raise NoKernelServer(f"no answer within {seconds:g} s") from error
    except OSError:
        return None
    return json.loads(body[8:])


def _absolute(environment: Mapping[str, str]) -> dict[str, str]:
    """Where packages are looked for, so that it is the same from every folder."""
    held = environment.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, held.split(os.pathsep)))} if held else {}


class Server:
    """A running kernel server and the channel to it. Raises NoKernelServer when it cannot serve."""

    def __init__(self, modules: list[str]) -> None:
        ours, theirs = socket.socketpair()
        self.modules, self.lock, self.owner = modules, threading.Lock(), os.getpid()
        self.broken = False
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, "-m", kernelserver.PROGRAM],
            cwd=os.sep,  # no folder of anybody's is on the path while it starts
            stdin=subprocess.PIPE,
            stdout=self.log,
            stderr=self.log,
            env=os.environ | _absolute(os.environ) | {"JPY_PARENT_PID": str(os.getpid())},
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        self.channel, answer = ours, None
        try:
            assert self.process.stdin
            with self.process.stdin as pipe:
                pipe.write(json.dumps({"modules": modules, "channel": theirs.fileno()}).encode() + b"\n")
        except OSError:
            pass  # it ended at once: there will be no answer
        theirs.close()
        try:
            answer = _receive(ours, START)
        finally:
            if answer is None or answer["refused"]:
                self.stop()
        if answer is None:
            raise NoKernelServer("the server of kernels did not start")
        if answer["refused"]:
            raise NoKernelServer(answer["refused"])
        self.held = frozenset(answer["held"])

    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self.broken and self.owner == os.getpid() and self.process.poll() is None

    def fork(self, arguments: list[str], environment: Mapping[str, str], folder: str) -> Forked:
        """A kernel of these arguments, environment and folder. Raises NoKernelServer."""
        ours, theirs = socket.socketpair()
        mask = os.umask(0o077)
        os.umask(mask)
        body = json.dumps(
            {
                "arguments": arguments,
                "environment": dict(environment),
                "folder": folder,
                "umask": mask,
            }
        ).encode()
        try:
            with self.lock:
                socket.send_fds(self.channel, [len(body).to_bytes(8, "big")], [theirs.fileno(), 1, 2])
                self.channel.sendall(body)
        except OSError as error:
            ours.close()
            self.broken = True
            raise NoKernelServer("the server of kernels has ended") from error
        finally:
            theirs.close()
        answer = None
        try:
            answer = _receive(ours, ANSWER)
        finally:
            self.broken = answer is None
            if self.broken:
                ours.close()
        if answer is None:
            raise NoKernelServer("the server of kernels has ended")
        return Forked(answer["pid"], ours)

    def stop(self) -> None:
        """Let it end; kernels that still run end with it."""
        self.channel.close()
        if self.owner != os.getpid():
            return
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Forked:
    """A kernel's process as jupyter_client knows one (see :class:`subprocess.Popen`); a child of the server, not of this process."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line: socket.socket = line
        try:
            self._handle = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle = -1

    def poll(self) -> int | None:
        """Its exit code when it has ended."""
        if self.returncode is None and select.select([self._line], [], [], 0)[0]:
            message = _receive(self._line, ANSWER)
            if message is not None:
                self._ended(message["ended"])
            elif self._handle < 0 or select.select([self._handle], [], [], 1.0)[0]:
                self._ended(-signal.SIGKILL)  # the server is gone, and its kernels with it
        return self.returncode

    def _ended(self, code: int) -> None:
        self.returncode = code
        self._line.close()
        if self._handle >= 0:
            os.close(self._handle)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if timeout is not None and end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("kernel", timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Nothing when it has ended, as Popen does it."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Provisioner(LocalProvisioner):
    """Has a kernel forked where jupyter_client starts one; when there can be no server it is started after all."""

    server: Server

    def _fork(self, *what: Any) -> Forked:
        try:
            return self.server.fork(*what)
        except NoKernelServer:
            return server_for(self.server.modules).fork(*what)  # it was killed; another takes its place

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        environment = dict(kwargs.get("env") or os.environ) | {"JPY_PARENT_PID": str(os.getpid())}
        folder = os.path.abspath(kwargs.get("cwd") or os.getcwd())
        expected = [cmd[0], "-m", kernelserver.LAUNCHER]
        unusual = set(kwargs) - {"env", "cwd", "extra_arguments", "kernel_id"}
        try:
            if cmd[:3] != expected or unusual or environment.get("PATH") is None:
                raise NoKernelServer("its kernel is started in its own way")
            forked = self._fork(cmd[3:], environment, folder)
        except NoKernelServer as error:
            stepped_aside(str(error))
            return await super().launch_kernel(cmd, **kwargs)
        self.process = cast(Any, forked)  # what jupyter_client asks of a process, it answers
        self.pid = self.pgid = forked.pid  # it leads its session
        self.cwd = folder
        return self.connection_info


def manager(server: Server) -> type[AsyncKernelManager]:
    """The kernel manager that has its kernels forked by a server."""

    class Manager(AsyncKernelManager):
        """jupyter_client's own, with another way to start."""

        async def _async_pre_start_kernel(self, **kwargs: Any) -> Any:
            if self.provisioner is None:
                self.kernel_id = self.kernel_id or os.urandom(16).hex()
                self.provisioner = Provisioner(
                    kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
                )
                self.provisioner.server = server
            return await super()._async_pre_start_kernel(**kwargs)

    return Manager


def stepped_aside(why: str) -> None:
    """The one line that says so."""
    logger.warning(f"papermill's own engine runs this notebook: {why}")


_servers: dict[tuple, Server] = {}
_lock = threading.Lock()


def _state(modules: list[str]) -> tuple:
    """What a server was started with; another one is needed when any of it has changed."""
    changed = []
    for entry in sys.path:
        try:
            changed.append((entry, os.stat(entry or ".").st_mtime_ns if "site-packages" in entry else 0))
        except OSError:
            changed.append((entry, -1))
    return os.getpid(), tuple(modules), tuple(sorted(os.environ.items())), tuple(changed)


def server_for(modules: list[str]) -> Server:
    """This process's server that holds these modules, started or started again where needed. Raises NoKernelServer."""
    with _lock:
        wanted = _state(modules)
        for key, one in list(_servers.items()):
            if not one.alive():
                one.stop()
                del _servers[key]
        if wanted in _servers:
            _servers[wanted] = _servers.pop(wanted)  # the one used last stands last
            return _servers[wanted]
        while len(_servers) >= KEPT:
            _servers.pop(next(iter(_servers))).stop()
        _servers[wanted] = Server(modules)
        return _servers[wanted]


@atexit.register
def _stop_all() -> None:
    for one in _servers.values():
        one.stop()
    _servers.clear()


def execute(nb_man: Any, kernel_name: str, **options: Any) -> Any:
    """Run a managed notebook; ``options`` are those of :class:`papermill.engines.NBClientEngine` and go to it unchanged."""
    why, server = choose(nb_man.nb, kernel_name, options)
    if server is None:
        stepped_aside(why)
    else:
        options["kernel_manager_class"] = manager(server)
    return NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)


def choose(nb: Mapping, kernel_name: str, options: Mapping) -> tuple[str, Server | None]:
    """The server whose kernel runs a notebook, or none and the reason in words."""
    folder = os.getcwd()
    if why := aside.reason(nb, kernel_name, options, folder):
        return why, None
    modules = aside.preloads(aside.texts(nb))
    try:
        server = server_for(modules)
    except NoKernelServer as error:
        return str(error), None
    why = aside.shadowed(nb, server.held, folder) if modules else ""
    return why, None if why else server
