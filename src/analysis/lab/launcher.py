"""The notebook that opens first: a question in one line, what is held, a selection, and how to keep, cite and go on.

Its cells stand in ``launcher.toml``, in both languages.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

WORDS = Path(__file__).with_suffix(".toml")


def notebook(lang: str) -> dict[str, Any]:
    """The launcher in one language, without outputs."""
    cells: list[dict[str, Any]] = []
    for n, said in enumerate(tomllib.loads(WORDS.read_text("utf-8"))["cell"], 1):
        kind = said["kind"]
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{n:02d}", "metadata": {}, "source": said[lang]}  # fmt: skip
        cells.append(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}  # fmt: skip


def text(lang: str) -> str:
    """The launcher as a file holds it."""
    return json.dumps(notebook(lang), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
