"""Imports go down the floors: each line that breaks the rule is printed with what is allowed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "analysis"

# module or wing -> what of ours it may import (its own wing is always allowed; a wing's circle is tested apart)
BASE = {
    "errors",
    "paths",
    "locks",
    "scratch",
    "claims",
    "words",
    "editions",
    "arithmetic",
    "references",
    "rules",
}
ALLOWED = {
    "errors": set(),
    "paths": {"errors"},
    "locks": set(),
    "scratch": {"locks"},
    "words": {"errors", "paths", "claims"},
    "claims": set(),
    "arithmetic": {"errors"},
    "wording": BASE,
    "editions": set(),
    "references": set(),
    "rules": {"errors"},
    "catalog": BASE,
    "methods": {"errors"},
    "cells": set(),
    "known": BASE | {"catalog"},
    "facts": BASE | {"cells", "catalog"},
    "tables": BASE | {"catalog", "facts", "known", "editions"},
    "opening": BASE | {"catalog", "facts", "tables"},
    "charts": BASE | {"catalog", "facts"},
    "sentences": BASE | {"catalog", "facts"},
    "tidy": BASE | {"catalog", "facts"},
    "findings": BASE | {"cells", "tidy", "catalog", "facts", "tables", "sentences", "charts"},
    "texts": BASE | {"facts", "sentences", "findings"},
    "clean": BASE | {"catalog", "facts", "tables"},
    "clean/build": BASE | {"catalog", "facts", "tables", "clean", "intake"},
    "intake": BASE | {"catalog", "tables", "clean", "methods"},
    "intake/door": BASE | {"catalog", "tables", "clean", "clean/build", "intake"},
    "themes": BASE
    | {"catalog", "cells", "known", "facts", "tables", "sentences", "findings", "texts", "charts", "methods"},
    "comparison": BASE
    | {"catalog", "facts", "tables", "sentences", "findings", "texts", "methods", "themes"},
    "cases": BASE | {"catalog", "facts", "tables", "sentences", "findings", "charts", "methods", "report"},
    "lab": BASE
    | {
        "catalog",
        "facts",
        "tables",
        "sentences",
        "findings",
        "charts",
        "methods",
        "themes",
        "cases",
        "comparison",
        "report",
        "intake",
    },
    "report": BASE | {"comparison", "cells", "catalog", "facts", "tables", "charts", "sentences", "findings"},
    "commands": BASE
    | {"wording", "catalog", "clean", "intake", "report", "tables", "cases", "lab", "comparison"},
    "cli": {"errors", "commands"},
}

# modules that stand above their wing: the build gathers all kinds of file, the door calls the build
APART = ("clean/build.py", "intake/door.py", "intake/bulletins/door.py")


def room(path: Path) -> str:
    """First name below the package: the wing of a folder, else the module."""
    relative = path.relative_to(PACKAGE)
    if relative.name == "door.py" and relative.as_posix() in APART:
        return "intake/door"
    if relative.as_posix() in APART:
        return relative.with_suffix("").as_posix()
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def imported(tree: ast.AST) -> list[tuple[int, str]]:
    """(line, dotted name below `analysis`) of every import of ours, also those inside functions."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [
                (node.lineno, alias.name.removeprefix("analysis."))
                for alias in node.names
                if alias.name.startswith("analysis.")
            ]
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "analysis":
            below = node.module.removeprefix("analysis").lstrip(".")
            found += [(node.lineno, f"{below}.{alias.name}".lstrip(".")) for alias in node.names]
    return found


def breaches(name: str, source: str) -> list[str]:
    """Lines of a module's text that import from a floor it may not reach."""
    lines = []
    for line, target in imported(ast.parse(source)):
        wing = target.split(".")[0]
        if target.startswith("clean.build") and name.startswith("intake"):
            wing = "clean/build"
        if wing != name and wing not in ALLOWED[name]:
            lines.append(
                f"{name}: line {line} imports analysis.{target}; allowed: {', '.join(sorted(ALLOWED[name])) or 'nothing of ours'}"
            )
    return lines


FILES = sorted(p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py" or p.parent != PACKAGE)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down(path):
    assert room(path) in ALLOWED, f"{room(path)} has no floor: give it one here and in analysis/__init__.py"
    found = breaches(room(path), path.read_text("utf-8"))
    assert not found, "\n".join(found)


def test_an_upward_import_is_found():
    assert breaches("methods", "from analysis.catalog import region") == [
        "methods: line 1 imports analysis.catalog.region; allowed: errors"
    ]
    assert breaches("report", "def f():\n    from analysis.themes import panel") != []
    assert breaches("themes", "from analysis import charts\nfrom analysis.methods import ranking") == []


def circles(graph: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle."""
    state, stack, found = {}, [], []

    def visit(node):
        state[node] = "open"
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if state.get(other) == "open":
                found.append(" -> ".join(stack[stack.index(other) :] + [other]))
            elif other not in state:
                visit(other)
        stack.pop()
        state[node] = "done"

    for node in sorted(graph):
        if node not in state:
            visit(node)
    return found


def test_no_wing_imports_in_a_circle():
    names = {
        ".".join(p.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): p for p in FILES
    }
    graph = {}
    for (
        name,
        path,
    ) in names.items():  # also those inside functions: a late import hides a circle, it does not open it
        targets = {t for _, t in imported(ast.parse(path.read_text("utf-8")))}
        graph[name] = {t if t in names else t.rpartition(".")[0] for t in targets} & set(names) - {name}
    assert circles(graph) == []
    assert circles({"a": {"b"}, "b": {"a"}}) == ["a -> b -> a"]


def test_only_clean_touches_raw_and_only_report_writes_reports():
    for path in FILES:
        text = path.read_text("utf-8")
        if "paths.raw(" in text:
            assert room(path) in {"clean", "clean/build", "intake", "intake/door", "commands"}, (
                f"{path.name} reads data/raw; only clean/ and the doors may"
            )
        if "paths.reports(" in text:
            assert room(path) in {"report", "commands"}, (
                f"{path.name} names the output folder; only report/ may"
            )


ROOMS = ("plan", "pages", "formats", "gate", "run", "publish")


def rooms_breached(room: str, source: str) -> list[str]:
    """Imports of a room of `report/` from a room that stands after it."""
    allowed = ROOMS[: ROOMS.index(room) + 1]
    targets = [(line, t.split(".")) for line, t in imported(ast.parse(source)) if t.startswith("report.")]
    return [
        f"report/{room}: line {line} imports report.{parts[1]}; allowed: {', '.join(allowed)}"
        for line, parts in targets
        if parts[1] not in allowed
    ]


@pytest.mark.parametrize("name", ROOMS)
def test_rooms_of_report_import_only_from_rooms_before_them(name):
    files = sorted((PACKAGE / "report" / name).rglob("*.py"))
    assert files and {p.name for p in (PACKAGE / "report").glob("*.py")} == {"__init__.py"}
    assert [line for p in files for line in rooms_breached(name, p.read_text("utf-8"))] == []


def test_a_room_that_reaches_too_far_is_found():
    assert rooms_breached("plan", "from analysis.report.pages import page") != []
    assert rooms_breached("publish", "from analysis.report.run import runner") == []


LONG, NEVER = 400, 1000  # lines of a module that needs a reason, and of a theme whatever its reason


def long_without_reason(name: str, source: str, theme: bool = False) -> str:
    """Why a module is too long: its docstring gives no reason; for a theme with its words `themes/__init__.py` does. Else empty."""
    lines = source.count("\n")
    if lines <= LONG or theme and lines <= NEVER:
        return ""
    said = ast.get_docstring(ast.parse(source)) or ""
    given = re.search(r"(longer|more) than 400 lines(,? because| because|:)", said, re.IGNORECASE)
    if given and lines <= (NEVER if theme else lines):
        return ""
    return f"{name} has {lines} lines: cut it by subject, or say in its docstring: Longer than 400 lines because ..."


def test_a_long_module_says_why():
    found = [
        long_without_reason(
            p.relative_to(PACKAGE).as_posix(),
            p.read_text("utf-8"),
            p.parent.name == "themes" and p.with_suffix(".toml").is_file(),
        )
        for p in FILES
    ]
    assert list(filter(None, found)) == []
    assert "never than 1,000" in (PACKAGE / "themes" / "__init__.py").read_text("utf-8")


def test_a_long_module_without_a_reason_is_found():
    body = "x = 1\n" * (LONG + 1)
    assert long_without_reason("a.py", body).startswith("a.py has 401 lines")
    assert long_without_reason("a.py", '"""A.\n\nLonger than 400 lines because b.\n"""\n' + body) == ""
    assert long_without_reason("a.py", body, theme=True) == ""
    assert long_without_reason("a.py", body * 3, theme=True) != ""
