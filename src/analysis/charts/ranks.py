"""Ranks of all regions over time, with print resolution and stability as two separate forms."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from analysis.charts.canvas import Canvas
from analysis.charts.drawing import Drawing
from analysis.charts.parts import (
    group_order,
    key,
    label_lines,
    others_text,
    present,
    scale,
    spread,
    table,
    year_text,
)
from analysis.charts.series import runs
from analysis.charts.style import BIG, SMALL, text_width


def rank_over_time(
    panels: pd.DataFrame, *, region: str, peers: str | None = None, lang: str = "zh"
) -> Drawing:
    """Ranks of all regions by year in small multiples, rank 1 at the top, with two separate forms of doubt around the region's line.

    ``panels``: one row per panel, region and year with ``panel, label, code, name, year, rank``; optional ``peer`` (bool), ``low,
    high`` (ranks possible within the printed rounding: the ribbon), ``stable_low, stable_high`` (the wider stability interval: the
    outline) and ``text`` (the region's value as printed, shown as start → end).
    """
    blank = float("nan")
    defaults = {
        "peer": False,
        "low": blank,
        "high": blank,
        "stable_low": blank,
        "stable_high": blank,
        "text": "",
    }
    data = table(
        "rank_over_time", panels, ["panel", "label", "code", "name", "year", "rank"], defaults, region
    )
    data = data.sort_values("year", kind="stable")
    data["peer"] = data["peer"].astype(bool) & (data["code"] != region)
    return Drawing(
        partial(_ranks, data=data, order=group_order(panels, "panel"), region=region, peers=peers), lang
    )


def _ranks(c: Canvas, data: pd.DataFrame, order: list, region: str, peers: str | None) -> None:
    units = data.drop_duplicates("code")
    mine = data[data["code"] == region]
    items = [("line", mine["name"].iloc[0], "az")]
    if mine["low"].notna().any():
        items.append(("ribbon", c.word("print_resolution"), "az"))
    if mine["stable_low"].notna().any():
        items.append(("outline", c.word("stability"), "az"))
    if units["peer"].any():
        items.append(("line", peers or c.word("peers"), "peer"))
    others = len(units) - int(units["peer"].sum()) - 1
    if others:
        items.append(("line", others_text(c, units["code"], others), "hair"))
    y = key(c, items) + 4
    columns = 1 if c.narrow else min(2, len(order))
    gap = 16.0
    width = (c.width - gap * (columns - 1)) / columns
    plot = 128.0
    starts = [_range(row) for row in mine.dropna(subset=["rank"]).drop_duplicates("panel").to_dict("records")]
    inset = 26 + max((text_width(text, BIG, True) for text in starts), default=0)
    names = [text_width(text, SMALL) for text in units.loc[units["peer"], "name"]]
    ends = [
        f"{row['name']} {_range(row)}"
        for row in mine.dropna(subset=["rank"]).drop_duplicates("panel", keep="last").to_dict("records")
    ]
    margin = max([*names, *(text_width(text, BIG, True) for text in ends), 20.0])
    for start in range(0, len(order), columns):
        parts = [data[data["panel"] == panel] for panel in order[start : start + columns]]
        texts = [_from_to(part[part["code"] == region]) for part in parts]
        titles = [
            label_lines(part["label"].iloc[0], width - text_width(t, SMALL) - 8, BIG, True)
            for part, t in zip(parts, texts, strict=True)
        ]
        head = 11.5 * max(len(rows) for rows in titles) + 8
        for index, part in enumerate(parts):
            x = index * (width + gap)
            for place, row in enumerate(titles[index]):
                c.text(x, y + 6 + 11.5 * place, row, BIG, bold=True)
            c.text(x + width, y + 6, texts[index], SMALL, "ink2", "end")
            _rank_panel(c, part.to_dict("records"), (x, y + head, width, plot), region, inset, margin)
        y += head + plot + 26
    c.height = y - 10


def _from_to(mine: pd.DataFrame) -> str:
    texts = [text for text in mine["text"] if text]
    return f"{texts[0]} → {texts[-1]}" if len(texts) > 1 else ""


def _rank_panel(
    c: Canvas,
    part: list[dict],
    box: tuple[float, float, float, float],
    region: str,
    inset: float,
    margin: float,
) -> None:
    """Longer than 40 lines: the marks share the scales computed at the top and are painted in this order."""
    x0, y0, width, height = box
    units: dict[str, list[dict]] = {}
    for row in part:
        if present(row["rank"]):
            units.setdefault(row["code"], []).append(row)
    mine = units.get(region, [])
    years = sorted({row["year"] for row in part})
    count = int(
        max([len({row["code"] for row in part}), *(row["rank"] for rows in units.values() for row in rows)])
    )
    named = {code: rows for code, rows in units.items() if rows[0]["peer"] or code == region}
    px = scale(years[0], years[-1], x0 + inset, x0 + width - margin - 8)
    py = scale(1, count, y0 + 3, y0 + height - 3)
    left, right = x0 + inset - 4, px(years[-1]) + 3
    marks = [1, *[v for v in range(10, count - 2, 10)], count]
    c.segments([((left, py(v)), (right, py(v))) for v in marks], "grid", 0.7)
    for value in marks:
        c.text(x0 + 12, py(value), str(value), SMALL, "ink2", "end")
    for role, stroke in (("hair", 0.7), ("peer", 1.0)):
        lines = []
        for code in sorted(units):
            rows = units[code]
            if code != region and bool(rows[0]["peer"]) == (role == "peer"):
                stretches = runs([row["year"] for row in rows], [row["rank"] for row in rows])
                lines += [[(px(year), py(v)) for year, v in run] for run in stretches if len(run) > 1]
        c.segments(lines, role, stroke)
    for lower, upper, opacity, edge in (("stable_low", "stable_high", 0.1, "az"), ("low", "high", 0.26, "")):
        held = [row for row in mine if present(row[lower]) and present(row[upper])]
        if len(held) > 1:
            top = [(px(row["year"]), py(row[lower] - 0.32)) for row in held]
            bottom = [(px(row["year"]), py(row[upper] + 0.32)) for row in held]
            c.area([*top, *reversed(bottom)], "az", edge, 1.0, opacity=opacity)
    own = runs([row["year"] for row in mine], [row["rank"] for row in mine])
    c.segments(
        [[(px(year), py(v)) for year, v in run] for run in own if len(run) > 1], "az", 2.4, "", "round"
    )
    c.dots([(px(year), py(v)) for run in own for year, v in run], 2.5, "az", "paper", 0.7)
    if mine:
        _rank_labels(c, mine, named, px, py, (y0, height))
    c.line(left, y0 + height + 2, right, y0 + height + 2, "mk", 0.7)
    shown = (
        [years[0], years[-1]]
        if len(years) < 7
        else [years[0], *[y for y in years[1:-1] if (y - years[0]) % 3 == 0 and years[-1] - y > 1], years[-1]]
    )
    for year in shown:
        c.text(px(year), y0 + height + 11, year_text(year), SMALL, "ink2", "middle")


def _range(row: Any) -> str:
    low, high = row["low"], row["high"]
    if present(low) and present(high) and int(high) > int(low):
        return f"{int(low)}–{int(high)}"
    return str(int(row["rank"]))


def _rank_labels(
    c: Canvas,
    mine: list[dict],
    named: dict[str, list[dict]],
    px: Callable[[float], float],
    py: Callable[[float], float],
    frame: Any,
) -> None:
    y0, height = frame
    first, final = mine[0], mine[-1]
    c.text(px(first["year"]) - 7, py(first["rank"]), _range(first), BIG, "az", "end", bold=True, halo=True)
    labels = []
    for rows in named.values():
        if rows[-1]["year"] == final["year"]:
            own = rows is mine
            labels.append(
                (
                    py(rows[-1]["rank"]),
                    f"{rows[-1]['name']} {_range(rows[-1])}" if own else rows[-1]["name"],
                    own,
                )
            )
    for (_, text, own), y in zip(
        labels, spread([label[0] for label in labels], 10.2, y0 + 2, y0 + height - 2), strict=True
    ):
        c.text(px(final["year"]) + 7, y, text, BIG if own else SMALL, "az" if own else "ink2", bold=own)
