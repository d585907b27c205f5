"""Check 13: a number on a page of any kind, in facts.json, in the CSV and in the drawing is the same number."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable
from typing import Any

from analysis.report.gate import qualifiers
from analysis.report.gate.scan import Page
from analysis.report.gate.site import Site

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
NINTH = 6e-9  # a page holds nine significant digits of a value, facts.json all of them


DRAWN = re.compile(
    r"(?<![\d.])\d[\d,]*\.\d{2,}"
)  # a drawn number that is data: axis labels have fewer decimals


SCALES = (1.0, 1e3, 1e4, 1e6, 1e8, 1e9)  # in which drawings print


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
        for number in page.numbers:
            fact = facts.get(number.fact)
            if number.fact and fact is None:
                yield f"{page.name}: fact {number.fact} ({number.text}) is not in facts.json"
            elif fact:
                yield from _against_fact(page, number, fact)
            elif number.value:
                yield from _rounds(page, number)
        yield from _against_csv(site, page)
        if "compare" in page.body.split():
            yield from _beside_csv(site, page)
        yield from _drawn(page, facts)


def _against_fact(page: Page, number: Any, fact: dict) -> Iterable[str]:
    expected = fact["text"][page.short_lang]
    bare, parts = qualifiers.parted(expected, (fact.get("qualifier") or {}).get(page.short_lang, ""))
    if number.text not in (expected, bare):
        yield f"{page.name}: prints {number.text!r}, facts.json has {expected!r}"
    elif number.text != expected:
        around = number.around.texts() if number.around else []
        for part in qualifiers.unsaid(parts, around, page.short_lang):
            yield f"{page.name}: {number.text!r} stands without {part!r}, which neither its sentence nor a head or caption says"
    if fact.get("value") is not None and (
        not number.value or abs(float(number.value) - fact["value"]) > NINTH * max(1.0, abs(fact["value"]))
    ):
        yield f"{page.name}: value {number.value!r} of {number.text!r}, facts.json has {fact['value']}"
    unit = {"percent": "%", "pp": "个百分点" if page.short_lang == "zh" else "point"}.get(
        str(fact.get("style"))
    )
    if unit and NUMBER.search(number.text) and unit not in number.text:
        yield f"{page.name}: {number.text!r} is {fact['style']} and does not say {unit}"


def _rounds(page: Page, number: Any) -> Iterable[str]:
    shown = shown_number(number.text)
    if shown is None:
        return
    value, half = float(number.value), shown[1]
    # a count may be printed to its publisher's step (100 for 0.01 万), which the digits of 118,400 do not show
    printed = NUMBER.search(number.text)
    digits = printed.group().replace(",", "") if printed and half >= 0.5 else ""
    zeros = digits[len(digits.rstrip("0")) :]
    step = 100 if shown[0] == 0 and half >= 0.5 else 10 ** len(zeros)
    if abs(shown[0] - value) > max(half, 0.5 * step if zeros else 0) * 1.001 + 1e-9:
        yield f"{page.name}: prints {number.text!r} for {number.value}"


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
    for figure in page.figures:
        values = {abs(float(v)) for t in figure.tables for v in t.values if v} | {
            abs(f[k]) for f in facts.values() for k in ("value", "low", "high") if f.get(k) is not None
        }
        for text in dict.fromkeys(figure.drawn):
            for digits in DRAWN.findall(text):
                shown = float(digits.replace(",", ""))
                half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) * 1.001
                if not any(
                    abs(v / scale - shown) <= half + 1e-12 * shown for v in values for scale in SCALES
                ):
                    yield f"{page.name}#{figure.id}: the drawing prints {digits}, no table or fact holds it"
