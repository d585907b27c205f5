"""The words beside a number: what limits it (qualifier), what is counted (indicator), as printed, and how sure its reading is."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from analysis.intake.bulletins import lexicon as words
from analysis.intake.bulletins.amounts import Amount
from analysis.intake.bulletins.ground import REACH, clause_start, last_end
from analysis.intake.bulletins.kept import remembered


def qualifier(text: str, one: Amount, sentence: tuple[int, int], earlier: list[Amount]) -> str:
    """What is printed beside the number and limits it, in the source's words, joined by ；."""
    previous = last_end(earlier, one, sentence[0])
    found: list[str] = []
    starts, every = _qualifiers(text)
    for at in range(bisect_left(starts, max(sentence[0], one.start - REACH)), bisect_left(starts, one.start)):
        end, word, governs = every[at]
        if end <= one.start and (governs or end > max(previous - 1, one.start - 60)) and word not in found:
            found.append(word.strip(",:"))
    after = text[one.end : one.end + 28]
    limit = _IN_BRACKETS.match(after) if "(" in after else None
    if limit and "¤" not in limit[1]:
        found.append(f"（{limit[1]}）")
    return "；".join(found[-4:])


_IN_BRACKETS = re.compile(r"[^,。;、\d]{0,12}?\(([^()\d]{2,14})\)")


@lru_cache(maxsize=8)
def _qualifiers(text: str) -> tuple[list[int], list[tuple[int, str, bool]]]:
    """Where the qualifiers of a passage start; their ends, words, and whether they hold to the end of their sentence."""
    matches = list(words.QUALIFIERS.finditer(text))
    return [m.start() for m in matches], [(m.end(), m[0], _governs(m[0])) for m in matches]


def _governs(word: str) -> bool:
    """A qualifier that holds to the end of its sentence, over several numbers."""
    return bool(re.search(r"年来|以来|期间|[前后]$|累计|去年|今年|截[至止]|力争|目前", word))


_TRIM = re.compile(
    r"^(?:其中|并|且|还|共|已|累计|分别|全(?!科)|先后|目前|截至目前|同时|今年以来|去年|的|了|是|为|有|使|把|将|对|由|从|在|与|和|及|、|:|\"|“|”|¤)+|(?:已|分别|平均|均|约|达到?|为|至|到|了|共|累计|仅|有|是|的|从|由|占|:|“|”|\"|¤|超过|近|在|保持|稳定|控制|计|各|给予|最高|不低于|不少于)+$"
)
_NOUN_AFTER = re.compile(r"^(?:的)?([\u4e00-\u9fffA-Za-z(){}“”\"]{2,24})")


def indicator(text: str, one: Amount, sentence: tuple[int, int], earlier: list[Amount]) -> str:
    """The words that say what is counted: the noun after a measure word, else the words of the clause before the number."""
    previous = last_end(earlier, one, sentence[0])
    start = max(clause_start(text, one.start, sentence[0]), previous, one.start - 60)
    before = _trim(text[start : one.start])
    after = _NOUN_AFTER.match(text[one.end : one.end + 26])
    shared = one.unit == "%" and text[one.end : one.end + 1] == "的"
    if (
        (one.unit not in ("%", "pp", "‰", "元", "名次", "倍") or shared)
        and after
        and not re.match(r"(?:同比|较|比|增|下降|提高|,)", after[1])
    ):
        led = (
            "" if start == previous > sentence[0] else _verb_noun(before)
        )  # 2家县级医院、23家卫生院: the first noun is of 2
        return _founded(_trim(led + after[1]))[:30]
    if before:
        before = _named(before) or _named(_first_of_two(text, previous, sentence))
    if len(before) < 2 and start > sentence[0]:
        opens = clause_start(text, max(start - 1, sentence[0]), sentence[0])
        before = _wider(text[max(opens, start - 60) : start]) or before
    return before[-30:]


_VERB = r"(?:提高|提升|上升|增长|增加|扩大|下降|降低|减少|缩短|压缩|升|降|增|减|跃升|回落|上涨)"
_CHANGES = re.compile(
    rf"(?:(?:同比|较[^,。;]{{1,8}}|比[^,。;]{{1,8}})?(?:大幅|明显|稳步|持续)?{_VERB}[了至到为]?)+$"
)
_OF_A_YEAR = re.compile(r"[由从到至在]?(?:19|20)\d\d年(?:度|[末底])?的?$")
_PLANS = re.compile(r"(?:力争|争取|计划|预计|拟|确保|将)(?=[\u4e00-\u9fff]{4})")
_FIRST = re.compile(
    r"([^,。;、\d]{2,30}?)(?:由|从)(?:[^,。;\d]{0,8}|\d{4}年[^,。;\d]{0,4})[\d.]+[^,。;\d]{0,5}$"
)


_NUMBER = re.compile(
    r"[\d.]+[余多]?[百千万亿]*(?:[%‰]|人次|例次|台次|家次|个百分点|人|元|张|例|台|家|个|名|天|日|项|种|份|分钟)?"
)
_SPEAKER = re.compile(r"^[^:,。;]{1,10}:(?=[^:]{2})")  # 发布词:, 答:
_OPENS = re.compile(
    r"^(?:[近这]?[一二两三四五六七八九十\d]{1,3}年(?:多?来|间)?|(?:19|20)\d\d年|去年|今年以来)(?=[\u4e00-\u9fff]{2})"
)
_FOUNDS = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:成立|组建|组成).*$")


def _founded(noun: str) -> str:
    """23家乡镇卫生院成立总医院 counts 乡镇卫生院."""
    return _FOUNDS.sub("", noun)


@remembered
def _named(before: str) -> str:
    """What is counted without the verb of its change, its speaker and its time: 平均住院日缩短 is of 平均住院日."""
    before = _OPENS.sub("", _SPEAKER.sub("", before))
    return _trim(_PLANS.sub("", _CHANGES.sub("", _OF_A_YEAR.sub("", before))))


@remembered
def _wider(text: str) -> str:
    """What is counted by the words before another number of the clause: 门急诊72.8万人次,增长17.2% is of 门急诊."""
    return _named(_NUMBER.sub("", _trim(text)).rstrip(",、"))


def _first_of_two(text: str, previous: int, sentence: tuple[int, int]) -> str:
    """占比由38.2%提高到45.6%: what the first of two numbers is of is what the second is of."""
    found = _FIRST.search(text[max(sentence[0], previous - 60) : previous])
    return _trim(found[1]) if found else ""


def _verb_noun(before: str) -> str:
    return before[-6:] if len(before) <= 6 else ""


@remembered  # the words before a number are trimmed on three ways to what it is of
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
