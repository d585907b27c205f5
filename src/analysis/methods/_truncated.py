"""Normal regression of values seen only above a point, by maximum likelihood, and draws from it.

In the coordinates beta / sigma and 1 / sigma the likelihood has one maximum at most (Orme 1989, Econometric Reviews 8(2):217), so
that Newton's steps with halving find it from anywhere. It has none where the values fall off as slowly as an
exponential or slower: sigma then grows without end, which the caller is told by NaN.
"""

from __future__ import annotations

import numpy as np

STEPS = 200
NEAR = 1e-8  # gain in log likelihood that the next step promises, below which it is the last but one
FLAT = 1e-4  # 1 / sigma, in units of the spread above the point, below which the density is an exponential to four digits


def fit(values: np.ndarray, design: np.ndarray, point: float) -> tuple[np.ndarray, float]:
    """Coefficients of the columns of ``design`` (the first of them ones) and sigma; NaN where the likelihood has no maximum."""
    scale = float((values - point).mean())
    if not scale > 0:
        return np.full(design.shape[1], np.nan), np.nan
    y = (values - point) / scale
    centre, spread = design.mean(axis=0), design.std(axis=0)
    centre[0], spread[0] = 0.0, 1.0
    x = (design - centre) / spread
    found = _newton(y, x)
    if found is None:
        return np.full(design.shape[1], np.nan), np.nan
    sigma = 1 / found[-1]
    beta = found[:-1] * sigma / spread
    beta[0] -= beta[1:] @ centre[1:]
    beta *= scale
    beta[0] += point
    return beta, sigma * scale


def _newton(y: np.ndarray, x: np.ndarray) -> np.ndarray | None:
    """beta / sigma and 1 / sigma for values above 0."""
    start = np.linalg.lstsq(x, y, rcond=None)[0]
    width = max(float((y - x @ start).std()), 1e-3)
    at = np.r_[start, 1.0] / width
    value, slope, bend = _likelihood(at, y, x)
    for _ in range(STEPS):
        step = np.linalg.lstsq(bend, slope, rcond=None)[0]
        if (
            0 <= -slope @ step < NEAR
        ):  # gains too small for the likelihood's own rounding: the last steps are taken whole
            return _polished(at, y, x)
        size = 1.0
        while True:
            new = at - size * step
            better = _likelihood(new, y, x) if new[-1] > 0 else None
            if better is not None and better[0] > value:
                break
            size /= 2
            if size < 1e-12:
                return None
        at, (value, slope, bend) = new, better
        if at[-1] < FLAT:
            return None
    return None


def _polished(at: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray | None:
    """Two whole steps from near the maximum (each doubles the digits); None where the curvature is not negative all round."""
    for _ in range(2):
        _, slope, bend = _likelihood(at, y, x)
        if np.linalg.eigvalsh(bend)[-1] >= 0:
            return None
        at = at - np.linalg.solve(bend, slope)
    return at


def _likelihood(at: np.ndarray, y: np.ndarray, x: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood (without its constant), gradient and curvature."""
    from scipy.special import log_ndtr

    gamma, theta = at[:-1], at[-1]
    mean = x @ gamma
    left = theta * y - mean
    logs = log_ndtr(mean)
    mills = np.exp(-0.5 * mean**2 - logs) / np.sqrt(2 * np.pi)
    value = float(len(y) * np.log(theta) - 0.5 * (left @ left) - logs.sum())
    slope = np.r_[x.T @ (left - mills), len(y) / theta - y @ left]
    curve = -1 + mills * (mean + mills)
    bend = np.empty((len(at), len(at)))
    bend[:-1, :-1] = x.T @ (curve[:, None] * x)
    bend[:-1, -1] = bend[-1, :-1] = x.T @ y
    bend[-1, -1] = -len(y) / theta**2 - y @ y
    return value, slope, bend


def draw(mean: np.ndarray, sigma: float, point: float, rng: np.random.Generator) -> np.ndarray:
    """One value above ``point`` for each mean, by the inverse of the distribution (exact also far out in its tail)."""
    from scipy.special import log_ndtr, ndtri_exp

    reach = (mean - point) / sigma
    share = 1 - rng.random(len(mean))  # above 0
    return mean - sigma * ndtri_exp(np.log(share) + log_ndtr(reach))
