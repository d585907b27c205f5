"""Weights from 0 that sum to one: the mixture of donors nearest to a unit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import refuse

WEIGHT_TOLERANCE = 1e-6  # of the scaled objective, from the optimum (Frank-Wolfe gap)


def simplex_weights(where: str, target: pd.Series, donors: pd.DataFrame) -> pd.Series:
    """Weights from 0, summing to one, with the smallest squared gap: by an active set where they are unique, else those nearest the start of SLSQP."""
    scale = float(np.abs(donors.to_numpy()).mean()) or 1.0
    x, y = donors.to_numpy() / scale, target.to_numpy() / scale
    weights, said = only_weights(x, y), "active set"
    if weights is None:
        weights, said = descended(x, y)
    slope = x.T @ (x @ weights - y)
    distance = float(slope @ weights - slope.min())  # an upper bound of the objective above its minimum
    if distance > WEIGHT_TOLERANCE * len(y):
        raise refuse(
            where,
            f"weights {distance:.1e} from the optimum ({said})",
            "a solved problem",
            "check the scale of the data",
        )
    return pd.Series(weights, index=donors.columns, name="weight")


def only_weights(x: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    """The weights where no others fit as well; None where others do, or where rounding leaves it open.

    With weights that sum to one the gap is (x - y) w, so that the nearest point of a hull to the origin is sought: non-negative least squares
    with one more row of ones finds it, up to the sum (Lawson and Hanson 1974, chapter 23, least distance programming).
    """
    from scipy.optimize import nnls

    away = x - y[:, None]
    size = float(np.sqrt((away**2).sum(axis=0)).min())
    if size == 0:
        return None
    try:
        found, _ = nnls(np.vstack([away / size, np.ones(x.shape[1])]), np.r_[np.zeros(len(y)), 1.0])
    except RuntimeError:  # its steps ran out
        return None
    weights = np.where(found < 1e-9 * found.sum(), 0.0, found)
    weights = weights / weights.sum()
    gap = away @ weights
    slope = away.T @ gap - gap @ gap  # 0 for the donors that carry weight, above 0 for all others
    near = slope <= 1e-9 * float((away**2).sum(axis=0).max())
    chosen = np.vstack([away[:, near] / size, np.ones(near.sum())])
    singular = np.linalg.svd(chosen, compute_uv=False)
    alone = chosen.shape[1] <= chosen.shape[0] and singular[-1] > 1e-6 * singular[0]
    return weights if alone else None


def descended(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, str]:
    """Optimal weights by SLSQP from equal ones, and what it says of its end."""
    from scipy.optimize import minimize

    squares, cross, count = x.T @ x, x.T @ y, x.shape[1]
    found = minimize(
        lambda w: 0.5 * w @ squares @ w - cross @ w,
        np.full(count, 1 / count),
        jac=lambda w: squares @ w - cross,
        bounds=[(0.0, 1.0)] * count,
        constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(count)}],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 2000},
    )
    weights = np.clip(found.x, 0.0, None)
    weights = np.where(weights < 1e-9, 0.0, weights)
    return weights / weights.sum(), str(found.message)
