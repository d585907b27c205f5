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
    "synonyms",
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
    "synonyms": set(),
    "catalog": BASE,
    "methods": {"errors", "words"},
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
    "intake": BASE | {"catalog", "tables", "clean", "methods"},
    "collection": BASE | {"catalog", "facts", "tables", "clean", "intake"},
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
        "collection",
    },
    "report": BASE | {"comparison", "cells", "catalog", "facts", "tables", "charts", "sentences", "findings"},
    "commands": BASE
    | {
        "wording",
        "catalog",
        "clean",
        "intake",
        "collection",
        "report",
        "tables",
        "cases",
        "lab",
        "comparison",
    },
    "cli": {"errors", "commands"},
}


def room(path: Path) -> str:
    """First name below the package: the wing of a folder, else the module."""
    relative = path.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


# what is imported by a name that only the run knows: where, and whose names they are
BY_DATA = {
    "report/plan/coverage.py": "the module that a notebook says it shows",
    "report/run/forkserver.py": "what the cells above the parameters import",
    "report/run/kernelserver.py": "the same, for kernels",
}
# an import upwards that a reader asks for by a call: a result of a method draws itself, and nothing is imported before
ON_CALL = {("methods/_results.py", "charts")}


def beginning(node: ast.expr, named: dict[str, str]) -> str:
    """What is known of a string before the run: a constant, a module's constant, an f-string up to its first value."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name):
        return named.get(node.id, "")
    first = node.values[0] if isinstance(node, ast.JoinedStr) else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def late(tree: ast.AST) -> list[tuple[int, str]]:
    """(line, what is known of the name) of every `import_module` and `__import__`, also under another name; empty: the run knows it."""
    aliases = {"import_module", "__import__"} | {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "importlib"
        for alias in node.names
        if alias.name == "import_module" and alias.asname
    }
    named = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    return [
        (node.lineno, beginning(node.args[0], named) if node.args else "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in aliases
    ]


def imported(tree: ast.AST) -> list[tuple[int, str]]:
    """(line, dotted name below `analysis`) of every import of ours, also those inside functions and by `import_module`."""
    found = [
        (line, name.removeprefix("analysis.").rstrip("."))
        for line, name in late(tree)
        if name.startswith("analysis.")
    ]
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
        if wing != name and wing not in ALLOWED[name]:
            lines.append(
                f"{name}: line {line} imports analysis.{target}; allowed: {', '.join(sorted(ALLOWED[name])) or 'nothing of ours'}"
            )
    return lines


FILES = sorted(p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py" or p.parent != PACKAGE)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down(path):
    assert room(path) in ALLOWED, f"{room(path)} has no floor: give it one here and in analysis/__init__.py"
    name = path.relative_to(PACKAGE).as_posix()
    found = [
        line
        for line in breaches(room(path), path.read_text("utf-8"))
        if not any(name == where and f"imports analysis.{what};" in line for where, what in ON_CALL)
    ]
    assert not found, "\n".join(found)


def unknown(name: str, source: str) -> list[str]:
    """Imports by a name that nobody knows before the run, in a module that is not among those that may."""
    if name in BY_DATA:
        return []
    return [
        f"{name}: line {line} imports by a name in its data"
        for line, known in late(ast.parse(source))
        if not known
    ]


def test_what_is_imported_late_is_known_or_stated():
    sources = {p.relative_to(PACKAGE).as_posix(): p.read_text("utf-8") for p in PACKAGE.rglob("*.py")}
    assert [line for name, source in sources.items() for line in unknown(name, source)] == []
    for name in BY_DATA:  # no exception outlives what it was made for
        assert any(not known for _, known in late(ast.parse(sources[name]))), name
    for name, what in ON_CALL:
        assert any(target == what for _, target in imported(ast.parse(sources[name]))), name


@pytest.mark.parametrize(
    "source",
    [
        "import importlib\nimportlib.import_module('analysis.charts.maps')",
        "from importlib import import_module as bring\nbring('analysis.charts')",
        "WHERE = 'analysis.charts'\ndef f():\n    return __import__(WHERE)",
        "import importlib\ndef f(x):\n    return importlib.import_module(f'analysis.charts.{x}')",
    ],
    ids=["plain", "alias", "constant", "built"],
)
def test_a_late_upward_import_is_found(source):
    assert len(breaches("methods", source)) == 1 and unknown("methods/a.py", source) == []
    hidden = "from importlib import import_module\ndef f(x):\n    return import_module(x)"
    assert unknown("methods/a.py", hidden) == ["methods/a.py: line 3 imports by a name in its data"]


def test_an_upward_import_is_found():
    assert breaches("methods", "from analysis.catalog import region") == [
        "methods: line 1 imports analysis.catalog.region; allowed: errors, words"
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
            assert room(path) in {"clean", "intake", "collection", "commands"}, (
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
