"""Services of cities: growth stays growth, a share without cases has no interval, a direction is no number."""

import dataclasses

import pandas as pd
import pytest

from analysis import catalog, paths, tables
from analysis.errors import MethodError
from analysis.themes import services as theme
from theme_pages import both, text, with_page

pytestmark = pytest.mark.skipif(
    not (paths.processed() / "observations.parquet").is_file(), reason="the tables are not built: make data"
)
PLACES = ("140100", "321300")


def derived_check(id: str) -> float:
    return float(tables.read("derived_checks", derived_id=id)["result"].iloc[0])


def test_places_are_the_cities_with_a_statement():
    coverage = theme.coverage()
    assert (
        tuple(with_page(coverage)) == PLACES
        and coverage["370200"].code == "E4"
        and not [c for c in coverage if c.endswith("0000")]
    )
    assert coverage["371400"].code == "E3" and coverage["320700"].code == "E1"


@pytest.mark.parametrize("code", PLACES)
def test_page(processed, code):
    zh, en = both("12_services", code)
    assert list(zh) == ["data", "growth", "mix", "capacity", "directions", "all", "missing"]
    kinds = {
        "140100": {"mix": "states"},
        "321300": {"growth": "states", "directions": "states"},
    }[code]
    assert all(
        (finding["kind"] == "states") == (section in kinds)
        for section, finding in zh.items()
        if section in ("growth", "mix", "capacity", "directions")
    )


def test_operations_per_discharge_is_the_ratio_of_the_two_rates():
    assert theme.per_discharge(theme.load("140100")).value / 100 == pytest.approx(
        derived_check("D23"), abs=1e-4
    )
    assert theme.per_discharge(theme.load("321300")) is None


def test_the_share_changes_in_points_and_in_per_cent_kept_apart():
    points, relative = theme.mix_change(theme.load("321300"))
    assert (points.value, points.style) == (derived_check("D12"), "pp") and relative.style == "percent"
    assert relative.value / 100 == pytest.approx(derived_check("D13"), abs=5e-4) and points.damaged
    finding = theme.mix(theme.load("321300"), (points, relative), None)
    assert finding.kind == "states", "without a drawing the page prints the state"


def test_leading_techniques_are_an_upper_bound():
    fact = theme._leading(theme.load("140100"))
    assert (
        fact.value is None and fact.low is None and fact.high == pytest.approx(derived_check("D19"), abs=0.05)
    )


def test_the_ambiguous_outflow_is_never_drawn():
    rows = theme.growth_rows(theme.load("140100"), "en")
    assert (
        len(rows) == 3
        and (rows["value"] > 0).all()
        and catalog.indicator(theme.OUTFLOW).label("en") not in set(rows["label"])
    )


def test_directions_have_no_number_anywhere(processed):
    zh, _ = both("12_services", "140100")
    table = zh["directions"]["tables"][0]
    assert table["rows"] and all(cell["fact"] is None for row in table["rows"] for cell in row)
    assert any(s["id"] == "loop" for s in zh["directions"]["sentences"])


def test_load_refuses_a_place_or_date_without_statements():
    with pytest.raises(MethodError, match="no statement"):
        theme.load("540000")
    with pytest.raises(MethodError, match="no statement"):
        theme.load("321300", as_of="2019-01-01")


def test_undated_readings_come_first(processed):
    pair = theme._shares(theme.load("321300"))
    assert pair[0]["period_end"] == "" < pair[1]["period_end"] and isinstance(
        theme.mix_rows(theme.load("140100"), "zh"), pd.DataFrame
    )
    zh, _ = both("12_services", "321300")
    assert "未注明日期" in str(zh["mix"]["tables"][0]["rows"]) and "台次未公布" in text(zh["mix"]["headline"])


@pytest.mark.parametrize(("unit", "value", "last"), [("%", 47.0, 47.0), ("例", 4700.0, 43.0)])
def test_a_third_reading_of_the_share_keeps_the_pair_and_another_unit_never_enters_it(unit, value, last):
    """With three readings the section was silent."""
    st = theme.load("321300")
    third = (
        st.rows[st.rows["indicator"] == theme.SHARE]
        .iloc[-1:]
        .assign(observation_id="third", period_end="2024-03-01", unit=unit, value=value)
    )
    more = dataclasses.replace(st, rows=pd.concat([st.rows, third], ignore_index=True))
    assert [row["value"] for row in theme._shares(more)] == [35.0, last]
    assert len(theme.mix_rows(more, "zh")) == 2
