"""Between cities: how unequal the cities of a province are, where its new doctors went, and what its districts hold.

One notebook, two readers: region_code 000000 is the national edition (how much of the difference lies inside provinces), a province's
code marks the province and lists its cities. Cities of the yearbook only, the same ones in both years, doubtful figures left out:
they are a census of those listed, so there is no sampling interval; what one city adds is shown by leaving each out. Shares are of
the cities listed, which are never summed to the province. One view a part of the page, so the module is longer than 300 lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Coverage, Fact, derived, round_half_up
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import Phrase, Sentence, year
from analysis.themes import city_panel, naming, panel, subjects
from analysis.themes.city_panel import POPULATION, SOURCE

TEXT = texts.of(__file__)

DOCTORS, BEDS = "city_doctors", "city_hospital_beds"
DISTRICT = {
    DOCTORS: "district_doctors",
    BEDS: "district_hospital_beds",
    POPULATION: "district_population_resident",
}
MOST = 40  # cities of the nation that its page names; the others are on the pages of their provinces
LEAST = 4  # cities of a province without which its spread says little


@dataclass(frozen=True)
class Cities(subjects.Subject):
    """The place of a page and all comparable cities. rows: one row a city, indicator and year."""

    rows: pd.DataFrame
    districts: pd.DataFrame
    SHARED: ClassVar = ("pair", "span", "inner", "rates", "counts", "provinces", "_by_province", "_parts")

    @cached_property
    def pair(self) -> tuple[int, int]:
        """The first year with rates and the newest that the cities share and in which no province drops out."""
        first, *later = city_panel.years().rates
        enough = {y: self._enough(first, y) for y in later}
        whole = [y for y, codes in enough.items() if codes == set.union(*enough.values())]
        return first, max(whole, default=later[-1])

    def _enough(self, *years: int) -> set[str]:
        """Provinces with enough cities that have doctors per resident in these years."""
        both = pd.DataFrame({y: city_panel.rates(self.rows, y)[DOCTORS] for y in years}).dropna()
        n = pd.Series([catalog.region(c).parent for c in both.index], dtype=str).value_counts()
        return set(n[n >= LEAST].index)

    @cached_property
    def span(self) -> tuple[int, int]:
        """The first comparable year of doctors and the newest that the cities share."""
        return city_panel.years().span(DOCTORS)

    @cached_property
    def inner(self) -> int:
        """The newest year with rates in which districts are held; the newest with rates where none is."""
        held = set(self.districts["year"].astype(int)) & set(city_panel.years().rates)
        return max(held, default=self.pair[1])

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Doctors per 1,000 residents of the cities that have them in both years: index region_code, columns the years."""
        both = pd.DataFrame({y: city_panel.rates(self.rows, y)[DOCTORS] for y in self.pair}).dropna()
        return both[[catalog.region(c).level == "city" for c in both.index]]

    @cached_property
    def counts(self) -> pd.DataFrame:
        """Doctors of the cities that have them in the first and the last year: index region_code, columns the years."""
        return self.doctors(self.span)

    @subjects.kept
    def doctors(self, years: tuple[int, int]) -> pd.DataFrame:
        """Doctors of the cities that have them in both years: index region_code, columns the years."""
        both = pd.DataFrame({y: city_panel.wide(self.rows, y)[DOCTORS] for y in years}).dropna()
        return both[[catalog.region(c).level == "city" for c in both.index]]

    def inside(self, table: pd.DataFrame, province: str) -> pd.DataFrame:
        """The rows of a table by city that lie in a province."""
        inside: Collection[str] = self._by_province.get(province, ())
        return table[[c in inside for c in table.index.tolist()]]

    @cached_property
    def _by_province(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for region in catalog.regions().values():
            found.setdefault(region.parent, set()).add(region.code)
        return found

    def behind(self, codes: pd.Index, years: tuple[int, ...], indicators: tuple[str, ...]) -> pd.DataFrame:
        """The published rows of these cities, years and indicators."""
        if (years, indicators) not in self._parts:
            r = self.rows
            self._parts[years, indicators] = r[r["year"].isin(years) & r["indicator"].isin(indicators)]
        part = self._parts[years, indicators]
        return part[part["region_code"].isin(codes)]

    @cached_property
    def _parts(self) -> dict[tuple, pd.DataFrame]:
        return {}

    @cached_property
    def provinces(self) -> list[str]:
        """Provinces with enough comparable cities, in code order."""
        n = pd.Series([catalog.region(c).parent for c in self.rates.index]).value_counts()
        return sorted(str(code) for code in n[n >= LEAST].index)


def coverage() -> Coverage:
    """The nation, and the provinces of which enough cities stand in the yearbook; the others say so."""
    every = panel.every_province()
    ready = next(iter(every.values()))
    if ready is not None:
        return {catalog.NATION: ready, **every}
    few = TEXT.reason("E8", "coverage.reason")
    if not city_panel.years().ready:  # of a day before the second year of rates there is nothing to compare
        return dict.fromkeys([catalog.NATION, *every], few)
    with tables.elsewhere():
        cities = load(catalog.NATION)
    nation = None if len(cities.provinces) else few
    return {catalog.NATION: nation} | {code: None if code in cities.provinces else few for code in every}


def every() -> Cities:
    """What the pages of all places have in common, as the nation's page has it: read once above the parameters."""
    with tables.elsewhere():
        nation = load(catalog.NATION)
        return nation.worked_out() if city_panel.years().ready else nation


def load(region_code: str, every: Cities | None = None) -> Cities:
    """Read the yearbook's cities and their districts. every: what was read for all places."""
    if every is not None:
        return every.about(region_code)
    codes = [r.code for r in catalog.regions().values() if r.level == "city"]
    keys = [*DISTRICT.values()]
    last = list(city_panel.years().rates[-2:]) or 0  # districts may be held a year less than cities
    districts = tables.read("observations", source_id=SOURCE, indicator=keys, year=last)
    districts = city_panel.comparable(districts)
    newest = _newest_of_all(districts)
    rows = city_panel.comparable(city_panel.read(codes))
    return Cities(region_code, rows, districts[districts["year"] == newest])


def _newest_of_all(districts: pd.DataFrame) -> int:
    """The newest year that the districts of nearly all cities have every figure for."""
    have = districts.groupby(["indicator", "year"])["region_code"].nunique()
    if have.empty:
        return 0
    whole = have[have >= city_panel.SHARED * have.groupby("indicator").transform("max")]
    years = [set(part.index.get_level_values("year")) for _, part in whole.groupby("indicator")]
    return int(max(set.intersection(*years), default=0)) if len(years) == len(DISTRICT) else 0


def spreads(cities: Cities, method: Callable[[pd.Series], float]) -> pd.DataFrame:
    """One row a province: cities, the spread of doctors a head in both years, and the change without each city in turn.

    method: the spread of a series of rates (the standard deviation of their logs).
    """
    found = []
    for code in cities.provinces:
        own = cities.inside(cities.rates, code)
        first, last = (method(own[y]) for y in cities.pair)
        before, after = (own[y].to_numpy() for y in cities.pair)
        without = [
            method(pd.Series(np.delete(after, i))) - method(pd.Series(np.delete(before, i)))
            for i in range(len(own))
        ]
        found.append((code, len(own), first, last, last - first, min(without), max(without)))
    return pd.DataFrame(
        found, columns=["region_code", "n", "first", "last", "change", "least", "most"]
    ).set_index("region_code")


def log_deviation(rates: pd.Series) -> float:
    """Standard deviation of the logs, over all of them: zero where every city has as many a head."""
    return float(np.log(rates.to_numpy()).std())


def _spread(cities: Cities, code: str, year_: int, value: float) -> Fact:
    codes = cities.inside(cities.rates, code).index
    label, formula = TEXT.fact("facts.spread", place=naming.place(code), year=year_)
    rows = cities.behind(codes, (year_,), (DOCTORS, POPULATION))
    operation = f"deviation(log({DOCTORS} / {POPULATION}))"
    return derived(value, label, formula, rows=rows, operation=operation, style="index", decimals=3)


def _cities(cities: Cities, codes: pd.Index) -> Fact:
    rows = cities.behind(codes, cities.pair[1:], (DOCTORS,))
    return derived(len(codes), *TEXT.fact("facts.cities"), rows=rows, operation="distinct('place')")


def _provinces(cities: Cities, table: pd.DataFrame, rows: pd.DataFrame) -> Fact:
    last = cities.pair[1]
    operation = f"total(cities(at({DOCTORS}, {last}) / at({POPULATION}, {last})) >= {LEAST})"
    return derived(len(table), *TEXT.fact("facts.provinces"), rows=rows, operation=operation)


def spread_rows(cities: Cities, table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One bar a province as charts.bars takes it: the spread of the last year, widest first."""
    ordered = table.sort_values(["last", "first"], ascending=False)
    return pd.DataFrame(
        {
            "label": [catalog.region(c).short(lang) for c in ordered.index],
            "value": ordered["last"].to_numpy(),
            "text": [str(round_half_up(v, 3)) for v in ordered["last"]],
            "highlight": [c == cities.code for c in ordered.index],
        }
    )


def _theil(cities: Cities, key: str, year_: int, part: str, value: float) -> Fact:
    codes = _both_years(cities, key).index
    label, formula = TEXT.fact(f"facts.{part}", what=naming.short(key), year=year_)
    rows = cities.behind(codes, (year_,), (key, POPULATION))
    style, decimals = ("percent", 1) if part == "within" else ("index", 4)
    operation = (
        f"inside_share({key}, {POPULATION}) * 100" if part == "within" else f"theil({key}, {POPULATION})"
    )
    return derived(value, label, formula, rows=rows, style=style, decimals=decimals, operation=operation)


def _rate_of(year_: int) -> str:
    """The log of doctors per resident of a year in the language of operations."""
    return f"log(at({DOCTORS}, {year_}) / at({POPULATION}, {year_}))"


def _both_years(cities: Cities, key: str) -> pd.DataFrame:
    """Rates of a supply, one row a compared city that has both years and a column a year."""
    held = pd.DataFrame({y: city_panel.rates(cities.rows, y)[key] for y in cities.pair}).dropna()
    return held.loc[cities.rates.index.intersection(held.index)]


def decomposed(cities: Cities, method: Callable[..., pd.Series]) -> pd.DataFrame:
    """Theil's index of doctors and beds a head over the cities, in all and inside provinces; one row an indicator and year.

    method: equity.theil.
    """
    found = []
    for key in (DOCTORS, BEDS):
        held = _both_years(cities, key)
        codes = held.index
        for y in cities.pair:
            people = city_panel.wide(cities.rows, y)[POPULATION].reindex(codes)
            groups = pd.Series({c: catalog.region(c).parent for c in codes})
            parts = method(held[y], people, groups)
            found.append((key, y, len(codes), parts["total"], parts["within"]))
    return pd.DataFrame(found, columns=["indicator", "year", "n", "total", "within"])


def _nation_spread(
    cities: Cities, theil: pd.DataFrame, drawing: Drawn | None, table: pd.DataFrame
) -> Finding:
    at = theil.set_index(["indicator", "year"])
    y0, y1 = cities.pair
    said = {
        f"{name_}{i}": _theil(
            cities, key, y, "within", at.at[(key, y), "within"] / at.at[(key, y), "total"] * 100
        )
        for name_, key in (("d", DOCTORS), ("b", BEDS))
        for i, y in enumerate(cities.pair)
    } | {
        f"t{i}": _theil(cities, DOCTORS, y, "total", at.at[(DOCTORS, y), "total"])
        for i, y in enumerate(cities.pair)
    }
    narrowed = int((table["change"] < 0).sum())
    codes = cities.rates.index
    rows = cities.behind(codes, cities.pair, (DOCTORS, POPULATION))
    values: dict[str, Any] = said | {
        "n": _cities(cities, codes),
        "k": derived(
            narrowed,
            *TEXT.fact("facts.narrowed"),
            rows=rows,
            operation=f"total(spreads({_rate_of(y1)}, {LEAST}) < spreads({_rate_of(y0)}, {LEAST}))",
        ),
        "p": _provinces(cities, table, rows),
        "a": year(y0),
        "z": year(y1),
    }
    return Finding(
        "spread",
        TEXT.say("spread.headline_nation", **values),
        TEXT.say("spread.subtitle", z=year(y1)),
        sentences=(
            TEXT.say("spread.sentences.nation", **values, brief=1),
            TEXT.say("spread.sentences.nation_beds", **values),
            TEXT.say("spread.sentences.narrowed", **values),
        ),
        note=TEXT.say("spread.note"),
        drawing=drawing,
        tables=(_spread_table(cities, table), _theil_table(cities, theil)),
        alt=TEXT.say("spread.alt_nation", **values),
    )


def spread(
    cities: Cities,
    table: pd.DataFrame,
    theil: pd.DataFrame,
    drawing: Drawn | None,
    beside: tuple[Sentence, ...] = (),
    more: tuple[Table, ...] = (),
) -> Finding:
    """How unequal cities are. table: spreads; theil: decomposed; drawing: charts.bars of spread_rows.

    beside, more: what else is said and shown of a province's cities (the parts that a document names).
    """
    if cities.is_nation:
        return _nation_spread(cities, theil, drawing, table)
    own, (y0, y1) = table.loc[cities.code], cities.pair
    rates = cities.inside(cities.rates, cities.code)[y1]
    first, last = (
        _spread(cities, cities.code, y, own[c]) for y, c in zip(cities.pair, ("first", "last"), strict=True)
    )
    rows = cities.behind(rates.index, cities.pair, (DOCTORS, POPULATION))
    steady = own["least"] * own["most"] > 0
    place = int((table["last"] > own["last"]).sum()) + 1
    everywhere = cities.behind(cities.rates.index, (y1,), (DOCTORS, POPULATION))
    values: dict[str, Any] = {
        "place": cities.place,
        "a": year(y0),
        "z": year(y1),
        "s0": first,
        "s1": last,
        "n": _cities(cities, rates.index),
        "most": naming.place(rates.idxmax()),
        "least": naming.place(rates.idxmin()),
        "hi": _rate(cities, rates.idxmax()),
        "lo": _rate(cities, rates.idxmin()),
        "times": derived(
            rates.max() / rates.min(),
            *TEXT.fact("facts.times"),
            inputs=(_rate(cities, rates.idxmax()), _rate(cities, rates.idxmin())),
            operation="a / b",
            style="number",
            decimals=2,
        ),
        "firm": TEXT.phrase(
            "spread.firm" if steady else "spread.loose",
            r=derived(
                None,
                *TEXT.fact("facts.range"),
                rows=rows,
                operation=f'without("place", "deviation({_rate_of(y1)}) - deviation({_rate_of(y0)})")',
                style="index",
                decimals=3,
                low=own["least"],
                high=own["most"],
                quantifier="interval",
                signed=True,
            ),
        ),
        "rank": derived(
            place,
            *TEXT.fact("facts.widest", place=cities.place),
            rows=everywhere,
            style="rank",
            operation=f"rank(spreads({_rate_of(y1)}, {LEAST}), '{cities.code}')",
        ),
        "p": _provinces(cities, table, everywhere),
    }
    kind = "narrowed" if own["change"] < 0 else "widened"
    return Finding(
        "spread",
        TEXT.say(f"spread.headline_{kind}", **values),
        TEXT.say("spread.subtitle", z=year(y1)),
        sentences=(
            TEXT.say(
                f"spread.sentences.{'closer' if kind == 'narrowed' else 'apart'}",
                id="sigma",
                **values,
                brief=3,
            ),
            TEXT.say("spread.sentences.ends", **values),
            *beside,
        ),
        note=TEXT.say("spread.note"),
        drawing=drawing,
        tables=(_spread_table(cities, table), _city_table(cities), *more),
        alt=TEXT.say("spread.alt", **values),
    )


def _rate(cities: Cities, code: str) -> Fact:
    last = cities.pair[1]
    rows = cities.behind(pd.Index([code]), (last,), (DOCTORS, POPULATION))
    label, formula = TEXT.fact("facts.rate", place=naming.place(code), year=last)
    operation = f"of({DOCTORS} / {POPULATION}, '{code}') * 1000"
    value = cities.rates.at[code, last]
    return derived(value, label, formula, rows=rows, operation=operation, style="rate")


def _spread_table(cities: Cities, table: pd.DataFrame) -> Table:
    frame = table.reset_index().assign(
        name=[catalog.region(c).short("zh") for c in table.index],
        name_en=[catalog.region(c).short("en") for c in table.index],
    )
    source = subjects.sources(cities.rows)
    how: dict[str, Any] = {"decimals": 3, "source_ids": source, "formula": TEXT.pair("words.deviation")}
    return Table(
        "spread",
        TEXT.pair("spread.caption"),
        frame,
        (
            TEXT.column("columns.name", "name"),
            TEXT.column("columns.n", "number", source_ids=source),
            Column("first", naming.year_of(cities.pair[0]), "index", **how),
            Column("last", naming.year_of(cities.pair[1]), "index", **how),
            TEXT.column("columns.change", "index", signed=True, decimals=3, source_ids=source),
        ),
        highlight=tuple(i for i, c in enumerate(table.index) if c == cities.code),
    )


def _theil_table(cities: Cities, theil: pd.DataFrame) -> Table:
    frame = theil.assign(
        what=[naming.short(k)[0] for k in theil["indicator"]],
        what_en=[naming.short(k)[1] for k in theil["indicator"]],
        year=theil["year"].astype(str),
        share=theil["within"] / theil["total"] * 100,
    )
    source = subjects.sources(cities.rows)
    return Table(
        "theil",
        TEXT.pair("spread.theil"),
        frame,
        (
            TEXT.column("columns.what", "name"),
            TEXT.column("columns.year", "year"),
            TEXT.column("columns.n", "number", source_ids=source),
            TEXT.column("columns.total", "index", decimals=4, source_ids=source),
            TEXT.column("columns.within", "index", decimals=4, source_ids=source),
            TEXT.column("columns.share", "percent", source_ids=source),
        ),
    )


def _city_table(cities: Cities) -> Table:
    """The province's cities: doctors a head in both years, growth and share of the gain."""
    rates, counts = (cities.inside(t, cities.code) for t in (cities.rates, cities.counts))
    first, last = counts.columns
    gain = counts[last] - counts[first]
    table = pd.DataFrame(
        {
            "before": rates[cities.pair[0]],
            "after": rates[cities.pair[1]],
            "held": counts[first] / counts[first].sum() * 100,
            "gained": gain / gain.sum() * 100,
            "growth": (counts[last] / counts[first] - 1) * 100,
        }
    ).sort_values("after", ascending=False)
    frame = table.assign(
        region_code=table.index,
        name=[catalog.region(c).short("zh") for c in table.index],
        name_en=[catalog.region(c).short("en") for c in table.index],
    )
    source = subjects.sources(cities.rows)
    per: dict[str, Any] = {"source_ids": source, "formula": TEXT.pair("words.per")}
    span = {"a": first, "z": last}
    return Table(
        "cities",
        TEXT.pair("spread.cities"),
        frame,
        (
            TEXT.column("columns.city", "name"),
            Column("before", TEXT.pair("columns.rate", y=cities.pair[0]), "rate", **per),
            Column("after", TEXT.pair("columns.rate", y=cities.pair[1]), "rate", **per),
            TEXT.column("columns.held", "percent", named={"y": first}, source_ids=source),
            TEXT.column("columns.gained", "percent", named=span, source_ids=source),
            TEXT.column("columns.growth", "percent", named=span, signed=True, source_ids=source),
        ),
    )


def core(cities: Cities) -> pd.DataFrame:
    """One row a city: what its districts hold of its doctors, beds and residents, in per cent, and doctors' share over residents'."""
    d = cities.districts.pivot(index="region_code", columns="indicator", values="value")
    whole = city_panel.wide(cities.rows, cities.inner)
    parts = {key: d[inner] / whole[key].reindex(d.index) * 100 for key, inner in DISTRICT.items()}
    table = pd.DataFrame(parts).dropna()
    table = table[(table[POPULATION] < 99.5) & (table <= 100.5).all(axis=1)]
    table = table[[catalog.region(c).level == "city" for c in table.index]]
    return table.assign(ratio=table[DOCTORS] / table[POPULATION])


def core_rows(cities: Cities, table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One bar a city of the province (the nation: a province's median city) as charts.bars takes it: doctors' share over residents'."""
    if cities.is_nation:
        by = table["ratio"].groupby([catalog.region(c).parent for c in table.index]).median()
    else:
        by = cities.inside(table, cities.code)["ratio"]
    by = by.sort_values(ascending=False)
    return pd.DataFrame(
        {
            "label": [catalog.region(c).short(lang) for c in by.index],
            "value": by.to_numpy(),
            "text": [str(round_half_up(v, 2)) for v in by],
            "highlight": [False] * len(by),
        }
    )


def centre(cities: Cities, table: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """What city districts hold against where people live. table: core; drawing: charts.bars of core_rows."""
    own = table if cities.is_nation else cities.inside(table, cities.code)
    if own.empty:
        return cities.silent("core", "E4", *TEXT.fact("core.none"), TEXT.pair("core.settle"))
    rows = pd.concat(
        [
            cities.behind(own.index, (cities.inner,), (DOCTORS, BEDS, POPULATION)),
            cities.districts[cities.districts["region_code"].isin(own.index)],
        ]
    )

    def middle(key: str) -> Fact:
        label, formula = TEXT.fact(f"facts.core_{key}")
        operation = f"median({DISTRICT[key]} / {key}) * 100"
        return derived(own[key].median(), label, formula, rows=rows, operation=operation, style="percent")

    values: dict[str, Any] = {
        "place": cities.place,
        "z": year(cities.inner),
        "n": derived(len(own), *TEXT.fact("facts.core_n"), rows=rows, operation="distinct('place')"),
        "d": middle(DOCTORS),
        "b": middle(BEDS),
        "p": middle(POPULATION),
        "top": naming.place(own["ratio"].idxmax()),
        "r": derived(
            own["ratio"].max(),
            *TEXT.fact("facts.core_ratio"),
            rows=rows,
            operation="largest({} / ({}))".format(
                *(f"{DISTRICT[key]} / {key}" for key in (DOCTORS, POPULATION))
            ),
            style="number",
            decimals=2,
        ),
    }
    frame = own.sort_values("ratio", ascending=False)
    if cities.is_nation:
        frame = frame.head(MOST)
    frame = frame.assign(
        region_code=frame.index,
        name=[catalog.region(c).short("zh") for c in frame.index],
        name_en=[catalog.region(c).short("en") for c in frame.index],
        doctors=frame[DOCTORS],
        beds=frame[BEDS],
        people=frame[POPULATION],
    )
    source = subjects.sources(cities.rows)
    return Finding(
        "core",
        TEXT.say("core.headline", **values),
        TEXT.say("core.subtitle_nation" if cities.is_nation else "core.subtitle", z=year(cities.inner)),
        sentences=(
            TEXT.say("core.sentences.middle", **values, brief=3 if cities.is_nation else 0),
            *([] if cities.is_nation else _documented(cities, own)),
        ),
        note=TEXT.say("core.note_nation" if cities.is_nation else "core.note"),
        drawing=drawing,
        tables=(
            Table(
                "core",
                TEXT.pair("core.most" if cities.is_nation else "core.caption"),
                frame,
                (
                    TEXT.column("columns.city", "name"),
                    TEXT.column("columns.doctors", "percent", source_ids=source),
                    TEXT.column("columns.beds", "percent", source_ids=source),
                    TEXT.column("columns.people", "percent", source_ids=source),
                    TEXT.column("columns.ratio", "number", decimals=2, source_ids=source),
                ),
            ),
            *([_medians(cities, table)] if cities.is_nation else []),
        ),
        alt=TEXT.say("core.alt", **values),
    )


def _documented(cities: Cities, own: pd.DataFrame) -> list[Sentence]:
    """What the districts hold in the cities whose reform the documents describe: the background of what these say."""
    told = own[own.index.isin(subjects.mentioned())].sort_values("ratio", ascending=False)
    if told.empty:
        return []
    by = "total({} / ({}))".format(*(f"{DISTRICT[key]} / {key}" for key in (DOCTORS, POPULATION)))

    def said(code: str) -> Phrase:
        codes = pd.Index([code])
        inner = cities.districts[
            (cities.districts["region_code"] == code)
            & cities.districts["indicator"].isin([DISTRICT[DOCTORS], DISTRICT[POPULATION]])
        ]
        rows = pd.concat([cities.behind(codes, (cities.inner,), (DOCTORS, POPULATION)), inner])
        label, formula = TEXT.fact("facts.core_own", place=naming.place(code))
        ratio = derived(
            told.at[code, "ratio"], label, formula, rows=rows, operation=by, style="number", decimals=2
        )
        return TEXT.phrase("core.own", city=naming.place(code), r=ratio)

    each = naming.chain([said(code) for code in told.index], "items")
    return [TEXT.say("core.sentences.documented", each=each)]


def _medians(cities: Cities, table: pd.DataFrame) -> Table:
    by = table["ratio"].groupby([catalog.region(c).parent for c in table.index]).median()
    frame = pd.DataFrame(
        {
            "region_code": by.index,
            "name": [catalog.region(c).short("zh") for c in by.index],
            "name_en": [catalog.region(c).short("en") for c in by.index],
            "ratio": by.to_numpy(),
        }
    )
    columns = (
        TEXT.column("columns.name", "name"),
        TEXT.column("columns.ratio", "number", decimals=2, source_ids=subjects.sources(cities.rows)),
    )
    return Table("core_medians", TEXT.pair("core.medians"), frame, columns)


def data(cities: Cities) -> Finding:
    """How many cities are compared."""
    codes = cities.rates.index if cities.is_nation else cities.inside(cities.rates, cities.code).index
    return Finding("data", TEXT.say("data.headline", place=cities.place, n=_cities(cities, codes)))


def closing(cities: Cities) -> Finding:
    """What is not held."""
    return subjects.closing((TEXT.state("E1", "closing.states.E1"), TEXT.state("E7", "closing.states.E7")))
