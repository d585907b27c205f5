"""What people say for what the names of indicators say (``synonyms.toml``): one list for the workbench and the search page."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _read() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("analysis") / "synonyms.toml").read_text(encoding="utf-8"))


def said() -> dict[str, str]:
    """A plain word -> the word that names use, in Chinese and English."""
    return _read()["zh"] | _read()["en"]


def of(lang: str) -> dict[str, str]:
    """The same of one language."""
    return dict(_read()[lang])


def whole() -> dict[str, str]:
    """A word that stands alone -> the name of the one indicator that is meant."""
    return dict(_read()["whole"])
