"""Which sentences a briefing opens with: figures of the place first, slight moves and counts of documents last, no sentence of all places."""

from __future__ import annotations

from dataclasses import replace

from analysis import cells
from analysis.cells import Cell
from analysis.report.pages import choice, page
from analysis.told import Cited, Record, Said, Told

ZHEJIANG = "330000"


def finding(name: str, *facts: dict, places: tuple[str, ...] = (ZHEJIANG,), brief: int = 1) -> Told:
    """A finding with one sentence that prints these facts, resting on one cell a place."""
    held = [
        Cell(f"{name}:{p}", place=p, indicator="doctors", end="2023-12-31", source="s", value=1.0)
        for p in places
    ]
    whole = {
        f"{name}-{n}": Record(**{"id": f"{name}-{n}", "rows": [[0, len(held) - 1]], "value": 1.0} | fact)
        for n, fact in enumerate(facts)
    }
    said = Said(name, ("x", *(Cited(one, "1") for one in whole)), brief)
    return Told(name, sentences=(said,), facts=whole, cells=cells.pack(held))


LEVEL = finding("level", {"style": "rate", "value": 4.01}, {"style": "rank", "value": 3.0}, brief=4)
SLIGHT = finding("slight", {"style": "rank", "value": 30.0}, {"style": "rank", "value": 29.0}, brief=1)
MOVE = finding("move", {"style": "rank", "value": 2.0}, {"style": "rank", "value": 11.0}, brief=3)
COUNTED = finding("counted", {"style": "count", "operation": "count()", "value": 2.0}, brief=1)
PROMISE = finding("promise", {"status": "target", "style": "count", "value": 10.0}, brief=1)
EVERYONE = finding(
    "everyone", {"style": "percent", "value": 60.0}, places=("110000", "120000", ZHEJIANG), brief=1
)


def lead(*findings: Told, code: str = ZHEJIANG) -> list[str]:
    return [s.id for s in page.headlines(list(findings), code)]


def test_a_move_of_one_place_never_opens_where_anything_else_is_known():
    assert lead(SLIGHT, LEVEL) == ["level", "slight"] and lead(SLIGHT) == ["slight"]
    assert lead(SLIGHT, LEVEL, MOVE)[0] == "move", "a move of nine places is no slight one"
    bigger = finding("slight", {"style": "rank", "value": 30.0}, {"style": "rank", "value": 20.0}, brief=1)
    assert lead(bigger, LEVEL)[0] == "slight", "the mutation: ten places apart, and the same sentence opens"


def test_promises_stand_below_results_and_counts_below_all():
    assert lead(COUNTED, PROMISE, LEVEL) == ["level", "promise", "counted"]
    assert lead(COUNTED, PROMISE, LEVEL, MOVE) == ["move", "level", "promise"], (
        "beside three others no count stands"
    )
    counted = finding(
        "counted promises", {"operation": "count()", "style": "count", "value": 5.0}, {"status": "commitment"}
    )
    assert choice.weight(list(counted.facts.values())) == choice.PROMISE, (
        "their number makes promises no result"
    )
    reposted = finding("reposted", {"grade": "C", "style": "count", "value": 11.0})
    assert choice.weight(list(reposted.facts.values())) == choice.COUNT


def test_a_sentence_of_all_places_stands_under_none_of_them():
    assert lead(EVERYONE, LEVEL) == ["level"] and lead(EVERYONE) == []
    assert lead(EVERYONE, code="000000") == ["everyone"], "the nation's own"
    named = finding(
        "everyone",
        {"style": "rank", "operation": f"rank(doctors, '{ZHEJIANG}')"},
        places=("110000", ZHEJIANG),
    )
    assert lead(named) == ["everyone"], (
        "the mutation: an operation that names the place makes it the place's own"
    )


def test_figures_of_a_city_are_its_provinces_too_and_not_another_citys():
    hangzhou = finding("city", {"style": "rate"}, places=("330100",))
    assert (
        lead(hangzhou) == ["city"]
        and lead(hangzhou, code="330100") == ["city"]
        and lead(hangzhou, code="330200") == []
    )


def test_news_is_larger_for_a_larger_move():
    moves = [list(f.facts.values()) for f in (SLIGHT, MOVE)]
    assert choice.news(moves[0]) < choice.news(moves[1]) <= 1


def test_places_of_two_things_are_no_move():
    doctors, beds = (
        Record(k, style="rank", value=v, operation=f"rank({k}, 'x')")
        for v, k in ((4.0, "nurses"), (25.0, "beds"))
    )
    assert (
        choice.news([doctors, beds]) == 0
        and choice.weight([doctors, replace(beds, value=4.0)]) == choice.RESULT
    )
    again = replace(doctors, value=5.0)
    assert choice.weight([doctors, again]) == choice.SLIGHT


def test_five_sentences_tell_five_things_where_a_place_has_them():
    growth = (
        {"style": "percent", "value": 31.8, "unit": "%"},
        {"style": "percent", "value": 65.3, "unit": "%"},
    )
    first = finding("first", *growth, {"style": "count", "value": 2.86, "unit": "万人"}, brief=1)
    again = finding("again", *growth, {"style": "percent", "value": -1.8, "unit": "%"}, brief=2)
    rest = [
        finding(f"new-{n}", {"style": "rate", "value": 10.0 + n, "unit": "人"}, brief=3) for n in range(4)
    ]
    assert "again" not in lead(first, again, *rest), "four that say something new come before"
    assert lead(first, again, *rest[:2]) == ["first", "new-0", "new-1", "again"], (
        "it stands last where there is room"
    )
    other = finding("again", growth[0], {"style": "percent", "value": -1.8, "unit": "%"}, brief=2)
    assert lead(first, other, *rest)[1] == "again", (
        "the mutation: one number repeated is a thread, not a repetition"
    )


def test_the_last_seat_is_kept_for_what_documents_write_of_the_place(monkeypatch):
    """Qingdao's hospital stands in one newspaper page; five yearbook figures would crowd it out of the city's briefing."""

    def documented(source: str, place: str = ZHEJIANG, brief: int = 1) -> Told:
        held = [Cell("d:1", place=place, indicator="x", source=source, value=1.0)]
        fact = Record("d-0", rows=[[0, 0]], style="count", value=5.0, operation="count()")
        said = Said("documented", ("x", Cited("d-0", "5")), brief)
        return Told("documented", sentences=(said,), facts={"d-0": fact}, cells=cells.pack(held))

    rest = [
        finding(f"new-{n}", {"style": "rate", "value": 10.0 + n, "unit": "人"}, brief=3) for n in range(6)
    ]
    assert lead(*rest, documented("doc-002")) == ["new-0", "new-1", "new-2", "new-3", "documented"]
    for other in (
        documented("city-yearbook"),
        documented("doc-002", place="110000"),
        documented("doc-002", brief=7),
    ):
        assert "documented" not in lead(*rest, other), "a series, another place, or an aside takes no seat"
    cities = documented("doc-004", place="330100")
    assert lead(*rest, cities)[-1] == "documented", (
        "what a bulletin writes of the province's cities, where nothing else is written"
    )
    assert "documented" not in lead(*rest, documented("doc-002", place="330100")), (
        "a paper on a city is the city's"
    )
    monkeypatch.setattr(choice, "OFFICIAL", ())
    assert "documented" not in lead(*rest, cities), "the mutation"


def test_the_net_gain_of_a_province_is_its_own(processed):
    """Its briefing loses the sentence where every Fact rests on all provinces: the gain itself rests on the province's two counts."""
    from theme_pages import both

    shift = Told.of(both("05_talent_inflow", "140000")[0]["shift"])
    facts = [shift.facts[one] for one in choice.cited(shift.sentences[0])]
    assert choice._own(facts, shift, "140000")
    assert not choice._own(facts[1:], shift, "140000"), "the mutation: the rest alone is of all provinces"
