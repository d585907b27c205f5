"""What the pages of all places have in common is read once, above the parameters, and each page is as if it had read it itself."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import pytest

from analysis import tables
from analysis.themes import between_cities, city_schemes, counties, hospital_lists

CASES = [
    (between_cities, "330000"),
    (counties, "330000"),
    (counties, "222400"),
    (hospital_lists, "330000"),
    (city_schemes, "321100"),
]
NAMES = [f"{theme.__name__.rpartition('.')[2]}-{code}" for theme, code in CASES]


@pytest.fixture(autouse=True)
def _no_page():
    tables.open_page("")
    tables.reset_reads()
    yield
    tables.open_page("")


def same(one: object, other: object) -> bool:
    """Whether two values are the same, frames and series by their cells."""
    if isinstance(one, pd.DataFrame | pd.Series):
        return isinstance(other, type(one)) and one.equals(other)
    return one == other


@pytest.mark.parametrize(("theme", "code"), CASES, ids=NAMES)
def test_a_page_reads_its_own_rows_alone_and_holds_what_it_would_have_read(theme, code):
    alone, asked = theme.load(code), [read.table for read in tables.reads()]
    tables.reset_reads()
    every = theme.every()
    assert {read.table for read in tables.reads()} == {*asked}
    tables.reset_reads()
    found = theme.load(code, every)
    assert all(read.selection.get("region_code") == code for read in tables.reads())
    assert [f.name for f in fields(alone) if not same(getattr(alone, f.name), getattr(found, f.name))] == []
    assert theme.data(found).headline.text("zh") == theme.data(alone).headline.text("zh")


@pytest.mark.parametrize(("theme", "code"), CASES[:3], ids=NAMES[:3])
def test_what_is_worked_out_for_all_places_knows_none_of_them(theme, code):
    every, alone = theme.every(), theme.load(code)
    assert every.SHARED and set(every.SHARED) <= set(vars(every))
    found = theme.load(code, every)
    assert found.code == code and set(vars(found)) >= set(every.SHARED)
    assert [name for name in every.SHARED if not same(getattr(alone, name), vars(found)[name])] == []


def test_what_a_page_works_out_for_itself_stays_its_own():
    every = counties.every()
    assert len(every.own) > len(counties.load("330000", every).own) > 0
    assert counties.load("222400", every).is_prefecture and not every.is_prefecture


@pytest.mark.parametrize("theme", dict.fromkeys(theme for theme, _ in CASES))
def test_the_cell_above_the_parameters_may_run_again_when_the_page_has_its_place(theme):
    tables.open_page("330000")  # as a date that is typed below it makes it do
    assert theme.every() is not None and tables.place() == "330000"
