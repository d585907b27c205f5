"""A heading that says two things at once, cut into them: the period, and what is counted."""

from __future__ import annotations

import re

from analysis.intake import layout, words
from analysis.intake.grid import REMEMBERED, plain

# a year or another period written onto what is counted: 2022年医院床位数(万张), 医院床位数(2022年); a comparison (2023年比2022年增长) is none
_BEFORE = re.compile(
    rf"({layout.PERIOD.pattern})[\s_:：,，/]*((?!年|末|底|度|比|较|同|至|到|为|=|以|可比|不变|价|[-—~])[^\d\s].*)"
)
_BEHIND = re.compile(
    rf"(.*[^\d\s(（_,，比较自从至到以-])[\s_,，(（-]*({layout.PERIOD.pattern})[)）]?\s*([(（].*[)）])?"
)
# what English puts before a year: hospitals at the end of 2023, in 2023
_WHEN = re.compile(
    r"\b(?:in|as of|(?:(?:as|at|by)\s+(?:of\s+)?)?(?:the\s+)?(?:end|year[- ]end)(?:\s+of)?|year)\s+(?=(?:19|20)\d\d\b)",
    re.I,
)
_SCHOOL_YEAR = re.compile(r"(?:19|20)\d\d[-/.](?:1[3-9]|[2-9]\d)")  # 2023-24: two years, no month
_SIX_DIGITS = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])")  # 202301


def parts(heading: str) -> tuple[str, ...]:
    """A heading in its parts: the period and what is counted where one is written onto the other, else the heading alone.

    >>> parts("2022年医院床位数(万张)"), parts("医院床位数(2022年)"), parts("2023年比2022年增长(%)")
    (('2022年', '医院床位数(万张)'), ('2022年', '医院床位数'), ('2023年比2022年增长(%)',))
    >>> parts("2023 Number of Hospitals (unit)"), parts("Number of Hospitals at the end of 2023")
    (('2023', 'Number of Hospitals (unit)'), ('2023', 'Number of Hospitals'))
    """
    text = plain(heading)
    if found := _SIX_DIGITS.fullmatch(text):
        return (f"{found[1]}年{int(found[2])}月",)
    if len(text) > REMEMBERED or not any(map(str.isdecimal, text)) or layout.is_period(text):
        return (heading,)
    if not words.CHINESE.search(text):
        if _SCHOOL_YEAR.search(text):
            return (heading,)
        text = _WHEN.sub("", text)
    if found := _BEFORE.fullmatch(text):
        period, rest = found[1], found[2]
    elif found := _BEHIND.fullmatch(text):
        period, rest = found[2], found[1] + (found[3] or "")
    else:
        return (heading,)
    counted = words.CHINESE.search(words.label(rest)) or _english(rest)
    return (period, rest) if counted else (heading,)


def _english(text: str) -> bool:
    """Whether an English text names an indicator of the dictionary: without Chinese nothing else tells a label from a remark."""
    from analysis.intake import labels

    return bool(words.english(text)) and bool(labels.indicator(text, ""))
