"""Packed cells: nothing is lost on the way through JSON, and the rows of a fact are found again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import audit
import recompute
from analysis import cells, told
from analysis.cells import Cell
from analysis.report.pages import page

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


def lengths(values: list, base: list) -> list[int]:
    """The length of each form that a column could take, written out one by one."""
    distinct = list(dict.fromkeys((type(v) is bool, v) for v in values))
    at = [distinct.index((type(v) is bool, v)) for v in values]
    runs, spans = [], []
    for k in at:
        if runs and runs[-1][0] == k:
            runs[-1][1] += 1
        else:
            runs.append([k, 1])
    for k in at:
        if spans and spans[-1][1] == k - 1:
            spans[-1][1] = k
        else:
            spans.append([k, k])
    merged: list[list] = []
    for span in spans:
        if merged and merged[-1][:2] == span:
            merged[-1][2] += 1
        else:
            merged.append([*span, 1])
    of = [v for _, v in distinct]
    told = dict(zip(base, at, strict=True))
    by = [{"of": [of[k] for k in told.values()], "by": "place"}] if [told[b] for b in base] == at else []
    forms = [{"of": of, "runs": runs}, {"of": of, "spans": merged}, {"of": of, "at": at}, values, *by]
    return [len(json.dumps(form)) for form in forms]


@given(st.data(), st.integers(2, 40), st.integers(1, 6))
def test_no_form_that_is_left_out_unwritten_was_the_shortest(data, n, kinds):
    values = data.draw(
        st.lists(st.sampled_from([3, 1.5, None, True, 10**8, 7][:kinds]), min_size=n, max_size=n)
    )
    base = data.draw(st.lists(st.sampled_from("abcd"), min_size=n, max_size=n))
    column = cells._column(values, "unit", {"place": (base, len({*base}))})
    if len({(type(v) is bool, v) for v in values}) > 1:
        assert len(json.dumps(column)) == min(lengths(values, base))


def test_a_shorter_form_left_out_would_be_seen(monkeypatch):
    values, base = [1, 2, 3, 4] * 9, ["a"] * 36
    held = {"place": (base, 1)}
    assert len(json.dumps(cells._column(values, "unit", held))) == min(lengths(values, base))
    monkeypatch.setattr(cells, "_is_no_step", (9).__ne__)  # mutation: they are not seen
    assert len(json.dumps(cells._column(values, "unit", held))) > min(lengths(values, base))


def test_a_series_is_written_once_and_short():
    rows = [
        Cell(f"s:{code}0000:doctors:{year}", place=f"{code}0000", indicator="doctors", end=f"{year}-12-31", source="s",
             value=100.0 * code + year, low=100.0 * code + year - 50, high=100.0 * code + year + 50, locator=f"甲 › 乙 › {code} › {year}年")
        for year in range(2014, 2024)
        for code in range(11, 42)
    ]  # fmt: skip
    packed = cells.pack(rows)
    assert packed["columns"]["id"] == {"all": None} and packed["columns"]["under"] == {"all": 50}
    assert packed["columns"]["place"]["spans"] == [[0, 30, 10]]
    assert packed["columns"]["where2"]["by"] == "place" and packed["columns"]["where3"]["by"] == "end"
    assert len(json.dumps(packed)) < 14 * len(rows)


@given(st.lists(made, max_size=12))
def test_a_stranger_reads_the_table_as_the_package_does(rows):
    packed = json.loads(json.dumps(cells.pack(rows)))
    if rows:
        read = audit.cells_of({"cells": packed})
        assert [(c["id"], c["low"], c["high"], c["printed"], c["locator"], c["place"]) for c in read] == [
            (c.id, c.low, c.high, c.printed, c.locator, c.place) for c in rows
        ]


@pytest.mark.parametrize(
    "column, broken",
    [("place", {"spans": [[0, 29, 10]]}), ("where2", {"of": ["x"] * 31}), ("start", {"same": "place"})],
)
def test_a_column_that_says_something_else_is_seen(column, broken):
    rows = [
        Cell(f"s:{code}0000:doctors:{year}", place=f"{code}0000", indicator="doctors", start=f"{year}-12-31", end=f"{year}-12-31",
             source="s", value=1.0 * code, locator=f"甲 › 乙 › 省{code}")
        for year in range(2014, 2024)
        for code in range(11, 42)
    ]  # fmt: skip
    packed = cells.pack(rows)
    assert cells.unpack(packed) == rows
    packed["columns"][column] = packed["columns"][column] | broken
    try:
        read = cells.unpack(packed)
    except (ValueError, KeyError):  # a column that ends too soon is refused
        return
    assert read != rows


def counting(operation: str, n: int = cells.TALLY) -> told.Told:
    """A finding that rests on so many values of provinces, with one fact over all of them."""
    rows = [
        Cell(f"s:{k}", place="130000", indicator=f"i{k % 7}", end="2023-12-31", source="s", grade="AC"[k % 2], value=1.0, printed="1")
        for k in range(n)
    ]  # fmt: skip
    fact = told.Record("f1", operation=operation, rows=[[0, n - 1]])
    return told.Told("position", cells=cells.pack(rows), facts={"f1": fact})


@pytest.mark.parametrize(
    "operation, rows",
    [
        ("count()", 14),
        ("among('grade', 'C')", 14),
        ("total(i0)", cells.TALLY),
        ("distinct('place')", cells.TALLY),
    ],
)
def test_thousands_that_are_only_counted_are_told_by_source_and_indicator(operation, rows):
    facts, packed = page.merged([counting(operation)], "140000")
    assert packed["rows"] == rows and facts["f1"]["rows"] == [[0, rows - 1]]
    assert recompute.evaluate("count()", recompute.table_of(packed), []) == cells.TALLY
    assert recompute.evaluate("among('grade', 'C')", recompute.table_of(packed), []) == cells.TALLY / 2


def test_values_of_the_place_and_few_values_are_written_out():
    assert page.merged([counting("count()")], "130000")[1]["rows"] == cells.TALLY
    assert page.merged([counting("count()", 100)], "140000")[1]["rows"] == 100


def test_two_facts_that_count_different_values_keep_their_rows_apart():
    finding = counting("count()")
    both = {**finding.facts, "f2": told.Record("f2", operation="count()", rows=[[0, 6]])}
    facts, packed = page.merged([replace(finding, facts=both)], "140000")
    table = recompute.table_of(packed)
    for name, n in (("f1", cells.TALLY), ("f2", 7)):
        own = table.iloc[cells.numbers(facts[name]["rows"])]
        assert recompute.evaluate("count()", own, []) == n


def test_a_printed_text_that_the_value_does_not_give_is_kept():
    cell = Cell("a", value=118400.0, printed="11.84 万人")
    assert cells.pack([cell])["columns"]["printed"] == {"all": None}
    odd = cell._replace(printed="11.840 万人 ①")
    assert cells.unpack(cells.pack([odd])) == [odd]
    wrong = cell._replace(printed="11.94 万人")
    assert cells.pack([wrong])["columns"]["printed"] == {"all": "11.94 万人"}


def test_a_table_of_an_earlier_issue_is_read_as_it_was_written():
    rows = [Cell("a", value=1.0, locator="甲 › 乙"), Cell("b", value=2.0, locator="甲 › 丙")]
    packed = cells.pack(rows)
    earlier = {"rows": 2, "columns": {k: v for k, v in packed["columns"].items() if k != "times"}}
    assert cells.unpack(earlier) == rows
    assert cells.unpack(earlier | {"break": " · "}) != rows  # mutation: another break gives other places


@pytest.mark.parametrize("numbers", [[], [3], [0, 1, 2], [5, 1, 2, 9, 8]])
def test_ranges_name_the_rows(numbers):
    assert cells.numbers(cells.ranges(numbers)) == sorted(numbers)
