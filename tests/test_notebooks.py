"""The rules a notebook keeps, so that it reads as a text, runs for every region and prints no typed result."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9]*.ipynb"))
THEMES = [p for p in NOTEBOOKS if not p.name.startswith("00")]
MAX_CELL, MAX_CODE = 15, 120
FORBIDDEN = {
    "a path": re.compile(r"['\"][^'\"\s]*\.(csv|parquet|html|png|xlsx)['\"]|['\"](\.{1,2})?/[^'\"]*['\"]"),
    "an address": re.compile(r"https?://"),
    "read_csv": re.compile(r"\bread_(csv|excel|parquet)\b"),
    "a shell escape or magic": re.compile(r"^\s*[!%]", re.M),
    "a warning filter": re.compile(r"filterwarnings|simplefilter"),
}


def cells(path: Path, kind: str) -> list[dict]:
    return [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == kind]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def tags(cell: dict) -> list[str]:
    return cell["metadata"].get("tags", [])


def lines_of_code(cell: dict) -> int:
    return sum(1 for line in source(cell).splitlines() if line.strip())


def code_problems(text: str) -> list[str]:
    """What a code cell may not hold."""
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Try | ast.If | ast.While):
            found.append(type(node).__name__)
    return found


def prose_problems(text: str) -> list[str]:
    """Digits outside formulas, references and definitions: a line may hold a number only with an operator, a year or a named constant."""
    found = []
    for sentence in re.split(r"(?<=[。；;.!?！？])\s*|\n", text):
        bare = re.sub(r"\b(1[89]|20)\d\d\b", "", sentence)  # years are references
        if re.search(r"\d", bare) and not re.search(r"[=÷×−^/±]|\d\s*%|\b[A-Z][a-z]+ (&|et al)|(31|10|24|11|13)\s*(个)?(省|市|provinces|cities)|1,?000|100,000|56|136|\bHHI\b|k\b", bare):
            found.append(sentence.strip())
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_is_stripped_and_runnable(path):
    nb = json.loads(path.read_text("utf-8"))
    assert nb["metadata"]["kernelspec"]["name"] == "python3"
    for number, cell in enumerate(nb["cells"], 1):
        assert cell["id"] == f"cell-{number:02d}", "ids are fixed by position"
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None, "outputs are stripped"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_code_calls_and_does_not_compute(path):
    code = cells(path, "code")
    for cell in code:
        assert lines_of_code(cell) <= MAX_CELL, source(cell)
        assert code_problems(source(cell)) == [], source(cell)
    assert sum(map(lines_of_code, code)) <= MAX_CODE
    text = [c for c in cells(path, "markdown") if "lang-en" not in tags(c)]
    assert len(text) >= len(code) - 2, "about as many text cells as code cells"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_both_languages_say_the_same_cells(path):
    zh, en = ([i for i, c in enumerate(json.loads(path.read_text("utf-8"))["cells"]) if f"lang-{lang}" in tags(c)] for lang in ("zh", "en"))
    assert [i + 1 for i in zh] == en, "each Chinese cell is followed by its English twin"
    for cell in cells(path, "markdown"):
        assert "lang-zh" in tags(cell) or "lang-en" in tags(cell)
        if "lang-en" in tags(cell):
            assert not re.search(r"[\u4e00-\u9fff]", source(cell)) or path.name.startswith("00"), source(cell)
        headings = [line for line in source(cell).splitlines() if line.startswith("#")]
        assert len(headings) <= 1
    first = cells(path, "markdown")[0]
    assert source(first).startswith("# ") and source(first).splitlines()[0].rstrip().endswith(("？", "?")), "the first line asks the question"


@pytest.mark.parametrize("path", THEMES, ids=lambda p: p.stem)
def test_no_result_is_typed_in_prose(path):
    found = [problem for cell in cells(path, "markdown") for problem in prose_problems(source(cell))]
    assert found == []


@pytest.mark.parametrize("path", THEMES, ids=lambda p: p.stem)
def test_metadata_and_parameters(path):
    nb = json.loads(path.read_text("utf-8"))
    meta = nb["metadata"]["yigai"]
    assert meta["module"] == f"analysis.themes.{meta['theme']}" and (FOLDER.parent / "src" / "analysis" / "themes" / f"{meta['theme']}.py").is_file()
    assert meta["scope"] in ("region", "nation") and set(meta["title"]) == {"zh", "en"}
    assert path.stem == f"{meta['order']:02d}_{meta['theme']}"
    (parameters,) = [c for c in nb["cells"] if "parameters" in tags(c)]
    names = []
    for line in source(parameters).splitlines():
        (node,) = ast.parse(line).body
        assert isinstance(node.value, ast.Constant) and "#" in line, f"plain literal with a trailing comment: {line}"
        names.append(node.targets[0].id)
    assert names[:3] == ["region_code", "lang", "as_of"]


def test_the_rules_can_fail():
    assert code_problems("def f(): pass") == ["FunctionDef"]
    assert code_problems("x = 'a/b.csv'") == ["a path"]
    assert code_problems("import pandas as pd\npd.read_csv(x)") == ["read_csv"]
    assert prose_problems("医师 3.42 人，居第 11 位。") != []
    assert prose_problems("Doctors rose to 3.42 last year.") != []
    assert prose_problems("每千人口数 = 数量 ÷ 人口 × 1000。") == []
