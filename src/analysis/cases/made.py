"""A teaching pack with its numbers, and what all its forms share: names of its files, levels, words, records of its text's numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.cases import values
from analysis.cases.exhibits import Shown
from analysis.cases.packs import Source
from analysis.cases.values import Values
from analysis.words import nth, pick

LAYER = Path(__file__).with_name("caselab.py")
LEVELS = {
    "read": ("第一层：读", "Level one: read"),
    "compute": ("第二层：算", "Level two: compute"),
    "judge": ("第三层：判断", "Level three: judge"),
}
WORDS = {
    "made": ("情境为教学而写，人物只写职务；所有数字由代码从数据表取出，带着出处；用到的行都在 `data/` 里。本文不给结论。",
             "The scene is made for teaching and people appear by their role. Every figure is taken from the tables by code, with its source; the rows used lie in `data/`. The text gives no verdict."),
    "cited": ("## 文中数字的出处", "## Where the numbers of the text stand"),
    "cited_head": ("| 数字 | 原文写法 | 编号 | 来源与位置 |", "| Number | As printed | Id | Source and place |"),
    "sources": ("来源", "Sources"),
    "intro": ("# 练习：{title}\n三个层次：读、算、判断。把三个点换成答案，再运行下面的自查。选择题写代号或选项原话都行。自查给几分，成绩就记几分；简答由教师按评分表评。只用 Python 标准库。数据的说明见 `data/codebook.md`。",
              "# Exercises: {title}\nThree levels: read, compute, judge. Replace the three dots with your answer and run the check below it; an option may be given by its key or in its own words. What the check gives is what counts; prose is marked by a person with the rubric. Python's standard library is all that is needed; `data/codebook.md` explains the data."),
    "points": ("分", "points"), "point": ("分", "point"),
    "options": ("选项", "Options"),
    "answer": ("答案", "Answer"), "of": ("错在哪里", "If the answer is"),
    "model": ("参考答案", "One good answer"),
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A pack with its numbers: source, values, exhibits by language, checks, data files and the date of the newest source."""

    source: Source
    values: Values
    shown: Mapping[str, Mapping[str, Shown]]
    checks: Mapping[str, Any]
    data: Mapping[str, str]
    as_of: str


def cited_rows(made: Made, lang: str) -> list[tuple[str, str, str, str]]:
    """Records of the statements whose number the case's text prints."""
    i = nth(lang)
    said = " ".join(section["text"][i] for section in made.source.sections)
    used = {match.partition(" : ")[0].strip() for match in re.findall(r"\{\{(.+?)\}\}", said)}
    kept = {name: fact for name, fact in made.values.facts.items() if name in used}
    return values.cited(Values(made.values.numbers, kept), lang)


def file_name(part: str, lang: str, end: str) -> str:
    """zh is NAME.ipynb, en is NAME.en.ipynb, as pages are named."""
    return pick((f"{part}.{end}", f"{part}.en.{end}"), lang)
