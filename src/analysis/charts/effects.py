"""Estimates with their intervals: coefficients by specification and the event study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import pandas as pd

from analysis.charts.canvas import Canvas
from analysis.charts.drawing import Drawing
from analysis.charts.parts import (
    DASH,
    group_order,
    label_lines,
    number,
    present,
    scale,
    spread,
    table,
    tick_texts,
    ticks,
    year_text,
)
from analysis.charts.style import BIG, END, LABEL, SMALL, text_width, wrap
from analysis.words import pick


def coefficients(
    rows: pd.DataFrame,
    *,
    reference: float = 0.0,
    decimals: int = 2,
    unit: str | None = None,
    signed: bool | None = None,
    lang: str = "zh",
) -> Drawing:
    """An estimate and its interval per specification around a reference line, with the numbers printed; no stars.

    ``rows``: one row per specification with ``label, estimate, low, high`` (a missing interval draws the point alone); optional
    ``main`` (bool: the pre-stated specification, drawn in ink), ``group`` (heading), ``text`` (as printed), ``each`` (a sequence of
    estimates that the range is made of, drawn as small dots in its place). ``unit`` names the axis.
    ``signed``: whether the axis prints plus signs; by default where the reference is nought, False for levels.
    """
    signed = reference == 0 if signed is None else signed
    data = table(
        "coefficients",
        rows,
        ["label", "estimate", "low", "high"],
        {"main": False, "group": "", "text": "", "each": None},
    )
    return Drawing(
        partial(_coefficients, data=data, reference=reference, d=decimals, unit=unit, signed=signed), lang
    )


def _interval_text(c: Canvas, row: Any, d: int) -> str:
    if row.text:
        return row.text
    if not present(row.estimate):
        return c.word("unpublished")
    signed = number(row.estimate, d, True, lang=c.lang)
    if not (present(row.low) and present(row.high)):
        return signed
    joint = pick((" 至 ", " to "), c.lang)
    left, right = pick((("（", "）"), (" (", ")")), c.lang)
    return f"{signed}{left}{number(row.low, d, True, lang=c.lang)}{joint}{number(row.high, d, True, lang=c.lang)}{right}"


def _coefficients(c: Canvas, data: pd.DataFrame, reference: float, d: int, unit: Any, signed: bool) -> None:
    """Longer than 40 lines: the marks share the scales computed at the top and are painted in this order."""
    texts = {row.Index: _interval_text(c, row, d) for row in data.itertuples()}
    room = max(text_width(text, SMALL, True) for text in texts.values()) + 8
    labels = (
        0.0
        if c.narrow
        else min(max(text_width(label, LABEL, True) for label in data["label"]) + 10, 0.38 * c.width)
    )
    pool = pd.concat([data[column].astype(float) for column in ("estimate", "low", "high")]).dropna()
    low, high = min(pool.min(), reference), max(pool.max(), reference)
    place = scale(low, high, labels + 6, c.width - (6 if c.narrow else room + 6))
    y = 2.0
    blocks: list[tuple] = []
    first = 2.0 if not data["group"].iloc[0] else 17.0
    for group in group_order(data, "group"):
        if group:
            blocks.append(("head", y, group))
            y += 19
        for row in data[data["group"] == group].itertuples():
            wrapped = label_lines(
                row.label, (c.width - room if c.narrow else labels) - 4, LABEL, bool(row.main)
            )
            height = 11 * len(wrapped) + 14 if c.narrow else max(18.0, 10.5 * len(wrapped) + 6)
            blocks.append(("row", y, row, wrapped, height))
            y += height
        y += 5
    bottom = y
    marks = ticks(low, high, 4)
    c.segments([((place(v), first), (place(v), bottom)) for v in marks if v != reference], "grid", 0.7)
    c.line(place(reference), first, place(reference), bottom, "ink", 1.0)
    for block in blocks:
        if block[0] == "head":
            c.rect(0, block[1], c.width, 15, "paper")
            c.text(0, block[1] + 8, block[2], LABEL, bold=True)
            c.line(0, block[1] + 15, c.width, block[1] + 15, "ink", 0.7)
            continue
        _, top, row, wrapped, height = block
        upper, middle = (
            (top + 1 + 5.5 * len(wrapped), top + height - 8)
            if c.narrow
            else (top + height / 2, top + height / 2)
        )
        role = "ink" if row.main else "peer"
        if c.narrow:  # the label line interrupts the grid instead of being crossed by it
            c.rect(0, upper - 5.5 * len(wrapped), c.width, 11.0 * len(wrapped), "paper")
        c.lines(0, upper, wrapped, 10.5, size=LABEL, bold=bool(row.main))
        c.text(
            c.width, upper, texts[row.Index], SMALL, "ink" if row.main else "ink2", "end", bold=bool(row.main)
        )
        if isinstance(row.each, Sequence):
            c.dots([(place(value), middle) for value in row.each], 1.4, role if row.main else "mk", "")
        elif present(row.low) and present(row.high):
            c.line(
                place(row.low),
                middle,
                place(row.high),
                middle,
                role if row.main else "mk",
                2.2 if row.main else 1.6,
            )
        if present(row.estimate):
            c.dots([(place(row.estimate), middle)], 3.6 if row.main else 2.7, role, "paper", 0.7)
    for value, text in zip(marks, tick_texts(marks, c.lang, signed=signed), strict=True):
        c.text(place(value), bottom + 8, text, END, "ink2", "middle")
    c.height = bottom + 15
    if unit:
        c.text(c.width if c.narrow else place(high), bottom + 19, unit, END, "ink3", "end")
        c.height += 11


def event_study(
    levels: pd.DataFrame,
    coefs: pd.DataFrame,
    *,
    treatment_year: int,
    reference_year: int,
    test: str | None = None,
    can: str | None = None,
    cannot: str | None = None,
    why: str | None = None,
    level_title: str | None = None,
    unit: str | None = None,
    lang: str = "zh",
) -> Drawing:
    """Levels at the left, yearly coefficients at the right, and what the figure allows one to say.

    ``levels``: one row per group and year with ``name, year, value, treated`` (bool). ``coefs``: one row per year with ``year, estimate,
    low, high``; the reference year is drawn hollow at zero. The vertical line stands half a year before ``treatment_year``. ``test`` is
    the printed joint pre-trend test.
    """
    level_rows = table("event_study levels", levels, ["name", "year", "value", "treated"]).sort_values(
        "year", kind="stable"
    )
    coef_rows = table("event_study coefs", coefs, ["year", "estimate", "low", "high"]).sort_values(
        "year", kind="stable"
    )
    settings = dict(
        start=treatment_year,
        base=reference_year,
        test=test,
        says=(("can", can), ("cannot", cannot), ("why", why)),
        title=level_title,
        unit=unit,
    )
    return Drawing(partial(_event_study, levels=level_rows, coefs=coef_rows, s=settings), lang)


def _event_study(c: Canvas, levels: pd.DataFrame, coefs: pd.DataFrame, s: dict) -> None:
    height = 150.0 if c.narrow else 168.0
    if c.narrow:
        bottom = _levels(c, levels, (0, 4, c.width, 120.0), s)
        bottom = _effects(c, coefs, (0, bottom + 10, c.width, height), s)
    else:
        bottom = max(
            _levels(c, levels, (0, 4, 0.44 * c.width, height), s),
            _effects(c, coefs, (0.47 * c.width, 4, 0.53 * c.width, height), s),
        )
    bottom = _says(c, bottom + 8, s["says"])
    c.height = bottom


def _levels(c: Canvas, levels: pd.DataFrame, box: tuple[float, float, float, float], s: dict) -> float:
    x0, y0, width, height = box
    c.text(x0, y0 + 6, s["title"] or c.word("level"), BIG, bold=True)
    y0 += 20
    names = levels.drop_duplicates("name")
    low, high = levels["value"].min(), levels["value"].max()
    marks = ticks(low, high, 3)
    texts = tick_texts(marks, c.lang)
    left = x0 + max(text_width(text, SMALL) for text in texts) + 8
    right = x0 + width - max(text_width(name, SMALL, True) for name in names["name"]) - 8
    px, py = (
        scale(levels["year"].min(), levels["year"].max(), left + 4, right),
        scale(low, high, y0 + height - 8, y0 + 8),
    )
    c.segments([((left, py(v)), (right + 3, py(v))) for v in marks], "grid", 0.7)
    for value, text in zip(marks, texts, strict=True):
        c.text(left - 4, py(value), text, SMALL, "ink2", "end")
    c.line(px(s["start"] - 0.5), y0, px(s["start"] - 0.5), y0 + height, "oc", 1.2, "2.6 1.6")
    ends = []
    for name, treated in zip(names["name"], names["treated"], strict=True):
        line = [
            (px(row.year), py(row.value))
            for row in levels[levels["name"] == name].dropna(subset=["value"]).itertuples()
        ]
        c.segments([line], "az" if treated else "peer", 2.4 if treated else 1.2, "" if treated else DASH)
        ends.append((line[-1][1], name, bool(treated)))
    for (_, name, treated), y in zip(
        ends, spread([end[0] for end in ends], 11, y0, y0 + height), strict=True
    ):
        c.text(right + 6, y, name, SMALL, "az" if treated else "ink2", bold=treated)
    return _years(
        c, [levels["year"].min(), s["base"], levels["year"].max()], px, y0 + height, left, right + 3
    )


def _years(
    c: Canvas, years: Iterable[int], px: Callable[[float], float], y: float, left: float, right: float
) -> float:
    c.line(left, y, right, y, "mk", 0.7)
    for year in dict.fromkeys(years):
        c.text(px(year), y + 9, year_text(year), SMALL, "ink2", "middle")
    return y + 17


def _effects(c: Canvas, coefs: pd.DataFrame, box: tuple[float, float, float, float], s: dict) -> float:
    x0, y0, width, height = box
    title = c.word("change") + (pick(("（{}）", " ({})"), c.lang).format(s["unit"]) if s["unit"] else "")
    c.text(x0, y0 + 6, title, BIG, bold=True)
    y0 += 20
    pool = pd.concat([coefs[column].astype(float) for column in ("estimate", "low", "high")]).dropna()
    low, high = min(pool.min(), 0.0), max(pool.max(), 0.0)
    marks = ticks(low, high, 4)
    texts = tick_texts(marks, c.lang, signed=True)
    left = x0 + max(text_width(text, SMALL) for text in texts) + 6
    tests = wrap(s["test"], 0.62 * (x0 + width - left), END) if s["test"] else []
    head = 14 + 10.5 * len(tests)
    px = scale(coefs["year"].min(), coefs["year"].max(), left + 10, x0 + width - 10)
    py = scale(low, high, y0 + height - 8, y0 + head + 6)
    border = px(s["start"] - 0.5)
    c.rect(left, y0, border - left, height, "tint")
    c.segments([((left, py(v)), (x0 + width, py(v))) for v in marks if v], "grid", 0.7)
    for value, text in zip(marks, texts, strict=True):
        c.text(left - 4, py(value), text, SMALL, "ink2", "end")
    c.line(left, py(0), x0 + width, py(0), "ink", 1.0)
    c.line(border, y0, border, y0 + height, "oc", 1.2, "2.6 1.6")
    c.text(left + 4, y0 + 8, c.word("before"), SMALL, "ink2")
    c.text(border + 4, y0 + 8, c.word("after"), SMALL, "oc")
    for index, text in enumerate(tests):
        c.text(left + 4, y0 + 19 + 10.5 * index, text, END, "ink2")
    for row in coefs.itertuples():
        x = px(row.year)
        if row.year == s["base"]:
            c.ring(x, py(0), 3.8, "ink", 1.3)
            c.lines(
                x,
                py(0) + 18,
                [c.word("reference"), year_text(row.year)],
                9.5,
                size=END,
                color="ink2",
                anchor="middle",
            )
            continue
        before = row.year < s["start"]
        if present(row.low) and present(row.high):
            c.line(x, py(row.low), x, py(row.high), "peer" if before else "az", 1.6)
        if before:
            c.rect(x - 3.2, py(row.estimate) - 3.2, 6.4, 6.4, "peer", "paper", 0.6)
        else:
            c.dots([(x, py(row.estimate))], 3.2, "az", "paper", 0.7)
    return _years(
        c, [coefs["year"].min(), s["start"], coefs["year"].max()], px, y0 + height, left, x0 + width
    )


def _says(c: Canvas, y: float, says: Sequence[tuple[str, str | None]]) -> float:
    rows = [(key_, text) for key_, text in says if text]
    if not rows:
        return y
    labels = max(text_width(c.word(key_), SMALL, True) for key_, _ in rows) + 14
    blocks = [(key_, wrap(text, c.width - 24 - (0 if c.narrow else labels), SMALL)) for key_, text in rows]
    height = 24 + sum(11.5 * (len(lines) + c.narrow) + 5 for _, lines in blocks)
    c.rect(0, y, c.width, height, "warm")
    c.rect(0, y, 3, height, "oc")
    c.text(12, y + 12, c.word("allows"), LABEL, bold=True)
    at = y + 27
    for key_, lines in blocks:
        c.text(12, at, c.word(key_), SMALL, "oc" if key_ == "cannot" else "ink", bold=True)
        at += 11.5 if c.narrow else 0
        for text in lines:
            c.text(12 if c.narrow else 12 + labels, at, text, SMALL, "ink2")
            at += 11.5
        at += 5
    return y + height + 2
