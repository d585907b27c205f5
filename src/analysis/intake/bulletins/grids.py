"""Tables inside a document: a row of cells reads its name, unit and years from the row above it.

A cell is read only when its column is known: a year, a target of a year, or a unit in the heading. The running number is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from analysis.clean import places
from analysis.clean.numbers import bounds
from analysis.errors import DataError
from analysis.intake.bulletins import amounts
from analysis.intake.bulletins.amounts import Amount, round_value
from analysis.intake.bulletins.layout import Passage
from analysis.intake.bulletins.lexicon import SCALES, UNITS
from analysis.intake.bulletins.times import Time, find

_NUMBER_CELL = re.compile(
    r"[\s<>≤≥-]*\d[\d,]*(?:\.\d+)?\s*(?:[%‰]|以[上下]|左右|[余多])?(?:\([^)]{1,6}\))?\s*"
)
_UNIT_IN = re.compile(
    r"\(?(?:单位:?)?((?:每)?(?:百万|千万|万|亿|千)?(?:[\u4e00-\u9fff%‰]{1,4}|/10万|1/10万))\)?$"
)
_INDEX = re.compile(r"序号|编号|No\.?|代码", re.I)


@dataclass(frozen=True)
class Cell:
    """A number of a table: the amount, its time, the name of its row and whether its column is a target."""

    amount: Amount
    time: Time | None
    name: str
    target: bool
    place: str = ""


@dataclass(frozen=True)
class _Column:
    role: str  # index, name, unit, value, other
    unit: str = ""
    factor: float = 1.0
    time: Time | None = None
    target: bool = False
    place: str = ""


def unit_of(text: str) -> tuple[str, float]:
    """(base unit, factor) of a unit cell such as 万人次, %, /10万; ("", 1) when it is none."""
    plain = text.strip().strip("()").removeprefix("单位:")
    if plain in ("/10万", "1/10万", "10万分之一", "十万分之一"):
        return "1/10万", 1.0
    if plain in UNITS:
        return UNITS[plain], 1.0
    for scale in sorted(SCALES, key=len, reverse=True):
        rest = plain.removeprefix(scale)
        if rest != plain and rest in UNITS:
            return UNITS[rest], float(SCALES[scale])
    return "", 1.0


def _column(cell: str, published: str) -> _Column:
    plain = re.sub(r"\s", "", cell)
    if _INDEX.search(plain):
        return _Column("index")
    if plain in ("单位", "计量单位"):
        return _Column("unit")
    times, _ = find(plain, published)
    stated = re.search(r"\(([^()]{1,6})\)$", plain)
    unit, factor = unit_of(stated[1]) if stated else ("", 1.0)
    if times:
        time = times[0]
        target = "目标" in plain or "规划" in plain or bool(published and time.first > published)
        return _Column("value", unit, factor, time, target)
    if re.search(r"目标|规划值", plain):
        return _Column("value", unit, factor, None, True)
    if unit:
        return _Column("value", unit, factor)
    if re.search(r"指标|项目|名称|机构|医院|地区|单位名称|县区|内容", plain):
        return _Column("name")
    if re.search(r"数量|数值|完成值|实际|现状|基期", plain):
        return _Column("value")
    return _Column("other")


@lru_cache(maxsize=1024)
def _of_place(cell: str) -> _Column:
    """A heading that is the name of a place: its column holds that place's figures."""
    try:
        return _Column("value", place=places.resolve(cell.strip()).code)
    except DataError:
        return _Column("other")


def header(row: Passage, published: str) -> list[_Column] | None:
    """The columns that a row of headings states; None for a row of figures."""
    texts = [row.text[a:b] for a, b in row.cells]
    figures = sum(
        bool(_NUMBER_CELL.fullmatch(t)) and not re.fullmatch(r"\s*(?:19|20)\d\d\s*", t) for t in texts
    )
    columns = [_column(t, published) for t in texts]
    if any(c.role in ("name", "unit") for c in columns) and not any(c.role == "value" for c in columns):
        columns = [_of_place(t) if c.role == "other" else c for t, c in zip(texts, columns, strict=True)]
    return columns if not figures and any(c.role == "value" for c in columns) else None


def _read(text: str, start: int, end: int, unit: str, factor: float) -> Amount | None:
    found = amounts.find(text[start:end])
    if len(found) != 1 or found[0].kind not in ("number", "range"):
        return None
    one = found[0]
    one = replace(one, start=one.start + start, end=one.end + start)
    if not one.unit:
        after = re.match(r"(以上|以下|左右)", text[one.end : end])
        if after:
            quantifier = {"以上": "at_least", "以下": "at_most", "左右": "about"}[after[1]]
            low, high = bounds(quantifier, one.value)
            one = replace(one, end=one.end + 2, quantifier=quantifier, low=low, high=high)
        value, low, high = (
            v if v is None else round_value(v * factor) for v in (one.value, one.low, one.high)
        )
        one = replace(one, unit=unit, damaged=False, value=value, low=low, high=high)
    return one


def cells(row: Passage, columns: list[_Column] | None, published: str) -> list[Cell]:
    """The figures of a row under its headings; none when the headings are not known."""
    if columns is None or len(columns) < len(row.cells):
        return []
    texts = [row.text[a:b].strip() for a, b in row.cells]
    name = next((t for t, c in zip(texts, columns, strict=False) if c.role == "name"), texts[0])
    own_unit, own_factor = next(
        (unit_of(t) for t, c in zip(texts, columns, strict=False) if c.role == "unit"), ("", 1.0)
    )
    if not own_unit and (stated := re.search(r"\(([^()]{1,6})\)$", name)):
        own_unit, own_factor = unit_of(stated[1])
    found = []
    for (start, end), column in zip(row.cells, columns, strict=False):
        if column.role != "value" or not _NUMBER_CELL.fullmatch(row.text[start:end]):
            continue
        unit, factor = (column.unit, column.factor) if column.unit else (own_unit, own_factor)
        amount = _read(row.text, start, end, unit, factor)
        if amount is not None:
            time = column.time
            if column.target and time is not None and published:
                time = replace(time, first=published, kind="due")
            found.append(Cell(amount, time, name, column.target, column.place))
    return found
