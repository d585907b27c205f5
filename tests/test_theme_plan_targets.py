"""Plan targets: classes follow the wording, evidence is never divided by a target, and nothing says "not achieved"."""

from __future__ import annotations

import re

import pytest

from analysis import charts, tables
from analysis.errors import MethodError
from analysis.report.pages import render
from analysis.themes import plan_targets as theme
from analysis.told import cited
from theme_pages import with_page

PLACES = with_page(theme.coverage())


def findings(loaded, lang):
    trackers = [(p, theme.tracker_rows(loaded, p, lang)) for p in (theme.PLAN, theme.CENTRE)]
    yield theme.data(loaded)
    yield theme.falsifiable(loaded, charts.bars(theme.class_rows(loaded, lang), lang=lang))
    for programme, rows in trackers:
        yield theme.tracker(loaded, programme, charts.tracker(rows, lang=lang) if len(rows) else None)
    yield theme.grades(loaded, charts.bars(theme.grade_rows(loaded, lang), lang=lang))
    yield theme.ranking(loaded)
    yield theme.closing(loaded)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", PLACES)
@pytest.mark.parametrize("ranking_list", ["", theme.ASSESSMENT, "no such list"])
def test_every_place_says_what_it_may(code, lang, ranking_list):
    loaded = theme.load(code, ranking_list=ranking_list)
    for finding in findings(loaded, lang):
        payload = finding.json(lang)
        assert payload["headline"]
        text = " ".join(s.text(lang) for s in (finding.headline, *finding.sentences))
        assert not re.search(r"没有实现|未完成|failed to|was missed", text), text


def test_the_plan_is_the_provinces_and_hospitals_stand_beside_it():
    province, city = theme.load("140000"), theme.load("140100")
    assert len(province.rows) == len(tables.read("targets")) == 18
    assert set(city.rows["target_id"]) < set(province.rows["target_id"])
    assert set(city.rows["level"]) == {"hospital"}


def test_every_target_has_a_class_and_what_it_needs():
    rows = tables.read("targets")
    assert (rows["decides"].ne("context") == rows["needed"].ne("")).all()
    assert (rows["needed"].ne("") == rows["needed_en"].ne("")).all()
    assert set(theme.load("140000").rows["class"]) <= set(theme.CLASSES)


def test_a_target_fails_only_with_date_bound_and_register():
    rows = theme.load("140000").rows.set_index("target_id")
    for row in rows[rows["class"] == "printed"].itertuples():
        assert row.due_date and row.quantifier != "about" and row.decides == "register"
    loose = rows[rows["quantifier"].eq("about") & rows["decides"].eq("register")]
    assert (loose["class"] == loose["due_date"].map(lambda day: "about" if day else "undated")).all()
    assert set(rows.index[(rows["source_id"] == "doc-003") & (rows["due_date"] == "")]) == {
        "T07", "T08", "T09", "T10", "T11", "T12",
    }, "the plan prints a year for the goals of its first part alone"  # fmt: skip
    assert set(rows.index[rows["class"] == "list"]) == set(rows.index[rows["decides"] == "list"])
    assert rows.loc["T12", "class"] == "context"


def test_naming_the_list_moves_only_the_rank_targets():
    bare, named = theme.load("140000").rows, theme.load("140000", ranking_list=theme.ASSESSMENT).rows
    changed = set(bare.loc[bare["class"] != named["class"], "target_id"])
    assert changed == set(bare.loc[bare["decides"] == "list", "target_id"])
    assert set(named.loc[named["target_id"].isin(changed), "class"]) == {"named"}


def test_timing_compares_the_date_of_the_evidence_with_the_due_date():
    rows = theme.load("140000").rows.set_index("target_id")
    assert rows.loc["T06", "timing"] == "by_due"  # ranks of 2019 and 2021, due at the end of 2022
    assert rows.loc["T02", "timing"] == "after_due"  # stated in 2023
    assert rows.loc["T01", "timing"] == "none"


def test_evidence_after_the_chosen_date_is_left_out():
    assert theme.load("140000", as_of="2020-12-31").rows.set_index("target_id").loc["T06", "timing"] == "none"


def test_no_evidence_is_an_empty_cell_not_a_zero():
    rows = theme.tracker_rows(theme.load("140000"), theme.PLAN, "zh")
    assert (rows.loc[rows["grade"] == "无", "evidence"] == "").all()
    assert rows.loc[rows["evidence"] == "", "grade"].eq("无").all()


def test_a_conflict_of_definitions_is_no_rate():
    loaded = theme.load("140000")
    text = " ".join(
        s.text("zh")
        for s in theme.tracker(
            loaded, theme.PLAN, charts.tracker(theme.tracker_rows(loaded, theme.PLAN, "zh"))
        ).sentences
    )
    assert "口径冲突" in text and "%" not in text


def test_places_without_a_target_are_refused_and_have_a_state():
    with pytest.raises(MethodError):
        theme.load("320200")
    assert theme.coverage()["320200"].code == "E1"


def test_numbers_in_the_words_of_a_cell_open_their_records():
    loaded = theme.load("140000")
    rows = theme.tracker_rows(loaded, theme.PLAN, "zh")
    finding = theme.tracker(loaded, theme.PLAN, charts.tracker(rows, lang="zh")).tell("zh")
    table = finding.tables[0]
    said = [cell for row in table.rows for cell in row if cell.kind == "said"]
    numbers = [one for cell in said for one in cited(cell.segments)]
    assert numbers and set(numbers) <= finding.facts.keys()
    book = render.Book("zh", "140000")
    book.add(finding)
    shown = render.table_view(table, "plan", book)
    html = "".join(cell["html"] for row in shown["rows"] for cell in row["cells"])
    assert all(f'popovertarget="r-{one}"' in html for one in numbers)
    bare = [part for cell in said for part in cell.segments if isinstance(part, str)]
    assert not any(re.search(r"\d", text) for text in bare)
