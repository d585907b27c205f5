"""A filled form read back: its rows as text, what it says of the document, and every row that was left undecided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.errors import DataError, Problem
from analysis.intake.bulletins.forms import ABOUT, CHOICES, CODED, MEASURE_COLUMNS, SHEETS

MOST_ROWS = 20_000


@dataclass(frozen=True)
class Form:
    """A form as it was filled in: rows of text with their line, and what it says of the document."""

    path: Path
    statements: tuple[dict[str, str], ...]
    measures: tuple[dict[str, str], ...]
    about: dict[str, str]


def as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return f"{value:.10g}" if value % 1 else str(int(value))
    return str(value).strip()


def read(path: Path) -> Form:
    """The rows of a filled form. Raises DataError when it is no form of ``yigai review`` or a choice is none of its list."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    where = paths.relative(path)
    expected = "a form that `yigai review` wrote"
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, TypeError) as error:
        raise DataError(
            Problem(where, f"no workbook ({type(error).__name__})", expected, "name the filled form")
        ) from None
    missing = [name for name in SHEETS if name not in book.sheetnames]
    if missing:
        raise DataError(
            Problem(where, "no sheet " + ", ".join(missing), expected, "fill in a form as it was written")
        )
    problems: list[Problem] = []
    statements = _rows(book[SHEETS[0]], CODED, where, problems)
    measures = _rows(book[SHEETS[1]], MEASURE_COLUMNS, where, problems)
    about = {
        as_text(row[0]): as_text(row[1])
        for row in book[SHEETS[2]].iter_rows(max_row=40, max_col=2, values_only=True)
        if row and row[0]
    }
    book.close()
    problems += [
        Problem(f"{where} document", f"no {name}", "what the document is", "fill in the cell")
        for name in ("title", "published")
        if not about.get(name)
    ]
    if problems:
        raise DataError(problems)
    return Form(path, tuple(statements), tuple(measures), {name: about.get(name, "") for name in ABOUT})


def _rows(sheet: Any, columns: tuple[str, ...], where: str, problems: list[Problem]) -> list[dict[str, str]]:
    lines = list(sheet.iter_rows(max_row=MOST_ROWS, max_col=len(columns), values_only=True))
    heads = tuple(as_text(cell) for cell in lines[0]) if lines else ()
    if heads != columns:
        problems.append(
            Problem(
                f"{where} {sheet.title} row 1",
                ", ".join(heads)[:120],
                "the headings as the form has them",
                "do not move or rename columns",
            )
        )
        return []
    found = []
    for number, line in enumerate(lines[2:], start=3):
        row = {name: as_text(cell) for name, cell in zip(columns, line, strict=False)} | {"_row": str(number)}
        if not any(row[name] for name in columns):
            continue
        at = f"{where} {sheet.title} row {number}"
        if not row["decision"]:
            problems.append(
                Problem(
                    f"{at} decision",
                    "no decision",
                    "accept, reject or add",
                    "decide the row: nothing is kept unseen",
                )
            )
        for name, allowed in CHOICES.items():
            if (
                name in row
                and row[name]
                and row[name] not in allowed
                and not (sheet.title == SHEETS[1] and name == "status")
            ):
                problems.append(
                    Problem(
                        f"{at} {name}",
                        f'"{row[name]}"',
                        "one of " + ", ".join(allowed),
                        "choose from the list",
                    )
                )
        found.append(row)
    return found
