"""Simulated readings for teaching: no hospital's result is among them, and every figure of them says so.

Source of the method: the difference of two readings with independent normal errors of one size (repeatability limit of measurement).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import charts
from analysis.charts import Drawing
from analysis.errors import refuse

MARK = {"zh": "模拟", "en": "simulated"}
LINE = {"zh": "模拟数据，不是任何医院的结果", "en": "simulated data, not the result of any hospital"}


def chance(size: float, sd: float) -> float:
    """Share of pairs in which two readings of an unchanged hospital differ by ``size`` places or more; ``sd``: error of one reading.

    Raises MethodError for an error that is not above zero.
    """
    if not sd > 0:
        raise refuse(
            "simulated.chance, sd",
            sd,
            "a number above 0",
            "pass the standard deviation of one reading, in places",
        )
    return math.erfc(abs(size) / (2 * sd))


def unchanged(sd: float, *, n: int = 20_000, seed: int = 0) -> pd.Series:
    """Second minus first reading, in places, of ``n`` simulated hospitals whose true place does not change.

    Every reading carries an independent normal error with standard deviation ``sd`` (assumed by the caller). Raises MethodError for
    an error that is not above zero.
    """
    if not sd > 0:
        raise refuse(
            "simulated.unchanged, sd",
            sd,
            "a number above 0",
            "pass the standard deviation of one reading, in places",
        )
    errors = np.random.default_rng(seed).normal(0.0, sd, size=(n, 2))
    return pd.Series(errors[:, 1] - errors[:, 0], name="difference")


def watermarked(drawing: Drawing, lang: str) -> Drawing:
    """The same drawing with the word for simulated over it and a line below it, in SVG and PNG alike."""

    def draw(canvas) -> None:
        plot = drawing.canvas(canvas.width)
        canvas.text(0.8 * canvas.width, plot.height / 2, MARK[lang], 44.0, "hair", "middle", bold=True)
        canvas.place(plot, 0, 0)
        canvas.text(canvas.width, plot.height + 8, LINE[lang], 8.0, "ink3", "end")
        canvas.height = plot.height + 16

    return Drawing(draw, lang)


def spread(readings: dict[float, pd.Series], *, width: int = 40, lang: str = "zh") -> Picture:
    """Bars of the simulated differences without regard to their side, one group an assumed error, ``width`` places a bar."""
    group = {"zh": "假定误差 {:g} 位", "en": "assumed error: {:g} places"}[lang]
    rows, last = [], 5 * width
    for sd, values in readings.items():
        size = values.abs()
        for low in range(0, last + 1, width):
            inside = (size >= low) & ((size < low + width) | (low == last))
            label = f"≥ {low}" if low == last else f"{low}–{low + width - 1}"
            rows.append({"group": group.format(sd), "label": label, "value": 100 * float(inside.mean())})
    table = pd.DataFrame(rows)
    table["text"] = [f"{value:.1f}%" for value in table["value"]]
    longest = table.loc[table.groupby("group", sort=False)["value"].idxmax()]
    comma, colon, semicolon = ("，", "：", "；") if lang == "zh" else (", ", ": ", "; ")
    told = semicolon.join(f"{row.group}{comma}{row.label}{colon}{row.text}" for row in longest.itertuples())
    return Picture(
        watermarked(charts.bars(table, decimals=1, lang=lang), lang), lang, f"{LINE[lang]}{colon}{told}"
    )


class Picture:
    """A watermarked drawing as JupyterLab and nbconvert show it. alt: what a screen reader says."""

    def __init__(self, drawing: Drawing, lang: str, alt: str):
        self.drawing, self.lang, self.alt = drawing, lang, alt

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> tuple[dict, dict]:
        return {"text/plain": LINE[self.lang], "image/png": self.drawing.png()}, {
            "image/png": {"alt": self.alt}
        }
