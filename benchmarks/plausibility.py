"""What the stop for implausible figures catches, measured on the city yearbook: seeded misprints and known doubtful cells.

    stopped cells among those that a note of the carrier or the list of doubts names (flag ``doubtful``), and among all others
    seeded one by one in 300 cells a run that nobody doubts: x 10, : 10, the first two differing digits exchanged, any two
    neighbouring digits exchanged; by size of the change (log of new over old)

Small exchanges (12,345 -> 12,354) are within what any year moves and are caught only where a second copy or a sum holds the cell.
``--docs`` writes what was measured into docs/explanation.md, between its two marks; ``bought`` is what more false alarms would catch.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import tables
from analysis.clean import plausibility

SOURCE = "city-yearbook"
OTHER_TABLES = "district|insured"  # of the same yearbook, one year each
SIZES = (0, 0.01, 0.05, 0.1, 0.2, 0.4, np.inf)
SEEDED, AT_ONCE = ("x 10", ": 10", "first digits", "any digits"), 300
PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation.md"
MARKS = "<!-- measured: python benchmarks/plausibility.py --docs -->", "<!-- end of what was measured -->"
MORE = (0.0, 0.001, 0.005, 0.01, 0.02)  # further share of undoubted cells that would be stopped


def exchanged(text: str, rng: np.random.Generator, first: bool) -> str:
    """The printed number with two neighbouring digits exchanged; itself where no two differ."""
    pairs = [i for i in range(len(text) - 1) if text[i : i + 2].isdigit() and text[i] != text[i + 1]]
    pairs = [i for i in pairs if i or text[1] != "0"]
    if not pairs:
        return text
    i = pairs[0] if first else int(rng.choice(pairs))
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def faulty(printed: str, step: float, kind: str, rng: np.random.Generator) -> float:
    """The value of a misprint in the printed unit."""
    if kind == "x 10":
        return float(printed) * 10
    if kind == ": 10":
        return round(float(printed) / 10 / step) * step
    return float(exchanged(printed, rng, kind == "first digits"))


def seeded(
    frame: pd.DataFrame, repeats: int, kinds: tuple[str, ...] = SEEDED, weigh: bool = False
) -> pd.DataFrame:
    """One row a seeded fault: kind, size of the change, whether it was stopped; ``weight`` of its exchange (``weights``) where asked for."""
    rng = np.random.default_rng(7)
    doubted = set(plausibility.doubts(frame).observation_id)
    plain = frame.index[
        (frame.source_id == SOURCE)
        & ~frame["flags"].str.contains("doubtful")
        & ~frame.observation_id.isin(doubted)
        & (frame.value > 0)
        & ~frame.indicator.str.contains(OTHER_TABLES)
    ]
    found = []
    for kind in kinds:
        for _ in range(repeats):
            at = rng.choice(plain, AT_ONCE, replace=False)
            cells, columns = frame.loc[at], ["value", "value_low", "value_high"]
            printed = cells["as_printed"].str.split(" ").str[0]
            factor = cells["value"] / printed.astype(float)
            step = (cells["value_high"] - cells["value_low"]) / factor
            new = [faulty(p, s, kind, rng) for p, s in zip(printed, step, strict=True)] * factor
            changed = frame.copy()
            half = (cells["value_high"] - cells["value_low"]) / 2
            changed.loc[at, columns] = np.column_stack([new, new - half, new + half])
            stopped = set(plausibility.doubts(changed).observation_id)
            one = pd.DataFrame(
                {
                    "kind": kind,
                    "size": np.abs(np.log(np.maximum(new, half) / cells["value"])),
                    "stopped": cells["observation_id"].isin(stopped),
                }
            )
            if weigh:
                one["weight"] = (
                    weights(changed, set(cells.observation_id)).reindex(cells.observation_id).to_numpy()
                )
            found.append(one[new != cells["value"]])
    return pd.concat(found, ignore_index=True)


def weights(frame: pd.DataFrame, ids: set[str]) -> pd.Series:
    """How much better each cell would fit all that is known with two neighbouring digits exchanged: its own series, its ratio to the
    companion beside it over the years, its province's sum. The best exchange counts; far misfits weigh by their logarithm."""
    panel = plausibility._Panel(plausibility._judged(frame))
    with np.errstate(all="ignore"):
        ratio = panel.log - panel.beside(plausibility.COMPANIONS)
        before, after = panel._neighbour(ratio, 1)[0], panel._neighbour(ratio, -1)[0]
        moved = np.abs(ratio - before)
        usual = (
            np.nan_to_num(panel.median(moved, panel.series))
            + np.nan_to_num(panel.median(moved, panel.kind))
            + plausibility.FLOOR
        )
        beside = ratio - np.where(
            np.isnan(before), after, np.where(np.isnan(after), before, (before + after) / 2)
        )
        wanted, moves, whole = plausibility._off_by(panel)
        moves = np.fmax(moves, 0.002 * whole)
    alone = np.where(panel.inside, 1.0, 0.6)  # one neighbour says less than two

    def misfit(i: int, value: float) -> float:
        change = np.log(value / panel.value[i])
        parts = (
            (panel.expected[i] + change) / panel.scale[i] * alone[i],
            (beside[i] + change) / usual[i],
            (wanted[i] - panel.value[i] + value) / moves[i],
        )
        return float(sum(np.log1p(part**2) for part in parts if not np.isnan(part)))

    at = np.flatnonzero(panel.rows.observation_id.isin(ids).to_numpy())
    better = [
        max(
            [
                misfit(i, panel.value[i]) - misfit(i, other)
                for other in plausibility._exchanged(panel.value[i])
                if other > 0
            ],
            default=-np.inf,
        )
        for i in at
    ]
    return pd.Series(better, index=panel.rows.observation_id.to_numpy()[at])


def bought(frame: pd.DataFrame, repeats: int = 3) -> pd.DataFrame:
    """What stopping by ``weights`` as well would catch of first digits exchanged, by how many more undoubted cells it would stop."""
    cells = frame[
        (frame.source_id == SOURCE)
        & ~frame.indicator.str.contains(OTHER_TABLES)
        & ~frame["flags"].str.contains("doubtful")
    ]
    free = cells[~cells.observation_id.isin(set(plausibility.doubts(frame).observation_id))]
    order = weights(frame, set(free.observation_id)).sort_values(ascending=False)
    faults = seeded(frame, repeats, ("first digits",), weigh=True)
    limits = [order.iloc[int(more * len(cells))] if more else np.inf for more in MORE]
    return pd.DataFrame(
        {
            "more": MORE,
            "caught": [float((faults.stopped | (faults.weight > limit)).mean()) for limit in limits],
        }
    )


def measure(frame: pd.DataFrame, repeats: int = 6) -> tuple[dict[str, float], pd.DataFrame]:
    """The rates: of each kind of seeded fault, of doubtful cells, of the others; ``together`` is the mean of the first three kinds. And
    the same by kind and size of the change (``mean``, ``size``: how many faults)."""
    cells = frame[(frame.source_id == SOURCE) & ~frame.indicator.str.contains(OTHER_TABLES)]
    stopped = cells.observation_id.isin(set(plausibility.doubts(frame).observation_id))
    named = cells["flags"].str.contains("doubtful")
    faults = seeded(frame, repeats)
    rates = faults.groupby("kind").stopped.mean().to_dict()
    rates["together"] = float(np.mean([rates[kind] for kind in SEEDED[:3]]))
    rates |= {"doubtful": float(stopped[named].mean()), "others": float(stopped[~named].mean())}
    sized = faults.assign(size=pd.cut(faults["size"], list(SIZES)))
    return rates, sized.groupby(["kind", "size"], observed=True).stopped.agg(["mean", "size"])


NAMES = {
    "x 10": "ten times as large",
    ": 10": "a tenth",
    "first digits": "the first two digits that differ exchanged",
    "together": "mean of the three",
    "any digits": "any two neighbouring digits exchanged",
    "doubtful": "cells that a carrier's note or the list of doubts names",
    "others": "all other cells (false alarms)",
}


def table(rates: dict[str, float], sized: pd.DataFrame, more: pd.DataFrame) -> str:
    """What was measured, as the documentation prints it."""
    lines = ["| misprint | stopped |", "|---|---|"]
    lines += [f"| {name} | {rates[kind] * 100:.1f} % |" for kind, name in NAMES.items()]
    lines += [
        "",
        "Digits exchanged, by how much the exchange changes the figure (logarithm of new over old):",
        "",
        "| change | the first two: stopped | of | any two: stopped | of |",
        "|---|---|---|---|---|",
    ]
    for size in sized.index.get_level_values("size").unique().sort_values():
        name = (
            f"more than {size.left * 100:.0f} %"
            if np.isinf(size.right)
            else f"{max(size.left, 0) * 100:.0f}–{size.right * 100:.0f} %"
        )
        cells = [sized.loc[(kind, size)] for kind in ("first digits", "any digits")]
        lines.append(
            f"| {name} | " + " | ".join(f"{c['mean'] * 100:.1f} % | {c['size']:.0f}" for c in cells) + " |"
        )
    lines += [
        "",
        "What a rule over all evidence at once would buy (own series, ratio to the companion, province's sum), of the first two digits exchanged:",
        "",
        "| false alarms in addition | stopped |",
        "|---|---|",
    ]
    lines += [
        f"| {r.more * 100:.1f} % of the other cells | {r.caught * 100:.1f} % |" for r in more.itertuples()
    ]
    return "\n".join(lines)


def written(text: str, between: str, marks: tuple[str, str] = MARKS) -> str:
    """A page with what stands between its two marks replaced."""
    start, end = map(re.escape, marks)
    return re.sub(f"(?<={start}\n).*?(?=\n{end})", lambda _: between, text, flags=re.S)


if __name__ == "__main__":
    held = tables.read("observations")
    measured = table(*measure(held), bought(held))
    if "--docs" in sys.argv:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), measured), encoding="utf-8")
    print(measured)
