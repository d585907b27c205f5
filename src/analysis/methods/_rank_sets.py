"""Confidence sets for ranks: the pairwise-difference bootstrap of Mogstad, Romano, Shaikh and Wilhelm.

Source: Mogstad, Romano, Shaikh, Wilhelm, Review of Economic Studies 91 (2024), doi 10.1093/restud/rdad006, stepwise procedure with
independent estimates. For every ordered pair the hypothesis "j is not better than k" has the statistic (x_j - x_k) / sqrt(s_j^2 + s_k^2);
the critical value is the quantile of the largest studentised difference of normal draws over the hypotheses not yet rejected, and
the step is repeated until nothing more is rejected. Both directions of a pair belong to the family (no directional error is
given away): a rejected direction leaves it, the opposite one stays.
"""

from __future__ import annotations

import numpy as np


class _Draws:
    """Bootstrap draws z (draws x n) with, per draw, the ``keep`` units of the smallest z.

    The largest difference (s_j z_j - s_k z_k) / sqrt(s_j^2 + s_k^2) over k is nearly always reached at one of them. ``bound`` is a
    limit on what any other k can reach, so a draw is computed in full only where that limit could move the quantile: the result is
    exactly that of the full computation, at a fraction of its n x n x draws steps.
    """

    def __init__(self, z: np.ndarray, s: np.ndarray, keep: int) -> None:
        self.z, self.s, self.pruned = z, s, z.shape[1] > keep
        n = z.shape[1]
        self.near = (
            np.argpartition(z, keep - 1, axis=1)[:, :keep]
            if self.pruned
            else np.broadcast_to(np.arange(n), z.shape)
        )
        near_z = np.take_along_axis(z, self.near, axis=1)
        near_s = s[self.near]
        self._shift, self._variance = near_s * near_z, near_s**2
        self._reach = np.maximum(-near_z.max(axis=1), 0.0)
        self._smallest, self._largest = s.min(), s.max()

    def differences(self, j: int) -> np.ndarray:
        """Studentised difference of j and each kept unit, draws x keep."""
        scale = np.sqrt(self._variance + self.s[j] ** 2)
        scale[scale == 0] = 1.0  # two exactly known units differ by nothing in every draw
        return (self.s[j] * self.z[:, [j]] - self._shift) / scale

    def bound(self, j: int) -> np.ndarray:
        """Per draw, what j's difference to a unit that was not kept cannot exceed."""
        zj, sj, reach = self.z[:, j], self.s[j], self._reach
        # (s t + s_j z_j) / sqrt(s^2 + s_j^2) is largest at s = s_j t / z_j when z_j > 0 and grows with s otherwise
        best = np.clip(
            np.divide(sj * reach, zj, out=np.full_like(zj, self._largest), where=zj > 0),
            self._smallest,
            self._largest,
        )
        scale = np.sqrt(best**2 + sj**2)
        return np.divide(best * reach + sj * zj, scale, out=np.zeros_like(zj), where=scale > 0)

    def exact(self, j: int, family: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Largest difference of j to the units in ``family``, for the draws ``rows``."""
        s = self.s[family]
        scale = np.sqrt(s**2 + self.s[j] ** 2)
        scale[scale == 0] = 1.0
        return (
            (self.s[j] * self.z[rows, j][:, None] - self.z[np.ix_(rows, np.flatnonzero(family))] * s) / scale
        ).max(axis=1)


def _critical(parts: list[tuple[_Draws, int, np.ndarray, np.ndarray | None]], level: float) -> float:
    """Quantile of the largest studentised difference over the hypotheses in ``parts`` (draws, unit, units it is compared with, differences)."""
    parts = [part for part in parts if part[2].any()]
    if not parts:
        return np.inf
    largest = np.full(len(parts[0][0].z), -np.inf)
    for draws, j, family, differences in parts:
        known = draws.differences(j) if differences is None else differences
        np.maximum(largest, np.where(family[draws.near], known, -np.inf).max(axis=1), out=largest)
    place = int(np.floor((len(largest) - 1) * level))
    floor = np.partition(largest, place)[place]
    for draws, j, family, _ in parts:
        if draws.pruned:
            rows = np.flatnonzero(draws.bound(j) > np.maximum(largest, floor))
            if len(rows):
                largest[rows] = np.maximum(largest[rows], draws.exact(j, family, rows))
    return float(np.quantile(largest, level))


def _statistics(x: np.ndarray, s: np.ndarray, j: int) -> np.ndarray:
    """(x_j - x_k) / sqrt(s_j^2 + s_k^2) for all k; infinite where both are exactly known and differ."""
    difference, scale = x[j] - x, np.sqrt(s**2 + s[j] ** 2)
    known = np.select([difference > 0, difference < 0], [np.inf, -np.inf], 0.0)
    return np.divide(difference, scale, out=known, where=scale > 0)


def marginal(
    x: np.ndarray, s: np.ndarray, z: np.ndarray, level: float, keep: int = 40
) -> tuple[np.ndarray, np.ndarray]:
    """Best and worst place of each unit, each set covering its own unit's place with probability ``level``; larger x is better."""
    n = len(x)
    low, high = np.ones(n), np.full(n, float(n))
    ahead, behind = _Draws(z, s, keep), _Draws(-z, s, keep)
    for j in range(n):
        statistic = _statistics(x, s, j)
        beats = np.arange(n) != j
        beaten = beats.copy()
        up, down = ahead.differences(j), behind.differences(j)
        while True:
            limit = _critical([(ahead, j, beats, up), (behind, j, beaten, down)], level)
            still_beats, still_beaten = beats & (statistic <= limit), beaten & (-statistic <= limit)
            settled = still_beats.sum() == beats.sum() and still_beaten.sum() == beaten.sum()
            beats, beaten = still_beats, still_beaten
            if settled:
                break
        low[j], high[j] = n - beaten.sum(), 1 + beats.sum()
    return low, high


def simultaneous(
    x: np.ndarray, s: np.ndarray, z: np.ndarray, level: float, keep: int = 40
) -> tuple[np.ndarray, np.ndarray]:
    """Best and worst place of each unit, all sets together covering all places with probability ``level``; larger x is better."""
    n = len(x)
    draws = _Draws(z, s, keep)
    statistics = np.stack([_statistics(x, s, j) for j in range(n)])
    open_pairs = ~np.eye(n, dtype=bool)
    while True:
        limit = _critical([(draws, j, open_pairs[j], None) for j in range(n)], level)
        still = open_pairs & (statistics <= limit)
        settled = still.sum() == open_pairs.sum()
        open_pairs = still
        if settled:
            break
    return n - open_pairs.sum(axis=0), 1 + open_pairs.sum(axis=1)
