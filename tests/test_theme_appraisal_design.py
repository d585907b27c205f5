"""Appraisal design: every value of a rule is assumed, the framework is complete, grades are a printed rule."""

import pytest

from analysis import paths, tables
from analysis.errors import MethodError
from analysis.methods import scoring
from analysis.themes import appraisal_design as theme
from theme_pages import both, findings, with_page

pytestmark = pytest.mark.skipif(
    not (paths.processed() / "observations.parquet").is_file(), reason="the tables are not built: make data"
)
PLACES = ("000000", "140100", "360100", "370200", "371400")


def test_places():
    coverage = theme.coverage()
    assert (
        tuple(with_page(coverage)) == PLACES
        and coverage["321100"].code == "E3"
        and coverage["520100"].code == "E1"
    )
    with pytest.raises(MethodError, match="no measure on appraisal"):
        theme.load("520100")


@pytest.mark.parametrize("code", PLACES)
def test_page(processed, code):
    zh, _ = both("16_appraisal_design", code)
    assert list(zh) == ["rules", "designs", "framework", "mapping", "ranks", "bands", "missing"]
    assert ("E7" in {s["code"] for s in zh["missing"]["states"]}) == (code != "000000")


def test_every_value_of_a_rule_is_printed_as_assumed(processed):
    for finding in both("16_appraisal_design", "360100")[0].values():
        if finding["section"] in ("mapping", "ranks"):
            assert finding["facts"] == {}, "a number on an assumed rule is no fact"
            plain = [
                s
                for part in (
                    finding["headline"],
                    finding["note"],
                    *(x["segments"] for x in finding["sentences"]),
                )
                for s in part
                if isinstance(s, dict)
            ]
            assert plain and {s["kind"] for s in plain} == {"assumed"}


def test_the_framework_is_listed_once_and_whole(processed):
    zh, en = both("16_appraisal_design", "000000")
    rows = [row for table in zh["framework"]["tables"] for row in table["rows"]]
    listed = tables.read("assessment_framework")
    assert len(rows) == len(listed) == 56 and len({row[1]["text"] for row in rows}) == 56
    assert sum(row[4]["text"] == "国家监测" for row in rows) == int(listed["national_monitoring"].sum()) == 26
    assert {row[1]["text"] for row in rows} == set(listed["indicator"]), (
        "the dictionary prints the official names"
    )


def test_twenty_cells_of_dezhou(processed):
    facts = both("16_appraisal_design", "371400")[0]["rules"]["facts"].values()
    assert {f["value"] for f in facts} >= {5, 4, 20, 0.25}


def test_designs_agree_with_the_method():
    rule = {"floor": 60.0, "cap": 90.0, "bonus_from": 85.0, "bonus": 5.0}
    found = theme.designs(theme.departments(), rule, scoring.effects)
    assert found.loc["none", "tied"] == 0 and found.loc["bonus", "tied"] == 0
    assert found.loc["all", "tied"] > found.loc["floor", "tied"] > 0 and found.loc["all", "kendall_tau"] < 1


def test_other_parameters_make_another_page(processed):
    page = {
        f.section: f
        for f in findings("16_appraisal_design", "000000", "zh", floor=50.0, cap=200.0, bonus=0.0)
    }
    assert "0%" in page["mapping"].headline.text("zh") and page["mapping"].sentences[0].failed is not None


def test_cuts_of_grades_rise_to_the_last_place():
    limits = theme.cuts(theme.load("000000"), "TCM")
    assert list(limits.values()) == sorted(limits.values()) and list(limits.values())[-1] == 100
    grades = scoring.band(theme.places(), limits)
    assert set(grades) == set(limits) and theme.band_curve(grades, limits)[1][0] == len(limits)
