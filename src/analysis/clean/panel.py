"""Statistical series -> observations: the long files of ``raw/panel`` (a user's own files are read by ``intake``).

One row of the result is one printed cell: an indicator for a region and a period from one source. Values go to base units
(11.84 万人 -> 118,400 人); bounds are half a printing step either way (the step comes from the dictionary, because carriers
dropped trailing zeros). Nothing is corrected, filled or dropped: what looks wrong is flagged and kept.

"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import catalog
from analysis.clean import numbers, periods, places
from analysis.clean.editions import Part
from analysis.clean.files import ROW, at, cite, lines, placed, read, source_of
from analysis.errors import DataError, Problem

COLUMNS = ("region_code", "region_zh", "indicator_zh", "value", "unit")
# stated in each row, or once for the whole file in raw/publications.csv
STATED = ("source_publication", "note")
OPTIONAL = ("carried_by", "edition", "carriers")
# letter of the carrier that copies the publisher's own tables: such a cell has the publisher's grade, one read elsewhere at most B
OWN_TABLES = "Y"
# words of the raw notes -> flag; the note itself is kept
NOTED = {
    "与上年同值": "equals_previous", "同上年": "equals_previous", "孤立高值": "not_ranked", "公报初": "preliminary", "百位整数": "rounded", "明显漏报": "underreported",
    "列名由本研究": "likely_column", "单一承载者": "carried_alone", "年同值": "equals_previous",
}  # fmt: skip
NEVER_NEGATIVE = ("stock", "flow", "rate")
# counts keep their names through the re-labelling of columns; only what people did and paid is "very likely"
COUNTS = ("stock",)
# measure words that publishers print for the same count
_ALIKE = ({"人", "人次", "名"}, {"个", "所", "家", "处"}, {"张", "床"}, {"日", "天"})


def same_unit(word: str, base: str) -> bool:
    """Whether a printed measure word counts what the base unit counts.

    >>> same_unit("家", "个"), same_unit("床", "张"), same_unit("张", "人")
    (True, True, False)
    """
    return word == base or any({word, base} <= alike for alike in _ALIKE)


def _scale(unit: str, base: str) -> Decimal | None:
    """What one printed unit is in base units (万人 -> 10000 for 人); None when the two do not measure the same thing."""
    for word in sorted(numbers.SCALES, key=len, reverse=True):
        rest = unit.removeprefix(word)
        if unit.startswith(word) and rest and same_unit(rest, base):
            return Decimal(numbers.SCALES[word])
    return None


def step(indicator: catalog.Indicator, unit: str, source_id: str, printed: str) -> Decimal:
    """The printing step in the printed unit: the dictionary's for this unit and source, or finer where the cell itself shows more decimals."""
    stated = indicator.step(unit, source_id)
    own = Decimal(1).scaleb(-numbers.decimals(printed))
    return min(Decimal(str(stated)), own) if stated is not None else own


def _days(kind: str, found: periods.Period) -> tuple[str, str]:
    """Stocks stand at the last day of their period; flows and rates run through it."""
    return (found.end, found.end) if kind == "stock" else (found.start, found.end)


def _database(source: catalog.Source) -> str:
    return source.title_zh.removeprefix("国家数据 ")


class _Looked:
    """Looks up each distinct cell of a file once: thousands of rows share a few regions, labels, periods and publications."""

    def __init__(self) -> None:
        self._held: dict[tuple, Any] = {}
        self.newest_year = catalog.newest_date()[:4]
        # what rows without a problem meant: their place, their publication's figure in a unit at a period, and what follows from these
        self.placed: dict[tuple, catalog.Region] = {}
        self.named: dict[tuple, tuple] = {}
        self.steps: dict[tuple, Decimal] = {}
        self.shared: dict[tuple, tuple[dict, str]] = {}

    def __call__(self, function: Callable, *arguments: object) -> object:
        """What the function returns; the DataError it raises is raised again."""
        key = (function, *arguments)
        if key not in self._held:
            try:
                self._held[key] = function(*arguments)
            except DataError as error:
                self._held[key] = error
        if isinstance(self._held[key], DataError):
            raise self._held[key]
        return self._held[key]


@dataclass(frozen=True)
class _Cell:
    """What the cells of one row mean, once all of them could be read."""

    region: catalog.Region
    source: catalog.Source
    indicator: catalog.Indicator
    printed: numbers.Printed | None
    period: periods.Period
    factor: Decimal


def _understood(path: Path, row: dict, period_column: str, look: _Looked) -> _Cell | list[Problem]:
    """The meaning of a row's cells, or every problem they have; what rows before it said in the same words is not read again."""
    period = row[period_column]
    where = (row["region_code"], row["region_zh"])
    what = (row["source_publication"], row["indicator_zh"], row["unit"], period)
    if where in look.placed and what in look.named:
        source, indicator, when, factor = look.named[what]
        try:
            printed = numbers.printed(row["value"])
        except DataError:
            return _read(path, row, period_column, look)
        if below_zero(indicator, printed, row["value"]) is None:
            return _Cell(look.placed[where], source, indicator, printed, when, factor)
    found = _read(path, row, period_column, look)
    if isinstance(found, _Cell):
        if found.region.state != "former":  # a place that went is held against each period
            look.placed[where] = found.region
        look.named[what] = (found.source, found.indicator, found.period, found.factor)
    return found


def _read(path: Path, row: dict, period_column: str, look: _Looked) -> _Cell | list[Problem]:
    """The meaning of a row's cells, or every problem they have."""
    problems: list[Problem] = []

    def tried(column: str, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return look(function, *arguments)
        except DataError as error:
            problems.extend(placed(error, path, row[ROW], column))

    region = tried("region_code", places.resolve, row["region_code"] or row["region_zh"])
    if region and row["region_zh"] not in ("", region.name_zh, region.short_zh):
        named = tried("region_zh", places.resolve, row["region_zh"], region.parent or None)
        if named and named.code != region.code:
            problems.append(
                Problem(
                    at(path, row[ROW], "region_zh"),
                    f'"{row["region_zh"]}" beside {region.code}',
                    f"{region.name_zh}",
                    "correct the code or the name",
                )
            )
    if region and region.state == "former":
        when = tried(period_column, periods.parse, row[period_column])
        outlived = places.outlived(region.code, when.end) if when else None
        if outlived:
            column = "region_code" if row["region_code"] else "region_zh"
            problems.append(replace(outlived, where=at(path, row[ROW], column)))
    source = tried("source_publication", source_of, path, row["source_publication"])
    indicator: Any = (
        tried("indicator_zh", catalog.indicator_of, row["indicator_zh"], source.id) if source else None
    )
    value = tried("value", numbers.printed, row["value"])
    period = tried(period_column, periods.parse, row[period_column])
    if period and not period.end:
        problems.append(
            Problem(at(path, row[ROW], period_column), "a blank", "a year or a period", "fill in the cell")
        )
    elif period and period.end[:4] > look.newest_year:
        fix = "correct the year, or register the newer source in data/sources.csv"
        problems.append(
            Problem(
                at(path, row[ROW], period_column),
                row[period_column],
                f"a year not after the newest source ({look.newest_year})",
                fix,
            )
        )
    if indicator and period:
        for column, problem in (
            ("value", below_zero(indicator, value, row["value"])),
            (period_column, day_for_a_span(indicator.kind, period, row[period_column])),
        ):
            if problem:
                problems.append(replace(problem, where=at(path, row[ROW], column)))
    factor: Any = look(_scale, row["unit"], indicator.unit) if indicator else Decimal(1)
    if factor is None:
        fix = f"print the value in {' or '.join(dict.fromkeys((indicator.unit, indicator.print_unit)))}"
        problems.append(
            Problem(
                at(path, row[ROW], "unit"),
                f'"{row["unit"]}"',
                f"{indicator.unit}, with 千, 万, 百万 or 亿 in front if scaled",
                fix,
            )
        )
    return problems or _Cell(region, source, indicator, value, period, factor)


def below_zero(indicator: catalog.Indicator, value: numbers.Printed | None, text: str) -> Problem | None:
    """What is wrong with a count, an amount or a rate below zero; None when the value may stand."""
    if value is None or value.number >= 0 or indicator.kind not in NEVER_NEGATIVE or indicator.unit == "pp":
        return None
    fix = "correct the cell: counts, amounts and rates are never negative"
    return Problem("value", text, f"a {indicator.label_zh} not below zero", fix)


def day_for_a_span(kind: str, period: periods.Period, text: str) -> Problem | None:
    """What is wrong with a single day for a flow or a rate, which run through a period; None when the period may stand."""
    if kind not in ("flow", "rate") or not period.end or period.start not in ("", period.end):
        return None
    fix = "write the year, the months or the quarter (2023, 2023年1-6月)"
    return Problem("period", text, "the period that a flow or a rate runs through, not a day", fix)


def observation(path: Path, row: dict, period_column: str, look: _Looked) -> dict | list[Problem]:
    """One printed cell as a row of ``observations``; empty for a blank cell; a list of problems when it cannot be read."""
    cell = _understood(path, row, period_column, look)
    if isinstance(cell, list):
        return cell
    if cell.printed is None:
        return {}
    source, indicator, name = cell.source, cell.indicator, cell.region.name_zh
    written = (indicator.key, row["unit"], source.id, cell.printed.decimals)
    if written not in look.steps:
        look.steps[written] = step(indicator, row["unit"], source.id, row["value"])
    said = (source.id, row["indicator_zh"], row[period_column])
    if said not in look.shared:
        look.shared[said] = _shared(cell, row["indicator_zh"], row[period_column])
    shared, at_period = look.shared[said]
    printed, half, factor, note = cell.printed.number, look.steps[written] / 2, cell.factor, row["note"]
    mark = f"数字后有注号{cell.printed.mark}" if cell.printed.mark else ""
    return shared | {
        "observation_id": f"{source.id}:{cell.region.code}:{at_period}",
        "region_code": cell.region.code,
        "value": float(printed * factor),
        "value_low": float((printed - half) * factor),
        "value_high": float((printed + half) * factor),
        "print_step": float(2 * half * factor),
        "as_printed": f"{row['value']} {row['unit']}",
        "flags": _noted(note, indicator) if note else "",
        "note": f"{note}；{mark}" if note and mark else note or mark,
        "edition": row["edition"],
        "locator": shared["locator"].replace("\0", name),
        "source_grade": _grade(row, source),
    }


def _shared(cell: _Cell, label: str, printed_period: str) -> tuple[dict, str]:
    """The columns that a source's figures of one label at one period share, in the order of the row (those of the single figure
    blank; "\\0" where the locator names the place), and the id behind the place."""
    source, indicator, period = cell.source, cell.indicator, cell.period
    start, end = _days(indicator.kind, period)
    year = period.year_of(indicator.kind)
    return {
        "observation_id": "",
        "region_code": "",
        "institution_id": "",
        "indicator": indicator.key,
        "year": year,
        "period_start": start,
        "period_end": end,
        "period_basis": "explicit",
        "value": None,
        "value_low": None,
        "value_high": None,
        "print_step": None,
        "unit": indicator.unit,
        "quantifier": "exact",
        "as_printed": "",
        "measure": {"stock": "level", "flow": "flow"}.get(indicator.kind, "rate"),
        "status": "actual",
        "direction": "",
        "baseline_start": "",
        "baseline_end": "",
        "damaged": False,
        "repaired_reading": "",
        "repair_confidence": "",
        "theme": indicator.theme,
        "salience": "core",
        "programme": "",
        "qualifier": "",
        "qualifier_en": "",
        "institution": "",
        "flags": "",
        "note": "",
        "edition": "",
        **cite(source, f"{_database(source)} › {label} › \0 › {f'{year}年' if year else printed_period}"),
    }, f"{indicator.key}:{period.key(indicator.kind)}"


def _noted(note: str, indicator: catalog.Indicator) -> str:
    flags = {flag for words, flag in NOTED.items() if words in note}
    if indicator.kind in COUNTS:
        flags.discard("likely_column")
    return ";".join(sorted(flags))


@lru_cache(maxsize=4)
def _publications(raw: Path) -> dict[str, str]:
    """Publication of the files whose rows do not name it, by path below the raw folder."""
    path = raw / "publications.csv"
    rows = read(path, ("file", "source_publication", "carried_by")) if path.is_file() else ()
    return {row["file"]: row["source_publication"] for row in rows}


def long(path: Path) -> list[dict]:
    """Rows of a file in the long form. Raises DataError listing every problem of the file."""
    heading = lines(path)[0]
    period_column = "period" if "period" in heading else "year"
    whole = _publications(path.parents[1]).get(f"{path.parent.name}/{path.name}", "")
    stated = tuple(column for column in STATED if not whole or column in heading)
    rows = read(path, (*COLUMNS[:2], period_column, *COLUMNS[2:], *stated), optional=OPTIONAL)
    blank = {"source_publication": whole, "note": ""}
    return _observations(path, [blank | row for row in rows] if whole else rows, period_column)


def _grade(row: dict, source: catalog.Source) -> str:
    """The source's grade; at most B for a cell that no copy of the publisher's own tables holds, where the file says who carries it."""
    return max(source.grade, "B") if row["carriers"] and OWN_TABLES not in row["carriers"] else source.grade


def _observations(path: Path, rows: list[dict], period_column: str) -> list[dict]:
    pairs, problems, look = [], [], _Looked()
    for row in rows:
        made = observation(path, row, period_column, look)
        if isinstance(made, list):
            problems.extend(made)
        elif made:
            pairs.append((row, made))
    problems.extend(_repeated(path, pairs))
    if problems:
        raise DataError(problems)
    return [made for _, made in pairs]


def _repeated(path: Path, pairs: list[tuple[dict, dict]]) -> list[Problem]:
    """Two rows of one file for the same source, region, indicator and period: one problem each, naming both rows."""
    seen: dict[str, tuple[dict, dict]] = {}
    problems = []
    for row, made in pairs:
        first = seen.setdefault(made["observation_id"], (row, made))
        if first[0] is not row:
            same = first[1]["value"] == made["value"]
            found = f"the same key as row {first[0][ROW]}, with {'the same value' if same else 'a conflicting value'} ({made['as_printed']}; row {first[0][ROW]}: {first[1]['as_printed']})"
            problems.append(
                Problem(
                    at(path, row[ROW]),
                    found,
                    "one row for a source, region, indicator and period",
                    "delete the wrong row" if not same else "delete one of them",
                )
            )
    return problems


def parts(raw: Path) -> list[Part]:
    """The printed cells of each file of ``raw/panel``. Raises DataError listing the problems of all files."""
    found = []
    problems: list[Problem] = []
    for path in sorted((raw / "panel").glob("*.csv")):
        try:
            found.append(Part(at(path), pd.DataFrame(long(path)), how="its column edition"))
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    return found


def cells(raw: Path) -> int:
    """Rows that hold a number in the files of ``raw/panel``, counted without reading what they mean."""
    return sum(
        row["value"].strip() not in numbers.MISSING
        for path in (raw / "panel").glob("*.csv")
        for row in csv.DictReader(path.open(encoding="utf-8-sig"))
    )
