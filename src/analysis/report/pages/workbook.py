"""All tables of a region as one .xlsx: cover, contents, a sheet a table, every cell in the tidy form, sources.

Laid out by the rules of good-practice statistical spreadsheets: one table a sheet with its full name, numbers and years as
numbers, no merged cells, everything in the file's language. Same content = same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analysis.report.pages import archive, render

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
WIDE = 60


def workbook(
    findings_by_theme: Mapping[str, list[dict]], lang: str, title: str = "", region_code: str = ""
) -> bytes | None:
    """The tables of a region's findings in one language; None without a table.

    title: what the cover is headed with. region_code: of the lines that name no place of their own.
    """
    if next(_tables(findings_by_theme), None) is None:
        return None
    from openpyxl import Workbook

    w, book = render.words(lang), Workbook()
    cover = book.active
    cover.title = w["sheet_cover"]
    contents = book.create_sheet(w["sheet_contents"])
    used: dict[str, str] = {}
    listed, lines, sources = [], [], set()
    for theme, finding, table in _tables(findings_by_theme):
        own = render.column_sources([{"tables": [table]}]) or sorted(
            {s for fact in finding["facts"].values() for s in fact.get("source_ids") or ()}
        )
        name = _sheet_name(f"{theme}-{finding['section']}-{table['id']}", used)
        _write(book.create_sheet(name), _printed(table, finding["facts"], w, own), bold=(1, 4), freeze="B5")
        listed.append([name, table["caption"], theme])
        lines += [[theme, table["id"], row[0] or region_code, *row[1:]] for row in table["csv"][1:]]
        head = ["theme", "table", *table["csv"][0]]
        sources |= set(own)
    _write(
        contents,
        [[w["sheet_contents"]], [], [w["sheet_name"], w["title"], w["report_theme"]], *listed],
        (1, 3),
    )
    for n, (name, *_) in enumerate(listed):
        contents.cell(4 + n, 1).hyperlink = f"#'{name}'!A1"
    _write(book.create_sheet(w["sheet_data"]), [head, *lines], bold=(1,), freeze="A2")
    heads = [w["source"], w["title"], w["producer"], w["published"], w["grade"], w["address"]]
    about = [render.source_line(s, lang) for s in sorted(sources)]
    keys = ("id", "title", "producer", "published", "grade", "url")
    _write(book.create_sheet(w["sheet_sources"]), [heads, *([a[k] for k in keys] for a in about)], bold=(1,))
    _write(
        cover,
        [[title or w["site"]], [w["site"]], [], *([text] for text in w["sheet_notes"].split("|"))],
        bold=(1,),
    )
    return _pinned(book)


def _tables(findings_by_theme: Mapping[str, list[dict]]) -> Iterator[tuple[str, dict, dict]]:
    for theme, findings in findings_by_theme.items():
        for finding in findings:
            for table in finding.get("tables") or ():
                if table.get("csv"):
                    yield theme, finding, table


def _printed(table: Mapping, facts: Mapping, w: Mapping[str, str], sources: list[str]) -> list[list[Any]]:
    """A table as the page prints it: caption, source ids, headings with units, rows."""
    heads = [f"{c['label']} ({c['unit']})" if c.get("unit") else c["label"] for c in table["columns"]]
    rows = [
        [_value(cell, column, facts) for cell, column in zip(row, table["columns"], strict=True)]
        for row in table["rows"]
    ]
    return [[table["caption"]], [w["sheet_source_ids"], *sources], [], heads, *rows]


def _value(cell: Mapping, column: Mapping, facts: Mapping) -> Any:
    """A number where the page prints just that number; its text where it prints a bound, an interval or words; nothing for none."""
    if cell.get("kind") == "state":
        return None
    text = str(cell.get("text") or "")
    if column.get("style") == "year" and re.fullmatch(r"\d{4}", text):
        return int(text)
    plain = facts.get(cell.get("fact"), {}).get("quantifier", "exact") == "exact"
    return cell["value"] if cell.get("kind") == "number" and plain and cell.get("value") is not None else text


def _write(sheet: Any, rows: Iterable[list[Any]], bold: Iterable[int] = (), freeze: str = "") -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    widths: dict[int, int] = {}
    for n, row in enumerate(rows, 1):
        for k, value in enumerate(row, 1):
            if value is None or value == "":
                continue
            cell = sheet.cell(n, k, value)
            if isinstance(value, str) and value.startswith("="):
                cell.data_type = "s"  # a text that a spreadsheet would run as a formula stays a text
            if n in bold:
                cell.font = Font(bold=True)
            if len(row) > 1:
                widths[k] = max(widths.get(k, 0), sum(1 + (ord(c) > 255) for c in str(value)))
    for k, width in widths.items():
        sheet.column_dimensions[get_column_letter(k)].width = min(WIDE, width + 2)
    if freeze:
        sheet.freeze_panes = freeze


def _sheet_name(name: str, used: dict[str, str]) -> str:
    """At most 31 characters, unique in the book without regard to case."""
    base = _FORBIDDEN.sub("-", name)
    short, n = base[:31], 1
    while short.lower() in used:
        n += 1
        short = f"{base[: 30 - len(str(n))]}~{n}"
    used[short.lower()] = name
    return short


def _pinned(book: Any) -> bytes:
    """The saved book with the clock taken out."""
    raw = io.BytesIO()
    book.save(raw)
    return archive.pinned(raw.getvalue(), "2000-01-01T00:00:00Z")
