"""Inequality of resources: Gini, Lorenz, Theil, concentration index, and agglomeration over area.

Sources: O'Donnell, van Doorslaer, Wagstaff, Lindelow 2008, Analyzing Health Equity Using Household Survey Data (World Bank), chapters 7
and 8; Theil 1967, Economics and Information Theory, and Shorrocks 1980 Econometrica 48:613 for the decomposition; the agglomeration
degree (HRAD) of Chinese resource studies, for example Chen Xinlin (陈鑫琳) et al. 2023, 中国卫生事业管理 40(2):117.

Conventions of the module:

- Population formulas: the rows are all there is, there is no n/(n - 1) correction, and repeating every row changes nothing.
- ``x`` is what one member of a row has (doctors per 1,000 residents), ``weights`` how many members the row has (residents). Without
  weights each row counts once. Totals per region instead of rates go in as ``x = total / population, weights = population``.
- Zeros in x are allowed and count (0 ln 0 = 0); negative values, missing values, negative weights and a mean of zero are refused.
- Series are matched by label, arrays by position. Logarithms are natural.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import beside, choice, column, labels
from analysis.methods._inputs import groups as codes_for
from analysis.methods._types import Values


def _weighted(x: Values, weights: Values | None, where: str) -> tuple[pd.Series, np.ndarray]:
    """x as checked column, and shares of the members that sum to 1."""
    series = column(x, f"{where}, x")
    shares = beside(series, 1.0 if weights is None else weights, f"{where}, weights").to_numpy()
    for wrong, name, found in (
        (series.to_numpy() < 0, "x", "negative values"),
        (shares < 0, "weights", "negative weights"),
    ):
        if wrong.any():
            raise refuse(
                f"{where}, {name} of {labels(series.index, wrong)}",
                found,
                "numbers of at least 0",
                "these measures need a non-negative quantity",
            )
    if shares.sum() == 0 or (series.to_numpy() * shares).sum() == 0:
        raise refuse(
            where, "a total of zero", "a positive total", "nothing is distributed, so no share can be formed"
        )
    return series, shares / shares.sum()


def gini(x: Values, weights: Values | None = None) -> float:
    """Gini coefficient, 0 (all equal) to just under 1: half the mean absolute difference of two random members, relative to the mean.

    Parameters
    ----------
    x : numbers, not negative, one a row
    weights : members of each row; 1 each by default

    Returns
    -------
    A number.

    Raises
    ------
    MethodError : arguments that the module's policy refuses: missing or infinite values, text, other lengths or labels; negative values, a
        mean of zero.

    Reference
    ---------
    O'Donnell, van Doorslaer, Wagstaff and Lindelow 2008, Analyzing Health Equity Using Household Survey Data (World Bank), chapters 7 and
    8.

    Examples
    --------
    >>> from analysis.methods import equity
    >>> round(equity.gini([1, 2, 3, 4, 5]), 6)
    0.266667
    """
    population, share = _curve(x, weights, None).T
    # 1 minus twice the area under the curve: trapezoids, exact for rows that are equal inside
    return float(1 - np.sum(np.diff(population) * (share[1:] + share[:-1])))


def lorenz(x: Values, weights: Values | None = None, *, by: Values | None = None) -> pd.DataFrame:
    """Points of the Lorenz curve: DataFrame[population, share], cumulative shares from (0, 0) to (1, 1).

    Rows of equal x form one point. With ``by`` (a ranking variable, lowest first) the points are those of the concentration curve.
    The index is the number of the point: the curve has one row more than the groups it joins.

    Parameters
    ----------
    x : numbers, not negative, one a row
    weights : members of each row; 1 each by default
    by : ranking variable of a concentration curve

    Returns
    -------
    DataFrame[population, share].

    Raises
    ------
    MethodError : arguments that the module's policy refuses: missing or infinite values, text, other lengths or labels; negative values, a
        mean of zero.

    Reference
    ---------
    O'Donnell, van Doorslaer, Wagstaff and Lindelow 2008, Analyzing Health Equity Using Household Survey Data (World Bank), chapters 7 and
    8.

    Examples
    --------
    >>> from analysis.methods import equity
    >>> equity.lorenz([1, 3])["share"].tolist()
    [0.0, 0.25, 1.0]
    """
    return pd.DataFrame(_curve(x, weights, by), columns=["population", "share"])


def _curve(x: Values, weights: Values | None, by: Values | None) -> np.ndarray:
    """The points of ``lorenz``, rows x (population, share)."""
    series, shares = _weighted(x, weights, "equity.lorenz")
    order = series if by is None else beside(series, by, "equity.lorenz, by")
    values, at = np.unique(order.to_numpy(), return_inverse=True)
    parts = (np.bincount(at, part, len(values)) for part in (shares, shares * series.to_numpy()))
    points = np.vstack([[0.0, 0.0], np.column_stack([*parts]).cumsum(axis=0)])
    return points / points[-1]


def theil(
    x: Values, weights: Values | None = None, groups: Values | None = None, *, measure: str = "T"
) -> pd.Series:
    """Theil index and its decomposition: Series[total, within, between], total = within + between (NaN for both without ``groups``).

    ``measure`` "T" (default): sum of s_i ln(x_i / mean) with s_i the share of the resource. "L" (Theil's second measure, the mean log
    deviation): sum of p_i ln(mean / x_i) with p_i the share of the population; it is the form sum P ln(P / Y) of most Chinese studies
    of health resources (some take decimal logarithms: divide by ln 10). Within-group terms are weighted by resource shares for T and
    population shares for L. L needs every x above zero.

    Parameters
    ----------
    x : numbers, not negative, one a row
    weights : members of each row; 1 each by default
    groups : group of each row
    measure : "T" or "L"

    Returns
    -------
    Series[total, within, between].

    Raises
    ------
    MethodError : arguments that the module's policy refuses: missing or infinite values, text, other lengths or labels; zeros for "L".

    Reference
    ---------
    Theil 1967, Economics and Information Theory; Shorrocks 1980, Econometrica 48:613.

    Examples
    --------
    >>> from analysis.methods import equity
    >>> round(float(equity.theil([1, 2, 3, 4, 5])["total"]), 6)
    0.119688
    """
    where = "equity.theil"
    choice(where, "measure", measure, ("T", "L"))
    series, population = _weighted(x, weights, where)
    values = series.to_numpy()
    counted = population > 0
    if measure == "L" and (values[counted] == 0).any():
        raise refuse(
            f"{where}, x of {labels(series.index, counted & (values == 0))}",
            "zero",
            "values above 0 for measure L",
            'use measure "T"',
        )
    total = _theil(values, population, measure)
    if groups is None:
        return pd.Series({"total": total, "within": np.nan, "between": np.nan}, name="theil")
    codes = codes_for(series, groups, f"{where}, groups")
    members = np.bincount(codes, weights=population)
    means = np.divide(
        np.bincount(codes, weights=population * values),
        members,
        out=np.zeros_like(members),
        where=members > 0,
    )
    between = _theil(means, members, measure)
    parts = np.array(
        [
            _theil(values[codes == g], population[codes == g], measure)
            if members[g] > 0 and means[g] > 0
            else 0.0
            for g in range(len(members))
        ]
    )
    share = members * means / (members * means).sum() if measure == "T" else members
    return pd.Series(
        {"total": total, "within": float((share * parts).sum()), "between": between}, name="theil"
    )


def _theil(values: np.ndarray, population: np.ndarray, measure: str) -> float:
    """Theil T or L of values with population weights of any sum."""
    population = population / population.sum()
    ratio = values / (population * values).sum()
    positive = (ratio > 0) & (population > 0)
    logs = np.log(ratio[positive])
    result = (
        (population[positive] * ratio[positive] * logs).sum()
        if measure == "T"
        else -(population[positive] * logs).sum()
    )
    return max(float(result), 0.0)  # rounding can leave -1e-17 where all are equal


def concentration_index(x: Values, by: Values, weights: Values | None = None) -> float:
    """Concentration index of x over the ranking ``by``: 2 cov(x, R) / mean, from -1 (all with the lowest) to 1 (all with the highest).

    R is the weighted fractional rank in ``by`` (lowest first; the middle of a row's own share); rows tied in ``by`` share the middle of
    their tie, so their order in the table plays no part. The covariance is weighted and of the population kind. For grouped data this is
    the formula of World Bank technical note 7. The standard index: for a bounded x (a share of 0 to 1) read it beside the mean.

    Parameters
    ----------
    x : numbers, not negative, one a row
    by : ranking variable, lowest first
    weights : members of each row; 1 each by default

    Returns
    -------
    A number.

    Raises
    ------
    MethodError : arguments that the module's policy refuses: missing or infinite values, text, other lengths or labels; a mean of zero.

    Reference
    ---------
    O'Donnell, van Doorslaer, Wagstaff and Lindelow 2008, Analyzing Health Equity Using Household Survey Data (World Bank), chapters 7 and
    8.

    Examples
    --------
    >>> from analysis.methods import equity
    >>> round(equity.concentration_index([1, 2, 3], [10, 20, 30]), 4)
    0.2222
    """
    where = "equity.concentration_index"
    series, shares = _weighted(x, weights, where)
    order = beside(series, by, f"{where}, by").to_numpy()
    values, codes = np.unique(order, return_inverse=True)
    size = np.bincount(codes, weights=shares, minlength=len(values))
    rank = (size.cumsum() - size / 2)[codes]
    mean = (shares * series.to_numpy()).sum()
    return float(2 * (shares * (series.to_numpy() - mean) * (rank - 0.5)).sum() / mean)


def hrad(resource: Values, area: Values) -> pd.Series:
    """Health resource agglomeration degree: a region's share of the resource over its share of the area, one number per row.

    1 is the share its area would give it, 2 twice as much. The rows together must be the whole that the shares refer to. With
    population as ``resource`` it is the population agglomeration degree (PAD), and HRAD / PAD compares resources with people.

    Parameters
    ----------
    resource : amount in each region
    area : its area, or population

    Returns
    -------
    Series with the index of ``resource``.

    Raises
    ------
    MethodError : arguments that the module's policy refuses: missing or infinite values, text, other lengths or labels; an area of zero.

    Reference
    ---------
    Chen Xinlin (陈鑫琳) et al. 2023, 中国卫生事业管理 40(2):117.

    Examples
    --------
    >>> from analysis.methods import equity
    >>> equity.hrad([30, 70], [50, 50]).tolist()
    [0.6, 1.4]
    """
    where = "equity.hrad"
    series, _ = _weighted(resource, None, where)
    land = beside(series, area, f"{where}, area")
    if (land <= 0).any():
        raise refuse(
            f"{where}, area of {labels(land.index, land <= 0)}",
            "zero or negative",
            "positive areas",
            "correct the areas",
        )
    return ((series / series.sum()) / (land / land.sum())).rename("hrad")
