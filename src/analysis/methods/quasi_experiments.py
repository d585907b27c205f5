"""One treated series: interrupted time series, and the synthetic control with in-space placebos."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods.estimates import check_choice, check_level, check_unique, interval, usable_rows

MIN_POINTS_EACH_SIDE = 3  # Cochrane EPOC's floor for an interrupted time series
MIN_RESIDUAL_DF = 5  # points beyond the parameters, for a dispersion that means something
MIN_PERIODS_BEFORE = 5  # below this a synthetic control fits the past by accident
MIN_DONORS = 2
ENDS = ("", "_low", "_high")
WEIGHT_TOLERANCE = 1e-6  # of the scaled objective, from the optimum (Frank-Wolfe gap)


@dataclass(frozen=True, eq=False)
class InterruptedSeries:
    """``estimate`` the level change at ``start`` with ``se, low, high, p``: on the log scale for the Poisson families, where
    ``rate_ratio, rate_ratio_low, rate_ratio_high`` are its exponentials (None for "gaussian", whose estimate has the outcome's unit).

    ``table``: all coefficients (estimate, se, low, high, p). ``fitted`` and ``counterfactual`` (no interruption), in the unit of the
    outcome, carry the input's index. ``dispersion``: Pearson chi2 / residual df. ``autocorrelation``: lag-1, of Pearson residuals.
    """

    estimate: float
    se: float
    low: float
    high: float
    p: float
    n: int
    clusters: int
    rate_ratio: float | None
    rate_ratio_low: float | None
    rate_ratio_high: float | None
    table: pd.DataFrame
    fitted: pd.Series
    counterfactual: pd.Series
    dispersion: float
    autocorrelation: float
    convention: str
    dropped: int = 0


def interrupted_time_series(
    data,
    *,
    outcome,
    time,
    start,
    offset=None,
    harmonics=0,
    family="quasipoisson",
    period=12,
    slope_change=False,
    regressors=(),
    level=0.95,
) -> InterruptedSeries:
    """Segmented regression of one series: trend, level change at ``start``, optionally slope change and season.

    ``data`` one row per period; ``time`` numeric, or dates (then the trend counts the rows in order); ``start`` the first period
    after. ``offset`` names the column of exposure (persons, not their log). ``harmonics`` pairs of sine and cosine over ``period``
    steps. ``slope_change`` adds (time - start) after start; it is off by default, as in the tutorial's main model. ``family``:
    "quasipoisson" (Poisson with the Pearson scale), "poisson", "gaussian" (least squares with Newey-West errors, lags
    floor(4 (n/100)^(2/9)); an ``offset`` then divides the outcome). Normal (Wald) intervals.

    Raises MethodError below 3 points on either side of start or 5 residual degrees of freedom, for negative counts, exposure not
    above zero, repeated times. Reference: Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46(1).
    """
    where = "effects.interrupted_time_series"
    check_level(where, level)
    check_choice(where, "family", family, ("quasipoisson", "poisson", "gaussian"))
    if not isinstance(harmonics, int) or harmonics < 0:
        raise refuse(where, f"harmonics={harmonics!r}", "a whole number, 0 or more", "pass harmonics=2")
    rows, index = _ordered_rows(where, data, outcome, time, offset, list(regressors))
    design = _segments(where, rows, time, start, harmonics, period, slope_change, list(regressors))
    y, exposure = _counts_and_exposure(where, rows, outcome, offset, family)
    fit, text = _fit_series(y, exposure, design, family)
    values = pd.DataFrame(
        {"estimate": np.asarray(fit.params), "se": np.asarray(fit.bse)}, index=design.columns
    )
    low, high, p = interval(values["estimate"], values["se"], np.inf, level)
    table = values.assign(low=low, high=high, p=p)
    change = {name: float(table.loc["level_change", name]) for name in table}
    without = design.assign(**{name: 0.0 for name in ("level_change", "slope_change") if name in design})
    fitted, counterfactual = (_predict(fit, x, exposure, family) for x in (design, without))
    residual = (y - fitted) / np.sqrt(fitted if family != "gaussian" else 1.0)
    ratios = {
        f"rate_ratio{end}": None if family == "gaussian" else float(np.exp(change[end[1:] or "estimate"]))
        for end in ENDS
    }
    return InterruptedSeries(
        **change,
        n=len(rows),
        clusters=len(rows),
        **ratios,
        table=table,
        fitted=pd.Series(fitted, index=rows.index, name="fitted").reindex(index),
        counterfactual=pd.Series(counterfactual, index=rows.index, name="counterfactual").reindex(index),
        dispersion=float((residual**2).sum() / (len(rows) - design.shape[1])),
        autocorrelation=float(np.corrcoef(residual[1:], residual[:-1])[0, 1]),
        convention=text,
        dropped=len(data) - len(rows),
    )


def _ordered_rows(where: str, data, outcome, time, offset, regressors) -> tuple[pd.DataFrame, pd.Index]:
    """Complete rows in order of time under the input's labels, and those labels in the input's order."""
    numeric = [outcome, *regressors, *([offset] if offset else [])]
    rows = usable_rows(where, data, numeric=numeric, keys=[time])
    check_unique(where, rows, [time])
    if not data.index.is_unique:
        raise refuse(where, "repeated labels in the index", "one label a row", "reset_index first")
    rows.index = data.index[data[list(dict.fromkeys([*numeric, time]))].notna().all(axis=1).to_numpy()]
    return rows.sort_values(time, kind="stable"), rows.index


def _counts_and_exposure(where: str, rows, outcome, offset, family: str) -> tuple[np.ndarray, np.ndarray]:
    y = rows[outcome].to_numpy(dtype=float)
    exposure = rows[offset].to_numpy(dtype=float) if offset else np.ones(len(rows))
    if (exposure <= 0).any():
        raise refuse(
            f"{where}: column {offset!r}",
            f"{int((exposure <= 0).sum())} values of 0 or less",
            "exposure above zero",
            "mend them",
        )
    if family != "gaussian" and (y < 0).any():
        raise refuse(f"{where}: column {outcome!r}", "negative values", "counts", 'use family="gaussian"')
    return y, exposure


def _segments(where, rows, time, start, harmonics, period, slope_change, regressors) -> pd.DataFrame:
    times = rows[time]
    after = (times >= start).to_numpy()
    if min(after.sum(), (~after).sum()) < MIN_POINTS_EACH_SIDE:
        raise refuse(
            where,
            f"{int((~after).sum())} points before and {int(after.sum())} from {start!r} on",
            f"at least {MIN_POINTS_EACH_SIDE} on each side",
            "correct start, or describe the series",
        )
    dated = not pd.api.types.is_numeric_dtype(times)
    trend = np.arange(len(rows), dtype=float) if dated else times.to_numpy(dtype=float)
    begin = trend[after][0] if dated else float(start)
    design = pd.DataFrame(
        {"intercept": 1.0, "trend": trend, "level_change": after.astype(float)}, index=rows.index
    )
    if slope_change:
        design["slope_change"] = np.where(after, trend - begin, 0.0)
    for k in range(1, harmonics + 1):
        design[f"sin{k}"] = np.sin(2 * np.pi * k * trend / period)
        if 2 * k != period:
            design[f"cos{k}"] = np.cos(2 * np.pi * k * trend / period)
        else:  # at the Nyquist frequency sine is zero at every step and cosine alone is left
            design[f"sin{k}"] = np.cos(2 * np.pi * k * trend / period)
    for name in regressors:
        design[name] = rows[name]
    if len(rows) - design.shape[1] < MIN_RESIDUAL_DF:
        raise refuse(
            where,
            f"{len(rows)} points for {design.shape[1]} parameters",
            f"at least {MIN_RESIDUAL_DF} more points than parameters",
            "fewer harmonics, or a longer series",
        )
    if np.linalg.matrix_rank(design.to_numpy()) < design.shape[1]:
        raise refuse(
            where,
            f"columns {list(design)} that repeat one another",
            "independent columns",
            "drop a regressor or a harmonic",
        )
    return design


def _fit_series(y, exposure, design, family):
    import statsmodels.api as sm

    if family == "gaussian":
        lags = int(np.floor(4 * (len(y) / 100) ** (2 / 9)))
        fit = sm.OLS(y / exposure, design).fit(
            cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
        )
        return fit, f"least squares, Newey-West errors with {lags} lags, normal intervals"
    model = sm.GLM(y, design, family=sm.families.Poisson(), offset=np.log(exposure))
    if family == "poisson":
        return model.fit(), "Poisson, normal intervals"
    return model.fit(scale="X2"), "quasi-Poisson (Pearson scale), normal intervals"


def _predict(fit, design, exposure, family):
    linear = design.to_numpy() @ np.asarray(fit.params)
    return linear * exposure if family == "gaussian" else exposure * np.exp(linear)


@dataclass(frozen=True, eq=False)
class SyntheticControl:
    """``weights`` by donor (sum 1), ``gap`` by period (treated less synthetic), ``rmse`` of the gap before ``start``.

    ``estimate`` mean gap from start on; ``placebos`` one row per unit (the treated first) with rmse_before, rmse_after, ratio and
    kept; ``p`` the share of kept units whose ratio is at least the treated unit's; ``placebo_gaps`` periods x units. No standard
    error exists: the placebos are the inference. ``n`` periods, ``clusters`` units.
    """

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
    if treated not in outcomes.columns:
        if treated not in outcomes.index:
            raise refuse(where, f"treated={treated!r}", "one of the units of the table", "correct the name")
        outcomes = outcomes.T
    if not outcomes.columns.is_unique or not outcomes.index.is_unique:
        raise refuse(where, "repeated units or periods", "each once", "aggregate first")
    table = outcomes.sort_index().astype(float)
    if not np.isfinite(table.to_numpy()).all():
        gaps = [str(unit) for unit in table.columns[~np.isfinite(table).all()]]
        raise refuse(
            where, f"missing values in {gaps[:5]}", "a complete table", "leave out those units or periods"
        )
    before = np.asarray(table.index < start)
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
