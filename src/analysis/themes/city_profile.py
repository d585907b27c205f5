"""City profile (all cities of 山西 and 江苏): hospitals, hospital beds and doctors against the other cities of the province.

Rows: 中国城市统计年鉴. Rates per resident exist for 2020 and 2023 only (other years print registered population); the older series
医院、卫生院床位数 is another definition and is never joined. Cities are compared inside their province and never summed to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import catalog, tables, texts
from analysis.errors import refuse
from analysis.facts import Coverage, Fact, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import name, year
from analysis.themes import held, naming, planned, subjects

TEXT = texts.of(__file__)

SOURCE = "city-yearbook"
INDICATORS = ("city_hospitals", "city_hospital_beds", "city_doctors")
POPULATION = "city_population_resident"
RATE_YEARS = (2020, 2023)
PER = {"city_hospitals": 100_000, "city_hospital_beds": 1_000, "city_doctors": 1_000}
UNIT = TEXT.group("unit")
INDEX_FROM = 2017
FLAGGED = ("jump", "equals_previous", "rounded")


@dataclass(frozen=True)
class City(subjects.Subject):
    """A city among the cities of its province. counts: one row a city, indicator and year; rates: the same per resident."""

    rows: pd.DataFrame
    rates: pd.DataFrame

    @property
    def province(self) -> catalog.Region:
        return catalog.region(self.region.parent)

    def wide(self, year_: int) -> pd.DataFrame:
        """Rates of the cities in a year: index region_code, one column an indicator."""
        return self.rates[self.rates["year"] == year_].pivot(
            index="region_code", columns="indicator", values="value"
        )

    def cell(self, indicator: str, year_: int) -> Fact:
        r = self.rows
        return observed(
            r[(r["indicator"] == indicator) & (r["region_code"] == self.code) & (r["year"] == year_)]
        )

    def rate_fact(self, indicator: str, year_: int) -> Fact:
        """The city's rate with count and residents as inputs."""
        value = self.wide(year_).at[self.code, indicator]
        zh, en = naming.short(indicator)
        return derived(
            value,
            *TEXT.fact(
                "facts.rate_fact",
                year=year_,
                short=(self.region.short("zh"), self.region.short("en")),
                what=(zh, en),
                value=UNIT[indicator],
                per=(PER[indicator], f"{PER[indicator]:,}"),
            ),
            inputs=(self.cell(indicator, year_), self.cell(POPULATION, year_)),
            operation=f"a / b * {PER[indicator]}",
            style="rate",
        )

    def rank_fact(self, indicator: str, year_: int, place: float) -> Fact:
        used = self.rows[self.rows["indicator"].isin([indicator, POPULATION]) & (self.rows["year"] == year_)]
        zh, en = naming.short(indicator)
        return derived(
            place,
            *TEXT.fact(
                "facts.rank_fact",
                year=year_,
                short=(self.region.short("zh"), self.region.short("en")),
                what=(zh, en),
            ),
            rows=used,
            operation=f"rank({indicator} / {POPULATION}, '{self.code}')",
            style="rank",
        )


def coverage() -> Coverage:
    """All cities of the two provinces have a page; other cities have single values only."""
    listed = subjects.once(
        lambda: subjects.last_year(SOURCE, (*INDICATORS, POPULATION)) >= RATE_YEARS[-1],
        {r.code: None for p in planned.COMPARED for r in catalog.cities_of(p)},
    )
    others = {
        r.code: TEXT.reason("E4", "coverage.reason")
        for r in map(catalog.region, planned.known())
        if r.level == "city" and r.code not in listed
    }
    return listed | others


def load(region_code: str) -> City:
    """Read the yearbook rows of a city's province. Raises ParameterError for an unknown region, MethodError for one outside the two provinces."""
    region = catalog.region(region_code)
    if region.parent not in planned.COMPARED:
        raise refuse(
            "city_profile.load",
            region.name("zh"),
            "a city of 山西 or 江苏",
            "choose one of these cities; others have single values only",
        )
    codes = [r.code for r in catalog.cities_of(region.parent)]
    rows = tables.read(
        "observations", source_id=SOURCE, region_code=codes, indicator=[*INDICATORS, POPULATION]
    )
    people = rows.loc[rows["indicator"] == POPULATION, ["region_code", "year", "value"]]
    both = rows[rows["indicator"].isin(INDICATORS)].merge(
        people, on=["region_code", "year"], suffixes=("", "_people")
    )
    both["value"] = both["value"] / both["value_people"] * both["indicator"].map(PER)
    rates = both.loc[both["year"].isin(RATE_YEARS), ["indicator", "region_code", "year", "value"]]
    return City(region.code, rows, rates.assign(year=rates["year"].astype(int)))


def data(city: City) -> Finding:
    """Rows read: one row an indicator, with years and cities."""
    read = (
        city.rows.groupby("indicator")
        .agg(
            first=("year", "min"),
            last=("year", "max"),
            cities=("region_code", "nunique"),
            cells=("value", "size"),
        )
        .loc[[*INDICATORS, POPULATION]]
    )
    table = read.assign(
        indicator=[naming.label(k)[0] for k in read.index],
        indicator_en=[naming.label(k)[1] for k in read.index],
        first=read["first"].astype(str),
        last=read["last"].astype(str),
    )
    source = subjects.sources(city.rows)
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            province=naming.place(city.province.code),
            n=derived(len(city.rows), *TEXT.fact("data.facts.data_n"), rows=city.rows, operation="count()"),
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
                    TEXT.column("data.columns.cities", "number", source_ids=source),
                    TEXT.column("data.columns.cells", "number", source_ids=source),
                ),
            ),
        ),
    )


def dot_rows(city: City, lang: str) -> pd.DataFrame:
    """One row a city and indicator, 2023, as charts.city_dots takes it."""
    long = (
        city.wide(RATE_YEARS[-1])[list(INDICATORS)]
        .reset_index()
        .melt("region_code", var_name="indicator", value_name="value")
    )
    i = 0 if lang == "zh" else 1
    return pd.DataFrame(
        {
            "indicator": long["indicator"],
            "label": long["indicator"].map(lambda k: naming.short(k)[i]),
            "unit": long["indicator"].map(lambda k: UNIT[k][i]),
            "code": long["region_code"],
            "name": long["region_code"].map(lambda c: catalog.region(c).short(lang)),
            "value": long["value"],
        }
    )


def medians(city: City) -> dict[str, float]:
    """Median of the province's cities, 2023, by indicator."""
    return city.wide(RATE_YEARS[-1])[list(INDICATORS)].median().to_dict()


def median_name(lang: str) -> str:
    """The key's word for the median of the cities."""
    return TEXT.text("median_name.text", lang)


def rank_texts(city: City, ranks: pd.DataFrame, lang: str) -> dict[str, str]:
    """Place among the cities by indicator, as text."""
    return {k: city.rank_fact(k, RATE_YEARS[-1], ranks.at[city.code, k]).text(lang) for k in INDICATORS}


def position(city: City, before: pd.DataFrame, after: pd.DataFrame, drawing) -> Finding:
    """Where the city stands in its province. before, after: places in 2020 and 2023, index region_code, one column an indicator."""
    y0, y1 = RATE_YEARS
    fact = {k: city.rate_fact(k, y1) for k in INDICATORS}
    rank = {k: city.rank_fact(k, y1, after.at[city.code, k]) for k in INDICATORS}
    n = derived(len(after), *TEXT.fact("position.facts.n"), rows=city.rows, operation="distinct('place')")
    source = subjects.sources(city.rows)
    table = pd.DataFrame(
        {
            "indicator": [naming.short(k)[0] for k in INDICATORS],
            "indicator_en": [naming.short(k)[1] for k in INDICATORS],
            "per": [UNIT[k][0] for k in INDICATORS],
            "per_en": [UNIT[k][1] for k in INDICATORS],
            "before": [city.rate_fact(k, y0) for k in INDICATORS],
            "before_rank": [city.rank_fact(k, y0, before.at[city.code, k]) for k in INDICATORS],
            "after": [fact[k] for k in INDICATORS],
            "after_rank": [rank[k] for k in INDICATORS],
            "median": list(medians(city).values()),
            "low": city.wide(y1)[list(INDICATORS)].min().values,
            "high": city.wide(y1)[list(INDICATORS)].max().values,
            "count": [city.cell(k, y1) for k in INDICATORS],
        }
    )
    formula = TEXT.pair("position.formula")
    return Finding(
        "position",
        TEXT.say(
            "position.headline",
            place=city.place,
            d=fact["city_doctors"],
            b=fact["city_hospital_beds"],
            n=n,
            rd=rank["city_doctors"],
            rb=rank["city_hospital_beds"],
        ),
        TEXT.say(
            "position.subtitle",
            y=year(y1),
        ),
        sentences=(
            TEXT.say(
                "position.sentences.count",
                y=year(y1),
                place=city.place,
                h=city.cell("city_hospitals", y1),
                b=city.cell("city_hospital_beds", y1),
                d=city.cell("city_doctors", y1),
            ),
            TEXT.say(
                "position.sentences.places",
                y1=year(y1),
                y0=year(y0),
                place=city.place,
                d=fact["city_doctors"],
                b=fact["city_hospital_beds"],
                n=n,
                d0=city.rank_fact("city_doctors", y0, before.at[city.code, "city_doctors"]),
                d1=rank["city_doctors"],
                b0=city.rank_fact("city_hospital_beds", y0, before.at[city.code, "city_hospital_beds"]),
                b1=rank["city_hospital_beds"],
            ),
        ),
        note=TEXT.say(
            "position.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "position",
                TEXT.pair("position.caption"),
                table,
                (
                    TEXT.column("position.columns.indicator", "name"),
                    TEXT.column("position.columns.per", "text"),
                    Column("before", naming.year_of(y0), "rate", formula=formula, source_ids=source),
                    Column(
                        "before_rank",
                        TEXT.pair("position.columns.before_rank", y0=y0),
                        "rank",
                        formula=formula,
                        source_ids=source,
                    ),
                    Column("after", naming.year_of(y1), "rate", formula=formula, source_ids=source),
                    Column(
                        "after_rank",
                        TEXT.pair("position.columns.after_rank", y1=y1),
                        "rank",
                        formula=formula,
                        source_ids=source,
                    ),
                    Column(
                        "median",
                        TEXT.pair("position.columns.median", y1=y1),
                        "rate",
                        formula=TEXT.pair("position.columns.median_formula"),
                        source_ids=source,
                    ),
                    Column(
                        "low",
                        TEXT.pair("position.columns.low", y1=y1),
                        "rate",
                        formula=TEXT.pair("position.columns.low_formula"),
                        source_ids=source,
                    ),
                    Column(
                        "high",
                        TEXT.pair("position.columns.high", y1=y1),
                        "rate",
                        formula=TEXT.pair("position.columns.high_formula"),
                        source_ids=source,
                    ),
                    Column("count", TEXT.pair("position.columns.count", y1=y1), "count", source_ids=source),
                ),
            ),
        ),
        alt=TEXT.say(
            "position.alt",
            place=city.place,
            y=year(y1),
            d=fact["city_doctors"],
            rd=rank["city_doctors"],
            b=fact["city_hospital_beds"],
            rb=rank["city_hospital_beds"],
        ),
    )


def index_rows(city: City, lang: str) -> pd.DataFrame:
    """One row an indicator and year as charts.trends takes it: the city's count as per cent of 2017, and the median of the cities."""
    rows = city.rows[city.rows["indicator"].isin(INDICATORS) & (city.rows["year"] >= INDEX_FROM)].assign(
        year=lambda d: d["year"].astype(int)
    )
    base = rows[rows["year"] == INDEX_FROM].set_index(["indicator", "region_code"])["value"].rename("base")
    rows = rows.join(base, on=["indicator", "region_code"])
    rows["index"] = rows["value"] / rows["base"] * 100
    median = rows.groupby(["indicator", "year"])["index"].median()
    own = rows[rows["region_code"] == city.code].set_index(["indicator", "year"])["index"]
    out = pd.DataFrame({"median": median, "value": own}).reset_index()
    out["panel"], out["p10"], out["p90"] = out["indicator"], float("nan"), float("nan")
    out["label"] = out["indicator"].map(lambda k: naming.short(k)[0 if lang == "zh" else 1])
    return out.sort_values(["indicator", "year"], ignore_index=True)


def _growth(city: City, indicator: str, who: tuple[str, str], index: float) -> Fact:
    (zh, en), last = naming.short(indicator), RATE_YEARS[-1]
    used = city.rows[city.rows["year"].isin([INDEX_FROM, last]) & (city.rows["indicator"] == indicator)]
    ratio = f"at({indicator}, {last}) / at({indicator}, {INDEX_FROM})"
    one = f"of({ratio}, '{city.code}')" if who == city.place else f"median({ratio})"
    return derived(
        index - 100,
        *TEXT.fact("facts.growth", index_from=INDEX_FROM, last=last, who=who, what=(zh, en)),
        rows=used,
        operation=f"({one} - 1) * 100",
        style="percent",
        signed=True,
    )


def change(city: City, rows: pd.DataFrame, drawing) -> Finding:
    """How counts grew against the median of the cities. rows: from index_rows."""
    last = RATE_YEARS[-1]
    side = rows.set_index(["indicator", "year"])
    source = subjects.sources(city.rows)
    own = {k: _growth(city, k, city.place, side.at[(k, last), "value"]) for k in INDICATORS}
    median = {
        k: _growth(city, k, TEXT.pair("change.median"), side.at[(k, last), "median"]) for k in INDICATORS
    }
    flags = city.rows[
        (city.rows["region_code"] == city.code)
        & city.rows["flags"].str.contains("jump|equals_previous|rounded")
        & (city.rows["year"] >= INDEX_FROM)
        & city.rows["indicator"].isin(INDICATORS)
    ]
    none = TEXT.pair("change.none")
    listed = tuple(
        "；".join(
            f"{naming.short(r.indicator)[i]} {r.year}（{'、'.join(catalog.term(f'flag_{flag}', lang) for flag in r.flags.split(';') if flag in FLAGGED)}）"
            for r in flags.itertuples()
        )
        for i, lang in enumerate(("zh", "en"))
    )
    table = rows.assign(
        label=rows["indicator"].map(lambda k: naming.short(k)[0]),
        label_en=rows["indicator"].map(lambda k: naming.short(k)[1]),
        year=rows["year"].astype(str),
    )
    return Finding(
        "change",
        TEXT.say(
            "change.headline",
            a=year(INDEX_FROM),
            b=year(last),
            place=city.place,
            d=own["city_doctors"],
            m=median["city_doctors"],
        ),
        TEXT.say(
            "change.subtitle",
            a=year(INDEX_FROM),
        ),
        sentences=(
            TEXT.say(
                "change.sentences.beds",
                y0=year(INDEX_FROM),
                y1=year(last),
                place=city.place,
                d=own["city_doctors"],
                md=median["city_doctors"],
                b=own["city_hospital_beds"],
                mb=median["city_hospital_beds"],
                h=own["city_hospitals"],
                mh=median["city_hospitals"],
            ),
            TEXT.say(
                "change.sentences.flags",
                cells=name((listed[0] or none[0], listed[1] or none[1])),
                holds={"flagged": len(flags) > 0},
            ),
        ),
        note=TEXT.say(
            "change.note",
            y=year(2017),
        ),
        drawing=drawing,
        tables=(
            Table(
                "change",
                TEXT.pair("change.caption"),
                table,
                (
                    TEXT.column("change.columns.label", "name"),
                    TEXT.column("change.columns.year", "year"),
                    Column(
                        "value",
                        city.place,
                        "number",
                        decimals=1,
                        formula=TEXT.pair("change.columns.value_formula", index_from=INDEX_FROM),
                        source_ids=source,
                    ),
                    TEXT.column(
                        "change.columns.median",
                        "number",
                        decimals=1,
                        formula=TEXT.pair("change.columns.median_formula", index_from=INDEX_FROM),
                        source_ids=source,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "change.alt",
            place=city.place,
            a=year(INDEX_FROM),
            b=year(last),
            d=own["city_doctors"],
            m=median["city_doctors"],
            bd=own["city_hospital_beds"],
        ),
    )


def closing(city: City) -> Finding:
    """What is not held for cities."""
    return subjects.closing(
        (
            TEXT.state(
                "E4",
                "closing.states.E4",
            ),
            *held.states(
                city.code,
                (held.NURSES, held.TECHNICIANS, held.VISITS, held.STAY),
                TEXT.pair("closing.settle"),
            ),
        )
    )
