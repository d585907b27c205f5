"""What was understood of a file: what its columns become, what is left out, what has to be asked, and the figures as printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis import catalog, paths
from analysis.errors import DataError, Problem
from analysis.intake import sidecar
from analysis.intake.grid import Sheet
from analysis.intake.layout import Block
from analysis.intake.sniff import Sniffed

CELLS = (
    "place",
    "institution",
    "indicator",
    "period",
    "value",
    "unit",
    "publication",
    "note",
    "sheet",
    "row",
    "column",
    "printed",
    "quantifier",
    "status",
)


def otherwise(path: Path) -> str:
    """How to say what a file is when it was taken for something else."""
    side = sidecar.path_of(path).name
    return f"where it is another kind of file, say which: --as {sidecar.KINDS}; in {side}: read_as"


@dataclass(frozen=True)
class Becomes:
    """What one column becomes: ``what`` in words ("" when it is left out, then ``why`` says the reason)."""

    sheet: str
    column: int
    heading: str
    what: str
    why: str = ""


@dataclass(frozen=True)
class Left:
    """Rows that are left out: which, what they say, and why."""

    where: str
    what: str
    why: str
    unit: str = ""  # that the row prints, for an indicator to be added


@dataclass(frozen=True)
class Question:
    """Something the file does not say: what is asked, the option of ``yigai add`` and the line of the sidecar that answer it."""

    what: str
    option: str
    line: str

    def problem(self, path: Path) -> Problem:
        """The question as a problem of the file."""
        side = sidecar.path_of(path).name
        return Problem(
            paths.relative(path),
            f"nothing that says {self.what}",
            "an answer, once",
            f"`yigai add {paths.typed(path)} {self.option}`, or the line {self.line} in {side} beside it",
        )


@dataclass
class Understood:
    """What was understood of a file. ``cells``: one row a figure, with the columns of CELLS (texts as printed; ``indicator`` is a key).

    ``learn``: adds indicators of a long table that the dictionary lacks (label as printed -> unit of its rows) and gives their keys.
    """

    path: Path
    kind: Sniffed
    answers: sidecar.Answers
    sheets: list[Sheet] = field(default_factory=list, repr=False)
    columns: list[Becomes] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)  # what the names of its rows were taken for
    source: catalog.Source | None = None
    cells: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CELLS)))
    learn: Callable[[dict[str, str]], dict[str, str]] | None = field(default=None, repr=False)
    blocks: list[list[Block]] = field(default_factory=list, repr=False)

    def release(self) -> None:
        """Forget the cells as they were read: a large file's are no longer needed."""
        self.sheets.clear()
        self.blocks.clear()

    def settle(self) -> None:
        """Raise DataError for what is wrong or has to be asked first."""
        found = [*self.problems, *(q.problem(self.path) for q in dict.fromkeys(self.questions))]
        if found:
            raise DataError(found)
