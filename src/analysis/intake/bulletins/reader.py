"""A bulletin's text in, its quantitative statements out: proposals for a person to decide on.

The reader refuses rather than guesses: what it cannot settle is left out, or proposed as ``damaged`` with ``confidence`` low.
Longer than 400 lines because the ways in which one number leans on its neighbours stand beside the walk over them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import attrgetter

import pandas as pd

from analysis.clean import periods
from analysis.errors import DataError, ParameterError, Problem
from analysis.intake.bulletins import (
    about,
    amounts,
    beside,
    each,
    elsewhere,
    grids,
    ground,
    kept,
    lists,
    says,
    scopes,
    sections,
    units,
    wanted,
)
from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.ground import Carried, Setting, Statement, carried, of_item
from analysis.intake.bulletins.layout import Passage, fold, passages
from analysis.intake.bulletins.lexicon import LATER
from analysis.intake.bulletins.masks import FILLER, masked
from analysis.intake.bulletins.sections import MODAL, Read
from analysis.intake.bulletins.times import Time, find
from analysis.intake.bulletins.times import published as stated_date

COLUMNS = (
    "char_start", "char_end", "as_printed", "value_low", "value_high", "value", "unit", "quantifier", "measure", "status", "direction", "period_start", "period_end",
    "period_basis", "region_code", "institution", "indicator_zh", "qualifier", "damaged", "confidence", "context",
)  # fmt: skip
NUMBERS = ("value_low", "value_high", "value")
MOST = 60  # numbers of one sentence that its words can place; bulletins print up to fifteen
NEIGHBOURS = 40  # numbers before one that its own reading may look at
TITLE = 60  # characters of a table's title
LONGEST = 2_000_000  # characters; a bulletin has some thousand
_RUNS = re.compile(r"\d{17,}|[零一二两三四五六七八九十百千万亿]{20,}")  # no number that a document prints
_LETTER, _HAN, _KANA = re.compile(r"[^\W\d_]"), re.compile("[\u4e00-\u9fff]"), re.compile("[\u3040-\u30ff]")
_OPENING = re.compile(r"自(?:去年|今年|\d{4}年|前年)[^。;]{0,60}?以来")


@dataclass(frozen=True)
class Row:
    """One proposal, with its place in the document's text."""

    char_start: int
    char_end: int
    as_printed: str
    value_low: float | None
    value_high: float | None
    value: float | None
    unit: str
    quantifier: str
    measure: str
    status: str
    direction: str
    period_start: str
    period_end: str
    period_basis: str
    region_code: str
    institution: str
    indicator_zh: str
    qualifier: str
    damaged: bool
    confidence: str
    context: str


def _date(stated: str, text: str) -> str:
    if not stated:
        return stated_date(text)
    span = periods.parse(stated)
    if not span.end:
        raise ParameterError(
            Problem("published", f'"{stated}"', "the document's own date, YYYY-MM-DD", "pass the full date")
        )
    return span.end


def _dated(passage: Passage, day: str) -> Read:
    if passage.cells:
        return Read(passage, [], "")
    times, undated = find(_RUNS.sub(lambda m: FILLER * len(m[0]), passage.text), day)
    return Read(passage, times, masked(undated))


def _setting(found: list[Read], day: str) -> Setting:
    plan = sections.is_plan([dated.passage for dated in found])
    horizon, opening, body, stated = None, None, 0, 0
    for dated in found:
        passage, times = dated.passage, dated.times
        if passage.heading or passage.cells or len(passage.text) < 40:
            continue
        body += 1
        if horizon is None:
            horizon = next((t for t in times if t.kind == "due" and t.last.endswith("12-31")), None)
        if opening is None and body <= 3 and stated == 0 and _OPENING.search(passage.text):
            opening = next((t for t in times if t.kind == "span" and t.last == day and t.first != day), None)
        stated += len(re.findall(r"\d", dated.clear))  # what stands before it has figures of its own
    every = [dated.passage for dated in found]
    rules = sections.is_regulation(every)
    flows = False
    if opening is None:
        dates = [dated.times for dated in found]
        opening, flows = sections.span_reported(every, dates, day)
        opening = opening or sections.span_assessed(every, dates)
    checked = opening is not None and sections.is_of_a_check(every)
    return Setting(
        day,
        plan,
        (sections.plan_year(found, day) or horizon) if plan else None,
        opening,
        rules=rules,
        flows=flows and not checked,
        checked=checked,
        project=_project(found),
    )


def _project(found: list[Read]) -> bool:
    texts = [read.passage.text for read in found if not read.passage.cells]
    return wanted.is_project([text for text in texts[:2] if len(text) <= TITLE], "\n".join(texts))


def _amounts(clear: str, seen: set[str]) -> list[Amount]:
    found = units.share_units(clear, amounts.find(clear, seen))
    kept = []
    for one in found:
        settled = units.settle_unit(clear, one)
        if settled is not None:
            kept.append(units.distant_bound(clear, units.places_gained(clear, settled)))
    kept = units.share_bounds(clear, kept)
    return _shared_damage(clear, units.share_onwards(clear, kept), found)


def _shared_damage(clear: str, kept: list[Amount], found: list[Amount]) -> list[Amount]:
    """由35提升至43, 71.3和69.8: the second number is damaged like the first when nothing else gives it a unit."""
    places = {one.start: one for one in kept}
    for before, one in zip(found, found[1:], strict=False):
        partner = places.get(before.start)
        same = partner is not None and (partner.damaged or not partner.unit)
        lost = (
            same
            and partner is not None
            and partner.unit in ("%", "")
            and not one.unit
            and one.kind == "number"
        )
        near = re.fullmatch(
            r"[、和及与,]|[^,。;\d¤]{0,6}(?:提高|提升|上升|升|下降|降低|降|缩减|增长|增加)[^,。;\d¤]{0,4}",
            clear[before.end : one.start],
        )
        if lost and near and one.start not in places and (one.value or 0) <= 400:
            assert partner is not None
            kept.append(replace(one, unit=partner.unit, damaged=partner.damaged))
            places[one.start] = kept[-1]
    return sorted(kept, key=lambda one: one.start)


def _statements(dated: Read, setting: Setting, seen: set[str]) -> Iterator[Statement]:
    text, times, clear = dated.passage.text, sections.settled(dated.times, setting), dated.clear
    ahead, horizon = _ahead(dated, setting)
    found = _amounts(clear, seen)
    counted = each.counted(clear, found, NEIGHBOURS)
    items = lists.items(text, clear, found, times)
    sentence, opens = (-1, -1), 0
    own = Carried(None, None)
    listed: _Way | None = None
    before: Statement | None = None
    for number, one in enumerate(found):
        around = found[max(0, number - NEIGHBOURS) : number + 2]
        if ahead <= one.start and not (setting.later and (setting.horizon or horizon is None)):
            setting = replace(setting, later=True, horizon=horizon or setting.horizon, opening=None)
        bounds = ground.sentence_of(clear, one.start)
        if bounds != sentence:
            own = carried(of_item(text, times, bounds[0]), bounds[0], own)
            if not setting.later and sections.FALLS_SHORT.match(clear, bounds[0]):
                own, setting = Carried(None, None), replace(setting, opening=None, day=None)
            sentence, opens = bounds, number
        if number - opens >= MOST:
            yield _of_lost_columns(clear, one)
            continue
        listed = _way(clear, one, around, sentence, listed)
        said = _statement(text, clear, one, bounds, times, around, own, setting, listed, counted[number])
        if _same_promise(clear, times, before, said, sentence):
            said = replace(
                said, status="commitment", first="", last=setting.published, basis="as_of_publication"
            )
        if before is not None and _leans(clear, times, before, said, sentence, listed[2]):
            said = replace(said, first=before.first, last=before.last, basis=before.basis)
        within = before is not None and before.status == "actual" and before.amount.unit == said.amount.unit
        if before is not None and within and said.status == "target" and before.amount.start >= sentence[0]:
            if _WITHIN.fullmatch(clear, before.amount.end, one.start):  # 已到岗978名,其中硕士403名
                said = replace(
                    said, status="actual", first=before.first, last=before.last, basis=before.basis
                )
        said = _of_its_unit(clear, before, said, sentence)
        if number in items:
            said = lists.given(said, items[number])
        before = said
        yield said


def _of_lost_columns(clear: str, one: Amount) -> Statement:
    """A number that no sentence places: more than ``MOST`` in one are a table that lost its lines, and a person has to say of what each is."""
    measure = says.measure(clear, one, "actual", False, "")
    return Statement(one, measure, "actual", "", "", "", "undated", "", "", "low")


def _ahead(dated: Read, setting: Setting) -> tuple[int, Time | None]:
    """Where a passage turns to what comes next (下一步; 今年要打好五场硬仗), and the year that it names for it."""
    text = dated.passage.text
    found: list[tuple[int, Time | None]] = [
        (match.end(), None) for match in [LATER.search(dated.clear)] if match
    ]
    for time in dated.times:
        coming = time.kind in ("span", "due") and setting.published and time.last > setting.published
        if coming and time.first != time.last and _TURNS.match(text, time.end):
            found.append((time.end, replace(time, kind="due")))
            break
    return min(found, key=lambda item: item[0]) if found else (len(text) + 1, None)


_FOLLOWS = re.compile(
    r",?(?:同比|环比|较[^,。;\d]{0,8}|比[^,。;\d]{0,8}|均)?(?:增长|增加|提高|提升|上升|下降|降低|减少|缩短|回落|增幅|降幅)[了为达约近]{0,2}"
)


_COMPOSED = re.compile(r"[,(]?(?:其中,?)?[^,。;()\d]{0,18}(?:占(?!比)|平均年龄)[^,。;()\d]{0,8}")


def _leans(
    clear: str,
    times: list[Time],
    before: Statement,
    said: Statement,
    sentence: tuple[int, int],
    is_change: bool,
) -> bool:
    """有村医683名,平均年龄52.4岁; 21.6元,下降0.9元: a change, or what a number is composed of, is of that number's period."""
    gap = before.amount.end, said.amount.start
    leans = is_change and _FOLLOWS.fullmatch(clear, *gap)
    if before.amount.unit not in ("%", "pp", "‰", "倍"):
        leans = leans or _COMPOSED.fullmatch(clear, *gap)
    return (
        bool(leans)
        and before.status == said.status == "actual"
        and "undated" not in (before.basis, said.basis)
        and before.amount.start >= sentence[0]
        and not any(gap[0] <= time.start < gap[1] and time.kind != "base" for time in times)
    )


_COMPARES = re.compile(
    r",?(?:同比|环比|较[^,。;\d]{0,8}|比[^,。;\d]{0,8})?(?:增长|增加|提高|提升|上升|下降|降低|减少|多|少|高|低)(?:了|出)?"
)


_PART_PAID = re.compile(r",(?:其中)?[^,。;\d]{0,20}(?:承担|自付|负担|自缴)")  # 每人每年100元,个人只需承担40元
_WITHIN = re.compile(r",?其中[^,。;\d]{0,12}")


def _of_its_unit(
    clear: str, before: Statement | None, said: Statement, sentence: tuple[int, int]
) -> Statement:
    """人均月收入7600元,比改革前增加1900元; 年薪14万元,最高48万元: the same money per head and time."""
    one = said.amount
    if before is None or one.unit != "元" or before.amount.start < sentence[0]:
        return said
    gap = clear[before.amount.end : one.start]
    most = gap == "," and clear.startswith(("最高", "最低"), one.start)
    if before.amount.unit.endswith(("人", "月", "年", "户")) and (
        most or _COMPARES.fullmatch(gap) or _PART_PAID.fullmatch(gap)
    ):
        return replace(said, amount=replace(one, unit=before.amount.unit))
    return said


_TURNS = re.compile(rf",?[^,。;:\d]{{0,12}}(?:{MODAL.pattern})")
_PART_OF_IT = re.compile(r"[,;]?\(?其中[^,。;\d]{0,10}")
_FOR_SO_LONG = re.compile(r"[^。;\d]{0,16}(?:连续|为期|期限)[^,。;\d]{0,4}")
_NEXT_SUM = re.compile(
    r"[^,。;、\d由从达]{0,6}[,、;和及](?![^,。;、\d]*(?:收入|由|从|提高|达))[^,。;、\d]{0,8}"
)


def _same_promise(
    clear: str, times: list[Time], before: Statement | None, said: Statement, sentence: tuple[int, int]
) -> bool:
    """对博士给予40万元,硕士8万元: a sum without a verb of its own is promised like the one before it."""
    if (
        before is None
        or before.status != "commitment"
        or said.status != "actual"
        or before.amount.start < sentence[0]
    ):
        return False
    gap = clear[before.amount.end : said.amount.start]
    if any(before.amount.end <= t.start < said.amount.start and t.kind == "span" for t in times):
        return False  # 每年安排5200万元,近两年偿还债务3800万元
    if _PART_OF_IT.fullmatch(gap) or (said.amount.unit in ("年", "月") and _FOR_SO_LONG.fullmatch(gap)):
        return True
    money = said.amount.unit.startswith("元") and before.amount.unit.startswith("元")
    return money and bool(_NEXT_SUM.fullmatch(clear, before.amount.end, said.amount.start))


_Way = tuple[
    int, str, bool, str
]  # where a number ends, its direction, whether it is the change itself, its unit


def _way(
    clear: str,
    one: Amount,
    found: list[Amount],
    sentence: tuple[int, int],
    last: _Way | None,
) -> _Way:
    """The direction of a number; a list shares what stands before its first number."""
    floor = next((a.end for a in reversed(found) if a.start < one.start), sentence[0])
    floor = max(floor, sentence[0])
    direction, is_change = units.change(clear, one, floor)
    if (
        not direction
        and last is not None
        and clear[last[0] : one.start] in ("、", "和", "及")
        and (one.unit in ("%", "pp", "‰") or (last[2] and one.unit == last[3]))
    ):
        direction, is_change = last[1], last[2]
    if is_change and one.value is not None and one.value < 0:
        direction = "down"  # 增长12.1%和-1.2%
    return one.end, direction, is_change, one.unit


_START = attrgetter("start")


def _statement(
    text: str,
    clear: str,
    one: Amount,
    sentence: tuple[int, int],
    times: list[Time],
    found: list[Amount],
    carried: Carried,
    setting: Setting,
    way: _Way,
    counted: str,
) -> Statement:
    opens = bisect_left(found, sentence[0], key=_START)
    earlier = found[opens : bisect_left(found, one.start, lo=opens, key=_START)]
    times = of_item(text, times, one.start)
    time = says.time_of(text, one, times, sentence, earlier)
    _, direction, is_change, _ = way
    one = units.signed(clear, one, direction, is_change)
    if any(t.kind == "rule" and sentence[0] <= t.start < one.start for t in times):
        setting = replace(setting, rules=True)
    due = carried.last if carried.last is not None and carried.last.kind == "due" else None
    ready = wanted.finished(clear, one, sentence, times, setting.published, setting.project)
    state = says.status(clear, one, sentence, ready or time or due, setting)
    first_of_two = scopes.baseline(clear, one, found)
    if state == "target" and first_of_two and not ready:
        state, time = (
            "actual",
            None if time is None or time.kind == "due" else time,
        )  # 由5种扩大到10种: 5 is what is
    over = time is None or (time.kind != "due" and time.last < setting.published)
    if state == "target" and ready is not None and (ready.last or over):
        time = ready
    clause = text[max(ground.clause_start(text, one.start, sentence[0]), one.end - ground.REACH) : one.end]
    first, last, basis = scopes.period(
        one,
        state,
        time,
        carried,
        text[max(sentence[0], one.end - ground.REACH) : one.end],
        setting,
        first_of_two,
    )
    measure = says.measure(clear, one, state, is_change, clause)
    if counted and one.unit:
        one = replace(one, unit=f"{one.unit}/{counted}")
    base = one.unit.rpartition("/")[2] if one.unit else one.per
    if base in ("10万", "百万") and one.unit != base:
        one = replace(one, unit=f"1/{base}")
    return Statement(
        one, measure, state, direction, first, last, basis,
        beside.qualifier(text, one, sentence, earlier), beside.indicator(text, one, sentence, earlier), beside.confidence(one, state, basis),
    )  # fmt: skip


def _of_table(
    row: Passage, columns: list[grids._Column] | None, setting: Setting, titled: Time | None
) -> Iterator[tuple[Statement, str]]:
    """The statements of a row of a table, each with the place its column is headed by; ``titled``: the year of the table's title."""
    for cell in grids.cells(row, columns, setting.published):
        one, time = cell.amount, cell.time or (None if cell.target else titled)
        state = "target" if cell.target or (time is not None and time.kind == "due") else "actual"
        first, last, basis = scopes.period(one, state, time, Carried(None, None), "", setting)
        people = re.search(r"每(百万|十万|千|万)", cell.name)
        if people and one.unit in ("张", "人", "个", "名"):
            one = replace(one, unit=f"{one.unit}/{people[1]}人")
        measure = says.measure(row.text, one, state, False, "")
        yield Statement(one, measure, state, "", first, last, basis, "", cell.name, "medium"), cell.place


def _title_time(dated: Read, above: Time | None, day: str) -> Time | None:
    """The one year or span that a short line above a table names; a line of prose ends what a title said."""
    if len(dated.passage.text) > TITLE:
        return None
    spans = [t for t in dated.times if t.kind in ("span", "near") and t.first and (not day or t.last <= day)]
    return spans[0] if len(spans) == 1 else None if spans else above


def _context(text: str, start: int, end: int) -> str:
    """Up to 30 characters on each side, on one line."""
    return " ".join(text[max(0, start - 30) : end + 30].split())


def _row(text: str, passage: Passage, said: Statement, region: str, institution: str) -> Row:
    one = said.amount
    start, end = passage.span(one.start, one.end)
    return Row(
        start, end, text[start:end], one.low, one.high, one.value, one.unit, one.quantifier, said.measure, said.status, said.direction, said.first, said.last,
        said.basis, region, institution, said.indicator, said.qualifier, one.damaged, said.confidence, _context(text, start, end),
    )  # fmt: skip


def _chinese(text: str) -> None:
    """Refuse a text of another language, or one that was decoded wrongly: both would give numbers without their words."""
    sample = text[:20_000]
    letters, han, kana = (len(kind.findall(sample)) for kind in (_LETTER, _HAN, _KANA))
    dense = len("".join(sample.split()))
    if (
        (dense >= 500 and han < 0.02 * dense)
        or letters >= 80
        and (han < 0.3 * letters or kana > 0.1 * letters or sample.count("\ufffd") > 0.05 * letters)
    ):
        raise DataError(
            Problem(
                "text", f"{han:,} Chinese characters among {letters:,} letters", "a bulletin in Chinese",
                "read a Chinese text; where it is one, its encoding was read wrongly: save it as UTF-8",
            )
        )  # fmt: skip


def rows(text: str, published: str = "", region: str = "") -> list[Row]:
    """The proposals of ``read_text`` as records."""
    if len(text) > LONGEST:
        raise DataError(
            Problem(
                "text",
                f"{len(text):,} characters",
                f"at most {LONGEST:,}: a bulletin, not a book",
                "cut the document out of the file first",
            )
        )
    _chinese(text)
    kept.forget()
    day = _date(published, text)
    found = [_dated(passage, day) for passage in passages(text)]
    whole = _setting(found, day)
    titled = elsewhere.head(text, region)
    places = about.Places(region or titled or about.default_region(text))
    columns: list[grids._Column] | None = None
    timed: Time | None = None
    made: list[Row] = []
    institution = ""
    seen: set[str] = set()
    own = sections.settings(found, whole)
    for dated, setting in zip(found, own, strict=True):
        passage = dated.passage
        code = places.paragraph(passage.text, passage.heading)
        if region and titled and code == region:
            code = ""  # a county's bulletin read for its province: a person says whose figures these are
        if passage.cells:
            heads = grids.header(passage, setting.published)
            columns = heads or columns
            made += [
                _row(text, passage, said, place or code, "")
                for said, place in _of_table(passage, None if heads else columns, setting, timed)
            ]
            continue
        timed = _title_time(dated, timed, day)
        for said in _statements(dated, setting, seen):
            institution = about.institution(passage.text, said.amount.start) or institution
            own_name = said.institution or institution
            seat = about.seat(own_name)
            place = said.place or (seat if seat[:2] == code[:2] else "")
            if not place:
                first, _ = passage.span(said.amount.start, said.amount.end)
                place = elsewhere.place(text, first, code, titled)
            made.append(_row(text, passage, said, place, own_name))
    return made


def read_text(text: str, *, published: str = "", region: str = "") -> pd.DataFrame:
    """The quantitative statements of a bulletin, one row each in the order of the text, with the columns ``COLUMNS``.

    ``char_start`` and ``char_end`` count characters of ``text``; ``value`` and its bounds are in base units (元, 人, %, pp) by the
    conventions of ``clean.numbers``. ``published`` is the document's own date (YYYY-MM-DD), found in the text when empty: relative
    words (去年, 三年来) are resolved against it, and stay undated without it. ``region`` is the code of the place the document
    speaks of, found in its head when empty. Of more than 60 numbers in one sentence (a table that lost its lines) the rest stand
    without period and indicator, confidence low.

    >>> read_text("去年，全市引进博士35名。", published="2023-03-01")[["as_printed", "value", "unit", "period_start"]].values.tolist()
    [['35名', 35.0, '人', '2022-01-01']]

    Raises DataError for a text of more than two million characters and for a date that is none.
    """
    made = rows(text, published, region)
    frame = pd.DataFrame(list(map(attrgetter(*COLUMNS), made)), columns=list(COLUMNS))
    kinds = {name: "float64" for name in NUMBERS} | {
        "char_start": "int64",
        "char_end": "int64",
        "damaged": "bool",
    }
    return frame.astype({name: kinds.get(name, "str") for name in COLUMNS})


__all__ = ["COLUMNS", "Row", "fold", "read_text", "rows"]
