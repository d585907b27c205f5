"""The national performance assessment of tertiary public hospitals -> assessments, framework, bands, rules and observations.

The ranks are good news that hospitals published themselves: cases, never a sample. An exact rank, a percentile and a grade band
are three kinds of value; each number becomes an observation and the ``assessments`` row points at the first of them. A base that
is not the category's own, and sources that contradict each other, are marked ``conflict`` with a note; nothing is settled silently.
The sources' own sentences stay in raw.

Longer than 400 lines because each gathered file of the assessment has a small reader of its own into one form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import catalog
from analysis.clean import numbers, places
from analysis.clean.files import ROW, at, cite, placed, read, source_of
from analysis.errors import DataError, Problem

SERIES_COLUMNS = tuple(
    "hospital province city category assessment_year rank n_compared n_basis grade percentile_top score value_kind statement source carried_by source_date  category_key basis_key how exact "
    "confidence source_publication source_grade".split()
)
COUNT_COLUMNS = tuple(
    "assessment_year metric value release_date source carried_by confidence note source_publication source_grade".split()
)
PROVINCE_COLUMNS = tuple(
    "province assessment_year fact source carried_by confidence source_publication source_grade".split()
)
FRAMEWORK_COLUMNS = tuple(
    "no indicator dimension second_level second_level_basis data_source direction_text direction national_monitoring unit unit_basis edition carried_by confidence "
    "source_publication source_grade".split()
)
FORMULA_COLUMNS = tuple(
    "no indicator numerator denominator source carried_by confidence source_publication source_grade".split()
)
BAND_COLUMNS = tuple(
    "hospital_type grade pct_from pct_to years basis carried_by confidence source_publication source_grade".split()
)
RULE_COLUMNS = tuple("topic fact years basis carried_by confidence source_publication source_grade".split())

RANK = "national_assessment_rank"
# a base wider than the category: the rank is shown, a percentile is never computed from it
WIDE_BASES = ("all_tertiary", "all_western")


def graded(path: Path, row: dict, problems: list[Problem]) -> catalog.Source | None:
    """The row's registered source; the grade in the row must agree with the registered one ("derived" counts as C)."""
    try:
        source = source_of(path, row["source_publication"])
    except DataError as error:
        problems.extend(placed(error, path, row[ROW], "source_publication"))
        return None
    if not catalog.stands({"derived": "C"}.get(row["source_grade"], row["source_grade"]), source):
        problems.append(
            Problem(
                at(path, row[ROW], "source_grade"),
                row["source_grade"],
                f"{source.grade} as {source.id} in data/sources.csv",
                "make the two agree",
            )
        )
    return source


def number(path: Path, row: dict, column: str, problems: list[Problem]) -> float | None:
    """A numeric cell or None; what is no number is a problem."""
    try:
        return numbers.cell(row[column])
    except DataError as error:
        problems.extend(placed(error, path, row[ROW], column))
        return None


def place(path: Path, row: dict, column: str, problems: list[Problem], context: str | None = None) -> str:
    """The code of the region a cell names; an unknown name is a problem."""
    try:
        return places.resolve(row[column], context, "province" if column == "province" else "").code
    except DataError as error:
        problems.extend(placed(error, path, row[ROW], column))
        return ""


def observed(indicator: str, year: int | None, **changes: Any) -> dict:
    """An observation of one assessment year; ``changes`` fill in what the source prints."""
    kind = catalog.indicator(indicator)
    row = {
        "institution_id": "",
        "indicator": indicator,
        "year": year,
        "period_start": f"{year}-01-01",
        "period_end": f"{year}-12-31",
        "period_basis": "explicit",
        "value": None,
        "value_low": None,
        "value_high": None,
        "unit": kind.unit,
        "quantifier": "exact",
        "measure": "level",
        "status": "actual",
        "direction": "",
        "baseline_start": "",
        "baseline_end": "",
        "damaged": False,
        "repaired_reading": "",
        "repair_confidence": "",
        "theme": kind.theme,
        "salience": "core",
        "programme": "",
        "qualifier": "",
        "qualifier_en": "",
        "institution": "",
        "flags": "",
        "note": "",
    }
    return row | changes


def _values(row: dict, figures: dict) -> list[dict]:
    """What one row of the series prints, as observations in the order rank, percentile, score, grade."""
    found = []
    if figures["rank"] is not None:
        quantifier = "exact" if row["exact"] == "true" else "at_most"
        low, high = numbers.bounds(quantifier, figures["rank"])
        found.append(
            {
                "indicator": RANK,
                "value": figures["rank"],
                "value_low": low,
                "value_high": high,
                "quantifier": quantifier,
                "as_printed": f"{row['rank']} 名次",
                "measure": "rank",
            }
        )
    if figures["percentile_top"] is not None:
        top = figures["percentile_top"]
        found.append(
            {
                "indicator": "assessment_percentile_top",
                "value": top,
                "value_high": top,
                "quantifier": "at_most",
                "as_printed": f"{row['percentile_top']} %",
                "measure": "percentile",
            }
        )
    if figures["score"] is not None:
        score = figures["score"]
        found.append(
            {
                "indicator": "assessment_score",
                "value": score,
                "value_low": score,
                "value_high": score,
                "as_printed": f"{row['score']} 分",
                "measure": "level",
            }
        )
    if row["grade"]:
        found.append(
            {
                "indicator": "assessment_grade",
                "quantifier": "unquantified",
                "as_printed": row["grade"],
                "measure": "grade",
            }
        )
    return found


def _note(row: dict, ranked: dict[int, float]) -> tuple[bool, str]:
    """Whether the row contradicts another figure, and the caveats in our own words."""
    year = int(row["assessment_year"])
    parts = [f"confidence: {row['confidence']}"] if row["confidence"] else []
    conflict = "CONFLICT" in row["statement"]
    if conflict:
        parts.append("conflict: " + row["statement"].split("CONFLICT:", 1)[1].strip())
    if row["basis_key"] in WIDE_BASES and row["n_compared"]:
        own = ranked.get(year) if row["category_key"] == "general" else None
        if own and own != float(row["n_compared"]):
            conflict = True
            parts.append(
                f"base {row['n_compared']} is {row['n_basis']}; {own:.0f} general hospitals were ranked in {year}: both readings are kept"
            )
        else:
            parts.append(
                f"base {row['n_compared']} is {row['n_basis']}, not the category's own: no percentile"
            )
    return conflict, "; ".join(parts)


def _series_row(
    path: Path, row: dict, ranked: dict, taken: dict, problems: list[Problem]
) -> tuple[dict, list[dict]] | None:
    source = graded(path, row, problems)
    province = place(path, row, "province", problems)
    region = place(path, row, "city", problems, province or None) if row["city"] else ""
    institution = catalog.institution_of(row["hospital"])
    if institution is None:
        problems.append(
            Problem(
                at(path, row[ROW], "hospital"),
                f'"{row["hospital"]}"',
                "a hospital of data/institutions.csv",
                "add the hospital, or the name as an alias",
            )
        )
    figures: dict[str, Any] = {
        column: number(path, row, column, problems)
        for column in ("rank", "n_compared", "percentile_top", "score", "assessment_year")
    }
    values = _values(row, figures)
    if not values:
        problems.append(
            Problem(
                at(path, row[ROW]),
                "no rank, percentile, score or grade",
                "at least one of them",
                "fill in the row or delete it",
            )
        )
    if problems or source is None or institution is None:
        return None
    year = int(figures["assessment_year"])
    stem = f"ga:{institution.id}:{re.sub(r'[^A-Za-z]+', '-', row['category']).lower()}:{year}"
    conflict, note = _note(row, ranked)
    cited = cite(source, f"{row['hospital']} · {year}年度 · {row['category']}")
    made = []
    for value in values:
        taken[stem] = taken.get(stem, 0) + 1
        name = stem if taken[stem] == 1 else f"{stem}#{taken[stem]}"
        filled = observed(
            value.pop("indicator"), year, **value, note=note, flags="conflict" if conflict else ""
        )
        made.append(
            filled
            | {
                "observation_id": name,
                "region_code": region or province,
                "institution_id": institution.id,
                "institution": row["hospital"],
            }
            | cited
        )
    kept = {column: row[column] for column in ("hospital", "grade", "value_kind", "how")} | {
        "category": row["category_key"],
        "n_basis": row["basis_key"],
        "exact": row["exact"] == "true",
    }
    whole = {
        column: None if figures[column] is None else int(figures[column]) for column in ("rank", "n_compared")
    }
    first = made[0]["observation_id"]
    assessed = (
        kept
        | whole
        | {
            "assessment_id": first,
            "observation_id": first,
            "institution_id": institution.id,
            "region_code": region or province,
            "province_code": province,
            "assessment_year": year,
            "percentile_top": figures["percentile_top"],
            "score": figures["score"],
            "conflict": conflict,
            "note": note,
        }
    )
    return assessed | cited, made


def series(folder: Path, counts: list[dict]) -> tuple[list[dict], list[dict]]:
    """(assessments, observations) of the hospitals' published ranks, percentiles, scores and grades."""
    path = folder / "guokao_rank_series.csv"
    problems = []
    taken: dict[Any, Any] = {}
    ranked = {
        row["year"]: row["value"]
        for row in counts
        if row["indicator"] in ("assessed_general_ranked", "assessed_general")
    }
    assessed, made = [], []
    for row in read(path, SERIES_COLUMNS):
        found: list[Problem] = []
        pair = _series_row(path, row, ranked, taken, found)
        problems.extend(found)
        if pair:
            assessed.append(pair[0])
            made.extend(pair[1])
    if problems:
        raise DataError(problems)
    return assessed, made


def from_bulletins(facts: list[dict]) -> list[dict]:
    """Assessments rows of ranks that the bulletins print (280 and 179): no category, no list length, hence no percentile."""
    rows = []
    for fact in facts:
        if fact["indicator"] != RANK:
            continue
        region = catalog.region(fact["region_code"])
        note = "neither the category nor the length of the list is printed, nor whether the year is that of the data: no percentile"
        rows.append(
            {
                "assessment_id": fact["observation_id"],
                "observation_id": fact["observation_id"],
                "institution_id": fact["institution_id"],
                "hospital": fact["institution"],
                "region_code": region.code,
                "province_code": region.code if region.level == "province" else region.parent,
                "category": "",
                "assessment_year": fact["year"],
                "rank": int(fact["value"]),
                "n_compared": None,
                "n_basis": "",
                "grade": "",
                "percentile_top": None,
                "score": None,
                "value_kind": "stated",
                "how": "stated",
                "exact": True,
                "conflict": False,
                "note": note,
                "source_id": fact["source_id"],
                "locator": fact["locator"],
                "source_grade": fact["source_grade"],
            }
        )
    return rows


_FORM = {RANK: "rank", "assessment_percentile_top": "percentile_top", "assessment_score": "score"}


def from_user(parts: Iterable[pd.DataFrame]) -> list[dict]:
    """Assessments rows of ranks, percentiles and scores in a user's tables (the form of `yigai template assessment`, or any other).

    One row a hospital, year and publication, pointing at the first of its observations. No form asks for category or length of the
    list: both stay empty, so that no percentile is computed.
    """
    rows: dict[tuple[str, int, str], dict] = {}
    for frame in parts:
        own = frame[
            frame["indicator"].isin(list(_FORM)) & frame["institution_id"].ne("") & frame["year"].notna()
        ]
        for one in own.to_dict("records"):
            region = catalog.region(one["region_code"])
            row = rows.setdefault(
                (one["institution_id"], int(one["year"]), one["source_id"]),
                {
                    "assessment_id": one["observation_id"],
                    "observation_id": one["observation_id"],
                    "institution_id": one["institution_id"],
                    "hospital": one["institution"],
                    "region_code": region.code,
                    "province_code": region.code[:2] + "0000",
                    "category": "",
                    "assessment_year": int(one["year"]),
                    "rank": None,
                    "n_compared": None,
                    "n_basis": "",
                    "grade": "",
                    "percentile_top": None,
                    "score": None,
                    "value_kind": "stated",
                    "how": "stated",
                    "exact": True,
                    "conflict": False,
                    "note": one["note"],
                    "source_id": one["source_id"],
                    "locator": one["locator"],
                    "source_grade": one["source_grade"],
                },
            )
            value = one["value"]
            row[_FORM[one["indicator"]]] = int(value) if one["indicator"] == RANK else value
    return list(rows.values())


def _counted(value: float) -> dict:
    return {"value": value, "value_low": value, "value_high": value}


def counts(folder: Path) -> list[dict]:
    """Observations of how many hospitals were assessed, ranked or graded in a year."""
    path = folder / "guokao_national_counts.csv"
    rows = []
    problems: list[Problem] = []
    for row in read(path, COUNT_COLUMNS):
        source = graded(path, row, problems)
        value, year = number(path, row, "value", problems), number(path, row, "assessment_year", problems)
        try:
            indicator = catalog.indicator_of(row["metric"])
        except DataError as error:
            problems.extend(placed(error, path, row[ROW], "metric"))
            continue
        if source is None or value is None or year is None:
            continue
        note = "; ".join(
            filter(
                None,
                (
                    row["note"],
                    f"released {row['release_date']}" if row["release_date"] else "",
                    f"confidence: {row['confidence']}",
                ),
            )
        )
        rows.append(
            observed(
                indicator.key,
                int(year),
                **_counted(value),
                as_printed=f"{row['value']} {indicator.unit}",
                note=note,
                flags="conflict" if "CONFLICT" in note else "",
            )
            | {"observation_id": f"ga:000000:{indicator.key}:{int(year)}", "region_code": "000000"}
            | cite(source, f"{int(year)}年度 · {indicator.label('zh')}")
        )
    if problems:
        raise DataError(problems)
    return rows


def province_ranks(folder: Path) -> list[dict]:
    """Observations of a province's place among the provinces, as one source tells it."""
    path = folder / "guokao_province_facts.csv"
    rows = []
    problems: list[Problem] = []
    for row in read(path, PROVINCE_COLUMNS):
        source, region, year = (
            graded(path, row, problems),
            place(path, row, "province", problems),
            number(path, row, "assessment_year", problems),
        )
        found = re.match(r"ranked (\d+)(?:st|nd|rd|th)", row["fact"])
        if not found:
            problems.append(
                Problem(
                    at(path, row[ROW], "fact"),
                    f'"{row["fact"]}"',
                    "ranked 1st ...",
                    "code the place as ranked Nth",
                )
            )
        if source is None or not region or year is None or not found:
            continue
        rows.append(
            observed(
                "province_assessment_rank",
                int(year),
                **_counted(float(found[1])),
                as_printed=f"{found[1]} 名次",
                measure="rank",
                note=row["fact"],
            )
            | {"observation_id": f"ga:{region}:province_assessment_rank:{int(year)}", "region_code": region}
            | cite(source, f"{catalog.region(region).name_zh} · {int(year)}年度")
        )
    if problems:
        raise DataError(problems)
    return rows


def framework(folder: Path) -> list[dict]:
    """The 56 indicators of the handbook (55 and one added, printed 增1) with the five known formulas, numbered in file order."""
    problems: list[Problem] = []
    formula_path, path = folder / "guokao_indicator_formulas.csv", folder / "guokao_indicators.csv"
    formulas = {
        row["no"]: (row, graded(formula_path, row, problems)) for row in read(formula_path, FORMULA_COLUMNS)
    }
    rows: list[dict] = []
    for row in read(path, FRAMEWORK_COLUMNS):
        source = graded(path, row, problems)
        formula, formula_source = formulas.pop(row["no"], (None, None))
        if formula and formula["indicator"] != row["indicator"]:
            problems.append(
                Problem(
                    at(path, row[ROW], "indicator"),
                    row["indicator"],
                    f"{formula['indicator']} as in {formula_path.name}",
                    "make the two agree",
                )
            )
        if source is None:
            continue
        kept = {
            column: row[column]
            for column in (
                "indicator",
                "dimension",
                "second_level",
                "data_source",
                "direction_text",
                "direction",
                "unit",
                "edition",
                "confidence",
            )
        }
        formula_columns = (
            {
                "numerator": formula["numerator"],
                "denominator": formula["denominator"],
                "formula_source_id": formula_source.id,
            }
            if formula and formula_source
            else {}
        )
        numbered = {
            "no": len(rows) + 1,
            "no_printed": row["no"],
            "national_monitoring": row["national_monitoring"] == "1",
        }
        rows.append(
            {"numerator": "", "denominator": "", "formula_source_id": ""}
            | kept
            | formula_columns
            | numbered
            | cite(source, f"第 {row['no']} 项")
        )
    problems.extend(
        Problem(
            at(formula_path, row[ROW], "no"),
            no,
            "an indicator of guokao_indicators.csv",
            "correct the number",
        )
        for no, (row, _) in formulas.items()
    )
    if problems:
        raise DataError(problems)
    return rows


def bands(folder: Path) -> list[dict]:
    """Percentile cut-offs of the grades."""
    path = folder / "guokao_grade_bands.csv"
    rows = []
    problems: list[Problem] = []
    for row in read(path, BAND_COLUMNS):
        source = graded(path, row, problems)
        cuts = {column: number(path, row, column, problems) for column in ("pct_from", "pct_to")}
        if source:
            kept = {
                "category": row["hospital_type"],
                "grade": row["grade"],
                "years": row["years"],
                "confidence": row["confidence"],
            }
            rows.append(
                kept | cuts | cite(source, f"{row['hospital_type']} · {row['grade']} · {row['years']}")
            )
    if problems:
        raise DataError(problems)
    return rows


def rules(folder: Path) -> list[dict]:
    """Rules of the assessment and editions of its handbook, numbered in file order."""
    path = folder / "guokao_rules_and_manuals.csv"
    rows = []
    problems: list[Problem] = []
    for no, row in enumerate(read(path, RULE_COLUMNS), start=1):
        source = graded(path, row, problems)
        if source:
            kept = {column: row[column] for column in ("topic", "fact", "years", "confidence")}
            rows.append(
                kept | {"rule_no": no} | cite(source, " · ".join(filter(None, (row["topic"], row["years"]))))
            )
    if problems:
        raise DataError(problems)
    return rows
