"""Published lists of hospitals -> hospital_lists and hospital_list_counts. A list sums reputation and research; it is no outcome."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis import catalog
from analysis.clean import numbers, places
from analysis.clean.files import ROW, at, cite, placed, read, source_of
from analysis.errors import DataError, Problem

SHARED = tuple("list edition_year rank hospital hospital_as_printed province city region_code".split())
SOURCE = tuple("source_publication carried_by source_grade note".split())
FILES = {
    "hospital_general.csv": (*SHARED, "grade", "n_listed", *SOURCE),
    "hospital_specialty_rows.csv": (
        *SHARED,
        "scope",
        "specialty",
        "specialty_as_printed",
        "status",
        "locator",
        *SOURCE,
    ),
    "hospital_stem_2022.csv": (*SHARED, *SOURCE),
}
COUNTS = tuple("list scope edition_year province basis status count n_specialties".split()) + SOURCE
NATIONAL = "全国"


def _understood(path: Path, row: dict, problems: list[Problem]) -> tuple | None:
    """(source, province, region or None) of a row; problems are added."""
    before = len(problems)
    source: Any = None
    province: Any = None
    region: Any = None
    for column, act in (
        ("source_publication", lambda: source_of(path, row["source_publication"])),
        ("province", lambda: places.resolve(row["province"], level="province")),
        ("region_code", lambda: places.resolve(row["region_code"]) if row.get("region_code") else None),
    ):
        try:
            found = act()
        except DataError as error:
            problems.extend(placed(error, path, row[ROW], column))
            continue
        if column == "source_publication":
            source = found
        elif column == "province":
            province = found
        else:
            region = found
    if source is not None and not catalog.stands(row["source_grade"], source):
        fix = "correct the row, or the source in data/sources.csv"
        problems.append(Problem(at(path, row[ROW], "source_grade"), row["source_grade"], source.grade, fix))
    if region is not None and province is not None and region.code[:2] != province.code[:2]:
        fix = "correct the code or the province"
        there = f"{region.code} in {province.name_zh}"
        problems.append(Problem(at(path, row[ROW], "region_code"), there, "a place of the province", fix))
    return (source, province, region) if len(problems) == before else None


def _whole(path: Path, row: dict, column: str, problems: list[Problem]) -> int | None:
    """A whole number or nothing."""
    try:
        value = numbers.cell(row.get(column, ""))
    except DataError as error:
        problems.extend(placed(error, path, row[ROW], column))
        return None
    if value is not None and value != int(value):
        problems.append(
            Problem(at(path, row[ROW], column), row[column], "a whole number", "correct the cell")
        )
    return None if value is None else int(value)


def _status(row: dict) -> str:
    return row.get("status") or ("名次" if row["rank"] else "档次")


def rows(folder: Path) -> list[dict]:
    """One row a hospital, list, year and specialty. Raises DataError listing the problems of all files."""
    found = []
    problems: list[Problem] = []
    for name, columns in FILES.items():
        path = folder / name
        for row in read(path, columns):
            known, rank = _understood(path, row, problems), _whole(path, row, "rank", problems)
            listed = _whole(path, row, "n_listed", problems)
            if known is None:
                continue
            source, province, region = known
            specialty = row.get("specialty", "")
            where = " · ".join(
                filter(
                    None,
                    (
                        row["list"],
                        row["edition_year"],
                        specialty,
                        row["rank"] or _status(row),
                        row["hospital"],
                    ),
                )
            )
            kept = {
                c: row.get(c, "")
                for c in (
                    "list",
                    "edition_year",
                    "specialty",
                    "specialty_as_printed",
                    "hospital",
                    "hospital_as_printed",
                    "note",
                )
            }
            found.append(
                kept
                | {"list_row": f"{path.stem}:{row[ROW]:05d}", "scope": row.get("scope") or NATIONAL, "status": _status(row), "rank": rank, "band": row.get("grade", ""), "n_listed": listed,
                   "province_code": province.code, "region_code": region.code if region else ""}
                | cite(source, where)
            )  # fmt: skip
    if problems:
        raise DataError(problems)
    return found


def counts(folder: Path) -> list[dict]:
    """One row a list, year, province, basis and status. Raises DataError listing the problems of the file."""
    path = folder / "hospital_specialty_counts.csv"
    found = []
    problems: list[Problem] = []
    for row in read(path, COUNTS):
        known = _understood(path, row, problems)
        number, specialties = (_whole(path, row, column, problems) for column in ("count", "n_specialties"))
        if known is None:
            continue
        kept = {c: row[c] for c in ("list", "scope", "edition_year", "basis", "status", "note")}
        where = f"{row['list']} · {row['edition_year']} · {row['province']}"
        found.append(
            kept
            | {"province_code": known[1].code, "count": number, "n_specialties": specialties}
            | cite(known[0], where)
        )
    if problems:
        raise DataError(problems)
    return found


def check(listed: list[dict]) -> Iterator[tuple[bool, str]]:
    """(holds, sentence) of what the lists say of themselves: every list has the places it announces, from the first on."""
    general = [row for row in listed if row["n_listed"]]
    for year in sorted({row["edition_year"] for row in general}):
        places_ = [row for row in general if row["edition_year"] == year]
        ranks = sorted(row["rank"] for row in places_ if row["rank"])
        ties = all(rank <= k for k, rank in enumerate(ranks, start=1))
        held = len(places_) == places_[0]["n_listed"] and ties and (not ranks or ranks[0] == 1)
        yield (
            held,
            f"{places_[0]['list']} {year}: {len(places_)} of {places_[0]['n_listed']} places, ranks from 1 on.",
        )
