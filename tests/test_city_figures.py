"""All cities, counties and lists: what entered raw, its checks against totals, and what a person decided of the doubtful cells."""

import csv
import importlib.util
import shutil
from collections import Counter
from pathlib import Path

import pytest

from analysis import catalog, paths, tables
from analysis.clean import checks, confirmed, lists
from analysis.errors import DataError

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the gathered figures are not beside the repository"
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def observations(processed):
    return tables.read("observations")


@pytest.fixture(scope="module")
def cities(observations):
    return observations[observations.source_id == "city-yearbook"]


@needs_shared
def test_the_city_yearbook_stands_in_raw_cell_by_cell_notes_in_chinese():
    keys = ("region_code", "region_zh", "year", "indicator_zh", "unit", "carriers")
    raw, gathered = (
        rows(paths.raw() / "panel" / "city_yearbook_all.csv"),
        rows(SHARED / "panel" / "city_yearbook_all.csv"),
    )
    assert [[r[k] for k in keys] + [float(r["value"])] for r in raw] == [
        [r[k] for k in keys] + [float(r["value"])] for r in gathered
    ]
    assert all(bool(r["note"]) >= bool(g["note"]) for r, g in zip(raw, gathered, strict=True))


def test_299_cities_from_2003_to_2023_with_a_grade_by_carrier(cities):
    assert cities.region_code.nunique() == 299 and (cities.year.min(), cities.year.max()) == (2003, 2023)
    raw = {
        (r["region_code"], r["indicator_zh"], int(r["year"])): r["carriers"]
        for r in rows(paths.raw() / "panel" / "city_yearbook_all.csv")
    }
    label = {catalog.indicator_of(name, "city-yearbook").key: name for _, name, _ in raw}
    plain = cities[~cities["flags"].str.contains("doubtful") & cities.indicator.isin(label)]
    for row in plain.itertuples():
        assert row.source_grade == (
            "A" if "Y" in raw[row.region_code, label[row.indicator], row.year] else "B"
        )


def test_hospitals_and_beds_never_join_across_2016_and_resident_people_are_held_for_two_years(cities):
    years = cities.groupby("indicator").year.agg(["min", "max"])
    for key in ("hospitals_health_centres", "hospital_health_centre_beds"):
        assert years.loc[f"city_{key}", "max"] == 2016
    for key in ("hospitals", "hospital_beds"):
        assert years.loc[f"city_{key}", "min"] == 2017
    assert set(cities[cities.indicator == "city_population_resident"].year) == {2020, 2023}


@needs_shared
def test_what_notes_and_the_list_of_doubts_name_is_decided_once_and_shown_as_doubtful(cities):
    noted = {
        (r["region_code"], r["indicator_zh"], int(r["year"]))
        for r in rows(SHARED / "panel" / "city_yearbook_all.csv")
        if r["note"]
    }
    doubtful = cities[cities["flags"].str.contains("doubtful")]
    held = {
        (r.region_code, name, r.year)
        for r in doubtful.itertuples()
        for name in [a.partition("@")[0] for a in catalog.indicator(r.indicator).aliases]
    }
    assert noted <= held and len(doubtful) > len(noted)
    assert set(doubtful.source_grade) == {"C"}
    assert (
        cities.set_index("observation_id")
        .at["city-yearbook:610800:city_hospital_health_centre_beds:2014", "flags"]
        .count("doubtful")
        == 1
    )


def test_nothing_waits_and_every_decision_is_about_a_figure_that_is_held(observations):
    decided = confirmed.decisions(paths.raw())
    assert confirmed.waiting(observations, [], decided).empty
    held = dict(zip(observations.observation_id, observations.as_printed, strict=True))
    assert [
        r.observation_id for r in decided.itertuples() if held.get(r.observation_id) != r.as_printed
    ] == []


def test_mutation_a_misprint_of_one_decided_cell_waits_again(observations):
    key = "city-yearbook:610800:city_hospital_health_centre_beds:2014"
    at = observations.index[observations.observation_id == key]
    frame = observations.copy()
    frame.loc[at, ["value", "value_low", "value_high"]] = [481_000, 480_999.5, 481_000.5]
    frame.loc[at, "as_printed"] = "481000 张"
    assert key in set(confirmed.waiting(frame, [], confirmed.decisions(paths.raw())).observation_id)


@needs_shared
def test_sums_of_cities_against_their_provinces_are_those_gathered(observations):
    both = observations[observations.source_id.isin(["city-yearbook", "nbs-province"])]
    held = both.set_index(["region_code", "indicator", "year"]).value.to_dict()
    city = both[both.source_id == "city-yearbook"]
    sums = (
        city.groupby([city.region_code.str[:2], "indicator", "year"])
        .value.agg(["size", "sum"])
        .to_dict("index")
    )
    keys = {"医院床位数": "hospital_beds", "医院数": "hospitals", "执业(助理)医师数": "doctors"}
    checked = 0
    for row in rows(SHARED / "panel" / "city_yearbook_sums.csv"):
        key, year = keys[row["indicator_zh"]], int(row["year"])
        found = sums[row["region_code"][:2], f"city_{key}", year]
        assert (found["size"], found["sum"]) == (int(row["cities_summed"]), float(row["sum_of_cities"]))
        if row["cities_summed"] == row["prefectures_of_the_province"]:
            assert abs(held[row["region_code"], key, year] / float(row["province_value"]) - 1) < 0.001
            checked += 1
    assert checked == 3 * 117


def test_sums_and_second_carriers_are_said_by_the_build(observations):
    said = [str(c) for c in (*checks.all_cities_sum(observations), *checks.second_carrier(observations))]
    assert [text.partition("noted")[0][:2] for text in said[:3]] == ["ok", "ok", "ok"]
    assert sum("117 province-years" in text for text in said) == 3
    assert any("1,739 of 1,745 cells read in two copies are equal" in text for text in said)


def test_mutation_a_province_whose_cities_lose_one_is_no_sum(observations):
    frame = observations[observations.region_code != "140100"]
    before, after = (list(checks.all_cities_sum(f))[0].sentence for f in (observations, frame))
    assert "117 province-years" in before and "110 province-years" in after


def test_counties_and_districts(observations):
    counties = observations[observations.source_id == "county-yearbook"]
    assert counties.region_code.nunique() == 2086 and Counter(counties.indicator) == {
        "county_beds": 2086,
        "county_population_registered": 2085,
    }
    assert all(catalog.regions()[code].level == "county" for code in counties.region_code.unique())
    districts = (
        observations[observations.indicator == "district_hospital_beds"].set_index("region_code").value
    )
    whole = (
        observations[(observations.indicator == "city_hospital_beds") & (observations.year == 2023)]
        .set_index("region_code")
        .value
    )
    both = districts.index.intersection(whole.index)
    assert len(both) > 250 and (districts[both] > whole[both] * 1.001).sum() <= 3


def test_the_second_carrier_is_grade_c_and_gdp_per_head_too(observations):
    for source in ("city-yearbook-second-carrier", "city-gdp-per-head"):
        assert set(observations[observations.source_id == source].source_grade) == {"C"}


def test_lists_hold_the_places_they_announce(processed):
    table = tables.read("hospital_lists")
    assert len(table) == 1430 + 2045 + 100
    found = list(lists.check(table.to_dict("records")))
    assert len(found) == 15 and all(held for held, _ in found)
    short = table[table.hospital != "四川大学华西医院"]
    assert not all(
        held for held, _ in lists.check(short.to_dict("records"))
    )  # the mutation: a place that is lost is seen
    shanxi = table[(table.list == "综合排行榜") & (table.province_code == "140000")]
    assert shanxi.empty


def test_counts_of_specialties_are_those_of_the_rows_for_shanxi_and_jiangsu(processed):
    counts = tables.read("hospital_list_counts", basis="all", province_code=["140000", "320000"])
    listed = tables.read("hospital_lists", list="专科声誉排行榜", scope="全国")
    for row in counts.itertuples():
        mine = listed[
            (listed.edition_year == row.edition_year)
            & (listed.province_code == row.province_code)
            & (listed.status == row.status)
        ]
        assert len(mine) == row.count, row


def test_a_list_row_under_another_province_is_refused(tmp_path):
    shutil.copytree(paths.raw() / "lists", tmp_path / "lists")
    path = tmp_path / "lists" / "hospital_stem_2022.csv"
    text = (
        path.read_text(encoding="utf-8")
        .replace("四川省,成都市,510100", "四川省,成都市,110000", 1)
        .replace(",2,", ",2.5,", 1)
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        lists.rows(tmp_path / "lists")
    assert "110000 in 四川省" in str(error.value) and "a whole number" in str(error.value)


def test_the_third_batch_of_pilot_cities(processed):
    batch = tables.read("policies", source_id="po-hospital-pilots-2015")
    assert len(batch) == 66 and (batch.region_code != "").all() and batch.region_code.nunique() == 66


@pytest.mark.slow
def test_measured_rates_of_the_stop_hold(observations):
    found = importlib.util.spec_from_file_location("bench", paths.home() / "benchmarks" / "plausibility.py")
    bench = importlib.util.module_from_spec(found)
    found.loader.exec_module(bench)
    rates, _ = bench.measure(observations, repeats=3)
    assert rates["x 10"] > 0.95 and rates[": 10"] > 0.95 and rates["together"] > 0.93
    assert rates["doubtful"] > 0.88 and rates["others"] < 0.011
