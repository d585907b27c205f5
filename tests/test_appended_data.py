"""What is appended to the data makes pages without a change of code: a bulletin, a target, a derived number, a city, a hospital.

The rows are invented and live in a temporary folder only.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from analysis import catalog, paths, tables
from analysis.collection import build as building
from analysis.collection.build import build
from analysis.errors import DataError
from analysis.themes import assessed_hospitals, city_profile, derived_results, plan_targets, stated_values
from theme_pages import findings, text

CITY, PLACE = "149900", "140200"  # a city that is not in the collection, and one that no bulletin deals with
HOSPITAL = "大同样本医院"
SOURCE = "大同样本公报"
STATEMENT = dict(
    doc_id="005", province="山西省", city="大同市", region_code=PLACE, theme="service_capacity", quantifier="exact",
    measure="level", status="actual", period_basis="explicit", damaged="false", salience="core", programme="136兴医工程",
)  # fmt: skip
YEARLY = {
    "医院数": (3, "个"),
    "医院床位数": (187, "张"),
    "执业(助理)医师数": (95, "人"),
    "常住人口": (8, "万人"),
}


def head(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def append(path: Path, *rows: dict, like: Path | None = None) -> None:
    """Rows at the end of a file; ``like``: the file whose headings a new one takes."""
    columns = head(like or path)
    assert all(row.keys() <= set(columns) for row in rows), (path.name, columns)
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerows(rows)


def statement(number: str, indicator: str, zh: str, value: int, unit: str, /, **more: str) -> dict:
    """One coded sentence of the invented bulletin."""
    return STATEMENT | dict(
        fact_id=f"005-{number}", seq=str(int(number)), indicator_key=indicator, indicator_zh=zh, unit=unit,
        value=str(value), value_low=str(value), value_high=str(value), as_printed=f"{value} {unit}",
        period_start="2022-01-01", period_end="2022-12-31", char_start=number, char_end=number,
    ) | more  # fmt: skip


def yearbook() -> list[dict]:
    """A small city's yearbook: every figure of every year, none repeated, too small to move its province's sums."""
    return [
        dict(region_code=CITY, region_zh="样本市", year=str(year), indicator_zh=what, unit=unit, carriers="D",
             value=str(base + (year - 2017) * (1 + base // 60)))
        for year in range(2017, 2024)
        for what, (base, unit) in YEARLY.items()
        if what != "常住人口" or year in (2020, 2021, 2022, 2023)
    ]  # fmt: skip


def appended(home: Path) -> Path:
    """A project folder with the collection and one more of each kind."""
    shutil.copytree(paths.raw(), home / "data" / "raw")
    for path in (*paths.data().glob("*.csv"), *paths.data().glob("*.toml")):
        shutil.copy(path, home / "data" / path.name)
    shutil.copy(paths.home() / "pyproject.toml", home)
    data, raw = home / "data", home / "data" / "raw"
    append(data / "regions.csv", dict(region_code=CITY, name_zh="样本市", short_zh="样本", name_en="Sample City",
           name_en_full="Sample City, Shanxi", level="city", parent_code="140000"))  # fmt: skip
    append(data / "sources.csv", dict(source_id="doc-005", kind="bulletin", title_zh=SOURCE, title_en="Sample bulletin of Datong",
           producer_zh="大同样本局", producer_en="Datong sample office", published="2023-06-01", published_basis="printed",
           period_end="2023-06-01", grade="A"))  # fmt: skip
    append(data / "institutions.csv", dict(institution_id="H990", type="hospital", name_zh=HOSPITAL,
           name_en="Datong Sample Hospital", region_code=PLACE, basis="text"))  # fmt: skip
    documents = raw / "bulletins"
    append(
        documents / "doc-005.csv",
        statement("001", "lead_clinical_specialties", "领军临床专科数", 6, "个"),
        statement("002", "new_subspecialties", "新设领军专科亚专业", 24, "个"),
        statement("003", "lead_clinical_specialties", "领军临床专科数", 9, "个", status="target", measure="target",
                  quantifier="at_least", value_high="", value_low="9", as_printed="9 个以上",
                  period_start="", period_end="2025-12-31"),
        like=documents / "doc-001.csv",
    )  # fmt: skip
    append(documents / "targets.csv", dict(target_id="T98", fact_id="005-003", doc_id="005", programme="136兴医工程", level="province",
           target_zh="领军临床专科数", as_printed="9 个以上", value_low="9", value="9", unit="个", quantifier="at_least", due_date="2025-12-31",
           due_basis="printed", measurable_definition="count", evidence_in_seeds="none", evidence_fact_ids="005-001",
           evidence_grade="indirect", decides="register", needed="样本名录", needed_en="the sample register"))  # fmt: skip
    append(documents / "derived_checks.csv", dict(derived_id="D26", expression="b / a", fact_ids="005-001;005-002", result="4.0", unit="ratio",
           printed_in_seed="false", caveat="sample", label="每个专科的亚专业", label_en="subspecialties a specialty", formula="亚专业 ÷ 专科",
           formula_en="subspecialties ÷ specialties", compute="b / a", style="number", print_unit="个", scale="1", decimals="1",
           quantifier="exact", caveat_zh="样本", caveat_en="a sample"))  # fmt: skip
    append(raw / "assessment" / "guokao_rank_series.csv", dict(hospital=HOSPITAL, province="山西", city="大同", category="general",
           assessment_year="2022", rank="321", value_kind="stated", source="sample", source_date="2023-06-01", confidence="high",
           source_publication="北京协和医院网站", source_grade="A", category_key="general", how="stated", exact="true"))  # fmt: skip
    append(raw / "panel" / "city_yearbook_all.csv", *yearbook())
    return home


@pytest.fixture(scope="module")
def more(tmp_path_factory):
    """The appended project, built."""
    home = appended(tmp_path_factory.mktemp("appended"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIGAI_HOME", str(home))
        patch.setenv("YIGAI_PROCESSED", str(home / "data" / "processed"))
        patch.setenv("YIGAI_RENDER", "page")
        catalog.renew()
        build(home / "data" / "raw", home / "data" / "processed", confirm="a made-up city")
        yield home
    catalog.renew()


def both(stem: str, code: str) -> tuple[dict[str, dict], dict[str, dict]]:
    """The page's payloads by section, in Chinese and in English."""
    zh, en = ({f.section: f.json(lang) for f in findings(stem, code, lang)} for lang in ("zh", "en"))
    assert zh.keys() == en.keys() and zh
    return zh, en


def said(page: dict[str, dict]) -> str:
    """All that a page says in one language."""
    parts = []
    for finding in page.values():
        parts += [text(finding["headline"]), *(text(s["segments"]) for s in finding["sentences"])]
        parts += [cell["text"] for table in finding["tables"] for row in table["rows"] for cell in row]
    return "\n".join(parts)


def test_a_bulletin_makes_the_page_of_stated_values(more):
    assert stated_values.coverage()[PLACE] is None
    zh, en = both("07_stated_values", PLACE)
    assert SOURCE in said(zh) and "24" in said(en)


def test_a_target_makes_the_page_of_plan_targets(more):
    assert plan_targets.coverage()[PLACE] is None
    zh, en = both("10_plan_targets", PLACE)
    assert "样本名录" in said(zh) and "the sample register" in said(en)


def test_a_derived_number_is_printed_with_its_caveat(more):
    row, fact = derived_results.load([PLACE])[0]
    assert (row["derived_id"], fact.value, fact.text("zh")) == ("D26", 4, "4.0")
    zh, en = both("18_evidence_base", PLACE)
    assert "每个专科的亚专业" in said(zh) and "a sample" in said(en)


def test_a_city_makes_its_profile(more):
    assert city_profile.coverage()[CITY] is None
    zh, en = both("02_city_profile", CITY)
    assert "样本" in said(zh) and "Sample" in said(en)


def test_a_hospital_makes_the_page_of_its_city(more):
    assert assessed_hospitals.coverage()[PLACE] is None
    zh, en = both("04_assessed_hospitals", PLACE)
    assert HOSPITAL in said(zh) and "321" in said(zh) and "Datong Sample Hospital" in said(en)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("bulletins/targets.csv", ",register,样本名录", ",registry,样本名录", "register"),
        ("bulletins/derived_checks.csv", ",b / a,,", ",b / c,,", "arithmetic"),
        (
            "assessment/guokao_rank_series.csv",
            "A,general,,stated,true",
            "A,universal,,stated,true",
            "tcm_general",
        ),
    ],
    ids=["target", "derived", "hospital"],
)
def test_a_word_that_is_in_no_vocabulary_is_refused(more, tmp_path, monkeypatch, file, old, new, expected):
    raw = tmp_path / "raw"
    shutil.copytree(more / "data" / "raw", raw)
    path = raw / file
    content = path.read_text("utf-8")
    before, found, after = content.rpartition(old)  # the row appended
    assert found
    path.write_text(before + new + after, "utf-8")
    monkeypatch.setattr(building.panel, "parts", lambda _: [])  # the long series are not what is refused
    with pytest.raises(DataError, match=expected):
        build(raw, tmp_path / "processed")
    assert not tables.manifest()["tables"]["targets"]["rows"] < 18, "the tables built before stand untouched"
