"""Stated values: every number that a document or an isolated publication states for a place, as printed, with status and source.

Yearbook series have their own notebooks and are left out here; what stands here is single values, never a series.
"""

from __future__ import annotations

import pandas as pd

from analysis import catalog, tables
from analysis.facts import Fact, State, derived
from analysis.findings import Column, Finding, Table
from analysis.sentences import words
from analysis.themes import held
from analysis.themes import statements as of
from analysis.themes.statements import STATUSES, Statements

SERIES = ("nbs-province", "health-yearbook", "city-yearbook", "unlocated-province-service-2011")
COUNTED = ("计数", "count")
COLUMNS = (
    "what",
    "who",
    "number",
    "printed",
    "period",
    "basis",
)  # the heading says the status, the number its unit


def _rows(**selection) -> pd.DataFrame:
    sources = [
        s
        for s in catalog.sources()
        if s not in SERIES and not s.startswith(("ga-", "po-", "nbs-yearbook", "nhc-"))
    ]
    rows = tables.read("observations", source_id=sources, **selection)
    return rows[rows["salience"] != "metadata"]


def coverage() -> dict[str, dict | None]:
    """Places with at least one stated value; every other province and city of the dictionary with the reason."""
    shown = set(_rows()["region_code"])
    silent = {
        "code": "E0",
        "zh": "本资料集没有只印单项数值的文件提到这个地区。",
        "en": "No document with single values in this collection covers the region.",
    }
    return {
        r.code: None if r.code in shown else silent
        for r in catalog.regions().values()
        if r.level in ("province", "city") and not r.state
    }


def load(region_code: str, as_of: str = "") -> Statements:
    """Every stated value of a place from sources published by ``as_of`` (empty: all). Raises MethodError when there are none."""
    code = catalog.region(region_code).code
    return of.at(code, _rows(region_code=code), as_of, about="single values")


def _count(rows: pd.DataFrame, zh: str, en: str, whole: pd.DataFrame) -> Fact:
    return derived(len(rows), (zh, en), COUNTED, rows=whole)


def data(stated: Statements) -> Finding:
    """How many values, from how many documents, with which status."""
    rows = stated.rows
    by_source = rows.groupby("source_id").size()
    frame = held.both(by_source.index, source=held.title).assign(
        grade=[catalog.source(s).grade for s in by_source.index], n=by_source.to_numpy()
    )
    n = {
        s: _count(
            rows[rows["status"] == s],
            f"{catalog.term(f'status_{s}', 'zh')}数",
            f"values with status {s}",
            rows,
        )
        for s in STATUSES
    }
    return Finding(
        "data",
        words(
            "data",
            "{place}有 {n} 个单项数值，出自 {k} 份文件",
            "{place}: {n} single values, documents: {k}",
            place=stated.place,
            n=_count(rows, "单项数值数", "single values", rows),
            k=_count(by_source, "文件数", "documents", rows),
        ),
        sentences=(
            words(
                "by-status",
                "其中结果 {a} 个，承诺 {c} 个，目标 {t} 个，分开列出。",
                "Results: {a}; commitments: {c}; targets: {t}. They stand apart.",
                a=n["actual"],
                c=n["commitment"],
                t=n["target"],
            ),
        ),
        tables=(
            Table(
                "sources",
                ("出自的文件", "Documents"),
                frame,
                (
                    Column("source", ("文件", "Document"), "name"),
                    Column("grade", ("等级", "Grade"), "code"),
                    Column(
                        "n",
                        ("数值数", "Values"),
                        "number",
                        formula=COUNTED,
                        source_ids=tuple(by_source.index),
                    ),
                ),
            ),
        ),
    )


def listed(stated: Statements, status: str) -> Finding:
    """Every value of one status; a state where there is none."""
    rows = stated.rows[stated.rows["status"] == status].sort_values(["theme", "observation_id"])
    zh, en = what = held.term(f"status_{status}")
    if rows.empty:
        return Finding(
            f"values_{status}",
            words(f"none-{status}", "没有印出{what}", "No {what} is printed", what=what),
            states=(State("E1", (f"文件没有印出{zh}", f"The documents print no {en}")),),
        )
    return Finding(
        f"values_{status}",
        words(
            f"values-{status}",
            "{what}：{n} 个",
            "{what}: {n}",
            what=what,
            n=_count(rows, f"{zh}数", f"number of {en}", rows),
        ),
        tables=(of.table(f"values_{status}", what, rows, "source", first=COLUMNS),),
    )


def closing(stated: Statements) -> Finding:
    """What single values cannot say."""
    return held.closing(
        (
            State(
                "E4",
                (
                    "多为单点数值，没有起点或分母，不能判断变化",
                    "Most are single values without start or denominator: change cannot be judged",
                ),
                ("同一口径的另一年数值", "A value of another year under the same definition"),
            ),
        )
    )
