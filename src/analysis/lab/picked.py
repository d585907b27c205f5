"""What a question picks out of the tables: rows, the source that holds most of them, and what limits the reading.

One source an indicator: the others are named in a note and never joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from pathlib import Path

import pandas as pd

from analysis import catalog, tables, words
from analysis.errors import refuse
from analysis.words import pick

TEXT = words.catalogue(Path(__file__).with_name("lab.toml"))
WORDS = TEXT.group("select")


def said(lang: str, key: str, **values: object) -> str:
    """A phrase of the lab's words, with its slots filled."""
    return pick(WORDS[key], lang).format(**values)


def name(code: str, lang: str) -> str:
    """A place's short name; another unit (a source) keeps its own."""
    return catalog.region(code).short(lang) if code in catalog.regions() else code


@dataclass(frozen=True)
class Picked:
    """Codes of places, keys of indicators, first and last year, language."""

    places: tuple[str, ...]
    indicators: tuple[str, ...]
    first: int
    last: int
    lang: str = "zh"
    undated: bool = False  # only values without a year are held: all of them are meant

    def __repr__(self) -> str:
        named = ", ".join(name(one, self.lang) for one in self.places)
        labels = ", ".join(catalog.indicator(one).label(self.lang) for one in self.indicators)
        span = str(self.first) if self.first == self.last else f"{self.first}–{self.last}"
        years = said(self.lang, "undated") if self.undated else span
        return f"{named} · {labels} · {years}"

    @cached_property
    def _read(self) -> pd.DataFrame:
        asked = {"region_code": list(self.places), "indicator": list(self.indicators)}
        if not self.undated:
            return tables.read("observations", **asked, institution_id="", year=(self.first, self.last))
        rows = tables.read("observations", **asked)  # statements of documents are of an office or a hospital
        return rows[rows["year"].isna()]

    @cached_property
    def _main(self) -> dict[str, str]:
        """Indicator -> the source that holds most of what was asked."""
        counted = self._read.groupby(["indicator", "source_id"]).size().reset_index(name="n")
        counted = counted.sort_values(["indicator", "n", "source_id"], ascending=[True, False, True])
        return dict(counted.drop_duplicates("indicator")[["indicator", "source_id"]].itertuples(index=False))

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Rows of `observations` that were picked, one source an indicator; of statements without a year all."""
        if self.undated:
            return self._read.sort_values(["indicator", "region_code", "observation_id"], kind="stable", ignore_index=True)  # fmt: skip
        main = self._read["indicator"].map(self._main)
        found = self._read[self._read["source_id"] == main]
        return found.sort_values(["indicator", "region_code", "year"], kind="stable", ignore_index=True)

    def _gaps(self) -> list[str]:
        """What was asked for and is not held: places without a value, years before the first and after the last."""
        notes, held = [], self.rows["year"].dropna()
        if absent := [one for one in self.places if one not in set(self.rows["region_code"])]:
            names = pick(("、", ", "), self.lang).join(name(one, self.lang) for one in absent)
            notes.append(said(self.lang, "absent", places=names))
        if not self.undated and (self.first < held.min() or self.last > held.max()):
            notes.append(said(self.lang, "beyond", a=self.first, b=self.last, c=int(held.min()), d=int(held.max())))  # fmt: skip
        return notes

    def _notes(self, indicators: Sequence[str] = ()) -> tuple[str, ...]:
        notes = []
        for key in indicators or self.indicators:
            found = catalog.indicator(key)
            others = [] if self.undated else sorted(set(self._read.loc[self._read["indicator"] == key, "source_id"]) - {self._main.get(key)})  # fmt: skip
            if others:
                notes.append(said(self.lang, "other", label=found.label(self.lang), n=len(others), ids=", ".join(others)))  # fmt: skip
            for one in found.breaks:
                last = one.end_year or one.start_year
                if self.first < one.start_year <= self.last or self.first < last <= self.last:
                    years = f"{one.start_year - 1}–{last}"
                    notes.append(said(self.lang, "break", label=found.label(self.lang), years=years, what=one.text(self.lang)))  # fmt: skip
            if definition := found.definition(self.lang):
                notes.append(f"{found.label(self.lang)}{pick(('：', ': '), self.lang)}{definition}")
        return tuple(notes)

    def _titled(self, label: str, years: pd.Series | None = None) -> str:
        """A label with the years that are shown, not those that were asked for."""
        held = (self.rows["year"] if years is None else years).dropna()
        first, last = int(held.min()), int(held.max())
        return said(self.lang, "one" if first == last else "trend", label=label, a=first, b=last)


def span(years: object) -> tuple[int, int]:
    """First and last year of what was asked for. Raises MethodError for what is neither a year nor a pair of them."""
    if years is None:
        return tables.CALENDAR[0], tables.CALENDAR[-1]
    pair = tuple(years) if isinstance(years, tuple | list) else (years, years)
    if len(pair) != 2 or not all(isinstance(year, Integral) and not isinstance(year, bool) for year in pair):
        raise refuse("select, years", repr(years)[:60], "a year, or the first and the last", "write 2023 or (2014, 2023), without quotation marks")  # fmt: skip
    return int(pair[0]), int(pair[1])
