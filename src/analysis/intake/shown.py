"""What a reader of an XLSX workbook sees and its values do not say: formulas never computed, hidden rows, fractions shown as per cent, days as months.

Looked up in the packed parts themselves; nothing is computed or run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from html import unescape
from pathlib import Path
from zipfile import ZipFile

from analysis.intake import extent, sniff
from analysis.intake.grid import Sheet

_VALUELESS = re.compile(
    rb'<c r="([A-Z]+\d+)"[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_FAILED = re.compile(
    rb'<c r="([A-Z]+\d+)"[^>]*?\bt="e"[^>]*>\s*(?:<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*)?<v>(#[A-Z0-9/!?]+)</v>'
)
_HIDDEN_ROW = re.compile(rb'<row [^>]*?\br="(\d+)"[^>]*?\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<col [^>]*?\bhidden="(?:1|true)"')


def looked_into(path: Path, sheets: list[Sheet]) -> list[Sheet]:
    """What the cells' values do not show: formulas that were never computed (refused), hidden rows and columns (read, and said)."""
    rows, columns, bare, failed = 0, 0, [], []
    with ZipFile(path) as archive:
        for name in sorted(n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", n)):
            tail = b""
            with archive.open(name) as stream:
                while block := stream.read(1 << 22):
                    text = tail + block
                    rows += len(_HIDDEN_ROW.findall(text)) - len(_HIDDEN_ROW.findall(tail))
                    columns += len(_HIDDEN_COLUMN.findall(text)) - len(_HIDDEN_COLUMN.findall(tail))
                    if b"<f" in text:
                        bare += [m.decode() for m in _VALUELESS.findall(text)]
                    if b't="e"' in text:
                        failed += [f"{m[1].decode()} in {m[0].decode()}" for m in _FAILED.findall(text)]
                    tail = text[-4096:]
    failed = list(dict.fromkeys(failed))
    if failed:  # the reader gives a blank for them
        remark = f"{len(failed)} cells hold an error of the spreadsheet program ({', '.join(failed[:5])}): they are read as blanks"
        sheets[0] = replace(sheets[0], remarks=(*sheets[0].remarks, remark))
    bare = list(dict.fromkeys(bare))
    if bare:
        found = f"formulas without a computed value in {len(bare)} cells ({', '.join(bare[:5])})"
        fix = "open it in a spreadsheet program, let it compute, save it; or paste the values"
        raise sniff.refused(path, found, "values", fix)
    if rows or columns:
        remark = (
            f"{rows} rows and {columns} columns are hidden in the workbook; they are read like the others"
        )
        sheets[0] = replace(sheets[0], remarks=(*sheets[0].remarks, remark))
    return sheets


def _sheet_parts(archive: ZipFile) -> dict[str, str]:
    """Name of each sheet -> its part in the archive."""
    book, rels = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    targets = {}
    for tag in re.findall(rb"<Relationship [^>]*>", rels):
        held = dict(re.findall(rb'(\w+)="([^"]*)"', tag))
        targets[held.get(b"Id", b"")] = held.get(b"Target", b"").decode()
    parts = {}
    for tag in re.findall(rb"<sheet [^>]*>", book):
        name, key = re.search(rb'name="([^"]*)"', tag), re.search(rb':id="([^"]*)"', tag)
        target = targets.get(key[1], "") if key else ""
        if name and target:
            parts[unescape(name[1].decode())] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
    return parts


def _styles(archive: ZipFile) -> dict[bytes, Callable[[str], str]]:
    """The numbers of the cell styles that show a value as something else than it is -> what a cell shows then: a fraction as per
    cent, a day as its month or its year."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    text = archive.read("xl/styles.xml")
    own: dict[bytes, Callable[[str], str]] = {b"9": _per_cent, b"10": _per_cent, b"17": _month}
    for tag in re.findall(rb"<numFmt [^>]*>", text):
        held = dict(re.findall(rb'(\w+)="([^"]*)"', tag))
        if show := _shows(unescape(held.get(b"formatCode", b"").decode())):
            own[held[b"numFmtId"]] = show
    formats = re.search(rb"<cellXfs.*?</cellXfs>", text, re.S)
    ids = re.findall(rb'<xf [^>]*?numFmtId="(\d+)"', formats[0]) if formats else []
    return {str(n).encode(): own[known] for n, known in enumerate(ids) if known in own}


def _shows(code: str) -> Callable[[str], str] | None:
    """How a number format shows a value that it does not show as it is; None for any other.

    >>> _shows('yyyy"年"m"月";@')("2024-01-01"), _shows("yyyy-mm-dd") is None
    ('2024年1月', True)
    """
    if "%" in code:
        return _per_cent
    letters = set(re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|General', "", code.split(";")[0]).lower())
    if "y" not in letters or letters & set("dhs0#"):
        return None
    return _month if "m" in letters else _year


_STYLED = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*?\bs="(\d+)"[^>]*>')


def as_shown(path: Path, sheets: list[Sheet]) -> list[Sheet]:
    """Cells whose workbook shows something else than they hold are read as they are shown: 0.796 as 79.6%, 2024-01-01 as 2024年1月."""
    with ZipFile(path) as archive:
        styles = _styles(archive)
        parts = _sheet_parts(archive) if styles else {}
        for sheet in sheets:
            if sheet.rows and parts.get(sheet.name) in archive.namelist():
                text = archive.read(parts[sheet.name])
                for letters_of, row, style in _STYLED.findall(text):
                    n, c = int(row) - 1, extent.number(letters_of) - 1
                    if style in styles and n < len(sheet.rows) and c < len(sheet.rows[n]):
                        sheet.rows[n][c] = styles[style](sheet.rows[n][c])
    return sheets


_FRACTION = re.compile(r"-?\d{1,12}(?:\.\d{1,40})?")  # a longer number is no share that anybody printed


def _per_cent(text: str) -> str:
    if not _FRACTION.fullmatch(text):
        return text
    return f"{(Decimal(text) * 100).quantize(Decimal('1e-10')).normalize():f}%"


def _month(text: str) -> str:
    found = re.fullmatch(r"(\d{4})-(\d\d)-\d\d", text)
    return f"{found[1]}年{int(found[2])}月" if found else text


def _year(text: str) -> str:
    return f"{text[:4]}年" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text
