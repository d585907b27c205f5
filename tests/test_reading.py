"""What readers do with the pages, in a real browser: finding a place, sorting, copying, changing the language; and all without the script."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace

import pandas as pd
import pytest

import page_fixture as fx
import test_site
from analysis.report.gate import browser as gate_browser
from analysis.report.pages import page, render, scripts, search, site
from analysis.report.pages.kept import Line
from analysis.report.pages.shown import Plan, Site, Theme
from analysis.words import LANGS

PLACE = "140000/region_profile.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A site of three places: one with a theme's page, in both languages."""
    out = tmp_path_factory.mktemp("reading")
    table = test_site.observations()
    beds = table["indicator"] == "beds"
    table.loc[beds, "value"] *= 1 + table.loc[beds, "region_code"].astype(int) % 7 / 10
    site.build(test_site.pages(), out, test_site.PLAN, observations=table)
    for lang in LANGS:
        parts = page.build(fx.notebook(lang), entry=fx.entry(lang))
        name = render.page_name("region_profile", lang)
        (out / "140000" / name).write_text(parts.html, "utf-8")
    return out


@pytest.fixture(scope="module")
def browser():
    play = pytest.importorskip("playwright.sync_api")
    if gate_browser.chromium() is None:
        pytest.skip("no Chromium on this machine")
    with play.sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=gate_browser.chromium(), args=gate_browser.CHROMIUM_ARGS
        )
        yield chromium
        chromium.close()


@pytest.mark.browser
def test_a_place_is_found_from_any_page_and_its_theme_is_kept(browser, folder):
    tab = browser.new_page()
    asked: list[str] = []
    tab.on("request", lambda r: asked.append(r.url))
    tab.goto((folder / PLACE).as_uri())
    tab.fill(".find input[name=q]", "太原")
    tab.click(".find button")
    tab.wait_for_url("**/140100/index.html")
    tab.goto((folder / "140100/index.en.html").as_uri())
    tab.fill(".find input[name=q]", "shanxi")
    tab.click(".find button")
    tab.wait_for_url("**/140000/index.en.html")
    tab.goto((folder / "search.html").as_uri() + "?q=山西&t=region_profile")
    tab.wait_for_url("**/140000/region_profile.html")
    assert all(url.startswith("file://") and ".html" in url for url in asked), asked
    tab.close()


@pytest.mark.browser
def test_the_search_knows_sentences_pinyin_and_why_a_place_has_no_report(browser, folder):
    tab = browser.new_page()
    tab.goto((folder / "search.html").as_uri())
    found = lambda words: (tab.fill("main input[name=q]", words), tab.inner_text("#results"))[1]  # noqa: E731
    assert "每千人口" in found("山西 每千人口") and not tab.is_visible("#places")
    assert "每千人口" in found("山西每千人口"), "a place's name needs no space after it"
    assert "太原" in found("taiyuan") and "太原" in found("ty")
    assert (
        "没有数值" in found("厦门")
        and "香港" in found("xianggang")
        and "不在来源内" in tab.inner_text("#results")
    )
    assert "执业（助理）医师" in found("医师")
    assert "没有找到" in found("qqqq") and "<b>" in (found("<b>x"), tab.input_value("main input[name=q]"))[1]
    found("")
    assert tab.is_visible("#places") and tab.inner_text("#results") == ""
    tab.close()


def _results(browser, file, words):
    """The lists that the search page shows for some words: the items of each."""
    tab = browser.new_page()
    tab.goto(file.as_uri())
    tab.fill("main input[name=q]", words)
    items = tab.evaluate("[...document.querySelectorAll('#results ul')].map(u => [...u.children].map(li => li.textContent))")  # fmt: skip
    hrefs = tab.evaluate("[...document.querySelectorAll('#results a')].map(a => a.getAttribute('href'))")
    tab.close()
    return items, hrefs


@pytest.mark.browser
@pytest.mark.parametrize(("name", "shanxi", "words"), [("search.html", "山西", "句子 shanxi"), ("search.en.html", "Shanxi", "line shanxi")])  # fmt: skip
def test_shanxi_beside_other_words_is_never_shaanxi(browser, tmp_path, name, shanxi, words):
    """陕西 is spelt shanxi too: it is offered after 山西, and no line of a page is of it."""
    lang = "en" if ".en." in name else "zh"
    pages = [replace(p, region_code=code) for p in test_site.pages() for code in ("140000", "610000")]
    shown = Site(Plan(), ["140000", "610000"], {"region_profile": Theme({}, 1)})
    said = {code: [Line("region_profile", "position", f"{words.split()[0]} {code}")] for code in shown.codes}  # fmt: skip
    found = search.index(lang, search.places(lang, pages, shown), shown, said)
    head = f"<html lang={lang}><main><input name=q></main><div id=places></div><div id=results data-places=p data-themes=t data-terms=i data-lines=l data-held=h data-one=o data-none=n></div>"  # fmt: skip
    shown = {}
    for mutated in (False, True):
        script = scripts.text("search.js")
        assert (kinds := "a.kind - b.kind") in script
        script = script.replace(kinds, "b.kind - a.kind") if mutated else script
        file = tmp_path / f"{mutated}.html"
        file.write_text(f"<!doctype html><meta charset=utf-8>{head}{scripts.data('index', found)}<script>{script}</script>", "utf-8")  # fmt: skip
        shown[mutated] = _results(browser, file, words)
    items, hrefs = shown[False]
    assert items[0][0].startswith(shanxi) and len(items[0]) == 2
    lines = [h for h in hrefs if "#position" in h]
    assert lines and all(h.startswith("140000/") for h in lines)
    assert any(h.startswith("610000/") and "#position" in h for h in shown[True][1])


@pytest.mark.browser
def test_the_search_knows_what_people_say_former_names_and_counties(browser, tmp_path, folder):
    assert any("医师" in one for group in _results(browser, folder / "search.html", "医生")[0] for one in group)  # fmt: skip
    assert "襄阳" in str(_results(browser, folder / "search.html", "襄樊")[0])
    pages = [replace(p, theme=theme, region_code="320000") for p in test_site.pages() for theme in ("region_profile", "counties")]  # fmt: skip
    table = test_site.observations()
    both = ("county_beds", "county_population_registered")
    held = [table.iloc[:1].assign(region_code=c, indicator=key) for c in ("320583", "320102") for key in both]
    beds_alone = table.iloc[:1].assign(region_code="320281", indicator="county_beds")
    table = pd.concat([table, *held, beds_alone])
    site.build(pages, tmp_path, replace(test_site.PLAN, regions=["320000"]), observations=table)
    items, hrefs = _results(browser, tmp_path / "search.html", "昆山")
    assert "苏州" in items[0][0] and "320000/counties.html#p-listed-counties-320583" in hrefs
    assert "320000/counties.en.html#p-listed-counties-320583" in _results(browser, tmp_path / "search.en.html", "Kunshan")[1]  # fmt: skip
    districts = _results(browser, tmp_path / "search.html", "玄武")[1]
    assert "320000/counties.html#p-listed-districts-320102" in districts, (
        "a district stands in a list of its own"
    )
    led = _results(browser, tmp_path / "search.html", "江阴")[1]
    assert not any("320281" in href for href in led), "without its people a county has no row to lead to"


@pytest.mark.browser
def test_tables_are_sorted_by_value_and_the_language_keeps_the_place(browser, folder):
    tab = browser.new_page()
    tab.goto((folder / "index.html").as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    column = "#map table th:nth-child(5) .so"
    values = "[...document.querySelectorAll('#map tbody td:nth-child(5) data')].map(d => +d.value)"
    before = tab.evaluate(values)
    tab.click(column)
    assert tab.evaluate(values) == sorted(before, reverse=True) != before
    tab.click(column)
    assert tab.evaluate(values) == sorted(before)
    assert tab.get_attribute("#map table th:nth-child(5)", "aria-sort") == "ascending"
    assert not tab.query_selector(".matrix .so"), "a table whose order is its meaning is not sorted"
    tab.goto((folder / PLACE).as_uri() + "#position")
    tab.click("a[hreflang]")
    assert tab.url.endswith("region_profile.en.html#position")
    tab.close()


@pytest.mark.browser
def test_a_link_to_a_record_opens_it_at_its_number_and_it_is_copied_whole(browser, folder):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto((folder / PLACE).as_uri() + "#r-f00000002")
    assert tab.evaluate("document.querySelector('.rec:popover-open')?.id") == "r-f00000002"
    tab.click(".rec:popover-open .link .cp")
    tab.wait_for_function(
        "document.querySelector('.rec:popover-open .cp').textContent === document.body.dataset.copied"
    )
    text = tab.evaluate("navigator.clipboard.readText()")
    assert "3.42" in text and "来源：" in text and text.endswith("#r-f00000002")
    context.close()


@pytest.mark.browser
def test_without_the_script_every_page_has_all_its_content(browser, folder):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((folder / PLACE).as_uri())
    tab.fill(".find input[name=q]", "太原")
    tab.click(".find button")
    assert "search.html?q=" in tab.url and tab.is_visible("#places") and "太原" in tab.inner_text("#places")
    assert "没有数值" in tab.inner_text("#places")
    context.close()


def test_the_scripts_are_small_make_no_request_and_are_sound():
    held = [scripts.text(name) for name in scripts.NAMES]
    assert sum(len(text.encode()) for text in held) <= scripts.LIMIT
    for text in held:
        assert not [
            word
            for word in ("fetch(", "XMLHttp", "import(", "innerHTML =", "eval(", "</script")
            if word in text
        ]
        if node := shutil.which("node"):
            subprocess.run([node, "--check", "-"], input=text, text=True, check=True, capture_output=True)


def test_the_index_stays_under_its_limit_and_keeps_the_first_sentences(monkeypatch):
    pages = test_site.pages()
    shown = Site(Plan(), ["140000"], {"region_profile": Theme({}, 1)})
    said = {"140000": [Line("region_profile", "position", f"句子{n}" * 20) for n in range(40)]}
    found = search.places("zh", pages, shown)
    whole = search.index("zh", found, shown, said)
    assert len(whole["s"]) == 40
    size = len(json.dumps(whole | {"s": whole["s"][:20]}, ensure_ascii=False).encode())
    monkeypatch.setattr(search, "LIMIT", search.ROOM + size)
    part = search.index("zh", found, shown, said)
    assert 0 < len(part["s"]) < 40 and part["s"][0][3] == said["140000"][0].text
    repeated = {"140000": said["140000"], "000000": said["140000"]}
    assert len(search.index("zh", found, shown, repeated)["s"]) == len(part["s"])


def test_places_are_sorted_by_their_own_reading():
    assert search.spelling("重庆", "Chongqing") == ("chongqing", "cq")
    assert search.spelling("陕西", "Shaanxi")[0] == "shanxi" and search.spelling("六安", "Lu'an")[0] == "luan"
    assert search.spelling("厦门", "Xiamen")[0] == "xiamen"


STARTS = """() => {
  let count = 0;
  for (const held of document.querySelectorAll('.k')) {
    const number = held.querySelector('button'), after = number && number.nextSibling;
    if (!after) continue;
    const range = document.createRange();
    range.selectNode(after);
    if (range.getBoundingClientRect().top >= number.getBoundingClientRect().bottom - 2) count++;
  }
  return count;
}"""


@pytest.mark.browser
def test_no_line_begins_with_the_punctuation_after_a_number(browser):
    style = render.template_text("style.css")
    long = "2.6（较上年同期；三年来；新技术（新手术）；按推定读法；计入博士总数）"
    number = "".join(
        f'<p>{"一" * n}<span class="k"><button class="n"><data>{text}</data></button>），</span>以下</p>'
        for n in range(6, 26)
        for text in ("−3.01 万人", long)
    )

    def seen(rules: str, width: int) -> tuple[int, int]:
        tab = browser.new_page(viewport={"width": width, "height": 800})
        tab.set_content(
            f'<!doctype html><html lang="zh-CN"><style>{rules}</style><body><main class="page">{number}</main>'
        )
        found = tab.evaluate(STARTS), tab.evaluate("document.documentElement.scrollWidth")
        tab.close()
        return found

    for width in (320, 390, 768):
        assert seen(style, width) == (0, width)
    broken = seen(style + ".k{white-space:normal}", 390)
    assert broken[0] > 0, "the mutation: punctuation that may leave its number starts a line"


WIDE = (
    '<div class="scroll"><table class="{kind}"><caption>{words}</caption><thead><tr><th>{words}</th>{heads}</tr></thead>'
    '<tbody><tr><th class="t">{words}</th>{cells}</tr></tbody></table></div>'
)
WORDS = "Licensed doctors per 1,000 residents, with its peers and the nation"


@pytest.mark.browser
def test_the_caption_of_a_wide_table_stays_in_the_window_of_a_phone_and_a_wide_matrix_on_its_paper(browser):
    style = render.template_text("style.css")
    heads, cells = (
        "<th><span>Heilongjiang</span></th>" * 33,
        '<td><a><span class="e">E1</span></a></td>' * 33,
    )

    def seen(rules: str, kind: str, width: int, media: str) -> tuple[int, int]:
        """How far the caption passes the box that scrolls, and the page its paper."""
        tab = browser.new_page(viewport={"width": width, "height": 800})
        tab.emulate_media(media=media)
        table = WIDE.format(kind=kind, words=WORDS, heads=heads, cells=cells)
        tab.set_content(
            f'<!doctype html><html lang="en"><style>{rules}</style><body><main class="page">{table}</main>'
        )
        found = tab.evaluate(
            "[document.querySelector('caption').getBoundingClientRect().right - document.querySelector('.scroll').getBoundingClientRect().right,"
            " document.documentElement.scrollWidth - innerWidth]"
        )
        tab.close()
        return found[0], found[1]

    assert seen(style, "", 390, "screen") == (pytest.approx(0, abs=1), 0)
    wide = style + "@media screen{.scroll caption{max-width:none!important}}"
    assert seen(wide, "", 390, "screen")[0] > 100, "the mutation: a caption as wide as its table"
    paper = 673  # the text column of A4 with the page's margins
    assert seen(style, "fixed matrix", paper, "print")[1] == 0
    assert (
        seen(
            style + ".matrix td{min-width:26px!important}.matrix{table-layout:auto!important}",
            "fixed matrix",
            paper,
            "print",
        )[1]
        > 0
    )
