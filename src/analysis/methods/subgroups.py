"""Inequality between subgroups: the summary measures of the World Health Organization's HEAT, each with an interval.

Source: WHO 2024, Health Equity Assessment Toolkit, technical notes, and the R package healthequal (Antiporta, Menéndez, Kirkby and
Hosseinpoor), whose names and scales are kept: RCI, COV, IDIS and PAF in percent, TI and MLD times 1000.

Intervals follow from the subgroups' standard errors alone (independent estimates, population shares known): by the delta method with
numerical derivatives (R and RII on the log scale), and by seeded draws for the measures with absolute values or a best group in them.
Measures that cannot be negative are biased upward by noise in the estimates; the interval does not mend that.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import at_rows, beside, column, count, direction, number, share
from analysis.methods._types import Label, Values

SIMPLE = ("d", "r")
ORDERED = ("aci", "rci", "sii", "rii")
UNORDERED = ("bgv", "bgsd", "cov", "ti", "mld")
ABSOLUTE = ("mdmu", "mdmw", "mdbu", "mdbw", "mdru", "mdrw", "idisu", "idisw")
IMPACT = ("par", "paf")
LOGS = ("r", "rii")
DRAWS = 10_000


class _Group:
    """Shares, fractional ranks and the places of the best and the reference group; ``pair``: what is subtracted, and from what."""

    def __init__(
        self,
        p: np.ndarray,
        rank: np.ndarray | None,
        ends: tuple[int, int],
        pair: tuple[int, int],
        ref: int | None,
        sign: int,
        upper: float | None,
    ) -> None:
        self.p, self.place, self.ends, self.pair = p, rank, ends, pair
        self.ref, self.sign, self.upper = ref, sign, upper

    @property
    def rank(self) -> np.ndarray:
        """Fractional ranks; the measures that read them are refused for groups without an order."""
        assert self.place is not None
        return self.place

    def best(self, y: np.ndarray) -> float:
        return float(y.max() if self.sign > 0 else y.min())

    def reference(self, y: np.ndarray) -> float:
        """The reference named; else the most advantaged of an ordered dimension, the best of an unordered one."""
        if self.ref is not None:
            return float(y[self.ref])
        return float(y[self.ends[1]]) if self.place is not None else self.best(y)


def _line(y: np.ndarray, g: _Group) -> tuple[float, float]:
    """Fitted values at the bottom and at the top of the order."""
    x, p = g.rank, g.p
    if g.upper is None:
        centred = x - p @ x
        slope = (p * centred) @ y / ((p * centred) @ centred)
        start = p @ y - slope * (p @ x)
        return float(start), float(start + slope)
    a, b = _logit_line(np.clip(y / g.upper, 0, 1), x, p)
    low, high = g.upper / (1 + np.exp(-np.array([a, a + b])))
    return low, high


def _logit_line(y: np.ndarray, x: np.ndarray, p: np.ndarray) -> tuple[float, float]:
    """Weighted logistic regression of shares by Newton's method."""
    design, beta = np.column_stack([np.ones_like(x), x]), np.zeros(2)
    for _ in range(50):
        fitted = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        weight = p * fitted * (1 - fitted)
        step = np.linalg.lstsq(design.T @ (weight[:, None] * design), design.T @ (p * (y - fitted)))[0]
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            break
    return float(beta[0]), float(beta[1])


def _mean(y: np.ndarray, g: _Group) -> float:
    return float(g.p @ y)


def _ratio(y: np.ndarray, g: _Group) -> Any:
    return y / (g.p @ y)


MEASURES: dict[str, Callable[[np.ndarray, _Group], Any]] = {
    "d": lambda y, g: y[g.pair[1]] - y[g.pair[0]],
    "r": lambda y, g: y[g.pair[1]] / y[g.pair[0]],
    "aci": lambda y, g: (g.p * (2 * g.rank - 1)) @ y,
    "rci": lambda y, g: 100 * (g.p * (2 * g.rank - 1)) @ y / _mean(y, g),
    "sii": lambda y, g: _line(y, g)[1] - _line(y, g)[0],
    "rii": lambda y, g: _line(y, g)[1] / _line(y, g)[0],
    "bgv": lambda y, g: g.p @ (y - _mean(y, g)) ** 2,
    "bgsd": lambda y, g: np.sqrt(g.p @ (y - _mean(y, g)) ** 2),
    "cov": lambda y, g: 100 * np.sqrt(g.p @ (y - _mean(y, g)) ** 2) / _mean(y, g),
    "ti": lambda y, g: 1000 * (g.p * _ratio(y, g)) @ np.log(_ratio(y, g)),
    "mld": lambda y, g: -1000 * g.p @ np.log(_ratio(y, g)),
    "par": lambda y, g: g.reference(y) - _mean(y, g),
    "paf": lambda y, g: 100 * (g.reference(y) - _mean(y, g)) / _mean(y, g),
}


def _absolute(name: str, y: np.ndarray, g: _Group) -> np.ndarray:
    """Mean distances of rows of estimates (draws x subgroups): from the mean, the best or the reference group, plain or by people."""
    mean = y @ g.p
    ref = y[:, g.ref if g.ref is not None else g.ends[1]]
    best = y.max(axis=1) if g.sign > 0 else y.min(axis=1)
    if g.ref is None and g.place is None:
        ref = best
    centre = {"b": best, "r": ref}.get(name[2], mean)
    gaps = np.abs(y - centre[:, None])
    found = gaps @ g.p if name.endswith("w") else gaps.mean(axis=1)
    return 100 * found / mean if name.startswith("idis") else found


def _value(name: str, y: np.ndarray, g: _Group) -> float:
    return float(_absolute(name, y[None, :], g)[0] if name in ABSOLUTE else MEASURES[name](y, g))


def measures(
    estimate: Values,
    population: Values,
    *,
    se: Values | None = None,
    order: Values | None = None,
    better: str = "higher",
    reference: Label | None = None,
    upper: float | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Summary measures of inequality between subgroups, one row a measure.

    Parameters
    ----------
    estimate, population : Series (matched by label) or arrays, one value a subgroup: its level (above 0) and its people.
    se : standard error of each estimate; without it there are no intervals.
    order : rank of each subgroup, lowest the most disadvantaged, no ties; without it the subgroups are unordered and ACI, RCI, SII and
        RII are left out.
    better : "higher" (coverage) or "lower" (mortality): which end is the best group.
    reference : label of the reference subgroup; by default the most advantaged of an ordered dimension, else the best.
    upper : upper bound of the indicator (100 for percent): SII and RII then come from a logistic line, else from a straight one.
    level, seed : of the intervals, and of the draws behind some of them.

    Returns
    -------
    DataFrame[estimate, se, low, high] by measure: d, r (ordered: most advantaged against most disadvantaged, the reverse where lower is
    better; unordered: largest against smallest, or the reference against the worst), aci, rci, sii, rii, bgv, bgsd, cov, ti, mld, mdmu,
    mdmw, mdbu, mdbw, mdru, mdrw, idisu, idisw, par, paf (0 where the reference is worse than the mean).

    Raises
    ------
    MethodError : fewer than two subgroups, estimates not above 0 or above ``upper``, ties in the order, an unknown reference.

    Reference
    ---------
    WHO 2024, Health Equity Assessment Toolkit, technical notes; Antiporta, Menéndez, Kirkby and Hosseinpoor 2024, the R package
    healthequal; Schlotheuber and Hosseinpoor 2022, International Journal of Environmental Research and Public Health
    19(6):3697.

    Examples
    --------
    >>> from analysis.methods import subgroups
    >>> found = subgroups.measures([60, 70, 90], [1, 1, 2], se=[2, 2, 2], order=[1, 2, 3])
    >>> found.loc[["d", "aci", "bgv", "par"], "estimate"].round(3).tolist()
    [30.0, 6.875, 168.75, 12.5]
    """
    where = "subgroups.measures"
    share(level, f"{where}, level")
    sign = direction(better, f"{where}, better")
    y, group = _checked(where, estimate, population, order, sign, reference, upper)
    values = y.to_numpy()
    rows = {
        name: [_value(name, values, group), np.nan, np.nan, np.nan]
        for name in (*SIMPLE, *ORDERED, *UNORDERED, *ABSOLUTE, *IMPACT)
        if group.place is not None or name not in ORDERED
    }
    if se is not None:
        errors = beside(y, se, f"{where}, se")
        if (errors < 0).any():
            raise refuse(
                f"{where}, se",
                f"a negative standard error{at_rows(y.index, errors < 0)}",
                "at least 0",
                "mend it",
            )
        count(seed, f"{where}, seed", 0)
        _with_errors(rows, values, errors.to_numpy(), group, level, seed)
    for name in IMPACT:  # nothing is to be gained where the reference is worse than the mean
        held = np.maximum if sign > 0 else np.minimum
        for at in (0, 2, 3):
            rows[name][at] = float(held(rows[name][at], 0.0))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "se", "low", "high"])


def _checked(
    where: str,
    estimate: Values,
    population: Values,
    order: Values | None,
    sign: int,
    reference: Label | None,
    upper: float | None,
) -> tuple[pd.Series, _Group]:
    y = column(estimate, f"{where}, estimate")
    people = beside(y, population, f"{where}, population")
    if len(y) < 2:
        raise refuse(where, f"{len(y)} subgroup", "at least two", "inequality is between groups")
    top = None if upper is None else number(upper, f"{where}, upper", above=0)
    outside = (y <= 0) | (y > (np.inf if top is None else top))
    if outside.any():
        wrong = f"values not above 0, or above upper{at_rows(y.index, outside)}"
        raise refuse(f"{where}, estimate", wrong, "levels above 0", "check the scale")
    if (people <= 0).any():
        wrong = f"0 or less{at_rows(y.index, people <= 0)}"
        raise refuse(f"{where}, population", wrong, "people in every subgroup", "leave it out")
    p = (people / people.sum()).to_numpy()
    rank, ends = None, (int(np.argmin(y)), int(np.argmax(y)))
    if order is not None:
        place = beside(y, order, f"{where}, order").to_numpy()
        if len(np.unique(place)) < len(place):
            raise refuse(f"{where}, order", "tied subgroups", "one rank each", "join tied groups")
        at = np.argsort(place)
        rank = np.empty(len(p))
        rank[at] = p[at].cumsum() - p[at] / 2
        ends = int(at[0]), int(at[-1])
    ref = None
    if reference is not None:
        known = y.index.is_unique and isinstance(reference, Hashable) and reference in y.index
        found = y.index.get_loc(reference) if known else -1
        if found < 0:
            raise refuse(f"{where}, reference", repr(reference), "the label of a subgroup", "correct it")
        ref = int(found)
    return y, _Group(p, rank, ends, _pair(y.to_numpy(), ends, ref, sign, order is not None), ref, sign, top)


def _pair(y: np.ndarray, ends: tuple[int, int], ref: int | None, sign: int, ordered: bool) -> tuple[int, int]:
    """Places of the two groups of D and R as HEAT takes them: the better off less the worse off where more is better, else the reverse."""
    if ordered:
        return ends if sign > 0 else (ends[1], ends[0])
    if ref is None:
        return ends
    return (ends[0], ref) if sign > 0 else (ref, ends[1])


def _with_errors(rows: dict, y: np.ndarray, s: np.ndarray, group: _Group, level: float, seed: int) -> None:
    from scipy.stats import norm

    reach = norm.ppf(0.5 + level / 2)
    place = np.lexsort((s, y))  # the draws follow the values, so that the order of the rows plays no part
    z = np.empty((DRAWS, len(y)))
    z[:, place] = np.random.default_rng(seed).standard_normal((DRAWS, len(y)))
    drawn = np.maximum(y + s * z, 1e-12 * y)
    for name, row in rows.items():
        if name in ABSOLUTE or (name in IMPACT and group.ref is None and group.place is None):
            sample = _absolute(name, drawn, group) if name in ABSOLUTE else _impact(name, drawn, group)
            ends = np.quantile(sample, [(1 - level) / 2, (1 + level) / 2])
            row[1:] = [float(sample.std()), *map(float, ends)]
            continue
        measure = MEASURES[name]
        scale = np.log if name in LOGS else float
        slope = np.empty(len(y))
        for i in range(len(y)):
            step = 1e-5 * y[i]
            ends = [y.copy(), y.copy()]
            ends[0][i] -= step
            ends[1][i] += step
            slope[i] = (scale(measure(ends[1], group)) - scale(measure(ends[0], group))) / (2 * step)
        error = float(np.sqrt(((slope * s) ** 2).sum()))
        if name in LOGS:
            row[1:] = [row[0] * error, row[0] * np.exp(-reach * error), row[0] * np.exp(reach * error)]
        else:
            row[1:] = [error, row[0] - reach * error, row[0] + reach * error]


def _impact(name: str, y: np.ndarray, g: _Group) -> np.ndarray:
    mean = y @ g.p
    gain = (y.max(axis=1) if g.sign > 0 else y.min(axis=1)) - mean
    return 100 * gain / mean if name == "paf" else gain
