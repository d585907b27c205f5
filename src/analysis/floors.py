"""Which module may import which: the floors of the package and the rooms of ``report/``, and the lines that break them.

Told by ``yigai tidy`` for a theme and by ``tests/test_floors.py`` for all. Standard library only.
"""

from __future__ import annotations

import ast

# module or wing -> what of ours it may import (its own wing is always allowed; a wing's circle is tested apart)
BASE = {
    "errors",
    "paths",
    "locks",
    "scratch",
    "claims",
    "likeness",
    "words",
    "editions",
    "arithmetic",
    "references",
    "rules",
    "synonyms",
    "strict",
}
ALLOWED = {
    "errors": set(),
    "paths": {"errors"},
    "locks": set(),
    "scratch": {"locks"},
    "words": {"errors", "paths", "claims"},
    "claims": {"likeness"},
    "likeness": set(),
    "arithmetic": {"errors"},
    "wording": BASE,
    "editions": set(),
    "references": set(),
    "rules": {"errors"},
    "floors": set(),
    "synonyms": set(),
    "stored": set(),
    "authoring": BASE | {"catalog", "floors", "report", "wording"},
    "catalog": BASE,
    "methods": {"errors", "words"},
    "cells": set(),
    "strict": {"errors"},
    "told": {"cells", "strict"},
    "known": BASE | {"catalog"},
    "facts": BASE | {"cells", "told", "catalog"},
    "tables": BASE | {"catalog", "facts", "known", "editions", "told", "stored"},
    "opening": BASE | {"catalog", "facts", "tables"},
    "charts": BASE | {"catalog", "facts"},
    "sentences": BASE | {"catalog", "facts", "told"},
    "tidy": BASE | {"catalog", "facts"},
    "findings": BASE | {"cells", "told", "tidy", "catalog", "facts", "tables", "sentences", "charts"},
    "texts": BASE | {"facts", "sentences", "findings"},
    "clean": BASE | {"catalog", "facts", "tables"},
    "intake": BASE | {"catalog", "tables", "clean", "methods"},
    "collection": BASE | {"catalog", "facts", "tables", "clean", "intake"},
    "themes": BASE
    | {
        "catalog",
        "cells",
        "told",
        "known",
        "facts",
        "tables",
        "sentences",
        "findings",
        "texts",
        "charts",
        "methods",
    },
    "comparison": BASE
    | {"told", "catalog", "facts", "tables", "sentences", "findings", "texts", "methods", "themes"},
    "cases": BASE
    | {"told", "catalog", "facts", "tables", "sentences", "findings", "charts", "methods", "report"},
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
    "report": BASE
    | {
        "comparison",
        "cells",
        "told",
        "known",
        "catalog",
        "facts",
        "tables",
        "charts",
        "sentences",
        "findings",
    },
    "commands": BASE
    | {
        "authoring",
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

ROOMS = ("plan", "pages", "formats", "gate", "run", "publish")


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


def breaches(name: str, source: str, file: str = "") -> list[str]:
    """Lines of a module's text that import from a floor it may not reach. name: module or wing; file: what the line is named after.

    >>> breaches("errors", "from analysis.catalog import region", "errors.py")
    ['errors.py:1: found an import of analysis.catalog.region; expected nothing of ours; take it as an argument, or move the function to a floor that may (analysis/floors.py)']
    """
    lines = []
    for line, target in imported(ast.parse(source)):
        wing = target.split(".")[0]
        if wing != name and wing not in ALLOWED[name]:
            lines.append(_said(file or name, line, target, sorted(ALLOWED[name])))
    return lines


def rooms_breached(room: str, source: str) -> list[str]:
    """Imports of a room of `report/` from a room that stands after it."""
    allowed = ROOMS[: ROOMS.index(room) + 1]
    targets = [(line, t) for line, t in imported(ast.parse(source)) if t.startswith("report.")]
    return [
        _said(f"report/{room}", line, target, [f"report.{one}" for one in allowed])
        for line, target in targets
        if target.split(".")[1] not in allowed
    ]


def _said(where: str, line: int, target: str, allowed: list[str]) -> str:
    fix = "take it as an argument, or move the function to a floor that may (analysis/floors.py)"
    return f"{where}:{line}: found an import of analysis.{target}; expected {', '.join(allowed) or 'nothing of ours'}; {fix}"
