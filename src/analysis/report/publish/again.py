"""A second rendering of a finished site for the gate's check 15: a seeded sample of reports, and every page around them.

Reports run once more through the engine that made them; nothing is written but the folder that is given. Pages that are no
longer current (data, code or parameters have changed since) are left out: their bytes would differ for a good reason.
"""

from __future__ import annotations

import random
from pathlib import Path

from analysis.errors import YigaiError
from analysis.report.plan import notes, promises
from analysis.report.publish import batch, indexes, outputs
from analysis.report.publish.asked import Options

SAMPLE = 4


class Second:
    """Makes chosen pages of a finished site once more, with a batch that publishes nothing."""

    def __init__(self, site: Path):
        self.output = outputs.Output(site)
        self.state = self.output.load()
        self.notice = self.state.header.notice
        self.batch = batch.Batch(Options(out=site, notice=self.notice), promises.notebooks())
        self.batch.state = self.state

    @property
    def modules(self) -> dict[str, dict]:
        """Coverage as the last run knew it; empty before the first run."""
        return {name: found.regions for name, found in self.state.header.coverage.items()}

    def current(self, names: list[str]) -> list[promises.Entry]:
        """Those of the pages that stand as they were made and would be kept by a run now."""
        found = []
        for name in names:
            record, note = self.state.pages[name], self.output.state / notes.name(name)
            as_of = notes.read(note).entry.as_of
            entries = promises.entries(
                self.batch.books, self.modules, (record.lang,), (record.region_code,), as_of
            )
            found += [
                e for e in entries if e.theme == record.theme and self.batch.current.why(e, record) is None
            ]
        return found

    def reports(self, sample: int, seed: int) -> dict[str, str]:
        """A seeded sample of current pages rendered once more: name -> HTML (what went wrong, where a page was not made)."""
        names = sorted(name for name, record in self.state.pages.items() if record.status == "ok")
        entries = self.current(random.Random(seed).sample(names, min(len(names), 3 * sample)))[:sample]
        pages: dict[str, str] = {}
        for entry, result in self.batch.results(entries):
            if result.ok:
                pages |= self.batch.noted(result.html, entry.lang)
            else:
                pages[self.state.pages[entry.id].path] = result.error
        return pages

    def surroundings(self) -> indexes.Around:
        """What the pages around the reports are made from."""
        site = self.state.header.site
        held = frozenset(c for c in site if c.isdecimal() and not site[c].startswith(indexes.UNMADE))
        return indexes.Around(
            self.output,
            self.state,
            self.batch.inputs,
            self.modules,
            self.notice,
            places=held,
            part=site.get(indexes.REFERENCE, "").startswith(indexes.PART),
            issue=self.state.header.issue,
        )

    def around(self, folder: Path) -> bool:
        """The pages around the reports once more; False when they are not current."""
        return self.surroundings().render(folder)


def render(site: Path, folder: Path, sample: int = SAMPLE, seed: int = 0) -> Path | str:
    """Render part of a site once more into ``folder``; returns it, or the reason why nothing was rendered."""
    if not (site / outputs.STATE / "state.json").is_file():
        return "the folder holds no record of a run"
    try:
        second = Second(site)
        if not second.modules:
            return "the last run did not come to an end"
        around = second.around(folder)
        pages = second.reports(sample, seed)
    except YigaiError as error:
        return str(error).splitlines()[0]
    for name, html in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    return folder if around or pages else "no page is current; run yigai report first"
