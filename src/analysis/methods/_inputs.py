"""Argument checks shared by the method modules: labelled columns of numbers, directions, levels, draws.

Every check raises ``analysis.errors.MethodError`` and says which rows or columns are at fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse

BETTER = ("higher", "lower")


def labels(index: pd.Index, mask: np.ndarray, limit: int = 8) -> str:
    """Name the rows under ``mask``, at most ``limit`` of them."""
    found = [str(label) for label in index[np.asarray(mask)]]
    return ", ".join(found[:limit]) + (f" and {len(found) - limit} more" if len(found) > limit else "")


def column(values, where: str, *, missing: bool = False) -> pd.Series:
    """One-dimensional numbers as a float64 Series; an array or list gets a RangeIndex, a Series keeps its own.

    Infinite values are refused; missing ones too unless ``missing``.
    """
    if np.ndim(values) != 1:
        raise refuse(
            where,
            f"{np.ndim(values)} dimensions",
            "one column of numbers",
            "pass a Series or a one-dimensional array",
        )
    series = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values))
    if series.dtype == bool or not pd.api.types.is_numeric_dtype(series.dtype):
        if not (
            series.dtype == object
            and all(v is None or v is pd.NA or isinstance(v, (int, float, np.number)) for v in series)
        ):
            raise refuse(
                where, f"values of type {series.dtype}", "numbers", "convert the column to numbers first"
            )
    series = pd.Series(
        pd.to_numeric(series).to_numpy(dtype="float64", na_value=np.nan), index=series.index, name=series.name
    )
    if len(series) == 0:
        raise refuse(where, "no rows", "at least one value", "pass a table with data")
    if np.isinf(series.to_numpy()).any():
        raise refuse(
            where,
            f"infinite values at {labels(series.index, np.isinf(series.to_numpy()))}",
            "finite numbers",
            "remove them",
        )
    if not missing and series.isna().any():
        raise refuse(
            where,
            f"missing values at {labels(series.index, series.isna())}",
            "a number in every row",
            "drop these rows or fill them, and say so where the result is shown",
        )
    return series


def beside(reference: pd.Series, values, where: str, *, missing: bool = False) -> pd.Series:
    """``values`` as a float column on the rows of ``reference``: a Series is matched by label, an array by position, a number spread."""
    if np.ndim(values) == 0 and not isinstance(values, str):
        return column(pd.Series(values, index=reference.index), where, missing=missing)
    series = column(values, where, missing=missing)
    if len(series) != len(reference):
        raise refuse(where, f"{len(series)} rows", f"{len(reference)} rows", "give one value per row")
    if isinstance(values, pd.Series) and not series.index.equals(reference.index):
        if (
            series.index.has_duplicates
            or reference.index.has_duplicates
            or not series.index.isin(reference.index).all()
        ):
            raise refuse(
                where,
                "labels that differ from those of the values",
                "the same row labels",
                "align the two or pass arrays",
            )
        return series.reindex(reference.index)
    return pd.Series(series.to_numpy(), index=reference.index)


def numbers(table, where: str, *, missing: bool = False) -> pd.DataFrame:
    """A table of float64 columns; every column at fault is reported at once. Arrays get range labels."""
    frame = table if isinstance(table, pd.DataFrame) else pd.DataFrame(np.asarray(table))
    if frame.empty:
        raise refuse(where, f"a table of shape {frame.shape}", "rows and columns", "pass a table with data")
    if frame.columns.has_duplicates:
        raise refuse(where, "two columns of one name", "distinct column names", "rename one of them")
    if (
        all(isinstance(dtype, np.dtype) and dtype.kind == "f" for dtype in frame.dtypes)
        and np.isfinite(frame.to_numpy()).all()
    ):
        return frame.astype("float64")
    parts, problems = {}, []
    for name in frame.columns:
        try:
            parts[name] = column(frame[name], f"{where}, column {name}", missing=missing)
        except MethodError as error:
            problems.extend(error.problems)
    if problems:
        raise MethodError(problems)
    return pd.DataFrame(parts, index=frame.index, columns=frame.columns)


def direction(better: str, where: str) -> int:
    """+1 when higher is better, -1 when lower is."""
    if not isinstance(better, str) or better not in BETTER:
        raise refuse(where, repr(better), '"higher" or "lower"', "pass one of them")
    return 1 if better == "higher" else -1


def directions(better, columns: pd.Index, where: str) -> np.ndarray:
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
        words = list(better)
        if len(words) != len(columns):
            raise refuse(
                where,
                f"{len(words)} directions",
                f"{len(columns)}, one per column",
                "pass one word or one per column",
            )
    wrong = [
        Problem(f"{where}, column {name}", repr(word), '"higher" or "lower"', "pass one of them")
        for name, word in zip(columns, words, strict=True)
        if word not in BETTER
    ]
    if wrong:
        raise MethodError(wrong)
    return np.array([1 if word == "higher" else -1 for word in words])


def share(value: float, where: str) -> float:
    """A level strictly between 0 and 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not 0 < value < 1:
        raise refuse(where, repr(value), "a share strictly between 0 and 1", "for 95 percent pass 0.95")
    return float(value)


def number(
    value: float,
    where: str,
    *,
    least: float = -np.inf,
    most: float = np.inf,
    above: float = -np.inf,
    below: float = np.inf,
) -> float:
    """A finite real number within the bounds (``above`` and ``below`` do not count themselves)."""
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
    real = isinstance(value, (Real, Decimal)) and not isinstance(value, (bool, np.bool_))
    if not (real and np.isfinite(float(value)) and least <= value <= most and above < value < below):
        raise refuse(where, repr(value), " and ".join(["a number", *parts]), "change the argument")
    return float(value)


def count(value: int, where: str, least: int = 1) -> int:
    """A whole number of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise refuse(where, repr(value), f"a whole number of at least {least}", "change the argument")
    return int(value)


def whole(values: np.ndarray, index: pd.Index, name: str | None = None) -> pd.Series:
    """Whole numbers with NaN for none: int64 when every row has one, pandas' Int64 otherwise."""
    values = np.asarray(values, dtype="float64")
    return pd.Series(values, index=index, name=name).astype("Int64" if np.isnan(values).any() else "int64")
