"""XmR, Wilson, funnel limits and the share decomposition against published and hand-computed figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import MethodError
from analysis.methods import variation

# the example series of the NHS-R community's plot-the-dots package
NHSR = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


@pytest.mark.parametrize(("screen", "expected"), [(False, [-3.06, 1.94, 6.95]), (True, [-0.72, 1.94, 4.60])])
def test_xmr_published_limits(screen, expected):
    found = variation.xmr(NHSR, screen=screen)
    assert list(found.index) == ["lower", "centre", "upper"]
    assert found.round(2).tolist() == expected


def test_xmr_screens_by_default_and_refuses_five_points():
    assert variation.xmr(NHSR)["upper"] == variation.xmr(NHSR, screen=True)["upper"]
    with pytest.raises(MethodError, match="5 values.*at least 6"):
        variation.xmr([1, 2, 3, 4, 5])
    with pytest.raises(MethodError, match="5 values"):
        variation.xmr([1, 2, None, 3, 4, 5])


def test_xmr_signals_keep_the_index_and_mark_outside_and_runs():
    values = pd.Series([10, 16, 10, 16, 60, np.nan, *[10, 16] * 5], index=[f"m{i}" for i in range(16)])
    found = variation.xmr_signals(values)
    assert list(found.index) == list(values.index)
    assert found.index[found["outside"]].tolist() == ["m4"]
    assert found.index[found["in_run"]].tolist() == [f"m{i}" for i in range(6, 16)]


# Newcombe (1998), table I, methods 3 (score) and 4 (score with continuity correction)
@pytest.mark.parametrize(
    ("events", "n", "score", "corrected"),
    [
        (81, 263, (0.2553, 0.3662), (0.2535, 0.3682)),
        (15, 148, (0.0624, 0.1605), (0.0598, 0.1644)),
        (0, 20, (0.0, 0.1611), (0.0, 0.2005)),
        (1, 29, (0.0061, 0.1718), (0.0018, 0.1963)),
    ],
)
def test_wilson_published(events, n, score, corrected):
    assert tuple(variation.wilson(events, n)[["low", "high"]].round(4)) == score
    assert tuple(variation.wilson(events, n, correction=True)[["low", "high"]].round(4)) == corrected


@given(
    st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999)
)
def test_wilson_contains_the_share_and_mirrors(counts, level):
    events, n = counts
    found, mirror = variation.wilson(events, n, level), variation.wilson(n - events, n, level)
    assert 0 <= found["low"] <= found["estimate"] <= found["high"] <= 1
    assert found["low"] == pytest.approx(1 - mirror["high"], abs=1e-12)


def test_wilson_vectors_missing_and_refusal():
    events = pd.Series([81, np.nan], index=["a", "b"])
    found = variation.wilson(events, pd.Series([263, 20], index=["a", "b"]))
    assert list(found.columns) == ["estimate", "low", "high"]
    assert found.loc["b"].isna().all() and found.loc["a", "high"] == pytest.approx(0.3662, abs=5e-5)
    for bad in ((3, 2), (-1, 2), (0, 0)):
        with pytest.raises(MethodError, match="outside 0..n"):
            variation.wilson(*bad)


def test_funnel_limits_by_each_convention():
    events, n = pd.Series([3, 10, 30], index=list("abc")), pd.Series([20, 100, 200], index=list("abc"))
    normal, score, exact = (
        variation.funnel_limits(events, n, method=m) for m in ("normal", "wilson", "exact")
    )
    goal = 43 / 320
    assert list(normal.index) == list("abc")
    assert normal.loc["b", "high_95"] == pytest.approx(
        goal + 1.959964 * np.sqrt(goal * (1 - goal) / 100), abs=1e-6
    )
    assert normal.loc["a", "low_95"] == 0.0
    assert tuple(score.loc["c", ["low_95", "high_95"]]) == tuple(
        variation.wilson(goal * 200, 200)[["low", "high"]]
    )
    assert (
        score.loc["a", "high_99.8"] - normal.loc["a", "high_99.8"] > 0.1
    )  # the conventions part in small units
    # by hand: Binomial(20, goal) passes .975 between 5 and 6
    assert 5 / 20 < exact.loc["a", "high_95"] < 6 / 20
    assert variation.funnel_limits(events, n, target=0.2)["target"].tolist() == [0.2] * 3


def test_funnel_limits_refuse():
    with pytest.raises(MethodError, match="2 complete units"):
        variation.funnel_limits([1, 2], [10, 10])
    with pytest.raises(MethodError, match="method='score'"):
        variation.funnel_limits([1, 2, 3], [10, 10, 10], method="score")
    with pytest.raises(MethodError, match="target 0"):
        variation.funnel_limits([0, 0, 0], [10, 10, 10])


def test_decompose_share_by_hand():
    found = variation.decompose_share(
        pd.Series({"complex": 30, "plain": 70}), pd.Series({"complex": 60, "plain": 60})
    )
    row = found.loc["complex"]
    assert (row["volume"], row["mix"]) == (pytest.approx(0.4 * 20), pytest.approx(110 * 0.2))
    # own: ((60/130 - .3) + (.5 - 30/90)) / 2
    assert row["own"] == pytest.approx((60 / 130 - 0.3 + 0.5 - 30 / 90) / 2)


def test_a_share_can_rise_because_the_others_shrank():
    row = variation.decompose_share(
        pd.Series({"primary": 50, "hospital": 50}), pd.Series({"primary": 50, "hospital": 30})
    ).loc["primary"]
    assert row["own"] == 0 and row["others"] == pytest.approx(50 / 80 - 0.5)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=2, max_size=8))
def test_decompose_share_adds_up(pairs):
    before, after = (pd.Series(column, dtype=float) for column in zip(*pairs, strict=True))
    if before.sum() == 0 or after.sum() == 0:
        with pytest.raises(MethodError):
            variation.decompose_share(before, after)
        return
    found = variation.decompose_share(before, after)
    np.testing.assert_allclose(found["volume"] + found["mix"], found["change"], atol=1e-6)
    np.testing.assert_allclose(found["own"] + found["others"], found["share_change"], atol=1e-12)


def test_decompose_share_refuses_other_categories():
    with pytest.raises(MethodError, match="the same categories"):
        variation.decompose_share(pd.Series({"a": 1, "b": 2}), pd.Series({"a": 1, "c": 2}))
