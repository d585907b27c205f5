"""The second stage of efficiency analysis: another likelihood's maximum, a simulated design whose truth is known, and the algorithm by ratios alone."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MethodError
from analysis.methods import _truncated, second_stage

TRUE = np.array([0.5, 0.5])


def simulated(units: int, seed: int):
    """A made design in which the model holds: distance .5 + .5 z + normal error, cut off at 1; one input, one output x^.75 over the distance."""
    rng = np.random.default_rng(seed)
    z, x = rng.normal(2, 2, units), rng.uniform(6, 16, units)
    distance = _truncated.draw(TRUE[0] + TRUE[1] * z, 1.0, 1.0, rng)
    return x, x**0.75 / distance, z, distance


def likelihood(parameters, values, design, point):
    """Minus the log likelihood by scipy's truncated normal: the law written down once more, by others."""
    from scipy import stats

    mean, sigma = design @ parameters[:-1], np.exp(parameters[-1])
    return -float(stats.truncnorm.logpdf(values, (point - mean) / sigma, np.inf, loc=mean, scale=sigma).sum())


def test_truncated_regression_is_the_maximum_of_another_likelihood():
    """Hours of the 150 working of 250 women (Mroz 1987) on children, age and schooling: a search that knows no derivative ends at the same place."""
    from linearmodels.datasets import mroz
    from scipy import optimize

    women = mroz.load().iloc[:150]
    z = women[["kidslt6", "kidsge6", "age", "educ"]].to_numpy(float)
    design = np.column_stack([np.ones(150), (z - z.mean(axis=0)) / z.std(axis=0)])
    hours = women["hours"].to_numpy(float) / 1000
    beta, sigma = _truncated.fit(hours, design, 0.0)
    start = np.r_[np.linalg.lstsq(design, hours)[0], np.log(hours.std())]
    found = optimize.minimize(likelihood, start, (hours, design, 0.0), method="Powell", options={"xtol": 1e-9, "ftol": 1e-13, "maxiter": 200})  # fmt: skip
    ours = np.r_[beta, np.log(sigma)]
    assert likelihood(ours, hours, design, 0.0) <= found.fun + 1e-9
    assert ours == pytest.approx(found.x, abs=2e-4)
    # mutation: least squares, which the truncation flattens, is no maximum
    assert likelihood(start, hours, design, 0.0) > found.fun + 1


def test_a_truncated_law_is_recovered_and_another_scale_changes_nothing():
    _, _, z, distance = simulated(6000, 1)
    design = np.column_stack([np.ones(len(z)), z])
    beta, sigma = _truncated.fit(distance, design, 1.0)
    assert [*beta, sigma] == pytest.approx([0.5, 0.5, 1], abs=0.08)
    far = _truncated.fit(1 + (distance - 1) * 1e6, np.column_stack([np.ones(len(z)), z * 1e-6 + 3.0]), 1.0)
    assert far[0][1] / 1e12 == pytest.approx(beta[1], rel=1e-6) and far[1] / 1e6 == pytest.approx(sigma)


def test_values_that_fall_off_too_slowly_have_no_maximum():
    heavy = 1 + np.exp(2 * np.random.default_rng(3).normal(size=60))
    assert np.isnan(_truncated.fit(heavy, np.ones((60, 1)), 1.0)[1])


def test_draws_follow_the_truncated_normal_far_into_its_tail():
    from scipy import stats

    for mean in (3.0, 0.0, -40.0):
        drawn = _truncated.draw(np.full(4000, mean), 1.0, 1.0, np.random.default_rng(2))
        law = stats.truncnorm(1 - mean, np.inf, loc=mean)
        assert drawn.min() > 1 and stats.kstest(drawn, law.cdf).pvalue > 0.001


def by_ratios(used, made, z, draws, correction_draws, seed, level):
    """Algorithm 2 at constant returns, where the frontier is the best ratio: no programme is solved."""
    order = np.lexsort([z, made, used])
    used, made, z = used[order], made[order], z[order]
    ratio, design = made / used, np.column_stack([np.ones(len(z)), z])
    distance, rng = ratio.max() / ratio, np.random.default_rng(seed)
    below = distance > 1 + 1e-6
    beta, sigma = _truncated.fit(distance[below], design[below], 1.0)
    best = [(ratio * distance / _truncated.draw(design @ beta, sigma, 1.0, rng)).max() for _ in range(correction_draws)]  # fmt: skip
    mended = 2 * distance - np.mean(best) / ratio
    beta, sigma = _truncated.fit(mended, design, 1.0)
    drawn = [_truncated.fit(_truncated.draw(design @ beta, sigma, 1.0, rng), design, 1.0)[0] for _ in range(draws)]  # fmt: skip
    near, far = np.quantile(drawn - beta, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.column_stack([beta, beta - far, beta - near]), mended[np.argsort(order)]


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_the_second_algorithm_by_ratios_alone(orientation):
    x, y, z, _ = simulated(60, 4)
    options = dict(draws=30, correction_draws=20, seed=3, level=0.9)
    names = list(map(str, range(60)))
    found = second_stage.explain_efficiency(
        pd.Series(x, names), pd.Series(y, names), pd.Series(z, names)[::-1], orientation=orientation, returns="constant", **options
    )  # fmt: skip
    expected, mended = by_ratios(x, y, z, **options)
    np.testing.assert_allclose(found.to_frame()[["estimate", "low", "high"]], expected, rtol=1e-6)
    np.testing.assert_allclose(found.distance, mended, rtol=1e-8)
    assert (found.n, found.dropped) == (60, 0) and found.distance.index.tolist() == names


def test_a_design_that_holds_is_recovered_and_least_squares_is_not(monkeypatch):
    """Mutation: with least squares in place of the truncated law the slope is far too flat, and its interval misses the truth."""
    x, y, z, _ = simulated(150, 6)
    found = second_stage.explain_efficiency(x, y, z, algorithm=1, orientation="output", draws=60)
    assert found.low["covariate"] < TRUE[1] < found.high["covariate"] and found.p["covariate"] < 0.05

    def flat(values, design, point):
        beta = np.linalg.lstsq(design, values, rcond=None)[0]
        return beta, float((values - design @ beta).std())

    monkeypatch.setattr(second_stage, "fit", flat)
    wrong = second_stage.explain_efficiency(x, y, z, algorithm=1, orientation="output", draws=60)
    assert wrong.high["covariate"] < TRUE[1]


def test_rows_in_another_order_give_the_same_numbers():
    x, y, z, _ = simulated(40, 8)
    other = np.random.default_rng(1).permutation(40)
    options = dict(algorithm=1, returns="constant", draws=20)
    one = second_stage.explain_efficiency(x, y, z, **options)
    two = second_stage.explain_efficiency(x[other], y[other], z[other], **options)
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame(), rtol=1e-12)
    np.testing.assert_allclose(one.distance[other], two.distance)


@pytest.mark.parametrize(
    ("covariates", "said"),
    [
        (lambda z: np.ones(40), "cannot be told apart"),
        (lambda z: np.column_stack([z, z * 2 + 1]), "cannot be told apart"),
        (lambda z: z[:30], "30 rows"),
        (lambda z: pd.DataFrame({"constant": z}), "constant"),
        (lambda z: np.random.default_rng(0).normal(size=(40, 14)), "units below the frontier"),
    ],
)
def test_covariates_that_explain_nothing_are_refused(covariates, said):
    x, y, z, _ = simulated(40, 8)
    with pytest.raises(MethodError, match=said):
        second_stage.explain_efficiency(x, y, covariates(z), algorithm=1, returns="constant", draws=20)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", [1, 2])
def test_intervals_hold_where_the_model_does(algorithm):
    """100 units, nominal .95: of 60 simulated samples no fewer hold the slope than one binomial in 200 would give (52)."""
    from scipy import stats

    held = 0
    for seed in range(60):
        x, y, z, _ = simulated(100, 100 + seed)
        found = second_stage.explain_efficiency(x, y, z, algorithm=algorithm, orientation="output", draws=200, correction_draws=50)  # fmt: skip
        held += found.low["covariate"] <= TRUE[1] <= found.high["covariate"]
    assert held >= stats.binom.ppf(0.005, 60, 0.95)
