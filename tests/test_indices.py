"""Composite indices against published results, and the conventions for zeros, constant columns and missing cells."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MethodError
from analysis.methods import indices

CASES = Path(__file__).parents[2] / "shared" / "validation"

# Hwang and Yoon 1981, fighter aircraft: speed, range, payload, cost, reliability, manoeuvrability
FIGHTERS = pd.DataFrame(
    [
        [2.0, 1500, 20000, 5.5, 5, 9],
        [2.5, 2700, 18000, 6.5, 3, 5],
        [1.8, 2000, 21000, 4.5, 7, 7],
        [2.2, 1800, 20000, 5.0, 5, 5],
    ],
    index=["A1", "A2", "A3", "A4"],
    columns=["speed", "range", "payload", "cost", "reliability", "manoeuvre"],
)
FIGHTERS_BETTER = {
    "speed": "higher",
    "range": "higher",
    "payload": "higher",
    "cost": "lower",
    "reliability": "higher",
    "manoeuvre": "higher",
}
FIGHTERS_WEIGHTS = [0.2, 0.1, 0.1, 0.1, 0.2, 0.3]

# maternal care of ten regions, the textbook case of the rank-sum ratio
REGIONS = pd.DataFrame(
    {
        "prenatal": [99.54, 96.52, 99.36, 92.83, 91.71, 95.35, 96.09, 99.27, 94.76, 84.80],
        "mmr": [60.27, 59.67, 43.91, 58.99, 35.40, 44.71, 49.81, 31.69, 22.91, 81.49],
        "pmr": [16.15, 20.10, 15.60, 17.04, 15.01, 13.93, 17.43, 13.89, 19.87, 23.63],
    },
    index=list("ABCDEFGHIJ"),
)
REGIONS_BETTER = {"prenatal": "higher", "mmr": "lower", "pmr": "lower"}


def test_topsis_of_hwang_and_yoon():
    """The book prints .643 .268 .613 .312; without its rounding of intermediate results the third is .614."""
    closeness = indices.topsis(FIGHTERS, FIGHTERS_WEIGHTS, FIGHTERS_BETTER)
    assert closeness.round(3).tolist() == [0.643, 0.268, 0.614, 0.312]
    assert list(closeness.index) == list(FIGHTERS.index)


def test_published_tables_are_those_of_the_cases_folder():
    if not CASES.is_dir():
        pytest.skip("the folder of published cases is not there")
    np.testing.assert_allclose(FIGHTERS, pd.read_csv(CASES / "hwang_yoon_fighter.csv"))
    np.testing.assert_allclose(REGIONS, pd.read_csv(CASES / "rsr_10regions.csv", index_col=0))


def test_topsis_does_not_hang_on_units_order_or_the_sum_of_weights():
    expected = indices.topsis(FIGHTERS, FIGHTERS_WEIGHTS, FIGHTERS_BETTER)
    named = pd.Series(FIGHTERS_WEIGHTS, index=FIGHTERS.columns).iloc[::-1] * 7
    found = indices.topsis(FIGHTERS.iloc[::-1] * [1, 1000, 1, 10, 1, 2], named, FIGHTERS_BETTER).iloc[::-1]
    pd.testing.assert_series_equal(found, expected)
    positional = indices.topsis(FIGHTERS.to_numpy(), FIGHTERS_WEIGHTS, list(FIGHTERS_BETTER.values()))
    np.testing.assert_allclose(positional, expected)


def test_topsis_minmax_by_hand():
    table = pd.DataFrame({"x": [0.0, 5.0, 10.0], "y": [3.0, 1.0, 1.0]})
    # scaled: (0, 0), (.5, 1), (1, 1); weights .6, .4: distances to the best (.6, .4), (.3, 0), 0 and to the worst 0, (.3, .4), (.6, .4)
    closeness = indices.topsis(table, [0.6, 0.4], {"x": "higher", "y": "lower"}, normalisation="minmax")
    assert closeness.tolist() == pytest.approx([0, 0.5 / 0.8, 1])


@pytest.mark.parametrize("normalisation", ["vector", "minmax"])
def test_constant_and_zero_columns_do_not_change_topsis(normalisation):
    wider = FIGHTERS.assign(same=3.0, nothing=0.0)
    better = FIGHTERS_BETTER | {"same": "lower", "nothing": "higher"}
    expected = indices.topsis(FIGHTERS, FIGHTERS_WEIGHTS, FIGHTERS_BETTER, normalisation)
    found = indices.topsis(wider, [*FIGHTERS_WEIGHTS, 1, 1], better, normalisation)
    pd.testing.assert_series_equal(found, expected)


def test_entropy_weights_by_proportion_and_what_one_zero_does():
    weights = indices.entropy_weights(FIGHTERS, FIGHTERS_BETTER)
    assert weights.sum() == pytest.approx(1)
    assert weights["speed"] == pytest.approx(0.064, abs=0.0005)
    p = FIGHTERS / FIGHTERS.sum()
    information = 1 + (p * np.log(p)).sum() / np.log(4)
    pd.testing.assert_series_equal(weights, (information / information.sum()).rename("weight"))
    pd.testing.assert_series_equal(
        weights, indices.entropy_weights(FIGHTERS, "lower")
    )  # the direction plays no part
    holed = FIGHTERS.copy()
    holed.loc["A1", "speed"] = 0
    assert indices.entropy_weights(holed, FIGHTERS_BETTER)["speed"] == pytest.approx(0.734, abs=0.0005)


def test_entropy_weights_after_minmax_scaling_by_hand():
    table = pd.DataFrame({"x": [0.0, 1.0, 3.0], "y": [-5.0, -5.0, -1.0]})
    # shares (0, 1/4, 3/4) and (0, 0, 1): e = .5623/ln 3 and 0; the other way round for "lower": (3/5, 2/5, 0) and (1/2, 1/2, 0)
    e = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75)) / np.log(3)
    weights = indices.entropy_weights(table, "higher", normalisation="minmax")
    assert weights.tolist() == pytest.approx([(1 - e) / (2 - e), 1 / (2 - e)])
    turned = [-(0.6 * np.log(0.6) + 0.4 * np.log(0.4)) / np.log(3), np.log(2) / np.log(3)]
    assert indices.entropy_weights(table, "lower", normalisation="minmax").tolist() == pytest.approx(
        [(1 - e) / (2 - sum(turned)) for e in turned]
    )
    shifted = indices.entropy_weights(table, "higher", normalisation="minmax", shift=0.01)
    assert shifted["y"] < weights["y"]


def test_constant_columns_weigh_nothing():
    for normalisation in ("proportion", "minmax"):
        weights = indices.entropy_weights(
            FIGHTERS.assign(same=0.1, nothing=0.0), "higher", normalisation=normalisation
        )
        assert weights[["same", "nothing"]].tolist() == [0, 0]


def test_rank_sum_ratio_of_the_textbook():
    result = indices.rank_sum_ratio(REGIONS, REGIONS_BETTER)
    assert result["rsr"].round(4).tolist() == [0.6, 0.4, 0.7667, 0.4, 0.6, 0.6667, 0.5, 0.9, 0.5667, 0.1]
    assert result["rank"].tolist() == [4, 8, 2, 8, 4, 3, 7, 1, 6, 10]


def test_probit_distribution_of_the_textbook_procedure():
    """Ties share their mean rank, the last percentile is 1 - 1/(4n); probits are those of the published table of percentiles."""
    result = indices.rank_sum_ratio(REGIONS, REGIONS_BETTER).sort_values("rsr")
    assert result["percentile"].tolist() == pytest.approx(
        [0.1, 0.25, 0.25, 0.4, 0.5, 0.65, 0.65, 0.8, 0.9, 0.975]
    )
    assert result["probit"].round(3).tolist() == [
        3.718,
        4.326,
        4.326,
        4.747,
        5.0,
        5.385,
        5.385,
        5.842,
        6.282,
        6.96,
    ]
    assert result["frequency"].tolist() == [1, 2, 2, 1, 1, 2, 2, 1, 1, 1]
    assert result["cumulative"].tolist() == [1, 3, 3, 4, 5, 7, 7, 8, 9, 10]
    regression = result.attrs["regression"]
    once = result.drop_duplicates("rsr")
    slope = np.cov(once["probit"], once["rsr"])[0, 1] / once["probit"].var()
    assert regression["slope"] == pytest.approx(slope)
    assert regression["intercept"] == pytest.approx(once["rsr"].mean() - slope * once["probit"].mean())
    assert regression["r_squared"] == pytest.approx(np.corrcoef(once["probit"], once["rsr"])[0, 1] ** 2)
    assert result["fitted"].tolist() == pytest.approx(
        (regression["intercept"] + slope * result["probit"]).tolist()
    )


@pytest.mark.parametrize(("grades", "cuts"), [(3, [4, 6]), (4, [3.5, 5, 6.5]), (5, [3.2, 4.4, 5.6, 6.8])])
def test_grades_follow_the_table_of_cuts(grades, cuts):
    result = indices.rank_sum_ratio(REGIONS, REGIONS_BETTER, grades=grades)
    expected = [1 + sum(probit >= cut - 1e-9 for cut in cuts) for probit in result["probit"]]
    assert result["grade"].tolist() == expected


def test_non_integer_and_weighted_ranks():
    table = pd.DataFrame({"x": [0.0, 2.0, 10.0, 4.0], "same": [1.0] * 4})
    result = indices.rank_sum_ratio(table, "higher", ranks="non-integer", weights={"x": 3, "same": 1})
    assert result["rsr"].tolist() == pytest.approx([(3 * r + 2.5) / 4 / 4 for r in (1, 1.6, 4, 2.2)])


def test_composite_over_two_levels_by_hand():
    table = pd.DataFrame(
        {"a": [0.0, 5.0, 10.0], "b": [1.0, 1.0, 2.0], "c": [4.0, 2.0, 3.0]}, index=list("xyz")
    )
    result = indices.composite(
        table,
        {"staff": ["a", "b"], "stay": ["c"]},
        better={"a": "higher", "b": "higher", "c": "lower"},
        weights={"staff": 3, "a": 2},
    )
    assert result["staff"].tolist() == pytest.approx([0, 1 / 3, 1])
    assert result["stay"].tolist() == [0, 1, 0.5]
    assert result["composite"].tolist() == pytest.approx([0, (3 / 3 + 1) / 4, (3 + 0.5) / 4])
    assert (
        list(result.columns) == ["staff", "stay", "composite", "coverage"] and (result["coverage"] == 1).all()
    )


def test_composite_three_levels_geometric_rank_and_zscore():
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, 2.0], "same": [7.0] * 3})
    nested = indices.composite(
        table, {"top": {"one": ["a"], "two": ["b"]}}, aggregation="geometric", normalisation="rank"
    )
    assert nested["composite"].tolist() == pytest.approx([np.sqrt(1 / 3), np.sqrt(2 / 9), np.sqrt(2 / 3)])
    assert list(nested.columns) == ["top", "one", "two", "composite", "coverage"]
    z = indices.composite(
        table, {"all": ["a", "same"]}, normalisation="zscore", better={"a": "lower", "same": "higher"}
    )
    assert z["composite"].tolist() == pytest.approx([np.sqrt(1.5) / 2, 0, -np.sqrt(1.5) / 2])
    assert indices.composite(table, {"all": ["a", "b"]}, aggregation="geometric")["composite"].tolist()[
        :2
    ] == [0, 0]
    assert (
        indices.composite(table, {"all": ["a", "b"]}, aggregation="geometric", floor=0.01)["composite"] > 0
    ).all()


def test_missing_cells_are_refused_or_their_weight_is_shared_out():
    table = pd.DataFrame(
        {"a": [0.0, 10.0, None], "b": [0.0, 1.0, 0.5], "c": [0.0, 1.0, None]}, index=list("xyz")
    )
    structure = {"one": ["a", "b"], "two": ["c"]}
    with pytest.raises(MethodError, match="z"):
        indices.composite(table, structure)
    result = indices.composite(table, structure, missing="available").loc["z"]
    assert (
        result["one"] == 0.5
        and np.isnan(result["two"])
        and result["composite"] == 0.5
        and result["coverage"] == 0.25
    )


def test_weight_sensitivity_of_a_dominating_and_a_dominated_unit():
    table = pd.DataFrame(
        {"x": [10.0, 1.0, 5.0, 6.0], "y": [10.0, 1.0, 6.0, 5.0]}, index=["best", "worst", "p", "q"]
    )
    for method in ("topsis", "additive"):
        result = indices.weight_sensitivity(table, "higher", draws=500, seed=1, method=method)
        assert result.loc["best", ["rank", "low", "high", "best", "worst"]].tolist() == [1] * 5
        assert result.loc["best", "share_first"] == 1
        assert result.loc["worst", ["low", "high"]].tolist() == [4, 4]
        assert result.loc[["p", "q"], ["best", "worst"]].to_numpy().tolist() == [[2, 3], [2, 3]]
        assert (result["low"] <= result["rank"]).all() and (result["rank"] <= result["high"]).all()


def test_weight_sensitivity_is_reproducible_and_tightens_around_given_weights():
    wide = indices.weight_sensitivity(FIGHTERS, FIGHTERS_BETTER, 400, 3)
    pd.testing.assert_frame_equal(
        wide, indices.weight_sensitivity(FIGHTERS, FIGHTERS_BETTER, draws=400, seed=3)
    )
    tight = indices.weight_sensitivity(
        FIGHTERS, FIGHTERS_BETTER, 400, 3, weights=FIGHTERS_WEIGHTS, concentration=5000
    )
    assert (tight["high"] == tight["low"]).all()
    assert tight["rank"].tolist() == [1, 4, 2, 3]
    assert (wide["high"] - wide["low"]).sum() > 0
    unused = indices.weight_sensitivity(FIGHTERS, FIGHTERS_BETTER, 100, 0, weights=[1, 0, 0, 0, 0, 0])
    assert unused["worst"].tolist() == [3, 1, 4, 2]  # the order of speed alone


@pytest.mark.parametrize(
    "call",
    [
        lambda: indices.entropy_weights(FIGHTERS.assign(speed=[1, 2, None, 3]), "higher"),
        lambda: indices.entropy_weights(FIGHTERS * -1, "higher"),
        lambda: indices.entropy_weights(pd.DataFrame({"x": [1, 1], "y": [2, 2]}), "higher"),
        lambda: indices.entropy_weights(FIGHTERS.iloc[:1], "higher"),
        lambda: indices.entropy_weights(FIGHTERS, "higher", normalisation="range"),
        lambda: indices.entropy_weights(FIGHTERS, {"speed": "higher"}),
        lambda: indices.entropy_weights(FIGHTERS, ["higher", "lower"]),
        lambda: indices.topsis(FIGHTERS, [1, 2, 3], "higher"),
        lambda: indices.topsis(FIGHTERS, [1, 1, 1, -1, 1, 1], "higher"),
        lambda: indices.topsis(FIGHTERS, {"speed": 1}, "higher"),
        lambda: indices.topsis(FIGHTERS, FIGHTERS_WEIGHTS, "higher", normalisation="sum"),
        lambda: indices.topsis(pd.DataFrame({"x": [1.0, 1.0]}), [1], "higher"),
        lambda: indices.topsis(FIGHTERS.assign(name="x"), FIGHTERS_WEIGHTS, "higher"),
        lambda: indices.rank_sum_ratio(pd.DataFrame({"x": [1.0, 2.0]}), "higher"),
        lambda: indices.rank_sum_ratio(REGIONS, REGIONS_BETTER, grades=1),
        lambda: indices.rank_sum_ratio(REGIONS, REGIONS_BETTER, ranks="dense"),
        lambda: indices.composite(REGIONS, {"all": ["unknown"]}),
        lambda: indices.composite(REGIONS, {"one": ["mmr"], "two": ["mmr"]}),
        lambda: indices.composite(REGIONS, ["mmr"]),
        lambda: indices.composite(REGIONS, {"composite": ["mmr"]}),
        lambda: indices.composite(REGIONS, {"one": ["mmr"]}, weights={"two": 1}),
        lambda: indices.composite(REGIONS, {"mmr": ["mmr"]}, weights={"mmr": 2}),
        lambda: indices.composite(REGIONS, {"one": ["mmr"]}, weights={"one": -1}),
        lambda: indices.composite(REGIONS, {"one": ["mmr"]}, aggregation="geometric", normalisation="zscore"),
        lambda: indices.composite(REGIONS, {"one": ["mmr"]}, floor=1),
        lambda: indices.weight_sensitivity(REGIONS, REGIONS_BETTER, method="sum"),
        lambda: indices.weight_sensitivity(REGIONS, REGIONS_BETTER, concentration=0),
    ],
)
def test_refusals(call):
    with pytest.raises(MethodError):
        call()


def test_every_bad_column_is_named_at_once():
    with pytest.raises(MethodError) as error:
        indices.entropy_weights(pd.DataFrame({"x": [1, None], "y": ["a", "b"], "z": [1, 2]}), "higher")
    assert len(error.value.problems) == 2
