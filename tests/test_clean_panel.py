"""Statistical series: units, bounds, flags, and every kind of bad input with what its message says.

The files here are synthetic, made for these tests; no figure of them is real.
"""

import pandas as pd
import pytest

from analysis import catalog, tables
from analysis.clean import checks, panel
from analysis.errors import DataError

HEAD = "region_code,region_zh,year,indicator_zh,value,unit,source_publication,carried_by,note\n"
NBS = "国家统计局 国家数据 data.stats.gov.cn 分省年度数据"


def row(
    code="140000",
    name="山西省",
    year="2022",
    label="执业(助理)医师数",
    value="12.3",
    unit="万人",
    source=NBS,
    note="",
) -> str:
    return f"{code},{name},{year},{label},{value},{unit},{source},,{note}\n"


@pytest.fixture
def folder(tmp_path):
    for name in ("panel", "user"):
        (tmp_path / name).mkdir()
    return tmp_path


def long(folder, *rows, head=HEAD):
    path = folder / "panel" / "synthetic.csv"
    path.write_text(head + "".join(rows), encoding="utf-8")
    return panel.long(path)


def message(folder, *rows, head=HEAD) -> str:
    with pytest.raises(DataError) as error:
        long(folder, *rows, head=head)
    return str(error.value)


# ---------------------------------------------------------------------------------------------------------------- reading


def test_a_cell_in_base_units_with_bounds_from_the_printing_step(folder):
    (found,) = long(folder, row(value="12.3"))
    assert (found["value"], found["value_low"], found["value_high"], found["unit"]) == (
        123000,
        122950,
        123050,
        "人",
    )
    assert found["print_step"] == 100
    assert found["observation_id"] == "nbs-province:140000:doctors:2022"
    assert (
        found["as_printed"] == "12.3 万人"
        and found["locator"] == "分省年度数据 › 执业(助理)医师数 › 山西省 › 2022年"
    )
    assert (found["period_start"], found["period_end"], found["year"], found["source_grade"]) == (
        "2022-12-31",
        "2022-12-31",
        2022,
        "A",
    )


def test_the_step_follows_the_unit_and_the_source(folder):
    bulletin = "2020年我国卫生健康事业发展统计公报（国家卫生健康委）"
    rows = long(
        folder,
        row("000000", "全国", "2020", "医疗卫生机构床位数", "910", "万张", bulletin),
        row(label="医疗卫生机构数", value="40000", unit="个"),
        row(label="年末常住人口", value="3481", unit="万人"),
    )
    assert [(r["value_high"] - r["value_low"]) for r in rows] == [1000, 1, 10000]


def test_flows_run_through_their_period_and_carry_no_year_unless_annual(folder):
    monthly = "国家卫生健康委统计信息中心《2019年1-10月全国医疗服务情况》"
    (found,) = long(
        folder,
        f"000000,全国,2019年1-10月,医院诊疗人次数,308594.7,万人次,{monthly},,\n",
        head=HEAD.replace("year", "period"),
    )
    assert (found["period_start"], found["period_end"], found["year"]) == ("2019-01-01", "2019-10-31", None)
    assert found["observation_id"].endswith(":hospital_visits:2019年1-10月") and found["value"] == 3085947000


@pytest.mark.parametrize("blank", ["", "--", "…"])
def test_blank_cells_make_no_row(folder, blank):
    assert len(long(folder, row(), row(year="2021", value=blank))) == 1


def test_the_city_yearbook_is_its_own_series(folder):
    (found,) = long(
        folder, row("140100", "太原市", "2020", "医院床位数", "40000", "张", "中国城市统计年鉴(各年版)")
    )
    assert found["indicator"] == "city_hospital_beds"


@pytest.mark.parametrize(
    ("note", "flag"),
    [
        ("与上年同值,不排除为填充值", "equals_previous"),
        ("床位与医师数同上年,疑为沿用", "equals_previous"),
        ("孤立高值(前后10.0/11.5)", "not_ranked"),
        ("公报初步数", "preliminary"),
        ("2017年此值为百位整数", "rounded"),
        ("列名由本研究逐列核对还原", ""),
        ("2018年起只有一位小数", ""),
    ],
)
def test_flags_from_the_notes(folder, note, flag):
    (found,) = long(folder, row(note=f'"{note}"'))
    assert found["flags"] == flag and found["note"] == note


def test_restored_column_names_are_flagged_for_what_was_done_not_for_what_was_counted(folder):
    (found,) = long(
        folder,
        row("110000", "北京市", "2012", "医院平均住院日", "10.1", "日", note="列名由本研究逐列核对还原"),
    )
    assert found["flags"] == "likely_column"


# -------------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (
            row("", "浙江身"),
            ["row 2 region_code", '"浙江身"', "浙江省", "330000", "add an alias in data/regions.csv"],
        ),
        (row("141111"), ["row 2 region_code", '"141111"', "did you mean"]),
        (
            row("140000", "陕西省"),
            ["row 2 region_zh", '"陕西省" beside 140000', "山西省", "correct the code or the name"],
        ),
        (row(label="执业医生数"), ["row 2 indicator_zh", "执业医生数", "indicators.csv", "did you mean"]),
        (row(value="约12"), ["row 2 value", '"约12"', "a number, a blank or --", "without unit or remark"]),
        (row(source=""), ["row 2 source_publication", "a blank", "a number without a source is refused"]),
        (row(source="某年鉴"), ["row 2 source_publication", "某年鉴", "sources.csv"]),
        (row(year="1066"), ["row 2 year", '"1066"', "a year from 1949"]),
        (
            row(year="2049"),
            ["row 2 year", "2049", "a year not after the newest source", "register the newer source"],
        ),
        (row(year="22年"), ["row 2 year", '"22年"', "a year, a month"]),
        (row(year=""), ["row 2 year", "a blank", "fill in the cell"]),
        (
            row(unit="万张"),
            ["row 2 unit", '"万张"', "人, with 千, 万, 百万 or 亿", "print the value in 人 or 万人"],
        ),
        (
            row() + row(value="12.4"),
            [
                "row 3",
                "same key as row 2",
                "a conflicting value",
                "12.4 万人; row 2: 12.3 万人",
                "delete the wrong row",
            ],
        ),
        (row() + row(), ["row 3", "same key as row 2, with the same value", "delete one of them"]),
        (row().removesuffix(",\n"), ["row 2: found 8 cells", "expected 9 cells", "the file is truncated"]),
        (row() + '140000,"山西', ["cannot be read as CSV", "truncated or a quote is left open"]),
        ("140000,山西省,2022\n" + row(), ["row 2: found 3 cells", "put cells that hold a comma in quotes"]),
        ("", ["no row below the headings", "at least one row"]),
    ],
)
def test_bad_input_names_file_row_column_found_expected_and_what_to_do(folder, bad, expected):
    text = message(folder, bad)
    assert "synthetic.csv" in text
    for part in expected:
        assert part in text


def test_headings_missing_and_unknown(folder):
    text = message(folder, row(), head=HEAD.replace("unit", "einheit"))
    assert "also unit" in text and "unknown headings einheit" in text


def test_an_empty_file_and_a_wrong_encoding(folder):
    path = folder / "panel" / "synthetic.csv"
    path.write_bytes(b" \n")
    with pytest.raises(DataError, match="found an empty file"):
        panel.long(path)
    path.write_bytes((HEAD + row()).encode("gb18030"))
    with pytest.raises(DataError, match="not UTF-8 in line 2.*save the file as CSV UTF-8"):
        panel.long(path)


def test_all_problems_of_all_files_are_listed_at_once(folder):
    (folder / "panel" / "a.csv").write_text(
        HEAD + row(value="x") + row("999999", "某省", label="y"), encoding="utf-8"
    )
    (folder / "panel" / "b.csv").write_text(HEAD + row(year="3000"), encoding="utf-8")
    with pytest.raises(DataError) as error:
        panel.parts(folder)
    assert len(error.value.problems) >= 4
    assert {"a.csv row 2 value", "a.csv row 3 region_code", "b.csv row 2 year"} <= {
        p.where.split("/")[-1] for p in error.value.problems
    }


# ------------------------------------------------------------------------------------------------------------------ flags


def frame(*rows) -> pd.DataFrame:
    """Rows (source, region, indicator, year, value, half step) as observations."""
    made = []
    for source, region, indicator, year, value, half in rows:
        made.append(
            {
                "observation_id": f"{source}:{region}:{indicator}:{year}",
                "source_id": source,
                "region_code": region,
                "indicator": indicator,
                "year": year,
                "value": value,
                "value_low": value - half,
                "value_high": value + half,
                "institution_id": "",
                "quantifier": "exact",
                "measure": "level",
                "flags": "",
            }
        )
    return pd.DataFrame(made).astype({"year": tables.YEAR, "value": float, "flags": "str"})


def test_jumps_are_changes_of_twelve_percent_either_way_between_neighbouring_years():
    values = [(2015, 100), (2016, 112), (2017, 98.5), (2018, 110), (2020, 200)]
    flagged = checks.flagged(
        frame(*[("nbs-province", "140000", "doctors", year, value, 1) for year, value in values])
    )
    assert dict(zip(flagged.year, flagged["flags"], strict=True)) == {
        2015: "",
        2016: "jump",
        2017: "jump",
        2018: "",
        2020: "",
    }


def test_only_the_named_series_jump():
    flagged = checks.flagged(
        frame(
            *[("nbs-province", "140000", "gdp", year, value, 1) for year, value in [(2015, 100), (2016, 200)]]
        )
    )
    assert set(flagged["flags"]) == {""}


def test_a_break_is_flagged_in_its_first_year_and_a_revision_is_none():
    year = catalog.indicator("health_expenditure").breaks[0].start_year
    flagged = checks.flagged(
        frame(
            *[
                ("nbs-province", "140000", key, y, 100, 1)
                for key in ("health_expenditure", "population")
                for y in (year - 1, year, year + 1)
            ]
        )
    )
    assert flagged[flagged["flags"] == "break"].observation_id.tolist() == [
        f"nbs-province:140000:health_expenditure:{year}"
    ]


def test_sources_conflict_only_beyond_rounding_and_both_rows_stay():
    near = [
        ("nbs-province", "140000", "beds", 2018, 200000, 50),
        ("health-yearbook", "140000", "beds", 2018, 200049, 0.5),
    ]
    far = [
        ("nbs-province", "140000", "beds", 2019, 200000, 50),
        ("health-yearbook", "140000", "beds", 2019, 200051, 0.5),
    ]
    flagged = checks.flagged(frame(*near, *far))
    assert flagged["flags"].tolist() == ["", "", "conflict", "conflict"]
    assert flagged.value.tolist() == [200000, 200049, 200000, 200051]


def test_a_citys_bulletin_and_the_city_yearbook_are_compared():
    rows = [
        ("city-yearbook", "321100", "city_hospital_beds", 2023, 14186, 0.5),
        ("zhenjiang-bulletin-2023", "321100", "hospital_beds", 2023, 13700, 50),
    ]
    assert checks.flagged(frame(*rows))["flags"].tolist() == ["conflict", "conflict"]


# ------------------------------------------------------------------------------------- rows that say what rows before them said


def test_what_rows_before_said_is_taken_over_and_what_is_a_row_s_own_is_read(folder):
    held = long(
        folder,
        row(value="12.3"),
        row(code="320000", name="江苏省", value="12.345", note="同上年"),
        row(year="2021", value="1234.5①"),
        row(value="--", year="2020"),
        row(year="2020", value="9"),
    )
    assert [(r["region_code"], r["year"], r["value"], r["print_step"]) for r in held] == [
        ("140000", 2022, 123_000, 100),
        ("320000", 2022, 123_450, 10),
        ("140000", 2021, 12_345_000, 100),
        ("140000", 2020, 90_000, 100),
    ]
    assert [r["flags"] for r in held] == ["", "equals_previous", "", ""]
    assert [r["note"] for r in held] == ["", "同上年", "数字后有注号①", ""]
    assert held[1]["locator"].endswith("› 江苏省 › 2022年") and held[0]["locator"].endswith(
        "› 山西省 › 2022年"
    )
    assert len({tuple(r) for r in held}) == 1  # the same columns in the same order


def test_a_row_that_is_wrong_is_refused_though_rows_before_it_said_the_same(folder):
    assert "not below zero" in message(
        folder,
        row(value="3"),
        row(code="320000", name="江苏省"),
        row(code="320000", name="江苏省", value="-3"),
    )
    assert "12.3人" in message(folder, row(), row(code="320000", name="江苏省", value="12.3人"))
    assert "山西省" in message(folder, row(code="320000", name="江苏省"), row(code="320000", name="山西省"))


def test_a_place_that_went_is_held_against_each_row_s_period(folder):
    def old(year, **more):
        return row(code="341400", name="巢湖市", year=year, **more)

    (found,) = long(folder, old("2009"))
    assert found["region_code"] == "341400"
    said = message(folder, row(year="2022"), old("2009"), old("2022"))
    assert "row 4 region_code: found 巢湖市 (341400)" in said, said
