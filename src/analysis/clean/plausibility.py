"""Which printed figures are too far from their own series, their peers or their province's sum to pass without a person.

A rule compares a cell with what its neighbours say and names the value that was expected; it corrects nothing. A cell that a
rule stops waits until ``data/raw/confirmed.csv`` holds a decision on it (``clean/confirmed.py``). All comparisons are of
logarithms, so that 10 % up and 10 % down count alike; the common movement of a series' peers is taken out first, so that a
year in which every place moves stops nobody.

The limits were set on the city yearbook (299 places, 2003-2023), whose carriers' misprints are known cell by cell, and are
measured there (``benchmarks/plausibility.py``): seeded faults against cells that nobody doubts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from analysis import catalog, editions
from analysis.clean import accounts, copied

JUMP = 0.35  # log change on the year before: more than 42 % up or 30 % down
STAND_OUT = 0.30  # log distance from the mean of the two years around
RETURN = 3.0  # a leap back after a cell that stands out by this much is no leap of its own
SPIKE = 5.0  # distance from both neighbours, in units of what the series and its indicator usually move
END_SPIKE = 9.0  # the same with one neighbour only
RATIO = 4.7  # distance of the ratio to the companion from the peers' median, in robust standard deviations
LEAP = 0.7  # log change that parts two stretches of a series
BLOCK = (
    2.0,
    1.5,
)  # a stretch is off: its ratio's distance from the peers, and how much nearer another stretch is
REPEAT = 200  # a count of more printing steps than this that repeats the year before to the last digit
SMALL_REPEAT = 60  # ... and a smaller one that repeats together with another figure of its place
CARRIERS = 0.12  # two publications of one figure this far apart
SUM_FIT = 0.10  # how near a cell's own excess must come to the sum's
SUM = 0.01  # share of the province's figure by which the cities' sum is off
ABOVE = 0.04  # log excess over what is never exceeded
FLOOR = 0.01  # added to every scale, so that a motionless series does not stop its first change
SMALLEST = 0.04  # log distance below which nothing is off
LEAST = 5  # printing steps between a figure and what is expected below which nothing is off
STEPS = 4  # changes that a series must hold before its own growth and restlessness are known
SWAP_SUM = (
    0.02,
    2.0,
    0.1,
)  # a sum is off by this share of the cell and this often its usual, and what an exchange must leave of it
PER_HEAD = (
    4.0  # distance of a city's figure per resident from all cities' median, in robust standard deviations
)
DIGITS = (
    1.0,
    2.5,
    0.15,
)  # two digits exchanged: how far off inside and at an end, and what the exchange must leave

# what an indicator is compared with in the same place and year: sizes that rise and fall with it
COMPANIONS = {
    "city_hospitals": ("city_hospital_beds",),
    "city_hospitals_health_centres": ("city_hospital_health_centre_beds",),
    "city_hospital_beds": ("city_doctors",),
    "city_hospital_health_centre_beds": ("city_doctors",),
    "city_doctors": ("city_hospital_beds", "city_hospital_health_centre_beds"),
    "city_population_resident": ("city_population_registered", "city_doctors"),
    "city_population_registered": ("city_doctors",),
    "county_beds": ("county_population_registered",),
    "city_insured_employees": ("city_population_resident",),
    "district_insured_employees": ("district_population_resident",),
    "district_population_resident": ("district_population_registered",),
    "district_hospital_beds": ("district_doctors",),
    "district_doctors": ("district_hospital_beds",),
    "district_hospitals": ("district_hospital_beds",),
    "hospital_beds": ("beds",),
    "beds": ("population",),
    "doctors": ("health_technicians",),
    "nurses": ("health_technicians",),
    "health_technicians": ("population",),
}
# sums: the cities' series -> the province's own
SUMMED = {
    "city_hospitals": "hospitals",
    "city_hospital_beds": "hospital_beds",
    "city_doctors": "doctors",
    "city_population_resident": "population",
}
# the same publication read through another carrier: any difference is a doubt
COPIES = {"city-yearbook-second-carrier": "city-yearbook"}
# publications that print one figure alike wherever both hold it (807 cells, to the rounding of the coarser)
TWINS = {"health-yearbook": "nbs-province"}
RESIDENTS = {
    f"{of}_{what}": (f"{of}_population_resident",)
    for of in ("city", "district")
    for what in ("hospitals", "hospital_beds", "doctors")
}
NEVER_ABOVE = {"city_doctors": ("city_hospital_beds", "city_hospital_health_centre_beds")}
# rules on what is printed to the last digit: no difference is too small for them
EXACT = ("repeat", "percent", "carriers", "identity", "nation", "copied")
COLUMNS = ("observation_id", "rule", "expected", "because")


class _Panel:
    """The annual values of all series in order, as arrays, with what each rule needs computed once."""

    def __init__(self, rows: pd.DataFrame):
        self.rows = rows = rows.sort_values(
            ["source_id", "indicator", "region_code", "year"], kind="stable"
        ).reset_index(drop=True)
        self.width = (rows.value_high - rows.value_low).to_numpy(dtype=float)
        half = self.width / 2
        self.value = rows.value.to_numpy(dtype=float)
        self.log = np.log(np.maximum(np.abs(self.value), np.where(half > 0, half, 1e-9)))
        self.year = rows.year.to_numpy(dtype=float)
        self.kind = pd.factorize(rows.source_id + " " + rows.indicator)[0]
        self.series = pd.factorize(rows.source_id + " " + rows.indicator + " " + rows.region_code)[0]
        self.before, self.gap_before = self._neighbour(self.log, 1)
        self.after, self.gap_after = self._neighbour(self.log, -1)
        self.step = np.where(self.gap_before == 1, self.log - self.before, np.nan)
        self._detrend()

    def _neighbour(self, x: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The value before (k = 1) or after (-1) in the same series, and how many years lie between."""
        near, year = np.full(len(x), np.nan), np.full(len(x), np.nan)
        here, there = (slice(1, None), slice(None, -1)) if k == 1 else (slice(None, -1), slice(1, None))
        same = self.series[here] == self.series[there]
        near[here] = np.where(same, x[there], np.nan)
        year[here] = np.where(same, self.year[there], np.nan)
        return near, np.abs(self.year - year)

    def median(self, x: np.ndarray, by: np.ndarray) -> np.ndarray:
        """Each cell's group median of x, missing left out."""
        return pd.Series(x).groupby(by).transform("median").to_numpy()

    def _detrend(self) -> None:
        """Levels without the peers' common movement, and the distances to both neighbours without the series' own growth."""
        common = pd.Series(self.step).groupby([self.kind, self.year]).median().fillna(0.0)
        paths = common.groupby(level=0).cumsum()
        index = pd.MultiIndex.from_arrays([self.kind, self.year])
        self.level = self.log - paths.reindex(index).fillna(0.0).to_numpy()
        up, down = self._neighbour(self.level, 1)[0], self._neighbour(self.level, -1)[0]
        ahead, behind = np.minimum(self.gap_before, 6), np.minimum(self.gap_after, 6)
        up, down = self.level - up, self.level - down
        steps = pd.Series(~np.isnan(up)).groupby(self.series).transform("sum").to_numpy()
        growth = np.where(steps >= STEPS, np.nan_to_num(self.median(up / ahead, self.series)), 0.0)
        self.up, self.down = up - growth * ahead, down + growth * behind
        self.inside = ~np.isnan(up) & ~np.isnan(down)
        usual = np.where(steps >= STEPS, np.nan_to_num(self.median(np.abs(self.up), self.series)), 0.0)
        self.scale = usual + np.nan_to_num(self.median(np.abs(self.up), self.kind)) + FLOOR
        self.expected = np.where(self.inside, (self.up + self.down) / 2, np.fmax(self.up, self.down))

    @property
    def spike(self) -> np.ndarray:
        """How far a cell stands out from both neighbours on the same side (from the one it has)."""
        least = np.minimum(np.abs(self.up), np.abs(self.down))
        both = np.where(np.sign(self.up) == np.sign(self.down), least, 0.0)
        return np.nan_to_num(np.where(self.inside, both, np.fmax(np.abs(self.up), np.abs(self.down))))

    def beside(self, pairs: Mapping[str, tuple[str, ...]]) -> np.ndarray:
        """The logarithm of each cell's companion in the same place and year; missing where it has none."""
        # a companion that stands out itself says nothing of the figure beside it
        odd = (self.spike > max(SMALLEST, STAND_OUT)) & (self.spike / self.scale > SPIKE)
        held = pd.Series(
            np.where(odd, np.nan, self.log),
            index=pd.MultiIndex.from_frame(self.rows[["indicator", "region_code", "year"]]),
        )
        held = held[~held.index.duplicated()]
        found = np.full(len(self.rows), np.nan)
        for key, others in pairs.items():
            at = np.flatnonzero((self.rows.indicator == key).to_numpy())
            for other in others:
                rows = self.rows.iloc[at]
                index = pd.MultiIndex.from_arrays([[other] * len(rows), rows.region_code, rows.year])
                value = held.reindex(index).to_numpy()
                found[at] = np.where(np.isnan(found[at]), value, found[at])
        return found


def _own_series(panel: _Panel) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Rules on a cell and the years around it: (name, which cells, expected logarithm)."""
    spike, same_place = panel.spike, np.r_[False, panel.series[1:] == panel.series[:-1]]
    z = spike / panel.scale
    middle = (panel.before + panel.after) / 2
    around = (panel.gap_before == 1) & (panel.gap_after == 1)
    returns = same_place & np.r_[False, ((z > RETURN) & (spike > 0.25) & panel.inside)[:-1]]
    expected = panel.log - panel.expected
    yield "jump", (np.abs(panel.step) > JUMP) & ~returns, panel.before
    yield "stand_out", (np.abs(panel.log - middle) > STAND_OUT) & (spike > STAND_OUT / 2) & around, middle
    yield "spike", (z > SPIKE) & (spike > SMALLEST) & panel.inside, expected
    yield "spike", (z > END_SPIKE) & (spike > SMALLEST) & ~panel.inside, expected
    counted = (
        panel.rows.unit.isin(["人", "张", "个", "所"]).to_numpy()
        & ~panel.rows.indicator.str.contains("population").to_numpy()
    )
    steps = panel.value / np.maximum(panel.width, 1e-9)
    same = counted & (panel.step == 0)
    place = pd.factorize(panel.rows.source_id + panel.rows.region_code + panel.rows.year.astype(str))[0]
    together = pd.Series(same & (steps > REPEAT)).groupby(place).transform("sum").to_numpy() > 0
    yield "repeat", same & ((steps > REPEAT) | together & (steps > SMALL_REPEAT)), panel.before


def _exchanged(value: float) -> list[float]:
    """The numbers that differ from a printed one by two neighbouring digits exchanged; a minus (a fault of its own) is no digit."""
    text = np.format_float_positional(abs(value), trim="-")
    swaps = (text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1))
    return [float(other) for other in swaps if other != text and "." not in (other[0], other[-1])]


def _digits(panel: _Panel) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Cells that are off and would fit their neighbours with two neighbouring digits exchanged."""
    z = panel.spike / panel.scale
    off = np.abs(panel.expected) / panel.scale
    at = np.flatnonzero((panel.spike > SMALLEST) & (z > np.where(panel.inside, DIGITS[0], DIGITS[1])))
    hit = np.zeros(len(z), bool)
    for i in at:
        near = [
            abs(panel.expected[i] + np.log(other / abs(panel.value[i]))) / panel.scale[i]
            for other in _exchanged(panel.value[i])
            if other > 0
        ]
        hit[i] = bool(near) and min(near) < DIGITS[2] * min(off[i], 3.0)
    yield "digits", hit, panel.log - panel.expected


def _stretches(panel: _Panel, off: np.ndarray) -> np.ndarray:
    """Stretches between two leaps of one series that are further from the peers than another stretch of it."""
    starts = (np.nan_to_num(np.abs(panel.step)) > LEAP) | np.r_[True, panel.series[1:] != panel.series[:-1]]
    stretch = np.cumsum(starts)
    own = np.nan_to_num(np.abs(panel.median(off, stretch)))
    calm = pd.Series(np.where(np.isnan(off), np.inf, own)).groupby(panel.series).transform("min").to_numpy()
    return (own > BLOCK[0]) & (own - calm > BLOCK[1])


def _companions(panel: _Panel) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Rules on a cell beside another figure of the same place and year."""
    beside = panel.beside(COMPANIONS)
    peers = pd.factorize(pd.Series(panel.kind).astype(str) + panel.rows.year.astype(str))[0]
    ratio = panel.log - beside
    off = ratio - panel.median(ratio, peers)
    spread = 1.4826 * panel.median(np.abs(off), peers) + FLOOR
    yield "ratio", np.abs(off) / spread > RATIO, panel.log - off
    yield "block", _stretches(panel, off / spread), panel.log - off
    head = panel.log - panel.beside(RESIDENTS)
    off = head - panel.median(head, peers)
    spread = 1.4826 * panel.median(np.abs(off), peers) + FLOOR
    yield "per_head", np.abs(off) / spread > PER_HEAD, panel.log - off
    above = panel.beside(NEVER_ABOVE)
    yield "above", panel.log - above > ABOVE, above


def _sums(panel: _Panel) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Cells whose own excess, or two of whose digits exchanged, explain by how much their province's sum is off, where every prefecture has a row."""
    wanted, usual, whole = _off_by(panel)
    excess = np.exp(panel.log) - np.exp(panel.log - panel.expected)
    far = np.abs(wanted) > SUM * whole
    yield "sum", far & (np.abs(excess - wanted) < SUM_FIT * np.abs(wanted)), panel.log - panel.expected
    hit, better = np.zeros(len(wanted), bool), panel.log.copy()
    for i in np.flatnonzero(np.abs(wanted) > np.maximum(SWAP_SUM[0] * panel.value, SWAP_SUM[1] * usual)):
        for other in (o for o in _exchanged(panel.value[i]) if o > 0):
            left = abs(panel.value[i] - other - wanted[i])
            closer = abs(panel.expected[i] + np.log(other / panel.value[i])) < abs(panel.expected[i])
            if closer and left < SWAP_SUM[2] * abs(wanted[i]):
                hit[i], better[i] = True, np.log(other)
    yield "digits", hit, better


def _off_by(panel: _Panel) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each cell of ``SUMMED`` by how much its province's sum is above what it usually is beside the province's own figure, how far
    that usually moves, and the province's own figure; missing where a prefecture has no row."""
    rows = panel.rows
    province = rows.region_code.str[:2] + "0000"
    parts = pd.Series({r.code: len(catalog.parts_of(r.code)) for r in catalog.provinces()})
    wanted, moves, wholes = (np.full(len(rows), np.nan) for _ in range(3))
    for key, whole in SUMMED.items():
        mine = ((rows.indicator == key) & (rows.region_code != province)).to_numpy()
        cities = rows[mine]
        total = cities.groupby([cities.region_code.str[:2] + "0000", "year"]).value.agg(["sum", "size"])
        total = total[total["size"] >= parts.reindex(total.index.get_level_values(0)).fillna(1e9).to_numpy()]
        held = rows[rows.indicator == whole].drop_duplicates(["region_code", "year"])
        own = held.set_index(["region_code", "year"]).value.reindex(total.index)
        gap = (total["sum"] - own) / own
        off = gap - gap.groupby(level=0).transform("median")
        at = np.flatnonzero(mine)
        index = pd.MultiIndex.from_arrays([province.iloc[at], rows.year.iloc[at]])
        wanted[at] = (off * own).reindex(index).to_numpy(dtype=float)
        moves[at] = (
            (off.abs().groupby(level=0).transform("median") * own).reindex(index).to_numpy(dtype=float)
        )
        wholes[at] = own.reindex(index).to_numpy(dtype=float)
    return wanted, moves, wholes


def _percent(panel: _Panel) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """A share of at most 1 with the unit %: 0.796 may be 79.6 % written as a fraction."""
    small = (panel.rows.unit == "%").to_numpy() & (np.abs(panel.value) <= 1) & (panel.value != 0)
    yield "percent", small, panel.log + np.log(100)


def _carriers(panel: _Panel) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """A figure that another publication prints as well, and otherwise."""
    rows = panel.rows
    publication = rows.source_id.replace(COPIES | TWINS)
    names = rows.indicator.replace(SUMMED)
    for keys, slack in (([names], CARRIERS), ([rows.indicator, publication], 0.0)):
        where = [*keys, rows.region_code, rows.year]
        low, high = (rows[column].groupby(where) for column in ("value_low", "value_high"))
        apart = (low.transform("max") > high.transform("min")).to_numpy()
        least, most = low.transform("min"), high.transform("max")
        far = (np.log(most.where(most > 0)) - np.log(least.where(least > 0)) > slack).to_numpy()
        several = rows.source_id.groupby(where).transform("nunique").to_numpy() > 1
        other = np.where(rows.value >= rows.value.groupby(where).transform("mean"), least, most)
        yield "carriers", several & apart & far, np.log(np.maximum(other, 1e-9))


def _rows_together(panel: _Panel) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Rules on several figures at once: sums that fail, and rows that repeat another."""
    expected = panel.log - panel.expected
    yield from accounts.rules(panel.rows, expected, panel.scale)
    yield from copied.rules(panel.rows, expected, panel.scale)


def _judged(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that have a series or peers: annual values of statistical series, ranks and grades left out."""
    series = {key for key, source in catalog.sources().items() if source.kind == "series"}
    return frame[
        frame.source_id.isin(series)
        & editions.current(frame)
        & frame.year.notna()
        & (frame.institution_id == "")
        & frame.value.notna()
        & (frame.quantifier == "exact")
        & frame.measure.isin(["level", "flow", "rate"])
    ]


def doubts(frame: pd.DataFrame) -> pd.DataFrame:
    """The cells of ``observations`` that wait for a person: one row a cell, columns ``COLUMNS``, in the order of the table.

    ``expected`` is the value that the strongest rule expects, ``because`` all the rules that stop the cell. Rows without a
    year, of institutions and of documents have neither series nor peers and are never stopped here.
    """
    rows = _judged(frame)
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS)).astype({"expected": float})
    panel = _Panel(rows)
    found: list[pd.DataFrame] = []
    with np.errstate(invalid="ignore", divide="ignore"):
        for part in (_percent, _own_series, _digits, _companions, _sums, _carriers, _rows_together):
            for rule, hit, expected in part(panel):
                near = np.abs(panel.value - np.exp(expected)) < LEAST * panel.width
                if rule not in EXACT:
                    hit = hit & ~near
                at = np.flatnonzero(hit)
                table = pd.DataFrame(
                    {"observation_id": panel.rows.observation_id.iloc[at].to_numpy(), "rule": rule}
                )
                found.append(table.assign(expected=np.exp(expected[at])))
    every = pd.concat(found, ignore_index=True)
    copies = set(rows.observation_id[rows.source_id.isin(COPIES)])  # judged in the publication itself
    every = every[~every.observation_id.isin(copies)]
    because = every.groupby("observation_id").rule.agg(lambda names: ";".join(dict.fromkeys(names)))
    first = every.drop_duplicates("observation_id").set_index("observation_id").assign(because=because)
    order = [key for key in frame.observation_id if key in first.index]
    return first.loc[order].reset_index()[list(COLUMNS)]
