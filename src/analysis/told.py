"""What a finding says in one language, as it crosses from a notebook to pages, documents and indexes: typed, and written as JSON here alone.

A notebook's process and the one that makes pages exchange JSON; nothing else of a finding leaves its room. Reading is strict: a key
too many or too few is refused in words, because it comes from another version of the code. ``Cited`` and ``Named`` are the parts of
a sentence that are not plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from analysis import strict
from analysis.cells import Packed, Ranges

MIME = "application/vnd.yigai.finding+json"
VERSION = 2
Words = dict[str, str]  # by language: {"zh": ..., "en": ...}


@dataclass(frozen=True, slots=True)
class Cited:
    """A number in running text: the id of its Fact, and how it is printed."""

    fact: str
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A year, a name or a place in running text. kind: see ``sentences.Plain``."""

    plain: str
    kind: str


Segment = str | Cited | Named
Segments = tuple[Segment, ...]


def text_of(segments: Iterable[Segment]) -> str:
    """Segments without mark-up.

    >>> text_of(("医师 ", Cited("f1", "3.42"), "，", Named("2023", "year")))
    '医师 3.42，2023'
    """
    return "".join(
        [s if isinstance(s, str) else s.text if isinstance(s, Cited) else s.plain for s in segments]
    )


def cited(segments: Iterable[Segment]) -> list[str]:
    """Ids of the Facts that they print, in their order."""
    return [one.fact for one in segments if isinstance(one, Cited)]


def _segments_json(segments: Segments) -> list[Any]:
    return [
        s
        if isinstance(s, str)
        else {"fact": s.fact, "text": s.text}
        if isinstance(s, Cited)
        else {"plain": s.plain, "kind": s.kind}
        for s in segments
    ]


def segments_of(content: Iterable[Any]) -> Segments:
    """Segments from JSON: text, {fact, text} or {plain, kind}."""
    return tuple([_segment_of(one) for one in content])


def _segment_of(one: Any) -> Segment:
    if isinstance(one, str):
        return one
    return strict.read(Cited, one) if "fact" in one else strict.read(Named, one)


@dataclass(frozen=True, slots=True)
class Record:
    """What stands behind a number: a Fact as pages and ``facts.json`` hold it.

    value, low, high: in ``unit``. period: first and last day. text: as printed, by language. table: the list that it counts, column
    by column. rows: of the finding's cells, as ranges. inputs: ids of the Facts that it is computed from. The rest as in ``facts.Fact``.
    """

    id: str
    style: str = "number"
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    decimals: int | None = None
    quantifier: str = "exact"
    status: str = "actual"
    period: tuple[str, ...] = ()
    period_basis: str = "explicit"
    as_printed: str = ""
    qualifier: Words | None = None
    label: Words | None = None
    text: Words | None = None
    formula: Words | None = None
    operation: str = ""
    table: dict[str, list[Any]] | None = None
    rows: Ranges | tuple[()] = ()
    inputs: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()
    damaged: bool = False
    grade: str = ""

    def called(self, lang: str) -> str:
        """What the number is, in one language."""
        return (self.label or {}).get(lang) or ""

    def how(self, lang: str) -> str:
        """The formula in one language; empty for a value as it was published."""
        return (self.formula or {}).get(lang) or ""

    def printed(self, lang: str) -> str:
        """As it is printed, in one language."""
        return (self.text or {})[lang]

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        lists = {"period": [*self.period], "inputs": [*self.inputs], "source_ids": [*self.source_ids]}
        return strict.written(self, **lists)

    @classmethod
    def of(cls, content: Any) -> Record:
        """From JSON."""
        lists = ("period", "inputs", "source_ids")
        made = {name: tuple(content.get(name, ())) for name in lists} if isinstance(content, Mapping) else {}
        return strict.read(cls, content, **made)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence. brief: 0, or its priority for a place's briefing; withheld: a condition failed, and it says which."""

    id: str
    segments: Segments
    brief: int = 0
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """The record that all cells of a column share."""

    label: Words
    formula: Words | None
    source_ids: tuple[str, ...]
    indicator: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed table. align: left or right; style: as ``findings.Column`` has it; record: None for words."""

    key: str
    label: str
    unit: str
    align: str
    style: str
    record: Shared | None

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        record = self.record and strict.written(self.record, source_ids=[*self.record.source_ids])
        return strict.written(self, record=record)

    @classmethod
    def of(cls, content: Any) -> Column:
        """From JSON."""
        record = content.get("record")
        shared = record and strict.read(Shared, record, source_ids=tuple(record.get("source_ids", ())))
        return strict.read(cls, content, record=shared or None)


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell. kind: number, state, said (words with numbers: ``segments``) or a style of words; fact: id, or None."""

    text: str
    value: float | None = None
    fact: str | None = None
    kind: str = "text"
    segments: Segments = strict.optional(())

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        held = {"text": self.text, "value": self.value, "fact": self.fact, "kind": self.kind}
        return held | ({"segments": _segments_json(self.segments)} if self.segments else {})

    @classmethod
    def of(cls, content: Any) -> Cell:
        """From JSON."""
        said = content.get("segments")
        return strict.read(cls, content, segments=segments_of(said)) if said else strict.read(cls, content)


@dataclass(frozen=True, slots=True)
class Table:
    """A printed table. highlight: numbers of the place's own rows; csv: the raw rows in the tidy form, the header first."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    highlight: tuple[int, ...]
    csv: list[list[Any]]

    @property
    def source_ids(self) -> list[str]:
        """Sources that its columns name, column by column."""
        return [one for column in self.columns if column.record for one in column.record.source_ids]

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return strict.written(
            self,
            columns=[column.to_json() for column in self.columns],
            rows=[[cell.to_json() for cell in row] for row in self.rows],
            highlight=[*self.highlight],
        )

    @classmethod
    def of(cls, content: Any) -> Table:
        """From JSON."""
        return strict.read(
            cls,
            content,
            columns=tuple(map(Column.of, content.get("columns", ()))),
            rows=tuple([tuple(map(Cell.of, row)) for row in content.get("rows", ())]),
            highlight=tuple(content.get("highlight", ())),
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not known: the code of its state, what, and what would settle it."""

    code: str
    title: Segments
    settle: Segments


@dataclass(frozen=True, slots=True)
class Read:
    """A selection of a table that was read: how many rows, and the hash of them."""

    table: str
    selection: Mapping[str, Any]
    rows: int
    sha: str

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return strict.written(self)


def _json_of(facts: Mapping[str, Record]) -> dict[str, Any]:
    return {name: fact.to_json() for name, fact in facts.items()}


def _records(content: Mapping[str, Any] | None) -> dict[str, Record]:
    return {name: Record.of(fact) for name, fact in (content or {}).items()}


def no_cells() -> Packed:
    """The table of cells of what rests on none."""
    return {"rows": 0, "columns": {}}


@dataclass(frozen=True, slots=True)
class Editions:
    """What a page says of later editions that it shows, with facts and cells of its own. dates: of the editions."""

    dates: tuple[str, ...]
    said: tuple[Segments, ...]
    facts: Mapping[str, Record]
    cells: Packed

    section: ClassVar[str] = "editions"
    kind: ClassVar[str] = "statement"

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        said = [_segments_json(one) for one in self.said]
        return {"dates": [*self.dates], "said": said, "facts": _json_of(self.facts), "cells": self.cells}

    @classmethod
    def of(cls, content: Any) -> Editions:
        """From JSON."""
        return strict.read(
            cls,
            content,
            dates=tuple(content.get("dates", ())),
            said=tuple(map(segments_of, content.get("said", ()))),
            facts=_records(content.get("facts")),
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in one language; see ``findings.Finding`` for what its parts are.

    place, as_of: what the notebook's first cell took. regions: codes of the places behind its numbers. facts: by id; cells: the
    published values behind them, packed. drawings: width -> SVG. elsewhere: the figure itself stands on the nation's page.
    editions: None where only first editions were read. reads: cumulative, what was read up to here.
    """

    section: str
    kind: str = "statement"
    lang: str = "zh"
    strip: bool = False
    place: str = ""
    as_of: str = ""
    regions: tuple[str, ...] = ()
    comparison: bool = False
    opens: bool = True
    peers: tuple[str, ...] = ()
    headline: Segments = ()
    subtitle: Segments = ()
    sentences: tuple[Said, ...] = ()
    note: Segments = ()
    facts: Mapping[str, Record] = field(default_factory=dict)
    cells: Packed = field(default_factory=no_cells)
    tables: tuple[Table, ...] = ()
    alt: str = ""
    drawings: Mapping[str, str] = field(default_factory=dict)
    states: tuple[Gap, ...] = ()
    editions: Editions | None = None
    reads: tuple[Read, ...] = ()
    elsewhere: bool = strict.optional(False)

    def to_json(self) -> dict[str, Any]:
        """The payload of the MIME type."""
        content = strict.written(
            self,
            regions=[*self.regions],
            peers=[*self.peers],
            headline=_segments_json(self.headline),
            subtitle=_segments_json(self.subtitle),
            sentences=[strict.written(s, segments=_segments_json(s.segments)) for s in self.sentences],
            note=_segments_json(self.note),
            facts=_json_of(self.facts),
            tables=[table.to_json() for table in self.tables],
            drawings={**self.drawings},
            states=[
                strict.written(s, title=_segments_json(s.title), settle=_segments_json(s.settle))
                for s in self.states
            ],
            editions=self.editions.to_json() if self.editions else None,
            reads=[one.to_json() for one in self.reads],
        )
        if not self.elsewhere:
            del content["elsewhere"]
        return {"version": VERSION} | content

    @classmethod
    def of(cls, content: Any) -> Told:
        """From JSON. Raises DataError for what this version of the code did not write."""
        if not isinstance(content, Mapping) or content.get("version") != VERSION:
            found = content.get("version") if isinstance(content, Mapping) else type(content).__name__
            raise strict.refused(cls, f"version {found!r}")
        told = strict.check(cls, {name: value for name, value in content.items() if name != "version"})
        return strict.read(
            cls,
            told,
            regions=tuple(told["regions"]),
            peers=tuple(told["peers"]),
            headline=segments_of(told["headline"]),
            subtitle=segments_of(told["subtitle"]),
            note=segments_of(told["note"]),
            sentences=tuple(
                [strict.read(Said, s, segments=segments_of(s.get("segments", ()))) for s in told["sentences"]]
            ),
            facts=_records(told["facts"]),
            tables=tuple([Table.of(one) for one in told["tables"]]),
            states=tuple(
                [
                    strict.read(Gap, s, **{k: segments_of(s.get(k, ())) for k in ("title", "settle")})
                    for s in told["states"]
                ]
            ),
            editions=Editions.of(told["editions"]) if told["editions"] else None,
            reads=tuple([strict.read(Read, one) for one in told["reads"]]),
        )


@dataclass(frozen=True, slots=True)
class Block:
    """A cell of a notebook as a page takes it: the text of one, or the finding that one shows."""

    text: str = ""
    finding: Told | None = None
