"""Cells that do not say whose they are or what they mean: a figure merged over rows, a lone x. Asked or refused, never repeated."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from analysis.errors import DataError
from analysis.intake import meaning, user, words
from analysis.intake.sidecar import Answers

SAID = Answers(source="中国城市统计年鉴(各年版)", period="2023", access="internal")
HEAD = ["地区", "医院床位数(张)", "医院数(个)"]


def workbook(folder: Path, rows: list[list], merged: str = "") -> Path:
    path = folder / "本市表.xlsx"
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as error:
        user.read(path, SAID)
    return str(error.value)


ROWS = [HEAD, ["太原市", 41234, 91], ["大同市", 18123, 72], ["阳泉市", 9123, 41]]


@pytest.mark.parametrize(("merged", "first"), [("B2:B3", "B2:B3"), ("B2:C2", "B2:C2"), ("C3:C4", "C3:C4")])
def test_a_figure_in_a_merged_cell_is_refused_with_its_cells(tmp_path, merged, first):
    said = refusal(workbook(tmp_path, ROWS, merged))
    assert first in said and "unmerge it" in said


def test_a_web_page_with_a_figure_over_two_rows_is_refused_alike(tmp_path):
    path = tmp_path / "表.html"
    path.write_text(
        "<table><tr><th>地区</th><th>医院床位数(张)</th></tr><tr><td>太原市</td><td rowspan=2>41234</td></tr>"
        "<tr><td>大同市</td></tr><tr><td>阳泉市</td><td>9123</td></tr></table>",
        encoding="utf-8",
    )
    assert "B2:B3" in refusal(path)


def test_merged_names_headings_and_blanks_are_no_figures(tmp_path):
    path = workbook(tmp_path, [["2023年各市医院", "", ""], *ROWS], "A1:C1")
    assert len(user.read(path, SAID).rows) == 6


def test_a_lone_x_is_missing_only_where_the_file_says_so(tmp_path):
    rows = [*ROWS, ["长治市", "x", 60]]
    said = refusal(workbook(tmp_path, rows))
    assert "B5" in said and '"x" in 1 cells' in said and "注：x" in said
    told = workbook(tmp_path, [*rows, ["注：“x”表示数据缺失。"]])
    assert len(user.read(told, SAID).rows) == 7


@pytest.mark.parametrize("broken", ["_figures_over_rows", "_sign_explained"])
def test_a_check_that_is_gone_would_be_seen(tmp_path, monkeypatch, broken):
    monkeypatch.setattr(meaning._Block, broken, lambda self, *given: None)
    path = (
        workbook(tmp_path, ROWS, "B2:B3")
        if broken == "_figures_over_rows"
        else workbook(tmp_path, [*ROWS, ["长治市", "x", 60]])
    )
    assert len(user.read(path, SAID).rows) in (5, 7)  # kept in silence


def test_the_signs_that_need_no_note_are_others():
    assert not words.SIGNS_TO_EXPLAIN & {"…", "—", "#", ""} and set(words.NO_FIGURE) >= words.SIGNS_TO_EXPLAIN
