"""What changed since the issue before: four kinds, each from the facts that issues keep."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from analysis import catalog, cells
from analysis.report.pages import changes, feed, render
from analysis.report.pages.shown import Plan
from analysis.words import LANGS

ONE_OF_MANY = re.compile(r"\b1 (?:\w+ )?(?:values|changes)\b")

OLD = cells.Cell(
    "nbs-province:140000:doctors:2023",
    place="140000",
    indicator="doctors",
    start="2023-12-31",
    end="2023-12-31",
    value=118400.0,
    printed="11.84 万人",
    source="nbs-province",
)
REVISED = OLD._replace(value=118900.0, printed="11.89 万人")
NEXT = OLD._replace(
    id="nbs-province:140000:doctors:2024", start="2024-12-31", end="2024-12-31", printed="12.01 万人"
)
PEER = NEXT._replace(id="nbs-province:320000:doctors:2024", place="320000")


def page(
    *held: cells.Cell, version: str = "a", formula: str = "doctors / people", said: str = "It rose"
) -> changes.Page:
    fact = {
        "label": {"zh": f"密度（{formula}）", "en": f"Density ({formula})"},
        "formula": {"zh": formula, "en": formula},
    }
    facts = {"cells": cells.pack(list(held)), "facts": {"f1": fact}, "code_version": version}
    return changes.Page(facts, {lang: {"rise": said} for lang in ("zh", "en")})


def test_new_and_revised_data_are_told_apart_and_peers_are_not_the_places_own():
    found = changes.between({"t": page(OLD)}, {"t": page(REVISED, NEXT, PEER)}, "140000")
    assert [one.id for one in found.new] == [NEXT.id] and found.counts == {
        "new": 1,
        "revised": 1,
        "method": 0,
        "code": 0,
    }
    assert (found.revised[0].before, found.revised[0].printed) == ("11.84 万人", "11.89 万人")
    moved = changes.between({"t": page(OLD)}, {"t": page(OLD), "u": page(OLD)}, "140000")
    assert moved == changes.Changes(), "a number that another theme uses too is not new"
    assert len(changes.between({"t": page(OLD)}, {"t": page(REVISED, NEXT, PEER)}, "320000").new) == 1


def test_method_words_and_code_are_told_apart():
    was = {"t": page(OLD)}
    method = changes.between(was, {"t": page(OLD, formula="doctors / residents")}, "140000")
    assert method.method[0].before["en"] == "doctors / people" and method.method[0].what["en"] == "Density"
    assert method.counts == {"new": 0, "revised": 0, "method": 1, "code": 0}
    words = changes.between(was, {"t": page(OLD, version="b", said="It has risen")}, "140000")
    assert [one.after["en"] for one in words.method] == ["It has risen"] and words.code == (
        changes.Code("t", "a", "b"),
    )
    data = changes.between(was, {"t": page(OLD, said="It fell")}, "140000")
    assert data == changes.Changes(), "the same words, chosen by other numbers, are no change of words"


def test_a_numbers_history_grows_when_it_is_printed_differently():
    one = changes.carried({}, {"t": page(OLD)}, "140000", "2026-09")
    same = changes.carried(one, {"t": page(OLD)}, "140000", "2026-10")
    two = changes.carried(same, {"t": page(REVISED)}, "140000", "2026-11")
    assert one == same and [e["issue"] for e in two[OLD.id]] == ["2026-09", "2026-11"]
    found = changes.between({"t": page(OLD)}, {"t": page(REVISED)}, "140000")
    [row] = changes.tables(found, two, "en", {})[1]["rows"]
    assert row[2:4] == ["11.84 万人", "11.89 万人"] and row[-1] == "2026-09: 11.84 万人 → 2026-11: 11.89 万人"


def test_the_feed_has_an_entry_an_issue_and_the_same_bytes():
    counts = dict.fromkeys(changes.KINDS, 1)
    issues = [{"issue": month, "before": "", "counts": counts} for month in ("2026-10", "2026-11")]
    text = feed.feed(issues)
    atom = "{http://www.w3.org/2005/Atom}"
    root = ET.fromstring(text)
    assert [e.findtext(f"{atom}title") for e in root.iter(f"{atom}entry")] == ["2026-11", "2026-10"]
    assert (
        all(root.findtext(f"{atom}{name}") for name in ("id", "title", "updated"))
        and feed.feed(issues) == text
    )


def test_the_feed_counts_one_as_well_as_many(monkeypatch):
    one = [{"issue": "2026-11", "before": "", "counts": dict.fromkeys(changes.KINDS, 1)}]
    assert not ONE_OF_MANY.search(feed.feed(one))
    words = {lang: dict(render.words(lang)) for lang in LANGS}
    words["en"]["changes_counts"] = "{new} new values, {revised} revised, {method} of method, {code} of code"
    monkeypatch.setattr(feed.render, "words", words.__getitem__)
    assert ONE_OF_MANY.search(feed.feed(one)), "the mutation: a plural after whatever number"


def test_a_hospitals_number_says_whose_it_is_and_an_entry_without_a_number_is_named():
    beds = NEXT._replace(id="doc-000-001", institution="H01", indicator="beds", source="doc-000")
    entry = cells.Cell("M001", kind="other", institution="H01", source="doc-000")
    found = changes.between({"t": page(OLD)}, {"t": page(OLD, beds, entry)}, "140000")
    for lang in ("zh", "en"):
        whose = catalog.institution("H01").name(lang)
        rows = changes.tables(found, {}, lang, {})[0]["rows"]
        assert [row[0].startswith(whose) for row in rows] == [True, True], rows
        assert all(cell for row in rows for cell in row), "no cell is empty"
        assert any("M001" in row[0] for row in rows)
    without = beds._replace(institution="")
    [row] = changes.tables(changes.Changes(new=(changes._number(without),)), {}, "en", {})[0]["rows"]
    assert not row[0].startswith(whose), "the name comes from the cell's institution"


def test_the_page_opens_with_how_much_of_each_kind_changed():
    found = changes.between({"t": page(OLD)}, {"t": page(REVISED, NEXT)}, "140000")
    for lang in ("zh", "en"):
        shown = changes.tables(found, {}, lang, {})
        html = changes.page(lang, "140000", "2026-11", "2026-10", shown, Plan())
        top = html.partition("<main")[2].partition("<section")[0]
        assert re.findall(r'<a href="#(\w+)">[^<]*</a> <b data-plain="?count"?>(\d+)</b>', top) == [
            ("new", "1"),
            ("revised", "1"),
            ("method", "0"),
            ("code", "0"),
        ]
        assert all(table["caption"] != table["title"] for table in shown)
        assert html.count('<th scope="col" class="l">') == sum(len(t["heads"]) for t in shown if t["rows"])
