"""City profile (all cities of 山西 and 江苏): hospitals, hospital beds and doctors against the other cities of the province.

Rows: 中国城市统计年鉴. Rates per resident exist for 2020 and 2023 only (other years print registered population); the older series
医院、卫生院床位数 is another definition and is never joined. Cities are compared inside their province and never summed to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import catalog, tables
from analysis.errors import refuse
from analysis.facts import Fact, State, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, brief, name, needs, words, year
from analysis.themes import held

SOURCE = "city-yearbook"
PROVINCES = ("140000", "320000")
INDICATORS = ("city_hospitals", "city_hospital_beds", "city_doctors")
POPULATION = "city_population_resident"
RATE_YEARS = (2020, 2023)
PER = {"city_hospitals": 100_000, "city_hospital_beds": 1_000, "city_doctors": 1_000}
UNIT = {
    "city_hospitals": ("家／十万人", "per 100,000"),
    "city_hospital_beds": ("张／千人", "per 1,000"),
    "city_doctors": ("人／千人", "per 1,000"),
}
INDEX_FROM = 2017
FLAGGED = ("jump", "equals_previous", "rounded")


@dataclass(frozen=True)
class City(held.Subject):
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
        zh, en = held.short(indicator)
        return derived(
            value,
            (
                f"{self.region.short('zh')} {year_} 年{zh}（{UNIT[indicator][0]}）",
                f"{self.region.short('en')}, {en} {UNIT[indicator][1]}, {year_}",
            ),
            (f"{zh}数 ÷ 常住人口 × {PER[indicator]}", f"{en} ÷ residents × {PER[indicator]:,}"),
            inputs=(self.cell(indicator, year_), self.cell(POPULATION, year_)),
            style="rate",
        )

    def rank_fact(self, indicator: str, year_: int, place: float) -> Fact:
        used = self.rows[self.rows["indicator"].isin([indicator, POPULATION]) & (self.rows["year"] == year_)]
        zh, en = held.short(indicator)
        return derived(
            place,
            (
                f"{self.region.short('zh')} {year_} 年{zh}在本省各市中的位次",
                f"{self.region.short('en')}, place among the province's cities, {en}, {year_}",
            ),
            ("本省各市由多到少", "cities of the province from most to fewest"),
            rows=used,
            style="rank",
        )


def coverage() -> dict[str, dict | None]:
    """All cities of the two provinces have a page; other cities have single values only."""
    listed = {r.code: None for p in PROVINCES for r in catalog.cities_of(p)}
    others = {
        r.code: {
            "code": "E4",
            "zh": "城市统计年鉴的完整序列只收录了山西和江苏的城市，不含本市。",
            "en": "Full series of the city yearbook are held for cities of Shanxi and Jiangsu only, not for this city.",
        }
        for r in catalog.regions().values()
        if r.level == "city" and r.code not in listed
    }
    return listed | others


def load(region_code: str) -> City:
    """Read the yearbook rows of a city's province. Raises ParameterError for an unknown region, MethodError for one outside the two provinces."""
    region = catalog.region(region_code)
    if region.parent not in PROVINCES:
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
        indicator=[held.label(k)[0] for k in read.index],
        indicator_en=[held.label(k)[1] for k in read.index],
        first=read["first"].astype(str),
        last=read["last"].astype(str),
    )
    source = held.sources(city.rows)
    return Finding(
        "data",
        words(
            "data",
            "{province}各市共读取 {n} 个数据格",
            "{n} cells read for the cities of {province}",
            province=held.place(city.province.code),
            n=derived(
                len(city.rows), ("读取的数据格数", "cells read"), ("计数", "count of rows"), rows=city.rows
            ),
        ),
        tables=(
            Table(
                "coverage",
                ("各指标的年份、市数和数据格数", "Years, cities and cells of each indicator"),
                table,
                (
                    Column("indicator", ("指标", "Indicator"), "name"),
                    Column("first", ("起", "From"), "year"),
                    Column("last", ("止", "To"), "year"),
                    Column(
                        "cities", ("市数", "Cities"), "number", source_ids=source, formula=("计数", "count")
                    ),
                    Column(
                        "cells", ("数据格", "Cells"), "number", source_ids=source, formula=("计数", "count")
                    ),
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
            "label": long["indicator"].map(lambda k: held.short(k)[i]),
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
    return "本省各市中位数" if lang == "zh" else "median of the cities"


def rank_texts(city: City, ranks: pd.DataFrame, lang: str) -> dict[str, str]:
    """Place among the cities by indicator, as text."""
    return {k: city.rank_fact(k, RATE_YEARS[-1], ranks.at[city.code, k]).text(lang) for k in INDICATORS}


def position(city: City, before: pd.DataFrame, after: pd.DataFrame, drawing) -> Finding:
    """Where the city stands in its province. before, after: places in 2020 and 2023, index region_code, one column an indicator."""
    y0, y1 = RATE_YEARS
    fact = {k: city.rate_fact(k, y1) for k in INDICATORS}
    rank = {k: city.rank_fact(k, y1, after.at[city.code, k]) for k in INDICATORS}
    n = derived(len(after), ("本省市数", "cities of the province"), ("计数", "count"), rows=city.rows)
    source = held.sources(city.rows)
    table = pd.DataFrame(
        {
            "indicator": [held.short(k)[0] for k in INDICATORS],
            "indicator_en": [held.short(k)[1] for k in INDICATORS],
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
    formula = ("数量 ÷ 常住人口", "count ÷ residents")
    return Finding(
        "position",
        words(
            "position",
            "{place}每千人口有 {d} 名医师、{b} 张医院床位，在本省 {n} 市中居{rd}和{rb}",
            "{place} has {d} doctors and {b} hospital beds per thousand residents: {rd} and {rb} of the province's {n} cities",
            place=city.place,
            d=fact["city_doctors"],
            b=fact["city_hospital_beds"],
            n=n,
            rd=rank["city_doctors"],
            rb=rank["city_hospital_beds"],
        ),
        words(
            "position-sub",
            "按常住人口计算，{y} 年，本省各市；每行刻度独立；竖线为各市中位数",
            "Per resident, {y}, cities of the province; each row has its own scale; the tick is the cities' median",
            y=year(y1),
        ),
        sentences=(
            Sentence(
                "count",
                "{y} 年，{place}有医院 {h}、医院床位 {b}、执业（助理）医师 {d}。",
                "In {y} {place} had {h} hospitals, {b} hospital beds and {d} licensed (assistant) doctors.",
                {
                    "y": year(y1),
                    "place": city.place,
                    "h": city.cell("city_hospitals", y1),
                    "b": city.cell("city_hospital_beds", y1),
                    "d": city.cell("city_doctors", y1),
                },
                brief=1,
            ),
            Sentence(
                "places",
                "{y1} 年，{place}每千人口有 {d} 名医师、{b} 张医院床位，在本省 {n} 市中居{d1}和{b1}；{y0} 年为{d0}和{b0}。",
                "In {y1} {place} had {d} doctors and {b} hospital beds per thousand residents: {d1} and {b1} of the province's {n} cities; in {y0} it was {d0} and {b0}.",
                {
                    "y1": year(y1),
                    "y0": year(y0),
                    "place": city.place,
                    "d": fact["city_doctors"],
                    "b": fact["city_hospital_beds"],
                    "n": n,
                    "d0": city.rank_fact("city_doctors", y0, before.at[city.code, "city_doctors"]),
                    "d1": rank["city_doctors"],
                    "b0": city.rank_fact(
                        "city_hospital_beds", y0, before.at[city.code, "city_hospital_beds"]
                    ),
                    "b1": rank["city_hospital_beds"],
                },
                brief=2,
            ),
        ),
        note=words(
            "position-note",
            "医师含在各类机构执业的人，床位只含医院。市与市相比，不加总成省。",
            "Doctors work in all kinds of institutions, beds are those of hospitals only. Cities are compared, never summed to the province.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "position",
                ("人均数量和在本省的位次", "Numbers per resident and places in the province"),
                table,
                (
                    Column("indicator", ("指标", "Indicator"), "name"),
                    Column("per", ("单位", "Unit"), "text"),
                    Column("before", (f"{y0} 年", str(y0)), "rate", formula=formula, source_ids=source),
                    Column(
                        "before_rank",
                        (f"{y0} 年位次", f"Place {y0}"),
                        "rank",
                        formula=formula,
                        source_ids=source,
                    ),
                    Column("after", (f"{y1} 年", str(y1)), "rate", formula=formula, source_ids=source),
                    Column(
                        "after_rank",
                        (f"{y1} 年位次", f"Place {y1}"),
                        "rank",
                        formula=formula,
                        source_ids=source,
                    ),
                    Column(
                        "median",
                        (f"{y1} 年各市中位数", f"Median of cities {y1}"),
                        "rate",
                        formula=("各市中位数", "median of cities"),
                        source_ids=source,
                    ),
                    Column(
                        "low",
                        (f"{y1} 年各市最低", f"Lowest of cities {y1}"),
                        "rate",
                        formula=("各市最低", "lowest of cities"),
                        source_ids=source,
                    ),
                    Column(
                        "high",
                        (f"{y1} 年各市最高", f"Highest of cities {y1}"),
                        "rate",
                        formula=("各市最高", "highest of cities"),
                        source_ids=source,
                    ),
                    Column("count", (f"{y1} 年数量", f"Count {y1}"), "count", source_ids=source),
                ),
            ),
        ),
        alt=words(
            "position-alt",
            "{place} {y} 年在本省各市中的位置：医师每千人口 {d} 人居{rd}，医院床位每千人口 {b} 张居{rb}。",
            "{place} among the cities of its province in {y}: doctors {d} per thousand ({rd}), hospital beds {b} per thousand ({rb}).",
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
    out["label"] = out["indicator"].map(lambda k: held.short(k)[0 if lang == "zh" else 1])
    return out.sort_values(["indicator", "year"], ignore_index=True)


def _growth(city: City, indicator: str, who: tuple[str, str], index: float) -> Fact:
    (zh, en), last = held.short(indicator), RATE_YEARS[-1]
    used = city.rows[city.rows["year"].isin([INDEX_FROM, last]) & (city.rows["indicator"] == indicator)]
    return derived(
        index - 100,
        (f"{who[0]}{zh} {INDEX_FROM}–{last} 年变动", f"{who[1]}, change in {en}, {INDEX_FROM}–{last}"),
        (f"{last} 年数量 ÷ {INDEX_FROM} 年数量 − 1", f"count of {last} ÷ count of {INDEX_FROM} − 1"),
        rows=used,
        style="percent",
        signed=True,
    )


def change(city: City, rows: pd.DataFrame, drawing) -> Finding:
    """How counts grew against the median of the cities. rows: from index_rows."""
    last = RATE_YEARS[-1]
    side = rows.set_index(["indicator", "year"])
    source = held.sources(city.rows)
    own = {k: _growth(city, k, city.place, side.at[(k, last), "value"]) for k in INDICATORS}
    median = {
        k: _growth(city, k, ("本省各市中位数", "median of the cities"), side.at[(k, last), "median"])
        for k in INDICATORS
    }
    flags = city.rows[
        (city.rows["region_code"] == city.code)
        & city.rows["flags"].str.contains("jump|equals_previous|rounded")
        & (city.rows["year"] >= INDEX_FROM)
        & city.rows["indicator"].isin(INDICATORS)
    ]
    listed = tuple(
        "；".join(
            f"{held.short(r.indicator)[i]} {r.year}（{'、'.join(catalog.term(f'flag_{flag}', lang) for flag in r.flags.split(';') if flag in FLAGGED)}）"
            for r in flags.itertuples()
        )
        for i, lang in enumerate(("zh", "en"))
    )
    table = rows.assign(
        label=rows["indicator"].map(lambda k: held.short(k)[0]),
        label_en=rows["indicator"].map(lambda k: held.short(k)[1]),
        year=rows["year"].astype(str),
    )
    return Finding(
        "change",
        words(
            "change",
            "{a} 年至 {b} 年，{place}的医师数变动 {d}，各市中位数为 {m}",
            "From {a} to {b} the number of doctors in {place} changed by {d}; the cities' median is {m}",
            a=year(INDEX_FROM),
            b=year(last),
            place=city.place,
            d=own["city_doctors"],
            m=median["city_doctors"],
        ),
        words(
            "change-sub",
            "以 {a} 年为一百的指数；虚线为本省各市中位数",
            "Index with {a} as one hundred; dashed: median of the province's cities",
            a=year(INDEX_FROM),
        ),
        sentences=(
            brief(
                "beds",
                3,
                "{y0} 年至 {y1} 年，{place}的医师变动 {d}（本省各市中位数 {md}），医院床位变动 {b}（{mb}），医院数变动 {h}（{mh}）。",
                "From {y0} to {y1} in {place}: doctors {d} (median of the province's cities {md}), hospital beds {b} ({mb}), hospitals {h} ({mh}).",
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
            Sentence(
                "flags",
                "需要留意的数据格：{zh}。",
                "Cells to be careful with: {en}.",
                {"zh": name(listed[0] or "无"), "en": name(listed[1] or "none")},
                (
                    needs(
                        bool(len(flags)), "这些年份没有被标记的数据格。", "No cell of these years is flagged."
                    ),
                ),
            ),
        ),
        note=words(
            "change-note",
            "{y} 年以前的床位含卫生院，是另一口径，不相连。",
            "Beds before {y} include health centres, another definition, and are not joined.",
            y=year(2017),
        ),
        drawing=drawing,
        tables=(
            Table(
                "change",
                ("指数", "Index"),
                table,
                (
                    Column("label", ("指标", "Indicator"), "name"),
                    Column("year", ("年", "Year"), "year"),
                    Column(
                        "value",
                        city.place,
                        "number",
                        decimals=1,
                        formula=(f"{INDEX_FROM} 年 = 100", f"{INDEX_FROM} = 100"),
                        source_ids=source,
                    ),
                    Column(
                        "median",
                        ("各市中位数", "Median of cities"),
                        "number",
                        decimals=1,
                        formula=(f"{INDEX_FROM} 年 = 100", f"{INDEX_FROM} = 100"),
                        source_ids=source,
                    ),
                ),
            ),
        ),
        alt=words(
            "change-alt",
            "{place} {a} 年至 {b} 年医师数变动 {d}（本省各市中位数 {m}），医院床位变动 {bd}。",
            "{place}, {a} to {b}: doctors changed by {d} (median of cities {m}), hospital beds by {bd}.",
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
    return held.closing(
        (
            State(
                "E4",
                (
                    "人均数只有两年：其他年份只有户籍人口",
                    "Rates per resident exist for two years only: the others print registered population",
                ),
                ("需要其他各年的常住人口", "Resident populations of the other years would settle it"),
            ),
            State(
                "E1",
                (
                    "市级的护士、技术人员、诊疗人次和住院日不在这些来源内",
                    "Nurses, technicians, visits and length of stay of cities are not in these sources",
                ),
                ("省、市统计年鉴载有这些指标", "Provincial and city yearbooks print them"),
            ),
        )
    )
