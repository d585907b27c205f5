"""Oddities of publishers' files, one small twin each with numbers of our own: what must be read, and what must be refused or left out.

No figure here is real. Each way of reading that is new has its mutation: without it the twin is read wrong, which the test sees.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from analysis import catalog
from analysis.clean import places
from analysis.errors import DataError
from analysis.intake import (
    dictionary,
    layout,
    located,
    meaning,
    observed,
    parted,
    readers,
    rowed,
    shown,
    user,
    words,
)
from analysis.intake.sidecar import Answers

NBS = "国家统计局 国家数据 data.stats.gov.cn 分省年度数据"
CITY = "中国城市统计年鉴(各年版)"
SX, HN, BJ, TJ = "140000", "410000", "110000", "120000"
ONE = {"source": NBS, "indicator": "医疗卫生机构数", "unit": "个"}
PAIR = {SX: {2022: 38000, 2023: 38200}, HN: {2022: 80000, 2023: 81000}}


def of(key: str, rows: dict[str, dict]) -> dict[str, float]:
    return {f"{code}:{key}:{when}": value for code, held in rows.items() for when, value in held.items()}


INSTITUTIONS = of("institutions", PAIR)
NURSES = of("nurses", {SX: {2022: 130000, 2023: 132000}, HN: {2022: 430000, 2023: 432000}})
DOCTORS = of("doctors", {SX: {2022: 121000, 2023: 123000}, HN: {2022: 311000, 2023: 323000}})
GRID = "地区{0}2022年{0}2023年{1}\n山西省{0}38000{0}38200{1}\n河南省{0}80000{0}81000{1}\n"

TEXTS: dict[str, tuple[str | bytes, dict, dict]] = {
    "the site in English.csv": (
        "Database:Annual by Province\nIndicators:Number of Health Institutions(unit)\nTime:LATEST10\nRegion,2023,2022\nShanxi,38200,38000\n"
        "Henan,81000,80000\nSource:National Bureau of Statistics\n", {}, INSTITUTIONS),
    "English doctors.csv": (
        "\ufeffDatabase: Annual by Province\r\nIndicator: Licensed (Assistant) Doctors (10000 persons)\r\nRegion,2022,2023\r\nShanxi,12.1,12.3\r\n"
        "Henan,31.1,32.3\r\nData Sources: National Bureau of Statistics\r\n", {}, DOCTORS),
    "months.csv": (
        "数据库：分省月度数据\n指标：医院出院人数(万人)\n地区,2023年2月,2023年1月\n山西省,11.7,5.9\n数据来源：国家统计局\n".encode("gb18030"),
        {"source": NBS}, of("hospital_discharges", {SX: {"2023年2月": 117000, "2023年1月": 59000}})),
    "current site, one place.csv": (
        "\ufeff数据库：分省年度数据\r\n地区：山西省\r\n指标\t,2023年\t,2022年\t,\r\n医疗卫生机构数(个)\t,38200\t,38000\t,\r\n注册护士(万人)\t,13.2\t,13.0\t,\r\n"
        "数据来源：国家统计局", {}, {k: v for k, v in (INSTITUTIONS | NURSES).items() if k.startswith(SX)}),
    "the nation.csv": (
        "数据库：年度数据\n指标,2023年,2022年\n医疗卫生机构数(个),1000000,990000\n数据来源：国家统计局\n", {"source": NBS},
        of("institutions", {"000000": {2023: 1000000, 2022: 990000}})),
    "years across provinces.csv": (
        "时间,山西省,河南省\n2023年,38200,81000\n2022年,38000,80000\n", ONE, INSTITUTIONS),
    "unit beside.csv": (
        "指标,单位,2022年,2023年\n一、卫生资源,,,\n医疗卫生机构数,个,38000,38200\n  #医院,,1400,1420\n注册护士,万人,13.0,13.2\n", {"source": NBS, "place": "山西"},
        of("institutions", {SX: PAIR[SX]}) | of("hospitals", {SX: {2022: 1400, 2023: 1420}}) | of("nurses", {SX: {2022: 130000, 2023: 132000}})),
    "growth beside figures.csv": (
        "指标,2023年,比上年增长(%)\n医疗卫生机构数(个),38200,0.5\n", {"source": NBS, "place": "山西"}, of("institutions", {SX: {2023: 38200}})),
    "counts crossed with kinds.csv": (
        ",诊疗人次数(万人次),,出院人数(万人),\n,2022年,2023年,2022年,2023年\n医院,50,60,4,5\n其中：公立医院,40,50,3,4\n", {"source": NBS, "place": "山西"},
        of("hospital_visits", {SX: {2022: 500000, 2023: 600000}}) | of("public_hospital_visits", {SX: {2022: 400000, 2023: 500000}})
        | of("hospital_discharges", {SX: {2022: 40000, 2023: 50000}}) | of("public_hospital_discharges", {SX: {2022: 30000, 2023: 40000}})),
    "names with marks.csv": (
        "地  区,2022年\n全　国,440\n#太原市,3\n 内 蒙 古,8\n西藏*,1\n", ONE,
        of("institutions", {c: {2022: v} for c, v in {"000000": 440, "140100": 3, "150000": 8, "540000": 1}.items()})),
    "per cent in cells.csv": (
        "地区,医院病床使用率\n山西省,79.6%\n河南省,85.1％\n", {"source": NBS, "period": "2023"}, of("hospital_bed_use_rate", {SX: {2023: 79.6}, HN: {2023: 85.1}})),
    "unit in cells.csv": ("地区,2023年\n山西省,38200个\n河南省,8.1万个\n", ONE, of("institutions", {SX: {2023: 38200}, HN: {2023: 81000}})),
    "words for no figure.csv": ("地区,2022年,2023年\n山西省,暂无,38200\n河南省,未公布,81000\n", ONE, of("institutions", {SX: {2023: 38200}, HN: {2023: 81000}})),
    "ranked.csv": ("排名,地区,2023年\n1,河南省,81000\n2,山西省,38200\n", ONE, of("institutions", {SX: {2023: 38200}, HN: {2023: 81000}})),
    "trailing.csv": (GRID.format(",", ",,,") + ",,,,,\n", ONE, INSTITUTIONS),
    "sep.csv": ("sep=;\n" + GRID.format(";", ""), ONE, INSTITUTIONS),
    "indicator and place.csv": (
        "数据库：分省年度数据\n指标,地区,2023年,2022年\n医疗卫生机构数(个),山西省,38200,38000\n医疗卫生机构数(个),河南省,81000,80000\n注册护士(万人),山西省,13.2,13.0\n数据来源：国家统计局\n", {},
        INSTITUTIONS | {k: v for k, v in NURSES.items() if k.startswith(SX)}),
    "codes in names.csv": ("地区,2022年,2023年\n140000山西省,38000,38200\n河南(410000),80000,81000\n", ONE, INSTITUTIONS),
    "parts of the country.csv": ("地区,2022年,2023年\n华北地区,100000,110000\n山西省,38000,38200\n华中,90000,91000\n河南省,80000,81000\n", ONE, INSTITUTIONS),
    "province and city.csv": ("省份,城市,2023年\n山西省,太原市,380\n,大同市,300\n吉林省,吉林市,800\n江苏省,泰州市,90\n", ONE,
        of("institutions", {"140100": {2023: 380}, "140200": {2023: 300}, "220200": {2023: 800}, "321200": {2023: 90}})),
    "raised marks.html": (
        "<table><thead><tr><th rowspan=2>地区<th colspan=2>医疗卫生机构数（个）</tr><tr><th>2022<th>2023</thead><tr><td>&nbsp;山西省<td>38&nbsp;000<td>38,200<sup>1)</sup></tr><tr><td>河南省<td>80000<td>81000</table>",
        {"source": NBS}, INSTITUTIONS),
    "months of a year.csv": ("2023年山西省出院情况\n月份,医院出院人数(万人)\n1月,11\n2月,12\n合计,23\n", {"source": NBS, "place": "山西"}, of("hospital_discharges", {SX: {"2023年1月": 110000, "2023年2月": 120000}})),
    "months as headings.csv": ("2023年医院出院人数\n地区,1月,1-2月\n山西省,11,23\n", {"source": NBS, "unit": "万人"}, of("hospital_discharges", {SX: {"2023年1月": 110000, "2023年1-2月": 230000}})),
    "quarters.csv": ("季度,医院出院人数(万人)\n2023年一季度,11\n2023Q2,12\n", {"source": NBS, "place": "山西"}, of("hospital_discharges", {SX: {"2023年1-3月": 110000, "2023年4-6月": 120000}})),
    "growth under years.csv": ("地区,2022年,,2023年,\n,绝对数(个),增速(%),绝对数(个),增速(%)\n山西省,38000,0.4,38200,0.5\n河南省,80000,0.2,81000,1.2\n", {"source": NBS, "indicator": "医疗卫生机构数"}, INSTITUTIONS),
    "kept as text.csv": ('地区,2022年,2023年\n="山西省",="38000","\'38200"\n="河南省",="80000",="81000"\n', ONE, INSTITUTIONS),
    "full-width dashes.csv": ("地区,2022年,2023年\n山西省,－,38200\n河南省,――,81000\n", ONE, of("institutions", {SX: {2023: 38200}, HN: {2023: 81000}})),
    "unit in the labels.csv": ("年份,指标,数值\n2022,医疗卫生机构数(个),38000\n2023,注册护士(万人),13.2\n2022,注册护士(万人),13万人\n", {"source": NBS, "place": "山西"},
        of("institutions", {SX: {2022: 38000}}) | of("nurses", {SX: {2022: 130000, 2023: 132000}})),
    "unit in cells of a long table.csv": ("地区,年份,指标,数值,单位\n山西省,2023,医疗卫生机构数,3.82万个,个\n", {"source": NBS}, of("institutions", {SX: {2023: 38200}})),
    "full-width commas.csv": (GRID.format("，", ""), ONE, INSTITUTIONS),
    "full-width digits.csv": ("地区,2022年,2023年\n山西省,３８０００,３８，２００\n河南省,８００００,８１０００\n", ONE, INSTITUTIONS),
    "day of its row.csv": ("地区,日期,数值\n山西省,2023-12-31,38200\n", ONE, of("institutions", {SX: {2023: 38200}})),
    "sixteen bits.txt": (GRID.format("\t", "").encode("utf-16"), ONE, INSTITUTIONS),
    "ruled.md": ("| 地区 | 2022年 | 2023年 |\n|---|---:|---:|\n| 山西省 | 38000 | 38200 |\n| 河南省 | 80000 | 81000 |\n", ONE, INSTITUTIONS),
    "set with blanks.txt": (GRID.format("    ", ""), ONE, INSTITUTIONS),
    "year in the title.csv": ("2023年各省医院数,\n地区,医院数(个)\n山西,1420\n", {"source": NBS}, of("hospitals", {SX: {2023: 1420}})),
    "units by row.csv": (
        "地区,年份,指标,数值,单位\n山西省,2023,执业(助理)医师数,12.3,万人\n山西省,2022,执业(助理)医师数,121000,人\n", {"source": NBS}, {k: v for k, v in DOCTORS.items() if k.startswith(SX)}),
    "several units said.csv": (
        "province,year,doctors,institutions\n山西,2023,123000,38200\n", {"source": NBS, "unit": "人,个"}, of("doctors", {SX: {2023: 123000}}) | of("institutions", {SX: {2023: 38200}})),
    **{f"total {word}.csv": (f"地区,2023年\n{word},38900\n太原市,3800\n大同市,3100\n长治市,4100\n", ONE,
        of("institutions", {"140100": {2023: 3800}, "140200": {2023: 3100}, "140400": {2023: 4100}} | ({SX: {2023: 38900}} if "省" in word else {})))
       for word in ("合计", "总计", "各市合计", "各市、县合计".replace("、县", ""), "全省", "全 省 总 计", "山西省合计")},
    **{f"period {n}.csv": (f"地区,{a},{b}\n山西省,12.1,12.3\n河南省,31.1,32.3\n", {"source": NBS, "indicator": "执业(助理)医师数", "unit": "万人"}, DOCTORS)
       for n, (a, b) in enumerate([("2022", "2023"), ("2022年度", "2023年度"), ("2022年末", "2023年末"), ("2022年(万人)", "2023年(万人)"), ("Year 2022", "Year 2023"), ("２０２２年", "２０２３年"), ("2022年①", "2023*")])},
}  # fmt: skip


def workbook(folder: Path, rows: list[list], merged=(), title="", others=None, shape=None) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = title or sheet.title
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    for name, more in (others or {}).items():
        other = book.create_sheet(name)
        for row in more:
            other.append(row)
    if shape:
        shape(sheet)
    path = folder / "table.xlsx"
    book.save(path)
    return path


def per_cent(sheet) -> None:
    for cell in sheet["B"][1:]:
        cell.number_format = "0.0%"


HEAD = ["地区", "年份", "医疗卫生机构数(个)"]
YEARS = [HEAD, ["山西省", 2022, 38000], [None, 2023, 38200], ["河南省", 2022, 80000], [None, 2023, 81000]]
BOOKS: dict[str, tuple[dict, dict, dict]] = {
    "names in merged cells": ({"rows": YEARS, "merged": ["A2:A3", "A4:A5"]}, {"source": NBS}, INSTITUTIONS),
    "names printed once": ({"rows": YEARS}, {"source": NBS}, INSTITUTIONS),
    "indicators in merged cells": (
        {"rows": [["指标", "地区", "2022年", "2023年"], ["医疗卫生机构数(个)", "山西省", 38000, 38200], [None, "河南省", 80000, 81000], ["注册护士(人)", "山西省", 130000, 132000], [None, "河南省", 430000, 432000]],
         "merged": ["A2:A3", "A4:A5"]}, {"source": NBS}, INSTITUTIONS | NURSES),
    "two tables in a sheet": (
        {"rows": [["表1 各地区医疗卫生机构数"], ["单位：个"], ["地区", 2022, 2023], ["山西省", 38000, 38200], ["河南省", 80000, 81000], [], ["表2 分省注册护士情况"], ["单位：万人"], ["地区", 2022, 2023],
                  ["山西省", 13.0, 13.2], ["河南省", 43.0, 43.2], ["资料来源：国家统计局"]]}, {"source": NBS}, INSTITUTIONS | NURSES),
    "bilingual": (
        {"rows": [["2-1 各地区医疗卫生机构 Health Institutions by Region"], ["单位：个 (unit)"], ["地 区  Region", "医疗卫生机构数\nHealth Institutions", "医院\nHospitals"], ["全 国  National Total", 1030000, 36000],
                  ["山 西  Shanxi", 38200, 1420], ["陕 西  Shaanxi", 34800, 1290]]}, {"source": NBS, "period": "2023"},
        of("institutions", {"000000": {2023: 1030000}, SX: {2023: 38200}, "610000": {2023: 34800}}) | of("hospitals", {"000000": {2023: 36000}, SX: {2023: 1420}, "610000": {2023: 1290}})),
    "a city yearbook": (
        {"rows": [["2-23 医院、床位和医生数(2023年)"], [], ["城市 City", "医院数(个)\nNumber of Hospitals (unit)", None], [None, "全市\nTotal City", "市辖区\nDistricts"], ["山西省 Shanxi"], ["\u00a0\u00a0太原市 Taiyuan", "160", "150"],
                  ["河南省 Henan"], ["\u00a0\u00a0郑州市 Zhengzhou", "300", "210"]], "merged": ["B3:C3", "A3:A4"]}, {"source": CITY},
        of("city_hospitals", {"140100": {2023: 160}, "410100": {2023: 300}}) | of("district_hospitals", {"140100": {2023: 150}, "410100": {2023: 210}})),
    "a provincial yearbook with counties": (
        {"rows": [["19-5 各市、县(区)卫生技术人员(2023年)"], ["地 区", "卫生技术人员\n(人)", "#执业(助理)医师", "#注册护士"], ["全 省", 300000, 121000, 130000], ["太原市", 75000, 29000, 36000], ["  小店区", 20000, 8000, 9900],
                  ["  清徐县", 2000, 900, 700], ["大同市", 25000, 10000, 10500], ["  平城区", 12000, 5000, 5200], ["资料来源：某省卫生健康委员会"]]}, {"source": NBS},
        {f"{c}:{k}:2023": v for c, held in {SX: (300000, 121000, 130000), "140100": (75000, 29000, 36000), "140105": (20000, 8000, 9900), "140121": (2000, 900, 700), "140200": (25000, 10000, 10500),
                                           "140213": (12000, 5000, 5200)}.items() for k, v in zip(("health_technicians", "doctors", "nurses"), held, strict=True)}),
    "years written onto what is counted": (
        {"rows": [["地区", "2022年医疗卫生机构数(个)", "医疗卫生机构数(2023年)(个)"], ["山西省", 38000, 38200], ["河南省", 80000, 81000]]}, {"source": NBS}, INSTITUTIONS),
    "a pivot table": (
        {"rows": [["求和项:数值", "列标签"], ["行标签", 2022, 2023, "总计"], ["山西省", 38000, 38200, 76200], ["河南省", 80000, 81000, 161000], ["总计", 118000, 119200, 237200]]}, ONE, INSTITUTIONS),
    "a sheet a year": (
        {"rows": [["地区", "医疗卫生机构数(个)"], ["山西省", 38000], ["河南省", 80000]], "title": "2022", "others": {"2023年": [["地区", "医疗卫生机构数(个)"], ["山西省", 38200], ["河南省", 81000]]}}, {"source": NBS}, INSTITUTIONS),
    "a sheet an indicator": (
        {"rows": [["地区", "2022年", "2023年"], ["山西省", 38000, 38200], ["河南省", 80000, 81000]], "title": "医疗卫生机构数(个)",
         "others": {"注册护士(万人)": [["地区", "2022年", "2023年"], ["山西省", 13.0, 13.2], ["河南省", 43.0, 43.2]]}}, {"source": NBS}, INSTITUTIONS | NURSES),
    "a sheet a place": (
        {"rows": [["指标", "2022年", "2023年"], ["医疗卫生机构数(个)", 38000, 38200]], "title": "山西省", "others": {"河南省": [["指标", "2022年", "2023年"], ["医疗卫生机构数(个)", 80000, 81000]]}}, {"source": NBS}, INSTITUTIONS),
    "fractions shown as per cent": (
        {"rows": [["地区", "医院病床使用率(%)"], ["山西省", 0.796], ["河南省", 0.851]], "shape": per_cent}, {"source": NBS, "period": "2023"}, of("hospital_bed_use_rate", {SX: {2023: 79.6}, HN: {2023: 85.1}})),
    **{f"unit printed as {heading!r}": ({"rows": [["地区", heading], ["山西省", 23.1], ["河南省", 73.1]]}, {"source": NBS, "period": "2023"}, of("beds", {SX: {2023: 231000}, HN: {2023: 731000}}))
       for heading in ("医疗卫生机构床位数[万张]", "医疗卫生机构床位数/万张", "医疗卫生机构床位数，万张", "医疗卫生机构床位数(单位：万张)", "医疗卫生机构床位数 万张", "医疗卫生机构床位数【万张】", "医疗卫生机构\n床位数\n（万张）",
                       "Beds in Health Care Institutions (10000 beds)")},
}  # fmt: skip


def figures(path: Path, said: dict) -> dict[str, float]:
    rows = user.read(path, Answers(**said)).rows
    return {
        key.split(":", 1)[1]: value for key, value in zip(rows["observation_id"], rows["value"], strict=True)
    }


def put(folder: Path, name: str) -> tuple[Path, dict, dict]:
    """The twin of that name as a file, what is said of it, what must be read."""
    if name in BOOKS:
        made, said, want = BOOKS[name]
        return workbook(folder, **made), said, want
    content, said, want = TEXTS[name]
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path, said, want


@pytest.mark.parametrize("name", [*TEXTS, *BOOKS])
def test_a_twin_is_read_as_a_reader_reads_it(name, tmp_path):
    path, said, want = put(tmp_path, name)
    assert figures(path, said) == pytest.approx(want)


WITHOUT = [
    ("a pivot table", words, "PIVOT", "never"),
    ("years written onto what is counted", parted, "parts", lambda heading: (heading,)),
    ("unit printed as '医疗卫生机构床位数 万张'", words, "_TAIL", "never"),
    ("names printed once", meaning._Block, "_fill_down", lambda block: None),
    ("fractions shown as per cent", shown, "as_shown", lambda path, sheets: sheets),
    ("growth beside figures.csv", words, "PLAIN_COLUMN", None),
    ("unit in cells.csv", layout, "with_unit", lambda text: None),
    ("province and city.csv", located.Located, "_within", lambda places, above, name: ("", above)),
    ("full-width dashes.csv", layout, "BLANKS", set()),
    ("raised marks.html", readers._Tables, "_mark", lambda tables, data: data),
    ("two tables in a sheet", words, "title", lambda text: text),
    ("total 各市合计.csv", words, "SUM_OF_ALL", "never"),
]


@pytest.mark.parametrize(("name", "module", "part", "instead"), WITHOUT)
def test_without_its_way_of_reading_the_twin_is_not_read(name, module, part, instead, tmp_path, monkeypatch):
    import re

    path, said, want = put(tmp_path, name)
    if part == "PLAIN_COLUMN":  # as if every heading said nothing of its own
        everything = type("Everything", (), {"__contains__": lambda *_: True})()
        monkeypatch.setattr(words, "SAYS_NOTHING", everything)
    else:
        monkeypatch.setattr(module, part, re.compile(r"(?!)") if instead == "never" else instead)
    words._kind_kept.cache_clear()
    layout._period_kept.cache_clear()
    try:
        got = figures(path, said)
    except DataError:
        return
    assert got != pytest.approx(want)


@pytest.mark.parametrize(
    ("heading", "label", "unit"),
    [
        ("执业医师/千人", "执业医师/千人", ""),  # a ratio is no count in thousands of persons
        ("每千人口床位数(张)", "每千人口床位数", "张"),
        ("医院数 (个) Number of Hospitals (unit)", "医院数", "个"),
        ("人均预期寿命 岁", "人均预期寿命", "岁"),
        ("0-14岁", "0-14岁", ""),
    ],
)
def test_a_unit_is_told_from_the_words_of_a_label(heading, label, unit):
    assert (words.label(heading), words.unit_of(heading)) == (label, unit)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("地区,44926,45291\n山西省,38000,38200\n", "a spreadsheet's number of a day it would be 2022-12-31; write the year"),
        ("全省医院床位增加三千张。\n改革取得新进展。\n", "a text in sentences goes to `yigai code`"),
        ("地区,2022年\n山西省,3.8E+04\n", 'found "3.8E+04"'),
        ("月份,医院出院人数(万人)\n1月,11\n", "which year its months are of"),
        ("地区,2022E,2023E\n山西省,38000,38200\n", "2022E"),
        ("地区,2023年\n山西省,空\n河南省,38200\n", 'found "空"'),
        ("地区,2023年\n山西省,约38200\n河南省,38200\n", 'found "约38200"'),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_with_its_cause(content, cause, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as error:
        user.read(path, Answers(**ONE))
    assert cause in str(error.value)


def test_a_hospitals_own_months_belong_to_the_hospital_that_is_named(tmp_path):
    """Without a column of hospitals the figures would be the province's."""
    path = tmp_path / "table.csv"
    path.write_text("2023年运营\n月份,医院出院人数(人)\n1月,1100\n合计,1100\n", encoding="utf-8")
    rows = user.read(path, Answers(source=NBS, hospital="山西白求恩医院")).rows
    assert list(rows["observation_id"]) == ["nbs-province:H01:hospital_discharges:2023年1月"]
    assert figures(path, {"source": NBS, "place": "山西"}) == {f"{SX}:hospital_discharges:2023年1月": 1100}


def test_a_table_that_only_names_the_statistics_site_does_not_get_its_units(tmp_path):
    """121000 doctors are not 121000 times ten thousand: the unit is asked for unless the file is the site's own export."""
    path = tmp_path / "panel.csv"
    path.write_text("province,year,doctors\n山西,2022,121000\n", encoding="utf-8")
    with pytest.raises(DataError, match="the unit of doctors"):
        user.read(path, Answers(source=NBS))


CITIES = "地区,2009年,{0}\n巢湖市,100,120\n合肥市,100,120\n淮南市,100,120\n芜湖市,100,120\n"


def _last_year_of_chaohu(folder: Path, year: str) -> set[str]:
    path = folder / "cities.csv"
    path.write_text(CITIES.format(year), "utf-8")
    return set(figures(path, {"source": CITY, "indicator": "医院数", "unit": "个"}))


def test_a_place_that_went_has_no_figure_of_a_later_year(tmp_path, monkeypatch):
    assert "341400:city_hospitals:2010" in _last_year_of_chaohu(tmp_path, "2010年")
    with pytest.raises(DataError, match=r"341400\) with a figure of 2023.*340181 \(合肥市巢湖市\)"):
        _last_year_of_chaohu(tmp_path, "2023年")
    monkeypatch.setattr(places, "outlived", lambda code, end: None)
    assert "341400:city_hospitals:2023" in _last_year_of_chaohu(tmp_path, "2023年")


def test_every_place_that_went_is_known_by_the_year_in_which_it_was_gone():
    gone = {c.region_code: c.gone_by for c in catalog.changes()}
    former = [code for code in gone if catalog.regions()[code].state == "former"]
    last = {code: max(c.gone_by for c in catalog.changes() if c.region_code == code) for code in former}
    assert len(former) > 300
    for code, month in last.items():
        assert places.outlived(code, f"{month[:4]}-12-31") is None
        assert places.outlived(code, f"{int(month[:4]) + 1}-12-31") is not None
    assert places.outlived("340181", "2023-12-31") is None


def test_rows_of_one_name_taken_at_once_are_those_taken_one_by_one(tmp_path, monkeypatch):
    path = tmp_path / "long.csv"
    rows = [
        f"山西省,{key},{year},{n}{year},个"
        for n, key in enumerate(("医院数", "医疗卫生机构数"), 1)
        for year in (2021, 2022, 2023)
    ]
    path.write_text(
        "\n".join(["地区,指标,年份,数值,单位", *rows, "山西省,医院数,2020,…,个", "注：一,,,,"]), "utf-8"
    )
    at_once = figures(path, {"source": CITY})
    monkeypatch.setattr(layout._Reader, "further", lambda self, number: number)
    assert figures(path, {"source": CITY}) == at_once and len(at_once) == 6


def test_two_figures_under_one_key_are_seen_by_their_numbers(tmp_path, monkeypatch):
    path = tmp_path / "twice.csv"
    path.write_text(
        "地区,指标,年份,数值,单位\n山西省,医院数,2023,1400,个\n山西省,医院数,2023年,1500,个\n", "utf-8"
    )
    with pytest.raises(DataError, match="conflicting value"):
        figures(path, {"source": CITY})
    monkeypatch.setattr(observed, "_may_repeat", lambda same, *named: False)
    assert len(observed.observations(meaning.understand(path, Answers(source=CITY)))) == 2


@pytest.mark.parametrize(
    ("title", "whose"),
    [
        ("晋北市人民医院2024年运营情况表", "晋北市人民医院"),
        ("2024年江南大学附属医院月报", "江南大学附属医院"),
        ("我院2024年主要指标", "我院"),
        ("全市公立医院2024年运营情况", ""),
        ("晋北市公立医院2024年运营情况", ""),
        ("山西省综合医院统计", ""),
        ("医院数", ""),
    ],
)
def test_a_table_whose_title_names_a_hospital_is_not_taken_for_its_place(title, whose, tmp_path, monkeypatch):
    path = tmp_path / "月报.csv"
    path.write_text(f"{title},,\n年份,医院数（个）,注册护士（人）\n2023年,14,1800\n2022年,13,1700\n", "utf-8")
    found = meaning.understand(path, Answers(source=CITY, place="山西"))
    assert [q.what for q in found.questions] == (
        [f"whose figures these are: its title names {whose}, no column does"] if whose else []
    )
    monkeypatch.setattr(rowed, "_hospital_in", lambda titles: "")
    assert not meaning.understand(path, Answers(source=CITY, place="山西")).questions


def test_a_dictionary_of_an_earlier_version_is_read_and_added_to(tmp_path, monkeypatch):
    """Columns that came since are blank; what is added stands under the same headings."""
    with dictionary.additions() as to:
        dictionary.indicator(to, "旧指标", "", "个", "stock", "public")
        rows = list(csv.DictReader((to.folder / "indicators.csv").open(encoding="utf-8", newline="")))
    old = [{k: v for k, v in row.items() if not k.startswith("needed_")} for row in rows]
    with (tmp_path / "indicators.csv").open("w", encoding="utf-8", newline="") as made:
        writer = csv.DictWriter(made, list(old[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(old)
    earlier = old[-1]["indicator"]
    monkeypatch.setenv("YIGAI_DICTIONARY", str(tmp_path))
    catalog.renew()
    assert catalog.indicator(earlier).label_zh == "旧指标"
    with dictionary.additions() as to:
        key = dictionary.indicator(to, "新指标", "", "人", "stock", "public")
        assert (catalog.indicator(earlier).unit, catalog.indicator(key).unit) == ("个", "人")
    with monkeypatch.context() as broken, pytest.raises(DataError):
        broken.setattr(dictionary, "_copied", lambda path, to: to.write_bytes(path.read_bytes()))
        with dictionary.additions() as to:
            catalog.indicator(dictionary.indicator(to, "新指标", "", "人", "stock", "public"))
    monkeypatch.delenv("YIGAI_DICTIONARY")
    catalog.renew()


@pytest.mark.parametrize(
    ("heading", "parts"),
    [
        ("2022年末医院床位数(张)", ("2022年末", "医院床位数(张)")),
        ("2023医院床位数", ("2023", "医院床位数")),
        ("2023年1-6月诊疗人次(万人次)", ("2023年1-6月", "诊疗人次(万人次)")),
        ("医院床位数_2022", ("2022", "医院床位数")),
        ("医院床位数2022年(张)", ("2022年", "医院床位数(张)")),
        ("2023年比2022年增长(%)", ("2023年比2022年增长(%)",)),
        ("2022年末比2021年末增长(%)", ("2022年末比2021年末增长(%)",)),
        ("2023年较上年增长(%)", ("2023年较上年增长(%)",)),
        ("2020年=100", ("2020年=100",)),
        ("2010年不变价", ("2010年不变价",)),
        ("2023年(万张)", ("2023年(万张)",)),
        ("每1000人口床位数", ("每1000人口床位数",)),
    ],
)
def test_a_year_is_cut_off_what_is_counted_and_not_out_of_a_comparison(heading, parts):
    assert parted.parts(heading) == parts


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_figures_without_a_heading_line_are_named_for_that(encoding, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("山西,2023,12.1\n江苏,2023,27.1\n".encode(encoding))
    with pytest.raises(DataError, match="figures without a heading line: 2 columns.*write that line"):
        user.read(path, Answers(source=NBS))


ENGLISH_YEARS = [
    "2023 Number of Hospitals (unit)",
    "Number of Hospitals (unit) 2023",
    "Number of Hospitals, 2023 (unit)",
    "In 2023 Number of Hospitals",
    "Number of Hospitals at the End of 2023 (unit)",
    "Number of Hospitals as of 2023",
]


@pytest.mark.parametrize("heading", ENGLISH_YEARS)
def test_an_english_heading_with_its_year_is_read(tmp_path, heading):
    path = tmp_path / "a.csv"
    path.write_text(f'Region,"{heading}"\nShanxi,1400\nHenan,2500\n', encoding="utf-8")
    found = meaning.understand(path, Answers(source=NBS, unit="个"))
    found.settle()
    rows = observed.observations(found)
    assert set(zip(rows.indicator, rows.year, strict=True)) == {("hospitals", 2023)}


@pytest.mark.parametrize(
    "heading",
    [
        "2023-24 Number of Hospitals",
        "Growth of hospitals 2023",
        "Number of Hospitals 2022-2023",
        "FY2023 hospitals",
    ],
)
def test_an_english_heading_that_says_more_than_a_year_stays_whole(heading):
    assert parted.parts(heading) == (heading,)


def test_mutation_english_without_the_dictionary_is_cut_anywhere(monkeypatch):
    monkeypatch.setattr(parted, "_english", lambda text: True)
    assert parted.parts("Growth of hospitals 2023") != ("Growth of hospitals 2023",)


# a yearbook's title says what is counted, its columns say where: 医院 below 床位数 with 单位：张 is no number of hospitals
CROSSED = (
    "3-1-1 2022年各地区医疗卫生机构床位数,,,\n,,,单位：张\n地  区,合计,其中,\n,,医院,公立医院\n"
    "总  计,990000,790000,390000\n山  西,228000,183000,93000\n河  南,292000,243000,140000\n注：自编数字,,,\n"
)
BEDS_OF_KINDS = of("beds", {SX: {2022: 228000}, HN: {2022: 292000}}) | of(
    "hospital_beds", {SX: {2022: 183000}, HN: {2022: 243000}}
)


def crossed(folder: Path, text: str = CROSSED) -> dict[str, float]:
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    rows = user.read(path, Answers(source=NBS)).rows
    ids = rows["observation_id"].str.partition(":")[2]
    return dict(zip(ids, rows["value"], strict=True))


def test_a_title_says_what_is_counted_and_the_columns_where(tmp_path):
    assert crossed(tmp_path).items() >= BEDS_OF_KINDS.items()
    assert not any(":hospitals:" in key for key in crossed(tmp_path))


def test_a_heading_whose_own_unit_contradicts_the_table_is_left_out_with_the_reason(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(CROSSED.replace("医疗卫生机构床位数", "情况"), encoding="utf-8")
    with pytest.raises(DataError, match="张, the unit of the table, does not count 医院数"):
        user.read(path, Answers(source=NBS))


def test_mutation_without_the_title_beds_are_taken_for_hospitals(tmp_path, monkeypatch):
    monkeypatch.setattr(meaning._Block, "_titled", lambda self, column, key, why, source: (key, why))
    with pytest.raises(DataError, match="expected 个"):
        crossed(tmp_path)
