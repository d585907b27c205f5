"""Pages that compare: one an indicator over all provinces, one for the cities of a province, one for places that a reader names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from analysis import catalog
from analysis.report.pages import frames, page, render
from analysis.report.pages.shown import Site
from analysis.told import text_of
from analysis.words import pick

if TYPE_CHECKING:
    from analysis.comparison import Comparison, Spark

WIDTH, HEIGHT, MARGIN = 96, 24, 3  # px of a small line


def spark(line: Spark, breaks: Sequence[int]) -> Markup:
    """A series as a small drawing: the line breaks where the definition does; a jump is an open mark, the newest year a dot."""
    years, values = zip(*line.points, strict=True)
    low, high, first, last = min(values), max(values), years[0], years[-1]

    def at(year: int, value: float) -> tuple[str, str]:
        x = MARGIN + (WIDTH - 2 * MARGIN) * (year - first) / max(last - first, 1)
        y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - low) / ((high - low) or 1)
        return f"{x:.1f}".rstrip("0").rstrip("."), f"{y:.1f}".rstrip("0").rstrip(".")

    pieces: list[list[str]] = [[]]
    marks: list[str] = []
    for year, value in line.points:
        x, y = at(year, value)
        if year in breaks:
            pieces.append([])
            marks.append(f'<path class="bk" d="M{x} 0V{HEIGHT}"/>')
        if year in line.jumps:
            marks.append(f'<path class="jp" d="M{x} {float(y) - 3:g}l3 3-3 3-3-3z"/>')
        pieces[-1].append(f"{x},{y}")
    lines = "".join(f'<polyline points="{" ".join(piece)}"/>' for piece in pieces if len(piece) > 1)
    x, y = at(*line.points[-1])
    return Markup(
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true">'
        f'{lines}{"".join(marks)}<circle cx="{x}" cy="{y}" r="2.5"/></svg>'
    )


def view(found: Comparison, lang: str, site: Site, title: str, stem: str) -> dict:
    """What a comparing page prints."""
    finding = found.told(lang)
    book = render.Book(lang)
    book.add(finding)
    shown = render.finding_view(finding, book, 1)
    lines = {one.code: one for one in found.sparks}
    rows = [
        {
            "cells": row["cells"],
            "code": code,
            "linked": code in site.codes,
            "spark": spark(lines[code], found.breaks) if code in lines else "",
        }
        for row, code in zip(shown["tables"][0]["rows"], found.places, strict=True)
    ]
    sources = list(dict.fromkeys([*book.source_ids(), *render.column_sources([finding])]))
    return frames.frame(
        lang,
        stem,
        title,
        site.plan,
        finding=shown,
        main=shown["tables"][0],
        rows=rows,
        has_sparks=bool(lines),
        more=shown["tables"][1:],
        about=_about(found.name, lang),
        records=book.records(),
        sources=[render.source_line(s, lang) for s in sources],
        csvs=[(file_name(found.name, n, name), about) for n, (name, about) in enumerate(shown["csvs"])],
    )


def overview(found: Comparison, lang: str) -> dict:
    """A place's table of all indicators as its briefing prints it; an indicator leads to its own page where it has one."""
    finding = found.told(lang)
    table = render.table_view(finding.tables[0], "overview", render.Book(lang))
    rows = [
        {"cells": row["cells"], "spark": drawn, "key": key}
        for row, key, drawn in zip(table["rows"], found.places, sparks(found), strict=True)
    ]
    return {
        "title": text_of(finding.headline),
        "table": table,
        "rows": rows,
        "has_sparks": bool(found.sparks),
    }


def sparks(found: Comparison) -> list[Markup]:
    """The small line of each row of a place's table; empty where a row has none."""
    lines: list[Spark | None] = [*found.sparks] or [None] * len(found.places)
    return [
        spark(line, _breaks(key, line)) if line else Markup("")
        for key, line in zip(found.places, lines, strict=True)
    ]


def _breaks(key: str, line: Spark) -> tuple[int, ...]:
    first, last = line.points[0][0], line.points[-1][0]
    return tuple(b.start_year for b in catalog.indicator(key).breaks if first < b.start_year <= last)


def _about(key: str, lang: str) -> list[tuple[str, str]]:
    """Definition, unit and breaks of an indicator; nothing for a page that is about several."""
    if key not in catalog.indicators():
        return []
    w, one = render.words(lang), catalog.indicator(key)
    lines = [
        (w["definition"], one.definition(lang)),
        (w["unit"], one.unit_label(lang)),
        (w["breaks"], w["semicolon"].join(b.text(lang) for b in one.breaks)),
    ]
    return [(name, value) for name, value in lines if value]


def csvs(found: Comparison) -> dict[str, list[list[str]]]:
    """File name -> rows of the page's tables; without language."""
    tables = render.csv_tables(found.told("zh"))
    return {file_name(found.name, n, name): rows for n, (name, rows) in enumerate(tables)}


def file_name(page: str, number: int, table: str) -> str:
    """A table's CSV: the first is named as the page, another by its own name besides.

    >>> file_name("beds", 0, "beds"), file_name("beds", 1, "beds-series")
    ('beds.csv', 'beds-series.csv')
    """
    return f"{page}.csv" if number == 0 else f"{page}-{table.rpartition('-')[2]}.csv"


def facts(found: Comparison) -> str:
    """The records behind a page's numbers as JSON, in the form of every page's facts.json."""
    held, behind = page.merged([found.told("zh")])
    named, counted = page.apart(held)
    return page.facts_text({"tables": counted, "facts": named, "cells": behind})


def title_of(found: Comparison, lang: str) -> str:
    """A comparing page's title."""
    said = pick(found.title, lang)
    return render.words(lang)["compare_title"].format(what=said) if found.sparks else said


def pages(lang: str, held: Iterable[Comparison], site: Site) -> dict[str, str]:
    """Name -> page, in one language."""
    made = {}
    for found in held:
        stem = f"compare/{found.name}"
        shown = view(found, lang, site, title_of(found, lang), stem)
        made[render.page_name(stem, lang)] = frames.html("compare.html", shown)
    return made
