"""Bounds without parallel trends: the published case of R's HonestDiD, the programme they replace, and what must hold of them."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analysis.errors import MethodError
from analysis.methods import effects, honest

# Benzarti and Carloni 2019, eight coefficients of their event study and their covariance as R HonestDiD 0.2.6 carries them
# (BCdata_EventStudy), to ten digits
BETA = [0.006696351804, 0.02934503369, -0.006472972222, 0.0730149895, 0.1959611177, 0.3120639026, 0.2395415455, 0.1260425001]  # fmt: skip
LOWER = [
    [8.428358124e-4], [4.768686777e-4, 6.425420288e-4], [2.618051076e-4, 3.987425007e-4, 5.229949602e-4],
    [2.354220342e-4, 2.435515198e-4, 2.11768609e-4, 3.089595411e-4],
    [1.676371467e-4, 2.201960306e-4, 1.840722252e-4, 1.197866077e-4, 3.59970436e-4],
    [1.128707663e-4, 1.804591157e-4, 1.45852784e-4, 1.334081317e-4, 2.478818642e-4, 4.263949813e-4],
    [1.992816215e-5, 3.84376508e-5, 7.005197403e-5, 1.016335009e-4, 1.749579242e-4, 2.171437809e-4, 4.886697861e-4],
    [-1.368265366e-4, -2.960421989e-5, 5.952994979e-5, 1.079051726e-4, 1.654256921e-4, 2.892747871e-4, 3.805322049e-4, 7.61739444e-4],
]  # fmt: skip
PERIODS = [-5, -4, -3, -2, 0, 1, 2, 3]
# what R prints by default for the first period after treatment: ends of its grid of candidates, which are STEP apart
PUBLISHED = {0.5: (0.118129486, 0.271583866), 1.0: (0.067231251, 0.318683725), 1.5: (0.013294315, 0.36958196)}
STEP = 40 * LOWER[4][4] ** 0.5 / 999


def case() -> tuple[pd.Series, pd.DataFrame]:
    lower = np.zeros((8, 8))
    for i, row in enumerate(LOWER):
        lower[i, : len(row)] = row
    full = lower + np.tril(lower, -1).T
    return pd.Series(BETA, index=PERIODS), pd.DataFrame(full, index=PERIODS, columns=PERIODS)


def test_the_published_intervals_of_benzarti_and_carloni():
    found = effects.honest_did(*case(), mbar=list(PUBLISHED), effect=0)
    assert (found.low, found.high) == pytest.approx((0.15877494, 0.23314729), abs=1e-8)
    for size, (low, high) in PUBLISHED.items():
        row = found.table.loc[size]
        # R keeps the outermost accepted candidate of its grid: the exact end lies less than one step beyond
        assert low - STEP < row["low"] <= low + 1e-4 and high - 1e-4 <= row["high"] < high + STEP
    assert found.breakdown == pytest.approx(
        1.62, abs=0.02
    )  # between 1.5, whose interval excludes zero, and 2


def test_a_magnitude_that_is_not_used_would_be_seen(monkeypatch):
    real = honest._corners
    monkeypatch.setattr(
        honest, "_corners", lambda study, k, sign, size, error: real(study, k, sign, 0.9 * size, error)
    )
    low, _ = PUBLISHED[1.5]
    assert effects.honest_did(*case(), mbar=1.5, effect=0).table["low"].iloc[0] > low + STEP


@pytest.mark.parametrize("effect", [0, 2, "mean"])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_corners_are_those_of_the_programme(effect, sign):
    """The statistic is min eta: moments less nuisance effects <= eta times their errors, for every candidate effect."""
    series, matrix = case()
    study = honest._study("test", series, matrix, effect, -1)
    for largest, size in ((0, 0.7), (3, 1.4)):
        corners = honest._corners(study, largest, sign, size, 0.05)
        after = np.eye(8)[4:]
        bound = size * sign * np.eye(8)[largest]
        moments = np.r_[after - bound, -after - bound]
        error = np.sqrt(np.einsum("ij,jk,ik->i", moments, study.sigma, moments))
        for theta in (-0.4, 0.0, 0.2, 0.7):
            # unknown: eta and the changes of the true effects, of which weights @ changes = theta
            found = linprog(
                [1, 0, 0, 0, 0],
                A_ub=np.c_[-error, -np.r_[np.eye(4), -np.eye(4)]],
                b_ub=-moments @ study.change,
                A_eq=[[0, *study.weights]],
                b_eq=[theta],
                bounds=(None, None),
            )
            assert (corners.value + theta * corners.slope).max() == pytest.approx(found.fun, abs=1e-7)


def test_the_critical_value_is_the_quantile_of_simulated_maxima():
    study = honest._study("test", *case(), "mean", -1)
    corners = honest._corners(study, 1, 1, 1.0, 0.5)  # an error of .05 in the first stage
    draws = np.random.default_rng(3).multivariate_normal(
        np.zeros(4), corners.covariance, 200_000, method="svd"
    )
    assert np.quantile(draws.max(axis=1), 0.95) == pytest.approx(corners.critical, abs=0.02)


def test_wider_with_every_magnitude_and_never_inside_the_bounds():
    found = effects.honest_did(*case(), mbar=[0, 0.5, 1, 2, 4])
    assert (np.diff(found.table["low"]) < 0).all() and (np.diff(found.table["high"]) > 0).all()
    assert (found.table["low"] <= found.table["bound_low"]).all() and (
        found.table["high"] >= found.table["bound_high"]
    ).all()
    assert found.breakdown > 0 and "breakdown" in str(found.summary())


def test_no_effect_at_all_breaks_down_at_once():
    series, matrix = case()
    assert effects.honest_did(series * 0.01, matrix).breakdown == 0


def test_an_event_study_hands_over_its_coefficients():
    rng = np.random.default_rng(5)
    table = pd.DataFrame([(u, t) for u in range(40) for t in range(2014, 2022)], columns=["unit", "year"])
    table["first"] = np.where(table["unit"] < 15, 2018, 0)
    table["y"] = rng.normal(size=len(table)) + 4.0 * ((table["first"] > 0) & (table["year"] >= 2018))
    keys = dict(outcome="y", unit="unit", time="year", first_treated="first")
    for study in (effects.event_study(table, **keys), effects.sun_abraham(table, **keys)):
        coefficients, covariance = study.coefficients()
        assert list(coefficients.index) == list(covariance.index) == [-4, -3, -2, 0, 1, 2, 3]
        assert np.sqrt(np.diag(covariance)) == pytest.approx(study.table.loc[coefficients.index, "se"])
        found = effects.honest_did(coefficients, covariance, mbar=1)
        assert found.estimate == pytest.approx(study.estimate) and found.se == pytest.approx(study.se)


def test_labels_not_positions_decide():
    series, matrix = case()
    mixed = [3, -2, 0, 1, -5, 2, -4, -3]
    one = effects.honest_did(series, matrix, mbar=1).table
    pd.testing.assert_frame_equal(
        one, effects.honest_did(series[mixed], matrix.loc[mixed[::-1], mixed], mbar=1).table
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s, m: (s.drop(-3), m.drop(-3).drop(columns=-3), {}),  # a period left out
        lambda s, m: (s[s.index >= 0], m.loc[s.index >= 0, s.index >= 0], {}),  # nothing before
        lambda s, m: (s, m.drop(columns=3), {}),
        lambda s, m: (s, m * -1, {}),
        lambda s, m: (s, m + np.triu(m, 1), {}),
        lambda s, m: (s.to_numpy(), m, {}),
        lambda s, m: (s, m, {"effect": 7}),
        lambda s, m: (s, m, {"mbar": -1}),
        lambda s, m: (s, m, {"mbar": []}),
        lambda s, m: (s, m, {"reference": -6}),
        lambda s, m: (s, m, {"level": 95}),
    ],
)
def test_what_cannot_be_bounded_is_refused(spoil):
    series, matrix, options = spoil(*case())
    with pytest.raises(MethodError):
        effects.honest_did(series, matrix, **options)
