"""Growth across regions: shift-share decomposition and convergence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import at_rows, choice, number, share
from analysis.methods._results import Result
from analysis.methods._rows import check_unique, distinct, free, key, ordered, usable_rows
from analysis.methods._said import said
from analysis.methods._types import Label
from analysis.methods.estimates import ABSORBED, Estimate, interval

MIN_UNITS_CONVERGENCE = 5  # a slope, and three degrees of freedom to judge it by


def shift_share(
    table: pd.DataFrame,
    *,
    unit: Label,
    sector: Label,
    before: Label,
    after: Label,
    reference: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Split each unit's gain in each sector into national growth, the sector's mix and the unit's own share.

    ``table``: one row per unit and sector, columns ``before`` and ``after`` in one unit of measure, none missing. With b the value
    before, G the nation's growth over all sectors and g the nation's in this sector: national = bG, mix = b(g - G), own = gained -
    bg. The nation is the sum of the units, or ``reference`` (a table indexed by sector with columns ``before`` and ``after``) where
    the printed totals differ from the sums. One sector alone has mix 0.

    Returns the input's index with the columns unit, sector, gained, national, mix, own; the last three add up to gained. Sums over
    sectors by ``groupby(unit)`` keep that.

    Parameters
    ----------
    table : DataFrame, one row per unit and sector
    unit : column of units
    sector : column of sectors
    before : column of values
    after : column of values
    reference : the nation, by sector

    Returns
    -------
    DataFrame[unit, sector, gained, national, mix, own].

    Raises
    ------
    MethodError : for missing or negative values, repeated rows, a nation of zero before.

    Reference
    ---------
    Dunn 1960, Papers of the Regional Science Association 6(1):97; Esteban-Marquillas 1972, Regional and Urban Economics 2(3):249.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame({"unit": list("aabb"), "sector": list("xyxy"), "before": [10, 10, 20, 20], "after": [12, 10, 22, 24]})
    >>> effects.shift_share(table, unit="unit", sector="sector", before="before", after="after")["own"].round(2).tolist()
    [0.67, -1.33, -0.67, 1.33]
    """
    where = "effects.shift_share"
    distinct(where, unit=unit, sector=sector)
    free(where, [unit, sector], ("gained", "national", "mix", "own"))
    rows = usable_rows(where, table, numeric=[before, after], keys=[unit, sector])
    if len(rows) < len(table):
        raise refuse(
            where,
            f"{len(table) - len(rows)} rows with a missing value",
            "complete rows",
            "leave those units out of all sectors",
        )
    check_unique(where, rows, [unit, sector])
    below = (rows[[before, after]] < 0).any(axis=1)
    if below.any():
        raise refuse(
            where, f"negative values{at_rows(rows[unit], below)}", "stocks of 0 or more", "mend them"
        )
    nation = (
        rows.groupby(sector)[[before, after]].sum()
        if reference is None
        else _reference(where, reference, rows[sector], before, after)
    )
    if (nation[before] <= 0).any():
        empty = [str(name) for name in nation.index[nation[before] <= 0]]
        raise refuse(
            where,
            f"sectors {empty} with nothing before",
            "a growth rate for each sector",
            "join them to another sector",
        )
    overall = nation[after].sum() / nation[before].sum() - 1
    growth = rows[sector].map(nation[after] / nation[before] - 1).astype(float)
    gained, national = rows[after] - rows[before], rows[before] * overall
    mix = rows[before] * (growth - overall) if len(nation) > 1 else rows[before] * 0.0
    own = gained - national - mix
    out = pd.DataFrame(
        {
            unit: rows[unit],
            sector: rows[sector],
            "gained": gained,
            "national": national,
            "mix": mix,
            "own": own,
        }
    )
    out.index = table.index
    return out


def _reference(
    where: str, reference: pd.DataFrame, sectors: pd.Series, before: Label, after: Label
) -> pd.DataFrame:
    rows = usable_rows(f"{where}: reference", reference, numeric=[before, after])
    index = pd.Index(key(reference.index.to_series(index=range(len(reference))), f"{where}: reference"))
    rows.index = index[rows.index]
    missing = sorted(map(str, set(sectors) - set(rows.index)))
    if missing or not index.is_unique:
        raise refuse(
            f"{where}: reference",
            f"no or several rows for sectors {missing}",
            "one row for each sector",
            "complete the reference",
        )
    return rows.loc[list(pd.unique(sectors)), [before, after]]


@dataclass(frozen=True, eq=False, repr=False)
class Convergence(Result):
    """``beta``: slope of yearly log growth on the log of the start (negative: converging), with se, low, high, p, n.

    ``speed`` the rate at which the gap closes (share of it a period of ``time``; NaN when the slope implies none), ``half_life`` in
    the same periods. ``sigma``: standard deviation of the logs by period; ``cv``: coefficient of variation of the levels.
    ``sigma_change`` last less first. ``noise_slope``: the slope that measurement error alone would produce (None without a
    reliability); a beta no steeper than it shows no convergence. ``units`` that entered the slope.
    """

    title = ("收敛检验", "Convergence")

    beta: Estimate
    speed: float
    half_life: float
    sigma: pd.Series
    cv: pd.Series
    sigma_change: float
    noise_slope: float | None
    units: tuple

    @property
    def estimate(self) -> float:
        return self.beta.estimate

    @property
    def se(self) -> float:
        return self.beta.se

    @property
    def low(self) -> float:
        return self.beta.low

    @property
    def high(self) -> float:
        return self.beta.high

    @property
    def p(self) -> float:
        return self.beta.p

    @property
    def n(self) -> int:
        return self.beta.n

    @property
    def clusters(self) -> int:
        return self.beta.clusters

    @property
    def convention(self) -> str:
        return self.beta.convention


def convergence(
    data: pd.DataFrame,
    *,
    outcome: Label,
    unit: Label,
    time: Label,
    reliability: float | None = None,
    se: str = "classical",
    ddof: int = 0,
    level: float = 0.95,
) -> Convergence:
    """Beta and sigma convergence of a positive outcome (levels; logs are taken here).

    ``data`` one row per unit and period, ``time`` numeric. Units present in the first and the last period give the slope; units
    present in every period give sigma. ``se``: "classical" or "robust" (HC1); t intervals. In a census nothing is sampled: the
    standard error measures the scatter about the line. ``ddof=0`` divides by n (a census), 1 by n - 1. ``reliability`` (0 to 1) is
    the share of the starting variance of the logs that is not error; then noise alone gives a slope of -(1 - reliability)/T (Quah
    1993; Friedman 1992), which is why a negative beta without a falling sigma is no evidence.

    Parameters
    ----------
    data : DataFrame, one row per unit and period
    outcome : column of numbers
    unit : column of units
    time : column of periods
    reliability : share of the starting variance that is not error
    se : "classical" or "robust"
    ddof : 0 for a census, 1 for a sample
    level : of the intervals, 0.95 for 95 per cent

    Returns
    -------
    Convergence.

    Raises
    ------
    MethodError : below 5 units (``MIN_UNITS_CONVERGENCE``), two periods, for values of 0 or less.

    Reference
    ---------
    Barro and Sala-i-Martin 1992, Journal of Political Economy 100(2):223.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> start = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    >>> later = [4.0, 6.0, 8.0, 11.0, 16.0, 23.0]  # every doubling at the start is a rise by about 1.42 at the end: the gaps close
    >>> table = pd.DataFrame({"place": list("abcdef") * 2, "year": [2000] * 6 + [2010] * 6, "y": start + later})
    >>> found = effects.convergence(table, outcome="y", unit="place", time="year")
    >>> round(found.estimate, 3), bool(found.high < 0)
    (-0.051, True)
    """
    where = "effects.convergence"
    share(level, f"{where}, level")
    choice(where, "se", se, ("classical", "robust"))
    if isinstance(ddof, bool) or ddof not in (0, 1):
        raise refuse(f"{where}, ddof", repr(ddof), "0 or 1", "0 for a census, 1 for a sample")
    if reliability is not None:
        number(reliability, f"{where}, reliability", above=0, most=1)
    distinct(where, outcome=outcome, unit=unit, time=time)
    rows = usable_rows(where, data, numeric=[outcome, time], keys=[unit, time])
    check_unique(where, rows, [unit, time])
    if (rows[outcome] <= 0).any():
        raise refuse(
            f"{where}: column {outcome!r}",
            f"values of 0 or less{at_rows(rows[unit], rows[outcome] <= 0)}",
            "positive values, logs are taken",
            "leave those units out",
        )
    ordered(where, rows[unit], unit)
    wide = rows.pivot(index=unit, columns=time, values=outcome).sort_index(axis=1)
    complete, first, last = wide.dropna(), wide.columns[0], wide.columns[-1]
    if wide.shape[1] < 2 or len(complete) < MIN_UNITS_CONVERGENCE:
        found = f"{wide.shape[1]} periods, {len(complete)} complete units"
        raise refuse(
            where, found, f"at least two and {MIN_UNITS_CONVERGENCE}", "supply more periods or units"
        )
    ends = np.log(wide[[first, last]].dropna())
    span = float(last - first)
    beta = _slope(
        where,
        ends[first].to_numpy(),
        (ends[last] - ends[first]).to_numpy() / span,
        se,
        level,
        len(data) - len(rows),
    )
    kept = 1 + beta.estimate * span
    speed = float(-np.log(kept) / span) if kept > 0 else np.nan
    sigma = np.log(complete).std(ddof=ddof).rename("sigma")
    return Convergence(
        beta=beta,
        speed=speed,
        half_life=float(np.log(2) / speed) if speed > 0 else np.nan,
        sigma=sigma,
        cv=(complete.std(ddof=ddof) / complete.mean()).rename("cv"),
        sigma_change=float(sigma.iloc[-1] - sigma.iloc[0]),
        noise_slope=None if reliability is None else -(1 - reliability) / span,
        units=tuple(ends.index),
    )


def _slope(where: str, x: np.ndarray, y: np.ndarray, se: str, level: float, dropped: int) -> Estimate:
    n, centred = len(x), x - x.mean()
    total = float(centred @ centred)
    if total <= ABSORBED**2 * n or total <= ABSORBED**2 * float(x @ x):
        raise refuse(
            where,
            "equal starting values",
            "units that differ at the start",
            "convergence is not defined here",
        )
    slope = float(centred @ y / total)
    residual = y - y.mean() - slope * centred
    spread = {
        "classical": (residual @ residual) / (n - 2) / total,
        "robust": n / (n - 2) * ((centred * residual) ** 2).sum() / total**2,
    }[se]
    error = float(np.sqrt(spread))
    text = said(
        "series.growth", errors=said("series.classical" if se == "classical" else "series.hc1"), df=n - 2
    )
    low, high, p = interval(slope, error, n - 2, level) if error > 0 else (slope, slope, 0.0)
    return Estimate(slope, error, low, high, p, n, n, text, level, n - 2, dropped)
