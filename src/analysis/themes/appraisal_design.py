"""Appraisal design: what a score rule rewards. The national framework as it is listed; caps, floors and bonuses with assumed values.

Rows: measures on appraisal of a place (all places in the national edition), the list of assessed indicators, grade bands. No document
prints the parameters of a rule: every value of floor, cap and bonus is an assumption and is printed as one; no number on such a rule is
a finding about a hospital.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis import catalog, tables
from analysis.errors import refuse
from analysis.facts import Fact, State, derived
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, name, needs, words, year
from analysis.themes import held
from analysis.themes import statements as of

ABOUT = ("考核办法", "rules of appraisal")
PLACES = ("360100", "371400")
TIERS, DIMENSIONS = "performance_tiers", "performance_dimensions"
DIMENSION = {
    "医疗质量": "quality",
    "运营效率": "efficiency",
    "持续发展": "development",
    "满意度评价": "satisfaction",
}
DIRECTION = ("higher", "lower", "monitor", "qualitative")
LEVEL = {"功能定位": "positioning", "质量安全": "safety", "合理用药": "medication", "服务流程": "process", "资源效率": "resource_efficiency", "收支结构": "income", "费用控制": "cost_control",
         "经济管理": "management", "人员结构": "staff", "人才培养": "training", "学科建设": "disciplines", "信用建设": "credit", "患者满意度": "patients", "医务人员满意度": "staff_satisfaction"}  # fmt: skip
READ_FROM = {
    "病案首页": "record",
    "医院填报": "hospital",
    "财务年报表": "accounts",
    "国家或省级平台": "platform",
    "满意度调查平台": "survey",
}
LOWEST, HIGHEST, UNITS = 50.0, 100.0, 51  # evenly spaced notional departments: assumed
PARTS = {"none": (("不调整", "No rule"), ()), "floor": (("只托低", "Floor only"), ("floor",)), "cap": (("只限高", "Cap only"), ("cap",)), "bonus": (("只扶优", "Bonus only"), ("bonus_from", "bonus")),
         "all": (("三项都用", "All three"), ("floor", "cap", "bonus_from", "bonus"))}  # fmt: skip


@dataclass(frozen=True)
class Appraisal(held.Subject):
    """A place (000000: all places): its measures on appraisal, its statements, the listed indicators and the grade bands."""

    measures: pd.DataFrame
    statements: of.Statements | None
    framework: pd.DataFrame
    bands: pd.DataFrame


def coverage() -> dict[str, dict | None]:
    """The nation and the two hospitals whose rules are described; a reason for the other places that the documents deal with."""
    described = set(tables.read("measures", theme="evaluation")["region_code"])
    other = {
        "code": "E3",
        "zh": "文件提到考核评价，没有说明计分办法",
        "en": "The documents mention appraisal without saying how scores are formed",
    }
    silent = {
        "code": "E1",
        "zh": "文件涉及该地，未提及考核办法",
        "en": "The documents deal with the place and do not mention rules of appraisal",
    }
    found = {
        code: other if code in described else silent
        for code in sorted(held.mentioned())
        if code in catalog.regions() and catalog.region(code).level in ("province", "city")
    }
    return found | {catalog.NATION: None} | {code: None for code in PLACES}


def load(region_code: str, as_of: str = "") -> Appraisal:
    """What is known of a place's appraisal. Raises MethodError where no measure describes any."""
    code = catalog.region(region_code).code
    measures = (
        tables.read("measures", theme="evaluation")
        if code == catalog.NATION
        else tables.read("measures", theme="evaluation", region_code=code)
    )
    measures = held.published(measures, as_of).reset_index(drop=True)
    if measures.empty:
        raise refuse(
            "appraisal_design.load",
            f"no measure on appraisal for {code}",
            "at least one",
            "see coverage() for the places that have a page",
        )
    numbered = tables.read("observations", region_code=code, theme="evaluation")
    framework = tables.read("assessment_framework").sort_values("no", ignore_index=True)
    bands = tables.read("assessment_bands")
    framework, bands = (
        t.assign(row=[f"{kind}:{k}" for k in t[key]])
        for t, kind, key in (
            (framework, "assessment_framework", "no"),
            (bands.assign(key=bands["category"] + ":" + bands["grade"]), "assessment_bands", "key"),
        )
    )
    return Appraisal(
        code, measures, of.Statements(code, numbered) if len(numbered) else None, framework, bands
    )


def _listed(a: Appraisal, rows: pd.DataFrame, zh: str, en: str, unit: str = "项") -> Fact:
    return held.count(rows, "row", (zh, en), whole=a.framework, unit=unit)


def rules(a: Appraisal) -> Finding:
    """What is said on the rule, in our own words; parameters are not printed."""
    m = a.measures
    n = held.count(m, "measure_id", ("考核评价的做法", "measures on appraisal"), whole=m)
    shown = held.both(
        m.to_dict("records"),
        who=lambda r: held.named(r["institution_id"], r["institution"], r["region_code"]),
        what=lambda r: (r["paraphrase_zh"], r["paraphrase_en"]),
        status=lambda r: held.term(f"measure_{r['status']}"),
    )
    sentences, facts = [], {}
    values = {
        "place": a.place,
        "n": n,
        "who": held.named(*m.iloc[0][["institution_id", "institution", "region_code"]]),
    }
    if a.statements is not None and a.statements.all_of(TIERS, DIMENSIONS):
        tiers, dims = a.statements.fact(TIERS), a.statements.fact(DIMENSIONS)
        cells = derived(
            tiers.value * dims.value,
            (f"{a.place[0]}分层乘维度的格数", f"{a.place[1]}, groups times dimensions"),
            ("分层数 × 维度数", "groups × dimensions"),
            inputs=(tiers, dims),
            style="count",
            unit="格",
        )
        facts = values | {"t": tiers, "d": dims, "c": cells, "who": a.statements.who(TIERS)}
        share = derived(
            1 / dims.value,
            (f"{a.place[0]}等权时每一维的权重", f"{a.place[1]}, weight of a dimension if all weigh the same"),
            ("1 ÷ 维度数", "1 ÷ dimensions"),
            inputs=(dims,),
            style="ratio",
        )
        sentences.append(
            Sentence(
                "cells",
                "{who}把人员分为 {t}层次、从 {d}维度考核，要定 {c}指标和权重；一个也没有公布。若各维等权（假定），在一维上多得一分，总分只多 {s} 分。",
                "{who} appraises {t} groups of staff on {d} dimensions, which takes {c} sets of measures and weights; none is published. If dimensions weigh the same (assumed), one more point on one of them adds {s} points to the total.",
                facts | {"s": share},
                brief=1,
            )
        )
        headline = Sentence(
            "rules",
            "{who}的考核有 {t}层次、{d}维度，{c}的指标和权重都没有公布",
            "{who}: {t} groups and {d} dimensions of appraisal; measures and weights of the {c} cells are not published",
            facts,
        )
    elif a.is_nation:
        places = held.count(
            m,
            "measure_id",
            ("提到考核评价的地方", "places that mention appraisal"),
            whole=m,
            of="region_code",
            unit="地",
        )
        headline = Sentence(
            "rules",
            "{n}考核做法出自 {k}，没有一项公布计分参数",
            "Measures on appraisal: {n}, places: {k}; no parameter of scoring is published",
            values | {"k": places},
        )
        sentences.append(
            words(
                "national",
                "提到考核的地方各写各的做法：按月、按年、按科室、按项目；没有提及不等于没有。",
                "Places that mention appraisal each describe it in their way: by month, year, department or project. Not mentioned does not mean absent.",
            )
        )
    else:
        headline = Sentence(
            "rules",
            "{who}写出 {n}考核做法，月考与年考的权重、封顶线和托底线都没有公布",
            "{who}: {n} measures on appraisal; weights of monthly and yearly review, cap and floor are not published",
            values,
        )
        sentences.append(
            Sentence(
                "described",
                "{who}的考核做法有 {n}：按月看效率和质量，按年看医教研，并对科室得分扶优、限高、托低；线划在哪里、奖多少没有公布。",
                "{who}, measures on appraisal: {n}. Efficiency and quality by month, care, teaching and research by year, with department scores rewarded at the top, capped and lifted; where the lines lie and how large the reward is are not published.",
                values,
                brief=1,
            )
        )
    return Finding(
        "rules",
        headline,
        words(
            "rules-sub",
            "一行一项做法，用本项目自己的话概括",
            "One row a measure, in this project's own words",
        ),
        sentences=tuple(sentences),
        tables=(
            Table(
                "rules",
                ("考核评价的做法，一行一项", "Measures on appraisal, one row each"),
                shown,
                (
                    Column("who", ("单位", "Institution"), "name"),
                    Column("what", ("做法", "Measure"), "text"),
                    Column("status", ("状态", "Status"), "text"),
                ),
            ),
        ),
        states=(
            State(
                "E3",
                (
                    "考核只有做法描述，没有计分参数",
                    "Appraisal is described without the parameters of scoring",
                ),
                (
                    "需要考核方案文本：指标、权重、封顶和托底线",
                    "The text of the scheme would settle it: measures, weights, cap and floor",
                ),
            ),
        ),
    )


def framework_drawing(matrix: Callable, a: Appraisal, lang: str):
    """Dimension by direction, all and national ones, drawn by charts.matrix."""
    f = a.framework
    cells = [
        {
            "row": d,
            "column": w,
            "text": f"{len(part)} / {int(part['national_monitoring'].sum())}",
            "kind": "actual",
        }
        for (d, w), part in f.groupby(["dimension", "direction"])
    ]
    return matrix(
        {zh: catalog.term(f"assessed_dimension_{k}", lang) for zh, k in DIMENSION.items()},
        {w: catalog.term(f"assessed_direction_{w}", lang) for w in DIRECTION},
        pd.DataFrame(cells),
        lang=lang,
    )


def framework(a: Appraisal, drawing) -> Finding:
    """The listed indicators by dimension, direction and national flag. drawing: framework_drawing."""
    f = a.framework
    n, k = (
        _listed(a, f, "监测指标", "indicators listed"),
        _listed(a, f[f["national_monitoring"]], "国家监测指标", "national indicators"),
    )
    by = {
        w: _listed(
            a,
            f[f["direction"] == w],
            f"方向为{held.term(f'assessed_direction_{w}')[0]}的指标",
            f"indicators: {held.term(f'assessed_direction_{w}')[1]}",
        )
        for w in DIRECTION
    }
    hospital = _listed(
        a,
        f[f["data_source"] == "医院填报"],
        "由医院自己填报的指标",
        "indicators reported by the hospital itself",
    )
    most = f["dimension"].value_counts().idxmax()
    top = _listed(a, f[f["dimension"] == most], "指标最多的维度", "indicators of the largest dimension")
    values = {
        "n": n,
        "k": k,
        "u": by["higher"],
        "d": by["lower"],
        "m": by["monitor"],
        "q": by["qualitative"],
        "h": hospital,
        "most": held.term(f"assessed_dimension_{DIMENSION[most]}"),
        "t": top,
        "place": a.place,
    }
    priority = 5 if a.is_nation else 0  # about the nation's list, not about the place
    parts = []
    for zh, key in DIMENSION.items():
        part = f[f["dimension"] == zh]
        shown = held.both(
            part.to_dict("records"),
            indicator=lambda r: held.term(f"assessed_indicator_{int(r['no']):02d}"),
            level=lambda r: held.term(f"assessed_level_{LEVEL[r['second_level']]}"),
            direction=lambda r: held.term(f"assessed_direction_{r['direction']}"),
            national=lambda r: ("国家监测", "national") if r["national_monitoring"] else ("", ""),
            read=lambda r: held.term(f"assessed_source_{READ_FROM[r['data_source']]}"),
        ).assign(no=part["no_printed"].tolist())
        title = held.term(f"assessed_dimension_{key}")
        parts.append(
            Table(
                f"framework_{key}",
                (f"{title[0]}，一行一项指标", f"{title[1]}, one row an indicator"),
                shown.assign(no=shown["no"].str.replace("增", "+")),
                (
                    Column("no", ("序号", "No."), "code"),
                    Column("indicator", ("指标", "Indicator"), "name"),
                    Column("level", ("二级指标", "Second level"), "text"),
                    Column("direction", ("导向", "Direction"), "text"),
                    Column("national", ("国家监测", "National"), "text"),
                    Column("read", ("数据来源", "Read from"), "text"),
                ),
            )
        )
    return Finding(
        "framework",
        Sentence(
            "framework",
            "{n}监测指标中 {k}为国家监测，{u}要求提高、{d}要求降低，其余 {m}只监测比较、{q}要求完善",
            "Of {n} listed indicators {k} are national; {u} should rise, {d} should fall, {m} are monitored only, {q} are to be perfected",
            values,
        ),
        words(
            "framework-sub",
            "维度与导向交叉的指标数：全部 / 国家监测",
            "Indicators by dimension and direction: all / national",
        ),
        sentences=(
            Sentence(
                "largest",
                "指标最多的维度是{most}（{t}）；{h}由医院自己填报。",
                "The largest dimension is {most} ({t}); reported by the hospital itself: {h}.",
                values,
            ),
            Sentence(
                "framework-brief",
                "三级公立医院的监测指标 {n}，国家监测 {k}；只监测比较的 {m}没有规定方向，不能当作越多越好或越少越好来打分。",
                "Listed indicators for tertiary public hospitals: {n}, national: {k}. For the {m} monitored ones no direction is set: they cannot be scored as the more or the fewer the better.",
                values,
                brief=priority,
            ),
        ),
        note=words(
            "framework-note",
            "名录读自公开的申请材料，国家监测项数与官方一致，为 {g} 级证据；英文名为本项目所译。",
            "The list was read in a public application; the number of national indicators agrees with the official one; evidence grade {g}. English names are this project's.",
            g=name(str(f["source_grade"].max())),
        ),
        drawing=drawing,
        tables=tuple(parts),
        alt=Sentence(
            "framework-alt",
            "{place}：四个维度乘四种导向的格子图，共 {n}指标，{k}为国家监测，指标最多的维度是{most}（{t}）。",
            "{place}: grid of four dimensions by four directions, {n} indicators, {k} national; the largest dimension is {most} ({t}).",
            values,
        ),
    )


def departments() -> pd.Series:
    """Raw scores of evenly spaced notional departments: an assumption that stands for no hospital."""
    return pd.Series(np.linspace(LOWEST, HIGHEST, UNITS))


def _as_text(rule: Mapping[str, float]) -> dict:
    return {key: assumed(f"{value:g}") for key, value in rule.items()} | {
        "lo": assumed(f"{LOWEST:g}"),
        "hi": assumed(f"{HIGHEST:g}"),
        "units": assumed(str(UNITS)),
    }


def axes(lang: str) -> dict[str, str]:
    """Titles of the axes of charts.curve for the mapping."""
    return {
        "x_label": ("原始得分（假定）", "raw score (assumed)")[lang == "en"],
        "y_label": ("计入得分", "credited score")[lang == "en"],
    }


def marks(rule: Mapping[str, float], lang: str) -> pd.DataFrame:
    """Where the rule bends, for charts.curve."""
    heads = {"floor": ("托低线", "floor"), "cap": ("限高线", "cap"), "bonus_from": ("扶优起点", "bonus from")}
    return pd.DataFrame(
        [
            {"x": rule[key], "label": f"{head[lang == 'en']} {rule[key]:g}", "kind": "threshold"}
            for key, head in heads.items()
        ]
    )


def mapping(
    a: Appraisal, scores: pd.Series, after: pd.Series, worth: pd.Series, rule: Mapping[str, float], drawing
) -> Finding:
    """What the next point is worth. after: scoring.credited; worth: scoring.next_point; drawing: charts.curve."""
    idle = f"{(worth == 0).mean():.0%}"
    values = _as_text(rule) | {"place": a.place, "idle": assumed(idle), "jump": assumed(f"{worth.max():g}")}
    table = pd.DataFrame(
        {
            "raw": [f"{v:g}" for v in scores],
            "credited": [f"{v:g}" for v in after],
            "worth": [f"{v:g}" for v in worth],
        }
    )
    return Finding(
        "mapping",
        Sentence(
            "mapping",
            "假定托低 {floor}、限高 {cap}、过 {bonus_from} 奖 {bonus}：{idle} 的科室再努力一分也不加分",
            "Assume a floor of {floor}, a cap of {cap} and a bonus of {bonus} from {bonus_from}: for {idle} of departments one more point adds nothing",
            values,
        ),
        words(
            "mapping-sub",
            "原始得分与计入得分；全部数值为假定，不是任何医院的参数",
            "Raw and credited score; every value is assumed and belongs to no hospital",
        ),
        sentences=(
            Sentence(
                "idle",
                "托低线以下和限高线以上，边际激励为零；在扶优起点前一分，再得一分值 {jump} 分。激励集中在一个点上，而不在最需要改进的科室。",
                "Below the floor and above the cap the marginal incentive is zero; one point short of the bonus the next point is worth {jump}. The incentive sits at a notch, not where improvement is needed most.",
                values,
                (
                    needs(
                        worth.max() > 1,
                        "托低线以下和限高线以上，边际激励为零；没有奖励的跳点。",
                        "Below the floor and above the cap the marginal incentive is zero; there is no notch with a bonus.",
                    ),
                ),
            ),
            Sentence(
                "values",
                "{units} 个虚拟科室，原始得分在 {lo} 到 {hi} 之间等距；换参数格里的数就换一张图。",
                "{units} notional departments, raw scores evenly spaced from {lo} to {hi}; other values in the parameters cell make another drawing.",
                values,
            ),
        ),
        note=words(
            "mapping-note",
            "这是规则的算术，不是对{place}的描述：文件没有公布任何封顶、托底和奖励的数值。",
            "This is the arithmetic of a rule and describes nothing in {place}: the documents publish no cap, floor or bonus.",
            place=a.place,
        ),
        drawing=drawing,
        tables=(
            Table(
                "mapping",
                (
                    "虚拟科室的得分，一行一个（假定）",
                    "Scores of notional departments, one row each (assumed)",
                ),
                table,
                (
                    Column("raw", ("原始得分", "Raw score"), "code"),
                    Column("credited", ("计入得分", "Credited"), "code"),
                    Column("worth", ("再得一分值", "Worth of the next point"), "code"),
                ),
            ),
        ),
        alt=Sentence(
            "mapping-alt",
            "{place}：原始得分到计入得分的折线，假定托低 {floor}、限高 {cap}、奖 {bonus}；{idle} 的科室再得一分不加分。",
            "{place}: line from raw to credited score, assumed floor {floor}, cap {cap}, bonus {bonus}; for {idle} of departments the next point adds nothing.",
            values,
        ),
    )


def designs(scores: pd.Series, rule: Mapping[str, float], method: Callable[..., pd.Series]) -> pd.DataFrame:
    """Effects of each part of the rule alone and of all: one row a design, columns of scoring.effects. method: scoring.effects."""
    return pd.DataFrame(
        {key: method(scores, **{k: rule[k] for k in keys}) for key, (_, keys) in PARTS.items()}
    ).T


def design_rows(found: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Share of pairs that become equal, per cent, by design, as charts.bars takes it."""
    return pd.DataFrame(
        [
            {
                "label": PARTS[key][0][lang == "en"],
                "value": row["tied"] * 100,
                "text": f"{row['tied'] * 100:.1f}%",
                "highlight": key == "all",
            }
            for key, row in found.iterrows()
        ]
    )


def ranks(a: Appraisal, found: pd.DataFrame, rule: Mapping[str, float], drawing) -> Finding:
    """What the rule does to ranks. found: designs; drawing: charts.bars of design_rows."""
    every = found.loc["all"]
    values = _as_text(rule) | {
        "place": a.place,
        "tied": assumed(f"{every['tied']:.1%}"),
        "tau": assumed(f"{every['kendall_tau']:.2f}"),
        "variance": assumed(f"{every['variance']:.0%}"),
        "bonus_tied": assumed(f"{found.at['bonus', 'tied']:.1%}"),
    }
    shown = pd.DataFrame(
        {
            "design": [PARTS[k][0][0] for k in found.index],
            "design_en": [PARTS[k][0][1] for k in found.index],
            "tied": [f"{v:.1%}" for v in found["tied"]],
            "tau": [f"{v:.3f}" for v in found["kendall_tau"]],
            "variance": [f"{v:.0%}" for v in found["variance"]],
            "idle": [f"{v:.0%}" for v in found["idle"]],
        }
    )
    return Finding(
        "ranks",
        Sentence(
            "ranks",
            "假定的规则之下，{tied} 的科室两两之间从有先后变成并列",
            "Under the assumed rule {tied} of pairs of departments that differed become equal",
            values,
        ),
        words(
            "ranks-sub",
            "变成并列的科室对占比，按规则的组成；全部为假定值",
            "Share of pairs that become equal, by parts of the rule; every value is assumed",
        ),
        sentences=(
            Sentence(
                "tau",
                "次序不会颠倒，但会变粗：前后次序的一致程度（Kendall τ-b）为 {tau}，得分方差为原来的 {variance}。",
                "Order is never reversed but becomes coarser: Kendall's tau-b with the raw order is {tau}, and the variance of scores {variance} of the raw one.",
                values,
            ),
            Sentence(
                "parts",
                "并列来自托低和限高；只扶优时并列占 {bonus_tied}。公平感和区分度此消彼长，取舍要由医院说明。",
                "Equal scores come from floor and cap; with the bonus alone they make up {bonus_tied}. Fairness and distinction trade off; the choice is for the hospital to state.",
                values,
            ),
        ),
        note=words(
            "ranks-note",
            "等距的虚拟科室；真实得分越集中在两端，并列越多。",
            "Evenly spaced notional departments; the more real scores gather at both ends, the more become equal.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "designs",
                (
                    "规则的组成与效果，一行一种（假定）",
                    "Parts of the rule and what they do, one row each (assumed)",
                ),
                shown,
                (
                    Column("design", ("规则", "Rule"), "name"),
                    Column("tied", ("变成并列", "Become equal"), "code"),
                    Column("tau", ("Kendall τ-b", "Kendall's tau-b"), "code"),
                    Column("variance", ("方差比", "Variance left"), "code"),
                    Column("idle", ("再得一分不加分", "Next point adds nothing"), "code"),
                ),
            ),
        ),
        alt=Sentence(
            "ranks-alt",
            "{place}：五种规则下变成并列的科室对占比的横条，三项都用为 {tied}，只扶优为 {bonus_tied}。",
            "{place}: bars of pairs that become equal under five rules; all three {tied}, bonus alone {bonus_tied}.",
            values,
        ),
    )


def cuts(a: Appraisal, category: str) -> dict[str, float]:
    """Grade -> upper percentile of a category's printed bands, best first."""
    rows = a.bands[(a.bands["category"] == category) & a.bands["pct_to"].notna()].sort_values("pct_to")
    return dict(zip(rows["grade"], rows["pct_to"].astype(float), strict=True))


def places() -> pd.Series:
    """Percentile places from first to last, one a point of the step line; the index is the place."""
    at = np.arange(0.0, 100.5, 0.5)
    return pd.Series(at, index=at)


def band_curve(grades: pd.Series, limits: Mapping[str, float]) -> tuple[list[float], list[float]]:
    """Percentile place and ordinal of the grade (best highest), for charts.curve. grades: scoring.band."""
    order = {grade: len(limits) - k for k, grade in enumerate(limits)}
    return grades.index.tolist(), [order.get(g, 0) for g in grades]


def band_marks(limits: Mapping[str, float]) -> pd.DataFrame:
    """The cuts between grades, for charts.curve."""
    grades = list(limits)
    return pd.DataFrame(
        [{"x": limits[a], "label": f"{a}|{b}", "kind": "threshold"} for a, b in pairwise(grades)]
    )


def band_axes(lang: str) -> dict[str, str]:
    return {
        "x_label": ("百分位次（零为最前）", "percentile place (zero is first)")[lang == "en"],
        "y_label": ("等级次序", "order of the grade")[lang == "en"],
    }


def bands(a: Appraisal, limits: Mapping[str, float], category: str, drawing) -> Finding:
    """Grades by percentile as a score rule. limits: cuts; drawing: charts.curve of band_curve."""
    rows = a.bands[(a.bands["category"] == category) & a.bands["pct_to"].notna()].sort_values("pct_to")
    width = (rows["pct_to"] - rows["pct_from"]).astype(float)
    wide = rows.loc[width.idxmax()]
    fact = derived(
        float(width.max()),
        (f"{wide['grade']} 档的宽度", f"width of grade {wide['grade']}"),
        ("上限 − 下限", "upper − lower limit"),
        origin=held.origin(rows[rows["grade"] == wide["grade"]], "row"),
        style="number",
        decimals=0,
    )
    n = derived(
        len(rows),
        ("等级数", "grades"),
        held.COUNTED,
        origin=held.origin(rows, "row"),
        style="count",
        unit="档",
    )
    shown = pd.DataFrame(
        {
            "grade": rows["grade"].tolist(),
            "from": rows["pct_from"].astype(float).tolist(),
            "to": rows["pct_to"].astype(float).tolist(),
        }
    )
    values = {"n": n, "g": name(wide["grade"]), "w": fact, "y": year(str(wide["years"])), "place": a.place}
    number = dict(style="number", decimals=0, source_ids=held.sources(rows))
    return Finding(
        "bands",
        Sentence(
            "bands",
            "中医医院的 {n}等级中，{g} 一档宽 {w} 个百分位，在档内前进看不出来",
            "Hospitals of Chinese medicine: of {n} grades, {g} spans {w} percentiles; progress inside it is invisible",
            values,
        ),
        words(
            "bands-sub",
            "百分位次与等级；虚线为档与档的界线",
            "Percentile place and grade; dashed lines are the cuts",
        ),
        sentences=(
            Sentence(
                "notch",
                "分档公布与托低限高是同一类规则：界线附近一步值一档，档内走多远都不变。{y} 年的这套界线是已公布的，不是假定。",
                "Publishing grades is a rule of the same kind as floor and cap: near a cut one step is worth a grade, inside a grade any distance is worth nothing. These cuts ({y}) are published, not assumed.",
                values,
            ),
            words(
                "general",
                "综合医院只公布了前面几档的界线，其余没有公布，所以这里不画。",
                "For general hospitals only the cuts of the first grades are published, so they are not drawn here.",
            ),
        ),
        note=words(
            "bands-note",
            "精确名次、百分位和等级是三种数，不互相换算。",
            "Exact rank, percentile and grade are three kinds of numbers and are not converted into each other.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "bands",
                ("等级的百分位界线，一行一档", "Percentile limits of grades, one row each"),
                shown,
                (
                    Column("grade", ("等级", "Grade"), "code"),
                    Column("from", ("起", "From"), **number),
                    Column("to", ("止", "To"), **number),
                ),
            ),
        ),
        alt=Sentence(
            "bands-alt",
            "{place}：等级随百分位次变化的阶梯线，共 {n}，最宽的是 {g}，宽 {w} 个百分位。",
            "{place}: step line of grade by percentile place, {n} grades; the widest is {g}, {w} percentiles.",
            values,
        ),
    )


def closing(a: Appraisal) -> Finding:
    """What is not known."""
    states = [
        State(
            "E1",
            (
                "没有科室得分，看不到规则实际改变了什么",
                "No department scores, so what the rule changed stays unseen",
            ),
            (
                "需要科室逐月原始得分和计入得分",
                "Raw and credited scores of departments by month would settle it",
            ),
        ),
        State(
            "E1",
            (
                "监测指标的权重和计分公式没有公布",
                "Weights and formulas of the listed indicators are not published",
            ),
            ("需要操作手册的计分部分", "The scoring part of the manual would settle it"),
        ),
    ]
    if not a.is_nation:
        states.append(
            State(
                "E7",
                (
                    "院内考核与国家监测不是一回事，不作比较",
                    "A hospital's own appraisal is not the national one; they are not compared",
                ),
                ("需要两者的指标对照", "A mapping of the measures of both would settle it"),
            )
        )
    return held.closing(states)
