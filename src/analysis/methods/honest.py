"""How far an event study holds when parallel trends fail: bounds by relative magnitudes (Rambachan and Roth).

The differences of the trends after treatment, from one period to the next, are at most ``mbar`` times the largest one before treatment.
For one largest difference and its sign that is a set of linear inequalities; the interval is the union over all of them, each inverted
from the conditional least-favourable test of Andrews, Roth and Pakes. Published implementations solve linear programmes and draw the
critical value by simulation. Neither is needed here: the nuisance parameters leave a polytope whose corners can be written down (the
effect from above, from below, and the sign of the largest difference), and the critical value is an integral over one normal variable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import column, dimensions, is_real, number, numbers, share
from analysis.methods._results import Result
from analysis.methods._said import said
from analysis.methods._types import Grid, Values
from analysis.methods.estimates import interval

GRID = 1001  # candidate effects between the two that the first stage rejects for certain; ends are refined in between
MOST = 20.0  # relative magnitude at which the search for the breakdown ends
NODES, REACH = 120, 8.5  # of the integral over a normal variable: points, and how far out in standard errors
FIRST_STAGE = 0.1  # share of the error spent on the least-favourable test, the articles' own


@dataclass(frozen=True, eq=False, repr=False)
class HonestDid(Result):
    """``table``: a row per relative magnitude: estimate, low, high (confidence) and bound_low, bound_high (at the estimates themselves).

    ``estimate, se, low, high`` are those under parallel trends. ``breakdown``: the smallest relative magnitude, to .001, at which the
    interval holds zero; 0 when it does under parallel trends, infinite when it does not at 20.
    """

    title = ("放宽平行趋势的区间", "Bounds without parallel trends")

    estimate: float
    se: float
    low: float
    high: float
    table: pd.DataFrame
    breakdown: float
    largest_lead: float
    n: int
    convention: str
    level: float = 0.95
    notes: tuple[str, ...] = ()
    clusters = None

    def facts(self) -> dict[str, object]:
        """Adds the breakdown to the inference."""
        found = super().facts()
        found["convention"] = said("dates.relative", breakdown=f"{self.breakdown:.4g}")
        return found


@dataclass(frozen=True)
class _Study:
    """Differences of the path of coefficients (``sigma``: their covariance), the first ``before`` of them before treatment.

    ``weights``: those of the differences after treatment in the effect.
    """

    change: np.ndarray
    sigma: np.ndarray
    before: int
    weights: np.ndarray

    @property
    def effect(self) -> float:
        return float(self.weights @ self.change[self.before :])

    @property
    def error(self) -> float:
        after = self.sigma[self.before :, self.before :]
        return float(np.sqrt(self.weights @ after @ self.weights))


def honest_did(
    estimate: pd.Series,
    covariance: pd.DataFrame,
    *,
    mbar: float | Sequence[float] = (0.5, 1.0, 1.5, 2.0),
    effect: Any = "mean",
    reference: float = -1,
    level: float = 0.95,
) -> HonestDid:
    """Intervals for an effect when trends may part after treatment by ``mbar`` times their largest parting before it.

    Parameters
    ----------
    estimate : Series of an event study's coefficients by relative period, without the reference; ``EventStudy.coefficients()`` gives
        this and the next.
    covariance : their covariance, a DataFrame with the same labels in rows and columns.
    mbar : relative magnitudes, from 0; 1 allows a change of trend as large as the largest seen before treatment.
    effect : "mean" of the periods from 0 on, or one of these periods.
    reference : the omitted period, the last one before treatment.
    level : of the intervals.

    Returns
    -------
    HonestDid, in the unit of the outcome.

    Raises
    ------
    MethodError : no period before the reference or none from 0 on, periods that do not follow one another (a window that gathers ends),
        a covariance that is none, a period that is not there.

    Reference
    ---------
    Rambachan and Roth 2023, Review of Economic Studies 90(5):2555; Andrews, Roth and Pakes 2023, Review of Economic Studies 90(6):2763.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from analysis.methods import effects
    >>> periods = [-3, -2, 0, 1]
    >>> coefficients = pd.Series([0.02, -0.03, 0.4, 0.5], index=periods)
    >>> covariance = pd.DataFrame(np.diag([0.01, 0.01, 0.01, 0.01]) ** 1.5, index=periods, columns=periods)
    >>> found = effects.honest_did(coefficients, covariance, mbar=[0.5, 1, 2])
    >>> found.table.round(2)[["estimate", "low", "high"]].to_numpy().tolist()
    [[0.45, 0.35, 0.55], [0.45, 0.26, 0.64], [0.45, 0.07, 0.83]]
    >>> round(found.breakdown, 1)
    2.4
    """
    where = "effects.honest_did"
    share(level, f"{where}, level")
    sizes = _magnitudes(where, mbar)
    series, matrix = _checked(where, estimate, covariance)
    study = _study(where, series, matrix, effect, reference)
    value, error = study.effect, study.error
    low, high, _ = interval(value, error, np.inf, level)
    reach = float(np.abs(study.weights).sum() * np.abs(study.change[: study.before]).max())
    table = pd.DataFrame(
        [
            [value, *_interval(study, size, 1 - level), value - reach * size, value + reach * size]
            for size in sizes
        ],
        columns=["estimate", "low", "high", "bound_low", "bound_high"],
        index=pd.Index(sizes, name="mbar"),
    )
    return HonestDid(
        value,
        error,
        low,
        high,
        table,
        _breakdown(study, 1 - level, low, high),
        float(np.abs(study.change[: study.before]).max()),
        len(series),
        said("dates.magnitudes"),
        level,
    )


def _magnitudes(where: str, mbar: Any) -> list[float]:
    values = [mbar] if dimensions(mbar) == 0 else list(mbar) if dimensions(mbar) == 1 else []
    if not values:
        raise refuse(f"{where}, mbar", repr(mbar)[:60], "numbers from 0", "pass for example (0.5, 1, 2)")
    return [number(value, f"{where}, mbar", least=0, most=MOST) for value in values]


def _checked(where: str, estimate: Values, covariance: Grid) -> tuple[pd.Series, pd.DataFrame]:
    """Coefficients in the order of their periods, and the covariance in the same order."""
    series = column(estimate, f"{where}, estimate")
    matrix = numbers(covariance, f"{where}, covariance")
    if not isinstance(estimate, pd.Series) or not isinstance(covariance, pd.DataFrame):
        raise refuse(
            where,
            "coefficients without their periods",
            "a Series and a DataFrame by relative period",
            "label them",
        )
    if not all(is_real(label) and float(label).is_integer() for label in series.index):
        raise refuse(
            where, f"labels {list(series.index)[:6]}", "whole numbers: periods", "label them by period"
        )
    series.index = [int(label) for label in series.index]
    labels = [[int(x) if is_real(x) and np.isfinite(x) else x for x in axis] for axis in matrix.axes]
    if any(sorted(map(str, axis)) != sorted(map(str, series.index)) for axis in labels):
        raise refuse(
            f"{where}, covariance",
            "other labels than the coefficients'",
            "the same periods in rows and columns",
            "align them",
        )
    if series.index.has_duplicates:
        raise refuse(where, "a period twice", "one coefficient a period", "leave one out")
    series = series.sort_index()
    matrix = matrix.set_axis(labels[0], axis=0).set_axis(labels[1], axis=1).loc[series.index, series.index]
    held = matrix.to_numpy()
    if (
        not np.allclose(held, held.T, rtol=1e-6, atol=1e-12 * np.abs(held).max())
        or (np.linalg.eigvalsh((held + held.T) / 2) <= 1e-12 * np.abs(held).max()).any()
    ):
        raise refuse(
            f"{where}, covariance",
            "a matrix that is not symmetric and positive definite",
            "the covariance of the coefficients",
            "take it from the same estimate",
        )
    return series, matrix


def _study(where: str, series: pd.Series, matrix: pd.DataFrame, effect: Any, reference: float) -> _Study:
    last = int(number(reference, f"{where}, reference", below=0))
    periods = list(series.index)
    before, after = [p for p in periods if p < last], [p for p in periods if p >= 0]
    path = [*before, last, *after]
    if not before or not after or path != list(range(path[0], path[-1] + 1)) or len(path) != len(periods) + 1:
        raise refuse(
            where,
            f"periods {periods} around the reference {last}",
            "periods that follow one another, at least one before the reference and one from 0 on",
            "leave no period out and gather none",
        )
    if isinstance(effect, str) and effect == "mean":
        on_level = np.full(len(after), 1 / len(after))
    elif is_real(effect) and effect in after:
        on_level = np.array([float(p == effect) for p in after])
    else:
        raise refuse(f"{where}, effect", repr(effect)[:60], f'"mean" or one of {after}', "pass one of them")
    levels = np.eye(len(periods))
    levels = np.insert(levels, len(before), 0.0, axis=0)  # the reference is zero
    steps = np.diff(levels, axis=0)
    return _Study(
        steps @ series.to_numpy(),
        steps @ matrix.to_numpy() @ steps.T,
        len(before),
        np.cumsum(on_level[::-1])[::-1],
    )


@dataclass(frozen=True)
class _Corners:
    """Statistics whose largest tests one set of inequalities, at effect 0, their slope in the effect, and their covariance."""

    value: np.ndarray
    slope: np.ndarray
    covariance: np.ndarray
    critical: float

    def accepts(self, theta: np.ndarray, size: float) -> np.ndarray:
        """Whether each candidate effect is kept by the test of error ``size`` (both stages together)."""
        from scipy.special import log_ndtr

        first = size * FIRST_STAGE
        second = (size - first) / (1 - first)
        found = self.value + np.outer(theta, self.slope)
        top = found.argmax(axis=1)
        most = found[np.arange(len(theta)), top]
        variance = np.diag(self.covariance)[top]
        still = variance <= 1e-14 * np.diag(self.covariance).max()
        variance = np.where(still, 1.0, variance)
        share_of = self.covariance[top] / variance[:, None]
        rest, room = found - share_of * most[:, None], 1 - share_of
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = rest / room
        below = np.where(room > 1e-12, ends, -np.inf).max(axis=1)
        above = np.minimum(np.where(room < -1e-12, ends, np.inf).min(axis=1), self.critical)
        root = np.sqrt(variance)
        tail, low, high = (log_ndtr(-np.clip(v, -1e8, 1e8) / root) for v in (most, below, above))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            inside = np.exp(tail - low) * -np.expm1(high - tail) / -np.expm1(high - low)
        rejected = (most > self.critical) | ((most > 0) & (still | (inside < second)))
        return ~rejected


def _corners(study: _Study, largest: int, sign: int, size: float, error: float) -> _Corners:
    """The corners when the difference numbered ``largest``, times ``sign``, is the largest before treatment."""
    count, w = len(study.change), study.weights
    after = np.eye(count)[study.before :]
    bound = size * sign * np.eye(count)[largest]
    spread = [np.sqrt(np.einsum("ij,jk,ik->i", f, study.sigma, f)) for f in (after - bound, -after - bound)]
    up, down = np.maximum(w, 0), np.maximum(-w, 0)
    unit_up, unit_down = up @ spread[0] + down @ spread[1], down @ spread[0] + up @ spread[1]
    effect, width = w @ after, np.abs(w).sum() * bound
    forms = [(effect - width) / unit_up, (-effect - width) / unit_down]
    pairs = spread[0] + spread[1]
    forms += [-2 * bound / pair for pair in (pairs.min(), pairs.max())]
    table = np.array(forms)
    covariance = table @ study.sigma @ table.T
    slope = np.array([-1 / unit_up, 1 / unit_down, 0.0, 0.0])
    critical = _least_favourable(covariance[:3, :3], error * FIRST_STAGE)
    return _Corners(table @ study.change, slope, covariance, critical)


def _least_favourable(covariance: np.ndarray, error: float) -> float:
    """Quantile of the largest of three centred statistics, the third a multiple of what the first two share."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    spread = np.sqrt(np.diag(covariance))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    # given the third (in its own standard errors) the first two are normal with these means and this covariance
    shared = covariance[:2, 2] / spread[2] if spread[2] > 0 else np.zeros(2)
    left = covariance[:2, :2] - np.outer(shared, shared)
    own = np.sqrt(np.clip(np.diag(left), 0, None))

    # what is left of the first two is one normal variable with opposite signs: effect from above and from below
    def beyond(c: float) -> float:
        last = min(REACH, c / spread[2]) if spread[2] > 0 else REACH  # the third is to stay below as well
        half = (last + REACH) / 2
        points = -REACH + half * (nodes + 1)
        upper = (c - shared[0] * points) / own[0]
        lower = -(c - shared[1] * points) / own[1]
        inside = np.clip(ndtr(upper) - ndtr(lower), 0, 1) * np.exp(-(points**2) / 2)
        return 1 - float(weights @ inside) * half / np.sqrt(2 * np.pi) - error

    return float(brentq(beyond, 0.0, 10 * spread.max()))


def _interval(study: _Study, size: float, error: float) -> tuple[float, float]:
    """Smallest and largest effect that some largest difference before treatment allows."""
    lows, highs = [], []
    for largest in range(study.before):
        for sign in (1, -1):
            corners = _corners(study, largest, sign, size, error)
            # beyond these the first stage rejects for certain
            ends = (corners.critical - corners.value[:2]) / corners.slope[:2]
            if not ends[0] < ends[1]:
                continue
            theta = np.linspace(ends[0], ends[1], GRID)
            kept = np.flatnonzero(corners.accepts(theta, error))
            if len(kept):
                lows.append(_end(corners, theta, int(kept[0]), -1, error))
                highs.append(_end(corners, theta, int(kept[-1]), 1, error))
    return min(lows), max(highs)


def _end(corners: _Corners, theta: np.ndarray, at: int, step: int, error: float) -> float:
    """The end of what is kept, between a kept candidate and its rejected neighbour."""
    if not 0 <= at + step < len(theta):
        return float(theta[at])
    kept, gone = theta[at], theta[at + step]
    for _ in range(4):
        between = np.linspace(kept, gone, 101)
        last = int(np.flatnonzero(corners.accepts(between, error)).max(initial=0))
        kept, gone = between[last], between[min(last + 1, 100)]
    return float(kept)


def _breakdown(study: _Study, error: float, low: float, high: float) -> float:
    def holds_zero(size: float) -> bool:
        tests = (
            _corners(study, largest, sign, size, error) for largest in range(study.before) for sign in (1, -1)
        )
        return any(corners.accepts(np.zeros(1), error)[0] for corners in tests)

    if low <= 0 <= high:
        return 0.0
    if not holds_zero(MOST):
        return np.inf
    below, above = 0.0, MOST
    while above - below > 0.001:
        middle = (below + above) / 2
        below, above = (below, middle) if holds_zero(middle) else (middle, above)
    return above
