"""Ranks, how sure they are, and how they move.

Sources: confidence sets for ranks: Mogstad, Romano, Shaikh and Wilhelm 2024, doi 10.1093/restud/rdad006 (see ``_rank_sets``);
mobility: Kendall 1945 (tau-b), Shorrocks 1978 Econometrica 46:1013 (trace index); regression to the mean: Barnett, van der Pols
and Dobson 2005 Int J Epidemiol 34:215; caution with league tables: Goldstein and Spiegelhalter 1996 JRSS A 159:385.

Conventions of the whole module:

- Place 1 is the best. Tied units share the best place of their tie (competition ranking: 1, 2, 2, 4).
- A set of places [low, high] runs from ``1 + number surely better`` to ``n - number surely worse``, so exact ties have the full
  range of the places they share (2 to 3 above).
- A unit without a value has no place (missing in the result) and is not counted in n.
- Results carry the index of the input; whole numbers are int64, or Int64 when some are missing.

Longer than 400 lines because each method carries its description and example. ``rank_change`` with its bookkeeping of kinds, bases, entries and exits is in ``_rank_change`` and is used from here; so are the
probabilities of places and moves (``_rank_moves``) and the measures of mobility (``_mobility``).
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse
from analysis.methods import _rank_moves, _rank_sets
from analysis.methods._inputs import (
    beside,
    choice,
    column,
    count,
    dimensions,
    direction,
    labels,
    number,
    share,
    switch,
    whole,
)
from analysis.methods._mobility import mobility, shorrocks, transition_matrix
from analysis.methods._rank_change import rank_change
from analysis.methods._rank_moves import move_holds, move_probability, rank_probability
from analysis.methods._types import Label, Values

__all__ = [
    "mobility",
    "move_holds",
    "move_probability",
    "noise_needed",
    "rank",
    "rank_change",
    "rank_intervals",
    "rank_probability",
    "regression_to_mean",
    "shorrocks",
    "stability_interval",
    "top_set",
    "transition_matrix",
]

TIES = ("min", "max", "average")


def rank(values: Values, better: str, *, ties: str = "min") -> pd.Series:
    """Place of each unit, 1 the best.

    ``values``: one number per unit (Series or array); missing ones get no place. ``ties``: "min" (shared best place), "max" or
    "average" (mid-rank, float).

    Parameters
    ----------
    values : numbers, one a unit (Series or array)
    better : "higher" or "lower"
    ties : "min", "max" or "average"

    Returns
    -------
    Series of places, whole numbers (float with "average"), with the index of ``values``.

    Raises
    ------
    MethodError : on an unknown direction or values that are not numbers.

    Reference
    ---------
    Goldstein and Spiegelhalter 1996, Journal of the Royal Statistical Society A 159:385.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> ranking.rank([3, 9, 9, 1], "higher").tolist()
    [3, 1, 1, 4]
    """
    sign = direction(better, "ranking.rank, better")
    choice("ranking.rank", "ties", ties, TIES)
    series = column(values, "ranking.rank, values", missing=True)
    places = (-sign * series).rank(method=ties)
    return places.rename("rank") if ties == "average" else whole(places.to_numpy(), series.index, "rank")


def rank_intervals(
    values: Values,
    *,
    better: str,
    se: Values | None = None,
    low: Values | None = None,
    high: Values | None = None,
    level: float = 0.95,
    simultaneous: bool = False,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Sets of places: DataFrame[rank, low, high], one row per unit.

    With ``se`` (standard errors of independent estimates, the unit of the values; zero means exactly known): the confidence sets of
    Mogstad et al., stepwise, two-sided, parametric normal bootstrap with ``draws`` draws. Marginal sets cover the place of one unit
    with probability ``level``; ``simultaneous`` ones cover all places together. The bootstrap quantile interpolates linearly.

    With ``low`` and ``high`` (bounds of each value, for rounding, ranges, one-sided statements; a missing bound is open): the places
    that are possible when every value lies anywhere in its bounds; intervals that only touch count as overlapping. This is
    arithmetic, not confidence: ``level``, ``draws`` and ``seed`` play no part. A unit with bounds but no value has no ``rank``, but
    has ``low`` and ``high``, and the others count it as better only where its bounds say so.

    Parameters
    ----------
    values : numbers, one a unit (Series or array)
    better : "higher" or "lower"
    se : standard errors
    low : lower bounds of the values
    high : upper bounds of the values
    level : of the intervals, 0.95 for 95 per cent
    simultaneous : whether all sets hold together
    draws : of the simulation
    seed : of the draws

    Returns
    -------
    DataFrame[rank, low, high], one row per unit.

    Raises
    ------
    MethodError : without either, with both, or when a unit has a value but no standard error.

    Reference
    ---------
    Mogstad, Romano, Shaikh and Wilhelm 2024, Review of Economic Studies 91(1):476.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> ranking.rank_intervals([5, 4, 1], better="higher", low=[4, 3, 0], high=[6, 5, 2])["low"].tolist()
    [1, 1, 3]
    """
    where = "ranking.rank_intervals"
    sign = direction(better, f"{where}, better")
    share(level, f"{where}, level")
    switch(simultaneous, f"{where}, simultaneous")
    count(seed, f"{where}, seed", 0)
    series = column(values, f"{where}, values", missing=True)
    bounded = low is not None or high is not None
    if bounded == (se is not None):
        found = "both se and bounds" if bounded else "neither se nor bounds"
        raise refuse(
            where, found, "standard errors, or low and high", "say how uncertain the values are, in one way"
        )
    if bounded:
        return _bounded_places(series, low, high, sign)
    x, s, present = _estimates(series, se, sign, where)
    z = np.random.default_rng(seed).standard_normal((count(draws, f"{where}, draws", 20), len(x)))
    sets = (_rank_sets.simultaneous if simultaneous else _rank_sets.marginal)(x, s, z, level)
    result = np.full((2, len(series)), np.nan)
    result[:, present] = sets
    return pd.DataFrame(
        {
            "rank": rank(series, better),
            "low": whole(result[0], series.index),
            "high": whole(result[1], series.index),
        },
        index=series.index,
    )


def _estimates(
    series: pd.Series, se: Values, sign: int, where: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values (larger better) and standard errors of the units that have a value, and where those units are."""
    errors = beside(series, se, f"{where}, se", missing=True)
    present = series.notna().to_numpy()
    problems = []
    for wrong, found, fix in (
        (present & errors.isna().to_numpy(), "no standard error", "give one, or leave the unit out"),
        (present & (errors < 0).to_numpy(), "a negative standard error", "pass standard errors, not bounds"),
    ):
        if wrong.any():
            problems.append(
                Problem(
                    f"{where}, se of {labels(series.index, wrong)}",
                    found,
                    "a standard error of at least 0",
                    fix,
                )
            )
    if problems:
        raise MethodError(problems)
    if not present.any():
        raise refuse(where, "no unit with a value", "at least one", "pass a table with data")
    return sign * series.to_numpy()[present], errors.to_numpy()[present], present


def _bounded_places(series: pd.Series, low: Values, high: Values, sign: int) -> pd.DataFrame:
    """Possible places when each value lies in its bounds."""
    where, nothing = "ranking.rank_intervals", np.full(len(series), np.nan)
    lower = beside(series, nothing if low is None else low, f"{where}, low", missing=True)
    upper = beside(series, nothing if high is None else high, f"{where}, high", missing=True)
    known = (series.notna() | lower.notna() | upper.notna()).to_numpy()
    wrong = ((lower > upper) | (series < lower) | (series > upper)).to_numpy()
    if wrong.any():
        raise refuse(
            f"{where}, bounds of {labels(series.index, wrong)}",
            "low, value and high out of order",
            "low <= value <= high",
            "correct the bounds of these units",
        )
    lower, upper = lower.fillna(-np.inf).to_numpy(), upper.fillna(np.inf).to_numpy()
    worst, best = (lower, upper) if sign > 0 else (-upper, -lower)
    value = sign * series.to_numpy()
    places = np.full((3, len(series)), np.nan)
    all_worst, all_best = np.sort(worst[known]), np.sort(best[known])
    places[1, known] = 1 + len(all_worst) - np.searchsorted(all_worst, best[known], side="right")
    places[2, known] = len(all_best) - np.searchsorted(all_best, worst[known], side="left")
    exact = ~np.isnan(value)
    # a unit known only by its bounds is counted by its worst value: better only where surely better
    counted = np.sort(np.where(exact, value, worst)[known])
    places[0, exact] = 1 + len(counted) - np.searchsorted(counted, value[exact], side="right")
    return pd.DataFrame(
        {name: whole(row, series.index) for name, row in zip(("rank", "low", "high"), places, strict=True)}
    )


def top_set(
    values: Values, *, se: Values, k: int, level: float = 0.95, better: str, draws: int = 1000, seed: int = 0
) -> pd.Series:
    """Units that may be among the best ``k``: a boolean Series, True inside the confidence set.

    The projection set of Mogstad et al.: the units whose simultaneous set of places reaches ``k`` or better. It holds all units that
    are truly among the best k with probability ``level``. Units without a value are missing (dtype boolean).

    Parameters
    ----------
    values : numbers, one a unit (Series or array)
    se : standard errors of independent estimates
    k : size of the top
    level : of the intervals, 0.95 for 95 per cent
    better : "higher" or "lower"
    draws : of the simulation
    seed : of the draws

    Returns
    -------
    Boolean Series with the index of ``values``.

    Raises
    ------
    MethodError : as ``rank_intervals``, and when k is no whole number from 1 to the number of units.

    Reference
    ---------
    Mogstad, Romano, Shaikh and Wilhelm 2024, Review of Economic Studies 91(1):476.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> ranking.top_set([9, 8, 1], se=[0.1, 0.1, 0.1], k=2, better="higher", draws=99).tolist()
    [True, True, False]
    """
    series = column(values, "ranking.top_set, values", missing=True)
    if count(k, "ranking.top_set, k") > series.notna().sum():
        raise refuse(
            "ranking.top_set, k",
            str(k),
            f"at most {series.notna().sum()}, the number of units with a value",
            "choose a smaller k",
        )
    sets = rank_intervals(
        series, better=better, se=se, level=level, simultaneous=True, draws=draws, seed=seed
    )
    inside = (sets["low"] <= k).rename("top_set")
    return inside if series.isna().any() else inside.astype(bool)


def stability_interval(
    values: Values,
    *,
    relative_error: float | Values,
    better: str,
    level: float = 0.95,
    units: Collection[Label] | None = None,
) -> pd.DataFrame:
    """Range of places when the values carry a stated relative error: DataFrame[rank, low, high]; computed, without draws.

    Parameters
    ----------
    values : Series or array of positive numbers, one a unit; missing ones get no place.
    relative_error : standard deviation of the error of the logarithm, an assumption of the caller (0.03 = 3 percent); one number or
        one a unit, at least 0.
    better : "higher" or "lower".
    level : probability that the range holds at least.
    units : labels to compute, among all the values; by default all.

    Returns
    -------
    DataFrame, one row a unit: rank, the place of the stated values; low and high, the places below and above which at most
    (1 - level)/2 of the probability of ``rank_probability`` lies, widened where needed to hold the stated place. Units without error
    that tie have all the places they share. The error is assumed, so the range is a sensitivity statement and never a confidence
    interval.

    Raises
    ------
    MethodError : values not above 0, a negative error, a level outside 0 to 1, units that are not in the values.

    Reference
    ---------
    Wang 1993, Statistica Sinica 3:295 (the sum of independent trials); the model is that of ``move_probability``.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> ranking.stability_interval([3.0, 2.9, 1.0], relative_error=0.03, better="higher").to_numpy().tolist()
    [[1, 1, 2], [2, 1, 2], [3, 3, 3]]
    """
    where = "ranking.stability_interval"
    share(level, f"{where}, level")
    x, s, present, series = _rank_moves.errors_of(values, better, None, relative_error, where)
    places = rank(series, better)
    asked = _rank_moves.positions(series.index, units, where)
    shown = np.zeros(len(series), dtype=bool)
    shown[asked] = True
    result = np.full((2, len(series)), np.nan)
    sets = _rank_moves.exact_sets(x, s, level, shown[present])
    stated = places[present].to_numpy(dtype=float)
    result[0, present], result[1, present] = np.minimum(sets[0], stated), np.maximum(sets[1], stated)
    low, high = (whole(row[asked], series.index[asked]) for row in result)
    return pd.DataFrame({"rank": places.iloc[asked], "low": low, "high": high})


def noise_needed(before: float | Values, after: float | Values) -> float | pd.Series:
    """Standard deviation of one reading at which a move is just within chance: |after - before| / (1.96 sqrt 2).

    Two readings with independent normal errors of that size differ by more than the move in 5 percent of cases. Numbers give a
    float, columns a Series (unit of the values: places for places).

    Parameters
    ----------
    before : values of the first period, one a unit
    after : values of the second period, matched to ``before`` by label

    Returns
    -------
    A float for two numbers, else a Series.

    Raises
    ------
    MethodError : arguments that the module's policy refuses: missing or infinite values, text, other lengths or labels.

    Reference
    ---------
    Goldstein and Spiegelhalter 1996, Journal of the Royal Statistical Society A 159:385.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> round(ranking.noise_needed(280, 179), 1)
    np.float64(36.4)
    """
    where = "ranking.noise_needed"
    if dimensions(before) == 0 and dimensions(after) == 0:
        return abs(number(after, f"{where}, after") - number(before, f"{where}, before")) / (
            1.96 * np.sqrt(2)
        )
    first = column(before, f"{where}, before", missing=True)
    second = beside(first, after, f"{where}, after", missing=True)
    return ((second - first).abs() / (1.96 * np.sqrt(2))).rename("noise_needed")


def regression_to_mean(
    before: Values, after: Values, *, reliability: float, reference: float | None
) -> pd.DataFrame:
    """What a second reading would be by regression to the mean alone: one row per unit.

    expected = mean + reliability * (before - mean). ``reference``: the mean of the reference class (a number) or the values of its
    members (their mean is taken); which class is the right one is the caller's judgement, and the answer hangs on it.
    ``reliability``: correlation of two readings without change, 0 to 1. Columns: before, after, expected, change (after - before),
    expected_change (expected - before) and beyond (after - expected). Missing values stay missing.

    Parameters
    ----------
    before : values of the first period, one a unit
    after : values of the second period, matched to ``before`` by label
    reliability : correlation of two readings without change
    reference : mean of the reference class, or its members' values

    Returns
    -------
    DataFrame as described above.

    Raises
    ------
    MethodError : arguments that the module's policy refuses: missing or infinite values, text, other lengths or labels, a reliability
        outside 0 to 1.

    Reference
    ---------
    Barnett, van der Pols and Dobson 2005, International Journal of Epidemiology 34:215.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> ranking.regression_to_mean([10, 20], [12, 18], reliability=0.5, reference=15)["expected"].tolist()
    [12.5, 17.5]
    """
    where = "ranking.regression_to_mean"
    reliability = number(reliability, f"{where}, reliability", least=0, most=1)
    first = column([before] if dimensions(before) == 0 else before, f"{where}, before", missing=True)
    second = beside(first, after, f"{where}, after", missing=True)
    centre = column([reference] if dimensions(reference) == 0 else reference, f"{where}, reference").mean()
    expected = centre + reliability * (first - centre)
    return pd.DataFrame(
        {
            "before": first,
            "after": second,
            "expected": expected,
            "change": second - first,
            "expected_change": expected - first,
            "beyond": second - expected,
        }
    )
