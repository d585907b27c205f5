"""What a two-way estimate with staggered dates is made of (Goodman-Bacon), and an event study free of it (Sun and Abraham)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import share
from analysis.methods._results import Result
from analysis.methods._rows import distinct, names
from analysis.methods._said import said
from analysis.methods._types import Label, Labels
from analysis.methods.estimates import Estimate, interval
from analysis.methods.event_studies import EventStudy, dated_rows
from analysis.methods.panel_models import panel

CLEAN = ("treated against never treated", "earlier against later", "later against earlier")


@dataclass(frozen=True, eq=False, repr=False)
class BaconDecomposition(Result):
    """``table``: a row a two-by-two comparison (treated group, control group, kind, estimate, weight); ``estimate`` their weighted sum.

    ``by_kind`` sums weights and averages estimates by kind. "later against earlier" takes units already treated as controls: its weight
    is the share of the two-way estimate that mixes in changes of their effect. ``se, low, high`` are None; ``n`` rows, ``clusters`` units.
    """

    title = ("古德曼-培根分解", "Goodman-Bacon decomposition")
    se = low = high = None

    estimate: float
    table: pd.DataFrame
    by_kind: pd.DataFrame
    n: int
    clusters: int
    convention: str = said("dates.exact")

    def to_frame(self) -> pd.DataFrame:
        """One row a kind of comparison, their weighted mean."""
        return self.by_kind[["estimate"]].rename_axis(None)


def bacon_decomposition(
    data: pd.DataFrame, *, outcome: Label, unit: Label, time: Label, first_treated: Label
) -> BaconDecomposition:
    """Split the two-way fixed-effects estimate of a staggered treatment into its two-by-two comparisons.

    Parameters
    ----------
    data : DataFrame, one row per unit and period, the same periods for every unit.
    outcome, unit : columns.
    time, first_treated : columns of numbers; first_treated 0 or missing: never treated.

    Returns
    -------
    BaconDecomposition; the weights sum to 1 and the weighted estimates to the coefficient of ``panel`` on treated-and-after.

    Raises
    ------
    MethodError : an incomplete panel, nobody treated inside the table, units treated from the first period, one comparison group only.

    Reference
    ---------
    Goodman-Bacon 2021, Journal of Econometrics 225(2):254, theorem 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame([(u, t) for u in range(6) for t in range(4)], columns=["unit", "year"])
    >>> table["first"] = [{0: 0, 1: 1, 2: 2}[u % 3] for u in table["unit"]]
    >>> table["y"] = table["unit"] + 2.0 * ((table["first"] > 0) & (table["year"] >= table["first"]))
    >>> found = effects.bacon_decomposition(table, outcome="y", unit="unit", time="year", first_treated="first")
    >>> round(found.estimate, 6), len(found.table)
    (2.0, 4)
    """
    where = "effects.bacon_decomposition"
    distinct(where, outcome=outcome, unit=unit, time=time, first_treated=first_treated)
    rows, starts = dated_rows(where, data, unit, time, first_treated, numeric=[outcome])
    wide = rows.pivot(index=unit, columns=time, values=outcome)
    if wide.isna().any(axis=None):
        raise refuse(
            where, "units without a value in some period", "a complete panel", "leave those units out"
        )
    periods, y = wide.columns.to_numpy(dtype=float), wide.to_numpy()
    first = starts.groupby(rows[unit]).first().reindex(wide.index).to_numpy(dtype=float)
    first = np.where(first > periods[-1], np.nan, first)
    if (first <= periods[0]).any():
        raise refuse(
            where, "units treated from the first period", "a period before treatment", "leave those units out"
        )
    dates = [float(d) for d in np.unique(first[~np.isnan(first)])]
    never = np.isnan(first)
    if not dates or (len(dates) == 1 and not never.any()):
        raise refuse(
            where, f"{len(dates)} dates, {int(never.sum())} never treated", "a comparison", "add other units"
        )
    size = {date: (first == date).mean() for date in dates}
    treated_share = {date: (periods >= date).mean() for date in dates}
    means = {date: y[first == date].mean(axis=0) for date in dates}
    found = []
    for i, early in enumerate(dates):
        if never.any():
            after = periods >= early
            gap = means[early] - y[never].mean(axis=0)
            d = treated_share[early]
            weight = size[early] * never.mean() * d * (1 - d)
            found.append((early, np.nan, CLEAN[0], gap[after].mean() - gap[~after].mean(), weight))
        for late in dates[i + 1 :]:
            found += _timing(early, late, means, size, treated_share, periods)
    table = pd.DataFrame(found, columns=["treated", "control", "kind", "estimate", "weight"])
    table["weight"] /= table["weight"].sum()
    parts = (
        table.assign(product=table["estimate"] * table["weight"]).groupby("kind")[["weight", "product"]].sum()
    )
    by_kind = pd.DataFrame({"weight": parts["weight"], "estimate": parts["product"] / parts["weight"]})
    estimate = float((table["estimate"] * table["weight"]).sum())
    return BaconDecomposition(estimate, table, by_kind, len(rows), len(wide))


def _timing(
    early: float,
    late: float,
    means: pd.DataFrame,
    size: pd.Series,
    treated_share: pd.Series,
    periods: np.ndarray,
) -> list[tuple]:
    """The two comparisons of an earlier and a later group, each in the periods in which the other does not change."""
    d_early, d_late = treated_share[early], treated_share[late]
    gap = means[early] - means[late]
    before, middle, after = periods < early, (periods >= early) & (periods < late), periods >= late
    base = size[early] * size[late]
    return [
        (
            early,
            late,
            CLEAN[1],
            gap[middle].mean() - gap[before].mean(),
            base * (d_early - d_late) * (1 - d_early),
        ),
        (late, early, CLEAN[2], gap[middle].mean() - gap[after].mean(), base * d_late * (d_early - d_late)),
    ]


def sun_abraham(
    data: pd.DataFrame,
    *,
    outcome: Label,
    unit: Label,
    time: Label,
    first_treated: Label,
    cluster: Label | None = None,
    regressors: Labels = (),
    se: str = "nested",
    level: float = 0.95,
) -> EventStudy:
    """Event study with staggered dates: effects by group and relative period, averaged over the groups present.

    Parameters
    ----------
    data, outcome, unit, time, first_treated, cluster, regressors, se, level : as in ``event_study``.

    Returns
    -------
    EventStudy: each relative period is the mean of its groups' coefficients, weighted by their rows in that period (shares taken as
    known, as R fixest's sunab does); the last period before treatment is the reference. Controls are the never treated or, when there
    are none, the group treated last (its treated periods are left out).

    Raises
    ------
    MethodError : as ``event_study``.

    Reference
    ---------
    Sun and Abraham 2021, Journal of Econometrics 225(2):175.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame([(u, t) for u in range(9) for t in range(5)], columns=["unit", "year"])
    >>> table["first"] = [{0: 0, 1: 2, 2: 3}[u % 3] for u in table["unit"]]
    >>> table["y"] = table["unit"] ** 2 * table["year"] % 7 + 2.0 * ((table["first"] > 0) & (table["year"] >= table["first"]))
    >>> found = effects.sun_abraham(table, outcome="y", unit="unit", time="year", first_treated="first")
    >>> found.table.index.tolist()
    [-3, -2, -1, 0, 1, 2]
    """
    where = "effects.sun_abraham"
    share(level, f"{where}, level")
    controls = names(regressors, f"{where}, regressors", least=0)
    distinct(where, outcome=outcome, unit=unit, time=time, first_treated=first_treated)
    keys = [] if cluster is None else [cluster]
    rows, starts = dated_rows(where, data, unit, time, first_treated, numeric=[outcome, *controls], keys=keys)
    starts = starts.where(starts <= rows[time].max())
    always = starts <= rows[time].min()
    rows, starts = rows[~always], starts[~always]
    notes: tuple[str, ...] = (said("dates.always_rows", rows=int(always.sum())),) if always.any() else ()
    if not len(rows) or starts.notna().sum() == 0:
        raise refuse(
            where, "no unit treated within the table", "dates inside its periods", "check first_treated"
        )
    if starts.notna().all():
        last = starts.max()
        kept = rows[time] < last
        rows, starts = rows[kept], starts[kept].where(starts[kept] < last)
        notes += (said("dates.last", group=f"{last:.15g}"),)
        if starts.notna().sum() == 0:
            raise refuse(
                where,
                "every unit treated at the same date",
                "units never treated, or other dates",
                "add units",
            )
    relative = rows[time] - starts
    cells = sorted(
        {(float(g), float(r)) for g, r in zip(starts.dropna(), relative.dropna(), strict=True) if r != -1}
    )
    terms = {cell: f"group {cell[0]:.15g} relative {cell[1]:.15g}" for cell in cells}
    rows = rows.assign(
        **{name: ((starts == g) & (relative == r)).astype(float) for (g, r), name in terms.items()}
    )
    fit = panel(
        rows,
        outcome=outcome,
        regressors=[*terms.values(), *controls],
        unit=unit,
        time=time,
        cluster=cluster,
        se=se,
        level=level,
    )
    table, weights = _averaged(fit, cells, terms, starts, relative, level)
    after = table.index[table.index >= 0]
    mean = sum(weights[r] for r in after) / len(after)
    estimate = float(mean @ fit.by_coefficient()[0][list(mean.index)])
    error = float(np.sqrt(mean @ fit.covariance.loc[mean.index, mean.index] @ mean))
    low, high, p = interval(estimate, error, fit.df, level)
    labels = table.index[table.index != -1]
    means = np.stack([weights[r].to_numpy() for r in labels], axis=1)
    between = means.T @ fit.covariance.loc[mean.index, mean.index].to_numpy() @ means
    return EventStudy(
        estimate,
        error,
        low,
        high,
        p,
        fit.n,
        fit.clusters,
        table,
        None,
        fit.convention,
        len(data) - fit.n,
        notes,
        level,
        pd.DataFrame(between, index=labels, columns=labels),
    )


def _averaged(
    fit: Estimate,
    cells: list[tuple[float, float]],
    terms: dict[tuple[float, float], str],
    starts: pd.Series,
    relative: pd.Series,
    level: float,
) -> tuple[pd.DataFrame, dict]:
    """Table by relative period, and the weights over the coefficients behind each row."""
    every, rows, weights = list(terms.values()), {}, {}
    for shift in sorted({r for _, r in cells}):
        own = [cell for cell in cells if cell[1] == shift]
        count = np.array([((starts == g) & (relative == r)).sum() for g, r in own], dtype=float)
        w = pd.Series(0.0, index=every)
        w[[terms[cell] for cell in own]] = count / count.sum()
        weights[shift] = w
        estimate = float(w @ fit.by_coefficient()[0][every])
        error = float(np.sqrt(w @ fit.covariance.loc[every, every] @ w))
        rows[shift] = [estimate, error, *interval(estimate, error, fit.df, level)]
    rows[-1.0] = [0.0, 0.0, 0.0, 0.0, np.nan]
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["estimate", "se", "low", "high", "p"]
    ).sort_index()
    table.index = pd.Index([int(r) if r == int(r) else r for r in table.index], name="relative")
    return table, weights
