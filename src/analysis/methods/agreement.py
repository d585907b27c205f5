"""How far coders agree: Krippendorff's alpha for any number of coders, missing codes and four levels of measurement.

Krippendorff, *Computing Krippendorff's Alpha-Reliability* (2011); the interval resamples units, as Hayes and Krippendorff, *Answering
the call for a standard reliability measure for coding data*, Communication Methods and Measures 1 (2007) 77-89, propose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import choice, count
from analysis.methods._results import Result
from analysis.methods._said import said

LEVELS = ("nominal", "ordinal", "interval", "ratio")
WHERE = "agreement.alpha"


@dataclass(frozen=True, repr=False)
class Agreement(Result):
    """Alpha (1 perfect, 0 chance) with its percentile interval; ``units`` are those that at least two coders coded."""

    title = ("编码一致性（Krippendorff α）", "Agreement of coders (Krippendorff's alpha)")

    alpha: float
    low: float
    high: float
    units: int
    coders: int
    scale: str
    convention: str
    level: float = 0.95

    @property
    def estimate(self) -> float:
        """Alpha."""
        return self.alpha

    @property
    def se(self) -> float:
        """None: the interval is made of the draws' percentiles."""
        return float("nan")

    @property
    def n(self) -> int:
        """Units."""
        return self.units

    @property
    def clusters(self) -> int:
        """Units, which are drawn whole."""
        return self.units


def _table(codes: Sequence[Sequence[object]] | pd.DataFrame) -> list[list]:
    """One row a coder as lists, a missing code as None."""
    if isinstance(codes, pd.DataFrame):
        codes = codes.astype(object).to_numpy()
    kinds = (list, tuple, np.ndarray, pd.Series)
    if not isinstance(codes, kinds) or not all(isinstance(row, kinds) for row in codes):
        found, expected = type(codes).__name__, "one row a coder, each with one code a unit"
        raise refuse(f"{WHERE} codes", found, expected, "pass a list of lists, or a table of coders x units")
    if not all(pd.api.types.is_scalar(code) for row in codes for code in row):
        raise refuse(f"{WHERE} codes", "codes that hold several values", "one code a unit", "join them first")
    rows = [[None if pd.isna(code) else code for code in row] for row in codes]
    if len(rows) < 2 or len({len(row) for row in rows}) != 1 or not rows[0]:
        raise refuse(
            f"{WHERE} codes",
            f"{len(rows)} rows of {sorted({len(row) for row in rows})} codes",
            "two coders or more, with one code a unit each",
            "pass one row a coder, None where one did not code",
        )
    return rows


def _counts(rows: list[list], level: str) -> tuple[np.ndarray, list]:
    """Units x values: how many coders gave a unit each value; only units that two coders or more coded."""
    columns = [[code for code in unit if code is not None] for unit in zip(*rows, strict=True)]
    paired = [unit for unit in columns if len(unit) >= 2]
    if not paired:
        raise refuse(f"{WHERE} codes", "no unit with two codes", "at least one", "code units a second time")
    every = [code for unit in paired for code in unit]
    if level != "nominal" and (wrong := [code for code in every if not _is_number(code)]):
        found, fix = f"{wrong[0]!r} at the {level} level", "number the codes, or take the nominal level"
        raise refuse(f"{WHERE} codes", found, "finite numbers", fix)
    try:
        values = sorted(set(every))
    except TypeError:
        values = []
    if not values or len({isinstance(code, (bool, np.bool_)) for code in every}) > 1:  # True is 1 to a set
        found, expected = "codes of several kinds", "codes of one kind"
        raise refuse(f"{WHERE} codes", found, expected, "write all as text, or all as numbers")
    place = {value: at for at, value in enumerate(values)}
    counts = np.zeros((len(paired), len(values)))
    for row, unit in enumerate(paired):
        for value in unit:
            counts[row, place[value]] += 1
    return counts, values


def _is_number(value: object) -> bool:
    """A finite number: where distances are taken, words have an order of their own that the alphabet does not know."""
    if isinstance(value, (bool, np.bool_, str, bytes, complex, np.complexfloating)):
        return False
    try:
        return bool(np.isfinite(float(value)))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return False


def _metric(values: list, totals: np.ndarray, level: str) -> np.ndarray:
    """Squared differences between values."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "ordinal":
        reached = np.cumsum(totals)
        between = np.abs(reached[:, None] - reached[None, :])
        upper = np.maximum(np.arange(len(values))[:, None], np.arange(len(values))[None, :])
        lower = np.minimum(np.arange(len(values))[:, None], np.arange(len(values))[None, :])
        return (
            np.where(upper == lower, 0.0, between + totals[lower] - (totals[lower] + totals[upper]) / 2) ** 2
        )
    numbers = np.asarray(values, dtype=float)
    apart = numbers[:, None] - numbers[None, :]
    if level == "interval":
        return apart**2
    sums = numbers[:, None] + numbers[None, :]
    return np.divide(apart, sums, out=np.zeros_like(apart), where=sums != 0) ** 2


def _alpha(counts: np.ndarray, weights: np.ndarray, values: list, level: str) -> float:
    totals = weights @ counts
    every = totals.sum()
    metric = _metric(values, totals, level)
    coded = counts.sum(axis=1)
    seen = weights @ (np.einsum("uc,ck,uk->u", counts, metric, counts) / (coded - 1)) / every
    expected = totals @ metric @ totals / (every * (every - 1))
    return float("nan") if expected == 0 else 1 - seen / expected


def alpha(
    codes: Sequence[Sequence[object]] | pd.DataFrame,
    level: str = "nominal",
    *,
    draws: int = 999,
    seed: int = 2011,
) -> Agreement:
    """How far coders agree: Krippendorff's alpha for any number of coders and missing codes.

    Parameters
    ----------
    codes : one row a coder, one place a unit; None (NaN, NA) where a coder gave no code. A table of coders x units is taken by its values.
    level : how values differ: "nominal" (equal or not), "ordinal", "interval" or "ratio", the last three for numbers alone.
    draws, seed : resamples of the units behind the interval, and where they start.

    Returns
    -------
    Agreement : alpha, ``low`` and ``high`` (the 2.5th to the 97.5th percentile over the resamples), units, coders, scale.

    Raises
    ------
    MethodError : fewer than two coders, rows of unequal length, no unit coded twice, words where numbers are asked for, and codes that
        are all the same: agreement cannot be told from a constant.

    Reference
    ---------
    Krippendorff 2011, Computing Krippendorff's Alpha-Reliability (University of Pennsylvania); the interval: Hayes and Krippendorff 2007,
    Communication Methods and Measures 1(1):77.

    Examples
    --------
    >>> from analysis.methods import agreement
    >>> round(agreement.alpha([[1, 2, 3, 3], [1, 2, 3, 2]]).alpha, 3)
    0.667
    """
    choice(WHERE, "level", level, LEVELS)
    draws, seed = count(draws, f"{WHERE}, draws"), count(seed, f"{WHERE}, seed", 0)
    rows = _table(codes)
    counts, values = _counts(rows, level)
    if len(values) == 1:
        raise refuse(
            f"{WHERE} codes",
            f"one value only ({values[0]!r})",
            "at least two values",
            "report the share of agreement instead",
        )
    found = _alpha(counts, np.ones(len(counts)), values, level)
    source = np.random.default_rng(seed)
    drawn = source.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=draws)
    spread = np.array([_alpha(counts, weights.astype(float), values, level) for weights in drawn])
    spread = spread[~np.isnan(spread)]
    low, high = np.percentile(spread, [2.5, 97.5]) if len(spread) else (found, found)
    text = said("draws.coders", draws=draws, scale=said(f"scale.{level}"))
    return Agreement(float(found), float(low), float(high), len(counts), len(rows), level, text)
