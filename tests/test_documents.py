"""PDF and Word: the same numbers as the page, tagged, in style, the same bytes each time; figures are drawn with their colours."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
import zipfile
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import page_fixture
import report_kit
from analysis import comparison
from analysis.charts.canvas import Canvas
from analysis.charts.style import COLOURS
from analysis.charts.svg import to_svg
from analysis.findings import Column, Finding, Table
from analysis.report.formats import document, docx, pdf, prose, typeface, vector, writing
from analysis.report.pages import briefing, page, render
from analysis.report.pages.shown import Kin, Plan, Report, Site
from analysis.report.plan import notes
from analysis.report.run import processes
from analysis.themes import naming
from analysis.told import Cited

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WORDS = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def note_of(lang: str) -> notes.Note:
    entry = page_fixture.entry(lang)
    parts = page.build(page_fixture.notebook(lang), entry=entry)
    path = f"140000/{render.page_name('region_profile', lang)}"
    return notes.Note(entry, path, tuple(parts.blocks))


@pytest.fixture(scope="module", params=["zh", "en"])
def theme(request):
    note = note_of(request.param)
    return note, document.theme(note)


def numbers_of(note: notes.Note) -> set[str]:
    """What the page prints of its facts: in sentences and in cells."""
    found = set()
    for f in note.findings:
        said = [f.headline, f.subtitle, f.note, *(s.segments for s in f.sentences)]
        found |= {part.text for s in said for part in s if isinstance(part, Cited)}
        for table in f.tables:
            found |= {c.text for row in table.rows for c in row if c.kind == "number"}
    return found


def squeezed(text: str) -> str:
    """Text as it is compared: compatibility forms undone (a PDF's ⼭ is 山), no spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def text_of_pdf(content: bytes) -> str:
    import pypdf

    return squeezed("".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(content)).pages))


def tree(content: bytes, name: str = "word/document.xml"):
    from lxml import etree

    return etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(name))


def text_of_docx(content: bytes) -> str:
    return squeezed("".join(t.text or "" for t in tree(content).iter(f"{W}t")))


def missing(note: dict, text: str) -> set[str]:
    return {n for n in numbers_of(note) if squeezed(n) not in text}


def test_pdf_and_word_hold_every_number_of_the_page(theme):
    note, doc = theme
    made = writing.written(doc, writing.FORMATS)
    assert len(numbers_of(note)) > 3
    assert missing(note, text_of_pdf(made["pdf"])) == set()
    assert missing(note, text_of_docx(made["docx"])) == set()


def test_a_number_that_is_left_out_is_noticed(theme):
    note, doc = theme
    emptied = [replace(b, rows=()) if isinstance(b, prose.Grid) else b for b in doc.blocks]
    short = replace(doc, blocks=tuple(emptied))
    assert missing(note, text_of_pdf(pdf.pdf(short)))
    assert missing(
        note, text_of_docx(docx.docx(short, pdf.pictures([vector.plain(f.svg) for f in doc.figures])))
    )


def test_same_document_same_bytes_and_no_day_of_making(theme):
    _, doc = theme
    first, second = writing.written(doc, writing.FORMATS), writing.written(doc, writing.FORMATS)
    assert first == second
    core = tree(first["docx"], "docProps/core.xml")
    days = {e.text for e in core.iter() if e.text and re.match(r"\d{4}-\d\d-\d\dT", e.text)}
    assert {day[:10] for day in days} == {doc.date or docx.NO_DATE}


def test_the_pdf_is_tagged_and_says_what_it_keeps_to(theme):
    import pypdf

    _, doc = theme
    reader = pypdf.PdfReader(io.BytesIO(pdf.pdf(doc)))
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert bool(root["/MarkInfo"]["/Marked"]) and "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith(doc.lang)
    assert "pdfuaid:part>1" in xmp and "pdfaid:part>2" in xmp and "pdfaid:conformance>A" in xmp
    assert doc.title in reader.metadata.title


def test_a_number_opens_its_record_in_both(theme):
    import pypdf

    _, doc = theme
    made = writing.written(doc, writing.FORMATS)
    body = tree(made["docx"])
    names = {b.get(f"{W}name") for b in body.iter(f"{W}bookmarkStart")}
    anchors = {h.get(f"{W}anchor") for h in body.iter(f"{W}hyperlink")} - {None}
    assert anchors and anchors <= names
    pages = pypdf.PdfReader(io.BytesIO(made["pdf"])).pages
    assert any(a.get_object().get("/Subtype") == "/Link" for p in pages for a in p.get("/Annots") or ())


def test_word_has_headings_captions_alt_texts_and_repeated_heads(theme):
    _, doc = theme
    content = writing.written(doc, ["docx"])["docx"]
    body = tree(content)
    styles = [p.get(f"{W}val") for p in body.iter(f"{W}pStyle")]
    assert {"Title", "Heading1", "Caption", "YigaiCell"} <= set(styles)
    alts = [p.get("descr") for p in body.iter(f"{WORDS}docPr")]
    assert len(alts) == len(doc.figures) > 0 and all(len(alt) > 4 for alt in alts)
    tables = list(body.iter(f"{W}tbl"))
    assert tables and all(t.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None for t in tables)
    for table in tables:
        widths = [int(c.get(f"{W}w")) for c in table.iter(f"{W}gridCol")]
        assert all(w > 0 for w in widths) and table.find(f"{W}tblPr/{W}tblStyle") is not None
        assert [int(c.get(f"{W}w")) for c in table.find(f"{W}tr").iter(f"{W}tcW")] == widths
    fields = [f.get(f"{W}instr") for f in body.iter(f"{W}fldSimple")]
    assert any("SEQ" in field for field in fields)
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not [n for n in names if "thumbnail" in n]
    for ending in ("png", "svg"):
        assert sum(n.endswith(f".{ending}") for n in names) == len(doc.figures)


def test_a_unit_in_a_head_stands_in_brackets_in_both(theme):
    _, doc = theme
    glued = prose.Head("省数", "个") if doc.lang == "zh" else prose.Head("Provinces", "number")
    row = tuple(prose.Run(text) for text in ("1", "2"))
    part = replace(doc, blocks=(prose.Grid((), (prose.Head("a"), glued), (row,)),))
    printed = squeezed(glued.label + glued.after(doc.lang))
    made = writing.written(part, writing.FORMATS)
    texts = text_of_pdf(made["pdf"]), text_of_docx(made["docx"])
    assert printed.endswith(")") and all(printed in text for text in texts)
    assert not any(glued.label + glued.unit in text for text in texts), "the label runs into its unit"


def test_a_question_stays_with_the_figure_that_answers_it(theme):
    _, doc = theme
    figure = doc.figures[0]
    asked, told = (prose.Paragraph((prose.Run(text),)) for text in ("Does it?", "It does."))
    for said, kept in ((asked, 1), (told, 0)):  # the second is the mutation: what does not ask is set as ever
        part = replace(doc, blocks=(said, figure, said))
        assert len(part.asking) == kept and pdf._theme(part).count("sticky: true") == kept
        first = next(p for p in tree(writing.written(part, ["docx"])["docx"]).iter(f"{W}p") if "".join(t.text or "" for t in p.iter(f"{W}t")) == said.runs[0].text)  # fmt: skip
        assert len(list(first.iter(f"{W}keepNext"))) == kept
    opened = replace(doc, blocks=(prose.Heading(2, (prose.Run("How"),)), told, figure))
    assert opened.asking == {1}, (
        "what opens a section does not stand at the foot of a page without its figure"
    )


def test_a_short_table_is_not_cut_and_a_unit_is_not_broken(theme):
    """The unit begins a line of its own where both do not fit; a table of a page's length alone may be cut."""
    _, doc = theme
    zh = doc.lang == "zh"
    head = prose.Head("最低的省", "每千人口") if zh else prose.Head("Lowest province", "per 1,000 residents")
    heads = (prose.Head("a"), head, prose.Head("省数", "个") if zh else prose.Head("Rank", "of 31"))
    row = tuple(prose.Run(text) for text in ("1", "9.20", "a rather long cell"))
    for rows, cut in ((2, False), (document.SHORT + 1, True)):
        grid = prose.Grid((), heads, (row,) * rows)
        assert [apart for *_, apart in grid.heads(doc.lang)] == [False, True, False]
        assert grid.weights(doc.lang)[1] >= prose.width(head.after(doc.lang).strip())
        part = replace(doc, blocks=(grid,))
        typeset = pdf._theme(part)
        assert typeset.count("#linebreak()") == 1 and ("breakable: true, text(" in typeset) == cut
        table = next(tree(writing.written(part, ["docx"])["docx"]).iter(f"{W}tbl"))
        lines = list(table.iter(f"{W}tr"))
        kept = [next(line.iter(f"{W}keepNext"), None) is not None for line in lines]
        assert kept == [True] + [True] * min(rows - 1, 2) + [False] * (rows - 1 - min(rows - 1, 2) + 1)
        assert len(list(lines[0].iter(f"{W}br"))) == 1


def test_headings_skip_no_level_wherever_a_finding_stands(theme):
    note, _ = theme
    moved = replace(note, blocks=tuple(sorted(note.blocks, key=lambda b: b.finding is None)))
    doc = document.theme(moved)
    levels = [1, *(b.level for b in doc.blocks if isinstance(b, prose.Heading))]
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
    assert pdf.pdf(doc)


def test_word_opens_again_and_its_styles_exist(theme):
    import docx as word

    _, doc = theme
    for style in typeface.STYLES.values():
        content = writing.written(doc, ["docx"], style.name)["docx"]
        known = {s.style_id for s in word.Document(io.BytesIO(content)).styles}
        used = {p.get(f"{W}val") for p in tree(content).iter(f"{W}pStyle")}
        assert used <= known
        fonts = tree(content, "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}rFonts")
        assert fonts.get(f"{W}eastAsia") == style.body.face.chinese
        table = tree(content, "word/fontTable.xml")
        assert {f.get(f"{W}name") for f in table.iter(f"{W}font")} >= {
            f.chinese for f in typeface.faces(style)
        }


def test_official_documents_keep_to_the_standard(theme):
    """GB/T 9704-2012: type area 156 x 225 mm, 仿宋 of 16 pt, 28 pt from line to line, the title 22 pt."""
    _, doc = theme
    content = writing.written(doc, ["docx"], "gongwen")["docx"]
    margins = [*tree(content).iter(f"{W}pgMar")][-1]
    top, right, bottom, left = (
        int(margins.get(f"{W}{side}")) / 1440 * 25.4 for side in ("top", "right", "bottom", "left")
    )
    assert (round(210 - left - right), round(297 - top - bottom)) == (156, 225)
    assert (round(top), round(left)) == (37, 28)
    styles = {s.get(f"{W}styleId"): s for s in tree(content, "word/styles.xml").iter(f"{W}style")}
    assert styles["Normal"].find(f"{W}rPr/{W}sz").get(f"{W}val") == "32"
    assert styles["Normal"].find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia").startswith("仿宋")
    assert styles["Normal"].find(f"{W}pPr/{W}spacing").get(f"{W}line") == "560"
    assert styles["Title"].find(f"{W}rPr/{W}sz").get(f"{W}val") == "44"
    right, bottom = (round(int(margins.get(f"{W}{side}")) / 1440 * 25.4) for side in ("right", "bottom"))
    assert (right, bottom, round(int(margins.get(f"{W}footer")) / 1440 * 25.4)) == (26, 35, 23)


def official(content: bytes) -> dict[str, bool]:
    """What an official document has beyond margins and typefaces."""
    styles = {s.get(f"{W}styleId"): s for s in tree(content, "word/styles.xml").iter(f"{W}style")}
    colours = {c.get(f"{W}val") for one in styles.values() for c in one.iter(f"{W}color")}
    heads = [
        "".join(t.text or "" for t in p.iter(f"{W}t"))
        for p in tree(content).iter(f"{W}p")
        if p.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "Heading1"
    ]
    ordinals = [f"{typeface.ordinal(n)}、" for n in range(1, len(heads) + 1)]
    width, spacing = 156 / 25.4 * 72, styles["Normal"].find(f"{W}rPr/{W}spacing")
    closer = 0 if spacing is None else int(spacing.get(f"{W}val")) / 20
    return {
        "no number is blue": "1A62A6" not in colours,
        "headings are numbered": len(heads) > 1
        and all(h.startswith(o) for h, o in zip(heads, ordinals, strict=True)),
        "28 characters fill a line": int(width / (16 + closer)) == 28,
    }


def test_official_documents_are_black_numbered_and_have_28_characters_a_line():
    doc = briefed("zh", 3)
    found = {style: official(writing.written(doc, ["docx"], style)["docx"]) for style in typeface.STYLES}
    assert set(found["gongwen"].values()) == {True}, found["gongwen"]
    assert set(found["house"].values()) == {False}, "the check tells one style from the other"


# ---- figures ---------------------------------------------------------------------------------------------------------


def colourful() -> str:
    canvas = Canvas(100, "en")
    for n, role in enumerate(("az", "oc", "ink", "mk")):
        canvas.line(5, 10 + 10 * n, 95, 10 + 10 * n, role, 4)
    canvas.height = 50
    return to_svg(canvas)


def seen(svg: str) -> set[str]:
    """Colours of a drawing as typst draws it."""
    from PIL import Image

    picture = Image.open(io.BytesIO(pdf.pictures([svg], 144)[0])).convert("RGB")
    return {"#{:02X}{:02X}{:02X}".format(*colour) for _, colour in picture.getcolors(1 << 20)}


def test_a_drawing_keeps_its_colours_where_there_is_no_page_around_it():
    svg = colourful()
    wanted = {COLOURS[role] for role in ("az", "oc", "ink", "mk")}
    assert wanted <= seen(vector.plain(svg))
    assert not wanted & seen(svg), "typst draws CSS variables now: the resolving can go"


def test_text_in_a_drawing_is_drawn_and_alone_it_carries_its_words():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40"><style>.k1{font-size:12px;fill:var(--az,#1A62A6)}</style><text class="k1" x="1" y="20">山西 3.42</text></svg>'
    assert COLOURS["az"] in seen(vector.plain(svg))
    whole = vector.alone(svg, "题目 <a>", "副题", "注", "来源", "说明 3.42")
    assert "var(" not in whole and "class=" not in whole and "aria-hidden" not in whole
    assert "<title>题目 &lt;a&gt;</title>" in whole and vector.FONT in whole
    assert vector.size(whole)[0] == 100 + 2 * vector.MARGIN


# ---- briefings -------------------------------------------------------------------------------------------------------


class Overviews:
    """A table of two indicators, one with its line, as a place's briefing has it."""

    names: frozenset[str] = frozenset()
    newest: dict[str, int] = {}

    def of(self, code: str) -> comparison.Comparison:
        frame = pd.DataFrame(
            {"indicator": ["医师", "护士"], "indicator_en": ["Doctors", "Nurses"], "value": [3.1416, 4.2424], "rank": [11, 27]}
        )  # fmt: skip
        told = {"source_ids": ("nbs-province",)}
        columns = (
            Column("indicator", ("指标", "Indicator"), "name"),
            Column("value", ("数值", "Value"), "rate", unit=("每千人口", "per 1,000"), **told),
            Column("rank", ("位次", "Place"), "rank", **told),
        )
        table = Table("overview", ("全部指标的一览", "All indicators"), frame, columns)
        said = Finding(
            "overview",
            comparison.TEXT.say("overview.headline", place=naming.place(code), year=comparison.year(2023)),
            tables=(table,),
        )
        line = comparison.Spark("140000", ((2014, 2.5), (2018, 3.0), (2023, 3.1416)), ())
        return comparison.Comparison(
            "overview", ("山西", "Shanxi"), said, ("doctors", "nurses"), (line, line)
        )


def site_of(**more: Any) -> Site:
    return replace(Site(Plan(coverage={"140000": {}}), ["140000"], kin=Kin.of(["140000"])), **more)


def pages_of(lang: str, figures: int = 1, sentences: int = 1) -> list[Report]:
    note = note_of(lang)
    found = next(f for f in note.findings if f.kind == "figure")
    many = [replace(found, section=f"s{n}") for n in range(figures)]
    if many:
        first = found.sentences[0]
        said = tuple(replace(first, id=f"x{k}", brief=k + 1) for k in range(sentences))
        many[0] = replace(many[0], sentences=said)
    title = {"zh": "资源", "en": "Resources"}
    return [Report("140000", "region_profile", lang, title, 1, findings=tuple(many))]


def briefed(lang: str, figures: int = 1, sentences: int = 1, **more: object) -> document.Document:
    return document.briefing("140000", lang, pages_of(lang, figures, sentences), site_of(**more))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("figures", [0, 1, 3])
def test_a_briefing_has_two_pages_whatever_it_holds(lang, figures):
    import pypdf

    doc = briefed(lang, figures)
    assert len(pypdf.PdfReader(io.BytesIO(pdf.pdf(doc))).pages) == 2
    long = document.Gaps(
        "我们不知道的", tuple((f"E{n}", "很长的一条说明" * 12, "所需资料" * 10) for n in range(8))
    )
    crowded = replace(doc, blocks=(*doc.blocks[:1], long, *doc.blocks[2:]))
    assert len(pypdf.PdfReader(io.BytesIO(pdf.pdf(crowded))).pages) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_briefing_has_its_overview_in_all_three_forms(lang):
    html, _ = briefing.briefing("140000", lang, pages_of(lang), site_of(overviews=Overviews()))
    rows = re.search(r'<table class="over">.*?<tbody>(.*?)</table>', html, re.S)[
        1
    ]  # the heads' unit stands in the caption
    held = [squeezed(re.sub(r"<[^>]+>", "", cell)) for cell in re.split(r"<t[dhr][^>]*>", rows)]
    held = [cell for cell in held if re.search(r"\d", cell)]
    assert len(held) >= 4 and "3.14" in "".join(held)
    doc = briefed(lang, overviews=Overviews())
    made = writing.written(doc, writing.FORMATS)
    texts = {"pdf": text_of_pdf(made["pdf"]), "docx": text_of_docx(made["docx"])}
    assert {form: [cell for cell in held if cell not in text] for form, text in texts.items()} == {
        "pdf": [],
        "docx": [],
    }
    without = writing.written(briefed(lang), writing.FORMATS)
    assert [cell for cell in held if cell not in text_of_pdf(without["pdf"])], (
        "the mutation: a briefing without it"
    )

    alts = [p.get("descr") for p in tree(made["docx"]).iter(f"{WORDS}docPr")]
    assert len(alts) == len(doc.drawings) == len(doc.figures) + 2 and all(alts)
    (grid,) = [block for block in doc.blocks if isinstance(block, prose.Grid)]
    assert COLOURS["peer"] in seen(vector.spark(grid.sparks[0].svg))


def test_a_briefing_that_holds_too_much_is_made_smaller_and_nothing_of_it_is_cut_off():
    import pypdf

    doc = briefed("zh", 3, overviews=Overviews())
    many = document.Sources(tuple((f"s{n}", f"第{n}条 " + "来源的名称" * 12, "") for n in range(120)))
    made = pdf.pdf(replace(doc, blocks=(*doc.blocks[:-1], many)))
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    found: list[float] = []
    pages[1].extract_text(
        visitor_text=lambda text, cm, tm, *_: found.append(cm[5] + tm[5] * cm[3]) if "来源" in text else None
    )
    assert len(pages) == 2 and len(found) > 50
    assert min(found) > 15 / 25.4 * 72, "below the margin: cut off"


def test_a_briefing_prints_what_the_page_prints():
    doc = briefed("zh", 3)
    made = text_of_pdf(pdf.pdf(doc))
    for figure in doc.figures:
        assert squeezed(prose.text(figure.headline)) in made
    assert briefing.FIGURES == len(doc.figures)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_briefing_in_word_is_set_closer_than_a_page(lang):
    """Its drawings and margins, on which two pages hang; a page of a theme keeps those of the house."""
    doc = briefed(lang, 3, overviews=Overviews())
    made = writing.written(doc, ("docx",))["docx"]
    heights = [int(e.get("cy")) / docx.EMU for e in tree(made).iter() if e.tag.endswith("}extent")]
    page_edges = next(e for e in tree(made).iter() if e.tag.endswith("}pgMar"))
    top = next(int(value) for name, value in page_edges.items() if name.endswith("}top"))
    assert heights and max(heights) <= docx.SHORT < docx.TALL
    assert top < typeface.HOUSE.margins[0] / 25.4 * 1440 - 100, "the mutation: the margins of the house"


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_briefing_in_word_has_two_pages_in_libreoffice(lang, tmp_path):
    import pypdf

    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine")
    file = tmp_path / "briefing.docx"
    file.write_bytes(writing.written(briefed(lang, 3, 5, overviews=Overviews()), ("docx",))["docx"])
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    subprocess.run([office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)], check=True, capture_output=True, timeout=180)  # fmt: skip
    assert len(pypdf.PdfReader(tmp_path / "briefing.pdf").pages) == 2


# ---- publishing ------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not processes.forking(), reason="the runner forks")
def test_documents_stand_beside_their_pages_until_these_change(tmp_path):
    project = report_kit.Project(tmp_path / "project", ("140000",))
    ended = project.report("--format", "pdf,docx")
    assert ended.returncode == 0 and "8 documents written" in ended.stdout, ended
    folder = project.reports / "140000"
    names = {p.name for p in folder.iterdir() if p.suffix in (".pdf", ".docx")}
    assert names == {
        f"{stem}{lang}.{form}"
        for stem in ("sentinel", "index")
        for lang in ("", ".en")
        for form in writing.FORMATS
    }
    front = (folder / "index.html").read_text("utf-8")
    assert 'href="sentinel.pdf"' in front and 'href="index.docx"' in front and "index.en.docx" not in front
    before = {name: (folder / name).read_bytes() for name in names}

    ended = project.report("--format", "pdf,docx")
    assert "documents written" not in ended.stdout and "2 kept" in ended.stdout
    ended = project.report()  # a run that does not ask for them leaves them as they are
    assert {p.name for p in folder.iterdir() if p.suffix in (".pdf", ".docx")} == names

    ended = project.report("--force", "--format", "pdf,docx")
    assert {name: (folder / name).read_bytes() for name in names} == before
    project.tables(r140000=7654321)
    ended = project.report()  # and takes them away where they would say something else than their page
    assert not [p.name for p in folder.iterdir() if p.suffix in (".pdf", ".docx")]
    assert "sentinel.pdf" not in (folder / "index.html").read_text("utf-8")


def test_a_form_that_is_none_is_refused(capsys):
    from analysis import cli

    for arguments, said in (
        (["--format", "pfd"], "pdf"),
        (["--format", "pdf", "--style", "gongwen"], "--format docx"),
    ):
        assert cli.main(["report", "--region", "山西", *arguments]) == cli.USAGE
        assert said in capsys.readouterr().err
