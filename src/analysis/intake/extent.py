"""How large a workbook's sheets would be once opened: one stray cell far away makes a reader lay out all cells before it.

Looked at in the packed bytes, without opening: the places of the cells, not what a header says of them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from zipfile import ZipFile

# records of a BIFF sheet that begin with a cell's row and column
CELLS = {0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}
CIRCLE = "its parts refer to each other in a circle"
END = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors
SHEET_START = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]")
_ROW = re.compile(rb'<row [^>]*?\br="(\d+)"')
_REPEATED = re.compile(rb"<table:table-cell[^>]*>")
_TIMES = re.compile(rb'number-columns-repeated="(\d+)"')


def biff(raw: bytes) -> int:
    """Cells of the largest sheet of an XLS file, counted from its first to its last cell."""
    largest = 0
    for start in SHEET_START.finditer(raw):
        top, left, bottom, right = 1 << 16, 1 << 16, -1, -1
        for kind, at, size in _records(raw, start.start()):
            if kind in CELLS and size >= 6:
                row, column = struct.unpack_from("<HH", raw, at)
                last = struct.unpack_from("<H", raw, at + size - 2)[0] if kind in (0xBD, 0xBE) else column
                top, left = min(top, row), min(left, column)
                bottom, right = max(bottom, row), max(right, column, last)
        if bottom >= 0:
            largest = max(largest, (bottom - top + 1) * (right - left + 1))
    return largest


def _records(raw: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, first byte, size) of the records of a sheet, to its end or to where the bytes are no records."""
    while at + 4 <= len(raw):
        kind, size = struct.unpack_from("<HH", raw, at)
        if kind == 0x000A or size > 8224 or at + 4 + size > len(raw):
            return
        yield kind, at + 4, size
        at += 4 + size


def xlsx(archive: ZipFile) -> int:
    """Cells of the largest sheet of an XLSX file: its last row times its last column (exact only where that could be too many)."""
    largest = 0
    for name in archive.namelist():
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            rows, columns, tail = 0, 1, b""
            with archive.open(name) as stream:
                while block := stream.read(1 << 22):
                    text = tail + block
                    rows = max([rows, *map(int, _ROW.findall(text)[-1:])])
                    rows = max(rows, *map(int, re.findall(rb'<row [^>]*?\br="(\d{6,})"', text)), rows)
                    for letters in (3, 2):
                        found = re.findall(rb'<c r="([A-Z]{%d})\d' % letters, text)
                        columns = max(columns, *(number(c) for c in set(found)), columns)
                        if found:
                            break
                    tail = text[-200:]
            largest = max(largest, rows * max(columns, 26 if columns == 1 else columns))
    return largest


def number(letters: bytes) -> int:
    """A column's place from 1: A is 1, AA is 27."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place


def ods(archive: ZipFile) -> int:
    """The largest repetition of a cell that holds something in an ODS file."""
    largest = 0
    with archive.open("content.xml") as stream:
        tail = b""
        while block := stream.read(1 << 22):
            text = tail + block
            for cell in _REPEATED.findall(text):
                if b"office:value" in cell and (times := _TIMES.search(cell)):
                    largest = max(largest, int(times[1]))
            tail = text[-400:]
    return largest


def broken(raw: bytes) -> str:
    """Why a compound file (XLS) cannot be followed: its chains of sectors run in a circle, where a reader never ends, or lead
    past its end; "" when nothing of the kind is found."""
    if len(raw) < 512 or not 7 <= raw[30] <= 16 or raw[31]:
        return "its first bytes are damaged"
    size = 1 << raw[30]
    (cutoff,) = struct.unpack_from("<I", raw, 56)
    (directory,) = struct.unpack_from("<I", raw, 48)
    (mini,) = struct.unpack_from("<I", raw, 60)
    (more,) = struct.unpack_from("<I", raw, 68)

    def sector(number: int) -> tuple[int, ...]:
        at = (number + 1) * size
        return struct.unpack(f"<{size // 4}I", raw[at : at + size]) if at + size <= len(raw) else ()

    tables, seen = list(struct.unpack_from("<109I", raw, 76)), set()
    while more < END and sector(more):
        if more in seen:
            return CIRCLE
        seen.add(more)
        *listed, more = sector(more)
        tables += listed
    fat = [entry for number in tables if number < END for entry in sector(number)]

    def chain(table: list[int], start: int) -> list[int] | None:
        found: list[int] = []
        while start < min(END, len(table)):
            found.append(start)
            if len(found) > len(table):
                return None
            start = table[start]
        return found

    folders, minis = chain(fat, directory), chain(fat, mini)
    if folders is None or minis is None:
        return CIRCLE
    if not folders or any((n + 2) * size > len(raw) for n in folders):
        return "it is cut off"
    small = [entry for number in minis for entry in sector(number)]
    held = b"".join(raw[(n + 1) * size : (n + 2) * size] for n in folders)
    for at in range(0, len(held) - 127, 128):
        kind, (start, length) = held[at + 66], struct.unpack_from("<II", held, at + 116)
        table = small if kind == 2 and length < cutoff else fat
        if kind in (2, 5) and chain(table, start) is None:
            return CIRCLE
    return ""
