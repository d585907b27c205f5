"""Findings: one payload for the page, one HTML for JupyterLab, tables that cite their columns."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pandas as pd
import pytest

import copies
from analysis import cells, facts, findings, tables, tidy
from analysis.cells import Cell
from analysis.errors import MethodError
from analysis.facts import State, derived, observed
from analysis.findings import MIME, RENDER, Column, Finding, Table
from analysis.sentences import Sentence, brief, enough, words
from test_facts import row

FACT = observed(row())


class Picture:
    def svg(self, width):
        return f"<svg data-width='{width}'><text>3.42</text></svg>"

    def png(self, headline="", subtitle="", note=""):
        return b"\x89PNG" + headline.encode()


def table(**changes) -> Table:
    how = {
        "id": "t",
        "caption": ("数据", "Data"),
        "frame": pd.DataFrame(
            {"name": ["山西", "西藏"], "name_en": ["Shanxi", "Tibet"], "rate": [3.416, None]}
        ),
        "columns": (
            Column("name", ("省份", "Province"), "name"),
            Column(
                "rate", ("医师", "Doctors"), "rate", ("每千人口", "per 1,000"), source_ids=("nbs-province",)
            ),
        ),
        "highlight": (0,),
    } | changes
    return Table(**how)


def finding(**changes) -> Finding:
    how = {
        "section": "s",
        "headline": words("h", "有 {n}", "has {n}", n=FACT),
        "sentences": (brief("b", 1, "共 {n}。", "In all {n}.", n=FACT),),
        "drawing": Picture(),
        "tables": (table(),),
        "alt": words("alt", "山西有 {n}", "Shanxi has {n}", n=FACT),
        "states": (State("E4", ("只有一点", "one point")),),
    } | changes
    return Finding(**how)


def test_payload_is_json_and_names_every_fact():
    payload = json.loads(json.dumps(finding().json("zh"), ensure_ascii=False))
    assert payload["kind"] == "figure" and payload["headline"] == [
        "有 ",
        {"fact": FACT.id, "text": "11.84 万人"},
    ]
    assert (
        set(payload["facts"]) == {FACT.id}
        and payload["drawings"].keys() == {"wide", "narrow"}
        and payload["sentences"][0]["brief"] == 1
    )
    assert payload["tables"][0]["rows"][0][1] == {
        "text": "3.42",
        "value": 3.416,
        "fact": None,
        "kind": "number",
    }
    assert payload["tables"][0]["rows"][1][1]["text"] == "–"
    assert payload["reads"] == [one.to_json() for one in tables.reads()]


def told(payload: dict) -> list[dict]:
    """The lines of a finding's first table, as a reader of its CSV gets them."""
    head, *lines = payload["tables"][0]["csv"]
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_every_printed_cell_leaves_as_a_line_with_place_unit_and_source():
    first, second = told(finding().json("zh"))
    assert (first["region_code"], first["row_zh"], first["row_en"]) == ("140000", "山西", "Shanxi")
    assert (first["value"], first["printed_zh"], first["sources"]) == (3.416, "3.42", "nbs-province")
    assert (second["region_code"], second["value"], second["printed_zh"]) == ("540000", None, "–")
    assert told(finding().json("en")) == [first, second], (
        "the file has both languages and is the same in either"
    )


def test_rows_of_one_name_stay_apart_in_the_tidy_form():
    """Two models of one name, as regressions have them: the file is made wide again by the number of the row."""
    frame = pd.DataFrame({"name": ["model", "model"], "name_en": ["model", "model"], "value": [1.0, 2.0]})
    columns = (
        Column("name", ("模型", "Model"), "name"),
        Column("value", ("值", "Value"), "number", source_ids=("nbs-province",)),
    )
    table = Table("models", ("模型", "Models"), frame, columns)
    lines = [dict(zip(tidy.HEADER, line.cells(), strict=True)) for line in table.lines()]
    wide = pd.DataFrame(lines).pivot(index="row", columns="column", values="value")
    assert wide["value"].tolist() == [1.0, 2.0]


def test_a_bound_stays_a_bound_and_an_interval_keeps_both_ends():
    most = replace(FACT, quantifier="at_most", value=None, high=3e6, low=None)
    span = replace(FACT, quantifier="interval", low=2.0, high=6.0, style="rank", value=3.0)
    frame = pd.DataFrame({"name": ["山西", "西藏"], "name_en": ["Shanxi", "Tibet"], "rate": [most, span]})
    first, second = told(finding(tables=(table(frame=frame, highlight=()),)).json("en"))
    assert (first["value"], first["high"], first["quantifier"]) == (None, 3e6, "at_most")
    assert (second["low"], second["high"], second["printed_en"]) == (2.0, 6.0, "2nd–6th")


def test_both_languages_carry_the_same_facts_and_sections():
    zh, en = finding().json("zh"), finding().json("en")
    assert zh["facts"] == en["facts"] and zh["section"] == en["section"]
    assert en["tables"][0]["rows"][0][0]["text"] == "Shanxi"


def test_a_withheld_sentence_takes_its_fact_along():
    sentence = Sentence("w", "有 {n}", "has {n}", {"n": FACT}, (enough(1, 5),))
    payload = finding(headline=words("h", "无", "none"), sentences=(sentence,), drawing=None, alt=None).json(
        "en"
    )
    assert (
        payload["sentences"][0]["withheld"]
        and payload["sentences"][0]["segments"] == ["Too few cases for inference."]
        and payload["facts"] == {}
    )


def test_a_fact_in_a_cell_is_linked():
    frame = pd.DataFrame({"name": ["山西"], "rate": [FACT]})
    payload = finding(tables=(table(frame=frame, highlight=()),)).json("zh")
    assert payload["tables"][0]["rows"][0][1]["fact"] == FACT.id
    assert (told(payload)[0]["value"], told(payload)[0]["fact"]) == (118400.0, FACT.id)
    assert str(FACT) == "11.84 万人", "a frame written to a file holds the number, not the object"


def test_jupyter_shows_html_and_the_runner_does_not_pay_for_it(monkeypatch):
    monkeypatch.delenv(RENDER, raising=False)
    bundle = finding().show("zh")._repr_mimebundle_()
    assert "data:image/png;base64" in bundle["text/html"] and MIME in bundle and "执业" in bundle["text/html"]
    assert f'base64,{base64.b64encode(Picture().png()).decode()}"' in bundle["text/html"], (
        "the headline stands above the picture, not in it"
    )
    monkeypatch.setenv(RENDER, "page")
    assert set(finding().show("zh")._repr_mimebundle_()) == {"text/plain", MIME}


def test_a_picture_for_slides_stands_alone():
    assert finding().png("zh") == b"\x89PNG" + "有 11.84 万人".encode()
    with pytest.raises(MethodError, match="no figure"):
        finding(drawing=None, alt=None).png("zh")


def test_html_table_sets_text_left_and_keeps_numbers_in_one_line(monkeypatch):
    monkeypatch.delenv(RENDER, raising=False)
    made = table(
        frame=pd.DataFrame({"what": ["甲"], "n": [3.0]}),
        columns=(
            Column("what", ("项", "Item")),
            Column("n", ("数", "Number"), "count", source_ids=("nbs-province",)),
        ),
        highlight=(),
    )
    shown = finding(tables=(made,)).show("zh").html()
    assert (
        '<td style="text-align:left">甲</td>' in shown
        and '<td style="text-align:right;white-space:nowrap">3</td>' in shown
    )


def test_html_is_escaped(monkeypatch):
    monkeypatch.delenv(RENDER, raising=False)
    shown = finding(headline=words("h", "{a}", "{a}", a="<img src=x onerror=alert()>")).show("zh").html()
    assert "<img src=x" not in shown and "&lt;img src=x" in shown


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: finding(alt=None), "without alt text"),
        (lambda: finding(tables=()), "without alt text or data table"),
        (lambda: Column("x", ("甲", "a"), "rate"), "numbers without a source"),
        (lambda: table(columns=(Column("nope", ("甲", "a")),)), "no column nope"),
    ],
)
def test_refuses(build, message):
    with pytest.raises(MethodError, match=message):
        build()


def test_a_column_of_computed_cells_says_how_and_never_that_it_quotes():
    double = derived(
        2 * FACT.value, ("两倍", "double"), ("数 × 2", "value × 2"), inputs=(FACT,), operation="a * 2"
    )

    def how(*cells) -> dict | None:
        shown = table(
            frame=pd.DataFrame({"name": ["a"] * len(cells), "rate": pd.Series(cells, dtype=object)})
        )
        return shown.tell("en").columns[1].record.formula

    assert how(FACT) is None, "quoted as published"
    assert how(double)["en"] == "value × 2"
    assert how(double, FACT) == {
        "zh": "数 × 2；其余直接引用公布值",
        "en": "value × 2; the others quoted as published",
    }
    several = [replace(double, formula=(f"算法{n}", f"way {n}")) for n in "abcd"]
    assert "facts.json" in how(*several)["en"]


def test_a_line_finds_the_row_behind_a_fact_that_was_made_of_an_id_alone(processed, monkeypatch):
    """No page depends on what another Fact of its process has named before."""
    one = tables.read("observations", region_code="140000", indicator="doctors")["observation_id"].iloc[0]
    fact = replace(FACT, observations=(one,))
    monkeypatch.setattr(facts, "_seen", {})
    shown = table(frame=pd.DataFrame({"name": ["山西"], "name_en": ["Shanxi"], "rate": [fact]}))
    assert [line.edition for line in shown.lines()] == [""]
    with pytest.raises(MethodError, match="a row that a Fact rests on"):
        facts.remembered(one)  # mutation: asked in this way the line would not be there


@pytest.fixture
def shanxi():
    tables.open_page("140000")
    yield
    tables.open_page("")


def test_what_is_the_same_under_every_name_stands_on_the_nations_page_alone(shanxi):
    whole = finding(
        once=True,
        own=("own",),
        tables=(table(), table(id="own")),
        sentences=(words("x", "有 {n}。", "{n}.", n=FACT),),
    )
    kept = whole.json("zh")
    assert kept["elsewhere"] and kept["kind"] == "table" and not kept["drawings"]
    assert [t["id"] for t in kept["tables"]] == ["own"] and kept["headline"] == whole.json("zh")["headline"]
    assert [s["id"] for s in kept["sentences"]] == ["x"], "what it says of the place stays"
    tables.open_page("000000")
    assert whole.json("zh")["drawings"] and "elsewhere" not in whole.json("zh")
    tables.open_page("320000")
    assert not whole.json("zh")["sentences"], "a sentence about another place is not this page's"
    assert replace(whole, once=False).json("zh")["drawings"], "the mutation: not declared to stand once"


def test_copies_of_a_drawing_under_several_names_are_counted(tmp_path):
    def site(*drawn: str) -> dict:
        for code, mark in zip(("000000", "140000", "320000"), drawn, strict=True):
            (tmp_path / code).mkdir(exist_ok=True)
            page = f'<figure id="f"><svg id="w-{code}"><path d="{mark}"/></svg><svg/></figure>'
            (tmp_path / code / "t.html").write_text(page, encoding="utf-8")
        return copies.repeated(tmp_path)

    assert site("M0 0", "M1 1", "M2 2") == {}
    assert site("M0 0", "M0 0", "M2 2") == {("t", "f"): {"000000", "140000"}}, (
        "the mutation: one stands twice"
    )


def test_a_copy_is_found_under_the_short_names_that_each_page_gives_its_styles(tmp_path):
    """A page numbers its styles as they come: k7 here is k9 there, and the same k1 may be another colour."""

    def site(*drawn: tuple[str, str]) -> dict:
        for code, (name, style) in zip(("000000", "140000"), drawn, strict=True):
            (tmp_path / code).mkdir(exist_ok=True)
            page = f'<style>.{name}{{fill:{style}}}</style><figure id="f"><svg id=w{code}><path class={name} d="M0"/></svg></figure>'
            (tmp_path / code / "t.html").write_text(page, encoding="utf-8")
        return copies.repeated(tmp_path)

    assert site(("k7", "red"), ("k9", "red")) == {("t", "f"): {"000000", "140000"}}
    assert site(("k1", "red"), ("k1", "blue")) == {}


def test_the_cells_behind_a_finding_are_packed_once_for_both_languages(monkeypatch):
    packed = []
    monkeypatch.setattr(cells, "pack", lambda known: packed.append(len(known)) or {"rows": len(known)})
    one, other = Cell("own:1", place="140000", value=1.0), Cell("own:1", place="140000", value=2.0)
    assert findings._packed((one,)) is findings._packed((Cell("own:1", place="140000", value=1.0),))
    assert len(packed) == 1
    findings._packed((other,))  # the same id with another value is another table
    assert len(packed) == 2
