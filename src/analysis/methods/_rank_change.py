"""Bookkeeping of places over periods: entry, exit, ties, a base that changes, and three kinds of stated positions.

Own module because it handles a long table with kinds, while ``ranking`` handles columns; use it as ``ranking.rank_change``. Above 400
lines because placing, checking and comparing share the one set of arrays built from the table.

Longer than 400 lines because entry, exit, ties and changes of the base are kept in one account of the rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse
from analysis.methods._inputs import codes_of, direction, floats, labels, plain, whole
from analysis.methods._rows import distinct, free, key, ordered

KINDS = ("score", "rank", "percentile", "band")
RESULTS = (
    *(
        "kind",
        "n",
        "rank",
        "rank_low",
        "rank_high",
        "tied",
        "percentile",
        "percentile_low",
        "percentile_high",
    ),
    *(
        "status",
        "leaves",
        "change",
        "change_low",
        "change_high",
        "percentile_change",
        "percentile_change_low",
    ),
    *("percentile_change_high", "change_common", "moved"),
)


def rank_change(
    table: pd.DataFrame,
    *,
    unit: str,
    time: str,
    value: str,
    better: str,
    category: str | None = None,
    kind: str | None = None,
    low: str | None = None,
    high: str | None = None,
    base: str | None = None,
) -> pd.DataFrame:
    """Places and their changes in a long table: one row per row of ``table``, with its index.

    Arguments name columns of ``table``: ``unit``, ``time`` (sortable), ``value``; ``category`` (units are compared inside it only).
    ``kind`` says what ``value`` is: one of the words below for the whole table, or the name of a column that holds one per row.
    By default an ordered categorical is a band and numbers are scores.

    - "score": a measurement; ranked by ``better`` among all rows of its period and category. ``low``/``high``: bounds of the score.
    - "rank": a place stated by a publisher (1 the best); never ranked again. ``base``: length of the publisher's list.
    - "percentile": a stated position in percent of the list from the top (5 = the best 5 percent). It gives no place.
    - "band": an ordinal grade. With ``low`` and ``high``: the band's stated limits in percent from the top. Without: ``value`` is an
      ordered categorical and the table the complete list; members of a band share all places of the band.

    Columns of the result: the key columns, then kind; n (list length: rows with a value, or the stated base); rank, rank_low, rank_high
    (exact ties: the places they share; a band has no exact rank); tied; percentile, percentile_low, percentile_high = 100 * rank / n,
    percent from the top: comparable while n changes; status: "first" (first period of the category), "entry", "stay", "return"
    (seen before, but not in the last period), "no value"; leaves (no row in the next period of the category; missing in the last);
    change (places gained since the last period, positive is better), change_low, change_high (interval arithmetic for ties, bands and
    bounds), percentile_change, _low, _high (percent of the list gained), change_common (scores only: places gained counting only units
    present in both periods, so without the effect of entry and exit) and moved: "up", "down" or "none" as far as the printed places (or,
    without them, percentiles) say, "open" when the two intervals overlap. That a move is printed does not say that it is more than
    noise: see ``stability_interval`` and ``rank_intervals``.

    The last period is the one before in the category's own list of periods. A row without a value is not counted and has no place.

    Parameters
    ----------
    table : DataFrame, one row per unit and period
    unit : column of units
    time : column of periods
    value : column of values
    better : "higher" or "lower"
    category : column of groups
    kind : word or column
    low : column of lower bounds
    high : column of upper bounds
    base : column with the length of the publisher's list

    Returns
    -------
    DataFrame with the index of ``table`` and the columns described above.

    Raises
    ------
    MethodError : on unknown columns or kinds, a unit listed twice in a period and category, missing keys, or places outside the list.

    Reference
    ---------
    Goldstein and Spiegelhalter 1996, Journal of the Royal Statistical Society A 159:385.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import ranking
    >>> table = pd.DataFrame({"unit": ["a", "b", "a", "b"], "year": [2019, 2019, 2020, 2020], "beds": [5, 4, 5, 6]})
    >>> ranking.rank_change(table, unit="unit", time="year", value="beds", better="higher")["change"].tolist()[2:]
    [-1, 1]
    """
    where = "ranking.rank_change"
    sign = direction(better, f"{where}, better")
    distinct(where, unit=unit, time=time, value=value, category=category, low=low, high=high, base=base)
    free(where, [name for name in (category, unit, time) if name is not None], RESULTS)
    for role, name in (("unit", unit), ("time", time), ("value", value)):
        if name is None:
            raise refuse(f"{where}, {role}", "None", "the name of a column", "name one")
    if not isinstance(table, pd.DataFrame) or table.empty:
        found = "no rows" if isinstance(table, pd.DataFrame) else type(table).__name__
        raise refuse(where, found, "a table with rows", "pass a DataFrame")
    named = [name for name in (unit, time, value, category, kind, low, high, base) if isinstance(name, str)]
    twice = [name for name in named if list(table.columns).count(name) > 1]
    if twice:
        raise refuse(f"{where}: column {twice[0]!r}", "two columns of one name", "one", "rename one of them")
    if not table.columns.is_unique:  # a name that the call does not use may stand twice
        table = table.loc[:, ~table.columns.duplicated()]
    rows = _rows(
        table,
        {
            "unit": unit,
            "time": time,
            "value": value,
            "category": category,
            "low": low,
            "high": high,
            "base": base,
        },
        kind,
        sign,
    )
    _place(rows)
    result = table[[name for name in (category, unit, time) if name is not None]].copy()
    result["kind"] = pd.Series(rows["kind"], index=table.index, dtype="str")
    for name in ("n", "rank", "rank_low", "rank_high"):
        result[name] = whole(rows[name], table.index)
    for name in ("tied", "percentile", "percentile_low", "percentile_high"):
        result[name] = rows[name]
    for name, values in _compare(rows).items():
        result[name] = values
    return result


def _rows(
    table: pd.DataFrame, names: dict[str, str | None], kind: str | None, sign: int
) -> dict[str, np.ndarray]:
    """The table as plain arrays: codes of group and unit, position of the period, kind, and worst/best score or stated limits."""
    where = "ranking.rank_change"
    absent = [
        Problem(
            f"{where}, {role}",
            repr(name),
            f"a column of the table ({', '.join(map(str, table.columns))})",
            "correct the name",
        )
        for role, name in names.items()
        if name is not None and name not in table.columns
    ]
    if absent:
        raise MethodError(absent)
    problems = [
        Problem(
            f"{where}, column {names[role]}",
            f"missing at {labels(table.index, table[names[role]].isna())}",
            "a key in every row",
            "drop or complete these rows",
        )
        for role in ("unit", "time", "category")
        if names[role] and table[names[role]].isna().any()
    ]
    value_column = names["value"]
    assert value_column is not None
    kinds = _kinds(table, value_column, kind, problems)
    if problems:
        raise MethodError(problems)
    group = (
        codes_of(table[names["category"]], f"{where}, column {names['category']}")
        if names["category"] is not None
        else np.zeros(len(table), dtype=int)
    )
    units = codes_of(table[names["unit"]], f"{where}, column {names['unit']}")
    times = key(table[names["time"]], f"{where}, column {names['time']}")
    place = {one: i for i, one in enumerate(ordered(where, times, names["time"]))}
    period = times.map(place).to_numpy(dtype="int64")
    value = table[names["value"]]
    graded = _graded(value, kind)
    if graded:
        if not value.cat.ordered:
            raise refuse(
                f"{where}, column {names['value']}",
                "categories without an order",
                "an ordered categorical, worst or best first",
                "set ordered=True; better says which end is best",
            )
        number = np.where(value.cat.codes < 0, np.nan, value.cat.codes.astype("float64"))
    else:
        number = np.full(len(table), np.nan)
        numeric = kinds != "band"
        number[numeric] = floats(value[numeric], f"{where}, column {names['value']}")
    limits = {
        role: floats(table[names[role]], f"{where}, column {names[role]}")
        if names[role]
        else np.full(len(table), np.nan)
        for role in ("low", "high", "base")
    }
    has_limits = ~(np.isnan(limits["low"]) & np.isnan(limits["high"]))
    # a band is ranked by its grade only where it states no limits; a score may be known by its bounds alone
    ranked = np.where(kinds == "score", True, (kinds == "band") & ~has_limits)
    present = np.where(kinds == "band", value.notna().to_numpy(), ~np.isnan(number)) | (
        has_limits & np.isin(kinds, ("score", "band"))
    )
    rows = {
        "index": table.index,
        "group": group,
        "unit": units,
        "period": period,
        "kind": kinds,
        "number": number,
        "present": present,
        "ranked": ranked & present,
        "sign": sign,
        **limits,
    }
    _check(rows, graded, names)
    return rows


def _graded(value: pd.Series, kind: str | None) -> bool:
    """Whether the column holds ordinal grades: a categorical, unless its categories are numbers without an order or said to be scores."""
    if not isinstance(value.dtype, pd.CategoricalDtype) or kind in ("score", "rank", "percentile"):
        return False
    return value.cat.ordered or not pd.api.types.is_numeric_dtype(value.cat.categories.dtype)


def _kinds(table: pd.DataFrame, value: str, kind: str | None, problems: list[Problem]) -> np.ndarray:
    """Kind per row."""
    if kind is None:
        kind = "band" if _graded(table[value], kind) else "score"
    if isinstance(kind, str) and kind in KINDS:
        return np.full(len(table), kind, dtype=object)
    if not isinstance(kind, str) or kind not in table.columns:
        problems.append(
            Problem(
                "ranking.rank_change, kind",
                repr(kind),
                f"one of {', '.join(KINDS)}, or a column of them",
                "correct the word",
            )
        )
        return np.full(len(table), "score", dtype=object)
    kinds = plain(table[kind]).to_numpy(dtype=object)
    unknown = sorted({str(word) for word in pd.unique(table[kind]) if word not in KINDS})
    if unknown:
        problems.append(
            Problem(
                f"ranking.rank_change, column {kind}",
                ", ".join(unknown),
                f"one of {', '.join(KINDS)}",
                "correct these rows",
            )
        )
    return kinds


def _check(rows: dict, graded: bool, names: dict[str, str | None]) -> None:
    """Refuse what cannot be placed, all of it at once."""
    where, index, number, kinds = "ranking.rank_change", rows["index"], rows["number"], rows["kind"]
    keys = pd.DataFrame({role: rows[role] for role in ("group", "unit", "period")})
    low, high, base = rows["low"], rows["high"], rows["base"]
    stated = kinds == "rank"
    percent = (kinds == "band") & (rows["present"] & ~rows["ranked"])
    checks = [
        (
            keys.duplicated().to_numpy(),
            f"column {names['unit']}",
            "a unit twice in one period and category",
            "one row each",
            "aggregate or drop",
        ),
        (
            stated & ((number < 1) | (number > base)),
            f"column {names['value']}",
            "a place outside its list",
            "1 to the list length",
            "correct the place or its base",
        ),
        (
            (kinds == "percentile") & ((number < 0) | (number > 100)),
            f"column {names['value']}",
            "a percentile outside 0 to 100",
            "percent from the top",
            "convert shares to percent",
        ),
        (
            percent & ((low < 0) | (high > 100)),
            "low and high",
            "band limits outside 0 to 100",
            "percent from the top",
            "convert the limits",
        ),
        (
            (low > high) | (np.isin(kinds, ("score",)) & ((number < low) | (number > high))),
            "low and high",
            "bounds out of order",
            "low <= value <= high",
            "correct the bounds",
        ),
        (
            rows["ranked"] & (kinds == "band") & ~np.full(len(index), graded),
            f"column {names['value']}",
            "grades without order or limits",
            "an ordered categorical, or low and high",
            "state the order of the grades",
        ),
    ]
    found = [
        Problem(f"{where}, {place}, rows {labels(index, mask)}", what, expected, fix)
        for mask, place, what, expected, fix in checks
        if mask.any()
    ]
    if found:
        raise MethodError(found)


def _place(rows: dict) -> None:
    """Add n, ranks and percentiles, each with its interval."""
    size = len(rows["number"])
    cell = rows["group"] * (rows["period"].max(initial=0) + 1) + rows["period"]
    rank, rank_low, rank_high, n = (np.full(size, np.nan) for _ in range(4))
    ranked = rows["ranked"]
    if ranked.any():
        for name, values in _places_in_cells(rows, cell, ranked).items():
            {"rank": rank, "low": rank_low, "high": rank_high, "n": n}[name][ranked] = values
    stated = (rows["kind"] == "rank") & rows["present"]
    rank[stated] = rank_low[stated] = rank_high[stated] = rows["number"][stated]
    listed = ~ranked & rows["present"]
    n[listed] = rows["base"][listed]
    percentile, percentile_low, percentile_high = (100 * place / n for place in (rank, rank_low, rank_high))
    given = (rows["kind"] == "percentile") & rows["present"]
    percentile[given] = percentile_low[given] = percentile_high[given] = rows["number"][given]
    band = (rows["kind"] == "band") & listed
    percentile_low[band], percentile_high[band] = rows["low"][band], rows["high"][band]
    rank_low[band] = np.floor(np.nan_to_num(rows["low"][band]) * n[band] / 100) + 1
    rank_high[band] = np.ceil(np.where(np.isnan(rows["high"][band]), 100, rows["high"][band]) * n[band] / 100)
    tied = pd.array(rank_high > rank_low, dtype="boolean")
    tied[~ranked] = pd.NA
    rows.update(
        n=n,
        rank=rank,
        rank_low=rank_low,
        rank_high=rank_high,
        tied=tied,
        percentile=percentile,
        percentile_low=percentile_low,
        percentile_high=percentile_high,
    )


def _places_in_cells(rows: dict, cell: np.ndarray, ranked: np.ndarray) -> dict[str, np.ndarray]:
    """Places within period and category of the rows that are ranked here."""
    sign, cell, number = rows["sign"], cell[ranked], rows["number"][ranked]
    score = rows["kind"][ranked] == "score"
    bounded = score & ~(np.isnan(rows["low"][ranked]) & np.isnan(rows["high"][ranked]))
    groups = pd.Series(-sign * number).groupby(cell)
    n = pd.Series(number).groupby(cell).transform("size").to_numpy(dtype="float64")
    rank, low, high = (groups.rank(method=ties).to_numpy(copy=True) for ties in ("min", "min", "max"))
    for code in np.unique(cell[bounded]):  # only where bounds are given: the rest is done in one pass above
        own = np.flatnonzero(cell == code)
        lower = np.where(bounded[own], np.nan_to_num(rows["low"][ranked][own], nan=-np.inf), number[own])
        upper = np.where(bounded[own], np.nan_to_num(rows["high"][ranked][own], nan=np.inf), number[own])
        worst, best = (lower, upper) if sign > 0 else (-upper, -lower)
        low[own] = 1 + len(own) - np.searchsorted(np.sort(worst), best, side="right")
        high[own] = len(own) - np.searchsorted(np.sort(best), worst, side="left")
        counted = np.sort(np.where(np.isnan(number[own]), worst, sign * number[own]))
        rank[own] = np.where(
            np.isnan(number[own]),
            np.nan,
            1 + len(own) - np.searchsorted(counted, sign * number[own], side="right"),
        )
    # an ordinal grade has an exact place only when it is alone in its band
    rank[~score & (low != high)] = np.nan
    return {"rank": rank, "low": low, "high": high, "n": n}


def _compare(rows: dict) -> dict[str, object]:
    """Change since the last period of the category, status and departure."""
    index, present, size = rows["index"], rows["present"], len(rows["number"])
    last, following, order, final = _neighbours(rows)
    result: dict[str, object] = {"status": _status(rows, last, order)}
    leaves = pd.array(following < 0, dtype="boolean")
    leaves[final | ~present] = pd.NA
    result["leaves"] = leaves
    now = np.flatnonzero(last >= 0)
    then = last[now]
    gains = {}
    for measure in ("rank", "percentile"):
        exact, low, high = rows[measure], rows[f"{measure}_low"], rows[f"{measure}_high"]
        gain = np.full((3, size), np.nan)
        gain[:, now] = exact[then] - exact[now], low[then] - high[now], high[then] - low[now]
        gains[measure] = gain
    for position, suffix in enumerate(("", "_low", "_high")):
        result["change" + suffix] = whole(gains["rank"][position], index)
    for position, suffix in enumerate(("", "_low", "_high")):
        result["percentile_change" + suffix] = gains["percentile"][position]
    result["change_common"] = whole(_common(rows, last), index)
    # the printed places where both rows have them, else percent of the list
    lower, upper = (
        np.where(np.isnan(places), percents, places)
        for places, percents in zip(gains["rank"][1:], gains["percentile"][1:], strict=True)
    )
    known = ~np.isnan(lower) & ~np.isnan(upper)
    words = np.select(
        [lower > 0, upper < 0, (lower == 0) & (upper == 0), known], ["up", "down", "none", "open"], ""
    )
    result["moved"] = pd.Series(words, index=index, dtype="str").where(words != "")
    return result


def _neighbours(rows: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Row of the same unit in the last and in the next period of its category (-1 for none), position of the period, and whether it is the final one."""
    present, size = np.flatnonzero(rows["present"]), len(rows["number"])
    order, final = np.full(size, -1), np.zeros(size, dtype=bool)
    last, following = np.full(size, -1), np.full(size, -1)
    if not len(present):
        return last, following, order, final
    group, unit, period = (rows[name][present].astype("int64") for name in ("group", "unit", "period"))
    periods = pd.Series(period).groupby(group)
    position = periods.rank(method="dense").to_numpy().astype("int64")
    order[present] = position
    final[present] = position == pd.Series(position).groupby(group).transform("max").to_numpy()
    width = position.max() + 2
    key = (group * (unit.max() + 1) + unit) * width + position
    by_key = np.argsort(key, kind="stable")
    found = np.minimum(np.searchsorted(key[by_key], key - 1), len(key) - 1)
    match = key[by_key][found] == key - 1
    last[present[match]] = present[by_key[found[match]]]
    following[last[last >= 0]] = np.flatnonzero(last >= 0)
    return last, following, order, final


def _status(rows: dict, last: np.ndarray, order: np.ndarray) -> pd.Series:
    """How the unit comes to be in this period."""
    present = rows["present"]
    first_seen = (
        pd.Series(np.where(present, order, np.iinfo("int64").max))
        .groupby([rows["group"], rows["unit"]])
        .transform("min")
        .to_numpy()
    )
    words = np.select(
        [~present, last >= 0, order == 1, first_seen < order],
        ["no value", "stay", "first", "return"],
        "entry",
    )
    return pd.Series(words, index=rows["index"], dtype="str")


def _common(rows: dict, last: np.ndarray) -> np.ndarray:
    """Places gained among the units present in both periods, for scores without bounds."""
    gain = np.full(len(last), np.nan)
    plain = (rows["kind"] == "score") & ~np.isnan(rows["number"])
    now = np.flatnonzero((last >= 0) & plain & plain[last])
    then = last[now]
    cell = rows["group"][now] * (rows["period"].max(initial=0) + 1) + rows["period"][now]
    places = [
        pd.Series(-rows["sign"] * rows["number"][at]).groupby(cell).rank(method="min").to_numpy()
        for at in (then, now)
    ]
    gain[now] = places[0] - places[1]
    return gain
