"""The evidence base: counts agree with the tables, and each derived result is reproduced by its function."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from analysis import charts, tables
from analysis.errors import MethodError
from analysis.themes import checkable, derived_results, digital, subjects
from analysis.themes import evidence_base as theme
from recompute import agree, evaluate
from theme_pages import findings, with_page

PLACES = with_page(theme.coverage())
CHECKS = tables.read("derived_checks").sort_values("derived_id").to_dict("records")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", PLACES)
def test_every_place_has_a_page_that_holds(code, lang):
    evidence = theme.load(code)
    rows, columns = theme.labels(evidence, lang)
    places, themes = theme.region_labels(evidence, lang)
    found = [
        theme.data(evidence),
        checkable.results(evidence, charts.drawn(charts.bars, checkable.rows(evidence, lang), lang=lang)),
        theme.by_theme(evidence, charts.matrix(rows, columns, theme.theme_rows(evidence), lang=lang)),
        theme.by_region(
            evidence,
            charts.matrix(
                places, themes, theme.region_rows(evidence), highlight=theme.own_row(evidence), lang=lang
            ),
        ),
        theme.periods(evidence, charts.drawn(charts.bars, theme.basis_rows(evidence, lang), lang=lang)),
        theme.damage(evidence),
        theme.sources(evidence, charts.drawn(charts.bars, theme.grade_rows(evidence, lang), lang=lang)),
        theme.derived_numbers(evidence),
        theme.agreement(evidence),
        theme.closing(evidence),
    ]
    assert len({f.json(lang)["section"] for f in found}) == len(found)


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c["derived_id"])
def test_each_derived_result_is_reproduced(check):
    values = tables.read("observations", observation_id=check["observation_ids"].split(";")).set_index(
        "observation_id"
    )["value"]
    result = derived_results.value(
        check["derived_id"], *(values[i] for i in check["observation_ids"].split(";"))
    )
    printed = f"{check['result']:.4f}".rstrip("0").rstrip(".")
    half = 0.5 * 10.0 ** -len(printed.partition(".")[2])
    assert abs(result - check["result"]) <= half * 1.001


def test_all_checks_have_a_function_and_a_caveat_in_two_languages():
    assert [c["derived_id"] for c in CHECKS] == sorted(c["derived_id"] for c in CHECKS)
    for check in CHECKS:
        zh, en = derived_results.caveat(check)
        assert zh and en and not any("\u4e00" <= c <= "\u9fff" for c in en)
    with pytest.raises(MethodError):
        derived_results.value("D99", 1.0)


# the derived numbers that a theme prints too, by notebook
PRINTED = {
    "06_talent_ledger": ("D16", "D17"), "12_services": ("D12", "D13", "D19", "D23"), "13_resource_sinking": ("D03", "D04", "D05", "D06", "D07", "D08", "D14", "D15"),
    "14_digital": ("D11", "D24", "D25"), "15_funding": ("D18",),
}  # fmt: skip


@pytest.mark.parametrize(("stem", "key"), [(stem, key) for stem, keys in PRINTED.items() for key in keys])
def test_a_theme_prints_what_the_check_computes(stem, key, monkeypatch):
    (check,) = (c for c in CHECKS if c["derived_id"] == key)
    (code,) = set(
        tables.read("observations", observation_id=check["observation_ids"].split(";"))["region_code"]
    )

    def printed() -> list[dict]:
        return [finding.json("en")["facts"] for finding in findings(stem, code, "en")]

    before, value = printed(), derived_results.value
    monkeypatch.setattr(
        derived_results, "value", lambda id, *inputs: value(id, *inputs) * (2 if id == key else 1)
    )
    assert printed() != before, f"{stem} computes {key} by itself"


def test_the_months_of_the_invoices_are_those_between_launch_and_bulletin():
    (check,) = (c for c in CHECKS if c["derived_id"] == "D25")
    (invoices,) = tables.read("observations", observation_id=check["observation_ids"]).to_dict("records")
    assert digital.months_between(digital.LAUNCH, invoices["period_end"]) == derived_results.assumed(check)[0]


def test_the_derived_numbers_of_a_place_rest_on_its_own_statements():
    for _, fact in derived_results.load(["140100"]):
        assert {o[:3] for o in fact.observations} <= {"000", "001", "002"}
    assert len(derived_results.load()) == 25


def test_bounds_stay_bounds():
    facts = {row["derived_id"]: fact for row, fact in derived_results.load()}
    assert (
        facts["D14"].text("en").startswith("more than ")
        and facts["D19"].text("zh").startswith("不到 ")
        and facts["D08"].text("zh").startswith("至多 ")
    )
    assert facts["D12"].text("en").endswith("points") and facts["D13"].text("en").endswith("%")


# results with a number / all statements, counted by hand in the coding of the documents
@pytest.mark.parametrize(("code", "topic", "text"), [
    ("140100", "ranking", "2/4"), ("140100", "talent", "17/18"), ("140100", "service_volume", "4/8"), ("140100", "service_capacity", "8/10"), ("140100", "target", "0/6"),
    ("140000", "target", "0/15"), ("321100", "talent", "15/23"), ("321100", "funding", "0/10"), ("320200", "digital", "15/16"), ("320700", "grassroots", "15/20"),
    ("321300", "governance", "3/4"), ("370200", "governance", "2/3"), ("371400", "evaluation", "0/2"),
])  # fmt: skip
def test_counts_by_place_and_theme(code, topic, text):
    cell = theme.region_rows(theme.load("000000")).set_index(["row", "column"]).loc[(code, topic)]
    assert f"{cell['usable']}/{cell['n']}" == text


def test_direction_and_promises_are_no_results():
    usable = theme.load("000000").usable
    assert set(usable["status"]) == {"actual"} and "unquantified" not in set(usable["quantifier"])


def test_every_fault_has_a_kind_and_a_confidence_in_words():
    frame = theme.damage(theme.load("000000")).tables[0].frame
    assert len(frame) == len(tables.read("anomalies")) == 35
    assert frame[["kind", "kind_en", "confidence", "touches"]].ne("").all().all()


def test_a_place_no_document_speaks_of_is_refused():
    with pytest.raises(MethodError):
        theme.load("650000")
    assert theme.coverage()["650000"].code == "E0"


def test_two_codings_of_a_bulletin_are_compared_column_by_column(monkeypatch):
    evidence = theme.load("000000")
    assert "第二人编码" in "".join(theme.agreement(evidence).json("zh")["headline"])
    source = evidence.rows["source_id"].iloc[0]
    codes = [
        ("status", "actual", "actual"),
        ("status", "target", "target"),
        ("status", "target", "actual"),
        ("unit", "人", "人"),
    ]
    twice = pd.DataFrame(
        [
            {"coding_id": f"{source}:{n}:{column}", "char_start": n, "as_printed": f"{n}名", "coded": column, "first_code": a, "second_code": b}
            | {"source_id": source, "locator": "正文", "source_grade": "A"}
            for n, (column, a, b) in enumerate(codes)
        ]
    )  # fmt: skip
    found = theme.agreement(dataclasses.replace(evidence, codings=twice))
    assert all(found.json(lang)["tables"] for lang in ("zh", "en"))
    columns = found.tables[0].frame.set_index("coded")
    assert columns.loc["status", "alpha"].value == pytest.approx(0.444, abs=0.001)
    assert columns.loc["unit", "alpha"] is None and columns.loc["unit", "equal"].value == 1
    assert found.tables[1].frame["second_code"].tolist() == ["actual"]
    assert not any(s.code == "E4" for s in theme.closing(dataclasses.replace(evidence, codings=twice)).states)


def test_a_province_whose_cities_a_document_deals_with_says_which():
    """Not `no document deals with the place`; a province without such a city still says so."""
    state = theme.coverage()["320000"]
    assert state.code == "E1" and all(city in state.zh for city in ("镇江", "无锡", "连云港", "宿迁"))
    assert (
        subjects.absent("320000", {"321100"}).zh.count("镇江") == 1
    )  # the mutation: fewer cities, other words
    assert subjects.absent("320000", set()).code == "E0"


def test_every_derived_result_is_recomputed_from_its_operation():
    """By the reader that knows nothing of this project, with what the formula assumes written in the operation."""
    for row, fact in derived_results.load():
        inputs = [one.value for one in fact.inputs]
        assert agree(evaluate(fact.operation, pd.DataFrame(), inputs), fact.value), row["derived_id"]
        other = row | {"assumed": row["assumed"] and "25", "compute": row["compute"].replace("/", "*")}
        if derived_results.operation(other) != fact.operation:  # another formula is another number
            assert not agree(evaluate(derived_results.operation(other), pd.DataFrame(), inputs), fact.value)


def test_a_result_is_checkable_with_a_date_and_an_earlier_figure_and_lacks_one_without():
    """Counted again from the raw coding; the mutation: without its earlier figures no result is left that shows a change."""
    evidence = theme.load("000000")
    marked = checkable.marked(evidence.usable)
    dated = marked["period_basis"].isin(["explicit", "relative_resolved"])
    pairs = marked.groupby(["institution", "indicator"])["value"].transform("size") > 1
    earlier = (
        (marked["baseline_start"] != "")
        | marked["measure"].isin(["change_pct", "change_pp", "multiple"])
        | pairs
    )
    assert set(marked.loc[dated & earlier, "observation_id"]) == set(
        marked.loc[marked["standing"] == "both", "observation_id"]
    )
    assert marked["standing"].value_counts().sum() == len(evidence.usable)
    assert {"002-002", "002-003"} <= set(marked.loc[marked["standing"] == "both", "observation_id"])
    bare = checkable.marked(
        evidence.usable[~evidence.usable["observation_id"].isin(marked.loc[earlier, "observation_id"])]
    )
    assert not (bare["standing"] == "both").any()
    rows = checkable.rows(evidence, "zh")
    assert rows["value"].sum() == len(evidence.usable) and rows["value"].iloc[0] > 0


def test_a_place_without_a_checkable_result_says_so_and_what_would_do():
    found = checkable.results(theme.load("321100"), charts.bars(checkable.rows(theme.load("321100"), "zh")))
    said = {s.id for s in found.sentences}
    assert any("no-result" in one for one in said) and any("add" in one for one in said)
    silent = checkable.results(theme.load("360100"), None)
    assert silent.states[0].code == "E2" and not silent.sentences
