"""One more year in every family of tables, written into a temporary copy of the project.

All added figures are made up (the last year held, moved by a seeded rule) and serve tests alone. ``python tests/next_year.py FOLDER``
writes such a copy and builds it, to look at.
"""

from __future__ import annotations

import csv
import random
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis import paths

Row = dict[str, str]
YEAR = 2024
CITY_BOOK = ("医院数", "医院床位数", "执业(助理)医师数", "常住人口")
PROVINCES = ("panel/province_nbs.csv", "panel/province_nbs2.csv", "panel/province_nbs3.csv")


@dataclass(frozen=True)
class Family:
    """A file whose rows of one year are printed again for another. keep: which of them; column: the one that holds the year."""

    file: str
    last: int
    keep: Callable[[Row], bool] = lambda row: True
    column: str = "year"
    values: tuple[str, ...] = ("value",)
    publication: str = ""  # what the new rows' publication is called, where each edition has its own


def city_book(keep: Callable[[Row], bool] = lambda row: True, what: Iterable[str] = CITY_BOOK) -> Family:
    """The city yearbook's own figures of the last year. what: the indicators as printed."""
    printed = set(what)
    return Family(
        "panel/city_yearbook_all.csv", 2023, lambda row: row["indicator_zh"] in printed and keep(row)
    )


def provinces(what: Iterable[str] = ()) -> list[Family]:
    """The annual data by province; what: the indicators as printed (default: all)."""
    printed = set(what)

    def own(row: Row) -> bool:
        return row["region_code"] != "000000" and (not printed or row["indicator_zh"] in printed)

    return [Family(file, 2023, own) for file in PROVINCES]


FUDAN = "复旦大学医院管理研究所 2024年度中国医院综合排行榜"
DISTRICTS = Family("panel/city_districts_2023.csv", 2023)
GONE = {
    "540422",
    "540530",
}  # counties that became cities in 2023: a figure of a later year is refused with their new codes
COUNTIES = Family("panel/county_2023.csv", 2023, lambda row: row["region_code"] not in GONE)
GDP = Family("panel/city_gdp_per_head.csv", 2023)
INSURED = Family("panel/city_insurance_2023.csv", 2023)
GENERAL = Family("lists/hospital_general.csv", 2023, column="edition_year", values=(), publication=FUDAN)
ASSESSED = Family("assessment/guokao_rank_series.csv", 2023, column="assessment_year", values=())
LIFE = Family("panel/life_expectancy_jiangsu.csv", 2020, lambda row: row["year"] == "2020")
EVERY = (*provinces(), city_book(), DISTRICTS, COUNTIES, GDP, INSURED, GENERAL, ASSESSED, LIFE)


def copied(home: Path) -> Path:
    """The project's data, notebooks and settings in a folder of their own."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copytree(
        paths.data(), home / "data", ignore=shutil.ignore_patterns("processed*", "user"), dirs_exist_ok=True
    )
    shutil.copytree(paths.home() / "notebooks", home / "notebooks", dirs_exist_ok=True)
    shutil.copy(paths.home() / "pyproject.toml", home)
    return home


def rows_of(path: Path) -> tuple[list[str], list[Row]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or ()), list(reader)


def add(path: Path, columns: list[str], rows: Iterable[Row]) -> int:
    rows = list(rows)
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns, restval="", lineterminator="\n").writerows(rows)
    return len(rows)


def moved(text: str, chance: random.Random) -> str:
    """A printed number some per cent higher or lower, with as many decimals as it had; what is no number stays."""
    decimals = len(text.partition(".")[2])
    try:
        value = float(text)
    except ValueError:
        return text
    return f"{value * chance.uniform(0.995, 1.045):.{decimals}f}"


def written(
    home: Path, families: Iterable[Family] = EVERY, year: int = YEAR, seed: int = 1
) -> dict[str, int]:
    """Appends the year to each family's file; how many rows each gained. Cells that have the year already are left alone."""
    found: dict[str, int] = {}
    for family in families:
        path = home / "data" / "raw" / family.file
        columns, rows = rows_of(path)
        chance = random.Random(f"{seed} {family.file}")
        key = [c for c in ("region_code", "indicator_zh", "hospital", "category_key", "list") if c in columns]
        held = {tuple(row[c] for c in key) for row in rows if row[family.column] == str(year)}
        new = []
        for row in rows:
            one = tuple(row[c] for c in key)
            if row[family.column] != str(family.last) or one in held or not family.keep(row):
                continue
            changed = {c: moved(row[c], chance) for c in family.values}
            new.append(row | changed | {family.column: str(year)} | _said(family, row))
        found[family.file] = found.get(family.file, 0) + add(path, columns, new)
        if family.publication:
            _registered(home, family, year)
    return found


def _said(family: Family, row: Row) -> Row:
    said = {"source_publication": family.publication} if family.publication else {}
    return said | ({"note": ""} if "note" in row else {})  # a note is about the figure it stands beside


def _registered(home: Path, family: Family, year: int) -> None:
    """The new edition of a list as a source of its own, beside that of the last one."""
    path = home / "data" / "sources.csv"
    columns, rows = rows_of(path)
    if any(row["publications"] == family.publication for row in rows):
        return
    old = next(row for row in rows if row["source_id"] == f"fudan-general-{family.last}")
    named = {k: v.replace(str(family.last), str(year)) for k, v in old.items()}
    add(path, columns, [named | {"publications": family.publication}])


if __name__ == "__main__":
    import os

    folder = copied(Path(sys.argv[1]).resolve())
    print(written(folder))
    os.environ["YIGAI_HOME"] = str(folder)
    from analysis.collection.build import build

    print(build(folder / "data" / "raw", folder / "data" / "processed", confirm="made-up figures"))
