"""Every public method is called by a theme, a notebook or the gallery of methods, which runs on the collection's own rows."""

from __future__ import annotations

import json
import os
import re

import papermill
import pytest

import methods_attack
from analysis import paths

GALLERY = paths.notebooks() / "lab" / "methods.ipynb"
ROOMS = ("themes", "report", "intake", "cases")


def code(path) -> str:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def uncalled(gallery: str) -> list[str]:
    """Public methods that nothing calls."""
    source = paths.home() / "src" / "analysis"
    texts = [path.read_text("utf-8") for room in ROOMS for path in (source / room).rglob("*.py")]
    texts += [code(path) for path in paths.notebooks().rglob("*.ipynb") if path != GALLERY]
    text = "\n".join([*texts, gallery])
    names = sorted({case.fn.__name__ for case in methods_attack.cases()})
    return [name for name in names if not re.search(rf"\b{name}\(|\.{name}\b|import [^\n]*\b{name}\b", text)]


def test_every_public_method_stands_in_a_theme_or_the_gallery():
    assert uncalled(code(GALLERY)) == []


@pytest.mark.parametrize("name", ["dea_slacks", "synthetic_did", "hrad"])
def test_a_method_that_nobody_calls_is_found(name):
    assert uncalled(code(GALLERY).replace(name, "other")) == [name]


def test_the_gallery_of_methods_runs(processed, tmp_path, monkeypatch):
    for name, value in {"YIGAI_HOME": str(paths.home()), "YIGAI_PROCESSED": str(processed)}.items():
        monkeypatch.setenv(name, value)
    done = papermill.execute_notebook(
        str(GALLERY),
        str(tmp_path / "out.ipynb"),
        progress_bar=False,
        cwd=str(tmp_path),
        kernel_name="python3",
    )
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    shown = [cell for cell in cells if any(o.output_type == "execute_result" for o in cell.outputs)]
    assert len(shown) >= 30 and os.environ["YIGAI_HOME"]
    text = json.dumps([cell.outputs for cell in shown], ensure_ascii=False)
    assert "Traceback" not in text
