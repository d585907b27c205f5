"""What the sentence says of a number: the kind of quantity; target, promise or result; the time expression that it belongs to."""

from __future__ import annotations

import re
from dataclasses import replace

from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.ground import REACH, Setting, clause_end, clause_start, last_end
from analysis.intake.bulletins.kept import known, remembered
from analysis.intake.bulletins.ruled import is_rule, paid_out
from analysis.intake.bulletins.scopes import TURN, ahead, counts, is_flow
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
    return "count_cumulative" if counts(clause) else "level"


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
        return "target" if due or (setting.later and not _past(time, setting)) else "actual"
    planned = (
        _intends(before, one.start - len(before), time, setting)
        or due
        or ahead(time, setting.published)
        or wanted(text, one, before, sentence)
    )
    if is_rule(text, one, before):
        return "commitment"
    if one.unit in ("年", "月") and before.endswith("满") and text[one.end : one.end + 1] == "的":
        return "commitment"  # 对工作满5年的医师
    if (
        (one.unit in ("%", *words.MONEY) and _BY_RULE.search(before)) or _RESOLVED.search(before)
    ) and not _past(time, setting):
        return "commitment"
    if one.unit == "%" and _SHARED_OUT.search(before) and (setting.plan or not _past(time, setting)):
        return "commitment"
    if one.unit == "%" and _ALLOTTED.match(text[one.end : one.end + 16]):
        if before.endswith("其中") and _past(time, setting):
            return "actual"  # 去年结余2100万元,其中60%用于薪酬
        return "commitment"
    if setting.later and not planned:
        planned = not _past(time, setting) and not _reports(clause)
    laid_down = setting.plan or setting.terms or setting.rules
    averaged = not laid_down and bool(_AVERAGE.search(before)) and not _GRANTS.search(clause)
    acts = one.unit in _SERVICE_TIME and _AN_ACT.match(text[one.end : one.end + 8])
    if acts and not averaged and not _past(time, setting):
        return "commitment"
    promised = not averaged and _promised(one, clause, before)
    if planned and not (time is not None and time.kind == "asof"):
        return _planned(one, before, clause, due)
    from_now_on = "起" in before and _FROM_NOW_ON.search(before)
    if from_now_on and (promised or _TERMS_OF.search(clause)) and not _reports(clause):
        return "commitment"
    if promised and _is_over(time or setting.opening, setting) and _was_paid(one, before, clause):
        return "actual"
    changed = _changed(text, one, before)
    return _in_force(one, before, clause, time, setting, promised, changed)


def _changed(text: str, one: Amount, before: str) -> bool:
    """Whether a number is one of two between which something changed: 病种由38种增加到49种."""
    if _REACHED.search(before):
        return True
    return bool(_FROM_ONE.search(before) and TURN.match(text[one.end : one.end + 16]))


def _planned(one: Amount, before: str, clause: str, due: bool) -> str:
    """What a plan wants is a target; the terms, multiples, ratios and sums that it lays down are commitments."""
    if one.unit in ("年", "月", "天") and _TERM.search(before):
        return "commitment"
    laid = (one.unit == "倍" or one.kind == "ratio") and one.kind != "word"
    if "原则上" in clause or (laid and _lays_down(one, before, clause)):
        return "commitment"
    money = one.unit in words.MONEY or one.kind == "ratio" or (one.unit == "%" and not due)
    estimated = "预计" in before  # 预计报销比例将达到86%: nobody promises it
    return "commitment" if money and not estimated and _PROMISED.search(clause) else "target"


def _intends(before: str, start: int, time: Time | None, setting: Setting) -> bool:
    """Whether the nearest word before a number that says how it stands plans it: not 规划床位1000张,去年已完成投资3亿元.

    预计 in a report of a time that is over estimates what was.
    """
    meant = _last_meant(before)
    if meant is None:
        return False
    end, word = meant
    if time is not None and _past(time, setting) and time.start >= start + end:
        return False
    over = setting.opening is not None and setting.opening.last < setting.published and not setting.later
    return not (over and word == "预计")


@remembered  # the numbers of a list have the same words before them
def _last_meant(before: str) -> tuple[int, str] | None:
    """The last word of a plan that no word of what is done follows: where it ends, and the word."""
    meant = None
    for meant in words.TARGET.finditer(before):  # noqa: B007
        pass
    return None if meant is None or _DONE_SINCE.search(before, meant.end()) else (meant.end(), meant[0])


_DONE_SINCE = re.compile(r"已(?!经?到(?![岗位账任校院]))")
_RESOLVED = re.compile(r"会议(?:原则)?(?:同意|批准|审定|决定)(?!将)[^。;]{0,80}$")
_BY_RULE = re.compile(r"(?:根据|按照|按|依据)(?:有关|相关|现行|国家|省|市)*(?:规定|政策|办法),[^。;]{0,30}$")
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
    return bool(done) and not _commits(clause)


_GIVEN_TO_EACH = re.compile(
    r"(?:给予|按|享受)[^,。;\d]{0,6}每[人名户个]|每[人名户](?:每[年月日天])?(?:一次性)?(?:给予|补助|奖励|补贴|发放|享受)"
)


def _in_force(
    one: Amount, before: str, clause: str, time: Time | None, setting: Setting, promised: bool, changed: bool
) -> str:
    """The status of a number that no word plans: a rate of a plan, a rule, a promise, or what has come about."""
    if setting.plan and not _past(time, setting) and _lays_down(one, before, clause):
        return "commitment"
    rate = one.unit == "%" and setting.plan and not setting.rules and not _past(time, setting)
    if rate and not words.PROMISE.search(clause) and not re.search(r"原则上|每", clause):
        return "target"  # 签约率不低于75%, in a plan
    if _UP_TO.search(before):
        return "commitment"
    if one.unit in ("%", *words.MONEY) and _LIMIT.search(clause) and not _past(time, setting):
        return "commitment"
    if promised and not _PAID.search(clause) and not (one.unit in ("%", "pp") and words.DONE.search(clause)):
        return "commitment"
    if (
        setting.terms
        and (one.unit in ("%", "pp", *words.MONEY) or changed)
        and not (_reports(clause) or _HOLDS.search(clause) or _past(time, setting))
    ):
        return "commitment"
    coming = time is not None and time.kind == "span" and not _past(time, setting)
    if setting.rules and coming and one.unit in _COUNTED and _RECRUITS.search(before[-20:]):
        return "target"  # 2023年定向招录30名, among measures: what is to be done in a year
    if setting.rules and one.kind != "direction" and not _reports(clause) and not _past(time, setting):
        return "commitment"
    if (one.unit == "倍" and one.kind == "word") or (setting.plan and one.minor and one.kind == "number"):
        return "commitment"
    if setting.plan and not _reports(clause) and not _past(time, setting):
        term = one.unit in ("年", "月", "天") and _TERM.search(before)
        return "commitment" if term or one.unit in words.MONEY and _PROMISED.search(clause) else "target"
    return "actual"


_COUNTED = ("人", "家", "个", "所", "张")
_RECRUITS = re.compile(
    r"(?:招录|招聘|引进|培养|培训|轮训|选派|新建|建成|新增|改造|打造|遴选)[^,。;\d]{0,14}$"
)
_FROM_ONE = re.compile(r"(?:由|从)[^,。;\d]{0,8}$")
_HOLDS = re.compile(r"常年|多年|(?:稳定|保持)在")
_AVERAGE = re.compile(r"(?:平均|[年月日人]均)[^,。;\d]{0,8}$")
_GRANTS = re.compile(r"按|给予|补[助贴]|标准|筹资|不[少低]于|每")


def _lays_down(one: Amount, before: str, clause: str) -> bool:
    """Whether a number of a plan is a rule by its form: a multiple, a score, a ratio, a ceiling of a total that nothing is to attain."""
    if one.unit != "pp" and _ATTAINS.search(before[-16:]):
        return False
    if one.unit in ("倍", "分") or one.kind == "ratio" or (one.unit == "pp" and "报销" in clause):
        return True
    return one.unit == "%" and one.quantifier == "at_most" and bool(_OF_A_TOTAL.search(clause))


_ATTAINS = re.compile(r"达|提高|提升|增|降|实现|力争|控制|缩")
_OF_A_TOTAL = re.compile(r"(?:总量|总额|总数|总支出|工资|薪酬|编制)的")
_ALLOTTED = re.compile(
    r"(?:左右|以上)?(?:的?(?:部分|结余|资金))?(?:[^,。;\d]{0,8}用于(?!的)|的?兑现|(?:的(?:部分)?)?由[^,。;\d]{1,8}(?:留用|分担|承担|负担|自付)|归[^,。;]{1,8}所有|[留划分]归|[留分]给|划转|打包)"
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
    if one.unit in ("人次", "台次", "例次", "名次", "篇", "件", "起") or one.kind in (
        "rank",
        "direction",
        "word",
    ):
        return False
    money = one.unit in (*words.MONEY, "%", "年", "月") or one.kind == "ratio"
    if paid_out(one, clause):
        return False
    if _commits(clause):
        return True
    if not money:
        return False
    if words.PROMISE.search(clause):
        return True
    return bool(_BY_THE_MONTH.match(clause) and words.PROMISE.search(before))


_commits = known(lambda: words.COMMIT)
_reports = known(lambda: words.REPORTED)
_BY_THE_MONTH = re.compile(r"每[月年人天](?:最高|最低)?\d")  # 工作补贴分四档,每月500元至1500元
_PROMISED = re.compile(
    words.PROMISE.pattern
    + r"|每[\u4e00-\u9fff]{1,3}每[年月天日]|落实[^,。;\d]{0,10}(?:经费|资金)|安排|统筹(?!区|地区|基金|推进|协调)|设立|列支|拨付|每[年月][^,。;]{0,8}投入|每[个家名位所][^,。;\d]{0,8}(?:投入|安排)"
)
_TERM = re.compile(
    r"(?:期限?|周期|服务|连续|满|分|有效|派驻|驻点|进修|轮训|脱产|(?:帮扶|支援|服务|派驻|培训|学习)(?:时间|时长)|,(?:每次|每期)?(?:时间|时长)|帮扶|支援)[为不少于低满超过至]{0,5}$"
)  # 有效期5年, 分5年兑现
_SPENT = re.compile(r"(?:投入|筹集|争取|落实|到位|获得?)[^,。;\d]{0,10}\d*[^。]*其中|累计[^。]{0,30}$")
_PAID = re.compile(
    r"占[^,。;]{0,14}(?:比重|比例)[^,。;\d]{0,4}(?:[低高]于|不足|[仅为达])|资助(?:金额|总额|经费)[^,。;每]{0,8}$|资助(?:金额|总额|经费)(?:分别|共|合计)?[为达]?\d|年薪[^,。;\d]{0,6}(?:增加|增长|达|由|从)|连续[^,。;]{0,5}年(?!每[年月])|实际(?:报销|补偿)|累计(?:给予|发放|补助|奖|拨付|投入|资助|减免|落实|争取)|已(?:发放|拨付|补助|给予|落实|兑现|为|下达|投入|支付|支出|安排)|共(?:发放|补助|奖励|拨付|资助|争取)|(?<![对凡])获[^,。;]{0,12}(?:补助|奖励|资助|奖)|受到|提高(?:到|至)|"
    r"兑现|补偿比|报销比例(?:分别)?(?:为|达|提高|稳定|由|超)|由[^,。;]{0,16}(?:提高|增长|降|调整)|争取[^,。;]{0,8}(?:补助|资金)|降(?:到|至)|减轻|负担(?:下降|降低|减轻|率)|下降|同比|惠及"
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
        if (
            time.kind in ("base", "rule")
            or _of_an_item(text, time, one, sentence)
            or (time.kind == "from" and last_number >= time.end and not _its_change(one, time, earlier, text))
        ):
            continue
        return _since(_around(text, time, times, one, sentence), times, sentence)
    return _alongside(text, one, times, sentence)


def _around(text: str, time: Time, times: list[Time], one: Amount, sentence: tuple[int, int]) -> Time:
    """2025年,新院区三季度启用;床位使用率达到85%: behind a semicolon a part of the year that was named gives way to the year."""
    if ";" not in text[time.end : one.start]:
        return time
    first = time.first or time.last
    if not time.first and not is_flow(one, text[clause_start(text, one.start, sentence[0]) : one.end]):
        return (
            time  # 截至年底支出5.08亿元;培训6820人: what happens is of the year, what stands there of the day
        )
    wider = [
        t
        for t in times
        if sentence[0] <= t.start < time.start
        and t.kind in ("span", "due")
        and t.first
        and (t.first, t.last) != (time.first, time.last)
        and t.first <= first
        and time.last <= t.last
    ]
    return wider[-1] if wider else time


def _of_an_item(text: str, time: Time, one: Amount, sentence: tuple[int, int]) -> bool:
    """人才流失严重,近三年流失19人;28%的村医...: years back to today inside one item of a sentence date that item alone."""
    if ";" not in text[time.end : one.start] or not time.first or time.first[5:] != time.last[5:]:
        return False  # 近三年, not 2023年
    head = max(sentence[0], text.rfind(":", sentence[0], time.start) + 1)
    return bool(re.search(r"[,;。]", text[head : time.start]))


_OF_TWO = re.compile(r"(?:由|从)[^,。;]{0,40}$")
_REACHED = re.compile(r"(?:由|从)[^,。;]{1,40}(?:至|到|为)[^,。;\d]{0,2}$")


def _alongside(text: str, one: Amount, times: list[Time], sentence: tuple[int, int]) -> Time | None:
    """床位由2020年的6.46张增加到2023年的7.23张;医师由2.90人提高到3.40人: the second pair is of the same two years."""
    if len(times) < 2:
        return None
    own = clause_start(text, one.start, sentence[0])
    printed = text[max(own, one.start - 60) : one.start]
    if not _OF_TWO.search(printed):
        return None
    pair = [t for t in times if sentence[0] <= t.start and t.end <= own][-2:]
    if len(pair) < 2 or pair[0].kind != "from" or pair[1].kind not in ("from", "span"):
        return None
    return replace(pair[1] if _REACHED.search(printed) else pair[0], kind="span")


def _since(time: Time, times: list[Time], sentence: tuple[int, int]) -> Time:
    """自2018年以来,已累计...: what has accumulated up to now began where the sentence says so."""
    if time.kind != "asof":
        return time
    before = [t for t in times if sentence[0] <= t.start < time.start and t.kind == "span"]
    begun = [t for t in before if t.first and t.last == time.last]
    counted = [t for t in before if not t.first and t.last]  # 截至4月底,已累计...: up to that day
    return begun[-1] if begun else counted[-1] if counted else time
