"""Rows that repeat another row: the figures of another place, or of another year of the same one, to the last digit.

One equal figure is chance; several of four and five digits in one row are not. What an equality weighs is the logarithm of how many
other figures could have stood there: significant digits for another place, steps within the usual move of a series for another year.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

OTHER_PLACE = 7.0  # digits that two places share in one year by no chance (held data: at most 6.7)
SAME_PROVINCE = 6.0  # ... and within one province, where there are fewer pairs (held: at most 5.6)
# the same for two years running of one place, where publications repeat figures now and then
YEAR_BEFORE = 4.4
OTHER_YEAR = 3.5  # ... and for two years further apart (held: at most 2.8, but for one row that is decided)
FEWEST, SHARE = 2, 0.5  # figures that have to be equal, and their share of the row's
SMALLEST = 30  # printing steps below which an equal count says nothing

Hit = tuple[str, np.ndarray, np.ndarray]


def rules(rows: pd.DataFrame, expected: np.ndarray, scale: np.ndarray) -> Iterator[Hit]:
    """Which cells stand in a row that repeats another one: (name of the rule, which cells, expected logarithm).

    ``rows``: annual figures with source_id, indicator, region_code, year, value and its bounds; ``expected`` and ``scale``: the
    logarithm that each figure's own series expects, and how much it usually moves.
    """
    cells = _cells(rows, scale)
    hit = np.zeros(len(rows), bool)
    for found in (_of_another_place(cells), _of_another_year(cells)):
        hit[found] = True
    yield "copied", hit, np.array(expected, dtype=float)


def _cells(rows: pd.DataFrame, scale: np.ndarray) -> pd.DataFrame:
    """The figures with enough steps: ``at`` (row), ``digits`` and ``moves`` (what an equality weighs), ``of`` (how many its row has)."""
    width = np.maximum((rows.value_high - rows.value_low).to_numpy(dtype=float), 1e-9)
    steps = np.rint(rows.value.to_numpy(dtype=float) / width)
    # trailing zeros: a figure rounded to thousands has no more digits than are printed
    round_ = np.zeros(len(rows))
    for k in range(1, 7):
        round_ += (steps % 10**k == 0) & (steps != 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.log10(np.abs(steps)) - round_
        moves = np.log10(np.maximum(np.abs(steps) / 10**round_ * scale, 1))
    cells = rows[["source_id", "indicator", "region_code", "year", "value"]].reset_index(drop=True)
    cells = cells.assign(at=np.arange(len(rows)), digits=weight, moves=moves)
    cells = cells[(np.abs(steps) > SMALLEST) & np.isfinite(weight)]
    return cells.assign(of=cells.groupby(["source_id", "region_code", "year"])["at"].transform("size"))


def _of_another_place(cells: pd.DataFrame) -> np.ndarray:
    keys = ["source_id", "indicator", "year", "value"]
    equal = cells[cells.duplicated(keys, keep=False)]
    pairs = equal.merge(equal, on=keys, suffixes=("", "_other"))
    pairs = pairs[pairs.region_code < pairs.region_code_other]
    by = ["source_id", "year", "region_code", "region_code_other"]
    own = pairs["region_code"].str[:2] == pairs["region_code_other"].str[:2]
    own = _repeats(pairs, by, pairs.digits, np.where(own, SAME_PROVINCE, OTHER_PLACE))
    return np.r_[own["at"], own["at_other"]].astype(int)  # which of the two is the copy nobody knows


def _of_another_year(cells: pd.DataFrame) -> np.ndarray:
    keys = ["source_id", "indicator", "region_code", "value"]
    equal = cells[cells.duplicated(keys, keep=False)].sort_values([*keys, "year"])
    later = equal.groupby(keys)[["year", "at"]].shift(-1)  # the next year with the same figure
    pairs = equal.assign(year_later=later["year"], at_later=later["at"]).dropna(subset=["at_later"])
    by = ["source_id", "region_code", "year", "year_later"]
    apart = pairs["year_later"] - pairs["year"] > 1
    own = _repeats(pairs, by, pairs.moves, np.where(apart, OTHER_YEAR, YEAR_BEFORE))
    # the year after repeats the one before, as with one figure; further apart either may be the copy
    return np.r_[own["at_later"], own["at"][own["year_later"] - own["year"] > 1]].astype(int)


def _repeats(
    pairs: pd.DataFrame, by: list[str], weight: pd.Series, least: np.ndarray | float
) -> pd.DataFrame:
    """The equal figures of the pairs of rows that weigh enough together and make up enough of the row."""
    groups = [pairs[name] for name in by]
    sums, n = (weight.groupby(groups).transform(how) for how in ("sum", "size"))
    return pairs[(sums > least) & (n >= np.maximum(FEWEST, SHARE * pairs["of"]))]
