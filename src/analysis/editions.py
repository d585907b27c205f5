"""Editions of a series: a later one takes the place of an earlier one cell by cell, and both stay in ``observations``.

A publisher revises figures that it has printed. Three columns of ``observations`` say so: ``edition`` (when the edition that prints
the row was published, as precisely as is known: 2025, 2025-10, 2025-10-01; empty for the first one gathered), ``revises`` (the
observation whose value it replaces) and ``superseded_on`` (the edition that replaced this row; empty while the row is current).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

COLUMNS = ("edition", "revises", "superseded_on")


@dataclass(frozen=True)
class Edition:
    """A later edition among rows that were read: its source, its date as stated, how many cells it gives and how many it revised."""

    source_id: str
    edition: str
    cells: int
    revised: int


def _last_days(texts: pd.Series) -> pd.Series:
    """The last day that an edition's date may mean, so that nothing counts as known too early; empty stays empty.

    A month ends on its 31st here: as text, which is compared, this is never before its last day.
    """
    ends = {text: text + {4: "-12-31", 7: "-31"}.get(len(text), "") for text in texts.unique() if text}
    return texts.map(lambda text: ends.get(text, ""))


def current(frame: pd.DataFrame, day: str = "") -> np.ndarray:
    """Which rows are the newest edition of their cell, on a day where one is given: booleans, one a row.

    >>> rows = pd.DataFrame({"edition": ["", "2025-10"], "superseded_on": ["2025-10", ""]})
    >>> current(rows).tolist(), current(rows, "2025-06-30").tolist()
    ([False, True], [True, False])
    """
    if "superseded_on" not in frame:
        return np.ones(len(frame), dtype=bool)
    if not day:
        return (frame["superseded_on"] == "").to_numpy(dtype=bool)
    printed, replaced = _last_days(frame["edition"]), _last_days(frame["superseded_on"])
    return ((printed <= day) & ((replaced == "") | (replaced > day))).to_numpy(dtype=bool)


def of(rows: pd.DataFrame) -> list[Edition]:
    """The later editions among rows of ``observations``, by source and date; none where every cell is of the first edition.

    What a page says of editions: give it the rows that the page read.
    """
    return list(_counted(rows[rows["edition"] != ""])) if "edition" in rows else []


def _counted(later: pd.DataFrame) -> Iterator[Edition]:
    for (source, edition), group in later.groupby(["source_id", "edition"], sort=True):
        yield Edition(source, edition, len(group), int((group["revises"] != "").sum()))
