"""The talent ledger: statements as printed, three kinds kept apart, bounds instead of midpoints, in both languages."""

import re

import pandas as pd
import pytest

from analysis import catalog, charts, tables
from analysis.errors import MethodError
from analysis.themes import derived_results, statements, talent_funnel
from analysis.themes import talent_ledger as theme
from theme_pages import with_page

LANGS = ("zh", "en")


PLACES = with_page(theme.coverage())


def page(code, lang):
    """The findings of the notebook, in its order."""
    ledger = theme.load(code)
    figures = {
        f: charts.drawn(charts.ledger, rows(ledger, lang), lang=lang)
        for f, rows in (
            ("funnel", talent_funnel.funnel_rows),
            ("results", theme.result_rows),
            ("contract", theme.contract_rows),
            ("promises", theme.promise_rows),
        )
    }
    bounds = theme.fte_bounds(ledger, days=theme.FTE_DAYS)
    return [
        theme.data(ledger),
        talent_funnel.funnel(ledger, figures["funnel"]),
        theme.results(ledger, figures["results"]),
        theme.contract(ledger, bounds, figures["contract"], days=theme.FTE_DAYS),
        theme.promises(ledger, figures["promises"]),
        theme.every(ledger),
        theme.effects(ledger),
        theme.closing(ledger),
    ]


def test_places_with_numbered_talent_statements():
    assert PLACES == ["140100", "321100"]


@pytest.mark.parametrize("code", PLACES)
def test_every_place_reads_in_both_languages(code):
    zh, en = ([f.json(lang) for f in page(code, lang)] for lang in LANGS)
    assert (
        [f["section"] for f in zh]
        == [f["section"] for f in en]
        == ["data", "funnel", "results", "contract", "promises", "all", "effects", "missing"]
    )
    for a, b in zip(zh, en, strict=True):
        assert sorted(a["facts"]) == sorted(b["facts"])
        for finding, lang in ((a, "zh"), (b, "en")):
            assert not finding["alt"] or (
                15 <= len(finding["alt"]) <= 300 and catalog.region(code).short(lang) in finding["alt"]
            )
        said = " ".join(
            "".join(s if isinstance(s, str) else s.get("text", s.get("plain")) for s in sentence["segments"])
            for sentence in b["sentences"]
        )
        assert not re.search(r"[\u3400-\u9fff]", said), said
    assert 1 <= sum(s["brief"] > 0 for f in zh for s in f["sentences"]) <= 2


@pytest.mark.parametrize("code", PLACES)
def test_every_statement_stands_in_the_closing_table_as_printed(code):
    ledger = theme.load(code)
    frame = theme.every(ledger).tables[0].frame
    talent = tables.read("observations", region_code=code, theme="talent")
    assert set(talent["observation_id"]) <= set(frame["statement"])
    printed = dict(zip(ledger.rows["observation_id"], ledger.rows["as_printed"], strict=True))
    assert dict(zip(frame["statement"], frame["printed"], strict=True)) == printed
    assert (frame["period"] != "").all() and (frame["basis"] != "").all() and (frame["status"] != "").all()


@pytest.mark.parametrize("code", PLACES)
@pytest.mark.parametrize("lang", LANGS)
def test_kinds_never_share_a_group_except_stages_of_one_funnel(code, lang):
    ledger = theme.load(code)
    assert not set(theme.result_rows(ledger, lang)["kind"]) & {"commitment", "target", "unpublished"}
    assert not set(theme.promise_rows(ledger, lang)["kind"]) & {"actual", "lower", "target"}
    funnel = talent_funnel.funnel_rows(ledger, lang)
    targets = funnel[funnel["kind"] == "target"]
    assert targets.empty or set(funnel.loc[funnel["group"].isin(targets["group"]), "kind"]) == {"target"}
    stages = funnel[funnel["step"].notna()]
    assert (
        stages["step"].tolist() == ([1, 2, 3, 4, 5] if talent_funnel._published(ledger) else [])
        and stages.loc[stages["kind"] == "unpublished", "value"].isna().all()
    )


def test_the_funnel_keeps_intent_a_commitment_and_the_gaps_open():
    rows = talent_funnel.funnel_rows(theme.load("140100"), "en").set_index("step")
    assert rows["kind"].to_dict() == {
        1: "unpublished",
        2: "actual",
        3: "commitment",
        4: "unpublished",
        5: "unpublished",
    }
    assert (rows.at[2, "value"], rows.at[3, "value"]) == (24, 18)
    headline = page("140100", "zh")[1].headline.text("zh")
    assert "山西白求恩医院" in headline and "未公布" in headline


def test_lower_bounds_stay_bounds():
    rows = theme.result_rows(theme.load("140100"), "en")
    lower = rows[rows["kind"] == "lower"]
    assert len(lower) and lower["text"].str.startswith("more than ").all()


def test_one_institution_under_two_names_is_counted_once():
    ledger = theme.load("140100")
    assert ledger.rows["institution"].nunique() > theme._institutions(ledger.rows)["who"].nunique()


def test_full_time_equivalents_lie_between_the_minimum_of_days_and_everybody():
    ledger = theme.load("321100")
    bounds = theme.fte_bounds(ledger, days=250)
    assert bounds.low == pytest.approx(40 + 79 * 60 / 250) and bounds.high == 119 and bounds.value is None
    assert theme.fte_bounds(ledger, days=60).low == 119, (
        "when the minimum is a full year everybody is full-time"
    )
    assert theme.fte_bounds(theme.load("140100"), days=250) is None, "days are not printed"


def test_the_rest_is_marked_as_a_difference():
    rows = theme.contract_rows(theme.load("321100"), "en")
    assert rows["value"].tolist() == [119, 40, 79] and rows.iloc[2]["printed"] == "" and rows.iloc[2]["note"]
    assert theme.contract_rows(theme.load("140100"), "en").empty


def test_no_spending_is_invented():
    rows = theme.promise_rows(theme.load("321100"), "en")
    for _, group in rows.groupby("group"):
        assert (group["kind"] == "unpublished").sum() == 1 and group.loc[
            group["kind"] == "unpublished", "value"
        ].isna().all()
    assert page("140100", "zh")[4].kind == "states"


def test_the_province_has_its_target_and_no_result():
    finding = page("140000", "en")[1]
    assert {state.code for state in finding.states} == {"E4", "E6"}
    assert page("140000", "en")[2].kind == "states"


def test_no_effect_is_estimated():
    for code in PLACES:
        finding = page(code, "zh")[6]
        assert (
            "未估计" in finding.headline.text("zh")
            and len(finding.tables[0].frame) == len(theme.NEEDED)
            and not finding.facts()
        )


def test_coverage_distinguishes_the_reasons():
    coverage = theme.coverage()
    assert {r.code for r in catalog.provinces()} <= set(coverage)
    assert {coverage[code].code for code in ("320700", "321300", "320200", "520100", "350200")} == {"E1"}
    assert (
        coverage["371400"].code == "E3"
        and coverage["410100"].code == "E2"
        and coverage["540000"].code == "E0"
        and coverage["140000"].code == "E4"
    )
    assert all(state is None or not re.search(r"[\u3400-\u9fff]", state.en) for state in coverage.values())


def test_load_refuses_places_and_dates_without_statements():
    with pytest.raises(MethodError, match="no statement on talent"):
        theme.load("540000")
    with pytest.raises(MethodError, match="no statement on talent"):
        theme.load("321100", as_of="2020-12-31")
    assert set(theme.load("140100", as_of="2019-12-31").rows["source_id"]) == {"doc-001"}


def test_period_text_says_what_is_not_printed():
    assert statements.period_text({"period_start": "", "period_end": "2023-03-03"}, "zh") == "截至 2023-03-03"
    assert (
        statements.period_text(pd.Series({"period_start": "2020-01-01", "period_end": "2020-06-05"}), "en")
        == "2020-01-01 – 2020-06-05"
    )
    assert (
        statements.period_text({"period_start": "2020-12-31", "period_end": "2020-12-31"}, "zh")
        == "2020-12-31"
    ), "one day is said once"
    assert statements.period_text({"period_start": "2018-01-01", "period_end": ""}, "zh") == "2018-01-01 起"
    assert statements.period_text({"period_start": "", "period_end": ""}, "en") == "no date printed"


def test_the_assumed_year_is_that_of_the_derived_check():
    assert theme.FTE_DAYS == derived_results.assumed(derived_results.row_of("D17"))[0]
