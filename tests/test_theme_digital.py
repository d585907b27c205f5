"""Digital reform: an empty rung is printed, clocks stay apart, a multiple keeps both readings."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis import paths, tables
from analysis.themes import digital as theme
from analysis.themes import statements
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


# what a second document may say of the hospitals that the first one counts (11, of which 6 settle with the insurer, up to March 2023)
SECOND = {
    "a target": {"status": "target", "value": 20.0, "period_end": "2025-12-31"},
    "a promise": {"status": "commitment", "value": 20.0, "period_end": "2025-12-31"},
    "another body, other document": {"institution_id": "", "institution": "无锡市人民医院", "source_id": "doc-002", "value": 1.0, "period_end": "2024-06-30"},
    "no number": {"quantifier": "unquantified", "value": None, "period_end": "2024-06-30"},
    "a later count of one alone": {"value": 14.0, "period_end": "2024-06-30"},
    "another document": {"source_id": "doc-002", "value": 14.0, "period_end": "2024-06-30"},
}  # fmt: skip


def beside(st, key: str, /, **said):
    """The statements with one more of an indicator, which says something else."""
    one = st.rows[st.rows["indicator"] == key].assign(observation_id=f"002-9{len(st.rows)}", **said)
    return replace(st, rows=pd.concat([st.rows, one], ignore_index=True))


@pytest.mark.parametrize("what", SECOND)
def test_numbers_of_two_documents_bodies_or_dates_are_never_divided(what, processed):
    st = theme.load("320200")
    more = beside(st, theme.HOSPITALS, **SECOND[what])
    both_of = more.together(theme.SETTLED, theme.HOSPITALS)
    assert (both_of.fact(theme.SETTLED).number, both_of.fact(theme.HOSPITALS).number) == (6, 11)
    # alone, the sentence says the newest result with a number about the same body
    alone = more.fact(theme.HOSPITALS).number
    assert alone == (14 if SECOND[what]["value"] == 14 else 11)


def test_mutations_each_number_by_itself_and_whoever_it_is_about(processed, monkeypatch):
    st = theme.load("320200")
    later = beside(st, theme.HOSPITALS, **SECOND["a later count of one alone"])
    with monkeypatch.context() as patch:
        patch.setattr(statements.Statements, "together", lambda self, *keys: self)
        assert later.together(theme.SETTLED, theme.HOSPITALS).fact(theme.HOSPITALS).number == 14
    other = beside(st, theme.HOSPITALS, **SECOND["another body, other document"])
    with monkeypatch.context() as patch:
        patch.setattr(statements, "about", lambda rows: rows["region_code"])
        assert other.fact(theme.HOSPITALS).number == 1


def test_a_third_document_that_has_both_numbers_is_the_one_they_come_from(processed):
    st = theme.load("320200")
    both_keys = ((theme.HOSPITALS, 15.0), (theme.SETTLED, 9.0))
    for key, value in both_keys:
        st = beside(st, key, source_id="doc-002", value=value, period_end="2024-06-30")
    st = beside(st, theme.HOSPITALS, source_id="doc-003", value=16.0, period_end="2024-09-30")
    pair = st.together(theme.SETTLED, theme.HOSPITALS)
    assert [pair.row(key)["value"] for key, _ in both_keys] == [15, 9]
    assert st.row(theme.HOSPITALS)["value"] == 16
    none = replace(st, rows=st.rows[st.rows["indicator"] != theme.SETTLED])
    assert none.together(theme.SETTLED, theme.HOSPITALS) is None
    assert len(theme.ladder(none, None).sentences) == len(theme.ladder(st, None).sentences) - 1
