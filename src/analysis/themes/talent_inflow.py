"""Talent inflow and its effects (provinces): net change of staff, split into national growth and own share, the gap, and what may be said of effects.

The panel shows the net change of a stock (graduates, arrivals, retirements and recounts together); "inflow" is a word for the
bulletins alone. Doctors and nurses are part of technicians and are never added to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis import catalog, texts
from analysis.facts import Coverage, Fact, Provenance, derived, provenance
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import NOTHING, Phrase, name, year
from analysis.themes import naming, panel, staff_activity, staff_effects, subjects
from analysis.words import pick

TEXT = texts.of(__file__)

PERSONS = TEXT.pair("words.persons")

INDICATORS = ("doctors", "nurses", "health_technicians")
SECTORS = TEXT.group("sectors")
STEP = 100  # persons: the publisher prints 0.01 万
SHARE_FORMULA = TEXT.pair("words.share_formula")
OWN_FORMULA = TEXT.pair("words.own_formula")
GROWTH_FORMULA = TEXT.pair("words.growth_formula")


@dataclass(frozen=True)
class Inflow(panel.View):
    """A province in the staff panel. split: result of effects.shift_share over SECTORS, index (region_code, sector)."""

    split: pd.DataFrame

    @cached_property
    def shown(self) -> pd.DataFrame:
        """Doctors: growth (%), gained, share, own in persons, rounded so that the printed columns add up; index region_code."""
        s = self.split.xs("doctors", level="sector")
        gained = (s["gained"] / STEP).round() * STEP
        share = ((s["national"] + s["mix"]) / STEP).round() * STEP
        before = counts(self.panel, "doctors")[self.years[0]]
        return pd.DataFrame(
            {"growth": s["gained"] / before * 100, "gained": gained, "share": share, "own": gained - share}
        )

    @cached_property
    def both_years(self) -> Provenance:
        return self.panel.origin("doctors", *self.years)


def coverage() -> Coverage:
    """Every province has a page; the ledgers of cities are another notebook."""
    return subjects.once(staff_effects.known, panel.every_province())


def counts(provinces: panel.Panel, indicator: str) -> pd.DataFrame:
    """Counts of an indicator: index region_code, one column a year."""
    r = provinces.rates
    return r[r["indicator"] == indicator].pivot(index="region_code", columns="year", values="count")


def sectors(provinces: panel.Panel) -> pd.DataFrame:
    """One row a province and sector (doctors, nurses, other technicians by difference): before, after in persons."""
    first, last = provinces.first_year, provinces.last_year
    wide = {k: counts(provinces, k) for k in INDICATORS}
    wide["other"] = wide.pop("health_technicians") - wide["doctors"] - wide["nurses"]
    return pd.concat(
        {k: pd.DataFrame({"before": w[first], "after": w[last]}) for k, w in wide.items()}, names=["sector"]
    ).reset_index()


def load(region_code: str, provinces: panel.Panel, split: pd.DataFrame) -> Inflow:
    """A province's view. split: effects.shift_share(sectors(...))."""
    return Inflow(catalog.region(region_code).code, provinces, split.set_index(["region_code", "sector"]))


def _doctors(
    inflow: Inflow,
    value: float,
    zh: str,
    en: str,
    formula: tuple[str, str],
    operation: str,
    *,
    signed: bool = True,
) -> Fact:
    ends = tuple(inflow.panel.cell("doctors", inflow.code, y) for y in inflow.years)
    return derived(
        value,
        TEXT.pair("count.text", place=inflow.place, what=(zh, en)),
        formula,
        inputs=ends,
        origin=inflow.both_years
        if "{n}" in operation
        else None,  # the province's own gain rests on its own rows
        operation=operation.format(
            n="total(at(doctors, {1})) / total(at(doctors, {0}))".format(*inflow.years)
        ),
        style="count",
        unit="人",
        step=STEP,
        signed=signed,
    )


def share_rows(inflow: Inflow, lang: str) -> pd.DataFrame:
    """One row a province as charts.shift_share takes it (persons in 万 or thousand)."""
    names, unit = panel.short_names(lang), pick((10_000, 1_000), lang)
    s = inflow.shown
    return pd.DataFrame(
        {
            "code": s.index,
            "name": [names[c] for c in s.index],
            "growth": s["growth"].values,
            "gained": s["gained"].values / unit,
            "share": s["share"].values / unit,
            "own": s["own"].values / unit,
            "peer": s.index.isin(inflow.peers),
        }
    )


def share_unit(lang: str) -> str:
    """The unit of share_rows in words, for the chart's columns."""
    return TEXT.text("shift.chart.unit", lang)


def nation_growth(inflow: Inflow) -> float:
    """Growth of doctors of the 31 provinces together, per cent."""
    table = counts(inflow.panel, "doctors").sum()
    return float(table[inflow.years[1]] / table[inflow.years[0]] * 100 - 100)


def _beside(inflow: Inflow, own: float) -> Phrase:
    """`25,100 more than`, `600 short of`: before what national growth would give."""
    if own == 0:
        return TEXT.phrase("shift.beside.same")
    span = f"{inflow.years[0]}–{inflow.years[1]}"
    size = _doctors(
        inflow,
        abs(own),
        *TEXT.pair("shift.facts.size", span=span),
        TEXT.pair("shift.beside.formula"),
        "abs(rounded(b - a * {n}, -2))",
        signed=False,
    )
    return TEXT.phrase("shift.beside.more" if own > 0 else "shift.beside.short", size=size)


def shift(inflow: Inflow, drawing: Drawn | None) -> Finding:
    """Net change of doctors, split into what national growth would have given and the province's own difference."""
    first, last = inflow.years
    own = inflow.shown.loc[inflow.code]
    rank = int((inflow.shown["growth"].round(1) > round(own["growth"], 1)).sum()) + 1
    span = f"{first}–{last}"
    gained = _doctors(
        inflow,
        own["gained"],
        *TEXT.pair("shift.facts.gained", span=span),
        TEXT.pair("shift.gained"),
        "b - a",
        signed=False,
    )
    share = _doctors(
        inflow,
        own["share"],
        *TEXT.pair("shift.facts.share", span=span),
        SHARE_FORMULA,
        "rounded(a * ({n} - 1), -2)",
        signed=False,
    )
    difference = _doctors(
        inflow,
        own["own"],
        *TEXT.pair("shift.facts.difference", span=span),
        OWN_FORMULA,
        "rounded(b - a * {n}, -2)",
    )
    start, end = (f"at(doctors, {y})" for y in inflow.years)
    growth = derived(
        own["growth"],
        TEXT.pair("shift.facts.growth.label", span=span, place=inflow.place),
        GROWTH_FORMULA,
        inputs=tuple(inflow.panel.cell("doctors", inflow.code, y) for y in inflow.years),
        operation="(b / a - 1) * 100",
        style="percent",
    )
    nation = derived(
        nation_growth(inflow),
        TEXT.pair("shift.facts.nation.label", span=span),
        GROWTH_FORMULA,
        origin=inflow.both_years,
        operation=f"(total({end}) / total({start}) - 1) * 100",
        style="percent",
    )
    position = derived(
        rank,
        *TEXT.fact("shift.facts.position", place=inflow.place),
        origin=inflow.both_years,
        operation=f"rank(rounded(({end} / {start} - 1) * 100, 1), '{inflow.code}')",
        style="rank",
    )
    jumps = inflow.jumps("doctors")
    sentence = TEXT.say(
        "shift.sentences.split",
        brief=0
        if abs(own["own"]) <= 2 * STEP
        else 2,  # each year's count is rounded: the difference of two gains may be that
        care=TEXT.phrase("shift.care", jumped=name(naming.years(jumps))) if jumps else NOTHING,
        a=year(first),
        b=year(last),
        place=inflow.place,
        gained=gained,
        n=nation,
        share=share,
        own=_beside(inflow, float(own["own"])),
    )
    table = (
        inflow.shown.reset_index()
        .assign(
            name=lambda d: d["region_code"].map(panel.short_names("zh")),
            name_en=lambda d: d["region_code"].map(panel.short_names("en")),
        )
        .sort_values("growth", ascending=False, ignore_index=True)
    )
    source = inflow.both_years.source_ids
    persons = dict(style="count", base_unit="人", unit=PERSONS, step=STEP, signed=True, source_ids=source)
    return Finding(
        "shift",
        TEXT.say(
            "shift.headline",
            place=inflow.place,
            a=year(first),
            b=year(last),
            g=growth,
            r=position,
            n=nation,
        ),
        TEXT.say(
            "shift.subtitle",
            a=year(first),
            b=year(last),
        ),
        sentences=(sentence,),
        note=TEXT.say(
            "shift.note",
            y=year(2014),
        ),
        drawing=drawing,
        opens=False,
        tables=(
            Table(
                "shift",
                TEXT.pair("shift.caption"),
                table,
                (
                    TEXT.column("shift.columns.name", "name"),
                    TEXT.column(
                        "shift.columns.growth",
                        "percent",
                        signed=True,
                        formula=GROWTH_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column(
                        "shift.columns.gained",
                        **persons,
                    ),
                    TEXT.column("shift.columns.share", formula=SHARE_FORMULA, **persons),
                    TEXT.column("shift.columns.own", formula=OWN_FORMULA, **persons),
                ),
                highlight=(int(table.index[table["region_code"] == inflow.code][0]),),
            ),
            _sectors_table(inflow),
        ),
        alt=TEXT.say(
            "shift.alt",
            place=inflow.place,
            a=year(first),
            b=year(last),
            gained=gained,
            share=share,
            own=difference,
            g=growth,
            n=nation,
        ),
    )


def _sectors_table(inflow: Inflow) -> Table:
    rows = inflow.split.loc[inflow.code].loc[list(SECTORS)]
    frame = pd.DataFrame(
        {
            "sector": [SECTORS[k][0] for k in rows.index],
            "sector_en": [SECTORS[k][1] for k in rows.index],
            "gained": rows["gained"].values,
            "national": rows["national"].values,
            "mix": rows["mix"].values,
            "own": rows["own"].values,
        }
    )
    persons = dict(
        style="count",
        base_unit="人",
        unit=PERSONS,
        step=STEP,
        signed=True,
        source_ids=subjects.sources(inflow.panel.observations),
    )
    return Table(
        "sectors",
        TEXT.pair("sectors_table.caption"),
        frame,
        (
            TEXT.column("sectors_table.columns.sector", "name"),
            TEXT.column("sectors_table.columns.gained", **persons),
            TEXT.column(
                "sectors_table.columns.national",
                **persons,
            ),
            TEXT.column(
                "sectors_table.columns.mix",
                **persons,
            ),
            TEXT.column("sectors_table.columns.own", formula=OWN_FORMULA, **persons),
        ),
    )


def _changes(inflow: Inflow) -> pd.Series:
    """Net change of doctors by year; over a year that is not held there is none."""
    own = counts(inflow.panel, "doctors").loc[inflow.code]
    return own.reindex(range(int(own.index.min()), int(own.index.max()) + 1)).diff().dropna()


def yearly_rows(inflow: Inflow, lang: str) -> pd.DataFrame:
    """One row a year as charts.bars takes it: net change of doctors in persons with the rounding bounds, recount-like years not highlighted."""
    change = _changes(inflow)
    jumps = inflow.jumps("doctors")
    rows = []
    for y, value in change.items():
        fact = _yearly(inflow, int(y), value)
        mark = TEXT.text(
            "yearly_rows.mark", lang, term=(catalog.term("flag_jump", "zh"), catalog.term("flag_jump", "en"))
        )
        rows.append(
            {
                "label": str(y),
                "value": value,
                "low": value - STEP,
                "high": value + STEP,
                "text": fact.text(lang) + (mark if y in jumps else ""),
                "highlight": y not in jumps,
            }
        )
    return pd.DataFrame(rows)


def _yearly(inflow: Inflow, y: int, value: float) -> Fact:
    return derived(
        value,
        *TEXT.fact("facts.yearly", y=y, place=inflow.place),
        inputs=(
            inflow.panel.cell("doctors", inflow.code, y - 1),
            inflow.panel.cell("doctors", inflow.code, y),
        ),
        operation="b - a",
        style="count",
        unit="人",
        step=STEP,
        signed=True,
    )


def yearly(inflow: Inflow, drawing: Drawn | None) -> Finding:
    """Net change of doctors year by year."""
    change = _changes(inflow)
    top, bottom = int(change.idxmax()), int(change.idxmin())
    high, low = _yearly(inflow, top, change[top]), _yearly(inflow, bottom, change[bottom])
    jumps = inflow.jumps("doctors")
    frame = pd.DataFrame(
        {
            "year": change.index.astype(str),
            "change": [_yearly(inflow, int(y), v) for y, v in change.items()],
            "flag": [TEXT.text("yearly.jump", "zh") if y in jumps else "" for y in change.index],
            "flag_en": [TEXT.text("yearly.jump", "en") if y in jumps else "" for y in change.index],
        }
    )
    return Finding(
        "yearly",
        TEXT.say(
            "yearly.headline",
            place=inflow.place,
            t=year(top),
            b=year(bottom),
            high=high,
            low=low,
        ),
        TEXT.say(
            "yearly.subtitle",
        ),
        sentences=(
            TEXT.say(
                "yearly.sentences.yearly-jumps",
                years=name(naming.years(jumps)) if jumps else year("–"),
                holds={"jumps": bool(jumps)},
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "yearly",
                TEXT.pair("yearly.caption"),
                frame,
                (
                    TEXT.column("yearly.columns.year", "year"),
                    TEXT.column(
                        "yearly.columns.change",
                        "count",
                        base_unit="人",
                        unit=PERSONS,
                        source_ids=inflow.both_years.source_ids,
                    ),
                    TEXT.column("yearly.columns.flag", "text"),
                ),
            ),
        ),
        alt=TEXT.say(
            "yearly.alt",
            place=inflow.place,
            t=year(top),
            b=year(bottom),
            high=high,
            low=low,
        ),
    )


def gap_rows(inflow: Inflow, lang: str) -> pd.DataFrame:
    """One row a province as charts.scatter takes it: doctors per 1,000 in the first year (x), mean yearly growth of it in per cent (y)."""
    first, last = inflow.years
    wide = inflow.panel.wide("doctors")
    return panel.scatter_rows(
        wide[first], np.log(wide[last] / wide[first]) / (last - first) * 100, lang, inflow.peers
    )


def gap_axes(inflow: Inflow, lang: str) -> dict[str, str]:
    """Axis titles of the convergence scatter."""
    first = inflow.years[0]
    return {
        "x_label": TEXT.text("gap_axes.x_label", lang, first=first),
        "y_label": TEXT.text("gap_axes.y_label", lang),
    }


def gap(inflow: Inflow, found: pd.DataFrame, without: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """Does the gap in doctors close? found: effects.convergence; without: effects.leave_one_out of its beta."""
    first, last = inflow.years
    origin = inflow.both_years
    s0 = derived(
        found.sigma.iloc[0],
        *TEXT.fact("gap.facts.s0", first=first),
        origin=origin,
        operation=f"deviation(log(at(doctors / population, {first})))",
        style="ratio",
        decimals=3,
    )
    s1 = derived(
        found.sigma.iloc[-1],
        *TEXT.fact("gap.facts.s1", last=last),
        origin=origin,
        operation=f"deviation(log(at(doctors / population, {last})))",
        style="ratio",
        decimals=3,
    )
    start, end = (f"log(at(doctors / population, {y}))" for y in (first, last))
    line = f"slope({start}, ({end} - {start}) / {last - first}) * 100"
    beta = derived(
        found.beta.estimate * 100,
        *TEXT.fact("gap.facts.beta"),
        origin=origin,
        operation=line,
        style="number",
        decimals=2,
    )
    loo = derived(
        None,
        *TEXT.fact("gap.facts.loo"),
        origin=origin,
        operation=f'without("place", "{line}")',
        style="number",
        decimals=2,
        low=without.low * 100,
        high=without.high * 100,
        quantifier="interval",
    )
    closing_ = (
        TEXT.pair("gap.closing")
        if round(found.sigma.iloc[-1], 3) < round(found.sigma.iloc[0], 3)
        else TEXT.pair("gap.closing_otherwise")
    )
    rows = gap_rows(inflow, "zh").assign(name_en=lambda d: d["code"].map(panel.short_names("en")))
    source = origin.source_ids
    return Finding(
        "gap",
        TEXT.say(
            "gap.headline",
            s0=s0,
            s1=s1,
            what=closing_,
        ),
        TEXT.say(
            "gap.subtitle",
            a=year(first),
            b=year(last),
        ),
        sentences=(
            TEXT.say(
                "gap.sentences.beta" if found.beta.estimate < 0 else "gap.sentences.beta_otherwise",
                beta=beta,
                loo=loo,
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "gap",
                TEXT.pair("gap.caption"),
                rows,
                (
                    TEXT.column("gap.columns.name", "name"),
                    Column(
                        "x",
                        TEXT.pair("gap.columns.x", first=first),
                        "rate",
                        formula=panel.PER_1000,
                        source_ids=source,
                    ),
                    TEXT.column(
                        "gap.columns.y",
                        "percent",
                        decimals=2,
                        source_ids=source,
                    ),
                ),
                highlight=(int(rows.index[rows["code"] == inflow.code][0]),),
            ),
        ),
        alt=TEXT.say(
            "gap.alt",
            place=inflow.place,
            a=year(first),
            b=year(last),
            s0=s0,
            s1=s1,
            beta=beta,
        ),
    )


def stay_rows(inflow: Inflow, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One row a province as charts.scatter takes it: change of doctors per 1,000 (x, %) and of length of stay (y, days), first to last year."""
    table = staff_effects.levels(rows)
    first, last = (table[table["year"] == y].set_index("region_code") for y in staff_effects.span_of(rows))
    return panel.scatter_rows(
        (last["doctors"] / first["doctors"] - 1) * 100, last["stay"] - first["stay"], lang, inflow.peers
    )


def stay_axes(lang: str) -> dict[str, str]:
    """Axis titles of the scatter of changes."""
    return {
        "x_label": TEXT.text("stay_axes.x_label", lang),
        "y_label": TEXT.text("stay_axes.y_label", lang),
    }


def effects_(
    inflow: Inflow, rows: pd.DataFrame, fits: staff_effects.Stay, checks: dict, drawing: Drawn | None
) -> Finding:
    """What can be said about staff and length of stay. fits: from staff_effects.estimates; checks: lead, without."""
    origin = provenance(rows)
    first, last = ends = staff_effects.span_of(rows)
    moved = stay_rows(inflow, rows, "zh").assign(name_en=lambda d: d["code"].map(panel.short_names("en")))
    mine = moved.set_index("code").loc[inflow.code]
    stay = derived(
        mine["y"],
        *TEXT.fact("effects.facts.stay", place=inflow.place),
        rows=_own(inflow, rows, staff_effects.STAY, ends),
        operation=" - ".join(f"of(at({staff_effects.STAY}, {y}), '{inflow.code}')" for y in (last, first)),
        style="days",
        decimals=1,
        signed=True,
    )
    staff = derived(
        mine["x"],
        TEXT.pair("effects.facts.staff.label", place=inflow.place),
        GROWTH_FORMULA,
        inputs=tuple(inflow.panel.rate_fact("doctors", inflow.code, y) for y in ends),
        style="percent",
        signed=True,
        operation="(b / a - 1) * 100",
    )
    key = ("base", "doctors")
    base, around = (make(fits, key, origin) for make in (staff_effects.elasticity, staff_effects.interval))
    n_zero, n_all = staff_effects.zero_count(fits, origin)
    lead = staff_effects.lead_p(checks["lead"], origin)
    loo = staff_effects.span(checks["without"], origin)
    own = {spec: fits[spec, "doctors"] for spec in staff_effects.SPECIFICATIONS}
    table = pd.DataFrame(
        {
            "spec": [staff_effects.SPECIFICATIONS[k][0] for k in own],
            "spec_en": [staff_effects.SPECIFICATIONS[k][1] for k in own],
            "estimate": [f.estimate for f in own.values()],
            "low": [f.low for f in own.values()],
            "high": [f.high for f in own.values()],
            "n": [f.n for f in own.values()],
        }
    )
    count = dict(source_ids=origin.source_ids, formula=TEXT.pair("effects.formula"))
    number = count | {"formula": staff_effects.FIT_FORMULA, "decimals": 3}
    return Finding(
        "effects",
        TEXT.say(
            "effects.headline" if staff_effects.holds_zero(fits) else "effects.headline_otherwise",
            n=n_all,
            k=n_zero,
        ),
        TEXT.say(
            "effects.subtitle",
            a=year(first),
            b=year(last),
        ),
        sentences=(
            TEXT.say(
                "effects.sentences.own",
                place=inflow.place,
                staffw=naming.moved(staff),
                stayw=naming.moved(stay),
            ),
            TEXT.say(
                "effects.sentences.association",
                base=base,
                around=around,
            ),
            TEXT.say(
                "effects.sentences.checks",
                lead=lead,
                loo=loo,
            ),
        ),
        note=TEXT.say(
            "effects.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "specifications",
                TEXT.pair("effects.captions.specifications"),
                table,
                (
                    TEXT.column("effects.columns.spec", "text"),
                    TEXT.column("effects.columns.estimate", "ratio", signed=True, **number),
                    TEXT.column("effects.columns.low", "ratio", signed=True, **number),
                    TEXT.column("effects.columns.high", "ratio", signed=True, **number),
                    TEXT.column("effects.columns.n", "number", **count),
                ),
            ),
            Table(
                "changes",
                TEXT.pair("effects.captions.changes"),
                moved,
                (
                    TEXT.column("effects.columns.name", "name"),
                    TEXT.column(
                        "effects.columns.x",
                        "percent",
                        signed=True,
                        formula=GROWTH_FORMULA,
                        source_ids=origin.source_ids,
                    ),
                    TEXT.column(
                        "effects.columns.y",
                        "days",
                        decimals=1,
                        signed=True,
                        source_ids=origin.source_ids,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "effects.alt",
            place=inflow.place,
            a=year(first),
            b=year(last),
            staff=staff,
            stay=stay,
            base=base,
        ),
    )


def _own(inflow: Inflow, rows: pd.DataFrame, indicator: str, years: tuple[int, int]) -> pd.DataFrame:
    return rows[
        (rows["region_code"] == inflow.code) & (rows["indicator"] == indicator) & rows["year"].isin(years)
    ]


def closing(inflow: Inflow) -> Finding:
    """What is not known: flows themselves, and the activity panel where the province is not in it."""
    states = [
        TEXT.state(
            "E1",
            "closing.states.E1",
        ),
    ]
    if inflow.code not in set(staff_activity.read()["region_code"]):
        states.append(
            TEXT.state(
                "E1",
                "closing.states.E1_2",
            )
        )
    else:
        states.append(
            TEXT.state(
                "E8",
                "closing.states.E8",
            )
        )
    return subjects.closing(states)
