"""One row per region, ordered by its value: shift-share bars and rank intervals."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.charts.canvas import Canvas
from analysis.charts.drawing import Drawing
from analysis.charts.parts import (
    key,
    number,
    others_text,
    present,
    scale,
    table,
    tick_texts,
    ticks,
)
from analysis.charts.style import END, SMALL, text_width

LEAST = 0.35  # of the width that the scale of intervals keeps, however long the names and texts beside it are


def shift_share(
    rows: pd.DataFrame,
    *,
    region: str | None,
    nation: float,
    peers: str | None = None,
    unit: str = "",
    decimals: int = 2,
    growth_decimals: int = 1,
    lang: str = "zh",
) -> Drawing:
    """Growth of every region as a bar from the national line, with the identity gained = national share + own difference beside it.

    ``rows``: one row per region with ``code, name, growth`` (per cent), ``gained, share, own``; optional ``peer`` (bool); ``unit``: of the last
    three, printed above their columns. Rows are drawn from the highest growth to the lowest. Raises MethodError when the printed columns do not add up in a row.
    """
    data = table(
        "shift_share", rows, ["code", "name", "growth", "gained", "share", "own"], {"peer": False}, region
    )
    data = data.dropna(subset=["growth"]).sort_values(
        ["growth", "code"], ascending=[False, True], kind="stable"
    )
    return Drawing(
        partial(
            _shift_share,
            data=data,
            region=region,
            nation=nation,
            peers=peers,
            unit=unit,
            d=decimals,
            gd=growth_decimals,
        ),
        lang,
    )


def _shift_share(
    c: Canvas,
    data: pd.DataFrame,
    region: str | None,
    nation: float,
    peers: str | None,
    unit: str,
    d: int,
    gd: int,
) -> None:
    """Longer than 40 lines: the marks share the scales computed at the top and are painted in this order."""
    name = data.loc[data["code"] == region, "name"].iloc[0] if region else ""
    others = len(data) - int(data["peer"].sum()) - bool(name)
    items = [("dot", name, "az")] if name else []
    items.append(("tick", c.word("nation_value", n=number(nation, gd, lang=c.lang) + "%"), "ink"))
    if data["peer"].any():
        items.append(("dot", peers or c.word("peers"), "peer"))
    y = key(c, [*items, ("dot", others_text(c, data["code"], others), "mk")]) + 12
    if unit:
        c.text(c.width, y, unit, SMALL, "ink2", "end")
        y += 11
    heads = [("own", c.word("own")), ("share", c.word("share")), ("gained", c.word("gained"))]
    heads = [heads[0], heads[2]] if c.narrow else heads
    edges, edge = {}, c.width
    deep = 10.0 if c.narrow and c.lang == "en" else 0.0
    for column, head in heads:
        words = head.split(" ") if deep else [head]
        for index, text in enumerate(words):
            c.text(edge, y + deep * (2 - len(words) + index if deep else 0), text, SMALL, "ink2", "end")
        edges[column] = edge
        edge -= (
            max(
                max(text_width(text, SMALL) for text in words),
                *(text_width(number(v, d, True, lang=c.lang), SMALL, True) for v in data[column]),
            )
            + 9
        )
    labels = max(text_width(text, SMALL, True) for text in data["name"]) + 6
    y += 8 + deep
    c.line(0, y, c.width, y, "ink", 0.9)
    low, high = min(data["growth"].min(), nation), max(data["growth"].max(), nation)
    place = scale(low, high, labels + 8, edge - 6)
    step = 13.6
    bottom = y + 4 + step * len(data)
    marks = ticks(low, high, 3 if c.narrow else 4)
    c.segments([((place(v), y), (place(v), bottom)) for v in marks], "grid", 0.7)
    for index, row in enumerate(data.itertuples()):
        middle, mine = y + 4 + step * (index + 0.5), row.code == region
        role = "az" if mine else "peer" if row.peer else "mk"
        if mine:
            c.rect(0, middle - step / 2, c.width, step, "row")
        c.line(place(nation), middle, place(row.growth), middle, role, 3.0 if mine else 1.7)
        c.dots([(place(row.growth), middle)], 3.4 if mine else 2.3, role, "paper", 0.6)
        text = "az" if mine else "ink" if row.peer else "ink2"
        c.text(2, middle, row.name, SMALL, text, bold=mine or row.peer)
        for column, right in edges.items():
            c.text(
                right,
                middle,
                number(getattr(row, column), d, True, lang=c.lang),
                SMALL,
                text,
                "end",
                bold=mine,
            )
        if mine:
            # the number stands across the national line from the bar, where this row is empty; beyond the dot if there is no room
            text, left = number(row.growth, gd, lang=c.lang) + "%", row.growth <= nation
            room = edge - place(nation) if left else place(nation) - labels
            at = (
                place(nation) + (6 if left else -6)
                if room > text_width(text, SMALL, True) + 8
                else place(row.growth) + (7 if left else -7)
            )
            c.text(at, middle, text, SMALL, "az", "start" if left else "end", bold=True, halo=True)
    c.line(place(nation), y, place(nation), bottom, "ink", 1.5)
    for value, text in zip(marks, tick_texts(marks, c.lang, unit="%"), strict=True):
        c.text(place(value), bottom + 8, text, END, "ink2", "middle")
    c.height = bottom + 15


def intervals(
    rows: pd.DataFrame,
    *,
    region: str | None = None,
    peers: str | None = None,
    x_label: str | None = None,
    sort: bool = True,
    marked: str | None = None,
    lang: str = "zh",
) -> Drawing:
    """Rank (or value) ranges per unit, ordered by value: the print resolution as a thick bar, the stability interval as a thin wider one.

    ``rows``: one row per unit with ``code, name, value, low, high``; optional ``outer_low, outer_high`` (the wider interval),
    ``peer`` (bool), ``text`` (as printed, at the right) and ``highlight`` (bool: azurite; else the row of ``region``, or every row when
    the rows are not regions but one region's indicators) and ``group``: neighbours of one group stand together, apart from the next.
    Ordered by value unless ``sort`` is False. ``marked`` says in the key what the highlighted rows are, where they are no region's.
    """
    data = table(
        "intervals",
        rows,
        ["code", "name", "value", "low", "high"],
        {"peer": False, "text": "", "outer_low": None, "outer_high": None, "group": ""},
        region,
    )
    data = data.dropna(subset=["value"])
    data = data.sort_values(["value", "code"], kind="stable") if sort else data
    if "highlight" not in data.columns:
        regions = data["code"].astype(str).str.fullmatch(r"\d{6}")
        data["highlight"] = (data["code"] == region) if region is not None else ~regions
    return Drawing(
        partial(_intervals, data=data, region=region, peers=peers, x_label=x_label, marked=marked), lang
    )


def _intervals(
    c: Canvas,
    data: pd.DataFrame,
    region: str | None,
    peers: str | None,
    x_label: str | None,
    marked: str | None,
) -> None:
    """Longer than 40 lines: the marks share the scales computed at the top and are painted in this order."""
    name = data.loc[data["code"] == region, "name"].iloc[0] if region else ""
    items = [("interval", name, "az")] if name else []
    if data["peer"].any():
        items.append(("interval", peers or c.word("peers"), "peer"))
    outer = data["outer_low"].notna().any()
    alone = bool(data["highlight"].all())  # one region's own rows need no tint and no bold to stand out
    shade = "az" if alone else "mk"
    if alone and outer:
        items.append(("dot", c.word("rank"), "az"))
    if not alone:
        items += [("dot", marked, "az")] if marked and data["highlight"].any() else []
        items.append(("dot", c.word("rank"), "ink"))
    if (data["high"].astype(float) > data["low"].astype(float)).any():
        items.append(("bar", c.word("print_resolution") if outer else c.word("interval"), shade))
    if outer:
        items.append(("thin", c.word("stability"), shade))
    y = key(c, items) + 4
    labels = max(text_width(text, SMALL, True) for text in data["name"]) + 8
    right = max((text_width(text, SMALL, True) for text in data["text"] if text), default=0)
    columns = ["value", "low", "high", *(["outer_low", "outer_high"] if outer else [])]
    low, high = data[columns].astype(float).min().min(), data[columns].astype(float).max().max()
    # where names and texts would leave no room for the scale, they stand on a line of their own above each row's marks
    above = 10.0 if c.width - labels - right - 22 < LEAST * c.width else 0.0
    place = scale(low, high, *((8, c.width - 8) if above else (labels + 8, c.width - right - 14)))
    step = 12.6 + above
    groups = (data["group"] != data["group"].shift()).cumsum() - 1
    apart = 6.0 * groups  # between groups, half of it on either side of a rule
    bottom = y + 4 + step * len(data) + apart.iloc[-1]
    marks = ticks(low, high, 4)
    if float(low).is_integer() and low > 0 and marks and marks[0] > low and low == 1:
        marks = [1.0, *marks]
    c.segments([((place(v), y), (place(v), bottom)) for v in marks], "grid", 0.7)
    for index, row in enumerate(data.itertuples()):
        top, mine = y + 4 + step * index + apart.iloc[index], bool(row.highlight)
        middle, said = top + (step + above) / 2, top + (step - above) / 2
        if index and groups.iloc[index] != groups.iloc[index - 1]:
            c.line(0, top - 3, c.width, top - 3, "grid", 0.7)
        role = "az" if mine else "peer" if row.peer else "mk"
        if mine and not alone:
            c.rect(0, top, c.width, step, "row")
        if present(row.outer_low):
            c.line(place(row.outer_low), middle, place(row.outer_high), middle, role, 1.2)
        if present(row.low) and row.high > row.low:
            c.line(place(row.low), middle, place(row.high), middle, role, 4.4)
        c.dots([(place(row.value), middle)], 3.6 if mine else 2.5, role if mine else "ink", "paper", 0.6)
        text = "ink" if alone else "az" if mine else "ink" if row.peer else "ink2"
        c.text(2, said, row.name, SMALL, text, bold=(mine and not alone) or row.peer)
        c.text(c.width, said, row.text, SMALL, text, "end", bold=mine and not alone)
    for value, text in zip(marks, tick_texts(marks, c.lang), strict=True):
        c.text(place(value), bottom + 8, text, END, "ink2", "middle")
    c.height = bottom + 15
    if x_label:
        c.text(
            c.width / 2 if above else (labels + c.width - right) / 2,
            bottom + 19,
            x_label,
            END,
            "ink3",
            "middle",
        )
        c.height += 11
