"""Coverage of the confidence sets for ranks on seeded simulations: marginal and simultaneous, spread, tied and nearly tied, n = 5, 31, 300.

A set covers when it holds every place its unit shares in the true order. Marginal coverage must hold for each unit on its own, so
the worst unit counts. The floor is the nominal level less three standard errors of the simulated share.
"""

import numpy as np
import pytest

from analysis.methods import ranking

pytestmark = pytest.mark.slow

LEVEL = 0.9
REPEATS = {5: 400, 31: 250, 300: 40}


def truths(n):
    """True values by name: clearly spread, all tied, tied in blocks, and closer than the errors."""
    return {
        "spread": np.arange(n) * 3.0,
        "tied": np.zeros(n),
        "blocks": np.repeat(np.arange(n), 5)[:n] * 2.0,
        "near ties": np.arange(n) * 0.05,
    }


def shared_places(truth):
    """First and last place of each unit in the true order; ties share theirs."""
    first = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    last = len(truth) - (truth[None, :] < truth[:, None]).sum(axis=1)
    return first, last


def covered(truth, simultaneous, repeats):
    """Repeats x units: whether the set holds the true places."""
    rng = np.random.default_rng(20240711)
    first, last = shared_places(truth)
    se = rng.uniform(0.5, 1.5, len(truth))
    hits = []
    for repeat in range(repeats):
        sets = ranking.rank_intervals(
            truth + se * rng.standard_normal(len(truth)),
            better="higher",
            se=se,
            level=LEVEL,
            simultaneous=simultaneous,
            draws=500,
            seed=repeat,
        )
        hits.append((sets["low"].to_numpy() <= first) & (sets["high"].to_numpy() >= last))
    return np.array(hits)


@pytest.mark.parametrize("name", ["spread", "tied", "blocks", "near ties"])
@pytest.mark.parametrize("n", [5, 31, 300])
def test_simultaneous_sets_cover_all_places_together(n, name):
    hits = covered(truths(n)[name], True, REPEATS[n])
    floor = LEVEL - 3 * np.sqrt(LEVEL * (1 - LEVEL) / len(hits))
    assert hits.all(axis=1).mean() >= floor


@pytest.mark.parametrize("name", ["spread", "tied", "blocks", "near ties"])
@pytest.mark.parametrize("n", [5, 31, 300])
def test_marginal_sets_cover_each_place(n, name):
    hits = covered(truths(n)[name], False, REPEATS[n] if n < 300 else 25)
    assert hits.mean() >= LEVEL - 3 * np.sqrt(LEVEL * (1 - LEVEL) / hits.shape[0])
    if n < 300:  # the worst of n units, so the margin is that of n looks
        margin = np.sqrt(2 * np.log(20 * n)) * np.sqrt(LEVEL * (1 - LEVEL) / len(hits))
        assert hits.mean(axis=0).min() >= LEVEL - margin


def test_coverage_is_not_bought_with_sets_that_say_nothing():
    """With all tied the simultaneous level is exact up to the repeats, and spread units get narrow sets."""
    hits = covered(np.zeros(31), True, REPEATS[31])
    assert hits.all(axis=1).mean() <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / len(hits))
    rng = np.random.default_rng(3)
    truth = np.arange(31) * 3.0
    sets = ranking.rank_intervals(truth + rng.standard_normal(31), better="higher", se=1.0, level=LEVEL)
    assert (sets["high"] - sets["low"]).mean() <= 4


def test_a_naive_set_would_fail_this_test():
    """The check has teeth: sets from non-overlap with 1.645 standard errors and no studentised maximum do not cover under ties."""
    rng = np.random.default_rng(11)
    hits = []
    for _ in range(200):
        x = rng.standard_normal(31)
        beaten = (x[None, :] - x[:, None]) / np.sqrt(2) > 1.645
        hits.append(not beaten.any())
    assert np.mean(hits) < 0.5


def test_the_top_set_holds_the_true_best():
    rng = np.random.default_rng(8)
    truth, kept = np.arange(31) * 0.8, []
    for repeat in range(250):
        inside = ranking.top_set(
            truth + rng.standard_normal(31), se=1.0, k=5, better="higher", level=LEVEL, draws=500, seed=repeat
        )
        kept.append(inside.iloc[-5:].all())
    assert np.mean(kept) >= LEVEL - 3 * np.sqrt(LEVEL * (1 - LEVEL) / len(kept))
