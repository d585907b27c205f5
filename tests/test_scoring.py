"""A score rule: what is credited, what the next point is worth, what happens to ranks."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import MethodError
from analysis.methods.scoring import band, credited, effects, next_point

RULE = {"floor": 60.0, "cap": 90.0, "bonus_from": 85.0, "bonus": 5.0}
SCORES = pd.Series([40.0, 59.0, 60.0, 75.0, 84.0, 85.0, 90.0, 99.0], index=list("abcdefgh"))


def test_capped_lifted_and_rewarded():
    assert credited(SCORES, **RULE).tolist() == [60, 60, 60, 75, 84, 90, 95, 95]
    assert credited(SCORES).equals(SCORES.rename("credited")), "without a rule nothing changes"


def test_the_next_point_is_worth_nothing_outside_and_a_lot_at_the_notch():
    worth = next_point(SCORES, **RULE)
    assert worth.tolist() == [0, 0, 1, 1, 6, 1, 0, 0]


@settings(deadline=None)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=40))
def test_order_is_kept_up_to_ties(values):
    raw = pd.Series(values, dtype=float)
    after = credited(raw, **RULE)
    order = np.argsort(raw.to_numpy(), kind="stable")
    assert (np.diff(after.to_numpy()[order]) >= 0).all()


@settings(deadline=None)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=40).filter(lambda v: len(set(v)) > 1))
def test_effects_stay_in_their_ranges(values):
    found = effects(pd.Series(values, dtype=float), **RULE)
    assert 0 <= found["tied"] <= 1 and 0 <= found["idle"] <= 1 and found["variance"] >= 0
    assert math.isnan(found["kendall_tau"]) or 0 < found["kendall_tau"] <= 1


def test_effects_of_no_rule_and_of_a_flat_one():
    plain = effects(SCORES)
    assert (
        plain["kendall_tau"] == pytest.approx(1)
        and plain["tied"] == 0
        and plain["variance"] == 1
        and plain["idle"] == 0
    )
    flat = effects(SCORES, floor=70, cap=70)
    assert (
        math.isnan(flat["kendall_tau"]) and flat["tied"] == 1 and flat["variance"] == 0 and flat["idle"] == 1
    )


def test_tied_pairs_are_counted():
    assert effects(pd.Series([10.0, 20.0, 80.0]), floor=60)["tied"] == pytest.approx(1 / 3)


def test_bands_are_closed_at_the_worse_end():
    cuts = {"A++": 1.0, "A+": 10.0, "A": 20.0}
    assert band([0.5, 1.0, 1.1, 10.0, 20.0, 20.1], cuts).tolist() == ["A++", "A++", "A+", "A+", "A", ""]


@pytest.mark.parametrize("wrong", [{"floor": 80, "cap": 70}, {"bonus": -1}])
def test_refuses_rules_that_are_none(wrong):
    with pytest.raises(MethodError, match="scoring.credited"):
        credited(SCORES, **wrong)


@pytest.mark.parametrize("cuts", [{}, {"A": 10.0, "B": 10.0}, {"A": 10.0, "B": 120.0}])
def test_refuses_cuts_that_do_not_rise(cuts):
    with pytest.raises(MethodError, match="scoring.band"):
        band([1.0], cuts)


def test_refuses_units_that_do_not_differ():
    with pytest.raises(MethodError, match="scoring.effects"):
        effects([5.0, 5.0])
    with pytest.raises(MethodError, match="scoring.next_point"):
        next_point(SCORES, step=0)
