"""A display list in points, and the two renderers that read it: minified SVG with text as text, and a pinned-palette PNG.

A chart function says what to draw once, on a ``Canvas``; the SVG writer prints it with style classes, CSS variables and one
decimal in coordinates, and the PNG renderer hands the same list to matplotlib's Agg. Nothing has to be minified afterwards, so no
minifier can touch a printed number. The same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from hashlib import sha1
from html import escape
from io import BytesIO

from analysis.charts.style import COLOURS, LABEL, NARROW, WIDE, css, font_files, pinned_palette, rgb, wrap
from analysis.charts.words import word
from analysis.errors import MethodError, Problem, refuse

Point = tuple[float, float]


def _number(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


class Canvas:
    """A sheet ``width`` points wide that grows downwards; ``height`` is set by the chart when it knows it.

    Every mark is given in points with y down, colours by role name. Marks are painted in the order of the calls.
    """

    def __init__(self, width: float, lang: str):
        self.width, self.lang, self.height = width, lang, 0.0
        self.narrow = width < 400
        self.marks: list[tuple] = []  # ("path", subpaths, style) or ("text", x, baseline, text, style)

    def word(self, key: str) -> str:
        """A fixed word of the charts in the canvas' language."""
        return word(key, self.lang)

    def segments(self, lines: Sequence[Sequence[Point]], color: str = "grid", width: float = 0.7, dash: str = "", cap: str = "", opacity: float = 1.0):
        """Open polylines that share one style."""
        if lines:
            self.marks.append(("path", [(tuple(line), False) for line in lines], ("", color, width, dash, cap, opacity)))

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str = "grid", width: float = 0.7, dash: str = "", cap: str = ""):
        """One straight line."""
        self.segments([((x1, y1), (x2, y2))], color, width, dash, cap)

    def area(self, points: Sequence[Point], fill: str = "", color: str = "", width: float = 0.7, dash: str = "", opacity: float = 1.0):
        """A closed polygon; ``opacity`` is the fill's."""
        self.marks.append(("path", [(tuple(points), True)], (fill, color, width, dash, "", opacity)))

    def rect(self, x: float, y: float, w: float, h: float, fill: str = "", color: str = "", width: float = 0.7, dash: str = ""):
        """A rectangle by its upper left corner."""
        self.area([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], fill, color, width, dash)

    def dots(self, points: Sequence[Point], radius: float = 2.5, fill: str = "mk", edge: str = "paper", edge_width: float = 0.5):
        """Round dots with an edge outside the radius: zero-length strokes with round caps, two paths for any number of dots."""
        lines = [((x, y), (x + 0.01, y)) for x, y in points]
        if edge:
            self.segments(lines, edge, 2 * (radius + edge_width), "", "round")
        self.segments(lines, fill, 2 * radius, "", "round")

    def ring(self, x: float, y: float, radius: float, color: str, width: float = 1.2):
        """A hollow dot."""
        self.dots([(x, y)], radius - width / 2, "paper", color, width)

    def diamond(self, x: float, y: float, radius: float, color: str = "oc", fill: str = "paper", width: float = 1.5):
        """A hollow diamond: the form of a target."""
        self.area([(x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius)], fill, color, width)

    def hatch(self, x: float, y: float, w: float, h: float, color: str = "mk", step: float = 5.0, width: float = 0.6):
        """Diagonal hatching, clipped to a rectangle by arithmetic so that no clip path (and no id) is needed."""
        lines = []
        offset = step
        while offset < w + h:
            x1, y1 = (x + offset, y) if offset <= w else (x + w, y + offset - w)
            x2, y2 = (x, y + offset) if offset <= h else (x + offset - h, y + h)
            lines.append(((x1, y1), (x2, y2)))
            offset += step
        self.segments(lines, color, width)

    def text(self, x: float, y: float, text: str, size: float = LABEL, color: str = "ink", anchor: str = "start", bold: bool = False, halo: bool = False):
        """Text whose line stands centred on ``y``, anchored at the side it aligns to; ``halo`` paints paper behind the strokes."""
        if text:
            self.marks.append(("text", x, y + 0.36 * size, text, (size, color, anchor, bold, halo)))

    def lines(self, x: float, y: float, texts: Sequence[str], leading: float = 10.5, **style):
        """Several lines of text centred around ``y``."""
        top = y - leading * (len(texts) - 1) / 2
        for index, text in enumerate(texts):
            self.text(x, top + index * leading, text, **style)

    def place(self, other: Canvas, x: float, y: float):
        """Copy another canvas' marks, moved."""
        for mark in other.marks:
            if mark[0] == "text":
                self.marks.append(("text", mark[1] + x, mark[2] + y, *mark[3:]))
            else:
                self.marks.append(("path", [(tuple((px + x, py + y) for px, py in points), closed) for points, closed in mark[1]], mark[2]))


def _declaration(mark: tuple) -> str:
    """The CSS of a mark's style."""
    if mark[0] == "text":
        size, color, anchor, bold, halo = mark[4]
        parts = [f"font-size:{size:g}px", f"fill:{css(color)}"]
        if anchor != "start":
            parts.append(f"text-anchor:{anchor}")
        if bold:
            parts.append("font-weight:700")
        if halo:
            parts.append(f"paint-order:stroke;stroke:{css('paper')};stroke-width:3px;stroke-linejoin:round")
        return ";".join(parts)
    fill, color, width, dash, cap, opacity = mark[2]
    parts = [f"fill:{css(fill)}" if fill else "fill:none"]
    if color:
        parts.append(f"stroke:{css(color)};stroke-width:{width:g}")
    if dash:
        parts.append(f"stroke-dasharray:{dash}")
    if cap:
        parts.append(f"stroke-linecap:{cap}")
    if opacity < 1:
        parts.append(f"{'fill' if fill else 'stroke'}-opacity:{opacity:g}")
    return ";".join(parts)


def _is_dot(points) -> bool:
    return len(points) == 2 and 0 < points[1][0] - points[0][0] < 0.02 and points[0][1] == points[1][1]


def _path(subpaths) -> str:
    out = []
    for points, closed in subpaths:
        (x, y), rest = points[0], points[1:]
        if _is_dot(points):
            out.append(f"M{_number(x)} {_number(y)}h.01")
            continue
        out.append(f"M{_number(x)} {_number(y)}")
        if len(rest) == 1 and rest[0][1] == y:
            out.append(f"H{_number(rest[0][0])}")
        elif len(rest) == 1 and rest[0][0] == x:
            out.append(f"V{_number(rest[0][1])}")
        else:
            out.append("L" + " ".join(f"{_number(px)} {_number(py)}" for px, py in rest))
        if closed:
            out.append("z")
    return "".join(out)


def to_svg(canvas: Canvas) -> str:
    """The canvas as inline SVG without ids.

    A class is named by the hash of its declaration, so two drawings on one page may share a class but can never disagree on it.
    """
    classes: dict[str, str] = {}
    body: list[str] = []
    previous, paths = None, []

    def flush():
        if paths:
            body.append(f'<path class="{previous}" d="{"".join(paths)}"/>')
            paths.clear()

    for mark in canvas.marks:
        declaration = _declaration(mark)
        name = classes.get(declaration)
        if name is None:
            name = classes[declaration] = "k" + sha1(declaration.encode()).hexdigest()[:7]
        if mark[0] == "text":
            flush()
            previous = None
            body.append(f'<text class="{name}" x="{_number(mark[1])}" y="{_number(mark[2])}">{escape(mark[3], quote=False)}</text>')
            continue
        # overlapping fills must stay separate paths (a path's own overlaps do not paint over each other)
        if name != previous or mark[2][0] or mark[2][5] < 1:
            flush()
        previous = name
        paths.append(_path(mark[1]))
    flush()
    sheet = "".join(f".{name}{{{declaration}}}" for declaration, name in classes.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(canvas.width)} {_number(canvas.height)}" aria-hidden="true" focusable="false">'
        f"<style>{sheet}</style>{''.join(body)}</svg>"
    )


@lru_cache(maxsize=64)
def _font(size: float, bold: bool):
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=str(font_files()[1 if bold else 0]), size=size)


def _agg_text(renderer, mark: tuple, scale: float) -> None:
    _, x, y, text, (size, color, anchor, bold, halo) = mark
    prop = _font(size, bold)
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * renderer.get_text_width_height_descent(text, prop, False)[0] if anchor != "start" else 0.0
    pen = renderer.new_gc()
    if halo:
        pen.set_foreground(COLOURS["paper"])
        reach = 1.3 * scale
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (-0.7, -0.7), (0.7, -0.7), (-0.7, 0.7), (0.7, 0.7)):
            renderer.draw_text(pen, round(x * scale - shift + dx * reach), round(y * scale + dy * reach), text, prop, 0)
    pen.set_foreground(COLOURS[color])
    renderer.draw_text(pen, round(x * scale - shift), round(y * scale), text, prop, 0)


def _agg_path(renderer, mark: tuple, scale: float, flip) -> None:
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    _, subpaths, (fill, color, width, dash, cap, opacity) = mark
    pen = renderer.new_gc()
    dots = [points[0] for points, _ in subpaths if _is_dot(points)]
    if dots:  # Agg drops strokes without length, so a dot is a filled circle here
        pen.set_linewidth(0)
        circle = Affine2D().scale(width / 2 * scale)
        renderer.draw_markers(pen, Path.unit_circle(), circle, Path(dots), flip, (*(v / 255 for v in rgb(color)), opacity))
        return
    pen.set_linewidth(width if color else 0)  # the renderer turns points into pixels
    pen.set_foreground((*(v / 255 for v in rgb(color or fill)), opacity if not fill else 1.0), isRGBA=True)
    pen.set_capstyle(cap or "butt")
    pen.set_joinstyle("miter" if fill else "round")
    if dash:
        pen.set_dashes(0, [float(v) for v in dash.split()])
    face = (*(v / 255 for v in rgb(fill)), opacity) if fill else None
    vertices, codes = [], []
    for points, closed in subpaths:
        vertices += [*points, points[0]] if closed else points
        codes += [Path.MOVETO] + [Path.LINETO] * (len(points) - 1) + ([Path.CLOSEPOLY] if closed else [])
    renderer.draw_path(pen, Path(vertices, codes), flip, face)


def _refuse_missing_glyphs(canvas: Canvas) -> None:
    from matplotlib.font_manager import get_font

    font = get_font(str(font_files()[0]))
    bad = [
        Problem("charts text", f"{char!r} (U+{ord(char):04X}) in {mark[3]!r}", "characters of Noto Sans CJK SC", "replace the character in the label")
        for mark in canvas.marks
        if mark[0] == "text"
        for char in dict.fromkeys(mark[3])
        if not font.get_char_index(ord(char))
    ]
    if bad:
        raise MethodError(bad)


def to_png(canvas: Canvas, dpi: int = 200) -> bytes:
    """The canvas as PNG with the pinned palette. Raises MethodError for a character the pinned font does not have."""
    import numpy as np
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.transforms import Affine2D
    from PIL import Image

    scale = dpi / 72
    width, height = round(canvas.width * scale), round(canvas.height * scale)
    renderer = RendererAgg(width, height, dpi)
    flip = Affine2D().scale(scale, -scale).translate(0, height)
    ground = ("path", [(((0, 0), (canvas.width, 0), (canvas.width, canvas.height), (0, canvas.height)), True)], ("paper", "", 0, "", "", 1.0))
    _refuse_missing_glyphs(canvas)
    for mark in (ground, *canvas.marks):
        _agg_text(renderer, mark, scale) if mark[0] == "text" else _agg_path(renderer, mark, scale, flip)
    image = Image.fromarray(_to_palette(np.asarray(renderer.buffer_rgba())[..., :3]))
    image.putpalette(pinned_palette())
    stream = BytesIO()
    image.save(stream, "PNG", optimize=True, dpi=(dpi, dpi))
    return stream.getvalue()


def _to_palette(pixels):
    """Index of the nearest pinned colour for every pixel (exactly: Pillow's own mapping merges close tints)."""
    import numpy as np

    palette = np.array(pinned_palette(), dtype=np.int32).reshape(-1, 3)
    packed = (pixels[..., 0].astype(np.uint32) << 16) | (pixels[..., 1].astype(np.uint32) << 8) | pixels[..., 2]
    seen = np.zeros(1 << 24, dtype=bool)
    seen[packed] = True
    colours = np.flatnonzero(seen)
    parts = np.stack([colours >> 16, (colours >> 8) & 255, colours & 255], axis=1).astype(np.int32)
    index = np.zeros(1 << 24, dtype=np.uint8)
    for start in range(0, len(colours), 4096):
        block = parts[start : start + 4096]
        index[colours[start : start + 4096]] = ((block[:, None, :] - palette[None]) ** 2).sum(axis=2).argmin(axis=1)
    return index[packed]


class Drawing:
    """A chart that is drawn when asked: ``svg("wide")`` 7.2 in, ``svg("narrow")`` 3.6 in, ``png(headline, subtitle, note)`` alone.

    In a page the headline, subtitle and note are HTML around the SVG; the PNG stands alone and draws them.
    """

    def __init__(self, draw: Callable[[Canvas], None], lang: str):
        self._draw, self.lang = draw, lang

    def canvas(self, width: float) -> Canvas:
        """The display list at a width in points."""
        canvas = Canvas(width, self.lang)
        self._draw(canvas)
        return canvas

    @cached_property
    def _wide(self) -> str:
        return to_svg(self.canvas(WIDE))

    @cached_property
    def _narrow(self) -> str:
        return to_svg(self.canvas(NARROW))

    def svg(self, width: str = "wide") -> str:
        """Minified inline SVG. Raises MethodError for another width than "wide" or "narrow"."""
        if width not in ("wide", "narrow"):
            raise refuse("Drawing.svg", repr(width), '"wide" or "narrow"', "pass one of them")
        return self._wide if width == "wide" else self._narrow

    def png(self, headline: str = "", subtitle: str = "", note: str = "", width: str = "wide") -> bytes:
        """A standalone picture at 200 dpi with headline, subtitle and note drawn around the plot."""
        plot = self.canvas(WIDE if width == "wide" else NARROW)
        margin = 16.0
        sheet = Canvas(plot.width + 2 * margin, self.lang)
        y = margin
        for text, size, leading, color, bold, after in ((headline, 13.0, 18.0, "ink", True, 3.0), (subtitle, 9.4, 14.0, "ink2", False, 12.0)):
            for row in wrap(text, plot.width, size, bold):
                sheet.text(margin, y + leading / 2, row, size, color, bold=bold)
                y += leading
            y += after if text else 0
        sheet.place(plot, margin, y)
        y += plot.height + (10 if note else 0)
        for row in wrap(note, plot.width, 8.0):
            sheet.text(margin, y + 6, row, 8.0, "ink3")
            y += 12
        sheet.height = y + margin
        return to_png(sheet)
