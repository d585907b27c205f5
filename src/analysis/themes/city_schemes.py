"""Cities with talent and resource schemes: did their doctors' path differ from the other cities of the yearbook, and could it have been seen?

Places: the cities that the bulletin on four cities tells of. Rows: doctors of all cities, whole city. The document prints no start of a
scheme but one, so the year from which paths are compared is an assumption; what a city changed on its path is set against what every
other city changed on its own (permutation over cities), without cities whose counts jump, and against a weighted mean of its nearest
cities (synthetic control). A city is one unit: no cause is claimed, and what size of difference could have been seen is said first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, facts, tables, texts
from analysis.facts import Coverage, Fact, State, Text, derived, observed
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import NOTHING, Sentence, assumed, year
from analysis.themes import city_panel, naming, subjects

TEXT = texts.of(__file__)

DOCUMENT = "doc-004"
DOCTORS = "city_doctors"
BEFORE, START = 2016, 2020  # an assumption, see the note of the page; 2017 is printed in round hundreds
ROUNDED = 2017
SINCE = 2010  # first year of the synthetic control: ten years before the assumed start
RECRUITS = "phd_recruited_fulltime"
SEEN = 0.95  # share of other cities whose change is smaller than what would have stood out
MISFIT = 0.02  # root mean square of the log gap before the start, from which a fit is called poor
DONORS = 6  # nearest cities with a whole series, below which no synthetic city is made


@dataclass(frozen=True)
class Schemes(subjects.Subject):
    """A city of the document and all cities of the yearbook. rows: doctors, one row a city and year; near: its nearest cities."""

    rows: pd.DataFrame
    near: tuple[str, ...]
    stated: pd.DataFrame
    told: frozenset[str]  # cities that the document tells of, which are compared with none of the others

    @cached_property
    def wide(self) -> pd.DataFrame:
        """Doctors: index city, one column a year."""
        return self.rows.pivot(index="region_code", columns="year", values="value")

    @cached_property
    def last(self) -> int:
        """The newest year that the cities share and the city has."""
        mine = set(self.rows.loc[self.rows["region_code"] == self.code, "year"])
        return max(mine & set(city_panel.years().held[DOCTORS]))

    @cached_property
    def series(self) -> list[int]:
        """The years that the cities share, to the last."""
        return [y for y in self.wide.columns if y <= self.last]

    @cached_property
    def jumped(self) -> frozenset[str]:
        """Cities with a year that looks like a recount inside the years compared."""
        r = self.rows
        inside = (r["year"] > BEFORE) & (r["year"] <= self.last) & r["flags"].str.contains("jump")
        return frozenset(r.loc[inside, "region_code"])

    def behind(self, codes: object, *years: int) -> pd.DataFrame:
        r = self.rows
        return r[r["region_code"].isin(list(codes)) & r["year"].isin(years)]  # type: ignore[call-overload]

    def count(self, code: str, year_: int) -> Fact:
        return observed(self.behind([code], year_))

    @property
    def turn(self) -> str:
        """The change of each city's growth a year, per cent, in the language of operations."""
        a, s, z = (f"at({DOCTORS}, {y})" for y in (BEFORE, START, self.last))
        return f"((log({z} / {s}) / {self.last - START} - log({s} / {a}) / {START - BEFORE}) * 100)"

    @property
    def home(self) -> list[str]:
        """Cities of the province."""
        return [c.code for c in catalog.cities_of(self.region.parent)]


def coverage() -> Coverage:
    """The cities that the document tells of."""
    held = tables.read("observations", source_id=DOCUMENT)["region_code"]
    codes = sorted({c for c in held if catalog.region(c).level == "city"})
    found: Coverage = {code: None for code in codes}
    return subjects.once(lambda: bool(found) and _ready(codes), found)


def _ready(codes: list[str]) -> bool:
    rows = city_panel.read(codes)
    have = rows[rows["indicator"] == DOCTORS].groupby("region_code")["year"].agg(set)
    return all({BEFORE, START} <= have.get(code, set()) and max(have[code]) > START for code in codes)


@dataclass(frozen=True)
class Every:
    """What the pages of all places have in common. rows, told: as ``Schemes`` has them; people, income: ``city_panel.people_and_income``."""

    rows: pd.DataFrame
    people: pd.DataFrame
    income: pd.DataFrame
    told: frozenset[str]


def every() -> Every:
    """Read the doctors of all cities and what the choice of cities to compare with needs, once above the parameters."""
    codes = [r.code for r in catalog.regions().values() if r.level == "city"]
    rows = city_panel.comparable(city_panel.read(codes))
    people, income = city_panel.people_and_income()
    return Every(rows[rows["indicator"] == DOCTORS], people, income, frozenset(coverage()))


def load(region_code: str, held: Every | None = None) -> Schemes:
    """A city of the document beside all cities, its nearest cities and what the document states. held: what was read for all places.

    Raises ParameterError for a code that is no region.
    """
    code, held = catalog.region(region_code).code, held or every()
    near = city_panel.nearest(code, held.people, held.income)
    stated = tables.read("observations", source_id=DOCUMENT, region_code=code, indicator=RECRUITS)
    return Schemes(code, held.rows, tuple(near), stated, held.told)


def changes(schemes: Schemes, before: int = BEFORE, jumps: bool = False) -> pd.DataFrame:
    """One row a city: log growth a year before and after the assumed start and the change between them, in per cent.

    jumps: also cities with a year inside that looks like a recount; other cities of the document are left out, as they have schemes too.
    """
    w = schemes.wide[[before, START, schemes.last]].dropna()
    out = set() if jumps else set(schemes.jumped)
    out |= schemes.told
    w = w[~w.index.isin(out - {schemes.code})]
    first = np.log(w[START] / w[before]) / (START - before) * 100
    second = np.log(w[schemes.last] / w[START]) / (schemes.last - START) * 100
    return pd.DataFrame({"before": first, "after": second, "change": second - first})


def placed(table: pd.DataFrame, code: str) -> dict[str, float]:
    """How far a city's change is from the median city's, the share of cities at least as far (itself counted), and what ``SEEN`` of the others stay under."""
    apart = table["change"] - table["change"].median()
    others = apart.drop(code).abs()
    return {
        "apart": float(apart[code]),
        "p": float((apart.abs() >= abs(apart[code])).mean()),
        "seen": float(others.quantile(SEEN)),
    }


def line_rows(schemes: Schemes, lang: str) -> pd.DataFrame:
    """Doctors of the province's cities with the assumed start at a hundred, as charts.lines takes it."""
    w = schemes.wide.reindex(schemes.home)[[y for y in schemes.series if y >= BEFORE]]
    scaled = w.div(w[START], axis=0).dropna() * 100
    long = scaled.rename_axis(index="code", columns="year").stack().rename("value").reset_index()
    return long.assign(name=[catalog.region(c).short(lang) for c in long["code"]])


def _growth(schemes: Schemes, a: int, b: int, value: float) -> Fact:
    inputs = (schemes.count(schemes.code, a), schemes.count(schemes.code, b))
    label, formula = TEXT.fact("facts.growth", place=schemes.place, a=a, b=b)
    operation = f"log(b / a) / {b - a} * 100"
    return derived(value, label, formula, inputs=inputs, operation=operation, style="percent", decimals=1)


def path(schemes: Schemes, drawing: Drawn | None) -> Finding:
    """What the city changed on its path against all cities, and what could have been seen. drawing: charts.lines of line_rows."""
    table = changes(schemes)
    own, at = table.loc[schemes.code], placed(table, schemes.code)
    rows = schemes.behind(table.index, BEFORE, START, schemes.last)
    doctors = schemes.count(schemes.code, START)
    needed = at["seen"] / 100 * (schemes.last - START) * (doctors.value or 0)

    def of(key: str, value: float, **how: Any) -> Fact:
        return derived(value, *TEXT.fact(f"facts.{key}", place=schemes.place), rows=rows, **how)

    turn = schemes.turn
    apart = f"abs({turn} - median({turn}))"
    inside = at["p"] > 1 - SEEN
    values: dict[str, Any] = {
        "place": schemes.place,
        "a": year(BEFORE),
        "s": year(START),
        "z": year(schemes.last),
        "g0": _growth(schemes, BEFORE, START, own["before"]),
        "g1": _growth(schemes, START, schemes.last, own["after"]),
        "n": of("cities", len(table), operation="distinct('place')", style="count", unit="个"),
        "d": of(
            "apart",
            at["apart"],
            operation=f"of({turn} - median({turn}), '{schemes.code}')",
            style="pp",
            signed=True,
        ),
        "p": of(
            "p",
            at["p"] * 100,
            operation=f"mean({apart} >= of({apart}, '{schemes.code}')) * 100",
            style="percent",
            decimals=0,
        ),
        "mde": of(
            "seen", at["seen"], operation=f"quantile(other({apart}, '{schemes.code}'), {SEEN})", style="pp"
        ),
        "need": of(
            "need",
            round(needed, -2),
            operation=f"rounded(quantile(other({apart}, '{schemes.code}'), {SEEN}) / 100 * {schemes.last - START}"
            f" * of(at({DOCTORS}, {START}), '{schemes.code}'), -2)",
            style="count",
            unit="人",
            step=100,
        ),
        "doctors": doctors,
        "share": assumed(f"{SEEN:.0%}"),
        "jump": TEXT.phrase("path.jump") if schemes.code in schemes.jumped else NOTHING,
    }
    values |= naming.worded(values, "above", "d")
    sentences = [
        TEXT.say(
            "path.sentences.same" if inside else "path.sentences.different", id="compared", **values, brief=3
        ),
        TEXT.say("path.sentences.seen", **values),
    ]
    if len(schemes.stated):
        sentences.append(_recruits(schemes, values))
    return Finding(
        "path",
        TEXT.say("path.headline_same" if inside else "path.headline_different", **values),
        TEXT.say("path.subtitle", s=year(START)),
        sentences=tuple(sentences),
        note=TEXT.say("path.note"),
        drawing=drawing,
        tables=(_sensitivity(schemes), _home(schemes)),
        alt=TEXT.say("path.alt", **values),
    )


def _recruits(schemes: Schemes, values: dict[str, Any]) -> Sentence:
    """The doctorates that the document counts against the net gain of doctors."""
    first, last = schemes.count(schemes.code, START), schemes.count(schemes.code, schemes.last)
    stated = observed(schemes.stated)
    gain = derived(
        (last.value or 0) - (first.value or 0),
        *TEXT.fact("facts.gain", place=schemes.place, a=START, b=schemes.last),
        inputs=(first, last),
        operation="b - a",
        style="count",
        unit="人",
    )
    share = derived(
        (stated.value or 0) / (gain.value or 1) * 100,
        *TEXT.fact("facts.recruits", place=schemes.place),
        inputs=(stated, gain),
        operation="a / b * 100",
        style="percent",
    )
    return TEXT.say(
        "path.sentences.recruits",
        k=stated,
        g=gain,
        r=share,
        need=values["need"],
        a=values["s"],
        z=values["z"],
    )


def _sensitivity(schemes: Schemes) -> Table:
    """The same comparison under other choices: the round counts as base, and with cities whose counts jump."""
    found = []
    for key, before, jumps in (
        ("main", BEFORE, False),
        ("with_jumps", BEFORE, True),
        ("round_base", ROUNDED, False),
        ("early_base", BEFORE - 2, False),
    ):
        table = changes(schemes, before, jumps)
        if schemes.code not in table.index:
            continue
        at = placed(table, schemes.code)
        found.append(
            {"what": TEXT.text(f"choices.{key}", "zh"), "what_en": TEXT.text(f"choices.{key}", "en"), "years": f"{before}–{schemes.last}",
             "n": len(table), "apart": at["apart"], "p": at["p"] * 100, "seen": at["seen"]}
        )  # fmt: skip
    source = subjects.sources(schemes.rows)
    return Table(
        "choices",
        TEXT.pair("path.choices"),
        pd.DataFrame(found),
        (
            TEXT.column("columns.what", "name"),
            TEXT.column("columns.years", "text"),
            TEXT.column("columns.n", "number", source_ids=source),
            TEXT.column("columns.apart", "pp", signed=True, source_ids=source),
            TEXT.column("columns.p", "percent", decimals=0, source_ids=source),
            TEXT.column("columns.seen", "pp", source_ids=source),
        ),
    )


def _home(schemes: Schemes) -> Table:
    """The cities of the province: doctors and growth a year before and after."""
    w = schemes.wide.reindex(schemes.home)[[BEFORE, START, schemes.last]].dropna()
    frame = pd.DataFrame(
        {
            "region_code": w.index,
            "name": [catalog.region(c).short("zh") for c in w.index],
            "name_en": [catalog.region(c).short("en") for c in w.index],
            "doctors": w[schemes.last].to_numpy(),
            "scaled": (w[schemes.last] / w[START] * 100).to_numpy(),
            "before": (np.log(w[START] / w[BEFORE]) / (START - BEFORE) * 100).to_numpy(),
            "after": (np.log(w[schemes.last] / w[START]) / (schemes.last - START) * 100).to_numpy(),
            "jump": [TEXT.text("words.jump", "zh") if c in schemes.jumped else "" for c in w.index],
            "jump_en": [TEXT.text("words.jump", "en") if c in schemes.jumped else "" for c in w.index],
        }
    ).sort_values("after", ascending=False, kind="stable")
    source = subjects.sources(schemes.rows)
    how: dict[str, Any] = {
        "signed": True,
        "source_ids": source,
        "formula": TEXT.pair("words.growth"),
        "decimals": 1,
    }
    return Table(
        "home",
        TEXT.pair("path.home"),
        frame,
        (
            TEXT.column("columns.city", "name"),
            TEXT.column("columns.doctors", "number", source_ids=source, indicator=DOCTORS),
            TEXT.column("columns.scaled", "number", decimals=0, source_ids=source),
            TEXT.column("columns.before", "percent", **how),
            TEXT.column("columns.after", "percent", **how),
            TEXT.column("columns.jump", "text"),
        ),
        highlight=tuple(i for i, c in enumerate(frame["region_code"]) if c == schemes.code),
    )


def rounding(schemes: Schemes) -> Finding:
    """Where the city stands among those of its province from the round counts on, and between which places rounding leaves it."""
    r = schemes.rows[schemes.rows["region_code"].isin(schemes.home)]
    base, end = (r[r["year"] == y].set_index("region_code") for y in (ROUNDED, START))
    codes = [c for c in base.index if c in end.index]
    half = pd.Series({c: 50.0 if "rounded" in base.at[c, "flags"] else 0.5 for c in codes})
    value = base.loc[codes, "value"]
    growth = end.loc[codes, "value"] / value
    most, least = (end.loc[codes, "value"] / (value + sign * half) for sign in (-1, 1))
    own = schemes.code
    place = int((growth > growth[own]).sum()) + 1
    best = int((least.drop(own) > most[own]).sum()) + 1
    worst = int((most.drop(own) > least[own]).sum()) + 1
    rows = schemes.behind(codes, ROUNDED, START)
    later = schemes.wide.loc[codes, schemes.last] / schemes.wide.loc[codes, START]
    label, formula = TEXT.fact("facts.place", place=schemes.place, a=ROUNDED, b=START)
    grown = f"at({DOCTORS}, {{1}}) / at({DOCTORS}, {{0}})"
    ends = f"at({DOCTORS}, {ROUNDED}), at({DOCTORS}, {START})"
    after, how_after = TEXT.fact("facts.place_after", place=schemes.place, a=START, b=schemes.last)
    values: dict[str, Any] = {
        "place": schemes.place,
        "a": year(ROUNDED),
        "s": year(START),
        "z": year(schemes.last),
        "n": derived(len(codes), *TEXT.fact("facts.home"), rows=rows, operation="distinct('place')", style="count", unit="个"),
        "r0": derived(place, label, formula, rows=rows, operation=f"rank({grown.format(ROUNDED, START)}, '{own}')", style="rank"),
        "range": _range(label, formula, rows, best, worst, f"ranks_within({ends}, half({DOCTORS}, {ROUNDED}), '{own}')"),
        "r1": derived(int((later > later[own]).sum()) + 1, after, how_after, rows=schemes.behind(codes, START, schemes.last), operation=f"rank({grown.format(START, schemes.last)}, '{own}')", style="rank"),
        "k": derived(int((half == 50).sum()), *TEXT.fact("facts.round"), rows=rows, operation=f"total(half({DOCTORS}, {ROUNDED}) == 50)", style="count", unit="个"),
    }  # fmt: skip
    return Finding(
        "rounding",
        TEXT.say("rounding.headline", **values),
        sentences=(
            TEXT.say(
                "rounding.sentences.firm" if best == worst else "rounding.sentences.loose",
                id="places",
                **values,
            ),
        ),
        note=TEXT.say("rounding.note"),
    )


def _range(label: Text, formula: Text, rows: pd.DataFrame, best: int, worst: int, operation: str) -> Fact:
    inside = TEXT.pair("words.inside")
    named = (label[0] + inside[0], label[1] + inside[1])
    how: dict[str, Any] = {"style": "rank", "low": best, "high": worst, "quantifier": "interval"}
    return derived(None, named, formula, rows=rows, operation=operation, **how)


def donors(schemes: Schemes) -> pd.DataFrame:
    """Log doctors less their mean before the start, periods x cities: the city and its nearest with a whole series and no jump after it begins."""
    codes = [schemes.code, *(c for c in schemes.near if c not in schemes.told)]
    w = schemes.wide.reindex(codes)[[y for y in schemes.series if y >= SINCE]].dropna()
    logs = np.log(w)
    return logs.sub(logs.loc[:, : START - 1].mean(axis=1), axis=0).T


def enough(schemes: Schemes) -> bool:
    """Whether a synthetic city can be made."""
    table = donors(schemes)
    return schemes.code in table.columns and table.shape[1] > DONORS


def synthetic(schemes: Schemes, method: Callable[..., Any]) -> Finding:
    """The city beside a weighted mean of its nearest cities. method: effects.synthetic_control."""
    if not enough(schemes):
        return schemes.silent("synthetic", "E8", *TEXT.fact("synthetic.none"), TEXT.pair("synthetic.settle"))
    table = donors(schemes)
    found = method(table, treated=schemes.code, start=START)
    rows = schemes.behind(table.columns, *(y for y in schemes.series if y >= SINCE))
    poor = found.rmse > MISFIT

    def of(key: str, value: float, **how: Any) -> Fact:
        return derived(value, *TEXT.fact(f"facts.{key}", place=schemes.place), rows=rows, **how)

    def weighed(part: int) -> dict[str, Any]:
        told = f"synthetic({DOCTORS}, '{schemes.code}', {START})[{part}] * 100"
        return facts.listed(told, {"place": found.weights.index, "weight": found.weights})

    errors = found.placebos
    told = {"place": errors.index, "before": errors["rmse_before"], "after": errors["rmse_after"]}
    values: dict[str, Any] = {
        "place": schemes.place,
        "a": year(SINCE),
        "s": year(START),
        "z": year(schemes.last),
        "n": of("donors", table.shape[1] - 1, operation="distinct('place') - 1", style="count", unit="个"),
        "gap": of("gap", found.estimate * 100, **weighed(0), style="percent", decimals=1, signed=True),
        "fit": of("fit", found.rmse * 100, **weighed(1), style="percent", decimals=1),
        "p": of(
            "p_synthetic",
            found.p * 100,
            **facts.listed("mean(after / before >= (after / before)[0]) * 100", told),
            style="percent",
            decimals=0,
        ),
        "line": assumed(f"{MISFIT:.0%}"),
    }
    values |= naming.worded(values, "above", "gap")
    chosen = found.weights[found.weights > 0.005].sort_values(ascending=False)
    frame = pd.DataFrame(
        {
            "region_code": chosen.index,
            "name": [catalog.region(c).short("zh") for c in chosen.index],
            "name_en": [catalog.region(c).short("en") for c in chosen.index],
            "weight": chosen.to_numpy() * 100,
        }
    )
    source = subjects.sources(schemes.rows)
    return Finding(
        "synthetic",
        TEXT.say("synthetic.headline_poor" if poor else "synthetic.headline", **values),
        sentences=(TEXT.say("synthetic.sentences.poor" if poor else "synthetic.sentences.gap", **values),),
        note=TEXT.say("synthetic.note"),
        tables=(
            Table(
                "weights",
                TEXT.pair("synthetic.caption"),
                frame,
                (
                    TEXT.column("columns.city", "name"),
                    TEXT.column("columns.weight", "percent", source_ids=source),
                ),
            ),
        ),
    )


def data(schemes: Schemes) -> Finding:
    """Which series is compared."""
    n = len(schemes.wide[[BEFORE, START, schemes.last]].dropna())
    rows = schemes.behind(schemes.wide.index, BEFORE, START, schemes.last)
    fact = derived(
        n,
        *TEXT.fact("facts.all_cities", place=schemes.place),
        rows=rows,
        operation=f"size({schemes.turn})",
        style="count",
        unit="个",
    )
    return Finding("data", TEXT.say("data.headline", place=schemes.place, n=fact))


def closing(schemes: Schemes) -> Finding:
    """What would be needed."""
    states: list[State] = [
        TEXT.state(code, f"closing.{key}") for code, key in (("E4", "start"), ("E1", "who"), ("E8", "one"))
    ]
    return subjects.closing(states)


def drawn_names(schemes: Schemes) -> tuple[str, ...]:
    """The cities of the province that the figure names beside the page's own: those that grew most and least after the start."""
    w = schemes.wide.reindex(schemes.home).dropna(subset=[START, schemes.last])
    growth = (w[schemes.last] / w[START]).drop(schemes.code).sort_values()
    return (growth.index[-1], growth.index[0])
