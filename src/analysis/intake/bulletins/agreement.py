"""Two people's forms of one bulletin: how far they agree, column by column, and where they do not."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import MethodError, refuse
from analysis.intake.bulletins.decided import Form
from analysis.methods.agreement import Agreement, alpha

COLUMNS = (
    "statement", "value", "value_low", "value_high", "unit", "quantifier", "measure", "status", "direction", "period_start", "period_end", "region_code", "indicator_zh", "theme",
    "qualifier", "damaged",
)  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """One column: alpha with its interval (None where every code is the same), units coded twice, share of equal codes."""

    column: str
    found: Agreement | None
    units: int
    equal: float


@dataclass(frozen=True)
class Disagreement:
    """One statement that two people coded differently in one column."""

    char_start: str
    as_printed: str
    column: str
    first: str
    second: str


@dataclass(frozen=True)
class Comparison:
    """Every column and every disagreement of two forms."""

    columns: tuple[Compared, ...]
    disagreements: tuple[Disagreement, ...]

    def __str__(self) -> str:
        lines = ["column          alpha   interval        equal  units"]
        for one in self.columns:
            shown = (
                f"{one.found.alpha:6.3f}  {one.found.low:6.3f}-{one.found.high:.3f}"
                if one.found
                else "  all one value     "
            )
            lines.append(f"{one.column:14} {shown:24} {one.equal:6.1%} {one.units:6}")
        lines += [
            f"{d.char_start:>6} {d.as_printed}: {d.column} {d.first!r} / {d.second!r}"
            for d in self.disagreements
        ]
        return "\n".join(lines)


def _rows(form: Form) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["char_start"], row["char_end"]): row for row in form.statements}


def _code(row: dict[str, str] | None, column: str) -> str | None:
    if column == "statement":
        return "yes" if row is not None and row["decision"] != "reject" else "no"
    if row is None or row["decision"] == "reject":
        return None
    return row[column] or "-"


@dataclass(frozen=True)
class Pair:
    """One column of one statement as both people coded it."""

    char_start: str
    as_printed: str
    coded: str
    first_code: str
    second_code: str


def pairs(first: Form, second: Form) -> list[Pair]:
    """What both coded, column by column, in the order of the text: the rows from which agreement is computed again."""
    one, two = _rows(first), _rows(second)
    made = []
    for unit in sorted({*one, *two}, key=lambda place: (int(place[0] or 0), int(place[1] or 0))):
        row = one.get(unit) or two[unit]
        for column in COLUMNS:
            a, b = _code(one.get(unit), column), _code(two.get(unit), column)
            if a is not None and b is not None:
                made.append(Pair(unit[0] or "0", row["as_printed"], column, a, b))
    return made


def compare(first: Form, second: Form) -> Comparison:
    """Alpha of each column over the statements of two forms of the same document, and every difference.

    Whether something is a statement at all is coded by all rows of both; the other columns by those that both accepted. Raises
    ParameterError when the forms are of different documents.
    """
    if first.about["sha256"] != second.about["sha256"]:
        raise refuse(
            "the second form",
            second.about["file"],
            f"a form of {first.about['file']}",
            "give two forms of the same bulletin",
        )
    one, two = _rows(first), _rows(second)
    units = sorted({*one, *two}, key=lambda place: (int(place[0] or 0), int(place[1] or 0)))
    columns, apart = [], []
    for column in COLUMNS:
        codes = [(_code(one.get(unit), column), _code(two.get(unit), column)) for unit in units]
        both = [(a, b) for a, b in codes if a is not None and b is not None]
        try:
            found = alpha([[a for a, _ in codes], [b for _, b in codes]])
        except MethodError:
            found = None
        equal = sum(a == b for a, b in both) / len(both) if both else 1.0
        columns.append(Compared(column, found, len(both), equal))
        for unit, (a, b) in zip(units, codes, strict=True):
            if a is not None and b is not None and a != b:
                row = one.get(unit) or two[unit]
                apart.append(Disagreement(unit[0], row["as_printed"], column, a, b))
    return Comparison(tuple(columns), tuple(apart))
