"""seaborn is for looking, in JupyterLab: the gallery runs, draws what `charts` does not offer, and no notebook of the runner pays for it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys

import pytest

from analysis import charts, paths

GALLERY = paths.notebooks() / "lab" / "gallery.ipynb"


def code(path) -> str:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def imports_seaborn(source: str) -> bool:
    names = {
        alias.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return any(name.split(".")[0] == "seaborn" for name in names)


def test_no_notebook_of_the_runner_and_no_module_imports_seaborn():
    books = [*paths.notebooks().glob("[0-9]*.ipynb"), *paths.notebooks().glob("cases/*/*.ipynb")]
    modules = (paths.home() / "src").rglob("*.py")
    sources = {path: code(path) for path in books} | {path: path.read_text("utf-8") for path in modules}
    found = [path.name for path, source in sources.items() if imports_seaborn(source)]
    assert found == [], f"{found}: its import costs a page seconds; use charts, or notebooks/lab"


@pytest.mark.parametrize(
    "line", ["import seaborn as sns", "from seaborn import heatmap", "import seaborn.objects"]
)
def test_an_import_of_seaborn_is_found(line):
    assert imports_seaborn(f"def f():\n    {line}") and not imports_seaborn("import pandas as seaborn_like")


def test_the_gallery_draws_at_least_three_kinds_that_charts_does_not_offer():
    drawn = set(re.findall(r"\bseaborn\.(\w+)\(", code(GALLERY))) - {"set_theme", "despine"}
    assert len(drawn) >= 3 and drawn & set(dir(charts)) == set()
    assert "seaborn.set_theme(**theme())" in code(GALLERY), "one look for all plots"


def test_the_gallery_runs_in_the_pages_look(tmp_path):
    check = (
        "\nimport matplotlib as mpl\nassert mpl.rcParams['axes.labelcolor'] == charts.style.COLOURS['ink2']\n"
    )
    check += "assert seaborn.color_palette().as_hex()[0].lower() == charts.style.COLOURS['az'].lower()\n"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code(GALLERY) + check],
        env={"MPLBACKEND": "Agg", "YIGAI_HOME": str(paths.home()), "PATH": "/usr/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
