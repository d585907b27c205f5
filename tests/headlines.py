"""How long the headlines of a finished site's figures are: a figure's headline has at most 90 characters, or 32 in Chinese.

``python tests/headlines.py reports`` prints how many are longer and the longest of each theme. A letter or sign of the Latin kind
counts half in Chinese. What words alone decide, ``test_words`` holds; the rest hangs on the names of places and hospitals.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator
from pathlib import Path

LIMITS = {"en": 90.0, "zh": 32.0}
_HEADLINE = re.compile(r"<figcaption><h3>(.*?)</h3>", re.S)


def width(text: str, lang: str) -> float:
    """Characters as a reader of the language counts them.

    >>> width("at most 90", "en"), width("增长 9%", "zh")
    (10.0, 3.5)
    """
    if lang == "en":
        return float(len(text))
    return sum(0.5 if ord(sign) < 0x2E80 and sign not in "“”—…" else 1.0 for sign in text)


def headlines(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """(place, theme, language, headline) of every figure of the themes' pages and briefings."""
    for path in sorted(Path(folder).glob("[0-9]*/*.html")):
        lang = "en" if path.name.endswith(".en.html") else "zh"
        for found in _HEADLINE.findall(path.read_text(encoding="utf-8")):
            text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", found)).split())
            yield path.parent.name, path.name.partition(".")[0], lang, text


if __name__ == "__main__":
    held = list(headlines(Path(sys.argv[1])))
    for lang, limit in LIMITS.items():
        mine = [(width(text, lang), theme, place, text) for place, theme, one, text in held if one == lang]
        over = sorted((line for line in mine if line[0] > limit), reverse=True)
        print(f"{lang}: {len(over)} of {len(mine)} longer than {limit:g}")
        for theme in dict.fromkeys(line[1] for line in over):
            some = [line for line in over if line[1] == theme]
            print(f"{len(some):4d} {theme}", *some[0])
