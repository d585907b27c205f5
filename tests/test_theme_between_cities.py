"""Between cities: spread, Theil's parts, capitals and districts recomputed with the standard library from the gathered files."""

import csv
import math
import statistics
from collections import defaultdict
from dataclasses import replace

import pytest

from analysis import catalog, paths
from analysis.methods import equity
from analysis.themes import between_cities as theme
from theme_pages import both, text

NOTEBOOK = "24_between_cities"


@pytest.fixture(scope="module")
def cities(processed):
    return theme.load("000000")


@pytest.fixture(scope="module")
def raw() -> dict[tuple[str, str, int], float]:
    with (paths.raw() / "panel" / "city_yearbook_all.csv").open(encoding="utf-8-sig") as file:
        return {
            (r["region_code"], r["indicator_zh"], int(r["year"])): float(r["value"])
            * (1e4 if r["unit"] == "万人" else 1)
            for r in csv.DictReader(file)
        }


def rate(raw, code: str, year: int) -> float:
    return raw[code, "执业(助理)医师数", year] / raw[code, "常住人口", year] * 1000


def test_the_spread_of_a_province_is_the_standard_deviation_of_its_logs(cities, raw):
    table = theme.spreads(cities, theme.log_deviation)
    home = [c.code for c in catalog.cities_of("320000")]
    for year, column in ((2020, "first"), (2023, "last")):
        expected = statistics.pstdev(math.log(rate(raw, c, year)) for c in home)
        assert math.isclose(table.at["320000", column], expected)
    assert table.at["320000", "least"] < 0 < table.at["320000", "most"], "one city decides the direction"
    assert table.at["140000", "most"] < 0 and table.at["140000", "n"] == 10, (
        "the doubtful city is in neither year"
    )


def test_theils_parts_add_up_as_an_independent_sum_gives_them(cities, raw):
    found = theme.decomposed(cities, equity.theil).set_index(["indicator", "year"]).loc["city_doctors", 2023]
    codes = list(cities.rates.index)
    people = {c: raw[c, "常住人口", 2023] for c in codes}
    doctors = {c: raw[c, "执业(助理)医师数", 2023] for c in codes}
    all_people, all_doctors = sum(people.values()), sum(doctors.values())
    total = sum(
        doctors[c] / all_doctors * math.log(doctors[c] / all_doctors / (people[c] / all_people))
        for c in codes
    )
    by = defaultdict(lambda: [0.0, 0.0])
    for c in codes:
        by[catalog.region(c).parent][0] += doctors[c]
        by[catalog.region(c).parent][1] += people[c]
    between = sum(d / all_doctors * math.log(d / all_doctors / (p / all_people)) for d, p in by.values())
    assert math.isclose(found["total"], total, rel_tol=1e-9)
    assert (
        math.isclose(found["within"], total - between, rel_tol=1e-9) and 0.5 < found["within"] / total < 0.8
    )


def test_a_capitals_share_is_of_the_cities_comparable_in_both_years(cities, raw):
    table = theme.capitals(cities)
    home = [c.code for c in catalog.cities_of("320000")]
    for year, column in ((2016, "first"), (2023, "last")):
        whole = sum(raw[c, "执业(助理)医师数", year] for c in home)
        assert math.isclose(table.at["320000", column], raw["320100", "执业(助理)医师数", year] / whole * 100)


def test_a_doubtful_figure_enters_no_spread(cities):
    assert "140900" not in cities.rates.index
    with_it = replace(cities, rows=theme.city_panel.read(["140900", *cities.rates.index]))
    assert "140900" in with_it.rates.index, "the mutation: without the rule its repeated figure would count"


def test_districts_hold_no_more_than_the_whole(cities):
    table = theme.core(cities)
    assert len(table) > 250 and table.drop(columns="ratio").max().max() <= 100.5
    row = table.loc["320700"]
    assert math.isclose(row["ratio"], row["city_doctors"] / row["city_population_resident"])


@pytest.mark.parametrize("code", ["000000", "140000"])
def test_the_page_says_what_it_found(processed, code):
    zh, en = both(NOTEBOOK, code, briefed=3)
    assert list(zh) == ["data", "spread", "gain", "core", "missing"]
    assert ("在省内" in text(zh["spread"]["headline"])) == (code == "000000")
    assert "inside provinces" in text(en["spread"]["headline"]) or "a head fell" in text(
        en["spread"]["headline"]
    )


def test_a_province_with_few_listed_cities_has_no_page_and_a_reason(processed):
    states = theme.coverage()
    assert states["630000"].code == "E8" and states["110000"].code == "E8" and states["320000"] is None
