"""Formulas in cells: what they compute, and that nothing but arithmetic is one."""

from __future__ import annotations

import pytest

from analysis.arithmetic import compute
from analysis.errors import MethodError


def test_letters_stand_for_inputs_in_their_order():
    assert compute("a / (1 + b)", [30, 2]) == 10
    assert compute("a * b + c * d", [2, 3, 4, 5]) == 26
    assert compute("(1 + a / 100) / (1 + b / 100) - 1", [10, 10]) == pytest.approx(0)


@pytest.mark.parametrize(
    "formula",
    ["", "a +", "a ** b", "abs(a)", "a.real", "a if b else a", "a < b", "'a'", "__import__('os')", "c", "a / 0 + b"],
)  # fmt: skip
def test_anything_else_is_refused(formula):
    with pytest.raises(MethodError, match="formula"):
        compute(formula, [1.0, 2.0])


def test_an_input_that_the_formula_leaves_out_is_named():
    with pytest.raises(MethodError, match="input b unused"):
        compute("a * 2", [1.0, 2.0])
