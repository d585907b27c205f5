"""One row per indicator: strip charts of all regions or of all cities of a province."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from analysis.charts.canvas import Canvas
from analysis.charts.drawing import Drawing
from analysis.charts.parts import key, label_lines, number, others_text, places, present, scale, table
from analysis.charts.style import BIG, END, LABEL, SMALL, text_width, wrap
from analysis.words import pick

SLOT = 2.45  # pt; 0.034 in


def swarm(xs: list[float], radii: list[float], first: int | None, reach: float) -> list[float]:
    """Deterministic vertical offsets: the region is placed first on the line, the others left to right in the nearest free slot."""
    order = sorted(range(len(xs)), key=lambda index: (index != first, xs[index], index))
    steps = [0.0] + [sign * SLOT * step for step in range(1, int(reach / SLOT) + 1) for sign in (-1, 1)]
    placed: list[tuple[float, float, float]] = []
    out = [0.0] * len(xs)
    for index in order:
        x, radius = xs[index], radii[index]
        near = [(px - x, py, 0.94 * (radius + pr)) for px, py, pr in placed if abs(px - x) < radius + pr]
        best, least = 0.0, math.inf
        for (
            offset
        ) in steps:  # nearest slot first; the first free one is taken, else the one with the least overlap
            overlap = sum(max(apart - math.hypot(dx, offset - py), 0.0) for dx, py, apart in near)
            if overlap < least - 1e-9:
                best, least = offset, overlap
            if not overlap:
                break
        out[index] = best
        placed.append((xs[index], best, radii[index]))
    return out


def spine(
    rows: pd.DataFrame,
    *,
    region: str | None,
    nation: Mapping[str, float] | None = None,
    rank: Mapping[str, str] | None = None,
    decimals: int | Mapping[str, int] = 2,
    peers: str | None = None,
    nation_name: str | None = None,
    others: str | None = None,
    rank_title: str | None = None,
    lang: str = "zh",
) -> Drawing:
    """All regions on every indicator, each row with its own scale, both ends named, the region on top and never hidden.

    ``rows``: one row per indicator and region with columns ``indicator, label, code, name, value``; optional ``peer`` (bool),
    ``unit`` (small, under the label) and ``text`` (the value as printed). Rows keep the order of first appearance. ``nation`` and
    ``rank`` hold one value and one printed rank per indicator. A missing value is left out and never drawn at zero. Raises
    MethodError for missing columns, an empty table or a region that is not in it.
    """
    names = {"peers": peers, "nation_name": nation_name, "others": others, "rank_title": rank_title}
    shown = {"nation": dict(nation or {}), "rank": dict(rank or {}), "decimals": decimals, **names}
    return _strips("spine", rows, region, shown | {"tick": "ink", "whole": "nation"}, lang)


def city_dots(
    rows: pd.DataFrame,
    *,
    region: str | None = None,
    province: Mapping[str, float] | None = None,
    province_name: str | None = None,
    rank: Mapping[str, str] | None = None,
    decimals: int | Mapping[str, int] = 2,
    lang: str = "zh",
) -> Drawing:
    """The cities of one province as a strip chart; columns as in :func:`spine`.

    Without ``region`` the page is the province's: its own value is the azurite tick and column. With ``region`` one city is it.
    """
    names = {"peers": None, "nation_name": province_name, "others": None, "rank_title": None}
    shown = {"nation": dict(province or {}), "rank": dict(rank or {}), "decimals": decimals, **names}
    tick = "ink" if region else "az"
    return _strips("city_dots", rows, region, shown | {"tick": tick, "whole": "province"}, lang)


def _strips(name: str, rows: pd.DataFrame, region: str | None, shown: dict[str, Any], lang: str) -> Drawing:
    """A strip a row, with the settings of who asks."""
    optional = {"peer": False, "unit": "", "text": ""}
    data = table(name, rows, ["indicator", "label", "code", "name", "value"], optional, region)
    return Drawing(partial(_spine, data=data, settings={"region": region} | shown), lang)


def _spine_key(c: Canvas, data: pd.DataFrame, s: dict) -> tuple[float, str, str]:
    units = data.drop_duplicates("code")
    nation_name = s["nation_name"] or c.word(s["whole"])
    name = units.loc[units["code"] == s["region"], "name"].iloc[0] if s["region"] else ""
    others = len(units) - int(units["peer"].sum()) - (1 if s["region"] else 0)
    items = [("dot", name, "az")] if name else []
    if s["nation"]:
        items.append(("tick", nation_name, s["tick"]))
    if units["peer"].any():
        items.append(("dot", s["peers"] or c.word("peers"), "peer"))
    if others:
        items.append(("dot", s["others"] or others_text(c, units["code"], others), "mk"))
    return key(c, items), name, nation_name


def _spine(c: Canvas, data: pd.DataFrame, settings: dict) -> None:
    s = settings
    top, name, nation_name = _spine_key(c, data, s)
    rows: dict[str, list[dict]] = {}
    for record in data.to_dict("records"):
        rows.setdefault(record["indicator"], []).append(record)
    columns = _spine_columns(c, s, name, nation_name, rows)
    deep = max((len(lines) for _, lines, _ in columns["heads"]), default=1)
    y = top + 12
    for x, lines, role in columns["heads"]:
        for index, text in enumerate(lines):
            c.text(x, y + 10 * (deep - len(lines) + index), text, SMALL, role, "end", bold=role == "az")
    y += 8 + 10 * (deep - 1)
    c.line(0, y, c.width, y, "ink", 0.9)
    for indicator, part in rows.items():
        lines = _phone_label(part[0], columns["labels"], c.lang) if c.narrow else []
        height = 37.0 + 11.0 * len(lines) if c.narrow else 32.4
        _spine_row(c, part, indicator, y, height, columns, s, lines)
        y += height
        c.line(0, y, c.width, y, "grid", 0.7)
    c.height = y + 1


def _printed(row: dict, s: dict, lang: str) -> str:
    return row["text"] or number(row["value"], places(s["decimals"], row["indicator"]), lang=lang)


def _spine_columns(c: Canvas, s: dict, name: str, nation_name: str, rows: dict[str, list[dict]]) -> dict:
    """Right edges of the value columns, from right to left, and the span of the strip."""
    rank_title = s["rank_title"] or c.word(
        "rank_of", n=len({row["code"] for part in rows.values() for row in part})
    )
    size = END if c.narrow else LABEL
    rank_width = max(
        [text_width(text, size, True) for text in s["rank"].values() if text]
        + [text_width(rank_title, SMALL)],
        default=0,
    )
    edge, heads, right = c.width, [], {}
    if any(s["rank"].values()):
        heads.append((edge, [rank_title], "ink2"))
        right["rank"] = edge
        edge -= rank_width + 10
    numbers = [
        text_width(_printed(row, s, c.lang), BIG, True)
        for part in rows.values()
        for row in part
        if row["code"] == s["region"] and present(row["value"])
    ]
    numbers += [
        text_width(number(value, places(s["decimals"], indicator), lang=c.lang), BIG, True)
        for indicator, value in s["nation"].items()
        if present(value)
    ]
    for kind, head, role in (
        ("nation", nation_name, "az" if s["tick"] == "az" else "ink2"),
        ("region", name, "az"),
    ):
        if head and (kind == "region" or s["nation"]):
            lines = wrap(head, 50 if c.narrow else 72, SMALL, True)
            heads.append((edge, lines, role))
            right[kind] = edge
            edge -= max([*numbers, *(text_width(line, SMALL, True) for line in lines)]) + 9
    labels = (
        0.0
        if c.narrow
        else min(
            max(text_width(part[0]["label"], LABEL) for part in rows.values()) + 10,
            pick((130, 108), c.lang),
        )
    )
    ends = _end_texts(c, rows, s)
    widths = [
        [max(text_width(text, END) for text in pair[side]) for pair in ends.values()] for side in (0, 1)
    ]
    left = labels + max(widths[0], default=0) + 8
    stop = (c.width if c.narrow else edge - 4) - max(widths[1], default=0) - 10
    return {
        "heads": heads,
        "right": right,
        "left": left + 2,
        "stop": stop,
        "labels": labels or edge,
        "ends": ends,
    }


def _phone_label(row: dict, width: float, lang: str) -> list[str]:
    """The label with its unit in brackets: on one line the two would read as one name."""
    unit = pick(("（{}）", " ({})"), lang).format(row["unit"]) if row["unit"] else ""
    return wrap(row["label"] + unit, width, LABEL)


def _end_texts(c: Canvas, rows: dict[str, list[dict]], s: dict) -> dict[str, tuple[list[str], list[str]]]:
    """Name and value at both ends; on two lines in English, where names are long and the strip needs the width."""
    out = {}
    for indicator, part in rows.items():
        ordered = sorted(
            (row for row in part if present(row["value"])), key=lambda row: (row["value"], row["code"])
        )
        if ordered:
            pairs = [(row["name"], _printed(row, s, c.lang)) for row in (ordered[0], ordered[-1])]
            low, high = (pick(([" ".join(pair)], list(pair)), c.lang) for pair in pairs)
            out[indicator] = low, high
    return out


def _spine_row(
    c: Canvas,
    part: list[dict],
    indicator: str,
    y: float,
    height: float,
    columns: dict,
    s: dict,
    lines: list[str],
) -> None:
    d = places(s["decimals"], indicator)
    middle = y + (height - 15.5 if c.narrow else height / 2)
    upper = y + 11 if c.narrow else middle
    unit, label = part[0]["unit"], part[0]["label"]
    # on a phone the numbers share the label's line, so a unit joins the label
    if c.narrow:
        for index, text in enumerate(lines):
            c.text(0, upper + 11 * index, text, LABEL)
    else:
        rows = label_lines(label, columns["labels"] - 4, LABEL, most=3)
        c.lines(0, middle - (4.5 if unit else 0), rows, 10.5, size=LABEL)
        if unit:
            c.text(0, middle + 5.5 * len(rows), unit, END, "ink3")
    right = columns["right"]
    shown = [row for row in part if present(row["value"])]
    own = [row for row in shown if row["code"] == s["region"]]
    if "region" in right:
        text = _printed(own[0], s, c.lang) if own else "–"
        c.text(right["region"], upper, text, BIG, "az", "end", bold=True)
    nation = s["nation"].get(indicator)
    if "nation" in right:
        blue = s["tick"] == "az"
        c.text(
            right["nation"],
            upper,
            number(nation, d, lang=c.lang) if present(nation) else "–",
            BIG if blue else LABEL,
            "az" if blue else "ink2",
            "end",
            bold=blue,
        )
    if "rank" in right:
        c.text(
            right["rank"],
            upper,
            s["rank"].get(indicator) or "–",
            END if c.narrow else LABEL,
            "ink",
            "end",
            bold=True,
        )
    if not shown:
        return
    values = [*(row["value"] for row in shown), *([nation] if present(nation) else [])]
    place = scale(min(values), max(values), columns["left"], columns["stop"])
    c.line(columns["left"], middle, columns["stop"], middle, "grid", 1.0)
    low, high = columns["ends"][indicator]
    # both names stand clear of the larger dot of the region, wherever it is
    c.lines(
        place(min(row["value"] for row in shown)) - 8, middle, low, 9.2, size=END, color="ink3", anchor="end"
    )
    c.lines(place(max(row["value"] for row in shown)) + 8, middle, high, 9.2, size=END, color="ink3")
    _strip(c, shown, place, middle, s, nation)


def _strip(
    c: Canvas, shown: list[dict], place: Callable[[float], float], middle: float, s: dict, nation: Any
) -> None:
    codes, peer = [row["code"] for row in shown], [row["peer"] for row in shown]
    xs = [place(row["value"]) for row in shown]
    first = codes.index(s["region"]) if s["region"] in codes else None
    radii = [4.7 if index == first else 2.6 for index in range(len(xs))]
    offsets = swarm(xs, radii, first, 12.3)
    points: dict[str, list] = {"mk": [], "peer": [], "az": []}
    for index, (x, offset) in enumerate(zip(xs, offsets, strict=True)):
        points["az" if index == first else "peer" if peer[index] else "mk"].append((x, middle + offset))
    if points["mk"]:
        c.dots(points["mk"], 2.5, "mk")
    if points["peer"]:
        c.dots(points["peer"], 2.5, "peer")
    if present(nation):
        c.line(
            place(nation),
            middle - 14.2,
            place(nation),
            middle + 14.2,
            s["tick"],
            2.4 if s["tick"] == "az" else 1.7,
        )
    if points["az"]:
        c.dots(points["az"], 4.2, "az", "paper", 1.1)
