"""Inequality measures against published results and hand-worked cases."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import MethodError
from analysis.methods import equity

CASES = Path(__file__).parents[2] / "shared" / "validation"

# World Bank, Quantitative Techniques for Health Equity Analysis, technical note 7: India 1982-92, births and under-five mortality by wealth
BIRTHS = [29939, 28776, 26528, 24689, 19739]
MORTALITY = [154.7, 152.9, 119.5, 86.9, 54.3]

positive = st.lists(st.tuples(st.floats(0.1, 100), st.integers(1, 5)), min_size=2, max_size=8)


def test_gini_and_theil_of_one_to_five():
    assert equity.gini([1, 2, 3, 4, 5]) == pytest.approx(0.266667, abs=1e-6)
    assert equity.theil([1, 2, 3, 4, 5])["total"] == pytest.approx(0.119688, abs=1e-6)
    assert equity.theil([1, 2, 3, 4, 5])[["within", "between"]].isna().all()


@settings(max_examples=50, deadline=None)
@given(positive)
def test_weights_mean_repeated_members(rows):
    x, weights = [value for value, _ in rows], [weight for _, weight in rows]
    repeated = np.repeat(x, weights)
    assert equity.gini(x, weights) == pytest.approx(equity.gini(repeated), abs=1e-9)
    assert equity.gini(repeated) == pytest.approx(
        np.abs(repeated[:, None] - repeated).mean() / (2 * repeated.mean()), abs=1e-9
    )
    for measure in "TL":
        assert equity.theil(x, weights, measure=measure)["total"] == pytest.approx(
            equity.theil(repeated, measure=measure)["total"], abs=1e-9
        )
    by = np.arange(len(x))
    assert equity.concentration_index(x, by, weights) == pytest.approx(
        equity.concentration_index(repeated, np.repeat(by, weights)), abs=1e-9
    )


@settings(max_examples=50, deadline=None)
@given(positive, st.sampled_from("TL"))
def test_theil_parts_add_up(rows, measure):
    x, weights = [value for value, _ in rows], [weight for _, weight in rows]
    groups = ["a" if i % 3 else "b" for i in range(len(x))]
    parts = equity.theil(x, weights, groups, measure=measure)
    assert parts["within"] + parts["between"] == pytest.approx(parts["total"], abs=1e-9)
    assert (parts >= -1e-12).all()


def test_theil_decomposition_by_hand():
    """Two groups that are equal inside: everything lies between; one group of everybody: everything lies within."""
    x = [1, 1, 3, 3]
    between = equity.theil(x, groups=["a", "a", "b", "b"])
    assert between["within"] == pytest.approx(0) and between["between"] == pytest.approx(
        0.25 * np.log(0.5) + 0.75 * np.log(1.5)
    )
    within = equity.theil(x, groups=["a"] * 4)
    assert within["between"] == pytest.approx(0) and within["within"] == pytest.approx(within["total"])
    crossed = equity.theil(x, groups=["a", "b", "a", "b"])
    assert crossed["between"] == pytest.approx(0) and crossed["within"] == pytest.approx(between["total"])


def test_theil_l_is_the_form_of_population_and_resource_shares():
    population, doctors = np.array([10.0, 30.0, 60.0]), np.array([40.0, 90.0, 120.0])
    p, y = population / population.sum(), doctors / doctors.sum()
    expected_l, expected_t = (p * np.log(p / y)).sum(), (y * np.log(y / p)).sum()
    assert equity.theil(doctors / population, population, measure="L")["total"] == pytest.approx(expected_l)
    assert equity.theil(doctors / population, population)["total"] == pytest.approx(expected_t)


def test_zeros_count_and_equality_is_zero():
    assert equity.gini([0, 0, 0, 1]) == pytest.approx(0.75)
    assert equity.theil([0, 0, 0, 1])["total"] == pytest.approx(np.log(4))
    assert equity.gini([2, 2, 2]) == pytest.approx(0, abs=1e-12)
    assert equity.theil([2, 2, 2], groups=list("aab")).tolist() == pytest.approx([0, 0, 0], abs=1e-12)
    # a group that holds nothing adds nothing within
    assert equity.theil([0, 0, 1, 3], groups=list("aabb"))["within"] == pytest.approx(
        0.25 * np.log(0.5) + 0.75 * np.log(1.5)
    )


def test_lorenz_points_and_area():
    curve = equity.lorenz(pd.Series([3.0, 1.0], index=["b", "a"]), [1, 3])
    np.testing.assert_allclose(curve, [[0, 0], [0.75, 0.5], [1, 1]])
    x, weights = [5, 1, 2, 2, 9], [1, 2, 3, 4, 5]
    curve = equity.lorenz(x, weights)
    assert len(curve) == 5  # the two rows of 2 are one point
    assert 1 - 2 * np.trapezoid(curve["share"], curve["population"]) == pytest.approx(equity.gini(x, weights))
    assert (curve["share"] <= curve["population"] + 1e-12).all()


def test_concentration_index_of_technical_note_7():
    """The note's own formula for grouped data: sum of p_t L_(t+1) - p_(t+1) L_t; its example gives -0.169."""
    p = np.cumsum(BIRTHS) / np.sum(BIRTHS)
    deaths = np.array(BIRTHS) * MORTALITY
    curve = np.cumsum(deaths) / deaths.sum()
    expected = (p[:-1] * curve[1:] - p[1:] * curve[:-1]).sum()
    found = equity.concentration_index(MORTALITY, range(5), BIRTHS)
    assert found == pytest.approx(expected)
    assert found == pytest.approx(-0.169, abs=0.0005)
    points = equity.lorenz(MORTALITY, BIRTHS, by=range(5))
    assert 1 - 2 * np.trapezoid(points["share"], points["population"]) == pytest.approx(found)


def test_concentration_index_of_the_cases_folder():
    if not CASES.is_dir():
        pytest.skip("the folder of published cases is not there")
    table = pd.read_csv(CASES / "wb_tn7_ci.csv")
    assert table["births"].tolist() == BIRTHS and table["u5mr"].tolist() == MORTALITY


def test_concentration_index_limits_ties_and_gini():
    x = [1, 2, 3, 4, 5]
    assert equity.concentration_index(x, x) == pytest.approx(equity.gini(x))
    assert equity.concentration_index(x, [-v for v in x]) == pytest.approx(-equity.gini(x))
    assert equity.concentration_index(x, [7] * 5) == pytest.approx(0)
    tied = equity.concentration_index([1, 9, 4], [1, 1, 2])
    assert (
        tied
        == pytest.approx(equity.concentration_index([9, 1, 4], [1, 1, 2]))
        == pytest.approx(equity.concentration_index([5, 5, 4], [1, 1, 2]))
    )


def test_hrad_by_hand():
    result = equity.hrad(
        pd.Series([30.0, 10.0], index=["p", "q"]), pd.Series([300.0, 100.0], index=["q", "p"])
    )
    assert result.to_dict() == pytest.approx({"p": 0.75 / 0.25, "q": 0.25 / 0.75})


def test_series_are_matched_by_label():
    x = pd.Series([1.0, 5.0], index=["a", "b"])
    weights = pd.Series([3.0, 1.0], index=["b", "a"])
    assert equity.gini(x, weights) == pytest.approx(equity.gini([1, 5], [1, 3]))
    groups = pd.Series(["g", "h"], index=["b", "a"])
    assert equity.theil(x, weights, groups)["within"] == pytest.approx(0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: equity.gini([1, None]),
        lambda: equity.gini([1, -1]),
        lambda: equity.gini([0, 0]),
        lambda: equity.gini([1, 2], [1, -1]),
        lambda: equity.gini([1, 2], [0, 0]),
        lambda: equity.gini([1, 2], [1, 2, 3]),
        lambda: equity.gini(pd.Series([1, 2], index=["a", "b"]), pd.Series([1, 2], index=["a", "c"])),
        lambda: equity.gini([]),
        lambda: equity.theil([1, 2], groups=["a", None]),
        lambda: equity.theil([1, 2], groups=["a"]),
        lambda: equity.theil([1, 0], measure="L"),
        lambda: equity.theil([1, 2], measure="M"),
        lambda: equity.concentration_index([1, 2], [1, None]),
        lambda: equity.hrad([1, 2], [1, 0]),
    ],
)
def test_refusals(call):
    with pytest.raises(MethodError):
        call()
