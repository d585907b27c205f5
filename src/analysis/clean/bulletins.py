"""The five documents -> observations, targets, measures, anomalies, derived checks.

The coded columns are the authority for what a printed string cannot tell (period, baseline, status, sign of a fall); the printed
string is read again by ``numbers.parse`` and must agree with the coding, apart from the differences explained here one by one.

Longer than 400 lines because the documents' five tables refer to one another's rows and are read in one pass.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis import arithmetic, catalog, paths
from analysis.clean import numbers, periods, places
from analysis.clean.files import ROW, at, cite, placed, read
from analysis.errors import DataError, MethodError, Problem

FACT_COLUMNS = tuple(
    "fact_id doc_id section_title seq province city region_code institution programme programme_key theme indicator_zh indicator_key value_low value_high "
    "value unit quantifier as_printed qualifier qualifier_en measure status direction period_start period_end period_basis baseline_start baseline_end damaged repaired_reading "
    "repair_confidence salience notes char_start char_end".split()
)
TARGET_COLUMNS = tuple(
    "target_id fact_id doc_id programme level target_zh as_printed value_low value_high value unit quantifier due_date due_basis measurable_definition "
    "evidence_in_seeds evidence_fact_ids evidence_grade outside_data_needed decides needed needed_en".split()
)
MEASURE_COLUMNS = tuple(
    "measure_id doc_id region_name region_code institution programme mechanism theme paraphrase_zh paraphrase_en start_date start_basis status linked_facts output_id host_id".split()
)
WHERE = (
    "char_start",
    "char_end",
)  # of a measure: where its words stand; a file without them names the institution
ANOMALY_COLUMNS = tuple("doc_id char_start as_printed type repaired confidence affects_number note".split())
CODING_COLUMNS = ("doc_id", "char_start", "as_printed", "coded", "first_code", "second_code")
DERIVED_COLUMNS = tuple(
    "derived_id expression fact_ids result unit printed_in_seed caveat label label_en formula formula_en compute assumed style print_unit scale decimals "
    "quantifier caveat_zh caveat_en".split()
)

CAP = "the cap word stands once, before the list of amounts"
COMPARED = "compares with another quantity of the sentence: coded as a ratio of one"
# fact -> why its coding says more than, or something else than, the printed string
FIRST = "to be among the first is a claim of rank, not a count: no number is printed"
CODED_BEYOND_PRINT = {
    "000-015": "the words hold no number; two operations are named beside them, so two is a floor",
    "001-015": "printed as a fall: the sign is carried by direction",
    "004-007": CAP,
    "004-008": CAP,
    "004-020": COMPARED,
    "004-021": COMPARED,
    "004-042": FIRST,
    "004-095": FIRST,
    "004-097": FIRST,
    "004-067": "at least stands before the verb, outside the printed number",
}


def _flag(text: str, where: str, problems: list[Problem]) -> bool:
    if text not in ("true", "false", "yes", "no"):
        problems.append(Problem(where, f'"{text}"', "true or false", "correct the cell"))
    return text in ("true", "yes")


def _number(path: Path, row: dict, column: str, problems: list[Problem]) -> float | None:
    try:
        return numbers.cell(row[column])
    except DataError as error:
        problems.extend(placed(error, path, row[ROW], column))
        return None


def _dates(path: Path, row: dict, problems: list[Problem]) -> dict:
    """Period and baseline as full days; a month counts to its last day."""
    found: dict[str, Any] = {}
    for column in ("period_start", "period_end", "baseline_start", "baseline_end"):
        try:
            span = periods.parse(row[column])
            found[column] = span.start if column.endswith("start") else span.end
        except DataError as error:
            problems.extend(placed(error, path, row[ROW], column))
            found[column] = ""
    found["year"] = periods.Period(found["period_start"], found["period_end"], "explicit").year
    return found


def _reread(path: Path, row: dict, coded: dict, problems: list[Problem]) -> numbers.Reading | None:
    """The printed string read again; a difference from the coding must be explained in CODED_BEYOND_PRINT."""
    try:
        reading = numbers.parse(row["as_printed"], row["unit"])
    except DataError as error:
        if not row["coded_beyond"]:
            problems.extend(placed(error, path, row[ROW], "as_printed"))
        return None
    printed = (reading.value, reading.low, reading.high, reading.quantifier)
    if (
        printed != (coded["value"], coded["value_low"], coded["value_high"], row["quantifier"])
        and row["fact_id"] not in CODED_BEYOND_PRINT
        and not row["coded_beyond"]
    ):
        problems.append(
            Problem(
                at(path, row[ROW], "as_printed"),
                f'"{row["as_printed"]}" read as {printed}',
                "the coded value, bounds and quantifier of the row",
                "correct the coding of the row",
            )
        )
    return reading


def _paired(path: Path, row: dict, problems: list[Problem]) -> str:
    """The qualifier in English; as many parts as the printed one has, or the reader of one language learns less."""
    printed, english = row["qualifier"].split("；"), row["qualifier_en"].split("; ")
    if len(printed) != len(english) or bool(row["qualifier"]) != bool(row["qualifier_en"]):
        problems.append(
            Problem(
                at(path, row[ROW], "qualifier_en"),
                f'"{row["qualifier_en"]}" beside "{row["qualifier"]}"',
                "one English part for each printed part (； in Chinese, ; and a blank in English)",
                "translate every part",
            )
        )
    return row["qualifier_en"]


def _observation(path: Path, row: dict, source: catalog.Source, problems: list[Problem]) -> dict:
    coded = {column: _number(path, row, column, problems) for column in ("value", "value_low", "value_high")}
    reading = _reread(path, row, coded, problems)
    note, flags = row["notes"], ""
    if reading and reading.meanings:
        note = "; ".join(
            filter(None, (note, "two readings: " + " / ".join(f"{m.zh} ({m.en})" for m in reading.meanings)))
        )
        flags = "two_readings"
    try:
        region = places.resolve(row["region_code"]).code
        catalog.indicator(row["indicator_key"])
    except DataError as error:
        problems.extend(placed(error, path, row[ROW], "region_code/indicator_key"))
        region = row["region_code"]
    institution = catalog.institution_of(row["institution"]) if row["institution"] else None
    section = row["section_title"] or "正文"
    return {
        "observation_id": row["fact_id"],
        "region_code": region,
        "institution_id": institution.id if institution else "",
        "indicator": row["indicator_key"],
        **_dates(path, row, problems),
        "period_basis": row["period_basis"],
        **coded,
        "print_step": None,
        "unit": row["unit"],
        "quantifier": row["quantifier"],
        "as_printed": row["as_printed"],
        "qualifier": row["qualifier"],
        "qualifier_en": _paired(path, row, problems),
        "measure": row["measure"],
        "status": row["status"],
        "direction": row["direction"],
        "damaged": _flag(row["damaged"], at(path, row[ROW], "damaged"), problems),
        "repaired_reading": row["repaired_reading"],
        "repair_confidence": row["repair_confidence"],
        "theme": row["theme"],
        "salience": row["salience"],
        "programme": row["programme"],
        "institution": row["institution"],
        "flags": flags,
        "note": note,
        **cite(source, f"{section} · 字符 {row['char_start']}–{row['char_end']}"),
    }


def _document(path: Path, row: dict, problems: list[Problem]) -> catalog.Source | None:
    try:
        internal = f"internal-{row['doc_id']}"
        return catalog.source(internal if path.stem.endswith(internal) else f"doc-{row['doc_id']}")
    except DataError as error:
        problems.extend(placed(error, path, row[ROW], "doc_id"))
        return None


def documents(folder: Path, before: str = "") -> list[Path]:
    """The coded documents of the folder, one file each; internal ones only where internal figures are asked for."""
    own = sorted(folder.glob(f"{before}internal-*.csv")) if paths.internal() else []
    return [*sorted(folder.glob(f"{before}doc-*.csv")), *own]


def observations(folder: Path) -> list[dict]:
    """One row per quantitative statement of the documents (``doc-*.csv``). Raises DataError with every problem of every file."""
    rows = []
    problems: list[Problem] = []
    for path in documents(folder):
        try:
            table = read(path, FACT_COLUMNS, optional=("coded_beyond",))
        except DataError as error:
            problems.extend(error.problems)
            continue
        for row in table:
            source = _document(path, row, problems)
            if source:
                rows.append(_observation(path, row, source, problems))
    if problems:
        raise DataError(problems)
    return rows


def _known(path: Path, row: dict, column: str, facts: dict, problems: list[Problem]) -> str:
    """Fact ids of a ;-separated cell; an id that no document has is a problem."""
    ids = [part.strip() for part in row[column].split(";") if part.strip()]
    for fact in ids:
        if fact not in facts:
            problems.append(
                Problem(
                    at(path, row[ROW], column),
                    f'"{fact}"',
                    "the id of a statement in data/raw/bulletins/doc-*.csv",
                    "correct the id",
                )
            )
    return ";".join(ids)


def targets(folder: Path, facts: dict[str, dict]) -> list[dict]:
    """One row per target; ``facts`` maps observation_id to the observation that states it."""
    path = folder / "targets.csv"
    rows = []
    problems: list[Problem] = []
    for row in read(path, TARGET_COLUMNS):
        source = _document(path, row, problems)
        fact = facts.get(_known(path, row, "fact_id", facts, problems))
        if source is None or fact is None:
            continue
        if fact["as_printed"] != row["as_printed"] or fact["source_id"] != source.id:
            problems.append(
                Problem(
                    at(path, row[ROW], "as_printed"),
                    f'"{row["as_printed"]}"',
                    f'"{fact["as_printed"]}" as in {row["fact_id"]}',
                    "correct the row",
                )
            )
        coded = {
            column: _number(path, row, column, problems) for column in ("value", "value_low", "value_high")
        }
        kept = {
            column: row[column]
            for column in TARGET_COLUMNS
            if column not in ("fact_id", "doc_id", "evidence_fact_ids", *coded)
        }
        evidence = _known(path, row, "evidence_fact_ids", facts, problems)
        rows.append(
            kept
            | coded
            | {
                "observation_id": row["fact_id"],
                "region_code": fact["region_code"],
                "evidence_observation_ids": evidence,
            }
            | cite(source, fact["locator"])
        )
    if problems:
        raise DataError(problems)
    return rows


def _measure_at(path: Path, row: dict, beside: dict | None, problems: list[Problem]) -> str:
    """Where a measure stands in its document: its own characters, else those of the number beside it, else its institution."""
    who = row["institution"] or row["region_name"]
    if not row.get("char_start"):
        return beside["locator"] if beside else f"{who} · {row['measure_id']}"
    start, end = (_number(path, row, column, problems) for column in WHERE)
    if start is not None and end is not None and start >= end:
        problems.append(
            Problem(
                at(path, row[ROW], "char_end"), row["char_end"], "after char_start", "correct the offsets"
            )
        )
    return f"{who} · 字符 {row['char_start']}–{row['char_end']} · {row['measure_id']}"


def measures(folder: Path, facts: dict[str, dict]) -> list[dict]:
    """One row per reform measure without a number; the region's name and code must agree."""
    rows: list[dict] = []
    problems: list[Problem] = []
    files = [folder / "measures.csv", *documents(folder, "measures-")]
    for path, row in [(file, row) for file in files for row in read(file, MEASURE_COLUMNS, WHERE)]:
        source = _document(path, row, problems)
        try:
            region = places.resolve(row["region_name"])
            if region.code != row["region_code"]:
                problems.append(
                    Problem(
                        at(path, row[ROW], "region_code"),
                        row["region_code"],
                        f"{region.code} for {row['region_name']}",
                        "correct the code or the name",
                    )
                )
            periods.parse(row["start_date"])
        except DataError as error:
            problems.extend(placed(error, path, row[ROW], "region_name/start_date"))
        linked = _known(path, row, "linked_facts", facts, problems)
        for column in ("output_id", "host_id"):
            if row[column] and row[column] not in catalog.institutions():
                problems.append(
                    Problem(
                        at(path, row[ROW], column),
                        row[column],
                        "an id of data/institutions.csv",
                        "correct the id, or add the hospital there",
                    )
                )
        if source is None:
            continue
        institution = catalog.institution_of(row["institution"]) if row["institution"] else None
        kept = {
            column: row[column]
            for column in MEASURE_COLUMNS
            if column not in ("doc_id", "region_name", "linked_facts")
        }
        locator = _measure_at(
            path, row, facts[linked.split(";")[0]] if linked and not problems else None, problems
        )
        rows.append(
            kept
            | {"institution_id": institution.id if institution else "", "linked_observation_ids": linked}
            | cite(source, locator)
        )
    if problems:
        raise DataError(problems)
    return rows


def codings(folder: Path) -> list[dict]:
    """One row per column of a statement that two people coded (``second-*.csv``); none where nothing was coded twice."""
    rows: list[dict] = []
    problems: list[Problem] = []
    for path in documents(folder, "second-"):
        for row in read(path, CODING_COLUMNS):
            source = _document(path, row, problems)
            start = _number(path, row, "char_start", problems)
            if source and start is not None:
                rows.append(
                    {
                        "coding_id": f"{source.id}:{int(start)}:{row['coded']}",
                        "char_start": int(start),
                        **{name: row[name] for name in ("as_printed", "coded", "first_code", "second_code")},
                        **cite(source, f"正文 · 字符 {int(start)}"),
                    }
                )
    if problems:
        raise DataError(problems)
    return rows


def anomalies(folder: Path) -> list[dict]:
    """One row per fault of a document's text, numbered in file order."""
    path = folder / "text_anomalies.csv"
    rows = []
    problems: list[Problem] = []
    for number, row in enumerate(read(path, ANOMALY_COLUMNS), start=1):
        source = _document(path, row, problems)
        start = _number(path, row, "char_start", problems)
        affects = _flag(row["affects_number"], at(path, row[ROW], "affects_number"), problems)
        if source and start is not None:
            kept = {
                column: row[column] for column in ("as_printed", "type", "repaired", "confidence", "note")
            }
            rows.append(
                kept
                | {"anomaly_no": number, "char_start": int(start), "affects_number": affects}
                | cite(source, f"正文 · 字符 {int(start)}")
            )
    if problems:
        raise DataError(problems)
    return rows


def derived_checks(folder: Path, facts: dict[str, dict]) -> list[dict]:
    """One row per number that is computable and printed nowhere; cited at the statements it is computed from.

    ``compute`` is evaluated on the inputs' values and on ``assumed``; a stated result that it does not give is a problem.
    """
    path = folder / "derived_checks.csv"
    rows = []
    problems: list[Problem] = []
    for row in read(path, DERIVED_COLUMNS):
        used = _known(path, row, "fact_ids", facts, problems)
        numbers_ = {c: _number(path, row, c, problems) for c in ("result", "scale", "decimals")}
        printed = _flag(row["printed_in_seed"], at(path, row[ROW], "printed_in_seed"), problems)
        if not used or problems:
            continue
        _recomputed(path, row, [facts[fact]["value"] for fact in used.split(";")], problems)
        source = catalog.source(facts[used.split(";")[0]]["source_id"])
        same = "derived_id expression unit label label_en formula formula_en compute assumed style print_unit quantifier caveat_en".split()
        rows.append(
            {column: row[column] for column in same}
            | numbers_
            | {"observation_ids": used, "printed_in_seed": printed, "caveat": row["caveat_zh"]}
            | cite(source, "由 " + " ".join(used.split(";")) + " 计算")
        )
    if problems:
        raise DataError(problems)
    return rows


def _recomputed(path: Path, row: dict, given: list[float | None], problems: list[Problem]) -> None:
    """The stated result against the formula, to the digits stated."""
    where = at(path, row[ROW], "compute")
    inputs = [value for value in given if value is not None]
    if len(inputs) < len(given):
        problems.append(Problem(where, "an input without a value", "numbers", "take statements with a value"))
        return
    try:
        assumed = [float(part) for part in row["assumed"].split(";") if part]
        found = arithmetic.compute(row["compute"], [*inputs, *assumed])
    except (MethodError, ValueError) as error:
        problems.append(Problem(where, str(error), "arithmetic on a, b, c ...", "correct compute or assumed"))
        return
    digits = row["result"].partition(".")[2].rstrip("0")
    if abs(found - float(row["result"])) > 0.5 * 10.0 ** -len(digits) * 1.001:
        problems.append(
            Problem(
                at(path, row[ROW], "result"), row["result"], f"{found:.6g}", "correct the result or compute"
            )
        )
