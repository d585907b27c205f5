"""Age and supply: do doctors and beds lie where the old live, between provinces and inside them?

One notebook, two readers: 000000 is the national edition, a province's code marks the province and its cities. Cities: shares over 65 of
the newest census against the yearbook's doctors and beds of that year. Provinces: the yearly sample's share against the panel. All
listed cities and provinces are held, so ranges come from leaving one province out, not from sampling. No cause is looked for. One view
a part of the page, so the module is longer than 400 lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Coverage, Fact, derived, observed, provenance
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import Sentence, year
from analysis.themes import city_panel, naming, panel, subjects
from analysis.words import pick

TEXT = texts.of(__file__)

OLD, CENSUS = "census_share_65", "census-prefectures"
DOCTORS, BEDS, PEOPLE = "city_doctors", "city_hospital_beds", city_panel.POPULATION
SUPPLY = (BEDS, DOCTORS)
LEAST = 4  # cities of a province without which a median of them says little
SHARE, SAMPLE = "sample_share_65", "sample_population"
OUTCOMES = ("beds", "doctors", "hospital_stay_days")
SAMPLED = " , ".join(
    f"a {sign} 1.96 * (a * (100 - a) / b) ** 0.5" for sign in "-+"
)  # a per cent of a sample of b
LIFE, LIFE_SOURCE = "life_expectancy", "jiangsu-census-life-2020"
JIANGSU = "320000"


@dataclass(frozen=True)
class Line:
    """A least-squares line: its slope over all, inside provinces, and the ranges of both without each province in turn."""

    intercept: float
    slope: float
    slopes: tuple[float, float]
    within: float
    withins: tuple[float, float]


@dataclass(frozen=True)
class Ageing(subjects.Subject):
    """The place of a page. rows: yearbook and census rows of cities; lines: BEDS and DOCTORS -> Line; provinces: rows of the panel."""

    rows: pd.DataFrame
    provinces: pd.DataFrame
    lines: dict[str, Line]

    @cached_property
    def year(self) -> int:
        """The year of the census."""
        return int(self.rows["year"].max())

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The first and the newest year of the provinces' rates that have every figure; see ``ends``."""
        return ends(self.provinces)

    @cached_property
    def cities(self) -> pd.DataFrame:
        return compared(self.rows)

    @cached_property
    def own(self) -> pd.DataFrame:
        """The compared cities of the place."""
        c = self.cities
        return c if self.is_nation else c[c["province"] == self.code]

    @property
    def mark(self) -> str | None:
        """The province that the page marks; None in the national edition."""
        return None if self.is_nation else self.code

    @property
    def has_cities(self) -> bool:
        return not self.is_nation and len(self.own) >= LEAST

    @cached_property
    def origins(self) -> dict[str, Any]:
        """What stands behind a number on all compared cities, by supply."""
        r = self.rows[self.rows["region_code"].isin(self.cities.index)]
        return {k: provenance(r[r["indicator"].isin([k, PEOPLE, OLD])]) for k in SUPPLY}

    @cached_property
    def panel_origin(self) -> Any:
        return provenance(self.provinces)

    def residual(self, key: str) -> pd.Series:
        """What a city has beyond what the line over all cities gives for its age, per cent."""
        line, c = self.lines[key], self.cities
        return (c[key] / (line.intercept + line.slope * c[OLD]) - 1) * 100

    def by_province(self, key: str) -> pd.Series:
        """The median residual of the cities of each province with enough of them."""
        grouped = self.residual(key).groupby(self.cities["province"])
        return grouped.median()[grouped.size() >= LEAST]


def coverage() -> Coverage:
    """The nation and every province, once cities with figures of the census year can be compared."""
    provinces = panel.every_province()
    if next(iter(provinces.values())) is None:
        with tables.elsewhere():
            if not len(compared(read())):
                provinces = dict.fromkeys(provinces, TEXT.reason("E1", "coverage.reason"))
    return {catalog.NATION: next(iter(provinces.values())), **provinces}


def read() -> pd.DataFrame:
    """Rows of cities in the newest census year with rates: doctors, beds and residents of the yearbook, shares over 65 of the census."""
    codes = [r.code for r in catalog.regions().values() if r.level == "city"]
    book = city_panel.comparable(city_panel.read(codes))
    old = tables.read("observations", source_id=CENSUS, indicator=OLD, region_code=codes)
    census = max(set(old["year"].astype(int)) & set(city_panel.years().rates), default=0)
    return pd.concat([book[book["year"] == census], old[old["year"] == census]], ignore_index=True)


def compared(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a city with all figures: supply per 1,000 residents, share over 65, its province."""
    wide = rows.pivot(index="region_code", columns="indicator", values="value")
    wide = wide.reindex(columns=[*SUPPLY, PEOPLE, OLD])  # of an early day some are not known
    table = wide[[*SUPPLY]].div(wide[PEOPLE], axis=0) * 1000
    table = table.assign(**{OLD: wide[OLD]}).dropna()
    return table.assign(province=[catalog.region(c).parent for c in table.index])


def read_provinces() -> pd.DataFrame:
    """The panel's rows: shares over 65 of the sample, beds, doctors, stay, GDP and residents."""
    keys = [SHARE, SAMPLE, *OUTCOMES, "gdp", panel.POPULATION]
    return panel.of_one_census(tables.read("observations", source_id=panel.SOURCE, indicator=keys))


def ends(provinces: pd.DataFrame) -> tuple[int, int]:
    """The first year of one census, and the newest in which every province has every figure; the first twice where there is none.

    provinces: from ``read_provinces``.
    """
    first = catalog.fixed_year("one_census")
    needed = [SHARE, *OUTCOMES, "gdp", panel.POPULATION]
    codes = [r.code for r in catalog.provinces()]
    rows = provinces[provinces["indicator"].isin(needed) & provinces["region_code"].isin(codes)]
    cells = rows.groupby("year").size()
    whole = [int(y) for y in cells.index[cells >= len(needed) * len(codes)]]
    return first, max([y for y in whole if y > first], default=first)


def slope(x: pd.Series | np.ndarray, y: pd.Series | np.ndarray) -> tuple[float, float]:
    """Intercept and slope of least squares, of columns or arrays; a missing value is in neither mean nor sum.

    >>> slope(pd.Series([0.0, 1.0, 2.0]), pd.Series([1.0, 3.0, 5.0]))
    (1.0, 2.0)
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    at, level = np.nanmean(x), np.nanmean(y)
    dx = x - at
    b = float(np.nansum(dx * (y - level)) / np.nansum(dx**2))
    return round(float(level - b * at), 12), round(b, 12)


def inside(values: pd.Series, groups: pd.Series) -> pd.Series:
    """Values less the mean of their group."""
    return values - values.groupby(groups).transform("mean")


def line(cities: pd.DataFrame, key: str) -> Line:
    """The line of a supply on age over all cities. cities: from `compared`."""

    def both(part: pd.DataFrame) -> tuple[float, float]:
        x, y, g = part[OLD], part[key], part["province"]
        return slope(x, y)[1], slope(inside(x, g), inside(y, g))[1]

    without = [both(cities[cities["province"] != p]) for p in sorted(set(cities["province"]))]
    over, within = zip(*without, strict=True)
    a, b = slope(cities[OLD], cities[key])
    return Line(a, b, (min(over), max(over)), both(cities)[1], (min(within), max(within)))


def load(region_code: str, rows: pd.DataFrame, provinces: pd.DataFrame, lines: dict[str, Line]) -> Ageing:
    """A place's view. Raises ParameterError for a code that is no region."""
    return Ageing(catalog.region(region_code).code, rows, provinces, lines)


def _cities(view: Ageing) -> Fact:
    origin = view.origins[BEDS]
    return derived(len(view.cities), *TEXT.fact("facts.n"), origin=origin, operation="distinct('place')")


def data(view: Ageing) -> Finding:
    """What was compared."""
    foreign = not view.is_nation and not len(view.own)
    return Finding("data", TEXT.say("data.headline", n=_cities(view), y=year(view.year)), comparison=foreign)


def city_rows(view: Ageing, lang: str) -> pd.DataFrame:
    """One dot a city as charts.scatter takes it; the cities of the page's province stand out."""
    c = view.cities
    return pd.DataFrame(
        {
            "code": c.index,
            "name": [catalog.region(code).short(lang) for code in c.index],
            "x": c[OLD].to_numpy(),
            "y": c[BEDS].to_numpy(),
            "peer": (c["province"] == view.code).to_numpy(),
        }
    )


def axes(view: Ageing, lang: str) -> dict[str, Any]:
    """Names of the axes, the line and the dots that stand out."""
    names = {key: TEXT.text(f"cities.axes.{key}", lang) for key in ("x_label", "y_label", "line_name")}
    found = view.lines[BEDS]
    peers = TEXT.text("cities.axes.peers", lang).format(place=pick(view.place, lang))
    return names | {"line": (found.intercept, found.slope), "peers": None if view.is_nation else peers}


def _xy(key: str) -> tuple[str, str]:
    """Age and a supply per 1,000 residents in the language of operations."""
    return OLD, f"{key} / {PEOPLE} * 1000"


def _slope(view: Ageing, key: str, part: str) -> dict[str, Fact]:
    """A slope and its range without each province in turn. part: over or within."""
    found, what = view.lines[key], naming.short(key)
    value, ends = (found.slope, found.slopes) if part == "over" else (found.within, found.withins)
    how: dict[str, Any] = {"style": "rate", "signed": True, "origin": view.origins[key]}
    label, formula = TEXT.fact(f"facts.{part}", what=what)
    span = TEXT.pair("facts.without", what=label)
    bounds = {"low": ends[0], "high": ends[1], "quantifier": "interval"}
    short = f"{'b' if key == BEDS else 'd'}{part[0]}"
    x, y = _xy(key)
    operation = f"slope({x}, {y})" if part == "over" else f"slope(inside({x}), inside({y}))"
    without = f'without("province", "{operation}")'
    return {
        short: derived(value, label, formula, operation=operation, **how),
        f"{short}r": derived(
            None, span, TEXT.pair("facts.without_formula"), operation=without, **bounds, **how
        ),
    }


def _median(view: Ageing, key: str, code: str) -> Fact:
    """The median residual of a province's cities."""
    label, formula = TEXT.fact("facts.residual", place=naming.place(code), what=naming.short(key))
    value = float(view.by_province(key)[code])
    how: dict[str, Any] = {"style": "percent", "signed": True, "decimals": 1}
    operation = f"median({_residuals(key, code)})"
    return derived(value, label, formula, origin=view.origins[key], operation=operation, **how)


def _residuals(key: str, code: str) -> str:
    x, y = _xy(key)
    return f"cities(excess({y}, {x}), '{code}') * 100"


def _kind(found: Line) -> str:
    """Whether cities of a province follow age as cities of the nation do: same sign in every leave-one-out range, or none."""
    low, high = found.withins
    return "more" if low > 0 else "fewer" if high < 0 else "neither"


def cities(view: Ageing, drawing: Drawn | None) -> Finding:
    """Beds and doctors against age over cities. drawing: charts.scatter of city_rows."""
    values: dict[str, Any] = {"n": _cities(view), "y": year(view.year), "place": view.place}
    for key in SUPPLY:
        values |= _slope(view, key, "over") | _slope(view, key, "within")
    values |= naming.worded(values, "more", "bo", "bw", "do", "dw")
    beds, doctors = (_kind(view.lines[k]) for k in SUPPLY)
    sentences = [
        TEXT.say("cities.sentences.beds", **values, brief=1 if view.is_nation else 0),
        TEXT.say("cities.sentences.doctors", **values, brief=2 if view.is_nation else 0),
    ]
    headline = TEXT.say(f"cities.headline_{beds}_{doctors}", **values)
    if view.has_cities:
        residual = view.residual(BEDS)[view.own.index]
        values |= {
            "m": _median(view, BEDS, view.code),
            "md": _median(view, DOCTORS, view.code),
            "k": derived(
                len(view.own),
                *TEXT.fact("facts.own_n", place=view.place),
                rows=view.rows[view.rows["region_code"].isin(view.own.index)],
                operation="distinct('place')",
            ),
            "top": naming.place(str(residual.idxmax())),
            "low": naming.place(str(residual.idxmin())),
            "r": _own_range(view),
        }
        values |= naming.worded(values, "beside", "m", "md")
        headline = TEXT.say("cities.headline_place", **values)
        sentences.insert(0, TEXT.say("cities.sentences.place", **values))
    return Finding(
        "cities",
        headline,
        TEXT.say("cities.subtitle", y=year(view.year)),
        sentences=tuple(sentences),
        note=TEXT.say("cities.note"),
        drawing=drawing,
        tables=(_city_table(view),) if not view.is_nation and len(view.own) else (_line_table(view),),
        alt=TEXT.say("cities.alt", **values),
        comparison=not view.is_nation and not len(view.own),
        once=not len(view.own),
    )


def _own_range(view: Ageing) -> Fact:
    """The median residual of beds without each city of the province in turn."""
    own = view.residual(BEDS)[view.own.index]
    ends = [float(own.drop(c).median()) for c in own.index]
    label = TEXT.pair("facts.own_range", place=view.place)
    bounds = {"low": min(ends), "high": max(ends), "quantifier": "interval"}
    how = {"style": "percent", "signed": True, "decimals": 1}
    how |= {"operation": f"each_out(median, {_residuals(BEDS, view.code)})"}
    return derived(None, label, TEXT.pair("facts.own_formula"), origin=view.origins[BEDS], **bounds, **how)


def _city_table(view: Ageing) -> Table:
    own = view.own.assign(residual=view.residual(BEDS), residual_d=view.residual(DOCTORS))
    own = own.sort_values("residual", ascending=False)
    frame = own.assign(
        region_code=own.index,
        name=[catalog.region(c).short("zh") for c in own.index],
        name_en=[catalog.region(c).short("en") for c in own.index],
        old=own[OLD],
        beds=own[BEDS],
        doctors=own[DOCTORS],
    )
    source = subjects.sources(view.rows)
    how: dict[str, Any] = {"source_ids": source, "formula": TEXT.pair("words.residual"), "signed": True}
    return Table(
        "cities",
        TEXT.pair("cities.caption", y=view.year),
        frame,
        (
            TEXT.column("columns.city", "name"),
            TEXT.column("columns.old", "percent", source_ids=source),
            TEXT.column("columns.beds", "rate", source_ids=source),
            TEXT.column("columns.doctors", "rate", source_ids=source),
            TEXT.column("columns.residual", "percent", decimals=1, **how),
            TEXT.column("columns.residual_d", "percent", decimals=1, **how),
        ),
    )


def _line_table(view: Ageing) -> Table:
    facts = {k: _slope(view, k, "over") | _slope(view, k, "within") for k in SUPPLY}
    short = {BEDS: "b", DOCTORS: "d"}
    frame = pd.DataFrame(
        {
            "name": [naming.short(k)[0] for k in SUPPLY],
            "name_en": [naming.short(k)[1] for k in SUPPLY],
            **{part: [facts[k][f"{short[k]}{part}"] for k in SUPPLY] for part in ("o", "or", "w", "wr")},
        }
    )
    source = subjects.sources(view.rows)
    columns = [TEXT.column(f"columns.{part}", "rate", source_ids=source) for part in ("o", "or", "w", "wr")]
    return Table("lines", TEXT.pair("cities.lines"), frame, (TEXT.column("columns.supply", "name"), *columns))


def residual_rows(view: Ageing, lang: str) -> pd.DataFrame:
    """One bar a province as charts.bars takes it: the median residual of beds."""
    by = view.by_province(BEDS).sort_values(ascending=False)
    return pd.DataFrame(
        {
            "label": [catalog.region(str(c)).short(lang) for c in by.index],
            "value": by.to_numpy(),
            "text": [_median(view, BEDS, str(c)).text(lang) for c in by.index],
            "highlight": by.index == view.code,
        }
    )


def residuals(view: Ageing, drawing: Drawn | None) -> Finding:
    """Which provinces' cities have more or fewer beds than their age would have it. drawing: charts.bars of residual_rows."""
    by = view.by_province(BEDS).sort_values(ascending=False)
    doctors = view.by_province(DOCTORS)[by.index]
    top, low = str(by.index[0]), str(by.index[-1])
    values: dict[str, Any] = {
        "y": year(view.year),
        "top": naming.place(top),
        "t": _median(view, BEDS, top),
        "low": naming.place(low),
        "l": _median(view, BEDS, low),
        "p": derived(
            len(by),
            *TEXT.fact("facts.p"),
            origin=view.origins[BEDS],
            operation=f"total(cities({OLD}) >= {LEAST})",
        ),
        "place": view.place,
    }
    values |= naming.worded(values, "more", "t", "l")
    frame = pd.DataFrame(
        {
            "region_code": by.index,
            "name": [catalog.region(str(c)).short("zh") for c in by.index],
            "name_en": [catalog.region(str(c)).short("en") for c in by.index],
            "beds": by.to_numpy(),
            "doctors": doctors.to_numpy(),
        }
    )
    how: dict[str, Any] = {"source_ids": subjects.sources(view.rows), "formula": TEXT.pair("words.median")}
    how |= {"signed": True, "decimals": 1}
    return Finding(
        "residuals",
        TEXT.say("residuals.headline", **values),
        TEXT.say("residuals.subtitle", y=year(view.year)),
        sentences=(TEXT.say("residuals.sentences.ends", **values, brief=3 if view.is_nation else 0),),
        note=TEXT.say("residuals.note"),
        drawing=drawing,
        tables=(
            Table(
                "residuals",
                TEXT.pair("residuals.caption"),
                frame,
                (
                    TEXT.column("columns.province", "name"),
                    Column("beds", naming.short(BEDS), "percent", **how),
                    Column("doctors", naming.short(DOCTORS), "percent", **how),
                ),
                highlight=tuple(i for i, c in enumerate(by.index) if c == view.code),
            ),
        ),
        alt=TEXT.say("residuals.alt", **values),
        comparison=not view.is_nation and view.code not in by.index,
        once=view.code not in by.index,
    )


def _year(provinces: pd.DataFrame, y: int) -> pd.DataFrame:
    """One year of the provinces: share over 65, outcomes (beds and doctors per 1,000), log of GDP per head."""
    p = provinces[provinces["year"] == y]
    wide = p.pivot(index="region_code", columns="indicator", values="value")
    people = wide[panel.POPULATION]
    rates = {k: wide[k] / people * 1000 for k in ("beds", "doctors")}
    return pd.DataFrame(
        {
            SHARE: wide[SHARE],
            "income": np.log(wide["gdp"] / people),
            "hospital_stay_days": wide["hospital_stay_days"],
        }
        | rates
    )


def given_income(table: Any, key: str) -> Any:
    """What of a column the log of GDP per head leaves over. table: a frame, or arrays by name."""
    a, b = slope(table["income"], table[key])
    return table[key] - a - b * table["income"]


def partial(provinces: pd.DataFrame) -> pd.DataFrame:
    """One row an outcome and year: slope on the share over 65, the same given income, and its range without each province.

    No row while one of the two years is not known: the sentence compares both. provinces: from ``read_provinces``.
    """
    columns = ["indicator", "year", "raw", "given", "low", "high"]
    known = provinces.groupby("year")["indicator"].agg(set).to_dict()
    years = ends(provinces)
    if years[0] == years[1] or not {SHARE, *OUTCOMES, "gdp", panel.POPULATION} <= known.get(years[0], set()):
        return pd.DataFrame(columns=columns)
    found = []
    for key in OUTCOMES:
        for y in years:
            t = _year(provinces, y)

            def fit(part: Any, key: str = key) -> float:
                return slope(given_income(part, SHARE), given_income(part, key))[1]

            whole = {column: t[column].to_numpy() for column in ("income", SHARE, key)}
            spread = [fit({column: np.delete(v, at) for column, v in whole.items()}) for at in range(len(t))]
            found.append((key, y, slope(t[SHARE], t[key])[1], fit(whole), min(spread), max(spread)))
    return pd.DataFrame(found, columns=columns)


def partial_rows(view: Ageing, table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One dot a province as charts.scatter takes it: what income leaves of age and of beds, newest year. table: partial."""
    if table.empty:
        return table
    t = _year(view.provinces, view.ends[1])
    return panel.scatter_rows(given_income(t, SHARE), given_income(t, "beds"), lang)


def partial_axes(view: Ageing, table: pd.DataFrame, lang: str) -> dict[str, Any]:
    """Names of the axes and the line of the partial slope."""
    names = {key: TEXT.text(f"provinces.axes.{key}", lang) for key in ("x_label", "y_label", "line_name")}
    if table.empty:
        return names
    at = table.set_index(["indicator", "year"])
    return names | {"line": (0.0, float(at.at[("beds", view.ends[1]), "given"])), "zero": ("x", "y")}


def _partial_facts(view: Ageing, row: pd.Series) -> dict[str, Fact]:
    what = naming.short(row["indicator"])
    label, formula = TEXT.fact("facts.given", what=what, year=row["year"])
    how: dict[str, Any] = {"origin": view.panel_origin, "style": "rate", "signed": True}
    bounds = {"low": row["low"], "high": row["high"], "quantifier": "interval"}
    span = TEXT.pair("facts.without", what=label)
    raw, raw_formula = TEXT.fact("facts.raw", what=what, year=row["year"])
    key, of = row["indicator"], int(row["year"])
    people = f"at({panel.POPULATION}, {of})"
    x, income = f"at({SHARE}, {of})", f"log(at(gdp, {of}) / {people})"
    y = f"at({key}, {of})" if key == "hospital_stay_days" else f"at({key}, {of}) / {people} * 1000"
    operation = f"slope(rest({x}, {income}), rest({y}, {income}))"
    without = f'without("place", "{operation}")'
    return {
        "raw": derived(row["raw"], raw, raw_formula, operation=f"slope({x}, {y})", **how),
        "given": derived(row["given"], label, formula, operation=operation, **how),
        "range": derived(None, span, TEXT.pair("facts.without_formula"), operation=without, **bounds, **how),
    }


def _aged(view: Ageing) -> tuple[Sentence, ...]:
    """How far the province aged by the yearly sample, with the least that its size leaves open."""
    p = view.provinces[view.provinces["region_code"] == view.code]
    shares = p[p["indicator"] == SHARE].sort_values("year")
    if shares.empty:
        return ()
    first, last = shares.iloc[[0]], shares.iloc[[-1]]
    y = int(last["year"].iloc[0])
    sample = p[(p["indicator"] == SAMPLE) & (p["year"] == y)]
    share, n = float(last["value"].iloc[0]) / 100, float(sample["value"].iloc[0])
    reach = 1.96 * np.sqrt(share * (1 - share) / n) * 100
    label, formula = TEXT.fact("facts.sampling", place=view.place, year=y)
    bounds = {"low": share * 100 - reach, "high": share * 100 + reach, "quantifier": "interval"}
    inputs = (observed(last), observed(sample))
    said = TEXT.say(
        "provinces.sentences.aged",
        place=view.place,
        a=year(int(first["year"].iloc[0])),
        z=year(y),
        v0=observed(first),
        v1=inputs[0],
        r=derived(None, label, formula, inputs=inputs, style="percent", operation=SAMPLED, **bounds),
    )
    return (said,)


def provinces(view: Ageing, table: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """Beds, doctors and stay of provinces against age, given income. table: partial; drawing: charts.scatter of partial_rows."""
    if drawing is None or table.empty:
        missing = (TEXT.pair(f"provinces.{part}") for part in ("none", "what", "settle"))
        return view.silent("provinces", "E1", *missing)
    rows = [row for _, row in table.iterrows()]
    facts = [_partial_facts(view, row) for row in rows]
    at = {(row["indicator"], row["year"]): f for row, f in zip(rows, facts, strict=True)}
    b0, b1 = (at["beds", y] for y in view.ends)
    stay, doctors = at["hospital_stay_days", view.ends[1]], at["doctors", view.ends[1]]
    values: dict[str, Any] = {
        "place": view.place,
        "a": year(view.ends[0]),
        "z": year(view.ends[1]),
        "g": b1["given"],
        "r": b1["range"],
        "g0": b0["given"],
        "r0": b0["range"],
        "s": stay["given"],
        "sr": stay["range"],
        "d": doctors["given"],
        "dr": doctors["range"],
    }
    values |= naming.worded(values, "more", "g", "g0", "s", "d")
    frame = pd.DataFrame(
        {
            "name": [naming.short(row["indicator"])[0] for row in rows],
            "name_en": [naming.short(row["indicator"])[1] for row in rows],
            "year": [str(row["year"]) for row in rows],
            **{part: [f[part] for f in facts] for part in ("raw", "given", "range")},
        }
    )
    source = subjects.sources(view.provinces)
    columns = [
        TEXT.column(f"columns.{part}", "rate", source_ids=source) for part in ("raw", "given", "range")
    ]
    own = () if view.is_nation else _aged(view)
    return Finding(
        "provinces",
        TEXT.say("provinces.headline", **values),
        TEXT.say("provinces.subtitle", z=year(view.ends[1])),
        sentences=(
            *own,
            TEXT.say("provinces.sentences.beds", **values),
            TEXT.say("provinces.sentences.others", **values),
        ),
        note=TEXT.say("provinces.note"),
        drawing=drawing,
        tables=(
            Table(
                "partial",
                TEXT.pair("provinces.caption"),
                frame,
                (TEXT.column("columns.supply", "name"), TEXT.column("columns.year", "year"), *columns),
            ),
        ),
        alt=TEXT.say("provinces.alt", **values),
        comparison=False,
    )


def _life(view: Ageing) -> pd.DataFrame:
    """Life expectancy and doctors per 1,000 of the cities for which it is held; empty elsewhere."""
    if view.code != JIANGSU:
        return pd.DataFrame()
    rows = tables.read("observations", source_id=LIFE_SOURCE, indicator=LIFE, year=view.year)
    rows = rows[rows["region_code"].isin(view.own.index)]
    return rows.set_index("region_code").join(view.own[[DOCTORS, BEDS, OLD]]).reset_index()


def life_rows(view: Ageing, lang: str) -> pd.DataFrame:
    """One dot a city as charts.scatter takes it: doctors per 1,000 and life expectancy; empty where none is held."""
    t = _life(view)
    if t.empty:
        return pd.DataFrame(columns=["code", "name", "x", "y"])
    names = [catalog.region(c).short(lang) for c in t["region_code"]]
    return pd.DataFrame({"code": t["region_code"], "name": names, "x": t[DOCTORS], "y": t["value"]})


def life_axes(view: Ageing, lang: str) -> dict[str, Any]:
    """Names of the axes; every city is named."""
    names = {key: TEXT.text(f"life.axes.{key}", lang) for key in ("x_label", "y_label")}
    return names | {"named": list(view.own.index)}


def life(view: Ageing, drawing: Drawn | None) -> Finding:
    """Life expectancy beside resources, thirteen cities of one province: a description. drawing: charts.scatter, or None."""
    t = _life(view)
    if drawing is None or t.empty:
        return view.silent(
            "life", "E1", TEXT.pair("life.none"), TEXT.pair("life.what"), TEXT.pair("life.settle")
        )
    rows = pd.concat([tables.read("observations", observation_id=list(t["observation_id"])), _own_rows(view)])

    def order(key: str) -> tuple[Fact, Fact]:
        x, y = t[key].rank(), t["value"].rank()
        value = float(np.corrcoef(x, y)[0, 1])
        ends = [float(np.corrcoef(x.drop(i).rank(), y.drop(i).rank())[0, 1]) for i in t.index]
        label, formula = TEXT.fact("facts.order", what=naming.short(key))
        span = TEXT.pair("facts.without_city", what=label)
        bounds = {"low": min(ends), "high": max(ends), "quantifier": "interval"}
        how: dict[str, Any] = {"rows": rows, "style": "index", "signed": True}
        operation = f"spearman({key} / {PEOPLE}, {LIFE})"
        without = f'without("place", "{operation}")'
        wide = derived(
            None, span, TEXT.pair("facts.without_city_formula"), operation=without, **bounds, **how
        )
        return derived(value, label, formula, operation=operation, **how), wide

    (d, dr), (b, br) = order(DOCTORS), order(BEDS)
    best, worst = t["value"].idxmax(), t["value"].idxmin()
    at = t.set_index("region_code")["observation_id"]
    cell = {i: observed(rows[rows["observation_id"] == at[t.at[i, "region_code"]]]) for i in (best, worst)}
    values: dict[str, Any] = {
        "place": view.place,
        "y": year(view.year),
        "n": derived(len(t), *TEXT.fact("facts.life_n"), rows=rows, operation="distinct('place')"),
        "top": naming.place(str(t.at[best, "region_code"])),
        "low": naming.place(str(t.at[worst, "region_code"])),
        "v1": cell[best],
        "v0": cell[worst],
        "d": d,
        "dr": dr,
        "b": b,
        "br": br,
    }
    frame = t.sort_values("value", ascending=False)
    frame = frame.assign(
        name=[catalog.region(c).short("zh") for c in frame["region_code"]],
        name_en=[catalog.region(c).short("en") for c in frame["region_code"]],
        doctors=frame[DOCTORS],
        beds=frame[BEDS],
        old=frame[OLD],
    )
    source = subjects.sources(rows)
    return Finding(
        "life",
        TEXT.say("life.headline", **values),
        TEXT.say("life.subtitle", y=year(view.year)),
        sentences=(TEXT.say("life.sentences.order", **values),),
        note=TEXT.say("life.note"),
        drawing=drawing,
        tables=(
            Table(
                "life",
                TEXT.pair("life.caption", y=view.year),
                frame[["region_code", "name", "name_en", "value", "doctors", "beds", "old"]],
                (
                    TEXT.column("columns.city", "name"),
                    Column("value", naming.label(LIFE), "number", decimals=2, source_ids=source),
                    TEXT.column("columns.doctors", "rate", source_ids=source),
                    TEXT.column("columns.beds", "rate", source_ids=source),
                    TEXT.column("columns.old", "percent", source_ids=source),
                ),
            ),
        ),
        alt=TEXT.say("life.alt", **values),
        opens=False,
    )


def _own_rows(view: Ageing) -> pd.DataFrame:
    return view.rows[view.rows["region_code"].isin(view.own.index)].reset_index(drop=True)


def closing(view: Ageing) -> Finding:
    """What is not held."""
    return subjects.closing((TEXT.state("E1", "closing.states.E1"), TEXT.state("E7", "closing.states.E7")))
