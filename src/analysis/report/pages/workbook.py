"""All tables of a region as one .xlsx with their sources; same content = same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from analysis.report.pages import render

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def workbook(findings_by_theme: Mapping[str, list[dict]], lang: str) -> bytes | None:
    """A sheet a table (caption, header with units, raw values, source ids) and a last sheet of sources; None without a table."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    w, bold, book = render.words(lang), Font(bold=True), Workbook()
    book.remove(book.active)
    used: dict[str, str] = {}
    for theme, findings in findings_by_theme.items():
        for finding in findings:
            for table in finding.get("tables") or ():
                if not table.get("csv"):
                    continue
                sources = render.column_sources([{"tables": [table]}]) or sorted(
                    {s for f in finding["facts"].values() for s in f.get("source_ids") or ()}
                )
                sheet = book.create_sheet(_sheet_name(f"{theme}-{finding['section']}-{table['id']}", used))
                sheet.append([table["caption"]])
                sheet.append([w["sheet_source_ids"], *sources])
                sheet.append(
                    [f"{c['label']} ({c['unit']})" if c.get("unit") else c["label"] for c in table["columns"]]
                )
                for row in table["csv"]:
                    sheet.append([_safe(value) for value in row])
                for cell in (*sheet[1], *sheet[3], *sheet[4]):
                    cell.font = bold
                for n in range(1, len(table["columns"]) + 1):
                    sheet.column_dimensions[get_column_letter(n)].width = 18
                sheet.freeze_panes = "A5"
                for source in sources:
                    used.setdefault(f"source {source}", source)
    if not book.sheetnames:
        return None
    sheet = book.create_sheet(w["sheet_sources"])
    sheet.append([w["source"], w["title"], w["producer"], w["published"], w["grade"], w["address"]])
    for source in sorted({value for key, value in used.items() if key.startswith("source ")}):
        line = render.source_line(source, lang)
        sheet.append(
            [line["id"], line["title"], line["producer"], line["published"], line["grade"], line["url"]]
        )
    for cell in sheet[1]:
        cell.font = bold
    return _pinned(book)


def _safe(value):
    """A text that a spreadsheet would run as a formula is kept as text."""
    return (
        f"'{value}"
        if isinstance(value, str) and value[:1] in "=+@" and not re.fullmatch(r"\+?[\d.]+", value)
        else value
    )


def _sheet_name(name: str, used: dict[str, str]) -> str:
    """At most 31 characters, unique in the book without regard to case."""
    base = _FORBIDDEN.sub("-", name)
    short, n = base[:31], 1
    while short.lower() in used:
        n += 1
        short = f"{base[: 30 - len(str(n))]}~{n}"
    used[short.lower()] = name
    return short


def _pinned(book) -> bytes:
    """The saved book with the clock taken out: fixed dates in its properties and in the archive's entries."""
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data
                )
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, data)
    return out.getvalue()
