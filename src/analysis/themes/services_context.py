"""Services in context (provinces): length of stay and public health spending of all provinces; visits, beds and fees where the yearbook has them.

Rows: the NBS panel of 31 provinces (stay from 2010, spending per resident from 2014, when residents begin), and the health yearbook's ten
provinces to 2020. Neither stay nor spending has a better end, so nothing is ranked. The year 2020 cuts every series: before and after
are told apart and never joined. More than 300 lines because each sentence and column stands here in two languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis import catalog, tables
from analysis.facts import Fact, Provenance, State, derived, observed, provenance, round_half_up
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, words, year
from analysis.themes import held, panel

STAY, SPENDING, BUDGET = "hospital_stay_days", "health_expenditure", "budget_expenditure"
PER_HEAD, SHARE = "spending_per_resident", "spending_share"
SHOWN = (STAY, PER_HEAD, SHARE)
LABELS = {
    STAY: ("医院平均住院日", "Length of stay in hospitals"), PER_HEAD: ("每一常住人口财政医疗卫生支出", "Public health spending per resident"), SHARE: ("占一般公共预算支出", "Share of the public budget"),
}  # fmt: skip
UNITS = {STAY: ("日", "days"), PER_HEAD: ("元", "yuan"), SHARE: ("%", "%")}
DECIMALS = {STAY: 1, PER_HEAD: 0, SHARE: 1}
FORMULA = {
    STAY: ("医院出院者平均住院日，按发布", "as published"), PER_HEAD: ("地方财政医疗卫生支出 ÷ 年末常住人口", "local public health spending ÷ year-end residents"),
    SHARE: ("地方财政医疗卫生支出 ÷ 一般公共预算支出", "local public health spending ÷ general public budget"),
}  # fmt: skip
STAY_ONE_DECIMAL = 2018  # printed to two decimals before
SCOPE = next(
    b.start_year for b in catalog.indicator(SPENDING).breaks
)  # year in which the scope of health spending changed
CUT = (2019, 2020)  # last year before, first year of the epidemic
YEARBOOK = "health-yearbook"
BOOK = ("hospital_visits", "hospital_admissions", "hospital_bed_use_rate", "outpatient_fee", "inpatient_fee")
BOOK_UNITS = {
    "hospital_visits": ("万人次", "10,000 visits"),
    "hospital_admissions": ("万人次", "10,000 admissions"),
    "hospital_bed_use_rate": ("%", "%"),
    "outpatient_fee": ("元", "yuan"),
    "inpatient_fee": ("元", "yuan"),
}
BOOK_DECIMALS = {
    "hospital_visits": 0,
    "hospital_admissions": 0,
    "hospital_bed_use_rate": 1,
    "outpatient_fee": 1,
    "inpatient_fee": 0,
}
BOOK_SCALE = {"hospital_visits": 1e4, "hospital_admissions": 1e4}
MEDIAN = ("各省的中位数", "median of the provinces")


@dataclass(frozen=True)
class Series:
    """All provinces. observations: the rows read; values: one row an indicator of SHOWN, province and year with value and flags."""

    observations: pd.DataFrame
    values: pd.DataFrame

    @property
    def last_year(self) -> int:
        """The newest year in which every shown indicator has every province."""
        return int(self.values.groupby("indicator")["year"].max().min())

    @property
    def first_year(self) -> int:
        return int(self.values.loc[self.values["indicator"] == STAY, "year"].min())

    @cached_property
    def _at(self) -> pd.Series:
        return self.values.set_index(["indicator", "region_code", "year"])["value"]

    @cached_property
    def _rows(self) -> dict[tuple, int]:
        o = self.observations
        return {
            key: k
            for k, key in enumerate(zip(o["indicator"], o["region_code"], o["year"].astype(int), strict=True))
        }

    @cached_property
    def _origins(self) -> dict[tuple, Provenance]:
        return {}

    def at(self, indicator: str, code: str, y: int) -> float:
        return float(self._at.loc[(indicator, code, y)])

    def origin(self, indicator: str, y: int) -> Provenance:
        """What stands behind a number on all provinces in a year."""
        keys = {STAY: [STAY], PER_HEAD: [SPENDING, panel.POPULATION], SHARE: [SPENDING, BUDGET]}[indicator]
        if (indicator, y) not in self._origins:
            o = self.observations
            self._origins[indicator, y] = provenance(o[o["indicator"].isin(keys) & (o["year"] == y)])
        return self._origins[indicator, y]

    def cell(self, indicator: str, code: str, y: int) -> Fact:
        """An observed cell."""
        decimals = (1 if y >= STAY_ONE_DECIMAL else 2) if indicator == STAY else None
        return observed(self.observations.iloc[[self._rows[indicator, code, y]]], decimals=decimals)

    def year_of(self, y: int) -> pd.DataFrame:
        """One year: index region_code, one column an indicator."""
        v = self.values
        return v[v["year"] == y].pivot(index="region_code", columns="indicator", values="value")


@dataclass(frozen=True)
class Context(held.Subject):
    """A province's view: the series of all provinces, the yearbook's rows, its peers."""

    series: Series
    book: pd.DataFrame
    peers: list[str]

    @property
    def year(self) -> int:
        return self.series.last_year

    def fact(self, indicator: str, y: int) -> Fact:
        """The province's number; stay is observed, the others derived."""
        if indicator == STAY:
            return self.series.cell(STAY, self.code, y)
        over = SPENDING, panel.POPULATION if indicator == PER_HEAD else BUDGET
        zh, en = LABELS[indicator]
        style = {"style": "number", "decimals": 0} if indicator == PER_HEAD else {"style": "percent"}
        return derived(
            self.series.at(indicator, self.code, y),
            (f"{self.place[0]} {y} 年{zh}", f"{self.place[1]}, {en[0].lower()}{en[1:]}, {y}"),
            FORMULA[indicator],
            inputs=[self.series.cell(k, self.code, y) for k in over],
            **style,
        )

    def middle(self, indicator: str, y: int) -> Fact:
        """The median of the 31 provinces."""
        zh, en = LABELS[indicator]
        style = {
            STAY: {"style": "days", "decimals": 1},
            PER_HEAD: {"style": "number", "decimals": 0},
            SHARE: {"style": "percent"},
        }[indicator]
        return derived(
            self.series.year_of(y)[indicator].median(),
            (f"{y} 年各省{zh}的中位数", f"median of provinces, {en[0].lower()}{en[1:]}, {y}"),
            MEDIAN,
            origin=self.series.origin(indicator, y),
            **style,
        )


def coverage() -> dict[str, dict | None]:
    """Every province has a page."""
    return panel.every_province()


def read() -> Series:
    """Stay and spending of all provinces, with spending per resident and as a share of the budget."""
    rows = tables.read(
        "observations", source_id=panel.SOURCE, indicator=[STAY, SPENDING, BUDGET, panel.POPULATION]
    )
    wide = rows.pivot(index=["region_code", "year"], columns="indicator", values="value")
    wide[PER_HEAD], wide[SHARE] = wide[SPENDING] / wide[panel.POPULATION], wide[SPENDING] / wide[BUDGET] * 100
    # before family planning entered health spending its share of the budget was another one
    wide.loc[wide.index.get_level_values("year") < SCOPE, SHARE] = float("nan")
    values = (
        wide[list(SHOWN)]
        .reset_index()
        .melt(["region_code", "year"], var_name="indicator")
        .dropna(subset="value")
    )
    return Series(rows, values.assign(year=values["year"].astype(int)).reset_index(drop=True))


def read_yearbook() -> pd.DataFrame:
    """The yearbook's hospital services of the provinces that it has to its last year: rows of `observations`."""
    rows = tables.read("observations", source_id=YEARBOOK, indicator=list(BOOK))
    rows = rows[(rows["region_code"] != catalog.NATION) & ~rows["damaged"]]
    to_the_end = rows.groupby("region_code")["year"].transform("max") == rows["year"].max()
    return rows[to_the_end].reset_index(drop=True)


def load(region_code: str, series: Series, book: pd.DataFrame) -> Context:
    """A province's view. Raises ParameterError for a code that is no region."""
    return Context(
        catalog.region(region_code).code, series, book, panel.peer_codes(region_code, series.last_year)
    )


def data(c: Context) -> Finding:
    """What was read."""
    rows, v = c.series.observations, c.series.values
    n = derived(
        len(rows) + len(c.book),
        ("读取的数据格数", "cells read"),
        ("计数", "count of rows"),
        origin=provenance(pd.concat([rows, c.book])),
        style="count",
        unit="格",
    )
    k = derived(
        c.book["region_code"].nunique(),
        ("年鉴面板的省数", "provinces of the yearbook panel"),
        ("计数", "count of rows"),
        rows=c.book,
        style="count",
        unit="省",
    )
    span = v.groupby("indicator")["year"].agg(["min", "max"]).loc[list(SHOWN)]
    shown = pd.DataFrame(
        {
            "what": [LABELS[i][0] for i in SHOWN],
            "what_en": [LABELS[i][1] for i in SHOWN],
            "from": span["min"].astype(str).tolist(),
            "to": span["max"].astype(str).tolist(),
        }
    )
    names = held.joined(map(held.place, c.peers))
    return Finding(
        "data",
        words(
            "data",
            "本页读取 {n}数据，年鉴部分只有 {k}",
            "This page reads {n} cells; the yearbook's part covers {k} provinces",
            n=n,
            k=k,
        ),
        sentences=(
            words(
                "peers",
                "比较组为人均地区生产总值和人口最接近的五省：{peers}。",
                "The peer group is the five provinces nearest in GDP per head and population: {peers}.",
                peers=names,
            ),
        ),
        tables=(
            Table(
                "coverage",
                ("各指标的年份，31 省", "Years of each indicator, 31 provinces"),
                shown,
                (
                    Column("what", ("指标", "Indicator"), "name"),
                    Column("from", ("起", "From"), "year"),
                    Column("to", ("止", "To"), "year"),
                ),
            ),
        ),
        peers=tuple(c.peers),
    )


def spine_rows(c: Context, lang: str) -> pd.DataFrame:
    """One row a province and indicator, newest year, as charts.spine takes it."""
    i, names = lang == "en", panel.short_names(lang)
    long = (
        c.series.year_of(c.year)[list(SHOWN)]
        .reset_index()
        .melt("region_code", var_name="indicator", value_name="value")
    )
    return pd.DataFrame(
        {
            "indicator": long["indicator"],
            "label": long["indicator"].map(lambda k: LABELS[k][i]),
            "unit": long["indicator"].map(lambda k: UNITS[k][i]),
            "code": long["region_code"],
            "name": long["region_code"].map(names),
            "value": long["value"],
            "peer": long["region_code"].isin(c.peers),
        }
    )


def medians(c: Context) -> dict[str, float]:
    """Median of the provinces in the newest year, by indicator."""
    return c.series.year_of(c.year)[list(SHOWN)].median().to_dict()


def _against(c: Context, indicator: str) -> tuple[str, str]:
    """Above, below or level with the median at the printed precision."""
    own, middle = (
        round_half_up(v, DECIMALS[indicator])
        for v in (c.series.at(indicator, c.code, c.year), medians(c)[indicator])
    )
    return (
        ("与中位数相同", "level with the median")
        if own == middle
        else ("高于中位数", "above the median")
        if own > middle
        else ("低于中位数", "below the median")
    )


def position(c: Context, drawing) -> Finding:
    """Where the province stands, without a rank. drawing: charts.spine of spine_rows."""
    y = c.year
    own, mid = {k: c.fact(k, y) for k in SHOWN}, {k: c.middle(k, y) for k in SHOWN}
    at = {k: _against(c, k) for k in SHOWN}
    values = (
        {"place": c.place, "y": year(y)}
        | {f"v{j}": own[k] for j, k in enumerate(SHOWN)}
        | {f"m{j}": mid[k] for j, k in enumerate(SHOWN)}
        | {f"a{j}": at[k] for j, k in enumerate(SHOWN)}
    )
    shown = pd.DataFrame(
        {
            "what": [LABELS[k][0] for k in SHOWN],
            "what_en": [LABELS[k][1] for k in SHOWN],
            "own": [own[k] for k in SHOWN],
            "middle": [mid[k] for k in SHOWN],
        }
    ).astype({"own": object, "middle": object})
    source = held.sources(c.series.observations)
    return Finding(
        "position",
        Sentence(
            "position",
            "{place} {y} 年平均住院日 {v0} 日，{a0}；每一常住人口的财政医疗卫生支出{a1}",
            "{place} in {y}: length of stay {v0} days, {a0}; public health spending per resident {a1}",
            values,
        ),
        words(
            "position-sub",
            "{y} 年各省一点；每行刻度独立，竖线为各省中位数；不排位",
            "One dot a province in {y}; each row has its own scale, the tick is the median; no ranks",
            y=year(y),
        ),
        sentences=(
            Sentence(
                "stay",
                "{y} 年{place}医院平均住院日 {v0} 日（各省中位数 {m0} 日）。短不等于好：也取决于病种、转诊和支付。",
                "In {y} the mean stay in hospitals of {place} was {v0} days (median of provinces {m0}). Shorter is not better: it also hangs on case mix, referral and payment.",
                values,
                brief=5,
            ),
            Sentence(
                "spending",
                "{y} 年{place}财政医疗卫生支出合每一常住人口 {v1} 元（中位数 {m1} 元），占一般公共预算支出的 {v2}（中位数 {m2}）。",
                "In {y} public health spending of {place} was CNY {v1} per resident (median {m1}), or {v2} of the public budget (median {m2}).",
                values,
                brief=6,
            ),
        ),
        note=words(
            "position-note",
            "支出按当年价，不含个人和医保基金；两项指标没有好的一端，所以不排位。",
            "Spending at current prices, without households and insurance funds; neither indicator has a better end, so nothing is ranked.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "position",
                ("本省和各省中位数，一行一项", "The province and the median, one row an indicator"),
                shown,
                (
                    Column("what", ("指标", "Indicator"), "name"),
                    Column("own", c.place, "number", source_ids=source),
                    Column(
                        "middle",
                        ("各省中位数", "Median of provinces"),
                        "number",
                        formula=MEDIAN,
                        source_ids=source,
                    ),
                ),
            ),
        ),
        alt=Sentence(
            "position-alt",
            "{place} {y} 年在各省中的位置：平均住院日 {v0} 日，每一常住人口支出 {v1} 元，占预算 {v2}。",
            "{place} among the provinces in {y}: stay {v0} days, spending CNY {v1} per resident, {v2} of the budget.",
            values,
        ),
    )


def trend_rows(c: Context, lang: str) -> pd.DataFrame:
    """Stay, spending per resident and its share by year, with the provinces' median and 10-90 % band, as charts.trends takes it."""
    i = lang == "en"
    grouped = c.series.values.groupby(["indicator", "year"])["value"]
    table = (
        grouped.quantile([0.1, 0.5, 0.9])
        .unstack()
        .rename(columns={0.1: "p10", 0.5: "median", 0.9: "p90"})
        .reset_index()
    )
    own = c.series.values[c.series.values["region_code"] == c.code].set_index(["indicator", "year"])["value"]
    table["value"] = own.reindex(pd.MultiIndex.from_frame(table[["indicator", "year"]])).to_numpy()
    table = table.assign(
        panel=table["indicator"],
        label=table["indicator"].map(lambda k: LABELS[k][i]),
        unit=table["indicator"].map(lambda k: UNITS[k][i]),
    )
    return table.sort_values(
        "panel", key=lambda s: s.map(list(SHOWN).index), kind="stable", ignore_index=True
    )


def cut_name(lang: str) -> str:
    """What the cut is, for the key of charts.trends."""
    return ("疫情断点", "epidemic cut")[lang == "en"]


def cuts(keys) -> dict[str, list[tuple[int, int]]]:
    """The cut of 2020 for each panel of charts.trends."""
    return {key: [CUT] for key in keys}


def change(c: Context, rows: pd.DataFrame, drawing) -> Finding:
    """Before and from 2020, told apart. rows: trend_rows; drawing: charts.trends."""
    a, b, y = c.series.first_year, *CUT
    last, facts = c.year, {}
    for key, at in (("s0", a), ("s1", b), ("s2", y), ("s3", last)):
        facts[key] = c.fact(STAY, at)
    start = int(c.series.values.loc[c.series.values["indicator"] == PER_HEAD, "year"].min())
    facts |= {"p0": c.fact(PER_HEAD, start), "p1": c.fact(PER_HEAD, b), "p2": c.fact(PER_HEAD, last)}
    values = facts | {
        "place": c.place,
        "a": year(a),
        "b": year(b),
        "y": year(y),
        "last": year(last),
        "start": year(start),
        "n": c.middle(STAY, a),
        "m": c.middle(STAY, b),
    }
    odd = c.series.observations
    odd = odd[
        (odd["region_code"] == c.code) & (odd["indicator"] == STAY) & odd["flags"].str.contains("not_ranked")
    ]
    sentences = [
        Sentence(
            "stay-change",
            "平均住院日 {a} 年 {s0} 日、{b} 年 {s1} 日（中位数 {n} 日、{m} 日）；{y} 年起另算：{y} 年 {s2} 日，{last} 年 {s3} 日。",
            "Mean stay: {s0} days in {a}, {s1} in {b} (medians {n} and {m}); from {y} told apart: {s2} in {y}, {s3} in {last}.",
            values,
        ),
        Sentence(
            "spending-change",
            "每一常住人口财政医疗卫生支出 {start} 年 {p0} 元，{b} 年 {p1} 元，{last} 年 {p2} 元；当年价，疫情年份含防控支出。",
            "Public health spending per resident: CNY {p0} in {start}, {p1} in {b}, {p2} in {last}; current prices, with epidemic control in those years.",
            values,
        ),
    ]
    if len(odd):
        sentences.append(
            words(
                "odd",
                "{y} 年的 {v} 日按发布画出，远离前后各年，不用于比较。",
                "The {v} days of {y} are drawn as published; they lie far from the years around and enter no comparison.",
                y=year(int(odd.iloc[0]["year"])),
                v=observed(odd.iloc[[0]]),
            )
        )
    table = rows.assign(
        label_zh=rows["panel"].map(lambda k: LABELS[k][0]),
        label_zh_en=rows["panel"].map(lambda k: LABELS[k][1]),
        year=rows["year"].astype(str),
    )
    number = dict(style="number", decimals=1, source_ids=held.sources(c.series.observations))
    return Finding(
        "change",
        Sentence(
            "change",
            "{place}的平均住院日：{a} 年 {s0} 日，{b} 年 {s1} 日；{y} 年起另算，{last} 年 {s3} 日",
            "{place}, length of stay: {s0} days in {a}, {s1} in {b}; told apart from {y}, {s3} in {last}",
            values,
        ),
        words(
            "change-sub",
            "实线为本省，虚线为各省中位数，色带为中间八成的省；竖虚线为 {y} 年的断点，两侧不连",
            "Line: the province; dashed: median; band: middle four fifths of provinces; dashed upright: the cut of {y}, never joined",
            y=year(y),
        ),
        sentences=tuple(sentences),
        note=words(
            "change-note",
            "{y} 年就诊骤减，住院日的病种构成随之改变，所以断开。",
            "In {y} visits fell and with them the mix of cases in hospital changed, so the line is cut.",
            y=year(y),
        ),
        drawing=drawing,
        tables=(
            Table(
                "change",
                ("逐年的数值和各省分布", "Values and the spread of provinces by year"),
                table,
                (
                    Column("label_zh", ("指标", "Indicator"), "name"),
                    Column("year", ("年", "Year"), "year"),
                    Column("value", c.place, **number, formula=("见指标", "see indicator")),
                    Column("median", ("中位数", "Median"), formula=MEDIAN, **number),
                    Column(
                        "p10",
                        ("第 10 百分位", "10th percentile"),
                        formula=("各省的分位数", "quantile of provinces"),
                        **number,
                    ),
                    Column(
                        "p90",
                        ("第 90 百分位", "90th percentile"),
                        formula=("各省的分位数", "quantile of provinces"),
                        **number,
                    ),
                ),
            ),
        ),
        alt=Sentence(
            "change-alt",
            "{place}逐年的平均住院日和财政医疗卫生支出，住院日 {a} 年 {s0} 日，{last} 年 {s3} 日。",
            "{place}: length of stay and public health spending by year; stay {s0} days in {a}, {s3} in {last}.",
            values,
        ),
    )


def book_rows(c: Context, lang: str) -> pd.DataFrame:
    """Visits, admissions, bed use and fees by year with the median of the yearbook's provinces, as charts.trends takes it; empty elsewhere."""
    i, own = lang == "en", c.book[c.book["region_code"] == c.code]
    if own.empty:
        return pd.DataFrame(columns=["panel", "label", "year", "value", "median", "unit"])
    scaled = c.book.assign(scaled=c.book["value"] / c.book["indicator"].map(lambda k: BOOK_SCALE.get(k, 1.0)))
    table = scaled.groupby(["indicator", "year"])["scaled"].median().rename("median").reset_index()
    mine = scaled[scaled["region_code"] == c.code].set_index(["indicator", "year"])["scaled"]
    table["value"] = mine.reindex(pd.MultiIndex.from_frame(table[["indicator", "year"]])).to_numpy()
    table = table.assign(
        panel=table["indicator"],
        label=table["indicator"].map(lambda k: catalog.indicator(k).label(lang)),
        unit=table["indicator"].map(lambda k: BOOK_UNITS[k][i]),
        year=table["year"].astype(int),
    )
    return table.sort_values("panel", key=lambda s: s.map(list(BOOK).index), kind="stable", ignore_index=True)


def yearbook(c: Context, rows: pd.DataFrame, drawing) -> Finding:
    """Visits, admissions, bed use and fees where the yearbook has the province. rows: book_rows; drawing: charts.trends, or None."""
    if drawing is None:
        state = State(
            "E1",
            (
                f"{c.place[0]}不在年鉴面板中：诊疗人次、入院人数、床位使用率和次均费用没有序列",
                f"{c.place[1]} is not in the yearbook panel: no series of visits, admissions, bed use and fees",
            ),
            (
                "从国家数据分省年度数据或省卫生健康统计年鉴导入",
                "Import them from the provincial annual data of the statistics bureau or the province's health yearbook",
            ),
        )
        return Finding(
            "yearbook",
            words(
                "yearbook",
                "{place}不在年鉴的十省面板中",
                "{place} is not in the yearbook's panel of ten provinces",
                place=c.place,
            ),
            states=(state,),
        )
    own = c.book[c.book["region_code"] == c.code].set_index(["indicator", "year"])
    facts = {
        (k, y): observed(own.loc[[(k, y)]].reset_index()) for k in BOOK for y in CUT if (k, y) in own.index
    }
    visits = {y: facts["hospital_visits", y] for y in CUT}
    fall = derived(
        (visits[CUT[1]].value / visits[CUT[0]].value - 1) * 100,
        (
            f"{c.place[0]}医院诊疗人次 {CUT[1]} 年比 {CUT[0]} 年",
            f"{c.place[1]}, hospital visits, {CUT[1]} on {CUT[0]}",
        ),
        ("后 ÷ 前 − 1", "after ÷ before − 1"),
        inputs=(visits[CUT[1]], visits[CUT[0]]),
        style="percent",
        signed=True,
    )
    values = {
        "place": c.place,
        "b": year(CUT[0]),
        "y": year(CUT[1]),
        "v": visits[CUT[0]],
        "f": fall,
        "u0": facts["hospital_bed_use_rate", CUT[0]],
        "u1": facts["hospital_bed_use_rate", CUT[1]],
        "o": facts["outpatient_fee", CUT[0]],
        "p": facts["inpatient_fee", CUT[0]],
    }
    table = rows.assign(
        name=rows["panel"].map(lambda k: catalog.indicator(k).label("zh")),
        name_en=rows["panel"].map(lambda k: catalog.indicator(k).label("en")),
        unit=rows["panel"].map(lambda k: BOOK_UNITS[k][0]),
        unit_en=rows["panel"].map(lambda k: BOOK_UNITS[k][1]),
        year=rows["year"].astype(str),
    )
    number = dict(style="number", decimals=1, source_ids=held.sources(c.book))
    return Finding(
        "yearbook",
        Sentence(
            "yearbook",
            "{place}医院诊疗人次 {y} 年比 {b} 年变化 {f}，床位使用率由 {u0} 到 {u1}",
            "{place}, hospital visits changed by {f} from {b} to {y}; bed use {u0}, then {u1}",
            values,
        ),
        words(
            "yearbook-sub",
            "实线为本省，虚线为年鉴十省的中位数；{y} 年断开",
            "Line: the province; dashed: median of the yearbook's ten provinces; cut at {y}",
            y=year(CUT[1]),
        ),
        sentences=(
            Sentence(
                "volume",
                "{b} 年{place}医院诊疗 {v}，门诊次均费用 {o}，住院人均费用 {p}；{y} 年诊疗人次变化 {f}，是疫情年，不作前后比较的终点。",
                "In {b} hospitals of {place} had {v} visits, {o} a visit and {p} a stay; in {y} visits changed by {f}: a year of the epidemic and no end point of a comparison.",
                values,
            ),
        ),
        note=words(
            "yearbook-note",
            "费用为当年价。年鉴各列经比对重新标名，诊疗、床位使用率和费用为“很可能”；个别数与上年相同。",
            "Fees at current prices. Columns of the yearbook were re-labelled by matching; visits, bed use and fees are “very likely”; some cells equal the year before.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "yearbook",
                ("逐年的数值和年鉴十省的中位数", "Values and the median of the yearbook's provinces by year"),
                table,
                (
                    Column("name", ("指标", "Indicator"), "name"),
                    Column("year", ("年", "Year"), "year"),
                    Column("unit", ("单位", "Unit"), "text"),
                    Column("value", c.place, **number),
                    Column("median", ("中位数", "Median"), formula=MEDIAN, **number),
                ),
            ),
        ),
        alt=Sentence(
            "yearbook-alt",
            "{place}：诊疗人次、入院、床位使用率和次均费用逐年折线；{y} 年诊疗人次变化 {f}。",
            "{place}: visits, admissions, bed use and fees by year; visits changed by {f} in {y}.",
            values,
        ),
    )


def closing(c: Context) -> Finding:
    """What the series cannot say."""
    return held.closing(
        (
            State(
                "E4",
                (
                    "住院日没有病种构成和转院情况，变化的原因无从区分",
                    "Length of stay without case mix and transfers: reasons for a change cannot be told apart",
                ),
                ("需要病例组合指数和按病种的住院日", "Case-mix index and stay by disease would settle it"),
            ),
            State(
                "E7",
                (
                    "支出为当年价且疫情年份含防控，前后不可直接比较",
                    "Spending at current prices, with epidemic control in some years: not directly comparable",
                ),
                (
                    "需要价格指数和防控支出明细",
                    "A price index and the items of epidemic control would settle it",
                ),
            ),
            State(
                "E1",
                (
                    "没有按月的分省数据，不作中断时间序列",
                    "No monthly data by province, so no interrupted time series",
                ),
                (
                    "需要《全国医疗服务情况》分省月报",
                    "Monthly provincial tables of the health commission would settle it",
                ),
            ),
        )
    )
