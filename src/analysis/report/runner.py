"""Where reports run: worker processes on this machine with one fork server beside them (or plain kernels), or a cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

from analysis import paths
from analysis.errors import DataError, Problem
from analysis.report import cache, engine, plan, serverprocess


def environment() -> dict[str, str]:
    """What every process that runs notebooks gets: one thread a library, a fixed string hash, pages instead of screens."""
    return {"YIGAI_RENDER": "page", "YIGAI_HOME": str(paths.home()), "PYTHONHASHSEED": "0", **serverprocess.SINGLE_THREADED}


class Runner:
    """The means of one run; started lazily, ended by ``close``. ``options``: engine, jobs, scheduler and limits of batch.Options."""

    def __init__(self, options, books: list[plan.Notebook]):
        self.options, self.books = options, books
        self.folder = str(books[0].path.parent)
        self.size = options.jobs or os.cpu_count() or 1

    def coverage(self) -> dict:
        """Coverage of every theme module. Raises DataError when a module cannot say it."""
        modules = [book.module for book in self.books]
        done = subprocess.run(
            [sys.executable, "-m", "analysis.report.coverage", *modules], capture_output=True, text=True, env=os.environ | environment(), cwd=self.folder
        )
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}"
            raise DataError(Problem("coverage of the themes", last, "a state or None for each region", f"try: python -m analysis.report.coverage {' '.join(modules)}"))
        answer = json.loads(done.stdout)
        if "problems" in answer:
            raise DataError([Problem(*problem) for problem in answer["problems"]])
        return answer["coverage"]

    def _server(self):
        """The fork server, or None and the reason why reports run in plain kernels."""
        if self.options.engine != "fork":
            return None, "as asked"
        if not engine.forking():
            return None, "no fork server on this platform"
        names = set().union(*(cache.notebook_imports(book) for book in self.books))
        try:
            return serverprocess.ServerProcess(cache.preloads(names), self.folder, os.environ | environment()), ""
        except serverprocess.NoServer as error:
            print(f"plain papermill instead of the fork server: {error}", file=sys.stderr)
            return None, str(error)

    def run(self, jobs: Iterable[Mapping], on_start: Callable[[Mapping], None]) -> Iterator[dict]:
        """Results of the jobs as they come."""
        import papermill.engines  # noqa: F401  imported once here, inherited by every forked worker

        from analysis.report import page, pool  # noqa: F401

        server, reason = self._server()
        try:
            how = {"server": server.address if server else "", "why_plain": reason}
            jobs = [dict(job) | how for job in jobs]
            with pool.Pool(min(self.size, len(jobs)), environment(), self.folder) as workers:
                yield from workers.run(jobs, self.options.report_timeout, on_start=on_start, tick=server.revive if server else lambda: None)
        finally:
            if server:
                server.stop()
