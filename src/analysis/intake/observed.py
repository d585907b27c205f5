"""Figures of a file -> rows of ``observations``, column by column: a million of them cost seconds.

One row is one printed figure, in base units, with bounds of half a printing step. Each distinct text (a name, a period, a unit, a
number in its unit) is read once by ``clean``'s functions; what they refuse is one problem a text, with the first cell it stands in
and how often it occurs.

Longer than 400 lines because each kind of text (name, period, unit, number) has its reader and its refusal, all over the same columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, paths, tables
from analysis.clean import numbers, panel, periods, places
from analysis.errors import DataError, Problem
from analysis.intake.grid import cell_name, letters, plain
from analysis.intake.stated import scale
from analysis.intake.understood import Understood

MEASURES = {"stock": "level", "flow": "flow", "index": "ratio"}
ONE_NUMBER = ("exact", "about", "at_least", "more_than", "at_most", "just_under")
CONSTANT = {
    "period_basis": "explicit",
    "quantifier": "exact",
    "status": "actual",
    "damaged": False,
    "salience": "core",
}


class _Rows:
    """The figures of a file while they become rows."""

    def __init__(self, found: Understood):
        self.found, self.cells = found, found.cells.reset_index(drop=True)
        self.problems: list[Problem] = []
        self.newest = catalog.newest_date()[:4]
        self.value_codes, texts = pd.factorize(self.cells["value"])
        self.texts = np.asarray(texts, dtype=object)
        self.marks = np.full(len(self.cells), "", dtype=object)  # of notes, printed behind a number

    def where(self, index: int) -> str:
        """File, sheet and row of a figure."""
        row = self.cells.iloc[index]
        sheet = f" {row['sheet']}" if row["sheet"] else ""
        return f"{paths.relative(self.found.path)}{sheet} row {row['row'] + 1}"

    def refuse(self, problem: Problem, where: np.ndarray, column: str) -> None:
        """One problem for all the rows that have the same text in a column."""
        first = int(np.argmax(where))
        times = int(where.sum())
        row = self.cells.iloc[first]
        what = f"{self.where(first)} {column}"
        if column == "value":
            what += f" ({cell_name(int(row['row']), int(row['column']))})"
        what += f" and {times - 1:,} more cells" if times > 1 else ""
        self.problems.append(Problem(what, problem.found, problem.expected, problem.fix))

    def each(self, column: str, read: Callable[[str], object], named: str) -> tuple[np.ndarray, list]:
        """(code of each row, what each distinct text reads as); a refused text reads as None and is a problem."""
        codes, texts = pd.factorize(self.cells[column])
        made: list[object] = []
        for code, text in enumerate(texts):
            try:
                made.append(read(text))
            except DataError as error:
                made.append(None)
                self.refuse(error.problems[0], codes == code, named)
        return codes, made


def _text(texts: Iterable[object], codes: np.ndarray) -> pd.Series:
    """A column of text from its distinct texts and each row's code, without making an object for every row."""
    import pyarrow as pa

    distinct = pa.array([str(text) for text in texts], type=pa.large_string())
    if (
        len(distinct) == 1 and len(codes) > tables.PART
    ):  # one text throughout: a piece of the column is all of it
        piece = distinct.take(pa.array(codes[: tables.PART]))
        whole, rest = divmod(len(codes), tables.PART)
        taken = pa.chunked_array([*[piece] * whole, piece.slice(0, rest)])
    else:
        taken = pa.chunked_array([distinct.take(pa.array(codes))])
    return pd.Series(pd.StringDtype("pyarrow", na_value=np.nan).__from_arrow__(taken))


def _joined(*parts: pd.Series | str) -> pd.Series:
    """Texts put together row by row, in one pass."""
    import pyarrow as pa
    import pyarrow.compute as pc

    arrays = [pa.scalar(p, pa.large_string()) if isinstance(p, str) else pa.array(p) for p in parts]
    made = pc.binary_join_element_wise(*arrays, pa.scalar("", pa.large_string()))
    made = made if isinstance(made, pa.ChunkedArray) else pa.chunked_array([made])
    return pd.Series(pd.StringDtype("pyarrow", na_value=np.nan).__from_arrow__(made))


def _each_once(column: pd.Series) -> pd.Series:
    """A column of text objects as a column of text."""
    codes, texts = pd.factorize(column)
    return _text(texts, codes)


def _sources(rows: _Rows, source: catalog.Source | None) -> tuple[np.ndarray, list]:
    if source is not None:
        return np.zeros(len(rows.cells), dtype="int64"), [source]

    def read(text: str) -> catalog.Source:
        if not text.strip():
            fix = "name the publication; a number without a source is refused"
            raise DataError(Problem("", "a blank", "the publication as data/sources.csv lists it", fix))
        return catalog.source_of(plain(text) if text not in _known() else text)

    return rows.each("publication", read, "source_publication")


def _known() -> frozenset[str]:
    return frozenset(p for s in catalog.sources().values() for p in s.publications)


def _institutions(rows: _Rows) -> tuple[np.ndarray, list]:
    def read(text: str) -> str:
        if not text.strip():
            return ""
        known = catalog.institution_of(plain(text))
        if known is None:
            fix = f"`yigai add {paths.typed(rows.found.path)} --new` adds it, or correct the name"
            raise DataError(Problem("", f'"{plain(text)}"', "a hospital of data/institutions.csv", fix))
        return known.institution_id

    return rows.each("institution", read, "institution")


def _period(rows: _Rows, kind: str, text: str) -> tuple[str, str, int | None, str]:
    """(start, end, year, key) of a period for a kind of indicator."""
    found = periods.parse(text)
    if not found.end:
        raise DataError(Problem("", "a blank", "a year or a period", "fill in the cell"))
    if found.end[:4] > rows.newest:
        fix = "correct the year, or register the newer source in data/sources.csv"
        expected = f"a year not after the newest source ({rows.newest})"
        raise DataError(Problem("", text, expected, fix))
    if problem := panel.day_for_a_span(kind, found, text):
        raise DataError(problem)
    if kind in ("flow", "rate") and found.start in ("", found.end):
        fix = "write the year, the months or the quarter (2023, 2023年1-6月)"
        raise DataError(Problem("", text, "the period that the figure runs through, not a day", fix))
    start, end = panel._days(kind, found)
    return start, end, found.year_of(kind), found.key(kind)


def _without_base(unit: str, label: str) -> str:
    """人/千人 of a figure that is named for each thousand people is 人, as the dictionary has it."""
    found = re.fullmatch(r"(.+)/(千|万|十万|百万)人口?", unit)
    return found[1] if found and label.startswith(f"每{found[2]}") else unit


def _amounts(
    rows: _Rows, indicator: catalog.Indicator, unit: str, source_id: str, where: np.ndarray
) -> np.ndarray:
    """Value, low, high and printing step of the figures that share an indicator, a unit and a source (rows x 4)."""
    texts, codes = np.unique(rows.value_codes[where], return_inverse=True)
    distinct = rows.texts[texts]
    factor = scale(_without_base(unit, indicator.label_zh), indicator.unit)
    made = np.full((len(distinct), 4), np.nan)
    if factor is None:
        print_units = " or ".join(dict.fromkeys((indicator.unit, indicator.print_unit)))
        expected = f"{indicator.unit}, with 千, 万, 百万 or 亿 in front if scaled"
        rows.refuse(Problem("", f'"{unit}"', expected, f"print the value in {print_units}"), where, "unit")
        return made[codes]
    simple = _simple(pd.Series(distinct, dtype="str"))
    for decimals in sorted(set(simple[simple >= 0])):
        chosen = simple == decimals
        first = distinct[np.argmax(chosen)]
        half = panel.step(indicator, unit, source_id, first) / 2
        made[chosen, :3] = _exact(pd.Series(distinct[chosen], dtype="str"), int(decimals), half, factor)
        made[chosen, 3] = float(2 * half * factor)
    for code in np.flatnonzero(simple < 0):
        text = distinct[code]
        bare = text[:-1] if unit == "%" and text[-1] in "%％" else text
        mask = where.copy()
        mask[where] = codes == code
        try:
            found = numbers.printed(bare)
        except DataError as error:
            rows.refuse(error.problems[0], mask, "value")
            continue
        if found is None:
            continue
        half = panel.step(indicator, unit, source_id, bare) / 2
        span = (found.number, found.number - half, found.number + half, 2 * half)
        made[code] = [float(n * factor) for n in span]
        if found.mark:
            rows.marks[mask] = found.mark
    if factor == 1 and indicator.kind in ("stock", "flow") and indicator.unit in WHOLE:
        _whole_numbers(rows, indicator, where, made[codes])
    if indicator.kind in panel.NEVER_NEGATIVE and indicator.unit != "pp" and (made[:, 0] < 0).any():
        _never_negative(rows, indicator, where, made[codes, 0] < 0)
    return made[codes]


WHOLE = ("个", "家", "所", "张", "人")  # what is counted one by one


def _whole_numbers(rows: _Rows, indicator: catalog.Indicator, where: np.ndarray, made: np.ndarray) -> None:
    """Refuse 1.4 hospitals: the point of 1.400 separates thousands, or the unit is printed without its 万."""
    mask = where.copy()
    mask[where] = made[:, 0] % 1 > 0  # a blank is not above nought
    if mask.any():  # a statement is held to its string as printed instead
        mask &= (rows.cells["printed"].str.strip() == "").to_numpy(dtype=bool)
    if not mask.any():
        return
    printed = rows.cells["value"].iloc[int(np.argmax(mask))]
    expected = f"a whole number of {indicator.unit}"
    fix = f"write thousands without a point (1400), or name the unit that the figures are printed in (万{indicator.unit})"
    rows.refuse(Problem("", printed, expected, fix), mask, "value")


def _never_negative(rows: _Rows, indicator: catalog.Indicator, where: np.ndarray, below: np.ndarray) -> None:
    mask = where.copy()
    mask[where] = below
    printed = rows.cells["value"].iloc[int(np.argmax(mask))]
    fix = "correct the cell: counts, amounts and rates are never negative"
    rows.refuse(Problem("", printed, f"a {indicator.label_zh} not below zero", fix), mask, "value")


def _simple(texts: pd.Series) -> np.ndarray:
    """Decimals of each text that is digits with a point at most, -1 for any other."""
    plain = texts.str.fullmatch(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,4})?").to_numpy(dtype=bool)
    point = texts.str.find(".").to_numpy()
    return np.where(plain, np.where(point < 0, 0, texts.str.len().to_numpy() - point - 1), -1)


def _exact(texts: pd.Series, decimals: int, half: Decimal, factor: int) -> np.ndarray:
    """Value, low and high of plain decimals, each the nearest double of the exact number: whole numbers below 2^53 divided by a
    power of ten, which is what ``float(Decimal)`` gives."""
    places = max(decimals, -int(half.as_tuple().exponent))
    whole = texts.str.replace(".", "", regex=False).astype("int64").to_numpy() * 10 ** (places - decimals)
    off = int(half.scaleb(places))
    exact = np.stack([whole, whole - off, whole + off], axis=1)
    if np.abs(exact).max() * factor >= 2**53:
        return np.array([[float(Decimal(int(n)).scaleb(-places) * factor) for n in row] for row in exact])
    return exact * factor / 10**places


def _by_indicator(rows: _Rows, sources: tuple[np.ndarray, list], frame: dict) -> tuple[pd.Series, np.ndarray]:
    """Fill what depends on the indicator; returns the key of each row's period, and a number for its indicator and period.
    ``frame`` also gets what the locator says (``label``, ``when``) and ``printed_unit``."""
    cells, count = rows.cells, len(rows.cells)
    indicator_codes, keys = pd.factorize(cells["indicator"])
    unit_codes, units = pd.factorize(cells["unit"])
    period_codes, texts = pd.factorize(cells["period"])
    amounts = np.full((count, 4), np.nan)
    group = (indicator_codes.astype("int64") * len(units) + unit_codes) * len(sources[1]) + sources[0]
    for value in pd.unique(group):
        where = group == value
        entry = catalog.indicator(keys[indicator_codes[np.argmax(where)]])
        unit = units[unit_codes[np.argmax(where)]]
        source = sources[1][value % len(sources[1])]
        amounts[where] = _amounts(rows, entry, unit, source.id if source else "", where)
    entries = [catalog.indicator(key) for key in keys]
    kinds = sorted({entry.kind for entry in entries})
    kind_codes = np.array([kinds.index(entry.kind) for entry in entries])[indicator_codes]
    when = np.zeros(count, dtype="int32")  # of the periods read so far
    read: list[tuple[str, str, int | None, str]] = [("", "", None, "")]
    for k, kind in enumerate(kinds):
        for p, text in enumerate(texts):
            where = (kind_codes == k) & (period_codes == p)
            if not where.any():
                continue
            try:
                read.append(_period(rows, kind, text))
                when[where] = len(read) - 1
            except DataError as error:
                rows.refuse(error.problems[0], where, "year")
    starts, ends, years, shown = zip(*read, strict=True)
    frame |= {
        "indicator": _text(keys, indicator_codes),
        "year": pd.Series(pd.array(years, dtype="Int16").take(when)),
        "period_start": _text(starts, when),
        "period_end": _text(ends, when),
        "value": amounts[:, 0],
        "value_low": amounts[:, 1],
        "value_high": amounts[:, 2],
        "print_step": amounts[:, 3],
        "unit": _text([entry.unit for entry in entries], indicator_codes),
        "measure": _text([MEASURES.get(entry.kind, "rate") for entry in entries], indicator_codes),
        "theme": _text([entry.theme for entry in entries], indicator_codes),
        "label": _text([entry.label_zh for entry in entries], indicator_codes),
        "printed_unit": _text(units, unit_codes),
        "when": _text([re.sub(r"^(\d{4})$", r"\1年", text) for text in shown], when),
    }
    same = pd.factorize(np.array(shown, dtype=object))[0]  # 2018 and 2018年 are one period
    return _text(shown, when), indicator_codes.astype("int64") * len(shown) + same[when]


def _stated(rows: _Rows, frame: dict[str, Any]) -> None:
    """What a form of statements says beside its numbers: the string as printed, bounds in words, target or promise or result.

    Only in rows that fill these columns in; a word that means nothing is refused, never passed over.
    """
    cells = rows.cells
    if not cells["printed"].ne("").any():
        return
    kinds, said = rows.each("status", _status, "status")
    words, values = rows.each("quantifier", _quantifier, "quantifier")
    if rows.problems:
        raise DataError(rows.problems)
    frame["quantifier"], frame["status"] = _text(values, words), _text(said, kinds)
    for kind in set(values) - {"exact"}:
        where = (frame["quantifier"] == kind).to_numpy()
        value = np.asarray(frame["value"], dtype="float64")
        for side, held in zip(("value_low", "value_high"), numbers.bounds(kind, 1.0), strict=True):
            frame[side] = np.where(where, np.nan if held is None else value, frame[side])
    _agrees(rows, np.asarray(frame["value"], dtype="float64"))
    printed = _each_once(cells["printed"]).str.strip()
    frame["as_printed"] = printed.where(printed != "", frame["as_printed"])


def _agrees(rows: _Rows, value: np.ndarray) -> None:
    """Refuse a value that is not the number of the string as printed, where that string holds one number."""
    from analysis.intake.bulletins import amounts

    codes, texts = pd.factorize(rows.cells["printed"])
    for code, text in enumerate(texts):
        found = [one.value for one in amounts.find(plain(text)) if one.value is not None]
        where = (codes == code) & ~np.isclose(value, found[0] if len(found) == 1 else value, rtol=1e-6)
        if where.any():
            expected = f"the number of {plain(text)!r}, {found[0]:g} in base units"
            problem = Problem(
                "", f"{value[where][0]:g}", expected, "correct the value, its unit or the string"
            )
            rows.refuse(problem, where, "value")
    if rows.problems:
        raise DataError(rows.problems)


def _quantifier(text: str) -> str:
    word = plain(text)
    found = word or "exact"
    if found not in ONE_NUMBER:
        raise DataError(
            Problem(
                "",
                f'"{word}"',
                "one of " + ", ".join(ONE_NUMBER),
                "choose from the list; a range is two rows",
            )
        )
    return found


def _status(text: str) -> str:
    word = plain(text) or "actual"
    if word not in tables.STATUSES:
        raise DataError(
            Problem("", f'"{word}"', "one of " + ", ".join(tables.STATUSES), "choose from the list")
        )
    return word


def _notes(rows: _Rows) -> pd.Series:
    """The file's own notes, with the note marks printed behind the numbers."""
    codes, texts = pd.factorize(rows.cells["note"])
    notes = _text(pd.Series(texts, dtype="str").str.strip(), codes)
    marked = rows.marks != ""
    if marked.any():
        said = "数字后有注号" + pd.Series(rows.marks[marked], index=notes.index[marked]).astype("str")
        notes.loc[marked] = [f"{a}；{b}" if a else b for a, b in zip(notes[marked], said, strict=True)]
    return notes


def _flags(rows: _Rows) -> pd.Series:
    """Flags from the notes, by note and indicator."""
    notes, texts = pd.factorize(rows.cells["note"])
    if list(texts) in ([], [""]):
        return _text([""], np.zeros(len(notes), dtype="int32"))
    made = np.empty(len(rows.cells), dtype=object)
    keys = rows.cells["indicator"].to_numpy()
    for code, text in enumerate(texts):
        for key in pd.unique(keys[notes == code]):
            made[(notes == code) & (keys == key)] = panel._noted(text, catalog.indicator(key))
    return pd.Series(made).astype("str")


def _cell_names(cells: pd.DataFrame, file: str) -> pd.Series:
    columns, numbers_of = pd.factorize(cells["column"])
    rows, numbered = pd.factorize(cells["row"])
    sheets, names = pd.factorize(cells["sheet"])
    before = _text([f"{file} {name} " if name else f"{file} " for name in names], sheets)
    return _joined(before, _text(map(letters, map(int, numbers_of)), columns), _text(numbered + 1, rows))


def observations(found: Understood) -> pd.DataFrame:
    """The rows of ``observations`` that a file holds.

    Raises DataError listing what cannot be read, each text once, and two different figures for one key.
    """
    rows = _Rows(found)
    cells = rows.cells
    frame: dict[str, Any] = {}
    source_codes, sources = _sources(rows, found.source)
    institution_codes, institutions = _institutions(rows)
    when, figure = _by_indicator(rows, (source_codes, sources), frame)
    if rows.problems:
        raise DataError(rows.problems)
    region_codes, codes = pd.factorize(cells["place"])
    blank = np.isin(region_codes, [i for i, code in enumerate(codes) if not code])
    if blank.any():
        problem = Problem("", "a row without a place", "a name or code of a region", "fill in the cell")
        rows.refuse(problem, blank, "region_code")
        raise DataError(rows.problems)
    regions = catalog.regions()
    _of_their_time(rows, region_codes, codes, frame["period_end"])
    frame["source_id"] = _text([s.id for s in sources], source_codes)
    frame["source_grade"] = _text([s.grade for s in sources], source_codes)
    frame["region_code"] = _text(codes, region_codes)
    frame["institution_id"] = _text(institutions, institution_codes)
    names = [regions[code].name_zh for code in codes]
    own = np.array([bool(i) for i in institutions])[institution_codes]
    who = frame["institution_id"].where(own, frame["region_code"])
    frame["observation_id"] = _joined(frame["source_id"], ":", who, ":", frame["indicator"], ":", when)
    frame["institution"] = _each_once(cells["institution"])
    frame["as_printed"] = _joined(_each_once(cells["value"]), " ", frame.pop("printed_unit"))
    _stated(rows, frame)
    frame["note"] = _notes(rows)
    frame["flags"] = _flags(rows)
    frame["locator"] = _joined(
        _text([panel._database(s) for s in sources], source_codes), " › ", frame.pop("label"), " › ", _text(names, region_codes), " › ",
        frame.pop("when"), " › ", _cell_names(cells, found.path.name),
    )  # fmt: skip
    columns = tables.spec("observations").columns
    fixed = {c: "" for c, rule in columns.items() if rule.dtype == tables.TEXT and c not in frame} | CONSTANT
    all_rows = np.zeros(len(cells), dtype="int32")
    constant = {c: _text([v], all_rows) if isinstance(v, str) else v for c, v in fixed.items()}
    own_codes = np.where(own, institution_codes, -1 - region_codes)
    places_and_sources = own_codes.astype("int64") * len(sources) + source_codes
    same = pd.DataFrame({"figure": figure, "who": places_and_sources}).duplicated(keep=False)
    made = tables.conform("observations", pd.DataFrame(constant | frame))
    made = _once(rows, made) if _may_repeat(same, sources, institutions, codes) else made
    found.cells = found.cells.iloc[:0].copy()  # a large file's cells are no longer needed
    return made


def _of_their_time(rows: _Rows, region_codes: np.ndarray, codes: Sequence[str], ends: pd.Series) -> None:
    """Refuse figures of a place for a time after it went (巢湖市 2023): each place once, by its first year too late."""
    for number, code in enumerate(codes):
        if catalog.regions()[code].state != "former":
            continue
        own = region_codes == number
        late = {end: places.outlived(code, end) for end in sorted(ends[own].unique())}
        problem = next(filter(None, late.values()), None)
        if problem is not None:
            where = own & ends.isin([end for end, wrong in late.items() if wrong]).to_numpy()
            fix = f'{problem.fix}; in the sidecar: [places] "{catalog.regions()[code].name_zh}" = "CODE"'
            rows.refuse(replace(problem, fix=fix), where, "region_code")
    if rows.problems:
        raise DataError(rows.problems)


def _may_repeat(same: pd.Series, *named: Sequence[object]) -> bool:
    """Whether two rows may have one key: the numbers of two do, or one publication or place stands under two numbers."""
    return bool(same.any()) or any(len(set(map(str, names))) < len(names) for names in named)


def _once(rows: _Rows, made: pd.DataFrame) -> pd.DataFrame:
    """Each key once: a figure printed twice is kept once, two different figures for one key are a problem."""
    repeated = made["observation_id"].duplicated(keep=False)
    if not repeated.any():
        return made
    again = made[repeated]
    apart = again.groupby("observation_id")["value"].transform(lambda v: v.nunique() > 1)
    for key, group in again[apart].groupby("observation_id", sort=False):
        first, second = group.index[0], group.index[group["value"].to_numpy() != group["value"].iloc[0]][0]
        found = (
            f"the same key as {_short(rows, first)}, with a conflicting value ({made.loc[second, 'as_printed']}; "
            f"{_short(rows, first)}: {made.loc[first, 'as_printed']}) for {key}"
        )
        rows.problems.append(
            Problem(
                rows.where(second),
                found,
                "one value for a source, region, indicator and period",
                "delete the wrong row",
            )
        )
        if len(rows.problems) >= 20:
            break
    if rows.problems:
        raise DataError(rows.problems)
    kept = made[~made["observation_id"].duplicated()]
    rows.found.remarks.append(
        f"{len(made) - len(kept)} figures stand in the file twice with the same value; each is kept once"
    )
    return kept.reset_index(drop=True)


def _short(rows: _Rows, index: int) -> str:
    row = rows.cells.loc[index]
    return f"row {row['row'] + 1} ({cell_name(int(row['row']), int(row['column']))})"
