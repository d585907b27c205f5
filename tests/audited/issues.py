"""Issues: what changed since the issue before, made again from the facts that both keep; the history of each number; the feed."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from audited.told import Told, cells_of
from audited.whole import plain

ATOM = "{http://www.w3.org/2005/Atom}"
KINDS = ("new", "revised", "method", "code")
KIND = "issue"


def _read(file: Path) -> Any:
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


def _pages(folder: Path) -> dict[str, dict]:
    return {
        file.name.removesuffix(".facts.json"): _read(file) for file in sorted(folder.glob("*.facts.json"))
    }


def _numbers(pages: dict[str, dict], code: str) -> dict[str, tuple[str, float | None, str]]:
    """id -> printed string, value and source of a place's own published values."""
    return {
        cell["id"]: (cell.get("printed") or "", cell["value"], cell["source"])
        for page in pages.values()
        for cell in cells_of(page)
        if cell["place"] in (None, "", code) and cell["times"] in (None, 1)
    }


def _formulas(page: dict) -> dict[str, dict[str, str]]:
    """What a computed number is, without its formula -> the formula."""
    return {
        f["label"]["en"].removesuffix(f" ({f['formula']['en']})"): f["formula"]
        for f in page["facts"].values()
        if f.get("formula")
    }


def audit_issue(told: Told, folder: Path, before: Path | None) -> None:
    """An issue against the one before it: its changes by place and in sum, histories, the feed."""
    site = _read(folder / "changes.json")
    if not site:
        return
    sums, places = dict.fromkeys(KINDS, 0), {}
    for home in sorted(p for p in folder.iterdir() if p.is_dir() and p.name.isdigit()):
        counts = _place(told, home, before / home.name if before else None)
        if any(counts.values()):
            places[home.name] = counts
        sums = {kind: sums[kind] + counts[kind] for kind in KINDS}
    where = f"{folder.name}/changes.json"
    told.check(KIND, where, site["places"] == places, f"places {site['places']}, by their facts {places}")
    last = site["issues"][-1]
    told.check(
        KIND, where, (last["issue"], last["counts"]) == (folder.name, sums), f"{last}, by the facts {sums}"
    )
    months = [one["issue"] for one in site["issues"]]
    told.check(KIND, where, months == sorted(set(months)), f"issues {months}")
    past = before.name if before else ""
    told.check(
        KIND,
        where,
        (site["issue"], site["before"]) == (folder.name, past),
        f"{site['issue']} after {site['before']}",
    )
    if before:
        held = _read(before / "changes.json").get("issues", [])
        told.check(
            KIND, where, site["issues"][:-1] == held, "the issues before are not as they were told then"
        )
    _feed(told, folder, site["issues"])


def _place(told: Told, home: Path, before: Path | None) -> dict[str, int]:
    """What changed of a place, and whether its files say so; how much of each kind."""
    code, where = home.name, f"{home.parent.name}/{home.name}/changes.json"
    now, was = _pages(home), _pages(before) if before else {}
    held, numbers, old = _read(home / "changes.json"), _numbers(now, code), _numbers(was, code)
    new = sorted(set(numbers) - set(old)) if was else []
    revised = {n: (old[n][0], v[0]) for n, v in numbers.items() if n in old and v[:2] != old[n][:2]}
    told.check(
        KIND, where, sorted(one["id"] for one in held.get("new", [])) == new, f"new: {len(new)} by the facts"
    )
    said = {one["id"]: (one["before"], one["printed"]) for one in held.get("revised", [])}
    told.check(KIND, where, said == revised, f"revised {said}, by the facts {revised}")
    for one in (*held.get("new", []), *held.get("revised", [])):
        same = (one["printed"], one["source"]) == (
            numbers.get(one["id"], ("", 0, ""))[0],
            numbers.get(one["id"], ("", 0, ""))[2],
        )
        told.check(KIND, where, same, f"{one['id']}: {one['printed']} of {one['source']}")
    both = sorted(now.keys() & was.keys())
    codes = [
        (t, was[t]["code_version"], now[t]["code_version"])
        for t in both
        if was[t]["code_version"] != now[t]["code_version"]
    ]
    told.check(
        KIND,
        where,
        [(one["theme"], one["before"], one["after"]) for one in held.get("code", [])] == codes,
        f"code {codes}",
    )
    words = {
        (t, what, was_f["en"], _formulas(now[t])[what]["en"])
        for t in both
        for what, was_f in _formulas(was[t]).items()
        if what in _formulas(now[t]) and _formulas(now[t])[what] != was_f
    }
    told_words = {
        (one["theme"], one["what"]["en"], one["before"]["en"], one["after"]["en"])
        for one in held.get("method", [])
    }
    told.check(KIND, where, words <= told_words, f"method {words - told_words} is not told")
    others = {one for one in told_words - words if one[0] not in {theme for theme, *_ in codes}}
    told.check(KIND, where, not others, f"method {others}: neither formula nor code differ")
    counts = {
        "new": len(new),
        "revised": len(revised),
        "method": len(held.get("method", [])),
        "code": len(codes),
    }
    told.check(
        KIND, where, held.get("counts") == counts, f"counts {held.get('counts')}, by the facts {counts}"
    )
    _printed(told, home, counts, revised)
    _history(told, home, before, numbers, old)
    return counts


def _printed(told: Told, home: Path, counts: dict[str, int], revised: dict[str, tuple[str, str]]) -> None:
    """The page in each language: how much of each kind, and each revised number as it was and is."""
    for name in ("changes.html", "changes.en.html"):
        file = home / name
        text = file.read_text("utf-8") if file.is_file() else ""
        top = re.findall(r'href="?#(\w+)"?>[^<]*</a> <b[^>]*>(\d+)', text)
        told.check(
            KIND,
            f"{home.name}/{name}",
            dict(top) == {k: str(n) for k, n in counts.items()},
            f"says {dict(top)}, {counts}",
        )
        words = plain(text)
        for ends in revised.values():
            told.check(
                KIND, f"{home.name}/{name}", all(plain(one) in words for one in ends), f"without {ends}"
            )


def _history(told: Told, home: Path, before: Path | None, numbers: dict, old: dict) -> None:
    """Each number's last entry is what the issue prints; the one before it, what it replaced."""
    where, issue = f"{home.parent.name}/{home.name}/history.json", home.parent.name
    history = _read(home / "history.json").get("numbers", {})
    told.check(
        KIND, where, set(numbers) <= set(history), f"without {sorted(set(numbers) - set(history))[:3]}"
    )
    earlier = _read(before / "history.json").get("numbers", {}) if before else {}
    for name, entries in history.items():
        months = [one["issue"] for one in entries]
        told.check(KIND, where, months == sorted(set(months)), f"{name}: {months}")
        if name in numbers:
            told.check(
                KIND,
                where,
                (entries[-1]["printed"], entries[-1]["source"]) == (numbers[name][0], numbers[name][2])
                or entries[-1]["printed"] == numbers[name][0],
                f"{name}: {entries[-1]}",
            )
        fresh = name in numbers and (name not in old or numbers[name][0] != old[name][0])
        told.check(
            KIND, where, not fresh or months[-1] == issue or not before, f"{name}: last entry of {months[-1]}"
        )
        told.check(
            KIND,
            where,
            name not in earlier or entries[: len(earlier[name])] == earlier[name],
            f"{name}: the past is another one",
        )


def _feed(told: Told, folder: Path, issues: list[dict]) -> None:
    """One entry an issue, the newest first, with its counts, leading to its own page."""
    file = folder / "changes.atom"
    where = f"{folder.name}/{file.name}"
    root = ET.fromstring(file.read_text("utf-8"))
    entries = list(root.iter(f"{ATOM}entry"))
    titles = [one.findtext(f"{ATOM}title") for one in entries]
    told.check(KIND, where, titles == [one["issue"] for one in reversed(issues)], f"entries {titles}")
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    told.check(KIND, where, len(ids) == len(set(ids)), "an id twice")
    told.check(
        KIND,
        where,
        root.findtext(f"{ATOM}updated", "")[:7] == folder.name,
        "updated on another day than the newest issue's",
    )
    for entry, one in zip(entries, reversed(issues), strict=False):
        said = [int(n) for n in re.findall(r"\d+", entry.findtext(f"{ATOM}summary", ""))]
        sought = [one["counts"][kind] for kind in KINDS]
        told.check(KIND, where, said == 2 * sought, f"{one['issue']}: says {said}, {sought}")
        told.check(
            KIND,
            where,
            entry.findtext(f"{ATOM}updated", "")[:7] == one["issue"],
            f"{one['issue']}: another day",
        )
        own = one["issue"] == folder.name
        for link in entry.iter(f"{ATOM}link"):
            home = (folder / link.get("href", "")).resolve().parent
            told.check(
                KIND,
                where,
                (home.name == one["issue"]) and (not own or (home / "changes.html").is_file()),
                f"{one['issue']} leads to {link.get('href')}",
            )
