"""Composite of resources: two textbook composites of five inputs that do not contain one another, and how far the order hangs on the weights.

region_code 000000 is the national edition, a province's code marks the province. Other technicians are health technicians less
doctors and nurses; all beds and all technicians are left out because they contain the five. A composite orders provinces by
quantities per 1,000 residents; it is no measure of quality and no body publishes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import catalog, texts
from analysis.facts import Coverage, Fact, Provenance, derived, integer_text
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import Sentence, assumed, brief, words, year
from analysis.themes import naming, panel
from analysis.words import nth

TEXT = texts.of(__file__)

READ = ("doctors", "nurses", "health_technicians", "hospital_beds", "primary_beds")
INPUTS = TEXT.group("inputs")
DRAWS, SEED = 2000, 0
WIDE = 10  # places: a range wider than this is called wide; the page prints it as an assumption
TOPSIS_FORMULA = TEXT.pair("words.topsis_formula")
# the five inputs in the language of operations; per head or per thousand is the same to both methods
COLUMNS = ", ".join(
    f"{'(health_technicians - doctors - nurses)' if key == 'other' else key} / {panel.POPULATION}"
    for key in INPUTS
)
ORDERS = {
    "entropy": f"topsis({COLUMNS})",
    "equal": f"topsis_equal({COLUMNS})",
    "rsr_rank": f"rsr({COLUMNS})",
}
CLOUD = f"cloud({DRAWS}, {SEED}, {COLUMNS})"  # the places of each province under drawn weights
RSR_FORMULA = TEXT.pair("words.rsr_formula")
CLOUD_FORMULA = TEXT.pair("words.cloud_formula", draws=integer_text(DRAWS), seed=SEED)


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
    def origin(self) -> Provenance:
        return self.panel.origin_of_all(self.year)

    def rank(self, column: str, zh: str, en: str, formula: tuple[str, str]) -> Fact:
        """Its place by a column of the table: entropy, equal or rsr_rank."""
        place_zh, place_en = naming.place(self.shown)
        return derived(
            self.places.at[self.shown, column],
            TEXT.pair("rank.text", place=(place_zh, place_en), what=(zh, en)),
            formula,
            origin=self.origin,
            style="rank",
            operation=f"rank({ORDERS[column]}, '{self.shown}')",
        )

    def interval(self) -> Fact:
        place_zh, place_en = naming.place(self.shown)
        row = self.places.loc[self.shown]
        return derived(
            row["entropy"],
            TEXT.pair("facts.interval.label", place=(place_zh, place_en)),
            CLOUD_FORMULA,
            origin=self.origin,
            style="rank",
            operation=f"(rank({ORDERS['entropy']}, '{self.shown}'), *of({CLOUD}, '{self.shown}'))",
            low=row["low"],
            high=row["high"],
            quantifier="interval",
        )

    def count(self, value: int, zh: str, en: str, operation: str) -> Fact:
        formula = TEXT.pair("facts.count.formula")
        return derived(value, (zh, en), formula, origin=self.origin, operation=operation)


def coverage() -> Coverage:
    """The nation, and every province as the marked one."""
    provinces = panel.every_province()
    return {catalog.NATION: next(iter(provinces.values())), **provinces}


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
    i = nth(lang)
    return pd.DataFrame(
        {"label": [INPUTS[k][i] for k in composite.weights.index], "value": composite.weights.values * 100}
    )


def weights(composite: Composite, drawing: Drawn | None) -> Finding:
    """Which input the entropy weights favour, and why that is a choice."""
    w = composite.weights
    top, least = w.idxmax(), w.idxmin()
    fact = {
        k: derived(
            w[k] * 100,
            *TEXT.fact("weights.facts.fact", inputs=INPUTS[k]),
            origin=composite.origin,
            style="percent",
            operation=f"weight({1 + list(INPUTS).index(k)}, {COLUMNS}) * 100",
        )
        for k in w.index
    }
    equal = derived(
        100 / len(w),
        *TEXT.fact("weights.facts.equal"),
        origin=composite.origin,
        style="percent",
        operation=f"100 / {len(w)}",
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
    rate = dict(style="rate", unit=TEXT.pair("weights.rate_unit"), formula=panel.PER_1000, source_ids=source)
    return Finding(
        "weights",
        TEXT.say(
            "weights.headline",
            w=fact[top],
            top=INPUTS[top],
            e=equal,
        ),
        TEXT.say(
            "weights.subtitle",
            y=year(composite.year),
        ),
        sentences=(
            TEXT.say(
                "weights.sentences.why",
                least=INPUTS[least],
                w=fact[least],
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "weights",
                TEXT.pair("weights.caption"),
                frame,
                (
                    TEXT.column("weights.columns.name", "name"),
                    TEXT.column("weights.columns.weight", "percent", source_ids=source),
                    TEXT.column(
                        "weights.columns.cv",
                        "percent",
                        source_ids=source,
                    ),
                    TEXT.column("weights.columns.low", **rate),
                    TEXT.column("weights.columns.high", **rate),
                ),
            ),
        ),
        alt=TEXT.say(
            "weights.alt",
            place=composite.place,
            top=INPUTS[top],
            w=fact[top],
            least=INPUTS[least],
            v=fact[least],
            e=equal,
        ),
        once=True,
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


def order(composite: Composite, drawing: Drawn | None) -> Finding:
    """The order by entropy-weighted TOPSIS, and how far it hangs on the weights."""
    t = composite.places
    width = t["high"] - t["low"] + 1
    wide = composite.count(
        int((width > WIDE).sum()),
        *TEXT.pair("order.facts.wide"),
        f"total(widths({CLOUD}) > {WIDE})",
    )
    fixed = t.index[width == 1]
    n = composite.count(len(t), *TEXT.pair("order.facts.n"), "distinct('place')")
    name = naming.place(composite.shown)
    rank, span = (
        composite.rank("entropy", *TEXT.pair("order.facts.rank_span"), TOPSIS_FORMULA),
        composite.interval(),
    )
    middle = derived(
        float(width.median()),
        *TEXT.fact("order.facts.middle"),
        origin=composite.origin,
        operation=f"median(widths({CLOUD}))",
    )
    y = year(composite.year)
    if composite.mark:
        headline = TEXT.say(
            "order.headline",
            place=name,
            r=rank,
            s=span,
        )
    else:
        headline = TEXT.say(
            "order.headline_otherwise",
            n=n,
            k=wide,
            w=assumed(str(WIDE)),
        )
    own = brief if composite.mark else (lambda id, priority, *texts, **values: words(id, *texts, **values))
    fixed_text = naming.joined(naming.place(c) for c in fixed)
    sentences = [
        own(
            "span",
            7,
            *TEXT.pair("order.facts.sentences"),
            place=name,
            r=rank,
            s=span,
        ),
        TEXT.say(
            "order.sentences.middle",
            m=middle,
            k=wide,
            w=assumed(str(WIDE)),
            brief=0 if composite.mark else 4,
        ),
    ]
    if len(fixed):
        sentences.append(TEXT.say("order.sentences.fixed", which=fixed_text))
    i = list(t.index[t["entropy"].argsort(kind="stable")])
    frame = (
        t.loc[i]
        .assign(
            name=[naming.place(c)[0] for c in i],
            name_en=[naming.place(c)[1] for c in i],
            **{f"in_{k}": composite.inputs.loc[i, k] for k in INPUTS},
        )
        .reset_index(drop=True)
    )
    source = composite.origin.source_ids
    rank_ = dict(style="rank", source_ids=source)
    rate = dict(style="rate", unit=TEXT.pair("order.rate_unit"), formula=panel.PER_1000, source_ids=source)
    return Finding(
        "order",
        headline,
        TEXT.say(
            "order.subtitle",
            y=y,
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "order.note",
            n=assumed(integer_text(DRAWS)),
        ),
        drawing=drawing,
        tables=(
            Table(
                "order",
                TEXT.pair("order.caption"),
                frame,
                (
                    TEXT.column("order.columns.name", "name"),
                    *(Column(f"in_{k}", INPUTS[k], **rate) for k in INPUTS),
                    TEXT.column(
                        "order.columns.closeness",
                        "index",
                        decimals=3,
                        formula=TOPSIS_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column("order.columns.entropy", formula=TOPSIS_FORMULA, **rank_),
                    TEXT.column(
                        "order.columns.equal",
                        **rank_,
                    ),
                    TEXT.column(
                        "order.columns.rsr",
                        "index",
                        decimals=3,
                        formula=RSR_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column("order.columns.rsr_rank", formula=RSR_FORMULA, **rank_),
                    TEXT.column(
                        "order.columns.grade",
                        "number",
                        source_ids=source,
                    ),
                    TEXT.column("order.columns.low", formula=CLOUD_FORMULA, **rank_),
                    TEXT.column("order.columns.high", formula=CLOUD_FORMULA, **rank_),
                ),
                highlight=(i.index(composite.code),) if composite.mark else (),
            ),
        ),
        alt=TEXT.say(
            "order.alt",
            page=composite.place,
            y=y,
            place=name,
            r=rank,
            s=span,
            k=wide,
            w=assumed(str(WIDE)),
        ),
        opens=not composite.mark,
    )


def method_rows(composite: Composite, lang: str) -> pd.DataFrame:
    """One dot a province as charts.scatter takes it: place by entropy-weighted TOPSIS (x) and by rank-sum ratio (y)."""
    return panel.scatter_rows(composite.places["entropy"], composite.places["rsr_rank"], lang)


def far_apart(composite: Composite) -> list[str]:
    """The provinces, first those whose places by the two methods lie farthest apart."""
    gap = (composite.places["entropy"] - composite.places["rsr_rank"]).abs()
    return list(gap.sort_values(ascending=False, kind="stable").index)


def method_axes(lang: str) -> dict[str, str]:
    return {
        "x_label": TEXT.text("method_axes.x_label", lang),
        "y_label": TEXT.text("method_axes.y_label", lang),
    }


def _by_another(composite: Composite, gap: pd.Series, most: Fact, a: Fact, b: Fact) -> Sentence:
    """What another method makes of the places; of one province on its own page, which opens with this figure."""
    if not composite.mark:
        return TEXT.say("methods.headline", m=most)
    place = naming.place(composite.code)
    if gap[composite.code] == 0:
        return TEXT.say("methods.same", place=place, a=a)
    return TEXT.say("methods.moved", place=place, a=a, b=b)


def methods(composite: Composite, tau: float, drawing: Drawn | None) -> Finding:
    """Two textbook methods on the same five inputs. tau: Kendall's tau-b of the two orders."""
    t = composite.places
    gap = (t["entropy"] - t["rsr_rank"]).abs()
    agree = derived(
        tau,
        *TEXT.fact("methods.facts.agree"),
        origin=composite.origin,
        operation=f"kendall(places({ORDERS['entropy']}), places({ORDERS['rsr_rank']}))",
        style="index",
    )
    most = derived(
        int(gap.max()),
        *TEXT.fact("methods.facts.most"),
        origin=composite.origin,
        operation=f"largest(abs(places({ORDERS['entropy']}) - places({ORDERS['rsr_rank']})))",
    )
    a = composite.rank("entropy", *TEXT.pair("methods.facts.a"), TOPSIS_FORMULA)
    b = composite.rank("rsr_rank", *TEXT.pair("methods.facts.b"), RSR_FORMULA)
    e = composite.rank(
        "equal",
        *TEXT.pair("methods.facts.e"),
        TEXT.pair("methods.e_equal"),
    )
    farthest = gap.index[gap == gap.max()]
    named = naming.joined(naming.place(c) for c in farthest)
    frame = t.assign(
        name=[naming.place(c)[0] for c in t.index], name_en=[naming.place(c)[1] for c in t.index], gap=gap
    ).sort_values(["gap", "entropy"], ascending=[False, True], kind="stable")
    source = composite.origin.source_ids
    codes = list(frame.index)
    return Finding(
        "methods",
        _by_another(composite, gap, most, a, b),
        TEXT.say(
            "methods.subtitle",
            y=year(composite.year),
        ),
        sentences=(
            TEXT.say(
                "methods.sentences.tau",
                t=agree,
                who=named,
                m=most,
            ),
            TEXT.say(
                "methods.sentences.own",
                place=naming.place(composite.shown),
                a=a,
                e=e,
                b=b,
            ),
        ),
        note=TEXT.say(
            "methods.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "methods",
                TEXT.pair("methods.caption"),
                frame.reset_index(drop=True),
                (
                    TEXT.column("methods.columns.name", "name"),
                    TEXT.column(
                        "methods.columns.entropy",
                        "rank",
                        formula=TOPSIS_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column(
                        "methods.columns.rsr_rank",
                        "rank",
                        formula=RSR_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column(
                        "methods.columns.gap",
                        "number",
                        source_ids=source,
                    ),
                ),
                highlight=(codes.index(composite.code),) if composite.mark else (),
            ),
        ),
        alt=TEXT.say(
            "methods.alt",
            page=composite.place,
            t=agree,
            m=most,
            place=naming.place(composite.shown),
            a=a,
            b=b,
        ),
    )


def allows(composite: Composite) -> Finding:
    """What this allows to say."""
    t = composite.places
    top = t.index[t["high"] <= 5]
    listed = naming.joined(naming.place(c) for c in top)
    five = assumed("5")
    if len(top):
        can = TEXT.say(
            "allows.sentences.can",
            who=listed,
            k=five,
        )
    else:
        can = TEXT.say(
            "allows.sentences.can_otherwise",
            k=five,
        )
    return Finding(
        "allows",
        TEXT.say("allows.headline"),
        sentences=(
            can,
            TEXT.say(
                "allows.sentences.cannot",
            ),
        ),
        states=(
            TEXT.state(
                "E1",
                "allows.states.E1",
            ),
            TEXT.state(
                "E1",
                "allows.states.E1_2",
            ),
        ),
    )
