"""The gate passes a sound site, and each check has a mutation that turns it red."""

from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import page_fixture as fx
import test_site as ts
from analysis import facts
from analysis.charts import parts
from analysis.report.gate import browser as gate_browser
from analysis.report.gate import colours as gate_colours
from analysis.report.gate import drawn, gate, scan
from analysis.report.gate import numbers as gate_numbers
from analysis.report.pages import page, site
from analysis.report.plan import sums

PAGE = "140000/region_profile.html"
EN = "140000/region_profile.en.html"


def write_site(folder: Path) -> Path:
    """A whole small site: the report of one region in both languages, its files, and everything around it."""
    site.build(ts.pages(), folder, ts.PLAN, observations=ts.observations())
    home = folder / "140000"
    for lang, name in (("zh", "region_profile.html"), ("en", "region_profile.en.html")):
        parts = page.build(fx.notebook(lang), entry=fx.entry(lang))
        (home / name).write_text(parts.html, encoding="utf-8")
    (home / "region_profile.facts.json").write_text(
        json.dumps(parts.facts, ensure_ascii=False), encoding="utf-8"
    )
    (home / "region_profile").mkdir()
    with (home / "region_profile" / "position.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(parts.csvs["position"])
    return folder


@dataclass
class Sound:
    folder: Path
    pages: list[scan.Page]

    def changed(self, name: str, pattern: str, replacement: str, count: int = 1) -> gate.Site:
        """The site with one page's text changed; fails when the pattern is not there."""
        old = next(p for p in self.pages if p.name == name)
        html, n = re.subn(pattern, replacement, old.html, count=count)
        assert n, f"{pattern} does not occur in {name}"
        return gate.Site(self.folder, pages=[scan.Page(name, html) if p is old else p for p in self.pages])


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Sound:
    folder = write_site(tmp_path_factory.mktemp("site"))
    return Sound(folder, scan.Folder(folder).read())


@pytest.mark.parametrize("number", sorted(set(gate.STATIC) - {15, 20}))
def test_sound_site_passes(sound, number):
    assert list(gate.STATIC[number][1](gate.Site(sound.folder, pages=sound.pages))) == []


MUTATIONS = [
    (2, PAGE, r'(role="img" aria-label=")[^"]*', r"\1山西 3.42", "characters"),
    (
        2,
        PAGE,
        r'(role="img" aria-label=")[^"]*',
        r"\1某地每千人口医师与全国相比的位置 2023 年",
        "does not name",
    ),
    (
        2,
        PAGE,
        r'(role="img" aria-label=")[^"]*',
        r"\1山西每千人口医师与全国相比的位置和最高的省",
        "no number",
    ),
    (2, PAGE, r'(?s)(<div role="img".*?)(<div class="told">)', r"\1\1\2", "used twice"),
    (3, PAGE, r"<a href=\"region_profile/position.csv\" download>", "<a>", "no CSV"),
    (3, PAGE, r"<figcaption>.*?</figcaption>", "", "no figcaption"),
    (3, PAGE, r"(?s)<details>(<summary>数据表</summary>.*?)</details>", r"\1", "<details>"),
    (4, EN, r'<html lang="en">', '<html lang="zh-CN">', "html lang"),
    (4, EN, r"<p class=\"say\">", '<p class="say">执业医师 ', "unmarked Chinese"),
    (
        4,
        PAGE,
        r"<p class=\"say\">",
        '<p class="say">The number of doctors per resident.</p><p>',
        "unmarked English",
    ),
    (5, PAGE, r"<title>[^<]*", "<title>山西", "lacks region or period"),
    (5, PAGE, r"<title>[^<]*", "<title>山西（140000） · 2023 年 · 医改观察", "also on"),
    (5, PAGE, r"<h1>(.*?)</h1>", r"<h1>\1</h1><h1>\1</h1>", "2 h1"),
    (5, PAGE, r"<(/?)h3>", r"<\1h4>", "skipped"),
    (5, PAGE, r'<a class="skip"[^>]*>', "<a>", "skip link"),
    (6, PAGE, r"<caption>[^<]*</caption>", "", "no caption"),
    (6, PAGE, r'<th scope="col"', "<th", "without scope"),
    (6, PAGE, r"<th scope=row", "<th", "row heads"),
    (6, PAGE, r'(<th scope="col" class="l">)[^<]*', r"\1", "empty header"),
    (6, PAGE, r"<table>", '<table class="dataframe">', "pandas"),
    (6, PAGE, r'<div class="scroll" tabindex="0"', '<div class="scroll"', "scroller"),
    (6, PAGE, r'(<th scope="col" class="l">)', r"\1[x] ", "not explained"),
    (7, PAGE, r"--ink3:#5F6B76", "--ink3:#AEB7BF", "below 4.5"),
    (7, PAGE, r"--mk:#87929C", "--mk:#D8DDE2", "below 3"),
    (7, PAGE, r"--oc:#E39A55", "--oc:#7DB5E5", "apart"),
    (10, PAGE, r"<p class=\"say\">", '<p class="say">NaN ', "NaN"),
    (10, PAGE, r"(<td) data-v=[^<]*", r"\1>None", "None"),
    (10, PAGE, r"<p class=\"say\">", '<p class="say">{{ place }} ', "{{"),
    (10, PAGE, r"<p class=\"say\">", '<p class="say">/home/x/data.csv ', "/home/"),
    (10, PAGE, r"</main>", "</main><script>1</script>", "script"),
    (10, PAGE, r'"use strict";', '"use strict";fetch("/x");', "not the project's"),
    (10, PAGE, r"<h1>", '<h1 onclick="x()">', "outside a script element"),
    (10, PAGE, r"script-src '", "script-src 'unsafe-inline' '", "policy"),
    (10, PAGE, r"default-src 'none'", "default-src 'none'; connect-src https:", "policy"),
    (10, PAGE, r"</main>", '</main><script type="application/json" id="x">{</script>', "no JSON"),
    (11, PAGE, r"popovertarget=r-f00000001", "popovertarget=r-f99999999", "no such anchor"),
    (11, PAGE, r'href="\.\./sources.html', 'href="../source.html', "nowhere"),
    (11, PAGE, r"id=r-f00000003", "id=r-f00000001", "used twice"),
    (12, PAGE, r"<h1>山西", "<h1>陕西", "h1"),
    (12, PAGE, r"<title>山西", "<title>陕西", "another place"),
    (
        12,
        PAGE,
        r'name="yigai-region" content="140000"',
        'name="yigai-region" content="610000"',
        "the page says",
    ),
    (13, PAGE, r"(r-f00000002><data value=)[^ >]*", r"\g<1>3.52", "facts.json has"),
    (13, PAGE, r"(r-f00000002><data value=[^ >]*>)3.42", r"\g<1>3.52", "prints '3.52'"),
    (13, PAGE, r"r-f00000004><data", "r-f00000009><data", "not in facts.json"),
    (13, PAGE, r"r-f00000004><data", "r-f00000002><data", "facts.json has"),
    (13, PAGE, r"(<td data-v=)3.4161", r"\g<1>3.5161", "prints '3.42'"),
    (13, PAGE, r"(<text [^>]*>)3.42", r"\g<1>3.24", "the drawing prints 3.24"),
    (
        14,
        EN,
        r"(?s)r-f00000004><data(.*?)r-f00000004><data",
        r"r-f00000003><data\1r-f00000003><data",
        "facts differ",
    ),
    (14, EN, r'id="s3"', 'id="s9"', "ids differ"),
    (14, EN, r"(<td data-v=)3.4161", r"\g<1>3.4", "table values differ"),
    (14, PAGE, r"<p class=\"say\">", '<p class="say">health_technicians ', "untranslated key"),
    (17, PAGE, r"<p class=\"say\">", '<p class="say">internal-0a1b2c3d ', "names the internal source"),
    (
        17,
        PAGE,
        r'<meta charset="utf-8">',
        '<meta name="yigai-access" content="internal">',
        "only for programs",
    ),
    (17, PAGE, r"<header>", '<p class="internal">内部资料</p><header>', "only for readers"),
    (
        17,
        PAGE,
        r'(?s)<meta charset="utf-8">(.*)<header>',
        r'<meta name="yigai-access" content="internal">\1<p class="internal">内部资料</p><header>',
        "marked internal, unlike the other pages",
    ),
    (
        13,
        "140000/index.html",
        r'(href="region_profile.html#b-[^>]*><data [^>]*>)[^<]*',
        r"\g<1>3.97",
        "facts.json has",
    ),
    (18, PAGE, r"<button class=n[^>]*>(<data.*?)</button>", r"\1", "neither opens a record"),
    (18, PAGE, r"<p class=\"say\">", '<p class="say">31.8% ', "digits without a record"),
    (
        18,
        PAGE,
        r'<th scope="col"><a href="#c-[^>]*>(.*?)</a>',
        r'<th scope="col">\1',
        "neither opens a record",
    ),
    (
        18,
        PAGE,
        r'<th scope="col"><a href="#c-',
        '<th scope="col"><a href="../indicators.html#c-',
        "no record",
    ),
    (
        18,
        "140000/index.html",
        r'<a class="n" href="region_profile.html#b-[^>]*>(.*?)</a>',
        r"\1",
        "neither opens",
    ),
    (
        18,
        "140000/index.html",
        r'(href="region_profile.html#b-[^>]*><data [^>]*>)[^<]*',
        r"\g<1>3.97",
        "leads to",
    ),
    (
        18,
        "140000/index.html",
        r'<ul class="themes"><li id="t-region_profile">',
        '<ul class="themes"><li id="t-region_profile">第 11 位',
        "digits without a record",
    ),
    (18, "index.html", r'(<a class="n" href="#d-140000"><data [^>]*>)3', r"\g<1>4", "leads to"),
    (18, "index.html", r'<a class="n" href="#d-140000">(<data .*?)</a>', r"\1", "neither opens"),
]


def test_anchors_of_a_page_that_is_not_read_whole_are_those_of_one_that_is(sound):
    beside = gate.Site(sound.folder, pages=[])
    for one in sound.pages:
        assert beside.ids(one.name) == frozenset(one.ids) and one.ids, one.name


@pytest.mark.parametrize(("number", "name", "pattern", "replacement", "found"), MUTATIONS)
def test_mutation_is_caught(sound, number, name, pattern, replacement, found):
    problems = list(gate.STATIC[number][1](sound.changed(name, pattern, replacement)))
    assert any(found in p for p in problems), problems


def changed_file(sound: Sound, tmp_path: Path, name: str, old: str, new: str) -> gate.Site:
    folder = tmp_path / "copy"
    shutil.copytree(sound.folder, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return gate.Site(folder, pages=sound.pages)


def test_a_page_whose_bytes_are_not_text_is_a_fault_not_a_traceback(sound, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(sound.folder, folder)
    page = folder / "140000/region_profile.html"
    broken = page.read_bytes().replace("山西".encode(), "山西".encode()[:-1])
    page.write_bytes(broken)
    found = [p for _, (_, check) in gate.STATIC.items() for p in check(gate.Site(folder))]
    assert any("region_profile.html" in p and "\ufffd" in p for p in found)


def test_facts_of_another_region_and_a_changed_csv_are_caught(sound, tmp_path):
    other = changed_file(
        sound,
        tmp_path,
        "140000/region_profile.facts.json",
        '"region_code": "140000"',
        '"region_code": "610000"',
    )
    assert any("facts.json is of 610000" in p for p in gate.check_identity(other))
    shutil.rmtree(tmp_path / "copy")
    wrong = changed_file(sound, tmp_path, "140000/region_profile/position.csv", "3.4161", "3.5161")
    assert any("not in the CSV" in p for p in gate.check_numbers(wrong))


@pytest.mark.parametrize("name", ["140000/region_profile.facts.json", "140000/region_profile/position.csv"])
def test_an_internal_source_in_a_file_beside_a_public_page_is_caught(sound, tmp_path, name):
    old = (sound.folder / name).read_text(encoding="utf-8")[:12]
    site = changed_file(sound, tmp_path, name, old, old + " internal-0a1b2c3d ")
    assert any("names the internal source" in p for p in gate.check_access(site))


def test_percent_and_points_are_kept_apart():
    fact = {"text": {"zh": "8%", "en": "8%"}, "value": 8.0, "style": "pp"}
    number = scan.Number("f1", "8", "8%", False)
    assert any(
        "does not say 个百分点" in p
        for p in gate_numbers._against_fact(scan.Page("x.html", ""), number, fact)
    )


def test_missing_language_is_caught(sound):
    pages = [p for p in sound.pages if p.name != EN]
    assert f"{PAGE}: no page in the other language" in list(
        gate.check_languages_agree(gate.Site(sound.folder, pages=pages))
    )


def test_second_rendering_with_other_bytes_is_caught(sound, tmp_path):
    again = tmp_path / "again"
    (again / "140000").mkdir(parents=True)
    html = (sound.folder / PAGE).read_text(encoding="utf-8")
    (again / PAGE).write_text(html, encoding="utf-8")
    assert list(gate.check_same_bytes(gate.Site(sound.folder, again, pages=sound.pages))) == []
    (again / PAGE).write_text(html.replace("</main>", "<!-- 4711 --></main>"), encoding="utf-8")
    assert list(gate.check_same_bytes(gate.Site(sound.folder, again, pages=sound.pages))) == [
        f"{PAGE}: the second rendering differs"
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11.84 万人", 118400),
        ("118,400", 118400),
        ("−3.01 万人", -30100),
        ("CNY 1.2 billion", 1.2e9),
        ("31.8%", 31.8),
        ("第 11 位", 11),
        ("> 30", 30),
        ("1.53 亿", 1.53e8),
    ],
)
def test_printed_numbers_are_read_back(text, value):
    assert gate_numbers.shown_number(text)[0] == pytest.approx(value)


def test_a_count_printed_to_its_publishers_step_rounds():
    old = scan.Page("x.html", "")
    assert not list(gate_numbers._rounds(old, "118,400", 118432, gate_numbers.COARSE))
    assert not list(gate_numbers._rounds(old, "0 人", 33, gate_numbers.COARSE))
    assert list(gate_numbers._rounds(old, "118,400", 118532, gate_numbers.COARSE))
    assert list(gate_numbers._rounds(old, "0 人", 133, gate_numbers.COARSE))


def test_palette_differences_agree_with_the_published_matrices():
    # region against peers as measured for the identity: 36 normal, 38 deutan, 34 protan
    got = [gate_colours.difference("#1A62A6", "#3E4A55", vision) for vision in ("normal", "deutan", "protan")]
    assert got == pytest.approx([36, 38, 34], abs=1)
    assert gate_colours.contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_sample_covers_each_template_theme_and_language_and_is_seeded(sound):
    chosen = gate.sampled(sound.pages, 0)
    assert {p.body for p in chosen} == {"site", "briefing", "report"} and {p.short_lang for p in chosen} == {
        "zh",
        "en",
    }
    assert {p.name for p in chosen} >= {PAGE, EN, "index.html", "sources.en.html"}
    assert len(gate.sampled(sound.pages, 100)) == len(sound.pages)
    assert [p.name for p in gate.sampled(sound.pages, 12)] == [
        p.name for p in gate.sampled(list(sound.pages), 12)
    ]


def test_without_chromium_its_checks_read_not_run_and_strict_fails(sound, monkeypatch):
    monkeypatch.setattr(gate_browser, "chromium", lambda: None)
    result = gate.run(sound.folder, again=sound.folder)
    states = {o.number: o.state for o in result.outcomes}
    assert sorted(states) == list(range(1, 21))
    assert {n for n, s in states.items() if s == "not run"} == {1, 8, 9, 16, 19, 20} and result.ok
    assert not gate.Result(result.outcomes, strict=True).ok
    assert "not run" in str(result) and "passed" in str(result)


def test_empty_folder_fails(tmp_path):
    assert not gate.run(tmp_path).ok


@pytest.fixture(scope="module")
def driver():
    sync = pytest.importorskip("playwright.sync_api")
    path = gate_browser.chromium()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=gate_browser.CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("number", "pattern", "replacement", "found"),
    [
        (1, r'<html lang="zh-CN">', "<html>", "html-has-lang"),
        (8, r"<main", '<div style="width:900px">x</div><main', "px wide"),
    ],
)
def test_browser_checks_pass_and_are_turned_red(sound, driver, number, pattern, replacement, found):
    check = {1: gate_browser.check_axe, 8: gate_browser.check_widths}[number]
    old = next(p for p in sound.pages if p.name == PAGE)
    tab = driver.new_page()
    tab.goto((sound.folder / PAGE).as_uri())
    assert list(check(tab, old)) == []
    tab.set_content(re.sub(pattern, replacement, old.html, count=1))
    assert any(found in p for p in check(tab, old))
    tab.close()


BAR = '<path fill="#1f4e79" d="M100 5h200v12h-200z"/>'
DRAWN = """<!doctype html><html lang="en"><title>x</title><main><figure id="bars"><svg viewBox="0 0 400 40" width="400" height="40"
style="overflow:visible;font:11px sans-serif">{bar}<text x="0" y="14">Beds</text><text x="305" y="14">12</text></svg></figure></main>"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("h200v12h-200z", "h340v12h-340z", "bars: a mark stands 40 px outside its drawing"),
        ('x="305"', 'x="420"', 'bars: "12" stands'),
        ("M100", "M10", 'bars: "Beds" stands on a mark'),
        ("M100 5h200v12h-200z", "M300 5h50v12h-50z", 'bars: "12" stands on a mark'),
        (
            ">Beds<",
            ">Beds of hospitals in all the counties and all the districts of the whole province in the year<",
            'stands over "12"',
        ),
    ],
    ids=["bar outside", "word outside", "bar on its label", "bar on its number", "word over word"],
)
def test_a_mark_out_of_its_place_is_caught(driver, old, new, found):
    sheet, page_of = DRAWN.format(bar=BAR), scan.Page("x.en.html", DRAWN)
    tab = driver.new_page()
    tab.set_content(sheet)
    assert list(drawn.check_drawn(tab, page_of)) == []
    assert old in sheet
    tab.set_content(sheet.replace(old, new))
    assert any(found in line for line in drawn.check_drawn(tab, page_of))
    # painted last, a bar hides even a word that contrasts with it; a word in white on the bar is a label
    white = sheet.replace('<text x="0"', '<text fill="#fff" x="120"').replace(BAR, "")
    tab.set_content(white.replace("<text", BAR + "<text", 1))
    assert list(drawn.check_drawn(tab, page_of)) == []
    tab.set_content(white.replace("</svg>", BAR + "</svg>"))
    assert any('"Beds" stands under a mark' in line for line in drawn.check_drawn(tab, page_of))
    tab.close()


@pytest.mark.browser
def test_a_request_and_a_console_message_are_caught(sound, driver, tmp_path):
    bad = tmp_path / "index.html"
    bad.write_text(
        '<!doctype html><html lang="en"><title>x</title><script>console.error("seen")</script><img alt="" src="x.png">',
        encoding="utf-8",
    )
    outcomes = {
        o.number: o for o in gate_browser._browse(driver, gate.Site(tmp_path), scan.Folder(tmp_path).read())
    }
    text = " ".join(outcomes[9].problems)
    assert outcomes[9].state == "failed" and "seen" in text and "x.png" in text


@pytest.mark.browser
def test_what_one_page_does_is_not_told_of_the_next_and_its_window_is_its_own(driver, tmp_path):
    frame = '<!doctype html><html lang="en"><title>x</title><body class="report">{}</body></html>'
    wide = "<script>console.error(innerWidth)</script>"
    for name, inside in (("a", wide), ("b", "<p>quiet</p>"), ("c", wide)):
        (tmp_path / f"{name}.html").write_text(frame.format(inside), encoding="utf-8")
    opened = []
    seen = type("Seen", (), {"new_page": lambda self: opened.append(driver.new_page()) or opened[-1]})()
    outcomes = gate_browser._browse(seen, gate.Site(tmp_path), scan.Folder(tmp_path).read())
    told = next(o.problems for o in outcomes if o.number == 9)
    assert told == ("a.html: console error: 1280", "c.html: console error: 1280")
    assert len(opened) == 1  # one tab for all: a new one for each page cost half as much again


def test_a_browser_that_ends_is_one_line_and_not_run(sound, monkeypatch):
    pytest.importorskip("playwright")
    monkeypatch.setattr(gate_browser, "chromium", lambda: "/bin/false")
    outcomes = gate._browser_checks(gate.Site(sound.folder), [])
    assert {o.state for o in outcomes} == {"not run"}
    assert all(o.problems[0].startswith("the browser ended before it was done: ") for o in outcomes)
    assert all("\n" not in o.problems[0] for o in outcomes)


MAGNITUDES = (0.05, 0.796, 3.42, 38.227, 565.87, 1055.14, 12345.678, 118_400.0, 9_876_543.21, 2.5e8, 1.53e9)


@pytest.mark.parametrize("style", [s for s in facts.STYLES if s != "rank"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_format_is_read_back_and_a_wrong_value_is_not(style, lang):
    """Both sides of each format, from hundredths to billions and below zero."""
    page_ = scan.Page("x.html" if lang == "zh" else "x.en.html", "")
    seen = 0
    for size in MAGNITUDES:
        for value in (size, -size):
            text = facts.number_text(value, style, lang, unit="人")
            digits = gate_numbers.NUMBER.search(text).group()
            if re.fullmatch(r"[0.,]*", digits):
                continue  # too small for the format: nothing is printed of it
            assert not list(gate_numbers._rounds(page_, text, value)), text
            wrong = (value * 10, value / 10, value * 4)
            for other in wrong:
                assert list(gate_numbers._rounds(page_, text, other)), (
                    text,
                    other,
                )
            seen += 1
    assert seen > 10


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("decimals", [2, 3])
@pytest.mark.parametrize("value", [0.05, 3.42, 565.87, 1055.14, 1005.07, 23_456.78, 1_234_567.89])
def test_a_drawn_number_is_held_to_its_table_on_both_sides(value, decimals, lang):
    """Also above a thousand with decimals: 1,055.14 is not 55.14."""
    drawn = parts.number(value, decimals, lang=lang)

    def complaints(held: float) -> list[str]:
        table = scan.Table(values=[str(held)])
        figure = scan.Figure(id="f", tables=[table], drawn=[f"山西 {drawn} 万人"])
        page_ = scan.Page("x.html", "")
        page_.figures = [figure]
        return list(gate_numbers._drawn(page_, {}))

    assert not complaints(value), drawn
    assert complaints(value % 1000 if value > 1000 else value + 1), drawn
    assert complaints(value + 10**-decimals * 1.01), drawn


PRINTED = st.builds(
    dict,
    style=st.sampled_from(facts.STYLES),
    unit=st.sampled_from(["人", "张", "万元/年", "家", "户", "元", "人次", "台(套)"]),
    decimals=st.sampled_from([None, 0, 1, 2, 3, 4]),
    signed=st.booleans(),
)
SIZES = st.builds(
    lambda digits, power, sign: sign * digits * 10.0**power,
    st.integers(1, 99_999),
    st.integers(-5, 6),
    st.sampled_from([-1, 1]),
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(how=PRINTED, value=SIZES, other=SIZES, lang=st.sampled_from(["zh", "en"]))
def test_property_what_pages_can_print_is_read_back_and_nothing_else_passes(how, value, other, lang):
    """Numbers, ranges and bounds of every style, decimals, unit, sign and scale: the printed text passes for the value it came from;
    not for one ten times, a tenth, or of the other sign, and a range not with its ends exchanged."""
    value, other = (round(abs(v)) + 1.0 if how["style"] == "rank" else v for v in (value, other))
    seen = {"label": ("数", "number"), "observations": ("a:1",), **how}
    low, high = sorted((value, other))
    page_ = scan.Page("x.html" if lang == "zh" else "x.en.html", "")

    def complaints(text: str, **changed: float) -> list[str]:
        told = {"value": None, "low": None, "high": None, "quantifier": "exact"} | changed
        return list(gate_numbers._said(page_, text, told))

    whole = {
        "alone": facts.Fact(value=value, **seen),
        "at_most": facts.Fact(value=None, high=value, quantifier="at_most", **seen),
        "interval": facts.Fact(value=None, low=low, high=high, quantifier="interval", **seen),
    }
    for name, fact in whole.items():
        text, told = fact.bare(lang), {"low": fact.low, "high": fact.high, "value": fact.value}
        assert not complaints(text, quantifier=fact.quantifier, **told), text
        digits = [re.sub("[0.,]", "", n) for n in gate_numbers.NUMBER.findall(text)]
        if not all(digits):
            continue  # too small for the format: nothing is printed of it
        factors = (10, 0.1) if how["style"] == "rank" else (10, 0.1, -1)
        for factor in factors:
            wrong = {side: number if number is None else number * factor for side, number in told.items()}
            assert complaints(text, quantifier=fact.quantifier, **wrong), (name, text, wrong)
        one, two = (facts.number_text(v, lang=lang, **how) for v in (low, high))
        if name == "interval" and one != two:
            turned = {"low": high, "high": low, "value": None}
            assert complaints(text, quantifier="interval", **turned), (text, turned)


@pytest.mark.parametrize(
    ("text", "value", "passes"),
    [
        ("3,000", 3040, True),  # to the publisher's 0.01 万
        ("1,000", 1499, False),
        ("19,000", 19_049, True),
        ("19,000", 19_449, True),  # two digits stand
        ("19,000", 19_549, False),
        ("200", 249, True),
        ("200", 251, False),
        ("70,000", 74_000, False),
    ],
)
def test_zeros_at_the_end_of_a_cell_excuse_little(text, value, passes):
    """A mutation: without a limit 1,000 passed for 1,499 and 70,000 for 74,000."""
    page_ = scan.Page("x.en.html", "")
    assert (not list(gate_numbers._rounds(page_, text, value, gate_numbers.COARSE))) is passes
    assert (
        not list(gate_numbers._rounds(page_, text, value)) or abs(value - float(text.replace(",", ""))) > 50
    )


@pytest.mark.parametrize(
    ("beside", "text", "value", "passes"),
    [
        (("1,200", "−300"), "0", 33, True),  # printed to 0.01 万
        (("1.23 万", "-5200"), "0", 33, True),
        (("366",), "0", 33, False),  # printed in full: 33 is no 0
        (("366",), "0", 0.4, True),
        (("0", "0"), "0", 33, False),  # zeros alone show no step
        (("12.5",), "0", 33, False),
        ((), "0", 33, False),
        (("366",), "400", 366, False),
        (("1,200",), "400", 366, True),
        (("1,200", "–"), "400", 366, True),  # a cell without a figure says nothing
        (("1,210",), "400", 366, False),
        (("1,210",), "400", 396, True),
    ],
)
def test_a_cell_is_as_coarse_as_its_column(beside, text, value, passes):
    """A mutation: without the column, 0 passed for 33 beside 366."""
    cells = "".join(f"<tr><td data-v=1>{one}</td></tr>" for one in (*beside, text))
    page_ = scan.Page("x.en.html", f"<body><table>{cells}</table></body>")
    number = page_.numbers[-1]
    column = gate_numbers.column_zeros(page_)[gate_numbers._column(number)]
    assert len(page_.numbers) == len(beside) + 1 and number.text == text
    assert (not list(gate_numbers._rounds(page_, text, value, gate_numbers.COARSE, column))) is passes


def test_the_check_reads_a_cell_by_its_column(tmp_path):
    """A mutation: without the column in the check itself, nothing is found here."""
    row = "<tr><td data-v=366>366</td></tr>"
    (tmp_path / "x.en.html").write_text(
        f"<body><table>{row}<tr><td data-v=33>0</td></tr></table></body>", encoding="utf-8"
    )
    assert list(gate_numbers.check_numbers(gate_numbers.Site(tmp_path))) == ["x.en.html: prints '0' for 33"]


@pytest.mark.parametrize(
    ("drawn", "held", "passes"),
    [
        ("–0.25", -0.25, True),
        ("–0.25", 0.25, False),
        ("+0.25", 0.25, True),
        ("+0.25", -0.25, False),
        ("0.25", -0.25, True),  # words beside it may say which way
        ("1.05–1.25", 1.25, False),  # a range: 1.05 is not held
        ("(−1,234.50)", -1234.5, True),
        ("(−1,234.50)", 1234.5, False),
    ],
)
def test_a_drawn_sign_is_that_of_the_data(drawn, held, passes):
    figure = scan.Figure(id="f", tables=[scan.Table(values=[str(held)])], drawn=[f"太原 {drawn}"])
    page_ = scan.Page("x.html", "")
    page_.figures = [figure]
    assert (not list(gate_numbers._drawn(page_, {}))) is passes


def test_a_printed_fact_is_its_value(monkeypatch):
    """Text and value of a record are told apart: the same wrong text on the page and in facts.json was let through."""
    fact = {"text": {"zh": "31.8%", "en": "31.8%"}, "value": 38.1, "style": "percent", "quantifier": "exact"}
    number = scan.Number("f1", "38.1", "31.8%", False)
    told = list(gate_numbers._against_fact(scan.Page("x.html", ""), number, fact))
    assert told == ["x.html: prints '31.8%' for 38.1"]
    monkeypatch.setattr(gate_numbers, "_said", lambda *_: ())  # the mutation
    assert not list(gate_numbers._against_fact(scan.Page("x.html", ""), number, fact))


def test_a_fact_that_is_held_and_not_printed_is_its_value():
    """facts.json is read without its page: inputs of other numbers too say in both languages what they are."""
    page_ = scan.Page("x.html", "")
    fact = {"id": "f1", "style": "rate", "value": 3.42, "text": {"en": "3.42", "zh": "3.42"}}
    assert not list(gate_numbers._held(page_, {"f1": fact}))
    assert list(gate_numbers._held(page_, {"f1": {**fact, "value": 3.48}}))
    assert list(gate_numbers._held(page_, {"f1": {**fact, "text": {"en": "3.47", "zh": "3.47"}}}))


def test_nothing_has_no_sign():
    for value in (0.04, -0.04, 0.0):
        assert facts.number_text(value, "percent", "zh", signed=True) == "0.0%"
        assert parts.number(value, 1, signed=True, lang="en") == "0.0", "and drawings say the same"
    assert facts.number_text(-0.05, "percent", "zh") == "\u22120.1%"
    assert facts.number_text(33, "count", "zh", unit="人", step=100, signed=True) == "0 人"


def test_mutation_a_reader_that_stops_at_the_comma_misreads(monkeypatch):
    monkeypatch.setattr(gate_numbers, "DRAWN", re.compile(r"()(\d+\.\d{2,})"))
    figure = scan.Figure(id="f", tables=[scan.Table(values=["55.14"])], drawn=["1,055.14"])
    page_ = scan.Page("x.html", "")
    page_.figures = [figure]
    assert not list(gate_numbers._drawn(page_, {})), "the cut-off number passes for another"


@pytest.mark.parametrize(
    ("tag", "told"),
    [("path", False), ("section", True)],
    ids=["a path of a drawing", "the mutation: a section"],
)
def test_a_path_that_one_languages_drawing_uses_again_is_no_difference(sound, tag, told):
    page = next(p for p in sound.pages if p.name == EN)
    html = page.html.replace("</main>", f'<{tag} id="u99"></{tag}></main>')
    pages = [p if p.name != EN else scan.Page(EN, html) for p in sound.pages]
    found = list(gate.check_languages_agree(gate.Site(sound.folder, pages=pages)))
    assert any("section and record ids differ" in one for one in found) is told


def test_a_number_leads_to_its_own_fact_with_or_without_its_qualifier():
    """A sentence may print the qualifier after the noun; another fact, or another number, is still refused."""
    from dataclasses import replace

    from analysis.report.gate import opened, scan

    with_it = scan.Number("f1", "24", "24 (during the epidemic)", in_table=False)
    bare = replace(with_it, text="24")
    assert opened._same(bare, with_it) and opened._same(with_it, bare)
    assert not opened._same(replace(bare, fact="f2"), with_it), "the mutation: another fact"
    assert not opened._same(replace(bare, text="25"), with_it), "the mutation: another number"
    assert not opened._same(replace(bare, fact=""), replace(with_it, fact="")), (
        "without a fact nothing is known to be the same"
    )


SENTENCE = "<p>Taiyuan reports <data data-fact=f1 value=24>24</data> candidates{}. During the epidemic it was closed.</p>"
TABLED = "<table><caption>{}</caption><thead><tr><th>{}</th><th>{}</th></tr></thead><tr><th scope=row>{}</th><td><data data-fact=f1 value=24>24</data></td></tr></table>"
LIMITED = {
    "text": {"en": "24 (during the epidemic; flexible appointments)"},
    "qualifier": {"en": "during the epidemic; flexible appointments"},
    "value": 24,
}


@pytest.mark.parametrize(
    ("html", "lacking"),
    [
        (SENTENCE.format(" engaged flexibly during the epidemic"), []),
        (SENTENCE.format(" (During the epidemic; flexible appointments)"), []),
        (SENTENCE.format(" engaged flexibly"), ["during the epidemic"]),
        (SENTENCE.format(""), ["during the epidemic", "flexible appointments"]),
        (TABLED.format("During the epidemic", "", "Engaged flexibly", ""), []),
        (TABLED.format("", "During the epidemic", "", "Engaged flexibly"), ["during the epidemic"]),
        (TABLED.format("", "", "During the epidemic, flexibly", ""), []),
        (
            "<p>Engaged flexibly during the epidemic.</p><p><data data-fact=f1 value=24>24</data></p>",
            ["during the epidemic", "flexible appointments"],
        ),
    ],
    ids=[
        "declared wording",
        "own words",
        "one part",
        "the next sentence",
        "caption and column",
        "another column",
        "column",
        "another paragraph",
    ],
)
def test_a_number_without_its_qualifier_needs_it_said_in_its_sentence_head_or_caption(
    html, lacking, monkeypatch
):
    """Gate, audit and tracing agree; the mutation: with nothing declared, a wording of one's own passes for no qualifier."""
    import audit
    import trace_numbers
    from analysis.report.gate import qualifiers

    page_ = scan.Page("140000/x.en.html", f"<!doctype html><main>{html}</main>")
    told = list(gate_numbers._against_fact(page_, page_.numbers[0], LIMITED))
    assert [one.split(" without ")[1].split(", which")[0].strip("'") for one in told] == lacking
    read = audit.Reader(f"<main>{html}</main>")
    assert audit.unsaid(LIMITED["qualifier"]["en"], read.around[0], "en") == lacking
    assert trace_numbers.said(LIMITED | {"id": "f1"}, "24", "en", html) is (not lacking)
    assert not list(
        gate_numbers._against_fact(page_, scan.Number("f1", "24", LIMITED["text"]["en"], False), LIMITED)
    )
    if "flexibly" in html.casefold():
        monkeypatch.setattr(qualifiers, "wordings", lambda: {"zh": {}, "en": {}})
        assert "flexible appointments" in str(
            list(gate_numbers._against_fact(page_, page_.numbers[0], LIMITED))
        )


def test_a_file_of_two_languages_is_read_by_the_record_that_fits_and_an_altered_one_keeps_its_sum(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text("one", "utf-8")
    made = {"facts.json": [3, path.stat().st_mtime_ns]}
    older = {"facts.json": [9, 1], ".yigai/x": [1, 1]}
    (tmp_path / ".yigai").mkdir()
    for records in ([made, older], [older, made]):
        found = sums.renewed(tmp_path, records)
        assert found.keys() == {"facts.json"} and found["facts.json"][:2] == tuple(made["facts.json"])
        (tmp_path / sums.NAME).write_text(json.dumps(found), "utf-8")
    path.write_text("two!", "utf-8")
    assert sums.renewed(tmp_path, [older, made]) == found
    assert list(sums.differing(tmp_path, ["x.html"])) == [
        "facts.json: changed after the run that made it",
        "x.html: no run made this page",
    ]


def test_a_file_of_no_run_in_the_sites_own_folders_is_named_and_one_at_the_top_is_the_publishers(
    tmp_path, monkeypatch
):
    for name in ("140000/a.csv", "api/index.json", ".yigai/state.json", "map.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1", "utf-8")
    (tmp_path / sums.NAME).write_text("{}", "utf-8")
    made = {
        name: list(sums._stamp(tmp_path / name)) for name in ("140000/a.csv", "api/index.json", "map.csv")
    }
    (tmp_path / sums.NAME).write_text(json.dumps(sums.renewed(tmp_path, [made])), "utf-8")
    assert list(sums.differing(tmp_path, [])) == []
    for name in ("140000/extra.csv", "140000/services/x.xlsx", "api/extra.json", "notes.txt", "140000/.cache", "other/y.csv"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("2", "utf-8")
    told = list(sums.differing(tmp_path, []))
    assert [line.split(":")[0] for line in told] == [
        "140000/extra.csv",
        "140000/services/x.xlsx",
        "api/extra.json",
    ]
    assert all("no run made this file" in line for line in told)
    monkeypatch.setattr(sums, "_beside", lambda *_: iter(()))  # mutation: without the look beside they pass
    assert list(sums.differing(tmp_path, [])) == []
