"""How much an order changed between two periods: classes, transitions and rank correlations; used as ``ranking.mobility`` and so on.

Sources: Kendall 1945, Biometrika 33:239 (tau-b); Shorrocks 1978, Econometrica 46:1013 (trace index).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import column, count, labels, numbers
from analysis.methods._types import Grid, Values


def _pairs(before: Values, after: Values, where: str) -> tuple[pd.Series, pd.Series, int, int]:
    """Units that have both values, and how many came and went; Series are matched by label, arrays by position."""
    first, second = (
        column(before, f"{where}, before", missing=True),
        column(after, f"{where}, after", missing=True),
    )
    if isinstance(before, pd.Series) and isinstance(after, pd.Series):
        for series, name in ((first, "before"), (second, "after")):
            if series.index.has_duplicates:
                raise refuse(
                    f"{where}, {name}",
                    f"{labels(series.index, series.index.duplicated())} twice",
                    "each unit once",
                    "aggregate first",
                )
        first, second = first.align(second, join="outer")
    elif len(first) != len(second):
        raise refuse(
            where,
            f"{len(first)} values before and {len(second)} after",
            "the same units",
            "pass Series with labels",
        )
    else:
        second = pd.Series(second.to_numpy(), index=first.index)
    here, there = first.notna().to_numpy(), second.notna().to_numpy()
    both = here & there
    return first[both], second[both], int((there & ~here).sum()), int((here & ~there).sum())


def _correlations(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Kendall's tau-b and Spearman's rho of two columns of mid-ranks, to the last digit as ``scipy.stats`` gives them, whose import alone takes
    ten times as long as all that ``mobility`` does."""
    agree = apart_x = apart_y = 0
    for i in range(len(x) - 1):  # each unit against all after it
        one, other = np.sign(x[i + 1 :] - x[i]), np.sign(y[i + 1 :] - y[i])
        agree += int(one @ other)
        apart_x += int(one @ one)
        apart_y += int(other @ other)
    tau = agree / np.sqrt(apart_x) / np.sqrt(apart_y)
    return float(min(1.0, max(-1.0, tau))), float(np.corrcoef(np.column_stack([x, y]), rowvar=False)[1, 0])


def _classes(ranks: np.ndarray, k: int) -> np.ndarray:
    """Classes 0 to k-1 of equal size by mid-rank: tied units stay together, and reversing the order reverses the classes."""
    return np.floor((ranks - 0.5) * k / len(ranks)).astype(int)


def _ranks(series: pd.Series) -> np.ndarray:
    return series.rank(method="average").to_numpy()


def _shares(before: np.ndarray, after: np.ndarray, k: int) -> np.ndarray:
    """k x k shares of each class before by class after; a row of NaN where nobody was."""
    counts = np.zeros((k, k))
    np.add.at(counts, (before, after), 1)
    totals = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, totals, out=np.full_like(counts, np.nan), where=totals > 0)


def transition_matrix(before: Values, after: Values, k: int = 5) -> pd.DataFrame:
    """Share of each class before that is in each class after: k x k, rows sum to 1; row and column 1 hold the lowest values.

    Classes are k groups of equal size of the units that have both values (quintiles by default), cut by mid-rank so that tied units
    stay together. A class that ties leave empty is a row of NaN.

    Parameters
    ----------
    before : values of the first period, one a unit
    after : values of the second period, matched to ``before`` by label
    k : number of classes

    Returns
    -------
    DataFrame of k x k shares, classes 1 to k.

    Raises
    ------
    MethodError : when fewer than k units have both values.

    Reference
    ---------
    Shorrocks 1978, Econometrica 46:1013.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> ranking.transition_matrix([1, 2, 3, 4], [2, 1, 3, 4], k=2).to_numpy().tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    first, second, _, _ = _pairs(before, after, "ranking.transition_matrix")
    if len(first) < count(k, "ranking.transition_matrix, k", 2):
        raise refuse(
            "ranking.transition_matrix",
            f"{len(first)} units with both values",
            f"at least {k}",
            "use fewer classes",
        )
    shares = _shares(_classes(_ranks(first), k), _classes(_ranks(second), k), k)
    classes = range(1, k + 1)
    return pd.DataFrame(
        shares, index=pd.Index(classes, name="before"), columns=pd.Index(classes, name="after")
    )


def shorrocks(matrix: Grid) -> float:
    """Shorrocks' trace index (k - trace P) / (k - 1): 0 when nobody changes class, 1 when the class after does not hang on the one before.

    ``matrix``: k x k shares with rows summing to 1, as ``transition_matrix`` gives. A row of NaN gives NaN.

    Parameters
    ----------
    matrix : k x k shares

    Returns
    -------
    A number.

    Raises
    ------
    MethodError : a matrix that is not square, or rows that do not sum to 1.

    Reference
    ---------
    Shorrocks 1978, Econometrica 46:1013.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> ranking.shorrocks([[0.5, 0.5], [0.25, 0.75]])
    0.75
    """
    shares = numbers(matrix, "ranking.shorrocks, matrix", missing=True).to_numpy()
    if shares.shape[0] != shares.shape[1] or len(shares) < 2:
        raise refuse(
            "ranking.shorrocks",
            f"an array of shape {shares.shape}",
            "a square matrix of at least 2 classes",
            "pass a transition matrix",
        )
    sums = shares.sum(axis=1)
    if not np.allclose(sums[~np.isnan(sums)], 1, atol=1e-6) or (shares < 0).any():
        raise refuse(
            "ranking.shorrocks",
            "rows that are not shares",
            "rows of shares that sum to 1",
            "divide each row by its total",
        )
    return float((len(shares) - np.trace(shares)) / (len(shares) - 1))


def mobility(before: Values, after: Values, *, k: int = 5) -> pd.Series:
    """How much an order changed, over the units that have both values.

    Series[kendall_tau (tau-b), spearman, shorrocks (on k classes), mean_move, median_move, max_move (places, mid-ranks among the units
    with both values, in absolute terms), moved_class (share that changed class), n, entered, left]. Neither direction nor unit of the
    values matters. ``shorrocks`` and ``moved_class`` are NaN below k units, the two correlations when all values of a period are
    equal.

    Parameters
    ----------
    before : values of the first period, one a unit
    after : values of the second period, matched to ``before`` by label
    k : number of classes

    Returns
    -------
    Series as described above.

    Raises
    ------
    MethodError : below 2 units.

    Reference
    ---------
    Kendall 1945, Biometrika 33:239. Shorrocks 1978, Econometrica 46:1013.

    Examples
    --------
    >>> from analysis.methods import ranking
    >>> float(ranking.mobility([1, 2, 3, 4, 5], [1, 2, 3, 5, 4])["kendall_tau"].round(2))
    0.8
    """
    first, second, entered, left = _pairs(before, after, "ranking.mobility")
    if len(first) < 2:
        raise refuse(
            "ranking.mobility",
            f"{len(first)} units with both values",
            "at least 2",
            "pass two periods of the same units",
        )
    x, y = _ranks(first), _ranks(second)
    constant = np.ptp(x) == 0 or np.ptp(y) == 0
    tau, rho = (np.nan, np.nan) if constant else _correlations(x, y)
    moves = np.abs(x - y)
    enough = len(first) >= count(k, "ranking.mobility, k", 2)
    classes = (_classes(x, k), _classes(y, k)) if enough else None
    return pd.Series(
        {
            "kendall_tau": tau,
            "spearman": rho,
            "shorrocks": np.nan if classes is None else (k - float(np.trace(_shares(*classes, k)))) / (k - 1),
            "mean_move": float(moves.mean()),
            "median_move": float(np.median(moves)),
            "max_move": float(moves.max()),
            "moved_class": np.nan if classes is None else float((classes[0] != classes[1]).mean()),
            "n": len(first),
            "entered": entered,
            "left": left,
        },
        name="mobility",
    )
