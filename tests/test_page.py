"""Pages from a hand-made executed notebook: what is refused, what is printed, and that every number opens its record."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import page_fixture as fx
from analysis.errors import DataError
from analysis.report.pages import page, render
from analysis.told import Block, Cited, Record, Told, cited


class Tags(HTMLParser):
    """Every start tag with its attributes, and every end tag, in order."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(params=["zh", "en"])
def built(request):
    return request.param, page.build(fx.notebook(request.param), entry=fx.entry(request.param))


def ids(html: str) -> list[str]:
    return [a["id"] for _, a in Tags(html).tags if "id" in a]


def change(lang: str = "zh", **more) -> dict:
    nb = fx.notebook(lang)
    finding = next(c for c in nb["cells"] if c["cell_type"] == "code")["outputs"][0]["data"][fx.MIME]
    finding.update(more)
    return nb


def test_every_number_links_to_a_record_that_links_back(built):
    _, parts = built
    tags = Tags(parts.html).tags
    known = set(ids(parts.html))
    opened = [a["popovertarget"] for t, a in tags if t == "button" and a.get("class") == "n"]
    # three in the sentences, the headline, the target, and an input in a record; the figure does not repeat its briefed sentence
    assert len(opened) == 6
    assert set(opened) <= known
    for _, a in tags:
        if a.get("href", "").startswith("#"):
            assert a["href"][1:] in known, a
    # an input is a record of its own although no sentence prints it only as an input
    assert "r-f00000001" in known


def test_ids_are_unique_and_a_record_is_a_popover_listed_once(built):
    _, parts = built
    found = ids(parts.html)
    assert len(found) == len(set(found))
    assert found.count("r-f00000003") == 1
    assert "<details open" not in parts.html


def test_findings_come_before_data_method_and_records(built):
    lang, parts = built
    html = parts.html
    order = ["<figure", 'id="s3"', 'id="unknown"', 'id="s1"', 'id="records"']  # s1 the method, s3 the targets
    places = [html.index(mark) for mark in order]
    assert places == sorted(places), dict(zip(order, places, strict=True))


def test_the_first_figure_whose_rows_a_window_holds_opens_the_page():
    high, low = Told("high", "figure", opens=False), Told("low", "figure")
    blocks = [Block("## 甲"), Block(finding=high), Block("## 乙"), Block(finding=low)]
    assert page.lead_figure(blocks) is low
    assert page.lead_figure(blocks[:2]) is high, "a page with one figure opens with it"
    data = [Block("## 数据"), Block(finding=low), Block("## 甲"), Block(finding=high)]
    assert page.lead_figure(data) is high, "what describes the data does not open the page"


def test_a_line_that_leads_to_the_opening_figure_goes_with_it():
    high, low = (
        Block(finding=Told(name, "figure", opens=opens)) for name, opens in (("high", False), ("low", True))
    )
    said = Block("逐年看，哪一年增得多？")

    def parts(*blocks: Block) -> list:
        lead, sections = page.arrange(
            [Block("## 增减"), *blocks],
            render.Book("zh"),
            view=lambda f, *_: {"section": f.section, "kind": f.kind, "sentences": ()},
            text=lambda t, _: t,
        )
        return [
            lead["reading"],
            [part.get("text") or part["finding"]["section"] for s in sections for part in s["parts"]],
        ]

    assert parts(high, said, low) == [[{"text": said.text}], ["high"]], (
        "nothing would answer it where it stood"
    )
    assert parts(said, low, high) == [[], [said.text, "high"]], "the section's own line stays"


def test_words_do_not_choose_the_figure_that_opens_the_page():
    """English lines wrap more often: a drawing that is taller for its words opens the page as the short one does."""
    drawing = fx.SVG.replace("0 0 100 40", "0 0 100 400")
    first = Told("first", "figure", drawings={"wide": drawing, "narrow": drawing})
    assert page.lead_figure([Block(finding=first), Block(finding=Told("second", "figure"))]) is first


def test_a_section_without_a_number_is_one_line():
    nb = fx.notebook("zh")
    finding = nb["cells"][-1]["outputs"][0]["data"][fx.MIME]
    finding |= {"kind": "states", "sentences": [], "headline": ["没有公布"]}
    nb["cells"].append(fx.cell(finding | {"section": "closing"}))
    html = page.build(nb, entry=fx.entry("zh")).html
    assert '<p class="silent" id="s3"><b>目标</b>' in html and 'aria-labelledby="h-s3"' not in html


def test_no_line_breaks_between_a_number_and_its_mark(built):
    _, parts = built
    assert "<span class=k><button" in parts.html
    assert not re.search(r"</button>[，。；.,;]", re.sub(r"<span class=k>.*?</span>", "", parts.html))
    assert render._KEPT.sub(render._kept, 'a <button class="n">3</button>, b') == (
        'a <span class="k"><button class="n">3</button>,</span> b'
    )


def test_page_keeps_the_rules_of_its_frame(built):
    lang, parts = built
    html = parts.html
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in html
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in html
    assert html.count("<script") == 1 and not re.search(r'(src|href)="(https?:)?//(?!data\.stats)', html)
    assert html.count("<h1") == 1 and html.count("<main") == 1 and 'class="skip"' in html
    assert ('href="region_profile.en.html"' if lang == "zh" else 'href="region_profile.html"') in html
    assert "../sources.html#doc-002" in html if lang == "zh" else "../sources.en.html#doc-002" in html
    assert "140000" in html and "01_region_profile.ipynb" in html and "0.1.0+abc" in html


def test_other_language_is_dropped_and_chinese_in_english_is_marked():
    zh, en = (page.build(fx.notebook(lang), entry=fx.entry(lang)).html for lang in ("zh", "en"))
    assert "资源处在什么位置" in zh and "Where do the resources" not in zh
    assert "Where do the resources" in en and "资源处在什么位置" not in en
    assert "<span lang=zh-CN>执业医师</span>" in en
    assert "<span lang=zh-CN>11.84 万人" in en or "11.84 <span lang=zh-CN>万人</span>" in en


def test_a_cell_for_the_notebook_only_stays_off_the_page():
    for lang, text in (("zh", "换一个省就换一页"), ("en", "another province makes another page")):
        nb = fx.notebook(lang)
        assert text not in page.build(nb, entry=fx.entry(lang)).html
        for cell in nb["cells"]:
            cell["metadata"]["tags"] = [
                tag for tag in cell["metadata"].get("tags", ()) if tag != page.NOTEBOOK_ONLY
            ]
        assert text in page.build(nb, entry=fx.entry(lang)).html, "without the tag it would stand there"


def test_both_languages_have_the_same_facts_sections_and_records():
    zh, en = (page.build(fx.notebook(lang), entry=fx.entry(lang)) for lang in ("zh", "en"))
    assert zh.facts == en.facts
    assert sorted(ids(zh.html)) == sorted(ids(en.html))
    assert json.dumps(zh.facts, ensure_ascii=False)
    assert set(zh.csvs) == {"position"} and zh.csvs["position"][1] == [
        "140000",
        "X",
        "doctors_per_1k",
        "3.4161",
    ]


def test_same_notebook_same_bytes():
    first, second = (page.build(fx.notebook(), entry=fx.entry()).html for _ in range(2))
    assert first == second


def test_withheld_sentence_is_marked_and_never_briefed(built):
    _, parts = built
    assert 'class="say withheld"' in parts.html
    assert [s.id for s in page.briefed(parts.findings)] == ["level", "t"]


def test_briefing_holds_only_sentences_meant_for_it_and_each_number_once():
    first, second = (Told.of(fx.figure("zh", "山西", name)) for name in ("a", "b"))
    third = Told.of(fx.statement("zh"))
    assert [s.id for s in page.headlines([first, third])] == ["level", "t"]
    assert [s.id for s in page.headlines([first, second])] == ["level"], "the same numbers are said once"
    third = replace(third, sentences=(replace(third.sentences[0], brief=0),))
    assert [s.id for s in page.headlines([first, third])] == ["level"], (
        "no sentence fills a place that its author did not mean for it"
    )


def test_briefing_says_nothing_of_what_was_counted_as_zero():
    third = Told.of(fx.statement("zh"))
    (number,) = cited(third.sentences[0].segments)
    assert page.briefed([third])
    nothing = replace(third, facts={number: replace(third.facts[number], value=0.0)})
    assert not page.briefed([nothing])
    of_two = Told.of(fx.figure("zh", "山西"))
    of_two.facts["f00000002"] = replace(of_two.facts["f00000002"], value=0.0)
    assert [s.id for s in page.briefed([of_two])] == ["level"], "none of so many is a finding"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("commitment", "Commitment"), ("p-value", "p-value"), ("eGFR", "eGFR"), ("Doctors", "Doctors")],
)
def test_english_headlines_open_with_a_capital(text, shown):
    assert render.opened((text, Cited("f1", "2")), "en")[0] == shown
    assert render.opened((text,), "zh") == (text,)


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ({"output_type": "error", "ename": "KeyError", "evalue": "x", "traceback": []}, "KeyError"),
        ({"output_type": "stream", "name": "stdout", "text": "hello"}, "hello"),
        ({"output_type": "stream", "name": "stderr", "text": ["UserWarning: y"]}, "UserWarning"),
        ({"output_type": "execute_result", "data": {"text/html": "<table class='dataframe'>"}}, "text/html"),
    ],
)
def test_outputs_that_are_no_finding_are_refused(output, found):
    nb = fx.notebook()
    nb["cells"].append({"cell_type": "code", "metadata": {}, "source": "", "outputs": [output]})
    with pytest.raises(DataError, match=found):
        page.build(nb, entry=fx.entry())


def test_notebook_without_findings_is_refused():
    nb = fx.notebook()
    nb["cells"] = [c for c in nb["cells"] if c["cell_type"] == "markdown"]
    with pytest.raises(DataError, match="no finding"):
        page.build(nb, entry=fx.entry())


def test_number_that_is_no_fact_is_refused():
    with pytest.raises(DataError, match="a digit in running text"):
        page.build(change(headline=["居第 11 位"]), entry=fx.entry())


def test_fact_without_record_is_refused():
    with pytest.raises(DataError, match="without a record"):
        page.build(change(headline=[{"fact": "f99999999", "text": "1"}]), entry=fx.entry())


def test_table_number_without_fact_or_column_record_is_refused():
    table = deepcopy(fx.figure("zh", "山西")["tables"][0])
    table["columns"][1]["record"] = None
    with pytest.raises(DataError, match="3.42"):
        page.build(change(tables=[table]), entry=fx.entry())


def test_wrong_language_and_double_section_are_refused():
    with pytest.raises(DataError, match="finding in 'en'"):
        page.build(change(lang="zh") | {"cells": fx.notebook("en")["cells"]}, entry=fx.entry("zh"))
    with pytest.raises(DataError, match="twice"):
        page.build(change(section="target"), entry=fx.entry())


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><script>x</script></svg>",
        '<svg onload="x()"></svg>',
        '<svg><image href="https://a.example/x.png"/></svg>',
        '<svg><use xlink:href="http://a"/></svg>',
        "<img>",
    ],
)
def test_drawing_with_script_or_outside_reference_is_refused(svg):
    with pytest.raises(DataError):
        page.build(change(drawings={"wide": svg, "narrow": svg}), entry=fx.entry())


def test_drawing_ids_are_made_its_own_and_its_text_is_left_alone():
    html = page.build(fx.notebook(), entry=fx.entry()).html
    assert 'id="w1-c"' in html and "url(#w1-c)" in html and 'id="n1-c"' in html and ">3.42</text>" in html


def test_names_and_text_cells_are_escaped():
    bad = "<img src=x onerror=alert(1)>"
    nb = change(alt=f"{bad} 2023 年每千人口医师 3.42 人居第 11 位", note=[bad.replace("1", "x")])
    nb["cells"].append(
        fx.text(
            f"## {bad}\n\n{bad} [x](javascript:alert(1)) [y](https://elsewhere.example) [z](../index.html)",
            "lang-zh",
        )
    )
    html = page.build(nb, entry=fx.entry()).html
    assert "<img" not in html and "javascript:" not in html and "elsewhere.example" not in html
    assert '<a href="../index.html">z</a>' in html


def test_title_names_region_theme_and_period_and_targets_do_not_stretch_it():
    nb = fx.notebook()
    finding = nb["cells"][-1]["outputs"][0]["data"][fx.MIME]
    finding["facts"]["f00000004"]["period"] = ["", "2035-12-31"]
    html = page.build(nb, entry=fx.entry()).html
    assert "<title>山西（140000） · 区域概况 · 2023 年 · " in html


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        (["2023-12-31", "2023-12-31"], "2023 年末", "end of 2023"),
        (["2023-01-01", "2023-12-31"], "2023 年", "2023"),
        (["2014-12-31", "2023-12-31"], "2014–2023 年", "2014–2023"),
        (["2019-01-01", "2019-10-31"], "2019-01-01 至 2019-10-31", "2019-01-01 to 2019-10-31"),
        (["", "2023-06-17"], "2023-06-17", "2023-06-17"),
        (["", ""], "", ""),
    ],
)
def test_period_text(period, zh, en):
    assert (render.period_text(period, "zh"), render.period_text(period, "en")) == (zh, en)


def test_a_masthead_covers_the_years_that_headlines_tell():
    def fact(first: int, last: int, **how) -> Record:
        return Record("x", period=(f"{first}-01-01", f"{last}-12-31"), **({"style": "rate"} | how))

    counted = {"style": "count", "formula": {"zh": "计数", "en": "counted"}}
    held = {"a": fact(2011, 2021), "n": fact(2023, 2023, **counted), "read": fact(2003, 2023, **counted)}
    plain = Told("f", "figure", headline=(Cited("a", "1"),), facts=held)
    assert render.covered_period([plain], "zh") == "2011–2021 年"
    counting = replace(plain, headline=(Cited("n", "1"),))
    assert render.covered_period([counting], "zh") == "2011–2023 年"
    alone = replace(plain, headline=(), facts={"read": held["read"]})
    assert render.covered_period([alone], "zh") == "2003–2023 年"


def test_every_word_of_a_page_has_both_languages():
    assert all(render.words("zh").values()) and all(render.words("en").values())
    assert not re.search(
        r"[\u4e00-\u9fff]", "".join(v for k, v in render.words("en").items() if k != "other_language")
    )


def test_closing_list_stands_in_the_box_only(built):
    nb = fx.notebook()
    cells = [c for c in nb["cells"] if c["cell_type"] == "code"]
    closing = fx.WHOLE | {
        "section": "closing",
        "kind": "states",
        "lang": "zh",
        "headline": ["本页不知道的"],
        "states": [{"code": "E1", "title": ["没有流出数"], "settle": []}],
    }
    nb["cells"].append(
        cells[-1] | {"outputs": [{"output_type": "display_data", "metadata": {}, "data": {fx.MIME: closing}}]}
    )
    html = page.build(nb, entry=fx.entry()).html
    assert "没有流出数" in html and "本页不知道的" not in html
    moved = nb | {"cells": [nb["cells"][-1], *nb["cells"][:-1]]}
    assert "本页不知道的" in page.build(moved, entry=fx.entry()).html


def _column(texts, **more):
    return [{"html": text, "class": "t"} | more for text in texts]


def test_what_columns_and_rows_share_is_said_once():
    """Long texts repeated in a column become letters with a key; columns of one source name it once. Few or short ones stay."""
    long = [
        "山西省深化医药卫生体制改革领导小组办公室简报第四期",
        "江苏省深化医药卫生体制改革简报第二百七十二期",
    ]
    texts = [long[n % 2] for n in range(12)]
    about = {"left": True, "names": False}
    columns = [about | {"label": "措施"}, about | {"label": "来源"}]

    def keyed(said, columns=columns):
        rows = [{"cells": [*_column(["x"]), *_column([text])]} for text in said]
        return render._keyed({"columns": columns, "rows": rows})

    made = keyed(texts)
    assert [row["cells"][1]["html"] for row in made["rows"]] == ["a", "b"] * 6
    assert made["letters"] == [{"label": "来源", "texts": [("a", long[0]), ("b", long[1])]}]
    named = [columns[0], columns[1] | {"names": True}]
    assert keyed(texts, named)["letters"] == [], "a name by which a reader finds a row stays, however long"
    assert keyed(["甲", "乙"] * 6)["letters"] == [] and keyed(texts[:6])["letters"] == []

    about = {"when": "2023", "sources": [{"id": "a"}], "indicators": [], "how": "÷"}
    shared = render._shared([about, about | {"how": "+"}, about | {"how": "+"}])
    assert [r["own"] for r in shared] == [""] * 3
    assert [len(g) for g in render.groups(shared, "how", "own")] == [1, 2]
    apart = render._shared([about, about | {"sources": [{"id": "b"}]}])
    assert all(r["own"] for r in apart) and len({r["own"] for r in apart}) == 2


def test_facts_are_merged_once_for_both_languages_and_again_for_others(monkeypatch):
    merging, real = [], page.merged
    monkeypatch.setattr(page, "merged", lambda *a: merging.append(a) or real(*a))
    monkeypatch.setattr(page, "_last", ("", [], ({}, {})))
    zh, en = (page.build(fx.notebook(lang), entry=fx.entry(lang)) for lang in ("zh", "en"))
    assert len(merging) == 1 and page.facts_text(zh.facts) == page.facts_text(en.facts)
    nb = fx.notebook("en")
    finding = next(c for c in nb["cells"] if c["cell_type"] == "code")["outputs"][0]["data"][fx.MIME]
    name = next(iter(finding["facts"]))
    finding["facts"][name] = finding["facts"][name] | {"grade": "other"}
    other = page.build(nb, entry=fx.entry("en"))
    assert len(merging) == 2 and other.facts["facts"][name]["grade"] == "other"

    class Blind(list):
        __eq__ = lambda self, other: True  # noqa: E731
        __hash__ = None

    page.build(fx.notebook("zh"), entry=fx.entry("zh"))
    monkeypatch.setattr(page, "_last", (page._last[0], Blind(page._last[1]), page._last[2]))
    stale = page.build(nb, entry=fx.entry("en"))  # mutation: what was merged before is not looked at
    assert stale.facts["facts"][name]["grade"] != "other"


def test_a_drawing_is_looked_through_tag_by_tag_where_anything_in_it_leads_outside():
    assert render.drawing('<svg id="a"><use href="#b"/><text>url(x</text></svg>', "w1", "x") == (
        '<svg id="w1-a"><use href="#w1-b"/><text>url(x</text></svg>'
    )  # a text is no address
    for inside in (
        "<image/>", "<IFRAME>", '<a href="https://x">', '<path onclick ="x"/>', '<path fill="url(http://x)"/>', "<script>",
    ):  # fmt: skip
        with pytest.raises(DataError):
            render.drawing(f"<svg>{inside}</svg>", "w1", "x")
