"""The one form in which a page's numbers leave it: one line a printed cell, with everything that the page says of it.

CSV files, workbooks and whatever else is written from a table carry these columns, so that nothing printed is lost on the way:
a bound stays a bound, an interval has both ends, and every line names its place, period, unit and source.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from analysis import catalog
from analysis.facts import Fact
from analysis.words import common

HEADER = (
    "region_code", "row_zh", "row_en", "column", "column_zh", "column_en", "value", "low", "high", "quantifier",
    "printed_zh", "printed_en", "unit_zh", "unit_en", "period_start", "period_end", "status", "grade", "sources",
    "publisher_zh", "publisher_en", "published", "read_on", "edition", "fact", "row",
)  # fmt: skip
LABELS = ("name", "year", "code")  # styles whose cells say what a row is
CODES = ("region_code", "code")


@dataclass(frozen=True)
class Line:
    """One printed cell. value, low, high: as the page knows them, empty where it prints none; sources: ids joined by `|`.
    number: of its row in the table, from 1, because two rows may be called the same; it makes the form wide again.

    Beside the ids stand their publishers and their days of publication or reading, so that a file says by itself whose the
    numbers are and of which edition.
    """

    region_code: str
    row: tuple[str, str]
    column: str
    label: tuple[str, str]
    printed: tuple[str, str]
    unit: tuple[str, str] = ("", "")
    value: float | None = None
    low: float | None = None
    high: float | None = None
    quantifier: str = ""
    period: tuple[str, str] = ("", "")
    status: str = ""
    grade: str = ""
    sources: tuple[str, ...] = ()
    fact: str = ""
    edition: str = ""
    number: int = 1

    def cells(self) -> list[Any]:
        """In the order of ``HEADER``."""
        return [
            self.region_code, *self.row, self.column, *self.label, self.value, self.low, self.high, self.quantifier,
            *self.printed, *self.unit, *self.period, self.status, self.grade, "|".join(self.sources),
            *_publication(self.sources), self.edition or edition_of(self.sources), self.fact, self.number,
        ]  # fmt: skip


@cache
def edition_of(sources: tuple[str, ...]) -> str:
    """The editions that sources were read in: day of publication, else of reading; in words where neither is stated.

    >>> edition_of(("doc-001", "nbs-province")), edition_of(("city-yearbook",))
    ('2019-11-19|2026-07-12', '各年版 / annual editions')
    """
    found = []
    for one in sources:
        source, carried = catalog.source(one), catalog.carriers().get(one)
        words = common().pair(
            "editions.annual" if carried and carried.no_date == "editions" else "terms.published_not_stated"
        )
        found.append(source.published or source.read_on or " / ".join(words))
    return "|".join(dict.fromkeys(found))


@cache
def _publication(sources: tuple[str, ...]) -> tuple[str, str, str, str]:
    """Publishers in both languages, days of publication and of reading, each once, joined by `|`; empty where not stated."""
    held = [catalog.source(one) for one in sources]
    columns = ("producer_zh", "producer_en", "published", "read_on")
    texts = [[getattr(source, name) for source in held] for name in columns]
    return tuple("|".join(dict.fromkeys(filter(None, text))) for text in texts)  # type: ignore[return-value]


@cache
def years_of(sources: tuple[str, ...]) -> list[str]:
    """First and last year that sources speak of: the period of what is counted in them where nothing nearer is said.

    >>> years_of(("doc-001",)), years_of(())
    (['2019'], [])
    """
    held = [catalog.source(one) for one in sources]
    days = [day[:4] for one in held for day in (one.period_start, one.period_end, one.published) if day]
    return sorted({min(days), max(days)}) if days else []


@cache
def _codes_by_name() -> Mapping[str, str]:
    """Short Chinese names of the nation, provinces and cities; a province comes before a city of the same name."""
    levels = ("city", "province", "nation")
    regions = sorted(
        (r for r in catalog.regions().values() if r.level in levels), key=lambda r: levels.index(r.level)
    )
    return {region.short("zh"): code for region in regions for code in (region.code,)}


def place_of(row: Mapping[str, Any], labels: Collection[str], index: Any = None) -> str:
    """Region code of a table's row: its own code, that of the frame's index where the label names that place, else that of the
    place its label names; empty for the page's own place.

    >>> place_of({"name": "山西"}, ["山西"]), place_of({"region_code": "140000"}, []), place_of({}, ["医师"])
    ('140000', '140000', '')
    >>> place_of({}, ["吉林"]), place_of({}, ["吉林市"])
    ('220000', '220200')
    """
    for name in CODES:
        code = row.get(name)
        if isinstance(code, str) and len(code) == 6 and code.isdigit():
            return code
    own = catalog.regions().get(index) if isinstance(index, str) else None
    if own and own.short("zh") in labels:
        return own.code
    return next((code for label in labels if (code := _codes_by_name().get(label))), "")


def in_english(unit: str, indicators: Collection[str]) -> str:
    """A unit in English by what these indicators count, where they agree; else the general word, never a Chinese one.

    >>> in_english("张", ["beds"]), in_english("个", []), in_english("人", [])
    ('beds', 'number', 'persons')
    """
    known = catalog.indicators()
    told = {known[key].unit_en for key in indicators if key in known and known[key].unit_en.isascii()}
    own = told.pop() if len(told) == 1 else ""
    return own or catalog.unit_in_english(unit) or IN_GENERAL.get(unit, UNIT_OF_STYLE["count"][1])


UNIT_OF_STYLE = {
    "percent": ("%", "%"),
    "pp": ("个百分点", "percentage points"),
    "rank": ("位", "place"),
    "days": ("日", "days"),
    "money": ("元", "yuan"),
    "count": ("个", "number"),
}
# what is counted, where neither the indicator nor the words beside it tell
IN_GENERAL = {
    "家": "institutions",
    "人次": "cases",
    "张": "items",
    "次": "times",
    "期": "issues",
    "名": "persons",
}
NO_UNIT = ("无量纲", "no unit")
_BESIDE = re.compile(r"[（(]([^（）()\d]{1,12})[）)]$")
_MEASURE = re.compile(r"[百千万亿]*(?:人|张|个|元|家|日|天|%|项|位|次|台|所|人次|岁|分)|[^／/]+[／/][^／/]+")
_PER = (re.compile(r"每(?:一|名|家|百|千|万|百万)[^\s，,。；]{0,2}?(?:户籍人口|常住人口|人口|医师|医院)"), re.compile(r"\b[Pp]er (?:hundred|thousand|million|\d[\d,]*\d)(?: (?:registered|residents|doctors))?"))  # fmt: skip


@cache
def unit_in_words(zh: str, en: str) -> tuple[str, str]:
    """The unit that words already name, so that no head says it twice: in brackets at their end, after a comma, or as "per".

    >>> unit_in_words("床位（张）", "Beds"), unit_in_words("列入的，%", "Listed, %")
    (('张', 'beds'), ('%', '%'))
    >>> unit_in_words("2014 年每千人口医师", "Doctors per 1,000, 2014"), unit_in_words("位次", "Place")
    (('每千人口', 'per 1,000'), ('', ''))
    """
    if zh.endswith("%"):
        return "%", "%"
    beside, told = _BESIDE.search(zh), _BESIDE.search(en)
    if beside and _MEASURE.fullmatch(beside[1]):
        return beside[1], (told[1] if told else catalog.unit_in_english(beside[1])) or en.lower()
    per, of = (pattern.search(text) for pattern, text in zip(_PER, (zh, en), strict=True))
    return (per[0], of[0].replace("P", "p")) if per and of else ("", "")


def unit_of(
    style: str,
    stated: tuple[str, str],
    row: Mapping[str, Any],
    column: tuple[str, str],
    label: tuple[str, str],
) -> tuple[str, str]:
    """The unit of one cell in both languages, never empty: the column's, the row's (its ``unit``), what the words name, the style's.

    >>> unit_of("rank", ("", ""), {}, ("位次", "Place"), ("医师", "Doctors"))
    ('位', 'place')
    >>> unit_of("number", ("", ""), {"unit": "日", "unit_en": "days"}, ("山西", "Shanxi"), ("住院日", "Stay"))
    ('日', 'days')
    """
    if stated[0]:
        return stated[0], stated[1] or catalog.unit_in_english(stated[0]) or stated[0]
    if style in ("percent", "pp", "rank", "money"):
        return UNIT_OF_STYLE[style]
    own = row.get("unit")
    if isinstance(own, str) and own:
        english = row.get("unit_en")
        return own, english if isinstance(english, str) and english else catalog.unit_in_english(own) or own
    worded = unit_in_words(*column)
    if not worded[0]:
        worded = unit_in_words(*(text.partition(" · ")[0] for text in label))
    return worded if worded[0] else UNIT_OF_STYLE.get(style, NO_UNIT)


def of_fact(
    fact: Fact,
    code: str,
    row: tuple[str, str],
    column: str,
    label: tuple[str, str],
    unit: tuple[str, str],
    beside: Mapping[str, Any] | None = None,
) -> Line:
    """The line of a cell that prints a Fact; ``beside``: the other cells of its row."""
    return Line(
        code,
        row,
        column,
        label,
        (fact.text("zh"), fact.text("en")),
        unit_of(fact.style, unit if unit[0] else (fact.unit, ""), beside or {}, label, row),
        fact.value,
        fact.low,
        fact.high,
        fact.quantifier,
        fact.period,
        fact.status,
        fact.grade,
        fact.source_ids,
        fact.id,
    )
