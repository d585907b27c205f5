"""The cells behind numbers, packed: a table of published values as JSON, column by column, each value written once.

A page's ``facts.json`` holds one such table; every fact names its rows in it as ranges of row numbers. One row is one published
value (or one statement, target, policy or measure where a number counts those). To read it without this package:

    column      {"all": v}: every row; {"same": "end"}: as the column of that name; a list: as it stands;
                {"of": [...], "at": [k, ...]}: of[k] in each row; {"of": [...], "runs": [[k, n], ...]}: of[k] n times, and so on;
                {"of": [...], "spans": [[j, k, n], ...]}: of[j] to of[k] one after the other, all that n times, and so on;
                {"of": [...], "by": "place"}: of[0] where that column has its first value, of[1] where its second, and so on
    id          null means source:place:indicator:year, the year of ``end``
    low, high   value - under, value + over, to nine decimals; where ``under`` or ``over`` is null, the column itself
    locator     the texts of where0, where1 ... joined by the table's ``break``
    times       how many published values a row stands for: 1, or more where a page only counts them (see ``tallied``)
    printed     null means the value in 万 or 亿 (when ``after`` has the word) with ``digits`` decimals, then ``after``
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import compress, count, groupby, islice
from json.encoder import encode_basestring_ascii
from operator import itemgetter, ne, sub
from typing import Any, NamedTuple

Packed = dict[str, Any]
Ranges = list[list[int]]
BREAKS = (" › ", " · ")
BASES = (
    "indicator",
    "place",
    "end",
)  # columns that others may follow from; never written by another themselves


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
    times: int = 1


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
    between = next((b for b in BREAKS if any(b in c.locator for c in cells)), BREAKS[0])
    parts = [c.locator.split(between) for c in cells]
    for k in range(max(map(len, parts))):
        columns[f"where{k}"] = [p[k] if k < len(p) else None for p in parts]
    print_forms = [_print_form(c) for c in cells]
    columns["digits"] = [digits for digits, _ in print_forms]
    columns["after"] = [after for _, after in print_forms]
    columns["printed"] = [
        None if digits is not None else c.printed for c, digits in zip(cells, columns["digits"], strict=True)
    ]
    del columns["locator"]
    bases = {name: (columns[name], len({*columns[name]})) for name in BASES}
    made = {name: _column(values, name, bases) for name, values in columns.items()}
    return {"rows": len(cells), "break": between, "columns": made}


def unpack(packed: Mapping[str, Any]) -> list[Cell]:
    """The cells of a packed table, in its order."""
    n = packed["rows"]
    if not n:
        return []
    columns = {"times": [1] * n} | unpacked(
        packed
    )  # issues made before rows could stand for several hold no such column
    value = columns["value"]
    for side, name, sign in (("under", "low", -1.0), ("over", "high", 1.0)):
        columns[name] = [
            own if d is None else round(v + sign * d, 9)
            for own, d, v in zip(columns[name], columns.pop(side), value, strict=True)
        ]
    places = [columns.pop(f"where{k}") for k in range(sum(name.startswith("where") for name in [*columns]))]
    columns["locator"] = [
        packed.get("break", BREAKS[0]).join(x for x in row if x is not None)
        for row in zip(*places, strict=True)
    ]
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
    if not packed["rows"]:
        return []
    written = packed["columns"][name]
    if isinstance(written, list) or not (base := written.get("by") or written.get("same")):
        return _values(written, packed["rows"])
    own = _values(packed["columns"][base], packed["rows"])
    if "same" in written:
        return own
    named = dict(zip(dict.fromkeys(own), written["of"], strict=True))
    return [named[one] for one in own]


TALLY = 5000  # from so many values that a page only counts, they are told by source and indicator


def tallied(cells: Iterable[Cell], counted: Mapping[str, frozenset[str]]) -> dict[str, Cell]:
    """id -> the row that tells of it: one for all values of a source, indicator, grade and status that the same facts count.

    counted: id -> the facts that only count it; where these are fewer than ``TALLY``, and for any other value, the row is the
    value's own. The values of a common row, and where they stand, are in the site's ``data/yigai-data.zip``.

    >>> counted = {f"s:{n}": frozenset({"f1"}) for n in range(TALLY)}
    >>> rows = tallied([Cell(name, source="s", indicator="doctors", end=f"{name[2:]:0>4}") for name in counted], counted)
    >>> {(row.id, row.end, row.times) for row in rows.values()}
    {('s::doctors:4999', '4999', 5000)}
    """
    own = {cell.id: cell for cell in cells}
    if len(counted) < TALLY:
        return own
    groups: dict[tuple[Any, ...], list[Cell]] = {}
    for name in sorted(counted):
        cell = own[name]
        key = (cell.kind, cell.source, cell.indicator, cell.grade, cell.status, cell.basis, cell.damaged)
        groups.setdefault((*key, tuple(sorted(counted[name]))), []).append(cell)
    taken: dict[str, int] = {}
    for (kind, source, indicator, grade, status, basis, damaged, _), group in groups.items():
        end = max(cell.end for cell in group)
        name = _plain_id(source, "", indicator, end)
        taken[name] = taken.get(name, 0) + 1
        row = Cell(
            name if taken[name] == 1 else f"{name}:{taken[name]}",
            kind,
            indicator=indicator,
            start=min(cell.start for cell in group),
            end=end,
            basis=basis,
            status=status,
            damaged=damaged,
            source=source,
            grade=grade,
            times=len(group),
        )
        own |= dict.fromkeys((cell.id for cell in group), row)
    return own


def _print_form(cell: Cell) -> tuple[int | None, str | None]:
    """(decimals, what follows the number) when the printed text can be made again from the value, else (None, None)."""
    found = _NUMBER.fullmatch(cell.printed)
    if cell.value is None or not found:
        return None, None
    digits, after = len(found[2] or ""), found[3]
    return (digits, after) if _printed(cell.value, digits, after) == cell.printed else (None, None)


def _printed(value: float, digits: int, after: str) -> str:
    scale = 1e4 if "万" in after else 1e8 if "亿" in after else 1.0
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


def columns(table: Mapping[str, list[Any]]) -> Packed:
    """A small table of columns of one length, each in its shortest form, and how many rows it has."""
    rows = len(next(iter(table.values()), []))
    return {
        "rows": rows,
        "columns": {name: _column(values) if values else [] for name, values in table.items()},
    }


def _plain_id(source: str, place: str, indicator: str, end: str) -> str:
    return f"{source}:{place}:{indicator}:{end[:4]}"


def _distance(value: float | None, bound: float | None, sign: float) -> float | None:
    """How far a bound lies from its value, where adding it gives back that bound to the last bit."""
    if value is None or bound is None:
        return None
    distance = round((bound - value) * sign, 9)
    return distance if round(value + sign * distance, 9) == bound else None


def _column(
    values: list[Any], name: str = "", bases: Mapping[str, tuple[list[Any], int]] | None = None
) -> Any:
    """A column in the shortest of its forms. bases: columns that it may follow from, each with how many values differ in it."""
    kinds = {*map(type, values)}
    if len(kinds) == 1 and values.count(first := values[0]) == len(values):
        return {"all": int(first) if float in kinds and first.is_integer() and abs(first) < 2**53 else first}
    if float in kinds:
        values = [int(v) if type(v) is float and v.is_integer() and abs(v) < 2**53 else v for v in values]
    # True is not 1 here; where no truth value stands, values are told apart as they are
    keys = [(type(v) is bool, v) for v in values] if bool in kinds else values
    distinct = list(dict.fromkeys(keys))
    if len(distinct) == 1:
        return {"all": values[0]}
    if kinds == {str}:
        distinct.sort()  # so that a series of places reads as one span
    of = [v for _, v in distinct] if bool in kinds else distinct
    lengths = [*map(len, map(encode_basestring_ascii, of))] if kinds == {str} else [*map(_length, of)]
    if len(of) == len(values):
        forms: list[tuple[int, Any]] = [(_joined(lengths), values)]  # nothing is said twice
    else:
        at = [*map({key: n for n, key in enumerate(distinct)}.__getitem__, keys)]
        forms = _numbered(of, at, lengths)
        forms.append((sum(map(lengths.__getitem__, at)) + 2 * len(at), values))
    if name not in BASES:
        follows = (
            _by(base, own, keys, values, len(of) <= differing and len(of) < len(values))
            for base, (own, differing) in (bases or {}).items()
        )
        forms += [(_length(form), form) for form in follows if form]
    return min(forms, key=itemgetter(0))[1]


# a page's rows are a million steps from one to the next: these are taken in the interpreter's own loops
_is_no_step = (1).__ne__


@lru_cache(maxsize=64)
def _signs(n: int) -> list[int]:
    """How many digits each number below n has."""
    return [*map(len, map(str, range(n)))]


def _numbered(of: list[Any], at: list[int], lengths: list[int]) -> list[tuple[int, Any]]:
    """The forms that name each row's value by its number in ``of``, each with its length; those that cannot be the shortest are
    left out unwritten."""
    length, signs = _joined(lengths), _signs(len(at) + 1)
    steps = [*map(sub, islice(at, 1, None), at)]
    listed = length + sum(map(signs.__getitem__, at)) + 2 * len(at) + len('{"of": , "at": }')
    forms: list[tuple[int, Any]] = []

    def offer(key: str, size: int, stretches: list[list[int]]) -> None:
        numbers = sum(sum(map(signs.__getitem__, column)) for column in zip(*stretches, strict=True))
        forms.append(
            (
                length + numbers + size * len(stretches) + len(f'{{"of": , "{key}": }}'),
                {"of": of, key: stretches},
            )
        )

    changes = [*compress(count(1), steps)]
    if length + 8 * len(changes) < listed:
        offer("runs", 6, _runs(at, changes))
    breaks = [*compress(count(1), map(_is_no_step, steps))]
    pairs = [*zip((at[0], *map(at.__getitem__, breaks)), (*(at[n - 1] for n in breaks), at[-1]), strict=True)]
    if length + 11 * sum(map(ne, pairs, islice(pairs, 1, None))) < listed:
        offer("spans", 8, [[*span, len([*same])] for span, same in groupby(pairs)])
    forms.append((listed, {"of": of, "at": at}))
    return forms


def _runs(at: Sequence[int], changes: Sequence[int]) -> list[list[int]]:
    """[k, times] for each stretch of one number, given where another begins.

    >>> _runs([4, 4, 0], [2])
    [[4, 2], [0, 1]]
    """
    starts, ends = (0, *changes), (*changes, len(at))
    return [[at[start], end - start] for start, end in zip(starts, ends, strict=True)]


def _by(base: str, own: list[Any], keys: list[Any], values: list[Any], may: bool) -> Packed | None:
    """The column as a function of another one, where it is one. may: it is no longer so than as it stands."""
    if keys == own:
        return {"same": base}
    for some in (slice(0, 80), slice(None)):  # most are none within the first rows
        if (
            not may
            or [*map(dict(zip(own[some], keys[some], strict=True)).__getitem__, own[some])] != keys[some]
        ):
            return None
    first = dict(zip(reversed(own), reversed(values), strict=True))
    return {"of": [*map(first.__getitem__, dict.fromkeys(own))], "by": base}


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


def unpacked(packed: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The columns of a packed table as lists, as they are written."""
    return {name: column(packed, name) for name in packed["columns"]}


def _values(column: Any, n: int) -> list[Any]:
    if isinstance(column, list):
        return column
    if "all" in column:
        return [column["all"]] * n
    of = column["of"]
    if "at" in column:
        return [of[k] for k in column["at"]]
    if "spans" in column:
        return [v for first, last, times in column["spans"] for v in of[first : last + 1] * times]
    return [of[k] for k, n in column["runs"] for _ in range(n)]
