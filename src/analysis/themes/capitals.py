"""Do the capitals draw the doctors? The share of each provincial capital in its province's doctors, and of the cities with regional centres.

Counts of a city are the yearbook's, those of a province its own series (never the sum of its cities); where enough cities of a
province are listed, the share among them stands beside it. A census of those listed: what is said of firmness is the error in the
capital's last count with which the change would vanish. Projects known by name are an incomplete list: set beside, no effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Fact, Text, derived
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import NOTHING, Phrase, Sentence, assumed, year
from analysis.themes import city_panel, naming, panel, subjects
from analysis.themes.between_cities import DOCTORS, LEAST, Cities
from analysis.themes.city_panel import POPULATION

TEXT = texts.of(__file__)

WHOLE = {DOCTORS: "doctors", POPULATION: "population"}  # the province's own series of the same thing
MARK = "＊"  # a capital with a year that looks like a recount
MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})


@dataclass(frozen=True)
class Capitals:
    """The capitals of provinces and regions. rows: doctors and residents of cities and of provinces; projects: approved regional centres."""

    cities: Cities
    rows: pd.DataFrame
    projects: pd.DataFrame
    span: tuple[int, int]
    pair: tuple[int, int]

    @cached_property
    def values(self) -> pd.Series:
        """The figures by indicator, place and year."""
        return self.rows.set_index(["indicator", "region_code", "year"])["value"]

    def share(self, key: str, city: str, year_: int) -> float:
        """A city's share in its province's own figure, in per cent; missing where either is not held."""
        parts = (key, city, year_), (WHOLE[key], catalog.region(city).parent, year_)
        if not all(part in self.values.index for part in parts):
            return float("nan")
        return float(self.values[parts[0]] / self.values[parts[1]] * 100)

    def change(self, key: str, city: str, years: tuple[int, int]) -> float:
        """The change of that share, in percentage points."""
        return self.share(key, city, years[1]) - self.share(key, city, years[0])

    @cached_property
    def moves(self) -> pd.Series:
        """The change of the share in doctors, every city that has it in both years: index region_code."""
        held = self.rows.loc[self.rows["indicator"] == DOCTORS, "region_code"].unique()
        found = pd.Series({c: self.change(DOCTORS, c, self.span) for c in sorted(held)}, dtype=float)
        return found.dropna()

    @cached_property
    def hosts(self) -> list[str]:
        """Cities other than capitals in which a project known by name was approved."""
        placed = self.projects.loc[self.projects["region_code"] != "", "region_code"]
        return sorted({f"{c[:4]}00" for c in placed if c[:4] + "00" in self.moves.index and c[2:4] != "01"})

    def behind(self, key: str, codes: Iterable[str], years: tuple[int, ...]) -> pd.DataFrame:
        """The rows of these cities and of their provinces."""
        wanted = set(codes)
        named = [(key, c) for c in wanted] + [
            (WHOLE[key], p) for p in {catalog.region(c).parent for c in wanted}
        ]
        held = (self._places.get((*one, y), ()) for one in named for y in set(years))
        return self.rows.iloc[sorted(at for places in held for at in places)]

    @cached_property
    def _places(self) -> Mapping[tuple[str, str, int], np.ndarray]:
        """By indicator, region and year where its rows stand: pages ask for hundreds."""
        return self.rows.groupby(["indicator", "region_code", "year"]).indices

    def share_fact(self, key: str, city: str, year_: int) -> Fact:
        parent, what = catalog.region(city).parent, f"facts.share_{key}"
        label, formula = TEXT.fact(what, place=naming.place(city), whole=naming.place(parent), year=year_)
        operation = f"of({key}, '{city}') / of({WHOLE[key]}, '{parent}') * 100"
        rows = self.behind(key, (city,), (year_,))
        return derived(
            self.share(key, city, year_), label, formula, rows=rows, operation=operation, style="percent"
        )

    def change_fact(self, key: str, city: str, years: tuple[int, int]) -> Fact:
        inputs = tuple(self.share_fact(key, city, y) for y in years)
        label, formula = TEXT.fact(f"facts.change_{key}", place=naming.place(city), a=years[0], z=years[1])
        value = self.change(key, city, years)
        return derived(value, label, formula, inputs=inputs, operation="b - a", style="pp", signed=True)

    def jumped(self, city: str) -> bool:
        """Whether a year of the span, its first included, looks like a recount of the city's doctors."""
        r = self.cities.rows
        own = r[(r["region_code"] == city) & (r["indicator"] == DOCTORS) & r["year"].between(*self.span)]
        return bool(own["flags"].str.contains("jump").any())


def load(cities: Cities) -> Capitals:
    """Beside the cities of the yearbook the provinces' own figures and the approved projects. cities: between_cities.load."""
    with tables.elsewhere():
        whole = tables.read("observations", source_id="nbs-province", indicator=list(WHOLE.values()))
        projects = tables.read("centres", stage="approved")
    whole = whole.assign(year=whole["year"].astype(int))
    span, pair = _ends(cities, whole)
    own = cities.rows[cities.rows["indicator"].isin(list(WHOLE))]
    whole = whole[whole["year"].isin({*span, *pair})]
    return Capitals(cities, pd.concat([own, whole]), projects, span, pair)


def _ends(cities: Cities, whole: pd.DataFrame) -> tuple[tuple[int, int], tuple[int, int]]:
    """The years between which shares of doctors, and shares of doctors and residents, are compared: those of the cities for which every
    province has its own figure too."""
    have = whole.groupby(["indicator", "year"])["region_code"].nunique()
    every = {
        key: have[one][have[one] >= len(catalog.provinces())].index
        for key, one in WHOLE.items()
        if one in have
    }
    years = city_panel.years()
    doctors = [y for y in years.held[DOCTORS] if y in every.get(DOCTORS, ())]
    both = [y for y in years.rates if all(y in every.get(key, ()) for key in WHOLE)]
    first = city_panel.first(DOCTORS)
    return (first, max(doctors, default=cities.span[1])), (cities.pair[0], max(both, default=cities.pair[1]))


def shares(capitals: Capitals) -> pd.DataFrame:
    """One row a capital (index its province), shares in per cent and changes in points.

    first, last, change: of the province's own doctors; listed_*: of the n cities listed, where there are enough; people, since: the
    change of its share of residents and of doctors between the two years in which residents are held; jumped: see Capitals.jumped.
    """
    cities, found = capitals.cities, {}
    for capital in capitals.moves.index[capitals.moves.index.str.endswith("0100")]:
        code = catalog.region(capital).parent
        if code in MUNICIPALITIES:
            continue
        own, (first, last) = _counted_in(cities, code, capitals.span), capitals.span
        listed = [np.nan, np.nan]
        if len(own) >= LEAST and capital in own.index:
            listed = [float(own.at[capital, y] / own[y].sum() * 100) for y in (first, last)]
        found[code] = {
            "capital": capital,
            "n": len(own) if np.isfinite(listed[0]) else pd.NA,
            "first": capitals.share(DOCTORS, capital, first),
            "last": capitals.share(DOCTORS, capital, last),
            "change": capitals.moves[capital],
            "listed_first": listed[0],
            "listed_last": listed[1],
            "listed": listed[1] - listed[0],
            "people": capitals.change(POPULATION, capital, capitals.pair),
            "since": capitals.change(DOCTORS, capital, capitals.pair),
            "jumped": capitals.jumped(capital),
        }
    table = pd.DataFrame.from_dict(found, orient="index")
    table.index.name = "region_code"
    return table.astype({"n": "Int64", "jumped": bool})


def rows(capitals: Capitals, table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One bar a capital as charts.bars takes it: the change of its share, largest first."""
    ordered = table.sort_values("change", ascending=False)
    return pd.DataFrame(
        {
            "label": [
                catalog.region(c).short(lang) + (MARK if jumped else "")
                for c, jumped in zip(ordered["capital"], ordered["jumped"], strict=True)
            ],
            "value": ordered["change"].to_numpy(),
            "text": [capitals.change_fact(DOCTORS, c, capitals.span).text(lang) for c in ordered["capital"]],
            "highlight": [c == capitals.cities.code for c in ordered.index],
        }
    )


def _moved(key: str, years: tuple[int, int]) -> str:
    """The change of each city's share in its province, in the language of operations."""
    first, last = (f"part(at({key}, {y}), at({WHOLE[key]}, {y}))" for y in years)
    return f"({last} - {first})"


def _counted_in(cities: Cities, province: str, span: tuple[int, int]) -> pd.DataFrame:
    """Doctors of the province's cities that have them in both years."""
    return cities.inside(cities.doctors(span), province)


def _counted(key: str, value: int, behind: pd.DataFrame, what: str) -> Fact:
    return derived(value, *TEXT.fact(f"facts.{key}"), rows=behind, operation=what)


def _middle(key: str, moves: pd.Series, behind: pd.DataFrame, moved: str) -> Fact:
    how: dict[str, Any] = {"style": "pp", "signed": True, "operation": f"median({moved}) * 100"}
    return derived(float(moves.median()), *TEXT.fact(f"facts.{key}"), rows=behind, **how)


def _said_of_all(capitals: Capitals, table: pd.DataFrame) -> dict[str, Any]:
    """The slots of the sentences on all capitals and on the cities with projects."""
    span, codes = capitals.span, list(table["capital"])
    moved = _moved(DOCTORS, span)
    since, lived = (_moved(key, capitals.pair) for key in (DOCTORS, POPULATION))
    behind = capitals.behind(DOCTORS, codes, span)
    both = table.dropna(subset=["people", "since"])
    people = pd.concat(
        [capitals.behind(k, list(both["capital"]), capitals.pair) for k in (DOCTORS, POPULATION)]
    )
    hosts = capitals.moves[capitals.hosts]
    others = capitals.moves.drop([*capitals.hosts, *codes])
    by = table[~table["jumped"]].set_index("capital")["change"]
    steady = capitals.behind(DOCTORS, by.index, span)
    top, bottom = str(by.idxmax()), str(by.idxmin())
    host_rows, other_rows = (capitals.behind(DOCTORS, m.index, span) for m in (hosts, others))
    return {
        "a": year(span[0]),
        "z": year(span[1]),
        "b": year(capitals.pair[0]),
        "n": _counted("capitals", len(table), behind, f"size({moved})"),
        "k": _counted("rising", int((table["change"] > 0).sum()), behind, f"total({moved} > 0)"),
        "m": _middle("middle", table["change"], behind, moved),
        "top": naming.place(top),
        "t": capitals.change_fact(DOCTORS, top, span),
        "g": _counted("steady", len(by), steady, f"size({moved})"),
        "gk": _counted("steady_rising", int((by > 0).sum()), steady, f"total({moved} > 0)"),
        "bottom": naming.place(bottom),
        "u": capitals.change_fact(DOCTORS, bottom, span),
        "nb": _counted("both", len(both), people, f"size({lived})"),
        "kp": _counted("people_rising", int((both["people"] > 0).sum()), people, f"total({lived} > 0)"),
        "kd": _counted("since_rising", int((both["since"] > 0).sum()), people, f"total({since} > 0)"),
        "kf": _counted(
            "faster", int((both["since"] > both["people"]).sum()), people, f"total({since} > {lived})"
        ),
        "h": _counted("hosts", len(hosts), host_rows, f"size({moved})"),
        "hk": _counted("hosts_rising", int((hosts > 0).sum()), host_rows, f"total({moved} > 0)"),
        "hm": _middle("hosts_middle", hosts, host_rows, moved),
        "o": _counted("others", len(others), other_rows, f"size({moved})"),
        "ok": _counted("others_rising", int((others > 0).sum()), other_rows, f"total({moved} > 0)"),
        "om": _middle("others_middle", others, other_rows, moved),
    }


def _own(capitals: Capitals, table: pd.DataFrame, code: str) -> dict[str, Any]:
    """The slots of the sentences on one capital."""
    row, span = table.loc[code], capitals.span
    moved = _moved(DOCTORS, span)
    city = row["capital"]
    ends = tuple(capitals.share_fact(DOCTORS, city, y) for y in span)
    place = int((table["change"] > row["change"]).sum()) + 1
    everywhere = capitals.behind(DOCTORS, list(table["capital"]), span)
    return {
        "capital": naming.place(city),
        "s0": ends[0],
        "s1": ends[1],
        "d": capitals.change_fact(DOCTORS, city, span),
        "rank": derived(
            place,
            *TEXT.fact("facts.rank", place=naming.place(city)),
            rows=everywhere,
            operation=f"rank({moved}, '{city}')",
            style="rank",
        ),
        "e": derived(
            abs(row["first"] / row["last"] - 1) * 100,
            *TEXT.fact("facts.vanish", place=naming.place(city)),
            inputs=ends,
            operation="abs(a / b - 1) * 100",
            style="percent",
        ),
        "jump": TEXT.phrase("gain.jump") if row["jumped"] else NOTHING,
        "listed": _contrary(capitals, row),
    }


def _contrary(capitals: Capitals, row: pd.Series) -> Phrase:
    """That the share among the cities listed moved the other way, which belongs into the sentence itself; nothing where it did not."""
    if pd.isna(row["listed"]) or row["listed"] * row["change"] > 0:
        return NOTHING
    return TEXT.phrase("gain.listed_other", **_listed(capitals, row))


def _alike(capitals: Capitals, row: pd.Series, capital: Text) -> list[Sentence]:
    """That it moved the same way: a check of the sentence before, in a sentence of its own."""
    if pd.isna(row["listed"]) or not row["listed"] * row["change"] > 0:
        return []
    return [TEXT.say("gain.sentences.listed", capital=capital, **_listed(capitals, row))]


def _listed(capitals: Capitals, row: pd.Series) -> dict[str, Fact]:
    """The share among the cities listed at both ends, and how many they are."""
    city, cities = row["capital"], capitals.cities
    codes = _counted_in(cities, catalog.region(city).parent, capitals.span).index
    ends = []
    for y, value in zip(capitals.span, (row["listed_first"], row["listed_last"]), strict=True):
        label, formula = TEXT.fact("facts.listed", place=naming.place(city), year=y)
        operation = f"of({DOCTORS}, '{city}') / total({DOCTORS}) * 100"
        behind = cities.behind(codes, (y,), (DOCTORS,))
        ends.append(derived(value, label, formula, rows=behind, operation=operation, style="percent"))
    count = derived(
        len(codes),
        *TEXT.fact("facts.cities"),
        rows=cities.behind(codes, capitals.span[1:], (DOCTORS,)),
        operation="distinct('place')",
    )
    return {"c": count, "l0": ends[0], "l1": ends[1]}


def _turn(row: Mapping[Any, Any]) -> str:
    """Risen, fallen, or no more than the error that is assumed for a count."""
    if abs(row["first"] / row["last"] - 1) < panel.RELATIVE_ERROR:
        return "level"
    return "up" if row["change"] > 0 else "down"


def _against_people(capitals: Capitals, row: pd.Series, values: dict[str, Any]) -> list[Sentence]:
    if pd.isna(row["people"]) or pd.isna(row["since"]):
        return []
    said = "faster" if row["since"] > row["people"] else "slower"
    city = row["capital"]
    parts = {
        "p": capitals.change_fact(POPULATION, city, capitals.pair),
        "q": capitals.change_fact(DOCTORS, city, capitals.pair),
    }
    return [TEXT.say(f"gain.sentences.{said}", id="people", **parts, **values)]


def _own_hosts(capitals: Capitals) -> list[Sentence]:
    """The shares of a province's other cities with projects."""
    own = [c for c in capitals.hosts if catalog.region(c).parent == capitals.cities.code]
    if not own:
        return []
    parts = {}
    for i, city in enumerate(own):
        s0, s1 = (capitals.share_fact(DOCTORS, city, y) for y in capitals.span)
        parts[f"p{i}"] = TEXT.phrase("gain.host", city=naming.place(city), s0=s0, s1=s1)
    slots = [f"{{p{i}}}" for i in range(len(own))]
    joined = Phrase("；".join(slots), "; ".join(slots), parts)
    whole = {
        "place": naming.place(capitals.cities.code),
        "a": year(capitals.span[0]),
        "z": year(capitals.span[1]),
    }
    return [TEXT.say("gain.sentences.own_hosts", each=joined, **whole)]


def gain(capitals: Capitals, table: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """Whether capitals draw the doctors. table: shares; drawing: charts.bars of rows."""
    cities = capitals.cities
    values: dict[str, Any] = _said_of_all(capitals, table) | {"place": cities.place}
    general = TEXT.say("gain.sentences.nation", **values, brief=2 if cities.is_nation else 0)
    with_people = TEXT.say("gain.sentences.people", **values, brief=3 if cities.is_nation else 0)
    if cities.is_nation or cities.code not in table.index:
        headline = TEXT.say("gain.headline_nation", **values)
        sentences = [general, with_people, TEXT.say("gain.sentences.hosts", **values)]
    else:
        row = table.loc[cities.code]
        mine = values | _own(capitals, table, cities.code) | {"m0": assumed(f"{panel.RELATIVE_ERROR:.0%}")}
        turn = _turn(row.to_dict())
        headline = TEXT.say(f"gain.headline_{turn}", **mine)
        sentences = [
            TEXT.say(f"gain.sentences.{turn}", id="capital", brief=4, **mine),
            *_alike(capitals, row, mine["capital"]),
            *_against_people(capitals, row, mine),
            *_own_hosts(capitals),
            general,
        ]
    return Finding(
        "gain",
        headline,
        TEXT.say("gain.subtitle", a=values["a"], z=values["z"]),
        sentences=tuple(sentences),
        note=TEXT.say("gain.note"),
        drawing=drawing,
        tables=(_table(capitals, table), _hosts_table(capitals)),
        alt=TEXT.say("gain.alt", **values),
        comparison=not cities.is_nation,
    )


def _named(codes: Iterable[str]) -> dict[str, list[str]]:
    codes = list(codes)
    return {
        "region_code": codes,
        "name": [catalog.region(c).short("zh") for c in codes],
        "name_en": [catalog.region(c).short("en") for c in codes],
    }


def _table(capitals: Capitals, table: pd.DataFrame) -> Table:
    own = subjects.sources(capitals.cities.rows)
    both = subjects.sources(capitals.rows)
    span = dict(zip("az", capitals.span, strict=True))
    since = dict(zip("az", capitals.pair, strict=True))
    how: dict[str, Any] = {"source_ids": both, "formula": TEXT.pair("words.share")}
    points: dict[str, Any] = {"signed": True, "source_ids": both, "formula": TEXT.pair("words.change")}
    listed: dict[str, Any] = {"signed": True, "source_ids": own, "formula": TEXT.pair("words.listed")}
    return Table(
        "capitals",
        TEXT.pair("gain.caption"),
        table.reset_index(drop=True).assign(**_named(table["capital"])),
        (
            TEXT.column("columns.capital", "name"),
            Column("first", TEXT.pair("columns.share", y=capitals.span[0]), "percent", **how),
            Column("last", TEXT.pair("columns.share", y=capitals.span[1]), "percent", **how),
            Column("change", TEXT.pair("columns.change", **span), "pp", **points),
            Column("listed", TEXT.pair("columns.listed", **span), "pp", **listed),
            TEXT.column("columns.n", "number", source_ids=own),
            Column("since", TEXT.pair("columns.change", **since), "pp", **points),
            Column("people", TEXT.pair("columns.people", **since), "pp", **points),
        ),
        highlight=tuple(i for i, c in enumerate(table.index) if c == capitals.cities.code),
    )


def _hosts_table(capitals: Capitals) -> Table:
    codes, span = capitals.hosts, capitals.span
    first, last = ([capitals.share(DOCTORS, c, y) for c in codes] for y in span)
    frame = pd.DataFrame({"first": first, "last": last, **_named(codes)}).assign(
        change=lambda f: f["last"] - f["first"]
    )
    source = subjects.sources(capitals.rows)
    how: dict[str, Any] = {"source_ids": source, "formula": TEXT.pair("words.share")}
    points: dict[str, Any] = {"signed": True, "source_ids": source, "formula": TEXT.pair("words.change")}
    return Table(
        "hosts",
        TEXT.pair("gain.hosts"),
        frame,
        (
            TEXT.column("columns.city", "name"),
            Column("first", TEXT.pair("columns.share", y=span[0]), "percent", **how),
            Column("last", TEXT.pair("columns.share", y=span[1]), "percent", **how),
            Column("change", TEXT.pair("columns.change", a=span[0], z=span[1]), "pp", **points),
        ),
        highlight=tuple(i for i, c in enumerate(codes) if catalog.region(c).parent == capitals.cities.code),
    )
