"""Shapes of yearbooks, commissions and offices that say something beside the figures: part of a year in the title, the unit behind it,
marks of notes on names, the places that a total is of. One small twin each, with numbers of our own, and what must be refused.

No figure here is real.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from analysis import catalog
from analysis.clean import panel, periods
from analysis.errors import DataError
from analysis.intake import labels, located, observed, rowed, shown, stated, user, words
from analysis.intake.sidecar import Answers
from test_intake_layouts import CITY, DOCTORS, HN, NBS, SX, figures, of, workbook

TY, DT = "140100", "140200"
IN_2023 = {"source": NBS, "period": "2023"}
HOSPITALS = of("hospitals", {SX: {2023: 1400}, HN: {2023: 2450}})
VISITS = {"hospital": (5100, 22000), "public_hospital": (4500, 18000), "private_hospital": (600, 4000)}
PROVINCES = [r for r in catalog.regions().values() if r.level == "province" and r.code < "7"]
CITIES = [r for r in catalog.regions().values() if r.parent == SX and r.level == "city"]


def discharges(when: str) -> dict[str, float]:
    return of("hospital_discharges", {SX: {when: 3600000}})


def titled(*lines: str, head: str = "医院出院人数（万人）") -> list[list]:
    return [*([line] for line in lines), ["地区", head], ["山西", 360]]


TABLES: dict[str, tuple[list[list], dict, dict]] = {
    "months in the title": (titled("2023年1-9月医院出院情况"), {"source": NBS}, discharges("2023年1-9月")),
    "three quarters": (titled("2023年前三季度医院出院情况"), {"source": NBS}, discharges("2023年1-9月")),
    "half a year": (titled("2023年上半年医院出院情况"), {"source": NBS}, discharges("2023年1-6月")),
    "the day it was made": (titled("2023年1-9月医院出院情况", "制表日期：2024年10月15日"), {"source": NBS}, discharges("2023年1-9月")),
    "a day in the title": (titled("截至2024年6月底各地区医院数", head="医院数（个）"), {"source": NBS}, of("hospitals", {SX: {"2024-06-30": 360}})),
    "the end of a year": (titled("2023年12月末各地区医院数", head="医院数（个）"), {"source": NBS}, of("hospitals", {SX: {2023: 360}})),
    "a unit behind the title": (
        [["5-1-2 各地区诊疗人次数（万人次）"], ["地区", "医院", "公立医院", "民营医院"], ["山西", 5100, 4500, 600], ["河南", 22000, 18000, 4000]], IN_2023,
        {k: v for kind, (a, b) in VISITS.items() for k, v in of(f"{kind}_visits", {SX: {2023: a * 10**4}, HN: {2023: b * 10**4}}).items()}),
    "measure words of publishers": (
        [["地区", "医院数(家)", "医院平均住院日(天)", "执业(助理)医师(名)", "医院床位数(床)"], ["山西", 1400, 9.1, 123000, 171000], ["河南", 2450, 8.8, 323000, 551000]], IN_2023,
        HOSPITALS | {k: v for k, v in DOCTORS.items() if k.endswith("2023")}
        | of("hospital_stay_days", {SX: {2023: 9.1}, HN: {2023: 8.8}}) | of("hospital_beds", {SX: {2023: 171000}, HN: {2023: 551000}})),
    "notes on names": ([["地区", "医院数①（个）"], ["山西②", 1400], ["河南[2]", 2450]], IN_2023, HOSPITALS),
    "cities with notes": ([["城市", "医院数(个)"], ["太原①", 220], ["大同", 150]], {"source": CITY, "period": "2022"}, of("city_hospitals", {TY: {2022: 220}, DT: {2022: 150}})),
    "kinds as rows": (
        [["类别", "单位", "2022年", "2023年"], ["医院", "个", 38000, 38200], ["基层医疗卫生机构", "个", 36000, 36100]], {"source": NBS, "place": "山西"},
        of("hospitals", {SX: {2022: 38000, 2023: 38200}}) | of("primary_institutions", {SX: {2022: 36000, 2023: 36100}})),
    "all provinces and their total": (
        [["地区", "医院数(个)"], ["总　计", 36000], ["东　部", 9000], *([r.short_zh, 100 + n] for n, r in enumerate(PROVINCES))], IN_2023,
        of("hospitals", {"000000": {2023: 36000}} | {r.code: {2023: 100 + n} for n, r in enumerate(PROVINCES)})),
    "all cities and their total": (
        [["市别", "医院数(所)"], *([r.name_zh, 10 + n] for n, r in enumerate(CITIES)), ["合计", 1400]], IN_2023,
        of("hospitals", {SX: {2023: 1400}} | {r.code: {2023: 10 + n} for n, r in enumerate(CITIES)})),
    "counties of a city": (
        [["县（市、区）", "医院数（个）"], ["全市", 220], ["小店区", 33], ["迎泽区", 41]], IN_2023, of("hospitals", {TY: {2023: 220}, "140105": {2023: 33}, "140106": {2023: 41}})),
    "towns and countryside": (
        [["分类", "医院数(个)"], ["合计", 38000], ["城市", 20000], ["农村", 18000]], IN_2023 | {"place": "全国"}, of("hospitals", {"000000": {2023: 38000}})),
    "a city that was said": (
        [["县区", "医院数（个）"], ["全市", 150], ["新华区", 30]], IN_2023 | {"place": "石家庄"}, of("hospitals", {"130100": {2023: 150}, "130105": {2023: 30}})),
    "a county that two cities have": (
        [["县（市、区）", "2023年医院数(个)"], ["石家庄市", 150], ["\u00a0\u3000桥西区", 28], ["\u00a0\u3000长安区", 30], ["张家口市", 90], ["宣化区", 9], ["桥西区", 8]],
        {"source": NBS, "place": "河北"},
        of("hospitals", {"130100": {2023: 150}, "130104": {2023: 28}, "130102": {2023: 30}, "130700": {2023: 90}, "130705": {2023: 9}, "130703": {2023: 8}})),
    "cities and then counties": (
        [["县（市、区）", "2023年医院数(个)"], ["石家庄市", 150], ["唐山市", 120], ["邢台市", 95], ["张家口市", 90], ["桥西区", 28], ["长安区", 30]],
        {"source": NBS, "place": "河北"}, of("hospitals", {"130100": {2023: 150}, "130200": {2023: 120}, "130500": {2023: 95}, "130700": {2023: 90}, "130102": {2023: 30}})),
    "two years compared": (
        [["地区", "2022年末", "2023年末", "2023年比2022年±%"], ["山西", 1390, 1400, 0.7]], {"source": NBS, "indicator": "医院数", "unit": "个"},
        of("hospitals", {SX: {2022: 1390, 2023: 1400}})),
    "months added up": (
        [["地区", "2023年一季度累计", "2023年二季度累计", "2023年9月累计", "2023年1-12月累计"], ["山西", 90, 180, 270, 360]], {"source": NBS, "indicator": "医院出院人数", "unit": "万人"},
        of("hospital_discharges", {SX: {"2023年1-3月": 900000, "2023年1-6月": 1800000, "2023年1-9月": 2700000, 2023: 3600000}})),
    "an average below": ([["地区", "医院数(个)"], ["合计", 3850], ["山西", 1400], ["河南", 2450], ["平均", 1925]], IN_2023, HOSPITALS),
    "a rate below the unit of counts": (
        [["单位：万人"], ["地区", "执业(助理)医师", "每千人口执业(助理)医师数"], ["山西", 12.3, 3.1]], IN_2023 | {"columns": {"每千人口执业(助理)医师数": "每千人口执业（助理）医师(人)"}},
        of("doctors", {SX: {2023: 123000}}) | of("doctors_per_1000", {SX: {2023: 3.1}})),
    "a table that goes on": (
        [["21-3 各地区医院数(个)"], ["地区", "2022年"], ["山西", 1400], ["河南", 2450], ["续表"], ["地区", "2023年"], ["山西", 1410], ["河南", 2460]],
        {"source": NBS, "indicator": "医院数", "unit": "个"}, of("hospitals", {SX: {2022: 1400, 2023: 1410}, HN: {2022: 2450, 2023: 2460}})),
    "goes on with another": (
        [["各地区卫生机构（2023年）"], ["地区", "医院数(个)"], ["山西", 1400], ["河南", 2450], ["续表"], ["地区", "医院床位数(张)"], ["山西", 171000], ["河南", 551000]],
        {"source": NBS}, HOSPITALS | of("hospital_beds", {SX: {2023: 171000}, HN: {2023: 551000}})),
    "two units in a line": (
        [["单位：人、张"], ["地区", "执业(助理)医师", "医院床位数"], ["山西", 123000, 171000]], IN_2023, of("doctors", {SX: {2023: 123000}}) | of("hospital_beds", {SX: {2023: 171000}})),
    "units below the heads": (
        [["地区", "注册护士", "医院床位数"], ["", "万人", "张"], ["山西", 13.2, 171000]], IN_2023, of("nurses", {SX: {2023: 132000}}) | of("hospital_beds", {SX: {2023: 171000}})),
    "shares among counts": (
        [["单位：个"], ["地区", "医院数", "占全国比重", "比上年增减"], ["山西", 1400, 3.7, 12], ["河南", 2450, 6.4, 20]], IN_2023, HOSPITALS),
    "growth below each row": (
        [["指标", "2023年"], ["医院数(个)", 1400], ["比上年增长(%)", 1.2], ["注册护士(万人)", 13.2], ["比上年增长(%)", 0.9]], {"source": NBS, "place": "山西"},
        of("hospitals", {SX: {2023: 1400}}) | of("nurses", {SX: {2023: 132000}})),
    "raised notes": ([["地区", "医院数(个)"], ["山西", "1400¹"], ["河南", "2450²"]], IN_2023, HOSPITALS),
    "the newest year half blank": (
        [["地区", "2024年", "2023年"], ["山西", None, 1400], ["河南", 2460, 2450]], {"source": NBS, "indicator": "医院数", "unit": "个"},
        of("hospitals", {SX: {2023: 1400}, HN: {2024: 2460, 2023: 2450}})),
    "hundred millions in the title": ([["各地区诊疗人次（亿人次）"], ["地区", "医院诊疗人次数"], ["山西", 0.51]], IN_2023, of("hospital_visits", {SX: {2023: 51000000}})),
}  # fmt: skip
MERGED = {
    "kinds below kinds": (
        [["5-1-3 各地区诊疗人次数（万人次）"], ["地区", "总诊疗人次数", None, None], [None, "医院", None, None], [None, "小计", "公立医院", "民营医院"], ["山西", 5100, 4500, 600], ["河南", 22000, 18000, 4000]],
        ["A2:A4", "B2:D2", "B3:D3"], IN_2023, TABLES["a unit behind the title"][2]),
    "a day shown as its month": (
        [["月份", "医院出院人数(人)"], [datetime.date(2024, 1, 1), 9000], [datetime.date(2024, 2, 1), 8000]], [], {"source": NBS, "place": "山西"},
        of("hospital_discharges", {SX: {"2024年1月": 9000, "2024年2月": 8000}})),
}  # fmt: skip


def months(sheet) -> None:
    for cell in sheet["A"][1:]:
        cell.number_format = 'yyyy"年"m"月";@'


def book(folder: Path, name: str) -> tuple[Path, dict, dict]:
    if name in TABLES:
        rows, said, want = TABLES[name]
        return workbook(folder, rows), said, want
    rows, merged, said, want = MERGED[name]
    return workbook(folder, rows, merged, shape=months if "month" in name else None), said, want


@pytest.mark.parametrize("name", [*TABLES, *MERGED])
def test_a_twin_is_read_as_a_reader_reads_it(name, tmp_path):
    path, said, want = book(tmp_path, name)
    assert figures(path, said) == pytest.approx(want)


WITHOUT = [
    ("months in the title", stated, "_when", lambda found: found[1]),
    ("the day it was made", stated, "_MADE", re.compile("(?!)")),
    ("measure words of publishers", panel, "same_unit", lambda word, base: word == base),
    ("notes on names", words, "NOTE_MARK", re.compile("(?!)")),
    ("all provinces and their total", located, "_whole_of", lambda names: ""),
    ("counties of a city", located.Located, "_only_city", lambda places, names: ""),
    ("towns and countryside", words, "PARTIAL", {}),
    ("a city that was said", located.Located, "_said", lambda places: ""),
    (
        "a county that two cities have",
        located.Located,
        "_below_city",
        lambda places, printed, text, code: code,
    ),
    ("two years compared", rowed, "COMPARES", re.compile("(?!)")),
    ("months added up", periods, "_to_date", lambda plain: plain),
    ("an average below", words, "GROUPS", words.GROUPS - {"平均"}),
    ("kinds below kinds", labels, "_says", lambda lower, upper: False),
    ("a day shown as its month", shown, "_month", lambda text: text),
]


@pytest.mark.parametrize(("name", "module", "part", "instead"), WITHOUT)
def test_without_its_way_of_reading_the_twin_is_not_read(name, module, part, instead, tmp_path, monkeypatch):
    path, said, want = book(tmp_path, name)
    monkeypatch.setattr(module, part, instead)
    try:
        found = figures(path, said)
    except DataError:
        return
    assert found != pytest.approx(want)


def test_a_heading_does_not_reach_below_the_next_one(tmp_path):
    """床位数 beside 机构数 / #医院 counts all beds: it is never the beds of hospitals."""
    path = tmp_path / "table.csv"
    path.write_text(",机构数(个),,床位数(张)\n地区,,#医院,\n山西,38000,1400,231000\n河南,81000,2450,750000\n")
    found = user.read(path, Answers(**IN_2023))
    assert set(found.rows["indicator"]) == {"hospitals"}
    assert [c.heading for c in found.found.columns if not c.what] == ["机构数(个)", "床位数(张)"]


@pytest.mark.parametrize(
    ("rows", "cause"),
    [
        (titled("各地区医院出院情况", "制表日期：2024年10月15日"), "which year"),
        (titled("2023年1-6月与2023年1-9月医院出院情况"), "which year"),
        (titled("截至2024年6月底医院出院情况"), "not a day"),
        ([["地区", "45291", "44926"], ["山西", 1400, 1390]], "numbers of days as headings"),
        ([["地区", "2023年医院床位数(万张)"], ["山西", "17,1"]], "decimals with a point"),
        ([["地区", "2023年医院数(个)"], ["山西", "1.400"]], "a whole number of 个"),
        (
            [
                ["2023年"],
                ["单位：万人"],
                ["地区", "执业(助理)医师", "每千人口执业(助理)医师数"],
                ["山西", 12.3, 3.1],
            ],
            "the unit of 每千人口",
        ),
    ],
)
def test_what_is_not_read_is_refused_with_its_cause(rows, cause, tmp_path):
    with pytest.raises(DataError) as refusal:
        user.read(workbook(tmp_path, rows), Answers(source=NBS))
    assert cause in str(refusal.value)


def test_a_total_of_some_cities_alone_is_nobodys():
    names = {r.name_zh for r in CITIES}
    assert located._whole_of(names) == SX
    assert located._whole_of(names - {"太原市"}) == ""


def test_departments_are_no_places_their_total_is_the_hospitals(tmp_path):
    rows = [["科室", "医院出院人数(人)"], ["心内科", 900], ["骨科", 700], ["合计", 1600]]
    said = {"source": NBS, "period": "2023", "hospital": "山西白求恩医院"}
    read = user.read(workbook(tmp_path, rows), Answers(**said))
    assert list(read.rows["value"]) == [1600] and set(read.rows["institution"]) == {"山西白求恩医院"}
    assert [left.what for left in read.found.left] == ["心内科", "骨科"]
    with pytest.raises(DataError, match="a row 合计 or 全院 would be kept"):
        user.read(workbook(tmp_path, rows[:-1]), Answers(**said))


def test_tenths_of_a_hospital_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(observed, "WHOLE", ())
    path = workbook(tmp_path, [["地区", "2023年医院数(个)"], ["山西", "1.400"]])
    assert figures(path, {"source": NBS}) == of("hospitals", {SX: {2023: 1.4}})
