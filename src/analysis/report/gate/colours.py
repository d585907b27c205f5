"""Check 7: contrast of text, and colours that people with another colour vision can tell apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations

from analysis.report.gate.site import Site


def _palette(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """Colour variables in light and in dark."""
    blocks = re.findall(r":root\{([^}]*)\}", css)
    light = dict(re.findall(r"--(\w+):(#[0-9A-Fa-f]{3,6})", blocks[0])) if blocks else {}
    dark = re.search(r"prefers-color-scheme:dark\)\{:root\{([^}]*)\}", css)
    return light, light | (dict(re.findall(r"--(\w+):(#[0-9A-Fa-f]{3,6})", dark[1])) if dark else {})


def _linear(colour: str) -> list[float]:
    raw = colour.lstrip("#")
    raw = "".join(c * 2 for c in raw) if len(raw) == 3 else raw
    parts = [int(raw[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(one: str, two: str) -> float:
    """WCAG contrast ratio of two colours."""
    a, b = sorted(
        (sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), _linear(x), strict=True)) for x in (one, two)),
        reverse=True,
    )
    return (a + 0.05) / (b + 0.05)


# Machado, Oliveira and Fernandes 2009, severity 1, in linear RGB
_VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}


def difference(one: str, two: str, vision: str = "normal") -> float:
    """CIE76 colour difference as seen with normal, deutan or protan vision."""

    def lab(colour: str) -> tuple[float, float, float]:
        rgb = _linear(colour)
        r, g, b = (
            min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in _VISION[vision]
        )
        xyz = (
            (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
            0.2126 * r + 0.7152 * g + 0.0722 * b,
            (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
        )
        x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
        return 116 * y - 16, 500 * (x - y), 200 * (y - z)

    return sum((p - q) ** 2 for p, q in zip(lab(one), lab(two), strict=True)) ** 0.5


TEXT_ON = {
    "paper": ("ink", "ink2", "ink3", "az", "oc"),
    "tint": ("ink", "ink2", "ink3", "az"),
    "warm": ("ink", "ink2", "oc"),
    "s0": ("ink", "az"),
}


def check_colours(site: Site) -> Iterable[str]:
    """7: text 4.5:1, marks 3:1, marks told apart with deutan and protan vision, in light and dark."""
    for css, names in _styles(site).items():
        palettes = dict(zip(("light", "dark"), _palette(css), strict=True))
        for theme, colours in palettes.items():
            if not {"paper", "ink", "ink2", "ink3", "az", "oc", "mk", "peer"} <= colours.keys():
                yield f"{names[0]}: the palette is incomplete"
                continue
            for ground, inks in TEXT_ON.items():
                for ink in inks:
                    if ground in colours and (ratio := contrast(colours[ink], colours[ground])) < 4.5:
                        yield f"{names[0]}, {theme}: {ink} on {ground} {ratio:.1f}:1, below 4.5:1"
            for mark in ("mk", "peer", "az", "oc", "ink"):
                if (ratio := contrast(colours[mark], colours["paper"])) < 3:
                    yield f"{names[0]}, {theme}: {mark} on paper {ratio:.1f}:1, below 3:1"
            for one, two in combinations(("az", "peer", "mk", "oc"), 2):
                for vision in _VISION:
                    if (gap := difference(colours[one], colours[two], vision)) < 25:
                        yield f"{names[0]}, {theme}: {one} and {two} {gap:.0f} apart with {vision} vision, below 25"


def _styles(site: Site) -> dict[str, list[str]]:
    """Distinct palettes over the site, with the pages that use each."""
    out: dict[str, list[str]] = {}
    for page in site.pages:
        css = "".join(
            re.findall(
                r":root\{[^}]*\}|@media screen and \(prefers-color-scheme:dark\)\{:root\{[^}]*\}\}",
                page.html[:40000],
            )
        )
        out.setdefault(css, []).append(page.name)
    return out
