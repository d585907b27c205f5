"""What the reader keeps while it reads one document: the same words are asked about at each number of a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
_FORGET: list[Callable[[], None]] = []


def remembered(read: Callable[[str], T]) -> Callable[[str], T]:
    """A function of a piece of text that is worked out once for a piece, until the next document.

    >>> remembered(len)("床位")
    2
    """
    kept = lru_cache(maxsize=4096)(read)
    _FORGET.append(kept.cache_clear)
    return kept


def known(cue: Callable[[], re.Pattern[str]]) -> Callable[[str], bool]:
    """Whether a piece of text holds a cue.

    >>> known(lambda: re.compile("累计"))("累计引进")
    True
    """
    return remembered(lambda piece: cue().search(piece) is not None)


def forget() -> None:
    """Begin with another document."""
    for clear in _FORGET:
        clear()
