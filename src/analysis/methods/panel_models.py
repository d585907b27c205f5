"""Two-way fixed effects and difference in differences.

The standard error of a clustered two-way estimate depends on the software: the sandwich is the same, its small-sample factor is
not. Three conventions are offered under the name ``se`` (factors multiply the uncorrected covariance; G clusters, n rows, k
regressors, N units, T periods) and the result's ``convention`` prints which was used:

* ``"nested"`` (default): G/(G-1) (n-1)/(n-k-T). Unit effects nested in the clusters are not counted. Stata reghdfe, R fixest.
* ``"dummies"``: G/(G-1) (n-1)/(n-k-N-T+1). Every effect counted, as least squares with dummy variables does. Stata areg.
* ``"uncorrected"``: 1. The plain sandwich (CR0).

Intervals use the t distribution with G - 1 degrees of freedom in all three.

Why no library does the estimating: the effects have to be taken out here anyway, because whether regressors can be told apart is decided
on what is left (linearmodels and pyfixest give the mean of the outcome, or nothing, for a constant regressor), and what remains is one
least-squares line. The tests hold it against linearmodels to ten digits; pyfixest (three seconds before its first fit) differs by the
factor named above only.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import choice, dimensions, share
from analysis.methods._rows import (
    after_start,
    check_unique,
    distinct,
    flag_of,
    names,
    treated_units,
    usable_rows,
)
from analysis.methods._said import Said, said
from analysis.methods._types import Label, Labels
from analysis.methods.estimates import MIN_CLUSTERS, Estimate, interval, settled, told_apart, units_of, within

MIN_TREATED = (
    2  # a clustered standard error of one treated unit is close to zero by construction; see permutation_test
)
CONVENTIONS = ("nested", "dummies", "uncorrected")


def panel(
    data: pd.DataFrame,
    *,
    outcome: Label,
    regressors: Labels,
    unit: Label,
    time: Label,
    cluster: Label | None = None,
    se: str = "nested",
    level: float = 0.95,
) -> Estimate:
    """Two-way fixed effects: outcome on regressors with an effect for each unit and each period, clustered standard errors.

    Parameters
    ----------
    data : DataFrame, one row per unit and period; rows with a missing value are left out and counted.
    outcome : column of numbers.
    regressors : a column name (the result holds numbers) or a list of them (Series).
    unit, time : columns of labels; time is not used as a number.
    cluster : column, by default the unit.
    se : "nested", "dummies" or "uncorrected" (see the module's text).
    level : of the intervals.

    Returns
    -------
    Estimate, in units of the outcome per unit of the regressor.

    Raises
    ------
    MethodError : absent or unfit columns, repeated unit-periods, fewer than two periods, fewer than 5 clusters (``MIN_CLUSTERS``), too
        few rows for the effects, regressors that the effects absorb or that add up to one another.

    Reference
    ---------
    Cameron and Miller 2015, Journal of Human Resources 50(2):317.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame({"unit": list("aabbccddee"), "year": [1, 2] * 5, "x": [0, 1, 0, 2, 1, 1, 0, 0, 2, 5]})
    >>> table["y"] = 2 * table["x"] + [1, 1, 2, 2.5, 3, 3, 4, 4.5, 5, 5]
    >>> effects.panel(table, outcome="y", regressors="x", unit="unit", time="year")
    Estimate(estimate=1.971, se=0.1054, low=1.678, high=2.263, n=10)
    """
    where = "effects.panel"
    choice(where, "se", se, CONVENTIONS)
    share(level, f"{where}, level")
    chosen = names(regressors, f"{where}, regressors")
    single = not isinstance(regressors, list) and dimensions(regressors) == 0
    cluster = unit if cluster is None else cluster
    distinct(where, outcome=outcome, unit=unit, time=time)
    distinct(
        where, **{"outcome": outcome, "unit": unit} | {f"regressor {i + 1}": n for i, n in enumerate(chosen)}
    )
    rows = usable_rows(where, data, numeric=[outcome, *chosen], keys=[unit, time, cluster])
    check_unique(where, rows, [unit, time])
    codes = [pd.factorize(rows[name])[0] for name in (unit, time, cluster)]
    sizes = [code.max() + 1 for code in codes]
    n, k = len(rows), len(chosen)
    _check_size(where, n, k, *sizes)
    params, covariance = _two_way(where, rows, outcome, chosen, *codes)
    units, periods, groups = (int(size) for size in sizes)
    nested = bool((rows.groupby(codes[0])[cluster].nunique() == 1).all()) if cluster != unit else True
    factor, text = _small_sample(se, nested, n, k, units, periods, groups)
    covariance = covariance * factor
    errors = pd.Series(np.sqrt(np.diag(covariance)), index=params.index)
    low, high, p = interval(params, errors, groups - 1, level)
    estimate, se_, low, high, p = (
        (value.iloc[0].item() if single else value) for value in (params, errors, low, high, p)
    )
    return Estimate(
        estimate=estimate,
        se=se_,
        low=low,
        high=high,
        p=p,
        n=n,
        clusters=groups,
        convention=said("panel.clustered", cluster=cluster, correction=text, df=groups - 1),
        level=level,
        df=groups - 1,
        dropped=len(data) - n,
        covariance=covariance,
    )


def _small_sample(
    se: str, nested: bool, n: int, k: int, units: int, periods: int, groups: int
) -> tuple[float, Said]:
    """Factor of the covariance and its name in words."""
    if se == "uncorrected":
        return 1.0, said("panel.uncorrected")
    counted, text = k + units + periods - 1, said("panel.dummies")
    if se == "nested" and nested:
        counted, text = k + periods, said("panel.nested")
    elif se == "nested":
        text = said("panel.not_nested")
    return groups / (groups - 1) * (n - 1) / (n - counted), text


def _check_size(where: str, n: int, k: int, units: int, periods: int, groups: int) -> None:
    if k == 0:
        raise refuse(where, "no regressor", "at least one", "name a column")
    if periods < 2 or units < 2:
        raise refuse(where, f"{units} units and {periods} periods", "at least two of each", "supply a panel")
    if groups < MIN_CLUSTERS:
        raise refuse(
            where,
            f"{groups} clusters",
            f"at least {MIN_CLUSTERS}",
            "describe the data instead, or cluster more finely",
        )
    if n - (k + units + periods - 1) < 1:
        raise refuse(
            where,
            f"{n} rows for {k + units + periods - 1} parameters",
            "more rows than parameters",
            "supply more periods",
        )


def _two_way(
    where: str,
    rows: pd.DataFrame,
    outcome: Label,
    chosen: list,
    unit: np.ndarray,
    time: np.ndarray,
    cluster: np.ndarray,
) -> tuple[pd.Series, pd.DataFrame]:
    """Point estimates and the uncorrected (CR0) clustered covariance; unit, time and cluster are codes."""
    given = rows[[outcome, *chosen]].to_numpy(dtype=float)
    left = within(given, unit, time)
    y, x = settled(left[:, 0], given[:, 0]), left[:, 1:]
    told_apart(where, x, given[:, 1:], chosen)
    scale = np.sqrt((x**2).sum(axis=0))
    q, r = np.linalg.qr(
        x / scale
    )  # squares of the regressors would lose half the digits of what nearly repeats another
    back = np.linalg.inv(r) / scale[:, None]
    along = q.T @ y
    beta, residual = back @ along, settled(y - q @ along, given[:, 0])
    scores = np.stack([np.bincount(cluster, weights=column * residual) for column in q.T], axis=1)
    covariance = back @ (scores.T @ scores) @ back.T
    return pd.Series(beta, index=chosen), pd.DataFrame(covariance, index=chosen, columns=chosen)


def did(
    data: pd.DataFrame,
    *,
    outcome: Label,
    treated: Label | Collection[Label],
    start: Label,
    time: Label,
    unit: Label | None = None,
    cluster: Label | None = None,
    regressors: Labels = (),
    se: str = "nested",
    level: float = 0.95,
) -> Estimate:
    """Difference in differences with one starting date.

    ``treated`` is a 0/1 column (ever treated, constant within the unit) or a list of units; ``start`` the first treated period.
    With ``unit`` given: two-way fixed effects on treated x (time >= start), clustered by ``cluster`` (default the unit), which on
    a balanced panel is the difference of the mean changes. Without ``unit``: the pooled two-by-two regression on rows,
    heteroskedasticity-robust (HC1), n rows as many clusters. ``regressors`` are added as controls and not reported.

    Parameters
    ----------
    data : DataFrame, one row per unit and period
    outcome : column of numbers
    treated : 0/1 column, constant within the unit, or a list of units
    start : first treated period
    time : column of periods
    unit : column of units
    cluster : column, by default the unit
    regressors : controls, not reported
    se : "nested", "dummies" or "uncorrected", as in ``panel``
    level : of the intervals, 0.95 for 95 per cent

    Returns
    -------
    Estimate, in the unit of the outcome.

    Raises
    ------
    MethodError : when a group or a side of ``start`` is empty, or fewer than two treated units or controls (``MIN_TREATED``) would carry a
        clustered standard error.

    Reference
    ---------
    Angrist and Pischke 2009, Mostly Harmless Econometrics, chapter 5.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame({"unit": [unit for unit in "abcdef" for _ in range(2)], "year": [2019, 2021] * 6})
    >>> table["y"] = [10, 15, 20, 26, 30, 37, 10, 11, 20, 22, 30, 33]  # a to c rise by 5, 6 and 7, d to f by 1, 2 and 3
    >>> found = effects.did(table, outcome="y", unit="unit", time="year", treated=["a", "b", "c"], start=2021)
    >>> round(found.estimate, 6)
    4.0
    """
    where = "effects.did"
    share(level, f"{where}, level")
    flag, controls = flag_of(treated), names(regressors, f"{where}, regressors", least=0)
    distinct(where, outcome=outcome, unit=unit, time=time, treated=flag[0] if flag else None)
    if unit is None:
        return _pooled_did(where, data, outcome, flag, start, time, controls, level)
    keys = [unit, time] + ([] if cluster is None else [cluster])
    rows = usable_rows(where, data, numeric=[outcome, *controls], keys=keys, flags=flag)
    marked, after = treated_units(where, rows, treated, unit), after_start(where, rows[time], start)
    _check_sides(where, rows[unit][marked].nunique(), rows[unit][~marked].nunique(), rows[time], after, start)
    effect = "treated x after"
    rows[effect] = (marked & after).astype(float)
    found = panel(
        rows,
        outcome=outcome,
        regressors=[effect, *controls],
        unit=unit,
        time=time,
        cluster=cluster,
        se=se,
        level=level,
    )
    estimate, error, low, high, p = (float(value.iloc[0]) for value in found.by_coefficient())
    return Estimate(
        estimate=estimate,
        se=error,
        low=low,
        high=high,
        p=p,
        n=found.n,
        clusters=found.clusters,
        convention=found.convention,
        level=level,
        df=found.df,
        dropped=len(data) - found.n,
        covariance=found.covariance,
    )


def _check_sides(
    where: str, treated: int, controls: int, times: pd.Series, after: np.ndarray, start: Label
) -> None:
    if treated < MIN_TREATED or controls < MIN_TREATED:
        raise refuse(
            where,
            f"{treated} treated units and {controls} controls",
            f"at least {MIN_TREATED} of each",
            "use permutation_test or synthetic_control for a single treated unit",
        )
    if after.all() or not after.any():
        raise refuse(
            where,
            f"start={start!r} outside {times.min()}..{times.max()}",
            "periods on both sides of start",
            "correct start",
        )


def _pooled_did(
    where: str,
    data: pd.DataFrame,
    outcome: Label,
    flag: list[Label],
    start: Label,
    time: Label,
    regressors: list[Label],
    level: float,
) -> Estimate:
    import statsmodels.api as sm

    if not flag:
        raise refuse(
            where,
            "a list of treated units but no unit column",
            "treated as a 0/1 column, or unit=",
            "name the unit column",
        )
    rows = usable_rows(where, data, numeric=[outcome, *regressors], keys=[time], flags=flag)
    marked, after = rows[flag[0]].to_numpy(), after_start(where, rows[time], start).astype(float)
    cells = pd.crosstab(marked, after)
    if cells.shape != (2, 2) or (cells.to_numpy() < 2).any():
        raise refuse(
            where,
            f"cells of {cells.to_numpy().tolist()} rows",
            "two rows in each of the four cells",
            "supply all four cells",
        )
    x = np.column_stack(
        [np.ones(len(rows)), marked, after, marked * after, *(rows[name] for name in regressors)]
    )
    told_apart(where, x, x, ["constant", flag[0], "after", f"{flag[0]} x after", *regressors])
    y = rows[outcome].to_numpy()
    x = x / units_of(x)  # columns of 0 and 1 stay as they are
    fit = sm.OLS(settled(y - y.mean(), y), x).fit(cov_type="HC1")  # the constant takes up the mean
    estimate, error = float(fit.params[3]), float(fit.bse[3]) if settled(fit.resid, y).any() else 0.0
    df = len(rows) - x.shape[1]
    low, high, p = interval(estimate, error, df, level)
    text = said("panel.robust", df=df)
    return Estimate(
        estimate, error, low, high, p, len(rows), len(rows), text, level, df, len(data) - len(rows)
    )
