"""The words that results say of themselves, from ``inference.toml`` beside it: English text that carries its Chinese."""

from __future__ import annotations

from pathlib import Path
from warnings import WarningMessage

from analysis.words import catalogue, pick

FILE = Path(__file__).with_name("inference.toml")


class Said(str):
    """English text, to be read and compared like any other, with ``zh``, the same in Chinese."""

    zh: str

    def __new__(cls, en: str, zh: str = "") -> Said:
        made = super().__new__(cls, en)
        made.zh = zh
        return made


def said(path: str, /, **values: object) -> Said:
    """An entry of the catalogue with its slots filled; a value that is itself ``Said`` is filled in each language, others as they are.

    >>> said("dates.no_test", why=said("dates.no_period")).zh
    '无法作干预前联合检验：参照期之前没有时期'
    """
    pairs = {slot: (v.zh, str(v)) if isinstance(v, Said) else v for slot, v in values.items()}
    zh, en = catalogue(FILE).pair(path, **pairs)
    return Said(en, zh)


def warned(caught: list[WarningMessage]) -> tuple[Said, ...]:
    """What a package warned of while it estimated: its own words in English, in Chinese that there are some."""
    return tuple(
        Said(text, said("dates.warned").zh) for text in dict.fromkeys(str(w.message) for w in caught)
    )


def joined(parts: tuple[str, ...]) -> str:
    """Several remarks as one."""
    return Said("; ".join(parts), "；".join(in_language(part, "zh") for part in parts))


def in_language(text: str, lang: str) -> str:
    """Text in a language; text that carries no Chinese (a name of the reader's own) stays as it is."""
    return pick((text.zh, str(text)), lang) if isinstance(text, Said) else text


def row(label: object, lang: str) -> str:
    """The name of a row in a language: those that the methods give are in the catalogue, a column's name stays as it is."""
    given = catalogue(FILE).group("rows")
    return pick(given[label], lang) if isinstance(label, str) and label in given else str(label)
