"""The one form in which a page's numbers leave it: one line a printed cell, with everything that the page says of it.

CSV files, workbooks and whatever else is written from a table carry these columns, so that nothing printed is lost on the way:
a bound stays a bound, an interval has both ends, and every line names its place, period, unit and source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from analysis import catalog
from analysis.facts import Fact

HEADER = (
    "region_code", "row_zh", "row_en", "column", "column_zh", "column_en", "value", "low", "high", "quantifier",
    "printed_zh", "printed_en", "unit_zh", "unit_en", "period_start", "period_end", "status", "grade", "sources",
    "publisher_zh", "publisher_en", "published", "read_on", "fact",
)  # fmt: skip
LABELS = ("name", "year", "code")  # styles whose cells say what a row is
CODES = ("region_code", "code")


@dataclass(frozen=True)
class Line:
    """One printed cell. value, low, high: as the page knows them, empty where it prints none; sources: ids joined by `|`.

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

    def cells(self) -> list[Any]:
        """In the order of ``HEADER``."""
        return [
            self.region_code, *self.row, self.column, *self.label, self.value, self.low, self.high, self.quantifier,
            *self.printed, *self.unit, *self.period, self.status, self.grade, "|".join(self.sources),
            *_publication(self.sources), self.fact,
        ]  # fmt: skip


@cache
def _publication(sources: tuple[str, ...]) -> tuple[str, str, str, str]:
    """Publishers in both languages, days of publication and of reading, each once, joined by `|`; empty where not stated."""
    held = [catalog.source(one) for one in sources]
    columns = ("producer_zh", "producer_en", "published", "read_on")
    texts = [[getattr(source, name) for source in held] for name in columns]
    return tuple("|".join(dict.fromkeys(filter(None, text))) for text in texts)  # type: ignore[return-value]


@cache
def _codes_by_name() -> Mapping[str, str]:
    """Short Chinese names of the nation, provinces and cities; a province comes before a city of the same name."""
    levels = ("city", "province", "nation")
    regions = sorted(
        (r for r in catalog.regions().values() if r.level in levels), key=lambda r: levels.index(r.level)
    )
    return {region.short("zh"): code for region in regions for code in (region.code,)}


def place_of(row: Mapping[str, Any], labels: Iterable[str]) -> str:
    """Region code of a table's row: its own code, else that of the place its label names; empty for the page's own place.

    >>> place_of({"name": "山西"}, ["山西"]), place_of({"region_code": "140000"}, []), place_of({}, ["医师"])
    ('140000', '140000', '')
    """
    for name in CODES:
        code = row.get(name)
        if isinstance(code, str) and len(code) == 6 and code.isdigit():
            return code
    return next((code for label in labels if (code := _codes_by_name().get(label))), "")


@cache
def _english_units() -> dict[str, str]:
    """Chinese unit -> English, where all indicators that have the unit call it the same (个 is places, hospitals or projects)."""
    found: dict[str, set[str]] = {}
    for one in catalog.indicators().values():
        found.setdefault(one.unit, set()).add(one.unit_en)
    return {unit: names.pop() for unit, names in found.items() if unit and len(names) == 1}


def unit_in_english(unit: str) -> str:
    """A base unit in English, empty where the word depends on what is counted."""
    return _english_units().get(unit, "")


def of_fact(
    fact: Fact, code: str, row: tuple[str, str], column: str, label: tuple[str, str], unit: tuple[str, str]
) -> Line:
    """The line of a cell that prints a Fact."""
    return Line(
        code,
        row,
        column,
        label,
        (fact.text("zh"), fact.text("en")),
        unit if unit[0] else (fact.unit, unit_in_english(fact.unit)),
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
