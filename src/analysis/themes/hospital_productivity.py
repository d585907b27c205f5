"""Hospital productivity and costs in the ten provinces of the health yearbook, 2010-2019: a description beside the dates of payment reform.

National edition only. Malmquist's index from beds and staff to visits and admissions, first year to last; with ten units one province can
move the frontier, so each is left out in turn. Costs at current prices. The lists of payment pilots are incomplete: they date, never divide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Coverage, Fact, Provenance, derived, observed, provenance, registered
from analysis.findings import Column, Finding, Table
from analysis.sentences import year
from analysis.themes import naming, staff_activity, subjects

TEXT = texts.of(__file__)
INPUTS = ["hospital_beds", "hospital_personnel"]
OUTPUTS = ["hospital_visits", "hospital_admissions"]
FEES = ("inpatient_fee", "outpatient_fee")
FIRST, LAST = staff_activity.YEARS
PAYMENT = ("C-DRG收付费试点", "DRG国家试点", "DIP国家试点")
# the frontier's inputs and outputs and the two years, in the language of operations
TOLD = f"[{', '.join(INPUTS)}], [{', '.join(OUTPUTS)}], {FIRST}, {LAST}"
DESIGN = {"inputs": INPUTS, "outputs": OUTPUTS, "unit": "region_code", "time": "year"}


@dataclass(frozen=True)
class Productivity(subjects.Subject):
    """The page. rows: the yearbook's rows of its provinces; found: index region_code, columns tfp, efficiency, technical, low, high."""

    rows: pd.DataFrame
    found: pd.DataFrame

    @cached_property
    def origin(self) -> Provenance:
        """What stands behind the index: inputs and outputs of both years."""
        r = self.rows
        return provenance(r[r["indicator"].isin([*INPUTS, *OUTPUTS]) & r["year"].isin([FIRST, LAST])])

    def fee(self, key: str, code: str, y: int) -> Fact:
        """A mean cost as published."""
        r = self.rows
        return observed(r[(r["indicator"] == key) & (r["region_code"] == code) & (r["year"] == y)])


def coverage() -> Coverage:
    """The nation alone, once the yearbook's last year of the span is known."""
    return subjects.once(
        lambda: subjects.last_year(staff_activity.SOURCE, [*INPUTS, *OUTPUTS, *FEES], 10) >= LAST,
        {catalog.NATION: None},
    )


def read() -> pd.DataFrame:
    """Rows of the yearbook's provinces that have every figure in every year of the span."""
    keys = [*INPUTS, *OUTPUTS, *FEES]
    rows = tables.read(
        "observations", source_id=staff_activity.SOURCE, indicator=keys, year=staff_activity.YEARS
    )
    rows = rows[rows["region_code"] != catalog.NATION].assign(year=lambda d: d["year"].astype(int))
    size = rows.groupby("region_code").size()
    return rows[rows["region_code"].isin(size.index[size == len(keys) * (LAST - FIRST + 1)])]


def ends(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a province for the first and the last year, as efficiency.malmquist takes it."""
    part = rows[rows["year"].isin([FIRST, LAST])]
    return part.pivot(index=["region_code", "year"], columns="indicator", values="value").reset_index()


def without_each(table: pd.DataFrame, method: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """The index of each province, and its range when any one of the others is left out. method: efficiency.malmquist."""

    def change(part: pd.DataFrame) -> pd.DataFrame:
        return method(part, **DESIGN).dropna().set_index("region_code")

    found = change(table)
    others = {c: change(table[table["region_code"] != c])["tfp"] for c in found.index}
    spread = pd.DataFrame(others)
    return found.assign(low=spread.min(axis=1), high=spread.max(axis=1))


def load(region_code: str, rows: pd.DataFrame, found: pd.DataFrame) -> Productivity:
    """The page's view."""
    return Productivity(region_code, rows, found)


def _change(page: Productivity, code: str) -> dict[str, Fact]:
    """A province's change of productivity in per cent and its range."""
    row = page.found.loc[code]
    label, formula = TEXT.fact("facts.tfp", place=naming.place(code), a=FIRST, z=LAST)
    how: dict[str, Any] = {"origin": page.origin, "style": "percent", "signed": True}
    own = f"(of(malmquist({TOLD}), '{code}') - 1) * 100"
    span = TEXT.pair("facts.range", what=label)
    bounds: dict[str, Any] = {
        "low": (row["low"] - 1) * 100,
        "high": (row["high"] - 1) * 100,
        "quantifier": "interval",
    }
    return {
        "e": derived((row["tfp"] - 1) * 100, label, formula, operation=own, **how),
        "r": derived(
            None,
            span,
            TEXT.pair("facts.range_formula"),
            operation=f'without_others("{code}", "{own}")',
            **bounds,
            **how,
        ),
    }


def change_rows(page: Productivity, lang: str) -> pd.DataFrame:
    """One row a province as charts.coefficients takes it: change of productivity, per cent."""
    order = page.found.sort_values("tfp", ascending=False)
    return pd.DataFrame(
        {
            "label": [catalog.region(c).short(lang) for c in order.index],
            "estimate": (order["tfp"] - 1) * 100,
            "low": (order["low"] - 1) * 100,
            "high": (order["high"] - 1) * 100,
        }
    )


def unit(lang: str) -> str:
    """Name of the axis."""
    return TEXT.text("words.unit", lang)


def change(page: Productivity, drawing: Any) -> Finding:
    """How productivity changed. drawing: charts.coefficients of change_rows."""
    f = page.found.sort_values("tfp", ascending=False)
    top, low = str(f.index[0]), str(f.index[-1])
    counts = {"up": int((f["low"] > 1).sum()), "down": int((f["high"] < 1).sum()), "n": len(f)}
    told = {
        "up": f"total(malmquist_without({TOLD})[0] > 1)",
        "down": f"total(malmquist_without({TOLD})[1] < 1)",
        "n": "distinct('place')",
    }
    values: dict[str, Any] = {
        key: derived(n, *TEXT.fact(f"facts.{key}"), origin=page.origin, operation=told[key])
        for key, n in counts.items()
    }
    values |= {"a": year(FIRST), "z": year(LAST), "top": naming.place(top), "low": naming.place(low)}
    values |= {f"t{k}": v for k, v in _change(page, top).items()}
    values |= {f"l{k}": v for k, v in _change(page, low).items()}
    values["place"] = page.place
    frame = f.assign(
        region_code=f.index,
        name=[catalog.region(str(c)).short("zh") for c in f.index],
        name_en=[catalog.region(str(c)).short("en") for c in f.index],
        **{k: (f[k] - 1) * 100 for k in ("tfp", "low", "high", "efficiency", "technical")},
    )
    how: dict[str, Any] = {
        "style": "percent",
        "signed": True,
        "source_ids": page.origin.source_ids,
        "formula": TEXT.pair("words.index"),
    }
    columns = [TEXT.column(f"columns.{c}", **how) for c in ("tfp", "low", "high", "efficiency", "technical")]
    return Finding(
        "change",
        TEXT.say("change.headline", **values),
        TEXT.say("change.subtitle", **values),
        sentences=(
            TEXT.say(
                "change.sentences.ends",
                **values,
                tw=naming.moved(values["te"]),
                lw=naming.moved(values["le"]),
            ),
        ),
        note=TEXT.say("change.note"),
        drawing=drawing,
        tables=(
            Table(
                "change", TEXT.pair("change.caption"), frame, (TEXT.column("columns.name", "name"), *columns)
            ),
        ),
        alt=TEXT.say("change.alt", **values),
    )


def fee_rows(page: Productivity, lang: str) -> pd.DataFrame:
    """One row a province and year as charts.lines takes it: cost of a stay in yuan."""
    r = page.rows[page.rows["indicator"] == FEES[0]]
    return pd.DataFrame(
        {
            "code": r["region_code"],
            "name": [catalog.region(c).short(lang) for c in r["region_code"]],
            "year": r["year"],
            "value": r["value"],
        }
    )


def named(page: Productivity) -> dict[str, list[str]]:
    """The dearest and the cheapest province of the last year, named in the chart."""
    r = page.rows[(page.rows["indicator"] == FEES[0]) & (page.rows["year"] == LAST)]
    by = r.set_index("region_code")["value"]
    return {"named": [str(by.idxmax()), str(by.idxmin())]}


def costs(page: Productivity, drawing: Any) -> Finding:
    """What a stay cost, and when payment pilots were named. drawing: charts.lines of fee_rows."""
    policy = tables.read("policies", policy=list(PAYMENT), unit="city")
    origin = registered(policy, policy["policy"] + "-" + policy["region_code"])
    ids, codes = named(page)["named"], sorted(set(page.rows["region_code"]))
    r = page.rows[page.rows["indicator"] == FEES[0]]
    wide = r.pivot(index="region_code", columns="year", values="value")
    growth = (wide[LAST] / wide[FIRST] - 1) * 100
    rows = r[r["year"].isin([FIRST, LAST])]
    operation = f"(median(at({FEES[0]}, {LAST}) / at({FEES[0]}, {FIRST})) - 1) * 100"
    how: dict[str, Any] = {"rows": rows, "style": "percent", "signed": True}
    values: dict[str, Any] = {
        "a": year(FIRST),
        "z": year(LAST),
        "g": derived(growth.median(), *TEXT.fact("facts.growth"), operation=operation, **how),
        "n": derived(len(codes), *TEXT.fact("facts.n"), rows=rows, operation="distinct('place')"),
        "top": naming.place(ids[0]),
        "low": naming.place(ids[1]),
        "v1": page.fee(FEES[0], ids[0], LAST),
        "v0": page.fee(FEES[0], ids[1], LAST),
        "k": derived(len(policy), *TEXT.fact("facts.pilots"), origin=origin, operation="count()"),
        "d": year(2019),
        "p": year(2020),
        "place": page.place,
    }
    values |= naming.worded(values, "", "g")
    source = subjects.sources(page.rows)
    frame = pd.DataFrame(
        {
            "region_code": wide.index,
            "name": [catalog.region(c).short("zh") for c in wide.index],
            "name_en": [catalog.region(c).short("en") for c in wide.index],
            "before": [page.fee(FEES[0], c, FIRST) for c in wide.index],
            "after": [page.fee(FEES[0], c, LAST) for c in wide.index],
            "growth": growth.to_numpy(),
        }
    )
    return Finding(
        "costs",
        TEXT.say("costs.headline", **values),
        TEXT.say("costs.subtitle", **values),
        sentences=(TEXT.say("costs.sentences.level", **values), TEXT.say("costs.sentences.pilots", **values)),
        note=TEXT.say("costs.note"),
        drawing=drawing,
        tables=(
            Table(
                "costs",
                TEXT.pair("costs.caption"),
                frame,
                (
                    TEXT.column("columns.name", "name"),
                    Column("before", naming.year_of(FIRST), "money", source_ids=source),
                    Column("after", naming.year_of(LAST), "money", source_ids=source),
                    TEXT.column("columns.growth", "percent", signed=True, source_ids=source),
                ),
            ),
        ),
        alt=TEXT.say("costs.alt", **values),
    )


def closing(page: Productivity) -> Finding:
    """What would settle it."""
    return subjects.closing((TEXT.state("E8", "closing.states.E8"), TEXT.state("E1", "closing.states.E1")))
