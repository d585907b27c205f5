"""A page in fewer bytes is the same page: same words, same scripts, same picture; and a fault in what is left out is seen."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest

import page_fixture
from analysis.charts.canvas import Canvas
from analysis.charts.svg import to_svg
from analysis.report.gate import browser as gate_browser
from analysis.report.gate import scan
from analysis.report.pages import page, render, scripts, slim


def drawing() -> str:
    """Dots ringed twice over, fills that meet and fills that do not, a line, words."""
    canvas = Canvas(300, "en")
    canvas.height = 80
    canvas.dots([(10.0 + 9 * n, 20.0 + n) for n in range(12)], 3.0, "mk")
    for x in (10, 30, 36, 80):
        canvas.rect(x, 40, 12, 10, "s2", "ink")
    canvas.segments([[(10, 60), (60.4, 62.2), (110, 58), (110, 70), (200, 70)]], "az", 1.5)
    canvas.text(220, 30, "3.42", color="az", bold=True)
    return to_svg(canvas)


@pytest.fixture(scope="module", params=["zh", "en"])
def made(request):
    """A page before and after."""
    book = page_fixture.notebook(request.param)
    for cell in book["cells"]:
        for output in cell.get("outputs", ()):
            for finding in output["data"].values():
                if isinstance(finding, dict) and finding.get("drawings"):
                    finding["drawings"] = {"wide": drawing(), "narrow": drawing()}
    whole: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slim, "slim", lambda text, slim=slim.slim: whole.append(text) or slim(text))
        html = page.build(book, entry=page_fixture.entry(request.param)).html
    return whole[0], html


class Content(HTMLParser):
    """What a page holds: words in order, and tags with what is not the form of a drawing.

    A number in a cell of its own is read as its cell, and where cells of a column share a class, the table's classes are left
    out: the pictures show those. A number in a button is the fact that the button opens.
    """

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: list[tuple] = []
        self.scripts: list[str] = []
        self.inside = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        if tag in ("svg", "path", "text", "g", "use", "style"):
            return
        a = dict(attrs)
        if tag == "data" and self.tags[-1][0] == "button":
            a["data-fact"] = self.tags[-1][1]["popovertarget"].removeprefix("r-")
        if tag in ("table", "td", "th"):
            a.pop("class", "")
        if tag == "data" and self.tags[-1][0] == "td":
            self.tags[-1][1]["data-v"] = a.pop("value")
            self.tags[-1][1].update(a)
            return
        self.tags.append((tag, a))

    def handle_data(self, data):
        if self.inside == "script":
            self.scripts.append(data)
        elif self.inside != "style":
            if (
                self.tags
                and self.tags[-1][0] == "td"
                and self.tags[-1][1].get("data-v") is None
                and "data-v" in self.tags[-1][1]
            ):
                self.tags[-1][1]["data-v"] = data
            self.words += data.split()


def test_words_elements_and_scripts_are_the_same(made):
    whole, html = made
    before, after = Content(whole), Content(html)
    assert (before.words, before.tags, before.scripts) == (after.words, after.tags, after.scripts)
    assert len(html) < 0.8 * len(whole)
    said = {scripts.digest(text) for text in after.scripts}
    assert said and all(one in html for one in said), "the policy still names the script"
    for old, new in zip(scan.Page("a.html", whole).numbers, scan.Page("a.html", html).numbers, strict=True):
        assert old == new


def test_a_script_that_writes_a_drawing_is_left_alone():
    text = '<style>a{x:y}</style><script>`<svg xmlns="x" role="img"><tr><td>1</td></tr></svg>`</script>'
    assert slim.slim(text).endswith(text.partition("</style>")[2])


def test_rules_are_kept_for_what_is_on_the_page_and_what_scripts_and_notices_add():
    css = (
        "a{x:y}.on,.off{x:y}#id .on{x:y}.stale{x:y}.cp::before{x:y}.on:not(.gone){x:y}"
        "@media print{.off{x:y}}@media print{@page{margin:1cm}.on>b{x:y}}"
    )
    kept = slim.pruned(css, '<a class="on"></a><script>make("button", {className: "cp"})</script>')
    assert (
        kept == "a{x:y}.on{x:y}.stale{x:y}.cp::before{x:y}.on:not(.gone){x:y}@media print{@page{margin:1cm}}"
    )


def test_fills_share_a_path_only_where_they_do_not_meet():
    canvas = Canvas(100, "en")
    for x in (0, 20, 25):
        canvas.rect(x, 0, 10, 10, "s2")
    paths = re.findall(r' d="([^"]*)"', to_svg(canvas))
    assert paths == ["M0 0h10v10h-10zM20 0h10v10h-10z", "M25 0h10v10h-10z"]


def test_steps_do_not_add_up_an_error():
    canvas = Canvas(500, "en")
    canvas.segments([[(0.04 + 1.26 * n, 3.14 * n % 7) for n in range(300)]], "ink")
    [path] = re.findall(r' d="([^"]*)"', to_svg(canvas))
    steps = re.findall(r"([lhv])((?:[ -]?[\d.]+)+)", path)
    x = sum(
        float(numbers[k])
        for command, text in steps
        for numbers in [re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        for k in range(0, len(numbers), 2 if command == "l" else 1)
        if command != "v"
    )
    assert x == pytest.approx(1.26 * 299, abs=0.11)


def test_pieces_follow_one_another_and_repeated_shapes_are_drawn_once():
    hatch = "l-3.8 3.8" * 9
    svg = (
        "<style>a{x:y}</style><svg><style>.k1{fill:red}</style>"
        f'<path class="k1" d="M0 0{hatch}"/><path class="k1" d="M9.5 4{hatch}"/></svg>'
    )
    assert slim.slim(svg).endswith(
        f'<path class=k0 id="u1" d="M0 0{hatch}"/><use href="#u1" x="9.5" y="4"/></svg>'
    )
    path = "M10 10h5v-5h-5zM20.5 3l1.5 2 3-4M1 1h.01M2 2h.01"
    assert slim.chained(path) == "M10 10h5v-5h-5zm10.5-7l1.5 2 3-4m-24 0h0m1 1h0"
    assert slim.chained("M1 1c1 1 2 2 3 3M9 9h1") == "M1 1c1 1 2 2 3 3M9 9h1", (
        "what is not understood is left"
    )


def test_words_of_one_class_are_gathered_and_a_class_is_no_part_of_another():
    rules = "".join(f".c{n}{{x:{n}}}" for n in range(12))
    texts = '<text class="c11">Jiangsu</text><text class="c1">Fujian</text><text class="c1">Hubei</text>'
    assert slim.slim(f"<style>a{{x:y}}</style><svg><style>{rules}</style>{texts}</svg>").endswith(
        "<svg><text class=k11>Jiangsu</text><g class=k1><text>Fujian</text><text>Hubei</text></g></svg>"
    )


def test_names_that_stand_by_the_hundred_have_no_quotation_marks_and_addresses_keep_theirs():
    page = (
        '<style>a{x:y}</style><option value="Beijing"><option value="Inner Mongolia"><svg><g class="k5">'
        '<use class="k7" href="#u1"/></g><use href="#u1"/></svg><p class="k7">'
    )
    short = slim.slim(page)
    assert short.endswith(
        '<option value=Beijing><option value="Inner Mongolia"><svg><g class=k5>'
        '<use class=k7 href="#u1"/></g><use href="#u1"/></svg><p class="k7">'
    )
    read, before = scan.Page("x.html", short), scan.Page("x.html", page)
    assert (read.ids, read.links, read.texts) == (before.ids, before.links, before.texts)
    bare = HTMLParser()
    told = []
    bare.handle_starttag = bare.handle_startendtag = lambda tag, attributes: told.append(
        (tag, dict(attributes))
    )
    bare.feed(short)
    assert ("use", {"class": "k7", "href": "#u1"}) in told and ("g", {"class": "k5"}) in told
    told.clear()  # mutation: an address without them would end in the tag's own stroke
    bare.feed(short.replace('"#u1"', "#u1"))
    assert ("use", {"class": "k7", "href": "#u1"}) not in told


def _furthest(one: bytes, other: bytes) -> int:
    """The largest difference of any pixel of two pictures, of 255."""
    from PIL import Image, ImageChops

    opened = (Image.open(io.BytesIO(shot)).convert("RGB") for shot in (one, other))
    return max(high for _, high in ImageChops.difference(*opened).getextrema())


@pytest.mark.browser
def test_the_picture_is_the_same_and_a_lost_rule_is_seen(made):
    sync = pytest.importorskip("playwright.sync_api")
    if (path := gate_browser.chromium()) is None:
        pytest.skip("no Chromium on this machine")
    whole, html = made
    with sync.sync_playwright() as play:
        driver = play.chromium.launch(executable_path=path, args=gate_browser.CHROMIUM_ARGS)

        def picture(text: str, width: int, media: str = "screen") -> bytes:
            tab = driver.new_page(viewport={"width": width, "height": 900})
            tab.emulate_media(media=media)
            tab.set_content(text)
            shot = tab.screenshot(full_page=True)
            tab.close()
            return shot

        # a dot of a hundredth of a point is drawn as one of nothing: its edge may be paler by what no eye sees
        exact = whole.replace("h.01", "h0")
        for width, media in ((1280, "screen"), (390, "screen"), (700, "print")):
            assert picture(exact, width, media) == picture(html, width, media), (width, media)
        assert _furthest(picture(whole, 1280), picture(html, 1280)) <= 8
        assert picture(html.replace("h1{", "h9{", 1), 1280) != picture(exact, 1280)
        moved = re.sub(r"m(-?[\d.]+)", lambda step: f"m{float(step[1]) + 0.3:.1f}", html, count=1)
        assert moved != html and picture(moved, 1280) != picture(exact, 1280), (
            "a piece in another place is seen"
        )
        driver.close()
    assert render.environment().globals["style"] not in html


ROWS = (
    '<style>.l{x:y}.l2 td:nth-child(2){x:y}.t1 tbody th{x:y}.t{x:y}</style><table class="w"><thead><tr><th scope="col">'
    "P</th></tr></thead><tbody>"
    + '<tr><th scope="row" class="t">a long name</th><td class="l">b</td><td><data value="2">2</data></td></tr>'
    * 3
    + "</tbody></table>"
)


def test_a_column_of_one_kind_is_named_at_its_table_and_a_cell_holds_its_number():
    short = slim.slim(ROWS)
    assert '<table class="w t1 l2">' in short and "<tr><th scope=row>a long name<td>b<td data-v>2" in short
    assert "class=" not in short.partition("<tbody>")[2] and ".l2 td:nth-child(2){x:y}" in short
    mixed = slim.slim(ROWS.replace('class="l"', 'class="t"', 1))
    assert "<td class=t>b" in mixed and "l2" not in mixed.partition("<table")[2], "one cell of another kind"
    own = ROWS.replace('class="w"', 'class="fixed matrix"')
    assert "class=l>b" in slim.slim(own), "a table with its own rules keeps its cells' classes"
    held = [
        scan.Page("x.html", page).tables[0].values
        for page in (ROWS, short, short.replace("data-v>", "data-v=2.1>"))
    ]
    assert held == [["2"] * 3, ["2"] * 3, ["2.1"] * 3]


def test_scripts_lose_blanks_and_nothing_else():
    nested = re.compile(r"\$\{[^}]*`")
    for name in scripts.NAMES:
        short = scripts.text(name)
        source = (scripts.files("analysis.report.pages") / "templates" / name).read_text(encoding="utf-8")
        lines = [line.strip() for line in source.splitlines() if not line.strip().startswith("//")]
        assert "".join("".join(lines).split()) == "".join(short.split()) and len(short) < len(
            "\n".join(lines)
        )
        assert not nested.search(source), "a template in a template would lose blanks of its text"
    assert scripts.tight('a = `b , c` + " , " ; d - -e') == 'a=`b , c` + " , ";d - -e'
