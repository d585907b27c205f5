"""The language of operations: each word gives what pencil and paper give, and the pages of whole themes are recomputed without a difference."""

from __future__ import annotations

import json
import math
from collections import Counter

import pandas as pd
import pytest

import recompute
from analysis.methods import ranking
from analysis.report.pages import page
from theme_pages import findings


def rows(**columns: list[float]) -> pd.DataFrame:
    """Values of cities of three provinces in 2023; a column named x_2020 is of that year."""
    places = ["140100", "140200", "150100", "150200", "160100"]
    return pd.DataFrame(
        [
            {
                "place": place,
                "indicator": name.split("_")[0],
                "value": value,
                "end": f"{year}-12-31",
                "times": 1,
            }
            for name, values in columns.items()
            for year in [name.partition("_")[2] or "2023"]
            for place, value in zip(places, values, strict=False)
        ]
    )


X, Y = [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 6.0, 7.0, 9.0]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("slope(x, y)", 2.0),
        ("of(rest(y, x), '140200')", -2.0),
        ("of(excess(y, x), '140200')", 1 / 3 - 1),
        ("of(inside(y), '150200')", 0.5),
        ("slope(inside(x), inside(y))", 0.0),
        ("total(cities(x) >= 2)", 2),
        ("median(cities(y, '150000'))", 6.5),
        ("largest(other(y, '160100'))", 7),
        ("spearman(x, y)", 0.9),
        ("largest(spreads(y, 2))", 0.5),
        ("total(newest(y) / newest(x) < 2)", 3),
        ("theil(y, y)", 0),
        ("theil(y, x)", sum(b / 25 * math.log((b / 25) / (a / 15)) for a, b in zip(X, Y, strict=True))),
        (
            "1 - inside_share(y, x)",
            sum(b / 25 * math.log((b / 25) / (a / 15)) for a, b in [(3, 3), (7, 13), (5, 9)])
            / sum(b / 25 * math.log((b / 25) / (a / 15)) for a, b in zip(X, Y, strict=True)),
        ),
        ('without("place", "mean(y)")', (16 / 4, 24 / 4)),
        ('without("province", "mean(y)")', (12 / 3, 22 / 3)),
        ('steady("place", "mean(y)")', 1),
        ('steady("place", "mean(x) - mean(y)")', 1),
        ('steady("place", "mean(x) - 3")', 0),
        ("each_out(median, cities(y, '150000'))", (6, 7)),
        ("weight(1, x, x) * 2", 1),
        ("rank(topsis(x, y), '160100')", 1),
        ("of(topsis_equal(x, x), '140100')", 0),
        ("of(rsr(x, y), '140100')", 0.3),
    ],
)
def test_each_word_gives_what_pencil_and_paper_give(operation, expected):
    found = recompute.evaluate(operation, rows(x=X, y=Y), [])
    assert recompute.agree(found, expected), found
    wrong = tuple(1.001 * v for v in expected) if isinstance(expected, tuple) else expected * 1.001 + 1e-6
    assert not recompute.agree(found, wrong)


def test_the_error_up_to_which_a_move_holds_is_that_of_the_method():
    before, after = [1.0, 1.1, 1.5, 0.7, 0.9], [1.4, 1.1, 1.45, 0.8, 0.85]
    table = rows(x_2020=before, x_2023=after)
    method = ranking.move_holds(before, after, better="higher")["holds"]
    for n, place in enumerate(["140100", "140200"]):
        found = recompute.evaluate(f"holds(at(x, 2020), at(x, 2023), '{place}')", table, [])
        assert math.isclose(found, method[n], rel_tol=1e-6)


def told(stem: str, code: str) -> dict:
    """facts.json of a page as its findings give it."""
    facts, cells = page.merged([finding.json("zh") for finding in findings(stem, code, "zh")], code)
    return json.loads(json.dumps({"facts": facts, "cells": cells}))


@pytest.mark.parametrize(
    ("stem", "code", "least", "without"),
    [
        ("21_resource_composite", "140000", 12, 2),
        ("24_between_cities", "320000", 25, 16),
        *(
            pytest.param(*page, marks=pytest.mark.slow)
            for page in [
                ("03_ranking_changes", "140000", 20, 3),
                ("09_age_and_supply", "140000", 30, 0),
                ("20_resource_equity", "140000", 20, 2),
                ("24_between_cities", "000000", 10, 16),
                ("31_counties", "140000", 6, 0),
                ("02_city_profile", "140100", 20, 0),
            ]
        ),
    ],
)
def test_pages_of_methods_are_recomputed(processed, stem, code, least, without):
    held = told(stem, code)
    found = Counter(verdict for verdict, *_ in recompute.verdicts(held))
    wrong = [what for verdict, _, what in recompute.verdicts(held) if verdict == "differs"]
    assert not wrong and found["agrees"] >= least and found["no operation"] <= without, (found, wrong)
    inputs = {one for fact in held["facts"].values() for one in fact.get("inputs", ())}
    changed = {k: f for k, f in held["facts"].items() if f.get("operation") and k not in inputs}
    for fact in changed.values():  # each operation guards its number
        for side in ("value", "low", "high"):
            if fact.get(side) is not None:
                fact[side] = fact[side] * 1.001 + 1e-6
    assert {name for verdict, name, _ in recompute.verdicts(held) if verdict == "differs"} == changed.keys()


@pytest.mark.slow
def test_the_page_that_counts_every_value_stays_small_and_is_recomputed(processed, monkeypatch):
    held = told("18_evidence_base", "000000")
    assert len(page.facts_text(held).encode()) <= 140_000
    assert not [what for verdict, _, what in recompute.verdicts(held) if verdict == "differs"]
    monkeypatch.setattr(
        page.cells, "TALLY", 10**9
    )  # mutation: with a row for each value it is four times as large
    assert len(page.facts_text(told("18_evidence_base", "000000")).encode()) > 500_000
