"""Permutation of regressor paths: the estimate is the two-way one, the level holds, and it refuses what it cannot do."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MethodError
from analysis.methods import effects
from analysis.methods.path_permutation import permute_paths


def table(units=8, periods=6, effect=0.0, seed=0):
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {"unit": np.repeat(np.arange(units), periods), "time": np.tile(np.arange(periods), units)}
    )
    rows["x"], rows["z"] = rng.normal(size=len(rows)), rng.normal(size=len(rows))
    rows["y"] = effect * rows["x"] + rows["unit"] + rows["time"] ** 2 + rng.normal(size=len(rows))
    return rows


KEYS = {"outcome": "y", "unit": "unit", "time": "time"}


def test_estimate_is_two_way_fixed_effects():
    rows = table(effect=0.5)
    found = permute_paths(rows, regressors=["x", "z"], **KEYS)
    fitted = effects.panel(rows, regressors=["x", "z"], **KEYS)
    assert found.estimate == pytest.approx(fitted.estimate["x"], abs=1e-10)
    assert permute_paths(rows, regressors=["x", "z"], coefficient="z", **KEYS).estimate == pytest.approx(
        fitted.estimate["z"], abs=1e-10
    )


def test_small_panels_use_every_assignment_and_the_observed_counts():
    found = permute_paths(table(units=5, effect=50.0), regressors="x", **KEYS)
    assert found.exhaustive and len(found.placebos) == 120
    assert found.p == pytest.approx(1 / 120)


def test_level_is_kept_without_an_effect():
    p = [permute_paths(table(seed=s), regressors="x", draws=199, **KEYS).p for s in range(120)]
    assert 0.0 <= np.mean(np.array(p) <= 0.1) <= 0.2
    assert permute_paths(table(effect=3.0), regressors="x", **KEYS).p < 0.01


def test_same_input_same_result():
    assert (
        permute_paths(table(), regressors="x", **KEYS).p == permute_paths(table(), regressors="x", **KEYS).p
    )


@pytest.mark.parametrize(
    ("rows", "regressors", "found"),
    [
        (table(units=4), "x", "4 units"),
        (table().iloc[1:], "x", "without a value"),
        (table().assign(x=1.0), "x", "cannot be told apart"),
    ],
)
def test_refuses(rows, regressors, found):
    with pytest.raises(MethodError, match=found):
        permute_paths(rows, regressors=regressors, **KEYS)
    with pytest.raises(MethodError, match="one of"):
        permute_paths(table(), regressors="x", coefficient="q", **KEYS)
