"""Raw files as text: every cell a string, every row with its number; what is wrong with the file itself is said at once."""

from __future__ import annotations

import csv
import io
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path

from analysis import catalog, paths
from analysis.errors import DataError, Problem

ROW = "_row"


def at(path: Path, row: int | str = "", column: str = "") -> str:
    """Where a problem is: file, row and column as a spreadsheet shows them (the heading is row 1)."""
    return paths.relative(path) + (f" row {row}" if row else "") + (f" {column}" if column else "")


def placed(error: DataError, path: Path, row: int, column: str) -> list[Problem]:
    """The problems of a parser with file, row and column in front."""
    return [Problem(at(path, row, column), p.found, p.expected, p.fix) for p in error.problems]


def _empty(path: Path) -> DataError:
    found, expected = "an empty file", "a heading row and at least one row of figures"
    return DataError(Problem(at(path), found, expected, "download or copy the file again"))


def text(path: Path, *, encodings: tuple[str, ...] = ("utf-8-sig",)) -> str:
    """The file's text. Raises DataError when it is missing, empty or in none of the encodings."""
    if not path.is_file():
        raise DataError(
            Problem(
                at(path), "no such file", "a raw file", "put the file back (data/raw/README.md lists them)"
            )
        )
    raw = path.read_bytes()
    if not raw.strip():
        raise _empty(path)
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            bad = error
    line = raw[: bad.start].count(b"\n") + 1
    found = f"bytes that are not {' or '.join(encodings).replace('utf-8-sig', 'UTF-8')} in line {line}"
    raise DataError(
        Problem(
            at(path),
            found,
            "a UTF-8 text file" + (" or a GBK export" if len(encodings) > 1 else ""),
            "save the file as CSV UTF-8",
        )
    )


def lines(path: Path, *, encodings: tuple[str, ...] = ("utf-8-sig",)) -> list[list[str]]:
    """The cells of a CSV file, or of the first sheet of an XLSX file, as text. Raises DataError when the file is empty or broken."""
    try:
        if path.suffix == ".xlsx":
            return _sheet(path)
        return list(csv.reader(io.StringIO(text(path, encodings=encodings), newline=""), strict=True))
    except csv.Error as error:
        raise DataError(
            Problem(
                at(path),
                f"a file that cannot be read as CSV ({error})",
                "a whole CSV file",
                "the file is truncated or a quote is left open: copy it again",
            )
        ) from None


def _text(cell: object) -> str:
    """A spreadsheet's cell as it shows it: a day as ISO text, a number in its 15 digits and never as a power of ten."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, float):
        return f"{Decimal(f'{cell:.15g}'):f}"
    return str(cell)


def _sheet(path: Path) -> list[list[str]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    except (BadZipFile, KeyError, OSError) as error:
        raise DataError(
            Problem(
                at(path),
                f"a file that cannot be read as XLSX ({error})",
                "a whole XLSX file",
                "the file is truncated: download it again",
            )
        ) from None
    rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise _empty(path)
    return rows


def read(path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> list[dict]:
    """Rows of a UTF-8 CSV (or XLSX) file as dicts of stripped text plus ``_row``, its line in a spreadsheet; blank lines are left out.

    Raises DataError listing all of: an empty file, a wrong encoding, missing and unknown headings, rows that are too short or
    too long, and a file that ends in the middle of a row.
    """
    table = lines(path)
    header, problems = [name.strip() for name in table[0]], []
    missing = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns + optional]
    if missing:
        problems.append(
            Problem(
                at(path, 1),
                "headings " + ", ".join(header),
                "also " + ", ".join(missing),
                "add the missing headings",
            )
        )
    if unknown:
        problems.append(
            Problem(
                at(path, 1),
                "unknown headings " + ", ".join(unknown),
                "only " + ", ".join(columns + optional),
                "rename or remove them",
            )
        )
    if len(set(header)) < len(header):
        problems.append(
            Problem(at(path, 1), "a heading that occurs twice", "each heading once", "rename or remove one")
        )
    rows = [(number, line) for number, line in enumerate(table[1:], start=2) if any(line)]
    if not rows:
        problems.append(
            Problem(at(path), "no row below the headings", "at least one row", "copy the file again")
        )
    whole = path.suffix == ".xlsx" or path.read_bytes().endswith((b"\n", b"\r"))
    for number, line in rows:
        if len(line) != len(header):
            cut = number == len(table) and not whole
            fix = (
                "the file is truncated: copy it again"
                if cut
                else "count the commas of the row; put cells that hold a comma in quotes"
            )
            problems.append(Problem(at(path, number), f"{len(line)} cells", f"{len(header)} cells", fix))
    if problems:
        raise DataError(problems)
    blank = dict.fromkeys(optional, "")
    return [
        blank | {name: cell.strip() for name, cell in zip(header, line, strict=True)} | {ROW: number}
        for number, line in rows
    ]


def source_of(path: Path, publication: str) -> catalog.Source:
    """The registered source of a publication; what was only reported is one source a file. Raises DataError when it is not registered."""
    if not publication:
        raise DataError(
            Problem(
                "source",
                "a blank",
                "the publication as data/sources.csv lists it",
                "name the publication; a number without a source is refused",
            )
        )
    return catalog.source_of(publication, f"{path.parent.name}/{path.name}")


def cite(source: catalog.Source, locator: str) -> dict:
    """The three columns that every row of every table carries."""
    return {"source_id": source.id, "locator": locator, "source_grade": source.grade}
