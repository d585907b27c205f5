"""A page taken apart into tags and texts, where each tag is written as this project writes it.

Most tags of a page say what a tag before has said, on this page or on the last: each wording is read once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape
from typing import NamedTuple

# a name, and values that stand in double quotes or in none
_ATTRIBUTES = r"""(?:\s+[a-zA-Z_:][-a-zA-Z0-9_:.]*(?:="[^"]*"|=[^\s"'=<>`]+)?)*"""
RAW = ("script", "style")  # elements whose text holds no tags
_ENDS = tuple(f"</{name}>" for name in RAW)
_STEP = re.compile(
    "|".join(
        [
            *(rf"<{name}{_ATTRIBUTES}\s*>[^<]*(?:<(?!/{name}>)[^<]*)*</{name}>" for name in RAW),
            rf"</?[a-zA-Z][a-zA-Z0-9:-]*{_ATTRIBUTES}\s*/?>",
            "[^<]+",
        ]
    )
)
_TAG = re.compile(rf"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)({_ATTRIBUTES})\s*(/?)>")
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z_:][-a-zA-Z0-9_:.]*)(?:="([^"]*)"|=([^\s"'=<>`]+))?""")
_DOCTYPE = re.compile(r"<!doctype html>", re.IGNORECASE)


class Step(NamedTuple):
    """One step through a page: ``kind`` is text, start, empty or end."""

    kind: str
    tag: str = ""
    attributes: Mapping[str, str] = {}
    text: str = ""


def steps(html: str) -> list[Step] | None:
    """The steps through a page; None where a tag is written in another way, which the standard parser has to read.

    >>> [one.kind for one in steps("<p id=a>x<br></p>")], steps("<p id='a'>")
    (['start', 'text', 'start', 'end'], None)
    """
    at = found.end() if (found := _DOCTYPE.match(html)) else 0
    pieces = _STEP.findall(html, at)
    if sum(map(len, pieces)) != len(html) - at:
        return None
    out: list[Step] = []
    for piece in pieces:
        if piece[0] != "<":
            out.append(Step("text", text=unescape(piece) if "&" in piece else piece))
        elif piece.endswith(_ENDS) and piece[1] != "/":
            out += _raw(piece)
        else:
            step = _tag(piece)
            if step is None or (step.kind == "start" and step.tag in RAW):
                return None
            out.append(step)
    return out


def _raw(piece: str) -> list[Step]:
    """An element whose text is no HTML."""
    head = _TAG.match(piece)
    assert head
    start, end = _tag(head[0]), piece.rindex("</")
    assert start
    text = [Step("text", text=piece[head.end() : end])] if end > head.end() else []
    return [start, *text, Step("end", start.tag)]


@lru_cache(maxsize=16384)
def _tag(piece: str) -> Step | None:
    """A tag; None for an end tag that says more than its name."""
    found = _TAG.fullmatch(piece)
    assert found
    closing, tag, attributes, empty = found.groups()
    if closing:
        return None if attributes or empty else Step("end", tag.lower())
    held = {
        name.lower(): unescape(value) if "&" in (value := quoted or bare) else value
        for name, quoted, bare in _ATTRIBUTE.findall(attributes)
    }
    return Step("empty" if empty else "start", tag.lower(), held)
