"""What readings of a sentence share: the statement they make, what holds for its document, and where clauses and sentences end."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.times import Time

REACH = 300  # characters before a number that can bear on it
_SENTENCE = re.compile(r"[。!?\n]")
_CLAUSE = re.compile(r"[。;!?\n\t,]")


@dataclass(frozen=True)
class Statement:
    """An amount with what its sentence says of it; places are in the passage."""

    amount: Amount
    measure: str
    status: str
    direction: str
    first: str
    last: str
    basis: str
    qualifier: str
    indicator: str
    confidence: str
    institution: str = ""  # of a list with 分别: its own institution or place
    place: str = ""


@dataclass(frozen=True)
class Carried:
    """The times that earlier sentences of a passage leave to the next: the last one, and the last that is no single day."""

    last: Time | None
    span: Time | None

    def of(self, flow: bool) -> Time | None:
        """What has happened over time belongs to the span in which the last day lies, what is counted on a day to that day."""
        last, span = self.last, self.span
        on_a_day = last is not None and (not last.first or last.first == last.last)
        if (
            flow
            and last is not None
            and span is not None
            and on_a_day
            and span.first <= last.last <= span.last
        ):
            return span
        return last


@dataclass(frozen=True)
class Setting:
    """What holds for the whole document: its date, whether it is a plan, the horizon of the plan, a span that opens it."""

    published: str
    plan: bool = False
    horizon: Time | None = None
    opening: Time | None = None
    flows: bool = (
        False  # the opening span is of what happened in it, not of what stands there on the document's day
    )
    day: Time | None = None  # on which the figures of the section stand (年末, in the report of a year)
    later: bool = False  # the paragraph speaks of what comes next
    terms: bool = False  # the document explains a policy: the shares and sums that it states are terms
    project: bool = False  # the document is about one building that is not finished
    checked: bool = (
        False  # the document gives the results of a check: faults are of its time, not of the document's day
    )
    rules: bool = False  # numbered articles, or a sentence in force from a coming day


def last_end(earlier: list[Amount], one: Amount, default: int) -> int:
    """Where the last number before one ends, of those in the order of the text; ``default`` when there is none."""
    for before in reversed(earlier):
        if before.end <= one.start:
            return before.end
    return default


def sentence_of(text: str, place: int) -> tuple[int, int]:
    ends = _ends(text)
    at = bisect_right(ends, place)
    return (ends[at - 1] if at else 0), (ends[at] - 1 if at < len(ends) else len(text))


@lru_cache(maxsize=8)
def _ends(text: str) -> list[int]:
    """Where sentences end, after the mark."""
    return [match.end() for match in _SENTENCE.finditer(text)]


@lru_cache(maxsize=8)
def _cuts(text: str) -> list[int]:
    """Where clauses begin."""
    return [match.end() for match in _CLAUSE.finditer(text)]


def clause_start(text: str, place: int, floor: int) -> int:
    cuts = _cuts(text)
    at = bisect_right(cuts, place)
    return max(cuts[at - 1] if at else 0, floor)


def clause_end(text: str, place: int) -> int:
    cuts = _cuts(text)
    at = bisect_right(cuts, place)
    return cuts[at] - 1 if at < len(cuts) else len(text)


_ITEM = re.compile(
    r"(?:^|[。;:,])(?:第?[一二三四五六七八九](?:是|要|、)|\([一二三四五六七八九\d]\)|\d[.、](?!\d))"
)


@lru_cache(maxsize=8)
def _items(text: str) -> list[int]:
    """Where the items of a list begin, behind their marks."""
    return [match.end() for match in _ITEM.finditer(text)]


def of_item(text: str, times: list[Time], start: int) -> list[Time]:
    """The times that reach a sentence of a list: those before the list, and those of its own item, not of the items before it."""
    marks = _items(text)
    if not marks or start < marks[0]:
        return times
    own = max(mark for mark in marks if mark <= start + 4) if marks[0] <= start + 4 else 0
    return [t for t in times if t.start < marks[0] or t.start >= own]


def carried(times: list[Time], before: int, own: Carried) -> Carried:
    """What the sentences before a place leave to the next: the last time, or what was left already."""
    past = [t for t in times if t.end <= before and t.kind in ("span", "due")]
    if not past:
        return own
    spans = [t for t in past if t.first and t.first != t.last]
    return Carried(past[-1], spans[-1] if spans else own.span)
