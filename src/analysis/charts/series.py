"""Values over years: trends against the median and the spread, one line among many."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise

import pandas as pd

from analysis.charts.canvas import Canvas
from analysis.charts.drawing import Drawing
from analysis.charts.parts import (
    DASH,
    group_order,
    key,
    label_lines,
    number,
    others_text,
    places,
    present,
    scale,
    spread,
    table,
    tick_texts,
    ticks,
    year_text,
)
from analysis.charts.style import BIG, END, SMALL, text_width

Breaks = Sequence[tuple[int, int]]


def within(breaks: Breaks, years: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Breaks between two of the years shown: one before the first year or after the last parts nothing and lies off the axis.

    >>> within([(2013, 2014), (2016, 2017)], [2014, 2015, 2016, 2017])
    ((2016, 2017),)
    """
    return tuple((a, b) for a, b in breaks if min(years) <= a and b <= max(years)) if len(years) else ()


def runs(years: Sequence[int], values: Sequence[float], breaks: Breaks = ()) -> list[list[tuple[int, float]]]:
    """Stretches that a line may connect: cut at missing values, at missing years and between the two years of every break.

    A year is missing where the step to the next is longer than the shortest of the series: 2023 and 2025 of a yearly one, never 2010
    and 2020 of a census.

    >>> [len(run) for run in runs([2021, 2022, 2023, 2025], [1.0, 2.0, 3.0, 4.0])]
    [3, 1]
    >>> [len(run) for run in runs([2010, 2020], [1.0, 2.0])]
    [2]
    """
    out: list[list[tuple[int, float]]] = [[]]
    step = min((b - a for a, b in pairwise(sorted(set(years)))), default=1)
    for year, value in zip(years, values, strict=True):
        if out[-1] and year - out[-1][-1][0] > step:
            out.append([])
        if breaks and out[-1] and any(out[-1][-1][0] <= before and year >= after for before, after in breaks):
            out.append([])
        if value is None or math.isnan(value):
            out.append([])
        else:
            out[-1].append((int(year), float(value)))
    return [run for run in out if run]


def grid_columns(count: int, narrow: bool) -> int:
    """Panels side by side."""
    if narrow:
        return 1 if count == 1 else 2
    return {1: 1, 2: 2, 4: 2}.get(count, 3)


def trends(
    panels: pd.DataFrame,
    *,
    region_name: str,
    breaks: Mapping[str, Breaks] | None = None,
    decimals: int | Mapping[str, int] = 2,
    median_name: str | None = None,
    break_name: str | None = None,
    role: str = "az",
    common: bool = False,
    lang: str = "zh",
) -> Drawing:
    """Small multiples: the region's line, the dashed median, the p10 to p90 band; no line crosses a break in definition.

    ``panels``: one row per panel and year with ``panel, label, year, value``; optional ``median, p10, p90, unit``. ``breaks`` maps a
    panel to pairs (last year before, first year after); the span between is hatched and says that it is not compared;
    ``break_name`` says what happened where it was no change of definition. ``role``: "ink" where the line is a measure over all
    regions, since azurite is the region's alone. ``common``: one scale from nought for all panels, where they hold one measure and a
    reader compares their heights.
    """
    data = table(
        "trends",
        panels,
        ["panel", "label", "year", "value"],
        {"median": float("nan"), "p10": float("nan"), "p90": float("nan"), "unit": ""},
    )
    data = data.sort_values("year", kind="stable")
    order = group_order(panels, "panel")
    settings = dict(
        order=order,
        name=region_name,
        breaks=dict(breaks or {}),
        decimals=decimals,
        median=median_name,
        cut=break_name,
        role=role,
        top=float(data[["value", "median", "p90"]].max().max()) if common else None,
    )
    return Drawing(partial(_trends, data=data, s=settings), lang)


def _trends(c: Canvas, data: pd.DataFrame, s: dict) -> None:
    items = [("line", s["name"], s["role"])]
    if data["median"].notna().any():
        items.append(("dashed", s["median"] or c.word("median"), "ink"))
    if data["p10"].notna().any():
        items.append(("band", c.word("band"), "mk"))
    shown = {panel: list(part["year"]) for panel, part in data.groupby("panel", sort=False)}
    if any(within(s["breaks"].get(panel, ()), years) for panel, years in shown.items()):
        items.append(("break", s["cut"] or c.word("break"), "oc"))
    top = key(c, items) + 4
    columns = grid_columns(len(s["order"]), c.narrow)
    gap = 12.0 if c.narrow else 18.0
    width = (c.width - gap * (columns - 1)) / columns
    plot = {1: 170.0, 2: 130.0, 3: 104.0}[columns] if not c.narrow else 130.0 if columns == 1 else 92.0
    titles = [
        _title(part["label"].iloc[0], part["unit"].iloc[0], width)
        for part in (data[data["panel"] == panel] for panel in s["order"])
    ]
    y = top
    for start in range(0, len(titles), columns):
        head = 12.0 * max(len(rows) + bool(unit) for rows, unit in titles[start : start + columns])
        for index in range(start, min(start + columns, len(titles))):
            panel, x = s["order"][index], (index - start) * (width + gap)
            rows, unit = titles[index]
            for place, row in enumerate(rows):
                c.text(x, y + 6 + 11.5 * place, row, BIG, bold=True)
            c.text(x, y + 6 + 11.5 * len(rows), unit, END, "ink3")
            _trend_panel(c, data[data["panel"] == panel], (x, y + head + 6, width, plot), s, panel)
        y += head + 6 + plot + 24
    c.height = y - 8


def _title(label: str, unit: str, width: float) -> tuple[list[str], str]:
    return label_lines(label, width, BIG, True), unit


def _trend_panel(
    c: Canvas, part: pd.DataFrame, box: tuple[float, float, float, float], s: dict, panel: str
) -> None:
    x0, y0, width, height = box
    years = list(part["year"])
    d, breaks = places(s["decimals"], panel), within(s["breaks"].get(panel, ()), years)
    pool = pd.concat([part[column] for column in ("value", "median", "p10", "p90")]).dropna()
    low, high = (pool.min(), pool.max()) if len(pool) else (0.0, 1.0)
    pad = (high - low or abs(high) or 1) * 0.06
    low, high = max(low - pad, 0.0) if low >= 0 else low - pad, high + pad
    if s["top"] is not None:
        low, high = 0.0, s["top"] * 1.06
    own = part.dropna(subset=["value"])
    if len(own) and s["top"] is None and not _starts_above(own):  # room for the start value under its dot
        low = min(low, own["value"].iloc[0] - 0.17 * (high - low))
    marks = ticks(low, high, 3)
    texts = tick_texts(marks, c.lang)
    left = x0 + max((text_width(text, SMALL) for text in texts), default=0) + 7
    ends = [
        number(v, d, lang=c.lang) for column in ("value", "median") for v in part[column].dropna().iloc[-1:]
    ]
    right = x0 + width - max((text_width(text, BIG, True) for text in ends), default=0) - 3
    # a first year that stands alone before a break carries its number at the left, outside the hatching
    lone = len(own) > 1 and any(
        own["year"].iloc[0] <= before and own["year"].iloc[1] >= after for before, after in breaks
    )
    inset = text_width(number(own["value"].iloc[0], d, lang=c.lang), SMALL) + 6 if lone else 3
    px, py = scale(min(years), max(years), left + inset, right - 5), scale(low, high, y0 + height, y0)
    c.segments([((left - 3, py(v)), (right, py(v))) for v in marks], "grid", 0.7)
    for value, text in zip(marks, texts, strict=True):
        c.text(left - 6, py(value), text, SMALL, "ink2", "end")
    _band(c, part, px, py, breaks)
    for before, after in breaks:
        _break_span(c, px(before), px(after), y0, height, s["cut"])
    c.line(left - 3, y0 + height, right, y0 + height, "mk", 0.7)
    c.text(px(min(years)), y0 + height + 8, year_text(min(years)), SMALL, "ink2", "middle")
    if max(years) > min(years):
        c.text(px(max(years)), y0 + height + 8, year_text(max(years)), SMALL, "ink2", "middle")
    _trend_lines(c, part, px, py, breaks, (y0, height, right), d, s["role"])


def _starts_above(own: pd.DataFrame) -> bool:
    """Whether the start value stands above its dot: away from the median, and where there is none, from the line."""
    first, median = own["value"].iloc[0], own["median"].iloc[0]
    return bool(first >= (median if present(median) else own["value"].iloc[min(1, len(own) - 1)]))


def _band(
    c: Canvas, part: pd.DataFrame, px: Callable[[float], float], py: Callable[[float], float], breaks: Breaks
) -> None:
    years = list(part["year"])
    for lower, upper in zip(
        runs(years, list(part["p10"]), breaks), runs(years, list(part["p90"]), breaks), strict=True
    ):
        if len(lower) == 1:
            x = px(lower[0][0])
            c.rect(x - 3, py(upper[0][1]), 6, py(lower[0][1]) - py(upper[0][1]), "band", "mk", 0.6)
            continue
        bottom = [(px(year), py(value)) for year, value in lower]
        top = [(px(year), py(value)) for year, value in upper]
        c.area([*top, *reversed(bottom)], "band")
        c.segments([top, bottom], "mk", 0.6)


def _break_span(c: Canvas, x1: float, x2: float, y0: float, height: float, name: str | None = None) -> None:
    wide = x2 - x1 > 22
    a, b = (x1 + 5, x2 - 5) if wide else ((x1 + x2) / 2 - 1.5, (x1 + x2) / 2 + 1.5)
    c.hatch(a, y0, b - a, height, "hair", 6.0)
    c.segments(
        [((x, y0), (x, y0 + height)) for x in ((a, b) if wide else ((a + b) / 2,))], "oc", 1.2, "2.6 1.6"
    )
    words = [name or c.word("break"), c.word("not_compared")]
    if wide and max(text_width(text, END) for text in words) < b - a + 24:
        c.lines((a + b) / 2, y0 + height * 0.42, words, 11, size=END, color="oc", anchor="middle", halo=True)


def _trend_lines(
    c: Canvas,
    part: pd.DataFrame,
    px: Callable[[float], float],
    py: Callable[[float], float],
    breaks: Breaks,
    frame: tuple[float, float, float],
    d: int,
    role: str,
) -> None:
    y0, height, right = frame
    years = list(part["year"])
    median, own = runs(years, list(part["median"]), breaks), runs(years, list(part["value"]), breaks)
    c.segments([[(px(year), py(v)) for year, v in run] for run in median if len(run) > 1], "ink", 1.2, DASH)
    c.segments(
        [
            ((px(run[0][0]) - 4, py(run[0][1])), (px(run[0][0]) + 4, py(run[0][1])))
            for run in median
            if len(run) == 1
        ],
        "ink",
        1.2,
    )
    c.segments(
        [[(px(year), py(v)) for year, v in run] for run in own if len(run) > 1], role, 2.4, "", "round"
    )
    if not own:
        return
    # both ends of every stretch, so that a gap or a break is seen as one
    c.dots(sorted({(px(run[i][0]), py(run[i][1])) for run in own for i in (0, -1)}), 2.6, role, "paper", 0.8)
    first, last = own[0][0], own[-1][-1]
    labels = [(py(last[1]), number(last[1], d, lang=c.lang), role, BIG, True)]
    if median:
        labels.append(
            (py(median[-1][-1][1]), number(median[-1][-1][1], d, lang=c.lang), "ink2", SMALL, False)
        )
    places_y = spread([label[0] for label in labels], 10.5, y0, y0 + height - 3)
    for label, y in zip(labels, places_y, strict=True):
        c.text(right + 1, y, label[1], label[3], label[2], bold=label[4])
    if first[0] == last[0]:
        return
    if len(own[0]) == 1 and breaks:
        c.text(
            px(first[0]) - 6, py(first[1]), number(first[1], d, lang=c.lang), SMALL, role, "end", halo=True
        )
        return
    # the start value stands away from the median
    y = py(first[1]) + (-9 if _starts_above(part.dropna(subset=["value"])) else 9)
    c.text(px(first[0]) - 2, y, number(first[1], d, lang=c.lang), SMALL, role, halo=True)


def lines(
    rows: pd.DataFrame,
    *,
    region: str | None = None,
    named: Sequence[str] = (),
    peers: str | None = None,
    decimals: int = 2,
    breaks: Breaks = (),
    zero: bool = False,
    lang: str = "zh",
) -> Drawing:
    """One unit highlighted against grey lines, with direct labels at the right for it, its peers and the ``named`` codes (at most 4).

    ``rows``: one row per unit and year with ``code, name, year, value``; optional ``peer`` (bool). Missing years leave a gap. Whole
    numbers alone are counts and drawn without decimals.
    """
    data = table("lines", rows, ["code", "name", "year", "value"], {"peer": False}, region).sort_values(
        "year", kind="stable"
    )
    d = 0 if all(float(value).is_integer() for value in data["value"].dropna()) else decimals
    settings = dict(
        region=region,
        named=tuple(named)[:4],
        peers=peers,
        d=d,
        breaks=within(breaks, list(data["year"])),
        zero=zero,
    )
    return Drawing(partial(_lines, data=data, s=settings), lang)


def _stretches(c: Canvas, runs: list[list[tuple[float, float]]], role: str, stroke: float) -> None:
    """Lines through stretches of points; a stretch of one is a dot, the region's lines end in dots."""
    drawn = [run for run in runs if len(run) > 1]
    single = [run for run in runs if len(run) == 1]
    c.segments(drawn, role, stroke, "", "round" if role == "az" else "")
    if single:
        c.dots([run[0] for run in single], 2.6 if role == "az" else 1.8, role)
    if role == "az" and drawn:
        c.dots([run[i] for run in drawn for i in (0, -1)], 2.6, role, "paper", 0.8)


def _lines(c: Canvas, data: pd.DataFrame, s: dict) -> None:
    """Longer than 40 lines: the marks share the scales computed at the top and are painted in this order."""
    units = data.drop_duplicates("code")
    region = s["region"]
    strong = units["peer"] | units["code"].isin(s["named"])
    items = [("line", units.loc[units["code"] == region, "name"].iloc[0], "az")] if region is not None else []
    if units["peer"].any():
        items.append(("line", s["peers"] or c.word("peers"), "peer"))
    rest = int((~strong & (units["code"] != region)).sum())
    if rest:
        items.append(("line", others_text(c, units["code"], rest), "hair"))
    y0 = key(c, items) + 6
    height = 150.0 if c.narrow else 190.0
    values = data["value"].dropna()
    low, high = (0.0 if s["zero"] else values.min()), values.max()
    pad = (
        (high - low) * 0.05 or abs(high) * 0.1 or 1.0
    )  # one value alone: an axis whose marks can be told apart
    low, high = (low if s["zero"] or low >= 0 > low - pad else low - pad), high + pad
    marks = ticks(low, high, 4)
    texts = tick_texts(marks, c.lang)
    ends = []
    for code in units.loc[strong | (units["code"] == region), "code"]:
        known = data[data["code"] == code].dropna(subset=["value"])
        if len(known):
            ends.append(
                (
                    known["value"].iloc[-1],
                    f"{known['name'].iloc[-1]} {number(known['value'].iloc[-1], s['d'], lang=c.lang)}",
                    code == region,
                )
            )
    left = max(text_width(text, SMALL) for text in texts) + 8
    right = c.width - max((text_width(text, BIG, True) for _, text, _ in ends), default=0) - 8
    years = sorted(data["year"].unique())
    px, py = scale(years[0], years[-1], left + 4, right), scale(low, high, y0 + height, y0)
    c.segments([((left, py(v)), (right + 4, py(v))) for v in marks], "grid", 0.7)
    for value, text in zip(marks, texts, strict=True):
        c.text(left - 4, py(value), text, SMALL, "ink2", "end")
    for before, after in s["breaks"]:
        _break_span(c, px(before), px(after), y0, height)
    peer_codes = set(units.loc[strong, "code"])
    held: dict[str, tuple[list[int], list[float]]] = {}
    for code, year, value in zip(data["code"], data["year"], data["value"], strict=True):
        years_held, values_held = held.setdefault(code, ([], []))
        years_held.append(year)
        values_held.append(value)
    for role, stroke, chosen in (
        ("hair", 0.7, lambda k: k not in peer_codes and k != region),
        ("peer", 1.1, lambda k: k in peer_codes and k != region),
        ("az", 2.4, lambda k: k == region),
    ):
        stretches = [run for code in sorted(held) if chosen(code) for run in runs(*held[code], s["breaks"])]
        _stretches(c, [[(px(year), py(v)) for year, v in run] for run in stretches], role, stroke)
    for (_, text, own), y in zip(
        ends, spread([py(v) for v, _, _ in ends], 10.4, y0, y0 + height - 2), strict=True
    ):
        c.text(right + 6, y, text, BIG if own else SMALL, "az" if own else "ink2", bold=own)
    c.line(left, y0 + height, right + 4, y0 + height, "mk", 0.7)
    middle = years[len(years) // 2]
    roomy = min(px(middle) - px(years[0]), px(years[-1]) - px(middle)) > 30
    for year in dict.fromkeys((years[0], *((middle,) if roomy else ()), years[-1])):
        c.text(px(year), y0 + height + 9, year_text(year), SMALL, "ink2", "middle")
    c.height = y0 + height + 16
