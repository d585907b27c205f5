"""Institutions side by side: every measure has its stage, every design its words, counts are those of the table, and each page has its own sentence."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis import charts, tables
from analysis.themes import appraisal_design, evidence_base, mechanisms, side_by_side, teaching_cases
from analysis.themes import regional_centres as centres


def schemes(code: str, lang: str = "zh"):
    measures = mechanisms.load(code)
    return side_by_side.schemes(measures, side_by_side.schemes_drawing(charts.matrix, measures, lang))


def designs(code: str, lang: str = "zh"):
    held = appraisal_design.load(code)
    return side_by_side.designs(held, held.reported, side_by_side.designs_drawing(charts.matrix, held, lang))


def logic(code: str, lang: str = "zh"):
    held = centres.load(code)
    return side_by_side.logic(held, side_by_side.logic_drawing(charts.matrix, held, lang))


def test_every_measure_of_party_work_and_culture_has_one_stage():
    rows = mechanisms.load("000000").rows
    coded = rows[rows["family"].isin(["party_work", "culture"]) & (rows["status"] != "proposal")]
    assert set(coded["mechanism"]) <= set(side_by_side.RUNG_OF)
    assert len(side_by_side.RUNG_OF) == sum(map(len, side_by_side.RUNGS.values()))
    assert {f"observe.{m}" for m in side_by_side.RUNG_OF} <= set(side_by_side.TEXT.entries)


def test_the_national_table_holds_every_scheme_once():
    table = schemes("000000").tables[0].frame
    rows = side_by_side.scheme_rows(mechanisms.load("000000"))
    assert len(table) == len(rows) == rows["measure_id"].nunique()
    assert (table["observe"] != "").all() and (table["observe_en"] != "").all()


def test_who_checks_is_counted_and_not_typed():
    """With the checks taken out of the table the headline says none."""
    measures = mechanisms.load("000000")
    kept = measures.everything[~measures.everything["mechanism"].isin(side_by_side.RUNGS["check"])]
    before = {f.value for f in schemes("000000").headline.facts}
    without = replace(measures, rows=kept, everything=kept)
    drawing = side_by_side.schemes_drawing(charts.matrix, without, "zh")
    found = side_by_side.schemes(without, drawing)
    assert {f.value for f in found.headline.facts} != before and 0 in {f.value for f in found.headline.facts}


def test_the_key_of_what_was_done_and_what_came_of_it_names_both():
    held = centres.load("000000")
    for lang, ours, others in (
        ("zh", ("做法", "结果"), ("提到", "结果或措施")),
        ("en", ("Measures", "Results"), ("Mentioned", "Result or measure")),
    ):
        for make, yes, no in (
            (charts.matrix, ours, others),
            (
                lambda *a, kinds, **rest: charts.matrix(*a, **rest),
                others,
                ours,
            ),  # the mutation: the usual words
        ):
            drawn = side_by_side.logic_drawing(make, held, lang).svg()
            assert all(f">{word}</" in drawn for word in yes) and not any(
                f">{word}</" in drawn for word in no
            )


@pytest.mark.parametrize("kinds", [evidence_base.region_kinds, teaching_cases.kinds])
def test_a_key_says_in_words_of_its_own_what_a_full_and_a_hollow_cell_are(kinds):
    cells = pd.DataFrame({"row": ["r", "r"], "column": ["a", "b"], "kind": ["actual", "mentioned"]})
    for lang in ("zh", "en"):
        drawn = charts.matrix({"r": "R"}, {"a": "A", "b": "B"}, cells, kinds=kinds(lang), lang=lang).svg()
        assert all(f">{word}</" in drawn for word in kinds(lang).values())


@pytest.mark.parametrize("make", [schemes, designs, logic], ids=lambda f: f.__name__)
def test_no_two_places_share_a_sentence(make):
    places = {"schemes": ("510100", "520100", "330100", "610100", "350200"), "designs": ("140100", "360100", "371400"), "logic": ("370200", "371400", "410100", "360700")}[make.__name__]  # fmt: skip
    for lang in ("zh", "en"):
        said = [s.text(lang) for code in places for s in make(code, lang).sentences]
        assert len(said) == len(set(said)) >= len(places)


def test_what_is_managed_and_what_is_reported_differ_only_while_they_do():
    held = appraisal_design.load("140100")
    assert [s.id for s in designs("140100").sentences][0] == "mismatch"
    managed = held.reported.assign(
        indicator=held.reported["indicator"].replace("level4_surgery_share", side_by_side.MANAGED[0])
    )
    drawing = side_by_side.designs_drawing(charts.matrix, held, "zh")
    assert "mismatch" not in [s.id for s in side_by_side.designs(held, managed, drawing).sentences]


def test_no_design_states_weights():
    """The headline says that none is published; a text that names them would need another headline."""
    assert not any(
        path.endswith(".weights") for path in side_by_side.TEXT.entries if path.startswith("design.")
    )


def test_approval_is_no_result():
    rows = side_by_side.step_rows(centres.load("000000"))
    assert not rows["indicator"].isin(side_by_side.STANDING).any()
    dated = set(rows.loc[rows["step"] == "dated", "row"])
    held = tables.read("observations", observation_id=sorted(dated))
    assert set(held["period_basis"]) <= {"explicit", "relative_resolved"} and set(held["status"]) == {
        "actual"
    }


def test_a_place_without_a_scheme_says_so():
    assert schemes("320200").states[0].code == "E1" and logic("350200").states[0].code == "E1"


def test_a_rule_of_pay_is_said_by_what_it_rewards():
    """A design whose pay rule is known says what follows from it; the others list their elements."""
    nanchang, dezhou, qingdao = (designs(code).sentences[0] for code in ("360100", "371400", "370200"))
    assert "到顶和触底的科室多得一分也不多拿" in nanchang.text("zh")
    assert "没有一样是医疗结果" in dezhou.text("zh") and "none of how patients fare" in dezhou.text("en")
    assert "写出考核做法" in qingdao.text("zh") and "每月" in qingdao.text("zh")


def test_a_hospital_with_few_measures_names_them():
    ganzhou, dezhou = (logic(code).sentences[0] for code in ("360700", "371400"))
    assert "综合病房" in ganzhou.text("zh") and "integrated wards" in ganzhou.text("en")
    assert not any(f.unit == "项" for f in ganzhou.facts) and "6 项" in dezhou.text("zh")
