"""Counties: rates, medians and Theil's parts recomputed with the standard library from the gathered file; rows with anchors."""

import csv
import math
import statistics
from collections import defaultdict
from dataclasses import replace

import pytest

from analysis import catalog, paths, tables, told
from analysis.methods import equity
from analysis.report.pages import render
from analysis.themes import counties as theme
from theme_pages import both, text

NOTEBOOK = "31_counties"
NO_DISTRICTS = ("六枝特区", "神农架林区")  # counties in all but their names


@pytest.fixture(scope="module")
def counties(processed):
    return theme.load("000000")


@pytest.fixture(scope="module")
def raw() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with (paths.raw() / "panel" / "county_2023.csv").open(encoding="utf-8-sig") as file:
        for r in csv.DictReader(file):
            found[r["region_code"]][r["indicator_zh"]] = float(r["value"])
            found[r["region_code"]]["district"] = (
                r["region_zh"].endswith("区") and r["region_zh"] not in NO_DISTRICTS
            )
    return {code: row for code, row in found.items() if len(row) == 3}


def rate(row: dict[str, float]) -> float:
    return row["医疗卫生机构床位数"] / (row["户籍人口"] * 1e4) * 1000


def test_every_county_with_both_figures_is_there_and_districts_are_apart(counties, raw):
    assert set(counties.every.index) == set(raw)
    assert counties.every["district"].sum() == sum(row["district"] for row in raw.values())
    apart = [code for code in ("520203", "429021") if counties.every.at[code, "district"]]
    assert not apart, "a special or a forestry district is compared as a county"
    for code in ("321322", "140121", "533301"):
        assert math.isclose(counties.every.at[code, "rate"], rate(raw[code]))


def test_the_median_of_a_province_is_over_its_counties_alone(counties, raw):
    table = theme.middles(counties)
    for code in ("140000", "320000"):
        own = [row for c, row in raw.items() if c[:2] == code[:2]]
        expected = statistics.median(rate(row) for row in own if not row["district"])
        assert math.isclose(table.at[code, "middle"], expected)
    everything = replace(counties)
    everything.__dict__["compared"] = counties.every  # the mutation: districts compared with counties
    assert not math.isclose(theme.middles(everything).at["320000", "middle"], table.at["320000", "middle"])


def test_theils_parts_are_those_of_an_independent_sum(counties, raw):
    c = counties.compared
    found = equity.theil(c["rate"], c["people"], c["province"])
    rows = {code: row for code, row in raw.items() if not row["district"]}
    beds, people = (sum(row[k] for row in rows.values()) for k in ("医疗卫生机构床位数", "户籍人口"))
    by = defaultdict(lambda: [0.0, 0.0])
    total = 0.0
    for code, row in rows.items():
        share, weight = row["医疗卫生机构床位数"] / beds, row["户籍人口"] / people
        total += share * math.log(share / weight)
        by[code[:2]][0] += share
        by[code[:2]][1] += weight
    between = sum(s * math.log(s / w) for s, w in by.values())
    assert math.isclose(found["total"], total, rel_tol=1e-9)
    assert math.isclose(found["within"], total - between, rel_tol=1e-9)


def test_a_county_whose_rate_rounding_leaves_open_is_no_extreme(counties, raw):
    rough = counties.compared[counties.compared["rough"]]
    assert rough["people"].max() < 1e5 <= counties.compared.loc[~counties.compared["rough"], "people"].min()
    assert (rough["high"] / rough["low"] > 1.1).all()
    top = counties.compared["rate"].idxmax()
    assert counties.compared.at[top, "rough"], "the mutation: without the rule a county of ten thousand leads"


def test_a_city_whose_border_the_census_draws_differently_is_left_out(counties):
    table = theme.balance(counties)
    assert "220500" not in table.index and len(table) > 250
    agreed = counties.census.copy()
    same = counties.cities[(counties.cities["region_code"] == "220500") & (counties.cities["year"] == 2020)]
    agreed.loc[agreed["region_code"] == "220500", "value"] = same["value"].max()
    assert "220500" in theme.balance(replace(counties, census=agreed)).index, "the mutation"


def test_a_row_that_names_a_place_has_an_anchor():
    cells = [told.Cell("阳曲县", kind="name"), told.Cell("140122", kind="code")]
    assert render._row_anchor(cells, "listed", "counties") == "p-listed-counties-140122"
    assert render._row_anchor([told.Cell("85", kind="code")], "listed", "counties") == ""


@pytest.mark.parametrize("code", ["000000", "140000"])
def test_the_page_says_registered_wherever_it_gives_a_rate(processed, code):
    zh, en = both(NOTEBOOK, code, briefed=2)
    assert list(zh) == ["data", "level", "hidden", "listed", "missing"]
    for page, word in ((zh, "户籍"), (en, "registered")):
        assert all(word in text(s["segments"]) for f in page.values() for s in f["sentences"])
    if code == "140000":
        held = {row[1]["text"] for row in zh["listed"]["tables"][0]["rows"]}
        assert held == {c for c in theme.load("140000").own.index}


def test_places_without_counties_say_so(processed):
    states = theme.coverage()
    assert states["310000"].code == "E8" and states["120000"].code == "E8" and states["320000"] is None
    provinces = {p.code for p in catalog.provinces() if not p.state}
    assert set(states) == {catalog.NATION, *provinces, *theme.prefectures()}


def test_a_day_before_the_county_yearbook_has_no_page_and_says_so(processed):
    try:
        tables.cut("2024-06-30")
        assert {state.code for state in theme.coverage().values()} == {"E0"}
    finally:
        tables.cut("")


@pytest.mark.parametrize("code", ["222400", "513400", "542500", "632200"])
def test_a_prefecture_that_is_no_city_has_its_counties_side_by_side(code, processed, raw, monkeypatch):
    """Mutation: with the counties of its province as its own, the median is another one."""
    own = theme.load(code)
    inside = [rate(row) for c, row in raw.items() if c[:4] == code[:4] and not row["district"]]
    said = theme.level(own, equity.theil, None)
    assert len(own.own) == len(inside) == len(theme.middle_rows(own, "zh"))
    assert said.sentences[0].values["m"].number == pytest.approx(statistics.median(inside))
    firm = own.own[~own.own["rough"]]
    named = {"hi", "lo"} <= set(said.sentences[1].values)
    assert named == (len(firm) > 1), "no county is the first of one, or of those that rounding leaves open"
    monkeypatch.setattr(theme.Counties, "is_prefecture", False)
    wrong = theme.Counties("220000" if code == "222400" else f"{code[:2]}0000", *vars_of(own))
    assert len(wrong.own) > len(inside)


def test_what_a_prefecture_lacks_is_said_once_and_no_district_is_no_number(processed):
    own = theme.load("222400")
    states = [*theme.hidden(own).states, *theme.closing(own).states]
    assert sum("residents" in state.title[1].lower() for state in states) == 1
    assert "d" not in theme.listed(own).headline.values
    cities = theme.load("220000")
    assert any("Residents" in state.title[1] for state in theme.closing(cities).states), "the mutation"


def vars_of(counties: theme.Counties) -> tuple:
    return counties.rows, counties.cities, counties.census


def test_every_prefecture_outside_the_city_yearbook_has_a_page(processed):
    ready = theme.coverage()
    kinds = {catalog.region(code).kind for code in theme.prefectures()}
    assert kinds == {"autonomous_prefecture", "prefecture", "league"} and len(theme.prefectures()) == 40
    assert [code for code in theme.prefectures() if ready[code] is not None] == []
    few = {
        "110000",
        "120000",
        "310000",
    }  # districts alone; a province that runs one county itself has its others too
    assert {code for code, why in ready.items() if why is not None} == few


def test_most_and_fewest_are_named_only_where_most_counties_can_be_ordered(processed):
    """Of Garzê's eighteen counties two have a firm rate: the higher of two is not the prefecture's most."""
    garze = theme.load("513300")
    assert 1 < (~garze.own["rough"]).sum() <= len(garze.own) / 2
    said = theme.level(garze, equity.theil, object()).sentences[-1].text("zh")
    assert "这里不说" in said and "康定" not in said
