"""How a Word document looks: the house's style, and ``gongwen`` by GB/T 9704-2012 (official documents of Chinese offices).

GB/T 9704-2012, 5.1 and 7: A4, 37 mm above and 28 mm left of a type area of 156 x 225 mm; 3 号 (16 pt) 仿宋 for the text, 2 号
(22 pt) 小标宋 for the title, 黑体, 楷体 and 仿宋 for headings of the first, second and third level, numbered 一、（一） 1.; 22 lines
of 28 characters, 28 pt from line to line; all in black; page numbers of 4 号 (14 pt) between dashes on the outer side, 7 mm
below the type area. A machine without these faces takes the next name of the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Face:
    """A typeface by name: of Chinese, of Latin and digits, and what stands in for each where it is missing."""

    chinese: str
    latin: str
    chinese_else: tuple[str, ...]
    latin_else: tuple[str, ...] = ()


@dataclass(frozen=True)
class Type:
    """Face, size in points and weight of a kind of text."""

    face: Face
    points: float
    bold: bool = False
    colour: str = ""


@dataclass(frozen=True)
class Style:
    """A style: margins in mm (top, right, bottom, left), line spacing in points (0: single), the types.

    outer: page numbers on outer sides, ``foot`` mm above the sheet's edge. indent: first lines are indented. official: headings
    carry ordinals, lists are paragraphs, everything is black. tighter: points that characters stand closer, so that 28 fill a line.
    """

    name: str
    margins: tuple[float, float, float, float]
    leading: float
    body: Type
    title: Type
    headings: tuple[Type, Type, Type]
    small: Type
    outer: bool = False
    indent: bool = False
    official: bool = False
    foot: float = 15
    tighter: float = 0
    captions: Mapping[str, str] = field(default_factory=dict)


BLACK = "000000"
_SANS = Face(
    "微软雅黑",
    "Arial",
    ("Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei"),
    ("Liberation Sans", "Helvetica"),
)
_FANG = Face(
    "仿宋_GB2312",
    "Times New Roman",
    ("仿宋", "FangSong", "STFangsong", "Noto Serif CJK SC"),
    ("Liberation Serif", "Times"),
)
_HEI = Face("黑体", "Times New Roman", ("SimHei", "STHeiti", "Noto Sans CJK SC"))
_KAI = Face("楷体_GB2312", "Times New Roman", ("楷体", "KaiTi", "STKaiti"))
_TITLE = Face("方正小标宋简体", "Times New Roman", ("小标宋体", "宋体", "SimSun", "Noto Serif CJK SC"))

HOUSE = Style(
    "house",
    (20, 20, 20, 20),
    0,
    Type(_SANS, 10.5),
    Type(_SANS, 20, True),
    (Type(_SANS, 15, True), Type(_SANS, 12, True), Type(_SANS, 10.5, True)),
    Type(_SANS, 8.5),
)
# two pages of Word hold a briefing's sentences, table and three figures only in smaller type
BRIEFING = replace(
    HOUSE,
    margins=(15, 17, 14, 17),
    body=Type(_SANS, 9.5),
    title=Type(_SANS, 17, True),
    headings=(Type(_SANS, 13, True), Type(_SANS, 11, True), Type(_SANS, 10, True)),
    small=Type(_SANS, 8),
)
GONGWEN = Style(
    "gongwen",
    (37, 26, 35, 28),
    28,
    Type(_FANG, 16, colour=BLACK),
    Type(_TITLE, 22, colour=BLACK),
    (Type(_HEI, 16, colour=BLACK), Type(_KAI, 16, colour=BLACK), Type(_FANG, 16, True, BLACK)),
    Type(_FANG, 10.5, colour=BLACK),
    outer=True,
    indent=True,
    official=True,
    foot=23,
    tighter=0.25,
)
_DIGITS = "零一二三四五六七八九十"


def ordinal(number: int) -> str:
    """A number up to 99 in Chinese.

    >>> [ordinal(n) for n in (1, 10, 11, 20, 32)]
    ['一', '十', '十一', '二十', '三十二']
    """
    tens, ones = divmod(number, 10)
    lead = ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") if number != 10 else ""
    return _DIGITS[10] if number == 10 else lead + (_DIGITS[ones] if ones else "")


STYLES = {style.name: style for style in (HOUSE, GONGWEN)}


def faces(style: Style) -> list[Face]:
    """The faces of a style, each once."""
    used = (style.body, style.title, *style.headings, style.small)
    return list(dict.fromkeys(one.face for one in used))
