"""The door for long tables (one row a unit and period): columns by name, keys, treated units, dates and calendars.

Keys (units, periods, clusters, groups) may be text, numbers, dates or categories of any carrier; they become numpy's own before anything
is sorted or grouped, so that a nullable or pyarrow column gives what a numpy column gives. Values follow the policy of ``_inputs``.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse
from analysis.methods._inputs import dimensions, floats, is_real, labels, plain
from analysis.methods._types import Label

UNEVEN = "one step between periods"


def names(value: Any, where: str, *, least: int = 1) -> list:
    """Column names from one name or a list of them."""
    found = [value] if isinstance(value, str) or dimensions(value) == 0 else list(value)
    found = [] if value is None else found
    if len(found) < least or not all(isinstance(name, Hashable) for name in found):
        raise refuse(where, repr(value), "a column name or a list of them", "name a column")
    twice = sorted({str(name) for name in found if found.count(name) > 1})
    if twice:
        raise refuse(where, f"{', '.join(twice)} twice", "each column once", "drop the double")
    return found


def distinct(where: str, **roles: Label | None) -> None:
    """Refuse one column in two roles (None: the role is not used)."""
    seen: dict = {}
    for role, name in roles.items():
        if name is None:
            continue
        if not isinstance(name, Hashable):
            raise refuse(f"{where}, {role}", repr(name), "the name of a column", "name one column")
        if name in seen:
            raise refuse(
                f"{where}, {role}",
                f"column {name!r}, which is also {seen[name]}",
                "a column of its own",
                "correct the names",
            )
        seen[name] = role


def free(where: str, keys: Sequence, results: Sequence[str]) -> None:
    """Refuse key columns that bear the name of a result: one of the two would be lost."""
    taken = [str(name) for name in keys if name in results]
    if taken:
        raise refuse(
            f"{where}, column {', '.join(taken)}",
            "a key column with the name of a result",
            f"other names than {', '.join(results)}",
            "rename the column first",
        )


def usable_rows(
    where: str,
    data: pd.DataFrame,
    *,
    numeric: Sequence = (),
    keys: Sequence = (),
    flags: Sequence = (),
    optional: Sequence = (),
) -> pd.DataFrame:
    """The named columns of ``data`` without the rows where one is missing: numeric ones as float, flags as 0.0 or 1.0, keys plain.

    ``optional``: numeric columns that may be missing in a row that is used.

    The index counts the rows of ``data`` (0 to n - 1, those left out missing), so a caller can find the input's labels again. A column
    that is both a key and numeric (time as a number) is float. Raises MethodError naming every column at fault at once, and when no
    complete row is left.
    """
    if not isinstance(data, pd.DataFrame):
        raise refuse(where, type(data).__name__, "a pandas DataFrame", "pass a table")
    asked = [*keys, *numeric, *flags, *optional]
    if not all(isinstance(name, Hashable) for name in asked):
        bad = next(name for name in asked if not isinstance(name, Hashable))
        raise refuse(where, f"{bad!r} as the name of a column", "one column name", "name one column")
    levels = [name for name in asked if isinstance(name, tuple)]
    if levels:  # pandas takes a tuple for several columns in some places and for one in others
        raise refuse(
            where,
            f"column {levels[0]!r}, a name of several levels",
            "names of one level",
            "flatten the columns",
        )
    wanted = list(dict.fromkeys(asked))
    parts = {}
    problems: list[Problem] = []
    for name in wanted:
        try:
            held = _column(where, data, name)
            at = f"{where}: column {name!r}"
            if name in flags:
                parts[name] = _flag(held, at)
            elif name in numeric or name in optional:
                parts[name] = pd.Series(floats(held, at), index=held.index)
            else:
                parts[name] = key(held, at)
        except MethodError as error:
            problems.extend(error.problems)
    if problems:
        raise MethodError(problems)
    rows = pd.DataFrame(parts, columns=wanted, index=pd.RangeIndex(len(data)))
    needed = [name for name in wanted if name not in optional or name in numeric]
    rows = rows.dropna(subset=needed)
    if rows.empty:
        raise refuse(
            where,
            f"no complete row among {len(data)}",
            "rows with every column filled",
            f"check columns {wanted}",
        )
    for name in keys:
        if name not in numeric:
            rows[name] = _compact(rows[name])
    return rows


def native(data: pd.DataFrame) -> pd.DataFrame:
    """The table with every column in this machine's byte order: pandas takes no rows of one written on another kind of machine."""
    foreign = [
        name for name, dtype in data.dtypes.items() if isinstance(dtype, np.dtype) and not dtype.isnative
    ]
    return data.astype({name: data.dtypes[name].newbyteorder("=") for name in foreign}) if foreign else data


def _column(where: str, data: pd.DataFrame, name: object) -> pd.Series:
    if not isinstance(name, Hashable) or name not in data.columns:
        raise refuse(
            f"{where}: column {name!r}",
            "no such column",
            f"one of {[str(c) for c in data.columns][:20]}",
            "name an existing column",
        )
    held = data[name]
    if isinstance(held, pd.DataFrame):
        raise refuse(f"{where}: column {name!r}", "two columns of one name", "one", "rename one of them")
    return held.reset_index(drop=True)


def key(series: pd.Series, where: str) -> pd.Series:
    """Labels as numpy's own: whole numbers int64, days datetime64, text and the rest as they are; None for missing."""
    held = plain(series)
    if held.dtype == object:
        present = held.dropna()
        if len(present) and present.map(lambda v: isinstance(v, date)).all():
            held = pd.to_datetime(held)
        elif len(present) and present.map(is_real).all():
            held = pd.Series([None if v is None else float(v) for v in held], index=held.index, dtype=object)
        elif present.map(lambda v: not isinstance(v, Hashable)).any():
            raise refuse(where, "values that are no labels", "text, numbers or dates", "one label a row")
    if isinstance(held.dtype, np.dtype) and held.dtype.kind in "uf":
        infinite = np.isinf(held.to_numpy(dtype="float64"))
        if infinite.any():
            raise refuse(
                where, f"infinite values at {labels(held.index, infinite)}", "finite keys", "mend them"
            )
    return _compact(held)


def _compact(held: pd.Series) -> pd.Series:
    """Complete columns of objects by what they hold, and whole numbers as int64 whatever carried them."""
    if held.isna().any():
        return held
    if held.dtype == object:
        held = held.infer_objects()
    if isinstance(held.dtype, np.dtype) and held.dtype.kind in "uif" and len(held):
        numbers = held.to_numpy(dtype="float64")
        if np.all(numbers == np.round(numbers)) and np.abs(numbers).max() < 2**53:
            held = held.astype("int64")
    return held


def _flag(held: pd.Series, where: str) -> pd.Series:
    """A column of 0 and 1, or of booleans, as 0.0 and 1.0."""
    values = plain(held)
    values = values.map(lambda v: int(v) if isinstance(v, (bool, np.bool_)) else v)
    found = floats(values, where)
    known = found[~np.isnan(found)]
    if not np.isin(known, (0, 1)).all():
        raise refuse(
            where, sorted({f"{v:g}" for v in known})[:5], "0 or 1", "mark the treated by 1, the others by 0"
        )
    return pd.Series(found, index=held.index)


def ordered(where: str, periods: pd.Series, name: Label) -> list:
    """The distinct periods in order; refused when they cannot be compared with one another."""
    try:
        return sorted(pd.unique(periods))
    except TypeError as error:
        raise refuse(
            f"{where}: column {name!r}", "values of several types", "periods of one type", "mend them"
        ) from error


def check_unique(where: str, rows: pd.DataFrame, keys: Sequence) -> None:
    twice = rows.duplicated(list(keys))
    if twice.any():
        first = rows.loc[twice, list(keys)].iloc[0].tolist()
        raise refuse(
            where,
            f"{int(twice.sum())} repeated rows, first {first}",
            f"one row for each {' and '.join(map(str, keys))}",
            "aggregate first",
        )


def flag_of(treated: Any) -> list:
    """The flag column when ``treated`` names one, else nothing."""
    return [treated] if isinstance(treated, str) else []


def treated_units(where: str, rows: pd.DataFrame, treated: Any, unit: Label) -> pd.Series:
    """True for the rows of treated units; ``treated`` is a 0/1 column constant within the unit, or the units themselves."""
    if isinstance(treated, str):
        changing = rows.groupby(unit)[treated].nunique() > 1
        if changing.any():
            raise refuse(
                f"{where}: column {treated!r}",
                f"a value that changes within {changing.index[changing][0]!r}",
                "ever treated (1) or never (0), constant within a unit",
                "pass the date by start=, or use staggered_did",
            )
        return rows[treated].astype(bool)
    if dimensions(treated) != 1 or isinstance(treated, dict):
        if not isinstance(treated, (set, frozenset)):
            raise refuse(
                f"{where}: treated", repr(treated), "a 0/1 column or a list of units", "pass one of them"
            )
    wanted = set(key(pd.Series(list(treated), dtype=object), f"{where}: treated").tolist())
    unknown = sorted(map(str, wanted - set(rows[unit])))
    if unknown:
        raise refuse(
            f"{where}: treated", f"unknown units {unknown}", f"values of column {unit!r}", "correct the names"
        )
    return rows[unit].isin(wanted)


def after_start(where: str, times: pd.Series | pd.Index, start: Any) -> np.ndarray:
    """True from ``start`` on, for a column or index of periods; refuses a start that cannot be compared with them."""
    series = pd.Series(times).reset_index(drop=True)
    dated = pd.api.types.is_datetime64_any_dtype(series.dtype)
    fits = start is not None and dimensions(start) == 0 and not pd.isna(start) and not isinstance(start, bool)
    if fits and pd.api.types.is_numeric_dtype(series.dtype):
        fits = is_real(start) and abs(start) < 1e300
    try:
        if fits:
            return (series >= (pd.Timestamp(start) if dated else start)).to_numpy(dtype=bool)
    except (TypeError, ValueError):
        pass
    raise refuse(
        f"{where}, start",
        repr(start),
        f"a period as in the table ({series.iloc[0]!r}, for example)",
        "pass the first period after, of the type of the column",
    )


def calendar(where: str, times: pd.Series, name: Label) -> tuple[np.ndarray, pd.Index]:
    """Position of each period in an even calendar, and that calendar from the first period to the last, gaps filled.

    Numbers step by the smallest difference; dates by whole months (on one day of the month, or at month ends) or by whole days.
    Refused: text, other types, steps that fit no calendar, and tables that fill less than half of it.
    """
    at = f"{where}: column {name!r}"
    _comparable(at, times)
    steps = _steps(at, times.sort_values())
    place = steps.get_indexer(times)
    if (place < 0).any():
        missed = ", ".join(map(str, times[place < 0].head(3)))
        raise refuse(
            at, f"uneven steps: {missed} lies between two of them", UNEVEN, "give every period its own row"
        )
    _half_filled(at, len(times), len(steps))
    return place, steps


def _half_filled(where: str, rows: int, steps: float) -> None:
    """Refuse a calendar of which the rows fill less than half (asked before one is made: a slip of a digit makes it endless)."""
    if 2 * rows < steps:
        raise refuse(
            where,
            f"{rows} rows on {steps:.0f} even steps",
            "rows for at least half of them",
            "use wider periods",
        )


def _comparable(where: str, times: pd.Series) -> None:
    """Refuse periods that are no dates and no finite real numbers; a mixture of types among them."""
    kinds, dtype = pd.api.types, times.dtype
    if kinds.is_datetime64_any_dtype(dtype):
        return
    real = (
        kinds.is_numeric_dtype(dtype) and not kinds.is_bool_dtype(dtype) and not kinds.is_complex_dtype(dtype)
    )
    if not real or not np.isfinite(times.to_numpy(dtype=float)).all():
        raise refuse(
            where,
            f"periods of type {dtype}" if not real else "an infinite period",
            "numbers or dates",
            "convert them, with pd.to_datetime for dates",
        )


def _steps(where: str, times: pd.Series) -> pd.Index:
    if pd.api.types.is_datetime64_any_dtype(times.dtype):
        return _date_steps(where, pd.DatetimeIndex(times))
    values = times.to_numpy(dtype=float)
    gaps = np.diff(values)
    ratio = gaps / gaps.min() if len(gaps) else gaps
    if not np.allclose(ratio, np.round(ratio), atol=1e-6):
        raise refuse(
            where,
            f"uneven steps from {gaps.min():g} to {gaps.max():g}",
            UNEVEN,
            "give every period its own row",
        )
    _half_filled(where, len(values), float(ratio.sum()) + 1)
    # the printed values themselves stand in the index, so that they are found again bit by bit
    whole = np.round(np.r_[0, np.cumsum(ratio)]).astype(int)
    full = values[0] + (gaps.min() if len(gaps) else 1) * np.arange(whole[-1] + 1)
    full[whole] = values
    return pd.Index(full)


def _date_steps(where: str, dates: pd.DatetimeIndex) -> pd.Index:
    months = dates.year * 12 + dates.month
    ends = bool((dates == dates + pd.offsets.MonthEnd(0)).all())
    clock = (dates - dates.normalize()).unique()
    by_month = len(clock) == 1 and (ends or dates.day.nunique() == 1) and months.is_unique
    if by_month and len(dates) > 1:
        step = int(np.gcd.reduce(np.diff(months)))
        first = pd.Period(year=dates[0].year, month=dates[0].month, freq="M")
        periods = pd.period_range(first, periods=(months[-1] - months[0]) // step + 1, freq=f"{step}M")
        starts = periods.to_timestamp(how="start").normalize()
        day = starts + pd.offsets.MonthEnd(0) if ends else starts + pd.Timedelta(days=int(dates[0].day) - 1)
        return pd.DatetimeIndex(day + clock[0])
    gap = (dates[1:] - dates[:-1]).min() if len(dates) > 1 else pd.Timedelta(days=1)
    _half_filled(where, len(dates), (dates[-1] - dates[0]) / gap + 1)
    return pd.date_range(dates[0], dates[-1], freq=gap)
