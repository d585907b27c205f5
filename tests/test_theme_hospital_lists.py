"""Hospitals on national lists: counts, shares and turnover recomputed with the standard library from the gathered lists."""

import csv
import math
from collections import Counter
from dataclasses import replace

import pytest

from analysis import catalog, paths
from analysis.themes import hospital_lists as theme
from theme_pages import both, text

NOTEBOOK = "30_hospital_lists"


@pytest.fixture(scope="module")
def lists(processed):
    return theme.load("000000")


@pytest.fixture(scope="module")
def raw() -> dict[str, list[dict]]:
    found = {}
    for name in ("hospital_general", "hospital_specialty_rows", "hospital_specialty_counts"):
        with (paths.raw() / "lists" / f"{name}.csv").open(encoding="utf-8-sig") as file:
            found[name] = list(csv.DictReader(file))
    return found


def of(raw, year: int) -> list[dict]:
    return [r for r in raw["hospital_general"] if int(r["edition_year"]) == year]


def test_hospitals_of_a_province_are_those_that_the_list_names(lists, raw):
    first, last = lists.full[0], lists.full[-1]
    for code in ("140000", "320000", "130000"):
        full = catalog.region(code).name("zh")
        for y in (first, last):
            assert theme.on(lists, code, y).value == sum(r["province"] == full for r in of(raw, y))
    assert theme.on(lists, "140000", last).operation == "none()"
    assert {len(of(raw, y)) for y in lists.full} == {100}, "editions of fifty and eighty are not compared"


def test_an_edition_with_fewer_places_is_compared_with_none(lists):
    short = lists.general.drop(lists.edition(lists.full[0]).index[:1])
    assert replace(lists, general=short).full[0] > lists.full[0], "the mutation: one place less and it is out"


def test_places_on_the_fixed_specialties_are_those_of_the_rows(lists, raw):
    shared = {
        (int(r["edition_year"]), r["province"]): int(r["count"])
        for r in raw["hospital_specialty_counts"]
        if r["basis"] == "fixed25" and r["status"] == "名次"
    }
    every = [{r["specialty"] for r in raw["hospital_specialty_rows"] if r["list"] == "专科声誉排行榜" and r["source_grade"] == "A" and int(r["edition_year"]) == y} for y in range(2009, 2022)]  # fmt: skip
    common = set.intersection(*every)
    for y in (lists.years[0], lists.years[-1]):
        assert theme.places(lists, "320000", y).value == shared[y, "江苏省"]
        assert theme.places(lists, "140000", y).value == 0
        rows = [r for r in raw["hospital_specialty_rows"] if r["list"] == "专科声誉排行榜" and int(r["edition_year"]) == y and r["status"] == "名次" and r["province"] == "江苏省"]  # fmt: skip
        assert sum(r["specialty"] in common for r in rows) <= shared[y, "江苏省"] <= len(rows)


def test_the_share_of_the_two_leading_places_is_recomputed(lists, raw):
    table, y = theme.concentration(lists), lists.years[-1]
    held = {r["province"]: int(r["count"]) for r in raw["hospital_specialty_counts"] if r["basis"] == "fixed25" and r["status"] == "名次" and int(r["edition_year"]) == y}  # fmt: skip
    whole = sum(held.values())
    assert math.isclose(table.at[y, "two"], (held["北京市"] + held["上海市"]) / whole * 100)
    assert math.isclose(table.at[y, "square"], sum((n / whole) ** 2 for n in held.values()))
    assert 2009 not in table.index, "five places a specialty are not compared with ten"


def test_who_stays_and_who_comes(lists, raw):
    table = theme.turnover(lists).set_index("year")
    names = {y: {r["hospital"] for r in of(raw, y)} for y in lists.full}
    for y in table.index:
        assert table.at[y, "came"] == len(names[y] - names[y - 1])
        assert table.at[y, "stayed"] + table.at[y, "left"] == 100
    renamed = lists.general.copy()
    renamed.loc[renamed["edition_year"] == lists.full[1], "hospital"] += "（新名）"
    worse = theme.turnover(replace(lists, general=renamed)).set_index("year")
    assert worse.at[lists.full[1], "came"] == 100, "the mutation: a name that is not joined shows as coming"


def test_ranks_move_as_an_independent_count_says(lists, raw):
    moved = []
    for a in lists.ranked[:-1]:
        old = {r["hospital"]: int(r["rank"]) for r in of(raw, a)}
        moved += [abs(int(r["rank"]) - old[r["hospital"]]) for r in of(raw, a + 1) if r["hospital"] in old]
    found = theme.moves(lists)
    assert Counter(found.astype(int)) == Counter(moved)


@pytest.mark.parametrize("code", ["000000", "140000", "320000"])
def test_the_page_names_the_list_in_every_sentence(processed, code):
    zh, en = both(NOTEBOOK, code, briefed=3)
    assert list(zh) == ["data", "general", "tested", "specialties", "persistence", "missing"]
    for page, word in ((zh, "复旦"), (en, "Fudan")):
        said = [s["segments"] for f in page.values() for s in f["sentences"]]
        assert said and all(word in text(s) for s in said)
    if code == "140000":
        assert "版复旦综合榜的百家里都没有" in text(zh["general"]["headline"])
        assert {s["id"] for s in zh["tested"]["sentences"]} >= {"target-t01", "target-t06"}


def test_every_province_has_a_page(processed):
    assert set(theme.coverage().values()) == {None} and len(theme.coverage()) == 32


def test_a_day_before_the_second_list_names_the_first_alone(processed):
    shanxi = theme.load("140000")
    early = replace(shanxi, science=shanxi.science.iloc[:0], targets=shanxi.targets.iloc[:0])
    (said,) = theme.tested(early).sentences
    assert "复旦" in said.text("zh") and "丙级" not in said.text("zh")
