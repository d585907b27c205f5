"""The documentation site: `make docs` builds it into build/docs, to be opened from disk.

What can be read elsewhere is not written twice: notebooks are copied, the commands' help and a page for each module of the public
API are made here, recipes and rules are included from README and CONTRIBUTING.
"""

from __future__ import annotations

import ast
import shutil
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from analysis import charts, cli, lab, methods
from analysis.commands import COMMANDS

HERE = Path(__file__).resolve().parent
MADE = HERE / "made"

project = "Yigai 医改"
author = "the authors of Yigai"
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode", "myst_nb"]
exclude_patterns = ["README.md"]
html_theme = "furo"
html_title = "Yigai 医改"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
nb_execution_mode = "off"  # a notebook's outputs stand in the reports
nb_merge_streams = True
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "undoc-members": False, "show-inheritance": True}
# README and CONTRIBUTING point to files that stand beside them and are no pages here
suppress_warnings = ["myst.xref_missing", "myst.header", "mystnb.lexer", "docutils", "ref.python"]

CORE = {
    "facts": "A number and what stands behind it",
    "sentences": "Words with slots for Facts, and when they may be said",
    "findings": "One answer: sentences, drawing, tables",
    "texts": "A theme's words as parts of a finding",
    "tables": "The typed tables, and the one place where a date cuts",
    "catalog": "Regions, indicators, sources, institutions, terms",
    "comparison": "Places beside one another, and areas that are summed",
    "opening": "The first cell of a notebook",
    "cells": "A page's published values, packed",
    "tidy": "The tidy form in which numbers leave a page",
    "claims": "Kinds of claim, and the net for claims of cause",
    "likeness": "How like a labelled claim of cause a clause is",
    "known": "From which day on a row was known",
    "errors": "Where, what was found, what was expected, what to do",
}


def _pages(package: ModuleType) -> list[str]:
    names = sorted(path.stem for path in Path(package.__path__[0]).glob("*.py"))
    return [name for name in names if not name.startswith("_")]


PUBLIC = {
    "core": [f"analysis.{name}" for name in CORE],
    "methods": [f"analysis.methods.{name}" for name in _pages(methods)],
    "charts": [f"analysis.charts.{name}" for name in _pages(charts)],
    "workbench": [f"analysis.lab.{name}" for name in _pages(lab)],
}


def _listed(titles: list[str], *options: str) -> str:
    return "\n".join(["```{toctree}", ":maxdepth: 1", *options, "", *titles, "```", ""])


def _said(module: str) -> str:
    """What a module says of itself in a line, read without importing it."""
    spec = find_spec(module)
    source = Path(str(spec.origin)).read_text("utf-8") if spec else ""
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def _make() -> None:
    """Write the pages that are made from code and notebooks; what is not needed any more goes."""
    shutil.rmtree(MADE, ignore_errors=True)
    (MADE / "notebooks").mkdir(parents=True)
    for path in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
        shutil.copy(path, MADE / "notebooks" / path.name)
    for group, modules in PUBLIC.items():
        for module in modules:
            about = CORE.get(module.rpartition(".")[2], "")
            text = f"# {module.removeprefix('analysis.')}\n\n{about}\n\n```{{eval-rst}}\n.. automodule:: {module}\n```\n"
            (MADE / f"{module}.md").write_text(text, "utf-8")
        lines = [
            f"- [{module.removeprefix('analysis.')}]({module}.md): {_said(module)}" for module in modules
        ]
        text = "\n".join([f"# {group.capitalize()}", "", *lines, "", _listed(modules, ":hidden:")])
        (MADE / f"{group}.md").write_text(text, "utf-8")
    parts = ["# Commands", ""]
    for command in COMMANDS:
        shown = (
            cli.build_parser(command.name)._subparsers._group_actions[0].choices[command.name].format_help()
        )
        parts += [f"## yigai {command.name}", "", "```text", shown.rstrip(), "```", ""]
    (MADE / "commands.md").write_text("\n".join(parts), "utf-8")
    names = sorted(path.stem for path in (MADE / "notebooks").glob("*.ipynb"))
    (MADE / "notebooks.md").write_text(
        "# Notebooks\n\n" + _listed([f"notebooks/{n}" for n in names]), "utf-8"
    )


def setup(_app: object) -> None:
    """What Sphinx calls once it has read this file: who only reads the lists writes nothing."""
    _make()
