"""One treated unit among others: the synthetic control with in-space placebos, on outcomes alone or with predictors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import column, number
from analysis.methods._results import Result
from analysis.methods._rows import after_start, key, ordered

MIN_PERIODS_BEFORE = 5  # below this a synthetic control fits the past by accident
MIN_DONORS = 2
WEIGHT_TOLERANCE = 1e-6  # of the scaled objective, from the optimum (Frank-Wolfe gap)


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


def synthetic_control(outcomes, *, treated, start, poor_fit=None) -> SyntheticControl:
    """Synthetic control on all pre-period outcomes, with every donor as in-space placebo.

    ``outcomes``: periods x units (or units x periods, recognised by where ``treated`` stands), one unit of measure, complete.
    Weights are non-negative, sum to one and minimise the squared gap before ``start`` (SLSQP; a convex problem, its optimum is
    verified). When donors outnumber the periods before, the fit is unique but the weights need not be. Placebos: each donor in turn
    is "treated", the true one joins the donors, and the ratios of RMSE after to before are ranked (the treated unit included).
    ``poor_fit=5`` leaves out placebos whose RMSE before exceeds 5 times the treated unit's.

    Raises MethodError below 5 periods before (``MIN_PERIODS_BEFORE``), 1 after, 2 donors, with missing values or an unknown unit.
    Reference: Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105(490).
    """
    where = "effects.synthetic_control"
    if poor_fit is not None:
        number(poor_fit, f"{where}, poor_fit", least=1)
    table, before = _outcome_matrix(where, outcomes, treated, start)
    units = [treated, *[unit for unit in table.columns if unit != treated]]
    gaps, rows, own = {}, {}, None
    for unit in units:
        weights = _simplex_weights(where, table.loc[before, unit], table.loc[before].drop(columns=unit))
        gap = table[unit] - table.drop(columns=unit) @ weights
        own = weights if unit == treated else own
        inside, outside = (float(np.sqrt((gap[part] ** 2).mean())) for part in (before, ~before))
        gaps[unit], rows[unit] = gap, (inside, outside, outside / inside if inside > 0 else np.inf)
    placebos = pd.DataFrame.from_dict(rows, orient="index", columns=["rmse_before", "rmse_after", "ratio"])
    rmse = float(placebos.loc[treated, "rmse_before"])
    placebos["kept"] = True if poor_fit is None else placebos["rmse_before"] <= poor_fit * rmse
    kept = placebos[placebos["kept"]]
    text = f"outcomes only, p over {len(kept)} units" + (
        "" if poor_fit is None else f" with RMSE before up to {poor_fit:g} times"
    )
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
    )


def _outcome_matrix(where: str, outcomes, treated, start) -> tuple[pd.DataFrame, np.ndarray]:
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


def _simplex_weights(where: str, target: pd.Series, donors: pd.DataFrame) -> pd.Series:
    from scipy.optimize import minimize

    scale = float(np.abs(donors.to_numpy()).mean()) or 1.0
    x, y = donors.to_numpy() / scale, target.to_numpy() / scale
    squares, cross, count = x.T @ x, x.T @ y, x.shape[1]
    found = minimize(
        lambda w: 0.5 * w @ squares @ w - cross @ w,
        np.full(count, 1 / count),
        jac=lambda w: squares @ w - cross,
        bounds=[(0.0, 1.0)] * count,
        constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(count)}],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 2000},
    )
    weights = np.clip(found.x, 0.0, None)
    weights = np.where(weights < 1e-9, 0.0, weights)
    weights = weights / weights.sum()
    slope = squares @ weights - cross
    distance = float(slope @ weights - slope.min())  # an upper bound of the objective above its minimum
    if distance > WEIGHT_TOLERANCE * len(y):
        raise refuse(
            where,
            f"weights {distance:.1e} from the optimum ({found.message})",
            "a solved problem",
            "check the scale of the data",
        )
    return pd.Series(weights, index=donors.columns, name="weight")
