"""The cells behind numbers, packed: a table of published values as JSON, column by column, each value written once.

A page's ``facts.json`` holds one such table; every fact names its rows in it as ranges of row numbers. One row is one published
value (or one statement, target, policy or measure where a number counts those). To read it without this package:

    column      {"all": v}: every row; {"of": [...], "at": [k, ...]}: of[k] in each row; {"of": [...], "runs": [[k, n], ...]}:
                of[k] n times, and so on; a list: as it stands
    id          null means source:place:indicator:year, the year of ``end``
    low, high   value - under, value + over; where ``under`` or ``over`` is null, the column itself
    locator     the texts of where0, where1 ... joined by " › "
    printed     null means the value in 万 or 亿 (when ``after`` has the word) with ``digits`` decimals, then ``after``
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from json.encoder import encode_basestring_ascii
from operator import itemgetter
from typing import Any, NamedTuple

Packed = dict[str, Any]
Ranges = list[list[int]]
BREAK = " › "


class Cell(NamedTuple):
    """One published value and where it stands; a page holds thousands, and a tuple is made in a tenth of a dataclass's time. ``value``, ``low`` and ``high`` in base units; empty text where a source says nothing.

    kind: the table that holds it (observations, measures ...). place: six-digit region code, institution: its id. edition: of
    a later edition of its series, when that was published; earlier: what the edition before printed, where it was revised.
    """

    id: str
    kind: str = "observations"
    place: str = ""
    institution: str = ""
    indicator: str = ""
    start: str = ""
    end: str = ""
    basis: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    quantifier: str = ""
    printed: str = ""
    qualifier: str = ""
    status: str = ""
    damaged: bool = False
    source: str = ""
    locator: str = ""
    grade: str = ""
    edition: str = ""
    earlier: str = ""


SCALES = {"万": 1e4, "亿": 1e8}
_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?(\D*)")
NAMES = Cell._fields


def order(cell: Cell) -> tuple[str, ...]:
    """Cells of one series and year stand side by side, so that a fact over all provinces is one range."""
    return (cell.kind, cell.source, cell.indicator, cell.end, cell.place, cell.institution, cell.id)


def pack(cells: Sequence[Cell]) -> Packed:
    """The table as JSON, in the order given.

    >>> one = Cell("s:140000:doctors:2023", place="140000", indicator="doctors", end="2023-12-31", source="s", value=118400.0,
    ...            low=118350.0, high=118450.0, printed="11.84 万人", locator="数据 › 医师 › 山西 › 2023年")
    >>> packed = pack([one])
    >>> packed["columns"]["id"], packed["columns"]["digits"], unpack(packed) == [one]
    ({'all': None}, {'all': 2}, True)
    """
    if not cells:
        return {"rows": 0, "columns": {}}
    columns = dict(zip(NAMES, map(list, zip(*cells, strict=True)), strict=True))
    plain = (_plain_id(c.source, c.place, c.indicator, c.end) for c in cells)
    columns["id"] = [None if c.id == name else c.id for c, name in zip(cells, plain, strict=True)]
    for side, name, sign in (("under", "low", -1.0), ("over", "high", 1.0)):
        columns[side] = [
            _distance(c.value, bound, sign) for c, bound in zip(cells, columns[name], strict=True)
        ]
        columns[name] = [
            None if d is not None else v for d, v in zip(columns[side], columns[name], strict=True)
        ]
    parts = [c.locator.split(BREAK) for c in cells]
    for k in range(max(map(len, parts))):
        columns[f"where{k}"] = [p[k] if k < len(p) else None for p in parts]
    print_forms = [_print_form(c) for c in cells]
    columns["digits"] = [digits for digits, _ in print_forms]
    columns["after"] = [after for _, after in print_forms]
    columns["printed"] = [
        None if digits is not None else c.printed for c, digits in zip(cells, columns["digits"], strict=True)
    ]
    del columns["locator"]
    return {"rows": len(cells), "columns": {name: _column(values) for name, values in columns.items()}}


def unpack(packed: Mapping[str, Any]) -> list[Cell]:
    """The cells of a packed table, in its order."""
    n = packed["rows"]
    if not n:
        return []
    columns = {name: _values(column, n) for name, column in packed["columns"].items()}
    value = columns["value"]
    for side, name, sign in (("under", "low", -1.0), ("over", "high", 1.0)):
        columns[name] = [
            own if d is None else v + sign * d
            for own, d, v in zip(columns[name], columns.pop(side), value, strict=True)
        ]
    places = [columns.pop(f"where{k}") for k in range(sum(name.startswith("where") for name in [*columns]))]
    columns["locator"] = [BREAK.join(x for x in row if x is not None) for row in zip(*places, strict=True)]
    columns["printed"] = [
        own if digits is None else _printed(v, digits, after)
        for own, digits, after, v in zip(
            columns["printed"], columns.pop("digits"), columns.pop("after"), value, strict=True
        )
    ]
    named = zip(*(columns[name] for name in ("id", "source", "place", "indicator", "end")), strict=True)
    columns["id"] = [_plain_id(*rest) if own is None else own for own, *rest in named]
    return [*map(Cell._make, zip(*(columns[name] for name in NAMES), strict=True))]


def column(packed: Mapping[str, Any], name: str) -> list[Any]:
    """One column of a packed table that is kept as it stands (``place``, ``institution``, ``source`` ...), without the others.

    >>> column(pack([Cell("a", place="140000"), Cell("b", place="320000")]), "place"), column(pack([]), "place")
    (['140000', '320000'], [])
    """
    return _values(packed["columns"][name], packed["rows"]) if packed["rows"] else []


def _print_form(cell: Cell) -> tuple[int | None, str | None]:
    """(decimals, what follows the number) when the printed text can be made again from the value, else (None, None)."""
    found = _NUMBER.fullmatch(cell.printed)
    if cell.value is None or not found:
        return None, None
    digits, after = len(found[2] or ""), found[3]
    return (digits, after) if _printed(cell.value, digits, after) == cell.printed else (None, None)


def _printed(value: float, digits: int, after: str) -> str:
    scale = next((size for word, size in SCALES.items() if word in after), 1.0)
    return f"{value / scale:.{digits}f}{after}"


def ranges(numbers: Iterable[int]) -> Ranges:
    """Row numbers as inclusive ranges.

    >>> ranges([4, 0, 1, 2])
    [[0, 2], [4, 4]]
    """
    found: Ranges = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def numbers(spans: Iterable[Sequence[int]]) -> list[int]:
    """Row numbers of inclusive ranges."""
    return [n for first, last in spans for n in range(first, last + 1)]


def _plain_id(source: str, place: str, indicator: str, end: str) -> str:
    return f"{source}:{place}:{indicator}:{end[:4]}"


def _distance(value: float | None, bound: float | None, sign: float) -> float | None:
    """How far a bound lies from its value, where adding it gives back that bound to the last bit."""
    if value is None or bound is None:
        return None
    distance = round((bound - value) * sign, 9)
    return distance if value + sign * distance == bound else None


def _column(values: list[Any]) -> Any:
    kinds = {*map(type, values)}
    if float in kinds:
        values = [int(v) if type(v) is float and v.is_integer() and abs(v) < 2**53 else v for v in values]
    # True is not 1 here; where no truth value stands, values are told apart as they are
    keys = [(type(v) is bool, v) for v in values] if bool in kinds else values
    distinct = list(dict.fromkeys(keys))
    if len(distinct) == 1:
        return {"all": values[0]}
    of = [v for _, v in distinct] if bool in kinds else distinct
    at = [*map({key: n for n, key in enumerate(distinct)}.__getitem__, keys)]
    starts = [n for n, (one, other) in enumerate(pairwise(at), 1) if one != other]
    runs = [[at[n], end - n] for n, end in zip([0, *starts], [*starts, len(at)], strict=True)]
    lengths = [*map(_length, of)]
    length = _joined(lengths)
    forms: tuple[tuple[int, Any], ...] = (
        (
            length
            + _joined([len(str(k)) + len(str(n)) + len("[, ]") for k, n in runs])
            + len('{"of": , "runs": }'),
            {"of": of, "runs": runs},
        ),
        (length + _joined([*map(len, map(str, at))]) + len('{"of": , "at": }'), {"of": of, "at": at}),
        (_joined([lengths[k] for k in at]), values),
    )
    return min(forms, key=itemgetter(0))[1]


def _joined(lengths: list[int]) -> int:
    """Characters of a JSON list whose members have these lengths."""
    return sum(lengths) + 2 * max(len(lengths), 1)


def _length(value: Any) -> int:
    """Characters of a value as JSON; writing whole columns to measure them cost as much as all the rest of packing.

    >>> [_length(v) == len(json.dumps(v)) for v in ("a\\n中", None, True, 1.5, 10**9, [1, "a"], math.inf)]
    [True, True, True, True, True, True, True]
    """
    kind = type(value)
    if kind is str:
        return len(encode_basestring_ascii(value))
    if kind is int or (kind is float and math.isfinite(value)):
        return len(repr(value))
    return len(json.dumps(value))


def _values(column: Any, n: int) -> list[Any]:
    if isinstance(column, list):
        return column
    if "all" in column:
        return [column["all"]] * n
    of = column["of"]
    return (
        [of[k] for k in column["at"]]
        if "at" in column
        else [of[k] for k, n in column["runs"] for _ in range(n)]
    )
