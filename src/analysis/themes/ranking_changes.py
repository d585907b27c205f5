"""Ranking changes (provinces): where a province stood each year on the six ranked indicators, and which moves are clear.

A move is called clear only when the stability intervals of the first and the last year do not overlap; print resolution is
shown beside it and never called confidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from analysis import catalog, tables
from analysis.facts import Fact, State, derived, provenance
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, needs, words, year
from analysis.themes import held, panel
from analysis.themes.held import label, short

# rates that the yearbook prints for some provinces, on the population known at the time
YEARBOOK, PRINTED = (
    "health-yearbook",
    {
        "doctors_per_1000": "doctors",
        "nurses_per_1000": "nurses",
        "health_technicians_per_1000": "health_technicians",
        "beds_per_1000": "beds",
    },
)
GAP_FORMULA = (
    "|年鉴印出的比率 ÷ 按修订人口重算的比率 − 1|",
    "|rate printed in the yearbook ÷ rate recomputed on revised population − 1|",
)
ERRORS = (0.01, 0.02, 0.03, 0.05, 0.10)
STABLE_FORMULA = (
    "各省对数比率加 3% 相对误差后位次的 95% 范围",
    "95% range of places when each province's log rate carries a relative error of 3%",
)
MOVE_FORMULA = ("起年位次 − 止年位次", "place in the first year − place in the last year")


@dataclass(frozen=True)
class Change(panel.View):
    """A province in the panel with every province's places. places: result of ranking.rank_change; stable: from `each_year`."""

    places: pd.DataFrame
    stable: pd.DataFrame

    def own(self, indicator: str) -> pd.DataFrame:
        """The province's places and intervals on one indicator, by year: rank, rank_low, rank_high, low, high (stability)."""
        return self._own[indicator]

    @cached_property
    def _own(self) -> dict[str, pd.DataFrame]:
        mine = self.places[self.places["region_code"] == self.code].set_index(["indicator", "year"])
        firm = self.stable.xs(self.code, level="region_code")[["low", "high"]]
        return {k: rows.droplevel("indicator") for k, rows in mine.join(firm).groupby("indicator")}

    def rank(self, indicator: str, y: int) -> Fact:
        return self.panel.rank_fact(indicator, self.code, y, float(self.own(indicator).at[y, "rank"]))

    def interval(self, indicator: str, y: int) -> Fact:
        row = self.own(indicator).loc[y]
        return self.panel.rank_fact(
            indicator, self.code, y, float(row["rank"]), float(row["low"]), float(row["high"]), STABLE_FORMULA
        )

    def moves(self) -> pd.DataFrame:
        """One row an indicator: before, after, gained (places), clear (stability intervals of both years apart)."""
        first, last = self.years
        rows = []
        for k in panel.RANKED:
            own = self.own(k)
            a, b = own.loc[first], own.loc[last]
            rows.append(
                {
                    "indicator": k,
                    "before": int(a["rank"]),
                    "after": int(b["rank"]),
                    "gained": int(a["rank"] - b["rank"]),
                    "clear": a["high"] < b["low"] or b["high"] < a["low"],
                }
            )
        return pd.DataFrame(rows).set_index("indicator")


def coverage() -> dict[str, dict | None]:
    """Every province has a page."""
    return panel.every_province()


def each_year(provinces: panel.Panel, method: Callable[..., pd.DataFrame], **arguments) -> pd.DataFrame:
    """Apply a ranking method to every indicator and year: index indicator, year, region_code; the method's columns."""
    groups = provinces.rates.groupby(["indicator", "year"])
    return pd.concat(
        {key: method(rows.set_index("region_code")["value"], **arguments) for key, rows in groups},
        names=["indicator", "year"],
    )


def first_and_last(provinces: panel.Panel, indicator: str) -> tuple[pd.Series, pd.Series]:
    """Rates of an indicator in the first and the last year, by region_code."""
    wide = provinces.wide(indicator)
    return wide[provinces.first_year], wide[provinces.last_year]


def printed_rates(provinces: panel.Panel) -> pd.DataFrame:
    """Rates printed in the health statistics yearbook beside those recomputed on revised population.

    One row a rate: the columns of `observations` plus key (indicator of the panel), rate (recomputed) and gap (per cent, absolute).
    """
    rows = tables.read("observations", source_id=YEARBOOK, indicator=list(PRINTED))
    rows = rows[rows["region_code"] != catalog.NATION].assign(key=lambda r: r["indicator"].map(PRINTED))
    rates = provinces.rates.rename(columns={"indicator": "key", "value": "rate"})[
        ["region_code", "key", "year", "rate"]
    ]
    rows = rows.merge(rates, on=["region_code", "key", "year"])
    return rows.assign(gap=(rows["value"] / rows["rate"] - 1).abs() * 100)


def axes(change: Change, lang: str) -> dict[str, str]:
    """Axis titles of the scatter."""
    words_ = ("{} 年位次", "{} 年位次") if lang == "zh" else ("place in {}", "place in {}")
    return dict(
        zip(
            ("x_label", "y_label"),
            (text.format(y) for text, y in zip(words_, change.years, strict=True)),
            strict=True,
        )
    )


def load(region_code: str, provinces: panel.Panel, places: pd.DataFrame, stable: pd.DataFrame) -> Change:
    """A province's view of places that were computed for all provinces."""
    return Change(catalog.region(region_code).code, provinces, places, stable)


def over_time_rows(change: Change, lang: str) -> pd.DataFrame:
    """One row a province, indicator and year as charts.rank_over_time takes it; intervals for the province alone."""
    names = panel.short_names(lang)
    rows = change.places.merge(
        change.stable[["low", "high"]]
        .rename(columns={"low": "stable_low", "high": "stable_high"})
        .reset_index(),
        on=["indicator", "year", "region_code"],
    )
    out = pd.DataFrame(
        {
            "panel": rows["indicator"],
            "label": rows["indicator"].map(lambda k: catalog.indicator(k).label(lang)),
            "code": rows["region_code"],
            "name": rows["region_code"].map(names),
            "year": rows["year"].astype(int),
            "rank": rows["rank"].astype(int),
            "peer": rows["region_code"].isin(change.peers),
            "low": rows["rank_low"].astype(int),
            "high": rows["rank_high"].astype(int),
            "stable_low": rows["stable_low"].astype(int),
            "stable_high": rows["stable_high"].astype(int),
        }
    )
    return out.sort_values(
        ["panel", "code", "year"],
        key=lambda c: c.map({k: i for i, k in enumerate(panel.RANKED)}) if c.name == "panel" else c,
        ignore_index=True,
    )


def over_time(change: Change, drawing) -> Finding:
    """The province's place each year; the headline names the largest clear move, or says that none is clear."""
    first, last = change.years
    moves = change.moves()
    clear = bool(moves["clear"].any())
    lead = (moves[moves["clear"]] if clear else moves)["gained"].abs().idxmax()
    a, b = change.rank(lead, first), change.rank(lead, last)
    values = {
        "place": change.place,
        "what": short(lead),
        "first": year(first),
        "last": year(last),
        "a": a,
        "b": b,
    }
    ranges = {"ia": change.interval(lead, first), "ib": change.interval(lead, last)}
    if clear:
        headline = Sentence(
            "over-time",
            "{place}最大的清楚变动在{what}：由 {first} 年{a}到 {last} 年{b}",
            "{place}'s largest clear move is in {what}: {a} in {first}, {b} in {last}",
            values,
        )
    elif moves["gained"].any():
        headline = Sentence(
            "over-time",
            "{place}没有清楚的位次变动；最大的在{what}：由 {first} 年{a}到 {last} 年{b}",
            "No place of {place} moved clearly; the largest move is in {what}: {a} in {first}, {b} in {last}",
            values,
        )
    else:
        headline = words(
            "over-time",
            "{first} 年和 {last} 年，{place}六项指标的位次都相同",
            "{place} holds the same place on all six indicators in {first} and {last}",
            first=year(first),
            last=year(last),
            place=change.place,
        )
    verdict = (
        ("互不重叠，变动是清楚的", "the two do not overlap, so the move is clear")
        if clear
        else ("互相重叠，不能当作清楚的变动", "the two overlap, so the move is not clear")
    )
    jumps = change.jumps(lead)
    care = (
        (
            "；其中 {jumped} 年像是重新核实，变动部分是口径的结果",
            "; {jumped} looks like a recount, so part of the move is how people were counted",
        )
        if jumps
        else ("", "")
    )
    sentence = Sentence(
        "lead",
        "{place}每千人口{what}的位次由 {first} 年{a}到 {last} 年{b}；假设各省数字有 {e} 的误差，稳定区间为{ia}和{ib}，{verdict}"
        + care[0]
        + "。",
        "{place} went from {a} in {first} to {b} in {last} in {what} per thousand residents; if every province's rate carries an error of {e}, the stability intervals are {ia} and {ib}: {verdict}"
        + care[1]
        + ".",
        values
        | ranges
        | {"e": assumed(f"{panel.RELATIVE_ERROR:.0%}"), "verdict": verdict}
        | ({"jumped": year(" / ".join(map(str, jumps)))} if jumps else {}),
        brief=2 if clear else 5,
    )
    return Finding(
        "over_time",
        headline,
        words(
            "over-time-sub",
            "每千常住人口数量的位次，{first}–{last} 年，第一位为最多；细带为公布精度，宽带为稳定区间",
            "Place by number per thousand residents, {first}–{last}, first = most; narrow band: print resolution, wide band: stability interval",
            first=year(first),
            last=year(last),
        ),
        sentences=(sentence,),
        note=words(
            "over-time-note",
            "公布精度只反映舍入；稳定区间是假设误差下位次的范围，不是抽样误差。",
            "Print resolution reflects rounding only; the stability interval is the range of places under an assumed error, not a sampling error.",
        ),
        drawing=drawing,
        tables=(years_table(change),),
        alt=Sentence(
            "over-time-alt",
            "{place} {first} 年至 {last} 年的位次：{what}由{a}到{b}，稳定区间分别为{ia}和{ib}。",
            "{place}'s places {first} to {last}: {what} from {a} to {b}, stability intervals {ia} and {ib}.",
            values | ranges,
        ),
    )


def years_table(change: Change) -> Table:
    """One row an indicator and year: place, print resolution, stability interval."""
    rows = []
    for k in panel.RANKED:
        own = change.own(k)
        rows += [
            {
                "indicator": label(k)[0],
                "indicator_en": label(k)[1],
                "year": str(y),
                "rank": int(r["rank"]),
                "rank_low": int(r["rank_low"]),
                "rank_high": int(r["rank_high"]),
                "low": int(r["low"]),
                "high": int(r["high"]),
            }
            for y, r in own.iterrows()
        ]
    source = held.sources(change.panel.observations)
    return Table(
        "places_by_year",
        ("各年位次、公布精度和稳定区间", "Place, print resolution and stability interval by year"),
        pd.DataFrame(rows),
        (
            Column("indicator", ("指标", "Indicator"), "name"),
            Column("year", ("年", "Year"), "year"),
            Column("rank", ("位次", "Place"), "rank", formula=panel.RANK_FORMULA, source_ids=source),
            Column(
                "rank_low",
                ("公布精度起", "Print resolution from"),
                "rank",
                formula=panel.RANK_FORMULA,
                source_ids=source,
            ),
            Column(
                "rank_high",
                ("公布精度止", "Print resolution to"),
                "rank",
                formula=panel.RANK_FORMULA,
                source_ids=source,
            ),
            Column(
                "low",
                ("稳定区间起", "Stability interval from"),
                "rank",
                formula=STABLE_FORMULA,
                source_ids=source,
            ),
            Column(
                "high",
                ("稳定区间止", "Stability interval to"),
                "rank",
                formula=STABLE_FORMULA,
                source_ids=source,
            ),
        ),
    )


def move_rows(change: Change, lang: str) -> pd.DataFrame:
    """Two rows an indicator (first and last year) as charts.intervals takes it."""
    rows = []
    for k in panel.RANKED:
        own = change.own(k)
        for y in change.years:
            r = own.loc[y]
            rows.append(
                {
                    "code": f"{k}-{y}",
                    "name": f"{catalog.indicator(k).label(lang)} {y}",
                    "value": int(r["rank"]),
                    "low": int(r["rank_low"]),
                    "high": int(r["rank_high"]),
                    "outer_low": int(r["low"]),
                    "outer_high": int(r["high"]),
                }
            )
    return pd.DataFrame(rows)


def moves(change: Change, drawing) -> Finding:
    """Which of the six moves are clear."""
    first, last = change.years
    table = change.moves()
    clear = table[table["clear"]]
    origin = change.panel.whole
    n_clear = derived(
        len(clear),
        ("稳定区间不重叠的指标数", "indicators whose intervals are apart"),
        ("计数", "count"),
        origin=origin,
    )
    n_all = derived(len(table), ("排位指标数", "ranked indicators"), ("计数", "count"), origin=origin)
    listed = held.joined(map(short, clear.index))
    frame = pd.DataFrame(
        {
            "indicator": [label(k)[0] for k in table.index],
            "indicator_en": [label(k)[1] for k in table.index],
            "before": [change.rank(k, first) for k in table.index],
            "before_interval": [change.interval(k, first) for k in table.index],
            "after": [change.rank(k, last) for k in table.index],
            "after_interval": [change.interval(k, last) for k in table.index],
            "clear": ["清楚" if c else "不清楚" for c in table["clear"]],
            "clear_en": ["clear" if c else "not clear" for c in table["clear"]],
        }
    )
    source = origin.source_ids
    return Finding(
        "moves",
        words(
            "moves",
            "{place}的 {n} 项位次中，有 {k} 项的变动是清楚的",
            "Of {place}'s {n} places, {k} moved clearly",
            place=change.place,
            n=n_all,
            k=n_clear,
        ),
        words(
            "moves-sub",
            "{first} 年和 {last} 年的位次；内层为公布精度，外层为稳定区间，两年的外层不重叠才算清楚",
            "Places in {first} and {last}; inner: print resolution, outer: stability interval; a move is clear when the outer bands do not overlap",
            first=year(first),
            last=year(last),
        ),
        sentences=(
            Sentence(
                "clear-list",
                "清楚的变动：{what}。",
                "Clear moves: {what}.",
                {"what": listed},
                (
                    needs(
                        len(clear) > 0,
                        "没有一项变动是清楚的：两年的稳定区间都重叠。",
                        "No move is clear: all intervals of the two years overlap.",
                    ),
                ),
            ),
        ),
        note=words(
            "moves-note",
            "共看了 {n} 项指标；看得越多，越容易碰上一项变动大的。",
            "Looked at {n} indicators; the more one looks at, the likelier one of them moves far.",
            n=n_all,
        ),
        drawing=drawing,
        tables=(
            Table(
                "moves",
                ("起止两年的位次和稳定区间", "Places and stability intervals in the first and last year"),
                frame,
                (
                    Column("indicator", ("指标", "Indicator"), "name"),
                    Column(
                        "before",
                        (f"{first} 年", str(first)),
                        "rank",
                        formula=panel.RANK_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "before_interval",
                        (f"{first} 年稳定区间", f"{first} interval"),
                        "rank",
                        formula=STABLE_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "after",
                        (f"{last} 年", str(last)),
                        "rank",
                        formula=panel.RANK_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "after_interval",
                        (f"{last} 年稳定区间", f"{last} interval"),
                        "rank",
                        formula=STABLE_FORMULA,
                        source_ids=source,
                    ),
                    Column("clear", ("判断", "Verdict"), "text"),
                ),
            ),
        ),
        alt=words(
            "moves-alt",
            "{place} {first} 年与 {last} 年六项指标的位次：{k} 项变动清楚；医师由{a}到{b}。",
            "{place}, six places in {first} and {last}: {k} moved clearly; doctors from {a} to {b}.",
            place=change.place,
            first=year(first),
            last=year(last),
            k=n_clear,
            a=change.rank("doctors", first),
            b=change.rank("doctors", last),
        ),
    )


def sensitivity(change: Change, by_error: dict[float, pd.DataFrame], printed: pd.DataFrame) -> Finding:
    """How many moves stay clear as the assumed error grows, and what speaks for its size.

    by_error: relative error -> result of `each_year` (first and last year). printed: from `printed_rates`.
    """
    rows = []
    for error, stable in by_error.items():
        table = replace(change, stable=stable).moves()
        keys = list(table.index[table["clear"]])
        which = held.joined(map(short, keys))
        rows.append({"error": f"{error:.0%}", "clear": len(keys), "which": which[0], "which_en": which[1]})
    frame = pd.DataFrame(rows)
    origin = change.panel.whole
    count = [
        derived(
            n,
            (f"误差 {e} 时清楚的变动数", f"clear moves at an error of {e}"),
            ("计数", "count"),
            origin=origin,
        )
        for n, e in zip(frame["clear"], frame["error"], strict=True)
    ]
    frame["clear"] = count
    both = provenance(
        pd.concat([printed[list(change.panel.observations)], _recomputed_from(change, printed)])
    )
    gap = dict(formula=GAP_FORMULA, origin=both, style="percent")
    values = {
        "e": assumed(f"{panel.RELATIVE_ERROR:.0%}"),
        "p": derived(
            printed["region_code"].nunique(),
            ("年鉴印出比率的省份数", "provinces with a rate printed in the yearbook"),
            held.COUNTED,
            rows=printed,
        ),
        "n": derived(
            len(printed), ("年鉴印出的比率数", "rates printed in the yearbook"), held.COUNTED, rows=printed
        ),
        "m": derived(
            printed["gap"].median(),
            ("印出与重算的比率相差，中位数", "printed against recomputed rates, median gap"),
            **gap,
        ),
        "x": derived(
            printed["gap"].max(),
            ("印出与重算的比率相差，最大", "printed against recomputed rates, largest gap"),
            **gap,
        ),
    }
    return Finding(
        "sensitivity",
        words(
            "sensitivity",
            "假设误差为 {e0} 时 {n0} 项变动清楚，{e1} 时剩 {n1} 项",
            "{n0} moves are clear at an assumed error of {e0}, {n1} at {e1}",
            e0=assumed(frame["error"].iloc[0]),
            n0=count[0],
            e1=assumed(frame["error"].iloc[-1]),
            n1=count[-1],
        ),
        sentences=(
            Sentence(
                "sensitivity-basis",
                "误差 {e} 是本页的假设。可以参照的是：年鉴当年为 {p} 省印出的 {n} 个每千人口数，与按修订人口重算的相差，中位数 {m}，最大 {x}。",
                "The error of {e} is this page's assumption. What it can be held against: {n} rates that the yearbook printed at the time for {p} provinces differ from rates recomputed on revised population by a median of {m}, at most {x}.",
                values,
            ),
        ),
        tables=(
            Table(
                "sensitivity",
                ("不同假设误差下清楚的变动", "Clear moves under different assumed errors"),
                frame,
                (
                    Column("error", ("假设误差", "Assumed error"), "code"),
                    Column("clear", ("清楚的变动", "Clear moves"), "number", source_ids=origin.source_ids),
                    Column("which", ("指标", "Indicators"), "text"),
                ),
            ),
        ),
    )


def _recomputed_from(change: Change, printed: pd.DataFrame) -> pd.DataFrame:
    """Observations of the panel behind the recomputed rates."""
    o = change.panel.observations
    return o[
        o["indicator"].isin([*PRINTED.values(), panel.POPULATION])
        & o["region_code"].isin(printed["region_code"])
        & o["year"].isin(printed["year"])
    ]


def mobility_rows(change: Change, lang: str) -> pd.DataFrame:
    """One row a province as charts.scatter takes it: place in doctors in the first (x) and last (y) year."""
    first, last = change.years
    wide = change.places[change.places["indicator"] == "doctors"].pivot(
        index="region_code", columns="year", values="rank"
    )
    return panel.scatter_rows(wide[first], wide[last], lang, change.peers)


def mobility(change: Change, summary: pd.DataFrame, drawing) -> Finding:
    """How much the whole order moved. summary: ranking.mobility of each indicator, one column an indicator."""
    first, last = change.years
    origin, everything = change.panel.origin("doctors", first, last), change.panel.whole
    tau = derived(
        summary.at["kendall_tau", "doctors"],
        ("医师密度位次的 Kendall τ-b", "Kendall tau-b of places in doctors"),
        (f"{first} 年与 {last} 年 31 省比率", f"rates of 31 provinces in {first} and {last}"),
        origin=origin,
        style="index",
    )
    mean = derived(
        summary.at["mean_move", "doctors"],
        ("平均移动位数", "mean move in places"),
        ("位次之差绝对值的平均", "mean absolute difference of places"),
        origin=origin,
        style="index",
        decimals=1,
    )
    trace = derived(
        summary.at["shorrocks", "doctors"],
        ("Shorrocks 迹指数", "Shorrocks' trace index"),
        ("(k − 转移矩阵之迹) ÷ (k − 1)，五等分", "(k − trace) ÷ (k − 1) on quintiles"),
        origin=origin,
        style="index",
    )
    own = derived(
        abs(change.moves().at["doctors", "gained"]),
        ("本省移动位数", "the province's move in places"),
        MOVE_FORMULA,
        origin=origin,
    )
    table = summary.T.loc[
        list(panel.RANKED), ["kendall_tau", "spearman", "shorrocks", "mean_move", "max_move"]
    ].reset_index(names="key")
    table["indicator"], table["indicator_en"] = (
        [label(k)[0] for k in table["key"]],
        [label(k)[1] for k in table["key"]],
    )
    index = dict(style="index", source_ids=everything.source_ids)
    return Finding(
        "mobility",
        words(
            "mobility",
            "各省医师密度的位次平均移动 {mean} 位，{place}移动了 {own} 位",
            "Places in doctors moved by {mean} on average; {place}'s moved by {own}",
            mean=mean,
            place=change.place,
            own=own,
        ),
        words(
            "mobility-sub",
            "医师密度的位次，横轴 {first} 年，纵轴 {last} 年；斜线上为不变",
            "Place in doctors per thousand, {first} across, {last} up; on the diagonal nothing changed",
            first=year(first),
            last=year(last),
        ),
        sentences=(
            words(
                "tau",
                "两年的次序一致程度（Kendall τ-b）为 {tau}；五等分的 Shorrocks 迹指数为 {trace}：零为谁也没换组，一为与起点无关。",
                "The two orders agree with Kendall's tau-b of {tau}; Shorrocks' trace index on fifths is {trace}: zero if nobody changes group, one if the start does not matter.",
                tau=tau,
                trace=trace,
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "mobility",
                ("各指标的位次流动", "Mobility of places by indicator"),
                table,
                (
                    Column("indicator", ("指标", "Indicator"), "name"),
                    Column(
                        "kendall_tau",
                        ("Kendall τ-b", "Kendall tau-b"),
                        formula=("两年次序的一致", "agreement of the two orders"),
                        **index,
                    ),
                    Column(
                        "spearman",
                        ("Spearman", "Spearman"),
                        formula=("位次相关", "rank correlation"),
                        **index,
                    ),
                    Column(
                        "shorrocks",
                        ("Shorrocks", "Shorrocks"),
                        formula=("五等分迹指数", "trace index on fifths"),
                        **index,
                    ),
                    Column("mean_move", ("平均移动", "Mean move"), decimals=1, formula=MOVE_FORMULA, **index),
                    Column(
                        "max_move", ("最大移动", "Largest move"), decimals=1, formula=MOVE_FORMULA, **index
                    ),
                ),
            ),
        ),
        alt=words(
            "mobility-alt",
            "各省医师密度的位次，{first} 年对 {last} 年：{place}由{a}到{b}，各省平均移动 {mean} 位。",
            "Places in doctors per thousand, {first} against {last}: {place} from {a} to {b}; provinces moved {mean} places on average.",
            first=year(first),
            last=year(last),
            place=change.place,
            a=change.rank("doctors", first),
            b=change.rank("doctors", last),
            mean=mean,
        ),
    )


def closing(change: Change) -> Finding:
    """What the places cannot say."""
    return held.closing(
        (
            State(
                "E7",
                (
                    "专业公共卫生机构数口径变更，不排位",
                    "Specialised public health institutions changed definition and are not ranked",
                ),
                ("需要按同一口径重算的历年数", "A series recomputed under one definition would settle it"),
            ),
            State(
                "E1",
                (
                    "没有各省数字本身误差的公布值",
                    "No publisher states the error of the provinces' own counts",
                ),
                (
                    "公布数据质量抽查结果即可替换本页的假设误差",
                    "Published results of data quality checks would replace the assumed error",
                ),
            ),
        )
    )
