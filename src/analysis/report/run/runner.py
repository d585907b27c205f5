"""Where reports run: worker processes on this machine with one fork server beside them (or plain kernels), or a cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from analysis import paths
from analysis.errors import DataError, Problem
from analysis.report.plan import keys, promises
from analysis.report.plan.records import Result, Why
from analysis.report.run import engine, processes, serverprocess, shared
from analysis.report.run.environment import given


def environment() -> dict[str, str]:
    """What every process that runs notebooks gets: one thread a library, a fixed string hash, pages instead of screens."""
    return {
        "YIGAI_RENDER": "page",
        "YIGAI_AS_OF": os.environ.get("YIGAI_AS_OF", ""),  # the day by which all that is read is cut
        "YIGAI_HOME": str(paths.home()),
        "PYTHONHASHSEED": "0",
        "YIGAI_INTERNAL": "1" if paths.internal() else "0",
        **serverprocess.SINGLE_THREADED,
    }


FEW = 2  # places for which a run of one theme imports nothing ahead of its call


class Runner:
    """The means of one run; started lazily, ended by ``close``. ``options``: engine, jobs, scheduler and limits of batch.Options.

    apart: a module that the server does not import, so that every template does (see ``let_go``).
    """

    def __init__(self, options: Any, books: list[promises.Notebook], apart: str = "") -> None:
        self.options, self.books, self.apart = options, books, apart
        self.folder = str(books[0].path.parent)
        self.size = options.jobs or os.cpu_count() or 1

    @property
    def many(self) -> bool:
        """Whether the run is asked for more than the pages of one theme and place or two."""
        asked = getattr(self.options, "regions", ())
        return len(self.books) > 1 or not 0 < len(asked) <= FEW

    @cached_property
    def server(self) -> tuple[serverprocess.ServerProcess | None, str]:
        """The fork server (it may still be importing), or None and the reason why reports run in plain kernels."""
        if self.options.engine != "fork":
            return None, "as asked"
        if not processes.forking():
            return None, "no fork server on this platform"
        names = set().union(*(keys.notebook_imports(book) for book in self.books))
        return serverprocess.ServerProcess(
            keys.preloads(names, late=self.many, apart=self.apart),
            self.folder,
            given(os.environ | environment()),
        ), ""

    def _ready(self) -> tuple[serverprocess.ServerProcess | None, str]:
        server, reason = self.server
        try:
            return (server.ready() if server else None), reason
        except serverprocess.NoServer as error:
            print(f"plain papermill instead of the fork server: {error}", file=sys.stderr)
            self.__dict__["server"] = None, str(error)
            return self.server

    def coverage(self, modules: Sequence[str]) -> dict[str, dict[str, Why | None]]:
        """Coverage of theme modules: module -> region code -> None (has a page) or why not. Raises DataError when a module cannot say it."""
        modules = list(modules)
        server, _ = self._ready()
        failed = ""
        if server:
            source = f"import os\nos.environ.update({environment()!r})\nfrom analysis.report.plan import coverage\nprint(coverage.answer({modules!r}))"
            try:
                text, failed = engine.evaluate(server.address, source, self.options.report_timeout)
            except (
                engine.StartFault
            ):  # killed from outside in the middle of it; like a report it is tried once more
                server.revive()
                text, failed = engine.evaluate(server.address, source, self.options.report_timeout)
        else:
            command = [sys.executable, "-m", "analysis.report.plan.coverage", *modules]
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                env=given(os.environ | environment()),
                cwd=self.folder,
            )
            text = done.stdout
            if done.returncode:
                failed = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        if failed:
            fix = f"try: python -m analysis.report.plan.coverage {' '.join(modules)}"
            raise DataError(Problem("coverage of the themes", failed, "a state or None for each region", fix))
        answer = json.loads(text)
        if "problems" in answer:
            raise DataError([Problem(*problem) for problem in answer["problems"]])
        return {name: Why.by_place(regions) for name, regions in answer["coverage"].items()}

    def run(self, jobs: Iterable[promises.Job], on_start: Callable[[str], None]) -> Iterator[Result]:
        """Results of the jobs as they come; ``on_start`` is told the id of each that is begun."""
        started = self.server  # imports in its own process while this one imports papermill
        engine.load()  # once here, inherited by every forked worker

        from analysis.report.run import pool

        del started
        server, reason = self._ready()
        how = {"server": server.address if server else "", "why_plain": reason}
        # one notebook after the other: the cells above its parameters are run once for all its reports
        asked = sorted(
            (job.to_json() | how for job in jobs),
            key=lambda job: (job["entry"]["order"], job["entry"]["theme"]),
        )
        if server:
            asked = paired(asked)
        revive: Callable[[], object] = server.revive if server else lambda: None
        ahead = Ahead(asked, server.address if server else "", self.folder)
        begun = sum("after" not in job for job in asked)
        with pool.Pool(min(self.size, begun), environment(), self.folder) as workers:
            for result in workers.run(
                asked,
                self.options.report_timeout,
                on_start=ahead.started(lambda job: on_start(job["id"])),
                tick=revive,
            ):
                ahead.ended(result)
                yield Result.of(result)

    def let_go(self, job: promises.Job) -> None:
        """End the template that the reports of a job's notebook start from: the next one imports anew what stands apart."""
        server, _ = self.__dict__.get("server", (None, ""))
        cells, above = engine.code_cells(json.loads(job.notebook)["cells"])
        if server and above:
            asked = engine.template_request(
                cells[:above], given(os.environ | environment()), self.folder, job.cell_timeout
            )
            try:
                engine.done_with(server.address, asked, job.start_timeout)
            except engine.StartFault:
                server.revive()

    def close(self) -> None:
        """End the server; a runner that was never used has nothing to end."""
        server, _ = self.__dict__.get("server", (None, ""))
        if server:
            server.stop()


def paired(jobs: list[dict]) -> list[dict]:
    """The jobs, those marked that differ in nothing but the language: one is "followed" by the other, which comes "after" it."""
    found: list[dict] = []
    first: dict[str, dict] = {}
    for job in jobs:
        entry = job["entry"]
        same = {name: value for name, value in entry["parameters"].items() if name != shared.LANGUAGE}
        key = json.dumps([entry["region_code"], entry["theme"], entry.get("as_of", ""), same], sort_keys=True)
        if shared.LANGUAGE in entry["parameters"] and (before := first.pop(key, None)):
            before["followed"], job = True, job | {"after": before["id"]}
        else:
            first[key] = job
        found.append(job)
    return found


AHEAD = (
    2  # notebooks: with one, a short notebook's reports leave a processor waiting for the template after it
)


class Ahead:
    """Has the next notebooks' templates begun while a notebook's reports are made, and lets go those whose reports are made."""

    def __init__(self, jobs: list[dict], address: str, folder: str):
        self.address, self.folder = address, folder
        self.theme = {job["id"]: job["entry"]["theme"] for job in jobs}
        self.left = Counter(self.theme.values())
        self.first = {job["entry"]["theme"]: job for job in reversed(jobs)}
        themes = list(dict.fromkeys(self.theme.values()))
        self.following = (
            {theme: themes[place : place + AHEAD] for place, theme in enumerate(themes, 1)} if address else {}
        )
        self.asked: dict[str, tuple[dict, float]] = {}

    def started(self, on_start: Callable[[Mapping], None]) -> Callable[[Mapping], None]:
        """``on_start`` that looks ahead."""

        def began(job: Mapping) -> None:
            on_start(job)
            for theme in self.following.pop(self.theme[job["id"]], ()):
                if theme not in self.asked:
                    self._ask(theme)

        return began

    def _ask(self, theme: str) -> None:
        job = self.first[theme]
        cells, above = engine.code_cells(json.loads(job["notebook"])["cells"])
        if above:
            asked = engine.template_request(
                cells[:above], given(os.environ | environment()), self.folder, job["cell_timeout"]
            )
            self.asked[theme] = asked, job["start_timeout"]
            self._tell(engine.template, theme)

    def ended(self, result: Mapping) -> None:
        """Count a result; the last of a notebook lets its template go."""
        theme = self.theme[result["id"]]
        self.left[theme] -= 1
        if not self.left[theme] and theme in self.asked:
            self._tell(engine.done_with, theme)

    def _tell(self, what: Callable, theme: str) -> None:
        asked, timeout = self.asked[theme]
        try:
            what(self.address, asked, timeout)
        except engine.StartFault:
            return  # the server is being started again; reports ask for their template themselves
