"""The 31-province panel as the notebooks use it: rates per 1,000 residents with their printing bounds, the nation, peers, jumps.

One publisher (国家统计局 国家数据, 分省年度数据), so that definitions agree; the nation is the sum of the 31 provinces, never a
separately printed figure. Cities and other sources never enter here.

Longer than 400 lines because every theme on provinces reads rates, bounds, peers and jumps from one view.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, tables, texts
from analysis.errors import refuse
from analysis.facts import Coverage, Fact, Provenance, Text, derived, observed, provenance
from analysis.findings import Finding, Table
from analysis.sentences import Sentence
from analysis.sentences import year as year_
from analysis.themes import naming, subjects

TEXT = texts.of(__file__)

SOURCE = "nbs-province"
POPULATION = "population"
RANKED = ("doctors", "nurses", "health_technicians", "beds", "hospital_beds", "primary_beds")
PER_1000 = TEXT.pair("words.per_1000")
RELATIVE_ERROR = 0.03  # of a province's rate: an assumption, printed as one
RANK_FORMULA = TEXT.pair("words.rank_formula")


@dataclass(frozen=True)
class Panel:
    """Rows of the panel and what follows from them.

    observations: rows of the table `observations`. rates: one row a rate of an indicator in a province and year, columns
    indicator, region_code, year, value, low, high (per 1,000 residents; bounds from the publisher's printing step), count,
    population, flags. nation: the same for the sum of the provinces (columns indicator, year, value, count, population). indicators: in the analyst's order.
    newer: what is held of years after the newest that all indicators share; everything else ends with that year, so that no part
    of a page runs past another.
    """

    observations: pd.DataFrame
    rates: pd.DataFrame
    nation: pd.DataFrame
    indicators: tuple[str, ...]
    newer: Panel | None = None

    @cached_property
    def _rate_at(self) -> dict[tuple, int]:
        return {
            key: i
            for i, key in enumerate(
                zip(
                    self.rates["indicator"],
                    self.rates["region_code"],
                    self.rates["year"].tolist(),
                    strict=True,
                )
            )
        }

    @cached_property
    def _cell_at(self) -> dict[tuple, int]:
        return {
            key: i
            for i, key in enumerate(
                zip(
                    self.observations["indicator"],
                    self.observations["region_code"],
                    self.observations["year"].tolist(),
                    strict=True,
                )
            )
        }

    @cached_property
    def _columns(self) -> dict[str, list]:
        """The observations as lists: taking one row of a wide frame of text costs milliseconds."""
        return {name: self.observations[name].tolist() for name in self.observations}

    def _record(self, indicator: str, code: str, year: int) -> dict[str, Any]:
        at = self._cell_at[indicator, code, year]
        return {name: values[at] for name, values in self._columns.items()}

    def look_up(self) -> None:
        """Build the look-ups of single cells now: where a panel is loaded once for many regions, they are too."""
        for name in (
            "_rate_at",
            "_cell_at",
            "_columns",
            "_bounds",
            "_jumps",
            "_nation_at",
            "first_year",
            "last_year",
        ):
            getattr(self, name)

    @cached_property
    def _origins(self) -> dict[tuple, Provenance]:
        return {}

    def origin(self, indicator: str, *years: int) -> Provenance:
        """What stands behind a comparison of all provinces in these years; summed up once, many facts share it."""
        if (indicator, years) not in self._origins:
            self._origins[indicator, years] = provenance(self.used(indicator, *years))
        return self._origins[indicator, years]

    def origin_of_all(self, *years: int) -> Provenance:
        """What stands behind a number that rests on every indicator of the panel in these years, and on no other year."""
        if ("", years) not in self._origins:
            rows = self.observations
            wanted = rows["indicator"].isin([*self.indicators, POPULATION]) & rows["year"].isin(years)
            self._origins["", years] = provenance(rows[wanted])
        return self._origins["", years]

    @cached_property
    def whole(self) -> Provenance:
        """What stands behind a number that rests on the whole panel."""
        return provenance(self.observations)

    @cached_property
    def last_year(self) -> int:
        """The newest year in which every indicator of the panel has every province."""
        return shared_year(self.rates)

    @cached_property
    def first_year(self) -> int:
        return int(self.rates.groupby("indicator")["year"].min().max())

    def wide(self, indicator: str) -> pd.DataFrame:
        """Rates of one indicator: index region_code, one column a year."""
        return self.rates[self.rates["indicator"] == indicator].pivot(
            index="region_code", columns="year", values="value"
        )

    def latest(self, what: str = "value") -> pd.DataFrame:
        """Rates in the newest year (or their bounds: ``low``, ``high``): index region_code, one column an indicator."""
        if what not in self._latest:
            r = self.rates
            wide = r[r["year"] == self.last_year].pivot(index="region_code", columns="indicator", values=what)
            self._latest[what] = wide[list(self.indicators)]
        return self._latest[what].copy()

    @cached_property
    def _latest(self) -> dict[str, pd.DataFrame]:
        return {}

    def only_years(self, *years: int) -> Panel:
        """The same panel with these years alone."""
        return Panel(
            self.observations,
            self.rates[self.rates["year"].isin(years)],
            self.nation[self.nation["year"].isin(years)],
            self.indicators,
        )

    def alone(self, indicator: str) -> Panel:
        """The panel of one indicator, from its own first year on; made once, many regions share it."""
        if indicator not in self._alone:
            o, r, n = self.observations, self.rates, self.nation
            self._alone[indicator] = Panel(
                o[o["indicator"].isin([indicator, POPULATION])].reset_index(drop=True),
                r[r["indicator"] == indicator].reset_index(drop=True),
                n[n["indicator"] == indicator].reset_index(drop=True),
                (indicator,),
            )
        return self._alone[indicator]

    @cached_property
    def _alone(self) -> dict[str, Panel]:
        return {}

    def newest(self, indicator: str, code: str) -> tuple[int, Fact] | None:
        """A place's rate in the newest year after ``last_year``, with that year; None where nothing newer is held.

        The nation has one only in a year in which every province has.
        """
        if self.newer is None:
            return None
        rows = self.newer.rates[self.newer.rates["indicator"] == indicator]
        if code == catalog.NATION:
            whole = rows.groupby("year")["region_code"].nunique()
            years = whole.index[whole == self.rates["region_code"].nunique()].tolist()
            return (max(years), self.newer.nation_fact(indicator, max(years))) if years else None
        years = rows.loc[rows["region_code"] == code, "year"].tolist()
        return (max(years), self.newer.rate_fact(indicator, code, max(years))) if years else None

    def rate(self, indicator: str, code: str, year: int) -> pd.Series:
        """One row of `rates`. Raises MethodError when the panel has no such cell."""
        return self.rates.iloc[self._at(indicator, code, year)]

    def _at(self, indicator: str, code: str, year: int) -> int:
        if (indicator, code, year) not in self._rate_at:
            raise refuse(
                "panel.rate",
                f"no cell for {indicator} {code} {year}",
                "one",
                "ask Panel.rates which cells exist",
            )
        return self._rate_at[indicator, code, year]

    def cell(self, indicator: str, code: str, year: int) -> Fact:
        """The observed count behind a rate, as a Fact."""
        return observed(self._record(indicator, code, year))

    def rate_fact(self, indicator: str, code: str, year: int) -> Fact:
        """A province's rate as a Fact with count and population as inputs."""
        at = self._at(indicator, code, year)
        label, region = catalog.indicator(indicator), catalog.region(code)
        return derived(
            self._bounds["value"][at],
            *TEXT.fact(
                "facts.rate_fact",
                year=year,
                short=(region.short("zh"), region.short("en")),
                label=(label.label("zh"), label.label("en")),
                per_1000=PER_1000,
            ),
            inputs=(self.cell(indicator, code, year), self.cell(POPULATION, code, year)),
            operation="a / b * 1000",
            style="rate",
            low=self._bounds["low"][at],
            high=self._bounds["high"][at],
        )

    @cached_property
    def _bounds(self) -> dict[str, list[float]]:
        return {name: self.rates[name].tolist() for name in ("value", "low", "high")}

    def used(self, indicator: str, *years: int) -> pd.DataFrame:
        """Observations behind a comparison of all provinces: counts and population of these years."""
        o = self.observations
        return o[o["indicator"].isin([indicator, POPULATION]) & o["year"].isin(years)]

    def nation_fact(self, indicator: str, year: int) -> Fact:
        """The rate of the 31 provinces together."""
        label = catalog.indicator(indicator)
        return derived(
            self._nation_at[indicator, year],
            *TEXT.fact("facts.nation_fact", year=year, label=(label.label("zh"), label.label("en"))),
            origin=self.origin(indicator, year),
            operation=f"total({indicator}) / total({POPULATION}) * 1000",
            style="rate",
        )

    @cached_property
    def _nation_at(self) -> dict[tuple[str, int], float]:
        n = self.nation
        return dict(
            zip(zip(n["indicator"], n["year"].tolist(), strict=True), n["value"].tolist(), strict=True)
        )

    def rank_fact(
        self,
        indicator: str,
        code: str,
        year: int,
        rank: float,
        low: float | None = None,
        high: float | None = None,
        formula: Text = RANK_FORMULA,
    ) -> Fact:
        """A place among the 31 provinces; with low and high it prints as a range."""
        named, region = catalog.indicator(indicator), catalog.region(code)
        label = TEXT.pair(
            "facts.rank_fact.label",
            year=year,
            short=(region.short("zh"), region.short("en")),
            label=(named.label("zh"), named.label("en")),
        )
        if low is not None:  # a range is named with what makes it: one place has several
            label = f"{label[0]}（{formula[0]}）", f"{label[1]} ({formula[1]})"
        return derived(
            rank,
            label,
            formula,
            origin=self.origin(indicator, year),
            operation=f"rank({indicator} / {POPULATION}, '{code}')",
            style="rank",
            low=low,
            high=high,
            quantifier="exact" if low is None else "interval",
        )

    def jumps(self, indicator: str, code: str) -> list[int]:
        """Years in which the count carries the flag `jump` (a recount is likely); named in any sentence that rests on them."""
        return list(self._jumps.get((indicator, code), ()))

    @cached_property
    def _jumps(self) -> dict[tuple[str, str], list[int]]:
        r = self.rates[self.rates["flags"].str.contains("jump")]
        found: dict[tuple[str, str], list[int]] = {}
        rows = zip(r["year"].tolist(), r["indicator"], r["region_code"], strict=True)
        for year, indicator, code in sorted(rows):
            found.setdefault((indicator, code), []).append(int(year))
        return found


@dataclass(frozen=True)
class View(subjects.Subject):
    """What the pages on the panel share: the province a page is about (000000: none) among all provinces."""

    panel: Panel

    @property
    def mark(self) -> str | None:
        """The province that the page marks; None in the national edition."""
        return None if self.is_nation else self.code

    @property
    def years(self) -> tuple[int, int]:
        """First and last year in which the panel is whole."""
        return self.panel.first_year, self.panel.last_year

    @property
    def year(self) -> int:
        """The newest year."""
        return self.panel.last_year

    def jumps(self, indicator: str) -> list[int]:
        """Years after the first in which the province's own count jumps."""
        return [y for y in self.panel.jumps(indicator, self.code) if y > self.years[0]]

    def break_spans(self, indicators: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
        """Definition breaks inside an indicator's years, for those that have any: (last year before, first year after)."""
        years = self.panel.rates.groupby("indicator")["year"].agg(["min", "max"])
        inside = {
            k: [
                b
                for b in catalog.indicator(k).breaks
                if years.at[k, "min"] < b.start_year <= years.at[k, "max"]
            ]
            for k in indicators
        }
        return {
            k: [(b.start_year - 1, b.end_year or b.start_year) for b in breaks]
            for k, breaks in inside.items()
            if breaks
        }

    @cached_property
    def peers(self) -> list[str]:
        """The province's peer group, nearest first."""
        return peer_codes(self.code, self.year)


def of_one_census(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without the population before the year of one census (``fixed_years.csv``): earlier ones mix censuses, so no rate reaches
    back over it."""
    first = catalog.fixed_year("one_census")
    return rows[(rows["indicator"] != POPULATION) | (rows["year"] >= first)].reset_index(drop=True)


def load(indicators: Sequence[str] = RANKED) -> Panel:
    """Read the panel for these indicators."""
    rows = tables.read("observations", source_id=SOURCE, indicator=sorted({*indicators, POPULATION}))
    found = from_observations(of_one_census(rows), indicators)
    if len(found.rates):  # tables that hold no rate have no first and last year to look up
        found.look_up()
    return found


def from_observations(rows: pd.DataFrame, indicators: Sequence[str] = RANKED) -> Panel:
    """Build the panel from rows of `observations` (provinces only)."""
    columns = ["region_code", "year", "value", "value_low", "value_high"]
    people = rows.loc[rows["indicator"] == POPULATION, columns]
    counts = rows.loc[rows["indicator"].isin(indicators), ["indicator", "flags", *columns]]
    both = counts.merge(people, on=["region_code", "year"], suffixes=("", "_people"), validate="many_to_one")
    rates = pd.DataFrame(
        {
            "indicator": both["indicator"],
            "region_code": both["region_code"],
            "year": both["year"].astype(int),
            "value": both["value"] / both["value_people"] * 1000,
            "low": both["value_low"] / both["value_high_people"] * 1000,
            "high": both["value_high"] / both["value_low_people"] * 1000,
            "count": both["value"],
            "population": both["value_people"],
            "flags": both["flags"],
        }
    ).sort_values(["indicator", "year", "region_code"], ignore_index=True)
    nation = rates.groupby(["indicator", "year"], as_index=False)[["count", "population"]].sum()
    nation["value"] = nation["count"] / nation["population"] * 1000
    last, names = shared_year(rates), tuple(indicators)
    old_rows, old_rates, old_nation = (
        frame[(frame["year"] <= last).fillna(True)].reset_index(drop=True) for frame in (rows, rates, nation)
    )
    new_rows, new_rates, new_nation = (
        frame[(frame["year"] > last).fillna(False)] for frame in (rows, rates, nation)
    )
    newer = Panel(new_rows, new_rates, new_nation, names) if len(new_rates) else None
    return Panel(old_rows, old_rates, old_nation, names, newer)


def shared_year(rates: pd.DataFrame) -> int:
    """The newest year in which each indicator has as many provinces as it ever has; 0 without rates.

    A new year that is held for one indicator alone, or for some provinces, moves no comparison.
    """
    places = rates.groupby(["indicator", "year"])["region_code"].nunique()
    whole = places[places == places.groupby("indicator").transform("max")].reset_index()
    return int(whole.groupby("indicator")["year"].max().min()) if len(whole) else 0


def since() -> int:
    """The second year of the series: two make the first change."""
    return catalog.fixed_year("one_census") + 1


def every_province() -> Coverage:
    """Coverage of a notebook that has a page for each province, once two years of the series are known."""
    return subjects.once(
        lambda: subjects.last_year(SOURCE, (*RANKED, POPULATION), len(catalog.provinces())) >= since(),
        {region.code: None for region in catalog.provinces()},
    )


def peer_year() -> int:
    """The newest year in which every province has each indicator that is ranked, and its product: the one whose peers pages name."""
    return subjects.last_year(SOURCE, (*RANKED, POPULATION, "gdp"), len(catalog.provinces()))


def places_among_peers(year: int) -> pd.DataFrame:
    """Z-scored log GDP per head and log population of each province in a year: what peers are near in."""
    rows = tables.read("observations", source_id=SOURCE, indicator=["gdp", POPULATION], year=(year, year))
    wide = rows.pivot(index="region_code", columns="indicator", values="value")
    features = pd.DataFrame(
        {"gdp_per_head": np.log(wide["gdp"] / wide[POPULATION]), "population": np.log(wide[POPULATION])}
    )
    return (features - features.mean()) / features.std(ddof=0)


def peer_codes(code: str, year: int, k: int = 5, among: pd.DataFrame | None = None) -> list[str]:
    """The k nearest provinces by z-scored log GDP per head and log population: the page's peer group, nearest first.

    among: ``places_among_peers`` of the year, where many groups are asked for.
    """
    z = places_among_peers(year) if among is None else among
    if code not in z.index:
        raise refuse(
            "panel.peer_codes", code, "a province of the panel", "peers are defined for the 31 provinces"
        )
    distance = ((z - z.loc[code]) ** 2).sum(axis=1).drop(code)
    return distance.sort_values(kind="stable").index[:k].tolist()


def short_names(lang: str) -> dict[str, str]:
    """Province code -> short name."""
    return {region.code: region.short(lang) for region in catalog.provinces()}


def scatter_rows(x: pd.Series, y: pd.Series, lang: str, peers: Sequence[str] = ()) -> pd.DataFrame:
    """One row a province as charts.scatter takes it. x, y: by region_code."""
    return pd.DataFrame(
        {
            "code": x.index,
            "name": x.index.map(short_names(lang)),
            "x": x.astype(float).to_numpy(),
            "y": y.astype(float).to_numpy(),
            "peer": x.index.isin(peers),
        }
    )


def cells_read(panel: Panel) -> Sentence:
    """The headline on what a page has read."""
    n = derived(
        len(panel.observations),
        *TEXT.fact("facts.cells_read_n"),
        origin=panel.whole,
        operation="count()",
    )
    return TEXT.say(
        "cells_read.headline",
        n=n,
    )


def newer_held(view: View) -> tuple[Sentence, ...]:
    """The sentence that names the indicators of which a newer year than the compared one is held; none where there are none."""
    own = [(k, found[0]) for k in view.panel.indicators if (found := view.panel.newest(k, view.code))]
    if not own:
        return ()
    parts = [TEXT.phrase("newer.held_item", what=naming.short(k), year=year_(at)) for k, at in own]
    return (
        TEXT.say("newer.held", place=view.place, items=naming.chain(parts, "items"), shared=year_(view.year)),
    )


def newer(view: View) -> tuple[Sentence, ...]:
    """The same with the place's newer rates: it stands with what was read, apart from the figures, which end with the shared year."""
    own = [(k, found) for k in view.panel.indicators if (found := view.panel.newest(k, view.code))]
    if not own:
        return ()
    parts = [
        TEXT.phrase("newer.item", what=naming.short(k), rate=fact, year=year_(at)) for k, (at, fact) in own
    ]
    said = TEXT.say(
        "newer.sentence", place=view.place, items=naming.chain(parts, "items"), shared=year_(view.year)
    )
    return (said,)


def data(view: View) -> Finding:
    """What a province's page on the panel has read: one row an indicator, with years, provinces and cells; and who the peers are."""
    panel, order = view.panel, list(view.panel.indicators)
    grouped = (
        panel.rates.groupby("indicator")
        .agg(
            first=("year", "min"),
            last=("year", "max"),
            provinces=("region_code", "nunique"),
            cells=("value", "size"),
        )
        .loc[order]
    )
    table = grouped.assign(
        indicator=[naming.label(k)[0] for k in order],
        indicator_en=[naming.label(k)[1] for k in order],
        first=grouped["first"].astype(str),
        last=grouped["last"].astype(str),
    )
    source = subjects.sources(panel.observations)
    return Finding(
        "data",
        cells_read(panel),
        sentences=(
            TEXT.say(
                "data.sentences.peers",
                year=year_(view.year),
                peers=naming.joined(map(naming.place, view.peers)),
            ),
            *newer(view),
        ),
        tables=(
            Table(
                "coverage",
                TEXT.pair("data.caption"),
                table,
                (
                    TEXT.column("data.columns.indicator", "name"),
                    TEXT.column("data.columns.first", "year"),
                    TEXT.column("data.columns.last", "year"),
                    TEXT.column(
                        "data.columns.provinces",
                        "number",
                        source_ids=source,
                    ),
                    TEXT.column("data.columns.cells", "number", source_ids=source),
                ),
            ),
        ),
        peers=tuple(view.peers),
    )
