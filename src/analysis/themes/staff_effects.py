"""Staff against hospital length of stay: the rows and specifications that the regional and the national notebook share.

Length of stay also fell by payment reform and other policy, so the sentences say association; what each specification allows is
decided by the checks (lead test, leave-one-out, few-cluster inference), never by the size of a coefficient alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import tables
from analysis.facts import Provenance, provenance
from analysis.themes import panel

STAY = "hospital_stay_days"
STAFF = ("doctors", "nurses")
CONTROLS = ("gdp", "health_expenditure")
YEARS = (2014, 2023)
COVID = (2020, 2021, 2022)
LAGS = (1, 2, 3)


def read() -> pd.DataFrame:
    """Observations of stay, staff, controls and population, 31 provinces, 2014-2023."""
    return tables.read("observations", source_id=panel.SOURCE, indicator=sorted({STAY, *STAFF, *CONTROLS, panel.POPULATION}), year=YEARS)


def levels(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a province and year: stay (days), doctors and nurses per 1,000, gdp and health_expenditure per head, log_* of each, jump."""
    wide = rows.pivot(index=["region_code", "year"], columns="indicator", values="value").reset_index()
    out = wide[["region_code", "year"]].assign(year=wide["year"].astype(int), stay=wide[STAY])
    for k in STAFF:
        out[k] = wide[k] / wide[panel.POPULATION] * 1000
    for k in CONTROLS:
        out[k] = wide[k] / wide[panel.POPULATION]
    for k in ("stay", *STAFF, *CONTROLS):
        out[f"log_{k}"] = np.log(out[k].astype(float))
    jumps = rows[rows["indicator"].isin(STAFF) & rows["flags"].str.contains("jump")]
    flagged = set(zip(jumps["region_code"], jumps["year"].astype(int), strict=True))
    out["jump"] = [key in flagged for key in zip(out["region_code"], out["year"], strict=True)]
    return out.sort_values(["region_code", "year"], ignore_index=True)


def changes(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a province and year from the second year on: yearly log changes d_stay, d_doctors ..., and lags d_doctors_1 ... of staff."""
    table = levels(rows)
    by = table.groupby("region_code")
    for k in ("stay", *STAFF, *CONTROLS):
        table[f"d_{k}"] = by[f"log_{k}"].diff()
    for k in STAFF:
        for lag in LAGS:
            table[f"d_{k}_{lag}"] = table.groupby("region_code")[f"d_{k}"].shift(lag)
    return table[table["year"] > YEARS[0]].reset_index(drop=True)


REGRESSORS = tuple(f"d_{k}" for k in STAFF)
SPECIFICATIONS = {
    "base": ("年变动，医师和护士", "yearly changes, doctors and nurses"),
    "controls": ("加人均 GDP 和卫生支出", "with GDP and health spending per head"),
    "no_jumps": ("不含跳变的省年", "without flagged province-years"),
    "no_covid": ("不含 2020–2022 年", "without 2020–2022"),
    "lag_1": ("医师滞后一年", "staff one year earlier"),
    "lag_2": ("医师滞后两年", "staff two years earlier"),
    "lag_3": ("医师滞后三年", "staff three years earlier"),
    "levels": ("水平值，双向固定效应", "levels, two-way fixed effects"),
}


def specifications(table: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, str, list[str]]]:
    """Specification -> (rows, outcome, regressors); the first regressor is always doctors. table: from `changes`."""
    base = list(REGRESSORS)
    chosen = {
        "base": (table, "d_stay", base),
        "controls": (table, "d_stay", base + [f"d_{k}" for k in CONTROLS]),
        "no_jumps": (table[~table["jump"]], "d_stay", base),
        "no_covid": (table[~table["year"].isin(COVID)], "d_stay", base),
        "levels": (table, "log_stay", [f"log_{k}" for k in STAFF]),
    }
    for lag in LAGS:
        chosen[f"lag_{lag}"] = (table.dropna(subset=[f"d_doctors_{lag}"]), "d_stay", [f"d_{k}_{lag}" for k in STAFF])
    return {key: chosen[key] for key in SPECIFICATIONS}


def origin(rows: pd.DataFrame) -> Provenance:
    """What stands behind an estimate: every row read."""
    return provenance(rows)
