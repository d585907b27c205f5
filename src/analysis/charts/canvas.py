"""The display list: what a chart draws, in points, before any renderer.

A chart function says what to draw once, on a ``Canvas``; the SVG writer prints it with style classes, CSS variables and one
decimal in coordinates, and the PNG renderer hands the same list to matplotlib's Agg. Nothing has to be minified afterwards, so no
minifier can touch a printed number. The same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.charts.style import LABEL
from analysis.charts.words import word

Point = tuple[float, float]


class Canvas:
    """A sheet ``width`` points wide that grows downwards; ``height`` is set by the chart when it knows it.

    Every mark is given in points with y down, colours by role name. Marks are painted in the order of the calls.
    """

    def __init__(self, width: float, lang: str):
        self.width, self.lang, self.height = width, lang, 0.0
        self.narrow = width < 400
        self.marks: list[
            tuple
        ] = []  # ("path", subpaths, style) or ("text", x, baseline, text, style[, turned])

    def word(self, key: str, **values: object) -> str:
        """A fixed word of the charts in the canvas' language."""
        return word(key, self.lang, **values)

    def segments(
        self,
        lines: Sequence[Sequence[Point]],
        color: str = "grid",
        width: float = 0.7,
        dash: str = "",
        cap: str = "",
        opacity: float = 1.0,
    ) -> None:
        """Open polylines that share one style."""
        if lines:
            self.marks.append(
                ("path", [(tuple(line), False) for line in lines], ("", color, width, dash, cap, opacity))
            )

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        color: str = "grid",
        width: float = 0.7,
        dash: str = "",
        cap: str = "",
    ) -> None:
        """One straight line."""
        self.segments([((x1, y1), (x2, y2))], color, width, dash, cap)

    def area(
        self,
        points: Sequence[Point],
        fill: str = "",
        color: str = "",
        width: float = 0.7,
        dash: str = "",
        opacity: float = 1.0,
    ) -> None:
        """A closed polygon; ``opacity`` is the fill's."""
        self.marks.append(("path", [(tuple(points), True)], (fill, color, width, dash, "", opacity)))

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        fill: str = "",
        color: str = "",
        width: float = 0.7,
        dash: str = "",
    ) -> None:
        """A rectangle by its upper left corner."""
        self.area([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], fill, color, width, dash)

    def gather(self, start: int) -> None:
        """Marks from ``start`` on: shapes of one style beside each other, so that a file holds them as one path, then the words.

        For parts of a chart whose shapes touch no shape of another style painted before them, such as the cells of a matrix.
        """
        shapes: dict[object, list[tuple]] = {}
        for mark in self.marks[start:]:
            shapes.setdefault(mark[2] if mark[0] == "path" else "", []).append(mark)
        words = shapes.pop("", [])
        self.marks[start:] = [*(mark for held in shapes.values() for mark in held), *words]

    def dots(
        self,
        points: Sequence[Point],
        radius: float = 2.5,
        fill: str = "mk",
        edge: str = "paper",
        edge_width: float = 0.5,
    ) -> None:
        """Round dots with an edge outside the radius: zero-length strokes with round caps, two paths for any number of dots."""
        lines = [((x, y), (x + 0.01, y)) for x, y in points]
        if edge:
            self.segments(lines, edge, 2 * (radius + edge_width), "", "round")
        self.segments(lines, fill, 2 * radius, "", "round")

    def ring(self, x: float, y: float, radius: float, color: str, width: float = 1.2) -> None:
        """A hollow dot."""
        self.dots([(x, y)], radius - width / 2, "paper", color, width)

    def diamond(
        self, x: float, y: float, radius: float, color: str = "oc", fill: str = "paper", width: float = 1.5
    ) -> None:
        """A hollow diamond: the form of a target."""
        self.area([(x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius)], fill, color, width)

    def hatch(
        self, x: float, y: float, w: float, h: float, color: str = "mk", step: float = 5.0, width: float = 0.6
    ) -> None:
        """Diagonal hatching, clipped to a rectangle by arithmetic so that no clip path (and no id) is needed."""
        lines = []
        offset = step
        while offset < w + h:
            x1, y1 = (x + offset, y) if offset <= w else (x + w, y + offset - w)
            x2, y2 = (x, y + offset) if offset <= h else (x + offset - h, y + h)
            lines.append(((x1, y1), (x2, y2)))
            offset += step
        self.segments(lines, color, width)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = LABEL,
        color: str = "ink",
        anchor: str = "start",
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """Text whose line stands centred on ``y``, anchored at the side it aligns to; ``halo`` paints paper behind the strokes."""
        if text:
            self.marks.append(("text", x, y + 0.36 * size, text, (size, color, anchor, bold, halo)))

    def upright(
        self, x: float, y: float, text: str, size: float = LABEL, color: str = "ink", bold: bool = False
    ) -> None:
        """Text that reads upwards from ``y``, its line centred on ``x``."""
        if text:
            self.marks.append(("text", x + 0.36 * size, y, text, (size, color, "start", bold, False), True))

    def lines(self, x: float, y: float, texts: Sequence[str], leading: float = 10.5, **style: Any) -> None:
        """Several lines of text centred around ``y``."""
        top = y - leading * (len(texts) - 1) / 2
        for index, text in enumerate(texts):
            self.text(x, top + index * leading, text, **style)

    def place(self, other: Canvas, x: float, y: float) -> None:
        """Copy another canvas' marks, moved."""
        for mark in other.marks:
            if mark[0] == "text":
                self.marks.append(("text", mark[1] + x, mark[2] + y, *mark[3:]))
            else:
                self.marks.append(
                    (
                        "path",
                        [
                            (tuple((px + x, py + y) for px, py in points), closed)
                            for points, closed in mark[1]
                        ],
                        mark[2],
                    )
                )
