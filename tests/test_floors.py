"""Imports go down the floors: each line that breaks the rule is printed with what is allowed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from analysis.floors import ALLOWED, ROOMS, breaches, imported, late, rooms_breached

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "analysis"


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


FILES = sorted(p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py" or p.parent != PACKAGE)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down(path):
    assert room(path) in ALLOWED, (
        f"{room(path)} has no floor: give it one in analysis/floors.py and in analysis/__init__.py"
    )
    name = path.relative_to(PACKAGE).as_posix()
    found = [
        line
        for line in breaches(room(path), path.read_text("utf-8"), name)
        if not any(name == where and f"import of analysis.{what};" in line for where, what in ON_CALL)
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
        "methods:1: found an import of analysis.catalog.region; expected errors, words; "
        "take it as an argument, or move the function to a floor that may (analysis/floors.py)"
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
