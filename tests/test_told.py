"""What a finding says crosses rooms as a record: read back as it was written, and refused in words where a key is too many or too few."""

from __future__ import annotations

import json

import pytest

import page_fixture as fx
from analysis import strict
from analysis.errors import DataError
from analysis.told import Cited, Named, Told

FIGURE = fx.figure("zh", "山西") | {
    "headline": ["升至 ", {"fact": "f00000003", "text": "第 11 位"}, "，", {"plain": "2023", "kind": "year"}],
    "states": [{"code": "E1", "title": ["没有"], "settle": []}],
    "editions": {"dates": ["2024-01-01"], "said": [["甲"]], "facts": {}, "cells": {"rows": 0, "columns": {}}},
    "elsewhere": True,
}


def changed(where: str, key: str, remove: bool) -> dict:
    """The figure's JSON with a key too many, or one too few, in one of its parts."""
    whole = json.loads(json.dumps(FIGURE))
    part = {
        "finding": whole,
        "sentence": whole["sentences"][0],
        "record": whole["facts"]["f00000001"],
        "number": whole["headline"][1],
        "name": whole["headline"][3],
        "table": whole["tables"][0],
        "column": whole["tables"][0]["columns"][1],
        "shared": whole["tables"][0]["columns"][1]["record"],
        "cell": whole["tables"][0]["rows"][0][0],
        "state": whole["states"][0],
        "read": whole["reads"][0],
        "editions": whole["editions"],
    }[where]
    if remove:
        del part[key]
    else:
        part["more"] = 1
    return whole


def test_a_finding_is_read_back_as_it_was_written():
    found = Told.of(FIGURE)
    assert found.headline[1] == Cited("f00000003", "第 11 位") and found.headline[3] == Named("2023", "year")
    assert json.loads(json.dumps(found.to_json())) == FIGURE and Told.of(found.to_json()) == found


@pytest.mark.parametrize(
    ("where", "key"),
    [
        ("finding", "opens"),
        ("sentence", "withheld"),
        ("record", "operation"),
        ("number", "text"),
        ("name", "kind"),
        ("table", "highlight"),
        ("column", "style"),
        ("shared", "indicator"),
        ("cell", "kind"),
        ("state", "settle"),
        ("read", "sha"),
        ("editions", "dates"),
    ],
)
def test_a_key_too_many_or_too_few_is_refused_in_words(where, key, monkeypatch):
    for remove, said in ((False, "unknown more"), (True, f"no {key}")):
        with pytest.raises(DataError, match=f"{said}; expected .*; make it again"):
            Told.of(changed(where, key, remove))

    # the mutation: a reader that takes what it knows and leaves the rest loses a key without a word
    def lax(kind: type, content: dict) -> dict:
        return {name: value for name, value in content.items() if name in strict.names(kind)}

    monkeypatch.setattr(strict, "check", lax)
    Told.of(changed(where, key, remove=False))


def test_another_version_of_the_code_is_named():
    with pytest.raises(DataError, match="version 1"):
        Told.of(FIGURE | {"version": 1})
    with pytest.raises(DataError, match="version 'list'|version"):
        Told.of([])
