"""`coverage()` is typed: a place has a page or a Reason; what is neither, and a code that is no region, is refused."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from analysis.errors import DataError, MethodError
from analysis.facts import Reason
from analysis.report.plan import coverage


def answered(monkeypatch, covered: object) -> dict:
    theme = ModuleType("made_up_theme")
    theme.coverage = lambda: covered
    monkeypatch.setitem(sys.modules, "made_up_theme", theme)
    return coverage.of(["made_up_theme"])["made_up_theme"]


def test_a_reason_becomes_its_words(monkeypatch):
    found = answered(monkeypatch, {"140000": None, "110000": Reason("E1", "没有", "none")})
    assert found == {"110000": {"code": "E1", "zh": "没有", "en": "none"}, "140000": None}


@pytest.mark.parametrize(
    ("covered", "said"),
    [
        ({"149999": None}, "a six-digit code of data/regions.csv"),
        ({"山西": None}, "a six-digit code of data/regions.csv"),
        ({"140000": {"code": "E1", "zh": "没有", "en": "none"}}, "None or a Reason"),
    ],
)
def test_what_is_neither_is_refused(monkeypatch, covered, said):
    with pytest.raises(DataError, match=said):
        answered(monkeypatch, covered)


def test_a_code_that_is_no_state_is_refused():
    with pytest.raises(MethodError, match="E0 to E9"):
        Reason("E10", "没有", "none")
