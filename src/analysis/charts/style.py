"""The look's palette, type sizes and pinned fonts: the one place where a colour or a size is a number.

Colours are named after mineral pigments and used by role: ``az`` (azurite) is the highlighted region and nothing else, ``oc``
(ochre) is what is not a result (targets, commitments, breaks), ``ink`` is the nation and the reference lines, greys are everyone
else. In a page each role is a CSS variable, so the page decides on light and dark; the hex values here are its fallback and the
pinned palette of the PNG.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from analysis.errors import refuse

COLOURS = {
    "paper": "#FFFFFF", "ink": "#17212B", "ink2": "#45515C", "ink3": "#5F6B76", "mk": "#87929C", "hair": "#AEB7BF", "peer": "#3E4A55",
    "az": "#1A62A6", "oc": "#A4530F", "grid": "#E1E6EA", "band": "#E6EBEF", "tint": "#F5F7F9", "warm": "#F8F4EE", "row": "#EAF1F8",
    # the five classes of the map and the ink on them do not turn dark: a tile keeps its printed value readable in both themes
    "s0": "#EAF1F8", "s1": "#C3D9EE", "s2": "#9BC1E3", "s3": "#6BA2D6", "s4": "#1A5490", "on": "#17212B", "white": "#FFFFFF",
}  # fmt: skip
FIXED = frozenset({"s0", "s1", "s2", "s3", "s4", "on", "white"})
VARIABLE = {"row": "s0"}  # the page's name of a role, where it differs

LABEL, SMALL, END, BIG = 8.6, 8.0, 7.6, 9.2  # pt; 12, 11.1, 10.5 and 12.8 css px
WIDE, NARROW = 518.4, 259.2  # pt; 7.2 in and 3.6 in


def css(role: str) -> str:
    """The colour of a role as CSS: a variable of the page with the light value as fallback; map classes are fixed."""
    return COLOURS[role] if role in FIXED else f"var(--{VARIABLE.get(role, role)},{COLOURS[role]})"


def rgb(role: str) -> tuple[int, int, int]:
    """The light colour of a role as three bytes."""
    value = COLOURS[role]
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


@lru_cache(maxsize=1)
def pinned_palette() -> tuple[int, ...]:
    """768 bytes: every role, its blends with paper, and the text blends on coloured grounds.

    An adaptive palette merges rare colours into frequent ones (ochre became dark grey in a trial), so the palette is fixed.
    """
    colours: dict[tuple[int, ...], None] = {}

    def blend(front: str, back: str, steps: int) -> None:
        for step in range(steps + 1):
            share = step / steps
            colours[
                tuple(round(f * share + b * (1 - share)) for f, b in zip(rgb(front), rgb(back), strict=True))
            ] = None

    for front, steps in {
        "ink": 14,
        "ink2": 10,
        "ink3": 10,
        "az": 14,
        "oc": 12,
        "mk": 8,
        "peer": 8,
        "hair": 4,
        "s3": 3,
    }.items():
        blend(front, "paper", steps)
    for back in ("s1", "s2", "s3", "band", "row"):
        blend("ink", back, 7)
    for front, back, steps in (
        ("white", "s4", 7),
        ("az", "row", 7),
        ("az", "band", 7),
        ("oc", "warm", 5),
        ("mk", "band", 5),
        ("paper", "mk", 3),
    ):
        blend(front, back, steps)
    for share in (0.1, 0.26):  # the two ribbons around a rank
        colours[tuple(round(f * share + 255 * (1 - share)) for f in rgb("az"))] = None
    for role in COLOURS:
        colours[rgb(role)] = None
    assert len(colours) <= 256, len(colours)
    flat = [byte for colour in colours for byte in colour]
    return tuple(flat + [0] * (768 - len(flat)))


@lru_cache(maxsize=1)
def font_files() -> tuple[Path, Path]:
    """Regular and bold of the pinned open CJK font (Noto Sans CJK SC, package mpl_font). Raises MethodError when it is not installed."""
    # find_spec, because importing that package would import pyplot and change global settings
    found = find_spec("mpl_font")
    folder = Path(found.origin).parent / "fonts" / "noto" if found and found.origin else None
    if folder is None or not (folder / "NotoSansCJKsc-Regular.otf").is_file():
        raise refuse(
            "charts font",
            "no Noto Sans CJK SC",
            "the font files of the package mpl-font",
            "install the locked environment again (make setup)",
        )
    return folder / "NotoSansCJKsc-Regular.otf", folder / "NotoSansCJKsc-Bold.otf"


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Estimated width in points, a little generous: the reader's font is unknown, so 12 per cent of slack is added to Latin."""
    total = 0.0
    for char in text:
        if ord(char) > 0x2E7F:
            total += 1.0
        elif char in "ilj.,:;'|!()[] ":
            total += 0.34
        elif char in "mwMW%→—≥≤≈":
            total += 0.98
        elif char.isupper():
            total += 0.71
        else:
            total += 0.6
    return total * size * (1.05 if bold else 1.0)


_NO_START = set("，。、；：！？）》】”’%,.;:!?)]／")
_NO_END = set("（《【“‘([")


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than ``width``: between Han characters or at spaces, never before closing punctuation."""
    pieces: list[str] = []
    for char in text:
        joins = pieces and (
            char in _NO_START
            or pieces[-1][-1] in _NO_END
            or (ord(char) < 0x2E80 and ord(pieces[-1][-1]) < 0x2E80 and char != " " and pieces[-1][-1] != " ")
        )
        if joins:
            pieces[-1] += char
        else:
            pieces.append(char)
    lines, current = [], ""
    for piece in pieces:
        if current and text_width(current + piece.rstrip(), size, bold) > width:
            lines.append(current.strip())
            current = "" if piece == " " else piece
        else:
            current += piece
    return [*lines, current.strip()] if current.strip() else lines
