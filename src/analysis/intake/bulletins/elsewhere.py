"""A statement that names another place than the one it would be put under: it goes there, or a person is asked.

The place of a document holds for what its sentences leave open. Where a clause before a number begins with a place (湖南省2023年
医院床位) or with the whole of one (全县), the number is of that one. A name settles it; 全县 in a document of a province does not: the
place stays empty then, and an empty place is not accepted.
"""

from __future__ import annotations

import re
from functools import lru_cache

from analysis import catalog
from analysis.intake.bulletins import about
from analysis.intake.bulletins.kept import remembered

REACH = 1_000  # characters before a number in which its paragraph is looked through
LONGEST = 14  # characters of the longest name of a county
_CLAUSE = re.compile(
    r"(?:^|(?<=[。！？!?；;，,、：:\n]))\s*(?:其中[，,：:]?|截至)?\s*(?:(?:19|20)\d\d年(?:末|底|全年)?[，,]?)?\s*"
)
# what follows a place that a figure is of; a name before anything else (a hospital, a verb) leaves the place open
_OF_IT = re.compile(
    r"\s*(?:(?:19|20)\d\d年|全[省市县区州旗]|共|有|现有|拥有|累计|的?(?:医疗|卫生|医院|公立|民营|门诊|总诊疗|床|基层|县域|居民|常住|人口|家庭医生|医保|参保|每千|每万|人均|执业|注册|出院|住院|乡镇|村))"
)
_WHOLE = re.compile(
    r"[全我](国|省|市|县|区|州|旗)(?!域|级|排|第|前|首|率先|唯一|最|领先|平均|先进|各|外|内|地)"
)
_AUTONOMOUS = ("15", "45", "54", "64", "65")
_MUNICIPAL = ("11", "12", "31", "50")


def place(text: str, start: int, code: str, titled: str = "") -> str:
    """The place of the number at ``start`` of a text that would be put under ``code``: another one that its paragraph names before
    it, "" where that could be several, else ``code``. ``titled``: the place in the document's title, whose 全县 it is.

    >>> line = "湖南省2023年医院床位52万张，全县签约率65.3%"
    >>> place(line, line.index("52"), "360000"), place(line, line.index("65"), "360000")
    ('430000', '')
    """
    found = _last(text[max(text.rfind("\n", 0, start) + 1, start - REACH) : start])
    if found is None:
        return code
    word, codes = found
    if not codes:
        return _whole(word, titled or code)
    if code in codes:
        return code
    near = [c for c in codes if c[:2] == (code or titled)[:2]]
    near = near or [c for c in codes if about.level(c) < 3]  # 老城区 is a district of Luoyang and a word
    return near[0] if len(near) == 1 else ""


@remembered
def _last(before: str) -> tuple[str, tuple[str, ...]] | None:
    """The last place with which a clause begins: its word and its codes (none: the whole of one)."""
    found: tuple[str, tuple[str, ...]] | None = None
    for clause in _CLAUSE.finditer(before):
        at = clause.end()
        whole = _WHOLE.match(before, at)
        if whole:
            if not (
                found and found[1] and found[0].endswith(whole[1])
            ):  # 全市 behind 井冈山市 is of that one
                found = whole[1], ()
            continue
        end, codes = _named(before, at)
        if codes and _OF_IT.match(before, end):
            found = before[at:end], codes
    return found


def _named(text: str, at: int) -> tuple[int, tuple[str, ...]]:
    """(end, codes) of the places named one behind the other from here (江西省上高县): those of the last."""
    codes: tuple[str, ...] = ()
    while more := _longest(text[at : at + LONGEST]):
        length, found = more
        inside = tuple(c for c in found if any(c[:2] == o[:2] for o in codes))
        codes, at = inside or found, at + length
    return at, codes


@lru_cache(maxsize=4096)
def _longest(text: str) -> tuple[int, tuple[str, ...]] | None:
    """(characters, codes) of the longest name of a place with which a text begins."""
    for length in range(len(text), 1, -1):
        name = text[:length]
        if length > 2 and (codes := catalog.counties_named(name)):
            return length, codes
        known = about.regions(name)
        if known and known[0][0] == 0 and about.covers(name):
            return length, (known[0][1],)
    return None


def _whole(word: str, code: str) -> str:
    """The place of 全省, 全县 ... in a document of ``code``: "" where the document does not say which one."""
    level = about.level(code)
    if word == "国":
        return catalog.NATION
    if not code or level == 0:
        return ""
    if word == "省" or (word == "区" and code[:2] in _AUTONOMOUS and level < 3):
        return code[:2] + "0000"
    if word == "市" and code[:2] in _MUNICIPAL:
        return code if level == 1 else code[:2] + "0000"
    if word in "市州":
        own = level == 2 or level == 3 and word == "市" and catalog.region(code).name_zh.endswith("市")
        city = code[:4] + "00"
        return code if own else city if level == 3 and city in catalog.regions() else ""
    return code if level == 3 else ""


def head(text: str, code: str) -> str:
    """The place within the one said for a document that its title names, "" for none: what it leaves open is not the wider one's.

    >>> head("井冈山市深化医改情况\\n", "360000")
    '360881'
    """
    for line in [line for line in text.split("\n") if line.strip()][:3]:
        for at in range(min(len(line), 40)):
            _, codes = _named(line, at)
            if codes:
                inside = [c for c in codes if not code or c[:2] == code[:2]]
                lower = len(inside) == 1 and about.level(inside[0]) > about.level(code or catalog.NATION)
                return inside[0] if lower else ""
    return ""


__all__ = ["head", "place"]
