"""Staggered treatment dates: Callaway and Sant'Anna's group-time effects and their aggregates.

Longer than 400 lines because estimates, aggregates and their errors rest on one set of influence functions.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import choice, count, share
from analysis.methods._results import COLUMNS, Result
from analysis.methods._rows import distinct, names
from analysis.methods._said import Said, said, warned
from analysis.methods._types import Label, Labels
from analysis.methods.estimates import MIN_CLUSTERS, JointTest, interval, joint_test, settled, within
from analysis.methods.event_studies import dated_rows

MIN_CONTROLS = 2  # units without treatment; with fewer there is no variance among the controls
BAND_DRAWS, BAND_ERROR = (3072, 49_152), 0.004  # draws of a band: more where the first leave more error
BAND_STEPS, BAND_SETTLED = 30, 5e-4
_CODE = "number of the unit"
SMALL_GROUP = (
    5  # R did warns below this: the asymptotic standard error of such a group is not to be relied on
)


@dataclass(frozen=True, eq=False, repr=False)
class Aggregate(Result):
    """An overall effect and the table it averages (columns estimate, se, low, high, p; index: event time or group)."""

    title = ("汇总效应", "Aggregate effect")

    estimate: float
    se: float
    low: float
    high: float
    p: float
    table: pd.DataFrame
    n: int
    clusters: int
    convention: str = said("dates.influence")


@dataclass(frozen=True, eq=False, repr=False)
class StaggeredDid(Result):
    """Callaway and Sant'Anna: ``att_gt`` has a row per group and period, and three aggregates.

    ``simple``: all treated group-periods, weighted by group size. ``dynamic``: by time since treatment; overall the mean over event
    times from 0. ``group``: by first treated period; overall weighted by group size. ``pretrend``: Wald test that every ATT before
    treatment is zero (None when there is no such cell, or their covariance is singular). ``estimate, se, low, high`` repeat ``simple``. ``clusters`` are the units.
    """

    title = ("多期双重差分", "Staggered difference in differences")

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
    level: float = 0.95

    @property
    def table(self) -> pd.DataFrame:
        """The aggregates, one row each."""
        parts = {"simple": self.simple, "dynamic": self.dynamic, "group": self.group}
        return pd.DataFrame(
            [[getattr(part, name) for name in COLUMNS] for part in parts.values()],
            index=list(parts),
            columns=list(COLUMNS),
        )

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


def staggered_did(
    data: pd.DataFrame,
    *,
    outcome: Label,
    unit: Label,
    time: Label,
    first_treated: Label,
    control: str = "never",
    covariates: Labels | None = None,
    method: str = "dr",
    anticipation: int = 0,
    weights: Label | None = None,
    cluster: Label | None = None,
    level: float = 0.95,
) -> StaggeredDid:
    """Group-time average treatment effects with staggered dates, and their aggregates (Callaway and Sant'Anna).

    Parameters
    ----------
    data : DataFrame, one row per unit and period.
    outcome, unit : columns.
    time, first_treated : columns of whole numbers; first_treated 0 or missing: never treated.
    control : "never" or "not_yet" (never and not yet treated).
    covariates : columns, none by default; the value before treatment counts.
    method : "dr" doubly robust, "reg" or "ipw".
    anticipation : periods before treatment in which the effect may begin, a whole number from 0.
    weights : column of weights of the units (population, say), constant within a unit.
    cluster : column of groups that hold whole units (provinces of counties); by default each unit is its own.
    level : of the intervals and bands.

    Returns
    -------
    StaggeredDid. The base period before treatment is the preceding one ("varying"). As R did: units without a complete series, and
    units treated in the first period, are left out and noted. Standard errors from the influence functions, normal intervals;
    ``band_low`` and ``band_high`` of att_gt, dynamic and group hold all rows of their table together with probability ``level``. With
    ``cluster`` the influence is summed in the cluster first, factor G/(G - 1). The group-time effects are computed by diff-diff.

    Raises
    ------
    MethodError : fewer than 5 units or clusters (``MIN_CLUSTERS``), fewer than two controls (``MIN_CONTROLS``), two periods, nobody
        treated, weights that change within a unit or are not above 0. Groups below 5 units are noted.

    Reference
    ---------
    Callaway and Sant'Anna 2021, Journal of Econometrics 225(2):200; bands: Montiel Olea and Plagborg-Moller 2019, Journal of Applied
    Econometrics 34(1):1, with the draws of Owen, Maximov and Chertkov 2019, Electronic Journal of Statistics 13(1):231.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame([(u, t) for u in range(12) for t in range(2018, 2022)], columns=["unit", "year"])
    >>> table["first"] = [{0: 2020, 1: 2021}.get(u % 4, 0) for u in table["unit"]]
    >>> treated = (table["first"] > 0) & (table["year"] >= table["first"])
    >>> table["y"] = table["unit"] * 7 % 5 + table["unit"] ** 2 * table["year"] % 3 + 2.0 * treated
    >>> found = effects.staggered_did(table, outcome="y", unit="unit", time="year", first_treated="first")
    >>> found.att_gt.shape, found.clusters
    ((6, 9), 12)
    """
    where = "effects.staggered_did"
    share(level, f"{where}, level")
    choice(where, "control", control, ("never", "not_yet"))
    choice(where, "method", method, ("dr", "reg", "ipw"))
    count(anticipation, f"{where}, anticipation", 0)
    added = [] if covariates is None else names(covariates, f"{where}, covariates", least=0)
    distinct(where, outcome=outcome, unit=unit, time=time, first_treated=first_treated, weights=weights)
    rows, starts = dated_rows(
        where,
        data,
        unit,
        time,
        first_treated,
        numeric=[outcome, *added, *([] if weights is None else [weights])],
        keys=[] if cluster is None else [cluster],
    )
    _check_units(where, rows, unit, weights, cluster)
    rows, notes = _complete_units(where, rows, starts, unit, time, first_treated, control)
    rows = rows.assign(**{_CODE: pd.factorize(rows[unit])[0]})
    rows[outcome] = _beyond_rounding(rows, outcome, time)
    design = (outcome, _CODE, time, first_treated, control, added, method, anticipation, level, weights)
    fit, raised = _callaway_santanna(where, rows, *design)
    parts = _Parts.of(fit, rows, unit, weights, cluster).moved(_before_one(rows, time))
    if parts.clusters < MIN_CLUSTERS:
        raise refuse(where, f"{parts.clusters} clusters", f"at least {MIN_CLUSTERS}", "cluster more finely")
    att_gt = parts.table(np.eye(len(parts.cells)), pd.MultiIndex.from_tuples(parts.cells), level)
    att_gt.insert(0, "group", [group for group, _ in parts.cells])
    att_gt.insert(1, "time", [period for _, period in parts.cells])
    weighted = "" if weights is None else said("dates.weighted", weights=weights)
    how = {"control": said(f"control.{control}"), "method": said(f"method.{method}"), "weighted": weighted}
    text = said("dates.staggered", cluster=unit if cluster is None else cluster, **how)
    return StaggeredDid(
        simple=_simple(parts, att_gt, level),
        dynamic=_dynamic(parts, level),
        group=_groups(parts, level),
        att_gt=att_gt,
        pretrend=_pretrend(att_gt, parts, len(rows), anticipation),
        n=len(rows),
        clusters=parts.clusters,
        convention=text,
        dropped=len(data) - len(rows),
        notes=(*notes, *raised),
        level=level,
    )


def _check_units(
    where: str, rows: pd.DataFrame, unit: Label, weights: Label | None, cluster: Label | None
) -> None:
    """Refuse weights and clusters that are no property of the unit."""
    for name, role in ((weights, "weights"), (cluster, "cluster")):
        if name is None or name == unit:
            continue
        changing = rows.groupby(unit)[name].nunique() > 1
        if changing.any():
            raise refuse(
                f"{where}, {role}",
                f"column {name!r} changes within {changing.index[changing][0]!r}",
                "one value a unit",
                "take the value before treatment, or a larger group",
            )
    if weights is not None and (rows[weights] <= 0).any():
        raise refuse(f"{where}, weights", "values of 0 or less", "weights above 0", "leave those units out")


@dataclass(frozen=True, eq=False)
class _Parts:
    """Group-time effects with what their sampling error is made of; every aggregate is a weighted sum of these.

    ``influence``: units x cells, squares sum to the variance of a cell; ``deviation``: units x groups, the same for the groups' shares.
    ``member`` numbers the cluster of each unit.
    """

    cells: list[tuple[float, float]]
    estimate: np.ndarray
    influence: np.ndarray
    groups: list[float]
    share: np.ndarray
    deviation: np.ndarray
    member: np.ndarray
    clusters: int

    @classmethod
    def of(
        cls, fit: Any, rows: pd.DataFrame, unit: Label, weights: Label | None, cluster: Label | None
    ) -> _Parts:
        kit = fit._aggregation_kit
        # the library keeps the order of the codes it was given
        units, first = np.unique(rows[_CODE].to_numpy(), return_index=True)
        cells = [cell for cell, value in fit.group_time_effects.items() if np.isfinite(value["effect"])]
        influence = np.zeros((len(units), len(cells)))
        for column, cell in enumerate(cells):
            part = kit.influence[cell]
            np.add.at(influence[:, column], part["treated_idx"], part["treated_inf"])
            np.add.at(influence[:, column], part["control_idx"], part["control_inf"])
        cohort = pd.Series(kit.bookkeeping["unit_cohorts"]).astype(float).to_numpy()
        weight = np.ones(len(units)) if weights is None else rows[weights].to_numpy()[first]
        weight = weight / weight.mean()
        groups = sorted({group for group, _ in cells})
        inside = np.stack([weight * (cohort == group) for group in groups], axis=1)
        member = (
            np.arange(len(units))
            if cluster in (None, unit)
            else pd.factorize(rows[cluster].to_numpy()[first])[0]
        )
        return cls(
            cells,
            np.array([fit.group_time_effects[cell]["effect"] for cell in cells]),
            influence,
            groups,
            inside.mean(axis=0),
            (inside - inside.mean(axis=0)) / len(units),
            member,
            int(member.max()) + 1,
        )

    def moved(self, by: int) -> _Parts:
        """The same under the caller's own periods."""
        cells = [(group + by, period + by) for group, period in self.cells]
        return replace(self, cells=cells, groups=[group + by for group in self.groups])

    def covariance(self, influence: np.ndarray) -> np.ndarray:
        """Covariance of columns of influence, summed in the clusters first; factor G/(G - 1) where clusters hold several units."""
        if self.clusters == len(self.member):
            return influence.T @ influence
        sums = np.zeros((self.clusters, influence.shape[1]))
        np.add.at(sums, self.member, influence)
        return sums.T @ sums * self.clusters / (self.clusters - 1)

    def mean(self, chosen: list[int]) -> tuple[float, np.ndarray]:
        """Cells weighted by the size of their group, and its influence, that of the sizes included (R aggte)."""
        own = [self.groups.index(self.cells[k][0]) for k in chosen]
        size, total = self.share[own], self.share[own].sum()
        deviation = self.deviation[:, own]
        sizes = deviation / total - np.outer(deviation.sum(axis=1), size) / total**2
        effects = self.estimate[chosen]
        return float(size @ effects / total), self.influence[:, chosen] @ (size / total) + sizes @ effects

    def table(self, weights: np.ndarray, index: pd.Index, level: float) -> pd.DataFrame:
        """Estimates with intervals and simultaneous band for columns of weights over the cells."""
        return self.rows(weights.T @ self.estimate, self.influence @ weights, index, level)

    def rows(self, estimate: Any, influence: np.ndarray, index: pd.Index, level: float) -> pd.DataFrame:
        covariance = self.covariance(influence)
        point = np.asarray(estimate)
        error = np.sqrt(np.diag(covariance))
        low, high, p = (np.asarray(v) for v in interval(pd.Series(point), error, np.inf, level))
        reach = simultaneous_critical(covariance, level) * error
        columns = {"estimate": point, "se": error, "low": low, "high": high, "p": p}
        return pd.DataFrame({**columns, "band_low": point - reach, "band_high": point + reach}, index=index)

    def overall(self, estimate: float, influence: np.ndarray, table: pd.DataFrame, level: float) -> Aggregate:
        error = float(np.sqrt(self.covariance(influence[:, None])[0, 0]))
        low, high, p = interval(estimate, error, np.inf, level)
        return Aggregate(estimate, error, low, high, p, table, len(self.member), self.clusters)


def simultaneous_critical(covariance: np.ndarray, level: float) -> float:
    """Multiple of the standard errors with which all intervals hold together: the quantile of the largest |t|, by seeded draws.

    3,072 draws, and 49,152 where these leave a standard error above ``BAND_ERROR``: within .01 of the exact value, as 100,000 plain
    draws. Rows without a standard error are left out; none left gives NaN.
    """
    from scipy.special import ndtri

    error = np.sqrt(np.diag(covariance))
    used = error > 0
    if not used.any():
        return np.nan
    correlation = covariance[np.ix_(used, used)] / np.outer(error[used], error[used])
    if len(correlation) == 1:
        return float(-ndtri((1 - level) / 2))
    for draws in BAND_DRAWS:
        critical, uncertain = _largest(correlation, level, draws)
        if uncertain <= BAND_ERROR:
            break
    return critical


def _largest(correlation: np.ndarray, level: float, draws: int) -> tuple[float, float]:
    """The quantile of the largest |t| and its standard error.

    One row is drawn beyond the bound, the others given it; where N rows are beyond it, the draw counts 1/N times the sum of the rows' own
    chances (Owen, Maximov and Chertkov 2019): no draw is spent on the inside.
    """
    from scipy.special import ndtr, ndtri

    rows, tail = len(correlation), (1 - level) / 2
    values, vectors = np.linalg.eigh(correlation)
    root = (vectors * np.sqrt(np.clip(values, 0, None))).astype(np.float32)
    each = -(-draws // rows)
    own, draw = np.repeat(np.arange(rows), each), np.arange(rows * each)
    beside = correlation.astype(np.float32)[:, own]  # correlation of every row with the drawn one
    rest = root @ np.random.default_rng(0).standard_normal((rows, rows * each), dtype=np.float32)
    rest -= beside * rest[own, draw]
    beyond = np.tile((np.arange(each) + 0.5) / each, rows)
    critical = -ndtri(tail / rows)  # the sum of the chances: never below the answer
    counts = np.ones(rows * each)
    for _ in range(BAND_STEPS):
        drawn = -ndtri(beyond * ndtr(-critical))
        outside = (np.abs(rest + beside * drawn.astype(np.float32)) > critical).sum(axis=0)
        counts = 1 / np.maximum(outside, 1)
        before, critical = critical, -ndtri(tail / rows / counts.mean())
        if abs(before - critical) < BAND_SETTLED:
            break
    slope = (
        np.exp(-(critical**2) / 2) / np.sqrt(2 * np.pi) / ndtr(-critical)
    )  # of the logarithm of the chance
    return float(critical), float(counts.std() / counts.mean() / np.sqrt(len(counts)) / slope)


def _complete_units(
    where: str,
    rows: pd.DataFrame,
    starts: pd.Series,
    unit: Label,
    time: Label,
    first_treated: Label,
    control: str,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    notes = []
    periods = rows[time].nunique()
    if periods < 2:
        raise refuse(where, f"{periods} period", "at least two", "supply a panel")
    units = pd.factorize(rows[unit])[0]
    complete = pd.Series(np.bincount(units)[units] == periods, index=rows.index)
    if not complete.all():
        notes.append(said("dates.incomplete", units=rows.loc[~complete, unit].nunique()))
    always = starts <= rows[time].min()
    if (always & complete).any():
        notes.append(said("dates.always", units=rows.loc[always & complete, unit].nunique()))
    used = (complete & ~always).to_numpy()
    # treated only after the last period: a control in every period of the table
    later = starts[used] > rows[time].max()
    rows = rows[used].reset_index(drop=True)
    rows[first_treated] = starts[used].where(~later).fillna(0).to_numpy()
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
    small = [f"{group:.15g} ({size})" for group, size in sizes.items() if size < SMALL_GROUP]
    if small:
        notes.append(said("dates.small", least=SMALL_GROUP, groups=", ".join(small)))
    return rows, tuple(notes)


def _beyond_rounding(rows: pd.DataFrame, outcome: Label, time: Label) -> np.ndarray:
    """The outcome; zeros where units and periods explain all of it but rounding, of which standard errors would be made."""
    y = rows[outcome].to_numpy(dtype=float)
    rest = within(y[:, None], rows[_CODE].to_numpy(), pd.factorize(rows[time])[0])[:, 0]
    return y if settled(rest, y).any() else np.zeros_like(y)


def _before_one(rows: pd.DataFrame, time: Label) -> int:
    """By how much periods before 1 are moved for the library, to which a date of 0 or less means never."""
    return min(0, int(rows[time].min()) - 1)


def _callaway_santanna(
    where: str,
    rows: pd.DataFrame,
    outcome: Label,
    unit: Label,
    time: Label,
    first_treated: Label,
    control: str,
    covariates: list[Label],
    method: str,
    anticipation: int,
    level: float,
    weights: Label | None,
) -> tuple[Any, tuple[Said, ...]]:
    from diff_diff import CallawaySantAnna, SurveyDesign

    # own numbering: the library wants whole numbers for time and takes any unit; values come back unchanged
    if not np.all(rows[time] == rows[time].astype(int)):
        raise refuse(where, f"fractional values in {time!r}", "whole numbers", "number the periods")
    table = rows.astype({time: int, first_treated: int})
    before = _before_one(rows, time)
    table[time] -= before
    table[first_treated] = table[first_treated].where(
        table[first_treated] == 0, table[first_treated] - before
    )
    if (
        weights is not None
    ):  # only their shares count; of mean 1 they are what the library would make of them, with a warning
        table[weights] = table[weights] / table[weights].mean()
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
                survey_design=None if weights is None else SurveyDesign(weights=weights),
            )
        except (ValueError, KeyError, ZeroDivisionError, np.linalg.LinAlgError) as error:
            raise refuse(
                where, str(error), "data that diff-diff can estimate", "check groups, periods and covariates"
            ) from error
    return fit, warned(caught)


def _simple(parts: _Parts, att_gt: pd.DataFrame, level: float) -> Aggregate:
    after = [k for k, (group, period) in enumerate(parts.cells) if period >= group]
    return parts.overall(*parts.mean(after), att_gt.iloc[after], level)


def _dynamic(parts: _Parts, level: float) -> Aggregate:
    shifts = sorted({period - group for group, period in parts.cells})
    found = [
        parts.mean([k for k, (group, period) in enumerate(parts.cells) if period - group == shift])
        for shift in shifts
    ]
    estimate, influence = np.array([e for e, _ in found]), np.column_stack([i for _, i in found])
    index = pd.Index([int(shift) for shift in shifts], name="event_time")
    table = parts.rows(estimate, influence, index, level)
    after = np.array(shifts) >= 0
    return parts.overall(float(estimate[after].mean()), influence[:, after].mean(axis=1), table, level)


def _groups(parts: _Parts, level: float) -> Aggregate:
    """Mean ATT of each group after treatment; the overall weighs groups by size and counts the sampling error of the sizes."""
    member = {g: [k for k, (own, t) in enumerate(parts.cells) if own == g and t >= g] for g in parts.groups}
    groups = [group for group in parts.groups if member[group]]
    effects = np.array([parts.estimate[member[group]].mean() for group in groups])
    influence = np.column_stack([parts.influence[:, member[group]].mean(axis=1) for group in groups])
    table = parts.rows(effects, influence, pd.Index(groups, name="group"), level)
    own = [parts.groups.index(group) for group in groups]
    size, total, deviation = parts.share[own], parts.share[own].sum(), parts.deviation[:, own]
    sizes = deviation / total - np.outer(deviation.sum(axis=1), size) / total**2
    return parts.overall(
        float(size @ effects / total), influence @ (size / total) + sizes @ effects, table, level
    )


def _pretrend(att_gt: pd.DataFrame, parts: _Parts, n: int, anticipation: int) -> JointTest | None:
    group, period = np.array(parts.cells).T
    before = (period < group - anticipation) & (att_gt["se"].to_numpy() > 0)
    labels = list(map(str, att_gt.index[before]))
    if not labels or len(labels) >= parts.clusters:
        return None
    covariance = parts.covariance(parts.influence[:, before])
    if np.linalg.matrix_rank(covariance) < len(labels):
        return None
    estimate = pd.Series(att_gt["estimate"].to_numpy()[before], index=labels)
    covariance = pd.DataFrame(covariance, index=labels, columns=labels)
    return joint_test(estimate, covariance, att_gt[before], n, parts.clusters, np.inf)
