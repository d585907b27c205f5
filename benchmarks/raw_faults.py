"""Which faults of raw files are stopped, by kind and size: one fault at a time in a place of its own, in figures that nobody doubts.

Two collections are tried: the cities (city yearbook) and the provinces (national data and health yearbook, whose figures add up). A fault
counts as stopped when a figure of its place newly waits for a person, in the year of the fault or one beside it, or when a
check of the tables fails that no reason can make right. Kinds of one cell change one figure of one row; kinds of a row change all
figures of a place and year; kinds of a series all its years.

    python benchmarks/raw_faults.py [--docs]

``--docs`` writes what was measured into docs/explanation.md, between its two marks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from plausibility import OTHER_TABLES, exchanged, written

from analysis import catalog, paths, tables
from analysis.clean import checks, confirmed, numbers, plausibility
from analysis.errors import DataError

SEED, PASSES = 11, 1
POOLS = {"cities": ("city-yearbook",), "provinces": ("nbs-province", "health-yearbook")}
# what the figures of a pool are compared with; the others change nothing and cost time
BESIDE = {"cities": "city-|nbs-province|health-yearbook", "provinces": "^(?!city-|county-|census-)"}
PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation.md"
MARKS = "<!-- measured: python benchmarks/raw_faults.py --docs -->", "<!-- end of the raw faults -->"
SIZES = (0.05, 0.2, np.inf)
SIZE_NAMES = ("up to 5 %", "5–20 %", "more than 20 %")
VALUES = ["value", "value_low", "value_high"]
COLUMNS = [
    "source_id",
    "indicator",
    "region_code",
    "year",
    "value",
    "value_low",
    "value_high",
    "unit",
    "as_printed",
]

Row = Any  # a figure as itertuples gives it, with the columns above
# what a kind gives: the rows that change and their new values
Change = tuple[pd.Index, np.ndarray]


class Pool:
    """The figures of one collection, with what a kind needs to find a row, its neighbours and its province."""

    def __init__(self, frame: pd.DataFrame, sources: tuple[str, ...], doubted: set[str]):
        own = frame[
            frame.source_id.isin(sources)
            & frame.year.notna()
            & (frame.institution_id == "")
            & frame.value.gt(0)
            & ~frame.indicator.str.contains(OTHER_TABLES)
        ]
        self.frame, self.own = frame, own
        self.held = {row.Index: row for row in own[COLUMNS].itertuples()}
        self.rows: dict[tuple, dict[str, int]] = {}
        self.series: dict[tuple, dict[int, int]] = {}
        for i, row in self.held.items():
            self.rows.setdefault((row.source_id, row.region_code, row.year), {})[row.indicator] = i
            self.series.setdefault((row.source_id, row.region_code, row.indicator), {})[row.year] = i
        plain = ~own.observation_id.isin(doubted) & ~own["flags"].str.contains("doubtful")
        self.plain = own.index[plain & (own.region_code != catalog.NATION)]
        self.places = sorted({row.region_code for row in self.held.values()} - {catalog.NATION})

    def values(self, index: Iterable[int]) -> np.ndarray:
        """The figures held at these rows."""
        return np.array([self.held[i].value for i in index])

    def row(self, row: Row, **other: object) -> dict[str, int]:
        """Indicator -> row of the figures beside one (or of another place or year)."""
        key = tuple(other.get(n, getattr(row, n)) for n in ("source_id", "region_code", "year"))
        return self.rows.get(key, {})

    def years(self, row: Row, **other: str) -> dict[int, int]:
        """Year -> row of the series of one (or of another place)."""
        key = tuple(other.get(n, getattr(row, n)) for n in ("source_id", "region_code", "indicator"))
        return dict(sorted(self.series.get(key, {}).items()))

    def beside(self, code: str) -> list[str]:
        """The places next to one in the order of codes, of the same province (of provinces: of the country)."""
        whole = code.endswith("0000")
        codes = sorted(c for c in self.places if c.endswith("0000") == whole and (whole or c[:2] == code[:2]))
        i = codes.index(code)
        return [codes[k] for k in (i + 1, i - 1) if 0 <= k < len(codes)]


def _scaled(factor: float) -> Callable:
    return lambda pool, row, rng: (pd.Index([row.Index]), np.array([row.value * factor]))


def _text(change: Callable) -> Callable:
    """A kind that changes what is printed: the new text, read as a number of the same unit."""

    def kind(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
        printed = row.as_printed.split(" ")[0]
        try:
            new = float(change(printed, rng))
        except ValueError:
            return None
        if new == float(printed) or new <= 0:
            return None
        return pd.Index([row.Index]), np.array([new * row.value / float(printed)])

    return kind


def _digits(text: str) -> list[int]:
    return [i for i, c in enumerate(text) if c.isdigit()]


def _first_off(text: str, rng: np.random.Generator) -> str:
    first = int(text[0])
    other = first + 1 if first in (0, 1) or (first < 9 and rng.random() < 0.5) else first - 1
    return str(other) + text[1:]


def _dropped(text: str, rng: np.random.Generator) -> str:
    i = int(rng.choice(_digits(text)))
    return text[:i] + text[i + 1 :]


def _doubled(text: str, rng: np.random.Generator) -> str:
    i = int(rng.choice(_digits(text)))
    return text[: i + 1] + text[i] + text[i + 1 :]


def _one_from(**where: int) -> Callable:
    """The figure of a year before or after in the cell's place."""

    def kind(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
        other = pool.years(row).get(row.year + where["year"])
        return (pd.Index([row.Index]), pool.values([other])) if other is not None else None

    return kind


def _whole_row(pool: Pool, here: dict[str, int], there: dict[str, int]) -> Change | None:
    both = [key for key in here if key in there]
    if len(both) < 2:
        return None
    return pd.Index([here[k] for k in both]), pool.values([there[k] for k in both])


def _row_from(years: int) -> Callable:
    return lambda pool, row, rng: _whole_row(pool, pool.row(row), pool.row(row, year=row.year + years))


def _pasted(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
    """All figures of the place before or after in the list, in the same year."""
    return _whole_row(pool, pool.row(row), pool.row(row, region_code=pool.beside(row.region_code)[0]))


def _exchanged_with(pool: Pool, row: Row, code: str, all_figures: bool) -> Change | None:
    here, there = pool.row(row), pool.row(row, region_code=code)
    both = [key for key in here if key in there and (all_figures or key == row.indicator)]
    if not both:
        return None
    a, b = [here[k] for k in both], [there[k] for k in both]
    return pd.Index([*a, *b]), pool.values([*b, *a])


def _neighbours(all_figures: bool) -> Callable:
    return lambda pool, row, rng: _exchanged_with(pool, row, pool.beside(row.region_code)[0], all_figures)


def _column(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
    """Each figure of a row one column further, the last in the first."""
    index = pd.Index(list(pool.row(row).values()))
    if len(index) < 2:
        return None
    return index, np.roll(pool.values(index), 1)


def _series_shifted(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
    """Every year of a series holds the figure of the year before; the first keeps its own."""
    index = list(pool.years(row).values())
    if len(index) < 4:
        return None
    values = pool.values(index)
    return pd.Index(index), np.r_[values[0], values[:-1]]


def _province(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
    """The total of a city's province in the city's cell."""
    whole = plausibility.SUMMED.get(row.indicator)
    if whole is None or row.region_code.endswith("0000"):
        return None
    held = pool.frame[
        (pool.frame.indicator == whole)
        & (pool.frame.region_code == row.region_code[:2] + "0000")
        & (pool.frame.year == row.year)
    ]
    if held.empty:
        return None
    return pd.Index([row.Index]), held.value.iloc[[0]].to_numpy()


def _shanxi(all_figures: bool) -> Callable:
    """山西 and 陕西 exchanged: one figure, or all of a year."""

    def kind(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
        if row.region_code not in ("140000", "610000"):
            return None
        return _exchanged_with(pool, row, "610000" if row.region_code == "140000" else "140000", all_figures)

    return kind


def _shanxi_ever(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
    """All years of one series exchanged between 山西 and 陕西."""
    here, there = pool.years(row), pool.years(row, region_code="610000")
    both = [year for year in here if year in there]
    if row.region_code != "140000" or len(both) < 4:
        return None
    a, b = [here[y] for y in both], [there[y] for y in both]
    return pd.Index([*a, *b]), pool.values([*b, *a])


def _edition(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
    """The figure as an earlier edition may have printed it: off by .3 to 6 %, evenly in its logarithm."""
    off = np.exp(rng.choice([-1, 1]) * np.exp(rng.uniform(np.log(0.003), np.log(0.06))))
    step = (row.value_high - row.value_low) or 1e-9
    new = round(row.value * off / step) * step
    return (pd.Index([row.Index]), np.array([new])) if new != row.value else None


def _percent_as_share(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
    return _scaled(0.01)(pool, row, rng) if row.unit == "%" else None


def _comma(pool: Pool, row: Row, rng: np.random.Generator) -> Change | None:
    """A decimal comma, as the reader of cells takes it: refused (no number), or another number."""
    printed = row.as_printed.split(" ")[0]
    if "." not in printed:
        return None
    try:
        new = numbers.cell(printed.replace(".", ",")) * row.value / float(printed)
    except DataError:
        new = np.nan
    return pd.Index([row.Index]), np.array([new])


KINDS: dict[str, Callable] = {
    "sign": _scaled(-1),
    "ten times as large": _scaled(10),
    "a tenth": _scaled(0.1),
    "万 taken for 1 (a ten-thousandth)": _scaled(1e-4),
    "1 taken for 万 (ten thousand times)": _scaled(1e4),
    "percent typed as a share": _percent_as_share,
    "decimal comma": _comma,
    "first two differing digits exchanged": _text(lambda t, rng: exchanged(t, rng, True)),
    "any two neighbouring digits exchanged": _text(lambda t, rng: exchanged(t, rng, False)),
    "first digit off by one": _text(_first_off),
    "a digit dropped": _text(_dropped),
    "a digit doubled": _text(_doubled),
    "last year's figure again": _one_from(year=-1),
    "next year's figure": _one_from(year=1),
    "last year's row again": _row_from(-1),
    "next year's row": _row_from(1),
    "a row of two years before": _row_from(-2),
    "a series one year late": _series_shifted,
    "columns of a row shifted by one": _column,
    "a row pasted under the next place": _pasted,
    "a figure exchanged with the next place's": _neighbours(False),
    "a row exchanged with the next place's": _neighbours(True),
    "province's total in a city's row": _province,
    "山西 and 陕西: one figure exchanged": _shanxi(False),
    "山西 and 陕西: a year exchanged": _shanxi(True),
    "山西 and 陕西: a series exchanged": _shanxi_ever,
    "another edition's figure (.3–6 % off)": _edition,
}


def _cases(pool: Pool, kind: Callable, rng: np.random.Generator) -> Iterator[tuple[Row, Change]]:
    """Faults of one kind that do not meet: one a place, of cities one a province."""
    used: set[str] = set()
    for label in rng.permutation(pool.plain):
        row = pool.held[label]
        if _where(row) in used:
            continue
        found = kind(pool, row, rng)
        if found is None or (found[1] == pool.values(found[0])).all():
            continue
        places = {_where(pool.held[i]) for i in found[0]}
        if not places & used:
            used |= places
            yield row, found


def _where(row: Row) -> str:
    """What two faults at once may not share: the province of a city or county, a province itself."""
    return row.region_code[:2]


def _stopped(frame: pd.DataFrame, changed: pd.DataFrame, cases: list, known: pd.DataFrame) -> list[bool]:
    """Of each case whether the build stops for it: a decided figure that changes is asked about again."""
    now = plausibility.doubts(changed)
    held = set(zip(known.observation_id, frame.value.reindex(known.label), strict=True))
    labels = pd.Series(changed.index, index=changed.observation_id)
    labels = labels[~labels.index.duplicated()]
    fresh = changed.loc[labels.reindex(now.observation_id)]
    new = fresh[[pair not in held for pair in zip(fresh.observation_id, fresh.value, strict=True)]]
    result = []
    for _, (index, values) in cases:
        rows = changed.loc[index]
        years = {y + k for y in rows.year for k in (-1, 0, 1)}
        near = new.region_code.isin(set(rows.region_code)) & new.year.isin(years)
        # the nation's figure of the same year, which the provinces no longer come to
        near |= (
            (new.region_code == catalog.NATION)
            & new.indicator.isin(set(rows.indicator))
            & new.year.isin(set(rows.year))
            & rows.region_code.str.endswith("0000").all()
        )
        odd = (rows.value < 0).any() or (rows.unit == "%").any()  # what that check looks at
        failed = odd and any(c.status == "failed" and not c.key for c in checks.ranges(rows))
        result.append(bool(near.any()) or failed or bool(np.isnan(values).any()))
    return result


def measure(frame: pd.DataFrame, passes: int = PASSES, kinds: dict[str, Callable] = KINDS) -> pd.DataFrame:
    """One row a fault: ``pool``, ``kind``, ``size`` (logarithm of new over old, the largest of the row) and whether it was ``stopped``."""
    decided = set(confirmed.decisions(paths.raw()).observation_id)
    found = []
    for name, sources in POOLS.items():
        part = frame[frame.source_id.str.contains(BESIDE[name])]
        known = plausibility.doubts(part)
        ids = pd.Series(part.index, index=part.observation_id)
        known = known.assign(label=ids[~ids.index.duplicated()].reindex(known.observation_id).to_numpy())
        pool = Pool(part, sources, decided)
        for kind, make in kinds.items():
            rng = np.random.default_rng([SEED, *map(ord, name + kind)])
            for _ in range(passes):
                cases = list(_cases(pool, make, rng))
                if not cases:
                    continue
                changed = part.copy()
                for _, (index, values) in cases:
                    held = part.loc[index]
                    half = ((held.value_high - held.value_low) / 2).to_numpy()
                    new = np.where(np.isnan(values), held.value.to_numpy(), values)
                    changed.loc[index, VALUES] = np.column_stack([new, new - half, new + half])
                stopped = _stopped(part, changed, cases, known)
                for (_, (index, values)), hit in zip(cases, stopped, strict=True):
                    old = part.value.loc[index].to_numpy()
                    with np.errstate(all="ignore"):
                        size = (
                            np.nanmax(np.abs(np.log(np.abs(values) / old))) if (values > 0).any() else np.inf
                        )
                    found.append({"pool": name, "kind": kind, "size": size, "stopped": hit})
    return pd.DataFrame(found)


def table(found: pd.DataFrame) -> str:
    """What was measured, as the documentation prints it: a line a kind, the cities, the provinces, and by size of the change."""
    sized = found.assign(band=pd.cut(found["size"], [-np.inf, *SIZES], labels=SIZE_NAMES))
    heads = ["fault", *POOLS, *SIZE_NAMES]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]

    def rate(rows: pd.DataFrame) -> str:
        return f"{int(rows.stopped.sum())} of {len(rows)}" if len(rows) else "–"

    for kind in KINDS:
        rows = sized[sized.kind == kind]
        cells = [rate(rows[rows.pool == name]) for name in POOLS]
        cells += [rate(rows[rows.band == band]) for band in SIZE_NAMES]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    measured = table(measure(plausibility._judged(tables.read("observations"))))
    if "--docs" in sys.argv:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), measured, MARKS), encoding="utf-8")
    print(measured)
