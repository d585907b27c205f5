"""How a province's resources are built: what moved doctors a head, what stands beside a doctor and a bed, and where new beds went.

Rows: the NBS panel of 31 provinces from 2014, one census. Growth a head is the growth of doctors over that of residents, exactly; no
cause is looked for. A mix has no better end, so nothing is ranked: the province is set beside the median of the provinces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, texts
from analysis.facts import Coverage, Fact, Provenance, derived, provenance
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import Sentence, assumed, name, year
from analysis.themes import naming, panel, subjects
from analysis.words import nth

TEXT = texts.of(__file__)

DOCTORS, PEOPLE = "doctors", panel.POPULATION
INDICATORS = (DOCTORS, "nurses", "beds", "hospital_beds", "primary_beds", "hospitals", "primary_institutions")


@dataclass(frozen=True)
class Ratio:
    """What stands over what, how much of it makes one, and how it prints."""

    over: str
    under: str
    style: str = "number"
    decimals: int = 2
    per: int = 1

    @property
    def scale(self) -> int:
        return 100 if self.style == "percent" else self.per

    @property
    def operation(self) -> str:
        return "a / b" + (" * 100" if self.scale > 1 else "")


RATIOS = {
    "nurses_per_doctor": Ratio("nurses", DOCTORS, decimals=0, per=100),
    "beds_per_doctor": Ratio("beds", DOCTORS),
    "beds_per_hospital": Ratio("hospital_beds", "hospitals", decimals=0),
    "hospital_share": Ratio("hospital_beds", "beds", "percent", 1),
    "primary_per_hospital": Ratio("primary_institutions", "hospitals", decimals=1),
}
LABELS = {key: TEXT.pair(f"ratios.{key}") for key in RATIOS}
UNITS = {key: TEXT.pair(f"units.{key}") for key in RATIOS}
DECIMALS = {key: ratio.decimals for key, ratio in RATIOS.items()}
MEDIAN = TEXT.pair("words.median")
GROWTH = TEXT.pair("words.growth")


@dataclass(frozen=True)
class Structure(panel.View):
    """A province's page. counts: index (region_code, year), one column an indicator and residents."""

    counts: pd.DataFrame

    @cached_property
    def mixes(self) -> pd.DataFrame:
        """The ratios of every province and year: index (region_code, year), one column a key of RATIOS."""
        c = self.counts
        return pd.DataFrame({k: c[r.over] / c[r.under] * r.scale for k, r in RATIOS.items()})

    @cached_property
    def growth(self) -> pd.DataFrame:
        """Logs of the growth from the first year to the last: index region_code (000000: all together), columns doctors, residents."""
        first, last = (self.counts.xs(y, level="year")[[DOCTORS, PEOPLE]] for y in self.years)
        found = np.log(last / first)
        found.loc[catalog.NATION] = np.log(last.sum() / first.sum())
        return found

    @property
    def apart(self) -> pd.Series:
        """How far doctors and residents of the place grew from the nation's, in logs; a head: the first less the second."""
        return self.growth.loc[self.code] - self.growth.loc[catalog.NATION]

    @cached_property
    def _origins(self) -> dict[tuple, Provenance]:
        return {}

    def origin(self, indicators: tuple[str, ...], *years: int) -> Provenance:
        """What stands behind a number on all provinces."""
        if (indicators, years) not in self._origins:
            o = self.panel.observations
            rows = o[o["indicator"].isin(indicators) & o["year"].isin(years)]
            self._origins[indicators, years] = provenance(rows)
        return self._origins[indicators, years]

    def ratio(self, key: str, y: int) -> Fact:
        """A ratio of the province."""
        how = RATIOS[key]
        a, b = (self.panel.cell(k, self.code, y) for k in (how.over, how.under))
        label, formula = TEXT.fact("facts.ratio", place=self.place, what=LABELS[key], year=y, **_parts(how))
        value = self.mixes.at[(self.code, y), key]
        style: dict[str, Any] = {"style": how.style, "decimals": how.decimals}
        return derived(value, label, formula, inputs=(a, b), operation=how.operation, **style)

    def median(self, key: str, y: int) -> Fact:
        """The median of the provinces."""
        how = RATIOS[key]
        label = TEXT.pair("facts.median", what=LABELS[key], year=y)
        value, scale = self.mixes.xs(y, level="year")[key].median(), " * 100" if how.scale > 1 else ""
        operation = f"median({how.over} / {how.under}){scale}"
        style: dict[str, Any] = {"style": how.style, "decimals": how.decimals}
        origin = self.origin((how.over, how.under), y)
        return derived(value, label, MEDIAN, origin=origin, operation=operation, **style)

    def grown(self, indicator: str) -> Fact:
        """Growth of a count of the province from the first year to the last, per cent."""
        a, b = (self.panel.cell(indicator, self.code, y) for y in self.years)
        label = TEXT.pair("facts.grown", place=self.place, what=naming.short(indicator), **self._span)
        return _growth(b.number / a.number, label, inputs=(a, b), operation="(b / a - 1) * 100")

    def nation_grown(self, indicator: str) -> Fact:
        """The same of the provinces together."""
        first, last = self.years
        value = np.exp(self.growth.at[catalog.NATION, indicator])
        label = TEXT.pair("facts.nation_grown", what=naming.short(indicator), **self._span)
        operation = f"(total(at({indicator}, {last})) / total(at({indicator}, {first})) - 1) * 100"
        return _growth(value, label, origin=self.origin((indicator,), first, last), operation=operation)

    @property
    def _span(self) -> dict[str, int]:
        return {"first": self.years[0], "last": self.years[1]}

    def a_head(self) -> Fact:
        """Growth of doctors a head of the province."""
        a, b = (self.panel.rate_fact(DOCTORS, self.code, y) for y in self.years)
        label = TEXT.pair("facts.a_head", place=self.place, **self._span)
        return _growth(b.number / a.number, label, inputs=(a, b), operation="(b / a - 1) * 100")

    def nation_a_head(self) -> Fact:
        """Growth of doctors a head of the provinces together."""
        a, b = (self.panel.nation_fact(DOCTORS, y) for y in self.years)
        label = TEXT.pair("facts.a_head", place=naming.place(catalog.NATION), **self._span)
        return _growth(b.number / a.number, label, inputs=(a, b), operation="(b / a - 1) * 100")

    def on_old_residents(self) -> Fact:
        """Doctors of the last year over residents of the first."""
        first, last = self.years
        inputs = self.panel.cell(DOCTORS, self.code, last), self.panel.cell(PEOPLE, self.code, first)
        label, formula = TEXT.fact("facts.on_old", place=self.place, **self._span)
        value = inputs[0].number / inputs[1].number * 1000
        return derived(value, label, formula, inputs=inputs, operation="a / b * 1000", style="rate")

    def break_even(self) -> Fact:
        """The error of the two years' rates together with which the province would have grown as the nation did."""
        label, formula = TEXT.fact("facts.break_even", place=self.place)
        value = abs(np.exp(self.apart[DOCTORS] - self.apart[PEOPLE]) - 1) * 100
        operation = "abs((1 + a / 100) / (1 + b / 100) - 1) * 100"
        inputs = self.a_head(), self.nation_a_head()
        return derived(value, label, formula, inputs=inputs, operation=operation, style="percent")

    def without_jumps(self) -> float:
        """Growth a head, as a factor, with the nation's growth of doctors in the years in which the place's own looks recounted."""
        own, nation = self.panel.wide(DOCTORS), self.counts[DOCTORS].groupby("year").sum()
        log = np.log(own.loc[self.code].iloc[-1] / own.loc[self.code].iloc[0])
        counts = self.counts[DOCTORS].loc[self.code]
        for y in self.jumps(DOCTORS):
            log += np.log(nation[y] / nation[y - 1]) - np.log(counts[y] / counts[y - 1])
        return float(np.exp(log))


def _parts(ratio: Ratio) -> dict[str, tuple[str, str]]:
    return {"over": naming.short(ratio.over), "under": naming.short(ratio.under)}


def _growth(factor: float, label: tuple[str, str], **how: Any) -> Fact:
    return derived((factor - 1) * 100, label, GROWTH, style="percent", signed=True, **how)


def coverage() -> Coverage:
    """Every province, once two years of the panel are known."""
    return panel.every_province()


def load(region_code: str, provinces: panel.Panel) -> Structure:
    """A province's view. Raises ParameterError for a code that is no region."""
    rows = provinces.observations
    counts = rows.pivot(index=["region_code", "year"], columns="indicator", values="value").dropna()
    return Structure(catalog.region(region_code).code, provinces, counts)


def growth_rows(view: Structure, lang: str) -> pd.DataFrame:
    """One dot a province as charts.scatter takes it: growth of residents and of doctors, per cent."""
    own = (np.exp(view.growth.drop(catalog.NATION)) - 1) * 100
    return panel.scatter_rows(own[PEOPLE], own[DOCTORS], lang, view.peers)


def as_the_nation(view: Structure) -> tuple[float, float]:
    """Intercept and slope of the line on which doctors a head grow as the nation's."""
    g = view.growth.loc[catalog.NATION]
    factor = float(np.exp(g[DOCTORS] - g[PEOPLE]))
    return (factor - 1) * 100, factor


def growth_axes(view: Structure, lang: str) -> dict[str, str]:
    """Names of the axes and of the line."""
    return {key: TEXT.text(f"drivers.axes.{key}", lang) for key in ("x_label", "y_label", "line_name")}


def verdict(view: Structure) -> str:
    """Ahead of the nation, behind or level with it, and in which of the two parts the larger difference lies."""
    by, people = view.apart[DOCTORS], view.apart[PEOPLE]
    if abs(np.exp(by - people) - 1) < panel.RELATIVE_ERROR:
        return "level"
    return f"{'ahead' if by > people else 'behind'}_{'doctors' if abs(by) >= abs(people) else 'residents'}"


def _jumped(view: Structure) -> tuple[Sentence, ...]:
    """What becomes of the growth when likely recounts are replaced, where there are any."""
    if not (years := view.jumps(DOCTORS)):
        return ()
    factor, nation = view.without_jumps(), as_the_nation(view)[1]
    label, formula = TEXT.fact("facts.without", place=view.place)
    rate = "at({0}, {2}) / at({1}, {2})".format
    parts = [
        f"of(({rate(DOCTORS, PEOPLE, view.year)}) / ({rate(DOCTORS, PEOPLE, view.years[0])}), '{view.code}')"
    ]
    for y in years:
        now, before = f"at({DOCTORS}, {y})", f"at({DOCTORS}, {y - 1})"
        parts.append(f"total({now}) / total({before}) / of({now} / {before}, '{view.code}')")
    value = _growth(
        factor,
        label,
        origin=view.origin((DOCTORS, PEOPLE), *range(*view.years), view.year),
        operation=f"({' * '.join(parts)} - 1) * 100",
    )
    holds = (factor > nation) == (view.apart[DOCTORS] > view.apart[PEOPLE])
    listed = naming.years(years)
    said = TEXT.say(
        f"drivers.sentences.jumps_{'hold' if holds else 'turn'}",
        id="jumps",
        years=name(listed),
        ww=naming.moved(value),
        place=view.place,
    )
    return (said,)


def drivers(view: Structure, drawing: Drawn | None) -> Finding:
    """What moved doctors a head: the doctors or the residents. drawing: charts.scatter of growth_rows."""
    first, last = view.years
    values: dict[str, Any] = {
        "place": view.place,
        "a": year(first),
        "z": year(last),
        "g": view.a_head(),
        "gn": view.nation_a_head(),
        "d": view.grown(DOCTORS),
        "dn": view.nation_grown(DOCTORS),
        "p": view.grown(PEOPLE),
        "pn": view.nation_grown(PEOPLE),
        "old": view.on_old_residents(),
        "now": view.panel.rate_fact(DOCTORS, view.code, last),
        "e": view.break_even(),
        "m": assumed(f"{panel.RELATIVE_ERROR:.0%}"),
    }
    values |= naming.worded(values, "", "d", "dn", "p", "pn", "g", "gn")
    values["gnp"] = naming.moved(values["gn"], "plain")
    told = verdict(view)
    firm = "level" if told == "level" else "firm"
    return Finding(
        "drivers",
        TEXT.say(f"drivers.headline_{told}", **values),
        TEXT.say("drivers.subtitle", a=year(first), z=year(last)),
        sentences=(
            TEXT.say("drivers.sentences.parts", **values),
            TEXT.say("drivers.sentences.old", **values),
            TEXT.say(f"drivers.sentences.{firm}", id="break-even", **values),
            *_jumped(view),
        ),
        note=TEXT.say("drivers.note"),
        drawing=drawing,
        tables=(_growth_table(view),),
        alt=TEXT.say("drivers.alt", **values),
        peers=tuple(view.peers),
    )


def _growth_table(view: Structure) -> Table:
    own = (np.exp(view.growth) - 1) * 100
    own["head"] = (np.exp(view.growth[DOCTORS] - view.growth[PEOPLE]) - 1) * 100
    own = own.sort_values("head", ascending=False)
    frame = own.assign(
        region_code=own.index,
        name=[catalog.region(c).short("zh") for c in own.index],
        name_en=[catalog.region(c).short("en") for c in own.index],
    )
    how: dict[str, Any] = {
        "formula": GROWTH,
        "signed": True,
        "source_ids": subjects.sources(view.panel.observations),
    }
    return Table(
        "growth",
        TEXT.pair("drivers.caption", **view._span),
        frame,
        (
            TEXT.column("columns.name", "name"),
            Column(DOCTORS, naming.short(DOCTORS), "percent", **how),
            Column(PEOPLE, naming.short(PEOPLE), "percent", **how),
            TEXT.column("columns.head", "percent", **how),
        ),
        highlight=tuple(i for i, c in enumerate(own.index) if c == view.code),
    )


def mix_rows(view: Structure, lang: str) -> pd.DataFrame:
    """One row a ratio and province in the newest year, as charts.spine takes it."""
    i, names = nth(lang), panel.short_names(lang)
    long = view.mixes.xs(view.year, level="year").reset_index().melt("region_code", var_name="key")
    return pd.DataFrame(
        {
            "indicator": long["key"],
            "label": long["key"].map(lambda k: LABELS[k][i]),
            "unit": long["key"].map(lambda k: UNITS[k][i]),
            "code": long["region_code"],
            "name": long["region_code"].map(names),
            "value": long["value"],
            "peer": long["region_code"].isin(view.peers),
        }
    )


def medians(view: Structure) -> dict[str, float]:
    """Median of the provinces in the newest year, by ratio."""
    return view.mixes.xs(view.year, level="year").median().to_dict()


def farthest(view: Structure) -> str:
    """The ratio in which the province lies farthest from the median, in standard deviations of the logs over the provinces."""
    logs = np.log(view.mixes.xs(view.year, level="year"))
    return str(((logs.loc[view.code] - logs.median()).abs() / logs.std(ddof=0)).idxmax())


def mix(view: Structure, drawing: Drawn | None) -> Finding:
    """What stands beside a doctor, a bed and a hospital. drawing: charts.spine of mix_rows."""
    first, last = view.years
    key, now = farthest(view), view.mixes.xs(last, level="year")
    own, middle = view.ratio(key, last), view.median(key, last)
    values: dict[str, Any] = {"place": view.place, "a": year(first), "z": year(last)}
    for n, k in enumerate(RATIOS):
        values |= {f"v{n}": view.ratio(k, last), f"m{n}": view.median(k, last), f"o{n}": view.ratio(k, first)}
    frame = pd.DataFrame(
        {
            "what": [LABELS[k][0] for k in RATIOS],
            "what_en": [LABELS[k][1] for k in RATIOS],
            "before": [view.ratio(k, first) for k in RATIOS],
            "after": [view.ratio(k, last) for k in RATIOS],
            "middle": [view.median(k, last) for k in RATIOS],
            "least": [round(float(now[k].min()), DECIMALS[k]) for k in RATIOS],
            "most": [round(float(now[k].max()), DECIMALS[k]) for k in RATIOS],
            "unit": [UNITS[k][0] for k in RATIOS],
            "unit_en": [UNITS[k][1] for k in RATIOS],
        }
    )
    source = subjects.sources(view.panel.observations)
    how: dict[str, Any] = {"source_ids": source}
    return Finding(
        "mix",
        TEXT.say(
            "mix.headline",
            place=view.place,
            z=year(last),
            what=naming.lowered(LABELS[key]),
            v=own,
            m=middle,
        ),
        TEXT.say("mix.subtitle", z=year(last)),
        sentences=(TEXT.say("mix.sentences.now", **values), TEXT.say("mix.sentences.change", **values)),
        note=TEXT.say("mix.note"),
        drawing=drawing,
        tables=(
            Table(
                "mix",
                TEXT.pair("mix.caption"),
                frame,
                (
                    TEXT.column("columns.what", "name"),
                    Column("before", naming.year_of(first), "number", **how),
                    Column("after", naming.year_of(last), "number", **how),
                    TEXT.column("columns.middle", "number", formula=MEDIAN, **how),
                    TEXT.column("columns.least", "number", formula=TEXT.pair("words.ratio"), **how),
                    TEXT.column("columns.most", "number", formula=TEXT.pair("words.ratio"), **how),
                ),
            ),
        ),
        alt=TEXT.say("mix.alt", **values),
    )


def path_rows(view: Structure, lang: str) -> pd.DataFrame:
    """The ratios by year with the provinces' median and 10-90 % band, as charts.trends takes it."""
    i = nth(lang)
    long = view.mixes.stack().rename_axis(["region_code", "year", "panel"]).rename("value").reset_index()
    by = long.groupby(["panel", "year"])["value"].quantile([0.1, 0.5, 0.9]).unstack()
    table = by.set_axis(["p10", "median", "p90"], axis=1).reset_index()
    own = long[long["region_code"] == view.code].set_index(["panel", "year"])["value"]
    table["value"] = own.reindex(pd.MultiIndex.from_frame(table[["panel", "year"]])).to_numpy()
    table = table.assign(
        label=table["panel"].map(lambda k: LABELS[k][i]), unit=table["panel"].map(lambda k: UNITS[k][i])
    )
    return table.sort_values(
        "panel", key=lambda s: s.map(list(RATIOS).index), kind="stable", ignore_index=True
    )


def _gain(view: Structure, indicator: str) -> Fact:
    a, b = (view.panel.cell(indicator, view.code, y) for y in view.years)
    what = naming.short(indicator)
    label, formula = TEXT.fact("facts.gain", place=view.place, what=what, **view._span)
    how: dict[str, Any] = {"style": "count", "unit": a.unit, "step": a.step, "signed": True}
    return derived(b.number - a.number, label, formula, inputs=(a, b), operation="b - a", **how)


def _gain_share(view: Structure, indicator: str) -> Fact:
    part, whole = _gain(view, indicator), _gain(view, "beds")
    label, formula = TEXT.fact("facts.gain_share", place=view.place, what=naming.short(indicator))
    value, operation = part.number / whole.number * 100, "a / b * 100"
    return derived(value, label, formula, inputs=(part, whole), operation=operation, style="percent")


def growth_of_beds(view: Structure, rows: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """Where new beds went, and whether hospitals grew in number or in size. rows: path_rows; drawing: charts.trends of them."""
    first, last = view.years
    size = [view.ratio("beds_per_hospital", y) for y in view.years]
    label = TEXT.pair("facts.size", place=view.place, **view._span)
    values: dict[str, Any] = {
        "place": view.place,
        "a": year(first),
        "z": year(last),
        "b": _gain(view, "beds"),
        "h": _gain_share(view, "hospital_beds"),
        "q": _gain_share(view, "primary_beds"),
        "n": view.grown("hospitals"),
        "n0": view.panel.cell("hospitals", view.code, first),
        "n1": view.panel.cell("hospitals", view.code, last),
        "k": _growth(size[1].number / size[0].number, label, inputs=size, operation="(b / a - 1) * 100"),
        "s0": size[0],
        "s1": size[1],
    }
    values |= naming.worded(values, "", "b") | naming.worded(values, "plain", "n", "k")
    more = view.counts.xs(last, level="year")["hospitals"] / view.counts.xs(first, level="year")["hospitals"]
    kind = "number" if np.log(more[view.code]) >= np.log(size[1].number / size[0].number) else "size"
    table = rows.assign(
        what=rows["panel"].map(lambda k: LABELS[k][0]),
        what_en=rows["panel"].map(lambda k: LABELS[k][1]),
        year=rows["year"].astype(int).astype(str),
        unit=rows["panel"].map(lambda k: UNITS[k][0]),
        unit_en=rows["panel"].map(lambda k: UNITS[k][1]),
    )
    how: dict[str, Any] = {
        "style": "number",
        "decimals": 2,
        "source_ids": subjects.sources(view.panel.observations),
    }
    return Finding(
        "beds",
        TEXT.say(f"beds.headline_{kind}", **values),
        TEXT.say("beds.subtitle", a=year(first), z=year(last)),
        sentences=(TEXT.say("beds.sentences.gain", **values), TEXT.say("beds.sentences.hospitals", **values)),
        note=TEXT.say("beds.note"),
        drawing=drawing,
        tables=(
            Table(
                "paths",
                TEXT.pair("beds.caption"),
                table,
                (
                    TEXT.column("columns.what", "name"),
                    TEXT.column("columns.year", "year"),
                    Column("value", view.place, formula=TEXT.pair("words.ratio"), **how),
                    TEXT.column("columns.median", formula=MEDIAN, **how),
                ),
            ),
        ),
        alt=TEXT.say("beds.alt", **values),
    )


def closing(view: Structure) -> Finding:
    """What the panel cannot say."""
    return subjects.closing((TEXT.state("E1", "closing.states.E1"), TEXT.state("E7", "closing.states.E7")))
