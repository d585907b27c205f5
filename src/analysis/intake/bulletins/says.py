"""What the sentence says of a number: the kind of quantity, target or promise or result, its period, how sure the proposal is."""

from __future__ import annotations

import re

from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.ground import REACH, Carried, Setting, clause_end, clause_start, last_end
from analysis.intake.bulletins.times import Time


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


def _its_change(one: Amount, time: Time, earlier: list[Amount], text: str) -> bool:
    """增加至2019年的112.4万人次,增长42.5%: the change that follows the number of a year belongs to that year."""
    between = [a for a in earlier if time.end <= a.start < one.start]
    grown = r",(?:年均)?(?:增长|提高|下降|增加|减少|降低|增幅|降幅)[了达为约近]{0,2}"
    return len(between) == 1 and bool(re.fullmatch(grown, text[between[0].end : one.start]))


def status(text: str, one: Amount, sentence: tuple[int, int], time: Time | None, setting: Setting) -> str:
    """actual, target or commitment (conventions, 5)."""
    start, _ = sentence
    before = text[max(start, one.start - REACH) : one.start]
    clause = text[
        max(clause_start(text, one.start, start), one.start - REACH) : min(
            clause_end(text, one.end), one.end + REACH
        )
    ]
    due = time is not None and time.kind == "due"
    if one.unit in words.MONEY and _SPENT.search(before) and not re.search(r"每|按|给予|安排", clause):
        return "target" if due or setting.later else "actual"
    planned = bool(words.TARGET.search(before)) or due or _future(time, setting)
    if one.unit == "%" and _ALLOTTED.match(text[one.end : one.end + 16]):
        return "commitment"
    if setting.later and not planned:
        planned = not _past(time, setting) and not words.REPORTED.search(clause)
    promised = _promised(one, clause)
    if planned and not (time is not None and time.kind == "asof"):
        if one.unit in ("年", "月", "天") and _TERM.search(before):
            return "commitment"
        money = one.unit in words.MONEY or one.kind == "ratio" or (one.unit == "%" and not due)
        if "原则上" in clause:
            return "commitment"
        return "commitment" if money and _PROMISED.search(clause) else "target"
    if promised and _is_over(time or setting.opening, setting) and _was_paid(one, before, clause):
        return "actual"
    return _in_force(one, before, clause, time, setting, promised)


def _is_over(time: Time | None, setting: Setting) -> bool:
    return time is not None and time.kind == "span" and bool(time.first) and time.last < setting.published


def _was_paid(one: Amount, before: str, clause: str) -> bool:
    """Of a year that is over: 2022年,发放补助2130万元; 资助金额3402万元; 去年,报销比例86.2%. Rules stay rules."""
    if _SUM.search(before) and not _EACH.search(clause):
        return True
    done = words.DONE.search(clause + before[-40:]) or one.unit == "%"
    return bool(done) and not words.COMMIT.search(clause)


def _in_force(
    one: Amount, before: str, clause: str, time: Time | None, setting: Setting, promised: bool
) -> str:
    """The status of a number that no word plans: a rate of a plan, a rule, a promise, or what has come about."""
    rate = one.unit == "%" and setting.plan and not setting.rules and not _past(time, setting)
    if rate and not words.PROMISE.search(clause) and not re.search(r"原则上|每", clause):
        return "target"  # 签约率不低于75%, in a plan
    if _LIMIT.search(clause) and one.unit in ("%", *words.MONEY) and not _past(time, setting):
        return "commitment"
    if promised and not _PAID.search(clause) and not (one.unit in ("%", "pp") and words.DONE.search(clause)):
        return "commitment"
    if (
        setting.rules
        and one.kind != "direction"
        and not words.REPORTED.search(clause)
        and not _past(time, setting)
    ):
        return "commitment"
    if (one.unit == "倍" and one.kind == "word") or (setting.plan and one.minor and one.kind == "number"):
        return "commitment"
    if setting.plan and not words.REPORTED.search(clause) and not _past(time, setting):
        term = one.unit in ("年", "月", "天") and _TERM.search(before)
        return "commitment" if term or one.unit in words.MONEY and _PROMISED.search(clause) else "target"
    return "actual"


_ALLOTTED = re.compile(r"(?:左右|以上)?(?:的?(?:部分|结余|资金))?(?:用于(?!的)|归[^,。;]{1,8}所有|留归)")
_LIMIT = re.compile(r"上限|下限|封顶线|起付线|起付标准")
_SUM = re.compile(r"(?:金额|资金|经费|支出|收入|费用|总额)[^,。;\d]{0,4}$")
_EACH = re.compile(r"每|按|标准|最高|不低于|不少于|给予")


def _promised(one: Amount, clause: str) -> bool:
    """Whether the words of a promise bear on this number: money and shares are promised, counts are ruled."""
    if one.unit in ("人次", "台次", "例次", "名次", "篇") or one.kind in ("rank", "direction", "word"):
        return False
    money = one.unit in (*words.MONEY, "%", "年", "月") or one.kind == "ratio"
    return bool(words.COMMIT.search(clause)) or (money and bool(words.PROMISE.search(clause)))


_PROMISED = re.compile(
    words.PROMISE.pattern
    + r"|安排|统筹(?!区|地区|基金|推进|协调)|列支|拨付|每[年月][^,。;]{0,8}投入|每[个家名位所][^,。;\d]{0,8}(?:投入|安排)"
)
_TERM = re.compile(r"(?:期限?|周期|服务|连续|满|分|有效)[为不少于低满超过至]{0,5}$")  # 有效期5年, 分5年兑现
_SPENT = re.compile(r"(?:投入|筹集|争取|落实|到位|获得?)[^,。;\d]{0,10}\d*[^。]*其中|累计[^。]{0,30}$")
_PAID = re.compile(
    r"连续[^,。;]{0,5}年|实际(?:报销|补偿)|累计(?:给予|发放|补助|奖|拨付|投入|资助|减免|落实|争取)|已(?:发放|拨付|补助|给予|落实|兑现|为|下达|投入|支付|支出|安排)|共(?:发放|补助|奖励|拨付|资助|争取)|获[^,。;]{0,12}(?:补助|奖励|资助|奖)|受到|提高(?:到|至)|"
    r"兑现|补偿比|报销比例(?:分别)?(?:为|达|提高|稳定|由|超)|由[^,。;]{0,16}(?:提高|增长|降|调整)|争取[^,。;]{0,8}(?:补助|资金)|降(?:到|至)|减轻|负担(?:下降|降低|减轻|率)|下降|同比|惠及"
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
    last_number = last_end(earlier, one, -1)
    for time in times:
        if time.kind == "due" and time.start <= one.start < time.end:
            return time  # 三年内 is its own deadline
    for time in reversed([t for t in times if sentence[0] <= t.start and t.end <= one.start]):
        if time.kind in ("base", "rule") or (
            time.kind == "from" and last_number >= time.end and not _its_change(one, time, earlier, text)
        ):
            continue
        return _since(time, times, sentence)
    return None


def _since(time: Time, times: list[Time], sentence: tuple[int, int]) -> Time:
    """自2018年以来,已累计...: what has accumulated up to now began where the sentence says so."""
    begun = [
        t
        for t in times
        if sentence[0] <= t.start < time.start and t.kind == "span" and t.first and t.last == time.last
    ]
    return begun[-1] if time.kind == "asof" and begun else time


_STOCK = re.compile(r"累计|目前|现有|已(?!完成)|建成|设有|拥有|共有|总数|达到|组建|签约|开放")
_A_RATE = re.compile(r"[次例人户床]均|均次|日均|均费|每床日|百元|点值")
_FLOW = re.compile(
    r"完成|获|发表|立项|开展|举办|服务|接诊|诊疗|派出|培训|引进|新增|支出|收入|投入|检查|处理|追回|查处|约谈|移送|办结|受理|推行|曝光|互认|节[约省]|收治|实施|结余"
)


def period(
    one: Amount,
    state: str,
    time: Time | None,
    told: Carried,
    clause: str,
    setting: Setting,
    baseline: str = "",
) -> tuple[str, str, str]:
    """(first day, last day, basis) of a statement; ``told``: the times of the sentences before it."""
    pub = setting.published
    flow = _is_flow(one, clause)
    carried = told.of(flow and not _NOW.search(clause[clause_start(clause, len(clause), 0) :]))
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
    dated = time is not None and one.start - time.end <= NEAR
    if baseline and (time is None or time.kind == "asof" or (baseline == EARLIER and not dated)):
        return "", "", "undated"
    if time is not None:
        return time.first, time.last, time.basis
    if carried is not None and carried.kind == "span" and carried.last <= (pub or carried.last):
        long = carried.basis == "relative_resolved" and carried.last == pub
        if (flow or (long and _FLOW.search(clause))) and not re.search(r"累计|目前|现有|截[至止]", clause):
            return carried.first, carried.last, carried.basis if long else "inferred"
    if carried is not None and carried.kind == "span" and carried.last < pub and not _NOW.search(clause):
        # 截至8月底, 2022年末: what the paragraph goes on to state is known up to that day, or stood on it
        if not carried.first or carried.first == carried.last:
            return carried.first, carried.last, "inferred"
    if setting.opening is not None and (not setting.flows or flow or _counted_over(clause)):
        return setting.opening.first, setting.opening.last, setting.opening.basis
    return ("", pub, "as_of_publication") if pub else ("", "", "undated")


def _is_flow(one: Amount, clause: str) -> bool:
    """Whether a number is of what happened over a time (visits, rates, sums spent), not of what stands there on a day."""
    own = clause[clause_start(clause, len(clause), 0) :]
    return (
        one.unit in (*words.FLOW_UNITS, "%", "pp", "倍", "‰", "岁", "天", "日", "分钟")
        or one.per == "10万"
        or bool(_FLOW.search(own))
        or one.kind in ("rank", "word")
        or (one.unit == "元" and bool(_A_RATE.search(own)))
        or "获" in clause
    )


def _counted_over(clause: str) -> bool:
    """Whether the clause counts what has come together over a time (建成, 引进, 累计): 以来 is of such, not of a stock."""
    return bool(words.COUNT_VERBS.search(clause[clause_start(clause, len(clause), 0) :]))


_NOW = re.compile(r"累计|目前|现有|现已")
_BEFORE_REFORM = re.compile(
    r"(?:(?:改革|共建|托管|实施|整合|试点|组建|合并|帮扶)之?前|原来|此前|过去|以前|原先)的?(?:仅|只)?[有是为]?(?:不到|不足)?$"
)
_TURN = re.compile(
    r"^[^,。;\d]{0,8}(?:提高|提升|上升|升|增加|增长|增|扩大|扩展|扩|下降|降低|降|减少|减|缩短|压缩|缩减|跃升|跃居|攀升)[^,。;\d]{0,3}(?:至|到|为)"
)


EARLIER = "earlier"
NEAR = 10  # characters between a year and the number that it dates, 2019年共建前的第280名


def baseline(text: str, one: Amount, found: list[Amount]) -> str:
    """Whether a number is the first of two (由35提升至43) or named as the earlier one (改革前的61.5%): that date is not printed."""
    if one.unit != "倍" and _BEFORE_REFORM.search(text[max(0, one.start - 8) : one.start]):
        return EARLIER
    after = next((a for a in found if a.start >= one.end), None)
    turns = after is not None and _TURN.match(
        text[one.end : after.start] + text[after.start : after.start + 1]
    )
    if turns or after is None or not _FROM_BEFORE.search(text[max(0, one.start - 8) : one.start]):
        return "first" if turns else ""
    return "first" if _REACHES.fullmatch(text[one.end : after.start]) else ""


_FROM_BEFORE = re.compile(r"(?:由|从)[^,。;\d]{0,6}$")
_REACHES = re.compile(r"[^,。;\d]{1,10}(?:至|到|为)")  # 由260种统一到680种


def confidence(one: Amount, state: str, basis: str) -> str:
    """high, medium or low: how sure the proposal is that this is a statement and is read right."""
    if one.damaged or one.value is None and one.low is None:
        return "low"
    if one.minor or one.kind in ("word", "direction") or basis == "inferred" or not one.unit:
        return "medium"
    return "high"
