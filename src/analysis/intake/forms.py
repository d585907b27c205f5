"""Empty forms for people who type figures: headings in both languages, drop-downs, a sheet that explains. `yigai add` reads them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from analysis import catalog, paths
from analysis.errors import ParameterError, Problem

ROWS = 500  # lines with drop-downs


@dataclass(frozen=True)
class Heading:
    """A column of a form: its heading, what goes into it in both languages, and the list of its drop-down."""

    text: str
    zh: str
    en: str
    choices: str = ""


PLACE = Heading(
    "地区 Region", "省、市或县的名称或六位代码", "name or six-digit code of a province, city or county"
)
HOSPITAL = Heading(
    "医院 Hospital", "医院名称；地区的数字留空", "name of the hospital; blank for figures of a place"
)
YEAR = Heading(
    "年份 Year",
    "数字所属的年份或时期，如 2023、2023年1-6月",
    "year or period of the figure: 2023, 2023年1-6月",
)
UNIT = Heading("单位 Unit", "如 万人、张、%", "such as 万人, 张, %", "units")
SOURCE = Heading("出处 Source", "出版物名称，须已登记", "the publication, as it is registered")
NOTE = Heading("备注 Note", "口径或疑问", "definition or doubt")
FORMS: dict[str, tuple[Heading, ...]] = {
    "panel": (
        PLACE,
        HOSPITAL,
        Heading("指标 Indicator", "指标名称，从列表选", "name of the indicator, from the list", "indicators"),
        YEAR,
        Heading("数值 Value", "印出的数字，不带单位", "the number as printed, without unit"),
        UNIT,
        SOURCE,
        NOTE,
    ),
    "assessment": (
        HOSPITAL,
        PLACE,
        Heading("考核年度 Year", "国考所考核的年度", "the year that was assessed"),
        Heading("三级公立医院绩效考核全国排名(名次)", "公布的名次", "the rank as published"),
        Heading("绩效考核总分(分)", "公布的得分", "the score as published"),
        Heading("绩效考核位于前百分之几(%)", "公布的“前百分之几”", "the published 'top x per cent'"),
        NOTE,
    ),
    "bulletin": (
        Heading("印出的数字 As printed", "原文里的数字串", "the number string of the text"),
        Heading("指标 Indicator", "说的是什么", "what is counted", "indicators"),
        PLACE,
        YEAR,
        Heading("数值 Value", "数字", "the number"),
        UNIT,
        Heading("语气 Quantifier", "约、近、以上……", "about, almost, at least, ...", "quantifiers"),
        Heading("状态 Status", "已发生、目标、承诺", "actual, target, commitment", "statuses"),
        NOTE,
    ),
}  # fmt: skip
KINDS = ("panel", "assessment", "scores", "bulletin")


def _scores() -> tuple[Heading, ...]:
    """A line a hospital and year, a column an indicator of the national assessment's handbook."""
    file = paths.raw() / "assessment" / "guokao_indicators.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    ours = (
        Heading(
            row["indicator"] + (f"({row['unit']})" if row["unit"] else ""),
            "操作手册的指标；没有单位的，把单位写进标题的括号",
            "indicator of the handbook; write its unit into the brackets where there is none",
        )
        for row in rows
    )
    return (HOSPITAL, PLACE, YEAR, *ours)


def _lists() -> dict[str, list[str]]:
    from analysis import tables

    columns = tables.spec("observations").columns
    return {
        "indicators": sorted({entry.label_zh for entry in catalog.indicators().values() if entry.unit}),
        "units": sorted({e.print_unit for e in catalog.indicators().values() if e.print_unit}),
        "quantifiers": list(columns["quantifier"].allowed),
        "statuses": list(columns["status"].allowed),
    }


def write(kind: str, folder: Path) -> Path:
    """Write an empty form into a folder and return its path. Raises ParameterError for an unknown kind or a file that is there."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if kind not in KINDS:
        raise ParameterError(Problem("KIND", f'"{kind}"', "one of " + ", ".join(KINDS), "use one of them"))
    path = folder / f"yigai_{kind}.xlsx"
    if path.exists():
        fix = "rename or move it, then write the form again"
        raise ParameterError(Problem(str(path), "a file that is there", "no file of that name", fix))
    headings, lists = FORMS.get(kind) or _scores(), _lists()
    book = Workbook()
    sheet, help_sheet = book.active, book.create_sheet("说明 Explanations")
    sheet.title = kind
    for column, name in enumerate(lists, start=5):
        for row, text in enumerate([name, *lists[name]], start=1):
            help_sheet.cell(row, column, text)
    for column, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, column, heading.text)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = 16
        for at, text in enumerate((heading.text, heading.zh, heading.en), start=1):
            help_sheet.cell(column + 1, at, text)
        if heading.choices:
            letter = get_column_letter(5 + list(lists).index(heading.choices))
            span = f"'{help_sheet.title}'!${letter}$2:${letter}${len(lists[heading.choices]) + 1}"
            rule = DataValidation(type="list", formula1=span, allow_blank=True, showErrorMessage=False)
            rule.add(f"{get_column_letter(column)}2:{get_column_letter(column)}{ROWS}")
            sheet.add_data_validation(rule)
    for column, text in enumerate(("列 Column", "填什么", "What goes into it"), start=1):
        help_sheet.cell(1, column, text).font = Font(bold=True)
        help_sheet.column_dimensions[get_column_letter(column)].width = 34
    sheet.freeze_panes = "A2"
    book.save(path)
    return path
