"""What is not there: a page of contents for all places, and a page for each province with its cities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis import catalog
from analysis.report.pages import exports, frames, render
from analysis.words import pick

CODES = [f"E{n}" for n in range(10)]

States = Mapping[str, list[dict]]


def stem(code: str) -> str:
    """The page on which what a place lacks is listed, without ending: its province's, the nation's own.

    >>> stem("140100"), stem("140000"), stem("000000")
    ('missing-140000', 'missing-140000', 'missing-000000')
    """
    region = catalog.region(code)
    return f"missing-{region.parent if region.level == 'city' else code}"


def pages(lang: str, context: Mapping, missing: States) -> Iterator[tuple[str, str]]:
    """Name and content of each page: why, and what would settle it. missing: code -> the states of a place."""
    groups: dict[str, list[str]] = {}
    for code, states in missing.items():
        if states:
            groups.setdefault(stem(code), []).append(code)
    # a city stands below its province also where the province itself lacks nothing
    held = {name: [_place(code, missing[code], lang) for code in codes] for name, codes in groups.items()}
    yield render.page_name("missing", lang), _contents(lang, context, held)
    for name, places in held.items():
        yield render.page_name(name, lang), _group(lang, context, name, places)


def _contents(lang: str, context: Mapping, held: Mapping[str, list[dict]]) -> str:
    w = render.words(lang)
    outside = [r.short(lang) for r in catalog.regions().values() if r.state == "not_in_sources"]
    codes = [(code, catalog.term(f"state_{code}", lang)) for code in CODES]
    groups = [
        (render.page_name(name, lang), catalog.region(name.partition("-")[2]).short(lang), places)
        for name, places in held.items()
    ]
    view = frames.frame(
        lang, "missing", w["page_missing"], context, groups=groups, outside=outside, codes=codes
    )
    return frames.html("missing.html", view)


def _group(lang: str, context: Mapping, name: str, places: list[dict]) -> str:
    w = render.words(lang)
    whose = catalog.region(name.partition("-")[2]).short(lang)
    title = f"{whose}{w['colon']}{w['page_missing']}"
    return frames.html("lacking.html", frames.frame(lang, name, title, context, regions=places))


def _place(code: str, states: list[dict], lang: str) -> dict[str, Any]:
    w = render.words(lang)
    join = pick(("、", ", "), lang)
    return {
        "code": code,
        "name": catalog.region(code).short(lang),
        "codes": list(dict.fromkeys(s["code"] for s in states)),
        "states": [
            s
            | {"themes": f"{w['report_theme']}{w['colon']}{join.join(s['themes'])}" if s["themes"] else ""}
            | {
                "lacking": exports.is_lacking(str(s["title"]), lang),
                "fills": exports.fills(code, str(s["title"]), lang),
            }
            for s in joined(states, lang)
        ],
    }


def joined(states: list[dict], lang: str) -> list[dict]:
    """States that say the same of several themes as one that names them; what a title says before the colon is its theme.

    >>> same = [{"code": "E0", "title": f"{t}: No document", "settle": "", "themes": [t]} for t in ("Services", "Digital")]
    >>> joined(same, "en")
    [{'code': 'E0', 'title': 'No document', 'settle': '', 'themes': ['Services', 'Digital']}]
    """
    found: dict[tuple[str, str, str], dict] = {}
    for state in states:
        title, themes = str(state["title"]), list(state["themes"])
        for theme in themes[:1]:
            title = title.removeprefix(f"{theme}{render.words(lang)['colon']}")
        one = found.setdefault(
            (state["code"], title, str(state["settle"])), {**state, "title": title, "themes": []}
        )
        one["themes"] += [theme for theme in themes if theme not in one["themes"]]
    return list(found.values())
