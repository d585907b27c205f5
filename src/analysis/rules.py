"""What a theme's notebook may not hold: results typed in prose, code that computes. ``check`` lists it with cell, line and what to do.

A number on a page has a record, and a digit typed into a text cell has none: so ``yigai tidy``, ``yigai preview`` and ``yigai report``
refuse it before anything runs. What code may hold is a rule of the collection's own notebooks, told by ``yigai tidy``: a report runs
whatever cells a notebook has.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from analysis.errors import Problem

FORBIDDEN = {
    "a path": re.compile(r"['\"][^'\"\s]*\.(csv|parquet|html|png|xlsx)['\"]|['\"](\.{1,2})?/[^'\"]*['\"]"),
    "an address": re.compile(r"https?://"),
    "read_csv": re.compile(r"\bread_(csv|excel|parquet)\b"),
    "a shell escape or magic": re.compile(r"^\s*[!%]", re.M),
    "a warning filter": re.compile(r"filterwarnings|simplefilter"),
}


def code_problems(text: str) -> list[str]:
    """What a code cell may not hold."""
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Try | ast.If | ast.While):
            found.append(type(node).__name__)
    return found


def prose_problems(text: str) -> list[str]:
    """Sentences with digits outside formulas, references and definitions: a line may hold a number only with an operator, a year or a named constant."""
    found = []
    for sentence in re.split(r"(?<=[。；;.!?！？])\s*|\n", text):
        bare = re.sub(r"\b(1[89]|20)\d\d\b", "", sentence)  # years are references
        if re.search(r"\d", bare) and not re.search(
            r"[=÷×−^/±]|\d\s*%|\b[A-Z][a-z]+ (&|et al)|(31|10|24|11|13)\s*(个)?(省|市|provinces|cities)|1,?000|100,000|56|136|\bHHI\b|k\b",
            bare,
        ):
            found.append(sentence.strip())
    return found


def _unseen(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Findings that a cell makes and does not show: only a cell's last line is displayed."""
    for node in tree.body[:-1]:
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "show":
            yield node.lineno, ast.unparse(call)


def check(path: Path, style: bool = True) -> list[Problem]:
    """Every fault of a notebook's cells, where: file, cell and line of the cell. style: also of how its code is written."""
    theme = path.stem.partition("_")[2]
    return [
        Problem(f"{path.name} cell {number} line {line}", found, expected, fix.format(theme=theme))
        for number, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"], 1)
        for line, found, expected, fix in _faults(cell["cell_type"], "".join(cell["source"]), style)
    ]


Fault = tuple[int, str, str, str]  # line, found, expected, fix


def _faults(kind: str, text: str, style: bool) -> Iterator[Fault]:
    if kind == "markdown":
        for sentence in prose_problems(text):
            line = text[: max(text.find(sentence), 0)].count("\n") + 1
            yield (
                line,
                f"a typed number in “{sentence}”",
                "a year, a definition or a formula, or words alone",
                "put the number in a slot of a sentence in {theme}.toml and fill it with a Fact in {theme}.py; "
                "see it with `yigai preview {theme}`",
            )
    elif kind == "code" and not text.lstrip().startswith("%"):
        try:
            found = code_problems(text)
        except SyntaxError as error:
            yield error.lineno or 1, f"no Python: {error.msg}", "a cell that runs", "correct it"
            return
        if coded := re.search(r"^region_code\s*=\s*(\d+)\b", text, re.M):
            line = text[: coded.start()].count("\n") + 1
            yield line, coded[0], "six digits as text", f'write region_code = "{coded[1]:0>6}"'
        for line, shown in _unseen(ast.parse(text)):
            fix = "put it at the end of a cell of its own"
            yield line, f"{shown} above the end of its cell", "one finding a cell, as its last line", fix
        for what in found if style else ():
            yield 1, what, "calls of methods, charts and the theme", "move it into a function of {theme}.py"
