"""The net for claims of cause: what it catches and refuses wrongly on sentences it was not made from; templates are reviewed."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis import claims
from analysis.cases import marking
from analysis.errors import MethodError
from analysis.sentences import Sentence, design, words

FIXTURE = Path(__file__).parent / "fixtures" / "claims.csv"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases" / "F30" / "claims.csv"
LANGS = ("zh", "en")


def rows(file: Path, part: str = "") -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle) if not part or row["part"] == part]


def rates(found: list[dict[str, str]], net: Callable[[str], object], lang: str) -> tuple[float, float]:
    """(share of causal sentences caught, share of harmless ones refused)."""
    hits = {c: [bool(net(r["text"])) for r in found if r["lang"] == lang and r["causal"] == c] for c in "10"}
    return tuple(sum(hits[c]) / len(hits[c]) for c in "10")


def keeps(found: list[dict[str, str]], net: Callable[[str], object]) -> bool:
    """At least nine in ten claims of cause are caught and at most one in ten others is refused, in each language."""
    return all(
        caught >= 0.9 and refused <= 0.1 for caught, refused in (rates(found, net, lang) for lang in LANGS)
    )


@pytest.mark.parametrize("part", ["development", "held_out"])
def test_the_net_keeps_its_rates(part):
    found = rows(FIXTURE, part)
    assert len(found) >= 100 and keeps(found, claims.cause)


def test_a_net_without_its_open_patterns_fails(monkeypatch):
    """Mutations: without the patterns no sentence is caught; without the disclaimers harmless ones are refused."""
    found = rows(FIXTURE)
    assert not keeps(found, lambda text: None)
    assert not keeps(found, lambda text: True)
    monkeypatch.setattr(claims, "_hit", lambda *_: None)
    assert not keeps(found, claims.cause)


def test_the_cases_written_around_word_lists():
    if not SHARED.is_file():
        pytest.skip("the shared cases are not on this machine")
    found = rows(SHARED)
    assert keeps(found, claims.cause)
    refused = [r for r in found if r["causal"] == "1" and not marking.overstated(r["text"])]
    assert refused == []


@pytest.mark.parametrize(
    "text",
    [
        "No cause is named: three other measures began in the same years.",
        "The change of 2020 is not shown, because the 2020 count is missing.",
        "来源称该计划引进博士40人，这是来源的说法。",
        "2020年数据缺失，因此不显示该年变化。",
    ],
)
def test_a_disclaimer_an_attribution_and_a_reason_of_the_data_are_no_claims(text):
    assert claims.cause(text) is None


def test_a_disclaimer_covers_its_own_clause_only():
    assert claims.cause("No cause is named. The scheme raised the number of doctors.") is not None
    assert claims.cause("数据缺失，不作判断。托管使医院排名前移。") is not None


def test_free_text_is_refused_and_a_design_licenses_it():
    text = ("共建让患者留在省内", "The new centre helped patients stay in the province")
    with pytest.raises(MethodError, match="only with a design"):
        words("s", *text)
    did = design("双重差分", "difference in differences", checks_passed=True)
    assert Sentence("s", *text, {}, (did,), claim="cause").text("en") == text[1]
    with pytest.raises(MethodError, match="only with a design"):
        Sentence("s", *text, claim="cause")
    with pytest.raises(MethodError, match="one of description"):
        Sentence("s", *text, claim="opinion")


def test_words_handed_over_in_a_slot_are_part_of_the_claim():
    with pytest.raises(MethodError, match="only with a design"):
        words("s", "{a}", "{a}", a=("改革缩短了住院日", "The reform shortened stays"))


def test_a_declared_template_is_held_to_the_plainest_words():
    with pytest.raises(MethodError, match="only with a design"):
        Sentence("s", "改革导致增加", "The reform led to more", claim="description")


def test_reviewed_templates_state_kind_and_reason():
    listed = rows(Path(claims.__file__).with_name("claims_reviewed.csv"))
    assert listed and all(r["kind"] in claims.KINDS and r["kind"] != "cause" and r["reason"] for r in listed)
    assert all(claims.cause(r["template"]) for r in listed), (
        "a template that the net no longer meets needs no review"
    )


def test_an_answer_that_meets_no_pattern_is_left_open():
    assert marking.overstated("The rank was 179 in 2019.") == ""
    assert "effect" in marking.overstated("The effect of trusteeship is a gain of 101 places.")
    kept = marking.caselab.grade_item(
        {"key": "a", "kind": "text", "points": 3, "least": 5, "mentions": []}, "The rank was 179 in 2019."
    )
    assert kept.state == "person" and kept.points == 0


def test_the_printed_rates_are_the_measured_ones():
    docs = (Path(__file__).parents[1] / "docs" / "claims.md").read_text(encoding="utf-8")
    assert claims.measured(FIXTURE) in docs


def entries(table: dict) -> list[str]:
    """Every text of a catalogue, in both languages."""
    own = [table[lang] for lang in LANGS if isinstance(table.get(lang), str)]
    return own + [text for part in table.values() if isinstance(part, dict) for text in entries(part)]


def unreviewed(texts: list[str]) -> list[str]:
    return [text for text in texts if claims.cause(text) and text not in claims.reviewed()]


def test_every_text_of_a_theme_that_the_net_meets_has_been_reviewed():
    folder = Path(claims.__file__).parent / "themes"
    texts = [
        text
        for file in sorted(folder.glob("*.toml"))
        for text in entries(tomllib.loads(file.read_text("utf-8")))
    ]
    assert len(texts) > 4000 and unreviewed(texts) == []


def test_a_new_claim_of_cause_in_a_catalogue_is_found():
    told = tomllib.loads(
        'claim = "description"\n[a.sentences]\nb = { zh = "托管使医院排名前移。", en = "Ranks." }'
    )
    assert unreviewed(entries(told)) == ["托管使医院排名前移。"]


def shared_reasons(rows: list[dict[str, str]]) -> dict[str, int]:
    """Reasons given for more templates than one and its other language, but for those that name what the template is."""
    names = {"a formula in words", "the name of a number"}
    counted = Counter(row["reason"] for row in rows if row["reason"] not in names)
    return {reason: n for reason, n in counted.items() if n > 2}


def test_each_reviewed_template_stands_somewhere_and_has_a_reason_of_its_own():
    file = Path(claims.__file__).with_name("claims_reviewed.csv")
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    folder = Path(claims.__file__).parent
    said = {
        text for one in [*folder.rglob("*.toml")] for text in entries(tomllib.loads(one.read_text("utf-8")))
    }
    assert not [row["template"] for row in rows if row["template"] not in said], "reviewed and said nowhere"
    assert not shared_reasons(rows)
    generic = [dict(row, reason="a result of the method") for row in rows[:3]]
    assert shared_reasons(generic) == {"a result of the method": 3}, "the mutation"
