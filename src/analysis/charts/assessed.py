"""Hospitals' positions in the national assessment: rank, percentile and grade band are three kinds of value."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from analysis.charts.canvas import Canvas
from analysis.charts.drawing import Drawing
from analysis.charts.parts import (
    key,
    present,
    scale,
    table,
    tick_texts,
    ticks,
)
from analysis.charts.style import BIG, END, LABEL, SMALL, text_width, wrap
from analysis.errors import refuse
from analysis.words import pick


def assessed_ranks(rows: pd.DataFrame, *, lang: str = "zh") -> Drawing:
    """Hospitals' positions in the national assessment, in the kind of value that was published: rank, percentile or grade band.

    ``rows``: one row per published position with ``hospital, year, kind`` (rank, percentile, band), ``value, low, high, text`` (as
    printed, with its year). A rank has its own axis (1 at the left); percentile and band share another (best at the left); a band is
    an interval ``low`` to ``high`` per cent, never a point. Two years of one kind are joined: the earlier hollow, the later solid.
    ``conflict`` (bool): both readings are drawn and named, none chosen. ``highlight`` (bool): the page's region.
    """
    data = table(
        "assessed_ranks",
        rows,
        ["hospital", "year", "kind", "value", "low", "high", "text"],
        {"conflict": False, "highlight": False},
    )
    unknown = sorted(set(data["kind"]) - {"rank", "percentile", "band"})
    if unknown:
        raise refuse(
            "charts.assessed_ranks kind",
            str(unknown),
            "rank, percentile or band",
            "keep the three kinds of value apart",
        )
    data["axis"] = data["kind"].map({"rank": "rank", "percentile": "share", "band": "share"})
    return Drawing(partial(_assessed, data=data), lang)


def _assessed(c: Canvas, data: pd.DataFrame) -> None:
    own = data.groupby("hospital")["highlight"].any()

    def shown(part: pd.Series) -> str:
        """The colour a key's mark has: the region's own where no other hospital is drawn so."""
        return "az" if own[data.loc[part, "hospital"]].all() else "mk"

    again = data.duplicated(["hospital", "kind"])
    items = [("ring", c.word("earlier"), shown(again))] if again.any() else []
    for kind, form, word in (
        ("rank", "dot", "exact"),
        ("percentile", "square", "percent_mark"),
        ("band", "interval", "grade_band"),
    ):
        if (data["kind"] == kind).any():
            items.append((form, c.word(word), shown(data["kind"] == kind)))
    if data["conflict"].any():
        items.append(("line", c.word("two_readings"), "oc"))
    y = key(c, items) + 4
    for axis in ("rank", "share"):
        part = data[data["axis"] == axis]
        if len(part):
            y = _assessed_axis(c, part, axis, y) + 10
    c.height = y - 6


def _assessed_axis(c: Canvas, part: pd.DataFrame, axis: str, y: float) -> float:
    """Longer than 40 lines: the marks share the scales computed at the top and are painted in this order."""
    title = c.word("exact_rank" if axis == "rank" else "percentile")
    c.text(0, y + 6, title, BIG, bold=True)
    y += 15
    c.line(0, y, c.width, y, "ink", 0.8)
    held: dict[str, list[dict]] = {}
    for record in part.to_dict("records"):
        held.setdefault(record["hospital"], []).append(record)
    joint = " → " if axis == "rank" else pick(("；", "; "), c.lang)
    joined = {
        name: list(dict.fromkeys(record["text"] for record in sorted(records, key=lambda r: r["year"])))
        for name, records in held.items()
    }
    labels = (
        0.0 if c.narrow else min(max(text_width(name, LABEL, True) for name in joined) + 10, 0.36 * c.width)
    )
    widest = max(text_width(joint.join(texts), SMALL, True) for texts in joined.values())
    room = c.width if c.narrow else min(widest + 6, 0.34 * c.width)
    pool = pd.concat([part[column].astype(float) for column in ("value", "low", "high")]).dropna()
    low = 1.0 if axis == "rank" else 0.0
    place = scale(low, max(pool.max(), low + 4), labels + 6, c.width - (8 if c.narrow else room + 10))
    start, rows = y, []
    for name, records in held.items():
        own = any(record["highlight"] for record in records)
        wrapped = wrap(name, (c.width if c.narrow else labels) - 6, LABEL, own)
        sides = _packed(joined[name], joint, room, own)
        height = (
            11.0 * (len(wrapped) + len(sides)) + 17
            if c.narrow
            else max(19.0, 10.5 * max(len(wrapped), len(sides)) + 7)
        )
        rows.append((name, own, wrapped, sides, y, height))
        y += height
    marks = [v for v in ticks(low, max(pool.max(), low + 4), 4) if v > low]
    marks = [low, *marks]
    c.segments([((place(v), start), (place(v), y)) for v in marks], "grid", 0.7)
    for name, own, wrapped, sides, top, height in rows:
        color = "az" if own else "ink"
        if c.narrow:
            used = 11.0 * (len(wrapped) + len(sides))
            c.rect(0, top + 1, c.width, used + 2, "paper")
            for index, text in enumerate([*wrapped, *sides]):
                c.text(
                    0,
                    top + 8 + 11 * index,
                    text,
                    LABEL if index < len(wrapped) else SMALL,
                    color if index < len(wrapped) or own else "ink2",
                    bold=own,
                )
            middle = top + used + 9
        else:
            middle = top + height / 2
            c.lines(0, middle, wrapped, 10.5, size=LABEL, color=color, bold=own)
            c.lines(
                c.width,
                middle,
                sides,
                10.5,
                size=SMALL,
                color="az" if own else "ink2",
                anchor="end",
                bold=own,
            )
        _positions(c, sorted(held[name], key=lambda r: r["year"]), place, middle, "az" if own else "mk")
        c.line(0, top + height, c.width, top + height, "grid", 0.7)
    for value, text in zip(marks, tick_texts(marks, c.lang, unit="" if axis == "rank" else "%"), strict=True):
        c.text(place(value), y + 8, text, END, "ink2", "middle")
    return y + 15


def _packed(texts: list[str], joint: str, width: float, bold: bool) -> list[str]:
    """Items joined into lines that break between items, never inside one."""
    lines: list[str] = []
    for text in texts:
        if lines and text_width(lines[-1] + joint + text, SMALL, bold) <= width:
            lines[-1] += joint + text
        else:
            if lines:
                lines[-1] += joint.rstrip()
            lines.append(text)
    return lines


def _positions(c: Canvas, rows: list[dict], place: Callable[[float], float], y: float, role: str) -> None:
    last = max(row["year"] for row in rows)
    for kind in ("band", "percentile", "rank"):
        held = [row for row in rows if row["kind"] == kind]
        points = [place(row["value"]) for row in held if present(row["value"])]
        if len(points) > 1:
            conflict = any(row["conflict"] for row in held)
            c.line(
                min(points), y, max(points), y, "oc" if conflict else role, 1.2, "2.4 1.6" if conflict else ""
            )
        for row in held:
            earlier = row["year"] < last
            if kind == "band":
                low, high = place(row["low"]), place(row["high"])
                c.line(low, y, high, y, role, 1.6 if earlier else 3.4)
                c.segments([((low, y - 3), (low, y + 3)), ((high, y - 3), (high, y + 3))], role, 1.2)
            elif not present(row["value"]):
                continue
            elif row["conflict"] or earlier:
                c.ring(place(row["value"]), y, 3.8, "oc" if row["conflict"] else role, 1.4)
            elif kind == "rank":
                c.dots([(place(row["value"]), y)], 4.2 if role == "az" else 3.2, role, "paper", 0.8)
            else:
                c.rect(place(row["value"]) - 3.4, y - 3.4, 6.8, 6.8, role, "paper", 0.6)
