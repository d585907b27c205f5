"""Where a number may stand without its qualifier: only where the words around it say each part of it.

A part is said by its own words, or by a wording that ``[qualifiers]`` of ``data/words.toml`` declares for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from analysis.words import LANGS, common, pick


@cache
def wordings() -> dict[str, dict[str, tuple[str, ...]]]:
    """By language: a part of a qualifier -> other words that say the same (``[qualifiers]`` of ``data/words.toml``)."""
    shared = common()
    found: dict[str, dict[str, tuple[str, ...]]] = {lang: {} for lang in LANGS}
    for key in shared.entry("qualifiers"):
        printed, *others = shared.group(f"qualifiers.{key}").values()
        for lang in LANGS:
            found[lang][pick(printed, lang)] = tuple(pick(other, lang) for other in others)
    return found


def parted(text: str, qualifier: str) -> tuple[str, list[str]]:
    """A number's text without its qualifier, and the qualifier's parts.

    >>> parted("24 (during the epidemic; full-time)", "during the epidemic; full-time")
    ('24', ['during the epidemic', 'full-time'])
    """
    if not qualifier or qualifier not in text:
        return text, []
    parts = qualifier.replace("；", "; ").split("; ")
    return text[: text.index(qualifier) - 1].rstrip(), [part for part in parts if part]


def unsaid(parts: Iterable[str], around: Iterable[str], lang: str) -> list[str]:
    """The parts that no text around the number says.

    >>> unsaid(["during the epidemic", "full-time"], ["24 doctors (during the epidemic)"], "en")
    ['full-time']
    """
    texts = [text.casefold() for text in around]
    held = wordings()[lang]
    return [
        part
        for part in parts
        if not any(word.casefold() in text for word in (part, *held.get(part, ())) for text in texts)
    ]
