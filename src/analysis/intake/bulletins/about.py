"""Which place and which institution a paragraph speaks of."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from analysis import catalog

_NATION_WORDS = ("全国", "国家", "中国")
_HOSPITAL = re.compile(
    r"[\u4e00-\u9fff]{2,18}?(?:医院(?:\([\u4e00-\u9fff]{2,14}\))?|卫生院|疾控中心|疾病预防控制中心|血液中心|急救中心|妇幼保健院|卫生健康委员会|卫生健康委|卫健委|卫健局|医疗保障局|医保局|医疗集团|医共体总院)"
)
_GENERIC = re.compile(
    r"^(?:全|各|我|本|该|某|家|所|级|等|的|在|与|由|和|对|将|把|让|使|为|是|有|公立|县级|市级|省级|乡镇|中心|基层|综合|专科|中医|牵头|二级|三级|试点|试|下沉|支持|推动|推进|每|一|二|三|\d)"
)
_LEAD = re.compile(
    r"^.*?(?:由|与|和|在|对|为|是|到|及|、|向|让|于|将|把|支持|推动|参照|依托|记者从)(?=[\u4e00-\u9fff]{4,})"
)


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[tuple[str, str], ...]]:
    """First two characters -> (name, code) of places, the longest name first; a name that two places share is left out."""
    seen: dict[str, set[str]] = {}
    for region in catalog.regions().values():
        if region.level == "nation":
            continue
        became = {c.became_code for c in catalog.changes() if c.region_code == region.code} & set(
            catalog.counties()
        )
        if region.state == "former" and region.level == "city":
            # 巢湖 in a bulletin of the reform is the county-level city of today
            for code in became if len(became) == 1 else ():
                seen.setdefault(region.short_zh, set()).add(code)
            continue
        # the short names of counties are everyday words (和平, 新城): only the full ones name a place
        county = region.level == "county"
        for name in {region.name_zh, *(() if county else (region.short_zh, *region.aliases))}:
            if len(name) >= (3 if county else 2) and not name.isascii():
                seen.setdefault(name, set()).add(region.code)
    table: dict[str, list[tuple[str, str]]] = {}
    for name, codes in seen.items():
        if len(codes) == 1:
            table.setdefault(name[:2], []).append((name, next(iter(codes))))
    return {key: tuple(sorted(found, key=lambda item: -len(item[0]))) for key, found in table.items()}


def regions(text: str) -> list[tuple[int, str]]:
    """(place in the text, code) of every place named, in order; names inside longer names of places are not counted again."""
    names, found, at = _names(), [], 0
    while at < len(text) - 1:
        for name, code in names.get(text[at : at + 2], ()):
            if text.startswith(name, at):
                found.append((at, code))
                at += len(name) - 1
                break
        at += 1
    return found


def covers(text: str) -> bool:
    """Whether a text is the name of one place and nothing else."""
    return any(name == text for name, _ in _names().get(text[:2], ()))


def level(code: str) -> int:
    """0 nation, 1 province, 2 city, 3 county."""
    if code == catalog.NATION:
        return 0
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


class Places:
    """Follows the place that the text speaks of: a heading or the first place of a paragraph moves it."""

    def __init__(self, default: str) -> None:
        self.default = default
        self.current = default

    def paragraph(self, text: str, heading: bool) -> str:
        """The code of the place that a paragraph is about."""
        head = text if heading else text[:60]
        found = [code for _, code in regions(head) if self._inside(code)]
        if found:
            self.current = max(found[:3], key=level) if heading else found[0]
        elif not heading and re.match(r"^.{0,12}(?:全省|全区\b)", text) and level(self.current) > 1:
            self.current = self.current[:2] + "0000"
        return self.current

    def _inside(self, code: str) -> bool:
        return not self.default or code[:2] == self.default[:2] and level(code) >= level(self.default)


def default_region(text: str) -> str:
    """The place of the document from its head: the province or city named first in its first lines."""
    head = [line for line in text.split("\n") if line.strip()][:14]
    for line in head:
        found = regions(line[:120])
        if found:
            return found[0][1]
    return ""


@lru_cache(maxsize=256)
def seat(name: str) -> str:
    """The code of the place of an institution that the dictionary lists under the printed name, "" for any other."""
    known = catalog.institution_of(name) if name else None
    return known.region_code if known else ""


def institution(text: str, place: int) -> str:
    """The institution named last before a place in the text, as printed; "" when none is."""
    found = _institutions(text)
    at = bisect_right(found, (place, "\uffff"))
    return found[at - 1][1] if at else ""


@lru_cache(maxsize=4)
def _institutions(text: str) -> list[tuple[int, str]]:
    """(end, name) of each institution named."""
    found = []
    for match in _HOSPITAL.finditer(text):
        name = _LEAD.sub("", match[0])
        if len(name) >= 4 and not _GENERIC.match(name):
            found.append((match.end(), name))
    return found
