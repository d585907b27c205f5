"""Composite of resources: two textbook composites of five inputs that do not contain one another, and how far the order hangs on the weights.

region_code 000000 is the national edition, a province's code marks the province. Other technicians are health technicians less
doctors and nurses; all beds and all technicians are left out because they contain the five. A composite orders provinces by
quantities per 1,000 residents; it is no measure of quality and no body publishes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import catalog
from analysis.facts import Fact, State, derived
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, brief, words, year
from analysis.themes import held, panel

READ = ("doctors", "nurses", "health_technicians", "hospital_beds", "primary_beds")
INPUTS = {
    "doctors": ("医师", "doctors"), "nurses": ("护士", "nurses"), "other": ("其他技术人员", "other technicians"),
    "hospital_beds": ("医院床位", "hospital beds"), "primary_beds": ("基层床位", "primary care beds"),
}  # fmt: skip
DRAWS = 2000
WIDE = 10  # places: a range wider than this is called wide; the page prints it as an assumption
TOPSIS_FORMULA = (
    "熵权 TOPSIS：向量规范化后到最优解的相对接近度",
    "entropy-weighted TOPSIS: relative closeness to the ideal after vector scaling",
)
RSR_FORMULA = (
    "秩和比：五项编秩之和 ÷ (5 × 31)，等权",
    "rank-sum ratio: sum of five ranks ÷ (5 × 31), equal weights",
)
CLOUD_FORMULA = (
    "任意权重（狄利克雷分布，各组权重同样可能）下 TOPSIS 位次的 95% 范围，并含熵权位次",
    "95% range of TOPSIS places over weights drawn from a flat Dirichlet distribution, widened to hold the entropy place",
)


@dataclass(frozen=True)
class Composite(panel.View):
    """A page of the theme. inputs: index region_code, columns INPUTS, per 1,000. places: index region_code, from `together`."""

    inputs: pd.DataFrame
    weights: pd.Series
    places: pd.DataFrame

    @property
    def shown(self) -> str:
        """The province the sentences speak of: the marked one, else the one whose place moves most with the weights."""
        width = self.places["high"] - self.places["low"]
        return self.mark or str(width.sort_values(ascending=False, kind="stable").index[0])

    @property
    def origin(self):
        return self.panel.whole

    def rank(self, column: str, zh: str, en: str, formula: tuple[str, str]) -> Fact:
        place_zh, place_en = held.place(self.shown)
        return derived(
            self.places.at[self.shown, column],
            (f"{place_zh}{zh}", f"{place_en}, {en}"),
            formula,
            origin=self.origin,
            style="rank",
        )

    def interval(self) -> Fact:
        place_zh, place_en = held.place(self.shown)
        row = self.places.loc[self.shown]
        return derived(
            row["entropy"],
            (f"{place_zh}任意权重下的位次", f"{place_en}, place under any weights"),
            CLOUD_FORMULA,
            origin=self.origin,
            style="rank",
            low=row["low"],
            high=row["high"],
            quantifier="interval",
        )

    def count(self, value: int, zh: str, en: str) -> Fact:
        return derived(value, (zh, en), ("计数", "count"), origin=self.origin)


def coverage() -> dict[str, dict | None]:
    """The nation, and every province as the marked one."""
    return {catalog.NATION: None, **panel.every_province()}


def inputs(provinces: panel.Panel) -> pd.DataFrame:
    """Five inputs per 1,000 residents in the newest year that do not contain one another: index region_code."""
    rates = provinces.latest()
    rates["other"] = rates["health_technicians"] - rates["doctors"] - rates["nurses"]
    return rates[list(INPUTS)]


def together(closeness: pd.Series, equal: pd.Series, rsr: pd.DataFrame, cloud: pd.DataFrame) -> pd.DataFrame:
    """One row a province: closeness, entropy and equal (TOPSIS places), rsr, rsr_rank, grade, low and high (any weights), best, worst.

    The range is widened to hold the place at the entropy weights, as it is one of the sets of weights.
    """
    entropy = closeness.rank(ascending=False, method="min").astype(int)
    table = pd.DataFrame(
        {
            "closeness": closeness,
            "entropy": entropy,
            "equal": equal.rank(ascending=False, method="min").astype(int),
            "rsr": rsr["rsr"],
            "rsr_rank": rsr["rank"],
            "grade": rsr["grade"],
        }
    )
    for column in ("low", "best"):
        table[column] = cloud[column].clip(upper=entropy).astype(int)
    for column in ("high", "worst"):
        table[column] = cloud[column].clip(lower=entropy).astype(int)
    return table


def load(
    region_code: str, provinces: panel.Panel, table: pd.DataFrame, weights: pd.Series, places: pd.DataFrame
) -> Composite:
    """The page's view. Raises ParameterError for a code that is no region."""
    return Composite(catalog.region(region_code).code, provinces, table, weights, places)


def weight_rows(composite: Composite, lang: str) -> pd.DataFrame:
    """One bar an input as charts.bars takes it: entropy weight in per cent, the largest in ink."""
    i = 0 if lang == "zh" else 1
    return pd.DataFrame(
        {"label": [INPUTS[k][i] for k in composite.weights.index], "value": composite.weights.values * 100}
    )


def weights(composite: Composite, drawing) -> Finding:
    """Which input the entropy weights favour, and why that is a choice."""
    w = composite.weights
    top, least = w.idxmax(), w.idxmin()
    fact = {
        k: derived(
            w[k] * 100,
            (f"{INPUTS[k][0]}的熵权", f"entropy weight of {INPUTS[k][1]}"),
            ("(1 − 熵) ÷ 各项之和", "(1 − entropy) ÷ sum over inputs"),
            origin=composite.origin,
            style="percent",
        )
        for k in w.index
    }
    equal = derived(
        100 / len(w),
        ("等权时每项的权重", "weight of each input when equal"),
        ("1 ÷ 项数", "1 ÷ inputs"),
        origin=composite.origin,
        style="percent",
    )
    cv = (composite.inputs.std(ddof=0) / composite.inputs.mean() * 100).reindex(w.index)
    frame = pd.DataFrame(
        {
            "name": [INPUTS[k][0] for k in w.index],
            "name_en": [INPUTS[k][1] for k in w.index],
            "weight": [fact[k] for k in w.index],
            "cv": cv.values,
            "low": composite.inputs.min().reindex(w.index).values,
            "high": composite.inputs.max().reindex(w.index).values,
        }
    )
    source = composite.origin.source_ids
    rate = dict(style="rate", unit=("每千人口", "per 1,000"), formula=panel.PER_1000, source_ids=source)
    return Finding(
        "weights",
        words(
            "weights",
            "熵权把 {w} 的权重给了{top}，等权时每项为 {e}",
            "Entropy gives {w} of the weight to {top}; equal weights would give each {e}",
            w=fact[top],
            top=INPUTS[top],
            e=equal,
        ),
        words(
            "weights-sub",
            "五项互不包含的资源的熵权（百分比），{y} 年各省每千人口数量",
            "Entropy weights (per cent) of five inputs that do not contain one another, numbers per thousand residents in {y}",
            y=year(composite.year),
        ),
        sentences=(
            words(
                "why",
                "熵权大的是各省差别大的一项，而不是重要的一项；差别最小的{least}只得 {w}。",
                "Entropy weights what differs most between provinces, not what matters most; {least}, which differ least, get {w}.",
                least=INPUTS[least],
                w=fact[least],
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "weights",
                (
                    "五项资源：熵权、变异系数和两端",
                    "Five inputs: entropy weight, coefficient of variation, both ends",
                ),
                frame,
                (
                    Column("name", ("资源", "Input"), "name"),
                    Column("weight", ("熵权", "Entropy weight"), "percent", source_ids=source),
                    Column(
                        "cv",
                        ("变异系数", "Coefficient of variation"),
                        "percent",
                        formula=("标准差 ÷ 平均", "standard deviation ÷ mean"),
                        source_ids=source,
                    ),
                    Column("low", ("最低", "Lowest"), **rate),
                    Column("high", ("最高", "Highest"), **rate),
                ),
            ),
        ),
        alt=words(
            "weights-alt",
            "{place}：五项资源的熵权，最大为{top} {w}，最小为{least} {v}；等权时各为 {e}。",
            "{place}: entropy weights of five inputs, largest {top} {w}, smallest {least} {v}; equal weights {e} each.",
            place=composite.place,
            top=INPUTS[top],
            w=fact[top],
            least=INPUTS[least],
            v=fact[least],
            e=equal,
        ),
    )


def order_rows(composite: Composite, lang: str) -> pd.DataFrame:
    """One row a province as charts.intervals takes it: place by entropy-weighted TOPSIS, range of places over any weights."""
    t, names, dash = composite.places, panel.short_names(lang), "–"
    return pd.DataFrame(
        {
            "code": t.index,
            "name": [names[c] for c in t.index],
            "value": t["entropy"].values,
            "low": t["low"].values,
            "high": t["high"].values,
            "text": [f"{lo}{dash}{hi}" for lo, hi in zip(t["low"], t["high"], strict=True)],
        }
    )


def order(composite: Composite, drawing) -> Finding:
    """The order by entropy-weighted TOPSIS, and how far it hangs on the weights."""
    t = composite.places
    width = t["high"] - t["low"] + 1
    wide = composite.count(
        int((width > WIDE).sum()),
        "位次范围超过十个位次的省份数",
        "provinces whose range spans more than ten places",
    )
    fixed = t.index[width == 1]
    n = composite.count(len(t), "省份数", "provinces")
    name = held.place(composite.shown)
    rank, span = (
        composite.rank("entropy", "熵权 TOPSIS 位次", "place by entropy-weighted TOPSIS", TOPSIS_FORMULA),
        composite.interval(),
    )
    middle = derived(
        float(width.median()),
        ("位次范围宽度的中位数", "median width of the ranges in places"),
        ("各省 95% 范围所含位次数的中位数", "median over provinces of the places in the 95% range"),
        origin=composite.origin,
    )
    y = year(composite.year)
    if composite.mark:
        headline = words(
            "order",
            "{place}的综合位次为{r}，换权重则在{s}",
            "{place} is {r} in the composite; with other weights {s}",
            place=name,
            r=rank,
            s=span,
        )
    else:
        headline = words(
            "order",
            "{n} 省中有 {k} 省的综合位次随权重移动超过 {w} 个位次",
            "For {k} of {n} provinces the place in the composite spans more than {w} places as weights vary",
            n=n,
            k=wide,
            w=assumed(str(WIDE)),
        )
    own = brief if composite.mark else (lambda id, priority, *texts, **values: words(id, *texts, **values))
    fixed_text = held.joined(held.place(c) for c in fixed)
    sentences = [
        own(
            "span",
            7,
            "五项资源合成后，{place}按熵权为{r}；权重任意时，至少百分之九十五的权重组合下在{s}。",
            "With five inputs made into one, {place} is {r} by entropy weights; under any weights, in at least ninety-five of a hundred draws, {s}.",
            place=name,
            r=rank,
            s=span,
        ),
        Sentence(
            "middle",
            "五项资源合成一个位次，换一组权重，{k} 省的位次可以移动超过 {w} 位；各省范围宽度的中位数为 {m} 个位次。",
            "With five inputs made into one place, other weights move {k} provinces over more than {w} places; the median range holds {m} places.",
            {"m": middle, "k": wide, "w": assumed(str(WIDE))},
            brief=0 if composite.mark else 4,
        ),
    ]
    if len(fixed):
        sentences.append(
            words(
                "fixed", "位次不随权重改变的是{which}。", "The weights do not move {which}.", which=fixed_text
            )
        )
    i = list(t.index[t["entropy"].argsort(kind="stable")])
    frame = (
        t.loc[i]
        .assign(
            name=[held.place(c)[0] for c in i],
            name_en=[held.place(c)[1] for c in i],
            **{f"in_{k}": composite.inputs.loc[i, k] for k in INPUTS},
        )
        .reset_index(drop=True)
    )
    source = composite.origin.source_ids
    rank_ = dict(style="rank", source_ids=source)
    rate = dict(style="rate", unit=("每千人口", "per 1,000"), formula=panel.PER_1000, source_ids=source)
    return Finding(
        "order",
        headline,
        words(
            "order-sub",
            "{y} 年五项资源的熵权 TOPSIS 位次（点）和任意权重下位次的范围（横条），第一位为最多",
            "Place by entropy-weighted TOPSIS of five inputs in {y} (dot) and the range of places under any weights (bar); first = most",
            y=y,
        ),
        sentences=tuple(sentences),
        note=words(
            "order-note",
            "{n} 组权重由均匀的狄利克雷分布抽出，取中间百分之九十五；不是置信区间。",
            "{n} sets of weights drawn from a flat Dirichlet distribution, middle ninety-five per cent; no confidence interval.",
            n=assumed(f"{DRAWS:,}"),
        ),
        drawing=drawing,
        tables=(
            Table(
                "order",
                (
                    "五项资源、两种综合法的位次和任意权重下的范围",
                    "Five inputs, places by both composites, and the range under any weights",
                ),
                frame,
                (
                    Column("name", ("省份", "Province"), "name"),
                    *(Column(f"in_{k}", INPUTS[k], **rate) for k in INPUTS),
                    Column(
                        "closeness",
                        ("接近度", "Closeness"),
                        "index",
                        decimals=3,
                        formula=TOPSIS_FORMULA,
                        source_ids=source,
                    ),
                    Column("entropy", ("熵权位次", "Place, entropy"), formula=TOPSIS_FORMULA, **rank_),
                    Column(
                        "equal",
                        ("等权位次", "Place, equal weights"),
                        formula=("等权 TOPSIS", "TOPSIS, equal weights"),
                        **rank_,
                    ),
                    Column(
                        "rsr",
                        ("秩和比", "Rank-sum ratio"),
                        "index",
                        decimals=3,
                        formula=RSR_FORMULA,
                        source_ids=source,
                    ),
                    Column("rsr_rank", ("秩和比位次", "Place, rank-sum"), formula=RSR_FORMULA, **rank_),
                    Column(
                        "grade",
                        ("秩和比分档", "Rank-sum grade"),
                        "number",
                        formula=(
                            "概率单位回归，三档，三为最高",
                            "probit regression, three grades, three the highest",
                        ),
                        source_ids=source,
                    ),
                    Column("low", ("任意权重，最前", "Any weights, best"), formula=CLOUD_FORMULA, **rank_),
                    Column("high", ("任意权重，最后", "Any weights, last"), formula=CLOUD_FORMULA, **rank_),
                ),
                highlight=(i.index(composite.code),) if composite.mark else (),
            ),
        ),
        alt=words(
            "order-alt",
            "{page}：{y} 年各省综合位次及任意权重下的范围；{place}为{r}，范围{s}；{k} 省的范围超过 {w} 个位次。",
            "{page}: places of the provinces in the composite in {y} and ranges under any weights; {place} {r}, range {s}; {k} provinces span more than {w} places.",
            page=composite.place,
            y=y,
            place=name,
            r=rank,
            s=span,
            k=wide,
            w=assumed(str(WIDE)),
        ),
    )


def method_rows(composite: Composite, lang: str) -> pd.DataFrame:
    """One dot a province as charts.scatter takes it: place by entropy-weighted TOPSIS (x) and by rank-sum ratio (y)."""
    return panel.scatter_rows(composite.places["entropy"], composite.places["rsr_rank"], lang)


def far_apart(composite: Composite) -> list[str]:
    """The three provinces whose places by the two methods lie farthest apart."""
    gap = (composite.places["entropy"] - composite.places["rsr_rank"]).abs()
    return list(gap.sort_values(ascending=False, kind="stable").index[:3])


def method_axes(lang: str) -> dict[str, str]:
    return {
        "x_label": "熵权 TOPSIS 位次" if lang == "zh" else "place by entropy-weighted TOPSIS",
        "y_label": "秩和比位次" if lang == "zh" else "place by rank-sum ratio",
    }


def methods(composite: Composite, tau: float, drawing) -> Finding:
    """Two textbook methods on the same five inputs. tau: Kendall's tau-b of the two orders."""
    t = composite.places
    gap = (t["entropy"] - t["rsr_rank"]).abs()
    agree = derived(
        tau,
        ("两种方法次序的 Kendall τ-b", "Kendall's tau-b of the two orders"),
        ("31 省两种位次", "both places of 31 provinces"),
        origin=composite.origin,
        style="index",
    )
    most = derived(
        int(gap.max()),
        ("两种方法位次之差的最大值", "largest difference of places"),
        ("位次之差的绝对值", "absolute difference of places"),
        origin=composite.origin,
    )
    a = composite.rank("entropy", "熵权 TOPSIS 位次", "place by entropy-weighted TOPSIS", TOPSIS_FORMULA)
    b = composite.rank("rsr_rank", "秩和比位次", "place by rank-sum ratio", RSR_FORMULA)
    e = composite.rank(
        "equal",
        "等权 TOPSIS 位次",
        "place by TOPSIS with equal weights",
        ("等权 TOPSIS", "TOPSIS, equal weights"),
    )
    farthest = gap.index[gap == gap.max()]
    named = held.joined(held.place(c) for c in farthest)
    frame = t.assign(
        name=[held.place(c)[0] for c in t.index], name_en=[held.place(c)[1] for c in t.index], gap=gap
    ).sort_values(["gap", "entropy"], ascending=[False, True], kind="stable")
    source = composite.origin.source_ids
    codes = list(frame.index)
    return Finding(
        "methods",
        words(
            "methods",
            "同样五项资源，换一种方法，位次最多相差 {m} 位",
            "The same five inputs by another method: places differ by up to {m}",
            m=most,
        ),
        words(
            "methods-sub",
            "各省的熵权 TOPSIS 位次与秩和比位次，{y} 年；每点一省",
            "Place by entropy-weighted TOPSIS against place by rank-sum ratio, {y}; one dot a province",
            y=year(composite.year),
        ),
        sentences=(
            words(
                "tau",
                "两种次序的 Kendall τ-b 为 {t}；两种位次相差最大的是{who}。",
                "Kendall's tau-b of the two orders is {t}; the largest difference is that of {who}.",
                t=agree,
                who=named,
            ),
            words(
                "own",
                "{place}：熵权 TOPSIS {a}，等权 TOPSIS {e}，秩和比{b}。",
                "{place}: entropy-weighted TOPSIS {a}, TOPSIS with equal weights {e}, rank-sum ratio {b}.",
                place=held.place(composite.shown),
                a=a,
                e=e,
                b=b,
            ),
        ),
        note=words(
            "methods-note",
            "秩和比只看次序，不看差多少；TOPSIS 看差多少，因此受极端值牵动。",
            "The rank-sum ratio sees order only, not distances; TOPSIS sees distances and is moved by extremes.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "methods",
                ("两种方法的位次之差", "Difference of places by the two methods"),
                frame.reset_index(drop=True),
                (
                    Column("name", ("省份", "Province"), "name"),
                    Column(
                        "entropy",
                        ("熵权 TOPSIS", "Entropy TOPSIS"),
                        "rank",
                        formula=TOPSIS_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "rsr_rank",
                        ("秩和比", "Rank-sum ratio"),
                        "rank",
                        formula=RSR_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "gap",
                        ("相差", "Difference"),
                        "number",
                        formula=("位次之差的绝对值", "absolute difference of places"),
                        source_ids=source,
                    ),
                ),
                highlight=(codes.index(composite.code),) if composite.mark else (),
            ),
        ),
        alt=words(
            "methods-alt",
            "{page}：两种综合法的位次散点，Kendall τ-b {t}，最多相差 {m} 位；{place}为{a}和{b}。",
            "{page}: places by two composites, Kendall's tau-b {t}, at most {m} places apart; {place} {a} and {b}.",
            page=composite.place,
            t=agree,
            m=most,
            place=held.place(composite.shown),
            a=a,
            b=b,
        ),
    )


def allows(composite: Composite) -> Finding:
    """What this allows to say."""
    t = composite.places
    top = t.index[t["high"] <= 5]
    listed = held.joined(held.place(c) for c in top)
    five = assumed("5")
    if len(top):
        can = words(
            "can",
            "可以说：无论怎样取权重，{who}都在前 {k} 位之内（至少百分之九十五的权重组合）。",
            "One can say: whatever the weights, {who} stay within the first {k} (in at least ninety-five of a hundred draws of weights).",
            who=listed,
            k=five,
        )
    else:
        can = words(
            "can",
            "没有一个省能说无论怎样取权重都在前 {k} 位之内。",
            "Of no province can one say that it stays within the first {k} whatever the weights.",
            k=five,
        )
    return Finding(
        "allows",
        words("allows", "这个综合位次允许说什么", "What this composite allows to say"),
        sentences=(
            can,
            words(
                "cannot",
                "不能说：综合位次相差几位就是资源差。范围重叠的两省没有先后，换一组权重就可能颠倒；数量也不是质量。",
                "One cannot say that a few places in the composite are a difference in resources. Two provinces whose ranges overlap have no order: other weights may turn it round; and quantity is not quality.",
            ),
        ),
        states=(
            State(
                "E1",
                ("没有来源给出这五项的公认权重", "No source gives agreed weights for these five inputs"),
                (
                    "由使用者或专家组说明每项的重要性及理由",
                    "Users or a panel stating how much each input counts, and why",
                ),
            ),
            State(
                "E1",
                (
                    "没有质量、设备和人员结构的分省数据",
                    "No provincial data on quality, equipment or staff structure",
                ),
                ("同口径的分省质量指标", "Quality indicators by province under one definition"),
            ),
        ),
    )
