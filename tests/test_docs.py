"""The documentation: each example runs, each public module has its page, each page is reached, and the site opens offline."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import paths

DOCS = paths.home() / "docs"
PACKAGE = paths.home() / "src" / "analysis"
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    for path in PACKAGE.rglob("*.py")
    if "methods" not in path.parts and ">>>" in path.read_text("utf-8")
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def conf():
    spec = importlib.util.spec_from_file_location("docs_conf", DOCS / "conf.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages_named(text: str) -> set[str]:
    """What the tables of contents of a page name."""
    blocks = re.findall(r"```\{toctree\}\n(.*?)```", text, re.S)
    return {line for block in blocks for line in block.splitlines() if line and not line.startswith(":")}


def test_the_reference_says_of_each_module_what_it_is_for():
    made = conf()
    silent = [module for modules in made.PUBLIC.values() for module in modules if not made._said(module)]
    assert silent == [] and made._said("xml.nothing") == ""


def test_every_page_is_reached_and_every_module_has_one(tmp_path):
    made = conf()
    made.MADE = tmp_path / "made"  # tests run side by side: none writes where another reads
    made._make()
    written = [path for path in DOCS.rglob("*.md") if DOCS / "made" not in path.parents]
    texts = {
        path.relative_to(root).with_suffix("").as_posix(): path.read_text("utf-8")
        for root, files in ((DOCS, written), (tmp_path, sorted(tmp_path.rglob("*.md"))))
        for path in files
    }
    reached, new = set(), {"index"}
    while new:
        page = new.pop()
        reached.add(page)
        folder = Path(page).parent
        named = {(folder / name).as_posix() for name in pages_named(texts.get(page, ""))}
        new |= named - reached
    assert set(texts) <= reached, f"in no table of contents: {sorted(set(texts) - reached)}"
    books = {f"made/notebooks/{path.stem}" for path in paths.notebooks().glob("*.ipynb")}
    assert reached - set(texts) == books, "a table of contents names what is not there"
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "cli", "paths"}
    internal = {
        "arithmetic",
        "authoring",
        "editions",
        "floors",
        "locks",
        "references",
        "rules",
        "scratch",
        "stored",
        "strict",
        "synonyms",
        "told",
        "wording",
        "words",
    }  # no author calls them
    assert modules - internal == set(made.CORE), (
        "give the module a line in docs/conf.py, or name it internal here"
    )


def test_a_page_that_no_table_names_is_found():
    assert pages_named("# A\n\n```{toctree}\n:hidden:\n\nb\nc/d\n```\n") == {"b", "c/d"}


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(DOCS), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = re.compile(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(https?:[^"]+)"')
    found = {url for path in tmp_path.rglob("*.html") for url in loaded.findall(path.read_text("utf-8"))}
    assert found == set()
