"""Many reports: plan, run, check, gather, gate, publish in one step, manifest.

One process plans and publishes; worker processes run notebooks and hand back finished pages in memory. Pages of one region and
theme (its languages) are published together or not at all; one report's failure touches no other. Readers see the old site until
all that was made has been through the gate, then the new one (see ``outputs``, ``admission``).

Longer than 400 lines because a run is one sequence whose steps share the state that lets the next run go on from there.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from analysis import paths
from analysis.errors import DataError, ParameterError, Problem, YigaiError
from analysis.report.pages import notices, render
from analysis.report.plan import keys, notes, parameters, promises
from analysis.report.plan.records import Covered, ManifestRow, PageRecord, Result
from analysis.report.publish import documents, indexes, outputs
from analysis.report.publish.asked import Options, Summary
from analysis.report.publish.current import Current
from analysis.report.publish.log import Log
from analysis.report.run import worker


def _cpu() -> float:
    """Processor seconds of this process and of its children that have ended."""
    return sum(os.times()[:4])


class Batch:
    """One run of `yigai report`. Raises ParameterError or DataError before anything runs; afterwards failures are counted."""

    def __init__(self, options: Options, books: list[promises.Notebook]):
        self.options, self.books = options, books
        self.asked = [book for book in books if not options.themes or book.theme in options.themes]
        self.settings = parameters.settings(
            options.settings, {book.path.name: book.parameters for book in self.asked}
        )
        self.inputs = keys.Inputs(books)
        self.output = outputs.Output(options.out or paths.reports())
        self.summary = Summary()
        self.coverage: Mapping[str, dict] = {}
        self.published: dict[str, PageRecord] = {}
        self.log = Log(self.output)
        self._checked = False

    def run(self) -> Summary:
        started, cpu = time.monotonic(), _cpu()
        with self.output.lock():
            self.output.recover()
            self.published = self.output.load().pages
            self.output.gather()
            self.state = self.output.load()
            self._loaded = self.state.header.digest
            try:
                self._make()
                if self._switch() or not self._saved():
                    self._save()
            finally:
                self._end_engine()
                if self.press is not None:
                    self.press.close()
        self.summary.wall, self.summary.cpu = time.monotonic() - started, _cpu() - cpu
        return self.summary

    def _switch(self) -> bool:
        """Let readers see what was made; False when there was nothing, or it could not be published."""
        from analysis.report.publish import admission

        if self.options.gate:
            admission.admit(self)
        try:
            pending = self.output.next.pending
            self.output.switch()
            return pending
        except (OSError, YigaiError) as error:
            self.summary.failed["site"] = f"not published: {getattr(error, 'strerror', error)}"
            self._checked, self._loaded = (
                False,
                self.state.header.digest,
            )  # what is known is of a site that is not out
            return False

    def _save(self) -> None:
        try:
            self.output.save(self.state)
        except OSError as error:  # the journal still holds what was published
            self.summary.failed["state"] = f"not written: {error.strerror}"

    def _saved(self) -> bool:
        """Nothing was learned that the state on the disk does not hold."""
        return not self._checked and self._loaded == self.state.header.digest

    @property
    def notice(self) -> Mapping[str, str]:
        """What every page of this site says at its head, by language; mostly nothing."""
        return self.options.notice

    # ---- plan ----------------------------------------------------------------------------------------------------------

    @cached_property
    def engine(self) -> Any:
        """The running engine: fork server and coverage; started when first needed, with what the asked themes import."""
        from analysis.report.run import runner

        return runner.Runner(self.options, self.asked)

    def _end_engine(self) -> None:
        if "engine" in self.__dict__:
            self.__dict__.pop("engine").close()

    @cached_property
    def press(self) -> documents.Press | None:
        """What writes PDF and Word files; None when none were asked for."""
        options = self.options
        if not options.formats:
            return None
        return documents.Press(
            options.formats, options.style, options.jobs, self.current.shared["environment"]
        )

    @cached_property
    def current(self) -> Current:
        """What pages depend on now, against what is known of those that stand."""
        return Current(self.inputs, self.output, self.state, self.notice)

    def _coverage(self, books: Iterable[promises.Notebook]) -> dict:
        """Coverage of the books' modules as it is now; of others as it was last known, for the pages around the reports."""
        known = self.state.header.coverage
        stamp = [self.current.tables, self.current.shared["dictionaries"], self.options.as_of]
        wanted = {book.module: [*stamp, self.current.themes[book.theme]["code"]] for book in books}
        lacking = [name for name, now in wanted.items() if name not in known or known[name].made_from != now]
        for name, regions in (self.engine.coverage(lacking) if lacking else {}).items():
            known[name] = Covered(wanted[name], regions)
        return {name: found.regions for name, found in known.items()}

    def _stale(self, entries: list[promises.Entry]) -> dict[tuple[str, str], str]:
        """Reports (region, theme) to make -> reason. A report is made when any of its pages must be."""
        reports: dict[tuple[str, str], str] = {}
        for entry in entries:
            record = self.state.pages.get(entry.id)
            reason = "--force" if self.options.force else self.current.why(entry, record)
            if reason:
                self.summary.reasons[entry.id] = reason
                reports.setdefault(entry.report, reason)
            elif record is not None and record.tables != self.current.tables:
                record.tables, self._checked = self.current.tables, True
        return reports

    # ---- run -----------------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        options = self.options
        self.coverage = coverage = self._coverage(self.asked)
        entries = promises.entries(
            self.asked, coverage, options.languages, options.regions, options.as_of, self.settings
        )
        self._absences(coverage, bool(entries))
        todo = self._stale(entries)
        for entry in entries:
            if entry.report not in todo:
                self.summary.kept.append(entry.id)
        if options.explain:
            for entry in entries:
                reason = self.summary.reasons.get(entry.id) or todo.get(entry.report)
                print(f"{entry.id}: " + (f"to make ({reason})" if reason else "current"))
        pending = [entry for entry in entries if entry.report in todo]
        if pending:
            self._run(pending)
        self._end_engine()  # the pages around the reports have the room that it took
        if self.press is not None:
            self._documents(self.press, [entry.id for entry in entries])
        if options.whole:
            self._take_away({entry.id for entry in entries})
        self.index(coverage)
        header = self.state.header
        header.themes, header.shared, header.tables = (
            self.current.themes,
            self.current.shared,
            self.current.tables,
        )
        header.signature, header.notice = self.inputs.signature, dict(self.notice)
        header.issue = self.options.issue

    def _documents(self, press: documents.Press, names: Iterable[str]) -> None:
        """Write the PDF and Word files that pages lack."""
        records = [
            record for name in names if (record := self.state.pages.get(name)) and record.status == "ok"
        ]
        for record, made in press.pages(self.output, records, dict(self.notice)):
            try:
                if isinstance(made, Exception):
                    raise made
                documents.publish(self.output, record, made, press)
                self.summary.documents += len(made)
                self._checked = True
            except Exception as error:  # its page stands without them
                self._no_document(f"{record.id} ({', '.join(press.forms)})", error)

    def _no_document(self, name: str, error: Exception) -> None:
        self.summary.failed[name] = self.log.error(name, "page", error)

    def _absences(self, coverage: Mapping, any_page: bool) -> None:
        """Say why pairs that were asked for have no page. Raises ParameterError when that leaves nothing to make."""
        without = promises.absences(self.asked, coverage, self.options.regions)
        if without and not any_page:
            coverage = self._coverage(self.books)
            having = [
                book.theme
                for book in self.books
                for state in (coverage.get(book.module, {}).get(code, "") for code in self.options.regions)
                if state is None and book.scope != "nation"
            ]
            others = f"ask for {', '.join(dict.fromkeys(having))}" if having else "choose another place"
            expected = "a place and a theme that have a page"
            raise ParameterError(
                [Problem("--region, --theme", line, expected, others) for line in promises.in_words(without)]
            )
        self.summary.absent = promises.in_words(without)

    def _job(self, entry: promises.Entry) -> promises.Job:
        options, told = self.options, self._versioned(entry)
        text = self.inputs.books[entry.theme].text
        return promises.Job(entry.id, told, text, options.engine, options.cell_timeout, options.start_timeout)

    def _versioned(self, entry: promises.Entry) -> promises.Entry:
        return replace(entry, code_version=self.current.code_version(entry))

    def _run(self, entries: list[promises.Entry]) -> None:
        from tqdm import tqdm

        from analysis import catalog

        tqdm.monitor_interval = 0  # its thread would be copied into every forked worker
        names = {entry.id: catalog.region(entry.region_code).short_zh for entry in entries}
        reports: dict[tuple[str, str], list[promises.Entry]] = {}
        for entry in entries:
            reports.setdefault(entry.report, []).append(entry)
        by_id, results = {entry.id: entry for entry in entries}, {}
        with tqdm(
            total=len(entries),
            unit="page",
            file=sys.stderr,
            smoothing=0.1,
            disable=None if os.environ.get("YIGAI_PROGRESS") != "1" else False,
        ) as bar:
            for result in self._results(
                [self._job(entry) for entry in entries], lambda name: bar.set_postfix_str(names[name])
            ):
                bar.update()
                self.log.result(result)
                results[result.id] = result
                group = reports[by_id[result.id].report]
                if all(entry.id in results for entry in group):
                    self._settle(group, [results.pop(entry.id) for entry in group])

    def results(self, entries: list[promises.Entry]) -> Iterator[tuple[promises.Entry, Result]]:
        """Each entry with its result, nothing published; the engine is ended afterwards."""
        by_id = {entry.id: entry for entry in entries}
        try:
            for result in (
                self._results([self._job(e) for e in entries], lambda name: None) if entries else ()
            ):
                yield by_id[result.id], result
        finally:
            self._end_engine()

    def _results(self, jobs: list[promises.Job], on_start: Callable[[str], None]) -> Iterator[Result]:
        """Results as they come; ``on_start`` is told the id of each page that is begun."""
        if self.options.scheduler:
            from analysis.report.run import cluster

            return cluster.run(self.options.scheduler, jobs, self.inputs, on_start)
        render.prepare()  # once here, not in each worker
        return self.engine.run(jobs, on_start)

    # ---- publish -------------------------------------------------------------------------------------------------------

    def _settle(self, group: list[promises.Entry], results: list[Result]) -> None:
        """Publish one report, or say why not."""
        failures = {result.id: result.error for result in results if not result.ok}
        if not failures and any(result.shared != results[0].shared for result in results):
            failures = {r.id: "the languages of this report do not hold the same facts" for r in results}
        if not failures:
            try:
                self._publish(group, results)
                return
            except OSError as error:
                failures = {result.id: f"not written: {error.strerror}" for result in results}
            except YigaiError as error:  # a link to elsewhere in the way
                failures = {result.id: str(error) for result in results}
        reason = "; ".join(dict.fromkeys(failures.values()))
        for entry, result in zip(group, results, strict=True):
            self.fail(entry, result, failures.get(entry.id) or f"held back: {reason}")

    def _publish(self, group: list[promises.Entry], results: list[Result]) -> None:
        files: dict[str, bytes] = {}
        records, remove = [], set()
        for entry, result in zip(group, results, strict=True):
            texts = self.noted(result.html, entry.lang) | dict(result.shared)
            pages = {name: text.encode() for name, text in texts.items()}
            note = notes.Note(self._versioned(entry), result.path, result.blocks)
            pages[f"{outputs.STATE}/{notes.name(entry.id)}"] = notes.packed(note)
            parts, old = self.current.parts(entry), self.state.pages.get(entry.id)
            sha = keys.digest(pages[result.path])
            remove |= set(old.files if old else ()) - pages.keys()
            records.append(
                PageRecord(
                    entry.region_code,
                    entry.theme,
                    entry.lang,
                    "ok",
                    path=result.path,
                    parts=parts,
                    tables=self.current.tables,
                    reads=list(result.reads),
                    key=keys.key(parts, result.reads),
                    sha=sha,
                    seconds=result.seconds,
                    cpu_seconds=result.cpu_seconds,
                    engine=result.engine,
                    files=dict.fromkeys(pages, [0, 0]),  # stamped when they are staged
                )
            )
            if old and old.sha == sha:
                self.summary.same.append(entry.id)
            files |= pages
        for record in self.output.publish(files, records, remove - files.keys()):
            self.state.pages[record.id] = record
            self.summary.made.append(record.id)
        self._mark_other_languages(group)

    def noted(self, html: Mapping[str, str], lang: str) -> dict[str, str]:
        """Pages with the notice of the whole site at their head."""
        return {
            name: notices.at_head(text, self.notice.get(lang, ""), "dated") for name, text in html.items()
        }

    def _mark_other_languages(self, group: list[promises.Entry]) -> None:
        """A page that was not asked for (--lang) and shares the new facts is marked when it is no longer current."""
        for lang in set(parameters.LANGUAGES) - {entry.lang for entry in group}:
            other = replace(group[0], lang=lang, parameters=dict(group[0].parameters) | {"lang": lang})
            record = self.state.pages.get(other.id)
            # facts and CSV files were written anew with the other language; they are looked at through the rest of the record
            if record and record.status == "ok":
                record.files |= self.output.stamp(
                    [name for name in record.files if not name.endswith((".html", f"{lang}.json"))]
                )
                if reason := self.current.why(other, record):
                    why = f"not made again with its other language ({reason})"
                    self.fail(other, Result(other.id, "failed", "page"), why, count=False)

    def fail(
        self, entry: promises.Entry | PageRecord, result: Result, reason: str, count: bool = True
    ) -> None:
        """Keep what was published before, marked as stale. The record carries the kind of failure and a note; the log its reason."""
        note = worker.note(entry.id, reason)
        self.log.add(entry.id, [f"note {note}: {reason}"])
        old = self.state.pages.get(entry.id)
        record = PageRecord(
            entry.region_code,
            entry.theme,
            entry.lang,
            "failed",
            path=old.path if old else "",
            kind=result.kind or "other",
            note=note,
            seconds=result.seconds,
            cpu_seconds=result.cpu_seconds,
            files=old.files if old else {},
            documents=old.documents if old else {},
        )
        self.state.pages[entry.id] = record
        if count:
            self.summary.failed[entry.id] = reason
        try:
            if record.path:
                self.mark_stale(record)
            self.output.journal(record)
        except (OSError, YigaiError) as error:
            print(f"{entry.id}: the failure could not be written down: {error}", file=sys.stderr)

    def mark_stale(self, record: PageRecord) -> None:
        """Say on a page that it is its last good version."""
        self.output.inside(record.path)
        path = self.output.path(record.path)
        if not path.is_file():
            return
        text = path.read_text(encoding="utf-8", errors="replace")
        marked = notices.stale(text, record.lang)
        if marked != text:
            self.output.publish({record.path: marked.encode()})
            record.files = record.files | self.output.stamp([record.path])

    def _take_away(self, planned: set[str]) -> None:
        for name in sorted(set(self.state.pages) - planned):
            record = self.state.pages.pop(name)
            others = {file for other in self.state.pages.values() for file in other.files}
            try:
                self.output.publish({}, remove=set(record.files) - others, forget=name)
            except (OSError, YigaiError) as error:
                self.state.pages[name] = record
                self.summary.failed[name] = f"not taken away: {getattr(error, 'strerror', error)}"
                continue
            self.summary.removed.append(name)

    # ---- indexes -------------------------------------------------------------------------------------------------------

    def manifest(self) -> dict:
        """What ``manifest.json`` holds: when and as of which date it was made, and one row a page (see ManifestRow)."""
        made = set(self.summary.made)
        rows = [ManifestRow.of(record, name in made) for name, record in sorted(self.state.pages.items())]
        return {
            "version": outputs.VERSION,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "as_of": self.options.as_of,
            "pages": [asdict(row) for row in rows],
        }

    def index(self, coverage: Mapping) -> None:
        """Make the pages around the reports, where they are not as they should be."""
        header = self.state.header
        busy = self.summary.made or self.summary.failed or self.summary.removed or self.output.next.pending
        around = indexes.Around(self.output, self.state, self.inputs, coverage, self.notice)
        places, part = frozenset(self.options.regions), indexes.of_some(header.site, self.options.regions)
        around = replace(around, press=self.press, places=places, part=part)
        around = replace(around, issue=self.options.issue, before=self.options.before)
        sound = header.site and not self.current.altered(header.site_files)
        lacking = around.lacking() or around.newly_asked()
        if busy or not sound or lacking or not (self.current.unchanged or not around.outdated()):
            try:
                header.site, header.site_files = around.build(self.manifest)
                self.summary.documents += around.documents
                self._checked = self._checked or bool(around.documents)
                for name, error in around.troubles:
                    self._no_document(name, error)
            except Exception as error:  # the reports stand; only the pages about them could not be made
                self.summary.failed["index"] = self.log.error("index", "index", error)
                header.site = {}
                return
        self.summary.index = self.output.folder / "index.html"


def report(options: Options) -> Summary:
    """`yigai report`. Raises ParameterError (exit 2) or DataError before any report is started."""
    books = promises.notebooks()
    if not books:
        where = paths.relative(paths.notebooks())
        raise DataError(
            Problem(
                where,
                "no theme's notebook",
                "files such as 01_region_profile.ipynb",
                "see README, Ask a new question",
            )
        )
    parameters.themes(options.themes, [book.theme for book in books])
    before = os.environ.get("YIGAI_AS_OF", "")
    os.environ["YIGAI_AS_OF"] = (
        options.as_of
    )  # every table that this run reads, here or in a process it starts, is cut at the day
    try:
        return Batch(options, books).run()
    finally:
        os.environ["YIGAI_AS_OF"] = before
