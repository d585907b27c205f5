"""Services, capacity and cost: growth without a level, shares without a number of cases, directions without a number.

Rows: statements of the documents on service volume and capacity of a place's hospitals. Growth is shown as growth: a level that was
not printed is not reconstructed. A share without its number of cases has no interval. A direction is no number. No effect of any
project is estimated.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis import tables
from analysis.facts import Fact, State, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, brief, needs, words, year
from analysis.themes import derived_results, held, planned
from analysis.themes import statements as of
from analysis.themes.statements import Statements

THEMES = ("service_volume", "service_capacity")
ABOUT = ("服务与费用", "services and cost")
DISCHARGES, SURGERIES, OUTFLOW, SHARE = (
    "discharges_change",
    "surgeries_change",
    "insured_outflow_rate_change",
    "level34_surgery_share",
)
GROWTH = ("outpatient_visits_change", DISCHARGES, SURGERIES)
TECHNIQUES, LEADING = "new_techniques", "new_technique_national_lead_share"
COUNTED = ("count_cumulative", "level")
STEPS = {
    "level_before": ("事前数值", "Value before"),
    "level_during": ("事中数值", "Value during"),
    "level_after": ("事后数值", "Value after"),
    "direction": ("方向", "Direction"),
}
WAYS = {"up": ("上升", "up"), "down": ("下降", "down")}
PER_DISCHARGE = (
    "(1 + 手术增幅) ÷ (1 + 出院增幅) − 1",
    "(1 + growth of operations) ÷ (1 + growth of discharges) − 1",
)


def _shown(rows: pd.DataFrame) -> pd.Series:
    return (rows["quantifier"] != "unquantified") & (rows["salience"] == "core") | (
        rows["measure"] == "direction"
    )


def coverage() -> dict[str, dict | None]:
    """Cities with a number or a direction on services; provinces have the notebook on series."""
    return of.coverage(
        THEMES, ABOUT, counts=_shown, codes=[c for c in planned.codes() if not c.endswith("0000")]
    )


def load(region_code: str, as_of: str = "") -> Statements:
    """Statements on services of a place. Raises MethodError when there are none."""
    return of.read(region_code, as_of, themes=THEMES)


def data(st: Statements) -> Finding:
    return of.data(st, ABOUT)


def every(st: Statements) -> Finding:
    return of.every(st)


def growth_rows(st: Statements, lang: str) -> pd.DataFrame:
    """One bar a growth rate, as charts.bars takes it; the ambiguous outflow is no growth of a volume and is left out."""
    keys = st.having(GROWTH)
    facts = [st.fact(k, signed=True) for k in keys]
    return pd.DataFrame(
        {
            "label": [held.label(k)[lang == "en"] for k in keys],
            "value": [f.value for f in facts],
            "text": [f.text(lang) for f in facts],
            "highlight": [True] * len(keys),
        }
    )


def per_discharge(st: Statements) -> Fact | None:
    """Change of operations per discharge from the two growth rates; None where one is missing."""
    if not st.all_of(SURGERIES, DISCHARGES):
        return None
    surgeries, discharges = st.fact(SURGERIES), st.fact(DISCHARGES)
    value = derived_results.value("D23", surgeries.value, discharges.value) * 100
    return derived(
        value,
        (f"{st.place[0]}每例出院的手术台次的变化", f"{st.place[1]}, change of operations per discharge"),
        PER_DISCHARGE,
        inputs=(surgeries, discharges),
        style="percent",
        signed=True,
    )


def growth(st: Statements, ratio: Fact | None, drawing) -> Finding:
    """Growth as printed. ratio: per_discharge; drawing: charts.bars of growth_rows, or None."""
    keys = st.having(GROWTH)
    if drawing is None:
        return st.silent(
            "growth",
            "E4",
            ("{place}没有印出服务量的增幅", "{place}: no growth of service volume is printed"),
            ("没有印出服务量或它的增幅", "no volume of services and no growth of it is printed"),
            ("需要逐年的门急诊、出院和手术人次", "Visits, discharges and operations by year would settle it"),
        )
    facts = {k: st.fact(k, signed=True) for k in keys}
    top = max(keys, key=lambda k: facts[k].value)
    row = st.row(top)
    spans = {
        "now": year(f"{row['period_start'][:7]} – {row['period_end'][:7]}"),
        "then": year(f"{row['baseline_start'][:7]} – {row['baseline_end'][:7]}"),
    }
    n = of.count(
        st.rows[st.rows["indicator"].isin(keys)], "只有增幅的服务量项数", "volumes with growth only", st.rows
    )
    sentences = [
        words(
            "span",
            "增幅为 {now} 与 {then} 相比；不是全年，也没有印出任何一期的人次。",
            "Growth of {now} on {then}: not full years, and no level of either period is printed.",
            **spans,
        )
    ]
    if ratio:
        sentences.append(
            brief(
                "ratio",
                1,
                "{who}：手术量 {s}、出院量 {d}，每例出院的手术台次变化 {r}（由两项增幅算出）；台次和人次都没有公布。",
                "{who}: operations {s}, discharges {d}, so operations per discharge changed by {r} (computed from the two rates); no level is published.",
                who=of.who(row),
                s=facts[SURGERIES],
                d=facts[DISCHARGES],
                r=ratio,
            )
        )
    states = [
        State(
            "E4",
            (
                f"{st.place[0]}：增幅没有起点水平，不能画成年度曲线",
                f"{st.place[1]}: growth without a starting level; no yearly curve follows",
            ),
            ("需要两期的人次", "The numbers of both periods would settle it"),
        )
    ]
    out = st.row(OUTFLOW)
    if out is not None:
        sentences.append(
            words(
                "outflow",
                "医保患者转出率写作降低 {v}：是百分比还是百分点没有说明，所以不入图。",
                "The rate of insured patients treated elsewhere is said to be lower by {v}: per cent or percentage points is not said, so it is not drawn.",
                v=replace(observed(out), value=abs(out["value"]), low=None, high=None),
            )
        )
        states.append(
            State(
                "E5",
                (
                    "转出率的降幅：百分比还是百分点不明",
                    "Fall of the outflow rate: per cent or percentage points unknown",
                ),
                ("需要两期的转出率", "The rates of both periods would settle it"),
            )
        )
    return Finding(
        "growth",
        words(
            "growth",
            "{who}的 {n}服务量只印出增幅，最大的是{what} {v}",
            "{who}: growth alone is printed for {n} volumes, largest for {what}, {v}",
            who=of.who(row),
            n=n,
            what=_volume(top),
            v=facts[top],
        ),
        words("growth-sub", "同比增幅，{now} 比 {then}", "Growth, {now} on {then}", **spans),
        sentences=tuple(sentences),
        note=words(
            "growth-note",
            "增幅由医院自己报告，未经核对。手术占出院的比例上升可能来自病种，也可能来自登记。",
            "Growth as the hospital reports it, unaudited. More operations per discharge may come from the mix of cases or from recording.",
        ),
        drawing=drawing,
        tables=(
            of.table(
                "growth",
                ("印出的增幅，一行一项", "Growth as printed, one row an indicator"),
                st.rows[st.rows["indicator"].isin([*keys, OUTFLOW])],
            ),
        )
        + (
            (
                of.facts_table(
                    "ratio",
                    ("由增幅算出", "Computed from growth"),
                    [(("每例出院的手术台次的变化", "Change of operations per discharge"), ratio)],
                    (("项目", "Item"), ("变化", "Change")),
                ),
            )
            if ratio
            else ()
        ),
        alt=words(
            "growth-alt",
            "{place}：{who}服务量同比增幅的横条，最大为{what} {v}。",
            "{place}: bars of growth of service volumes of {who}; largest {what}, {v}.",
            place=st.place,
            who=of.who(row),
            what=_volume(top),
            v=facts[top],
        ),
        states=tuple(states),
    )


def _volume(indicator: str) -> tuple[str, str]:
    return {
        "outpatient_visits_change": ("门诊", "outpatient visits"),
        DISCHARGES: ("出院", "discharges"),
        SURGERIES: ("手术", "operations"),
    }[indicator]


def _shares(st: Statements) -> list[dict]:
    """The two readings of the share of level-3 and level-4 operations, the undated one first; empty unless there are two."""
    rows = st.rows[(st.rows["indicator"] == SHARE) & (st.rows["quantifier"] != "unquantified")].sort_values(
        "period_end", kind="stable"
    )
    return rows.to_dict("records") if len(rows) == 2 else []


def mix_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Two bars, before and after, as charts.bars takes them; empty without two readings."""
    heads = (("帮扶前", "Before assistance"), ("帮扶后", "After assistance"))
    rows = [
        {
            "label": f"{head[lang == 'en']} ({of.period_text(row, lang)})",
            "value": row["value"],
            "text": observed(row).text(lang),
            "highlight": i == 1,
        }
        for i, (head, row) in enumerate(zip(heads, _shares(st), strict=False))
    ]
    return pd.DataFrame(rows, columns=["label", "value", "text", "highlight"])


def mix_change(st: Statements) -> tuple[Fact, Fact] | None:
    """The change of the share in percentage points and in per cent of the first reading; None without two readings."""
    pair = _shares(st)
    if not pair:
        return None
    before, after = (observed(row) for row in pair)
    points = derived(
        derived_results.value("D12", before.value, after.value),
        (
            f"{st.place[0]}三四级手术占比之差",
            f"{st.place[1]}, difference of the share of higher-level operations",
        ),
        ("后 − 前", "after − before"),
        inputs=(before, after),
        style="pp",
        decimals=0,
        signed=True,
    )
    relative = derived(
        derived_results.value("D13", before.value, after.value) * 100,
        (
            f"{st.place[0]}三四级手术占比的相对变化",
            f"{st.place[1]}, relative change of the share of higher-level operations",
        ),
        ("(后 − 前) ÷ 前", "(after − before) ÷ before"),
        inputs=(before, after),
        style="percent",
        signed=True,
    )
    return points, relative


def mix(st: Statements, change: tuple[Fact, Fact] | None, drawing) -> Finding:
    """Case mix: two shares without a number of operations. change: mix_change; drawing: charts.bars of mix_rows, or None."""
    if drawing is None:
        return st.silent(
            "mix",
            "E4",
            (
                "{place}没有印出两期的手术构成",
                "{place}: the mix of operations is not printed for two periods",
            ),
            ("没有印出两期可比的手术构成", "no two readings of the mix of operations are printed"),
            ("需要各级手术台次", "Operations by level would settle it"),
        )
    pair = _shares(st)
    before, after = (observed(row) for row in pair)
    points, relative = change
    values = {
        "who": of.who(pair[1]),
        "place": st.place,
        "a": before,
        "b": after,
        "p": points,
        "r": relative,
        "until": year(pair[1]["period_end"]),
    }
    damaged = needs(any(row["damaged"] for row in pair), "原文完整，没有缺字。", "The text is complete.")
    return Finding(
        "mix",
        Sentence(
            "mix",
            "{who}三四级手术占比由 {a} 到 {b}，手术台次未印，不给区间",
            "{who}, share of higher-level operations: {a}, then {b}; operations are not printed, so there is no interval",
            values,
        ),
        words("mix-sub", "两个时点的占比；前一个没有日期", "The share at two moments; the first has no date"),
        sentences=(
            Sentence(
                "mix-change",
                "相差 {p}，相对变化 {r}；两种说法不能混用。",
                "The difference is {p}, the relative change {r}; the two must not be mixed.",
                values,
            ),
            Sentence(
                "mix-brief",
                "{who}三四级手术占比帮扶前 {a}（日期未印），截至 {until} 为 {b}，相差 {p}；台次未公布，看不出是手术更难还是台次变少。",
                "{who}: share of higher-level operations {a} before assistance (no date printed), {b} up to {until}, a difference of {p}; without the number of operations one cannot tell harder surgery from fewer operations.",
                values,
                brief=1,
            ),
            Sentence(
                "mix-damaged",
                "两个数字后面的百分号在原文中缺失，按推定读法。",
                "The per cent signs after both numbers are lost in the text; they are read in by inference.",
                {},
                (damaged,),
            ),
        ),
        note=words(
            "mix-note",
            "三四级手术不同于四级手术；手术分级目录改版也会改变占比。",
            "Levels three and four together differ from level four alone; a new catalogue of operations also changes the share.",
        ),
        drawing=drawing,
        tables=(
            of.table(
                "mix",
                ("三四级手术占比，一行一个时点", "Share of higher-level operations, one row a moment"),
                st.rows[st.rows["indicator"] == SHARE],
                "reading",
            ),
            of.facts_table(
                "mix_change",
                ("由两个占比算出", "Computed from the two shares"),
                [(("相差", "Difference"), points), (("相对变化", "Relative change"), relative)],
                (("项目", "Item"), ("变化", "Change")),
            ),
        ),
        alt=Sentence(
            "mix-alt",
            "{place}：{who}三四级手术占比的两条横条，帮扶前 {a}，帮扶后 {b}。",
            "{place}: two bars, share of higher-level operations of {who}: {a} before assistance, {b} after.",
            values,
        ),
        states=(
            State(
                "E4",
                (
                    f"{st.place[0]}：占比没有手术台次，不作区间推断",
                    f"{st.place[1]}: a share without the number of operations; no interval",
                ),
                (
                    "需要两期各级手术台次和目录版本",
                    "Operations by level of both periods and the edition of the catalogue would settle it",
                ),
            ),
        ),
    )


def capacity_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Counts of techniques, subspecialties and disciplines as charts.ledger takes them, one group an institution."""
    rows = st.core[(st.core["theme"] == "service_capacity") & st.core["measure"].isin(COUNTED)]
    return of.ledger_rows(
        of.entry(of.who(row)[lang == "en"], row, lang, unit="") for row in rows.to_dict("records")
    )


def _leading(st: Statements) -> Fact | None:
    """Upper bound of the techniques said to lead in the country: all new ones times the share printed as just under a number."""
    if not st.all_of(TECHNIQUES, LEADING):
        return None
    total, share = st.fact(TECHNIQUES), st.fact(LEADING)
    return derived(
        None,
        (f"{st.place[0]}称国内领先的新技术数", f"{st.place[1]}, new techniques said to lead in the country"),
        ("新技术数 × 占比", "new techniques × share"),
        inputs=(total, share),
        style="number",
        decimals=1,
        high=derived_results.value("D19", total.value, share.high),
        quantifier="just_under",
    )


def capacity(st: Statements, drawing) -> Finding:
    """What was set up. drawing: charts.ledger of capacity_rows, or None."""
    if drawing is None:
        return st.silent(
            "capacity",
            "E3",
            ("{place}没有印出服务能力的数目", "{place}: no count of service capacity is printed"),
            (
                "没有印出新技术、亚专业或学科的数目",
                "no number of techniques, subspecialties or disciplines is printed",
            ),
            ("需要目录和认定依据", "A list and the basis of recognition would settle it"),
        )
    rows = st.core[(st.core["theme"] == "service_capacity") & st.core["measure"].isin(COUNTED)]
    n = of.count(rows, "服务能力的数字", "counts of service capacity", st.rows)
    first = observed(rows.iloc[0].to_dict())
    sentences = [
        words(
            "not-added",
            "共 {n}，种类不同，不相加；领先、首创、填补空白多为自我评价。",
            "Counts: {n}, of different kinds, not added up; leading, first and gap-filling are mostly self-assessments.",
            n=n,
        )
    ]
    leading = _leading(st)
    if leading:
        sentences.append(
            words(
                "leading",
                "{who}新技术 {t}，其中近 {s}称国内领先，即不到 {m} 项；评价者和名单没有公布。",
                "{who}: {t} new techniques, just under {s} of them said to lead in the country, so fewer than {m}; neither the judge nor the list is published.",
                who=of.who(st.row(TECHNIQUES)),
                t=st.fact(TECHNIQUES),
                s=replace(st.fact(LEADING), quantifier="exact", value=st.fact(LEADING).high),
                m=replace(leading, quantifier="exact", value=leading.high),
            )
        )
    return Finding(
        "capacity",
        words(
            "capacity",
            "{place}的医院印出 {n}服务能力的数目，例如{what} {v}",
            "{place}, counts of service capacity printed by hospitals: {n}; for example {what}: {v}",
            place=st.place,
            n=n,
            what=of.said(rows.iloc[0]["indicator"]),
            v=first,
        ),
        words(
            "capacity-sub",
            "按医院分组；各项单位不同，长度只作对照",
            "By hospital; units differ, so lengths are a rough guide",
        ),
        sentences=tuple(sentences),
        note=words(
            "capacity-note",
            "“余”只是下限，“近”只是上限。",
            "“More than” gives a lower bound only, “just under” an upper bound only.",
        )
        if rows["quantifier"].isin(["more_than", "just_under"]).any()
        else None,
        drawing=drawing,
        tables=(
            of.table(
                "capacity", ("服务能力的数目，一行一项", "Counts of service capacity, one row an item"), rows
            ),
        ),
        alt=words(
            "capacity-alt",
            "{place}：{n}服务能力数目的横条，例如{what}为 {v}。",
            "{place}: bars of {n} counts of service capacity, for example {what}: {v}.",
            place=st.place,
            n=n,
            what=of.said(rows.iloc[0]["indicator"]),
            v=first,
        ),
    )


def direction_drawing(matrix, st: Statements, lang: str):
    """What was printed of each indicator that has a direction only: matrix (charts.matrix) of these rows; None where there are none."""
    rows = st.rows[st.rows["measure"] == "direction"].to_dict("records")
    if not rows:
        return None
    cells = pd.DataFrame(
        [
            {
                "row": row["observation_id"],
                "column": "direction",
                "text": WAYS[row["direction"]][lang == "en"],
                "kind": "mentioned",
            }
            for row in rows
        ]
    )
    return matrix(
        {row["observation_id"]: held.label(row["indicator"])[lang == "en"] for row in rows},
        {key: STEPS[key][lang == "en"] for key in STEPS},
        cells,
        lang=lang,
    )


def directions(st: Statements, drawing) -> Finding:
    """Directions without numbers, and the project loop they belong to. drawing: direction_drawing."""
    rows = st.rows[st.rows["measure"] == "direction"]
    if rows.empty:
        return Finding(
            "directions",
            words(
                "directions",
                "{place}没有只说方向的数字",
                "{place}: no direction without a number",
                place=st.place,
            ),
            states=(
                State(
                    "E1",
                    (f"{st.place[0]}：费用没有提及", f"{st.place[1]}: cost is not mentioned"),
                    ("需要次均门诊和住院费用", "Cost per visit and per stay would settle it"),
                ),
            ),
        )
    n = of.count(rows, "只说方向的项数", "indicators with a direction only", st.rows)
    down = of.count(rows[rows["direction"] == "down"], "称下降的项数", "indicators said to fall", rows)
    first = rows.iloc[0].to_dict()
    about = of.who(first) if rows["institution_id"].nunique() == 1 else st.place
    falls = ("（称下降的有 {d}）", " (said to fall: {d})") if down.value else ("", "")
    sentences = [
        brief(
            "direction-only",
            3,
            "{who}的 {n}指标只说了方向" + falls[0] + "，没有数值，也没有比较对象，无从核对。",
            "{who}: indicators with a direction only: {n}"
            + falls[1]
            + "; no value and no comparison is printed, so nothing can be checked.",
            who=about,
            n=n,
            d=down,
        )
    ]
    loop = _loop(rows)
    if len(loop):
        sentences.append(
            words(
                "loop",
                "{who}把这些指标作为专项项目闭环管理；闭环在事前、事中、事后各要一个数，三处都没有公布。",
                "{who} manages these indicators as projects in a closed loop; a loop takes a value before, during and after, and none of the three is published.",
                who=of.who(first),
            )
        )
    shown = of.frame(rows).assign(
        direction=[WAYS[d][0] for d in rows["direction"]],
        direction_en=[WAYS[d][1] for d in rows["direction"]],
    )
    text = {
        "who": ("单位", "Institution"),
        "what": ("内容", "What"),
        "direction": ("方向", "Direction"),
        "printed": ("原文所印", "As printed"),
        "period": ("时期", "Period"),
        "basis": ("时期依据", "Basis of the period"),
    }
    return Finding(
        "directions",
        words(
            "directions",
            "{who}有 {n}指标只说了方向，没有数值",
            "{who}: direction only, no value, for {n} indicators",
            who=about,
            n=n,
        ),
        words(
            "directions-sub",
            "每项指标印出了什么；圆点为未提及",
            "What was printed of each indicator; a dot means not mentioned",
        ),
        sentences=tuple(sentences),
        note=words(
            "directions-note",
            "方向不是数字，也不折算成数字。",
            "A direction is no number and is not turned into one.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "directions",
                ("只说方向的指标，一行一项", "Indicators with a direction only, one row each"),
                shown,
                tuple(Column(key, head, "text") for key, head in text.items()),
            ),
        ),
        alt=words(
            "directions-alt",
            "{place}：{n}指标的表格图，事前、事中、事后三列都空，只有方向一列有内容。",
            "{place}: grid of {n} indicators; the columns before, during and after are empty, only the direction is filled.",
            place=st.place,
            n=n,
        ),
        states=(
            State(
                "E2",
                (f"{st.place[0]}：只有方向，没有数值", f"{st.place[1]}: directions only, no numbers"),
                (
                    "需要项目前、中、后的次均费用和手术构成",
                    "Cost per visit and per stay, and the mix of operations, before, during and after the project would settle it",
                ),
            ),
        ),
    )


def _loop(rows: pd.DataFrame) -> pd.DataFrame:
    """Measures of project management that a document links to these statements."""
    measures = tables.read("measures", mechanism="project_management")
    return measures[
        [
            bool(set(held.ids(linked)) & set(rows["observation_id"]))
            for linked in measures["linked_observation_ids"]
        ]
    ]


def closing(st: Statements) -> Finding:
    """What the documents leave open."""
    states = [
        State(
            "E8",
            (
                "医院自己选登的成绩，没有对照医院，不能说明原因",
                "Achievements the hospitals chose to report, without hospitals for comparison; nothing follows about reasons",
            ),
            (
                "需要同类医院同一口径的年度数据",
                "Yearly data of similar hospitals under one definition would settle it",
            ),
        )
    ]
    if st.rows["damaged"].any():
        states.append(
            State(
                "E5",
                (
                    "部分数字的单位在原文中缺失，读法为推定",
                    "The unit of some numbers is lost in the text; the reading is inferred",
                ),
                ("需要发布单位的完整原文", "The issuer's full text would settle it"),
            )
        )
    if (st.rows["period_end"] == "").any():
        states.append(
            State(
                "E4",
                ("部分数字没有日期", "Some numbers have no date"),
                ("需要起点的日期", "The date of the start would settle it"),
            )
        )
    states += of.cut_off(st)
    return held.closing(states)
