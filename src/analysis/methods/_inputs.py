"""The door through which arguments enter every method: one policy for values, tables, words and scalars (``_rows`` has long tables).

The policy, the same in all modules:

- Numbers are taken from any carrier (list, numpy, pandas' nullable, pyarrow, categorical or object columns, signed or not) and become
  float64; the result does not depend on the carrier.
- Refused as measurements: text that looks like numbers, booleans, dates and spans, complex and infinite numbers, sizes beyond 1e100
  (their squares and products overflow) and within 2e-308 of 0 (they have lost digits; a p may be as small). A column that marks something by 0 and 1 (``flag``) may also hold booleans.
- Missing is None, NaN or NA. A function says whether it takes missing values; else they are refused with the rows named.
- A Series is matched by label, anything else by position.
- Levels, counts, words and column names are checked before anything is computed; what is wrong is a MethodError, never Python's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse

BETTER = ("higher", "lower")
LARGEST = 1e100  # beyond it sums of squares and their products leave the range of a float
SMALLEST = 1 / LARGEST  # of what a result is divided by
MOST = 10**7  # draws, seeds and classes beyond this are slips of the hand


def labels(index: pd.Index, mask: Sequence[bool] | np.ndarray | pd.Series, limit: int = 8) -> str:
    """Name the rows under ``mask``, at most ``limit`` of them."""
    found = [str(label) for label in index[np.asarray(mask, dtype=bool)]]
    return ", ".join(found[:limit]) + (f" and {len(found) - limit} more" if len(found) > limit else "")


def at_rows(index: pd.Index | pd.Series, mask: Sequence[bool] | np.ndarray | pd.Series) -> str:
    """ " at ..." with the rows under ``mask``, nothing where there is none."""
    return f" at {labels(pd.Index(index), mask)}" if np.asarray(mask, dtype=bool).any() else ""


def dimensions(values: Any) -> int:
    """Number of dimensions; -1 for ragged lists."""
    try:
        return int(np.ndim(values))
    except ValueError:
        return -1


def as_series(values: Any, where: str) -> pd.Series:
    """One-dimensional values under labels; an array or list gets a RangeIndex, a Series keeps its own. Nothing is converted yet."""
    found = dimensions(values)
    if found != 1:
        raise refuse(
            where,
            "rows of unequal length" if found < 0 else f"{found} dimensions",
            "one column of numbers",
            "pass a Series or a one-dimensional array",
        )
    if isinstance(values, pd.Series):
        return values
    if isinstance(values, np.ma.MaskedArray):
        return pd.Series(np.ma.filled(values.astype(object), None), dtype=object)
    if isinstance(values, (list, tuple)):  # numpy would turn [True, 2] into numbers and [1, "2"] into text
        return pd.Series(list(values), dtype=object)
    if isinstance(values, pd.Index):
        return pd.Series(values.array)
    return pd.Series(values if isinstance(values, pd.api.extensions.ExtensionArray) else np.asarray(values))


def plain(series: pd.Series) -> pd.Series:
    """The column without its carrier: categories and pyarrow or nullable values as numpy's own, objects by what they hold."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind != "O":
        return series
    if isinstance(dtype, np.dtype) or isinstance(dtype, (pd.CategoricalDtype, pd.ArrowDtype)):
        series = series.astype(object)
    elif not isinstance(dtype, (pd.StringDtype, pd.DatetimeTZDtype, pd.PeriodDtype, pd.IntervalDtype)):
        series = series.astype(object)  # nullable and sparse
    else:
        return series
    return series.where(series.notna(), None).astype(object)


def floats(series: pd.Series, where: str, *, next_to_zero: bool = False) -> np.ndarray:
    """A column as float64 with NaN for missing; refuses what is no real, finite number (see the module's policy)."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "iuf":
        values = series.to_numpy(dtype="float64")
    elif _numeric_extension(dtype):
        values = series.to_numpy(dtype="float64", na_value=np.nan)
    else:
        values = _from_objects(series, where)
    infinite = np.isinf(values)
    if infinite.any():
        raise refuse(
            where,
            f"infinite values at {labels(series.index, infinite)}",
            "finite numbers",
            "remove them; look for log(0) or a division by 0",
        )
    vast = np.abs(values) > LARGEST
    if vast.any():
        found = f"values beyond {LARGEST:g} at {labels(series.index, vast)}"
        raise refuse(where, found, "numbers that can be squared", "use a larger unit")
    lost = (values != 0) & (np.abs(values) < np.finfo(float).tiny)
    if lost.any() and not next_to_zero:
        found = f"values within {np.finfo(float).tiny:.2g} of 0 at {labels(series.index, lost)}"
        raise refuse(where, found, "numbers that keep their digits", "use a smaller unit, or 0")
    return values


def _numeric_extension(dtype: object) -> bool:
    return (
        not isinstance(dtype, np.dtype)
        and pd.api.types.is_numeric_dtype(dtype)
        and not pd.api.types.is_bool_dtype(dtype)
        and not pd.api.types.is_complex_dtype(dtype)
    )


def _from_objects(series: pd.Series, where: str) -> np.ndarray:
    held = plain(series)
    present = held.notna().to_numpy()
    values = np.full(len(held), np.nan)
    real = np.array([is_real(v) for v in held], dtype=bool)
    wrong = present & ~real
    if wrong.any():
        kinds = (
            sorted({type(v).__name__ for v in held[wrong]}) if held.dtype == object else [str(series.dtype)]
        )
        raise refuse(
            where,
            f"values of type {', '.join(kinds)} at {labels(series.index, wrong)}",
            "numbers",
            "convert the column to numbers first",
        )
    for i in np.flatnonzero(present):
        values[i] = _float(held.iloc[i])
    return values


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.inf


def _unboxed(values: Any) -> Any:
    """Python's own numbers as an array, which spares looking at each; anything else as it came."""
    if isinstance(values, (list, tuple)) and values and {type(v) for v in values} <= {int, float}:
        return np.array([_float(v) for v in values])
    return values


def column(values: Any, where: str, *, missing: bool = False, next_to_zero: bool = False) -> pd.Series:
    """One-dimensional numbers as a float64 Series; an array or list gets a RangeIndex, a Series keeps its own.

    Infinite values are refused; missing ones too unless ``missing``.
    """
    given = as_series(_unboxed(values), where)
    if len(given) == 0:
        raise refuse(where, "no rows", "at least one value", "pass a table with data")
    series = pd.Series(floats(given, where, next_to_zero=next_to_zero), index=given.index, name=given.name)
    if not missing and series.isna().any():
        raise refuse(
            where,
            f"missing values at {labels(series.index, series.isna())}",
            "a number in every row",
            "drop these rows or fill them, and say so where the result is shown",
        )
    return series


def aligned(reference: pd.Index, values: pd.Series, where: str) -> pd.Series:
    """``values`` in the order of ``reference``; refused unless both hold the same labels once."""
    if values.index.equals(reference):
        return values
    if values.index.has_duplicates or reference.has_duplicates or not values.index.isin(reference).all():
        raise refuse(
            where,
            "labels that differ from those of the values",
            "the same row labels",
            "align the two or pass arrays",
        )
    return values.reindex(reference)


def beside(reference: pd.Series, values: Any, where: str, *, missing: bool = False) -> pd.Series:
    """``values`` as a float column on the rows of ``reference``: a Series is matched by label, an array by position, a number spread."""
    if dimensions(values) == 0:
        single = [values] if type(values) in (int, float) else pd.Series([values], dtype=object)
        one = column(single, where, missing=missing).iloc[0]
        return pd.Series(np.full(len(reference), one), index=reference.index)
    series = column(values, where, missing=missing)
    if len(series) != len(reference):
        raise refuse(where, f"{len(series)} rows", f"{len(reference)} rows", "give one value per row")
    if isinstance(values, pd.Series):
        return aligned(reference.index, series, where)
    return pd.Series(series.to_numpy(), index=reference.index)


def groups(reference: pd.Series, values: Any, where: str) -> np.ndarray:
    """Code of a group for each row of ``reference``, from one label a row; missing ones are refused."""
    given = as_series(values, where)
    if len(given) != len(reference):
        raise refuse(where, f"{len(given)} rows", f"{len(reference)} rows", "give one group per row")
    if isinstance(values, pd.Series):
        given = aligned(reference.index, given, where)
    codes = codes_of(given, where)
    if (codes < 0).any():
        raise refuse(
            f"{where} of {labels(reference.index, codes < 0)}",
            "no group",
            "one group per row",
            "assign these rows",
        )
    return codes


def codes_of(series: pd.Series, where: str) -> np.ndarray:
    """Codes of a column's labels in order of appearance, -1 for missing; refuses labels that cannot be compared."""
    try:
        return pd.factorize(plain(series))[0]
    except TypeError as error:
        raise refuse(
            where, "values that are no labels", "text, numbers or dates", "one label a row"
        ) from error


def numbers(table: Any, where: str, *, missing: bool = False) -> pd.DataFrame:
    """A table of float64 columns; every column at fault is reported at once. Arrays get range labels."""
    frame = as_frame(table, where)
    if (
        all(isinstance(dtype, np.dtype) and dtype.kind == "f" for dtype in frame.dtypes)
        and (np.abs(frame.to_numpy()) <= LARGEST).all()
    ):
        return frame.astype("float64")
    parts = {}
    problems: list[Problem] = []
    for name in frame.columns:
        try:
            parts[name] = column(frame[name], f"{where}, column {name}", missing=missing)
        except MethodError as error:
            problems.extend(error.problems)
    if problems:
        raise MethodError(problems)
    return pd.DataFrame(parts, index=frame.index, columns=frame.columns)


def as_frame(table: Any, where: str) -> pd.DataFrame:
    """A DataFrame with rows and distinct columns, or a two-dimensional array as one."""
    if not isinstance(table, pd.DataFrame):
        found = dimensions(table)
        if found != 2 or isinstance(table, (Mapping, str)):
            shape = "rows of unequal length" if found < 0 else f"{type(table).__name__} of {found} dimensions"
            raise refuse(where, shape, "a table of rows and columns", "pass a DataFrame or a matrix")
        table = pd.DataFrame(
            [list(row) for row in table] if isinstance(table, (list, tuple)) else np.asarray(table)
        )
    if table.empty:
        raise refuse(where, f"a table of shape {table.shape}", "rows and columns", "pass a table with data")
    if table.columns.has_duplicates:
        raise refuse(where, "two columns of one name", "distinct column names", "rename one of them")
    return table


def direction(better: str, where: str) -> int:
    """+1 when higher is better, -1 when lower is."""
    if not isinstance(better, str) or better not in BETTER:
        raise refuse(where, repr(better), '"higher" or "lower"', "pass one of them")
    return 1 if better == "higher" else -1


def directions(better: Any, columns: pd.Index, where: str) -> np.ndarray:
    """+1 or -1 per column, from one word, a mapping by column name, or one word per column in order."""
    if isinstance(better, str):
        return np.full(len(columns), direction(better, where))
    if isinstance(better, (Mapping, pd.Series)):
        named = dict(better)
        unknown = [str(name) for name in named if name not in columns]
        absent = [str(name) for name in columns if name not in named]
        if unknown or absent:
            raise refuse(
                where,
                f"unknown columns {unknown}, columns without a direction {absent}",
                "one direction per column",
                "name every column of the table once",
            )
        words = [named[name] for name in columns]
    else:
        words = list(better) if dimensions(better) == 1 else [better]
        if len(words) != len(columns) or dimensions(better) != 1:
            raise refuse(
                where,
                repr(better) if dimensions(better) != 1 else f"{len(words)} directions",
                f"{len(columns)}, one per column",
                "pass one word or one per column",
            )
    wrong = [
        Problem(f"{where}, column {name}", repr(word), '"higher" or "lower"', "pass one of them")
        for name, word in zip(columns, words, strict=True)
        if not isinstance(word, str) or word not in BETTER
    ]
    if wrong:
        raise MethodError(wrong)
    return np.array([1 if word == "higher" else -1 for word in words])


def choice(where: str, name: str, value: object, choices: Sequence[str]) -> None:
    """Refuse a word that is none of ``choices``."""
    if not isinstance(value, str) or value not in choices:
        raise refuse(where, f"{name}={value!r}", " or ".join(map(repr, choices)), "pass one of them")


def switch(value: object, where: str) -> bool:
    """True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise refuse(where, repr(value), "True or False", "pass one of them")
    return bool(value)


def share(value: Any, where: str) -> float:
    """A level strictly between 0 and 1."""
    if not is_real(value) or not 0 < value < 1:
        raise refuse(where, repr(value), "a share strictly between 0 and 1", "for 95 percent pass 0.95")
    return float(value)


def is_real(value: object) -> bool:
    """A single real number; booleans and text are none."""
    return isinstance(value, (Real, Decimal)) and not isinstance(value, (bool, np.bool_))


def number(
    value: Any,
    where: str,
    *,
    least: float = -np.inf,
    most: float = np.inf,
    above: float = -np.inf,
    below: float = np.inf,
    infinite: bool = False,
) -> float:
    """A real number within the bounds (``above`` and ``below`` do not count themselves), finite unless ``infinite``."""
    parts = [
        text.format(bound)
        for text, bound in (
            ("of at least {:g}", least),
            ("of at most {:g}", most),
            ("above {:g}", above),
            ("below {:g}", below),
        )
        if np.isfinite(bound)
    ]
    size = _float(value) if is_real(value) else np.nan
    finite = np.isfinite(size) or (infinite and not np.isnan(size))
    inside = least <= size <= most and (above < size or infinite) and (size < below or infinite)
    if not (finite and inside):
        raise refuse(where, repr(value), " and ".join(["a number", *parts]), "change the argument")
    return size


def count(value: int, where: str, least: int = 1, most: int = MOST) -> int:
    """A whole number from ``least`` to ``most``."""
    wrong = isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer))
    if wrong or not least <= value <= most:
        text = f"a whole number of at least {least}" + (
            "" if wrong or value < least else f" and at most {most}"
        )
        raise refuse(where, repr(value)[:60], text, "change the argument")
    return int(value)


def whole(values: np.ndarray, index: pd.Index, name: str | None = None) -> pd.Series:
    """Whole numbers with NaN for none: int64 when every row has one, pandas' Int64 otherwise."""
    values = np.asarray(values, dtype="float64")
    return pd.Series(values, index=index, name=name).astype("Int64" if np.isnan(values).any() else "int64")
