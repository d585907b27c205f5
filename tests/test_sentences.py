"""Sentences: digits only in slots, licensed words only with their condition, a forbidden sentence becomes its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.errors import MethodError
from analysis.facts import Fact, observed
from analysis.sentences import (
    Plain,
    Sentence,
    comparable,
    design,
    enough,
    name,
    needs,
    same_status,
    trend_allowed,
    words,
    year,
)
from analysis.told import Cited, Named
from test_facts import row

FACT = observed(row())


def test_says_segments_in_both_languages():
    sentence = words(
        "s",
        "{y} 年末{place}有 {n}。",
        "At the end of {y} {place} had {n}.",
        y=year(2023),
        place=("山西", "Shanxi"),
        n=FACT,
    )
    assert sentence.say("zh") == (
        Named("2023", "year"),
        " 年末",
        "山西",
        "有 ",
        Cited(FACT.id, "11.84 万人"),
        "。",
    )
    assert sentence.text("en") == "At the end of 2023 Shanxi had 118,400."
    assert sentence.facts == (FACT,)


@pytest.mark.parametrize(
    ("zh", "en", "found"),
    [
        ("有 3 人", "people", "no digit outside"),
        ("显著增加", "more", "no 'significant'"),
        ("更多", "significantly more", "no 'significant'"),
        ("改革导致人数增加", "x", "a causal claim only with a design"),
        ("x", "reform led to more staff", "a causal claim only with a design"),
        ("x", "more because of reform", "a causal claim only with a design"),
        ("人数呈上升趋势", "x", "a trend word only"),
        ("x", "a rising trend", "a trend word only"),
        ("{nobody}", "x", "slot {nobody}"),
    ],
)
def test_refuses_unlicensed_words(zh, en, found):
    with pytest.raises(MethodError, match=found):
        words("s", zh, en)


def test_a_name_with_digits_needs_a_plain():
    with pytest.raises(MethodError, match="text without digits"):
        words("s", "{a}", "{a}", a="136 工程").say("zh")
    with pytest.raises(MethodError, match="Fact"):
        Plain("3", "number")


def test_licensed_words_pass_only_with_their_condition():
    ok = Sentence("s", "人数呈上升趋势", "a rising trend", {}, (trend_allowed(10),))
    assert ok.text("zh") == "人数呈上升趋势"
    few = Sentence("s", "人数呈上升趋势", "a rising trend", {}, (trend_allowed(4),))
    assert few.text("zh") == "数据点不足五个，不作趋势判断。" and few.facts == ()
    broken = Sentence("s", "人数呈上升趋势", "a rising trend", {}, (trend_allowed(10, breaks_inside=1),))
    assert "definition" in broken.text("en")
    caused = Sentence(
        "s",
        "改革使得人数增加",
        "reform led to more",
        {},
        (design("双重差分", "difference in differences", checks_passed=False),),
    )
    assert "只能描述" in caused.text("zh")
    assert (
        Sentence(
            "s",
            "改革使得人数增加",
            "reform led to more",
            {},
            (design("双重差分", "did", checks_passed=True),),
        ).text("en")
        == "reform led to more"
    )


def test_a_trend_licence_is_no_causal_licence():
    with pytest.raises(MethodError, match="causal"):
        Sentence("s", "改革导致增加", "x", {}, (trend_allowed(10),))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (comparable(["a", "a"]), True), (comparable(["a", "b"]), False), (enough(5, 5), True), (enough(4, 5), False), (needs(True, "", ""), True),
        (same_status([FACT, FACT]), True), (same_status([FACT, observed(row(status="target"))]), False), (trend_allowed(5), True),
    ],
)  # fmt: skip
def test_conditions(condition, holds):
    assert condition.holds is holds


def test_the_first_failing_condition_gives_the_reason():
    sentence = Sentence("s", "甲", "a", {}, (enough(9, 5), comparable("ab"), enough(1, 5)))
    assert sentence.text("zh") == "口径不同，不作比较。"


def test_words_agree_with_their_number():
    """One measure is, three measures are; the number stands once where the forms say so, and Chinese needs none of it."""

    def said(n):
        return Sentence("x", "共 {n}。", "{n:measure|measures}, {n:~is|are} told.", {"n": n}).text("en")

    assert said(name("1")) == "1 measure, is told." and said(name("3")) == "3 measures, are told."
    one = replace(FACT, value=1, unit="")
    assert said(one).startswith("1 measure, is") and said(replace(one, quantifier="more_than")).endswith(
        "are told."
    )


def fact_of(value: float, qualifier: tuple[str, str]) -> Fact:
    return replace(FACT, value=value, style="number", decimals=0, step=None, qualifier=qualifier)


def test_a_qualifier_follows_the_noun_and_is_said_once():
    """`119 doctors (over three years)`, not `119 (over three years) doctors`; what the sentence says itself is not said again."""
    whole = fact_of(119, qualifier=("三年来", "over three years"))
    part = fact_of(40, qualifier=("三年来；计入总数；全职", "over three years; part of the whole; full-time"))
    said = words(
        "x",
        "引进博士 {n}，全职的 {f:-}。",
        "They hired {n:doctor|doctors}, of whom {f:-is full-time|are full-time}.",
        n=whole,
        f=part,
    )
    assert said.text("zh") == "引进博士 119（三年来），全职的 40（计入总数）。"
    assert (
        said.text("en")
        == "They hired 119 doctors (over three years), of whom 40 are full-time (part of the whole)."
    )
    alone = words("x", "博士 {f:-}。", "Doctors: {f:-}.", f=part)
    assert "三年来；计入总数；全职" in alone.text("zh"), (
        "the mutation: what nobody says is printed with the number"
    )
    dated = fact_of(7, qualifier=("2021 年底", "end of 2021"))
    segments = words("x", "{n:个|个}", "{n:centre|centres}", n=dated).say("en")
    assert segments[0].text == dated.text("en"), "digits never leave their Fact"
