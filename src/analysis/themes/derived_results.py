"""Numbers that follow from the documents without being printed there: each a formula on coded statements, with its caveat.

The table `derived_checks` holds label, formula, arithmetic, caveat and the result stated by whoever coded it; the build computes each
afresh and refuses one that differs. A theme that prints one takes it from ``value``, so that the page and the check cannot part. None
is ever stored as a statement of a document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_lowercase

from analysis import arithmetic, tables
from analysis.errors import refuse
from analysis.facts import Fact, Text, derived, observed
from analysis.themes import subjects


def row_of(derived_id: str) -> dict:
    """A row of `derived_checks`. Raises MethodError for an unknown id."""
    rows = tables.read("derived_checks", derived_id=derived_id).to_dict("records")
    if not rows:
        raise refuse(
            "derived_results", derived_id, "an id of the table derived_checks", "take one of its derived_id"
        )
    return rows[0]


def assumed(row: Mapping) -> list[float]:
    """What the formula takes besides the documents' numbers: working days of a year, months."""
    return [float(part) for part in row["assumed"].split(";") if part]


def value(derived_id: str, *inputs: float) -> float:
    """A derived number in the unit of `derived_checks`, from inputs in its order; an assumed input not given is the row's own.

    Raises MethodError for an unknown id.
    """
    row = row_of(derived_id)
    printed = len(subjects.ids(row["observation_ids"]))
    return arithmetic.compute(row["compute"], [*inputs, *assumed(row)[max(0, len(inputs) - printed) :]])


def fact(row: Mapping, statements: Mapping[str, Mapping]) -> Fact:
    """The derived Fact of a row of `derived_checks`; statements: observations by id, holding every input."""
    inputs = [observed(statements[i]) for i in subjects.ids(row["observation_ids"])]
    decimals = row["decimals"]
    return derived(
        value(row["derived_id"], *(f.number for f in inputs)) * row["scale"],
        label(row),
        formula(row),
        inputs=inputs,
        style=row["style"],
        unit=row["print_unit"],
        decimals=int(decimals) if decimals == decimals and decimals is not None else None,
        quantifier=row["quantifier"],
        operation=operation(row),
    )


def operation(row: Mapping) -> str:
    """A row's arithmetic in the language of operations: what is assumed stands in it as a number, a printed unit as a factor.

    >>> operation({"compute": "a / b", "observation_ids": "004-053", "assumed": "26", "scale": 1.0})
    'a / 26'
    >>> operation({"compute": "a - b", "observation_ids": "004-026;004-030", "assumed": "", "scale": 100.0})
    '(a - b) * 100'
    """
    letters = dict(
        zip(ascii_lowercase[len(subjects.ids(row["observation_ids"])) :], assumed(row), strict=False)
    )
    told = re.sub(
        r"\b[a-z]\b", lambda found: f"{letters.get(found[0], found[0])}".removesuffix(".0"), row["compute"]
    )
    return told if row["scale"] == 1 else f"({told}) * {row['scale']:g}"


def label(row: Mapping) -> Text:
    """What a derived number is."""
    return row["label"], row["label_en"]


def formula(row: Mapping) -> Text:
    """How a derived number is computed, in words."""
    return row["formula"], row["formula_en"]


def caveat(row: Mapping) -> Text:
    """What limits a derived number."""
    return row["caveat"], row["caveat_en"]


def load(codes: list[str] | None = None) -> list[tuple[dict, Fact]]:
    """Rows of `derived_checks` with their Fact; only those whose inputs all belong to the regions ``codes`` when given."""
    rows = tables.read("derived_checks").sort_values("derived_id").to_dict("records")
    wanted = sorted({i for row in rows for i in subjects.ids(row["observation_ids"])})
    statements = {
        s["observation_id"]: s for s in tables.read("observations", observation_id=wanted).to_dict("records")
    }
    if codes is not None:
        rows = [
            row
            for row in rows
            if {statements[i]["region_code"] for i in subjects.ids(row["observation_ids"])} <= set(codes)
        ]
    return [(row, fact(row, statements)) for row in rows]
