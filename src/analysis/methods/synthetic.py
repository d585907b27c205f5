"""One treated unit among others: the synthetic control with in-space placebos, on outcomes alone or with predictors."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import as_frame, column, count, dimensions, number, numbers, share
from analysis.methods._results import Result
from analysis.methods._rows import after_start, key, ordered
from analysis.methods._said import said, warned
from analysis.methods._simplex import simplex_weights
from analysis.methods._types import Grid, Label
from analysis.methods.estimates import interval, settled

MIN_PERIODS_BEFORE = 5  # below this a synthetic control fits the past by accident
MIN_DONORS = 2


@dataclass(frozen=True, eq=False, repr=False)
class SyntheticControl(Result):
    """``weights`` by donor (sum 1), ``gap`` by period (treated less synthetic), ``rmse`` of the gap before ``start``.

    ``estimate`` mean gap from start on; ``placebos`` one row per unit (the treated first) with rmse_before, rmse_after, ratio and
    kept; ``p`` the share of kept units whose ratio is at least the treated unit's; ``placebo_gaps`` periods x units. No standard
    error exists: the placebos are the inference. ``n`` periods, ``clusters`` units.
    """

    title = ("合成控制", "Synthetic control")
    se = low = high = None

    estimate: float
    weights: pd.Series
    gap: pd.Series
    synthetic: pd.Series
    rmse: float
    p: float
    placebos: pd.DataFrame
    placebo_gaps: pd.DataFrame
    n: int
    clusters: int
    convention: str
    importance: pd.Series | None = None


def synthetic_control(
    outcomes: pd.DataFrame,
    *,
    treated: Label,
    start: Label,
    predictors: Grid | None = None,
    poor_fit: float | None = None,
) -> SyntheticControl:
    """Synthetic control with every donor as in-space placebo, on pre-period outcomes or on predictors.

    Parameters
    ----------
    outcomes : DataFrame, periods x units (or units x periods, recognised by where ``treated`` stands), one unit of measure, complete.
    treated : label of the treated unit.
    start : first treated period.
    predictors : DataFrame, units x predictors (means over chosen periods, single years of the outcome, ...), none missing. Without them
        the weights fit all outcomes before ``start``; published studies with predictors (Basque Country, German unification) are then
        not reproduced: another fit answers another question.
    poor_fit : 5 leaves out placebos whose RMSE before exceeds 5 times the treated unit's.

    Returns
    -------
    SyntheticControl. Weights are non-negative and sum to one. On outcomes they minimise the squared gap before ``start`` (an active set; its
    optimum is verified); when donors outnumber the periods before, the fit is unique but the weights need not be: SLSQP from equal weights.
    On predictors (each over its standard deviation) their importance is chosen so that the outcomes before ``start`` fit best
    (differential evolution, seeded, some seconds; the problem is not convex and other software stops at other, nearby points); placebos
    keep the treated unit's importance. Each donor in turn is "treated", the true one joins the donors, and the ratios of RMSE after to before are
    ranked (the treated unit included).

    Raises
    ------
    MethodError : below 5 periods before (``MIN_PERIODS_BEFORE``), 1 after, 2 donors, with missing values or an unknown unit.

    Reference
    ---------
    Abadie, Diamond and Hainmueller 2010, Journal of the American Statistical Association 105(490):493.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame({"a": [1, 2, 3, 4, 5, 9.0], "b": [1, 2, 3, 4, 5, 6.0], "c": [4, 4, 4, 4, 4, 4.0]})
    >>> effects.synthetic_control(table, treated="a", start=5).estimate
    3.0
    """
    where = "effects.synthetic_control"
    if poor_fit is not None:
        number(poor_fit, f"{where}, poor_fit", least=1)
    table, before = _outcome_matrix(where, outcomes, treated, start)
    units = [treated, *[unit for unit in table.columns if unit != treated]]
    matching = None if predictors is None else _Predictors.of(where, predictors, table, before, treated)
    gaps, rows, own = {}, {}, None
    for unit in units:
        weights = (
            simplex_weights(where, table.loc[before, unit], table.loc[before].drop(columns=unit))
            if matching is None
            else matching.weights(unit)
        )
        gap = table[unit] - table.drop(columns=unit) @ weights
        own = weights if unit == treated else own
        for part in (before, ~before):
            gap[part] = settled(gap[part].to_numpy(), table[unit].to_numpy())
        inside, outside = (float(np.sqrt((gap[part] ** 2).mean())) for part in (before, ~before))
        gaps[unit], rows[unit] = (
            gap,
            (inside, outside, outside / inside if inside > 0 else np.inf if outside > 0 else 0.0),
        )
    placebos = pd.DataFrame.from_dict(rows, orient="index", columns=["rmse_before", "rmse_after", "ratio"])
    rmse = float(placebos.loc[treated, "rmse_before"])
    placebos["kept"] = True if poor_fit is None else placebos["rmse_before"] <= poor_fit * rmse
    kept = placebos[placebos["kept"]]
    basis = said("series.outcomes") if matching is None else said("series.predictors", count=len(matching.importance))  # fmt: skip
    fitting = "" if poor_fit is None else said("series.fitting", times=f"{poor_fit:g}")
    text = said("series.synthetic", basis=basis, units=len(kept), fitting=fitting)
    return SyntheticControl(
        estimate=float(gaps[treated][~before].mean()),
        weights=own,
        gap=gaps[treated].rename("gap"),
        synthetic=(table[treated] - gaps[treated]).rename("synthetic"),
        rmse=rmse,
        p=float((kept["ratio"] >= kept.loc[treated, "ratio"]).mean()),
        placebos=placebos,
        placebo_gaps=pd.DataFrame(gaps),
        n=len(table),
        clusters=len(units),
        convention=text,
        importance=None if matching is None else matching.importance,
    )


@dataclass(frozen=True)
class _Predictors:
    """Scaled predictors (predictor x unit) and the importance of each that fits the treated unit's past best."""

    scaled: pd.DataFrame
    importance: pd.Series

    @classmethod
    def of(
        cls, where: str, predictors: Grid, table: pd.DataFrame, before: np.ndarray, treated: Label
    ) -> _Predictors:
        from scipy.optimize import differential_evolution

        given = as_frame(predictors, f"{where}, predictors")
        given = given.set_axis(pd.Index(key(pd.Series(given.index.array), f"{where}, predictors")), axis=0)
        missing = [str(unit) for unit in table.columns if unit not in given.index]
        if missing or not given.index.is_unique:
            raise refuse(
                f"{where}, predictors",
                f"no row, or two, for {missing[:5]}",
                "one row a unit",
                "complete them",
            )
        frame = numbers(given.loc[list(table.columns)], f"{where}, predictors")
        spread = frame.std(ddof=1)
        if (spread == 0).any():
            constant = [str(name) for name in frame.columns[spread == 0]]
            raise refuse(
                f"{where}, predictors",
                f"{constant} equal for all units",
                "predictors that differ",
                "drop them",
            )
        scaled = (frame / spread).T
        past = table.loc[before]
        target, donors = past[treated].to_numpy(), past.drop(columns=treated).to_numpy()

        def loss(logs: np.ndarray) -> float:
            trial = cls(scaled, _importance(logs, scaled.index))
            return float(((target - donors @ trial.weights(treated).to_numpy()) ** 2).mean())

        best = differential_evolution(
            loss, [(-8.0, 8.0)] * len(scaled), seed=0, maxiter=60, popsize=10, polish=False
        )
        return cls(scaled, _importance(best.x, scaled.index))

    def weights(self, unit: Label) -> pd.Series:
        """Weights of the donors of ``unit``: non-negative least squares with a heavy row that makes them sum to one."""
        from scipy.optimize import nnls

        root = np.sqrt(self.importance.to_numpy())[:, None]
        donors = self.scaled.drop(columns=unit)
        a, b = root * donors.to_numpy(), root[:, 0] * self.scaled[unit].to_numpy()
        heavy = 1e4 * max(1.0, float(np.abs(a).max()))
        found, _ = nnls(np.vstack([a, np.full(a.shape[1], heavy)]), np.r_[b, heavy])
        return pd.Series(found / found.sum(), index=donors.columns, name="weight")


def _importance(logs: np.ndarray, index: pd.Index) -> pd.Series:
    parts = np.exp(logs - logs.max())
    return pd.Series(parts / parts.sum(), index=index, name="importance")


def _outcome_matrix(
    where: str, outcomes: pd.DataFrame, treated: Label, start: Label
) -> tuple[pd.DataFrame, np.ndarray]:
    if not isinstance(outcomes, pd.DataFrame):
        raise refuse(where, type(outcomes).__name__, "a DataFrame, periods x units", "pivot the long table")
    table = outcomes.copy(deep=False)
    for side in ("index", "columns"):
        labels = getattr(table, side)
        setattr(table, side, pd.Index(key(pd.Series(labels.array), f"{where}: {side}"), name=labels.name))
        if not getattr(table, side).is_unique:
            raise refuse(
                where, f"repeated labels in the {side}", "each unit and period once", "aggregate first"
            )
    try:
        stands = [treated in table.columns, treated in table.index]
    except TypeError:
        stands = [False, False]
    if not any(stands):
        raise refuse(where, f"treated={treated!r}", "one of the units of the table", "correct the name")
    table = table if stands[0] else table.T
    parts, gaps = {}, []
    for unit in table.columns:
        parts[unit] = column(table[unit], f"{where}, unit {unit}", missing=True)
        gaps += [str(unit)] if parts[unit].isna().any() else []
    if gaps:
        raise refuse(
            where, f"missing values in {gaps[:5]}", "a complete table", "leave out those units or periods"
        )
    table = pd.DataFrame(parts, columns=table.columns)
    order = ordered(where, pd.Series(table.index), "periods")
    table = table.loc[order]
    before = ~after_start(where, table.index, start)
    if before.sum() < MIN_PERIODS_BEFORE or before.all():
        raise refuse(
            where,
            f"{int(before.sum())} periods before {start!r} and {int((~before).sum())} after",
            f"at least {MIN_PERIODS_BEFORE} before and 1 after",
            "a longer series before the start",
        )
    if table.shape[1] - 1 < MIN_DONORS:
        raise refuse(where, f"{table.shape[1] - 1} donors", f"at least {MIN_DONORS}", "add untreated units")
    return table, before


@dataclass(frozen=True, eq=False, repr=False)
class SyntheticDid(Result):
    """``estimate`` with ``se`` from placebo treatments and a normal interval; ``unit_weights`` and ``time_weights`` each sum to 1.

    ``n`` unit-periods, ``clusters`` units, ``treated`` of them. ``notes``: what diff-diff says against the estimate, a poor fit before
    treatment or placebos that failed.
    """

    title = ("合成双重差分", "Synthetic difference in differences")

    estimate: float
    se: float
    low: float
    high: float
    p: float
    unit_weights: pd.Series
    time_weights: pd.Series
    n: int
    clusters: int
    treated: int
    convention: str
    level: float = 0.95
    notes: tuple[str, ...] = ()


def synthetic_did(
    outcomes: pd.DataFrame,
    *,
    treated: Label | Collection[Label],
    start: Label,
    draws: int = 200,
    seed: int = 0,
    level: float = 0.95,
) -> SyntheticDid:
    """Synthetic difference in differences: controls and periods weighted so that the two groups run parallel before ``start``.

    Parameters
    ----------
    outcomes : DataFrame, periods x units, one unit of measure, complete.
    treated : label of the treated unit, or a list of labels; all treated from ``start`` on.
    start : first treated period.
    draws, seed : placebo treatments of the controls, behind the standard error; the estimate has no draws.
    level : of the normal interval.

    Returns
    -------
    SyntheticDid, computed by diff-diff; its warnings are the result's ``notes``.

    Raises
    ------
    MethodError : fewer than 5 periods before (``MIN_PERIODS_BEFORE``), 1 after, no more controls than treated units (the placebo error
        needs them), missing values, unknown units.

    Reference
    ---------
    Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021, American Economic Review 111(12):4088.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame({u: [t * (1 + u % 3) + u for t in range(8)] for u in range(6)}, dtype=float)
    >>> table.loc[6:, 0] += 3.0
    >>> round(effects.synthetic_did(table, treated=0, start=6, draws=20).estimate, 3)
    2.702
    """
    from diff_diff import SyntheticDiD

    where = "effects.synthetic_did"
    share(level, f"{where}, level")
    count(draws, f"{where}, draws", 20)
    count(seed, f"{where}, seed", 0)
    chosen: list[Any] = [treated] if dimensions(treated) == 0 else list(cast(Collection[Label], treated))
    if not chosen:
        raise refuse(where, "no treated unit", "at least one", "name it")
    table, before = _outcome_matrix(where, outcomes, chosen[0], start)
    unknown = [str(unit) for unit in chosen if unit not in table.columns]
    controls = table.shape[1] - len(set(chosen))
    if unknown or controls <= len(set(chosen)):
        raise refuse(
            where,
            f"{controls} controls, unknown units {unknown}",
            "known units, and more controls than treated",
            "correct the names",
        )
    number_of = {unit: i for i, unit in enumerate(table.columns)}
    values = table.to_numpy()
    long = pd.DataFrame(
        {
            "y": values.ravel(),
            "t": np.repeat(np.arange(len(table)), table.shape[1]),
            "u": np.tile(np.arange(table.shape[1]), len(table)),
        }
    )
    own = {number_of[unit] for unit in chosen}
    long["d"] = long["u"].isin(own).astype(int)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fit = SyntheticDiD(variance_method="placebo", n_bootstrap=draws, seed=seed).fit(
                long,
                outcome="y",
                treatment="d",
                unit="u",
                time="t",
                post_periods=list(np.flatnonzero(~before)),
            )
        except (ValueError, np.linalg.LinAlgError) as error:
            raise refuse(where, str(error), "data that diff-diff can estimate", "check the table") from error
    low, high, p = interval(float(fit.att), float(fit.se), np.inf, level)
    return SyntheticDid(
        float(fit.att),
        float(fit.se),
        low,
        high,
        p,
        pd.Series({table.columns[i]: w for i, w in fit.unit_weights.items()}, name="weight"),
        pd.Series({table.index[i]: w for i, w in fit.time_weights.items()}, name="weight"),
        len(long),
        table.shape[1],
        len(own),
        said("draws.placebo", draws=draws),
        level,
        warned(caught),
    )
