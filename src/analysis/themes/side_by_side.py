"""Institutions side by side: what each set up, what it measures, and what could be observed.

Three comparisons across the places of the documents, each on the page of every place that is in it: schemes of party work and
integrity (``schemes``), designs of appraisal and pay (``designs``), and the logic of co-built regional centres with what each dated
result is (``logic``). Rows: the table `measures`; results: statements of the documents. A matrix shows who describes what; an empty
cell means not mentioned. Nothing is scored (Miles, Huberman and Saldaña: matrix display). Longer than 400 lines: three comparisons of one form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Fact, Text, derived, observed
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import Phrase, Plain, Sentence, name
from analysis.themes import mechanisms, naming, subjects
from analysis.themes import regional_centres as centres
from analysis.words import pick

TEXT = texts.of(__file__)
KEY = "measure_id"

# stages of a scheme: a rule, people and posts, daily practice, a check with consequences
RUNGS: dict[str, tuple[str, ...]] = {
    "rule": ("micro_power_list", "party_business_integration", "integrity_files"),
    "people": (
        "double_leader_training",
        "double_cultivation",
        "professional_party_staff",
        "lead_goose",
        "vanguard_posts",
    ),
    "practice": (
        "branch_decision_participation",
        "leader_task_ownership",
        "civil_unit_pairing",
        "branch_pairing",
        "integrity_education",
        "culture_building",
        "staff_congress",
        "staff_welfare_culture",
        "dispute_prevention",
    ),
    "check": ("integrity_supervision", "integrity_meetings"),
}
RUNG_OF = {mechanism: rung for rung, coded in RUNGS.items() for mechanism in coded}
PARTS = ("whom", "what", "often", "pay", "weights")  # of a design of appraisal; no document states the last
STEP_OF = {
    "co_building": "agreement",
    **dict.fromkeys(("recruitment", "training", "staffing"), "people"),
    **dict.fromkeys(("posts", "appraisal", "steering", "funding"), "rules"),
    **dict.fromkeys(("services", "research", "digital", "primary"), "care"),
}
SENT = ("leadership_team_output", "co_build_output")  # co-building that consists of people
STEPS = ("agreement", "people", "rules", "care", "dated", "direction")
STANDING = ("nrmc_batch",)  # to be approved is no result
MANAGED = ("hospital_stay_days", "drug_income_share")  # what the projects of project_management manage
FEW = 2  # measures that a sentence names instead of counting them
LONG = 12  # rows of a matrix that a page's first window still holds


def _mine(rows: pd.DataFrame, subject: subjects.Subject) -> pd.DataFrame:
    """Rows of the page's place; a province has those of its cities."""
    if subject.is_nation:
        return rows
    above = rows["place"].map(lambda code: catalog.region(code).parent)
    return rows[(rows["place"] == subject.code) | (above == subject.code)]


def _names(rows: pd.DataFrame) -> Text:
    """Institutions in order, each once, in both languages."""
    return naming.joined(dict(zip(rows["who"], rows["who_en"], strict=True)).items())


def _labels(rows: pd.DataFrame, lang: str) -> dict[str, str]:
    return dict(zip(rows["who"], rows[pick(("who", "who_en"), lang)], strict=True))


def _heads(section: str, keys: Iterable[str], lang: str) -> dict[str, str]:
    return {key: TEXT.text(f"{section}.{key}", lang) for key in keys}


def _highlight(rows: pd.DataFrame, subject: subjects.Subject) -> list[str]:
    """The rows of the page's own institutions."""
    return [] if subject.is_nation else list(dict.fromkeys(_mine(rows, subject)["who"]))


def _own_first(rows: pd.DataFrame, subject: subjects.Subject) -> pd.DataFrame:
    """The page's own institutions stand first."""
    own = _mine(rows, subject).index
    return pd.concat([rows.loc[own], rows.drop(own)])


# ------------------------------------------------------------------------------- schemes of party work and integrity


def scheme_rows(measures: mechanisms.Measures) -> pd.DataFrame:
    """One row a measure of party work, integrity and culture in force, own place first, with its rung."""
    rows = measures.everything
    rows = rows[rows["mechanism"].isin(RUNG_OF) & (rows["status"] != "proposal")]
    return _own_first(rows.assign(rung=rows["mechanism"].map(RUNG_OF)), measures)


def schemes_drawing(matrix: Callable, measures: mechanisms.Measures, lang: str) -> Drawn | None:
    """Institution by stage, counts of measures, drawn by charts.matrix; None where none is known."""
    rows = scheme_rows(measures)
    if rows.empty:
        return None
    cells = rows.groupby(["who", "rung"], sort=False).size().reset_index(name="n")
    cells = pd.DataFrame(
        {
            "row": cells["who"],
            "column": cells["rung"],
            "text": cells["n"].astype(str),
            "kind": "mentioned",
        }
    )
    return matrix(
        _labels(rows, lang),
        _heads("rungs", RUNGS, lang),
        cells,
        highlight=_highlight(rows, measures),
        lang=lang,
    )


def _linked(rows: pd.DataFrame) -> dict[str, dict]:
    """The statements beside the measures of any place, by id."""
    wanted = sorted({i for text in rows["linked_observation_ids"] for i in subjects.ids(text)})
    with tables.elsewhere():
        found = tables.read("observations", observation_id=wanted).to_dict("records") if wanted else []
    return {str(row["observation_id"]): row for row in found}


def _beside(row: Mapping, linked: Mapping[str, dict]) -> Text:
    """Numbers beside a measure, as its document prints them."""
    found = [linked[i] for i in subjects.ids(row["linked_observation_ids"]) if i in linked]
    if not found:
        return "", ""
    return naming.items(_reported(f) for f in found)


def schemes(measures: mechanisms.Measures, drawing: Drawn | None) -> Finding:
    """Schemes of party work and integrity of all institutions in one table. drawing: schemes_drawing."""
    rows = scheme_rows(measures)
    own = _mine(rows, measures)
    if own.empty:
        return measures.silent(
            "schemes", "E1", *TEXT.fact("schemes.facts.none"), TEXT.pair("schemes.captions.settle")
        )
    whole, checking = measures.everything, rows[rows["rung"] == "check"]
    counts = {
        "n": subjects.count(rows, KEY, TEXT.pair("schemes.facts.n"), whole=whole),
        "h": subjects.count(
            rows, KEY, TEXT.pair("schemes.facts.h"), whole=whole, of="institution_id", unit="家"
        ),
        "c": subjects.count(
            checking, KEY, TEXT.pair("schemes.facts.c"), whole=whole, of="institution_id", unit="家"
        ),
        "m": subjects.count(own, KEY, TEXT.pair("schemes.facts.m"), whole=whole),
    }
    only_own = set(checking["who"]) & set(own["who"])
    path = "nation" if measures.is_nation else "checked" if only_own else "unchecked"
    who = checking if measures.is_nation or only_own else own
    rungs = [TEXT.pair(f"rungs.{rung}") for rung in RUNGS if (own["rung"] == rung).any() and rung != "check"]
    said: dict[str, dict[str, Any]] = {
        "nation": {"n": counts["n"]},
        "checked": {"m": counts["m"], "c": counts["c"], "rungs": naming.joined(rungs)},
        "unchecked": {
            "m": counts["m"],
            "rungs": naming.joined(rungs),
            "others": _names(checking) if len(checking) else TEXT.pair("schemes.captions.none"),
        },
    }
    values = said[path] | {"h": counts["h"], "who": _names(who)}
    linked = _linked(rows)
    about = set(measures.rows["family"]) <= {"party_work", "culture"}
    sentence = TEXT.say(
        f"schemes.sentences.{path}", **values, **({} if measures.is_nation else {"brief": 2 if about else 8})
    )
    frame = naming.both(
        (row for _, row in rows.iterrows()),
        where=lambda r: naming.place(r["place"]),
        who=mechanisms.institution,
        what=mechanisms.paraphrase,
        rung=lambda r: TEXT.pair(f"rungs.{r['rung']}"),
        number=lambda r: _beside(r, linked),
        observe=lambda r: TEXT.pair(f"observe.{r['mechanism']}"),
    )
    return Finding(
        "schemes",
        TEXT.say(
            "schemes.headline_one" if counts["c"].value == 1 else "schemes.headline",
            id="schemes",
            h=counts["h"],
            c=counts["c"],
        ),
        TEXT.say("schemes.subtitle"),
        sentences=(sentence,),
        note=TEXT.say("schemes.note"),
        drawing=drawing,
        tables=(
            Table(
                "schemes",
                TEXT.pair("schemes.caption"),
                frame,
                tuple(
                    TEXT.column(
                        f"schemes.columns.{key}", "name" if key in ("where", "who", "what") else "text"
                    )
                    for key in ("where", "who", "what", "rung", "number", "observe")
                ),
                tuple(range(len(own))) if not measures.is_nation else (),
            ),
        ),
        alt=TEXT.say("schemes.alt", h=counts["h"], n=counts["n"], c=counts["c"], place=measures.place),
    )


# ------------------------------------------------------------------------------- designs of appraisal and pay


def design_rows(subject: subjects.Subject) -> pd.DataFrame:
    """One row a measure of appraisal of any place, own place first, with the elements that it names (whom, what, often, pay)."""
    with tables.elsewhere():
        rows = mechanisms.load(catalog.NATION).rows
    rows = rows[rows["theme"] == "evaluation"]
    named = rows["mechanism"].map(lambda m: [part for part in PARTS if f"design.{m}.{part}" in TEXT.entries])
    return _own_first(rows.assign(elements=named), subject)


def _elements(rows: pd.DataFrame) -> dict[str, list[Text]]:
    """Element -> what an institution's measures say of it, in order."""
    found: dict[str, list[Text]] = {}
    for row in rows.to_dict("records"):
        for part in row["elements"]:
            found.setdefault(part, []).append(TEXT.pair(f"design.{row['mechanism']}.{part}"))
    return found


def designs_drawing(matrix: Callable, subject: subjects.Subject, lang: str) -> Drawn:
    """Institution by element of a design, drawn by charts.matrix; planned ones hatched."""
    rows = design_rows(subject)
    told = rows.explode("elements").dropna(subset="elements").drop_duplicates(["who", "elements"])
    cells = pd.DataFrame(
        {
            "row": told["who"].tolist(),
            "column": told["elements"].tolist(),
            "text": "●",
            "kind": told["status"].map(mechanisms.KIND).tolist(),
        }
    )
    return matrix(
        _labels(rows, lang),
        _heads("parts", PARTS, lang),
        cells,
        highlight=_highlight(rows, subject),
        lang=lang,
    )


def designs(subject: subjects.Subject, statements: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """Designs of appraisal and pay of all institutions in one table.

    statements: observations of the place, for what it reports. drawing: designs_drawing.
    """
    rows = design_rows(subject)
    own = _mine(rows, subject)
    have = {part: rows[[part in e for e in rows["elements"]]] for part in PARTS}
    counts = {
        "h": subjects.count(
            rows, KEY, TEXT.pair("designs.facts.h"), whole=rows, of="institution_id", unit="家"
        ),
        **{
            key: subjects.count(
                have[part], KEY, TEXT.pair(f"designs.facts.{key}"), whole=rows, of="institution_id", unit="家"
            )
            for key, part in (("w", "what"), ("o", "often"), ("p", "pay"))
        },
    }
    sentences = [] if not subject.is_nation else [TEXT.say("designs.sentences.nation", **counts)]
    if not subject.is_nation:
        for who, part in own.groupby("who", sort=False):
            label = (str(who), part["who_en"].iloc[0])
            sentences += _mismatch(part, statements)
            if found := _elements(part):
                k = subjects.count(part, KEY, TEXT.pair("designs.facts.k", who=label), whole=rows)
                sentences.append(_design(part, name(label), k, found))
        sentences.sort(key=lambda s: s.id != "mismatch")
        sentences = [s if n == 0 else replace(s, brief=0) for n, s in enumerate(sentences)]
    frame = naming.both(
        ({"who": who, "rows": part} for who, part in rows.groupby("who", sort=False)),
        who=lambda r: (r["who"], r["rows"]["who_en"].iloc[0]),
        **{part: _says(part) for part in PARTS},
    )
    return Finding(
        "designs",
        TEXT.say("designs.headline", h=counts["h"]),
        TEXT.say("designs.subtitle"),
        sentences=tuple(sentences),
        note=TEXT.say("designs.note"),
        drawing=drawing,
        tables=(
            Table(
                "designs_compared",
                TEXT.pair("designs.caption"),
                frame,
                (
                    TEXT.column("logic.columns.who", "name"),
                    *(TEXT.column(f"parts.{part}", "text") for part in PARTS),
                ),
                tuple(range(own["who"].nunique())) if not subject.is_nation else (),
            ),
        ),
        alt=TEXT.say("designs.alt", **counts, place=subject.place),
    )


def _design(own: pd.DataFrame, who: Plain, k: Fact, found: Mapping[str, list[Text]]) -> Sentence:
    """What an institution's design rewards, where a measure says how pay follows; else its elements."""
    known = [m for m in own["mechanism"] if f"designs.sentences.by.{m}" in TEXT.entries]
    values: dict[str, Any] = {"id": f"place-{own['institution_id'].iloc[0]}", "who": who, "k": k}
    if known:
        return TEXT.say(f"designs.sentences.by.{known[0]}", brief=1, **values)
    return TEXT.say("designs.sentences.place", told=_told(found), **values)


def _says(part: str) -> Callable[[Mapping], Text]:
    def said(row: Mapping) -> Text:
        found = _elements(row["rows"]).get(part)
        return naming.items(found) if found else ("", "")

    return said


def _told(found: Mapping[str, list[Text]]) -> Phrase:
    """What an institution says, element by element."""
    return naming.chain(
        [TEXT.phrase(f"told.{part}", text=naming.items(found[part])) for part in PARTS if part in found],
        "clause",
    )


def _mismatch(own: pd.DataFrame, statements: pd.DataFrame) -> list:
    """A hospital that manages some indicators by project and reports directions of others."""
    if "project_management" not in set(own["mechanism"]):
        return []
    told = statements[
        (statements["institution_id"] == own["institution_id"].iloc[0])
        & (statements["measure"] == "direction")
        & (statements["salience"] == "core")
    ]
    if told.empty or set(told["indicator"]) & set(MANAGED):
        return []
    items = [
        TEXT.phrase(
            "reported.item",
            name=name(naming.lowered(naming.label(row["indicator"]))),
            text=TEXT.pair(f"reported.direction.{row['direction']}"),
        )
        for row in told.to_dict("records")
    ]
    reported = derived(
        len(told),
        TEXT.pair("designs.facts.r"),
        subjects.COUNTED,
        rows=told,
        operation="count()",
        style="count",
        unit="项",
        status="actual",
    )
    return [
        TEXT.say(
            "designs.sentences.mismatch",
            who=name((own["who"].iloc[0], own["who_en"].iloc[0])),
            items=naming.chain(items, "items"),
            r=reported,
        )
    ]


# ------------------------------------------------------------------------------- the logic of co-built centres


def step_rows(subject: subjects.Subject) -> pd.DataFrame:
    """One row a measure or result of a co-built hospital of any place, own place first: who, place, step, indicator ("" for a measure)."""
    with tables.elsewhere():
        whole = centres.load(catalog.NATION)
    hospitals = {i for i, found in catalog.institutions().items() if found.type == "hospital"}
    rows = whole.measures[whole.measures["institution_id"].isin(hospitals)]
    step = rows["family"].map(STEP_OF).where(~rows["mechanism"].isin(SENT), "people")
    rows = rows.assign(step=step, indicator="", row=rows[KEY])[step.notna()]
    return _own_first(pd.concat([rows, _results(whole.statements, rows)], ignore_index=True), subject)


def _results(statements: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Results of these hospitals that have a date of their own, or state a direction."""
    s = statements[
        statements["institution_id"].isin(set(rows["institution_id"])) & (statements["status"] == "actual")
    ]
    s = s[~s["indicator"].isin(STANDING)]
    direction = s["measure"] == "direction"
    dated = ~direction & s["period_basis"].isin(["explicit", "relative_resolved"]) & (s["salience"] == "core")
    s = s.assign(step=direction.map({True: "direction", False: "dated"}))[direction | dated]
    known = rows.drop_duplicates("institution_id").set_index("institution_id")
    return s.assign(
        row=s["observation_id"],
        place=s["institution_id"].map(known["place"]),
        who=s["institution_id"].map(known["who"]),
        who_en=s["institution_id"].map(known["who_en"]),
    )


def logic_drawing(matrix: Callable, subject: subjects.Subject, lang: str) -> Drawn:
    """Hospital by step, counts of measures and of results, drawn by charts.matrix."""
    rows = step_rows(subject)
    cells = rows.groupby(["who", "step"], sort=False).size().reset_index(name="n")
    cells = pd.DataFrame(
        {
            "row": cells["who"],
            "column": cells["step"],
            "text": cells["n"].astype(str),
            "kind": ["actual" if step in ("dated", "direction") else "mentioned" for step in cells["step"]],
        }
    )
    return matrix(
        _labels(rows, lang),
        _heads("steps", STEPS, lang),
        cells,
        highlight=_highlight(rows, subject),
        kinds={kind: TEXT.text(f"logic.kinds.{kind}", lang) for kind in ("actual", "mentioned")},
        lang=lang,
    )


def logic(subject: subjects.Subject, drawing: Drawn | None) -> Finding:
    """What each co-built hospital set up and what of it can be seen. drawing: logic_drawing."""
    rows = step_rows(subject)
    own = _mine(rows, subject)
    if own.empty:
        return subject.silent("logic", "E1", *TEXT.fact("logic.facts.none"), TEXT.pair("logic.settle"))
    dated = rows[rows["step"] == "dated"]
    vague = rows[(rows["step"] == "direction") & ~rows["who"].isin(dated["who"])]
    counts = {
        key: subjects.count(
            part, "row", TEXT.pair(f"logic.facts.{key}"), whole=rows, of="institution_id", unit="家"
        )
        for key, part in (("h", rows), ("k", dated), ("d", vague))
    }
    if subject.is_nation:
        sentences = [TEXT.say("logic.sentences.nation", h=counts["h"], d=counts["d"], with_=_names(dated))]
    else:
        sentences = [_own_logic(part) for _, part in own.groupby("who", sort=False)]
    frame = pd.DataFrame(
        [
            {"who": who, "who_en": part[0]["who_en"]} | _cells(part)
            for who, part in _by_hospital(rows.to_dict("records")).items()
        ]
    )
    return Finding(
        "logic",
        TEXT.say("logic.headline_one" if counts["k"].value == 1 else "logic.headline", id="logic", **counts),
        TEXT.say("logic.subtitle"),
        sentences=tuple(sentences),
        note=TEXT.say("logic.note"),
        drawing=drawing,
        tables=(
            Table(
                "logic",
                TEXT.pair("logic.caption"),
                frame,
                tuple(
                    TEXT.column(f"logic.columns.{key}", "name" if key == "who" else "text")
                    for key in ("who", *STEPS)
                ),
                tuple(range(own["who"].nunique())) if not subject.is_nation else (),
            ),
        ),
        alt=TEXT.say("logic.alt", **counts, place=subject.place),
    )


def _own_logic(rows: pd.DataFrame) -> Sentence:
    """What one hospital did and what came of it, in a sentence."""
    label = (rows["who"].iloc[0], rows["who_en"].iloc[0])
    steps = set(rows["step"])
    kind = "dated" if "dated" in steps else "direction" if "direction" in steps else "nothing"
    items = rows.loc[rows["step"] == "dated", "indicator"].drop_duplicates()
    done = rows[rows["indicator"] == ""]
    few = kind != "dated" and len(done) <= FEW
    told: dict[str, Any] = {
        "m": subjects.count(done, "row", TEXT.pair("logic.facts.m", who=label), whole=rows)
    }
    if few:
        measures = (naming.lowered(mechanisms.paraphrase(row)) for _, row in done.iterrows())
        told = {"done": naming.chain([name(measure) for measure in measures])}
    return TEXT.say(
        f"logic.sentences.{'few' if few else 'place'}",
        id=f"logic-{rows['institution_id'].iloc[0]}",
        brief=4 if kind == "dated" else 2,
        who=name(label),
        **told,
        result=TEXT.phrase(
            f"logic.result.{kind}",
            **(
                {"items": name(naming.joined(naming.lowered(naming.label(i)) for i in items))}
                if kind == "dated"
                else {}
            ),
        ),
    )


def _by_hospital(rows: Iterable[Mapping]) -> dict[str, list[Mapping]]:
    found: dict[str, list[Mapping]] = {}
    for row in rows:
        found.setdefault(row["who"], []).append(row)
    return found


def _cells(rows: Iterable[Mapping]) -> dict[str, str]:
    """What a hospital did and reported, step by step, in both languages."""
    found = {}
    for step in STEPS:
        told = [
            _reported(row)
            if row["indicator"]
            else (row["paraphrase_zh"].replace(",", "，"), row["paraphrase_en"])
            for row in rows
            if row["step"] == step
        ]
        for lang, key in enumerate((step, f"{step}_en")):
            found[key] = ("；", "; ")[lang].join(text[lang] for text in told)
    return found


def _reported(row: Mapping) -> Text:
    """A result with its number or direction and its year."""
    fact = observed(row)
    zh, en = naming.label(row["indicator"])
    return f"{zh} {fact.text('zh')}", f"{en} {fact.text('en')}"
