"""Start, watch and end a fork server."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from analysis import scratch
from analysis.report.run import processes

# a fork carries only the thread that forks, so the libraries must not start others; Arrow's allocator would start one on import
SINGLE_THREADED = {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
START = 120  # seconds the imports may take on a busy machine
END = 5  # seconds until a server that was told to end is killed


class NoServer(Exception):
    """The server did not come up; the reason in words."""


class ServerProcess:
    """A fork server being started, and its socket's address; ``ready`` waits until it serves."""

    def __init__(self, modules: Iterable[str], folder: str, environment: Mapping[str, str]):
        self._settings = json.dumps({"modules": list(modules), "folder": folder})
        self._environment = dict(environment)
        self._folder = scratch.Folder()
        self._home = self._folder.path
        self._environment |= SINGLE_THREADED | self._folder.settings()
        self._environment.setdefault("IPYTHONDIR", str(self._home / "ipython"))
        self.address = str(self._home / "server")
        self.said: list[str] = []
        self._serving = False
        self._start()

    def _start(self) -> None:
        self._serving = False
        Path(self.address).unlink(missing_ok=True)
        self._log = open(self._home / "log", "w+b")
        # the death signal follows the thread that forks, so only the main thread may ask for it; the closed stdin tells the server too
        main = threading.current_thread() is threading.main_thread()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "analysis.report.run.forkserver", self.address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=self._environment,
            start_new_session=True,
            preexec_fn=partial(processes.die_with_parent, os.getpid()) if main else None,
        )
        assert self.process.stdin and self.process.stdout
        self._orders, self._answers = self.process.stdin, self.process.stdout
        try:
            self._orders.write(self._settings.encode() + b"\n")
            self._orders.flush()
        except OSError:
            pass  # it ended at once; ``ready`` says why

    def ready(self) -> ServerProcess:
        """Wait until the imports are done. Raises NoServer with the reason when the server cannot serve."""
        if self._serving:
            return self
        ready = select.select([self._answers], [], [], START)[0]
        line = self._answers.readline() if ready else b""
        answer = json.loads(line) if line else {}
        if "serving" not in answer:
            self._log.seek(0)
            last = self._log.read().decode(errors="replace").strip().splitlines()[-1:]
            self.stop()
            raise NoServer(answer.get("refused") or (last[0] if last else "the fork server did not start"))
        self.said, self._serving = answer["said"], True
        return self

    def revive(self) -> bool:
        """Start again at the same address when the server has ended; returns whether it had to."""
        if self.process.poll() is None:
            return False
        self._close()
        self._start()
        self.ready()
        return True

    def _close(self) -> None:
        for stream in (self._orders, self._answers, self._log):
            try:
                stream.close()
            except OSError:
                continue
        try:
            self.process.wait(END)  # its stdin closed, it ends all that runs below it, and itself
        except subprocess.TimeoutExpired:
            processes.kill_tree(self.process.pid)
            self.process.wait()

    def stop(self) -> None:
        """End the server and its children, and remove its folder."""
        if hasattr(self, "process"):
            self._close()
        self._folder.remove()
