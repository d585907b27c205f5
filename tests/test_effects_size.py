"""Size and power of the few-cluster tests: 31 units, 10 periods, 7 treated from period 7 on, serially correlated errors.

Seeded simulations (labelled as such; no figure of the project). Every bound is four Monte Carlo standard errors wide, so that a
correct test passes and the known failure of the plain t test shows.
"""

import numpy as np
import pandas as pd
import pytest

from analysis.methods import effects

pytestmark = pytest.mark.slow

UNITS, TREATED, PERIODS, START = 31, 7, 10, 6
RUNS = 600
KEYS = dict(outcome="y", unit="unit", time="time")
FRAME = pd.DataFrame([(u, t) for u in range(UNITS) for t in range(PERIODS)], columns=["unit", "time"])
FRAME["after"] = ((FRAME["unit"] < TREATED) & (FRAME["time"] >= START)).astype(float)


def simulated(rng, effect=0.0, treated_spread=1.0):
    """AR(1) errors of .5 around unit and period effects; treated units may be noisier."""
    noise = rng.normal(size=(UNITS, PERIODS))
    for t in range(1, PERIODS):
        noise[:, t] += 0.5 * noise[:, t - 1]
    noise[:TREATED] *= treated_spread
    y = noise + rng.normal(size=(UNITS, 1)) + 0.2 * np.arange(PERIODS)
    return FRAME.assign(y=y.ravel() + effect * FRAME["after"])


def p_values(data, seed):
    treated = list(range(TREATED))
    bootstrap = effects.wild_cluster_bootstrap(
        data, **KEYS, regressors="after", cluster="unit", draws=399, seed=seed
    )
    difference, studentised = (
        effects.permutation_test(
            data, **KEYS, treated=treated, start=START, draws=399, seed=seed, statistic=s
        )
        for s in ("difference", "studentised")
    )
    from scipy import stats

    plain = 2 * stats.norm.sf(abs(bootstrap.estimate / bootstrap.se))
    return {
        "bootstrap": bootstrap.p,
        "difference": difference.p,
        "studentised": studentised.p,
        "normal": plain,
    }


def rejection(effect=0.0, treated_spread=1.0, seed=0) -> pd.Series:
    rng = np.random.default_rng(seed)
    return (
        pd.DataFrame([p_values(simulated(rng, effect, treated_spread), i) for i in range(RUNS)]) <= 0.05
    ).mean()


def margin(share):
    return 4 * np.sqrt(share * (1 - share) / RUNS)


@pytest.fixture(scope="module")
def size() -> pd.Series:
    return rejection(seed=11)


def test_size_at_five_percent(size):
    for test in ("bootstrap", "difference", "studentised"):
        assert abs(size[test] - 0.05) <= margin(0.05), size.to_dict()


def test_the_normal_test_rejects_too_often(size):
    assert size["normal"] > size["difference"], size.to_dict()
    assert size["normal"] > 0.06, size.to_dict()


def test_noisier_treated_units_need_the_studentised_statistic():
    found = rejection(treated_spread=3.0, seed=12)
    assert found["difference"] > 0.05 + margin(0.05), found.to_dict()
    assert found["studentised"] < found["difference"], found.to_dict()


def test_power_at_the_detectable_effect():
    """The stated effect is found about as often as stated; half of it much less often."""
    sizes = [
        effects.minimum_detectable_effect(
            simulated(np.random.default_rng(s)), **KEYS, treated=list(range(TREATED)), start=START
        ).estimate
        for s in range(40)
    ]
    effect = float(np.median(sizes))
    full, half = rejection(effect, seed=13), rejection(effect / 2, seed=14)
    assert abs(full["difference"] - 0.8) <= margin(0.8) + 0.03, (
        full.to_dict()
    )  # the effect is itself estimated from 40 panels
    assert half["difference"] < 0.5 and full["bootstrap"] > 0.7, (half.to_dict(), full.to_dict())
