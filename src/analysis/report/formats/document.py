"""A page as a document: what it says in reading order, without any form. PDF and Word are written from this alone.

A theme's document holds all that its page prints: answer, figures, sections, what is not known, sources, the figures' data
tables and the record of each number. A briefing is two pages: sentences, gaps and one figure; the table of all
indicators, two more figures and the sources.

Longer than 400 lines because each kind of block has its record here and the reader that fills it from a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from analysis import catalog, paths
from analysis.report.formats import prose, vector
from analysis.report.formats.prose import Bullets, Grid, Head, Heading, Paragraph, Run, Runs, Spark
from analysis.report.pages import compare, page, render
from analysis.report.pages.briefing import (
    MAX_STATES,
    chosen_figures,
    first_of_each_code,
    region_states,
    theme_lines,
)
from analysis.report.pages.shown import Report, Site
from analysis.report.plan.notes import Note
from analysis.told import Cell, Cited, Gap, Said, Segments, Table, Told, text_of

SHORT = 12  # rows up to which a table stands on one page
WIDE = 9  # columns from which a table stands on a page of its own, turned


@dataclass(frozen=True)
class Figure:
    """A drawing with its headline as caption. name: its section id; svg: as the page holds it."""

    name: str
    headline: Runs
    subtitle: Runs
    svg: str
    alt: str
    note: Runs


@dataclass(frozen=True)
class Gaps:
    """What is not known: (state code, what, what would settle it)."""

    title: str
    items: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Sources:
    """The numbered sources: (id, line, address)."""

    items: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Records:
    """Where each number comes from: (fact id, number, what it is, lines of its record)."""

    items: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...]


Block = Heading | Paragraph | Bullets | Figure | Grid | Gaps | Sources | Records


@dataclass(frozen=True)
class Document:
    """A page in reading order.

    kind: theme or briefing. place, subject: the title's two parts. meta: lines of the masthead. date: of the newest source
    shown, or the day as of which the page speaks; never the day of making. address: the page's own, from the site's root.
    """

    kind: str
    lang: str
    place: str
    subject: str
    site: str
    meta: tuple[tuple[str, str], ...]
    date: str
    address: str
    foot: str
    blocks: tuple[Block, ...]
    notices: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def asking(self) -> frozenset[int]:
        """Positions of paragraphs that stay on the page of the figure after them: what it answers, and what opens its section."""
        rows = zip(("", *self.blocks), self.blocks, self.blocks[1:], strict=False)
        return frozenset(
            n
            for n, (before, block, after) in enumerate(rows)
            if isinstance(block, Paragraph)
            and isinstance(after, Figure)
            and (isinstance(before, Heading) or prose.text(block.runs).rstrip().endswith(("?", "？")))
        )

    @property
    def title(self) -> str:
        """Place and subject in one line."""
        return f"{self.place} · {self.subject}" if self.subject else self.place

    @property
    def figures(self) -> list[Figure]:
        """The figures in order."""
        return [block for block in self.blocks if isinstance(block, Figure)]

    @property
    def drawings(self) -> list[str]:
        """All that is drawn, in order, as it stands alone: figures, and the small lines of tables."""
        found: list[str] = []
        for block in self.blocks:
            if isinstance(block, Figure):
                found.append(vector.plain(block.svg))
            elif isinstance(block, Grid):
                found += [vector.spark(one.svg) for one in block.sparks if one.svg]
        return found

    @property
    def description(self) -> str:
        """The first sentence of the document: what it says."""
        said = (block.runs for block in self.blocks if isinstance(block, Paragraph) and block.kind == "lead")
        return prose.text(next(said, ()))


class Writer:
    """Gathers a document's blocks; knows which sources and numbers were met."""

    def __init__(self, lang: str, code: str, records: bool):
        self.lang, self.code, self.records = lang, code, records
        self.book = render.Book(lang, code)
        self.blocks: list[Block] = []
        self.after: list[Grid] = []
        self._numbers: dict[str, int] = {}

    def runs(self, segments: Segments, marked: bool = False) -> Runs:
        """Segments of a sentence; ``marked``: with the numbers of its sources at its end."""
        found, facts = [], []
        for part in render.opened(segments, self.lang):
            if isinstance(part, str):
                found.append(Run(part))
            elif isinstance(part, Cited):
                facts.append(part.fact)
                self.book.fact(part.fact, "document")
                self.book.cited.setdefault(part.fact, part.text)
                found.append(Run(part.text, part.fact if self.records else ""))
            else:
                found.append(Run(part.plain))
        return (*found, *(self._marks(facts) if marked else ()))

    def sentence(self, segments: Segments, headline: Segments = ()) -> Runs:
        """A sentence with its sources, and the mark of one that says nothing of the place (``render.Book.national``)."""
        said = self.runs(segments, marked=True)
        if not self.book.national(segments, headline):
            return said
        return (Run(render.words(self.lang)["scope_nation"], style="strong"), Run(" "), *said)

    def _marks(self, facts: Iterable[str]) -> list[Run]:
        ids = dict.fromkeys(s for one in facts for s in self.book.fact(one, "document").source_ids)
        numbers = sorted(self._numbers.setdefault(one, len(self._numbers) + 1) for one in ids)
        return [Run("[" + ", ".join(map(str, numbers)) + "]", style="mark")] if numbers else []

    def finding(self, finding: Told) -> None:
        """A finding where it stands; a figure's data tables are kept for the end."""
        kind, headline = finding.kind, self.runs(finding.headline)
        subtitle, note = self.runs(finding.subtitle), self.runs(finding.note)
        tables = [self.table(t) for t in finding.tables]
        if kind == "figure":
            svg = finding.drawings["wide"]
            self.blocks.append(Figure(finding.section, headline, subtitle, svg, finding.alt, note))
        else:
            self._add(Heading(3, headline) if headline else None)
            self._add(Paragraph(subtitle, "sub") if subtitle else None)
        self.said(finding)
        if kind == "figure":
            self.after += tables
        else:
            self.blocks += tables
            self._add(Paragraph(note, "note") if note else None)
        if finding.elsewhere:
            self.blocks.append(Paragraph((Run(render.words(self.lang)["on_nation"]),), "note"))

    def said(self, finding: Told) -> None:
        """A finding's sentences."""
        for sentence in finding.sentences:
            kind = "withheld" if sentence.withheld else "say"
            said = self.sentence(sentence.segments, finding.headline)
            self.blocks.append(Paragraph(said, kind))

    def _add(self, block: Block | None) -> None:
        if block is not None:
            self.blocks.append(block)

    def table(self, table: Table) -> Grid:
        """A data table; cells keep the number of their fact."""
        columns = tuple(
            Head(prose.text(self.runs((c.label,))), c.unit, c.align == "left") for c in table.columns
        )
        rows = tuple(tuple(self._cell(cell) for cell in row) for row in table.rows)
        sources = table.source_ids
        for one in sources:
            self._numbers.setdefault(one, len(self._numbers) + 1)
        caption = self.runs((table.caption,))
        marks = sorted({self._numbers[one] for one in sources})
        mark = [Run("[" + ", ".join(map(str, marks)) + "]", style="mark")] if marks else []
        return Grid((*caption, *mark), columns, rows, frozenset(table.highlight))

    def _cell(self, cell: Cell) -> Run:
        fact, text = cell.fact or "", cell.text
        if fact:
            self.book.fact(fact, "document")
            self.book.cited.setdefault(fact, text)
        return Run(text, fact if self.records else "")

    def sources(self, more: Iterable[str] = ()) -> Sources:
        """Every source met, by number."""
        for one in [*self.book.source_ids(), *more]:
            self._numbers.setdefault(one, len(self._numbers) + 1)
        w, items = render.words(self.lang), []
        for one in self._numbers:
            s = render.source_line(one, self.lang)
            parts = (s["producer"], s["title"], s["published"], s["read_on"], f"{w['of_grade']} {s['grade']}")
            items.append((one, w["stop"].join(filter(None, parts)) + w["end"], s["url"]))
        return Sources(tuple(items))

    def date(self, as_of: str) -> str:
        """The day the document speaks of: as asked for, else the newest day among its sources; empty when none has one."""
        shown = [catalog.source(one) for one in self._numbers]
        days = [day for s in shown for day in (s.published, s.read_on) if len(day) == 10]
        return as_of or max(days, default="")

    def record_list(self) -> Records:
        """The record of each number that was met."""
        w, items = render.words(self.lang), []
        for one, text in self.book.cited.items():
            r = render.record(self.book.fact(one, "records"), self.book)
            inputs = w["semicolon"].join(f"{i['text']} {i['label']}" for i in r["inputs"])
            lines = (
                (w["as_printed"], r["as_printed"]),
                (w["how"], r["how"]),
                (w["inputs"], inputs),
                (w["source"], w["semicolon"].join(s["title"] for s in r["sources"])),
                (
                    w["locator"],
                    w["semicolon"].join(r["locators"]) + (f" {w['and_more']}" if r["more"] else ""),
                ),
                (w["when"], r["when"]),
                (w["status"], r["status"]),
                (w["grade"], r["grade"]),
            )
            items.append((one, text, r["label"], tuple((name, said) for name, said in lines if said)))
        return Records(tuple(items))


def _stepped(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with headings that skip no level: a finding that stands before the first section is a section itself."""
    out: list[Block] = []
    last = 1
    sections = False
    for block in blocks:
        if isinstance(block, Gaps):
            last, sections = 2, True
        elif isinstance(block, Heading):
            sections = sections or block.level == 2
            level = min(block.level if sections else max(block.level - 1, 2), last + 1)
            block, last = Heading(level, block.runs), level
        out.append(block)
    return tuple(out)


def _notices(lang: str, notice: Mapping[str, str]) -> tuple[str, ...]:
    w = render.words(lang)
    return tuple(filter(None, (w["internal"] if paths.internal() else "", notice.get(lang, ""))))


def _foot(lang: str, code_version: str, reads_hash: str) -> str:
    w = render.words(lang)
    parts = [w["notice"]]
    parts += [f"{w['code_version']} {code_version}"] if code_version else []
    parts += [f"{w['selections']} sha256 {reads_hash}"] if reads_hash else []
    return " ".join(parts)


def theme(note: Note, notice: Mapping[str, str] | None = None) -> Document:
    """The document of a theme's page.

    Raises DataError as page.build does: a document never holds what the page refused.
    """
    entry, findings = note.entry, note.findings
    lang, code = entry.lang, entry.region_code
    w, out = render.words(lang), Writer(lang, code, records=True)
    editions = [one] if (one := findings[-1].editions) else []
    out.book.add(*findings, *editions)
    chosen = page.briefed(findings)[: page.MAX_BRIEF]
    lead, sections = page.arrange(
        note.blocks, out.book, {id(s) for s in chosen}, view=_view, text=lambda body, _: body
    )
    _lead(out, lead, chosen, w)
    for section in [s for s in sections if not s["rank"]]:
        _section(out, section)
    if gaps := _gaps(s for f in findings for s in f.states):
        out.blocks.append(Gaps(w["unknown"], gaps))
    for section in [s for s in sections if s["rank"] and not s["is_sources"]]:
        _section(out, section)
    shown = [out.runs(segments) for one in editions for segments in one.said]
    sources = out.sources(render.column_sources(findings))
    out.blocks += [Heading(2, (Run(w["sources"]),)), sources]
    if out.after:
        out.blocks += [Heading(2, (Run(w["data_tables"]),)), *out.after]
    if out.book.cited:
        out.blocks += [Heading(2, (Run(w["records"]),)), out.record_list()]
    view = page.page_view(entry, out.book, findings, page.collected_reads(findings))
    meta = [(name, _bare(value)) for name, value in view["meta"] if name != w["parameters"]]
    meta[1:1] = render.dates_meta(
        [i for i, *_ in sources.items],
        entry.as_of,
        lang,
        [day for one in editions for day in one.dates],
    )
    meta += [(w["edition"], prose.text(line)) for line in shown]
    return Document(
        "theme",
        lang,
        view["place"],
        view["theme_title"],
        w["site"],
        tuple(meta),
        out.date(entry.as_of),
        note.path,
        _foot(lang, entry.code_version, view["reads_hash"]),
        _stepped(out.blocks),
        _notices(lang, notice or {}),
        (view["region"].code, view["theme_title"]),
        w,
    )


def _overview(out: Writer, code: str, site: Site) -> list[Block]:
    """A place's table of all indicators under its heading, as its page has it; nothing where there is none."""
    found = site.overviews.of(code) if site.overviews else None
    if found is None:
        return []
    grid = out.table(found.told(out.lang).tables[0])
    word = render.words(out.lang)["spark"]
    sparks = tuple(
        Spark(str(svg), f"{word}{render.words(out.lang)['colon']}{row[0].text}" if svg else "")
        for svg, row in zip(compare.sparks(found), grid.rows, strict=True)
    )
    return [
        Heading(2, (Run(render.words(out.lang)["overview"]),)),
        # the caption names the unit, and in a head it would make the narrow column the highest
        replace(
            grid,
            columns=tuple(replace(column, unit="") for column in grid.columns),
            sparks=sparks if found.sparks else (),
        ),
    ]


def _bare(value: object) -> str:
    """A masthead's value without its links."""
    return value.striptags() if isinstance(value, Markup) else str(value)


def _gaps(states: Iterable[Gap]) -> tuple[tuple[str, str, str], ...]:
    """Empty states, each once, in code order."""
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    for s in states:
        title = text_of(s.title)
        found.setdefault((s.code, title), (s.code, title, text_of(s.settle)))
    return tuple(sorted(found.values(), key=lambda gap: gap[0]))


def _view(finding: Told, _: render.Book, number: int) -> dict:
    return {"kind": finding.kind, "sentences": finding.sentences, "number": number, "source": finding}


def _lead(out: Writer, lead: Mapping, chosen: list[Said], w: Mapping[str, str]) -> None:
    if lead["question"]:
        out.blocks.append(Paragraph((Run(lead["question"]),), "question"))
    said = [out.sentence(s.segments) for s in chosen]
    if said:
        out.blocks.append(Paragraph(said[0], "lead"))
    if lead["figure"]:
        out.finding(lead["figure"]["source"])
    if said[1:]:
        out.blocks.append(Bullets(tuple(said[1:]), False))
    for part in [*lead["reading"], *lead["parts"]]:
        _part(out, part)


def _section(out: Writer, section: Mapping) -> None:
    if section["parts"]:
        out.blocks.append(Heading(2, (Run(section["title"]),)))
    for part in section["parts"]:
        _part(out, part)


def _part(out: Writer, part: Mapping) -> None:
    if "text" in part:
        out.blocks += prose.blocks(part["text"])
    else:
        out.finding(part["finding"]["source"])


def briefing(
    code: str, lang: str, pages: Sequence[Report], site: Site, notice: Mapping[str, str] | None = None
) -> Document:
    """The two pages of a place: five sentences, what is not known and one figure; all its indicators, two more figures and the sources.

    pages, site: as ``briefing.briefing`` takes them, so that both print the same sentences and figures.
    """
    w, out = render.words(lang), Writer(lang, code, records=False)
    findings = [f for p in pages for f in p.findings]
    for finding in findings:
        out.book.add(finding)
    said = tuple(out.runs(s.segments, marked=True) for s in page.headlines(findings, code))
    if said:
        out.blocks.append(Bullets(said, True))
    else:
        waiting = any(t.status == "waiting" for t in theme_lines(code, lang, pages, site))
        out.blocks.append(Paragraph((Run(w["no_brief_yet" if waiting else "no_brief"]),), "lead"))
    states = first_of_each_code(region_states(code, lang, pages, site), MAX_STATES)
    out.blocks.append(Gaps(w["unknown"], tuple((s.code, s.title, s.settle) for s in states)))
    chosen, table = chosen_figures(pages), _overview(out, code, site)
    for n, (p, f) in enumerate(chosen):
        if n < 2 or p is not chosen[n - 1][0]:  # the table stands between the first two
            out.blocks.append(Heading(2, (Run(p.title[lang]),)))
        out.finding(replace(f, sentences=(), tables=()))
        out.blocks += [] if n else table
    out.blocks += [] if chosen else table
    sources = out.sources()
    out.blocks += [Heading(2, (Run(w["sources"]),)), sources]
    region = catalog.region(code)
    period = render.covered_period([out.book.printed(), *(f for _, f in chosen)], lang)
    as_of = site.plan.as_of
    meta = [(w["period"], period)] if period else []
    meta += render.dates_meta([i for i, *_ in sources.items], as_of, lang)
    return Document(
        "briefing",
        lang,
        region.short(lang),
        w["briefing"],
        w["site"],
        tuple((name, str(value)) for name, value in meta),
        out.date(as_of),
        f"{code}/{render.page_name('index', lang)}",
        _foot(
            lang,
            site.plan.code_version,
            render.reads_hash(page.collected_reads(findings)) if findings else "",
        ),
        _stepped(out.blocks),
        _notices(lang, notice or {}),
        (code,),
        w,
    )
