"""The cities of the yearbook side by side: which figures may be compared, rates per resident, and the cities nearest in size and income.

Rows: 中国城市统计年鉴. Rates per resident exist for 2020 and 2023 only (other years print registered population); hospitals and beds
before 2017 hold health centres and are never joined. A doubtful figure is shown and never compared; no cities stand for a province.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import catalog, facts, tables
from analysis.errors import refuse

SOURCE = "city-yearbook"
INDICATORS = ("city_doctors", "city_hospital_beds", "city_hospitals")
POPULATION, INCOME = "city_population_resident", "city_gdp_per_head"
RATE_YEARS = (2020, 2023)
FIRST = {
    "city_doctors": 2016,
    "city_hospital_beds": 2017,
    "city_hospitals": 2017,
}  # of one definition to the last
LAST = RATE_YEARS[-1]
PER = {"city_doctors": 1_000, "city_hospital_beds": 1_000, "city_hospitals": 100_000}
NEAREST = 13
RANKED = INDICATORS[:2]  # more hospitals a head are neither better nor worse
FEW = (
    3  # cities of a province below which nothing is ranked and no median taken: the first of one is no place
)


@dataclass(frozen=True)
class Cities:
    """What serves the choice of cities to compare with, whichever city a page is about: see ``listed`` and ``people_and_income``."""

    listed: tuple[str, ...]
    people: pd.DataFrame
    income: pd.DataFrame


def cities() -> Cities:
    """Read once for the pages of all cities."""
    return Cities(tuple(listed()), *people_and_income())


def listed() -> list[str]:
    """Prefectures of today that have a count of doctors and of beds in the last year, in code order."""
    rows = tables.read("observations", source_id=SOURCE, indicator=list(INDICATORS), year=LAST)
    have = rows.groupby("region_code")["indicator"].nunique()
    return [
        r.code
        for r in catalog.regions().values()
        if r.level == "city" and not r.state and have.get(r.code, 0) == len(INDICATORS)
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


def nearest(code: str, rows: pd.DataFrame, income: pd.DataFrame, n: int = NEAREST) -> list[str]:
    """The n cities closest by z-scored logs of residents and income a head in the last year, nearest first; none without both figures.

    rows: with residents of all cities; income: GDP a head of all cities, which serves this choice and nothing else.
    """
    both = pd.concat(
        [
            part[part["year"] == LAST].set_index("region_code")["value"]
            for part in (rows[rows["indicator"] == POPULATION], income)
        ],
        axis=1,
        join="inner",
    )
    if code not in both.index:
        return []
    logs = np.log(both)
    scaled = (logs - logs.mean()) / logs.std(ddof=0)
    apart = ((scaled - scaled.loc[code]) ** 2).sum(axis=1).drop(code)
    order = sorted(apart.index, key=lambda c: (round(apart[c], 12), c))
    return order[:n]


def people_and_income() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Residents and GDP a head of all cities in the last year."""
    people = tables.read("observations", source_id=SOURCE, indicator=POPULATION, year=LAST)
    return people, tables.read("observations", indicator=INCOME, year=LAST)


def read(codes: Iterable[str]) -> pd.DataFrame:
    """The yearbook's rows of cities up to ``LAST``: doctors, hospitals, beds and residents, in the columns that a Fact or a comparison asks for.

    A later year that some cities have is not drawn beside those that end before it: ``later`` holds it. Every selection among the rows takes every column, and a page makes hundreds of them.
    """
    rows = _rows(sorted(set(codes)))
    return rows[rows["year"] <= LAST]


def later(code: str) -> pd.DataFrame:
    """A city's rows of years after ``LAST``, the newest of each indicator, in the indicators' order."""
    rows = _rows([code])
    newest = rows[rows["year"] > LAST].sort_values("year").drop_duplicates("indicator", keep="last")
    order = {key: n for n, key in enumerate((*INDICATORS, POPULATION))}
    return newest.sort_values("indicator", key=lambda keys: keys.map(order))


def _rows(codes: list[str]) -> pd.DataFrame:
    rows = tables.read(
        "observations", source_id=SOURCE, region_code=codes, indicator=[*INDICATORS, POPULATION]
    )
    return rows[[*facts.COLUMNS, "flags"]].assign(year=rows["year"].astype(int))
