"""The charts' own fixed words in both languages; everything else on a drawing comes from the table it is given."""

from __future__ import annotations

from analysis import words
from analysis.errors import refuse


def word(key: str, lang: str, **values: object) -> str:
    """A fixed word of ``[charts]`` in words.toml. Raises MethodError for a language other than zh and en."""
    if lang not in words.LANGS:
        raise refuse("charts lang", repr(lang), '"zh" or "en"', "pass the page's language")
    return words.common().text(f"charts.{key}", lang, **values)
