"""Ranking changes (provinces): where a province stood each year on the six ranked indicators, and which moves are clear.

Of each move the page says up to which error of the provinces' numbers its direction keeps a probability of .95, and sets that
beside the root mean square of the gaps that were measured; a move with a flagged recount is not judged. Print resolution is
shown beside it and never called confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from string import ascii_lowercase
from typing import Any

import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Coverage, Fact, Text, derived, provenance
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import Sentence, assumed, name, year
from analysis.themes import naming, panel, subjects
from analysis.themes.naming import label, short
from analysis.words import pick

TEXT = texts.of(__file__)
VERDICT = {name: TEXT.pair(f"words.{name}") for name in ("firm", "soft", "recount", "same")}

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
REVISED_FROM = 2020  # from the census year on, printed and recomputed rates rest on the same population
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
    """A province in the panel with every province's places, and with its own intervals and the errors that its own moves survive.

    places: result of ranking.rank_change; stable: from `each_year`; holds: from `ends` with ranking.move_holds (both for this
    province alone: they are costly, and its page shows no other's); printed: from `printed_rates`.
    """

    places: pd.DataFrame
    stable: pd.DataFrame
    holds: pd.DataFrame
    printed: pd.DataFrame

    @cached_property
    def measured(self) -> pd.DataFrame:
        """The printed rates of the years before the census, whose gaps say how far a rate may be off."""
        return self.printed[self.printed["year"] < REVISED_FROM]

    @property
    def error(self) -> float:
        """Root mean square of the measured gaps, as a share of the rate."""
        return float((self.measured["gap"] ** 2).mean() ** 0.5) / 100

    def error_fact(self) -> Fact:
        rows = provenance(pd.concat([self.measured[list(self.panel.observations)], _recomputed_from(self)]))
        gaps = (f"{rate} / ({key} / {panel.POPULATION} * 1000) - 1" for rate, key in PRINTED.items())
        operation = f"square({', '.join(gaps)}) * 100"
        label, formula = TEXT.fact("facts.error")
        return derived(self.error * 100, label, formula, origin=rows, operation=operation, style="percent")

    def rates(self, indicator: str) -> str:
        """The rates of the first and the last year, in the language of operations."""
        return ", ".join(f"at({indicator}, {y}) / at({panel.POPULATION}, {y})" for y in self.years)

    def holds_fact(self, indicator: str) -> Fact:
        """The error up to which a move keeps its direction."""
        return derived(
            100 * float(self.holds.at[(indicator, self.code), "holds"]),
            *TEXT.fact("facts.holds", what=short(indicator), place=self.place),
            origin=self.panel.origin(indicator, *self.years),
            operation=f"holds({self.rates(indicator)}, '{self.code}') * 100",
            style="percent",
        )

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
        """One row an indicator: before, after, gained (places), holds (error up to which the direction stands), verdict."""
        first, last = self.years
        rows = []
        for k in panel.RANKED:
            own = self.own(k)
            a, b = int(own.at[first, "rank"]), int(own.at[last, "rank"])
            holds = float(self.holds.at[(k, self.code), "holds"])
            verdict = "firm" if holds >= self.error else "soft"
            verdict = "same" if a == b else "recount" if self.jumps(k) else verdict
            rows.append(
                {"indicator": k, "before": a, "after": b, "gained": a - b, "holds": holds, "verdict": verdict}
            )
        return pd.DataFrame(rows).set_index("indicator")

    def lead(self) -> tuple[str, str]:
        """The indicator that the page leads with, and its verdict: the largest firm move, else the largest that can be judged."""
        moves = self.moves()
        for verdict in ("firm", "soft", "recount"):
            some = moves[moves["verdict"] == verdict]
            if len(some):
                return str(some["gained"].abs().idxmax()), verdict
        return panel.RANKED[0], "same"


def coverage() -> Coverage:
    """Every province has a page."""
    return panel.every_province()


def each_year(provinces: panel.Panel, method: Callable[..., pd.DataFrame], **arguments: Any) -> pd.DataFrame:
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


def ends(
    provinces: panel.Panel,
    method: Callable[..., pd.DataFrame],
    indicators: Iterable[str] = panel.RANKED,
    **arguments: Any,
) -> pd.DataFrame:
    """Apply a method on moves to the first and last year of indicators: index indicator, region_code; the method's columns."""
    return pd.concat(
        {k: method(*first_and_last(provinces, k), **arguments) for k in indicators}, names=["indicator"]
    )


def load(
    region_code: str,
    provinces: panel.Panel,
    places: pd.DataFrame,
    stable: pd.DataFrame,
    holds: pd.DataFrame,
    printed: pd.DataFrame,
) -> Change:
    """A province's view of places that were computed for all provinces; ``stable`` and ``holds`` need to hold its own rows only."""
    return Change(catalog.region(region_code).code, provinces, places, stable, holds, printed)


def over_time_rows(change: Change, lang: str) -> pd.DataFrame:
    """One row a province, indicator and year as charts.rank_over_time takes it; intervals for the province alone."""
    names = panel.short_names(lang)
    rows = change.places.merge(
        change.stable[["low", "high"]]
        .rename(columns={"low": "stable_low", "high": "stable_high"})
        .reset_index(),
        on=["indicator", "year", "region_code"],
        how="left",
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
            "stable_low": rows["stable_low"],
            "stable_high": rows["stable_high"],
        }
    )
    return out.sort_values(
        ["panel", "code", "year"],
        key=lambda c: c.map({k: i for i, k in enumerate(panel.RANKED)}) if c.name == "panel" else c,
        ignore_index=True,
    )


def over_time(change: Change, drawing: Drawn | None) -> Finding:
    """The province's place each year; the headline names the largest firm move, or says that none is firm."""
    first, last = change.years
    lead, verdict = change.lead()
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
    if verdict == "same":
        headline = TEXT.say("over_time.headline_same", first=year(first), last=year(last), place=change.place)
    else:
        known = values if verdict == "recount" else values | {"h": change.holds_fact(lead)}
        headline = TEXT.say(f"over_time.headline_{verdict}", **known)
    sentence = _lead_sentence(change, lead, verdict, values)
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
        opens=False,
        tables=(years_table(change),),
        alt=TEXT.say(
            "over_time.alt",
            **values | ranges,
        ),
    )


def _lead_sentence(change: Change, lead: str, verdict: str, values: dict) -> Sentence:
    """The move in one sentence, with the error it survives beside the measured one; a recount is named and not judged."""
    if verdict in ("recount", "same"):
        more: dict[str, Any] = {}
        if verdict == "recount":
            more["jumped"] = name(naming.years(change.jumps(lead)))
    else:
        more = {
            "h": change.holds_fact(lead),
            "m": change.error_fact(),
            "verdict": TEXT.pair(f"over_time.{verdict}"),
        }
    return TEXT.say(
        f"over_time.sentences.{verdict if verdict in ('recount', 'same') else 'lead'}",
        **values | more,
        id="lead",
        brief=2 if verdict == "firm" else 5,
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
    source = subjects.sources(change.panel.observations)
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
    """Two rows an indicator (first and last year) as charts.intervals takes it, those of a firm move highlighted."""
    rows, verdicts = [], change.moves()["verdict"]
    for k in panel.RANKED:
        own = change.own(k)
        for y in change.years:
            r = own.loc[y]
            rows.append(
                {
                    "code": f"{k}-{y}",
                    "group": k,
                    "highlight": verdicts[k] == "firm",
                    "name": f"{catalog.indicator(k).label(lang)} {y}",
                    "text": pick(VERDICT[verdicts[k]], lang) if y == change.years[1] else "",
                    "value": int(r["rank"]),
                    "low": int(r["rank_low"]),
                    "high": int(r["rank_high"]),
                    "outer_low": int(r["low"]),
                    "outer_high": int(r["high"]),
                }
            )
    return pd.DataFrame(rows)


def firm_moves(lang: str) -> str:
    """What the highlighted pairs of intervals are."""
    return TEXT.text("words.firm_moves", lang)


def _standing(
    value: int, text: tuple[Text, Text], change: Change, table: pd.DataFrame, error: float | Fact
) -> Fact:
    """How many of the moves stand at an error; each move's own is an input, and so is the error where it was measured."""
    keys = list(table.index[table["verdict"].isin(["firm", "soft"])])
    inputs = [change.holds_fact(k) for k in keys]
    if isinstance(error, Fact):
        inputs.append(error)
        least = ascii_lowercase[len(keys)]
    else:
        least = f"{error * 100:g}"
    terms = (f"({letter} >= {least})" for letter in ascii_lowercase[: len(keys)])
    origin = change.panel.origin_of_all(*change.years)
    return derived(value, *text, inputs=inputs, origin=origin, operation=" + ".join(terms) or "none()")


def moves(change: Change, drawing: Drawn | None) -> Finding:
    """How firm each of the six moves is."""
    first, last = change.years
    table = change.moves()
    firm = table[table["verdict"] == "firm"]
    origin = change.panel.origin_of_all(first, last)
    named = TEXT.fact("moves.facts.n_firm", place=change.place)
    n_firm = _standing(len(firm), named, change, table, change.error_fact())
    n_all = derived(
        len(table), *TEXT.fact("moves.facts.n_all"), origin=origin, operation="distinct('indicator') - 1"
    )
    judged = table["verdict"].isin(["firm", "soft"])
    frame = pd.DataFrame(
        {
            "indicator": [label(k)[0] for k in table.index],
            "indicator_en": [label(k)[1] for k in table.index],
            "before": [change.rank(k, first) for k in table.index],
            "after": [change.rank(k, last) for k in table.index],
            "holds": [change.holds_fact(k) if ok else None for k, ok in judged.items()],
            "verdict": [VERDICT[v][0] for v in table["verdict"]],
            "verdict_en": [VERDICT[v][1] for v in table["verdict"]],
        }
    )
    source = origin.source_ids
    columns = (
        TEXT.column("moves.columns.indicator", "name"),
        Column("before", naming.year_of(first), "rank", formula=panel.RANK_FORMULA, source_ids=source),
        Column("after", naming.year_of(last), "rank", formula=panel.RANK_FORMULA, source_ids=source),
        TEXT.column("moves.columns.holds", "percent", source_ids=source),
        TEXT.column("moves.columns.verdict", "text"),
    )
    return Finding(
        "moves",
        TEXT.say("moves.headline", place=change.place, n=n_all, k=n_firm, m=change.error_fact()),
        TEXT.say("moves.subtitle", first=year(first), last=year(last)),
        sentences=(
            TEXT.say(
                "moves.sentences.firm-list",
                what=naming.joined(map(short, firm.index)),
                m=change.error_fact(),
                holds={"any_firm": len(firm) > 0},
            ),
        ),
        note=TEXT.say("moves.note", n=n_all),
        drawing=drawing,
        tables=(Table("moves", TEXT.pair("moves.caption"), frame, columns),),
        alt=TEXT.say(
            "moves.alt",
            place=change.place,
            first=year(first),
            last=year(last),
            k=n_firm,
            a=change.rank("doctors", first),
            b=change.rank("doctors", last),
        ),
    )


def sensitivity(change: Change, together: dict[float, pd.DataFrame]) -> Finding:
    """How many moves stand as the error grows, what speaks for its size, and what errors that go together change.

    together: correlation of a province's two errors -> result of `ends` with ranking.move_probability at the measured error, for the
    indicator that the page leads with.
    """
    table = change.moves()
    moved = table[table["verdict"].isin(["firm", "soft"])]
    origin = change.panel.origin_of_all(*change.years)
    rows = []
    for error in ERRORS:
        keys = list(moved.index[moved["holds"] >= error])
        text, which = f"{error:.0%}", naming.joined(map(short, keys))
        named = TEXT.fact("sensitivity.facts.count", e=text, place=change.place)
        n = _standing(len(keys), named, change, table, error)
        rows.append({"error": text, "stand": n, "which": which[0], "which_en": which[1]})
    frame = pd.DataFrame(rows)
    measured = change.measured
    values = {
        "p": derived(
            measured["region_code"].nunique(),
            TEXT.pair("sensitivity.facts.values_p.label"),
            subjects.COUNTED,
            rows=measured,
            operation="distinct('place')",
        ),
        "n": derived(
            len(measured),
            TEXT.pair("sensitivity.facts.values_n.label"),
            subjects.COUNTED,
            rows=measured,
            operation="count()",
        ),
        "m": change.error_fact(),
    }
    lead, _ = change.lead()
    chances = {
        f"p{n}": derived(
            100 * float(found.at[(lead, change.code), "probability"]),
            *TEXT.fact("sensitivity.facts.together", rho=f"{rho:g}", what=short(lead), place=change.place),
            origin=change.panel.origin(lead, *change.years),
            inputs=(values["m"],),
            operation=f"kept({change.rates(lead)}, '{change.code}', a / 100, {rho:g}) * 100",
            style="percent",
        )
        for n, (rho, found) in enumerate(together.items())
    }
    rhos = {f"r{n}": assumed(f"{rho:g}") for n, rho in enumerate(together)}
    return Finding(
        "sensitivity",
        TEXT.say(
            "sensitivity.headline",
            e0=assumed(frame["error"].iloc[0]),
            n0=frame["stand"].iloc[0],
            e1=assumed(frame["error"].iloc[-1]),
            n1=frame["stand"].iloc[-1],
        ),
        sentences=(
            TEXT.say("sensitivity.sentences.basis", **values),
            TEXT.say(
                "sensitivity.sentences.together", what=short(lead), m=change.error_fact(), **chances, **rhos
            ),
        ),
        tables=(
            Table(
                "sensitivity",
                TEXT.pair("sensitivity.caption"),
                frame,
                (
                    TEXT.column("sensitivity.columns.error", "code"),
                    TEXT.column("sensitivity.columns.stand", "number", source_ids=origin.source_ids),
                    TEXT.column("sensitivity.columns.which", "text"),
                ),
            ),
        ),
    )


def _recomputed_from(change: Change) -> pd.DataFrame:
    """Observations of the panel behind the recomputed rates."""
    o, printed = change.panel.observations, change.measured
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


def mobility(change: Change, summary: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """How much the whole order moved. summary: ranking.mobility of each indicator, one column an indicator."""
    first, last = change.years
    origin, everything = change.panel.origin("doctors", first, last), change.panel.origin_of_all(first, last)
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
        TEXT.pair("mobility.facts.own.label", place=change.place),
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
    return subjects.closing(
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
