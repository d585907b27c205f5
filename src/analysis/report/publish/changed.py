"""What changed since the issue before, as files of an issue: ``changes.html`` and JSON of the site and of each place, and the feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from analysis import catalog
from analysis.report.pages import changes, feed, render
from analysis.report.pages.shown import Plan
from analysis.report.plan import notes
from analysis.report.plan.records import State
from analysis.report.publish import files as disk
from analysis.report.publish import outputs
from analysis.told import Told
from analysis.words import LANGS, pick

Find = Callable[[str], Path]


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None  # an issue of an earlier form has none; a damaged one tells nothing


def _headlines(find: Find, code: str, theme: str) -> dict[str, dict[str, str]]:
    """language -> section -> headline, from the notes of a page's findings."""
    found = {}
    for lang in LANGS:
        findings: tuple[Told, ...] = ()
        with suppress(
            OSError, EOFError, ValueError
        ):  # of an issue of an earlier form; a damaged note tells nothing
            findings = notes.read(find(f"{outputs.STATE}/{notes.name(f'{code}/{theme}/{lang}')}")).findings
        found[lang] = {one.section: changes.headline(one.headline) for one in findings if one.headline}
    return found


def _pages(
    find: Find, code: str, themes: Mapping[str, Any], versions: Mapping[str, str]
) -> dict[str, changes.Page]:
    """theme -> what an issue keeps of a page; headlines are read of those made by another code than in ``versions`` alone."""
    found = {}
    for theme in themes:
        facts = _json(find(f"{code}/{theme}.facts.json"))
        if isinstance(facts, dict) and "cells" in facts:
            other = versions.get(theme, facts["code_version"]) != facts["code_version"]
            found[theme] = changes.Page(facts, _headlines(find, code, theme) if other else {})
    return found


def _of_place(
    output: outputs.Output, before: Path | None, code: str, themes: Mapping[str, Any], issue: str
) -> tuple[changes.Changes, changes.History]:
    if before is None:
        now = _pages(output.path, code, themes, {})
        return changes.Changes(), changes.carried({}, now, code, issue)

    try:
        return _compared(output, before, code, themes, issue)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        disk.say(
            f"{before / code}: what it keeps cannot be read; what changed since is not told of this place"
        )
        return changes.Changes(), changes.carried({}, _pages(output.path, code, themes, {}), code, issue)


def _compared(
    output: outputs.Output, before: Path, code: str, themes: Mapping[str, Any], issue: str
) -> tuple[changes.Changes, changes.History]:
    def find(name: str) -> Path:
        return before / name

    first = _pages(find, code, themes, {})
    now = _pages(output.path, code, themes, {t: p.facts["code_version"] for t, p in first.items()})
    was = _pages(find, code, themes, {t: p.facts["code_version"] for t, p in now.items()})
    history = _json(before / code / "history.json") or {}
    if not history.get("numbers"):  # the issue before kept none: its own numbers begin it
        history = {"numbers": changes.carried({}, was, code, before.name)}
    found = changes.between(was, now, code) if was else changes.Changes()
    return found, changes.carried(history["numbers"], now, code, issue)


def files(
    output: outputs.Output, state: State, plan: Plan, issue: str, before: Path | None
) -> Iterator[tuple[str, bytes]]:
    """name -> content of all of them, place by place. Raises OSError when the issue before cannot be read."""
    themes: dict[str, dict[str, None]] = {code: {} for code in plan.regions}
    for _, record in sorted(state.pages.items()):
        themes.setdefault(record.region_code, {})[record.theme] = None
    past = before.name if before else ""
    found: dict[str, changes.Changes] = {}
    for code in sorted(themes):
        found[code], history = _of_place(output, before, code, themes[code], issue)
        for lang in LANGS:
            shown = changes.tables(found[code], history, lang, plan.themes)
            html = changes.page(lang, code, issue, past, shown, plan)
            yield f"{code}/{render.page_name('changes', lang)}", html.encode()
        yield f"{code}/changes.json", changes.dumped(changes.as_json(found[code], issue, past, code))
        kept = {"version": 1, "place": code, "numbers": history}
        yield f"{code}/history.json", changes.dumped(kept)
    yield from _of_site(found, plan, issue, before)


def _earlier(told: Any) -> list[dict[str, Any]]:
    """The issues that the one before tells of; an entry that is none is left out, and of a damaged file all are."""
    rows = told.get("issues") if isinstance(told, dict) else None
    return [
        row
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
        and all(isinstance(row.get(name), str) for name in ("issue", "before"))
        and isinstance(counts := row.get("counts"), dict)
        and all(type(counts.get(kind)) is int for kind in changes.KINDS)
    ]


def _of_site(
    found: Mapping[str, changes.Changes], plan: Plan, issue: str, before: Path | None
) -> Iterator[tuple[str, bytes]]:
    past = before.name if before else ""
    counts = {kind: sum(one.counts[kind] for one in found.values()) for kind in changes.KINDS}
    earlier = _earlier(_json(before / "changes.json")) if before else []
    issues = [*earlier, {"issue": issue, "before": past, "counts": counts}]
    by_place = {code: one.counts for code, one in sorted(found.items()) if any(one.counts.values())}
    for lang in LANGS:
        shown = changes.site_tables(found, lang, plan.themes)
        w, join = render.words(lang), pick(("、", ", "), lang)
        kinds = {
            code: join.join(f"{w[f'changes_{kind}']} {n}" for kind, n in by.items() if n)
            for code, by in by_place.items()
        }
        places = [(code, catalog.region(code).short(lang), told) for code, told in kinds.items()]
        html = changes.page(lang, "", issue, past, shown, plan, places)
        yield render.page_name("changes", lang), html.encode()
    content = {"version": 1, "issue": issue, "before": past, "issues": issues, "places": by_place}
    yield "changes.json", changes.dumped(content)
    yield feed.FEED, feed.feed(issues).encode()
