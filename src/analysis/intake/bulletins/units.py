"""What the words around a number add to its unit, bounds and sign: units shared in a list and distant bounds."""

from __future__ import annotations

import re
from dataclasses import replace

from analysis.clean.numbers import bounds
from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount, round_value

_JOINERS = re.compile(r"^(?:、|和|及|以及|与|,|;|:|或)$")
_INDEX = re.compile(
    r"(?:CMI值?|指数|系数|得分|评分|分值|均分|总分|基尼系数|权重)[^,。;\d]{0,8}(?:[由从][\d.]+[^,。;\d]{1,4})?$",
    re.I,
)


def share_units(text: str, found: list[Amount]) -> list[Amount]:
    """The unit printed once at the end of a list (分别为12、15和18个), and the bound printed once before it (最高300万元、200万元)."""
    made = list(found)
    for at in range(len(made) - 2, -1, -1):
        one, after = made[at], made[at + 1]
        gap = text[one.end : after.start].strip("¤")
        points = one.unit == "个" and after.unit == "pp" and text[one.end - 1 : one.end] == "个"
        if points and _JOINERS.match(gap):
            made[at] = replace(one, unit="pp")  # 1.6个和2.2个百分点
        if (
            one.kind == "number"
            and not one.unit
            and not one.per
            and after.unit
            and after.kind == "number"
            and _JOINERS.match(gap)
        ):
            made[at] = _with_unit(text, one, after)
    return made


_SEVERAL = re.compile(r"分别|依次|各(?!级|类|项|地|县|市|区|医|单|部|成)|相应")
_LISTED = ("、", "和", "及", "以及", "与", "、和")
FIRM = ("at_least", "at_most")
_TIMES = {"秒", "分钟", "小时", "天", "日", "工作日", "周", "月", "年"}


def share_bounds(text: str, found: list[Amount]) -> list[Amount]:
    """A bound printed once holds for its whole list: 分别不低于64%、63%; 最高300万元、200万元; 分别30分钟、2小时以内.

    Words that only lean (近, 约, 超过) are shared where 分别 says that the list is one; bounds also where the units agree.
    """
    made, shared = list(found), set()
    for at in range(1, len(made)):
        before, one = made[at - 1], made[at]
        if (at - 1 in shared or _bound_before(text, before)) and _one_list(text, before, one):
            made[at] = bounded(one, before.quantifier)
            shared.add(at)
    shared.clear()
    for at in range(len(made) - 2, -1, -1):
        one, after = made[at], made[at + 1]
        if (at + 1 in shared or _bound_after(text, after)) and _one_list(text, after, one):
            made[at] = bounded(one, after.quantifier)
            shared.add(at)
    return made


def _bound_before(text: str, one: Amount) -> bool:
    """Whether the bound of a number stands before it, in its span or before its verb."""
    return (
        not text[one.start].isdigit()
        and one.quantifier != "exact"
        or (one.quantifier in FIRM and bool(words.DISTANT.search(text[max(0, one.start - 16) : one.start])))
    )


_AFTER = tuple(word for word in words.AFTER if word != "不等")


def _bound_after(text: str, one: Amount) -> bool:
    """Whether the bound of a number stands after it (以上, 以内, 左右), and none before."""
    after = text[one.start : one.end].endswith(_AFTER)
    return after and one.quantifier != "exact" and not _bound_before(text, one)


def _one_list(text: str, bound: Amount, other: Amount) -> bool:
    """Whether two neighbouring numbers stand in one list, of which the second is printed without a bound of its own."""
    first, second = sorted((bound, other), key=lambda one: one.start)
    if other.quantifier != "exact" or not bound.kind == other.kind == "number":
        return False
    if text[first.end : second.start] not in _LISTED:
        return False
    several = bool(_SEVERAL.search(text[max(0, first.start - 40) : first.start]))
    alike = bound.unit == other.unit or {bound.unit, other.unit} <= _TIMES
    return several or (bound.quantifier in FIRM and alike)


def share_onwards(text: str, found: list[Amount]) -> list[Amount]:
    """门诊、住院人次分别为312.3万、24.5万: the unit that a noun gave the first number holds for the rest of the list."""
    made = list(found)
    for at in range(1, len(made)):
        before, one = made[at - 1], made[at]
        listed = _JOINERS.match(text[before.end : one.start].strip("¤"))
        if one.kind == before.kind == "number" and one.scaled and not one.unit and before.unit and listed:
            made[at] = replace(one, unit=before.unit, per=before.per)
    return made


def _with_unit(text: str, one: Amount, after: Amount) -> Amount:
    if after.scaled and not one.scaled and one.value is not None:
        if (
            "分别" not in text[max(0, one.start - 30) : one.start]
            and "各" not in text[max(0, one.start - 6) : one.start]
        ):
            printed = text[after.start : after.end]
            if not re.match(r"[\d.]+万元", printed):
                return one
        found = re.match(r"[\d.、,和及]*?([百千万亿]+)", text[after.start : after.start + 40])
        scale = found[1] if found and found[1] in words.SCALES else ""
        value = round_value(one.value * words.SCALES.get(scale, 1))
        one = replace(one, value=value, scaled=True)
        low, high = bounds(one.quantifier, value)
        one = replace(one, low=low, high=high)
    return replace(one, unit=after.unit, per=after.per)


def bounded(one: Amount, quantifier: str) -> Amount:
    low, high = bounds(quantifier, one.value)
    return replace(one, quantifier=quantifier, low=low, high=high)


# 不低于本院医师平均水平的1.2倍
_OF_A_LEVEL = re.compile(r"(?P<word>不低于|不少于|不高于|不超过|高于|低于)[^,。;\d]{2,30}的$")


def distant_bound(text: str, one: Amount) -> Amount:
    """A bound before the verb: 至少帮带培养2名. Only over an exact number, inside one clause, with no other number between."""
    if one.quantifier != "exact" or one.kind not in ("number",):
        return one
    over = _OF_A_LEVEL.search(text[max(0, one.start - 40) : one.start]) if one.unit == "倍" else None
    if over is not None:
        return bounded(one, words.BEFORE[over["word"]])
    match = words.DISTANT.search(text[max(0, one.start - 16) : one.start])
    if match is None or re.search(
        r"水平|标准|级别|等级|档|降幅|增幅|涨幅|减幅|时|曾|^的|^降|^增|^涨", match["gap"]
    ):
        return one
    return bounded(one, words.BEFORE[match["word"]])


def settle_unit(text: str, one: Amount) -> Amount | None:
    """A number without a unit: a lost % after a rate, an index, a unit that its noun gives; None when it states nothing."""
    if one.unit or one.per or one.kind != "number" or one.damaged:
        return one
    before = text[max(0, one.start - 26) : one.start]
    after = text[one.end : one.end + 6]
    if one.scaled:
        for pattern, unit in words.NOUN_UNITS:
            if pattern.search(before):
                return replace(one, unit=unit)
        noun = re.match(
            r"(?:用户|人口|群众|居民|患者|参保|职工|学生|医务|网民|粉丝|新生儿|老人|老年人|儿童|孕产妇|市民)",
            after,
        )
        return (
            replace(one, unit="人")
            if noun
            else (one if after[:1] in "、,。;)\t的和及与" or not after else None)
        )
    if _INDEX.search(before) and re.match(r"[,。;、\t)到至提上下增升降,]|$", after):
        return one
    if re.match(r"^[A-Za-z¤]", after) or (before[-1:] in "¤-/.:" and not before.endswith(":")):
        return None
    if re.search(r"每百万(?:人口)?[^,。;\d]{0,12}率[^,。;\d]{0,3}$", before):
        return replace(one, per="百万")
    if words.RATE.search(before) and (one.value or 0) <= 400:
        if one.value == 0 and text[one.start : one.end] == "0":  # nought needs no sign: 孕产妇死亡率为0
            died = re.search(r"(孕产妇)?死亡率[^,。;\d]{0,8}$", before)
            return (
                replace(one, unit="%")
                if died is None
                else replace(one, unit="" if died[1] else "‰", per="10万" if died[1] else "")
            )
        return replace(one, unit="%", damaged=True)
    if (
        _after_change(before)
        and one.value is not None
        and one.value <= 400
        and re.match(r"[,。;、)\t至到提升降]|$", after)
    ):
        return replace(one, unit="%", damaged=True)
    for pattern, unit in words.NOUN_UNITS:
        if pattern.search(before) and re.match(r"[,。;、)]|$", after):
            return replace(one, unit=unit)
    return _bare_share(text, one, after)


def _bare_share(text: str, one: Amount, after: str) -> Amount | None:
    """集中10的空编: a share whose % is lost before 的, with words of a share around it."""
    if after[:1] == "的" and re.search(
        r"(?:集中|占|拿出|预留|提取|近|不低于|按|有|不少于)$", text[: one.start]
    ):
        return replace(one, unit="%", damaged=True)
    return None


def _after_change(before: str) -> bool:
    return bool(words.CHANGED_RATE.search(before)) or bool(
        re.search(r"(?:较[^,。;\d]{0,6}|同比|比[^,。;\d]{1,4})(?:提高|增长|下降|上升|降低)$", before)
    )


def _without_fillers(text: str) -> str:
    """A name or date that stands in the way (增长到¤¤的) left out."""
    if "¤" not in text:
        return text
    return re.sub(r"¤+的?", lambda found: "到" if found[0][-1] == "的" else "", text)


def change(text: str, one: Amount, floor: int) -> tuple[str, bool]:
    """(direction, whether the number is the change itself rather than the level reached)."""
    if one.direction:
        return one.direction, one.kind == "multiple"
    before = _without_fillers(text[max(floor, one.start - 22) : one.start])[-14:]
    if before.endswith(("以", "了一个")):
        return "", False
    if words.CHANGE_NOUN.search(before):
        down = bool(re.search(r"降幅|减幅", before))
        return ("down" if down else "up"), True
    match = words.CHANGE.search(before)
    if match is None:
        return "", False
    direction = "up" if match["up"] else "down"
    verb, to = match["up"] or match["down"], match["to"] or ""
    level = to in ("到", "至", "为", "达到", "达", "在", "接近") or bool(words.LEVEL_VERBS.search(verb))
    if (to == "达" and verb in ("增幅", "降幅", "涨幅", "减幅", "降价")) or (match["each"] and to == "为"):
        level = False
    if verb in ("新增", "扩充", "扩建", "净增") and one.unit not in ("%", "pp"):
        return ("up" if verb == "净增" else ""), verb == "净增"
    return direction, not level


def signed(text: str, one: Amount, direction: str, is_change: bool) -> Amount:
    """A fall is stored with a minus sign when the number is the change (conventions, 7)."""
    if direction != "down" or not is_change or (one.value or 0) < 0:
        return one
    if _LESS_OF.search(text[max(0, one.start - 6) : one.start]) or (one.unit == "元" and _saved(text, one)):
        return one
    if (one.unit not in _FALLS and one.per != "10万") or one.kind in ("rank", "ratio"):
        return one
    flipped = {
        "at_least": "at_most",
        "more_than": "just_under",
        "at_most": "at_least",
        "just_under": "more_than",
    }
    if one.quantifier in flipped:
        value = -one.value if one.value is not None else None
        return replace(one, value=value, low=_minus(one.high), high=_minus(one.low))
    return replace(one, value=_minus(one.value), low=_minus(one.high), high=_minus(one.low))


_LESS_OF = re.compile(r"(?:支出|费用|开支|负担|资金|检查|排队|跑腿|编制|人员|科室|项目|事项)(?:约|近|超)?$")
# units in which a fall is a change of a level; 下调402项 counts the items themselves
_FALLS = ("%", "pp", "‰", "天", "日", "元", "分钟", "小时", "岁", "公里", "米", "年", "月", "人次", "分")


_MOVED = re.compile(r"(?:前移|前进|进位|上升|提升|跃升|攀升|提高|下降|后移|后退|下滑)(?:了|约|近)?$")


def places_gained(text: str, one: Amount) -> Amount:
    """前移124位: places of a ranking, not people."""
    if one.unit != "人" or text[one.end - 1 : one.end] not in ("位", "名"):
        return one
    if _MOVED.search(text[max(0, one.start - 6) : one.start]):
        return replace(one, unit="名次", kind="rank")
    return one


def _saved(text: str, one: Amount) -> bool:
    return bool(
        re.search(
            r"(?:累计|共|为[^,。;]{1,8}|医保|群众|患者)[^,。;]{0,8}(?:减少|降低|减轻)(?:了|约|近)?$",
            text[max(0, one.start - 24) : one.start],
        )
    )


def _minus(value: float | None) -> float | None:
    return None if value is None else -value
