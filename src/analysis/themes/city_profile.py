"""City profile (every prefecture of the yearbook): hospitals, beds and doctors against cities of like size and income, and in its province.

Places are among the province's prefectures that the yearbook lists and whose figures may be compared; where it lists fewer than the
province has, the sentence says so. A doubtful figure is shown, named and never ranked. One view a part of the page, so the module is
longer than 300 lines.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis import catalog, texts
from analysis.errors import refuse
from analysis.facts import Coverage, Fact, Reason, derived, integer_text, observed
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import NOTHING, Phrase, Plain, Sentence, name, year
from analysis.themes import city_panel, held, naming, planned, subjects
from analysis.themes.city_panel import FEW, INDICATORS, PER, POPULATION, RANKED
from analysis.words import capital, common, nth, pick

TEXT = texts.of(__file__)

UNIT = TEXT.group("unit")
FLAGGED = ("jump", "equals_previous", "rounded", "doubtful")
DOCTORS, BEDS, HOSPITALS = INDICATORS
SEEN = 0.05  # percent: a smaller error prints as nought


@dataclass(frozen=True)
class City(subjects.Subject):
    """A city, the cities of its province and those nearest in size and income. rows: one row a city, indicator and year; years: those
    that the cities share."""

    rows: pd.DataFrame
    nearest: tuple[str, ...]
    years: city_panel.Years

    @property
    def province(self) -> catalog.Region:
        return catalog.region(self.region.parent)

    @cached_property
    def home(self) -> pd.DataFrame:
        """Rows of the province's cities that may be compared."""
        codes = [r.code for r in catalog.cities_of(self.province.code)]
        return city_panel.comparable(self.rows[self.rows["region_code"].isin(codes)])

    @cached_property
    def alike(self) -> pd.DataFrame:
        """Rows of the nearest cities that may be compared."""
        return city_panel.comparable(self.rows[self.rows["region_code"].isin(self.nearest)])

    @cached_property
    def _own(self) -> dict[str, set[int]]:
        """Years in which the city has each figure."""
        own = self.rows[self.rows["region_code"] == self.code]
        return {str(key): set(rows["year"]) for key, rows in own.groupby("indicator")}

    @cached_property
    def year(self) -> int:
        """Newest shared year for which residents of the city are held."""
        return max(self._own.get(POPULATION, set()) & set(self.years.rates), default=0)

    @cached_property
    def pair(self) -> tuple[int, int]:
        """The first year with rates, and the newest of them in which the city has its counts."""
        counted = set.intersection(*(self._own.get(key, set()) for key in INDICATORS))
        return self.years.pair[0], max(counted & set(self.years.rates[1:]), default=self.years.pair[1])

    @cached_property
    def counted(self) -> int:
        """The newest year that the cities share in which the city has every count."""
        held = set.intersection(*(self._own.get(key, set()) for key in INDICATORS))
        return max(held & set(self.years.counts), default=self.pair[1])

    @subjects.kept
    def span(self, key: str) -> tuple[int, int]:
        """The first comparable year of a count, and the newest that the cities share and the city has; hospitals and beds end together."""
        pair = {HOSPITALS, BEDS} if key in (HOSPITALS, BEDS) else {key}
        shared = set.intersection(*(set(self.years.held[k]) & self._own.get(k, set()) for k in pair))
        return city_panel.first(key), max(shared, default=min(self.years.last(k) for k in pair))

    @subjects.kept
    def rates(self, year_: int) -> pd.DataFrame:
        """Comparable rates of the province's cities; the city itself is always a row, empty where its figures are doubtful."""
        table = city_panel.rates(self.home, year_)
        return table.reindex(table.index.union([self.code]))

    @subjects.kept
    def every(self, year_: int) -> pd.DataFrame:
        """Rates of all cities that were read, doubtful or not."""
        return city_panel.rates(self.rows, year_)

    @cached_property
    def shown(self) -> pd.DataFrame:
        """Rates of the cities that are drawn: the province's, the nearest, and the city whatever is doubtful of it."""
        own = self.rows[self.rows["region_code"] == self.code]
        rows = pd.concat([self.home, self.alike, own]).drop_duplicates("observation_id")
        return city_panel.rates(rows, self.year)

    @subjects.kept
    def spanned(self, key: str, *, own: bool = False) -> pd.DataFrame:
        """Rows of the province's cities (own: of the city alone) that have the indicator in its first and its last year."""
        rows = self.rows[self.rows["region_code"] == self.code] if own else self.home
        first, last = self.span(key)
        part = rows[(rows["indicator"] == key) & rows["year"].isin([first, last])]
        return _in_both(part, "year", first, last)

    @subjects.kept
    def growth(self, key: str, *, own: bool = False) -> pd.Series:
        """Figure of the last year over that of the first of the same cities."""
        return city_panel.growth(self.spanned(key, own=own), key, *self.span(key))

    @cached_property
    def indexed(self) -> pd.DataFrame:
        """The counts as per cent of their first year; see ``index_rows``."""
        return _indexed(self)

    @cached_property
    def flags(self) -> pd.DataFrame:
        """The city's own figures that are flagged."""
        own = self.rows[(self.rows["region_code"] == self.code) & self.rows["indicator"].isin(INDICATORS)]
        spans = {key: self.span(key) for key in INDICATORS}
        start, end = (own["indicator"].map({key: span[i] for key, span in spans.items()}) for i in (0, 1))
        own = own[(own["year"] >= start) & (own["year"] <= end)]
        return own[own["flags"].map(lambda flags: bool(set(flags.split(";")) & set(FLAGGED)))]

    @subjects.kept
    def cell(self, indicator: str, year_: int) -> Fact | None:
        """A figure as published; None where there is none."""
        r = self.rows
        hit = r[(r["indicator"] == indicator) & (r["region_code"] == self.code) & (r["year"] == year_)]
        return observed(hit) if len(hit) else None

    @subjects.kept
    def rate(self, indicator: str, year_: int) -> Fact | None:
        """The figure per resident, with count and residents as inputs; None where either is missing."""
        count, people = self.cell(indicator, year_), self.cell(POPULATION, year_)
        if count is None or people is None:
            return None
        how = {"short": self.place, "year": year_, "what": naming.short(indicator), "value": UNIT[indicator]}
        how["per"] = integer_text(PER[indicator])
        value = self.every(year_).at[self.code, indicator]
        operation = f"a / b * {PER[indicator]}"
        return derived(
            value, *TEXT.fact("facts.rate", **how), inputs=(count, people), operation=operation, style="rate"
        )

    @subjects.kept
    def pool(self, indicator: str, year_: int) -> pd.DataFrame:
        """Rows behind places in the province: cities with a comparable figure and residents."""
        return _both(self.home, indicator, year_)

    def ranks(self, indicator: str, year_: int) -> bool:
        """Whether enough cities of the province can be compared for a place among them."""
        return self.pool(indicator, year_)["region_code"].nunique() >= FEW

    def firm(self, indicator: str, year_: int) -> bool:
        """Whether the city's own rate may be compared: held, and neither count nor residents doubtful."""
        return self.code in set(self.pool(indicator, year_)["region_code"])

    @subjects.kept
    def rank(self, indicator: str, year_: int, place: float) -> Fact:
        """The place in the province."""
        how = {"short": self.place, "year": year_, "what": naming.short(indicator)}
        operation = f"rank({indicator} / {POPULATION}, '{self.code}')"
        rows = self.pool(indicator, year_)
        return derived(place, *TEXT.fact("facts.rank", **how), rows=rows, operation=operation, style="rank")

    @subjects.kept
    def holding(self, indicator: str, error: float) -> Fact:
        """The error up to which a move of places keeps its direction."""
        rows = pd.concat([self.pool(indicator, y) for y in self.pair])
        how = {"short": self.place, "what": naming.short(indicator)}
        rates = ", ".join(f"at({indicator}, {y}) / at({POPULATION}, {y})" for y in self.pair)
        return derived(
            error * 100,
            *TEXT.fact("facts.holds", **how),
            rows=rows,
            operation=f"holds({rates}, '{self.code}') * 100",
            style="percent",
        )

    def number(self, rows: pd.DataFrame) -> Fact:
        """How many cities the rows are of."""
        n = rows["region_code"].nunique()
        return derived(n, *TEXT.fact("facts.cities"), rows=rows, operation="distinct('place')")

    @subjects.kept
    def middle(self, indicator: str, year_: int) -> Fact | None:
        """Median rate of the nearest cities."""
        rows = _both(self.alike, indicator, year_)
        if rows.empty:
            return None
        how = {"year": year_, "what": naming.short(indicator), "value": UNIT[indicator]}
        value = city_panel.rates(rows, year_)[indicator].median()
        operation = f"median({indicator} / {POPULATION}) * {PER[indicator]}"
        return derived(value, *TEXT.fact("facts.middle", **how), rows=rows, operation=operation, style="rate")

    @subjects.kept
    def away(self, indicator: str, year_: int) -> tuple[str, Fact | None]:
        """``above``, ``below`` or ``level``, and how far the rate is from the median of the nearest cities; ``doubtful`` where it may not be
        compared, empty where either is missing."""
        own, middle = self.rate(indicator, year_), self.middle(indicator, year_)
        if own is None or middle is None:
            return "", None
        if not self.firm(indicator, year_):
            return "doubtful", None
        away = (float(own.value or 0) / float(middle.value or 1) - 1) * 100
        if round(away, 1) == 0:
            return "level", None
        label, formula = TEXT.fact("facts.gap", short=self.place, year=year_, what=naming.short(indicator))
        gap = derived(
            abs(away), label, formula, inputs=(own, middle), operation="abs(a / b - 1) * 100", style="percent"
        )
        return ("above" if away > 0 else "below"), gap

    def versus(self, indicator: str, year_: int) -> Phrase:
        """`12.3% above`, `4.0% below`, `level with`: before the words `the median`; nothing where the rate may not be compared."""
        side, gap = self.away(indicator, year_)
        return NOTHING if side in ("", "doubtful") else TEXT.phrase(f"versus.{side}", g=gap)

    def against(self, indicator: str, year_: int) -> Phrase:
        """The same as a clause with its subject, which also says that a doubtful figure is not compared."""
        side, gap = self.away(indicator, year_)
        return TEXT.phrase(f"against.{side}", what=naming.short(indicator), g=gap) if side else NOTHING


def _both(rows: pd.DataFrame, indicator: str, year_: int) -> pd.DataFrame:
    """Rows of cities that have the indicator and residents in a year."""
    part = rows[(rows["year"] == year_) & rows["indicator"].isin([indicator, POPULATION])]
    return _in_both(part, "indicator", indicator, POPULATION)


def _in_both(rows: pd.DataFrame, column: str, *values: object) -> pd.DataFrame:
    """The rows of cities that have one with each value of the column."""
    codes = rows["region_code"]
    return rows[codes.isin(set.intersection(*(set(codes[rows[column] == value]) for value in values)))]


def coverage() -> Coverage:
    """Every prefecture that the yearbook lists at last has a page; others that are known say why not."""
    ready = city_panel.years().ready
    listed = subjects.once(
        lambda: ready, dict.fromkeys((city_panel.listed() if ready else ()) or planned.known())
    )
    others = {
        r.code: Reason("E1", *TEXT.pair("coverage.reason", kind=common().pair(f"pages.kind_{r.kind}")))
        for r in map(catalog.region, planned.known())
        if r.level == "city" and r.code not in listed
    }
    return {code: state for code, state in listed.items() if catalog.region(code).level == "city"} | others


def load(region_code: str, cities: city_panel.Cities | None = None) -> City:
    """Read the rows of a city, its province's cities and the nearest. Raises MethodError for a place that the yearbook does not list.

    cities: what is the same for every city, read once for all of them.
    """
    region, cities = catalog.region(region_code), cities or city_panel.cities()
    if region.code not in cities.listed:
        raise refuse(
            "city_profile.load",
            region.name("zh"),
            f"a prefecture of the city yearbook with figures of {city_panel.years().pair[1]}",
            "choose one of these; districts and counties stand on the page of their province",
        )
    nearest = city_panel.nearest(region.code, cities.people, cities.income)
    own = [r.code for r in catalog.cities_of(region.parent)]
    return City(region.code, city_panel.read([*own, *nearest]), tuple(nearest), city_panel.years())


def data(city: City) -> Finding:
    """What is read: one row an indicator, with years and cities of the province."""
    home = city.rows[city.rows["region_code"].isin({*city.home["region_code"], city.code})]
    read = home.groupby("indicator").agg(
        first=("year", "min"), last=("year", "max"), cities=("region_code", "nunique")
    )
    read = read.loc[[k for k in (*INDICATORS, POPULATION) if k in read.index]]
    table = read.assign(
        indicator=[naming.label(k)[0] for k in read.index],
        indicator_en=[naming.label(k)[1] for k in read.index],
        first=[str(y if k == POPULATION else max(city_panel.first(k), y)) for k, y in read["first"].items()],
        last=read["last"].astype(str),
    )
    pool = city.pool(DOCTORS, city.year)
    n = city.number(pool)
    return Finding(
        "data",
        TEXT.say("data.headline", province=naming.place(city.province.code), n=n),
        sentences=_later(city),
        comparison=city.code
        not in set(pool["region_code"]),  # a city without both figures is not compared itself
        tables=(
            Table(
                "coverage",
                TEXT.pair("data.caption"),
                table,
                (
                    TEXT.column("data.columns.indicator", "name"),
                    TEXT.column("data.columns.first", "year"),
                    TEXT.column("data.columns.last", "year"),
                    TEXT.column("data.columns.cities", "number", source_ids=subjects.sources(home)),
                ),
            ),
        ),
    )


def _later(city: City) -> tuple[Sentence, ...]:
    """What the yearbook prints of the city for years after the compared one, by value; nothing where it prints none."""
    rows = city_panel.later(city.code)
    if rows.empty:
        return ()
    parts = [
        TEXT.phrase("data.later_item", what=naming.short(key), n=observed(one), y=year(one["year"].iloc[0]))
        for key, one in rows.groupby("indicator", sort=False)
    ]
    last = min(city.year if k == POPULATION else city.span(k)[1] for k in rows["indicator"])
    said = TEXT.say("data.later", place=city.place, items=naming.chain(parts, "items"), last=year(last))
    return (said,)


def _absent(city: City) -> Phrase:
    """That the province has more prefectures than are compared, where it has."""
    whole = catalog.cities_of(city.province.code)
    if len(whole) <= city.pool(DOCTORS, city.year)["region_code"].nunique():
        return NOTHING
    found = {r.kind for r in whole}
    return TEXT.phrase(
        "absent.more",
        province=naming.place(city.province.code),
        whole=Plain(str(len(whole)), "list"),
        kinds=naming.joined(
            TEXT.pair(f"absent.kinds.{kind}") for kind in TEXT.group("absent.kinds") if kind in found
        ),
    )


def dot_rows(city: City, lang: str) -> pd.DataFrame:
    """One row a city and indicator as charts.spine takes it: the province's cities and, darker, the nearest."""
    long = city.shown.reset_index().melt("region_code", var_name="indicator").dropna()
    i = nth(lang)
    return pd.DataFrame(
        {
            "indicator": long["indicator"],
            "label": [capital(naming.short(k)[i]) for k in long["indicator"]],
            "unit": [UNIT[k][i] for k in long["indicator"]],
            "code": long["region_code"],
            "name": [catalog.region(c).short(lang) for c in long["region_code"]],
            "value": long["value"],
            "peer": long["region_code"].isin(city.nearest),
        }
    )


def drawn(city: City, ranks: pd.DataFrame, lang: str) -> dict:
    """What charts.spine is told beside the rows: the medians of the nearest cities, the places, and what the marks are called."""
    i = nth(lang)
    places = {k: _place(city, k, city.year, ranks) for k in INDICATORS}
    middles = {k: city.middle(k, city.year) for k in INDICATORS}
    return {
        "nation": {k: fact.value for k, fact in middles.items() if fact is not None},
        "nation_name": TEXT.text("chart.median", lang),
        "rank": {k: "" if fact is None else fact.text(lang) for k, fact in places.items()},
        "rank_title": TEXT.text("chart.place", lang, province=naming.place(city.province.code)[i]),
        "peers": TEXT.text("chart.nearest", lang),
        "others": TEXT.text("chart.home", lang),
    }


def holding(city: City, holds_to: dict[str, float], indicator: str) -> Fact | None:
    """The error up to which the move of places between the two years keeps its direction; None where there is no move to judge.

    holds_to: from ranking.move_holds over the province's cities, one an indicator.
    """
    value = holds_to.get(indicator, math.nan)
    if indicator not in RANKED or not math.isfinite(value):
        return None
    return city.holding(indicator, value)


def _moved(
    city: City, before: pd.DataFrame, after: pd.DataFrame, holds_to: dict[str, float], key: str
) -> Phrase:
    """The place of an indicator, and where it stood before."""
    places = [_place(city, key, y, t) for y, t in zip(city.pair, (before, after), strict=True)]
    if places[1] is None:
        return TEXT.phrase("moved.unranked", what=naming.short(key))
    values: dict[str, Any] = {"what": naming.short(key), "r": places[1], "y": year(city.pair[0])}
    holds = holding(city, holds_to, key)
    if places[0] is None or city.pair[0] == city.year:
        return TEXT.phrase("moved.now", **values)
    values["r0"] = places[0]
    if places[0].value == places[1].value:
        return TEXT.phrase("moved.same", **values)
    if holds is None:
        return TEXT.phrase("moved.move", **values)
    if holds.value < SEEN:
        return TEXT.phrase("moved.fragile", **values)
    return TEXT.phrase("moved.holds", h=holds, **values)


def _place(city: City, key: str, year_: int, ranks: pd.DataFrame) -> Fact | None:
    place = ranks[key].get(city.code) if key in RANKED and city.ranks(key, year_) else None
    return None if place is None or pd.isna(place) else city.rank(key, year_, place)


def position(
    city: City, before: pd.DataFrame, after: pd.DataFrame, holds_to: dict[str, float], drawing: Drawn | None
) -> Finding:
    """Where the city stands. before, after: places in the two years of city.pair among the province's cities; holds_to: see ``holding``."""
    y = city.year
    d, b = city.rate(DOCTORS, y), city.rate(BEDS, y)
    values: dict[str, Any] = {
        "place": city.place, "y": year(y), "d": d, "b": b, "province": naming.place(city.province.code),
        "n": city.number(city.pool(DOCTORS, y)),
    }  # fmt: skip
    compared = bool(city.nearest)
    if compared:
        values |= {
            "k": city.number(city.alike), "vd": city.versus(DOCTORS, y),
            "ad": city.against(DOCTORS, y), "ab": city.against(BEDS, y),
        }  # fmt: skip
    kind = "" if compared else "_alone"
    moved = {k: _moved(city, before, after, holds_to, k) for k in (DOCTORS, BEDS)}
    places = "position.sentences.places" if city.ranks(DOCTORS, y) else "position.sentences.few"
    sentences = [
        TEXT.say(f"position.sentences.lead{kind}", id="lead", **values),
        TEXT.say(places, absent=_absent(city), md=moved[DOCTORS], mb=moved[BEDS], **values),
    ]
    counts = {k: city.cell(k, city.counted) for k in INDICATORS}
    sentences.append(
        TEXT.say(
            "position.sentences.count",
            place=city.place,
            y=year(city.counted),
            h=counts[HOSPITALS],
            b=counts[BEDS],
            d=counts[DOCTORS],
        )  # fmt: skip
    )
    return Finding(
        "position",
        TEXT.say(
            "position.headline" if compared and city.firm(DOCTORS, y) else "position.headline_alone", **values
        ),
        TEXT.say(f"position.subtitle{kind}", y=year(y)),
        sentences=tuple(sentences),
        note=TEXT.say("position.note"),
        drawing=drawing,
        tables=(_positions(city, before, after, holds_to),),
        alt=TEXT.say(f"position.alt{kind}", **values),
        peers=city.nearest,
    )


def _positions(city: City, before: pd.DataFrame, after: pd.DataFrame, holds_to: dict[str, float]) -> Table:
    (y0, y1), shown = city.pair, city.shown
    frame = pd.DataFrame(
        {
            "indicator": [naming.short(k)[0] for k in INDICATORS],
            "indicator_en": [naming.short(k)[1] for k in INDICATORS],
            "per": [UNIT[k][0] for k in INDICATORS],
            "per_en": [UNIT[k][1] for k in INDICATORS],
            "unit": [UNIT[k][0] for k in INDICATORS],
            "unit_en": [UNIT[k][1] for k in INDICATORS],
            "count": [city.cell(k, y1) for k in INDICATORS],
            "before": [city.rate(k, y0) for k in INDICATORS],
            "before_rank": [_place(city, k, y0, before) for k in INDICATORS],
            "after": [city.rate(k, y1) for k in INDICATORS],
            "after_rank": [_place(city, k, y1, after) for k in INDICATORS],
            "n": [city.number(city.pool(k, city.year)) if k in RANKED else None for k in INDICATORS],
            "holds": [holding(city, holds_to, k) for k in INDICATORS],
            "median": [city.middle(k, city.year) for k in INDICATORS],
            "low": shown.min()[list(INDICATORS)].tolist(),
            "high": shown.max()[list(INDICATORS)].tolist(),
        }
    ).astype(object)
    source = subjects.sources(city.rows)
    formula = TEXT.pair("position.formula")
    return Table(
        "position",
        TEXT.pair("position.caption"),
        frame,
        (
            TEXT.column("position.columns.indicator", "name"),
            TEXT.column("position.columns.per", "text"),
            Column("count", TEXT.pair("position.columns.count", y=y1), "count", source_ids=source),
            Column("before", naming.year_of(y0), "rate", formula=formula, source_ids=source),
            Column("before_rank", TEXT.pair("position.columns.rank", y=y0), "rank", source_ids=source),
            Column("after", naming.year_of(y1), "rate", formula=formula, source_ids=source),
            Column("after_rank", TEXT.pair("position.columns.rank", y=y1), "rank", source_ids=source),
            TEXT.column("position.columns.n", "number", source_ids=source),
            TEXT.column("position.columns.holds", "percent", source_ids=source),
            TEXT.column("position.columns.median", "rate", source_ids=source),
            TEXT.column("position.columns.low", "rate", source_ids=source),
            TEXT.column("position.columns.high", "rate", source_ids=source),
        ),
    )


def median_name(lang: str) -> str:
    """The key's word for the median of the province's cities."""
    return TEXT.text("chart.home_median", lang)


def index_rows(city: City, lang: str) -> pd.DataFrame:
    """One row an indicator and year as charts.trends takes it: the count as per cent of the first year, and the median of the cities."""
    out = city.indexed.copy()
    out["label"] = out["indicator"].map(lambda k: capital(pick(naming.short(k), lang)))
    return out


def _indexed(city: City) -> pd.DataFrame:
    """The same without words."""
    parts = []
    for key in RANKED:
        first, last = city.span(key)
        own = city.rows[(city.rows["indicator"] == key) & city.rows["year"].between(first, last)]
        table = own.pivot(index="year", columns="region_code", values="value")
        if first not in table.index or city.code not in table or pd.isna(table.at[first, city.code]):
            continue
        home = city.home[(city.home["indicator"] == key) & city.home["year"].between(first, last)]
        others = home.pivot(index="year", columns="region_code", values="value")
        index = others / others.loc[first] * 100
        part = pd.DataFrame(
            {"value": table[city.code] / table.at[first, city.code] * 100, "median": index.median(axis=1)}
        )
        parts.append(part.reset_index().assign(indicator=key, panel=key))
    out = pd.concat(parts, ignore_index=True)
    out["p10"], out["p90"] = float("nan"), float("nan")
    return out


def grown(city: City, key: str) -> Fact | None:
    """The city's own growth, without its sign; None where a year is missing."""
    rows = city.spanned(key, own=True)
    if rows.empty:
        return None
    value = city.growth(key, own=True).iloc[0] - 1
    first, last = city.span(key)
    how = {"short": city.place, "what": naming.short(key), "first": first, "last": last}
    operation = f"(of(at({key}, {last}) / at({key}, {first}), '{city.code}') - 1) * 100"
    label, formula = TEXT.fact("facts.growth", **how)
    return derived(value * 100, label, formula, rows=rows, operation=operation, style="percent", signed=True)


def _moved_by(city: City, key: str) -> Phrase:
    """`grew by 12.3%`, `fell by 4.0%`, `did not change`."""
    growth = grown(city, key)
    if growth is None or round(growth.value, 1) == 0:
        return TEXT.phrase("change.level") if growth else NOTHING
    first, last = city.span(key)
    how = {"short": city.place, "what": naming.short(key), "first": first, "last": last}
    operation = f"abs({growth.operation})"
    size = derived(
        abs(growth.value),
        *TEXT.fact("facts.moved", **how),
        rows=city.spanned(key, own=True),
        operation=operation,
        style="percent",
    )
    return TEXT.phrase("change.up" if growth.value > 0 else "change.down", g=size)


def _beside(city: City, key: str, words: str) -> Phrase:
    """The median of the province's cities in parentheses (``beside``) or after a comma (``median``); nothing where cities are few."""
    if len(city.growth(key)) < FEW:
        return NOTHING
    middle = naming.moved(_median_growth(city, key), "plain")
    return TEXT.phrase(f"aside.{words}", province=naming.place(city.province.code), m=middle)


def _median_growth(city: City, key: str) -> Fact:
    rows = city.spanned(key)
    value = city.growth(key).median() - 1
    first, last = city.span(key)
    how = {"short": TEXT.pair("chart.home_median"), "what": naming.short(key), "first": first, "last": last}
    operation = f"(median(at({key}, {last}) / at({key}, {first})) - 1) * 100"
    label, formula = TEXT.fact("facts.growth", **how)
    return derived(value * 100, label, formula, rows=rows, operation=operation, style="percent", signed=True)


def _growth_place(city: City, key: str) -> Phrase:
    """The place of the city's growth in the province, where both its figures may be compared."""
    rows = city.spanned(key)
    ratio = city.growth(key)
    if len(ratio) < FEW:
        return NOTHING
    if city.code not in ratio.index:
        return TEXT.phrase("change.doubtful")
    first, last = city.span(key)
    how = {"short": city.place, "what": naming.short(key), "first": first, "last": last}
    operation = f"rank(at({key}, {last}) / at({key}, {first}), '{city.code}')"
    place = (ratio > ratio[city.code]).sum() + 1
    fact = derived(
        place, *TEXT.fact("facts.growth_rank", **how), rows=rows, operation=operation, style="rank"
    )
    return TEXT.phrase("change.place", r=fact, n=city.number(rows))


def _jumps(city: City, *keys: str) -> Phrase:
    """That years of the span look like a recount, where some do; of several indicators each with its own years."""
    flags = city.flags[city.flags["flags"].str.contains("jump")]
    found = {}
    for key in keys:
        years = flags.loc[(flags["indicator"] == key) & (flags["year"] > city.span(key)[0]), "year"]
        if len(years):
            found[key] = naming.years([int(y) for y in years])
    if not found:
        return NOTHING
    if list(found) == [keys[0]]:
        return TEXT.phrase("change.jump", years=name(found[keys[0]]))
    named = [TEXT.pair("change.jump_of", what=naming.short(k), years=years) for k, years in found.items()]
    return TEXT.phrase("change.jump_each", each=name(naming.joined(named)))


def change(city: City, rows: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """How counts grew against the median of the province's cities. rows: from index_rows."""
    own = {k: fact for k in INDICATORS if (fact := grown(city, k)) is not None}
    lead = DOCTORS if DOCTORS in own else BEDS
    values: dict[str, Any] = {
        "place": city.place, "what": naming.short(lead), "a": year(city.span(lead)[0]), "b": year(city.span(lead)[1]),
        "g": _moved_by(city, lead),
    }  # fmt: skip
    after = _beside(city, lead, "median")
    sentences = [
        TEXT.say(
            "change.sentences.doctors",
            id="growth",
            spot=_growth_place(city, lead),
            jump=_jumps(city, lead),
            m=_beside(city, lead, "beside"),
            **values,
        )
    ]
    if HOSPITALS in own and lead == BEDS:  # the first sentence has told of the beds
        a, b = (year(y) for y in city.span(HOSPITALS))
        said = {"place": city.place, "gh": _moved_by(city, HOSPITALS), "jump": _jumps(city, HOSPITALS)}
        sentences.append(TEXT.say("change.sentences.hospitals", id="beds", a=a, b=b, **said))
    elif {BEDS, HOSPITALS} <= set(own):
        sentences.append(
            TEXT.say(
                "change.sentences.beds",
                place=city.place,
                a=year(city.span(BEDS)[0]),
                b=year(city.span(BEDS)[1]),
                gb=_moved_by(city, BEDS),
                mb=_beside(city, BEDS, "beside"),
                gh=_moved_by(city, HOSPITALS),
                jump=_jumps(city, BEDS, HOSPITALS),
            )  # fmt: skip
        )
    sentences += _careful(city)
    return Finding(
        "change",
        TEXT.say("change.headline", m=after, **values),
        TEXT.say("change.subtitle", a=year(city.span(DOCTORS)[0]), c=year(city.span(BEDS)[0])),
        sentences=tuple(sentences),
        note=TEXT.say("change.note", y=year(city.span(BEDS)[0])),
        drawing=drawing,
        tables=(_indices(city, rows),),
        alt=TEXT.say("change.alt", m=after, **values),
    )


def _careful(city: City) -> list[Sentence]:
    """The flagged figures by name, where there are any."""
    flags = city.flags
    if flags.empty:
        return []
    zh, en = (
        TEXT.text("change.glue", lang).join(
            TEXT.text(
                "change.cell",
                lang,
                what=naming.short(r.indicator)[i],
                year=r.year,
                why=naming.join(
                    [catalog.term(f"flag_{flag}", lang) for flag in r.flags.split(";") if flag in FLAGGED],
                    lang,
                ),
            )
            for r in flags.itertuples()
        )
        for i, lang in enumerate(("zh", "en"))
    )
    return [TEXT.say("change.sentences.flags", cells=name((zh, en)))]


def _indices(city: City, rows: pd.DataFrame) -> Table:
    table = rows.assign(
        label=[naming.short(k)[0] for k in rows["indicator"]],
        label_en=[capital(naming.short(k)[1]) for k in rows["indicator"]],
        year=rows["year"].astype(str),
    )
    source = subjects.sources(city.rows)
    formula = TEXT.pair("change.formula")
    return Table(
        "change",
        TEXT.pair("change.caption"),
        table,
        (
            TEXT.column("change.columns.label", "name"),
            TEXT.column("change.columns.year", "year"),
            Column("value", city.place, "number", decimals=1, formula=formula, source_ids=source),
            TEXT.column("change.columns.median", "number", decimals=1, formula=formula, source_ids=source),
        ),
    )


def closing(city: City) -> Finding:
    """What is not held for cities."""
    lacking = (held.NURSES, held.TECHNICIANS, held.VISITS, held.STAY)
    states = [
        TEXT.state("E4", "closing.states.E4"),
        *held.states(city.code, lacking, TEXT.pair("closing.settle")),
    ]
    if city.year != city.years.pair[1]:
        newest = str(city.years.pair[1])
        states.insert(0, TEXT.state("E1", "closing.states.residents", here=city.place, y=newest))
    return subjects.closing(states)
