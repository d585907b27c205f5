"""Stated values: every number that a document or an isolated publication states for a place, as printed, with status and source.

Yearbook series have their own notebooks and are left out here; what stands here is single values, never a series.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Coverage, Fact, State, derived
from analysis.findings import Finding, Table
from analysis.sentences import Sentence, name
from analysis.themes import assessed_hospitals, naming, planned, subjects
from analysis.themes import statements as of
from analysis.themes.statements import STATUSES, Statements

TEXT = texts.of(__file__)

SERIES = ("nbs-province", "health-yearbook", "unlocated-province-service-2011", *planned.EVERYWHERE)
# by time (the keys would put 2024年10月 before 2024年2月), a year behind its last month
ORDER = ["theme", "source_id", "institution_id", "indicator", "period_end", "period_start", "observation_id"]
COLUMNS = (
    "what",
    "who",
    "number",
    "printed",
    "period",
    "basis",
)  # the heading says the status, the number its unit


def _rows(**selection: Any) -> pd.DataFrame:
    sources = [
        s
        for s in catalog.sources()
        if s not in SERIES and not s.startswith(("ga-", "po-", "nbs-yearbook", "nhc-"))
    ]
    rows = tables.read("observations", source_id=sources, **selection)
    return pd.concat([rows[rows["salience"] != "metadata"], _lone(**selection)], ignore_index=True)


def _lone(**selection: Any) -> pd.DataFrame:
    """What is printed of a hospital's one assessed result, where that makes no page of its own."""
    results = tables.read("assessments")
    lone = results[results["region_code"].isin(assessed_hospitals.single(results))]
    return tables.read(
        "observations",
        institution_id=sorted(set(lone["institution_id"])),
        source_id=sorted(set(lone["source_id"])),
        **selection,
    )


def coverage() -> Coverage:
    """Places with at least one stated value; every other province and city of the dictionary with the reason."""
    shown = set(_rows()["region_code"])
    silent = TEXT.reason("E0", "coverage.reason")
    return {code: None if code in shown else silent for code in planned.known()}


def load(region_code: str, as_of: str = "") -> Statements:
    """Every stated value of a place from sources published by ``as_of`` (empty: all). Raises MethodError when there are none."""
    code = catalog.region(region_code).code
    return of.at(code, _rows(region_code=code), as_of, about="single values")


def _own_document(stated: Statements) -> tuple[Sentence, ...]:
    """What the province's own bulletin deals with, where it speaks of cities and never of the province: whose, and how many figures."""
    held = tables.read("observations", source_id=subjects.documents())
    own = held[(held["region_code"] == stated.code) & (held["salience"] == "metadata")]["source_id"]
    if own.empty or set(own) & set(stated.rows["source_id"]):
        return ()
    source = own.iloc[0]
    rows = held[(held["source_id"] == source) & (held["salience"] != "metadata")]
    cities = [c.code for c in catalog.cities_of(stated.code) if c.code in set(rows["region_code"])]
    rows = rows[rows["region_code"].isin(cities)]
    if rows.empty:
        return ()
    return (
        TEXT.say(
            "own.sentences.document",
            id="own-document",
            place=stated.place,
            title=name(naming.title(source)),
            cities=naming.joined(map(naming.place, cities)),
            n=_count(len(rows), *TEXT.pair("data.facts.own_n"), rows, "count()"),
        ),
    )


def _count(n: int, zh: str, en: str, whole: pd.DataFrame, operation: str) -> Fact:
    return derived(n, (zh, en), subjects.COUNTED, rows=whole, operation=operation)


def data(stated: Statements) -> Finding:
    """How many values, from how many documents, with which status."""
    rows = stated.rows
    by_source = rows.groupby("source_id").size()
    frame = naming.both(by_source.index, source=naming.title).assign(
        grade=[catalog.source(s).grade for s in by_source.index], n=by_source.to_numpy()
    )
    n = {
        s: _count(
            int((rows["status"] == s).sum()),
            *TEXT.pair("data.facts.n", term=(catalog.term(f"status_{s}", "zh"), s)),
            rows,
            f"among('status', '{s}')",
        )
        for s in STATUSES
    }
    said = [s for s in STATUSES if n[s].value]
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            place=stated.place,
            n=_count(len(rows), *TEXT.pair("data.facts.data_n"), rows, "count()"),
            k=_count(len(by_source), *TEXT.pair("data.facts.data_k"), rows, "distinct('source')"),
        ),
        sentences=(
            TEXT.say(
                f"data.sentences.{'by-status' if len(said) > 1 else 'alone'}",
                id="by-status",
                place=stated.place,
                parts=naming.chain((TEXT.phrase(f"data.parts.{s}", n=n[s]) for s in said), "list"),
            ),
            *_own_document(stated),
        ),
        tables=(
            Table(
                "sources",
                TEXT.pair("data.caption"),
                frame,
                (
                    TEXT.column("data.columns.source", "name"),
                    TEXT.column("data.columns.grade", "code"),
                    TEXT.column(
                        "data.columns.n",
                        "number",
                        formula=subjects.COUNTED,
                        source_ids=tuple(by_source.index),
                    ),
                ),
            ),
        ),
    )


def listed(stated: Statements, status: str) -> Finding:
    """Every value of one status; a state where there is none."""
    rows = stated.rows[stated.rows["status"] == status]
    rows = rows.sort_values(ORDER, ascending=[name != "period_start" for name in ORDER])
    zh, en = what = naming.term(f"status_{status}")
    if rows.empty:
        return Finding(
            f"values_{status}",
            TEXT.say("listed.headline", what=what),
            states=(State("E1", TEXT.pair("listed.states.E1.title", what=(zh, en))),),
        )
    return Finding(
        f"values_{status}",
        TEXT.say(
            f"printed.{status}",
            n=_count(len(rows), *TEXT.pair("facts.listed_n", what=(zh, en)), rows, "count()"),
        ),
        tables=(of.table(f"values_{status}", what, rows, "source", first=COLUMNS),),
    )


def closing(stated: Statements) -> Finding:
    """What single values cannot say."""
    return subjects.closing(
        (
            TEXT.state(
                "E4",
                "closing.states.E4",
            ),
        )
    )
