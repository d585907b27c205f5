"""CRITIC weights, coupling coordination and grey relational degree: common in Chinese papers, with what they cannot say.

Sources: Diakoulaki, Mavrotas and Papayannakis 1995, Computers & Operations Research 22:763 (CRITIC); Deng 1982, Systems & Control Letters
1:288 (grey relation); the coupling coordination degree in the corrected form of Wang Shujia, Kong Wei, Ren Liang et al. 2021, Journal of
Natural Resources 36:793.

Limits. All three are computed from the units at hand: adding or leaving out one unit moves every number. CRITIC takes spread for
importance. Coupling is high whenever two indices are alike, also when both are low, and its usual bands (.8 good, .5 barely) come from no
measurement. A grey relational degree hangs on the resolution (rho) and on the scaling. None of them is an estimate with an error.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import beside, choice, directions, labels, number, numbers
from analysis.methods._types import Directions, Grid, Values
from analysis.methods.indices import _minmax, _weights


def critic_weights(table: Grid, better: Directions = "higher") -> pd.Series:
    """CRITIC weights: one per column, summing to 1; spread of a column times its disagreement with the others.

    Parameters
    ----------
    table : DataFrame or matrix, one row a unit, one column an indicator, none missing.
    better : "higher" or "lower", one word, or one per column by name or order.

    Returns
    -------
    Series by column. Columns are scaled to 0 (worst) to 1 (best); weight proportional to s_j sum_k (1 - r_jk), s the sample standard
    deviation, r the correlation. A constant column has weight 0 and is not counted in the sums.

    Raises
    ------
    MethodError : fewer than 3 units, only constant columns, missing cells.

    Reference
    ---------
    Diakoulaki, Mavrotas and Papayannakis 1995, Computers & Operations Research 22:763.

    Examples
    --------
    >>> from analysis.methods import objective_weights
    >>> phones = [[250, 16, 12, 5], [200, 16, 8, 3], [300, 32, 16, 4], [275, 32, 8, 4], [225, 16, 16, 2]]
    >>> objective_weights.critic_weights(phones).round(4).tolist()
    [0.1302, 0.259, 0.3785, 0.2323]
    """
    where = "objective_weights.critic_weights"
    frame = numbers(table, f"{where}, table")
    signs = directions(better, frame.columns, f"{where}, better")
    if len(frame) < 3:
        raise refuse(where, f"{len(frame)} units", "at least 3", "correlations need units")
    scaled = _minmax(frame.to_numpy(), signs)
    spread = scaled.std(axis=0, ddof=1)
    used = spread > 0
    if not used.any():
        raise refuse(
            where, "only constant columns", "a column in which units differ", "choose weights yourself"
        )
    information = np.zeros(len(spread))
    conflict = 1 - np.atleast_2d(np.corrcoef(scaled[:, used], rowvar=False))
    information[used] = spread[used] * conflict.sum(axis=0)
    if information.sum() <= 1e-12:
        raise refuse(where, "columns that all say the same", "columns that disagree", "one of them is enough")
    return pd.Series(information / information.sum(), index=frame.columns, name="weight")


def coupling_coordination(
    indices: Grid, *, weights: Values | None = None, form: str = "corrected"
) -> pd.DataFrame:
    """Coupling, development and coordination of several indices: one row a unit.

    Parameters
    ----------
    indices : DataFrame or matrix, one column an index of a system, each between 0 and 1, at least two.
    weights : of the systems in the development index, by column name or order; equal by default.
    form : "corrected" (for two systems C = sqrt((1 - (u2 - u1)) u1/u2) with u2 the larger; for more the mean gap of the ordered pairs),
        spread over 0 to 1, or "geometric" (n times the geometric over the sum; crowds near 1).

    Returns
    -------
    DataFrame: coupling C (alike, 0 to 1), development T (weighted mean) and coordination D = sqrt(C T). Two poor systems that are alike
    have C of 1: read D beside T, and the indices beside both.

    Raises
    ------
    MethodError : one system, values outside 0 to 1, missing cells.

    Reference
    ---------
    Wang Shujia (王淑佳), Kong Wei, Ren Liang et al. 2021, Journal of Natural Resources 36(3):793.

    Examples
    --------
    >>> from analysis.methods import objective_weights
    >>> objective_weights.coupling_coordination([[0.5, 0.5], [0.2, 0.8]]).round(4).iloc[1].tolist()
    [0.3162, 0.5, 0.3976]
    """
    where = "objective_weights.coupling_coordination"
    choice(where, "form", form, ("corrected", "geometric"))
    frame = numbers(indices, f"{where}, indices")
    u = frame.to_numpy()
    outside = ((u < 0) | (u > 1)).any(axis=1)
    if outside.any():
        raise refuse(
            f"{where}, {labels(frame.index, outside)}",
            "an index outside 0 to 1",
            "indices of 0 to 1",
            "scale them",
        )
    n = u.shape[1]
    if n < 2:
        raise refuse(where, "one index", "at least two", "coupling is between systems")
    share = np.full(n, 1 / n) if weights is None else _weights(weights, frame.columns, f"{where}, weights")
    largest, total = u.max(axis=1), u.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if form == "geometric":
            coupling = n * np.prod(u, axis=1) ** (1 / n) / total
        else:
            i, j = np.triu_indices(n, 1)
            gaps = np.abs(u[:, i] - u[:, j]).sum(axis=1) / (n * (n - 1) / 2)
            ratio = np.prod(u / largest[:, None], axis=1) ** (1 / (n - 1))
            coupling = np.sqrt((1 - gaps) * ratio)
    coupling = np.where(total > 0, coupling, 0.0)
    development = u @ share
    return pd.DataFrame(
        {"coupling": coupling, "development": development, "coordination": np.sqrt(coupling * development)},
        index=frame.index,
    )


def grey_relational_degree(
    table: Grid,
    reference: Values | None,
    *,
    rho: float = 0.5,
    scaling: str = "mean",
    weights: Values | None = None,
) -> pd.Series:
    """Grey relational degree of each column to a reference series: 1 where they run alike.

    Parameters
    ----------
    table : DataFrame or matrix, one row a period (or unit), one column a series, positive for the scalings below.
    reference : Series (matched by label) or array, one value a row.
    rho : resolution, above 0 to 1; .5 by custom. The degrees, and sometimes their order, change with it.
    scaling : "mean" (each series over its mean), "initial" (over its first value) or "none".
    weights : of the rows, by label or order; equal by default.

    Returns
    -------
    Series by column: the weighted mean over the rows of (min + rho max) / (gap + rho max), min and max over all gaps.

    Raises
    ------
    MethodError : a mean or first value of 0, missing cells, fewer than 2 rows, series that all equal the reference.

    Reference
    ---------
    Deng 1982, Systems & Control Letters 1:288.

    Examples
    --------
    >>> from analysis.methods import objective_weights
    >>> objective_weights.grey_relational_degree([[1, 2], [2, 2], [3, 2]], [1, 2, 3]).round(4).tolist()
    [1.0, 0.5556]
    """
    where = "objective_weights.grey_relational_degree"
    choice(where, "scaling", scaling, ("mean", "initial", "none"))
    rho = number(rho, f"{where}, rho", above=0, most=1)
    frame = numbers(table, f"{where}, table")
    anchor = pd.Series(0.0, index=frame.index)
    if len(frame) < 2:
        raise refuse(where, f"{len(frame)} rows", "at least 2", "relation needs a course")
    target = beside(anchor, reference, f"{where}, reference").to_numpy()[:, None]
    own = frame.to_numpy()
    if scaling != "none":
        bases = [part.mean(axis=0) if scaling == "mean" else part[0] for part in (own, target)]
        if any((base == 0).any() for base in bases):
            raise refuse(where, f"a {scaling} value of 0", "series that can be scaled", 'use scaling="none"')
        own, target = own / bases[0], target / bases[1]
    gaps = np.abs(own - target)
    largest = gaps.max()
    if largest == 0:
        raise refuse(where, "series equal to the reference", "a gap somewhere", "there is nothing to order")
    degree = (gaps.min() + rho * largest) / (gaps + rho * largest)
    share = np.full(len(frame), 1 / len(frame))
    if weights is not None:
        given = beside(anchor, weights, f"{where}, weights").to_numpy()
        if (given < 0).any() or given.sum() == 0:
            raise refuse(f"{where}, weights", "negative or all 0", "weights of at least 0", "mend them")
        share = given / given.sum()
    return pd.Series(share @ degree, index=frame.columns, name="grey relational degree")
