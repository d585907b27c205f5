"""Mechanisms, governance and culture: which measures the documents describe, where, since when, and what could be observed.

Rows: the table `measures` (117 measures without a number of their own), linked to statements where a number stands beside them. The
analysis is a display, not an estimate: mechanism by institution, dated timeline, statement-observable-source (Pawson and Tilley 1997;
Miles, Huberman and Saldaña). A measure that is not mentioned may well exist. Roles, never persons; no scoring.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from analysis import catalog, tables
from analysis.errors import refuse
from analysis.facts import Fact, State, Text, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, words
from analysis.themes import held, planned
from analysis.themes.mechanism_families import FAMILIES, FAMILY_OF

NAMED = 3  # so many kinds of mechanism are named in the sentence that counts them

OTHERS = "others"
KIND = {"in_force": "mentioned", "planned": "commitment", "proposal": "commitment"}
KEY = "measure_id"


@dataclass(frozen=True)
class Measures(held.Subject):
    """A place's measures. rows: rows of `measures` with family, who, who_en and place; everything: all measures; statements: linked ones by id."""

    rows: pd.DataFrame
    everything: pd.DataFrame = field(repr=False)
    statements: dict[str, dict] = field(repr=False)

    def linked(self, row) -> list[Fact]:
        """Facts beside a measure."""
        return [
            observed(self.statements[i])
            for i in held.ids(row["linked_observation_ids"])
            if i in self.statements
        ]


def _place_of(code: str) -> str:
    """The city of a county, else the code itself."""
    region = catalog.region(code)
    return region.parent if region.level == "county" else code


def coverage() -> dict[str, dict | None]:
    """Places with a described measure have a page, and the nation has one with all of them."""
    described = {_place_of(code) for code in tables.read("measures")["region_code"]}
    mentioned = held.mentioned()
    silent = {
        "code": "E1",
        "zh": "文件涉及该地，没有描述改革措施",
        "en": "The documents deal with the place but describe no measure",
    }
    return {catalog.NATION: None} | {
        code: None if code in described else dict(silent if code in mentioned else held.ABSENT)
        for code in planned.codes()
    }


def load(region_code: str, as_of: str = "") -> Measures:
    """Measures of a place (a city: with its counties; the nation: all), from documents published by ``as_of`` (empty: all)."""
    code = catalog.region(region_code).code
    rows = held.published(tables.read("measures").sort_values(KEY), as_of).reset_index(drop=True)
    who = [held.named(r.institution_id, r.institution, r.region_code) for r in rows.itertuples()]
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
    wanted = sorted({i for text in own["linked_observation_ids"] for i in held.ids(text)})
    statements = tables.read("observations", observation_id=wanted).to_dict("records") if wanted else []
    return Measures(code, own, rows, {s["observation_id"]: s for s in statements})


def paraphrase(row) -> Text:
    """The measure in our own words."""
    return row["paraphrase_zh"].replace(",", "，"), row["paraphrase_en"]


def institution(row) -> Text:
    """Whose measure it is."""
    return row["who"], row["who_en"]


def family(row) -> Text:
    """The family's name."""
    return FAMILIES[row["family"]].label


def start(row) -> Text:
    """The start date with its basis where it is not printed as such; empty when none is printed."""
    if not row["start_date"]:
        return "", ""
    if row["start_basis"] == "explicit":
        return (row["start_date"],) * 2
    zh, en = {"inferred": ("推定", "inferred"), "relative_resolved": ("换算", "resolved")}.get(
        row["start_basis"], ("据另一份文件", "from another document")
    )
    return f"{row['start_date']}（{zh}）", f"{row['start_date']} ({en})"


def _n(measures: Measures, rows: pd.DataFrame, zh: str, en: str, **how) -> Fact:
    return held.count(rows, KEY, (zh, en), whole=measures.everything, **how)


def data(measures: Measures) -> Finding:
    """What is held: one row a document."""
    rows = measures.rows
    grouped = rows.groupby("source_id")
    frame = held.both(({"s": s} for s, _ in grouped), source=lambda r: held.title(r["s"])).assign(
        n=[len(p) for _, p in grouped],
        dated=[int((p["start_date"] != "").sum()) for _, p in grouped],
        linked=[int((p["linked_observation_ids"] != "").sum()) for _, p in grouped],
        grade=[p["source_grade"].iloc[0] for _, p in grouped],
    )
    number = dict(style="number", source_ids=held.sources(rows), formula=held.COUNTED)
    linked, n = rows[rows["linked_observation_ids"] != ""], _n(measures, rows, "措施数", "measures")
    values = {
        "place": measures.place,
        "n": n,
        "k": _n(measures, linked, "旁边有数字的措施", "measures with a number beside them"),
        "d": _n(measures, rows[rows["start_date"] != ""], "有起始日期的措施", "measures with a start date"),
    }
    return Finding(
        "data",
        Sentence(
            "data",
            "{place}的文件描述了 {n}措施，{k}旁边有数字，{d}有起始日期",
            "{place}: measures described {n}; with a number beside them {k}; with a start date {d}",
            values,
        ),
        sentences=(
            words(
                "not-undone",
                "文件没有提到的措施，不等于没有做；提到的，也不等于做成。",
                "A measure that is not mentioned may well exist; one that is mentioned need not have worked.",
            ),
        ),
        tables=(
            Table(
                "held",
                ("各文件描述的措施，一行一份文件", "Measures by document, one row a document"),
                frame,
                (
                    Column("source", ("文件", "Document"), "name"),
                    Column("n", ("措施", "Measures"), **number),
                    Column("dated", ("有起始日期", "With a start date"), **number),
                    Column("linked", ("旁边有数字", "With a number"), **number),
                    Column("grade", ("来源等级", "Grade"), "text"),
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
    i, known = lang == "en", dict(zip(measures.rows["who"], measures.rows["who_en"], strict=True))
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


def matrix(measures: Measures, drawing) -> Finding:
    """Which mechanism is described where. drawing: charts.matrix of labels and matrix_rows."""
    rows, where = measures.rows, measures.place
    cells = matrix_rows(measures)
    cells = cells.sort_values("row", key=lambda r: r.map(list(FAMILIES).index), kind="stable")
    known = dict(zip(rows["who"], rows["who_en"], strict=True))
    column = (
        (lambda c: held.place(c["column"]))
        if measures.is_nation
        else (
            lambda c: (
                held.term("other_places") if c["column"] == OTHERS else (c["column"], known[c["column"]])
            )
        )
    )
    frame = held.both(
        (c for _, c in cells.iterrows()), family=lambda c: FAMILIES[c["row"]].label, where=column
    ).assign(n=cells["n"].to_list(), planned=cells["planned"].to_list())
    values = {
        "place": where,
        "n": _n(measures, rows, "措施数", "measures"),
        "f": _n(measures, rows, "机制类别数", "families of mechanisms", of="family", unit="类"),
        "h": _n(measures, rows, "单位数", "institutions", of="who", unit="家"),
        "p": _n(
            measures, rows[rows["status"] != "in_force"], "计划或建议中的措施", "measures planned or proposed"
        ),
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
        Sentence(
            "measures",
            "文件描述了{place}的改革措施 {n}，涉及 {h}单位、{f}机制{kinds}；写到多少不等于改革多少。",
            "Reform measures described for {place}: {n}; institutions: {h}; kinds of mechanism: {f}{kinds}. What is written is not how much was reformed.",
            values
            | {"place": ("各地", "all places together") if measures.is_nation else where, "kinds": kinds},
            brief=7,
        )
    ]
    if values["p"].value:
        sentences.append(
            Sentence("planned", "其中 {p}只是计划或建议。", "Planned or proposed only: {p}.", values)
        )
    number = dict(style="number", source_ids=held.sources(measures.everything), formula=held.COUNTED)
    return Finding(
        "matrix",
        Sentence(
            "matrix",
            "{place}：{n}措施分属 {f}机制",
            "{place}, measures described: {n}; kinds of mechanism: {f}",
            values,
        ),
        words(
            "matrix-sub",
            "方格为措施数；斜线格只有计划或建议；空格是没有提到，不是没有",
            "Cells: number of measures; hatched: planned or proposed only; empty: not mentioned, which is not none",
        ),
        sentences=tuple(sentences),
        note=words(
            "matrix-note",
            "机制的分类是编码时的判断；编辑选登的地方不到二十个，不做任何推断。",
            "The families are a judgement made in coding; fewer than twenty places, chosen by editors: nothing is inferred.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "matrix",
                ("机制与单位或地方，一行一格", "Mechanism by institution or place, one row a cell"),
                frame,
                (
                    Column("family", ("机制", "Mechanism"), "name"),
                    Column("where", ("单位或地方", "Institution or place"), "name"),
                    Column("n", ("措施", "Measures"), **number),
                    Column("planned", ("其中计划或建议", "Of which planned or proposed"), **number),
                ),
            ),
        ),
        alt=Sentence(
            "matrix-alt",
            "{place}的机制矩阵：{n}措施，{f}机制，{h}单位；空格为没有提到。",
            "Matrix of mechanisms for {place}: {n} measures, {f} kinds, {h} institutions; empty cells are not mentioned.",
            values,
        ),
    )


def event_rows(measures: Measures, lang: str) -> pd.DataFrame:
    """One row a dated measure as charts.timeline takes it: planned ones hollow."""
    i, dated = lang == "en", measures.rows[measures.rows["start_date"] != ""]
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


def timeline(measures: Measures, drawing) -> Finding:
    """When the dated measures began. drawing: charts.timeline of event_rows, or None without a date."""
    rows, where = measures.rows, measures.place
    dated = rows[rows["start_date"] != ""].sort_values("start_date", kind="stable")
    if drawing is None:
        state = State(
            "E4",
            (f"{where[0]}：措施都没有印出起始日期", f"{where[1]}: no measure has a printed start"),
            ("需要各项措施的起始日期", "Start dates of the measures would settle it"),
        )
        return Finding(
            "timeline",
            words(
                "timeline",
                "{place}的措施都没有起始日期，排不出先后",
                "{place}: no measure is dated, so there is no order",
                place=where,
            ),
            states=(state,),
        )
    values = {
        "place": where,
        "n": _n(measures, rows, "措施数", "measures"),
        "d": _n(measures, dated, "有起始日期的措施", "measures with a start date"),
        "u": _n(
            measures,
            dated[dated["start_basis"] != "explicit"],
            "日期为推定或换算的措施",
            "measures with a resolved or inferred date",
        ),
    }
    sentences = []
    if values["u"].value:
        sentences.append(
            Sentence(
                "resolved",
                "其中 {u}的日期由上下文换算、取自另一份文件或推定。",
                "Dates resolved from the context, taken from another document or inferred: {u}.",
                values,
            )
        )
    frame = held.both(
        (row for _, row in dated.iterrows()),
        measure=paraphrase,
        who=institution,
        start=start,
        status=lambda r: held.term(f"measure_{r['status']}"),
    )
    return Finding(
        "timeline",
        Sentence(
            "timeline",
            "{place}：{n}措施中只有 {d}有起始日期",
            "{place}: of {n} measures, {d} have a start date",
            values,
        ),
        words(
            "timeline-sub",
            "按起始日期由早到晚；空心为计划；没有日期的措施不在图上",
            "By start date, earliest first; hollow: planned; measures without a date are not drawn",
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        tables=(
            Table(
                "timeline",
                ("有日期的措施，一行一项", "Dated measures, one row each"),
                frame,
                (
                    Column("start", ("起始", "Start"), "text"),
                    Column("measure", ("措施", "Measure"), "name"),
                    Column("who", ("单位", "Institution"), "name"),
                    Column("status", ("状态", "State"), "text"),
                ),
            ),
        ),
        alt=Sentence(
            "timeline-alt",
            "{place}的措施时间线：{d}有日期的措施由早到晚，另有措施没有日期。",
            "Timeline for {place}: {d} dated measures, earliest first; the others have no date.",
            values,
        ),
    )


def observables(measures: Measures) -> Finding:
    """What could be observed for each mechanism, and what number stands beside it."""
    rows = measures.rows
    grouped = [(key, rows[rows["family"] == key]) for key in FAMILIES if (rows["family"] == key).any()]
    frame = held.both(
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
        "n": _n(measures, rows, "措施数", "measures"),
        "b": _n(measures, bare, "旁边没有数字的措施", "measures without a number"),
    }
    number = dict(style="number", source_ids=held.sources(rows), formula=held.COUNTED)
    return Finding(
        "observables",
        Sentence(
            "observables",
            "{n}措施中 {b}旁边没有任何数字",
            "Of {n} measures, {b} have no number beside them",
            values,
        ),
        sentences=(
            words(
                "observable",
                "下表列出每类机制可以看什么、谁有记录；这是建议，不是文件里的数据。",
                "The table says what could be looked at for each mechanism and who keeps the record; these are suggestions, not data of the documents.",
            ),
        ),
        tables=(
            Table(
                "observables",
                ("每类机制可以观察什么，一行一类", "What could be observed, one row a kind of mechanism"),
                frame,
                (
                    Column("family", ("机制", "Mechanism"), "name"),
                    Column("n", ("措施", "Measures"), **number),
                    Column("linked", ("旁边有数字", "With a number"), **number),
                    Column("observable", ("可以观察什么", "What could be observed"), "text"),
                    Column("record", ("谁有记录", "Who keeps the record"), "text"),
                ),
            ),
        ),
    )


def _numbers(measures: Measures, row) -> Text:
    """Numbers beside a measure: label and number, joined."""
    pairs = [
        (catalog.indicator(measures.statements[f.observations[0]]["indicator"]), f)
        for f in measures.linked(row)
    ]
    return tuple(
        "；".join(f"{i.label('zh')} {f.text('zh')}" for i, f in pairs)
        if lang == "zh"
        else "; ".join(f"{i.label('en')} {f.text('en')}" for i, f in pairs)
        for lang in ("zh", "en")
    )


def every(measures: Measures) -> Finding:
    """Every measure in our own words, with what stands beside it."""
    rows = measures.rows
    frame = held.both(
        (row for _, row in rows.iterrows()),
        measure=paraphrase,
        who=institution,
        family=family,
        start=start,
        status=lambda r: held.term(f"measure_{r['status']}"),
        numbers=lambda r: _numbers(measures, r),
        source=lambda r: held.title(r["source_id"]),
    ).assign(id=rows[KEY].to_list())
    return Finding(
        "all",
        words(
            "all",
            "全部 {n}措施，以本项目的话转述",
            "All measures, {n}, in our own words",
            n=_n(measures, rows, "措施数", "measures"),
        ),
        tables=(
            Table(
                "all",
                ("改革措施，一行一项", "Reform measures, one row each"),
                frame,
                (
                    Column("measure", ("措施", "Measure"), "name"),
                    Column("who", ("单位", "Institution"), "name"),
                    Column("family", ("机制", "Mechanism"), "text"),
                    Column("status", ("状态", "State"), "text"),
                    Column("start", ("起始", "Start"), "text"),
                    Column("numbers", ("旁边的数字", "Numbers beside it"), "text"),
                    Column("source", ("来源", "Source"), "text"),
                    Column("id", ("编号", "Id"), "code"),
                ),
            ),
        ),
        more_facts=tuple(fact for _, row in rows.iterrows() for fact in measures.linked(row)),
    )


def closing(measures: Measures) -> Finding:
    """What the documents leave open."""
    rows, where = measures.rows, measures.place
    states = [
        State(
            "E3",
            (
                f"{where[0]}：措施以定性表述为主，成效没有依据",
                f"{where[1]}: measures are told in words; what they achieved has no basis here",
            ),
            ("见各类机制可以观察什么", "See what could be observed for each mechanism"),
        )
    ]
    if (rows["linked_observation_ids"] == "").all():
        states.append(
            State(
                "E4",
                (f"{where[0]}：没有一项措施旁边有数字", f"{where[1]}: no measure has a number beside it"),
                ("需要任何一项可以观察的记录", "Any of the records named above would settle it"),
            )
        )
    if (rows["status"] != "in_force").any():
        states.append(
            State(
                "E6",
                (
                    "部分措施只是计划或建议，是否实施没有报道",
                    "Some measures are plans or proposals; whether they were carried out is not reported",
                ),
                ("需要实施文件", "Documents of their execution would settle it"),
            )
        )
    return held.closing(states)
