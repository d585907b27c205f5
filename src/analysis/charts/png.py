"""The PNG renderer: the display list handed to matplotlib's Agg, with the pinned font and palette."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from analysis.charts.canvas import Canvas
from analysis.charts.style import COLOURS, font_files, pinned_palette, rgb
from analysis.charts.svg import is_dot
from analysis.errors import MethodError, Problem

if TYPE_CHECKING:
    import numpy as np


@lru_cache(maxsize=64)
def _font(size: float, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=str(font_files()[1 if bold else 0]), size=size)


def _agg_text(renderer: Any, mark: tuple, scale: float) -> None:
    x, y, text, (size, color, anchor, bold, halo) = mark[1:5]
    angle = 90 if mark[5:] else 0
    prop = _font(size, bold)
    shift = (
        {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        * renderer.get_text_width_height_descent(text, prop, False)[0]
        if anchor != "start"
        else 0.0
    )
    pen = renderer.new_gc()
    if halo:
        pen.set_foreground(COLOURS["paper"])
        reach = 1.3 * scale
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (-0.7, -0.7), (0.7, -0.7), (-0.7, 0.7), (0.7, 0.7)):
            renderer.draw_text(
                pen, round(x * scale - shift + dx * reach), round(y * scale + dy * reach), text, prop, 0
            )
    pen.set_foreground(COLOURS[color])
    renderer.draw_text(pen, round(x * scale - shift), round(y * scale), text, prop, angle)


def _agg_path(renderer: Any, mark: tuple, scale: float, flip: Any) -> None:
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    _, subpaths, (fill, color, width, dash, cap, opacity) = mark
    pen = renderer.new_gc()
    dots = [points[0] for points, _ in subpaths if is_dot(points)]
    if dots:  # Agg drops strokes without length, so a dot is a filled circle here
        pen.set_linewidth(0)
        circle = Affine2D().scale(width / 2 * scale)
        renderer.draw_markers(
            pen, Path.unit_circle(), circle, Path(dots), flip, (*(v / 255 for v in rgb(color)), opacity)
        )
        return
    pen.set_linewidth(width if color else 0)  # the renderer turns points into pixels
    pen.set_foreground((*(v / 255 for v in rgb(color or fill)), opacity if not fill else 1.0), isRGBA=True)
    pen.set_capstyle(cap or "butt")
    pen.set_joinstyle("miter" if fill else "round")
    if dash:
        pen.set_dashes(0, [float(v) for v in dash.split()])
    face = (*(v / 255 for v in rgb(fill)), opacity) if fill else None
    vertices: list = []
    codes = []
    for points, closed in subpaths:
        vertices += [*points, points[0]] if closed else points
        codes += [Path.MOVETO] + [Path.LINETO] * (len(points) - 1) + ([Path.CLOSEPOLY] if closed else [])
    renderer.draw_path(pen, Path(vertices, codes), flip, face)


def _refuse_missing_glyphs(canvas: Canvas) -> None:
    from matplotlib.font_manager import get_font

    font = get_font(str(font_files()[0]))
    bad = [
        Problem(
            "charts text",
            f"{char!r} (U+{ord(char):04X}) in {mark[3]!r}",
            "characters of Noto Sans CJK SC",
            "replace the character in the label",
        )
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
    ground = (
        "path",
        [(((0, 0), (canvas.width, 0), (canvas.width, canvas.height), (0, canvas.height)), True)],
        ("paper", "", 0, "", "", 1.0),
    )
    _refuse_missing_glyphs(canvas)
    for mark in (ground, *canvas.marks):
        _agg_text(renderer, mark, scale) if mark[0] == "text" else _agg_path(renderer, mark, scale, flip)
    image = Image.fromarray(_to_palette(np.asarray(renderer.buffer_rgba())[..., :3]))
    image.putpalette(pinned_palette())
    stream = BytesIO()
    image.save(stream, "PNG", optimize=True, dpi=(dpi, dpi))
    return stream.getvalue()


def _to_palette(pixels: np.ndarray) -> Any:
    """Index of the nearest pinned colour for every pixel (exactly: Pillow's own mapping merges close tints)."""
    import numpy as np

    palette = np.array(pinned_palette(), dtype=np.int32).reshape(-1, 3)
    packed = (
        (pixels[..., 0].astype(np.uint32) << 16) | (pixels[..., 1].astype(np.uint32) << 8) | pixels[..., 2]
    )
    seen = np.zeros(1 << 24, dtype=bool)
    seen[packed] = True
    colours = np.flatnonzero(seen)
    parts = np.stack([colours >> 16, (colours >> 8) & 255, colours & 255], axis=1).astype(np.int32)
    index = np.zeros(1 << 24, dtype=np.uint8)
    for start in range(0, len(colours), 4096):
        block = parts[start : start + 4096]
        index[colours[start : start + 4096]] = (
            ((block[:, None, :] - palette[None]) ** 2).sum(axis=2).argmin(axis=1)
        )
    return index[packed]
