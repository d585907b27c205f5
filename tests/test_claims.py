"""The net for claims of cause: what it catches and refuses wrongly on sentences it was not made from; templates are reviewed."""

from __future__ import annotations

import csv
import importlib.util
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from analysis import claims
from analysis.cases import marking
from analysis.errors import MethodError
from analysis.sentences import Sentence, design, words

ROOT = Path(__file__).parents[1]
SENTENCES = Path(claims.__file__).with_name("claims_sentences.csv")
SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases" / "F30" / "claims.csv"
LANGS = ("zh", "en")
FRESH_CAUGHT = 0.85


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
    found = rows(SENTENCES, part)
    assert len(found) >= 100 and keeps(found, claims.cause)


def fresh(net: Callable[[str], object]) -> bool:
    """Whether a net does on sentences it never learnt from what docs/claims.md prints: both languages together."""
    found = rows(SENTENCES, "fresh")
    hits = {c: [bool(net(r["text"])) for r in found if r["causal"] == c] for c in "10"}
    return (
        len(found) >= 60
        and sum(hits["1"]) >= FRESH_CAUGHT * len(hits["1"])
        and sum(hits["0"]) <= 0.1 * len(hits["0"])
    )


def test_sentences_it_never_learnt_from_are_told_apart_and_by_patterns_alone_are_not(monkeypatch):
    assert fresh(claims.cause)
    assert not fresh(claims.met) and not fresh(claims.said), (
        "patterns are passed by whoever writes around them"
    )
    monkeypatch.setattr(claims.likeness, "score", lambda *_: -1.0)
    assert not fresh(claims.cause), "the mutation: no score"
    monkeypatch.setattr(claims.likeness, "score", lambda *_: 1.0)
    assert not fresh(claims.cause), "the mutation: everything is alike"


def test_a_net_without_its_gates_refuses_the_harmless(monkeypatch):
    found = rows(SENTENCES)
    assert keeps(found, claims.cause)
    monkeypatch.setattr(claims, "passed_over", lambda _: False)
    asked = [r for r in found if r["text"].endswith(("？", "?")) and r["causal"] == "0"]
    assert sum(bool(claims.cause(r["text"])) for r in asked) > len(asked) / 2


def made() -> ModuleType:
    """The script that makes the weights."""
    spec = importlib.util.spec_from_file_location("ops_claims", ROOT / "ops" / "claims.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def apart(kept: dict[str, dict[str, int]], again: dict[str, dict[str, int]]) -> list[str]:
    """Parts whose weights differ by more than one unit, which is what another processor's rounding may move."""
    return [
        part
        for lang in LANGS
        for part in kept[lang].keys() | again[lang].keys()
        if abs(kept[lang].get(part, 0) - again[lang].get(part, 0)) > 1
    ]


def test_the_kept_weights_are_those_of_the_kept_sentences():
    kept, again = claims.likeness.weights(), made().table()
    assert apart(kept, again) == []
    part = max(kept["zh"], key=lambda p: abs(kept["zh"][p]))
    assert apart(kept | {"zh": kept["zh"] | {part: 0}}, again) == [part], "the mutation"
    assert claims.likeness.WEIGHTS.stat().st_size <= 200_000


def test_nothing_held_out_is_learnt_from():
    script = made()
    assert not {"fresh", "held_out"} & set(script.LEARNT)
    learnt = {r["text"] for r in rows(SENTENCES) if r["part"] in script.LEARNT}
    unseen = [r["text"] for part in ("fresh", "held_out") for r in rows(SENTENCES, part)]
    assert unseen and not learnt & set(unseen)
    assert len({r["text"] for r in rows(SENTENCES)}) == len(rows(SENTENCES)), "no sentence stands twice"


def test_the_check_loads_nothing_heavy():
    code = (
        "import sys; from analysis import claims; claims.cause('The scheme delivered three hundred doctors');"
        "print(sorted({'numpy', 'scipy', 'pandas', 'statsmodels'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("“改革好。病人少了。”是院长的话", ["“改革好 病人少了 ”是院长的话"]),
        ("是托管吗？不知道", ["是托管吗？", "不知道"]),
    ],
)
def test_clauses_keep_a_quotation_whole_and_a_question_its_mark(text, kept):
    assert claims.clauses(text) == kept


def test_a_name_is_judged_in_its_sentence_and_a_claim_in_a_slot_is_found():
    name = ("领军专科床位排名", "Leading medical talent teams recruited")
    assert all(claims.cause(text) for text in name), "taken alone it reads like one"
    assert words("s", "{a}：没有公布", "{a}: not published", a=name).text("en").startswith("Leading")
    with pytest.raises(MethodError, match=r"only with a design.*who claims it.*claim="):
        words(
            "s",
            "{a}",
            "{a}",
            a=(
                "县里缺外科医生，医联体就送来了",
                "The county lacked surgeons, and the alliance supplied them",
            ),
        )


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
    assert all(claims.met(r["template"]) for r in listed), (
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
    assert claims.measured(SENTENCES) in docs


def entries(table: dict) -> list[str]:
    """Every text of a catalogue, in both languages."""
    own = [table[lang] for lang in LANGS if isinstance(table.get(lang), str)]
    return own + [text for part in table.values() if isinstance(part, dict) for text in entries(part)]


def unreviewed(texts: list[str]) -> list[str]:
    return [text for text in texts if claims.met(text) and text not in claims.reviewed()]


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
