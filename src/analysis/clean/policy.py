"""Policy timing and regional medical centres -> policies, centres and observations. Incomplete lists annotate; they define no comparison group."""

from __future__ import annotations

from pathlib import Path

from analysis import catalog
from analysis.clean import periods
from analysis.clean.assessment import graded, number, observed, place
from analysis.clean.files import ROW, at, cite, placed, read
from analysis.errors import DataError, Problem

TIMING_COLUMNS = tuple(
    "policy unit name province date precision batch_or_group carried_by confidence note source_publication source_grade".split()
)
TIMING_FILES = ("policy_timing.csv", "policy_hospital_pilot_2015.csv")
CENTRE_COLUMNS = tuple(
    "batch date_of_batch_or_source province city project_hospital output_hospital host_partner_hospital specialty status carried_by confidence note source_publication source_grade batch_numbers stage day".split()
)
CENTRE_FILES = ("regional_centre_projects_partial.csv", "regional_centre_projects_documents.csv")
TOTAL = "regional_centre_projects_total"
TOTAL_COLUMNS = tuple(
    "date fact value carried_by confidence source_publication source_grade batch difference_of".split()
)


def _dated(path: Path, row: dict, problems: list[Problem]) -> periods.Period:
    try:
        return periods.parse(row["date"])
    except DataError as error:
        problems.extend(placed(error, path, row[ROW], "date"))
        return periods.Period("", "", "undated")


def policies(folder: Path) -> list[dict]:
    """One row per policy, place and date; a list of cities without names has no region code."""
    rows = []
    problems: list[Problem] = []
    files = [path for name in TIMING_FILES if (path := folder / name).is_file() or name == TIMING_FILES[0]]
    for path, row in [(file, row) for file in files for row in read(file, TIMING_COLUMNS)]:
        source, when = graded(path, row, problems), _dated(path, row, problems)
        if row["unit"] == "country":
            region = "000000" if row["name"] == "全国" else ""
        else:
            region = place(path, row, "province", problems)
            if row["unit"] == "city" and region:
                region = place(path, row, "name", problems, region)
        if source is None:
            continue
        kept = {
            column: row[column]
            for column in ("policy", "unit", "name", "date", "precision", "confidence", "note")
        }
        dates = {
            "date_start": when.start,
            "date_end": when.end,
            "batch": row["batch_or_group"],
            "region_code": region,
        }
        rows.append(kept | dates | cite(source, f"{row['policy']} · {row['name']} · {row['date']}"))
    if problems:
        raise DataError(problems)
    return rows


def _known(name: str) -> str:
    institution = catalog.institution_of(name) if name else None
    return institution.id if institution else ""


def _specialty(path: Path, row: dict, problems: list[Problem]) -> str:
    """The specialty's key: what follows ``specialty_`` in the term of words.toml whose Chinese stands in the cell."""
    printed = row["specialty"].replace("(", "（").replace(")", "）")
    if not printed:
        return ""
    known = {
        term.zh: key.removeprefix("specialty_")
        for key, term in catalog.terms().items()
        if key.startswith("specialty_")
    }
    if printed not in known:
        problems.append(
            Problem(
                at(path, row[ROW], "specialty"),
                printed,
                "one of " + ", ".join(known),
                'correct the cell, or add specialty_<name> = { zh = "…", en = "…" } to [terms] of data/words.toml',
            )
        )
    return known.get(printed, "")


def centres(folder: Path) -> list[dict]:
    """One row per known project of a national regional medical centre, numbered in file order; a blank batch is not known.

    Two files: what lists name, and what the collection's own documents name and no list at hand does.
    """
    rows = []
    problems: list[Problem] = []
    files = [path for name in CENTRE_FILES if (path := folder / name).is_file() or name == CENTRE_FILES[0]]
    listed = [(file, row) for file in files for row in read(file, CENTRE_COLUMNS)]
    for no, (path, row) in enumerate(listed, start=1):
        source, province = graded(path, row, problems), place(path, row, "province", problems)
        region = place(path, row, "city", problems, province or None) if row["city"] and province else ""
        if source is None:
            continue
        hospitals = {
            role: row[column]
            for role, column in (
                ("project", "project_hospital"),
                ("output", "output_hospital"),
                ("host", "host_partner_hospital"),
            )
        }
        named = {f"{role}_hospital": name for role, name in hospitals.items()} | {
            f"{role}_id": _known(name) for role, name in hospitals.items()
        }
        kept = {
            column: row[column]
            for column in ("batch", "batch_numbers", "stage", "day", "status", "confidence", "note")
        } | {"specialty": _specialty(path, row, problems)}
        where = {
            "centre_no": no,
            "date": row["date_of_batch_or_source"],
            "province_code": province,
            "region_code": region,
        }
        rows.append(
            kept
            | named
            | where
            | cite(
                source,
                f"{hospitals['project'] or hospitals['host'] or hospitals['output']} · {row['date_of_batch_or_source'] or 'date not stated'}",
            )
        )
    if problems:
        raise DataError(problems)
    return rows


def totals(folder: Path) -> list[dict]:
    """Observations of how many centre projects a source counts; a batch runs through its date, a total stands at it."""
    path = folder / "regional_centre_totals.csv"
    rows = []
    problems: list[Problem] = []
    for row in read(path, TOTAL_COLUMNS):
        source, when, value = (
            graded(path, row, problems),
            _dated(path, row, problems),
            number(path, row, "value", problems),
        )
        try:
            indicator = catalog.indicator_of(row["fact"])
        except DataError as error:
            problems.extend(placed(error, path, row[ROW], "fact"))
            continue
        if source is None or value is None:
            continue
        note = "; ".join(
            filter(
                None,
                (
                    row["fact"],
                    "derived from cumulative counts, not printed" if row["source_grade"] == "derived" else "",
                    f"confidence: {row['confidence']}",
                ),
            )
        )
        span = {
            "period_start": when.start if indicator.kind == "flow" else when.end,
            "period_end": when.end,
            "measure": "flow" if indicator.kind == "flow" else "level",
        }
        rows.append(
            observed(
                indicator.key,
                None,
                value=value,
                value_low=value,
                value_high=value,
                as_printed=f"{row['value']} {indicator.unit}",
                note=note,
            )
            | span
            | {"observation_id": _total_id(indicator.key, row["date"]), "region_code": "000000"}
            | cite(source, f"{indicator.label('zh')} · {row['date']}")
        )
    if problems:
        raise DataError(problems)
    return rows


def _total_id(indicator: str, date: str) -> str:
    return f"po:000000:{indicator}:{date}"


def batches(folder: Path) -> list[dict]:
    """One row per numbered batch; ``difference_of``: the dates of the two totals whose difference its count is."""
    path = folder / "regional_centre_totals.csv"
    rows = []
    problems: list[Problem] = []
    for row in read(path, TOTAL_COLUMNS):
        source = graded(path, row, problems)
        if not row["batch"] or source is None:
            continue
        try:
            key = catalog.indicator_of(row["fact"]).key
        except DataError as error:
            problems.extend(placed(error, path, row[ROW], "fact"))
            continue
        days = [day for day in row["difference_of"].split(";") if day]
        if len(days) not in (0, 2) or not row["batch"].isdigit():
            problems.append(
                Problem(
                    at(path, row[ROW], "batch/difference_of"),
                    f"{row['batch']} / {row['difference_of']}",
                    "a number, and no date or two joined by ;",
                    "correct the row",
                )
            )
            continue
        before, after = (_total_id(TOTAL, day) for day in days) if days else ("", "")
        rows.append(
            {
                "batch": int(row["batch"]),
                "date": row["date"],
                "observation_id": _total_id(key, row["date"]),
                "before_id": before,
                "after_id": after,
            }
            | cite(source, f"{catalog.indicator(key).label('zh')} · {row['date']}")
        )
    if problems:
        raise DataError(problems)
    return rows
