"""The pages about the pages: each is built when what it shows has changed, in a staging folder, and published together.

Four kinds are told apart, each with a key over what it depends on: the pages of one place (briefing and workbook), the front
page, what is missing, and the reference (sources, indicators). Places are made one after the other, so that memory does not
grow with their number; what a place adds to the lists over all places (what is missing, the search) is kept in ``.yigai/places/<code>.json``.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, partial
from pathlib import Path

from analysis import catalog, known, paths
from analysis.report.pages import notices
from analysis.report.pages.kept import Kept
from analysis.report.pages.shown import Plan, Printing, Report, Site, Theme, above
from analysis.report.plan import keys, notes
from analysis.report.plan.records import PageRecord, Stamp, State, Why
from analysis.report.publish import changed, compared, documents, outputs
from analysis.report.publish import files as disk
from analysis.told import Told
from analysis.words import LANGS

MODULES = (
    "analysis.report.pages.site",
    "analysis.report.pages.notices",
    "analysis.report.pages.changes",
    "analysis.report.pages.feed",
    "analysis.report.formats.package",
    "analysis.report.formats.api",
)
FRONT, MISSING, REFERENCE = "front", "missing", "reference"
PART = "part "  # begins the key of the reference in a site of some places: no pages that compare, no data package
UNMADE = "unmade "  # begins the key of a place that pages lead to and that such a site does not hold


def _findings(output: outputs.Output, record: PageRecord) -> list[Told]:
    """The findings stored of a page; none when the note is not the one that was written (the page is made again then)."""
    note = f"{outputs.STATE}/{notes.name(record.id)}"
    stamp = output.stamp([note]).get(note)
    if stamp is None or stamp != record.files.get(note):
        return []
    return list(notes.read(output.path(note)).findings)


FEW = 3  # places for which a run makes nothing that serves all places


def of_some(site: Mapping[str, str], places: Collection[str]) -> bool:
    """Whether a run for these places makes a site of some places: not where a wider run has made what serves all. site: part -> key.

    >>> of_some({}, ["140000"]), of_some({}, []), of_some({REFERENCE: "x"}, ["140000"])
    (True, False, False)
    """
    return 0 < len(places) <= FEW and site.get(REFERENCE, PART).startswith(PART)


_LED = re.compile(r'href="\.\./(\d{6})/index(?:\.en)?\.html')


@dataclass(frozen=True)
class Around:
    """What the pages around the reports are made from: the output with its state, the inputs, coverage, a notice for all pages.

    press: what writes the briefings' PDF and Word files, where they are wanted. places: those that the run was for (empty: all).
    part: a site of some places (see ``of_some``), which says of the others that pages lead to how to make them.
    issue, before: the month of a dated issue, and the folder of the one before it. troubles, written: filled by ``build``.
    """

    output: outputs.Output
    state: State
    inputs: keys.Inputs
    coverage: Mapping[str, Mapping[str, Why | None]]
    notice: Mapping[str, str]
    press: documents.Press | None = None
    places: frozenset[str] = frozenset()
    part: bool = False
    issue: str = ""
    before: Path | None = None
    troubles: list[tuple[str, Exception]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    @property
    def documents(self) -> int:
        """How many documents of briefings were written."""
        return len(self.written)

    def pages(self) -> list[Report]:
        """The reports, in the order of their names. A stale one could not be made again and its last version still stands."""
        rows = []
        for _, record in sorted(self.state.pages.items()):
            book = self.inputs.books.get(record.theme)
            rows.append(
                Report(
                    record.region_code,
                    record.theme,
                    record.lang,
                    dict(book.title) if book else dict.fromkeys(LANGS, record.theme),
                    book.order if book else 0,
                    record.shown,
                    record.kind,
                    record.note,
                    tuple(sorted(record.documents)),
                    partial(_findings, self.output, record),
                )
            )
        return rows

    @cached_property
    def plan(self) -> Plan:
        """The site as it is to be."""
        books = self.inputs.books.values()
        by_region: dict[str, dict[str, Why | None]] = {}
        for book in books:
            for code, state in self.coverage.get(book.module, {}).items():
                by_region.setdefault(code, {})[book.theme] = state
        shown = self._shown(by_region)
        over = {parent for code in shown for parent in above(code)}  # their pages lead there
        return Plan(
            issue=self.issue,
            part=self.part,
            programs=not self.part and not paths.internal(),  # as _for_programs writes them
            regions=sorted(over | shown),
            unmade=self._unmade(over | shown),
            coverage={code: by_region[code] for code in sorted(by_region)},
            themes={book.theme: Theme(dict(book.title), book.order, book.question) for book in books},
            as_of=known.as_of(),
        )

    def _shown(self, covered: Collection[str]) -> set[str]:
        """Places with a briefing: all that the themes cover, but in a run for some places not every city of the nation.

        A city has one when it was asked for, has a page, had a briefing before, or a page of an asked place leads to it (a city's peers
        are all over the nation); provinces always, as pages lead to their peers. In a site of some places only those that were asked
        for, have a page or had a briefing before.
        """
        made = {record.region_code for record in self.state.pages.values()}
        if not self.places:
            return {*covered} | made
        site = self.state.header.site
        held = {code for code in site if code in covered and not site[code].startswith(UNMADE)}
        asked = {*self.places} & {*covered}
        if self.part:
            return asked | held | made
        wide = {code for code in covered if catalog.region(code).level in ("nation", "province")}
        return wide | asked | (self._linked() & {*covered}) | held | made

    def _unmade(self, held: Collection[str]) -> list[str]:
        """Places that pages of a site of some places lead to and that it does not hold: a short page says so, and how to make them."""
        before = {code for code, key in self.state.header.site.items() if key.startswith(UNMADE)}
        return sorted((before | self._linked()) - {*held}) if self.part else []

    def _linked(self) -> set[str]:
        """Places to whose briefing a page of the asked places leads."""
        pages = (r.path for r in self.state.pages.values() if r.region_code in self.places and r.path)
        files = (path for name in pages if (path := self.output.path(name)).is_file())
        return {code for path in files for code in _LED.findall(path.read_text("utf-8", "replace"))}

    @cached_property
    def keys(self) -> dict[str, str]:
        """part -> key: ``front``, ``missing``, ``reference`` and each place's code."""
        sources = [*(path for _, path in sorted(keys.closure(MODULES).items())), *self.inputs.templates]
        made_by = [(path.name, keys.digest(path.read_bytes())) for path in sources]
        shared = self.inputs.shared
        tables_read = [self.inputs.tables, known.as_of()]  # another day cuts the same tables elsewhere
        base = [made_by, shared["dictionaries"], shared["environment"], tables_read, dict(self.notice)]
        led = bool(self.issue)  # to what changed
        by_place: dict[str, list] = {}
        for name, record in sorted(self.state.pages.items()):
            row = [name, record.status, record.key, record.kind, record.note, sorted(record.documents)]
            by_place.setdefault(record.region_code, []).append(row)
        plan = self.plan
        codes = sorted({*plan.regions, *by_place})
        themes = {name: asdict(theme) for name, theme in plan.themes.items()}
        common = keys.digest([base, led, codes, themes, *(["part"] if self.part else [])])
        parts = {}
        for code in codes:
            states = plan.coverage.get(code, {})
            told = {theme: asdict(why) if why else None for theme, why in states.items()}
            parts[code] = keys.digest([common, by_place.get(code), told])
        whole = keys.digest([common, [parts[code] for code in codes], self.issue])
        parts |= {code: UNMADE + keys.digest([base, led]) for code in plan.unmade}
        # pages that compare lead to the briefings there are; those that readers asked for are among them
        reference = keys.digest([base, led, codes, *filter(None, [self.asked])])
        return parts | {FRONT: whole, MISSING: whole, REFERENCE: (PART if self.part else "") + reference}

    @cached_property
    def asked(self) -> dict:
        """The comparisons that readers asked for; a dated issue has none."""
        return {} if self.issue else compared.asked(self.output.folder)

    def newly_asked(self) -> set[str]:
        """Comparisons that readers asked for since the last run."""
        return {name for name in self.asked if f"compare/{name}.html" not in self.state.header.site_files}

    def _compare_again(self, folder: Path) -> None:
        """Write the comparisons that readers asked for into a folder."""
        texts, troubles = compared.again(self.asked, self.plan.regions)
        self.troubles.extend(troubles)
        for name, text in texts.items():
            disk.write(folder / name, text.encode())

    def _known(self, code: str) -> Kept | None:
        found = disk.load_json(self.output.path(f"{outputs.STATE}/places/{code}.json"), self.output.state)
        return None if found is None or found.get("key") != self.keys[code] else Kept.of(found)

    def outdated(self) -> set[str]:
        """Parts that are not as they should be: their key, a published file or what is kept of a place has changed."""
        known, stamps = self.state.header.site, self.state.header.site_files
        found = self.output.stamp(stamps)
        altered = {part_of(name) for name, stamp in stamps.items() if found.get(name) != stamp}
        return {part for part, key in self.keys.items() if known.get(part) != key or part in altered}

    def _documents(self) -> dict[str, str]:
        """``documents <code>`` -> key, of the briefings that are to have PDF and Word files."""
        if self.press is None:
            return {}
        codes = self.keys.keys() - {FRONT, MISSING, REFERENCE}
        return {
            f"documents {code}": keys.digest(
                [self.press.key(form, self.keys[code]) for form in self.press.forms]
            )
            for code in sorted(codes)
            if not self.places or code in self.places
        }

    def lacking(self) -> set[str]:
        """Places whose briefing lacks documents that are wanted."""
        known = self.state.header.site
        return {name.split()[1] for name, key in self._documents().items() if known.get(name) != key}

    def _write(self, folder: Path) -> Printing:
        """Writes the documents of a briefing into the staging folder; returns their names."""

        def write(code: str, lang: str, pages: Sequence[Report], site: Site) -> list[str]:
            from analysis.report.formats import document, writing

            if self.press is None or (self.places and code not in self.places):
                return []
            try:
                doc = document.briefing(code, lang, pages, site, self.notice)
                made = self.press.submit(writing.written, doc, self.press.forms, self.press.style).result()
            except Exception as error:  # the briefing stands without them
                self.troubles.append((f"{code}/index/{lang} ({', '.join(self.press.forms)})", error))
                return []
            names = {writing.name_of(doc.address, form): content for form, content in made.items()}
            for name, content in names.items():
                disk.write(folder / name, content)
            self.written.extend(names)
            return [*names]

        return write

    def build(self, manifest: Callable[[], Mapping]) -> tuple[dict[str, str], dict[str, Stamp]]:
        """Make what is outdated and publish it with manifest.json; returns each part's key and each file's stamp."""
        lacking = self.lacking()
        outdated, kept = self.outdated() | lacking, {}
        for code in self.keys.keys() - {FRONT, MISSING, REFERENCE} - outdated:
            if (known := self._known(code)) is None:
                outdated.add(code)
            else:
                kept[code] = known
        stamps = dict(self.state.header.site_files)
        with self.output.begun() as staging:
            folder = staging / "files"
            if outdated:  # what makes these pages comes with pandas
                from analysis.report.pages import site

                site.build(
                    self.pages(),
                    folder,
                    self.plan,
                    only=outdated,
                    kept=kept,
                    on_place=self._keeper(folder),
                    documents=self._write(folder),
                )
            if self.issue:
                for name, content in changed.files(
                    self.output, self.state, self.plan, self.issue, self.before
                ):
                    disk.write(folder / name, content)
            if REFERENCE in outdated:
                self._compare_again(folder)
            note(folder, self.notice)
            self._for_programs(folder, outdated)
            disk.dump_json(folder / "manifest.json", manifest())
            written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
            gone = [
                name
                for name in stamps
                if name not in written and (part_of(name) in outdated or part_of(name) not in self.keys)
            ]
            stamps |= self.output.commit_site(staging, remove=gone)
        failed = {name.partition("/")[0] for name, _ in self.troubles}
        wanted = {n: key for n, key in self._documents().items() if n.split()[1] not in failed}
        still = {
            name: key
            for name, key in self.state.header.site.items()
            if name.startswith("documents ") and name.split()[1] not in outdated
        }
        return self.keys | still | wanted, {n: stamp for n, stamp in sorted(stamps.items()) if n not in gone}

    def _for_programs(self, folder: Path, outdated: set[str]) -> None:
        """The data package and the JSON files, with the parts whose keys they share; nothing of them where figures are internal."""
        if paths.internal():
            return
        if REFERENCE in outdated and not self.part:
            from analysis.report.formats import package

            package.for_site(folder / "data")
        if FRONT in outdated:
            from analysis.report.formats import api

            for name, content in api.files(self.pages(), self.plan).items():
                disk.write(folder / "api" / name, content)

    def _keeper(self, folder: Path) -> Callable[[str, Kept], None]:
        def keep(code: str, kept: Kept) -> None:
            path = folder / outputs.STATE / "places" / f"{code}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                json.dumps({"key": self.keys[code], **kept.to_json()}, ensure_ascii=False), "utf-8"
            )

        return keep

    def render(self, folder: Path) -> bool:
        """All of them once more, into another folder; False when they are not current."""
        from analysis.report.pages import site

        if self.outdated():
            return False
        site.build(
            self.pages(), folder, self.plan, documents=lambda code, lang, *_: self._printed(code, lang)
        )
        self._compare_again(folder)
        note(folder, self.notice)
        return True

    def _printed(self, code: str, lang: str) -> list[str]:
        """Names of a briefing's documents as they stand."""
        mine = [name for name in self.state.header.site_files if name.startswith(f"{code}/index.")]
        return [n for n in mine if n.endswith((".pdf", ".docx")) and (".en." in n) == (lang == "en")]

    def briefing(self, code: str, folder: Path, form: str = "", style: str = "house") -> bool:
        """One place's briefing once more, into another folder, and its documents of a form; False when it is not current."""
        from analysis.report.formats import document, writing
        from analysis.report.pages import site

        if self.state.header.site.get(code, "") != self.keys.get(code):
            return False

        def documents(code: str, lang: str, pages: Sequence[Report], site: Site) -> list[str]:
            if form:
                doc = document.briefing(code, lang, pages, site, self.notice)
                content = writing.written(doc, (form,), style)[form]
                disk.write(folder / writing.name_of(doc.address, form), content)
            return self._printed(code, lang)

        others: dict[str, Kept] = defaultdict(lambda: Kept({}, {}))
        site.build(self.pages(), folder, self.plan, only={code}, kept=others, documents=documents)
        note(folder, self.notice)
        return True


def part_of(name: str) -> str:
    """The part that a published file belongs to.

    >>> [part_of(name) for name in ("140000/index.html", "index.en.html", "sources.html", "missing-140000.html")]
    ['140000', 'front', 'reference', 'missing']
    """
    first, _, rest = name.partition("/")
    if first == outputs.STATE:
        return Path(rest).stem
    if rest:
        return first if first.isdecimal() else REFERENCE if first in ("compare", "data") else FRONT
    stem = name.partition(".")[0]
    return {"sources": REFERENCE, "indicators": REFERENCE}.get(
        stem, MISSING if stem.startswith("missing") else FRONT
    )


def note(folder: Path, notice: Mapping[str, str]) -> None:
    """Put a notice at the head of every page of a folder."""
    for path in sorted(folder.rglob("*.html")) if notice else ():
        text = path.read_text(encoding="utf-8")
        lang = "en" if path.name.endswith(".en.html") else "zh"
        path.write_text(notices.at_head(text, notice[lang], "dated"), encoding="utf-8")
