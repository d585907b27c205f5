"""Plan targets against evidence: which targets could be shown to be missed, and what the documents hold by the due date.

Rows: the table `targets` and the statements it links. Evaluability comes before evaluation (Wholey 1979; Trevisan and Walser 2014): a
target can fail only when it has a due date, a number with a bound, and something that decides what counts. That no evidence was found
in these documents never means that a target was missed. Targets and results stand side by side, labelled, and are never divided.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from analysis import catalog, tables, texts
from analysis.errors import refuse
from analysis.facts import Coverage, Fact, Text, derived, observed
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import NOTHING, Phrase, Sentence, assumed, chain, name, year
from analysis.themes import naming, planned, subjects
from analysis.themes.naming import Row
from analysis.words import nth, pick

TEXT = texts.of(__file__)
GLUE = ("、", ", ")

PLAN, CENTRE = "136兴医工程", "国家区域医疗中心"
ASSESSMENT = "三级公立医院绩效考核"
CLASSES: dict[str, Text] = TEXT.group("classes")


@dataclass(frozen=True)
class Targets(subjects.Subject):
    """A place's targets and the evidence linked to them.

    rows: rows of `targets` plus programme, who and who_en (whose target), class (key of CLASSES), timing (by_due, after_due, none,
    no_due_date). statements: observations behind targets and evidence, by id. ranking_list: the list that a rank target means ("" = none named).
    """

    rows: pd.DataFrame
    statements: dict[str, dict] = field(repr=False)
    ranking_list: str = ""
    KEY: ClassVar[str] = "target_id"
    UNIT: ClassVar[str] = "个"

    @property
    def whole(self) -> pd.DataFrame:
        return self.rows

    def fact(self, observation_id: str) -> Fact:
        """A statement as a Fact."""
        return observed(self.statements[observation_id])

    def evidence(self, row: Row) -> list[str]:
        """Ids of the evidence held by the chosen date."""
        return [i for i in subjects.ids(row["evidence_observation_ids"]) if i in self.statements]


def coverage() -> Coverage:
    """Places with a target have a page, and the province of such a place."""
    codes = set(tables.read("targets")["region_code"])
    silent = TEXT.reason("E1", "coverage.reason")
    mentioned = subjects.mentioned()
    return {
        code: None if code in codes else (silent if code in mentioned else subjects.absent(code, mentioned))
        for code in planned.codes()
    }


def load(region_code: str, as_of: str = "", ranking_list: str = "") -> Targets:
    """Targets of a place (a province: also those of hospitals in its cities), with evidence published by ``as_of`` (empty: all)."""
    region = catalog.region(region_code)
    codes = (
        [region.code, *(city.code for city in catalog.cities_of(region.code))]
        if region.level == "province"
        else [region.code]
    )
    rows = tables.read("targets", region_code=codes).sort_values("target_id", ignore_index=True)
    if rows.empty:
        raise refuse(
            "plan_targets.load",
            f"no plan target for {region.code}",
            "at least one",
            "see coverage() for the places that have a page",
        )
    wanted = sorted(
        {
            *rows["observation_id"],
            *(i for text in rows["evidence_observation_ids"] for i in subjects.ids(text)),
        }
    )
    found = tables.read("observations", observation_id=wanted)
    own = found[found["observation_id"].isin(rows["observation_id"])]
    statements = {
        r["observation_id"]: r
        for r in pd.concat([own, subjects.published(found, as_of)])
        .drop_duplicates("observation_id")
        .sort_index()
        .to_dict("records")
    }
    who = [
        naming.named(s["institution_id"], s["institution"], s["region_code"])
        for s in (statements[i] for i in rows["observation_id"])
    ]
    rows = rows.assign(who=[zh for zh, _ in who], who_en=[en for _, en in who])
    rows["class"] = [_class(row, ranking_list) for _, row in rows.iterrows()]
    rows["timing"] = [_timing(row, statements) for _, row in rows.iterrows()]
    return Targets(region.code, rows, statements, ranking_list)


def _class(row: Row, ranking_list: str) -> str:
    decides = row["decides"]
    if decides == "context":
        return "context"
    if not row["due_date"]:
        return "undated"
    if decides == "list" and ranking_list:
        return "named"
    if decides in ("list", "level", "definition"):
        return decides
    return "about" if row["quantifier"] == "about" else "printed"


def _timing(row: Row, statements: dict[str, dict]) -> str:
    ends = [
        statements[i]["period_end"] for i in subjects.ids(row["evidence_observation_ids"]) if i in statements
    ]
    if not ends:
        return "none"
    if not row["due_date"]:
        return "no_due_date"
    return "by_due" if max(ends) <= row["due_date"] else "after_due"


def label(loaded: Targets, row: Row) -> Text:
    """What is to be reached, with the hospital where it is one hospital's target."""
    indicator = catalog.indicator(loaded.statements[row["observation_id"]]["indicator"])
    zh, en = naming.in_both(indicator.label)
    return (f"{row['who']}：{zh}", f"{row['who_en']}: {en}") if row["level"] == "hospital" else (zh, en)


def due(row: Row) -> Text:
    """The due date; a dash where none is printed."""
    day = row["due_date"]
    if not day:
        return TEXT.pair("due.text")
    return TEXT.pair("due.text_2", day=day[:4]) if day.endswith("-12-31") else (day, day)


def evidence(loaded: Targets, row: Row) -> Phrase:
    """What was found: the linked statements with their year, or only a narrative; empty when nothing was found."""
    said: dict[str, list[Phrase]] = {}
    for i in loaded.evidence(row):
        values = {"number": loaded.fact(i), "when": year(loaded.statements[i]["period_end"][:4])}
        said.setdefault(loaded.statements[i]["indicator"], []).append(
            Phrase("{number}（{when}）", "{number} ({when})", values)
        )
    parts = [
        Phrase("{what} {all}", "{what} {all}", {"what": name(naming.label(key)), "all": chain(found, GLUE)})
        for key, found in said.items()
    ]
    word = naming.term(f"evidence_{row['evidence_grade']}")
    if parts:
        return Phrase("{word}：{all}", "{word}: {all}", {"word": word, "all": chain(parts, GLUE)})
    return Phrase(*word) if row["evidence_grade"] == "narrative_only" else NOTHING


def tracker_rows(loaded: Targets, programme: str, lang: str) -> pd.DataFrame:
    """One row a target of a programme as charts.tracker takes it; evidence of another unit than the target's is not highlighted."""
    i, shown = nth(lang), []
    for _, row in _of(loaded, programme).iterrows():
        found = loaded.evidence(row)
        grade = max(
            (loaded.statements[e]["source_grade"] for e in found),
            default=TEXT.pair("tracker_rows.grade_default")[i],
        )
        shown.append(
            {
                "label": label(loaded, row)[i],
                "target": loaded.fact(row["observation_id"]).text(lang),
                "due": due(row)[i],
                "evidence": evidence(loaded, row).text(lang),
                "grade": grade,
                "highlight": bool(found)
                and {loaded.statements[e]["region_code"] for e in found} == {row["region_code"]},
            }
        )
    return pd.DataFrame(shown, columns=["label", "target", "due", "evidence", "grade", "highlight"])


def _of(loaded: Targets, programme: str) -> pd.DataFrame:
    """Targets of a programme that are results to reach."""
    r = loaded.rows
    return r[(r["programme"] == programme) & (r["class"] != "context")]


def data(loaded: Targets) -> Finding:
    """What is held: one row a programme and level."""
    rows = loaded.rows
    grouped = rows.groupby(["programme", "level", "source_id"], sort=False)
    frame = naming.both(
        ({"programme": p, "level": level, "source": s} for (p, level, s), _ in grouped),
        programme=lambda r: naming.term(
            "programme_136" if r["programme"] == PLAN else "national_regional_medical_centre"
        ),
        level=lambda r: naming.term("level_province" if r["level"] == "province" else "hospital"),
        source=lambda r: naming.title(r["source"]),
    ).assign(
        n=[len(part) for _, part in grouped], grade=[part["source_grade"].iloc[0] for _, part in grouped]
    )
    inferred = rows[rows["source_grade"] == "C"]
    sentences = [
        TEXT.say(
            "data.sentences.levels",
        )
    ]
    if len(inferred):
        sentences.append(
            TEXT.say(
                "data.sentences.inferred",
                k=loaded.n(inferred, TEXT.pair("data.facts.k")),
            )
        )
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            place=loaded.place,
            n=loaded.n(rows, TEXT.pair("data.facts.data_n")),
            p=subjects.count(
                rows.assign(group=rows["programme"] + rows["level"]),
                "target_id",
                TEXT.pair("data.data_p"),
                whole=rows,
                of="group",
                unit="组",
            ),
        ),
        sentences=tuple(sentences),
        tables=(
            Table(
                "held",
                TEXT.pair("data.caption"),
                frame,
                (
                    TEXT.column("data.columns.programme", "name"),
                    TEXT.column("data.columns.level", "text"),
                    TEXT.column(
                        "data.columns.n",
                        "number",
                        source_ids=subjects.sources(rows),
                        formula=subjects.COUNTED,
                    ),
                    TEXT.column("data.columns.grade", "text"),
                    TEXT.column("data.columns.source", "text"),
                ),
            ),
        ),
    )


def class_rows(loaded: Targets, lang: str) -> pd.DataFrame:
    """How many targets could be shown to be missed, and what the others lack, as charts.bars takes it."""
    n = loaded.rows["class"].value_counts()
    return pd.DataFrame(
        [
            {"label": pick(text, lang), "value": int(n[key]), "highlight": key in ("printed", "named")}
            for key, text in CLASSES.items()
            if key in n
        ]
    )


def falsifiable(loaded: Targets, drawing: Drawn | None) -> Finding:
    """Which targets could ever be shown to be missed. drawing: charts.bars of class_rows."""
    rows = loaded.rows
    firm, lists = rows[rows["class"].isin(["printed", "named"])], rows[rows["class"] == "list"]
    n, k = (
        loaded.n(rows, TEXT.pair("falsifiable.facts.n_k")),
        loaded.n(firm, TEXT.pair("falsifiable.facts.n_k_2")),
    )
    values = {"place": loaded.place, "n": n, "k": k}
    frame = naming.both(
        (row for _, row in rows.iterrows()),
        target=lambda r: label(loaded, r),
        why=lambda r: CLASSES[r["class"]],
        due=due,
        needed=lambda r: (r["needed"], r["needed_en"]),
    )
    frame["value"] = [loaded.fact(i) for i in rows["observation_id"]]
    sentences = [
        TEXT.say(
            "falsifiable.sentences.test",
        )
    ]
    if len(firm):
        sentences.append(
            naming.listed(
                "firm",
                TEXT.pair("falsifiable.firm"),
                [label(loaded, row) for _, row in firm.iterrows()],
            )
        )
    if len(lists):
        sentences.append(
            TEXT.say(
                "falsifiable.sentences.lists",
                k=loaded.n(lists, TEXT.pair("falsifiable.facts.k")),
            )
        )
    return Finding(
        "falsifiable",
        TEXT.say(
            "falsifiable.headline",
            **values,
        ),
        TEXT.say(
            "falsifiable.subtitle",
            place=loaded.place,
        ),
        sentences=(
            *sentences,
            TEXT.say(
                "falsifiable.sentences.falsifiable-brief",
                place=loaded.place,
                n=n,
                k=k,
            ),
        ),
        note=TEXT.say(
            "falsifiable.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "classes",
                TEXT.pair("falsifiable.caption"),
                frame.astype({"value": object}),
                (
                    TEXT.column("falsifiable.columns.target", "name"),
                    TEXT.column("falsifiable.columns.value", "number", source_ids=subjects.sources(rows)),
                    TEXT.column("falsifiable.columns.due", "text"),
                    TEXT.column("falsifiable.columns.why", "text"),
                    TEXT.column("falsifiable.columns.needed", "text"),
                ),
            ),
        ),
        alt=TEXT.say(
            "falsifiable.alt",
            **values,
        ),
    )


def tracker(loaded: Targets, programme: str, drawing: Drawn | None) -> Finding:
    """Targets of one programme beside the evidence found. drawing: charts.tracker of tracker_rows, or None where there is no target."""
    rows, section = _of(loaded, programme), "plan" if programme == PLAN else "goals"
    title, where = (
        naming.term("programme_136" if programme == PLAN else "national_regional_medical_centre"),
        loaded.place,
    )
    if drawing is None:
        state = TEXT.state(
            "E1",
            "tracker.states.E1",
            where=where,
            title=title,
        )
        return Finding(
            section,
            TEXT.say("tracker.headline", place=where),
            states=(state,),
        )
    found, timed = rows[rows["timing"] != "none"], rows[rows["timing"] == "by_due"]
    values: dict[str, Any] = {
        "place": where,
        "n": loaded.n(rows, TEXT.pair("facts.tracker_values_n", title=title)),
        "k": loaded.n(found, TEXT.pair("facts.tracker_values_k")),
        "d": loaded.n(timed, TEXT.pair("facts.tracker_values_d")),
        "z": loaded.n(rows[rows["timing"] == "none"], TEXT.pair("facts.tracker_values_z")),
        "title": name(title),
    }
    frame = naming.both(
        (row for _, row in rows.iterrows()),
        target=lambda r: label(loaded, r),
        due=due,
        grade=lambda r: naming.term(f"evidence_{r['evidence_grade']}"),
        timing=lambda r: naming.term(f"timing_{r['timing']}"),
    )
    frame["evidence"] = [evidence(loaded, row) for _, row in rows.iterrows()]
    frame["value"] = [loaded.fact(i) for i in rows["observation_id"]]
    if values["k"].value:
        headline = TEXT.say(
            "tracker.headline_2",
            **values,
        )
    else:
        headline = TEXT.say(
            "tracker.headline_otherwise",
            **values,
        )
    return Finding(
        section,
        headline,
        TEXT.say(
            "tracker.subtitle",
            place=where,
        ),
        sentences=tuple(_tracker_sentences(loaded, rows, section, values)),
        note=TEXT.say(
            "tracker.note",
        ),
        drawing=drawing,
        opens=len(rows) <= 8,
        tables=(
            Table(
                section,
                TEXT.pair("tracker.caption"),
                frame.astype({"value": object}),
                (
                    TEXT.column("tracker.columns.target", "name"),
                    TEXT.column("tracker.columns.value", "number", source_ids=subjects.sources(rows)),
                    TEXT.column("tracker.columns.due", "text"),
                    TEXT.column("tracker.columns.evidence", "text"),
                    TEXT.column("tracker.columns.grade", "text"),
                    TEXT.column("tracker.columns.timing", "text"),
                ),
            ),
        ),
        alt=TEXT.say(
            "tracker.alt",
            **values,
        ),
        more_facts=tuple(loaded.fact(e) for _, row in rows.iterrows() for e in loaded.evidence(row)),
    )


def _tracker_sentences(loaded: Targets, rows: pd.DataFrame, section: str, values: dict) -> list[Sentence]:
    sentences = []
    if values["z"].value:
        sentences.append(
            TEXT.say(
                "tracker_sentences.sentences.none",
                id=f"{section}-none",
                **values,
            )
        )
    wider = rows[(rows["level"] == "province") & (rows["timing"] != "none")]
    if len(wider):
        sentences.append(
            TEXT.say(
                "tracker_sentences.sentences.one",
                id=f"{section}-one",
                k=loaded.n(wider, TEXT.pair("facts.tracker_sentences_k")),
            )
        )
    for _, row in rows[rows["evidence_grade"] == "definition_conflict"].iterrows():
        seen = loaded.fact(loaded.evidence(row)[0]) if loaded.evidence(row) else None
        if seen is not None:
            sentences.append(
                TEXT.say(
                    "tracker_sentences.sentences.conflict",
                    id=f"{section}-conflict",
                    t=loaded.fact(row["observation_id"]),
                    s=seen,
                )
            )
    late = rows[
        rows["due_date"] > max((catalog.source(s).period_end for s in subjects.documents()), default="")
    ]
    if len(late):
        sentences.append(
            TEXT.say(
                "tracker_sentences.sentences.late",
                id=f"{section}-late",
                k=loaded.n(late, TEXT.pair("facts.tracker_sentences_k_2")),
            )
        )
    return sentences


def grade_rows(loaded: Targets, lang: str) -> pd.DataFrame:
    """Targets by kind of evidence, as charts.bars takes it."""
    r = loaded.rows[loaded.rows["class"] != "context"]
    order = (
        "partial",
        "definition_conflict",
        "self_report",
        "indirect",
        "input_only",
        "narrative_only",
        "none",
    )
    n = r["evidence_grade"].value_counts()
    return pd.DataFrame(
        [
            {
                "label": catalog.term(f"evidence_{key}", lang),
                "value": int(n[key]),
                "highlight": key == "partial",
            }
            for key in order
            if key in n
        ]
    )


def grades(loaded: Targets, drawing: Drawn | None) -> Finding:
    """How good the evidence is. drawing: charts.bars of grade_rows."""
    rows = loaded.rows[loaded.rows["class"] != "context"]
    best, none = rows[rows["evidence_grade"] == "partial"], rows[rows["evidence_grade"] == "none"]
    after = rows[rows["timing"] == "after_due"]
    values = {
        "place": loaded.place,
        "n": loaded.n(rows, TEXT.pair("grades.facts.values_n")),
        "p": loaded.n(best, TEXT.pair("grades.facts.values_p")),
        "z": loaded.n(none, TEXT.pair("grades.facts.values_z")),
    }
    kinds = rows.groupby(["evidence_grade", "timing"], sort=False)
    frame = naming.both(
        ({"g": g, "t": t} for (g, t), _ in kinds),
        grade=lambda r: naming.term(f"evidence_{r['g']}"),
        timing=lambda r: naming.term(f"timing_{r['t']}"),
    ).assign(n=[len(part) for _, part in kinds])
    sentences = [
        TEXT.say(
            "grades.sentences.whole",
        )
    ]
    if len(after):
        sentences.append(
            TEXT.say(
                "grades.sentences.after",
                k=loaded.n(after, TEXT.pair("grades.facts.k")),
            )
        )
    return Finding(
        "grades",
        TEXT.say(
            "grades.headline",
            **values,
        ),
        TEXT.say(
            "grades.subtitle",
            place=loaded.place,
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        tables=(
            Table(
                "grades",
                TEXT.pair("grades.caption"),
                frame,
                (
                    TEXT.column("grades.columns.grade", "name"),
                    TEXT.column("grades.columns.timing", "text"),
                    TEXT.column(
                        "grades.columns.n",
                        "number",
                        source_ids=subjects.sources(rows),
                        formula=subjects.COUNTED,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "grades.alt",
            **values,
        ),
    )


def ranking(loaded: Targets) -> Finding:
    """What the rank targets mean under the list that the reader names."""
    rows = loaded.rows[loaded.rows["decides"] == "list"]
    if rows.empty:
        return Finding(
            "ranking",
            TEXT.say("ranking.headline", place=loaded.place),
        )
    n = loaded.n(rows, TEXT.pair("ranking.facts.n"))
    if not loaded.ranking_list:
        state = TEXT.state(
            "E7",
            "ranking.states.E7",
        )
        return Finding(
            "ranking",
            TEXT.say(
                "ranking.headline_2",
                n=n,
            ),
            sentences=(
                TEXT.say(
                    "ranking.sentences.parameter",
                ),
            ),
            states=(state,),
        )
    chosen = {"list": assumed(loaded.ranking_list), "n": n}
    seen = sorted(
        {
            e
            for _, row in rows.iterrows()
            for e in loaded.evidence(row)
            if loaded.statements[e]["programme"] == loaded.ranking_list
        }
    )
    if not seen:
        state = TEXT.state(
            "E1",
            "ranking.states.E1",
        )
        return Finding(
            "ranking",
            TEXT.say(
                "ranking.headline_3",
                **chosen,
            ),
            states=(state,),
        )
    h = derived(
        len({loaded.statements[e]["institution_id"] for e in seen}),
        TEXT.pair("ranking.facts.h.label"),
        subjects.COUNTED,
        rows=[loaded.statements[e] for e in seen],
        style="count",
        unit="所",
    )
    frame = naming.both(
        (loaded.statements[e] for e in seen),
        who=lambda s: naming.named(s["institution_id"], s["institution"], s["region_code"]),
        year=lambda s: (s["period_end"][:4],) * 2,
    )
    frame["rank"] = [loaded.fact(e) for e in seen]
    return Finding(
        "ranking",
        TEXT.say(
            "ranking.headline_4",
            **chosen | {"h": h},
        ),
        sentences=(
            TEXT.say(
                "ranking.sentences.ranking-side",
            ),
        ),
        tables=(
            Table(
                "ranks",
                TEXT.pair("ranking.caption"),
                frame.astype({"rank": object}),
                (
                    TEXT.column("ranking.columns.who", "name"),
                    TEXT.column("ranking.columns.year", "year"),
                    TEXT.column(
                        "ranking.columns.rank",
                        "rank",
                        source_ids=tuple(sorted({loaded.statements[e]["source_id"] for e in seen})),
                    ),
                ),
            ),
        ),
    )


def closing(loaded: Targets) -> Finding:
    """What the documents leave open."""
    where = loaded.place
    states = [
        TEXT.state(
            "E6",
            "closing.states.E6",
            where=where,
        )
    ]
    if (loaded.rows["evidence_grade"] == "definition_conflict").any():
        states.append(
            TEXT.state(
                "E7",
                "closing.states.E7",
            )
        )
    if (loaded.rows["source_grade"] == "C").any():
        states.append(
            TEXT.state(
                "E9",
                "closing.states.E9",
            )
        )
    return subjects.closing(states)
