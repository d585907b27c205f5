"""Checks that go with a panel estimate: leads, false dates, and leaving one unit out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._results import Result
from analysis.methods._rows import after_start, check_unique, distinct, names, native, ordered, usable_rows
from analysis.methods._said import said
from analysis.methods._types import Label, Labels
from analysis.methods.estimates import JointTest, joint_test
from analysis.methods.panel_models import did, panel


def lead_test(
    data: pd.DataFrame,
    *,
    outcome: Label,
    regressors: Labels,
    unit: Label,
    time: Label,
    cluster: Label | None = None,
    leads: int = 1,
    se: str = "nested",
    level: float = 0.95,
) -> JointTest:
    """Does tomorrow's regressor "explain" today's outcome? Two-way fixed effects with leads, and the joint F test of the leads.

    Each regressor enters as it stands and 1..``leads`` periods ahead (periods in the order they occur in the table; a unit without
    the later row loses the row). A small ``p`` speaks against reading the contemporaneous coefficient as an effect. ``table`` has a
    row per coefficient (name, or name+lead) with estimate, se, low, high, p.

    Parameters
    ----------
    data : DataFrame, one row per unit and period
    outcome : column of numbers
    regressors : a column or a list of columns
    unit : column of units
    time : column of periods
    cluster : column, by default the unit
    leads : periods ahead
    se : "nested", "dummies" or "uncorrected", as in ``panel``
    level : of the intervals, 0.95 for 95 per cent

    Returns
    -------
    JointTest.

    Raises
    ------
    MethodError : as ``panel``, and when no lead is left.

    Reference
    ---------
    Granger 1969, Econometrica 37(3):424; Angrist and Pischke 2009, Mostly Harmless Econometrics, section 5.2.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame([(unit, year) for unit in range(8) for year in range(2014, 2022)], columns=["unit", "year"])
    >>> table["y"] = (table["unit"] * 7 + table["year"] ** 2 * (table["unit"] + 1)) % 11
    >>> table["x"] = table.groupby("unit")["y"].shift() + table["unit"] * table["year"] % 3 / 10  # x follows y: it cannot be its cause
    >>> found = effects.lead_test(table, outcome="y", unit="unit", time="year", regressors="x")
    >>> round(float(found.table.loc["x+1", "estimate"]), 1), bool(found.p < 0.001)
    (1.0, True)
    """
    where = "effects.lead_test"
    chosen = names(regressors, f"{where}, regressors")
    if isinstance(leads, bool) or not isinstance(leads, (int, np.integer)) or leads < 1:
        raise refuse(where, f"leads={leads!r}", "a whole number of at least 1", "pass leads=1")
    distinct(where, outcome=outcome, unit=unit, time=time)
    rows = _numbered(where, data, [outcome, *chosen], unit, time, cluster)
    if leads > rows[_POSITION].max():
        raise refuse(
            where,
            f"{leads} leads in {rows[_POSITION].max() + 1} periods",
            "fewer leads than periods",
            "pass leads=1",
        )
    added: list = []
    for lead in range(1, leads + 1):
        ahead = rows[[unit, _POSITION, *chosen]].assign(**{_POSITION: rows[_POSITION] - lead})
        columns = {name: f"{name}+{lead}" for name in chosen}
        rows = rows.merge(ahead.rename(columns=columns), on=[unit, _POSITION], how="left")
        added += columns.values()
    found = panel(
        rows,
        outcome=outcome,
        regressors=chosen + added,
        unit=unit,
        time=time,
        cluster=cluster,
        se=se,
        level=level,
    )
    table = pd.DataFrame({name: getattr(found, name) for name in ("estimate", "se", "low", "high", "p")})
    return joint_test(
        found.by_coefficient()[0][added], found.covariance, table, found.n, found.clusters, found.df
    )


_POSITION = "position of the period"


def _numbered(
    where: str, data: pd.DataFrame, numeric: list, unit: Label, time: Label, cluster: Label | None
) -> pd.DataFrame:
    """Rows with their keys, values that may be missing, and the position of the period among all that occur."""
    keys = list(dict.fromkeys([unit, time] + ([] if cluster is None else [cluster])))
    rows = usable_rows(where, data, keys=keys, optional=numeric)
    check_unique(where, rows, [unit, time])
    place = {period: i for i, period in enumerate(ordered(where, rows[time], time))}
    return rows.assign(**{_POSITION: rows[time].map(place)})


def placebo_test(
    data: pd.DataFrame,
    *,
    outcome: Label,
    treated: Label | Collection[Label],
    start: Label,
    time: Label,
    unit: Label,
    starts: Sequence[Label] | None = None,
    cluster: Label | None = None,
    se: str = "nested",
    level: float = 0.95,
) -> pd.DataFrame:
    """Difference in differences at false dates, on the periods before the true ``start`` alone.

    One row per false start (default: every period before ``start`` except the first), columns estimate, se, low, high, p. Estimates
    far from zero say that the groups were already moving apart.

    Parameters
    ----------
    data : DataFrame, one row per unit and period
    outcome : column of numbers
    treated : 0/1 column, constant within the unit, or a list of units
    start : first treated period
    time : column of periods
    unit : column of units
    starts : false dates
    cluster : column, by default the unit
    se : "nested", "dummies" or "uncorrected", as in ``panel``
    level : of the intervals, 0.95 for 95 per cent

    Returns
    -------
    DataFrame, one row per false start.

    Raises
    ------
    MethodError : as ``did``, and when fewer than two periods precede ``start``.

    Reference
    ---------
    Angrist and Pischke 2009, Mostly Harmless Econometrics, section 5.2.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame([(unit, year) for unit in range(6) for year in range(2017, 2023)], columns=["unit", "year"])
    >>> early = (table["unit"] < 3) & (table["year"] >= 2019)  # what sets the treated apart came two years before the date
    >>> table["y"] = table["unit"] + table["unit"] * table["year"] % 3 / 10 + 2 * early
    >>> found = effects.placebo_test(table, outcome="y", unit="unit", time="year", treated=[0, 1, 2], start=2021)
    >>> found["estimate"].round(1).to_dict()
    {2018: 1.3, 2019: 2.0, 2020: 1.3}
    """
    where = "effects.placebo_test"
    distinct(where, outcome=outcome, unit=unit, time=time)
    keys = usable_rows(where, data, keys=[unit, time])
    usable_rows(where, data, numeric=[outcome], keys=[unit, time])
    early = keys[~after_start(where, keys[time], start)]
    before = native(data).iloc[early.index]
    possible = ordered(where, early[time], time)[1:]
    chosen = possible if starts is None else names(starts, f"{where}, starts", least=0)
    if not possible or not chosen or not set(chosen) <= set(possible):
        raise refuse(
            where,
            f"false starts {chosen}",
            f"dates before {start!r} that have a period before them: {possible}",
            "choose those",
        )
    design: dict[str, Any] = dict(
        outcome=outcome, treated=treated, time=time, unit=unit, cluster=cluster, se=se, level=level
    )
    found = {date: did(before, start=date, **design) for date in chosen}
    columns = ("estimate", "se", "low", "high", "p")
    return pd.DataFrame(
        [[getattr(f, c) for c in columns] for f in found.values()],
        index=pd.Index(found, name="start"),
        columns=columns,
    )


@dataclass(frozen=True, eq=False, repr=False)
class LeaveOneOut(Result):
    """``estimate`` on everything; ``low`` and ``high`` the range when one unit is left out; ``table`` one row per unit left out.

    A range over units, not a confidence interval: there is no ``se``. ``n`` units that were left out in turn.
    """

    title = ("逐一剔除", "Leaving one unit out")
    se = None

    estimate: float | pd.Series
    low: float | pd.Series
    high: float | pd.Series
    table: pd.DataFrame
    most_influential: object
    n: int
    clusters: int
    convention: str = said("panel.left_out")


def leave_one_out(
    fit: Callable[[pd.DataFrame], object], data: pd.DataFrame, *, unit: str, units: Sequence | None = None
) -> LeaveOneOut:
    """Repeat ``fit`` without each unit in turn: ``leave_one_out(lambda d: did(d, ...), data, unit="region")``.

    ``fit`` takes a table and returns a number, or a result with ``.estimate``. ``units`` restricts which are left out. ``table`` is
    indexed by the unit left out with column estimate (one column a coefficient when the fit gives several). ``most_influential`` is
    the unit whose absence moves the (first) estimate most.

    Parameters
    ----------
    fit : takes a table, gives a number or a result
    data : DataFrame, one row per unit and period
    unit : column of units
    units : those left out in turn, by default all

    Returns
    -------
    LeaveOneOut.

    Raises
    ------
    MethodError : with fewer than three units; errors of ``fit`` pass.

    Reference
    ---------
    None: the estimate is fitted again without each unit in turn, and nothing is inferred from the range.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame({"place": list("abcde"), "y": [1, 1, 1, 1, 21]})
    >>> found = effects.leave_one_out(lambda rows: rows["y"].mean(), table, unit="place")
    >>> found.table["estimate"].tolist()
    [6.0, 6.0, 6.0, 6.0, 1.0]
    """
    where = "effects.leave_one_out"
    try:
        inspect.signature(fit).bind(data)
    except (TypeError, ValueError) as error:
        fix = "pass lambda table: did(table, ...)"
        raise refuse(where, repr(fit), "a function of a table", fix) from error
    rows = usable_rows(where, data, keys=[unit])
    present = list(pd.unique(rows[unit]))
    if len(present) < 3:
        raise refuse(where, f"{len(present)} units", "at least 3", "leave-one-out needs more units")
    chosen = present if units is None else names(units, f"{where}, units", least=0)
    unknown = [u for u in chosen if u not in present]
    if unknown or not chosen:
        raise refuse(where, f"units {unknown}", f"values of column {unit!r}", "correct the names")
    data = native(data)
    full = _number(where, fit(data))
    own = pd.Series(rows[unit]).reindex(pd.RangeIndex(len(data)))
    found = {left: _number(where, fit(data[(own != left).to_numpy()])) for left in chosen}
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
    return LeaveOneOut(full, low, high, table, moved.idxmax(), len(table), len(present))


def _number(where: str, result: Any) -> float | pd.Series:
    value: Any = getattr(result, "estimate", result)
    if isinstance(value, pd.Series):
        return value
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise refuse(
            where, f"fit gave {type(result).__name__}", "a number or a result with .estimate", "return one"
        ) from error
