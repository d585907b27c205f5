"""What a printed date or span says: first day, last day and how that is known. Pure functions; they refuse rather than guess.

Relative words (去年, 三年来, 今年以来) are resolved against the document's own date, never against the day it was copied to the web.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from analysis.clean.numbers import chinese, normal
from analysis.errors import DataError, Problem

FIRST_YEAR, LAST_YEAR = 1949, 2050
EXPECTED = "a year, a month, a day, a span such as 2019年1-10月, or a relative word with the document's date"


@dataclass(frozen=True)
class Period:
    """First and last day as ISO text ("" when open or unknown); ``basis`` is explicit, relative_resolved, as_of_publication, inferred or undated."""

    start: str
    end: str
    basis: str

    @property
    def year(self) -> int | None:
        """The year of a period that is exactly one calendar year, else None."""
        whole = self.start[:4] == self.end[:4] and self.start[4:] == "-01-01" and self.end[4:] == "-12-31"
        return int(self.start[:4]) if whole else None


def _refused(
    text: str, expected: str = EXPECTED, fix: str = "write the period in one of these forms"
) -> DataError:
    return DataError(Problem("period", f'"{text}"', expected, fix))


def _year(text: str, year: str | int) -> int:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise _refused(text, f"a year from {FIRST_YEAR} to {LAST_YEAR}", "correct the year")
    return int(year)


def _months(text: str, year: int, first: int, last: int) -> Period:
    if not (1 <= first <= last <= 12):
        raise _refused(text, "months from 1 to 12 in rising order", "correct the months")
    return Period(f"{year}-{first:02d}-01", f"{year}-{last:02d}-{monthrange(year, last)[1]}", "explicit")


def _day(text: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise _refused(text, "a day that exists", "correct the date") from None


def years(first: int, last: int | None = None, basis: str = "explicit") -> Period:
    """The span from 1 January of a year to 31 December of it or of a later one."""
    return Period(f"{first}-01-01", f"{last or first}-12-31", basis)


def back(document_date: str, count: int) -> str:
    """The same day ``count`` years earlier (29 February becomes 28 February where there is none)."""
    year, month, day = (int(part) for part in document_date.split("-"))
    return date(year - count, month, min(day, monthrange(year - count, month)[1])).isoformat()


def _count(text: str) -> int:
    return int(text) if text.isdigit() else chinese(text)


def _explicit(text: str, plain: str) -> Period | None:
    y, m = r"(\d{4})", r"(\d{1,2})"
    if found := re.fullmatch(rf"{y}年?", plain):
        return years(_year(text, found[1]))
    if found := re.fullmatch(rf"{y}年?[-~–—至到]{y}年?", plain):
        first, last = _year(text, found[1]), _year(text, found[2])
        if first >= last:
            raise _refused(text, "years in rising order", "exchange the two years")
        return years(first, last)
    if found := re.fullmatch(rf"{y}(?:年{m}月|-(\d{{2}}))", plain):
        month = int(found[2] or found[3])
        return _months(text, _year(text, found[1]), month, month)
    if found := re.fullmatch(rf"{y}年{m}月?[-~–—至到]{m}月", plain):
        return _months(text, _year(text, found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(rf"{y}年第?([1-4一二三四])季度", plain):
        quarter = _count(found[2])
        return _months(text, _year(text, found[1]), 3 * quarter - 2, 3 * quarter)
    if found := re.fullmatch(rf"{y}年([上下])半年", plain):
        return _months(text, _year(text, found[1]), *((1, 6) if found[2] == "上" else (7, 12)))
    if found := re.fullmatch(rf"{y}(?:年{m}月{m}日|-(\d{{2}})-(\d{{2}})|/{m}/{m})", plain):
        month, day = (int(part) for part in found.groups()[1:] if part)
        whole = _day(text, _year(text, found[1]), month, day)
        return Period(whole, whole, "explicit")
    if found := re.fullmatch(rf"(?:到|至|截至)?{y}年(?:底|末|年底|年末)", plain):
        end = f"{_year(text, found[1])}-12-31"
        return Period("" if plain[0] in "到至截" else end, end, "explicit")
    return None


def _relative(text: str, plain: str, document_date: str) -> Period | None:
    year = int(document_date[:4])
    named = {"今年": 0, "本年": 0, "去年": 1, "前年": 2}
    if plain in named:
        return years(year - named[plain], basis="relative_resolved")
    if plain in ("今年以来", "今年来", "年初以来"):
        return Period(f"{year}-01-01", document_date, "relative_resolved")
    if plain in ("目前", "累计", "截至目前", "现有", "现"):
        return Period("", document_date, "as_of_publication")
    if plain in ("近日", "日前"):
        return Period("", document_date, "inferred")
    if found := re.fullmatch(
        r"近(\d{1,2}|[一二两三四五六七八九十]+)年来?|(\d{1,2}|[一二两三四五六七八九十]+)年来", plain
    ):
        return Period(back(document_date, _count(found[1] or found[2])), document_date, "relative_resolved")
    if found := re.fullmatch(r"(\d{1,2}|[一二两三四五六七八九十]+)年(?:以?内|之内)", plain):
        return Period(document_date, back(document_date, -_count(found[1])), "relative_resolved")
    if found := re.fullmatch(r"(\d{4})年?(?:(\d{1,2})月|(底|末))?以来", plain):
        month = int(found[2]) if found[2] else 12 if found[3] else 1
        return Period(
            _months(text, _year(text, found[1]), month, month).start, document_date, "relative_resolved"
        )
    return None


def parse(text: str, document_date: str | None = None) -> Period:
    """Read a period as printed (2019年1-10月, 2015年第3季度, 2012-09, 去年, 三年来, 1年内, 目前); blank is undated.

    ``document_date`` is the document's own date, YYYY-MM-DD. Raises DataError for a form that is not listed, a relative word
    without a document date, a day that does not exist and a year outside 1949-2050.
    """
    plain = normal(text)
    if not plain:
        return Period("", "", "undated")
    found = _explicit(text, plain)
    if found is None and document_date is not None:
        own = _explicit(document_date, normal(document_date))
        if own is None or own.start != own.end:
            raise _refused(
                document_date, "the document's date as YYYY-MM-DD", "state the full date of the document"
            )
        found = _relative(text, plain, own.end)
    if found is None:
        if document_date is None and _relative(text, plain, "2000-01-01") is not None:
            raise _refused(text, "the document's own date beside a relative word", "pass document_date")
        raise _refused(text)
    return found
