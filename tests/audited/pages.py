"""Pages of places and pages that compare: each printed number against facts.json, each fact against the values it rests on, these
against the raw files; each line of CSV and row of a workbook against the fact that it prints.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

from audited.documents import audit_documents
from audited.package import audit_cells
from audited.reader import Reader, unsaid
from audited.tables import Derived, audit_derived, audit_tables, read_lines
from audited.told import Raw, Told, cells_of, read_number
from recompute import judged, table_of

ORDER = "ABC"
SAID_AS = {"个": "家"}  # statistics count hospitals in 个, pages say 家
BASES = ["explicit", "relative_resolved", "as_of_publication", "inferred", "undated"]


def audit_fact(
    told: Told, where: str, fact: dict, facts: dict, cells: list[dict], frame, tables: dict
) -> None:
    """A fact against the values it rests on."""
    rows = [n for first, last in fact["rows"] for n in range(first, last + 1)]
    own = [cells[n] for n in rows]
    name = f"{fact['id']} {fact['label']['en']}"
    grade = max((c["grade"] for c in own if c["grade"]), key=ORDER.index, default="")
    told.check(
        "grade", where, not grade or fact["grade"] == grade, f"{name}: {fact['grade']}, its values {grade}"
    )
    days = [d for c in own for d in (c["start"], c["end"]) if d]
    inside = [d for d in fact["period"] if d]
    told.check(
        "period",
        where,
        not days or all(min(days) <= d <= max(days) for d in inside),
        f"{name}: {fact['period']}",
    )
    basis = max((c["basis"] for c in own if c["basis"]), key=BASES.index, default="explicit")
    computed = "formula" in fact
    held_basis = fact.get("period_basis", "explicit")
    told.check(
        "basis", where, BASES.index(held_basis) >= BASES.index(basis), f"{name}: {held_basis}, {basis}"
    )
    for lang in ("zh", "en"):
        said = fact["text"][lang].replace(fact.get("unit") or "\n", "")  # 1/10万 is a unit
        shown = read_number(
            re.sub(r"[（(].*[）)]", "", said)
        )  # in brackets stands what the source prints beside the number
        sought = [v for v in (fact.get("value"), fact.get("low"), fact.get("high")) if v is not None]
        if shown and sought:
            near = all(any(abs(a - abs(v)) <= half * 1.001 + 1e-9 for v in sought) for a, half in shown)
            told.check("text", where, near, f"{name}: prints {fact['text'][lang]!r} for {sought}")
    if not computed and len(own) == 1 and own[0]["kind"] == "observations":
        (cell,) = own
        told.check(
            "value",
            where,
            fact.get("value") == cell["value"],
            f"{name}: {fact.get('value')}, held {cell['value']}",
        )
        told.check(
            "unit",
            where,
            fact.get("unit", "") in {cell["unit"] or fact.get("unit", ""), SAID_AS.get(cell["unit"])},
            f"{name}: {fact.get('unit')}",
        )
        told.check(
            "printed",
            where,
            fact.get("as_printed", "") == cell["printed"],
            f"{name}: {fact.get('as_printed')!r}",
        )
    if computed:
        verdict, found = judged(fact, facts, frame.iloc[rows], tables)
        told.check(
            "stated" if verdict == "stated" else "recomputed",
            where,
            verdict in ("agrees", "stated"),
            f"{name}: {found}",
        )


def audit_page(told: Told, file: Path, raw: Raw, regions: dict[str, dict]) -> None:
    """A page's facts.json, its HTML in each language and its CSV files."""
    held = json.loads(file.read_text(encoding="utf-8"))
    where, theme = f"{file.parent.name}/{file.name}", held["theme"]
    facts, cells = held["facts"], cells_of(held)
    frame = table_of(held["cells"])
    audit_cells(told, where, cells, raw.package)
    told.check("place of the page", where, held["region_code"] == file.parent.name, held["region_code"])
    for cell in cells:
        if cell["kind"] == "observations":
            found = raw.holds(cell)
            if found is None:
                told.seen["(raw, in no file that is read here)"] += 1
            else:
                told.check("raw", where, found, f"{cell['id']}: {cell['printed']!r} at {cell['locator']}")
            if found and cell["value"] is not None and cell["id"] not in raw.coded:
                near = any(
                    abs(a - abs(cell["value"])) <= half * 1.001 for a, half in read_number(cell["printed"])
                )
                told.check(
                    "raw value", where, near, f"{cell['id']}: {cell['printed']!r} is not {cell['value']}"
                )
    for fact in facts.values():
        audit_fact(told, where, fact, facts, cells, frame, held.get("tables", {}))
        rows = [cells[n] for first, last in fact["rows"] for n in range(first, last + 1)]
        if (
            "formula" not in fact
            and len(rows) == 1
            and rows[0]["place"] in regions
            and not rows[0]["institution"]
        ):
            names = regions[rows[0]["place"]]
            told.check(
                "place", where, any(n and n in fact["label"]["zh"] for n in names) or not _named(fact, regions),
                f"{fact['id']} {fact['label']['zh']}: its value is of {names[0]}",
            )  # fmt: skip
    files, lines = sorted((file.parent / theme).glob("*.csv")), {}
    told.check("files", where, {f.stem for f in files} == set(held["csvs"]), f"CSV files {held['csvs']}")
    for lang, ending in (("zh", ".html"), ("en", ".en.html")):
        html = file.with_name(file.name.replace(".facts.json", ending))
        if html.is_file():
            page = Reader(html.read_text(encoding="utf-8"))
            audit_html(told, html, page, facts, lang, held["region_code"])
            lines = read_lines(files, lang)
            audit_tables(told, f"{html.parent.name}/{html.name}", page.table, lines, lang, "c-")
    for (stem, _), rows in lines.items():
        for _, line in rows:
            audit_line(told, f"{where} {stem}.csv", line, facts)
    audit_derived(told, where, lines, Derived(cells))
    audit_documents(told, file.parent, theme, facts)


def _named(fact: dict, regions: dict) -> bool:
    """Whether a label names any province at all."""
    return any(
        names[0] in fact["label"]["zh"]
        for code, names in regions.items()
        if code.endswith("0000") and names[0]
    )


def audit_html(told: Told, html: Path, page: Reader, facts: dict, lang: str, region: str) -> None:
    where = f"{html.parent.name}/{html.name}"
    told.check("region of the page", where, page.region == region, page.region)
    for n, (fact_id, value, text) in enumerate(page.numbers):
        fact = facts.get(fact_id)
        if fact_id:
            told.check("known", where, fact is not None, f"{fact_id} {text}")
        if fact is not None:
            whole = fact["text"][lang]
            beside = (fact.get("qualifier") or {}).get(lang, "")
            bare = whole[: whole.index(beside) - 1].rstrip() if beside and beside in whole else whole
            told.check("shown", where, text in (whole, bare), f"{text!r}, facts.json {whole!r}")
            if text == bare != whole:
                lacking = unsaid(beside, page.around[n], lang)
                told.check(
                    "qualifier", where, not lacking, f"{text!r} without {lacking} in {page.around[n][:200]!r}"
                )
            if fact.get("value") is not None:
                told.check("shown value", where, value != "" and abs(float(value) - fact["value"]) <= 6e-9 * max(1.0, abs(fact["value"])), f"{text}: {value}")  # fmt: skip
        elif value and (shown := read_number(text)):
            # a count may be printed to its publisher's step, coarser than its digits show
            half = max(shown[0][1], 50.0 if shown[0][1] >= 0.5 and shown[0][0] == 0 else 0.0)
            near = abs(shown[0][0] - abs(float(value))) <= half * 1.001 + 1e-9
            told.check("shown value", where, near, f"prints {text!r} for {value}")
    for fact_id, text in page.records.items():
        if (fact := facts.get(fact_id)) and fact.get("as_printed"):
            told.check(
                "record",
                where,
                _bare(fact["as_printed"]) in _bare(text.replace(fact["text"][lang], "", 1)),
                fact_id,
            )


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def audit_line(told: Told, where: str, line: dict, facts: dict) -> None:
    """A line of a CSV file against the fact that it prints."""
    told.check("csv place", where, bool(re.fullmatch(r"\d{6}", line["region_code"])), line["row_en"])
    if not line["fact"]:
        return
    fact = facts.get(line["fact"])
    told.check("csv fact", where, fact is not None, line["fact"])
    if fact is None:
        return
    for key in ("value", "low", "high"):
        held = fact.get(key)
        same = (
            line[key] == ""
            if held is None
            else line[key] != "" and abs(float(line[key]) - held) <= 1e-9 * max(1.0, abs(held))
        )
        told.check("csv number", where, same, f"{line['fact']} {key}: {line[key]!r}, facts.json {held}")
    printed = line["printed_zh"] == fact["text"]["zh"] and line["printed_en"] == fact["text"]["en"]
    told.check("csv printed", where, printed, f"{line['fact']}: {line['printed_en']!r}")
    about = [line["period_start"], line["period_end"], line["grade"]] == [*fact["period"], fact["grade"]]
    told.check(
        "csv record",
        where,
        about,
        f"{line['fact']}: {line['period_start']} {line['period_end']} {line['grade']}",
    )


def audit_workbook(told: Told, folder: Path) -> None:
    """A region's workbooks against its CSV files: the same cells, in each language."""
    from python_calamine import CalamineWorkbook

    lines = Counter()
    for file in sorted(folder.glob("*/*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as rows:
            lines.update((r["fact"], r["printed_en"], r["region_code"]) for r in csv.DictReader(rows))
    for name in ("tables.xlsx", "tables.en.xlsx"):
        if (folder / name).is_file():
            with (folder / name).open(
                "rb"
            ) as file:  # one workbook at a time: a site's together fill the memory
                book = CalamineWorkbook.from_filelike(file)
                sheets = (book.get_sheet_by_name(one).to_python() for one in book.sheet_names)
                head, *rows = next(sheet for sheet in sheets if sheet and sheet[0][:1] == ["theme"])
            at = [head.index(k) for k in ("fact", "printed_en", "region_code")]
            held = Counter(tuple(_cell(row[k]) for k in at) for row in rows)
            differing = sum(((held - lines) + (lines - held)).values())
            told.check("xlsx", f"{folder.name}/{name}", held == lines, f"{differing} rows differ")


def _cell(value: object) -> str:
    """A workbook's cell as the CSV file has it."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
