"""The SVG writer: style classes, CSS variables, text as text, one decimal in coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha1
from html import escape
from typing import Any

from analysis.charts.canvas import Canvas
from analysis.charts.style import css

MOST = 64  # fills in one path: each is held against all before it


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


def is_dot(points: Sequence[Any]) -> bool:
    """A stroke of one hundredth of a point is a dot: its round cap is what is seen."""
    return len(points) == 2 and 0 < points[1][0] - points[0][0] < 0.02 and points[0][1] == points[1][1]


def tenths(tenths: int) -> str:
    """A number of tenths as short as it can be written: 13, -3.8, .5."""
    if not tenths % 10:
        return str(tenths // 10)
    text = f"{tenths / 10:.1f}"
    return text.replace("0.", ".", 1) if abs(tenths) < 10 else text


def _steps(points: Sequence[Any]) -> str:
    """The points after the first as relative steps in whole tenths, so that no error adds up: shorter than their places."""
    out, command = "", ""
    x, y = (round(10 * value) for value in points[0])
    for px, py in points[1:]:
        px, py = round(10 * px), round(10 * py)
        dx, dy, x, y = px - x, py - y, px, py
        if not dx and not dy and out:
            continue
        wanted = "h" if not dy else "l" if dx else "v"
        numbers = [
            tenths(step) for step in ((dx, dy) if wanted == "l" else (dy,) if wanted == "v" else (dx,))
        ]
        for n, number in enumerate(numbers):
            first = not n and wanted != command
            out += (wanted if first else "" if number[0] == "-" else " ") + number
        command = wanted
    return out


def _path(subpaths: Iterable[Any]) -> str:
    out = []
    for points, closed in subpaths:
        x, y = points[0]
        out.append(f"M{_number(x)} {_number(y)}")
        out.append("h.01" if is_dot(points) else _steps(points))
        if closed:
            out.append("z")
    return "".join(out)


Box = tuple[float, float, float, float]


def _box(points: Sequence[Any], edge: float) -> Box:
    """What a shape with an edge of this width covers at most."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) - edge, min(ys) - edge, max(xs) + edge, max(ys) + edge


def _apart(box: Box, others: list[Box]) -> bool:
    left, top, right, bottom = box
    return all(right < a or left > c or bottom < b or top > d for a, b, c, d in others)


def to_svg(canvas: Canvas) -> str:
    """The canvas as inline SVG without ids.

    A class is named by the hash of its declaration, so two drawings on one page may share a class but can never disagree on it.
    """
    classes: dict[str, str] = {}
    body: list[str] = []
    previous = None
    paths: list = []
    boxes: list[Box] = []  # what the filled shapes in ``paths`` cover

    def flush() -> None:
        if paths:
            body.append(f'<path class="{previous}" d="{"".join(paths)}"/>')
            paths.clear()
            boxes.clear()

    for mark in canvas.marks:
        declaration = _declaration(mark)
        name = classes.get(declaration)
        if name is None:
            name = classes[declaration] = "k" + sha1(declaration.encode()).hexdigest()[:7]
        if mark[0] == "text":
            flush()
            previous = None
            x, y = _number(mark[1]), _number(mark[2])
            turned = f' transform="rotate(-90 {x} {y})"' if mark[5:] else ""
            body.append(f'<text class="{name}" x="{x}" y="{y}"{turned}>{escape(mark[3], quote=False)}</text>')
            continue
        # fills that meet must stay separate paths (a path's own overlaps do not paint over each other)
        fill, _, width, _, _, opacity = mark[2]
        box = [_box(points, width) for points, _ in mark[1]] if fill else []
        if name != previous or opacity < 1 or len(boxes) > MOST or not all(_apart(one, boxes) for one in box):
            flush()
        boxes += box
        previous = name
        paths.append(_path(mark[1]))
    flush()
    sheet = "".join(f".{name}{{{declaration}}}" for declaration, name in classes.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(canvas.width)} {_number(canvas.height)}" aria-hidden="true" focusable="false">'
        f"<style>{sheet}</style>{''.join(body)}</svg>"
    )
