"""Moves of assessed hospitals between two years: how noisy ranks would have to be for a move to be chance, and regression to the mean.

Sources of the methods: control limits of a difference of two readings (1.96 standard deviations); regression to the mean: Barnett,
van der Pols and Dobson 2005 Int J Epidemiol 34:215. Neither the error of a rank nor its reliability is published, so both are
parameters, and no move is called real or chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from string import ascii_lowercase
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, texts
from analysis.facts import Fact, derived
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import Phrase, Sentence, assumed, year
from analysis.themes import naming, subjects
from analysis.themes.assessed_hospitals import Assessed, category, everywhere, hospital, list_fact, rank_fact
from analysis.themes.naming import Row

TEXT = texts.of(__file__)

# lists a place may have been read from, by category: (indicator, year) of the printed counts; only grades A and B are used
LISTS = {
    "": (("assessed_hospitals", 2019), ("assessed_general_ranked", 2022)),
    "general": (("assessed_hospitals", 2019), ("assessed_general_ranked", 2022)),
    "tcm_general": (("assessed_tcm_ranked", 2019), ("assessed_tcm_general_ranked", 2022)),
    "specialised: psychiatric": (("assessed_psychiatric_ranked", 2022),),
}
RELIABILITIES = (0.5, 0.7, 0.9)
NOISE_FORMULA = TEXT.pair("words.noise_formula")
CHANGE_FORMULA = TEXT.pair("words.change_formula")
MIDDLE_FORMULA = TEXT.pair("words.middle_formula")
EXPECTED_FORMULA = TEXT.pair("words.expected_formula")
CLASS_FORMULA = TEXT.pair("words.class_formula")
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


def ends(assessed: Assessed, pair: Row) -> tuple[Fact, Fact]:
    """The two published ranks of a move."""
    return rank_fact(assessed, assessed.rows.loc[pair["first"]]), rank_fact(
        assessed, assessed.rows.loc[pair["second"]]
    )


def _about(pair: Row, zh: str, en: str) -> tuple[str, str]:
    return TEXT.pair(
        "about.text",
        from_year=pair["from_year"],
        to_year=pair["to_year"],
        what=(zh, en),
        hospital=(pair["hospital"], pair["hospital_en"]),
    )


def change_fact(assessed: Assessed, pair: Row) -> Fact:
    """Places moved; negative is towards the first place."""
    return derived(
        pair["after"] - pair["before"],
        _about(pair, *TEXT.pair("facts.change_fact")),
        CHANGE_FORMULA,
        inputs=ends(assessed, pair),
        operation="b - a",
        style="number",
        signed=True,
        decimals=0,
    )


def noise_fact(assessed: Assessed, pair: Row, noise: float) -> Fact:
    """The standard deviation of one reading at which the move is just within chance."""
    return derived(
        noise,
        _about(
            pair,
            *TEXT.pair("facts.noise_fact"),
        ),
        NOISE_FORMULA,
        inputs=ends(assessed, pair),
        operation="abs(b - a) / (1.96 * 2**0.5)",
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


GENERAL = (
    "",
    "general",
)  # categories that may be set beside each other: general hospitals, and a rank without a printed one


def _beside(assessed: Assessed, top: pd.Series) -> tuple[tuple[Sentence, ...], tuple[Table, ...]]:
    """What other general hospitals published in two years, beside the page's own move: a list, never a sample."""
    whole = everywhere(assessed)
    table = pairs(whole)
    own = set(assessed.rows["institution_id"])
    foreign = [whole.rows.at[i, "institution_id"] not in own for i in table["first"]]
    table = table[np.array(foreign, dtype=bool) & (table["category"] == GENERAL[1])].reset_index(drop=True)
    if top["category"] not in GENERAL or table.empty:
        return (), ()
    facts = [ends(whole, pair) for _, pair in table.iterrows()]
    frame = pd.DataFrame(
        {
            "region_code": [whole.rows.at[i, "region_code"] for i in table["first"]],
            "hospital": table["hospital"],
            "hospital_en": table["hospital_en"],
            "years": [f"{a}–{b}" for a, b in zip(table["from_year"], table["to_year"], strict=True)],
            "before": [before for before, _ in facts],
            "after": [after for _, after in facts],
            "change": [change_fact(whole, pair) for _, pair in table.iterrows()],
        }
    )
    source = subjects.sources(whole.rows.loc[[*table["first"], *table["second"]]])
    n = derived(
        len(table),
        TEXT.pair("beside.n"),
        subjects.COUNTED,
        inputs=[fact for pair in facts for fact in pair],
        operation="distinct('institution')",
        style="count",
        unit="家",
    )
    items = [
        TEXT.phrase("beside.item", h=hospital(pair), a=before, b=after)
        for (_, pair), (before, after) in zip(table.iterrows(), facts, strict=True)
    ]
    said = TEXT.say("beside.sentences.cannot", h=hospital(top), n=n, items=naming.chain(items))
    rank: dict[str, Any] = {"source_ids": source}
    columns = (
        TEXT.column("moves.columns.hospital", "name"),
        TEXT.column("moves.columns.years", "year"),
        TEXT.column("moves.columns.before", "rank", **rank),
        TEXT.column("moves.columns.after", "rank", **rank),
        TEXT.column("moves.columns.change", "number", formula=CHANGE_FORMULA, **rank),
    )
    return (said,), (Table("beside", TEXT.pair("beside.caption"), frame, columns),)


def moved(assessed: Assessed, table: pd.DataFrame, needed: pd.Series, drawing: Drawn | None) -> Finding:
    """How noisy ranks would have to be. table: pairs(); needed: noise() of it; drawing: the curve, or None."""
    if drawing is None:
        still = TEXT.say("moves.headline")
        state = TEXT.state(
            "E4",
            "moves.states.E4",
            place=assessed.place,
        )
        return Finding("moves", still, states=(state,))
    top, (before, after), sd = (
        table.iloc[0],
        ends(assessed, table.iloc[0]),
        noise_fact(assessed, table.iloc[0], float(needed.iloc[0])),
    )
    size = derived(
        abs(top["after"] - top["before"]),
        _about(top, *TEXT.pair("moves.facts.size_2")),
        TEXT.pair("moves.facts.size.formula"),
        inputs=(before, after),
        operation="abs(b - a)",
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
    source = subjects.sources(assessed.ranked)
    beside, others = _beside(assessed, top)
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
        TEXT.say(
            "moves.headline_2",
            **values,
        ),
        TEXT.say(
            "moves.subtitle",
            d=size,
        ),
        sentences=(
            TEXT.say(
                "moves.sentences.noise",
                **values,
            ),
            TEXT.say(
                "moves.sentences.base-moves",
            ),
            *beside,
        ),
        note=TEXT.say(
            "moves.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "moves",
                TEXT.pair("moves.caption"),
                frame,
                (
                    TEXT.column("moves.columns.hospital", "name"),
                    TEXT.column("moves.columns.category", "name"),
                    TEXT.column("moves.columns.years", "year"),
                    TEXT.column("moves.columns.before", "rank", source_ids=source),
                    TEXT.column("moves.columns.after", "rank", source_ids=source),
                    TEXT.column(
                        "moves.columns.change",
                        "number",
                        formula=CHANGE_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column(
                        "moves.columns.noise",
                        "number",
                        formula=NOISE_FORMULA,
                        source_ids=source,
                    ),
                ),
            ),
            *others,
        ),
        alt=TEXT.say(
            "moves.alt",
            **values | {"place": assessed.place},
        ),
    )


def readings(assessed: Assessed, table: pd.DataFrame) -> pd.DataFrame:
    """Readings of the largest move against a whole list: one row a list and reliability (indicator, list_year, n, middle, reliability, before, after)."""
    rows = []
    if len(table) and table.at[0, "before"] != table.at[0, "after"]:
        counts = assessed.counts
        published = set(
            zip(counts["indicator"], counts["year"], strict=True)
        )  # of an early day not every list
        for indicator, list_year in LISTS.get(table.at[0, "category"], ()):
            if (indicator, list_year) not in published:
                continue
            n = list_fact(assessed, indicator, list_year).number
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
        return TEXT.pair("side.text")
    return TEXT.pair("side.text_2") if later > earlier else TEXT.pair("side.text_otherwise")


def _classes(assessed: Assessed, pair: Row, longest: float) -> Phrase:
    """`信度 0.5 时该类平均在第 78 位；…`: for each reliability the mean of a class for which regression alone would give the later place."""
    items, none = [], []
    for r in RELIABILITIES:
        mean = (pair["after"] - r * pair["before"]) / (1 - r)
        stated = assumed(f"{r:g}")
        if not FIRST <= mean <= longest:
            none.append(stated)
            continue
        label = _about(
            pair,
            *TEXT.pair("facts.classes_label", r=f"{r:g}"),
        )
        how = {"style": "rank", "operation": f"(b - {r:g} * a) / (1 - {r:g})"}
        mean_fact = derived(mean, label, CLASS_FORMULA, inputs=ends(assessed, pair), **how)
        items.append(TEXT.phrase("regression.items.mean", reliability=stated, mean=mean_fact))
    if none:
        items.append(TEXT.phrase("regression.items.none", reliabilities=naming.chain(none, "numbers")))
    return naming.chain(items)


def regression(assessed: Assessed, method: Callable[..., pd.DataFrame]) -> Finding:
    """Both readings of regression to the mean, for the largest move. method: ranking.regression_to_mean, applied to each row of readings()."""
    table = pairs(assessed)
    against = readings(assessed, table)
    if against.empty:
        state = TEXT.state(
            "E4",
            "regression.states.E4",
        )
        return Finding(
            "regression",
            TEXT.say("regression.headline"),
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
    middles = ", ".join(f"({letter} + 1) / 2" for letter in ascii_lowercase[1 : len(inputs)])
    reliabilities = ", ".join(f"{r:g}" for r in RELIABILITIES)
    span = derived(
        None,
        _about(pair, *TEXT.pair("regression.facts.span")),
        EXPECTED_FORMULA,
        inputs=inputs,
        operation=f"ends([m + r * (a - m) for m in [{middles}] for r in [{reliabilities}]])",
        style="rank",
        low=expected["expected"].min(),
        high=expected["expected"].max(),
        quantifier="interval",
    )
    sides = {_side(pair["before"], value) for value in expected["expected"]}
    predicted = sides.pop() if len(sides) == 1 else TEXT.pair("regression.predicted_otherwise")
    classes = _classes(assessed, pair, float(against["n"].max()))
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
        TEXT.say(
            "regression.headline_2",
            **said,
        ),
        sentences=(
            TEXT.say(
                "regression.sentences.whole-list",
                **said,
            ),
            TEXT.say("regression.sentences.class", b=after, classes=classes),
            TEXT.say(
                "regression.sentences.neither",
            ),
        ),
        tables=(
            Table(
                "expected",
                TEXT.pair("regression.caption"),
                frame,
                (
                    TEXT.column("regression.columns.list", "name"),
                    TEXT.column("regression.columns.year", "year"),
                    TEXT.column("regression.columns.n", "count", source_ids=source),
                    TEXT.column(
                        "regression.columns.middle",
                        "rank",
                        formula=MIDDLE_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column("regression.columns.reliability", "text"),
                    TEXT.column(
                        "regression.columns.expected",
                        "rank",
                        formula=EXPECTED_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column("regression.columns.after", "rank", source_ids=source),
                ),
            ),
        ),
        note=TEXT.say(
            "regression.note",
        ),
    )
