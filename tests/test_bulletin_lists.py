"""Lists with 分别, and what money is counted for: each number with the item of its place, and its unit."""

from __future__ import annotations

import re

import pytest

from analysis.intake.bulletins import each, lists, reader


def rows_of(text: str) -> list[reader.Row]:
    """The proposals for a sentence of a document of September 2023."""
    return reader.rows("关于工作的文稿\n" + text, "2023-09-14", "330000")


# text -> (institution, indicator, value, unit) of each number
LISTS = [
    (
        "市一院、市二院、市三院床位数分别为1200、860、540张。",
        [("市一院", "床位数", 1200, "张"), ("市二院", "床位数", 860, "张"), ("市三院", "床位数", 540, "张")],
    ),
    (
        "县人民医院、县中医院、县妇幼保健院门诊量分别达到42.3万、21.7万和9.6万人次，分别增长12.1%、8.3%和-1.2%。",
        [
            ("县人民医院", "门诊量", 423000, "人次"),
            ("县中医院", "门诊量", 217000, "人次"),
            ("县妇幼保健院", "门诊量", 96000, "人次"),
            ("县人民医院", "门诊量", 12.1, "%"),
            ("县中医院", "门诊量", 8.3, "%"),
            ("县妇幼保健院", "门诊量", -1.2, "%"),
        ],
    ),
    (
        "职工医保和居民医保报销比例分别提高5和3个百分点。",
        [("", "职工医保报销比例", 5, "pp"), ("", "居民医保报销比例", 3, "pp")],
    ),
    (
        "三级医院、二级医院平均住院日分别下降0.4和0.2天。",
        [("", "三级医院平均住院日", -0.4, "天"), ("", "二级医院平均住院日", -0.2, "天")],
    ),
    (
        "甲、乙、丙三县医保结余分别为1200万、860万和-35万元。",
        [
            ("", "甲医保结余", 12_000_000, "元"),
            ("", "乙医保结余", 8_600_000, "元"),
            ("", "丙医保结余", -350_000, "元"),
        ],
    ),
    ("医师、护士分别为320人和410人。", [("", "医师", 320, "人"), ("", "护士", 410, "人")]),
]  # fmt: skip


def read(text: str) -> list[tuple[str, str, float | None, str]]:
    """What the lists are compared by."""
    return [(row.institution, row.indicator_zh, row.value, row.unit) for row in rows_of(text)]


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_each_number_of_a_list_belongs_to_the_item_of_its_place(text, expected):
    assert read(text) == expected


def test_times_and_places_of_a_list_are_given_out():
    rows = rows_of("2021年、2022年、2023年上半年，全市出院人次分别为38.2万、41.6万和22.3万。")
    assert [row.period_end for row in rows] == ["2021-12-31", "2022-12-31", "2023-06-30"]
    rows = rows_of("杭州市、宁波市、温州市每千人口床位分别为7.8张、6.1张、5.4张。")
    assert [(row.region_code, row.unit) for row in rows] == [
        ("330100", "张/千人"),
        ("330200", "张/千人"),
        ("330300", "张/千人"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "县人民医院、县中医院分别获批项目12项、3项和1项。",  # three numbers, two items
        "各级财政分别补助3000万元、1200万元。",
    ],
)
def test_items_that_are_not_as_many_as_the_numbers_are_not_given_out(text):
    assert len({row.institution for row in rows_of(text)}) == 1


def test_a_list_that_is_not_given_out_would_be_seen(monkeypatch):
    monkeypatch.setattr(lists, "items", lambda text, clear, found, times: {})
    assert sum(read(text) == expected for text, expected in LISTS) == 0


MONEY = [
    ("村民人均医疗费用下降312元。", -312, "元/人"),
    ("户均减轻负担860元。", 860, "元/户"),
    ("床均业务收入达45.6万元。", 456_000, "元/张"),
    ("村医人均年收入提高到5.1万元。", 51_000, "元/人年"),
    ("村医年人均增收1.9万元。", 19_000, "元/人年"),
    ("居民医保人均筹资标准提高到1020元。", 1020, "元/人"),
    ("每百万人口拥有急救车18.6辆。", 18.6, "辆/百万人"),
    ("每百万人口器官捐献率4.6。", 4.6, "1/百万"),
    ("人均预期寿命79.2岁。", 79.2, "岁"),
    ("百万人口的大县拥有胸痛中心1个。", 1, "个"),
]


@pytest.mark.parametrize(("text", "value", "unit"), MONEY)
def test_what_a_number_is_counted_for(text, value, unit):
    (row,) = rows_of(text)
    assert (row.value, row.unit) == (value, unit)


def test_a_number_per_head_that_is_not_read_would_be_seen(monkeypatch):
    monkeypatch.setattr(each, "_PER_HEAD", re.compile("(?!)"))
    wrong = [text for text, _, unit in MONEY if rows_of(text)[0].unit != unit]
    assert len(wrong) == 6


TABLE = "各县分别有医师" + "、".join(f"{number}人" for number in range(101, 101 + reader.MOST + 20)) + "。"


def lost() -> list[reader.Row]:
    """Those of a table that lost its lines which are proposed without a period and without what they count."""
    return [
        row
        for row in rows_of(TABLE)
        if (row.period_basis, row.indicator_zh, row.confidence) == ("undated", "", "low")
    ]


def test_numbers_beyond_what_a_sentence_can_place_are_left_to_a_person():
    rows = rows_of(TABLE + "全县有医院3家。")
    assert [row.value for row in rows] == [*range(101, 101 + reader.MOST + 20), 3]
    assert [row.value for row in lost()] == [*range(101 + reader.MOST, 101 + reader.MOST + 20)]
    assert rows[-1].confidence == "high" and rows[-1].period_basis != "undated"


def test_numbers_that_a_sentence_cannot_place_would_be_seen(monkeypatch):
    monkeypatch.setattr(reader, "MOST", 1_000)
    assert not lost()
