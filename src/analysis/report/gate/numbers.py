"""Check 13: a number on a page of any kind, in facts.json, in the CSV and in the drawing is the same number."""

from __future__ import annotations

import csv
import io
import math
import os
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from analysis.report.gate import qualifiers
from analysis.report.gate.scan import Page
from analysis.report.gate.site import Site

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
NINTH = 6e-9  # a page holds nine significant digits of a value, facts.json all of them


# a drawn number that is data (axis labels have fewer decimals), with its sign; a dash after a digit is that of a range
DRAWN = re.compile(r"((?<![\d.%\w])[+\u2013\u2212-])?(?<![\d.])(\d[\d,]*\.\d{2,})")
COARSE = (
    50.0  # half of the coarsest step, 0.01 万, to which a cell may be printed that has no Fact of its own
)
COARSEST = 2  # zeros that this step leaves at the end of every count of a column
EVERY = 99  # no column says to which step its counts are printed


SCALES = (1.0, 1e3, 1e4, 1e6, 1e8, 1e9)  # in which drawings print


RANGE = re.compile(r" 至 | to |(?<=\d)(?:st|nd|rd|th)?\u2013(?=\d)")


def ends(text: str) -> list[tuple[str, ...]]:
    """The numbers of a printed range, each with its readings: what stands behind the second may belong to the first as well.

    >>> ends("1.2–1.5 万人"), ends("−0.4% to 2.1%"), ends("约 3")
    ([('1.2 万人', '1.2'), ('1.5 万人',)], [('−0.4%',), ('2.1%',)], [('约 3',)])
    """
    parts = RANGE.split(text)
    if len(parts) != 2 or not all(map(NUMBER.search, parts)):
        return [(text,)]
    first, last = parts
    whole = NUMBER.search(last)
    tail = last[whole.end() :] if whole and NUMBER.search(first[-1:]) else ""
    return [(first + tail, first) if tail else (first,), (last,)]


@lru_cache(maxsize=16384)  # four checks ask for the number of each text
def shown_number(text: str) -> tuple[float, float] | None:
    """The first number of a printed text in base units, and half of its last printed digit: 11.84 万人 -> (118400, 50)."""
    found = NUMBER.search(text)
    if not found:
        return None
    digits = found.group().replace(",", "")
    after = text[found.end() :].strip()
    scale = (
        1e8
        if after.startswith("亿")
        else 1e4
        if after.startswith("万")
        else 1e9
        if after.startswith("billion")
        else 1e6
        if after.startswith("million")
        else 1.0
    )
    decimals = len(digits.partition(".")[2])
    sign = -1 if re.search(r"[\u2212-]\s*(?:CNY )?$", text[: found.start()]) else 1
    return sign * float(digits) * scale, 0.5 * 10.0**-decimals * scale


def check_numbers(site: Site) -> Iterable[str]:
    """13: page, facts.json and CSV agree after rounding, drawings print only numbers that stand there; % and pp kept apart."""
    for page in site.pages:
        alone = page in site.reports or "compare" in page.body.split()
        if not alone and (site.drafts is not None or not any(n.value for n in page.numbers)):
            continue
        facts = (site.facts(page) or {}).get("facts", {}) if alone else site.facts_around(page)
        if alone:
            yield from _held(page, facts)
        zeros = column_zeros(page)
        for number in page.numbers:
            fact = facts.get(number.fact)
            if number.fact and fact is None:
                yield f"{page.name}: fact {number.fact} ({number.text}) is not in facts.json"
            elif fact:
                yield from _against_fact(page, number, fact)
            elif number.value:
                yield from _rounds(page, number.text, float(number.value), COARSE, zeros[_column(number)])
        yield from _against_csv(site, page)
        if "compare" in page.body.split():
            yield from _beside_csv(site, page)
        yield from _drawn(page, facts)


def _held(page: Page, facts: dict) -> Iterable[str]:
    """Facts of a page that it does not print (inputs of others) say their values too: facts.json is read without the page."""
    for key in sorted(facts.keys() - {number.fact for number in page.numbers}):
        fact = facts[key]
        said = (fact.get("qualifier") or {}).get(page.short_lang, "")
        yield from _said(page, qualifiers.parted(fact["text"][page.short_lang], said)[0], fact)


def _against_fact(page: Page, number: Any, fact: dict) -> Iterable[str]:
    expected = fact["text"][page.short_lang]
    bare, parts = qualifiers.parted(expected, (fact.get("qualifier") or {}).get(page.short_lang, ""))
    if number.text not in (expected, bare):
        yield f"{page.name}: prints {number.text!r}, facts.json has {expected!r}"
    elif number.text != expected:
        around = number.around.texts() if number.around else []
        for part in qualifiers.unsaid(parts, around, page.short_lang):
            yield f"{page.name}: {number.text!r} stands without {part!r}, which neither its sentence nor a head or caption says"
    yield from _said(page, bare, fact)
    if fact.get("value") is not None and (
        not number.value or abs(float(number.value) - fact["value"]) > NINTH * max(1.0, abs(fact["value"]))
    ):
        yield f"{page.name}: value {number.value!r} of {number.text!r}, facts.json has {fact['value']}"
    unit = {"percent": "%", "pp": "个百分点" if page.short_lang == "zh" else "point"}.get(
        str(fact.get("style"))
    )
    if unit and NUMBER.search(number.text) and unit not in number.text:
        yield f"{page.name}: {number.text!r} is {fact['style']} and does not say {unit}"


def _said(page: Page, text: str, fact: dict) -> Iterable[str]:
    """What a Fact prints is its value, or its two bounds, rounded."""
    value, low, high = (fact.get(side) for side in ("value", "low", "high"))
    if fact.get("quantifier") in ("range", "interval") and low is not None and high is not None:
        told = zip(ends(text), (low, high), strict=False)
    else:
        alone = [number for number in (value, low, high) if number is not None]
        told = zip([(text,)], alone[:1], strict=False)
    for readings, number in told:
        yield from min((list(_rounds(page, one, number)) for one in readings), key=len)


def _rounds(
    page: Page, text: str, value: float, most: float = math.inf, column: int = EVERY
) -> Iterable[str]:
    """A printed text is a value rounded. most: what a count printed to its publisher's step (100 for 0.01 万) may be off by, which the
    digits of 118,400 do not show. column: zeros at the end of every count beside it, which the step leaves (see `column_zeros`)."""
    shown = shown_number(text)
    if shown is None:
        return
    half = shown[1]
    zeros, digits = _zeros(text)
    zeros = min(zeros, column) if math.isfinite(most) else zeros
    coarse = min(0.5 * 10**zeros, max(most, 0.05 * 10 ** (digits - 1))) if digits and zeros else 0
    if abs(shown[0] - value) > max(half, coarse) * 1.001 + 1e-9:
        yield f"{page.name}: prints {text!r} for {value:.9g}"


@lru_cache(maxsize=16384)
def _zeros(text: str) -> tuple[int, int]:
    """The power of ten to which a number seems to be printed, at most 2 of a bare 0, and its digits when it is a count in full.

    >>> _zeros("118,400"), _zeros("0 人"), _zeros("366"), _zeros("3.50"), _zeros("1.23 万")
    ((2, 6), (2, 1), (0, 3), (0, 0), (2, 0))
    """
    shown, printed = shown_number(text), NUMBER.search(text)
    if shown is None or printed is None:
        return COARSEST, 0
    if shown[1] != 0.5:
        return max(0, round(math.log10(2 * shown[1]))), 0
    digits = printed.group().replace(",", "")
    return (len(digits) - len(digits.rstrip("0")) if shown[0] else COARSEST), len(digits)


def _column(number: Any) -> tuple[int, int]:
    """The column of a table that a number stands in; each number outside of tables stands for itself."""
    around = number.around
    return (id(around.table), around.column) if around and around.table else (id(number), -1)


def column_zeros(page: Page) -> dict[tuple[int, int], int]:
    """column -> the zeros at the end of all its counts: with 366 in it, 400 and 0 are no rounded numbers; zeros alone show no step."""
    found: dict[tuple[int, int], int] = {}
    shows: set[tuple[int, int]] = set()
    for number in page.numbers:
        where, zeros = _column(number), _zeros(number.text)[0]
        found[where] = min(found.get(where, EVERY), zeros)
        if (shown := shown_number(number.text)) and shown[0]:
            shows.add(where)
    return {where: zeros if where in shows else 0 for where, zeros in found.items()}


def _against_csv(site: Site, page: Page) -> Iterable[str]:
    for figure in page.figures:
        lacking = _lacking(site, page, figure.csv, (v for table in figure.tables for v in table.values))
        for value in lacking:
            yield f"{page.name}#{figure.id}: {value} stands in the table and not in the CSV"


def _lacking(site: Site, page: Page, hrefs: Iterable[str], values: Iterable[str]) -> Iterable[str]:
    """The values, in their order, that no cell of these CSV files holds as the same number."""
    folder = os.path.dirname(page.name)
    texts = [site.text(os.path.normpath(os.path.join(folder, href))) or "" for href in dict.fromkeys(hrefs)]
    held = {cell for text in texts for row in csv.reader(io.StringIO(text, newline="")) for cell in row}
    # most stand there to the letter; the others are compared as numbers
    unlike = [value for value in values if value and value not in held]
    if not unlike:
        return []
    numbers = {_canonical(cell) for cell in held}
    return [value for value in unlike if _canonical(value) not in numbers]


def _beside_csv(site: Site, page: Page) -> Iterable[str]:
    """A page that compares has no figures: its tables stand against the CSV files that it links."""
    hrefs = [href for href, _ in page.links if href.endswith(".csv")]
    for value in _lacking(site, page, hrefs, (v for table in page.tables for v in table.values)):
        yield f"{page.name}: {value} stands in the table and not in the CSV"


def _canonical(text: str) -> str:
    try:
        return f"{float(text):.9g}"
    except ValueError:
        return text


def _drawn(page: Page, facts: dict) -> Iterable[str]:
    """Numbers with two or more decimals in a drawing are data (axis labels have fewer): each stands in a table or a fact."""
    told = {f[k] for f in facts.values() for k in ("value", "low", "high") if f.get(k) is not None}
    for figure in page.figures:
        printed = {text: DRAWN.findall(text) for text in dict.fromkeys(figure.drawn)}
        if not any(printed.values()):
            continue
        values = {float(v) for t in figure.tables for v in t.values if v} | told
        scaled = sorted(v / scale for v in values for scale in SCALES)
        for numbers in printed.values():
            for sign, digits in numbers:
                ways = {"": (1, -1), "+": (1,)}.get(sign, (-1,))
                shown = float(digits.replace(",", ""))
                half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) * 1.001
                if not any(_near(scaled, way * shown, half + 1e-12 * shown) for way in ways):
                    yield f"{page.name}#{figure.id}: the drawing prints {sign}{digits}, no table or fact holds it"


def _near(ordered: Sequence[float], wanted: float, most: float) -> bool:
    """Whether a number in the list is this one, or off by so much at most."""
    at = bisect_left(ordered, wanted)
    return any(abs(one - wanted) <= most for one in ordered[max(0, at - 1) : at + 1])
