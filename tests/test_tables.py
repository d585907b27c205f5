"""The contracts of the processed tables: what is refused, what is recorded, and that bytes repeat."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analysis import tables
from analysis.errors import DataError, MethodError

CELL = tables.Column(required=True)
COUNTS = tables.TableSpec(
    "a count of hospitals in a year",
    {
        "assessment_year": tables.Column("Int16", required=True),
        "metric": CELL,
        "value": tables.Column("float64", low=0),
        "note": tables.Column(),
        **tables.CITE,
    },
    ("assessment_year", "metric"),
)


@pytest.fixture(autouse=True)
def small_contract(monkeypatch):
    monkeypatch.setitem(tables.SPECS, "counts", COUNTS)


def counts(**changes) -> pd.DataFrame:
    row = {
        "assessment_year": 2022,
        "metric": "hospitals",
        "value": 2817.0,
        "note": "",
        "source_id": "ga-nhc",
        "locator": "2022",
        "source_grade": "A",
    }
    rows = [
        row,
        {**row, "assessment_year": 2023, "value": 2928.0},
        {**row, "metric": "ranked", "value": 1415.0},
    ]
    rows[0] |= changes
    return tables.conform("counts", rows)


@pytest.fixture
def processed(tmp_path, monkeypatch):
    monkeypatch.setenv("YIGAI_PROCESSED", str(tmp_path))
    tables.reset_reads()
    yield tmp_path
    tables.reset_reads()


def test_rows_come_back_sorted_typed_and_without_the_hash(processed):
    tables.write("counts", counts())
    back = tables.read("counts")
    assert back[["assessment_year", "metric"]].values.tolist() == [
        [2022, "hospitals"],
        [2022, "ranked"],
        [2023, "hospitals"],
    ]
    assert back.dtypes.astype(str).to_dict() == {
        c: s.dtype for c, s in tables.SPECS["counts"].columns.items()
    }


def test_a_copy_is_returned(processed):
    tables.write("counts", counts())
    mine = tables.read("counts")
    mine.loc[0, "value"] = -1
    assert (tables.read("counts").value > 0).all()


@pytest.mark.parametrize("column", ["source_id", "locator", "source_grade"])
def test_a_row_without_its_source_is_refused(column, processed):
    with pytest.raises(DataError) as error:
        tables.write("counts", counts(**{column: ""}))
    assert column in str(error.value) and "2022 hospitals" in str(error.value)
    assert not list(processed.iterdir())


def test_all_problems_are_listed_at_once():
    frame = pd.concat([counts(source_grade="D", value=-3), counts()])
    with pytest.raises(DataError) as error:
        tables.check("counts", frame)
    text = str(error.value)
    assert (
        '"D"' in text
        and "one of A, B, C" in text
        and "at least 0" in text
        and "2 rows" in text
        and "remove the repeated raw row" in text
    )


def test_a_missing_and_a_foreign_column_are_named():
    with pytest.raises(DataError) as error:
        tables.check("counts", counts().rename(columns={"note": "remark"}))
    assert "column note" in str(error.value) and "column remark" in str(error.value)


def test_selection_by_value_list_and_years(processed):
    tables.write("counts", counts())
    assert len(tables.read("counts", metric="hospitals")) == 2
    assert len(tables.read("counts", metric=["ranked", "nothing"])) == 1
    assert len(tables.read("counts", assessment_year=(2023, 2024))) == 1
    assert len(tables.read("counts", assessment_year=np.int64(2022))) == 2


SELECTIONS = (
    {},
    {"metric": "hospitals"},
    {"metric": ["ranked", "nothing"], "assessment_year": (2022, 2023)},
    {"metric": [], "source_grade": "A"},
    {"metric": "nothing"},
    {"source_grade": ["A"], "assessment_year": 2022},
    {"metric": "hospitals", "source_grade": "A", "as_of": dt.date.today().isoformat()},
    {"metric": "hospitals", "as_of": "1999-01-01"},
)


def test_rows_that_are_looked_up_are_those_that_a_look_at_all_rows_finds(processed, monkeypatch):
    def found() -> list[pd.DataFrame]:
        return [tables.read("counts", **selection) for selection in SELECTIONS]

    tables.write("counts", counts())
    whole = found()
    assert 0 < len(whole[1]) < len(whole[0]) and whole[4].empty
    monkeypatch.setitem(tables.LOOKED_UP, "counts", ("metric", "source_grade"))
    for frame, expected in zip(found(), whole, strict=True):
        pd.testing.assert_frame_equal(frame, expected)
    where = tables._where
    monkeypatch.setattr(tables, "_where", lambda *of: {k: v[1:] for k, v in where(*of).items()})
    assert len(tables.read("counts", metric="hospitals")) < len(
        whole[1]
    )  # mutation: an index that lacks a row


def test_a_table_that_was_written_again_is_looked_up_anew(processed, monkeypatch):
    monkeypatch.setitem(tables.LOOKED_UP, "counts", ("metric",))
    tables.write("counts", counts())
    old = tables._where(tables.state("counts"), "metric")
    assert len(tables.read("counts", metric="hospitals")) == 2
    tables.write("counts", counts(metric="beds"))
    assert len(tables.read("counts", metric="beds")) == 1 == len(tables.read("counts", metric="hospitals"))
    monkeypatch.setattr(tables, "_where", lambda *of: old)  # mutation: an index of the table as it was
    assert tables.read("counts", metric="beds").empty


def test_unknown_table_column_and_value_are_refused(processed):
    tables.write("counts", counts())
    with pytest.raises(MethodError, match="observations"):
        tables.read("nothing")
    with pytest.raises(MethodError, match='no column "province"'):
        tables.read("counts", province="110000")
    with pytest.raises(MethodError, match="a value or a list"):
        tables.read("counts", metric=None)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        (2014.5, "2014.5"),
        (20144, "20144"),
        ([2014, 23], "23"),
        ((2023, 2016), "2023 to 2016"),
        ((14, 2023), "14"),
    ],
)
def test_a_year_that_no_calendar_has_and_a_span_backwards_are_refused(processed, years, said):
    tables.write("counts", counts())
    with pytest.raises(MethodError, match=f"found {said}; expected years from 1900 to 2100"):
        tables.read("counts", assessment_year=years)
    assert tables.read("counts", assessment_year=0).empty  # what a theme asks for where no year is held


def test_tables_that_were_not_built_are_named_with_the_remedy(processed):
    with pytest.raises(DataError, match="run `make data`"):
        tables.read("observations")


def test_reads_are_recorded_once_and_can_be_hashed_again(processed):
    tables.write("counts", counts())
    tables.read("counts", metric=["ranked", "hospitals"], assessment_year=(2022, 2023))
    tables.read("counts", metric=["hospitals", "ranked"], assessment_year=(2022, 2023))
    (record,) = tables.reads()
    assert record.selection == {
        "assessment_year": {"from": 2022, "to": 2023},
        "metric": ["hospitals", "ranked"],
    }
    assert record.rows == 3 and tables.selection_hash(record.table, record.selection) == record.sha
    tables.reset_reads()
    assert tables.reads() == []


def test_a_selections_hash_changes_with_its_own_rows_only(processed):
    tables.write("counts", counts())
    hospitals, ranked = (tables.selection_hash("counts", {"metric": m}) for m in ("hospitals", "ranked"))
    changed = counts(value=2818.0)
    tables.write("counts", changed)
    assert tables.selection_hash("counts", {"metric": "hospitals"}) != hospitals
    assert tables.selection_hash("counts", {"metric": "ranked"}) == ranked


def test_same_rows_same_bytes_whatever_their_order(tmp_path):
    frame = counts()
    tables.write("counts", frame, tmp_path / "a")
    tables.write("counts", frame.iloc[::-1], tmp_path / "b")
    assert (tmp_path / "a/counts.parquet").read_bytes() == (tmp_path / "b/counts.parquet").read_bytes()


def test_a_content_hash_does_not_depend_on_the_order_of_rows_but_on_every_cell():
    frame = counts()
    hashes, columns = tables.row_hashes(frame), list(frame)
    assert tables.content_hash(columns, hashes) == tables.content_hash(columns, hashes[::-1])
    assert (
        len(
            {
                tables.content_hash(columns, tables.row_hashes(counts(**change)))
                for change in ({}, {"note": "x"}, {"value": 1.0}, {"source_grade": "B"})
            }
        )
        == 4
    )


def test_where_texts_are_python_objects_each_stands_once_and_the_rows_are_the_same(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    places = ["140000", "610000", ""] * 50
    table = pa.table({"place": places, "year": pa.array([2020, None, 2023] * 50, pa.int16())})
    path = tmp_path / "x.parquet"
    pq.write_table(table, path, row_group_size=40)  # a text stands in several groups of rows
    plain = tables._load.__wrapped__(str(path), (0, 0)).frame()
    with pd.option_context("mode.string_storage", "python"):
        once = tables._load.__wrapped__(str(path), (0, 0)).frame()
        assert list(once["place"]) == list(plain["place"]) == places
        assert once.dtypes.astype(str).to_dict() == plain.dtypes.astype(str).to_dict()
        assert once["year"].equals(plain["year"])
        assert len({id(text) for text in once["place"]}) == 3
        each = pd.array(
            ["".join(list(text)) for text in places], dtype="str"
        )  # the mutation: an object a row
        assert len({id(text) for text in each}) > 3
        empty = tmp_path / "none.parquet"
        pq.write_table(table.slice(0, 0), empty)
        assert tables._load.__wrapped__(str(empty), (0, 0)).frame().shape == (0, 2)


def test_pieces_are_what_is_read_in_its_order(processed):
    tables.write("counts", counts())
    whole = tables.read("counts")
    for rows in (1, 2, 100):
        made = list(tables.pieces("counts", rows))
        assert all(len(one) <= rows for one in made)
        pd.testing.assert_frame_equal(pd.concat(made, ignore_index=True), whole)
    assert [*tables.pieces("counts", 1, ["metric"])][0].shape == (1, 1)
    tables.write("counts", counts().iloc[:0])
    assert [len(one) for one in tables.pieces("counts", 2)] == [0]  # a table without rows keeps its columns


def test_a_form_is_asked_of_every_distinct_text_and_a_blank_passes():
    column = pd.Series(["2023", "", "2023-1", "2023", "x"], index=[3, 1, 4, 1, 5], dtype="str")
    found = tables._of_form(column, r"\d{4}")
    assert found.tolist() == [True, True, False, True, False] and found.index.equals(column.index)


@pytest.mark.parametrize("keys, once", [("abc", True), ("abca", False), ("", True)])
def test_keys_occur_once_or_not_as_pandas_tells(keys, once):
    frame = pd.DataFrame({"one": pd.Series(list(keys), dtype="str"), "two": 1})
    for key in (["one"], ["one", "two"]):
        assert tables._once_each(frame, key) is once is not bool(frame.duplicated(key).any())
