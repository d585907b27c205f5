"""A table as it is kept: the same rows whatever form their texts are kept in, found by what they bear, in little memory."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from analysis import stored
from analysis.report.plan import records

NAMES = [f"row {n}" for n in range(60)]
PLACES = ["山西", "陕西", ""] * 20


def held(chunks: int = 3) -> stored.Stored:
    def texts(values: list[str]) -> stored.Texts:
        size = len(values) // chunks
        parts = [values[start : start + size] for start in range(0, len(values), size)]
        return stored.Texts(pa.chunked_array([pa.array(part).dictionary_encode() for part in parts]))

    shuffled = [NAMES[(n * 7) % 60] for n in range(60)]
    some = [f"text {n % 40}" for n in range(60)]  # too many to be kept as objects, and none of its own a row
    numbers = {"value": np.arange(60) / 4, "year": pd.array([*range(59), None], dtype="Int16")}
    return stored.Stored(
        {"id": texts(NAMES), "code": texts(shuffled), "some": texts(some), "place": texts(PLACES)} | numbers
    )


@pytest.mark.parametrize("storage", ["python", "pyarrow"])
@pytest.mark.parametrize("chunks", [1, 3])
def test_rows_and_columns_come_back_as_they_were(storage, chunks):
    with pd.option_context("mode.string_storage", storage):
        table = held(chunks)
        whole = table.frame()
        assert len(table) == 60 and list(whole) == ["id", "code", "some", "place", "value", "year"]
        assert whole["id"].tolist() == NAMES and whole["place"].tolist() == PLACES
        assert {str(whole[name].dtype) for name in ("id", "code", "some", "place")} == {"str"}
        rows = np.array([59, 3, 3])
        pd.testing.assert_frame_equal(table.frame(rows=rows), whole.iloc[rows].reset_index(drop=True))
        assert table.frame([], rows).shape == (3, 0)
        for name in whole:
            assert [*map(str, table.values(name, rows))] == [*map(str, whole[name].iloc[rows].tolist())]
        whole.loc[0, "value"] = 9.0
        assert table.frame(["value"])["value"][0] == 0  # a frame is the reader's own


@pytest.mark.parametrize("column", ["id", "code"])
def test_rows_are_found_by_a_text_in_the_order_asked(column, monkeypatch):
    def found(texts: list[str]) -> list[str]:
        table = held()
        return table.values(column, table.find(column, texts))

    asked = ["row 59", "nowhere", "row 0", "", "row 7", "row 0"]
    assert found(asked) == ["row 59", "row 0", "row 7", "row 0"] and found([]) == []
    monkeypatch.setattr(stored, "hashes", lambda texts: np.zeros(len(texts), dtype=np.uint64))
    assert found(asked) == ["row 59", "row 0", "row 7", "row 0"]  # where every two texts have one hash
    monkeypatch.setattr(stored, "hashes", lambda texts: np.arange(len(texts), dtype=np.uint64))
    assert found(asked) != ["row 59", "row 0", "row 7", "row 0"]  # mutation: a hash that is none


@pytest.mark.parametrize("column", ["id", "code", "some", "place"])
def test_the_rows_of_each_text_are_those_that_grouping_finds(column):
    table = held()
    expected = table.frame([column]).groupby(column, sort=False).indices
    found = table.columns[column].places()
    assert {k: v.tolist() for k, v in found.items()} == {k: v.tolist() for k, v in expected.items()}
    assert table.columns[column].distinct() == set(expected)


def test_a_table_without_rows_has_its_columns():
    table = stored.Stored({"id": stored.Texts(pa.chunked_array([], pa.dictionary(pa.int32(), pa.string())))})
    assert table.frame().shape == (0, 1) and table.find("id", ["x"]).tolist() == []
    assert table.columns["id"].places() == {}


def test_a_row_takes_a_byte_for_a_text_that_many_bear(monkeypatch):
    def bytes_a_row() -> float:
        column = pa.chunked_array([pa.array(PLACES * 500).dictionary_encode()])
        return stored.Texts(column)._codes.nbytes / (len(PLACES) * 500)

    assert bytes_a_row() == 1
    monkeypatch.setattr(
        np, "min_scalar_type", lambda value: np.dtype(np.uint64)
    )  # mutation: a pointer's size
    assert bytes_a_row() == 8


def test_records_of_pages_share_the_texts_by_which_they_read(monkeypatch):
    read = {"table": "observations", "selection": {"region_code": ["140100", "140200"]}, "sha": "x"}
    page = {"region_code": "140100", "theme": "t", "lang": "zh", "status": "ok"}
    stored_ = json.dumps(page | {"parts": {"code": "a hash"}, "reads": [read]})

    def shared() -> list[bool]:
        one, other = (records.PageRecord.of(json.loads(stored_)) for _ in range(2))
        assert one == other and one.to_json()["reads"] == [read]
        pairs = zip(*(r.reads[0].selection["region_code"] for r in (one, other)), strict=True)
        return [a is b for a, b in [*pairs, (one.parts["code"], other.parts["code"])]]

    assert shared() == [True] * 3
    monkeypatch.setattr(records, "_once", lambda value: value)  # mutation
    assert not any(shared())
