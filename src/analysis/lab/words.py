"""A question in words: places, an indicator, years and what is wanted, read from one line and answered."""

from __future__ import annotations

import re

from analysis import catalog
from analysis.errors import refuse
from analysis.lab import search
from analysis.lab.answers import Answer
from analysis.lab.select import VERBS, Selection, select

YEARS = re.compile(r"((?:19|20)\d\d)\s*(?:年)?(?:\s*(?:[-–—~至到]|to|and)\s*((?:19|20)\d\d)\s*年?)?")
# words that say what is wanted -> method of a Selection
WANTED = {
    "rank": ("排名", "位次", "排第几", "名次", "ranking", "ranked", "rank"), "map": ("地图", "分布", "map"),
    "compare": ("对比", "比较", "同类", "相比", "compare", "peers"), "table": ("表格", "数据表", "table"), "trend": ("趋势", "变化", "走势", "trend", "change"),
}  # fmt: skip
CITIES = re.compile(r"各地?市|所有城市|\bcities\b", re.I)  # of a province
RATE = re.compile(
    r"每千(?:常住)?人口?|\bper (?:1,?000|thousand)(?: residents| people)?\b", re.I
)  # ranks are of rates anyway
NOISE = re.compile(r"[的了吗呢在各和与及有多少是怎样如何？?，,。、；;:：]|\b(?:of|in|the|and|for|how|many|what|is|are|with|from)\b", re.I)  # fmt: skip


def _wanted(text: str) -> tuple[str, str]:
    for verb, said in WANTED.items():
        for word in said:
            pattern = rf"\b{word}\b" if word.isascii() else word
            if re.search(pattern, text, re.I):
                return verb, re.sub(pattern, " ", text, count=1, flags=re.I)
    return "", text


def _places(text: str) -> tuple[list[str], str]:
    """Codes of the places a text names (longest names first), and the text without them."""
    names: dict[str, str] = {}
    text = text.replace("’", "'")  # either apostrophe may be typed
    for level in ("city", "province", "nation"):  # of two equal names the larger place is meant
        for region in catalog.regions().values():
            if region.level == level:
                for lang in ("zh", "en"):
                    called = (region.name(lang), region.short(lang))
                    names |= {name.replace("’", "'"): region.code for name in called}
    found: list[tuple[int, str]] = []
    for name in sorted(names, key=len, reverse=True):
        pattern = rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)
        if len(name) > 1 and (hit := re.search(pattern, text, re.I if name.isascii() else 0)):
            found.append((hit.start(), names[name]))
            text = text[: hit.start()] + " " * len(hit.group()) + text[hit.end() :]
    return [code for _, code in sorted(found)], text


def read(text: str, lang: str = "") -> tuple[Selection, str]:
    """(what is picked, what is wanted: rank, map, compare, table or trend). Raises MethodError when no indicator is named."""
    lang = catalog.language(lang) if lang else "zh" if re.search(r"[\u4e00-\u9fff]", text) else "en"
    verb, rest = _wanted(text)
    years: tuple[int, int] | None = None
    if found := [int(y) for hit in YEARS.findall(rest) for y in hit if y]:
        years = (min(found), max(found))
        rest = YEARS.sub(" ", rest)
    codes, rest = _places(rest)
    if (hit := CITIES.search(rest)) and codes:
        codes = [city.code for code in codes for city in catalog.cities_of(code)] or codes
        rest, verb = rest.replace(hit.group(), " "), verb or "rank"
    rest = RATE.sub(" ", rest) if verb in ("rank", "map", "compare") else rest
    rest = " ".join(NOISE.sub(" ", rest).split())
    if not rest:
        raise refuse("ask", repr(text), "an indicator, such as 执业医师 or beds", "name one; search(...) lists them")  # fmt: skip
    if not verb:
        verb = "trend" if years is None or years[0] < years[1] else "table"
    places = codes or [r.code for r in catalog.provinces()][:1]
    return select(places, rest, years, lang), verb


def ask(text: str, lang: str = "") -> Answer:
    """Answer a question in one line: ``"山西 执业医师 2014-2023"``, ``"Shanxi beds rank 2023"``, ``"江苏 护士 对比"``.

    lang: zh or en; by default the language of the question. Raises MethodError, with what would do, when nothing answers.
    """
    chosen, verb = read(text, lang)
    if not (search.indicators(chosen.indicators[0])):
        raise refuse("ask", repr(text), "an indicator that is held", "search(...) lists them")
    return VERBS[verb](chosen)
