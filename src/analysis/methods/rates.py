"""Rates of unlike populations made comparable: direct and indirect standardisation, and funnels for ratios and rates.

Sources: Breslow and Day 1987, Statistical Methods in Cancer Research II (IARC); Dobson, Kuulasmaa, Eberle and Scherer 1991, Statistics in
Medicine 10:457; Spiegelhalter 2005, Statistics in Medicine 24:1185. Limits are those of the English public-health package
(PHEindicatormethods, PHStatsMethods) where ``limits="byar"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import (
    SMALLEST,
    at_rows,
    beside,
    choice,
    column,
    dimensions,
    labels,
    number,
    share,
)
from analysis.methods._results import Result
from analysis.methods._said import said
from analysis.methods._types import Values

LIMITS = ("exact", "byar")
BYAR_FROM = 10  # events from which Byar's approximation is used; below it the exact limits are
OVERDISPERSION = ("none", "multiplicative", "additive")
MIN_UNITS = 3


@dataclass(frozen=True, eq=False, repr=False)
class StandardisedRate(Result):
    """``estimate`` with its limits; ``events`` observed, ``expected`` (indirect only), ``n`` strata, each its own cluster.

    ``se`` is that of the estimate under Poisson counts; the limits are not symmetric about the estimate.
    """

    title = ("标准化率", "Standardised rate")

    estimate: float
    se: float
    low: float
    high: float
    events: float
    expected: float
    n: int
    convention: str
    level: float = 0.95

    @property
    def clusters(self) -> int:
        """Strata, each its own cluster."""
        return self.n


def poisson_limits(
    events: float | np.ndarray | pd.Series, level: float, limits: str = "exact"
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a Poisson mean: Garwood's exact ones, or Byar's approximation from 10 events on."""
    from scipy import stats

    events, tail = np.asarray(events, dtype=float), (1 - level) / 2
    low = np.where(events > 0, stats.chi2.ppf(tail, 2 * np.maximum(events, 0.5)) / 2, 0.0)
    high = stats.chi2.ppf(1 - tail, 2 * (events + 1)) / 2
    if limits == "byar":
        z, base, more = stats.norm.ppf(1 - tail), np.maximum(events, 1.0), events + 1
        byar = base * (1 - 1 / (9 * base) - z / (3 * np.sqrt(base))) ** 3
        low = np.where(events >= BYAR_FROM, byar, low)
        high = np.where(events >= BYAR_FROM, more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3, high)
    return low, high


def _strata(where: str, events: Values, population: Values) -> tuple[pd.Series, pd.Series]:
    e = column(events, f"{where}, events")
    n = beside(e, population, f"{where}, population")
    for bad, name, found in (
        (e < 0, "events", "negative events"),
        (n < SMALLEST, "population", "0 or less, or next to it"),
    ):
        if bad.any():
            raise refuse(f"{where}, {name} of {labels(e.index, bad)}", found, "counts", "join the strata")
    return e, n


def direct_rate(
    events: Values,
    population: Values,
    standard: Values,
    *,
    multiplier: float = 1.0,
    level: float = 0.95,
    limits: str = "exact",
) -> StandardisedRate:
    """Directly standardised rate: what the standard population would have at the strata's own rates.

    Parameters
    ----------
    events, population, standard : Series (matched by label) or arrays, one value a stratum (an age band): events counted, persons they
        were counted among, and the standard population (any scale).
    multiplier : 100000 for a rate per 100,000.
    level : of the limits.
    limits : "exact" (Garwood's for the total count) or "byar" (from 10 events on, as the English package), scaled by Dobson's method.

    Returns
    -------
    StandardisedRate in events per ``multiplier`` persons.

    Raises
    ------
    MethodError : negative events, a stratum without population, a standard of zero, missing values.

    Reference
    ---------
    Dobson, Kuulasmaa, Eberle and Scherer 1991, Statistics in Medicine 10(3):457.

    Examples
    --------
    >>> from analysis.methods import rates
    >>> rates.direct_rate([10, 30], [1000, 1000], [3, 1], multiplier=1000)
    StandardisedRate(estimate=15, se=2.739, low=10.05, high=21.27, n=2)
    """
    where = "rates.direct_rate"
    share(level, f"{where}, level")
    choice(where, "limits", limits, LIMITS)
    multiplier = number(multiplier, f"{where}, multiplier", above=0)
    e, n = _strata(where, events, population)
    weight = beside(e, standard, f"{where}, standard")
    if (weight < 0).any() or weight.sum() == 0:
        found = f"negative values or a sum of 0{at_rows(e.index, weight < 0)}"
        raise refuse(f"{where}, standard", found, "a population", "mend it")
    weight = weight / weight.sum()
    rate, variance, total = float((weight * e / n).sum()), float((weight**2 * e / n**2).sum()), float(e.sum())
    low, high = (float(v) for v in poisson_limits(total, level, limits))
    scale = np.sqrt(variance / total) if total > 0 else float((weight / n).max())
    ends = rate + scale * (low - total), rate + scale * (high - total)
    return StandardisedRate(
        rate * multiplier,
        float(np.sqrt(variance)) * multiplier,
        max(ends[0], 0.0) * multiplier,
        ends[1] * multiplier,
        total,
        np.nan,
        len(e),
        said("rates.direct", limits=said(f"rates.{limits}")),
        level,
    )


def indirect_ratio(
    events: float | Values,
    population: Values,
    reference_rate: Values,
    *,
    level: float = 0.95,
    limits: str = "exact",
) -> StandardisedRate:
    """Standardised ratio (SMR, ISR): events observed over those expected at the reference's rates.

    Parameters
    ----------
    events : Series or array by stratum, or the total as one number.
    population : persons by stratum.
    reference_rate : events per person in the reference, by stratum.
    level : of the limits.
    limits : "exact" (Garwood's) or "byar" (from 10 events on).

    Returns
    -------
    StandardisedRate: 1 means as many as expected. Ratios of several areas are not comparable with one another when their age structures
    differ (each has weights of its own).

    Raises
    ------
    MethodError : negative events or rates, a stratum without population, nothing expected, missing values.

    Reference
    ---------
    Breslow and Day 1987, Statistical Methods in Cancer Research II (IARC), chapter 2.

    Examples
    --------
    >>> from analysis.methods import rates
    >>> rates.indirect_ratio([10, 30], [1000, 1000], [0.02, 0.02])
    StandardisedRate(estimate=1, se=0.1581, low=0.7144, high=1.362, n=2)
    """
    where = "rates.indirect_ratio"
    share(level, f"{where}, level")
    choice(where, "limits", limits, LIMITS)
    if dimensions(events) == 0:
        total = number(events, f"{where}, events", least=0)
        n = column(population, f"{where}, population")
    else:
        e, n = _strata(where, events, population)
        total = float(e.sum())
    rate = beside(n, reference_rate, f"{where}, reference_rate")
    expected = float((n * rate).sum())
    if (n < SMALLEST).any() or (rate < 0).any() or expected < SMALLEST:
        found = f"nothing expected, or negative rates{at_rows(n.index, (n < SMALLEST) | (rate < 0))}"
        raise refuse(where, found, "populations and rates", "mend them")
    low, high = (float(v) / expected for v in poisson_limits(total, level, limits))
    text = said("rates.indirect", limits=said(f"rates.{limits}"))
    return StandardisedRate(
        total / expected, float(np.sqrt(total)) / expected, low, high, total, expected, len(n), text, level
    )


def funnel_ratios(
    observed: Values,
    expected: Values,
    *,
    levels: Sequence[float] = (0.95, 0.998),
    overdispersion: str = "none",
    winsorise: float = 0.1,
) -> pd.DataFrame:
    """Limits within which a unit's ratio of observed to expected would lie if its true ratio were 1.

    Parameters
    ----------
    observed, expected : Series (matched by label) or arrays, one value a unit; observed counts, expected above 0.
    levels : of the limits.
    overdispersion : "none" (exact Poisson limits, those of the English public-health package, interpolated between whole counts),
        "multiplicative" (z-scores on the square-root scale, winsorised; limits widened by their root mean square where that is above 1)
        or "additive" (a variance between units added by the method of moments). Both work on the square-root scale.
    winsorise : share of the z-scores at each end that is pulled in before the spread is taken, 0 to below .5.

    Returns
    -------
    DataFrame with the index of ``observed``: ratio, z, and low_95, high_95, low_99.8, high_99.8 (after ``levels``);
    ``.attrs["overdispersion"]`` holds phi (mean squared winsorised z) and tau2.

    Raises
    ------
    MethodError : fewer than three units, negative counts, expected not above 0, missing values.

    Reference
    ---------
    Spiegelhalter 2005, Statistics in Medicine 24(8):1185, section 4 and appendix.

    Examples
    --------
    >>> from analysis.methods import rates
    >>> rates.funnel_ratios([32, 50, 90], [40.0, 45.0, 60.0]).round(2).loc[2, ["ratio", "high_95"]].tolist()
    [1.5, 1.27]
    """
    where = "rates.funnel_ratios"
    choice(where, "overdispersion", overdispersion, OVERDISPERSION)
    winsorise = number(winsorise, f"{where}, winsorise", least=0, below=0.5)
    levels = [share(v, f"{where}, levels") for v in (levels if dimensions(levels) == 1 else [levels])]
    o = column(observed, f"{where}, observed")
    e = beside(o, expected, f"{where}, expected")
    for bad, found in ((o < 0, "negative counts"), (e < SMALLEST, "expected 0 or less, or next to it")):
        if bad.any():
            raise refuse(
                f"{where}, {labels(o.index, bad)}", found, "counts and expectations above 0", "mend them"
            )
    if len(o) < MIN_UNITS:
        raise refuse(where, f"{len(o)} units", f"at least {MIN_UNITS}", "show the intervals instead")
    error = 1 / (2 * np.sqrt(e))
    z = (np.sqrt(o / e) - 1) / error
    pulled = z.clip(z.quantile(winsorise), z.quantile(1 - winsorise))
    phi, weight = float((pulled**2).mean()), 1 / error**2
    tau2 = (len(z) * phi - (len(z) - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    tau2 = max(float(tau2), 0.0)
    out = pd.DataFrame({"ratio": o / e, "z": z})
    for level in levels:
        low, high = _ratio_limits(e, error, level, overdispersion, phi, tau2)
        name = f"{100 * level:g}"
        out[f"low_{name}"], out[f"high_{name}"] = low, high
    out.attrs["overdispersion"] = {"phi": phi, "tau2": tau2}
    return out


def _ratio_limits(
    e: pd.Series, error: pd.Series, level: float, overdispersion: str, phi: float, tau2: float
) -> tuple[Any, Any]:
    from scipy import stats

    if overdispersion == "none":
        low, high = (_exact_ratio(e.to_numpy(), (1 - level) / 2, side) for side in ("low", "high"))
        return low, high
    spread = (
        error * np.sqrt(max(phi, 1.0)) if overdispersion == "multiplicative" else np.sqrt(error**2 + tau2)
    )
    reach = stats.norm.ppf(0.5 + level / 2) * spread
    return (1 - reach).clip(lower=0) ** 2, (1 + reach) ** 2


def _exact_ratio(e: np.ndarray, tail: float, side: str) -> np.ndarray:
    """Count whose exact Poisson limit is the expectation, over the expectation; counts between whole numbers by the gamma function."""
    from scipy.optimize import brentq
    from scipy.special import gammainc, gammaincc

    out = np.empty(len(e))
    for i, mean in enumerate(e):
        if side == "low":  # the upper limit of the count is the expectation: P(X <= count) = tail
            out[i] = 0.0
            if gammaincc(1.0, mean) < tail:
                top = mean + 1
                out[i] = brentq(lambda c, m=mean: gammaincc(c + 1, m) - tail, 0.0, top) / mean
        else:  # the lower limit of the count is the expectation: P(X >= count) = tail
            top = mean + 40 * np.sqrt(mean) + 60
            out[i] = brentq(lambda c, m=mean: gammainc(c, m) - tail, 1e-9, top) / mean
    return out


def funnel_rates(
    events: Values,
    exposure: Values,
    *,
    target: float | None = None,
    multiplier: float = 1.0,
    levels: Sequence[float] = (0.95, 0.998),
    overdispersion: str = "none",
) -> pd.DataFrame:
    """Limits within which a unit's rate would lie if every unit had the target rate: ``funnel_ratios`` times the target.

    Parameters
    ----------
    events, exposure : Series or arrays, one value a unit; counts, and persons or time above 0.
    target : rate per unit of exposure; by default the pooled one, sum(events)/sum(exposure).
    multiplier : 100000 for rates per 100,000.
    levels, overdispersion : as in ``funnel_ratios``.

    Returns
    -------
    DataFrame with the index of ``events``: rate, target, z, and the limits, all times ``multiplier``.

    Raises
    ------
    MethodError : as ``funnel_ratios``, and a target of 0.

    Reference
    ---------
    Spiegelhalter 2005, Statistics in Medicine 24(8):1185.

    Examples
    --------
    >>> from analysis.methods import rates
    >>> rates.funnel_rates([32, 50, 90], [400, 450, 600], multiplier=100).round(1).loc[2, ["rate", "target"]].tolist()
    [15.0, 11.9]
    """
    where = "rates.funnel_rates"
    multiplier = number(multiplier, f"{where}, multiplier", above=0)
    e = column(events, f"{where}, events")
    at = beside(e, exposure, f"{where}, exposure")
    small = at < SMALLEST
    if small.any():
        raise refuse(
            f"{where}, exposure of {labels(at.index, small)}", "0 or less", "above 0", "leave them out"
        )
    goal = float(e.sum() / at.sum()) if target is None else number(target, f"{where}, target", above=0)
    if goal <= 0:
        raise refuse(where, "no event at all", "a target above 0", "pass target=")
    found = funnel_ratios(e, goal * at, levels=levels, overdispersion=overdispersion)
    ends = [name for name in found if name.startswith(("low", "high"))]
    out = found[ends] * goal * multiplier
    out.insert(0, "rate", e / at * multiplier)
    out.insert(1, "target", goal * multiplier)
    out.insert(2, "z", found["z"])
    out.attrs = found.attrs
    return out
