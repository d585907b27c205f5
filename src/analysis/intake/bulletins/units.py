"""What the words around a number add to its unit, bounds and sign: units shared in a list, distant bounds, per whom and per when."""

from __future__ import annotations

import re
from dataclasses import replace

from analysis.clean.numbers import bounds
from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount, round_value
from analysis.intake.bulletins.ground import REACH, clause_start, sentence_of

_JOINERS = re.compile(r"^(?:、|和|及|以及|与|,|;|:|或)$")
_INDEX = re.compile(r"(?:CMI值?|指数|系数|得分|评分|分值|均分|总分|基尼系数|权重)[^,。;\d]{0,8}$", re.I)


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


def distant_bound(text: str, one: Amount) -> Amount:
    """A bound before the verb: 至少帮带培养2名. Only over an exact number, inside one clause, with no other number between."""
    if one.quantifier != "exact" or one.kind not in ("number",):
        return one
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
        noun = re.match(r"(?:用户|人口|群众|居民|患者|参保|职工|学生|医务|网民|粉丝)", after)
        return (
            replace(one, unit="人")
            if noun
            else (one if after[:1] in "、,。;)\t的和及与" or not after else None)
        )
    if _INDEX.search(before) and re.match(r"[,。;、\t)到至提上下增,]|$", after):
        return one
    if re.match(r"^[A-Za-z¤]", after) or (before[-1:] in "¤-/.:" and not before.endswith(":")):
        return None
    if re.search(r"每百万(?:人口)?[^,。;\d]{0,12}率[^,。;\d]{0,3}$", before):
        return replace(one, per="百万")
    if words.RATE.search(before) and (one.value or 0) <= 400:
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


def change(text: str, one: Amount, floor: int) -> tuple[str, bool]:
    """(direction, whether the number is the change itself rather than the level reached)."""
    if one.direction:
        return one.direction, one.kind == "multiple"
    before = re.sub(r"¤+的?", "", text[max(floor, one.start - 22) : one.start])[-14:]
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
    saved = re.search(
        r"(?:支出|费用|开支|负担|资金|检查|排队|跑腿|编制|人员|科室|项目|事项)(?:约|近|超)?$",
        text[max(0, one.start - 6) : one.start],
    )
    if (
        direction != "down"
        or not is_change
        or (one.value or 0) < 0
        or saved
        or (one.unit == "元" and _saved(text, one))
    ):
        return one
    if one.unit not in _FALLS or one.kind in ("rank", "ratio"):
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


# units in which a fall is a change of a level; 下调402项 counts the items themselves
_FALLS = ("%", "pp", "‰", "天", "日", "元", "分钟", "小时", "岁", "公里", "米", "年", "月", "人次", "分")


def places_gained(text: str, one: Amount) -> Amount:
    """前移124位: places of a ranking, not people."""
    moved = re.search(
        r"(?:前移|前进|进位|上升|提升|跃升|攀升|提高|下降|后移|后退|下滑)(?:了|约|近)?$",
        text[max(0, one.start - 6) : one.start],
    )
    if one.unit == "人" and text[one.start : one.end].endswith(("位", "名")) and moved:
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


_PER_HINT = re.compile(
    "[每均年日]|人口"
)  # one of them stands in every phrase of what a number is counted for


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
    if not _PER_HINT.search(span):
        return ""
    clause = text[max(_two_clauses(text, one.start, sentence_start), one.start - REACH) : one.start]
    for printed, short in words.PER.items():
        if printed in clause:
            return short
    own = text[max(clause_start(text, one.start, sentence_start), one.start - REACH) : one.start]
    each = _PER_EACH.search(own)
    people = re.search(
        r"(?:每(千|万|十万|百万)(?:名?(?:常住|服务|户籍)?人口?|名?(?:居民|儿童|老年人口?))|(?<![\d.百十几千])(千|万)人口)(?:[^,。;\d]{0,48})$",
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
