"""Packed cells: nothing is lost on the way through JSON, and the rows of a fact are found again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import cells
from analysis.cells import Cell

short = st.text(alphabet="甲乙 ab0.›万", max_size=6)
value = st.none() | st.floats(-1e12, 1e12).map(lambda v: v + 0.0)
made = st.builds(
    Cell,
    id=short,
    kind=st.sampled_from(["observations", "other"]),
    place=st.sampled_from(["140000", "", "321100"]),
    indicator=short,
    end=st.sampled_from(["2023-12-31", "", "2014-12-31"]),
    value=value,
    low=value,
    high=value,
    printed=st.sampled_from(["11.84 万人", "118,400", "约 15", "2 万", "007", "", "0.98 万人"]) | short,
    damaged=st.booleans(),
    source=st.sampled_from(["s", "t"]),
    locator=st.lists(short, max_size=4).map(" › ".join),
)


@given(st.lists(made, max_size=12))
def test_what_is_packed_comes_out_as_it_was(rows):
    assert cells.unpack(json.loads(json.dumps(cells.pack(rows)))) == rows


@given(
    st.lists(st.sampled_from([1, 1.5, "a", "中", None, True, 10**6, -0.25, "x" * 9]), min_size=1, max_size=30)
)
def test_a_column_takes_the_form_that_is_shortest_as_it_is_written(values):
    column = cells._column(values)
    assert cells._values(column, len(values)) == values
    if len({(type(v), v) for v in values}) > 1:
        assert len(json.dumps(column)) <= len(json.dumps(values))
    assert [*map(cells._length, values)] == [len(json.dumps(v)) for v in values]


def test_a_series_is_written_once_and_short():
    rows = [
        Cell(f"s:{code}0000:doctors:{year}", place=f"{code}0000", indicator="doctors", end=f"{year}-12-31", source="s",
             value=100.0 * code + year, low=100.0 * code + year - 50, high=100.0 * code + year + 50, locator=f"甲 › 乙 › {code} › {year}年")
        for year in range(2014, 2024)
        for code in range(11, 42)
    ]  # fmt: skip
    packed = cells.pack(rows)
    assert packed["columns"]["id"] == {"all": None} and packed["columns"]["under"] == {"all": 50}
    assert len(json.dumps(packed)) < 20 * len(rows)


def test_a_printed_text_that_the_value_does_not_give_is_kept():
    cell = Cell("a", value=118400.0, printed="11.84 万人")
    assert cells.pack([cell])["columns"]["printed"] == {"all": None}
    odd = cell._replace(printed="11.840 万人 ①")
    assert cells.unpack(cells.pack([odd])) == [odd]
    wrong = cell._replace(printed="11.94 万人")
    assert cells.pack([wrong])["columns"]["printed"] == {"all": "11.94 万人"}


@pytest.mark.parametrize("numbers", [[], [3], [0, 1, 2], [5, 1, 2, 9, 8]])
def test_ranges_name_the_rows(numbers):
    assert cells.numbers(cells.ranges(numbers)) == sorted(numbers)
