"""Empty forms: filled in, they are read by the door; each heading leads somewhere."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from analysis import cli
from analysis.errors import DataError
from analysis.intake import forms, user
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


def test_the_command_writes_a_form_once_and_names_the_kinds(tmp_path, capsys):
    assert cli.main(["template", "scores", "--out", str(tmp_path)]) == 0
    assert cli.main(["template", "scores", "--out", str(tmp_path)]) == 2
    assert "a file that is there" in capsys.readouterr().err
    assert cli.main(["template", "form", "--out", str(tmp_path)]) == 2
    assert "panel, assessment, scores, bulletin" in capsys.readouterr().err
