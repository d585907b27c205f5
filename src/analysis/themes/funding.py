"""Research, equipment and funding: promised against spent, money that an employer must match, outputs per year of exposure.

Rows: statements of the documents on funding, equipment and research output of a place. A ceiling or a yearly promise is no spending; a
count gets a rate only where its window is printed; nothing is added up over institutions or places.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.facts import Fact, State, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.methods import exposure
from analysis.sentences import Sentence, assumed, brief, words, year
from analysis.themes import derived_results, held, planned
from analysis.themes import statements as of
from analysis.themes.statements import Statements

THEMES = ("funding", "equipment", "research_output")
ABOUT = ("科研、设备与经费", "research, equipment and funding")
CAP, CAP_RATIO, FUND, FUND_RATIO = (
    "talent_grant_cap_team",
    "cofunding_ratio",
    "talent_training_annual_funding",
    "training_cofunding_ratio",
)
PAID = ("party_fee_allocation", "party_members_supported")
UNITS = {
    "元/年": ("每年", "A year"),
    "元": ("每项最高", "Each, at most"),
    "元/个": ("每个", "Each"),
    "元/人年": ("每人每年", "Each person a year"),
}
APPLIED = ("（已执行的标准）", "(standard applied)")
MATCH = (
    "财政或卫生健康委一份 + 单位按比例配一份",
    "the public share + the employer's share at the printed ratio",
)
RATE = (
    "数目 ÷ 窗口年数（天数 ÷ 365.25），区间为 Garwood 精确泊松区间",
    "count ÷ years of the window (days ÷ 365.25); Garwood's exact Poisson interval",
)
COUNTED = ("count_cumulative", "flow", "level")
OWN_SCALE = ("平方米", "项/年")  # no plain counts
LEVEL = 0.95
LEVEL_TEXT = f"{LEVEL:.0%}"


def _shown(rows: pd.DataFrame) -> pd.Series:
    return (rows["quantifier"] != "unquantified") & (rows["salience"] == "core")


def coverage() -> dict[str, dict | None]:
    """Places with a number on money, equipment or research."""
    return of.coverage(THEMES, ABOUT, counts=_shown, codes=planned.codes())


def load(region_code: str, as_of: str = "") -> Statements:
    """Statements on money, equipment and research of a place. Raises MethodError when there are none."""
    return of.read(region_code, as_of, themes=THEMES, indicators=PAID)


def data(st: Statements) -> Finding:
    return of.data(st, ABOUT)


def every(st: Statements) -> Finding:
    return of.every(st)


def _money(st: Statements) -> pd.DataFrame:
    c = st.core
    return c[c["unit"].isin(list(UNITS)) & (c["theme"] == "funding")]


def money_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Amounts promised by what they are per, and the spending that was not published, as charts.ledger takes them."""
    i, rows, money = lang == "en", [], _money(st)
    for unit, head in UNITS.items():
        group = money[money["unit"] == unit].to_dict("records")
        rows += [
            of.entry(head[i] if row["status"] == "commitment" else f"{head[i]} {APPLIED[i]}", row, lang)
            for row in sorted(group, key=lambda row: row["status"] != "actual")
        ]
        if group:
            rows.append(of.unpublished(head[i], ("实际支出", "Spent")[i], unit))
    return of.ledger_rows(rows)


def money(st: Statements, drawing) -> Finding:
    """Promised against spent. drawing: charts.ledger of money_rows, or None."""
    rows = _money(st)
    if drawing is None:
        return st.silent(
            "money",
            "E1",
            ("{place}没有公布经费", "{place}: no money is published"),
            ("文件没有印出经费", "no money is printed"),
            ("需要预算和决算", "Budget and accounts would settle it"),
        )
    n = of.count(
        rows, "印出的标准、上限和年度承诺", "standards, ceilings and yearly promises printed", st.rows
    )
    top = rows.iloc[0].to_dict()
    values = {"place": st.place, "n": n, "what": of.said(top["indicator"]), "v": observed(top)}
    sentences = [
        Sentence(
            "promised",
            "{place}印出 {n}经费标准、上限或年度承诺，例如{what} {v}；没有一项印出实际支出。",
            "{place}: {n} standards, ceilings or yearly promises of money are printed, for example {what}: {v}; spending is printed for none.",
            values,
            brief=1,
        )
    ]
    if st.all_of(*PAID):
        fee, people = (st.fact(key) for key in PAID)
        each = derived(
            None,
            (f"{st.place[0]}下拨党费人均", f"{st.place[1]}, party fee a member"),
            ("金额 ÷ 人数，人数只有下限", "amount ÷ members, of whom only a lower bound is printed"),
            inputs=(fee, people),
            style="money",
            unit="元",
            high=derived_results.value("D18", fee.value, people.low),
            quantifier="just_under",
        )
        sentences.append(
            words(
                "fee",
                "唯一印出的已拨金额是下拨党费 {f}，按 {p}算人均 {e}；它不属于上述承诺，不与之比较。",
                "The only amount printed as allocated is a party fee of {f}, {e} a member at {p} members; it belongs to none of these promises and is not set against them.",
                f=fee,
                p=people,
                e=each,
            )
        )
    broken = of.count(rows[rows["damaged"]], "原文缺字的项数", "promises with damaged text", rows)
    if broken.value:
        sentences.append(
            words(
                "damaged",
                "{b}的原文缺字，名称按推定读法。",
                "For {b} of them the text is damaged; names follow the inferred reading.",
                b=broken,
            )
        )
    return Finding(
        "money",
        Sentence(
            "money",
            "{place}公布了 {n}经费标准或承诺，没有一项公布支出",
            "{place}, standards or promises of money: {n}; spending published: none",
            values,
        ),
        words(
            "money-sub",
            "按每年、每项、每个、每人年分组，各组刻度独立；虚线框为未公布",
            "By year, by grant, by unit, by person and year, each with its own scale; a dashed box is not published",
        ),
        sentences=tuple(sentences),
        note=words(
            "money-note",
            "上限不是支出，每年不是总额；来自不同部门的钱不相加。",
            "A ceiling is not spending and a yearly sum no total; money of different bodies is not added up.",
        ),
        drawing=drawing,
        tables=(
            of.table("money", ("经费承诺，一行一项", "Promises of money, one row each"), rows, "reading"),
        ),
        alt=Sentence(
            "money-alt",
            "{place}：{n}经费标准或承诺的横条，例如{what} {v}；实际支出都为未公布。",
            "{place}: bars of {n} standards or promises of money, for example {what}: {v}; spending is not published.",
            values,
        ),
        states=(
            State(
                "E6",
                (
                    f"{st.place[0]}：经费只有标准或承诺，未见支出",
                    f"{st.place[1]}: standards or promises of money only, no spending reported",
                ),
                ("需要各项经费的决算", "Accounts of each fund would settle it"),
            ),
        ),
    )


def matches(st: Statements) -> list[tuple[tuple[str, str], Fact]]:
    """Money with the employer's part: a ceiling under both readings of what it covers, and a fund with its least match."""
    found: list[tuple[tuple[str, str], Fact]] = []
    if st.all_of(CAP, CAP_RATIO):
        cap, ratio = st.fact(CAP), st.fact(CAP_RATIO)
        for (zh, en), factor in (
            (("团队资助上限已含单位一份", "ceiling of a team grant covers both shares"), 1.0),
            (
                (
                    "上限只是卫生健康委一份，单位另配",
                    "ceiling is the commission's share, the employer's comes on top",
                ),
                1 + 1 / ratio.value,
            ),
        ):
            total = cap.high * factor
            found.append(
                (
                    (zh, en),
                    derived(
                        total,
                        (
                            f"{st.place[0]}每个团队两方合计（{zh}）",
                            f"{st.place[1]}, both shares for a team ({en})",
                        ),
                        MATCH,
                        inputs=(cap, ratio),
                        style="money",
                        unit="元",
                        high=total,
                        quantifier="at_most",
                        status="commitment",
                    ),
                )
            )
    if st.all_of(FUND, FUND_RATIO):
        fund, ratio = st.fact(FUND), st.fact(FUND_RATIO)
        low = fund.low * (1 + ratio.low)
        found.append(
            (
                ("每年培养经费加单位配套", "yearly training fund with the employer's match"),
                derived(
                    None,
                    (
                        f"{st.place[0]}每年培养经费两方合计",
                        f"{st.place[1]}, both shares of the yearly training fund",
                    ),
                    MATCH,
                    inputs=(fund, ratio),
                    style="money",
                    unit="元",
                    low=low,
                    quantifier="at_least",
                    status="commitment",
                ),
            )
        )
    return found


def matched_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Money with its match, computed, as charts.ledger takes it: ceilings and floors in groups of their own."""
    i = lang == "en"
    heads = {
        "at_most": ("每个团队，至多（计算）", "A team, at most (computed)"),
        "at_least": ("每年，至少（计算）", "A year, at least (computed)"),
    }
    return of.ledger_rows(
        of.computed(
            heads[fact.quantifier][i],
            name[i][0].upper() + name[i][1:],
            fact,
            "commitment",
            lang,
            unit=fact.quantifier,
        )
        for name, fact in matches(st)
    )


def matched(st: Statements, lines: list[tuple[tuple[str, str], Fact]], drawing) -> Finding:
    """What matching adds. lines: matches; drawing: charts.ledger of matched_rows, or None."""
    if drawing is None:
        return st.silent(
            "matched",
            "E1",
            ("{place}没有公布配套比例", "{place}: no ratio of matching is published"),
            ("没有印出配套比例", "no ratio of matching is printed"),
            ("需要出资比例和双方支出", "The ratio and what both sides spent would settle it"),
        )
    values = (
        {"place": st.place}
        | {f"l{k}": name for k, (name, _) in enumerate(lines)}
        | {f"v{k}": fact for k, (_, fact) in enumerate(lines)}
    )
    listed = range(len(lines))
    return Finding(
        "matched",
        Sentence(
            "matched",
            "{place}的配套：{l0}为 {v0}，" + (f"{{l{1}}}为 {{v{1}}}" if len(lines) > 1 else "只此一项"),
            "{place}, matching: {l0}, {v0}; "
            + (f"{{l{1}}}, {{v{1}}}" if len(lines) > 1 else "this one only"),
            values,
        ),
        words(
            "matched-sub",
            "按印出的出资比例算出，都是承诺",
            "Computed at the printed ratios; all are commitments",
        ),
        sentences=(
            Sentence(
                "matched-list",
                "{place}按出资比例："
                + "；".join(f"{{l{k}}}，{{v{k}}}" for k in listed)
                + "。文件没有说明上限是否已含单位一份，两种读法都保留。",
                "{place} at the printed ratios: "
                + "; ".join(f"{{l{k}}}, {{v{k}}}" for k in listed)
                + ". Whether the ceiling covers the employer's share is not said; both readings are kept.",
                values,
                brief=2,
            ),
            words(
                "matched-who",
                "配套的一份由引才或用人单位出，不在财政账上；只看财政会低估成本。",
                "The matching share is the employer's and not in the public accounts; looking at these alone understates the cost.",
            ),
        ),
        note=words(
            "matched-note",
            "下限和上限分开，不取中间值，也不乘以团队数。",
            "Floors and ceilings stay apart; no midpoint is taken and nothing is multiplied by the number of teams.",
        ),
        drawing=drawing,
        tables=(
            of.facts_table(
                "matched",
                ("按出资比例算出，一行一项", "Computed at the printed ratios, one row each"),
                lines,
                (("项目", "Item"), ("两方合计（计算）", "Both shares (computed)")),
            ),
            of.table(
                "ratios",
                ("出资比例，一行一项", "Ratios of matching, one row each"),
                st.rows[st.rows["indicator"].isin([CAP_RATIO, FUND_RATIO])],
            ),
        ),
        alt=Sentence(
            "matched-alt",
            "{place}：两方出资合计的横条，{l0}为 {v0}。",
            "{place}: bars of both shares together; {l0}: {v0}.",
            values,
        ),
    )


def _output(st: Statements) -> pd.DataFrame:
    c = st.core
    return c[
        c["theme"].isin(["equipment", "research_output"])
        & c["measure"].isin(COUNTED)
        & (c["status"] == "actual")
    ]


def output_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Outputs and equipment as charts.ledger takes them, one group an institution, the window under each; counts share one scale."""
    return of.ledger_rows(
        of.entry(
            of.who(row)[lang == "en"],
            row,
            lang,
            note=of.period_text(row, lang),
            unit=row["unit"] if row["unit"] in OWN_SCALE else "",
        )
        for row in _output(st).to_dict("records")
    )


def output(st: Statements, drawing) -> Finding:
    """What was bought and produced. drawing: charts.ledger of output_rows, or None."""
    rows = _output(st)
    if drawing is None:
        return st.silent(
            "output",
            "E1",
            ("{place}没有公布设备和科研产出", "{place}: no equipment and no research output is published"),
            ("文件没有印出设备或科研产出", "no equipment and no research output is printed"),
            ("需要设备清单和成果目录", "A list of equipment and of outputs would settle it"),
        )
    n = of.count(rows, "设备与产出的数目", "counts of equipment and output", st.rows)
    top = (
        rows.assign(loose=rows["quantifier"] != "exact")
        .sort_values(["theme", "loose"], ascending=[False, True], kind="stable")
        .iloc[0]
        .to_dict()
    )  # research first, a firm number first
    zero = rows[rows["value"] == 0]
    sentences = (
        []
        if len(rows) == 1
        else [
            words(
                "kinds",
                "{n}种类不同，不相加；同一成果可能既是课题又有论文和奖项。",
                "Counts: {n}, of different kinds, not added up; one piece of work may be a project, a paper and an award.",
                n=n,
            )
        ]
    )
    if len(zero):
        sentences.append(
            brief(
                "zero",
                3,
                "{what}印作零，是公布者所说的起点；之后有几项没有印出。",
                "Printed as none, the start that the issuer names: {what}; how many came after is not printed.",
                what=of.said(zero.iloc[0]["indicator"]),
            )
        )
    values = {"place": st.place, "n": n, "what": of.said(top["indicator"]), "v": observed(top)}
    return Finding(
        "output",
        Sentence(
            "output",
            "{place}公布了 {n}设备与科研产出，例如{what} {v}",
            "{place}, counts of equipment and research output: {n}; for example {what}: {v}",
            values,
        ),
        words(
            "output-sub",
            "按机构分组，计数共用一个刻度，面积和每年另用；名称下为时间窗口",
            "By institution; counts share a scale, areas and yearly numbers have their own; the window stands under the name",
        ),
        sentences=tuple(sentences),
        note=words(
            "output-note",
            "论文滞后于投入；核心期刊目录、专利申请与授权的口径各不相同。",
            "Papers lag behind inputs; lists of core journals, and patents filed or granted, differ.",
        ),
        drawing=drawing,
        tables=(of.table("output", ("设备与产出，一行一项", "Equipment and output, one row each"), rows),),
        alt=Sentence(
            "output-alt",
            "{place}：{n}设备与科研产出的分组横条，例如{what}为 {v}。",
            "{place}: grouped bars of {n} counts of equipment and output, for example {what}: {v}.",
            values,
        ),
    )


def exposed(st: Statements, method: Callable[[int, float], pd.Series]) -> list[tuple[dict, Fact]]:
    """Research counts with a printed window and their yearly rate. method: exposure.poisson_rate. Undated counts get none."""
    rows = _output(st)
    rows = rows[
        (rows["theme"] == "research_output") & (rows["period_start"] != "") & (rows["quantifier"] == "exact")
    ]
    found = []
    for row in rows.to_dict("records"):
        fact, years = observed(row), exposure.years_between(row["period_start"], row["period_end"])
        rate = method(int(fact.value), years)
        zh, en = held.label(row["indicator"])
        found.append(
            (
                row,
                derived(
                    rate["rate"],
                    (f"{st.place[0]}{zh}每年", f"{st.place[1]}, {en} a year"),
                    RATE,
                    inputs=(fact,),
                    style="number",
                    decimals=1,
                    low=rate["low"],
                    high=rate["high"],
                ),
            )
        )
    return found


def rate_rows(st: Statements, lines: list[tuple[dict, Fact]], lang: str) -> pd.DataFrame:
    """Yearly rates with their intervals as charts.coefficients takes them."""
    i = lang == "en"
    rows = [
        {
            "label": held.label(row["indicator"])[i],
            "group": of.who(row)[i],
            "estimate": fact.value,
            "low": fact.low,
            "high": fact.high,
            "text": _with_interval(fact, lang),
            "main": True,
        }
        for row, fact in lines
    ]
    return pd.DataFrame(rows, columns=["label", "group", "estimate", "low", "high", "text", "main"])


def _interval(fact: Fact) -> Fact:
    return derived(
        None,
        (f"{fact.label[0]}的泊松区间", f"{fact.label[1]}, Poisson interval"),
        RATE,
        inputs=(fact,),
        style="number",
        decimals=1,
        low=fact.low,
        high=fact.high,
        quantifier="interval",
    )


def _with_interval(fact: Fact, lang: str) -> str:
    left, right = ("（", "）") if lang == "zh" else (" (", ")")
    return f"{fact.text(lang)}{left}{_interval(fact).text(lang)}{right}"


def rates(st: Statements, lines: list[tuple[dict, Fact]], drawing) -> Finding:
    """Outputs per year of exposure. lines: exposed; drawing: charts.coefficients of rate_rows, or None."""
    whole = _output(st)
    research = whole[whole["theme"] == "research_output"]
    state = State(
        "E4",
        (
            f"{st.place[0]}：起点没有印出的产出不折成每年",
            f"{st.place[1]}: outputs without a printed start get no yearly rate",
        ),
        ("需要成果逐年目录", "A list of outputs by year would settle it"),
    )
    if drawing is None:
        return Finding(
            "rates",
            words(
                "rates",
                "{place}的科研产出没有印出时间窗口，不算每年",
                "{place}: no window is printed for research output, so no yearly rate",
                place=st.place,
            ),
            states=(state,),
        )
    row, fact = max(lines, key=lambda pair: pair[1].value)
    left = of.count(
        research[~research["observation_id"].isin([r["observation_id"] for r, _ in lines])],
        "没有窗口或只印范围、不算每年的产出",
        "outputs without a window, or printed as a range, that get no rate",
        research,
    )
    values = {
        "place": st.place,
        "what": of.said(row["indicator"]),
        "n": observed(row),
        "a": year(row["period_start"]),
        "b": year(row["period_end"]),
        "r": fact,
        "i": _interval(fact),
        "left": left,
    }
    sentences = [
        Sentence(
            "rate",
            "{place}：{what} {n}，窗口 {a} 至 {b}，合每年 {r}（假定各项独立、速率不变，速率的 {c} 泊松区间为 {i}）。",
            "{place}: {what}, {n} from {a} to {b}, or {r} a year (Poisson interval of the rate at {c}, if events are independent at one rate: {i}).",
            values | {"c": assumed(LEVEL_TEXT)},
            brief=3,
        )
    ]
    if left.value:
        sentences.append(
            words(
                "left",
                "另有 {left}没有窗口或只印范围，不算每年。",
                "Without a window, or printed as a range, and so without a rate: {left}.",
                left=left,
            )
        )
    table = Table(
        "rates",
        ("每年产出，一行一项", "Outputs a year, one row each"),
        pd.DataFrame(
            {
                "what": [held.label(r["indicator"])[0] for r, _ in lines],
                "what_en": [held.label(r["indicator"])[1] for r, _ in lines],
                "n": [observed(r) for r, _ in lines],
                "window": [of.period_text(r, "zh") for r, _ in lines],
                "rate": [f for _, f in lines],
                "interval": [_interval(f) for _, f in lines],
            }
        ).astype({"n": object, "rate": object, "interval": object}),
        (
            Column("what", ("内容", "What"), "name"),
            Column("n", ("数目", "Count"), "count", source_ids=held.sources(research)),
            Column("window", ("窗口", "Window"), "text"),
            Column("rate", ("每年", "A year"), "number", formula=RATE, source_ids=held.sources(research)),
            Column(
                "interval",
                ("95% 区间", "95% interval"),
                "number",
                formula=RATE,
                source_ids=held.sources(research),
            ),
        ),
    )
    return Finding(
        "rates",
        Sentence(
            "rates",
            "{place}：{what}合每年 {r}，泊松区间 {i}",
            "{place}: {what}, {r} a year, Poisson interval {i}",
            values,
        ),
        words(
            "rates-sub",
            "每年项数和精确泊松区间；窗口由文件印出",
            "Number a year with the exact Poisson interval; the window is printed in the document",
        ),
        sentences=tuple(sentences),
        note=words(
            "rates-note",
            "区间只管随机波动：不含选登、口径和滞后。窗口不同的数不相比。",
            "The interval covers chance alone, not selection, definition or lag. Counts over different windows are not compared.",
        ),
        drawing=drawing,
        tables=(table,),
        alt=Sentence(
            "rates-alt",
            "{place}：每年科研产出及区间，{what}为 {r}（{i}）。",
            "{place}: research outputs a year with intervals; {what}: {r} ({i}).",
            values,
        ),
        states=(state,) if left.value else (),
    )


def closing(st: Statements) -> Finding:
    """What the documents leave open."""
    states = [
        State(
            "E8",
            (
                "各地、各院的经费和产出口径不同，本页不与别处合计或比较",
                "Money and outputs are defined differently by place and hospital; this page adds up and compares with no other place",
            ),
            (
                "需要同一口径的年度决算和成果目录",
                "Yearly accounts and lists of outputs under one definition would settle it",
            ),
        )
    ]
    if st.rows["damaged"].any():
        states.append(
            State(
                "E5",
                ("部分原文缺字，名称或单位为推定", "Some text is damaged; names or units are inferred"),
                ("需要完整原文", "The full text would settle it"),
            )
        )
    return held.closing((*states, *of.cut_off(st)))
