"""Which region a printed name means. Pure functions over the dictionary of regions; they refuse rather than guess."""

from __future__ import annotations

import re
import unicodedata

from analysis import catalog
from analysis.clean.numbers import BLANKS
from analysis.errors import DataError, ParameterError, Problem

# words that mean the region the text is about: the section or the document says which, never the word itself
SELF_PROVINCE = {"我省", "本省", "全省", "该省"}
SELF_CITY = {"我市", "本市", "全市", "该市", "市"}


def _bare(text: str) -> str:
    """A name without blanks, in one form of each character; unlike in a number, nothing can be misread here: a name is known or refused."""
    return re.sub(f'[{BLANKS}*⏎“”"]+', "", unicodedata.normalize("NFKC", text))


def _refused(text: str, expected: str, fix: str) -> DataError:
    return DataError(Problem("region", f'"{text}"', expected, fix))


def _self(text: str, plain: str, context: str | None) -> catalog.Region:
    level = "province" if plain in SELF_PROVINCE else "city"
    if context is None:
        raise _refused(text, f"the {level} that the section is about", "pass its code as context")
    place = catalog.regions()[context]
    while place.level != level:
        if place.level in ("nation", "province"):
            raise _refused(
                text,
                f"a {level} as context, not {place.name_zh} ({place.code})",
                "pass the code of the section's own region",
            )
        place = catalog.regions()[place.parent]
    return place


def _joined(plain: str) -> catalog.Region | None:
    """A city or county printed with its province in front (山西省太原市, 江苏省宿迁市沭阳县): the last part, when the chain is right."""
    whole = [code for k in range(2, len(plain)) for code in catalog.counties_named(plain[-k:])]
    for place in [*catalog.regions().values(), *(catalog.regions()[code] for code in whole)]:
        if place.level in ("city", "county") and plain.endswith(place.name_zh) and plain != place.name_zh:
            above, chain = catalog.regions()[place.parent], {""}
            while above.level != "nation":
                chain = {name + rest for name in (above.name_zh, above.short_zh, "") for rest in chain}
                above = catalog.regions()[above.parent]
            if plain.removesuffix(place.name_zh) in chain:
                return place
    return None


def outlived(code: str, end: str) -> Problem | None:
    """What is wrong with a figure of a place for a time (its last day, ISO text) after the year of the first list of GB/T 2260 without it;
    None for a place that stood then. A name that lives on elsewhere (巢湖市, now a county-level city) is no reason to let it pass.

    >>> outlived("341400", "2010-12-31"), outlived("340181", "2023-12-31")
    (None, None)
    """
    region = catalog.regions()[code]
    if region.state != "former" or not end:
        return None
    gone = max((c for c in catalog.changes() if c.region_code == code), key=lambda c: c.gone_by, default=None)
    if gone is None or end[:4] <= gone.gone_by[:4]:
        return None  # in the year of the change itself publications print either name
    heirs = [c for c in (gone.became_code, *catalog.counties_named(region.name_zh)) if c in catalog.regions()]
    heirs = [c for c in dict.fromkeys(heirs) if catalog.regions()[c].state != "former"]
    named = " or ".join(f"{c} ({_whole(c)})" for c in heirs) or "the place that it went to"
    return Problem(
        "region",
        f"{region.name_zh} ({code}) with a figure of {end[:4]}",
        f"a place of that time: the list of {gone.listed_until} is the last to hold it, that of {gone.gone_by} does not",
        f"pass {named}, where that is meant, or correct the year",
    )


def _whole(code: str) -> str:
    """合肥市巢湖市: a place with the one above it."""
    place = catalog.regions()[code]
    above = catalog.regions()[place.parent].name_zh if place.level == "county" else ""
    return above + place.name_zh


def resolve(text: str, context: str | None = None, level: str = "") -> catalog.Region:
    """The region of a code or a name (140000, 山西, 山西省, Shanxi, 山西省太原市, 该市).

    ``context`` is the code of the region around it: it settles 该市 and 我省, and a name that two regions share (吉林 inside
    吉林省 is the city). ``level`` is what the column holds (province, city): it settles 吉林 in a column of provinces. Raises DataError with the nearest names, or with the candidates when the name alone is ambiguous.
    """
    plain = _bare(text)
    if not plain:
        raise _refused(text, "the name or code of a region", "fill in the cell")
    if context is not None and context not in catalog.regions():
        raise _refused(context, "a six-digit code from data/regions.csv", "correct the context")
    if plain in SELF_PROVINCE | SELF_CITY:
        return _self(text, plain, context)
    named = [
        r
        for r in (catalog.regions().values() if level else ())
        if r.level == level and plain in (r.name_zh, r.short_zh)
    ]
    if len(named) == 1:
        return named[0]
    if context is not None:
        inside = [
            r
            for r in catalog.regions().values()
            if r.parent == context and context != "000000" and plain in (r.name_zh, r.short_zh)
        ]
        if len(inside) == 1:
            return inside[0]
        below = [
            c
            for c in catalog.counties_named(plain)
            if catalog.regions()[c].parent == context or (context[2:] == "0000" and c[:2] == context[:2])
        ]
        if len(below) == 1:
            return catalog.regions()[below[0]]
    # an English name keeps its inner blanks
    spaced = re.sub(r"\s+", " ", text.strip()) if plain.isascii() else plain
    try:
        return catalog.region(spaced)
    except ParameterError as error:
        joined = _joined(plain)
        if joined is not None:
            return joined
        raise DataError(
            Problem("region", f'"{text}"', p.expected, f"{p.fix}, or add an alias in data/regions.csv")
            for p in error.problems
        ) from None
