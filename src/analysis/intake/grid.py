"""Sheets as text: every cell a string as it is printed, with its place as a spreadsheet names it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

MAX_COLUMNS = 16_384  # what a spreadsheet can hold

Span = tuple[tuple[int, int], tuple[int, int]]  # first and last cell of a merged range, from 0


@dataclass(frozen=True)
class Sheet:
    """A sheet, a web page's tables or a text table. ``rows`` are rectangular and start at A1; blanks at the ends are kept,
    because an indent is a statement. ``merged``: cells printed as one. ``remarks``: what a reader of the preview must know.
    ``lengths``: cells in each line of a text table, before blanks were added or taken away.
    """

    name: str
    rows: list[list[str]]
    merged: tuple[Span, ...] = ()
    remarks: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """Columns."""
        return len(self.rows[0]) if self.rows else 0


def letters(column: int) -> str:
    """A column as a spreadsheet names it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_name(row: int, column: int) -> str:
    """A cell as a spreadsheet names it: (0, 0) is A1."""
    return f"{letters(column)}{row + 1}"


def plain(text: str) -> str:
    """A cell's words as they are compared: full-width forms folded, no-break and ideographic blanks dropped at the ends, runs of
    blanks made one."""
    return _kept(text) if len(text) <= REMEMBERED else _folded(text)


def _folded(text: str) -> str:
    return _RUNS.sub(" ", unicodedata.normalize("NFKC", text)).strip()


_RUNS = re.compile(r"\s+")
REMEMBERED = 48  # characters of a text that is remembered: a long table says the same names a million times
_kept = lru_cache(maxsize=1 << 16)(_folded)


def tight(text: str) -> str:
    """The same without any blank: 城 市 is 城市."""
    return plain(text).replace(" ", "")


def indent(text: str) -> int:
    """How far a name is indented: the width of the blanks before it, an ideographic blank counting two."""
    folded = text[: len(text) - len(text.lstrip())]
    return sum(2 if char == "\u3000" else 1 for char in folded)


def printed(value: object) -> str:
    """What a spreadsheet's value looks like in plain form: 10897.0 is 10897, a date is ISO, fifteen digits as the program keeps."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        text = f"{value:.15g}"
        return f"{Decimal(text):f}" if "e" in text else text
    if isinstance(value, datetime):
        whole = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if whole else value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def trimmed(rows: list[list[str]]) -> list[list[str]]:
    """The rows made rectangular, without blank columns at the right and blank rows at the end."""
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    width = 0
    for row in rows:
        length = len(row)
        while length > width and not row[length - 1].strip():
            length -= 1
        width = max(width, length)
    return [row if len(row) == width else [*row[:width], *[""] * (width - len(row))] for row in rows]
