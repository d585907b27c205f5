"""Empty forms: filled in, they are read by the door; each heading leads somewhere."""

from __future__ import annotations

import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis import cli, paths
from analysis.clean import assessment
from analysis.collection import build
from analysis.errors import DataError
from analysis.intake import forms, observed, user
from analysis.intake.sidecar import Answers

NBS = "国家统计局 国家数据 data.stats.gov.cn 分省年度数据"


@pytest.mark.parametrize("kind", forms.KINDS)
def test_a_form_has_bilingual_headings_drop_downs_and_explanations(tmp_path, kind):
    path = forms.write(kind, tmp_path)
    book = load_workbook(path)
    sheet, help_sheet = book.worksheets
    headings = [cell.value for cell in sheet[1]]
    assert len(headings) == len(set(headings)) >= 7
    assert [row[0].value for row in help_sheet.iter_rows(min_row=2, max_row=len(headings) + 1)] == headings
    assert all(
        row[1].value and row[2].value for row in help_sheet.iter_rows(min_row=2, max_row=len(headings) + 1)
    )
    assert kind == "scores" or kind == "assessment" or len(sheet.data_validations.dataValidation) >= 2
    with pytest.raises(DataError, match="no row of figures"):
        user.read(path, Answers(source=NBS))


def filled(path, *rows):
    book = load_workbook(path)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            book.worksheets[0].cell(number, column, value)
    book.save(path)
    return path


def test_a_filled_panel_is_read(tmp_path):
    path = filled(
        forms.write("panel", tmp_path),
        ["山西", None, "医院床位数", 2023, 21.5, "万张", NBS, None],
        ["140000", "山西白求恩医院", "医院床位数", "2023年", 2100, "张", NBS, "自编"],
    )
    rows = user.read(path).rows
    assert rows["value"].tolist() == [215000, 2100] and rows["institution_id"].ne("").tolist() == [
        False,
        True,
    ]
    assert rows["note"].tolist() == ["", "自编"]


def test_a_filled_assessment_form_is_read(tmp_path):
    path = filled(
        forms.write("assessment", tmp_path), ["山西白求恩医院", "山西", 2022, 281, 801.5, None, None]
    )
    rows = user.read(path, Answers(source=NBS)).rows
    assert dict(zip(rows["indicator"], rows["value"], strict=True)) == {
        "national_assessment_rank": 281,
        "assessment_score": 801.5,
    }


def test_a_filled_assessment_form_reaches_the_table_of_assessments(tmp_path):
    """One row a hospital and year, with rank, score and percentile side by side; other tables of hospitals give none."""
    path = filled(
        forms.write("assessment", tmp_path),
        ["山西白求恩医院", "山西", 2022, 281, 801.5, None, "自编"],
        ["山西白求恩医院", "山西", 2021, None, None, 12.5, None],
    )
    read = user.read(path, Answers(source=NBS))
    made = build.gather(paths.raw(), [read]).frames["assessments"]
    own = made[made["assessment_id"].isin(read.rows["observation_id"])].sort_values("assessment_year")
    assert own[["hospital", "assessment_year", "province_code", "source_id"]].to_numpy().tolist() == [
        ["山西白求恩医院", 2021, "140000", "nbs-province"],
        ["山西白求恩医院", 2022, "140000", "nbs-province"],
    ]
    assert own["rank"].tolist() == [pd.NA, 281] and own["score"].tolist()[1] == 801.5
    assert (
        own["percentile_top"].tolist()[0] == 12.5
        and own["n_compared"].isna().all()
        and own["note"].tolist()[1] == "自编"
    )
    beds = read.rows.assign(indicator="hospital_beds")
    assert assessment.from_user([beds]) == [] and len(assessment.from_user([read.rows])) == 2


STATEMENTS = [
    ["21.5万张以上", "医院床位数", "山西", 2025, 21.5, "万张", "at_least", "target", "自编"],
    ["近95张", "医院床位数", "太原", 2023, 95, "张", "just_under", "commitment", None],
    ["88张", "医院床位数", "大同", 2023, 88, "张", None, None, None],
]


def test_a_filled_bulletin_form_keeps_string_bounds_and_status(tmp_path):
    rows = user.read(filled(forms.write("bulletin", tmp_path), *STATEMENTS), Answers(source=NBS)).rows
    assert rows["as_printed"].tolist() == ["21.5万张以上", "近95张", "88张"]
    assert rows["quantifier"].tolist() == ["at_least", "just_under", "exact"]
    assert rows["status"].tolist() == ["target", "commitment", "actual"]
    assert rows["value"].tolist() == [215000, 95, 88]
    assert rows["value_low"].tolist()[0] == 215000 and rows["value_low"].isna().tolist() == [
        False,
        True,
        False,
    ]
    assert rows["value_high"].isna().tolist() == [True, False, False] and rows["value_high"].tolist()[1] == 95


def test_bounds_that_are_not_read_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(observed, "_stated", lambda rows, frame: None)
    rows = user.read(filled(forms.write("bulletin", tmp_path), *STATEMENTS), Answers(source=NBS)).rows
    assert set(rows["quantifier"]) == {"exact"} and set(rows["status"]) == {"actual"}


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (6, "大概", "one of exact, about"),  # a word that is no bound
        (6, "range", "a range is two rows"),
        (7, "planned", "one of actual, target, commitment"),
        (4, 31.5, "the number of"),  # not what is printed
        (5, "张", "the number of"),
    ],
)
def test_a_bulletin_form_that_contradicts_itself_is_refused(tmp_path, column, value, says):
    row = [*STATEMENTS[0]]
    row[column] = value
    with pytest.raises(DataError, match=says):
        user.read(filled(forms.write("bulletin", tmp_path), row), Answers(source=NBS))


def test_a_column_of_states_in_another_table_is_no_status(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("地区,年份,状态,医院床位数(张)\n山西,2023,正常,95\n", encoding="utf-8")
    assert user.read(path, Answers(source=NBS)).rows["status"].tolist() == ["actual"]


def test_the_command_writes_a_form_once_and_names_the_kinds(tmp_path, capsys):
    assert cli.main(["template", "scores", "--out", str(tmp_path)]) == 0
    assert cli.main(["template", "scores", "--out", str(tmp_path)]) == 2
    assert "a file that is there" in capsys.readouterr().err
    assert cli.main(["template", "form", "--out", str(tmp_path)]) == 2
    assert "panel, assessment, scores, bulletin" in capsys.readouterr().err
