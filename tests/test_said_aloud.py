"""What a reader would say aloud: articles before names, counters, directions in words, marks that are no grades."""

import re
from dataclasses import replace

import pytest

from analysis import catalog, facts, sentences, tables
from analysis.facts import derived, number_text, observed
from analysis.report.pages import render
from analysis.sentences import name
from analysis.themes import naming
from analysis.words import LANGS


def said(template: str, **values) -> str:
    """An English sentence of one template."""
    return sentences.words("x", "甲{who}", template, **values).text("en")


@pytest.mark.parametrize(
    ("english", "template", "expected"),
    [
        ("Second Hospital of Shanxi Medical University", "{who} reports.", "The Second"),
        ("First Affiliated Hospital, Sun Yat-sen University", "At {who}.", "At the First"),
        ("Affiliated Hospital of Nantong University", "the {who}.", "the Affiliated"),
        ("Shanxi Bethune Hospital", "{who} reports.", "Shanxi"),
        ("Xiamen Hospital, Children’s Hospital of Fudan University", "{who} reports.", "Xiamen"),
    ],
)
def test_names_that_need_an_article_have_one(english, template, expected):
    for who in (("甲", english), name(("甲", english))):
        assert said(template, who=who).startswith(expected)


def test_an_article_inside_a_sentence_is_small():
    inner = sentences.Phrase(
        "{who}", "{who}", {"who": ("甲", "Second Hospital of Shanxi Medical University")}
    )
    whole = sentences.words("x", "只有{items}", "only {items} did", items=inner)
    assert whole.text("en").startswith("only the Second Hospital")
    assert sentences.words("x", "{items}", "{items} did", items=inner).text("en").startswith("The Second")


def test_mutation_without_the_rule_names_stand_bare(monkeypatch):
    monkeypatch.setattr(sentences, "ARTICLE", re.compile(r"$^"))
    assert said("{who} reports.", who=("甲", "Second Hospital of Shanxi Medical University")).startswith(
        "Second"
    )


def test_hospitals_are_counted_as_people_count_them(processed):
    rows = tables.read("observations", indicator="city_hospitals", region_code="140200").dropna(
        subset="value"
    )
    assert observed(rows.iloc[-1]).text("zh").endswith(" 家")
    beds = tables.read("observations", indicator="city_hospital_beds", region_code="140200").dropna(
        subset="value"
    )
    assert observed(beds.iloc[-1]).text("zh").endswith("张")


def test_mutation_hospitals_counted_as_statistics_print_them(processed, monkeypatch):
    monkeypatch.setattr(facts, "COUNTED_AS", {})
    assert _one().text("zh").endswith(" 个")


def test_chinese_amounts_have_no_comma():
    assert number_text(20_000_000, "money", "zh") == "2000 万元"
    assert number_text(10_150_000, "money", "en") == "CNY 10.15 million"


@pytest.mark.parametrize(
    ("value", "kind", "zh", "en"),
    [
        (-1.0, "above", "低 1.0%", "1.0% below"),
        (3.2, "higher", "高 3.2%", "3.2% higher"),
        (0.01, "beside", "持平", "as many"),
        (-4.0, "beside", "少 4.0%", "4.0% fewer"),
        (-4.0, "plain", "减少 4.0%", "down 4.0%"),
    ],
)
def test_a_direction_is_said_in_words(value, kind, zh, en):
    fact = derived(
        value, ("甲", "a"), ("乙", "b"), style="percent", signed=True, operation="a", inputs=(_one(),)
    )
    phrase = naming.worded({"g": fact}, kind, "g")["gw"]
    whole = sentences.words("x", "{w}", "{w}", w=phrase)
    assert [whole.text(lang) for lang in LANGS] == [zh, en]


def _one():
    return observed(tables.read("observations", indicator="city_hospitals").dropna(subset="value").iloc[0])


def test_keys_of_long_texts_are_never_read_as_grades():
    assert not set(render.LETTERS) & {"A", "B", "C"}


def test_a_region_that_stands_as_institution_has_its_english_name():
    assert naming.named("", "无锡市", "320200") == naming.in_both(catalog.region("320200").name)
    assert not re.search(r"[\u3400-\u9fff]", naming.named("", "无锡市", "320200")[1])
    assert naming.named("", "某医院", "320200") == ("某医院", "某医院")


def test_a_bound_is_said_in_words_without_a_gap(processed):
    fact = replace(_one(), quantifier="at_least")
    whole = sentences.words(
        "x", "引进 {n}，至多 {m}", "recruited {n}, {m}", n=fact, m=replace(fact, quantifier="exact")
    )
    assert whole.text("zh").startswith("引进至少 ") and "至多 1" in whole.text("zh").replace(
        fact.bare("zh")[3:], "1"
    )
    assert whole.text("en").startswith("recruited at least ")
