"""What a page is about, which places have one, and where counted rows of any table come from.

`observations` brings its own provenance (facts.provenance); measures, targets, policies, centres and anomalies do not hold numbers
of their own, so a count of them names the rows that were counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, ClassVar, ParamSpec, Self, TypeVar

import pandas as pd

from analysis import catalog, facts, known, tables, texts
from analysis.errors import refuse
from analysis.facts import (
    Coverage,
    Fact,
    Provenance,
    Reason,
    State,
    Text,
    derived,
    provenance,
    registered,
)
from analysis.findings import Finding
from analysis.sentences import words
from analysis.themes import naming

TEXT = texts.of(__file__)
P = ParamSpec("P")
R = TypeVar("R")

COUNTED = TEXT.pair("words.counted")
ABSENT = TEXT.reason("E0", "absent.reason")  # why a place has no page
NOT_YET = TEXT.reason("E0", "absent.not_yet")  # a page cut at a day before its figures
OBSERVATION = "observation_id"
DOCUMENTS = "doc-"  # sources that are documents of the collection, not statistical series


def kept(method: Callable[P, R]) -> Callable[P, R]:
    """A method of a page's subject that is worked out once for its arguments: sentences, tables and drawing ask for the same.

    Nobody may change what it returns.

    >>> class View:
    ...     @kept
    ...     def asked(self, year: int) -> list[int]:
    ...         return [year]
    >>> view = View()
    >>> view.asked(2023) is view.asked(2023), view.asked(2023) is View().asked(2023)
    (True, False)
    """
    name = method.__name__

    @wraps(method)
    def ask(*args: P.args, **how: P.kwargs) -> R:
        view: Any = args[0]
        held = view.__dict__.setdefault("_kept", {})
        key = (name, args[1:], *how.items())
        if key not in held:
            held[key] = method(*args, **how)
        return held[key]

    return ask


@dataclass(frozen=True)
class Subject:
    """What a page is about: a region of the dictionary (000000: the nation). The views of the themes add their rows to it."""

    code: str
    KEY: ClassVar[str] = ""  # id column of the rows that the theme counts
    UNIT: ClassVar[str] = "项"
    SHARED: ClassVar[tuple[str, ...]] = ()  # cached properties that are the same whichever place is asked for

    def __post_init__(self) -> None:
        """The page of one place never speaks of another as its own."""
        here = tables.place()
        if here and self.code != here:
            raise refuse(
                "subjects.Subject",
                f"rows of {catalog.region(self.code).name('en')} ({self.code})",
                f"the page's own place, {catalog.region(here).name('en')} ({here})",
                "load the theme with region_code; for a comparison use tables.elsewhere()",
            )

    def worked_out(self) -> Self:
        """This subject with what ``SHARED`` names worked out, for the pages of all places that start from a copy of this process."""
        for name in self.SHARED:
            getattr(self, name)
        return self

    def about(self, code: str) -> Self:
        """The same rows as the page of another place has them; of what is worked out it takes what ``SHARED`` names."""
        found = replace(self, code=catalog.region(code).code)
        found.__dict__.update({name: self.__dict__[name] for name in self.SHARED if name in self.__dict__})
        return found

    @property
    def region(self) -> catalog.Region:
        return catalog.region(self.code)

    @property
    def is_nation(self) -> bool:
        return self.code == catalog.NATION

    @property
    def place(self) -> Text:
        """The region's short name in both languages, for a slot of a sentence."""
        return naming.place(self.code)

    @property
    def whole(self) -> pd.DataFrame:
        """The rows among which the theme counts: what stands behind a count of none."""
        raise NotImplementedError

    def n(self, rows: pd.DataFrame, label: Text, *, of: str = "", unit: str = "") -> Fact:
        """How many of the theme's rows (distinct values of ``of``) there are; see ``count``."""
        return count(rows, self.KEY, label, whole=self.whole, of=of, unit=unit or self.UNIT)

    def silent(self, section: str, state: str, headline: Text, what: Text, settle: Text) -> Finding:
        """A section with nothing to show: its headline (with {place}), and as a state what is not known of the place and what would settle it."""
        here = self.place
        return Finding(
            section,
            words(section, *headline, place=here),
            states=(State(state, (f"{here[0]}：{what[0]}", f"{here[1]}: {what[1]}"), settle),),
        )


def origin(rows: pd.DataFrame, key: str) -> Provenance:
    """Where counted rows come from. key: the table's id column; rows must not be empty."""
    return registered(rows, rows[key])


def count(
    rows: pd.DataFrame, key: str, label: Text, *, whole: pd.DataFrame, of: str = "", unit: str = "项"
) -> Fact:
    """How many rows (distinct values of ``of``) there are; ``whole`` is what an empty count was looked for in."""
    n = rows[of].nunique() if of else len(rows)
    how: dict[str, Any] = {"style": "count", "unit": unit, **made(rows, of)}
    if key == OBSERVATION:  # a count of targets is no target
        return derived(int(n), label, COUNTED, origin=behind(rows, whole), status="actual", **how)
    where = origin(rows, key) if len(rows) else replace(origin(whole, key), regions=())
    return derived(int(n), label, COUNTED, origin=where, **how)


def behind(rows: pd.DataFrame, whole: pd.DataFrame) -> Provenance:
    """What stands behind a count of observations; a count of none rests on the ``whole`` it was looked for in, and is of no place."""
    return provenance(rows) if len(rows) else replace(provenance(whole), regions=())


IN_CELLS = {
    "": "count()",
    "region_code": "distinct('place')",
    "institution_id": "distinct('institution')",
    "source_id": "distinct('source')",
}


def counted(n: int, of: str = "") -> str:
    """The operation of a count of rows, or of the distinct values of a column that the cells hold (``IN_CELLS``).

    An empty count rests on the rows among which nothing was found.
    """
    return IN_CELLS[of] if n else "none()"


def made(rows: pd.DataFrame, of: str = "") -> dict[str, Any]:
    """The same for any column: where the cells do not hold it, with the values that are counted."""
    n = rows[of].nunique() if of else len(rows)
    return {"operation": counted(n, of)} if of in IN_CELLS or not n else facts.counted(rows[of].dropna())


def sources(*frames: pd.DataFrame) -> tuple[str, ...]:
    """Source ids of the rows, for a table's columns."""
    return tuple(sorted({source for rows in frames for source in rows["source_id"]}))


def published(rows: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Rows known by ``as_of`` (empty: all), by the rule of ``analysis.known``; what a run reads is cut already."""
    return rows[known.rows(table_of(rows), rows, as_of)] if as_of else rows


def table_of(rows: pd.DataFrame) -> str:
    """The table that rows come from: the one whose columns they share most (a theme may have added some); ids of others stand in several."""
    have = set(rows)

    def alike(name: str) -> float:
        columns = set(tables.SPECS[name].columns)
        return len(columns & have) / len(columns | have)

    return max(tables.SPECS, key=alike)


def once(ready: Callable[[], bool], coverage: Coverage) -> Coverage:
    """A coverage under a cut: the places' pages where what they need was known on the day, else the state that says so."""
    if not tables.as_of() or ready():
        return coverage
    return {code: NOT_YET if state is None else state for code, state in coverage.items()}


def last_year(source_id: str, indicators: Iterable[str], places: int = 1) -> int:
    """The newest year in which a source gives each indicator for that many places; 0 when there is none."""
    rows = tables.read("observations", source_id=source_id, indicator=list(indicators))
    have = rows.groupby(["indicator", "year"])["region_code"].nunique()
    whole = have[have >= places].reset_index().groupby("indicator")["year"].max()
    return int(whole.min()) if len(whole) == len(set(indicators)) else 0


def documents() -> list[str]:
    """Ids of the documents, in order."""
    return sorted(
        s for s, row in catalog.sources().items() if s.startswith(DOCUMENTS) or row.kind == "bulletin"
    )


def ids(text: str) -> list[str]:
    """`000-007;000-008` -> the ids."""
    return [part for part in text.split(";") if part]


def mentioned(**cut: str) -> set[str]:
    """Codes of the regions that a document deals with: a statement or a measure. ``as_of=""``: whatever the day of the run."""
    held = tables.read("observations", source_id=documents(), **cut)
    return {*held["region_code"], *tables.read("measures", **cut)["region_code"]}


def _ever_mentioned() -> set[str]:
    return mentioned(as_of="")


def absent(code: str, mentioned: set[str]) -> Reason:
    """Why a place that no document deals with has no page: a province whose cities are dealt with says which, and a page cut at a day
    that its documents were not published yet."""
    if tables.as_of() and code in _ever_mentioned():
        return NOT_YET
    known_ = catalog.regions()
    cities = (
        [c.code for c in catalog.cities_of(code) if c.code in mentioned]
        if code in known_ and known_[code].level == "province"
        else []
    )
    if not cities:
        return ABSENT
    return Reason("E1", *TEXT.pair("absent.cities", cities=naming.joined(map(naming.place, cities))))


def closing(states: Iterable[State]) -> Finding:
    """The last section of a page: what it does not know."""
    return Finding("missing", TEXT.say("missing.headline"), states=tuple(states))
