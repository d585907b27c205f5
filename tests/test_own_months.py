"""A hospital's own table with its indicators as rows and months as columns: read, added to the dictionary, laid out in the order of time."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from analysis import tables
from analysis.collection import door
from analysis.errors import DataError
from analysis.intake import dictionary, meaning, rowed, shown, words
from analysis.intake.sidecar import Answers
from analysis.themes import stated_values, statements

ANSWERS = Answers(source="中国城市统计年鉴(各年版)", place="山西", hospital="测试医院", access="internal")


def monthly(
    folder: Path, heading: str = "主要指标", cell: object = 7.9, title: str = "2024年运营月报"
) -> Path:
    """A workbook of a title, indicators as rows with their units, two months and the year."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        [title],
        [heading, "单位", "1月", "10月", "全年"],
        ["门急诊人次", "人次", 31000, 33800, 392526],
        ["平均住院日", "天", cell, 7.0, 7.4],
    ):
        sheet.append(row)
    path = folder / "运营月报2024年.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("heading", ["指标", "主要指标", "监测指标名称", "统计项目"])
def test_a_column_of_indicators_is_known_by_its_heading(heading):
    assert words.key_kind(heading) == "indicator"


def test_rows_that_are_no_indicator_keep_their_unit_and_are_told_how_they_get_in(tmp_path):
    found = meaning.understand(monthly(tmp_path), ANSWERS)
    assert {left.what: left.unit for left in found.left} == {"门急诊人次": "人次", "平均住院日": "天"}
    with pytest.raises(DataError, match="--new"):
        found.settle()


def test_a_heading_of_indicators_that_is_not_known_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(words, "_OF_INDICATORS", re.compile("(?!)"))
    words._kind_kept.cache_clear()
    assert not meaning.understand(monthly(tmp_path), ANSWERS).left
    monkeypatch.undo()
    words._kind_kept.cache_clear()


KINDS = [
    ("门急诊人次", "人次", "flow"),
    ("医疗收入", "万元", "flow"),
    ("出院患者手术台次", "台次", "flow"),
    ("平均住院日", "天", "rate"),
    ("药占比", "%", "rate"),
    ("次均费用", "元", "rate"),
    ("实际开放床位数", "张", "stock"),
    ("在岗职工人数", "人", "stock"),
    ("收支结余", "万元", "index"),
    ("出院人数", "人", "flow"),
    ("入院患者人数", "人", "flow"),
    ("引进人才总人数", "人", "flow"),
    ("在院人数", "人", "stock"),
    ("门诊医师人数", "人", "stock"),
]


@pytest.mark.parametrize(("label", "unit", "kind"), KINDS)
def test_a_new_indicator_is_of_the_kind_that_its_name_and_unit_tell(label, unit, kind):
    assert dictionary.kind_of(label, unit) == kind
    assert door._kind(door.Request(Path("x")), label, unit) == kind
    assert door._kind(door.Request(Path("x"), kind="stock"), label, unit) == (
        kind if kind == "index" else "stock"
    )


def _statements() -> statements.Statements:
    """Lengths of stay of three months and a year, in the order of their keys."""
    rows = tables.read("observations", region_code="140000", indicator=["hospital_stay_days"])
    row = rows.iloc[[0]].assign(
        indicator="hospital_stay_days", unit="天", status="actual", quantifier="exact", salience="core"
    )
    spans = [
        ("2024-10-01", "2024-10-31"),
        ("2024-12-01", "2024-12-31"),
        ("2024-01-01", "2024-12-31"),
        ("2024-02-01", "2024-02-29"),
    ]
    parts = [
        row.assign(
            period_start=a,
            period_end=b,
            value=float(n),
            value_low=None,
            value_high=None,
            observation_id=f"x{n}",
        )
        for n, (a, b) in enumerate(spans, start=6)
    ]
    return statements.Statements("140000", pd.concat(parts, ignore_index=True).astype(rows.dtypes.to_dict()))


def as_laid_out() -> tuple[list[str], list[str]]:
    """Periods and numbers of the table of results."""
    frame = stated_values.listed(_statements(), "actual").tables[0].frame
    return list(frame["period"]), [fact.text("zh") for fact in frame["number"]]


def test_months_stand_in_the_order_of_time_and_days_name_their_unit():
    periods, numbers = as_laid_out()
    assert periods == [
        "2024-02-01 – 2024-02-29",
        "2024-10-01 – 2024-10-31",
        "2024-12-01 – 2024-12-31",
        "2024-01-01 – 2024-12-31",
    ]
    assert numbers == ["9 天", "6 天", "7 天", "8 天"]


def test_an_order_of_keys_and_a_number_without_its_unit_would_be_seen(monkeypatch):
    monkeypatch.setattr(stated_values, "ORDER", ["observation_id"])
    monkeypatch.setattr(statements, "_with_unit", statements.observed)
    periods, numbers = as_laid_out()
    assert periods[0].startswith("2024-10") and not any("天" in number for number in numbers)


def test_cells_that_hold_an_error_of_the_program_are_told(tmp_path, monkeypatch):
    path = monthly(tmp_path, cell="#DIV/0!")
    (remark,) = [r for r in meaning.understand(path, ANSWERS).remarks if "error" in r]
    assert "#DIV/0! in C4" in remark and remark.startswith("1 cells")
    monkeypatch.setattr(shown, "_FAILED", re.compile(b"(?!)"))  # mutation: the cell would pass as a blank
    assert not [r for r in meaning.understand(path, ANSWERS).remarks if "error" in r]


def test_a_title_that_names_a_hospital_asks_whose_figures_these_are(tmp_path, monkeypatch):
    path = monthly(tmp_path, title="晋阳医院2024年运营月报")
    unsaid = Answers(source=ANSWERS.source, place="山西", access="internal")
    with pytest.raises(DataError, match="--hospital"):
        meaning.understand(path, unsaid).settle()
    assert not meaning.understand(path, ANSWERS).questions
    monkeypatch.setattr(rowed, "_hospital_in", lambda titles: "")  # mutation: they would be the province's
    assert not meaning.understand(path, unsaid).questions
