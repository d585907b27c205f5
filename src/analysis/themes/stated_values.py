"""Stated values: every number that a document or an isolated publication states for a place, as printed, with status and source.

Yearbook series have their own notebooks and are left out here; what stands here is single values, never a series.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import catalog, tables
from analysis.facts import Fact, State, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import words

SERIES = ("nbs-province", "health-yearbook", "city-yearbook", "unlocated-province-service-2011")
STATUSES = ("actual", "commitment", "target")


@dataclass(frozen=True)
class Stated:
    """Rows of `observations` of a place that stand outside the yearbook series."""

    code: str
    rows: pd.DataFrame

    @property
    def region(self) -> catalog.Region:
        return catalog.region(self.code)


def _rows(**selection) -> pd.DataFrame:
    sources = [s for s in catalog.sources() if s not in SERIES and not s.startswith(("ga-", "po-", "nbs-yearbook", "nhc-"))]
    rows = tables.read("observations", source_id=sources, **selection)
    return rows[rows["salience"] != "metadata"].reset_index(drop=True)


def coverage() -> dict[str, dict | None]:
    """Places with at least one stated value; every other province and city of the dictionary with the reason."""
    held = set(_rows()["region_code"])
    silent = {"code": "E0", "zh": "本资料集没有只印单项数值的文件提到这个地区。", "en": "No document with single values in this collection covers the region."}
    return {r.code: None if r.code in held else silent for r in catalog.regions().values() if r.level in ("province", "city") and not r.state}


def load(region_code: str) -> Stated:
    """Every stated value of a place."""
    region = catalog.region(region_code)
    return Stated(region.code, _rows(region_code=region.code))


def place(stated: Stated) -> tuple[str, str]:
    return stated.region.short("zh"), stated.region.short("en")


def _count(stated: Stated, rows: pd.DataFrame, zh: str, en: str) -> Fact:
    return derived(len(rows), (zh, en), ("计数", "count"), rows=stated.rows)


def data(stated: Stated) -> Finding:
    """How many values, from how many documents, with which status."""
    rows = stated.rows
    by_source = rows.groupby("source_id").size()
    frame = pd.DataFrame({
        "source": [catalog.source(s).title("zh") for s in by_source.index], "source_en": [catalog.source(s).title("en") for s in by_source.index],
        "grade": [catalog.source(s).grade for s in by_source.index], "n": by_source.values,
    })  # fmt: skip
    facts = {s: _count(stated, rows[rows["status"] == s], f"{catalog.term(f'status_{s}', 'zh')}数", f"values with status {s}") for s in STATUSES}
    return Finding(
        "data",
        words("data", "{place}有 {n} 个单项数值，出自 {k} 份文件", "{place}: {n} single values, documents: {k}", place=place(stated), n=_count(stated, rows, "单项数值数", "single values"),
              k=derived(len(by_source), ("文件数", "documents"), ("计数", "count"), rows=rows)),
        sentences=(words("by-status", "其中结果 {a} 个，承诺 {c} 个，目标 {t} 个，分开列出。", "Results: {a}; commitments: {c}; targets: {t}. They stand apart.", a=facts["actual"], c=facts["commitment"], t=facts["target"]),),
        tables=(Table("sources", ("出自的文件", "Documents"), frame, (
            Column("source", ("文件", "Document"), "name"), Column("grade", ("等级", "Grade"), "code"), Column("n", ("数值数", "Values"), "number", formula=("计数", "count"), source_ids=tuple(by_source.index)))),),
    )  # fmt: skip


def listed(stated: Stated, status: str) -> Finding:
    """Every value of one status; a state where there is none."""
    rows = stated.rows[stated.rows["status"] == status].sort_values(["theme", "observation_id"]).reset_index(drop=True)
    term = catalog.term(f"status_{status}", "zh"), catalog.term(f"status_{status}", "en")
    if rows.empty:
        return Finding(f"values_{status}", words(f"none-{status}", "没有印出{what}", "No {what} is printed", what=term), states=(State("E1", (f"文件没有印出{term[0]}", f"The documents print no {term[1]}")),))
    facts = [observed(rows.iloc[[i]]) for i in range(len(rows))]
    labels = [catalog.indicator(k) for k in rows["indicator"]]
    frame = pd.DataFrame({
        "what": [i.label("zh") for i in labels], "what_en": [i.label("en") for i in labels],
        "who": [_who(r, "zh") for r in rows.itertuples()], "who_en": [_who(r, "en") for r in rows.itertuples()], "value": facts, "printed": rows["as_printed"],
        "period": [_period(r, "zh") for r in rows.itertuples()], "period_en": [_period(r, "en") for r in rows.itertuples()],
        "source": [catalog.source(s).title("zh") for s in rows["source_id"]], "source_en": [catalog.source(s).title("en") for s in rows["source_id"]],
    })  # fmt: skip
    return Finding(
        f"values_{status}",
        words(f"values-{status}", "{what}：{n} 个", "{what}: {n}", what=term, n=derived(len(rows), (f"{term[0]}数", f"number of {term[1]}"), ("计数", "count"), rows=rows)),
        tables=(Table(f"values_{status}", term, frame, (
            Column("what", ("内容", "What"), "name"), Column("who", ("机构", "Institution"), "text"), Column("value", ("数值", "Value"), "count", source_ids=tuple(sorted(rows["source_id"].unique()))),
            Column("printed", ("原文所印", "As printed"), "text"), Column("period", ("时期", "Period"), "text"), Column("source", ("文件", "Document"), "text"))),),
    )  # fmt: skip


def _who(row, lang: str) -> str:
    institution = catalog.institutions().get(row.institution_id) if row.institution_id else None
    return row.institution if institution is None else institution.name(lang)


def _period(row, lang: str) -> str:
    basis = catalog.term(f"period_basis_{row.period_basis}", lang)
    span = row.period_end[:4] if row.period_start[:4] in ("", row.period_end[:4]) else f"{row.period_start[:4]}–{row.period_end[:4]}"
    return f"{span}（{basis}）" if lang == "zh" else f"{span} ({basis})"


def closing(stated: Stated) -> Finding:
    """What single values cannot say."""
    return Finding(
        "missing",
        words("missing", "本页不知道的", "What this page does not know"),
        states=(
            State("E4", ("多为单点数值，没有起点或分母，不能判断变化", "Most are single values without start or denominator: change cannot be judged"), ("同一口径的另一年数值", "A value of another year under the same definition")),
        ),
    )  # fmt: skip
