"""What a page says is not held is not in `observations`, and what is held as a series is never named as missing."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import catalog, tables
from analysis.themes import held, region_profile, services_context

QUANTITIES = (held.VISITS, held.ADMISSIONS, held.BED_USE, held.FEES, held.NURSES, held.TECHNICIANS, held.STAY)
SETTLE = ("补", "fill")


@pytest.fixture(scope="module")
def observations(processed) -> pd.DataFrame:
    """The table as the file holds it, read without the package."""
    rows = pd.read_parquet(processed / "observations.parquet")
    return rows[
        (rows["superseded_on"] == "")
        & (rows["institution_id"] == "")
        & (rows["status"] == "actual")
        & rows["value"].notna()
    ]


def test_every_state_of_every_province_and_city_agrees_with_the_table(observations):
    years = observations[observations["year"].notna()].groupby(["region_code", "indicator"])["year"]
    in_table = {key: set(own) for key, own in years}
    codes = [r.code for r in catalog.regions().values() if r.level in ("province", "city")]
    seen = {0: 0, 1: 0, 2: 0}
    for wanted in QUANTITIES:
        found = held.times(codes, wanted)
        for code in codes:
            expected = set().union(*(in_table.get((code, key), set()) for key in wanted.indicators))
            assert found.get(code, []) == sorted(str(int(y)) for y in expected), (code, wanted.name)
            seen[min(2, len(expected))] += 1
    assert all(seen.values()), "each kind was met"


@pytest.mark.parametrize("code", ["140000", "440000", "320000", "140100"])
def test_a_place_names_what_it_lacks_and_nothing_that_it_has(code):
    states = {state.code: state for state in held.states(code, QUANTITIES, SETTLE)}
    for wanted in QUANTITIES:
        count = len(held.times([code], wanted).get(code, []))
        named = {kind for kind, state in states.items() if wanted.label[1] in state.title[1]}
        assert named == ({"E1"} if count == 0 else {"E4"} if count < 5 else set()), wanted.name
    assert all(state.settle == SETTLE and state.title[0] for state in states.values())


def closing(theme, view) -> str:
    return " ".join(state.title[1] for state in theme.closing(view).states)


def test_a_province_whose_series_is_held_is_not_said_to_lack_it():
    guangdong, shanxi = (closing(region_profile, region_profile.load(c, None)) for c in ("440000", "140000"))
    assert "visits" not in guangdong and "bed use" not in guangdong
    assert "no figure is held of bed use" in shanxi and "visits (2011)" in shanxi


def test_months_that_are_held_are_named():
    rows = services_context.load("140000", services_context.read(), services_context.read_yearbook())
    assert "monthly visits and discharges (2011-01)" in closing(services_context, rows)


def test_mutation_a_series_that_enters_takes_the_state_away(monkeypatch):
    assert "E1" in {s.code for s in held.states("140000", (held.BED_USE,), SETTLE)}
    read = tables.read

    def more(name, **selection):
        rows = read(name, **selection)
        if name != "observations" or "hospital_bed_use_rate" not in selection.get("indicator", []):
            return rows
        other = read(name, region_code="440000", indicator="hospital_bed_use_rate")
        return pd.concat([rows, other.assign(region_code="140000")], ignore_index=True)

    monkeypatch.setattr(tables, "read", more)
    assert held.states("140000", (held.BED_USE,), SETTLE) == ()
