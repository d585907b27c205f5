"""From a saved web page of a bulletin to a place's report: the form, what is accepted, and what is refused without a trace."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

import bulletin_score
from analysis import catalog, cli, tables
from analysis.collection import bulletins as door
from analysis.errors import DataError, ParameterError
from analysis.intake.bulletins import (
    agreement,
    decided,
    documents,
    elsewhere,
    forms,
    measures,
    reader,
    workbench,
)
from analysis.themes.mechanism_families import FAMILIES

REPOSITORY = Path(__file__).resolve().parents[1]


def page() -> str:
    """A saved page of an invented bulletin, with the furniture of a government site."""
    text, _, _, _ = bulletin_score.marked(next(bulletin_score.FOLDER.glob("tuned/01*")))
    body = "".join(f"<p>{line.strip()}</p>\n" for line in text.split("\n") if line.strip())
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>医改简报 2 条</title><script>var n = 99;</script>
<meta name="PubDate" content="2023-11-20"></head><body><div class="nav"><a href="/">首页</a> <a href="/a">专题99</a></div>
<div class="content"><h1>以县域医共体为抓手推动资源下沉</h1>{body}</div><ul><li><a href="/b">我市召开第12次会议</a></li></ul>
<div>浏览次数：1286　版权所有　电话：0571-87654321</div></body></html>"""


@pytest.fixture
def home(home):
    """The same, with a saved page in the working folder."""
    Path("医改简报.html").write_text(page(), encoding="utf-8")
    catalog.renew()
    return home


def decide(form: Path, decision: str = "accept", only: int = 0) -> None:
    """What a person does: decide every row (with ``only``, reject the statements after that many) and every measure."""
    book = load_workbook(form, rich_text=True)
    sheet = book["statements"]
    place = [cell.value for cell in sheet[1]].index("region_code") + 1
    for row in range(3, sheet.max_row + 1):
        if sheet.cell(row, 2).value is not None:
            late = only and sheet.cell(row, 2).value > only
            sheet.cell(row, 1).value = "reject" if late else decision
            if not sheet.cell(row, place).value:
                sheet.cell(row, place).value = "330000"  # 全县 of a county without a name
    others = book["measures"]
    for row in range(3, others.max_row + 1):
        if others.cell(row, 2).value is not None:
            others.cell(row, 1).value = "reject"
    book.save(form)


def set_cell(form: Path, sheet: str, row: int, column: str, value: object) -> None:
    book = load_workbook(form, rich_text=True)
    heads = [cell.value for cell in book[sheet][1]]
    book[sheet].cell(row, heads.index(column) + 1).value = value
    book.save(form)


def review() -> Path:
    assert cli.main(["review", "医改简报.html", "--place", "浙江"]) == 0
    return Path("医改简报.review.xlsx")


def test_a_saved_page_becomes_rows_of_the_tables(home, capsys):
    assert cli.main(["code", "医改简报.html", "--place", "浙江"]) == 0
    said = capsys.readouterr().out
    assert "3家" in said and "dated 2023-11-20" in said and "99" not in said.replace("2023", "")
    form = review()
    decide(form)
    assert cli.main(["accept", str(form), "--public"]) == 0
    assert "next: yigai report --region 浙江省 --theme stated_values\n" in capsys.readouterr().out
    kept = next((home / "data/raw/bulletins").glob("doc-????????.csv"))
    rows = list(csv.DictReader(kept.open(encoding="utf-8")))
    assert len(rows) >= 20 and rows[0]["as_printed"] == "3家" and rows[0]["region_code"] == "330000"
    tables._load.cache_clear()
    built = tables.read("observations", source_id=kept.stem)
    assert len(built) == len(rows) and set(built["region_code"]) == {"330000"}
    at_least = built[built["as_printed"] == "不少于1500万元"].iloc[0]
    assert (at_least["quantifier"], at_least["value_low"], at_least["status"]) == (
        "at_least",
        1.5e7,
        "commitment",
    )
    assert catalog.source(kept.stem).kind == "bulletin"


def test_what_is_not_public_is_on_no_public_table(home, capsys):
    form = review()
    decide(form, only=5)
    assert cli.main(["accept", str(form)]) == 0
    kept = next((home / "data/raw/bulletins").glob("internal-*.csv"))
    assert cli.main(["data"]) == 0
    for path in (home / "data" / "processed").iterdir():
        assert kept.stem.encode() not in path.read_bytes(), path.name
    assert kept.stem not in capsys.readouterr().out.split("kept as")[-1].replace(f"{kept.name}", "", 1)


def before_and_after(home: Path) -> set[str]:
    return {p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "says"),
    [
        ("statements", 4, "decision", None, "statements row 4 decision: found no decision"),
        ("statements", 4, "decision", "yes", "one of accept, reject, add"),
        ("statements", 4, "value", 17, "a reason in the column why"),
        ("statements", 4, "value", "=1+1", "row 4"),
        ("statements", 4, "region_code", "浙北", "row 4 region_code"),
        ("statements", 4, "period_start", "2023-13-01", "row 4 period_start"),
        ("statements", 4, "char_start", 1, "as the row says"),
        ("statements", 4, "indicator_zh", None, "row 4 indicator_zh: found a blank"),
        ("statements", 1, "value", "number", "the headings as the form has them"),
        ("document", 1, "title", "x", ""),
    ],
)
def test_a_form_that_is_not_decided_right_is_refused_and_nothing_is_kept(
    home, capsys, sheet, row, column, value, says
):
    form = review()
    decide(form, only=3)
    if not says:
        book = load_workbook(form)
        del book["document"]
        book.save(form)
        says = "no sheet document"
    else:
        set_cell(form, sheet, row, column, value)
    before = before_and_after(home)
    assert cli.main(["accept", str(form), "--public"]) == 2
    assert says in capsys.readouterr().err and before_and_after(home) == before


@pytest.fixture
def unbuilt(monkeypatch):
    """The build left out: what the door writes is looked at alone."""
    monkeypatch.setattr("analysis.collection.build.build", lambda *_, **__: None)


def test_a_changed_number_with_its_reason_is_kept(home, unbuilt):
    form = review()
    decide(form, only=3)
    for column, value in (
        ("value", 17),
        ("value_low", 17),
        ("value_high", 17),
        ("why", "printed 16, corrected by the issuer"),
    ):
        set_cell(form, "statements", 4, column, value)
    kept = door.accept(form, public=True, text=documents.read(Path("医改简报.html")).text)
    rows = list(csv.DictReader(kept.path.open(encoding="utf-8")))
    assert rows[1]["value"] == "17" and rows[1]["coded_beyond"] == "printed 16, corrected by the issuer"


def test_the_number_stands_marked_in_its_context_and_nothing_is_a_formula(home):
    sheet = load_workbook(review(), rich_text=True)["statements"]
    context = sheet.cell(3, forms.CODED.index("context") + 1).value
    assert any(
        getattr(part, "text", None) == "3家" and part.font.b for part in context if not isinstance(part, str)
    )
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert {rule.formula1 for rule in sheet.data_validations.dataValidation} >= {'"accept,reject,add"'}


def test_the_notebook_decides_the_same_form(home):
    form = review()
    desk = workbench.Review(form)
    assert desk.open() == list(range(1, len(desk) + 1))
    assert '<b style="color:#c00000">3家</b>' in desk.show(1)._repr_html_()
    desk.decide(1, "accept", unit="家")
    for number in desk.open():
        desk.decide(number, "reject")
    desk.save()
    book = load_workbook(form, rich_text=True)
    for row in range(3, book["measures"].max_row + 1):
        book["measures"].cell(row, 1).value = "reject"
    book.save(form)
    assert [row["decision"] for row in decided.read(form).statements].count("accept") == 1
    with pytest.raises(ParameterError, match="one of accept"):
        desk.decide(1, "maybe")
    source = form.with_suffix(".ipynb").read_text("utf-8")
    assert "workbench import Review" in source and form.name in source


def test_two_forms_of_one_bulletin_and_how_far_they_agree(home, unbuilt, capsys):
    first = review()
    decide(first)
    second = Path("second.xlsx")
    shutil.copyfile(first, second)
    assert agreement.compare(decided.read(first), decided.read(second)).disagreements == ()
    set_cell(second, "statements", 4, "status", "target")
    set_cell(second, "statements", 5, "decision", "reject")
    found = agreement.compare(decided.read(first), decided.read(second))
    columns = {one.column: one for one in found.columns}
    assert columns["status"].found.alpha < 1 and columns["unit"].found.alpha == 1
    assert [(d.column, d.second) for d in found.disagreements] == [("statement", "no"), ("status", "target")]
    assert cli.main(["accept", str(first), "--public", "--second", str(second)]) == 0
    assert "status" in capsys.readouterr().out
    other = Path("other.xlsx")
    shutil.copyfile(first, other)
    book = load_workbook(other)
    for row in book["document"].iter_rows():
        if row[0].value == "sha256":
            row[1].value = "0" * 64
    book.save(other)
    assert cli.main(["accept", str(first), "--second", str(other)]) == 2


def test_measures_without_a_number_are_proposed_with_their_family():
    text, _, _, _ = bulletin_score.marked(next(bulletin_score.FOLDER.glob("held/18*")))
    found = measures.find(text)
    assert {one.family for one in found} >= {"steering", "primary", "appraisal", "staffing"}
    for one in found:
        assert text[one.char_start : one.char_end] == one.context and not re.search(r"\d", one.context)
    known = {code: key for key, family in FAMILIES.items() for code in family.mechanisms}
    for family, rules in measures.FAMILIES.items():
        assert {known[code] for _, code in rules} == {family}, family


# ------------------------------------------------------------------------------------------------------------- files


def docx(path: Path, rows: str = "") -> Path:
    import zipfile

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "<w:p><w:r><w:t>去年，全市引进博士</w:t></w:r><w:r><w:t>35名。</w:t></w:r></w:p>" + rows
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
    return path


def written(path: Path, objects: list[bytes]) -> Path:
    """A PDF of these objects, with its table of places."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size, table = len(places) + 1, b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    path.write_bytes(
        out + head + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    )
    return path


def pdf(path: Path, text: str) -> Path:
    """A page with text in the base font (no Chinese): enough to tell a text layer from a scan."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    return written(path, objects)


def chinese_pdf(path: Path, *lines: str) -> Path:
    """A page in a font that every reader of PDF brings (no font in the file), as offices print their bulletins."""
    shown = " 0 -20 Td ".join(f"<{line.encode('utf-16-be').hex()}> Tj" for line in lines)
    stream = f"BT /F1 12 Tf 72 720 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80 >> /DW 1000 >>",
    ]  # fmt: skip
    return written(path, objects)


def test_a_pdf_with_chinese_text_is_read(tmp_path):
    path = chinese_pdf(tmp_path / "a.pdf", "去年，全市引进博士 35 名，", "床位使用率由 85% 提升至 92.5% 。")
    text = documents.read(path).text
    assert text == "去年，全市引进博士35名，\n床位使用率由85%提升至92.5%。\n"
    found = reader.read_text(text, published="2024-03-05")
    assert {"35名", "92.5%"} <= set(found["as_printed"])
    assert set(found.loc[found["as_printed"] == "35名", "period_start"]) == {"2023-01-01"}


def test_each_kind_of_file_gives_its_text(tmp_path):
    row = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>指标</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2022年</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    assert documents.read(docx(tmp_path / "a.docx", row)).text == "去年，全市引进博士35名。\n指标\t2022年\n"
    (tmp_path / "a.txt").write_bytes("医改简报\r\n引进博士35名。".encode("gb18030"))
    assert documents.read(tmp_path / "a.txt").text == "医改简报\n引进博士35名。"
    (tmp_path / "b.txt").write_bytes(b"\xef\xbb\xbf" + "引进博士35名。".encode())
    assert documents.read(tmp_path / "b.txt").text == "引进博士35名。"
    assert (
        "twenty letters and more"
        in documents.read(pdf(tmp_path / "a.pdf", "a page of twenty letters and more")).text
    )
    (tmp_path / "a.html").write_text(page(), encoding="utf-8")
    found = documents.read(tmp_path / "a.html")
    assert (
        found.published == "2023-11-20"
        and "var n" not in found.text
        and "我市召开第12次会议" not in found.text
    )
    assert "整合县级医院3家" in found.text


BOMB = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><html><body>&b;</body></html>'


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("a.txt", None, "no such file"),
        ("a.txt", b"", "an empty file"),
        ("a.pdf", "scan", "a PDF without text"),
        ("a.pdf", b"%PDF-1.7 broken", "a damaged PDF"),
        ("a.html", BOMB.encode(), "billion laughs"),
        ("a.docx", "laughs", "billion laughs"),
        ("a.docx", b"PK\x03\x04broken", "a damaged archive"),
        ("a.docx", "workbook", "yigai add"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save it as .docx"),
        ("a.txt", "line", "the line ends are lost"),
        ("a.txt", "large", "at most 20 MB"),
        ("a.txt", "引进博士".encode("gb18030") + b"\xff\xfe\xff\x80" * 9, "neither UTF-8 nor GBK"),
    ],
)
def test_what_is_no_bulletin_is_answered_with_its_cause(tmp_path, name, make, says):
    path = tmp_path / name
    if make == "scan":
        pdf(path, "")
    elif make == "laughs":
        import zipfile

        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>')
    elif make == "workbook":
        import zipfile

        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("xl/workbook.xml", "<x/>")
    elif make == "line":
        path.write_text("医" * 600_000, encoding="utf-8")
    elif make == "large":
        path.write_bytes("医改".encode() * (4 * 2**20))
    elif make is not None:
        path.write_bytes(make)
    with pytest.raises(DataError, match=re.escape(says)):
        documents.read(path)


def recipe(readme: str) -> list[str]:
    """The commands of the README's recipe that begin with `yigai code`."""
    text = (REPOSITORY / readme).read_text(encoding="utf-8")
    blocks = re.findall(r"(?m)(?:^    yigai [^\n]*\n)+", text)
    return next(
        b.strip().replace("    yigai", "yigai").split("\n")
        for b in blocks
        if b.strip().startswith("yigai code")
    )


def test_both_readmes_give_the_recipe_of_four_commands():
    assert recipe("README.md") == recipe("README.zh-CN.md") and len(recipe("README.md")) == 4


@pytest.mark.slow
def test_the_recipe_runs_as_it_stands(home):
    import os
    import shlex
    import subprocess
    import sys

    for folder in ("notebooks", "src"):
        (home / folder).symlink_to(REPOSITORY / folder)
    shutil.copyfile(REPOSITORY / "requirements.lock", home / "requirements.lock")
    yigai = os.path.join(os.path.dirname(sys.executable), "yigai")
    for line in recipe("README.md"):
        if " accept " in line:
            decide(Path("医改简报.review.xlsx"))  # the person's part
        done = subprocess.run([yigai, *shlex.split(line)[1:]], capture_output=True, text=True, timeout=1200)
        assert done.returncode == 0, line + done.stdout[-3000:] + done.stderr[-3000:]
    text = (home / "reports" / "330000" / "stated_values.html").read_text("utf-8")
    assert "不少于1500万元" in text and "以县域医共体为抓手" in text


COUNTY = """井冈山市深化紧密型县域医共体改革情况
2024年3月5日

井冈山市2023年共有医疗机构床位1234张，比上年增长5.6%。全市卫生技术人员2345人。
医共体牵头医院派出专家56人次。
湖南省2023年门诊人次同比增长7.8%。江西省2023年医院床位210000张。
全县家庭医生签约率达到65.3%。
"""


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("360000", ["360881", "360881", "360881", "", "430000", "360000", "360881"]),
        ("", ["360881", "360881", "360881", "360881", "430000", "360000", "360881"]),
        ("360881", ["360881", "360881", "360881", "360881", "430000", "360000", "360881"]),
    ],
)
def test_a_countys_figures_are_not_its_provinces(place, codes):
    """What a statement names goes there; what only the title settles is asked when the document was read for the province."""
    assert [row.region_code for row in reader.rows(COUNTY, region=place)] == codes


def test_the_whole_of_a_county_without_a_name_is_asked_not_given_to_the_province(capsys, tmp_path):
    file = tmp_path / "简报.txt"
    file.write_text(
        "深化医改简报\n2024年3月5日\n\n2023年全县医院床位1200张，居全省第3位。\n", encoding="utf-8"
    )
    assert [r.region_code for r in reader.rows(file.read_text("utf-8"), region="360000")][0] == ""
    assert cli.main(["code", str(file), "--place", "江西"]) == 0
    said = capsys.readouterr().out
    assert "another place" in said and "place: not said" in said
    named = elsewhere.place("上海瑞金医院派出专家12人，位居全省第3", 12, "360000")
    assert named == "360000"  # a hospital's home and a comparison are no place of a figure
    assert elsewhere.place("老城区医院床位120张", 7, "360000") == ""  # a district of Luoyang, and a word


def test_an_open_place_is_not_accepted(home):
    assert cli.main(["review", "医改简报.html", "--place", "浙江"]) == 0
    form = Path("医改简报.review.xlsx")
    decide(form)
    book = load_workbook(form, rich_text=True)
    sheet = book["statements"]
    column = [cell.value for cell in sheet[1]].index("region_code") + 1
    sheet.cell(3, column).value = None
    book.save(form)
    with pytest.raises(DataError, match="say whose figure it is"):
        door.accept(form, public=True)


@pytest.mark.parametrize("command", ["code", "review"])
def test_a_document_of_a_day_to_come_is_refused_and_full_width_is_read(command, tmp_path, capsys):
    """去年 in a document dated 2040 would be 2039."""
    file = tmp_path / "简报.txt"
    file.write_text("深化医改简报\n\n去年，全市引进博士35名。\n", encoding="utf-8")
    assert cli.main([command, str(file), "--published", "2040-01-01"]) == 2
    assert "a day that has been" in capsys.readouterr().err
    assert cli.main([command, str(file), "--published", "2040"]) == 2
    assert "a date such as" in capsys.readouterr().err
    assert cli.main([command, str(file), "--published", "２０２３－０３－０１"]) == 0
    said = capsys.readouterr().out
    if command == "code":
        assert "[2022-01-01..2022-12-31]" in said and "dated 2023-03-01" in said
    else:
        assert (
            decided.as_text(load_workbook(tmp_path / "简报.review.xlsx")["document"]["B4"].value)
            == "2023-03-01"
        )
