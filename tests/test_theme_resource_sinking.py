"""Resource sinking: implied units contradict, ceilings are bounds, percentage points and shares stay apart."""

from dataclasses import replace

import pytest

from analysis import paths, tables
from analysis.facts import derived
from analysis.themes import resource_sinking as theme
from theme_pages import both, text, with_page

pytestmark = pytest.mark.skipif(
    not (paths.processed() / "observations.parquet").is_file(), reason="the tables are not built: make data"
)
PLACES = ("320200", "320700", "321300")


def derived_check(id: str) -> float:
    return float(tables.read("derived_checks", derived_id=id)["result"].iloc[0])


def test_places():
    assert tuple(with_page(theme.coverage())) == PLACES and theme.coverage()["540000"].code == "E0"


@pytest.mark.parametrize("code", PLACES)
def test_page(processed, code):
    zh, _ = both("13_resource_sinking", code)
    assert list(zh) == ["data", "reach", "rates", "agreement", "ceilings", "pairing", "all", "missing"]
    assert (zh["ceilings"]["kind"] == "figure") == (code == "320700") == (zh["rates"]["kind"] == "figure")
    assert (zh["pairing"]["kind"] == "states") == (code == "320200") and (
        zh["agreement"]["kind"] == "states"
    ) == (code == "321300")
    assert any(s["code"] == "E9" for s in zh["missing"]["states"]) == (code == "321300"), (
        "the text breaks off in the section of one place"
    )


def test_implied_units_contradict_beyond_rounding():
    (_, studios), (_, departments) = theme._implied(theme.load("320700"))
    assert studios.value == pytest.approx(
        derived_check("D03"), abs=0.05
    ) and departments.value == pytest.approx(derived_check("D04"), abs=0.05)
    assert departments.low < departments.value < departments.high < studios.low
    zh, en = both("13_resource_sinking", "320700")
    assert "没有一个整数" in text(zh["agreement"]["headline"]) and "No whole number" in text(
        en["agreement"]["headline"]
    )
    assert zh["agreement"]["states"][0]["code"] == "E7" and not zh["agreement"]["tables"], (
        "nothing is computed back"
    )


def test_no_whole_number_of_institutions_gives_either_pair():
    for count, share in ((149, 62.7), (100, 66.0)):
        assert not [n for n in range(1, 1000) if round(count / n * 100, 1) == share]
    assert not any(theme.fits(fact) for _, fact in theme._implied(theme.load("320700")))
    st = theme.load("320700")
    count, rate = st.fact("expert_studios"), st.fact("expert_studio_rate")
    other = replace(rate, value=62.9)  # the mutation: 149 of 237 is 62.9, and the check lets it pass
    assert theme.fits(theme.implied_units("D03", count, other, ("甲", "a")))


def test_implied_units_that_agree_are_no_contradiction():
    st = theme.load("320700")
    count, rate = st.fact("expert_studios"), st.fact("expert_studio_rate")
    fact = theme.implied_units("D03", count, rate, ("甲", "a"))
    assert fact.low == pytest.approx(count.value / (rate.value + 0.05) * 100) and fact.high == pytest.approx(
        count.value / (rate.value - 0.05) * 100
    )
    assert derived(1, ("甲", "a"), ("乙", "b"), inputs=(fact,)).damaged, (
        "a lost per cent sign stays visible in what is computed from it"
    )


def test_ceilings_are_upper_bounds_and_commitments():
    lines = theme._ceilings(theme.load("320700"))
    assert [fact.value for _, fact, _ in lines] == [
        derived_check("D06"),
        derived_check("D07"),
        derived_check("D08"),
    ]
    assert all(fact.quantifier == "at_most" and fact.status == "commitment" for _, fact, _ in lines) and [
        best for *_, best in lines
    ] == [False, False, True]
    rows = theme.ceiling_rows(theme.load("320700"), "en")
    assert set(rows["kind"]) == {"unpublished", "commitment"}, (
        "a ceiling is drawn as a promise, never as a result"
    )


def test_averages_are_lower_bounds():
    (_, households), (_, visits) = theme._averages(theme.load("320200"))
    assert households.value is None and households.low == pytest.approx(derived_check("D14"), abs=0.05)
    assert visits.low == pytest.approx(derived_check("D15"), abs=0.05)


def test_required_mentees_are_no_result(processed):
    zh, _ = both("13_resource_sinking", "320700")
    (fact,) = [f for f in zh["ceilings"]["facts"].values() if f["low"] == derived_check("D05")]
    assert fact["quantifier"] == "at_least" and fact["status"] != "actual"


def test_shares_and_points_never_share_a_group():
    rows = theme.rate_rows(theme.load("320700"), "zh")
    assert rows.groupby("group")["unit"].nunique().eq(1).all() and set(rows["unit"]) == {"%", "pp"}


def test_every_link_rests_on_a_measure():
    for code in PLACES:
        mechanisms = set(tables.read("measures", region_code=code)["mechanism"])
        assert len(theme.pairing_rows(theme.load(code), "zh")) == sum(
            len(links) for key, links in theme.LINKS.items() if key in mechanisms
        )
