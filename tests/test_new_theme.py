"""`yigai new`: what it writes keeps every rule and makes a page."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys

import pytest

import test_notebooks as rules
from analysis import paths
from analysis.commands import new
from analysis.errors import ParameterError

THEMES = [
    new.Theme(
        "primary_care", "primary_beds", ("基层床位", "Primary care beds"), ("基层床位", "Primary beds"), 90
    ),
    new.Theme("a_few_nurses", "nurses", ("护士", "Nurses"), ("注册护士", "Registered nurses"), 91),
]


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
def test_what_is_written_is_formatted_and_keeps_the_linters_rules(theme, tmp_path):
    for path, text in new.contents(theme, paths.home()).items():
        copy = tmp_path / path.name
        copy.write_text(text, "utf-8")
        if path.suffix == ".py":
            ast.parse(text)
        if path.suffix in (".py", ".ipynb"):
            check = [
                sys.executable,
                "-m",
                "ruff",
                "check",
                "--config",
                str(paths.home() / "pyproject.toml"),
                str(copy),
            ]
            done = subprocess.run(check, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout
        if path.suffix == ".py":
            done = subprocess.run(
                [*check[:3], "format", "--check", *check[4:]], capture_output=True, text=True
            )
            assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
def test_the_notebook_keeps_the_rules_of_notebooks(theme):
    cells = json.loads(new.notebook(theme))["cells"]
    for cell in cells:
        text = "".join(cell["source"])
        problems = rules.code_problems(text) if cell["cell_type"] == "code" else rules.prose_problems(text)
        assert problems == [], text


def test_a_taken_or_impossible_name_is_refused_and_nothing_is_written():
    taken = new.Theme("region_profile", "nurses", ("护士", "Nurses"), ("护士", "Nurses"), 90)
    with pytest.raises(ParameterError, match="exists"):
        new._refuse(taken.name, new.contents(taken, paths.home()))
    with pytest.raises(ParameterError, match="small letters"):
        new._refuse("Primary-Care", {})


def test_what_checks_a_new_theme_is_named_with_what_sets_it_up(monkeypatch):
    made = new.contents(THEMES[0], paths.home())

    def said() -> str:
        return "\n".join(new._next("primary_care", made))

    assert "make dev" not in said() and "pytest tests/test_theme_primary_care.py" in said()
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pytest" else found(name))
    assert "make dev (once" in said()  # an environment of users has no pytest
