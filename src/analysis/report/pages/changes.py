"""What changed since the issue before: new data, revised data, changed method or words, changed code; for one place and for the site.

Each issue keeps its facts (``facts.json`` beside every page, notes of the findings); two issues are compared from them alone. What a
number was in each issue stands here and in ``<code>/history.json``, never in a theme's page: same input, same bytes.

Longer than 400 lines because the page, its JSON, the histories and the feed tell the same changes in one order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from analysis import catalog, cells
from analysis.errors import YigaiError
from analysis.report.pages import frames, render
from analysis.report.pages.shown import Plan, Theme
from analysis.told import Cited, Segments
from analysis.words import LANGS

KINDS = ("new", "revised", "method", "code")
_FACT = "…"


@dataclass(frozen=True)
class Page:
    """A theme's page of one place as an issue keeps it: the content of its facts.json, and by language its headlines by section."""

    facts: Mapping[str, Any]
    headlines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Number:
    """A published value of a place. printed: as the issue prints it; before: as the issue before did (new: empty).

    institution: whose it is, where not the place's own. indicator: empty for an entry of a document that is no number (a measure).
    """

    id: str
    indicator: str
    start: str
    end: str
    source: str
    printed: str
    before: str = ""
    institution: str = ""


@dataclass(frozen=True)
class Text:
    """A text of a theme's page that is another one now, in both languages. what: the number it explains, or the section."""

    theme: str
    what: Mapping[str, str]
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True)
class Code:
    """A theme's page made by another version of the code."""

    theme: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """What changed of one place, in four kinds."""

    new: tuple[Number, ...] = ()
    revised: tuple[Number, ...] = ()
    method: tuple[Text, ...] = ()
    code: tuple[Code, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """kind -> how many."""
        return {kind: len(getattr(self, kind)) for kind in KINDS}


History = dict[str, list[dict[str, str]]]


def headline(segments: Segments) -> str:
    """A headline with its numbers left out: two of one wording are the same text.

    >>> headline(("Shanxi has ", Cited("f1", "118,400"), " doctors"))
    'Shanxi has … doctors'
    """
    parts = [one if isinstance(one, str) else _FACT if isinstance(one, Cited) else "" for one in segments]
    return re.sub(r"\d[\d,.]*", _FACT, "".join(parts))


def numbers(pages: Mapping[str, Page], code: str) -> dict[str, cells.Cell]:
    """id -> the published values of a place (and of its institutions) behind its pages."""
    found: dict[str, cells.Cell] = {}
    for _, one in sorted(pages.items()):
        found |= {c.id: c for c in cells.unpack(one.facts["cells"]) if c.place in ("", code) and c.times == 1}
    return found


def between(old: Mapping[str, Page], new: Mapping[str, Page], code: str) -> Changes:
    """What changed of a place from one issue to the next; both are theme -> page."""
    was, now = numbers(old, code), numbers(new, code)
    fresh = [_number(cell) for name, cell in now.items() if name not in was]
    revised = [
        _number(cell, was[name])
        for name, cell in now.items()
        if name in was and (cell.printed, cell.value) != (was[name].printed, was[name].value)
    ]
    both = sorted(old.keys() & new.keys())
    texts = [text for theme in both for text in _texts(theme, old[theme], new[theme])]
    versions = [(t, old[t].facts.get("code_version", ""), new[t].facts.get("code_version", "")) for t in both]
    codes = tuple(Code(*one) for one in versions if one[1] != one[2])
    return Changes(_ordered(fresh), _ordered(revised), tuple(texts), codes)


def _number(cell: cells.Cell, before: cells.Cell | None = None) -> Number:
    return Number(
        cell.id,
        cell.indicator,
        cell.start,
        cell.end,
        cell.source,
        cell.printed,
        before.printed if before else "",
        cell.institution,
    )


def _ordered(found: Iterable[Number]) -> tuple[Number, ...]:
    return tuple(sorted(found, key=lambda one: (one.source, one.indicator, one.end, one.id)))


def _texts(theme: str, old: Page, new: Page) -> Iterable[Text]:
    was, now = _formulas(old.facts), _formulas(new.facts)
    for what in sorted(was.keys() & now.keys()):
        if was[what][1] != now[what][1]:
            yield Text(theme, now[what][0], was[what][1], now[what][1])
    if old.facts.get("code_version") == new.facts.get("code_version"):
        return  # the same words over other numbers
    said = {lang: (old.headlines.get(lang, {}), new.headlines.get(lang, {})) for lang in LANGS}
    sections = sorted({s for a, b in said.values() for s in a.keys() & b.keys() if a[s] != b[s]})
    for section in sections:
        before, after = ({lang: pair[k].get(section, "") for lang, pair in said.items()} for k in (0, 1))
        yield Text(theme, {lang: render.words(lang)["changes_headline"] for lang in said}, before, after)


def _formulas(facts: Mapping[str, Any]) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """What a computed number is (English label without its formula) -> its label and its formula, in both languages."""
    found = {}
    for fact in facts["facts"].values():
        formula, label = fact.get("formula"), fact.get("label") or {}
        if formula:
            short = {
                lang: str(label.get(lang, "")).removesuffix(f" ({text})").removesuffix(f"（{text}）")
                for lang, text in formula.items()
            }
            found[short.get("en", "")] = (short, dict(formula))
    return found


def carried(history: History, pages: Mapping[str, Page], code: str, issue: str) -> History:
    """A place's history with one issue more: an entry for each number that is not as the issue before printed it."""
    found = {name: list(entries) for name, entries in history.items()}
    for name, cell in numbers(pages, code).items():
        entries = found.setdefault(name, [])
        if not entries or entries[-1]["printed"] != cell.printed:
            entries.append({"issue": issue, "printed": cell.printed, "source": cell.source})
    return dict(sorted(found.items()))


def _label(indicator: str, lang: str) -> str:
    try:
        return catalog.indicator(indicator).label(lang) if indicator else render.words(lang)["changes_entry"]
    except YigaiError:
        return indicator


def _item(one: Number, lang: str) -> str:
    """What a value is: the indicator, and the institution where it is not the place's own."""
    label = _label(one.indicator, lang)
    if not one.indicator:
        label += f" {one.id}"
    try:
        whose = catalog.institution(one.institution).name(lang) if one.institution else ""
    except YigaiError:
        whose = one.institution
    return f"{whose}{render.words(lang)['colon']}{label}" if whose else label


def _when(one: Number, lang: str) -> str:
    return render.period_text((one.start, one.end), lang) or render.words(lang)["period_none"]


def _table(key: str, lang: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    w = render.words(lang)
    words = {"title": w[f"changes_{key}"], "caption": w[f"changes_{key}_rows"]}
    return {"key": key, "heads": [w[h] for h in heads], "rows": rows, **words}


def _source(source_id: str, lang: str) -> str:
    line = render.source_line(source_id, lang)
    return f"{line['producer']}{render.words(lang)['colon']}{line['title']}"


def _texts_rows(found: Iterable[Text], lang: str, themes: Mapping[str, Theme]) -> list[list[str]]:
    rows = [
        [render_title(themes, one.theme, lang), one.what[lang], one.before[lang], one.after[lang]]
        for one in found
    ]
    return [list(row) for row in dict.fromkeys(map(tuple, rows))]


def render_title(themes: Mapping[str, Theme], theme: str, lang: str) -> str:
    """A theme's title; its key where the plan does not know it any more."""
    return (themes[theme].title.get(lang) if theme in themes else "") or theme


def tables(found: Changes, history: History, lang: str, themes: Mapping[str, Theme]) -> list[dict[str, Any]]:
    """The four tables of a place's page."""

    def past(one: Number) -> str:
        return " → ".join(f"{e['issue']}: {e['printed']}" for e in history.get(one.id, ()))

    def head(one: Number) -> list[str]:
        return [_item(one, lang), _when(one, lang)]

    w = render.words(lang)
    return [
        _table(
            "new",
            lang,
            ("item", "when", "as_printed", "source"),
            [[*head(one), one.printed or w["changes_none"], _source(one.source, lang)] for one in found.new],
        ),
        _table(
            "revised",
            lang,
            ("item", "when", "changes_before", "changes_after", "source", "changes_history"),
            [
                [
                    *head(one),
                    one.before or w["changes_none"],
                    one.printed,
                    _source(one.source, lang),
                    past(one),
                ]
                for one in found.revised
            ],
        ),
        _table(
            "method",
            lang,
            ("report_theme", "item", "changes_before", "changes_after"),
            _texts_rows(found.method, lang, themes),
        ),
        _table(
            "code",
            lang,
            ("report_theme", "changes_before", "changes_after"),
            [[render_title(themes, one.theme, lang), one.before, one.after] for one in found.code],
        ),
    ]


def site_tables(found: Mapping[str, Changes], lang: str, themes: Mapping[str, Theme]) -> list[dict[str, Any]]:
    """The four tables of the site: new data counted by source and indicator, revised data by publisher, the rest once each."""
    new: dict[tuple[str, str], list[Number]] = {}
    for number in {n.id: n for one in found.values() for n in one.new}.values():
        new.setdefault((number.source, number.indicator), []).append(number)
    counted = [
        [_label(indicator, lang), str(len(group)), _years(group, lang), _source(source, lang)]
        for (source, indicator), group in sorted(new.items())
    ]
    revised = {
        n.id: [
            _source(n.source, lang),
            catalog.region(code).short(lang),
            *_what(n, lang),
            n.before,
            n.printed,
        ]
        for code, one in sorted(found.items())
        for n in one.revised
    }
    texts = _texts_rows([text for one in found.values() for text in one.method], lang, themes)
    codes = dict.fromkeys(code for one in found.values() for code in one.code)
    return [
        _table("new", lang, ("item", "cells", "years", "source"), counted),
        _table(
            "revised",
            lang,
            ("source", "place", "item", "when", "changes_before", "changes_after"),
            sorted(revised.values()),
        ),
        _table("method", lang, ("report_theme", "item", "changes_before", "changes_after"), texts),
        _table(
            "code",
            lang,
            ("report_theme", "changes_before", "changes_after"),
            [[render_title(themes, c.theme, lang), c.before, c.after] for c in codes],
        ),
    ]


def _what(one: Number, lang: str) -> tuple[str, str]:
    return _item(one, lang), _when(one, lang)


def _years(group: Iterable[Number], lang: str) -> str:
    years = sorted({one.end[:4] for one in group if one.end})
    return (
        render.words(lang)["period_none"]
        if not years
        else years[0]
        if len(years) == 1
        else f"{years[0]}–{years[-1]}"
    )


def page(
    lang: str,
    code: str,
    issue: str,
    before: str,
    found: list[dict[str, Any]],
    plan: Plan,
    places: Sequence = (),
) -> str:
    """``changes.html`` of a place, or of the site (no code). places: code, name and kinds of those where something changed."""
    w = render.words(lang)
    name = catalog.region(code).short(lang) if code else ""
    title = f"{name} {code} · {w['page_changes']} · {issue}" if code else w["page_changes"]
    lead = (
        w["changes_since"].format(issue=issue, before=before)
        if before
        else w["changes_first"].format(issue=issue)
    )
    view = frames.frame(
        lang, f"{code}/changes" if code else "changes", title, plan, lead=lead, tables=found, places=places
    )
    return frames.html(
        "changes.html", view | {"region": catalog.region(code) if code else None, "place": name}
    )


def as_json(found: Changes, issue: str, before: str, code: str) -> dict[str, Any]:
    """``<code>/changes.json``."""
    return {
        "version": 1,
        "place": code,
        "issue": issue,
        "before": before,
        "counts": found.counts,
        **asdict(found),
    }


def dumped(content: object) -> bytes:
    """JSON as it is published."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
