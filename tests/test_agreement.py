"""Krippendorff's alpha against his published example, and what it refuses."""

import pandas as pd
import pytest

from analysis.errors import MethodError
from analysis.methods import agreement
from analysis.methods.agreement import alpha

# Krippendorff (2011), section C: four observers, twelve units, with missing codes
N = None
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_published_example(level, published):
    found = alpha(OBSERVERS, level)
    assert round(found.alpha, 3) == published and found.units == 11 and found.coders == 4
    assert found.low <= found.alpha <= found.high


def test_the_published_example_notices_a_wrong_metric(monkeypatch):
    whole = agreement._metric
    monkeypatch.setattr(agreement, "_metric", lambda values, totals, level: whole(values, totals, "interval"))
    assert round(alpha(OBSERVERS, "nominal").alpha, 3) != 0.743


def test_words_and_numbers_same_answer_and_same_bytes():
    words = [[v and "abcde"[v - 1] for v in row] for row in OBSERVERS]
    assert alpha(words) == alpha(words) and alpha(words).alpha == alpha(OBSERVERS).alpha


def test_perfect_agreement_and_none_at_all():
    assert alpha([[1, 2, 1, 2], [1, 2, 1, 2]]).alpha == 1
    assert alpha([[1, 2, 1, 2], [2, 1, 2, 1]]).alpha < 0


@pytest.mark.parametrize(
    ("codes", "level", "word"),
    [
        ([[1, 2]], "nominal", "two coders"),
        ([[1, 2], [1]], "nominal", "two coders"),
        ([[1, None], [None, 2]], "nominal", "no unit"),
        ([[1, 1], [1, 1]], "nominal", "at least two values"),
        ([[1, "a"], [1, "a"]], "nominal", "codes of one kind"),
        ([[1, 2], [1, 2]], "metric", "level='metric'"),
        (["ab", "ab"], "nominal", "one row a coder"),
        ("abab", "nominal", "one row a coder"),
        ([[1, [2]], [1, [2]]], "nominal", "one code a unit"),
        ([["low", "high"], ["low", "high"]], "ordinal", "finite numbers"),
        ([["a", "b"], ["a", "b"]], "interval", "finite numbers"),
        ([[1, True], [1, 2]], "ratio", "finite numbers"),
        ([[1, float("inf")], [1, 2]], "interval", "finite numbers"),
    ],
)
def test_what_it_refuses(codes, level, word):
    with pytest.raises(MethodError, match=word):
        alpha(codes, level)


def test_a_table_of_coders_and_any_spelling_of_a_missing_code():
    """A table was read by the letters of its columns' names, and pandas' NA failed in Python's words."""
    spelled = [[missing if v is None else v for v in row] for row, missing in zip(OBSERVERS, (None, float("nan"), pd.NA, pd.NaT), strict=True)]  # fmt: skip
    table = pd.DataFrame(OBSERVERS)
    for codes in (
        spelled,
        table,
        table.astype("Int64"),
        table.to_numpy(),
        [pd.Series(row) for row in OBSERVERS],
    ):
        assert alpha(codes, "interval") == alpha(OBSERVERS, "interval")


@pytest.mark.parametrize("wrong", [{"draws": None}, {"draws": 0}, {"seed": -1}, {"seed": "x"}, {"level": []}])
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(MethodError):
        alpha([[1, 2], [1, 2]], **wrong)


def test_words_are_not_ordered_by_the_alphabet(monkeypatch):
    """Mutation: without the question "high" stands before "low", and the ordinal alpha is that of the alphabet."""
    codes = [["low", "middle", "high", "low"], ["low", "high", "high", "middle"]]
    monkeypatch.setattr(agreement, "_is_number", lambda value: True)
    ranks = {"low": 1, "middle": 2, "high": 3}
    assert alpha(codes, "ordinal").alpha != alpha([[ranks[v] for v in row] for row in codes], "ordinal").alpha
