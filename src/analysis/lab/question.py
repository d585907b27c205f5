"""A question in one line: read whole into places, years, what is wanted and an indicator, or refused with the words not understood.

Nothing is guessed from resemblance: an answer to another question than the one asked would be a false number with a source.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from analysis import catalog
from analysis.errors import MethodError, YigaiError, refuse
from analysis.lab import search
from analysis.lab.answers import Answer
from analysis.lab.picked import WORDS
from analysis.lab.select import CITY_RATED, Selection, select
from analysis.themes import panel
from analysis.words import pick

NUMBERS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "二十": 20,
           "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twenty": 20}  # fmt: skip
_YEAR = r"((?:19|20)\d\d)(?!\d)\s*年?"
_N = "|".join(sorted(NUMBERS, key=len, reverse=True)) + r"|\d{1,2}"
SPAN = re.compile(
    rf"(?:\b(?:from|between)\s+|自|从)?(?<!\d){_YEAR}\s*(?:[-–—~～至到]|\bto\b|\band\b)\s*{_YEAR}", re.I
)
NEWEST = re.compile(rf"(?:近|最近|过去)\s*({_N})\s*年来?|(?<![\d一二三四五六七八九])({_N})\s*年来|\b(?:the\s+)?(?:last|past)\s+({_N})\s+years\b", re.I)  # fmt: skip
AFTER = re.compile(rf"\bafter\s+{_YEAR}|{_YEAR}(?:之后|以后|后)", re.I)
BEFORE = re.compile(rf"\bbefore\s+{_YEAR}|{_YEAR}(?:之前|以前|前)", re.I)
SINCE = re.compile(
    rf"\b(?:since|from)\s+{_YEAR}|[自从]{_YEAR}(?:以来|起|开始)?|{_YEAR}(?:以来|起|开始)", re.I
)
UNTIL = re.compile(
    rf"\b(?:until|till|up to|to|through)\s+{_YEAR}|(?:截至|截止|到|至){_YEAR}(?:为止|底|末)?", re.I
)
LATEST = re.compile(r"最新|目前|现在|\b(?:latest|newest|most recent|now|today|currently)\b", re.I)
RELATIVE = re.compile(r"去年|今年|前年|明年|上年|\b(?:last|this|next) year\b", re.I)
# words that say what is wanted -> the kind of answer
WANTED = {
    "rank": r"排名|位次|排第几|第几|名次|排位|\b(?:rankings?|ranked|ranks?)\b", "map": r"地图|分布|\bmap(?:ped)?\b",
    "compare": r"对比|比较|相比|同类|谁(?:更?[多少高低])?|哪个更?[多少高低]|\b(?:compare[ds]?|comparison|peers?|versus|vs\.?)(?=\W|$)",
    "table": r"表格|数据表|\btable\b", "trend": r"趋势|变化|走势|\b(?:trends?|changes?|changed|over time)\b",
    "most": r"最[多高大长]|\b(?:the\s+)?(?:most|highest|largest|longest|top)\b",
    "least": r"最[少低小短]|\b(?:the\s+)?(?:fewest|least|lowest|smallest|shortest|bottom)\b",
}  # fmt: skip
GROWTH = re.compile(r"(?:增长|增加|增速|下降|减少)(?:最?[快慢多少])?|\b(?:grew|grow(?:n|s|ing|th)?|rose|fell|fast(?:er|est)|slow(?:er|est))\b", re.I)  # fmt: skip
CITIES = re.compile(
    r"各地?市|所有城市|哪[个些]地?市|\b(?:all |which )?(?:cities|city)\b", re.I
)  # of a province
PROVINCES = re.compile(r"各省(?:份|区市)?|哪[个些]?省(?:份)?|所有省(?:份)?|的省份?(?![\u4e00-\u9fff])|(?<![\u4e00-\u9fff])省份?(?![\u4e00-\u9fff])|\b(?:all |which |by )?provinces?\b", re.I)  # fmt: skip
RATE = re.compile(r"每([千万])(?:名|个)?(?:常住)?人口?(?:拥有)?|\bper (1,?000|thousand|10,?000|ten thousand)(?: residents| people| population)?\b", re.I)  # fmt: skip
HEAD = re.compile(r"人均|\bper (?:capita|head|person)\b", re.I)
NOISE = re.compile(r"[的了吗呢在各和与及有多少是谁哪怎样如何个中]|情况|数据|数量|人数|个数|\b(?:of|in|the|and|for|how|many|much|what|which|where|who|is|are|was|were|has|have|had|with|from|by|number|numbers|does|do|did|there|me|show|give|a|an)\b", re.I)  # fmt: skip
MARKS = re.compile(r"[?，,。、；;:：!！“”\"]|'s\b")
PEOPLE = {"千": 1000, "1,000": 1000, "1000": 1000, "thousand": 1000}
FORMS = "places, an indicator and years, as in 山西 医师 2014-2023 or Shanxi doctors rank 2023"


@dataclass(frozen=True)
class Question:
    """What a line asks. chosen: places, indicator and years; verb: trend, table, rank, map, compare, most or least (places from the
    highest or the lowest value); per: residents that a rate is asked for (0: none asked); others: indicators that the same words
    may mean.
    """

    chosen: Selection
    verb: str
    per: int = 0
    others: tuple[str, ...] = ()

    def answer(self) -> Answer:
        """The answer; raises MethodError where the figures do not give one."""
        answer = self._answered()
        if not self.others:
            return answer
        labels = pick(("、", "; "), self.chosen.lang).join(self.others)
        return replace(
            answer, notes=(*answer.notes, pick(WORDS["also"], self.chosen.lang).format(labels=labels))
        )

    def _answered(self) -> Answer:
        chosen = self.chosen
        if chosen.undated or (self.verb == "table" and not self.per):
            return chosen.table()
        if self.verb == "trend" and not self.per:
            return chosen.trend()
        if self.verb in ("trend", "table"):
            return chosen.rates()
        if self.verb in ("most", "least"):
            return chosen.ordered(lowest=self.verb == "least")
        year = chosen.first if chosen.first == chosen.last else 0
        return {"rank": chosen.rank, "map": chosen.map, "compare": chosen.compare}[self.verb](year)


def _years(text: str) -> tuple[tuple[int | None, int | None] | None, int, str]:
    """((first, last), how many of the newest, text without them); None: not said, an end that is None is open."""
    if hit := RELATIVE.search(text):
        raise refuse("ask", repr(hit.group()), "a year in figures", "say which year is meant: it differs from figure to figure")  # fmt: skip
    if hit := NEWEST.search(text):
        said = next(g for g in hit.groups() if g).lower()
        return None, NUMBERS.get(said) or int(said), NEWEST.sub(" ", text)
    if hit := SPAN.search(text):
        return (int(hit[1]), int(hit[2])), 0, text.replace(hit.group(), " ")
    first = last = None
    for pattern, shift in ((AFTER, 1), (SINCE, 0)):
        if first is None and (hit := pattern.search(text)):
            first = int(next(g for g in hit.groups() if g)) + shift
            text = text.replace(hit.group(), " ")
    for pattern, shift in ((BEFORE, -1), (UNTIL, 0)):
        if last is None and (hit := pattern.search(text)):
            last = int(next(g for g in hit.groups() if g)) + shift
            text = text.replace(hit.group(), " ")
    if first or last:
        return (first, last), 0, text
    found = [int(y) for y in re.findall(rf"(?<!\d){_YEAR}", text)]
    text = re.sub(rf"(?<!\d){_YEAR}", " ", text)
    if LATEST.search(text):
        return None, 1, LATEST.sub(" ", text)
    return ((min(found), max(found)) if found else None), 0, text


def _wanted(text: str) -> tuple[str, str]:
    said = {verb: pattern for verb, pattern in WANTED.items() if re.search(pattern, text, re.I)}
    if len(said) > 1:
        named = " and ".join(re.search(p, text, re.I).group() for p in said.values())  # type: ignore[union-attr]
        raise refuse("ask", named, "one kind of answer", "ask one after the other")
    for verb, pattern in said.items():
        return verb, re.sub(pattern, " ", text, flags=re.I)
    return "", text


def _named_places() -> dict[str, tuple[str, ...]]:
    """Every name that may be typed -> codes, of the nation, provinces and cities; of two equal names the larger place is meant."""
    names: dict[str, tuple[str, ...]] = {}
    for change in catalog.changes():  # names that went: what the prefecture became
        if change.level == "city" and change.became_code in catalog.regions():
            for name in (change.name_zh, change.name_zh.removesuffix("市")):
                names[name] = (change.became_code,)
    for level in ("city", "province", "nation"):
        of_level: dict[str, tuple[str, ...]] = {}
        for region in catalog.regions().values():
            if region.level == level and region.state != "former":
                for name in {
                    region.name_zh,
                    region.short_zh,
                    region.name_en,
                    region.name_en_full,
                    *region.aliases,
                }:
                    plain = name.replace("’", "'")
                    of_level[plain] = (*of_level.get(plain, ()), region.code)
        names |= of_level
    return names


def _counties() -> dict[str, str]:
    """Names of counties as one types them (昆山 for 昆山市) -> their full name."""
    names: dict[str, str] = {}
    for one in catalog.counties().values():
        if not one.state:
            names[one.name_zh] = names[one.name_en_full] = one.name_zh
            if len(one.name_zh) > 2:
                names.setdefault(one.name_zh[:-1], one.name_zh)
    return names


def _found(text: str, names: dict[str, str]) -> tuple[list[str], str]:
    """What the names in a text stand for (longest names first, in the text's order), and the text without them."""
    found: list[tuple[int, str]] = []
    lowered = text.lower()
    for name in sorted((n for n in names if len(n) > 1 and n.lower() in lowered), key=len, reverse=True):
        pattern = rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)
        while hit := re.search(pattern, text, re.I):
            found.append((hit.start(), names[name]))
            text = text[: hit.start()] + " " * len(hit.group()) + text[hit.end() :]
    return list(dict.fromkeys(one for _, one in sorted(found))), text


def _places(text: str, verb: str) -> tuple[list[str], str, str]:
    """(codes of the places meant, what is wanted, the rest of the text)."""
    named = _named_places()
    said, rest = _found(text.replace("’", "'"), {name: name for name in named})
    sure = {code for name in said for code in named[name] if len(named[name]) == 1}
    codes = []
    for name in said:  # Suzhou is two cities: the province beside it says which, or a code is asked for
        meant = [c for c in named[name] if len(named[name]) == 1 or catalog.region(c).parent in sure]
        codes.append(meant[0] if len(meant) == 1 else catalog.region(name).code)
    of_cities = {catalog.region(code).parent for code in codes if catalog.region(code).level == "city"}
    codes = [code for code in dict.fromkeys(codes) if code not in of_cities]  # 山西太原 is the city
    if len({catalog.region(code).level for code in codes}) > 1:
        raise refuse("ask", ", ".join(catalog.region(c).name("zh") for c in codes), "places of one level", "the nation, provinces and cities are counted by different sources: ask for each")  # fmt: skip
    if hit := CITIES.search(rest):
        above = [code for code in codes if catalog.cities_of(code)]
        if not above:
            raise refuse("ask", repr(hit.group()), "the province whose cities are meant", "name it, as in 山西 各市 医师")  # fmt: skip
        return [c.code for code in above for c in catalog.cities_of(code)], verb or "rank", CITIES.sub(" ", rest)  # fmt: skip
    if not codes:
        county, _ = _found(rest, _counties()) if not search.answering(_said(rest)) else ([], rest)
        if county:
            raise refuse("ask", county[0], "the nation, a province or a prefecture", f"counties have no series here: analysis.select({county[0]!r}, 'county_beds').table() has their beds of one year, theme counties shows all")  # fmt: skip
    if hit := PROVINCES.search(rest):
        verb, rest = verb or "rank", PROVINCES.sub(" ", rest)
    if not codes and verb in ("rank", "map", "most", "least"):
        codes = [r.code for r in catalog.provinces()]
    return codes or [catalog.NATION], verb, rest


def _said(text: str) -> str:
    """A text without marks and spaces that mean nothing."""
    return " ".join(MARKS.sub(" ", text).split())


def _refused(text: str, said: str) -> YigaiError:
    """Why the rest of a question is no indicator: which of its words are not understood, and what comes near."""
    if hit := GROWTH.search(said):
        return refuse("ask", repr(hit.group()), "values of a year, or a trend", "ask for the trend of places that you name; growth of all provinces, and what can be said of it, stands on the pages of the theme ranking_changes")  # fmt: skip
    held = catalog.institutions().values()
    if any(
        name in text for one in held for name in (one.name_zh, one.name_en, *one.aliases) if len(name) > 3
    ):
        return refuse("ask", repr(said), FORMS, "an institution has printed figures alone: analysis.search(its name) lists them")  # fmt: skip
    words = said.split()
    odd = [w for w in words if not search.answering(w)]
    odd = odd if len(odd) < len(words) else []
    near = ", ".join(one.label("zh" if re.search(r"[\u4e00-\u9fff]", said) else "en") for one in search.indicators(said, None, 3))  # fmt: skip
    return refuse("ask", f"{(' '.join(odd) or said)!r}, which is not understood", FORMS, f"leave it out, or name an indicator as search(...) lists it{f'; near: {near}' if near else ''}")  # fmt: skip


def _picked(codes: list[str], said: str, years: tuple[int | None, int | None] | None, per: int, lang: str) -> Selection:  # fmt: skip
    span = None if years is None else (years[0] or 1949, years[1] or 2100)
    level = {catalog.region(c).level for c in codes}
    rated = CITY_RATED if level == {"city"} else panel.RANKED if level == {"province"} else ()
    answers = search.answering(said)
    if per == 1000 and (computed := [x for x in answers if x.key in rated]):
        return select(codes, computed[0].key, span, lang)
    if per:
        published = [x for x in answers if RATE.search(x.label_zh) and (PEOPLE.get(RATE.search(x.label_zh)[1], 10_000) == per)]  # type: ignore[index]  # fmt: skip
        for one in published:
            try:
                return select(codes, one.key, span, lang)
            except MethodError:
                continue
        raise refuse("ask", f"{said!r} per {per:,} residents", f"per 1,000 residents one of {', '.join(catalog.indicator(k).label(lang) for k in (*rated, *(() if rated else ('doctors_per_1000', 'beds_per_1000'))))}", "ask for one of these, or for the number itself")  # fmt: skip
    found = search.meant(
        said, codes, span, keys=False
    )  # "doctors" is a word here, not the key of one indicator
    chosen = select(codes, found[0].key if found else said, span, lang)
    if chosen.undated:  # statements of documents: all that the words may mean
        keys = [one.key for one in found]
        return replace(chosen, indicators=tuple(keys))
    return chosen


def _several(said: str, codes: list[str]) -> list[str]:
    """The indicators' words in the rest of a question: one, or one a word (医生 护士) where these places have each."""
    if search.answering(said):
        return [said]
    each = said.split()
    return each if len(each) > 1 and all(search.meant(one, codes, keys=False) for one in each) else []


def _together(picked: list[Selection]) -> Selection:
    """Selections of the same places as one."""
    if len(picked) == 1:
        return picked[0]
    if any(one.undated for one in picked):
        raise refuse("ask", "several indicators, some without a year", "indicators with yearly values", "ask for each")  # fmt: skip
    keys = tuple(dict.fromkeys(key for one in picked for key in one.indicators))
    return replace(picked[0], indicators=keys, first=min(one.first for one in picked), last=max(one.last for one in picked))  # fmt: skip


def _closed(chosen: Selection, years: tuple[int | None, int | None] | None) -> Selection:
    """A selection whose open ends (since 2015, until 2019) are those of what is held."""
    if years is None or chosen.undated or None not in years:
        return chosen
    held = chosen.rows["year"].dropna()
    return replace(chosen, first=years[0] or int(held.min()), last=years[1] or int(held.max()))


def read(text: str, lang: str = "") -> Question:
    """The question of a line. Raises MethodError when some of it is not understood, ParameterError for an unknown language."""
    lang = catalog.language(lang) if lang else "zh" if re.search(r"[\u4e00-\u9fff]", text) else "en"
    line = unicodedata.normalize("NFKC", text)
    years, newest, rest = _years(line)
    verb, rest = _wanted(rest)
    codes, verb, rest = _places(rest, verb)
    per = 0
    if HEAD.search(rest) and not search.answering(_said(NOISE.sub(" ", rest))):  # 人均GDP is a name
        per, rest = 1000, HEAD.sub(" ", rest)
    if hit := RATE.search(rest):
        per, rest = PEOPLE.get((hit[1] or hit[2]).lower(), 10_000), RATE.sub(" ", rest)
    whole, bare = _said(rest), _said(NOISE.sub(" ", rest))
    if not bare:
        raise refuse("ask", repr(text), "an indicator, such as 执业医师 or beds", "name one; search(...) lists them")  # fmt: skip
    said = whole if not whole.isascii() and search.answering(whole) else bare
    several = _several(said, codes)
    if not several or (len(several) > 1 and (per or verb not in ("", "trend", "table"))):
        raise _refused(line, said)
    picked = [
        _picked(codes, one, years, per if verb in ("", "trend", "table") else 0, lang) for one in several
    ]
    chosen = _closed(_together(picked), years)
    if newest and not chosen.undated:
        chosen = replace(chosen, first=max(chosen.first, chosen.last - newest + 1))
    if not verb:
        verb = "table" if chosen.first == chosen.last and (years or newest) else "trend"
    computed = chosen.indicators[0] in (*panel.RANKED, *CITY_RATED)
    others = [] if chosen.undated or len(several) > 1 else [one.label(lang) for one in search.meant(said, chosen.places, keys=False) if one.key not in chosen.indicators]  # fmt: skip
    return Question(chosen, verb, per if computed else 0, tuple(others[:3]))


def ask(text: str, lang: str = "") -> Answer:
    """Answer a question in one line: ``"山西 执业医师 2014-2023"``, ``"Shanxi beds rank 2023"``, ``"江苏 护士 对比"``.

    Years: one, a span, since or until a year, the last ten years. Wanted: trend, table, rank, map, compare (named places, or one
    and its peers), most or fewest. ``每千人`` or ``per 1,000`` asks for rates. No place named: the nation, or all provinces.
    lang: zh or en; by default the language of the question. Raises MethodError, with what would do, when a part of the question is
    not understood or nothing held answers it.

    >>> ask("weather in Beijing")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    analysis.errors.MethodError: ask: found 'weather', which is not understood; expected places, ...
    """
    return read(text, lang).answer()
