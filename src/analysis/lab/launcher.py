"""The notebook that opens first: a question in one line, what is held, a selection, and how to keep, cite and go on."""

from __future__ import annotations

import json
from typing import Any

TITLE = {"zh": "# 向数据提问\n每一格都能改，改完按 Shift+Enter。这是工作副本，怎么改都不影响原件。",
         "en": "# Ask the collection\nChange any cell and press Shift+Enter. This is a working copy: whatever you change, the original stays."}  # fmt: skip
CELLS: tuple[tuple[str, dict[str, str]], ...] = (
    ("code", {"zh": "import analysis", "en": "import analysis"}),
    ("markdown", {"zh": "## 一句话提问\n写地方、指标、年份；加上“排名”“地图”“对比”就换一种答法。",
                  "en": "## One line\nName place, indicator, years; add rank, map or compare for another kind of answer."}),
    ("code", {"zh": 'analysis.ask("山西 医生 2014-2023")', "en": 'analysis.ask("Shanxi doctors 2014-2023")'}),
    ("code", {"zh": 'analysis.ask("山西 医生 排名 2023")', "en": 'analysis.ask("Shanxi doctors rank 2023")'}),
    ("code", {"zh": 'analysis.ask("山西 医院床位 地图")', "en": 'analysis.ask("Shanxi hospital beds map")'}),
    ("code", {"zh": 'analysis.ask("山西 护士 对比")', "en": 'analysis.ask("Shanxi nurses compare")'}),
    ("markdown", {"zh": "## 有什么\n地方、指标、措施、文件里的数、来源，一起找。", "en": "## What is held\nPlaces, indicators, measures, statements and sources under one word."}),
    ("code", {"zh": 'analysis.search("床位")', "en": 'analysis.search("beds", "en")'}),
    ("code", {"zh": 'analysis.describe("observations")', "en": 'analysis.describe("observations", "en")'}),
    ("markdown", {"zh": "## 自己挑\n几个地方、几项指标、哪些年。", "en": "## Pick yourself\nSeveral places, several indicators, years."}),
    ("code", {"zh": 'question = analysis.select(["山西", "江苏", "陕西"], ["doctors", "nurses"], (2016, 2023))\nquestion.trend()',
              "en": 'question = analysis.select(["Shanxi", "Jiangsu", "Shaanxi"], ["doctors", "nurses"], (2016, 2023), "en")\nquestion.trend()'}),
    ("code", {"zh": "question.table()", "en": "question.table()"}),
    ("markdown", {"zh": "## 带走，引用\n下载的每一行都带来源和位置；引的是发布者。", "en": "## Keep and cite\nEvery downloaded row carries its source and place; the publisher is cited."}),
    ("code", {"zh": 'question.download("数据.csv")', "en": 'question.download("data.csv")'}),
    ("code", {"zh": "analysis.cite(question.trend())", "en": 'analysis.cite(question.trend(), "en")'}),
    ("markdown", {"zh": "## 自己的表\n把文件名换成自己的表，去掉前面的 # 号再运行：先看懂没有（什么也不留），再收进来，马上能查。没说是公开的，就只在本机显示，带标记。词典里没有的指标，加上 `new=True` 按表头的名字收。",
                  "en": "## A table of your own\nPut your file's name in, take the # away and run: first what is understood (nothing is kept), then it is kept and can be asked at once. What is not said to be public stays on this machine, and is marked. With `new=True` an indicator that the dictionary lacks is taken under its heading."}),
    ("code", {"zh": '# analysis.check("我的表.xlsx", source="本院统计", place="山西")\n# analysis.add("我的表.xlsx", source="本院统计", place="山西").select().trend()',
              "en": '# analysis.check("own.xlsx", source="Our hospital", place="Shanxi", lang="en")\n# analysis.add("own.xlsx", source="Our hospital", place="Shanxi", lang="en").select().trend()'}),
    ("markdown", {"zh": "## 再往下\n把这个问题存成一个主题：`question.save_theme(\"my_theme\")`，就有笔记本、文字和一页报告。其他笔记按主题编号，就在左边。",
                  "en": "## Further\nSave the question as a theme: `question.save_theme(\"my_theme\")` gives a notebook, its words and a page. The other notebooks stand at the left by number."}),
)  # fmt: skip


def notebook(lang: str) -> dict[str, Any]:
    """The launcher in one language, without outputs."""
    cells: list[dict[str, Any]] = []
    for n, (kind, said) in enumerate((("markdown", TITLE), *CELLS), 1):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{n:02d}", "metadata": {}, "source": said[lang]}  # fmt: skip
        cells.append(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}  # fmt: skip


def text(lang: str) -> str:
    """The launcher as a file holds it."""
    return json.dumps(notebook(lang), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
