"""Worker processes under one watching parent: jobs out, results in, nobody waited for beyond the limit."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from analysis.report.run import processes, worker


@dataclass
class _Slot:
    process: Any
    connection: Connection
    job: Any = None  # the mapping of a job, None while it has none
    since: float = field(default=0.0)
    following: Any = None  # the job that goes on where the one it has ends


def lost(job: Mapping, kind: str, error: str, seconds: float) -> dict:
    """The result of a job whose worker brought none back."""
    return {
        "id": job["id"],
        "status": "failed",
        "kind": kind,
        "error": error,
        "engine": "",
        "log": [],
        "seconds": round(seconds, 3),
        "cpu_seconds": 0.0,
    }


class Pool:
    """``size`` worker processes. On Linux they are forked from this process, which has already imported what they need."""

    def __init__(self, size: int, environment: Mapping[str, str], folder: str):
        self._context: Any = multiprocessing.get_context(
            "fork" if sys.platform == "linux" and hasattr(os, "fork") else "spawn"
        )
        self._arguments = (dict(environment), folder)
        self._size = size
        self._slots: list[_Slot] = []

    def __enter__(self) -> Pool:
        self._slots = [self._slot() for _ in range(self._size)]
        return self

    def __exit__(self, *_: object) -> None:
        for slot in self._slots:
            self._end(slot)

    def _slot(self) -> _Slot:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve, args=(os.getpid(), theirs, *self._arguments), daemon=False
        )
        process.start()
        theirs.close()
        return _Slot(process, ours)

    def _end(self, slot: _Slot) -> None:
        if slot.process.is_alive():
            try:
                processes.kill_tree(slot.process.pid)
            except PermissionError:
                slot.process.kill()
        slot.process.join()
        processes.end_kernels(slot.process.pid)
        slot.connection.close()

    def run(
        self,
        jobs: Iterable[Mapping],
        limit: float,
        *,
        on_start: Callable[[Mapping], None] = lambda job: None,
        tick: Callable[[], object] = lambda: None,
    ) -> Iterator[dict]:
        """Results in the order they come. ``limit``: seconds a report may take in all; ``tick`` is called at least once a second.

        A report whose fault was in starting (``worker.RETRIED``) is made once more, not oftener.
        """
        waiting, tried = deque(jobs), set()
        while waiting or any(slot.job or slot.following for slot in self._slots):
            for slot in self._slots:
                if slot.job is None and (slot.following or waiting):
                    slot.job, slot.since = self._next(slot, waiting), time.monotonic()
                    on_start(slot.job)
                    try:
                        slot.connection.send(slot.job)
                    except OSError:
                        continue  # the worker is gone; its sentinel says so below
            busy = [slot for slot in self._slots if slot.job]
            remaining = min(slot.since + limit - time.monotonic() for slot in busy)
            ready = set(
                wait(
                    [one for slot in busy for one in (slot.connection, slot.process.sentinel)],
                    max(0.0, min(1.0, remaining)),
                )
            )
            tick()
            for slot in busy:
                result = self._collect(slot, ready, limit)
                if result is None:
                    continue
                job, slot.job = slot.job, None
                if (
                    result["status"] == "failed"
                    and result["kind"] in worker.RETRIED
                    and job["id"] not in tried
                ):
                    tried.add(job["id"])
                    waiting.appendleft(dict(job) | {"followed": False})
                    continue
                yield result

    @staticmethod
    def _next(slot: _Slot, waiting: deque) -> Mapping:
        """The next job of a worker; the one that goes on where this one ends is kept for the same worker."""
        job, slot.following = slot.following or waiting.popleft(), None
        if job.get("followed"):
            slot.following = next((one for one in waiting if one.get("after") == job["id"]), None)
            if slot.following:
                waiting.remove(slot.following)
        return job

    def _collect(self, slot: _Slot, ready: set, limit: float) -> dict | None:
        seconds = time.monotonic() - slot.since
        if slot.connection in ready:
            try:
                return slot.connection.recv()
            except (EOFError, OSError):
                pass  # a worker that was killed: its job is lost, below
        elif slot.process.sentinel not in ready and seconds < limit:
            return None
        timed_out = slot.connection not in ready and slot.process.sentinel not in ready
        self._end(slot)
        job = slot.job
        fresh = self._slot()
        slot.process, slot.connection = fresh.process, fresh.connection
        if timed_out:
            return lost(job, "timeout", f"the report took longer than {limit:g} s", seconds)
        return lost(job, "worker", "the worker process was ended from outside", seconds)


def _serve(parent: int, connection: Connection, environment: Mapping[str, str], folder: str) -> None:
    processes.die_with_parent(parent)
    worker.serve(connection, environment, folder)
