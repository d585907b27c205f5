"""Signal or noise in counts, shares and short series: Wilson intervals, funnel limits, XmR limits, and what moved a share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import (
    aligned,
    as_series,
    at_rows,
    beside,
    choice,
    column,
    count,
    dimensions,
    labels,
    number,
    share,
    switch,
)
from analysis.methods._types import Values

MIN_POINTS_XMR = 6  # five moving ranges; below that the limits are themselves noise
ROUNDING = 32 * 2.0**-52  # of a level, by which its mean may be off
MIN_UNITS_FUNNEL = 3
SCALE = 2.66  # 3 / 1.128, from the mean moving range of two to three standard deviations
SCREEN = 3.267  # upper limit of a moving range of two, in means


def xmr(x: Values, *, screen: bool = True) -> pd.Series:
    """Limits of an individuals chart: Series[lower, centre, upper], in the unit of ``x``.

    ``x`` the values in order of time, shape (n,), missing ones left out. centre = mean; limits = centre -+ 2.66 x mean moving range.
    ``screen=True`` (NHS "plot the dots", qicharts2) leaves out moving ranges above 3.267 times their mean, once; False uses all
    (Wheeler). The two differ much when there is an outlier: say which. ``lower`` may fall below zero and is not cut.

    Parameters
    ----------
    x : values in order of time
    screen : leave out moving ranges above 3.267 times their mean, once

    Returns
    -------
    Series[lower, centre, upper].

    Raises
    ------
    MethodError : below 6 values (``MIN_POINTS_XMR``).

    Reference
    ---------
    Wheeler and Chambers 1992, Understanding Statistical Process Control, chapter 3.

    Examples
    --------
    >>> from analysis.methods import variation
    >>> variation.xmr([5, 6, 4, 5, 7, 5]).round(2).tolist()
    [1.08, 5.33, 9.59]
    """
    where = "variation.xmr"
    switch(screen, f"{where}, screen")
    values = column(x, f"{where}: x", missing=True).dropna()
    if len(values) < MIN_POINTS_XMR:
        raise refuse(
            where, f"{len(values)} values", f"at least {MIN_POINTS_XMR}", "show the values without limits"
        )
    ranges = values.diff().abs().dropna()
    if screen:
        ranges = ranges[ranges <= SCREEN * ranges.mean()]
    centre, half = values.mean(), SCALE * ranges.mean()
    return pd.Series({"lower": centre - half, "centre": centre, "upper": centre + half}, name="xmr")


def xmr_signals(x: Values, *, screen: bool = True, run: int = 8) -> pd.DataFrame:
    """The points of an XmR chart, with the input's index: value, lower, centre, upper, outside, in_run.

    ``outside``: beyond a limit. ``in_run``: member of at least ``run`` (8, Wheeler; plot-the-dots uses 7) successive points on one
    side of the centre. Missing values are in neither.

    Parameters
    ----------
    x : values in order of time
    screen : leave out moving ranges above 3.267 times their mean, once
    run : points of a run

    Returns
    -------
    DataFrame[value, lower, centre, upper, outside, in_run].

    Raises
    ------
    MethodError : as ``xmr``.

    Reference
    ---------
    Wheeler and Chambers 1992, Understanding Statistical Process Control, chapter 3.

    Examples
    --------
    >>> from analysis.methods import variation
    >>> variation.xmr_signals([5, 6, 4, 5, 7, 5, 30])["outside"].tolist()[-1]
    True
    """
    where = "variation.xmr_signals"
    count(run, f"{where}, run", 2)
    values = column(x, f"{where}: x", missing=True)
    limits = xmr(values, screen=screen)
    # rounding of the mean must not put a point that equals its limit outside, nor a high level swallow what lies outside
    slack = max(1e-9 * (limits["upper"] - limits["lower"]), ROUNDING * values.abs().max())
    out = pd.DataFrame(
        {"value": values, "lower": limits["lower"], "centre": limits["centre"], "upper": limits["upper"]},
        index=values.index,
    )
    out["outside"] = (values < limits["lower"] - slack) | (values > limits["upper"] + slack)
    seen = values.dropna()
    distance = seen.to_numpy() - limits["centre"]
    side = pd.Series(np.where(np.abs(distance) <= slack, 0.0, np.sign(distance)))
    block = (side != side.shift()).cumsum()
    long = (side.groupby(block).transform("size") >= run) & (side != 0)
    out["in_run"] = False
    out.loc[values.notna().to_numpy(), "in_run"] = long.to_numpy()
    return out


def _counts(where: str, events: float | Values, n: float | Values) -> tuple[pd.Series, pd.Series, bool]:
    """Events and denominators under one index, and whether both were single numbers."""
    scalar = dimensions(events) == 0 and dimensions(n) == 0
    if dimensions(events) == 0:
        like = [events] if dimensions(n) == 0 else as_series(n, f"{where}: n")
        e = beside(
            column([0.0], where) if scalar else column(like, f"{where}: n", missing=True),
            events,
            f"{where}: events",
            missing=True,
        )
    else:
        e = column(events, f"{where}: events", missing=True)
    if isinstance(events, pd.Series) and isinstance(n, pd.Series) and not e.index.equals(n.index):
        raise refuse(where, "two different indexes", "the same index", "align them")
    if isinstance(n, pd.Series) and not isinstance(events, pd.Series) and len(n) == len(e):
        e.index = n.index  # the labels of whichever has some
    d = beside(e, n, f"{where}: n", missing=True)
    wrong = ((d <= 0) | (e < 0) | (e > d)).to_numpy()
    if wrong.any():
        raise refuse(
            f"{where}, {labels(e.index, wrong)}",
            "events outside 0..n, or n of 0",
            "0 <= events <= n, n > 0",
            "check numerator and denominator of these units, or leave them out",
        )
    return e, d, scalar


def wilson(
    events: float | Values, n: float | Values, level: float = 0.95, *, correction: bool = False
) -> pd.DataFrame | pd.Series:
    """Wilson score interval of a share.

    ``events`` of ``n``, numbers or vectors; missing stays missing. DataFrame[estimate, low, high] with the input's index, a Series
    of the three for two numbers. ``correction=True`` applies the continuity correction.

    Parameters
    ----------
    events : counts
    n : of how many, one a row of ``events``
    level : of the intervals, 0.95 for 95 per cent
    correction : apply the continuity correction

    Returns
    -------
    DataFrame[estimate, low, high]; a Series for two numbers.

    Raises
    ------
    MethodError : for events outside 0..n.

    Reference
    ---------
    Wilson 1927, Journal of the American Statistical Association 22(158):209; Newcombe 1998, Statistics in Medicine 17(8):857, methods 3
    and 4.

    Examples
    --------
    >>> from analysis.methods import variation
    >>> variation.wilson(81, 263).round(4).tolist()
    [0.308, 0.2553, 0.3662]
    """
    from scipy import stats

    where = "variation.wilson"
    share(level, f"{where}, level")
    switch(correction, f"{where}, correction")
    e, d, scalar = _counts(where, events, n)
    z, p = stats.norm.ppf(0.5 + level / 2), e / d
    if correction:
        base, width = 2 * d * p + z**2, 2 * (d + z**2)
        low = (base - 1 - z * np.sqrt((z**2 - 2 - 1 / d + 4 * p * (d * (1 - p) + 1)).clip(lower=0))) / width
        high = (base + 1 + z * np.sqrt((z**2 + 2 - 1 / d + 4 * p * (d * (1 - p) - 1)).clip(lower=0))) / width
    else:
        middle, half = (
            (p + z**2 / (2 * d)) / (1 + z**2 / d),
            z / (1 + z**2 / d) * np.sqrt(p * (1 - p) / d + z**2 / (4 * d**2)),
        )
        low, high = middle - half, middle + half
    # at 0 and n the limit is the share itself; rounding would leave 1e-17
    low, high = low.clip(lower=0).where(e != 0, p), high.clip(upper=1).where(e != d, p)
    out = pd.DataFrame({"estimate": p, "low": low, "high": high})
    return out.iloc[0].rename("wilson") if scalar else out


def funnel_limits(
    events: Values,
    n: Values,
    *,
    method: str = "normal",
    target: float | None = None,
    levels: Sequence[float] = (0.95, 0.998),
) -> pd.DataFrame:
    """Limits within which a unit's share would lie if every unit had the target share.

    ``events`` of ``n`` by unit, vectors of one length; ``target`` by default the pooled share sum(events)/sum(n). ``method``:

    * "normal": target -+ z sqrt(target (1 - target) / n), cut to 0..1. The plain normal form of the public-health packages.
    * "wilson": Wilson's interval around the target. Up to 11 percentage points away from "normal" in small units.
    * "exact": binomial quantiles with Spiegelhalter's interpolation.

    Input's index; columns share, target, and low_95, high_95, low_99.8, high_99.8 (after ``levels``).

    Parameters
    ----------
    events : counts
    n : of how many, one a row of ``events``
    method : "normal", "wilson" or "exact"
    target : share, by default the pooled one
    levels : of the limits

    Returns
    -------
    DataFrame[share, target, limits].

    Raises
    ------
    MethodError : for fewer than three units (``MIN_UNITS_FUNNEL``), missing values, a target of 0 or 1.

    Reference
    ---------
    Spiegelhalter 2005, Statistics in Medicine 24(8):1185, appendix A.1.

    Examples
    --------
    >>> from analysis.methods import variation
    >>> variation.funnel_limits([5, 9, 20], [50, 60, 90])["target"].round(3).tolist()
    [0.17, 0.17, 0.17]
    """
    from scipy import stats

    where = "variation.funnel_limits"
    choice(where, "method", method, ("normal", "wilson", "exact"))
    levels = [share(level, f"{where}, level") for level in (levels if dimensions(levels) == 1 else [levels])]
    e, d, _ = _counts(where, events, n)
    if e.isna().any() or d.isna().any() or len(e) < MIN_UNITS_FUNNEL:
        raise refuse(
            where,
            f"{int((e.notna() & d.notna()).sum())} complete units",
            f"{MIN_UNITS_FUNNEL} or more, all complete",
            "drop them",
        )
    goal = float(e.sum() / d.sum()) if target is None else number(target, f"{where}, target")
    if not 0 < goal < 1:
        raise refuse(where, f"target {goal:g}", "a share strictly between 0 and 1", "pass target=")
    out = pd.DataFrame({"share": e / d, "target": goal}, index=e.index)
    for level in levels:
        z = stats.norm.ppf(0.5 + level / 2)
        if method == "normal":
            half = z * np.sqrt(goal * (1 - goal) / d)
            low, high = goal - half, goal + half
        elif method == "wilson":
            band = wilson(goal * d, d, level)
            low, high = band["low"], band["high"]
        else:
            low, high = (_binomial_limit(d, goal, q) for q in (0.5 - level / 2, 0.5 + level / 2))
        name = f"{100 * level:g}"
        out[f"low_{name}"], out[f"high_{name}"] = low.clip(lower=0), high.clip(upper=1)
    return out


def _binomial_limit(n: pd.Series, target: float, quantile: float) -> pd.Series:
    """The count at which the cumulative probability reaches the quantile, interpolated between whole counts, as a share."""
    from scipy import stats

    reached = stats.binom.ppf(quantile, n, target)
    above, below = stats.binom.cdf(reached, n, target), stats.binom.cdf(reached - 1, n, target)
    return (reached - (above - quantile) / (above - below)) / n


def decompose_share(before: Values, after: Values) -> pd.DataFrame:
    """Did a category grow because everything grew, or because the mix moved? And who moved its share?

    ``before`` and ``after``: counts by category (Series with the same index, or arrays), not negative; each total above zero.
    One row per category, exact sums by midpoint weights:

    * change = volume + mix: volume = mean share x change of the total, mix = mean total x change of the share.
    * share_change = own + others: the part due to the category's own count and the part due to the other categories' counts (the
      mean over both orders of change). A share can rise with own = 0, because the others shrank.

    Columns before, after, change, volume, mix, share_before, share_after, share_change, own, others. Shares are fractions of 1.

    Parameters
    ----------
    before : counts by category
    after : counts by category

    Returns
    -------
    DataFrame as described above.

    Raises
    ------
    MethodError : for missing or negative counts, different categories, fewer than two.

    Reference
    ---------
    Kitagawa 1955, Journal of the American Statistical Association 50(272):1168; Shorrocks 2013, Journal of Economic Inequality 11(1):99,
    for the averaging over orders.

    Examples
    --------
    >>> from analysis.methods import variation
    >>> variation.decompose_share([50, 50], [50, 100])["own"].round(3).tolist()
    [0.0, 0.167]
    """
    where = "variation.decompose_share"
    a, b = (
        column(values, f"{where}: {name}", missing=True)
        for values, name in ((before, "before"), (after, "after"))
    )
    if len(a) != len(b) or set(a.index) != set(b.index) or not a.index.is_unique:
        raise refuse(
            where,
            f"{len(a)} and {len(b)} categories",
            "the same categories, each once",
            "align before and after",
        )
    b = aligned(a.index, b, where)
    if (
        a.isna().any()
        or b.isna().any()
        or (a < 0).any()
        or (b < 0).any()
        or len(a) < 2
        or a.sum() <= 0
        or b.sum() <= 0
    ):
        raise refuse(
            where,
            f"missing or negative counts, an empty total or one category{at_rows(a.index, ~((a >= 0) & (b >= 0)))}",
            "two or more counts of 0 or more",
            "mend them",
        )
    share_a, share_b = a / a.sum(), b / b.sum()
    rest_a, rest_b = a.sum() - a, b.sum() - b

    def part(own: pd.Series, rest: pd.Series) -> pd.Series:
        total = own + rest
        # nothing of either: the category's share is undefined and its contribution nil
        return (own / total.where(total > 0)).fillna(0.0)

    own = (part(b, rest_a) - share_a + share_b - part(a, rest_b)) / 2
    out = pd.DataFrame({"before": a, "after": b, "change": b - a})
    out["volume"], out["mix"] = (
        (share_a + share_b) / 2 * (b.sum() - a.sum()),
        (a.sum() + b.sum()) / 2 * (share_b - share_a),
    )
    out["share_before"], out["share_after"], out["share_change"] = share_a, share_b, share_b - share_a
    out["own"], out["others"] = own, share_b - share_a - own
    return out
