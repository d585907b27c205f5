"""Teaching with the cases of the documents: how far each can be taken in class, and which figure would take it further.

A case is a hospital of which a document describes a measure, or else all that the documents say of a province or a city. Its parts are
those of a case in evaluation: what was done, since when, with what money, with what result, in which period, against which earlier figure
(context, mechanism and outcome: Pawson and Tilley 1997). From the parts follows the lesson that it bears: whether something changed, how
to count it, or how a scheme is built. Rows: measures and statements of the documents, counted; nothing is scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Coverage, Fact, Text, counted, derived
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import name
from analysis.themes import checkable, evidence_base, naming, subjects
from analysis.themes.mechanism_families import FAMILIES, FAMILY_OF
from analysis.words import pick

TEXT = texts.of(__file__)

PARTS = ("done", "start", "money", "result", "dated", "compared")
START = (
    "explicit",
    "relative_resolved",
    "from doc 002",
)  # a start that a document gives; inferred ones are ours
MONEY = "元"
HOSPITAL = "hospital"
LESSONS = ("change", "counting", "design")
# the title of each teaching pack (notebooks/cases), by what its case is about
PACKS = TEXT.group("packs")


@dataclass(frozen=True)
class Cases(subjects.Subject):
    """All cases. measures, statements: their rows with column case; statements also dated and compared (of results in numbers alone)."""

    measures: pd.DataFrame
    statements: pd.DataFrame
    everything: pd.DataFrame = field(repr=False)
    KEY: ClassVar[str] = subjects.OBSERVATION
    UNIT: ClassVar[str] = "条"

    @property
    def whole(self) -> pd.DataFrame:
        return self.everything

    @cached_property
    def results(self) -> pd.DataFrame:
        return self.statements[self.statements["is_result"]]

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Rows by case, most checkable first, columns ``PARTS`` (how many rows of each) and lesson."""
        r = self.results
        of: dict[str, pd.DataFrame] = {
            "done": self.measures,
            "start": self.measures[self.measures["start_basis"].isin(START)],
            "money": self.statements[self.statements["unit"].str.startswith(MONEY)],
            "result": r,
            "dated": r[r["dated"]],
            "compared": r[r["dated"] & r["compared"]],
        }
        table = pd.DataFrame({part: rows.groupby("case").size() for part, rows in of.items()})
        table = table[table["done"].notna()].fillna(0).astype(int)
        lesson = pd.Series("design", index=table.index).mask(table["result"] > 0, "counting")
        table["lesson"] = lesson.mask(table["compared"] > 0, "change")
        order = [table[c] for c in ("compared", "dated", "result", "done")]
        return table.iloc[
            sorted(range(len(table)), key=lambda n: (*(-int(c.iloc[n]) for c in order), str(table.index[n])))
        ]


def _described(measures: pd.DataFrame) -> set[str]:
    """Hospitals of which a measure is described."""
    known = catalog.institutions()
    return {i for i in measures["institution_id"] if i in known and known[i].type == HOSPITAL}


def _case(row: Mapping, hospitals: set[str]) -> str:
    """A described hospital, else the row's city or province (a county belongs to its city)."""
    if row["institution_id"] in hospitals:
        return str(row["institution_id"])
    region = catalog.region(row["region_code"])
    return region.parent if region.level == "county" else region.code


def coverage() -> Coverage:
    """The nation alone: cases are set side by side."""
    return subjects.once(lambda: not tables.read("measures").empty, {catalog.NATION: None})


def load() -> Cases:
    """All cases of the documents; what a document says of the whole country is no case."""
    evidence = evidence_base.load(catalog.NATION)
    hospitals = _described(evidence.measures)
    marks = checkable.marked(evidence.usable).set_index(subjects.OBSERVATION)[["dated", "compared"]]
    rows = evidence.rows.join(marks, on=subjects.OBSERVATION)
    rows = rows.assign(
        is_result=rows["dated"].notna(),
        **{c: rows[c].eq(True) for c in ("dated", "compared")},
        case=[_case(r, hospitals) for r in rows.to_dict("records")],
    )
    measures = evidence.measures.assign(
        case=[_case(r, hospitals) for r in evidence.measures.to_dict("records")],
        family=evidence.measures["mechanism"].map(FAMILY_OF),
    )
    measures, rows = (f[f["case"] != catalog.NATION].reset_index(drop=True) for f in (measures, rows))
    return Cases(catalog.NATION, measures, rows, evidence.rows)


def named(case: str) -> Text:
    """A case as a page calls it."""
    return naming.named(case, "") if case in catalog.institutions() else naming.place(case)


def labels(cases: Cases, lang: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of cases and parts, in order."""
    return {case: pick(named(case), lang) for case in cases.parts.index}, {
        part: TEXT.text(f"parts.{part}", lang) for part in PARTS
    }


def rows(cases: Cases) -> pd.DataFrame:
    """One row a case and part that it has, as charts.matrix takes it; an earlier figure is drawn full."""
    cells = [
        {"row": case, "column": part, "text": str(n), "kind": "actual" if part == "compared" else "mentioned"}
        for case, row in cases.parts.iterrows()
        for part in PARTS
        if (n := int(row[part]))
    ]
    return pd.DataFrame(cells, columns=["row", "column", "text", "kind"])


def kinds(lang: str) -> dict[str, str]:
    """What the key of the matrix calls its two kinds of cell."""
    return {kind: TEXT.text(f"kinds.{kind}", lang) for kind in ("actual", "mentioned")}


def _behind(cases: Cases, chosen: list[str]) -> pd.DataFrame:
    return cases.measures[cases.measures["case"].isin(chosen)]


def _counted(cases: Cases, chosen: list[str], label: str) -> Fact:
    """How many cases are of a kind, with the measures that make them cases behind the number."""
    rows = _behind(cases, chosen)
    return derived(
        len(chosen),
        TEXT.pair(f"ask.facts.{label}"),
        subjects.COUNTED,
        **(counted(chosen) if chosen else {"operation": "none()"}),
        origin=subjects.origin(rows if chosen else cases.measures, "measure_id"),
        style="count",
        unit="个",
        status="actual",
    )


def _lacking(row: Mapping) -> Text:
    """The parts that a case lacks."""
    missing = [TEXT.pair(f"parts.{part}") for part in PARTS if not row[part]]
    return naming.items(missing) if missing else TEXT.pair("anatomy.none")


def _pack(case: str) -> Text:
    return PACKS.get(case, ("", ""))


def next_case(cases: Cases) -> str:
    """The case without a pack that has most figures with a date and an earlier one; empty where none has any."""
    left = cases.parts[~cases.parts.index.isin(list(PACKS)) & (cases.parts["compared"] > 0)]
    return str(left.index[0]) if len(left) else ""


def lesson_rows(cases: Cases, lang: str) -> pd.DataFrame:
    """Cases by the lesson they bear, as charts.bars takes it."""
    n = cases.parts["lesson"].value_counts()
    return pd.DataFrame(
        {
            "label": [TEXT.text(f"lessons.{lesson}", lang) for lesson in LESSONS],
            "value": [int(n.get(lesson, 0)) for lesson in LESSONS],
            "highlight": [lesson == "change" for lesson in LESSONS],
        }
    )


def lessons(cases: Cases, drawing: Drawn | None) -> Finding:
    """Which lesson the cases bear, the question for the class and what to ask a case's owner for. drawing: charts.bars of lesson_rows."""
    parts = cases.parts
    of = {lesson: [str(c) for c in parts.index[parts["lesson"] == lesson]] for lesson in LESSONS}
    values = {
        "n": _counted(cases, [str(c) for c in parts.index], "cases"),
        **{lesson: _counted(cases, of[lesson], lesson) for lesson in LESSONS},
    }
    said = []
    if of["change"]:
        who = name(naming.joined(named(c) for c in of["change"]))
        said.append(TEXT.say("ask.sentences.lessons", who=who, **values))
    else:
        said.append(TEXT.say("ask.sentences.no-change", **values))
    if ahead := next_case(cases):
        own = cases.results[cases.results["case"] == ahead]
        checked = cases.n(own[own["dated"] & own["compared"]], TEXT.pair("ask.facts.checked"))
        said.append(TEXT.say("ask.sentences.next", who=name(named(ahead)), k=checked))
    frame = naming.both(
        ({"l": lesson} for lesson in LESSONS),
        lesson=lambda r: TEXT.pair(f"lessons.{r['l']}"),
        question=lambda r: TEXT.pair(f"ask.{r['l']}.question"),
        needs=lambda r: TEXT.pair(f"ask.{r['l']}.needs"),
    ).assign(n=[len(of[lesson]) for lesson in LESSONS])
    return Finding(
        "lessons",
        TEXT.say("ask.headline", **values),
        TEXT.say("ask.subtitle"),
        sentences=tuple(said),
        drawing=drawing,
        tables=(
            Table(
                "lessons",
                TEXT.pair("ask.caption"),
                frame,
                (
                    TEXT.column("ask.columns.lesson", "name"),
                    TEXT.column(
                        "ask.columns.n",
                        "number",
                        source_ids=subjects.sources(cases.measures),
                        formula=subjects.COUNTED,
                    ),
                    TEXT.column("ask.columns.question", "text"),
                    TEXT.column("ask.columns.needs", "text"),
                ),
            ),
        ),
        alt=TEXT.say("ask.alt", place=cases.place, **values),
    )


def anatomy(cases: Cases, drawing: Drawn | None) -> Finding:
    """What each case holds and lacks. drawing: charts.matrix of labels and rows."""
    parts = cases.parts
    whole = [str(c) for c, row in parts.iterrows() if all(row[part] for part in PARTS)]
    values = {
        "place": cases.place,
        "n": _counted(cases, [str(c) for c in parts.index], "cases"),
        "whole": _counted(cases, whole, "whole"),
    }
    said = [TEXT.say("anatomy.sentences.whole", who=name(naming.joined(map(named, whole))))] if whole else []
    frame = naming.both(
        parts.reset_index(names="case").to_dict("records"),
        case=lambda r: named(r["case"]),
        lesson=lambda r: TEXT.pair(f"lessons.{r['lesson']}"),
        lacks=_lacking,
        pack=lambda r: _pack(r["case"]),
    ).assign(**{part: parts[part].to_list() for part in PARTS})
    number = dict(
        style="number",
        source_ids=subjects.sources(cases.measures, cases.statements),
        formula=subjects.COUNTED,
    )
    return Finding(
        "anatomy",
        TEXT.say("anatomy.headline", **values),
        TEXT.say("anatomy.subtitle"),
        sentences=tuple(said),
        drawing=drawing,
        tables=(
            Table(
                "cases",
                TEXT.pair("anatomy.caption"),
                frame,
                (
                    TEXT.column("anatomy.columns.case", "name"),
                    *(TEXT.column(f"parts.{part}", **number) for part in PARTS),
                    TEXT.column("anatomy.columns.lesson", "text"),
                    TEXT.column("anatomy.columns.lacks", "text"),
                    TEXT.column("anatomy.columns.pack", "text"),
                ),
            ),
        ),
        alt=TEXT.say("anatomy.alt", **values),
        opens=False,
    )


# ------------------------------------------------------------------------------- which mechanisms come with an outcome


def outcomes(cases: Cases) -> pd.DataFrame:
    """Measures in force with what stands beside each: family, number, result, checked (bool)."""
    measures = cases.measures[cases.measures["status"] == "in_force"]
    marks = cases.statements.set_index(subjects.OBSERVATION)
    beside = [
        marks.reindex([i for i in subjects.ids(text) if i in marks.index])
        for text in measures["linked_observation_ids"]
    ]
    return measures.assign(
        number=[bool(len(b)) for b in beside],
        result=[bool(b["is_result"].any()) for b in beside],
        dated=[bool((b["is_result"] & b["dated"]).any()) for b in beside],
        checked=[bool((b["is_result"] & b["dated"] & b["compared"]).any()) for b in beside],
    )


def family_rows(cases: Cases, lang: str) -> pd.DataFrame:
    """Share of the measures in force beside which a result stands, by family, as charts.bars takes it."""
    found = _by_family(outcomes(cases))
    return pd.DataFrame(
        {
            "label": [pick(FAMILIES[f].label, lang) for f in found.index],
            "value": found["result"].to_list(),
            "text": [f"{r}/{n}" for r, n in zip(found["result"], found["n"], strict=True)],
            "highlight": found["checked"].gt(0).to_list(),
        }
    )


def _by_family(found: pd.DataFrame) -> pd.DataFrame:
    table = found.groupby("family").agg(
        n=("measure_id", "size"),
        number=("number", "sum"),
        result=("result", "sum"),
        dated=("dated", "sum"),
        checked=("checked", "sum"),
    )
    order = {family: n for n, family in enumerate(FAMILIES)}
    keys = sorted(table.index, key=lambda f: (-int(table.at[f, "result"]), order[f]))
    return table.reindex(keys).astype(int)


def mechanisms(cases: Cases, drawing: Drawn | None) -> Finding:
    """Which kinds of mechanism come with a result. drawing: charts.bars of family_rows."""
    found = outcomes(cases)
    table = _by_family(found)

    def counted(part: pd.DataFrame, label: str) -> Fact:
        return subjects.count(
            part, "measure_id", TEXT.pair(f"outcomes.facts.{label}"), whole=cases.measures, unit="项"
        )

    bare = [FAMILIES[f].label for f in table.index if not table.at[f, "result"]]
    values = {
        "place": cases.place,
        "n": counted(found, "n"),
        "r": counted(found[found["result"]], "result"),
        "d": counted(found[found["dated"]], "dated"),
        "c": counted(found[found["checked"]], "checked"),
    }
    said = [TEXT.say("outcomes.sentences.result", **values)]
    if bare:
        said.append(TEXT.say("outcomes.sentences.bare", kinds=naming.items(map(naming.lowered, bare))))
    frame = naming.both(({"f": f} for f in table.index), family=lambda r: FAMILIES[r["f"]].label).assign(
        **{c: table[c].to_list() for c in ("n", "number", "result", "dated", "checked")}
    )
    number = dict(style="number", source_ids=subjects.sources(found), formula=subjects.COUNTED)
    return Finding(
        "outcomes",
        TEXT.say("outcomes.headline", **values),
        TEXT.say("outcomes.subtitle"),
        sentences=tuple(said),
        drawing=drawing,
        tables=(
            Table(
                "outcomes",
                TEXT.pair("outcomes.caption"),
                frame,
                (
                    TEXT.column("outcomes.columns.family", "name"),
                    *(
                        TEXT.column(f"outcomes.columns.{c}", **number)
                        for c in ("n", "number", "result", "dated", "checked")
                    ),
                ),
            ),
        ),
        alt=TEXT.say("outcomes.alt", **values),
    )


def closing() -> Finding:
    """What a class has to be told of every case."""
    return subjects.closing(TEXT.state(code, f"closing.states.{code}") for code in ("E4", "E7"))
