"""Did the pilots draw people? Seven of the eight first pilot provinces of the national regional medical centres, on province totals.

National edition only, never on a region page. The comparison is contaminated by design: other provinces received centres inside the
window, one pilot province's doctors jump by a recount, and ten hospitals are small beside a province's doctors. So the finding that leads
is the smallest effect that could be seen, and what is plausible is set beside it. More than 300 lines because each sentence stands
here in two languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis import catalog, tables
from analysis.facts import Fact, Provenance, State, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, needs, words, year
from analysis.themes import held, panel

POLICY = "国家区域医疗中心首批试点省份"
COBUILT = "委省共建国家医学中心/区域医疗中心"
INDICATORS = ("doctors", "nurses")
START = 2020  # the scheme came in October 2019; stocks are counted at the end of the year
LAST = 2021
PLACEBO_YEARS = (2015, 2016, 2017, 2018)
PER_PROJECT = 1000  # doctors newly drawn into the province by one project: a deliberately generous assumption
ANHUI = "340000"
BATCHES = {"1": "2019-10", "2": "2021-06", "3": "2022-05", "4": "2022-10", "5": "2023-07"}
COMPARISONS = {
    "all": ("全部省份", "all provinces"),
    "no_anhui": ("不含安徽（当年医师数像重新核实）", "without Anhui (its doctors jump by a likely recount)"),
    "no_jumps": ("不含有跳变的省份", "without provinces with a flagged jump"),
    "clean": ("对照不含窗口内已知有中心的省份", "controls without a known centre inside the window"),
    "clean_no_jumps": ("两者都不含", "without either"),
    "short_base": ("基期只取前一年", "only the year before as base"),
    "nurses": ("护士，全部省份", "nurses, all provinces"),
    "nurses_no_jumps": ("护士，不含有跳变的省份", "nurses, without flagged jumps"),
}  # fmt: skip
DID_FORMULA = (
    "对数密度的均值差之差：试点省 − 其他省，窗口年 − 基期",
    "difference in differences of mean log density: pilots − others, window − base",
)
MDE_FORMULA = (
    "置换检验以八成把握能看出的最小效应（百分之五水平）",
    "smallest effect that the permutation test finds four times in five (level five per cent)",
)


@dataclass(frozen=True)
class Pilots:
    """A page. rollout: from `rollout`; tests, detectable: comparison -> PermutationTest, DetectableEffect; placebo: year -> PermutationTest."""

    panel: panel.Panel
    rollout: pd.DataFrame
    tests: dict
    detectable: dict
    placebo: dict
    study: object

    @cached_property
    def origin(self) -> Provenance:
        """What stands behind an estimate: doctors, nurses and residents of every province and year of the window."""
        return self.panel.whole

    @cached_property
    def pilots(self) -> list[str]:
        return list(self.rollout.index[self.rollout["pilot"] == 1])

    @property
    def smallest(self) -> str:
        """The comparison of doctors in which the least could be seen."""
        keys = [k for k in self.detectable if not k.startswith("nurses")]
        return min(keys, key=lambda k: self.detectable[k].estimate)

    @property
    def answerable(self) -> bool:
        """Whether the generous plausible effect reaches what the most favourable comparison could see."""
        return self.plausible.value >= self.mde(self.smallest).value

    def mde(self, key: str) -> Fact:
        zh, en = COMPARISONS[key]
        return derived(
            percent(self.detectable[key].estimate),
            (f"能看出的最小效应（{zh}）", f"smallest effect that could be seen ({en})"),
            MDE_FORMULA,
            origin=self.origin,
            style="percent",
        )

    def effect(self, key: str) -> Fact:
        zh, en = COMPARISONS[key]
        t = self.tests[key]
        return derived(
            percent(t.estimate),
            (f"差之差（{zh}）", f"difference in differences ({en})"),
            DID_FORMULA,
            origin=self.origin,
            style="percent",
            signed=round(percent(t.estimate), 1) != 0,
        )

    def p(self, key: str) -> Fact:
        zh, en = COMPARISONS[key]
        return derived(
            self.tests[key].p,
            (f"置换检验 p 值（{zh}）", f"permutation p ({en})"),
            (
                "任选同样多的省份当作试点，差别至少这么大的份额",
                "share of other choices of as many provinces with at least this difference",
            ),
            origin=self.origin,
            style="ratio",
        )

    @cached_property
    def doctors(self) -> Fact:
        """Doctors of the seven pilot provinces together at the end of the year before."""
        rows = self.panel.observations.query(
            "indicator == 'doctors' and year == @START - 1 and region_code in @self.pilots"
        )
        return derived(
            rows["value"].sum(),
            (
                f"七个试点省 {START - 1} 年末医师数之和",
                f"doctors of the seven pilot provinces at the end of {START - 1}",
            ),
            ("七省之和", "sum of seven provinces"),
            rows=rows,
            style="count",
            unit="人",
            step=100,
        )

    @cached_property
    def projects(self) -> Fact:
        """Projects of the first batch, as reported."""
        rows = tables.read("observations", indicator="regional_centre_projects_batch")
        return observed(rows[rows["period_start"].str.startswith("2019-10")].iloc[0])

    @cached_property
    def plausible(self) -> Fact:
        """Effect if every project of the first batch drew PER_PROJECT doctors at once, per cent of the pilots' doctors."""
        return derived(
            self.projects.value * PER_PROJECT / self.doctors.value * 100,
            ("宽松假设下合理的效应", "plausible effect under a generous assumption"),
            (
                "项目数 × 每个项目新增医师（假设）÷ 七省医师数",
                "projects × doctors newly drawn by each (assumed) ÷ doctors of the seven",
            ),
            inputs=(self.projects, self.doctors),
            style="percent",
        )

    @cached_property
    def per_project(self) -> Fact:
        """Doctors that each project would have to draw for the most favourable comparison to see them."""
        share = self.mde(self.smallest)
        return derived(
            share.value / 100 * self.doctors.value / self.projects.value,
            ("每个项目须新增的医师数，才看得出来", "doctors each project would have to draw to be seen"),
            (
                "能看出的最小效应 × 七省医师数 ÷ 项目数",
                "smallest visible effect × doctors of the seven ÷ projects",
            ),
            inputs=(share, self.doctors, self.projects),
            style="count",
            unit="人",
            step=100,
        )


def coverage() -> dict[str, dict | None]:
    """The nation alone."""
    return {catalog.NATION: None}


def percent(log_points: float) -> float:
    return float(np.expm1(log_points) * 100)


def rollout() -> pd.DataFrame:
    """One row a province (index region_code): pilot (0/1), cobuilt and centre (ISO month of the first known one, empty when none)."""
    policy, centres = (
        tables.read("policies", policy=[POLICY, COBUILT], unit="province"),
        tables.read("centres"),
    )
    dated = centres.assign(month=centres["batch"].map(BATCHES)).dropna(subset=["month"])
    # the earliest text of a group without Arrow's aggregation, which starts threads: reports are forked after this
    first = (
        dated.sort_values("month", kind="stable")
        .drop_duplicates("province_code")
        .set_index("province_code")["month"]
        .sort_index()
    )
    cobuilt = policy[policy["policy"] == COBUILT].groupby("region_code")["date_start"].min().str[:7]
    codes = pd.Index([region.code for region in catalog.provinces()], name="region_code")
    treated = set(policy.loc[policy["policy"] == POLICY, "region_code"])
    return pd.DataFrame(
        {
            "pilot": [int(code in treated) for code in codes],
            "cobuilt": cobuilt.reindex(codes).fillna("").values,
            "centre": first.reindex(codes).fillna("").values,
        },
        index=codes,
    )


def touched(plan: pd.DataFrame) -> pd.Series:
    """Whether a province had a centre of either kind by the end of the window: bool, index region_code."""
    limit = f"{LAST}-12"
    return (plan["cobuilt"].between("2000", limit)) | (plan["centre"].between("2000", limit))


def rows(provinces: panel.Panel, plan: pd.DataFrame) -> pd.DataFrame:
    """One row a province, indicator and year to the end of the window: log (density), jump, pilot, touched, start (0 = no pilot)."""
    r = provinces.rates[provinces.rates["year"] <= LAST]
    pilot = r["region_code"].map(plan["pilot"])
    return pd.DataFrame(
        {
            "region_code": r["region_code"],
            "indicator": r["indicator"],
            "year": r["year"].astype(int),
            "value": r["value"],
            "log": np.log(r["value"]),
            "pilot": pilot,
            "touched": r["region_code"].map(touched(plan)),
            "start": pilot * START,
            "jump": r["flags"].str.contains("jump"),
        }
    ).reset_index(drop=True)


def comparisons(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Comparison -> rows. table: from `rows`. Jumps are looked for from the second year of the panel on."""
    out = {}
    for indicator, prefix in (("doctors", ""), ("nurses", "nurses_")):
        t = table[table["indicator"] == indicator]
        jumpers = set(t.loc[t["jump"] & (t["year"] > t["year"].min()), "region_code"])
        calm, clean = ~t["region_code"].isin(jumpers), (t["pilot"] == 1) | ~t["touched"]
        chosen = {
            "all": t,
            "no_anhui": t[t["region_code"] != ANHUI],
            "no_jumps": t[calm],
            "clean": t[clean],
            "clean_no_jumps": t[clean & calm],
            "short_base": t[t["year"] >= START - 1],
        }
        out |= chosen if not prefix else {"nurses": t, "nurses_no_jumps": t[calm]}
    return {key: out[key] for key in COMPARISONS}


def before(table: pd.DataFrame, start: int) -> pd.DataFrame:
    """Doctors up to a false window that ends before the true start: years through start + 1."""
    return table[(table["indicator"] == "doctors") & (table["year"] <= start + 1)]


def load(provinces: panel.Panel, plan: pd.DataFrame, **results) -> Pilots:
    """The page's view; ``results`` holds tests, detectable, placebo and study."""
    return Pilots(provinces, plan, **results)


def comparison_rows(page: Pilots, lang: str) -> pd.DataFrame:
    """One row a comparison as charts.coefficients takes it: difference in differences in per cent with the permutation interval."""
    i = 0 if lang == "zh" else 1
    heads = ("医师", "护士") if lang == "zh" else ("Doctors", "Nurses")
    return pd.DataFrame(
        [
            {
                "label": COMPARISONS[k][i],
                "estimate": percent(t.estimate),
                "low": percent(t.low),
                "high": percent(t.high),
                "main": k == "all",
                "group": heads[k.startswith("nurses")],
            }
            for k, t in page.tests.items()
        ]
    )


def unit(lang: str) -> str:
    return (
        "每千人口数量的差之差，%" if lang == "zh" else "difference in differences, per thousand residents, %"
    )


def _names(codes: list[str]) -> tuple[str, str]:
    return held.joined(map(held.place, codes))


def first(page: Pilots, drawing) -> Finding:
    """The leading finding: what could be seen at all; the first table holds every comparison."""
    main, best = page.mde("all"), page.mde(page.smallest)
    frame = pd.DataFrame(
        [
            {
                "label": COMPARISONS[k][0],
                "label_en": COMPARISONS[k][1],
                "treated": t.treated,
                "controls": t.n - t.treated,
                "effect": percent(t.estimate),
                "low": percent(t.low),
                "high": percent(t.high),
                "p": t.p,
                "mde": page.mde(k),
            }
            for k, t in page.tests.items()
        ]
    )
    source = page.origin.source_ids
    number, share = (
        dict(style="number", formula=("计数", "count"), source_ids=source),
        dict(style="percent", signed=True, source_ids=source),
    )
    return Finding(
        "first",
        words(
            "first",
            "试点省的医师要多出 {mde} 才看得出来；最有利的比较也要 {best}",
            "Pilots would have to gain {mde} more doctors to be seen; {best} even in the most favourable comparison",
            mde=main,
            best=best,
        ),
        words(
            "first-sub",
            "试点省与其他省每千人口数量的差之差，{a}–{b} 年对 {c}–{d} 年；横线为置换检验不拒绝的范围",
            "Difference in differences of the number per thousand residents, pilots against others, {a}–{b} against {c}–{d}; bars: effects that the permutation test does not reject",
            a=year(START),
            b=year(LAST),
            c=year(page.panel.first_year),
            d=year(START - 1),
        ),
        sentences=(
            words(
                "anhui",
                "全部省份时差之差为 {e}（p {p}）；不含安徽为 {e2}（p {p2}），不含所有有跳变的省份为 {e3}（p {p3}）。",
                "With all provinces the difference is {e} (p {p}); without Anhui {e2} (p {p2}), without every province with a flagged jump {e3} (p {p3}).",
                e=page.effect("all"),
                p=page.p("all"),
                e2=page.effect("no_anhui"),
                p2=page.p("no_anhui"),
                e3=page.effect("no_jumps"),
                p3=page.p("no_jumps"),
            ),
            words(
                "many",
                "这里看了 {n} 种比较；看得越多，越容易碰上一个大的。",
                "{n} comparisons are shown; the more one looks at, the likelier one of them is large.",
                n=derived(len(page.tests), ("比较数", "comparisons"), ("计数", "count"), origin=page.origin),
            ),
        ),
        note=words(
            "first-note",
            "置换检验把同样多的省份任意当作试点，不靠标准误；试点只有七省可查到出处。安徽 {y} 年的医师数像重新核实。",
            "The permutation test takes any other choice of as many provinces as the pilots and needs no standard error; seven pilots have a source. Anhui's doctors of {y} look like a recount.",
            y=year(2020),
        ),
        drawing=drawing,
        tables=(
            Table(
                "comparisons",
                (
                    "各种比较：差之差、置换区间、p 值和能看出的最小效应",
                    "Comparisons: difference in differences, permutation interval, p, and smallest visible effect",
                ),
                frame,
                (
                    Column("label", ("比较", "Comparison"), "text"),
                    Column("treated", ("试点省", "Pilots"), **number),
                    Column("controls", ("其他省", "Others"), **number),
                    Column("effect", ("差之差", "Difference"), formula=DID_FORMULA, **share),
                    Column(
                        "low",
                        ("95% 下限", "95% low"),
                        formula=("置换检验反演", "permutation test inverted"),
                        **share,
                    ),
                    Column(
                        "high",
                        ("95% 上限", "95% high"),
                        formula=("置换检验反演", "permutation test inverted"),
                        **share,
                    ),
                    Column(
                        "p",
                        ("p 值", "p"),
                        "ratio",
                        decimals=3,
                        formula=("置换检验", "permutation test"),
                        source_ids=source,
                    ),
                    Column(
                        "mde",
                        ("能看出的最小效应", "Smallest visible effect"),
                        "percent",
                        formula=MDE_FORMULA,
                        source_ids=source,
                    ),
                ),
            ),
        ),
        alt=words(
            "first-alt",
            "全国：试点省与其他省医师密度的差之差，全部省份 {e}，不含安徽 {e2}；能看出的最小效应为 {mde}。",
            "China: difference in differences of doctor density, pilots against others, {e} with all, {e2} without Anhui; smallest visible effect {mde}.",
            e=page.effect("all"),
            e2=page.effect("no_anhui"),
            mde=main,
        ),
    )


def policy_origin(plan: pd.DataFrame) -> Provenance:
    """What stands behind a count of provinces in the roll-out: rows of the tables `policies` and `centres`, named by locator."""
    policy = tables.read("policies", policy=[POLICY, COBUILT], unit="province")
    centres = tables.read("centres")
    both = pd.concat(
        [policy[["source_id", "locator", "source_grade"]], centres[["source_id", "locator", "source_grade"]]]
    )
    return Provenance(
        tuple(f"{s}:{where}" for s, where in zip(both["source_id"], both["locator"], strict=True)),
        tuple(sorted(set(both["source_id"]))),
        tuple(dict.fromkeys(both["locator"])),
        max(both["source_grade"]),
        "actual",
        ("2019-09-01", f"{LAST}-12-31"),
        False,
    )


def events(page: Pilots, lang: str) -> pd.DataFrame:
    """Dated steps of the roll-out as charts.timeline takes them."""
    plan, zh = page.rollout, lang == "zh"
    listed = lambda codes: _names(codes)[not zh]  # noqa: E731
    out = [
        {
            "date": month,
            "label": "委省共建中心" if zh else "Centres co-built by commission and province",
            "group": listed(plan.index[plan["cobuilt"] == month]),
        }
        for month in sorted(set(plan["cobuilt"]) - {""})
    ]
    batches = tables.read("observations", indicator="regional_centre_projects_batch").sort_values(
        "period_start"
    )
    for index, row in enumerate(batches.to_dict("records")):
        projects = observed(row).text(lang) + ("" if zh else " projects")
        who = (
            (
                f"试点省（有出处的）：{listed(page.pilots)}"
                if zh
                else f"pilot provinces with a source: {listed(page.pilots)}"
            )
            if index == 0
            else ""
        )
        out.append(
            {
                "date": row["period_start"][:7],
                "label": f"区域医疗中心项目 {projects}" if zh else f"Regional medical centres: {projects}",
                "group": who,
                "highlight": index == 0,
            }
        )
    return pd.DataFrame(out).fillna({"highlight": False})


def spread(page: Pilots, drawing) -> Finding:
    """The roll-out: which controls were treated too."""
    plan = page.rollout
    origin = policy_origin(plan)
    controls = plan[plan["pilot"] == 0]
    hit = controls.index[touched(controls)]
    n = derived(
        len(controls),
        ("其他省份数", "other provinces"),
        ("31 省减试点省", "31 provinces less pilots"),
        origin=origin,
    )
    k = derived(
        len(hit),
        ("窗口内已知有中心的其他省份数", "other provinces with a known centre inside the window"),
        ("计数", "count"),
        origin=origin,
    )
    seven = derived(
        len(page.pilots),
        ("有出处的试点省数", "pilot provinces with a source"),
        ("计数", "count"),
        origin=origin,
    )
    totals = tables.read("observations", indicator="regional_centre_provinces").sort_values("period_end")
    later = [observed(row) for row in totals.to_dict("records")]
    dates = [year(row["period_end"][:7]) for row in totals.to_dict("records")]
    order = plan.assign(touched=touched(plan)).sort_values(
        ["pilot", "touched", "cobuilt"], ascending=[False, False, True], kind="stable"
    )
    state = {
        (1, True): ("试点，另有中心", "pilot, other centre too"),
        (1, False): ("试点", "pilot"),
        (0, True): ("对照，已受影响", "control, touched"),
        (0, False): ("对照", "control"),
    }
    status = [
        state[int(p), bool(t)]
        for p, t in zip(
            order["pilot"],
            plan["cobuilt"]
            .between("2000", f"{LAST}-12")
            .reindex(order.index)
            .where(order["pilot"] == 1, order["touched"]),
            strict=True,
        )
    ]
    frame = order.reset_index().assign(
        name=[catalog.region(c).short("zh") for c in order.index],
        name_en=[catalog.region(c).short("en") for c in order.index],
        status=[s[0] for s in status],
        status_en=[s[1] for s in status],
    )
    return Finding(
        "spread",
        words(
            "spread",
            "{n} 个对照省中，至少 {k} 个在窗口内已有同类中心",
            "Of {n} control provinces at least {k} had a centre of their own inside the window",
            n=n,
            k=k,
        ),
        words(
            "spread-sub",
            "国家区域医疗中心和委省共建中心的推开，按已查到出处的日期",
            "Roll-out of national regional medical centres and of centres co-built by commission and province, by sourced dates",
        ),
        sentences=(
            words(
                "seven",
                "首批八个试点省中有出处的是 {k} 个：{who}；第八个在所查来源中被截断，仍在对照里。",
                "Of the first eight pilots {k} have a source: {who}; the eighth is cut off in the sources searched and stands among the controls.",
                k=seven,
                who=_names(page.pilots),
            ),
            words(
                "later",
                "据报道，{d} 有 {a}省有项目，{e} 有 {b}省：窗口之后几乎不再有干净的对照。",
                "As reported, {a} provinces had a project by {d}, {b} by {e}: after the window hardly any clean control is left.",
                a=later[0],
                b=later[-1],
                d=dates[0],
                e=dates[-1],
            ),
        ),
        note=words(
            "spread-note",
            "项目名单不全，没有列出的不等于没有；所以受影响的对照只会更多。",
            "The lists of projects are incomplete, and not listed does not mean none; touched controls can only be more.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "rollout",
                (
                    "各省：试点与否、委省共建和首个已知项目的时间",
                    "Provinces: pilot or not, first co-built centre, first known project",
                ),
                frame,
                (
                    Column("name", ("省份", "Province"), "name"),
                    Column("status", ("身份", "Standing"), "text"),
                    Column("cobuilt", ("委省共建", "Co-built"), "year"),
                    Column("centre", ("首个已知项目", "First known project"), "year"),
                ),
            ),
        ),
        alt=words(
            "spread-alt",
            "全国：区域医疗中心推开的时间线，{n} 个对照省中至少 {k} 个在窗口内已有中心；首批项目 {p}。",
            "China: time line of regional medical centres; of {n} controls at least {k} had one inside the window; first batch {p} projects.",
            n=n,
            k=k,
            p=page.projects,
        ),
    )


def level_rows(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Two lines as charts.event_study takes them: mean doctors per 1,000 of pilots and of the other provinces."""
    t = table[table["indicator"] == "doctors"]
    label = {1: "试点省" if lang == "zh" else "Pilots", 0: "其他省" if lang == "zh" else "Others"}
    mean = t.groupby(["pilot", "year"], as_index=False)["value"].mean()
    return pd.DataFrame(
        {
            "name": mean["pilot"].map(label),
            "year": mean["year"],
            "value": mean["value"],
            "treated": mean["pilot"] == 1,
        }
    )


def coef_rows(page: Pilots) -> pd.DataFrame:
    """Yearly coefficients in per cent as charts.event_study takes them; the reference year has no interval."""
    t = page.study.table
    rows_ = pd.DataFrame(
        {"year": t.index + START, **{c: [percent(v) for v in t[c]] for c in ("estimate", "low", "high")}}
    )
    rows_.loc[rows_["year"] == START - 1, ["low", "high"]] = np.nan
    return rows_


def labels(page: Pilots, lang: str) -> dict[str, str]:
    """Words of the event-study drawing."""
    p = page.study.pretrend.p if page.study.pretrend is not None else None
    if lang == "zh":
        return {
            "level_title": "每千人口医师，各省平均",
            "unit": "%",
            "test": "" if p is None else f"实施前各年合并检验 p = {p:.2f}",
            "can": "两组的均值各年相差多少",
            "cannot": "这个差别来自试点",
            "why": "对照受影响、安徽重新核实、能看出的效应太大",
        }
    return {
        "level_title": "Doctors per 1,000, mean of provinces",
        "unit": "%",
        "test": "" if p is None else f"joint test of the years before: p = {p:.2f}",
        "can": "how far the two groups' means lay apart in each year",
        "cannot": "that the pilots made the difference",
        "why": "controls were touched too, Anhui was recounted, and only large effects could be seen",
    }


def before_after(page: Pilots, drawing) -> Finding:
    """Event study: the two groups before and after; and whether they moved apart before."""
    t = coef_rows(page)
    lead = t[t["year"] < START - 1]
    widest = lead.loc[lead["estimate"].abs().idxmax()]
    far = derived(
        widest["estimate"],
        ("实施前离基准最远的一年的差距", "farthest gap from the base before the start"),
        DID_FORMULA,
        origin=page.origin,
        style="percent",
        signed=True,
    )
    end = derived(
        t["estimate"].iloc[-1],
        ("窗口末年的差距", "gap in the last year of the window"),
        DID_FORMULA,
        origin=page.origin,
        style="percent",
        signed=True,
    )
    test = page.study.pretrend
    p = derived(
        test.p,
        ("实施前各年合并检验 p 值", "p of the joint test of years before"),
        ("实施前各系数均为零的 F 检验", "F test that every coefficient before is zero"),
        origin=page.origin,
        style="ratio",
    )
    frame = t.assign(year=t["year"].astype(str))
    share = dict(
        style="percent",
        signed=True,
        formula=("双向固定效应，按省聚类", "two-way fixed effects, clustered by province"),
        source_ids=page.origin.source_ids,
    )
    return Finding(
        "before_after",
        words(
            "before-after",
            "{b} 年试点省与其他省的差距比 {c} 年变动 {e}；试点之前最远的一年也有 {f}",
            "By {b} the gap between pilots and others moved {e} from {c}; before the pilots it once stood {f} away",
            b=year(LAST),
            c=year(START - 1),
            e=end,
            f=far,
        ),
        words(
            "before-after-sub",
            "左：每千人口医师的各省均值；右：相对 {c} 年的差距（%），竖线为按省聚类的百分之九十五区间",
            "Left: mean doctors per thousand; right: gap relative to {c} (%), bars: ninety-five per cent intervals clustered by province",
            c=year(START - 1),
        ),
        sentences=(
            words(
                "lead",
                "试点之前各年合并检验的 p 为 {p}；p 大不能证明两组本会同步。",
                "The joint test of the years before gives p = {p}; a large p does not prove that the groups would have moved together.",
                p=p,
            ),
        ),
        note=words(
            "before-after-note",
            "窗口只到 {b} 年：{d} 年起更多省份有了项目。",
            "The window ends in {b}: from {d} more provinces had projects.",
            b=year(LAST),
            d=year(LAST + 1),
        ),
        drawing=drawing,
        tables=(
            Table(
                "years",
                ("各年差距及区间（%）", "Gap by year with interval (%)"),
                frame,
                (
                    Column("year", ("年", "Year"), "year"),
                    Column("estimate", ("差距", "Gap"), **share),
                    Column("low", ("下限", "Low"), **share),
                    Column("high", ("上限", "High"), **share),
                ),
            ),
        ),
        alt=words(
            "before-after-alt",
            "全国：试点省与其他省每千人口医师的差距，{b} 年比 {c} 年变动 {e}，试点前最远 {f}。",
            "China: gap in doctors per thousand between pilots and others, {e} in {b} relative to {c}; farthest before the pilots {f}.",
            b=year(LAST),
            c=year(START - 1),
            e=end,
            f=far,
        ),
    )


def placebo_rows(page: Pilots, lang: str) -> pd.DataFrame:
    """One row a false start and the true one as charts.coefficients takes it."""
    heads = ("假设的起始年", "真实的起始年") if lang == "zh" else ("False start", "True start")
    listed = [(y, t, heads[0]) for y, t in page.placebo.items()] + [(START, page.tests["all"], heads[1])]
    return pd.DataFrame(
        [
            {
                "label": str(y),
                "estimate": percent(t.estimate),
                "low": percent(t.low),
                "high": percent(t.high),
                "group": head,
                "main": head == heads[1],
            }
            for y, t, head in listed
        ]
    )


def false_starts(page: Pilots, drawing) -> Finding:
    """The same comparison at years in which nothing began."""
    actual = percent(page.tests["all"].estimate)
    as_large = [y for y, t in page.placebo.items() if abs(percent(t.estimate)) >= abs(actual)]
    n = derived(len(page.placebo), ("假设的起始年数", "false starts"), ("计数", "count"), origin=page.origin)
    k = derived(
        len(as_large),
        ("差别至少一样大的假设起始年数", "false starts with at least as large a difference"),
        ("计数", "count"),
        origin=page.origin,
    )
    frame = pd.DataFrame(
        [
            {
                "year": str(y),
                "effect": percent(t.estimate),
                "low": percent(t.low),
                "high": percent(t.high),
                "p": t.p,
            }
            for y, t in page.placebo.items()
        ]
    )
    share = dict(style="percent", signed=True, source_ids=page.origin.source_ids, formula=DID_FORMULA)
    return Finding(
        "placebo",
        words(
            "placebo",
            "把起始年挪到什么也没有开始的年份，{n} 个中有 {k} 个差别一样大或更大",
            "Moved to years in which nothing began, {k} of {n} differences are as large or larger",
            n=n,
            k=k,
        ),
        words(
            "placebo-sub",
            "同样的比较，窗口为假设起始年和次年；横线为置换检验不拒绝的范围",
            "The same comparison with the window at a false start and the year after; bars: effects the permutation test does not reject",
        ),
        sentences=(
            words(
                "reach",
                "真实的起始年为 {e}（p {p}）。",
                "At the true start the difference is {e} (p {p}).",
                e=page.effect("all"),
                p=page.p("all"),
            ),
        ),
        note=words(
            "placebo-note",
            "云南的医师数在 {y} 年像重新核实，落在最后一个假设窗口里。",
            "Yunnan's doctors of {y} look like a recount and fall into the last false window.",
            y=year(2019),
        ),
        drawing=drawing,
        tables=(
            Table(
                "placebo",
                ("假设起始年的差之差", "Difference in differences at false starts"),
                frame,
                (
                    Column("year", ("起始年", "Start"), "year"),
                    Column("effect", ("差之差", "Difference"), **share),
                    Column("low", ("95% 下限", "95% low"), **share),
                    Column("high", ("95% 上限", "95% high"), **share),
                    Column(
                        "p",
                        ("p 值", "p"),
                        "ratio",
                        decimals=3,
                        formula=("置换检验", "permutation test"),
                        source_ids=page.origin.source_ids,
                    ),
                ),
            ),
        ),
        alt=words(
            "placebo-alt",
            "全国：{n} 个假设起始年的差之差与真实起始年 {e} 并列，{k} 个一样大或更大。",
            "China: differences at {n} false starts beside the true one of {e}; {k} as large or larger.",
            n=n,
            k=k,
            e=page.effect("all"),
        ),
    )


def power_rows(page: Pilots, lang: str) -> pd.DataFrame:
    """What is plausible beside what could be seen, per cent of doctors, as charts.bars takes it."""
    i = 0 if lang == "zh" else 1
    heads = (
        ("合理的大小（宽松假设）", "能看出的最小效应")
        if lang == "zh"
        else ("Plausible size (generous)", "Smallest visible effect")
    )
    each = "首批项目全部到位" if lang == "zh" else "all projects of the first batch"
    seen = [
        {
            "label": COMPARISONS[k][i],
            "value": page.mde(k).value,
            "text": page.mde(k).text(lang),
            "group": heads[1],
            "highlight": False,
        }
        for k in page.detectable
        if not k.startswith("nurses")
    ]
    return pd.DataFrame(
        [
            {
                "label": each,
                "value": page.plausible.value,
                "text": page.plausible.text(lang),
                "group": heads[0],
                "highlight": False,
            },
            *seen,
        ]
    )


def verdict(page: Pilots, drawing) -> Finding:
    """What is plausible against what could be seen; the question is answered only when the first reaches the second."""
    best = page.mde(page.smallest)
    if page.answerable:
        headline = words(
            "verdict",
            "宽松假设下合理的效应 {a} 达到能看出的 {b}",
            "The plausible effect, {a}, reaches the visible one, {b}",
            a=page.plausible,
            b=best,
        )
    else:
        headline = words(
            "verdict",
            "用各省总数回答不了：合理的效应至多 {a}，能看出的至少 {b}",
            "Not answerable with province totals: at most {a} is plausible, at least {b} is visible",
            a=page.plausible,
            b=best,
        )
    frame = pd.DataFrame(
        {
            "what": ["合理的大小（宽松假设）", *(f"能看出：{COMPARISONS[k][0]}" for k in page.detectable)],
            "what_en": [
                "plausible size (generous)",
                *(f"visible: {COMPARISONS[k][1]}" for k in page.detectable),
            ],
            "value": [page.plausible, *(page.mde(k) for k in page.detectable)],
        }
    )
    return Finding(
        "verdict",
        headline,
        words(
            "verdict-sub",
            "占七个试点省医师数的百分比",
            "Per cent of the doctors of the seven pilot provinces",
        ),
        sentences=(
            Sentence(
                "answer",
                "首批试点是否引来医师，用各省总数回答不了：有意取大的假设下，七个试点省的医师至多多出 {a}，而最有利的比较也要多出 {b} 才看得出来。",
                "Whether the first pilots drew doctors cannot be told from province totals: under a deliberately generous assumption the seven pilot provinces gain {a} at most, and the most favourable comparison sees {b} at least.",
                {"a": page.plausible, "b": best},
                (
                    needs(
                        not page.answerable,
                        "合理的效应达到能看出的大小，但对照受影响，仍只作描述。",
                        "The plausible effect reaches the visible one, but the controls are touched: this stays a description.",
                    ),
                ),
                brief=3,
            ),
            words(
                "plausible",
                "首批 {n}项目，假设每个项目一下子从省外引来 {m} 名医师（有意取大），合计为七省医师 {d}的 {a}。",
                "The first batch had {n} projects; if each drew {m} doctors from outside at once (deliberately generous), together they are {a} of the seven provinces' {d} doctors.",
                n=page.projects,
                m=assumed(f"{PER_PROJECT:,}"),
                a=page.plausible,
                d=page.doctors,
            ),
            words(
                "break-even",
                "要在最有利的比较中看得出来，每个项目须引来医师约 {x}。",
                "To be visible in the most favourable comparison each project would have to draw about {x} doctors.",
                x=page.per_project,
            ),
        ),
        note=words(
            "verdict-note",
            "看不出来不等于没有：这里只说明数据够不够细。",
            "Not visible does not mean absent: this says only whether the data are fine enough.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "power",
                ("合理的效应与能看出的最小效应", "Plausible effect and smallest visible effects"),
                frame,
                (
                    Column("what", ("项目", "Item"), "text"),
                    Column(
                        "value",
                        ("占医师数", "Share of doctors"),
                        "percent",
                        source_ids=page.origin.source_ids,
                    ),
                ),
            ),
        ),
        alt=words(
            "verdict-alt",
            "全国：宽松假设下合理的效应 {a}，最有利的比较能看出的最小效应 {b}。",
            "China: plausible effect under a generous assumption {a}, smallest effect visible in the most favourable comparison {b}.",
            a=page.plausible,
            b=best,
        ),
    )


def allows(page: Pilots) -> Finding:
    """What this allows to say."""
    return Finding(
        "allows",
        words("allows", "这一页允许说什么", "What this page allows to say"),
        sentences=(
            words(
                "can",
                "可以说：用各省总数，试点省与其他省医师密度的变动差为 {e}，任选七省也常见这样的差（p {p}）。"
                if page.tests["all"].p > 0.05
                else "可以说：用各省总数，试点省与其他省医师密度的变动差为 {e}（p {p}），但不含有跳变的省份为 {f}。",
                "One can say: in province totals the change of doctor density differed by {e} between pilots and others, as happens often with any seven provinces (p {p})."
                if page.tests["all"].p > 0.05
                else "One can say: in province totals the change of doctor density differed by {e} between pilots and others (p {p}), but by {f} without flagged jumps.",
                e=page.effect("all"),
                p=page.p("all"),
                f=page.effect("no_jumps"),
            ),
            Sentence(
                "cannot",
                "不能说试点引来了人，也不能说没有引来。",
                "One can say neither that the pilots drew people nor that they did not.",
                {},
                (
                    needs(
                        not page.answerable,
                        "合理的效应达到能看出的大小，但对照受影响，仍只作描述。",
                        "The plausible effect is large enough to be seen, but the controls were touched; this stays a description.",
                    ),
                ),
            ),
            words(
                "teach",
                "这一页的用处在于先问数据能看出多大的效应，再问有没有效应。",
                "The use of this page is to ask first how large an effect the data could show, and only then whether there is one.",
            ),
        ),
        states=(
            State(
                "E1",
                ("第八个试点省没有找到出处", "The eighth pilot province has no source"),
                ("首批试点省份的完整名单", "The full list of the first pilot provinces"),
            ),
            State(
                "E1",
                (
                    "没有项目医院及其同级医院逐年的医师数",
                    "No yearly doctors of project hospitals and of comparable hospitals",
                ),
                ("医院层面的逐年人员数和进出登记", "Hospital staff by year with arrivals and departures"),
            ),
            State(
                "E7",
                ("窗口之后对照省也有了项目", "After the window the control provinces had projects too"),
                (
                    "各项目的开始日期，以分批推开的设计比较",
                    "Starting dates of all projects, compared in a staggered design",
                ),
            ),
        ),
    )
