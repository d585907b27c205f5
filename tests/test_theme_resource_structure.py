"""How resources are built: growth a head and its two parts, ratios and the destination of new beds, recomputed from the gathered files."""

import csv
import math
import statistics
from dataclasses import replace

import pytest

from analysis import paths
from analysis.themes import naming, panel, region_profile
from analysis.themes import resource_structure as theme
from theme_pages import both, text, with_page

NOTEBOOK = "08_resource_structure"
NAMES = {
    "doctors": "执业(助理)医师数",
    "nurses": "注册护士数",
    "population": "年末常住人口",
}


@pytest.fixture(scope="module")
def provinces(processed) -> panel.Panel:
    return panel.load(theme.INDICATORS)


@pytest.fixture(scope="module")
def raw() -> dict[tuple[str, str, int], float]:
    with (paths.raw() / "panel" / "province_nbs.csv").open(encoding="utf-8-sig") as file:
        return {
            (r["region_code"], r["indicator_zh"], int(r["year"])): float(r["value"])
            for r in csv.DictReader(file)
        }


def test_growth_a_head_is_its_two_parts_and_those_are_the_publishers(provinces, raw):
    view = theme.load("440000", provinces)
    d0, d1 = (raw["440000", NAMES["doctors"], y] for y in (2014, 2023))
    p0, p1 = (raw["440000", NAMES["population"], y] for y in (2014, 2023))
    assert math.isclose(view.grown("doctors").value, (d1 / d0 - 1) * 100)
    assert math.isclose(view.grown("population").value, (p1 / p0 - 1) * 100)
    assert math.isclose(view.a_head().value, (d1 / p1 / (d0 / p0) - 1) * 100)
    assert math.isclose(
        view.on_old_residents().value,
        view.panel.rate_fact("doctors", "440000", 2023).value * p1 / p0,
    )
    codes = {code for code, name, _ in raw if name == NAMES["doctors"] and code != "000000"}
    whole = [sum(raw[c, NAMES["doctors"], y] for c in codes) for y in (2014, 2023)]
    assert len(codes) == 31 and math.isclose(
        view.nation_grown("doctors").value, (whole[1] / whole[0] - 1) * 100
    )


def test_a_ratio_and_its_median_are_those_of_the_gathered_file(provinces, raw):
    view = theme.load("140000", provinces)
    codes = sorted({code for code, name, _ in raw if name == NAMES["nurses"] and code != "000000"})
    each = [raw[c, NAMES["nurses"], 2023] / raw[c, NAMES["doctors"], 2023] * 100 for c in codes]
    assert math.isclose(view.median("nurses_per_doctor", 2023).value, statistics.median(each))
    assert math.isclose(view.ratio("nurses_per_doctor", 2023).value, each[codes.index("140000")])


def test_the_verdict_names_the_larger_part_and_needs_more_than_the_assumed_error(provinces):
    assert theme.verdict(theme.load("440000", provinces)) == "behind_residents"
    assert theme.verdict(theme.load("520000", provinces)) == "ahead_doctors"
    assert theme.verdict(theme.load("140000", provinces)) == "behind_doctors"
    guangdong = theme.load("440000", provinces)
    grown = guangdong.counts.copy()  # the mutation: residents that did not grow leave no difference to read
    first = grown.xs(2014, level="year")["population"]
    for code, people in first.items():
        grown.loc[(code, 2023), "population"] = people
    assert theme.verdict(replace(guangdong, counts=grown)) == "level"


def test_a_recount_is_replaced_by_the_nations_growth_and_the_sentence_says_what_is_left(provinces):
    anhui = theme.load("340000", provinces)
    assert anhui.jumps("doctors") == [2020]
    factor = anhui.without_jumps()
    assert factor < 1 + anhui.a_head().value / 100
    (said,) = theme._jumped(anhui)
    assert "2020" in said.text("en")
    assert theme._jumped(theme.load("440000", provinces)) == ()


@pytest.mark.parametrize("code", ["140000", "130000"])
def test_the_page_says_what_it_found(processed, code):
    zh, en = both(NOTEBOOK, code, briefed=2)
    assert list(zh) == ["data", "drivers", "mix", "beds", "missing"]
    assert "%" in text(zh["drivers"]["headline"]) and "nation" in text(en["drivers"]["headline"])


def test_every_province_has_its_page(processed):
    assert len(with_page(theme.coverage())) == 31


def test_no_axis_of_the_paths_needs_two_decimals(provinces):
    """A number of two decimals in a drawing is a datum; axes of nurses by the doctor had marks such as 0.75."""
    from analysis import charts

    for code in ("130000", "530000"):
        rows = theme.path_rows(theme.load(code, provinces), "en")
        own = rows[rows["panel"] == "nurses_per_doctor"]
        svg = charts.trends(own, region_name="x", decimals=theme.DECIMALS, lang="en").svg("wide")
        by_one = own.assign(**{k: own[k] / 100 for k in ("value", "median", "p10", "p90")})
        mutant = charts.trends(by_one, region_name="x", decimals=2, lang="en").svg("wide")
        assert "1.00" not in svg and "1.00" in mutant


def test_a_provinces_page_opens_with_what_moved_its_doctors(processed):
    """Level, place and the larger part of the distance to the nation, from the first year of doctors on."""
    provinces = panel.load(region_profile.INDICATORS)

    def said(code: str) -> str:
        profile = region_profile.load(code, provinces)
        place = provinces.rank_fact("doctors", code, profile.year, 1)
        return region_profile._answer(profile, place).text("zh")

    assert "人口却增得比全国快" in said("440000") and "，慢于全国（" in said("140000")
    assert "，与全国相当（" in said("330000") and "像是重新核实" in said("540000")
    doctors, whole = provinces.alone("doctors"), provinces
    assert doctors.first_year < whole.first_year, "the mutation: the page's other indicators begin later"
    assert f"{doctors.first_year} 年以来" in said("140000")


def test_the_opening_says_the_direction_in_words(processed):
    """No sign stands in the sentence; a province that lost people fell by so much. The mutation: a growth turned round is a fall."""
    provinces = panel.load(region_profile.INDICATORS)
    view = theme.load("230000", provinces.alone("doctors"))
    lost = view.grown(theme.PEOPLE)
    assert lost.number < 0
    assert naming.moved(lost).text("zh").startswith("减少") and "fell by" in naming.moved(lost).text("en")
    for growth in (lost, replace(lost, value=-lost.number)):
        for lang in ("zh", "en"):
            assert not set("+−") & set(naming.moved(growth).text(lang))
    assert naming.moved(replace(lost, value=-lost.number)).text("zh").startswith("增长")
