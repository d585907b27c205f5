"""What a score rule rewards: capping, lifting and bonuses, grades by percentile, and what they do to ranks and to the next point.

Sources: composite indicators and their transformations: OECD/JRC 2008, Handbook on Constructing Composite Indicators; behaviour under
targets and thresholds: Bevan and Hood 2006, Public Administration 84:517; rank agreement: Kendall 1945 (tau-b).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.errors import MethodError, Problem, refuse
from analysis.methods._inputs import column, labels, number
from analysis.methods._types import Values


def credited(
    scores: Values,
    *,
    floor: float = -math.inf,
    cap: float = math.inf,
    bonus_from: float = math.inf,
    bonus: float = 0.0,
) -> pd.Series:
    """Scores after the rule: never below ``floor``, never above ``cap``, plus ``bonus`` for raw scores from ``bonus_from``.

    The bonus comes after the cap, as a reward for the strong. Series with the index of ``scores``.

    Parameters
    ----------
    scores : raw scores, one a unit
    floor : lowest score credited
    cap : highest score credited
    bonus_from : raw score from which the bonus is given
    bonus : points

    Returns
    -------
    Series with the index of ``scores``.

    Raises
    ------
    MethodError : when floor is above cap or the bonus is negative.

    Reference
    ---------
    Bevan and Hood 2006, Public Administration 84:517.

    Examples
    --------
    >>> from analysis.methods import scoring
    >>> scoring.credited([40, 80, 95], floor=60, cap=85).tolist()
    [60.0, 80.0, 85.0]
    """
    where = "scoring.credited"
    raw = column(scores, f"{where}, scores")
    floor, cap, bonus_from = (
        number(value, f"{where}, {name}", infinite=True)
        for value, name in ((floor, "floor"), (cap, "cap"), (bonus_from, "bonus_from"))
    )
    bonus = number(bonus, f"{where}, bonus")
    problems = []
    if floor > cap:
        problems.append(
            Problem(
                f"{where}, floor", f"{floor} above the cap {cap}", "a floor at or below the cap", "swap them"
            )
        )
    if bonus < 0:
        problems.append(Problem(f"{where}, bonus", str(bonus), "0 or more", "a malus is another rule"))
    if problems:
        raise MethodError(problems)
    return (raw.clip(floor, cap) + bonus * (raw >= bonus_from)).rename("credited")


def next_point(scores: Values, *, step: float = 1.0, **rule: float) -> pd.Series:
    """What ``step`` more raw points add to the credited score, divided by ``step``: the marginal incentive at each raw score.

    rule: as in :func:`credited`. 0 where the next step changes nothing.

    Parameters
    ----------
    scores : raw scores, one a unit
    step : raw points
    rule : as in ``credited``

    Returns
    -------
    Series with the index of ``scores``.

    Raises
    ------
    MethodError : for a step that is not above 0.

    Reference
    ---------
    Bevan and Hood 2006, Public Administration 84:517.

    Examples
    --------
    >>> from analysis.methods import scoring
    >>> scoring.next_point([40, 80, 95], cap=85).tolist()
    [1.0, 1.0, 0.0]
    """
    step = number(step, "scoring.next_point, step", above=0)
    raw = column(scores, "scoring.next_point, scores")
    return ((credited(raw + step, **rule) - credited(raw, **rule)) / step).rename("next_point")


def effects(scores: Values, *, step: float = 1.0, **rule: float) -> pd.Series:
    """What the rule does to a set of units: Series[kendall_tau, tied, variance, idle].

    kendall_tau: tau-b of raw and credited scores (missing when either is constant). tied: of the pairs that differ before, the
    share equal after. variance: variance after over before. idle: share of units to whom the next step adds nothing.

    Parameters
    ----------
    scores : raw scores, one a unit
    step : raw points
    rule : as in ``credited``

    Returns
    -------
    Series[kendall_tau, tied, variance, idle].

    Raises
    ------
    MethodError : below 2 units or when all raw scores are equal.

    Reference
    ---------
    Bevan and Hood 2006, Public Administration 84:517. Kendall 1945, Biometrika 33:239.

    Examples
    --------
    >>> from analysis.methods import scoring
    >>> scoring.effects([40, 80, 95], cap=85).round(2).tolist()
    [1.0, 0.0, 0.75, 0.33]
    """
    from scipy.stats import kendalltau

    raw = column(scores, "scoring.effects, scores")
    if len(raw) < 2 or raw.nunique() == 1:
        raise refuse(
            "scoring.effects, scores",
            f"{len(raw)} units, {raw.nunique()} values",
            "at least two units that differ",
            "ranks need differences",
        )
    after = credited(raw, **rule)
    i, j = np.triu_indices(len(raw), 1)
    x, y = raw.to_numpy(), after.to_numpy()
    apart = x[i] != x[j]
    return pd.Series(
        {
            "kendall_tau": kendalltau(x, y).statistic if after.nunique() > 1 else math.nan,
            "tied": float((apart & (y[i] == y[j])).sum() / apart.sum()),
            "variance": float(after.var() / raw.var()),
            "idle": float((next_point(raw, step=step, **rule) == 0).mean()),
        }
    )


def band(percentile: Values, cuts: Mapping[str, float]) -> pd.Series:
    """The grade of each percentile place (0 best, 100 last).

    cuts: mapping grade -> upper percentile of the grade, best first, rising; places beyond the last cut get an empty grade. A place on a
    cut belongs to the better grade.

    Parameters
    ----------
    percentile : places from the top, 0 to 100
    cuts : grade to upper percentile

    Returns
    -------
    Series of grades with the index of ``percentile``.

    Raises
    ------
    MethodError : for cuts that do not rise or lie outside 0 to 100.

    Reference
    ---------
    OECD/JRC 2008, Handbook on Constructing Composite Indicators.

    Examples
    --------
    >>> from analysis.methods import scoring
    >>> scoring.band([1, 20, 90], {"A": 20, "B": 60}).tolist()
    ['A', 'A', '']
    """
    places = column(percentile, "scoring.band, percentile")
    if not isinstance(cuts, Mapping):
        raise refuse(
            "scoring.band, cuts",
            repr(cuts),
            "a mapping of grade to upper percentile",
            'pass {"A": 20, "B": 60}',
        )
    wrong = labels(places.index, (places < 0) | (places > 100))
    if wrong:
        raise refuse(
            f"scoring.band, percentile of {wrong}",
            "a place outside 0 to 100",
            "percent from the top",
            "mend it",
        )
    limits = [number(limit, f"scoring.band, cuts of {grade}") for grade, limit in cuts.items()]
    if not limits or any(b <= a for a, b in zip([0.0, *limits], limits, strict=False)) or limits[-1] > 100:
        raise refuse(
            "scoring.band, cuts",
            limits,
            "rising upper limits above 0, to 100 at most",
            "order the grades from best to last",
        )
    at = np.searchsorted(limits, places.to_numpy(), side="left")
    grades = [*cuts, ""]
    return pd.Series([grades[k] for k in at], index=places.index, name="grade")
