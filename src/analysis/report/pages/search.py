"""The search page: every place from A to Z with what there is of it, and an index of places, themes, indicators and sentences.

The list is the page; with its script the list gives way to what is found. The index stands in the page and is held under
``LIMIT`` by leaving out sentences, the last of each place first.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from analysis import catalog, synonyms
from analysis.report.pages import frames, page, render, scripts
from analysis.report.pages.kept import Line
from analysis.report.pages.shown import Report, Site, above
from analysis.told import text_of
from analysis.words import LANGS, pick

LIMIT = 1_500_000  # bytes of the page
ROOM = 200_000  # of them for the list and the frame
PER_PLACE = 40
COUNTIES = "counties"  # the theme whose page of a province has a row, and its anchor, for each county


def lines(pages: Iterable[Report]) -> list[Line]:
    """What a place's pages say, most telling first: sentences meant for the briefing, then headlines of figures."""
    told, heads = [], []
    for p in pages:
        for finding in p.findings:
            at = p.theme, finding.section
            told += [(s.brief, Line(*at, text_of(s.segments))) for s in page.briefed([finding])]
            if finding.kind == "figure" and finding.headline:
                heads.append(Line(*at, text_of(finding.headline)))
    first = [line for _, line in sorted(told, key=lambda t: t[0])]
    once = {line.text: line for line in reversed([*first, *heads])}
    return [once[text] for text in dict.fromkeys(line.text for line in [*first, *heads])][:PER_PLACE]


@dataclass(frozen=True)
class Place:
    """A place in the list: its names, the place above it, the themes with a page, or why there is none."""

    code: str
    spelt: str
    initials: str
    above: str
    themes: tuple[str, ...]
    why: str

    @property
    def letter(self) -> str:
        return self.spelt[0].upper()


@cache
def spelling(name_zh: str, name_en: str) -> tuple[str, str]:
    """A place's name in pinyin without tones, and its initials.

    >>> spelling("重庆", "Chongqing"), spelling("呼和浩特", "Hohhot")
    (('chongqing', 'cq'), ('huhehaote', 'hhht'))
    """
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(name_zh)
    whole = "".join(syllables)
    official = bare(name_en)
    # where the official spelling is pinyin, it knows which reading of a character the place has
    same = len(official) == len(whole) and official.isalpha() and official[0] == whole[0]
    return (official if same else whole), "".join(s[0] for s in syllables)


def sorted_by(region: catalog.Region, lang: str) -> str:
    """What a place is sorted by: its pinyin, on English pages its English name."""
    return pick((spelling(region.short_zh, region.name_en)[0], bare(region.name_en)), lang)


def bare(text: str) -> str:
    """Small letters without accents, spaces and marks: what names are sorted and looked for by."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in letters if c.isalpha() and not unicodedata.combining(c))


def places(lang: str, pages: Iterable[Report], site: Site) -> list[Place]:
    """Every place of the dictionary, from A to Z of its name in pinyin (on English pages: of its English name)."""
    w = render.words(lang)
    made: dict[str, list[str]] = {}
    for p in pages:
        if p.lang == lang and p.stands:
            made.setdefault(p.region_code, []).append(p.theme)
    found = []
    for region in catalog.regions().values():
        themes = tuple(made.get(region.code, ()))
        found.append(
            Place(
                region.code,
                sorted_by(region, lang),
                spelling(region.short_zh, region.name_en)[1],
                (above(region.code) or [""])[-1],
                themes,
                "" if themes else why(region, lang, site, w),
            )
        )
    return sorted(found, key=lambda p: (p.spelt, p.code))


def why(region: catalog.Region, lang: str, site: Site, w: Mapping[str, str]) -> str:
    """Why a place has no report."""
    if region.state:
        return w[f"place_{region.state}"]
    states = site.states(region.code).values()
    if None in states:
        return w["not_made"]
    first = next((state for state in states if state), None)
    return f"{first.code} {first.text(lang)}" if first else w["no_rows"]


def index(
    lang: str,
    found: Sequence[Place],
    site: Site,
    said: Mapping[str, Sequence[Line]],
    counties: Iterable[str] = (),
) -> dict:
    """What the script looks through. said: code -> lines of the language; counties: codes of those with a row on their
    province's page of counties.
    """
    order = {place.code: n for n, place in enumerate(found)}
    themes = sorted(site.themes, key=site.order)
    at = {theme: n for n, theme in enumerate(themes)}
    shown = {place.code: place for place in found}
    content = {
        "me": pick((1, 2), lang),
        "b": [code for code in site.codes if code in order],
        "p": [_names(place) for place in found],
        "t": [[t, site.title(t, lang), site.question(t, lang)] for t in themes],
        "i": [
            [key, one.label("zh"), one.label_en, int(key in site.compared)]
            for key, one in catalog.indicators().items()
        ],
        "c": [_county(code) for code in sorted(counties) if COUNTIES in _themes(shown, f"{code[:2]}0000")],
        "y": list(synonyms.said().items()),
    }
    room = LIMIT - ROOM - len(json.dumps(content, ensure_ascii=False).encode())
    taken: list[list] = []
    seen: set[str] = set()
    for n in range(PER_PLACE):  # the first of every place before the second of any
        for code in sorted(said):
            line = said[code][n] if n < len(said[code]) else None
            if line is None or line.text in seen or code not in order or line.theme not in shown[code].themes:
                continue
            entry = [order[code], at[line.theme], line.anchor, line.text]
            room -= len(json.dumps(entry, ensure_ascii=False).encode())
            if room < 0:
                return content | {"s": sorted(taken)}
            seen.add(line.text)
            taken.append(entry)
    return content | {"s": sorted(taken)}


def _themes(shown: Mapping[str, Place], code: str) -> tuple[str, ...]:
    return shown[code].themes if code in shown else ()


def _county(code: str) -> list:
    """A county, its names, those of the place above it and whether it is a district: which of the lists on its province's
    page has its row.
    """
    county = catalog.region(code)
    above = catalog.regions().get(county.parent)
    names = (above.short_zh, above.name_en) if above else ("", "")
    return [code, county.name_zh, county.short("en"), *names, int(county.district)]


@cache
def _former(_: int) -> dict[str, tuple[str, ...]]:
    """Code -> names of prefectures that became it."""
    found: dict[str, tuple[str, ...]] = {}
    for change in catalog.changes():
        if change.level == "city" and change.became_code:
            found[change.became_code] = (*found.get(change.became_code, ()), change.name_zh)
    return found


def _names(place: Place) -> list:
    region = catalog.region(place.code)
    spelt = spelling(region.short_zh, region.name_en)[0]
    names = [place.code, region.short_zh, region.name_en, spelt, place.initials, region.name_zh]
    former = [name for name in _former(catalog.edition()).get(place.code, ()) if name != region.name_zh]
    return [*names, place.above, list(place.themes), place.why, *([former] if former else [])]


def search_page(
    lang: str,
    pages: Iterable[Report],
    site: Site,
    said: Mapping[str, Sequence[Line]],
    counties: Iterable[str] = (),
) -> str:
    """The page in one language. counties: codes of those with a row on their province's page."""
    w = render.words(lang)
    found = places(lang, pages, site)
    linked = set(site.codes)
    # the letters of both languages: their anchors are the same in each
    first = {sorted_by(r, one)[0].upper() for r in catalog.regions().values() for one in LANGS}
    letters: dict[str, list[dict]] = {letter: [] for letter in sorted(first)}
    for place in found:
        region = catalog.region(place.code)
        letters[place.letter].append(
            {
                "code": place.code,
                "name": region.short(lang),
                "above": catalog.region(place.above).short(lang) if place.above else "",
                "themes": len(place.themes),
                "why": place.why,
                "linked": place.code in linked,
            }
        )
    view = frames.frame(
        lang,
        "search",
        w["search_title"],
        site.plan,
        letters=list(letters.items()),
        total=len(found),
        index=scripts.data("index", index(lang, found, site, said, counties)),
        searching=True,
    )
    return frames.html("search.html", view)
