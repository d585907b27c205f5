"""The gate before the switch: what a run has made is looked at as it will stand, and what does not pass is not published.

A report that does not pass keeps its last good version, marked, and so does a page around the reports; neither keeps any other page
back. After a report was turned away the pages around the reports are made again without it, and looked at once more.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Protocol

from analysis.report.gate import gate
from analysis.report.plan.records import PageRecord, Result
from analysis.report.publish import indexes

ROUNDS = 4  # reports, then the pages around them, each once more after something was turned away
NEVER = 17  # internal figures on a public page
LINKS = (
    11  # a link to a page that a run for some places did not make: no fault that a new page is left out for
)


class Batch(Protocol):
    """What is asked of a run here (see ``batch.Batch``)."""

    output: Any
    state: Any
    summary: Any
    options: Any
    coverage: Any
    published: Any

    def index(self, coverage: Mapping) -> None: ...
    def fail(self, entry: Any, result: Result, reason: str) -> None: ...
    def mark_stale(self, record: PageRecord) -> None: ...


def admit(batch: Batch) -> None:
    """Put what a batch has gathered to the gate and take back what does not pass; the summary says what."""
    output, summary = batch.output, batch.summary
    if not (output.next.pending or (output.state / "gate.failed").exists()):
        return
    if not batch.options.quiet:
        print("checking the new pages before they are published", file=sys.stderr, flush=True)
    for last in (False,) * (ROUNDS - 1) + (True,):
        found = gate.new_pages(
            output.folder, batch.options.languages, over=output.next.files, gone=output.next.gone
        )
        summary.gate = found or summary.gate
        if found is None or found.ok or last:
            return
        new = set(output.next.names())
        broken = {name: why for name, why in found.broken.items() if name in new}
        if _turn_away(batch, broken):
            batch.index(batch.coverage)
        elif not _keep_old(batch, broken):
            return


def _turn_away(batch: Batch, broken: dict[str, str]) -> int:
    """Take back the reports whose pages do not pass, each in all its languages; returns how many."""
    pages = batch.state.pages
    named = {record.path: record for record in pages.values() if record.status == "ok"}
    reports = {
        (record.region_code, record.theme): why
        for name, why in broken.items()
        if (record := named.get(name))
        and (record.id in batch.published or not why.startswith(f"check {LINKS},"))
    }
    for report, why in reports.items():
        for record in [r for r in pages.values() if (r.region_code, r.theme) == report]:
            _restore(batch, record)
            batch.fail(record, Result(record.id, "failed", "gate"), why)
            batch.summary.refused.add(record.id)
            if record.id in batch.summary.made:
                batch.summary.made.remove(record.id)
    return len(reports)


def _restore(batch: Batch, record: PageRecord) -> None:
    """What was published of a page stands again, in its files and in what is known."""
    old = batch.published.get(record.id)
    batch.output.next.keep({*record.files, *(old.files if old else ())})
    if old is None:
        del batch.state.pages[record.id]
    else:
        batch.state.pages[record.id] = old


def _keep_old(batch: Batch, broken: dict[str, str]) -> int:
    """Leave pages around the reports, that do not pass, as they were published; returns how many could be.

    One that was never published goes out as it is, since the others lead to it, and the run says that it did not pass; unless it
    would show internal figures.
    """
    output, header, done = batch.output, batch.state.header, 0
    for name, why in broken.items():
        zh = name.removesuffix(".en.html").removesuffix(".html")
        names = [one for one in (f"{zh}.html", f"{zh}.en.html") if (output.folder / one).is_file()]
        if not names and not why.startswith(f"check {NEVER},"):
            continue
        output.next.keep([f"{zh}.html", f"{zh}.en.html"])
        for one in names:
            lang = "en" if one.endswith(".en.html") else "zh"
            batch.mark_stale(PageRecord("", "", lang, "failed", path=one, files={}))
        stamps = output.stamp([f"{zh}.html", f"{zh}.en.html"])
        header.site_files = {
            n: s for n, s in header.site_files.items() if n not in (f"{zh}.html", f"{zh}.en.html")
        }
        header.site_files |= stamps
        header.site.pop(indexes.part_of(name), None)  # the next run tries it again
        batch.summary.failed[name] = why
        batch.summary.refused.add(name)
        done += 1
    return done
