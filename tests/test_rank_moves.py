"""Places and moves under a stated error: against orthant probabilities, closed forms and enumeration."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm

from analysis.errors import MethodError
from analysis.methods import _rank_moves, ranking


def orthants(logs, u, s, rho):
    """P(up, none, down) of unit u, summed over all ways in which the others can be better or worse in the two years.

    Independent of the code under test: no conditioning, no convolution; every way is one orthant of the joint normal of the 2(n - 1)
    differences.
    """
    others = np.arange(logs.shape[1]) != u
    mean = ((logs - logs[:, [u]])[:, others] / s).ravel()
    k = others.sum()
    same = np.ones((k, k)) + np.eye(k)
    covariance = np.block([[same, rho * same], [rho * same, same]])
    result = np.zeros(3)
    for signs in itertools.product((1, -1), repeat=2 * k):
        sign = np.array(signs)
        p = multivariate_normal.cdf(
            np.zeros(2 * k),
            mean=-sign * mean,
            cov=covariance * np.outer(sign, sign),
            abseps=1e-6,
            maxpts=10**6,
        )
        gained = (sign[:k] == 1).sum() - (sign[k:] == 1).sum()
        result[0 if gained > 0 else 1 if gained == 0 else 2] += p
    return result


@pytest.mark.parametrize("rho", [0, 0.5, 0.9])
@pytest.mark.parametrize("n", [2, 3])
def test_a_move_has_the_probability_of_its_orthants(n, rho):
    logs = np.random.default_rng(n).normal(0, 0.05, (2, n))
    found = ranking.move_probability(
        np.exp(logs[0]), np.exp(logs[1]), better="higher", relative_error=0.04, correlation=rho, units=[0]
    )
    expected = orthants(logs, 0, 0.04, rho)
    assert np.allclose(found.loc[0, ["up", "none", "down"]].astype(float), expected, atol=2e-6)
    assert (
        np.abs(found.loc[0, ["up", "none", "down"]].astype(float) - orthants(logs, 0, 0.05, rho)).max() > 1e-3
    )


def test_a_full_correlation_moves_a_unit_by_the_common_error_only():
    # with rho 1 the unit's own and the others' errors are the same in both years: two units swap only if the printed order does,
    # unless an error lies between the two gaps
    found = ranking.move_probability(
        [1.0, 1.1], [1.2, 1.1], better="higher", relative_error=0.1, correlation=1
    )
    gaps = np.log([1.1 / 1.0, 1.1 / 1.2]) / (0.1 * np.sqrt(2))
    assert found.loc[0, "up"] == pytest.approx(norm.cdf(gaps[0]) - norm.cdf(gaps[1]), abs=1e-9)
    assert found.loc[0, "down"] == pytest.approx(0, abs=1e-12)


def test_more_nodes_change_nothing(monkeypatch):
    rng = np.random.default_rng(5)
    logs = np.log(np.linspace(2, 3.5, 31))
    logs = np.stack([logs, logs + rng.normal(0, 0.03, 31)])
    for rho in (0, 0.5, 0.9, 0.99):
        few = _rank_moves._move(logs, 10, 0.03, rho)
        monkeypatch.setattr(_rank_moves, "NODES", 96)
        many = _rank_moves._move(logs, 10, 0.03, rho)
        monkeypatch.setattr(_rank_moves, "NODES", 48)
        assert np.abs(few - many).max() < 1e-9 and few.sum() == pytest.approx(1, abs=1e-12)
        assert few == pytest.approx(
            _rank_moves._joint_move(np.delete(logs - logs[:, [10]], 10, 1) / 0.03, rho), abs=1e-9
        )


def test_holds_is_where_the_probability_falls_to_the_level():
    rng = np.random.default_rng(6)
    before = pd.Series(rng.lognormal(0, 0.2, 12), index=list("abcdefghijkl"))
    after = (before * np.exp(rng.normal(0, 0.1, 12))).iloc[::-1]
    for rho in (0, 0.9):
        held = ranking.move_holds(before, after, better="lower", correlation=rho, level=0.9)
        for unit, s in held["holds"].items():
            for factor, above in ((0.999, True), (1.001, False)):
                p = ranking.move_probability(
                    before, after, better="lower", relative_error=s * factor, correlation=rho, units=unit
                )["probability"]
                assert (p.iloc[0] > 0.9) is above or abs(p.iloc[0] - 0.9) < 1e-3
    assert (held["rank_before"] == ranking.rank(before, "lower")).all()


def test_two_units_hold_to_the_error_of_the_closed_form():
    # P(no swap before) x P(swap after) = .95 for two units with the same gap on either side: Phi(d / (s sqrt 2)) = sqrt .95
    d = np.log(1.2)
    held = ranking.move_holds([1.0, 1.2], [1.2, 1.0], better="higher")
    assert held["holds"].tolist() == pytest.approx([d / np.sqrt(2) / norm.ppf(np.sqrt(0.95))] * 2, rel=1e-7)


def test_units_printed_as_equal_hold_to_no_error_and_a_unit_of_one_year_has_no_move():
    held = ranking.move_holds([2.0, 2.0, 1.0], [2.0, 1.5, 1.0], better="higher")
    assert held["holds"].iloc[1] == 0  # its place 1 was shared
    before = pd.Series([3.0, 2.0, None], index=list("abc"))
    after = pd.Series([3.0, 2.0, 9.0], index=list("abc"))
    held = ranking.move_holds(before, after, better="higher")
    assert held.loc["a", "direction"] == "down" and held.loc["a", "holds"] > 0
    assert pd.isna(held.loc["c", "rank_before"]) and np.isnan(held.loc["c", "holds"])


def test_places_match_enumeration_of_orders():
    x, s = np.array([1.0, 1.3, 0.8, 1.1]), np.array([0.2, 0.4, 0.0, 0.1])
    found = ranking.rank_probability(x, better="higher", se=s).to_numpy()
    # all six orders of the three erring units and the fixed one, on a grid of 3 normals: 160^3 cells of equal probability
    grid = norm.ppf((np.arange(160) + 0.5) / 160)
    a, b, d = np.meshgrid(x[0] + s[0] * grid, x[1] + s[1] * grid, x[3] + s[3] * grid, indexing="ij")
    values = np.stack([a, b, np.full_like(a, x[2]), d])
    for u in range(4):
        place = 1 + sum((values[j] > values[u]).astype(int) for j in range(4) if j != u)
        assert np.bincount(place.ravel(), minlength=5)[1:] / place.size == pytest.approx(found[u], abs=6e-3)
    assert found.sum(axis=1) == pytest.approx(np.ones(4))
    assert found.sum(axis=0) == pytest.approx(
        np.ones(4), abs=1e-9
    )  # each place is taken once: nothing was assumed about it


def test_very_unlike_errors_lose_no_probability():
    s = np.array([1e-6, 1.0, 30.0, 0.02, 1e-3])
    found = ranking.rank_probability(np.array([0.3, 0.1, -5.0, 0.3, 0.301]), better="higher", se=s)
    assert found.sum(axis=0).to_numpy() == pytest.approx(np.ones(5), abs=1e-8)


def test_stability_is_what_draws_converge_to():
    rng = np.random.default_rng(8)
    values = rng.lognormal(1, 0.1, 31)
    z = rng.standard_normal((20000, 31))
    logs = np.log(values) + 0.03 * z
    places = 1 + (logs[:, None, :] > logs[:, :, None]).sum(axis=2)
    found = ranking.stability_interval(values, relative_error=0.03, better="higher")
    low, high = (np.quantile(places, q, axis=0, method="inverted_cdf") for q in (0.025, 0.975))
    assert (found["low"] == low).mean() > 0.9 and (found["low"] - low).abs().max() <= 1
    assert (found["high"] == high).mean() > 0.9 and (found["high"] - high).abs().max() <= 1


def test_the_stability_of_some_is_theirs_among_all(monkeypatch):
    values = pd.Series([5.0, 4.9, np.nan, 4.0, 3.9, 3.1], index=list("abcdef"))
    asked = {"relative_error": 0.03, "better": "higher"}
    whole, some = (
        ranking.stability_interval(values, **asked, units=units) for units in (None, ["e", "c", "b"])
    )
    pd.testing.assert_frame_equal(some, whole.loc[["e", "c", "b"]])
    with pytest.raises(MethodError, match="unknown units"):
        ranking.stability_interval(values, **asked, units=["z"])
    # mutation: a unit's place among those asked for, not among all
    exact = _rank_moves.exact_sets
    monkeypatch.setattr(
        _rank_moves, "exact_sets", lambda x, s, level, wanted: exact(x, s, level, wanted[::-1])
    )
    wrong = ranking.stability_interval(values, **asked, units=["e", "b"])
    assert not wrong.equals(whole.loc[["e", "b"]])


def test_ties_without_error_keep_all_their_places():
    found = ranking.stability_interval([5.0, 3.0, 3.0, 1.0], relative_error=0.0, better="higher")
    assert found.to_numpy().tolist() == [[1, 1, 1], [2, 2, 3], [2, 2, 3], [4, 4, 4]]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ranking.move_probability([1, 2], [2, 0], better="higher", relative_error=0.1),
        lambda: ranking.move_probability([1, 2], [2, 1], better="higher", relative_error=0),
        lambda: ranking.move_probability(
            [1, 2], [2, 1], better="higher", relative_error=0.1, correlation=1.2
        ),
        lambda: ranking.move_probability([1, 2], [2, 1], better=None, relative_error=0.1),
        lambda: ranking.move_holds([1, 2], [2, 1], better="higher", level=0.4),
        lambda: ranking.move_holds([1, 2], [2, 1], better="higher", units=["x"]),
        lambda: ranking.move_holds([1, 2], [2, 1, 3], better="higher"),
        lambda: ranking.rank_probability([1, 2], better="higher"),
        lambda: ranking.rank_probability([1, 2], better="higher", se=1, relative_error=1),
    ],
)
def test_what_cannot_be_answered_is_refused(wrong):
    with pytest.raises(MethodError):
        wrong()


@pytest.mark.parametrize(
    ("units", "own", "others"),
    [(3, 1.0, 1.0), (31, 1.0, 0.51), (300, 1.0, 0.51), (300, 1.0, 3.0), (300, 1.0, 0.1)],
)
def test_places_among_many_units_are_those_of_a_binomial_mixture(units, own, others):
    """Equal values, one unit with its own error: given that error the number ahead is binomial."""
    from scipy.special import gammaln, log_ndtr

    z = np.arange(-8, 8.0001, 0.001)
    weight = np.exp(-(z**2) / 2)
    behind = units - 1
    places = [0, 1, units // 2, behind]
    ways = [gammaln(units) - gammaln(k + 1) - gammaln(behind - k + 1) for k in places]
    ahead, not_ahead = log_ndtr(own * z / others), log_ndtr(-own * z / others)
    pairs = zip(places, ways, strict=True)
    exact = [weight @ np.exp(way + k * ahead + (behind - k) * not_ahead) / weight.sum() for k, way in pairs]
    found = ranking.rank_probability(
        np.zeros(units), better="higher", se=np.r_[own, np.full(units - 1, others)]
    ).iloc[0]
    assert found.iloc[places].to_numpy() == pytest.approx(exact, abs=5e-9)
    assert found.sum() == pytest.approx(1, abs=1e-9)


def test_nodes_as_wide_as_before_miss_the_places_of_many_units(monkeypatch):
    from analysis.methods import _rank_moves

    spread = np.r_[1.0, np.full(299, 0.51)]
    true = ranking.rank_probability(np.zeros(300), better="higher", se=spread).iloc[0].to_numpy()
    monkeypatch.setattr(_rank_moves, "DENSE", 8.0)  # mutation
    wide = ranking.rank_probability(np.zeros(300), better="higher", se=spread).iloc[0].to_numpy()
    assert np.abs(wide - true).max() > 1e-5


def test_units_that_are_far_away_are_on_their_side(monkeypatch):
    """What is left out as certain changes no place; taken for certain much nearer it does."""
    from analysis.methods import _rank_moves

    x = np.r_[np.linspace(0, 3, 20), 12.0, -12.0]
    found = ranking.rank_probability(x, better="higher", se=1.0)
    monkeypatch.setattr(_rank_moves, "CERTAIN", 1e6)
    assert ranking.rank_probability(x, better="higher", se=1.0).to_numpy() == pytest.approx(
        found.to_numpy(), abs=1e-9
    )
    monkeypatch.setattr(_rank_moves, "CERTAIN", 1.0)  # mutation
    assert (
        np.abs(ranking.rank_probability(x, better="higher", se=1.0).to_numpy() - found.to_numpy()).max()
        > 0.01
    )


def test_errors_of_unlike_size_stand_side_by_side(monkeypatch):
    """An error a billionth of the others' asked for 400 billion nodes: it is a jump, as an error of 0 is."""
    from analysis.methods import _rank_moves

    x = np.array([0.3, 0.1, -0.2, 0.4, 0.05])
    places = lambda own: ranking.rank_probability(x, better="higher", se=np.r_[1.0, own, 0.4, 1.0, 2.0])  # noqa: E731
    for own in (1e-8, 1e-9, 1e-11, 1e-12, 1e-14, 1e-100):
        assert places(own).to_numpy() == pytest.approx(places(0).to_numpy(), abs=2 * own + 1e-10), own
    counted, pieces = [], _rank_moves._pieces

    def count(*given):
        found = pieces(*given)
        counted.append(found.sum())
        return np.ones_like(found)

    monkeypatch.setattr(_rank_moves, "_pieces", count)
    for own in np.geomspace(1e-15, 1, 40):
        places(own)
    assert max(counted) < 300
    monkeypatch.setattr(_rank_moves, "JUMP", 0.0)  # mutation
    places(1e-15)
    assert max(counted) > 1e9
