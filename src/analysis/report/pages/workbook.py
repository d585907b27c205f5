"""All tables of a region as one .xlsx: cover, contents, a sheet a table, every cell in the tidy form, sources.

Laid out by the rules of good-practice statistical spreadsheets: one table a sheet with its full name, numbers and years as
numbers (to sixteen digits), no merged cells, everything in the file's language. Same content = same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from analysis.report.pages import render
from analysis.report.plan.unswept import unswept
from analysis.told import Cell, Column, Record, Table, Told

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
WIDE = 60
HEAD_WIDE = 24  # a longer heading is broken into lines and does not widen its column
TABLE_HEAD = 3  # the row of the headings in a sheet of a table; the row of its sources is above
LONGEST = 32767  # characters that a cell can hold
A4 = 9  # as the format numbers papers
_FIGURE = re.compile(r"[+−-]?([\d,]+)(?:\.(\d+))?(%?)")  # a printed number alone


@unswept()
def workbook(
    findings_by_theme: Mapping[str, Sequence[Told]],
    lang: str,
    title: str = "",
    region_code: str = "",
    titles: Mapping[str, str] | None = None,
) -> bytes | None:
    """The tables of a region's findings in one language; None without a table.

    title: what the cover is headed with. region_code: of the lines that name no place of their own. titles: theme -> what
    the contents call it.
    """
    if next(_tables(findings_by_theme), None) is None:
        return None
    import xlsxwriter

    w, raw = render.words(lang), io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})  # no clock in it
    strong = book.add_format({"bold": True})
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom"})
    above_numbers = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "align": "right"})
    broken = book.add_format({"text_wrap": True, "valign": "top"})
    cover, contents = book.add_worksheet(w["sheet_cover"]), book.add_worksheet(w["sheet_contents"])
    used: dict[str, str] = {}
    patterns: dict[str, Any] = {}
    listed: list[list[Any]] = []
    lines: list[list[Any]] = []
    sources: set[str] = set()
    for theme, finding, table in _tables(findings_by_theme):
        own = list(dict.fromkeys(table.source_ids)) or sorted(
            {s for fact in finding.facts.values() for s in fact.source_ids}
        )
        name = _sheet_name(f"{len(listed) + 1} {table.caption}", used)
        sheet = book.add_worksheet(name)
        told = [render.source_line(s, lang)["title"] for s in own]
        shown = _as_printed(table)
        for pattern in sorted(set(shown.values()) - patterns.keys()):
            patterns[pattern] = book.add_format({"num_format": pattern})
        cells = {at: patterns[pattern] for at, pattern in shown.items()}
        rows = _printed(table, finding.facts, w, told)
        cells |= {(TABLE_HEAD, k): above_numbers for k in _of_numbers(rows[TABLE_HEAD + 1 :])}
        forms = {0: strong, TABLE_HEAD: heading}
        _write(sheet, rows, forms, cells=cells, head=TABLE_HEAD, broken=broken)
        sheet.freeze_panes(TABLE_HEAD + 1, 1)
        sheet.repeat_rows(TABLE_HEAD)
        listed.append([name, table.caption, (titles or {}).get(theme, theme)])
        lines += [[theme, table.id, row[0] or region_code, *row[1:]] for row in table.csv[1:]]
        head = ["theme", "table", *table.csv[0]]
        sources |= set(own)
    _write(
        contents,
        [[w["sheet_contents"]], [], [w["sheet_name"], w["title"], w["report_theme"]], *listed],
        {0: strong, 2: strong},
        led=range(3, 3 + len(listed)),
        broken=broken,
    )
    data = book.add_worksheet(w["sheet_data"])
    _write(data, [head, *lines], {0: strong})
    data.freeze_panes(1, 0)
    heads = [w["source"], w["title"], w["producer"], w["published"], w["grade"], w["address"]]
    about = [render.source_line(s, lang) for s in sorted(sources)]
    keys = ("id", "title", "producer", "published", "grade", "url")
    named = [heads, *([a[k] for k in keys] for a in about)]
    _write(book.add_worksheet(w["sheet_sources"]), named, {0: strong}, broken=broken)
    notes = ([text] for text in w["sheet_notes"].split("|"))
    _write(cover, [[title or w["site"]], [w["site"]], [], *notes], {0: strong})
    for sheet in book.worksheets():  # printed as wide as a page, the cover and the list of sheets too
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
    book.close()
    return raw.getvalue()


def _tables(findings_by_theme: Mapping[str, Sequence[Told]]) -> Iterator[tuple[str, Told, Table]]:
    for theme, findings in findings_by_theme.items():
        for finding in findings:
            for table in finding.tables:
                if table.csv:
                    yield theme, finding, table


def _printed(
    table: Table, facts: Mapping[str, Record], w: Mapping[str, str], sources: list[str]
) -> list[list[Any]]:
    """A table as the page prints it: caption, sources, headings with units, rows."""
    heads = [f"{c.label} ({c.unit})" if c.unit else c.label for c in table.columns]
    rows = [
        [_value(cell, column, facts) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    # all sources in one cell: in cells of their own they would set the widths of columns they have nothing to do with
    return [[table.caption], [w["source"], w["semicolon"].join(sources)], [], heads, *rows]


def _value(cell: Cell, column: Column, facts: Mapping[str, Record]) -> Any:
    """A number where the page prints just that number; its text where it prints a bound, an interval or words; nothing for none."""
    if cell.kind == "state":
        return None
    text = cell.text
    if column.style == "year" and re.fullmatch(r"\d{4}", text):
        return int(text)
    behind = facts.get(cell.fact or "")
    plain = behind is None or behind.quantifier == "exact"
    return cell.value if cell.kind == "number" and plain and cell.value is not None else text


def _of_numbers(rows: Sequence[Sequence[Any]]) -> Iterator[int]:
    """Columns that hold numbers and no words: their headings stand above the numbers, at the right.

    >>> list(_of_numbers([["Shanxi", 1.5, None], ["Anhui", None, None]]))
    [1]
    """
    for k, column in enumerate(zip(*rows, strict=True)):
        held = [value for value in column if value is not None and value != ""]
        if held and not any(isinstance(value, str) for value in held):
            yield k


def _as_printed(table: Table) -> dict[tuple[int, int], str]:
    """Cells whose numbers keep all their digits and show those that the page prints: place -> pattern."""
    found = {}
    for n, row in enumerate(table.rows, 4):
        for k, cell in enumerate(row):
            if cell.kind == "number" and (shown := _FIGURE.fullmatch(cell.text)):
                whole, decimals = ("#,##0" if "," in shown[1] else "0"), len(shown[2] or "")
                found[n, k] = whole + ("." + "0" * decimals if decimals else "") + ('"%"' if shown[3] else "")
    return found


def _write(
    sheet: Any,
    rows: Iterable[list[Any]],
    formats: Mapping[int, Any],
    led: Collection[int] = (),
    cells: Mapping[tuple[int, int], Any] | None = None,
    head: int | None = None,
    broken: Any = None,
) -> None:
    """Put rows into a sheet, each column as wide as its widest cell. formats: of whole rows, by number; led: rows whose first cell
    names a sheet and leads there; cells: formats of single cells; head: the row of headings that break into lines, below sources
    that may run over the next columns; broken: the format of a column with texts longer than a column may be wide."""
    cells, loose = cells or {}, () if head is None else (head - 2,)
    widths: dict[int, int] = {}
    for n, row in enumerate(rows):
        form = formats.get(n)
        for k, value in enumerate(row):
            if value is None or value == "":
                continue
            text = value if isinstance(value, str) else str(value)
            if k == 0 and n in led:
                sheet.write_url(n, k, f"internal:'{text}'!A1", None, text)
            elif isinstance(value, str):  # also one that a spreadsheet would run as a formula
                sheet.write_string(n, k, text[:LONGEST], cells.get((n, k), form))
            else:
                sheet.write_number(n, k, value, cells.get((n, k), form))
            if len(row) > 1 and 2 * len(text) > (known := widths.get(k, 0)) < WIDE and n not in loose:
                widths[k] = max(known, _width(text) if n != head else min(HEAD_WIDE, _width(text)))
    for k, width in widths.items():
        sheet.set_column(k, k, min(WIDE, width + 2), broken if width > WIDE - 2 else None)


def _width(text: str) -> int:
    """Letters of a text, those of Chinese counted twice."""
    return len(text) if text.isascii() else len(text) + sum(letter > "\xff" for letter in text)


def _sheet_name(name: str, used: dict[str, str]) -> str:
    """At most 31 characters, unique in the book without regard to case."""
    base = _FORBIDDEN.sub("-", name)
    short, n = base[:31], 1
    if len(base) > 31 and base[31] != " " and " " in short[20:]:  # no word is cut; Chinese has no blanks
        short = short.rpartition(" ")[0]
    base = short = short.rstrip(" ,;:-")
    while short.lower() in used:
        n += 1
        short = f"{base[: 30 - len(str(n))]}~{n}"
    used[short.lower()] = name
    return short
