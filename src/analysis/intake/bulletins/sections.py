"""What a heading or a leading sentence says of the passages below it: plans of a coming year, reports of a past one, rules.

Longer than 400 lines because titles, headings and leads hand one setting down, and each has its own way to say it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from analysis.clean.periods import back
from analysis.intake.bulletins.ground import Setting
from analysis.intake.bulletins.layout import Passage
from analysis.intake.bulletins.lexicon import PLAN_HEADS, PLAN_TITLE
from analysis.intake.bulletins.times import (
    FIRST_OF_TWO,
    SAME_DAY,
    SAME_YEAR,
    TAKING,
    UP_TO,
    WHOLE_YEAR,
    WITHIN_YEAR,
    YEAR_BEFORE,
    YEAR_END,
    YEARS,
    YEARS_AFTER,
    Time,
    looked_at,
)

PLANNED = re.compile(
    r"(?:工作|总体)(?:思路|打算|计划|安排|目标|重点|任务|部署|谋划|举措)|(?:主要|发展|规划|预期|总体)目标|(?:重点|主要|目标)(?:任务|工作)|下一?步|下一阶段|努力方向|工作要求|(?:整改|改进)(?:措施|方向|打算)|今后|展望|这样干|怎么干|加油干|狠抓落实|突出重点"
)
REPORTED = re.compile(
    r"工作(?:情况|总结|回顾|成效|进展|亮点|开展)|回顾|成效|成绩|成就|现状|进展|(?:完成|基本|执行|运行|实施|落实|发展)情况|主要做法|发展基础|取得的|效果|成效如何|存在的?(?:问题|困难|不足|短板)|主要问题|差距|面临的?(?:形势|挑战)|背景"
)
_REWARDS = re.compile(
    r"结果(?:运用|应用|使用)|奖惩|奖励(?:办法|标准|政策|措施)|(?:补助|补贴|收费|待遇|筹资)(?:标准|政策)$|优惠政策"
)
_BOTH = re.compile(r"[及和暨与、,]")
_PART = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}(?:部分|章|篇|节))")
_NUMBERED = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}(?:部分|章|篇|节)|\([一二三四五六七八九十]{1,3}\))"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年(?!以来|底|末|\d)|(?=[,:|·! 这我]|$))")
_ARTICLE = re.compile(r"^\s*第[一二三四五六七八九十百\d]{1,4}条")
_LONGEST = 24  # characters of a heading that carries no number of its own
ARTICLES = 3
TITLE = 60  # characters of a line that can be a title
BODY = 40  # characters of a paragraph of text


@dataclass(frozen=True)
class Read:
    """A passage with its time expressions, and its text with them and with names masked."""

    passage: Passage
    times: list[Time]
    clear: str


def is_plan(found: list[Passage]) -> bool:
    """Whether a document is a plan: its title says so, or two of its headings are those of plans."""
    heads = [p.text for p in found[:6] if len(p.text) <= 60]
    if any(_DOUBLE.search(head) for head in heads):
        return False  # 2023年工作完成情况和2024年计划: its headings say which part is which
    if any(PLAN_TITLE.search(head) and not _PART.match(head) for head in heads):
        return True  # not 二、关于医保打包付费方案, one of the subjects of minutes
    return len({m[0] for p in found if p.heading for m in [PLAN_HEADS.search(p.text)] if m}) >= 2


_DOUBLE = re.compile(
    r"((?:19|20)\d\d)年?[^。;]{0,16}(?:总结|情况|回顾|成效)[^。;]{0,6}[和及暨与、,](?:19|20)\d\d年?[^。;]{0,12}(?:计划|打算|安排|思路|要点|谋划|任务|目标)"
)
_YEAR_PLAN = re.compile(
    r"((?:19|20)\d\d)年[^。;\d]{0,16}(?:要点|工作计划|重点任务|目标任务|任务清单|工作任务|重点工作|工作安排)"
)


def plan_year(found: list[Read], day: str) -> Time | None:
    """The year of a yearly plan, or the last day of a plan of several years (2022-2024年), from its title."""
    for dated in found[:6]:
        if len(dated.passage.text) <= TITLE and PLAN_TITLE.search(
            re.sub("》?的?通?知?$", "", dated.passage.text)
        ):
            several = [t for t in dated.times if t.kind in ("span", "due") and t.first[:4] < t.last[:4]]
            if len(several) == 1:
                first = max(several[0].first, day)
                return replace(several[0], start=0, end=0, first=first, kind="due", basis="explicit")
            own = [
                t for t in dated.times if _is_year(t) and t.kind in ("span", "due") and t.first[:4] >= day[:4]
            ]
            if len(own) == 1 and len(dated.times) == 1 and day:
                return replace(own[0], start=0, end=0, kind="due", basis="inferred")
        match = _YEAR_PLAN.search(dated.passage.text)
        if match and len(dated.passage.text) <= 60:
            return Time(0, 0, f"{match[1]}-01-01", f"{match[1]}-12-31", "inferred", "due")
    return None


_OF_RULES = re.compile(
    r"(?:若干(?:政策)?(?:措施|规定|政策)|(?:政策|扶持|激励|奖励)措施|规定|细则|暂行办法|管理办法)(?:\([^()]{1,12}\))?(?:的通知)?\s*$"
    r"|(?:下达|拨付|分配|安排)[^。]{0,50}(?:资金|经费|补助|专项)[^。]{0,12}的(?:通知|函)\s*$"
)


def is_regulation(found: list[Passage]) -> bool:
    """Whether a document is a set of numbered articles, or names itself rules or measures: what it states are rules."""
    if any(len(p.text) <= 80 and _OF_RULES.search(p.text) for p in found[:3]):
        return True
    return sum(bool(_ARTICLE.match(passage.text)) for passage in found) >= ARTICLES


_REPORT_OF = re.compile(
    r"((?:19|20)\d\d)年(?:度|全年)?(?!\d)[^,。;:\d]{0,20}(?:总结|回顾|统计公报|发展公报|工作情况|完成情况|年报|年度报告)"
)
_OF_A_CHECK = re.compile(
    r"(?:检查|抽查|督查|巡查|飞检|审计|稽查)[^。;]{0,8}(?:情况|结果)|(?:检查|抽查|督查|巡查|飞检|审计|稽查)(?:的)?通报"
)


def is_of_a_check(found: list[Passage]) -> bool:
    """Whether a document gives the results of a check: the faults that it lists were found over the time of the check."""
    return any(len(p.text) <= TITLE and _OF_A_CHECK.search(p.text) for p in found[:2])


_OF_WORK = re.compile(r"工作(?:总结|情况|回顾|小结)|总结")
_TELLS = re.compile(
    r"情况|[概简]况|概览|简介|一览|速览|快报|运行|统计|总结|回[顾眸望]|盘点|成绩|成效|数说|数读|数据|公报|年报|年鉴|亮点|答卷|通报|简报|事业发展|简析|分析|监测"
)


def span_reported(found: list[Passage], times: list[list[Time]], published: str) -> tuple[Time | None, bool]:
    """The year, or the months, that a report is of, from its title, and whether that holds for flows alone.

    None when they were not over yet; flows alone where the title does not say that the document is a report of that year.
    """
    for passage, own in list(zip(found, times, strict=True))[:4]:
        if len(passage.text) > TITLE or _NUMBERED.match(passage.text):
            continue
        double = _DOUBLE.search(passage.text)
        if double and f"{double[1]}-11-15" <= published:
            return Time(0, 0, f"{double[1]}-01-01", f"{double[1]}-12-31", "inferred", "span"), False
        match = _REPORT_OF.search(passage.text)
        told = _year_of_title(passage.text, published)
        year = match[1] if match else told
        if year and f"{year}-12-01" <= published:  # written in the last days of its year, or later
            report = match is not None or bool(_TELLS.search(passage.text))
            return Time(0, 0, f"{year}-01-01", f"{year}-12-31", "inferred", "span"), not report
        until = [t for t in own if t.kind == "span" and not t.first and t.last]
        if "。" not in passage.text and len(until) == len(own) == 1 and _TELLS.search(passage.text):
            return replace(until[0], start=0, end=0, basis="inferred"), False  # 进展情况(截至7月底)
        spans = [t for t in own if t.kind == "span" and t.first and t.first != t.last]
        if (
            "。" not in passage.text
            and len(spans) == 1
            and spans[0].last <= published
            and _TELLS.search(passage.text)
        ):
            return _added_up(spans[0], found, times), not _OF_WORK.search(passage.text)
    return None, False


def _added_up(named: Time, found: list[Passage], times: list[list[Time]]) -> Time:
    """A monthly report (2023年9月) whose first figures are of January to that month is of those months."""
    for passage, own in zip(found, times, strict=True):
        if passage.heading or passage.cells or len(passage.text) < BODY:
            continue
        lead = next(
            (t for t in own if t.kind == "span" and t.first and _LEAD.match(passage.text[: t.start])), None
        )
        if lead is not None and lead.last == named.last and lead.first < named.first:
            named = lead
        break
    return replace(named, start=0, end=0, basis="inferred")


def _year_of_title(text: str, published: str) -> str:
    """The one year that a title names, when its document looks back on it: 数说2024; 2021年事业发展概况."""
    named = {match[1] for match in _YEAR.finditer(text)}
    if len(named) != 1 or PLANNED.search(text):
        return ""
    year = named.pop()
    over = year < published[:4] and _TELLS.search(text)
    return year if over or year == looked_at(published) else ""


_STATISTICS = re.compile(r"统计|公报|[概简]况|年报|年鉴|数据")
_ASSESSED = re.compile(r"国考|考核|评价|排行榜|测评")


def span_assessed(found: list[Passage], times: list[list[Time]]) -> Time | None:
    """The year that an assessment is of, in a document about its result: the heading speaks of it, the first paragraph dates it."""
    if not any(len(p.text) <= BODY and _ASSESSED.search(p.text) for p in found[:3]):
        return None
    first = next(
        (own for p, own in zip(found, times, strict=True) if not p.heading and len(p.text) >= BODY), []
    )
    return next(
        (
            replace(t, start=0, end=0, basis="inferred", kind="span")
            for t in first
            if t.kind == "near" and t.first != t.last
        ),
        None,
    )


def settled(times: list[Time], setting: Setting) -> list[Time]:
    """年末, 全年 and 五年累计 with the years that stand before them in the passage, or that the document is of; else they go."""
    made: list[Time] = []
    year, opening = setting.opening, setting.opening
    due = setting.horizon if setting.later or setting.plan else None
    if not _is_year(year):
        year = due if _is_year(due) else None
    for time in times:
        if time.kind == YEARS:
            made.append(_years(time, [*made, *([opening] if opening else [])], setting.published, due))
        elif time.kind == SAME_DAY:
            then = (
                time.end - time.start == 2 and time.basis == "inferred"
            )  # 当时: the time named last, a day or not
            days = [
                t
                for t in made
                if t.first and (then or t.first == t.last) and t.kind in ("span", "near", "base")
            ]
            if days:
                made.append(replace(time, first=days[-1].first, last=days[-1].last, kind="near"))
        elif time.kind == TAKING:
            made.append(_to_its_end(replace(time, kind="due"), setting))
        elif time.kind == WITHIN_YEAR:
            over = _is_year(opening) and opening is not None and opening.last < setting.published
            made.append(
                replace(opening, start=time.start, end=time.end, kind="span")
                if opening is not None and over and not setting.later
                else replace(time, kind="due")
            )
        elif time.kind in (SAME_YEAR, YEARS_AFTER, YEAR_BEFORE):
            referred = _referring(time, [*([opening] if opening else []), *made], setting.published)
            if referred is None and time.kind == SAME_YEAR and time.first:
                referred = replace(time, kind="span")
            made += [referred] if referred else []
        elif time.kind in (YEAR_END, WHOLE_YEAR):
            own = year or _year_of_day(setting, time)
            if time.last == UP_TO:
                own = own if own is not None and own.kind != "due" else _year_over(setting.published)
                over = own is not None and own.last <= setting.published
                last = own.last if own is not None and over else setting.published
                made.append(replace(time, last=last, kind="span" if over else "asof"))
            elif own is not None:
                first = own.last if time.kind == YEAR_END else own.first
                made.append(replace(time, first=first, last=own.last, kind=own.kind))
        else:
            made.append(time)
            if _is_year(time) and time.kind in ("span", "due"):
                year = time
    return made


def _to_its_end(time: Time, setting: Setting) -> Time:
    """用3年时间, in a plan for 2023 to 2025: those three years, to the end of the plan."""
    day, plan = setting.published, setting.horizon
    if not day or plan is None:
        return time
    last = f"{int(time.last[:4]) - 1}-12-31"
    return replace(time, last=last) if last == plan.last else time


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _referring(time: Time, earlier: list[Time], published: str) -> Time | None:
    """那一年, 此后五年, 去年同期: what they mean by the time named before them."""
    if time.kind == YEAR_BEFORE:
        named = next((t for t in reversed(earlier) if t.kind == "span" and t.first), None)
        return named and replace(
            time,
            first=_year_before(named.first),
            last=_year_before(named.last),
            kind="from" if time.last == FIRST_OF_TWO else "near",
        )
    named = next((t for t in reversed(earlier) if _DAY.fullmatch(t.last)), None)
    if named is None:
        return None
    year = int(named.last[:4])
    if time.kind == SAME_YEAR:
        return replace(time, first=f"{year}-01-01", last=f"{year}-12-31", kind="span")
    last = min(f"{year + int(time.last)}-12-31", published or "9")
    return replace(time, first=f"{year + 1}-01-01", last=last, kind="near")


def _year_before(day: str) -> str:
    """The same day a year earlier; the last day of February stays one."""
    year = int(day[:4]) - 1
    return f"{year}-02-{monthrange(year, 2)[1]}" if day[5:] in ("02-28", "02-29") else f"{year}{day[4:]}"


def _is_year(time: Time | None) -> bool:
    """Whether it is one calendar year."""
    return time is not None and time.first.endswith("-01-01") and time.last == f"{time.first[:4]}-12-31"


def _year_of_day(setting: Setting, time: Time) -> Time | None:
    """全年, 年底 where no year is named: the one that is over in a report of the turn of the year, else the document's own, to come."""
    if time.kind == YEAR_END and time.last != "底":
        return None
    year, over = setting.published[:4], looked_at(setting.published)
    kind = "due" if setting.later or setting.plan or time.kind == YEAR_END else "span"
    if kind == "span" and over:
        year = over
    elif time.kind == YEAR_END and over and not (setting.later or setting.plan):
        return None
    return Time(0, 0, f"{year}-01-01", f"{year}-12-31", "inferred", kind) if year else None


def _year_over(published: str) -> Time | None:
    """The year that a document written about its turn looks back on."""
    year = looked_at(published)
    return Time(0, 0, f"{year}-01-01", f"{year}-12-31", "inferred", "span") if year else None


def _years(time: Time, earlier: list[Time], published: str, due: Time | None) -> Time:
    """五年累计: the five years named before it, else in a plan those to its end, else those up to the document's day."""
    count = int(time.last)
    for one in reversed(earlier):
        if one.kind == "span" and one.first and int(one.last[:4]) - int(one.first[:4]) == count - 1:
            return replace(time, first=one.first, last=one.last, kind="span")
    if due is not None and due.last > published:
        return replace(time, first=due.first, last=due.last, kind="due")
    if not published or not 0 < count <= 50:
        return replace(time, first="", last=published, kind="near")
    return replace(time, first=back(published, count), last=published, basis="relative_resolved", kind="span")


def settings(found: list[Read], base: Setting) -> list[Setting]:
    """The setting of each passage: that of the document, changed by the headings and the leading sentences above it."""
    made, part, current, body = [], base, base, 0
    fresh, in_part, body_before = False, False, 0
    heads = [read.passage.text for read in found[:3] if len(read.passage.text) <= 60]
    statistical = any(_STATISTICS.search(head) for head in heads)
    explains = any(_EXPLAINS.search(head) for head in heads)
    if explains and any(_EXPLAINS.search(head) and _OF_A_POLICY.search(head) for head in heads):
        base = part = current = replace(base, terms=True)
    for number, read in enumerate(found):
        passage = read.passage
        if passage.cells:
            made.append(current)
            continue
        if number and passage.heading:
            top = bool(_PART.match(passage.text))
            said = _said(read, base)
            if said is None and explains and _CONTENT.search(passage.text):
                said = replace(base, rules=True)
            if top:
                part = current = said or (replace(base, day=current.day) if statistical else base)
            elif _NUMBERED.match(passage.text) or said is not None:
                current = said or replace(part, day=current.day)
            in_part = in_part or top
            fresh = True
            body_before = body
        body += not passage.heading and len(passage.text) >= BODY
        after = _led(read, current, body)
        made.append(_own(read, after if _ANNOUNCES.search(passage.text) else current))
        if fresh and body > body_before:
            fresh, current = False, _opens_part(read, current)
            after = after if after.opening is not None else current
        after = _stands(read, after) if in_part else after
        if after is not current and part is base and after.day is current.day:
            base = part = after  # said before any part of the document: it holds for all of them
        current = after
    return made


def _stands(read: Read, current: Setting) -> Setting:
    """2023年末,... in the report of 2023: what its section states of stocks further down stands on that day too."""
    opening = current.opening
    if opening is None or current.later or opening.first == opening.last:
        return current
    named = [
        t
        for t in read.times
        if t.kind == YEAR_END or (t.kind == "span" and (not t.first or t.first == t.last))
    ]
    for time in named:
        last = opening.last if time.kind == YEAR_END else time.last
        if last == opening.last:
            first = "" if time.kind != YEAR_END and not time.first else last
            return replace(current, day=replace(time, first=first, last=last, kind="span", basis="inferred"))
    return current


def _said(read: Read, base: Setting) -> Setting | None:
    """What one heading says; None when it says nothing, or two things (a title of a report and a plan together)."""
    text = read.passage.text
    if not (_NUMBERED.match(text) or len(text) <= _LONGEST):
        return None
    if _REWARDS.search(text):
        return replace(base, plan=False, terms=True, opening=None, day=None)
    way, named, day = _way(text), _named_time(read, base.published), base.published
    coming = named if named is not None and _is_coming(named, day) else None
    whole = _is_year(named)
    if named is not None and day:
        bare = len(text) <= SHORT or bool(_NUMBERED.match(text))
        if coming is not None and ((whole and named.first > day) or (not way and not _TELLS.search(text))):
            way = "planned"
        elif whole and named.last < day and (way == "planned" or bare):
            way = "reported"
    if not way:
        return None
    if way == "planned":
        horizon = replace(coming, start=0, end=0, kind="due", basis="inferred") if coming else base.horizon
        return replace(base, later=True, horizon=horizon, opening=None, day=None)
    if named is None:
        found = base.opening is not None and base.opening.basis != "inferred" and not base.flows
        faults = _FAULTS.search(text) and not base.checked
        if faults or (_FAULT.search(text) and not _SOLVED.search(text) and not found and not base.checked):
            return replace(base, plan=False, later=False, horizon=None, opening=None, day=None)
        return replace(base, plan=False, later=False, horizon=None)
    if day and named.first > day:
        return None
    opening = replace(
        named, start=0, end=0, last=min(named.last, day or named.last), basis="inferred", kind="span"
    )
    return replace(base, plan=False, later=False, horizon=None, opening=opening, flows=False)


def _named_time(read: Read, published: str) -> Time | None:
    """The time that a heading names: a year, a part of one, several; or up to a day that is over."""
    text = read.passage.text
    year = _YEAR.search(text)
    spans = [t for t in read.times if t.kind in ("span", "due") and t.first and t.first != t.last]
    if spans:
        one = spans[0]
        whole = one.kind == "due" and one.first == published and year is not None
        return replace(one, first=f"{year[1]}-01-01") if whole and year is not None else one
    return Time(0, 0, f"{year[1]}-01-01", f"{year[1]}-12-31", "inferred", "span") if year else None


def _is_coming(time: Time, published: str) -> bool:
    """Whether a span named in a heading lies ahead, or most of it."""
    if not published or not time.first or time.first == time.last or time.kind not in ("span", "due"):
        return False
    day, first, last = map(date.fromisoformat, (published, time.first, time.last))
    return last > day and day - first < last - day


SHORT = 12  # characters of a heading that is little more than its year


def _way(text: str) -> str:
    """planned, reported or "": the word that closes a heading decides (重点工作完成情况), unless it joins the two."""
    planned, reported = PLANNED.search(text), REPORTED.search(text)
    if planned and reported:
        first, last = sorted((planned, reported), key=lambda match: match.start())
        if _BOTH.search(text[first.end() : last.start() + 1]):
            return ""
        return "planned" if last is planned else "reported"
    return "planned" if planned else "reported" if reported else ""


def _opens_part(read: Read, current: Setting) -> Setting:
    """A first sentence below a heading that names its time and states no figure (过去一年,我们...。) dates that part."""
    own = _own(read, current)
    if own.opening is current.opening or own.opening is None or current.opening is not None or current.plan:
        return current
    return replace(current, opening=own.opening, flows=True)


def _own(read: Read, current: Setting) -> Setting:
    """What holds in one passage alone: a first sentence without a figure that names its time; faults are those of the day."""
    text = read.passage.text
    if _FAULTS.search(text[:40]) and not current.later and not current.checked:
        return replace(current, opening=None, day=None)
    lead = _lead(read)
    if (
        lead is None
        or lead.kind != "span"
        or not lead.first
        or current.later
        or not _recent(lead, current.published)
    ):
        return current
    end = re.search(r"[。!?]", text)
    alone = end is not None and not _STATES.search(read.clear[: end.start()])
    return (
        replace(current, opening=lead)
        if alone and not _BEGINS.search(text[: end.start()] if end else "")
        else current
    )


_BEGINS = re.compile(r"启动|成立|印发|出台|揭牌|签[约订署]|挂牌|奠基|开工|召开|举行|获悉")


def _recent(time: Time, published: str) -> bool:
    """Whether a span is over and reaches into the document's year or the one before."""
    return (
        time.first != time.last
        and bool(published)
        and int(published[:4]) - 1 <= int(time.last[:4])
        and time.last <= published
    )


def _lead(read: Read) -> Time | None:
    """The time that a passage opens with."""
    text = read.passage.text
    return next(
        (t for t in read.times if t.kind in ("span", "due") and t.last and _LEAD.match(text[: t.start])), None
    )


_STATES = re.compile(
    r"\d|第[一二三四五六七八九十]{1,3}[,。;名位]|首位|榜首"
)  # what makes a sentence a statement of its own
_INSPECTED = re.compile(r"(?:开展|组织|进行|实施)[^。;]{0,16}(?:检查|督查|督导|抽查|巡查|飞检|审计|暗访)")
_LEAD = re.compile(
    r"^(?:[^,。;:\d]{1,16}:)?(?:[(\[]?[一二三四五六七八九十\d]{1,3}[)\]、.]|[-·●◆■▲★※◎○¤]+)?(?:回顾|刚刚|已经|即将)*(?:过去的?)?[^,。;:\d]{0,4}$"
)
_ANNOUNCES = re.compile(
    r":$|方面(?:的?(?:进展|工作|成效|情况|成绩|变化))?[。:]$|如下[。:]?$|工作:?。?$|(?:大事|实事|硬仗|要事|文章|任务)[。:]$"
)
_FAULTS = re.compile(
    r"清醒(?:地)?(?:看到|认识)|(?:存在|面临)(?:的|着|一些|不少)*(?:突出|主要)?的?(?:问题|困难|短板|不足|挑战)|肯定成绩的同时|还有(?:不少|一些)(?:问题|差距|短板)"
)
# 但优质资源不足,...: gaps that a paragraph turns to are those of the day
FALLS_SHORT = re.compile(
    r"(?:但是?|然而|不过|同时也?|当然)[^。;]{0,24}(?:不足|短板|差距|困难|薄弱|缺口|滞后|不平衡|不均|不优|不强|不够|问题)"
)
_FAULT = re.compile(r"问题|不足|短板|差距|困难|挑战")
_SOLVED = re.compile(r"解决|破解|化解|整改|聚焦|发现|督查|检查|反映")
_EXPLAINS = re.compile(r"解读\s*$|^\W*政策解读|解读[|｜:]|一图(?:读懂|看懂)|图解|问答\s*$|明白纸|划重点")
_OF_A_POLICY = re.compile(r"政策|待遇|新规|规定|办法|细则|报销|门诊共济|补贴")
_CONTENT = re.compile(r"(?:主要|具体|核心|重点)(?:内容|措施|举措|任务|政策)|有哪些|作了哪些|如何规定")
MODAL = re.compile(
    r"(?<![纪主摘概必需重])要(?![求素点闻道])|力争|争取|计划|拟|确保|着力|抓好|预计|将(?=[^,。;]{0,10}(?:达到|建成|实现|完成|新增|新建|启动|开工|投用|投入使用|开诊|继续|进一步|全面|打造|推动|加快|重点|深入|坚持|做好|办好|抓好|干好|实施|开展|聚焦|围绕|推进|推广|采取|扎实|持续))"
)


def _to_this_day(read: Read, published: str) -> Time | None:
    """2020年以来,全县闯出了一条新路。: a sentence without a figure, further down in the first paragraph, of years up to the document's day."""
    starts = {0, *(match.end() for match in re.finditer(r"[。!?]", read.clear))}
    for time in read.times:
        end = re.search(r"[。!?]|$", read.clear[time.end :])
        silent = end is not None and not _STATES.search(read.clear[time.end : time.end + end.start()])
        if (
            time.start in starts
            and time.start
            and silent
            and time.kind == "span"
            and time.first < time.last == published
        ):
            return time
    return None


def _led(read: Read, current: Setting, body: int) -> Setting:
    """The setting after a passage that opens with a time and goes on in those below it: 新的一年,要抓好以下工作:"""
    text = read.passage.text
    lead = _lead(read)
    if body == 1 and current.opening is None and not (current.later or current.plan):
        until = _to_this_day(read, current.published)
        if until is not None or lead is None:
            return replace(current, opening=until, flows=True) if until is not None else current
    heading = read.passage.heading and not text.endswith(":")
    if lead is None or not current.published or heading:
        return current
    end = re.search(r"[。!?]|$", text)
    first = read.clear[: end.start() if end else None]
    alone = not _STATES.search(first)
    if lead.kind == "due" or (lead.last > current.published and MODAL.search(first, lead.end)):
        if alone and _ANNOUNCES.search(text):
            return replace(current, later=True, horizon=replace(lead, kind="due"), opening=None)
        return current
    if lead.last > current.published or not lead.first or lead.first == lead.last or current.later:
        return current
    of_year = (
        body == 1
        and current.published[5:7] in ("12", "01")
        and text[lead.end : lead.end + 1] == ","
        and _is_year(lead)
        and lead.first[:4] == looked_at(current.published)
    )
    opening = current.opening
    said = opening is not None and opening.basis == "inferred"
    if opening is not None and (
        (not current.flows and opening.first <= lead.first)
        or (said and opening.first == lead.first and opening.last < lead.last == current.published)
    ):
        return current  # the title has said more: 上半年..., and 今年以来 in the first line
    whole = body <= 1 and not _STATES.search(read.clear)  # 今年以来,各地取得新进展。 opens the document
    to_date = body == 1 and alone and lead.basis == "relative_resolved" and lead.last == current.published
    if of_year or whole or to_date or (alone and _ANNOUNCES.search(text)):
        inspected = (
            _INSPECTED.search(first) is not None
        )  # all that an inspection states was found in its time
        return replace(current, plan=False, horizon=None, opening=lead, flows=not inspected)
    return current
