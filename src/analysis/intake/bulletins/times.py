"""Dates and spans in a passage, and what each says about the numbers after it.

``kind``: ``span`` (the number belongs to it), ``due`` (a target is to be met by its end), ``base`` (what is compared with: no period of
the number), ``from`` (belongs to the next number alone: 由2017年的…), ``asof`` (a stock at publication),
``near`` (holds in its own sentence only), ``rule`` (a coming day from which what the sentence says is in force).

Longer than 400 lines because each printed form of a date is a small rule of its own, and the list in the middle ranks them all.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from analysis.clean.numbers import chinese
from analysis.clean.periods import FIRST_YEAR, LAST_YEAR, back
from analysis.errors import YigaiError
from analysis.intake.bulletins.layout import fold

_Y = r"((?:19|20)\d{2})"
_N = r"(\d{1,2}|[一二两三四五六七八九十]{1,3})"
_R = "(今年|(?<!基)本年|(?<!过)去年|(?<!以)上年|(?<![目以之提])前年|明年|(?<![此以今之])后年)的?"
_OF_NOW = "今年|(?<!过)去年|(?<!以)上年|(?<![目以之提])前年|明年|(?<![此以今之])后年|(?<!基)本年度?"  # not 基本年薪, 此后年均
_OFFSET = {"去": -1, "上": -1, "前": -2, "明": 1, "后": 2}  # of a relative year, by its first character
_PLAN_START = {"十": 2001, "十一": 2006, "十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026}
_BASE_BEFORE = re.compile(
    r"(?:较|(?<!占)比|(?<!合)同|与|和|跟|(?<=[高低优好少多大小早晚快])于|相比|对比|基数)$"
)
_BASE_AFTER = re.compile(r"(?:同期|相比|年?末?(?:增|提|上升|下降|减)|同口径)")
_AFTERWARDS = re.compile(r"^[^,。;:、\d]{2,12}(?:之后|以后|后),")
_FROM = re.compile(r"(?:由|从)$")
_RATED = re.compile(
    r"^度?(?:全[国省市]|国家|省级?)?[^,。;:、\d]{0,14}(?:绩效考核|考核评价|监测评价|排行榜|声誉排名|国考)"
)
_IN_FORCE = re.compile(r"^[^,。;:、\d]{0,12}?(?<![建办挑搭扛筑撑立兴])起")
_BEGAN_TO_BUILD = re.compile(r"(?:正式)?(?:动工|开工|奠基|破土)(?:建设)?[,。;]")
_IN_USE_SINCE = re.compile(r"(?:正式|全面)?(?:启用|投用|投入使用|开诊|开业|落成|运营)[,;]")
_LISTED = re.compile(r"被(?:纳入|列入|列为|确定为|评为|授予)[^,。;]{0,30}(?<!以来),")
_FOUNDED = re.compile(r"(?:建院|始建|创办|创建|建成开诊|正式挂牌)")
_OPENED = re.compile(r"(?:正式)?(?:投入|启用|成立|上线|揭牌|开诊|运行|启动|开工|开业|投用)[^,。;\d]{0,6}的")
_ARRIVED = re.compile(
    r",?[^,。;\d]{0,16}(?:进驻|入驻|挂牌|揭牌|启动|签约|结对)[^,。;\d]{0,8},[^。;\d]{0,6}(?:先后|陆续|累计|已)"
)
_REACHED = re.compile(r"(?:至|到|为|于)$")
_SINCE_LONG = re.compile(r"^[^。;]{0,60}?以来")
_NAMED = re.compile(
    r"(?:度|全[省市国]|全[县区])*(?:工作)?(?:会议|年会|要点|报告|总结|大会|表彰|计划(?![新再建投完引招用实培安到增开选为])|预算|清单|度会|学术年会|[^,。;:\d]{0,8}重点(?:建设)?(?:项目|工程)(?!名单|建设|数)|第[一二三四五六]批)"
)
_SINCE = re.compile(
    r"^[^,。;:、\d]{0,24}?(?:以来|来,|(?<![建办挑搭扛筑撑立兴])起(?=[,，、]|在|实|全|对|将|施|开|陆|连|推|试|组|市|省|该|每))"
)
YEAR_END = "end"  # 年末 without its year: the last day of the year that a yearly report is of
UP_TO = "截"  # 截至年底: no first day
YEAR_BEFORE = "before"  # 去年同期,...: the span named last, a year earlier
FIRST_OF_TWO = "from"  # 由去年同期的14.2%降到11.5%: of the first number alone
WHOLE_YEAR = "whole"  # 全年 without its year
SAME_DAY = "same day"  # 当天
WITHIN_YEAR = "within"  # 年内: in the year that a report is of, else by the end of the document's own
TAKING = "taking"  # 用3年时间
YEARS = "years"  # 五年累计: so many years, those just named or those before the document's day (``last`` holds the number)
SAME_YEAR = "same year"  # 那一年, 同年: the year named last
YEARS_AFTER = "after"  # 此后五年: the years behind the one named last
_BEGUN = re.compile(
    r"(?:推行|实施|启动|开展|成立|组建|试点|建立|改革|托管|推进|运行|开诊|揭牌|开始|设立|实行)"
)  # 自2020年推行
_GENERAL = "党的|新中国|改革开放|建院|建党|建国|大会|全会"


@dataclass(frozen=True)
class Time:
    """A time expression: its place in the passage, the span it means and how it bears on numbers."""

    start: int
    end: int
    first: str
    last: str
    basis: str
    kind: str


@dataclass(frozen=True)
class _Span:
    first: str
    last: str
    basis: str
    kind: str = "span"


def _month(year: int, first: int, last: int, basis: str = "explicit", kind: str = "span") -> _Span | None:
    if not (1 <= first <= last <= 12 and FIRST_YEAR <= year <= LAST_YEAR):
        return None
    return _Span(f"{year}-{first:02d}-01", f"{year}-{last:02d}-{monthrange(year, last)[1]}", basis, kind)


def _year(first: int, last: int | None = None, basis: str = "explicit", kind: str = "span") -> _Span | None:
    last = last or first
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        return None
    return _Span(f"{first}-01-01", f"{last}-12-31", basis, kind)


def _count(text: str) -> int:
    return int(text) if text.isdigit() else chinese(text)


def _part(year: int, words: str, basis: str) -> _Span | None:
    """A half, three quarters or a quarter of a year."""
    if words.startswith("上半年"):
        return _month(year, 1, 6, basis)
    if words.startswith("下半年"):
        return _month(year, 7, 12, basis)
    if words.startswith("前三"):
        return _month(year, 1, 9, basis)
    quarter = _count(re.sub(r"[第季度]", "", words))
    return _month(year, 3 * quarter - 2, 3 * quarter, basis)


def _until(found: re.Match[str], pub: str) -> _Span | None:
    """截至 2022年底, 截至7月底, 截至目前."""
    year, word, month, day = found[1], found[2] or "", found[3], found[4]
    if not year and not month and not word and re.search("年[底末]$", found[0]):
        return _Span("", UP_TO, "inferred", YEAR_END)
    if not year and not month and not (word and re.search("[底末]$", found[0])):
        return _Span("", pub, "as_of_publication", "asof")
    number = int(year) if year else int(pub[:4]) - {"去": 1, "上": 1, "前": 2}.get(word[:1], 0) if pub else 0
    span = _month(number, int(month or 12), int(month or 12)) if number else None
    if span is not None and not year and not word and span.first > pub:  # 截至12月底, written in January
        span = _month(number - 1, int(month or 12), int(month or 12))
    if span is None:
        return None
    basis = "explicit" if year else "relative_resolved"
    if day and 1 <= int(day) <= int(span.last[8:]):
        return _Span("", f"{span.last[:8]}{int(day):02d}", basis)
    return _Span("", span.last, basis)


def _until_then(found: re.Match[str], pub: str) -> _Span | None:
    """至3月底, at the head of a clause: 截至, where that day is over."""
    span = _until(found, pub) if found[1] or found[2] or found[3] else None
    return span if span and span.kind == "span" and span.last <= pub else None


def _due(found: re.Match[str], pub: str) -> _Span | None:
    span = _year(int(found[1]))
    if span is None:
        return None
    if pub and found[1] < pub[:4]:
        return _Span(span.last, span.last, "explicit") if found[2] else span
    return _Span(pub, span.last, "explicit", "due")


def _years_before(found: re.Match[str], pub: str) -> _Span | None:
    """2025年以前 is a deadline while it is to come; 2018年以前 says of what was only that it was earlier (``scopes.baseline``)."""
    span = _year(int(found[1]), kind="base")
    return replace(span, first=pub, kind="due") if span is not None and pub and span.last > pub else span


def _month_of_relative(found: re.Match[str], pub: str) -> _Span | None:
    """去年9月, 明年6月底前, 今年3月5日: a month or a day of a year that is named by its distance."""
    if not pub:
        return None
    year = int(pub[:4]) + _OFFSET.get(found[1][0], 0)
    span = _month(year, int(found[2]), int(found[2]), "relative_resolved")
    if span is None:
        return None
    if found[4]:
        return _Span(pub, span.last, span.basis, "due")
    if found[3] and found[3][0].isdigit():
        number = int(found[3].rstrip("日"))
        day = f"{span.last[:8]}{number:02d}"
        return _Span(day, day, span.basis, "near") if 1 <= number <= int(span.last[8:]) else None
    return _Span(span.last, span.last, span.basis) if found[3] in ("底", "末") else span


def _months_of_years(found: re.Match[str], pub: str) -> _Span | None:
    """2023年9月至2024年12月."""
    first = _month(int(found[1]), int(found[2]), int(found[2]))
    last = _month(int(found[3]), int(found[4]), int(found[4]))
    return _Span(first.first, last.last, "explicit") if first and last and first.first < last.first else None


def _from_for(found: re.Match[str], pub: str) -> _Span | None:
    """从2023年起,用三年时间."""
    first, count = int(found[1]), _count(found[2])
    span = _year(first, first + count - 1) if 0 < count <= 50 else None
    coming = span is not None and (not pub or span.last > pub)
    return replace(span, kind="due") if span is not None and coming else span


def _until_now(found: re.Match[str], pub: str) -> _Span | None:
    """2016年至今, 2019年8月至今."""
    month = int(found[2] or 1)
    first = _month(int(found[1]), month, month)
    return _Span(first.first, pub, "relative_resolved") if first and first.first <= pub else None


def _years_and_a_part(found: re.Match[str], pub: str) -> _Span | None:
    """2012-2014年上半年: whole years and the part of the last one."""
    first, last = _year(int(found[1])), _part(int(found[2]), found[3], "explicit")
    return replace(last, first=first.first) if first and last and first.first < last.first else None


def _half_more(found: re.Match[str], pub: str) -> _Span | None:
    """一年半来."""
    half = _back_half(found, pub)
    count = _count(found[1])
    return replace(half, first=back(half.first, count)) if half and 0 < count <= 50 else None


def _last_month(found: re.Match[str], pub: str) -> _Span | None:
    """上月, 上个月, 本月."""
    if not pub:
        return None
    year, month = int(pub[:4]), int(pub[5:7]) - (found[1] == "上")
    year, month = (year - 1, 12) if month == 0 else (year, month)
    span = _month(year, month, month, "relative_resolved")
    return replace(span, last=min(span.last, pub)) if span else None


def _back_half(found: re.Match[str], pub: str) -> _Span | None:
    """半年来: the six months before the document's day."""
    if not pub:
        return None
    year, month, day = int(pub[:4]), int(pub[5:7]) - 6, int(pub[8:])
    year, month = (year - 1, month + 12) if month < 1 else (year, month)
    return _Span(f"{year}-{month:02d}-{min(day, monthrange(year, month)[1]):02d}", pub, "relative_resolved")


def _due_month(found: re.Match[str], pub: str) -> _Span | None:
    """6月底前, 2023年6月底前: a deadline."""
    year = int(found[1]) if found[1] else int(pub[:4]) if pub else 0
    span = _month(year, int(found[2]), int(found[2])) if year else None
    return _Span(pub, span.last, "explicit" if found[1] else "relative_resolved", "due") if span else None


def _own_year(pub: str, month: int) -> int:
    """The year of a month that is named without one: the document's, but the year before for its last months in January and February."""
    return int(pub[:4]) - (pub[5:7] in ("01", "02") and month >= 10)


def _month_or_day(found: re.Match[str], pub: str) -> _Span | None:
    """3月, 7月20日 of the document's own year; the day on which it was heard (7月20日，记者获悉) dates nothing that it says."""
    if not pub:
        return None
    month = _month(_own_year(pub, int(found[1])), int(found[1]), int(found[1]), "relative_resolved")
    if month is None or not found[2]:
        return month
    if _HEARD.match(found.string[found.end() : found.end() + 40]):
        return _Span(month.first, month.last, month.basis, "base")
    if not 1 <= int(found[2]) <= int(month.last[8:]):
        return None
    day = f"{month.last[:8]}{int(found[2]):02d}"
    return _Span(day, day, "relative_resolved", "near")


_HEARD = re.compile(
    r"(?:上午|下午)?,?(?:本报|记者|笔者|据|从|[^,。;]{0,24}(?:获悉|通报|召开|举行[^,。;]{0,8}发布会))"
)


def _day(found: re.Match[str], pub: str) -> _Span | None:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None
    return _Span(day, day, "explicit")


def _relative(found: re.Match[str], pub: str) -> _Span | None:
    if not pub:
        return None
    year, word, rest = int(pub[:4]), found[1], found[2] or ""
    year += _OFFSET.get(word[0], 0)
    if rest.startswith(("以来", "来", "初以来")):
        return _Span(f"{year}-01-01", pub, "relative_resolved")
    if rest[:2] in ("上半", "下半") or "季度" in rest:
        return _part(year, rest.strip("的,"), "relative_resolved")
    if months := re.match(r"(\d{1,2})月?(?:-|至|到)(\d{1,2})月", rest):
        return _month(year, int(months[1]), int(months[2]), "relative_resolved")
    if rest.startswith(("年底", "年末", "底", "末")):
        return _Span(
            f"{year}-12-31", f"{year}-12-31", "relative_resolved", "due" if word[0] in "今明后本" else "span"
        )
    return _year(year, basis="relative_resolved")


def _back_years(found: re.Match[str], pub: str) -> _Span | None:
    count = _count(next(g for g in found.groups() if g))
    if not pub or not 0 < count <= 50:
        return None
    return _Span(back(pub, count), pub, "relative_resolved")


def _back_months(found: re.Match[str], pub: str) -> _Span | None:
    """16个月来."""
    count = _count(found[1])
    if not pub or not 0 < count <= 60:
        return None
    year, month = divmod(int(pub[:4]) * 12 + int(pub[5:7]) - 1 - count, 12)
    day = min(int(pub[8:]), monthrange(year, month + 1)[1])
    return _Span(f"{year}-{month + 1:02d}-{day:02d}", pub, "relative_resolved")


def _years_ago(found: re.Match[str], pub: str) -> _Span | None:
    """三年前: that year, of its own sentence."""
    count = _count(found[1])
    return (
        _year(int(pub[:4]) - count, basis="relative_resolved", kind="near")
        if pub and 0 < count <= 50
        else None
    )


def looked_at(pub: str) -> str:
    """The year that a document of December to March looks back on, as text; "" for one of another season."""
    return str(_year_looked_at(pub)) if _looks_back(pub) else ""


def _looks_back(pub: str) -> bool:
    """Whether a document of that day speaks of a year that is over, or nearly: December to March."""
    return pub[5:7] in ("12", "01", "02", "03")


def _year_looked_at(pub: str) -> int:
    return int(pub[:4]) - (pub[5:7] < "12")


def _past_year(found: re.Match[str], pub: str) -> _Span | None:
    """过去一年, 一年来: the year that is over in a document written about its end, else the twelve months before."""
    if not pub:
        return None
    if _looks_back(pub):
        return _year(_year_looked_at(pub), basis="relative_resolved")
    return _Span(back(pub, 1), pub, "relative_resolved")


def _this_year(found: re.Match[str], pub: str) -> _Span | None:
    """这一年: the year that the title or the words before it name; else the twelve months before (``sections.settled``)."""
    return _Span(back(pub, 1), pub, "relative_resolved", SAME_YEAR) if pub else None


def _first_months(found: re.Match[str], pub: str) -> _Span | None:
    """今年前8个月: the months from January on; without a year, of the document's own."""
    months = _count(found[3])
    if not (found[2] or pub) or months > 12:
        return None
    year = int(found[2]) if found[2] else int(pub[:4]) - ((found[1] or "")[:1] in ("去", "上"))
    return _month(year, 1, months, "explicit" if found[2] else "relative_resolved")


def _month_end(found: re.Match[str], pub: str) -> _Span | None:
    """3月末, 2023年9月底: the last day of the month."""
    if not (found[1] or pub):
        return None
    own = int(pub[:4]) if found[2] else _own_year(pub, int(found[3])) if pub else 0
    year = int(found[1]) if found[1] else own - (found[2] == "去年")
    span = _month(year, int(found[3]), int(found[3]))
    basis = "explicit" if found[1] else "relative_resolved"
    return _Span(span.last, span.last, basis) if span else None


def _new_year(found: re.Match[str], pub: str) -> _Span | None:
    """新的一年: the year that a plan made about the turn of the year is for."""
    if not pub:
        return None
    year = _year_looked_at(pub) + 1 if _looks_back(pub) else int(pub[:4]) + 1
    return _year(year, basis="relative_resolved", kind="due")


def _within(found: re.Match[str], pub: str) -> _Span | None:
    years = _count(next(g for g in reversed(found.groups()) if g))
    return _Span(pub, back(pub, -years), "relative_resolved", "due") if pub else None


def _taking(found: re.Match[str], pub: str) -> _Span | None:
    """用3年时间: so many years from the document's day, or those that its plan is for (``sections.settled``)."""
    span = _within(found, pub)
    return span and replace(span, kind=TAKING)


def _plan(found: re.Match[str], pub: str) -> _Span | None:
    start, rest = _PLAN_START[found[1]], found[2] or ""
    end = f"{start + 4}-12-31"
    if rest.startswith(("以来",)):
        return _Span(f"{start}-01-01", pub, "relative_resolved")
    if pub and pub > end:
        return _Span(end, end, "explicit") if rest.startswith(("末", "时期末")) else _year(start, start + 4)
    return _Span(pub, end, "explicit", "due")


_Resolve = Callable[["re.Match[str]", str], "_Span | None"]
_RULES: list[tuple[re.Pattern[str], _Resolve]] = [
    (re.compile(rf"(?:从|自)?{_Y}年(?:(\d{{1,2}})月)?(?:起|开始)?至今"), _until_now),
    (re.compile(rf"{_Y}年?(?:-|至|到){_Y}年(上半年|前三个?季度|第?[一二三四1-4]季度)"), _years_and_a_part),
    (re.compile(rf"(?:从|自){_Y}年(?:起|开始),?(?:计划|拟|力争)?(?:利用|用){_N}年(?:左右)?的?时间"), _from_for),
    (re.compile(r"(?:截至|截止)(?:到)?(?:目前|当前|现在|今(?!年)|发稿)"), lambda m, p: _Span("", p, "as_of_publication", "asof")),
    (re.compile(rf"(?:截至|截止)(?:到)?(?:{_Y}年)?(今年|本年|去年|上年|前年)?(?:(\d{{1,2}})月)?(?:(\d{{1,2}})日|底|末|年底|年末)?"), _until),
    (re.compile(rf"(?:^|(?<=[。;,:、]))至(?:{_Y}年|(今年|本年|去年|上年|前年))?(?:(\d{{1,2}})月)?(?:(\d{{1,2}})日|底|末|年底|年末)(?!前|[,]?(?:力争|要|将|实现))"), _until_then),
    (re.compile(rf"{_R}(\d{{1,2}})月(?!至|到|-|\d{{1,2}}月)(\d{{1,2}}日|底|末|份|初|上旬|中旬|下旬)?((?:之|以)?前)?"), _month_of_relative),
    (re.compile(rf"(?:{_Y}年)?(\d{{1,2}})月(?:底|末|份|\d{{1,2}}日)?(?:之|以)?前"), _due_month),
    (re.compile(rf"{_Y}年(\d{{1,2}})月?(?:-|至|到)(\d{{1,2}})月"), lambda m, p: _month(int(m[1]), int(m[2]), int(m[3]))),
    (re.compile(rf"{_Y}年(\d{{1,2}})月(?:-|至|到){_Y}年(\d{{1,2}})月(?![底末]?前)"), _months_of_years),
    (re.compile(rf"{_Y}年?(半年)(?=报|度|成绩|数据)"), lambda m, p: _part(int(m[1]), "上半年", "explicit")),
    (re.compile(rf"{_Y}年(上半年|下半年|前三个?季度|第?[一二三四1-4]季度)"), lambda m, p: _part(int(m[1]), m[2], "explicit")),
    (re.compile(rf"{_Y}(?:年(?=\d{{1,2}}月)|[./-](?!\d{{1,2}}月))(\d{{1,2}})[月./-](\d{{1,2}})(?!\d)日?"), _day),
    (re.compile(rf"(?:{_Y}年|(今年|去年))?(\d{{1,2}})月[底末](?![之以]?前)"), _month_end),
    (re.compile(rf"{_Y}年(\d{{1,2}})月(?:份|初|底|中旬|上旬|下旬)?"), lambda m, p: _month(int(m[1]), int(m[2]), int(m[2]))),
    (re.compile(rf"{_Y}年?(?:-|至|到){_Y}(?:年度?|(?=学年))"), lambda m, p: _year(int(m[1]), int(m[2]))),
    (re.compile(rf"(?:到|至|力争到?(?!(?:19|20)\d\d年度)|展望){_Y}年(?:(底|末|年底|年末)前?)?"), _due),
    (re.compile(rf"{_Y}年()(?:底|末|年底|年末)(?:之|以)?前"), _due),
    (re.compile(rf"展望{_Y}(?=[,:!])"), lambda m, p: _year(int(m[1]), kind="due")),
    (re.compile(rf"{_Y}年(?=[以之]前)"), _years_before),
    (re.compile(rf"{_Y}年(?:底|末|年底|年末)"), lambda m, p: _Span(f"{m[1]}-12-31", f"{m[1]}-12-31", "explicit")),
    (re.compile(rf"{_Y}年(?:度|全年)?"), lambda m, p: _year(int(m[1]))),
    (re.compile(rf"(?:(今年|去年|上年)|{_Y}年)?(?:(?<![之以此])前|头){_N}个?月"), _first_months),
    (re.compile(r"(?<=[由从])(?:去年|上年)同期(?=的?\d)"), lambda m, p: _Span("", FIRST_OF_TWO, "relative_resolved", YEAR_BEFORE)),
    (re.compile(r"(?<![较比与同和跟于于])(?:去年|上年)(?:的)?同期(?=,|只有|仅|为|是|的|还)"), lambda m, p: _Span("", "", "relative_resolved", YEAR_BEFORE)),
    (re.compile(f"({_OF_NOW})" r"((?:年?初)?以?来|上半年|下半年|前三个?季度|第?[一二三四]季度|\d{1,2}月?(?:-|至|到)\d{1,2}月|年?[底末]|全年)?(?:之前|以前|(?<=[底末])前)?"), _relative),
    (re.compile(r"(上|本)个?月(?=[,共全完门出新我该医开接\d])"), _last_month),
    (re.compile(r"(?:今年)?(?:年初|开年|新年)以来"), lambda m, p: _Span(f"{p[:4]}-01-01", p, "relative_resolved") if p else None),
    (re.compile(r"(?:近|过去)半年(?:来|以来|间|里)?|(?<![上下\d])半年(?:多)?(?:以)?来"), _back_half),
    (re.compile(r"新的?一年|来年(?=[^。;]{0,6}[要将])"), _new_year),
    (re.compile(r"(?:过去|刚刚过去)的?(?:这)?一年(?:来|里|中|间)?|(?<![\d第十])一年来"), _past_year),
    (re.compile(rf"(?<![\d第]){_N}年半(?:以?来|间)"), _half_more),
    (re.compile(rf"(?:未来|今后|接下来的?)的?{_N}(?:到{_N}|至{_N}|-{_N})?年(?:内|里|间)?"), _within),
    (re.compile(r"(?:到|至)(?:年底|年末)(?:之|以)?前?|(?:年底|年末)(?:之|以)?前"), lambda m, p: _Span(p, f"{p[:4]}-12-31", "relative_resolved", "due") if p else None),
    (re.compile(r"(?<![\d一二两三四五六七八九十几])年内"), lambda m, p: _Span(p, f"{p[:4]}-12-31", "relative_resolved", WITHIN_YEAR) if p else None),
    (re.compile(rf"(?:近|过去|最近|刚刚过去的){_N}年(?:多|间|里|来|以来)?|(?:^|(?<=[,。;:“]))这(?!一年){_N}年(?=[,间里来])|(?<!第){_N}年(?:多|以)?来"), _back_years),
    (re.compile(rf"(?<![\d第]){_N}个多?月(?:以)?来"), _back_months),
    (re.compile(rf"(?<![\d第]){_N}年间(?![隔歇])"), lambda m, p: _Span("", str(_count(m[1])), "inferred", YEARS)),
    (re.compile(rf"(?<![\d第]){_N}年(?:以?内|之内)"), _within),
    (re.compile(rf"(?<=用){_N}年(?:左右)?的?时间"), _taking),
    (re.compile(r"[“\"]?(十[一二三四五]?)五[”\"]?(时期末|末|以来|期间|时期|中期)"), _plan),
    (re.compile(r"(?:面向|围绕|展望|迈向|进入|立足|聚焦|到|至)[“\"](十[一二三四五]?)五[”\"]()"), _plan),
    (re.compile(r"(?<![\d年])(上半年|下半年|前三季度|[一二三四]季度)"), lambda m, p: _part(int(p[:4]), m[1], "relative_resolved") if p else None),
    (re.compile(r"(?<![\d年])(\d{1,2})月?(?:-|至|到)(\d{1,2})月(?:份)?"), lambda m, p: _month(_own_year(p, int(m[2])), int(m[1]), int(m[2]), "relative_resolved") if p else None),
    (re.compile(r"(?<![\d年])(\d{1,2})月(?:(\d{1,2})日|份)?"), _month_or_day),
    (re.compile(r"年末|年底(?![之以]?前)"), lambda m, p: _Span("", m[0][1], "inferred", YEAR_END)),
    (re.compile(r"(?:当|那|彼)时(?!间)"), lambda m, p: _Span("", "", "inferred", SAME_DAY)),
    (re.compile(r"(?<![\d本上下])年度(?=目标(?:任务)?:)"), lambda m, p: _year(int(p[:4]), kind="due") if p else None),
    (re.compile(r"(?:^|(?<=[,。;:“]))这一年(?=[,间里来的])"), _this_year),
    (re.compile(r"那一?年|同年(?![龄级资])"), lambda m, p: _Span("", "", "inferred", SAME_YEAR)),
    (re.compile(r"当[天日](?!晚|间)"), lambda m, p: _Span("", "", "relative_resolved", SAME_DAY)),
    (re.compile(r"(?<![\d年])全年(?![龄度无不])"), lambda m, p: _Span("", "", "inferred", WHOLE_YEAR)),
    (re.compile(rf"(?<![\d第]){_N}年(?=累计|共|总共)"), lambda m, p: _Span("", str(_count(m[1])), "inferred", YEARS)),
    (re.compile(r"目前|(?<![将把])现有|现已|现(?=开放|设|拥有|编制)|当前(?!位置)|至今|已累计|迄今|如今|现在(?!起)"), lambda m, p: _Span("", p, "as_of_publication", "asof")),
    (re.compile(r"(?<!¤)疫情(?:防控)?期间"), lambda m, p: _Span("2020-01-01", p, "relative_resolved", "near") if "2020" <= p[:4] <= "2023" else None),
    (re.compile(r"同比|环比|同期"), lambda m, p: None),
    (re.compile(r"[“\"]十[一二三四五]?五[”\"]?"), lambda m, p: None),
    (re.compile(r"(?<![\d:])\d{1,2}:\d{2}:\d{2}|(?<![\d:])(?:0\d|1\d|2[0-3]):[0-5]\d(?![\d:])"), lambda m, p: None),
    (re.compile(rf"(?<![\d第近]){_N}年(?:之)?前(?=[,的全我该这])"), _years_ago),
    (re.compile(rf"(?:此后|随后|之后)的?{_N}年(?:间|里|来)?"), lambda m, p: _Span("", str(_count(m[1])), "relative_resolved", YEARS_AFTER)),
    (re.compile(rf"^{_Y}(?=[,!:·])"), lambda m, p: _year(int(m[1]))),
    (re.compile(rf"{_Y}(?=[、,和及]{_Y}|/|$)"), lambda m, p: _year(int(m[1]))),
]  # fmt: skip
_ANY = re.compile(
    r"(?:19|20)\d\d|[年月末底]|期间|截|目前|现|十[一二三四五]?五|同|至今|当|季度|:|迄今|内|来|年度"
)


def _compared(before: str, after: str, printed: str, span: _Span) -> str:
    """``base`` or ``from`` for a time that is compared with or that belongs to one number alone; "" for another."""
    if _BASE_BEFORE.search(before) and re.match(r"的\d", after):
        return "from"
    if (
        printed.startswith(("去年", "上年"))
        and re.match(r"[为是仅](?![由从])", after)
        and span.kind == "span"
    ):
        return "from"  # 去年全年为1.08: an aside, of its own number alone
    if span.kind == "span" and _LISTED.match(after):
        return "base"  # 2023年被纳入省重点项目,计划总投资9亿元
    if before.endswith(("恢复", "相当于", "回升")) and re.match(r"的[\d.]+%", after):
        return "base"  # 恢复到2019年的96%
    multiple = before.endswith(("是", "为")) and re.match(r"的\d[\d.]*倍", after)
    founded = span.kind == "span" and _FOUNDED.match(after)
    compares = _BASE_BEFORE.search(before) or _BASE_AFTER.match(after) or printed.startswith("上年")
    return "base" if founded or compares or multiple else ""


def _kind(text: str, found: re.Match[str], span: _Span, pub: str) -> _Span:
    before, after = text[max(0, found.start() - 4) : found.start()], text[found.end() : found.end() + 30]
    if found[0] == "今年" and re.match(r"(?:已|刚|刚满)?[\d一二三四五六七八九十]{1,3}周?岁", after):
        return _Span("", pub, "as_of_publication", "asof")
    compared = _compared(before, after, found[0], span)
    if compared:
        return _Span(span.first, span.last, span.basis, compared)
    later = span.kind == "span" and _AFTERWARDS.match(after)  # 2016年担任院长后: it dates what came first
    if later or (span.kind == "near" and _OPENED.match(after)):  # 8月1日投入试运行的基地
        return _Span(span.first, span.last, span.basis, "base")
    if span.kind == "span" and _RATED.match(after):
        return _Span(span.first, span.last, span.basis, "near")
    since = _ARRIVED.match(text[found.end() : found.end() + 60])
    if span.kind == "span" and span.first and pub and span.last <= pub and since:
        return _Span(span.first, pub, "relative_resolved", "span")  # 2021年4月,专家团队进驻,先后选派5批
    in_use = span.last <= pub and _IN_USE_SINCE.match(after)
    if span.kind in ("span", "near") and (_BEGAN_TO_BUILD.match(after) or in_use):
        return _Span(span.first, span.last, span.basis, "base")
    coming = bool(pub) and span.kind in ("span", "near") and span.first > pub
    if coming and re.match(r"(?:正式)?(?:动工|开工|启动|奠基)", after):
        return _Span(
            span.first, span.last, span.basis, "base"
        )  # the day on which it begins dates none of its sizes
    if coming and (_IN_FORCE.match(after) or before.endswith("自")):
        return _Span(span.first, span.last, span.basis, "rule")
    if _FROM.search(before) and span.kind != YEAR_BEFORE:
        kind = "from"
        if not _SINCE.match(after):
            return _Span(span.first, span.last, span.basis, kind)
    if after.startswith("的") and (_REACHED.search(before) or found[0][0] in "到至"):
        return (
            _Span(found_year(found[0], span), span.last, "explicit", "from") if span.kind != "base" else span
        )
    if (
        span.kind == "span"
        and span.first
        and pub
        and before.endswith("自")
        and _SINCE_LONG.match(text[found.end() : found.end() + 70])
    ):
        return _Span(span.first, pub, "relative_resolved", "span")
    if span.kind == "span" and span.first and pub and before.endswith("自") and _BEGUN.match(after):
        return _Span(span.first, pub, "relative_resolved", "span")
    if span.kind == "span" and span.first and _SINCE.match(after) and pub:
        return _Span(span.first, pub, "relative_resolved", "span")
    return span


def found_year(printed: str, span: _Span) -> str:
    """First day of the year named in 到2021年的: the number belongs to that year."""
    if "底" in printed or "末" in printed:
        return span.last
    year = re.search(r"(?:19|20)\d\d", printed)
    return (
        f"{year[0]}-01-01" if year and len(span.last) == 10 and span.last.endswith("-12-31") else span.first
    )


def _year_since(found: re.Match[str], pub: str, whole: str) -> _Span | None:
    """2021年12月进驻。一年来,...: in December 2022 the twelve months since then, not the year that is over."""
    if pub and found[0].endswith("年来") and f"{int(pub[:4]) - 1}年{int(pub[5:7])}月" in whole:
        return _Span(back(pub, 1), pub, "relative_resolved")
    return _past_year(found, pub)


def find(text: str, pub: str) -> tuple[list[Time], str]:
    """Time expressions of a passage in their order, and the passage with each of them masked."""
    if not _ANY.search(text):
        return [], text
    found: list[Time] = []
    whole = text
    for pattern, resolve in _RULES:
        matches = [match for match in pattern.finditer(text) if match.end() > match.start()]
        for match in matches:
            try:
                span = _year_since(match, pub, whole) if resolve is _past_year else resolve(match, pub)
            except (YigaiError, ValueError):
                continue
            if span is not None and not (span.kind == "span" and _NAMED.match(text, match.end())):
                span = _kind(text, match, span, pub)
                found.append(Time(match.start(), match.end(), span.first, span.last, span.basis, span.kind))
        if matches and resolve not in (_within, _taking):  # 三年内 is a deadline and a number of years
            text = pattern.sub(lambda m: "¤" * len(m[0]), text)
    return sorted(found, key=lambda t: t.start), text


_STATED = re.compile(
    r"((?:19|20)\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})|([二][零〇一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_RANKED = ("来源时间", "成文日期", "印发日期")


def published(text: str) -> str:
    """The document's own date as ISO text, "" when none is printed: 来源时间 before the head of the page before its end.

    The day on which a page was copied to the web (发布日期) is taken only when nothing better stands there.
    """
    folded = fold(text)
    lines = [line for line in folded.split("\n") if line.strip()]
    ranked: list[tuple[int, int, str]] = []
    for number, line in enumerate([*lines[:25], *lines[-12:]]):
        if len(line) > 400 and number >= 6:
            continue
        for match in _STATED.finditer(line[:400]):
            day = _iso(match)
            if day:
                ranked.append((_preference(line, match, number), number, day))
    return min(ranked)[2] if ranked else ""


def _preference(line: str, match: re.Match[str], number: int) -> int:
    before = line[max(0, match.start() - 12) : match.start()]
    if any(word in line[: match.start()] for word in _RANKED):
        return 0
    alone = len(line.strip()) - len(match[0]) <= 24
    copied = re.search(r"(?:发布|更新|时间|日期|浏览|发表)", before)
    if alone and not copied:
        return 1
    if copied:
        return 2
    return 3 if number < 6 and len(line) < 80 else 9


def _iso(match: re.Match[str]) -> str:
    try:
        if match[1]:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        digits = "".join(str("零一二三四五六七八九".index(c)) for c in match[4].replace("〇", "零"))
        return date(int(digits), chinese(match[5]), chinese(match[6])).isoformat()
    except (ValueError, YigaiError):
        return ""
