"""Mechanisms: every measure once, in one family, under its own place; nothing is scored and no person is named."""

from __future__ import annotations

from collections import Counter

import pytest

from analysis import charts, tables
from analysis.errors import MethodError
from analysis.themes import mechanisms as theme
from analysis.themes.mechanism_families import FAMILIES, FAMILY_OF
from theme_pages import with_page

PLACES = with_page(theme.coverage())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", PLACES)
def test_every_place_has_a_page_that_holds(code, lang):
    measures = theme.load(code)
    rows, columns = theme.labels(measures, lang)
    matrix = charts.matrix(
        rows, columns, theme.matrix_rows(measures), highlight=theme.highlight(measures), lang=lang
    )
    found = [
        theme.data(measures),
        theme.matrix(measures, matrix),
        theme.timeline(measures, charts.drawn(charts.timeline, theme.event_rows(measures, lang), lang=lang)),
        theme.observables(measures),
        theme.every(measures),
        theme.closing(measures),
    ]
    assert len({f.json(lang)["section"] for f in found}) == len(found)


def test_each_mechanism_is_in_one_family():
    coded = Counter(m for family in FAMILIES.values() for m in family.mechanisms)
    assert max(coded.values()) == 1
    assert set(coded) == set(tables.read("measures")["mechanism"]) == set(FAMILY_OF)


def test_the_nation_holds_all_measures_and_the_places_share_them_out():
    everything = theme.load("000000").rows
    assert len(everything) == 143
    places = [code for code in PLACES if code != "000000"]
    shared = sum(len(theme.load(code).rows) for code in places)
    assert shared == (everything["region_code"] != "000000").sum()


def test_the_matrix_counts_every_measure_once():
    for code in ("000000", "140100", "520100"):
        measures = theme.load(code)
        assert theme.matrix_rows(measures)["n"].sum() == 143


def test_a_cell_is_hatched_only_when_all_of_it_is_planned():
    cells = theme.matrix_rows(theme.load("140100"))
    assert ((cells["kind"] == "commitment") == (cells["planned"] == cells["n"])).all()
    assert set(cells["kind"]) == {"commitment", "mentioned"}


def test_counties_belong_to_their_city():
    rows = theme.load("321300").rows
    assert {"321322", "321324"} <= set(rows["region_code"])


def test_places_without_a_number_say_so():
    for code in ("520100", "350200"):
        states = theme.closing(theme.load(code)).states
        assert "E4" in {s.code for s in states}
    assert theme.coverage()["110000"] is not None


def test_others_are_spoken_of_only_where_some_measure_has_no_number():
    for code, others in (("320700", False), ("140100", True)):
        measures = theme.load(code)
        said = theme.matrix(measures, None).sentences[0].text("zh")
        assert ("其余" in said) is others, (code, said)


def test_an_inferred_start_is_marked():
    rows = theme.load("140100").rows
    dated = rows[(rows["start_date"] != "") & (rows["start_basis"] != "explicit")]
    assert len(dated) and all(theme.start(row)[0] != row["start_date"] for _, row in dated.iterrows())


def test_a_place_without_measures_is_refused():
    with pytest.raises(MethodError):
        theme.load("650000")
    with pytest.raises(MethodError):
        theme.load("520100", as_of="2019-12-31")


def test_counties_and_a_number_that_nobody_lists_are_told():
    measures = theme.load("321300")
    rows, columns = theme.labels(measures, "zh")
    drawing = charts.matrix(rows, columns, theme.matrix_rows(measures), lang="zh")
    said = {s.id: s.text("zh") for s in theme.matrix(measures, drawing).sentences}
    assert "沭阳县" in said["counties"] and "泗洪县" in said["counties"] and "没有写明" in said["unnamed"]
    other = theme.load("520100")
    assert not theme._unnamed(other) and not theme._counties(other)
