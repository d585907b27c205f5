"""Start here: what is held, and one indicator of one region as table, chart and citation. For exploring in JupyterLab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis import catalog, tables, texts
from analysis.errors import refuse
from analysis.facts import derived, observed, provenance
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import Value, name, year
from analysis.themes import naming, subjects

TEXT = texts.of(__file__)

TABLES = TEXT.group("tables")


def holdings() -> Finding:
    """One row a table: what a row is and how many there are."""
    frames = {key: tables.read(key) for key in TABLES}
    observations = frames["observations"]
    total = derived(
        len(observations), *TEXT.fact("holdings.facts.total"), rows=observations, operation="count()"
    )
    sources = subjects.sources(observations)
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
        TEXT.say("holdings.headline", n=total),
        tables=(
            Table(
                "holdings",
                TEXT.pair("holdings.caption"),
                frame,
                (
                    TEXT.column("holdings.columns.table", "code"),
                    TEXT.column("holdings.columns.row", "text"),
                    TEXT.column("holdings.columns.rows", "number", source_ids=sources),
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
    number = derived(len(rows), *TEXT.fact("held_for.facts.number"), rows=rows, operation="count()")
    kinds = derived(
        grouped["indicator"].nunique(),
        *TEXT.fact("held_for.facts.kinds"),
        rows=rows,
        operation="distinct('indicator')",
    )
    return Finding(
        "held_for",
        TEXT.say(
            "held_for.headline",
            place=naming.in_both(region.short),
            k=kinds,
            n=number,
        ),
        tables=(
            Table(
                "held_for",
                TEXT.pair("held_for.caption"),
                frame,
                (
                    TEXT.column("held_for.columns.indicator", "code"),
                    TEXT.column("held_for.columns.label", "name"),
                    TEXT.column("held_for.columns.first", "year"),
                    TEXT.column("held_for.columns.last", "year"),
                    TEXT.column(
                        "held_for.columns.values",
                        "number",
                        source_ids=subjects.sources(rows),
                    ),
                    TEXT.column("held_for.columns.source", "text"),
                ),
            ),
        ),
    )


def main_source(rows: pd.DataFrame) -> str:
    """The source with the most values among the rows; a row without a value is none."""
    held = rows.loc[rows["value"].notna(), "source_id"]
    if held.empty:
        raise refuse(
            "start_here.series",
            "no row with a value" if len(rows) else "no row",
            "an indicator and years that the region has",
            "see the list of indicators above",
        )
    return held.value_counts().index[0]


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


def series(rows: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """One indicator of one region: every value as printed, with the newest in the headline.

    The headline gives the first and last value of the source with most of them, and a newer one of another source where there is one;
    a value is said once where it is single or where the last is the first again.
    """
    held = rows[rows["value"].notna()].sort_values("period_end", kind="stable")
    main = held[held["source_id"] == main_source(rows)]
    label, region = catalog.indicator(main["indicator"].iloc[0]), catalog.region(main["region_code"].iloc[0])
    what, where = naming.in_both(label.label), naming.in_both(region.short)
    said = _said(main, held) | {"where": where, "what": _safe(what)}
    kind = _kind(said, main)
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
        TEXT.say(f"series.headline_{kind}", **said),
        TEXT.say(
            "series.subtitle",
            unit=naming.in_both(label.unit_label),
        ),
        drawing=drawing,
        tables=(
            Table(
                "series",
                what,
                frame,
                (
                    TEXT.column("series.columns.period", "year"),
                    TEXT.column(
                        "series.columns.value",
                        "count",
                        base_unit=label.unit,
                        unit=(label.unit, label.unit_en),
                        source_ids=provenance(rows).source_ids,
                    ),
                    TEXT.column("series.columns.printed", "text"),
                    TEXT.column("series.columns.source", "text"),
                ),
            ),
        ),
        alt=TEXT.say(f"series.alt_{kind}", **said),
    )


def _said(main: pd.DataFrame, held: pd.DataFrame) -> dict[str, Value]:
    """First (a, x; where there are two) and last (b, y) value of the main source; a newer one of another (c, z, source)."""
    said: dict[str, Value] = {"b": year(main["period_end"].iloc[-1][:4]), "y": observed(main.iloc[[-1]])}
    if main["period_end"].nunique() > 1:
        said |= {"a": year(main["period_end"].iloc[0][:4]), "x": observed(main.iloc[[0]])}
    newer = held[held["period_end"] > main["period_end"].iloc[-1]]
    if len(newer):
        title = naming.title(newer["source_id"].iloc[-1])
        said |= {
            "c": year(newer["period_end"].iloc[-1][:4]),
            "z": observed(newer.iloc[[-1]]),
            "source": name(title),
        }
    return said


def _kind(said: Mapping[str, Value], main: pd.DataFrame) -> str:
    """Which sentence says the series: ``one`` value, ``flat`` (first and last the same), ``span``; with a newer source ``next``, ``two``."""
    if "z" in said:
        return "two" if "x" in said else "next"
    if "x" not in said:
        return "one"
    return "flat" if main["value"].iloc[0] == main["value"].iloc[-1] else "span"


def _safe(text: tuple[str, str]) -> Any:
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
        TEXT.say("citation.headline"),
        tables=(
            Table(
                "citation",
                TEXT.pair("citation.caption"),
                frame,
                (
                    TEXT.column("citation.columns.producer", "name"),
                    TEXT.column("citation.columns.title", "text"),
                    TEXT.column("citation.columns.published", "code"),
                    TEXT.column("citation.columns.grade", "code"),
                    TEXT.column("citation.columns.url", "code"),
                    TEXT.column("citation.columns.note", "text"),
                ),
            ),
        ),
    )
