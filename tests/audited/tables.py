"""Tables: each number of a page's tables against the CSV file offered beside it, each value of a CSV file that no fact stands for against
the raw values of its place and year.

A CSV line of a table has no fact of its own. Its value is looked for among the values of the line's place and period: as published, as a
ratio of two, as a change since the period's start. A column in which nearly all values are found so holds no other: what is not found there
is a fault. Columns of another kind (ranks, coefficients, counts of documents) are counted, not judged.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import permutations
from pathlib import Path

import numpy as np

from audited.told import Told

TIMES = (1, 100, 1000, 1e4, 1e5, 1e-4)
NATION = "000000"
MOST = 0.8  # of a column's values found: the others must be found too
LEAST = 3
COUNTED = ("number", "place", "places", "grade")  # counts and ranks follow from whole tables

Lines = dict[tuple[str, str], list[tuple[set[str], dict]]]


def squeezed(text: str) -> str:
    """A text without its blanks: cells of HTML and of CSV break lines differently."""
    return re.sub(r"\s", "", text)


def read_lines(files: Iterable[Path], lang: str) -> Lines:
    """(file's stem, column) -> the lines: the parts of the row's label in a language, and the line."""
    found: Lines = defaultdict(list)
    for file in files:
        with file.open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                parts = {squeezed(part) for part in row[f"row_{lang}"].split(" · ")}
                found[file.stem, row["column"]].append((parts, row))
    return found


def audit_tables(
    told: Told, where: str, table: Iterable[tuple], lines: Lines, lang: str, prefix: str
) -> None:
    """The numbers of a page's tables against CSV. table: as ``Reader`` has it; prefix: what anchors begin with before the file's name."""
    for anchor, texts, _, value, text in table:
        if not anchor:
            told.seen["(table without a file)"] += 1
            continue
        rest = anchor.removeprefix(prefix)
        held = {squeezed(one) for one in texts}
        found = [
            row
            for (stem, column), rows in lines.items()
            if rest.startswith(f"{stem}-") and rest.endswith(f"-{column}")
            for parts, row in rows
            if parts <= held
        ]
        same = any(row.get(f"printed_{lang}") == text and _near(row["value"], value) for row in found)
        told.check(
            "table", where, same, f"{text!r} for {value or 'no value'} in {texts[:2]}, {anchor}: not in CSV"
        )


def _near(held: str, shown: str) -> bool:
    if not held or not shown:
        return not shown
    return abs(float(held) - float(shown)) <= 6e-9 * max(1.0, abs(float(held)))


class Derived:
    """What can be made of a page's values, by place, year and the year that the period begins with."""

    def __init__(self, cells: Iterable[Mapping]):
        self.by: dict[str, dict[tuple, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        for cell in cells:
            if cell["kind"] == "observations" and cell["value"] is not None:
                name = (cell["institution"], cell["indicator"], cell["source"])
                self.by[cell["place"]][name][cell["end"][:4]] = cell["value"]
        self._made: dict[tuple[str, str, str], np.ndarray] = {}

    def _held(self, place: str) -> Mapping[tuple, Mapping[str, float]]:
        """The place's own values; the nation's are also the sums over the provinces that all hold one."""
        if place != NATION:
            return self.by.get(place, {})
        sums: dict[tuple, dict[str, float]] = {n: dict(v) for n, v in self.by.get(NATION, {}).items()}
        provinces = [code for code in self.by if code.endswith("0000") and code != NATION]
        parts: dict[tuple, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for code in provinces:
            for name, years in self.by[code].items():
                for year, value in years.items():
                    parts[name][year].append(value)
        for name, years in parts.items():
            summed = {year: sum(values) for year, values in years.items() if len(values) == 31}
            sums[(*name, "sum")] = summed
        return sums

    def of(self, place: str, year: str, start: str) -> np.ndarray:
        """Every value that the place's own figures give for a year, or from one year to another, in order."""
        key = (place, year, start)
        if key not in self._made:
            held = self._held(place)
            at = [years[year] for years in held.values() if year in years]
            filled = sorted({value for value in at if value})
            out = at + [a / b * k for a, b in permutations(filled, 2) for k in TIMES]
            if start != year:
                pairs = [(y[start], y[year]) for y in held.values() if y.get(start) and y.get(year)]
                out += [v for a, b in pairs for v in (b - a, (b / a - 1) * 100, b / a * 100, b / a)]
                for (a0, a1), (b0, b1) in permutations(dict.fromkeys(pairs), 2):
                    out.append((a1 / b1 / (a0 / b0) - 1) * 100)
                    out += [(a1 / b1 - a0 / b0) * k for k in TIMES]
            self._made[key] = np.unique(np.array(out)) if out else np.array([np.inf])
        return self._made[key]

    def holds(self, row: Mapping[str, str]) -> bool:
        """Whether a line's value is one of them."""
        value = float(row["value"])
        known = self.of(row["region_code"], row["period_end"][:4], row["period_start"][:4])
        n = int(np.searchsorted(known, value))
        around = known[max(0, n - 1) : n + 1]
        return bool(np.min(np.abs(around - value)) <= 1e-9 * max(1.0, abs(value)))


def audit_derived(told: Told, where: str, lines: Lines, derived: Derived) -> None:
    """The values of CSV lines without a fact, column by column."""
    columns: Counter = Counter()
    missed: dict[tuple, list[dict]] = defaultdict(list)
    for key, rows in lines.items():
        for _, row in rows:
            if not row["fact"] and row["value"] and row["unit_en"] not in COUNTED:
                name = (*key, row["unit_en"])
                columns[name] += 1
                if not derived.holds(row):
                    missed[name].append(row)
    for name, n in columns.items():
        lacking = missed[name]
        if n < LEAST or len(lacking) > (1 - MOST) * n:
            told.seen["(csv, of no kind that is derived here)"] += n
            continue
        told.seen["csv derived"] += n - len(lacking)
        for row in lacking:
            what = f"{name[0]}.csv {row['row_en']} {row['column_en']}: {row['value']} follows from no two values of the place"
            told.check("csv derived", where, False, what)
