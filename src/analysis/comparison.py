"""Places side by side: one indicator over all provinces, the cities of a province, two to six places or areas of one's own.

Provinces are compared on the one publisher's panel of `themes.panel`; cities on the city yearbook, for the first and the
newest year that have residents. An area of several provinces is the sum of its members' numbers over the sum of their residents: rates are never
averaged, and an area that is none of the 31 has no place among them.

Longer than 400 lines because all kinds of comparing pages share their rows, ranks and sentences.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import catalog, synonyms, tables, texts
from analysis.errors import ParameterError, Problem
from analysis.facts import Fact, Text, derived, integer_text, observed, provenance
from analysis.findings import Column, Finding, Table
from analysis.methods import ranking
from analysis.sentences import Phrase, year
from analysis.themes import city_panel, naming, panel, subjects
from analysis.told import Told

TEXT = texts.of(__file__)

INDICATORS = (
    "doctors",
    "nurses",
    "health_technicians",
    "beds",
    "hospital_beds",
    "primary_beds",
    "health_personnel",
    "institutions",
)
DEFAULT = ("doctors", "nurses", "beds")
CITY = {"city_doctors": 1_000, "city_hospital_beds": 1_000, "city_hospitals": 100_000}
CITY_PEOPLE = "city_population_resident"
CITY_SOURCE = "city-yearbook"
LARGEST = 6
_UNIT = dict(
    zip(("unit", "unit_en"), TEXT.pair("words.per_1000"), strict=True)
)  # of each row's rates, for files of data


@dataclass(frozen=True)
class Spark:
    """A place's series for the small line in its row: (year, value) in order, and the years in which the count jumps."""

    code: str
    points: tuple[tuple[int, float], ...]
    jumps: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """A page that compares: its name, what is shown, the places of the rows, their small lines, and years of a new definition."""

    name: str
    title: Text
    finding: Finding
    places: tuple[str, ...]
    sparks: tuple[Spark, ...] = ()
    breaks: tuple[int, ...] = ()
    _told: dict[str, Told] = field(default_factory=dict, repr=False, compare=False)

    def told(self, lang: str) -> Told:
        """What the finding says, made once a language: page, CSV files and facts.json are written from the same one."""
        if lang not in self._told:
            self._told[lang] = self.finding.tell(lang)
        return self._told[lang]


@cache
def _panel(_: object) -> panel.Panel:
    rows = tables.read(
        "observations", source_id=panel.SOURCE, indicator=sorted({*INDICATORS, panel.POPULATION})
    )
    return panel.from_observations(panel.of_one_census(rows), INDICATORS)


def provinces() -> panel.Panel:
    """The panel of all indicators that are compared, read once for a state of the tables."""
    return _panel((tables.as_of(), tables.manifest().get("sha", ""), catalog.edition()))


def every(places: Overviews | None = None) -> list[Comparison]:
    """The comparisons that the tables hold: each indicator with all provinces in its newest year, the cities of each province."""
    places = places or Overviews()
    cities_ = (cities(r.code, places) for r in catalog.provinces())
    return [*places.shown.values(), *(one for one in cities_ if one is not None)]


# ---- one indicator, all provinces --------------------------------------------------------------------------------------------


def indicator(key: str, held: panel.Panel | None = None, placed: _Placed | None = None) -> Comparison:
    """All provinces in one indicator, most first. Raises MethodError where the panel does not hold it."""
    held = held or provinces()
    placed = placed or _placed(key, held)
    frame, wide, last, first = placed.frame, placed.wide, placed.last, placed.first
    label = naming.label(key)
    source = held.origin(key, first, last).source_ids
    numbers: dict[str, Any] = {"source_ids": source, "indicator": key}
    formula = TEXT.pair("words.rate_formula")
    columns = (
        TEXT.column("indicator.columns.place", "name"),
        *(TEXT.column(f"indicator.columns.{c}", "rate", **numbers) for c in ("rate", "low", "high")),
        *(
            TEXT.column(f"indicator.columns.{c}", "rank", **numbers)
            for c in ("rank", "first_place", "last_place")
        ),
        Column("start", TEXT.pair("indicator.columns.start", year=first), "rate", formula=formula, **numbers),
        TEXT.column("indicator.columns.change", "percent", signed=True, decimals=1, **numbers),
        TEXT.column("indicator.columns.marks", "text"),
    )
    years = [int(y) for y in wide.columns]
    by_place = {f"y{y}": wide[y] for y in years}
    series = pd.DataFrame({**_names(wide.index), **_UNIT, **by_place}, index=wide.index)
    by_year = tuple(
        Column(f"y{y}", TEXT.pair("indicator.columns.year", year=y), "rate", formula=formula, **numbers)
        for y in years
    )
    top, bottom = wide.index[0], wide.index[-1]
    finding = Finding(
        key,
        TEXT.say(
            "indicator.headline",
            what=naming.lowered(label),
            year=year(last),
            top=naming.place(top),
            high=held.rate_fact(key, top, last),
            bottom=naming.place(bottom),
            low=held.rate_fact(key, bottom, last),
            nation=held.nation_fact(key, last),
        ),
        tables=(
            Table(key, TEXT.pair("indicator.caption", what=label, year=last), frame, columns),
            Table("series", TEXT.pair("indicator.series", what=label), series, (columns[0], *by_year)),
        ),
        comparison=True,
    )
    places = tuple(wide.index)
    return Comparison(key, label, finding, places, tuple(map(placed.spark, places)), placed.breaks)


@dataclass(frozen=True)
class _Placed:
    """All provinces in one indicator, most first: the rows of its table, the rates by year, what breaks its series, both ends."""

    frame: pd.DataFrame
    wide: pd.DataFrame
    jumps: Mapping[str, tuple[int, ...]]
    breaks: tuple[int, ...]
    first: int
    last: int

    def spark(self, code: str) -> Spark:
        """The small line of a province."""
        points = ((y, float(v)) for y, v in self.wide.loc[code].items() if v == v)
        return Spark(code, tuple(points), self.jumps[code])


def _placed(key: str, held: panel.Panel, units: Sequence[str] | None = None) -> _Placed:
    """``units``: the provinces whose range of places is asked for (the others' is missing); None: all."""
    rates = held.rates[held.rates["indicator"] == key]
    last, first = int(rates["year"].max()), int(rates["year"].min())
    now = (
        rates[rates["year"] == last]
        .set_index("region_code")
        .sort_values("value", ascending=False, kind="stable")
    )
    then = rates[rates["year"] == first].set_index("region_code")["value"]
    placed = ranking.stability_interval(
        now["value"], relative_error=panel.RELATIVE_ERROR, better="higher", units=units
    )
    breaks = tuple(b.start_year for b in catalog.indicator(key).breaks if first < b.start_year <= last)
    jumps = {code: tuple(y for y in held.jumps(key, code) if y > first) for code in now.index}
    change = (now["value"] / then - 1) * 100
    frame = pd.DataFrame(
        {
            **_names(now.index),
            **_UNIT,
            "rate": now["value"],
            "low": now["low"],
            "high": now["high"],
            "rank": ranking.rank(now["value"], "higher").astype(float),
            "first_place": placed["low"].astype(float),
            "last_place": placed["high"].astype(float),
            "start": then,
            "change": change * nan if breaks else change,  # no change is stated across a new definition
            **_marks(jumps, breaks, now.index),
        },
        index=now.index,
    )
    return _Placed(frame, held.wide(key).loc[now.index], jumps, breaks, first, last)


def _names(codes: Iterable[str]) -> dict[str, list[str]]:
    regions = [catalog.region(code) for code in codes]
    return {"place": [r.short("zh") for r in regions], "place_en": [r.short("en") for r in regions]}


def _marks(
    jumps: Mapping[str, Sequence[int]], breaks: Sequence[int], codes: Iterable[str]
) -> dict[str, list[str]]:
    """Years of a jump or a new definition, in words, by place."""
    found: dict[str, list[str]] = {"marks": [], "marks_en": []}
    for code in codes:
        years = [(str(y), str(y)) for y in jumps[code]]
        said = [TEXT.pair("words.jump", years=naming.items(years))] if years else []
        said += [TEXT.pair("words.break", year=y) for y in breaks]
        found["marks"].append("；".join(zh for zh, _ in said))
        found["marks_en"].append("; ".join(en for _, en in said))
    return found


# ---- the cities of a province ------------------------------------------------------------------------------------------------


def cities(province: str, places: Overviews | None = None) -> Comparison | None:
    """The cities of a province by doctors, hospital beds and hospitals per resident; None where fewer than two have them."""
    held = (places or Overviews()).cities_of(province)
    rows, rates, last = held.rows, held.rates, held.pair[1]
    if not held.comparable:
        return None
    firm = held.firm["city_doctors", last].dropna().sort_values(ascending=False, kind="stable")
    now = pd.concat([firm, held.now["city_doctors"].drop(firm.index)])
    doubts = [held.doubts(code) for code in now.index]
    shown = [(key, y) for key in CITY for y in reversed(held.pair) if (key, y) in rates.columns]
    frame = pd.DataFrame(
        {
            **_names(now.index),
            **{f"{k}_{y}": rates.loc[now.index, (k, y)] for k, y in shown},
            "marks": [zh for zh, _ in doubts],
            "marks_en": [en for _, en in doubts],
        },
        index=now.index,
    )
    source = held.source_ids
    columns = tuple(
        Column(
            f"{k}_{y}",
            TEXT.pair("cities.columns.rate", what=naming.label(k), year=y),
            "rate",
            _per(k),
            formula=TEXT.pair("words.city_formula"),
            source_ids=source,
            indicator=k,
        )
        for k, y in shown
    )
    top, bottom = firm.index[0], firm.index[-1]
    name = naming.place(province)
    finding = Finding(
        "cities",
        TEXT.say(
            "cities.headline",
            province=name,
            year=year(last),
            top=naming.place(top),
            high=_city_fact(rows, "city_doctors", top, last),
            bottom=naming.place(bottom),
            low=_city_fact(rows, "city_doctors", bottom, last),
        ),
        tables=(
            Table(
                "cities",
                TEXT.pair("cities.caption", province=name),
                frame,
                (
                    TEXT.column("cities.columns.place", "name"),
                    *columns,
                    TEXT.column("overview.columns.marks", "text"),
                ),
            ),
        ),
        comparison=True,
    )
    return Comparison(
        f"cities-{province}", TEXT.pair("cities.caption", province=name), finding, tuple(now.index)
    )


def _per(key: str) -> Text:
    zh, en = integer_text(CITY[key])
    return f"每 {zh} 人", f"per {en}"


def city_rows() -> pd.DataFrame:
    """The yearbook's rows of every city in the years that have residents."""
    return tables.read(
        "observations",
        source_id=CITY_SOURCE,
        indicator=[*CITY, CITY_PEOPLE],
        year=list(city_panel.years().rates) or 0,
    )


def _city_rates(wide: pd.DataFrame) -> pd.DataFrame:
    """Numbers per resident: index region_code, columns (indicator, year). wide: the numbers themselves, in the same form."""
    found = {
        (k, y): wide[k, y] / wide[CITY_PEOPLE, y] * CITY[k]
        for k in CITY
        for y in city_panel.years().rates
        if (k, y) in wide.columns and (CITY_PEOPLE, y) in wide.columns
    }
    return pd.DataFrame(found, index=wide.index)


def _pair(rates: pd.DataFrame) -> tuple[int, int]:
    """The first year with rates, and the newest that nearly all cities of the table have; (0, 0) on a day before the second such year."""
    years = city_panel.years()
    if not years.ready:
        return (0, 0)
    have = {y: int(rates["city_doctors", y].count()) for y in years.rates if ("city_doctors", y) in rates}
    most = max(have.values(), default=0)
    whole = [y for y, n in have.items() if n >= city_panel.SHARED * most and y > years.rates[0]]
    return years.rates[0], max(whole, default=years.rates[-1])


def _city_fact(rows: pd.DataFrame, key: str, code: str, year_: int) -> Fact:
    at = rows[(rows["region_code"] == code) & (rows["year"] == year_)]
    count, people = (observed(at[at["indicator"] == k]) for k in (key, CITY_PEOPLE))
    label = naming.label(key)
    region = catalog.region(code)
    return derived(
        float(at.loc[at["indicator"] == key, "value"].iloc[0])
        / float(at.loc[at["indicator"] == CITY_PEOPLE, "value"].iloc[0])
        * CITY[key],
        *TEXT.fact(
            "facts.city",
            short=(region.short("zh"), region.short("en")),
            year=year_,
            label=label,
            per=integer_text(CITY[key]),
        ),
        inputs=(count, people),
        operation=f"a / b * {CITY[key]}",
        style="rate",
    )


# ---- one place in all indicators ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cities:
    """The cities of a province: rows, all rates (``firm``: missing where a figure is doubtful), by indicator those of the newest year,
    their places and median, the sources, and the first and newest year with rates. Places and medians are of firm rates; fewer than ``city_panel.FEW`` cities have none."""

    rows: pd.DataFrame
    rates: pd.DataFrame
    firm: pd.DataFrame
    now: dict[str, pd.Series]
    ranks: dict[str, pd.Series]
    medians: dict[str, float]
    source_ids: tuple[str, ...]
    pair: tuple[int, int]

    @property
    def comparable(self) -> bool:
        """Whether two cities or more have doctors per resident that may be compared."""
        newest = ("city_doctors", self.pair[1])
        return newest in self.firm.columns and self.firm[newest].count() > 1

    def doubts(self, code: str, keys: Iterable[str] = CITY) -> Text:
        """Which rates of a city rest on a doubtful figure, in words: ``hospital beds 2020 doubtful``; empty where none does."""
        mark = [catalog.term("flag_doubtful", lang) for lang in ("zh", "en")]
        said = [
            TEXT.pair("words.doubtful", what=naming.short(k), year=y, mark=(mark[0], mark[1]))
            for k in keys
            for y in self.pair
            if (k, y) in self.rates.columns
            and not pd.isna(self.rates.at[code, (k, y)])
            and pd.isna(self.firm.at[code, (k, y)])
        ]
        return "；".join(zh for zh, _ in said), "; ".join(en for _, en in said)


class Overviews:
    """A place's table of all indicators, for the head of its briefing; what all places share is computed once.

    few: the places asked for, where they are known to be few: what only others would be shown is left out. Empty: all.
    """

    def __init__(self, few: Collection[str] = ()) -> None:
        self._few = few
        self._provinces: dict[str, _Cities] = {}
        self._asked: tuple[str, Comparison | None] = ("", None)

    @cached_property
    def keys(self) -> list[str]:
        """The indicators that are compared over all provinces."""
        # on an early day the series are not published yet, and other tables may hold none, or few places
        wanted = (*panel.RANKED, panel.POPULATION, "gdp")
        known = subjects.last_year(panel.SOURCE, wanted, len(catalog.provinces())) >= panel.since()
        return _whole(provinces()) if known else []

    @cached_property
    def shown(self) -> dict[str, Comparison]:
        """The comparison of each of them."""
        rows = {} if self._few else self._rows
        return {key: indicator(key, provinces(), rows.get(key)) for key in self.keys}

    @cached_property
    def _rows(self) -> dict[str, _Placed]:
        asked = [r.code for r in catalog.provinces() if r.code in self._few] if self._few else None
        return {key: _placed(key, provinces(), asked) for key in self.keys}

    @property
    def newest(self) -> dict[str, int]:
        """The newest year of each of them."""
        rates = provinces().rates if self.keys else pd.DataFrame()
        return {key: int(rates.loc[rates["indicator"] == key, "year"].max()) for key in self.keys}

    @property
    def names(self) -> set[str]:
        """Of all pages that compare, before any is made."""
        return {
            *self.keys,
            *(f"cities-{r.code}" for r in catalog.provinces() if self.cities_of(r.code).comparable),
        }

    @cached_property
    def _city_rows(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows of all cities, and their numbers: index region_code, columns (indicator, year)."""
        rows = city_rows()
        columns = ["indicator", "year"]
        return rows, rows.pivot_table(index="region_code", columns=columns, values="value", aggfunc="first")

    @cached_property
    def _among(self) -> pd.DataFrame:
        return panel.places_among_peers(provinces().last_year)

    def cities_of(self, province: str) -> _Cities:
        """What the cities of a province share, worked out once for all of them."""
        if province not in self._provinces:
            codes = [r.code for r in catalog.cities_of(province)]
            every_row, wide = self._city_rows
            rows = every_row[every_row["region_code"].isin(codes)]
            rates = _city_rates(wide[wide.index.isin(codes)].dropna(axis=1, how="all"))
            pair = _pair(rates)
            last = pair[1]
            now = {k: rates[k, last].dropna() for k in CITY if (k, last) in rates.columns}
            firm = self._firm(rows, rates)
            sure = {k: firm[k, last].dropna() for k in now}
            enough = {k: one for k, one in sure.items() if len(one) >= city_panel.FEW}
            self._provinces[province] = _Cities(
                rows,
                rates,
                firm,
                now,
                {k: ranking.rank(one, "higher") for k, one in enough.items() if k in city_panel.RANKED},
                {k: float(one.median()) for k, one in enough.items()},
                tuple(sorted(rows["source_id"].unique())),
                pair,
            )
        return self._provinces[province]

    @staticmethod
    def _firm(rows: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
        """The rates whose count and residents may both be compared; the others missing."""
        sure = city_panel.comparable(rows)
        held = set(zip(sure["region_code"], sure["indicator"], sure["year"], strict=True))
        known = pd.DataFrame(
            {
                (k, y): [(code, k, y) in held and (code, CITY_PEOPLE, y) in held for code in rates.index]
                for k, y in rates.columns
            },
            index=rates.index,
            columns=rates.columns,
            dtype=bool,
        )
        return rates.where(known)

    def of(self, code: str) -> Comparison | None:
        """The table of a province or a city; None where there is nothing to compare. The place asked for last is kept: both languages ask."""
        if self._asked[0] != code:
            self._asked = code, self._of(code)
        return self._asked[1]

    def _of(self, code: str) -> Comparison | None:
        region = catalog.region(code)
        if region.level == "province" and self.keys and not region.state:
            return self._province(code)
        return self._city(code, region.parent) if region.level == "city" else None

    @cached_property
    def _shared(self) -> tuple[dict[str, float], tuple[str, ...]]:
        """The nation's rate by indicator in the newest year, and the sources of all."""
        held = provinces()
        nation = held.nation.set_index(["indicator", "year"])["value"]
        return {k: float(nation[k, one.last]) for k, one in self._rows.items()}, held.whole.source_ids

    def _province(self, code: str) -> Comparison:
        if self._few and code not in self._few:
            return Overviews()._province(code)
        name, held = naming.place(code), provinces()
        nation, source = self._shared
        placed = self._rows
        frames = {key: one.frame for key, one in placed.items()}
        peers = panel.peer_codes(code, held.last_year, among=self._among)
        keys = list(frames)
        frame = pd.DataFrame(
            {
                **_labels(keys),
                "value": [frames[k].at[code, "rate"] for k in keys],
                "rank": [frames[k].at[code, "rank"] for k in keys],
                "best": [frames[k].at[code, "first_place"] for k in keys],
                "last": [frames[k].at[code, "last_place"] for k in keys],
                "peers": [float(frames[k].loc[peers, "rate"].median()) for k in keys],
                "nation": [nation[k] for k in keys],
                "marks": [frames[k].at[code, "marks"] for k in keys],
                "marks_en": [frames[k].at[code, "marks_en"] for k in keys],
            }
        )
        rate: dict[str, Any] = {"style": "rate", "source_ids": source}
        place: dict[str, Any] = {"style": "rank", "source_ids": source}
        columns = (
            TEXT.column("overview.columns.indicator", "name"),
            TEXT.column(
                "overview.columns.value",
                formula=TEXT.pair("words.rate_formula"),
                unit=TEXT.pair("words.per_1000"),
                **rate,
            ),
            TEXT.column("overview.columns.rank", formula=TEXT.pair("words.ranked"), **place),
            TEXT.column("overview.columns.best", formula=TEXT.pair("words.range"), **place),
            TEXT.column("overview.columns.last", formula=TEXT.pair("words.range"), **place),
            TEXT.column("overview.columns.peers", formula=TEXT.pair("words.median"), **rate),
            TEXT.column("overview.columns.nation", formula=TEXT.pair("words.summed"), **rate),
            TEXT.column("overview.columns.marks", "text"),
        )
        table = Table("overview", TEXT.pair("overview.caption", place=name), frame, columns)
        headline = TEXT.say(
            "overview.headline", place=name, year=year(max(one.last for one in placed.values()))
        )
        lines = tuple(one.spark(code) for one in placed.values())
        return Comparison(
            "overview", name, Finding("overview", headline, tables=(table,)), tuple(keys), lines
        )

    def _city(self, code: str, province: str) -> Comparison | None:
        held = self.cities_of(province)
        rates, now = held.rates, held.now
        first, last = held.pair
        keys = [k for k in now if code in rates.index and rates.at[code, (k, last)] > 0]
        if not keys:
            return None
        frame = pd.DataFrame(
            {
                **_labels(keys),
                "value": [float(now[k][code]) for k in keys],
                "start": [
                    float(rates.at[code, (k, first)]) if (k, first) in rates.columns else nan for k in keys
                ],
                "rank": [float(held.ranks[k].get(code, nan)) if k in held.ranks else nan for k in keys],
                "cities": [held.medians.get(k, nan) for k in keys],
                "marks": [held.doubts(code, [k])[0] for k in keys],
                "marks_en": [held.doubts(code, [k])[1] for k in keys],
            }
        )
        source = held.source_ids
        per, name = TEXT.pair("words.city_formula"), naming.place(code)
        rate: dict[str, Any] = {"source_ids": source, "formula": per}
        columns = (
            TEXT.column("overview.columns.indicator", "name"),
            TEXT.column("overview.columns.value", "rate", **rate),
            Column("start", TEXT.pair("overview.columns.start", year=first), "rate", **rate),
            TEXT.column(
                "overview.columns.rank", "rank", source_ids=source, formula=TEXT.pair("words.city_ranked")
            ),
            TEXT.column(
                "overview.columns.cities", "rate", source_ids=source, formula=TEXT.pair("words.city_median")
            ),
            TEXT.column("overview.columns.marks", "text"),
        )
        caption = TEXT.pair("overview.city_caption", place=name, province=naming.place(province))
        headline = TEXT.say("overview.headline", place=name, year=year(last))
        finding = Finding("overview", headline, tables=(Table("overview", caption, frame, columns),))
        return Comparison("overview", name, finding, tuple(keys))


def _labels(keys: Sequence[str]) -> dict[str, list[str]]:
    said = [naming.label(k) for k in keys]
    units = {k: _per(k) for k in keys if k in CITY}
    return {
        "indicator": [
            f"{zh}（{units[k][0]}）" if k in units else zh for k, (zh, _) in zip(keys, said, strict=True)
        ],
        "indicator_en": [
            f"{en} ({units[k][1]})" if k in units else en for k, (_, en) in zip(keys, said, strict=True)
        ],
    }


def _whole(held: panel.Panel) -> list[str]:
    """Indicators with two years or more, the newest of which has every province."""
    places = held.rates.groupby(["indicator", "year"])["region_code"].nunique()
    known = set(places.index.get_level_values(0))
    return [
        key
        for key in INDICATORS
        if key in known and len(places.loc[key]) > 1 and places.loc[key].iloc[-1] == len(catalog.provinces())
    ]


# ---- two to six places, or areas of one's own --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Area:
    """A column of a comparison: one province, or several taken together under a name."""

    name: Text
    members: tuple[str, ...]

    @property
    def one(self) -> str:
        """The province's code; empty for an area of several."""
        return self.members[0] if len(self.members) == 1 else ""


def area(place: str) -> Area:
    """A province or a city as a column. Raises ParameterError for what is neither, or is in none of the series."""
    region = catalog.region(place)
    if region.level not in ("province", "city") or region.state:
        raise ParameterError(
            Problem(
                "compare",
                f"{region.name('zh')} ({region.code}, {region.level})",
                "provinces, or cities: each share a publisher and definitions",
                "name provinces, or cities of prefecture level, alone",
            )
        )
    return Area((region.short("zh"), region.short("en")), (region.code,))


def own_areas(file: Path) -> list[Area]:
    """Peers and combined areas of a TOML file. Raises ParameterError naming the line that is wrong.

    peers = ["江苏", "浙江"] are columns of their own; each [[area]] with name_zh, name_en and members is one column, the sum.
    """

    def wrong(found: str, expected: str) -> ParameterError:
        fix = 'peers = ["江苏"] and/or [[area]] with name_zh = "…", name_en = "…", members = ["江苏", "浙江"]'
        return ParameterError(Problem(f"--peers {file}", found, expected, fix))

    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise wrong(str(error), "a readable TOML file") from error
    if unknown := sorted(content.keys() - {"peers", "area"}):
        raise wrong(f"the key {unknown[0]}", "peers and area alone")
    found = [area(str(place)) for place in content.get("peers", [])]
    for one in content.get("area", []) if isinstance(content.get("area", []), list) else [content["area"]]:
        names = [one.get(key) for key in ("name_zh", "name_en")]
        members = one.get("members", [])
        if not all(isinstance(n, str) and n.strip() for n in names) or one.keys() - {
            "name_zh",
            "name_en",
            "members",
        }:
            raise wrong(f"an area with {', '.join(one) or 'nothing'}", "name_zh, name_en and members")
        codes = [area(str(place)).members[0] for place in members]
        if len(codes) < 2 or len(set(codes)) < len(codes):
            raise wrong(
                f"the area {names[0]} with members {members}", "two provinces or more, or cities, each once"
            )
        found.append(Area((str(names[0]), str(names[1])), tuple(codes)))
    if not found:
        raise wrong("no peer and no area", "at least one")
    return found


def side_by_side(
    areas: Sequence[Area], keys: Sequence[str] = (), held: panel.Panel | None = None
) -> Comparison:
    """Two to six areas: a table of all indicators, and one sentence an indicator. Raises ParameterError (see ``check``).

    Cities are compared by their own yearbook, per resident in the years that have residents; they never stand beside provinces.
    """
    if _levels(areas) == {"city"}:
        return _cities_side(areas, [of_cities(key) for key in keys] or list(CITY))
    keys = tuple(keys) or DEFAULT
    check(areas, keys)
    held = held or provinces()
    last = int(min(held.rates.loc[held.rates["indicator"] == key, "year"].max() for key in keys))
    rate = {(key, n): _rate(held, key, one, last) for key in keys for n, one in enumerate(areas)}
    frame = pd.DataFrame(
        {
            "indicator": [naming.label(key)[0] for key in keys],
            "indicator_en": [naming.label(key)[1] for key in keys],
            **{f"a{n}": [rate[key, n] for key in keys] for n in range(len(areas))},
            **{
                f"r{n}": [_place(held, key, one, last) for key in keys]
                for n, one in enumerate(areas)
                if one.one
            },
        }
    )
    source = held.whole.source_ids
    unit = TEXT.pair("words.per_1000")
    columns = [TEXT.column("side.columns.indicator", "name")]
    for n, one in enumerate(areas):
        columns.append(
            Column(
                f"a{n}", TEXT.pair("side.columns.place", place=one.name), "rate", unit=unit, source_ids=source
            )
        )
        if one.one:
            columns.append(Column(f"r{n}", TEXT.pair("indicator.columns.rank"), "rank", source_ids=source))
    table = Table("side", TEXT.pair("side.caption", year=last), frame, tuple(columns))
    lines = [
        TEXT.say(
            "side.headline",
            id=f"side-{key}",
            year=year(last),
            what=naming.label(key),
            items=naming.chain(
                [
                    Phrase("{place} {rate}", "{place} {rate}", {"place": one.name, "rate": rate[key, n]})
                    for n, one in enumerate(areas)
                ],
                "list",
            ),
        )
        for key in keys
    ]
    note = TEXT.say("side.note") if any(not one.one for one in areas) else None
    names = [one.name for one in areas]
    finding = Finding(
        "side", lines[0], sentences=tuple(lines[1:]), tables=(table,), note=note, comparison=True
    )
    slug = "-".join(".".join(one.members) for one in areas)
    title = TEXT.pair("side.title", places=naming.joined(names))
    return Comparison(f"own-{slug}", title, finding, ("",) * len(keys))


def _levels(areas: Sequence[Area]) -> set[str]:
    return {catalog.region(code).level for one in areas for code in one.members}


def of_cities(key: str) -> str:
    """The city yearbook's indicator for a number: its own key, or that of provinces.

    >>> of_cities("doctors"), of_cities("city_hospitals")
    ('city_doctors', 'city_hospitals')
    """
    return key if key in CITY else f"city_{key}"


def _cities_side(areas: Sequence[Area], keys: Sequence[str]) -> Comparison:
    """Cities, or cities taken together, in both years with residents; doubtful figures are left out."""
    check(areas, keys, CITY)
    codes = sorted({code for one in areas for code in one.members})
    rows = city_rows()
    rows = rows[rows["region_code"].isin(codes) & ~rows["flags"].str.contains("doubtful")]
    rates = city_panel.years().pair[:1] + city_panel.years().rates[1:]
    found = {
        (key, y, n): _city_area_fact(rows, key, one, y)
        for key in keys
        for y in rates
        for n, one in enumerate(areas)
    }

    def known(key: str, y: int) -> int:
        return sum(found[key, y, n] is not None for n in range(len(areas)))

    most = max(
        known(k, y) for k in keys for y in rates[1:]
    )  # the newest year in which as many can be compared
    last = max(y for y in rates[1:] if any(known(k, y) == most for k in keys))
    shown = (last, rates[0])
    told = [k for k in keys if known(k, last) > 1]
    if not told:
        raise ParameterError(
            Problem(
                "compare",
                f"{', '.join(one.name[0] for one in areas)}: fewer than two with figures and residents of {last}",
                f"two cities that the yearbook of {last} holds",
                "name others: the index of places says what each has",
            )
        )
    frame = pd.DataFrame(
        {
            "indicator": [naming.label(k)[0] for k in keys],
            "indicator_en": [naming.label(k)[1] for k in keys],
            "per": [_per(k)[0] for k in keys],
            "per_en": [_per(k)[1] for k in keys],
            "unit": [_per(k)[0] for k in keys],
            "unit_en": [_per(k)[1] for k in keys],
            **{
                f"a{n}_{y}": pd.Series([found[k, y, n] for k in keys], dtype=object)
                for n in range(len(areas))
                for y in shown
            },
        }
    )
    source = subjects.sources(rows)
    columns = [TEXT.column("side.columns.indicator", "name"), TEXT.column("side.columns.per")]
    columns += [
        Column(
            f"a{n}_{y}", TEXT.pair("side.columns.dated", place=one.name, year=y), "rate", source_ids=source
        )
        for n, one in enumerate(areas)
        for y in shown
    ]
    lines = [
        TEXT.say(
            "side.city_headline",
            id=f"side-{key}",
            year=year(last),
            what=naming.label(key),
            per=TEXT.pair(f"per.{key}"),
            items=naming.chain(
                [
                    Phrase("{place} {rate}", "{place} {rate}", {"place": one.name, "rate": rate})
                    for n, one in enumerate(areas)
                    if (rate := found[key, last, n]) is not None
                ],
                "list",
            ),
        )
        for key in told
    ]
    joined = any(not one.one for one in areas)
    table = Table("side", TEXT.pair("side.city_caption"), frame, tuple(columns))
    finding = Finding(
        "side",
        lines[0],
        sentences=tuple(lines[1:]),
        tables=(table,),
        note=TEXT.say("side.city_note_joined" if joined else "side.city_note"),
        comparison=True,
    )
    slug = "-".join(".".join(one.members) for one in areas)
    title = TEXT.pair("side.city_title", places=naming.joined([one.name for one in areas]))
    return Comparison(f"own-{slug}", title, finding, ("",) * len(keys))


def _city_area_fact(rows: pd.DataFrame, key: str, one: Area, year_: int) -> Fact | None:
    """A city's rate, or the members' numbers over the members' residents; None where a figure is missing."""
    at = rows[(rows["year"] == year_) & rows["indicator"].isin([key, CITY_PEOPLE])]
    at = at[at["region_code"].isin(one.members)]
    wide = at.pivot(index="region_code", columns="indicator", values="value").reindex(
        columns=[key, CITY_PEOPLE]
    )
    if len(wide.dropna()) < len(one.members):
        return None
    if one.one:
        return _city_fact(rows, key, one.one, year_)
    per = {"per": integer_text(CITY[key])}
    return derived(
        float(wide[key].sum() / wide[CITY_PEOPLE].sum() * CITY[key]),
        *TEXT.fact("facts.city_area", area=one.name, year=year_, label=naming.label(key), **per),
        rows=at,
        operation=f"total({key}) / total({CITY_PEOPLE}) * {CITY[key]}",
        style="rate",
    )


def check(areas: Sequence[Area], keys: Sequence[str], known: Iterable[str] = INDICATORS) -> None:
    """Refuse what makes no comparison. Raises ParameterError."""
    if len(_levels(areas)) > 1:
        raise ParameterError(
            Problem(
                "compare",
                "provinces beside cities: " + ", ".join(one.name[0] for one in areas),
                "provinces alone, or cities alone: their publishers count differently",
                "leave one kind out; a province's cities stand on compare/cities-CODE.html",
            )
        )
    if not 2 <= len(areas) <= LARGEST:
        raise ParameterError(
            Problem(
                "compare",
                f"{len(areas)} places",
                f"2 to {LARGEST}",
                "name two places or more, and fewer at a time",
            )
        )
    if len({one.members for one in areas}) < len(areas):
        twice = next(one for one in areas if [o.members for o in areas].count(one.members) > 1)
        raise ParameterError(Problem("compare", f"{twice.name[0]} twice", "each place once", "leave one out"))
    for key in keys:
        if key not in known:
            raise ParameterError(
                Problem(
                    "--indicator",
                    key,
                    "a number that has a rate per resident: " + ", ".join(known),
                    "choose one of these; what is published as a rate or mean cannot be summed over places",
                )
            )


def _rate(held: panel.Panel, key: str, one: Area, year_: int) -> Fact:
    """A province's rate, or the members' numbers over the members' residents."""
    if one.one:
        return held.rate_fact(key, one.one, year_)
    rates = held.rates[(held.rates["indicator"] == key) & (held.rates["year"] == year_)]
    own = rates[rates["region_code"].isin(one.members)]
    rows = held.used(key, year_)
    label = naming.label(key)
    return derived(
        own["count"].sum() / own["population"].sum() * 1000,
        *TEXT.fact("facts.area", area=one.name, year=year_, label=label),
        origin=provenance(rows[rows["region_code"].isin(one.members)]),
        operation=f"total({key}) / total({panel.POPULATION}) * 1000",
        style="rate",
    )


def _place(held: panel.Panel, key: str, one: Area, year_: int) -> Fact:
    """A province's place among the 31 with its range; an area of several has none."""
    values = held.rates[(held.rates["indicator"] == key) & (held.rates["year"] == year_)].set_index(
        "region_code"
    )["value"]
    return held.rank_fact(key, one.one, year_, float(ranking.rank(values, "higher")[one.one]))


def compare(
    *places: str, indicator: Sequence[str] | str = (), peers: str | Path = "", lang: str = "zh"
) -> Any:
    """Places side by side in a notebook: ``analysis.compare("山西", "江苏")``. Shows what the page of `yigai compare` prints.

    places: provinces, or cities, by name or code. indicator: keys or names (default: doctors, nurses, beds). peers: a file of own peers and
    areas (see ``own_areas``). Raises ParameterError for what makes no comparison.
    """
    keys = [indicator] if isinstance(indicator, str) and indicator else list(indicator)
    areas = [*map(area, places), *(own_areas(Path(peers)) if peers else ())]
    return side_by_side(areas, [indicator_key(k) for k in keys]).finding.show(lang)


def indicator_key(text: str) -> str:
    """An indicator's key from its key or its name in either language. Raises ParameterError, with the nearest, for neither."""
    known, plain = catalog.indicators(), text.strip().lower()
    if text in known:
        return text
    for key, one in known.items():
        if plain in (one.label_zh.lower(), one.label_en.lower(), *one.aliases):
            return key
    official = [plain.replace(word, means) for word, means in synonyms.said().items() if word in plain]
    near = [key for word in (*official, plain) for key, one in known.items() if word in f"{one.label_zh} {one.label_en.lower()}"]  # fmt: skip
    near = list(dict.fromkeys(near))
    near = near or difflib.get_close_matches(plain, known, n=3, cutoff=0.5)
    offers = ", ".join(f"{key} ({known[key].label_zh}, {known[key].label_en})" for key in near[:4])
    fix = f"did you mean {offers}?" if offers else "see data/indicators.csv"
    raise ParameterError(Problem("indicator", repr(text), "the key or name of an indicator", fix))
