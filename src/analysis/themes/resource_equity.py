"""Resource equity: how evenly six resources lie over the residents of the 31 provinces, and what one province adds to that.

One notebook, two readers: region_code 000000 is the national edition, a province's code marks the province and adds its own
sentences. Thirty-one provinces are a census: there is no sampling interval. Ranges come from leaving out each province, from the
printed digits and from an assumed error, and are named so. Area by area the yearbook's East 11 / Central 8 / West 12 is used.
One view a part of the page, so the module is longer than 300 lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Coverage, Fact, State, derived, round_half_up
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import MIN_TREND_POINTS, assumed, name, year
from analysis.themes import naming, panel, subjects

TEXT = texts.of(__file__)

AREAS = ("east", "central", "west")
MAIN = "doctors"
DRAWS = 200
GINI_FORMULA = TEXT.pair("words.gini_formula")
WITHOUT_FORMULA = TEXT.pair("words.without_formula")
SHARE_FORMULA = TEXT.pair("words.share_formula")


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
        value: float | None,
        zh: str,
        en: str,
        formula: tuple[str, str],
        indicator: str = MAIN,
        decimals: int = 3,
        **how: Any,
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
        zh, en = naming.short(indicator)
        return self.index(
            self.gini.at[(indicator, y), "gini"],
            *TEXT.pair("facts.gini_fact", y=y, what=(zh, en)),
            GINI_FORMULA,
            indicator,
            operation=self.operation(indicator, y),
        )

    def operation(self, indicator: str, y: int) -> str:
        """The Gini of a year in the language of operations."""
        return f"gini(at({indicator}, {y}), at({panel.POPULATION}, {y}))"


def coverage() -> Coverage:
    """The nation, and every province as the marked one."""
    provinces = panel.every_province()
    return {catalog.NATION: next(iter(provinces.values())), **provinces}


def area_name(area: str) -> tuple[str, str]:
    return naming.term(f"area_{area}")


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
    return each(
        ends, lambda rows: pd.Series({code: method(rows[rows["region_code"] != code]) for code in codes})
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
    source = subjects.sources(equity.panel.observations)
    return Finding(
        "data",
        panel.cells_read(equity.panel),
        sentences=(
            TEXT.say(
                "data.sentences.areas",
                a=year(first),
                b=year(last),
            ),
            *panel.newer(equity),
        ),
        tables=(
            Table(
                "areas",
                TEXT.pair("data.caption", last=last),
                table,
                (
                    TEXT.column("data.columns.name", "name"),
                    TEXT.column(
                        "data.columns.provinces",
                        "number",
                        source_ids=source,
                    ),
                    TEXT.column(
                        "data.columns.share",
                        "percent",
                        source_ids=source,
                    ),
                    TEXT.column(
                        "data.columns.rate",
                        "rate",
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
    return {
        "x_label": TEXT.text("curve_axes.x_label", lang),
        "y_label": TEXT.text("curve_axes.y_label", lang),
    }


def _joined(equity: Equity, y: int) -> dict[str, list[str]]:
    """Which province each point of a year's curve adds, in the order of the curve (its origin adds none; equals add one point together)."""
    r = equity.panel.rates
    rates = r[(r["indicator"] == MAIN) & (r["year"] == y)].set_index("region_code")["value"]
    groups = [codes for _, codes in sorted(rates.groupby(rates).groups.items())]
    found = {}
    for lang, key in (("zh", "name"), ("en", "name_en")):
        short = panel.short_names(lang)
        added = [naming.join([short[c] for c in codes], lang) for codes in groups]
        found[key] = [TEXT.text("lorenz.origin", lang), *added]
    return found


def lorenz(equity: Equity, curves: dict[int, pd.DataFrame], drawing: Drawn | None) -> Finding:
    """Doctors over residents: two Lorenz curves with their Gini."""
    first, last = equity.years
    g0, g1 = equity.gini_fact(MAIN, first), equity.gini_fact(MAIN, last)
    way = "fell" if g1.number < g0.number else "rose"
    c = curves[last]
    half = float(np.interp(0.5, c["population"], c["share"]))
    of_half = derived(
        half * 100,
        *TEXT.fact("lorenz.facts.of_half"),
        origin=equity.panel.origin(MAIN, last),
        style="percent",
        operation=f"lorenz(at({MAIN}, {last}), at({panel.POPULATION}, {last}), 0.5) * 100",
    )
    table = pd.concat(
        [
            rows.assign(
                year=str(y),
                population=rows["population"] * 100,
                share=rows["share"] * 100,
                **_joined(equity, y),
            )
            for y, rows in curves.items()
        ],
        ignore_index=True,
    )
    percent = dict(style="percent", formula=TEXT.pair("lorenz.percent_formula"), source_ids=g1.source_ids)
    return Finding(
        "lorenz",
        TEXT.say(
            f"lorenz.headline_{way}",
            a=year(first),
            b=year(last),
            g0=g0,
            g1=g1,
        ),
        TEXT.say(
            "lorenz.subtitle",
        ),
        sentences=(
            TEXT.say(
                f"lorenz.sentences.half_{way}",
                id="half",
                a=year(first),
                b=year(last),
                held=of_half,
                g0=g0,
                g1=g1,
                brief=0 if equity.mark else 1,
            ),
        ),
        note=TEXT.say(
            "lorenz.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "lorenz",
                TEXT.pair("lorenz.caption"),
                table,
                (
                    TEXT.column("lorenz.columns.year", "year"),
                    TEXT.column("lorenz.columns.name"),
                    TEXT.column("lorenz.columns.population", decimals=1, **percent),
                    TEXT.column("lorenz.columns.share", decimals=1, **percent),
                ),
            ),
        ),
        alt=TEXT.say(
            "lorenz.alt",
            place=equity.place,
            a=year(first),
            b=year(last),
            g0=g0,
            g1=g1,
            held=of_half,
        ),
        once=True,
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


def _printed(value: float, decimals: int = 3) -> Decimal:
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
    return naming.joined(map(naming.short, keys))


def trends(equity: Equity, drawing: Drawn | None) -> Finding:
    """The Gini of six resources over the years."""
    first, last = equity.years
    lower, higher = _lower(equity)
    origin = equity.panel.origin_of_all(*range(first, last + 1))
    each = (tuple(f"rounded({equity.operation(key, y)}, 3)" for y in (last, first)) for key in panel.RANKED)
    k = derived(
        len(lower),
        *TEXT.fact("trends.facts.k"),
        origin=origin,
        operation=" + ".join(f"({late} < {early})" for late, early in each),
    )
    n = derived(
        len(panel.RANKED), *TEXT.fact("trends.facts.n"), origin=origin, operation="distinct('indicator') - 1"
    )
    most = max(panel.RANKED, key=lambda key: equity.gini.at[(key, last), "gini"])
    least = min(panel.RANKED, key=lambda key: equity.gini.at[(key, last), "gini"])
    jumps = [
        (code, y) for code in panel.short_names("zh") for y in equity.panel.jumps(MAIN, code) if y > first
    ]
    zh, en = ([f"{panel.short_names(lang)[code]} {y}" for code, y in jumps] for lang in ("zh", "en"))
    listed = "、".join(zh), ", ".join(en)
    sentences = [
        TEXT.say(
            "trends.sentences.ends",
            b=year(last),
            most=naming.short(most),
            gm=equity.gini_fact(most, last),
            least=naming.short(least),
            gl=equity.gini_fact(least, last),
            brief=0 if equity.mark else 2,
        ),
        TEXT.say(
            "trends.sentences.higher",
            a=year(first),
            what=_join(higher),
        )
        if higher
        else TEXT.say("trends.sentences.higher_otherwise", a=year(first)),
    ]
    if jumps:
        sentences.append(
            TEXT.say(
                "trends.sentences.jumps",
                jumps=name(listed),
            )
        )
    table = equity.gini.join(equity.theil).reset_index()
    table = table.sort_values(
        ["indicator", "year"],
        key=lambda c: c.map(list(panel.RANKED).index) if c.name == "indicator" else c,
        ignore_index=True,
    )
    table = table.assign(
        label=[naming.label(i)[0] for i in table["indicator"]],
        label_en=[naming.label(i)[1] for i in table["indicator"]],
        year=table["year"].astype(int).astype(str),
    )
    index = dict(style="index", source_ids=origin.source_ids)
    return Finding(
        "trends",
        TEXT.say(
            "trends.headline",
            n=n,
            k=k,
            a=year(first),
            b=year(last),
        ),
        TEXT.say(
            "trends.subtitle",
            a=year(first),
            b=year(last),
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "trends.note",
            a=year(first),
            c=year(2019),
        ),
        drawing=drawing,
        tables=(
            Table(
                "gini",
                TEXT.pair("trends.caption"),
                table,
                (
                    TEXT.column("trends.columns.label", "name"),
                    TEXT.column("trends.columns.year", "year"),
                    TEXT.column("trends.columns.gini", decimals=3, formula=GINI_FORMULA, **index),
                    TEXT.column(
                        "trends.columns.total",
                        decimals=4,
                        **index,
                    ),
                    TEXT.column(
                        "trends.columns.within",
                        decimals=4,
                        **index,
                    ),
                    TEXT.column(
                        "trends.columns.between",
                        decimals=4,
                        **index,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "trends.alt",
            place=equity.place,
            a=year(first),
            b=year(last),
            k=k,
            most=naming.short(most),
            gm=equity.gini_fact(most, last),
            least=naming.short(least),
            gl=equity.gini_fact(least, last),
        ),
        once=True,
    )


def range_rows(equity: Equity, lang: str) -> pd.DataFrame:
    """Two rows an indicator (first and last year) as charts.coefficients takes it: Gini and its leave-one-out range."""
    rows = []
    for k in panel.RANKED:
        for y in equity.years:
            fact, span = equity.gini_fact(k, y), _span(equity, k, y)
            joint = TEXT.text("range_rows.joint", lang)
            rows.append(
                {
                    "label": str(y),
                    "group": catalog.indicator(k).label(lang),
                    "estimate": fact.value,
                    "low": span.low,
                    "high": span.high,
                    "text": fact.text(lang) + joint.format(span.text(lang)),
                    "each": equity.without.loc[(k, y)].tolist(),
                    "main": y == equity.years[1],
                }
            )
    return pd.DataFrame(rows)


def _firm(equity: Equity, key: str) -> str:
    """1 where a change shows in print and keeps its sign whichever province is left out, in the language of operations."""
    early, late = (equity.operation(key, y) for y in equity.years)
    return f'(rounded({late}, 3) != rounded({early}, 3)) * steady("place", "{late} - {early}")'


def _span(equity: Equity, indicator: str, y: int) -> Fact:
    values, (zh, en) = equity.without.loc[(indicator, y)], naming.short(indicator)
    return equity.index(
        None,
        *TEXT.pair("facts.span", y=y, what=(zh, en)),
        WITHOUT_FORMULA,
        indicator,
        operation=f'without("place", "{equity.operation(indicator, y)}")',
        low=values.min(),
        high=values.max(),
        quantifier="interval",
    )


def robust(equity: Equity, drawing: Drawn | None) -> Finding:
    """Does the change depend on one province, on rounding or on an assumed error?"""
    first, last = equity.years
    change = {k: equity.without.loc[(k, last)] - equity.without.loc[(k, first)] for k in panel.RANKED}
    firm = [
        k
        for k, c in change.items()
        if _same_sign(c)
        and _printed(equity.gini.at[(k, first), "gini"]) != _printed(equity.gini.at[(k, last), "gini"])
    ]
    origin = equity.panel.origin_of_all(first, last)
    k_ = derived(
        len(firm),
        *TEXT.fact("robust.facts.k"),
        origin=origin,
        operation=" + ".join(_firm(equity, key) for key in panel.RANKED),
    )
    n = derived(
        len(panel.RANKED), *TEXT.fact("robust.facts.n"), origin=origin, operation="distinct('indicator') - 1"
    )
    error = {
        y: equity.index(
            None,
            *TEXT.pair("robust.facts.error", y=y),
            TEXT.pair("robust.error"),
            low=equity.erring.at[y, "low"],
            high=equity.erring.at[y, "high"],
            quantifier="interval",
            operation=f"gini_erring(at({MAIN}, {y}) / at({panel.POPULATION}, {y}), at({panel.POPULATION}, {y}), "
            f"{panel.RELATIVE_ERROR}, {DRAWS}, 0, {int(y != first)})",
        )
        for y in (first, last)
    }
    rows = pd.DataFrame(
        [
            {
                "label": naming.label(k)[0],
                "label_en": naming.label(k)[1],
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
    pairs = [(k, y) for k in panel.RANKED for y in (first, last)]
    each = equity.without.T.rename_axis("region_code").reset_index()
    left = pd.DataFrame(
        {
            "region_code": each["region_code"],
            "name": [naming.place(code)[0] for code in each["region_code"]],
            "name_en": [naming.place(code)[1] for code in each["region_code"]],
        }
        | {f"{k}_{y}": each[(k, y)].round(4) for k, y in pairs}
    )
    return Finding(
        "robust",
        TEXT.say(
            "robust.headline",
            n=n,
            k=k_,
        ),
        TEXT.say(
            "robust.subtitle",
            a=year(first),
            b=year(last),
        ),
        sentences=(
            TEXT.say("robust.sentences.firm", what=_join(firm))
            if firm
            else TEXT.say("robust.sentences.firm_otherwise"),
            TEXT.say(
                "robust.sentences.error",
                e=assumed(f"{panel.RELATIVE_ERROR:.0%}"),
                a=year(first),
                b=year(last),
                ea=error[first],
                eb=error[last],
            ),
        ),
        note=TEXT.say(
            "robust.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "ranges",
                TEXT.pair("robust.caption"),
                rows,
                (
                    TEXT.column("robust.columns.label", "name"),
                    TEXT.column("robust.columns.year", "year"),
                    TEXT.column("robust.columns.gini", formula=GINI_FORMULA, **index),
                    TEXT.column("robust.columns.low", formula=WITHOUT_FORMULA, **index),
                    TEXT.column("robust.columns.high", formula=WITHOUT_FORMULA, **index),
                    TEXT.column(
                        "robust.columns.print_low",
                        **index,
                    ),
                    TEXT.column(
                        "robust.columns.print_high",
                        **index,
                    ),
                ),
            ),
            Table(
                "each",
                TEXT.pair("robust.each"),
                left,
                (
                    TEXT.column("places.columns.name", "name"),
                    *(
                        Column(
                            f"{k}_{y}",
                            TEXT.pair("robust.of_year", what=naming.short(k), y=y),
                            formula=WITHOUT_FORMULA,
                            **index,
                        )
                        for k, y in pairs
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "robust.alt",
            place=equity.place,
            a=year(first),
            b=year(last),
            g0=equity.gini_fact(MAIN, first),
            g1=equity.gini_fact(MAIN, last),
            k=k_,
        ),
        once=True,
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
    t, (zh, en) = equity.theil.loc[(indicator, y)], naming.short(indicator)
    return derived(
        t["between"] / t["total"] * 100,
        TEXT.pair("facts.between.label", y=y, what=(zh, en)),
        SHARE_FORMULA,
        origin=equity.panel.origin(indicator, *equity.years),
        operation=f"between(at({indicator}, {y}), at({panel.POPULATION}, {y})) * 100",
        style="percent",
    )


def areas(equity: Equity, drawing: Drawn | None) -> Finding:
    """How much of the inequality lies between East, Central and West."""
    first, last = equity.years
    s0, s1 = _between(equity, MAIN, first), _between(equity, MAIN, last)
    half = [k for k in panel.RANKED if _between(equity, k, last).number > 50]
    rows = pd.DataFrame(
        [
            {
                "label": naming.label(k)[0],
                "label_en": naming.label(k)[1],
                "first": _between(equity, k, first),
                "last": _between(equity, k, last),
            }
            for k in panel.RANKED
        ]
    )
    share: dict[str, Any] = dict(style="percent", formula=SHARE_FORMULA, source_ids=s1.source_ids)
    return Finding(
        "areas",
        TEXT.say(
            "areas.headline",
            a=year(first),
            b=year(last),
            s0=s0,
            s1=s1,
        ),
        TEXT.say(
            "areas.subtitle",
        ),
        sentences=(
            TEXT.say(
                "areas.sentences.half",
                b=year(last),
                what=_join(half),
            )
            if half
            else TEXT.say(
                "areas.sentences.half_otherwise",
                b=year(last),
            ),
        ),
        note=TEXT.say(
            "areas.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "between",
                TEXT.pair("areas.caption"),
                rows,
                (
                    TEXT.column("areas.columns.label", "name"),
                    Column("first", naming.year_of(first), **share),
                    Column("last", naming.year_of(last), **share),
                ),
            ),
        ),
        alt=TEXT.say(
            "areas.alt",
            place=equity.place,
            a=year(first),
            b=year(last),
            s0=s0,
            s1=s1,
        ),
        once=True,
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


def places(equity: Equity, drawing: Drawn | None) -> Finding:
    """Which provinces the Gini of doctors hangs on, and where the marked province stands."""
    last = equity.years[1]
    change = influence(equity)
    most = change.abs().idxmax()
    all_ = equity.gini_fact(MAIN, last)
    shown = equity.code if equity.mark else most
    label = naming.place(shown)
    left = equity.index(
        all_.value + change[shown],
        *TEXT.pair("places.facts.left", last=last, label=label),
        WITHOUT_FORMULA,
        operation="gini({}, {})".format(
            *(f"other(at({key}, {last}), '{shown}')" for key in (MAIN, panel.POPULATION))
        ),
    )
    r = equity.panel.rates.query("indicator == @MAIN and year == @last").set_index("region_code")
    shares = pd.DataFrame(
        {"people": r["population"] / r["population"].sum() * 100, "held": r["count"] / r["count"].sum() * 100}
    )
    facts = {
        key: derived(
            shares.at[shown, key],
            *TEXT.fact("places.facts.facts", last=last, label=label, what=(zh, en)),
            origin=equity.panel.origin(MAIN, last),
            operation=f"of({(x := panel.POPULATION if key == 'people' else MAIN)}, '{shown}') / total({x}) * 100",
            style="percent",
        )
        for key, zh, en in (
            ("people", *TEXT.pair("places.facts_people")),
            ("held", *TEXT.pair("places.facts_held")),
        )
    }
    same = _printed(left.number) == _printed(all_.number)
    sentences = (
        TEXT.say(
            "places.sentences.shares_same" if same else "places.sentences.shares",
            id="shares",
            brief=6 if equity.mark else 0,
            place=label,
            people=facts["people"],
            held=facts["held"],
            rate=equity.panel.rate_fact(MAIN, shown, last),
            w=left,
            **{} if same else {"g": all_},
        ),
        TEXT.say("places.sentences.most", most=naming.place(most)),
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
    share = dict(style="percent", formula=TEXT.pair("places.share_formula"), source_ids=source)
    return Finding(
        "places",
        TEXT.say(
            "places.headline",
            b=year(last),
            place=label,
            w=left,
            g=all_,
        ),
        TEXT.say(
            "places.subtitle",
        ),
        sentences=sentences,
        note=TEXT.say(
            "places.note",
        ),
        drawing=drawing,
        opens=False,
        tables=(
            Table(
                "influence",
                TEXT.pair("places.caption"),
                table,
                (
                    TEXT.column("places.columns.name", "name"),
                    TEXT.column("places.columns.area", "text"),
                    TEXT.column(
                        "places.columns.rate",
                        "rate",
                        formula=panel.PER_1000,
                        source_ids=source,
                    ),
                    TEXT.column("places.columns.people", **share),
                    TEXT.column("places.columns.held", **share),
                    TEXT.column(
                        "places.columns.without",
                        "index",
                        decimals=4,
                        formula=WITHOUT_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column(
                        "places.columns.change",
                        "index",
                        decimals=4,
                        signed=True,
                        source_ids=source,
                    ),
                ),
                highlight=(int(list(change.index).index(equity.code)),) if equity.mark else (),
            ),
        ),
        alt=TEXT.say(
            "places.alt",
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
        TEXT.say("allows.headline"),
        sentences=(
            TEXT.say(
                "allows.sentences.can",
                what=_join(same),
                a=year(first),
                b=year(last),
            )
            if same
            else TEXT.say(
                "allows.sentences.can_otherwise",
            ),
            TEXT.say(
                "allows.sentences.cannot",
            ),
        ),
        states=(
            TEXT.state(
                "E1",
                "allows.states.E1",
            ),
            *_inside(),
        ),
    )


def _inside() -> tuple[State, ...]:
    """What is not held inside provinces: a series of the cities' residents. It states the years that are held."""
    rows = tables.read("observations", indicator="city_population_resident")
    years = sorted({str(y) for y in rows["year"].dropna()})
    if len(years) >= MIN_TREND_POINTS:
        return ()
    said = naming.items((y, y) for y in years) if years else TEXT.pair("allows.no_year")
    return (TEXT.state("E4", "allows.states.E4", years=said),)
