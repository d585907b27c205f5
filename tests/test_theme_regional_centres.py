"""Regional centres: the fourth batch is derived, an unknown batch stays unknown, and a move of ranks is never credited."""

from __future__ import annotations

import re

import pytest

from analysis import catalog, charts, tables
from analysis.errors import MethodError
from analysis.methods import ranking
from analysis.themes import assessed_moves as moves
from analysis.themes import policy_events
from analysis.themes import regional_centres as theme
from theme_pages import with_page

PLACES = with_page(theme.coverage())


def findings(centres, lang):
    yield theme.data(centres)
    yield theme.batches(centres, charts.bars(theme.batch_rows(centres, lang), lang=lang))
    yield theme.timeline(centres, charts.drawn(charts.timeline, theme.event_rows(centres, lang), lang=lang))
    yield theme.described(centres)
    yield theme.network(
        centres, charts.drawn(charts.pairs, theme.link_rows(centres, lang), lang=lang, **theme.heads(lang))
    )
    yield theme.meaning(centres, theme.assessed(centres), ranking.noise_needed)
    yield theme.closing(centres)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", PLACES)
def test_every_place_has_a_page_that_holds(code, lang):
    sections = [f.json(lang)["section"] for f in findings(theme.load(code), lang)]
    assert len(sections) == len(set(sections))


def test_the_batches_add_up_and_the_fourth_is_derived():
    centres = theme.load("000000")
    facts = theme.batch_facts(centres)
    assert [f.value for *_, f, _ in facts] == [10, 16, 24, 26, 49]
    assert facts[3][3] and all(f.formula is None for *_, f, differs in facts if not differs)
    assert sum(f.value for *_, f, _ in facts) == centres.total.value


def test_one_move_needs_an_error_of_thirty_six_places():
    centres = theme.load("140100")
    pairs = moves.pairs(theme.assessed(centres))
    assert (pairs.at[0, "before"], pairs.at[0, "after"]) == (280, 179)
    assert round(ranking.noise_needed(280, 179)) == 36
    text = " ".join(
        s.text("zh") for s in theme.meaning(centres, theme.assessed(centres), ranking.noise_needed).sentences
    )
    assert "36" in text and "不能归功" in text and "百分位" in text


def test_without_ranks_of_two_years_nothing_is_said_about_a_move():
    centres = theme.load("350200")
    finding = theme.meaning(centres, theme.assessed(centres), ranking.noise_needed)
    assert finding.kind == "states"


def test_a_date_of_the_report_is_no_date_of_the_project():
    centres = tables.read("centres")
    reported = centres["date"].str.contains("(source)", regex=False) | centres["date"].str.match(
        "by |before "
    )
    assert reported.any() and (centres.loc[reported, "day"] == "").all()
    own = centres[centres["day"] != ""]
    assert all(day in date for day, date in zip(own["day"], own["date"], strict=True))


@pytest.mark.parametrize(
    ("numbers", "zh"), [("", ""), ("1", "第 1 批"), ("1;2", "第 1 或 2 批"), ("3", "第 3 批")]
)
def test_an_unknown_batch_stays_unknown(numbers, zh):
    assert theme.batch({"batch_numbers": numbers})[0] == zh


def test_a_project_on_the_tutoring_list_is_not_called_approved():
    projects = theme.load("340000").projects
    assert set(projects.loc[projects["status"].str.contains("not yet approved"), "stage"]) == {"tutoring"}


def test_pairs_that_only_a_document_names_are_drawn_apart():
    links = theme.link_rows(theme.load("140100"), "zh")
    assert links.loc[links["highlight"], "right"].tolist() == ["山西白求恩医院"]
    assert theme.network(theme.load("370200"), None).kind == "states"


def test_specialties_and_stages_have_words():
    centres = tables.read("centres")
    assert all(catalog.term(f"specialty_{key}", "en") for key in set(centres["specialty"]) - {""})
    for stage in tables.CENTRE_STAGES:
        assert catalog.term(f"centre_{stage}", "zh")


def test_cities_count_to_their_province_and_not_the_other_way():
    province, city = theme.load("350000").projects, theme.load("350200").projects
    assert set(city["centre_no"]) < set(province["centre_no"])
    with pytest.raises(MethodError):
        theme.load("320200")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "code", ["000000", "140000", "140100", "350200", "370200", "410000", "310000", "540000"]
)
def test_policy_strip_of_any_place(code, lang):
    strip = policy_events.load(code)
    finding = policy_events.finding(strip, charts.timeline(policy_events.event_rows(strip, lang), lang=lang))
    assert finding.json(lang)["kind"] == "figure"


def test_every_policy_has_words_and_only_two_lists_are_complete():
    assert set(tables.read("policies")["policy"]) == set(policy_events.POLICIES)
    complete = {p for p, (_, whole) in policy_events.POLICIES.items() if whole}
    held = tables.read("policies", policy=sorted(complete)).groupby("policy").size()
    assert held.to_dict() == {"综合医改试点省": 11, "委省共建国家医学中心/区域医疗中心": 15}


def test_grade_c_is_marked():
    strip = policy_events.load("350200")
    rows = policy_events.event_rows(strip, "zh")
    weak = strip.rows["source_grade"].eq("C").to_numpy()
    assert weak.any() and rows["group"].str.contains("C 级").to_numpy().tolist() == weak.tolist()


@pytest.mark.parametrize("code", ["450000", "520000"])
def test_events_read_in_copies_are_a_part_of_those_that_are_named(code):
    """A mutation: said of the place's own events alone, Guangxi had two of which four."""
    strip = policy_events.load(code)
    finding = policy_events.finding(strip, None)
    (said,) = [s for s in finding.sentences if "只见于转载" in s.text("zh")]
    whole, part = (int(number) for number in re.findall(r"\d+(?= 件| 项)", said.text("zh")))
    assert whole == len(strip.rows) and part == sum(strip.rows["source_grade"] == "C") <= whole


def test_another_places_event_is_not_on_the_strip():
    assert set(policy_events.load("350200").own["region_code"]) <= {"350200", "350000"}


@pytest.mark.parametrize(("code", "said"), [("350200", True), ("370200", True)])
def test_a_place_without_a_known_project_has_no_count_in_its_briefing(code, said):
    centres = theme.load(code)
    assert bool(len(centres.projects)) == said
    assert any(s.id == "partial" and s.brief for s in theme.data(centres).sentences) == said
