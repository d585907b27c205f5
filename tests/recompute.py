"""Recompute the derived numbers of a site from its own facts.json files, with pandas and nothing of this project.

By hand: `python tests/recompute.py reports [--show]`. The language of operations is described in `docs/recompute.md`.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

TOLERANCE = 1e-6  # relative; the page's numbers went through another order of additions
EAST = "11 12 13 21 31 32 33 35 37 44 46".split()
CENTRAL = "14 22 23 34 36 41 42 43".split()
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def table_of(packed: dict) -> pd.DataFrame:
    """The cells as a frame, one row a published value."""

    def values(column):
        if isinstance(column, list):
            return column
        if "all" in column:
            return [column["all"]] * packed["rows"]
        if "at" in column:
            return [column["of"][k] for k in column["at"]]
        return [column["of"][k] for k, times in column["runs"] for _ in range(times)]

    return pd.DataFrame({name: values(column) for name, column in packed["columns"].items()})


def by_place(x: pd.Series) -> pd.Series:
    """Values of a single year, one a place."""
    if x.index.nlevels == 2:
        if x.index.get_level_values("year").nunique() != 1:
            raise ValueError("several years where one is meant")
        x = x.droplevel("year")
    return x


def places(x: pd.Series) -> pd.Series:
    return by_place(x).rank(ascending=False, method="min")


def gini(x: pd.Series, people: pd.Series) -> float:
    x, people = by_place(x), by_place(people)
    order = (x / people).sort_values(kind="stable").index
    q = np.concatenate([[0], (x[order] / x.sum()).cumsum()])
    p = np.concatenate([[0], (people[order] / people.sum()).cumsum()])
    return float(1 - ((p[1:] - p[:-1]) * (q[1:] + q[:-1])).sum())


def between(x: pd.Series, people: pd.Series) -> float:
    x, people = by_place(x), by_place(people)
    share, weight = x / x.sum(), people / people.sum()
    area = x.index.str[:2].map(lambda c: "E" if c in EAST else "C" if c in CENTRAL else "W")
    whole = (share * np.log(share / weight)).sum()
    s, w = share.groupby(area).sum(), weight.groupby(area).sum()
    return float((s * np.log(s / w)).sum() / whole)


def lorenz(x: pd.Series, people: pd.Series, at: float) -> float:
    """Share of x that the places with least of it a head hold, up to a share of the people."""
    x, people = by_place(x), by_place(people)
    order = (x / people).sort_values(kind="stable").index
    p, q = (np.concatenate([[0], (s[order] / s.sum()).cumsum()]) for s in (people, x))
    return float(np.interp(at, p, q))


def shorrocks(x: pd.Series, y: pd.Series, k: int) -> float:
    """(k - trace) / (k - 1) of the transitions between k equal groups of places."""
    x, y = by_place(x).align(by_place(y), join="inner")
    # mid-ranks: tied places stay together
    # by mid-rank: tied places stay together
    a, b = (np.floor((s.rank(method="average") - 0.5) * k / len(s)).astype(int) for s in (x, y))
    moves = pd.crosstab(a, b).reindex(index=range(k), columns=range(k), fill_value=0).to_numpy()
    return float((k - np.trace(moves / moves.sum(axis=1, keepdims=True))) / (k - 1))


def kendall(x: pd.Series, y: pd.Series) -> float:
    x, y = by_place(x).align(by_place(y), join="inner")
    dx = np.sign(np.subtract.outer(x.to_numpy(), x.to_numpy()))
    dy = np.sign(np.subtract.outer(y.to_numpy(), y.to_numpy()))
    return float((dx * dy).sum() / math.sqrt((dx**2).sum() * (dy**2).sum()))


def evaluate(operation: str, rows: pd.DataFrame, inputs: list[float]) -> float:
    """The value of an operation on a fact's own rows and inputs."""
    names = dict(zip(LETTERS, inputs, strict=False))
    for key in set(re.findall(r"[a-z_][a-z0-9_]*", operation)) & set(rows.get("indicator", ())):
        own = rows[rows["indicator"] == key]
        names[key] = pd.Series(
            own["value"].astype(float).to_numpy(),
            index=pd.MultiIndex.from_arrays(
                [own["place"], own["end"].str[:4].astype(int)], names=["place", "year"]
            ),
        )
    functions = {
        "count": lambda: len(rows),
        "none": lambda: 0,
        "distinct": lambda column: rows[column].nunique(),
        "among": lambda column, value: int((rows[column] == value).sum()),
        "at": lambda x, year: x.xs(year, level="year"),
        "of": lambda x, place: by_place(x)[place],
        "total": lambda x: x.sum(),
        "median": lambda x: by_place(x).median(),
        "mean": lambda x: x.mean(),
        "deviation": lambda x: by_place(x).std(ddof=0),
        "log": np.log,
        "abs": abs,
        "rounded": lambda x, digits: round(x, digits),
        "places": places,
        "rank": lambda x, place: places(x)[place],
        "kendall": kendall,
        "lorenz": lorenz,
        "shorrocks": shorrocks,
        "gini": gini,
        "between": between,
    }
    return float(eval(operation, {"__builtins__": {}}, names | functions))


def agree(found: float, printed: float) -> bool:
    return math.isclose(found, printed, rel_tol=TOLERANCE, abs_tol=1e-9)


def page(file: Path) -> list[tuple[str, str, str]]:
    """(verdict, fact id, what) of every derived number of a page: agrees, differs, or names no operation."""
    held = json.loads(file.read_text("utf-8"))
    cells, facts, out = table_of(held["cells"]), held["facts"], []
    for name, fact in facts.items():
        if "formula" not in fact:
            continue
        if "operation" not in fact or fact.get("value") is None:
            out.append(("no operation", name, fact["formula"]["en"]))
            continue
        rows = cells.iloc[[n for first, last in fact["rows"] for n in range(first, last + 1)]]
        inputs = [facts[i]["value"] for i in fact.get("inputs", ())]
        what = f"{fact['label']['en']}: {fact['operation']} printed {fact['value']}"
        try:
            found = evaluate(fact["operation"], rows, inputs)
        except Exception as error:  # whatever fails is a number that cannot be recomputed
            out.append(("differs", name, f"{what}, failed: {error!r}"))
            continue
        out.append(("agrees" if agree(found, fact["value"]) else "differs", name, f"{what}, found {found}"))
    return out


def site(folder: Path) -> list[tuple[str, str, str]]:
    """The verdicts of every page of a site."""
    return [line for file in sorted(folder.rglob("*.facts.json")) for line in page(file)]


if __name__ == "__main__":
    lines = site(Path(sys.argv[1]))
    print(dict(Counter(verdict for verdict, *_ in lines)))
    for verdict, name, what in lines:
        if verdict == "differs":
            print(verdict, name, what)
    if "--show" in sys.argv:
        for what, n in Counter(what for verdict, _, what in lines if verdict == "no operation").most_common():
            print(n, what)
    sys.exit(any(verdict == "differs" for verdict, *_ in lines))
