"""Resource sinking and group assistance: what reached primary care, how far the printed rates agree, what was promised, who helps whom.

Rows: statements of the documents on primary care of a place, with the subsidies that go with them. A coverage without an earlier value
is no change; a change in percentage points without its level is no coverage; a ceiling is no spending. Units implied by a count and a
rate are computed to test the two against each other, never to back-calculate a denominator.
More than 300 lines because each sentence stands here in two languages.
"""

from __future__ import annotations

import pandas as pd

from analysis import tables
from analysis.facts import Fact, State, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, brief, words
from analysis.themes import derived_results, held, planned
from analysis.themes import statements as of
from analysis.themes.statements import Statements

THEMES = ("grassroots",)
ABOUT = ("资源下沉与帮扶", "resource sinking and assistance")
FUNDS = (
    "expert_dispatch_annual_funding",
    "grassroots_talent_subsidy",
    "expert_studio_award",
    "joint_ward_award",
    "incubator_subsidy",
    "specialty_dept_award",
)
HELP = ("civilised_units_helping",)
# id in derived_results, count, share of units that have it
UNITS = (
    ("D03", "expert_studios", "expert_studio_rate"),
    ("D04", "grassroots_specialty_depts", "specialty_dept_rate"),
)
AVERAGES = (
    ("D14", "family_doctor_households", "family_doctor_teams", ("每个团队签约户数", "households a team")),
    (
        "D15",
        "family_doctor_studio_visits",
        "family_doctor_studios",
        ("每个工作室服务人次", "visits a studio"),
    ),
)
# what is paid for, in one budget line each: (id in derived_results, label, count and standard of each part, whether only excellent ones are paid)
LINES = (
    ("D06", ("孵化中心补助", "incubators"), ("specialty_incubators", "incubator_subsidy"), False),
    (
        "D07",
        ("特色科室奖补", "specialty departments"),
        ("grassroots_specialty_depts", "specialty_dept_award"),
        False,
    ),
    (
        "D08",
        ("专家工作室与联合病房奖补", "expert studios and joint wards"),
        ("expert_studios", "expert_studio_award", "joint_wards", "joint_ward_award"),
        True,
    ),
)
YEARLY = ("expert_dispatch_annual_funding", "grassroots_talent_subsidy")
MENTORS = ("experts_dispatched", "mentees_per_expert")
STEP = 0.1  # rates are printed to one decimal
SHARES, CHANGES = ("share",), ("change_pp",)
# mechanism of a measure -> links: (left, right, indicator of the number printed for it)
LINKS = {
    "expert_dispatch": ((("二三级医院", "Hospitals of levels two and three"), ("基层医疗机构（专家下派）", "Primary institutions (experts posted)"), "experts_dispatched"),),
    "expert_studio_joint_ward": (
        (("二三级医院", "Hospitals of levels two and three"), ("基层专家工作室", "Expert studios in primary care"), "expert_studios"),
        (("二三级医院", "Hospitals of levels two and three"), ("基层联合病房", "Joint wards in primary care"), "joint_wards"),
    ),
    "specialty_incubator": ((("市级医院", "City hospitals"), ("基层特色科室", "Special departments in primary care"), "grassroots_specialty_depts"),),
    "civil_unit_pairing": ((("省卫生健康委直属单位", "Provincial commission's units"), ("基层医疗机构", "Primary institutions"), "civilised_units_helping"),),
    "group_assistance": ((("省级组团", "A provincial group"), ("市中医院", "City hospital of Chinese medicine"), ""),),
    "paired_region_agreement": ((("苏州的医疗机构", "Institutions of Suzhou"), ("市、县、乡三级机构", "City, county and township institutions"), "suzhou_helping_institutions"),),
}  # fmt: skip


def _shown(rows: pd.DataFrame) -> pd.Series:
    return (
        (rows["quantifier"] != "unquantified") & (rows["salience"] == "core") & (rows["status"] == "actual")
    )


def coverage() -> dict[str, dict | None]:
    """Places with a result on primary care or assistance."""
    return of.coverage(THEMES, ABOUT, counts=_shown, codes=planned.codes())


def load(region_code: str, as_of: str = "") -> Statements:
    """Statements on primary care, assistance and their subsidies. Raises MethodError when there are none."""
    return of.read(region_code, as_of, themes=THEMES, indicators=(*FUNDS, *HELP))


def data(st: Statements) -> Finding:
    return of.data(st, ABOUT)


def every(st: Statements) -> Finding:
    return of.every(st)


def _counts(st: Statements) -> pd.DataFrame:
    c = st.core
    return c[
        (c["status"] == "actual")
        & c["measure"].isin(("level", "count_cumulative", "flow"))
        & ~c["indicator"].isin(FUNDS)
    ]


def reach_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Counts reported as done, as charts.ledger takes them; each unit has its own scale."""
    group = {
        "人": ("人员", "People"),
        "人次": ("服务", "Services"),
        "户": ("服务", "Services"),
        "种": ("服务", "Services"),
    }
    rows = sorted(
        _counts(st).to_dict("records"),
        key=lambda row: ("人", "个", "家", "户", "人次", "种").index(row["unit"]),
    )
    return of.ledger_rows(
        of.entry(
            group.get(row["unit"], ("机构与科室", "Institutions and departments"))[lang == "en"],
            row,
            lang,
            unit="" if row["unit"] in ("个", "家") else row["unit"],
        )
        for row in rows
    )


def reach(st: Statements, drawing) -> Finding:
    """What is reported to have reached primary care. drawing: charts.ledger of reach_rows."""
    rows = _counts(st)
    n = of.count(rows, "作为结果公布的数目", "counts reported as results", st.rows)
    top = rows.iloc[0].to_dict()
    undated = of.count(
        rows[rows["period_start"] == ""],
        "截至发布日、起点未印的数目",
        "counts up to publication without a start",
        rows,
    )
    sentences = [
        words(
            "opened",
            "开设不等于运行：{n}里有 {u}只是截至发布日的存量，没有起点；多少在实际接诊没有公布。",
            "Opened is not running: of {n} counts {u} are stocks up to publication without a start; how many see patients is not published.",
            n=n,
            u=undated,
        )
    ]
    return Finding(
        "reach",
        words(
            "reach",
            "{place}公布了 {n}下沉的数目，例如{what} {v}",
            "{place}, counts of what was sent or opened: {n}; for example {what}: {v}",
            place=st.place,
            n=n,
            what=of.said(top["indicator"]),
            v=observed(top),
        ),
        words(
            "reach-sub",
            "作为结果公布的数目；机构与科室共用刻度，人、户和人次各用自己的",
            "Counts reported as results; institutions and departments share a scale; people, households and visits have their own",
        ),
        sentences=tuple(sentences),
        note=words(
            "reach-note",
            "数目由主管部门报告，未经核对；几项之间可能有重叠，不相加。",
            "Counts as the authority reports them, unaudited; some may overlap and nothing is added up.",
        ),
        drawing=drawing,
        tables=(
            of.table(
                "reach", ("作为结果公布的数目，一行一项", "Counts reported as results, one row each"), rows
            ),
        ),
        alt=words(
            "reach-alt",
            "{place}：{n}下沉数目的分组横条，例如{what}为 {v}。",
            "{place}: grouped bars of {n} counts, for example {what}: {v}.",
            place=st.place,
            n=n,
            what=of.said(top["indicator"]),
            v=observed(top),
        ),
    )


def _rates(st: Statements) -> pd.DataFrame:
    c = st.core
    return c[(c["status"] == "actual") & c["measure"].isin((*SHARES, *CHANGES))]


def rate_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Coverage and changes as charts.ledger takes them: two groups that never share a scale."""
    heads = {
        "share": ("占比：只有一个时点", "Shares: one moment only"),
        "change_pp": ("变化：水平未印", "Changes: level not printed"),
    }
    return of.ledger_rows(
        of.entry(heads[row["measure"]][lang == "en"], row, lang) for row in _rates(st).to_dict("records")
    )


def rates(st: Statements, drawing) -> Finding:
    """Shares without an earlier value and changes without a level. drawing: charts.ledger of rate_rows, or None."""
    rows = _rates(st)
    if drawing is None:
        return st.silent(
            "rates",
            "E4",
            ("{place}没有印出覆盖率", "{place}: no coverage is printed"),
            ("没有印出覆盖率或占比", "no coverage and no share is printed"),
            (
                "需要机构总数和达到的机构数",
                "The number of institutions, and of those that have it, would settle it",
            ),
        )
    shares, changes = rows[rows["measure"] == "share"], rows[rows["measure"] == "change_pp"]
    n, m = (
        of.count(part, zh, en, rows)
        for part, zh, en in (
            (shares, "只有一个时点的占比", "shares of one moment only"),
            (changes, "没有水平的变化", "changes without a level"),
        )
    )
    damaged = of.count(rows[rows["damaged"]], "百分号缺失的数字", "numbers whose per cent sign is lost", rows)
    sentences = [
        words(
            "levels",
            "{place}有 {n}占比只有一个时点、{m}变化没有水平，没有一项能说明覆盖率从多少变到多少。",
            "{place}: shares of one moment only: {n}; changes without a level: {m}; none tells from what to what coverage moved.",
            place=st.place,
            n=n,
            m=m,
        )
    ]
    if damaged.value:
        sentences.append(
            words(
                "damaged",
                "{d}的百分号在原文中缺失，按推定读作百分比。",
                "For {d} of them the per cent sign is lost in the text and read in by inference.",
                d=damaged,
            )
        )
    primary = st.fact("primary_care_visit_share")
    if primary:
        sentences.append(
            words(
                "primary",
                "基层诊疗量占比 {p}取决于是否计入村卫生室；医院看得少了，占比也会上升。",
                "The share of visits in primary care ({p}) hangs on whether village clinics count; it also rises when hospitals see fewer patients.",
                p=primary,
            )
        )
    values = {"place": st.place, "n": n, "m": m}
    states = [
        State(
            "E4",
            (
                f"{st.place[0]}：占比没有基期，变化没有水平",
                f"{st.place[1]}: shares without a base period, changes without a level",
            ),
            (
                "需要两个时点的机构总数和达到的机构数",
                "Institutions in all and those that have it, at two moments, would settle it",
            ),
        )
    ]
    if damaged.value:
        states.append(
            State(
                "E5",
                ("占比的单位在原文中缺失", "The unit of shares is lost in the text"),
                ("需要完整原文", "The full text would settle it"),
            )
        )
    return Finding(
        "rates",
        Sentence(
            "rates",
            "{place}：{n}占比只有一个时点，{m}变化没有水平",
            "{place}: shares of one moment only: {n}; changes without a level: {m}",
            values,
        ),
        words(
            "rates-sub",
            "上组为占比，下组为百分点变化；两组不共用刻度",
            "Shares above, changes in percentage points below; the groups share no scale",
        ),
        sentences=tuple(sentences),
        note=words(
            "rates-note",
            "百分点是水平之差，不是百分比。",
            "A percentage point is a difference of levels, not a per cent.",
        ),
        drawing=drawing,
        tables=(
            of.table("rates", ("占比和变化，一行一项", "Shares and changes, one row each"), rows, "reading"),
        ),
        alt=words(
            "rates-alt",
            "{place}：{n}占比和 {m}百分点变化的横条，例如{what}为 {v}。",
            "{place}: bars of {n} shares and {m} changes in percentage points, for example {what}: {v}.",
            place=st.place,
            n=n,
            m=m,
            what=of.said(rows.iloc[0]["indicator"]),
            v=observed(rows.iloc[0].to_dict()),
        ),
        states=tuple(states),
    )


def implied_units(derived_id: str, count: Fact, rate: Fact, label: tuple[str, str]) -> Fact:
    """Institutions that a count and the share of institutions having one would imply, if each had exactly one; with the bounds of rounding."""
    low, middle, high = (
        derived_results.value(derived_id, count.value, rate.value + s * STEP / 2) for s in (1, 0, -1)
    )
    return derived(
        middle,
        label,
        ("数目 ÷ 占比，假定每个机构恰有一个", "count ÷ share, if each institution had exactly one"),
        inputs=(count, rate),
        style="number",
        decimals=0,
        low=low,
        high=high,
        unit="个",
    )


def _implied(st: Statements) -> list[tuple[tuple[str, str], Fact]]:
    found = []
    for key, count, rate in UNITS:
        if st.all_of(count, rate):
            zh, en = held.label(count)
            found.append(
                (
                    (f"由{zh}反推的机构数", f"institutions implied by {en[0].lower()}{en[1:]}"),
                    implied_units(
                        key,
                        st.fact(count),
                        st.fact(rate),
                        (f"{st.place[0]}由{zh}反推的机构数", f"{st.place[1]}, institutions implied by {en}"),
                    ),
                )
            )
    return found


def _averages(st: Statements) -> list[tuple[tuple[str, str], Fact]]:
    """Averages of a lower bound over a count: lower bounds themselves."""
    found = []
    for key, top, bottom, (zh, en) in AVERAGES:
        if st.all_of(top, bottom):
            over, under = st.fact(top), st.fact(bottom)
            found.append(
                (
                    (zh, en),
                    derived(
                        None,
                        (f"{st.place[0]}{zh}", f"{st.place[1]}, {en}"),
                        (
                            f"{held.label(top)[0]} ÷ {held.label(bottom)[0]}",
                            f"{held.label(top)[1]} ÷ {held.label(bottom)[1]}",
                        ),
                        inputs=(over, under),
                        style="number",
                        decimals=1,
                        low=derived_results.value(key, over.low, under.value),
                        quantifier="more_than",
                    ),
                )
            )
    return found


def agreement_rows(st: Statements, lang: str) -> pd.DataFrame:
    """One bar a quotient of two printed numbers, as charts.bars takes it."""
    i = lang == "en"
    lines = [*_implied(st), *_averages(st)]
    return pd.DataFrame(
        [
            {
                "label": name[i][0].upper() + name[i][1:],
                "value": of.mark(fact),
                "text": fact.text(lang),
                "highlight": True,
            }
            for name, fact in lines
        ],
        columns=["label", "value", "text", "highlight"],
    )


def agreement(st: Statements, drawing) -> Finding:
    """Do the printed numbers agree? drawing: charts.bars of agreement_rows, or None."""
    implied, averages = _implied(st), _averages(st)
    if drawing is None:
        return st.silent(
            "agreement",
            "E4",
            ("{place}的数字无法互相核对", "{place}: the numbers cannot be checked against each other"),
            ("没有可以互相核对的两个数", "no two numbers that could be checked against each other"),
            ("需要机构总数", "The number of institutions would settle it"),
        )
    states, sentences, values = [], [], {"place": st.place}
    if len(implied) == 2:
        (_, a), (_, b) = implied
        values |= {"a": a, "b": b}
        apart = a.high < b.low or b.high < a.low
        headline = (
            "{place}：两个比率反推的机构数是 {a} 和 {b}，" + ("互相矛盾" if apart else "在舍入之内一致"),
            "{place}: two rates imply {a} and {b} institutions, which "
            + ("contradict each other" if apart else "agree within rounding"),
        )
        if apart:
            sentences.append(
                Sentence(
                    "warning",
                    "{place}的两个比率对不上：专家工作室数与开设率反推出 {a} 个机构，特色科室数与建成率反推出 {b} 个，差别超出舍入；要么分母不同，要么一个机构不止一个，不能用来反推分母。",
                    "Two rates of {place} do not agree: expert studios and their rate imply {a} institutions, special departments and theirs {b}, beyond rounding. Either the denominators differ or an institution has more than one; neither rate gives a denominator.",
                    values,
                    brief=4,
                )
            )
            states.append(
                State(
                    "E7",
                    (
                        f"{st.place[0]}：两个比率的分母不同或未说明，不作比较",
                        f"{st.place[1]}: two rates with different or unstated denominators; not compared",
                    ),
                    ("需要每个比率的分母", "The denominator of each rate would settle it"),
                )
            )
    else:
        values |= {"a": averages[0][1], "what": averages[0][0]}
        headline = ("{place}：{what} {a}，只是下限", "{place}: {what} {a}, a lower bound only")
    for k, (what, fact) in enumerate(averages):
        sentences.append(
            brief(
                f"average-{'ab'[k]}",
                2 + k,
                "{place}{what} {f}（分子只印了下限）；平均数不说明分布，也不说明签约后是否真的服务。",
                "{place}, {what}: {f} (the numerator is a lower bound); a mean says nothing on the spread, or on whether a signed household is served.",
                place=st.place,
                what=what,
                f=fact,
            )
            if k == 0
            else words(
                f"average-{'ab'[k]}",
                "{what} {f}，时期为推定。",
                "{what}: {f}; the period is inferred.",
                what=(what[0], what[1][0].upper() + what[1][1:]),
                f=fact,
            )
        )
    lines = [*implied, *averages]
    return Finding(
        "agreement",
        Sentence("agreement", *headline, values),
        words(
            "agreement-sub", "两个印出的数相除；只用来核对", "Quotients of two printed numbers; only a check"
        ),
        sentences=tuple(sentences),
        note=words(
            "agreement-note",
            "这些是算出的数，文件没有印。",
            "These numbers are computed; the documents do not print them.",
        ),
        drawing=drawing,
        tables=(
            of.facts_table(
                "agreement",
                ("由两个数相除得出，一行一项", "Quotients of two printed numbers, one row each"),
                lines,
                (("项目", "Item"), ("算出的数", "Computed")),
            ),
        ),
        alt=words(
            "agreement-alt",
            "{place}：两数相除的横条，{what} {v}。",
            "{place}: bars of quotients; {what}: {v}.",
            place=st.place,
            what=lines[0][0],
            v=lines[0][1],
        ),
        states=tuple(states),
    )


def _ceilings(st: Statements) -> list[tuple[tuple[str, str], Fact, bool]]:
    """What each line would cost if all were paid: an upper bound."""
    found = []
    for key, (zh, en), parts, best_only in LINES:
        if not st.all_of(*parts):
            continue
        inputs = [st.fact(part) for part in parts]
        total = derived_results.value(key, *(fact.value for fact in inputs))
        found.append(
            (
                (zh, en),
                derived(
                    total,
                    (f"{st.place[0]}{zh}：全部发放时的合计", f"{st.place[1]}, {en}: sum if all were paid"),
                    ("数目 × 每个标准，各项相加", "count × standard of each, summed"),
                    inputs=inputs,
                    style="money",
                    unit="元",
                    quantifier="at_most",
                    high=total,
                    status="commitment",
                ),
                best_only,
            )
        )
    return found


def ceiling_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Computed ceilings, yearly subsidies and the spending that was not published, as charts.ledger takes them."""
    i = lang == "en"
    computed, yearly = (
        ("全部发放时的上限（计算）", "Ceiling if all were paid (computed)")[i],
        ("承诺的标准", "Promised standards")[i],
    )
    rows = [
        of.computed(computed, name[i][0].upper() + name[i][1:], fact, "commitment", lang)
        for name, fact, _ in _ceilings(st)
    ]
    if rows:
        rows.append(of.unpublished(computed, ("实际发放", "Actually paid")[i], "元"))
    rows += [of.entry(yearly, st.row(key), lang) for key in st.having(YEARLY)]
    return of.ledger_rows(rows)


def ceilings(st: Statements, drawing) -> Finding:
    """What the subsidies could cost at most. drawing: charts.ledger of ceiling_rows, or None."""
    lines = _ceilings(st)
    if drawing is None or not lines:
        return st.silent(
            "ceilings",
            "E1",
            ("{place}没有公布补助标准", "{place}: no standard of subsidies is published"),
            ("文件没有印出补助标准", "no standard of subsidies is printed"),
            ("需要补助标准和决算", "Standards of subsidies and accounts would settle it"),
        )
    values = (
        {"place": st.place}
        | {f"c{k}": fact for k, (_, fact, _) in enumerate(lines)}
        | {f"l{k}": name for k, (name, _, _) in enumerate(lines)}
    )
    listed = [f"{{l{k}}} {{c{k}}}" for k in range(len(lines))]
    sentences = [
        Sentence(
            "ceilings-list",
            "{place}若全部发放："
            + "、".join(listed)
            + "。数目乘以标准得出，是上限，不是支出；实际发放没有公布。",
            "{place}, if all were paid: "
            + ", ".join(listed)
            + ". Count times standard: ceilings, not spending; what was paid is not published.",
            values,
            brief=2,
        )
    ]
    if any(best for *_, best in lines):
        sentences.append(
            words(
                "best-only",
                "专家工作室与联合病房只奖补“优秀”的，评定标准和个数没有公布，所以离上限可能很远。",
                "Expert studios and joint wards are paid only if rated excellent; criteria and numbers are not published, so the truth may lie far below the ceiling.",
            )
        )
    if st.all_of(*MENTORS):
        experts, each = (st.fact(k) for k in MENTORS)
        people = derived(
            None,
            (f"{st.place[0]}按最低要求帮带的人数", f"{st.place[1]}, staff mentored at the required minimum"),
            ("专家数 × 每人最少帮带数", "experts × minimum mentored by each"),
            inputs=(experts, each),
            style="count",
            unit="人",
            low=derived_results.value("D05", experts.value, each.low),
            quantifier="at_least",
            status="commitment",
        )
        sentences.append(
            words(
                "mentors",
                "{e}专家按每人最少帮带数算应带 {p}；这是要求，不是结果。",
                "At the required minimum the {e} experts posted would mentor {p} staff: a requirement, not a result.",
                e=experts,
                p=people,
            )
        )
    return Finding(
        "ceilings",
        Sentence(
            "ceilings",
            "{place}的补助都是标准和上限，" + listed[-1] + "，支出未公布",
            "{place}: standards and ceilings only (" + listed[-1] + "); spending not published",
            values,
        ),
        words(
            "ceilings-sub",
            "上组由数目乘以标准算出，下组为承诺的标准；支出为未公布",
            "Upper group: count times standard, computed; lower group: promised standards; spending is not published",
        ),
        sentences=tuple(sentences),
        note=words(
            "ceilings-note",
            "几条线来自不同口袋和年份，不相加。",
            "The lines come from different pockets and years and are not added up.",
        ),
        drawing=drawing,
        tables=(
            of.facts_table(
                "ceilings",
                ("全部发放时的上限，一行一项", "Ceilings if all were paid, one row a line"),
                [(name, fact) for name, fact, _ in lines],
                (("项目", "Line"), ("上限（计算）", "Ceiling (computed)")),
            ),
            of.table(
                "standards",
                ("补助标准，一行一项", "Standards of subsidies, one row each"),
                st.rows[st.rows["indicator"].isin(FUNDS)],
            ),
        ),
        alt=Sentence(
            "ceilings-alt",
            "{place}：补助上限的横条，{l0} {c0}；实际发放为未公布。",
            "{place}: bars of ceilings of subsidies, {l0} {c0}; what was paid is not published.",
            values,
        ),
        states=(
            State(
                "E6",
                (
                    f"{st.place[0]}：补助只有标准，未见支出",
                    f"{st.place[1]}: standards of subsidies only, no spending reported",
                ),
                ("需要各项补助的决算", "Accounts of each subsidy would settle it"),
            ),
        ),
    )


def _links(st: Statements) -> list[tuple[tuple[str, str], tuple[str, str], Fact | None]]:
    measures = tables.read("measures", region_code=st.code)
    return [
        (left, right, st.fact(key) if key else None)
        for mechanism in dict.fromkeys(measures["mechanism"])
        for left, right, key in LINKS.get(mechanism, ())
    ]


def pairing_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Who helps whom, as charts.pairs takes it."""
    i = lang == "en"
    return pd.DataFrame(
        [
            {"left": a[i], "right": b[i], "text": fact.text(lang) if fact else "", "highlight": True}
            for a, b, fact in _links(st)
        ],
        columns=["left", "right", "text", "highlight"],
    )


def pairing_columns(lang: str) -> dict[str, str]:
    """Titles of the two columns of charts.pairs."""
    return {"left": ("帮扶方", "Gives")[lang == "en"], "right": ("受帮扶方", "Receives")[lang == "en"]}


def pairing(st: Statements, drawing) -> Finding:
    """Who helps whom. drawing: charts.pairs of pairing_rows, or None."""
    links = _links(st)
    if drawing is None:
        return st.silent(
            "pairing",
            "E1",
            ("{place}没有提及结对帮扶", "{place}: no pairing is mentioned"),
            ("文件没有提及结对帮扶", "the documents mention no pairing"),
            ("需要帮扶协议名单", "The list of agreements would settle it"),
        )
    measures = tables.read("measures", region_code=st.code)
    used = measures[measures["mechanism"].isin(list(LINKS))]
    n = derived(
        len(links),
        (f"{st.place[0]}的帮扶关系", f"{st.place[1]}, links of assistance"),
        held.COUNTED,
        origin=held.origin(used, "measure_id"),
        style="count",
        unit="条",
    )
    bare = derived(
        sum(fact is None for *_, fact in links),
        ("没有数目的帮扶关系", "links without a number"),
        held.COUNTED,
        origin=held.origin(used, "measure_id"),
        style="count",
        unit="条",
    )
    dated = derived(
        int((used["start_date"] != "").sum()),
        ("印出开始日期的帮扶关系", "links with a printed start"),
        held.COUNTED,
        origin=held.origin(used, "measure_id"),
        style="count",
        unit="条",
    )
    shown = pd.DataFrame(
        {
            "left": [a[0] for a, _, _ in links],
            "left_en": [a[1] for a, _, _ in links],
            "right": [b[0] for _, b, _ in links],
            "right_en": [b[1] for _, b, _ in links],
            "number": [fact for *_, fact in links],
        }
    ).astype({"number": object})
    more = [
        key for key in ("specialty_alliances", "expert_studios") if st.code != "320700" and st.having([key])
    ]
    sentences = [
        words(
            "names",
            "图上是机构类别，不是机构；双方名单不在本资料里。{n}关系里有 {b}没有数目。",
            "The drawing shows kinds of institutions; lists of partners are not in this collection. Links: {n}; without a number: {b}.",
            n=n,
            b=bare,
        )
    ]
    if more:
        sentences.append(
            Sentence(
                "built",
                "{place}的协作之下列有"
                + "、".join(f"{{l{k}}} {{f{k}}}" for k in range(len(more)))
                + "；它们做了多少诊疗没有公布。",
                "{place}, listed under the agreements: "
                + ", ".join(f"{{l{k}}} {{f{k}}}" for k in range(len(more)))
                + "; what they do for patients is not published.",
                {"place": st.place}
                | {f"l{k}": of.said(key) for k, key in enumerate(more)}
                | {f"f{k}": st.fact(key) for k, key in enumerate(more)},
                brief=2,
            )
        )
    states = [
        State(
            "E4",
            (
                f"{st.place[0]}：没有帮扶双方的名单、起止日期和派驻天数",
                f"{st.place[1]}: no list of partners, no dates, no days of presence",
            ),
            ("需要帮扶协议和派驻记录", "The agreements and records of presence would settle it"),
        )
    ]
    return Finding(
        "pairing",
        words(
            "pairing",
            "{place}的帮扶关系有 {n}，印出开始日期的有 {d}",
            "{place}, links of assistance: {n}; with a printed start: {d}",
            place=st.place,
            n=n,
            d=dated,
        ),
        words(
            "pairing-sub",
            "左边出人出力，右边接受；线旁为印出的数目",
            "Left gives, right receives; the number printed stands beside the line",
        ),
        sentences=tuple(sentences),
        note=words(
            "pairing-note",
            "没有画出的关系只是没有提及，不等于没有。",
            "A link that is not drawn is not mentioned, which does not mean that there is none.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "pairing",
                ("帮扶关系，一行一条", "Links of assistance, one row each"),
                shown,
                (
                    Column("left", ("帮扶方", "Gives"), "name"),
                    Column("right", ("受帮扶方", "Receives"), "name"),
                    Column(
                        "number", ("印出的数目", "Number printed"), "count", source_ids=held.sources(used)
                    ),
                ),
            ),
        ),
        alt=words(
            "pairing-alt",
            "{place}：{n}帮扶关系的连线图，没有数目的有 {b}。",
            "{place}: {n} links of assistance between kinds of institutions; {b} without a number.",
            place=st.place,
            n=n,
            b=bare,
        ),
        states=tuple(states),
    )


def closing(st: Statements) -> Finding:
    """What the documents leave open."""
    states = [
        State(
            "E4",
            ("建成和开设没有对应的使用量", "What was opened has no figure of use"),
            (
                "需要各点逐月诊疗人次和专家实际到岗天数",
                "Visits by site and month, and days that experts were present, would settle it",
            ),
        ),
        State(
            "E8",
            (
                "主管部门自报的成绩，没有未下沉的地区作对照",
                "Achievements the authority reports itself, without places for comparison",
            ),
            ("需要同口径的各市年报", "Annual reports of all cities under one definition would settle it"),
        ),
    ]
    states += of.cut_off(st)
    return held.closing(states)
