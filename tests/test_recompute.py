"""The language of operations: each word gives what pencil and paper give, and the pages of whole themes are recomputed without a difference."""

from __future__ import annotations

import ast
import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
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
        ("size(x)", 5),
        ("quantile(x, 0.75)", 4),
        ("square(x - 3)", 2**0.5),
        ("most(2 - 3, 0)", 0),
        ("ends([3, 1, 2])", (1, 3)),
        ("distinct('place')", 5),
    ],
)
def test_each_word_gives_what_pencil_and_paper_give(operation, expected):
    found = recompute.evaluate(operation, rows(x=X, y=Y), [])
    assert recompute.agree(found, expected), found
    wrong = tuple(1.001 * v for v in expected) if isinstance(expected, tuple) else expected * 1.001 + 1e-6
    assert not recompute.agree(found, wrong)


def moving(**columns: list[list[float]]) -> pd.DataFrame:
    """Values of the five cities over years from 2020 on: one list a year."""
    return rows(**{f"{k}_{2020 + n}": year for k, years in columns.items() for n, year in enumerate(years)})


# y is twice x, and an effect of the place and of the year
PATHS = {"x": [[1, 5, 2, 2, 8], [2, 5, 3, 9, 8], [3, 1, 4, 4, 4]]}
PATHS["y"] = [[2 * v + 10 * n + 3 * k for n, v in enumerate(year)] for k, year in enumerate(PATHS["x"])]
TWO = ["140100", "140200"]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("coefficient(1, y, x)", 2),
        ("coefficient(1, change(y), change(x))", 2),
        ("total(later(x, 1))", 18 + 27),
        ("size(later(x, -1))", 10),
        ("total(outside(x, 2021, 2022))", 18),
        ("total(years(x, 2020, 2022))", 18 + 16),
        (f"total(lacking(x, {TWO}))", 12 + 20 + 12),
        (f"parted(years(x, 2020, 2022), {TWO}, 2022)", -1 - 0),
        (f"windowed(x, {TWO}, (2020, 2020), (2022, 2022), 1)[0]", -1 - 0),
        (f"windowed(x, {TWO}, (2020, 2020), (2022, 2022), 1)[1]", 2),
        (f"staggered(x, {{2022: {TWO}}})", (3 - 2 + 1 - 5) / 2 - (12 - 20) / 3),
        ("total(half(y * 50, 2020) == 50)", 5),
        (f"total(window(x, {TWO}, (2020, 2020), (2022, 2022), 1))", -2),
        ("total(moved(x, 2022))", 16 - 45 / 2),
    ],
)
def test_words_on_paths_give_what_pencil_and_paper_give(operation, expected):
    found = recompute.evaluate(operation, moving(**PATHS), [])
    assert recompute.agree(found, expected), found
    assert not recompute.agree(found, expected + 0.05)


def test_tests_of_a_model_are_those_of_the_methods():
    from analysis.methods import effects
    from analysis.methods.path_permutation import permute_paths

    drawn = np.random.default_rng(5).normal(size=(2, 12, 8))
    table = pd.DataFrame(
        [
            {
                "indicator": k,
                "place": f"14{p:02}00",
                "end": f"{2010 + y}-12-31",
                "value": drawn[n, p, y],
                "times": 1,
            }
            for n, k in enumerate("xy")
            for p in range(12)
            for y in range(8)
        ]
    )
    wide = table.assign(year=table["end"].str[:4].astype(int)).pivot(
        index=["place", "year"], columns="indicator", values="value"
    )
    design = {"outcome": "y", "regressors": ["x"], "unit": "place", "time": "year"}
    own = lambda told: recompute.evaluate(told, table, [])  # noqa: E731
    assert math.isclose(
        own("joint_p(1, y, x, later(x, -1))"), effects.lead_test(wide.reset_index(), **design).p
    )
    assert own("exchanged(9999, 0, y, x)") == permute_paths(wide.reset_index(), **design).p
    some = [f"14{p:02}00" for p in range(4)]
    tested = {"outcome": "y", "unit": "place", "treated": some, "time": "year", "start": 2015}
    found = effects.permutation_test(wide.reset_index(), **tested)
    assert math.isclose(own(f"parted(y, {some}, 2015)"), found.estimate)
    assert own(f"permuted(9999, 0, y, {some}, 2015)") == found.p and found.exhaustive
    few = effects.permutation_test(wide.reset_index(), **tested, draws=99)
    assert own(f"permuted(99, 0, y, {some}, 2015)") == few.p != found.p
    assert recompute.agree(own(f"unrejected(99, 0, moved(y, 2015), {some})"), (few.low, few.high))
    least = effects.minimum_detectable_effect(wide.reset_index(), **tested, draws=99).estimate
    assert math.isclose(own(f"seen(99, 0, moved(y, 2015), {some})"), least)
    shaken = {"cluster": "place", "draws": 199, **design}
    found = effects.wild_cluster_bootstrap(wide.reset_index(), **shaken)
    assert recompute.agree(own("webb(199, 0, 1, y, x)"), (found.low, found.high))
    assert own("webb_p(199, 0, 1, y, x)") == found.p
    assert not recompute.agree(own("webb(199, 1, 1, y, x)"), (found.low, found.high)), "another seed"
    first = wide.reset_index().assign(first=lambda t: t["place"].isin(some) * 2015)
    keys = {"outcome": "y", "unit": "place", "time": "year", "first_treated": "first"}
    assert math.isclose(own(f"leads_p(y, {some}, 2015)"), effects.pretrend_test(first, **keys).p)


def staggered_table() -> tuple[pd.DataFrame, pd.DataFrame, dict[int, list[str]]]:
    """Drawn paths of twelve places over eight years, three named in 2014 and four in 2016: rows of a page; the same as a method takes it."""
    drawn = np.random.default_rng(3).normal(size=(12, 8)).cumsum(axis=1)
    groups = {2014: ["140000", "140100", "140200"], 2016: ["140300", "140400", "140500", "140600"]}
    first = {code: start for start, codes in groups.items() for code in codes}
    table = pd.DataFrame(
        [
            {
                "indicator": "y",
                "place": f"14{p:02}00",
                "end": f"{2010 + t}-12-31",
                "value": drawn[p, t],
                "times": 1,
            }
            for p in range(12)
            for t in range(8)
        ]
    )
    plain = table.assign(
        year=table["end"].str[:4].astype(int), first=table["place"].map(first).fillna(0).astype(int)
    )
    return table, plain, groups


def test_intervals_of_staggered_dates_are_solved_again_as_the_methods_solve_them():
    from analysis.methods import effects

    table, plain, groups = staggered_table()
    design = {"outcome": "value", "unit": "place", "time": "year", "first_treated": "first"}
    own = lambda told, rows=table: recompute.evaluate(told, rows, [])  # noqa: E731
    found = effects.staggered_did(plain, **design)
    assert math.isclose(own(f"staggered(y, {groups})"), found.estimate)
    assert recompute.agree(own(f"staggered_interval(y, {groups})"), (found.low, found.high))
    path = effects.sun_abraham(plain, **design).coefficients()
    for size in (0.5, 1):
        wide = effects.honest_did(*path, mbar=[size]).table.loc[size]
        assert recompute.agree(own(f"honest(y, {groups}, {size})"), (wide["low"], wide["high"]))
    changed = table.assign(value=table["value"].where(table.index != 53, table["value"] + 0.01))  # one input
    assert not recompute.agree(own(f"honest(y, {groups}, 1)", changed), (wide["low"], wide["high"]))
    assert not recompute.agree(own(f"staggered_interval(y, {groups})", changed), (found.low, found.high))
    moved = {2015: groups[2014], 2016: groups[2016]}  # another date
    assert not recompute.agree(own(f"staggered_interval(y, {moved})"), (found.low, found.high))


def test_linear_programmes_are_solved_again_by_their_corners():
    from scipy.optimize import linprog

    drawn = np.random.default_rng(8).lognormal(size=(9, 4))
    for own in drawn:
        # what a reader writes down: intensities and phi; 2 inputs at most the own, 2 outputs at least phi times the own
        table = np.vstack(
            [np.column_stack([drawn[:, :2].T, [0, 0]]), np.column_stack([-drawn[:, 2:].T, own[2:]])]
        )
        found = linprog([0] * 9 + [-1], A_ub=table, b_ub=[*own[:2], 0, 0]).x[-1]
        assert math.isclose(recompute.stretch(own, drawn, 2), found, rel_tol=1e-8)
    assert math.isclose(recompute.stretch(np.array([2.0, 1.0]), np.array([[2.0, 1.0], [4.0, 4.0]]), 1), 2)


@pytest.mark.parametrize(
    ("stem", "words"),
    [
        ("26_hospital_productivity", {"malmquist": 5, "malmquist_without": 2, "without_others": 2}),
        ("25_reform_pilots", {"honest": 1, "staggered_interval": 4, "unrejected": 5}),
    ],
)
def test_what_a_solver_gave_is_solved_again_from_the_page(processed, stem, words):
    held = told(stem, "000000")
    cells, facts = recompute.table_of(held["cells"]), held["facts"]
    asked = {w: [f for f in facts.values() if w + "(" in f.get("operation", "")] for w in words}
    assert {w: len(one) for w, one in asked.items()} == words

    def verdict(fact: dict, table: pd.DataFrame = cells, **changed) -> str:
        rows_ = table.iloc[[n for first, last in fact["rows"] for n in range(first, last + 1)]]
        return recompute.judged(fact | changed, facts, rows_, held.get("tables"))[0]

    for word, ones in asked.items():
        fact, numbers = ones[0], [side for side in ("value", "low", "high") if ones[0].get(side) is not None]
        assert {verdict(one) for one in ones} == {"agrees"}, word
        for side in numbers:  # a changed record
            assert verdict(fact, **{side: fact[side] * 1.0001 + 1e-6}) == "differs", (word, side)
        if word != "malmquist_without":  # a changed input: one value of a place named (a count may well stay)
            own = cells["place"] == re.findall(r"['\"](\d{6})", fact["operation"])[-1]
            at = max(n for first, last in fact["rows"] for n in range(first, last + 1) if own[n])
            table = cells.assign(value=cells["value"].where(cells.index != at, cells["value"] * 1.05))
            assert verdict(fact, table) == "differs", word
    wrong = {  # a wrong formula: another year, input for output, another draw, another assumption
        "malmquist": ("2010, 2019", "2011, 2019"),
        "malmquist_without": ("[hospital_beds, hospital_personnel], [hospital_visits, hospital_admissions]",
                              "[hospital_visits, hospital_admissions], [hospital_beds, hospital_personnel]"),
        "without_others": ("2010, 2019", "2010, 2018"),
        "honest": (", 1))", ", 2))"),
        "staggered_interval": ("2016: [", "2017: ["),
        "unrejected": ("999, 0", "999, 1"),
    }  # fmt: skip
    for word, ones in asked.items():
        for fact in ones[:1]:
            assert verdict(fact, operation=fact["operation"].replace(*wrong[word])) == "differs", word


def test_a_number_that_is_stated_says_what_it_hangs_on_and_never_agrees():
    for told in (
        "drawn(999, 0, 0.02)",
        "solved('linear programmes')",
    ):
        fact = {"operation": told, "value": 1.0}
        assert recompute.judged(fact, {}, rows(x=X))[0] == "stated"
    assert recompute.judged({"operation": "drawn()/2", "value": 1.0}, {}, rows(x=X))[0] == "differs"


def test_the_error_up_to_which_a_move_holds_is_that_of_the_method():
    before, after = [1.0, 1.1, 1.5, 0.7, 0.9], [1.4, 1.1, 1.45, 0.8, 0.85]
    table = rows(x_2020=before, x_2023=after)
    method = ranking.move_holds(before, after, better="higher")["holds"]
    for n, place in enumerate(["140100", "140200"]):
        found = recompute.evaluate(f"holds(at(x, 2020), at(x, 2023), '{place}')", table, [])
        assert math.isclose(found, method[n], rel_tol=1e-6)


def told(stem: str, code: str) -> dict:
    """facts.json of a page as its findings give it."""
    facts, cells = page.merged([finding.tell("zh") for finding in findings(stem, code, "zh")], code)
    named, counted = page.apart(facts)
    assert page.apart(facts) == (named, counted), (
        "the facts are as they were: the other language takes them too"
    )
    return json.loads(json.dumps({"tables": counted, "facts": named, "cells": cells}))


@pytest.mark.parametrize(
    ("stem", "code", "least", "stated"),
    [
        ("24_between_cities", "320000", 40, 0),
        ("32_city_schemes", "320200", 17, 0),
        *(
            pytest.param(*page, marks=pytest.mark.slow)
            for page in [
                ("03_ranking_changes", "140000", 30, 0),
                ("04_assessed_hospitals", "510100", 15, 0),
                ("09_age_and_supply", "140000", 30, 0),
                ("19_services_context", "310000", 30, 0),
                ("20_resource_equity", "140000", 28, 0),
                ("21_resource_composite", "140000", 14, 0),
                ("22_pilots", "000000", 26, 0),
                ("23_staff_effects", "000000", 18, 0),
                ("24_between_cities", "000000", 30, 0),
                ("30_hospital_lists", "000000", 31, 0),
                ("25_reform_pilots", "000000", 32, 0),
                ("26_hospital_productivity", "000000", 9, 0),
                ("05_talent_inflow", "140000", 9, 0),
                ("31_counties", "140000", 6, 0),
                ("02_city_profile", "140100", 20, 0),
            ]
        ),
    ],
)
def test_pages_of_methods_are_recomputed(processed, stem, code, least, stated):
    held = told(stem, code)
    lines = recompute.verdicts(held)
    found = Counter(verdict for verdict, *_ in lines)
    wrong = [line for line in lines if line[0] not in ("agrees", "stated")]
    assert not wrong and found["agrees"] >= least and found["stated"] <= stated, (found, wrong)
    inputs = {one for fact in held["facts"].values() for one in fact.get("inputs", ())}
    made = {name for verdict, name, _ in lines if verdict == "agrees"}
    changed = {k: f for k, f in held["facts"].items() if k in made and k not in inputs}
    for fact in changed.values():  # each operation guards its number
        for side in ("value", "low", "high"):
            if fact.get(side) is not None:
                fact[side] = fact[side] * 1.001 + 1e-6
    assert {name for verdict, name, _ in recompute.verdicts(held) if verdict == "differs"} == changed.keys()


@pytest.mark.parametrize(
    ("stem", "code", "least"),
    [
        ("17_mechanisms", "000000", 2),
        ("33_teaching_cases", "000000", 4),
        ("13_resource_sinking", "320700", 2),
        ("14_digital", "320200", 1),
        ("10_plan_targets", "140000", 1),
    ],
)
def test_what_a_count_of_codings_counts_stands_in_the_page(processed, stem, code, least):
    held = told(stem, code)
    counts = {k: f for k, f in held["facts"].items() if f.get("operation") == "counted()"}
    assert len(counts) >= least and not {v for v, *_ in recompute.verdicts(held)} - {"agrees"}
    for fact in counts.values():  # mutation: one name lost, or one written twice in the place of another
        table = recompute.table_of(held["tables"][fact["table"]])
        assert len(table) == fact["value"]
        for wrong in [table.iloc[1:], pd.concat([table.iloc[1:], table.iloc[1:2]])] if len(table) > 1 else []:
            other = {fact["table"]: {"rows": len(wrong), "columns": {"name": wrong["name"].tolist()}}}
            assert recompute.judged(fact, held["facts"], table, other)[0] == "differs"


def _asked(source: str) -> set[str]:
    """The words of every operation that a module writes down."""
    given = (
        k.value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        for k in call.keywords
        if k.arg == "operation"
    )
    parts = (
        part.value
        for one in given
        for part in ast.walk(one)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    return {word for part in parts for word in re.findall(r"([a-z_]+)\(", part)}


def test_no_theme_asks_for_a_word_that_the_language_lacks():
    known = set(re.findall(r'^        "([a-z_]+)":', Path(recompute.__file__).read_text("utf-8"), re.M)) | {
        "log",
        "abs",
        "rounded",
        "counted",
    }
    themes = sorted((Path(page.__file__).parents[2] / "themes").glob("*.py"))
    asked = {word: theme.name for theme in themes for word in _asked(theme.read_text("utf-8"))}
    assert len(asked) > 20 and {word: at for word, at in asked.items() if word not in known} == {}
    assert _asked("derived(1, operation=\"coded('case')\" if n else 'none()')") == {"coded", "none"}, (
        "a mutation"
    )


def test_published_weights_must_fit_best(processed):
    held = told("32_city_schemes", "321100")
    fact = next(f for f in held["facts"].values() if f.get("operation", "").startswith("synthetic("))
    cells = recompute.table_of(held["cells"])
    rows_ = cells.iloc[[n for first, last in fact["rows"] for n in range(first, last + 1)]]
    weights = recompute.table_of(held["tables"][fact["table"]])
    assert recompute.judged(fact, held["facts"], rows_, held["tables"])[0] == "agrees"
    even = {"place": weights["place"].tolist(), "weight": [1 / len(weights)] * len(weights)}
    told_ = recompute.judged(
        fact, held["facts"], rows_, {fact["table"]: {"rows": len(weights), "columns": even}}
    )
    assert told_[0] == "differs" and "do not fit best" in str(told_[1])


@pytest.mark.slow
def test_the_page_that_counts_every_value_stays_small_and_is_recomputed(processed, monkeypatch):
    held = told("18_evidence_base", "000000")
    assert len(page.facts_text(held).encode()) <= 140_000
    assert not [what for verdict, _, what in recompute.verdicts(held) if verdict == "differs"]
    monkeypatch.setattr(
        page.cells, "TALLY", 10**9
    )  # mutation: with a row for each value it is four times as large
    assert len(page.facts_text(told("18_evidence_base", "000000")).encode()) > 500_000
