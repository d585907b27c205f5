"""The cities of the yearbook side by side: which figures may be compared, rates per resident, and the cities nearest in size and income.

Rows: 中国城市统计年鉴. Which years may be compared follows from the rows (``years``): rates per resident exist for the years that print
residents (others print registered population); hospitals and beds are joined from the year of their definition on. A doubtful figure
is shown and never compared; no cities stand for a province.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis import catalog, facts, tables
from analysis.errors import refuse
from analysis.told import Read

SOURCE = "city-yearbook"
INDICATORS = ("city_doctors", "city_hospital_beds", "city_hospitals")
POPULATION, INCOME = "city_population_resident", "city_gdp_per_head"
SHARED = 0.9  # share of the cities that a figure was ever printed for, from which its year counts as one of all cities
PER = {"city_doctors": 1_000, "city_hospital_beds": 1_000, "city_hospitals": 100_000}
NEAREST = 13
RANKED = INDICATORS[:2]  # more hospitals a head are neither better nor worse
FEW = (
    3  # cities of a province below which nothing is ranked and no median taken: the first of one is no place
)


@dataclass(frozen=True)
class Years:
    """Years that the cities share: ``held``, by indicator, those for which at least ``SHARED`` of its cities have a figure.

    A year that fewer have moves no median, growth or place; what a city has of it is printed beside (``later``).
    """

    held: Mapping[str, tuple[int, ...]]

    @property
    def rates(self) -> tuple[int, ...]:
        """Years with residents and every count, in order."""
        return tuple(sorted(set.intersection(*(set(self.held[key]) for key in (*INDICATORS, POPULATION)))))

    @property
    def ready(self) -> bool:
        """Whether two years have rates: before, nothing can be compared over time."""
        return len(self.rates) > 1

    @property
    def pair(self) -> tuple[int, int]:
        """The first and the newest year with rates."""
        if not self.ready:
            raise refuse(
                "city_panel.years",
                f"{len(self.rates)} years with residents of the cities",
                "two",
                "choose a later date: the yearbook's second year with residents was not known yet",
            )
        return self.rates[0], self.rates[-1]

    @property
    def counts(self) -> tuple[int, ...]:
        """Years with every count."""
        return tuple(sorted(set.intersection(*(set(self.held[key]) for key in INDICATORS))))

    def last(self, key: str) -> int:
        """The newest year of an indicator that the cities share; 0 for none."""
        return max(self.held[key], default=0)

    def span(self, key: str) -> tuple[int, int]:
        """The first comparable year of a count and the newest."""
        return first(key), self.last(key)


@dataclass(frozen=True)
class Cities:
    """What serves the choice of cities to compare with, whichever city a page is about: see ``listed`` and ``people_and_income``."""

    listed: tuple[str, ...]
    people: pd.DataFrame
    income: pd.DataFrame


def cities() -> Cities:
    """Read once for the pages of all cities."""
    return Cities(tuple(listed()), *people_and_income())


def first(key: str) -> int:
    """The first year from which a count is compared: that of its definition, or the one that ``data/fixed_years.csv`` gives a reason for."""
    breaks = [b.start_year for b in catalog.indicator(key).breaks]
    return max(breaks) if breaks else catalog.fixed_year(f"{key}_first")


def years() -> Years:
    """The years that the cities share, of the rows known on the day of the run."""
    found, read = _years(tables.state("observations"), tables.as_of(), catalog.edition())
    tables.restore((read, {}), add=True)  # a page whose years move is made again
    return found


@lru_cache(maxsize=8)
def _years(*_: object) -> tuple[Years, dict[str, Read]]:
    before = tables.record()
    tables.reset_reads()
    rows = tables.read("observations", source_id=SOURCE, indicator=[*INDICATORS, POPULATION])
    read = tables.record()[0]
    tables.restore(before)
    have = rows.groupby(["indicator", "year"])["region_code"].nunique()
    held = {}
    for key in (*INDICATORS, POPULATION):
        of = have[key] if key in have.index.get_level_values(0) else pd.Series(dtype=int)
        whole = of[of >= SHARED * of.max()].index.astype(int)
        held[key] = tuple(sorted(y for y in whole if key == POPULATION or y >= first(key)))
    return Years(held), read


def listed() -> list[str]:
    """Prefectures of today that have every count in one of the last two years that the cities share, in code order."""
    last = years().counts[-2:]
    with tables.unshown():
        rows = tables.read("observations", source_id=SOURCE, indicator=list(INDICATORS), year=list(last) or 0)
    have = rows.groupby(["region_code", "year"])["indicator"].nunique()
    whole = {code for code, _ in have.index[have == len(INDICATORS)]}
    return [
        r.code for r in catalog.regions().values() if r.level == "city" and not r.state and r.code in whole
    ]


def comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that may be compared: without those that are flagged as doubtful."""
    return rows[~rows["flags"].str.contains("doubtful")]


def wide(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """Figures of a year: index region_code, one column an indicator, missing where a city has none."""
    part = rows.loc[rows["year"] == year, ["region_code", "indicator", "value"]]
    return part.pivot(index="region_code", columns="indicator", values="value").reindex(
        columns=[*INDICATORS, POPULATION]
    )


def rates(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """Figures per resident of a year, scaled as in ``PER``: index region_code, one column an indicator."""
    table = wide(rows, year)
    return table[list(INDICATORS)].div(table[POPULATION], axis=0) * pd.Series(PER)


def growth(rows: pd.DataFrame, indicator: str, first: int, last: int) -> pd.Series:
    """Figure of the last year over that of the first, one a city that has both."""
    return (_figure(rows, indicator, last) / _figure(rows, indicator, first)).dropna()


def _figure(rows: pd.DataFrame, indicator: str, year: int) -> pd.Series:
    """One indicator of a year: a column of ``wide``, without the cities that lack it."""
    mine = (rows["year"] == year) & (rows["indicator"] == indicator)
    part = rows.loc[mine, ["region_code", "value"]].set_index("region_code")["value"]
    if not part.index.is_unique:
        raise refuse(
            "city_panel.growth",
            f"{indicator} of {year} twice for a city",
            "one row a city",
            "pass rows of one edition",
        )
    return part.sort_index().rename(indicator)


def nearest(code: str, people: pd.DataFrame, income: pd.DataFrame, n: int = NEAREST) -> list[str]:
    """The n cities closest by z-scored logs of residents and income a head in the newest year that has both of the city, nearest first;
    none without both figures.

    people, income: residents and GDP a head of all cities (``people_and_income``), which serve this choice and nothing else.
    """
    for year in sorted(set(people["year"]) & set(income["year"]), reverse=True):
        parts = [part[part["year"] == year].set_index("region_code")["value"] for part in (people, income)]
        both = pd.concat(parts, axis=1, join="inner")
        if code in both.index:
            break
    else:
        return []
    logs = np.log(both)
    scaled = (logs - logs.mean()) / logs.std(ddof=0)
    apart = ((scaled - scaled.loc[code]) ** 2).sum(axis=1).drop(code)
    order = sorted(apart.index, key=lambda c: (round(apart[c], 12), c))
    return order[:n]


def people_and_income() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Residents and GDP a head of all cities in the years after the first with rates: the first serves no choice."""
    last = list(years().rates[1:]) or 0
    with tables.unshown():
        people = tables.read("observations", source_id=SOURCE, indicator=POPULATION, year=last)
        return people, tables.read("observations", indicator=INCOME, year=last)


def read(codes: Iterable[str]) -> pd.DataFrame:
    """The yearbook's rows of cities up to the newest year that the cities share: doctors, hospitals, beds and residents, in the columns that
    a Fact or a comparison asks for.

    A later year that some cities have is not drawn beside those that end before it: ``later`` holds it. Every selection among the rows takes every column, and a page makes hundreds of them.
    """
    rows = _rows(sorted(set(codes)))
    return rows[rows["year"] <= _ends(rows)]


def later(code: str) -> pd.DataFrame:
    """A city's rows of years after the newest that the cities share, the newest of each indicator, in the indicators' order."""
    rows = _rows([code])
    newest = rows[rows["year"] > _ends(rows)].sort_values("year").drop_duplicates("indicator", keep="last")
    order = {key: n for n, key in enumerate((*INDICATORS, POPULATION))}
    return newest.sort_values("indicator", key=lambda keys: keys.map(order))


def _ends(rows: pd.DataFrame) -> pd.Series:
    """By row the newest shared year of its indicator; of residents, the newest in which they make rates."""
    held = years()
    ends = {key: held.last(key) for key in INDICATORS} | {POPULATION: max(held.rates, default=0)}
    return rows["indicator"].map(ends)


def _rows(codes: list[str]) -> pd.DataFrame:
    rows = tables.read(
        "observations", source_id=SOURCE, region_code=codes, indicator=[*INDICATORS, POPULATION]
    )
    return rows[[*facts.COLUMNS, "flags"]].assign(year=rows["year"].astype(int))
