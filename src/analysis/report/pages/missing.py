"""What is not there: a page of contents for all places, and a page for each province with its cities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis import catalog
from analysis.report.pages import exports, frames, render
from analysis.report.pages.shown import Site, Unknown
from analysis.words import pick

CODES = [f"E{n}" for n in range(10)]


@dataclass(frozen=True)
class Line:
    """One thing that a place lacks, as it is listed. fills: the publisher's exports that would fill it."""

    code: str
    title: str
    settle: str
    themes: str
    lacking: bool
    fills: Sequence[exports.Export]


@dataclass(frozen=True)
class Lacking:
    """What a place lacks. codes: those of its states, each once."""

    code: str
    name: str
    codes: tuple[str, ...]
    states: tuple[Line, ...]


States = Mapping[str, Sequence[Unknown]]


def stem(code: str) -> str:
    """The page on which what a place lacks is listed, without ending: its province's, the nation's own.

    >>> stem("140100"), stem("140000"), stem("000000")
    ('missing-140000', 'missing-140000', 'missing-000000')
    """
    region = catalog.region(code)
    return f"missing-{region.parent if region.level == 'city' else code}"


def pages(lang: str, site: Site, missing: States) -> Iterator[tuple[str, str]]:
    """Name and content of each page: why, and what would settle it. missing: code -> the states of a place."""
    groups: dict[str, list[str]] = {}
    for code, states in missing.items():
        if states:
            groups.setdefault(stem(code), []).append(code)
    # a city stands below its province also where the province itself lacks nothing
    held = {name: [_place(code, missing[code], lang) for code in codes] for name, codes in groups.items()}
    yield render.page_name("missing", lang), _contents(lang, site, held)
    for name, places in held.items():
        yield render.page_name(name, lang), _group(lang, site, name, places)


def _contents(lang: str, site: Site, held: Mapping[str, list[Lacking]]) -> str:
    w = render.words(lang)
    outside = [r.short(lang) for r in catalog.regions().values() if r.state == "not_in_sources"]
    codes = [(code, catalog.term(f"state_{code}", lang)) for code in CODES]
    groups = [
        (render.page_name(name, lang), catalog.region(name.partition("-")[2]).short(lang), places)
        for name, places in held.items()
    ]
    view = frames.frame(
        lang, "missing", w["page_missing"], site.plan, groups=groups, outside=outside, codes=codes
    )
    return frames.html("missing.html", view)


def _group(lang: str, site: Site, name: str, places: list[Lacking]) -> str:
    w = render.words(lang)
    whose = catalog.region(name.partition("-")[2]).short(lang)
    title = f"{whose}{w['colon']}{w['page_missing']}"
    return frames.html("lacking.html", frames.frame(lang, name, title, site.plan, regions=places))


def _place(code: str, states: Sequence[Unknown], lang: str) -> Lacking:
    w = render.words(lang)
    join = pick(("、", ", "), lang)
    codes = tuple(dict.fromkeys(s.code for s in states))
    lines = tuple(
        Line(
            s.code,
            s.title,
            s.settle,
            f"{w['report_theme']}{w['colon']}{join.join(s.themes)}" if s.themes else "",
            exports.is_lacking(s.title, lang),
            exports.fills(code, s.title, lang),
        )
        for s in joined(states, lang)
    )
    return Lacking(code, catalog.region(code).short(lang), codes, lines)


def joined(states: Sequence[Unknown], lang: str) -> list[Unknown]:
    """States that say the same of several themes as one that names them; what a title says before the colon is its theme.

    >>> same = [Unknown("E0", f"{t}: No document", "", (t,)) for t in ("Services", "Digital")]
    >>> joined(same, "en")
    [Unknown(code='E0', title='No document', settle='', themes=('Services', 'Digital'))]
    """
    found: dict[tuple[str, str, str], Unknown] = {}
    for state in states:
        title = state.title
        for theme in state.themes[:1]:
            title = title.removeprefix(f"{theme}{render.words(lang)['colon']}")
        key = state.code, title, state.settle
        held = found.get(key, replace(state, title=title, themes=()))
        found[key] = replace(held, themes=tuple(dict.fromkeys((*held.themes, *state.themes))))
    return list(found.values())
