"""Plan targets against evidence: which targets could be shown to be missed, and what the documents hold by the due date.

Rows: the table `targets` and the statements it links. Evaluability comes before evaluation (Wholey 1979; Trevisan and Walser 2014): a
target can fail only when it has a due date, a number with a bound, and something that decides what counts. That no evidence was found
in these documents never means that a target was missed. Targets and results stand side by side, labelled, and are never divided. More than
300 lines because each sentence and each target's wording stands here in two languages.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from analysis import catalog, tables
from analysis.errors import refuse
from analysis.facts import Fact, State, Text, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, name, words
from analysis.themes import held, planned

PLAN, CENTRE = "136兴医工程", "国家区域医疗中心"
ASSESSMENT = "三级公立医院绩效考核"
RANK_TARGETS = ("T01", "T06", "T15")
# what decides whether a unit counts: a register that someone keeps, a list of ranks, a judgement of level, a definition left open
DECIDES = {
    "T01": "list", "T02": "level", "T03": "level", "T04": "register", "T05": "register", "T06": "list", "T07": "register", "T08": "register", "T09": "register", "T10": "register",
    "T11": "definition", "T12": "context", "T13": "level", "T14": "level", "T15": "list", "T16": "register", "T17": "register",
}  # fmt: skip
CLASSES: dict[str, Text] = {
    "printed": ("照印出的写法就能证伪", "can fail as printed"), "named": ("指明榜单后能证伪（假定）", "can fail once the list is named (assumed)"),
    "about": ("数目写作“左右”，没有容差", "number printed as “about”, no tolerance"), "list": ("名次目标没有指明榜单", "rank target without a named list"),
    "level": ("达到什么水平，由谁判定没有说明", "a level to reach, no judge named"), "definition": ("口径没有说明", "definition left open"),
    "undated": ("没有到期日", "no due date"), "context": ("建设周期，不是结果", "a time span, not a result"),
}  # fmt: skip
NEEDED: dict[str, Text] = {
    "T01": ("指明的专科榜单（分年）和国家临床重点专科名单", "a named ranking of specialties by year and the list of national key specialties"),
    "T02": ("专科榜单中的华北部分", "a specialty ranking, North China part"), "T03": ("国家和省级重点实验室名单", "lists of national and provincial key laboratories"),
    "T04": ("国家重大专项立项名单", "award lists of national major projects"), "T05": ("JCI 认证机构名单", "the list of organisations accredited by JCI"),
    "T06": ("同一榜单中山西全部医院的名次", "ranks of all Shanxi hospitals in one list"), "T07": ("领军临床专科命名文件", "documents naming the lead specialties"),
    "T08": ("省级重点医学实验室命名文件", "documents naming the key laboratories"), "T09": ("全省工作站名单", "the province's list of workstations"),
    "T10": ("跨省联盟名录和成员", "a register of alliances with their members"), "T11": ("引进名单和合同类型", "lists of recruits with type of contract"), "T12": ("", ""),
    "T13": ("各科室采用同济模式的日期", "dates at which departments took up the model"), "T14": ("省内分学科排名", "a provincial ranking by discipline"),
    "T15": ("2023 至 2025 年度考核名次", "ranks of the assessments of 2023 to 2025"), "T16": ("医院年报中的在用院区", "campuses in use in the hospital's yearbook"),
    "T17": ("医院年报中已运行的中心", "centres in operation in the hospital's yearbook"),
}  # fmt: skip


@dataclass(frozen=True)
class Targets(held.Subject):
    """A place's targets and the evidence linked to them.

    rows: rows of `targets` plus programme, who and who_en (whose target), class (key of CLASSES), timing (by_due, after_due, none,
    no_due_date). statements: observations behind targets and evidence, by id. ranking_list: the list that a rank target means ("" = none named).
    """

    rows: pd.DataFrame
    statements: dict[str, dict] = field(repr=False)
    ranking_list: str = ""

    def fact(self, observation_id: str) -> Fact:
        """A statement as a Fact."""
        return observed(self.statements[observation_id])

    def evidence(self, row) -> list[str]:
        """Ids of the evidence held by the chosen date."""
        return [i for i in held.ids(row["evidence_observation_ids"]) if i in self.statements]


def coverage() -> dict[str, dict | None]:
    """Places with a target have a page, and the province of such a place."""
    codes = set(tables.read("targets")["region_code"])
    silent = {
        "code": "E1",
        "zh": "文件涉及该地，没有带数目的规划目标",
        "en": "The documents deal with the place but print no plan target for it",
    }
    mentioned = held.mentioned()
    return {
        code: None if code in codes else dict(silent if code in mentioned else held.ABSENT)
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
        {*rows["observation_id"], *(i for text in rows["evidence_observation_ids"] for i in held.ids(text))}
    )
    found = tables.read("observations", observation_id=wanted)
    own = found[found["observation_id"].isin(rows["observation_id"])]
    statements = {
        r["observation_id"]: r
        for r in pd.concat([own, held.published(found, as_of)])
        .drop_duplicates("observation_id")
        .sort_index()
        .to_dict("records")
    }
    who = [
        held.named(s["institution_id"], s["institution"], s["region_code"])
        for s in (statements[i] for i in rows["observation_id"])
    ]
    rows = rows.assign(who=[zh for zh, _ in who], who_en=[en for _, en in who])
    rows["class"] = [_class(row, ranking_list) for _, row in rows.iterrows()]
    rows["timing"] = [_timing(row, statements) for _, row in rows.iterrows()]
    return Targets(region.code, rows, statements, ranking_list)


def _class(row, ranking_list: str) -> str:
    decides = DECIDES[row["target_id"]]
    if decides == "context":
        return "context"
    if not row["due_date"]:
        return "undated"
    if decides == "list" and ranking_list:
        return "named"
    if decides in ("list", "level", "definition"):
        return decides
    return "about" if row["quantifier"] == "about" else "printed"


def _timing(row, statements: dict[str, dict]) -> str:
    ends = [statements[i]["period_end"] for i in held.ids(row["evidence_observation_ids"]) if i in statements]
    if not ends:
        return "none"
    if not row["due_date"]:
        return "no_due_date"
    return "by_due" if max(ends) <= row["due_date"] else "after_due"


def label(loaded: Targets, row) -> Text:
    """What is to be reached, with the hospital where it is one hospital's target."""
    indicator = catalog.indicator(loaded.statements[row["observation_id"]]["indicator"])
    zh, en = held.in_both(indicator.label)
    return (f"{row['who']}：{zh}", f"{row['who_en']}: {en}") if row["level"] == "hospital" else (zh, en)


def due(row) -> Text:
    """The due date; a dash where none is printed."""
    day = row["due_date"]
    if not day:
        return "未印", "not printed"
    return (f"{day[:4]} 年底", f"end of {day[:4]}") if day.endswith("-12-31") else (day, day)


def evidence_text(loaded: Targets, row) -> Text:
    """What was found: the linked statements with their year, or only a narrative; empty when nothing was found."""
    said: dict[str, list[Text]] = {}
    for i in loaded.evidence(row):
        fact, when = loaded.fact(i), loaded.statements[i]["period_end"][:4]
        said.setdefault(loaded.statements[i]["indicator"], []).append(
            (f"{fact.text('zh')}（{when}）", f"{fact.text('en')} ({when})")
        )
    parts = [
        (
            f"{catalog.indicator(key).label('zh')} {'、'.join(zh for zh, _ in texts)}",
            f"{catalog.indicator(key).label('en')} {', '.join(en for _, en in texts)}",
        )
        for key, texts in said.items()
    ]
    word = held.term(f"evidence_{row['evidence_grade']}")
    if parts:
        return (
            f"{word[0]}：{'、'.join(zh for zh, _ in parts)}",
            f"{word[1]}: {', '.join(en for _, en in parts)}",
        )
    return word if row["evidence_grade"] == "narrative_only" else ("", "")


def tracker_rows(loaded: Targets, programme: str, lang: str) -> pd.DataFrame:
    """One row a target of a programme as charts.tracker takes it; evidence of another unit than the target's is not highlighted."""
    i, shown = lang == "en", []
    for _, row in _of(loaded, programme).iterrows():
        found = loaded.evidence(row)
        grade = max((loaded.statements[e]["source_grade"] for e in found), default=("无", "none")[i])
        shown.append(
            {
                "label": label(loaded, row)[i],
                "target": loaded.fact(row["observation_id"]).text(lang),
                "due": due(row)[i],
                "evidence": evidence_text(loaded, row)[i],
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


def _n(loaded: Targets, rows: pd.DataFrame, zh: str, en: str) -> Fact:
    return held.count(rows, "target_id", (zh, en), whole=loaded.rows, unit="个")


def data(loaded: Targets) -> Finding:
    """What is held: one row a programme and level."""
    rows = loaded.rows
    grouped = rows.groupby(["programme", "level", "source_id"], sort=False)
    frame = held.both(
        ({"programme": p, "level": level, "source": s} for (p, level, s), _ in grouped),
        programme=lambda r: held.term(
            "programme_136" if r["programme"] == PLAN else "national_regional_medical_centre"
        ),
        level=lambda r: held.term("level_province" if r["level"] == "province" else "hospital"),
        source=lambda r: held.title(r["source"]),
    ).assign(
        n=[len(part) for _, part in grouped], grade=[part["source_grade"].iloc[0] for _, part in grouped]
    )
    inferred = rows[rows["source_grade"] == "C"]
    sentences = [
        words(
            "levels",
            "一所医院不等于全省：医院的目标与全省的目标并列，不相加。",
            "One hospital is not the province: targets of hospitals stand beside those of the province and are not added.",
        )
    ]
    if len(inferred):
        sentences.append(
            words(
                "inferred",
                "其中 {k}出自一份没有标题、文号和日期的方案，发文机关与年份为推定（C 级）。",
                "From a plan without title, number or date, issuer and year inferred (grade C): {k}.",
                k=_n(loaded, inferred, "推定来源的目标", "targets of the inferred plan"),
            )
        )
    return Finding(
        "data",
        words(
            "data",
            "{place}有 {n}规划目标，分属 {p}方案或医院",
            "{place}: plan targets {n}, in {p} groups of programme and level",
            place=loaded.place,
            n=_n(loaded, rows, "规划目标数", "plan targets"),
            p=held.count(
                rows.assign(group=rows["programme"] + rows["level"]),
                "target_id",
                ("方案与层级的组数", "groups of programme and level"),
                whole=rows,
                of="group",
                unit="组",
            ),
        ),
        sentences=tuple(sentences),
        tables=(
            Table(
                "held",
                ("目标的来源，一行一组", "Where the targets come from, one row a group"),
                frame,
                (
                    Column("programme", ("方案", "Programme"), "name"),
                    Column("level", ("层级", "Level"), "text"),
                    Column(
                        "n",
                        ("目标", "Targets"),
                        "number",
                        source_ids=held.sources(rows),
                        formula=held.COUNTED,
                    ),
                    Column("grade", ("来源等级", "Grade"), "text"),
                    Column("source", ("来源", "Source"), "text"),
                ),
            ),
        ),
    )


def class_rows(loaded: Targets, lang: str) -> pd.DataFrame:
    """How many targets could be shown to be missed, and what the others lack, as charts.bars takes it."""
    n = loaded.rows["class"].value_counts()
    return pd.DataFrame(
        [
            {"label": text[lang == "en"], "value": int(n[key]), "highlight": key in ("printed", "named")}
            for key, text in CLASSES.items()
            if key in n
        ]
    )


def falsifiable(loaded: Targets, drawing) -> Finding:
    """Which targets could ever be shown to be missed. drawing: charts.bars of class_rows."""
    rows = loaded.rows
    firm, lists = rows[rows["class"].isin(["printed", "named"])], rows[rows["class"] == "list"]
    n, k = (
        _n(loaded, rows, "规划目标数", "plan targets"),
        _n(loaded, firm, "能够证伪的目标", "targets that can fail"),
    )
    values = {"place": loaded.place, "n": n, "k": k}
    frame = held.both(
        (row for _, row in rows.iterrows()),
        target=lambda r: label(loaded, r),
        why=lambda r: CLASSES[r["class"]],
        due=due,
        needed=lambda r: NEEDED[r["target_id"]],
    )
    frame["value"] = [loaded.fact(i) for i in rows["observation_id"]]
    sentences = [
        words(
            "test",
            "一个目标要能落空，须有到期日、带界限的数目，以及判定算不算数的名单或标准。",
            "A target can fail only when it has a due date, a number with a bound, and a list or standard that decides what counts.",
        )
    ]
    if len(firm):
        sentences.append(
            held.listed(
                "firm",
                ("能够证伪的目标", "Targets that can fail"),
                [label(loaded, row) for _, row in firm.iterrows()],
            )
        )
    if len(lists):
        sentences.append(
            words(
                "lists",
                "另有 {k}目标说的是名次，只要指明榜单就能证伪。",
                "Rank targets that could fail once the list is named: {k}.",
                k=_n(loaded, lists, "没有指明榜单的名次目标", "rank targets without a named list"),
            )
        )
    return Finding(
        "falsifiable",
        Sentence(
            "falsifiable",
            "{place}的 {n}目标中，{k}写得能够落空",
            "{place}: {n} targets, of which written so that they can fail: {k}",
            values,
        ),
        words(
            "falsifiable-sub",
            "{place}，按目标的写法分类的个数；与目标是否完成无关",
            "{place}, number of targets by wording; says nothing about whether a target was met",
            place=loaded.place,
        ),
        sentences=(
            *sentences,
            Sentence(
                "falsifiable-brief",
                "{n}规划目标里写得能够落空的有 {k}；其余缺榜单、容差、口径、判定人或到期日。",
                "Plan targets written so that they can fail: {k} of {n}; the rest lack a list, a tolerance, a definition, a judge or a due date.",
                {"n": n, "k": k},
                brief=4,
            ),
        ),
        note=words(
            "falsifiable-note",
            "分类是本页对目标写法的判断，规则见方法一节。",
            "The classes are this page's reading of the wording; the rule stands under Method.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "classes",
                ("各目标能否证伪，一行一个目标", "Can each target fail? One row a target"),
                frame.astype({"value": object}),
                (
                    Column("target", ("目标", "Target"), "name"),
                    Column("value", ("目标值", "Target value"), "number", source_ids=held.sources(rows)),
                    Column("due", ("到期", "Due"), "text"),
                    Column("why", ("能否证伪", "Can it fail?"), "text"),
                    Column("needed", ("需要的资料", "Data needed"), "text"),
                ),
            ),
        ),
        alt=Sentence(
            "falsifiable-alt",
            "{place}：{n}目标按写法分类的横条，能够证伪的有 {k}。",
            "{place}: bars of {n} targets by wording; {k} can fail.",
            values,
        ),
    )


def tracker(loaded: Targets, programme: str, drawing) -> Finding:
    """Targets of one programme beside the evidence found. drawing: charts.tracker of tracker_rows, or None where there is no target."""
    rows, section = _of(loaded, programme), "plan" if programme == PLAN else "goals"
    title, where = (
        held.term("programme_136" if programme == PLAN else "national_regional_medical_centre"),
        loaded.place,
    )
    if drawing is None:
        state = State(
            "E1",
            (f"{where[0]}：{title[0]}没有印出目标", f"{where[1]}: no target printed for the {title[1]}"),
            ("需要方案全文", "The full text of the programme would settle it"),
        )
        return Finding(
            section,
            words(section, "{place}没有这一方案的目标", "{place}: no target of this programme", place=where),
            states=(state,),
        )
    found, timed = rows[rows["timing"] != "none"], rows[rows["timing"] == "by_due"]
    values = {
        "place": where,
        "n": _n(loaded, rows, f"{title[0]}的目标", f"targets, {title[1]}"),
        "k": _n(loaded, found, "找到相关数字的目标", "targets with a related figure"),
        "d": _n(loaded, timed, "到期日之前有相关数字的目标", "targets with a related figure by the due date"),
        "z": _n(
            loaded, rows[rows["timing"] == "none"], "未见相关数字的目标", "targets without a related figure"
        ),
        "title_zh": name(title[0]),
        "title_en": name(title[1]),
    }
    frame = held.both(
        (row for _, row in rows.iterrows()),
        target=lambda r: label(loaded, r),
        due=due,
        evidence=lambda r: evidence_text(loaded, r),
        grade=lambda r: held.term(f"evidence_{r['evidence_grade']}"),
        timing=lambda r: held.term(f"timing_{r['timing']}"),
    )
    frame["value"] = [loaded.fact(i) for i in rows["observation_id"]]
    if values["k"].value:
        headline = Sentence(
            section,
            "{title_zh}：{n}目标中，{k}有相关数字，{d}的数字不晚于到期日",
            "{title_en}: {n} targets; with a related figure: {k}; dated by the due date: {d}",
            values,
        )
    else:
        headline = Sentence(
            section,
            "{title_zh}：{n}目标在这些资料中都没有相关数字",
            "{title_en}: {n} targets, none with a related figure in these sources",
            values,
        )
    return Finding(
        section,
        headline,
        words(
            f"{section}-sub",
            "{place}；左为目标和到期日，右为文件中相关的结果和来源等级",
            "{place}; left: target and due date; right: related figures of the documents and the grade of the source",
            place=where,
        ),
        sentences=tuple(_tracker_sentences(loaded, rows, section, values)),
        note=words(
            f"{section}-note",
            "目标与结果并列而不相除。没有找到证据，只是说这些资料里没有。",
            "Targets and results stand side by side and are not divided. No evidence found means only: not in these sources.",
        ),
        drawing=drawing,
        tables=(
            Table(
                section,
                ("目标与相关数字，一行一个目标", "Targets and related figures, one row a target"),
                frame.astype({"value": object}),
                (
                    Column("target", ("目标", "Target"), "name"),
                    Column("value", ("目标值", "Target value"), "number", source_ids=held.sources(rows)),
                    Column("due", ("到期", "Due"), "text"),
                    Column("evidence", ("文件中的相关数字", "Related figures in the documents"), "text"),
                    Column("grade", ("证据类别", "Kind of evidence"), "text"),
                    Column("timing", ("相关数字的时间", "Date of the figures"), "text"),
                ),
            ),
        ),
        alt=Sentence(
            f"{section}-alt",
            "{place}的目标对照表：{n}目标，其中 {k}有相关数字，{z}未见。",
            "Tracker for {place}: {n} targets, {k} with a related figure, {z} with none found.",
            values,
        ),
        more_facts=tuple(loaded.fact(e) for _, row in rows.iterrows() for e in loaded.evidence(row)),
    )


def _tracker_sentences(loaded: Targets, rows: pd.DataFrame, section: str, values: dict) -> list[Sentence]:
    sentences = []
    if values["z"].value:
        sentences.append(
            Sentence(
                f"{section}-none",
                "{z}目标在这些资料中未见证据；这不等于没有完成。",
                "Targets for which no evidence was found in these sources: {z}; that is not the same as not achieved.",
                values,
            )
        )
    wider = rows[(rows["level"] == "province") & (rows["timing"] != "none")]
    if len(wider):
        sentences.append(
            words(
                f"{section}-one",
                "全省目标中，{k}的相关数字只来自个别医院，全省合计不知道。",
                "Province targets whose related figures come from single hospitals only: {k}; the province's total is not known.",
                k=_n(
                    loaded,
                    wider,
                    "只有个别医院数字的全省目标",
                    "province targets with figures of single hospitals",
                ),
            )
        )
    for _, row in rows[rows["evidence_grade"] == "definition_conflict"].iterrows():
        seen = loaded.fact(loaded.evidence(row)[0]) if loaded.evidence(row) else None
        if seen is not None:
            sentences.append(
                words(
                    f"{section}-conflict",
                    "口径冲突：全省目标为引进 {t}，未说明全职或柔性；一所医院已报告柔性引进 {s}。两者不是一回事，不算完成度。",
                    "Definitions conflict: the province's target is {t} experts, full-time or flexible not said; one hospital reports {s} engaged flexibly. The two are different things, and no rate of completion follows.",
                    t=loaded.fact(row["observation_id"]),
                    s=seen,
                )
            )
    late = rows[rows["due_date"] > max((catalog.source(s).period_end for s in held.documents()), default="")]
    if len(late):
        sentences.append(
            words(
                f"{section}-late",
                "{k}目标的到期日晚于最新一份文件所述时期，结果还不可能写在里面。",
                "Targets due after the period of the newest document, whose result cannot stand there yet: {k}.",
                k=_n(loaded, late, "到期日晚于全部文件的目标", "targets due after all documents"),
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


def grades(loaded: Targets, drawing) -> Finding:
    """How good the evidence is. drawing: charts.bars of grade_rows."""
    rows = loaded.rows[loaded.rows["class"] != "context"]
    best, none = rows[rows["evidence_grade"] == "partial"], rows[rows["evidence_grade"] == "none"]
    after = rows[rows["timing"] == "after_due"]
    values = {
        "place": loaded.place,
        "n": _n(loaded, rows, "要达到的目标", "targets to reach"),
        "p": _n(loaded, best, "有部分证据的目标", "targets with partial evidence"),
        "z": _n(loaded, none, "未见证据的目标", "targets without evidence"),
    }
    kinds = rows.groupby(["evidence_grade", "timing"], sort=False)
    frame = held.both(
        ({"g": g, "t": t} for (g, t), _ in kinds),
        grade=lambda r: held.term(f"evidence_{r['g']}"),
        timing=lambda r: held.term(f"timing_{r['t']}"),
    ).assign(n=[len(part) for _, part in kinds])
    sentences = [
        words(
            "whole",
            "没有一个目标有完整的证据：部分证据只涉及个别医院，自述没有经过核对。",
            "No target has complete evidence: partial evidence covers single hospitals, and self-reports are unaudited.",
        )
    ]
    if len(after):
        sentences.append(
            words(
                "after",
                "{k}目标的相关数字晚于到期日，说不清到期时的情况。",
                "Targets whose related figure is dated after the due date and cannot speak for that day: {k}.",
                k=_n(loaded, after, "相关数字晚于到期日的目标", "targets with a later figure"),
            )
        )
    return Finding(
        "grades",
        Sentence(
            "grades",
            "{n}目标中，{p}有部分证据，{z}未见证据",
            "{n} targets: partial evidence for {p}, none found for {z}",
            values,
        ),
        words(
            "grades-sub",
            "{place}，按证据类别的目标个数",
            "{place}, targets by kind of evidence",
            place=loaded.place,
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        tables=(
            Table(
                "grades",
                ("证据类别与时间，一行一类", "Kind of evidence and its date, one row a kind"),
                frame,
                (
                    Column("grade", ("证据类别", "Kind of evidence"), "name"),
                    Column("timing", ("相关数字的时间", "Date of the figures"), "text"),
                    Column(
                        "n",
                        ("目标", "Targets"),
                        "number",
                        source_ids=held.sources(rows),
                        formula=held.COUNTED,
                    ),
                ),
            ),
        ),
        alt=Sentence(
            "grades-alt",
            "{place}：{n}目标按证据类别的横条，部分证据 {p}，未见证据 {z}。",
            "{place}: bars of {n} targets by kind of evidence; partial {p}, none found {z}.",
            values,
        ),
    )


def ranking(loaded: Targets) -> Finding:
    """What the rank targets mean under the list that the reader names."""
    rows = loaded.rows[loaded.rows["target_id"].isin(RANK_TARGETS)]
    if rows.empty:
        return Finding(
            "ranking",
            words("ranking", "{place}没有名次目标", "{place} has no rank target", place=loaded.place),
        )
    n = _n(loaded, rows, "名次目标", "rank targets")
    if not loaded.ranking_list:
        state = State(
            "E7",
            ("名次目标没有指明榜单，量不出来", "Rank targets name no list and cannot be measured"),
            ("需要方案指明所说的榜单", "The list that the plan means would settle it"),
        )
        return Finding(
            "ranking",
            words(
                "ranking",
                "{n}目标说的是名次，文件没有指明榜单",
                "Targets that speak of a rank without naming the list: {n}",
                n=n,
            ),
            sentences=(
                words(
                    "parameter",
                    "在笔记本的参数里填上榜单名称，本节就按那张榜单列出手头的名次；换一张榜单，同一目标的含义就变了。",
                    "Name a list in the notebook's parameters, and this part shows the ranks at hand under that list; with another list the same target means something else.",
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
        state = State(
            "E1",
            ("这些资料没有这张榜单的名次", "These sources hold no rank of this list"),
            ("需要该榜单的历年名次", "Ranks of that list by year would settle it"),
        )
        return Finding(
            "ranking",
            Sentence(
                "ranking",
                "假定榜单为{list}：这些资料没有它的名次",
                "Assuming the list {list}: these sources hold no rank of it",
                chosen,
            ),
            states=(state,),
        )
    h = derived(
        len({loaded.statements[e]["institution_id"] for e in seen}),
        ("手头有名次的医院", "hospitals with a rank at hand"),
        held.COUNTED,
        rows=[loaded.statements[e] for e in seen],
        style="count",
        unit="所",
    )
    frame = held.both(
        (loaded.statements[e] for e in seen),
        who=lambda s: held.named(s["institution_id"], s["institution"], s["region_code"]),
        year=lambda s: (s["period_end"][:4],) * 2,
    )
    frame["rank"] = [loaded.fact(e) for e in seen]
    return Finding(
        "ranking",
        Sentence(
            "ranking",
            "假定榜单为{list}：{n}名次目标可看 {h}医院的名次",
            "Assuming the list {list}: rank targets {n}; hospitals with a rank at hand: {h}",
            chosen | {"h": h},
        ),
        sentences=(
            words(
                "ranking-side",
                "下表是结果，目标见上文；其他医院的名次不在这些资料中，全省有几所医院达到名次要求不知道。",
                "The table holds results; the targets stand above. Ranks of other hospitals are not in these sources, so how many hospitals reached the places is not known.",
            ),
        ),
        tables=(
            Table(
                "ranks",
                ("该榜单中手头的名次，一行一年", "Ranks of that list at hand, one row a year"),
                frame.astype({"rank": object}),
                (
                    Column("who", ("医院", "Hospital"), "name"),
                    Column("year", ("年度", "Year"), "year"),
                    Column(
                        "rank",
                        ("名次（结果）", "Rank (result)"),
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
        State(
            "E6",
            (
                f"{where[0]}：多数目标只有目标值，没有同一口径的结果",
                f"{where[1]}: most targets have a target value and no result under the same definition",
            ),
            ("需要方案的验收报告", "The final report on the programme would settle it"),
        )
    ]
    if (loaded.rows["evidence_grade"] == "definition_conflict").any():
        states.append(
            State(
                "E7",
                (
                    "引进专家的目标与医院的柔性人数口径不同，不作比较",
                    "The target on experts and one hospital's flexible heads differ in definition; no comparison",
                ),
                ("需要目标的口径说明", "The definition of the target would settle it"),
            )
        )
    if (loaded.rows["source_grade"] == "C").any():
        states.append(
            State(
                "E9",
                ("方案原文缺标题、文号和日期", "The plan's text lacks title, number and date"),
                ("需要正式印发的文本", "The issued text would settle it"),
            )
        )
    return held.closing(states)
