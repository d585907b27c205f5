"""What crosses from one room to another is a record: no function or field that another room uses names a dict whose keys it does not say.

A dict by place, theme or language (``dict[str, Fact]``) is a list with names and may cross; one of ``Any`` or without types is a record
in disguise. The exceptions are listed with their reasons; one that is no longer needed has to go from the list.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "analysis"

JSON = "JSON itself, where it is written or read"
ROWS = "rows of a table on their way to `tables.conform`, whose SPECS say every column"
VIEW = "what a template prints, by the template's names"
BUILT = "keyword arguments, handed on as they are"
EXCEPT: dict[str, str] = {
    "cases.books.written": JSON,
    "cases.marking.grade": "answers of a student's notebook, whatever it holds",
    "cells.column": "the packed table: its form is JSON's, told in the module",
    "cells.unpack": "the same",
    "clean.assessment": ROWS,
    "clean.bulletins": ROWS,
    "clean.lists": ROWS,
    "clean.policy": ROWS,
    "facts.counted": BUILT,
    "facts.listed": BUILT,
    "report.formats.replicate.folder": "facts.json of a page, as a stranger has it",
    "report.pages.changes": "facts.json of two issues, which other versions of the code may have written",
    "report.pages.feed.feed": "an issue as changes.json keeps it",
    "report.pages.cite.of_page": VIEW,
    "report.pages.kept": JSON,
    "report.pages.page.PageParts.facts": "the content of facts.json, written out next",
    "report.pages.page.facts_text": "the same",
    "report.pages.page.build": "the notebook as Jupyter writes it",
    "report.pages.page.arrange": VIEW,
    "report.pages.page.page_view": VIEW,
    "report.pages.render.Book.records": VIEW,
    "report.pages.render.record": VIEW,
    "report.pages.render.source_line": VIEW,
    "report.plan.keys.Selections.__init__": "a selection of a table: column -> what is asked of it",
    "report.plan.promises.Entry": "parameters by name, and the entry as JSON",
    "report.plan.promises.Job.to_json": JSON,
    "report.plan.promises.Notebook.cells": "a notebook as Jupyter writes it",
    "report.plan.promises.source": "the same",
    "report.plan.promises.tagged": "the same",
    "report.plan.records": JSON,
    "report.run.runner.Ahead.__init__": JSON,
    "stored.Stored.columns": "the columns of a table by name, as pandas or as texts",
    "strict": JSON,
    "tables.conform": ROWS,
    "tables.manifest": JSON,
    "tables.records_by_id": ROWS,
    "tables.selection_hash": "a selection of a table: column -> what is asked of it",
    "tables.write": JSON,
    "tables.write_manifest": JSON,
    "texts.Texts.column": "values by slot",
    "tidy": "the row of a frame that a line is made from",
    "told": JSON,
    "words.Catalogue.entry": "a table of a theme's TOML, as it is written",
    "words.Entry.marks": "the same",
    "words.fill": "values by slot",
}


def room(module: str) -> str:
    """The room of a module (``report.pages.site`` -> ``report.pages``)."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "report" else parts[0]


def untold(annotation: ast.expr | None) -> bool:
    """Whether a type names a dict that does not say what it holds.

    >>> [untold(ast.parse(text, mode="eval").body) for text in ("list[dict]", "dict[str, Any]", "Mapping[str, Fact]")]
    [True, True, False]
    """
    if annotation is None:
        return False
    found = [n for n in ast.walk(annotation) if isinstance(n, ast.Name) and n.id in ("dict", "Mapping")]
    typed = {
        id(n.value): ast.unparse(n.slice).strip("()")
        for n in ast.walk(annotation)
        if isinstance(n, ast.Subscript)
    }
    return any(typed.get(id(n), "str, Any") in ("str, Any", "str, object") for n in found)


def offered(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """(name, line) of what a module offers whose signature or type is untold."""

    def signed(name: str, node: ast.FunctionDef) -> Iterator[tuple[str, int]]:
        args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        if untold(node.returns) or any(untold(arg.annotation) for arg in args):
            yield name, node.lineno

    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield from signed(node.name, node)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and (
                    not part.name.startswith("_") or part.name == "__init__"
                ):
                    yield from signed(f"{node.name}.{part.name}", part)
                elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                    if not part.target.id.startswith("_") and untold(part.annotation):
                        yield f"{node.name}.{part.target.id}", part.lineno


def crossing(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """``module.name`` -> rooms that use it, of all that is offered untold and used in another room."""
    trees = {name: ast.parse(text) for name, text in sources.items()}
    held = {name: [one for one, _ in offered(tree)] for name, tree in trees.items()}
    found: dict[str, set[str]] = {}
    for user, tree in trees.items():
        aliases: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "analysis":
                base = (node.module or "").removeprefix("analysis").lstrip(".")
                for alias in node.names:
                    aliases[alias.asname or alias.name] = f"{base}.{alias.name}".lstrip(".")
        attributes = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
        told = {f"{aliases.get(n.value.id)}.{n.attr}" for n in attributes if isinstance(n.value, ast.Name)}
        told |= set(aliases.values())
        reached = {m for m in trees if any(one == m or one.startswith(f"{m}.") for one in aliases.values())}
        names = {n.attr for n in attributes}
        for module in reached:
            for name in held[module] if room(module) != room(user) else ():
                owner, _, part = name.rpartition(".")
                used = (part in names or part == "__init__") if owner else f"{module}.{name}" in told
                if used:
                    found.setdefault(f"{module}.{name}", set()).add(room(user))
    return found


def excused(name: str) -> str | None:
    """The entry of the list that covers a name."""
    return next((one for one in EXCEPT if name == one or name.startswith(f"{one}.")), None)


def everything() -> dict[str, str]:
    return {
        ".".join(p.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): p.read_text("utf-8")
        for p in sorted(PACKAGE.rglob("*.py"))
    }


def test_no_dict_that_hides_a_record_crosses_a_room():
    found = crossing(everything())
    assert {name: rooms for name, rooms in found.items() if excused(name) is None} == {}, (
        "make it a frozen dataclass (analysis.strict reads and writes its JSON), or list it above with its reason"
    )
    assert set(EXCEPT) == {excused(name) for name in found}, "a reason for what no longer crosses"


def test_a_dict_that_crosses_is_found():
    used = "from analysis.report.pages import search\nfrom analysis.cells import made\nmade(search.found())"
    sources = {
        "report.pages.search": "def found() -> list[dict]:\n    return []\ndef _own() -> dict: ...",
        "cells": "def made(rows: Mapping[str, Any]) -> None: ...\ndef other(rows: dict[str, int]) -> None: ...",
        "report.publish.batch": used,
    }
    assert set(crossing(sources)) == {"report.pages.search.found", "cells.made"}
    method = {
        "report.plan.records": "class Result:\n    parts: dict\n    def of(self, answer: dict) -> str: ...",
        "report.run.worker": "from analysis.report.plan.records import Result\nResult().of(1)\nx.parts",
    }
    assert set(crossing(method)) == {"report.plan.records.Result.parts", "report.plan.records.Result.of"}
    inside = sources | {"report.pages.front": used}
    inside.pop("report.publish.batch")
    assert set(crossing(inside)) == {"cells.made"}, "within a room a dict may go round"
