"""Rates of counts over a window, pinned to Garwood's table."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import MethodError
from analysis.methods.exposure import YEAR, poisson_rate, years_between


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.69), (1, 0.0253, 5.57), (6, 2.20, 13.06), (46, 33.68, 61.36)]
)
def test_interval_is_garwoods(count, low, high):
    found = poisson_rate(count, 1.0)
    assert found["low"] == pytest.approx(low, abs=0.006) and found["high"] == pytest.approx(high, abs=0.006)


@settings(deadline=None)
@given(st.integers(0, 500), st.floats(0.1, 20))
def test_rate_lies_inside_and_scales_with_exposure(count, exposure):
    found, unit = poisson_rate(count, exposure), poisson_rate(count, 1.0)
    assert found["low"] <= found["rate"] <= found["high"]
    assert found["high"] * exposure == pytest.approx(unit["high"])


def test_a_wider_level_is_a_wider_interval():
    assert poisson_rate(6, 1, 0.99)["high"] > poisson_rate(6, 1, 0.9)["high"]


def test_window_counts_both_ends():
    assert years_between("2022-01-01", "2022-12-31") == pytest.approx(365 / YEAR)
    assert years_between("2022-01-01", "2022-01-01") == pytest.approx(1 / YEAR)


@pytest.mark.parametrize("window", [("", "2022-12-31"), ("2022-01-02", "2022-01-01")])
def test_no_rate_without_a_window(window):
    with pytest.raises(MethodError, match="exposure.years_between"):
        years_between(*window)


@pytest.mark.parametrize("wrong", [(-1, 1.0), (2.5, 1.0), (3, 0.0), (3, float("inf"))])
def test_refuses_what_is_no_count_over_a_time(wrong):
    with pytest.raises(MethodError, match="exposure.poisson_rate"):
        poisson_rate(*wrong)
