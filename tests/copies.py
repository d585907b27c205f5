"""Drawings of a finished site that stand under more than one place's name, byte for byte.

``python tests/copies.py reports`` prints how many there are and where: a figure of the nation stands once, on the nation's page
(``Finding.once``), and pages of places lead there. A briefing repeats figures of its own place's reports and is left out.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

_SVG = re.compile(r"<svg.*?</svg>", re.S)
_NAMES = re.compile(r' (?:id|href|xlink:href)=(?:"[^"]*"|[^\s">]+)|url\(#[^)]*\)')
_CLASS = re.compile(r'(?<= class=)"?(k\d+)"?')
_STYLE = re.compile(r"\.(k\d+)\{([^}]*)\}")
_FIGURE = re.compile(r'<figure[^>]* id="([^"]+)".*?</figure>', re.S)
AROUND = ("index.html",)


def drawings(folder: Path) -> dict[tuple[str, str, str], set[str]]:
    """(theme, figure, hash of the drawing without its ids) -> places, of the Chinese pages."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for path in sorted(Path(folder).glob("[0-9]*/*.html")):
        if path.name.endswith(".en.html") or path.name in AROUND:
            continue
        page = path.read_text(encoding="utf-8")
        styles = dict(_STYLE.findall(page))
        for figure in _FIGURE.finditer(page):
            for drawing in _SVG.findall(figure[0])[:1]:
                made = hashlib.blake2b(_bare(drawing, styles).encode(), digest_size=8).hexdigest()
                found[path.stem, figure[1], made].add(path.parent.name)
    return dict(found)


def _bare(drawing: str, styles: Mapping[str, str]) -> str:
    """A drawing without what hangs on its page: its ids, and the page's short names of styles, each written out."""
    return _CLASS.sub(lambda found: styles.get(found[1], found[1]), _NAMES.sub("", drawing))


def repeated(folder: Path, least: int = 2) -> dict[tuple[str, str], set[str]]:
    """(theme, figure) -> the places under whose names one and the same drawing stands, where they are ``least`` or more."""
    return {key[:2]: places for key, places in drawings(folder).items() if len(places) >= least}


if __name__ == "__main__":
    site = Path(sys.argv[1])
    held = drawings(site)
    copies = {key: places for key, places in held.items() if len(places) > 1}
    print(
        sum(map(len, held.values())), "drawings,", sum(len(p) - 1 for p in copies.values()), "of them copies"
    )
    for (theme, figure, _), places in sorted(copies.items(), key=lambda pair: -len(pair[1])):
        print(f"{len(places):4d}  {theme} {figure}  {' '.join(sorted(places)[:6])}")
