"""The site for programs: JSON files with places, indicators, sources and pages, each page naming the file of its facts.

Documented in ``docs/api.md``. Nothing is computed for it: it says where each thing stands, in the dictionaries' own words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from analysis import catalog
from analysis.report.pages import render
from analysis.report.pages.shown import Plan, Report
from analysis.words import common

VERSION = 1


def files(reports: Iterable[Report], plan: Plan) -> dict[str, bytes]:
    """name -> JSON, of the reports of a site and its plan."""
    listed = _pages(reports)
    made = {
        "places": _places(plan.regions, listed),
        "indicators": [_indicator(one) for one in catalog.indicators().values()],
        "sources": [_source(one) for one in catalog.sources().values()],
        "pages": listed,
    }
    index = {
        "version": VERSION,
        "files": {
            n: {"path": f"{n}.json", "zh": zh, "en": en} for n, (zh, en) in common().group("api").items()
        },
    }
    return {f"{name}.json": _json(content) for name, content in ({"index": index} | made).items()}


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _pages(reports: Iterable[Report]) -> list[dict[str, Any]]:
    """One entry a report: its languages share facts and data. Paths are from the site's root."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in reports:
        code, theme = one.region_code, one.theme
        if not one.stands:
            continue
        entry = found.setdefault(
            (code, theme),
            {
                "region_code": code,
                "theme": theme,
                "title_zh": one.title.get("zh", ""),
                "title_en": one.title.get("en", ""),
                "status": one.status,
                "html": {},
                "facts": f"{code}/{theme}.facts.json",
            },
        )
        entry["html"][one.lang] = f"{code}/{render.page_name(theme, one.lang)}"
        if one.status != "ok":
            entry["status"] = one.status
    return [found[key] for key in sorted(found)]


def _places(codes: Iterable[str], pages: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    themes: dict[str, list[str]] = {}
    for page in pages:
        themes.setdefault(page["region_code"], []).append(page["theme"])
    found = []
    for code in sorted(codes):
        region = catalog.region(code)
        found.append(
            {
                "region_code": code,
                "name_zh": region.short("zh"),
                "name_en": region.name_en,
                "level": region.level,
                "parent_code": region.parent,
                "themes": themes.get(code, []),
            }
        )
    return found


def _indicator(one: catalog.Indicator) -> dict[str, Any]:
    return {
        "indicator": one.key,
        "label_zh": one.label("zh"),
        "label_en": one.label("en"),
        "unit_zh": one.unit_label("zh"),
        "unit_en": one.unit_label("en"),
        "definition_zh": one.definition("zh"),
        "definition_en": one.definition_en,
        "polarity": one.polarity,
        "breaks": [{"zh": b.zh, "en": b.en} for b in one.breaks],
    }


def _source(one: catalog.Source) -> dict[str, Any]:
    names = (
        "source_id",
        "kind",
        "title_zh",
        "title_en",
        "producer_zh",
        "producer_en",
        "published",
        "published_basis",
        "read_on",
    )
    return {name: getattr(one, name) for name in (*names, "period_start", "period_end", "grade", "url")}
