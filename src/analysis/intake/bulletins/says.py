"""What the sentence says of a number: the kind of quantity, target or promise or result, its period."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.ground import REACH, Carried, Setting, clause_end, clause_start, last_end
from analysis.intake.bulletins.ruled import is_rule, paid_out
from analysis.intake.bulletins.times import Time
from analysis.intake.bulletins.wanted import wanted


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
    planned = (
        _intends(before, setting) or due or _future(time, setting) or wanted(text, one, before, sentence)
    )
    if is_rule(text, one, before):
        return "commitment"
    if one.unit in ("年", "月") and before.endswith("满") and text[one.end : one.end + 1] == "的":
        return "commitment"  # 对工作满5年的医师
    if _RESOLVED.search(before) and not _past(time, setting):
        return "commitment"
    if (
        one.unit == "%"
        and _SHARED_OUT.search(before)
        and (setting.plan or time is None or time.kind == "due")
    ):
        return "commitment"
    if one.unit == "%" and _ALLOTTED.match(text[one.end : one.end + 16]):
        if before.endswith("其中") and _past(time, setting):
            return "actual"  # 去年结余2100万元,其中60%用于薪酬
        return "commitment"
    if setting.later and not planned:
        planned = not _past(time, setting) and not words.REPORTED.search(clause)
    if one.unit in _SERVICE_TIME and _AN_ACT.match(text[one.end : one.end + 8]) and not _past(time, setting):
        return "commitment"
    promised = _promised(one, clause, before)
    if planned and not (time is not None and time.kind == "asof"):
        if one.unit in ("年", "月", "天") and _TERM.search(before):
            return "commitment"
        money = one.unit in words.MONEY or one.kind == "ratio" or (one.unit == "%" and not due)
        if "原则上" in clause:
            return "commitment"
        return "commitment" if money and _PROMISED.search(clause) else "target"
    from_now_on = (
        "起" in before and _FROM_NOW_ON.search(before) and not _TURN.match(text[one.end : one.end + 12])
    )
    if from_now_on and (promised or _TERMS_OF.search(clause)) and not words.REPORTED.search(clause):
        return "commitment"
    if promised and _is_over(time or setting.opening, setting) and _was_paid(one, before, clause):
        return "actual"
    return _in_force(one, before, clause, time, setting, promised)


def _intends(before: str, setting: Setting) -> bool:
    """Whether the words before a number plan it; 预计 in a report of a time that is over estimates what was."""
    meant = words.TARGET.search(before)
    over = setting.opening is not None and setting.opening.last < setting.published and not setting.later
    return meant is not None and not (over and meant[0] == "预计")


_RESOLVED = re.compile(r"会议(?:原则)?(?:同意|批准|审定|决定)(?!将)[^。;]{0,80}$")
_SHARED_OUT = re.compile(r"(?:承担|分担|自筹|负担|配套)[^,。;\d]{0,3}$")
_SERVICE_TIME = ("分钟", "小时", "天", "日", "工作日")
_AN_ACT = re.compile(
    r"(?:之?内|以内|以上|左右)?,?(?:必须|应)?(?:完成|办结|响应|到达|到位|开放|出具|反馈|答复|送达|出报告|安排|接诊|转诊|收治)"
)


def _is_over(time: Time | None, setting: Setting) -> bool:
    return time is not None and time.kind == "span" and bool(time.first) and time.last <= setting.published


def _was_paid(one: Amount, before: str, clause: str) -> bool:
    """Of a year that is over: 2022年,发放补助2130万元; 资助金额3402万元; 去年,报销比例86.2%. Rules stay rules."""
    if _SUM.search(before) and not _EACH.search(clause):
        return True
    if _GIVEN_TO_EACH.search(clause):
        return False
    done = words.DONE.search(clause + before[-40:]) or one.unit == "%"
    return bool(done) and not words.COMMIT.search(clause)


_GIVEN_TO_EACH = re.compile(
    r"(?:给予|按|享受)[^,。;\d]{0,6}每[人名户个]|每[人名户](?:每[年月日天])?(?:一次性)?(?:给予|补助|奖励|补贴|发放|享受)"
)


def _in_force(
    one: Amount, before: str, clause: str, time: Time | None, setting: Setting, promised: bool
) -> str:
    """The status of a number that no word plans: a rate of a plan, a rule, a promise, or what has come about."""
    rate = one.unit == "%" and setting.plan and not setting.rules and not _past(time, setting)
    if rate and not words.PROMISE.search(clause) and not re.search(r"原则上|每", clause):
        return "target"  # 签约率不低于75%, in a plan
    if _UP_TO.search(before):
        return "commitment"
    if _LIMIT.search(clause) and one.unit in ("%", *words.MONEY) and not _past(time, setting):
        return "commitment"
    if promised and not _PAID.search(clause) and not (one.unit in ("%", "pp") and words.DONE.search(clause)):
        return "commitment"
    if (
        setting.terms
        and one.unit in ("%", "pp", *words.MONEY)
        and not (words.REPORTED.search(clause) or _past(time, setting))
    ):
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


_ALLOTTED = re.compile(
    r"(?:左右|以上)?(?:的?(?:部分|结余|资金))?(?:[^,。;\d]{0,8}用于(?!的)|归[^,。;]{1,8}所有|[留划分]归|[留分]给|划转)"
)
_UP_TO = re.compile(r"最高(?:可)?(?:获|享受?|上浮|奖励|补助|报销)[^,。;\d]{0,6}$")
_LIMIT = re.compile(r"上限|下限|封顶线|起付线|起付标准")
_TERMS_OF = re.compile(
    r"(?:标准|费|补贴|待遇|比例|假期?|年限|限额)[^,。;]{0,8}(?:调整|提高|延长|降|增加|上调|统一)[^,。;\d]{0,3}\d"
)
_FROM_NOW_ON = re.compile(r"[从自]¤+起")  # 从今年起,由财政补助60%: a rule, not what was paid in the year
_SUM = re.compile(r"(?:金额|资金|经费|支出|收入|费用|总额)[^,。;\d]{0,4}$")
_EACH = re.compile(r"每|按|标准|最高|不低于|不少于|给予")


def _promised(one: Amount, clause: str, before: str) -> bool:
    """Whether the words of a promise bear on this number: money and shares are promised, counts are ruled."""
    if one.unit in ("人次", "台次", "例次", "名次", "篇") or one.kind in ("rank", "direction", "word"):
        return False
    money = one.unit in (*words.MONEY, "%", "年", "月") or one.kind == "ratio"
    if paid_out(one, clause):
        return False
    granted = words.PROMISE.search(clause) or (_BY_THE_MONTH.match(clause) and words.PROMISE.search(before))
    return bool(words.COMMIT.search(clause)) or (money and granted is not None)


_BY_THE_MONTH = re.compile(r"每[月年人天](?:最高|最低)?\d")  # 工作补贴分四档,每月500元至1500元
_PROMISED = re.compile(
    words.PROMISE.pattern
    + r"|安排|统筹(?!区|地区|基金|推进|协调)|列支|拨付|每[年月][^,。;]{0,8}投入|每[个家名位所][^,。;\d]{0,8}(?:投入|安排)"
)
_TERM = re.compile(
    r"(?:期限?|周期|服务|连续|满|分|有效|派驻|驻点|进修|轮训|脱产|(?:帮扶|支援|服务|派驻|培训|学习)(?:时间|时长)|帮扶|支援)[为不少于低满超过至]{0,5}$"
)  # 有效期5年, 分5年兑现
_SPENT = re.compile(r"(?:投入|筹集|争取|落实|到位|获得?)[^,。;\d]{0,10}\d*[^。]*其中|累计[^。]{0,30}$")
_PAID = re.compile(
    r"资助(?:金额|总额|经费)[^,。;每]{0,8}$|资助(?:金额|总额|经费)(?:分别|共|合计)?[为达]?\d|年薪[^,。;\d]{0,6}(?:增加|增长|达|由|从)|连续[^,。;]{0,5}年|实际(?:报销|补偿)|累计(?:给予|发放|补助|奖|拨付|投入|资助|减免|落实|争取)|已(?:发放|拨付|补助|给予|落实|兑现|为|下达|投入|支付|支出|安排)|共(?:发放|补助|奖励|拨付|资助|争取)|获[^,。;]{0,12}(?:补助|奖励|资助|奖)|受到|提高(?:到|至)|"
    r"兑现|补偿比|报销比例(?:分别)?(?:为|达|提高|稳定|由|超)|由[^,。;]{0,16}(?:提高|增长|降|调整)|争取[^,。;]{0,8}(?:补助|资金)|降(?:到|至)|减轻|负担(?:下降|降低|减轻|率)|下降|同比|惠及"
)


def _future(time: Time | None, setting: Setting) -> bool:
    """Whether a span lies ahead; of one that has just begun (下半年, in July) all but a tenth has to."""
    if not time or not setting.published or time.kind != "span" or time.last <= setting.published:
        return False
    if time.first > setting.published:
        return True
    if not time.first:
        return False
    day, first, last = map(date.fromisoformat, (setting.published, time.first, time.last))
    return (day - first) * 10 <= last - first


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
    return _alongside(text, one, times, sentence)


_REACHED = re.compile(r"(?:由|从)[^,。;]{1,40}(?:至|到|为)[^,。;\d]{0,2}$")


def _alongside(text: str, one: Amount, times: list[Time], sentence: tuple[int, int]) -> Time | None:
    """床位由2020年的6.46张增加到2023年的7.23张;医师由2.90人提高到3.40人: the second pair is of the same two years."""
    own = clause_start(text, one.start, sentence[0])
    if not _REACHED.search(text[max(own, one.start - 60) : one.start]):
        return None
    pair = [t for t in times if sentence[0] <= t.start and t.end <= own]
    if len(pair) < 2 or pair[-1].kind != pair[-2].kind != "span" or pair[-1].kind != "from":
        return None
    return replace(pair[-1], kind="span")


def _since(time: Time, times: list[Time], sentence: tuple[int, int]) -> Time:
    """自2018年以来,已累计...: what has accumulated up to now began where the sentence says so."""
    if time.kind != "asof":
        return time
    before = [t for t in times if sentence[0] <= t.start < time.start and t.kind == "span"]
    begun = [t for t in before if t.first and t.last == time.last]
    counted = [t for t in before if not t.first and t.last]  # 截至4月底,已累计...: up to that day
    return begun[-1] if begun else counted[-1] if counted else time


_STOCK = re.compile(r"累计|目前|现有|已(?!完成)|建成|设有|拥有|共有|总数|达到|组建|签约|开放")
_A_RATE = re.compile(r"[次例人户床]均|均次|日均|均费|每床日|百元|点值")
_FLOW = re.compile(
    r"招录|招聘|招收|体检|筛查|接种|手术(?!室|间|台)|门诊(?!楼|部|部门|慢)|出院|分娩|抢救|指数|CMI|影响因子|满意度|完成|获|发表|立项|开展|举办|服务|接诊|诊疗|派出|培训|引进|新增|支出|收入|投入|检查|处理|追回|查处|约谈|移送|办结|受理|推行|曝光|互认|节[约省]|收治|实施|结余"
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
        due = time or (carried if carried and (carried.kind == "due" or _future(carried, setting)) else None)
        if due is not None and (due.kind == "asof" or not due.last):
            due = None
        if (
            due is not None and due.first[:7] == due.last[:7] and pub and pub < due.first
        ):  # 2025年底, 明年7月投用
            due = replace(due, first=pub)
        if due is not None:
            return due.first, due.last, due.basis
        if setting.horizon is not None:
            return setting.horizon.first, setting.horizon.last, setting.horizon.basis
        return (pub, "", "as_of_publication") if pub else ("", "", "undated")
    time = _come_about(time, pub)
    if baseline and not _dates_the_first(time, one, clause, baseline):
        return "", "", "undated"
    if time is not None:
        return time.first, time.last, time.basis
    if flow and carried is not None and setting.opening is not None and _lies_in(carried, setting.opening):
        carried = setting.opening
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


def _come_about(time: Time | None, published: str) -> Time | None:
    """全年 in a report of July: what has come about is not of the whole year."""
    return None if time is not None and time.basis == "inferred" and time.last > published else time


def _dates_the_first(time: Time | None, one: Amount, clause: str, baseline: str) -> bool:
    """Whether a time belongs to the first of two numbers: 由2019年的46.3%, 共建前的2019年第280名; not 2023年,由68分钟缩短至54分钟."""
    if time is None or time.kind == "asof" or one.start - time.end > NEAR:
        return False
    between = (
        clause[: len(clause) - (one.end - one.start)][-(one.start - time.end) :]
        if one.start > time.end
        else ""
    )
    return baseline == EARLIER or not re.search(r"[,，由从]", between)


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


def _lies_in(day: Time, span: Time) -> bool:
    """Whether a time is one day within a longer span: 6月底 in a report of the first half of the year."""
    return (not day.first or day.first == day.last) and span.first <= day.last <= span.last


def _counted_over(clause: str) -> bool:
    """Whether the clause counts what has come together over a time (建成, 引进, 累计): 以来 is of such, not of a stock."""
    return bool(words.COUNT_VERBS.search(clause[clause_start(clause, len(clause), 0) :]))


_NOW = re.compile(r"累计|目前|现有|现已")
_BEFORE_REFORM = re.compile(
    r"(?:(?:改革|共建|托管|实施|整合|试点|组建|合并|帮扶|推行|上线|启动)之?前|原来|此前|过去|以前|原先|最初|起初|当初|初期|开始时|成立之初|建院之初)的?(?:仅|只)?[有是为]?(?:不到|不足)?$"
)
_TURN = re.compile(
    r"^[^,。;\d]{0,8}(?:调整|上调|下调|提高|提升|上升|升|增加|增长|增|扩大|扩展|扩|下降|降低|降|减少|减|缩短|压缩|缩减|跃升|跃居|攀升|上涨|涨|跌)[^,。;\d]{0,3}(?:至|到|为)"
)


_ONCE = re.compile(
    r"(?:^|(?<=[。,:“\n])|(?<=\"))\s*[“\"]?(?:以前|从前|过去(?!的?[一二两三四五六七八九十\d几])|原来|原先|改革前|此前),?"
)
_NOWADAYS = re.compile(r"现在|如今|目前|已|今年|去年|\n|¤¤")
EARLIER = "earlier"
NEAR = 10  # characters between a year and the number that it dates, 2019年共建前的第280名


def baseline(text: str, one: Amount, found: list[Amount]) -> str:
    """Whether a number is the first of two (由35提升至43) or named as the earlier one (改革前的61.5%): that date is not printed."""
    if one.unit != "倍" and _BEFORE_REFORM.search(text[max(0, one.start - 8) : one.start]):
        return EARLIER
    opens = max(text.rfind("。", 0, one.start) + 1, one.start - 40)
    once = _ONCE.search(text, opens, one.start)
    if once is not None and not _NOWADAYS.search(text, once.end(), one.start):
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
