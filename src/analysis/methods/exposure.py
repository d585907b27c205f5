"""Counts over a time of exposure: a rate and its exact Poisson interval.

Source: Garwood 1936, Biometrika 28:437-442 (the exact interval by way of the chi-square distribution).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import SMALLEST, number, share

YEAR = 365.25


def years_between(start: str, end: str) -> float:
    """Years of exposure from the first to the last day, both included. start, end: ISO dates.

    Parameters
    ----------
    start : first day, ISO date
    end : last day, ISO date

    Returns
    -------
    A number of years.

    Raises
    ------
    MethodError : when a date is missing or the end lies before the start.

    Reference
    ---------
    Garwood 1936, Biometrika 28:437, for the interval that the exposure enters.

    Examples
    --------
    >>> from analysis.methods import exposure
    >>> round(exposure.years_between("2020-01-01", "2020-12-31"), 2)
    1.0
    """
    where = "exposure.years_between"
    first, last = _day(where, start), _day(where, end)
    if last < first:
        raise refuse(where, f"{start} to {end}", "an end on or after the start", "swap the dates")
    return ((last - first).days + 1) / YEAR


def _day(where: str, value: Any) -> date:
    if isinstance(value, date) and value == value:  # no NaT; also a Timestamp: its day
        return value.date() if isinstance(value, datetime) else value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise refuse(
            where,
            repr(value),
            "an ISO date such as 2023-01-31",
            "a count without a printed start has no rate",
        ) from error


def poisson_rate(count: int, exposure: float, level: float = 0.95) -> pd.Series:
    """Rate per unit of exposure with Garwood's exact interval: Series[rate, low, high].

    count: a whole number from 0; exposure: above 0, e.g. years. The interval says how far such a count would move by chance if
    events came independently at one rate; it covers neither choice of what is counted nor a rate that changes. A count of 0 has a
    lower limit of 0.

    Parameters
    ----------
    count : events
    exposure : time, above 0
    level : of the intervals, 0.95 for 95 per cent

    Returns
    -------
    Series[rate, low, high].

    Raises
    ------
    MethodError : a count that is no whole number from 0, an exposure of 0 or less.

    Reference
    ---------
    Garwood 1936, Biometrika 28:437.

    Examples
    --------
    >>> from analysis.methods import exposure
    >>> exposure.poisson_rate(3, 2.0).round(3).tolist()
    [1.5, 0.309, 4.384]
    """
    from scipy.stats import chi2

    where = "exposure.poisson_rate"
    events = number(count, f"{where}, count", least=0)
    if events != int(events):
        raise refuse(f"{where}, count", repr(events), "a whole number from 0", "rates are of counts")
    exposure = number(exposure, f"{where}, exposure", least=SMALLEST)
    tail = (1 - share(level, f"{where}, level")) / 2
    low = chi2.ppf(tail, 2 * events) / 2 if events else 0.0
    high = chi2.ppf(1 - tail, 2 * (events + 1)) / 2
    return pd.Series({"rate": events / exposure, "low": low / exposure, "high": high / exposure})
