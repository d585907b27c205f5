"""Two quantities on a plane: scatter, Lorenz curves, sensitivity curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import hypot
from typing import Any

import numpy as np
import pandas as pd

from analysis.charts.canvas import Canvas
from analysis.charts.drawing import Drawing
from analysis.charts.parts import (
    DASH,
    group_order,
    key,
    others_text,
    present,
    scale,
    table,
    tick_texts,
    ticks,
)
from analysis.charts.style import BIG, END, SMALL, text_width, wrap
from analysis.errors import MethodError, Problem


def _from_one(marks: list[float], values: pd.Series) -> list[float]:
    """Marks of an axis; places count from 1, so an axis of whole numbers that begin at 1 has no 0."""
    places = values.min() == 1 and (values % 1 == 0).all()
    return [1.0 if places and mark == 0 else mark for mark in marks]


def scatter(
    rows: pd.DataFrame,
    *,
    x_label: str,
    y_label: str,
    region: str | None = None,
    peers: str | None = None,
    line: tuple[float, float] | None = None,
    line_name: str | None = None,
    zero: Sequence[str] = (),
    named: Sequence[str] = (),
    x_unit: str = "",
    y_unit: str = "",
    places: bool = False,
    lang: str = "zh",
) -> Drawing:
    """One dot per unit with the region highlighted; zero lines and a fitted line only where asked for.

    ``rows``: one row per unit with ``code, name, x, y``; optional ``peer`` (bool). ``line`` is (intercept, slope) of a model that the
    page reports, named in the key by ``line_name`` (else a fitted line, or the line of equal values for (0, 1)); ``zero`` lists the axes ("x", "y") whose zero is drawn; ``named`` labels further codes, the
    first of them first where not all find room. ``places``: both axes count places, and the first stands at the left and at the top, as
    in every drawing of places.
    """
    data = table("scatter", rows, ["code", "name", "x", "y"], {"peer": False}, region)
    settings = dict(
        x=x_label,
        y=y_label,
        region=region,
        peers=peers,
        line=line,
        line_name=line_name,
        zero=tuple(zero),
        named=list(named),
        units=(x_unit, y_unit),
        places=places,
    )
    return Drawing(partial(_scatter, data=data.dropna(subset=["x", "y"]), s=settings), lang)


def _scatter(c: Canvas, data: pd.DataFrame, s: dict) -> None:
    """Longer than 40 lines: the marks share the scales computed at the top and are painted in this order."""
    region = s["region"]
    own = data["code"] == region
    items = [("dot", data.loc[own, "name"].iloc[0], "az")] if own.any() else []
    if data["peer"].any():
        items.append(("dot", s["peers"] or c.word("peers"), "peer"))
    rest = ~data["peer"] & ~own
    if rest.any():
        items.append(("dot", others_text(c, data["code"], int(rest.sum())), "mk"))
    if s["line"]:
        items.append(
            ("dashed", s["line_name"] or c.word("equal" if tuple(s["line"]) == (0, 1) else "fit"), "ink")
        )
    y0 = key(c, items) + 2
    for text in wrap(s["y"], c.width, SMALL):
        c.text(0, y0 + 6, text, SMALL, "ink2")
        y0 += 11
    y0 += 5
    height = 190.0 if c.narrow else 230.0
    bounds = []
    for axis in ("x", "y"):
        low, high = data[axis].min(), data[axis].max()
        if axis in s["zero"]:
            low, high = min(low, 0.0), max(high, 0.0)
        pad = (high - low or 1.0) * 0.05
        bounds.append((low - pad, high + pad))
    (xl, xh), (yl, yh) = bounds
    y_marks, x_marks = (
        _from_one(ticks(yl, yh, 4), data["y"]),
        _from_one(ticks(xl, xh, 3 if c.narrow else 5), data["x"]),
    )
    y_texts = tick_texts(y_marks, c.lang, "y" in s["zero"] and yl < 0, s["units"][1])
    left = max(text_width(text, SMALL) for text in y_texts) + 8
    px = scale(xl, xh, left, c.width - 2)
    py = scale(yl, yh, y0, y0 + height) if s["places"] else scale(yl, yh, y0 + height, y0)
    c.segments([((left, py(v)), (c.width, py(v))) for v in y_marks], "grid", 0.7)
    for value, text in zip(y_marks, y_texts, strict=True):
        c.text(left - 5, py(value), text, SMALL, "ink2", "end")
    for value, text in zip(
        x_marks, tick_texts(x_marks, c.lang, "x" in s["zero"] and xl < 0, s["units"][0]), strict=True
    ):
        c.text(px(value), y0 + height + 9, text, SMALL, "ink2", "middle")
    if "x" in s["zero"]:
        c.line(px(0), y0, px(0), y0 + height, "ink", 1.0)
    if "y" in s["zero"]:
        c.line(left, py(0), c.width, py(0), "ink", 1.0)
    c.line(left, y0 + height, c.width, y0 + height, "mk", 0.7)
    if s["line"]:
        _fit(c, s["line"], bounds, px, py)
    c.dots([(px(r.x), py(r.y)) for r in data[rest].itertuples()], 2.7, "mk")
    if data["peer"].any():
        c.dots([(px(r.x), py(r.y)) for r in data[data["peer"] & ~own].itertuples()], 2.9, "peer")
    c.dots([(px(r.x), py(r.y)) for r in data[own].itertuples()], 4.4, "az", "paper", 1.1)
    chosen = data[own | data["code"].isin(s["named"]) | data["peer"]]
    order = [region, *s["named"]]
    _point_names(c, chosen, data, px, py, (left, y0, height), order)
    rows = wrap(s["x"], c.width - left, SMALL)
    for index, text in enumerate(rows):
        c.text(c.width, y0 + height + 21 + 11 * index, text, SMALL, "ink2", "end")
    c.height = y0 + height + 16 + 11 * len(rows)


def _fit(
    c: Canvas,
    line: tuple[float, float],
    bounds: Any,
    px: Callable[[float], float],
    py: Callable[[float], float],
) -> None:
    intercept, slope = line
    (xl, xh), (yl, yh) = bounds
    ends = [xl, xh]
    if slope:
        ends = [
            min(
                max(end, min((yl - intercept) / slope, (yh - intercept) / slope)),
                max((yl - intercept) / slope, (yh - intercept) / slope),
            )
            for end in ends
        ]
    c.line(
        px(ends[0]),
        py(intercept + slope * ends[0]),
        px(ends[1]),
        py(intercept + slope * ends[1]),
        "ink",
        1.2,
        DASH,
    )


CLOSER = 1.5  # pt by which a name is nearer to its own dot than to any other


def _gap(dot: tuple[float, float], box: tuple[float, float, float, float]) -> float:
    """How far a dot lies from a box; nought inside it."""
    return hypot(max(box[0] - dot[0], dot[0] - box[2], 0.0), max(box[1] - dot[1], dot[1] - box[3], 0.0))


def _point_names(
    c: Canvas,
    chosen: pd.DataFrame,
    data: pd.DataFrame,
    px: Callable[[float], float],
    py: Callable[[float], float],
    frame: Any,
    order: Sequence[str | None],
) -> None:
    """Names beside dots at the first of eight places that touches no dot and no other name and is nearest to its own dot; the first
    of ``order`` is the region, always printed."""
    left, y0, height = frame
    dots = [(px(row.x), py(row.y)) for row in data.itertuples()]
    taken: list[tuple[float, float, float, float]] = []
    turn = {code: n for n, code in reversed(list(enumerate(order)))}
    for row in sorted(chosen.itertuples(), key=lambda r: (turn.get(r.code, len(turn)), r.code)):
        own = row.code == order[0]
        size, width = (BIG if own else END), text_width(row.name, BIG if own else END, own)
        x, y, away = px(row.x), py(row.y), 8.0 if own else 6.0
        options = [("start", x + away, y), ("end", x - away, y), ("middle", x, y - 10), ("middle", x, y + 10)]
        options += [
            ("start", x + 5, y - 8),
            ("start", x + 5, y + 8),
            ("end", x - 5, y - 8),
            ("end", x - 5, y + 8),
        ]

        def cost(
            option: Any,
            width: float = width,
            size: float = size,
            x: float = x,
            y: float = y,
        ) -> Any:
            anchor, tx, ty = option
            a = tx - {"start": 0, "middle": width / 2, "end": width}[anchor]
            box = (a, ty - size / 2, a + width, ty + size / 2)
            outside = box[0] < left or box[2] > c.width or box[1] < y0 - 4 or box[3] > y0 + height
            # a name belongs to the dot that it stands nearest to
            near = max(2.0, _gap((x, y), box) + CLOSER)
            hits = sum(_gap(dot, box) < near for dot in dots if dot != (x, y))
            clash = any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken)
            return 10 * outside + 10 * clash + hits, box

        best = min(options, key=lambda option: cost(option)[0])
        score, box = cost(best)
        if own or score == 0:
            taken.append(box)
            c.text(best[1], best[2], row.name, size, "az" if own else "ink2", best[0], bold=own, halo=own)


def lorenz(curves: pd.DataFrame, *, x_label: str, y_label: str, lang: str = "zh") -> Drawing:
    """Cumulative shares against the line of equality; the last curve is drawn strongest and the labels carry the index.

    ``curves``: one row per point with ``curve, label, x, y`` (shares from 0 to 1, sorted by x); at most three curves.
    """
    data = table("lorenz", curves, ["curve", "label", "x", "y"])
    if data["curve"].nunique() > 3:
        raise MethodError(
            Problem(
                "charts.lorenz",
                f"{data['curve'].nunique()} curves",
                "at most 3",
                "draw the first and the last year",
            )
        )
    return Drawing(partial(_lorenz, data=data, x_label=x_label, y_label=y_label), lang)


def _lorenz(c: Canvas, data: pd.DataFrame, x_label: str, y_label: str) -> None:
    order = group_order(data, "curve")
    forms = (
        [("hair", 1.4, ""), ("ink", 1.2, DASH), ("ink", 1.8, "")][-len(order) :]
        if len(order) > 1
        else [("ink", 1.8, "")]
    )
    y = key(
        c,
        [
            ("line", c.word("equality"), "mk"),
            *[
                ("dashed" if dash else "line", data.loc[data["curve"] == k, "label"].iloc[0], role)
                for k, (role, _, dash) in zip(order, forms, strict=True)
            ],
        ],
    )
    for text in wrap(y_label, c.width, SMALL):
        c.text(0, y + 6, text, SMALL, "ink2")
        y += 11
    y += 9
    side = min(c.width - 46, 230.0)
    px, py = scale(0, 1, 30, 30 + side), scale(0, 1, y + side, y)
    marks = [0, 0.25, 0.5, 0.75, 1]
    c.segments([((30, py(v)), (30 + side, py(v))) for v in marks], "grid", 0.7)
    for value in marks:
        c.text(26, py(value), f"{100 * value:g}%", SMALL, "ink2", "end")
        c.text(px(value), y + side + 9, f"{100 * value:g}%", SMALL, "ink2", "middle")
    c.line(px(0), py(0), px(1), py(1), "mk", 0.8)
    for name, (role, width, dash) in zip(order, forms, strict=True):
        c.segments(
            [[(px(r.x), py(r.y)) for r in data[data["curve"] == name].itertuples()]], role, width, dash
        )
    rows = wrap(x_label, side + 30, SMALL)
    for index, text in enumerate(rows):
        c.text(30 + side, y + side + 21 + 11 * index, text, SMALL, "ink2", "end")
    c.height = y + side + 16 + 11 * len(rows)


def curve(
    x: Sequence[float],
    y: Sequence[float],
    marks: pd.DataFrame | None = None,
    *,
    x_label: str,
    y_label: str,
    decimals: int = 2,
    steps: bool = False,
    lang: str = "zh",
) -> Drawing:
    """A sensitivity curve with named points: what was observed (dot) and limits (dashed vertical).

    ``x`` and ``y`` are equally long. ``marks``: one row per mark with ``x, label, kind`` ("observed" or "threshold"); optional ``y``
    (else read off the curve). ``steps`` draws a step function.
    """
    if len(x) != len(y) or len(x) < 2:
        raise MethodError(
            Problem(
                "charts.curve",
                f"{len(x)} x and {len(y)} y values",
                "two or more points",
                "pass equally long sequences",
            )
        )
    named = (
        table("curve marks", marks, ["x", "label", "kind"])
        if marks is not None
        else pd.DataFrame(columns=["x", "label", "kind"])
    )
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return Drawing(
        partial(_curve, xs=xs, ys=ys, marks=named, labels=(x_label, y_label), d=decimals, steps=steps), lang
    )


def _curve(
    c: Canvas,
    xs: np.ndarray,
    ys: np.ndarray,
    marks: pd.DataFrame,
    labels: tuple[str, str],
    d: int,
    steps: bool,
) -> None:
    """Longer than 40 lines: the marks share the scales computed at the top and are painted in this order."""
    y0 = 2.0
    for text in wrap(labels[1], c.width, SMALL):
        c.text(0, y0 + 6, text, SMALL, "ink2")
        y0 += 11
    y0 += 15 if len(marks) else 4
    height = 150.0
    low, high = float(np.nanmin(ys)), float(np.nanmax(ys))
    y_marks = ticks(low, high, 4)
    texts = tick_texts(y_marks, c.lang)
    left = max((text_width(text, SMALL) for text in texts), default=0) + 8
    px, py = (
        scale(float(xs.min()), float(xs.max()), left, c.width - 6),
        scale(low, high, y0 + height - 4, y0 + 6),
    )
    c.segments([((left, py(v)), (c.width, py(v))) for v in y_marks], "grid", 0.7)
    for value, text in zip(y_marks, texts, strict=True):
        c.text(left - 4, py(value), text, SMALL, "ink2", "end")
    points = [(px(a), py(b)) for a, b in zip(xs, ys, strict=True) if not np.isnan(b)]
    if steps:
        points = [p for a, b in zip(points, points[1:], strict=False) for p in (a, (b[0], a[1]))] + [
            points[-1]
        ]
    c.segments([points], "ink", 1.6)
    x_marks = ticks(float(xs.min()), float(xs.max()), 4 if c.narrow else 6)
    for value, text in zip(x_marks, tick_texts(x_marks, c.lang), strict=True):
        c.text(px(value), y0 + height + 9, text, SMALL, "ink2", "middle")
    c.line(left, y0 + height, c.width, y0 + height, "mk", 0.7)
    edge = -1e9
    for row in marks.sort_values("x", kind="stable").itertuples():
        at = px(row.x)
        anchor = "start" if at < (left + c.width) / 2 else "end"
        width = text_width(row.label, SMALL, True)
        reach = at if anchor == "start" else at - width - 4
        lower = reach < edge
        edge = reach + width
        threshold = row.kind == "threshold"
        c.line(at, y0 - 4, at, y0 + height, "oc" if threshold else "az", 1.1, "2.6 1.6" if threshold else "")
        value = row.y if "y" in marks.columns and present(row.y) else float(np.interp(row.x, xs, ys))
        if not threshold:
            c.dots([(at, py(value))], 3.6, "az", "paper", 1.0)
        c.text(
            at + (4 if anchor == "start" else -4),
            y0 - (2 if not lower else -9),
            row.label,
            SMALL,
            "oc" if threshold else "az",
            anchor,
            bold=not threshold,
            halo=True,
        )
    rows = wrap(labels[0], c.width - left, SMALL)
    for index, text in enumerate(rows):
        c.text(c.width, y0 + height + 21 + 11 * index, text, SMALL, "ink2", "end")
    c.height = y0 + height + 16 + 11 * len(rows)
