"""Are neighbours alike? Moran's I for the whole map and for each place, with permutation inference.

Source: Moran 1950, Biometrika 37:17; Cliff and Ord 1981, Spatial Processes; Anselin 1995, Geographical Analysis 27:93 (LISA). Written
here and not taken from esda, which brings geopandas and three seconds of import; the tests hold both against esda's definitions and
against all permutations of small maps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import aligned, as_frame, at_rows, column, count, numbers, switch
from analysis.methods._results import Result
from analysis.methods._said import said
from analysis.methods._types import Values

MIN_PLACES = 4
QUADRANTS = ("high-high", "low-high", "low-low", "high-low")


@dataclass(frozen=True, eq=False, repr=False)
class Moran(Result):
    """``estimate`` (I), ``expected`` -1/(n - 1) and ``se`` under random placing, ``p`` two-sided by permutation, ``z``.

    ``n`` places with a neighbour, each its own cluster; ``islands`` without one are left out and named in ``notes``. A permutation test
    has no interval: ``low`` and ``high`` are None.
    """

    title = ("莫兰指数", "Moran's I")
    low = high = None

    estimate: float
    expected: float
    se: float
    z: float
    p: float
    n: int
    convention: str
    islands: tuple = ()
    notes: tuple[str, ...] = ()

    @property
    def clusters(self) -> int:
        """Places, each its own cluster."""
        return self.n


def _weights(
    where: str, values: Values, neighbours: pd.DataFrame, standardise: bool
) -> tuple[pd.Series, np.ndarray, list, np.ndarray]:
    """Values, weights between them (rows summing to 1 if asked), places without a neighbour, left out, and the rows of those kept."""
    x = column(values, f"{where}, values")
    w = numbers(as_frame(neighbours, f"{where}, neighbours"), f"{where}, neighbours")
    if w.shape != (len(x), len(x)):
        raise refuse(
            f"{where}, neighbours", f"shape {w.shape}", f"{len(x)} x {len(x)}", "one row and column a place"
        )
    if isinstance(values, pd.Series) and isinstance(neighbours, pd.DataFrame):
        order = aligned(x.index, pd.Series(range(len(w)), index=w.index), f"{where}, neighbours")
        across = aligned(x.index, pd.Series(range(w.shape[1]), index=w.columns), f"{where}, neighbours")
        matrix = w.to_numpy()[np.ix_(order.astype(int), across.astype(int))]
    else:
        matrix = w.to_numpy()
    if (matrix < 0).any() or np.diag(matrix).any():
        raise refuse(
            f"{where}, neighbours",
            f"negative weights or a place its own neighbour{at_rows(x.index, (matrix < 0).any(axis=1) | (np.diag(matrix) != 0))}",
            "weights of 0 or more",
            "mend it",
        )
    joined = (matrix.sum(axis=1) > 0) | (matrix.sum(axis=0) > 0)
    islands = list(x.index[~joined])
    x, matrix = x[joined], matrix[np.ix_(joined, joined)]
    if len(x) < MIN_PLACES:
        raise refuse(
            where, f"{len(x)} places with a neighbour", f"at least {MIN_PLACES}", "describe the map instead"
        )
    if np.ptp(x.to_numpy()) == 0:
        raise refuse(
            where, "equal values everywhere", "places that differ", "there is nothing to be alike in"
        )
    # the draws follow the values, where they tie those of the neighbours, so that the order of the rows plays no part
    near = matrix @ x.to_numpy()
    beyond = matrix @ near
    rounded = [np.round(part / max(np.abs(part).max(), 1e-300), 9) for part in (beyond, near)]
    order = np.lexsort([*rounded, x.to_numpy()])
    x, matrix, kept = x.iloc[order], matrix[np.ix_(order, order)], np.flatnonzero(joined)[order]
    if standardise:
        sums = matrix.sum(axis=1, keepdims=True)
        matrix = np.divide(matrix, sums, out=np.zeros_like(matrix), where=sums > 0)
    return x, matrix, islands, kept


def morans_i(
    values: Values, neighbours: pd.DataFrame, *, standardise: bool = True, draws: int = 9999, seed: int = 0
) -> Moran:
    """Moran's I: do neighbouring places have like values?

    Parameters
    ----------
    values : Series or array, one number a place.
    neighbours : DataFrame (matched by label) or array, place x place: 1 or a weight for a neighbour, 0 otherwise, 0 on the diagonal.
    standardise : divide each row by its sum, so that every place weighs alike.
    draws, seed : permutations of the values over the places (seeded).

    Returns
    -------
    Moran. ``se`` and ``z`` are those of the randomisation assumption (all placings of the values equally likely), exact moments;
    ``p`` is (1 + permutations at least as far from the expectation) / (1 + draws).

    Raises
    ------
    MethodError : fewer than 4 places with a neighbour, equal or missing values, labels that differ.

    Reference
    ---------
    Cliff and Ord 1981, Spatial Processes (Pion), chapter 2.

    Examples
    --------
    >>> from analysis.methods import spatial
    >>> ring = [[0, 1, 0, 0, 1], [1, 0, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 0, 1], [1, 0, 0, 1, 0]]
    >>> round(spatial.morans_i([1.0, 2.0, 3.0, 2.0, 1.0], ring, draws=99).estimate, 4)
    0.2857
    """
    where = "spatial.morans_i"
    switch(standardise, f"{where}, standardise")
    count(draws, f"{where}, draws", 99)
    count(seed, f"{where}, seed", 0)
    x, w, islands, _ = _weights(where, values, neighbours, standardise)
    z = x.to_numpy() - x.mean()
    n, total = len(z), w.sum()
    found = float(n / total * (z @ w @ z) / (z @ z))
    expected, variance = -1 / (n - 1), _variance(z, w)
    random = np.random.default_rng(seed).permuted(np.tile(z, (draws, 1)), axis=1)
    placed = n / total * np.einsum("di,ij,dj->d", random, w, random, optimize=True) / (z @ z)
    far = np.abs(placed - expected) >= abs(found - expected) - 1e-12
    error = float(np.sqrt(variance))
    notes = (said("draws.islands", places=", ".join(map(str, islands))),) if islands else ()
    return Moran(
        found,
        expected,
        error,
        (found - expected) / error if error > 0 else np.nan,
        float((1 + far.sum()) / (1 + draws)),
        n,
        said("draws.moran", draws=draws, weights=said("draws.by_rows" if standardise else "draws.given")),
        tuple(islands),
        notes,
    )


def _variance(z: np.ndarray, w: np.ndarray) -> float:
    """Exact variance of I over all placings of the values."""
    n, s0 = len(z), w.sum()
    s1 = ((w + w.T) ** 2).sum() / 2
    s2 = ((w.sum(axis=1) + w.sum(axis=0)) ** 2).sum()
    b2 = n * (z**4).sum() / (z @ z) ** 2
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = b2 * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    return float(max((first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - 1 / (n - 1) ** 2, 0.0))


def local_morans_i(
    values: Values, neighbours: pd.DataFrame, *, standardise: bool = True, draws: int = 999, seed: int = 0
) -> pd.DataFrame:
    """Local Moran's I: which places stand among like ones, and which among unlike ones?

    Parameters
    ----------
    values, neighbours, standardise : as in ``morans_i``.
    draws, seed : conditional permutations: a place keeps its value, the others are dealt anew.

    Returns
    -------
    DataFrame with the index of ``values`` (places without a neighbour are missing): local (their mean times n/S0 is Moran's I), lag
    (weighted sum of the neighbours' deviations), quadrant ("high-high", "low-high", "low-low", "high-low": own value, then that of the
    neighbours), p (one-sided toward the nearer end, as esda) and p_adjusted (Benjamini and Hochberg over the places).

    Raises
    ------
    MethodError : as ``morans_i``.

    Reference
    ---------
    Anselin 1995, Geographical Analysis 27:93.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import spatial
    >>> places = list("abcdef")  # along a river, neighbours next to one another
    >>> next_to = pd.DataFrame([[int(abs(i - j) == 1) for i in range(6)] for j in range(6)], index=places, columns=places)
    >>> beds = pd.Series([9.0, 8.0, 7.0, 2.0, 6.0, 1.0], index=places)
    >>> spatial.local_morans_i(beds, next_to, draws=99)["quadrant"].to_dict()
    {'a': 'high-high', 'b': 'high-high', 'c': 'high-low', 'd': 'low-high', 'e': 'high-low', 'f': 'low-high'}
    """
    from analysis.methods.multiple import adjusted

    where = "spatial.local_morans_i"
    switch(standardise, f"{where}, standardise")
    count(draws, f"{where}, draws", 99)
    count(seed, f"{where}, seed", 0)
    x, w, _, kept = _weights(where, values, neighbours, standardise)
    z = x.to_numpy() - x.mean()
    n, spread = len(z), float(z @ z) / len(z)
    lag = w @ z
    local = z * lag / spread
    rng, p = np.random.default_rng(seed), np.empty(n)
    for i in range(n):
        others = np.delete(z, i)
        dealt = rng.permuted(np.tile(others, (draws, 1)), axis=1) @ np.delete(w[i], i)
        larger = (z[i] * dealt / spread >= local[i] - 1e-12).sum()
        p[i] = (1 + min(larger, draws - larger)) / (1 + draws)
    place = np.select(
        [(z > 0) & (lag > 0), (z <= 0) & (lag > 0), (z <= 0) & (lag <= 0)], QUADRANTS[:3], QUADRANTS[3]
    )
    out = pd.DataFrame({"local": local, "lag": lag, "quadrant": place, "p": p}, index=x.index)
    out["p_adjusted"] = adjusted(out["p"])
    every = column(values, where).index
    rows = np.full(len(every), -1)
    rows[kept] = range(n)
    return out.reset_index(drop=True).reindex(rows).set_axis(every)
