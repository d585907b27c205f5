"""Hospital productivity: the index of the ends is the method's own, each province's range contains it, and counts follow the ranges."""

import csv
import statistics

import pytest

from analysis import charts, paths
from analysis.methods import efficiency
from analysis.themes import hospital_productivity as theme


@pytest.fixture(scope="module")
def page(processed):
    rows = theme.read()
    return theme.load("000000", rows, theme.without_each(theme.ends(rows), efficiency.malmquist))


def test_the_index_of_a_province_that_uses_one_input_for_one_output_is_known():
    """Two provinces, one frontier: half as much again of each output on the same inputs is an index of 1.5."""
    table = theme.ends(theme.read())
    same = table[table["year"] == theme.FIRST]
    grown = same.assign(year=theme.LAST, **{k: same[k] * 1.5 for k in theme.OUTPUTS})
    found = efficiency.malmquist(theme.pd.concat([same, grown]), **theme.DESIGN).dropna()
    assert found["tfp"].to_numpy() == pytest.approx(1.5) and found["efficiency"].to_numpy() == pytest.approx(
        1
    )


def test_a_range_without_each_other_province_holds_the_index_or_moves_it(page):
    assert len(page.found) == 10 and (page.found["low"] <= page.found["high"]).all()
    finding = theme.change(page, charts.coefficients(theme.change_rows(page, "en"), lang="en"))
    n, up, down = (finding.headline.values[key].value for key in ("n", "up", "down"))
    assert n == 10 and up == (page.found["low"] > 1).sum() and down == (page.found["high"] < 1).sum()
    doubtful = page.found.assign(
        low=0.5
    )  # the mutation: ranges that reach below one leave no province that rose
    said = theme.change(
        theme.load("000000", page.rows, doubtful),
        charts.coefficients(theme.change_rows(page, "en"), lang="en"),
    )
    assert said.headline.values["up"].value == 0


def test_the_median_growth_of_costs_is_that_of_the_gathered_file(page):
    costs = {}
    with (paths.raw() / "panel" / "province_chsy.csv").open(encoding="utf-8-sig") as file:
        for r in csv.DictReader(file):
            if "住院" in r["indicator_zh"] and "费" in r["indicator_zh"] and r["year"] in ("2010", "2019"):
                costs.setdefault(r["region_code"], {})[int(r["year"])] = float(r["value"])
    codes = set(page.rows["region_code"])
    expected = statistics.median((costs[c][2019] / costs[c][2010] - 1) * 100 for c in codes)
    for lang in ("zh", "en"):
        drawing = charts.lines(theme.fee_rows(page, lang), lang=lang, **theme.named(page))
        finding = theme.costs(page, drawing)
    growth = next(f for f in finding.headline.facts if f.style == "percent")
    assert growth.value == pytest.approx(expected)


def test_only_the_nation_has_a_page(processed):
    assert list(theme.coverage()) == ["000000"]
