"""Effects by time since treatment: the two-way event study and the test before treatment; staggered dates are in ``staggered``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.errors import MethodError, refuse
from analysis.methods._inputs import dimensions, is_real, number, share
from analysis.methods._results import Result
from analysis.methods._rows import check_unique, distinct, names, usable_rows
from analysis.methods._said import Said, said
from analysis.methods._types import Label, Labels
from analysis.methods.estimates import Estimate, JointTest, interval, joint_test
from analysis.methods.panel_models import panel


@dataclass(frozen=True, eq=False, repr=False)
class EventStudy(Result):
    """``table``: a row per period relative to treatment (reference included, zero), columns estimate, se, low, high, p.

    ``estimate`` is the mean of the coefficients from relative period 0 on, with its own standard error; ``pretrend`` the joint test
    of all coefficients before the reference (None when they cannot be tested; a note says why). ``notes`` say what limits the reading.
    ``covariance``: that of the table's rows without the reference, by relative period.
    """

    title = ("事件研究", "Event study")

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
    level: float = 0.95
    covariance: pd.DataFrame = field(default_factory=pd.DataFrame)

    def coefficients(self) -> tuple[pd.Series, pd.DataFrame]:
        """Coefficients without the reference and their covariance: what ``honest_did`` takes."""
        return self.table.loc[self.covariance.index, "estimate"], self.covariance


def dated_rows(
    where: str,
    data: pd.DataFrame,
    unit: Label,
    time: Label,
    first_treated: Label,
    *,
    numeric: Sequence[Label] = (),
    keys: Sequence[Label] = (),
) -> tuple[pd.DataFrame, pd.Series]:
    """Complete rows with numbers for time, and the first treated period of each (NaN: never treated, stated as missing or 0)."""
    distinct(where, unit=unit, time=time, first_treated=first_treated)
    rows = usable_rows(
        where, data, numeric=[*numeric, time], keys=[unit, time, *keys], optional=[first_treated]
    )
    check_unique(where, rows, [unit, time])
    starts = rows[first_treated].where(rows[first_treated] != 0)
    if (starts.fillna(-np.inf).groupby(rows[unit]).nunique() > 1).any():
        raise refuse(
            f"{where}: column {first_treated!r}",
            "several dates in one unit",
            "one date a unit",
            "repeat the same date in its rows",
        )
    return rows, starts


def _window(where: str, window: tuple[float, float] | None) -> tuple[float, float] | None:
    """A pair (before, after) in order, or None."""
    if window is None:
        return None
    pair = list(window) if dimensions(window) == 1 else []
    if len(pair) != 2 or not all(is_real(v) for v in pair) or not pair[0] < pair[1]:
        raise refuse(
            f"{where}, window",
            repr(window),
            "two numbers, the first below the second",
            "pass for example (-4, 3)",
        )
    return float(pair[0]), float(pair[1])


def event_study(
    data: pd.DataFrame,
    *,
    outcome: Label,
    unit: Label,
    time: Label,
    first_treated: Label,
    cluster: Label | None = None,
    reference: float = -1,
    window: tuple[float, float] | None = None,
    regressors: Labels = (),
    se: str = "nested",
    level: float = 0.95,
) -> EventStudy:
    """Two-way fixed effects with a coefficient for each period relative to treatment.

    Parameters
    ----------
    data : DataFrame, one row per unit and period; rows with a missing value are left out and counted.
    outcome, unit, cluster : columns, as in ``panel``.
    time, first_treated : columns of numbers; first_treated 0 or missing: never treated.
    reference : the omitted relative period, below 0.
    window : (-4, 3) gathers what lies beyond into the end points; it must hold the reference.
    regressors : columns of controls.
    se, level : as in ``panel``.

    Returns
    -------
    EventStudy, in the unit of the outcome. With several treatment dates the coefficients mix effects of different groups: it is computed
    and a note says so; ``staggered_did`` is the remedy.

    Raises
    ------
    MethodError : as ``panel``, when nobody is treated, nobody is untreated, or the reference period does not occur.

    Reference
    ---------
    Sun and Abraham 2021, Journal of Econometrics 225(2):175, for what several dates do to it.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame([(u, t) for u in range(8) for t in range(2018, 2023)], columns=["unit", "year"])
    >>> table["first"] = [2021 if u < 4 else 0 for u in table["unit"]]
    >>> table["y"] = table["unit"] % 3 * table["year"] % 5 + 3.0 * ((table["unit"] < 4) & (table["year"] >= 2021))
    >>> study = effects.event_study(table, outcome="y", unit="unit", time="year", first_treated="first")
    >>> study.table.index.tolist()
    [-3, -2, -1, 0, 1]
    """
    where = "effects.event_study"
    share(level, f"{where}, level")
    ends, controls = _window(where, window), names(regressors, f"{where}, regressors", least=0)
    number(reference, f"{where}, reference", below=0)
    distinct(where, outcome=outcome, unit=unit, time=time, first_treated=first_treated)
    rows, starts = dated_rows(
        where,
        data,
        unit,
        time,
        first_treated,
        numeric=[outcome, *controls],
        keys=[] if cluster is None else [cluster],
    )
    relative = rows[time] - starts
    if ends is not None:
        relative = relative.clip(*ends)
    _check_event_design(where, rows, starts, relative, unit, reference)
    shifts = [shift for shift in sorted(relative.dropna().unique()) if shift != reference]
    terms = {shift: f"relative {shift:.15g}" for shift in shifts}
    rows = rows.assign(**{terms[shift]: (relative == shift).astype(float) for shift in shifts})
    found = panel(
        rows,
        outcome=outcome,
        regressors=[*terms.values(), *controls],
        unit=unit,
        time=time,
        cluster=cluster,
        se=se,
        level=level,
    )
    columns = ("estimate", "se", "low", "high", "p")
    table = pd.DataFrame(
        {c: getattr(found, c)[list(terms.values())].to_numpy() for c in columns},
        index=pd.Index(shifts, dtype=float),
    )
    table.loc[float(reference)] = [0.0, 0.0, 0.0, 0.0, np.nan]
    table = table.sort_index().rename_axis("relative")
    table.index = table.index.astype(int) if np.all(table.index == table.index.astype(int)) else table.index
    after = [terms[s] for s in shifts if s >= 0]
    mean, error = mean_effect(found.by_coefficient()[0][after], found.covariance.loc[after, after])
    low, high, p = interval(mean, error, found.df, level)
    pretrend, notes = _leads_together(
        found, [terms[s] for s in shifts if s < reference], table[table.index < reference]
    )
    dates = starts.dropna().nunique()
    if dates > 1:
        notes += (said("dates.mixed", dates=dates),)
    dropped = len(data) - found.n
    labels = table.index[table.index != reference]
    covariance = found.covariance.loc[list(terms.values()), list(terms.values())]
    return EventStudy(
        mean,
        error,
        low,
        high,
        p,
        found.n,
        found.clusters,
        table,
        pretrend,
        found.convention,
        dropped,
        notes,
        level,
        covariance.set_axis(labels, axis=0).set_axis(labels, axis=1),
    )


def _leads_together(
    found: Estimate, leads: list[str], table: pd.DataFrame
) -> tuple[JointTest | None, tuple[str, ...]]:
    if not leads:
        return None, (said("dates.no_test", why=said("dates.no_period")),)
    try:
        return joint_test(
            found.by_coefficient()[0][leads], found.covariance, table, found.n, found.clusters, found.df
        ), ()
    except MethodError as error:  # the coefficients stand; only their joint test is refused
        why = Said(error.problems[0].found, said("dates.few").zh)
        return None, (said("dates.no_test", why=why),)


def pretrend_test(
    data: pd.DataFrame,
    *,
    outcome: Label,
    unit: Label,
    time: Label,
    first_treated: Label,
    cluster: Label | None = None,
    reference: float = -1,
    se: str = "nested",
) -> JointTest:
    """Joint F test that treated and untreated moved together before treatment: all leads of ``event_study`` are zero.

    A small ``p`` speaks against the comparison; a large one does not prove it (Roth 2022, AER: Insights 4(3)).

    Parameters
    ----------
    data : DataFrame, one row per unit and period
    outcome : column of numbers
    unit : column of units
    time : column of periods
    first_treated : column of first treated periods, 0 or missing for never
    cluster : column, by default the unit
    reference : the omitted relative period
    se : "nested", "dummies" or "uncorrected", as in ``panel``

    Returns
    -------
    JointTest.

    Raises
    ------
    MethodError : as ``event_study``, and when the leads are absent, as many as the clusters, or collinear.

    Reference
    ---------
    Roth 2022, American Economic Review: Insights 4(3):305.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame([(unit, year) for unit in range(8) for year in range(2016, 2021)], columns=["unit", "year"])
    >>> table["first"] = table["unit"].map(lambda unit: 2019 if unit < 4 else 0)
    >>> noise = table["unit"] * table["year"] % 5 / 10
    >>> apart = (table["unit"] < 4) * (table["year"] - 2016)  # the treated pull away three years before they are treated
    >>> keys = dict(outcome="y", unit="unit", time="year", first_treated="first")
    >>> [bool(effects.pretrend_test(table.assign(y=y), **keys).p < 0.05) for y in (noise, noise + apart)]
    [False, True]
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


def mean_effect(estimates: pd.Series, covariance: pd.DataFrame) -> tuple[float, float]:
    share = np.full(len(estimates), 1 / len(estimates))
    return float(share @ estimates.to_numpy()), float(np.sqrt(share @ covariance.to_numpy() @ share))


def _check_event_design(
    where: str, rows: pd.DataFrame, starts: pd.Series, relative: pd.Series, unit: Label, reference: float
) -> None:
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
