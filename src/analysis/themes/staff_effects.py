"""Staff against hospital length of stay: the rows and specifications that the regional and the national notebook share.

Payment methods and other policy changed over the same years, so the sentences say association; what each specification allows is
decided by the checks (lead test, leave-one-out, few-cluster inference), never by the size of a coefficient alone. The national page
adds the ten-province panel of `staff_activity`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, facts, tables, texts
from analysis.facts import Coverage, Fact, Provenance, Text, derived, integer_text, provenance
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import year
from analysis.themes import held, naming, panel, staff_activity, subjects
from analysis.words import nth

TEXT = texts.of(__file__)

STAY = "hospital_stay_days"
STAFF = ("doctors", "nurses")
CONTROLS = ("gdp", "health_expenditure")
COVID = (2020, 2021, 2022)
LAGS = (1, 2, 3)
LEAST = 10  # years in a row, below which the specifications (lags, without the epidemic) have too few


def read() -> pd.DataFrame:
    """Observations of stay, staff, controls and population of all provinces, in the years of ``years``."""
    rows = _rows()
    first, last = years(rows)
    return rows[rows["year"].between(first, last)].reset_index(drop=True)


def _rows() -> pd.DataFrame:
    keys = sorted({STAY, *STAFF, *CONTROLS, panel.POPULATION})
    first = catalog.fixed_year("one_census")
    return tables.read("observations", source_id=panel.SOURCE, indicator=keys, year=(first, 2100))


def years(rows: pd.DataFrame) -> tuple[int, int]:
    """The first year of one census and the last of the years in a row for which every province has every figure: a change over a gap is no
    yearly change. Equal to (first, first - 1) where the first has not."""
    first, codes = catalog.fixed_year("one_census"), [r.code for r in catalog.provinces()]
    cell = ["region_code", "indicator", "year"]
    held = rows.loc[rows["region_code"].isin(codes), cell].drop_duplicates().groupby("year").size()
    cells = len(codes) * len({STAY, *STAFF, *CONTROLS, panel.POPULATION})
    whole = {int(y) for y in held.index[held >= cells]}
    last = first
    while last in whole:
        last += 1
    return first, last - 1


def span_of(rows: pd.DataFrame) -> tuple[int, int]:
    """The first and the last year of the rows of ``read``."""
    return int(rows["year"].min()), int(rows["year"].max())


def levels(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a province and year: stay (days), doctors and nurses per 1,000, gdp and health_expenditure per head, log_* of each, jump."""
    wide = rows.pivot(index=["region_code", "year"], columns="indicator", values="value").reset_index()
    out = wide[["region_code", "year"]].assign(year=wide["year"].astype(int), stay=wide[STAY])
    for k in STAFF:
        out[k] = wide[k] / wide[panel.POPULATION] * 1000
    for k in CONTROLS:
        out[k] = wide[k] / wide[panel.POPULATION]
    for k in ("stay", *STAFF, *CONTROLS):
        out[f"log_{k}"] = np.log(out[k].astype(float))
    jumps = rows[rows["indicator"].isin(STAFF) & rows["flags"].str.contains("jump")]
    flagged = set(zip(jumps["region_code"], jumps["year"].astype(int), strict=True))
    out["jump"] = [key in flagged for key in zip(out["region_code"], out["year"], strict=True)]
    return out.sort_values(["region_code", "year"], ignore_index=True)


def changes(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a province and year: levels, yearly log changes d_stay, d_doctors ... (missing in the first year), lags d_doctors_1 ... of staff."""
    table = levels(rows)
    by = table.groupby("region_code")
    for k in ("stay", *STAFF, *CONTROLS):
        table[f"d_{k}"] = by[f"log_{k}"].diff()
    for k in STAFF:
        for lag in LAGS:
            table[f"d_{k}_{lag}"] = table.groupby("region_code")[f"d_{k}"].shift(lag)
    return table


# the base specification, as the estimators take it
DESIGN: dict[str, Any] = {
    "outcome": "d_stay",
    "regressors": [f"d_{k}" for k in STAFF],
    "unit": "region_code",
    "time": "year",
}
SPECIFICATIONS = TEXT.group("specifications")


def specifications(table: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, str, list[str]]]:
    """Specification -> (rows, outcome, regressors); the first regressor is always doctors. table: from `changes`."""
    base, moved = DESIGN["regressors"], table[table["year"] > table["year"].min()]
    chosen = {
        "base": (moved, "d_stay", base),
        "controls": (moved, "d_stay", base + [f"d_{k}" for k in CONTROLS]),
        "no_jumps": (moved[~moved["jump"]], "d_stay", base),
        "no_covid": (moved[~moved["year"].isin(COVID)], "d_stay", base),
        "levels": (table, "log_stay", [f"log_{k}" for k in STAFF]),
    }
    for lag in LAGS:
        chosen[f"lag_{lag}"] = (
            table.dropna(subset=[f"d_doctors_{lag}"]),
            "d_stay",
            [f"d_{k}_{lag}" for k in STAFF],
        )
    return {key: chosen[key] for key in SPECIFICATIONS}


def leaving_out(table: pd.DataFrame, refit: Callable, estimate: Callable) -> pd.DataFrame:
    """The base specification without each province in turn. table: from `changes`; refit, estimate: effects.leave_one_out, effects.panel."""
    return refit(lambda rows: estimate(rows, **DESIGN), table, unit=DESIGN["unit"])


def origin(rows: pd.DataFrame) -> Provenance:
    """What stands behind an estimate: every row read."""
    return provenance(rows)


GROUPS = TEXT.group("groups")
LEVEL = 0.05
# of the wild bootstrap behind every interval of the elasticities of stay: so many that no verdict hangs on the seed
DRAWS, SEED = 19_999, 0
TOLERANCE = 0.03  # by which a bound for doctors may differ under another seed
FIT_FORMULA = TEXT.pair("words.fit_formula", draws=integer_text(DRAWS), seed=SEED, tolerance=TOLERANCE)
PATHS = 9_999  # exchanges of paths, as the method has them
TEN_FORMULA = TEXT.pair("words.ten_formula", draws=integer_text(staff_activity.DRAWS), seed=SEED)
LEAD_FORMULA = TEXT.pair("words.lead_formula")
PATH_FORMULA = TEXT.pair("words.path_formula")


Stay = Mapping[tuple[str, str], Any]  # (specification, staff) -> result of the bootstrap


def estimates(
    table: pd.DataFrame, bootstrap: Callable, groups: Sequence[str] = tuple(GROUPS)
) -> dict[tuple[str, str], Any]:
    """The one inference of the elasticities of stay, for every page: (specification, staff) -> estimate, low, high, p, n, clusters.

    table: from `changes`. bootstrap: effects.wild_cluster_bootstrap, with ``DRAWS`` draws of Webb weights over provinces.
    groups: of the staff, those that a page prints.
    """
    keys = {"cluster": DESIGN["unit"], "unit": DESIGN["unit"], "time": DESIGN["time"]}
    return {
        (spec, staff): bootstrap(
            rows, outcome=outcome, regressors=names, coefficient=one, draws=DRAWS, seed=SEED, **keys
        )
        for spec, (rows, outcome, names) in specifications(table).items()
        for staff, one in zip(GROUPS, names, strict=False)
        if staff in groups
    }


def holds_zero(stay: Stay) -> list[str]:
    """Specifications whose interval for doctors holds zero."""
    return [s for s in SPECIFICATIONS if stay[s, "doctors"].low <= 0 <= stay[s, "doctors"].high]


def _named(key: tuple[str, str]) -> dict[str, Text]:
    staff = GROUPS[key[1]]
    return {"spec": SPECIFICATIONS[key[0]], "staff": (staff[0], staff[1].lower())}


RATIO: dict[str, Any] = {"style": "ratio", "decimals": 3, "signed": True}


def regression(spec: str) -> str:
    """Outcome and regressors of a specification in the language of operations, empty for one that leaves out flagged provinces."""

    def told(move: str, keys: Sequence[str]) -> str:
        return ", ".join(move.format(f"log({k} / {panel.POPULATION})") for k in keys)

    outcome = f"log({STAY})"
    designs = {
        "base": f"change({outcome}), {told('change({})', STAFF)}",
        "controls": f"change({outcome}), {told('change({})', [*STAFF, *CONTROLS])}",
        "levels": f"{outcome}, {told('{}', STAFF)}",
        "no_covid": f"outside(change({outcome}), {min(COVID)}, {max(COVID)}), {told('change({})', STAFF)}",
    }
    designs |= {
        f"lag_{lag}": f"change({outcome}), {told(f'later(change({{}}), {lag})', STAFF)}" for lag in LAGS
    }
    return designs.get(spec, "")


def elasticity(stay: Stay, key: tuple[str, str], origin: Provenance) -> Fact:
    """The elasticity of stay to a staff group in a specification."""
    label = TEXT.pair("facts.elasticity", **_named(key))
    design, at = regression(key[0]), list(GROUPS).index(key[1]) + 1
    operation = f"coefficient({at}, {design})" if design else ""
    return derived(stay[key].estimate, label, FIT_FORMULA, origin=origin, operation=operation, **RATIO)


def interval(stay: Stay, key: tuple[str, str], origin: Provenance) -> Fact:
    """Its interval."""
    label, found = TEXT.pair("facts.interval", **_named(key)), stay[key]
    design, at = regression(key[0]), list(GROUPS).index(key[1]) + 1
    operation = f"webb({DRAWS}, {SEED}, {at}, {design})" if design else ""
    bounds: dict[str, Any] = {"low": found.low, "high": found.high, "quantifier": "interval"}
    return derived(None, label, FIT_FORMULA, origin=origin, operation=operation, **RATIO, **bounds)


def _intervals(stay: Stay) -> dict[str, Any]:
    """A count of the intervals for doctors that hold zero, with the intervals."""
    ends = {side: [getattr(stay[s, "doctors"], side) for s in SPECIFICATIONS] for side in ("low", "high")}
    return facts.listed("total((low <= 0) * (high >= 0))", {"name": list(SPECIFICATIONS), **ends})


def zero_count(stay: Stay, origin: Provenance) -> tuple[Fact, Fact]:
    """In how many of how many specifications the interval for doctors holds zero."""
    counts = {"k": len(holds_zero(stay)), "n": len(SPECIFICATIONS)}
    k, n = (
        derived(
            value,
            TEXT.pair(f"stay.facts.{name}"),
            TEXT.pair(f"stay.{name}"),
            origin=origin,
            **(_intervals(stay) if name == "k" else facts.counted(SPECIFICATIONS)),
        )
        for name, value in counts.items()
    )
    return k, n


def lead_p(test: Any, origin: Provenance, which: str = "lead") -> Fact:
    """The p value of a lead test: ``lead`` of yearly changes, ``levels`` of levels."""
    move = "{}" if which == "levels" else "change({})"
    staff = [move.format(f"log({k} / {panel.POPULATION})") for k in STAFF]
    named = ", ".join([move.format(f"log({STAY})"), *staff, *(f"later({x}, -1)" for x in staff)])
    how = {"style": "ratio", "operation": f"joint_p({len(staff)}, {named})"}
    return derived(test.p, TEXT.pair(f"checks.facts.{which}"), LEAD_FORMULA, origin=origin, **how)


def span(without: Any, origin: Provenance) -> Fact:
    """The range of the doctors' coefficient leaving one province out. without: from `leaving_out`."""
    bounds: dict[str, Any] = {
        "low": float(without.low.iloc[0]),
        "high": float(without.high.iloc[0]),
        "quantifier": "interval",
    }
    label, formula = TEXT.pair("checks.facts.span"), TEXT.pair("checks.span")
    operation = f'without("place", "coefficient(1, {regression("base")})")'
    return derived(None, label, formula, origin=origin, operation=operation, **RATIO, **bounds)


@dataclass(frozen=True)
class Effects:
    """A page. stay: (specification, staff) -> Estimate; checks: lead, lead_levels, without, paths; activity: (outcome, specification) -> Estimate.

    activity_checks: outcome -> (PathPermutation, JointTest). rows, ten: observations of the two panels.
    """

    rows: pd.DataFrame
    ten: pd.DataFrame
    stay: dict
    checks: dict
    activity: dict
    activity_checks: dict

    @cached_property
    def span(self) -> tuple[int, int]:
        """The first and the last year of the provinces' rows."""
        return span_of(self.rows)

    @cached_property
    def origin(self) -> Provenance:
        return provenance(self.rows)

    @cached_property
    def ten_origin(self) -> Provenance:
        return provenance(self.ten)

    def number(
        self,
        value: float | None,
        zh: str,
        en: str,
        formula: tuple[str, str],
        *,
        ten: bool = False,
        **how: Any,
    ) -> Fact:
        return derived(value, (zh, en), formula, origin=self.ten_origin if ten else self.origin, **how)

    def elasticity(self, key: tuple[str, str]) -> Fact:
        return elasticity(self.stay, key, self.origin)

    def interval(self, key: tuple[str, str]) -> Fact:
        return interval(self.stay, key, self.origin)

    @property
    def holds_zero(self) -> list[str]:
        """Specifications whose interval for doctors holds zero."""
        return holds_zero(self.stay)

    @property
    def firm(self) -> bool:
        """Whether every check passes: no interval with zero, one sign, leave-one-out of one sign, exchanged paths, a lead test that does not object."""
        signs = {np.sign(self.stay[s, "doctors"].estimate) for s in SPECIFICATIONS}
        low, high = float(self.checks["without"].low.iloc[0]), float(self.checks["without"].high.iloc[0])
        return (
            not self.holds_zero
            and len(signs) == 1
            and low * high > 0
            and self.checks["paths"].p < LEVEL <= self.checks["lead"].p
        )

    @property
    def firm_activity(self) -> list[str]:
        """Outcomes of the ten provinces for which Webb interval, path permutation and lead test agree on an association."""
        return [
            k
            for k in staff_activity.OUTCOMES
            if not self.activity[k, "base"].low <= 0 <= self.activity[k, "base"].high
            and self.activity_checks[k][0].p < LEVEL <= self.activity_checks[k][1].p
        ]


def coverage() -> Coverage:
    """The nation alone; a province's part stands on its page of talent inflow."""
    return subjects.once(known, {catalog.NATION: None})


def known() -> bool:
    """Whether enough years in a row are known for every province."""
    first, last = years(_rows())
    return last - first + 1 >= LEAST


def load(rows: pd.DataFrame, ten: pd.DataFrame, **results: Any) -> Effects:
    """The page's view; ``results`` holds stay, checks, activity and activity_checks."""
    return Effects(rows, ten, **results)


def data(page: Effects) -> Finding:
    """The two panels: provinces, years, cells."""
    frame = pd.DataFrame(
        [
            {
                "name": TEXT.text("data.rows.all", "zh"),
                "name_en": TEXT.text("data.rows.all", "en"),
                "provinces": page.rows["region_code"].nunique(),
                "first": str(page.span[0]),
                "last": str(page.span[1]),
                "cells": len(page.rows),
            },
            {
                "name": TEXT.text("data.rows.ten", "zh"),
                "name_en": TEXT.text("data.rows.ten", "en"),
                "provinces": page.ten["region_code"].nunique(),
                "first": str(staff_activity.YEARS[0]),
                "last": str(staff_activity.YEARS[1]),
                "cells": len(page.ten),
            },
        ]
    )
    source = tuple(sorted({*page.origin.source_ids, *page.ten_origin.source_ids}))
    count = dict(style="number", formula=TEXT.pair("data.count_formula"), source_ids=source)
    names = naming.joined(map(naming.place, sorted(set(page.ten["region_code"]))))
    absent = naming.joined(
        naming.place(c) for c in ("140000", "320000") if c not in set(page.ten["region_code"])
    )
    a, b = (
        page.number(n, zh, en, TEXT.pair("data.a_b"), ten=ten, operation="count()")
        for n, zh, en, ten in (
            (len(page.rows), *TEXT.pair("data.a_b_2"), False),
            (len(page.ten), *TEXT.pair("data.a_b_3"), True),
        )
    )
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            a=a,
            b=b,
        ),
        sentences=(
            TEXT.say(
                "data.sentences.ten",
                names=tuple(names),
                absent=tuple(absent),
            )
            if absent[0]
            else TEXT.say(
                "data.sentences.ten_otherwise",
                names=tuple(names),
            ),
        ),
        tables=(
            Table(
                "panels",
                TEXT.pair("data.caption"),
                frame,
                (
                    TEXT.column("data.columns.name", "text"),
                    TEXT.column("data.columns.provinces", **count),
                    TEXT.column("data.columns.first", "year"),
                    TEXT.column("data.columns.last", "year"),
                    TEXT.column("data.columns.cells", **count),
                ),
            ),
        ),
    )


def stay_rows(page: Effects, lang: str) -> pd.DataFrame:
    """One row a staff group and specification as charts.coefficients takes it."""
    i = nth(lang)
    return pd.DataFrame(
        [
            {
                "group": GROUPS[staff][i],
                "label": SPECIFICATIONS[spec][i],
                "estimate": page.stay[spec, staff].estimate,
                "low": page.stay[spec, staff].low,
                "high": page.stay[spec, staff].high,
                "main": spec == "base",
            }
            for staff in GROUPS
            for spec in SPECIFICATIONS
        ]
    )


def stay(page: Effects, drawing: Drawn | None) -> Finding:
    """All specifications of staff against length of stay, side by side."""
    k, n = zero_count(page.stay, page.origin)
    base, nurses = page.elasticity(("base", "doctors")), page.elasticity(("base", "nurses"))
    paths = f"exchanged({PATHS}, {SEED}, {regression('base')})"
    p = page.number(
        page.checks["paths"].p, *TEXT.pair("stay.facts.p"), PATH_FORMULA, style="ratio", operation=paths
    )
    rejects = (
        not page.stay["base", "doctors"].low <= 0 <= page.stay["base", "doctors"].high,
        page.checks["paths"].p < LEVEL,
    )
    agree = TEXT.pair("stay.agree") if rejects[0] == rejects[1] else TEXT.pair("stay.agree_otherwise")
    frame = pd.DataFrame(
        [
            {
                "staff": GROUPS[s][0],
                "staff_en": GROUPS[s][1],
                "spec": SPECIFICATIONS[c][0],
                "spec_en": SPECIFICATIONS[c][1],
                "estimate": e.estimate,
                "low": e.low,
                "high": e.high,
                "p": e.p,
                "n": e.n,
                "clusters": e.clusters,
            }
            for (c, s), e in page.stay.items()
        ]
    )
    source = page.origin.source_ids
    ratio, count = (
        dict(style="ratio", formula=FIT_FORMULA, source_ids=source),
        dict(style="number", formula=TEXT.pair("stay.ratio_count_formula"), source_ids=source),
    )
    return Finding(
        "stay",
        TEXT.say(
            "stay.headline",
            n=n,
            k=k,
        ),
        TEXT.say(
            "stay.subtitle",
            a=year(page.span[0]),
            b=year(page.span[1]),
        ),
        sentences=(
            TEXT.say(
                "stay.sentences.association",
                n=n,
                k=k,
                d=base,
                di=page.interval(("base", "doctors")),
            ),
            TEXT.say(
                "stay.sentences.base",
                d=base,
                di=page.interval(("base", "doctors")),
                u=nurses,
                ui=page.interval(("base", "nurses")),
                p=p,
                agree=agree,
            ),
            TEXT.say(
                "stay.sentences.read",
            ),
        ),
        note=TEXT.say(
            "stay.note",
            y=year(2022),
        ),
        drawing=drawing,
        tables=(
            Table(
                "stay",
                TEXT.pair("stay.caption"),
                frame,
                (
                    TEXT.column("stay.columns.staff", "name"),
                    TEXT.column("stay.columns.spec", "text"),
                    TEXT.column("stay.columns.estimate", signed=True, **ratio),
                    TEXT.column("stay.columns.low", signed=True, **ratio),
                    TEXT.column("stay.columns.high", signed=True, **ratio),
                    TEXT.column("stay.columns.p", decimals=3, **ratio),
                    TEXT.column("stay.columns.n", **count),
                    TEXT.column("stay.columns.clusters", **count),
                ),
            ),
        ),
        alt=TEXT.say(
            "stay.alt",
            n=n,
            d=base,
            u=nurses,
            k=k,
        ),
    )


def without_rows(page: Effects, lang: str) -> pd.DataFrame:
    """One bar a province left out as charts.bars takes it: the coefficient of doctors, lowest first."""
    t = page.checks["without"].table.iloc[:, 0].sort_values(kind="stable")
    names = panel.short_names(lang)
    return pd.DataFrame({"label": [names[c] for c in t.index], "value": t.astype(float).values})


def checks(page: Effects, drawing: Drawn | None) -> Finding:
    """Lead tests, and what one province can do to the coefficient."""
    without = page.checks["without"]
    lead = lead_p(page.checks["lead"], page.origin)
    levels_ = lead_p(page.checks["lead_levels"], page.origin, "levels")
    range_ = span(without, page.origin)
    most = catalog.region(without.most_influential)
    passed = page.checks["lead"].p >= LEVEL and page.checks["lead_levels"].p >= LEVEL
    if passed:
        verdict = TEXT.say(
            "checks.sentences.lead",
            a=lead,
            b=levels_,
        )
    else:
        verdict = TEXT.say(
            "checks.sentences.lead_otherwise",
            a=lead,
            b=levels_,
        )
    t = without.table.iloc[:, 0].sort_values(kind="stable")
    frame = pd.DataFrame(
        {
            "name": [panel.short_names("zh")[c] for c in t.index],
            "name_en": [panel.short_names("en")[c] for c in t.index],
            "estimate": t.astype(float).values,
        }
    )
    return Finding(
        "checks",
        TEXT.say(
            "checks.headline",
            s=range_,
            who=naming.in_both(most.short),
        ),
        TEXT.say(
            "checks.subtitle",
        ),
        sentences=(verdict,),
        note=TEXT.say("checks.note"),
        drawing=drawing,
        opens=False,
        tables=(
            Table(
                "without",
                TEXT.pair("checks.caption"),
                frame,
                (
                    TEXT.column("checks.columns.name", "name"),
                    TEXT.column(
                        "checks.columns.estimate",
                        "ratio",
                        decimals=3,
                        signed=True,
                        source_ids=page.origin.source_ids,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "checks.alt",
            s=range_,
            who=naming.in_both(most.short),
        ),
    )


def finite(value: float) -> float:
    """A bound that can be drawn; NaN where the bootstrap never rejects."""
    return float(value) if np.isfinite(value) else float("nan")


def activity_rows(page: Effects, lang: str) -> pd.DataFrame:
    """One row an outcome and specification as charts.coefficients takes it."""
    i = nth(lang)
    return pd.DataFrame(
        [
            {
                "group": catalog.indicator(k).label(lang),
                "label": staff_activity.SPECIFICATIONS[s][i],
                "estimate": e.estimate,
                "low": finite(e.low),
                "high": finite(e.high),
                "main": s == "base",
            }
            for (k, s), e in page.activity.items()
        ]
    )


def ten_design(outcome: str) -> str:
    """Outcome and staff of the ten provinces in the language of operations."""
    return f"change(log({outcome})), change(log({staff_activity.STAFF}))"


def passes(outcome: str) -> str:
    """Whether an outcome passes interval, exchanged paths and lead test (1 or 0), in the language of operations."""
    design = ten_design(outcome)
    lead = f"later(change(log({staff_activity.STAFF})), -1)"
    return (
        f"apart(webb({staff_activity.DRAWS}, {SEED}, 1, {design})) * (exchanged({PATHS}, {SEED}, {design}) < {LEVEL})"
        f" * (joint_p(1, {design}, {lead}) >= {LEVEL})"
    )


def activity(page: Effects, drawing: Drawn | None) -> Finding:
    """Ten provinces: hospital staff against activity and fees, Webb interval and path permutation side by side."""
    firm = page.firm_activity
    n = page.number(
        len(staff_activity.OUTCOMES),
        *TEXT.pair("activity.facts.n"),
        TEXT.pair("activity.n"),
        ten=True,
        operation="distinct('indicator') - 1",
    )
    k = page.number(
        len(firm),
        *TEXT.pair("activity.facts.k"),
        TEXT.pair("activity.k"),
        ten=True,
        operation=" + ".join(map(passes, staff_activity.OUTCOMES)),
    )
    first = next(iter(staff_activity.OUTCOMES))
    e, path = page.activity[first, "base"], page.activity_checks[first][0]
    design = ten_design(first)
    base = page.number(
        e.estimate,
        *TEXT.pair("activity.facts.base"),
        TEN_FORMULA,
        ten=True,
        style="ratio",
        signed=True,
        operation=f"coefficient(1, {design})",
    )
    ratio_of: dict[str, Any] = {"ten": True, "style": "ratio"}
    told = f"webb_p({staff_activity.DRAWS}, {SEED}, 1, {design})"
    webb = page.number(e.p, *TEXT.pair("activity.facts.webb"), TEN_FORMULA, operation=told, **ratio_of)
    paths = f"exchanged({PATHS}, {SEED}, {design})"
    p = page.number(path.p, *TEXT.pair("activity.facts.p"), PATH_FORMULA, operation=paths, **ratio_of)
    label = lambda keys: naming.joined(staff_activity.OUTCOMES[key] for key in keys)  # noqa: E731
    frame = pd.DataFrame(
        [
            {
                "outcome": staff_activity.OUTCOMES[key][0],
                "outcome_en": staff_activity.OUTCOMES[key][1],
                "spec": staff_activity.SPECIFICATIONS[s][0],
                "spec_en": staff_activity.SPECIFICATIONS[s][1],
                "estimate": fit.estimate,
                "low": finite(fit.low),
                "high": finite(fit.high),
                "p": fit.p,
                "paths": page.activity_checks[key][0].p if s == "base" else np.nan,
                "lead": page.activity_checks[key][1].p if s == "base" else np.nan,
                "n": fit.n,
                "clusters": fit.clusters,
            }
            for (key, s), fit in page.activity.items()
        ]
    )
    source = page.ten_origin.source_ids
    ratio, count = (
        dict(style="ratio", source_ids=source),
        dict(style="number", formula=TEXT.pair("activity.ratio_count_formula"), source_ids=source),
    )
    tests = page.number(
        len(page.activity),
        *TEXT.pair("activity.facts.tests"),
        TEXT.pair("activity.tests"),
        ten=True,
        operation=f"(distinct('indicator') - 1) * {len(staff_activity.SPECIFICATIONS)}",
    )
    return Finding(
        "activity",
        TEXT.say(
            "activity.headline",
            n=n,
            k=k,
        ),
        TEXT.say(
            "activity.subtitle",
            a=year(staff_activity.YEARS[0]),
            b=year(staff_activity.YEARS[1]),
        ),
        sentences=(
            TEXT.say(
                "activity.sentences.firm",
                what=label(firm),
            )
            if firm
            else TEXT.say(
                "activity.sentences.firm_otherwise",
            ),
            TEXT.say(
                "activity.sentences.visits",
                e=base,
                w=webb,
                p=p,
            ),
            TEXT.say(
                "activity.sentences.many",
                t=tests,
            ),
        ),
        note=TEXT.say(
            "activity.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "activity",
                TEXT.pair("activity.caption"),
                frame,
                (
                    TEXT.column("activity.columns.outcome", "name"),
                    TEXT.column("activity.columns.spec", "text"),
                    TEXT.column("activity.columns.estimate", signed=True, formula=TEN_FORMULA, **ratio),
                    TEXT.column("activity.columns.low", signed=True, formula=TEN_FORMULA, **ratio),
                    TEXT.column("activity.columns.high", signed=True, formula=TEN_FORMULA, **ratio),
                    TEXT.column("activity.columns.p", decimals=3, formula=TEN_FORMULA, **ratio),
                    TEXT.column("activity.columns.paths", decimals=3, formula=PATH_FORMULA, **ratio),
                    TEXT.column("activity.columns.lead", decimals=3, formula=LEAD_FORMULA, **ratio),
                    TEXT.column("activity.columns.n", **count),
                    TEXT.column("activity.columns.clusters", **count),
                ),
            ),
        ),
        alt=TEXT.say(
            "activity.alt",
            e=base,
            n=n,
            k=k,
        ),
    )


def allows(page: Effects) -> Finding:
    """What each panel allows to say."""
    needed = (held.VISITS, held.ADMISSIONS, held.FEES)
    without = held.without_series((r.code for r in catalog.provinces()), needed)
    base = page.interval(("base", "doctors"))
    k, n = zero_count(page.stay, page.origin)
    if page.firm:
        stay_ = TEXT.say(
            "allows.sentences.stay-can",
            b=base,
        )
    else:
        stay_ = TEXT.say(
            "allows.sentences.stay-can_otherwise",
            n=n,
            k=k,
            b=base,
        )
    firm = page.firm_activity
    listed = naming.joined(staff_activity.OUTCOMES[key] for key in firm)
    ten = (
        TEXT.say(
            "allows.sentences.ten-can",
            what=listed,
        )
        if firm
        else TEXT.say(
            "allows.sentences.ten-can_otherwise",
        )
    )
    return Finding(
        "allows",
        TEXT.say("allows.headline"),
        sentences=(
            stay_,
            ten,
            TEXT.say(
                "allows.sentences.need",
            ),
        ),
        states=(
            TEXT.state(
                "E1",
                "allows.states.E1",
                places=naming.joined(map(naming.place, without)),
            ),
            TEXT.state(
                "E1",
                "allows.states.E1_2",
            ),
            TEXT.state(
                "E8",
                "allows.states.E8",
            ),
        ),
    )
