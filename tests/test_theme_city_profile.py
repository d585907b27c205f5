"""Every prefecture of the yearbook has a page: its numbers recomputed from the raw file, what is doubtful never compared."""

import csv
import math
import statistics
from dataclasses import replace

import pandas as pd
import pytest

from analysis import catalog, facts, paths, tables
from analysis.errors import MethodError
from analysis.themes import city_panel, city_profile
from theme_pages import both, text

KEYS = {"city_doctors": "执业(助理)医师数", "city_hospital_beds": "医院床位数", "people": "常住人口"}


def page(code: str) -> tuple[dict, dict]:
    return both("02_city_profile", code, briefed=5)


@pytest.fixture(scope="module")
def raw() -> dict[tuple[str, str, int], float]:
    """(place, label, year) -> value, straight from the gathered file."""
    with (paths.raw() / "panel" / "city_yearbook_all.csv").open(encoding="utf-8-sig") as file:
        return {
            (r["region_code"], r["indicator_zh"], int(r["year"])): float(r["value"])
            * (1e4 if r["unit"] == "万人" else 1)
            for r in csv.DictReader(file)
        }


def rate(raw, code: str, key: str, year: int) -> float | None:
    count, people = raw.get((code, KEYS[key], year)), raw.get((code, KEYS["people"], year))
    return None if count is None or people is None else count / people * 1000


def test_every_prefecture_of_the_last_year_has_a_page_and_no_other(processed, raw):
    pages = {code for code, state in city_profile.coverage().items() if state is None}
    whole = {
        code
        for code, label, year in raw
        if year == 2023 and label == "医院床位数" and catalog.region(code).level == "city"
    }
    assert pages == whole and len(pages) == 292
    with pytest.raises(MethodError, match="prefecture of the city yearbook"):
        city_profile.load("532900")


def test_a_place_that_is_no_city_is_called_what_it_is(processed, monkeypatch):
    """An autonomous prefecture, a prefecture and a league that have no page, and provinces that have some beside their cities."""
    places = {"222400": ("自治州", "autonomous prefecture"), "232700": ("地区", "prefecture"), "152900": ("盟", "league")}  # fmt: skip
    monkeypatch.setattr(city_profile.planned, "known", lambda: [*places])
    whole = {"220100": ("市和自治州", "cities and autonomous prefectures"), "230100": ("市和地区", "cities and prefectures"), "150100": ("市和盟", "cities and leagues")}  # fmt: skip

    def said() -> dict[str, tuple[str, str]]:
        why = city_profile.coverage()
        absent = {code: city_profile._absent(city_profile.load(code)) for code in whole}
        return {code: (why[code].zh, why[code].en) for code in places} | {
            code: (phrase.text("zh"), phrase.text("en")) for code, phrase in absent.items()
        }

    def named(found: dict[str, tuple[str, str]]) -> list[bool]:
        wanted = {code: (f"这个{zh}", f"this {en}.") for code, (zh, en) in places.items()} | {
            code: (f"个{zh}，", f" {en};") for code, (zh, en) in whole.items()
        }
        return [all(w in text for w, text in zip(wanted[code], found[code], strict=True)) for code in wanted]

    assert all(named(said()))
    monkeypatch.setattr(catalog.Region, "kind", property(lambda region: region.level))
    assert not any(named(said())), "the mutation: every place below a province called a city"


@pytest.mark.parametrize("code", ["321100", "440100"])
def test_rates_the_nearest_cities_and_places_are_those_of_the_raw_file(processed, raw, code):
    zh, _ = page(code)
    facts = {f["label"]["zh"]: f["value"] for f in zh["position"]["facts"].values()}
    city = city_profile.load(code)
    assert len(city.nearest) == 13 and code not in city.nearest
    for key, short in (("city_doctors", "医师"), ("city_hospital_beds", "医院床位")):
        own = rate(raw, code, key, 2023)
        middle = statistics.median(rate(raw, c, key, 2023) for c in city.nearest)
        place = catalog.region(code).short("zh")
        assert math.isclose(facts[f"{place} 2023 年{short}与相近各市中位数之差"], abs(own / middle - 1) * 100)
        home = [rate(raw, c.code, key, 2023) for c in catalog.cities_of(city.province.code)]
        rank = 1 + sum(other > own for other in home if other)
        assert facts[f"{place} 2023 年{short}在同省（区）列入年鉴的各市中的位次"] == rank


def test_the_nearest_are_the_nearest(processed):
    people, income = city_panel.people_and_income()
    value = {
        what: {r.region_code: r.value for r in rows.itertuples()}
        for what, rows in (("n", people), ("y", income))
    }
    both_held = sorted(set(value["n"]) & set(value["y"]))
    logs = {w: {c: math.log(value[w][c]) for c in both_held} for w in value}
    spread = {w: statistics.pstdev(logs[w].values()) for w in logs}
    apart = {
        c: sum(((logs[w][c] - logs[w]["321100"]) / spread[w]) ** 2 for w in logs)
        for c in both_held
        if c != "321100"
    }
    assert set(city_panel.nearest("321100", people, income)) == set(sorted(apart, key=apart.get)[:13])


def test_a_doubtful_figure_is_shown_named_and_never_compared(processed):
    zh, en = page("140900")  # doctors of 2016 and 2020 are doubtful
    said = " ".join(text(s["segments"]) for s in zh["change"]["sentences"])
    assert "不排位次" in said and "存疑" in said and "2016" in said
    assert "doubtful" in " ".join(text(s["segments"]) for s in en["change"]["sentences"])
    city = city_profile.load("140900")
    assert "140900" not in set(city.pool("city_doctors", 2020)["region_code"])
    clean = replace(
        city, rows=city.rows.assign(flags="")
    )  # the mutation: without its flags it would be compared
    assert "140900" in set(clean.pool("city_doctors", 2020)["region_code"])


def test_a_province_of_which_the_yearbook_lists_a_part_says_so(processed):
    zh, en = page("530700")
    said = text(next(s for s in zh["position"]["sentences"] if s["id"] == "places")["segments"])
    assert "8 个市" in said and "共有 16 个" in said
    assert "has 16" in text(next(s for s in en["position"]["sentences"] if s["id"] == "places")["segments"])
    zh, _ = page("321100")
    assert "全省" not in text(next(s for s in zh["position"]["sentences"] if s["id"] == "places")["segments"])


def test_a_city_without_residents_of_the_last_year_uses_the_one_before_and_says_so(processed):
    zh, _ = page("210100")
    assert "2020 年，沈阳" in text(zh["position"]["sentences"][0]["segments"])
    assert any("2023 年的常住人口" in text(s["title"]) for s in zh["missing"]["states"])


def test_hospitals_and_beds_begin_with_their_definition_and_hospitals_are_not_ranked(processed):
    city = city_profile.load("321100")
    first = city_profile.index_rows(city, "zh").groupby("indicator")["year"].min()
    assert first.to_dict() == {"city_doctors": 2016, "city_hospital_beds": 2017}
    zh, _ = page("321100")
    row = next(r for r in zh["position"]["tables"][0]["rows"] if r[0]["text"] == "医院")
    names = [c["key"] for c in zh["position"]["tables"][0]["columns"]]
    assert row[names.index("after_rank")]["text"] == "–" and row[names.index("after")]["text"] != "–"


def test_a_city_that_is_not_compared_itself_names_its_list_of_others_a_comparison(processed):
    """Rows of other places alone are refused on a page, so a city without both figures says that it shows others."""
    kinds = set()
    for code in ("211200", "540600", "210100"):
        found = city_profile.data(city_profile.load(code))
        assert (code in found.regions()) != found.comparison, code
        kinds.add(found.comparison)
    assert kinds == {True, False}


def test_a_doubtful_rate_is_measured_against_no_other_city(processed):
    """A headline or sentence that sets a doubtful figure beside the nearest cities would compare what may not be compared."""
    city = city_profile.load("540600")
    assert not city.firm("city_doctors", city.year) and city.firm("city_hospital_beds", city.year)
    zh, en = page("540600")
    assert "存疑、不作比较" in text(zh["position"]["sentences"][0]["segments"])
    assert "too doubtful to compare and" in text(en["position"]["sentences"][0]["segments"])
    assert "like cities" not in text(en["position"]["headline"])
    assert city.versus("city_doctors", city.year) != city.versus("city_hospital_beds", city.year)
    firm = replace(city)
    firm.__dict__["home"] = city.rows[city.rows["region_code"].isin({*city.home["region_code"], city.code})]
    assert firm.firm("city_doctors", city.year), "with the doubtful rows kept the check lets the figure pass"


def test_a_move_that_holds_to_no_error_a_reader_can_see_is_not_said_to_hold(processed, monkeypatch):
    def words() -> str:
        return " ".join(text(s["segments"]) for s in page("321300")[0]["position"]["sentences"])

    assert "升降说不准" in words() and "0.0%" not in words()
    monkeypatch.setattr(city_profile, "SEEN", 0.0)
    assert "0.0%" in words(), (
        "the mutation: without the least error that can be seen, the sentence prints nought"
    )


def test_where_few_cities_can_be_compared_nothing_is_ranked_and_no_median_taken(processed, raw, monkeypatch):
    """The first of one city is no place, and a median of one city is the city itself."""

    def growth(code: str) -> list[str]:
        return [text(s["segments"]) for s in page(code)[0]["change"]["sentences"] if s["id"] == "growth"]

    own = raw["540100", KEYS["city_doctors"], 2023] / raw["540100", KEYS["city_doctors"], 2016] - 1
    assert f"增长 {own * 100:.1f}%；" in growth("540100")[0], "the growth stands alone"
    sentences = {s["id"]: s for s in page("630200")[0]["position"]["sentences"]}
    assert "few" in sentences and "places" not in sentences and not sentences["few"]["brief"]
    monkeypatch.setattr(city_profile, "FEW", 1)
    assert "个市中居第 1 位" in growth("540100")[0] and "西藏各市中位数" in growth("540100")[0], (
        "the mutation"
    )


def test_growth_and_decline_are_said_in_words(processed, raw):
    beds = {y: raw["370200", "医院数", y] for y in (2017, 2023)}
    zh, en = page("370200")
    said = [
        text(next(s for s in p["change"]["sentences"] if s["id"] == "beds")["segments"]) for p in (zh, en)
    ]
    size = f"{abs(beds[2023] / beds[2017] - 1) * 100:.1f}%"
    assert f"医院数减少 {size}" in said[0] and f"the number of hospitals fell by {size}" in said[1]


def test_growth_is_that_of_the_columns_of_the_wide_table(processed):
    codes = city_panel.listed()[::29]
    rows = city_panel.comparable(city_panel.read(codes))
    for key in city_panel.INDICATORS:
        first, end = city_panel.years().span(key)
        last = city_panel.wide(rows, end)[key]
        expected = (last / city_panel.wide(rows, first)[key]).dropna()
        found = city_panel.growth(rows, key, first, end)
        pd.testing.assert_series_equal(found, expected)
        shuffled = rows.sample(frac=1, random_state=1)
        pd.testing.assert_series_equal(city_panel.growth(shuffled, key, first, end), expected)
        twice = pd.concat([rows, rows])
        with pytest.raises(MethodError, match="twice for a city"):
            city_panel.growth(twice, key, first, end)  # mutation: a cell that stands twice
        assert not found.equals(city_panel.growth(rows, key, first + 1, end))


def test_rows_of_cities_hold_what_a_fact_asks_for(processed):
    rows = city_panel.read(["140100"])
    assert {*facts.COLUMNS, "flags", "year"} == {*rows}
    assert facts.observed(rows.iloc[:1]).observations == (rows["observation_id"].iloc[0],)
    with pytest.raises(KeyError):
        facts.observed(rows.iloc[:1].drop(columns="locator"))  # mutation: a column too few


def test_a_year_that_one_city_alone_has_is_printed_and_moves_no_part_of_the_page(
    processed, tmp_path, monkeypatch
):
    """A later edition gives Qingdao 2024: its value is printed; chart, growth and coverage end with the year that cities share."""
    held = tables._whole("observations").drop(columns=tables.HASH)
    mine = (held["region_code"] == "370200") & (held["source_id"] == city_panel.SOURCE)
    newer = held[mine & (held["year"] == 2023) & (held["indicator"] == "city_doctors")].copy()
    newer["year"] = newer["year"] + 1
    for column in ("period_start", "period_end", "observation_id", "locator"):
        newer[column] = newer[column].astype(str).str.replace("2023", "2024")
    for file in processed.iterdir():
        if file.name != "observations.parquet":
            (tmp_path / file.name).symlink_to(file)
    tables.write("observations", pd.concat([held, newer], ignore_index=True), tmp_path)
    monkeypatch.setenv("YIGAI_PROCESSED", str(tmp_path))
    zh, en = page("370200")
    assert "更新的数：医师 4.31 万人（2024 年）" in "".join(
        text(s["segments"]) for s in zh["data"]["sentences"]
    )
    assert "doctors 43,106 (2024)" in "".join(text(s["segments"]) for s in en["data"]["sentences"])
    assert "2024" not in str([zh["change"][key] for key in ("drawings", "tables", "headline")])
    assert "2024" not in str(zh["data"]["tables"])
    assert city_panel.read(["370200"])["year"].max() == 2023
    monkeypatch.setattr(city_panel, "SHARED", 0.0)  # mutation: each city runs to its own newest year
    city_panel._years.cache_clear()
    assert city_panel.read(["370200"])["year"].max() == 2024 and city_panel.later("370200").empty
    city_panel._years.cache_clear()


def test_where_beds_lead_no_second_sentence_repeats_them(processed):
    """Nagqu's doctors cannot be followed, so its first sentence of growth is on beds and the next on hospitals alone."""
    city = city_profile.load("540600")
    found = city_profile.change(city, city_profile.index_rows(city, "zh"), object())
    growth, hospitals = (next(s for s in found.sentences if s.id == i) for i in ("growth", "beds"))
    assert (
        "床位" in growth.text("zh")
        and "床位" not in hospitals.text("zh")
        and "医院数" in hospitals.text("zh")
    )
