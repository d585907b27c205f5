"""A teaching pack with its numbers, and what all its forms share: names of its files, levels, words, records of its text's numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import words
from analysis.cases import values
from analysis.cases.exhibits import Shown
from analysis.cases.packs import Source
from analysis.cases.values import Values
from analysis.words import nth, pick

LAYER = Path(__file__).with_name("caselab.py")
TEXT = words.catalogue(Path(__file__).with_name("cases.toml"))
LEVELS = TEXT.group("made.levels")
WORDS = TEXT.group("made.words")


@dataclass(frozen=True)
class Made:
    """A pack with its numbers: source, values, exhibits by language, checks, data files and the date of the newest source."""

    source: Source
    values: Values
    shown: Mapping[str, Mapping[str, Shown]]
    checks: Mapping[str, Any]
    data: Mapping[str, str]
    as_of: str


def cited_rows(made: Made, lang: str) -> list[tuple[str, str, str, str]]:
    """Records of the statements whose number the case's text prints."""
    i = nth(lang)
    said = " ".join(section["text"][i] for section in made.source.sections)
    used = {match.partition(" : ")[0].strip() for match in re.findall(r"\{\{(.+?)\}\}", said)}
    kept = {name: fact for name, fact in made.values.facts.items() if name in used}
    return values.cited(Values(made.values.numbers, kept), lang)


def file_name(part: str, lang: str, end: str) -> str:
    """zh is NAME.ipynb, en is NAME.en.ipynb, as pages are named."""
    return pick((f"{part}.{end}", f"{part}.en.{end}"), lang)
