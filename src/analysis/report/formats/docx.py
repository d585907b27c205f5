"""A document as Word: headings, styles, captions with fields, alt texts, tables with repeated heads, figures as PNG and SVG.

Same document, same bytes. The text is written as XML in one go (python-docx looks a cell up by walking its table); python-docx
gives the package, its parts and its styles.

Longer than 400 lines because each kind of block has its form in WordprocessingML, a small function each.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from analysis.report.formats import document, typeface, vector
from analysis.report.formats.document import Document, Figure, Gaps, Records, Sources
from analysis.report.formats.prose import Bullets, Grid, Heading, Paragraph, Run, Runs, Spark
from analysis.report.formats.typeface import Style
from analysis.report.pages import archive
from analysis.words import pick

NO_DATE = "2000-01-01"
EMU = 12700  # a point
TALL, SHORT = 560, 154  # points that a figure may be high, in a page's document and in a briefing's
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main"'
)
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
KINDS = {
    "question": "YigaiNote",
    "lead": "YigaiLead",
    "say": "Normal",
    "body": "Normal",
    "sub": "YigaiNote",
    "note": "YigaiNote",
    "withheld": "YigaiWithheld",
    "code": "YigaiNote",
}


def docx(doc: Document, pictures: Sequence[bytes], style: Style = typeface.HOUSE) -> bytes:
    """The document as .docx. pictures: PNG of its figures, in order, for programs that draw no SVG."""
    import docx as word

    made = word.Document()
    if doc.kind == "briefing" and style is typeface.HOUSE:
        style = typeface.BRIEFING
    _styled(made, doc, style)
    body = _Body(made, doc, pictures, style)
    _fill(made, body.xml())
    _footers(made, doc, style)
    out = io.BytesIO()
    made.save(out)
    return archive.pinned(out.getvalue())


class _Body:
    """The text of a document as XML; relations to pictures and links are made on the way."""

    def __init__(self, made: Any, doc: Document, pictures: Sequence[bytes], style: Style) -> None:
        self.made, self.doc, self.style = made, doc, style
        self.pictures = iter(pictures)
        self.count = {"figure": 0, "table": 0}
        self.marks = self.drawn = 0
        self.levels = [0, 0, 0]
        self.known = {one for b in doc.blocks if isinstance(b, Records) for one, *_ in b.items}

    @property
    def width(self) -> float:
        """Of the text, in points."""
        _, right, _, left = self.style.margins
        return (210 - left - right) / 25.4 * 72

    def xml(self) -> str:
        """All paragraphs and tables."""
        doc, out = self.doc, []
        out += [self.paragraph(_text(n), "YigaiWithheld") for n in doc.notices]
        out.append(self.paragraph(_text(doc.title), "Title"))
        if doc.meta:
            out.append(self.paragraph(_text(" · ".join(f"{k} {v}" for k, v in doc.meta)), "YigaiNote"))
        for n, block in enumerate(doc.blocks):
            said = self.block(block)
            out.append(said.replace("</w:pPr>", "<w:keepNext/></w:pPr>", 1) if n in doc.asking else said)
        out.append(self.paragraph(_text(doc.foot), "YigaiNote"))
        return "".join(out)

    def block(self, block: document.Block) -> str:
        """One block."""
        if isinstance(block, Heading):
            return self.heading(self.runs(block.runs), block.level - 1)
        if isinstance(block, Paragraph):
            return self.paragraph(self.runs(block.runs), KINDS[block.kind])
        if isinstance(block, Bullets):
            if self.style.official:
                leads = [f"{n}. " if block.ordered else "" for n in range(1, len(block.items) + 1)]
                said = zip(leads, block.items, strict=True)
                return "".join(self.paragraph(_text(n) + self.runs(item), "Normal") for n, item in said)
            name = "ListNumber" if block.ordered else "ListBullet"
            return "".join(self.paragraph(self.runs(item), name) for item in block.items)
        if isinstance(block, Figure):
            return self.figure(block)
        if isinstance(block, Gaps):
            return self.gaps(block)
        if isinstance(block, Sources):
            return "".join(
                self.paragraph(_text(f"[{n}] ") + self.link(line, url), "YigaiNote")
                for n, (_, line, url) in enumerate(block.items, 1)
            )
        if isinstance(block, Records):
            return "".join(self.record(one) for one in block.items)
        return self.grid(block)

    def heading(self, inner: str, level: int) -> str:
        """A heading; an official document numbers it: 一、（一） 1."""
        if self.style.official and self.doc.lang == "zh":
            self.levels[level - 1 :] = [self.levels[level - 1] + 1, *[0] * (len(self.levels) - level)]
            n = self.levels[level - 1]
            inner = (
                _text((f"{typeface.ordinal(n)}、", f"（{typeface.ordinal(n)}）", f"{n}. ")[level - 1]) + inner
            )
        return self.paragraph(inner, f"Heading{level}")

    def paragraph(self, inner: str, style: str, more: str = "") -> str:
        """One paragraph in a named style."""
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inner}</w:p>'

    def runs(self, runs: Runs, bold: bool = False) -> str:
        """Runs; a number leads to its record."""
        return "".join(self.run(run, bold) for run in runs)

    def run(self, run: Run, bold: bool = False) -> str:
        """One run."""
        if run.fact and run.fact in self.known:
            inner = _text(run.text, '<w:rStyle w:val="YigaiNumber"/>')
            return f'<w:hyperlink w:anchor="r-{run.fact}" w:history="1">{inner}</w:hyperlink>'
        props = '<w:rStyle w:val="YigaiMark"/>' if run.style == "mark" else ""
        props += "<w:b/>" if bold or run.style in ("strong", "emphasis") else ""
        return _text(run.text, props)

    def link(self, said: str, url: str) -> str:
        """A text that leads to an address; plain without one."""
        if not url:
            return _text(said)
        rel = self.made.part.relate_to(url, _HYPERLINK, is_external=True)
        return f'<w:hyperlink r:id="{rel}" w:history="1">{_text(said)}</w:hyperlink>'

    def caption(self, kind: str, runs: Runs) -> str:
        """A caption with its number as a field, which Word counts anew when figures are moved."""
        self.count[kind] += 1
        word, n = self.doc.words[f"{kind}_n"], self.count[kind]
        counter = quoteattr(f" SEQ {word} " + r"\* ARABIC ")
        field = f"<w:fldSimple w:instr={counter}>{_text(str(n))}</w:fldSimple>"
        return self.paragraph(
            _text(f"{word} ") + field + _text("  ") + self.runs(runs), "Caption", "<w:keepNext/>"
        )

    def figure(self, figure: Figure) -> str:
        """Caption, subtitle, drawing, note."""
        wide, high = vector.size(figure.svg)
        scale = min(self.width / wide, (TALL if self.doc.kind == "theme" else SHORT) / high)
        drawn = self.drawing(vector.plain(figure.svg), figure.name, figure.alt, scale)
        parts = [self.caption("figure", figure.headline)]
        if figure.subtitle:
            parts.append(self.paragraph(self.runs(figure.subtitle), "YigaiNote", "<w:keepNext/>"))
        parts.append(self.paragraph(drawn, "YigaiFigure"))
        if figure.note:
            parts.append(self.paragraph(self.runs(figure.note), "YigaiNote"))
        return "".join(parts)

    def drawing(self, svg: str, name: str, alt: str, scale: float) -> str:
        """A run that holds a drawing, its size in points times ``scale``; takes the next picture."""
        cx, cy = (round(side * scale * EMU) for side in vector.size(svg))
        self.drawn += 1
        number = self.drawn
        picture, drawing = self._embedded(next(self.pictures), svg.encode(), number)
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/>'
            f'<wp:docPr id="{number}" name={quoteattr(name)} descr={quoteattr(alt)}/>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{number}" name={quoteattr(name)} descr={quoteattr(alt)}/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{picture}"><a:extLst><a:ext uri="{SVG_EXTENSION}"><asvg:svgBlip r:embed="{drawing}"/></a:ext></a:extLst></a:blip>'
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )

    def _embedded(self, png: bytes, svg: bytes, number: int) -> tuple[str, str]:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        package = self.made.part.package
        found = []
        for ending, kind, blob in (("png", "image/png", png), ("svg", "image/svg+xml", svg)):
            part = Part(PackURI(f"/word/media/figure{number}.{ending}"), kind, blob, package)
            found.append(self.made.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE))
        return found[0], found[1]

    def gaps(self, block: Gaps) -> str:
        """What is not known: a heading and one paragraph each."""
        out = [self.heading(_text(block.title), 1)]
        for code, what, settle in block.items:
            inner = _text(f"{code}  ", "<w:b/>") + _text(what, "<w:b/>")
            beside = _text("  ") if self.doc.kind == "briefing" else "<w:r><w:br/></w:r>"
            inner += (beside + _text(settle)) if settle else ""
            out.append(self.paragraph(inner, "YigaiWithheld"))
        return "".join(out)

    def record(self, item: tuple[str, str, str, tuple[tuple[str, str], ...]]) -> str:
        """The record of a number, with the bookmark that the number leads to."""
        fact, number, what, lines = item
        self.marks += 1
        mark = (
            f'<w:bookmarkStart w:id="{self.marks}" w:name="r-{fact}"/>{_text(number, "<w:b/>")}'
            f'<w:bookmarkEnd w:id="{self.marks}"/>'
        )
        told = " · ".join(f"{name} {said}" for name, said in lines)
        return self.paragraph(mark + _text(f"  {what}  {told}"), "YigaiNote")

    def grid(self, grid: Grid) -> str:
        """A table with its caption; one with many columns stands on a page of its own, turned."""
        turned = len(grid.columns) > document.WIDE
        width = ((297 - 40) / 25.4 * 72) if turned else self.width
        weights = [*grid.weights(self.doc.lang)]
        sided = [column.left for column in grid.columns]
        if grid.sparks:
            weights.insert(1, 12.0)
            sided.insert(1, True)
        widths = [round(width * 20 * w / sum(weights)) for w in weights]
        caption = self.caption("table", grid.caption) if grid.caption else ""
        bold, heads = "<w:b/>", []
        for label, unit, apart in grid.heads(self.doc.lang):
            after = "<w:r><w:br/></w:r>" + _text(unit.strip(), bold) if apart else _text(unit, bold)
            heads.append(_text(label, bold) + after)
        if grid.sparks:
            heads.insert(1, _text(self.doc.words["spark"], bold))
        columns = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
        rows = [self._row(heads, sided, widths, head=True)]
        short = len(grid.rows) <= document.SHORT
        for k, row in enumerate(grid.rows):
            cells = [self.run(run, k in grid.marked) for run in row]
            if grid.sparks:
                cells.insert(1, self._spark(grid.sparks[k], k))
            stays = k < len(grid.rows) - 1 and (short or k < 2)
            rows.append(self._row(cells, sided, widths, mine=k in grid.marked, stays=stays))
        said = "".join(run.text for run in grid.caption if run.style != "mark")
        table = (
            '<w:tbl><w:tblPr><w:tblStyle w:val="YigaiTable"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            f"<w:tblCaption w:val={quoteattr(said)}/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
            '<w:p><w:pPr><w:pStyle w:val="YigaiNote"/></w:pPr></w:p>'
        )
        return self._turned(caption + table) if turned else caption + table

    def _spark(self, spark: Spark, k: int) -> str:
        return self.drawing(vector.spark(spark.svg), f"spark-{k + 1}", spark.alt, 0.45) if spark.svg else ""

    def _row(
        self,
        cells: Iterable[str],
        sided: Iterable[bool],
        widths: list[int],
        head: bool = False,
        mine: bool = False,
        stays: bool = False,
    ) -> str:
        kept, out = "<w:keepNext/>" if head or stays else "", []
        for inner, left, width in zip(cells, sided, widths, strict=True):
            shade = '<w:shd w:val="clear" w:color="auto" w:fill="EAF1F8"/>' if mine else ""
            side = "left" if left else "right"
            out.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
                f'<w:p><w:pPr><w:pStyle w:val="YigaiCell"/>{kept}<w:jc w:val="{side}"/></w:pPr>{inner}</w:p></w:tc>'
            )
        props = "<w:cantSplit/>" + ("<w:tblHeader/>" if head else "")
        return f"<w:tr><w:trPr>{props}</w:trPr>{''.join(out)}</w:tr>"

    def _turned(self, inner: str) -> str:
        return _section(self.style, False) + inner + _section(self.style, True)


_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def _text(said: str, props: str = "") -> str:
    inner = f"<w:rPr>{props}</w:rPr>" if props else ""
    return f'<w:r>{inner}<w:t xml:space="preserve">{escape(said)}</w:t></w:r>' if said else ""


def _twips(mm: float) -> int:
    return round(mm / 25.4 * 1440)


def _section(style: Style, turned: bool) -> str:
    """The end of a section: what stands before it is upright or turned."""
    return f"<w:p><w:pPr>{_page(style, turned)}</w:pPr></w:p>"


def _page(style: Style, turned: bool) -> str:
    top, right, bottom, left = (20, 20, 20, 20) if turned else style.margins
    size = 'w:w="16838" w:h="11906" w:orient="landscape"' if turned else 'w:w="11906" w:h="16838"'
    edges = (
        f'w:top="{_twips(top)}" w:right="{_twips(right)}" w:bottom="{_twips(bottom)}" w:left="{_twips(left)}"'
    )
    return f'<w:sectPr><w:pgSz {size}/><w:pgMar {edges} w:header="851" w:footer="{_twips(style.foot)}" w:gutter="0"/></w:sectPr>'


def _fill(made: Any, xml: str) -> None:
    """Put the text in place of the empty one, before the section's properties."""
    from docx.oxml import parse_xml

    body = made.element.body
    for child in list(body)[:-1]:
        body.remove(child)
    for child in list(parse_xml(f"<w:body {SPACES}>{xml}</w:body>")):
        body.insert(len(body) - 1, child)


def _styled(made: Any, doc: Document, style: Style) -> None:
    """Page, properties, styles and fonts."""
    from docx.oxml import parse_xml
    from docx.shared import Mm

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    top, right, bottom, left = style.margins
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    section.footer_distance = Mm(style.foot)
    day = dt.datetime.fromisoformat(doc.date or NO_DATE)
    about = made.core_properties
    about.title, about.subject, about.author = f"{doc.title} · {doc.site}", doc.description[:250], doc.site
    about.keywords, about.language = ", ".join(doc.keywords), pick(("zh-CN", "en-GB"), doc.lang)
    about.last_modified_by, about.comments, about.revision = doc.site, doc.foot[:250], 1
    about.created = about.modified = about.last_printed = day
    root = made.styles.element
    for fonts in root.iter(
        f"{{{W}}}rFonts"
    ):  # the template's theme fonts would come before the names set here
        fonts.attrib.clear()
    for one in _styles(style, doc.lang):
        new = parse_xml(one)
        name = new.get(f"{{{W}}}styleId")
        for old in root.findall(f"{{{W}}}style[@{{{W}}}styleId='{name}']"):
            root.remove(old)
        root.append(new)
    defaults = root.find(f"{{{W}}}docDefaults/{{{W}}}rPrDefault/{{{W}}}rPr")
    for child in list(defaults):
        defaults.remove(child)
    for child in parse_xml(f"<w:rPr {SPACES}>{_face(style.body)}{_lang(doc.lang)}</w:rPr>"):
        defaults.append(child)
    package = made.part.package
    for rel in [r for r in package.rels.values() if r.reltype.endswith("/thumbnail")]:
        del package.rels[rel.rId]  # the template's picture of an empty page
    for part in package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = _font_table(style).encode()


def _lang(lang: str) -> str:
    return f'<w:lang w:val="{pick(("en-US", "en-GB"), lang)}" w:eastAsia="zh-CN"/>'


def _face(one: typeface.Type, closer: float | None = None) -> str:
    half = round(one.points * 2)
    spacing = f'<w:spacing w:val="{-round(closer * 20)}"/>' if closer is not None else ""
    fonts = f'w:ascii="{one.face.latin}" w:hAnsi="{one.face.latin}" w:cs="{one.face.latin}" w:eastAsia="{one.face.chinese}"'
    weight = "<w:b/>" if one.bold else '<w:b w:val="0"/>'
    return f'<w:rFonts {fonts}/>{weight}<w:i w:val="0"/><w:color w:val="{one.colour or "17212B"}"/>{spacing}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _styles(style: Style, lang: str) -> list[str]:
    """Definitions of the styles that the text uses, as XML."""
    fixed = (
        f'w:line="{round(style.leading * 20)}" w:lineRule="exact"'
        if style.leading
        else 'w:line="300" w:lineRule="auto"'
    )
    indent = '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if style.indent and lang == "zh" else ""
    small, body = style.small, style.body
    closer = style.tighter if style.tighter and lang == "zh" else None
    wider = None if closer is None else 0.0  # what is smaller than the text keeps its distances

    def one(name: str, shown: str, kind: str, inner: str, based: str = "Normal", default: str = "") -> str:
        parent = f'<w:basedOn w:val="{based}"/>' if based else ""
        return (
            f'<w:style {SPACES} w:type="{kind}" w:styleId="{name}"{default}><w:name w:val="{shown}"/>{parent}'
            f"<w:qFormat/>{inner}</w:style>"
        )

    def text(
        name: str, shown: str, spacing: str, type_: typeface.Type, more: str = "", based: str = "Normal"
    ) -> str:
        return one(
            name,
            shown,
            "paragraph",
            f"<w:pPr>{more.partition('|')[0]}<w:spacing {spacing}/>{more.partition('|')[2]}</w:pPr><w:rPr>{_face(type_, closer if type_.points == body.points else wider)}</w:rPr>",
            based,
        )

    free = 'w:line="264" w:lineRule="auto"'
    normal = one(
        "Normal",
        "Normal",
        "paragraph",
        f'<w:pPr><w:spacing w:after="{0 if style.indent else 120}" {fixed}/>{indent}</w:pPr><w:rPr>{_face(body, closer)}</w:rPr>',
        "",
        ' w:default="1"',
    )
    none = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
    heads = [
        text(
            f"Heading{n}",
            f"heading {n}",
            f'w:before="{0 if style.indent else 320 - 60 * n}" w:after="{0 if style.indent else 100}" {fixed}',
            type_,
            f'<w:keepNext/>|{indent if style.indent else none}<w:outlineLvl w:val="{n - 1}"/>',
        )
        for n, type_ in enumerate(style.headings, 1)
    ]
    centre = '<w:jc w:val="center"/>' if style.indent else ""
    rule = (
        ""
        if style.indent
        else '<w:pBdr><w:top w:val="single" w:sz="36" w:space="6" w:color="1A62A6"/></w:pBdr>'
    )
    warm = '<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="A4530F"/></w:pBdr>'
    number = '<w:rPr><w:b/><w:color w:val="1A62A6"/></w:rPr>'
    quiet = typeface.Type(small.face, small.points, colour="45515C")
    if style.official:
        warm, number, quiet = "", "<w:rPr/>", small
    bold = typeface.Type(body.face, min(body.points, 12), True, body.colour)
    larger = typeface.Type(body.face, body.points + (0 if style.indent else 1.5), colour=body.colour)
    hanging = '<w:ind w:left="420" w:hanging="420" w:firstLineChars="0"/>'
    lists = [
        text(
            name,
            shown,
            f'w:after="80" {fixed}',
            body,
            f'<w:numPr><w:numId w:val="{number}"/></w:numPr>|{hanging}',
        )
        for name, shown, number in (("ListBullet", "List Bullet", 1), ("ListNumber", "List Number", 5))
    ]
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
        for side, size, colour in (("top", 8, "17212B"), ("bottom", 8, "17212B"), ("insideH", 4, "E1E6EA"))
    )
    table = one(
        "YigaiTable",
        "Yigai Table",
        "table",
        f'<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="17212B"/></w:tcBorders></w:tcPr></w:tblStylePr>',
        "",
    )
    return [
        normal,
        text(
            "Title",
            "Title",
            f'w:before="0" w:after="160" {"w:line=" + chr(34) + "640" + chr(34) + " w:lineRule=" + chr(34) + "exact" + chr(34) if style.leading else free}',
            style.title,
            f"{rule}|{none}{centre}",
        ),
        *heads,
        text("Caption", "caption", f'w:before="200" w:after="60" {free}', bold, f"<w:keepNext/>|{none}"),
        text("YigaiLead", "Yigai Lead", f'w:after="160" {fixed}', larger, f"|{indent}"),
        text("YigaiNote", "Yigai Note", f'w:after="60" {free}', quiet, f"|{none}"),
        text("YigaiFigure", "Yigai Figure", 'w:after="60" w:line="240" w:lineRule="auto"', body, f"|{none}"),
        text(
            "YigaiWithheld",
            "Yigai Box",
            f'w:after="100" {free}',
            typeface.Type(small.face, max(small.points, 9.5), colour=small.colour),
            f"{warm}|{none}",
        ),
        text(
            "YigaiCell",
            "Yigai Cell",
            'w:before="20" w:after="20" w:line="240" w:lineRule="auto"',
            typeface.Type(small.face, 8, colour=small.colour),
            f"|{none}",
        ),
        *lists,
        one("YigaiNumber", "Yigai Number", "character", number, ""),
        one(
            "YigaiMark",
            "Yigai Mark",
            "character",
            '<w:rPr><w:color w:val="45515C"/><w:sz w:val="16"/></w:rPr>',
            "",
        ),
        table,
    ]


def _font_table(style: Style) -> str:
    """The fonts by name, with those that may stand in for each."""
    out: list[str] = []
    for face in typeface.faces(style):
        for name, others, charset, family in (
            (face.chinese, face.chinese_else, "86", "auto"),
            (face.latin, face.latin_else, "00", "auto"),
        ):
            other = f'<w:altName w:val="{",".join(others)}"/>' if others else ""
            entry = f'<w:font w:name="{name}">{other}<w:charset w:val="{charset}"/><w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
            out += [] if any(f'w:name="{name}"' in known for known in out) else [entry]
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="{W}">{"".join(out)}</w:fonts>'


def _footers(made: Any, doc: Document, style: Style) -> None:
    """Page numbers: in the middle, or as GB/T 9704 has them, between dashes on the outer side."""
    from docx.oxml import parse_xml

    section = made.sections[0]
    made.settings.odd_and_even_pages_header_footer = style.outer
    sides = (
        ((section.footer, "right"), (section.even_page_footer, "left"))
        if style.outer
        else ((section.footer, "center"),)
    )
    for footer, side in sides:
        footer.is_linked_to_previous = False
        dash = _text("— ") if style.outer else ""
        field = f'{dash}<w:fldSimple w:instr=" PAGE ">{_text("1")}</w:fldSimple>{_text(" —") if style.outer else ""}'
        size = "28" if style.outer else "17"
        inner = field.replace("<w:r>", f'<w:r><w:rPr><w:sz w:val="{size}"/></w:rPr>')
        element = footer.paragraphs[0]._p
        xml = f'<w:p {SPACES}><w:pPr><w:pStyle w:val="YigaiNote"/><w:jc w:val="{side}"/></w:pPr>{inner}</w:p>'
        element.getparent().replace(element, parse_xml(xml))
