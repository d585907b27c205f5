"""What the rooms of the audit share: what was looked at and found wrong, numbers as they are printed, the raw figures, a page's values."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from recompute import table_of

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SCALES = {"千": 1e3, "万": 1e4, "亿": 1e8, "million": 1e6, "billion": 1e9}


@dataclass
class Told:
    """What was looked at, and what was wrong: (kind, page, what)."""

    seen: Counter = field(default_factory=Counter)
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def check(self, kind: str, where: str, holds: bool, what: str) -> None:
        self.seen[kind] += 1
        if not holds:
            self.faults.append((kind, where, what))


def typed(text: object) -> object:
    """A text with the apostrophe of the keyboard: the site prints the printer's."""
    return text.replace("’", "'") if isinstance(text, str) else text


_RANGE = re.compile(r"^(?:[–—-]|至)\s*[+−-]?[\d,.]+\s*")


def apart(zh: str) -> str:
    """Chinese as pages write it: Latin letters, digits and a percent sign stand apart from Han characters."""
    made = zh[:1]
    for before, after in zip(zh, zh[1:], strict=False):
        han = ["\u3400" <= one <= "\u9fff" for one in (before, after)]
        other = after if han[0] else before
        latin = other.isascii() and (other.isalnum() or (other == "%" and han[1]))
        made += " " * (han[0] != han[1] and latin) + after
    return made


def read_number(text: str) -> list[tuple[float, float]]:
    """Every number of a printed text with half of its last digit, in base units."""
    found = []
    for match in NUMBER.finditer(text):
        digits, after = match.group().replace(",", ""), text[match.end() :].strip()
        if not text[match.end() :].startswith(
            " "
        ):  # not "9640 –1.45 万", whose first end had a unit of its own
            after = _RANGE.sub("", after)  # "3.21–4.02 万": both ends of a range have the scale behind it
        scale = next((size for word, size in SCALES.items() if after.startswith(word)), 1.0)
        zeros = len(digits) - len(digits.rstrip("0")) if "." not in digits and float(digits) else 0
        half = 0.5 * 10.0 ** (zeros - len(digits.partition(".")[2])) * scale
        found.append((float(digits) * scale, half))
    return found


class Raw:
    """The raw figures: what panel files print by (place, period) and indicator, coded statements by id, ranks by hospital and year."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.package: dict[str, tuple] = {}  # the values of a site's data package by id, where it has one
        self.cells: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.coded: dict[str, dict] = {}
        self.ranks: dict[tuple[str, str], list[dict]] = defaultdict(list)
        for file in sorted(folder.glob("panel/*.csv")):
            for row in self._rows(file):
                when = row.get("year") or row.get("period") or ""
                printed = f"{row.get('value', '')} {row.get('unit', '')}".strip()
                self.cells[row.get("region_code", ""), when][row.get("indicator_zh", "")].add(printed)
        for file in sorted(folder.glob("bulletins/doc-*.csv")):
            self.coded |= {row["fact_id"]: row for row in self._rows(file)}
        for file in sorted(folder.glob("assessment/guokao_rank_series.csv")):
            for row in self._rows(file):
                self.ranks[row["hospital"], row["assessment_year"]].append(row)

    def _rows(self, file: Path) -> list[dict]:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))

    def holds(self, cell: dict) -> bool | None:
        """Whether the raw files print a cell as the site says; None for what stands in no such file."""
        if cell["id"] in self.coded:
            row = self.coded[cell["id"]]
            return row["as_printed"] == cell["printed"] and row["region_code"] == cell["place"]
        if str(cell["id"]).startswith("ga:"):
            rows = self.ranks.get((cell["locator"].split(" · ")[0], cell["end"][:4]), [])
            return any(_prints(row, cell["printed"]) for row in rows) if rows else None
        parts = cell["locator"].split(" › ")
        when = parts[-1] if re.search("月|季", parts[-1]) else cell["end"][:4]
        held = self.cells.get((cell["place"], when), {})
        named = [held[part] for part in parts if part in held]
        return any(cell["printed"] in one for one in named) if named else None


def _prints(row: dict, printed: str) -> bool:
    digits = NUMBER.search(printed)
    held = {row[key] for key in ("rank", "grade", "percentile_top", "score") if row.get(key)}
    return printed in held or bool(digits and digits.group() in held)


def cells_of(page: dict) -> list[dict]:
    """The published values of a page as mappings, bounds and printed strings made again."""
    if not page["cells"]["rows"]:
        return []
    frame = table_of(page["cells"])
    where = sorted(c for c in frame if re.fullmatch(r"where\d+", c))
    # column by column: to_dict of thousands of rows took a third of the time of a page
    held = {c: [None if v is None or v != v else v for v in frame[c].tolist()] for c in frame}
    out = []
    for values in zip(*held.values(), strict=True):
        row = dict(zip(held, values, strict=True))
        value = row["value"]
        for side, name, sign in (("under", "low", -1), ("over", "high", 1)):
            if row[side] is not None:
                row[name] = round(value + sign * row[side], 9)
        if row["digits"] is not None:
            scale = next((size for word, size in (("万", 1e4), ("亿", 1e8)) if word in row["after"]), 1.0)
            row["printed"] = f"{value / scale:.{int(row['digits'])}f}{row['after']}"
        row["locator"] = page["cells"]["break"].join(row[c] for c in where if row[c] is not None)
        if row["id"] is None:
            row["id"] = f"{row['source']}:{row['place']}:{row['indicator']}:{row['end'][:4]}"
        out.append(row)
    return out
