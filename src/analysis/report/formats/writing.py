"""A document in the forms that were asked for. Runs in a process of its own; takes and returns plain values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from analysis.report.formats import document, docx, pdf, typeface
from analysis.report.formats.document import Document
from analysis.report.plan import notes

FORMATS = ("pdf", "docx")


def name_of(page: str, form: str) -> str:
    """The file of a page in another form.

    >>> name_of("140000/services.en.html", "pdf")
    '140000/services.en.pdf'
    """
    return f"{page.removesuffix('.html')}.{form}"


def written(doc: Document, forms: Collection[str], style: str = "house") -> dict[str, bytes]:
    """form -> file. Drawings are those of the page; their pictures are made once, for Word."""
    made: dict[str, bytes] = {}
    if "pdf" in forms:
        made["pdf"] = pdf.pdf(doc)
    if "docx" in forms:
        pictures = pdf.pictures(doc.drawings)
        made["docx"] = docx.docx(doc, pictures, typeface.STYLES[style])
    return made


def theme(note: Path, notice: Mapping[str, str], forms: Collection[str], style: str) -> dict[str, bytes]:
    """The page whose note (see publish.batch) stands in a file, in these forms."""
    return written(document.theme(notes.read(note), notice), forms, style)
