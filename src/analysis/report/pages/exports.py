"""Which export fills a gap: menu path at the publisher, file name, and the command that adds it (``exports.toml`` beside this)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analysis import catalog
from analysis.errors import DataError, Problem
from analysis.words import nth

FILE = Path(__file__).with_suffix(".toml")
LEVELS = ("province", "city")


@dataclass(frozen=True)
class Export:
    """One export: what it holds (as titles of gaps say it), for which level of places, where it is and how it is added.

    file: its name as downloaded; empty where no file of it was seen.
    """

    what: tuple[str, str]
    level: str
    path: tuple[str, str]
    file: str
    indicator: str

    @property
    def command(self) -> str:
        """The command that adds the downloaded file."""
        name = f'"{self.file}"' if " " in self.file else self.file or "FILE"
        if not self.indicator:
            return f"yigai add {name} --public"
        entry = catalog.indicator(self.indicator)
        return f'yigai add {name} --indicator "{entry.label_zh}({entry.print_unit or entry.unit})" --public'


@lru_cache(maxsize=1)
def _file() -> dict:
    return tomllib.loads(FILE.read_text("utf-8"))


@lru_cache(maxsize=1)
def held() -> tuple[Export, ...]:
    """All exports whose path is held. Raises DataError for a level or an indicator that does not exist, or a text without a side."""
    made = []
    for number, row in enumerate(_file()["export"], start=1):
        what, path = ((row[key].get("zh", ""), row[key].get("en", "")) for key in ("what", "path"))
        if row["level"] not in LEVELS or not all((*what, *path)):
            raise DataError(
                Problem(
                    f"{FILE.name}, export {number}",
                    f"level {row['level']!r}, texts {what + path}",
                    f"one of {LEVELS}, and both languages",
                    "complete the entry",
                )
            )
        if row["indicator"]:
            catalog.indicator(row["indicator"])
        made.append(Export(what, row["level"], path, row["file"], row["indicator"]))
    return tuple(made)


def is_lacking(title: str, lang: str) -> bool:
    """Whether the title of a gap says that figures are not held, or single ones and no series: what an export can fill."""
    return any(words in title for words in _file()["lacking"][lang])


def fills(region_code: str, title: str, lang: str) -> tuple[Export, ...]:
    """The exports that fill a gap of a place, by the words of its title; none where no path is held."""
    if not is_lacking(title, lang):
        return ()
    level, side = catalog.region(region_code).level, nth(lang)
    return tuple(one for one in held() if one.level == level and one.what[side] in title)
