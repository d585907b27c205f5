"""What is a rule whatever stands around it: a sanction, a grade, a share by which something is divided,
a term of service; and what looks like a promise and is a sum that was paid."""

from __future__ import annotations

import re

from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.kept import known

# 90分以上为优秀; 低于70分的,扣减绩效; 连续两年排名后3位的,约谈
_GRADE = re.compile(
    r"(?:\(?含[^)]{0,4}\))?(?:以上|以下|及以上|及以下)?(?:的|者)?,?(?:评定|确定|定|评)?为(?:优秀|良好|合格|不合格|基本合格|[A-D]级|[一二三四]等)|(?:以上|以下)?(?:的|者),[^。;]{0,10}(?:扣减|扣除|扣罚|核减|扣发|暂停|取消|追缴|约谈|奖励|给予)|(?:以上|以下)?的,?(?:退出|不予|不得|予以|责令)"
)


def is_rule(text: str, one: Amount, before: str) -> bool:
    """A sanction, a grade, a share by which something is divided: a rule whatever stands around it."""
    if _sanctions(before) or _GRADE.match(text[one.end : one.end + 24]):
        return True
    if one.unit == "%" and _BY_DESIGN.search(before[-40:]):
        return True  # 结余留用比例85%; 占考核总分的20%
    if one.unit.startswith(("次", "人次", "场")) and _HELD.search(
        before[-16:] + text[one.start : one.end + 8]
    ):
        return True
    if _FOR_EACH.search(before[-24:]) or (before.endswith("每") and _PROVIDES.match(text, one.end)):
        return True  # 每3万人配置1辆救护车
    if _PERMITTED.search(before[-20:]) or (
        _FINED.search(before[-12:]) and "罚款" in text[one.end : one.end + 8]
    ):
        return True  # 长处方最长可开12周; 处2倍以上5倍以下罚款
    if _in_condition(text, one):
        return True
    if one.kind == "ratio" and re.search(r"按(?:照)?$", before):
        return True  # 按6∶3∶1分给
    if _BY_A_STANDARD.search(before[-30:]) and _FIXED.match(text[one.end : one.end + 10]):
        return True  # 按平均收入的2至3倍核定
    if before.endswith("为期") and _OF_HELP.match(text, one.end):
        return True  # 为期5年的组团式帮扶
    if one.unit in ("年", "月", "天") and (
        _EACH_SERVES.search(before[-40:])
        or (text.startswith(("不少于", "不低于", "至少"), one.start) and _SERVES.search(before[-40:]))
        or (before.endswith("满") and _ENTITLES.match(text, one.end))
    ):
        return True  # 每批驻点2年; 满3年可免费进修
    return False


_sanctions = known(lambda: words.SANCTION)
_BY_DESIGN = re.compile(
    r"(?:预拨|预付|预留|留用|(?:超支|亏损)[^,。;\d]{0,4}分担)(?:比例)?[^,。;\d]{0,3}$|权重[^,。;\d]{0,6}$|占[^,。;\d]{0,12}(?:总分|考核|权重)[^,。;\d]{0,6}$"
)
_PERMITTED = re.compile(
    r"最[长高多]可(?!达)[^,。;\d]{0,6}$|可(?:再|适当|相应)(?:上浮|提高|增加|延长)[^,。;\d]{0,4}$|的,?再?上浮[^,。;\d]{0,3}$|(?:基础|基本|起步|保底)年薪[^,。;\d]{0,2}$|分配比例[为按]?$"
)
_HELD = re.compile(
    r"每(?:年|季度?|半年|月|周)[^,。;\d]{0,10}(?:考核|评估|通报|调度|督导|检查|研判|会商|公示|公布|例会|评价)"
)
_OF_HELP = re.compile(r"的[^,。;]{0,6}(?:帮扶|托管|合作|共建|支援|支持|服务)")
_PROVIDES = re.compile(r"(?:至少)?配[置备]")
_FOR_EACH = re.compile(
    r"每[\d.]+万?(?:名|人|个|户|张)?(?:人口|居民|服务人口|常住人口)?(?:至少)?配[置备][^,。;\d]{0,8}$"
)
_FINED = re.compile(r"处[^,。;\d]{0,6}$")
_CONDITION = re.compile(
    r"(?:对|凡|如|若|低于|未|不达|连续)[^。;]{0,40}?的[^,。;、\d]{0,8},?[^。;\d]{0,16}(?:按[\d.]+%)?(?:每[月年]再?(?:增加|增发|补助)|扣|罚|取消|暂停|问责|追缴|核减|上浮|下浮|约谈|不得|一律|奖励|奖补|给予)"
)
_GIVES = ("奖励", "奖补", "给予", "扣", "罚")  # 对12家卫生院给予补助: so many have got it
_HAPPENED = re.compile(r"已|共|累计|先后|^(?!.*(?:将|须|要|前,)).*¤")  # not 下次调查将于¤¤进行,对...的,约谈


def _in_condition(text: str, one: Amount) -> bool:
    """对未完成任务80%的县,在考核中扣2分: what a sanction befalls, and how large it is."""
    start = max(text.rfind("。", 0, one.start), text.rfind(";", 0, one.start), one.start - 60) + 1
    for found in _CONDITION.finditer(text, start, min(len(text), one.end + 60)):
        if _HAPPENED.search(text[start : found.start()]) or _HAPPENED.search(found[0]):
            continue
        counted = one.unit in ("人", "家", "个", "所", "例") or one.unit in words.FLOW_UNITS
        within = found.start() <= one.start < found.end() and not (counted and found[0].endswith(_GIVES))
        size = one.unit in ("分", "%", "月", *words.MONEY) and 0 <= one.start - found.end() <= 12
        if within or (size and not re.search(r"[。;]", text[found.end() : one.start])):
            return True
    return False


_BY_A_STANDARD = re.compile(r"按(?:照)?[^,。;]{0,24}$")
_SERVES = re.compile(
    r"每[批名人期次](?:时间|时长)?$|每[批名人个轮位期周月年次][^,。;\d]{0,8}(?:坐诊|驻点|派驻|服务|帮扶|支援|下乡|下沉|出诊|巡诊|轮训|进修|不少于|不低于|至少)[^,。;\d]{0,6}$"
)
_FIXED = re.compile(r"[^,。;\d]{0,3}(?:核定|确定|核算|计算|执行)(?!的)")
_ENTITLES = re.compile(r"的?,?(?:可|优先|方可|允许|才能|给予|发放)")
_EACH_SERVES = re.compile(
    r"(?:试用|见习|服务|聘|聘用|合同|托管|合作|共建|帮扶|支援|协议|规培)期(?:限)?[为至少满不于]{0,4}$|每(?:批|名|人|个|轮|位|期)[^,。;\d]{0,10}(?:驻点|派驻|服务|帮扶|支援|驻守|下沉|连续|工作)[^,。;\d]{0,6}$"
)


LARGE = 10_000_000  # 元: what funds pay out together
_SUM_GIVEN = re.compile(r"^(?!.*(?:每[年人]|将|拟)).*(?:下达|拨付|筹措|筹集|争取|发放)[^,。;]*资金")
_PAID_OUT = re.compile(
    r"^[^每按最]*(?:报销|减免|补偿|支付|结算|减负|减轻)[^,。;每按最\d]{0,8}[约近超达共了]*\d"
)
_ON_AVERAGE = re.compile(r"[次人均]均(?:报销|支付|减负)|实际报销")


def paid_out(one: Amount, clause: str) -> bool:
    """医保报销52亿元, 下达补助资金17亿元: sums that no rule grants to anybody."""
    if one.unit not in words.MONEY:
        return False
    large = (one.value or 0) >= LARGE
    given = large and (_PAID_OUT.search(clause) or _SUM_GIVEN.search(clause))
    return bool(given or _ON_AVERAGE.search(clause))
