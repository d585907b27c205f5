"""A chart that is drawn when asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from analysis.charts.canvas import Canvas
from analysis.charts.png import to_png
from analysis.charts.style import NARROW, WIDE, wrap
from analysis.charts.svg import to_svg
from analysis.errors import refuse


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

    def __repr__(self) -> str:
        return f"Drawing({self.lang})"

    def _repr_html_(self) -> str:
        """In JupyterLab, on white in either theme: the ink is dark."""
        return f'<div style="background:#fff;color:#1b1b1b;padding:6px;max-width:760px">{self._wide}</div>'

    def png(self, headline: str = "", subtitle: str = "", note: str = "", width: str = "wide") -> bytes:
        """A standalone picture at 200 dpi with headline, subtitle and note drawn around the plot."""
        plot = self.canvas(WIDE if width == "wide" else NARROW)
        margin = 16.0
        sheet = Canvas(plot.width + 2 * margin, self.lang)
        y = margin
        for text, size, leading, color, bold, after in (
            (headline, 13.0, 18.0, "ink", True, 3.0),
            (subtitle, 9.4, 14.0, "ink2", False, 12.0),
        ):
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


def drawn(chart: Callable[..., Drawing], rows: Any, *more: Any, **options: Any) -> Drawing | None:
    """The drawing of these rows; None when there is nothing to draw (the finding then says so)."""
    return chart(rows, *more, **options) if len(rows) else None
