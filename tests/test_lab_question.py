"""A question in one line is read whole, or refused: an answer to another question would be a false number with a source."""

from __future__ import annotations

import re

from pytest import fixture, mark, raises

import analysis
from analysis import catalog, tables
from analysis.errors import MethodError, ParameterError
from analysis.lab import question, search
from analysis.themes import panel


@fixture(autouse=True)
def _built(processed):
    """The processed tables."""


NATION, SHANXI, SHAANXI, JIANGSU = "000000", "140000", "610000", "320000"
READ = [
    ("山西 执业医师 2014-2023", (SHANXI,), "doctors", (2014, 2023), "trend"),
    ("山西医生排名2023", (SHANXI,), "doctors", (2023, 2023), "rank"),
    ("Shanxi beds rank 2023", (SHANXI,), "beds", (2023, 2023), "rank"),
    ("Shaanxi beds in 2023", (SHAANXI,), "beds", (2023, 2023), "table"),
    ("江苏 护士 对比", (JIANGSU,), "nurses", None, "compare"),
    ("医院床位 地图 山西", (SHANXI,), "hospital_beds", None, "map"),
    ("太原 医生 2017至2023年", ("140100",), "city_doctors", (2017, 2023), "trend"),
    ("山西和陕西的护士有多少？", (SHANXI, SHAANXI), "nurses", None, "trend"),
    ("北京 上海 医生 2023", ("110000", "310000"), "doctors", (2023, 2023), "table"),
    ("云南 护士 2019 2022", ("530000",), "nurses", (2019, 2022), "trend"),
    ("Xi'an doctors", ("610100",), "city_doctors", None, "trend"),
    ("Xi’an doctors", ("610100",), "city_doctors", None, "trend"),
    ("陕西省每千人床位排第几？", (SHAANXI,), "beds", None, "rank"),
    ("How many nurses in Jiangsu, 2019 to 2023?", (JIANGSU,), "nurses", (2019, 2023), "trend"),
    ("nurses trend in Jiangsu since 2015", (JIANGSU,), "nurses", (2015, 2023), "trend"),
    ("山西 床位 2015年以来", (SHANXI,), "beds", (2015, 2023), "trend"),
    ("山西 医院床位 到2019年", (SHANXI,), "hospital_beds", (2014, 2019), "trend"),
    ("Shanxi hospital beds after 2018", (SHANXI,), "hospital_beds", (2019, 2023), "trend"),
    ("江苏省护士人数近五年变化", (JIANGSU,), "nurses", (2019, 2023), "trend"),
    ("Jiangsu nurses, last five years", (JIANGSU,), "nurses", (2019, 2023), "trend"),
    ("江苏 护士 最新", (JIANGSU,), "nurses", (2023, 2023), "table"),
    ("南京 医师 2016-2023", ("320100",), "city_doctors", (2016, 2023), "trend"),
    ("襄樊 床位", ("420600",), "city_hospital_beds", None, "trend"),
    ("山西太原 床位", ("140100",), "city_hospital_beds", None, "trend"),
    ("无锡床位在江苏排第几", ("320200",), "city_hospital_beds", None, "rank"),
    ("Suzhou, Jiangsu beds", ("320500",), "city_hospital_beds", None, "trend"),
    ("吉林 医生", ("220000",), "doctors", None, "trend"),
    ("吉林市 医生", ("220200",), "city_doctors", None, "trend"),
    ("无锡和苏州谁的医生多", ("320200", "320500"), "city_doctors", None, "compare"),
    ("population of Zhejiang", ("330000",), "population", None, "trend"),
    ("全国 三级医院", (NATION,), "hospitals_tertiary", None, "trend"),
    ("全国 每千人口床位", (NATION,), "beds_per_1000", None, "trend"),
]  # fmt: skip


@mark.parametrize(("text", "places", "indicator", "years", "verb"), READ)
def test_a_question_in_words_is_read(text, places, indicator, years, verb):
    asked = question.read(text)
    chosen = asked.chosen
    assert (chosen.places, chosen.indicators[0], asked.verb) == (places, indicator, verb)
    assert years is None or (chosen.first, chosen.last) == years
    assert chosen.lang == ("zh" if re.search(r"[\u4e00-\u9fff]", text) else "en")
    asked.answer()


def test_shanxi_is_never_shaanxi():
    assert question.read("陕西 医生").chosen.places == (SHAANXI,)
    assert question.read("Shanxi doctors").chosen.places == (SHANXI,)


REFUSED = [
    ("山西", "indicator"), ("山西 2023", "indicator"), ("", "indicator"), ("shanxi rank", "indicator"),
    ("山西 外星飞船着陆许可", "not understood"), ("weather in Beijing", "'weather'"), ("Shanxi weather doctors 2020", "'weather'"),
    ("苏北 床位", "not understood"), ("北京 5.56", "not understood"), ("第二名 床位", "'第二名'"), ("山西 医师 2023 年 12 月", "'12 月'"),
    ("山西 去年 医生", "year in figures"), ("Shanxi doctors last year", "year in figures"), ("十年来医生增长最快的省", "ranking_changes"),
    ("山西 床位 地图 排名", "one kind"), ("山西医科大学第二医院 排名", "institution"), ("昆山 床位", "county_beds"),
    ("山西 南京 医生", "one level"), ("各市 医师", "province whose cities"), ("每万人口护士 山西", "per 10,000"), ("江苏 医生 护士 排名", "not understood"),
    ("山西 床位 2050", "from 2007 to 2023"),
]  # fmt: skip


@mark.parametrize(("text", "why"), REFUSED)
def test_a_question_with_a_part_not_understood_is_refused_and_says_which(text, why):
    with raises(MethodError, match=re.escape(why)):
        analysis.ask(text)


def test_a_name_of_two_cities_asks_which():
    with raises(ParameterError, match="320500.*341300"):
        analysis.ask("Wuxi vs Suzhou beds")


def test_likeness_alone_never_answers(monkeypatch):
    """The mutation: with the search that offers by likeness the weather of Beijing is its health technicians."""
    assert search.indicators("weather") and not search.answering("weather")
    monkeypatch.setattr(search, "answering", lambda word, held=None, keys=True: search.indicators(word, held))
    assert "technicians" in analysis.ask("weather in Beijing").title


def test_select_takes_words_whole_too():
    with raises(MethodError, match="near"):
        analysis.select("Shanxi", "doctrs of law")
    assert analysis.select("山西", "医师").indicators == ("doctors",)


def test_rates_of_provinces_are_the_panels_and_of_cities_of_the_years_with_residents():
    asked = analysis.ask("Shanxi doctors per 1,000 since 2018")
    rates = panel.load(("doctors",)).rates
    own = rates[
        (rates["indicator"] == "doctors") & (rates["region_code"] == SHANXI) & (rates["year"] >= 2018)
    ]
    assert asked.frame["Shanxi"].tolist() == [f"{v:,.2f}" for v in own.sort_values("year")["value"]]
    city = analysis.ask("苏州 每千人口床位")
    assert city.frame["年份"].tolist() == ["2020", "2023"] and "每千人" in city.title
    rows = tables.read("observations", region_code="320500", year=2023, indicator=["city_hospital_beds", "city_population_resident"], source_id="city-yearbook")  # fmt: skip
    beds, people = rows.sort_values("indicator")["value"]
    assert city.frame["苏州"].iloc[-1] == f"{1000 * beds / people:.2f}"


def test_the_most_and_the_fewest_come_first():
    most, least = (analysis.ask(f"哪个省床位{word}") for word in ("最多", "最少"))
    assert (
        most.frame["地方"].tolist() == least.frame["地方"].tolist()[::-1]
        and most.frame["位次"].iloc[0] == "1"
    )
    longest = analysis.ask("住院日最长的省 2023").frame.iloc[:, 1].astype(float)
    assert longest.is_monotonic_decreasing
    people = analysis.ask("人口最多的省")
    assert catalog.indicator("population").label("zh") in people.title and "位次" not in people.frame


def test_named_places_are_compared_with_each_other_alone():
    assert set(analysis.ask("江苏 浙江 护士 对比").frame["地方"]) == {"江苏", "浙江"}


def test_statements_without_a_year_are_listed_with_whose_they_are():
    answer = analysis.ask("镇江 博士")
    assert set(answer.frame["年份"]) == {"未注明"} and answer.frame["机构"].ne("").all()
    assert set(answer.rows["as_printed"]) >= {"119名", "40名"}


def test_what_is_not_held_of_a_question_is_said():
    assert any("2000–2023" in note for note in analysis.ask("山西 医生 2000-2023").notes)
    both = analysis.select(["山西", "台湾"], "医师")
    assert any("台湾" in note for note in both.trend().notes)
    assert "床位数" in " ".join(
        analysis.ask("山西 床位").notes
    )  # other indicators of the same words are named


def test_a_county_without_its_ending_and_an_indicator_as_people_say_it_are_offered():
    from analysis import comparison

    with raises(ParameterError, match="昆山市.*320583"):
        catalog.region("昆山")
    assert comparison.indicator_key("Registered nurses") == comparison.indicator_key("注册护士数") == "nurses"
    with raises(ParameterError, match=r"doctors \("):
        comparison.indicator_key("医生")
