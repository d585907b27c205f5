"""Pages that compare: their facts against the values they rest on and these against raw; each row made again from raw figures; tables against CSV.

A row's rate is a ratio of two printed figures of the place; its bounds are the ratio's at the ends of their rounding; places, change and the order
of rows follow from the rates.
"""

from __future__ import annotations

import csv
import json
import math
import re
from functools import cache
from pathlib import Path

from audited.pages import audit_fact, audit_html
from audited.programs import ENDINGS
from audited.reader import Reader
from audited.tables import Derived, audit_derived, audit_tables, read_lines
from audited.told import Raw, Told, cells_of, read_number
from recompute import table_of

KIND = "compared"


@cache
def from_raw(folder: Path, pattern: str) -> Derived:
    """What the raw files of a pattern give by place and year: every value, in base units."""
    found = []
    for file in sorted(folder.glob(f"panel/{pattern}.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                read = read_number(f"{row['value']} {row['unit']}")
                if len(read) == 1 and row.get("year"):
                    name = {"institution": row["unit"], "indicator": row["indicator_zh"], "source": file.name}
                    found.append({"kind": "observations", "place": row["region_code"], "end": row["year"], "value": read[0][0]} | name)  # fmt: skip
    return Derived(found)


def audit_comparison(told: Told, file: Path, raw: Raw) -> None:
    """A page that compares, in each language."""
    held, where = json.loads(file.read_text(encoding="utf-8")), f"compare/{file.name}"
    cells, frame, stem = cells_of(held), table_of(held["cells"]), file.name.removesuffix(".facts.json")
    for cell in cells:
        if cell["kind"] == "observations" and (found := raw.holds(cell)) is not None:
            told.check("raw", where, found, f"{cell['id']}: {cell['printed']!r} at {cell['locator']}")
    for fact in held["facts"].values():
        audit_fact(told, where, fact, held["facts"], cells, frame, held.get("tables", {}))
    files = [
        f for f in (file.with_name(f"{stem}.csv"), *sorted(file.parent.glob(f"{stem}-*.csv"))) if f.is_file()
    ]
    lines = read_lines(files, "zh")
    for lang, ending in ENDINGS.items():
        html = file.with_name(stem + ending)
        if html.is_file():
            page = Reader(html.read_text(encoding="utf-8"))
            audit_html(told, html, page, held["facts"], lang, "")
            named = {(s.partition("-")[0], c): rows for (s, c), rows in read_lines(files, lang).items()}
            audit_tables(told, f"compare/{html.name}", page.table, named, lang, "c-")
            _order(told, f"compare/{html.name}", page)
    _rows(told, where, {key: [row for _, row in rows] for key, rows in lines.items()}, stem)
    pattern = "city_*" if stem.startswith("cities-") else "province_*"
    audit_derived(told, where, {k: v for k, v in lines.items() if k[1] in ("rate", "start") or re.match(r"y\d|city_", k[1])}, from_raw(raw.folder, pattern))  # fmt: skip


def _order(told: Told, where: str, page: Reader) -> None:
    """Rows stand from high to low of the first column that compares."""
    first = next((anchor for anchor, *_ in page.table if anchor), "")
    rows = [
        (float(value), texts[-1])
        for anchor, texts, row, value, _ in page.table
        if anchor == first and row and value
    ]
    while "/cities-" in where and rows and rows[-1][1].strip() != "–":
        rows.pop()  # cities with a doubtful figure stand last, marked
    values = [value for value, _ in rows]
    told.check(KIND, where, values == sorted(values, reverse=True), "rows are not in order")


def _rows(told: Told, where: str, lines: dict[tuple[str, str], list[dict]], stem: str) -> None:
    """Bounds, places and changes of a page of provinces, from its rates."""
    by = {
        column: {row["region_code"]: row for row in rows}
        for (name, column), rows in lines.items()
        if name == stem
    }
    for rows in by.values():
        for row in rows.values():
            sound = bool(re.fullmatch(r"\d{6}", row["region_code"])) and (
                not row["value"] or bool(row["sources"])
            )
            told.check(KIND, where, sound, f"{row['row_en']} {row['column_en']}: no place or no source")
    for code, row in by.get("rate", {}).items():
        value = {
            name: float(rows[code]["value"])
            for name, rows in by.items()
            if code in rows and rows[code]["value"]
        }
        rate, name = value["rate"], row["row_en"]
        above = sum(float(other["value"]) > rate for other in by["rate"].values())
        told.check(KIND, where, value["rank"] == above + 1, f"{name}: place {value['rank']}, {above} above")
        told.check(KIND, where, value["low"] <= rate <= value["high"], f"{name}: {rate} beyond its bounds")
        told.check(KIND, where, value["first_place"] <= value["rank"] <= value["last_place"], f"{name}: place beyond its range")  # fmt: skip
        if "start" in value:
            change = (rate / value["start"] - 1) * 100
            told.check(KIND, where, math.isclose(value["change"], change, rel_tol=1e-9), f"{name}: {value['change']}, computed {change}")  # fmt: skip
        for column in ("rate", "low", "high", "start"):
            if code in by.get(column, {}):
                unit = by[column][code]["unit_en"]
                told.check("compared unit", where, unit.startswith("per 1,000"), f"{name} {column}: {unit!r}")
