"""The numbers of a pack: taken from the tables by name, computed by expressions, never typed.

A value is one of: ``"002-002"`` (an observation), ``{obs = "004-012", field = "value_low"}``, ``{count = "measures", where = {...}}``
with ``filled = "start_date"`` or ``empty = "start_date"``, ``{table = "observations", where = {...}, field = "value"}`` (one row, or
with ``order = "region_code"`` a list) and ``{expr = "later - earlier"}`` over the values above it.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis import tables
from analysis.cases import caselab
from analysis.errors import DataError, Problem
from analysis.facts import Fact, observed
from analysis.words import nth

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "min": min, "max": max, "round": round, "sum": sum, "len": len, "sqrt": math.sqrt, "floor": math.floor, "ceil": math.ceil,
    "chance": caselab.chance, "error_needed": caselab.error_needed, "expected_place": caselab.expected_place,
    "simulated_scores": caselab.simulated_scores, "spread": caselab.spread, "kendall": caselab.kendall,
    "adjusted_all": lambda scores, *rule: [caselab.adjusted(s, *rule) for s in scores],
    "equal": lambda scores, x: sum(s == x for s in scores), "above": lambda scores, x: sum(s > x for s in scores),
    "growth": lambda before, after: [100 * (b / a - 1) for a, b in zip(before, after, strict=True)],
    "per_thousand": lambda counts, people: [1000 * a / b for a, b in zip(counts, people, strict=True)],
    "place_of": lambda scores, k: 1 + sum(s > scores[int(k)] for s in scores),
}  # fmt: skip


@dataclass(frozen=True)
class Values:
    """numbers: every value by name. facts: those that are one printed statement, with their provenance."""

    numbers: Mapping[str, Any]
    facts: Mapping[str, Fact]

    def compute(self, expression: str, where: str = "expression") -> Any:
        """An expression over the values. Raises DataError for an unknown name or anything but arithmetic."""
        try:
            return _value(ast.parse(expression, mode="eval").body, self.numbers)
        except (SyntaxError, KeyError, TypeError, ValueError, ZeroDivisionError, IndexError) as error:
            raise DataError(
                Problem(
                    where, f"{expression!r}: {error}", "arithmetic over the values above", "correct the names"
                )
            ) from error

    def filled(self, text: str, lang: str, where: str) -> str:
        """A text with ``{{ name }}`` (as printed on a page) and ``{{ expression : format }}`` filled in.

        ``{{ name : plain }}`` leaves out what the source prints beside the number: for a sentence that says it itself.
        """

        def one(match: re.Match[str]) -> str:
            name, _, form = match.group(1).partition(" : ")
            name, form = name.strip(), form.strip()
            if form in ("", "plain") and name in self.facts:
                fact = self.facts[name]
                return (replace(fact, qualifier=("", "")) if form else fact).text(lang)
            found = self.compute(name, where)
            return format(found, form or "g").replace("-", caselab.MINUS)

        return re.sub(r"\{\{(.+?)\}\}", one, text)


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as found):
            return found
        case ast.Name(id=name):
            return known[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, known)
        case ast.BinOp(left=a, op=op, right=b) if type(op) in BINARY:
            return BINARY[type(op)](_value(a, known), _value(b, known))
        case ast.Subscript(value=inner, slice=at):
            return _value(inner, known)[int(_value(at, known))]
        case ast.Call(func=ast.Name(id=name), args=given) if name in FUNCTIONS:
            return FUNCTIONS[name](*[_value(one, known) for one in given])
    raise ValueError(f"{ast.unparse(node)} is no arithmetic")


def _number(value: object) -> float | int:
    found = float(value)  # type: ignore[arg-type]
    return int(found) if found.is_integer() else found


def _taken(raw: Any, where: str) -> tuple[Any, Fact | None]:
    if isinstance(raw, str):
        raw = {"obs": raw}
    if "obs" in raw:
        rows = tables.read("observations", observation_id=[raw["obs"]])
        if len(rows) != 1:
            raise DataError(
                Problem(where, raw["obs"], "an observation of the tables", "correct the id, or yigai data")
            )
        row, field = rows.iloc[0], raw.get("field", "value")
        if pd.isna(row[field]):
            raise DataError(Problem(where, f"{raw['obs']} has no {field}", "a number", "name another field"))
        return _number(row[field]), observed(row) if field == "value" or pd.isna(row["value"]) else None
    table = raw.get("count") or raw["table"]
    rows = tables.read(table, **raw.get("where", {}))
    if "filled" in raw:
        rows = rows[rows[raw["filled"]].fillna("").astype(str) != ""]
    if "empty" in raw:
        rows = rows[rows[raw["empty"]].fillna("").astype(str) == ""]
    if "count" in raw:
        return len(rows), None
    field = raw.get("field", "value")
    if "order" in raw:
        return [_number(v) for v in rows.sort_values(raw["order"], kind="stable")[field]], None
    if len(rows) != 1:
        raise DataError(Problem(where, f"{len(rows)} rows", "one row", "narrow `where`, or give an order"))
    return _number(rows.iloc[0][field]), observed(rows.iloc[0]) if table == "observations" else None


def resolve(declared: Mapping[str, Any], where: str) -> Values:
    """All values of a pack in their order. Raises DataError for one that the tables do not give."""
    numbers: dict[str, Any] = {}
    facts: dict[str, Fact] = {}
    for name, raw in declared.items():
        if isinstance(raw, Mapping) and "expr" in raw:
            numbers[name] = Values(numbers, facts).compute(raw["expr"], f"{where}, values.{name}")
            continue
        numbers[name], fact = _taken(raw, f"{where}, values.{name}")
        if fact is not None:
            facts[name] = fact
    return Values(numbers, facts)


def cited(values: Values, lang: str) -> list[tuple[str, str, str, str]]:
    """(number, as printed, id of the row, source and place) of every statement that a text may print."""
    i = nth(lang)
    return [
        (
            fact.label[i],
            fact.as_printed,
            ", ".join(fact.observations),
            " · ".join([*fact.source_ids, *fact.locators]),
        )
        for fact in values.facts.values()
    ]
