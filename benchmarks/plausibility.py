"""What the stop for implausible figures catches, measured on the city yearbook: seeded misprints and known doubtful cells.

    stopped cells among those that a note of the carrier or the list of doubts names (flag ``doubtful``), and among all others
    seeded one by one in 300 cells a run that nobody doubts: x 10, : 10, the first two differing digits exchanged, any two
    neighbouring digits exchanged; by size of the change (log of new over old)

Small exchanges (12,345 -> 12,354) are within what any year moves and are caught only where a second copy or a sum holds the cell.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from analysis import tables
from analysis.clean import plausibility

SOURCE = "city-yearbook"
OTHER_TABLES = "district|insured"  # of the same yearbook, one year each
SIZES = (0, 0.01, 0.05, 0.1, 0.2, 0.4, np.inf)
SEEDED, AT_ONCE = ("x 10", ": 10", "first digits", "any digits"), 300


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


def seeded(frame: pd.DataFrame, repeats: int) -> pd.DataFrame:
    """One row a seeded fault: kind, size of the change, whether it was stopped."""
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
    for kind in SEEDED:
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
            size = np.abs(np.log(np.maximum(new, half) / cells["value"]))
            hit = cells["observation_id"].isin(stopped)
            found.append(pd.DataFrame({"kind": kind, "size": size, "stopped": hit})[new != cells["value"]])
    return pd.concat(found, ignore_index=True)


def measure(frame: pd.DataFrame, repeats: int = 6) -> dict[str, float]:
    """The rates: of each kind of seeded fault, of doubtful cells, of the others; ``together`` is the mean of the first three kinds."""
    cells = frame[(frame.source_id == SOURCE) & ~frame.indicator.str.contains(OTHER_TABLES)]
    stopped = cells.observation_id.isin(set(plausibility.doubts(frame).observation_id))
    named = cells["flags"].str.contains("doubtful")
    faults = seeded(frame, repeats)
    rates = faults.groupby("kind").stopped.mean().to_dict()
    rates["together"] = float(np.mean([rates[kind] for kind in SEEDED[:3]]))
    rates |= {"doubtful": float(stopped[named].mean()), "others": float(stopped[~named].mean())}
    by_size = (
        faults.assign(size=pd.cut(faults["size"], list(SIZES)))
        .groupby(["kind", "size"], observed=True)
        .stopped
    )
    print(by_size.agg(["mean", "size"]).round(3).to_string(), file=sys.stderr)
    return rates


if __name__ == "__main__":
    for name, rate in measure(tables.read("observations")).items():
        print(f"{name:14} {rate:.3f}")
