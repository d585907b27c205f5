"""A page's drawing as a picture that stands alone: colours resolved, font named, title and credit drawn in.

Inside a page a drawing takes colours, font and words from the page around it. Alone it has none of them, and some programs
(typst among them) draw nothing at all where a colour is ``var(--x, #hex)``, without a word.
"""

from __future__ import annotations

import re
from html import escape

from analysis.charts.style import COLOURS, wrap

FONT = "Noto Sans CJK SC"
FONTS = f"{FONT}, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, Arial, sans-serif"
MARGIN = 16.0
SPARK = {
    "polyline": f'fill="none" stroke="{COLOURS["peer"]}" stroke-width="1.5"',
    "circle": f'fill="{COLOURS["az"]}"',
    'path class="bk"': f'stroke="{COLOURS["oc"]}" stroke-dasharray="2 2"',
    'path class="jp"': f'fill="{COLOURS["paper"]}" stroke="{COLOURS["oc"]}"',
}
_VARIABLE = re.compile(r"var\(--[\w-]+,\s*(#[0-9A-Fa-f]{3,8})\)")
_RULE = re.compile(r"\.([\w-]+)\{([^}]*)\}")
_SHEET = re.compile(r"<style>(.*?)</style>", re.S)
_CLASS = re.compile(r' class="([\w-]+)"')
_ROOT = re.compile(r"<svg\b[^>]*>")
_WORDS = re.compile(r">[^<>]*[‘’“”][^<>]*<")
_HAN = re.compile(r"[\u3400-\u9fff]")
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def size(svg: str) -> tuple[float, float]:
    """Width and height of a drawing in points."""
    box = _BOX.search(svg)
    return (float(box[1]), float(box[2])) if box else (100.0, 40.0)


def resolved(svg: str) -> str:
    """The drawing's marks with plain attributes in place of style classes and CSS variables.

    >>> resolved('<svg viewBox="0 0 9 9"><style>.k1{fill:var(--az,#1A62A6)}</style><path class="k1" d="M0 0"/></svg>')
    '<svg viewBox="0 0 9 9"><path fill="#1A62A6" d="M0 0"/></svg>'
    """
    text = _VARIABLE.sub(r"\1", svg)
    rules = {name: rule for sheet in _SHEET.findall(text) for name, rule in _RULE.findall(sheet)}

    def attributes(match: re.Match[str]) -> str:
        pairs = [part.split(":", 1) for part in rules.get(match[1], "").split(";") if ":" in part]
        return "".join(f' {name}="{_length(value)}"' for name, value in pairs)

    return _CLASS.sub(attributes, _SHEET.sub("", text))


def upright(svg: str) -> str:
    """The drawing with straight marks in its English words: the Chinese face sets ’ and “ as wide as a character.

    >>> print(upright("<text>China’s “first”</text><text>“第一”</text>"))
    <text>China's "first"</text><text>“第一”</text>
    """
    return _WORDS.sub(lambda m: m[0] if _HAN.search(m[0]) else m[0].translate(_STRAIGHT), svg)


def _length(value: str) -> str:
    return value[:-2] if re.fullmatch(r"[\d.]+px", value) else value


def plain(svg: str) -> str:
    """The drawing for a document that has text around it: resolved, with a font, visible to assistive software."""
    width, height = size(svg)
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}pt"'
        f' height="{height:g}pt" font-family="{FONTS}">'
    )
    return _ROOT.sub(lambda _: root, upright(resolved(svg)), count=1)


def spark(svg: str) -> str:
    """A row's small line for a document: its colours written in (a page's style sheet has them)."""
    for mark, look in SPARK.items():
        svg = svg.replace(f"<{mark} ", f"<{mark} {look} ")
    return plain(svg)


def alone(svg: str, headline: str, subtitle: str, note: str, credit: str, alt: str) -> str:
    """The drawing as a file of its own: headline, subtitle, note and credit line drawn in, ``alt`` as its description."""
    width, height = size(svg)
    body, y = [], MARGIN
    for text, points, leading, colour, bold, after in (
        (headline, 13.0, 18.0, "ink", True, 3.0),
        (subtitle, 9.4, 14.0, "ink2", False, 12.0),
    ):
        for row in wrap(text, width, points, bold):
            body.append(_line(MARGIN, y + leading * 0.75, row, points, COLOURS[colour], bold))
            y += leading
        y += after if text else 0
    inner = re.sub(r"^.*?<svg\b[^>]*>|</svg>\s*$", "", resolved(svg), flags=re.S)
    body.append(f'<g transform="translate({MARGIN:g} {y:g})">{inner}</g>')
    y += height + 8
    for text in (note, credit):
        for row in wrap(text, width, 8.0):
            body.append(_line(MARGIN, y + 9, row, 8.0, COLOURS["ink3"], False))
            y += 12
    whole, high = width + 2 * MARGIN, y + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {whole:g} {high:g}" width="{whole:g}pt"'
        f' height="{high:g}pt" font-family="{FONTS}"><title>{escape(headline)}</title><desc>{escape(alt)}</desc>'
        f'<path fill="{COLOURS["paper"]}" d="M0 0H{whole:g}V{high:g}H0z"/>{upright("".join(body))}</svg>\n'
    )


def _line(x: float, y: float, text: str, points: float, colour: str, bold: bool) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{points:g}" fill="{colour}"{weight}>{escape(text, quote=False)}</text>'
