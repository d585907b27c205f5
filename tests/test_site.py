"""Briefings, index, sources, indicators, missing pages and workbooks from hand-made findings."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

import page_fixture as fx
from analysis import catalog, tables
from analysis.report.gate import gate
from analysis.report.pages import briefing, front, page, render, site, workbook
from analysis.report.pages.shown import Plan, Report, Site, Theme, Unknown
from analysis.report.plan.records import Why
from analysis.report.publish import indexes
from analysis.told import Told


def observations() -> pd.DataFrame:
    """31 provinces with the map's indicators for two years, the second incomplete, and one coded fact."""
    rows = []
    for n, region in enumerate(catalog.provinces()):
        for year in (2022, 2023):
            for key, value in (
                ("doctors", 3.3e4),
                ("nurses", 4.0e4),
                ("health_technicians", 9.1e4),
                ("beds", 7.0e4 + n),
                ("population", 1.0e7),
            ):
                if (year, key, n) != (2023, "beds", 5):
                    rows.append(
                        (
                            f"nbs:{region.code}:{key}:{year}",
                            region.code,
                            key,
                            year,
                            value,
                            f"{value} 人",
                            "actual",
                            "nbs-province",
                            "国家数据",
                        )
                    )
    rows.append(("000-001", "140100", "doctors", None, 30.0, "30余名", "actual", "doc-000", "一 · 字符 1–2"))
    columns = [
        "observation_id",
        "region_code",
        "indicator",
        "year",
        "value",
        "as_printed",
        "status",
        "source_id",
        "locator",
    ]
    frame = pd.DataFrame(rows, columns=columns).astype({"year": "Int16"})
    return frame.assign(
        institution="",
        qualifier="",
        qualifier_en="",
        period_start=frame["year"].map(lambda y: "" if pd.isna(y) else f"{y}-12-31"),
        period_end="2023-12-31",
    )


def pages(**more) -> list[Report]:
    out = []
    for lang in ("zh", "en"):
        entry = fx.entry(lang)
        parts = page.build(fx.notebook(lang), entry=entry)
        made = Report(
            "140000", "region_profile", lang, dict(entry.title), 1, read=lambda found=parts.findings: found
        )
        out.append(replace(made, **more))
    return out


PLAN = Plan(
    regions=["140000", "140100", "350200"],
    coverage={
        "140000": {"region_profile": None},
        "350200": {"region_profile": Why("E1", "没有数值。", "No values.")},
    },
    themes={"region_profile": Theme({"zh": "区域概况", "en": "Region profile"}, 1)},
    as_of=fx.entry("zh").as_of,
    code_version="0.1.0+abc",
)


@pytest.fixture
def built(tmp_path):
    names = site.build(pages(), tmp_path, PLAN, observations=observations())
    return tmp_path, names


def read(folder, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def test_writes_every_page_in_both_languages_and_nothing_else(built):
    folder, names = built
    stems = [
        "index",
        "search",
        "sources",
        "indicators",
        "missing",
        "missing-140000",
        "missing-350000",
        "140000/index",
        "140100/index",
        "350200/index",
    ]
    expected = {f"{s}{end}" for s in stems for end in (".html", ".en.html")} | {
        "map.csv",
        "140000/tables.xlsx",
        "140000/tables.en.xlsx",
    }
    assert set(names) == expected == {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_briefing_has_sentences_states_figure_and_records_of_what_it_prints(built):
    html = read(built[0], "140000/index.html")
    assert (
        html.count("<li><span>每千人口") == 1
        and "计划引进专家" in html
        and 'id="unknown"' in html
        and 'id="fig1"' in html
        and "id=r-f00000001>" in html
    )
    assert 'href="region_profile/position.csv"' in html and 'href="tables.xlsx"' in html
    assert "136 工程仅有目标" in html and 'href="region_profile.html"' in html


def test_region_without_page_says_why(built):
    zh, en = read(built[0], "350200/index.html"), read(built[0], "350200/index.en.html")
    assert "没有数值。" in zh and "E1" in zh and "No values." in en


def test_region_whose_report_is_not_made_yet_says_so(tmp_path):
    site.build([], tmp_path, PLAN, observations=observations())
    html = read(tmp_path, "140000/index.html")
    assert "本地区的报告尚未生成。" in html and "尚未生成" in read(tmp_path, "index.html")
    assert "尚未生成" not in read(tmp_path, "350200/index.html")


def test_internal_links_resolve(built):
    folder, names = built
    reports = {
        "region_profile.html",
        "region_profile.en.html",
        "region_profile/position.csv",
        "region_profile.facts.json",
    }
    for name in (n for n in names if n.endswith(".html")):
        html = read(folder, name)
        for href in re.findall(r'href="([^"]+)"', html):
            target, _, anchor = href.partition("#")
            if target.startswith("http") or target in reports or target.removeprefix("140000/") in reports:
                continue
            path = (folder / name).parent / target if target else folder / name
            assert path.exists(), (name, href)
            if anchor:
                assert f'id="{anchor}"' in path.read_text(encoding="utf-8"), (name, href)


def test_map_takes_the_newest_complete_year_and_classifies_the_printed_value(built):
    html = read(built[0], "index.html")
    assert html.count('type="radio"') == 4 and html.count(" checked") == 1
    assert 'class="v v-doctors c2"' in html  # 3.30 as printed belongs to the class that starts at 3.3
    rows = list(csv.reader(io.StringIO(read(built[0], "map.csv"))))
    assert len(rows) == 32 and {row[1] for row in rows[1:]} == {"2022"}
    for name in ("台湾", "香港", "澳门"):
        assert name in html


def test_failed_and_stale_pages_are_listed_by_kind_and_note(tmp_path):
    site.build(
        pages(status="failed", failure="cell", note="abcdefgh"),
        tmp_path,
        PLAN,
        observations=observations(),
    )
    html = read(tmp_path, "index.html")
    assert "未生成" in html and "笔记本有一个单元出错（运行记录编号 abcdefgh）" in html
    assert "A cell of the notebook failed (note abcdefgh in the run" in read(tmp_path, "index.en.html")
    site.build(pages(status="stale"), tmp_path, PLAN, observations=observations())
    assert "旧版" in read(tmp_path, "index.html") and 'href="140000/region_profile.html"' in read(
        tmp_path, "index.html"
    )


def test_sources_indicators_and_missing_pages(built):
    folder = built[0]
    sources, indicators, missing = (read(folder, f"{s}.html") for s in ("sources", "indicators", "missing"))
    for source in catalog.sources():
        assert f'id="{source}"' in sources
    assert 'id="o-000-001"' in sources and "30余名" in sources
    assert 'id="doctors"' in indicators and "2022–2023" in indicators
    subjects = re.findall(r'href="#(g-[a-z_]+)"', indicators)
    assert subjects[0] in ("g-resources", "g-workforce") and subjects[-1] == "g-metadata", (
        "the ranked come first"
    )
    assert re.findall(r'<h2 id="(g-[a-z_]+)"', indicators) == subjects, (
        "each subject of the contents has its section"
    )
    said = re.sub(r"<[^>]+>", " ", indicators)
    assert "同年常住人口" in said and "resident population" not in said, "each language has its own words"
    assert 'id="m-350200"' in missing and 'href="missing-350000.html#m-350200"' in missing and "E9" in missing
    shanxi, fujian = (read(folder, f"missing-{code}.html") for code in ("140000", "350000"))
    assert 'id="m-350200"' in fujian and 'id="m-140000"' in shanxi and "136 工程仅有目标" in shanxi


def test_figures_take_turns_between_themes():
    one, two = (
        Report("140000", t, "zh", {}, n, findings=tuple(Told(f"{t}{k}", "figure") for k in range(3)))
        for n, t in enumerate("ab")
    )
    assert [f.section for _, f in briefing.chosen_figures([one, two])] == ["a0", "a1", "b0"]


def test_small_box_shows_one_state_of_each_code_first():
    states = [Unknown(c, str(n), "") for n, c in enumerate(["E1", "E1", "E1", "E4", "E7"])]
    assert [s.title for s in briefing.first_of_each_code(states, 4)] == ["0", "1", "3", "4"]


def test_workbook_has_every_table_with_sources_and_the_same_bytes():
    from openpyxl import load_workbook

    findings = {"region_profile": [Told.of(fx.figure("en", "Shanxi"))]}
    first, second = (workbook.workbook(findings, "en", "Shanxi", "140000") for _ in range(2))
    assert first == second
    book = load_workbook(io.BytesIO(first))
    assert len(book.sheetnames) == 5 and all(len(n) <= 31 for n in book.sheetnames)
    assert book["Cover"]["A1"].value == "Shanxi" and book["Contents"]["B4"].value
    printed = [
        (one.page_setup.fitToHeight, one.sheet_properties.pageSetUpPr.fitToPage) for one in book.worksheets
    ]
    assert set(printed) == {(0, True)}, "each sheet is printed as wide as a page, the cover too"
    sheet = book[book.sheetnames[2]]
    assert sheet["B2"].value == render.source_line("doc-002", "en")["title"] and sheet["B5"].value == 3.4161
    assert sheet["B5"].number_format == "0.00", "all digits are held, those that the page prints are shown"
    assert (sheet.title, book["Contents"]["B4"].value[:29]) == (
        "1 Per 1,000 residents by",
        "Per 1,000 residents by provin",
    ), "no word of a sheet's name is cut"
    assert book["Contents"]["A4"].hyperlink
    assert book["Contents"]["C4"].value == "region_profile", "the mutation: a theme without its title"
    named = workbook.workbook(findings, "en", "Shanxi", "140000", {"region_profile": "Resources and people"})
    assert load_workbook(io.BytesIO(named))["Contents"]["C4"].value == "Resources and people"
    head, line = ([cell.value for cell in row] for row in list(book["All data"].rows)[:2])
    assert dict(zip(head, line, strict=True))["region_code"] == "140000"
    assert workbook.workbook({"t": [Told.of(fx.statement("en"))]}, "en") is None


def test_a_workbook_holds_bounds_as_printed_and_runs_no_text():
    from openpyxl import load_workbook

    figure = fx.figure("en", "Shanxi")
    figure["facts"]["f00000002"]["quantifier"] = "at_most"
    table = figure["tables"][0]
    table["rows"][0][1] = {"text": "\u2264 3.42", "value": 3.4161, "fact": "f00000002", "kind": "number"}
    table["rows"][1][0] = {"text": "=1+1", "value": None, "fact": None, "kind": "name"}
    table["rows"][1][1] = {"text": "\u2013", "value": None, "fact": None, "kind": "state"}
    book = load_workbook(io.BytesIO(workbook.workbook({"t": [Told.of(figure)]}, "en")))
    sheet = book[book.sheetnames[2]]
    assert sheet["B5"].value == "\u2264 3.42" and sheet["B6"].value is None
    assert sheet["A6"].value == "=1+1" and sheet["A6"].data_type == "s"


def test_a_workbook_names_no_day_leads_to_its_sheets_and_loses_no_long_text():
    from openpyxl import load_workbook

    figure = fx.figure("en", "Shanxi")
    figure["tables"][0]["rows"][0][0] = {"text": "x" * 40000, "value": None, "fact": None, "kind": "name"}
    raw = workbook.workbook({"t": [Told.of(figure)]}, "en")
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = parts.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", about)) == {"2000-01-01T"}
    book = load_workbook(io.BytesIO(raw))
    name = book["Contents"]["A4"].value
    assert book["Contents"]["A4"].hyperlink.location == f"'{name}'!A1" and name in book.sheetnames
    assert book[name]["A5"].value == "x" * workbook.LONGEST  # a longer one would be left out by the library
    assert (workbook._width("abc"), workbook._width("中文a"), workbook._width("é")) == (3, 5, 1)
    assert book[name].freeze_panes == "B5" and book[name].column_dimensions["A"].width >= workbook.WIDE


def test_a_workbooks_columns_are_as_wide_as_their_cells_and_no_text_is_hidden_by_its_neighbour():
    from openpyxl import load_workbook

    figure = fx.figure("en", "Shanxi")
    table = figure["tables"][0]
    ids = ["doc-002", "doc-000", "doc-001"]
    table["columns"][1]["record"]["source_ids"] = ids
    table["rows"][0][0] = {"text": "word " * 30, "value": None, "fact": None, "kind": "name"}
    table["columns"][1]["label"] = "The median of all the cities of the province, to be read with care"
    book = load_workbook(io.BytesIO(workbook.workbook({"t": [Told.of(figure)]}, "en")))
    sheet = book[book.sheetnames[2]]
    titles = [render.source_line(s, "en")["title"] for s in ids]
    assert sheet["B2"].value == "; ".join(titles) and sheet["C2"].value is None
    assert "B" in sheet.column_dimensions, "of another width than the column of the long text beside it"
    assert sheet.column_dimensions["B"].width < workbook.HEAD_WIDE + 4 < len(titles[0]), "no source widens it"
    assert sheet["A5"].alignment.wrap_text and not sheet["B5"].alignment.wrap_text
    assert sheet["B4"].alignment.wrap_text, "a long heading breaks"
    assert (sheet["A4"].alignment.horizontal, sheet["B4"].alignment.horizontal) == (None, "right")
    assert not book["All data"]["A2"].alignment.wrap_text, "rows to be filtered stay one line high"


def test_two_builds_give_the_same_bytes(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    names = site.build(pages(), a, PLAN, observations=observations())
    site.build(list(reversed(pages())), b, PLAN, observations=observations())
    assert all((a / n).read_bytes() == (b / n).read_bytes() for n in names)
    assert render.page_name("index", "en") in names


# where the text that stands farthest to the left begins
LEFTMOST = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), lefts = [];
  while (walk.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    for (const box of range.getClientRects()) if (box.width) lefts.push(box.left);
  }
  return Math.min(...lefts);
}"""


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_printed_briefing_holds_sentences_gaps_and_first_figure_on_its_first_page(built, tmp_path, lang):
    sync = pytest.importorskip("playwright.sync_api")
    pypdf = pytest.importorskip("pypdf")

    from analysis.report.gate import browser as gate_browser

    if gate_browser.chromium() is None:
        pytest.skip("no Chromium on this machine")
    with sync.sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=gate_browser.chromium(), args=gate_browser.CHROMIUM_ARGS
        )
        tab = browser.new_page()
        tab.goto((built[0] / "140000" / render.page_name("index", lang)).as_uri())
        tab.pdf(path=tmp_path / "b.pdf", prefer_css_page_size=True)
        tab.emulate_media(media="print")
        assert tab.evaluate(LEFTMOST) >= 0, "text stands outside of the paper"
        browser.close()
    pages = [
        p.extract_text().replace(" ", "").replace("\n", "") for p in pypdf.PdfReader(tmp_path / "b.pdf").pages
    ]
    w = render.words(lang)
    for words in (
        w["unknown"],
        "山西医师密度居第11位" if lang == "zh" else "Shanxiranks11th",
        "每千人口3.42人" if lang == "zh" else "Perthousandresidents3.42",
    ):
        assert words.replace(" ", "") in pages[0]
    # closed details are printed: the record's lines and the data table stand in the text
    assert any(w["grade"].replace(" ", "") in p for p in pages[1:]) and any("3.40" in p for p in pages[1:])


def test_index_says_what_the_map_shows_and_leaves_the_gaps_to_their_page(built):
    html = read(built[0], "index.html")
    tiles, year = site.tile_values(observations())
    most, fewest = re.search(rf'class="leg ends l-beds">{year} 年末每千常住人口：(.*?)</p>', html)[1].split(
        "，"
    )
    ends = [pick(tiles, key=lambda code: float(tiles[code]["beds"])) for pick in (max, min)]
    for text, code in zip((most, fewest), ends, strict=True):
        assert (
            text.startswith(catalog.region(code).short("zh"))
            and f'href="#d-{code}"' in text
            and tiles[code]["beds"] in text
        )


def test_the_front_page_asks_the_themes_questions_for_every_province():
    about = {
        "region_profile": Theme({"zh": "区域概况"}, 1, {"zh": "有多少？"}),
        "silent": Theme({"zh": "无声"}, 2),
        "waiting": Theme({"zh": "等待"}, 3),
        "nowhere": Theme({"zh": "无处"}, 4),
    }
    states = {"region_profile": None, "silent": Why("E1", "无", "none"), "waiting": None}
    table = front.matrix("zh", pages(), Site(Plan(coverage={"140000": states}), themes=about))
    at = table["places"].index("山西")
    assert table["places"][0] == "全国" and len(table["places"]) == 32
    profile, silent, waiting = table["rows"]
    assert profile["question"] == "有多少？" and profile["cells"][at]["href"] == "140000/region_profile.html"
    assert (silent["cells"][at]["href"], silent["cells"][at]["code"]) == ("", "E1")
    assert waiting["cells"][at]["chip"] == "○" and not waiting["cells"][at + 1]["chip"]
    failed = front.matrix("zh", pages(status="failed"), Site(Plan(), themes=about))
    assert failed["rows"][0]["cells"][at]["chip"] == "未生成" and not failed["rows"][0]["cells"][at]["href"]


def test_header_names_the_peer_group_where_a_finding_compares_with_one(tmp_path):
    peers = ("210000", "360000")
    known = [replace(p, read=lambda p=p: [replace(f, peers=peers) for f in p.read()]) for p in pages()]
    site.build(known, tmp_path, PLAN, observations=observations())
    zh, en = read(tmp_path, "140000/index.html"), read(tmp_path, "140000/index.en.html")
    assert '<a href="../210000/index.html">辽宁</a>、<a href="../360000/index.html">江西</a>' in zh
    assert '<a href="../360000/index.en.html">Jiangxi</a>' in en
    assert "比较组" not in read(tmp_path, "140100/index.html")


def test_a_place_without_findings_claims_no_period(tmp_path):
    site.build(pages(), tmp_path, PLAN, observations=observations())
    assert "<dt>时期" in read(tmp_path, "140000/index.html") and "<dt>时期" not in read(
        tmp_path, "350200/index.html"
    )


def test_a_briefing_says_the_day_at_which_its_tables_were_cut(tmp_path, monkeypatch):
    site.build(pages(), tmp_path, replace(PLAN, as_of="2020-06-30"), observations=observations())
    assert "2020-06-30" in read(tmp_path, "140000/index.html")
    site.build(pages(), tmp_path, replace(PLAN, as_of=""), observations=observations())
    assert "2020-06-30" not in read(tmp_path, "140000/index.html")
    state = SimpleNamespace(pages={}, header=SimpleNamespace(site={}))
    around = indexes.Around(None, state, SimpleNamespace(books={}), {}, {})
    monkeypatch.setenv(tables.AS_OF, "2020-06-30")
    assert around.plan.as_of == "2020-06-30", "a run at another day tells its site"


def test_theme_list_prefers_a_headline_whose_numbers_are_the_places_in_both_languages():
    for lang, start in (("zh", "山西"), ("en", "Shanxi")):
        other, own = fx.figure(lang, "全国", "nation"), fx.figure(lang, start)
        for fact in other["facts"].values():  # whatever the words say, its numbers are another place's
            fact["label"] = {"zh": "全国 位次", "en": "nation, place"}
        own["facts"]["f00000003"]["label"] = {"zh": "山西 位次", "en": "Shanxi, place"}
        about = Report(
            "140000", "t", lang, {"zh": "专题", "en": "Theme"}, 1, findings=(Told.of(other), Told.of(own))
        )
        (shown,) = briefing.theme_lines("140000", lang, [about], Site(Plan()))
        assert shown.text.startswith(start)
        assert f'href="{render.page_name("t", lang)}#b-f00000003"' in shown.text


def test_a_site_of_some_places_says_of_another_that_it_is_not_there_and_how_to_make_it(tmp_path):
    plan = replace(PLAN, part=True, unmade=["610000"])
    site.build(pages(), tmp_path, plan, observations=observations())
    for name, said in (("index.html", "没有该地区的页面"), ("index.en.html", "holds no page of this one")):
        text = read(tmp_path, f"610000/{name}")
        assert said in text and "<code>make report REGION=610000</code>" in text
        assert gate.draft({f"610000/{name}": text}) == []
        assert gate.draft({f"140000/{name}": text})  # mutation: on another place's address it is refused
    assert "610000/index" not in read(tmp_path, "index.html") and "610000" not in read(
        tmp_path, "missing.html"
    )
    assert not (tmp_path / "compare").exists()


def test_a_source_without_an_address_says_so(tmp_path):
    site.build(pages(), tmp_path, PLAN, observations=observations())
    for name, said in (
        ("sources.html", "未查到可公开访问的网址"),
        ("sources.en.html", "no public address is known"),
    ):
        entries = (tmp_path / name).read_text("utf-8").split('<section class="entry"')[1:]
        without = [one for one in entries if '<a href="http' not in one]
        assert without and all(said in one for one in without)
        assert not any(said in one for one in entries if '<a href="http' in one)


def test_more_places_take_no_more_memory_but_their_lines_in_the_lists(tmp_path, monkeypatch):
    (model,) = (p for p in pages() if p.lang == "zh")
    text, rows = json.dumps([one.to_json() for one in model.read()]), observations()
    codes = [r.code for r in catalog.regions().values() if r.level == "city" and not r.state]

    def peak(number: int) -> int:
        mine = codes[:number]
        made = [
            replace(model, region_code=code, read=lambda: [Told.of(one) for one in json.loads(text)])
            for code in mine
        ]
        plan = replace(PLAN, regions=mine, coverage={}, languages=["zh"])
        tracemalloc.start()
        site.build(made, tmp_path / str(number), plan, observations=rows, only=[*mine, "missing"])
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(2)  # what is read once
    few = peak(6)
    assert peak(24) < 1.3 * few
    kept, genuine = [], briefing.briefing
    monkeypatch.setattr(
        briefing, "briefing", lambda *a: kept.append(made := genuine(*a)) or (made[0] + " ", made[1])
    )
    assert peak(24) > 1.3 * few  # mutation: each place's page stays
