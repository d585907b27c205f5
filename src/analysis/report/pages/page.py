"""One executed notebook -> one page: HTML, facts.json, CSVs. Pure: no files, no clock; the same notebook gives the same bytes.

The page is built from the findings' own JSON and the text cells in the page's language. Whatever else a cell displayed (a
pandas table, printed text, an error) is refused: it would reach the reader without a source.

Longer than 400 lines because one pass over the findings gives the HTML, the facts and the tables, which have to agree.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from markupsafe import Markup

from analysis import catalog, cells, told
from analysis.cells import Cell
from analysis.report.pages import choice, cite, frames, render
from analysis.report.pages.render import wrong
from analysis.report.pages.shown import above
from analysis.report.plan import parameters
from analysis.report.plan.promises import Entry
from analysis.report.plan.unswept import unswept
from analysis.told import Block, Editions, Read, Record, Said, Told
from analysis.words import pick, typeset

MIME = told.MIME
NOTEBOOK_ONLY = "notebook-only"
REPEATED = 2  # numbers of other sentences, beside which a sentence tells nothing new
MAX_BRIEF = 5
RESERVED = {"main", "lead", "unknown", "records", "every-record"}
SOURCE_HEADINGS = {"资料来源", "来源", "sources"}
# headings that every notebook shares: these sections follow the findings, in this order
BACK_HEADINGS = (
    {
        "每一条陈述",
        "every statement",
        "每一条数字",
        "全部措施",
        "all measures",
        "各省一览",
        "all provinces at a glance",
    },
    {"读了什么", "what was read", "数据", "data"},
    {"方法", "method"},
    {"可信到什么程度", "how far to trust this"},
    SOURCE_HEADINGS,
)


@dataclass(frozen=True)
class PageParts:
    """What one executed notebook yields.

    html: the page. facts: content of facts.json, the same in every language. csvs: file name without ending -> rows, the
    header row first, also without language. blocks: the text cells and the findings in the notebook's order, for the region's
    briefing and the page's other forms. reads: what the page read.
    """

    html: str
    facts: dict
    csvs: dict[str, list[list[str]]]
    blocks: list[Block]
    reads: list[Read]

    @property
    def findings(self) -> list[Told]:
        """What the findings say, in order."""
        return [block.finding for block in self.blocks if block.finding]


@unswept()
def build(executed_nb: Mapping, *, entry: Entry) -> PageParts:
    """Build one page.

    executed_nb: the notebook as JSON with outputs. Raises DataError for an output that is no finding, an error output, a number
    without a source, a duplicate section or a finding in the wrong language.
    """
    lang = entry.lang
    blocks = read_blocks(executed_nb, entry)
    findings = [block.finding for block in blocks if block.finding]
    if not findings:
        raise wrong(
            entry.notebook,
            "no finding",
            "at least one displayed finding",
            "end a cell with finding.show(lang)",
        )
    for finding in findings:
        check_place(finding, entry)
    reads = collected_reads(findings)
    book = render.Book(lang, entry.region_code)
    said = [shown] if (shown := findings[-1].editions) else []  # cumulative, as readings are
    book.add(*findings, *said)
    chosen = briefed(findings)[:MAX_BRIEF]
    brief = [book.scope(s.segments) + book.say(s.segments, f"sentence {s.id!r}") for s in chosen]
    view_of = partial(render.finding_view, theme=entry.theme)
    lead, sections = arrange(blocks, book, {id(s) for s in chosen}, view_of)
    view = page_view(entry, book, findings, reads) | {
        "lead": lead,
        "brief": brief,
        "states": render.states_view([s for f in findings for s in f.states], book),
        "sections": sections,
    }
    editions_meta = render.editions_meta(said, book)
    # cited last: the records and sources list what everything above has printed
    view["records"] = book.records()
    sources = list(dict.fromkeys([*book.source_ids(), *render.column_sources(findings)]))
    view["sources"] = [render.source_line(s, lang) for s in sources]
    view["meta"][1:1] = render.dates_meta(
        sources, entry.as_of, lang, [day for one in said for day in one.dates]
    )
    view["meta"] += editions_meta
    view["cited"] = cite.of_page(view, entry.as_of, sources)
    drawn = [lead["figure"], *(p.get("finding") for s in [lead, *sections] for p in s["parts"])]
    cite.figures(filter(None, drawn), view["cited"])
    html = frames.html("page.html", view)
    csvs = {
        name: placed(rows, entry.region_code)
        for finding in findings
        for name, rows in render.csv_tables(finding)
    }
    facts = facts_json(entry, [*findings, *said], reads, csvs, book.table)
    return PageParts(html, facts, csvs, blocks, reads)


def placed(rows: list[list[str]], region_code: str) -> list[list[str]]:
    """Lines of the tidy form; those that name no place of their own are the page's."""
    return [rows[0], *([row[0] or region_code, *row[1:]] for row in rows[1:])]


def csv_text(rows: list[list]) -> str:
    """Rows as CSV; the byte order mark lets Excel see that the file is UTF-8."""
    out = io.StringIO()
    # a carriage return is no line's end here and would not be quoted: a reader would see two rows
    whole = [[cell.replace("\r", " ") if isinstance(cell, str) else cell for cell in row] for row in rows]
    csv.writer(out, lineterminator="\n").writerows(whole)
    return "\ufeff" + out.getvalue()


def read_blocks(executed_nb: Mapping, entry: Entry) -> list[Block]:
    """The notebook's cells as blocks in order: texts of the page's language and findings. Raises DataError (see build).

    A text cell tagged ``notebook-only`` speaks to who runs the notebook and stays off the page.
    """
    lang = entry.lang
    out: list[Block] = []
    seen: set[str] = set()
    for n, cell in enumerate(executed_nb["cells"]):
        where = f"{entry.notebook}, cell {n + 1} ({entry.region_code}, {lang})"
        tags = (cell.get("metadata") or {}).get("tags") or []
        source = cell.get("source") or ""
        if cell["cell_type"] == "markdown":
            if not {f"lang-{render.OTHER[lang]}", NOTEBOOK_ONLY} & set(tags):
                text = source if isinstance(source, str) else "".join(source)
                out.append(Block(pick((text, typeset(text)), lang)))
            continue
        for output in cell.get("outputs") or ():
            finding = _finding(output, where)
            if finding is None:
                continue
            if finding.lang != lang:
                raise wrong(
                    where,
                    f"a finding in {finding.lang!r}",
                    lang,
                    "show the finding in the page's language: finding.show(lang)",
                )
            if finding.section in seen | RESERVED:
                raise wrong(
                    where,
                    f"section {finding.section!r} twice",
                    "a section id of its own for each finding",
                    "rename one",
                )
            seen.add(finding.section)
            out.append(Block(finding=finding))
    return out


def check_place(finding: Told, entry: Entry) -> None:
    """Refuse a finding of another place or day than the page's.

    ``place`` and ``as_of`` are what the notebook's first cell took; ``regions`` come from the rows behind the numbers: at least one
    must be the page's place, one inside it or the nation, unless the finding is named as a comparison. Raises DataError.
    """
    code = entry.region_code
    where = f"{entry.notebook}, section {finding.section!r} ({code}, {entry.lang})"
    if finding.place != code:
        raise wrong(
            where,
            f"a finding about {_named(finding.place)}",
            f"one about {_named(code)}",
            "begin the notebook with opening.begin(theme, region_code, lang, as_of) and load the theme with region_code",
        )
    if finding.as_of != entry.as_of:
        raise wrong(
            where,
            f"rows as known on {finding.as_of or 'the day of the run'}",
            f"rows as known on {entry.as_of or 'the day of the run'}",
            "let opening.begin set the day, and nothing else",
        )
    regions = set(finding.regions)
    if regions and not finding.comparison and not any(_inside(region, code) for region in regions):
        raise wrong(
            where,
            "only rows of " + ", ".join(_named(region) for region in sorted(regions)[:4]),
            f"rows of {_named(code)}",
            "load the theme with region_code, or name the finding a comparison: Finding(..., comparison=True)",
        )


def _named(code: str) -> str:
    return f"{catalog.region(code).name('en')} ({code})" if code else "no place"


def _inside(code: str, page: str) -> bool:
    """Whether a row's place belongs on a page: the page's own place, one inside it, or the nation."""
    while code and code not in (page, catalog.NATION):
        code = catalog.region(code).parent
        if code == catalog.NATION and page != catalog.NATION:
            return False
    return bool(code)


def _finding(output: Mapping, where: str) -> Told | None:
    kind = output.get("output_type")
    if kind == "error":
        raise wrong(
            where,
            f"{output.get('ename')}: {output.get('evalue')}",
            "a cell that runs",
            "mend the cell; an incomplete notebook gets no page",
        )
    if kind == "stream":
        if not "".join(output.get("text") or "").strip():
            return None
        text = "".join(output["text"]).strip().splitlines()[0][:80]
        raise wrong(
            where,
            f"printed text {text!r} ({output.get('name')})",
            "findings only",
            "remove the print or the warning's cause",
        )
    data = output.get("data") or {}
    if MIME not in data:
        raise wrong(
            where,
            f"an output of type {', '.join(sorted(data)) or kind}",
            "a finding",
            "end the cell with finding.show(lang), or with a semicolon",
        )
    return Told.of(data[MIME])


def collected_reads(findings: Iterable[Told]) -> list[Read]:
    """What the page read: the findings' cumulative records, each selection once."""
    reads = {repr((r.table, r.selection)): r for f in findings for r in f.reads}
    return [reads[key] for key in sorted(reads)]


def briefed(findings: Iterable[Told]) -> list[Said]:
    """Sentences meant for a briefing, first priority first; never a withheld one, never one that counts nothing (all its numbers zero).

    Their authors vouch that they stand alone: a place of which little is known gets fewer sentences, not weaker ones.
    """
    meant = [(s, f.facts) for f in findings for s in f.sentences if s.brief and not s.withheld]
    return sorted((s for s, facts in meant if not _counts_nothing(s, facts)), key=lambda s: s.brief)


def _counts_nothing(sentence: Said, facts: Mapping[str, Record]) -> bool:
    numbers = cited(sentence)
    return bool(numbers) and all(one in facts and facts[one].value == 0 for one in numbers)


def headlines(findings: Iterable[Told], code: str = "") -> list[Said]:
    """A place's briefing: five sentences at most, chosen and ordered by the rule of ``choice``. One whose numbers are all printed
    already, or that prints all of another's, says the same again and is left out; one that repeats two numbers of others comes
    after all that are new, so that five sentences tell five things where a place has them."""
    listed = list(findings)
    meant = briefed(listed)
    said_by = {id(s): f for f in listed for s in f.sentences}
    pairs = [(s, said_by[id(s)]) for s in meant]
    ordered = choice.order(pairs, code)
    chosen: list[Said] = []
    later: list[Said] = []
    known: set[tuple] = set()
    for sentence in ordered:
        facts = cited(sentence)
        if any(facts <= cited(other) or cited(other) <= facts for other in chosen if cited(other)):
            continue
        numbers = choice.numbers(said_by[id(sentence)].facts[one] for one in facts)
        if len(numbers & known) >= REPEATED:
            later.append(sentence)
        else:
            chosen.append(sentence)
            known |= numbers
    return choice.seat(pairs, code, chosen + later, MAX_BRIEF)


def cited(sentence: Said) -> frozenset[str]:
    """Facts that a sentence prints."""
    return frozenset(told.cited(sentence.segments))


@cache
def _markdown() -> Any:
    import mistune

    class Renderer(mistune.HTMLRenderer):
        """Text cells hold no HTML, no picture, and links only to registered sources or inside the site."""

        def link(self, text: str, url: str, title: str | None = None) -> str:
            if re.match(r"[a-z][a-z0-9+.-]*:|//", url, re.IGNORECASE) and not _registered(url):
                return text
            return super().link(text, url, title)

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return text

        def inline_math(self, text: str) -> str:
            return f"<code>{text}</code>"

        def block_math(self, text: str) -> str:
            return f"<pre>{text}</pre>\n"

    return mistune.create_markdown(escape=True, renderer=Renderer(escape=True), plugins=["table"])


def _registered(url: str) -> bool:
    return any(source.url and url.startswith(source.url) for source in catalog.sources().values())


def markdown(text: str, lang: str) -> Markup:
    """A text cell as HTML; Chinese in an English cell is marked where it stands between tags."""
    html = _markdown()(text).replace("<th", '<th scope="col"') if text.strip() else ""
    if lang == "en":
        # outside the tags only; mistune has escaped the text, so it is taken back before it is escaped once more
        html = "".join(
            part if part.startswith("<") else str(render.native(Markup(part).unescape(), lang))
            for part in re.split(r"(<[^>]*>)", html)
        )
    return Markup(html)


def lead_figure(blocks: Iterable[Block]) -> Told | None:
    """The figure that opens the page: the first of the findings whose rows a first window can hold, else the first at all.

    Sections that describe data and method come later and never give it.
    """
    figures, back = [], False
    for block in blocks:
        if block.finding is None:
            titles = re.findall(r"(?m)^## (.*)$", block.text)
            back = back if not titles else _rank_of(titles[-1]) > 0
        elif block.finding.kind == "figure" and not back:
            figures.append(block.finding)
    return next((f for f in figures if f.opens), figures[0] if figures else None)


def _rank_of(title: str) -> int:
    """Where a section stands: 0 with the findings, later groups after them."""
    return next((n for n, known in enumerate(BACK_HEADINGS, 1) if title.strip().lower() in known), 0)


def _without(finding: Told, said: Collection[int]) -> Told:
    """A finding less the sentences (by identity) that stand in the list at the top; a statement keeps them, it has nothing else."""
    keep = finding.kind not in ("figure", "table")
    return replace(finding, sentences=tuple(s for s in finding.sentences if keep or id(s) not in said))


def arrange(
    blocks: Sequence[Block],
    book: render.Book,
    said: Collection[int] = (),
    view: Callable[[Told, render.Book, int], dict] = render.finding_view,
    text: Callable[[str, str], object] = markdown,
) -> tuple[dict, list[dict]]:
    """Blocks as the page prints them: the lead (question, first figure, what can be said) and the sections of the `## ` headings.

    Findings come first; data, method, trust and sources after them. ``said``: sentences (by identity) that stand in the
    list at the top; figures and tables do not repeat them. A section whose only finding opens the page goes with it.
    Section ids go by position in the notebook (s1, s2 ...), so they are the same in both languages.
    view, text: how a finding and a text cell are written; a document has its own.
    """
    lead: dict = {"question": "", "parts": [], "figure": None, "reading": []}
    sections: list[dict] = []
    first = lead_figure(blocks)
    figures = int(first is not None)
    last = next((block for block in reversed(blocks) if block.finding), None)
    for block in blocks:
        finding = block.finding
        if block is last and finding and finding.kind == "states":
            continue  # the notebook's closing list: it stands in a box of its own
        if finding is None:
            _open(block.text, lead, sections, book.lang, text)
        elif finding is first:
            lead["figure"] = view(_without(finding, said), book, 1)
            if sections:
                sections[-1]["gave"] = True
                lead["reading"] += _led_in(sections[-1]["parts"])
        else:
            figures += finding.kind == "figure"
            shown = view(_without(finding, said), book, figures)
            (sections[-1]["parts"] if sections else lead["parts"]).append({"finding": shown})
    for section in [s for s in sections if s["gave"] and not any("finding" in p for p in s["parts"])]:
        lead["reading"] += section["parts"]
        section["parts"] = []
    kept = [s for s in sections if s["parts"] or s["is_sources"]]
    for section in kept:
        shown_here = [p["finding"] for p in section["parts"] if "finding" in p]
        section["silent"] = bool(shown_here) and all(
            (f["kind"] == "states" or (f["kind"] == "statement" and f.get("elsewhere")))
            and not f["sentences"]
            for f in shown_here
        )
    return lead, sorted(kept, key=lambda s: s["rank"])


def _led_in(parts: list[dict]) -> list[dict]:
    """Takes the text that led over from an earlier finding to the one that left: alone it would ask what nothing answers."""
    said = len(parts)
    while said and "finding" not in parts[said - 1]:
        said -= 1
    if not said:
        return []  # text of the section's own, which stands under its heading
    led, parts[said:] = parts[said:], []
    return led


def _open(
    cell: str, lead: dict, sections: list[dict], lang: str, write: Callable[[str, str], object]
) -> None:
    """A text cell goes to the section it opens or stands in; what stands above the first section belongs to the lead."""
    for piece in re.split(r"(?m)^(?=#{1,2} )", cell):
        heading = re.match(r"(#{1,2}) (.*)\n?", piece)
        body = piece[heading.end() :] if heading else piece
        if heading and len(heading[1]) == 1:
            lead["question"] = heading[2].strip()
        elif heading:
            title = heading[2].strip()
            sections.append(
                {
                    "id": f"s{len(sections) + 1}",
                    "title": title,
                    "parts": [],
                    "gave": False,
                    "rank": _rank_of(title),
                    "is_sources": title.lower() in SOURCE_HEADINGS,
                }
            )
        if body.strip():
            (sections[-1]["parts"] if sections else lead["parts"]).append({"text": write(body, lang)})


def page_view(entry: Entry, book: render.Book, findings: Sequence[Told], reads: list[Read]) -> dict:
    """What every page's frame needs: place, titles, language switch, footer."""
    lang = entry.lang
    w = render.words(lang)
    region = catalog.region(entry.region_code)
    title = entry.title.get(lang) or entry.theme
    period = render.covered_period(findings, lang, w["period_none"])
    place = region.short(lang)
    dot = " · "
    return {
        "lang": lang,
        "html_lang": render.HTML_LANG[lang],
        "other": render.OTHER[lang],
        "other_html_lang": render.HTML_LANG[render.OTHER[lang]],
        "w": w,
        "region": region,
        "place": place,
        "theme": entry.theme,
        "theme_title": title,
        "period": period,
        "title": dot.join(
            [pick((f"{place}（{region.code}）", f"{place} ({region.code})"), lang), title, period]
        ),
        "kicker": w["kicker_nation"] if region.level == "nation" else w["kicker"],
        "meta": [
            *([(w["period"], period)] if period != w["period_none"] else []),  # the title says that none is
            *([(w["parameters"], own)] if (own := own_parameters(entry)) else []),
            *render.peers_meta(findings, lang),
        ],
        "notebook": entry.notebook,
        "above": [(code, catalog.region(code).short(lang)) for code in above(region.code)],
        "root": "../",
        "here": render.page_name(entry.theme, lang),
        "there": render.page_name(entry.theme, render.OTHER[lang]),
        "csv_folder": f"{entry.theme}/",
        "code_version": entry.code_version,
        "reads_hash": render.reads_hash(reads),
        "fact_total": len(book.known),
    }


def own_parameters(entry: Entry) -> Markup:
    """The notebook's own parameters as they were set; an empty text says that nothing was."""
    own = {
        name: value for name, value in entry.parameters.items() if name not in parameters.BASE and value != ""
    }
    return Markup(", ").join(
        Markup("<code>{} = {}</code>").format(name, render.native(value, entry.lang))
        for name, value in own.items()
    )


def facts_json(
    entry: Entry,
    findings: Sequence[Told | Editions],
    reads: list[Read],
    csvs: Mapping[str, list],
    table: Callable[[cells.Packed], list[Cell]] = cells.unpack,
) -> dict:
    """Content of facts.json: every fact behind the page, which sections cite which, what was read. No language, no time.

    table: unpacks a finding's cells, or has them at hand.
    """
    facts, behind = _merged_once(findings, entry.region_code, table)
    facts, counted = apart(facts)
    return {
        "version": 2,
        "region_code": entry.region_code,
        "theme": entry.theme,
        "title": dict(entry.title),
        "notebook": entry.notebook,
        "parameters": {name: value for name, value in entry.parameters.items() if name != "lang"},
        "code_version": entry.code_version,
        "reads_hash": render.reads_hash(reads),
        "reads": [one.to_json() for one in reads],
        "sections": [{"id": f.section, "kind": f.kind, "facts": sorted(f.facts)} for f in findings],
        "states": sorted({s.code for f in findings if isinstance(f, Told) for s in f.states}),
        "csvs": sorted(csvs),
        "tables": counted,
        "facts": facts,
        "cells": behind,
    }


# the page merged last: place, facts and cells of its findings, and what came of them
_last: tuple[str, list, tuple[dict[str, dict], cells.Packed]] = "", [], ({}, {})


def _merged_once(
    findings: Iterable[Told | Editions], place: str, table_of: Callable[[cells.Packed], list[Cell]]
) -> tuple[dict[str, dict], cells.Packed]:
    """As ``merged``, which is a third of a page's work; a process mostly makes both languages of a report one after the other, and
    they hold the same facts."""
    global _last
    findings = list(findings)
    said = [(finding.facts, finding.cells) for finding in findings]
    if not (_last[0] == place and _last[1] == said):
        _last = place, said, merged(findings, place, table_of)
    return _last[2]


def apart(facts: Mapping[str, dict]) -> tuple[dict[str, dict], dict[str, cells.Packed]]:
    """The facts with the name of the table that they count in its place, and the tables, each once."""
    named, found = dict(facts), {}
    for fact_id, fact in facts.items():
        if "table" in fact:
            text = json.dumps(fact["table"], ensure_ascii=False)
            name = "t" + hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
            found[name] = cells.columns(fact["table"])
            named[fact_id] = {**fact, "table": name}
    return named, dict(sorted(found.items()))


def merged(
    findings: Iterable[Told | Editions],
    place: str = "",
    table_of: Callable[[cells.Packed], list[Cell]] = cells.unpack,
) -> tuple[dict[str, dict], cells.Packed]:
    """The facts of all findings, and one table of the cells behind them; each fact names its rows in that table.

    place: of the page; its own values are written out even where they are only counted. table_of: unpacks a finding's cells, or
    has them at hand.
    """
    held: dict[str, Cell] = {}
    resting: dict[str, tuple[Record, list[str]]] = {}
    for finding in findings:
        table = table_of(finding.cells) if finding.facts else []
        held |= {cell.id: cell for cell in table}
        for fact_id, fact in finding.facts.items():
            resting[fact_id] = fact, [table[n].id for n in cells.numbers(fact.rows)]
    tallied = cells.tallied(held.values(), _only_counted(held, resting, place))
    ordered = sorted({cell.id: cell for cell in tallied.values()}.values(), key=cells.order)
    row = {cell.id: n for n, cell in enumerate(ordered)}
    facts = {
        fact_id: _without_defaults(
            fact.to_json() | {"rows": cells.ranges(row[tallied[one].id] for one in ids)}
        )
        for fact_id, (fact, ids) in sorted(resting.items())
    }
    return facts, cells.pack(ordered)


_COUNTS = re.compile(
    r"count(ed)?\(\)|none\(\)|distinct\('source'\)|among\('(source|grade|status|basis|kind)', '[^']*'\)"
)


def _only_counted(
    held: Mapping[str, Cell], resting: Mapping[str, tuple[Record, list[str]]], place: str
) -> dict[str, frozenset[str]]:
    """id -> the facts that count it, for values of other places that no fact of the page uses otherwise."""
    counting: dict[str, set[str]] = {
        name: set() for name, cell in held.items() if cell.place not in ("", place)
    }
    if len(counting) < cells.TALLY:  # too few to be told together
        return {}
    for fact_id, (fact, ids) in resting.items():
        if _COUNTS.fullmatch(fact.operation):
            for one in counting.keys() & ids:
                counting[one].add(fact_id)
        else:
            for one in ids:
                counting.pop(one, None)
    return {name: frozenset(facts) for name, facts in counting.items()}


DEFAULTS = {
    "as_printed": "",
    "damaged": False,
    "decimals": None,
    "formula": None,
    "high": None,
    "inputs": [],
    "low": None,
    "operation": "",
    "period_basis": "explicit",
    "qualifier": None,
    "quantifier": "exact",
    "status": "actual",
    "table": None,
    "unit": "",
}


def _without_defaults(fact: Mapping) -> dict:
    """A fact as facts.json holds it: what is as in ``DEFAULTS`` is left out, and so are its sources, which its rows name."""
    return {k: v for k, v in fact.items() if k != "source_ids" and not (k in DEFAULTS and v == DEFAULTS[k])}


def facts_text(facts: Mapping) -> str:
    """Content of facts.json as text: compact, one fact and one column a line, so that a difference can be read."""
    return "{\n" + ",\n".join(f"{json.dumps(k)}:{_lines(k, facts[k])}" for k in sorted(facts)) + "\n}\n"


def _lines(name: str, value: object) -> str:
    def compact(v: object) -> str:
        return json.dumps(v, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    if name == "cells" and isinstance(value, dict):
        columns = value["columns"]
        inner = ",\n".join(f"{compact(k)}:{compact(columns[k])}" for k in sorted(columns))
        about = compact({k: v for k, v in value.items() if k != "columns"})
        return f'{about[:-1]},"columns":{{\n{inner}}}}}'
    if name == "facts" and isinstance(value, dict):
        return "{\n" + ",\n".join(f"{compact(k)}:{compact(value[k])}" for k in sorted(value)) + "}"
    return compact(value)
