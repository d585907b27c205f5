"""Places and moves under a stated error, computed and not drawn.

The model: what is printed is the true value times exp(e); e is normal with standard deviation s, independent between units, and for one
unit the errors of two years have correlation rho. Given a unit's own errors the others are better or worse than it independently of
each other, so the number of better ones is a sum of independent trials. Its distribution is exact (Poisson-binomial; for the
difference of two years a sum of steps -1, 0, +1) and what is left is one integral over the unit's own errors, a smooth function of one
or two numbers.

Own module because it handles probabilities; ``ranking`` takes ``move_probability``, ``move_holds`` and ``rank_probability`` from here.
Source of the sum: Wang 1993, Statistica Sinica 3:295; of the bivariate normal by Owen's T: Owen 1956, Annals of Mathematical
Statistics 27:1075.

Longer than 400 lines because the distributions of places and of moves come from one computation.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse
from analysis.methods._inputs import beside, column, dimensions, direction, labels, number, share, whole
from analysis.methods._types import Label, Values

NODES = 48  # Gauss-Hermite nodes a dimension; 96 give the same to 1e-9 (tests)
FAR = 14.0  # in standard errors: a unit so far away is on its side for certain (below 1e-22)
CERTAIN = (
    8.5  # in standard errors of a difference: a unit so far away is on its side for certain (below 1e-17)
)
OWN = 6.5  # the unit's own error beyond it is left out (below 1e-10)
BELL = 2 / np.pi
DENSE, PANEL = 0.9, 5.0  # steps of a sum and panels of Gauss-Legendre, in widths of the narrowest bell
WIDEST = 0.4  # step of a sum where the bells are wide
JUMP = 1e-10  # a unit that turns the integrand within so little of the own error turns it at once
TOGETHER = 30_000  # chances whose sums are made side by side
GRID = 1.2  # step of the search for the first error at which a move no longer holds
AHEAD = 8  # steps that are looked at together: their sums run side by side


@dataclass(frozen=True)
class _Pair:
    """Logs of two years, larger better, -inf where a unit has no value that year; places as printed."""

    logs: np.ndarray  # 2 x units
    places: np.ndarray  # 2 x units, NaN for none
    index: pd.Index
    wanted: np.ndarray  # positions of the units that are asked for


def rank_probability(
    values: Values,
    *,
    better: str,
    se: float | Values | None = None,
    relative_error: float | Values | None = None,
) -> pd.DataFrame:
    """Probability of each place for each unit under independent normal errors: one row a unit, one column a place.

    Parameters
    ----------
    values : Series or array of numbers, one a unit; a missing one has a row of NaN and is not counted.
    better : "higher" or "lower".
    se : standard error in the unit of the values, one number or one a unit; 0 means exactly known.
    relative_error : standard deviation of the error of the logarithm (.03 = 3 percent), one number or one a unit; values above 0.
        Exactly one of the two is given.

    Returns
    -------
    DataFrame, the index of ``values``, columns 1 to n (the number of units with a value); rows sum to 1. Units that tie with
    certainty (equal values, no error) share the best place of their tie.

    Raises
    ------
    MethodError : both or none of the errors, a negative one, values that are not numbers or (with ``relative_error``) not above 0.

    Reference
    ---------
    Wang 1993, Statistica Sinica 3(2):295, for the sum of independent trials of unlike probability.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> ranking.rank_probability([2.0, 1.0], better="higher", se=0.5).round(4).iloc[0].tolist()
    [0.9214, 0.0786]
    """
    x, s, present, series = errors_of(values, better, se, relative_error, "ranking.rank_probability")
    n = len(x)
    result = np.full((len(series), n), np.nan)
    for row, (best, _) in zip(
        np.flatnonzero(present), _place_distributions(x, s, list(range(n))), strict=True
    ):
        result[row] = best
    return pd.DataFrame(result, index=series.index, columns=pd.RangeIndex(1, n + 1, name="place"))


def exact_sets(x: np.ndarray, s: np.ndarray, level: float, wanted: np.ndarray) -> np.ndarray:
    """2 x units: the places below and above which (1 - level)/2 of the probability lies at most; certain ties keep all their places.

    wanted: whether a unit's are asked for (the others have NaN); each unit's come from its own integral, whoever else is asked for.
    """
    tail = (1 - level) / 2
    result = np.full((2, len(x)), np.nan)
    units = np.flatnonzero(wanted).tolist()
    for u, places in zip(units, _place_distributions(x, s, units), strict=True):
        best, worst = map(np.cumsum, places)
        slack = 1e-12  # a sum that is the tail up to rounding counts as the tail
        result[0, u] = 1 + np.searchsorted(best, tail + slack, side="right")
        result[1, u] = 1 + np.searchsorted(worst, 1 - tail - slack, side="left")
    return result


def errors_of(
    values: Values, better: str, se: Values, relative_error: float | Values | None, where: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, pd.Series]:
    """(values with larger better, errors, where a unit has a value, the column); in logs when the error is relative."""
    sign = direction(better, f"{where}, better")
    series = column(values, f"{where}, values", missing=True)
    if (se is None) == (relative_error is None):
        found = "neither se nor relative_error" if se is None else "both se and relative_error"
        raise refuse(where, found, "one of the two", "say how uncertain the values are, in one way")
    given, name = (se, "se") if relative_error is None else (relative_error, "relative_error")
    spread = beside(series, given, f"{where}, {name}", missing=True)
    present = series.notna().to_numpy()
    checks = [
        (present & spread.isna().to_numpy(), name, "no error", "an error of at least 0"),
        (present & (spread < 0).to_numpy(), name, "a negative error", "an error of at least 0"),
    ]
    if relative_error is not None:
        checks.append(((series <= 0).to_numpy(), "values", "zero or negative", "positive values"))
    problems = [
        Problem(f"{where}, {what} of {labels(series.index, bad)}", found, expected, "correct these units")
        for bad, what, found, expected in checks
        if bad.any()
    ]
    if problems:
        raise MethodError(problems)
    if not present.any():
        raise refuse(where, "no unit with a value", "at least one", "pass a table with data")
    x = series.to_numpy()[present]
    return sign * (x if relative_error is None else np.log(x)), spread.to_numpy()[present], present, series


@dataclass(frozen=True)
class _Trials:
    """Who is ahead of one unit: ``ahead``, nodes of its own error x units near it; ``surely`` others are ahead in any case, ``tied`` level."""

    weights: np.ndarray
    ahead: np.ndarray
    surely: int
    tied: int


def _place_distributions(
    x: np.ndarray, s: np.ndarray, units: list[int]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each of ``units`` the probabilities of its best and its worst place (they differ only where units tie for certain).

    Units are summed together as long as their rows stay in the processor's memory.
    """
    block: list[_Trials] = []
    for u in units:
        block.append(_trials(x, s, u))
        if u == units[-1] or sum(trials.ahead.size for trials in block) > TOGETHER:
            yield from _summed(block, len(x))
            block = []


def _summed(block: list[_Trials], units: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    chances = np.zeros((sum(len(t.ahead) for t in block), max(t.ahead.shape[1] for t in block)))
    ends = list(accumulate(len(t.ahead) for t in block))
    for trials, end in zip(
        block, ends, strict=True
    ):  # a trial that others have and this one has not never succeeds
        chances[end - len(trials.ahead) : end, : trials.ahead.shape[1]] = trials.ahead
    counts = _poisson_binomial(chances)
    for trials, end in zip(block, ends, strict=True):
        near = trials.ahead.shape[1]
        best = np.zeros(units)
        own = trials.weights @ counts[end - len(trials.ahead) : end, : near + 1]
        best[trials.surely : trials.surely + near + 1] = own
        yield best, np.r_[np.zeros(trials.tied), best[: units - trials.tied]]


def _trials(x: np.ndarray, s: np.ndarray, u: int) -> _Trials:
    from scipy.special import ndtr

    others = np.arange(len(x)) != u
    distance, spread = x[others] - x[u], s[others]
    fixed = spread == 0
    if s[u] == 0:
        ahead = np.where(fixed, distance > 0, ndtr(distance / np.where(fixed, 1.0, spread)))
        return _Trials(np.ones(1), ahead[None, :].astype(float), 0, int((fixed & (distance == 0)).sum()))
    near = np.abs(distance) < CERTAIN * np.hypot(s[u], spread)
    surely = int((distance > 0)[~near].sum())
    distance, spread, fixed = distance[near], spread[near], fixed[near]
    z, weights = _own_error(distance / s[u], spread / s[u])
    gap = distance - s[u] * z[:, None]
    if fixed.any():
        ahead = np.where(fixed, gap > 0, ndtr(gap / np.where(fixed, 1.0, spread))).astype(float)
    else:
        ahead = ndtr(gap / spread)
    return _Trials(weights, ahead, surely, 0)


def _own_error(at: np.ndarray, steepness: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights for a standard normal, as dense as the integrand asks.

    Given a number of better units the integrand is a bell, the narrower the more units there are (its information is at most ``BELL`` a
    unit over its squared steepness). Sums at equal steps integrate bells to 1e-9 (Poisson's formula); where a unit turns it sharply,
    Gauss-Legendre on panels that end there.
    """
    sharp = steepness < 0.5
    if not sharp.any():
        step = min(WIDEST, DENSE / np.sqrt(1 + (BELL / steepness**2).sum()))
        z = np.arange(-np.ceil(OWN / step), np.ceil(OWN / step) + 1) * step
        density = np.exp(-(z**2) / 2)
        return z, density / density.sum()
    steepness = np.where(steepness < JUMP, 0.0, steepness)
    cuts = [np.linspace(-OWN, OWN, 14)]
    for offset in (0.0, 1.0, 2.0, 4.0, 8.0):
        cuts += [at[sharp] + side * offset * steepness[sharp] for side in ((1, -1) if offset else (1,))]
    edges = np.unique(np.round(np.concatenate(cuts), 12))
    edges = edges[(edges >= -OWN) & (edges <= OWN)]
    starts, half = _panels(edges, at, steepness)
    node, weight = _legendre()
    z = (starts[:, None] + half[:, None] * (1 + node)).ravel()
    density = np.exp(-(z**2) / 2) * (half[:, None] * weight).ravel()
    return z, density / density.sum()


def _panels(edges: np.ndarray, at: np.ndarray, steepness: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts and half widths of panels that are no wider than ``PANEL`` bells of the units that turn within them."""
    pieces = _pieces(edges, at, steepness)
    width = np.repeat(np.diff(edges) / pieces, pieces)
    nth = np.arange(len(width)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return np.repeat(edges[:-1], pieces) + nth * width, width / 2


def _pieces(edges: np.ndarray, at: np.ndarray, steepness: np.ndarray) -> np.ndarray:
    """How many panels lie between each edge and the next."""
    width = np.diff(edges)
    turning = steepness > 0
    at, steepness = at[turning], steepness[turning]
    centre = edges[:-1] + width / 2
    inside = np.abs(centre[:, None] - at) < 4 * steepness + width[:, None] / 2
    return np.ceil(width / PANEL * np.sqrt(1 + inside @ (BELL / steepness**2))).astype(int)


def _poisson_binomial(p: np.ndarray) -> np.ndarray:
    """Distribution of the number of successes, rows x (trials + 1), for rows of independent trials."""
    hits = np.ascontiguousarray(p.T)  # a trial a row: the sums below run over memory that lies side by side
    misses = 1 - hits
    result = np.zeros((len(hits) + 1, len(p)))
    result[0] = 1.0
    moved = np.empty_like(result)
    for k, (hit, miss) in enumerate(zip(hits, misses, strict=True)):
        np.multiply(result[: k + 1], hit, out=moved[: k + 1])
        result[: k + 2] *= miss
        result[1 : k + 2] += moved[: k + 1]
    return np.ascontiguousarray(result.T)


def move_probability(
    before: Values,
    after: Values,
    *,
    better: str,
    relative_error: float,
    correlation: float = 0.0,
    units: Collection[Label] | None = None,
) -> pd.DataFrame:
    """How probable it is that a move of places keeps its direction under a stated error, without draws.

    The model: log of the printed value = log of the true value + e; e normal with standard deviation ``relative_error``, independent
    between units, with ``correlation`` between the two years of one unit. The question answered: the printed values are taken as the
    true ones and errors are put on them; how often does the unit still move the same way?

    Parameters
    ----------
    before, after : Series (matched by label) or arrays (by position) of positive numbers, one a unit. A unit with a value in one
        period only counts among the others of that period and has no move of its own.
    better : "higher" or "lower".
    relative_error : standard deviation of e, above 0 (.03 = 3 percent).
    correlation : of a unit's two errors, -1 to 1.
    units : labels to compute (a move takes about .01 s with a correlation); by default all.

    Returns
    -------
    DataFrame, one row a unit: rank_before, rank_after, change (places gained, up is positive), direction ("up", "down", "none"),
    probability (of the same direction; for "none" of the same place), up, none, down (probabilities that sum to 1).

    Raises
    ------
    MethodError : values not above 0, labels twice, an error or correlation out of its range, units that are not in the table.

    Reference
    ---------
    None: it is the model written out; the tests hold it against orthant probabilities of the joint normal distribution.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> moves = ranking.move_probability([1.0, 1.1, 1.5], [1.4, 1.1, 1.5], better="higher", relative_error=0.03)
    >>> print(moves.loc[0, "direction"], round(moves.loc[0, "probability"], 4))
    up 0.9883
    """
    where = "ranking.move_probability"
    pair = _pair(before, after, better, units, where)
    s = number(relative_error, f"{where}, relative_error", above=0)
    rho = number(correlation, f"{where}, correlation", least=-1, most=1)
    table = _printed(pair)
    found = np.full((len(pair.wanted), 3), np.nan)
    for i, u in enumerate(pair.wanted):
        if not np.isnan(pair.places[:, u]).any():
            found[i] = _move(pair.logs, u, s, rho)
    table[["up", "none", "down"]] = found
    same = [np.nan if word == "" else row[word] for word, (_, row) in _words(table)]
    table.insert(4, "probability", np.array(same, dtype=float))
    return table


def move_holds(
    before: Values,
    after: Values,
    *,
    better: str,
    correlation: float = 0.0,
    level: float = 0.95,
    units: Collection[Label] | None = None,
) -> pd.DataFrame:
    """The largest error up to which a move of places keeps its direction with probability ``level``: "holds up to 3.4 percent".

    Parameters
    ----------
    before, after, better, correlation, units : as in ``move_probability``, whose model this is.
    level : probability that the direction must keep, above .5 and below 1.

    Returns
    -------
    DataFrame, one row a unit: rank_before, rank_after, change, direction and holds, the standard deviation of the error of the
    logarithm at which the probability first falls to ``level`` (.034 = 3.4 percent). 0 where the smallest error already breaks it (a
    move that rests on units printed as equal), infinite where none does, NaN for a unit without both values.

    Raises
    ------
    MethodError : as ``move_probability``, and a level that is not above .5.

    Reference
    ---------
    None: the model of ``move_probability`` solved for its error.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> moves = ranking.move_holds([1.0, 1.1, 1.5], [1.4, 1.1, 1.5], better="higher")
    >>> print(round(moves.loc[0, "holds"], 4))
    0.0427
    """
    where = "ranking.move_holds"
    pair = _pair(before, after, better, units, where)
    rho = number(correlation, f"{where}, correlation", least=-1, most=1)
    share(level, f"{where}, level")
    if level <= 0.5:
        raise refuse(f"{where}, level", repr(level), "above .5", "ask for more than an even chance")
    table = _printed(pair)
    found = np.full(len(pair.wanted), np.nan)
    for i, u in enumerate(pair.wanted):
        if not np.isnan(pair.places[:, u]).any():
            found[i] = _break_even(pair, u, rho, level)
    table["holds"] = found
    return table


def _words(table: pd.DataFrame) -> Iterator[tuple[str, tuple[Any, pd.Series]]]:
    return zip(table["direction"].fillna(""), table.iterrows(), strict=True)


def _break_even(pair: _Pair, u: int, rho: float, level: float) -> float:
    """First error at which the printed direction of unit u has no more than ``level``."""
    from scipy.optimize import brentq

    gain = pair.places[0, u] - pair.places[1, u]
    kept = 0 if gain > 0 else 2 if gain < 0 else 1

    def spare(log_s: float) -> float:
        return _move(pair.logs, u, np.exp(log_s), rho)[kept] - level

    def spares(logs_s: list[float]) -> Iterable[float]:
        if rho != 0:
            return map(spare, logs_s)
        return (move[kept] - level for move in _free_moves(pair.logs, u, [np.exp(one) for one in logs_s]))

    finite = pair.logs[np.isfinite(pair.logs)]
    gaps = np.abs(pair.logs - pair.logs[:, [u]])
    gaps = gaps[np.isfinite(gaps) & (gaps > 0)]
    if not len(gaps):
        gaps = np.ones(1)
    low = np.log(gaps.min() / 20)  # so small that only units printed as equal can change sides
    top = np.log(100 * max(np.ptp(finite), gaps.max()))
    if spare(low) <= 0:
        return 0.0
    while low < top:
        steps = list(accumulate([low] + [np.log(GRID)] * AHEAD))
        steps = [high for before, high in pairwise(steps) if before < top]
        for high, left in zip(steps, spares(steps), strict=True):
            if left <= 0:
                return float(np.exp(brentq(spare, low, high, xtol=1e-10)))
            low = high
    return np.inf


def _pair(before: Values, after: Values, better: str, units: Collection[Label] | None, where: str) -> _Pair:
    """Checked logs and printed places of the two periods, units in the order of the labels given."""
    sign = direction(better, f"{where}, better")
    first, second = (
        column(values, f"{where}, {name}", missing=True)
        for values, name in ((before, "before"), (after, "after"))
    )
    problems = []
    for series, name in ((first, "before"), (second, "after")):
        if (series <= 0).any():
            bad = labels(series.index, series <= 0)
            problems.append(
                Problem(f"{where}, {name} of {bad}", "zero or negative", "positive values", "leave them out")
            )
        if series.index.has_duplicates:
            bad = labels(series.index, series.index.duplicated())
            problems.append(Problem(f"{where}, {name}", f"{bad} twice", "each unit once", "aggregate first"))
    if problems:
        raise MethodError(problems)
    if isinstance(before, pd.Series) and isinstance(after, pd.Series):
        index = first.index.append(second.index.difference(first.index, sort=False))
        first, second = first.reindex(index), second.reindex(index)
    elif len(first) != len(second):
        found = f"{len(first)} values before and {len(second)} after"
        raise refuse(where, found, "the same units", "pass Series with labels")
    else:
        second = pd.Series(second.to_numpy(), index=first.index)
    values = np.stack([first.to_numpy(), second.to_numpy()])
    places = np.stack([pd.Series(-sign * row).rank(method="min").to_numpy() for row in values])
    logs = np.where(np.isnan(values), -np.inf, sign * np.log(np.where(np.isnan(values), 1.0, values)))
    return _Pair(logs, places, first.index, positions(first.index, units, where))


def positions(index: pd.Index, units: Collection[Label] | None, where: str) -> np.ndarray:
    """Positions of the units asked for, all when ``units`` is None. Raises MethodError for labels that are not in the index."""
    if units is None:
        return np.arange(len(index))
    names = [units] if dimensions(units) == 0 else list(units) if dimensions(units) == 1 else [repr(units)]
    if not index.is_unique or not all(isinstance(name, Hashable) for name in names):
        raise refuse(f"{where}, units", repr(units), "labels of the values, each once", "correct them")
    found = index.get_indexer(names)
    if (found < 0).any():
        unknown = [name for name, place in zip(names, found, strict=True) if place < 0]
        raise refuse(f"{where}, units", f"unknown units {unknown}", "labels of the values", "correct them")
    return found


def _printed(pair: _Pair) -> pd.DataFrame:
    index = pair.index[pair.wanted]
    first, second = pair.places[:, pair.wanted]
    gain = first - second
    words = np.select([gain > 0, gain < 0, gain == 0], ["up", "down", "none"], "")
    return pd.DataFrame(
        {
            "rank_before": whole(first, index),
            "rank_after": whole(second, index),
            "change": whole(gain, index),
            "direction": pd.Series(words, index=index, dtype="str").where(words != ""),
        }
    )


def _move(logs: np.ndarray, u: int, s: float, rho: float) -> np.ndarray:
    """Probabilities that unit u moves up, stays and moves down."""
    if rho == 0:
        return _free_moves(logs, u, [s])[0]
    with np.errstate(invalid="ignore"):
        distance = np.delete(logs - logs[:, [u]], u, axis=1) / s
    return _joint_move(distance, rho)


def _free_moves(logs: np.ndarray, u: int, errors: Sequence[float]) -> list[np.ndarray]:
    """``_move`` for several errors that are not correlated between the periods."""
    with np.errstate(invalid="ignore"):
        apart = np.delete(logs - logs[:, [u]], u, axis=1)
    better = _poisson_marginals([row / s for s in errors for row in apart])
    moves = []
    for first, second in zip(better[::2], better[1::2], strict=True):
        difference = np.convolve(second, first[::-1])  # better ones after, less better ones before
        middle = len(first) - 1
        moves.append(
            np.array([difference[:middle].sum(), difference[middle], difference[middle + 1 :].sum()])
        )
    return moves


def _poisson_marginals(distances: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Distribution of the number of better units in one period, over the unit's own error; for each of the distances."""
    from scipy.special import ndtr

    z, weights = _hermite(NODES)
    near = [distance[np.abs(distance) <= FAR] for distance in distances]
    chance = np.zeros(
        (len(distances), NODES, max(map(len, near)))
    )  # a trial that cannot succeed changes no sum
    for block, distance in zip(chance, near, strict=True):
        block[:, : len(distance)] = ndtr(distance[None, :] - z[:, None])
    trials = chance.shape[2]
    rows = _poisson_binomial(chance.reshape(len(near) * NODES, trials))
    sums = rows.reshape(len(near), NODES, trials + 1)
    results = []
    for block, distance, kept in zip(sums, distances, near, strict=True):
        counts = weights @ np.ascontiguousarray(block[:, : len(kept) + 1])
        result = np.zeros(len(distance) + 1)
        surely = int((distance > FAR).sum())
        result[surely : surely + len(counts)] = counts
        results.append(result)
    return results


@cache
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(10)


@cache
def _hermite(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    z, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return z, weights / weights.sum()


def _joint_move(distance: np.ndarray, rho: float) -> np.ndarray:
    """The same with correlated errors: the integral runs over the unit's errors of both periods."""
    from scipy.special import ndtr

    z, weights = _hermite(NODES)
    weight = np.outer(weights, weights).ravel()
    kept = weight > 1e-15
    first = np.repeat(z, len(z))[kept]
    second = rho * first + np.sqrt(1 - rho**2) * np.tile(z, len(z))[kept]
    near = (np.abs(distance) <= FAR).any(axis=0)
    shift = int((distance[1, ~near] > 0).sum()) - int((distance[0, ~near] > 0).sum())
    steps = np.zeros((kept.sum(), 2 * near.sum() + 1))
    middle = int(near.sum())
    steps[:, middle] = 1.0
    for a, b in np.clip(distance[:, near], -3 * FAR, 3 * FAR).T:
        h, k = a - first, b - second
        both = _bivariate(h, k, rho)
        less, more = (ndtr(h) - both)[:, None], (ndtr(k) - both)[:, None]
        moved = steps * (1 - less - more)
        moved[:, 1:] += steps[:, :-1] * more
        moved[:, :-1] += steps[:, 1:] * less
        steps = moved
    difference = weight[kept] / weight[kept].sum() @ steps
    value = np.arange(-middle, middle + 1) + shift  # better units after less better units before
    return np.array([difference[value < 0].sum(), difference[value == 0].sum(), difference[value > 0].sum()])


def _bivariate(h: np.ndarray, k: np.ndarray, rho: float) -> np.ndarray:
    """P(Z1 <= h, Z2 <= k) of a standard bivariate normal, by Owen's T; rho 1 and -1 in closed form."""
    from scipy.special import ndtr, owens_t

    if rho == 1:
        return ndtr(np.minimum(h, k))
    if rho == -1:
        return np.maximum(ndtr(h) + ndtr(k) - 1, 0.0)
    tiny = 1e-300  # zero has a limit on either side; the positive one is taken
    h, k = np.where(h == 0, tiny, h), np.where(k == 0, tiny, k)
    root = np.sqrt(1 - rho**2)
    with np.errstate(over="ignore"):
        parts = owens_t(h, (k / h - rho) / root) + owens_t(k, (h / k - rho) / root)
    result = (ndtr(h) + ndtr(k)) / 2 - parts - np.where(h * k < 0, 0.5, 0.0)
    return np.clip(result, 0.0, np.minimum(ndtr(h), ndtr(k)))
