"""Check 18: every number of every page opens its record, or leads to the place where it stands with its record."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cache

from analysis import catalog
from analysis.report.gate.scan import Number, Page
from analysis.report.gate.site import Site

# what digits in running text may be without a record: years, days, codes of states and places, numbered programmes
HARMLESS = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:[-–/.]\d\d?){0,2}(?:[-–](?:19|20)\d\d)?(?!\d)|(?<!\w)E\d(?!\d)|(?<!\d)\d{6}(?!\d)"
    r"|[“‘]?(?<!\d)\d[\d+]*[”’]?\s?(?:兴医)?(?:工程|programme)"
)


@cache
def _names() -> re.Pattern[str]:
    """Registered names that have digits: indicators (`top 20`), institutions, sources."""
    found = {
        name for one in catalog.indicators().values() for name in (one.label_zh, one.label_en, *one.aliases)
    }
    found |= {
        name for one in catalog.institutions().values() for name in (one.name_en, *one.pair(), *one.aliases)
    }
    found |= {name for one in catalog.sources().values() for name in (one.title_zh, one.title_en)}
    held = sorted((name for name in found if re.search(r"\d", name)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, held)), re.IGNORECASE)


def check_opened(site: Site) -> Iterable[str]:
    """18: a number opens its record, leads to where the same number stands, or shares its column's record; none is bare."""
    for page in site.pages:
        for number in page.numbers:
            if said := _unopened(site, page, number):
                yield f"{page.name}: {number.text!r} {said}"
        for text in dict.fromkeys(page.bare):
            if re.search(r"\d", HARMLESS.sub("", _names().sub("", text))):
                yield f"{page.name}: digits without a record: {text[:80]!r}"


def _unopened(site: Site, page: Page, number: Number) -> str:
    """What is wrong with the way from a number to its record; empty when nothing is."""
    if number.opens:
        wanted = f"r-{number.fact}"
        return "" if number.fact and number.opens == wanted else f"opens {number.opens!r}, not its own record"
    href = number.href or number.column
    if not href:
        return "neither opens a record nor leads to one"
    if number.href:
        return _led(site, page, number)
    target, _, anchor = href.partition("#")
    if target or not anchor.startswith("c-"):
        return f"stands in a column whose head leads to {href!r}, no record"
    return ""


def _led(site: Site, page: Page, number: Number) -> str:
    """A link's end is a place that prints the same number; a page that is not there yet is another check's."""
    target, _, anchor = number.href.partition("#")
    name = os.path.normpath(os.path.join(os.path.dirname(page.name), target)) if target else page.name
    other = page if name == page.name else None if site.drafts is not None else site.page(name)
    if other is None:
        return ""
    there = [n for n in other.numbers if anchor in n.within and n is not number]
    same = [n for n in there if _same(n, number) and (not number.fact or n.fact == number.fact)]
    return "" if same else f"leads to {number.href}, where {[n.text for n in there][:4]} stands"


_QUALIFIER = re.compile(r"\s?[（(][^（）()]+[）)]$")


def _same(one: Number, other: Number) -> bool:
    """The same text; one Fact may stand without its qualifier where the sentence prints that after the noun or in its own words."""
    if one.text == other.text:
        return True
    bare = {_QUALIFIER.sub("", n.text) for n in (one, other)}
    return bool(other.fact) and one.fact == other.fact and len(bare) == 1
