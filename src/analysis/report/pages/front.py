"""The front page's own parts: three national findings with their figures, and the reports by question and province."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from analysis import catalog
from analysis.report.pages import render
from analysis.report.pages.shown import Report, Site

FIRST = (
    "hospital_lists",
    "resource_equity",
    "regional_centres",
)  # whose figures open the front page, where the nation has them
FIGURES = 3


def national(pages: Iterable[Report], lang: str, book: render.Book) -> list[dict]:
    """The first figure of three national pages, those of ``FIRST`` before others in the themes' order."""
    mine = [p for p in pages if p.region_code == catalog.NATION and p.lang == lang]
    ranked = sorted(mine, key=lambda p: (FIRST.index(p.theme) if p.theme in FIRST else len(FIRST), p.order))
    found: list[dict] = []
    for p in ranked:
        figure = next((f for f in p.opened().findings if f.kind == "figure" and not f.strip), None)
        if figure is None or len(found) == FIGURES:
            continue
        book.add(figure)
        number = len(found) + 1
        view = render.finding_view(replace(figure, sentences=(), note=()), book, number, f"{p.theme}-")
        found.append(
            {
                "title": p.title[lang],
                "href": f"{catalog.NATION}/{render.page_name(p.theme, lang)}",
                "csv_folder": f"{catalog.NATION}/{p.theme}/",
                "view": view
                | {"wide": ""},  # three stand side by side: the narrow drawing fits at every width
            }
        )
    return found


def matrix(lang: str, pages: Iterable[Report], site: Site) -> dict:
    """Themes in rows, the nation and the provinces in columns: a link to the report, the code that says why there is none, or nothing."""
    w = render.words(lang)
    codes = [catalog.NATION, *(r.code for r in catalog.provinces())]
    status = {(p.region_code, p.theme): p.status for p in pages if p.lang == lang}
    cities: dict[str, int] = {}
    for code, theme in status:
        cities[theme] = cities.get(theme, 0) + (catalog.region(code).level in ("city", "county"))
    rows = []
    for theme in sorted(site.themes, key=lambda t: (site.order(t), t)):
        cells = [_cell(code, theme, lang, status, site, w) for code in codes]
        if any(c["href"] or c["code"] or c["chip"] for c in cells) or cities.get(theme):
            rows.append(
                {
                    "theme": theme,
                    "title": site.title(theme, lang),
                    "question": site.question(theme, lang),
                    "cells": cells,
                    "cities": cities.get(theme, 0),
                }
            )
    return {"places": [catalog.region(code).short(lang) for code in codes], "rows": rows}


def _cell(
    code: str, theme: str, lang: str, status: Mapping[tuple[str, str], str], site: Site, w: Mapping[str, str]
) -> dict:
    made, name = status.get((code, theme)), catalog.region(code).short(lang)
    state = site.states(code).get(theme, ...)
    reason = "" if state in (None, ...) else state.code
    if made in ("ok", "stale"):
        return {
            "href": f"{code}/{render.page_name(theme, lang)}",
            "name": name,
            "code": "",
            "chip": w["status_stale"] if made == "stale" else "",
        }
    chip = w["status_failed"] if made == "failed" else "○" if state is None else ""
    return {"href": "", "name": name, "code": reason, "chip": chip}
