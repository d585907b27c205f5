"""Formulas that stand in a table's cell: plus, minus, times, divided by, brackets, numbers, and letters for the inputs in their order."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from functools import lru_cache
from string import ascii_lowercase

from analysis.errors import refuse

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def compute(formula: str, inputs: Sequence[float]) -> float:
    """The value of a formula; ``a`` is the first input, ``b`` the second. Raises MethodError for anything but arithmetic on them.

    >>> compute("a / (1 + b)", [30, 2])
    10.0
    """
    letters = dict(zip(ascii_lowercase, inputs, strict=False))
    found = _value(_parsed(formula), letters, formula)
    unused = set(letters) - _letters(formula)
    if unused:
        raise _wrong(formula, f"input {', '.join(sorted(unused))} unused")
    return found


def _wrong(formula: str, found: str) -> Exception:
    return refuse(
        f"formula {formula!r}",
        found,
        "+ - * / ( ), numbers, and a, b, c ... for the inputs in their order",
        "correct the formula or the list of inputs",
    )


@lru_cache(maxsize=256)
def _parsed(formula: str) -> ast.expr:
    try:
        return ast.parse(formula, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise _wrong(formula, "no arithmetic") from error


def _letters(formula: str) -> set[str]:
    return {node.id for node in ast.walk(_parsed(formula)) if isinstance(node, ast.Name)}


def _value(node: ast.expr, letters: dict[str, float], formula: str) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.Name) and node.id in letters:
        return letters[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        left, right = (_value(side, letters, formula) for side in (node.left, node.right))
        if isinstance(node.op, ast.Div) and right == 0:
            raise _wrong(formula, "a division by zero")
        return _BINARY[type(node.op)](left, right)
    raise _wrong(formula, f"{ast.unparse(node)!r}")
