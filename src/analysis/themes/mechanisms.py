"""Mechanisms, governance and culture: which measures the documents describe, where, since when, and what could be observed.

Rows: the table `measures` (measures without a number of their own), linked to statements where a number stands beside them. The
analysis is a display, not an estimate: mechanism by institution, dated timeline, statement-observable-source (Pawson and Tilley 1997;
Miles, Huberman and Saldaña). A measure that is not mentioned may well exist. Roles, never persons; no scoring.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from analysis import catalog, tables, texts
from analysis.errors import refuse
from analysis.facts import Coverage, Fact, Text, observed
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import Phrase, Sentence, chain, name
from analysis.themes import naming, planned, subjects
from analysis.themes.mechanism_families import FAMILIES, FAMILY_OF
from analysis.themes.naming import Row
from analysis.words import common, nth

TEXT = texts.of(__file__)

UNNAMED = "四化同步集成改革"  # a programme named by a number of things that no document lists
NAMED = 3  # so many kinds of mechanism are named in the sentence that counts them

OTHERS = "others"
KIND = {"in_force": "mentioned", "planned": "commitment", "proposal": "commitment"}
KEY = "measure_id"


@dataclass(frozen=True)
class Measures(subjects.Subject):
    """A place's measures. rows: rows of `measures` with family, who, who_en and place; everything: all measures; statements: linked ones by id."""

    rows: pd.DataFrame
    everything: pd.DataFrame = field(repr=False)
    statements: dict[str, dict] = field(repr=False)
    KEY: ClassVar[str] = KEY

    @property
    def whole(self) -> pd.DataFrame:
        return self.everything

    def linked(self, row: Row) -> list[Fact]:
        """Facts beside a measure."""
        return [
            observed(self.statements[i])
            for i in subjects.ids(row["linked_observation_ids"])
            if i in self.statements
        ]


def _place_of(code: str) -> str:
    """The city of a county, else the code itself."""
    region = catalog.region(code)
    return region.parent if region.level == "county" else code


def coverage() -> Coverage:
    """Places with a described measure have a page, and the nation has one with all of them."""
    described = {_place_of(code) for code in tables.read("measures")["region_code"]}
    mentioned = subjects.mentioned()
    silent = TEXT.reason("E1", "coverage.reason")
    return subjects.once(lambda: bool(described), {catalog.NATION: None}) | {
        code: None
        if code in described
        else (silent if code in mentioned else subjects.absent(code, mentioned))
        for code in planned.codes()
    }


def load(region_code: str, as_of: str = "") -> Measures:
    """Measures of a place (a city: with its counties; the nation: all), from documents published by ``as_of`` (empty: all)."""
    code = catalog.region(region_code).code
    rows = subjects.published(tables.read("measures").sort_values(KEY), as_of).reset_index(drop=True)
    who = [naming.named(r.institution_id, r.institution, r.region_code) for r in rows.itertuples()]
    rows = rows.assign(
        family=rows["mechanism"].map(FAMILY_OF),
        who=[zh for zh, _ in who],
        who_en=[en for _, en in who],
        place=[_place_of(c) for c in rows["region_code"]],
    )
    own = rows if code == catalog.NATION else rows[rows["place"] == code].reset_index(drop=True)
    if own.empty:
        raise refuse(
            "mechanisms.load",
            f"no measure for {code} by {as_of or 'now'}",
            "at least one",
            "see coverage() for the places that have a page",
        )
    wanted = sorted({i for text in own["linked_observation_ids"] for i in subjects.ids(text)})
    statements = tables.read("observations", observation_id=wanted).to_dict("records") if wanted else []
    return Measures(code, own, rows, {s["observation_id"]: s for s in statements})


def paraphrase(row: Row) -> Text:
    """The measure in our own words."""
    return row["paraphrase_zh"].replace(",", "，"), row["paraphrase_en"]


def institution(row: Row) -> Text:
    """Whose measure it is."""
    return row["who"], row["who_en"]


def family(row: Row) -> Text:
    """The family's name."""
    return FAMILIES[row["family"]].label


def start(row: Row) -> Text:
    """The start date with its basis where it is not printed as such; empty when none is printed."""
    if not row["start_date"]:
        return "", ""
    if row["start_basis"] == "explicit":
        return (row["start_date"],) * 2
    zh, en = {
        "inferred": TEXT.pair("start.zh_en_inferred"),
        "relative_resolved": TEXT.pair("start.zh_en_relative_resolved"),
    }.get(row["start_basis"], TEXT.pair("start.zh_en"))
    return f"{row['start_date']}（{zh}）", f"{row['start_date']} ({en})"


def data(measures: Measures) -> Finding:
    """What is held: one row a document."""
    rows = measures.rows
    grouped = rows.groupby("source_id")
    frame = naming.both(({"s": s} for s, _ in grouped), source=lambda r: naming.title(r["s"])).assign(
        n=[len(p) for _, p in grouped],
        dated=[int((p["start_date"] != "").sum()) for _, p in grouped],
        linked=[int((p["linked_observation_ids"] != "").sum()) for _, p in grouped],
        grade=[p["source_grade"].iloc[0] for _, p in grouped],
    )
    number = dict(style="number", source_ids=subjects.sources(rows), formula=subjects.COUNTED)
    linked, n = (
        rows[rows["linked_observation_ids"] != ""],
        measures.n(rows, TEXT.pair("data.facts.linked_n")),
    )
    values = {
        "place": measures.place,
        "n": n,
        "k": measures.n(linked, TEXT.pair("data.facts.values_k")),
        "d": measures.n(rows[rows["start_date"] != ""], TEXT.pair("data.facts.values_d")),
    }
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            **values,
        ),
        sentences=(
            TEXT.say(
                "data.sentences.not-undone",
            ),
        ),
        tables=(
            Table(
                "held",
                TEXT.pair("data.caption"),
                frame,
                (
                    TEXT.column("data.columns.source", "name"),
                    TEXT.column("data.columns.n", **number),
                    TEXT.column("data.columns.dated", **number),
                    TEXT.column("data.columns.linked", **number),
                    TEXT.column("data.columns.grade", "text"),
                ),
            ),
        ),
    )


def _columns(measures: Measures) -> list[str]:
    """Columns of the matrix: the nation's page has places, a region's page its own institutions and all others together."""
    if measures.is_nation:
        return list(dict.fromkeys(measures.rows["place"]))
    return [*dict.fromkeys(measures.rows["who"]), OTHERS]


def matrix_rows(measures: Measures) -> pd.DataFrame:
    """One row a filled cell: row (family), column, n, kind (mentioned when any measure is in force), as charts.matrix takes it with text."""
    r = measures.everything
    inside = r[KEY].isin(measures.rows[KEY])
    cells = r.assign(
        row=r["family"],
        column=r["place"] if measures.is_nation else r["who"].where(inside, OTHERS),
        kind=r["status"].map(KIND),
    )
    table = (
        cells.groupby(["row", "column"], sort=False)
        .agg(n=(KEY, "size"), planned=("kind", lambda k: int((k == "commitment").sum())))
        .reset_index()
    )
    table["kind"] = [
        "commitment" if p == n else "mentioned" for p, n in zip(table["planned"], table["n"], strict=True)
    ]
    return table.assign(text=table["n"].astype(str))


def labels(measures: Measures, lang: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of the matrix's rows and columns, in order."""
    i, known = nth(lang), dict(zip(measures.rows["who"], measures.rows["who_en"], strict=True))
    rows = {key: family.label[i] for key, family in FAMILIES.items()}
    if measures.is_nation:
        return rows, {code: catalog.region(code).short(lang) for code in _columns(measures)}
    return rows, {
        key: catalog.term("other_places", lang) if key == OTHERS else (known[key] if i else key)
        for key in _columns(measures)
    }


def highlight(measures: Measures) -> str | None:
    """The column of the page's own institution when there is only one."""
    columns = _columns(measures)
    return columns[0] if not measures.is_nation and len(columns) == 2 else None


def matrix(measures: Measures, drawing: Drawn | None) -> Finding:
    """Which mechanism is described where. drawing: charts.matrix of labels and matrix_rows."""
    rows, where = measures.rows, measures.place
    cells = matrix_rows(measures)
    cells = cells.sort_values("row", key=lambda r: r.map(list(FAMILIES).index), kind="stable")
    known = dict(zip(rows["who"], rows["who_en"], strict=True))
    column = (
        (lambda c: naming.place(c["column"]))
        if measures.is_nation
        else (
            lambda c: (
                naming.term("other_places") if c["column"] == OTHERS else (c["column"], known[c["column"]])
            )
        )
    )
    frame = naming.both(
        (c for _, c in cells.iterrows()), family=lambda c: FAMILIES[c["row"]].label, where=column
    ).assign(n=cells["n"].to_list(), planned=cells["planned"].to_list())
    values: dict[str, Any] = {
        "place": where,
        "n": measures.n(rows, TEXT.pair("matrix.facts.values_n")),
        "f": measures.n(rows, TEXT.pair("matrix.facts.values_f"), of="family", unit="类"),
        "h": measures.n(rows, TEXT.pair("matrix.facts.values_h"), of="who", unit="家"),
        "p": measures.n(rows[rows["status"] != "in_force"], TEXT.pair("matrix.facts.values_p")),
        "k": measures.n(rows[rows["linked_observation_ids"] != ""], TEXT.pair("data.facts.values_k")),
    }
    few = [FAMILIES[key].label for key in FAMILIES if key in set(rows["family"])][: NAMED + 1]
    kinds = (
        tuple(
            f"（{'、'.join(label[0] for label in few)}）"
            if i == 0
            else f" ({', '.join(label[1].lower() for label in few)})"
            for i in (0, 1)
        )
        if len(few) <= NAMED
        else ("", "")
    )
    sentences = [
        TEXT.say(
            "matrix.sentences.measures_counted"
            if values["n"].value == values["k"].value
            else "matrix.sentences.measures",
            **values
            | {"place": TEXT.pair("matrix.measures_place") if measures.is_nation else where, "kinds": kinds},
        )
    ]
    sentences += _unnamed(measures) + _counties(measures)
    if values["p"].value:
        sentences.append(TEXT.say("matrix.sentences.planned", **values))
    number = dict(style="number", source_ids=subjects.sources(measures.everything), formula=subjects.COUNTED)
    return Finding(
        "matrix",
        TEXT.say(
            "matrix.headline",
            **values,
        ),
        TEXT.say(
            "matrix.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "matrix.note",
        ),
        opens=not set(rows["family"]) <= {"party_work", "culture"},
        drawing=drawing,
        tables=(
            Table(
                "matrix",
                TEXT.pair("matrix.caption"),
                frame,
                (
                    TEXT.column("matrix.columns.family", "name"),
                    TEXT.column("matrix.columns.where", "name"),
                    TEXT.column("matrix.columns.n", **number),
                    TEXT.column("matrix.columns.planned", **number),
                ),
            ),
        ),
        alt=TEXT.say(
            "matrix.alt",
            **values,
        ),
    )


def _unnamed(measures: Measures) -> list[Sentence]:
    """That a programme's name counts what no document lists."""
    rows = measures.rows[measures.rows["programme"] == UNNAMED]
    if rows.empty or measures.is_nation:
        return []
    count = measures.n(rows, TEXT.pair("matrix.facts.values_c"))
    return [
        TEXT.say(
            "matrix.sentences.unnamed", place=measures.place, name=TEXT.pair("matrix.unnamed.name"), c=count
        )
    ]


def _county(code: str) -> Text:
    """A county's name: in full in Chinese, where the short one is often one character, and short in English."""
    return catalog.region(code).name("zh"), catalog.region(code).short("en")


def _counties(measures: Measures) -> list[Sentence]:
    """Measures of a city that reach one of its counties, by the county's name."""
    rows = measures.rows[[catalog.region(code).level == "county" for code in measures.rows["region_code"]]]
    if rows.empty or measures.is_nation:
        return []
    items = [
        TEXT.phrase(
            "matrix.county.item",
            county=_county(row["region_code"]),
            what=name(naming.lowered(paraphrase(row))),
        )
        for _, row in rows.iterrows()
    ]
    count = measures.n(rows, TEXT.pair("matrix.facts.values_county"))
    return [
        TEXT.say(
            "matrix.sentences.counties", place=measures.place, c=count, items=naming.chain(items, "semicolon")
        )
    ]


def event_rows(measures: Measures, lang: str) -> pd.DataFrame:
    """One row a dated measure as charts.timeline takes it: planned ones hollow."""
    i, dated = nth(lang), measures.rows[measures.rows["start_date"] != ""]
    return pd.DataFrame(
        [
            {
                "date": row["start_date"],
                "label": paraphrase(row)[i],
                "kind": "target" if KIND[row["status"]] == "commitment" else "actual",
                "highlight": not measures.is_nation,
                "group": institution(row)[i]
                if row["start_basis"] == "explicit"
                else f"{institution(row)[i]} · {catalog.term('date_not_explicit', lang)}",
            }
            for _, row in dated.iterrows()
        ],
        columns=["date", "label", "kind", "highlight", "group"],
    )


def timeline(measures: Measures, drawing: Drawn | None) -> Finding:
    """When the dated measures began. drawing: charts.timeline of event_rows, or None without a date."""
    rows, where = measures.rows, measures.place
    dated = rows[rows["start_date"] != ""].sort_values("start_date", kind="stable")
    if drawing is None:
        state = TEXT.state(
            "E4",
            "timeline.states.E4",
            where=where,
        )
        return Finding(
            "timeline",
            TEXT.say(
                "timeline.headline",
                place=where,
            ),
            states=(state,),
        )
    values: dict[str, Any] = {
        "place": where,
        "n": measures.n(rows, TEXT.pair("timeline.facts.values_n")),
        "d": measures.n(dated, TEXT.pair("timeline.facts.values_d")),
        "u": measures.n(dated[dated["start_basis"] != "explicit"], TEXT.pair("timeline.facts.values_u")),
    }
    sentences = []
    if values["u"].value:
        sentences.append(
            TEXT.say(
                "timeline.sentences.resolved",
                **values,
            )
        )
    frame = naming.both(
        (row for _, row in dated.iterrows()),
        measure=paraphrase,
        who=institution,
        start=start,
        status=lambda r: naming.term(f"measure_{r['status']}"),
    )
    return Finding(
        "timeline",
        TEXT.say(
            "timeline.headline_2",
            **values,
        ),
        TEXT.say(
            "timeline.subtitle",
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        opens=len(dated) <= 15,
        tables=(
            Table(
                "timeline",
                TEXT.pair("timeline.caption"),
                frame,
                (
                    TEXT.column("timeline.columns.start", "text"),
                    TEXT.column("timeline.columns.measure", "name"),
                    TEXT.column("timeline.columns.who", "name"),
                    TEXT.column("timeline.columns.status", "text"),
                ),
            ),
        ),
        alt=TEXT.say(
            "timeline.alt",
            **values,
        ),
    )


def observables(measures: Measures) -> Finding:
    """What could be observed for each mechanism, and what number stands beside it."""
    rows = measures.rows
    grouped = [(key, rows[rows["family"] == key]) for key in FAMILIES if (rows["family"] == key).any()]
    frame = naming.both(
        ({"key": key} for key, _ in grouped),
        family=lambda r: FAMILIES[r["key"]].label,
        observable=lambda r: FAMILIES[r["key"]].observable,
        record=lambda r: FAMILIES[r["key"]].record,
    )
    frame = frame.assign(
        n=[len(part) for _, part in grouped],
        linked=[int((part["linked_observation_ids"] != "").sum()) for _, part in grouped],
    )
    bare = rows[rows["linked_observation_ids"] == ""]
    values = {
        "place": measures.place,
        "n": measures.n(rows, TEXT.pair("observables.facts.values_n")),
        "b": measures.n(bare, TEXT.pair("observables.facts.values_b")),
    }
    number = dict(style="number", source_ids=subjects.sources(rows), formula=subjects.COUNTED)
    return Finding(
        "observables",
        TEXT.say(
            "observables.headline",
            **values,
        ),
        sentences=(
            TEXT.say(
                "observables.sentences.observable",
            ),
        ),
        tables=(
            Table(
                "observables",
                TEXT.pair("observables.caption"),
                frame,
                (
                    TEXT.column("observables.columns.family", "name"),
                    TEXT.column("observables.columns.n", **number),
                    TEXT.column("observables.columns.linked", **number),
                    TEXT.column("observables.columns.observable", "text"),
                    TEXT.column("observables.columns.record", "text"),
                ),
            ),
        ),
    )


def _numbers(measures: Measures, row: Row) -> Phrase:
    """Numbers beside a measure: label and number, joined."""
    parts = [
        Phrase("{label} {number}", "{label} {number}", {"label": name(naming.label(key)), "number": fact})
        for fact in measures.linked(row)
        for key in [measures.statements[fact.observations[0]]["indicator"]]
    ]
    return chain(parts, common().pair("pages.semicolon"))


def every(measures: Measures) -> Finding:
    """Every measure in our own words, with what stands beside it; of the nation, the numbers stand on the places' own pages."""
    rows = measures.rows
    beside = () if measures.is_nation else (TEXT.column("all.columns.numbers", "text"),)
    frame = naming.both(
        (row for _, row in rows.iterrows()),
        measure=paraphrase,
        who=institution,
        family=family,
        start=start,
        status=lambda r: naming.term(f"measure_{r['status']}"),
        source=lambda r: naming.title(r["source_id"]),
    ).assign(id=rows[KEY].to_list(), numbers=[_numbers(measures, row) for _, row in rows.iterrows()])
    return Finding(
        "all",
        TEXT.say(
            "all.headline",
            n=measures.n(rows, TEXT.pair("all.facts.all_n")),
        ),
        tables=(
            Table(
                "all",
                TEXT.pair("all.caption"),
                frame,
                (
                    TEXT.column("all.columns.measure", "name"),
                    TEXT.column("all.columns.who", "name"),
                    TEXT.column("all.columns.family", "text"),
                    TEXT.column("all.columns.status", "text"),
                    TEXT.column("all.columns.start", "text"),
                    *beside,
                    TEXT.column("all.columns.source", "text"),
                    TEXT.column("all.columns.id", "code"),
                ),
            ),
        ),
        note=TEXT.say("all.note") if measures.is_nation else None,
        more_facts=tuple(
            fact for _, row in rows.iterrows() for fact in (measures.linked(row) if beside else ())
        ),
    )


def closing(measures: Measures) -> Finding:
    """What the documents leave open."""
    rows, where = measures.rows, measures.place
    states = [
        TEXT.state(
            "E3",
            "closing.states.E3",
            where=where,
        )
    ]
    if (rows["linked_observation_ids"] == "").all():
        states.append(
            TEXT.state(
                "E4",
                "closing.states.E4",
                where=where,
            )
        )
    if (rows["status"] != "in_force").any():
        states.append(
            TEXT.state(
                "E6",
                "closing.states.E6",
            )
        )
    return subjects.closing(states)
