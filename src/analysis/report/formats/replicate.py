"""A page's numbers as a folder for a stranger: the rows, the numbers, a script with pandas alone, and how to run it.

rows.csv         the published values behind the page, one a line, each with source and place
numbers.csv      the page's numbers: what each is, as printed, its value, operation, inputs and rows (of rows.csv)
<theme>.facts.json, recompute.py, README.md
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from analysis import cells
from analysis.report.pages import page

README = """# {title}

`python recompute.py .` 用 pandas 重算本页的数字，不需要本项目。 / recomputes the page's numbers with pandas; nothing of the project is needed.

`rows.csv`: {rows} 条公布值 / published values. `numbers.csv`: {numbers} 个数字 / numbers: {quoted} 直接引用 / quoted as published, {computed} 可重算 / recomputed, {models} 不重算 / not recomputed.
{left}
页面 / page: `{address}`. 代码版本 / code version {code}. 所读数据 / data read: sha256 {reads}.
"""
LEFT = """
不重算的数字出自抽样、求解或未写成算式的方法，其公式见 `numbers.csv` / Numbers that are not recomputed come from draws, solvers or methods not
written as an operation; their formula stands in `numbers.csv`:

{names}
"""
HEADER = ["fact", "label_zh", "label_en", "printed_zh", "printed_en", "value", "how", "formula_zh", "formula_en", "operation", "inputs", "rows"]  # fmt: skip


STATED = re.compile(r"(drawn|solved)\(")  # operations that say what a number hangs on, and do not make it


def how(fact: Mapping[str, Any]) -> str:
    """quoted (a published value as it stands), computed (an operation gives it) or model."""
    if "formula" not in fact:
        return "quoted"
    operation = fact.get("operation") or ""
    return "computed" if operation and not STATED.match(operation) else "model"


def folder(facts: Mapping[str, Any], address: str) -> dict[str, bytes]:
    """name -> content. facts: a page's facts.json; address: the page's."""
    table = cells.unpack(facts["cells"])
    rows: list[list] = [["row", *cells.NAMES], *([n, *cell] for n, cell in enumerate(table))]
    numbers: list[list[Any]] = [HEADER]
    for name, fact in facts["facts"].items():
        formula = fact.get("formula") or {}
        spans = [f"{first}-{last}" for first, last in fact["rows"]]
        numbers.append(
            [name, fact["label"]["zh"], fact["label"]["en"], fact["text"]["zh"], fact["text"]["en"], fact.get("value"), how(fact),
             formula.get("zh", ""), formula.get("en", ""), fact.get("operation", ""), " ".join(fact.get("inputs", ())), " ".join(spans)]
        )  # fmt: skip
    kinds = [how(fact) for fact in facts["facts"].values()]
    models = [fact for fact, kind in zip(facts["facts"].values(), kinds, strict=True) if kind == "model"]
    names = "\n".join(
        f"- {f['text']['zh']} {f['label']['zh']} / {f['text']['en']} {f['label']['en']}" for f in models
    )
    readme = README.format(
        title=f"{facts['title']['zh']} / {facts['title']['en']} ({facts['region_code']})",
        rows=len(table),
        numbers=len(kinds),
        quoted=kinds.count("quoted"),
        computed=kinds.count("computed"),
        models=len(models),
        left=LEFT.format(names=names) if models else "",
        address=address,
        code=facts["code_version"],
        reads=facts["reads_hash"],
    )
    script = (files("analysis.report.formats") / "recompute.py.txt").read_text("utf-8")
    return {
        "rows.csv": page.csv_text(rows).encode(),
        "numbers.csv": page.csv_text(numbers).encode(),
        f"{facts['theme']}.facts.json": json.dumps(facts, ensure_ascii=False).encode(),
        "recompute.py": script.encode(),
        "README.md": readme.encode(),
    }
