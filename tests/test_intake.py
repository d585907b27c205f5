"""Files as publishers and offices make them: twins of real layouts with numbers of our own, and every kind of bad input.

No figure here is real. The samples these are twins of are not in the repository.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from analysis import catalog, editions, tables
from analysis.clean import panel
from analysis.errors import DataError
from analysis.intake import extent, located, meaning, observed, sidecar, sniff, user
from analysis.intake.sidecar import Answers

FIXTURES = Path(__file__).parent / "fixtures" / "intake"
HEAD = "region_code,region_zh,year,indicator_zh,value,unit,source_publication,note\n"
NBS = "国家统计局 国家数据 data.stats.gov.cn 分省年度数据"
CITY = "中国城市统计年鉴(各年版)"
EXPORT = """数据库：分省年度数据,,
指标：执业(助理)医师数(万人),,
时间：最近2年,,
地区,2022年,2021年
山西省,12.30,12.10
西藏自治区,1.10,
数据来源：国家统计局,,
"""


@pytest.fixture
def put(tmp_path):
    """Write a file and give its path: text in an encoding, bytes, or rows of a workbook."""

    def write(name: str, content: object, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        if isinstance(content, list):
            book = Workbook()
            for row in content:
                book.active.append(row)
            book.save(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def figures(path: Path, **said) -> dict[str, float]:
    """Key of each figure that a file holds -> value in base units."""
    rows = user.read(path, Answers(**said)).rows
    return dict(zip(rows["observation_id"], rows["value"], strict=True))


def refusal(path: Path, **said) -> str:
    with pytest.raises(DataError) as error:
        user.read(path, Answers(**said))
    return str(error.value)


def left(path: Path, **said) -> dict[str, str]:
    found = user.read(path, Answers(**said)).found
    return {row.what: row.why for row in found.left} | {c.heading: c.why for c in found.columns if not c.what}


# -------------------------------------------------------------------------------------------- exports of the statistics site

DOCTORS = {
    "nbs-province:140000:doctors:2022": 123000,
    "nbs-province:140000:doctors:2021": 121000,
    "nbs-province:540000:doctors:2022": 11000,
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["export.csv", "EXPORT.CSV", "export.txt", "export.xls", "without ending"])
def test_an_export_is_read_in_its_encodings_whatever_it_is_called(put, encoding, name):
    assert figures(put(name, EXPORT.replace("\n", "\r\n"), encoding)) == DOCTORS


def test_a_workbook_and_a_web_page_of_the_same_table_say_the_same(put):
    rows = [
        [float(c) if c.replace(".", "").isdigit() else c for c in line.split(",")]
        for line in EXPORT.splitlines()
    ]
    cells = "".join(
        "<tr>" + "".join(f"<td>{c}</td>" for c in line.split(",")) + "</tr>" for line in EXPORT.splitlines()
    )
    assert figures(put("export.xlsx", rows)) == DOCTORS
    assert (
        figures(
            put("export.xls", f"<!-- an office page -->\n<html><body><table>{cells}</table></body></html>")
        )
        == DOCTORS
    )


def test_notes_between_the_table_and_its_footer_are_no_rows(put):
    notes = (
        "注：1.自编说明。\n　　　2.自编的第二行，含半角,逗号。\n　　　3.2013年起，又一行自编说明。\n数据来源"
    )
    assert figures(put("a.csv", EXPORT.replace("数据来源", notes), "gb18030")) == DOCTORS


CURRENT = "﻿数据库：分省年度数据 \n时间：2023年-2025年 \n地区\t,2025年\t,2024年\t,\n山西省\t,\t,3.00\t,\n江苏省\t,\t,9.50\t,\n注：1. 自编。\n数据来源：国家统计局"


def test_the_current_site_has_no_indicator_line_the_files_name_or_one_answer_says_it(put):
    expected = {"nbs-province:140000:doctors:2024": 30000, "nbs-province:320000:doctors:2024": 95000}
    assert figures(put("执业(助理)医师数(万人).csv", CURRENT)) == expected
    assert figures(put("执业(助理)医师数(万人) (3).csv", CURRENT)) == expected
    text = refusal(put("分省年度数据.csv", CURRENT))
    assert (
        "which indicator it holds" in text
        and '--indicator "NAME"' in text
        and "分省年度数据.csv.toml" in text
    )
    assert text.count("\n") == 0
    assert figures(put("b.csv", CURRENT), indicator="执业（助理）医师数(万人)") == expected


def test_answers_are_remembered_in_the_sidecar(put):
    path = put("b.csv", CURRENT)
    answers = Answers(indicator="doctors", unit="万人", places={"某地": "140000"})
    sidecar.path_of(path).write_text(sidecar.text(answers), encoding="utf-8")
    assert sidecar.read(path) == answers
    assert user.read(path).rows["value"].tolist() == [30000, 95000]


def test_heading_lines_cut_off_the_old_sites_workbook_says_the_rest_by_its_sheet(put):
    path = FIXTURES / "export_heading_cut.xls"
    found = figures(path, indicator="医疗卫生机构数")
    assert len(found) == 62 and found["nbs-province:140000:institutions:2023"] == 20400
    assert not any(key.endswith(":2024") for key in found), "the blank newest year makes no row"


def test_a_footer_is_the_sign_of_a_whole_export(put):
    assert "truncated: export it again" in refusal(
        put("a.csv", EXPORT.replace("数据来源：国家统计局,,\n", ""))
    )


def test_one_place_with_indicators_as_rows_asks_for_the_place(put):
    text = (
        "数据库：分省年度数据\n时间：最近2年\n指标,2023年,2022年\n医疗卫生机构数(个),37000,36000\n"
        "执业(助理)医师数(万人),11.50,11.20\n自编的指标(个),5,4\n数据来源：国家统计局\n"
    )
    path = put("a.csv", text, "gb18030")
    assert '--place "NAME"' in refusal(path)
    found = figures(path, place="山西")
    assert (
        found["nbs-province:140000:institutions:2023"] == 37000
        and found["nbs-province:140000:doctors:2022"] == 112000
    )
    assert "no indicator of the dictionary" in left(path, place="山西")["自编的指标(个)"]
    named = put("b.csv", text.replace("时间：", "地区：江苏省\n时间："), "gb18030")
    assert figures(named)["nbs-province:320000:doctors:2023"] == 115000


def test_major_cities_under_short_names_are_cities_where_a_name_is_shared(put):
    text = "数据库：主要城市年度数据\n指标：医院床位数(张)\n时间：最近1年\n地区,2022年\n太原,30000\n南京,50000\n苏州,60000\n吉林,20000\n数据来源：国家统计局\n"
    found = user.read(put("a.csv", text), Answers(source=CITY)).rows
    assert found["region_code"].tolist() == ["140100", "320100", "320500", "220200"]


# ------------------------------------------------------------------------------------------------------------ yearbook tables


def test_a_yearbooks_merged_headings_unit_row_indents_subtotals_and_source_line():
    path = FIXTURES / "yearbook_merged.xls"
    found = figures(path)
    assert found["city-yearbook:140100:city_hospitals:2015"] == 210
    assert found["city-yearbook:320100:city_doctors:2015"] == 27500
    assert len(found) == 17, "… and — are no figures"
    assert "city-yearbook:140100:district_hospitals:2015" in found
    why = left(path)
    assert "sum of the cities" in why["江苏省"]


def test_a_bilingual_yearbook_with_numbers_as_text_and_a_misprinted_name(put):
    rows = [
        [],
        ["2-23医院、床位和医生数"],
        [],
        ["Number of Hospitals, Beds and Doctors"],
        [],
        [
            "城 市",
            "City",
            "医院数 (个) Number of Hospitals (unit)",
            None,
            "医院床位数 (张) Number of Beds (bed)",
            None,
        ],
        [
            None,
            None,
            "全市 Total City",
            "市辖区 Districts under City",
            "全市 Total City",
            "市辖区 Districts under City",
        ],
        ["北京市", "Beijing", "701", "701", "120001", "120001"],
        ["山西省", "Shanxi"],
        ["  太原市", "  Taiyuan", "201", "180", "40001", "38000"],
        ["  大同市", "  Datong", "101", "80", "19001", "12000"],
        ["江苏省", "Jiangsu"],
        ["  南京市", "  Nanjing", "251", "250", "６０００１", "59000"],
        ["  无钖市", "  Wuxi", "211", "120", "50001", "30000"],
        ["  徐州市", "  Xuzhou", "199", "120", "61001", "30000"],
        ["  常州市", "  Changzhou", "…", "—", "31001", ""],
        ["  苏州市", "  Suzhou", "#", "", "71001", ""],
    ]
    path = put("a.xlsx", rows)
    assert "period" in refusal(path, source=CITY) and "not of the book" in refusal(path, source=CITY)
    found = figures(path, source=CITY, period="2023")
    assert found["city-yearbook:320100:city_hospital_beds:2023"] == 60001
    assert found["city-yearbook:110000:city_hospitals:2023"] == 701 and len(found) == 22
    assert found["city-yearbook:140100:district_hospitals:2023"] == 180
    assert "无锡市" in left(path, source=CITY, period="2023")["无钖市"]
    assert (
        figures(path, source=CITY, period="2023", places={"无钖市": "320200"})[
            "city-yearbook:320200:city_hospitals:2023"
        ]
        == 211
    )


def test_headings_one_above_the_other_are_read_together_or_not_at_all(put):
    rows = [
        ["3-1 2019年各地区卫生机构"],
        ["地区", "医疗卫生机构数(个)", None, None, "床位数(张)", None, "卫生人员(人)", None],
        [None, "合计", "医院", "基层医疗卫生机构", "合计", "医院", "合计", "注册护士"],
        ["全国", 900, 30, 800, 7000, 5000, 9000, 3000],
        ["东部", 400, 10, 300, 3000, 2000, 4000, 1000],
        ["山西省", 90, 3, 80, 700, 500, 900, 300],
        ["江苏省", 91, 4, 81, 701, 501, 901, 301],
        ["浙江省", 92, 5, 82, 702, 502, 902, 302],
        ["广东省", 93, 6, 83, 703, 503, 903, 303],
    ]
    path = put("a.xlsx", rows)
    found = figures(
        path, source="中国卫生健康统计年鉴（及其前身 中国卫生统计年鉴/中国卫生和计划生育统计年鉴）"
    )
    of = {key.split(":")[2]: value for key, value in found.items() if ":140000:" in key}
    assert of["institutions"] == 90 and of["hospitals"] == 3 and of["primary_institutions"] == 80
    assert of["hospital_beds"] == 500 and of["nurses"] == 300
    assert found["health-yearbook:000000:hospitals:2019"] == 30
    assert left(path, source=NBS)["东部"] == "a group of places"


def test_a_wide_table_of_years_under_indicators_and_a_long_one_of_years_as_rows(put):
    wide = put(
        "a.xlsx",
        [
            ["地区", "医院数(个)", None, "执业(助理)医师数(人)", None],
            [None, 2021, 2022, "2021年", "2022年"],
            ["山西省", 10, 11, 100, 110],
            ["江苏省", 20, 21, 200, 210],
        ],
    )
    found = figures(wide, source=NBS)
    assert (
        found["nbs-province:140000:hospitals:2021"] == 10 and found["nbs-province:320000:doctors:2022"] == 210
    )
    rows = put("b.csv", "年份,医院数(个),执业(助理)医师数(人)\n2021,10,100\n2022年,11,110\n")
    assert figures(rows, source=NBS, place="山西") == {
        "nbs-province:140000:hospitals:2021": 10,
        "nbs-province:140000:doctors:2021": 100,
        "nbs-province:140000:hospitals:2022": 11,
        "nbs-province:140000:doctors:2022": 110,
    }


def test_a_table_on_two_pages_and_on_two_sheets(put, tmp_path):
    head = ["地区", "医院数(个)", "执业(助理)医师数(人)"]
    pages = [
        ["2-1 医院和医师 (2020年)"],
        head,
        ["山西省", 1, 10],
        ["江苏省", 2, 20],
        ["续表"],
        head,
        ["浙江省", 3, 30],
        ["广东省", 4, 40],
    ]
    found = figures(put("a.xlsx", pages), source=NBS)
    assert [
        found[f"nbs-province:{code}:hospitals:2020"] for code in ("140000", "320000", "330000", "440000")
    ] == [1, 2, 3, 4]
    book = Workbook()
    for row in pages[:4]:
        book.active.append(row)
    second = book.create_sheet("2")
    for row in [["浙江省", 3, 30], ["广东省", 4, 40]]:
        second.append(row)
    book.save(tmp_path / "b.xlsx")
    assert figures(tmp_path / "b.xlsx", source=NBS) == found


def test_panels_side_by_side(put):
    path = put("a.csv", "地区,医院数(个),地区,医院数(个)\n山西省,1,江苏省,2\n浙江省,3,广东省,4\n")
    assert len(figures(path, source=NBS, period="2020")) == 4


def test_places_as_columns(put):
    path = put("a.csv", "指标,山西省,江苏省\n医院数(个),1,2\n执业(助理)医师数(人),10,20\n")
    found = figures(path, source=NBS, period="2020")
    assert found["nbs-province:320000:doctors:2020"] == 20 and len(found) == 4


PROVINCIAL = [
    ["21-3 各市医疗卫生机构、床位数(2022年)"],
    ["", "单位：个、张"],
    ["地  区", "医疗卫生机构数(个)", "医院床位数(张)"],
    ["全  省", 41007, 190000],
    ["太原市", 3000, 45000],
    ["  大同市", 2900, 17000],
    ["　阳泉市", 1200, 7000],
    ["注：本表不含诊所。"],
]


def put_rows(path, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_the_whole_province_of_a_provincial_yearbook_is_that_of_its_cities(tmp_path, monkeypatch):
    path = put_rows(tmp_path / "21-3.xlsx", PROVINCIAL)
    answers = Answers(source="国家统计局 国家数据 data.stats.gov.cn 分省年度数据", period="2022")
    rows = user.read(path, answers).rows
    assert rows["region_code"].unique().tolist() == ["140000", "140100", "140200", "140300"]
    monkeypatch.setattr(located.Located, "_only_province", lambda self, names: "")
    with pytest.raises(DataError, match="全省"):
        user.read(path, answers)


def test_names_of_places_beside_their_english_are_read(tmp_path):
    table = [
        ["地区 Region", "医院床位数(万张) Hospital Beds"],
        ["北 京 Beijing", 12.1],
        ["山 西 Shanxi", 20.4],
        ["陕 西 Shaanxi", 27.3],
    ]
    answers = Answers(source="国家统计局 国家数据 data.stats.gov.cn 分省年度数据", period="2022")
    rows = user.read(put_rows(tmp_path / "10-1.xlsx", table), answers).rows
    assert rows["region_code"].tolist() == ["110000", "140000", "610000"]


def test_a_whole_province_named_by_the_word_for_it(put):
    path = put("a.csv", "市,医院数(个)\n太原市,1\n大同市,2\n合计,3\n")
    assert "a total without the name of a place" in left(path, source=CITY, period="2020")["合计"]


def test_a_column_of_an_unknown_indicator_is_left_out_by_name_and_can_be_named(put):
    path = put("a.csv", "地区,医院数(个),自编的床位(张)\n山西省,1,5\n江苏省,2,6\n")
    assert left(path, source=NBS, period="2020")["自编的床位(张)"].startswith(
        "no indicator of the dictionary"
    )
    found = figures(path, source=NBS, period="2020", columns={"自编的床位(张)": "医院床位数"})
    assert found["nbs-province:320000:hospital_beds:2020"] == 6
    assert (
        len(figures(path, source=NBS, period="2020", columns={"医院数(个)": "", "C": "hospital_beds"})) == 2
    )
    assert "no indicator of the dictionary" not in str(figures(path, source=NBS, period="2020"))


def test_a_heading_that_another_heading_qualifies_is_never_taken_alone(put):
    path = put("a.csv", "地区,民营医院,医院数(个)\n,医院数,\n山西省,1,5\n江苏省,2,6\n")
    found = figures(path, source=NBS, period="2020")
    assert found["nbs-province:140000:hospitals:2020"] == 5


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_dialects_of_text_tables(put, delimiter):
    text = '地区,医院数(个),"备注"\n山西省,"1 234",\n江苏省,1234,一'.replace(",", delimiter)
    assert set(figures(put("a.txt", text), source=NBS, period="2020").values()) == {1234}


def test_an_ods_workbook():
    assert figures(FIXTURES / "small.ods", indicator="执业(助理)医师数(万人)", source=NBS) == {
        "nbs-province:140000:doctors:2024": 125000,
        "nbs-province:320000:doctors:2024": 302500,
    }


# --------------------------------------------------------------------------------------------------- same rows as the panel's


def test_a_long_file_means_what_the_same_rows_mean_in_the_panel(put):
    text = HEAD + "".join(
        f"140000,山西省,{year},{label},{value},{unit},{NBS},{note}\n"
        for year, label, value, unit, note in [
            ("2022", "执业(助理)医师数", "12.30", "万人", ""),
            ("2021", "执业(助理)医师数", "121234", "人", "公报初步数"),
            ("2022", "医院平均住院日", "9.4", "日", "孤立高值"),
            ("2020", "地区生产总值", "17651.9", "亿元", ""),
        ]
    )
    path = put("a.csv", text)
    own = user.read(path).rows.drop(columns=["locator", *editions.COLUMNS])
    theirs = pd.DataFrame(panel.long(path)).drop(columns="locator")
    for column in own:
        assert own[column].astype(object).tolist() == theirs[column].astype(object).tolist(), column


def test_a_locator_names_the_file_and_the_cell(put):
    assert (
        user.read(put("a.csv", EXPORT)).rows["locator"].iloc[0]
        == "分省年度数据 › 执业（助理）医师数 › 山西省 › 2022年 › a.csv B5"
    )


# ----------------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("山西省,", "山西身,"), ["export.csv row 5 region_code", '"山西身"', "140000"]),
        (("12.10", "12.1O"), ["export.csv row 5 value (C5)", '"12.1O"', "a number"]),
        (("国家统计局", "某网站"), ["source_publication", "某网站", "sources.csv"]),
        (("执业(助理)医师数", "执业大夫数"), ["执业大夫数", "indicators.csv"]),
        (("2021年", "20211年"), ["row 4 year", "20211年"]),
        (("山西省,12.30,12.10", "山西省,12.30"), ["row 5: found 2 cells", "3 cells"]),
        (("12.30,12.10", "1,230,12.10"), ["row 5: found 4 cells", "in quotes"]),
        (("西藏自治区,1.10,", "山西省,9.99,"), ["row 6", "same key as row 5", "conflicting value"]),
    ],
)
def test_a_damaged_export(put, change, expected):
    text = refusal(put("export.csv", EXPORT.replace(*change)))
    for part in expected:
        assert part in text


def test_one_cause_is_one_message(put):
    many = "".join(f"{r.name_zh},1,2\n" for r in catalog.provinces())
    head, foot = EXPORT.split("山西省")[0], "数据来源：国家统计局,,\n"
    text = refusal(put("a.csv", head.replace("执业(助理)医师数", "每万人拥有自编数") + many + foot))
    assert len(text.splitlines()) == 1 and "all 31 rows" in text
    text = refusal(put("b.csv", head.replace("2021年", "2031年") + many + foot))
    assert len(text.splitlines()) == 1 and "and 30 more cells" in text
    text = refusal(
        put("c.csv", HEAD + "".join(f"{r.code},,2020,自编,1,个,{NBS},\n" for r in catalog.provinces()))
    )
    assert len(text.splitlines()) == 1 and "in 31 rows" in text


@pytest.mark.parametrize(
    "cell", ["=cmd|' /C calc'!A0", "@SUM(A1)", '=HYPERLINK("http://a.example")', "+cmd|x!A1", "=1+A2"]
)
def test_a_formula_as_text_is_refused_wherever_it_stands(put, cell):
    text = EXPORT.replace("西藏自治区", '"' + cell.replace('"', '""') + '"')
    assert "a formula written as text" in refusal(put("a.csv", text))


def workbook(tmp_path, change) -> Path:
    book = Workbook()
    for row in [["地区", "2022年"], ["山西省", 12.5], ["江苏省", 30.5], ["数据来源：国家统计局"]]:
        book.active.append(row)
    book.active.title = "分省年度数据"
    change(book)
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_a_formula_without_a_value_is_named_by_its_cell(tmp_path):
    path = workbook(tmp_path, lambda book: book.active.__setitem__("B3", "=B2*2"))
    assert "formulas without a computed value in 1 cells (B3)" in refusal(path)


def test_hidden_rows_are_read_and_said_hidden_sheets_are_not_read_and_said(tmp_path):
    def change(book):
        book.active.row_dimensions[3].hidden = True
        book.create_sheet("旧稿").append(["地区", "2022年"])
        book["旧稿"].append(["山西省", 99])
        book["旧稿"].sheet_state = "hidden"

    path = workbook(tmp_path, change)
    found = user.read(path, Answers(indicator="执业(助理)医师数(万人)"))
    assert found.rows["value"].tolist() == [125000, 305000]
    assert "1 rows and 0 columns are hidden" in str(found) and 'sheet "旧稿" is hidden' in str(found)


def test_dates_as_serials_and_as_dates(put):
    from datetime import date

    rows = [["日期", "地区", "指标", "数值", "单位"], [date(2022, 12, 31), "山西省", "医院数", 5, "个"]]
    rows[0][0] = "时间"
    ((start, end),) = (
        user.read(put("a.xlsx", rows), Answers(source=NBS))
        .rows[["period_start", "period_end"]]
        .to_numpy()
        .tolist()
    )
    assert (start, end) == ("2022-12-31", "2022-12-31")
    assert '"44926"' in refusal(
        put("b.csv", "时间,地区,指标,数值,单位\n44926,山西省,医院数,5,个\n"), source=NBS
    )


def test_a_unit_that_nothing_states_is_asked_for(put):
    path = put("a.csv", "城市,医院床位数\n太原市,400\n大同市,200\n")
    assert '--unit "张"' in refusal(path, source=CITY, period="2020")
    assert set(figures(path, source=CITY, period="2020", unit="千张").values()) == {400000, 200000}


BAD_FILES = [
    (b"", "an empty file"),
    (b" \r\n\t", "an empty file"),
    (b"%PDF-1.7 ...", "a PDF"),
    (b"\x89PNG\r\n\x1a\n....", "a picture"),
    (b"\x1f\x8b\x08\x00....", "a packed file (gzip)"),
    (b"Rar!\x1a\x07\x00....", "an archive (RAR)"),
    (b"{\\rtf1 text}", "a rich text document"),
    (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "a web archive (MHTML)"),
    (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "an XML workbook of Excel 2003"),
    (b'<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><html>&b;</html>', "a billion laughs"),
    (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "&b;">]><x>&a;</x>', "a billion laughs"),
    (b"<html><body><p>no table</p></body></html>", "a web page without a table"),
    (b'{"a": [1, 2]}', "a JSON file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a compound file without a workbook"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "a Word document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "a damaged XLS workbook"),
    (b"PK\x03\x04 and no more", "a damaged workbook"),
    ("山西省,1\n".encode("gb18030") * 3 + b"\xff\xff\xff\n" + "江苏省,2".encode(), "neither UTF-8 nor GBK"),
    (b"a,b\n1,\x00\x01\x02\x03\x04\n", "binary data"),
    (("地区,2022年\n山西省,1\n" + "x" * (sniff.MAX_LINE + 1)).encode(), "a line of"),
    (b'a,"b\n1,2\n', "leaves a quote open"),
    ("地区,医院数\n".encode(), "no row of figures"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "cause"), BAD_FILES, ids=[cause for _, cause in BAD_FILES])
def test_bad_files_are_named_for_what_they_are_and_what_to_do(put, content, cause):
    text = refusal(put("a.xls", content))
    assert cause in text and text.count("\n") == 0 and "; " in text.split("expected", 1)[1]


def test_an_encrypted_workbook_says_so():
    assert "an encrypted workbook" in refusal(FIXTURES / "encrypted.xlsx")


LISTED = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"\x93\x01"}
KEYS = (
    b'<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
)


def test_an_ods_with_a_password_says_so_and_not_that_it_is_damaged(tmp_path, monkeypatch):
    locked = zipped(tmp_path, {**LISTED, "META-INF/manifest.xml": KEYS})
    assert "an encrypted workbook" in refusal(locked)
    whole = zipped(
        tmp_path, {"encrypted-package": b"\x01", "META-INF/manifest.xml": b"<m/>", "mimetype": b"x"}
    )
    assert "an encrypted workbook" in refusal(whole)
    monkeypatch.setattr(sniff, "_no_password", lambda *_: None)  # mutation
    assert "encrypted" not in refusal(whole)


def test_what_is_no_file_is_named_for_what_it_is(tmp_path):
    """A link that leads nowhere, one that leads to a file, a pipe."""
    gone, held, pipe = (tmp_path / name for name in ("gone.csv", "held.csv", "pipe.csv"))
    gone.symlink_to(tmp_path / "nothing")
    (tmp_path / "a.csv").write_text(EXPORT, encoding="utf-8")
    held.symlink_to(tmp_path / "a.csv")
    os.mkfifo(pipe)
    assert "a link to a file that is not there" in refusal(gone)
    assert "a pipe or a device" in refusal(pipe)
    assert sniff.sniff(held).kind == sniff.TEXT
    assert "no such file" in refusal(tmp_path / "none.csv")
    assert user.files(tmp_path) == [tmp_path / "a.csv", gone, held, pipe]


def zipped(tmp_path, members: dict[str, bytes]) -> Path:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


BOOK = {"xl/workbook.xml": b"<workbook/>"}


def test_a_zip_bomb_is_refused_by_its_ratio_and_by_unpacking(tmp_path):
    path = zipped(tmp_path, BOOK | {"xl/worksheets/sheet1.xml": b"0" * (16 * 2**20)})
    assert "a zip bomb" in refusal(path)


def test_a_zip_bomb_that_lies_about_its_size_is_found(tmp_path):
    path = zipped(tmp_path, BOOK | {"xl/worksheets/sheet1.xml": b"0" * (16 * 2**20)})
    raw = path.read_bytes()
    true, false = (16 * 2**20).to_bytes(4, "little"), (900).to_bytes(4, "little")
    path.write_bytes(raw.replace(true, false))
    assert "a zip bomb" in refusal(path)


def test_other_archives_and_entities_inside_a_workbook(tmp_path):
    assert "an archive (ZIP)" in refusal(zipped(tmp_path, {"a.csv": b"1"}))
    assert "a Word document" in refusal(zipped(tmp_path, {"word/document.xml": b"<w/>"}))
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]><workbook/>'
    assert "billion laughs" in refusal(zipped(tmp_path, BOOK | {"xl/sharedStrings.xml": laughs}))
    assert "damaged" in refusal(zipped(tmp_path, BOOK))


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    assert "200 MB" in refusal(path) and "split it" in refusal(path)


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.99])
def test_a_workbook_cut_off_anywhere(tmp_path, cut):
    path = workbook(tmp_path, lambda book: None)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * cut)])
    assert "damaged" in refusal(path)
    old = (FIXTURES / "yearbook_merged.xls").read_bytes()
    path.write_bytes(old[: int(len(old) * cut)])
    with pytest.raises(DataError):
        user.read(path, Answers(source=CITY, period="2015"))


# ------------------------------------------------------------------------------------------------------- the folder of files


def test_every_file_of_the_folder_is_read_or_named(tmp_path):
    (tmp_path / "README.md").write_text("words")
    (tmp_path / "a.CSV").write_text(EXPORT, encoding="gb18030")
    assert [path.name for path in user.files(tmp_path)] == ["a.CSV"]
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.csv").write_text(EXPORT)
    (tmp_path / "c.csv.toml").write_text('unit = "人"')
    (tmp_path / "~$d.xlsx").write_bytes(b"lock")
    with pytest.raises(DataError) as error:
        user.files(tmp_path)
    text = str(error.value)
    assert (
        "a folder with 1 files" in text
        and "answers about a file that is not there" in text
        and "lock file" in text
    )
    assert len(error.value.problems) == 3
    (tmp_path / "sub" / "b.csv").unlink()
    with pytest.raises(DataError, match=r"found an empty folder; expected files; delete it"):
        user.files(tmp_path)


def test_a_kept_file_that_was_changed_is_refused(put):
    path = put("a.csv", EXPORT)
    sidecar.path_of(path).write_text(sidecar.text(Answers(sha256=user.digest(path))), encoding="utf-8")
    assert len(user.read(path).rows) == 3
    path.write_text(EXPORT.replace("12.30", "12.40"), encoding="utf-8")
    with pytest.raises(DataError, match="another content than when it was added"):
        user.read(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unit = 人", "not TOML"),
        ('einheit = "人"', "an unknown line"),
        ("period = 2023", "text in quotes"),
        ('access = "secret"', '"public" or "internal"'),
        ('columns = "x"', '"heading" = "answer"'),
    ],
)
def test_a_sidecar_says_what_is_wrong_with_it(put, text, expected):
    path = put("a.csv", EXPORT)
    sidecar.path_of(path).write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        sidecar.read(path)
    assert "a.csv.toml" in str(error.value) and expected in str(error.value)


def test_two_columns_that_would_become_one_series_are_a_question(put):
    path = put("a.csv", "地区,医院数(个),医院数(个)\n山西省,1,5\n江苏省,2,6\n")
    assert "columns B (医院数 (个)) and C" in refusal(
        path, source=NBS, period="2020"
    ) or "columns B (医院数(个)) and C" in refusal(path, source=NBS, period="2020")
    assert len(figures(path, source=NBS, period="2020", columns={"C": ""})) == 2


def test_one_cell_far_away_does_not_fill_the_memory(tmp_path):
    path = workbook(tmp_path, lambda book: book.active.__setitem__("XFD1048576", 1))
    assert "a table beyond that size" in refusal(path)
    raw = bytearray((FIXTURES / "yearbook_merged.xls").read_bytes())
    start = extent.SHEET_START.search(raw, extent.SHEET_START.search(raw).end()).start()
    at = max(at for kind, at, _ in extent._records(bytes(raw), start) if kind == 0xFD)
    raw[at : at + 4] = b"\xff\xff\xff\xff"
    (tmp_path / "b.xls").write_bytes(raw)
    assert "a table beyond that size" in refusal(tmp_path / "b.xls", source=CITY, period="2015")


def test_a_compound_file_whose_chains_run_in_a_circle_is_refused(tmp_path):
    from struct import pack, unpack_from

    raw = bytearray((FIXTURES / "yearbook_merged.xls").read_bytes())
    (first,) = unpack_from("<I", raw, 76)
    at = (first + 1) * 512
    raw[at : at + 8] = pack("<II", 1, 0)
    (tmp_path / "a.xls").write_bytes(raw)
    assert "in a circle" in refusal(tmp_path / "a.xls")


def test_a_table_of_signs_alone_says_so(tmp_path):
    heads = "region_code,region_zh,year,indicator_zh,value,unit,source_publication,note\n"
    path = tmp_path / "mine.csv"
    path.write_text(heads + "140000,,2022,医院数,…,个,统计年鉴,\n", encoding="utf-8")
    assert "signs for missing figures alone" in refusal(path)
    path.write_text(heads + "140000,,2022,医院数,12,个,统计年鉴,\n", encoding="utf-8")
    assert len(meaning.understand(path).cells) == 1, "the mutation: one figure, and the table is read"


@pytest.mark.parametrize("rows", [1, 7, 8, 16, 20])
def test_a_column_of_one_text_is_a_piece_said_again(monkeypatch, rows):
    """A file of one publication and one kind of figure has some thirty such columns: none is laid out row by row."""
    monkeypatch.setattr(tables, "PART", 8)
    made = observed._text(["山西"], np.zeros(rows, dtype="int32"))
    assert made.tolist() == ["山西"] * rows and made.dtype == "str"
    pieces = made.array.__arrow_array__().chunks
    assert max(map(len, pieces)) <= 8 and len({piece.buffers()[2].address for piece in pieces}) == 1
    assert observed._text(["a", "b"], np.array([1, 0, 1] * rows)).tolist() == ["b", "a", "b"] * rows
