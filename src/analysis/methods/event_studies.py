"""Effects by time since treatment: the two-way event study, and Callaway and Sant'Anna's estimator for staggered dates.

One module above 300 lines, because both designs share their result shapes and the reading of the date column.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.errors import MethodError, refuse
from analysis.methods.estimates import (
    MIN_CLUSTERS,
    JointTest,
    check_choice,
    check_level,
    check_unique,
    interval,
    joint_test,
    usable_rows,
)
from analysis.methods.panel_models import panel

MIN_CONTROLS = 2  # units without treatment; with fewer there is no variance among the controls
SMALL_GROUP = (
    5  # R did warns below this: the asymptotic standard error of such a group is not to be relied on
)


@dataclass(frozen=True, eq=False)
class EventStudy:
    """``table``: a row per period relative to treatment (reference included, zero), columns estimate, se, low, high, p.

    ``estimate`` is the mean of the coefficients from relative period 0 on, with its own standard error; ``pretrend`` the joint test
    of all coefficients before the reference (None when they cannot be tested; a note says why). ``notes`` say what limits the reading.
    """

    estimate: float
    se: float
    low: float
    high: float
    p: float
    n: int
    clusters: int
    table: pd.DataFrame
    pretrend: JointTest | None
    convention: str
    dropped: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Aggregate:
    """An overall effect and the table it averages (columns estimate, se, low, high, p; index: event time or group)."""

    estimate: float
    se: float
    low: float
    high: float
    p: float
    table: pd.DataFrame


@dataclass(frozen=True, eq=False)
class StaggeredDid:
    """Callaway and Sant'Anna: ``att_gt`` has a row per group and period, and three aggregates.

    ``simple``: all treated group-periods, weighted by group size. ``dynamic``: by time since treatment; overall the mean over event
    times from 0. ``group``: by first treated period; overall weighted by group size. ``pretrend``: Wald test that every ATT before
    treatment is zero (None when there is no such cell, or their covariance is singular). ``estimate, se, low, high`` repeat ``simple``. ``clusters`` are the units.
    """

    simple: Aggregate
    dynamic: Aggregate
    group: Aggregate
    att_gt: pd.DataFrame
    pretrend: JointTest | None
    n: int
    clusters: int
    convention: str
    dropped: int = 0
    notes: tuple[str, ...] = field(default=())

    @property
    def estimate(self) -> float:
        return self.simple.estimate

    @property
    def se(self) -> float:
        return self.simple.se

    @property
    def low(self) -> float:
        return self.simple.low

    @property
    def high(self) -> float:
        return self.simple.high


def _starts(where: str, rows: pd.DataFrame, unit: str, first_treated: str) -> pd.Series:
    """First treated period of each row; missing and 0 become NaN (never treated)."""
    starts = rows[first_treated].astype(float)
    starts = starts.where(starts != 0)
    if (starts.fillna(-np.inf).groupby(rows[unit]).nunique() > 1).any():
        raise refuse(
            f"{where}: column {first_treated!r}",
            "several dates in one unit",
            "one date a unit",
            "repeat the same date in its rows",
        )
    return starts


def event_study(
    data,
    *,
    outcome,
    unit,
    time,
    first_treated,
    cluster=None,
    reference=-1,
    window=None,
    regressors=(),
    se="nested",
    level=0.95,
) -> EventStudy:
    """Two-way fixed effects with a coefficient for each period relative to treatment.

    ``time`` and ``first_treated`` are numeric columns (0 or missing: never treated). ``reference`` is the omitted relative period;
    ``window=(-4, 3)`` gathers what lies beyond into the end points. ``regressors`` are controls.

    With several treatment dates the coefficients mix effects of different groups (Sun and Abraham 2021, Journal of Econometrics
    225(2)): it is computed and a note says so; ``staggered_did`` is the remedy. Raises MethodError as ``panel``, when nobody is
    treated, nobody is untreated, or the reference period does not occur.
    """
    where = "effects.event_study"
    check_level(where, level)
    kept = (
        data.assign(**{first_treated: data[first_treated].fillna(0)})
        if first_treated in getattr(data, "columns", ())
        else data
    )
    rows = usable_rows(
        where,
        kept,
        numeric=[outcome, first_treated, time, *regressors],
        keys=[unit, time, *([cluster] if cluster else [])],
    )
    starts = _starts(where, rows, unit, first_treated)
    relative = rows[time] - starts
    if window is not None:
        relative = relative.clip(*window)
    _check_event_design(where, rows, starts, relative, unit, reference)
    shifts = [shift for shift in sorted(relative.dropna().unique()) if shift != reference]
    names = {shift: f"relative {shift:g}" for shift in shifts}
    rows = rows.assign(**{names[shift]: (relative == shift).astype(float) for shift in shifts})
    found = panel(
        rows,
        outcome=outcome,
        regressors=[*names.values(), *regressors],
        unit=unit,
        time=time,
        cluster=cluster,
        se=se,
        level=level,
    )
    columns = ("estimate", "se", "low", "high", "p")
    table = pd.DataFrame(
        {c: getattr(found, c)[list(names.values())].to_numpy() for c in columns},
        index=pd.Index(shifts, dtype=float),
    )
    table.loc[float(reference)] = [0.0, 0.0, 0.0, 0.0, np.nan]
    table = table.sort_index().rename_axis("relative")
    table.index = table.index.astype(int) if np.all(table.index == table.index.astype(int)) else table.index
    after = [names[s] for s in shifts if s >= 0]
    mean, error = _mean_effect(found.estimate[after], found.covariance.loc[after, after])
    low, high, p = interval(mean, error, found.df, level)
    pretrend, notes = _leads_together(
        found, [names[s] for s in shifts if s < reference], table[table.index < reference]
    )
    dates = starts.dropna().nunique()
    if dates > 1:
        notes += (f"{dates} treatment dates: coefficients mix groups; read staggered_did",)
    dropped = len(data) - found.n
    return EventStudy(
        mean, error, low, high, p, found.n, found.clusters, table, pretrend, found.convention, dropped, notes
    )


def _leads_together(found, leads: list[str], table: pd.DataFrame) -> tuple[JointTest | None, tuple[str, ...]]:
    if not leads:
        return None, ("no joint test before treatment: no period before the reference",)
    try:
        return joint_test(
            found.estimate[leads], found.covariance, table, found.n, found.clusters, found.df
        ), ()
    except MethodError as error:  # the coefficients stand; only their joint test is refused
        return None, (f"no joint test before treatment: {error.problems[0].found}",)


def pretrend_test(
    data, *, outcome, unit, time, first_treated, cluster=None, reference=-1, se="nested"
) -> JointTest:
    """Joint F test that treated and untreated moved together before treatment: all leads of ``event_study`` are zero.

    A small ``p`` speaks against the comparison; a large one does not prove it (Roth 2022, AER: Insights 4(3)). Raises MethodError as
    ``event_study``, and when the leads are absent, as many as the clusters, or collinear.
    """
    found = event_study(
        data,
        outcome=outcome,
        unit=unit,
        time=time,
        first_treated=first_treated,
        cluster=cluster,
        reference=reference,
        se=se,
    )
    if found.pretrend is None:
        raise refuse(
            "effects.pretrend_test",
            found.notes[0],
            "leads that can be tested",
            "add periods before treatment, or units",
        )
    return found.pretrend


def _mean_effect(estimates: pd.Series, covariance: pd.DataFrame) -> tuple[float, float]:
    share = np.full(len(estimates), 1 / len(estimates))
    return float(share @ estimates.to_numpy()), float(np.sqrt(share @ covariance.to_numpy() @ share))


def _check_event_design(where: str, rows, starts, relative, unit: str, reference) -> None:
    treated = rows.loc[starts.notna(), unit].nunique()
    if treated == 0 or not (relative >= 0).any():
        raise refuse(
            where, "no treated row", "units treated inside the periods of the table", "check the dates"
        )
    never = rows.loc[starts.isna(), unit].nunique()
    if never == 0 and starts.nunique() == 1:
        raise refuse(
            where,
            "every unit treated at the same date",
            "units never treated, or other dates",
            "add untreated units",
        )
    if reference >= 0 or not (relative == reference).any():
        raise refuse(
            where,
            f"reference={reference}",
            f"a relative period before 0, of {sorted(set(relative[relative < 0].dropna()))}",
            "choose one",
        )


def staggered_did(
    data,
    *,
    outcome,
    unit,
    time,
    first_treated,
    control="never",
    covariates=None,
    method="dr",
    anticipation=0,
    level=0.95,
) -> StaggeredDid:
    """Group-time average treatment effects with staggered dates (Callaway and Sant'Anna 2021, Journal of Econometrics 225(2)).

    One row per unit and period; ``time`` and ``first_treated`` numeric (0 or missing: never treated). ``control`` is "never" or
    "not_yet" (never and not yet treated). ``method``: "dr" doubly robust, "reg", "ipw"; ``covariates`` none by default. Base period
    before treatment: the preceding one ("varying"). As R did: units without a complete series, and units treated in the first
    period, are left out and noted. Analytical standard errors from the influence functions, normal intervals. By diff-diff.

    Raises MethodError for fewer than 5 units (``MIN_CLUSTERS``), fewer than two controls (``MIN_CONTROLS``), two periods, nobody
    treated. Groups below 5 units are noted.
    """
    where = "effects.staggered_did"
    check_level(where, level)
    check_choice(where, "control", control, ("never", "not_yet"))
    check_choice(where, "method", method, ("dr", "reg", "ipw"))
    covariates = [covariates] if isinstance(covariates, str) else list(covariates or [])
    kept = (
        data.assign(**{first_treated: data[first_treated].fillna(0)})
        if first_treated in getattr(data, "columns", ())
        else data
    )
    rows = usable_rows(where, kept, numeric=[outcome, first_treated, time, *covariates], keys=[unit, time])
    check_unique(where, rows, [unit, time])
    rows, notes = _complete_units(where, rows, unit, time, first_treated, control)
    fit, raised = _callaway_santanna(
        where, rows, outcome, unit, time, first_treated, control, covariates, method, anticipation, level
    )
    cells = [cell for cell, value in fit.group_time_effects.items() if np.isfinite(value["effect"])]
    influence = _influence(fit, cells, rows[unit].nunique())
    estimate = np.array([fit.group_time_effects[cell]["effect"] for cell in cells])
    values = pd.DataFrame({"estimate": estimate, "se": np.sqrt((influence**2).sum(axis=0))})
    table = _with_interval(values, level)
    att_gt = pd.concat([pd.DataFrame(cells, columns=["group", "time"]), table], axis=1)
    att_gt.index = pd.MultiIndex.from_tuples(cells)
    return StaggeredDid(
        simple=_simple(fit, att_gt, level),
        dynamic=_dynamic(fit, level),
        group=_groups(fit, cells, estimate, influence, rows, unit, first_treated, level),
        att_gt=att_gt,
        pretrend=_pretrend(att_gt, influence, len(rows), rows[unit].nunique(), anticipation),
        n=len(rows),
        clusters=rows[unit].nunique(),
        convention=f"influence functions by unit, normal intervals; control {control}, {method}, base period varying",
        dropped=len(data) - len(rows),
        notes=(*notes, *raised),
    )


def _complete_units(
    where: str, rows, unit: str, time: str, first_treated: str, control: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    starts, notes = _starts(where, rows, unit, first_treated), []
    periods = rows[time].nunique()
    if periods < 2:
        raise refuse(where, f"{periods} period", "at least two", "supply a panel")
    complete = rows.groupby(unit)[time].transform("size") == periods
    if not complete.all():
        notes.append(f"{rows.loc[~complete, unit].nunique()} units without a row in every period left out")
    always = starts <= rows[time].min()
    if (always & complete).any():
        notes.append(
            f"{rows.loc[always & complete, unit].nunique()} units treated from the first period left out"
        )
    used = (complete & ~always).to_numpy()
    # treated only after the last period: a control in every period of the table
    later = starts[used] > rows[time].max()
    rows = rows[used].assign(**{first_treated: starts[used].where(~later).fillna(0)}).reset_index(drop=True)
    by_unit = rows.groupby(unit)[first_treated].first()
    controls, sizes = int((by_unit == 0).sum()), by_unit[by_unit != 0].value_counts().sort_index()
    if sizes.empty:
        raise refuse(
            where,
            "no unit treated within the table",
            "units treated after the first period",
            "check first_treated",
        )
    if len(by_unit) < MIN_CLUSTERS:
        raise refuse(
            where, f"{len(by_unit)} units", f"at least {MIN_CLUSTERS}", "describe the series instead"
        )
    if controls < MIN_CONTROLS and (control == "never" or len(sizes) < 2):
        raise refuse(
            where,
            f"{controls} units never treated",
            f"at least {MIN_CONTROLS}",
            'add untreated units, or control="not_yet"',
        )
    small = [f"{group:g} ({size})" for group, size in sizes.items() if size < SMALL_GROUP]
    if small:
        notes.append(
            f"groups below {SMALL_GROUP} units, standard errors not to be relied on: {', '.join(small)}"
        )
    return rows, tuple(notes)


def _callaway_santanna(
    where, rows, outcome, unit, time, first_treated, control, covariates, method, anticipation, level
):
    from diff_diff import CallawaySantAnna

    # own numbering: the library wants whole numbers for time and takes any unit; values come back unchanged
    if not np.all(rows[time] == rows[time].astype(int)):
        raise refuse(where, f"fractional values in {time!r}", "whole numbers", "number the periods")
    table = rows.assign(**{time: rows[time].astype(int), first_treated: rows[first_treated].astype(int)})
    model = CallawaySantAnna(
        control_group={"never": "never_treated", "not_yet": "not_yet_treated"}[control],
        estimation_method=method,
        anticipation=anticipation,
        alpha=1 - level,
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fit = model.fit(
                table,
                outcome=outcome,
                unit=unit,
                time=time,
                first_treat=first_treated,
                covariates=covariates or None,
            )
        except (ValueError, np.linalg.LinAlgError) as error:
            raise refuse(
                where, str(error), "data that diff-diff can estimate", "check groups, periods and covariates"
            ) from error
    return fit, tuple(dict.fromkeys(str(w.message) for w in caught))


def _influence(fit, cells, units: int) -> np.ndarray:
    """Units x cells; the column's squares sum to the variance of the cell's ATT (the order of rows is the library's own)."""
    info = fit._aggregation_kit.influence
    out = np.zeros((units, len(cells)))
    for column, cell in enumerate(cells):
        part = info[cell]
        np.add.at(out[:, column], part["treated_idx"], part["treated_inf"])
        np.add.at(out[:, column], part["control_idx"], part["control_inf"])
    return out


def _with_interval(values: pd.DataFrame, level: float) -> pd.DataFrame:
    low, high, p = interval(values["estimate"], values["se"], np.inf, level)
    return values.assign(low=low, high=high, p=p)


def _simple(fit, att_gt: pd.DataFrame, level: float) -> Aggregate:
    found = fit.aggregate("simple")
    estimate, error = float(found.att[0]), float(found.se[0])
    after = att_gt[att_gt["time"] >= att_gt["group"]]
    return Aggregate(estimate, error, *interval(estimate, error, np.inf, level), after)


def _dynamic(fit, level: float) -> Aggregate:
    found = fit.aggregate("event_study")
    usual = np.isfinite(found.se)
    values = pd.DataFrame(
        {"estimate": found.att[usual], "se": found.se[usual]},
        index=pd.Index(found.event_time[usual], name="event_time"),
    )
    position = [i for i, shift in enumerate(found.vcov_index) if shift >= 0]
    after = pd.Series(dict(zip(found.event_time, found.att, strict=True)))[
        [found.vcov_index[i] for i in position]
    ]
    estimate, error = _mean_effect(after, pd.DataFrame(found.vcov[np.ix_(position, position)]))
    return Aggregate(
        estimate, error, *interval(estimate, error, np.inf, level), _with_interval(values, level)
    )


def _groups(fit, cells, estimate, influence, rows, unit: str, first_treated: str, level: float) -> Aggregate:
    """Mean ATT of each group after treatment; the overall weighs groups by size and counts the sampling error of the sizes (R aggte)."""
    cohort = pd.Series(fit._aggregation_kit.bookkeeping["unit_cohorts"]).astype(float).to_numpy()
    groups = sorted({group for group, _ in cells})
    member = {group: [i for i, (g, t) in enumerate(cells) if g == group and t >= g] for group in groups}
    groups = [group for group in groups if member[group]]
    effects = np.array([estimate[member[group]].mean() for group in groups])
    inf = np.column_stack([influence[:, member[group]].mean(axis=1) for group in groups])
    values = pd.DataFrame(
        {"estimate": effects, "se": np.sqrt((inf**2).sum(axis=0))}, index=pd.Index(groups, name="group")
    )
    share = np.array([(cohort == group).mean() for group in groups])
    total, n = share.sum(), len(cohort)
    deviation = np.column_stack([(cohort == group) - p for group, p in zip(groups, share, strict=True)])
    weight_inf = deviation / total - np.outer(deviation.sum(axis=1), share) / total**2
    overall = inf @ (share / total) + weight_inf @ effects / n
    mean, error = float(share @ effects / total), float(np.sqrt((overall**2).sum()))
    return Aggregate(mean, error, *interval(mean, error, np.inf, level), _with_interval(values, level))


def _pretrend(
    att_gt: pd.DataFrame, influence: np.ndarray, n: int, clusters: int, anticipation: int
) -> JointTest | None:
    before = (att_gt["time"] < att_gt["group"] - anticipation).to_numpy() & (att_gt["se"] > 0).to_numpy()
    names = list(map(str, att_gt.index[before]))
    if not names:
        return None
    covariance = pd.DataFrame(influence[:, before].T @ influence[:, before], index=names, columns=names)
    if len(names) >= clusters or np.linalg.matrix_rank(covariance) < len(names):
        return None
    return joint_test(
        pd.Series(att_gt["estimate"].to_numpy()[before], index=names),
        covariance,
        att_gt[before],
        n,
        clusters,
        np.inf,
    )
