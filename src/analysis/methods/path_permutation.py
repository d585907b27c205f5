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
from analysis.methods.estimates import check_unique, usable_rows

MIN_UNITS = (
    5  # 5! = 120 assignments, the fewest for which a two-sided p below .05 is possible with room to spare
)


@dataclass(frozen=True)
class PathPermutation:
    """``estimate`` of the tested coefficient, two-sided ``p``, ``n`` rows, ``clusters`` units, ``exhaustive`` whether all were used."""

    estimate: float
    p: float
    n: int
    clusters: int
    exhaustive: bool
    convention: str
    placebos: np.ndarray


def permute_paths(
    data, *, outcome, regressors, unit, time, coefficient=None, draws=9999, seed=0
) -> PathPermutation:
    """Two-way fixed effects, with the units' whole regressor paths dealt out to the units again and again.

    ``data``: one row per unit and period, complete (the same periods for every unit). All ``regressors`` of a unit move together;
    ``coefficient`` is the one tested (default: the first). ``p`` is the share of assignments with a coefficient at least as far from
    zero, the observed one included; all n! assignments are used when there are no more than ``draws``.

    Raises MethodError below 5 units (``MIN_UNITS``), for incomplete panels, and when a regressor does not vary.
    """
    where = "effects.permute_paths"
    names = [regressors] if isinstance(regressors, str) else list(regressors)
    tested = names[0] if coefficient is None else coefficient
    if tested not in names:
        raise refuse(where, f"coefficient {tested!r}", f"one of {names}", "name a regressor")
    rows = usable_rows(where, data, numeric=[outcome, *names], keys=[unit, time])
    check_unique(where, rows, [unit, time])
    wide = [rows.pivot(index=unit, columns=time, values=name) for name in (outcome, *names)]
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
    paths = np.stack(x, axis=-1)  # units x periods x regressors
    gram = np.einsum("utk,utl->kl", paths, paths)
    if np.linalg.matrix_rank(gram) < len(names):
        raise refuse(
            where,
            f"regressors {names} that cannot be told apart",
            "variation within units and periods",
            "drop one",
        )
    exhaustive = factorial(units) <= draws
    if exhaustive:
        orders = np.array(list(permutations(range(units))))
    else:
        random = np.random.default_rng(seed).random((draws, units)).argsort(axis=1)
        orders = np.vstack([np.arange(units), random])
    cross = np.einsum("utk,vt->uvk", paths, y)  # path of unit u against the outcome of unit v
    moments = cross[orders, np.arange(units)[None, :]].sum(axis=1)
    placebos = np.linalg.solve(gram, moments.T)[names.index(tested)]
    own = float(np.linalg.solve(gram, np.einsum("uuk->k", cross))[names.index(tested)])
    p = float(np.mean(np.abs(placebos) >= abs(own) * (1 - 1e-9)))
    text = f"permutation of regressor paths among {units} units, {len(orders)} assignments{' (all)' if exhaustive else ''}"
    return PathPermutation(own, p, len(rows), units, exhaustive, text, placebos)


def _two_way_within(table: pd.DataFrame) -> np.ndarray:
    """Values less the means of their unit and their period, plus the grand mean."""
    values = table.to_numpy(dtype=float)
    return values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
