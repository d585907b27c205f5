"""Whether a page, its files or a citation still say what the recorded rows give: made once more here, nothing is fetched.

A page is made again only by the code and from the rows that made it; where these are other ones by now, that is the answer.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from analysis.errors import ParameterError, Problem
from analysis.report.formats import writing
from analysis.report.plan import keys, notes, promises
from analysis.report.plan.records import PageRecord
from analysis.report.publish import again

ADDRESS = re.compile(r"(?<![\w/])(\d{6}/[a-z][a-z0-9_]*(?:\.en)?\.html)(?:#([\w-]+))?")
# how an answer ends that nothing was compared for
ONLY, OTHERS = "it can be made again only by what made it", "are others by now"
BRIEFING = re.compile(r"\d{6}/index(?:\.en)?\.(?:html|pdf|docx)")
READ = re.compile(r"sha256 ([0-9a-f]{16})\b")
VERSION = re.compile(r"(?:代码版本|[Cc]ode version) ([0-9a-f]{12})\b")


def located(text: str, site: Path) -> tuple[Path, str]:
    """(site's folder, name from it) of a page or of its PDF or Word file. Raises ParameterError when there is none."""
    path = next((p for p in (Path(text), site / text) if p.is_file()), None)
    if path is None or path.suffix not in (".html", ".pdf", ".docx"):
        expected = "a page (html, pdf, docx) of a site, or a citation in quotation marks"
        fix = "write it as reports/140000/region_profile.html"
        raise ParameterError(Problem("PAGE", repr(text[:80]), expected, fix))
    path = path.resolve()
    return path.parents[1], f"{path.parent.name}/{path.name}"


class Site:
    """A finished site whose pages are looked at once more."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.second = again.Second(folder)

    def record(self, name: str) -> PageRecord:
        """The record of the page that a file belongs to. Raises ParameterError when the folder keeps none."""
        page = f"{name.rpartition('.')[0]}.html"
        for record in self.second.state.pages.values():
            if record.path == page:
                return record
        having = "the page of a theme or a briefing, made in this folder"
        raise ParameterError(Problem("PAGE", name, having, "name one of them: 140000/region_profile.html"))

    def entry(self, record: PageRecord) -> promises.Entry:
        """What the page was made for. Raises ParameterError when no notebook promises it any more."""
        as_of = self.note(record).entry.as_of
        batch = self.second.batch
        found = promises.entries(
            batch.books, self.second.modules, (record.lang,), (record.region_code,), as_of
        )
        for one in found:
            if one.theme == record.theme:
                return one
        expected, fix = "a notebook that promises the page", "make the site again: yigai report"
        raise ParameterError(Problem("PAGE", record.path, expected, fix))

    def note(self, record: PageRecord) -> notes.Note:
        """What is kept of the page."""
        path = self.second.output.state / notes.name(record.id)
        return notes.read(path)

    def differences(self, name: str) -> list[str]:
        """What differs between a file and the same made once more; empty when nothing does."""
        if BRIEFING.fullmatch(name):
            return self._briefing(name)
        record = self.record(name)
        entry = self.entry(record)
        batch, current = self.second.batch, self.second.batch.current
        reason = keys.why(current.parts(entry), record, [], current.selections)
        if reason and reason.startswith("changed: "):
            made, here = self.note(record).entry.code_version, current.code_version(entry)
            named = (
                f"the page was made by code version {made}, here is {here}"
                if made != here
                else "its inputs are others"
            )
            return [f"{named} ({reason}); {ONLY}"]
        if reason:
            return [f"{reason}: the rows that it read {OTHERS}"]
        if not name.endswith(".html"):
            return self._document(name, record)
        ((_, result),) = batch.results([entry])
        if not result.ok:
            return [f"it could not be made again: {result.kind}: {result.error}"]
        files = {**batch.noted(result.html, entry.lang), **result.shared}
        return [line for file, text in sorted(files.items()) for line in self._against(file, text.encode())]

    def _briefing(self, name: str) -> list[str]:
        """What differs between a place's briefing, or its document, and the same made once more from the records of its pages."""
        code, _, file = name.partition("/")
        form = file.rpartition(".")[2]
        around, found = self.second.surroundings(), [""]
        for style in ("house", "gongwen") if form == "docx" else ("house",):
            with tempfile.TemporaryDirectory(prefix="yigai-verify-") as folder:
                if not around.briefing(code, Path(folder), form if form != "html" else "", style):
                    return [f"its pages, rows, words or code {OTHERS}; {ONLY}"]
                found = self._against(name, (Path(folder) / name).read_bytes())
            if not found:
                break
        return found

    def _document(self, name: str, record: PageRecord) -> list[str]:
        form = name.rpartition(".")[2]
        path = self.second.output.state / notes.name(record.id)
        styles = ("house", "gongwen") if form == "docx" else ("house",)
        found: list[str] = []
        for style in styles:
            made = writing.theme(path, self.second.notice, (form,), style)[form]
            found = self._against(name, made)
            if not found:
                return []
        return found

    def _against(self, name: str, content: bytes) -> list[str]:
        """A line where a published file is not this content: which line of it differs."""
        path = self.folder / name
        held = path.read_bytes() if path.is_file() else b""
        if held == content:
            return []
        if name.endswith((".pdf", ".docx")):
            return [f"{name}: {len(held)} bytes that are not the {len(content)} made again"]
        pairs = zip(held.splitlines() + [b""], content.splitlines() + [b""], strict=False)
        line = next((n for n, (a, b) in enumerate(pairs, 1) if a != b), 1)
        return [f"{name}: differs from line {line} on"]


def cited(text: str, site: Path) -> list[str]:
    """What differs between a citation and the page that it names; empty when the page is in the state that was cited.

    Raises ParameterError when the text names no page of the site.
    """
    found = ADDRESS.search(text)
    if not found:
        expected, fix = (
            "the address of a page in it, such as 140000/services.html#r-f1",
            "copy the citation whole",
        )
        raise ParameterError(Problem("citation", repr(text[:60]), expected, fix))
    name, anchor = found[1], found[2] or ""
    facts_file = site / f"{name.removesuffix('.html').removesuffix('.en')}.facts.json"
    if not facts_file.is_file():
        raise ParameterError(Problem("citation", name, f"a page of {site}", "name its folder: --site DIR"))
    facts = json.loads(facts_file.read_bytes())
    lines = []
    for what, pattern, now in (
        ("data read", READ, facts["reads_hash"]),
        ("code version", VERSION, facts["code_version"]),
    ):
        said = pattern.search(text)
        if said and said[1] != now:
            lines.append(f"{what}: cited {said[1]}, the page says {now}")
    return lines + _number(text, anchor.removeprefix("r-").removeprefix("b-"), facts)


def _number(text: str, anchor: str, facts: Mapping) -> list[str]:
    """Whether the number that a citation leads to is still there and printed as cited."""
    if not re.fullmatch(r"f[0-9a-f]{8}", anchor):
        known = {section["id"] for section in facts["sections"]}
        return [] if not anchor or anchor in known else [f"#{anchor}: not on the page any more"]
    fact = facts["facts"].get(anchor)
    if fact is None:
        return [f"#{anchor}: this number is not on the page any more"]
    shown = set(fact["text"].values())
    return (
        []
        if any(one in text for one in shown)
        else [f"#{anchor}: the page prints {' / '.join(sorted(shown))}"]
    )
