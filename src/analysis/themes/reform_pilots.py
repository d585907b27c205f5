"""Reform pilots: the sixteen cities of 2010 and the eleven provinces of 2015 and 2016, set beside those that were not chosen.

National edition only. Cities: doctors, and beds of hospitals with health centres, 2004-2015, from the city yearbook (beds also from a
second carrier); base 2006-2009, window 2010-2013, the last years before the second batch. Provinces: stay, spending and staff, staggered
dates, never chosen as controls. The pilots were chosen, not drawn, so the page says what the figures could have shown and what they show.
One view a part of the page, so the module is longer than 400 lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, facts, tables, texts
from analysis.facts import Coverage, Fact, Provenance, Text, derived, provenance, registered
from analysis.findings import Finding, Table
from analysis.sentences import year
from analysis.themes import city_panel, naming, panel, subjects
from analysis.words import pick

TEXT = texts.of(__file__)

CITIES, PROVINCES = "公立医院改革国家联系试点城市", "综合医改试点省"
BATCHES = {1: 2010, 2: 2014, 3: 2015}  # first calendar year of each batch of cities
BASE, WINDOW = (2006, 2009), (2010, 2013)
SPAN = (2004, 2015)  # the hundred cities of 2016 are not listed: the last year with known controls
LEAST = 2  # years that a city has both in the base and in the window
SERIES = {
    "doctors": ("city_doctors", city_panel.SOURCE),
    "beds": ("city_hospital_health_centre_beds", city_panel.SOURCE),
    "beds_second": ("city_hospital_health_centre_beds", "city-yearbook-second-carrier"),
}
SPECS = ("main", "never", "no_capitals", "late", "placebo")
DRAWS = 999
MAGNITUDE = 1.0  # how far paths may part after the date, in partings before it
STAY = "hospital_stay_days"
OUTCOMES = {
    "stay": (STAY, "", 2010, 2019),
    "stay_long": (STAY, "", 2010, 2023),
    "spending": ("health_expenditure", "", 2014, 2019),
    "doctors": ("doctors", panel.POPULATION, 2014, 2019),
    "nurses": ("nurses", panel.POPULATION, 2014, 2019),
}
FIRST, SECOND = 2015, 2016  # the two dates of the provinces
DESIGN = {"unit": "region_code", "time": "year", "first_treated": "first", "outcome": "log"}
UNIT_DESIGN = {"outcome": "change", "unit": "region_code", "treated": "pilot"}


@dataclass(frozen=True)
class Cities:
    """City years. logs: series -> index region_code, columns years; batch: city -> number of its batch; rows: the observations."""

    logs: Mapping[str, pd.DataFrame]
    batch: Mapping[str, int]
    rows: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Pilots(subjects.Subject):
    """The page. tests: (series, spec) -> PermutationTest; study: EventStudy of doctors; detectable: series -> DetectableEffect;
    later: (series, batch) -> PermutationTest; found: outcome -> StaggeredDid; studies: outcome -> EventStudy by Sun and Abraham; honest:
    outcome -> HonestDid of these; batches: year -> PermutationTest of stay."""

    cities: Cities
    provinces: pd.DataFrame
    tests: Mapping[tuple[str, str], Any]
    study: Any
    detectable: Mapping[str, Any]
    later: Mapping[tuple[str, int], Any]
    found: Mapping[str, Any]
    studies: Mapping[str, Any]
    honest: Mapping[str, Any]
    batches: Mapping[int, Any]

    @cached_property
    def origins(self) -> dict[str, Provenance]:
        """What stands behind the main comparison of each series: its cells of base and window."""
        found = {}
        for key, rows in self.cities.rows.items():
            found[key] = provenance(rows[rows["year"].between(BASE[0], WINDOW[1])])
        return found

    @property
    def first_batch(self) -> list[str]:
        """Cities of the first batch, in the order of their codes."""
        return sorted(c for c, batch in self.cities.batch.items() if batch == 1)

    def compared(self, key: str) -> str:
        """Series, cities of the first batch, base, window and the years a city needs, in the language of operations."""
        last = min(WINDOW[1], int(self.cities.logs[key].columns.max()))
        return f"log({SERIES[key][0]}), {self.first_batch}, {BASE}, {(WINDOW[0], last)}, {LEAST}"

    def outcome_origin(self, key: str) -> Provenance:
        """What stands behind an estimate over provinces."""
        indicator, under, a, z = OUTCOMES[key]
        p = self.provinces
        return provenance(p[p["indicator"].isin([indicator, under]) & p["year"].between(a, z)])


def coverage() -> Coverage:
    """The nation alone, once a year after the provinces' dates is known."""
    needed = (STAY, "doctors", "nurses", "health_expenditure", panel.POPULATION)

    def ready() -> bool:
        known = subjects.last_year(panel.SOURCE, needed, len(catalog.provinces()))
        return known >= OUTCOMES["stay"][3] and not tables.read("policies", policy=CITIES).empty

    return subjects.once(ready, {catalog.NATION: None})


def percent(log_points: float) -> float:
    """Log points as per cent."""
    return float(np.expm1(log_points) * 100)


def read_cities() -> Cities:
    """Doctors and beds of cities to 2015, without doubtful figures, and which batch a city belongs to."""
    policy = tables.read("policies", policy=CITIES, unit="city")
    number = policy["batch"].str.extract(r"batch (\d)")[0].astype(int)
    logs, rows = {}, {}
    for key, (indicator, source) in SERIES.items():
        held = tables.read("observations", source_id=source, indicator=indicator, year=SPAN)
        rows[key] = city_panel.comparable(held).assign(year=lambda d: d["year"].astype(int))
        logs[key] = np.log(rows[key].pivot(index="region_code", columns="year", values="value"))
    return Cities(logs, dict(zip(policy["region_code"], number, strict=True)), rows)


def _is_capital(code: str) -> bool:
    return code.endswith(("0000", "0100"))


def changes(
    cities: Cities, key: str, base: tuple[int, int], window: tuple[int, int], batch: int
) -> pd.DataFrame:
    """One row a city: log change from base to window less the yearly mean of the cities of no batch; pilot (0/1).

    Cities of other batches are left out when the window reaches their date; a city has at least LEAST years (one where the window is
    shorter) on each side.
    """
    logs, known = cities.logs[key], cities.batch
    other = {c for c, b in known.items() if b != batch and BATCHES[b] <= window[1]}
    before, after = (logs[[y for y in logs if a <= y <= z]] for a, z in (base, window))
    apart = after.sub(before.mean(axis=1), axis=0)
    need = min(LEAST, after.shape[1])
    held = (before.notna().sum(axis=1) >= LEAST) & (after.notna().sum(axis=1) >= need)
    apart = apart[held & ~apart.index.isin(other)]
    pilot = pd.Series([int(known.get(c) == batch) for c in apart.index], index=apart.index)
    change = apart.sub(apart[pilot == 0].mean(), axis=1).mean(axis=1)
    return pd.DataFrame({"region_code": apart.index, "change": change.to_numpy(), "pilot": pilot.to_numpy()})


def comparisons(cities: Cities) -> dict[tuple[str, str], pd.DataFrame]:
    """(series, specification) -> one row a city, as effects.permutation_test takes it."""
    found: dict[tuple[str, str], pd.DataFrame] = {}
    for key in SERIES:
        last = min(WINDOW[1], int(cities.logs[key].columns.max()))
        main = changes(cities, key, BASE, (WINDOW[0], last), 1)
        listed = main["region_code"].map(lambda c: cities.batch.get(c, 0))
        found |= {
            (key, "main"): main,
            (key, "never"): main[listed.isin([0, 1])],
            (key, "no_capitals"): main[~main["region_code"].map(_is_capital)],
            (key, "late"): changes(cities, key, BASE, (last - 1, last), 1),
            (key, "placebo"): changes(cities, key, (SPAN[0], BASE[0]), (BASE[0] + 1, BASE[1]), 1),
        }
    return found


def later_batches(cities: Cities) -> dict[tuple[str, int], pd.DataFrame]:
    """(series, batch) -> one row a city: the second and third batch to the last year with known controls."""
    keys = [key for key in SERIES if int(cities.logs[key].columns.max()) == SPAN[1]]
    return {
        (key, b): changes(cities, key, (BATCHES[b] - 4, BATCHES[b] - 1), (BATCHES[b], SPAN[1]), b)
        for key in keys
        for b in (2, 3)
    }


def path(cities: Cities, key: str = "doctors") -> pd.DataFrame:
    """One row a city and year to 2013, as effects.event_study takes it: log, first (0: not of the first batch)."""
    logs = cities.logs[key]
    logs = logs[[y for y in logs if y <= WINDOW[1]]]
    held = logs[logs.notna().sum(axis=1) >= logs.shape[1] - LEAST]
    long = held.stack().rename("log").rename_axis(["region_code", "year"]).reset_index()
    first = {c: BATCHES[1] for c, b in cities.batch.items() if b == 1}
    return long.assign(first=[first.get(c, 0) for c in long["region_code"]])


def read_provinces() -> pd.DataFrame:
    """The panel's rows of the outcomes."""
    keys = sorted({part for how in OUTCOMES.values() for part in how[:2] if part})
    rows = tables.read("observations", source_id=panel.SOURCE, indicator=keys)
    return rows.assign(year=rows["year"].astype(int))


def dates() -> dict[str, int]:
    """Year in which each pilot province was named."""
    policy = tables.read("policies", policy=PROVINCES, unit="province")
    return dict(zip(policy["region_code"], policy["date"].str[:4].astype(int), strict=True))


def outcomes(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Outcome -> one row a province and year: log of the outcome, first (0: never named)."""
    wide = rows.pivot(index=["region_code", "year"], columns="indicator", values="value").reset_index()
    start, found = dates(), {}
    for key, (indicator, under, a, z) in OUTCOMES.items():
        t = wide[wide["year"].between(a, z)]
        value = t[indicator] / t[under] if under else t[indicator]
        table = t[["region_code", "year"]].assign(log=np.log(value))
        found[key] = table.assign(first=[start.get(c, 0) for c in table["region_code"]]).dropna()
    return found


def one_batch(table: pd.DataFrame, start: int) -> pd.DataFrame:
    """The rows of one batch and of the provinces never named; pilot (0/1)."""
    part = table[table["first"].isin([0, start])]
    return part.assign(pilot=(part["first"] == start).astype(int))


def load(region_code: str, cities: Cities, provinces: pd.DataFrame, **results: Any) -> Pilots:
    """The page's view; ``results`` holds tests, study, detectable, later, found, studies, honest and batches."""
    return Pilots(region_code, cities, provinces, **results)


def unrejected(changes: str, codes: list[str]) -> str:
    """The interval of a permutation test in per cent. changes: of each place, in the language of operations; codes: of the pilots."""
    return f"(exp(unrejected({DRAWS}, 0, {changes}, {codes})) - 1) * 100"


def _estimate(page: Pilots, key: str) -> dict[str, Fact]:
    """The main comparison of a series: estimate, interval, pilots and cities compared."""
    test, what = page.tests[key, "main"], TEXT.pair(f"series.{key}")
    how: dict[str, Any] = {"origin": page.origins[key], "style": "percent", "signed": True}
    label, formula = TEXT.fact("facts.gap", what=what)
    span = TEXT.pair("facts.interval", what=label)
    bounds = {"low": percent(test.low), "high": percent(test.high), "quantifier": "interval"}
    counts: dict[str, Any] = {"origin": page.origins[key]}
    compared = page.compared(key)
    return {
        "e": derived(
            percent(test.estimate),
            label,
            formula,
            operation=f"(exp(windowed({compared})[0]) - 1) * 100",
            **how,
        ),
        "r": derived(
            None,
            span,
            TEXT.pair("facts.interval_formula", draws=DRAWS),
            operation=unrejected(f"window({compared})", page.first_batch),
            **bounds,
            **how,
        ),
        "k": derived(
            test.treated,
            *TEXT.fact("facts.pilots", what=what),
            operation=f"windowed({compared})[1]",
            **counts,
        ),
        "n": derived(
            test.n - test.treated,
            *TEXT.fact("facts.others", what=what),
            operation=f"windowed({compared})[2]",
            **counts,
        ),
    }


def _detectable(page: Pilots, key: str) -> Fact:
    label, formula = TEXT.fact("facts.detectable", what=TEXT.pair(f"series.{key}"))
    value = percent(page.detectable[key].estimate)
    operation = f"(exp(windowed({page.compared(key)})[3]) - 1) * 100"
    return derived(value, label, formula, origin=page.origins[key], operation=operation, style="percent")


def _listed(page: Pilots) -> Fact:
    rows = tables.read("policies", policy=CITIES, unit="city")
    rows = rows[rows["batch"].str.contains("batch 1")]
    origin = registered(rows, rows["policy"] + "-" + rows["region_code"])
    label = TEXT.pair("facts.listed")
    return derived(len(rows), label, subjects.COUNTED, origin=origin, operation="count()")


def data(page: Pilots) -> Finding:
    """Who was compared."""
    d, b = _estimate(page, "doctors"), _estimate(page, "beds")
    values = {"n": _listed(page), "d": d["k"], "b": b["k"], "y": year(BATCHES[1])}
    return Finding("data", TEXT.say("data.headline", **values))


def level_rows(page: Pilots, lang: str) -> pd.DataFrame:
    """Two lines as charts.event_study takes them: doctors relative to each city's base, mean of pilots and of other cities, per cent."""
    table = path(page.cities)
    base = table[table["year"].between(*BASE)].groupby("region_code")["log"].mean()
    apart = table.assign(apart=table["log"] - table["region_code"].map(base), pilot=table["first"] > 0)
    mean = apart.groupby(["pilot", "year"], as_index=False)["apart"].mean()
    names = {
        flag: TEXT.text(f"cities.lines.{'pilots' if flag else 'others'}", lang) for flag in (True, False)
    }
    return pd.DataFrame(
        {
            "name": mean["pilot"].map(names),
            "year": mean["year"],
            "value": [percent(v) for v in mean["apart"]],
            "treated": mean["pilot"],
        }
    )


def _coefficients(table: pd.DataFrame, start: int) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"year": table.index + start}
        | {c: [percent(v) for v in table[c]] for c in ("estimate", "low", "high")}
    )
    rows.loc[rows["year"] == start - 1, ["low", "high"]] = np.nan
    return rows


def coef_rows(page: Pilots) -> pd.DataFrame:
    """Yearly gaps of doctors in per cent as charts.event_study takes them."""
    return _coefficients(page.study.table, BATCHES[1])


def labels(part: str, lang: str) -> dict[str, str]:
    """Words of an event-study drawing."""
    return {
        key: TEXT.text(f"{part}.labels.{key}", lang) for key in ("level_title", "can", "cannot", "why")
    } | {"unit": "%"}


def _path_table(
    page: Pilots, name: str, rows: pd.DataFrame, levels: pd.DataFrame, source: tuple[str, ...]
) -> Table:
    wide = levels.pivot(index="year", columns="treated", values="value")
    frame = rows.assign(
        pilots=wide[True].reindex(rows["year"]).to_numpy(),
        others=wide[False].reindex(rows["year"]).to_numpy(),
        year=rows["year"].astype(int).astype(str),
    )
    how: dict[str, Any] = {
        "style": "percent",
        "signed": True,
        "source_ids": source,
        "formula": TEXT.pair("words.fixed"),
    }
    columns = [TEXT.column(f"columns.{c}", **how) for c in ("estimate", "low", "high")]
    own: dict[str, Any] = {
        "style": "number",
        "decimals": 1,
        "source_ids": source,
        "formula": TEXT.pair("words.mean"),
    }
    levels_ = [TEXT.column(f"columns.{c}", **own) for c in ("pilots", "others")]
    return Table(
        name, TEXT.pair(f"{name}.caption"), frame, (TEXT.column("columns.year", "year"), *levels_, *columns)
    )


def city_years(page: Pilots, drawing: Any) -> Finding:
    """The first batch before and after. drawing: charts.event_study of doctors."""
    d, b, s = (_estimate(page, key) for key in SERIES)
    values: dict[str, Any] = {
        "a": year(BASE[0]),
        "b": year(BASE[1]),
        "y": year(WINDOW[0]),
        "z": year(WINDOW[1]),
    }
    values |= {f"d{k}": v for k, v in d.items()} | {f"b{k}": v for k, v in b.items()}
    values |= {f"s{k}": v for k, v in s.items()}
    values |= {"md": _detectable(page, "doctors"), "mb": _detectable(page, "beds"), "place": page.place}
    values |= naming.worded(values, "higher", "de", "be", "se")
    zero = all(page.tests[key, "main"].low <= 0 <= page.tests[key, "main"].high for key in SERIES)
    rows = coef_rows(page)
    source = page.origins["doctors"].source_ids
    return Finding(
        "cities",
        TEXT.say(f"cities.headline_{'level' if zero else 'apart'}", **values),
        TEXT.say("cities.subtitle", **values),
        sentences=(
            TEXT.say("cities.sentences.gap", **values),
            TEXT.say("cities.sentences.second", **values),
            TEXT.say("cities.sentences.power", **values),
        ),
        note=TEXT.say("cities.note", z=year(WINDOW[1])),
        drawing=drawing,
        tables=(_path_table(page, "cities", rows, level_rows(page, "zh"), source),),
        alt=TEXT.say("cities.alt", **values),
    )


def _test_rows(listed: list[tuple[Text, Text, Any]], lang: str, main: Text = ("", "")) -> pd.DataFrame:
    """Rows of charts.coefficients: group, label, test."""
    return pd.DataFrame(
        [
            {
                "label": pick(label, lang),
                "estimate": percent(t.estimate),
                "low": percent(t.low),
                "high": percent(t.high),
                "main": label == main,
                "group": pick(group, lang),
            }
            for group, label, t in listed
        ]
    )


def spec_rows(page: Pilots, lang: str) -> pd.DataFrame:
    """One row a series and specification as charts.coefficients takes it."""
    listed = [
        (TEXT.pair(f"series.{key}"), TEXT.pair(f"specs.{spec}"), page.tests[key, spec])
        for key in SERIES
        for spec in SPECS
    ]
    return _test_rows(listed, lang, TEXT.pair("specs.main"))


def later_rows(page: Pilots, lang: str) -> pd.DataFrame:
    """The second and third batch as charts.coefficients takes them."""
    listed = [
        (TEXT.pair(f"series.{key}"), TEXT.pair(f"batches.{b}"), t) for (key, b), t in page.later.items()
    ]
    return _test_rows(listed, lang)


def unit(lang: str) -> str:
    """Name of the axis of the gaps."""
    return TEXT.text("words.unit", lang)


def _test_table(
    name: str, rows: Callable[[str], pd.DataFrame], tests: list[Any], source: tuple[str, ...]
) -> Table:
    zh, en = rows("zh"), rows("en")
    frame = zh.assign(
        group_en=en["group"],
        label_en=en["label"],
        treated=[t.treated for t in tests],
        controls=[t.n - t.treated for t in tests],
        p=[t.p for t in tests],
    )
    how: dict[str, Any] = {
        "style": "percent",
        "signed": True,
        "source_ids": source,
        "formula": TEXT.pair("words.permuted"),
    }
    count: dict[str, Any] = {"source_ids": source, "formula": subjects.COUNTED}
    return Table(
        name,
        TEXT.pair(f"{name}.caption"),
        frame,
        (
            TEXT.column("columns.group", "name"),
            TEXT.column("columns.label", "name"),
            TEXT.column("columns.treated", "number", **count),
            TEXT.column("columns.controls", "number", **count),
            *(TEXT.column(f"columns.{c}", **how) for c in ("estimate", "low", "high")),
            TEXT.column("columns.p", "ratio", source_ids=source, formula=TEXT.pair("words.permuted")),
        ),
    )


def specifications(page: Pilots, drawing: Any) -> Finding:
    """Every comparison of the first batch. drawing: charts.coefficients of spec_rows."""
    tests = [page.tests[key, spec] for key in SERIES for spec in SPECS]
    away = sum(not t.low <= 0 <= t.high for t in tests)
    rows = pd.concat(page.cities.rows.values(), ignore_index=True)
    rows = rows[rows["year"].between(BASE[0], WINDOW[1])]
    origin = provenance(rows.drop_duplicates("observation_id"))
    values = {
        "k": derived(
            len(tests) - away,
            *TEXT.fact("facts.holding"),
            origin=origin,
            **facts.listed(
                "total((low <= 0) * (high >= 0))",
                {
                    "name": [f"{key} {spec}" for key in SERIES for spec in SPECS],
                    "low": [t.low for t in tests],
                    "high": [t.high for t in tests],
                },
            ),
        ),
        "n": derived(
            len(tests),
            *TEXT.fact("facts.compared"),
            origin=origin,
            **facts.counted(f"{key} {spec}" for key in SERIES for spec in SPECS),
        ),
        "place": page.place,
    }
    source = subjects.sources(*page.cities.rows.values())
    return Finding(
        "specs_table",
        TEXT.say("specs_table.headline", **values),
        TEXT.say("specs_table.subtitle"),
        sentences=(TEXT.say("specs_table.sentences.placebo", a=year(BASE[0]), b=year(BASE[1])),),
        note=TEXT.say("specs_table.note"),
        drawing=drawing,
        tables=(_test_table("specs_table", lambda lang: spec_rows(page, lang), tests, source),),
        alt=TEXT.say("specs_table.alt", **values),
        opens=False,
    )


def gap(page: Pilots, drawing: Any) -> Finding:
    """The later batches, and why they cannot be followed. drawing: charts.coefficients of later_rows."""
    policy = tables.read("policies", policy=CITIES, unit="city")
    later = policy[~policy["batch"].str.contains("batch 1")]
    origin = registered(later, later["policy"] + "-" + later["region_code"])
    values = {
        "n": derived(
            len(later), TEXT.pair("facts.later"), subjects.COUNTED, origin=origin, operation="count()"
        ),
        "a": year(BATCHES[2]),
        "b": year(BATCHES[3]),
        "z": year(SPAN[1]),
        "y": year(SPAN[1] + 1),
        "place": page.place,
    }
    source = subjects.sources(*page.cities.rows.values())
    return Finding(
        "gap",
        TEXT.say("gap.headline", **values),
        TEXT.say("gap.subtitle", **values),
        sentences=(TEXT.say("gap.sentences.what", **values),),
        note=TEXT.say("gap.note"),
        drawing=drawing,
        tables=(_test_table("gap", lambda lang: later_rows(page, lang), list(page.later.values()), source),),
        alt=TEXT.say("gap.alt", **values),
        opens=False,
    )


def _province_facts(page: Pilots, key: str) -> dict[str, Fact]:
    found, honest, what = page.found[key], page.honest[key], TEXT.pair(f"outcomes.{key}")
    wide = honest.table.loc[MAGNITUDE]
    how: dict[str, Any] = {"origin": page.outcome_origin(key), "style": "percent", "signed": True}
    label, formula = TEXT.fact("facts.att", what=what)
    spans = {"r": (found.low, found.high, "att_interval"), "h": (wide["low"], wide["high"], "honest")}
    indicator, under = OUTCOMES[key][:2]
    series = f"log({indicator} / {under})" if under else f"log({indicator})"
    groups = {y: sorted(c for c, named in dates().items() if named == y) for y in (FIRST, SECOND)}
    told = {"r": f"staggered_interval({series}, {groups})", "h": f"honest({series}, {groups}, {MAGNITUDE:g})"}
    operation = f"(exp(staggered({series}, {groups})) - 1) * 100"
    facts = {"e": derived(percent(found.estimate), label, formula, operation=operation, **how)}
    for name, (low, high, words) in spans.items():
        bounds: dict[str, Any] = {"low": percent(low), "high": percent(high), "quantifier": "interval"}
        named, how_wide = TEXT.fact(f"facts.{words}", what=label)
        operation = f"(exp({told[name]}) - 1) * 100"
        facts[name] = derived(None, named, how_wide, operation=operation, **bounds, **how)
    return facts


def stay_levels(page: Pilots, tables_: Mapping[str, pd.DataFrame], lang: str) -> pd.DataFrame:
    """Mean stay relative to 2014 of provinces named and never named, per cent, as charts.event_study takes it."""
    t = tables_["stay"]
    base = t[t["year"] == FIRST - 1].set_index("region_code")["log"]
    apart = t.assign(apart=t["log"] - t["region_code"].map(base), pilot=t["first"] > 0)
    mean = apart.groupby(["pilot", "year"], as_index=False)["apart"].mean()
    names = {
        flag: TEXT.text(f"provinces.lines.{'pilots' if flag else 'others'}", lang) for flag in (True, False)
    }
    return pd.DataFrame(
        {
            "name": mean["pilot"].map(names),
            "year": mean["year"],
            "value": [percent(v) for v in mean["apart"]],
            "treated": mean["pilot"],
        }
    )


def stay_coefs(page: Pilots) -> pd.DataFrame:
    """Gaps of stay by time since the date, laid on the years of the first batch, as charts.event_study takes them."""
    table = page.studies["stay"].table
    table = table.loc[[t for t in table.index if FIRST + t <= OUTCOMES["stay"][3]]]
    return _coefficients(table, FIRST)


def provinces(page: Pilots, tables_: Mapping[str, pd.DataFrame], drawing: Any) -> Finding:
    """Stay of the eleven pilot provinces. tables_: outcomes; drawing: charts.event_study."""
    stay = _province_facts(page, "stay")
    start = dates()
    rows = tables.read("policies", policy=PROVINCES, unit="province")
    origin = registered(rows, rows["policy"] + "-" + rows["region_code"])
    values: dict[str, Any] = {
        "n": derived(
            len(start), TEXT.pair("facts.named"), subjects.COUNTED, origin=origin, operation="count()"
        ),
        "a": year(FIRST),
        "b": year(SECOND),
        "z": year(OUTCOMES["stay"][3]),
        "place": page.place,
        **stay,
    }
    for i, y in enumerate((FIRST, SECOND)):
        test = page.batches[y]
        label, formula = TEXT.fact("facts.batch", y=y)
        bounds = {"low": percent(test.low), "high": percent(test.high), "quantifier": "interval"}
        how: dict[str, Any] = {"origin": page.outcome_origin("stay"), "style": "percent", "signed": True}
        own, others = (
            sorted(c for c, named in start.items() if (named == y) == same) for same in (True, False)
        )
        operation = f"(exp(parted(lacking(log({STAY}), {others}), {own}, {y})) - 1) * 100"
        values[f"p{i}"] = derived(percent(test.estimate), label, formula, operation=operation, **how)
        span = TEXT.pair("facts.interval", what=label)
        values[f"q{i}"] = derived(
            None,
            span,
            TEXT.pair("facts.interval_formula", draws=DRAWS),
            operation=unrejected(f"moved(lacking(log({STAY}), {others}), {y})", own),
            **bounds,
            **how,
        )
    zero = page.found["stay"].low <= 0 <= page.found["stay"].high
    source = page.outcome_origin("stay").source_ids
    values |= naming.worded(values, "higher", "e", "p0", "p1")
    return Finding(
        "provinces",
        TEXT.say(f"provinces.headline_{'level' if zero else 'apart'}", **values),
        TEXT.say("provinces.subtitle", a=year(FIRST), c=year(FIRST - 1)),
        sentences=(
            TEXT.say("provinces.sentences.gap", **values),
            TEXT.say("provinces.sentences.honest", **values),
            TEXT.say("provinces.sentences.batches", **values),
        ),
        note=TEXT.say("provinces.note"),
        drawing=drawing,
        tables=(_path_table(page, "provinces", stay_coefs(page), stay_levels(page, tables_, "zh"), source),),
        alt=TEXT.say("provinces.alt", **values),
        opens=False,
    )


def outcome_rows(page: Pilots, lang: str) -> pd.DataFrame:
    """One row an outcome as charts.coefficients takes it: under parallel trends, and when trends may part as far as before."""
    rows = []
    for key, found in page.found.items():
        wide = page.honest[key].table.loc[MAGNITUDE]
        for part, value, low, high in (
            ("parallel", found.estimate, found.low, found.high),
            ("apart", page.honest[key].estimate, wide["low"], wide["high"]),
        ):
            rows.append(
                {
                    "label": TEXT.text(f"assumptions.{part}", lang),
                    "estimate": percent(value),
                    "low": percent(low),
                    "high": percent(high),
                    "main": part == "parallel",
                    "group": TEXT.text(f"outcomes.{key}", lang),
                }
            )
    return pd.DataFrame(rows)


def other_outcomes(page: Pilots, drawing: Any) -> Finding:
    """Spending and staff of the pilot provinces. drawing: charts.coefficients of outcome_rows."""
    zh, en = outcome_rows(page, "zh"), outcome_rows(page, "en")
    source = subjects.sources(page.provinces)
    how: dict[str, Any] = {
        "style": "percent",
        "signed": True,
        "source_ids": source,
        "formula": TEXT.pair("words.staggered"),
    }
    values: dict[str, Any] = {"place": page.place}
    for short, key in (("s", "spending"), ("d", "doctors"), ("n", "nurses")):
        values |= {f"{short}{k}": v for k, v in _province_facts(page, key).items() if k != "h"}
    values |= naming.worded(values, "higher", "se", "de", "ne")
    level = all(f.low <= 0 <= f.high for f in page.found.values())
    return Finding(
        "others",
        TEXT.say(f"others.headline_{'level' if level else 'apart'}", **values),
        TEXT.say("others.subtitle"),
        sentences=(TEXT.say("others.sentences.each", **values),),
        note=TEXT.say("others.note"),
        drawing=drawing,
        tables=(
            Table(
                "others",
                TEXT.pair("others.caption"),
                zh.assign(group_en=en["group"], label_en=en["label"]),
                (
                    TEXT.column("columns.group", "name"),
                    TEXT.column("columns.label", "name"),
                    *(TEXT.column(f"columns.{c}", **how) for c in ("estimate", "low", "high")),
                ),
            ),
        ),
        alt=TEXT.say("others.alt", **values),
        opens=False,
    )


def closing(page: Pilots) -> Finding:
    """What would settle it."""
    return subjects.closing((TEXT.state("E8", "closing.states.E8"), TEXT.state("E1", "closing.states.E1")))
