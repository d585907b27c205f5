"""Two-way fixed effects, difference in differences, and the diagnostics that go with them.

The standard error of a clustered two-way estimate depends on the software: the sandwich is the same, its small-sample factor is
not. Three conventions are offered under the name ``se`` (factors multiply the uncorrected covariance; G clusters, n rows, k
regressors, N units, T periods) and the result's ``convention`` prints which was used:

* ``"nested"`` (default): G/(G-1) (n-1)/(n-k-T). Unit effects nested in the clusters are not counted. Stata reghdfe, R fixest.
* ``"dummies"``: G/(G-1) (n-1)/(n-k-N-T+1). Every effect counted, as least squares with dummy variables does. Stata areg.
* ``"uncorrected"``: 1. The plain sandwich (CR0).

Intervals use the t distribution with G - 1 degrees of freedom in all three.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods.estimates import (
    MIN_CLUSTERS,
    Estimate,
    JointTest,
    check_choice,
    check_level,
    check_unique,
    interval,
    joint_test,
    treated_units,
    usable_rows,
)

MIN_TREATED = (
    2  # a clustered standard error of one treated unit is close to zero by construction; see permutation_test
)
CONVENTIONS = ("nested", "dummies", "uncorrected")


def panel(data, *, outcome, regressors, unit, time, cluster=None, se="nested", level=0.95) -> Estimate:
    """Two-way fixed effects: outcome on regressors with an effect for each unit and each period, clustered standard errors.

    ``data`` has one row per unit and period; rows with a missing value are left out and counted. ``regressors`` is a column name
    (the result holds numbers) or a list of them (Series). ``cluster`` is a column, by default the unit. ``se`` is "nested",
    "dummies" or "uncorrected" (see the module's text). Estimated by linearmodels.PanelOLS.

    Raises MethodError for absent columns, repeated unit-periods, fewer than two periods, fewer than 5 clusters (``MIN_CLUSTERS``),
    too few rows for the effects, or regressors that the effects absorb. Reference: Cameron and Miller (2015), Journal of Human
    Resources 50(2).
    """
    where = "effects.panel"
    check_choice(where, "se", se, CONVENTIONS)
    check_level(where, level)
    names = [regressors] if isinstance(regressors, str) else list(regressors)
    cluster = unit if cluster is None else cluster
    rows = usable_rows(where, data, numeric=[outcome, *names], keys=[unit, time, cluster])
    check_unique(where, rows, [unit, time])
    n, k, units, periods, groups = (
        len(rows),
        len(names),
        rows[unit].nunique(),
        rows[time].nunique(),
        rows[cluster].nunique(),
    )
    _check_size(where, n, k, units, periods, groups)
    params, covariance = _two_way(where, rows, outcome, names, unit, time, cluster)
    nested = bool((rows.groupby(unit)[cluster].nunique() == 1).all())
    factor, text = _small_sample(se, nested, n, k, units, periods, groups)
    covariance = covariance * factor
    errors = pd.Series(np.sqrt(np.diag(covariance)), index=params.index)
    low, high, p = interval(params, errors, groups - 1, level)
    picked = [
        (value.iloc[0].item() if isinstance(regressors, str) else value)
        for value in (params, errors, low, high, p)
    ]
    return Estimate(
        *picked,
        n=n,
        clusters=groups,
        convention=f"clustered by {cluster}; {text}; t with {groups - 1} degrees of freedom",
        level=level,
        df=groups - 1,
        dropped=len(data) - n,
        covariance=covariance,
    )


def _small_sample(
    se: str, nested: bool, n: int, k: int, units: int, periods: int, groups: int
) -> tuple[float, str]:
    """Factor of the covariance and its name in words."""
    if se == "uncorrected":
        return 1.0, "no small-sample correction (CR0)"
    counted, text = k + units + periods - 1, "every effect counted (least squares with dummies, Stata areg)"
    if se == "nested" and nested:
        counted, text = (
            k + periods,
            "unit effects nested in the clusters not counted (Stata reghdfe, R fixest)",
        )
    elif se == "nested":
        text = "units not nested in the clusters, so every effect counted"
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
    where: str, rows: pd.DataFrame, outcome: str, names: list[str], unit: str, time: str, cluster: str
):
    """Point estimates and the uncorrected (CR0) clustered covariance."""
    from linearmodels.panel import PanelOLS
    from linearmodels.panel.utility import AbsorbingEffectError

    index = pd.MultiIndex.from_arrays(
        [pd.factorize(rows[unit])[0], pd.factorize(rows[time], sort=True)[0]], names=["unit", "time"]
    )
    y = pd.Series(rows[outcome].to_numpy(dtype=float), index=index, name="outcome")
    x = pd.DataFrame({f"x{i}": rows[name].to_numpy(dtype=float) for i, name in enumerate(names)}, index=index)
    groups = pd.DataFrame({"cluster": pd.factorize(rows[cluster])[0]}, index=index)
    try:
        fit = PanelOLS(y, x, entity_effects=True, time_effects=True).fit(
            cov_type="clustered", clusters=groups, debiased=False, auto_df=False, count_effects=False
        )
    except (AbsorbingEffectError, ValueError, np.linalg.LinAlgError) as error:
        raise refuse(
            where,
            f"regressors {names} that cannot be told apart",
            "variation within units and periods",
            "drop the constant or double one",
        ) from error
    return pd.Series(fit.params.to_numpy(), index=names), pd.DataFrame(
        fit.cov.to_numpy(), index=names, columns=names
    )


def did(
    data, *, outcome, treated, start, time, unit=None, cluster=None, regressors=(), se="nested", level=0.95
) -> Estimate:
    """Difference in differences with one starting date.

    ``treated`` is a 0/1 column (ever treated, constant within the unit) or a list of units; ``start`` the first treated period.
    With ``unit`` given: two-way fixed effects on treated x (time >= start), clustered by ``cluster`` (default the unit), which on
    a balanced panel is the difference of the mean changes. Without ``unit``: the pooled two-by-two regression on rows,
    heteroskedasticity-robust (HC1), n rows as many clusters. ``regressors`` are added as controls and not reported.

    Raises MethodError when a group or a side of ``start`` is empty, or fewer than two treated units or controls (``MIN_TREATED``)
    would carry a clustered standard error. Reference: Angrist and Pischke (2009), chapter 5.
    """
    where = "effects.did"
    check_level(where, level)
    flag = [treated] if isinstance(treated, str) else []
    if unit is None:
        return _pooled_did(where, data, outcome, flag, start, time, list(regressors), level)
    keys = [unit, time] + ([cluster] if cluster else [])
    rows = usable_rows(where, data, numeric=[outcome, *flag, *regressors], keys=keys)
    marked = treated_units(where, rows, treated, unit)
    _check_sides(where, rows[unit][marked].nunique(), rows[unit][~marked].nunique(), rows[time], start)
    effect = "treated x after"
    rows[effect] = (marked & (rows[time] >= start)).astype(float)
    found = panel(
        rows,
        outcome=outcome,
        regressors=[effect, *regressors],
        unit=unit,
        time=time,
        cluster=cluster,
        se=se,
        level=level,
    )
    first = {name: float(getattr(found, name).iloc[0]) for name in ("estimate", "se", "low", "high", "p")}
    return Estimate(
        **first,
        n=found.n,
        clusters=found.clusters,
        convention=found.convention,
        level=level,
        df=found.df,
        dropped=len(data) - found.n,
        covariance=found.covariance,
    )


def _check_sides(where: str, treated: int, controls: int, times: pd.Series, start) -> None:
    if treated < MIN_TREATED or controls < MIN_TREATED:
        raise refuse(
            where,
            f"{treated} treated units and {controls} controls",
            f"at least {MIN_TREATED} of each",
            "use permutation_test or synthetic_control for a single treated unit",
        )
    if not (times < start).any() or not (times >= start).any():
        raise refuse(
            where,
            f"start={start!r} outside {times.min()}..{times.max()}",
            "periods on both sides of start",
            "correct start",
        )


def _pooled_did(where, data, outcome, flag, start, time, regressors, level) -> Estimate:
    import statsmodels.api as sm

    if not flag:
        raise refuse(
            where,
            "a list of treated units but no unit column",
            "treated as a 0/1 column, or unit=",
            "name the unit column",
        )
    rows = usable_rows(where, data, numeric=[outcome, *flag, *regressors], keys=[time])
    marked, after = rows[flag[0]].astype(float), (rows[time] >= start).astype(float)
    if not set(marked.unique()) <= {0.0, 1.0}:
        raise refuse(
            f"{where}: column {flag[0]!r}",
            "values other than 0 and 1",
            "0 or 1",
            "mark the treated rows by 1",
        )
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
    fit = sm.OLS(rows[outcome].to_numpy(), x).fit(cov_type="HC1")
    estimate, error = float(fit.params[3]), float(fit.bse[3])
    df = len(rows) - x.shape[1]
    low, high, p = interval(estimate, error, df, level)
    text = f"heteroskedasticity-robust (HC1), rows independent; t with {df} degrees of freedom"
    return Estimate(
        estimate, error, low, high, p, len(rows), len(rows), text, level, df, len(data) - len(rows)
    )


def lead_test(
    data, *, outcome, regressors, unit, time, cluster=None, leads=1, se="nested", level=0.95
) -> JointTest:
    """Does tomorrow's regressor "explain" today's outcome? Two-way fixed effects with leads, and the joint F test of the leads.

    Each regressor enters as it stands and 1..``leads`` periods ahead (periods in the order they occur in the table; a unit without
    the later row loses the row). A small ``p`` speaks against reading the contemporaneous coefficient as an effect. ``table`` has a
    row per coefficient (name, or name+lead) with estimate, se, low, high, p. Raises as ``panel``, and when no lead is left.
    Reference: Granger (1969); Angrist and Pischke (2009), section 5.2.
    """
    where = "effects.lead_test"
    names = [regressors] if isinstance(regressors, str) else list(regressors)
    if not isinstance(leads, int) or leads < 1:
        raise refuse(where, f"leads={leads!r}", "a whole number of at least 1", "pass leads=1")
    usable_rows(where, data, numeric=[outcome, *names], keys=[unit, time])
    check_unique(where, data, [unit, time])
    order = {period: i for i, period in enumerate(sorted(data[time].dropna().unique()))}
    rows = data.assign(**{"_position": data[time].map(order)})
    added = []
    for lead in range(1, leads + 1):
        ahead = rows[[unit, "_position", *names]].assign(_position=rows["_position"] - lead)
        columns = {name: f"{name}+{lead}" for name in names}
        rows = rows.merge(ahead.rename(columns=columns), on=[unit, "_position"], how="left")
        added += columns.values()
    found = panel(
        rows,
        outcome=outcome,
        regressors=names + added,
        unit=unit,
        time=time,
        cluster=cluster,
        se=se,
        level=level,
    )
    table = pd.DataFrame({name: getattr(found, name) for name in ("estimate", "se", "low", "high", "p")})
    return joint_test(found.estimate[added], found.covariance, table, found.n, found.clusters, found.df)


def placebo_test(
    data, *, outcome, treated, start, time, unit, starts=None, cluster=None, se="nested", level=0.95
) -> pd.DataFrame:
    """Difference in differences at false dates, on the periods before the true ``start`` alone.

    One row per false start (default: every period before ``start`` except the first), columns estimate, se, low, high, p. Estimates
    far from zero say that the groups were already moving apart. Raises as ``did``, and when fewer than two periods precede ``start``.
    """
    where = "effects.placebo_test"
    usable_rows(where, data, numeric=[outcome], keys=[unit, time])
    before = data[data[time] < start]
    possible = sorted(before[time].dropna().unique())[1:]
    chosen = possible if starts is None else list(starts)
    if not possible or not set(chosen) <= set(possible):
        raise refuse(
            where,
            f"false starts {chosen}",
            f"dates before {start!r} that have a period before them: {possible}",
            "choose those",
        )
    keys = dict(outcome=outcome, treated=treated, time=time, unit=unit, cluster=cluster, se=se, level=level)
    found = {date: did(before, start=date, **keys) for date in chosen}
    columns = ("estimate", "se", "low", "high", "p")
    return pd.DataFrame(
        [[getattr(f, c) for c in columns] for f in found.values()],
        index=pd.Index(found, name="start"),
        columns=columns,
    )


@dataclass(frozen=True)
class LeaveOneOut:
    """``estimate`` on everything; ``low`` and ``high`` the range when one unit is left out; ``table`` one row per unit left out.

    A range over units, not a confidence interval.
    """

    estimate: float | pd.Series
    low: float | pd.Series
    high: float | pd.Series
    table: pd.DataFrame
    most_influential: object


def leave_one_out(
    fit: Callable[[pd.DataFrame], object], data: pd.DataFrame, *, unit: str, units: Sequence | None = None
) -> LeaveOneOut:
    """Repeat ``fit`` without each unit in turn: ``leave_one_out(lambda d: did(d, ...), data, unit="region")``.

    ``fit`` takes a table and returns a number, or a result with ``.estimate``. ``units`` restricts which are left out. ``table`` is
    indexed by the unit left out with column estimate (one column a coefficient when the fit gives several). ``most_influential`` is
    the unit whose absence moves the (first) estimate most. Raises MethodError with fewer than three units; errors of ``fit`` pass.
    """
    where = "effects.leave_one_out"
    usable_rows(where, data, numeric=[], keys=[unit])
    present = list(pd.unique(data[unit].dropna()))
    if len(present) < 3:
        raise refuse(where, f"{len(present)} units", "at least 3", "leave-one-out needs more units")
    chosen = present if units is None else list(units)
    unknown = [u for u in chosen if u not in present]
    if unknown or not chosen:
        raise refuse(where, f"units {unknown}", f"values of column {unit!r}", "correct the names")
    full = _number(fit(data))
    found = {left: _number(fit(data[data[unit] != left])) for left in chosen}
    if isinstance(full, pd.Series):
        table = pd.DataFrame(found).T
        low, high, moved = table.min(), table.max(), (table.iloc[:, 0] - full.iloc[0]).abs()
    else:
        table = pd.DataFrame({"estimate": found})
        low, high, moved = (
            float(table["estimate"].min()),
            float(table["estimate"].max()),
            (table["estimate"] - full).abs(),
        )
    table.index.name = unit
    return LeaveOneOut(full, low, high, table, moved.idxmax())


def _number(result) -> float | pd.Series:
    value = getattr(result, "estimate", result)
    return value if isinstance(value, pd.Series) else float(value)
