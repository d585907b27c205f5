"""Permutation of whole regressor paths among units: inference for a continuous regressor with very few clusters.

Beside the wild cluster bootstrap, because below some twelve clusters each has weaknesses of its own (MacKinnon, Nielsen and Webb 2023,
Journal of Econometrics 232(2)); the idea is Fisher's: if the regressor did nothing, any unit could have had any other unit's path.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd

from analysis.errors import refuse
from analysis.methods._inputs import count
from analysis.methods._results import Result
from analysis.methods._rows import check_unique, distinct, names, ordered, usable_rows
from analysis.methods._said import said
from analysis.methods._types import Label, Labels
from analysis.methods.estimates import settled, told_apart, within

MIN_UNITS = (
    5  # 5! = 120 assignments, the fewest for which a two-sided p below .05 is possible with room to spare
)


@dataclass(frozen=True, eq=False, repr=False)
class PathPermutation(Result):
    """``estimate`` of the tested coefficient, two-sided ``p``, ``n`` rows, ``clusters`` units, ``exhaustive`` whether all were used.

    ``se`` is the spread of the placebo coefficients; no interval is made (``low`` and ``high`` are None).
    """

    title = ("路径置换检验", "Permutation of regressor paths")
    low = high = None

    estimate: float
    p: float
    n: int
    clusters: int
    exhaustive: bool
    convention: str
    placebos: np.ndarray

    @property
    def se(self) -> float:
        """Spread of the placebo coefficients."""
        return float(self.placebos.std())


def permute_paths(
    data: pd.DataFrame,
    *,
    outcome: Label,
    regressors: Labels,
    unit: Label,
    time: Label,
    coefficient: Label | None = None,
    draws: int = 9999,
    seed: int = 0,
) -> PathPermutation:
    """Two-way fixed effects, with the units' whole regressor paths dealt out to the units again and again.

    ``data``: one row per unit and period, complete (the same periods for every unit). All ``regressors`` of a unit move together;
    ``coefficient`` is the one tested (default: the first). ``p`` is the share of assignments with a coefficient at least as far from
    zero, the observed one included; all n! assignments are used when there are no more than ``draws``.

    Parameters
    ----------
    data : DataFrame, one row per unit and period
    outcome : column of numbers
    regressors : a column or a list of columns
    unit : column of units
    time : column of periods
    coefficient : the regressor tested, by default the first
    draws : of the simulation
    seed : of the draws

    Returns
    -------
    PathPermutation.

    Raises
    ------
    MethodError : below 5 units (``MIN_UNITS``), for incomplete panels, and when a regressor does not vary.

    Reference
    ---------
    Fisher 1935, The Design of Experiments; Ernst 2004, Statistical Science 19(4):676.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.methods import effects
    >>> table = pd.DataFrame([(place, year) for place in range(6) for year in range(4)], columns=["place", "year"])
    >>> table["x"] = [0, 1, 5, 2, 3, 3, 0, 6, 8, 2, 4, 1, 1, 7, 2, 9, 5, 0, 3, 4, 2, 8, 6, 0]
    >>> table["y"] = 10 * table["place"] + table["year"] + 2 * table["x"]  # an exact effect of 2 beside those of places and years
    >>> found = effects.permute_paths(table, outcome="y", unit="place", time="year", regressors="x")
    >>> round(found.estimate, 6), round(found.p, 4)
    (2.0, 0.0014)
    """
    where = "effects.permute_paths"
    chosen = names(regressors, f"{where}, regressors")
    tested = chosen[0] if coefficient is None else coefficient
    if tested not in chosen:
        raise refuse(where, f"coefficient {tested!r}", f"one of {chosen}", "name a regressor")
    count(draws, f"{where}, draws", 99)
    count(seed, f"{where}, seed", 0)
    distinct(where, outcome=outcome, unit=unit, time=time)
    distinct(where, **{"outcome": outcome} | {f"regressor {i + 1}": n for i, n in enumerate(chosen)})
    rows = usable_rows(where, data, numeric=[outcome, *chosen], keys=[unit, time])
    check_unique(where, rows, [unit, time])
    for name in (unit, time):
        ordered(where, rows[name], name)
    wide = [rows.pivot(index=unit, columns=time, values=name) for name in (outcome, *chosen)]
    units, periods = wide[0].shape
    if units < MIN_UNITS or periods < 2:
        raise refuse(
            where,
            f"{units} units and {periods} periods",
            f"at least {MIN_UNITS} units and 2 periods",
            "describe the data instead",
        )
    if any(table.isna().any(axis=None) for table in wide):
        raise refuse(
            where,
            "units without a value in some period",
            "a complete panel",
            "leave out those units or periods",
        )
    y, *x = (_two_way_within(table) for table in wide)
    y = settled(y, wide[0].to_numpy(dtype=float))
    paths = np.stack(x, axis=-1)  # units x periods x regressors
    flat = [table.to_numpy(dtype=float).ravel() for table in wide[1:]]
    told_apart(where, paths.reshape(-1, len(chosen)), np.stack(flat, axis=-1), chosen)
    scale = np.sqrt((paths**2).sum(axis=(0, 1)))
    q, r = np.linalg.qr((paths / scale).reshape(-1, len(chosen)))
    place = chosen.index(tested)
    paths, back = q.reshape(paths.shape), np.linalg.inv(r)[place] / scale[place]
    exhaustive = factorial(units) <= draws
    if exhaustive:
        orders = np.array(list(permutations(range(units))))
    else:
        random = np.random.default_rng(seed).random((draws, units)).argsort(axis=1)
        orders = np.vstack([np.arange(units), random])
    cross = np.einsum("utk,vt->uvk", paths, y)  # path of unit u against the outcome of unit v
    moments = cross[orders, np.arange(units)[None, :]].sum(axis=1)
    placebos, own = moments @ back, float(np.einsum("uuk->k", cross) @ back)
    p = float(np.mean(np.abs(placebos) >= abs(own) * (1 - 1e-9)))
    every = said("draws.all") if exhaustive else ""
    text = said("draws.paths", units=units, count=len(orders), all=every)
    return PathPermutation(own, p, len(rows), units, exhaustive, text, placebos)


def _two_way_within(table: pd.DataFrame) -> np.ndarray:
    """Values less the effects of their unit and their period."""
    values = table.to_numpy(dtype=float)
    unit, time = (code.ravel() for code in np.indices(values.shape))
    return within(values.reshape(-1, 1), unit, time).reshape(values.shape)
