"""Digital reform: capacity, connected, used, outcome, one rung each; cumulative counts against yearly flows; a multiple read both ways.

Rows: statements of the documents on digital services of a place, with the clinical trials and the use of equipment that the same scheme
reports. A maturity grade is ordinal and is not averaged. A rung that nobody filled is printed empty.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.facts import Fact, State, derived, observed, round_half_up
from analysis.findings import Finding
from analysis.sentences import Sentence, assumed, words, year
from analysis.themes import derived_results, held, planned
from analysis.themes import statements as of
from analysis.themes.statements import Statements

THEMES = ("digital",)
ABOUT = ("数字化", "digital services")
TRIALS, MULTIPLE, EQUIPMENT = (
    "clinical_trials",
    "clinical_trials_growth_multiple",
    "large_equipment_utilisation_change",
)
RUNGS = {
    "capacity": ("internet_hospitals", "health_info_platform_level", "interoperability_maturity_level", "home_nursing_services", "data_scenarios_landed"),
    "connected": ("hospitals_on_city_app", "hospitals_online_insurance_pay", "internet_hospitals_insurance_settlement", "imaging_cloud_institutions", "imaging_platform_batch", "ehr_opened"),
    "used": ("online_registrations", "online_consultations", "drug_deliveries", "e_invoices_issued"),
    "outcome": (),
}  # fmt: skip
NAMES = {
    "capacity": ("能力", "Capacity"),
    "connected": ("接入", "Connected"),
    "used": ("使用", "Used"),
    "outcome": ("结果", "Outcome"),
}
INVOICES, CONSULTED, REGISTERED, SETTLED, HOSPITALS = (
    "e_invoices_issued",
    "online_consultations",
    "online_registrations",
    "internet_hospitals_insurance_settlement",
    "internet_hospitals",
)
LAUNCH = "2020-12-31"  # the text says the end of 2020; the day is an assumption


def _shown(rows: pd.DataFrame) -> pd.Series:
    return (rows["quantifier"] != "unquantified") & (rows["status"] == "actual")


def coverage() -> dict[str, dict | None]:
    """Places with a result on digital services."""
    return of.coverage(THEMES, ABOUT, counts=_shown, codes=planned.codes())


def load(region_code: str, as_of: str = "") -> Statements:
    """Statements on digital services, trials and the use of equipment. Raises MethodError when there are none."""
    return of.read(region_code, as_of, themes=THEMES, indicators=(TRIALS, MULTIPLE, EQUIPMENT))


def data(st: Statements) -> Finding:
    return of.data(st, ABOUT)


def every(st: Statements) -> Finding:
    return of.every(st)


def _on(st: Statements, rung: str) -> list[str]:
    return st.having(RUNGS[rung])


def ladder_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Four rungs with what was printed on each, as charts.ladder takes them; an empty rung keeps its row."""
    i, rows = lang == "en", []
    for rung, name in NAMES.items():
        for key in _on(st, rung):
            fact = st.fact(key)
            unit = "" if lang == "zh" or fact.unit != "级" else "level "
            rows.append(
                {
                    "label": name[i],
                    "text": f"{held.label(key)[i]} {unit}{fact.text(lang)}",
                    "kind": of.KINDS[st.row(key)["quantifier"]],
                }
            )
        if not _on(st, rung):
            rows.append({"label": name[i], "text": "", "kind": "unpublished"})
    return pd.DataFrame(rows)


def ladder(st: Statements, drawing) -> Finding:
    """How far digital services got. drawing: charts.ladder of ladder_rows."""
    filled = [rung for rung in RUNGS if _on(st, rung)]
    empty = [rung for rung in RUNGS if rung not in filled]
    rows = st.rows[st.rows["indicator"].isin([key for keys in RUNGS.values() for key in keys])]
    whole = st.rows if rows.empty else rows
    steps = derived(
        len(filled),
        (f"{st.place[0]}四级阶梯中有数字的级数", f"{st.place[1]}, rungs of the ladder with a number"),
        held.COUNTED,
        rows=whole,
        style="count",
        unit="级",
        status="actual",
    )
    gaps = ("、".join(NAMES[r][0] for r in empty), ", ".join(NAMES[r][1].lower() for r in empty))
    values = {"place": st.place, "k": steps, "gaps": gaps}
    sentences = [
        Sentence(
            "rungs",
            "{place}：能力、接入、使用、结果四级中有 {k}印出数字，没有数字的是{gaps}；装了、连了、用了都不等于有效。",
            "{place}: rungs with a number, of capacity, connected, used and outcome: {k}; empty: {gaps}. Installed, connected or used is not effective.",
            values,
            brief=1,
        )
    ]
    if st.all_of(SETTLED, HOSPITALS):
        share = derived(
            derived_results.value("D11", st.fact(SETTLED).value, st.fact(HOSPITALS).value) * 100,
            (
                f"{st.place[0]}能医保结算的互联网医院占比",
                f"{st.place[1]}, share of internet hospitals with insurance settlement",
            ),
            ("接通结算的 ÷ 全部互联网医院", "with settlement ÷ all internet hospitals"),
            inputs=(st.fact(SETTLED), st.fact(HOSPITALS)),
            style="percent",
        )
        sentences.append(
            words(
                "settled",
                "{h}互联网医院中有 {s}接通医保结算（{p}）。",
                "Of {h} internet hospitals {s} settle with the insurance fund ({p}).",
                h=st.fact(HOSPITALS),
                s=st.fact(SETTLED),
                p=share,
            )
        )
    if st.all_of(CONSULTED, REGISTERED):
        ratio = derived(
            derived_results.value("D24", st.fact(CONSULTED).value, st.fact(REGISTERED).value),
            (
                f"{st.place[0]}互联网医院诊疗与挂号之比",
                f"{st.place[1]}, consultations to registrations of internet hospitals",
            ),
            ("诊疗人次 ÷ 挂号人次，分子分母都已舍入", "consultations ÷ registrations, both rounded"),
            inputs=(st.fact(CONSULTED), st.fact(REGISTERED)),
            style="ratio",
        )
        sentences.append(
            words(
                "consulted",
                "诊疗 {c}与挂号 {r}之比为 {q}；诊疗不一定来自挂号，所以不是转化率。",
                "Consultations ({c}) to registrations ({r}): {q}; a consultation need not come from a registration, so this is no conversion rate.",
                c=st.fact(CONSULTED),
                r=st.fact(REGISTERED),
                q=ratio,
            )
        )
    states = [
        State(
            "E4",
            (
                f"{st.place[0]}：{NAMES[r][0]}一级没有数字",
                f"{st.place[1]}: no number on the rung {NAMES[r][1].lower()}",
            ),
            settle,
        )
        for r, settle in _SETTLE.items()
        if r in empty
    ]
    table = (of.table("ladder", ("阶梯上的数字，一行一项", "Numbers on the ladder, one row each"), whole),)
    return Finding(
        "ladder",
        Sentence(
            "ladder",
            "{place}：数字化的四级阶梯有 {k}印出数字，{gaps}为空",
            "{place}: digital rungs with a number, of four: {k}; empty: {gaps}",
            values,
        ),
        words(
            "ladder-sub",
            "能力、接入、使用、结果；虚线框为未公布",
            "Capacity, connected, used, outcome; a dashed box is not published",
        ),
        sentences=tuple(sentences),
        note=words(
            "ladder-note",
            "成熟度等级是次序，不作平均；首批、唯一是公布者自己的说法。",
            "Maturity grades are ordinal and not averaged; first batch and only one are the issuer's words.",
        ),
        drawing=drawing,
        tables=table,
        alt=Sentence(
            "ladder-alt",
            "{place}数字化的四级阶梯，有数字的 {k}，空着的是{gaps}。",
            "{place}: ladder of four digital rungs, {k} with numbers; empty: {gaps}.",
            values,
        ),
        states=tuple(states),
    )


_SETTLE = {
    "capacity": ("需要建成的系统清单", "A list of systems in place would settle it"), "connected": ("需要应接入和已接入的机构数", "Institutions to be connected and connected would settle it"),
    "used": ("需要逐月使用人次", "Use by month would settle it"), "outcome": ("需要等候时间、重复检查率或患者结果的前后数字", "Waiting times, repeated tests or patient outcomes before and after would settle it"),
}  # fmt: skip


def _timed(st: Statements) -> list[tuple[str, dict]]:
    """Statements on connection and use by how they count: over one year, since a printed start, up to publication."""
    rows = [
        st.row(key)
        for rung in ("connected", "used")
        for key in _on(st, rung)
        if key != "imaging_platform_batch"
    ]
    return [
        (
            "open"
            if not row["period_start"]
            else "year"
            if row["period_start"][:4] == row["period_end"][:4]
            else "since",
            row,
        )
        for row in rows
    ]


CLOCKS = {
    "year": ("一年的流量", "Flow of one year"),
    "since": ("累计：有起点", "Cumulative: with a start"),
    "open": ("截至发布日：没有起点", "Up to publication: no start"),
}


def clock_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Flows, cumulative counts and undated stocks as charts.ledger takes them; three groups that share no scale."""
    rows = sorted(_timed(st), key=lambda pair: list(CLOCKS).index(pair[0]))
    return of.ledger_rows(
        of.entry(
            CLOCKS[kind][lang == "en"],
            row,
            lang,
            unit=kind if kind == "year" else f"{kind} {row['unit']}",
            note=of.period_text(row, lang),
        )
        for kind, row in rows
    )


def months_between(start: str, end: str) -> int:
    """Whole months from one ISO date to another (a month counts when its last day has come)."""
    a, b = date.fromisoformat(start), date.fromisoformat(end)
    return (b.year - a.year) * 12 + b.month - a.month - (b.day < min(a.day, 28))


def per_month(st: Statements, *, launch: str) -> Fact | None:
    """Invoices a month since an assumed launch; None where no cumulative count with a start is printed."""
    if not st.having([INVOICES]):
        return None
    fact = st.fact(INVOICES)
    months = months_between(launch, fact.period[1])
    return derived(
        derived_results.value("D25", fact.value, months),
        (
            f"{st.place[0]}平均每月开具电子票据（自 {launch} 起）",
            f"{st.place[1]}, electronic invoices a month (from {launch})",
        ),
        ("累计张数 ÷ 整月数", "cumulative count ÷ whole months"),
        inputs=(fact,),
        style="count",
        unit="张",
        step=1000,
    )


def clock(st: Statements, monthly: Fact | None, drawing, *, launch: str) -> Finding:
    """Cumulative against flow. monthly: per_month; drawing: charts.ledger of clock_rows, or None."""
    timed = _timed(st)
    if drawing is None:
        return st.silent(
            "clock",
            "E4",
            ("{place}没有印出接入或使用的数量", "{place}: no number of connections or use is printed"),
            ("没有印出使用量", "no number of use is printed"),
            ("需要逐年使用人次", "Use by year would settle it"),
        )
    rows = pd.DataFrame([row for _, row in timed])
    n = {
        kind: of.count(rows[[k == kind for k, _ in timed]], zh, en, rows) for kind, (zh, en) in CLOCKS.items()
    }
    sentences = [
        words(
            "kinds",
            "{y}按一年计，{s}从印出的起点累计，{o}只截至发布日；三类数不能相比，也不能相加。",
            "Counted over one year: {y}; cumulative from a printed start: {s}; up to publication without a start: {o}. The three kinds are neither compared nor added.",
            y=n["year"],
            s=n["since"],
            o=n["open"],
        )
    ]
    if monthly:
        sentences.append(
            words(
                "monthly",
                "{place}累计开具电子票据 {v}，若从 {d} 算起，平均每月 {m}；起点日是假定，张数多少也不说明数字化水平。",
                "{place}: {v} electronic invoices so far; counted from {d}, {m} a month on average. The day is assumed, and the number of invoices is no measure of digital maturity.",
                place=st.place,
                v=st.fact(INVOICES),
                d=assumed(launch),
                m=monthly,
            )
        )
    row = timed[0][1]
    return Finding(
        "clock",
        words(
            "clock",
            "{place}：接入和使用的数字里，一年流量 {y}，累计 {s}，没有起点 {o}",
            "{place}, numbers of connection and use: yearly flows {y}, cumulative {s}, without a start {o}",
            place=st.place,
            y=n["year"],
            s=n["since"],
            o=n["open"],
        ),
        words(
            "clock-sub",
            "按计数方式分组；一年的流量共用刻度，其余每种单位各用自己的刻度；名称下为时期",
            "Grouped by how they count; yearly flows share a scale, otherwise each unit has its own; the period stands under the name",
        ),
        sentences=tuple(sentences),
        note=words(
            "clock-note",
            "累计数只会增加；封控期间的使用量不代表平时。",
            "A cumulative count can only grow; use during lockdowns does not stand for other times.",
        ),
        drawing=drawing,
        tables=(
            of.table(
                "clock", ("接入和使用的数字，一行一项", "Numbers of connection and use, one row each"), rows
            ),
        )
        + (
            (
                of.facts_table(
                    "monthly",
                    ("每月平均", "Mean a month"),
                    [(("电子票据每月", "Invoices a month"), monthly)],
                    (("项目", "Item"), ("算出的数", "Computed")),
                ),
            )
            if monthly
            else ()
        ),
        alt=words(
            "clock-alt",
            "{place}：接入和使用的数字按计数方式分组的横条，例如{what}为 {v}。",
            "{place}: numbers of connection and use grouped by how they count, for example {what}: {v}.",
            place=st.place,
            what=of.said(row["indicator"]),
            v=observed(row),
        ),
    )


def bases(now: Fact, times: Fact, place: tuple[str, str]) -> dict[str, Fact] | None:
    """The year before under both readings of `grew by k times`: literal now ÷ (1 + k), loose now ÷ k.

    Each is a whole number only if it gives the printed multiple back at its printed decimals; None unless both readings have exactly one.
    """

    def back(base: int, loose: bool):
        return round_half_up(now.value / base - (0 if loose else 1), 1) == round_half_up(times.value, 1)

    heads = {
        "literal": (
            ("字面读法", "literal reading"),
            (
                "今年 ÷ (1 + 倍数)，取能还原倍数的整数",
                "now ÷ (1 + multiple), the whole number that gives the multiple back",
            ),
        ),
        "loose": (
            ("宽松读法", "loose reading"),
            (
                "今年 ÷ 倍数，取能还原倍数的整数",
                "now ÷ multiple, the whole number that gives the multiple back",
            ),
        ),
    }
    found = {}
    for key, ((zh, en), formula) in heads.items():
        fits = [n for n in range(1, int(now.value) + 1) if back(n, key == "loose")]
        if len(fits) != 1:
            return None
        found[key] = derived(
            fits[0],
            (f"{place[0]}上一年临床试验（{zh}）", f"{place[1]}, trials in the year before ({en})"),
            formula,
            inputs=(now, times),
            style="count",
            unit="项",
        )
    return found


def readings(st: Statements) -> dict[str, Fact] | None:
    """The two readings of the growth of trials; None where no multiple is printed or a reading has no single whole number."""
    return bases(st.fact(TRIALS), st.fact(MULTIPLE), st.place) if st.all_of(TRIALS, MULTIPLE) else None


def multiple_rows(st: Statements, both: dict[str, Fact] | None, lang: str) -> pd.DataFrame:
    """Trials of the year and of the year before under both readings, as charts.bars takes them."""
    columns = ["label", "value", "text", "highlight"]
    if both is None:
        return pd.DataFrame(columns=columns)
    now, row = st.fact(TRIALS), st.row(MULTIPLE)
    before, i = row["baseline_start"][:4], lang == "en"
    heads = (
        (
            (f"{before} 年，字面读法：增长到 1 + 倍数", f"{before}, literal: times 1 + multiple"),
            both["literal"],
        ),
        ((f"{before} 年，宽松读法：是上年的倍数", f"{before}, loose: times multiple"), both["loose"]),
        ((f"{row['period_end'][:4]} 年，印出的数", f"{row['period_end'][:4]}, as printed"), now),
    )
    return pd.DataFrame(
        [
            {"label": head[i], "value": fact.value, "text": fact.text(lang), "highlight": fact is now}
            for head, fact in heads
        ],
        columns=columns,
    )


def multiple(st: Statements, both: dict[str, Fact] | None, drawing) -> Finding:
    """A multiple read both ways, and a change of use without a unit. both: bases; drawing: charts.bars of multiple_rows, or None."""
    if drawing is None:
        return st.silent(
            "multiple",
            "E1",
            ("{place}没有需要两种读法的倍数", "{place}: no multiple that reads two ways"),
            ("没有印出倍数", "no multiple is printed"),
            ("需要两年的数目", "The numbers of both years would settle it"),
        )
    now, times, row = st.fact(TRIALS), st.fact(MULTIPLE, decimals=1), st.row(MULTIPLE)
    values = {
        "place": st.place,
        "who": of.who(row),
        "n": now,
        "k": times,
        "a": both["literal"],
        "b": both["loose"],
        "y": year(row["period_end"][:4]),
        "x": year(row["baseline_start"][:4]),
    }
    sentences = [
        Sentence(
            "two-ways",
            "{who} {y} 年有临床试验 {n}，写作增长 {k} 倍：按字面 {x} 年是 {a}，按“是上年的倍数”读是 {b}；两个整数都能还原这个倍数，文件定不了。",
            "{who}: {n} trials in {y}, said to have grown by {k} times: {a} in {x} if read literally, {b} if read as times the year before; both whole numbers give the multiple back and the text does not decide.",
            values,
            brief=3,
        )
    ]
    states = [
        State(
            "E5",
            ("“增长若干倍”有两种读法", "“Grew by so many times” reads two ways"),
            ("需要上一年的数目", "The number of the year before would settle it"),
        )
    ]
    use = st.fact(EQUIPMENT)
    if use:
        sentences.append(
            words(
                "use",
                "大型设备利用率写作较前提高 {u}：百分号缺失，百分比还是百分点、比哪一年都没有说明。",
                "Use of large equipment is said to be up by {u}: the sign is lost, and neither per cent or percentage points nor the year compared is stated.",
                u=use,
            )
        )
        states.append(
            State(
                "E5",
                ("设备利用率的单位在原文中缺失", "The unit of the use of equipment is lost in the text"),
                ("需要前后两年的利用率", "The rate of use in both years would settle it"),
            )
        )
    return Finding(
        "multiple",
        Sentence(
            "multiple",
            "{place}：试验 {n}、增长 {k} 倍，上一年是 {a}还是 {b}没有定论",
            "{place}: {n} trials, grown by {k} times; the year before had {a} or {b}, undecided",
            values,
        ),
        words(
            "multiple-sub",
            "临床试验项数；两条灰色是同一年的两种读法",
            "Clinical trials; the two grey bars are two readings of the same year",
        ),
        sentences=tuple(sentences),
        note=words(
            "multiple-note", "两种读法都保留，不取平均。", "Both readings are kept; no mean is taken."
        ),
        drawing=drawing,
        tables=(
            of.facts_table(
                "multiple",
                ("两种读法，一行一种", "Two readings, one row each"),
                [
                    (("字面读法：今年 ÷ (1 + 倍数)", "Literal: now ÷ (1 + multiple)"), both["literal"]),
                    (("宽松读法：今年 ÷ 倍数", "Loose: now ÷ multiple"), both["loose"]),
                    (("印出的数", "As printed"), now),
                ],
                (("读法", "Reading"), ("临床试验", "Trials")),
            ),
        ),
        alt=Sentence(
            "multiple-alt",
            "{place}：{y} 年临床试验 {n}的横条，旁边是 {x} 年的两种读法 {a}和 {b}。",
            "{place}: bar of {n} trials in {y} beside two readings of {x}, {a} and {b}.",
            values,
        ),
        states=tuple(states),
    )


def closing(st: Statements) -> Finding:
    """What the documents leave open."""
    states = [
        State(
            "E4",
            (
                "没有分母：全市就诊人次、应接入机构数和常住人口口径",
                "No denominators: visits of the whole city, institutions to be connected, residents under one definition",
            ),
            (
                "需要同一年的全市诊疗人次和机构总数",
                "Visits and institutions of the whole city in the same year would settle it",
            ),
        ),
        State(
            "E8",
            (
                "平台建设单位自报，没有未上线医院作对照",
                "Reported by those who built the platforms, without hospitals for comparison",
            ),
            ("需要各医院上线前后的逐月数据", "Monthly data of hospitals before and after would settle it"),
        ),
        *of.cut_off(st),
    ]
    return held.closing(states)
