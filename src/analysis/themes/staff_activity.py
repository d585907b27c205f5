"""The ten-province yearbook panel: hospital staff against visits, admissions, bed use and fees, to 2019. Rows and specifications.

The yearbook's columns of activity were re-labelled by matching (flag `likely_column`): counts are firm, these are very likely. Fees are
at current prices. 2020 is left out: visits and bed use fell with the epidemic.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import catalog, tables, texts

TEXT = texts.of(__file__)

SOURCE = "health-yearbook"
STAFF = "hospital_personnel"
OUTCOMES = TEXT.group("outcomes")
YEARS = (2010, 2019)
DRAWS = 4_999  # of the wild bootstrap over its provinces
SPECIFICATIONS = TEXT.group("specifications")


def read() -> pd.DataFrame:
    """Observations of staff and outcomes of the provinces that have every year of the panel."""
    rows = tables.read("observations", source_id=SOURCE, indicator=[STAFF, *OUTCOMES], year=YEARS)
    rows = rows[rows["region_code"].str.endswith("0000") & (rows["region_code"] != catalog.NATION)]
    full = rows.dropna(subset=["value"]).groupby("region_code").size()
    return rows[rows["region_code"].isin(full.index[full == (len(OUTCOMES) + 1) * (YEARS[1] - YEARS[0] + 1)])]


def changes(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a province and year from the second year on: yearly log changes `staff`, `staff_lag` and one column an outcome."""
    wide = rows.pivot(index=["region_code", "year"], columns="indicator", values="value").sort_index()
    moved = np.log(wide.astype(float)).groupby(level="region_code").diff()
    out = moved.rename(columns={STAFF: "staff"})
    out["staff_lag"] = out.groupby(level="region_code")["staff"].shift(1)
    out = out.reset_index()
    return out[out["year"] > YEARS[0]].assign(year=lambda t: t["year"].astype(int)).reset_index(drop=True)


def specifications(table: pd.DataFrame) -> dict[tuple[str, str], tuple[pd.DataFrame, str]]:
    """(outcome, specification) -> (rows, regressor). table: from `changes`."""
    middle = (YEARS[0] + YEARS[1]) // 2
    chosen = {
        "base": (table, "staff"),
        "lag": (table.dropna(subset=["staff_lag"]), "staff_lag"),
        "late": (table[table["year"] > middle], "staff"),
    }
    return {(outcome, spec): chosen[spec] for outcome in OUTCOMES for spec in SPECIFICATIONS}
