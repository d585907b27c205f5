"""The look-ups: one name, one entry; an unknown or ambiguous name is answered with candidates."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from analysis import catalog, paths
from analysis.errors import DataError, ParameterError


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A project folder of its own with the real dictionaries, free to be spoiled."""
    (tmp_path / "data").mkdir()
    for file in (*paths.data().glob("*.csv"), *paths.data().glob("*.toml")):
        shutil.copy(file, tmp_path / "data")
    monkeypatch.setenv("YIGAI_HOME", str(tmp_path))
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("140000", "140000"), ("山西", "140000"), ("山西省", "140000"), ("Shanxi", "140000"), ("shanxi province", "140000"), ("晋", "140000"),
        ("陕西", "610000"), ("Shaanxi", "610000"), ("内蒙古", "150000"), ("Inner  Mongolia", "150000"), ("西藏", "540000"), ("Tibet", "540000"), ("Xizang", "540000"),
        ("全国", "000000"), ("地方合计", "000000"), ("太原", "140100"), ("山西省太原市", "140100"), ("江苏省宿迁市沭阳县", "321322"), ("Ürümqi", "650100"), ("Urumqi", "650100"),
        ("吉林省", "220000"), ("吉林市", "220200"), ("１４００００", "140000"), ("香港", "810000"),
    ],
)  # fmt: skip
def test_region_is_found_by_every_kind_of_name(text, code):
    assert catalog.region(text).code == code


@pytest.mark.parametrize("text", ["吉林", "Jilin", "jilin"])
def test_ambiguous_region_lists_its_candidates(text):
    with pytest.raises(ParameterError) as caught:
        catalog.region(text)
    assert "220000" in str(caught.value) and "220200" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "near"),
    [("山东省西", "山东省"), ("Shangxi", "140000"), ("140001", "140000"), ("010000", "110000")],
)
def test_unknown_region_names_the_nearest(text, near):
    with pytest.raises(ParameterError) as caught:
        catalog.region(text)
    assert near in caught.value.problems[0].fix


@pytest.mark.parametrize("text", ["", " ", "zzzzzz"])
def test_region_without_neighbours_says_where_to_look(text):
    with pytest.raises(ParameterError, match="regions.csv"):
        catalog.region(text)


def test_provinces_and_cities():
    assert len(catalog.provinces()) == 31
    assert [r.code for r in catalog.provinces()] == sorted(r.code for r in catalog.provinces())
    assert len(catalog.cities_of("140000")) == 11 and len(catalog.cities_of("320000")) == 13
    assert catalog.cities_of("110000") == []


def test_names_in_two_languages():
    shanxi = catalog.region("140000")
    assert (shanxi.name("zh"), shanxi.name("en"), shanxi.short("zh"), shanxi.short("en")) == (
        "山西省",
        "Shanxi Province",
        "山西",
        "Shanxi",
    )
    assert catalog.label(shanxi, "en") == "Shanxi Province"
    with pytest.raises(ParameterError, match="zh or en"):
        shanxi.name("fr")


def test_indicator_with_its_breaks_and_steps():
    doctors = catalog.indicator("doctors")
    assert doctors.ranked and doctors.polarity == "higher" and doctors.unit == "人"
    assert doctors.step("万人", "nbs-province") == 0.01
    assert doctors.step("万人", "nhc-bulletin-2021") == 0.1
    assert doctors.step("人", "zhenjiang-bulletin-2023") == 1
    assert doctors.step("亿人", "nbs-province") is None
    (change,) = catalog.indicator("public_health_institutions").breaks
    assert (change.start_year, change.end_year) == (2015, 2022) and change.text("en")
    (change,) = catalog.indicator("health_expenditure").breaks
    assert (change.start_year, change.end_year) == (2014, None)
    assert catalog.indicator("hospital_stay_days").breaks == ()


def test_indicator_label_depends_on_the_source_where_the_series_differ():
    assert catalog.indicator_of("医院床位数").key == "hospital_beds"
    assert catalog.indicator_of("医院床位数", "health-yearbook").key == "hospital_beds"
    assert catalog.indicator_of("医院床位数", "city-yearbook").key == "city_hospital_beds"
    assert catalog.indicator_of("地区生产总值(当年价,五经普修订后)").key == "gdp"


def test_source_of_a_publication():
    assert catalog.source_of("国家统计局 国家数据 data.stats.gov.cn 分省年度数据").id == "nbs-province"
    unlocated = "reported; original not located"
    assert catalog.source_of(unlocated, "policy/policy_timing.csv").id == "po-unlocated-timing"
    with pytest.raises(DataError):
        catalog.source_of(unlocated)


def test_institutions_under_two_names_are_one():
    assert (
        catalog.institution_of("山西医学科学院")
        is catalog.institution_of("山西白求恩医院")
        is catalog.institution("H01")
    )
    assert catalog.institution_of("南方医院赣州医院(赣州市人民医院)").id == "H07"
    assert catalog.institution_of("同济") is None


@pytest.mark.parametrize(
    ("look", "wrong", "near"),
    [
        (catalog.indicator, "doctrs", "doctors"), (catalog.source, "nbs-provinces", "nbs-province"), (catalog.institution, "H001", "H01"),
        (catalog.indicator_of, "医院床位", "医院床位数"), (catalog.source_of, "成都日", "成都日报"), (lambda key: catalog.term(key, "zh"), "state_E10", "state_E1"),
    ],
)  # fmt: skip
def test_unknown_keys_name_the_nearest(look, wrong, near):
    with pytest.raises(DataError) as caught:
        look(wrong)
    assert near in caught.value.problems[0].fix


def test_newest_date_is_a_full_date_of_the_sources():
    assert catalog.newest_date() == max(
        day for s in catalog.sources().values() for day in (s.published, s.read_on) if len(day) == 10
    )


def test_spoiled_dictionary_lists_all_its_problems(copied):
    file = copied / "regions.csv"
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("central,2,3,晋", "central,two,3,晋").replace("130000,河北省", "120000,河北省"), "utf-8"
    )
    with pytest.raises(DataError) as caught:
        catalog.regions()
    assert len(caught.value.problems) == 2
    assert "second time" in str(caught.value) and "tile" in str(caught.value)


def test_one_alias_under_two_indicators_is_refused(copied):
    file = copied / "indicators.csv"
    file.write_text(
        file.read_text("utf-8").replace("医疗卫生机构数,Health institutions", "医院数,Health institutions"),
        "utf-8",
    )
    with pytest.raises(DataError, match="医院数"):
        catalog.indicator_of("医院数")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.unlink(),
        lambda f: f.write_bytes("术语".encode("gbk")),
        lambda f: f.write_text('[terms]\na = { zh = "一" }\n', "utf-8"),
        lambda f: f.write_text('[terms]\na = "terms.b"\n', "utf-8"),
    ],
)
def test_missing_wrongly_encoded_or_ragged_dictionary_is_named(copied, spoil):
    spoil(copied / "words.toml")
    with pytest.raises(DataError, match="words.toml"):
        catalog.terms()


def test_catalog_loads_no_heavy_library():
    code = "import sys; from analysis import catalog; catalog.region('山西'); print([m for m in ('pandas', 'numpy', 'pyarrow') if m in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


def test_every_kind_of_place_has_its_word_and_a_prefecture_is_no_city():
    from analysis.report.pages import render

    kinds = {r.code: r.kind for r in catalog.regions().values()}
    for lang in ("zh", "en"):
        said = {code: render.words(lang)[f"kind_{kind}"] for code, kind in kinds.items()}
        assert all(said.values())
        ends = {"自治州": "222400", "地区": "232700", "盟": "152200", "市": "140100", "省": "140000"}
        assert len({said[code] for code in ends.values()}) == len(ends)
    for code, kind in kinds.items():  # the Chinese name decides, and the English one agrees
        if kind in ("autonomous_prefecture", "prefecture", "league"):
            assert (
                "League" in catalog.region(code).name_en_full
                or "Prefecture" in catalog.region(code).name_en_full
            )
