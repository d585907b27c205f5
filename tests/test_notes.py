"""What is kept of a page: written and read back as one record; what is none is no page's."""

from __future__ import annotations

import gzip
import json

import pytest

from analysis.report.plan import notes
from analysis.report.plan.promises import Entry
from analysis.report.publish import changed
from analysis.told import Block, Cited, Named, Told

NOTE = notes.Note(
    Entry("140000", "a", "zh", 1, "01_a.ipynb", "a", "region", {"zh": "甲"}, {"as_of": ""}, "v1"),
    "140000/a.html",
    (
        Block("# 问"),
        Block(finding=Told("s", headline=("升至 ", Cited("f1", "3"), "，", Named("2023", "year")))),
    ),
)
PACKED = json.loads(gzip.decompress(notes.packed(NOTE)))


def test_a_note_is_read_back_as_it_was_written(tmp_path):
    path = tmp_path / "n"
    path.write_bytes(notes.packed(NOTE))
    assert notes.read(path) == NOTE and notes.packed(notes.read(path)) == notes.packed(NOTE)


@pytest.mark.parametrize("content", [[], 5, {}, {"entry": {}, "path": ""}, {**PACKED, "more": 1}])
def test_what_is_no_note_is_none(tmp_path, content, monkeypatch):
    path = tmp_path / "n"
    path.write_bytes(gzip.compress(json.dumps(content).encode()))
    with pytest.raises(ValueError, match="not what is kept of a page"):
        notes.read(path)
    assert changed._headlines(lambda name: path, "140000", "a") == {"zh": {}, "en": {}}
    # the mutation: a reader that takes whatever it finds brings down what compares two issues
    monkeypatch.setattr(notes, "read", lambda path: json.loads(gzip.decompress(path.read_bytes())))
    with pytest.raises(AttributeError):
        changed._headlines(lambda name: path, "140000", "a")


def test_the_note_of_a_site_made_before_is_read(tmp_path, monkeypatch):
    """An older site holds the day beside the parameters: its pages are not made anew for that, and no index fails."""
    path = tmp_path / "n"
    older = {**PACKED, "entry": {**PACKED["entry"], "as_of": ""}}
    path.write_bytes(gzip.compress(json.dumps(older).encode()))
    assert notes.read(path) == NOTE
    path.write_bytes(
        gzip.compress(json.dumps({**older, "entry": {**older["entry"], "other": 1}}).encode())
    )  # the mutation
    with pytest.raises(ValueError, match="found unknown other"):
        notes.read(path)
