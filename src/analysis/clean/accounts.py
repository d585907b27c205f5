"""Figures that have to add up, and do in all that is held: parts and wholes of one row, a share and its two amounts, provinces and the nation.

Other rules ask whether a figure is likely; these are arithmetic. Every comparison is of printed intervals, so that rounding stops
nobody; a sum that fails stops all its figures, since which of them is wrong a person has to see.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis import catalog

# a whole and the parts that come to it exactly
EQUAL = (
    ("hospitals", ("hospitals_public", "hospitals_private")),
    ("hospitals", ("hospitals_tertiary", "hospitals_secondary", "hospitals_primary", "hospitals_ungraded")),
)
# a whole and parts of it that are not all
WITHIN = (
    ("institutions", ("hospitals", "primary_institutions", "public_health_institutions")),
    ("beds", ("hospital_beds", "primary_beds")),
    ("health_technicians", ("doctors", "nurses")),
    ("health_personnel", ("health_technicians",)),
    ("health_personnel", ("hospital_personnel",)),
    (
        "hospitals_public",
        ("hospitals_public_tertiary", "hospitals_public_secondary", "hospitals_public_primary"),
    ),
    ("hospitals_private", ("hospitals_private_secondary", "hospitals_private_primary")),
    ("hospitals_tertiary", ("hospitals_tertiary_grade_a",)),
    ("hospitals_tertiary", ("hospitals_public_tertiary",)),
    ("visits", ("hospital_visits",)),
    ("sample_population", ("sample_population_65",)),
    ("budget_expenditure", ("health_expenditure",)),
    *(
        (f"city_{what}", (f"district_{what}",))
        for what in (
            "doctors",
            "hospitals",
            "hospital_beds",
            "population_resident",
            "population_registered",
            "insured_employees",
        )
    ),
)
# a percentage, its part and its whole
SHARES = (("sample_share_65", "sample_population_65", "sample_population"),)
# what the provinces come to in the nation's figure, and by what share they may miss it: in what is held the nation's personnel is up to
# .00095 above its provinces' sum, and no source held says why
NATION = {
    "beds": 0.0,
    "doctors": 0.0,
    "health_expenditure": 0.0,
    "health_personnel": 0.0012,
    "health_technicians": 0.0012,
    "hospital_beds": 0.0,
    "hospitals": 0.0,
    "institutions": 0.0,
    "nurses": 0.0,
    "primary_beds": 0.0,
    "primary_institutions": 0.0,
    "public_health_institutions": 0.0,
}
PROVINCES = 31
SLACK = 1e-9  # of the arithmetic itself

Hit = tuple[str, np.ndarray, np.ndarray]


def rules(rows: pd.DataFrame, expected: np.ndarray, scale: np.ndarray) -> Iterator[Hit]:
    """Which cells stand in a sum that fails: (name of the rule, which cells, expected logarithm).

    ``rows``: annual figures with source_id, indicator, region_code, year, value and its bounds; ``expected`` and ``scale``: the
    logarithm that each figure's own series expects, and how much it usually moves.
    """
    yield _beside(rows)
    yield _nation(rows, expected, scale)


def _beside(rows: pd.DataFrame) -> Hit:
    """Wholes, parts and shares of one publication, place and year."""
    value, low, high = (rows[c].to_numpy(dtype=float) for c in ("value", "value_low", "value_high"))
    hit, expected = np.zeros(len(rows), bool), value.copy()
    at = _positions(rows)
    for whole, parts, equal in (*((*s, True) for s in EQUAL), *((*s, False) for s in WITHIN)):
        if not {whole, *parts} <= set(at.columns):
            continue
        held = at[[whole, *parts]].dropna().to_numpy(dtype=int)
        own, rest = held[:, 0], held[:, 1:]
        slack = SLACK * np.abs(value[own])
        off = low[rest].sum(axis=1) > high[own] + slack
        off |= equal & (high[rest].sum(axis=1) < low[own] - slack)
        excess = value[rest].sum(axis=1) - value[own]
        hit[held[off]] = True
        expected[own[off]] = value[own[off]] + excess[off]
        expected[rest[off]] = value[rest[off]] - excess[off, None]
    for share, part, whole in SHARES:
        if not {share, part, whole} <= set(at.columns):
            continue
        held = at[[share, part, whole]].dropna().to_numpy(dtype=int)
        s, p, w = held.T
        off = (100 * low[p] > high[s] * high[w]) | (100 * high[p] < low[s] * low[w])
        hit[held[off]] = True
        s, p, w = held[off].T
        expected[s], expected[p] = 100 * value[p] / value[w], value[s] * value[w] / 100
    return "identity", hit, np.log(np.maximum(expected, 1e-9))


def _positions(rows: pd.DataFrame) -> pd.DataFrame:
    """Where each indicator stands: one row a publication, place and year, one column an indicator; missing where it has none."""
    needed = {
        *(name for whole, parts in (*EQUAL, *WITHIN) for name in (whole, *parts)),
        *(name for names in SHARES for name in names),
    }
    own = rows[["source_id", "region_code", "year", "indicator"]].reset_index(drop=True)
    own = own[own.indicator.isin(needed)].drop_duplicates()
    return pd.Series(own.index, index=pd.MultiIndex.from_frame(own)).unstack()


def _nation(rows: pd.DataFrame, expected: np.ndarray, scale: np.ndarray) -> Hit:
    """The nation's figures that its provinces miss, and the province that would explain it best."""
    frame = rows[["source_id", "indicator", "region_code", "year", "value", "value_low", "value_high"]]
    frame = frame.reset_index(drop=True)[rows.indicator.isin(NATION).to_numpy()]
    whole = frame[frame.region_code == catalog.NATION]
    parts = frame[frame.region_code.str.endswith("0000") & (frame.region_code != catalog.NATION)]
    hit, better = np.zeros(len(rows), bool), np.array(expected, dtype=float)
    if whole.empty or parts.empty:
        return "nation", hit, better
    sums = parts.groupby(["source_id", "indicator", "year"]).agg(
        n=("region_code", "nunique"),
        value=("value", "sum"),
        low=("value_low", "sum"),
        high=("value_high", "sum"),
    )
    sums = sums[sums.n == PROVINCES].reset_index()
    pairs = whole.reset_index().merge(sums, on=["indicator", "year"], suffixes=("", "_sum"))
    slack = (pairs.indicator.map(NATION) + SLACK) * pairs.value
    pairs = pairs.assign(off=(pairs.low > pairs.value_high + slack) | (pairs.high < pairs.value_low - slack))
    # where two publications print the nation otherwise, one that fits is enough
    every = pairs.groupby(["source_id_sum", "indicator", "year"]).off.transform("all")
    for one in pairs[every].itertuples():
        excess = one.value_sum - one.value
        hit[one.index], better[one.index] = True, np.log(one.value_sum)
        i = parts.index[
            (parts.source_id == one.source_id_sum)
            & (parts.indicator == one.indicator)
            & (parts.year == one.year)
        ].to_numpy()
        value = parts.value.loc[i].to_numpy(dtype=float)
        right = np.log(np.maximum(value - excess, 1e-9))
        gain = np.abs(np.log(np.maximum(value, 1e-9)) - expected[i]) - np.abs(right - expected[i])
        gain = np.nan_to_num(gain / scale[i], nan=-np.inf)
        best = int(gain.argmax())
        if gain[best] > 0:
            hit[i[best]], better[i[best]] = True, right[best]
    return "nation", hit, better
