"""Draws behind bootstrapped efficiency scores: a smooth density of scores reflected at the frontier (Simar and Wilson)."""

from __future__ import annotations

import numpy as np


def bandwidth(distance: np.ndarray) -> float:
    """Width of the normal kernel for distances of 1 or more, by the normal reference rule on the reflected sample (Silverman 1986).

    Units on the frontier (distance 1) are left out, as their number is an artefact of the estimate; the width is scaled from the
    reflected sample to the scores (Simar and Wilson 2008, formulas 4.26 and 4.27). 0 when fewer than two units lie below the frontier.
    """
    inside = distance[distance > 1 + 1e-6]
    if len(inside) < 2:
        return 0.0
    reflected = np.r_[inside, 2 - inside]
    spread = reflected.std(ddof=1)
    quartiles = np.subtract(*np.percentile(reflected, [75, 25])) / 1.349
    size = 0.9 * min(spread, quartiles) * len(reflected) ** -0.2
    return float(size * 2**0.2 * (len(inside) / len(distance)) ** 0.2 * distance.std(ddof=1) / spread)


def smooth_draws(distance: np.ndarray, width: float, rng: np.random.Generator) -> np.ndarray:
    """One resample of distances from their smooth density on 1 and above.

    Drawn from the sample and its mirror image, blurred, brought back to the mirrored sample's variance about its mean of 1, folded at 1
    (Simar and Wilson 2008): scaling before folding keeps the frontier where it is.
    """
    count = len(distance)
    mirrored = np.r_[distance, 2 - distance]
    blurred = mirrored[rng.integers(2 * count, size=count)] + width * rng.standard_normal(count)
    moved = 1 + (blurred - 1) / np.sqrt(1 + width**2 / mirrored.var())
    return np.where(moved >= 1, moved, 2 - moved)
