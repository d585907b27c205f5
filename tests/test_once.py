"""One idea, one place: sentences that readers see in TOML, one way to choose a language, one definition of what is the same everywhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "analysis"
SOURCES = {p.relative_to(PACKAGE).as_posix(): p.read_text("utf-8") for p in sorted(PACKAGE.rglob("*.py"))}

# a run of Chinese with a mark of a sentence in it
SENTENCE = re.compile(r"[\u4e00-\u9fff][^\n]*[，。；：][^\n]*[\u4e00-\u9fff]|[\u4e00-\u9fff]{3}。")
# wings whose strings are not read on a page: what documents say is looked for there, or an author is helped
OTHERS = ("intake/", "clean/", "collection/", "commands/", "claims.py", "words.py", "wording.py")
WRITTEN = {
    "cases/caselab.py": "one file of its own, handed to students without the package",
    "report/formats/replicate.py": "the README of a folder for a stranger, beside the template that fills it",
}
ONCE = ("GRADES", "LANGS", "MIME", "PERIOD_BASES")
APART = {("cases/caselab.py", "LANGS"): "the file that students get imports nothing of ours"}
CHOSEN = re.compile(r"""\[lang [!=]= ["'](?:en|zh)["']\]|\b[01] if lang [!=]= ["'](?:en|zh)["'] else [01]""")


def sentences(source: str) -> list[str]:
    """Strings of code that hold a sentence in Chinese; docstrings apart."""
    tree = ast.parse(source)
    owners = (n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef))
    told = {id(n.body[0].value) for n in owners if n.body and isinstance(n.body[0], ast.Expr)}
    found = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return [n.value for n in found if id(n) not in told and SENTENCE.search(n.value) and "\\" not in n.value]


def defined(name: str) -> list[str]:
    """Modules that define a name by a value of their own, not by another name."""
    found = []
    for file, source in SOURCES.items():
        for node in ast.parse(source).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(t, ast.Name) and t.id == name for t in targets):
                found += [] if isinstance(node.value, ast.Name | ast.Attribute) else [file]
    return found


def test_what_readers_read_stands_in_toml():
    code = {file: source for file, source in SOURCES.items() if not file.startswith(OTHERS)}
    found = {file: said for file, source in code.items() if (said := sentences(source))}
    assert {file: said for file, said in found.items() if file not in WRITTEN} == {}
    assert set(WRITTEN) == set(found), "an exception that is none any more"
    assert sentences('"""甲，乙。"""\nx = "山西，江苏两省。"\ny = "名次"') == ["山西，江苏两省。"], (
        "the mutation"
    )


@pytest.mark.parametrize("name", ONCE)
def test_what_is_the_same_everywhere_is_defined_once(name):
    assert len([file for file in defined(name) if (file, name) not in APART]) == 1, defined(name)


def test_a_language_is_chosen_in_one_way():
    assert {file for file, source in SOURCES.items() if CHOSEN.search(source)} == set()
    assert CHOSEN.search('x[lang == "en"]') and CHOSEN.search("0 if lang == 'zh' else 1"), "the mutation"


def test_a_theme_rounds_as_facts_do():
    """A half goes up on the whole page: a bar said 2.02 where the table beside it, of the same 2.025, said 2.03."""
    themes = {file: source for file, source in SOURCES.items() if file.startswith("themes/")}
    rounded = re.compile(r"\{[^{}]*:[+,]*\.[1-9]f\}")
    assert {file: found for file, source in themes.items() if (found := rounded.findall(source))} == {}
    assert rounded.search('f"{v:.2f}"'), "the mutation"


def test_a_dictionary_is_read_in_a_language_by_its_methods_alone():
    """They set the apostrophes: pages said "China's best hospitals" in one line and "China’s" in the next."""
    by_name = re.compile(r"""getattr\([^()]*(?:f["']\w+_\{lang\}["']|, lang)\)""")
    assert {file: found for file, source in SOURCES.items() if (found := by_name.findall(source))} == {}
    assert by_name.search('getattr(source, f"title_{lang}")') and by_name.search("getattr(b, lang)")
