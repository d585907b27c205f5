"""Any quantity that a site prints with two values or two intervals, from its own facts.json files and nothing of this project.

A quantity is a label with its period and unit over the same published values; what was looked for and not found (`none()`) rests on
all that was searched and is left out. By hand: `python tests/one_value.py reports`.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

from recompute import table_of

TOLERANCE = 1e-9  # relative; two pages may add up in another order


def quantities(page: dict) -> list[tuple[tuple, tuple]]:
    """(what it is, what is printed) of each fact of a page."""
    if not page["facts"]:
        return []
    cells = table_of(page["cells"])
    plain = cells["source"] + ":" + cells["place"] + ":" + cells["indicator"] + ":" + cells["end"].str[:4]
    ids = cells["id"].where(cells["id"].notna(), plain).tolist()
    found = []
    for fact in page["facts"].values():
        if fact.get("operation") == "none()":
            continue
        rows = frozenset(ids[n] for first, last in fact["rows"] for n in range(first, last + 1))
        what = (fact["label"]["en"], tuple(fact.get("period") or ()), fact.get("unit", ""), rows)
        found.append((what, (fact.get("value"), fact.get("low"), fact.get("high"))))
    return found


def same(a: tuple, b: tuple) -> bool:
    """Whether two printed triples agree."""
    return all(
        x == y if x is None or y is None else abs(x - y) <= TOLERANCE * max(1.0, abs(x), abs(y))
        for x, y in zip(a, b, strict=True)
    )


def conflicts(folder: Path) -> list[tuple[tuple, list[tuple], list[str]]]:
    """Quantities with more than one value: what, the values, the pages that print them."""
    seen: dict[tuple, list[tuple[tuple, str]]] = defaultdict(list)
    for path in sorted(folder.glob("*/*.facts.json")):
        for what, value in quantities(json.loads(path.read_text(encoding="utf-8"))):
            seen[what].append((value, f"{path.parent.name}/{path.name}"))
    found = []
    for what, printed in seen.items():
        distinct: list[tuple] = []
        for value, _ in printed:
            if not any(same(value, one) for one in distinct):
                distinct.append(value)
        if len(distinct) > 1:
            found.append((what, distinct, sorted({page for _, page in printed})))
    return found


if __name__ == "__main__":
    told = conflicts(Path(sys.argv[1]))
    for what, values, pages in told:
        print(what[:3], len(what[3]), "cells:", values[:4], pages[:3])
    print(len(told), "quantities with more than one value")
    sys.exit(bool(told))
