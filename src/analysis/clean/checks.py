"""What the printed figures say about each other: flags on the rows, and one sentence for each check, with expected and found.

A flag marks and keeps; nothing is resolved here. A check that fails stops the build. One with a ``key`` compares publications,
which may be right and differ: a person may let it pass, with a reason, in ``data/raw/confirmed.csv``.

Longer than 400 lines because each check is a small function with its sentence, and the list at the end runs them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import catalog, editions
from analysis.clean.bulletins import CODED_BEYOND_PRINT

# the seven series in which a jump of 12 % a year is a recount rather than growth, and the same series of the cities
JUMP_SERIES = (
    "beds",
    "hospital_beds",
    "primary_beds",
    "health_personnel",
    "health_technicians",
    "doctors",
    "nurses",
)
CITY_JUMP_SERIES = ("city_hospital_beds", "city_doctors")
JUMP = 0.12
# hospitals of a city are few: a leap is a fifth and five hospitals, which is rarer there than 12 % among beds
FEW_JUMP_SERIES, FEW_JUMP, FEW_LEAST = ("city_hospitals",), 0.20, 5
# the city yearbook's names for what other publications of a city print under the plain name
CITY_SAME = {"city_hospitals": "hospitals", "city_hospital_beds": "hospital_beds", "city_doctors": "doctors"}
ROUNDING = 1e-9


@dataclass(frozen=True)
class Check:
    """A sentence with what was expected and what was found; ``status`` is ok, failed or noted (a known peculiarity, named).

    ``key``: the name under which a person may let it pass; empty where no reason can make it right.
    """

    status: str
    sentence: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.status:6} {self.sentence}"


def _say(good: bool, sentence: str, key: str = "") -> Check:
    return Check("ok" if good else "failed", sentence, f"check:{key}" if key else "")


def of_places(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that are not of an institution: a panel of hospitals may be a hundred times as many."""
    whose = (frame["institution_id"] == "").to_numpy(dtype=bool)
    if whose.all():
        return frame
    last = len(whose) - int(
        np.argmax(whose[::-1])
    )  # a panel stands behind all else: cut off, it is not copied
    return frame.iloc[:last][whose[:last]]


def _found(frame: pd.DataFrame, where: np.ndarray, columns: list[str]) -> pd.DataFrame:
    """The rows that a check names, with the columns that it names them by: a whole large table is never copied for a few."""
    return frame[columns][where] if where.any() else frame[columns].iloc[:0]


def yearly(frame: pd.DataFrame) -> pd.DataFrame:
    """Annual statistical values (not of institutions), one row a source, region, indicator and year, in that order."""
    rows = frame[
        editions.current(frame)
        & frame.year.notna()
        & (frame.institution_id == "")
        & frame.value.notna()
        & (frame.quantifier == "exact")
        & (frame.measure != "rank")
    ]
    return rows.sort_values(["source_id", "region_code", "indicator", "year"], kind="stable")


def _changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Change on the year before within a source, region and indicator, in units (size) and as a share of it; missing where that year is not held."""
    rows = yearly(frame)
    group = rows.groupby(["source_id", "region_code", "indicator"], sort=False)
    size = (rows.value - group.value.shift()).where(group.year.diff() == 1)
    return pd.DataFrame({"size": size, "share": size / group.value.shift()})


def jumps(frame: pd.DataFrame, threshold: float = JUMP) -> pd.Index:
    """Rows of the jump series whose yearly change reaches the threshold in either direction; of cities' hospitals a higher one, and five hospitals."""
    change = _changes(frame[frame.indicator.isin(JUMP_SERIES + CITY_JUMP_SERIES)])
    few = _changes(frame[frame.indicator.isin(FEW_JUMP_SERIES)])
    leaps = (few["share"].abs() >= FEW_JUMP - ROUNDING) & (few["size"].abs() >= FEW_LEAST)
    return change.index[change["share"].abs() >= threshold - ROUNDING].append(few.index[leaps])


def breaks(frame: pd.DataFrame) -> pd.Index:
    """Rows of a year in which the definition of their indicator changes, or of the span over which it changes."""
    found = []
    statistical = frame[frame.year.notna() & (frame.institution_id == "")]
    for key, rows in statistical.groupby("indicator"):
        for gap in catalog.indicator(key).breaks:
            if gap.code != "revised":  # a revised series is one definition throughout: a caveat, not a break
                found.extend(rows.index[rows.year.between(gap.start_year, gap.end_year or gap.start_year)])
    return pd.Index(sorted(set(found)))


def conflicts(frame: pd.DataFrame) -> pd.DataFrame:
    """Pairs of sources whose printed intervals for one region, indicator and year do not meet: columns left, right (row labels), gap (relative)."""
    rows = yearly(frame)[
        ["region_code", "indicator", "year", "source_id", "value", "value_low", "value_high"]
    ].reset_index(names="row")
    rows["indicator"] = rows["indicator"].replace(CITY_SAME)
    pairs = rows.merge(rows, on=["region_code", "indicator", "year"], suffixes=("_left", "_right"))
    pairs = pairs[pairs.source_id_left < pairs.source_id_right]
    apart = (pairs.value_low_left > pairs.value_high_right * (1 + ROUNDING)) | (
        pairs.value_low_right > pairs.value_high_left * (1 + ROUNDING)
    )
    gap = (pairs.value_left / pairs.value_right - 1).abs()
    return pairs.assign(left=pairs.row_left, right=pairs.row_right, gap=gap)[apart].reset_index(drop=True)


def flagged(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with jump, break and conflict added to their flags; nothing else changes."""
    places = of_places(frame)
    apart = conflicts(places)
    marks = {
        "jump": jumps(places),
        "break": breaks(places),
        "conflict": pd.Index(sorted({*apart.left, *apart.right})),
    }
    marked = (
        frame.index[frame["flags"] != ""].union(marks["jump"]).union(marks["break"]).union(marks["conflict"])
    )
    flags = frame["flags"].loc[marked].str.split(";").map(lambda parts: {part for part in parts if part})
    for mark, rows in marks.items():
        flags.loc[rows] = flags.loc[rows].map(lambda held, mark=mark: held | {mark})
    every = frame["flags"].copy()
    every.loc[marked] = flags.map(lambda held: ";".join(sorted(held))).astype("str")
    return frame.assign(flags=every)


# ---------------------------------------------------------------------------------------------------------------- checks


def _wide(frame: pd.DataFrame, source: str, indicator: str, level: str = "province") -> pd.DataFrame:
    """Regions by years of one indicator from one source."""
    frame = frame[editions.current(frame)]
    codes = [code for code, region in catalog.regions().items() if region.level == level]
    rows = frame[
        (frame.source_id == source)
        & (frame.indicator == indicator)
        & frame.region_code.isin(codes)
        & frame.year.notna()
    ]
    return rows.pivot(index="region_code", columns="year", values="value")


def _nation(frame: pd.DataFrame, source: str, indicator: str) -> pd.Series:
    frame = frame[editions.current(frame)]
    rows = frame[
        (frame.source_id == source)
        & (frame.indicator == indicator)
        & (frame.region_code == catalog.NATION)
        & frame.year.notna()
    ]
    return rows.set_index("year").value


def coverage(frame: pd.DataFrame) -> Iterator[Check]:
    """Every indicator of the provincial series holds 31 provinces in each year between its first and its last, or the gap is named."""
    rows = frame[(frame.source_id == "nbs-province") & (frame.region_code != catalog.NATION)]
    for key, group in rows.groupby("indicator"):
        table = group.groupby("year").region_code.nunique()
        first, last = int(table.index.min()), int(table.index.max())
        absent = [year for year in range(first, last + 1) if year not in table.index]
        short = [f"{year}: {n}" for year, n in table.items() if n != 31]
        label = catalog.indicator(key).label_zh
        if not absent and not short:
            yield Check("ok", f"{label} {first}-{last}: 31 provinces in every year, as expected.")
        else:
            missing = "; ".join(
                filter(
                    None,
                    (
                        f"no value in {', '.join(map(str, absent))}" if absent else "",
                        f"provinces {', '.join(short)}" if short else "",
                    ),
                )
            )
            yield Check("noted", f"{label} {first}-{last}: 31 provinces in every year expected; {missing}.")


def provinces_sum(frame: pd.DataFrame) -> Iterator[Check]:
    """Thirty-one provinces against the printed national figure."""
    years = range(2014, 2021)
    slack: float
    for indicator, slack in (
        ("institutions", 0),
        ("hospitals", 0),
        ("primary_institutions", 0),
        ("beds", 31 * 50),
        ("hospital_beds", 31 * 50),
    ):
        total, nation = (
            _wide(frame, "nbs-province", indicator).sum(),
            _nation(frame, "health-yearbook", indicator),
        )
        held = [year for year in years if year in total.index and year in nation.index]
        worst = max((abs(total[year] - nation[year]) for year in held), default=None)
        allowed = f"at most {slack:,} apart (rounding of 31 cells)" if slack else "exactly"
        label = catalog.indicator(indicator).label_zh
        if worst is None:
            yield Check("failed", f"{label}: no year of 2014-2020 with 31 provinces and the nation.")
        else:
            sentence = f"{label}: provinces sum to the nation {held[0]}-{held[-1]} {allowed}; largest difference {worst:,.0f} in {len(held)} years."
            yield _say(worst <= slack + ROUNDING, sentence, f"provinces-sum:{indicator}")
    total, nation = (
        _wide(frame, "nbs-province", "health_technicians").sum(),
        frame[frame.source_id.str.startswith("nhc-bulletin-") & (frame.indicator == "health_technicians")],
    )
    short = [
        f"{year}: {(value - total[year]) / 1e4:.2f}"
        for year, value in zip(nation.year, nation.value, strict=True)
        if year in total.index
    ]
    yield Check(
        "noted",
        f"卫生技术人员数: the provinces fall short of the nation by (万人) {', '.join(short)}; staff counted only nationally are likely.",
    )
    spent = _wide(frame, "nbs-province", "health_expenditure").sum()
    printed = frame[
        frame.source_id.str.startswith("nbs-yearbook-")
        & (frame.indicator == "health_expenditure")
        & (frame.region_code == catalog.NATION)
    ]
    gaps = [abs(spent[year] - value) for year, value in zip(printed.year, printed.value, strict=True)]
    slack = 32 * 0.005e8
    worst = max(gaps, default=float("inf"))
    yield _say(
        worst <= slack,
        f"地方财政医疗卫生支出: provinces sum to the printed 地方合计 in {len(gaps)} years within {slack / 1e8:.2f} 亿元; largest difference {worst / 1e8:.2f} 亿元.",
        "provinces-sum:health_expenditure",
    )


def identities(frame: pd.DataFrame) -> Iterator[Check]:
    """Hospital grades and ownership add up to the hospitals, province by province and for the nation."""
    rows = yearly(frame[frame.source_id == "health-yearbook"])
    table = rows.pivot(index=["region_code", "year"], columns="indicator", values="value")
    for whole, parts in (
        (
            "hospitals",
            ["hospitals_tertiary", "hospitals_secondary", "hospitals_primary", "hospitals_ungraded"],
        ),
        ("hospitals", ["hospitals_public", "hospitals_private"]),
    ):
        held = table[[whole, *parts]].dropna()
        off = (held[parts].sum(axis=1) - held[whole]).abs() > 0.5
        names = "、".join(catalog.indicator(part).label_zh for part in parts)
        where = ", ".join(
            f"{catalog.regions()[code].short_zh} {year}" for code, year in held.index[off].tolist()
        )
        yield Check(
            "noted" if off.any() else "ok",
            f"{names} add up to {catalog.indicator(whole).label_zh} in {(~off).sum()} of {len(held)} region-years"
            + (f"; not in {where}." if where else "."),
        )
    within = {
        "hospitals_tertiary_grade_a": "hospitals_tertiary",
        "hospital_beds": "beds",
        "hospital_personnel": "health_personnel",
        "hospital_visits": "visits",
    }
    for part, whole in within.items():
        held = table[[part, whole]].dropna()
        over = held.index[held[part] > held[whole]]
        sentence = f"{catalog.indicator(part).label_zh} never exceeds {catalog.indicator(whole).label_zh}: {len(held) - len(over)} of {len(held)} region-years."
        yield _say(not len(over), sentence, f"never-exceeds:{part}")


def sources_agree(frame: pd.DataFrame) -> Iterator[Check]:
    """Cells that two sources print: how many meet within rounding, and which do not."""
    rows = yearly(frame)
    counted = (
        rows.assign(indicator=rows.indicator.replace(CITY_SAME))
        .groupby(["region_code", "indicator", "year"])
        .source_id.nunique()
    )
    apart = conflicts(frame)
    cells = apart.drop_duplicates(["region_code", "indicator", "year"])
    yield Check(
        "noted" if len(cells) else "ok",
        f"{(counted > 1).sum()} cells stand in two or more sources; {len(cells)} of them differ by more than rounding and are flagged conflict, unresolved.",
    )
    named = apart.sort_values("gap", ascending=False).head(8)
    shown = [
        f"{catalog.regions()[r.region_code].short_zh} {r.year} {catalog.indicator(r.indicator).label_zh} ({r.source_id_left} / {r.source_id_right}: {r.gap:.1%})"
        for r in named.itertuples()
    ]
    if shown:
        yield Check("noted", "The widest: " + "; ".join(shown) + ".")
    counts = [*JUMP_SERIES, "institutions", "hospitals", "primary_institutions", "public_health_institutions"]
    for what, keys, first, last in (
        ("counts", counts, 2014, 2020),
        ("医院平均住院日", ["hospital_stay_days"], 2010, 2019),
    ):
        pairs = rows[
            rows.source_id.isin(["nbs-province", "health-yearbook"])
            & rows.indicator.isin(keys)
            & (rows.region_code != catalog.NATION)
            & rows.year.between(first, last)
        ]
        total = int((pairs.groupby(["region_code", "indicator", "year"]).source_id.nunique() > 1).sum())
        between = (apart.source_id_left == "health-yearbook") & (apart.source_id_right == "nbs-province")
        hit = int(
            (
                between
                & (apart.region_code != catalog.NATION)
                & apart.year.between(first, last)
                & apart.indicator.isin(keys)
            ).sum()
        )
        yield Check(
            "noted" if hit else "ok",
            f"国家数据 and 卫生健康统计年鉴, provinces {first}-{last}, {what}: {total - hit} of {total} cells agree within rounding"
            + ("; the others are flagged conflict." if hit else "; all were expected to."),
        )


CITY_SLACK = {("320000", "city_hospitals"): 0.005, ("320000", "city_hospital_beds"): 0.0031, ("320000", "city_doctors"): 0.0049,
              ("140000", "city_hospitals"): 0.034, ("140000", "city_hospital_beds"): 0.019, ("140000", "city_doctors"): 0.0035}  # fmt: skip


def cities_sum(frame: pd.DataFrame) -> Iterator[Check]:
    """The cities of 山西 and 江苏 against their province: other publications, so near and not equal."""
    for (code, key), slack in CITY_SLACK.items():
        cities = [c.code for c in catalog.cities_of(code)]
        table = _wide(frame, "city-yearbook", key, "city")
        held = table[table.index.isin(cities)]
        total = held.sum().where(held.notna().all())
        province = _wide(frame, "nbs-province", key.removeprefix("city_")).loc[code]
        gap = (total / province - 1).abs().dropna()
        gap = gap[(gap.index >= 2016) & (gap.index <= 2023)]
        worst = gap.max() if len(gap) else float("inf")
        sentence = f"{catalog.region(code).short_zh}: {len(held)} cities' {catalog.indicator(key).label_zh} come to the province's within {slack:.2%} in {len(gap)} years; widest {worst:.2%}."
        yield _say(round(worst, 3) <= slack + 0.0005, sentence, f"cities-sum:{code}:{key}")


def all_cities_sum(frame: pd.DataFrame) -> Iterator[Check]:
    """The cities of every province whose prefectures all have a row, against the province, since hospitals are counted alone."""
    parts = pd.Series({r.code: len(catalog.parts_of(r.code)) for r in catalog.provinces()})
    rows = yearly(frame[frame.source_id == "city-yearbook"])
    first = max(b.start_year for b in catalog.indicator("city_hospitals").breaks)
    rows = rows[rows.year >= first].assign(province=rows.region_code.str[:2] + "0000")
    last = rows.year.max()
    for key in CITY_SAME:
        cities = rows[rows.indicator == key].groupby(["province", "year"]).value.agg(["sum", "size"])
        whole = cities[cities["size"] == parts.reindex(cities.index.get_level_values(0)).to_numpy()]
        held = _wide(frame, "nbs-province", CITY_SAME[key]).stack()
        gap = (whole["sum"] / held.reindex(whole.index) - 1).abs().dropna()
        counts = ", ".join(f"{int((gap <= limit).sum())} within {limit:.0%}" for limit in (0.01, 0.05))
        sentence = f"{catalog.indicator(key).label_zh}: where every prefecture has a row, the cities' sum is off by {gap.median():.2%} in the median of {len(gap)} province-years {first}-{last}; {counts}."
        yield _say(bool(gap.median() <= 0.01), sentence, f"all-cities-sum:{key}")


def second_carrier(frame: pd.DataFrame) -> Iterator[Check]:
    """Cells of the city yearbook that a second copy of it holds too."""
    both = [
        yearly(frame[frame.source_id == key]) for key in ("city-yearbook", "city-yearbook-second-carrier")
    ]
    pair = both[0].merge(both[1], on=["region_code", "indicator", "year"], suffixes=("", "_other"))
    for key, cells in pair.groupby("indicator"):
        same = cells.value == cells.value_other
        label = catalog.indicator(key).label_zh
        yield Check(
            "noted", f"{label}: {int(same.sum()):,} of {len(cells):,} cells read in two copies are equal."
        )


def flags_found(frame: pd.DataFrame) -> Iterator[Check]:
    """How many rows carry each flag, and the jumps that the series is known to hold."""
    first = catalog.fixed_year("one_census") + 1
    series = frame[
        (frame.source_id == "nbs-province") & frame.indicator.isin(JUMP_SERIES) & (frame.year >= first)
    ]
    found = series["flags"].str.contains("jump").sum()
    yield Check(
        "noted",
        f"Changes of {JUMP:.0%} or more a year in seven provincial series {first}-{series.year.max()}: {found} cells; flagged and kept.",
    )
    counts = frame["flags"][frame["flags"] != ""].str.split(";").explode().value_counts().sort_index()
    yield Check(
        "noted", "Rows that carry a flag: " + ", ".join(f"{name} {n:,}" for name, n in counts.items()) + "."
    )
    rows = yearly(frame)
    before = rows.groupby(["source_id", "region_code", "indicator"], sort=False).value.shift()
    suspected = rows["flags"].str.contains("equals_previous")
    same = (rows.value == before)[suspected]
    yield _say(
        bool(same.all()),
        f"Rows noted as repeating the year before: {int(same.sum())} of {int(suspected.sum())} do repeat it.",
    )


def ranges(frame: pd.DataFrame) -> Iterator[Check]:
    """Counts and money are not negative, shares stand between 0 and 100, bounds enclose the value."""
    value = frame.value.to_numpy(dtype=float)
    held = ~np.isnan(value)
    levels = frame.measure.isin(["level", "flow", "rate", "count_cumulative"]).to_numpy(dtype=bool) & held
    # a fall that a document prints (缩短0.3天) is stored with its minus and its direction
    below = _found(frame, levels & (value < 0), ["observation_id", "value", "locator", "direction"])
    below = below[below.direction != "down"]
    named = "; ".join(f"{r.observation_id}: {r.value:g} ({r.locator})" for r in below.head(6).itertuples())
    yield _say(
        below.empty,
        f"Levels, flows and rates below zero: none expected, {len(below)} found in {int(levels.sum()):,}{f' ({named})' if named else ''}.",
    )
    shares = (frame.unit == "%") & frame.measure.isin(["share", "rate", "percentile"])
    percent = shares.to_numpy(dtype=bool) & held
    off = _found(
        frame, percent & ~((value >= 0) & (value <= 100)), ["region_code", "indicator", "year", "value"]
    )
    beyond = [
        f"{catalog.regions()[r.region_code].short_zh} {r.indicator} {r.year}: {r.value:g}"
        for r in off.itertuples()
    ]
    known = all("bed_use" in text for text in beyond)
    yield Check(
        "ok" if not beyond else "noted" if known else "failed",
        f"Percentages outside 0-100: {len(beyond)} of {int(percent.sum()):,}"
        + (f" ({'; '.join(beyond[:6])}; bed use may pass 100)." if beyond else "."),
    )
    low, high = (frame[side].to_numpy(dtype=float) for side in ("value_low", "value_high"))
    outside = int(((value < low - ROUNDING) | (value > high + ROUNDING)).sum())
    yield _say(not outside, f"Values outside their own bounds: none expected, {outside} found.")


def nothing_dropped(frame: pd.DataFrame, cells: int) -> Iterator[Check]:
    """Every printed cell and every coded statement stands in the table."""
    rows = frame.source_id.value_counts()
    held = int(sum(n for key, n in rows.items() if catalog.source(str(key)).kind == "series"))
    yield _say(
        held >= cells,
        f"Cells with a number in data/raw/panel: {cells:,}; statistical rows in observations, a user's files included: {held:,}.",
    )
    short = frame.observation_id.str.len() <= max(
        map(len, CODED_BEYOND_PRINT)
    )  # the id of a series' row is longer
    near = _found(frame, short.to_numpy(dtype=bool), ["observation_id", "value", "value_low", "value_high"])
    statements = near[
        near.observation_id.isin(CODED_BEYOND_PRINT) | near.observation_id.str.fullmatch(r"\d{3}-\d{3}")
    ]
    explained = statements.observation_id.isin(CODED_BEYOND_PRINT).sum()
    empty = int((statements.value.isna() & statements.value_low.isna() & statements.value_high.isna()).sum())
    yield Check(
        "noted",
        f"{len(statements)} statements of the documents read again: {len(statements) - explained} as they were coded, {explained} differences explained one by one; {empty} state no number.",
    )


def all_checks(frame: pd.DataFrame, cells: int) -> list[Check]:
    """Every check over the flagged observations, in the order of the page; ``cells``: how many numbers the panel files hold."""
    parts = (
        coverage,
        provinces_sum,
        identities,
        sources_agree,
        cities_sum,
        all_cities_sum,
        second_carrier,
        flags_found,
    )
    places = of_places(frame)
    return [
        *nothing_dropped(frame, cells),
        *(check for part in parts for check in part(places)),
        *ranges(frame),
    ]
