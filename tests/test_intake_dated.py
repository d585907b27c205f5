"""Tables whose headings hold a year and an indicator together, and rows that no figure is read from: read, or refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.collection import bulletins
from analysis.errors import DataError
from analysis.intake import layout, meaning, observed, parted, user
from analysis.intake.sidecar import Answers

YEARBOOK = "中国城市统计年鉴(各年版)"


def table(folder: Path, text: str) -> Path:
    """A text table of that content."""
    path = folder / "表.csv"
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path, **said: str) -> list[tuple[str, str, str, float]]:
    """(place, indicator, last day, value) of each figure."""
    rows = user.read(path, Answers(source=YEARBOOK, **said)).rows
    return list(rows[["region_code", "indicator", "period_end", "value"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    "headings",
    [
        "2022年医院数(个),2023年医院数(个)",
        "医院数(2022年)(个),医院数(2023年)(个)",
        "2022年_医院数(个),2023年_医院数(个)",
    ],
)
def test_a_year_before_or_behind_an_indicator_is_the_period_of_its_column(tmp_path, headings):
    path = table(tmp_path, f"地区,{headings}\n太原市,205,210\n大同市,101,103\n")
    assert read(path) == [
        ("140100", "city_hospitals", "2022-12-31", 205.0),
        ("140200", "city_hospitals", "2022-12-31", 101.0),
        ("140100", "city_hospitals", "2023-12-31", 210.0),
        ("140200", "city_hospitals", "2023-12-31", 103.0),
    ]


def test_months_written_as_six_digits_are_periods(tmp_path):
    path = table(tmp_path, "地区,202301,202312\n太原市,205,210\n大同市,101,103\n")
    found = read(path, indicator="医院数(个)")
    assert {row[2] for row in found} == {"2023-01-31", "2023-12-31"}


@pytest.mark.parametrize(
    "heading", ["2023年比2022年增长(%)", "2021年以来新增(个)", "医院数(个)", "2023年(万人)"]
)
def test_a_heading_that_is_no_year_and_an_indicator_stays_whole(heading):
    assert parted.parts(heading) == (heading,)


def test_a_year_that_is_not_taken_apart_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(parted, "parts", lambda heading: (heading,))
    path = table(tmp_path, "地区,2022年医院数(个),2023年医院数(个)\n太原市,205,210\n")
    with pytest.raises(DataError, match="no column that the dictionary knows"):
        read(path)


def test_years_as_rows_and_places_as_columns_ask_for_the_indicator(tmp_path):
    path = table(tmp_path, "年份,太原市,大同市\n2022年,205,101\n2023年,210,103\n")
    with pytest.raises(DataError, match="which indicator it holds"):
        read(path)
    assert ("140100", "city_hospitals", "2023-12-31", 210.0) in read(path, indicator="医院数(个)")


def test_a_code_that_a_program_wrote_as_a_decimal_is_that_code(tmp_path):
    path = table(tmp_path, "地区代码,地区,年份,指标,数值,单位\n420600.0,襄樊市,2009,医院数,12,个\n")
    assert read(path)[0][0] == "420600"


UNREAD = [
    "太原市,205\n大同市,2050[2]\n阳泉市,31\n",
    "太原市,205\n大同市,待定\n阳泉市,31\n",
    "太原市,205\n大同市,10O\n阳泉市,31\n",
]


@pytest.mark.parametrize("body", UNREAD)
def test_a_place_whose_cell_is_no_figure_is_refused_by_name_not_lost(tmp_path, body):
    path = table(tmp_path, "地区,2023年医院数(个)\n" + body)
    with pytest.raises(DataError, match=r"row 3 value \(B3\)"):
        read(path)


def test_a_row_that_is_lost_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(layout._Reader, "_among_figures", lambda self, number: False)
    path = table(tmp_path, "地区,2023年医院数(个)\n" + UNREAD[0])
    found = meaning.understand(path, Answers(source=YEARBOOK))
    assert not any(found.cells["value"] == "2050[2]")


@pytest.mark.parametrize(
    ("unit", "label", "expected"),
    [
        ("人/千人", "每千人口注册护士", "人"),
        ("张/千人口", "每千人口床位", "张"),
        ("人/千人", "注册护士", "人/千人"),
    ],
)
def test_a_unit_for_each_thousand_is_that_of_a_figure_named_so(unit, label, expected):
    assert observed._without_base(unit, label) == expected


def test_a_label_of_the_monthly_report_over_whole_years_is_the_yearly_series(tmp_path):
    """总诊疗人次数 of 2022 printed as "monthly report" would be a false label; months added up stay with the monthly report."""
    wide = "地区,年份,总诊疗人次数(万人次)\n太原,2022,3000.5\n太原,2023年,3100.5\n"
    assert [row[1] for row in read(table(tmp_path, wide))] == ["visits", "visits"]
    months = "地区,时间,总诊疗人次数(万人次)\n太原,2022年1-12月,3000.5\n太原,2023年,3100.5\n"
    found = meaning.understand(table(tmp_path, months), Answers(source=YEARBOOK))
    assert list(found.cells["indicator"]) == ["visits_monthly", "visits"]
    assert any("whole years" in remark for remark in found.remarks)
    named = meaning.understand(
        table(tmp_path, wide), Answers(source=YEARBOOK, columns={"总诊疗人次数(万人次)": "visits_monthly"})
    )
    assert list(named.cells["indicator"]) == ["visits_monthly"] * 2


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        ("2023-01-01", "2023-12-31", "visits"),
        ("2023-01-01", "2023-06-30", "visits_monthly"),
        ("", "2023-12-31", "visits_monthly"),
    ],
)
def test_a_statement_of_a_whole_year_is_of_the_yearly_series(first, last, key):
    row = {"indicator_zh": "总诊疗人次数", "period_start": first, "period_end": last}
    assert bulletins._indicator(row, "public", None) == key
    assert bulletins._indicator(row | {"indicator_zh": "visits_monthly"}, "public", None) == "visits_monthly"
