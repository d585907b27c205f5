"""Bootstrapped efficiency: with one input and one output the frontier is one ratio, so every resample can be computed by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MethodError
from analysis.methods import _scores_bootstrap, efficiency

RNG = np.random.default_rng(4)
INPUTS = RNG.uniform(1, 9, 9)
TRUE = 1 / (1 + np.abs(RNG.normal(0, 0.4, 9)))
OUTPUTS = INPUTS * TRUE


def by_hand(draws: int, seed: int, level: float) -> pd.DataFrame:
    """The same by ratios alone: no programme is solved."""
    ratio = OUTPUTS / INPUTS
    distance = ratio.max() / ratio
    width = _scores_bootstrap.bandwidth(distance)
    rng = np.random.default_rng(seed)
    found, order = [], np.argsort(INPUTS)
    for _ in range(draws):
        moved = np.empty_like(distance)
        moved[order] = _scores_bootstrap.smooth_draws(distance[order], width, rng)
        found.append((OUTPUTS / (INPUTS * moved / distance)).max() / ratio)
    bias = np.mean(found, axis=0) - distance
    near, far = np.quantile(found - distance, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame(
        {"corrected": 1 / (distance - bias), "low": 1 / (distance - near), "high": 1 / (distance - far)}
    )


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_resamples_are_those_computed_by_hand(orientation):
    found = efficiency.dea_bootstrap(INPUTS, OUTPUTS, orientation=orientation, draws=40, seed=2, level=0.9)
    expected = by_hand(40, 2, 0.9)
    np.testing.assert_allclose(found[["corrected", "low", "high"]], expected, rtol=1e-6)
    assert (found["bias"] > 0).all() and (found["high"] <= found["efficiency"] + 1e-9).all()


def test_a_frontier_that_is_not_moved_would_be_seen(monkeypatch):
    monkeypatch.setattr(efficiency, "smooth_draws", lambda distance, width, rng: distance)
    still = efficiency.dea_bootstrap(INPUTS, OUTPUTS, draws=20)
    assert still["bias"].abs().max() < 1e-9
    assert (
        efficiency.dea_bootstrap(INPUTS, OUTPUTS, draws=20)["low"] - by_hand(20, 0, 0.95)["low"]
    ).abs().max() > 0.01


def test_draws_keep_to_the_density_folded_at_the_frontier():
    distance = 1 + np.abs(np.random.default_rng(1).normal(0, 0.3, 400))
    width = _scores_bootstrap.bandwidth(distance)
    rng = np.random.default_rng(2)
    drawn = np.concatenate([_scores_bootstrap.smooth_draws(distance, width, rng) for _ in range(50)])
    assert drawn.min() >= 1 and drawn.mean() == pytest.approx(distance.mean(), abs=0.01)
    assert ((drawn - 1) ** 2).mean() == pytest.approx(((distance - 1) ** 2).mean(), rel=0.03)


def test_corrected_scores_are_nearer_to_the_truth():
    ratio = OUTPUTS / INPUTS
    gap = by_hand(400, 5, 0.95)["corrected"] - TRUE
    assert abs(gap.mean()) < (ratio / ratio.max() - TRUE).mean()


def test_no_spread_of_scores_is_refused():
    with pytest.raises(MethodError, match="below the frontier"):
        efficiency.dea_bootstrap([1, 2, 3, 4], [2, 4, 6, 8], draws=20)
