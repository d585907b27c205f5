"""Sixteen things that readers come for, each on the real site in a browser, with the clicks it takes: three at most."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.report.gate import browser as gate_browser

pytestmark = [pytest.mark.xdist_group("site"), pytest.mark.browser]
MOST = 3


class Reader:
    """A reader with one tab: every click is counted, typing is not."""

    def __init__(self, tab, site: Path):
        self.tab, self.site, self.clicks = tab, site, 0
        self.most = 0  # clicks of the longest way of one task

    def start(self, name: str) -> Reader:
        """A new task, from a page."""
        self.clicks = 0
        page, mark, anchor = name.partition("#")
        self.tab.goto((self.site / page).as_uri() + mark + anchor)
        return self

    def click(self, what: str) -> Reader:
        self.clicks += 1
        self.most = max(self.most, self.clicks)
        self.tab.locator(what).first.click()
        self.tab.wait_for_load_state()
        return self

    def ask(self, words: str, box: str = "main") -> Reader:
        self.tab.fill(f"{box} input[name=q]", words)
        return self.click(f"{box} form button" if box == "main" else f"{box} button")

    def sees(self, what: str) -> str:
        """The text of what is in sight; the task is done, in the clicks it may take."""
        self.tab.locator(what).first.wait_for(state="visible")
        assert self.clicks <= MOST, f"{self.clicks} clicks"
        return self.tab.locator(what).first.inner_text()


@pytest.fixture(scope="module")
def taken(request):
    """Clicks by task; told at the end of the run where the terminal can be written to."""
    clicks: dict[str, int] = {}
    yield clicks
    with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
        print("", *(f"{n} clicks  {task}" for task, n in clicks.items()), sep="\n")


@pytest.fixture
def reader(tabbed, taken, request, record_property):
    tabbed.most = 0
    yield tabbed
    record_property("clicks", tabbed.most)
    if request.node.name.startswith("test_") and request.node.name[5].isdigit():
        taken[request.node.name.removeprefix("test_")] = tabbed.most
        assert tabbed.most <= MOST, f"{tabbed.most} clicks"


@pytest.fixture(scope="module")
def tabbed(site):
    play = pytest.importorskip("playwright.sync_api")
    if gate_browser.chromium() is None:
        pytest.skip("no Chromium on this machine")
    with play.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=gate_browser.chromium(), args=gate_browser.CHROMIUM_ARGS
        )
        context = browser.new_context(
            permissions=["clipboard-read", "clipboard-write"], accept_downloads=True
        )
        yield Reader(context.new_page(), site)
        browser.close()


def test_1_shanxi_against_jiangsu_in_nurses(reader):
    reader.start("index.html").click("#compare a[href='compare/nurses.html']")
    shanxi, jiangsu = (reader.sees(f"#p-{code} td:nth-of-type(2)") for code in ("140000", "320000"))
    assert float(shanxi) > 0 and float(jiangsu) > 0


@pytest.mark.parametrize(
    "page, words, places, compared",
    [
        ("index.html", "山西 江苏 护士", ["山西", "江苏"], "compare/nurses.html"),
        ("index.html", "江苏山西护士", ["江苏", "山西"], "compare/nurses.html"),
        ("index.html", "西藏 山西", ["西藏", "山西"], "compare/beds.html"),
        ("index.en.html", "Jiangsu Tibet nurses", ["Jiangsu", "Tibet"], "compare/nurses.en.html"),
        ("index.en.html", "Inner Mongolia nurses", ["Inner Mongolia"], "compare/nurses.en.html"),
    ],
)
def test_1_two_places_asked_for_in_one_line_are_found_with_what_compares_them(
    reader, page, words, places, compared
):
    reader.start(page).ask(words)
    found = reader.tab.locator("#results h2:first-child + ul li").all_inner_texts()
    assert [text.split("\n")[0] for text in found] == places
    reader.click(f"#results a[href='{compared}']")
    assert reader.sees("#p-140000") and reader.sees("#p-320000")


@pytest.mark.parametrize("end", ["", ".en"])
def test_1_on_a_phone_the_question_fills_the_line_links_lead_to_the_comparisons_and_records_stand_whole(
    reader, end
):
    reader.tab.set_viewport_size({"width": 390, "height": 844})
    try:
        reader.start(f"index{end}.html")
        assert reader.tab.locator("main input[name=q]").bounding_box()["width"] > 240
        reader.click("main a[href='#compare']").click(f"#compare a[href='compare/nurses{end}.html']")
        assert reader.sees("#p-140000 td:nth-of-type(2)")
        reader.start(f"140000/region_profile{end}.html")
        for n in range(4):
            reader.tab.locator("main .answer button.n").nth(n).click()
            box = reader.tab.locator(".rec:popover-open").bounding_box()
            assert box["x"] >= 8 and box["x"] + box["width"] <= 390 - 8, "a record has a margin at both sides"
            reader.tab.keyboard.press("Escape")
    finally:
        reader.tab.set_viewport_size({"width": 1280, "height": 720})


def test_2_two_cities(reader):
    reader.start("index.html").ask("镇江").click("a[href='../compare/cities-320000.html']")
    assert reader.sees("#p-321100") and reader.sees("#p-320100")


def test_3_the_publisher_of_a_number(reader):
    reader.start("140000/region_profile.html").click("main .answer button.n")
    assert "国家数据" in reader.sees(".rec:popover-open")


def test_4_the_data_of_a_figure_and_of_a_place(reader):
    reader.start("140000/region_profile.html")
    with reader.tab.expect_download() as figure:
        reader.click("main figure .tools a[href$='.csv']")
    assert figure.value.suggested_filename.endswith(".csv") and reader.clicks <= MOST
    reader.start("140000/index.html")
    with reader.tab.expect_download() as place:
        reader.click("a[href='tables.xlsx']")
    assert place.value.suggested_filename == "tables.xlsx" and reader.clicks <= MOST


def test_4_the_data_of_the_site(reader):
    reader.start("index.html")
    with reader.tab.expect_download() as whole:
        reader.click("#data a[href='data/yigai-data.zip']")
    assert whole.value.suggested_filename == "yigai-data.zip"


def test_5_the_most_and_the_fewest_beds(reader):
    reader.start("index.html").click("label[for=i-beds]")
    said = reader.sees(".leg.ends.l-beds")
    reader.click("#compare a[href='compare/beds.html']")
    assert reader.sees("main tbody tr:first-child th a") in said
    assert reader.sees("main tbody tr:last-child th a") in said


def test_6_a_briefing_prints_its_sentences_gaps_and_first_figure_on_one_page_the_overview_on_the_next(
    reader, tmp_path
):
    pypdf = pytest.importorskip("pypdf")
    for name in ("140000/index.html", "140000/index.en.html"):
        reader.start(name)
        reader.tab.pdf(path=tmp_path / "b.pdf", prefer_css_page_size=True)
        printed = pypdf.PdfReader(tmp_path / "b.pdf").pages
        first, second = ("".join(printed[n].extract_text().split()) for n in (0, 1))
        figure = "".join(reader.tab.inner_text("#fig1 h3").split())
        overview = "".join(reader.tab.inner_text("#overview h2").split())
        drawn = reader.tab.locator("#fig1 .wid svg text").all_text_contents()
        drawn = ["".join(text.split()) for text in drawn if "." in text]
        assert "E1" in first and "3.42" in first and figure in first and overview not in first, name
        assert drawn and [text for text in drawn if text not in first] == [], "the whole drawing"
        assert overview in second, name


def test_7_a_number_is_cited(reader):
    reader.start("140000/region_profile.html").click("main .answer button.n").click(".rec:popover-open .cp")
    assert "#r-" in reader.tab.evaluate("navigator.clipboard.readText()") and reader.clicks <= MOST


@pytest.mark.parametrize("end, cite, word", [("", "引用", "复制"), (".en", "Cite", "Copy")])
def test_7_a_figure_is_cited_without_the_words_of_a_button(reader, end, cite, word):
    reader.start(f"140000/region_profile{end}.html").click(f"main figure .tools button:has-text('{cite}')")
    reader.click(".rec.cite:popover-open .cp")
    held = reader.tab.evaluate("navigator.clipboard.readText()")
    assert "region_profile" in held and word not in held


def test_8_the_other_language_at_the_same_place(reader):
    reader.start("140000/region_profile.html#trends").click("a[hreflang]")
    assert reader.tab.url.endswith("140000/region_profile.en.html#trends") and reader.clicks <= MOST


def test_9_a_place_without_a_report(reader):
    reader.start("index.html").ask("台湾")
    assert "不在来源内" in reader.sees("#results")


def test_10_a_figure_is_shared_by_its_link(reader):
    reader.start("140000/region_profile.html")
    for anchor in reader.tab.evaluate("[...document.querySelectorAll('main figure')].map(f => f.id)"):
        reader.start(f"140000/region_profile.html#{anchor}")
        assert anchor and reader.tab.evaluate("id => document.getElementById(id).matches(':target')", anchor)


def test_11_a_figure_for_slides(reader):
    reader.start("140000/region_profile.html")
    with reader.tab.expect_download() as saved:
        reader.click("main figure .tools button:has-text('PNG')")
    assert saved.value.suggested_filename.endswith(".png") and reader.clicks <= MOST


def test_12_places_with_talent_programmes(reader):
    reader.start("index.html")
    row = reader.tab.locator("#t-talent_ledger")
    assert row.locator("td a").count() >= 1 and reader.sees("#t-talent_ledger td a")


def test_13_a_term_is_looked_for(reader):
    reader.start("index.en.html").ask("hospital beds")
    said = reader.sees("#results")
    assert "Hospital beds" in said and "Sentences of the reports" in said


def test_14_what_a_place_lacks(reader):
    reader.start("140000/index.html").click("footer a[href='../missing.html']")
    reader.click(".regions > li > a[href='missing-140000.html']")
    assert "E1" in reader.sees("#m-140000 .themes")


def test_15_from_a_province_to_its_city_and_back(reader):
    reader.start("320000/index.html").click("#cities a[href='../321100/index.html']")
    assert "镇江" in reader.sees("h1")
    reader.click(".crumbs a[href='../320000/index.html']")
    assert "江苏" in reader.sees("h1")


def test_16_a_definition(reader):
    reader.start("140000/index.html").click("#overview tbody th a")
    assert "定义" in reader.sees("#about") and "定义" in reader.sees("#about dl")


def test_a_task_that_takes_a_fourth_click_fails(reader):
    reader.start("index.html")
    reader.clicks = MOST + 1
    with pytest.raises(AssertionError, match="4 clicks"):
        reader.sees("main")


# bytes of a theme's page, and of the page of a place that readers come to most
LARGEST, PROFILE = 150_000, 130_000


def too_large(folder) -> dict[str, int]:
    """Pages above the size that their kind may have."""
    found = {}
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        theme = path.name.partition(".")[0]
        limit = (
            1_500_000
            if name.startswith("search")
            else 200_000
            if name.startswith(("index", "compare/"))
            else (PROFILE if theme == "region_profile" else LARGEST)
            if ("/" in name or theme.startswith("missing")) and theme not in ("index", "changes")
            else None
        )
        if limit and path.stat().st_size > limit:
            found[name] = path.stat().st_size
    return found


def test_pages_stay_small(site, tmp_path):
    assert too_large(site) == {}
    page = tmp_path / "140000" / "services.html"
    page.parent.mkdir()
    page.write_text("x" * (LARGEST + 1), encoding="utf-8")
    assert too_large(tmp_path) == {"140000/services.html": LARGEST + 1}, "a page that grows is seen"
    page.with_name("region_profile.en.html").write_text("x" * (PROFILE + 1), encoding="utf-8")
    assert too_large(tmp_path)["140000/region_profile.en.html"] == PROFILE + 1
