"""What a heading says of the passages below it: plans of a coming year, reports of a past one, and rules of a regulation."""

from __future__ import annotations

import re
from dataclasses import replace

from analysis.intake.bulletins.ground import Setting
from analysis.intake.bulletins.layout import Passage
from analysis.intake.bulletins.times import YEAR_END, Time

PLANNED = re.compile(
    r"(?:工作|总体)(?:思路|打算|计划|安排|目标|重点|任务|部署|谋划)|(?:主要|发展|规划|预期|总体)目标|(?:重点|主要|目标)任务|下一?步|下一阶段|努力方向|今后|展望"
)
REPORTED = re.compile(
    r"工作(?:情况|总结|回顾|成效|进展|亮点|开展)|回顾|成效|成绩|现状|进展|(?:完成|基本|执行|运行|实施|落实)情况|主要做法|发展基础|取得的|存在的?问题|主要问题|差距|面临的?(?:形势|挑战)|背景"
)
_PART = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}(?:部分|章|篇|节))")
_NUMBERED = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}(?:部分|章|篇|节)|\([一二三四五六七八九十]{1,3}\))"
)
_YEAR = re.compile(r"((?:19|20)\d\d)年(?!以来|底|末)")
_ARTICLE = re.compile(r"^\s*第[一二三四五六七八九十百\d]{1,4}条")
_LONGEST = 24  # characters of a heading that carries no number of its own
ARTICLES = 3


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


def year_reported(found: list[Passage], published: str) -> Time | None:
    """The year of a yearly report, from its title; None when it was not over yet."""
    for passage in found[:4]:
        match = _REPORT_OF.search(passage.text)
        titled = len(passage.text) <= 60 and not _NUMBERED.match(passage.text)
        if (
            match and titled and f"{match[1]}-12-01" <= published
        ):  # written in the last days of its year, or later
            return Time(0, 0, f"{match[1]}-01-01", f"{match[1]}-12-31", "inferred", "span")
    return None


def year_ends(times: list[Time], setting: Setting) -> list[Time]:
    """年末 in a yearly report is the last day of its year; elsewhere it dates nothing."""
    year = setting.opening
    whole = year is not None and year.first.endswith("-01-01") and year.last.endswith("-12-31")
    made = []
    for time in times:
        if time.kind != YEAR_END:
            made.append(time)
        elif whole and year is not None:
            made.append(replace(time, first=year.last, last=year.last, kind="span"))
    return made


def settings(found: list[Passage], base: Setting) -> list[Setting]:
    """The setting of each passage: that of the document, changed by the headings above it."""
    made, part, current = [], base, base
    for number, passage in enumerate(found):
        if number and passage.heading and not passage.cells:
            top = bool(_PART.match(passage.text))
            said = _said(passage, base)
            if top:
                part = current = said or base
            elif _NUMBERED.match(passage.text) or said is not None:
                current = said or part
        made.append(current)
    return made


def _said(passage: Passage, base: Setting) -> Setting | None:
    """What one heading says; None when it says nothing, or two things (a title of a report and a plan together)."""
    text = passage.text
    planned, reported = bool(PLANNED.search(text)), bool(REPORTED.search(text))
    if planned == reported or not (_NUMBERED.match(text) or len(text) <= _LONGEST):
        return None
    year = _YEAR.search(text)
    first, last = (f"{year[1]}-01-01", f"{year[1]}-12-31") if year else ("", "")
    if planned:
        horizon = (
            Time(0, 0, first, last, "inferred", "due") if year and last > base.published else base.horizon
        )
        return replace(base, later=True, horizon=horizon, opening=None)
    opening = (
        Time(0, 0, first, min(last, base.published or last), "inferred", "span") if year else base.opening
    )
    if opening is not None and base.published and opening.first > base.published:
        return None
    return replace(base, plan=False, later=False, horizon=None, opening=opening)
