"""Parameters are typed, refused before anything starts, and never become code, a number or a path."""

from __future__ import annotations

import pytest

from analysis.errors import DataError, ParameterError
from analysis.report.plan import parameters

CELL = 'region_code = "140000"  # six-digit code\nlang = "zh"  # zh or en\nas_of = ""  # empty = newest\ndraws = 1000  # of the bootstrap\nlevel = 0.95\n'


def known():
    return parameters.schema(CELL, "01_x.ipynb")


def test_schema_reads_names_defaults_types_and_comments():
    found = known()
    assert list(found) == ["region_code", "lang", "as_of", "draws", "level"]
    assert (
        found["region_code"].default == "140000"
        and found["region_code"].type is str
        and found["region_code"].help == "six-digit code"
    )
    assert found["draws"].type is int and found["level"].help == ""


@pytest.mark.parametrize(
    "cell",
    [
        "import os",
        "a = b",
        "a = f()",
        "a, b = 1, 2",
        "a = 1\nif a: pass",
        "a = __import__('os')",
        "a = [x for x in ()]",
    ],
)
def test_a_cell_that_computes_is_refused(cell):
    with pytest.raises(DataError, match="01_x.ipynb, parameters cell"):
        parameters.schema(cell, "01_x.ipynb")


def test_all_problems_of_a_cell_are_named():
    with pytest.raises(DataError) as caught:
        parameters.schema("a = b\nc = d", "n")
    assert len(caught.value.problems) == 2


def test_check_fills_defaults_and_keeps_text_as_text():
    values = parameters.check(known(), {"region_code": "010000", "level": 1}, "n")
    assert values == {"region_code": "010000", "lang": "zh", "as_of": "", "draws": 1000, "level": 1}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"regoin_code": "140000"}, "did you mean region_code"),
        ({"region_code": 140000}, "int"),
        ({"draws": "1000"}, "str"),
        ({"draws": True}, "bool"),
        ({"as_of": None}, "NoneType"),
        ({"__import__('os')": "x"}, "no such parameter"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(values, words):
    with pytest.raises(ParameterError, match=words.replace("(", r"\(").replace(")", r"\)")):
        parameters.check(known(), values, "n")


def test_regions_are_the_same_by_code_and_name():
    assert parameters.regions(["山西", "Shanxi", "140000"]) == ["140000"]
    assert parameters.regions(["陕西", "Shanxi"]) == ["610000", "140000"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("010000", "110000"), ("山东省西", "山西省"), ("吉林", "220000"), ("吉林", "220200"), ("", "region")],
)
def test_an_unknown_or_ambiguous_region_lists_candidates(text, words):
    with pytest.raises(ParameterError, match=words):
        parameters.regions([text])


def test_all_wrong_regions_are_named_at_once():
    with pytest.raises(ParameterError) as caught:
        parameters.regions(["吉林", "nowhere"])
    assert len(caught.value.problems) == 2


def test_languages_themes_and_dates():
    assert parameters.languages("en,zh") == ["zh", "en"] and parameters.languages("en") == ["en"]
    assert parameters.themes(["b"], ["a", "b"]) == ["b"] and parameters.themes([], ["a", "b"]) == ["a", "b"]
    assert parameters.date("2026-11-01") == "2026-11-01" and parameters.date("") == ""
    for wrong, call in (
        ("fr", parameters.languages),
        ("", parameters.languages),
        ("2026-13-01", parameters.date),
        ("20261101", parameters.date),
    ):
        with pytest.raises(ParameterError):
            call(wrong)
    with pytest.raises(ParameterError, match="allowed: a, b"):
        parameters.themes(["nope"], ["a", "b"])


OWN = {
    "16_x.ipynb": parameters.schema(CELL + 'names = ["a"]\nfirm = True\n', "16_x.ipynb"),
    "01_x.ipynb": parameters.schema('region_code = "140000"\nnote = ""\n', "01_x.ipynb"),
}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("draws", "20", 20),
        ("level", "1", 1.0),
        ("level", "0.5", 0.5),
        ("names", '["b"]', ["b"]),
        ("firm", "false", False),
        ("note", "010000", "010000"),
        ("note", "", ""),
        ("note", "NaN", "NaN"),
    ],
)
def test_a_setting_takes_the_type_of_the_parameter(name, text, value):
    declared = next(found[name] for found in OWN.values() if name in found)
    found = parameters.typed(declared, text, "n")
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("draws", "x"),
        ("draws", "1.5"),
        ("draws", "true"),
        ("level", "NaN"),
        ("level", "Infinity"),
        ("level", "1e309"),
        ("level", "-1e400"),
        ("level", "1e-400"),
        ("level", "-2.5E-999"),
        ("level", "1" + "0" * 400),
        ("draws", "9" * 25),
        ("draws", "9" * 5000),
        ("names", f"[{'9' * 25}]"),
        ("names", "[1e999]"),
        ("level", ""),
        ("firm", "1"),
        ("names", "b"),
    ],
)
def test_a_setting_of_another_type_is_refused(name, text):
    with pytest.raises(ParameterError, match=rf"n, parameter {name}"):
        parameters.typed(OWN["16_x.ipynb"][name], text, "n")


def test_a_number_that_no_column_can_hold_would_be_taken_as_infinity(monkeypatch):
    """The mutation: without the look at its size."""
    monkeypatch.setattr(parameters, "_countable", lambda value: True)
    assert parameters.typed(OWN["16_x.ipynb"]["level"], "1" + "0" * 400, "n") == float("inf")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("draw=1", "did you mean draws"),
        ("draws", "NAME=VALUE"),
        ("lang=en", "--lang"),
        ("region_code=1", "--region"),
        ("=1", "allowed: draws"),
    ],
)
def test_a_setting_that_no_notebook_declares_is_refused(text, words):
    with pytest.raises(ParameterError, match=words):
        parameters.settings([text], OWN)


def test_settings_by_name():
    assert parameters.settings(["draws=20", "note=a=b", " level =1"], OWN) == {
        "draws": "20",
        "note": "a=b",
        "level": "1",
    }
