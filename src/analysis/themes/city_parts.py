"""Parts of a province: the cities that an official document counts to one part of it (苏南), all together, beside the others.

Which cities belong together is the document's word and no measurement; the parts' figures are those of their cities in the yearbook,
numerators and denominators added up, never rates averaged, and stand for no province. A part that no document names has no sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis import catalog, texts
from analysis.facts import Fact, Text, derived
from analysis.findings import Column, Table
from analysis.sentences import Sentence, year
from analysis.themes import naming, subjects
from analysis.themes.between_cities import DOCTORS, Cities
from analysis.themes.city_panel import POPULATION

TEXT = texts.of(__file__)


@dataclass(frozen=True)
class Part:
    """The cities of a part that are held in all years compared. rates, growth: of their sums; own: growth by city, largest first."""

    cities: Cities
    codes: pd.Index
    name: Text
    document: Text

    def rate(self, year_: int) -> Fact:
        """Doctors per 1,000 residents of the part's cities together."""
        rows = self.cities.behind(self.codes, (year_,), (DOCTORS, POPULATION))
        by = rows.groupby("indicator")["value"].sum()
        label, formula = TEXT.fact("facts.rate", part=self.name, document=self.document, year=year_)
        operation = f"total({DOCTORS}) / total({POPULATION}) * 1000"
        return derived(
            float(by[DOCTORS] / by[POPULATION] * 1000),
            label,
            formula,
            rows=rows,
            operation=operation,
            style="rate",
        )

    def growth(self, codes: pd.Index) -> Fact:
        """Growth of the doctors of these of its cities from the first comparable year, in per cent."""
        first, last = self.cities.counts.columns
        rows = self.cities.behind(codes, (first, last), (DOCTORS,))
        sums = self.cities.counts.loc[codes].sum()
        whole = len(codes) == len(self.codes)
        place = self.name if whole else naming.place(codes[0])
        key = "facts.growth" if whole else "facts.growth_city"
        label, formula = TEXT.fact(key, part=place, document=self.document, a=first, z=last)
        operation = f"(total(at({DOCTORS}, {last})) / total(at({DOCTORS}, {first})) - 1) * 100"
        value = float(sums[last] / sums[first] - 1) * 100
        return derived(value, label, formula, rows=rows, operation=operation, style="percent", signed=True)

    def ends(self) -> tuple[str, str]:
        """Its cities with the largest and the smallest growth of doctors."""
        first, last = self.cities.counts.columns
        held = self.cities.counts.loc[self.codes]
        by = held[last] / held[first]
        return str(by.idxmax()), str(by.idxmin())


def parts(cities: Cities) -> tuple[Part, Part] | None:
    """The part of a province that a document names, and its other cities; None where no document held names one."""
    named = catalog.city_groups(cities.code)
    held = cities.inside(cities.rates, cities.code).index.intersection(cities.counts.index)
    own = held[[c in {g.region_code for g in named} for c in held]]
    other = held.difference(own)
    if len(own) < 2 or len(other) < 2:
        return None
    document = naming.title(named[0].source_id)
    name = naming.in_both(named[0].name)
    return Part(cities, own, name, document), Part(
        cities, other, TEXT.pair("words.others", part=name), document
    )


def said(both: tuple[Part, Part]) -> tuple[Sentence, ...]:
    """How far apart the two parts are, and how unlike the cities of each."""
    part, others = both
    y0, y1 = pair = part.cities.pair
    rates = [[p.rate(y) for y in pair] for p in both]
    more = [
        derived(
            (rates[0][i].number / rates[1][i].number - 1) * 100,
            *TEXT.fact("facts.more", part=part.name, document=part.document, year=y),
            inputs=(rates[0][i], rates[1][i]),
            operation="(a / b - 1) * 100",
            style="percent",
            signed=True,
        )
        for i, y in enumerate(pair)
    ]
    first, last = part.cities.counts.columns
    values: dict[str, Any] = {
        "part": part.name,
        "others": others.name,
        "document": part.document,
        "n": _number(part),
        "m": _number(others),
        "a": year(y0),
        "z": year(y1),
        "s": year(first),
        "e": year(last),
        "r0": rates[0][0],
        "r1": rates[0][1],
        "q0": rates[1][0],
        "q1": rates[1][1],
        "g0": naming.moved(more[0], "higher"),
        "g1": naming.moved(more[1], "higher"),
        "up": naming.moved(part.growth(part.codes)),
        "rest": naming.moved(others.growth(others.codes)),
    }
    for letter, one in zip("po", both, strict=True):
        for at, code in zip(("hi", "lo"), one.ends(), strict=True):
            values[f"{letter}_{at}"] = naming.place(code)
            values[f"{letter}_{at}_g"] = naming.moved(one.growth(pd.Index([code])), "plain")
    wider = abs(more[1].number) > abs(more[0].number)
    return (
        TEXT.say(
            "parts.sentences.wider" if wider else "parts.sentences.nearer", id="parts", brief=2, **values
        ),
        TEXT.say("parts.sentences.growth", id="parts_growth", **values),
    )


def _number(part: Part) -> Fact:
    rows = part.cities.behind(part.codes, part.cities.pair[1:], (DOCTORS,))
    label, formula = TEXT.fact("facts.cities", part=part.name, document=part.document)
    return derived(len(part.codes), label, formula, rows=rows, operation="distinct('place')")


def table(both: tuple[Part, Part]) -> Table:
    """One row a part: its cities, doctors a head in both years, growth."""
    (first, last), pair = both[0].cities.counts.columns, both[0].cities.pair
    frame = pd.DataFrame(
        {
            "name": [p.name[0] for p in both],
            "name_en": [p.name[1] for p in both],
            "n": [_number(p) for p in both],
            "before": [p.rate(pair[0]) for p in both],
            "after": [p.rate(pair[1]) for p in both],
            "growth": [p.growth(p.codes) for p in both],
        }
    )
    named = catalog.city_groups(both[0].cities.code)
    source = (*subjects.sources(both[0].cities.rows), named[0].source_id)
    how: dict[str, Any] = {"source_ids": source}
    return Table(
        "parts",
        TEXT.pair("parts.caption", document=both[0].document),
        frame,
        (
            TEXT.column("columns.part", "name"),
            TEXT.column("columns.n", "number", **how),
            Column(
                "before",
                TEXT.pair("columns.rate", y=pair[0]),
                "rate",
                formula=TEXT.pair("words.rate"),
                **how,
            ),
            Column(
                "after",
                TEXT.pair("columns.rate", y=pair[1]),
                "rate",
                formula=TEXT.pair("words.rate"),
                **how,
            ),
            Column(
                "growth",
                TEXT.pair("columns.growth", a=first, z=last),
                "percent",
                signed=True,
                formula=TEXT.pair("words.growth"),
                **how,
            ),
        ),
    )


def beside(cities: Cities) -> tuple[tuple[Sentence, ...], tuple[Table, ...]]:
    """What ``between_cities.spread`` says and shows more of a province whose parts a document names; nothing elsewhere."""
    both = parts(cities)
    return (said(both), (table(both),)) if both else ((), ())
