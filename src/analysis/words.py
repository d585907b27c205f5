"""Catalogues: every word a reader reads, in Chinese and English side by side, in a TOML file beside the code that fills it.

An *entry* is a table with ``zh`` and ``en``; a *path* is its place in the file, with dots (``position.sentences.doctors``). Values
go into named slots, ``{place}``. Code brings values, never words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from analysis.errors import refuse

LANGS = ("zh", "en")
Text = tuple[str, str]  # (zh, en)


class Catalogue:
    """One TOML file. Raises MethodError for a path that has no entry."""

    def __init__(self, file: Path):
        self.file = file
        self._told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))

    def entry(self, path: str) -> Mapping[str, Any]:
        """The table at a path."""
        found: Any = self._told
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        if not isinstance(found, dict):
            raise refuse(
                f"{self.file.name} {path}",
                "no such entry",
                "a table with zh and en",
                f"add [{path}] to {self.file.name}, or mend the path in the module beside it",
            )
        return found

    def pair(self, path: str, /, **values: object) -> Text:
        """Both languages, each ``{slot}`` filled: a value is text for both languages or a pair (zh, en). Without values: as it stands."""
        entry = self.entry(path)
        return fill(self._text(entry, path), values)

    def text(self, path: str, lang: str, /, **values: object) -> str:
        """One language of ``pair``."""
        return self.pair(path, **values)[LANGS.index(lang)]

    def group(self, path: str) -> dict[str, Text]:
        """All entries of a table: key -> (zh, en), in the file's order."""
        return {key: self._text(entry, f"{path}.{key}") for key, entry in self.entry(path).items()}

    def _text(self, entry: Mapping[str, Any], path: str) -> Text:
        if not isinstance(entry, dict) or not all(isinstance(entry.get(lang), str) for lang in LANGS):
            raise refuse(f"{self.file.name} {path}", "zh or en missing", "both", "write the missing language")
        return entry["zh"], entry["en"]


def fill(text: Text, values: Mapping[str, object]) -> Text:
    """A pair with its slots filled."""
    if not values:
        return text
    zh, en = ({slot: _one(value, i) for slot, value in values.items()} for i in range(len(LANGS)))
    return text[0].format(**zh), text[1].format(**en)


def _one(value: object, i: int) -> object:
    return value[i] if isinstance(value, tuple) and len(value) == len(LANGS) else value


@cache
def catalogue(file: Path) -> Catalogue:
    """The catalogue of a file, read once."""
    return Catalogue(file)
