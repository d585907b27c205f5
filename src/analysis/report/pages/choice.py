"""Which sentences a place's briefing leads with: a rule over their Facts, the same in both languages.

A sentence belongs to one of four ranks; within a rank the author's priority decides, then the size of the news.

    RESULT     a reported or computed figure of the place itself
    SLIGHT     its news is a move of one or two places: true, and nothing to open with
    PROMISE    targets and commitments alone
    COUNT      it counts what documents or lists hold of the place, or rests on reposts alone: it describes the collection

A sentence none of whose Facts is of the place is left out: it would stand unchanged under every other name. Counts are left out
where three sentences of more weight are at hand. One seat is kept for the documents: where a bulletin, a plan or a paper writes of the
place and no sentence chosen rests on it, the first such answer takes the last seat, though it counts (``seat``); failing that, what a
bulletin writes of the cities of a province.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis import catalog, cells, told
from analysis.told import Record, Said, Told

RESULT, SLIGHT, PROMISE, COUNT = range(4)
ENOUGH = 3  # sentences of more weight beside which no count stands
SMALL_MOVE = 2  # places
ANSWER = 2  # the author's priority up to which a sentence answers the question of its page
DOCUMENTS = (
    "bulletin",
    "newspaper",
    "plan",
)  # kinds of source that write of a place; the others print series and lists
OFFICIAL = ("bulletin", "plan")  # those that a government issues
_COUNTING = re.compile(r"(count|distinct|none)\(")


def order(meant: Iterable[tuple[Said, Told]], code: str) -> list[Said]:
    """The sentences that a place's briefing may say, the one to open with first.

    meant: pairs of a sentence and the finding that says it. code: the place; empty or the nation: every
    sentence is its own.
    """
    ranked = []
    for n, (sentence, finding) in enumerate(meant):
        facts = [finding.facts[one] for one in cited(sentence) if one in finding.facts]
        if facts and code not in ("", catalog.NATION) and not _own(facts, finding, code):
            continue
        ranked.append(((weight(facts), sentence.brief, -news(facts), n), sentence))
    ranked.sort(key=lambda pair: pair[0])
    strong = [s for key, s in ranked if key[0] < COUNT]
    return strong if len(strong) >= ENOUGH else [s for _, s in ranked]


def seat(meant: Iterable[tuple[Said, Told]], code: str, chosen: list[Said], most: int) -> list[Said]:
    """The sentences chosen, the last of them given up for what documents write of the place where none of them rests on a document.

    meant, code: as for ``order``. chosen: sentences in their order; most: how many a briefing has.
    """
    pairs = list(meant)
    said_by = {id(s): finding for s, finding in pairs}
    if any(_documented(s, said_by[id(s)], code) for s in chosen[:most] if id(s) in said_by):
        return chosen[:most]
    for below in (
        False,
        True,
    ):  # what is written of the place itself, else what its own bulletin writes of its cities
        answers = [s for s, finding in pairs if s.brief <= ANSWER and _documented(s, finding, code, below)]
        if answers:
            break
    return [*chosen[: most - 1], min(answers, key=lambda s: s.brief)] if answers else chosen[:most]


def _documented(sentence: Said, finding: Told, code: str, below: bool = False) -> bool:
    """Whether a Fact of the sentence rests on rows of documents, all of them of the place itself; below: of bulletins, on its cities."""
    kinds = OFFICIAL if below else DOCUMENTS
    rows = [
        *zip(*(cells.column(finding.cells, name) for name in ("place", "institution", "source")), strict=True)
    ]
    for one in cited(sentence):
        spans = finding.facts[one].rows if one in finding.facts else ()
        behind = [rows[n] for n in cells.numbers(spans) if n < len(rows)]
        of = [_of(*row[:2]) for row in behind]
        if behind and all(
            (_above(one) if below else one) == code and _kind(row[2]) in kinds
            for one, row in zip(of, behind, strict=True)
        ):
            return True
    return False


def _above(code: str) -> str:
    region = catalog.regions().get(code)
    return region.parent if region else ""


def _kind(source: str) -> str:
    found = catalog.sources().get(source)
    return found.kind if found else ""


def cited(sentence: Said) -> list[str]:
    """Facts that a sentence prints, in its order."""
    return told.cited(sentence.segments)


def numbers(facts: Iterable[Record]) -> set[tuple]:
    """What a reader sees of each Fact as one number: value, unit and period, whichever finding computed it."""
    return {(f.value, f.unit, f.period) for f in facts if f.value is not None}


def weight(facts: list[Record]) -> int:
    """RESULT, SLIGHT, PROMISE or COUNT."""
    if facts and all(_COUNTING.match(f.operation) or f.grade == "C" for f in facts):
        return COUNT
    told_of = [f for f in facts if not _COUNTING.match(f.operation)]  # the number of promises is no result
    if told_of and all(f.status in ("target", "commitment") for f in told_of):
        return PROMISE
    return SLIGHT if _slight(facts) else RESULT


def _move(facts: list[Record]) -> float | None:
    """By how many places one thing moved: two ranks by the same operation and no level beside them; None where that is not told."""
    ranks = [(f.value, f.operation) for f in facts if f.style == "rank" and f.value is not None]
    levels = [f for f in facts if f.style in ("rate", "count", "money", "days", "index")]
    if levels or len(ranks) != 2 or len({operation for _, operation in ranks}) > 1:
        return None
    return abs(ranks[0][0] - ranks[1][0])


def _slight(facts: list[Record]) -> bool:
    move = _move(facts)
    return move is not None and move <= SMALL_MOVE


def news(facts: list[Record]) -> float:
    """Size of what a sentence tells, from nought to one: a move of ranks over thirty, or a change or gap over a hundred per cent."""
    move = _move(facts)
    changes = [abs(f.value) / 100 for f in facts if f.style == "percent" and f.value is not None]
    return min(1.0, max([*([] if move is None else [move / 30]), *changes], default=0.0))


def _own(facts: list[Record], finding: Told, code: str) -> bool:
    """Whether a Fact is of the place: its rows lie in it, or its operation names it."""
    if any(f"'{code}'" in f.operation for f in facts):
        return True
    stood = [*zip(*(cells.column(finding.cells, name) for name in ("place", "institution")), strict=True)]
    for fact in facts:
        rows = [stood[n] for n in cells.numbers(fact.rows) if n < len(stood)]
        if rows and all(_inside(place, institution, code) for place, institution in rows):
            return True
    return not any(fact.rows for fact in facts)  # nothing says of where: left to its author


def _inside(place: str, institution: str, code: str) -> bool:
    """Whether a cell is of the place, of a part of it or of an institution there."""
    place = _of(place, institution)
    if not place:
        return False
    return place == code or (place in catalog.regions() and catalog.region(place).parent == code)


def _of(place: str, institution: str) -> str:
    """The place of a cell; where it states none, that of its institution."""
    found = catalog.institutions().get(institution) if institution and not place else None
    return found.region_code if found else place
