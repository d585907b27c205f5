"""The deck as PowerPoint, by python-pptx: real titles, text and tables to edit, figures as pictures with their words, speaker's notes.

Same deck, same bytes: the archive carries no moment of making.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from analysis.cases.slides import ROWS, Slide, deck
from analysis.report.formats import prose
from analysis.words import nth

if TYPE_CHECKING:
    from analysis.cases.exhibits import Shown
    from analysis.cases.made import Made

WIDE, HIGH, MARGIN = 13.333, 7.5, 0.75  # inches of a 16:9 slide
INK, SOFT, BLUE, LINE = "1B1B1B", "595959", "1A62A6", "D9DEE3"
FACES = {
    "zh": ("Microsoft YaHei", "Microsoft YaHei"),
    "en": ("Calibri", "Microsoft YaHei"),
}  # Latin, East Asian
TAGS = ("zh-CN", "en-GB")
NO_DATE = dt.datetime(2000, 1, 1)
CELL = 300  # characters of a table's cell that a slide can show
SHORT = 12  # characters up to which a column takes the width of its text
_TITLE_ONLY = 5  # of python-pptx's own template


class _Maker:
    """Lays slides out; sizes are chosen by the length of the text, since nobody measures it before it is opened."""

    def __init__(self, lang: str):
        from pptx import Presentation
        from pptx.util import Inches

        self.lang, self.i, self.made = lang, nth(lang), Presentation()
        self.made.slide_width, self.made.slide_height = Inches(WIDE), Inches(HIGH)

    def box(self, slide: Any, top: float, height: float) -> Any:
        from pptx.util import Inches

        box = slide.shapes.add_textbox(Inches(MARGIN), Inches(top), Inches(WIDE - 2 * MARGIN), Inches(height))
        box.text_frame.word_wrap = True
        return box.text_frame

    def write(self, paragraph: Any, text: str, size: float, colour: str = INK, bold: bool = False) -> None:
        from pptx.dml.color import RGBColor
        from pptx.oxml.ns import qn
        from pptx.util import Pt

        run = paragraph.add_run()
        run.text, font = text, run.font
        font.size, font.bold, font.color.rgb = Pt(size), bold, RGBColor.from_string(colour)
        font.name = FACES[self.lang][0]
        marks = run._r.get_or_add_rPr()
        marks.set("lang", TAGS[self.i])
        far = marks.makeelement(qn("a:ea"), {"typeface": FACES[self.lang][1]})
        marks.append(far)

    def furniture(self, slide: Any, number: int, of: int) -> None:
        from pptx.dml.color import RGBColor
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.util import Inches

        rule = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, self.made.slide_width, Inches(0.12))
        rule.fill.solid()
        rule.fill.fore_color.rgb = RGBColor.from_string(BLUE)
        rule.line.fill.background()
        box = slide.shapes.add_textbox(Inches(WIDE - 1.6), Inches(HIGH - 0.45), Inches(1.3), Inches(0.3))
        self.write(box.text_frame.paragraphs[0], f"{number} / {of}", 10, SOFT)

    def title(self, slide: Any, text: str, top: float, height: float, size: float) -> None:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
        from pptx.util import Inches

        shape = slide.shapes.title
        shape.left, shape.top = Inches(MARGIN), Inches(top)
        shape.width, shape.height = Inches(WIDE - 2 * MARGIN), Inches(height)
        shape.text_frame.word_wrap, shape.text_frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        paragraph = shape.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        self.write(paragraph, text, size, bold=True)

    def add(self, one: Slide, number: int, of: int) -> None:
        slide = self.made.slides.add_slide(self.made.slide_layouts[_TITLE_ONLY])
        self.furniture(slide, number, of)
        if one.kind == "text":
            self.text(slide, one.body)
        elif one.shown is not None:
            self.exhibit(slide, one.head, one.shown)
        elif one.kind == "board":
            self.title(slide, one.head, 0.4, 0.9, 28)
            self.table(slide, one.board[0], one.board[1:], 1.5)
        else:
            if one.kicker:
                self.write(self.box(slide, 2.0, 0.6).paragraphs[0], one.kicker, 18, SOFT)
            self.title(slide, one.head, 2.5, 2.4, 36 if prose.width(one.head) <= 90 else 28)
        if one.said:
            slide.notes_slide.notes_text_frame.text = one.said

    def text(self, slide: Any, body: str) -> None:
        pieces = prose.blocks(body)
        head = next((p for p in pieces if isinstance(p, prose.Heading)), None)
        self.title(slide, prose.text(head.runs) if head else "", 0.4, 0.9, 28)
        said = [line for piece in pieces if piece is not head for line in _lines(piece)]
        size = 20 if sum(map(prose.width, said)) <= 900 else 16
        frame = self.box(slide, 1.5, 5.2)
        for n, line in enumerate(said):
            paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
            self.write(paragraph, line, size)

    def exhibit(self, slide: Any, head: str, shown: Shown) -> None:
        self.title(slide, head, 0.3, 0.8, 26)
        if shown.drawing is not None:
            self.picture(slide, shown)
        else:
            self.table(slide, shown.head, shown.rows[:ROWS], 1.2)
        frame = self.box(slide, 6.35, 1.0)
        self.write(frame.paragraphs[0], shown.exhibit.note[self.i], 11, SOFT)
        self.write(frame.add_paragraph(), "  ".join(shown.sources), 9, SOFT)

    def picture(self, slide: Any, shown: Shown) -> None:
        from pptx.util import Inches

        assert shown.drawing is not None
        most_wide, most_high, top = WIDE - 2 * MARGIN, 5.0, 1.2
        drawn = slide.shapes.add_picture(io.BytesIO(shown.drawing.png()), 0, 0)
        share = min(Inches(most_wide) / drawn.width, Inches(most_high) / drawn.height)
        drawn.width, drawn.height = int(drawn.width * share), int(drawn.height * share)
        drawn.left, drawn.top = int((self.made.slide_width - drawn.width) / 2), Inches(top)
        about = drawn._element.nvPicPr.cNvPr
        about.set("descr", shown.alt)
        about.set("name", shown.exhibit.title[self.i])

    def table(self, slide: Any, head: Any, rows: Any, top: float) -> None:
        from pptx.dml.color import RGBColor
        from pptx.util import Inches, Pt

        rows_all = (head, *rows)
        size = next((s for s in (16, 13, 11) if _height(rows_all, _widths(rows_all, s), s) <= HIGH - 1.3 - top), 9)  # fmt: skip
        widths = _widths(rows_all, size)
        grid = slide.shapes.add_table(
            len(rows) + 1, len(head), Inches(MARGIN), Inches(top), Inches(WIDE - 2 * MARGIN), Inches(0.3 * (len(rows) + 1))
        ).table  # fmt: skip
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = Inches(width)
        for r, row in enumerate(rows_all):
            for c, text in enumerate(row):
                cell = grid.cell(r, c)
                cell.margin_top = cell.margin_bottom = Pt(2)
                cell.fill.solid()
                cell.fill.fore_color.rgb = RGBColor.from_string("FFFFFF" if r else LINE)
                said = text if len(text) <= CELL else text[: CELL - 1] + "…"
                self.write(cell.text_frame.paragraphs[0], said, size, INK, bold=r == 0)


def _widths(rows: Sequence[Sequence[str]], size: float) -> list[float]:
    """Inches of each column: short ones as wide as their text, the others share the rest by their longest cell."""
    longest = [max(prose.width(row[n]) for row in rows) for n in range(len(rows[0]))]
    short = {n: (most + 1) * size * 0.66 / 72 + 0.2 for n, most in enumerate(longest) if most <= SHORT}
    rest = WIDE - 2 * MARGIN - sum(short.values())
    shared = sum(min(most, 40.0) for n, most in enumerate(longest) if n not in short)
    if not shared:
        return [width * (WIDE - 2 * MARGIN) / sum(short.values()) for width in short.values()]
    return [short.get(n, rest * min(most, 40.0) / shared) for n, most in enumerate(longest)]


def _height(rows: Sequence[Sequence[str]], widths: Sequence[float], size: float) -> float:
    """Inches that a table takes at a size in points, a Latin letter being a little over half as wide as high."""
    taken = 0.0
    for row in rows:
        held = zip(row, widths, strict=True)
        lines = max(-(-prose.width(cell) * size * 0.56 // (72 * (width - 0.2))) for cell, width in held)
        taken += max(1.0, lines) * size * 1.25 / 72 + 0.06
    return taken


def _lines(piece: prose.Piece) -> list[str]:
    if isinstance(piece, prose.Bullets):
        return [f"{n}. {prose.text(item)}" if piece.ordered else f"• {prose.text(item)}" for n, item in enumerate(piece.items, 1)]  # fmt: skip
    if isinstance(piece, prose.Grid):
        return ["  ".join(prose.text((cell,)) for cell in row) for row in piece.rows]
    return [prose.text(piece.runs)]


def powerpoint(made: Made, lang: str) -> bytes:
    """The deck in one language as a .pptx file."""
    maker = _Maker(lang)
    slides = deck(made, lang)
    for n, slide in enumerate(slides, 1):
        maker.add(slide, n, len(slides))
    about = maker.made.core_properties
    about.title, about.author, about.language = made.source.title[maker.i], "Yigai", TAGS[maker.i]
    about.created = about.modified = NO_DATE
    about.last_modified_by, about.revision = "Yigai", 1
    body = io.BytesIO()
    maker.made.save(body)
    return _fixed(body.getvalue())


def _fixed(body: bytes) -> bytes:
    """The archive with a fixed date on every part."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(body)) as made, ZipFile(out, "w") as fixed:
        for name in made.namelist():
            fixed.writestr(ZipInfo(name), made.read(name), ZIP_DEFLATED)
    return out.getvalue()
