"""The tile map: one equal tile per province, with the distribution as its legend."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd

from analysis import catalog
from analysis.charts.canvas import Canvas
from analysis.charts.drawing import Drawing
from analysis.charts.parts import number, present, table, tick_texts
from analysis.charts.style import LABEL, SMALL, text_width, wrap
from analysis.errors import refuse

# per 1,000 residents: lower limits of classes 2 to 5, the same wherever a map of the indicator stands; they do not move with the year
CLASSES = {
    "doctors": (3.0, 3.3, 3.6, 4.0),
    "nurses": (3.6, 4.0, 4.4, 4.8),
    "health_technicians": (8.0, 8.5, 9.0, 10.0),
    "beds": (6.0, 6.8, 7.4, 8.0),
}
# ISO 3166-2:CN, for English names on a phone, where "Heilongjiang" is wider than its tile
SHORT = {
    "110000": "BJ", "120000": "TJ", "130000": "HE", "140000": "SX", "150000": "NM", "210000": "LN", "220000": "JL", "230000": "HL", "310000": "SH",
    "320000": "JS", "330000": "ZJ", "340000": "AH", "350000": "FJ", "360000": "JX", "370000": "SD", "410000": "HA", "420000": "HB", "430000": "HN",
    "440000": "GD", "450000": "GX", "460000": "HI", "500000": "CQ", "510000": "SC", "520000": "GZ", "530000": "YN", "540000": "XZ", "610000": "SN",
    "620000": "GS", "630000": "QH", "640000": "NX", "650000": "XJ", "710000": "TW", "810000": "HK", "820000": "MO",
}  # fmt: skip


def tile_map(
    values: pd.DataFrame,
    classes: Sequence[float],
    *,
    region: str | None = None,
    decimals: int = 2,
    count_label: str | None = None,
    lang: str = "zh",
) -> Drawing:
    """Provinces as equal tiles in five fixed classes; the region outlined in ink; 台湾, 香港, 澳门 always present and hatched.

    ``values``: one row per province with ``code`` (six digits, 31 provinces), ``name, value``; optional ``text`` (as printed). ``classes``
    are the four lower limits of classes 2 to 5. The class is that of the printed value: 3.298 prints 3.30 and belongs to 3.3. A province
    without a value is hatched, never in the lowest colour. Raises MethodError for unknown codes or limits that do not rise.
    """
    data = table("tile_map", values, ["code", "name", "value"], {"text": ""}, region)
    limits = [float(limit) for limit in classes]
    if len(limits) != 4 or sorted(set(limits)) != limits:
        raise refuse(
            "charts.tile_map",
            f"classes {classes}",
            "four rising limits",
            "pass the lower limits of classes two to five",
        )
    unknown = sorted(set(data["code"]) - {province.code for province in catalog.provinces()})
    if unknown or data["code"].duplicated().any():
        found = f"codes {unknown}" if unknown else "a province twice"
        raise refuse(
            "charts.tile_map",
            found,
            "each of the 31 provinces at most once",
            "use six-digit codes such as 140000",
        )
    return Drawing(
        partial(_tiles, data=data, limits=limits, region=region, d=decimals, count_label=count_label), lang
    )


def _tiles(
    c: Canvas, data: pd.DataFrame, limits: list[float], region: str | None, d: int, count_label: Any
) -> None:
    gap = 2.0 if c.narrow else 3.0
    width = (c.width - 6 * gap - 3) / 7
    height = 33.0 if c.narrow else 42.0
    rows = {row.code: row for row in data.itertuples()}
    places = {
        place.code: place.tile for place in catalog.regions().values() if place.tile
    }  # neighbours stay neighbours where equal tiles allow it
    printed = {code: _printed(row, d, c.lang) for code, row in rows.items()}
    # on a phone the legend stands above the tiles; on the wide sheet the empty upper left corner of the map holds it
    top = _legend(c, data, printed, limits, region, c.width if c.narrow else 4 * width, count_label)
    y0 = top + 8 if c.narrow else 2.0
    for code, (line, column) in places.items():
        x, y = 1.5 + column * (width + gap), y0 + line * (height + gap)
        if code in rows and code in printed and present(printed[code]):
            _tile(c, (x, y, width, height), rows[code], printed[code], limits, code == region)
        else:
            _absent(c, (x, y, width, height), code, rows.get(code))
    if region is not None and region in rows:
        line, column = places[region]
        c.rect(
            1.5 + column * (width + gap) - 0.6,
            y0 + line * (height + gap) - 0.6,
            width + 1.2,
            height + 1.2,
            "",
            "ink",
            2.6,
        )
    c.height = y0 + 8 * (height + gap)


def _printed(row: Any, d: int, lang: str) -> str:
    if not present(row.value):
        return ""
    return row.text or number(row.value, d, lang=lang)


def _class(text: str, limits: list[float]) -> int:
    return bisect_right(limits, float(re.sub("[–−]", "-", text).replace(",", "").rstrip("%")))


def _tile(
    c: Canvas, box: tuple[float, float, float, float], row: Any, text: str, limits: list[float], own: bool
) -> None:
    x, y, width, height = box
    level = _class(text, limits)
    c.rect(x, y, width, height, f"s{level}", "mk", 0.7)
    color = "white" if level == 4 else "on"
    names = _names(c, row.code, row.name, width)
    size = SMALL if c.narrow or len(names) > 1 else LABEL
    middle = y + height / 2
    if len(names) > 1:
        c.lines(x + width / 2, middle - 6.5, names, 8.6, size=7.4, color=color, anchor="middle", bold=own)
        c.text(x + width / 2, middle + 12, text, LABEL, color, "middle", bold=own)
        return
    shift = 6.4 if c.narrow else 7.2
    c.text(x + width / 2, middle - shift, names[0], size, color, "middle", bold=own)
    c.text(x + width / 2, middle + shift, text, SMALL if c.narrow else LABEL, color, "middle", bold=own)


def _names(c: Canvas, code: str, name: str, width: float) -> list[str]:
    if c.narrow and c.lang == "en":
        return [SHORT[code]]
    if text_width(name, SMALL) <= width:
        return [name]
    return wrap(name, width, SMALL)


def _absent(c: Canvas, box: tuple[float, float, float, float], code: str, row: Any) -> None:
    x, y, width, height = box
    c.hatch(x, y, width, height, "hair", 4.2, 0.6)
    c.rect(x, y, width, height, "", "mk", 0.7)
    name = row.name if row is not None else catalog.region(code).short(c.lang)
    names = _names(c, code, name, width - 6)
    texts = [*names, *([] if c.narrow else wrap(c.word("absent"), width - 8, 7.6))]
    reach = max(text_width(text, SMALL) for text in texts)
    high = 10.5 * len(texts) + 4
    c.rect(
        x + (width - min(reach + 6, width - 4)) / 2,
        y + (height - high) / 2,
        min(reach + 6, width - 4),
        high,
        "paper",
    )
    c.lines(x + width / 2, y + height / 2, texts, 10.5, size=7.6, color="ink2", anchor="middle")


def _legend(
    c: Canvas,
    data: pd.DataFrame,
    printed: dict[str, str],
    limits: list[float],
    region: str | None,
    width: float,
    count_label: Any,
) -> float:
    """A histogram of one square a province over the class bar; returns the y below it."""
    c.text(1.5, 7, count_label or c.word("distribution"), SMALL, "ink2")
    if c.narrow and c.lang == "en":
        c.text(1.5, 18, c.word("codes"), SMALL, "ink2")
    shown = {
        code: float(re.sub("[–−]", "-", text).replace(",", "").rstrip("%"))
        for code, text in printed.items()
        if text
    }
    if not shown:
        return 16.0
    low, high = min(shown.values()), max(shown.values())
    bins = max(int((width - 12) / 7.8), 1)
    step = (high - low) / (bins - 1) if high > low else 1.0
    # a square must not stand on the wrong side of a class limit, so squares are stacked inside bin and class
    stacks: dict[int, list[str]] = {}
    for code in sorted(shown, key=lambda key: (shown[key], key)):
        stacks.setdefault(int((shown[code] - low) / step + 0.5), []).append(code)
    tall = max(len(codes) for codes in stacks.values())
    top = 16 if not (c.narrow and c.lang == "en") else 27
    level = _free_level(stacks, shown, region, tall, data, printed)
    # the wide legend ends above the third row of tiles
    side = min(7.4, (72 - top) / max(tall, level + 1.2)) if not c.narrow else 7.4
    base = top + max(tall, level + 1.2) * side
    x = lambda slot: 3 + slot * 7.8  # noqa: E731
    mine = None
    for slot, codes in sorted(stacks.items()):
        for place, code in enumerate(codes):
            box = (x(slot), base - (place + 1) * side)
            c.rect(*box, 7.4, side, f"s{_class(printed[code], limits)}", "mk", 0.5)
            if code == region:
                mine = (*box, slot, place, len(codes))
    if mine and region is not None:
        c.rect(mine[0], mine[1], 7.4, side, "", "ink", 1.8)
        text = f"{data.loc[data['code'] == region, 'name'].iloc[0]} {printed[region]}"
        right = mine[0] + 18 + text_width(text, SMALL, True) < width
        y = base - (level + 0.6) * side
        edge = mine[0] + (11 if right else -3.6)
        c.segments(
            [((mine[0] + 3.7, mine[1]), (edge, y))]
            if y < mine[1]
            else [((mine[0] + (7.4 if right else 0), y), (edge, y))],
            "ink",
            0.8,
        )
        c.text(
            edge + (2 if right else -2),
            y,
            text,
            SMALL,
            "ink",
            "start" if right else "end",
            bold=True,
            halo=True,
        )
    _class_bar(c, limits, low, high, step, x, base)
    return base + 22


def _free_level(
    stacks: dict[int, list[str]],
    shown: dict[str, float],
    region: str | None,
    tall: int,
    data: pd.DataFrame,
    printed: dict[str, str],
) -> float:
    """The lowest row of the histogram at which the region's label, right (or left) of its square, touches no stack."""
    if region not in shown:
        return 0.0
    slot, codes = next((slot, codes) for slot, codes in stacks.items() if region in codes)
    reach = (
        int(
            (
                text_width(
                    f"{data.loc[data['code'] == region, 'name'].iloc[0]} {printed[region]}", SMALL, True
                )
                + 16
            )
            / 7.8
        )
        + 1
    )
    near = [len(other) for place, other in stacks.items() if place != slot and abs(place - slot) <= reach]
    return float(max([codes.index(region) + 1, *near, len(codes)]) + 0.3 if near or codes else tall)


def _class_bar(
    c: Canvas,
    limits: list[float],
    low: float,
    high: float,
    step: float,
    x: Callable[[float], float],
    base: float,
) -> None:
    edge = lambda value: x((value - low) / step) + 3.7 if high > low else x(0)  # noqa: E731
    bounds = [low, *[min(max(limit, low), high) for limit in limits], high]
    for level in range(5):
        if bounds[level + 1] > bounds[level]:
            c.rect(
                edge(bounds[level]),
                base + 3,
                edge(bounds[level + 1]) - edge(bounds[level]),
                5,
                f"s{level}",
                "mk",
                0.5,
            )
    last = -99.0
    for limit, text in zip(limits, tick_texts(limits, c.lang), strict=True):
        if low < limit < high and edge(limit) - last > text_width(text, 7.6) + 1:
            c.text(edge(limit), base + 14, text, 7.6, "ink2", "middle")
            last = edge(limit)
