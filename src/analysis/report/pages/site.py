"""The pages around the reports, built place by place: each region's briefing, the index with its map, and the lists over all places.

Writes into a folder it is given (the run's staging folder) and nowhere else. What it prints about a region comes from the
findings of that region's pages (``briefing``); what it prints about sources and indicators from the dictionaries and `observations`
(``reference``).
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from markupsafe import Markup

from analysis import catalog
from analysis.charts import maps
from analysis.facts import round_half_up
from analysis.report.pages import (
    briefing,
    compare,
    frames,
    front,
    missing,
    reference,
    render,
    search,
    workbook,
)
from analysis.report.pages.kept import Kept
from analysis.report.pages.shown import Kin, Plan, Printing, Report, Site, Theme
from analysis.words import pick

if TYPE_CHECKING:
    import pandas as pd

    from analysis.comparison import Overviews

MAPS = maps.CLASSES


def build(
    pages: Iterable[Report],
    out_dir: Path,
    plan: Plan,
    *,
    observations: pd.DataFrame | None = None,
    only: Collection[str] | None = None,
    kept: Mapping[str, Kept] = MappingProxyType({}),
    on_place: Callable[[str, Kept], None] = lambda code, kept: None,
    documents: Printing = lambda code, lang, pages, site: (),
) -> list[str]:
    """Write the pages around the reports into ``out_dir``, place by place; returns the names written, relative to it.

    observations: the processed table; read when not given. only: the parts to write: codes of places, "front", "missing", "reference" (None: all). kept: what the places that are not written add to the lists over
    all places; on_place: told the same of each that is. documents: writes a briefing's other forms and returns their names, which
    the briefing links.
    """
    out = Path(out_dir)
    pages = sorted(pages, key=lambda p: (p.region_code, p.order, p.theme, p.lang))
    codes = sorted({*(plan.regions or plan.coverage), *(p.region_code for p in pages)})
    written: list[str] = []

    def write(name: str, content: str | bytes) -> None:
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        written.append(name)

    groups: dict[tuple[str, str], list[Report]] = {}
    for p in pages:
        groups.setdefault((p.region_code, p.lang), []).append(p)
    # what compares is named here and made where it is printed: a run that touches one place makes one table
    few = codes if plan.part else ()
    overviews = _overviews(few) if observations is None and (only is None or only) else None
    comparing = None if plan.part else overviews
    site = Site(
        plan,
        codes,
        {p.theme: Theme(p.title, p.order) for p in pages} | {**plan.themes},
        Kin.of(codes),
        overviews,
        frozenset(comparing.names) if comparing else frozenset(),
        comparing.newest if comparing else {},
    )
    known: dict[str, Kept] = {}
    for code in codes:
        if only is not None and code not in only:
            known[code] = kept[code]
            continue
        known[code] = Kept({}, {})
        for lang in plan.languages:
            mine = [p.opened() for p in groups.get((code, lang), ())]
            forms = documents(code, lang, mine, site)
            html, known[code].states[lang] = briefing.briefing(code, lang, mine, site, forms)
            known[code].lines[lang] = search.lines(mine)
            write(f"{code}/{render.page_name('index', lang)}", html)
            held = {p.theme: p.findings for p in mine if p.findings}
            titles = {p.theme: pick((p.title["zh"], p.title["en"]), lang) for p in mine}
            if sheet := workbook.workbook(held, lang, catalog.region(code).short(lang), code, titles):
                write(f"{code}/{briefing.xlsx_name(lang)}", sheet)
        on_place(code, known[code])
    for code in _unmade(plan, only):
        for lang in plan.languages:
            write(f"{code}/{render.page_name('index', lang)}", briefing.unmade(code, lang, site))
        on_place(code, Kept({}, {}))
    parts = frozenset({"front", "missing", "reference"}) & (
        {"front", "missing", "reference"} if only is None else {*only}
    )
    for name, content in _lists(parts, pages, site, known, observations):
        write(name, content)
    for name, content in _compared(comparing, site) if "reference" in parts else ():
        write(name, content)
    return written


def _lists(
    parts: frozenset[str],
    pages: Sequence[Report],
    site: Site,
    known: Mapping[str, Kept],
    observations: pd.DataFrame | None,
) -> Iterator[tuple[str, str]]:
    """Name and content of the pages over all places: front page, search, sources, indicators, what is missing."""
    langs = site.plan.languages
    needed = parts - {"missing"}
    table = _observations() if observations is None and needed else observations
    for lang in langs:
        if "front" in parts:
            tiles, years = tile_values(table)
            yield (render.page_name("index", lang), index(lang, pages, site, tiles, years))
            said = {code: one.lines.get(lang, ()) for code, one in known.items()}
            yield (
                render.page_name("search", lang),
                search.search_page(lang, pages, site, said, _counties(table)),
            )
            if lang == langs[0] and tiles:
                yield "map.csv", _map_csv(tiles, years)
        if "reference" in parts:
            if lang == langs[0]:
                others = {} if observations is not None else reference.other_tables()
                held = reference.Reference(table, partly=observations is None)
            yield (
                render.page_name("sources", lang),
                reference.sources_page(lang, site, held, others),
            )
            yield (render.page_name("indicators", lang), reference.indicators_page(lang, site, held))
        if "missing" in parts:
            states = {code: one.states.get(lang, []) for code, one in known.items()}
            yield from missing.pages(lang, site, states)


def _counties(observations: pd.DataFrame) -> list[str]:
    """Codes of the counties that their province's page has a row of: those with both figures in its year."""
    both = ("county_beds", "county_population_registered")
    rows = observations.loc[observations["indicator"].isin(both), ["region_code", "indicator", "year"]]
    held = rows[rows["year"] == rows["year"].max()].drop_duplicates().groupby("region_code").size()
    return held.index[held == len(both)].tolist()


def _unmade(plan: Plan, only: Collection[str] | None) -> list[str]:
    """Places that get a page saying that they are not here."""
    return [code for code in plan.unmade if only is None or code in only]


def _compared(overviews: Overviews | None, site: Site) -> Iterable[tuple[str, str]]:
    """Name and content of the pages that compare and of the files beside them."""
    from analysis import comparison

    comparing = comparison.every(overviews) if overviews else []
    for lang in site.plan.languages:
        yield from compare.pages(lang, comparing, site).items()
    for one in comparing:
        yield from ((f"compare/{name}", csv_text(rows)) for name, rows in compare.csvs(one).items())
        yield f"compare/{one.name}.facts.json", compare.facts(one)


def _map_csv(tiles: Mapping[str, Mapping[str, str]], year: int) -> str:
    rows = [[code, year, *(tiles[code].get(key, "") for key in MAPS)] for code in sorted(tiles)]
    return csv_text([["region_code", "year", *MAPS], *rows])


def _observations() -> pd.DataFrame:
    from analysis import tables

    return next(tables.pieces("observations", sys.maxsize, reference.COUNTED))


def _overviews(few: Collection[str] = ()) -> Overviews:
    """What gives a place its overview, and names the pages that compare as far as the tables hold what they need."""
    from analysis import comparison

    return comparison.Overviews(few)


def csv_text(rows: Iterable[Iterable]) -> str:
    """Rows as the text of a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([render.number(value) for value in row] for row in rows)
    return text.getvalue()


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
    lang: str, pages: Sequence[Report], site: Site, tiles: Mapping[str, Mapping[str, str]], year: int
) -> str:
    """The front page: map, failures, every region with its reports."""
    w = render.words(lang)
    choices = (
        [
            {
                "key": key,
                "label": w[f"map_{key}"],
                "classes": _classes(limits, w),
                "ends": _ends(key, tiles, year, lang, site),
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
                    "href": _map_link(k, region.code, lang, site, year),
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
                    "linked": region.code in site.codes,
                }
            )
    failed = [p for p in pages if p.lang == lang and p.status in ("failed", "stale")]
    book = render.Book(lang, catalog.NATION)
    figures = front.national(pages, lang, book)
    view = frames.frame(
        lang,
        "index",
        w["index_title"],
        site.plan,
        figures=figures,
        matrix=front.matrix(lang, pages, site),
        compared=[(k, one.label(lang)) for k, one in catalog.indicators().items() if k in site.compared],
        records=book.records(),
        programs=site.plan.programs,
        maps=choices,
        tiles=cells,
        map_year=year,
        map_sources=[render.source_line("nbs-province", lang)] if tiles else [],
        failed=[
            {
                "place": catalog.region(p.region_code).short(lang),
                "title": p.title[lang],
                "chip": w[f"status_{p.status}"],
                "error": briefing.failure(p, lang),
            }
            for p in failed
        ],
    )
    return frames.html("index.html", view)


def _map_link(key: str, code: str, lang: str, site: Site, year: int) -> str:
    """Where a number of the map stands with its record: its row on the indicator's page, else its row of the map's own table."""
    if site.newest.get(key) == year:
        return f"compare/{render.page_name(key, lang)}#p-{code}"
    return f"#d-{code}"


def _ends(key: str, tiles: Mapping[str, Mapping[str, str]], year: int, lang: str, site: Site) -> Markup:
    """What the map shows first: the province with the most and the one with the fewest, each number leading to its record."""
    ends = [pick(tiles, key=lambda code: float(tiles[code][key])) for pick in (max, min)]
    number = Markup('<a class="n" href="{}"><data value="{}">{}</data></a>')
    shown = [
        text
        for code in ends
        for text in (
            catalog.region(code).short(lang),
            number.format(_map_link(key, code, lang, site, year), tiles[code][key], tiles[code][key]),
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
