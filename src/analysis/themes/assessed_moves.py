"""Moves of assessed hospitals between two years: how noisy ranks would have to be for a move to be chance, and regression to the mean.

Sources of the methods: control limits of a difference of two readings (1.96 standard deviations); regression to the mean: Barnett,
van der Pols and Dobson 2005 Int J Epidemiol 34:215. Neither the error of a rank nor its reliability is published, so both are
parameters, and no move is called real or chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis import catalog
from analysis.facts import Fact, State, derived
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, words, year
from analysis.themes import held
from analysis.themes.assessed_hospitals import Assessed, category, hospital, list_fact, rank_fact

# lists a place may have been read from, by category: (indicator, year) of the printed counts; only grades A and B are used
LISTS = {
    "": (("assessed_hospitals", 2019), ("assessed_general_ranked", 2022)),
    "general": (("assessed_hospitals", 2019), ("assessed_general_ranked", 2022)),
    "TCM general": (("assessed_tcm_ranked", 2019), ("assessed_tcm_general_ranked", 2022)),
    "specialised: psychiatric": (("assessed_psychiatric_ranked", 2022),),
}  # fmt: skip
RELIABILITIES = (0.5, 0.7, 0.9)
NOISE_FORMULA = ("位次差的绝对值 ÷（1.96 × √2）", "absolute difference of places ÷ (1.96 × √2)")
CHANGE_FORMULA = ("后次位次 − 前次位次", "later place − earlier place")
MIDDLE_FORMULA = ("（医院数 + 1）÷ 2", "(number of hospitals + 1) ÷ 2")
EXPECTED_FORMULA = (
    "中间位次 + 信度 ×（前次位次 − 中间位次）",
    "middle place + reliability × (earlier place − middle place)",
)
CLASS_FORMULA = (
    "（后次位次 − 信度 × 前次位次）÷（1 − 信度）",
    "(later place − reliability × earlier place) ÷ (1 − reliability)",
)
FIRST = 1.0  # no class of hospitals can have a mean place before it


def pairs(assessed: Assessed) -> pd.DataFrame:
    """Neighbouring exact ranks (grades A and B) of one hospital in one category.

    One row a move: hospital, hospital_en, category, from_year, to_year, before, after, first, second (positions in assessed.rows).
    Largest move first.
    """
    found = []
    for _, part in assessed.ranked[assessed.ranked["exact"]].groupby(["institution_id", "category"]):
        part = part.drop_duplicates("assessment_year").sort_values("assessment_year")
        for (i, a), (j, b) in zip(list(part.iterrows())[:-1], list(part.iterrows())[1:], strict=True):
            found.append(
                {
                    "hospital": a["hospital"],
                    "hospital_en": a["hospital_en"],
                    "category": a["category"],
                    "from_year": int(a["assessment_year"]),
                    "to_year": int(b["assessment_year"]),
                    "before": float(a["rank"]),
                    "after": float(b["rank"]),
                    "first": i,
                    "second": j,
                }
            )
    columns = [
        "hospital",
        "hospital_en",
        "category",
        "from_year",
        "to_year",
        "before",
        "after",
        "first",
        "second",
    ]
    table = pd.DataFrame(found, columns=columns).astype({"before": float, "after": float})
    order = (table["after"] - table["before"]).abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def noise(table: pd.DataFrame, method: Callable[[float, float], float]) -> pd.Series:
    """For each move the error of one rank at which it is just within chance. table: pairs(); method: ranking.noise_needed."""
    return pd.Series([method(p.before, p.after) for p in table.itertuples()], dtype=float)


def ends(assessed: Assessed, pair) -> tuple[Fact, Fact]:
    """The two published ranks of a move."""
    return rank_fact(assessed, assessed.rows.loc[pair["first"]]), rank_fact(
        assessed, assessed.rows.loc[pair["second"]]
    )


def _about(pair, zh: str, en: str) -> tuple[str, str]:
    return (
        f"{pair['hospital']} {pair['from_year']}–{pair['to_year']} 年度{zh}",
        f"{pair['hospital_en']}, {pair['from_year']}–{pair['to_year']}, {en}",
    )


def change_fact(assessed: Assessed, pair) -> Fact:
    """Places moved; negative is towards the first place."""
    return derived(
        pair["after"] - pair["before"],
        _about(pair, "位次差", "difference of places"),
        CHANGE_FORMULA,
        inputs=ends(assessed, pair),
        style="number",
        signed=True,
        decimals=0,
    )


def noise_fact(assessed: Assessed, pair, noise: float) -> Fact:
    """The standard deviation of one reading at which the move is just within chance."""
    return derived(
        noise,
        _about(
            pair,
            "使变动落在偶然范围内的单次误差（标准差）",
            "error of one reading (standard deviation) that puts the move within chance",
        ),
        NOISE_FORMULA,
        inputs=ends(assessed, pair),
        style="number",
        decimals=0 if noise >= 10 else 1,
    )


def noise_levels(needed: pd.Series) -> np.ndarray:
    """Errors of one reading for the curve of the largest move, from a tenth to three times the needed one; empty without a move."""
    top = float(needed.iloc[0]) if len(needed) else 0.0
    return np.linspace(0.1 * top, 3 * top, 59) if top > 0 else np.empty(0)


def chance(table: pd.DataFrame, levels: np.ndarray) -> np.ndarray:
    """Per cent of cases in which two readings of an unchanged hospital differ by the largest move or more, at each level of error."""
    return np.array(
        [100 * math.erfc(abs(table.at[0, "after"] - table.at[0, "before"]) / (2 * level)) for level in levels]
    )


def marks(assessed: Assessed, table: pd.DataFrame, needed: pd.Series, lang: str) -> pd.DataFrame:
    """The threshold as charts.curve marks it."""
    if not len(noise_levels(needed)):
        return pd.DataFrame(columns=["x", "label", "kind", "y"])
    shown = noise_fact(assessed, table.iloc[0], float(needed.iloc[0])).text(lang)
    return pd.DataFrame(
        [
            {
                "x": float(needed.iloc[0]),
                "label": catalog.term("places_count", lang).format(shown),
                "kind": "threshold",
                "y": 5.0,
            }
        ]
    )


def axis(lang: str) -> dict[str, str]:
    """Titles of the curve's axes."""
    return {"x_label": catalog.term("axis_noise", lang), "y_label": catalog.term("axis_chance", lang)}


def moved(assessed: Assessed, table: pd.DataFrame, needed: pd.Series, drawing) -> Finding:
    """How noisy ranks would have to be. table: pairs(); needed: noise() of it; drawing: the curve, or None."""
    if drawing is None:
        still = words("moves", "没有可以比较的位次变动", "There is no change of place to compare")
        state = State(
            "E4",
            (
                f"{assessed.place[0]}没有医院在两个年度公布出处清楚、同一类别而不同的名次",
                f"No hospital of {assessed.place[1]} published differing ranks of one category in two years with a clear source",
            ),
            ("需要同一类别至少两年的名次", "Ranks of one category in at least two years would settle it"),
        )
        return Finding("moves", still, states=(state,))
    top, (before, after), sd = (
        table.iloc[0],
        ends(assessed, table.iloc[0]),
        noise_fact(assessed, table.iloc[0], float(needed.iloc[0])),
    )
    size = derived(
        abs(top["after"] - top["before"]),
        _about(top, "位次差的绝对值", "absolute difference of places"),
        ("|后次 − 前次|", "|later − earlier|"),
        inputs=(before, after),
        style="number",
        decimals=0,
    )
    frame = pd.DataFrame(
        {
            "hospital": table["hospital"],
            "hospital_en": table["hospital_en"],
            "category": [category(k)[0] for k in table["category"]],
            "category_en": [category(k)[1] for k in table["category"]],
            "years": [f"{a}–{b}" for a, b in zip(table["from_year"], table["to_year"], strict=True)],
            "before": [ends(assessed, p)[0] for _, p in table.iterrows()],
            "after": [ends(assessed, p)[1] for _, p in table.iterrows()],
            "change": [change_fact(assessed, p) for _, p in table.iterrows()],
            "noise": [
                noise_fact(assessed, p, float(n)) for (_, p), n in zip(table.iterrows(), needed, strict=True)
            ],
        }
    )
    source = held.sources(assessed.ranked)
    values = {
        "h": hospital(top),
        "a": before,
        "b": after,
        "sd": sd,
        "d": size,
        "y0": year(int(top["from_year"])),
        "y1": year(int(top["to_year"])),
    }
    return Finding(
        "moves",
        Sentence(
            "moves",
            "{h}由{a}到{b}：单次误差若有 {sd} 位，就在偶然范围内",
            "{h}, {a} to {b}: within chance if one reading errs by {sd} places",
            values,
        ),
        words(
            "moves-sub",
            "横轴：一次考核位次的误差（标准差，位）；纵轴：医院没有变化而两次相差至少 {d} 位的机会（%）",
            "Across: error of one rank (standard deviation, places); up: chance (%) that an unchanged hospital differs by {d} places or more",
            d=size,
        ),
        sentences=(
            Sentence(
                "noise",
                "{h} {y0} 年度为{a}，{y1} 年度为{b}，相差 {d} 位。如果一次位次的误差（标准差）达到 {sd} 位，即使没有变化，两次相差这么多的机会也有二十分之一；位次的误差没有公布。",
                "{h} stood {a} in {y0} and {b} in {y1}, {d} places apart. If one rank has an error (standard deviation) of {sd} places, readings of an unchanged hospital differ by as much in one case of twenty. The error of ranks is not published.",
                values,
                brief=5,
            ),
            words(
                "base-moves",
                "名单也会变：有医院进入，有医院退出，同一名次在不同年度不一定是同一个位置。",
                "The list moves too: hospitals enter and leave it, so the same rank need not be the same position in another year.",
            ),
        ),
        note=words(
            "moves-note",
            "假定两次误差互相独立、近似正态、大小相同。曲线是算术，不是对这家医院的估计。",
            "Assumes independent, roughly normal errors of equal size. The curve is arithmetic, not an estimate for this hospital.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "moves",
                (
                    "同一医院、同一类别相邻两次名次；负数为前移",
                    "Neighbouring ranks of one hospital in one category; negative is towards the first place",
                ),
                frame,
                (
                    Column("hospital", ("医院", "Hospital"), "name"),
                    Column("category", ("类别", "Category"), "name"),
                    Column("years", ("年度", "Years"), "year"),
                    Column("before", ("前次", "Earlier"), "rank", source_ids=source),
                    Column("after", ("后次", "Later"), "rank", source_ids=source),
                    Column(
                        "change",
                        ("位次差", "Difference"),
                        "number",
                        ("位", "places"),
                        formula=CHANGE_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "noise",
                        ("所需误差", "Error needed"),
                        "number",
                        ("位", "places"),
                        formula=NOISE_FORMULA,
                        source_ids=source,
                    ),
                ),
            ),
        ),
        alt=Sentence(
            "moves-alt",
            "{place}：单次位次误差越大，{h}相差 {d} 位属于偶然的机会越高；误差 {sd} 位时为二十分之一。",
            "{place}: the larger the error of one rank, the likelier a chance difference of {d} places for {h}; one in twenty at {sd} places.",
            values | {"place": assessed.place},
        ),
    )


def readings(assessed: Assessed, table: pd.DataFrame) -> pd.DataFrame:
    """Readings of the largest move against a whole list: one row a list and reliability (indicator, list_year, n, middle, reliability, before, after)."""
    rows = []
    if len(table) and table.at[0, "before"] != table.at[0, "after"]:
        for indicator, list_year in LISTS.get(table.at[0, "category"], ()):
            n = list_fact(assessed, indicator, list_year).value
            rows += [
                {
                    "indicator": indicator,
                    "list_year": list_year,
                    "n": n,
                    "middle": (n + 1) / 2,
                    "reliability": r,
                    "before": table.at[0, "before"],
                    "after": table.at[0, "after"],
                }
                for r in RELIABILITIES
            ]
    return pd.DataFrame(
        rows, columns=["indicator", "list_year", "n", "middle", "reliability", "before", "after"]
    )


def _side(earlier: float, later: float) -> tuple[str, str]:
    if later == earlier:
        return "不变", "no move"
    return ("后移", "a move back") if later > earlier else ("前移", "a move forward")


def _classes(assessed: Assessed, pair, longest: float) -> tuple[str, str, dict]:
    """`信度 0.5 时该类平均在第 78 位；…`: for each reliability the mean of a class for which regression alone would give the later place."""
    zh, en, none, values = [], [], [], {}
    for i, r in enumerate(RELIABILITIES):
        mean = (pair["after"] - r * pair["before"]) / (1 - r)
        values[f"k{i}"] = assumed(f"{r:g}")
        if not FIRST <= mean <= longest:
            none.append(f"{{k{i}}}")
            continue
        label = _about(
            pair,
            f"信度 {r:g} 时只凭均值回归所需的类别平均位次",
            f"mean place of a class for which regression alone would do, reliability {r:g}",
        )
        values[f"m{i}"] = derived(mean, label, CLASS_FORMULA, inputs=ends(assessed, pair), style="rank")
        zh.append(f"信度为 {{k{i}}} 时，该类平均须在{{m{i}}}")
        en.append(f"at a reliability of {{k{i}}} the mean of the class would have to be {{m{i}}}")
    if none:
        zh.append(
            f"信度为 {' 和 '.join(filter(None, ('、'.join(none[:-1]), none[-1])))} 时没有这样的类别（平均要落在名单之外）"
        )
        en.append(
            f"at a reliability of {held.join(none, 'en')} there is no such class (its mean would lie outside the list)"
        )
    return "；".join(zh), "; ".join(en), values


def regression(assessed: Assessed, method: Callable[..., pd.DataFrame]) -> Finding:
    """Both readings of regression to the mean, for the largest move. method: ranking.regression_to_mean, applied to each row of readings()."""
    table = pairs(assessed)
    against = readings(assessed, table)
    if against.empty:
        state = State(
            "E4",
            (
                "没有可用的名单长度，不能说均值回归预期什么",
                "Without the length of a list nothing can be said about what regression to the mean would predict",
            ),
            (
                "需要同一类别的医院数和两年名次",
                "The number of hospitals of the category and ranks of two years would settle it",
            ),
        )
        return Finding(
            "regression",
            words("regression", "均值回归：无从判断", "Regression to the mean: cannot be judged"),
            states=(state,),
        )
    expected = pd.concat(
        [
            method(r.before, r.after, reliability=r.reliability, reference=r.middle)
            for r in against.itertuples()
        ]
    )
    pair = table.iloc[0]
    before, after = ends(assessed, pair)
    lists = {
        (r.indicator, r.list_year): list_fact(assessed, r.indicator, r.list_year)
        for r in against.itertuples()
    }
    inputs = (before, *lists.values())
    span = derived(
        None,
        _about(pair, "均值回归预期的后次位次", "later place expected from regression to the mean"),
        EXPECTED_FORMULA,
        inputs=inputs,
        style="rank",
        low=expected["expected"].min(),
        high=expected["expected"].max(),
        quantifier="interval",
    )
    sides = {_side(pair["before"], value) for value in expected["expected"]}
    predicted = sides.pop() if len(sides) == 1 else ("不一", "mixed moves")
    zh, en, values = _classes(assessed, pair, float(against["n"].max()))
    frame = pd.DataFrame(
        {
            "list": [catalog.indicator(k).label("zh") for k in against["indicator"]],
            "list_en": [catalog.indicator(k).label("en") for k in against["indicator"]],
            "year": against["list_year"].astype(str),
            "n": [lists[k, y] for k, y in zip(against["indicator"], against["list_year"], strict=True)],
            "middle": against["middle"],
            "reliability": against["reliability"].map("{:g}".format),
            "expected": expected["expected"].to_numpy(),
            "after": [after] * len(against),
        }
    )
    source = tuple(sorted({*before.source_ids, *(s for fact in lists.values() for s in fact.source_ids)}))
    said = {
        "h": hospital(pair),
        "a": before,
        "b": after,
        "x": span,
        "side": predicted,
        "real": _side(pair["before"], pair["after"]),
    }
    return Finding(
        "regression",
        Sentence(
            "regression",
            "均值回归有两种读法，{h}的位次变动不下结论",
            "Regression to the mean has two readings; no verdict on the move of {h}",
            said,
        ),
        sentences=(
            Sentence(
                "whole-list",
                "读法一，与整张名单比：{a}之后，均值回归预期{x}，即{side}；公布的是{b}，即{real}。",
                "Reading one, against the whole list: after {a}, regression to the mean predicts {x}, {side}; published is {b}, {real}.",
                said,
            ),
            Sentence(
                "class",
                f"读法二，与同类医院比：要让均值回归独自给出{{b}}，{zh}。",
                f"Reading two, against a class of like hospitals: for regression to the mean alone to give {{b}}, {en}.",
                {"b": after} | values,
            ),
            words(
                "neither",
                "参照哪一类、位次的信度多大，来源都没有给出，因此两种读法都列出，都不采用。",
                "Which class is the right one and how reliable ranks are, no source says: both readings are shown and neither is adopted.",
            ),
        ),
        tables=(
            Table(
                "expected",
                (
                    "读法一：不同名单和信度下预期的后次位次",
                    "Reading one: the later place expected under each list and reliability",
                ),
                frame,
                (
                    Column("list", ("名单", "List"), "name"),
                    Column("year", ("名单年度", "Year of the list"), "year"),
                    Column("n", ("医院数", "Hospitals"), "count", source_ids=source),
                    Column(
                        "middle",
                        ("中间位次", "Middle place"),
                        "rank",
                        formula=MIDDLE_FORMULA,
                        source_ids=source,
                    ),
                    Column("reliability", ("信度（假定）", "Reliability (assumed)"), "text"),
                    Column(
                        "expected",
                        ("预期位次", "Expected place"),
                        "rank",
                        formula=EXPECTED_FORMULA,
                        source_ids=source,
                    ),
                    Column("after", ("公布的后次", "Published later place"), "rank", source_ids=source),
                ),
            ),
        ),
        note=words(
            "regression-note",
            "名单是哪一张没有印明时，列出两张可能的名单。",
            "Where the list is not named, the lists it may have been are both shown.",
        ),
    )
