"""File -> sheets of text. python-calamine reads the workbooks, the standard library text and web pages; nothing is executed."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from analysis.errors import DataError
from analysis.intake import extent, shown, sniff
from analysis.intake.grid import MAX_COLUMNS, Sheet, Span, printed, trimmed

MAX_CELLS = 20_000_000
DELIMITERS = (",", "\t", ";", "|")
FULL_WIDTH = ("，", "；")
INJECTION = re.compile(r"\s*=(?![=\s]*$)|\s*@[A-Za-z]|\s*[+\-][^|!]{0,200}[|!]")


def read(path: Path) -> tuple[sniff.Sniffed, list[Sheet]]:
    """What a file is, and its sheets that hold anything. Raises DataError with the cause when it cannot be read, holds no cell,
    or holds a formula without a value or one disguised as text.
    """
    found = sniff.sniff(path)
    if found.kind == sniff.HTML:
        sheets = _html(found)
    elif found.kind == sniff.TEXT:
        rows = _text(found)
        lengths = tuple(map(len, rows))
        sheets = [Sheet(path.stem, trimmed(rows), lengths=lengths)]
    else:
        sheets = _workbook(found)
    if not any(sheet.rows for sheet in sheets):
        raise sniff.refused(
            path, "no cell with content", "a heading row and at least one row of figures", sniff.AGAIN
        )
    _no_injection(path, sheets)
    return replace(found, text=""), sheets


def _too_large(path: Path) -> DataError:
    expected = f"at most {MAX_CELLS:,} cells and {MAX_COLUMNS:,} columns"
    return sniff.refused(
        path, "a table beyond that size", expected, "split it, by year say, and add the parts"
    )


def _no_injection(path: Path, sheets: Iterable[Sheet]) -> None:
    """Text that a spreadsheet program would run (=cmd|...) is refused wherever it stands: it is no figure and no name."""
    from analysis.intake.grid import cell_name

    for sheet in sheets:
        distinct = set(chain.from_iterable(sheet.rows))
        if not any(cell and cell[0] in "=@+-\t " and INJECTION.match(cell) for cell in distinct):
            continue
        for number, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                if cell and cell[0] in "=@+-\t " and INJECTION.match(cell):
                    found = f'"{cell.strip()[:40]}" in {sheet.name} {cell_name(number, column)}, a formula written as text'
                    fix = "delete the cell or copy the value; formulas are never run"
                    raise sniff.refused(path, found, "figures and words", fix)


# ------------------------------------------------------------------------------------------------------------ text tables


def _text(found: sniff.Sniffed) -> list[list[str]]:
    text = found.text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    delimiter, text = _laid_out(text)
    rows, cells, kept = [], 0, _Cells().__getitem__
    csv.field_size_limit(1 << 20)
    try:
        for row in csv.reader(io.StringIO(text), strict=True, delimiter=delimiter):
            cells += len(row)
            if len(row) > MAX_COLUMNS or cells > MAX_CELLS:
                raise _too_large(found.path)
            rows.append([*map(kept, row)])
    except csv.Error as error:
        line = len(rows) + 1
        what = f"a text table that breaks off or leaves a quote open near line {line} ({error})"
        fix = "close the quote, or " + sniff.AGAIN
        raise sniff.refused(found.path, what, "a whole table", fix) from None
    return rows


class _Cells(dict[str, str]):
    """Each distinct cell of a table once: a long table says the same words a million times."""

    def __missing__(self, cell: str) -> str:
        made = self[cell] = _typed(cell) if cell[:1] in ("=", "'") else cell
        return made


def _typed(cell: str) -> str:
    """What a program wrote so that a spreadsheet keeps it as text: ="38000" and '38000 are 38000."""
    found = re.fullmatch(r'="([^"=+@-][^"]*)"|\'(-?[\d.,]+%?)', cell)
    return (found[1] or found[2]) if found else cell


_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_GAP = re.compile(r"(?<=\S)(?:[ \u3000\u00a0]{2,}|\u3000)(?=\S)")


def _laid_out(text: str) -> tuple[str, str]:
    """(delimiter, text) of a text table: what a first line sep=; says, the bars of a ruled table, columns set with blanks."""
    if stated := re.match(r"\ufeff?sep=(.)\n", text):
        return stated[1], text[stated.end() :]
    delimiter = _delimiter(text)
    lines = text.split("\n")
    if delimiter == "|" and any(_RULE.fullmatch(line.strip()) for line in lines[:5]):
        kept = [line.strip() for line in lines if not _RULE.fullmatch(line.strip())]
        return "|", "\n".join(re.sub(r"^\||\|$", "", line) for line in kept)
    filled = [line.strip() for line in lines if line.strip()]
    if delimiter == "," and not any("," in line for line in filled[:400]):
        if (
            sum(bool(_GAP.search(line)) for line in filled) > len(filled) / 2
            and len(filled) > 1
            and len(text) < 1 << 22
        ):
            return "\t", "\n".join(_GAP.sub("\t", line.strip()) for line in lines)
    return delimiter, text


def _delimiter(text: str) -> str:
    """The delimiter under which most of the first lines have the same number of cells; a comma when nothing decides."""
    lines = [line for line in text[:200_000].split("\n")[:400] if line.strip()]
    best, choice = (0.0, 0), ","
    for candidate in (*DELIMITERS, *FULL_WIDTH):
        if candidate in FULL_WIDTH and best[0] > 0:
            break  # full-width commas part cells only where nothing else does
        counts = Counter(_outside_quotes(line, candidate) for line in lines)
        counts.pop(0, None)
        if counts:
            mode, times = max(counts.items(), key=lambda item: (item[1], item[0]))
            score = (round(times / len(lines), 2), mode if candidate != "\t" else 0)
            if score[0] > best[0]:
                best, choice = score, candidate
    return choice


def _outside_quotes(line: str, char: str) -> int:
    return line.count(char) if '"' not in line else sum(p.count(char) for p in line.split('"')[::2])


# -------------------------------------------------------------------------------------------------------------- workbooks


def _workbook(found: sniff.Sniffed) -> list[Sheet]:
    import python_calamine as calamine

    path = found.path
    if found.kind == sniff.XLS and (why := extent.broken(path.read_bytes())):
        raise sniff.refused(path, f"a damaged XLS workbook ({why})", "a whole workbook", sniff.AGAIN)
    if _whole(path, _extent, found.kind) > MAX_CELLS:
        raise _too_large(path)
    try:
        with path.open("rb") as file, calamine.CalamineWorkbook.from_filelike(file) as book:
            listed = [m for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
            sheets = []
            for meta in listed:
                hidden = meta.visible != calamine.SheetVisibleEnum.Visible
                sheets.append(_sheet(path, book.get_sheet_by_name(meta.name), hidden))
    except calamine.PasswordError:
        fix = "open it with its password, save it without one, and add that file"
        raise sniff.refused(
            path, "an encrypted workbook", "a workbook that opens without a password", fix
        ) from None
    except DataError:
        raise
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        what = f"a damaged {found.kind.upper()} workbook ({str(error).splitlines()[0][:120]})"
        raise sniff.refused(path, what, "a whole workbook", sniff.AGAIN) from None
    except BaseException as error:  # a panic of the reader's native code is none of Python's exceptions
        if type(error).__name__ != "PanicException":
            raise
        raise sniff.refused(
            path, f"a damaged {found.kind.upper()} workbook", "a whole workbook", sniff.AGAIN
        ) from None
    if found.kind != sniff.XLSX:
        return sheets
    return _whole(path, shown.as_shown, _whole(path, shown.looked_into, sheets))


def _whole(path: Path, look: Callable, *arguments: object) -> Any:
    """What a look into the packed parts returns; a part that cannot be unpacked is a damaged workbook."""
    try:
        return look(path, *arguments)
    except (BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
        raise sniff.refused(path, f"a damaged workbook ({error})", "a whole workbook", sniff.AGAIN) from None


def _extent(path: Path, kind: str) -> int:
    """Cells that opening the workbook would lay out."""
    if kind == sniff.XLS:
        return extent.biff(path.read_bytes())
    if kind not in (sniff.XLSX, sniff.ODS):
        return 0
    with ZipFile(path) as archive:
        return extent.xlsx(archive) if kind == sniff.XLSX else extent.ods(archive)


def _sheet(path: Path, sheet: Any, hidden: bool) -> Sheet:
    height, width = sheet.total_height, sheet.total_width
    if hidden:
        remark = f'sheet "{sheet.name}" is hidden in the workbook ({sheet.height} rows) and is not read; unhide it to have it read'
        return Sheet(sheet.name, [], (), (remark,) if sheet.height else ())
    if width > MAX_COLUMNS or sheet.height * sheet.width > MAX_CELLS:
        raise _too_large(path)
    memo: dict[str, str] = {}
    top, left = sheet.start or (0, 0)
    pad, rows, keep = [""] * left, [], memo.setdefault
    if height:
        for row in sheet.iter_rows():
            texts = [cell if isinstance(cell, str) else printed(cell) for cell in row]
            rows.append([keep(text, text) for text in texts])
    # the rows come from the first used cell on, or from A1, by the format
    shift = top if len(rows) <= height - top else 0
    if shift or (rows and len(rows[0]) <= width - left):
        rows = [[] for _ in range(shift)] + [pad + row for row in rows]
    merged = tuple(((a, b), (c, d)) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
    return Sheet(sheet.name, trimmed(rows), merged)


# -------------------------------------------------------------------------------------------------------------- web pages


class _Tables(HTMLParser):
    """Rows of a page's tables in their order, the lines just above a table as rows of one cell; spans become merged ranges.

    A table inside a cell closes that cell: pages lay tables out with tables, and the inner one holds the figures.
    """

    SILENT = ("script", "style", "head", "title", "noscript", "template")
    BREAKS = ("div", "p", "br", "h1", "h2", "h3", "h4", "h5", "li", "caption", "tr", "table")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.merged: list[Span] = []
        self.pending: dict[int, int] = {}  # column -> rows that a span from above still covers
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.span = (1, 1)
        self.silent = 0
        self.raised = False
        self.above: list[str] = [""]
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self.silent += 1
        elif tag == "table":
            self._close_row()
            self.pending = {}
            for line in [" ".join(text.split()) for text in self.above if text.strip()][-4:]:
                if len(line) <= 200:
                    self.rows.append([line])
            self.above = [""]
        elif tag == "tr":
            self._close_row()
            self.row = []
        elif tag in ("td", "th"):
            self._close_cell()
            self.row = [] if self.row is None else self.row
            self.cell, held = [], dict(attrs)
            self.span = (_span(held.get("rowspan")), _span(held.get("colspan")))
        elif tag in self.BREAKS and self.cell is None:
            self.above.append("")
        elif tag == "sup":
            self.raised = True
        elif tag == "br" and self.cell is not None:
            self.cell.append(" ")

    def _mark(self, data: str) -> str:
        """A raised number behind a figure or a word is the mark of a note (38200¹⁾); behind a unit (km²) it is what it is."""
        bare, before = data.strip().strip("()[]"), "".join(self.cell or [])[-1:]
        note = (
            bare.isdecimal()
            and 0 < int(bare) <= 20
            and (before.isdecimal() or "\u4e00" <= before <= "\u9fff")
        )
        return chr(0x2460 + int(bare) - 1) if note else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "sup":
            self.raised = False
        if tag in self.SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in ("td", "th"):
            self._close_cell()
        elif tag in ("tr", "table"):
            self._close_row()
        elif tag in self.BREAKS and self.cell is None:
            self.above.append("")

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.cell is not None:
            self.cell.append(self._mark(data) if self.raised else data)
        else:
            self.above[-1] += data

    def _skip(self) -> None:
        """Blanks for the columns that a span from above covers."""
        row = self.row if self.row is not None else []
        while self.pending.get(len(row), 0):
            self.pending[len(row)] -= 1
            row.append("")

    def _close_cell(self) -> None:
        if self.cell is None or self.row is None:
            return
        self._skip()
        (down, across), column = self.span, len(self.row)
        self.row += ["".join(self.cell).strip("\r\n\t ")] + [""] * (across - 1)
        if down > 1 or across > 1:
            self.merged.append(((len(self.rows), column), (len(self.rows) + down - 1, column + across - 1)))
        for covered in range(column, column + across):
            self.pending[covered] = down - 1
        self.cell = None
        self.cells += across
        if self.cells > MAX_CELLS or len(self.row) > MAX_COLUMNS:
            raise OverflowError

    def _close_row(self) -> None:
        self._close_cell()
        if self.row is not None:
            self._skip()
            self.rows.append(self.row)
        self.row = None

    def close(self) -> None:
        super().close()
        self._close_row()


def _span(text: str | None) -> int:
    return min(max(int(text), 1), 1_000) if text and text.strip().isdecimal() else 1


def _html(found: sniff.Sniffed) -> list[Sheet]:
    parser = _Tables()
    try:
        parser.feed(found.text)
        parser.close()
    except OverflowError:
        raise _too_large(found.path) from None
    if not any(len(row) > 1 for row in parser.rows):
        fix = "save the page that shows the table, or copy the table into a spreadsheet"
        raise sniff.refused(found.path, "a web page without a table", "a table of figures", fix)
    return [Sheet(found.path.stem, trimmed(parser.rows), tuple(parser.merged))]
