"""DEA and Malmquist against the examples of Coelli's guide to DEAP."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MethodError
from analysis.methods import efficiency

# Coelli, Rao and Battese (1998): five firms, two inputs, one output
INPUTS = pd.DataFrame({"x1": [2, 2, 6, 3, 6], "x2": [5, 4, 6, 2, 2]}, index=[f"DMU{i}" for i in range(1, 6)])
OUTPUTS = pd.Series([1, 2, 3, 1, 2], index=INPUTS.index)
# Coelli (1996), example 4: five firms, three years, one input, one output
EG4 = pd.DataFrame(
    {
        "year": [1] * 5 + [2] * 5 + [3] * 5,
        "firm": [1, 2, 3, 4, 5] * 3,
        "y": [1, 2, 3, 4, 5, 1, 3, 4, 3, 5, 1, 3, 4, 3, 5],
        "x": [2, 4, 3, 5, 6] + [2, 4, 3, 5, 5] * 2,
    }
)


def test_dea_published():
    found = efficiency.dea(INPUTS, OUTPUTS)
    assert found.index.equals(INPUTS.index)
    assert found.round(3).tolist() == [0.5, 1.0, 0.833, 0.714, 1.0]


def test_dea_takes_arrays_and_is_free_of_units():
    plain = efficiency.dea(INPUTS.to_numpy(), OUTPUTS.to_numpy())
    scaled = efficiency.dea(INPUTS * [1e6, 1e-3], OUTPUTS * 1e4)
    np.testing.assert_allclose(plain, efficiency.dea(INPUTS, OUTPUTS), rtol=1e-9)
    np.testing.assert_allclose(plain, scaled, rtol=1e-9)


def test_output_orientation_in_both_scores():
    distance = efficiency.dea(INPUTS, OUTPUTS, orientation="output")
    farrell = efficiency.dea(INPUTS, OUTPUTS, orientation="output", score="farrell")
    np.testing.assert_allclose(
        distance, efficiency.dea(INPUTS, OUTPUTS), rtol=1e-9
    )  # equal under constant returns
    np.testing.assert_allclose(farrell, 1 / distance, rtol=1e-9)


def test_returns_to_scale_by_hand():
    """One input, one output, first year of example 4: hull through (2, 1), (3, 3), (6, 5); the constant frontier is y = x."""
    year = EG4[EG4["year"] == 1]
    found = {kind: efficiency.dea(year["x"], year["y"], returns=kind).tolist() for kind in efficiency.RETURNS}
    assert found["constant"] == pytest.approx([0.5, 0.5, 1, 0.8, 5 / 6])
    assert found["variable"] == pytest.approx([1, 2.5 / 4, 1, 4.5 / 5, 1])
    assert found["decreasing"] == pytest.approx([0.5, 0.5, 1, 4.5 / 5, 1])
    assert found["increasing"] == pytest.approx([1, 2.5 / 4, 1, 0.8, 5 / 6])
    scale = efficiency.scale_efficiency(year["x"], year["y"])
    assert scale["scale"].tolist() == pytest.approx([0.5, 0.8, 1, 8 / 9, 5 / 6])
    assert scale["returns"].tolist() == ["increasing", "increasing", "constant", "decreasing", "decreasing"]


def test_malmquist_published():
    found = efficiency.malmquist(EG4, inputs="x", outputs="y", unit="firm", time="year")
    assert found.index.equals(EG4.index)
    assert list(found.columns) == ["firm", "year", "tfp", "efficiency", "technical", "pure", "scale"]
    second = found[found["year"] == 2]
    assert second["tfp"].tolist() == pytest.approx([1, 1.5, 4 / 3, 0.75, 1.2])
    assert second["efficiency"].tolist() == pytest.approx([0.75, 1.125, 1, 0.5625, 0.9])
    assert second["technical"].tolist() == pytest.approx([4 / 3] * 5)
    third = found[found["year"] == 3].drop(columns=["firm", "year"])
    np.testing.assert_allclose(third, 1.0, rtol=1e-9)
    assert found[found["year"] == 1]["tfp"].isna().all()


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_malmquist_parts_multiply_and_row_order_does_not_matter(orientation):
    shuffled = EG4.sample(frac=1, random_state=3)
    keys = dict(inputs=["x"], outputs=["y"], unit="firm", time="year", orientation=orientation)
    found = efficiency.malmquist(shuffled, **keys).dropna()
    np.testing.assert_allclose(found["pure"] * found["scale"], found["efficiency"])
    np.testing.assert_allclose(found["efficiency"] * found["technical"], found["tfp"])
    pd.testing.assert_frame_equal(
        efficiency.malmquist(shuffled, **keys).sort_index(), efficiency.malmquist(EG4, **keys)
    )
    # by hand, firm 2, year 1 to 2: output VRS 2/(11/3) -> 3/4.5 (frontier at 4: 3 + 2/3, then 4 + 1/2); input VRS 2.5/4 -> (2 + 2/3)/4
    second = found[(found["firm"] == 2) & (found["year"] == 2)]["pure"].item()
    assert second == pytest.approx(11 / 9 if orientation == "output" else (8 / 3) / 2.5, rel=1e-9)


def test_refusals_name_the_reason():
    with pytest.raises(MethodError, match="2 units, 2 inputs, 1 outputs"):
        efficiency.dea(INPUTS.iloc[:2], OUTPUTS.iloc[:2])
    with pytest.raises(MethodError) as error:
        efficiency.dea(INPUTS.assign(x1=-1), OUTPUTS * np.nan)
    assert len(error.value.problems) == 2  # both problems at once
    with pytest.raises(MethodError, match="orientation='in'"):
        efficiency.dea(INPUTS, OUTPUTS, orientation="in")
    with pytest.raises(MethodError, match="same index"):
        efficiency.dea(INPUTS, OUTPUTS.reset_index(drop=True))
    with pytest.raises(MethodError, match="complete panel"):
        efficiency.malmquist(EG4.iloc[1:], inputs="x", outputs="y", unit="firm", time="year")
    with pytest.raises(MethodError, match="1 period"):
        efficiency.malmquist(EG4.iloc[:5], inputs="x", outputs="y", unit="firm", time="year")
