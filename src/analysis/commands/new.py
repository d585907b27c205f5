"""`yigai new`: a theme that makes a page at once, to be changed from there."""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from analysis.errors import ParameterError, Problem


def arguments(parser: argparse.ArgumentParser) -> None:
    """The theme's name, its indicator and its titles."""
    parser.add_argument("theme", metavar="THEME", help="name of the module: small letters and underscores")
    parser.add_argument(
        "--indicator", default="nurses", help="a key of data/indicators.csv (default: nurses)"
    )
    parser.add_argument(
        "--zh", default="", metavar="TITLE", help="title in Chinese (default: the indicator's)"
    )
    parser.add_argument(
        "--en", default="", metavar="TITLE", help="title in English (default: the indicator's)"
    )


@dataclass(frozen=True)
class Theme:
    """What the four files of a new theme are made from. order: its place among the notebooks."""

    name: str
    indicator: str
    title: tuple[str, str]
    label: tuple[str, str]
    order: int

    def values(self) -> dict[str, str]:
        """What the templates leave open."""
        return {
            "theme": self.name,
            "indicator": self.indicator,
            "title_zh": self.title[0],
            "title_en": self.title[1],
            "short_zh": self.label[0],
            "short_en": self.label[1][:1].lower() + self.label[1][1:],
            "imports": "\n".join(self.imports),
        }

    @property
    def imports(self) -> list[str]:
        """The imports of the theme and the panel, in the order that the linter wants."""
        own = {
            self.name: f"from analysis.themes import {self.name} as theme",
            "panel": "from analysis.themes import panel",
        }
        return [own[name] for name in sorted(own)]


def run(arguments: argparse.Namespace) -> int:
    """Write notebook, module, words and test; print them and what to do next."""
    from analysis import catalog, paths

    indicator = catalog.indicator(arguments.indicator)
    label = indicator.label("zh"), indicator.label("en")
    books = sorted(paths.notebooks().glob("[0-9][0-9]_*.ipynb"))
    order = max(int(book.name[:2]) for book in books) + 1
    theme = Theme(
        arguments.theme, indicator.key, (arguments.zh or label[0], arguments.en or label[1]), label, order
    )
    made = contents(theme, paths.home())
    _refuse(theme.name, made)
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"written  {path.relative_to(paths.home())}")
    print("\n".join(_next(theme.name, made)))
    return 0


def _next(name: str, made: Collection[Path]) -> Iterator[str]:
    """What to do with a new theme whose files are these, a line each."""
    yield f"see it:    yigai preview {name} --region 山西"
    if any(path.parent.name == "tests" for path in made):
        first = "" if importlib.util.find_spec("pytest") else "make dev (once: pytest and ruff); "
        tests = f"tests/test_theme_{name}.py tests/test_notebooks.py tests/test_words.py"
        yield f"check it:  {first}yigai tidy --check; .venv/bin/python -m pytest {tests}"
        number = next(path.name[:2] for path in made if path.suffix == ".ipynb")
        yield f"name it:   ({number}) in README.md and README.zh-CN.md, under What the notebooks answer"


def contents(theme: Theme, home: Path) -> dict[Path, str]:
    """Path -> text of the files of a new theme."""
    module = home / "src" / "analysis" / "themes" / theme.name
    values = theme.values()
    made = {
        module.with_suffix(".py"): _filled("theme.py.txt", values),
        module.with_suffix(".toml"): _filled("theme.toml.txt", values),
        home / "notebooks" / f"{theme.order:02d}_{theme.name}.ipynb": notebook(theme),
    }
    if (home / "tests").is_dir():  # a folder that `yigai init` laid out has no tests to stand beside
        made[home / "tests" / f"test_theme_{theme.name}.py"] = _filled("test.py.txt", values)
    return made


def _refuse(name: str, made: dict[Path, str]) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        fix = "try a name such as primary_care"
        raise ParameterError(Problem("yigai new", name, "small letters, digits and underscores", fix))
    for path in made:
        if path.exists():
            raise ParameterError(
                Problem("yigai new", f"{path.name} exists", "a new name", "take another name")
            )


def _filled(template: str, values: dict[str, str]) -> str:
    return Template((files("analysis.commands") / "new_theme" / template).read_text("utf-8")).substitute(
        values
    )


def notebook(theme: Theme) -> str:
    """The notebook's JSON: question, data, method, the finding, how far to trust it; both languages."""
    zh, en = theme.label
    two: list[Any] = [
        ("# {zh}，与其他省相比如何？\n本页能说明数量和变化；不能说明质量和原因。", "# How does the province compare in {en}?\nThis page can state numbers and how they changed. It cannot state quality or causes."),
        ("## 数据\n来自国家统计局的分省年度数据，31 省。", "## Data\nThe annual data by province of the National Bureau of Statistics, 31 provinces."),
        "provinces = panel.load((theme.INDICATOR,))",
        "parameters",
        "region_code, lang, as_of = opening.begin(theme, region_code, lang, as_of)\nview = theme.load(region_code, provinces)\npanel.data(view).show(lang)",
        ("## 方法\n比率 = 数量 ÷ 年末常住人口 × 1000。", "## Method\nRate = number ÷ residents at year end × 1000."),
        ("## 与其他省相比如何？", "## How does it compare?"),
        "rows = theme.{name}_rows(view, lang)\ndrawing = charts.trends(rows, region_name=view.region.short(lang), lang=lang)\ntheme.answer(view, rows, drawing).show(lang)",
        ("## 可信到什么程度\n同一发布者，各年口径相同；人口在普查后修订过。", "## How far to trust this\nOne publisher, one definition over the years; population was revised after the census."),
        "theme.closing(view).show(lang)",
    ]  # fmt: skip
    first = "\n".join(["from analysis import charts, opening", *theme.imports])
    cells = [*_pair(two[0], zh, en), ("code", first, [])]
    for part in two[1:]:
        if isinstance(part, tuple):
            cells += _pair(part, zh, en)
        elif part == "parameters":
            cells.append(("code", PARAMETERS, ["parameters"]))
        else:
            cells.append(("code", part.replace("{name}", theme.name), []))
    body = {
        "cells": [_cell(n, *cell) for n, cell in enumerate(cells, 1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "yigai": {
                "theme": theme.name,
                "module": f"analysis.themes.{theme.name}",
                "order": theme.order,
                "scope": "region",
                "title": {"zh": theme.title[0], "en": theme.title[1]},
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


PARAMETERS = """region_code = "140000"  # six-digit code of a province
lang = "zh"  # zh or en
as_of = ""  # date of the issue; empty: the newest date in sources.csv"""


def _pair(texts: Sequence[str], zh: str, en: str) -> list[tuple[str, str, list[str]]]:
    named = [text.replace("{zh}", zh).replace("{en}", en[:1].lower() + en[1:]) for text in texts]
    return [("markdown", named[0], ["lang-zh"]), ("markdown", named[1], ["lang-en"])]


def _cell(number: int, kind: str, text: str, tags: list[str]) -> dict[str, object]:
    cell: dict[str, object] = {
        "cell_type": kind,
        "id": f"cell-{number:02d}",
        "metadata": {"tags": tags} if tags else {},
        "source": text.splitlines(keepends=True),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
