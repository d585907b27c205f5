"""A sentence that would read the same under every place's name is marked as the nation's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.cells import Cell, pack
from analysis.report.formats import document, prose
from analysis.report.pages import render
from analysis.told import Cited, Record, Said, Segments, Told, cited, text_of
from theme_pages import findings


def cell(place: str) -> Cell:
    return Cell(
        f"x:{place}", "doctors", place, "", start="2023-01-01", end="2023-12-31", source="s", locator="l"
    )


def book(code: str, **operations: str) -> render.Book:
    """Facts: own (of Taiyuan), all (of three provinces), none (a constant)."""
    made = render.Book("zh", code)
    held = {"own": ["140100"], "all": ["110000", "140000", "350000"], "none": []}
    for name, places in held.items():
        rows = [[0, len(places) - 1]] if places else []
        fact = Record(name, operation=operations.get(name, ""), rows=rows)
        made.add(Told(name, facts={name: fact}, cells=pack([cell(p) for p in places])))
    return made


def said(*names: str) -> Segments:
    return ("每千人口 ", *(Cited(n, "3") for n in names), "。")


def test_a_sentence_without_a_number_of_the_place_is_marked():
    page = book("140000")
    assert "全国" in page.scope(said("all")) and "全国" in page.scope(said(), said("all"))
    assert not page.scope(said("own")) and not page.scope(said("all", "own")), (
        "a city is part of its province"
    )
    assert not page.scope(said("none")) and not page.scope(said()), "nothing says of where"
    assert not book("000000").scope(said("all")), "the nation's own page"
    told = ("山西的变动，没有一项经得住误差 ", *said("all"))
    assert not page.scope(told) and not page.scope(("没有一项。",), told), "it names the place"
    assert page.scope(("没有一项。",), ("江苏的变动 ", *said("all"))), "the mutation: another place is named"
    named = book("140000", all="rank(doctors / population, '140000')")
    assert not named.scope(said("all")), "the mutation: a place among all is the place's own number"
    page.known["all"] = replace(page.known["all"], inputs=("own",))
    assert not page.scope(said("all")), "a distance between the place and others is the place's own number"
    page.known["all"] = replace(page.known["all"], inputs=("none",))
    assert page.scope(said("all")), "the mutation: none of what it is worked out of is the place's"


def test_documents_carry_the_same_mark():
    def written(code: str, *names: str) -> str:
        out = document.Writer("zh", code, records=False)
        out.book = book(code)
        out.said(Told("one", sentences=(Said("one", said(*names)),)))
        return prose.text(out.blocks[0].runs)

    assert written("140000", "all").startswith("全国 每千人口")
    assert written("140000", "own").startswith("每千人口"), "the mutation: a number of the place"
    assert written("000000", "all").startswith("每千人口")


@pytest.mark.slow
@pytest.mark.parametrize("stem", ["24_between_cities", "20_resource_equity", "09_age_and_supply"])
def test_what_stands_unchanged_on_two_places_pages_is_marked(processed, stem):
    """Sentences with numbers that two provinces' pages share: each carries the mark; without it the check finds them."""

    def sentences(code: str, place: str) -> dict[str, str]:
        made = render.Book("zh", place)
        out = {}
        for finding in findings(stem, code, "zh"):
            page = finding.tell("zh")
            made.add(page)
            for one in page.sentences:
                if cited(one.segments):
                    out[text_of(one.segments)] = str(made.scope(one.segments, page.headline))
        return out

    first, second = sentences("140000", "140000"), sentences("350000", "350000")
    shared = set(first) & set(second)
    assert shared and all(first[s] and second[s] for s in shared)
    assert not any(sentences("140000", "").values()), "the mutation"
