"""The form in JupyterLab: the same rows and the same decisions, one statement at a time with its number marked."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import nbformat
from openpyxl import load_workbook

from analysis import paths
from analysis.errors import ParameterError, Problem
from analysis.intake.bulletins.forms import CHOICES, CODED, DECISIONS, SHEETS

FIRST = 3


class Review:
    """A form opened to be decided. ``save`` writes the decisions into the same file that a spreadsheet would."""

    def __init__(self, form: Path | str) -> None:
        self.path = Path(form)
        self.book = load_workbook(self.path, rich_text=True)
        self.sheet = self.book[SHEETS[0]]

    def _cell(self, number: int, column: str) -> Any:
        return self.sheet.cell(FIRST + number - 1, CODED.index(column) + 1)

    def __len__(self) -> int:
        return sum(self._cell(n, "no").value is not None for n in range(1, self.sheet.max_row))

    def open(self) -> list[int]:
        """The numbers of the rows that are not decided."""
        return [n for n in range(1, len(self) + 1) if not self._cell(n, "decision").value]

    def decide(self, number: int, decision: str, **changes: object) -> None:
        """Decide a row, and correct its cells: ``decide(3, "accept", unit="人")``. Raises ParameterError for what is no choice."""
        where = f"{paths.relative(self.path)} row {number}"
        if not 1 <= number <= len(self):
            raise ParameterError(Problem(where, str(number), f"1 to {len(self)}", "pass the number of a row"))
        for name, value in {"decision": decision, **changes}.items():
            allowed = CHOICES.get(name)
            if name not in CODED or (allowed and value not in allowed):
                expected = "one of " + ", ".join(allowed or CODED)
                raise ParameterError(Problem(f"{where} {name}", repr(value), expected, "pass one of them"))
            self._cell(number, name).value = value

    def save(self) -> Path:
        """Write the form; accepted with `yigai accept`."""
        self.book.save(self.path)
        return self.path

    def show(self, number: int) -> _Shown:
        """A row as a small table: context with the number in red, then what was read."""
        cells = {
            name: self._cell(number, name).value
            for name in CODED
            if self._cell(number, name).value is not None
        }
        return _Shown(cells)


class _Shown:
    """A row as JupyterLab prints it."""

    def __init__(self, cells: dict[str, object]) -> None:
        self.cells = cells

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(name)}</th><td>{_marked(value)}</td></tr>" for name, value in self.cells.items()
        )
        return f"<table>{rows}</table>"


def _marked(value: object) -> str:
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    if isinstance(value, CellRichText):
        return "".join(
            f'<b style="color:#c00000">{escape(str(p))}</b>' if isinstance(p, TextBlock) else escape(str(p))
            for p in value
        )
    return escape(str(value))


def write_notebook(form: Path) -> Path:
    """Write the notebook that decides a form, beside it."""
    path = form.with_suffix(".ipynb")
    cells = [
        nbformat.v4.new_markdown_cell(
            f"# {form.name}\n\n逐条判断：采纳（accept）、不采纳（reject）。改动数值时在 `why` 写明理由。\n\nDecide each row: accept or reject; a changed number needs its reason in `why`.",
            id="cell-0",
        ),
        nbformat.v4.new_code_cell(
            f'from analysis.intake.bulletins.workbench import Review\n\nreview = Review("{form.name}")\nreview.open()',
            id="cell-1",
        ),
        nbformat.v4.new_code_cell("review.show(1)", id="cell-2"),
        nbformat.v4.new_code_cell(
            f'review.decide(1, "{DECISIONS[0]}")  # 或 or: review.decide(1, "accept", unit="人", why="...")',
            id="cell-3",
        ),
        nbformat.v4.new_code_cell("review.save()", id="cell-4"),
    ]
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, path)
    return path
