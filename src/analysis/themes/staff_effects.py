"""Staff against hospital length of stay: the rows and specifications that the regional and the national notebook share.

Length of stay also fell by payment reform and other policy, so the sentences say association; what each specification allows is
decided by the checks (lead test, leave-one-out, few-cluster inference), never by the size of a coefficient alone. The national page
adds the ten-province panel of `staff_activity`. More than 300 lines because each sentence stands here in two languages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis import catalog, tables
from analysis.facts import Fact, Provenance, State, derived, provenance
from analysis.findings import Column, Finding, Table
from analysis.sentences import brief, words, year
from analysis.themes import held, panel, staff_activity

STAY = "hospital_stay_days"
STAFF = ("doctors", "nurses")
CONTROLS = ("gdp", "health_expenditure")
YEARS = (2014, 2023)
COVID = (2020, 2021, 2022)
LAGS = (1, 2, 3)


def read() -> pd.DataFrame:
    """Observations of stay, staff, controls and population, 31 provinces, 2014-2023."""
    return tables.read(
        "observations",
        source_id=panel.SOURCE,
        indicator=sorted({STAY, *STAFF, *CONTROLS, panel.POPULATION}),
        year=YEARS,
    )


def levels(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a province and year: stay (days), doctors and nurses per 1,000, gdp and health_expenditure per head, log_* of each, jump."""
    wide = rows.pivot(index=["region_code", "year"], columns="indicator", values="value").reset_index()
    out = wide[["region_code", "year"]].assign(year=wide["year"].astype(int), stay=wide[STAY])
    for k in STAFF:
        out[k] = wide[k] / wide[panel.POPULATION] * 1000
    for k in CONTROLS:
        out[k] = wide[k] / wide[panel.POPULATION]
    for k in ("stay", *STAFF, *CONTROLS):
        out[f"log_{k}"] = np.log(out[k].astype(float))
    jumps = rows[rows["indicator"].isin(STAFF) & rows["flags"].str.contains("jump")]
    flagged = set(zip(jumps["region_code"], jumps["year"].astype(int), strict=True))
    out["jump"] = [key in flagged for key in zip(out["region_code"], out["year"], strict=True)]
    return out.sort_values(["region_code", "year"], ignore_index=True)


def changes(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a province and year from the second year on: yearly log changes d_stay, d_doctors ..., and lags d_doctors_1 ... of staff."""
    table = levels(rows)
    by = table.groupby("region_code")
    for k in ("stay", *STAFF, *CONTROLS):
        table[f"d_{k}"] = by[f"log_{k}"].diff()
    for k in STAFF:
        for lag in LAGS:
            table[f"d_{k}_{lag}"] = table.groupby("region_code")[f"d_{k}"].shift(lag)
    return table[table["year"] > YEARS[0]].reset_index(drop=True)


# the base specification, as the estimators take it
DESIGN = {"outcome": "d_stay", "regressors": [f"d_{k}" for k in STAFF], "unit": "region_code", "time": "year"}
SPECIFICATIONS = {
    "base": ("年变动，医师和护士", "yearly changes, doctors and nurses"),
    "controls": ("加人均 GDP 和卫生支出", "with GDP and health spending per head"),
    "no_jumps": ("不含跳变的省年", "without flagged province-years"),
    "no_covid": ("不含 2020–2022 年", "without 2020–2022"),
    "lag_1": ("人员提前一年", "staff one year earlier"),
    "lag_2": ("人员提前两年", "staff two years earlier"),
    "lag_3": ("人员提前三年", "staff three years earlier"),
    "levels": ("水平值，双向固定效应", "levels, two-way fixed effects"),
}


def specifications(table: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, str, list[str]]]:
    """Specification -> (rows, outcome, regressors); the first regressor is always doctors. table: from `changes`."""
    base = DESIGN["regressors"]
    chosen = {
        "base": (table, "d_stay", base),
        "controls": (table, "d_stay", base + [f"d_{k}" for k in CONTROLS]),
        "no_jumps": (table[~table["jump"]], "d_stay", base),
        "no_covid": (table[~table["year"].isin(COVID)], "d_stay", base),
        "levels": (table, "log_stay", [f"log_{k}" for k in STAFF]),
    }
    for lag in LAGS:
        chosen[f"lag_{lag}"] = (
            table.dropna(subset=[f"d_doctors_{lag}"]),
            "d_stay",
            [f"d_{k}_{lag}" for k in STAFF],
        )
    return {key: chosen[key] for key in SPECIFICATIONS}


def leaving_out(table: pd.DataFrame, refit: Callable, estimate: Callable):
    """The base specification without each province in turn. table: from `changes`; refit, estimate: effects.leave_one_out, effects.panel."""
    return refit(lambda rows: estimate(rows, **DESIGN), table, unit=DESIGN["unit"])


def origin(rows: pd.DataFrame) -> Provenance:
    """What stands behind an estimate: every row read."""
    return provenance(rows)


GROUPS = {"doctors": ("医师", "Doctors"), "nurses": ("护士", "Nurses")}
LEVEL = 0.05
FIT_FORMULA = (
    "双向固定效应的弹性；区间为省聚类韦伯权重自助法",
    "elasticity, two-way fixed effects; interval by wild bootstrap with Webb weights over provinces",
)
LEAD_FORMULA = (
    "明年的人员不应“解释”今年的结果：联合 F 检验",
    "next year's staff must not explain this year's outcome: joint F test",
)
PATH_FORMULA = (
    "把各省人员变动的整条路径互换，系数至少这么大的份额",
    "share of exchanges of provinces' whole staff paths with a coefficient at least this large",
)


@dataclass(frozen=True)
class Effects:
    """A page. stay: (specification, staff) -> Estimate; checks: lead, lead_levels, without, paths; activity: (outcome, specification) -> Estimate.

    activity_checks: outcome -> (PathPermutation, JointTest). rows, ten: observations of the two panels.
    """

    rows: pd.DataFrame
    ten: pd.DataFrame
    stay: dict
    checks: dict
    activity: dict
    activity_checks: dict

    @cached_property
    def origin(self) -> Provenance:
        return provenance(self.rows)

    @cached_property
    def ten_origin(self) -> Provenance:
        return provenance(self.ten)

    def number(
        self, value: float | None, zh: str, en: str, formula: tuple[str, str], *, ten: bool = False, **how
    ) -> Fact:
        return derived(value, (zh, en), formula, origin=self.ten_origin if ten else self.origin, **how)

    def elasticity(self, key: tuple[str, str]) -> Fact:
        e, spec, staff = self.stay[key], SPECIFICATIONS[key[0]], GROUPS[key[1]]
        return self.number(
            e.estimate,
            f"住院日对{staff[0]}的弹性（{spec[0]}）",
            f"elasticity of stay to {staff[1].lower()} ({spec[1]})",
            FIT_FORMULA,
            style="ratio",
            decimals=3,
            signed=True,
        )

    def interval(self, key: tuple[str, str]) -> Fact:
        e, spec, staff = self.stay[key], SPECIFICATIONS[key[0]], GROUPS[key[1]]
        return self.number(
            None,
            f"住院日对{staff[0]}的弹性的区间（{spec[0]}）",
            f"interval of the elasticity of stay to {staff[1].lower()} ({spec[1]})",
            FIT_FORMULA,
            style="ratio",
            decimals=3,
            low=e.low,
            high=e.high,
            quantifier="interval",
            signed=True,
        )

    @property
    def holds_zero(self) -> list[str]:
        """Specifications whose interval for doctors holds zero."""
        return [s for s in SPECIFICATIONS if self.stay[s, "doctors"].low <= 0 <= self.stay[s, "doctors"].high]

    @property
    def firm(self) -> bool:
        """Whether every check passes: no interval with zero, one sign, leave-one-out of one sign, exchanged paths, a lead test that does not object."""
        signs = {np.sign(self.stay[s, "doctors"].estimate) for s in SPECIFICATIONS}
        low, high = float(self.checks["without"].low.iloc[0]), float(self.checks["without"].high.iloc[0])
        return (
            not self.holds_zero
            and len(signs) == 1
            and low * high > 0
            and self.checks["paths"].p < LEVEL <= self.checks["lead"].p
        )

    @property
    def firm_activity(self) -> list[str]:
        """Outcomes of the ten provinces for which Webb interval, path permutation and lead test agree on an association."""
        return [
            k
            for k in staff_activity.OUTCOMES
            if not self.activity[k, "base"].low <= 0 <= self.activity[k, "base"].high
            and self.activity_checks[k][0].p < LEVEL <= self.activity_checks[k][1].p
        ]


def coverage() -> dict[str, dict | None]:
    """The nation alone; a province's part stands on its page of talent inflow."""
    return {catalog.NATION: None}


def load(rows: pd.DataFrame, ten: pd.DataFrame, **results) -> Effects:
    """The page's view; ``results`` holds stay, checks, activity and activity_checks."""
    return Effects(rows, ten, **results)


def data(page: Effects) -> Finding:
    """The two panels: provinces, years, cells."""
    frame = pd.DataFrame(
        [
            {
                "name": "全部省份：住院日、医师、护士、人均 GDP 和卫生支出",
                "name_en": "all provinces: stay, doctors, nurses, GDP and health spending per head",
                "provinces": page.rows["region_code"].nunique(),
                "first": str(YEARS[0]),
                "last": str(YEARS[1]),
                "cells": len(page.rows),
            },
            {
                "name": "年鉴十省：诊疗、入院、病床使用率、费用和医院人员",
                "name_en": "ten yearbook provinces: visits, admissions, bed use, fees and hospital staff",
                "provinces": page.ten["region_code"].nunique(),
                "first": str(staff_activity.YEARS[0]),
                "last": str(staff_activity.YEARS[1]),
                "cells": len(page.ten),
            },
        ]
    )
    source = tuple(sorted({*page.origin.source_ids, *page.ten_origin.source_ids}))
    count = dict(style="number", formula=("计数", "count"), source_ids=source)
    names = held.joined(map(held.place, sorted(set(page.ten["region_code"]))))
    absent = held.joined(held.place(c) for c in ("140000", "320000") if c not in set(page.ten["region_code"]))
    a, b = (
        page.number(n, zh, en, ("计数", "count of rows"), ten=ten)
        for n, zh, en, ten in (
            (len(page.rows), "全部省份面板的数据格", "cells of the panel of all provinces", False),
            (len(page.ten), "十省面板的数据格", "cells of the ten-province panel", True),
        )
    )
    return Finding(
        "data",
        words(
            "data",
            "两个面板：全部省份 {a} 格，年鉴十省 {b} 格",
            "Two panels: {a} cells of all provinces, {b} of ten yearbook provinces",
            a=a,
            b=b,
        ),
        sentences=(
            words(
                "ten",
                "十省为{names}。{absent}等其他省不在诊疗和费用的面板里。",
                "The ten are {names}. {absent}, like the others, are not in the panel of visits and fees.",
                names=tuple(names),
                absent=tuple(absent),
            )
            if absent[0]
            else words(
                "ten",
                "十省为{names}。其他省不在诊疗和费用的面板里。",
                "The ten are {names}. The others are not in the panel of visits and fees.",
                names=tuple(names),
            ),
        ),
        tables=(
            Table(
                "panels",
                ("两个面板的省数、年份和数据格数", "Provinces, years and cells of the two panels"),
                frame,
                (
                    Column("name", ("面板", "Panel"), "text"),
                    Column("provinces", ("省数", "Provinces"), **count),
                    Column("first", ("起", "From"), "year"),
                    Column("last", ("止", "To"), "year"),
                    Column("cells", ("数据格", "Cells"), **count),
                ),
            ),
        ),
    )


def stay_rows(page: Effects, lang: str) -> pd.DataFrame:
    """One row a staff group and specification as charts.coefficients takes it."""
    i = 0 if lang == "zh" else 1
    return pd.DataFrame(
        [
            {
                "group": GROUPS[staff][i],
                "label": SPECIFICATIONS[spec][i],
                "estimate": page.stay[spec, staff].estimate,
                "low": page.stay[spec, staff].low,
                "high": page.stay[spec, staff].high,
                "main": spec == "base",
            }
            for staff in GROUPS
            for spec in SPECIFICATIONS
        ]
    )


def stay(page: Effects, drawing) -> Finding:
    """All specifications of staff against length of stay, side by side."""
    zero = page.holds_zero
    n = page.number(len(SPECIFICATIONS), "设定数", "specifications", ("计数", "count"))
    k = page.number(
        len(zero), "区间含零的设定数", "specifications whose interval holds zero", ("计数", "count")
    )
    base, nurses = page.elasticity(("base", "doctors")), page.elasticity(("base", "nurses"))
    p = page.number(
        page.checks["paths"].p, "路径互换 p 值", "p of exchanged paths", PATH_FORMULA, style="ratio"
    )
    rejects = (
        not page.stay["base", "doctors"].low <= 0 <= page.stay["base", "doctors"].high,
        page.checks["paths"].p < LEVEL,
    )
    agree = (
        ("两种推断一致。", "The two kinds of inference agree.")
        if rejects[0] == rejects[1]
        else (
            "两种推断不一致，所以不下结论。",
            "The two kinds of inference disagree, so nothing is concluded.",
        )
    )
    frame = pd.DataFrame(
        [
            {
                "staff": GROUPS[s][0],
                "staff_en": GROUPS[s][1],
                "spec": SPECIFICATIONS[c][0],
                "spec_en": SPECIFICATIONS[c][1],
                "estimate": e.estimate,
                "low": e.low,
                "high": e.high,
                "p": e.p,
                "n": e.n,
                "clusters": e.clusters,
            }
            for (c, s), e in page.stay.items()
        ]
    )
    source = page.origin.source_ids
    ratio, count = (
        dict(style="ratio", formula=FIT_FORMULA, source_ids=source),
        dict(style="number", formula=("计数", "count"), source_ids=source),
    )
    return Finding(
        "stay",
        words(
            "stay",
            "医师与住院日：{n} 个设定中 {k} 个的区间含零",
            "Doctors and length of stay: in {k} of {n} specifications the interval holds zero",
            n=n,
            k=k,
        ),
        words(
            "stay-sub",
            "平均住院日对每千人口人员数的弹性，{a}–{b} 年；横线为韦伯权重自助法的百分之九十五区间",
            "Elasticity of average length of stay to staff per thousand residents, {a}–{b}; bars: ninety-five per cent by wild bootstrap with Webb weights",
            a=year(YEARS[0]),
            b=year(YEARS[1]),
        ),
        sentences=(
            brief(
                "association",
                3,
                "医师数与平均住院日：{n} 个设定中 {k} 个的区间含零，事先定下的设定（各省逐年变动）弹性为 {d}（{di}）；只是关联，不是作用。",
                "Doctors and length of stay: in {k} of {n} specifications the interval holds zero; the one set beforehand (yearly changes of provinces) gives an elasticity of {d} ({di}), an association, not an effect.",
                n=n,
                k=k,
                d=base,
                di=page.interval(("base", "doctors")),
            ),
            words(
                "base",
                "事先定下的设定（年变动）给出医师 {d}（{di}），护士 {u}（{ui}）；互换各省人员路径，医师的 p 为 {p}。{agree}",
                "The specification set beforehand (yearly changes) gives {d} ({di}) for doctors and {u} ({ui}) for nurses; exchanging the provinces' staff paths gives p = {p} for doctors. {agree}",
                d=base,
                di=page.interval(("base", "doctors")),
                u=nurses,
                ui=page.interval(("base", "nurses")),
                p=p,
                agree=agree,
            ),
            words(
                "read",
                "弹性的读法：人员多百分之一时，住院日相差百分之几；是关联，不是作用。",
                "An elasticity reads: per cent by which stay differs where staff is one per cent more; an association, not an effect.",
            ),
        ),
        note=words(
            "stay-note",
            "住院日也随支付方式改革和政策缩短，且各省先后不同。上海 {y} 年的住院日是疫情期的孤立值，照原样保留。",
            "Stay also fell with payment reform and policy, at different times by province. Shanghai's stay of {y} is an isolated value of the epidemic and is kept.",
            y=year(2022),
        ),
        drawing=drawing,
        tables=(
            Table(
                "stay",
                ("住院日对人员的弹性：各种设定", "Elasticity of stay to staff: specifications"),
                frame,
                (
                    Column("staff", ("人员", "Staff"), "name"),
                    Column("spec", ("设定", "Specification"), "text"),
                    Column("estimate", ("弹性", "Elasticity"), signed=True, **ratio),
                    Column("low", ("95% 下限", "95% low"), signed=True, **ratio),
                    Column("high", ("95% 上限", "95% high"), signed=True, **ratio),
                    Column("p", ("p 值", "p"), decimals=3, **ratio),
                    Column("n", ("省年数", "Province-years"), **count),
                    Column("clusters", ("省数", "Provinces"), **count),
                ),
            ),
        ),
        alt=words(
            "stay-alt",
            "全国：住院日对医师和护士的弹性，{n} 个设定；年变动设定医师 {d}，护士 {u}；{k} 个设定的医师区间含零。",
            "China: elasticity of stay to doctors and nurses, {n} specifications; yearly changes {d} for doctors, {u} for nurses; {k} intervals for doctors hold zero.",
            n=n,
            d=base,
            u=nurses,
            k=k,
        ),
    )


def without_rows(page: Effects, lang: str) -> pd.DataFrame:
    """One bar a province left out as charts.bars takes it: the coefficient of doctors, lowest first."""
    t = page.checks["without"].table.iloc[:, 0].sort_values(kind="stable")
    names = panel.short_names(lang)
    return pd.DataFrame({"label": [names[c] for c in t.index], "value": t.astype(float).values})


def checks(page: Effects, drawing) -> Finding:
    """Lead tests, and what one province can do to the coefficient."""
    without = page.checks["without"]
    lead = page.number(
        page.checks["lead"].p,
        "领先检验 p 值（年变动）",
        "p of the lead test (yearly changes)",
        LEAD_FORMULA,
        style="ratio",
    )
    levels_ = page.number(
        page.checks["lead_levels"].p,
        "领先检验 p 值（水平值）",
        "p of the lead test (levels)",
        LEAD_FORMULA,
        style="ratio",
    )
    span = page.number(
        None,
        "逐省剔除时医师系数的范围",
        "range of the doctors' coefficient leaving one province out",
        ("每次去掉一个省重估", "estimated again without each province"),
        style="ratio",
        decimals=3,
        low=float(without.low.iloc[0]),
        high=float(without.high.iloc[0]),
        quantifier="interval",
        signed=True,
    )
    most = catalog.region(without.most_influential)
    passed = page.checks["lead"].p >= LEVEL and page.checks["lead_levels"].p >= LEVEL
    if passed:
        verdict = words(
            "lead",
            "领先检验的 p 为 {a}（年变动）和 {b}（水平值）：明年的人员没有“解释”今年的住院日，这只是必要条件。",
            "The lead tests give p = {a} (yearly changes) and {b} (levels): next year's staff does not explain this year's stay, a necessary condition only.",
            a=lead,
            b=levels_,
        )
    else:
        verdict = words(
            "lead",
            "领先检验的 p 为 {a}（年变动）和 {b}（水平值）：至少一个设定里，明年的人员“解释”了今年的住院日，系数不能读作影响。",
            "The lead tests give p = {a} (yearly changes) and {b} (levels): in at least one specification next year's staff explains this year's stay, so the coefficient cannot be read as an effect.",
            a=lead,
            b=levels_,
        )
    t = without.table.iloc[:, 0].sort_values(kind="stable")
    frame = pd.DataFrame(
        {
            "name": [panel.short_names("zh")[c] for c in t.index],
            "name_en": [panel.short_names("en")[c] for c in t.index],
            "estimate": t.astype(float).values,
        }
    )
    return Finding(
        "checks",
        words(
            "checks",
            "逐省剔除时系数为 {s}，对{who}最敏感",
            "Leaving out one province moves the coefficient within {s}, most by {who}",
            s=span,
            who=held.in_both(most.short),
        ),
        words(
            "checks-sub",
            "去掉一个省后住院日对医师的弹性（年变动设定）",
            "Elasticity of stay to doctors without each province (yearly changes)",
        ),
        sentences=(verdict,),
        note=words(
            "checks-note", "剔除的范围不是置信区间。", "The leave-one-out range is no confidence interval."
        ),
        drawing=drawing,
        tables=(
            Table(
                "without",
                ("去掉一个省后的弹性", "Elasticity without each province"),
                frame,
                (
                    Column("name", ("去掉的省", "Left out"), "name"),
                    Column(
                        "estimate",
                        ("弹性", "Elasticity"),
                        "ratio",
                        decimals=3,
                        signed=True,
                        formula=("每次去掉一个省重估", "estimated again without each province"),
                        source_ids=page.origin.source_ids,
                    ),
                ),
            ),
        ),
        alt=words(
            "checks-alt",
            "全国：逐一去掉一个省后住院日对医师的弹性，范围 {s}，最敏感的是{who}。",
            "China: elasticity of stay to doctors without each province, range {s}, most moved by {who}.",
            s=span,
            who=held.in_both(most.short),
        ),
    )


def finite(value: float) -> float:
    """A bound that can be drawn; NaN where the bootstrap never rejects."""
    return float(value) if np.isfinite(value) else float("nan")


def activity_rows(page: Effects, lang: str) -> pd.DataFrame:
    """One row an outcome and specification as charts.coefficients takes it."""
    i = 0 if lang == "zh" else 1
    return pd.DataFrame(
        [
            {
                "group": catalog.indicator(k).label(lang),
                "label": staff_activity.SPECIFICATIONS[s][i],
                "estimate": e.estimate,
                "low": finite(e.low),
                "high": finite(e.high),
                "main": s == "base",
            }
            for (k, s), e in page.activity.items()
        ]
    )


def activity(page: Effects, drawing) -> Finding:
    """Ten provinces: hospital staff against activity and fees, Webb interval and path permutation side by side."""
    firm = page.firm_activity
    n = page.number(len(staff_activity.OUTCOMES), "结果指标数", "outcomes", ("计数", "count"), ten=True)
    k = page.number(
        len(firm),
        "三种检验都站得住的结果指标数",
        "outcomes that pass all three checks",
        ("计数", "count"),
        ten=True,
    )
    first = next(iter(staff_activity.OUTCOMES))
    e, path = page.activity[first, "base"], page.activity_checks[first][0]
    base = page.number(
        e.estimate,
        "诊疗人次对医院人员的弹性",
        "elasticity of visits to hospital staff",
        FIT_FORMULA,
        ten=True,
        style="ratio",
        signed=True,
    )
    webb = page.number(e.p, "韦伯自助法 p 值", "Webb bootstrap p", FIT_FORMULA, ten=True, style="ratio")
    p = page.number(path.p, "路径互换 p 值", "p of exchanged paths", PATH_FORMULA, ten=True, style="ratio")
    label = lambda keys: held.joined(staff_activity.OUTCOMES[key] for key in keys)  # noqa: E731
    frame = pd.DataFrame(
        [
            {
                "outcome": staff_activity.OUTCOMES[key][0],
                "outcome_en": staff_activity.OUTCOMES[key][1],
                "spec": staff_activity.SPECIFICATIONS[s][0],
                "spec_en": staff_activity.SPECIFICATIONS[s][1],
                "estimate": fit.estimate,
                "low": finite(fit.low),
                "high": finite(fit.high),
                "p": fit.p,
                "paths": page.activity_checks[key][0].p if s == "base" else np.nan,
                "lead": page.activity_checks[key][1].p if s == "base" else np.nan,
                "n": fit.n,
                "clusters": fit.clusters,
            }
            for (key, s), fit in page.activity.items()
        ]
    )
    source = page.ten_origin.source_ids
    ratio, count = (
        dict(style="ratio", source_ids=source),
        dict(style="number", formula=("计数", "count"), source_ids=source),
    )
    tests = page.number(len(page.activity), "系数数", "coefficients", ("计数", "count"), ten=True)
    return Finding(
        "activity",
        words(
            "activity",
            "十个省、{n} 项结果：{k} 项的关联经得住三种检验",
            "Ten provinces, {n} outcomes: for {k} the association passes all three checks",
            n=n,
            k=k,
        ),
        words(
            "activity-sub",
            "医院各项结果对医院人员数的弹性，年变动，{a}–{b} 年；横线为韦伯权重自助法的百分之九十五区间",
            "Elasticity of hospital outcomes to hospital staff, yearly changes, {a}–{b}; bars: ninety-five per cent by wild bootstrap with Webb weights",
            a=year(staff_activity.YEARS[0]),
            b=year(staff_activity.YEARS[1]),
        ),
        sentences=(
            words(
                "firm",
                "区间不含零、路径互换和领先检验都站得住的是{what}；人随病人走同样会给出这样的关联。",
                "Interval without zero, exchanged paths and lead test agree for {what}; staff following patients would give the same association.",
                what=label(firm),
            )
            if firm
            else words(
                "firm",
                "没有一项同时通过区间、路径互换和领先检验。",
                "No outcome passes interval, exchanged paths and lead test together.",
            ),
            words(
                "visits",
                "诊疗人次的弹性为 {e}；只有十个省，两种少组推断并列：韦伯自助法 p {w}，路径互换 p {p}。",
                "For visits the elasticity is {e}; with ten provinces two kinds of few-cluster inference stand side by side: Webb bootstrap p {w}, exchanged paths p {p}.",
                e=base,
                w=webb,
                p=p,
            ),
            words(
                "many",
                "共 {t} 个系数；看得越多，越容易碰上一个离零远的。",
                "There are {t} coefficients; the more one looks at, the likelier one lies far from zero.",
                t=tests,
            ),
        ),
        note=words(
            "activity-note",
            "年鉴各列的对应为“很可能”；费用为当年价；医院人员含管理和工勤人员。",
            "The yearbook's columns are matched as very likely; fees are at current prices; hospital staff includes managers and support staff.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "activity",
                (
                    "十省：弹性、两种少组推断和领先检验",
                    "Ten provinces: elasticity, two kinds of few-cluster inference, lead test",
                ),
                frame,
                (
                    Column("outcome", ("结果", "Outcome"), "name"),
                    Column("spec", ("设定", "Specification"), "text"),
                    Column("estimate", ("弹性", "Elasticity"), signed=True, formula=FIT_FORMULA, **ratio),
                    Column("low", ("95% 下限", "95% low"), signed=True, formula=FIT_FORMULA, **ratio),
                    Column("high", ("95% 上限", "95% high"), signed=True, formula=FIT_FORMULA, **ratio),
                    Column("p", ("韦伯 p", "Webb p"), decimals=3, formula=FIT_FORMULA, **ratio),
                    Column("paths", ("路径互换 p", "Paths p"), decimals=3, formula=PATH_FORMULA, **ratio),
                    Column("lead", ("领先检验 p", "Lead test p"), decimals=3, formula=LEAD_FORMULA, **ratio),
                    Column("n", ("省年数", "Province-years"), **count),
                    Column("clusters", ("省数", "Provinces"), **count),
                ),
            ),
        ),
        alt=words(
            "activity-alt",
            "全国（年鉴十省）：诊疗、入院、病床使用率和费用对医院人员的弹性；诊疗人次 {e}，{n} 项中 {k} 项经得住检验。",
            "China (ten yearbook provinces): elasticity of visits, admissions, bed use and fees to hospital staff; visits {e}; {k} of {n} pass the checks.",
            e=base,
            n=n,
            k=k,
        ),
    )


def allows(page: Effects) -> Finding:
    """What each panel allows to say."""
    base = page.interval(("base", "doctors"))
    k, n = (
        page.number(v, zh, en, ("计数", "count"))
        for v, zh, en in (
            (len(page.holds_zero), "区间含零的设定数", "specifications whose interval holds zero"),
            (len(SPECIFICATIONS), "设定数", "specifications"),
        )
    )
    if page.firm:
        stay_ = words(
            "stay-can",
            "全部省份：可以说医师变动与住院日变动有关联（{b}），换设定、去掉任何一省都在；不能说是人多使住院日变短或变长。",
            "All provinces: one can say that doctors and stay moved together ({b}), under every specification and without any one province; not that more people shortened or lengthened stays.",
            b=base,
        )
    else:
        stay_ = words(
            "stay-can",
            "全部省份：连关联也不能说稳，{n} 个设定中 {k} 个的区间含零，或检验没有全部通过；年变动的弹性取 {b} 中的任何值都与数据相容。",
            "All provinces: not even an association can be called firm, since {k} of {n} intervals hold zero or a check fails; any yearly elasticity within {b} agrees with the data.",
            n=n,
            k=k,
            b=base,
        )
    firm = page.firm_activity
    listed = held.joined(staff_activity.OUTCOMES[key] for key in firm)
    ten = (
        words(
            "ten-can",
            "十省：可以说医院人员与{what}一同增减；谁先谁后、为什么，十个省说不清，也不能推到其他省。",
            "Ten provinces: one can say that hospital staff and {what} moved together; which came first and why, ten provinces cannot tell, nor speak for the others.",
            what=listed,
        )
        if firm
        else words(
            "ten-can",
            "十省：组数太少，没有一项关联经得住检验，只能描述，也不能推到其他省。",
            "Ten provinces: too few; no association passes the checks, so this describes and does not speak for the others.",
        )
    )
    return Finding(
        "allows",
        words("allows", "两个面板各允许说什么", "What each panel allows to say"),
        sentences=(
            stay_,
            ten,
            words(
                "need",
                "要说影响，需要人员变动的外生来源（如录取名额的变动、有日期的调派）或医院层面、同口径、逐年的数据。",
                "To speak of effects one needs an outside source of staff changes (changed quotas, dated secondments) or yearly hospital data under one definition.",
            ),
        ),
        states=(
            State(
                "E1",
                (
                    "其余各省没有逐年的诊疗、入院和费用",
                    "No yearly visits, admissions and fees for the other provinces",
                ),
                (
                    "国家数据分省年度数据的卫生栏目可以补上",
                    "The health section of the provincial annual data would fill it",
                ),
            ),
            State(
                "E1",
                ("没有医院层面的人员与结果面板", "No panel of staff and outcomes of hospitals"),
                (
                    "逐院逐年的在岗医师、病例组合和结果",
                    "Doctors in post, case mix and outcomes by hospital and year",
                ),
            ),
            State(
                "E8",
                ("十个省的组数过少", "Ten provinces are few clusters"),
                ("补齐其余各省后重做", "Repeat with the other provinces"),
            ),
        ),
    )
