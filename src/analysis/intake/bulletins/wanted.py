"""What is wanted and not there yet, where the words that say so stand behind the number or size what is being built."""

from __future__ import annotations

import re
from dataclasses import replace

from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.ground import clause_start
from analysis.intake.bulletins.times import Time

_THE_GOAL = re.compile(
    r"(?:[^。;]{0,60}?的)?(?:总体|年度|既定|预期|工作|发展|奋斗)?目标(?!责任|考核|管理|任务完成)"
)
_WILL = re.compile(
    r"的[^,。;\d]{0,20}(?:将|即将|预计|有望|计划)[^,。;\d]{0,8}(?:投用|投入使用|建成|启用|竣工|交付|开诊|完工|开工|落地)"
)
_MET = re.compile(r"已|完成|如期|提前|超额|顺利|圆满|达成|基本实现")


def wanted(text: str, one: Amount, before: str, sentence: tuple[int, int]) -> bool:
    """实现筛查率90%以上、95%以上的目标: a goal that is named as one behind its numbers, and is not said to be met."""
    after = text[one.end : min(sentence[1], one.end + 70)]
    if _WILL.match(after):
        return True  # 总建筑面积8.6万平方米的新门诊大楼将投入使用
    goal = _THE_GOAL.match(after) if "目标" in after else None
    return goal is not None and not (
        _MET.search(before) or _MET.search(goal[0]) or _MET.match(text, one.end + goal.end())
    )


_SIZE = re.compile(
    r"(?:投资(?:额|约|近|为)?|占地(?:面积)?|用地|面积|床位(?:数|规模)?|停车位|车位)[^,。;\d]{0,4}$"
)
_READY = r"(?:建成|投用|投入使用|投入运营|竣工|完工|交付|启用|开诊|开业)"
_AHEAD = r"(?:预计|计划|力争|确保|有望|拟|争取|将于)"
_COMING = re.compile(
    rf"在建|开工(?!率)|动工|奠基|破土|(?:装修|施工|主体结构|建设)[^。;,]{{0,4}}阶段|正(?:在|有序|加紧|加快|抓紧|进行)[^。;]{{0,10}}(?:施工|建设|装修)"
    rf"|建成后|{_AHEAD}[^。;]{{0,24}}{_READY}|(?:计划|概算|估算|匡算)总?投资|建设项目[^。;]{{0,24}}(?:推进|评审|批复|立项)"
)
_IN_USE = re.compile(
    r"(?:正式|全面|顺利|已|均已|已经|率先)(?:对外)?(?:建成|投用|投入使用|投入运营|开诊|启用|运行|开业|交付|竣工)(?!后|的?目标)|(?:投入使用|建成投用|竣工验收|交付使用|建成启用|试运行)"
)
_NOT_YET = re.compile(rf"(?:{_AHEAD}|将|可|能|后|前|即将|尽快|早日)[^。;,]{{0,20}}$")
_PROJECT = re.compile(r"项目|工程|新院区?|迁建|扩建|院区|分院|新址|大楼")
_TO_BE_READY = re.compile(rf"(?:计划|预计|拟|力争|将于|有望|确保|争取)[^。;已]{{0,16}}{_READY}")
_PLANNED_COST = re.compile(r"(?:计划|预计|概算|估算|匡算|规划)(?:总|建设)*投资")
_BEGUN = re.compile(r"开工(?!率)|动工|奠基|破土动工")


def is_project(heads: list[str], text: str) -> bool:
    """Whether a document is about one building that is not finished: its head names a project, and it says that work goes on."""
    return any(_PROJECT.search(head) for head in heads) and not _in_use(text) and bool(_COMING.search(text))


def _in_use(text: str) -> bool:
    """Whether a text says that what it speaks of is in use: not 预计2024年底投入使用."""
    return any(
        not _NOT_YET.search(text[max(0, found.start() - 24) : found.start()])
        for found in _IN_USE.finditer(text)
    )


def _goes_on(text: str, one: Amount, sentence: tuple[int, int], project: bool) -> bool:
    """Whether the building that a number sizes is not finished, by its sentence, else by its passage or document."""
    if _in_use(text):
        return False
    if _BEGUN.search(text, *sentence) or (
        one.unit not in words.MONEY and _PLANNED_COST.search(text, *sentence)
    ):
        return True
    named = _PROJECT.search(text, max(0, one.start - 120), one.start)
    return named is not None and (project or bool(_COMING.search(text, 0, one.start)))


def finished(
    text: str, one: Amount, sentence: tuple[int, int], times: list[Time], published: str, project: bool
) -> Time | None:
    """When what a number sizes is to be ready: 床位1200张,计划2024年底建成; without a day, a due time without an end.

    ``project``: the document is about one building that is not finished (``is_project``).
    """
    start, end = sentence
    size = one.unit in ("张", "平方米", "亩", "公顷", *words.MONEY, "个") and _SIZE.search(
        text[max(start, one.start - 16) : one.start]
    )
    if not size or re.search(
        r"完成|已|累计|到位|现有|原|开放床位", text[clause_start(text, one.start, start) : one.start]
    ):
        return None
    if one.unit in words.MONEY and re.search(r"到位|下达|拨付|完成投资|预算内", text[start : one.start]):
        return None
    coming = _TO_BE_READY.search(text, one.end, end)
    if coming is None:
        return Time(0, 0, "", "", "", "due") if _goes_on(text, one, sentence, project) else None
    day = next((t for t in times if coming.start() <= t.start < coming.end()), None)
    if day is not None and published and day.last < published and day.basis == "relative_resolved":
        day = replace(day, last=f"{int(day.last[:4]) + 1}{day.last[4:]}")  # 确保10月投用, said in January
    return day and replace(day, first=published or day.first, kind="due")
