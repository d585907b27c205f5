"""How many tests pin each method: the last two columns of the table of cases in ``docs/methods.md``, counted in the tests themselves.

A test counts for a row when it stands in a file that the row names and calls a method of the row, itself or by a helper of its file.
Run alone it writes the column of now: ``python tests/methods_cases.py``; with a folder of tests of an earlier state (``OTHER/tests`` of a
checkout) the column before as well.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "methods.md"
HEAD = "| method | published case | tolerance | test | tests, first round | tests now |"


def used(node: ast.AST) -> set[str]:
    """Names that a function calls or passes on, as names or attributes."""
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return names | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def calling(path: Path, methods: set[str]) -> int:
    """Tests of a file that call one of the methods, directly or by functions and tables of the same file."""
    if not path.exists():
        return 0
    body = ast.parse(path.read_text("utf-8")).body
    functions = {one.name: used(one) for one in body if isinstance(one, ast.FunctionDef)}
    for one in body:  # tables of calls at the top of the file
        if isinstance(one, ast.Assign):
            functions |= {name.id: used(one.value) for name in one.targets if isinstance(name, ast.Name)}
    reached = {name for name, names in functions.items() if names & methods}
    while more := {name for name, names in functions.items() if names & reached} - reached:
        reached |= more
    return sum(name.startswith("test_") for name in reached)


def counted(row: str, tests: Path) -> int:
    cells = row.split("|")
    methods = set(re.findall(r"`(?:\w+\.)?(\w+)`", cells[1]))
    files = re.findall(r"`(test_\w+)`", cells[4])
    return sum(calling(tests / f"{name}.py", methods) for name in files)


def table(page: str) -> list[str]:
    """Rows of the table of cases."""
    after = page[page.index("| method | published case |") :].splitlines()[2:]
    return [
        line
        for line in after[: next(i for i, line in enumerate(after) if not line.startswith("|"))]
        if line.startswith("| `")
    ]


def written(page: str, tests: Path = TESTS, before: Path | None = None) -> str:
    """The page with the counts of ``tests``, and of ``before`` where it is given."""
    first = page.index("| method | published case |")
    rows = table(page)
    lines = page[first:].splitlines(keepends=True)
    out = [HEAD + "\n", "|---|---|---|---|---|---|\n"]
    total = [0, 0]
    for row in rows:
        cells = row.split("|")
        old = counted(row, before) if before else int(cells[5])
        new = counted(row, tests)
        total = [total[0] + old, total[1] + new]
        out.append("|".join([*cells[:5], f" {old} ", f" {new} ", ""]) + "\n")
    out.append(f"| all | {len(rows)} rows | | | {total[0]} | {total[1]} |\n")
    rest = lines[2 + len(rows) + lines[2 + len(rows)].startswith("| all ") :]
    return page[:first] + "".join(out + rest)


if __name__ == "__main__":
    held = PAGE.read_text("utf-8")
    PAGE.write_text(written(held, before=Path(sys.argv[1]) if sys.argv[1:] else None), "utf-8")
