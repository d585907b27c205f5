"""How far coders agree: Krippendorff's alpha for any number of coders, missing codes and four levels of measurement.

Krippendorff, *Computing Krippendorff's Alpha-Reliability* (2011); the interval resamples units, as Hayes and Krippendorff, *Answering
the call for a standard reliability measure for coding data*, Communication Methods and Measures 1 (2007) 77-89, propose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import refuse

LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True)
class Agreement:
    """Alpha (1 perfect, 0 chance) with its percentile interval; ``units`` are those that at least two coders coded."""

    alpha: float
    low: float
    high: float
    units: int
    coders: int
    level: str


def _counts(codes: Sequence[Sequence[object]]) -> tuple[np.ndarray, list]:
    """Units x values: how many coders gave a unit each value; only units that two coders or more coded."""
    lengths = {len(row) for row in codes}
    if len(codes) < 2 or len(lengths) != 1 or not lengths.pop():
        raise refuse(
            "agreement.alpha codes",
            f"{len(codes)} rows",
            "two coders or more, with one code a unit each",
            "pass one row a coder, None where one did not code",
        )
    columns = [
        [value for value in unit if value is not None and value == value] for unit in zip(*codes, strict=True)
    ]
    paired = [unit for unit in columns if len(unit) >= 2]
    if not paired:
        raise refuse(
            "agreement.alpha codes", "no unit with two codes", "at least one", "code units a second time"
        )
    try:
        values = sorted({value for unit in paired for value in unit})
    except TypeError:
        raise refuse(
            "agreement.alpha codes",
            "numbers and words",
            "codes of one kind",
            "write all as text, or all as numbers",
        ) from None
    place = {value: at for at, value in enumerate(values)}
    counts = np.zeros((len(paired), len(values)))
    for row, unit in enumerate(paired):
        for value in unit:
            counts[row, place[value]] += 1
    return counts, values


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
    codes: Sequence[Sequence[object]], level: str = "nominal", *, draws: int = 999, seed: int = 2011
) -> Agreement:
    """Krippendorff's alpha of ``codes``: one row a coder, one place a unit, None where a coder gave no code.

    ``level`` is how values differ: nominal, ordinal, interval or ratio. The interval is the 2.5th to the 97.5th percentile over
    ``draws`` resamples of the units. Raises MethodError for fewer than two coders, for no unit coded twice, and where every code
    is the same: agreement cannot be told from a constant.

    >>> print(round(alpha([[1, 2, 3, 3], [1, 2, 3, 2]]).alpha, 3))
    0.667
    """
    if level not in LEVELS:
        raise refuse("agreement.alpha level", repr(level), "one of " + ", ".join(LEVELS), "pass one of them")
    counts, values = _counts(codes)
    if len(values) == 1:
        raise refuse(
            "agreement.alpha codes",
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
    return Agreement(found, float(low), float(high), len(counts), len(codes), level)
