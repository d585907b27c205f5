"""Between cities: spread, Theil's parts, capitals and districts recomputed with the standard library from the gathered files."""

import csv
import math
import statistics
from collections import defaultdict
from dataclasses import replace

import pytest

from analysis import catalog, paths, tables
from analysis.methods import equity
from analysis.themes import between_cities as theme
from analysis.themes import capitals
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


@pytest.fixture(scope="module")
def held(cities):
    return capitals.load(cities)


def whole(code: str, indicator: str, year: int) -> float:
    """A province's own figure, straight from the gathered file."""
    rows = tables.read(
        "observations", source_id="nbs-province", region_code=code, indicator=indicator, year=year
    )
    return float(rows["value"].iloc[0])


def test_a_capitals_share_is_of_the_provinces_own_doctors(held, raw):
    table = capitals.shares(held)
    assert len(table) == 27 and not table[["first", "last"]].isna().any().any()
    for code, capital in (("140000", "140100"), ("460000", "460100"), ("650000", "650100")):
        for year, column in ((2016, "first"), (2023, "last")):
            own = raw[capital, "执业(助理)医师数", year]
            assert math.isclose(table.at[code, column], own / whole(code, "doctors", year) * 100)
    summed = sum(
        raw[c.code, "执业(助理)医师数", 2023]
        for c in catalog.cities_of("530000")
        if (c.code, "执业(助理)医师数", 2023) in raw
    )
    wrong = raw["530100", "执业(助理)医师数", 2023] / summed * 100
    assert wrong > table.at["530000", "last"] + 10, (
        "the mutation: the sum of the cities listed is no province"
    )


def test_among_the_cities_listed_the_direction_is_compared(held, raw):
    table = capitals.shares(held)
    home = [c.code for c in catalog.cities_of("320000")]
    for year, column in ((2016, "listed_first"), (2023, "listed_last")):
        listed = sum(raw[c, "执业(助理)医师数", year] for c in home)
        assert math.isclose(
            table.at["320000", column], raw["320100", "执业(助理)医师数", year] / listed * 100
        )
    row = table.loc["320000"]
    other = row.where(row.index != "change", -row["change"])
    assert not capitals._contrary(held, row) and "方向相反" in capitals._contrary(held, other).zh, (
        "the mutation"
    )
    assert "方向相同" in capitals._alike(held, row, ("南京", "Nanjing"))[0].zh
    assert not capitals._alike(held, other, ("南京", "Nanjing")), (
        "a contrary move stands in the sentence itself"
    )


def test_capitals_are_set_against_their_residents_and_the_cities_with_projects(held, raw):
    table = capitals.shares(held)
    changes = {
        key: raw["140100", named, 2023] / whole("140000", own, 2023)
        - raw["140100", named, 2020] / whole("140000", own, 2020)
        for key, named, own in (
            ("people", "常住人口", "population"),
            ("since", "执业(助理)医师数", "doctors"),
        )
    }
    for key, change in changes.items():
        assert math.isclose(table.at["140000", key], change * 100, rel_tol=1e-9)
    assert not [c for c in held.hosts if c.endswith("0100")], "capitals are no host beside themselves"
    assert "350200" in held.hosts and "350500" in held.hosts, "a project of a county stands with its city"
    assert "130600" not in held.hosts, "reported is not approved"
    every = replace(held, projects=tables.read("centres"))
    assert "130600" in every.hosts, "the mutation: with every stage it would count"


def test_a_recount_in_the_first_year_marks_the_capital(held):
    table = capitals.shares(held).set_index("capital")
    assert table.at["460100", "jumped"] and not table.at["530100", "jumped"]
    rows = held.cities.rows
    clean = replace(
        held.cities, rows=rows.assign(flags=rows["flags"].where(rows["region_code"] != "460100", ""))
    )
    assert not capitals.shares(replace(held, cities=clean)).set_index("capital").at["460100", "jumped"], (
        "the mutation"
    )


def test_a_change_within_the_error_of_a_count_is_called_level(held):
    row = capitals.shares(held).loc["220000"].to_dict()
    assert capitals._turn(row) == "up"
    assert capitals._turn(row | {"last": row["first"] * 0.9, "change": -1.0}) == "down"
    assert capitals._turn(row | {"last": row["first"] * 1.02, "change": 1.0}) == "level", "the mutation"


def test_a_doubtful_figure_enters_no_spread(cities):
    assert "140900" not in cities.rates.index
    with_it = replace(cities, rows=theme.city_panel.read(["140900", *cities.rates.index]))
    assert "140900" in with_it.rates.index, "the mutation: without the rule its repeated figure would count"


def test_districts_hold_no_more_than_the_whole(cities):
    table = theme.core(cities)
    assert len(table) > 250 and table.drop(columns="ratio").max().max() <= 100.5
    row = table.loc["320700"]
    assert math.isclose(row["ratio"], row["city_doctors"] / row["city_population_resident"])


def test_districts_of_the_cities_that_documents_describe_are_named(cities, monkeypatch):
    of = theme.load("320000")
    table = theme.core(cities)

    def said() -> list[str]:
        sentences = theme.centre(of, table, None).sentences
        return [s.text("zh") for s in sentences[1:]]

    ratio = {
        name: f"{table.at[code, 'ratio']:.2f}" for name, code in (("镇江", "321100"), ("连云港", "320700"))
    }
    assert len(said()) == 1 and all(f"{name} {value}" in said()[0] for name, value in ratio.items())
    assert "南通" not in said()[0], "no document describes it"
    monkeypatch.setattr(theme.subjects, "mentioned", lambda: {"320600"})
    assert "南通" in said()[0] and "镇江" not in said()[0]
    monkeypatch.setattr(theme.subjects, "mentioned", set)
    assert said() == []


@pytest.mark.parametrize("code", ["000000", "140000", "350000"])
def test_the_page_says_what_it_found(processed, code):
    zh, en = both(NOTEBOOK, code, briefed=4)
    assert list(zh) == ["data", "spread", "gain", "core", "missing"]
    assert ("在省内" in text(zh["spread"]["headline"])) == (code == "000000")
    assert "inside provinces" in text(en["spread"]["headline"]) or "a head" in text(en["spread"]["headline"])


def test_a_province_with_few_listed_cities_has_no_page_and_a_reason(processed):
    states = theme.coverage()
    assert states["630000"].code == "E8" and states["110000"].code == "E8" and states["320000"] is None


def test_the_rows_behind_a_share_are_the_city_s_and_its_province_s_of_that_year(held):
    def ids(found, years):
        return found.behind(capitals.DOCTORS, ("140100", "320100"), years)["observation_id"].tolist()

    r, years = held.rows, held.span
    own = (r["indicator"] == capitals.DOCTORS) & r["region_code"].isin(["140100", "320100"])
    whole = (r["indicator"] == capitals.WHOLE[capitals.DOCTORS]) & r["region_code"].isin(["140000", "320000"])
    wanted = r[(own | whole) & r["year"].isin(years)]["observation_id"].tolist()
    assert ids(held, years) == wanted and ids(held, (*years, years[0])) == wanted
    turned = replace(held, rows=r.iloc[::-1])
    assert ids(turned, years) == wanted[::-1], "where rows stand is looked up in the table at hand"
    vars(turned)["_places"] = held._places  # mutation: places kept from another table
    assert ids(turned, years) != wanted[::-1]
