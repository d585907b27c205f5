"""Talent funnel: how far the recruitment of doctorate holders got, stage by stage, beside the targets of the place.

Rows: as in ``talent_ledger``. An intention is neither a contract nor a post; a stage that is not published is a gap and never zero.
"""

from __future__ import annotations

import pandas as pd

from analysis import catalog, texts
from analysis.facts import observed
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import NOTHING, Sentence, name, year
from analysis.themes import naming
from analysis.themes import statements as of
from analysis.themes.statements import Statements

TEXT = texts.of(__file__)

STAGES = ("applicant", "interviewed", "intent", "signed", "in_post")
# doctoral recruitment; other people who applied (CVs of master's graduates, training abroad) are another funnel
STAGE_OF = {"phd_interviewed": "interviewed", "phd_intent_to_sign": "intent"}
WHOLE = "phd_recruited"


def due_text(row: dict, lang: str) -> str:
    """`2022 年底` / `end of 2022`; the full date where it is no year's end."""
    end = row["period_end"]
    if not end.endswith("-12-31"):
        return end
    return TEXT.text("due_text.text", lang, end=end[:4])


def _published(ledger: Statements) -> dict[str, dict]:
    """Stages with a statement, in their order: stage -> statement."""
    return {stage: row for key, stage in STAGE_OF.items() if (row := ledger.row(key))}


def _targets(ledger: Statements) -> list[dict]:
    return ledger.core[ledger.core["status"] == "target"].to_dict("records")


def funnel_rows(ledger: Statements, lang: str) -> pd.DataFrame:
    """The five stages of doctoral recruitment, what is counted without a stage, and the place's targets, as charts.ledger takes them."""
    rows, found, group = [], _published(ledger), catalog.term("ledger_funnel", lang)
    for step, stage in enumerate(STAGES if found else (), 1):  # no chart of empty boxes
        name = catalog.term(f"stage_{stage}", lang)
        rows.append(
            of.entry(group, found[stage], lang, label=name, step=step)
            if stage in found
            else of.unpublished(group, name, "人", step=step)
        )
    if row := ledger.row(WHOLE):
        rows.append(
            of.entry(
                catalog.term("ledger_no_stage", lang),
                row,
                lang,
                note=catalog.term("ledger_no_stage_note", lang),
            )
        )
    for row in _targets(ledger):
        rows.append(
            of.entry(
                catalog.term("ledger_targets", lang),
                row,
                lang,
                printed="",
                due=due_text(row, lang),
                note=catalog.term("ledger_target_note", lang),
            )
        )
    return of.ledger_rows(rows)


def _gaps(missing: list[str]) -> tuple[str, str]:
    """The stages that are not published, listed in both languages."""
    return naming.joined(naming.term(f"stage_{s}") for s in missing)


def _funnel_headline(ledger: Statements) -> Sentence:
    found = _published(ledger)
    values: dict = {"place": ledger.place}
    if found:
        values["who"] = of.who(next(iter(found.values())))
        facts = {stage: observed(row) for stage, row in found.items()}
        # what the source prints beside every one of the numbers is said once, before them
        beside = {fact.qualifier for fact in facts.values()}
        alike = len(facts) > 1 and len(beside) == 1 and all(next(iter(beside)))
        item = "funnel.items.stage_alike" if alike else "funnel.items.stage"
        said = [TEXT.phrase(item, stage=naming.term(f"stage_{stage}"), n=n) for stage, n in facts.items()]
        if alike:
            values |= {"beside": name(beside.pop()), "stages": naming.chain(said, "comma")}
            return TEXT.say("funnel.headline_stages_beside", **values)
        return TEXT.say("funnel.headline_stages", **values, stages=naming.chain(said, "comma"))
    if ledger.row(WHOLE):
        values |= {"who": ledger.who(WHOLE), "n": ledger.fact(WHOLE)}
        return TEXT.say(
            "funnel.headline",
            **values,
        )
    return TEXT.say("funnel.headline_2", **values)


def funnel(ledger: Statements, drawing: Drawn | None) -> Finding:
    """How far recruitment got: five stages, published or not. drawing: charts.ledger of funnel_rows. Longer than 40 lines: one finding, its sentences in order."""
    found = _published(ledger)
    missing, states, sentences = [s for s in STAGES if s not in found], [], []
    intent = ledger.fact("phd_intent_to_sign")
    if intent:
        met = ledger.fact("phd_interviewed")
        sentences.append(
            TEXT.say(
                "funnel.sentences.intent" if met else "funnel.sentences.intent_alone",
                id="intent",
                who=ledger.who("phd_intent_to_sign"),
                met=TEXT.phrase("funnel.met", m=met) if met else NOTHING,
                n=intent,
                gaps=_gaps(missing),
            )
        )
    whole = ledger.fact(WHOLE)
    if whole:
        sentences.append(
            TEXT.say(
                "funnel.sentences.no-stage",
                n=whole,
            )
        )
    whole_place = ledger.region.level == "province"
    for row in _targets(ledger):
        what = naming.label(row["indicator"])
        sentences.append(
            TEXT.say(
                "funnel.sentences.target_province" if whole_place else "funnel.sentences.target",
                id=f"target-{row['observation_id']}",
                place=ledger.place,
                what=naming.lowered(what),
                n=observed(row),
                due=TEXT.phrase("funnel.due.set", due=year(row["period_end"]))
                if row["period_end"]
                else TEXT.phrase("funnel.due.none"),
            )
        )
        states.append(
            TEXT.state(
                "E6",
                "funnel.states.E6",
                what=what,
            )
        )
    states.append(
        TEXT.state("E4", "funnel.states.E4", stages=naming.items(naming.term(f"stage_{s}") for s in missing))
    )
    frame = (
        naming.both(
            STAGES,
            stage=lambda s: naming.term(f"stage_{s}"),
            status=lambda s: naming.term(f"status_{found[s]['status']}") if s in found else ("", ""),
            printed=lambda s: (found[s]["as_printed"],) * 2 if s in found else naming.term("not_published"),
        )
        .assign(number=[observed(found[s]) if s in found else None for s in STAGES])
        .astype({"number": object})
    )
    source = tuple(sorted({row["source_id"] for row in found.values()} or set(ledger.rows["source_id"])))
    published = of.count(
        ledger.rows[ledger.rows["indicator"].isin(STAGE_OF)],
        *TEXT.pair("funnel.facts.published"),
        ledger.rows,
        unit="步",
    )
    return Finding(
        "funnel",
        _funnel_headline(ledger),
        TEXT.say("funnel.subtitle" if found else "funnel.subtitle_none", id="funnel-subtitle"),
        sentences=tuple(sentences),
        note=TEXT.say(
            "funnel.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "stages",
                TEXT.pair("funnel.caption"),
                frame,
                (
                    TEXT.column("funnel.columns.stage", "name"),
                    TEXT.column("funnel.columns.number", "count", source_ids=source),
                    TEXT.column("funnel.columns.status", "text"),
                    TEXT.column("funnel.columns.printed", "text"),
                ),
            ),
        ),
        alt=TEXT.say(
            "funnel.alt",
            place=ledger.place,
            n=published,
            gaps=_gaps(missing),
        ),
        states=tuple(states),
    )
