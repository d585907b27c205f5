"""What a printed date or span says: first day, last day and how that is known. Pure functions; they refuse rather than guess.

Relative words (去年, 三年来, 今年以来) are resolved against the document's own date, never against the day it was copied to the web.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.clean.numbers import DIGITS, chinese, normal
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

    def year_of(self, kind: str) -> int | None:
        """The year that a figure of this kind stands for: a stock of 31 December is the stock of its year, however the day is written."""
        if kind == "stock" and self.end[4:] == "-12-31" and self.start in ("", self.end, f"{self.end[:8]}01"):
            return int(self.end[:4])
        return self.year

    def key(self, kind: str) -> str:
        """One text for a period however it was written: 2023, 2023年3月, 2019年1-10月, 2018-2023, or days.

        >>> parse("2023年末").key("stock") == parse("2023-12-31").key("stock") == parse("2023").key("stock") == "2023"
        True
        """
        if year := self.year_of(kind):
            return str(year)
        if not self.start or self.start == self.end:
            return self.end
        (y0, m0, d0), (y1, m1, d1) = (map(int, day.split("-")) for day in (self.start, self.end))
        if d0 == 1 and d1 == monthrange(y1, m1)[1]:
            if y0 == y1:
                return f"{y0}年{m0}月" if m0 == m1 else f"{y0}年{m0}-{m1}月"
            if (m0, m1) == (1, 12):
                return f"{y0}-{y1}"
        return f"{self.start}..{self.end}"


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
    return int(text) if text.isascii() else chinese(text)


def _plain(text: str) -> str:
    """The period without blanks and the midnight that a spreadsheet adds to a day; a year in hanzi digits in Arabic ones."""
    plain = normal(re.sub(r"[ T]0{1,2}:00(:00(\.0+)?)?\s*$", "", text))
    if found := re.match(r"[零〇一二两三四五六七八九]{4}(?=年)", plain):
        plain = "".join(str(DIGITS[char]) for char in found[0]) + plain[4:]
    return _to_date(plain)


def _to_date(plain: str) -> str:
    """2023年6月累计, 2023年二季度累计: the months from January on (2023年1-6月)."""
    if found := re.fullmatch(r"([0-9]{4}年1-[0-9]{1,2}月)累计", plain):
        return found[1]
    if found := re.fullmatch(r"([0-9]{4})年(?:([0-9]{1,2})月|第?([1-4一二三四])季度)累计", plain):
        return f"{found[1]}年1-{found[2] or 3 * _count(found[3])}月"
    return plain


def _span(text: str, plain: str) -> Period | None:
    y, m = r"([0-9]{4})", r"([0-9]{1,2})"
    if found := re.fullmatch(rf"{y}(?:年|年度|年全年|年?1-12月)?", plain):
        return years(_year(text, found[1]))
    if found := re.fullmatch(rf"{y}年?[-~–—至到]{y}年?", plain):
        first, last = _year(text, found[1]), _year(text, found[2])
        if first >= last:
            raise _refused(text, "years in rising order", "exchange the two years")
        return years(first, last)
    if found := re.fullmatch(rf"{y}(?:年{m}月份?|-([0-9]{{2}})|/([0-9]{{2}}))", plain):
        month = int(found[2] or found[3] or found[4])
        return _months(text, _year(text, found[1]), month, month)
    if found := re.fullmatch(rf"{y}年{m}月?[-~–—至到]{m}月", plain):
        return _months(text, _year(text, found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(rf"{y}年?第?(?:([1-4一二三四])季度?|[Qq]([1-4]))", plain):
        quarter = _count(found[2] or found[3])
        return _months(text, _year(text, found[1]), 3 * quarter - 2, 3 * quarter)
    if found := re.fullmatch(rf"{y}年([上下])半年", plain):
        return _months(text, _year(text, found[1]), *((1, 6) if found[2] == "上" else (7, 12)))
    return None


def _explicit(text: str, plain: str) -> Period | None:
    span = _span(text, plain)
    if span is not None:
        return span
    y, m = r"([0-9]{4})", r"([0-9]{1,2})"
    if found := re.fullmatch(
        rf"{y}(?:年{m}月{m}日|-{m}-{m}|/{m}/{m}|\.{m}\.{m}|([0-9]{{2}})([0-9]{{2}}))", plain
    ):
        month, day = (int(part) for part in found.groups()[1:] if part)
        whole = _day(text, _year(text, found[1]), month, day)
        return Period(whole, whole, "explicit")
    if found := re.fullmatch(rf"(到|至|截至|截止|截止到|截至到)?{y}年(?:{m}月)?(?:底|末|年底|年末)", plain):
        year, month = _year(text, found[2]), int(found[3] or 12)
        end = _months(text, year, month, month).end
        return Period("" if found[1] else end, end, "explicit")
    if re.fullmatch("[0-9]{5}", plain):
        raise _refused(
            text,
            fix=f"write the day: as a spreadsheet's number of a day it would be {serial(int(plain)).end}",
        )
    if re.fullmatch(rf"{y}\.[0-9]{{1,2}}", plain):
        raise _refused(text, fix="write year and month as 2023-01: 2023.1 may be January or October")
    return None


def serial(day: int) -> Period:
    """The day of a spreadsheet's day number (45291 is 2023-12-31, counted as Excel does from 1900).

    For cells that the spreadsheet itself stores as a date; a bare number of five digits in a text file is refused by ``parse``.
    """
    found = (date(1899, 12, 30) + timedelta(days=day)).isoformat()
    return Period(found, found, "explicit")


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
        r"近([0-9]{1,2}|[一二两三四五六七八九十]+)年来?|([0-9]{1,2}|[一二两三四五六七八九十]+)年来", plain
    ):
        return Period(back(document_date, _count(found[1] or found[2])), document_date, "relative_resolved")
    if found := re.fullmatch(r"([0-9]{1,2}|[一二两三四五六七八九十]+)年(?:以?内|之内)", plain):
        return Period(document_date, back(document_date, -_count(found[1])), "relative_resolved")
    if found := re.fullmatch(r"([0-9]{4})年?(?:([0-9]{1,2})月|(底|末))?以来", plain):
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
    plain = _plain(text)
    if not plain:
        return Period("", "", "undated")
    found = _explicit(text, plain)
    if found is None and document_date is not None:
        own = _explicit(document_date, _plain(document_date))
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
