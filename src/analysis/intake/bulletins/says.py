"""What the sentence around a number adds: shared units, distant bounds, direction, status, period, qualifiers, the thing counted."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache

from analysis.clean.numbers import bounds
from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount, round_value
from analysis.intake.bulletins.times import Time

REACH = 300  # characters before a number that can bear on it
_JOINERS = re.compile(r"^(?:、|和|及|以及|与|,|;|:|或)$")
_SENTENCE = re.compile(r"[。!?\n]")
_CLAUSE = re.compile(r"[。;!?\n\t,]")
_INDEX = re.compile(r"(?:CMI值?|指数|系数|得分|评分|分值|均分|总分|基尼系数)[^,。;\d]{0,8}$", re.I)
_REPEATED = re.compile(r"(?:第|前|大|共)$")


@dataclass(frozen=True)
class Statement:
    """An amount with what its sentence says of it; places are in the passage."""

    amount: Amount
    measure: str
    status: str
    direction: str
    first: str
    last: str
    basis: str
    qualifier: str
    indicator: str
    confidence: str


@dataclass(frozen=True)
class Setting:
    """What holds for the whole document: its date, whether it is a plan, the horizon of the plan, a span that opens it."""

    published: str
    plan: bool = False
    horizon: Time | None = None
    opening: Time | None = None
    later: bool = False  # the paragraph speaks of what comes next


def _sentence(text: str, place: int) -> tuple[int, int]:
    ends = _ends(text)
    at = bisect_right(ends, place)
    return (ends[at - 1] if at else 0), (ends[at] - 1 if at < len(ends) else len(text))


@lru_cache(maxsize=8)
def _ends(text: str) -> list[int]:
    """Where sentences end, after the mark."""
    return [match.end() for match in _SENTENCE.finditer(text)]


@lru_cache(maxsize=8)
def _cuts(text: str) -> list[int]:
    """Where clauses begin."""
    return [match.end() for match in _CLAUSE.finditer(text)]


def _clause_start(text: str, place: int, floor: int) -> int:
    cuts = _cuts(text)
    at = bisect_right(cuts, place)
    return max(cuts[at - 1] if at else 0, floor)


# ------------------------------------------------------------------------------------------------- units and bounds


def share_units(text: str, found: list[Amount]) -> list[Amount]:
    """The unit printed once at the end of a list (分别为12、15和18个), and the bound printed once before it (最高300万元、200万元)."""
    made = list(found)
    for at in range(len(made) - 2, -1, -1):
        one, after = made[at], made[at + 1]
        gap = text[one.end : after.start].strip("¤")
        if (
            one.kind == "number"
            and not one.unit
            and after.unit
            and after.kind == "number"
            and _JOINERS.match(gap)
        ):
            made[at] = _with_unit(text, one, after)
    capped = False
    for at, one in enumerate(made):
        printed = text[one.start : one.start + 2] in ("最高", "最多", "至少", "最低")
        before = made[at - 1] if at else None
        listed = before is not None and one.kind == before.kind == "number" and one.unit == before.unit
        capped = printed or (capped and listed and text[made[at - 1].end : one.start] in ("、", "和", "及"))
        if before is not None and capped and not printed and one.quantifier == "exact":
            made[at] = _bounded(one, before.quantifier)
    return made


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


def _bounded(one: Amount, quantifier: str) -> Amount:
    low, high = bounds(quantifier, one.value)
    return replace(one, quantifier=quantifier, low=low, high=high)


def distant_bound(text: str, one: Amount) -> Amount:
    """A bound before the verb: 至少帮带培养2名. Only over an exact number, inside one clause, with no other number between."""
    if one.quantifier != "exact" or one.kind not in ("number",):
        return one
    match = words.DISTANT.search(text[max(0, one.start - 16) : one.start])
    if match is None or re.search(
        r"水平|标准|级别|等级|档|降幅|增幅|涨幅|减幅|时|曾|^降|^增|^涨", match["gap"]
    ):
        return one
    return _bounded(one, words.BEFORE[match["word"]])


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
        return replace(one, unit="人") if noun else (one if after[:1] in "、,。;)\t的" or not after else None)
    if _INDEX.search(before) and re.match(r"[,。;、\t)到至提上下增,]|$", after):
        return one
    if re.match(r"^[A-Za-z¤]", after) or (before[-1:] in "¤-/.:" and not before.endswith(":")):
        return None
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


# ------------------------------------------------------------------------------------------------- direction and measure


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
    if direction != "down" or not is_change or saved or (one.unit == "元" and _saved(text, one)):
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


def measure(text: str, one: Amount, status: str, is_change: bool, clause: str) -> str:
    """The kind of quantity, one of ``tables.MEASURES``."""
    if one.kind == "direction":
        return "direction"
    if one.kind == "rank" or one.unit == "名次":
        return "rank"
    if one.kind == "ratio":
        return "ratio"
    if one.unit == "倍":
        return "multiple"
    if one.unit == "pp":
        return "change_pp"
    if one.unit in ("%", "‰"):
        return "change_pct" if is_change and one.unit == "%" else "share"
    if status in ("target", "commitment"):
        return "target" if status == "target" else "standard"
    if one.unit in words.FLOW_UNITS:
        return "flow"
    return "count_cumulative" if words.COUNT_VERBS.search(clause) else "level"


# ------------------------------------------------------------------------------------------------- per whom, per when

_PER_EACH = re.compile(
    r"每(?P<n>百|千|万|十万)?(?P<w>名|个|家|位|所|例|次|张|台|床日|人|户|村|镇|乡|县|街道|机构|医院|科室|团队)(?P<rest>[^,。;:]*)$"
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


def per(text: str, one: Amount, sentence_start: int) -> str:
    """What one unit of it is counted for: 年, 人年, 个, 千人."""
    if one.per:
        return {"千人口": "千人", "万人口": "万人", "十万": "10万"}.get(one.per, one.per)
    if one.unit in ("%", "‰", "pp", "倍", "名次", "比值", "岁", "级", "") or one.kind not in (
        "number",
        "range",
    ):
        return ""
    clause = text[max(_two_clauses(text, one.start, sentence_start), one.start - REACH) : one.start]
    for printed, short in words.PER.items():
        if printed in clause:
            return short
    own = text[max(_clause_start(text, one.start, sentence_start), one.start - REACH) : one.start]
    each = _PER_EACH.search(own)
    people = re.search(r"(?:每(千|万|十万)(?:常住)?人口?|(?<![\d.])(千|万)人口)(?:[^,。;\d]{0,24})$", own)
    if people:
        return f"{people[1] or people[2]}人"
    if each:
        return _each(each, own)
    if (
        re.search(r"人均(?!预期|期望|住院日)[^,。;]{0,24}$", own)
        and one.unit == "元"
        and "年均" not in own
        and "收入" not in own
    ):
        return "人"
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


def per_of_list(text: str, one: Amount, earlier: list[Amount], sentence_start: int) -> str:
    """每千人口床位6.5张、医师3.3人: what follows in the list is counted for the same thousand people."""
    if not earlier or one.unit not in ("人", "张"):
        return ""
    before = earlier[-1]
    gap = text[before.end : one.start]
    if not re.fullmatch(r"[、和及][^,。;、\d每]{2,16}", gap) or before.unit not in ("人", "张"):
        return ""
    found = per(text, before, sentence_start) or per_of_list(text, before, earlier[:-1], sentence_start)
    return found if found.endswith(("千人", "万人")) else ""


def _its_change(one: Amount, time: Time, earlier: list[Amount], text: str) -> bool:
    """增加至2019年的112.4万人次,增长42.5%: the change that follows the number of a year belongs to that year."""
    between = [a for a in earlier if time.end <= a.start < one.start]
    grown = r",(?:年均)?(?:增长|提高|下降|增加|减少|降低|增幅|降幅)[了达为约近]{0,2}"
    return len(between) == 1 and bool(re.fullmatch(grown, text[between[0].end : one.start]))


def _two_clauses(text: str, place: int, floor: int) -> int:
    """From the clause before: 签约服务费为每人每年120元,其中医保承担60元."""
    return floor if "其中" in text[max(floor, place - 40) : place] else _clause_start(text, place, floor)


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


# ------------------------------------------------------------------------------------------------- status and period


def status(text: str, one: Amount, sentence: tuple[int, int], time: Time | None, setting: Setting) -> str:
    """actual, target or commitment (conventions, 5)."""
    start, _ = sentence
    before = text[max(start, one.start - REACH) : one.start]
    clause = text[
        max(_clause_start(text, one.start, start), one.start - REACH) : min(
            _clause_end(text, one.end), one.end + REACH
        )
    ]
    due = time is not None and time.kind == "due"
    if one.unit in words.MONEY and _SPENT.search(before) and not re.search(r"每|按|给予|安排", clause):
        return "target" if due or setting.later else "actual"
    planned = bool(words.TARGET.search(before)) or due or setting.later or _future(time, setting)
    promised = _promised(one, clause)
    if planned and not (time is not None and time.kind == "asof"):
        money = one.unit in words.MONEY or one.kind == "ratio" or (one.unit == "%" and not due)
        return "commitment" if money and _PROMISED.search(clause) else "target"
    if promised and not _PAID.search(clause) and not (one.unit in ("%", "pp") and words.DONE.search(clause)):
        return "commitment"
    if (one.unit == "倍" and one.kind == "word") or (setting.plan and one.minor and one.kind == "number"):
        return "commitment"
    if setting.plan and not words.REPORTED.search(clause) and not _past(time, setting):
        return "target"
    return "actual"


def _promised(one: Amount, clause: str) -> bool:
    """Whether the words of a promise bear on this number: money and shares are promised, counts are ruled."""
    if one.unit in ("人次", "台次", "例次", "名次", "篇") or one.kind in ("rank", "direction", "word"):
        return False
    money = one.unit in (*words.MONEY, "%", "年", "月") or one.kind == "ratio"
    return bool(words.COMMIT.search(clause)) or (money and bool(words.PROMISE.search(clause)))


_PROMISED = re.compile(words.PROMISE.pattern + r"|每[年月][^,。;]{0,8}(?:安排|列支|投入|拨付)")
_SPENT = re.compile(r"(?:投入|筹集|争取|落实|到位|获得?)[^,。;\d]{0,10}\d*[^。]*其中|累计[^。]{0,30}$")


def _clause_end(text: str, place: int) -> int:
    match = _CLAUSE.search(text, place)
    return match.start() if match else len(text)


_PAID = re.compile(
    r"累计(?:给予|发放|补助|奖|拨付|投入|资助|减免|落实|争取)|已(?:发放|拨付|补助|给予|落实|兑现|为)|共(?:发放|补助|奖励|拨付|资助|争取)|获[^,。;]{0,12}(?:补助|奖励|资助|奖)|受到|提高(?:到|至)|"
    r"补偿比|报销比例(?:分别)?(?:为|达|提高|稳定|由|超)|由[^,。;]{0,16}(?:提高|增长|降|调整)|争取[^,。;]{0,8}(?:补助|资金)|降(?:到|至)|减轻|负担(?:下降|降低|减轻|率)|下降|同比|惠及"
)


def _future(time: Time | None, setting: Setting) -> bool:
    return bool(
        time
        and setting.published
        and time.kind == "span"
        and time.last > setting.published
        and time.first > setting.published
    )


def _past(time: Time | None, setting: Setting) -> bool:
    return bool(
        time
        and time.kind in ("span", "from", "asof", "near")
        and (not setting.published or time.last <= setting.published)
    )


def time_of(
    text: str, one: Amount, times: list[Time], sentence: tuple[int, int], earlier: list[Amount]
) -> Time | None:
    """The time expression of its sentence that a number belongs to: the nearest before it that is no base of comparison."""
    last_number = max((a.end for a in earlier if a.end <= one.start), default=-1)
    for time in times:
        if time.kind == "due" and time.start <= one.start < time.end:
            return time  # 三年内 is its own deadline
    for time in reversed([t for t in times if sentence[0] <= t.start and t.end <= one.start]):
        if time.kind == "base" or (
            time.kind == "from" and last_number >= time.end and not _its_change(one, time, earlier, text)
        ):
            continue
        return time
    return None


_STOCK = re.compile(r"累计|目前|现有|已(?!完成)|建成|设有|拥有|共有|总数|达到|组建|签约|开放")
_FLOW = re.compile(
    r"完成|获|发表|立项|开展|举办|服务|接诊|诊疗|派出|培训|引进|新增|检查|处理|追回|曝光|互认|节[约省]|收治|实施"
)


def period(
    one: Amount,
    state: str,
    time: Time | None,
    carried: Time | None,
    clause: str,
    setting: Setting,
    baseline: bool = False,
) -> tuple[str, str, str]:
    """(first day, last day, basis) of a statement."""
    pub = setting.published
    if state == "commitment":
        return "", pub, "as_of_publication" if pub else "undated"
    if state == "target":
        due = time or (carried if carried and carried.kind == "due" else None)
        if due is not None and due.kind == "asof":
            due = None
        if due is not None:
            return due.first, due.last, due.basis
        if setting.horizon is not None:
            return setting.horizon.first, setting.horizon.last, setting.horizon.basis
        return (pub, "", "as_of_publication") if pub else ("", "", "undated")
    if time is not None:
        return time.first, time.last, time.basis
    if baseline:
        return "", "", "undated"
    if carried is not None and carried.kind == "span" and carried.last <= (pub or carried.last):
        own = clause[_clause_start(clause, len(clause), 0) :]
        flow = (
            one.unit in (*words.FLOW_UNITS, "%", "pp", "倍", "‰", "岁", "天", "日", "分钟")
            or one.per == "10万"
            or bool(_FLOW.search(own))
            or one.kind in ("rank", "word")
            or "获" in clause
        )
        long = carried.basis == "relative_resolved" and carried.last == pub
        if (flow or long) and not re.search(r"累计|目前|现有|截[至止]", clause):
            return carried.first, carried.last, carried.basis if long else "inferred"
    if setting.opening is not None:
        return setting.opening.first, setting.opening.last, setting.opening.basis
    return ("", pub, "as_of_publication") if pub else ("", "", "undated")


_TURN = re.compile(
    r"^[^,。;\d]{0,8}(?:提高|提升|上升|升|增加|增长|增|扩大|下降|降低|降|减少|减|缩短|压缩|缩减|跃升|跃居|攀升)[^,。;\d]{0,3}(?:至|到|为)"
)


def is_baseline(text: str, one: Amount, found: list[Amount]) -> bool:
    """Whether a number is the first of two (由35提升至43): its date is that of the baseline, which is not printed."""
    after = next((a for a in found if a.start >= one.end), None)
    return after is not None and bool(
        _TURN.match(text[one.end : after.start] + text[after.start : after.start + 1])
    )


# ------------------------------------------------------------------------------------------------- words beside it


def qualifier(text: str, one: Amount, sentence: tuple[int, int], earlier: list[Amount]) -> str:
    """What is printed beside the number and limits it, in the source's words, joined by ；."""
    previous = max((a.end for a in earlier if a.end <= one.start), default=sentence[0])
    found: list[str] = []
    for match in words.QUALIFIERS.finditer(text, max(sentence[0], one.start - REACH), one.start):
        near = match.end() > max(previous - 1, one.start - 60) or _governs(match[0])
        if near and match[0] not in found:
            found.append(match[0].strip(",:"))
    after = re.match(r"[^,。;、\d]{0,12}?\(([^()\d]{2,14})\)", text[one.end : one.end + 28])
    if after and "¤" not in after[1]:
        found.append(f"（{after[1]}）")
    return "；".join(found[-4:])


def _governs(word: str) -> bool:
    """A qualifier that holds to the end of its sentence, over several numbers."""
    return bool(re.search(r"年来|以来|期间|[前后]$|累计|去年|今年|截[至止]|力争|目前", word))


_TRIM = re.compile(
    r"^(?:其中|并|且|还|共|已|累计|分别|全|先后|目前|截至目前|同时|今年以来|去年|的|了|是|为|有|使|把|将|对|由|从|在|与|和|及|、|:|\"|“|”|¤)+|(?:已|分别|均|约|达到?|为|至|到|了|共|累计|仅|有|是|的|从|由|占|:|“|”|\"|¤|超过|近|在|保持|稳定|控制|计|各|给予|最高|不低于|不少于)+$"
)
_NOUN_AFTER = re.compile(r"^(?:的)?([\u4e00-\u9fffA-Za-z(){}“”\"]{2,24})")


def indicator(text: str, one: Amount, sentence: tuple[int, int], earlier: list[Amount]) -> str:
    """The words that say what is counted: the noun after a measure word, else the words of the clause before the number."""
    previous = max((a.end for a in earlier if a.end <= one.start), default=sentence[0])
    start = max(_clause_start(text, one.start, sentence[0]), previous, one.start - 60)
    before = _trim(text[start : one.start])
    after = _NOUN_AFTER.match(text[one.end : one.end + 26])
    shared = one.unit == "%" and text[one.end : one.end + 1] == "的"
    if (
        (one.unit not in ("%", "pp", "‰", "元", "名次", "倍") or shared)
        and after
        and not re.match(r"(?:同比|较|比|增|下降|提高|,)", after[1])
    ):
        return _trim(_verb_noun(before) + after[1])[:30]
    if len(before) < 2 and start > sentence[0]:
        wider = _trim(
            text[max(_clause_start(text, max(start - 1, sentence[0]), sentence[0]), start - 60) : start]
        )
        before = re.sub(r"[\d.%]+", "", wider) or before
    return before[-30:]


def _verb_noun(before: str) -> str:
    return before[-6:] if len(before) <= 6 else ""


def _trim(text: str) -> str:
    old = None
    while old != text:
        old, text = text, _TRIM.sub("", text.strip())
    return text


def confidence(one: Amount, state: str, basis: str) -> str:
    """high, medium or low: how sure the proposal is that this is a statement and is read right."""
    if one.damaged or one.value is None and one.low is None:
        return "low"
    if one.minor or one.kind in ("word", "direction") or basis == "inferred" or not one.unit:
        return "medium"
    return "high"
