"""Places over periods: entry, exit, ties, a base that changes, and the three kinds of stated positions."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MethodError
from analysis.methods.ranking import rank_change


def scores(**columns):
    return pd.DataFrame(columns)


def by_row(table, **arguments):
    return rank_change(table, unit="u", time="t", value="v", **({"better": "higher"} | arguments))


def test_entry_exit_ties_and_a_missing_value():
    table = scores(u=list("ABCDABCDE"), t=[2019] * 4 + [2020] * 5, v=[10, 8, 8, 3, 11, None, 9, 9.5, 20])
    result = by_row(table)
    assert result["n"].tolist() == [4] * 4 + [4, pd.NA, 4, 4, 4]
    assert result["rank"].tolist() == [1, 2, 2, 4, 2, pd.NA, 4, 3, 1]
    assert result["rank_high"].tolist() == [1, 3, 3, 4, 2, pd.NA, 4, 3, 1]
    assert result["tied"].tolist() == [False, True, True, False, False, pd.NA, False, False, False]
    assert result["status"].tolist() == ["first"] * 4 + ["stay", "no value", "stay", "stay", "entry"]
    assert result["leaves"].tolist() == [False, True, False, False] + [pd.NA] * 5
    assert result["change"].tolist()[4:] == [-1, pd.NA, -2, 1, pd.NA]
    assert result["change_low"].tolist()[4:] == [-1, pd.NA, -2, 1, pd.NA]
    assert result["change_high"].tolist()[4:] == [-1, pd.NA, -1, 1, pd.NA]
    # A stays first, C falls behind D among the three that are there both times: entry explains the rest
    assert result["change_common"].tolist()[4:] == [0, pd.NA, -1, 1, pd.NA]
    assert result["moved"].fillna("").tolist() == [""] * 4 + ["down", "", "down", "up", ""]


def test_percentile_stands_beside_the_raw_rank_when_the_base_grows():
    before = pd.DataFrame({"u": range(10), "t": 1, "v": -np.arange(10)})
    after = pd.DataFrame({"u": range(40), "t": 2, "v": -np.arange(40)})
    table = pd.concat([before, after], ignore_index=True)
    last_before, same_after = by_row(table).iloc[9], by_row(table).iloc[19]
    assert (last_before["rank"], same_after["rank"], same_after["change"]) == (10, 10, 0)
    assert (last_before["percentile"], same_after["percentile"], same_after["percentile_change"]) == (
        100,
        25,
        75,
    )


def test_index_and_order_of_the_input_do_not_matter():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "u": np.repeat(list("abcdef"), 4),
            "t": np.tile(range(4), 6),
            "v": rng.integers(0, 4, 24).astype(float),
        }
    )
    table.index = [f"row{i}" for i in range(24)]
    straight = by_row(table)
    shuffled = by_row(table.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(straight, shuffled.loc[straight.index])


def test_lower_is_better():
    table = scores(u=["a", "b"], t=[1, 1], v=[1.0, 2.0])
    assert by_row(table, better="lower")["rank"].tolist() == [1, 2]


def test_return_after_a_gap_is_not_a_change():
    table = scores(u=["a", "b", "b", "a", "b"], t=[1, 1, 2, 3, 3], v=[1, 2, 3, 4, 5.0])
    result = by_row(table)
    assert result["status"].tolist() == ["first", "first", "stay", "return", "stay"]
    assert result["change"].isna().tolist() == [True, True, False, True, False]
    assert result["leaves"].tolist() == [True, False, False, pd.NA, pd.NA]


def test_categories_have_their_own_lists_and_calendars():
    table = scores(
        u=["a", "b", "a", "b", "b"], t=[1, 1, 3, 2, 3], c=["x", "y", "x", "y", "y"], v=[1, 2, 3, 4, 5.0]
    )
    result = by_row(table, category="c")
    assert result["rank"].tolist() == [1] * 5 and result["n"].tolist() == [1] * 5
    # period 2 exists for y only: for x, period 3 follows period 1
    assert result["status"].tolist() == ["first", "first", "stay", "stay", "stay"]
    assert list(result.columns[:3]) == ["c", "u", "t"]


def test_stated_ranks_are_kept_and_percentiles_need_their_base():
    table = scores(u=["h", "h", "h"], t=[2019, 2021, 2022], v=[280, 179, 150], n=[2400, None, 3000])
    result = by_row(table, better="lower", kind="rank", base="n")
    assert result["rank"].tolist() == [280, 179, 150]
    assert result["change"].tolist() == [pd.NA, 101, 29]
    assert result["percentile"].tolist()[0] == pytest.approx(280 / 24) and np.isnan(
        result["percentile"].iloc[1]
    )
    assert result["percentile_change"].isna().all()
    assert result["moved"].tolist()[1:] == ["up", "up"]
    assert result["tied"].isna().all()


def test_three_kinds_in_one_table_are_compared_as_intervals():
    table = scores(
        u=["h"] * 3,
        t=[2019, 2021, 2023],
        v=[None, 7.5, None],
        kind=["band", "percentile", "band"],
        low=[10, None, 0],
        high=[20, None, 1],
        n=[None, None, 2000],
    )
    result = by_row(table, kind="kind", low="low", high="high", base="n")
    assert result[["percentile_low", "percentile_high"]].to_numpy().tolist() == [[10, 20], [7.5, 7.5], [0, 1]]
    assert result["percentile"].isna().tolist() == [True, False, True]
    assert result[["percentile_change_low", "percentile_change_high"]].iloc[1:].to_numpy().tolist() == [
        [2.5, 12.5],
        [6.5, 7.5],
    ]
    assert result["moved"].tolist()[1:] == ["up", "up"]
    assert result["change"].isna().all()
    # the band of 0 to 1 percent of 2,000 is places 1 to 20
    assert result.loc[2, ["rank_low", "rank_high"]].tolist() == [1, 20]


def test_overlapping_bands_leave_the_move_open():
    table = scores(u=["h", "h"], t=[1, 2], v=["A", "A"], low=[10, 10], high=[20, 20])
    result = by_row(table, kind="band", low="low", high="high")
    assert result.loc[1, "moved"] == "open"
    assert result.loc[1, ["percentile_change_low", "percentile_change_high"]].tolist() == [-10, 10]


def test_ordered_grades_share_the_places_of_their_band():
    grades = pd.Categorical(["A", "A+", "A", "A", "A+", "A+"], categories=["A", "A+"], ordered=True)
    result = by_row(scores(u=list("abcabc"), t=[1, 1, 1, 2, 2, 2], v=grades))
    assert result["kind"].unique().tolist() == ["band"]
    assert result[["rank_low", "rank_high"]].to_numpy().tolist() == [
        [2, 3],
        [1, 1],
        [2, 3],
        [3, 3],
        [1, 2],
        [1, 2],
    ]
    assert result["rank"].tolist() == [pd.NA, 1, pd.NA, 3, pd.NA, pd.NA]
    assert result["moved"].tolist()[3:] == ["open", "open", "open"]
    assert result["change_common"].isna().all()


def test_scores_with_bounds_get_interval_places():
    table = scores(u=list("abc"), t=[1, 1, 1], v=[10, 9, None], low=[9, 8, 4], high=[11, 10, 6])
    result = by_row(table, low="low", high="high")
    assert result["rank"].tolist() == [1, 2, pd.NA]
    assert result[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [1, 2], [3, 3]]


@pytest.mark.parametrize(
    ("table", "arguments"),
    [
        (scores(u=["a", "a"], t=[1, 1], v=[1, 2]), {}),
        (scores(u=["a", None], t=[1, 1], v=[1, 2]), {}),
        (scores(u=["a"], t=[1], v=["x"]), {}),
        (scores(u=["a"], t=[1], v=[1]), {"kind": "grade"}),
        (scores(u=["a"], t=[1], v=[1], k=["grade"]), {"kind": "k"}),
        (scores(u=["a"], t=[1], v=[1]), {"category": "c"}),
        (scores(u=["a"], t=[1], v=[0]), {"kind": "rank"}),
        (scores(u=["a"], t=[1], v=[5], n=[4]), {"kind": "rank", "base": "n"}),
        (scores(u=["a"], t=[1], v=[101]), {"kind": "percentile"}),
        (scores(u=["a"], t=[1], v=["A"]), {"kind": "band"}),
        (scores(u=["a"], t=[1], v=pd.Categorical(["A"])), {}),
        (
            scores(u=["a"], t=[1], v=["A"], low=[20], high=[10]),
            {"kind": "band", "low": "low", "high": "high"},
        ),
        (
            scores(u=["a"], t=[1], v=["A"], low=[20], high=[110]),
            {"kind": "band", "low": "low", "high": "high"},
        ),
        (scores(u=["a"], t=[1], v=[1]), {"better": "up"}),
    ],
)
def test_refusals(table, arguments):
    with pytest.raises(MethodError):
        by_row(table, **arguments)


def test_all_problems_come_at_once():
    with pytest.raises(MethodError) as error:
        rank_change(scores(u=["a"]), unit="u", time="when", value="what", better="higher")
    assert len(error.value.problems) == 2
