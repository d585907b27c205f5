"""Inequality with its uncertainty: intervals for Gini, Theil and the concentration index, its bounded forms and its decomposition.

Sources: Kakwani, Wagstaff and van Doorslaer 1997, Journal of Econometrics 77:87; Davidson 2009, Journal of Econometrics 150:30 (influence
functions); Wagstaff 2005, Health Economics 14:429 and Erreygers 2009, Journal of Health Economics 28:504 (bounded variables); Wagstaff,
van Doorslaer and Watanabe 2003, Journal of Econometrics 112:207 (decomposition). Conventions of ``equity`` hold.

The standard errors take the rows as independent draws from a larger population. Thirty-one provinces are a census: for them the interval
says nothing about sampling, and the range under leaving one out, or under a stated error, is the one to print.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import beside, choice, number, numbers, share
from analysis.methods._results import Result
from analysis.methods._said import said
from analysis.methods._types import Grid, Values
from analysis.methods.equity import _weighted
from analysis.methods.estimates import interval, told_apart, units_of

FORMS = ("standard", "generalised", "erreygers", "wagstaff")
MEASURES = ("gini", "theil_t", "theil_l")
MIN_ROWS = 5


@dataclass(frozen=True, eq=False, repr=False)
class Inequality(Result):
    """An index with its standard error, normal interval and p (of zero); ``n`` rows, each its own cluster."""

    title = ("不平等指数", "Inequality index")

    estimate: float
    se: float
    low: float
    high: float
    p: float
    n: int
    convention: str
    level: float = 0.95

    @property
    def clusters(self) -> int:
        """Rows, each its own cluster."""
        return self.n


def _result(
    estimate: float, influence: np.ndarray, shares: np.ndarray, text: str, level: float
) -> Inequality:
    """Variance of a weighted mean of independent rows: sum of squared shares times squared influence."""
    error = float(np.sqrt(((shares * influence) ** 2).sum()))
    low, high, p = interval(estimate, error, np.inf, level)
    return Inequality(estimate, error, low, high, p, len(shares), text, level)


def _rows(where: str, x: Values, weights: Values | None) -> tuple[pd.Series, np.ndarray]:
    series, shares = _weighted(x, weights, where)
    if len(series) < MIN_ROWS:
        raise refuse(
            where, f"{len(series)} rows", f"at least {MIN_ROWS}", "give the index without an interval"
        )
    return series, shares


def _rank(order: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Weighted fractional rank, ties at the middle of their tie."""
    values, codes = np.unique(order, return_inverse=True)
    size = np.bincount(codes, weights=shares, minlength=len(values))
    return (size.cumsum() - size / 2)[codes]


def _concentration(x: np.ndarray, order: np.ndarray, shares: np.ndarray) -> tuple[float, float, np.ndarray]:
    """Concentration index, mean, and influence of each row on the index."""
    rank, mean = _rank(order, shares), float(shares @ x)
    index = float(2 * (shares * (x - mean)) @ (rank - 0.5) / mean)
    # each row also moves the ranks of those above it: the share of x held above the row, half of its own tie
    values, codes = np.unique(order, return_inverse=True)
    held = np.bincount(codes, weights=shares * x, minlength=len(values))
    above = (held[::-1].cumsum()[::-1] - held / 2)[codes] / mean
    influence = 2 * x * rank / mean + 2 * above - (1 + index) * (1 + x / mean)
    return index, mean, influence


def concentration(
    x: Values,
    by: Values,
    weights: Values | None = None,
    *,
    form: str = "standard",
    lower: float = 0.0,
    upper: float | None = None,
    level: float = 0.95,
) -> Inequality:
    """Concentration index with its standard error: is x gathered at the low or the high end of ``by``?

    Parameters
    ----------
    x, by, weights : as in ``equity.concentration_index``: what one member of a row has, the ranking (lowest first), members of the row.
    form : "standard" (2 cov(x, R) / mean), "generalised" (mean times it), or for a bounded x "erreygers" (4 / (upper - lower) times the
        generalised) and "wagstaff" ((upper - lower) times the generalised, over (upper - mean)(mean - lower)).
    lower, upper : bounds of x, for the last two (0 and 1 for a share).
    level : of the normal interval.

    Returns
    -------
    Inequality. The standard error is that of the influence function, with the sampling of ranks and mean counted.

    Raises
    ------
    MethodError : fewer than 5 rows, negative x, bounds that x leaves or that are missing for a bounded form.

    Reference
    ---------
    Kakwani, Wagstaff and van Doorslaer 1997, Journal of Econometrics 77:87; Erreygers 2009, Journal of Health Economics 28:504.

    Examples
    --------
    >>> from analysis.methods import inequality
    >>> inequality.concentration([1, 2, 3, 4, 5, 7], [1, 2, 3, 4, 5, 6])
    Inequality(estimate=0.303, se=0.0734, low=0.1592, high=0.4469, n=6)
    """
    where = "inequality.concentration"
    share(level, f"{where}, level")
    choice(where, "form", form, FORMS)
    lower = number(lower, f"{where}, lower")
    series, shares = _rows(where, x, weights)
    order = beside(series, by, f"{where}, by").to_numpy()
    values = series.to_numpy()
    index, mean, influence = _concentration(values, order, shares)
    text = said("index.concentration", form=said(f"form.{form}"))
    if form == "standard":
        return _result(index, influence, shares, text, level)
    general, moved = index * mean, influence * mean + index * (values - mean)
    if form == "generalised":
        return _result(general, moved, shares, text, level)
    top = number(upper, f"{where}, upper", above=lower) if upper is not None else None
    if top is None or values.min() < lower or values.max() > top:
        raise refuse(
            f"{where}, lower and upper", f"{lower!r}, {upper!r}", "bounds that hold every x", "state them"
        )
    if form == "erreygers":
        factor = 4 / (top - lower)
        return _result(factor * general, factor * moved, shares, text, level)
    room = (top - mean) * (mean - lower)
    if room <= 0:
        raise refuse(where, "a mean at its bound", "a mean between the bounds", "nothing is distributed")
    slope = -(top - lower) * general * (top + lower - 2 * mean) / room**2
    bounded = (top - lower) * moved / room + slope * (values - mean)
    return _result((top - lower) * general / room, bounded, shares, text, level)


def with_interval(
    x: Values, weights: Values | None = None, *, measure: str = "gini", level: float = 0.95
) -> Inequality:
    """Gini, Theil T or Theil L with standard error and interval.

    Parameters
    ----------
    x, weights : as in ``equity.gini``.
    measure : "gini", "theil_t" or "theil_l" (mean log deviation, x above 0).
    level : of the normal interval.

    Returns
    -------
    Inequality, standard error by the influence function.

    Raises
    ------
    MethodError : fewer than 5 rows, negative x, zeros for "theil_l".

    Reference
    ---------
    Davidson 2009, Journal of Econometrics 150:30.

    Examples
    --------
    >>> from analysis.methods import inequality
    >>> inequality.with_interval([1, 2, 3, 4, 5])
    Inequality(estimate=0.2667, se=0.07516, low=0.1194, high=0.414, n=5)
    """
    where = "inequality.with_interval"
    share(level, f"{where}, level")
    choice(where, "measure", measure, MEASURES)
    series, shares = _rows(where, x, weights)
    values = series.to_numpy()
    text = said("index.spread", measure=said(f"measure.{measure}"))
    if measure == "gini":
        index, _, influence = _concentration(values, values, shares)
        return _result(index, influence, shares, text, level)
    mean = float(shares @ values)
    if measure == "theil_l":
        if (values <= 0).any():
            raise refuse(f"{where}, x", "zero", "values above 0 for Theil L", 'use "theil_t"')
        logs = np.log(values)
        estimate = float(np.log(mean) - shares @ logs)
        return _result(estimate, (values - mean) / mean - (logs - shares @ logs), shares, text, level)
    entropy = values * np.log(np.where(values > 0, values, 1.0))
    total = float(shares @ entropy)
    estimate = total / mean - np.log(mean)
    influence = (entropy - total) / mean - (values - mean) * (total / mean**2 + 1 / mean)
    return _result(float(estimate), influence, shares, text, level)


def decompose_concentration(
    x: Values, factors: Grid, by: Values, weights: Values | None = None
) -> pd.DataFrame:
    """Which factors carry the concentration of x? A linear model of x splits its index exactly.

    Parameters
    ----------
    x, by, weights : as in ``concentration``.
    factors : DataFrame or matrix, one column a factor, the rows of ``x`` (matched by label).

    Returns
    -------
    DataFrame, one row a factor, then "residual" and "total": coefficient (weighted least squares with a constant), mean, elasticity
    (coefficient x mean of the factor / mean of x), concentration (of the factor over ``by``), contribution (elasticity x
    concentration) and share (of the total index). Contributions sum to the total. They describe a regression, not causes.

    Raises
    ------
    MethodError : factors that add up to one another, fewer rows than factors need, an index of zero.

    Reference
    ---------
    Wagstaff, van Doorslaer and Watanabe 2003, Journal of Econometrics 112:207.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import inequality
    >>> factors = pd.DataFrame({"income": [1, 2, 3, 4, 5, 6], "city": [0, 1, 0, 1, 0, 1]})
    >>> found = inequality.decompose_concentration([2, 4, 5, 9, 10, 14], factors, factors["income"])
    >>> bool(abs(found["contribution"].iloc[:-1].sum() - found.loc["total", "contribution"]) < 1e-12)
    True
    """
    where = "inequality.decompose_concentration"
    series, shares = _rows(where, x, weights)
    frame = numbers(factors, f"{where}, factors")
    if len(frame) != len(series):
        raise refuse(f"{where}, factors", f"{len(frame)} rows", f"{len(series)} rows", "one row for each x")
    columns = {
        name: beside(
            series, frame[name] if isinstance(factors, pd.DataFrame) else frame[name].to_numpy(), where
        )
        for name in frame
    }
    matrix = np.column_stack([np.ones(len(series)), *(column.to_numpy() for column in columns.values())])
    told_apart(where, matrix, matrix, ["constant", *columns])
    order, values = beside(series, by, f"{where}, by").to_numpy(), series.to_numpy()
    root = np.sqrt(shares)
    size = units_of(matrix)
    beta = np.linalg.lstsq(matrix / size * root[:, None], values * root)[0] / size
    centre, mean = _rank(order, shares) - 0.5, float(shares @ values)
    total = 2 * float((shares * values) @ centre) / mean
    if abs(total) < 1e-14:
        raise refuse(where, "a concentration index of zero", "an index to split", "there is nothing to carry")
    rows = []
    for slope, column in zip(beta[1:], matrix.T[1:], strict=True):
        average, spread = float(shares @ column), 2 * float((shares * column) @ centre)
        contribution = slope * spread / mean
        own = spread / average if average != 0 else np.nan
        rows.append((slope, average, slope * average / mean, own, contribution, contribution / total))
    residual = 2 * float((shares * (values - matrix @ beta)) @ centre) / mean
    rows += [
        (np.nan, 0.0, np.nan, np.nan, residual, residual / total),
        (np.nan, mean, 1.0, total, total, 1.0),
    ]
    names = ["coefficient", "mean", "elasticity", "concentration", "contribution", "share"]
    return pd.DataFrame(rows, index=[*columns, "residual", "total"], columns=names)
