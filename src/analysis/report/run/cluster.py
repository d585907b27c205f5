"""The same jobs on a Dask cluster: one fork server a Dask worker process, results gathered over the scheduler.

Start one worker process a node with as many threads as it has cores (`dask worker tcp://... --nworkers 1 --nthreads 8`), inside
the project's folder with the same code and tables: a node whose inputs differ refuses. The scheduler gives the reports of a
lost worker to another one; a report's result is taken once. Nothing is forked inside a Dask worker.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache as once
from typing import Any

from analysis.errors import ParameterError, Problem
from analysis.report.plan import keys, promises
from analysis.report.plan.records import Result
from analysis.report.run import engine, environment, pool, processes, runner, serverprocess, worker

_lock = threading.Lock()


def fingerprint(inputs: keys.Inputs) -> str:
    """What must be the same on every node: notebooks, code, dictionaries, environment, tables."""
    return keys.digest([inputs.themes, inputs.shared, inputs.tables])


@once
def _node() -> tuple[str, str, str]:
    """This node's fingerprint, its fork server's address and, if it has none, why."""
    os.environ.update(runner.environment())
    books = promises.notebooks()
    os.chdir(books[0].path.parent)
    engine.load()
    found = fingerprint(keys.Inputs(books))
    if not processes.forking():
        return found, "", "no fork server on this platform"
    names = set().union(*(keys.notebook_imports(book) for book in books))
    try:
        server = serverprocess.ServerProcess(
            keys.preloads(names), str(books[0].path.parent), environment.given(os.environ)
        ).ready()
    except serverprocess.NoServer as error:
        return found, "", str(error)
    _servers.append(server)
    return found, server.address, ""


_servers: list[serverprocess.ServerProcess] = []


def make(job: Mapping, expected: str) -> dict:
    """One report on this node."""
    with _lock:
        found, address, reason = _node()
        if _servers:
            _servers[0].revive()
    if found != expected:
        return pool.lost(job, "node", "this node's notebooks, code or tables are not those of the plan", 0.0)
    return worker.make(dict(job) | {"server": address, "why_plain": reason})


PATIENCE = 5  # seconds until somebody is told that a scheduler has nobody to work for it


def _await_workers(client: Any, scheduler: str) -> None:
    """Wait for a first worker; after a few seconds say so, with the command that starts one."""
    from distributed import TimeoutError as Late

    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except (Late, TimeoutError):
        command = f"dask worker {scheduler} --nworkers 1 --nthreads {os.cpu_count() or 1}"
        print(
            f"{scheduler} has no worker; start one in the project's folder with: {command} (waiting)",
            file=sys.stderr,
            flush=True,
        )
        client.wait_for_workers(1)


def run(
    scheduler: str, asked: Iterable[promises.Job], inputs: keys.Inputs, on_start: Callable[[str], None]
) -> Iterator[Result]:
    """Results as they come; a report whose fault was in starting is sent once more. Raises ParameterError without a scheduler."""
    from distributed import Client, as_completed

    jobs = {job.id: job.to_json() for job in asked}
    expected, tried = fingerprint(inputs), set()
    try:
        client = Client(scheduler, timeout="20s")
    except (OSError, ValueError) as error:
        raise ParameterError(
            Problem(
                "--scheduler",
                f"{scheduler}: {error}",
                "a running Dask scheduler",
                "start one with: dask scheduler",
            )
        ) from error
    with client:
        _await_workers(client, scheduler)
        futures = {
            client.submit(make, job, expected, key=f"yigai-{name}-{os.getpid()}", pure=False): name
            for name, job in jobs.items()
        }
        done = as_completed(futures)
        for future in done:
            job = jobs[futures[future]]
            on_start(job["id"])
            raised = future.exception()
            result = (
                future.result()
                if raised is None
                else pool.lost(job, "dead", f"{type(raised).__name__}: {raised}", 0.0)
            )
            if result["kind"] in worker.RETRIED and job["id"] not in tried:
                tried.add(job["id"])
                again = client.submit(
                    make, job, expected, key=f"yigai-{job['id']}-{os.getpid()}-again", pure=False
                )
                futures[again] = job["id"]
                done.add(again)
                continue
            yield Result.of(result)
