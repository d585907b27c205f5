"""Services in context (provinces): length of stay and public health spending of all provinces; visits, beds and fees where the yearbook has them.

Rows: the NBS panel of 31 provinces (stay from 2010, spending from 2007, per resident from 2014, when residents begin), and the health
yearbook's ten provinces to 2020. One view a part of the page, so the module is longer than 400 lines. Neither stay nor spending has a better end, so nothing is ranked. The year 2020 cuts every series: before and after
are told apart and never joined.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Coverage, Fact, Provenance, derived, observed, provenance, round_half_up
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import year
from analysis.themes import held, naming, panel, subjects
from analysis.words import nth

TEXT = texts.of(__file__)

STAY, SPENDING, BUDGET = "hospital_stay_days", "health_expenditure", "budget_expenditure"
PER_HEAD, SHARE = "spending_per_resident", "spending_share"
SHOWN = (STAY, PER_HEAD, SHARE)
LABELS = {
    STAY: TEXT.pair("labels.text"),
    PER_HEAD: TEXT.pair("labels.text_2"),
    SHARE: TEXT.pair("labels.text_3"),
}
UNITS = {STAY: TEXT.pair("units.text"), PER_HEAD: TEXT.pair("units.text_2"), SHARE: ("%", "%")}
DECIMALS = {STAY: 1, PER_HEAD: 0, SHARE: 1}
FORMULA = {
    STAY: TEXT.pair("formula.text"),
    PER_HEAD: TEXT.pair("formula.text_2"),
    SHARE: TEXT.pair("formula.text_3"),
}
STAY_ONE_DECIMAL = 2018  # printed to two decimals before
SCOPE = next(
    b.start_year for b in catalog.indicator(SPENDING).breaks
)  # year in which the scope of health spending changed
CUT = (2019, 2020)  # last year before, first year of the epidemic
YEARBOOK = "health-yearbook"
BOOK = ("hospital_visits", "hospital_admissions", "hospital_bed_use_rate", "outpatient_fee", "inpatient_fee")
BOOK_UNITS = {
    "hospital_visits": TEXT.pair("book_units.hospital_visits"),
    "hospital_admissions": TEXT.pair("book_units.hospital_admissions"),
    "hospital_bed_use_rate": ("%", "%"),
    "outpatient_fee": TEXT.pair("book_units.outpatient_fee"),
    "inpatient_fee": TEXT.pair("book_units.inpatient_fee"),
}
BOOK_DECIMALS = {
    "hospital_visits": 0,
    "hospital_admissions": 0,
    "hospital_bed_use_rate": 1,
    "outpatient_fee": 1,
    "inpatient_fee": 0,
}
BOOK_SCALE = {"hospital_visits": 1e4, "hospital_admissions": 1e4}
MEDIAN = TEXT.pair("words.median")


@dataclass(frozen=True)
class Series:
    """All provinces. observations: the rows read; values: one row an indicator of SHOWN, province and year with value and flags."""

    observations: pd.DataFrame
    values: pd.DataFrame

    @property
    def last_year(self) -> int:
        """The newest year in which every shown indicator has every province."""
        return int(self.values.groupby("indicator")["year"].max().min())

    @property
    def first_year(self) -> int:
        return int(self.values.loc[self.values["indicator"] == STAY, "year"].min())

    @cached_property
    def _at(self) -> pd.Series:
        return self.values.set_index(["indicator", "region_code", "year"])["value"]

    @cached_property
    def _rows(self) -> dict[tuple, int]:
        o = self.observations
        return {
            key: k
            for k, key in enumerate(zip(o["indicator"], o["region_code"], o["year"].astype(int), strict=True))
        }

    @cached_property
    def _origins(self) -> dict[tuple, Provenance]:
        return {}

    def at(self, indicator: str, code: str, y: int) -> float:
        return float(self._at.loc[(indicator, code, y)])

    def origin(self, indicator: str, y: int) -> Provenance:
        """What stands behind a number on all provinces in a year."""
        keys = {STAY: [STAY], PER_HEAD: [SPENDING, panel.POPULATION], SHARE: [SPENDING, BUDGET]}[indicator]
        if (indicator, y) not in self._origins:
            o = self.observations
            self._origins[indicator, y] = provenance(o[o["indicator"].isin(keys) & (o["year"] == y)])
        return self._origins[indicator, y]

    def cell(self, indicator: str, code: str, y: int) -> Fact:
        """An observed cell."""
        decimals = (1 if y >= STAY_ONE_DECIMAL else 2) if indicator == STAY else None
        return observed(self.observations.iloc[[self._rows[indicator, code, y]]], decimals=decimals)

    def year_of(self, y: int) -> pd.DataFrame:
        """One year: index region_code, one column an indicator."""
        v = self.values
        return v[v["year"] == y].pivot(index="region_code", columns="indicator", values="value")


@dataclass(frozen=True)
class Context(subjects.Subject):
    """A province's view: the series of all provinces, the yearbook's rows, its peers."""

    series: Series
    book: pd.DataFrame
    peers: list[str]

    @property
    def year(self) -> int:
        return self.series.last_year

    def fact(self, indicator: str, y: int) -> Fact:
        """The province's number; stay is observed, the others derived."""
        if indicator == STAY:
            return self.series.cell(STAY, self.code, y)
        over = SPENDING, panel.POPULATION if indicator == PER_HEAD else BUDGET
        style: dict[str, Any] = (
            {"style": "number", "decimals": 0} if indicator == PER_HEAD else {"style": "percent"}
        )
        return derived(
            self.series.at(indicator, self.code, y),
            TEXT.pair("facts.own.label", place=self.place, year=y, what=naming.lowered(LABELS[indicator])),
            FORMULA[indicator],
            inputs=[self.series.cell(k, self.code, y) for k in over],
            operation="a / b" if indicator == PER_HEAD else "a / b * 100",
            **style,
        )

    def middle(self, indicator: str, y: int) -> Fact:
        """The median of the 31 provinces."""
        styles: dict[str, dict[str, Any]] = {
            STAY: {"style": "days", "decimals": 1},
            PER_HEAD: {"style": "number", "decimals": 0},
            SHARE: {"style": "percent"},
        }
        style = styles[indicator]
        return derived(
            self.series.year_of(y)[indicator].median(),
            TEXT.pair("facts.median.label", year=y, what=naming.lowered(LABELS[indicator])),
            MEDIAN,
            origin=self.series.origin(indicator, y),
            operation={
                STAY: f"median({STAY})",
                PER_HEAD: f"median({SPENDING} / {panel.POPULATION})",
                SHARE: f"median({SPENDING} / {BUDGET}) * 100",
            }[indicator],
            **style,
        )


def coverage() -> Coverage:
    """Every province has a page, once a year after the cut is known."""
    shown = (STAY, SPENDING, BUDGET, panel.POPULATION)
    return subjects.once(
        lambda: subjects.last_year(panel.SOURCE, shown, len(catalog.provinces()) - 1) > CUT[1],
        panel.every_province(),
    )


def read() -> Series:
    """Stay and spending of all provinces, with spending per resident and as a share of the budget."""
    rows = tables.read(
        "observations", source_id=panel.SOURCE, indicator=[STAY, SPENDING, BUDGET, panel.POPULATION]
    )
    rows = panel.of_one_census(rows)
    wide = rows.pivot(index=["region_code", "year"], columns="indicator", values="value")
    wide[PER_HEAD], wide[SHARE] = wide[SPENDING] / wide[panel.POPULATION], wide[SPENDING] / wide[BUDGET] * 100
    # before family planning entered health spending its share of the budget was another one
    wide.loc[wide.index.get_level_values("year") < SCOPE, SHARE] = float("nan")
    values = (
        wide[list(SHOWN)]
        .reset_index()
        .melt(["region_code", "year"], var_name="indicator")
        .dropna(subset="value")
    )
    return Series(rows, values.assign(year=values["year"].astype(int)).reset_index(drop=True))


def read_yearbook() -> pd.DataFrame:
    """The yearbook's hospital services of the provinces that it has to its last year: rows of `observations`."""
    rows = tables.read("observations", source_id=YEARBOOK, indicator=list(BOOK))
    rows = rows[(rows["region_code"] != catalog.NATION) & ~rows["damaged"]]
    to_the_end = rows.groupby("region_code")["year"].transform("max") == rows["year"].max()
    return rows[to_the_end].reset_index(drop=True)


def load(region_code: str, series: Series, book: pd.DataFrame) -> Context:
    """A province's view. Raises ParameterError for a code that is no region."""
    return Context(
        catalog.region(region_code).code, series, book, panel.peer_codes(region_code, series.last_year)
    )


def data(c: Context) -> Finding:
    """What was read."""
    rows, v = c.series.observations, c.series.values
    n = derived(
        len(rows) + len(c.book),
        *TEXT.fact("data.facts.n"),
        origin=provenance(pd.concat([rows, c.book])),
        operation="count()",
        style="count",
        unit="格",
    )
    k = derived(
        c.book["region_code"].nunique(),
        *TEXT.fact("data.facts.k"),
        rows=c.book,
        operation="distinct('place')",
        style="count",
        unit="省",
    )
    span = v.groupby("indicator")["year"].agg(["min", "max"]).loc[list(SHOWN)]
    shown = pd.DataFrame(
        {
            "what": [LABELS[i][0] for i in SHOWN],
            "what_en": [LABELS[i][1] for i in SHOWN],
            "from": span["min"].astype(str).tolist(),
            "to": span["max"].astype(str).tolist(),
        }
    )
    names = naming.joined(map(naming.place, c.peers))
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            n=n,
            k=k,
        ),
        sentences=(
            TEXT.say(
                "data.sentences.peers",
                peers=names,
            ),
        ),
        tables=(
            Table(
                "coverage",
                TEXT.pair("data.caption"),
                shown,
                (
                    TEXT.column("data.columns.what", "name"),
                    TEXT.column("data.columns.from", "year"),
                    TEXT.column("data.columns.to", "year"),
                ),
            ),
        ),
        peers=tuple(c.peers),
    )


def spine_rows(c: Context, lang: str) -> pd.DataFrame:
    """One row a province and indicator, newest year, as charts.spine takes it."""
    i, names = nth(lang), panel.short_names(lang)
    long = (
        c.series.year_of(c.year)[list(SHOWN)]
        .reset_index()
        .melt("region_code", var_name="indicator", value_name="value")
    )
    return pd.DataFrame(
        {
            "indicator": long["indicator"],
            "label": long["indicator"].map(lambda k: LABELS[k][i]),
            "unit": long["indicator"].map(lambda k: UNITS[k][i]),
            "code": long["region_code"],
            "name": long["region_code"].map(names),
            "value": long["value"],
            "peer": long["region_code"].isin(c.peers),
        }
    )


def medians(c: Context) -> dict[str, float]:
    """Median of the provinces in the newest year, by indicator."""
    return c.series.year_of(c.year)[list(SHOWN)].median().to_dict()


def _against(c: Context, indicator: str) -> tuple[str, str]:
    """Above, below or level with the median at the printed precision."""
    own, middle = (
        round_half_up(v, DECIMALS[indicator])
        for v in (c.series.at(indicator, c.code, c.year), medians(c)[indicator])
    )
    return (
        TEXT.pair("against.text")
        if own == middle
        else TEXT.pair("against.text_otherwise")
        if own > middle
        else TEXT.pair("against.text_otherwise_2")
    )


def position(c: Context, drawing: Drawn | None) -> Finding:
    """Where the province stands, without a rank. drawing: charts.spine of spine_rows."""
    y = c.year
    own, mid = {k: c.fact(k, y) for k in SHOWN}, {k: c.middle(k, y) for k in SHOWN}
    at = {k: _against(c, k) for k in SHOWN}
    values = (
        {"place": c.place, "y": year(y)}
        | {f"v{j}": own[k] for j, k in enumerate(SHOWN)}
        | {f"m{j}": mid[k] for j, k in enumerate(SHOWN)}
        | {f"a{j}": at[k] for j, k in enumerate(SHOWN)}
    )
    shown = pd.DataFrame(
        {
            "what": [LABELS[k][0] for k in SHOWN],
            "what_en": [LABELS[k][1] for k in SHOWN],
            "own": [own[k] for k in SHOWN],
            "middle": [mid[k] for k in SHOWN],
            "unit": [UNITS[k][0] for k in SHOWN],
            "unit_en": [UNITS[k][1] for k in SHOWN],
        }
    ).astype({"own": object, "middle": object})
    source = subjects.sources(c.series.observations)
    return Finding(
        "position",
        TEXT.say(
            "position.headline",
            **values,
        ),
        TEXT.say(
            "position.subtitle",
            y=year(y),
        ),
        sentences=(
            TEXT.say(
                "position.sentences.stay",
                **values,
            ),
        ),
        note=TEXT.say(
            "position.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "position",
                TEXT.pair("position.caption"),
                shown,
                (
                    TEXT.column("position.columns.what", "name"),
                    Column("own", c.place, "number", source_ids=source),
                    TEXT.column(
                        "position.columns.middle",
                        "number",
                        formula=MEDIAN,
                        source_ids=source,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "position.alt",
            **values,
        ),
    )


def trend_rows(c: Context, lang: str) -> pd.DataFrame:
    """Stay, spending per resident and its share by year, with the provinces' median and 10-90 % band, as charts.trends takes it."""
    i = nth(lang)
    grouped = c.series.values.groupby(["indicator", "year"])["value"]
    table = (
        grouped.quantile([0.1, 0.5, 0.9])
        .unstack()
        .rename(columns={0.1: "p10", 0.5: "median", 0.9: "p90"})
        .reset_index()
    )
    own = c.series.values[c.series.values["region_code"] == c.code].set_index(["indicator", "year"])["value"]
    table["value"] = own.reindex(pd.MultiIndex.from_frame(table[["indicator", "year"]])).to_numpy()
    table = table.assign(
        panel=table["indicator"],
        label=table["indicator"].map(lambda k: LABELS[k][i]),
        unit=table["indicator"].map(lambda k: UNITS[k][i]),
    )
    return table.sort_values(
        "panel", key=lambda s: s.map(list(SHOWN).index), kind="stable", ignore_index=True
    )


def cut_name(lang: str) -> str:
    """What the cut is, for the key of charts.trends."""
    return TEXT.text("cut_name.text", lang)


def cuts(keys: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
    """The cut of 2020 for each panel of charts.trends."""
    return {key: [CUT] for key in keys}


def change(c: Context, rows: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """Before and from 2020, told apart. rows: trend_rows; drawing: charts.trends."""
    a, b, y = c.series.first_year, *CUT
    last, facts = c.year, {}
    for key, at in (("s0", a), ("s1", b), ("s2", y), ("s3", last)):
        facts[key] = c.fact(STAY, at)
    start = int(c.series.values.loc[c.series.values["indicator"] == PER_HEAD, "year"].min())
    facts |= {"p0": c.fact(PER_HEAD, start), "p1": c.fact(PER_HEAD, b), "p2": c.fact(PER_HEAD, last)}
    values = facts | {
        "place": c.place,
        "a": year(a),
        "b": year(b),
        "y": year(y),
        "last": year(last),
        "start": year(start),
        "n": c.middle(STAY, a),
        "m": c.middle(STAY, b),
    }
    odd = c.series.observations
    odd = odd[
        (odd["region_code"] == c.code) & (odd["indicator"] == STAY) & odd["flags"].str.contains("not_ranked")
    ]
    sentences = [
        TEXT.say(
            "change.sentences.stay-change",
            **values,
        ),
        TEXT.say(
            "change.sentences.spending-change",
            **values,
        ),
    ]
    if len(odd):
        sentences.append(
            TEXT.say(
                "change.sentences.odd",
                y=year(int(odd.iloc[0]["year"])),
                v=observed(odd.iloc[[0]]),
            )
        )
    table = rows.assign(
        label_zh=rows["panel"].map(lambda k: LABELS[k][0]),
        label_zh_en=rows["panel"].map(lambda k: LABELS[k][1]),
        year=rows["year"].astype(str),
        unit=rows["panel"].map(lambda k: UNITS[k][0]),
        unit_en=rows["panel"].map(lambda k: UNITS[k][1]),
    )
    number: dict[str, Any] = dict(
        style="number", decimals=1, source_ids=subjects.sources(c.series.observations)
    )
    return Finding(
        "change",
        TEXT.say(
            "change.headline",
            **values,
        ),
        TEXT.say(
            "change.subtitle",
            y=year(y),
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "change.note",
            y=year(y),
        ),
        drawing=drawing,
        tables=(
            Table(
                "change",
                TEXT.pair("change.caption"),
                table,
                (
                    TEXT.column("change.columns.label_zh", "name"),
                    TEXT.column("change.columns.year", "year"),
                    Column("value", c.place, **number, formula=TEXT.pair("change.columns.value_formula")),
                    TEXT.column("change.columns.median", formula=MEDIAN, **number),
                    TEXT.column(
                        "change.columns.p10",
                        **number,
                    ),
                    TEXT.column(
                        "change.columns.p90",
                        **number,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "change.alt",
            **values,
        ),
    )


def effort_rows(c: Context, lang: str) -> pd.DataFrame:
    """Health's share of the public budget by year since the series begin, with the provinces' spread, as charts.trends takes it."""
    i, shares = nth(lang), _shares(c)
    by = shares.groupby("year").quantile([0.1, 0.5, 0.9]).unstack().set_axis(["p10", "median", "p90"], axis=1)
    own = shares.xs(c.code, level="region_code")
    table = by.assign(value=own.reindex(by.index), panel=SHARE, label=LABELS[SHARE][i], unit=UNITS[SHARE][i])
    return table.reset_index()


def _shares(c: Context) -> pd.Series:
    """Health's share of the budget in every province and year, under whichever scope the year has."""
    o = c.series.observations
    rows = o[o["indicator"].isin([SPENDING, BUDGET])]
    wide = rows.pivot(index=["region_code", "year"], columns="indicator", values="value").dropna()
    return wide[SPENDING] / wide[BUDGET] * 100


def _effort(c: Context, y: int) -> tuple[Fact, Fact]:
    """Health's share of the province's budget, and the median of provinces."""
    shares, what = _shares(c).xs(y, level="year"), naming.lowered(LABELS[SHARE])
    inputs = [c.series.cell(k, c.code, y) for k in (SPENDING, BUDGET)]
    label = TEXT.pair("facts.own.label", place=c.place, year=y, what=what)
    how = {"style": "percent"}
    own = derived(shares[c.code], label, FORMULA[SHARE], inputs=inputs, operation="a / b * 100", **how)
    label, operation = (
        TEXT.pair("facts.median.label", year=y, what=what),
        f"median({SPENDING} / {BUDGET}) * 100",
    )
    origin = c.series.origin(SHARE, y)
    return own, derived(shares.median(), label, MEDIAN, origin=origin, operation=operation, **how)


def _budget_a_head(c: Context) -> tuple[Fact, Fact]:
    """The public budget per resident of the province, and the median of provinces."""
    y, people = c.year, panel.POPULATION
    inputs = [c.series.cell(k, c.code, y) for k in (BUDGET, people)]
    o = c.series.observations
    rows = o[o["indicator"].isin([BUDGET, people]) & (o["year"] == y)]
    wide = rows.pivot(index="region_code", columns="indicator", values="value")
    how = {"style": "number", "decimals": 0}
    label, formula = TEXT.fact("effort.facts.budget", place=c.place, year=y)
    own = derived(inputs[0].value / inputs[1].value, label, formula, inputs=inputs, operation="a / b", **how)
    label, operation = TEXT.pair("effort.facts.budget_median", year=y), f"median({BUDGET} / {people})"
    middle = (wide[BUDGET] / wide[people]).median()
    return own, derived(middle, label, MEDIAN, rows=rows, operation=operation, **how)


def effort(c: Context, rows: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """How much of the public budget goes to health, and what the distance to the median is in yuan. rows: effort_rows; drawing: charts.trends."""
    y, first = c.year, int(rows["year"].min())
    own, middle = _effort(c, y)
    budget = c.series.cell(BUDGET, c.code, y)
    gap = derived(
        abs(own.value - middle.value) / 100 * budget.value,
        *TEXT.fact("effort.facts.gap", place=c.place, year=y),
        inputs=(own, middle, budget),
        operation="abs(a - b) / 100 * c",
        style="money",
        step=1e7,
    )
    head, head_middle = c.fact(PER_HEAD, y), c.middle(PER_HEAD, y)
    whole = derived(
        abs(head.value - head_middle.value) * c.series.cell(panel.POPULATION, c.code, y).value,
        *TEXT.fact("effort.facts.whole", place=c.place, year=y),
        inputs=(head, head_middle, c.series.cell(panel.POPULATION, c.code, y)),
        operation="abs(a - b) * c",
        style="money",
        step=1e7,
    )
    b, b_middle = _budget_a_head(c)
    before, before_middle = _effort(c, SCOPE - 1)
    start, start_middle = _effort(c, first)
    since, since_middle = _effort(c, SCOPE)
    values = {
        "place": c.place,
        "y": year(y),
        "a": year(first),
        "b": year(SCOPE - 1),
        "s": year(SCOPE),
        "v": own,
        "m": middle,
        "gap": gap,
        "h": head,
        "hm": head_middle,
        "whole": whole,
        "q": b,
        "qm": b_middle,
        "v0": start,
        "m0": start_middle,
        "v1": before,
        "m1": before_middle,
        "v2": since,
        "m2": since_middle,
    }
    side = "above" if own.value > middle.value else "below"
    level = "more" if head.value > head_middle.value else "less"
    if round_half_up(own.value, 1) == round_half_up(middle.value, 1):
        side = "level"
    if round_half_up(head.value, 0) == round_half_up(head_middle.value, 0):
        level = "same"
    number = dict(style="percent", decimals=1, source_ids=subjects.sources(c.series.observations))
    return Finding(
        "effort",
        TEXT.say(f"effort.headline_{side}", **values),
        TEXT.say("effort.subtitle", **values),
        sentences=(
            TEXT.say(f"effort.sentences.{level}", id="effort", **values),
            TEXT.say("effort.sentences.years", **values),
        ),
        note=TEXT.say("effort.note", **values),
        drawing=drawing,
        tables=(
            Table(
                "effort",
                TEXT.pair("effort.caption"),
                rows.assign(year=rows["year"].astype(int).astype(str)),
                (
                    TEXT.column("change.columns.year", "year"),
                    Column("value", c.place, formula=FORMULA[SHARE], **number),
                    TEXT.column("change.columns.median", formula=MEDIAN, **number),
                ),
            ),
        ),
        alt=TEXT.say("effort.alt", **values),
    )


DAYS = 365
TYPICAL = 10_000  # admissions for which bed-days are said where none are held


def stay_rows(c: Context, lang: str) -> pd.DataFrame:
    """The province, its peers and their median as charts.bars takes them: length of stay in the newest year."""
    names = panel.short_names(lang)
    stays = c.series.year_of(c.year)[STAY].loc[[c.code, *c.peers]].sort_values(ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "label": [names[code] for code in stays.index],
            "value": stays.to_numpy(),
            "text": [c.series.cell(STAY, code, c.year).text(lang) for code in stays.index],
            "highlight": stays.index == c.code,
        }
    )


def _peers_stay(c: Context, y: int) -> tuple[Fact, Fact]:
    """The median stay of the peers in a year, and the distance of the province from it with the room that rounding leaves."""
    o = c.series.observations
    rows = o[(o["indicator"] == STAY) & (o["year"] == y) & o["region_code"].isin(c.peers)]
    label, formula = TEXT.fact("beddays.facts.peers", year=y)
    how = {"style": "days", "decimals": 1 if y >= STAY_ONE_DECIMAL else 2}
    middle = derived(rows["value"].median(), label, formula, rows=rows, operation=f"median({STAY})", **how)
    own = c.fact(STAY, y)
    label, formula = TEXT.fact("beddays.facts.apart", place=c.place, year=y)
    apart = own.value - middle.value
    value = derived(abs(apart), label, formula, inputs=(own, middle), operation="abs(a - b)", **how)
    return middle, value


def _beds(apart: Fact, admissions: Fact | None, label: tuple[str, str]) -> tuple[Fact, Fact]:
    """Beds occupied all year for that many days of each admission, and the range that one rounded decimal leaves."""
    n = TYPICAL if admissions is None else admissions.value
    formula = TEXT.pair("beddays.beds_formula" if admissions else "beddays.typical_formula")
    inputs = (apart,) if admissions is None else (apart, admissions)
    n_of = "b" if admissions else TYPICAL
    operation = f"a * {n_of} / {DAYS}"
    bounds_of = ", ".join(f"most(a {d}, 0) * {n_of} / {DAYS}" for d in ("- 0.1", "+ 0.1"))
    how = {"style": "count", "unit": "张", "inputs": inputs}
    how |= {"decimals": 0} if admissions is None else {"step": 10}
    value = derived(apart.value * n / DAYS, label, formula, operation=operation, **how)
    low, high = (max(0.0, apart.value + d) * n / DAYS for d in (-0.1, 0.1))
    span = TEXT.pair("beddays.range_label", what=label)
    bounds = {"low": low, "high": high, "quantifier": "interval"}
    return value, derived(
        None, span, TEXT.pair("beddays.range_formula"), operation=bounds_of, **bounds, **how
    )


def beddays(c: Context, drawing: Drawn | None) -> Finding:
    """Length of stay as bed-days: what the distance to the peers comes to in beds, for the admissions held or for each ten thousand."""
    y, own = c.year, c.fact(STAY, c.year)
    middle, apart = _peers_stay(c, y)
    typical, around = _beds(apart, None, TEXT.pair("beddays.facts.typical", place=c.place, year=y))
    values = {
        "place": c.place,
        "y": year(y),
        "v": own,
        "m": middle,
        "d": apart,
        "t": typical,
        "tr": around,
        "peers": naming.joined(map(naming.place, c.peers)),
    }
    side = "longer" if own.value > middle.value else "shorter"
    if round_half_up(apart.value, 1) <= round_half_up(0.1, 1):
        side = "level"
    admitted = c.book[
        (c.book["region_code"] == c.code)
        & (c.book["indicator"] == "hospital_admissions")
        & (c.book["year"] == CUT[0])
    ]
    sentences = [TEXT.say("beddays.sentences.typical", **values)]
    if len(admitted):
        admissions = observed(admitted)
        then, before = _peers_stay(c, CUT[0])
        beds, span = _beds(before, admissions, TEXT.pair("beddays.facts.beds", place=c.place, year=CUT[0]))
        longer = "longer" if c.fact(STAY, CUT[0]).value > then.value else "shorter"
        held_values = {"place": c.place, "b": year(CUT[0]), "n": admissions, "s": c.fact(STAY, CUT[0])}
        held_values |= {"m": then, "beds": beds, "span": span}
        sentences.append(TEXT.say(f"beddays.sentences.held_{longer}", id="held", **held_values))
    stays = stay_rows(c, "zh").assign(label_en=stay_rows(c, "en")["label"])
    source = subjects.sources(c.series.observations)
    return Finding(
        "beddays",
        TEXT.say(f"beddays.headline_{side}", **values),
        TEXT.say("beddays.subtitle", y=year(y)),
        sentences=tuple(sentences),
        note=TEXT.say("beddays.note"),
        drawing=drawing,
        tables=(
            Table(
                "stays",
                TEXT.pair("beddays.caption", year=y),
                stays,
                (
                    TEXT.column("beddays.columns.label", "name"),
                    Column("value", LABELS[STAY], "days", decimals=1, source_ids=source),
                ),
            ),
        ),
        alt=TEXT.say("beddays.alt", **values),
        peers=tuple(c.peers),
        opens=False,
    )


def book_rows(c: Context, lang: str) -> pd.DataFrame:
    """Visits, admissions, bed use and fees by year with the median of the yearbook's provinces, as charts.trends takes it; empty elsewhere."""
    i, own = nth(lang), c.book[c.book["region_code"] == c.code]
    if own.empty:
        return pd.DataFrame(columns=["panel", "label", "year", "value", "median", "unit"])
    scaled = c.book.assign(scaled=c.book["value"] / c.book["indicator"].map(lambda k: BOOK_SCALE.get(k, 1.0)))
    table = scaled.groupby(["indicator", "year"])["scaled"].median().rename("median").reset_index()
    mine = scaled[scaled["region_code"] == c.code].set_index(["indicator", "year"])["scaled"]
    table["value"] = mine.reindex(pd.MultiIndex.from_frame(table[["indicator", "year"]])).to_numpy()
    table = table.assign(
        panel=table["indicator"],
        label=table["indicator"].map(lambda k: catalog.indicator(k).label(lang)),
        unit=table["indicator"].map(lambda k: BOOK_UNITS[k][i]),
        year=table["year"].astype(int),
    )
    return table.sort_values("panel", key=lambda s: s.map(list(BOOK).index), kind="stable", ignore_index=True)


def yearbook(c: Context, rows: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """Visits, admissions, bed use and fees where the yearbook has the province. rows: book_rows; drawing: charts.trends, or None."""
    if drawing is None:
        needed = (held.VISITS, held.ADMISSIONS, held.BED_USE, held.FEES)
        states = held.states(c.code, needed, TEXT.pair("yearbook.settle"))
        return Finding(
            "yearbook",
            TEXT.say(
                "yearbook.headline",
                place=c.place,
            ),
            states=states,
        )
    own = c.book[c.book["region_code"] == c.code].set_index(["indicator", "year"])
    facts = {
        (k, y): observed(own.loc[[(k, y)]].reset_index()) for k in BOOK for y in CUT if (k, y) in own.index
    }
    visits = {y: facts["hospital_visits", y] for y in CUT}
    fall = derived(
        (visits[CUT[1]].number / visits[CUT[0]].number - 1) * 100,
        *TEXT.fact("yearbook.facts.fall", cut=CUT[1], cut2=CUT[0], place=c.place),
        inputs=(visits[CUT[1]], visits[CUT[0]]),
        operation="(a / b - 1) * 100",
        style="percent",
        signed=True,
    )
    values = {
        "place": c.place,
        "b": year(CUT[0]),
        "y": year(CUT[1]),
        "v": visits[CUT[0]],
        "f": fall,
        "u0": facts["hospital_bed_use_rate", CUT[0]],
        "u1": facts["hospital_bed_use_rate", CUT[1]],
        "o": facts["outpatient_fee", CUT[0]],
        "p": facts["inpatient_fee", CUT[0]],
        "fw": naming.moved(fall),
    }
    table = rows.assign(
        name=rows["panel"].map(lambda k: catalog.indicator(k).label("zh")),
        name_en=rows["panel"].map(lambda k: catalog.indicator(k).label("en")),
        unit=rows["panel"].map(lambda k: BOOK_UNITS[k][0]),
        unit_en=rows["panel"].map(lambda k: BOOK_UNITS[k][1]),
        year=rows["year"].astype(str),
    )
    number: dict[str, Any] = dict(style="number", decimals=1, source_ids=subjects.sources(c.book))
    return Finding(
        "yearbook",
        TEXT.say(
            "yearbook.headline_2",
            **values,
        ),
        TEXT.say(
            "yearbook.subtitle",
            y=year(CUT[1]),
        ),
        sentences=(
            TEXT.say(
                "yearbook.sentences.volume",
                **values,
            ),
        ),
        note=TEXT.say(
            "yearbook.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "yearbook",
                TEXT.pair("yearbook.caption"),
                table,
                (
                    TEXT.column("yearbook.columns.name", "name"),
                    TEXT.column("yearbook.columns.year", "year"),
                    TEXT.column("yearbook.columns.unit", "text"),
                    Column("value", c.place, **number),
                    TEXT.column("yearbook.columns.median", formula=MEDIAN, **number),
                ),
            ),
        ),
        alt=TEXT.say(
            "yearbook.alt",
            **values,
        ),
    )


def closing(c: Context) -> Finding:
    """What the series cannot say."""
    return subjects.closing(
        (
            TEXT.state(
                "E4",
                "closing.states.E4",
            ),
            TEXT.state(
                "E7",
                "closing.states.E7",
            ),
            *held.states(c.code, (held.MONTHLY,), TEXT.pair("closing.settle")),
        )
    )
