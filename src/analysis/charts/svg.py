"""The SVG writer: style classes, CSS variables, text as text, one decimal in coordinates."""

from __future__ import annotations

from hashlib import sha1
from html import escape

from analysis.charts.canvas import Canvas
from analysis.charts.style import css


def _number(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


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


def is_dot(points) -> bool:
    """A stroke of one hundredth of a point is a dot: its round cap is what is seen."""
    return len(points) == 2 and 0 < points[1][0] - points[0][0] < 0.02 and points[0][1] == points[1][1]


def _path(subpaths) -> str:
    out = []
    for points, closed in subpaths:
        (x, y), rest = points[0], points[1:]
        if is_dot(points):
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
    previous = None
    paths: list = []

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
            body.append(
                f'<text class="{name}" x="{_number(mark[1])}" y="{_number(mark[2])}">{escape(mark[3], quote=False)}</text>'
            )
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
