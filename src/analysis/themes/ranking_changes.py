"""Ranking changes (provinces): where a province stood each year on the six ranked indicators, and which moves are clear.

A move is called clear only when the stability intervals of the first and the last year do not overlap; print resolution is
shown beside it and never called confidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Fact, derived, provenance
from analysis.findings import Column, Finding, Table
from analysis.sentences import NOTHING, assumed, year
from analysis.themes import held, panel
from analysis.themes.held import label, short

TEXT = texts.of(__file__)
CLEAR = {True: TEXT.pair("words.clear"), False: TEXT.pair("words.not_clear")}

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
GAP_FORMULA = TEXT.pair("words.gap_formula")
ERRORS = (0.01, 0.02, 0.03, 0.05, 0.10)
STABLE_FORMULA = TEXT.pair("words.stable_formula")
MOVE_FORMULA = TEXT.pair("words.move_formula")


_DENSITY = "at(doctors / population, {{{}}})"
_A, _B = _DENSITY.format("a"), _DENSITY.format("b")
MOBILITY = {
    "tau": f"kendall({_A}, {_B})",
    "mean": f"mean(abs(places({_A}) - places({_B})))",
    "trace": f"shorrocks({_A}, {_B}, 5)",
    "own": f"abs(rank({_A}, '{{code}}') - rank({_B}, '{{code}}'))",
}


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
    titles = (TEXT.text("axes.place", lang, year=y) for y in change.years)
    return dict(
        zip(
            ("x_label", "y_label"),
            titles,
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
        headline = TEXT.say(
            "over_time.headline",
            **values,
        )
    elif moves["gained"].any():
        headline = TEXT.say(
            "over_time.headline_unclear",
            **values,
        )
    else:
        headline = TEXT.say(
            "over_time.headline_same",
            first=year(first),
            last=year(last),
            place=change.place,
        )
    verdict = TEXT.pair("over_time.verdict") if clear else TEXT.pair("over_time.verdict_otherwise")
    jumps = change.jumps(lead)
    jumped = year(" / ".join(map(str, jumps)))
    sentence = TEXT.say(
        "over_time.sentences.lead",
        **values | ranges,
        e=assumed(f"{panel.RELATIVE_ERROR:.0%}"),
        verdict=verdict,
        care=TEXT.phrase("over_time.care", jumped=jumped) if jumps else NOTHING,
        brief=2 if clear else 5,
    )
    return Finding(
        "over_time",
        headline,
        TEXT.say(
            "over_time.subtitle",
            first=year(first),
            last=year(last),
        ),
        sentences=(sentence,),
        note=TEXT.say(
            "over_time.note",
        ),
        drawing=drawing,
        tables=(years_table(change),),
        alt=TEXT.say(
            "over_time.alt",
            **values | ranges,
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
        TEXT.pair("years_table.caption"),
        pd.DataFrame(rows),
        (
            TEXT.column("years_table.columns.indicator", "name"),
            TEXT.column("years_table.columns.year", "year"),
            TEXT.column("years_table.columns.rank", "rank", formula=panel.RANK_FORMULA, source_ids=source),
            TEXT.column(
                "years_table.columns.rank_low",
                "rank",
                formula=panel.RANK_FORMULA,
                source_ids=source,
            ),
            TEXT.column(
                "years_table.columns.rank_high",
                "rank",
                formula=panel.RANK_FORMULA,
                source_ids=source,
            ),
            TEXT.column(
                "years_table.columns.low",
                "rank",
                formula=STABLE_FORMULA,
                source_ids=source,
            ),
            TEXT.column(
                "years_table.columns.high",
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
        *TEXT.fact("moves.facts.n_clear"),
        origin=origin,
    )
    n_all = derived(len(table), *TEXT.fact("moves.facts.n_all"), origin=origin)
    listed = held.joined(map(short, clear.index))
    frame = pd.DataFrame(
        {
            "indicator": [label(k)[0] for k in table.index],
            "indicator_en": [label(k)[1] for k in table.index],
            "before": [change.rank(k, first) for k in table.index],
            "before_interval": [change.interval(k, first) for k in table.index],
            "after": [change.rank(k, last) for k in table.index],
            "after_interval": [change.interval(k, last) for k in table.index],
            "clear": [CLEAR[bool(c)][0] for c in table["clear"]],
            "clear_en": [CLEAR[bool(c)][1] for c in table["clear"]],
        }
    )
    source = origin.source_ids
    return Finding(
        "moves",
        TEXT.say(
            "moves.headline",
            place=change.place,
            n=n_all,
            k=n_clear,
        ),
        TEXT.say(
            "moves.subtitle",
            first=year(first),
            last=year(last),
        ),
        sentences=(
            TEXT.say(
                "moves.sentences.clear-list",
                what=listed,
                holds={"any_clear": len(clear) > 0},
            ),
        ),
        note=TEXT.say(
            "moves.note",
            n=n_all,
        ),
        drawing=drawing,
        tables=(
            Table(
                "moves",
                TEXT.pair("moves.caption"),
                frame,
                (
                    TEXT.column("moves.columns.indicator", "name"),
                    Column(
                        "before",
                        held.year_of(first),
                        "rank",
                        formula=panel.RANK_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "before_interval",
                        TEXT.pair("moves.columns.before_interval", first=first),
                        "rank",
                        formula=STABLE_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "after",
                        held.year_of(last),
                        "rank",
                        formula=panel.RANK_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "after_interval",
                        TEXT.pair("moves.columns.after_interval", last=last),
                        "rank",
                        formula=STABLE_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column("moves.columns.clear", "text"),
                ),
            ),
        ),
        alt=TEXT.say(
            "moves.alt",
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
            *TEXT.fact("sensitivity.facts.count", e=e),
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
            TEXT.pair("sensitivity.facts.values_p.label"),
            held.COUNTED,
            rows=printed,
            operation="distinct('place')",
        ),
        "n": derived(
            len(printed),
            TEXT.pair("sensitivity.facts.values_n.label"),
            held.COUNTED,
            rows=printed,
            operation="count()",
        ),
        "m": derived(
            printed["gap"].median(),
            TEXT.pair("sensitivity.facts.values_m.label"),
            **gap,
        ),
        "x": derived(
            printed["gap"].max(),
            TEXT.pair("sensitivity.facts.values.label"),
            **gap,
        ),
    }
    return Finding(
        "sensitivity",
        TEXT.say(
            "sensitivity.headline",
            e0=assumed(frame["error"].iloc[0]),
            n0=count[0],
            e1=assumed(frame["error"].iloc[-1]),
            n1=count[-1],
        ),
        sentences=(
            TEXT.say(
                "sensitivity.sentences.sensitivity-basis",
                **values,
            ),
        ),
        tables=(
            Table(
                "sensitivity",
                TEXT.pair("sensitivity.caption"),
                frame,
                (
                    TEXT.column("sensitivity.columns.error", "code"),
                    TEXT.column("sensitivity.columns.clear", "number", source_ids=origin.source_ids),
                    TEXT.column("sensitivity.columns.which", "text"),
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
        *TEXT.fact("mobility.facts.tau", first=first, last=last),
        origin=origin,
        operation=MOBILITY["tau"].format(a=first, b=last),
        style="index",
    )
    mean = derived(
        summary.at["mean_move", "doctors"],
        *TEXT.fact("mobility.facts.mean"),
        origin=origin,
        operation=MOBILITY["mean"].format(a=first, b=last),
        style="index",
        decimals=1,
    )
    trace = derived(
        summary.at["shorrocks", "doctors"],
        *TEXT.fact("mobility.facts.trace"),
        origin=origin,
        style="index",
        operation=MOBILITY["trace"].format(a=first, b=last),
    )
    own = derived(
        abs(change.moves().at["doctors", "gained"]),
        TEXT.pair("mobility.facts.own.label"),
        MOVE_FORMULA,
        origin=origin,
        operation=MOBILITY["own"].format(a=first, b=last, code=change.code),
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
        TEXT.say(
            "mobility.headline",
            mean=mean,
            place=change.place,
            own=own,
        ),
        TEXT.say(
            "mobility.subtitle",
            first=year(first),
            last=year(last),
        ),
        sentences=(
            TEXT.say(
                "mobility.sentences.tau",
                tau=tau,
                trace=trace,
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "mobility",
                TEXT.pair("mobility.caption"),
                table,
                (
                    TEXT.column("mobility.columns.indicator", "name"),
                    TEXT.column(
                        "mobility.columns.kendall_tau",
                        **index,
                    ),
                    TEXT.column(
                        "mobility.columns.spearman",
                        **index,
                    ),
                    TEXT.column(
                        "mobility.columns.shorrocks",
                        **index,
                    ),
                    TEXT.column("mobility.columns.mean_move", decimals=1, formula=MOVE_FORMULA, **index),
                    TEXT.column("mobility.columns.max_move", decimals=1, formula=MOVE_FORMULA, **index),
                ),
            ),
        ),
        alt=TEXT.say(
            "mobility.alt",
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
            TEXT.state(
                "E7",
                "closing.states.E7",
            ),
            TEXT.state(
                "E1",
                "closing.states.E1",
            ),
        )
    )
