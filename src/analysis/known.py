"""From which day a row could be known: the one rule by which a date cuts the tables.

A source that prints its full date is known from that day. One that prints a month or a year is known from its last day. A source
without a printed date (a series that was read on some day, a bulletin or a list whose date was not located) is known from the end of
the row's own period plus a lag that depends on the kind of source (``LAGS``, in months): such a date is derived, and pages say so.
What is held here is known by the newest day in sources.csv at the latest; a row with neither a date of its source nor a period
is known from that day only, so that every date in the past leaves it out.
"""

from __future__ import annotations

import calendar
import datetime as dt
import os
import re
from typing import TYPE_CHECKING

from analysis import catalog

if TYPE_CHECKING:
    import pandas as pd

# months between the end of a period and its publication, taken on the late side so that nothing is known too early
LAGS = {"series": 12, "assessment": 24, "policy": 3}
LAG = 12  # of every other kind of source
AS_OF = "YIGAI_AS_OF"  # in the environment: what a fork or a kernel of a run reads is cut at the same day
ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
# column that holds the end of a row's own period, by table; a table that is not named has none
PERIODS = {
    "observations": "period_end",
    "assessments": "assessment_year",
    "policies": "date_end",
    "centres": "date",
    "centre_batches": "date",
}


def as_of() -> str:
    """The day by which every reading is cut, empty for none: set for a run by the runner, for a notebook by its first cell."""
    return os.environ.get(AS_OF, "")


def last_day(text: str) -> str:
    """The last day of an ISO year, month or day, as a full date; empty for none and for words.

    >>> last_day("2018"), last_day("2023-06"), last_day("")
    ('2018-12-31', '2023-06-30', '')
    """
    if not ISO.fullmatch(text):
        return ""  # nothing printed, or words instead of a date
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return dt.date(year, month, day).isoformat()


def months_later(day: str, months: int) -> str:
    """A full date some months later; the last day of a month stays one.

    >>> months_later("2023-12-31", 12), months_later("2023-11-30", 3)
    ('2024-12-31', '2024-02-29')
    """
    date = dt.date.fromisoformat(day)
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    whole = date.day == calendar.monthrange(date.year, date.month)[1]
    return dt.date(year, month + 1, length if whole else min(date.day, length)).isoformat()


def stated(source_id: str) -> str:
    """The day a source states for its publication (the last day of a month or year alone); empty when it states none."""
    found = catalog.sources().get(source_id)
    return last_day(found.published) if found else ""


def _derived(period_end: str, source_id: str) -> str:
    source = catalog.sources().get(source_id)
    end = last_day(period_end) or last_day(source.period_end if source else "")
    newest = catalog.newest_date()
    return min(newest, months_later(end, LAGS.get(source.kind if source else "", LAG))) if end else newest


def since(source_id: str, period_end: str = "") -> tuple[str, bool]:
    """(from which day a row of a source is known, whether that day is derived)."""
    day = stated(source_id)
    return (day, False) if day else (_derived(period_end, source_id), True)


def rows(table: str, frame: pd.DataFrame, as_of: str) -> pd.Series:
    """Which rows of a table were known on a day: booleans, one a row. ``as_of`` empty: all."""
    import pandas as pd

    if not as_of:
        return pd.Series(True, index=frame.index)
    ends = _ends(table, frame)
    days = {
        (source, end): since(source, end)[0]
        for source, end in set(zip(frame["source_id"], ends, strict=True))
    }
    return pd.Series(
        [days[pair] <= as_of for pair in zip(frame["source_id"], ends, strict=True)],
        index=frame.index,
        dtype=bool,
    )


def _ends(table: str, frame: pd.DataFrame) -> list[str]:
    import pandas as pd

    column = PERIODS.get(table)
    if column is None or column not in frame:
        return [""] * len(frame)
    return ["" if pd.isna(value) else str(value) for value in frame[column]]
