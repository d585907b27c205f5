"""Lists with 分别: 甲院、乙院、丙院床位分别为1200、860、540张. Each number belongs to the item at its place.

An item is an institution, a place, a time or a noun. Where the items are not as many as the numbers nothing is given out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from analysis.intake.bulletins import about
from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.ground import Statement, sentence_of
from analysis.intake.bulletins.times import Time

_SHARES_OUT = re.compile(r"分别|依次")
_JOIN = re.compile(r"、|以及|和|及|与")
_NEAR = 14  # characters between 分别 and its first number
_SHARES_OF_THEM = re.compile(
    r",(?:分?别?占|同比|增长|下降|提高|较|比)"
)  # 分别为1.4亿元和1.5亿元,占3.1%、3.2%
MOST_YEARS = 20  # of a list of years
_REACH = 120  # characters before it that can hold the items
_KINDS = (
    "人民医院", "中医医院", "中医院", "保健院", "卫生院", "服务中心", "中心", "医院", "院区", "院", "县", "区", "市", "镇", "乡", "省", "州", "旗", "级", "类",
)  # fmt: skip
_ALL_OF_THEM = re.compile(
    r"^[两二三四五六七八九十\d]{1,2}[个家所]?(?:[县区市院地省镇乡级]|医院|卫生院|单位)(?=[\u4e00-\u9fff]|$)"
)
_BEFORE_ITEMS = re.compile(r"^(?:其中|全[省市县区]|目前|截至目前|¤)+")
_AN_INSTITUTION = re.compile(
    r"[\u4e00-\u9fff]{1,14}?(?:第?[一二三四五六七八九十]院|医院|卫生院|保健院|血液中心|急救中心|疾控中心|服务中心)"
)
_A_KIND_OF_THEM = re.compile(r"^(?:[一二三]级|公立|民营|综合|专科|基层|县级|市级|省级|乡镇|中医|社区)")


@dataclass(frozen=True)
class Item:
    """What one number of a list is of: its name as printed, the words that all share, its own time where the items are times."""

    name: str
    noun: str
    time: Time | None = None


def items(text: str, clear: str, found: list[Amount], times: list[Time]) -> dict[int, Item]:
    """Item of each number that stands in a list with 分别, by the number's place among those of the passage.

    ``text`` is the passage, ``clear`` the same with times and names masked.
    """
    made: dict[int, Item] = {}
    last: list[Item] = []
    floor = 0
    for mark in _SHARES_OUT.finditer(clear):
        numbers = _numbers(clear, found, mark.end())
        if len(numbers) < 2:
            continue
        start = max(sentence_of(clear, mark.start())[0], mark.start() - _REACH)
        named = _dated(text, times, start, mark.start(), len(numbers))
        named = named or _named(text[max(start, floor) : mark.start()], len(numbers))
        if not named and len(last) == len(numbers) and floor >= start:
            noun = _JOIN.split(re.split(r"[,。;:]", text[floor : mark.start()])[-1])
            named = [replace(one, noun=noun[0] or one.noun) for one in last] if len(noun) == 1 else []
        made |= dict(zip(numbers, named, strict=False)) if named else {}
        last, floor = named, found[numbers[-1]].end
        if named and _SHARES_OF_THEM.match(clear, floor):
            shares = _numbers(clear, found, floor + 1)
            made |= dict(zip(shares, named, strict=False)) if len(shares) == len(named) else {}
    return made


def _numbers(clear: str, found: list[Amount], start: int) -> list[int]:
    """The numbers of the list behind 分别: joined by 、 and 和 alone."""
    made: list[int] = []
    for at, one in enumerate(found):
        if one.start < start:
            continue
        if not made:
            if one.start - start > _NEAR or re.search(r"[,。;:]", clear[start : one.start]):
                break
        elif not _JOIN.fullmatch(clear[found[made[-1]].end : one.start].strip("¤")):
            break
        made.append(at)
    return made


def _dated(text: str, times: list[Time], start: int, end: int, count: int) -> list[Item]:
    """2021年、2022年、2023年上半年: as many times as numbers, joined."""
    inside = [t for t in times if start <= t.start and t.end <= end and t.last]
    if inside and len(years := _each_year(inside[-1])) == count:
        return [Item("", re.split(r"[,。;:]", text[inside[-1].end : end])[-1], one) for one in years]
    if len(inside) != count:
        return []
    gaps = [text[a.end : b.start] for a, b in zip(inside, inside[1:], strict=False)]
    if not all(_JOIN.fullmatch(gap) for gap in gaps):
        return []
    noun = re.split(r"[,。;:]", text[inside[-1].end : end])[-1]
    return [Item("", noun, one) for one in inside]


def _each_year(span: Time) -> list[Time]:
    """2012-2014年上半年: 2012, 2013 and the half of 2014; nothing for a span within one year."""
    if not span.first.endswith("-01-01") or span.kind != "span":
        return []
    first, last = int(span.first[:4]), int(span.last[:4])
    return [
        replace(span, first=f"{year}-01-01", last=span.last if year == last else f"{year}-12-31")
        for year in (range(first, last + 1) if first < last <= first + MOST_YEARS else ())
    ]


def _named(subject: str, count: int) -> list[Item]:
    """The items of the nearest clause that holds as many as there are numbers."""
    tail = ""
    for clause in reversed(re.split(r"[,。;:]", subject)):
        parts = _JOIN.split(_BEFORE_ITEMS.sub("", clause))
        if len(parts) == count and all(parts):
            name, noun = _last_item(parts)
            noun = _ALL_OF_THEM.sub("", noun) + tail
            return [Item(one, noun) for one in (*parts[:-1], name)]
        if len(parts) > 1:
            return []
        tail = clause + tail
    return []


def _last_item(parts: list[str]) -> tuple[str, str]:
    """(name, shared words) of the last item: 市三院床位数 is 市三院 and 床位数."""
    last, others = parts[-1], parts[:-1]
    for kind in _KINDS:
        if all(one.endswith(kind) for one in others) and kind in last[1:]:
            end = last.index(kind, 1) + len(kind)
            return last[:end], last[end:]
    if all(_an_institution(one) for one in others) and (found := _AN_INSTITUTION.match(last)):
        return found[0], last[found.end() :]
    ending = others[0][-2:]
    if len(ending) == 2 and all(one.endswith(ending) for one in others) and ending in last[:-2]:
        end = last.index(ending) + 2
        return last[:end], last[end:]
    lengths = {len(one) for one in others}
    if len(lengths) == 1 and len(last) > (own := lengths.pop()) and len(others[-1]) <= 2:
        return last[:own], last[own:]
    return last, ""


def _an_institution(name: str) -> bool:
    return bool(_AN_INSTITUTION.fullmatch(name)) and not _A_KIND_OF_THEM.match(name)


def given(said: Statement, item: Item) -> Statement:
    """A statement with what its item says: institution, place, time, or the words of what is counted."""
    if item.time is not None and said.status == "actual":
        time = item.time
        return replace(
            said, first=time.first, last=time.last, basis=time.basis, indicator=item.noun or said.indicator
        )
    places = about.regions(item.name)
    if _an_institution(item.name):
        return replace(said, institution=item.name, indicator=item.noun or said.indicator)
    if len(places) == 1 and places[0][0] == 0:
        return replace(said, place=places[0][1], indicator=item.noun or said.indicator)
    return replace(said, indicator=f"{item.name}{item.noun}"[:30])
