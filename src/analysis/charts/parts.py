"""What several charts share: the check of a table, number text, scales, the key line, label spreading."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import pandas as pd

from analysis.charts.canvas import Canvas
from analysis.charts.style import SMALL, text_width, wrap
from analysis.errors import MethodError, Problem
from analysis.facts import digits, round_half_up

DASH = "3.6 1.9"


def table(
    chart: str,
    rows: pd.DataFrame,
    columns: Sequence[str],
    defaults: Mapping[str, object] | None = None,
    region: object = None,
) -> pd.DataFrame:
    """A copy of the table with optional columns filled in, or MethodError with every problem found.

    ``region`` must stand in column ``code`` (or ``name``), so that a page never shows a chart without its own region.
    """
    problems = []
    if not isinstance(rows, pd.DataFrame):
        problems.append(
            Problem(f"charts.{chart}", type(rows).__name__, "a DataFrame", "pass one row per mark")
        )
        raise MethodError(problems)
    missing = [name for name in columns if name not in rows.columns]
    if missing:
        problems.append(
            Problem(
                f"charts.{chart}",
                f"no column {', '.join(missing)}",
                f"columns {', '.join(columns)}",
                "rename or add the columns",
            )
        )
    if rows.empty:
        problems.append(
            Problem(
                f"charts.{chart}",
                "an empty table",
                "at least one row",
                "print the empty state instead of a chart",
            )
        )
    key = "code" if "code" in rows.columns else "name"
    if region is not None and key in rows.columns and not rows.empty and region not in set(rows[key]):
        problems.append(
            Problem(
                f"charts.{chart}",
                f"region {region!r} not in column {key}",
                "a row of the region",
                "pass the region's code as in the table",
            )
        )
    if problems:
        raise MethodError(problems)
    out = rows.copy()
    for name, value in (defaults or {}).items():
        if name not in out.columns:
            out[name] = value
        elif isinstance(value, bool | str) and out[name].isna().any():
            out[name] = out[name].astype(object).where(out[name].notna(), value)
    return out


def present(value: object) -> bool:
    """Whether a cell holds something to draw (not None, NaN or an empty string)."""
    return (
        value is not None
        and value != ""
        and not (isinstance(value, float) and math.isnan(value))
        and value is not pd.NA
    )


def number(value: float, decimals: int = 2, signed: bool = False, *, lang: str) -> str:
    """A number as drawn: digits as Facts print them in that language; a minus is an en dash (a CJK face sets U+2212 a full em wide)."""
    rounded = round_half_up(value, decimals)
    text = digits(value, decimals, lang)
    if rounded == 0:
        return text
    return ("–" if rounded < 0 else "+" if signed else "") + text


def year_text(year: float) -> str:
    """A year without separators."""
    return str(int(year))


def places(decimals: int | Mapping[str, int], key: str) -> int:
    """Decimals of one indicator or panel."""
    return decimals if isinstance(decimals, int) else decimals.get(key, 2)


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """A linear scale; a single value stands in the middle."""
    if high == low:
        return lambda value: (start + end) / 2
    return lambda value: start + (value - low) / (high - low) * (end - start)


MOST_TICKS = 12


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About ``count`` round values inside the range, two at least, steps of 1, 2, 2.5 or 5 times a power of ten."""
    span = (high - low) or abs(high) or 1.0
    raw = span / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    if last <= first and high > low and count < MOST_TICKS:
        return ticks(low, high, count + 1)  # one value alone is no scale
    return [round(index * step, 10) for index in range(first, last + 1)]


def tick_texts(values: Sequence[float], lang: str, signed: bool = False, unit: str = "") -> list[str]:
    """Axis texts with as many decimals as the finest value needs."""
    decimals = max((len(f"{value:.6f}".rstrip("0").split(".")[1]) for value in values), default=0)
    return [number(value, decimals, signed, lang=lang) + unit for value in values]


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as close as possible to the wanted ones, at least ``gap`` apart, inside ``low`` to ``high`` (blocks are pooled around their mean)."""
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    blocks: list[list] = []  # [sum of (wanted - offset), count, members]
    for index in order:
        blocks.append([wanted[index], 1, [index]])
        while len(blocks) > 1 and _start(blocks[-2], gap) + gap * blocks[-2][1] > _start(blocks[-1], gap):
            last = blocks.pop()
            before = blocks[-1]
            before[0] += last[0]
            before[1] += last[1]
            before[2] += last[2]
    out = [0.0] * len(wanted)
    for block in blocks:
        first = _start(block, gap)
        for place, index in enumerate(block[2]):
            out[index] = first + gap * place
    ranked = sorted(order, key=lambda index: out[index])
    for place, index in enumerate(ranked):
        out[index] = max(out[index], low if place == 0 else out[ranked[place - 1]] + gap)
    for place, index in reversed(list(enumerate(ranked))):
        out[index] = min(out[index], high if place == len(ranked) - 1 else out[ranked[place + 1]] - gap)
    return out


def _start(block: list, gap: float) -> float:
    return block[0] / block[1] - gap * (block[1] - 1) / 2


# a key entry: kind of mark, label, whether it is the region's (bold azurite)
KeyItem = tuple[str, str, str]


def _dot(c: Canvas, role: str, x: float, y: float) -> float:
    big = role == "az"
    c.dots([(x + 4.5, y)], 4.2 if big else 2.5, role, "paper", 1.1 if big else 0.5)
    return 9.0


def _ring(c: Canvas, role: str, x: float, y: float) -> float:
    c.ring(x + 4.5, y, 3.3, role)
    return 9.0


def _square(c: Canvas, role: str, x: float, y: float) -> float:
    c.rect(x + 1.5, y - 3, 6, 6, role)
    return 9.0


def _tick(c: Canvas, role: str, x: float, y: float) -> float:
    c.line(x + 4.5, y - 7, x + 4.5, y + 7, role, 1.8)
    return 9.0


def _diamond(c: Canvas, role: str, x: float, y: float) -> float:
    c.diamond(x + 5, y, 4.2, role)
    return 10.0


def _thin(c: Canvas, role: str, x: float, y: float) -> float:
    c.line(x, y, x + 15, y, role, 1.2)
    return 15.0


def _line(c: Canvas, role: str, x: float, y: float, dash: str = "") -> float:
    c.line(x, y, x + 15, y, role, {"az": 2.4, "hair": 0.8}.get(role, 1.2), dash)
    return 15.0


def _bar(c: Canvas, role: str, x: float, y: float) -> float:
    c.rect(x, y - 4, 16, 8, role)
    return 16.0


def _band(c: Canvas, role: str, x: float, y: float) -> float:
    c.rect(x, y - 4.5, 15, 9, "band", "mk", 0.6)
    return 15.0


def _hollow(c: Canvas, role: str, x: float, y: float) -> float:
    c.rect(x, y - 4.5, 15, 9, "paper", role, 1.0)
    return 15.0


def _ribbon(c: Canvas, role: str, x: float, y: float) -> float:
    c.area([(x, y - 4.5), (x + 15, y - 4.5), (x + 15, y + 4.5), (x, y + 4.5)], "az", opacity=0.26)
    return 15.0


def _outline(c: Canvas, role: str, x: float, y: float) -> float:
    c.area([(x, y - 4.5), (x + 15, y - 4.5), (x + 15, y + 4.5), (x, y + 4.5)], "az", "az", 1.0, opacity=0.1)
    return 15.0


def _break(c: Canvas, role: str, x: float, y: float) -> float:
    c.line(x + 4.5, y - 7, x + 4.5, y + 7, "oc", 1.2, "2.6 1.6")
    return 9.0


def _hatched(c: Canvas, role: str, x: float, y: float) -> float:
    c.hatch(x, y - 4, 16, 8, role, 3.6)
    c.rect(x, y - 4, 16, 8, "", role, 1.0)
    return 16.0


def _dashbox(c: Canvas, role: str, x: float, y: float) -> float:
    c.segments([((x + 16, y - 4), (x, y - 4), (x, y + 4), (x + 16, y + 4))], "mk", 0.9, "2.4 1.6")
    return 16.0


def _interval(c: Canvas, role: str, x: float, y: float) -> float:
    c.line(x, y, x + 15, y, role, 1.6)
    c.dots([(x + 7.5, y)], 2.6, role)
    return 15.0


def _lower(c: Canvas, role: str, x: float, y: float) -> float:
    c.rect(x, y - 4, 9, 8, role)
    for index, slat in enumerate((1.6, 1.1, 0.7)):
        c.rect(x + 10 + index * 2.6, y - 4, slat, 8, role)
    return 18.0


def _upper(c: Canvas, role: str, x: float, y: float) -> float:
    c.rect(x, y - 4, 16, 8, "", role, 1.0)
    c.line(x + 16, y - 4, x + 16, y + 4, role, 2.0)
    return 17.0


# what a key entry's mark looks like: each draws it starting at x and returns its width
MARKS: dict[str, Callable[[Canvas, str, float, float], float]] = {
    "dot": _dot,
    "ring": _ring,
    "square": _square,
    "tick": _tick,
    "diamond": _diamond,
    "thin": _thin,
    "line": _line,
    "dashed": partial(_line, dash=DASH),
    "bar": _bar,
    "band": _band,
    "hollow": _hollow,
    "ribbon": _ribbon,
    "outline": _outline,
    "break": _break,
    "hatched": _hatched,
    "dashbox": _dashbox,
    "interval": _interval,
    "lower": _lower,
    "upper": _upper,
}


def key(c: Canvas, items: Iterable[KeyItem], y: float = 8.0) -> float:
    """One key line above the plot (more when it does not fit); returns the y below it."""
    x = 0.0
    for kind, label, role in items:
        bold = role == "az" and kind in ("dot", "line", "interval", "tick")
        need = 24 + text_width(label, SMALL, bold)
        if x and x + need > c.width + 6:
            x, y = 0.0, y + 15
        used = MARKS[kind](c, role, x, y)
        c.text(x + used + 5, y, label, SMALL, "az" if bold else "ink2", bold=bold)
        x += used + 5 + text_width(label, SMALL, bold) + 13
    return y + 12


def label_lines(text: str, width: float, size: float, bold: bool = False, most: int = 6) -> list[str]:
    """A label wrapped into a column; a text that needs more than ``most`` lines is refused rather than cut."""
    rows = wrap(text, width, size, bold)
    if len(rows) > most:
        raise MethodError(
            Problem(
                "charts label",
                f"{text!r} in {len(rows)} lines",
                f"at most {most} lines of {width:.0f} pt",
                "use a shorter label",
            )
        )
    return rows


def others_text(c: Canvas, codes: Sequence[str], count: int) -> str:
    """The key's words for everyone else: provinces, cities, or plain regions where the codes are neither. Where nobody else is told
    apart (count is all of them) they are not "other" ones."""
    known = all(isinstance(code, str) and len(code) == 6 and code.isdigit() for code in codes)
    kind = (
        ""
        if not known
        else "provinces"
        if all(code.endswith("0000") for code in codes)
        else "cities"
        if all(code.endswith("00") for code in codes)
        else ""
    )
    if not kind:
        return c.word("others", n=count)
    return c.word(f"all_{kind}" if count == len(codes) else f"other_{kind}", n=count)


def group_order(rows: pd.DataFrame, column: str) -> list:
    """Distinct values of a column in order of first appearance."""
    return list(dict.fromkeys(rows[column]))
