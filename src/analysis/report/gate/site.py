"""What the checks read: a finished site or drafts of pages, and what a check answers."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from analysis.report.gate import scan
from analysis.report.gate.scan import Page

MAX_SHOWN = 12
KEPT = (
    24  # files of facts that are held at once: those of a place's reports, which its briefing is read against
)
NATION = "000000"


@dataclass(frozen=True)
class Outcome:
    """One check's result: state is passed, failed or not run; pages it ran on; one line a problem."""

    number: int
    name: str
    state: str
    pages: int
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"{self.number:2d} {self.name}: {self.state} ({self.pages} pages)"
        more = [f"     ... {len(self.problems) - MAX_SHOWN} more"] if len(self.problems) > MAX_SHOWN else []
        return "\n".join([head, *(f"     {p}" for p in self.problems[:MAX_SHOWN]), *more])


@dataclass(frozen=True)
class Result:
    """All outcomes; ``ok`` is what the exit code follows."""

    outcomes: tuple[Outcome, ...]
    strict: bool = False

    @property
    def ok(self) -> bool:
        allowed = {"passed"} if self.strict else {"passed", "not run"}
        return all(o.state in allowed for o in self.outcomes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.outcomes))

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The checks that found something."""
        return tuple(o for o in self.outcomes if o.state == "failed")

    @property
    def broken(self) -> dict[str, str]:
        """What the problems are about -> the first of them: names of pages, and of anything else that a check speaks of."""
        found: dict[str, str] = {}
        for outcome in self.failed:
            for line in outcome.problems:
                about = line.partition(":")[0].partition("#")[0].partition(",")[0]
                found.setdefault(about, f"check {outcome.number}, {outcome.name}: {line}")
        return found

    @property
    def brief(self) -> str:
        """One line: how many checks passed, on how many pages, and which were not run, by reason."""
        done, left = (
            [o for o in self.outcomes if o.state == "passed"],
            [o for o in self.outcomes if o.state == "not run"],
        )
        line = f"gate: {len(done)} checks passed on {max((o.pages for o in done), default=0)} new pages"
        reasons: dict[str, list[str]] = {}
        for one in left:
            reasons.setdefault(str(one.problems[0]), []).append(str(one.number))
        return line + "".join(f"; not run: {', '.join(n)} ({why})" for why, n in reasons.items())


@dataclass
class Site:
    """A finished site, read once.

    only: names of the pages to check; the others are looked at where these lead to them. languages: what the run was asked for;
    with one of two, the missing pages of the other are no fault. drafts: name -> text of a page and its files that are in no folder
    yet; there is no site around them then. over, gone: what is to be published over the folder, and what is to go (see scan.Folder).
    """

    folder: Path
    again: Path | None = None
    pages: list[Page] = field(default_factory=list)
    only: frozenset[str] | None = None
    languages: tuple[str, ...] = ("zh", "en")
    drafts: Mapping[str, str] | None = None
    over: Path | None = None
    gone: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.files = scan.Folder(self.folder, self.over, self.gone)
        self.pages = self.pages or self.files.read(self.only)
        self._ids: dict[str, frozenset[str]] = {}
        self._read: dict[str, dict | None] = {}

    @cached_property
    def by_name(self) -> dict[str, Page]:
        return {p.name: p for p in self.pages}

    @cached_property
    def names(self) -> list[str]:
        """Names of all pages of the site, also of those that are not checked."""
        return self.files.names()

    def page(self, name: str) -> Page | None:
        """A page of the site, also one that is not checked; None when there is none."""
        if name not in self.by_name and self.only is not None and self.files.path(name).is_file():
            self.by_name[name] = self.files.read([name])[0]
        return self.by_name.get(name)

    def ids(self, name: str) -> frozenset[str]:
        """Anchors of a page, found without reading all of it when it is not checked."""
        if name not in self._ids:
            page, path = self.by_name.get(name), self.files.path(name)
            text = (
                path.read_text(encoding="utf-8", errors="replace")
                if page is None and name.endswith(".html") and path.is_file()
                else ""
            )
            self._ids[name] = frozenset(page.ids if page else re.findall(r'\sid="?([^"\s>]+)', text))
        return self._ids[name]

    def other_titles(self) -> dict[str, str]:
        """Titles of the pages that are not checked, by title."""
        found = {}
        for name in () if self.only is None else set(self.names) - self.only:
            with self.files.path(name).open(encoding="utf-8", errors="replace") as file:
                match = re.search(r"<title>(.*?)</title>", file.read(4000))
            found[html.unescape(match[1]).strip() if match else ""] = name
        return found

    @cached_property
    def reports(self) -> list[Page]:
        return [p for p in self.pages if "report" in p.body.split()]

    def text(self, name: str) -> str | None:
        """Content of a file of the site; None when there is none."""
        if self.drafts is not None:
            return self.drafts.get(name)
        path = self.files.path(name)
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None

    def facts(self, page: Page) -> dict | None:
        """facts.json beside a report's or a comparing page; None when it is absent."""
        beside = page.name.removesuffix(".html").removesuffix(".en") + ".facts.json"
        return self._facts(f"{page.region}/{page.theme}.facts.json" if page.region and page.theme else beside)

    def _facts(self, name: str) -> dict | None:
        """A file of facts, read once while pages that lie side by side ask for it: a site has a thousand, too many to keep."""
        if name not in self._read:
            text = self.text(name)
            while len(self._read) >= KEPT:
                del self._read[next(iter(self._read))]
            self._read[name] = None if text is None else json.loads(text)
        return self._read[name]

    def facts_around(self, page: Page) -> dict[str, dict]:
        """The facts that a page around reports may print: those of all reports of its place, of the nation for the front page."""
        found: dict[str, dict] = {}
        place = page.region or NATION
        folders = [folder / place for folder in (self.folder, self.over) if folder is not None]
        for name in sorted({path.name for folder in folders for path in folder.glob("*.facts.json")}):
            if held := self._facts(f"{place}/{name}"):
                found |= held["facts"]
        return found
