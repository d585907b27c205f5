"""Start here: what is held, and one indicator of one region as table, chart and citation. For exploring in JupyterLab."""

from __future__ import annotations

import pandas as pd

from analysis import catalog, tables
from analysis.errors import refuse
from analysis.facts import derived, observed, provenance
from analysis.findings import Column, Finding, Table
from analysis.sentences import name, words, year
from analysis.themes import held

TABLES = {
    "observations": ("一个来源印出的一个数", "a value as one source printed it"), "measures": ("一项没有数字的改革措施", "a reform measure without a number"),
    "targets": ("一个目标", "a target"), "assessments": ("一家医院的一次考核结果", "a hospital's result in one assessment"), "policies": ("一个政策时点", "a dated policy event"), "centres": ("一个区域医疗中心项目", "a project of a regional medical centre"),
}  # fmt: skip


def holdings() -> Finding:
    """One row a table: what a row is and how many there are."""
    frames = {key: tables.read(key) for key in TABLES}
    observations = frames["observations"]
    total = derived(len(observations), ("观测数", "observations"), ("计数", "count"), rows=observations)
    sources = held.sources(observations)
    frame = pd.DataFrame(
        {
            "table": list(TABLES),
            "row": [TABLES[k][0] for k in TABLES],
            "row_en": [TABLES[k][1] for k in TABLES],
            "rows": [len(frames[k]) for k in TABLES],
        }
    )
    return Finding(
        "holdings",
        words("holdings", "共有 {n} 个有出处的数", "{n} numbers are held, each with its source", n=total),
        tables=(
            Table(
                "holdings",
                ("各表的行数", "Rows of each table"),
                frame,
                (
                    Column("table", ("表", "Table"), "code"),
                    Column("row", ("一行是", "One row is"), "text"),
                    Column("rows", ("行数", "Rows"), "number", formula=("计数", "count"), source_ids=sources),
                ),
            ),
        ),
    )


def held_for(region_code: str) -> Finding:
    """One row an indicator and source of the region: years and number of values."""
    region = catalog.region(region_code)
    rows = tables.read("observations", region_code=region.code)
    if rows.empty:
        raise refuse(
            "start_here.held_for",
            region.name("zh"),
            "a region with observations",
            "choose another region; reports/missing.html lists what is not held",
        )
    grouped = rows.groupby(["indicator", "source_id"], as_index=False).agg(
        first=("period_end", "min"), last=("period_end", "max"), values=("observation_id", "size")
    )
    frame = grouped.assign(
        label=[catalog.indicator(k).label("zh") for k in grouped["indicator"]],
        label_en=[catalog.indicator(k).label("en") for k in grouped["indicator"]],
        source=[catalog.source(s).title("zh") for s in grouped["source_id"]],
        source_en=[catalog.source(s).title("en") for s in grouped["source_id"]],
        first=grouped["first"].str[:4],
        last=grouped["last"].str[:4],
    )
    number = derived(
        len(rows), ("本地区的观测数", "observations of the region"), ("计数", "count"), rows=rows
    )
    kinds = derived(
        grouped["indicator"].nunique(),
        ("本地区的指标数", "indicators of the region"),
        ("计数", "count"),
        rows=rows,
    )
    return Finding(
        "held_for",
        words(
            "held-for",
            "{place}有 {k} 项指标、{n} 个数",
            "{place} has {n} values of {k} indicators",
            place=held.in_both(region.short),
            k=kinds,
            n=number,
        ),
        tables=(
            Table(
                "held_for",
                ("指标、年份和来源", "Indicators, years and sources"),
                frame,
                (
                    Column("indicator", ("键", "Key"), "code"),
                    Column("label", ("指标", "Indicator"), "name"),
                    Column("first", ("起", "From"), "year"),
                    Column("last", ("止", "To"), "year"),
                    Column(
                        "values",
                        ("个数", "Values"),
                        "number",
                        formula=("计数", "count"),
                        source_ids=held.sources(rows),
                    ),
                    Column("source", ("来源", "Source"), "text"),
                ),
            ),
        ),
    )


def main_source(rows: pd.DataFrame) -> str:
    """The source with the most values among the rows."""
    if rows.empty:
        raise refuse(
            "start_here.series",
            "no row",
            "an indicator and years that the region has",
            "see the list of indicators above",
        )
    return rows["source_id"].value_counts().index[0]


def line_rows(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One row a source and year as charts.lines takes it."""
    annual = rows[rows["year"].notna() & rows["value"].notna()]
    return pd.DataFrame(
        {
            "code": annual["source_id"],
            "name": [catalog.source(s).title(lang) for s in annual["source_id"]],
            "year": annual["year"].astype(int),
            "value": annual["value"].astype(float),
        }
    )


def series(rows: pd.DataFrame, drawing) -> Finding:
    """One indicator of one region: every value as printed, with the newest in the headline."""
    main = rows[(rows["source_id"] == main_source(rows)) & rows["value"].notna()].sort_values("period_end")
    first, last = observed(main.iloc[[0]]), observed(main.iloc[[-1]])
    label, region = catalog.indicator(main["indicator"].iloc[0]), catalog.region(main["region_code"].iloc[0])
    what, where = held.in_both(label.label), held.in_both(region.short)
    facts = [observed(rows.iloc[[i]]) for i in range(len(rows))]
    frame = pd.DataFrame(
        {
            "period": rows["period_end"].str[:4],
            "value": facts,
            "printed": rows["as_printed"],
            "source": [catalog.source(s).title("zh") for s in rows["source_id"]],
            "source_en": [catalog.source(s).title("en") for s in rows["source_id"]],
        }
    ).reset_index(drop=True)
    return Finding(
        "series",
        words(
            "series",
            "{where}{what}：{a} 年 {x}，{b} 年 {y}",
            "{where}, {what}: {x} in {a}, {y} in {b}",
            where=where,
            what=_safe(what),
            a=year(main["period_end"].iloc[0][:4]),
            b=year(main["period_end"].iloc[-1][:4]),
            x=first,
            y=last,
        ),
        words(
            "series-sub",
            "单位：{unit}；各来源分开",
            "Unit: {unit}; sources apart",
            unit=held.in_both(label.unit_label),
        ),
        drawing=drawing,
        tables=(
            Table(
                "series",
                what,
                frame,
                (
                    Column("period", ("年", "Year"), "year"),
                    Column(
                        "value",
                        ("数值", "Value"),
                        "count",
                        base_unit=label.unit,
                        source_ids=provenance(rows).source_ids,
                    ),
                    Column("printed", ("原文所印", "As printed"), "text"),
                    Column("source", ("来源", "Source"), "text"),
                ),
            ),
        ),
        alt=words(
            "series-alt",
            "{where}{what}，{a} 年为 {x}，{b} 年为 {y}。",
            "{where}, {what}: {x} in {a} and {y} in {b}.",
            where=where,
            what=_safe(what),
            a=year(main["period_end"].iloc[0][:4]),
            b=year(main["period_end"].iloc[-1][:4]),
            x=first,
            y=last,
        ),
    )


def _safe(text: tuple[str, str]):
    """A label that may hold digits, as a name."""
    return name(text[0]) if any(ch.isdigit() for ch in "".join(text)) else text


def citation(rows: pd.DataFrame) -> Finding:
    """How to cite the values: publisher, title, date, address where known."""
    used = [catalog.source(s) for s in sorted(rows["source_id"].unique())]
    frame = pd.DataFrame(
        {
            "producer": [s.producer("zh") for s in used],
            "producer_en": [s.producer("en") for s in used],
            "title": [s.title("zh") for s in used],
            "title_en": [s.title("en") for s in used],
            "published": [s.published for s in used],
            "grade": [s.grade for s in used],
            "url": [s.url for s in used],
            "note": [s.licence_note_zh for s in used],
            "note_en": [s.licence_note_en for s in used],
        }
    )
    return Finding(
        "citation",
        words("citation", "引用以下发布者", "Cite these publishers"),
        tables=(
            Table(
                "citation",
                ("来源", "Sources"),
                frame,
                (
                    Column("producer", ("发布者", "Publisher"), "name"),
                    Column("title", ("题名", "Title"), "text"),
                    Column("published", ("日期", "Date"), "code"),
                    Column("grade", ("等级", "Grade"), "code"),
                    Column("url", ("网址", "Address"), "code"),
                    Column("note", ("使用", "Use"), "text"),
                ),
            ),
        ),
    )
