"""Counties: beds per thousand registered people of every county in the county yearbook, by city and province, and what "registered" hides.

One notebook, three readers: region_code 000000 is the national edition, a province's code lists its counties, one row each with an
anchor, and so does that of a prefecture that is no city (自治州, 地区, 盟), of which the city yearbook has no figures. Counties and county-level cities are compared; districts, which are parts of a city, stand apart. The yearbook prints
registered people in whole tens of thousands, so a small county's rate is known roughly: where rounding alone moves it by more
than ``ROUGH`` it names no extreme. Beds are of all health institutions and are never set beside hospital beds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Coverage, Fact, Text, derived, observed, round_half_up
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import Sentence, assumed, year
from analysis.themes import city_panel, naming, panel, subjects

TEXT = texts.of(__file__)

SOURCE = "county-yearbook"
BEDS, PEOPLE = "county_beds", "county_population_registered"
REGISTERED = "city_population_registered"
ROUGH = 0.05  # half a printing step of people over people, from which a rate names no extreme
MANY = 20  # counties from which the nation's figure draws a province
LEAST = 4  # counties without which a province has no page
FEW = 3  # those of a prefecture: it is the place that its counties are, and its page lists each
LOSS = 0.9  # residents over registered people, below which a city has lost many
CENSUS = "census_population"
SAME = 0.05  # census against the yearbook's residents of that year, beyond which the two do not mean the same city


@dataclass(frozen=True)
class Counties(subjects.Subject):
    """The counties of the yearbook. rows: one row a county and indicator; cities: registered and resident people of cities;
    census: people of cities in the newest census, which shows whether the yearbook means the same city.
    """

    rows: pd.DataFrame
    cities: pd.DataFrame
    census: pd.DataFrame
    SHARED: ClassVar = ("year", "every", "compared")

    @cached_property
    def year(self) -> int:
        return int(self.rows["year"].max())

    @cached_property
    def every(self) -> pd.DataFrame:
        """One row a county or district with both figures: beds, people, rate per thousand and its bounds, rough, city, province, district."""
        now = self.rows[self.rows["year"] == self.year]
        wide = {
            c: now.pivot(index="region_code", columns="indicator", values=c)
            for c in ("value", "value_low", "value_high")
        }
        value, low, high = (wide[c].dropna() for c in ("value", "value_low", "value_high"))
        codes = list(value.index)
        return pd.DataFrame(
            {
                "beds": value[BEDS],
                "people": value[PEOPLE],
                "rate": value[BEDS] / value[PEOPLE] * 1000,
                "low": low[BEDS] / high[PEOPLE] * 1000,
                "high": high[BEDS] / low[PEOPLE] * 1000,
                "rough": (high[PEOPLE] - value[PEOPLE]) / value[PEOPLE] > ROUGH,
                "city": [_above(c) for c in codes],
                "province": [c[:2] + "0000" for c in codes],
                "district": [catalog.regions()[c].district for c in codes],
            }
        )  # fmt: skip

    @cached_property
    def compared(self) -> pd.DataFrame:
        """Counties and county-level cities of the whole country."""
        return self.every[~self.every["district"]]

    @cached_property
    def own(self) -> pd.DataFrame:
        """Those of the place."""
        return self.compared if self.is_nation else self.inside(self.compared)

    @cached_property
    def is_prefecture(self) -> bool:
        """Whether the page is a prefecture's: its counties stand side by side, not its cities."""
        return self.region.level == "city"

    def inside(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of a table like ``every`` that lie in the province or prefecture."""
        return table[table["city" if self.is_prefecture else "province"] == self.code]

    def behind(self, codes: pd.Index) -> pd.DataFrame:
        """The published rows of these counties."""
        r = self.rows
        return r[r["region_code"].isin(codes) & (r["year"] == self.year)]


def _above(code: str) -> str:
    """The city of a county; the province's own code where it runs the county itself."""
    city = code[:4] + "00"
    return (
        city if city in catalog.regions() and catalog.regions()[city].level == "city" else code[:2] + "0000"
    )


def prefectures() -> list[str]:
    """Prefectures that are no cities, in code order: the city yearbook does not list them."""
    return [
        r.code
        for r in catalog.regions().values()
        if r.level == "city" and not r.state and r.kind in ("autonomous_prefecture", "prefecture", "league")
    ]


def coverage() -> Coverage:
    """The nation, and the provinces and prefectures with counties enough; where the yearbook has districts alone, it says so."""
    every = panel.every_province()
    ready = next(iter(every.values()))
    every |= dict.fromkeys(prefectures(), ready)
    if ready is not None:
        return {catalog.NATION: ready, **every}
    with tables.elsewhere():
        nation = load(catalog.NATION)
    if nation.rows.empty:  # a page cut at a day on which the county yearbook was not known
        return dict.fromkeys([catalog.NATION, *every], subjects.NOT_YET)
    few = TEXT.reason("E8", "coverage.reason")
    n = nation.compared["province"].value_counts().to_dict()
    below = nation.compared[
        "city"
    ].value_counts()  # holds provinces too, by the counties that they run themselves
    n |= {code: below.get(code, 0) for code in prefectures()}
    least = dict.fromkeys(every, LEAST) | dict.fromkeys(prefectures(), FEW)
    return {catalog.NATION: None} | {code: None if n.get(code, 0) >= least[code] else few for code in every}


def every() -> Counties:
    """What the pages of all places have in common, as the nation's page has it: read once above the parameters."""
    with tables.elsewhere():
        nation = load(catalog.NATION)
        return nation if nation.rows.empty else nation.worked_out()


def load(region_code: str, every: Counties | None = None) -> Counties:
    """Read the counties of the country, and of cities residents and registered people in the newest years of each.

    every: what was read for all places.
    """
    if every is not None:
        return every.about(region_code)
    rows = tables.read("observations", source_id=SOURCE, indicator=[BEDS, PEOPLE])
    both = [REGISTERED, city_panel.POPULATION]
    cities = tables.read("observations", source_id=city_panel.SOURCE, indicator=both)
    census = tables.read("observations", indicator=CENSUS)
    census = census[census["year"] == census["year"].max()]
    return Counties(catalog.region(region_code).code, rows, city_panel.comparable(cities), census)


def balance(counties: Counties) -> pd.DataFrame:
    """One row a city: registered people and residents in the newest year of each, and residents over registered people.

    Cities whose residents in the year of the census are off the census, or were not counted by it, are left out: the two publications
    draw the city's border differently (counties that the province has taken over), and so may registered people.
    """
    newest = counties.cities.sort_values("year").groupby(["region_code", "indicator"]).tail(1)
    years = newest.groupby("indicator")["year"].transform("max")
    wide = (
        newest[newest["year"] == years]
        .pivot(index="region_code", columns="indicator", values="value")
        .dropna()
    )
    c = counties.cities
    then = c[(c["indicator"] == city_panel.POPULATION) & c["year"].isin(counties.census["year"])]
    apart = np.log(
        then.set_index("region_code")["value"] / counties.census.set_index("region_code")["value"]
    ).abs()
    same = apart.index[apart <= SAME]
    return wide.assign(ratio=wide[city_panel.POPULATION] / wide[REGISTERED])[wide.index.isin(same)]


def middles(counties: Counties) -> pd.DataFrame:
    """One row a province (the nation), a city (a province) or a county (a prefecture): counties, median rate, tenth and ninetieth
    percentile, highest first."""
    if counties.is_prefecture:
        own = counties.own["rate"].sort_values(ascending=False, kind="stable")
        return pd.DataFrame({"n": 1, "middle": own, "low": own, "high": own})
    by = counties.own.groupby("province" if counties.is_nation else "city")["rate"]
    table = pd.DataFrame(
        {"n": by.size(), "middle": by.median(), "low": by.quantile(0.1), "high": by.quantile(0.9)}
    )
    return table.sort_values("middle", ascending=False, kind="stable")


def name_of(code: str, lang: str) -> str:
    """A place's short name; counties that a province runs itself are named so."""
    region = catalog.regions()[code]
    return TEXT.text("words.direct", lang) if region.level == "province" else region.short(lang)


def middle_rows(counties: Counties, lang: str) -> pd.DataFrame:
    """One bar a city of the province (the nation: a province; a prefecture: a county) as charts.bars takes it: the median county's rate."""
    table = middles(counties)
    if counties.is_nation:  # as many bars as the first window holds; the table has every province
        table = table[table["n"] >= MANY]
    named = (
        (lambda c: catalog.regions()[c].short(lang)) if counties.is_nation else (lambda c: name_of(c, lang))
    )
    return pd.DataFrame(
        {
            "label": [named(c) for c in table.index],
            "value": table["middle"].to_numpy(),
            "text": [str(round_half_up(v, 2)) for v in table["middle"]],
        }
    )


def _median(counties: Counties, of: pd.DataFrame, place: Text) -> Fact:
    rows = counties.behind(of.index)
    label, formula = TEXT.fact("facts.median", place=place, year=counties.year)
    operation = f"median({BEDS} / {PEOPLE}) * 1000"
    return derived(float(of["rate"].median()), label, formula, rows=rows, operation=operation, style="rate")


def _number(counties: Counties, of: pd.DataFrame, at: str, place: Text) -> Fact:
    label, formula = TEXT.fact(f"facts.{at}", place=place)
    rows = counties.behind(of.index)
    return derived(
        len(of), label, formula, rows=rows, operation="distinct('place')", style="count", unit="个"
    )


def rate(counties: Counties, code: str) -> Fact:
    """A county's beds per thousand registered people, with the bounds that the printed digits leave."""
    rows, row = counties.behind(pd.Index([code])), counties.every.loc[code]
    beds, people = (observed(rows[rows["indicator"] == key]) for key in (BEDS, PEOPLE))
    label, formula = TEXT.fact("facts.rate", place=_named(code), year=counties.year)
    return derived(
        row["rate"], label, formula, inputs=(beds, people), operation="a / b * 1000", style="rate", low=row["low"], high=row["high"]
    )  # fmt: skip


def _named(code: str) -> Text:
    region = catalog.regions()[code]
    return region.short("zh"), region.short("en")


def level(counties: Counties, theil: Callable[..., pd.Series], drawing: Drawn | None) -> Finding:
    """How many beds the median county has. theil: equity.theil, for the nation; drawing: charts.bars of middle_rows."""
    own, firm = counties.own, counties.own[~counties.own["rough"]]
    values: dict[str, Any] = {
        "place": counties.place,
        "z": year(counties.year),
        "n": _number(counties, own, "counties", counties.place),
        "m": _median(counties, own, counties.place),
        "rough": _rough(counties),
        "step": assumed(f"{ROUGH:.0%}"),
    }
    if ordered := 2 * len(firm) > len(own):  # most and fewest of a few would be nobody's extremes
        top, least = firm["rate"].idxmax(), firm["rate"].idxmin()
        values |= {"top": _named(top), "hi": rate(counties, top)}
        values |= {"least": _named(least), "lo": rate(counties, least)}
    if counties.is_nation:
        said = _nation(counties, values, theil)
        headline = TEXT.say("level.headline_nation", **said[0])
        sentences: list[Sentence] = [TEXT.say("level.sentences.nation", **said[0], brief=1)]
    else:
        headline, sentence = _beside_others(counties, values)
        sentences = [sentence]
    ends = "level.sentences.ends" if own["rough"].any() else "level.sentences.ends_firm"
    ends = ends if ordered else "level.sentences.ends_none"
    sentences.append(TEXT.say(ends, brief=2 if counties.is_prefecture else None, **values))
    return Finding(
        "level",
        headline,
        TEXT.say(_subtitle(counties), z=year(counties.year)),
        sentences=tuple(sentences),
        note=None
        if counties.is_nation
        else TEXT.say("level.note"),  # a bar a province fills the first window
        drawing=drawing,
        tables=(_middles(counties),),
        alt=TEXT.say("level.alt" if ordered else "level.alt_none", **values),
    )


def _subtitle(counties: Counties) -> str:
    if counties.is_nation:
        return "level.subtitle_nation"
    return "level.subtitle_prefecture" if counties.is_prefecture else "level.subtitle"


def _beside_others(counties: Counties, values: dict[str, Any]) -> tuple[Sentence, Sentence]:
    """Headline and first sentence: a province's median county beside that of the nation, a prefecture's beside that of its province."""
    if not counties.is_prefecture:
        values["all"] = _median(counties, counties.compared, naming.place(catalog.NATION))
        return TEXT.say("level.headline", **values), TEXT.say("level.sentences.middle", **values)
    parent = counties.region.parent
    around = counties.compared[counties.compared["province"] == parent]
    values |= {"province": naming.place(parent), "p": _median(counties, around, naming.place(parent))}
    said = TEXT.say("level.sentences.prefecture", id="middle", **values)
    return TEXT.say("level.headline_prefecture", **values), said


def _rough(counties: Counties) -> Fact:
    """How many counties have so few people that the printed digits leave the rate open."""
    own = counties.own[counties.own["rough"]]
    if len(own):
        return _number(counties, own, "rough", counties.place)
    label, formula = TEXT.fact("facts.rough", place=counties.place)
    rows = counties.behind(counties.own.index)
    return derived(0, label, formula, rows=rows, operation="none()", style="count", unit="个")


def _nation(
    counties: Counties, values: dict[str, Any], theil: Callable[..., pd.Series]
) -> tuple[dict[str, Any]]:
    """The nation's values, with how much of the inequality between counties lies inside provinces."""
    c = counties.compared
    parts = theil(c["rate"], c["people"], c["province"])
    rows = counties.behind(c.index)
    label, formula = TEXT.fact("facts.within")
    value, operation = float(parts["within"] / parts["total"] * 100), f"inside_share({BEDS}, {PEOPLE}) * 100"
    share = derived(value, label, formula, rows=rows, operation=operation, style="percent")
    return (values | {"share": share},)


def _middles(counties: Counties) -> Table:
    table = middles(counties)
    zh, en = (
        [catalog.regions()[c].short(lang) if counties.is_nation else name_of(c, lang) for c in table.index]
        for lang in ("zh", "en")
    )
    frame = table.assign(region_code=table.index, name=zh, name_en=en)
    source = subjects.sources(counties.rows)
    how: dict[str, Any] = {"source_ids": source, "formula": TEXT.pair("words.per")}
    first = "columns.province" if counties.is_nation else "columns.city"
    if counties.is_prefecture:
        rate_of = Column("middle", TEXT.pair("columns.rate"), "rate", **how)
        columns = (TEXT.column("columns.county", "name"), rate_of)
        return Table("middles", TEXT.pair("level.caption_prefecture"), frame, columns)
    return Table(
        "middles",
        TEXT.pair("level.caption_nation" if counties.is_nation else "level.caption"),
        frame,
        (
            TEXT.column(first, "name"),
            TEXT.column("columns.n", "number", source_ids=source),
            TEXT.column("columns.middle", "rate", **how),
            TEXT.column("columns.low", "rate", **how),
            TEXT.column("columns.high", "rate", **how),
        ),
    )


def hidden(counties: Counties) -> Finding:
    """What "registered" hides: residents against registered people of the cities in which the counties lie."""
    table = balance(counties)
    own = _own(counties, table)
    years = {key: year(int(counties.cities.loc[counties.cities["indicator"] == key, "year"].max())) for key in (REGISTERED, city_panel.POPULATION)}  # fmt: skip
    values: dict[str, Any] = {
        "place": counties.place,
        "a": years[REGISTERED],
        "z": years[city_panel.POPULATION],
        "line": assumed(f"{LOSS:.0%}"),
    }
    if own.empty:
        none = "hidden.none_prefecture" if counties.is_prefecture else "hidden.none"
        return counties.silent("hidden", "E4", *TEXT.fact(none), TEXT.pair("hidden.settle"))
    rows = _people(counties, own.index)
    ratio = f"newest({city_panel.POPULATION}) / newest({REGISTERED})"
    lost = own[own["ratio"] < LOSS]
    lowest = own["ratio"].idxmin()
    values |= {
        "n": derived(len(own), *TEXT.fact("facts.cities", place=counties.place), rows=rows, operation="distinct('place')"),
        "k": derived(len(lost), *TEXT.fact("facts.lost", place=counties.place), rows=rows, operation=f"total({ratio} < {LOSS})"),
        "m": derived(float(own["ratio"].median() * 100), *TEXT.fact("facts.ratio_middle", place=counties.place), rows=rows, operation=f"median({ratio}) * 100", style="percent"),
        "city": naming.place(lowest),
        "r": _ratio(counties, lowest, float(own.at[lowest, "ratio"])),
    }  # fmt: skip
    alone = "_alone" if len(own) == 1 else ""  # one city has no median
    return Finding(
        "hidden",
        TEXT.say(f"hidden.headline{alone}", **values),
        sentences=(
            TEXT.say(f"hidden.sentences.ratio{alone}", **values, brief=2 if counties.is_nation else 0),
            *_sides(counties, table),
        ),
        note=TEXT.say("hidden.note"),
        tables=(_balance(counties, own),),
    )


def _own(counties: Counties, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``balance`` of the cities in which the place's counties lie."""
    return table[table.index.isin(counties.own["city"])]


def _sides(counties: Counties, table: pd.DataFrame) -> tuple[Sentence, ...]:
    """For the nation: the median county's rate in cities that lost many people and in those that gained."""
    if not counties.is_nation:
        return ()
    ratio = counties.own["city"].map(table["ratio"])
    lost, gained = counties.own[ratio < LOSS], counties.own[ratio >= 1]
    if lost.empty or gained.empty:
        return ()
    sides = {}
    for key, of in (("x", lost), ("y", gained)):
        label, formula = TEXT.fact(f"facts.{'of_lost' if key == 'x' else 'of_gained'}", year=counties.year)
        rows = counties.behind(of.index)
        operation = f"median({BEDS} / {PEOPLE}) * 1000"
        sides[key] = derived(
            float(of["rate"].median()), label, formula, rows=rows, operation=operation, style="rate"
        )
    return (TEXT.say("hidden.sentences.sides", **sides, line=assumed(f"{LOSS:.0%}")),)


def _people(counties: Counties, codes: pd.Index) -> pd.DataFrame:
    """Rows of residents and registered people of cities, the newest year of each."""
    c = counties.cities[counties.cities["region_code"].isin(codes)]
    last = counties.cities.groupby("indicator")["year"].max()
    return c[c["year"] == c["indicator"].map(last)]


def _ratio(counties: Counties, code: str, value: float) -> Fact:
    rows = _people(counties, pd.Index([code]))
    inputs = [observed(rows[rows["indicator"] == key]) for key in (city_panel.POPULATION, REGISTERED)]
    label, formula = TEXT.fact("facts.ratio", place=naming.place(code))
    return derived(value * 100, label, formula, inputs=inputs, operation="a / b * 100", style="percent")


def _balance(counties: Counties, own: pd.DataFrame) -> Table:
    """One row a city: residents over registered people beside the median county's rate; the nation lists the lowest and highest."""
    by = counties.own.groupby("city")["rate"].median()
    table = own.assign(middle=by.reindex(own.index)).sort_values("ratio", kind="stable")
    if counties.is_nation:
        table = pd.concat([table.head(15), table.tail(15)])
    frame = table.assign(
        region_code=table.index,
        name=[catalog.region(c).short("zh") for c in table.index],
        name_en=[catalog.region(c).short("en") for c in table.index],
        share=table["ratio"] * 100,
    )
    source = subjects.sources(counties.rows, counties.cities)
    return Table(
        "balance",
        TEXT.pair("hidden.caption_nation" if counties.is_nation else "hidden.caption"),
        frame,
        (
            TEXT.column("columns.city", "name"),
            Column("share", TEXT.pair("columns.share"), "percent", source_ids=source, formula=TEXT.pair("words.share")),
            Column("middle", TEXT.pair("columns.middle"), "rate", source_ids=source, formula=TEXT.pair("words.per")),
        ),
    )  # fmt: skip


def listed(counties: Counties) -> Finding:
    """Every county of the province, one row each with an anchor; districts apart. The nation says where they are."""
    districts = counties.every[counties.every["district"]]
    if not counties.is_nation:
        districts = counties.inside(districts)
    values: dict[str, Any] = {
        "place": counties.place,
        "z": year(counties.year),
        "n": _number(counties, counties.own, "counties", counties.place),
    }
    if len(districts):
        values["d"] = _number(counties, districts, "districts", counties.place)
    if counties.is_nation:
        return Finding(
            "listed",
            TEXT.say("listed.headline_nation", **values),
            tables=(_extremes(counties),),
            note=TEXT.say("listed.note"),
        )
    made = [_table(counties, counties.own, "counties", "listed.caption")]
    if len(districts):
        made.append(_table(counties, districts, "districts", "listed.districts"))
    return Finding(
        "listed",
        TEXT.say("listed.headline" if len(districts) else "listed.headline_alone", **values),
        tables=tuple(made),
        note=TEXT.say("listed.note"),
    )


def _extremes(counties: Counties, n: int = 15) -> Table:
    """The counties of the country with most and fewest beds, among those that the digits leave firm."""
    firm = counties.compared[~counties.compared["rough"]].sort_values("rate", ascending=False, kind="stable")
    return _table(counties, pd.concat([firm.head(n), firm.tail(n)]), "extremes", "listed.extremes")


def _table(counties: Counties, rows: pd.DataFrame, key: str, caption: str) -> Table:
    table = rows.sort_values(["city", "rate"], ascending=[True, False]) if key != "extremes" else rows
    above: Callable[[str, str], str] = (
        (lambda c, lang: catalog.regions()[c].short(lang)) if counties.is_nation else name_of
    )
    frame = table.assign(
        region_code=table.index,
        name=[_named(c)[0] for c in table.index],
        name_en=[_named(c)[1] for c in table.index],
        above=[above(c, "zh") for c in table["city"]],
        above_en=[above(c, "en") for c in table["city"]],
        bound=np.where(table["rough"], TEXT.text("words.rough", "zh"), ""),
        bound_en=np.where(table["rough"], TEXT.text("words.rough", "en"), ""),
        people=table["people"] / 1e4,
    )
    source = subjects.sources(counties.rows)
    return Table(
        key,
        TEXT.pair(caption, place=counties.place, year=counties.year),
        frame,
        (
            TEXT.column("columns.county", "name"),
            TEXT.column("columns.code", "code"),
            *([] if counties.is_prefecture else [TEXT.column("columns.above", "text")]),
            TEXT.column("columns.beds", "number", source_ids=source, indicator=BEDS),
            TEXT.column("columns.people", "number", source_ids=source, indicator=PEOPLE),
            Column("rate", TEXT.pair("columns.rate"), "rate", source_ids=source, formula=TEXT.pair("words.per")),
            TEXT.column("columns.bound", "text"),
        ),
    )  # fmt: skip


def data(counties: Counties) -> Finding:
    """How many counties the yearbook has."""
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            place=counties.place,
            z=year(counties.year),
            n=_number(counties, counties.own, "counties", counties.place),
        ),
    )


def closing(counties: Counties) -> Finding:
    """What is not held; where a prefecture has no residents either, ``hidden`` says so of both."""
    lacking = [("E1", "doctors"), ("E4", "one_year")]
    if not (counties.is_prefecture and _own(counties, balance(counties)).empty):
        lacking.insert(0, ("E4", "residents"))
    return subjects.closing(TEXT.state(code, f"closing.{key}") for code, key in lacking)
