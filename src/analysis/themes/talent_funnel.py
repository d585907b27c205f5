"""Talent funnel: how far the recruitment of doctorate holders got, stage by stage, beside the targets of the place.

Rows: as in ``talent_ledger``. An intention is neither a contract nor a post; a stage that is not published is a gap and never zero.
"""

from __future__ import annotations

import pandas as pd

from analysis import catalog
from analysis.facts import State, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, words, year
from analysis.themes import held
from analysis.themes import statements as of
from analysis.themes.statements import Statements

STAGES = ("applicant", "interviewed", "intent", "signed", "in_post")
# doctoral recruitment; other people who applied (CVs of master's graduates, training abroad) are another funnel
STAGE_OF = {"phd_interviewed": "interviewed", "phd_intent_to_sign": "intent"}
WHOLE = "phd_recruited"


def due_text(row: dict, lang: str) -> str:
    """`2022 年底` / `end of 2022`; the full date where it is no year's end."""
    end = row["period_end"]
    if not end.endswith("-12-31"):
        return end
    return f"{end[:4]} 年底" if lang == "zh" else f"end of {end[:4]}"


def _published(ledger: Statements) -> dict[str, dict]:
    """Stages with a statement, in their order: stage -> statement."""
    return {stage: row for key, stage in STAGE_OF.items() if (row := ledger.row(key))}


def _targets(ledger: Statements) -> list[dict]:
    return ledger.core[ledger.core["status"] == "target"].to_dict("records")


def funnel_rows(ledger: Statements, lang: str) -> pd.DataFrame:
    """The five stages of doctoral recruitment, what is counted without a stage, and the place's targets, as charts.ledger takes them."""
    rows, found, group = [], _published(ledger), catalog.term("ledger_funnel", lang)
    for step, stage in enumerate(STAGES, 1):
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
    return held.joined(held.term(f"stage_{s}") for s in missing)


def _funnel_headline(ledger: Statements, missing: list[str]) -> Sentence:
    found = _published(ledger)
    values: dict = {"place": ledger.place, "gaps": _gaps(missing)}
    if found:
        values["who"] = of.who(next(iter(found.values())))
        for n, (stage, row) in enumerate(found.items()):
            values |= {f"s{n}": held.term(f"stage_{stage}"), f"n{n}": observed(row)}
        said = [f"{{s{n}}} {{n{n}}}" for n in range(len(found))]
        return Sentence(
            "funnel",
            "{who}招博士：" + "，".join(said) + "；{gaps}人数未公布",
            "{who}, doctoral recruitment: " + ", ".join(said) + "; {gaps} not published",
            values,
        )
    if ledger.row(WHOLE):
        values |= {"who": ledger.who(WHOLE), "n": ledger.fact(WHOLE)}
        return Sentence(
            "funnel",
            "{who}引进医学博士 {n}；招聘五步各有多少人未公布",
            "{who}: {n} medical doctorate holders recruited; no stage of recruitment is published",
            values,
        )
    return Sentence(
        "funnel", "{place}没有公布招聘任何一步的人数", "{place}: no stage of recruitment is published", values
    )


def funnel(ledger: Statements, drawing) -> Finding:
    """How far recruitment got: five stages, published or not. drawing: charts.ledger of funnel_rows. Longer than 40 lines: one finding, its sentences in order."""
    found = _published(ledger)
    missing, states, sentences = [s for s in STAGES if s not in found], [], []
    intent = ledger.fact("phd_intent_to_sign")
    if intent:
        values = {
            "who": ledger.who("phd_intent_to_sign"),
            "n": intent,
            "gaps": _gaps(missing),
            "m": ledger.fact("phd_interviewed") or "",
        }
        met = (
            ("网络面试博士 {m}，其中", "{m} doctoral candidates interviewed online, ")
            if ledger.row("phd_interviewed")
            else ("", "")
        )
        sentences.append(
            Sentence(
                "intent",
                "{who}：" + met[0] + "有签约意向 {n}。意向不是签约，也不是到岗；{gaps}人数没有公布。",
                "{who}: "
                + met[1]
                + "{n} stated an intention to sign. An intention is neither a contract nor a post; not published: {gaps}.",
                values,
                brief=1,
            )
        )
    whole = ledger.fact(WHOLE)
    if whole:
        sentences.append(
            words(
                "no-stage",
                "引进 {n}是累计数，没有说明停在签约还是到岗。",
                "“Recruited” ({n}) is a cumulative count; whether it means signed or in post is not said.",
                n=whole,
            )
        )
    whole_place = ledger.region.level == "province"
    for row in _targets(ledger):
        what = held.label(row["indicator"])
        sentences.append(
            Sentence(
                f"target-{row['observation_id']}",
                "目标：{what} {n}，到期 {due}；"
                + (
                    "全省实际人数未公布，单个医院的人数口径不同，不与目标比。"
                    if whole_place
                    else "结果未公布。"
                ),
                "Target: {what}: {n}, due {due}; "
                + (
                    "the number for the whole province is not published, and counts of single hospitals are defined otherwise and are not set against it."
                    if whole_place
                    else "no result is published."
                ),
                {"what": what, "n": observed(row), "due": year(row["period_end"])},
                brief=6,
            )
        )
        states.append(
            State(
                "E6",
                (f"{what[0]}：只有目标，未见结果", f"{what[1]}: a target only, no result reported"),
                (
                    "需要全省同一口径的到岗人数",
                    "The number in post for the whole place under the same definition would settle it",
                ),
            )
        )
    states.append(
        State(
            "E4",
            (
                "招聘各步没有全部公布：" + "、".join(held.term(f"stage_{s}")[0] for s in missing),
                "Stages not published: " + ", ".join(held.term(f"stage_{s}")[1] for s in missing),
            ),
            (
                "需要同一批次从应聘到到岗的人数",
                "Numbers of one intake from applications to posts would settle it",
            ),
        )
    )
    frame = (
        held.both(
            STAGES,
            stage=lambda s: held.term(f"stage_{s}"),
            status=lambda s: held.term(f"status_{found[s]['status']}") if s in found else ("", ""),
            printed=lambda s: (found[s]["as_printed"],) * 2 if s in found else held.term("not_published"),
        )
        .assign(number=[observed(found[s]) if s in found else None for s in STAGES])
        .astype({"number": object})
    )
    source = tuple(sorted({row["source_id"] for row in found.values()} or set(ledger.rows["source_id"])))
    published = of.count(
        ledger.rows[ledger.rows["indicator"].isin(STAGE_OF)],
        "已公布的步数",
        "stages published",
        ledger.rows,
        unit="步",
    )
    return Finding(
        "funnel",
        _funnel_headline(ledger, missing),
        words(
            "funnel-sub",
            "应聘、面试、意向、签约、在岗五步；横条长度为人数，形式表示性质",
            "Five stages: applied, interviewed, intent, signed, in post; length is heads, form is the kind of statement",
        ),
        sentences=tuple(sentences),
        note=words(
            "funnel-note",
            "虚线框为未公布：不是零。承诺或意向、目标与结果不在同一行。",
            "A dashed box is not published: it is not zero. Commitments or intents and targets never share a row with results.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "stages",
                ("博士招聘的五步，一行一步", "Five stages of doctoral recruitment, one row a stage"),
                frame,
                (
                    Column("stage", ("步骤", "Stage"), "name"),
                    Column("number", ("人数", "Heads"), "count", source_ids=source),
                    Column("status", ("性质", "Kind"), "text"),
                    Column("printed", ("原文所印", "As printed"), "text"),
                ),
            ),
        ),
        alt=words(
            "funnel-alt",
            "{place}招聘五步中有 {n}公布了人数；其余（{gaps}）为未公布。",
            "{place}: {n} of the five stages of recruitment are published; not published: {gaps}.",
            place=ledger.place,
            n=published,
            gaps=_gaps(missing),
        ),
        states=tuple(states),
    )
