"""Funding: promises and spending apart, matching with bounds, rates only where a window is printed, nothing added up."""

from dataclasses import replace

import pytest

from analysis import paths, tables
from analysis.methods import exposure
from analysis.themes import funding as theme
from analysis.themes import stated_values, statements
from theme_pages import both, with_page

pytestmark = pytest.mark.skipif(
    not (paths.processed() / "observations.parquet").is_file(), reason="the tables are not built: make data"
)
PLACES = ("140100", "320200", "320700", "321100")


def test_places():
    coverage = theme.coverage()
    assert (
        tuple(with_page(coverage)) == PLACES
        and coverage["140000"].code == "E3"
        and coverage["350200"].code == "E1"
    )


def test_a_place_with_one_number_has_no_page_and_stands_among_all_its_values(monkeypatch):
    state = theme.coverage()["321300"]
    assert state.code == "E4" and "文件里的单项数值" in state.zh
    assert stated_values.coverage()["321300"] is None
    own = theme.load("321300").core["observation_id"]
    assert set(own) <= set(stated_values.load("321300").rows["observation_id"]), "nothing is lost"
    monkeypatch.setattr(statements, "FEW", 1)
    assert theme.coverage()["321300"] is None, "the mutation: without the rule one datum has a page"


@pytest.mark.parametrize("code", PLACES)
def test_page(processed, code):
    zh, _ = both("15_funding", code)
    assert list(zh) == ["data", "money", "matched", "output", "rates", "all", "missing"]
    assert (zh["money"]["kind"] == "figure") == (code in ("320700", "321100")) and (
        zh["matched"]["kind"] == "figure"
    ) == (code == "321100")
    assert zh["rates"]["kind"] == "states"


@pytest.mark.parametrize("code", ["320700", "321100"])
def test_every_group_of_promises_has_its_unpublished_spending(code):
    rows = theme.money_rows(theme.load(code), "zh")
    spent = rows[rows["kind"] == "unpublished"]
    promised = rows.loc[rows["kind"] == "commitment", "group"]
    assert set(spent["group"]) >= set(promised) and spent["group"].is_unique and spent["value"].isna().all()
    assert rows["unit"].nunique() == 1, (
        "one scale: a bar of a hundred times the money is a hundred times as long"
    )
    for _, group in rows.groupby("group"):
        assert len(set(group["kind"]) - {"unpublished"}) == 1, (
            "a standard that was applied stands apart from promises"
        )


def test_matching_is_a_bound_under_each_reading():
    lines = theme.matches(theme.load("321100"))
    (_, inside), (_, on_top), (_, fund) = lines
    assert (inside.high, on_top.high) == (3e6, 6e6) and {inside.quantifier, on_top.quantifier} == {"at_most"}
    assert (fund.low, fund.value, fund.quantifier) == (4e6, None, "at_least")
    assert all(fact.status == "commitment" for _, fact in lines)
    assert theme.matches(theme.load("320700")) == []


def test_the_only_amount_allocated_is_a_bound_a_member(processed):
    facts = both("15_funding", "321100")[0]["money"]["facts"].values()
    (each,) = [f for f in facts if f["formula"] and f["quantifier"] == "just_under"]
    assert (
        each["high"] == float(tables.read("derived_checks", derived_id="D18")["result"].iloc[0])
        and each["value"] is None
        and each["status"] == "actual"
    )


def test_rates_only_where_a_window_is_printed():
    st = theme.load("320200")
    assert theme.exposed(st, exposure.poisson_rate) == [], (
        "the count of one year is complete and its own rate"
    )
    longer = replace(
        st, rows=st.rows.assign(period_end=st.rows["period_end"].replace("2022-12-31", "2023-12-31"))
    )
    lines = theme.exposed(longer, exposure.poisson_rate)  # the mutation: two years
    assert lines and all(
        row["period_basis"] == "explicit" and row["quantifier"] == "exact" for row, _ in lines
    )
    inferred = theme.load("140100")
    assert theme.exposed(inferred, exposure.poisson_rate) == [], "since the year before is no printed window"
    claimed = replace(inferred, rows=inferred.rows.assign(period_basis="explicit"))  # the mutation
    assert theme.exposed(claimed, exposure.poisson_rate)
    assert theme.exposed(theme.load("321300"), exposure.poisson_rate) == []


def test_no_total_over_institutions(processed):
    for code in PLACES:
        for finding in both("15_funding", code)[0].values():
            assert not any(f["formula"] and "合计" in f["formula"]["zh"] for f in finding["facts"].values())


def test_a_rate_that_is_told_as_paid_is_no_promise():
    """Lianyungang says that each incubation centre received its subsidy: five promises, one rate paid, no total."""
    st = theme.load("320700")
    money = theme.money(st, object())
    said = next(s for s in money.sentences if s.id == "promised")
    assert "承诺了 5 项经费" in said.text("zh") and "孵化中心补助" in said.text("zh")
    assert "总额" in money.headline.text("zh")


def test_output_is_said_of_the_hospital_that_reports_it_and_without_money_beside_it():
    found = theme.output(theme.load("140100"), object())
    said = next(s for s in found.sentences if s.id == "list")
    assert "山西医科大学第二医院" in said.text("zh") and "投入多少没有公布" in said.text("zh")
