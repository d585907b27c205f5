"""Headlines stay within their limits by their own words, with the longest name of a province and short values in their slots."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import headlines
from analysis import themes
from analysis.words import LANGS

PLACE = {"en": "Inner Mongolia", "zh": "内蒙古"}
VALUE = "99"
SLOT = re.compile(r"\{(\w+)(?::([-~]?)([^}|]*)(?:\|([^}]*))?)?\}")


def filled(text: str, lang: str) -> str:
    """A headline's words with a value in each slot; a number that brings its noun has the longer form behind it.

    >>> filled("{place} has {n:bed|beds}", "en")
    'Inner Mongolia has 99 beds'
    """

    def said(slot: re.Match[str]) -> str:
        if slot[1] in PLACE_SLOTS:
            return PLACE[lang]
        words = max(slot[3] or "", slot[4] or "", key=len) if lang == "en" else ""
        return " ".join(filter(None, ("" if slot[2] == "~" else VALUE, words)))

    return SLOT.sub(said, text)


PLACE_SLOTS = ("place", "province")


def written(catalogue: dict, path: str) -> Iterator[tuple[str, dict]]:
    for key, entry in catalogue.items():
        if isinstance(entry, dict):
            if key.startswith("headline") and set(LANGS) <= entry.keys():
                yield f"{path}.{key}", entry
            yield from written(entry, f"{path}.{key}")


def too_long(catalogues: dict[str, dict]) -> list[str]:
    return [
        f"{where} {lang}: {filled(entry[lang], lang)}"
        for stem, catalogue in catalogues.items()
        for where, entry in written(catalogue, stem)
        for lang in LANGS
        if headlines.width(filled(entry[lang], lang), lang) > headlines.LIMITS[lang]
    ]


def test_headlines_fit_by_their_words():
    folder = Path(themes.__file__).parent
    catalogues = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}
    assert sum(1 for stem in catalogues for _ in written(catalogues[stem], stem)) > 150
    assert too_long(catalogues) == []
    long = {"zh": "{place}" + "增" * 30, "en": "{place} has " + "beds " * 16}
    assert len(too_long({"x": {"beds": {"headline": long}}})) == 2, "the mutation: words that are too many"


def test_a_sites_headlines_are_counted(tmp_path):
    page = tmp_path / "140000" / "services.en.html"
    page.parent.mkdir()
    page.write_text("<figcaption><h3>Beds of <b>Shanxi</b> &amp; more</h3>", encoding="utf-8")
    assert list(headlines.headlines(tmp_path)) == [("140000", "services", "en", "Beds of Shanxi & more")]
    assert headlines.width("增长 9.9%", "zh") == 4.5
