"""A figure that leaves its page: drawing, picture, data and citation say by themselves what they are and whose."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from dataclasses import replace

import pandas as pd
import pytest

import page_fixture
from analysis import catalog, cli, facts, findings, tables, tidy
from analysis.charts.style import COLOURS
from analysis.findings import Column, Table
from analysis.report.formats import figures, pdf, vector
from analysis.report.gate import browser as gate_browser
from analysis.report.gate import scan
from analysis.report.pages import cite, page, render
from analysis.report.plan import notes

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 40" aria-hidden="true"><style>'
    ".k1{font-size:12px;fill:var(--az,#1A62A6)}.k2{fill:none;stroke:var(--oc,#A4530F);stroke-width:3}</style>"
    '<text class="k1" x="1" y="20">3.42</text><path class="k2" d="M0 30H90"/></svg>'
)


@pytest.fixture(scope="module", params=["zh", "en"])
def note(request):
    lang = request.param
    made = page_fixture.notebook(lang)
    for cell in made["cells"]:
        for output in cell.get("outputs", ()):
            for finding in output["data"].values():
                if isinstance(finding, dict) and finding.get("drawings"):
                    finding["drawings"] = {"wide": DRAWING, "narrow": DRAWING}
                    finding["tables"][0]["csv"][0] = list(tidy.HEADER)
    entry = page_fixture.entry(lang)
    parts = page.build(made, entry=entry)
    kept = notes.Note(entry, "", tuple(parts.blocks))
    return kept, parts.html


def test_the_files_of_a_figure_carry_its_credit(note):
    from PIL import Image

    kept, html = note
    lang = kept.entry.lang
    made = figures.files(kept, "position")
    assert {name.rpartition(".")[2] for name in made} == {"svg", "png", "csv", "txt", "bib", "ris"}
    svg = made["position.svg"].decode()
    credit = made["position.txt"].decode().strip()
    drawn = "".join(re.findall(r">([^<]*)</text>", svg))
    assert re.sub(r"\s", "", credit) in re.sub(r"\s|&[a-z]+;", "", drawn.replace("&amp;", "&"))
    assert catalog.source(page_fixture.SOURCE).producer_zh in credit if lang == "zh" else True
    assert "var(" not in svg and "aria-hidden" not in svg and vector.FONT in svg and 'role="img"' in svg
    picture = Image.open(io.BytesIO(made["position.png"])).convert("RGB")
    seen = {"#{:02X}{:02X}{:02X}".format(*colour) for _, colour in picture.getcolors(1 << 22)}
    assert {COLOURS["az"], COLOURS["oc"], COLOURS["paper"]} <= seen
    assert picture.width > 800
    assert credit in " ".join(
        scan.Page("x.html", html).texts[k][0] for k in range(len(scan.Page("x.html", html).texts))
    )


def test_nothing_of_a_drawing_is_cut_when_it_stands_alone(note):
    kept, _ = note
    svg = figures.files(kept, "position")["position.svg"].decode()
    width, height = vector.size(svg)
    for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"', svg):
        assert 0 <= float(x) < width and 0 < float(y) < height


def test_a_page_is_cited_with_its_state(note):
    kept, html = note
    entry = kept.entry
    whole = html.partition('<details class="cite">')[2].partition("</details>")[0]
    for said in (entry.code_version, entry.as_of, "140000/", "@misc{", "TY  - DATA", "ER  -"):
        assert said in whole, said
    assert 'popovertarget="cite-position"' in html and 'id="cite-position"' in html


def test_citations_are_well_formed():
    one = cite.Cited(
        "en", "A & B_c", "2020", "2026-01-01", "2026", "v1", "abcdef", "140000/x.en.html", "50% {x}", "f"
    )
    entry = one.bibtex()
    assert entry.startswith("@misc{yigai-140000-x-f-abcdef,") and entry.count("{") == entry.count("}")
    assert r"A \& B\_c" in entry and r"50\% " in entry
    lines = one.ris().splitlines()
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines) and lines[-1] == "ER  - "
    changed = cite.Cited("en", "A & B_c", "2020", "2026-02-01", "2026", "v1", "abcdef", "140000/x.en.html")
    assert one.state != changed.state
    without = render.words("en")["period_none"]
    undated = cite.Cited("en", "A & B_c", without, "2026-01-01", "", "v1", "abcdef", "140000/x.en.html")
    small = re.compile(r"\. [a-z]")  # a sentence that begins with a small letter
    assert not small.search(undated.text()) and f". {without.capitalize()}. " in undated.text()
    assert small.search(undated.text().replace(without.capitalize(), without)), "the mutation"


def test_every_line_of_a_csv_names_publisher_and_edition():
    at = {name: n for n, name in enumerate(tidy.HEADER)}
    line = tidy.Line(
        "140000", ("a", "a"), "c", ("c", "c"), ("1", "1"), value=1.0, sources=("doc-000", "nbs-province")
    )
    cells = line.cells()
    assert len(cells) == len(tidy.HEADER)
    assert cells[at["publisher_zh"]] == "|".join(
        catalog.source(s).producer_zh for s in ("doc-000", "nbs-province")
    )
    assert cells[at["published"]] == catalog.source("doc-000").published
    assert cells[at["read_on"]] == catalog.source("nbs-province").read_on
    assert cells[at["fact"]] == "" and cells[at["sources"]] == "doc-000|nbs-province"


def lacking(lines: list[tidy.Line]) -> set[str]:
    """What lines with a value do not say of it: unit in both languages, period, labels, source, edition."""
    found = set()
    for line in lines:
        cells = dict(zip(tidy.HEADER, line.cells(), strict=True))
        needed = ("row_zh", "row_en", "column_zh", "column_en", "unit_zh", "unit_en", "period_start", "period_end", "sources", "publisher_zh", "edition")  # fmt: skip
        found |= {name for name in needed if cells["value"] is not None and not cells[name]}
        found |= {"unit_en in Chinese" for letter in cells["unit_en"] if "\u4e00" <= letter <= "\u9fff"}
    return found


def test_a_unit_is_english_in_english_whatever_it_counts(processed, monkeypatch):
    """张 is beds here and invoices there: the indicator tells. Mutation: the Chinese unit stands in the English column."""
    rows = tables.read(
        "observations", source_id="nbs-province", indicator="beds", region_code="140000", year=2023
    )
    frame = pd.DataFrame({"name": ["床位"], "name_en": ["beds"], "n": [facts.observed(rows.iloc[0])]})
    columns = (
        Column("name", ("指标", "Indicator"), "name"),
        Column("n", ("数量", "Count"), "count", source_ids=("nbs-province",)),
    )
    table = Table("counts", ("数量", "Counts"), frame, columns)
    assert lacking(table.lines()) == set()
    assert {line.unit for line in table.lines()} == {("张", "beds")}
    monkeypatch.setattr(findings, "_in_english", lambda line, held: line)
    assert "unit_en in Chinese" in lacking(table.lines())


def panels(**more: object) -> Table:
    """Small multiples as a table: two indicators with their own units, two years each, one style for all."""
    frame = pd.DataFrame(
        {
            "what": ["床位使用率", "平均住院日"],
            "what_en": ["Bed use", "Stay"],
            "value": [81.5, 9.2],
            "rank": [3, 7],
            "unit": ["%", "日"],
            "unit_en": ["%", "days"],
        }
        | more
    )
    told = {"source_ids": ("city-yearbook",)}
    columns = (
        Column("what", ("指标", "Indicator"), "name"),
        Column("value", ("山西", "Shanxi"), "number", **told),
        Column("rank", ("位次", "Place"), "rank", **told),
    )
    return Table("panels", ("各指标", "Indicators in 2019 and 2023"), frame, columns)


def test_every_plotted_point_has_unit_period_and_edition():
    lines = panels().lines()
    assert lacking(lines) == set()
    assert [line.unit for line in lines] == [("%", "%"), ("位", "place"), ("日", "days"), ("位", "place")]
    assert {line.period for line in lines} == {("2019-01-01", "2023-12-31")}, (
        "from the caption: no column names a year"
    )
    assert {line.cells()[tidy.HEADER.index("edition")] for line in lines} == {"各年版 / annual editions"}
    unnamed = replace(panels(), caption=("各指标", "Indicators"))
    spans = [tidy.years_of(("city-yearbook",)), ["2014", "2023"]]
    for lines, years in zip((unnamed.lines(), unnamed.lines(["Beds, 2014–2023"])), spans, strict=True):
        assert {line.period for line in lines} == {(f"{years[0]}-01-01", f"{years[1]}-12-31")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tidy, "years_of", lambda _: [])
        patch.setattr(tidy, "NO_UNIT", ("", ""))
        bare = panels(unit=["", ""], unit_en=["", ""])
        bare = replace(bare, caption=("各指标", "Indicators"))
        assert lacking(bare.lines()) == {"period_start", "period_end", "unit_zh", "unit_en"}, "the mutation"
    assert lacking(panels(unit_en=["", ""]).lines()) == set(), "a unit that is known in one language"


def test_the_command_writes_a_folder_and_names_what_there_is(note, tmp_path, capsys):
    kept, html = note
    lang = kept.entry.lang
    name = f"140000/{render.page_name('region_profile', lang)}"
    path = tmp_path / ".yigai" / notes.name(f"140000/region_profile/{lang}")
    path.parent.mkdir(parents=True)
    path.write_bytes(notes.packed(kept))
    (tmp_path / "140000").mkdir()
    (tmp_path / name).write_text(html, "utf-8")
    out = tmp_path / "out"
    assert cli.main(["figure", f"{tmp_path / name}#position", "--out", str(out)]) == 0
    files = {p.suffix: p for p in out.rglob("*") if p.is_file()}
    assert set(files) == {".svg", ".png", ".csv", ".txt", ".bib", ".ris"}
    rows = list(csv.reader(io.StringIO(files[".csv"].read_text("utf-8-sig"))))
    assert rows[0] == list(tidy.HEADER) and rows[1][0] == "140000"
    capsys.readouterr()
    assert cli.main(["figure", f"{tmp_path / name}#nothing", "--out", str(out)]) == cli.USAGE
    assert "position" in capsys.readouterr().err
    assert cli.main(["figure", "140000/none.html#x", "--site", str(tmp_path)]) == cli.USAGE


@pytest.mark.browser
def test_a_reader_saves_a_figure_from_the_page_itself(note, tmp_path):
    """Two buttons under a figure give the same words as the files of the command; nothing is requested for it."""
    from PIL import Image

    kept, html = note
    path = tmp_path / "page.html"
    path.write_text(html, "utf-8")
    if not (chromium := gate_browser.chromium()):
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        tab = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"]).new_page(
            accept_downloads=True
        )
        asked, errors = [], []
        tab.on(
            "request",
            lambda r: asked.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None,
        )
        tab.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        tab.goto(path.as_uri())
        tab.evaluate("document.querySelector('#position .sub').textContent = 'The province’s “own”'")
        got = {}
        for n in (-2, -1):
            with tab.expect_download() as waited:
                tab.locator("#position .tools button").nth(n).click()
            got[waited.value.suggested_filename.rpartition(".")[2]] = waited.value.path().read_bytes()
        tab.context.browser.close()
    assert not asked and not errors
    svg = got["svg"].decode()
    assert "var(" not in svg and "aria-hidden" not in svg
    drawn = re.sub(r"\s", "", "".join(re.findall(r">([^<]*)</text>", svg)))
    cited = re.sub(r"\s", "", figures.cited(kept, figures.figure_of(kept, "position")).text())
    assert drawn.endswith(cited), "the credit is the last line; no word of a button follows it"
    assert "The province's &#34;own&#34;<" in svg, "curly marks are as wide as a Chinese letter in its faces"
    picture = Image.open(io.BytesIO(got["png"])).convert("RGB")
    assert picture.width == int((300 + 32) * 200 / 72)
    seen = {"#{:02X}{:02X}{:02X}".format(*colour) for _, colour in picture.getcolors(1 << 22)}
    assert {COLOURS["az"], COLOURS["oc"]} <= seen


def test_the_workbench_cites_a_page_and_a_figure_as_they_cite_themselves(note, monkeypatch, tmp_path):
    import analysis

    kept, html = note
    lang = kept.entry.lang
    name = f"140000/services{'.en' if lang == 'en' else ''}.html"
    (tmp_path / "reports" / "140000").mkdir(parents=True)
    (tmp_path / "reports" / name).write_text(html, "utf-8")
    monkeypatch.setattr(figures, "note_of", lambda site, page: kept)
    address = str(tmp_path / "reports" / name)
    assert (
        analysis.cite(f"{address}#position").text
        == figures.cited(kept, figures.figure_of(kept, "position")).text()
    )
    whole = analysis.cite(address)
    assert whole.text == figures.page_cited(kept).text() and "#" not in whole.text
    assert whole.bibtex.startswith("@misc{") and whole.ris.endswith("ER  - ")


# ---- quotation marks: the face is a Chinese one --------------------------------------------------------------------------


def picture_of(word: str) -> bytes:
    svg = vector.alone(DRAWING, f"Shanxi{word}s doctors", "", "", "Yigai", "")
    return pdf.pictures([svg.partition("<title>")[0] + svg.partition("</desc>")[2]])[0]


def test_an_apostrophe_in_an_english_picture_is_no_wider_than_a_letter(monkeypatch):
    assert picture_of("’") == picture_of("'")
    chinese = "<text>“第一”</text><text>the “first”</text>"
    assert vector.upright(chinese) == '<text>“第一”</text><text>the "first"</text>'
    monkeypatch.setattr(vector, "upright", lambda svg: svg)
    assert picture_of("’") != picture_of("'"), "the mutation"


NARROW = """
#show: sheet.with("{lang}", "t", "a", datetime(year: 2024, month: 1, day: 1), "d", ("k",), [r], [f], false)
#context assert(measure[n’n].width {sign} measure[nnn].width and measure[m“m].width {sign} measure[mmm].width)
#context assert(measure(zh[第“第]).width > 2.9 * measure(zh[第]).width)
"""


def test_english_text_in_a_pdf_has_narrow_marks_and_chinese_text_wide_ones():
    def holds(preamble: str, lang: str, sign: str) -> bool:
        source = preamble + NARROW.format(lang=lang, sign=sign)
        try:
            pdf._compiler().compile(input=source.encode(), format="png", ppi=20)
        except Exception as error:
            assert "assertion failed" in str(error), error
            return False
        return True

    preamble = pdf._preamble()
    assert holds(preamble, "en", "<") and holds(preamble, "zh", ">")
    lost = preamble.replace('set text(features: ("pwid",))', "set text()")
    assert lost != preamble and not holds(lost, "en", "<"), "the mutation"


def test_a_unit_that_means_one_thing_is_named_in_english():
    units = {unit: catalog.unit_in_english(unit) for unit in ("%", "日", "元", "家", "个", "")}
    assert units == {"%": "%", "日": "days", "元": "yuan", "家": "", "个": "", "": ""}


def test_an_indicator_of_a_users_own_takes_no_unit_its_english(monkeypatch):
    """A user's own row has the unit as the file prints it in both languages; all other files keep what the unit is called."""
    known = catalog.indicators()
    one = next(i for i in known.values() if i.unit == "日")
    try:
        for english, expected in (
            ("日", "days"),
            ("nights", ""),
        ):  # the mutation: another English word takes it
            more = known | {"own": dataclasses.replace(one, indicator="own", unit_en=english)}
            monkeypatch.setattr(catalog, "indicators", lambda more=more: more)
            catalog._english_units.cache_clear()
            assert catalog.unit_in_english("日") == expected
    finally:
        catalog._english_units.cache_clear()
