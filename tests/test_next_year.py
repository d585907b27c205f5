"""A year more of the city yearbook, whole or in part, moves what it should and nothing else; no last year stands in code.

All added figures are made up. ``tests/next_year.py`` writes a year more into every family of tables: the slow test walks it.
"""

from __future__ import annotations

import ast
import random
import re
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from analysis import catalog, cli, comparison, paths, tables
from analysis.charts import series
from analysis.collection.build import build
from analysis.themes import between_cities, city_panel, city_schemes, staff_effects
from next_year import CITY_BOOK, copied, moved, rows_of, written
from theme_pages import findings, text

TAIYUAN = "140100"
KEYS = (*city_panel.INDICATORS, city_panel.POPULATION)
PROFILE = "02_city_profile"


@pytest.fixture
def with_cities(tmp_path, monkeypatch, processed):
    """Puts figures of a later year beside those of cities of 2023, in tables of a temporary folder."""

    def add(keys=KEYS, keep: Callable[[str], bool] = lambda code: True, later: int = 1) -> None:
        held = tables._whole("observations").drop(columns=tables.HASH)
        own = (held["source_id"] == city_panel.SOURCE) & held["indicator"].isin(keys)
        rows = held[own & (held["year"] == 2023) & held["region_code"].map(keep)].copy()
        for column in ("observation_id", "locator", "period_start", "period_end"):
            rows[column] = rows[column].str.replace("2023", str(2023 + later))
        grown = {c: rows[c] * 1.03 for c in ("value", "value_low", "value_high")}
        rows = rows.assign(year=rows["year"] + later, flags="", **grown)
        for file in processed.iterdir():
            if file.name != "observations.parquet":
                (tmp_path / file.name).symlink_to(file)
        tables.write("observations", pd.concat([held, rows], ignore_index=True), tmp_path)
        monkeypatch.setenv("YIGAI_PROCESSED", str(tmp_path))
        monkeypatch.setenv("YIGAI_RENDER", "page")

    return add


def shown(stem: str, code: str) -> dict[str, dict]:
    return {one.section: one.json("zh") for one in findings(stem, code, "zh")}


def years_said(page: dict[str, dict]) -> dict[str, set[str]]:
    """Years by part: headlines and subtitles, sentences, drawings, tables of the two sections with figures."""
    parts: dict[str, set[str]] = {}
    for section in ("position", "change"):
        one = page[section]
        said = {
            "headline": text(one["headline"]) + text(one["subtitle"]),
            "sentences": " ".join(text(s["segments"]) for s in one["sentences"]),
            "drawing": " ".join(re.findall(r">([^<]+)<", one["drawings"]["wide"])),
            "table": str(one["tables"]),
        }
        parts |= {
            f"{section} {part}": set(re.findall(r"(?<!\d)20[12]\d(?!\d)", words))
            for part, words in said.items()
        }
    return parts


def test_an_edition_of_all_cities_moves_every_part_of_their_pages(with_cities, monkeypatch):
    with_cities()
    assert city_panel.years().pair == (2020, 2024)

    def moved() -> bool:
        said = years_said(shown(PROFILE, TAIYUAN))
        ends = [part for part, years in said.items() if years - {"2016", "2017", "2020"}]
        return len(ends) > 5 and all(
            max(said[part]) == "2024" and "2023" not in said[part]
            for part in ends
            if "change table" not in part
        )

    assert moved()
    found = comparison.cities("140000")
    assert found is not None and "2024" in text(found.finding.json("zh")["headline"])
    assert between_cities.load("140000").pair == (2020, 2024) and city_schemes.load("321100").last == 2024

    # mutation: the years stand in code
    monkeypatch.setattr(city_panel.Years, "rates", (2020, 2023))
    assert not moved()


def test_counts_without_residents_move_growth_and_no_rate(with_cities):
    with_cities(keys=("city_doctors",))
    said = years_said(shown(PROFILE, TAIYUAN))
    assert (
        max(said["position headline"])
        == max(said["position sentences"])
        == max(said["position table"])
        == "2023"
    )
    assert max(said["change headline"]) == max(said["change drawing"]) == "2024"
    page = shown(PROFILE, TAIYUAN)["change"]["sentences"]
    assert "2016 年至 2024 年" in text(page[0]["segments"]) and "2017 年至 2023 年" in text(
        page[1]["segments"]
    )


def test_a_year_of_some_cities_is_printed_and_moves_nothing(with_cities, monkeypatch):
    with_cities(keep=lambda code: int(code[2:4]) % 5 < 2)  # some forty per cent
    assert city_panel.years().pair == (2020, 2023)
    page = shown(PROFILE, TAIYUAN)
    assert all("2024" not in years for years in years_said(page).values())
    later = [text(s["segments"]) for s in page["data"]["sentences"]]
    assert len(later) == 1 and "（2024 年）" in later[0] and "常住人口" in later[0] and "2023 年" in later[0]

    monkeypatch.setattr(city_panel, "SHARED", 0.2)  # mutation: a fifth of the cities make a year
    city_panel._years.cache_clear()
    assert city_panel.years().pair == (2020, 2024)
    city_panel._years.cache_clear()


def test_a_province_that_the_edition_leaves_out_keeps_its_year(with_cities):
    with_cities(keep=lambda code: not code.startswith("14"))
    assert city_panel.years().pair == (2020, 2024)
    assert all("2024" not in years for years in years_said(shown(PROFILE, TAIYUAN)).values())
    found = comparison.cities("140000")
    assert found is not None and "2023" in text(found.finding.json("zh")["headline"])
    assert between_cities.coverage()["140000"] is None, "its page does not vanish"


def test_a_year_left_out_is_a_gap_and_growth_names_the_true_years(with_cities):
    with_cities(later=2)
    page = shown(PROFILE, TAIYUAN)
    assert "2016–2025 年" in text(page["change"]["headline"]) and "2024" not in str(years_said(page))
    assert [len(run) for run in series.runs([2022, 2023, 2025], [1.0, 1.0, 1.0])] == [2, 1]


def test_a_revised_edition_is_counted_by_what_the_page_shows(tmp_path, monkeypatch, processed):
    """The page of a city names the revised figures of its province and of the cities it is compared with, not those of the country."""
    held = tables._whole("observations").drop(columns=tables.HASH)
    own = (
        (held["source_id"] == city_panel.SOURCE)
        & (held["indicator"] == "city_doctors")
        & (held["year"] == 2023)
    )
    old = held[own]
    new = old.assign(
        revises=old["observation_id"], observation_id=old["observation_id"] + "@2025-10", edition="2025-10"
    )
    new = new.assign(**{c: new[c] + 100 for c in ("value", "value_low", "value_high")})
    held.loc[own, "superseded_on"] = "2025-10"
    for file in processed.iterdir():
        if file.name != "observations.parquet":
            (tmp_path / file.name).symlink_to(file)
    tables.write("observations", pd.concat([held, new], ignore_index=True), tmp_path)
    monkeypatch.setenv("YIGAI_PROCESSED", str(tmp_path))
    monkeypatch.setenv("YIGAI_RENDER", "page")

    def revised() -> int:
        tables.reset_reads()
        findings(PROFILE, TAIYUAN, "zh")
        return len(tables.later_editions())

    compared = city_panel.nearest(TAIYUAN, *city_panel.people_and_income())
    assert revised() == len({*compared, *(c.code for c in catalog.cities_of("140000"))}) < 40
    monkeypatch.setattr(tables, "unshown", nullcontext)  # mutation: what only decides is counted too
    assert revised() == len(old) > 250


def test_changes_of_a_year_need_years_in_a_row(processed):
    rows = staff_effects._rows()
    first, last = staff_effects.years(rows)
    assert staff_effects.span_of(staff_effects.read()) == (first, last) == (2014, 2023)
    later = rows[rows["year"] == last]
    beyond = pd.concat([rows, later.assign(year=last + 2)])
    assert staff_effects.years(beyond) == (first, last)
    assert staff_effects.years(pd.concat([beyond, later.assign(year=last + 1)])) == (first, last + 2)
    one_short = pd.concat([rows, later.iloc[1:].assign(year=last + 1)])
    assert staff_effects.years(one_short) == (first, last), "a year that a province lacks is none"


# years that belong to a design or a policy and that no new figure moves; each with its reason beside it in the module
DESIGN = {
    "themes/assessed_hospitals.py": {2023},  # what that year's results printed no longer
    "themes/assessed_moves.py": {2019, 2022},  # years whose number of assessed hospitals is held
    "themes/city_schemes.py": {2010, 2016, 2017, 2020},
    "themes/hospital_productivity.py": {2019, 2020},
    "themes/pilots.py": {2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021},
    "themes/ranking_changes.py": {2020},
    "themes/reform_pilots.py": {2004, 2006, 2009, 2010, 2013, 2014, 2015, 2016, 2019, 2023},
    "themes/region_profile.py": {2011, 2014, 2019},
    "themes/resource_equity.py": {2019},
    "themes/services_context.py": {2018, 2019, 2020},
    "themes/staff_activity.py": {2010, 2019},
    "themes/staff_effects.py": {2020, 2021, 2022, 2100},
    "themes/talent_inflow.py": {2014},
    "lab/question.py": {1949, 2100},
    "lab/select.py": {1949, 2100},
}


def typed(file: Path) -> set[int]:
    """Years written as numbers in a module."""
    found = (n.value for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Constant))
    return {v for v in found if type(v) is int and 1940 <= v <= 2100 and v != 2000}


def test_no_last_year_stands_in_code(tmp_path):
    home = Path(city_panel.__file__).parents[1]
    modules = [
        *home.glob("themes/*.py"),
        *home.glob("lab/*.py"),
        *home.glob("charts/*.py"),
        home / "comparison.py",
    ]
    for file in modules:
        allowed = DESIGN.get(file.relative_to(home).as_posix(), set())
        assert typed(file) <= allowed, (
            f"{file.name}: {sorted(typed(file) - allowed)}: work it out from the rows, or data/fixed_years.csv"
        )
    broken = tmp_path / "city_panel.py"  # mutation
    broken.write_text(
        (home / "themes" / "city_panel.py").read_text("utf-8") + "\nLAST = 2023\n", encoding="utf-8"
    )
    assert typed(broken) == {2023}


def test_every_fixed_year_has_its_reason_in_both_languages():
    for one in catalog._load(paths.data() / "fixed_years.csv", catalog.FixedYear).values():
        assert one.reason_zh and one.reason_en and 1990 < one.year < 2100, one.key


def wide_table(path: Path, home: Path) -> None:
    """A page of the city yearbook as it comes: title, a heading with units, a line a province, names indented; made-up figures of 2024."""
    _, rows = rows_of(home / "data" / "raw" / "panel" / "city_yearbook_all.csv")
    last = [row for row in rows if row["year"] == "2023" and row["indicator_zh"] in CITY_BOOK]
    held = {(row["region_code"], row["indicator_zh"]): row["value"] for row in last}
    names = {row["region_code"]: row["region_zh"] for row in last}
    units = {row["indicator_zh"]: row["unit"] for row in last}
    book, chance = Workbook(), random.Random(3)
    sheet = book.active
    sheet.append(["2-23 医院、床位、医生和人口（2024年）"])
    sheet.append(["城市 City", *(f"{what}({units[what]})" for what in CITY_BOOK)])
    for code in sorted(names):
        cells = [moved(held[code, what], chance) if (code, what) in held else "" for what in CITY_BOOK]
        sheet.append([f"  {names[code]}", *cells])
    book.save(path)


@pytest.mark.slow
def test_a_wide_table_of_a_year_more_goes_through_the_door_to_the_page(tmp_path, monkeypatch):
    """Two commands: the table is read as it comes, and the city's page runs to its year."""
    home, file = copied(tmp_path / "home"), tmp_path / "2024年城市.xlsx"
    wide_table(file, home)
    monkeypatch.setenv("YIGAI_HOME", str(home))
    monkeypatch.setenv("YIGAI_PROCESSED", str(home / "data" / "processed"))
    monkeypatch.setenv("YIGAI_RENDER", "page")
    catalog.renew()
    told = ["--source", "中国城市统计年鉴（各年版）", "--public", "--confirm", "made-up figures"]
    assert cli.main(["add", str(file), *told]) == 0
    assert city_panel.years().pair == (2020, 2024)
    said = years_said(shown(PROFILE, TAIYUAN))
    assert max(said["position headline"]) == max(said["change headline"]) == "2024"
    catalog.renew()


@pytest.mark.slow
def test_a_year_more_in_every_family_makes_every_page(tmp_path, monkeypatch):
    """Provinces, cities, districts, counties, lists, assessments and life expectancy of 2024: no error, and the pages say 2024."""
    home = copied(tmp_path / "home")
    written(home)
    monkeypatch.setenv("YIGAI_HOME", str(home))
    monkeypatch.setenv("YIGAI_PROCESSED", str(home / "data" / "processed"))
    monkeypatch.setenv("YIGAI_RENDER", "page")
    catalog.renew()
    build(home / "data" / "raw", home / "data" / "processed", confirm="made-up figures")
    ends = {
        "01_region_profile": "140000", "02_city_profile": TAIYUAN, "03_ranking_changes": "140000", "05_talent_inflow": "140000",
        "08_resource_structure": "140000", "09_age_and_supply": "140000", "19_services_context": "140000",
        "20_resource_equity": "000000", "21_resource_composite": "000000", "23_staff_effects": "000000",
        "24_between_cities": "000000", "30_hospital_lists": "140000", "31_counties": "140000", "32_city_schemes": "321100",
        "04_assessed_hospitals": "320000",
    }  # fmt: skip
    for stem, code in ends.items():
        for lang in ("zh", "en"):
            page = [one.json(lang) for one in findings(stem, code, lang)]
            said = " ".join(
                text(one["headline"])
                + text(one["subtitle"] or [])
                + "".join(text(sentence["segments"]) for sentence in one["sentences"])
                for one in page
            )
            if (
                stem == "04_assessed_hospitals"
            ):  # its words name no year: the results stand in drawing and table
                said = " ".join(str(one["tables"]) for one in page)
            assert "2024" in said, (stem, said)
    catalog.renew()
    shutil.rmtree(home)
