"""One treated series: segmented regression of an interrupted time series. The synthetic control is in ``synthetic``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import SMALLEST, at_rows, choice, number, share, switch
from analysis.methods._results import Result
from analysis.methods._rows import after_start, calendar, check_unique, distinct, names, usable_rows
from analysis.methods._said import Said, said
from analysis.methods._types import Label, Labels
from analysis.methods.estimates import interval, repeats, settled, told_apart

MIN_POINTS_EACH_SIDE = 3  # Cochrane EPOC's floor for an interrupted time series
MIN_RESIDUAL_DF = 5  # points beyond the parameters, for a dispersion that means something
STEPS, SETTLED = 100, 1e-8  # of the logarithm of an expected count: the next step is its square
LOOSE = 1e-3  # of the change of level: what nearly repeats it makes it tremble
EXACT = 1e-9  # share of the counts' length left over, below which a model meets every count
ENDS = ("", "_low", "_high")


@dataclass(frozen=True, eq=False, repr=False)
class InterruptedSeries(Result):
    """``estimate`` the level change at ``start`` with ``se, low, high, p``: on the log scale for the Poisson families, where
    ``rate_ratio, rate_ratio_low, rate_ratio_high`` are its exponentials (None for "gaussian", whose estimate has the outcome's unit).

    ``table``: all coefficients (estimate, se, low, high, p). ``fitted`` and ``counterfactual`` (no interruption), in the unit of the
    outcome, carry the input's index. ``dispersion``: Pearson chi2 / residual df. ``autocorrelation``: lag-1, of Pearson residuals.
    """

    title = ("中断时间序列", "Interrupted time series")

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
    data: pd.DataFrame,
    *,
    outcome: Label,
    time: Label,
    start: Label,
    offset: Label | None = None,
    harmonics: int = 0,
    family: str = "quasipoisson",
    period: float = 12,
    slope_change: bool = False,
    regressors: Labels = (),
    level: float = 0.95,
) -> InterruptedSeries:
    """Segmented regression of one series: trend, level change at ``start``, optionally slope change and season.

    Parameters
    ----------
    data : DataFrame, one row per period; periods without a row, or with a missing value, keep their place in the calendar.
    outcome : column of counts (or of any number with "gaussian").
    time : column of even numbers or dates. Numbers are the trend as they stand; dates are counted in steps of whole months or days from
        the first. Text, and steps that fit no calendar, are refused.
    start : the first period after, of the type of ``time``.
    offset : column of exposure (persons, not their log).
    harmonics : pairs of sine and cosine over ``period`` steps.
    family : "quasipoisson" (Poisson with the Pearson scale), "poisson", "gaussian" (least squares with Newey-West errors, lags
        floor(4 (n/100)^(2/9)) counted in the calendar; an ``offset`` then divides the outcome).
    slope_change : adds (time - start) after start; off by default, as in the tutorial's main model.
    regressors : columns of controls.
    level : of the normal (Wald) intervals.

    Returns
    -------
    InterruptedSeries.

    Raises
    ------
    MethodError : below 3 points on either side of start or 5 residual degrees of freedom, negative counts, nothing but 0 on one side,
        counts so unlike in size that the small ones leave no digit, exposure not above zero, repeated or uneven times, columns that
        repeat one another.

    Reference
    ---------
    Bernal, Cummins and Gasparrini 2017, International Journal of Epidemiology 46(1):348; Datta and Du 2012, International Finance
    Discussion Paper 1060 (Federal Reserve Board), the amplitude-modulated estimator, for gaps in Newey-West errors.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> months = pd.date_range("2020-01", periods=24, freq="MS")
    >>> table = pd.DataFrame({"month": months, "visits": [100 + i % 3 for i in range(12)] + [80 + i % 3 for i in range(12)]})
    >>> found = effects.interrupted_time_series(table, outcome="visits", time="month", start="2021-01")
    >>> round(found.rate_ratio, 3)
    0.796
    """
    where = "effects.interrupted_time_series"
    share(level, f"{where}, level")
    choice(where, "family", family, ("quasipoisson", "poisson", "gaussian"))
    if isinstance(harmonics, bool) or not isinstance(harmonics, (int, np.integer)) or harmonics < 0:
        raise refuse(where, f"harmonics={harmonics!r}", "a whole number, 0 or more", "pass harmonics=2")
    number(period, f"{where}, period", above=1)
    if 2 * harmonics > period:
        raise refuse(
            where,
            f"{str(harmonics)[:20]} harmonics over {period:g} steps",
            "at most half the period",
            "fewer",
        )
    switch(slope_change, f"{where}, slope_change")
    controls = names(regressors, f"{where}, regressors", least=0)
    distinct(where, outcome=outcome, time=time, offset=offset)
    rows, index, place, steps = _ordered_rows(where, data, outcome, time, offset, controls)
    design = _segments(where, rows, time, place, steps, start, harmonics, period, slope_change, controls)
    y, exposure = _counts_and_exposure(where, rows, outcome, offset, family)
    fit, text = _fit_series(where, y, exposure, design, family, place)
    values = pd.DataFrame({"estimate": fit.params, "se": fit.bse}, index=design.columns)
    low, high, p = interval(values["estimate"], values["se"], np.inf, level)
    table = values.assign(low=low, high=high, p=p)
    change = {name: float(table.loc["level_change", name]) for name in table}
    without = design.assign(**{name: 0.0 for name in ("level_change", "slope_change") if name in design})
    fitted, counterfactual = (_predict(fit, x, exposure, family) for x in (design, without))
    residual = (y - fitted) / np.sqrt(fitted if family != "gaussian" else 1.0)
    with np.errstate(over="ignore"):  # counts of next to nothing bound no ratio: infinite
        ratios = {
            end: None if family == "gaussian" else float(np.exp(change[end[1:] or "estimate"]))
            for end in ENDS
        }
    return InterruptedSeries(
        **change,
        n=len(rows),
        clusters=len(rows),
        rate_ratio=ratios[""],
        rate_ratio_low=ratios["_low"],
        rate_ratio_high=ratios["_high"],
        table=table,
        fitted=pd.Series(fitted, index=rows.index, name="fitted").reindex(index),
        counterfactual=pd.Series(counterfactual, index=rows.index, name="counterfactual").reindex(index),
        dispersion=float((residual**2).sum() / (len(rows) - design.shape[1])),
        autocorrelation=_autocorrelation(residual, place),
        convention=text,
        dropped=len(data) - len(rows),
    )


def _ordered_rows(
    where: str, data: pd.DataFrame, outcome: Label, time: Label, offset: Label | None, regressors: list[Label]
) -> tuple[pd.DataFrame, pd.Index, np.ndarray, pd.Index]:
    """Complete rows in order of time under the input's labels, those labels in the input's order, and their place in the calendar."""
    numeric = [outcome, *regressors, *([] if offset is None else [offset])]
    rows = usable_rows(where, data, numeric=numeric, keys=[time])
    calendar(where, rows[time].drop_duplicates(), time)
    check_unique(where, rows, [time])
    if not data.index.is_unique:
        raise refuse(where, "repeated labels in the index", "one label a row", "reset_index first")
    every = usable_rows(where, data, keys=[time])[
        time
    ]  # a period without a value still stands in the calendar
    calendar(where, every.drop_duplicates(), time)
    index = data.index[rows.index]
    rows.index = index
    place, steps = calendar(where, rows[time], time)
    order = np.argsort(place, kind="stable")
    return rows.iloc[order], index, place[order], steps


def _autocorrelation(residual: np.ndarray, place: np.ndarray) -> float:
    """Correlation of residuals one step apart; NaN where no three pairs stand so."""
    next_to = np.diff(place) == 1
    now, then = residual[1:][next_to], residual[:-1][next_to]
    if len(now) < 3 or now.std() == 0 or then.std() == 0:
        return np.nan
    return float(np.corrcoef(now, then)[0, 1])


def _counts_and_exposure(
    where: str, rows: pd.DataFrame, outcome: Label, offset: Label | None, family: str
) -> tuple[np.ndarray, np.ndarray]:
    y = rows[outcome].to_numpy(dtype=float)
    exposure = rows[offset].to_numpy(dtype=float) if offset is not None else np.ones(len(rows))
    if (exposure < SMALLEST).any():
        raise refuse(
            f"{where}: column {offset!r}",
            f"{int((exposure < SMALLEST).sum())} values of 0 or less, or next to it{at_rows(rows.index, exposure < SMALLEST)}",
            "exposure above zero",
            "mend them",
        )
    if family != "gaussian" and (y < 0).any():
        found = f"negative values{at_rows(rows.index, y < 0)}"
        raise refuse(f"{where}: column {outcome!r}", found, "counts", 'use family="gaussian"')
    return y, exposure


def _segments(
    where: str,
    rows: pd.DataFrame,
    time: Label,
    place: np.ndarray,
    steps: pd.Index,
    start: Label,
    harmonics: int,
    period: float,
    slope_change: bool,
    regressors: list[Label],
) -> pd.DataFrame:
    after = after_start(where, rows[time], start)
    if min(after.sum(), (~after).sum()) < MIN_POINTS_EACH_SIDE:
        raise refuse(
            where,
            f"{int((~after).sum())} points before and {int(after.sum())} from {start!r} on",
            f"at least {MIN_POINTS_EACH_SIDE} on each side",
            "correct start, or describe the series",
        )
    dated = isinstance(steps, pd.DatetimeIndex)
    trend = place.astype(float) if dated else rows[time].to_numpy(dtype=float)
    begin = float(np.argmax(after_start(where, steps, start))) if dated else float(cast(float, start))
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
    told_apart(where, design.to_numpy(), design.to_numpy(), list(design))
    return design


def _fit_series(
    where: str, y: np.ndarray, exposure: np.ndarray, design: pd.DataFrame, family: str, place: np.ndarray
) -> tuple[_Fitted, Said]:
    if family == "gaussian":
        lags = int(np.floor(4 * (len(y) / 100) ** (2 / 9)))
        fit = _least_squares(y / exposure, design, lags, place)
        return fit, said("series.newey_west", lags=lags)
    after = design["level_change"].to_numpy() > 0
    for side, rows in (("", y), (" from start on", y[after]), (" before start", y[~after])):
        if not (rows > 0).any():  # no change to or from nothing is a ratio
            raise refuse(
                where, f"counts of 0 only{side}", "a count above 0 on both sides", "look at runs of zeros"
            )
    params, errors, expected = _poisson(where, y, np.log(exposure), design.to_numpy())
    text = said(f"series.{family}")
    spread, rest = 1.0, y - expected
    exact = bool((np.abs(rest) <= EXACT * y.max()).all())
    if exact:
        text = said("series.exact", family=text)
    if family == "quasipoisson":
        square = np.divide(rest**2, expected, out=np.zeros_like(rest), where=expected > 0)
        spread = 0.0 if exact else float(np.sqrt(square.sum() / (len(y) - len(params))))
    return _Fitted(params, errors * spread), text


def _poisson(where: str, y: np.ndarray, offset: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Coefficients, their errors and the expected counts of a Poisson regression, by weighted least squares until nothing moves.

    Each expected count settles at its own size, whatever the unit and beside however large a count. One that belongs to a count of 0
    may fall for ever (a month that a control marks and in which nothing happened): it is settled when it is nothing beside the others
    and the change of level, the third coefficient, does not fall with it.
    """
    seen = y > 0
    expected = (y + y.mean()) / 2
    linear, params = np.log(expected), np.full(x.shape[1], np.inf)
    for _ in range(STEPS):
        before, fell, change, root = linear, expected, params[2], np.sqrt(expected)
        weighted = x * root[:, None]
        if not np.isfinite(weighted).all():
            break
        if repeats(weighted):
            raise refuse(
                where,
                f"counts of {y.min():.3g} to {y.max():.3g}, of which the small ones leave no digit in the fit",
                "coefficients that can be told apart with each count at its weight",
                "leave out the periods of another size, or fewer terms",
            )
        q, r = np.linalg.qr(weighted)
        rest = np.divide(y - expected, root, out=np.zeros_like(root), where=root > 0)
        params = np.linalg.solve(r, q.T @ (root * (linear - offset) + rest))
        linear = x @ params + offset
        with np.errstate(over="ignore"):
            expected = np.exp(linear)
        moved = np.where(seen, np.abs(linear - before), np.abs(expected - fell) / y.mean())
        if moved.max() <= SETTLED and abs(params[2] - change) <= LOOSE * (1 + abs(params[2])):
            return params, np.sqrt((np.linalg.inv(r) ** 2).sum(axis=1)), expected
    raise refuse(where, "a fit that did not settle", "counts on both sides of start", "look at runs of zeros")


@dataclass(frozen=True)
class _Fitted:
    params: np.ndarray
    bse: np.ndarray


def _least_squares(y: np.ndarray, design: pd.DataFrame, lags: int, place: np.ndarray) -> _Fitted:
    """Least squares with Newey-West errors; lags are steps of the calendar, an empty step has a score of zero."""
    q, r = np.linalg.qr(design.to_numpy())  # periods that start at a large number nearly repeat the intercept
    back, along = np.linalg.inv(r), q.T @ y
    scores = np.zeros((place.max() - place.min() + 1, q.shape[1]))
    scores[place - place.min()] = q * settled(y - q @ along, y)[:, None]
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (cross + cross.T)
    covariance = back @ meat @ back.T * len(y) / (len(y) - q.shape[1])
    return _Fitted(back @ along, np.sqrt(np.clip(np.diag(covariance), 0, None)))


def _predict(fit: _Fitted, design: pd.DataFrame, exposure: np.ndarray, family: str) -> np.ndarray:
    linear = design.to_numpy() @ fit.params
    return linear * exposure if family == "gaussian" else exposure * np.exp(linear)
