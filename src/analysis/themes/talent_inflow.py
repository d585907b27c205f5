"""Talent inflow and its effects (provinces): net change of staff, split into national growth and own share, the gap, and what may be said of effects.

The panel shows the net change of a stock (graduates, arrivals, retirements and recounts together); "inflow" is a word for the
bulletins alone. Doctors and nurses are part of technicians and are never added to them. More than 300 lines because each sentence
stands here in two languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis import catalog
from analysis.facts import Fact, Provenance, State, derived, provenance
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, brief, needs, words, year
from analysis.themes import held, panel, staff_effects

INDICATORS = ("doctors", "nurses", "health_technicians")
SECTORS = {
    "doctors": ("医师", "doctors"),
    "nurses": ("护士", "nurses"),
    "other": ("其他技术人员", "other technicians"),
}
STEP = 100  # persons: the publisher prints 0.01 万
YEARBOOK_TEN = (
    "110000",
    "310000",
    "340000",
    "350000",
    "440000",
    "450000",
    "460000",
    "520000",
    "530000",
    "620000",
)
SHARE_FORMULA = (
    "起年人数 × 全国同类人员增长率",
    "persons in the first year × national growth of the same group",
)
OWN_FORMULA = ("净增 − 按全国增长率应增", "net change − change at the national rate")
GROWTH_FORMULA = ("止年人数 ÷ 起年人数 − 1", "persons in the last year ÷ persons in the first year − 1")


@dataclass(frozen=True)
class Inflow(panel.View):
    """A province in the staff panel. split: result of effects.shift_share over SECTORS, index (region_code, sector)."""

    split: pd.DataFrame

    @cached_property
    def shown(self) -> pd.DataFrame:
        """Doctors: growth (%), gained, share, own in persons, rounded so that the printed columns add up; index region_code."""
        s = self.split.xs("doctors", level="sector")
        gained = (s["gained"] / STEP).round() * STEP
        share = ((s["national"] + s["mix"]) / STEP).round() * STEP
        before = counts(self.panel, "doctors")[self.years[0]]
        return pd.DataFrame(
            {"growth": s["gained"] / before * 100, "gained": gained, "share": share, "own": gained - share}
        )

    @cached_property
    def both_years(self) -> Provenance:
        return self.panel.origin("doctors", *self.years)


def coverage() -> dict[str, dict | None]:
    """Every province has a page; the ledgers of cities are another notebook."""
    return panel.every_province()


def counts(provinces: panel.Panel, indicator: str) -> pd.DataFrame:
    """Counts of an indicator: index region_code, one column a year."""
    r = provinces.rates
    return r[r["indicator"] == indicator].pivot(index="region_code", columns="year", values="count")


def sectors(provinces: panel.Panel) -> pd.DataFrame:
    """One row a province and sector (doctors, nurses, other technicians by difference): before, after in persons."""
    first, last = provinces.first_year, provinces.last_year
    wide = {k: counts(provinces, k) for k in INDICATORS}
    wide["other"] = wide.pop("health_technicians") - wide["doctors"] - wide["nurses"]
    return pd.concat(
        {k: pd.DataFrame({"before": w[first], "after": w[last]}) for k, w in wide.items()}, names=["sector"]
    ).reset_index()


def load(region_code: str, provinces: panel.Panel, split: pd.DataFrame) -> Inflow:
    """A province's view. split: effects.shift_share(sectors(...))."""
    return Inflow(catalog.region(region_code).code, provinces, split.set_index(["region_code", "sector"]))


def _count(
    inflow: Inflow, value: float, zh: str, en: str, formula: tuple[str, str], *, signed: bool = True
) -> Fact:
    ends = tuple(inflow.panel.cell("doctors", inflow.code, y) for y in inflow.years)
    return derived(
        value,
        (f"{inflow.place[0]}{zh}", f"{inflow.place[1]}, {en}"),
        formula,
        inputs=ends,
        origin=inflow.both_years,
        style="count",
        unit="人",
        step=STEP,
        signed=signed,
    )


def share_rows(inflow: Inflow, lang: str) -> pd.DataFrame:
    """One row a province as charts.shift_share takes it (persons in 万 or thousand)."""
    names, unit = panel.short_names(lang), 10_000 if lang == "zh" else 1_000
    s = inflow.shown
    return pd.DataFrame(
        {
            "code": s.index,
            "name": [names[c] for c in s.index],
            "growth": s["growth"].values,
            "gained": s["gained"].values / unit,
            "share": s["share"].values / unit,
            "own": s["own"].values / unit,
            "peer": s.index.isin(inflow.peers),
        }
    )


def nation_growth(inflow: Inflow) -> float:
    """Growth of doctors of the 31 provinces together, per cent."""
    table = counts(inflow.panel, "doctors").sum()
    return float(table[inflow.years[1]] / table[inflow.years[0]] * 100 - 100)


def shift(inflow: Inflow, drawing) -> Finding:
    """Net change of doctors, split into what national growth would have given and the province's own difference."""
    first, last = inflow.years
    own = inflow.shown.loc[inflow.code]
    rank = int((inflow.shown["growth"].round(1) > round(own["growth"], 1)).sum()) + 1
    span = f"{first}–{last}"
    gained = _count(
        inflow,
        own["gained"],
        f" {span} 年医师净增",
        f"net change of doctors, {span}",
        ("止年人数 − 起年人数", "last year − first year"),
        signed=False,
    )
    share = _count(
        inflow,
        own["share"],
        f" {span} 年按全国增长率应增",
        f"change at the national rate, {span}",
        SHARE_FORMULA,
        signed=False,
    )
    difference = _count(
        inflow, own["own"], f" {span} 年与全国增长之差", f"difference to national growth, {span}", OWN_FORMULA
    )
    growth = derived(
        own["growth"],
        (f"{inflow.place[0]} {span} 年医师增长率", f"{inflow.place[1]}, growth of doctors, {span}"),
        GROWTH_FORMULA,
        inputs=tuple(inflow.panel.cell("doctors", inflow.code, y) for y in inflow.years),
        style="percent",
    )
    nation = derived(
        nation_growth(inflow),
        (f"31 省合计 {span} 年医师增长率", f"31 provinces together, growth of doctors, {span}"),
        GROWTH_FORMULA,
        origin=inflow.both_years,
        style="percent",
    )
    position = derived(
        rank,
        (f"{inflow.place[0]}医师增长率位次", f"{inflow.place[1]}, place by growth of doctors"),
        ("增长率由高到低", "growth from high to low"),
        origin=inflow.both_years,
        style="rank",
    )
    jumps = inflow.jumps("doctors")
    care = (
        (
            "；其中 {jumped} 年的变动像是重新核实，不全是一年一年来的人",
            "; the change of {jumped} looks like a recount, not people arriving year by year",
        )
        if jumps
        else ("", "")
    )
    sentence = brief(
        "split",
        2,
        "{a}–{b} 年，{place}医师净增 {gained}，增长 {g}；各省合计增长 {n}，照此应增 {share}，差额 {own}"
        + care[0]
        + "。这是会计分解，不说明原因。",
        "Over {a}–{b} {place} gained {gained} doctors net, a growth of {g}; at the growth of all provinces together ({n}) it would have gained {share}, a difference of {own}"
        + care[1]
        + ". This is an identity, not an explanation.",
        a=year(first),
        b=year(last),
        place=inflow.place,
        gained=gained,
        g=growth,
        n=nation,
        share=share,
        own=difference,
        **({"jumped": year(" / ".join(map(str, jumps)))} if jumps else {}),
    )
    table = (
        inflow.shown.reset_index()
        .assign(
            name=lambda d: d["region_code"].map(panel.short_names("zh")),
            name_en=lambda d: d["region_code"].map(panel.short_names("en")),
        )
        .sort_values("growth", ascending=False, ignore_index=True)
    )
    source = inflow.both_years.source_ids
    persons = dict(style="count", base_unit="人", step=STEP, signed=True, source_ids=source)
    return Finding(
        "shift",
        words(
            "shift",
            "{place}医师 {a}–{b} 年增长 {g}，居各省{r}；各省合计增长 {n}",
            "Doctors in {place} grew by {g} over {a}–{b}, {r} of the provinces; all together grew by {n}",
            place=inflow.place,
            a=year(first),
            b=year(last),
            g=growth,
            r=position,
            n=nation,
        ),
        words(
            "shift-sub",
            "执业（助理）医师增长率，{a}–{b} 年；横条为与全国增长率之差",
            "Growth of licensed (assistant) doctors, {a}–{b}; bars show the difference to national growth",
            a=year(first),
            b=year(last),
        ),
        sentences=(sentence,),
        note=words(
            "shift-note",
            "净增把毕业、调入、退休和重新核实合在一起；每年的净增带有正负一百人的舍入。{y} 年起含村卫生室。",
            "Net change holds graduates, arrivals, retirements and recounts together; each yearly change carries rounding of plus or minus one hundred. From {y} village clinics are included.",
            y=year(2014),
        ),
        drawing=drawing,
        tables=(
            Table(
                "shift",
                ("医师净增的分解", "Net change of doctors, split"),
                table,
                (
                    Column("name", ("省份", "Province"), "name"),
                    Column(
                        "growth",
                        ("增长率", "Growth"),
                        "percent",
                        signed=True,
                        formula=GROWTH_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "gained",
                        ("净增", "Net change"),
                        formula=("止年 − 起年", "last − first year"),
                        **persons,
                    ),
                    Column("share", ("按全国增长率", "At national rate"), formula=SHARE_FORMULA, **persons),
                    Column("own", ("本省差额", "Own difference"), formula=OWN_FORMULA, **persons),
                ),
                highlight=(int(table.index[table["region_code"] == inflow.code][0]),),
            ),
            _sectors_table(inflow),
        ),
        alt=words(
            "shift-alt",
            "{place} {a}–{b} 年医师净增 {gained}，按全国增长率应增 {share}，差额 {own}；增长率 {g}，各省合计 {n}。",
            "{place}, {a}–{b}: net change of doctors {gained}, {share} at the national rate, difference {own}; growth {g}, all provinces {n}.",
            place=inflow.place,
            a=year(first),
            b=year(last),
            gained=gained,
            share=share,
            own=difference,
            g=growth,
            n=nation,
        ),
    )


def _sectors_table(inflow: Inflow) -> Table:
    rows = inflow.split.loc[inflow.code].loc[list(SECTORS)]
    frame = pd.DataFrame(
        {
            "sector": [SECTORS[k][0] for k in rows.index],
            "sector_en": [SECTORS[k][1] for k in rows.index],
            "gained": rows["gained"].values,
            "national": rows["national"].values,
            "mix": rows["mix"].values,
            "own": rows["own"].values,
        }
    )
    persons = dict(
        style="count",
        base_unit="人",
        step=STEP,
        signed=True,
        source_ids=held.sources(inflow.panel.observations),
    )
    return Table(
        "sectors",
        (
            "三类技术人员的净增：全国增长、类别结构、本省差额（舍入后可能差一个单位）",
            "Net change of three groups: national growth, mix of groups, own difference (may differ by one step after rounding)",
        ),
        frame,
        (
            Column("sector", ("人员", "Group"), "name"),
            Column("gained", ("净增", "Net change"), formula=("止年 − 起年", "last − first year"), **persons),
            Column(
                "national",
                ("全国总增长", "National growth"),
                formula=(
                    "起年人数 × 全部技术人员全国增长率",
                    "first year × national growth of all technicians",
                ),
                **persons,
            ),
            Column(
                "mix",
                ("类别结构", "Mix"),
                formula=(
                    "起年人数 × (该类 − 全部) 全国增长率",
                    "first year × national growth of the group less all",
                ),
                **persons,
            ),
            Column("own", ("本省差额", "Own difference"), formula=OWN_FORMULA, **persons),
        ),
    )


def yearly_rows(inflow: Inflow, lang: str) -> pd.DataFrame:
    """One row a year as charts.bars takes it: net change of doctors in persons with the rounding bounds, recount-like years not highlighted."""
    change = counts(inflow.panel, "doctors").loc[inflow.code].diff().dropna()
    jumps = inflow.jumps("doctors")
    rows = []
    for y, value in change.items():
        fact = _yearly(inflow, int(y), value)
        mark = (
            f"（{catalog.term('flag_jump', 'zh')}）"
            if lang == "zh"
            else f" ({catalog.term('flag_jump', 'en')})"
        )
        rows.append(
            {
                "label": str(y),
                "value": value,
                "low": value - STEP,
                "high": value + STEP,
                "text": fact.text(lang) + (mark if y in jumps else ""),
                "highlight": y not in jumps,
            }
        )
    return pd.DataFrame(rows)


def _yearly(inflow: Inflow, y: int, value: float) -> Fact:
    return derived(
        value,
        (f"{inflow.place[0]} {y} 年医师净增", f"{inflow.place[1]}, net change of doctors in {y}"),
        ("当年末 − 上年末", "end of the year − end of the year before"),
        inputs=(
            inflow.panel.cell("doctors", inflow.code, y - 1),
            inflow.panel.cell("doctors", inflow.code, y),
        ),
        style="count",
        unit="人",
        step=STEP,
        signed=True,
    )


def yearly(inflow: Inflow, drawing) -> Finding:
    """Net change of doctors year by year."""
    change = counts(inflow.panel, "doctors").loc[inflow.code].diff().dropna()
    top, bottom = int(change.idxmax()), int(change.idxmin())
    high, low = _yearly(inflow, top, change[top]), _yearly(inflow, bottom, change[bottom])
    jumps = inflow.jumps("doctors")
    frame = pd.DataFrame(
        {
            "year": change.index.astype(str),
            "change": [_yearly(inflow, int(y), v) for y, v in change.items()],
            "flag": ["跳变" if y in jumps else "" for y in change.index],
            "flag_en": ["jump" if y in jumps else "" for y in change.index],
        }
    )
    return Finding(
        "yearly",
        words(
            "yearly",
            "{place}医师净增最多的是 {t} 年，{high}；最少的是 {b} 年，{low}",
            "{place}'s doctors changed most in {t} ({high}) and least in {b} ({low})",
            place=inflow.place,
            t=year(top),
            b=year(bottom),
            high=high,
            low=low,
        ),
        words(
            "yearly-sub",
            "执业（助理）医师年末人数比上年末的净增；端点为舍入误差",
            "Net change of licensed (assistant) doctors on the year before; ends mark rounding",
        ),
        sentences=(
            Sentence(
                "yearly-jumps",
                "{years} 年的变动大得像是重新核实（数据格带跳变标记），不当作引进。",
                "The change of {years} is so large that it looks like a recount (the cells are flagged as jumps), not an arrival.",
                {"years": year(" / ".join(map(str, jumps)) or "–")},
                (
                    needs(
                        bool(jumps),
                        "没有一年带跳变标记，未见像重新核实的变动。",
                        "No year is flagged as a jump; no change looks like a recount.",
                    ),
                ),
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "yearly",
                ("医师的逐年净增", "Net change of doctors by year"),
                frame,
                (
                    Column("year", ("年", "Year"), "year"),
                    Column(
                        "change",
                        ("净增", "Net change"),
                        "count",
                        base_unit="人",
                        formula=("当年末 − 上年末", "end of year − end of year before"),
                        source_ids=inflow.both_years.source_ids,
                    ),
                    Column("flag", ("标记", "Flag"), "text"),
                ),
            ),
        ),
        alt=words(
            "yearly-alt",
            "{place}医师逐年净增：最多 {t} 年 {high}，最少 {b} 年 {low}。",
            "Net change of doctors in {place} by year: most in {t} ({high}), least in {b} ({low}).",
            place=inflow.place,
            t=year(top),
            b=year(bottom),
            high=high,
            low=low,
        ),
    )


def gap_rows(inflow: Inflow, lang: str) -> pd.DataFrame:
    """One row a province as charts.scatter takes it: doctors per 1,000 in the first year (x), mean yearly growth of it in per cent (y)."""
    first, last = inflow.years
    wide = inflow.panel.wide("doctors")
    return panel.scatter_rows(
        wide[first], np.log(wide[last] / wide[first]) / (last - first) * 100, lang, inflow.peers
    )


def gap_axes(inflow: Inflow, lang: str) -> dict[str, str]:
    """Axis titles of the convergence scatter."""
    first = inflow.years[0]
    return {
        "x_label": f"{first} 年每千人口医师" if lang == "zh" else f"doctors per 1,000, {first}",
        "y_label": "年均对数增长（%）" if lang == "zh" else "mean yearly log growth (%)",
    }


def gap(inflow: Inflow, found, without, drawing) -> Finding:
    """Does the gap in doctors close? found: effects.convergence; without: effects.leave_one_out of its beta."""
    first, last = inflow.years
    origin = inflow.both_years
    s0 = derived(
        found.sigma.iloc[0],
        (f"{first} 年对数密度的标准差", f"standard deviation of log density, {first}"),
        ("31 省每千人口医师对数的标准差", "standard deviation of log doctors per 1,000 over 31 provinces"),
        origin=origin,
        style="ratio",
        decimals=3,
    )
    s1 = derived(
        found.sigma.iloc[-1],
        (f"{last} 年对数密度的标准差", f"standard deviation of log density, {last}"),
        ("31 省每千人口医师对数的标准差", "standard deviation of log doctors per 1,000 over 31 provinces"),
        origin=origin,
        style="ratio",
        decimals=3,
    )
    beta = derived(
        found.beta.estimate * 100,
        (
            "β：起点每高 1 个对数单位，年均增长低多少（%）",
            "beta: change in mean yearly growth (%) per log unit of the start",
        ),
        (
            "年均对数增长对起年对数水平的最小二乘斜率 × 100",
            "least squares slope of mean yearly log growth on the log start × 100",
        ),
        origin=origin,
        style="number",
        decimals=2,
    )
    loo = derived(
        None,
        ("β 的逐省剔除范围", "leave-one-out range of beta"),
        ("每次去掉一个省重算", "computed again without each province"),
        origin=origin,
        style="number",
        decimals=2,
        low=without.low * 100,
        high=without.high * 100,
        quantifier="interval",
    )
    closing_ = (
        ("缩小", "narrower")
        if round(found.sigma.iloc[-1], 3) < round(found.sigma.iloc[0], 3)
        else ("没有缩小", "no narrower")
    )
    rows = gap_rows(inflow, "zh").assign(name_en=lambda d: d["code"].map(panel.short_names("en")))
    source = origin.source_ids
    return Finding(
        "gap",
        words(
            "gap",
            "各省医师密度的离散程度由 {s0} 到 {s1}，差距{what}",
            "The spread of doctors per resident went from {s0} to {s1}: the gap is {what}",
            s0=s0,
            s1=s1,
            what=closing_,
        ),
        words(
            "gap-sub",
            "起年每千人口医师与此后年均增长，{a}–{b} 年；每点一省",
            "Doctors per thousand at the start and mean yearly growth since, {a}–{b}; one dot a province",
            a=year(first),
            b=year(last),
        ),
        sentences=(
            words(
                "beta",
                "起点低的省增长更快：斜率 {beta}，逐省剔除在 {loo} 之间。起年数字若有误差，单是回归均值也会得到负斜率，所以要与离散程度一起看。"
                if found.beta.estimate < 0
                else "起点低的省并没有增长更快：斜率 {beta}，逐省剔除在 {loo} 之间。",
                "Provinces with fewer doctors at the start grew faster: slope {beta}, {loo} when any one is left out. Errors in the first year alone would give a negative slope by regression to the mean, so read it with the spread."
                if found.beta.estimate < 0
                else "Provinces with fewer doctors at the start did not grow faster: slope {beta}, {loo} when any one is left out.",
                beta=beta,
                loo=loo,
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "gap",
                ("起年密度与年均增长", "Density at the start and mean growth"),
                rows,
                (
                    Column("name", ("省份", "Province"), "name"),
                    Column(
                        "x",
                        (f"{first} 年每千人口医师", f"Doctors per 1,000, {first}"),
                        "rate",
                        formula=panel.PER_1000,
                        source_ids=source,
                    ),
                    Column(
                        "y",
                        ("年均对数增长", "Mean yearly log growth"),
                        "percent",
                        decimals=2,
                        formula=("对数差 ÷ 年数", "log difference ÷ years"),
                        source_ids=source,
                    ),
                ),
                highlight=(int(rows.index[rows["code"] == inflow.code][0]),),
            ),
        ),
        alt=words(
            "gap-alt",
            "{place}与各省：每千人口医师的离散程度 {a} 年为 {s0}，{b} 年为 {s1}，β 为 {beta}。",
            "{place} and the other provinces: spread of doctors per thousand {s0} in {a}, {s1} in {b}; beta {beta}.",
            place=inflow.place,
            a=year(first),
            b=year(last),
            s0=s0,
            s1=s1,
            beta=beta,
        ),
    )


def stay_rows(inflow: Inflow, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One row a province as charts.scatter takes it: change of doctors per 1,000 (x, %) and of length of stay (y, days), first to last year."""
    table = staff_effects.levels(rows)
    first, last = (table[table["year"] == y].set_index("region_code") for y in inflow.years)
    return panel.scatter_rows(
        (last["doctors"] / first["doctors"] - 1) * 100, last["stay"] - first["stay"], lang, inflow.peers
    )


def stay_axes(lang: str) -> dict[str, str]:
    """Axis titles of the scatter of changes."""
    return {
        "x_label": "每千人口医师的变动（%）" if lang == "zh" else "change in doctors per 1,000 (%)",
        "y_label": "平均住院日的变动（日）" if lang == "zh" else "change in length of stay (days)",
    }


def effects_(inflow: Inflow, rows: pd.DataFrame, fits: dict, checks: dict, drawing) -> Finding:
    """What can be said about staff and length of stay. fits: specification -> Estimate; checks: lead, without, bootstrap."""
    origin = provenance(rows)
    first, last = inflow.years
    moved = stay_rows(inflow, rows, "zh").assign(name_en=lambda d: d["code"].map(panel.short_names("en")))
    mine = moved.set_index("code").loc[inflow.code]
    stay = derived(
        mine["y"],
        (f"{inflow.place[0]}平均住院日变动", f"{inflow.place[1]}, change in length of stay"),
        ("止年 − 起年", "last − first year"),
        rows=_own(inflow, rows, staff_effects.STAY),
        style="days",
        decimals=1,
        signed=True,
    )
    staff = derived(
        mine["x"],
        (f"{inflow.place[0]}每千人口医师变动", f"{inflow.place[1]}, change in doctors per 1,000"),
        GROWTH_FORMULA,
        inputs=tuple(inflow.panel.rate_fact("doctors", inflow.code, y) for y in inflow.years),
        style="percent",
        signed=True,
    )
    base = _elasticity(
        "base",
        float(fits["base"].estimate.iloc[0]),
        checks["bootstrap"].low,
        checks["bootstrap"].high,
        origin,
    )
    holds_zero = [k for k, f in fits.items() if f.low.iloc[0] <= 0 <= f.high.iloc[0]]
    n_zero = derived(
        len(holds_zero),
        ("区间含零的设定数", "specifications whose interval holds zero"),
        ("计数", "count"),
        origin=origin,
    )
    n_all = derived(len(fits), ("设定数", "specifications"), ("计数", "count"), origin=origin)
    lead = derived(
        checks["lead"].p,
        ("领先检验 p 值", "p of the lead test"),
        (
            "明年的人员不应“解释”今年的住院日：联合 F 检验",
            "next year's staff must not explain this year's stay: joint F test",
        ),
        origin=origin,
        style="ratio",
    )
    loo = derived(
        None,
        ("逐省剔除时系数的范围", "range of the coefficient leaving one province out"),
        ("每次去掉一个省重估", "estimated again without each province"),
        origin=origin,
        style="ratio",
        low=float(checks["without"].low.iloc[0]),
        high=float(checks["without"].high.iloc[0]),
        quantifier="interval",
        signed=True,
    )
    table = pd.DataFrame(
        {
            "spec": [staff_effects.SPECIFICATIONS[k][0] for k in fits],
            "spec_en": [staff_effects.SPECIFICATIONS[k][1] for k in fits],
            "estimate": [float(f.estimate.iloc[0]) for f in fits.values()],
            "low": [float(f.low.iloc[0]) for f in fits.values()],
            "high": [float(f.high.iloc[0]) for f in fits.values()],
            "n": [f.n for f in fits.values()],
        }
    )
    formula = ("双向固定效应，按省聚类", "two-way fixed effects, clustered by province")
    number = dict(source_ids=origin.source_ids, formula=formula)
    return Finding(
        "effects",
        words(
            "effects",
            "医师变动与住院日变动的关联不稳：{n} 个设定中有 {k} 个的区间含零"
            if holds_zero
            else "{n} 个设定的区间都不含零",
            "Doctors and length of stay: in {k} of {n} specifications the interval holds zero"
            if holds_zero
            else "In all {n} specifications the interval leaves zero out",
            n=n_all,
            k=n_zero,
        ),
        words(
            "effects-sub",
            "每千人口医师的变动与医院平均住院日的变动，{a}–{b} 年；每点一省",
            "Change in doctors per thousand and in hospital length of stay, {a}–{b}; one dot a province",
            a=year(first),
            b=year(last),
        ),
        sentences=(
            words(
                "own",
                "{place}的每千人口医师变动 {staff}，平均住院日变动 {stay} 日。",
                "In {place} doctors per thousand changed by {staff}, length of stay by {stay} days.",
                place=inflow.place,
                staff=staff,
                stay=stay,
            ),
            brief(
                "association",
                5,
                "各省合看，医师变动与住院日变动的弹性为 {base}，只是关联：住院日也随支付方式和政策缩短。",
                "Over all provinces the elasticity of stay to doctors is {base}, an association only: stay also fell by payment reform and policy.",
                base=base,
            ),
            words(
                "checks",
                "领先检验 p 为 {lead}；逐省剔除时系数在 {loo} 之间。要说明影响，需要人员变动的外生来源或医院层面的数据。",
                "The lead test gives p = {lead}; leaving out any one province the coefficient lies within {loo}. To speak of effects one needs an outside source of staff changes, or hospital data.",
                lead=lead,
                loo=loo,
            ),
        ),
        note=words(
            "effects-note",
            "区间为省聚类的韦伯权重自助法。上海某年的住院日是疫情期的孤立值，照原样保留。",
            "Interval: wild bootstrap with Webb weights over provinces. One year of Shanghai's length of stay is an isolated value of the epidemic and is kept.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "specifications",
                ("医师系数的各种设定（住院日对医师的弹性）", "Specifications: elasticity of stay to doctors"),
                table,
                (
                    Column("spec", ("设定", "Specification"), "text"),
                    Column("estimate", ("系数", "Coefficient"), "ratio", signed=True, **number),
                    Column("low", ("95% 下限", "95% low"), "ratio", signed=True, **number),
                    Column("high", ("95% 上限", "95% high"), "ratio", signed=True, **number),
                    Column("n", ("省年数", "Province-years"), "number", **number),
                ),
            ),
            Table(
                "changes",
                ("各省两项变动", "Both changes by province"),
                moved,
                (
                    Column("name", ("省份", "Province"), "name"),
                    Column(
                        "x",
                        ("每千人口医师", "Doctors per 1,000"),
                        "percent",
                        signed=True,
                        formula=GROWTH_FORMULA,
                        source_ids=origin.source_ids,
                    ),
                    Column(
                        "y",
                        ("住院日", "Length of stay"),
                        "days",
                        ("日", "days"),
                        decimals=1,
                        signed=True,
                        formula=("止年 − 起年", "last − first"),
                        source_ids=origin.source_ids,
                    ),
                ),
            ),
        ),
        alt=words(
            "effects-alt",
            "{place} {a}–{b} 年每千人口医师变动 {staff}，平均住院日变动 {stay} 日；各省弹性 {base}。",
            "{place}, {a}–{b}: doctors per thousand changed by {staff}, length of stay by {stay} days; elasticity over provinces {base}.",
            place=inflow.place,
            a=year(first),
            b=year(last),
            staff=staff,
            stay=stay,
            base=base,
        ),
    )


def _own(inflow: Inflow, rows: pd.DataFrame, indicator: str) -> pd.DataFrame:
    return rows[
        (rows["region_code"] == inflow.code)
        & (rows["indicator"] == indicator)
        & rows["year"].isin(inflow.years)
    ]


def _elasticity(spec: str, estimate: float, low: float, high: float, origin: Provenance) -> Fact:
    zh, en = staff_effects.SPECIFICATIONS[spec]
    return derived(
        estimate,
        (f"住院日对医师的弹性（{zh}）", f"elasticity of stay to doctors ({en})"),
        (
            "年对数变动，双向固定效应；区间为省聚类自助法",
            "yearly log changes, two-way fixed effects; interval by wild cluster bootstrap",
        ),
        origin=origin,
        style="ratio",
        low=low,
        high=high,
        quantifier="interval",
        signed=True,
    )


def closing(inflow: Inflow) -> Finding:
    """What is not known: flows themselves, and the activity panel where the province is not in it."""
    states = [
        State(
            "E1",
            ("没有分省的引进和流出人数，只有净增", "No arrivals or departures by province, only net change"),
            ("需要各省人员的进出登记", "Registers of arrivals and departures would settle it"),
        ),
    ]
    if inflow.code not in YEARBOOK_TEN:
        states.append(
            State(
                "E1",
                (
                    "本省不在诊疗、入院和费用的十省面板中，不估计",
                    "The province is not in the ten-province panel of visits, admissions and fees: not estimated",
                ),
                (
                    "需要逐年的诊疗人次、入院人数、病床使用率、次均费用和医师数",
                    "It needs yearly visits, admissions, bed use, fees and doctors",
                ),
            )
        )
    else:
        states.append(
            State(
                "E8",
                (
                    "诊疗、入院和费用只有十省可比，组数太少，省页不下结论",
                    "Visits, admissions and fees compare ten provinces only: too few for a conclusion on this page",
                ),
                ("全国版笔记给出少组推断", "The national notebook gives few-cluster inference"),
            )
        )
    return held.closing(states)
