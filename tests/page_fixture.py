"""A hand-made executed notebook with findings of every kind, small enough to read, for the tests of pages, site and gate."""

from __future__ import annotations

from copy import deepcopy

from analysis import cells
from analysis.report.plan.promises import Entry
from analysis.told import MIME as MIME
from analysis.told import VERSION

CELLS = cells.pack(
    [
        cells.Cell(
            f"000-00{n}", place="140000", source="doc-002", locator=f"国家数据 › {name} › 2023年", grade="A"
        )
        for n, name in ((1, "医师"), (2, "人口"))
    ]
)
SOURCE = "doc-002"
# what every finding's JSON holds and these say nothing of
WHOLE = {
    "version": VERSION,
    "strip": False,
    "place": "140000",
    "as_of": "2026-07-12",
    "regions": [],
    "comparison": False,
    "opens": True,
    "peers": [],
    "headline": [],
    "subtitle": [],
    "sentences": [],
    "note": [],
    "facts": {},
    "cells": {"rows": 0, "columns": {}},
    "tables": [],
    "alt": "",
    "drawings": {},
    "states": [],
    "editions": None,
    "reads": [],
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40"><defs><clipPath id="c"><path d="M0 0h9v9z"/></clipPath></defs><g clip-path="url(#c)"><text x="1" y="9">3.42</text></g></svg>'
TEXT = {
    "zh": {"doctors": "3.42", "count": "11.84 万人", "rank": "第 11 位", "target": "15"},
    "en": {"doctors": "3.42", "count": "118,400", "rank": "11th", "target": "15"},
}


def fact(fact_id: str, value: float, label: tuple[str, str], key: str, **more) -> dict:
    """One fact's record as facts.Fact.record gives it."""
    return {
        "id": fact_id,
        "style": "rate",
        "value": value,
        "low": value,
        "high": value,
        "unit": "",
        "decimals": 2,
        "quantifier": "exact",
        "status": "actual",
        "period": ["2023-12-31", "2023-12-31"],
        "period_basis": "explicit",
        "as_printed": "",
        "qualifier": None,
        "label": {"zh": label[0], "en": label[1]},
        "text": {lang: TEXT[lang][key] for lang in TEXT},
        "formula": None,
        "operation": "",
        "table": None,
        "rows": [[0, 0]],
        "inputs": [],
        "source_ids": [SOURCE],
        "damaged": False,
        "grade": "A",
    } | more


def facts(base: float = 3.42) -> dict:
    """A count, a rate computed from it, a rank and a target."""
    return {
        "f00000001": fact(
            "f00000001",
            118400.0,
            ("医师人数", "licensed doctors"),
            "count",
            style="count",
            as_printed="11.84 万人",
        ),
        "f00000002": fact(
            "f00000002",
            base,
            ("每千人口医师", "doctors per 1,000"),
            "doctors",
            formula={"zh": "医师数 ÷ 人口 × 1000", "en": "doctors ÷ residents × 1000"},
            inputs=["f00000001"],
            rows=[[0, 1]],
        ),
        "f00000003": fact(
            "f00000003",
            11.0,
            ("医师密度位次", "rank of doctor density"),
            "rank",
            style="rank",
            formula={"zh": "由高到低", "en": "from high to low"},
        ),
        "f00000004": fact(
            "f00000004",
            15.0,
            ("柔性引进专家目标", "target of visiting experts"),
            "target",
            status="target",
            style="count",
        ),
    }


def figure(lang: str, place: str, section: str = "position") -> dict:
    zh = lang == "zh"
    known, text = facts(), TEXT[lang]
    column = {
        "label": {"zh": "每千人口", "en": "per 1,000"},
        "formula": known["f00000002"]["formula"],
        "source_ids": [SOURCE],
        "indicator": "",
    }
    return {
        **WHOLE,
        "section": section,
        "kind": "figure",
        "lang": lang,
        "headline": [
            f"{place}医师密度居" if zh else f"{place} ranks ",
            {"fact": "f00000003", "text": text["rank"]},
        ],
        "subtitle": [
            {"plain": "2023", "kind": "year"},
            " 年末，每千人口" if zh else ", per thousand residents",
        ],
        "sentences": [
            {
                "id": "level",
                "brief": 1,
                "withheld": False,
                "segments": [
                    "每千人口 " if zh else "Per thousand residents ",
                    {"fact": "f00000002", "text": text["doctors"]},
                    " 人，共 " if zh else ", in all ",
                    {"fact": "f00000001", "text": text["count"]},
                    "。" if zh else ".",
                ],
            },
            {
                "id": "trend",
                "brief": 2,
                "withheld": True,
                "segments": [
                    "数据点不足五个，不作趋势判断。" if zh else "Fewer than five points; no trend is stated."
                ],
            },
        ],
        "note": ["来源见下。" if zh else "Sources below."],
        "facts": {k: known[k] for k in ("f00000001", "f00000002", "f00000003")},
        "cells": CELLS,
        "tables": [
            {
                "id": "data",
                "caption": "各省每千人口，2023 年" if zh else "Per 1,000 residents by province, 2023",
                "columns": [
                    {
                        "key": "place",
                        "label": "地区" if zh else "Place",
                        "unit": "",
                        "align": "left",
                        "style": "name",
                        "record": None,
                    },
                    {
                        "key": "doctors_per_1k",
                        "label": "医师" if zh else "Doctors",
                        "unit": "每千人" if zh else "per 1,000",
                        "align": "right",
                        "style": "rate",
                        "record": column,
                    },
                ],
                "rows": [
                    [
                        {"text": place, "value": None, "fact": None, "kind": "name"},
                        {"text": "3.42", "value": 3.4161, "fact": None, "kind": "number"},
                    ],
                    [
                        {"text": "全国" if zh else "China", "value": None, "fact": None, "kind": "name"},
                        {"text": "3.40", "value": 3.4, "fact": None, "kind": "number"},
                    ],
                ],
                "highlight": [0],
                "csv": [
                    ["region_code", "row_zh", "column", "value"],
                    ["", "X", "doctors_per_1k", 3.4161],
                    ["000000", "全国", "doctors_per_1k", 3.4],
                ],
            }
        ],
        "alt": f"{place} 2023 年每千人口医师 3.42 人，居第 11 位；全国 3.40 人，最高为北京。"
        if zh
        else f"{place}, 2023: doctors per 1,000 residents 3.42 (11th of 31); nation 3.40.",
        "drawings": {"wide": SVG, "narrow": SVG},
        "states": [],
        "reads": [{"table": "observations", "selection": {"indicator": "doctors"}, "rows": 31, "sha": "abc"}],
    }


def statement(lang: str) -> dict:
    zh = lang == "zh"
    return {
        **WHOLE,
        "section": "target",
        "kind": "statement",
        "lang": lang,
        "headline": ["目标" if zh else "A target"],
        "subtitle": [],
        "sentences": [
            {
                "id": "t",
                "brief": 3,
                "withheld": False,
                "segments": [
                    "计划引进专家 " if zh else "The plan asks for ",
                    {"fact": "f00000004", "text": TEXT[lang]["target"]},
                    " 名左右。" if zh else " experts or so.",
                ],
            }
        ],
        "note": [],
        "facts": {"f00000004": facts()["f00000004"]},
        "cells": CELLS,
        "tables": [],
        "alt": "",
        "drawings": {},
        "states": [
            {
                "code": "E6",
                "title": [
                    "136 工程仅有目标，未见结果" if zh else "The 136 programme has a target and no result"
                ],
                "settle": ["需要结果报告。" if zh else "A report of results."],
            }
        ],
        "reads": [],
    }


def cell(finding: dict) -> dict:
    return {
        "cell_type": "code",
        "metadata": {},
        "source": "",
        "outputs": [
            {
                "output_type": "display_data",
                "data": {"text/plain": "x", MIME: deepcopy(finding)},
                "metadata": {},
            }
        ],
    }


def text(source: str, *tags: str) -> dict:
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": source}


def notebook(lang: str = "zh", place: str | None = None) -> dict:
    """An executed notebook: question, method, a figure, a target, sources."""
    place = place or {"zh": "山西", "en": "Shanxi"}[lang]
    return {
        "metadata": {"yigai": {"theme": "region_profile"}},
        "nbformat": 4,
        "nbformat_minor": 5,
        "cells": [
            text("# 资源处在什么位置？\n\n能说的和不能说的。", "lang-zh"),
            text("# Where do the resources stand?\n\nWhat can be said.", "lang-en"),
            text("## 方法\n\n按 *公布值* 计算。", "lang-zh"),
            text("## Method\n\nComputed from *published* values (执业医师).", "lang-en"),
            text("以下换一个省就换一页。", "lang-zh", "notebook-only"),
            text("Below, another province makes another page.", "lang-en", "notebook-only"),
            text("## 位置", "lang-zh"),
            text("## Position", "lang-en"),
            cell(figure(lang, place)),
            text("## 目标", "lang-zh"),
            text("## Targets", "lang-en"),
            cell(statement(lang)),
        ],
    }


def entry(lang: str = "zh", region_code: str = "140000", theme: str = "region_profile") -> Entry:
    return Entry(
        region_code,
        theme,
        lang,
        order=1,
        notebook="01_region_profile.ipynb",
        module="region_profile",
        scope="region",
        title={"zh": "区域概况", "en": "Region profile"},
        parameters={"as_of": "2026-07-12"},
        code_version="0.1.0+abc",
    )
