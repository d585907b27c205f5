"""Figures of a file -> rows of ``observations``, column by column: a million of them cost seconds.

One row is one printed figure, in base units, with bounds of half a printing step. Each distinct text (a name, a period, a unit, a
number in its unit) is read once by ``clean``'s functions; what they refuse is one problem a text, with the first cell it stands in
and how often it occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd

from analysis import catalog, paths, tables
from analysis.clean import numbers, panel, periods
from analysis.errors import DataError, Problem
from analysis.intake.grid import cell_name, letters, plain
from analysis.intake.meaning import Understood, scale

MEASURES = {"stock": "level", "flow": "flow"}
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


def _taken(values: list, codes: np.ndarray) -> np.ndarray:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made[codes]


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
            fix = f"`yigai add {rows.found.path.name} --new` adds it, or correct the name"
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
    start, end = panel._days(kind, found)
    return start, end, found.year_of(kind), found.key(kind)


def _amounts(
    rows: _Rows, indicator: catalog.Indicator, unit: str, source_id: str, where: np.ndarray
) -> np.ndarray:
    """Value, low and high of the figures that share an indicator, a unit and a source (rows x 3)."""
    texts = rows.cells["value"].to_numpy()[where]
    codes, distinct = pd.factorize(texts)
    factor = scale(unit, indicator.unit)
    made = np.full((len(distinct), 3), np.nan)
    if factor is None:
        print_units = " or ".join(dict.fromkeys((indicator.unit, indicator.print_unit)))
        expected = f"{indicator.unit}, with 千, 万, 百万 or 亿 in front if scaled"
        rows.refuse(Problem("", f'"{unit}"', expected, f"print the value in {print_units}"), where, "unit")
        return made[codes]
    known: dict[str, Decimal] = {}
    for code, text in enumerate(distinct):
        bare = text[:-1] if unit == "%" and text[-1] in "%％" else text
        try:
            printed = numbers.printed(bare)
            problem = panel.below_zero(indicator, printed, text)
        except DataError as error:
            printed, problem = None, error.problems[0]
        if printed is None or problem:
            mask = where.copy()
            mask[where] = codes == code
            if problem:
                rows.refuse(problem, mask, "value")
            continue
        number, decimals = printed.number, str(printed.decimals)
        if decimals not in known:
            known[decimals] = panel.step(indicator, unit, source_id, bare) / 2
        half = known[decimals]
        made[code] = (
            float(number * factor),
            float((number - half) * factor),
            float((number + half) * factor),
        )
    return made[codes]


def _by_indicator(rows: _Rows, sources: tuple[np.ndarray, list], frame: dict) -> np.ndarray:
    """Fill what depends on the indicator; returns the key of each row's period."""
    cells, count = rows.cells, len(rows.cells)
    indicator_codes, keys = pd.factorize(cells["indicator"])
    unit_codes, units = pd.factorize(cells["unit"])
    period_codes, texts = pd.factorize(cells["period"])
    amounts = np.full((count, 3), np.nan)
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
    when = np.empty(count, dtype=object)
    start, end = np.empty(count, dtype=object), np.empty(count, dtype=object)
    year = np.full(count, np.nan)
    for k, kind in enumerate(kinds):
        for p, text in enumerate(texts):
            where = (kind_codes == k) & (period_codes == p)
            if not where.any():
                continue
            try:
                start[where], end[where], found, when[where] = _period(rows, kind, text)
                year[where] = np.nan if found is None else found
            except DataError as error:
                rows.refuse(error.problems[0], where, "year")
                start[where], end[where], when[where] = "", "", text
    frame |= {
        "indicator": cells["indicator"],
        "year": pd.array(np.where(np.isnan(year), 0, year).astype("int16"), dtype="Int16"),
        "period_start": start,
        "period_end": end,
        "value": amounts[:, 0],
        "value_low": amounts[:, 1],
        "value_high": amounts[:, 2],
        "unit": _taken([entry.unit for entry in entries], indicator_codes),
        "measure": _taken([MEASURES.get(entry.kind, "rate") for entry in entries], indicator_codes),
        "theme": _taken([entry.theme for entry in entries], indicator_codes),
        "label": _taken([entry.label_zh for entry in entries], indicator_codes),
    }
    frame["year"] = frame["year"].copy()
    frame["year"][np.isnan(year)] = pd.NA
    return when


def _flags(rows: _Rows) -> np.ndarray:
    """Flags from the notes, by note and indicator."""
    notes, texts = pd.factorize(rows.cells["note"])
    if list(texts) in ([], [""]):
        return np.full(len(rows.cells), "", dtype=object)
    made = np.empty(len(rows.cells), dtype=object)
    keys = rows.cells["indicator"].to_numpy()
    for code, text in enumerate(texts):
        for key in pd.unique(keys[notes == code]):
            made[(notes == code) & (keys == key)] = panel._noted(text, catalog.indicator(key))
    return made


def _cell_names(cells: pd.DataFrame, file: str) -> pd.Series:
    columns = {c: letters(int(c)) for c in pd.unique(cells["column"])}
    names = cells["column"].map(columns).astype("str") + (cells["row"] + 1).astype("str")
    sheets = cells["sheet"].astype("str")
    return (file + " ") + sheets.where(sheets == "", sheets + " ") + names


def observations(found: Understood) -> pd.DataFrame:
    """The rows of ``observations`` that a file holds.

    Raises DataError listing what cannot be read, each text once, and two different figures for one key.
    """
    rows = _Rows(found)
    cells, frame = rows.cells, {}
    source_codes, sources = _sources(rows, found.source)
    institution_codes, institutions = _institutions(rows)
    when = _by_indicator(rows, (source_codes, sources), frame)
    if rows.problems:
        raise DataError(rows.problems)
    region_codes, codes = pd.factorize(cells["place"])
    blank = np.isin(region_codes, [i for i, code in enumerate(codes) if not code])
    if blank.any():
        problem = Problem("", "a row without a place", "a name or code of a region", "fill in the cell")
        rows.refuse(problem, blank, "region_code")
        raise DataError(rows.problems)
    regions = catalog.regions()
    ids = _taken([s.id for s in sources], source_codes)
    frame["source_id"] = ids
    frame["source_grade"] = _taken([s.grade for s in sources], source_codes)
    frame["region_code"] = cells["place"]
    frame["institution_id"] = _taken(institutions, institution_codes)
    names = [regions[code].name_zh for code in codes]
    who = (
        pd.Series(frame["institution_id"]).where(frame["institution_id"] != "", cells["place"]).astype("str")
    )
    key = pd.Series(ids).astype("str") + ":" + who + ":" + cells["indicator"].astype("str") + ":"
    frame["observation_id"] = key + pd.Series(when).astype("str")
    frame["institution"] = np.where(frame["institution_id"] != "", cells["institution"], "")
    frame["as_printed"] = cells["value"].astype("str") + " " + cells["unit"].astype("str")
    frame["note"] = cells["note"].map(str.strip)
    frame["flags"] = _flags(rows)
    titles = _taken([panel._database(s) for s in sources], source_codes)
    shown = pd.Series(when).astype("str").str.replace(r"^(\d{4})$", r"\1年", regex=True)
    frame["locator"] = (
        pd.Series(titles).astype("str")
        + " › " + pd.Series(frame.pop("label")).astype("str")
        + " › " + pd.Series(_taken(names, region_codes)).astype("str")
        + " › " + shown
        + " › " + _cell_names(cells, found.path.name)
    )  # fmt: skip
    columns = tables.spec("observations").columns
    empty = {c: "" for c, rule in columns.items() if rule.dtype == tables.TEXT and c not in frame}
    made = tables.conform("observations", pd.DataFrame(empty | frame | CONSTANT))
    return _once(rows, made)


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
