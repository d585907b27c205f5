"""Resource equity: how evenly six resources lie over the residents of the 31 provinces, and what one province adds to that.

One notebook, two readers: region_code 000000 is the national edition, a province's code marks the province and adds its own
sentences. Thirty-one provinces are a census: there is no sampling interval. Ranges come from leaving out each province, from the
printed digits and from an assumed error, and are named so. Area by area the yearbook's East 11 / Central 8 / West 12 is used.
More than 300 lines because each sentence stands here in two languages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import catalog
from analysis.facts import Fact, State, derived, round_half_up
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, brief, name, words, year
from analysis.themes import held, panel

AREAS = ("east", "central", "west")
MAIN = "doctors"
DRAWS = 200
GINI_FORMULA = (
    "各省按人口加权的基尼系数，31 省为全体，不作样本校正",
    "Gini over provinces weighted by residents; 31 provinces are all there are, no sample correction",
)
WITHOUT_FORMULA = ("去掉一个省后重算的基尼系数", "Gini computed again without one province")
SHARE_FORMULA = (
    "区域间泰尔 T ÷ 全部泰尔 T，东部 11、中部 8、西部 12 省",
    "Theil T between areas ÷ all of Theil T; East 11, Central 8, West 12 provinces",
)


@dataclass(frozen=True)
class Equity(panel.View):
    """A page of the theme.

    gini, theil: from `each`, index (indicator, year); without: from `leaving_out`;
    printed: from `rounding`; erring: from `under_error`.
    """

    gini: pd.DataFrame
    theil: pd.DataFrame
    without: pd.DataFrame
    printed: pd.DataFrame
    erring: pd.DataFrame

    def index(
        self,
        value: float,
        zh: str,
        en: str,
        formula: tuple[str, str],
        indicator: str = MAIN,
        decimals: int = 3,
        **how,
    ) -> Fact:
        """An inequality index as a Fact that rests on all provinces of its years."""
        return derived(
            value,
            (zh, en),
            formula,
            origin=self.panel.origin(indicator, *self.years),
            style="index",
            decimals=decimals,
            **how,
        )

    def gini_fact(self, indicator: str, y: int) -> Fact:
        zh, en = held.short(indicator)
        return self.index(
            self.gini.at[(indicator, y), "gini"],
            f"{y} 年{zh}的基尼系数",
            f"Gini of {en}, {y}",
            GINI_FORMULA,
            indicator,
        )


def coverage() -> dict[str, dict | None]:
    """The nation, and every province as the marked one."""
    return {catalog.NATION: None, **panel.every_province()}


def area_name(area: str) -> tuple[str, str]:
    return held.term(f"area_{area}")


def _with_area(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(area=rows["region_code"].map(lambda code: catalog.region(code).area))


def each(
    provinces: panel.Panel, method: Callable[[pd.DataFrame], pd.Series | float], years: tuple[int, ...] = ()
) -> pd.DataFrame:
    """Apply an index to every indicator and year: index (indicator, year); column `gini` for a number, the Series' names else.

    The method gets the provinces' rows of the panel's rates with their `area` (east, central, west).
    """
    rates = _with_area(provinces.rates)
    rates = rates[rates["year"].isin(years)] if years else rates
    found = {key: method(rows) for key, rows in rates.groupby(["indicator", "year"])}
    table = pd.DataFrame(
        {
            key: value if isinstance(value, pd.Series) else pd.Series({"gini": value})
            for key, value in found.items()
        }
    ).T
    return table.rename_axis(index=["indicator", "year"])


def leaving_out(provinces: panel.Panel, method: Callable[[pd.DataFrame], float]) -> pd.DataFrame:
    """The index without each province in turn, first and last year: index (indicator, year), one column a province left out."""
    ends = provinces.only_years(provinces.first_year, provinces.last_year)
    codes = sorted(ends.rates["region_code"].unique())
    return pd.concat(
        {
            code: each(ends, lambda rows, code=code: method(rows[rows["region_code"] != code]))["gini"]
            for code in codes
        },
        axis=1,
    )


def rounding(provinces: panel.Panel, method: Callable[[pd.DataFrame], float]) -> pd.DataFrame:
    """Bounds of the index from printed digits, first and last year: index (indicator, year), columns low, high.

    Every rate stands at the end of its rounding interval nearer to (farther from) the rate of all provinces together.
    """

    def bounds(rows: pd.DataFrame) -> pd.Series:
        above = rows["value"] > (rows["value"] * rows["population"]).sum() / rows["population"].sum()
        nearer, farther = rows["low"].where(above, rows["high"]), rows["high"].where(above, rows["low"])
        return pd.Series(
            {"low": method(rows.assign(value=nearer)), "high": method(rows.assign(value=farther))}
        )

    return each(provinces, bounds, (provinces.first_year, provinces.last_year))


def under_error(
    provinces: panel.Panel,
    method: Callable[[pd.DataFrame], float],
    *,
    relative_error: float = panel.RELATIVE_ERROR,
    draws: int = DRAWS,
    seed: int = 0,
) -> pd.DataFrame:
    """The index of doctors when each log rate is perturbed by the relative error: index year, columns low, high (middle 95 %).

    Errors add to the spread, so on average the range lies above the index itself.
    """
    rng, found = np.random.default_rng(seed), {}
    for y in (provinces.first_year, provinces.last_year):
        rows = provinces.rates.query("indicator == @MAIN and year == @y")
        noise = np.exp(rng.normal(0, relative_error, (draws, len(rows))))
        found[y] = np.quantile(
            [method(rows.assign(value=rows["value"] * factor)) for factor in noise], [0.025, 0.975]
        )
    return pd.DataFrame(found, index=["low", "high"]).T


def load(region_code: str, provinces: panel.Panel, **computed: pd.DataFrame) -> Equity:
    """The page's view; ``computed`` holds gini, theil, without, printed and erring. Raises ParameterError for a code that is no region."""
    return Equity(catalog.region(region_code).code, provinces, **computed)


def data(equity: Equity) -> Finding:
    """What was read, and the three areas: provinces, residents, doctors per 1,000."""
    first, last = equity.years
    rows = _with_area(equity.panel.rates.query("indicator == @MAIN and year == @last"))
    area = (
        rows.groupby("area")
        .agg(provinces=("region_code", "size"), population=("population", "sum"), count=("count", "sum"))
        .loc[list(AREAS)]
    )
    area["rate"] = area["count"] / area["population"] * 1000
    area["share"] = area["population"] / area["population"].sum() * 100
    table = area.assign(
        name=[area_name(a)[0] for a in AREAS], name_en=[area_name(a)[1] for a in AREAS]
    ).reset_index(drop=True)
    source = held.sources(equity.panel.observations)
    return Finding(
        "data",
        panel.cells_read(equity.panel),
        sentences=(
            words(
                "areas",
                "东部、中部和西部按卫生健康统计年鉴的划分。{a} 年至 {b} 年的医师、护士和卫生技术人员都含村卫生室。",
                "East, Central and West follow the health statistics yearbook. Doctors, nurses and technicians of {a} to {b} include village clinics.",
                a=year(first),
                b=year(last),
            ),
        ),
        tables=(
            Table(
                "areas",
                (
                    f"{last} 年三个区域：省数、人口份额和每千人口医师",
                    f"Three areas in {last}: provinces, share of residents, doctors per 1,000",
                ),
                table,
                (
                    Column("name", ("区域", "Area"), "name"),
                    Column(
                        "provinces",
                        ("省数", "Provinces"),
                        "number",
                        formula=("计数", "count"),
                        source_ids=source,
                    ),
                    Column(
                        "share",
                        ("人口份额", "Share of residents"),
                        "percent",
                        formula=("区域人口 ÷ 各省合计", "residents ÷ sum of provinces"),
                        source_ids=source,
                    ),
                    Column(
                        "rate",
                        ("医师", "Doctors"),
                        "rate",
                        ("每千人口", "per 1,000 residents"),
                        formula=panel.PER_1000,
                        source_ids=source,
                    ),
                ),
            ),
        ),
    )


def curve_rows(equity: Equity, curves: dict[int, pd.DataFrame], lang: str) -> pd.DataFrame:
    """Points of the Lorenz curves as charts.lorenz takes them. curves: year -> equity.lorenz of doctors."""
    parts = [
        c.rename(columns={"population": "x", "share": "y"}).assign(
            curve=str(y), label=f"{y} {equity.gini_fact(MAIN, y).text(lang)}"
        )
        for y, c in curves.items()
    ]
    return pd.concat(parts, ignore_index=True)


def curve_axes(lang: str) -> dict[str, str]:
    if lang == "zh":
        return {"x_label": "各省由少到多，人口累计份额", "y_label": "医师累计份额"}
    return {
        "x_label": "cumulative share of residents, provinces from fewest to most",
        "y_label": "cumulative share of doctors",
    }


def lorenz(equity: Equity, curves: dict[int, pd.DataFrame], drawing) -> Finding:
    """Doctors over residents: two Lorenz curves with their Gini."""
    first, last = equity.years
    g0, g1 = equity.gini_fact(MAIN, first), equity.gini_fact(MAIN, last)
    c = curves[last]
    half = float(np.interp(0.5, c["population"], c["share"]))
    of_half = derived(
        half * 100,
        ("医师较少的一半人口所拥有的医师份额", "share of doctors held by the half of residents with fewest"),
        ("洛伦兹曲线在一半人口处的值", "Lorenz curve at half of the residents"),
        origin=equity.panel.origin(MAIN, last),
        style="percent",
    )
    table = pd.concat(
        [
            rows.assign(year=str(y), population=rows["population"] * 100, share=rows["share"] * 100)
            for y, rows in curves.items()
        ],
        ignore_index=True,
    )
    percent = dict(
        style="percent", formula=("由少到多累计", "cumulated from fewest to most"), source_ids=g1.source_ids
    )
    return Finding(
        "lorenz",
        words(
            "lorenz",
            "各省医师按人口的基尼系数：{a} 年 {g0}，{b} 年 {g1}",
            "Gini of doctors over residents of the provinces: {g0} in {a}, {g1} in {b}",
            a=year(first),
            b=year(last),
            g0=g0,
            g1=g1,
        ),
        words(
            "lorenz-sub",
            "洛伦兹曲线：各省按每千人口医师由少到多排列；离对角线越远越不均",
            "Lorenz curves: provinces from fewest to most doctors per thousand residents; the farther from the diagonal, the less even",
        ),
        sentences=(
            Sentence(
                "half",
                "{b} 年，每千人口医师较少的一半人口拥有 {held} 的医师；各省医师的基尼系数由 {a} 年的 {g0} 到 {g1}。省内的差别不在其中：每省只算一个数。",
                "In {b} the half of residents with fewer doctors had {held} of all doctors; the provinces' Gini went from {g0} in {a} to {g1}. Differences inside a province are not in it: each province counts as one number.",
                {"a": year(first), "b": year(last), "held": of_half, "g0": g0, "g1": g1},
                brief=0 if equity.mark else 1,
            ),
        ),
        note=words(
            "lorenz-note",
            "按常住人口加权；三十一个省是全体，没有抽样误差。",
            "Weighted by residents; the thirty-one provinces are all there are, so there is no sampling error.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "lorenz",
                ("洛伦兹曲线的点", "Points of the Lorenz curves"),
                table,
                (
                    Column("year", ("年", "Year"), "year"),
                    Column("population", ("人口累计份额", "Share of residents"), decimals=1, **percent),
                    Column("share", ("医师累计份额", "Share of doctors"), decimals=1, **percent),
                ),
            ),
        ),
        alt=words(
            "lorenz-alt",
            "{place}：各省医师的洛伦兹曲线，基尼系数 {a} 年 {g0}，{b} 年 {g1}；医师较少的一半人口拥有 {held} 的医师。",
            "{place}: Lorenz curves of doctors over provinces, Gini {g0} in {a} and {g1} in {b}; the half with fewer doctors held {held}.",
            place=equity.place,
            a=year(first),
            b=year(last),
            g0=g0,
            g1=g1,
            held=of_half,
        ),
    )


def trend_rows(equity: Equity, lang: str) -> pd.DataFrame:
    """One row an indicator and year as charts.trends takes it: the Gini."""
    t = equity.gini.reset_index()
    t["order"] = t["indicator"].map(list(panel.RANKED).index)
    t = t.sort_values(["order", "year"], ignore_index=True)
    return pd.DataFrame(
        {
            "panel": t["indicator"],
            "label": [catalog.indicator(k).label(lang) for k in t["indicator"]],
            "year": t["year"].astype(int),
            "value": t["gini"],
        }
    )


def _printed(value: float, decimals: int = 3):
    return round_half_up(value, decimals)


def _lower(equity: Equity) -> tuple[list[str], list[str]]:
    """Indicators whose Gini is lower (higher) in the last year than in the first, at the printed precision."""
    first, last = equity.years
    change = {
        k: _printed(equity.gini.at[(k, last), "gini"]) - _printed(equity.gini.at[(k, first), "gini"])
        for k in panel.RANKED
    }
    return [k for k, d in change.items() if d < 0], [k for k, d in change.items() if d > 0]


def _join(keys: list[str]) -> tuple[str, str]:
    return held.joined(map(held.short, keys))


def trends(equity: Equity, drawing) -> Finding:
    """The Gini of six resources over the years."""
    first, last = equity.years
    lower, higher = _lower(equity)
    origin = equity.panel.whole
    k = derived(
        len(lower),
        ("基尼系数低于起年的指标数", "indicators with a lower Gini than in the first year"),
        ("计数，按印出的三位小数比较", "count, compared at three printed decimals"),
        origin=origin,
    )
    n = derived(len(panel.RANKED), ("指标数", "indicators"), ("计数", "count"), origin=origin)
    most = max(panel.RANKED, key=lambda key: equity.gini.at[(key, last), "gini"])
    least = min(panel.RANKED, key=lambda key: equity.gini.at[(key, last), "gini"])
    jumps = [
        (code, y) for code in panel.short_names("zh") for y in equity.panel.jumps(MAIN, code) if y > first
    ]
    listed = tuple(
        ("、" if lang == "zh" else ", ").join(f"{panel.short_names(lang)[code]} {y}" for code, y in jumps)
        for lang in ("zh", "en")
    )
    sentences = [
        Sentence(
            "ends",
            "{b} 年各省之间最不均的是{most}（基尼系数 {gm}），最均的是{least}（{gl}）。",
            "Over the provinces {most} were the least even in {b} (Gini {gm}), {least} the most even ({gl}).",
            {
                "b": year(last),
                "most": held.short(most),
                "gm": equity.gini_fact(most, last),
                "least": held.short(least),
                "gl": equity.gini_fact(least, last),
            },
            brief=0 if equity.mark else 2,
        ),
        words(
            "higher",
            "高于 {a} 年的是{what}。",
            "Higher than in {a}: {what}.",
            a=year(first),
            what=_join(higher),
        )
        if higher
        else words("higher", "没有一项高于 {a} 年。", "None is higher than in {a}.", a=year(first)),
    ]
    if jumps:
        sentences.append(
            Sentence(
                "jumps",
                "医师数有像重新核实的变动，照原样保留，会移动基尼系数：{zh}。",
                "Doctors changed by likely recounts, kept as published, which move the Gini: {en}.",
                {"zh": name(listed[0]), "en": name(listed[1])},
            )
        )
    table = equity.gini.join(equity.theil).reset_index()
    table = table.sort_values(
        ["indicator", "year"],
        key=lambda c: c.map(list(panel.RANKED).index) if c.name == "indicator" else c,
        ignore_index=True,
    )
    table = table.assign(
        label=[held.label(i)[0] for i in table["indicator"]],
        label_en=[held.label(i)[1] for i in table["indicator"]],
        year=table["year"].astype(int).astype(str),
    )
    index = dict(style="index", source_ids=origin.source_ids)
    return Finding(
        "trends",
        words(
            "trends",
            "{n} 项资源中有 {k} 项的基尼系数在 {b} 年低于 {a} 年",
            "Of {n} resources, {k} had a lower Gini in {b} than in {a}",
            n=n,
            k=k,
            a=year(first),
            b=year(last),
        ),
        words(
            "trends-sub",
            "各省每千人口数量的基尼系数（按人口加权），{a}–{b} 年；各图刻度不同",
            "Gini of the number per thousand residents over provinces, weighted by residents, {a}–{b}; scales differ",
            a=year(first),
            b=year(last),
        ),
        sentences=tuple(sentences),
        note=words(
            "trends-note",
            "床位和人员互有包含：医师和护士是卫生技术人员的一部分，医院和基层床位是全部床位的一部分，六项不是六次独立的证据。{a}–{c} 年人口为普查后修订数。",
            "The six overlap: doctors and nurses are part of technicians, hospital and primary beds part of all beds; they are not six independent pieces of evidence. Population of {a}–{c} was revised after the census.",
            a=year(first),
            c=year(2019),
        ),
        drawing=drawing,
        tables=(
            Table(
                "gini",
                (
                    "各年基尼系数和泰尔 T（区域内、区域间）",
                    "Gini and Theil T (within and between areas) by year",
                ),
                table,
                (
                    Column("label", ("指标", "Indicator"), "name"),
                    Column("year", ("年", "Year"), "year"),
                    Column("gini", ("基尼系数", "Gini"), decimals=3, formula=GINI_FORMULA, **index),
                    Column(
                        "total",
                        ("泰尔 T", "Theil T"),
                        decimals=4,
                        formula=("Σ s ln(x / 均值)", "sum of s ln(x / mean)"),
                        **index,
                    ),
                    Column(
                        "within",
                        ("区域内", "Within areas"),
                        decimals=4,
                        formula=(
                            "各区域泰尔 T 按资源份额加权",
                            "areas' Theil T weighted by shares of the resource",
                        ),
                        **index,
                    ),
                    Column(
                        "between",
                        ("区域间", "Between areas"),
                        decimals=4,
                        formula=("区域均值的泰尔 T", "Theil T of the areas' means"),
                        **index,
                    ),
                ),
            ),
        ),
        alt=words(
            "trends-alt",
            "{place}：六项资源的基尼系数 {a}–{b} 年，{k} 项低于起年；{b} 年最高为{most} {gm}，最低为{least} {gl}。",
            "{place}: Gini of six resources {a}–{b}, {k} lower than at the start; in {b} highest for {most} {gm}, lowest for {least} {gl}.",
            place=equity.place,
            a=year(first),
            b=year(last),
            k=k,
            most=held.short(most),
            gm=equity.gini_fact(most, last),
            least=held.short(least),
            gl=equity.gini_fact(least, last),
        ),
    )


def range_rows(equity: Equity, lang: str) -> pd.DataFrame:
    """Two rows an indicator (first and last year) as charts.coefficients takes it: Gini and its leave-one-out range."""
    rows = []
    for k in panel.RANKED:
        for y in equity.years:
            fact, span = equity.gini_fact(k, y), _span(equity, k, y)
            joint = "（{}）" if lang == "zh" else " ({})"
            rows.append(
                {
                    "label": str(y),
                    "group": catalog.indicator(k).label(lang),
                    "estimate": fact.value,
                    "low": span.low,
                    "high": span.high,
                    "text": fact.text(lang) + joint.format(span.text(lang)),
                    "main": y == equity.years[1],
                }
            )
    return pd.DataFrame(rows)


def _span(equity: Equity, indicator: str, y: int) -> Fact:
    values, (zh, en) = equity.without.loc[(indicator, y)], held.short(indicator)
    return equity.index(
        None,
        f"{y} 年{zh}：逐省剔除时基尼系数的范围",
        f"{y}, {en}: range of the Gini leaving out each province",
        WITHOUT_FORMULA,
        indicator,
        low=values.min(),
        high=values.max(),
        quantifier="interval",
    )


def robust(equity: Equity, drawing) -> Finding:
    """Does the change depend on one province, on rounding or on an assumed error?"""
    first, last = equity.years
    change = {k: equity.without.loc[(k, last)] - equity.without.loc[(k, first)] for k in panel.RANKED}
    firm = [
        k
        for k, c in change.items()
        if _same_sign(c)
        and _printed(equity.gini.at[(k, first), "gini"]) != _printed(equity.gini.at[(k, last), "gini"])
    ]
    origin = equity.panel.whole
    k_ = derived(
        len(firm),
        (
            "变动方向不随剔除任何一省而改变的指标数",
            "indicators whose change keeps its sign whichever province is left out",
        ),
        ("计数", "count"),
        origin=origin,
    )
    n = derived(len(panel.RANKED), ("指标数", "indicators"), ("计数", "count"), origin=origin)
    error = {
        y: equity.index(
            None,
            f"{y} 年医师基尼系数在假设误差下的范围",
            f"{y}, Gini of doctors under the assumed error",
            (
                "各省对数比率加相对误差后的 95% 范围",
                "95% range when each log rate carries the relative error",
            ),
            low=equity.erring.at[y, "low"],
            high=equity.erring.at[y, "high"],
            quantifier="interval",
        )
        for y in (first, last)
    }
    rows = pd.DataFrame(
        [
            {
                "label": held.label(k)[0],
                "label_en": held.label(k)[1],
                "year": str(y),
                "gini": equity.gini.at[(k, y), "gini"],
                "low": equity.without.loc[(k, y)].min(),
                "high": equity.without.loc[(k, y)].max(),
                "print_low": equity.printed.at[(k, y), "low"],
                "print_high": equity.printed.at[(k, y), "high"],
            }
            for k in panel.RANKED
            for y in (first, last)
        ]
    )
    index = dict(style="index", decimals=3, source_ids=origin.source_ids)
    return Finding(
        "robust",
        words(
            "robust",
            "{n} 项中有 {k} 项的变动方向不随剔除任何一省而改变",
            "For {k} of {n} resources the change keeps its sign whichever province is left out",
            n=n,
            k=k_,
        ),
        words(
            "robust-sub",
            "{a} 年和 {b} 年的基尼系数，横线为逐省剔除的范围",
            "Gini in {a} and {b}; bars: range when each province is left out in turn",
            a=year(first),
            b=year(last),
        ),
        sentences=(
            words("firm", "方向不变的是{what}。", "These keep their sign: {what}.", what=_join(firm))
            if firm
            else words(
                "firm", "没有一项能不依赖某一个省。", "None does without hanging on some single province."
            ),
            words(
                "error",
                "若每省的比率都带有 {e} 的误差，医师的基尼系数在 {a} 年为 {ea}，{b} 年为 {eb}；误差平均说来会放大差距。",
                "If every province's rate carried an error of {e}, the Gini of doctors would lie within {ea} in {a} and {eb} in {b}; on average errors widen the spread.",
                e=assumed(f"{panel.RELATIVE_ERROR:.0%}"),
                a=year(first),
                b=year(last),
                ea=error[first],
                eb=error[last],
            ),
        ),
        note=words(
            "robust-note",
            "剔除的范围不是置信区间。随机的是什么：没有抽样；不确定来自舍入、人口修订和重新核实。",
            "The leave-one-out range is no confidence interval. What is random: nothing is sampled; the doubt lies in rounding, revised population and recounts.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "ranges",
                ("基尼系数：剔除一省和舍入下的范围", "Gini: ranges from leaving one out and from rounding"),
                rows,
                (
                    Column("label", ("指标", "Indicator"), "name"),
                    Column("year", ("年", "Year"), "year"),
                    Column("gini", ("基尼系数", "Gini"), formula=GINI_FORMULA, **index),
                    Column("low", ("剔除一省，最低", "Leave one out, low"), formula=WITHOUT_FORMULA, **index),
                    Column(
                        "high", ("剔除一省，最高", "Leave one out, high"), formula=WITHOUT_FORMULA, **index
                    ),
                    Column(
                        "print_low",
                        ("舍入，最低", "Rounding, low"),
                        formula=("各比率取靠近全国一端", "rates at the end nearer the nation"),
                        **index,
                    ),
                    Column(
                        "print_high",
                        ("舍入，最高", "Rounding, high"),
                        formula=("各比率取远离全国一端", "rates at the end farther from the nation"),
                        **index,
                    ),
                ),
            ),
        ),
        alt=words(
            "robust-alt",
            "{place}：六项资源 {a} 年和 {b} 年的基尼系数及逐省剔除的范围；医师为 {g0} 和 {g1}，{k} 项方向稳定。",
            "{place}: Gini of six resources in {a} and {b} with leave-one-out ranges; doctors {g0} and {g1}; {k} keep their sign.",
            place=equity.place,
            a=year(first),
            b=year(last),
            g0=equity.gini_fact(MAIN, first),
            g1=equity.gini_fact(MAIN, last),
            k=k_,
        ),
    )


def _same_sign(change: pd.Series) -> bool:
    return bool((change > 0).all() or (change < 0).all())


def between_rows(equity: Equity, lang: str) -> pd.DataFrame:
    """Two bars an indicator as charts.bars takes it: share of Theil T between areas in the first and last year, per cent."""
    return pd.DataFrame(
        [
            {
                "label": str(y),
                "group": catalog.indicator(k).label(lang),
                "value": _between(equity, k, y).value,
                "text": _between(equity, k, y).text(lang),
            }
            for k in panel.RANKED
            for y in equity.years
        ]
    )


def _between(equity: Equity, indicator: str, y: int) -> Fact:
    t, (zh, en) = equity.theil.loc[(indicator, y)], held.short(indicator)
    return derived(
        t["between"] / t["total"] * 100,
        (f"{y} 年{zh}的差距中区域之间的份额", f"share of inequality in {en} between areas, {y}"),
        SHARE_FORMULA,
        origin=equity.panel.origin(indicator, *equity.years),
        style="percent",
    )


def areas(equity: Equity, drawing) -> Finding:
    """How much of the inequality lies between East, Central and West."""
    first, last = equity.years
    s0, s1 = _between(equity, MAIN, first), _between(equity, MAIN, last)
    half = [k for k in panel.RANKED if _between(equity, k, last).value > 50]
    rows = pd.DataFrame(
        [
            {
                "label": held.label(k)[0],
                "label_en": held.label(k)[1],
                "first": _between(equity, k, first),
                "last": _between(equity, k, last),
            }
            for k in panel.RANKED
        ]
    )
    share = dict(style="percent", formula=SHARE_FORMULA, source_ids=s1.source_ids)
    return Finding(
        "areas",
        words(
            "areas",
            "医师的省际差距中，东中西部之间的份额：{a} 年 {s0}，{b} 年 {s1}",
            "Of the inequality in doctors, {s0} lay between East, Central and West in {a}, {s1} in {b}",
            a=year(first),
            b=year(last),
            s0=s0,
            s1=s1,
        ),
        words(
            "areas-sub",
            "泰尔 T 中区域之间所占份额；其余在区域之内的各省之间",
            "Share of Theil T that lies between the three areas; the rest lies between provinces inside an area",
        ),
        sentences=(
            words(
                "half",
                "{b} 年一半以上在区域之间的是{what}。",
                "In {b} more than half lay between areas for {what}.",
                b=year(last),
                what=_join(half),
            )
            if half
            else words(
                "half",
                "{b} 年六项都是一半以上在区域之内：东中西部的分法概括不了多数差距。",
                "In {b}, for all six, half or more lies inside the areas: East, Central and West do not account for most of it.",
                b=year(last),
            ),
        ),
        note=words(
            "areas-note",
            "泰尔 T 可以精确分解为两部分之和。东部有高有低，平均数会抵消。",
            "Theil T splits exactly into the two parts. An area holds high and low provinces, which cancel in its mean.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "between",
                ("泰尔 T 中区域之间的份额", "Share of Theil T between areas"),
                rows,
                (
                    Column("label", ("指标", "Indicator"), "name"),
                    Column("first", (f"{first} 年", str(first)), **share),
                    Column("last", (f"{last} 年", str(last)), **share),
                ),
            ),
        ),
        alt=words(
            "areas-alt",
            "{place}：六项资源的泰尔指数中区域之间的份额，医师 {a} 年 {s0}，{b} 年 {s1}。",
            "{place}: share of Theil's index between areas for six resources; doctors {s0} in {a}, {s1} in {b}.",
            place=equity.place,
            a=year(first),
            b=year(last),
            s0=s0,
            s1=s1,
        ),
    )


def influence(equity: Equity) -> pd.Series:
    """Change of the Gini of doctors in the last year when a province is left out, by region_code, lowest first."""
    last = equity.years[1]
    return (
        equity.without.loc[(MAIN, last)].astype(float) - equity.gini.at[(MAIN, last), "gini"]
    ).sort_values(kind="stable")


def place_rows(equity: Equity, lang: str) -> pd.DataFrame:
    """One bar a province as charts.bars takes it: change of the Gini when it is left out; the page's province highlighted."""
    change, names = influence(equity), panel.short_names(lang)
    return pd.DataFrame(
        {
            "label": [names[c] for c in change.index],
            "value": change.values,
            "highlight": [c == equity.code for c in change.index],
        }
    )


def places(equity: Equity, drawing) -> Finding:
    """Which provinces the Gini of doctors hangs on, and where the marked province stands."""
    last = equity.years[1]
    change = influence(equity)
    most = change.abs().idxmax()
    all_ = equity.gini_fact(MAIN, last)
    shown = equity.code if equity.mark else most
    label = held.place(shown)
    left = equity.index(
        all_.value + change[shown],
        f"{last} 年不含{label[0]}的医师基尼系数",
        f"Gini of doctors without {label[1]}, {last}",
        WITHOUT_FORMULA,
    )
    r = equity.panel.rates.query("indicator == @MAIN and year == @last").set_index("region_code")
    shares = pd.DataFrame(
        {"people": r["population"] / r["population"].sum() * 100, "held": r["count"] / r["count"].sum() * 100}
    )
    facts = {
        key: derived(
            shares.at[shown, key],
            (f"{last} 年{label[0]}占各省合计的{zh}份额", f"{label[1]}'s share of all {en}, {last}"),
            ("本省 ÷ 各省合计", "province ÷ sum of provinces"),
            origin=equity.panel.origin(MAIN, last),
            style="percent",
        )
        for key, zh, en in (("people", "人口", "residents"), ("held", "医师", "doctors"))
    }
    same = _printed(left.value) == _printed(all_.value)
    own = brief if equity.mark else (lambda id, priority, *texts, **values: words(id, *texts, **values))
    sentences = (
        own(
            "shares",
            6,
            "{place}有全国 {people} 的人口和 {held} 的医师，每千人口 {rate} 人；去掉{place}，"
            + ("各省医师的基尼系数仍为 {w}。" if same else "各省医师的基尼系数由 {g} 变为 {w}。"),
            "{place} has {people} of the residents and {held} of the doctors, {rate} per thousand; without it the provinces' Gini "
            + ("stays {w}." if same else "goes from {g} to {w}."),
            place=label,
            people=facts["people"],
            held=facts["held"],
            rate=equity.panel.rate_fact(MAIN, shown, last),
            g=all_,
            w=left,
        ),
        words(
            "most", "对基尼系数影响最大的是{most}。", "The Gini hangs most on {most}.", most=held.place(most)
        ),
    )
    table = pd.DataFrame(
        {
            "name": [panel.short_names("zh")[c] for c in change.index],
            "name_en": [panel.short_names("en")[c] for c in change.index],
            "area": [area_name(catalog.region(c).area)[0] for c in change.index],
            "area_en": [area_name(catalog.region(c).area)[1] for c in change.index],
            "rate": r["value"].reindex(change.index).values,
            "people": shares["people"].reindex(change.index).values,
            "held": shares["held"].reindex(change.index).values,
            "without": (all_.value + change).values,
            "change": change.values,
        }
    )
    source = all_.source_ids
    share = dict(
        style="percent", formula=("本省 ÷ 各省合计", "province ÷ sum of provinces"), source_ids=source
    )
    return Finding(
        "places",
        words(
            "places",
            "{b} 年去掉{place}，各省医师的基尼系数为 {w}，全部省份为 {g}",
            "Without {place} the Gini of doctors in {b} is {w}, with all provinces {g}",
            b=year(last),
            place=label,
            w=left,
            g=all_,
        ),
        words(
            "places-sub",
            "逐一去掉一个省后基尼系数的变化；向左为去掉后更均",
            "Change of the Gini when a province is left out; to the left: more even without it",
        ),
        sentences=sentences,
        note=words(
            "places-note",
            "影响同时取决于人口多少和偏离全国多远；不是好坏。",
            "The influence rests on how many people live there and how far the rate lies from the nation's; it is no verdict.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "influence",
                ("各省的比率、份额和去掉后的基尼系数", "Rates, shares and the Gini without each province"),
                table,
                (
                    Column("name", ("省份", "Province"), "name"),
                    Column("area", ("区域", "Area"), "text"),
                    Column(
                        "rate",
                        ("医师", "Doctors"),
                        "rate",
                        ("每千人口", "per 1,000"),
                        formula=panel.PER_1000,
                        source_ids=source,
                    ),
                    Column("people", ("人口份额", "Share of residents"), **share),
                    Column("held", ("医师份额", "Share of doctors"), **share),
                    Column(
                        "without",
                        ("去掉后", "Gini without"),
                        "index",
                        decimals=4,
                        formula=WITHOUT_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "change",
                        ("变化", "Change"),
                        "index",
                        decimals=4,
                        signed=True,
                        formula=("去掉后 − 全部", "without − with all"),
                        source_ids=source,
                    ),
                ),
                highlight=(int(list(change.index).index(equity.code)),) if equity.mark else (),
            ),
        ),
        alt=words(
            "places-alt",
            "{page}：逐一去掉一个省后 {b} 年医师基尼系数的变化；去掉{place}为 {w}，全部省份为 {g}。",
            "{page}: change of the {b} Gini of doctors when a province is left out; without {place} {w}, with all {g}.",
            page=equity.place,
            b=year(last),
            place=label,
            w=left,
            g=all_,
        ),
    )


def allows(equity: Equity) -> Finding:
    """What this allows to say."""
    first, last = equity.years
    lower, _ = _lower(equity)
    same = [
        k
        for k in panel.RANKED
        if k in lower and _same_sign(equity.without.loc[(k, last)] - equity.without.loc[(k, first)])
    ]
    return Finding(
        "allows",
        words("allows", "这些数字允许说什么", "What this allows to say"),
        sentences=(
            words(
                "can",
                "可以说：按印出的数字，{what}在各省人口间的分布 {b} 年比 {a} 年均匀，且不依赖任何一个省。",
                "One can say: as printed, {what} lay more evenly over the provinces' residents in {b} than in {a}, whichever province is left out.",
                what=_join(same),
                a=year(first),
                b=year(last),
            )
            if same
            else words(
                "can",
                "没有一项能说变得更均而不依赖某一个省。",
                "For no resource can one say that it became more even without hanging on a single province.",
            ),
            words(
                "cannot",
                "不能说：均匀就是公平。需要、距离、省内城乡和服务质量都不在这些数字里；也不能说是哪项政策的结果。",
                "One cannot say that even is fair: need, distance, town and country inside a province and quality are not in these numbers; nor which policy is behind a change.",
            ),
        ),
        states=(
            State(
                "E1",
                (
                    "没有各省土地面积，不算资源聚集度",
                    "No land area in these sources, so no agglomeration degree",
                ),
                (
                    "各省面积和同一年的资源数",
                    "Land area of each province with counts of the same year would settle it",
                ),
            ),
            State(
                "E1",
                (
                    "没有省内各地的同口径数据，看不到省内差距",
                    "No series inside provinces under one definition: differences within a province stay unseen",
                ),
                (
                    "全部地市逐年的常住人口、医师和床位",
                    "Yearly residents, doctors and beds of all cities would show it",
                ),
            ),
        ),
    )
