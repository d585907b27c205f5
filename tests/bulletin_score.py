"""Reads the marked bulletins of ``fixtures/bulletins`` and scores a reading against its coding, by class of error.

A statement found matches a coded one when their spans share a character; each is matched once, the longest overlap first.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "fixtures" / "bulletins"
QUANTIFIERS = {
    "ge": "at_least", "gt": "more_than", "le": "at_most", "lt": "just_under", "ab": "about", "rg": "range", "ra": "ratio", "uq": "unquantified",
}  # fmt: skip
MARK = re.compile(r"⟦([^|⟧]*)\|([^|⟧]*)\|([^|⟧]*)\|?([^⟧]*)⟧")


@dataclass
class Coded:
    """One coded statement: place, printed string and what it says."""

    start: int
    end: int
    as_printed: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    quantifier: str = "exact"
    status: str = "actual"
    direction: str = ""
    period: tuple[str, str] = ("", "")
    damaged: bool = False
    minor: bool = False


@dataclass
class Score:
    """Counts of one or several bulletins."""

    coded: int = 0
    found: int = 0
    matched: int = 0
    core: int = 0
    core_matched: int = 0
    right: Counter = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def __add__(self, other: Score) -> Score:
        return Score(
            self.coded + other.coded,
            self.found + other.found,
            self.matched + other.matched,
            self.core + other.core,
            self.core_matched + other.core_matched,
            self.right + other.right,
            self.errors + other.errors,
        )

    @property
    def recall(self) -> float:
        return self.matched / max(self.coded, 1)

    @property
    def precision(self) -> float:
        return self.matched / max(self.found, 1)

    def share(self, name: str) -> float:
        return self.right[name] / max(self.matched, 1)

    def __str__(self) -> str:
        parts = " ".join(
            f"{name} {self.share(name):.3f}"
            for name in (
                "reading",
                "value",
                "unit",
                "quantifier",
                "status",
                "period",
                "both",
                "direction",
                "damaged",
            )
        )
        return (
            f"coded {self.coded} found {self.found} matched {self.matched} recall {self.recall:.3f} "
            f"(core {self.core_matched / max(self.core, 1):.3f}) precision {self.precision:.3f} | {parts}"
        )


def _bounds(text: str, quantifier: str) -> tuple[float | None, float | None, float | None]:
    if "~" in text:
        low, high = text.split("~")
        return None, float(low), float(high)
    if not text:
        return None, None, None
    value = float(text)
    low = value if quantifier in ("exact", "ratio", "at_least", "more_than") else None
    high = value if quantifier in ("exact", "ratio", "at_most", "just_under") else None
    return value, low, high


def _period(marks: list[str], status: str, published: str) -> tuple[str, str]:
    for mark in marks:
        if mark.startswith("p="):
            stated = mark[2:]
            if "/" in stated:
                start, end = stated.split("/")
                return start, end
            return f"{stated}-01-01", f"{stated}-12-31"
    return (published, "") if status == "target" else ("", published)


def marked(path: Path) -> tuple[str, str, str, list[Coded]]:
    """(text, published, region, coded statements) of a marked file."""
    head, _, body = path.read_text("utf-8").partition("\n---\n")
    meta = dict(part.split("=") for part in head.split())
    text, coded, last = "", [], 0
    for found in MARK.finditer(body):
        text += body[last : found.start()]
        start = len(text)
        text += found[1]
        last = found.end()
        marks = found[4].split()
        quantifier = next((QUANTIFIERS[m] for m in marks if m in QUANTIFIERS), "exact")
        status = "target" if "T" in marks else "commitment" if "C" in marks else "actual"
        coded.append(
            Coded(
                start,
                len(text),
                found[1],
                *_bounds(found[2], quantifier),
                found[3],
                quantifier,
                status,
                {"up": "up", "dn": "down"}.get(next((m for m in marks if m in ("up", "dn")), ""), ""),
                _period(marks, status, meta["published"]),
                "D" in marks,
                "m" in marks,
            )
        )
    return text + body[last:], meta["published"], meta["region"], coded


def _near(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return (a is None) == (b is None)
    return abs(a - b) <= 1e-3 * max(1, abs(a), abs(b)) * (0.05 if abs(a) > 100 else 1)


def _pairs(coded: list[Coded], found: list[dict]) -> list[tuple[Coded, dict]]:
    shared = sorted(
        (
            (min(c.end, f["char_end"]) - max(c.start, f["char_start"]), i, j)
            for i, c in enumerate(coded)
            for j, f in enumerate(found)
            if c.start < f["char_end"] and f["char_start"] < c.end
        ),
        key=lambda item: (-item[0], item[1], item[2]),
    )
    used_c, used_f, pairs = set(), set(), []
    for _, i, j in shared:
        if i not in used_c and j not in used_f:
            used_c.add(i)
            used_f.add(j)
            pairs.append((coded[i], found[j]))
    return pairs


def _compare(one: Coded, row: dict, name: str, score: Score) -> None:
    right = {
        "value": _near(one.value, row["value"])
        and _near(one.low, row["value_low"])
        and _near(one.high, row["value_high"]),
        "unit": one.unit == row["unit"],
        "quantifier": one.quantifier == row["quantifier"],
        "status": one.status == row["status"],
        "period": one.period == (row["period_start"], row["period_end"]),
        "direction": one.direction == row["direction"],
        "damaged": one.damaged == row["damaged"],
    }
    right["reading"] = right["value"] and right["unit"] and right["quantifier"]
    right["both"] = right["status"] and right["period"]
    for key, ok in right.items():
        score.right[key] += ok
        if not ok and key not in ("reading", "both"):
            pairs = {
                "value": ((one.value, one.low, one.high), (row["value"], row["value_low"], row["value_high"])),
                "unit": (one.unit, row["unit"]), "quantifier": (one.quantifier, row["quantifier"]), "status": (one.status, row["status"]),
                "period": (one.period, (row["period_start"], row["period_end"])), "direction": (one.direction, row["direction"]), "damaged": (one.damaged, row["damaged"]),
            }  # fmt: skip
            coded, got = pairs[key]
            score.errors.append(f"{name} {key}: {one.as_printed!r} coded {coded} read {got}")


def score(text: str, coded: list[Coded], rows: list[dict], name: str = "") -> Score:
    """Compare the rows of a reading with the coding of the same text."""
    pairs = _pairs(coded, rows)
    matched = {id(c) for c, _ in pairs}
    result = Score(
        len(coded),
        len(rows),
        len(pairs),
        sum(not c.minor for c in coded),
        sum(not c.minor for c, _ in pairs),
    )
    for one in coded:
        if id(one) not in matched:
            around = text[max(0, one.start - 12) : one.end + 8].replace("\n", "⏎")
            result.errors.append(
                f"{name} missed{' minor' if one.minor else ''}: {one.as_printed!r} in {around}"
            )
    taken = {id(row) for _, row in pairs}
    for row in rows:
        if id(row) not in taken:
            around = text[max(0, row["char_start"] - 12) : row["char_end"] + 8].replace("\n", "⏎")
            result.errors.append(f"{name} invented: {row['as_printed']!r} in {around}")
    for one, row in pairs:
        _compare(one, row, name, result)
    return result
