"""The pages around the reports: each region's briefing, the index with its map, sources, indicators, what is missing.

Writes into a folder it is given (the run's staging folder) and nowhere else. What it prints about a region comes from the
findings of that region's pages; what it prints about sources and indicators comes from the dictionaries and `observations`.
Longer than 300 lines of a usual module because each of the six kinds of page has its view here, side by side.

Longer than 400 lines because the pages around the reports count the same rows and have to print the same numbers.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis import catalog
from analysis.charts import maps
from analysis.facts import round_half_up
from analysis.report.pages import cite, compare, frames, front, missing, page, render, search, workbook
from analysis.report.pages.kept import Kept
from analysis.report.plan.unswept import unswept
from analysis.told import Gap, Told, cited, text_of
from analysis.words import LANGS, pick

if TYPE_CHECKING:
    import pandas as pd

    from analysis.comparison import Overviews

MAX_STATES = 4
FIGURES = 3
NAMED = 4  # database, name of the indicator, place, period: the parts of the locator of a row of a series
MAPS = maps.CLASSES
OTHER_TABLES = ("assessments", "centres", "measures", "policies", "targets")
COUNTED = (
    "source_id",
    "indicator",
    "region_code",
    "year",
    "status",
    "value",
)  # columns by which rows are counted
SOME = 20_000  # rows whose locators are in memory at a time
EVIDENCE_KINDS = ("bulletin", "newspaper", "plan")


@dataclass(frozen=True)
class Kin:
    """The places of a site: all, by the place right above them, and by level and the places above; each in code order."""

    codes: frozenset[str]
    below: dict[str, list[str]]
    beside: dict[tuple[str, ...], list[str]]

    @classmethod
    def of(cls, codes: Iterable[str]) -> Kin:
        """Sorted out once for all briefings."""
        below: dict[str, list[str]] = {}
        beside: dict[tuple[str, ...], list[str]] = {}
        codes = list(codes)
        for code in codes:
            region = catalog.region(code)
            below.setdefault(region.parent, []).append(code)
            beside.setdefault((region.level, *frames.above(code)), []).append(code)
        return cls(frozenset(codes), below, beside)


@dataclass(frozen=True)
class Extent:
    """How much is held: first and last year (none: 0), places and values."""

    first: int
    last: int
    places: int
    cells: int

    @classmethod
    def by(cls, rows: pd.DataFrame, columns: list[str]) -> dict[Any, Extent]:
        """Of rows of `observations`, by the values of columns, in their order."""
        held = rows.groupby(columns)
        years, places, cells = held["year"], held["region_code"].nunique(), held.size()
        ends = zip(years.min().fillna(0).astype(int), years.max().fillna(0).astype(int), strict=True)
        return {
            key: cls(*ends_, int(p), int(n))
            for key, ends_, p, n in zip(cells.index, ends, places, cells, strict=True)
        }


@dataclass(frozen=True)
class Shown:
    """What is held of an indicator, from which sources, and what the series among them call it, source by source."""

    extent: Extent
    source_ids: tuple[str, ...]
    names: tuple[tuple[str, str], ...]


class Reference:
    """`observations` as the pages of sources and indicators print them: cut and counted once for both languages.

    table: all its columns; or those of ``COUNTED`` alone (``partly``), then what else is printed is read for the rows that print it.
    """

    def __init__(self, table: pd.DataFrame, *, partly: bool = False) -> None:
        self._table, self._partly = table, partly

    @cached_property
    def documents(self) -> dict[str, Any]:
        """The rows of each source whose values are printed one by one."""
        told = [s for s, source in catalog.sources().items() if source.kind in EVIDENCE_KINDS]
        return dict(list(self._of(told).groupby("source_id")))

    def _of(self, sources: list[str]) -> pd.DataFrame:
        if not self._partly:
            return self._table[self._table["source_id"].isin(sources)]
        from analysis import tables

        with tables.unrecorded():
            return tables.read("observations", source_id=sources)

    @cached_property
    def series(self) -> dict[str, list[tuple[str, Extent]]]:
        """The indicators of each other source, and how much is held of them."""
        rows = self._table[~self._table["source_id"].isin(list(self.documents))]
        found: dict[str, list[tuple[str, Extent]]] = {}
        for (source_id, key), extent in Extent.by(rows, ["source_id", "indicator"]).items():
            found.setdefault(source_id, []).append((key, extent))
        return found

    @cached_property
    def indicators(self) -> dict[str, Shown]:
        """Each indicator of which anything is held."""
        sources: dict[str, list[str]] = {}
        names: dict[str, list[tuple[str, str]]] = {}
        for (key, source_id), printed in sorted(self._printed().items()):
            sources.setdefault(key, []).append(source_id)
            if catalog.source(source_id).kind == "series":
                names.setdefault(key, []).append((source_id, ", ".join(sorted(printed))))
        extents = Extent.by(self._table, ["indicator"])
        return {
            key: Shown(one, tuple(sources[key]), tuple(names.get(key, ()))) for key, one in extents.items()
        }

    def _printed(self) -> dict[tuple[str, str], set[str]]:
        """(indicator, source) -> its printed names: the name stands second in the locator of a row of a series."""
        from analysis import tables

        found: dict[tuple[str, str], set[str]] = {}
        by = ["indicator", "source_id"]
        pieces = tables.pieces("observations", SOME, [*by, "locator"]) if self._partly else [self._table]
        for piece in pieces:
            for (key, source_id), locators in piece.groupby(by)["locator"]:
                parts = [text.split(" › ") for text in locators.unique().tolist()]
                names = {part[1] for part in parts if len(part) >= NAMED}
                found.setdefault((key, source_id), set()).update(names)
        return found


def build(
    pages: Iterable[Mapping],
    out_dir: Path,
    plan: Mapping,
    *,
    observations: pd.DataFrame | None = None,
    only: Collection[str] | None = None,
    kept: Mapping[str, Kept] = MappingProxyType({}),
    on_place: Callable[[str, Kept], None] = lambda code, kept: None,
    documents: Callable[[str, str, list[dict], Mapping], list[str]] = lambda code, lang, pages, context: [],
) -> list[str]:
    """Write the pages around the reports into ``out_dir``, place by place; returns the names written, relative to it.

    pages: region_code, theme, lang, title {zh, en}, order, status (ok, failed, stale), failure (its kind), note, findings (list, or a function that
    gives it), entry. plan: regions (codes), coverage {region_code: {theme: None or its Why}}, themes {theme: {title,
    order}}, optionally languages, code_version, part (a site of some places: nothing that compares all) and unmade (codes of places
    that pages lead to and that have nothing here but a page that says so). observations: the processed table; read when not given. only: the parts to
    write: codes of places, "front", "missing", "reference" (None: all). kept: what the places that are not written add to the lists over
    all places; on_place: told the same of each that is. documents: writes a briefing's other forms and returns their names, which
    the briefing links.
    """
    out = Path(out_dir)
    pages = [{**p, "title": p.get("title") or dict.fromkeys(LANGS, p["theme"])} for p in pages]
    pages = sorted(pages, key=lambda p: (p["region_code"], p.get("order", 0), p["theme"], p["lang"]))
    langs = list(plan.get("languages") or LANGS)
    coverage = plan.get("coverage") or {}
    codes = sorted({*(plan.get("regions") or coverage), *(p["region_code"] for p in pages)})
    themes = {p["theme"]: {"title": p["title"], "order": p.get("order", 0)} for p in pages} | dict(
        plan.get("themes") or {}
    )
    context = {"plan": plan, "coverage": coverage, "codes": codes, "themes": themes, "langs": langs}
    context["kin"] = Kin.of(codes)
    written: list[str] = []

    def write(name: str, content: str | bytes) -> None:
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        written.append(name)

    groups: dict[tuple[str, str], list[dict]] = {}
    for p in pages:
        groups.setdefault((p["region_code"], p["lang"]), []).append(dict(p))
    # what compares is named here and made where it is printed: a run that touches one place makes one table
    few = codes if plan.get("part") else ()
    overviews = _overviews(few) if observations is None and (only is None or only) else None
    comparing = None if plan.get("part") else overviews
    context |= _comparable(comparing) | {"overviews": overviews}
    known: dict[str, Kept] = {}
    for code in codes:
        if only is not None and code not in only:
            known[code] = kept[code]
            continue
        known[code] = Kept({}, {})
        for lang in langs:
            mine = [p | {"findings": _findings(p)} for p in groups.get((code, lang), ())]
            forms = documents(code, lang, mine, context)
            html, known[code].states[lang] = briefing(code, lang, mine, context | {"documents": forms})
            known[code].lines[lang] = search.lines(mine)
            write(f"{code}/{render.page_name('index', lang)}", html)
            held = {p["theme"]: p["findings"] for p in mine if p["findings"]}
            titles = {p["theme"]: pick((p["title"]["zh"], p["title"]["en"]), lang) for p in mine}
            if sheet := workbook.workbook(held, lang, catalog.region(code).short(lang), code, titles):
                write(f"{code}/{_xlsx_name(lang)}", sheet)
        on_place(code, known[code])
    for code in _unmade(plan, only):
        for lang in langs:
            write(f"{code}/{render.page_name('index', lang)}", unmade(code, lang, context))
        on_place(code, Kept({}, {}))
    parts = frozenset({"front", "missing", "reference"}) & (
        {"front", "missing", "reference"} if only is None else {*only}
    )
    for name, content in _lists(parts, pages, context, known, observations):
        write(name, content)
    for name, content in _compared(comparing, langs, context) if "reference" in parts else ():
        write(name, content)
    return written


def _lists(
    parts: frozenset[str],
    pages: Sequence[Mapping],
    context: Mapping,
    known: Mapping[str, Kept],
    observations: pd.DataFrame | None,
) -> Iterator[tuple[str, str]]:
    """Name and content of the pages over all places: front page, search, sources, indicators, what is missing."""
    langs = context["langs"]
    needed = parts - {"missing"}
    table = _observations() if observations is None and needed else observations
    for lang in langs:
        if "front" in parts:
            tiles, years = tile_values(table)
            yield (render.page_name("index", lang), index(lang, pages, context, tiles, years))
            said = {code: one.lines.get(lang, ()) for code, one in known.items()}
            yield (
                render.page_name("search", lang),
                search.search_page(lang, pages, context, said, _counties(table)),
            )
            if lang == langs[0] and tiles:
                yield "map.csv", _map_csv(tiles, years)
        if "reference" in parts:
            if lang == langs[0]:
                others = {} if observations is not None else _other_tables()
                reference = Reference(table, partly=observations is None)
            yield (render.page_name("sources", lang), sources_page(lang, context, reference, others))
            yield (render.page_name("indicators", lang), indicators_page(lang, context, reference))
        if "missing" in parts:
            states = {code: one.states.get(lang, []) for code, one in known.items()}
            yield from missing.pages(lang, context, states)


def _counties(observations: pd.DataFrame) -> list[str]:
    """Codes of the counties that their province's page has a row of."""
    return (
        observations.loc[observations["indicator"] == "county_beds", "region_code"].drop_duplicates().tolist()
    )


def _comparable(overviews: Overviews | None) -> dict:
    """Names of the pages that compare, and the newest year of each."""
    return {
        "compared": overviews.names if overviews else set(),
        "newest": overviews.newest if overviews else {},
    }


def _unmade(plan: Mapping, only: Collection[str] | None) -> list[str]:
    """Places that get a page saying that they are not here."""
    return [code for code in plan.get("unmade") or () if only is None or code in only]


def _compared(overviews: Overviews | None, langs: list[str], context: Mapping) -> Iterable[tuple[str, str]]:
    """Name and content of the pages that compare and of the files beside them."""
    from analysis import comparison

    comparing = comparison.every(overviews) if overviews else []
    for lang in langs:
        yield from compare.pages(lang, comparing, context).items()
    for one in comparing:
        yield from ((f"compare/{name}", csv_text(rows)) for name, rows in compare.csvs(one).items())
        yield f"compare/{one.name}.facts.json", compare.facts(one)


def _map_csv(tiles: Mapping[str, Mapping[str, str]], year: int) -> str:
    rows = [[code, year, *(tiles[code].get(key, "") for key in MAPS)] for code in sorted(tiles)]
    return csv_text([["region_code", "year", *MAPS], *rows])


def _findings(p: Mapping) -> list[Told]:
    if p["status"] == "failed":
        return []
    found = p.get("findings") or []
    return list(found() if callable(found) else found)


def _observations() -> pd.DataFrame:
    from analysis import tables

    return next(tables.pieces("observations", sys.maxsize, COUNTED))


def _overviews(few: Collection[str] = ()) -> Overviews:
    """What gives a place its overview, and names the pages that compare as far as the tables hold what they need."""
    from analysis import comparison

    return comparison.Overviews(few)


def _other_tables() -> dict[str, dict[str, int]]:
    """source_id -> table -> rows, for the tables beside `observations`."""
    from analysis import tables

    out: dict[str, dict[str, int]] = {}
    for name in OTHER_TABLES:
        for source, rows in tables.read(name).groupby("source_id").size().items():
            out.setdefault(source, {})[name] = int(rows)
    return out


def csv_text(rows: Iterable[Iterable]) -> str:
    """Rows as the text of a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([render.number(value) for value in row] for row in rows)
    return text.getvalue()


def _xlsx_name(lang: str) -> str:
    return pick(("tables.xlsx", "tables.en.xlsx"), lang)


def failure(p: Mapping, lang: str) -> str:
    """What kind of thing went wrong with a page, and where the log says more; never what the notebook itself said."""
    w = render.words(lang)
    same = {"worker": "server"}  # what runs notebooks, for a reader
    failed = str(p.get("failure"))
    kind = w.get(f"failure_{same.get(failed, failed)}", w["failure_other"])
    return w["failure_note"].format(kind=kind, note=p["note"]) if p.get("note") else kind


@unswept()
def briefing(code: str, lang: str, pages: list[dict], context: Mapping) -> tuple[str, list[dict]]:
    """One region's briefing and the states behind it ({code, title, settle, themes}), in one language."""
    region, w = catalog.region(code), render.words(lang)
    book = render.Book(lang, code)
    findings = [f for p in pages for f in p["findings"]]
    for finding in findings:
        book.add(finding)
    sentences = [
        book.say(s.segments, f"briefing of {code}, sentence {s.id!r}") for s in page.headlines(findings, code)
    ]
    states = region_states(code, lang, pages, context)
    box = [
        Gap(s["code"], (s["title"],), (s["settle"],) if s["settle"] else ())
        for s in first_of_each_code(states, MAX_STATES)
    ]
    strips = [(p, f) for p in pages for f in p["findings"] if f.strip]
    figures = [
        {
            "theme_title": w["policy_strip"] if finding.strip else p["title"][lang],
            "csv_folder": f"{p['theme']}/",
            "view": render.finding_view(
                replace(finding, sentences=()), book, n + 1, f"{p['theme']}-", p["theme"]
            ),
        }
        for n, (p, finding) in enumerate([*chosen_figures(pages), *strips])
    ]
    found = context["overviews"].of(code) if context.get("overviews") else None
    table = compare.overview(found, lang) if found else None
    covered = render.covered_period([book.printed(), *(f for _, f in chosen_figures(pages))], lang)
    period = covered or w["period_none"]
    place = region.short(lang)
    title = pick((f"{place}（{code}）", f"{place} ({code})"), lang)
    kin: Kin = context["kin"]
    cities = kin.below.get(code, []) if code != catalog.NATION else []
    shown = theme_lines(code, lang, pages, context)
    above = [c for c in frames.above(code) if c in kin.codes]
    same = kin.beside[region.level, *frames.above(code)]
    firsts = {f["theme_title"]: f"fig{n + 1}" for n, f in reversed([*enumerate(figures)])}
    toc = [
        *([("overview", w["overview"])] if table else []),
        *((anchor, title) for title, anchor in reversed(firsts.items())),
        ("themes", w["themes"]),
        *([("sources", w["sources"]), ("records", w["records"])] if book.cited else []),
    ]
    view = frames.frame(
        lang,
        "index",
        f"{title} · {period}",
        context,
        root="../",
        region=region,
        place=place,
        theme="index",
        period=period,
        kicker=w["kicker_nation"] if code == catalog.NATION else w["kicker"],
        meta=[
            *([(w["period"], covered)] if covered else []),
            *render.dates_meta(
                book.source_ids(),
                next((as_of for p in pages if (as_of := p.get("as_of"))), ""),
                lang,
            ),
            *render.peers_meta(findings, lang),
        ],
        sentences=sentences,
        silence=w["no_brief_yet"] if any(t["status"] == "waiting" for t in shown) else w["no_brief"],
        states=render.states_view(box, book),
        more_states=len(states) > len(box),
        missing_stem=missing.stem(code),
        figures=figures,
        overview=table,
        with_page=context.get("compared", ()),
        themes=shown,
        places=[{"code": c, "name": catalog.region(c).short(lang)} for c in cities],
        above=[(c, catalog.region(c).short(lang)) for c in above],
        sisters=[{"code": c, "name": catalog.region(c).short(lang)} for c in same if above and c != code],
        mixed=any(r.level == "city" and r.kind != "city" for r in map(catalog.region, cities or same)),
        beside=_beside(code, same, lang),
        compared=next((c for c in (code, *above) if f"cities-{c}" in context["compared"]), ""),
        toc=toc,
        xlsx=_xlsx_name(lang) if any(t.csv for f in findings for t in f.tables) else "",
        reads_hash=render.reads_hash(page.collected_reads(findings)) if findings else "",
        documents=document_links(context.get("documents") or ()),
    )
    view["records"] = book.records()
    shown_findings = [f for _, f in [*chosen_figures(pages), *strips]] + ([found.told(lang)] if found else [])
    shown_sources = list(dict.fromkeys([*book.source_ids(), *render.column_sources(shown_findings)]))
    view["sources"] = [render.source_line(s, lang) for s in shown_sources]
    as_of = next((day for p in pages if (day := p.get("as_of"))), "")
    view["cited"] = cite.of_page(view, as_of, shown_sources)
    return frames.html("briefing.html", view), states


def unmade(code: str, lang: str, context: Mapping) -> str:
    """The page of a place that others lead to, in a site made for some places: that it is not here, and the command that makes it."""
    region, w = catalog.region(code), render.words(lang)
    place = region.short(lang)
    title = f"{pick((f'{place}（{code}）', f'{place} ({code})'), lang)} · {w['period_none']}"
    more = {"region": region, "place": place, "theme": "index", "command": f"make report REGION={code}"}
    more["led_to"] = (
        sorted(context["themes"]) if code == catalog.NATION else []
    )  # pages of places lead to figures of the nation
    return frames.html("unmade.html", frames.frame(lang, "index", title, context, root="../", **more))


def _beside(code: str, same: Sequence[str], lang: str) -> list[tuple[str, str, str]]:
    """The places before and after one among those of its kind, in code order: word, code, name."""
    w, at = render.words(lang), same.index(code)
    near = [("previous", same[at - 1 : at] if at else []), ("next", same[at + 1 : at + 2])]
    return [(w[word], c, catalog.region(c).short(lang)) for word, found in near for c in found]


def chosen_figures(pages: list[dict]) -> list[tuple[dict, Told]]:
    """Up to three figures: the first of each theme, then the second of each, and so on, in the themes' order."""
    ranked = [
        (n, p["order"] if "order" in p else 0, k, p, f)
        for k, p in enumerate(pages)
        for n, f in enumerate(f for f in p["findings"] if f.kind == "figure" and not f.strip)
    ]
    best = sorted(ranked, key=lambda r: r[:3])[:FIGURES]
    return [(p, f) for *_, p, f in sorted(best, key=lambda r: (r[1], r[2], r[0]))]


def region_states(code: str, lang: str, pages: list[dict], context: Mapping) -> list[dict]:
    """What is not known about a region, each once: the findings' states and the themes that have no page for it.

    Two themes may name one gap in their own words; the same code with the same remedy is the same gap.
    """
    out: dict[tuple[str, str], dict] = {}

    def add(state: str, title: str, settle: str, theme: str) -> None:
        entry = out.setdefault(
            (state, settle or title), {"code": state, "title": title, "settle": settle, "themes": []}
        )
        if theme not in entry["themes"]:
            entry["themes"].append(theme)

    for p in pages:
        for finding in p["findings"]:
            for s in finding.states:
                add(
                    s.code,
                    text_of(s.title),
                    text_of(s.settle),
                    p["title"][lang],
                )
    for theme, state in sorted(
        (context["coverage"].get(code) or {}).items(),
        key=lambda item: context["themes"].get(item[0], {}).get("order", 0),
    ):
        if state:
            title = context["themes"].get(theme, {}).get("title", {}).get(lang, theme)
            add(
                state.code,
                pick((f"{title}：{state.zh}", f"{title}: {state.en}"), lang),
                "",
                title,
            )
    return [out[key] for key in sorted(out, key=lambda k: k[0])]


def first_of_each_code(states: list[dict], limit: int) -> list[dict]:
    """A fair choice for a small box: one state of each code first, then the rest, up to the limit, in code order."""
    seen: dict[str, int] = {}
    ranked = []
    for n, state in enumerate(states):
        seen[state["code"]] = seen.get(state["code"], 0) + 1
        ranked.append((seen[state["code"]], n, state))
    return [state for _, n, state in sorted(sorted(ranked, key=lambda r: r[:2])[:limit], key=lambda r: r[1])]


def theme_lines(code: str, lang: str, pages: list[dict], context: Mapping) -> list[dict]:
    """The region's themes: a link with the headline of its first figure that names the place (else its first), or why there is no page."""
    w, out, name = render.words(lang), [], catalog.region(code).short("zh")
    for p in pages:
        made = p["status"] in ("ok", "stale")
        told = [f for f in p["findings"] if f.headline]
        best = max(told, key=lambda f: _worth(f, name), default=None)  # the first of the best
        href = render.page_name(p["theme"], lang)
        headline = _led_headline(best, lang, href) if best else ""
        text = {"failed": failure(p, lang), "stale": w["stale_note"]}.get(p["status"], headline)
        out.append(
            {
                "theme": p["theme"],
                "title": p["title"][lang],
                "href": href if made else "",
                "status": p["status"],
                "chip": w[f"status_{p['status']}"],
                "text": text,
                "documents": document_links(p.get("documents") or ()),
            }
        )
    for theme, state in (context["coverage"].get(code) or {}).items():
        if theme not in {p["theme"] for p in pages}:
            title = context["themes"].get(theme, {}).get("title", {}).get(lang, theme)
            chip = f"{w['no_page']} {state.code}" if state else w["not_made"]
            out.append(
                {
                    "theme": theme,
                    "title": title,
                    "href": "",
                    "status": "none" if state else "waiting",
                    "chip": chip,
                    "text": state.text(lang) if state else "",
                    "documents": [],
                }
            )
    return out


def _worth(finding: Told, place: str) -> tuple[bool, bool]:
    """How well a finding's headline stands for its page: a figure whose numbers are the place's first, then any figure.

    place: its Chinese name, looked for in what the numbers are called, so that both languages choose the same.
    """
    figure = finding.kind == "figure"
    return figure and any(place in finding.facts[one].called("zh") for one in cited(finding.headline)), figure


def _led_headline(finding: Told, lang: str, href: str) -> Markup:
    """A finding's headline whose numbers lead to their record on its own page."""
    return render.led(render.opened(finding.headline, lang), finding.facts, lang, href)


def document_links(names: Iterable[str]) -> list[tuple[str, str]]:
    """(what to call it, address beside the briefing) of PDF and Word files, PDF first."""
    words = {"pdf": "PDF", "docx": "Word"}
    found = sorted((name.rpartition("/")[2] for name in names), key=lambda n: not n.endswith("pdf"))
    return [(words[name.rpartition(".")[2]], name) for name in found]


def tile_values(table: pd.DataFrame) -> tuple[dict[str, dict[str, str]], int]:
    """Printed values per 1,000 residents of each province in the newest year that has every indicator of the map for all of them."""
    codes = [r.code for r in catalog.provinces()]
    rows = table[
        table["region_code"].isin(codes)
        & table["indicator"].isin([*MAPS, "population"])
        & table["year"].notna()
        & (table["status"] == "actual")
    ]
    rows = rows[rows["source_id"].map(lambda s: catalog.source(s).kind == "series")].drop_duplicates(
        ["indicator", "region_code", "year"]
    )
    if rows.empty:
        return {}, 0
    wide = rows.pivot(index=["year", "region_code"], columns="indicator", values="value")
    if not {*MAPS, "population"} <= {*wide.columns}:
        return {}, 0
    whole = wide.dropna().groupby("year").size()
    years = [int(year) for year, n in whole.items() if n == len(codes)]
    if not years:
        return {}, 0
    newest = wide.loc[max(years)]
    return {
        code: {
            key: str(round_half_up(newest.at[code, key] / newest.at[code, "population"] * 1000, 2))
            for key in MAPS
        }
        for code in codes
    }, max(years)


def index(
    lang: str, pages: Sequence[Mapping], context: Mapping, tiles: Mapping[str, Mapping[str, str]], year: int
) -> str:
    """The front page: map, failures, every region with its reports."""
    w = render.words(lang)
    choices = (
        [
            {
                "key": key,
                "label": w[f"map_{key}"],
                "classes": _classes(limits, w),
                "ends": _ends(key, tiles, year, lang, context),
            }
            for key, limits in MAPS.items()
        ]
        if tiles
        else []
    )
    cells = []
    for region in catalog.regions().values():
        if region.tile:
            row, col = region.tile
            values = [
                {
                    "key": k,
                    "value": v,
                    "text": v,
                    "class": sum(float(v) >= limit for limit in MAPS[k]),
                    "href": _map_link(k, region.code, lang, context, year),
                }
                for k, v in tiles.get(region.code, {}).items()
            ]
            cells.append(
                {
                    "code": region.code,
                    "name": region.short(lang),
                    "row": row + 1,
                    "col": col + 1,
                    "tile_values": values,
                    "out": bool(region.state) or not values,
                    "linked": region.code in context["codes"],
                }
            )
    failed = [p for p in pages if p["lang"] == lang and p["status"] in ("failed", "stale")]
    book = render.Book(lang, catalog.NATION)
    figures = front.national(pages, lang, book)
    view = frames.frame(
        lang,
        "index",
        w["index_title"],
        context,
        figures=figures,
        matrix=front.matrix(lang, pages, context),
        compared=[
            (k, one.label(lang)) for k, one in catalog.indicators().items() if k in context["compared"]
        ],
        records=book.records(),
        programs=bool(context["plan"].get("programs")),
        maps=choices,
        tiles=cells,
        map_year=year,
        map_sources=[render.source_line("nbs-province", lang)] if tiles else [],
        failed=[
            {
                "place": catalog.region(p["region_code"]).short(lang),
                "title": p["title"][lang],
                "chip": w[f"status_{p['status']}"],
                "error": failure(p, lang),
            }
            for p in failed
        ],
    )
    return frames.html("index.html", view)


def _map_link(key: str, code: str, lang: str, context: Mapping, year: int) -> str:
    """Where a number of the map stands with its record: its row on the indicator's page, else its row of the map's own table."""
    if context.get("newest", {}).get(key) == year:
        return f"compare/{render.page_name(key, lang)}#p-{code}"
    return f"#d-{code}"


def _ends(key: str, tiles: Mapping[str, Mapping[str, str]], year: int, lang: str, context: Mapping) -> Markup:
    """What the map shows first: the province with the most and the one with the fewest, each number leading to its record."""
    ends = [pick(tiles, key=lambda code: float(tiles[code][key])) for pick in (max, min)]
    number = Markup('<a class="n" href="{}"><data value="{}">{}</data></a>')
    shown = [
        text
        for code in ends
        for text in (
            catalog.region(code).short(lang),
            number.format(_map_link(key, code, lang, context, year), tiles[code][key], tiles[code][key]),
        )
    ]
    return Markup(render.words(lang)["map_ends"]).format(*shown, year=year)


def _classes(limits: tuple[float, ...], w: Mapping[str, str]) -> list[str]:
    between = [
        w["legend_between"].format(a=f"{a:.2f}", b=f"{b - 0.01:.2f}")
        for a, b in zip(limits, limits[1:], strict=False)
    ]
    return [
        w["legend_below"].format(n=f"{limits[0]:.2f}"),
        *between,
        w["legend_above"].format(n=f"{limits[-1]:.2f}"),
    ]


def sources_page(
    lang: str, context: Mapping, held: Reference, others: Mapping[str, Mapping[str, int]]
) -> str:
    """Every source: a document with each of its values, a series with one line an indicator."""
    w, views = render.words(lang), []
    for source_id, source in catalog.sources().items():
        line, rows = render.source_line(source_id, lang), held.documents.get(source_id)
        read = catalog.carriers().get(source_id)
        covers = "–".join(dict.fromkeys(x for x in (source.period_start, source.period_end) if x))
        lines = [
            (w["producer"], line["producer"]),
            *(
                [(w["original"], w[f"original_{read.original}"]), (w["carrier"], _carried(read, w))]
                if read
                else []
            ),
            *([(w["title"], w[f"no_title_{read.no_title}"])] if read and read.no_title else []),
            (w["published"], w[f"no_date_{read.no_date}"] if read and read.no_date else line["published"]),
            *([(w["read_on"], source.read_on)] if source.read_on else []),
            (w["covers"], covers),
            (w["grade"], line["grade"]),
            *([] if line["url"] else [(w["address"], _no_address(read, w))]),
            (w["licence"], source.licence_note(lang)),
            (w["caveats"], getattr(source, f"caveats_{lang}")),
            *((w[f"rows_{name}"], str(n)) for name, n in (others.get(source_id) or {}).items()),
        ]
        views.append(
            {
                "id": source_id,
                "title": line["title"],
                "url": line["url"],
                "kind": w[f"original_{read.original}"] if read else w["original_unlocated"],
                "lines": [(n, v) for n, v in lines if v],
                "series": _series(held.series.get(source_id, ()), lang),
                "printed": [] if rows is None else _values(rows, lang),
            }
        )
    programs = bool(context["plan"].get("programs"))
    kinds: dict[str, list[dict]] = {}
    for view in views:
        kinds.setdefault(view["kind"], []).append(view)
    more = {"sources": views, "kinds": kinds, "programs": programs}
    return frames.html("sources.html", frames.frame(lang, "sources", w["page_sources"], context, **more))


def _carried(read: catalog.Carrier, w: Mapping[str, str]) -> str:
    """What a source was read in, with the day that this prints of itself."""
    said = w[f"carrier_{read.carrier}"]
    return w["carrier_dated"].format(carrier=said, day=read.carried_on) if read.carried_on else said


def _no_address(read: catalog.Carrier | None, w: Mapping[str, str]) -> str:
    """That no address is held, and why."""
    why = w[f"no_address_{read.no_address}"] if read and read.no_address else ""
    return f"{why}{w['semicolon']}{w['address_unknown']}" if why else w["address_unknown"]


def _series(held: Iterable[tuple[str, Extent]], lang: str) -> list[dict]:
    return [
        {
            "key": key,
            "label": catalog.indicator(key).label(lang),
            "years": "–".join(dict.fromkeys(str(y) for y in (one.first, one.last) if y)),
            "places": one.places,
            "cells": one.cells,
        }
        for key, one in held
    ]


def _values(rows: pd.DataFrame, lang: str) -> list[dict]:
    w, out = render.words(lang), []
    for row in rows.sort_values("observation_id").to_dict("records"):
        known = catalog.institutions().get(row.get("institution_id") or "")
        place = known.name(lang) if known else row.get("institution") or ""
        if row["region_code"] and place in ("", catalog.region(row["region_code"]).name("zh")):
            place = catalog.region(row["region_code"]).short(lang)
        beside = pick((row["qualifier"], row["qualifier_en"]), lang)
        marked = pick(("（{}）", " ({})"), lang).format(beside) if beside else ""
        out.append(
            {
                "id": row["observation_id"],
                "label": catalog.indicator(row["indicator"]).label(lang),
                "printed": row["as_printed"] + marked,
                "place": place,
                "when": render.period_text((row["period_start"], row["period_end"]), lang),
                "status": w.get(f"status_{row['status']}", row["status"]),
                "locator": render.place_in(row["locator"], lang),
            }
        )
    return out


def indicators_page(lang: str, context: Mapping, held: Reference) -> str:
    """Every indicator, by subject: definition, unit, direction, breaks, what is held of it. Subjects with ranked indicators first."""
    w = render.words(lang)
    groups: dict[str, list[dict]] = {}
    for key, indicator in catalog.indicators().items():
        shown, extent = held.indicators.get(key), w["none_held"]
        if shown is not None:
            much = shown.extent
            span = f"{much.first}–{much.last}" if much.first else ""
            parts = (span, f"{w['places']} {much.places}", f"{w['cells']} {much.cells}")
            extent = " · ".join(x for x in parts if x)
        named = _published_as(shown.names if shown else (), lang)
        told = getattr(indicator, f"definition_{lang}")
        lines = [
            (w["published_as"], named),
            (w["definition"], told),
            *([(w["publishers_definition"], w["definition_not_held"])] if named and told else []),
            (w["unit"], indicator.unit_label(lang)),
            *([(w["polarity"], w[f"polarity_{indicator.polarity}"])] if indicator.polarity != "none" else []),
            (w["breaks"], w["semicolon"].join(getattr(b, lang) for b in indicator.breaks)),
            (w["needed"], getattr(indicator, f"needed_{lang}")),
            (w["coverage"], extent),
        ]
        sources = [render.source_line(s, lang) for s in shown.source_ids] if shown else []
        groups.setdefault(indicator.theme, []).append(
            {
                "key": key,
                "label": indicator.label(lang),
                "lines": [(n, v) for n, v in lines if v],
                "sources": sources,
                "unit": indicator.unit_label(lang),
                "extent": extent,
                "ranked": indicator.ranked,
                "told": bool(named or told or indicator.breaks),
            }
        )
    order = sorted(
        groups, key=lambda t: (not any(i["ranked"] for i in groups[t]), t == "metadata", -len(groups[t]), t)
    )
    views = [
        {
            "key": theme,
            "title": text_of(render.opened((catalog.term(f"theme_{theme}", lang),), lang)),
            "told": [i for i in groups[theme] if i["told"]],
            "listed": [i for i in groups[theme] if not i["told"]],
        }
        for theme in order
    ]
    more = {"groups": views, "compared": context["compared"]}
    return frames.html(
        "indicators.html", frames.frame(lang, "indicators", w["page_indicators"], context, **more)
    )


def _published_as(names: Iterable[tuple[str, str]], lang: str) -> str:
    """What the series call the indicator, as they print it, by publisher's title."""
    said: dict[str, list[str]] = {}
    for source_id, printed in names:
        if printed:
            said.setdefault(printed, []).append(catalog.source(source_id).title(lang))
    words = render.words(lang)
    if len(said) == 1:
        return "“{}”".format(*said)  # every source calls it so: they stand below
    return words["semicolon"].join(
        words["published_as_in"].format(name=printed, where=pick(("、".join(where), ", ".join(where)), lang))
        for printed, where in said.items()
    )
