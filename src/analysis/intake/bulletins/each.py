"""What one unit of a number is counted for, by the words around it: per whom (人, 千人, 个) and per when (年, 月)."""

from __future__ import annotations

import re

from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.ground import REACH, clause_start, sentence_of
from analysis.intake.bulletins.kept import known

_PER_EACH = re.compile(
    r"每(?P<n>百万|十万|百|千|万)?(?P<w>名|个|家|位|所|例|次|张|台|床日|人|户|村|镇|乡|县|市(?!级|区|民)|街道|机构|医院|科室|团队|室(?!内|外))(?P<rest>[^,。;:]*)$"
)
_PER_NOUN = {
    "村": "村",
    "镇": "镇",
    "乡": "乡",
    "县": "县",
    "街道": "个",
    "名": "人",
    "位": "人",
    "机构": "家",
    "医院": "家",
    "科室": "个",
    "团队": "个",
}


# one of them stands in every phrase of what a number is counted for
_PER_HINT = re.compile("[每均年日]|人口")
_hints = known(lambda: _PER_HINT)


# 人均增收6200元, 人均年收入9.8万元, 年人均筹资1200元, 户均减负800元
_PER_HEAD = re.compile(
    r"(?:(?P<before>年|月)度?)?(?P<who>[人户床])均(?!预期|期望|住院日|寿命|年龄)(?:每?(?P<after>[年月])(?!龄))?[^,。;]{0,24}$"
)
_PER_HEADS = {"人": "人", "户": "户", "床": "张"}


def per(text: str, one: Amount, sentence_start: int) -> str:
    """What one unit of it is counted for: 年, 人年, 个, 千人."""
    if one.per:
        return {"千人口": "千人", "万人口": "万人", "十万": "10万"}.get(one.per, one.per)
    if one.unit in ("%", "‰", "pp", "倍", "名次", "比值", "岁", "级", "") or one.kind not in (
        "number",
        "range",
    ):
        return ""
    span = text[max(sentence_start, one.start - REACH) : one.start]
    if not _hints(span):
        return ""
    clause = text[max(_two_clauses(text, one.start, sentence_start), one.start - REACH) : one.start]
    for printed, short in words.PER.items():
        if printed in clause:
            return short
    own = text[max(clause_start(text, one.start, sentence_start), one.start - REACH) : one.start]
    each = _PER_EACH.search(own)
    people = re.search(
        r"(?:每(千|万|十万|百万)(?:名?(?:常住|服务|户籍|农业|农村|城镇)?人口?|名?(?:居民|儿童|老年人口?))|(?<![\d.百十几千])(千|万)人口)(?:[^,。;\d]{0,48})$",
        own,
    )
    if people:
        return f"{people[1] or people[2]}人"
    if each:
        return _each(each, own)
    if one.unit == "元" and (head := _PER_HEAD.search(own)):
        return _PER_HEADS[head["who"]] + (head["before"] or head["after"] or "")
    if match := re.search(
        r"(?:^|[^一二三四五\d])每(年|月|天|日|周|季度)|(年|月|日|周)均|(?:日)(最大|检测)|(?:^|[,、])(年)(?=门诊|手术|服务|诊疗|出院|接诊|收治|急诊)",
        own,
    ):
        when = match[1] or match[2] or match[4] or "日"
        if one.unit not in ("年", "天", "小时", "分钟", "元") or match[1] or not match[2]:
            return {"天": "日"}.get(when, when)
    if one.unit == "元" and re.search(r"年薪[^,。;]{0,10}$", own):
        return "年"
    return ""


_NEXT_OF_LIST = re.compile(r"[、和及](?:[^,。;、\d每]{2,16})?|,?其中[^,。;、\d每]{2,16}")


def counted(text: str, found: list[Amount], reach: int) -> list[str]:
    """What each number is counted for, or "": 每千人口床位6.5张、医师3.3人 counts the rest of the list for the same thousand people.

    One pass: the number before hands on what it, or the one it follows in a list, is counted for, over at most ``reach`` numbers.
    """
    made: list[str] = []
    handed: list[tuple[str, int]] = []  # what a list is counted for, and the number that says so
    for at, one in enumerate(found):
        start = sentence_of(text, one.start)[0]
        own, said, source = per(text, one, start), "", at
        before = at - 1
        while before >= 0 and found[before].start == one.start:
            before -= 1
        if not own and before >= 0 and _lists(text, found[before], one, start):
            said, source = handed[before]
        shared = said if at - source <= reach and said.endswith(("千人", "万人")) else ""
        made.append(own or shared)
        handed.append((own, at) if own else (said, source))
    return made


def _lists(text: str, before: Amount, one: Amount, sentence_start: int) -> bool:
    """Whether a count of people or beds follows another one in a list of the same sentence."""
    if before.start < sentence_start or {one.unit, before.unit} - {"人", "张"}:
        return False
    if _NEXT_OF_LIST.fullmatch(text, before.end, one.start):
        return True
    density = one.kind == "number" and (one.value or 0) < DENSITY and "." in text[one.start : one.end]
    return density and bool(_NEXT_OF_DENSITIES.fullmatch(text, before.end, one.start))


DENSITY = 30  # per thousand or ten thousand people no kind of staff or beds reaches so many
_NEXT_OF_DENSITIES = re.compile(r"[,;][^,。;、\d每]{2,22}")  # 每千人口床位7.5张,执业(助理)医师3.8人


def _two_clauses(text: str, place: int, floor: int) -> int:
    """From the clause before: 签约服务费为每人每年120元,其中医保承担60元."""
    own = clause_start(text, place, floor)
    return floor if "其中" in text[own:place] and place - own <= 40 else own


def _each(each: re.Match[str], own: str) -> str:
    unit = _PER_NOUN.get(each["w"], each["w"])
    if each["n"]:
        unit = {"张": "张", "人": "人"}.get(unit, unit)
        return f"{each['n']}{unit}"
    when = re.search(r"每(年|月|天|日)", each["rest"])
    if (
        each["w"] == "人"
        and when is None
        and "每人" in own
        and own.endswith("每人") is False
        and each["rest"][:1] in ("员",)
    ):
        return ""
    return unit + (when[1] if when else "")
