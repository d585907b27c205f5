"""Which period a number has: what its own sentence says, else what the nearest scope around it leaves to it.

A number is of a *flow* (what happened over a time: visits, rates, sums), of a *stock* (what stands there on a day: beds, staff), or
counted up to *now* (累计, 目前). The scopes, from the nearest to the widest, and what each leaves:

========== ============================= ==========================================
scope      to a flow                     to a stock
========== ============================= ==========================================
sentence   the nearest time before it    the nearest time before it
paragraph  the last span, else day       the last day; 以来 is no day
section    the span of heading or lead   the day that the section's figures stand on
document   the span of its title         that day, else the title's span
otherwise  the document's own day        the document's own day
========== ============================= ==========================================

What is counted up to now takes nothing from a paragraph. Targets take the nearest deadline, else the plan's horizon; rules have no start.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.ground import Carried, Setting, clause_start
from analysis.intake.bulletins.kept import known
from analysis.intake.bulletins.times import Time

_Period = tuple[str, str, str]  # first day, last day, basis


def period(
    one: Amount,
    state: str,
    time: Time | None,
    told: Carried,
    clause: str,
    setting: Setting,
    baseline: str = "",
) -> _Period:
    """(first day, last day, basis) of a statement; ``time``: of its own sentence, ``told``: of those before it."""
    if state == "commitment":
        return _known(setting.published)
    if state == "target":
        return _deadline(time, told, setting)
    time = _come_about(time, setting.published)
    if baseline and not _dates_the_first(time, one, clause, baseline):
        return "", "", "undated"
    if time is not None:
        return time.first, time.last, time.basis
    flow, now = is_flow(one, clause), _now(clause)
    return (
        _of_paragraph(flow, now, told, clause, setting)
        or _of_section(one, flow, clause, setting)
        or _known(setting.published)
    )


def _known(published: str) -> _Period:
    return ("", published, "as_of_publication") if published else ("", "", "undated")


def _deadline(time: Time | None, told: Carried, setting: Setting) -> _Period:
    pub, last = setting.published, told.last
    due = time or (last if last is not None and (last.kind == "due" or ahead(last, pub)) else None)
    if (
        due is None
        and last is not None
        and setting.later
        and setting.horizon is None
        and last.first != last.last > pub
    ):
        due = last  # 今年,要...: the rest of that paragraph is for this year
    if due is not None and (due.kind == "asof" or not due.last):
        due = None
    if due is not None and due.first[:7] == due.last[:7] and pub and pub < due.first:
        due = replace(due, first=pub)  # 2025年底, 明年7月投用
    due = due or setting.horizon
    if due is not None:
        return due.first, due.last, due.basis
    return (pub, "", "as_of_publication") if pub else ("", "", "undated")


def _of_paragraph(flow: bool, now: bool, told: Carried, clause: str, setting: Setting) -> _Period | None:
    """What the sentences before it leave to it."""
    pub, opening = setting.published, setting.opening
    own = clause[clause_start(clause, len(clause), 0) :]
    left = told.of(flow and not _now(own))
    if left is None or left.kind != "span":
        return None
    if flow and opening is not None and is_day(left) and opening.first <= left.last <= opening.last:
        left = opening
    if _EACH_YEAR.search(own) and left.first[:4] == left.last[:4]:
        return None  # 2019年启动。连续4年每年投入2000万元
    if left.last <= (pub or left.last) and not (now or "截至" in clause or "截止" in clause):
        long = left.basis == "relative_resolved" and left.last == pub
        if flow or (long and _flows(clause)):
            return left.first, left.last, left.basis if long else "inferred"
    if left.last < pub and is_day(left) and not now:
        return left.first, left.last, "inferred"
    return None


_EACH_YEAR = re.compile(r"连续[^,。;]{1,3}年|每年|年年")


def _of_section(one: Amount, flow: bool, clause: str, setting: Setting) -> _Period | None:
    """What a heading, the lead below it or the title says."""
    opening, day = setting.opening, setting.day
    if not flow and day is not None:
        return day.first, day.last, "inferred"
    if opening is not None and (not setting.flows or flow or _counted_over(clause)):
        return opening.first, opening.last, opening.basis
    return None


def ahead(time: Time | None, published: str) -> bool:
    """Whether a span lies ahead; of one that has just begun (下半年, in July) all but a tenth has to."""
    if not time or not published or time.kind != "span" or time.last <= published:
        return False
    if time.first > published:
        return True
    if not time.first:
        return False
    day, first, last = map(date.fromisoformat, (published, time.first, time.last))
    return (day - first) * 10 <= last - first


def is_day(time: Time) -> bool:
    """One day, or up to one."""
    return not time.first or time.first == time.last


_A_RATE = re.compile(r"[次例人户床]均|均次|日均|均费|每床日|百元|点值")
_FLOW = re.compile(
    r"下达|吊销|立案|查封|查实|责令|警告|罚没|取缔|修订|制定|出台|梳理|结对|选送|选派|填补|轮训|回引|表彰|招募|购置|招录|招聘|招收|体检|筛查|接种|手术(?!室|间|台)|门诊(?!楼|部|部门|慢)|出院|分娩|抢救|指数|CMI|影响因子|满意度|完成|获|发表|立项|开展|举办|服务|接诊|诊疗|派出|培训|引进|新增|支出|收入|投入|检查|处理|追回|查处|约谈|移送|办结|受理|推行|曝光|互认|节[约省]|收治|实施|结余|入院|资助|救助|惠及|发放|暂停|处罚|解除|结算|支付|兑现|清算|减免|转诊|会诊|带教|授课|进修|培养"
)
_flows = known(lambda: _FLOW)


def _come_about(time: Time | None, published: str) -> Time | None:
    """全年 in a report of July: what has come about is not of the whole year."""
    return None if time is not None and time.basis == "inferred" and time.last > published else time


def _dates_the_first(time: Time | None, one: Amount, clause: str, baseline: str) -> bool:
    """Whether a time belongs to the first of two numbers: 由2019年的46.3%, 共建前的2019年第280名; not 2023年,由68分钟缩短至54分钟."""
    if time is None or time.kind == "asof":
        return False
    if one.start - time.end > NEAR:
        return False
    between = (
        clause[: len(clause) - (one.end - one.start)][-(one.start - time.end) :]
        if one.start > time.end
        else ""
    )
    return baseline == EARLIER or not re.search(r"[,，由从]", between)


def is_flow(one: Amount, clause: str) -> bool:
    """Whether a number is of what happened over a time (visits, rates, sums spent), not of what stands there on a day."""
    own = clause[clause_start(clause, len(clause), 0) :]
    if one.unit == "%" and _COMPOSITION.search(own) and not _OF_FLOWS.search(own):
        return False
    if one.unit in words.MONEY and not _STANDS.search(own):
        return True
    return (
        one.unit in (*words.FLOW_UNITS, "%", "pp", "倍", "‰", "岁", "天", "日", "分钟")
        or one.per == "10万"
        or _flows(own)
        or one.kind in ("rank", "word")
        or (one.unit == "元" and bool(_A_RATE.search(own)))
        or "获" in clause
    )


_COMPOSITION = re.compile(
    r"(?:学历|职称)[^,。;]{0,6}占|(?:床位|人员|医师|护士|机构|医院)[^,。;]{0,2}占(?!比)"
)
_OF_FLOWS = re.compile(r"诊疗|就诊|手术|收入|支出|费用|出院|病例|门诊|住院|占用")
_STANDS = re.compile(r"资产|负债|结余|设备总值|人均|次均|均次|标准|起付|限额|总投资")


def _counted_over(clause: str) -> bool:
    """Whether the clause counts what has come together over a time (建成, 引进, 累计): 以来 is of such, not of a stock."""
    return counts(clause[clause_start(clause, len(clause), 0) :])


_NOW = re.compile(r"累计|目前|现有|现已")
_now = known(lambda: _NOW)
counts = known(lambda: words.COUNT_VERBS)
_BEFORE_REFORM = re.compile(
    r"(?:(?:改革|共建|托管|实施|整合|试点|组建|合并|帮扶|推行|上线|启动)之?前|原来|此前|过去|以前|原先|最初|起初|当初|初期|开始时|成立之初|建院之初)的?(?:仅|只)?[有是为]?(?:不到|不足)?$"
)
TURN = re.compile(
    r"^[^,。;\d]{0,8}(?:调整|上调|下调|提高|提升|上升|升|增加|增长|增|扩大|扩展|扩|下降|降低|降|减少|减|缩短|压缩|缩减|跃升|跃居|攀升|上涨|涨|跌)[^,。;\d]{0,3}(?:至|到|为)"
)


_ONCE = re.compile(
    r"(?:^|(?<=[。,:“\n])|(?<=\"))\s*[“\"]?(?:¤{0,8}[以之]前|从前|过去(?!的?[一二两三四五六七八九十\d几])|原来|原先|改革前|此前),?"
)
_BEFORE = re.compile("前|去|原")  # one of them stands in every word of what was
_earlier = known(lambda: _BEFORE)
_NOWADAYS = re.compile(r"现在|如今|目前|已|今年|去年|\n|¤¤")
EARLIER = "earlier"
NEAR = 10  # characters between a year and the number that it dates, 2019年共建前的第280名


def baseline(text: str, one: Amount, found: list[Amount]) -> str:
    """Whether a number is the first of two (由35提升至43) or named as the earlier one (改革前的61.5%): that date is not printed.

    ``found``: the numbers before it in their order, itself, and the next one.
    """
    if one.unit != "倍" and _BEFORE_REFORM.search(text[max(0, one.start - 8) : one.start]):
        return EARLIER
    opens = max(text.rfind("。", 0, one.start) + 1, one.start - 40)
    once = _ONCE.search(text, opens, one.start) if _earlier(text[opens : one.start]) else None
    if once is not None and not _NOWADAYS.search(text, once.end(), one.start):
        return EARLIER
    after = found[-1] if found and found[-1].start >= one.end else None
    turns = after is not None and TURN.match(
        text[one.end : after.start] + text[after.start : after.start + 1]
    )
    if turns or after is None or not _FROM_BEFORE.search(text[max(0, one.start - 8) : one.start]):
        return "first" if turns else ""
    return "first" if _REACHES.fullmatch(text[one.end : after.start]) else ""


_FROM_BEFORE = re.compile(r"(?:由|从)[^,。;\d]{0,6}$")
_REACHES = re.compile(r"[^,。;\d]{1,10}(?:至|到|为)")  # 由260种统一到680种
