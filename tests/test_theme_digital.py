"""Digital reform: an empty rung is printed, clocks stay apart, a multiple keeps both readings."""

from dataclasses import replace

import pytest

from analysis import paths, tables
from analysis.themes import digital as theme
from theme_pages import both, with_page

pytestmark = pytest.mark.skipif(
    not (paths.processed() / "observations.parquet").is_file(), reason="the tables are not built: make data"
)
PLACES = ("320200",)


def derived_check(id: str) -> float:
    return float(tables.read("derived_checks", derived_id=id)["result"].iloc[0])


def test_places_and_reasons():
    coverage = theme.coverage()
    assert tuple(with_page(coverage)) == PLACES
    assert (coverage["140000"].code, coverage["140100"].code, coverage["321100"].code) == (
        "E6",
        "E3",
        "E1",
    )


@pytest.mark.parametrize("code", PLACES)
def test_page(processed, code):
    zh, _ = both("14_digital", code)
    assert list(zh) == ["data", "ladder", "clock", "multiple", "all", "missing"]
    assert zh["clock"]["kind"] == zh["multiple"]["kind"] == "figure"


@pytest.mark.parametrize("code", PLACES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_outcome_rung_is_there_and_empty(code, lang):
    rows = theme.ladder_rows(theme.load(code), lang)
    assert rows["label"].drop_duplicates().tolist() == [pair[lang == "en"] for pair in theme.NAMES.values()]
    last = rows.iloc[-1]
    assert (last["text"], last["kind"]) == ("", "unpublished")


def test_every_digital_number_stands_on_one_rung_or_is_a_claim_of_rank():
    rungs = [key for keys in theme.RUNGS.values() for key in keys]
    assert len(rungs) == len(set(rungs))
    held = tables.read("observations", region_code="320200", theme="digital")
    assert set(held["indicator"]) - set(rungs) == {
        "level5_platforms_in_province",
        "interoperability_city_batch",
    }


def test_cumulative_counts_and_flows_share_no_group_and_no_scale():
    rows = theme.clock_rows(theme.load("320200"), "en")
    assert rows["group"].nunique() == 3 and rows.groupby("unit")["group"].nunique().eq(1).all()


def test_invoices_a_month():
    fact = theme.per_month(theme.load("320200"), launch=theme.LAUNCH)
    assert fact.value == pytest.approx(derived_check("D25"), rel=1e-6)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2020-12-31", "2023-03-03", 26),
        ("2020-12-01", "2023-03-03", 27),
        ("2020-12-31", "2021-01-31", 1),
        ("2020-12-15", "2021-01-14", 0),
    ],
)
def test_whole_months(start, end, months):
    assert theme.months_between(start, end) == months


def test_both_readings_of_the_multiple_are_kept():
    found = theme.readings(theme.load("320200"))
    assert (
        (found["literal"].value, found["loose"].value)
        == (round(derived_check("D09")), round(derived_check("D10")))
        == (13, 18)
    )


def test_no_reading_where_no_whole_number_gives_the_multiple_back():
    st = theme.load("320200")
    now, times = st.fact(theme.TRIALS), st.fact(theme.MULTIPLE)
    assert theme.bases(now, replace(times, value=2.7), st.place) is None


def test_shares_of_internet_hospitals_and_of_consultations(processed):
    facts = both("14_digital", "320200")[0]["ladder"]["facts"].values()
    assert any(
        f["style"] == "percent" and f["value"] == pytest.approx(derived_check("D11") * 100, abs=0.05)
        for f in facts
    )
    assert any(
        f["style"] == "ratio" and f["value"] == pytest.approx(derived_check("D24"), abs=5e-4) for f in facts
    )
