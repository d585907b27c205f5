"""A bulletin's file -> its text: plain text, saved web page, Word document, PDF with a text layer. Nothing in a file is executed."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

from analysis.errors import DataError
from analysis.intake import sniff

MAX_BYTES = 20 * 2**20
MAX_LINE = 500_000
MAX_XML = 60 * 2**20
MAX_PAGES = 400
A_BULLETIN = "a bulletin: .txt, .html, .docx, or .pdf with a text layer"


@dataclass(frozen=True)
class Document:
    """The text of a bulletin; offsets of statements count its characters. ``published`` is the date that a web page's head states."""

    path: Path
    kind: str
    text: str
    published: str = ""


def read(path: Path) -> Document:
    """The text of a file. Raises DataError with the cause for what is no bulletin: missing, empty, too large, encrypted, a scan
    without text, an archive or a workbook, declared entities, an unknown encoding.
    """
    if path.is_dir():
        raise sniff.refused(path, "a folder", A_BULLETIN, "name one file")
    if not path.is_file():
        raise sniff.refused(path, "no such file", A_BULLETIN, "check the name")
    size = path.stat().st_size
    if size > MAX_BYTES:
        fix = "cut the bulletin out of it, or copy its text into a .txt file"
        raise sniff.refused(path, f"{size / 2**20:,.0f} MB", f"at most {MAX_BYTES >> 20} MB", fix)
    raw = path.read_bytes()
    if not raw.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise sniff.refused(path, "an empty file", A_BULLETIN, sniff.AGAIN)
    if raw.startswith(b"%PDF-"):
        return Document(path, "pdf", _checked(path, _pdf(path, raw)))
    if raw.startswith(sniff.ZIP):
        return Document(path, "docx", _checked(path, _docx(path, raw)))
    if raw.startswith(sniff.OLE):
        fix = "open it, save it as .docx without a password, and read that"
        raise sniff.refused(path, "a file of an old Office program, or an encrypted one", A_BULLETIN, fix)
    text, _ = sniff.decoded(path, raw)
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if _is_html(text):
        if "<!entity" in text[:65536].lower():
            raise sniff.entities(path)
        page = _Page()
        page.feed(text)
        page.close()
        return Document(path, "html", _checked(path, page.text()), page.published)
    return Document(path, "txt", _checked(path, text))


def _checked(path: Path, text: str) -> str:
    longest = max(map(len, text.split("\n")), default=0)
    if longest > MAX_LINE:
        raise sniff.refused(
            path,
            f"a line of {longest:,} characters",
            f"lines of at most {MAX_LINE:,}",
            "the line ends are lost: copy the text again",
        )
    return text


# ------------------------------------------------------------------------------------------------------------- web pages

_SKIPPED = {
    "script",
    "style",
    "nav",
    "noscript",
    "iframe",
    "svg",
    "select",
    "button",
    "template",
    "textarea",
    "object",
}
_VOID = {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"}
_BLOCKS = {
    "p", "div", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "table", "tr", "br", "hr", "blockquote", "dd", "dt", "dl", "pre", "header",
    "footer", "main", "aside", "form", "center", "tbody", "thead", "caption", "figcaption", "body", "title",
}  # fmt: skip
_DATES = {"pubdate", "publishdate", "article:published_time", "firstpublishedtime", "others", "date"}


def _is_html(text: str) -> bool:
    head = text[:4096].lstrip().lower()
    return bool(re.match(r"<(?:!doctype|html|head|body|\?xml|!--|meta|div|table|p\b|article|section)", head))


class _Page(HTMLParser):
    """The lines of a page, each with how much of it is links: lists of links are furniture, not text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[str, int]] = []
        self.parts: list[str] = []
        self.linked = 0
        self.skipping = 0
        self.in_link = 0
        self.title = False
        self.published = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.skipping += 1
        elif tag == "a":
            self.in_link += 1
        elif tag == "meta":
            self._date({name: value or "" for name, value in attrs})
        elif tag in ("td", "th"):
            self.parts.append("\t")
        if tag == "title":
            self.title = True
        if tag in _BLOCKS:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif tag == "a":
            self.in_link = max(0, self.in_link - 1)
        if tag == "title":
            self.title = False
            self.parts.clear()
            self.linked = 0
        if tag in _BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        if self.skipping or self.title:
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", data)
        self.parts.append(text)
        if self.in_link:
            self.linked += len(text.strip())

    def _date(self, attrs: dict[str, str]) -> None:
        name = (attrs.get("name") or attrs.get("property") or "").lower()
        found = re.match(r"(20\d\d)[-/年.](\d{1,2})[-/月.](\d{1,2})", attrs.get("content", ""))
        if name in _DATES and found and not self.published:
            self.published = f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"

    def _end(self) -> None:
        line = "".join(self.parts).strip(" ")
        if line.strip():
            self.lines.append((line.strip("\t ") if "\t" not in line.strip() else line.strip(), self.linked))
        self.parts.clear()
        self.linked = 0

    def text(self) -> str:
        """The page's lines without those that are mostly links."""
        self._end()
        kept = [
            line
            for line, linked in self.lines
            if not (linked >= 0.6 * len(line.strip()) and len(line) < 120 and "。" not in line)
        ]
        return "\n".join(kept) + "\n"


# ------------------------------------------------------------------------------------------------------ office, PDF


def _docx(path: Path, raw: bytes) -> str:
    from zipfile import BadZipFile, ZipFile

    try:
        archive = ZipFile(BytesIO(raw))
        names = set(archive.namelist())
    except (BadZipFile, NotImplementedError, OSError, ValueError):
        raise sniff.refused(path, "a damaged archive", A_BULLETIN, sniff.AGAIN) from None
    if "word/document.xml" not in names:
        what = "a workbook" if any(n.startswith("xl/") for n in names) else "an archive (ZIP)"
        fix = (
            "add a table with `yigai add`" if what == "a workbook" else "unpack it and read the files inside"
        )
        raise sniff.refused(path, what, A_BULLETIN, fix)
    for member in archive.infolist():
        if member.file_size > MAX_XML:
            found = "a document that unpacks to far more than it can hold (a zip bomb)"
            raise sniff.refused(
                path, found, f"parts of at most {MAX_XML >> 20} MB", "get the file from its publisher"
            )
    return _paragraphs(path, archive)


def _paragraphs(path: Path, archive: zipfile.ZipFile) -> str:
    """Paragraphs and table rows in their order. Only the body's part is read; styles, links and pictures are not."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    try:
        with archive.open("word/document.xml") as stream:
            whole = stream.read(MAX_XML + 1)
        if len(whole) > MAX_XML:
            raise sniff.refused(
                path,
                "a document that unpacks without end",
                f"at most {MAX_XML >> 20} MB",
                "get the file from its publisher",
            )
        root = fromstring(whole, forbid_dtd=True)
    except DefusedXmlException:
        raise sniff.entities(path) from None
    except (ParseError, OSError, RuntimeError, ValueError, NotImplementedError) as error:
        raise sniff.refused(
            path, f"a damaged or encrypted document ({type(error).__name__})", A_BULLETIN, sniff.AGAIN
        ) from None
    body = root.find(f"{space}body")
    lines: list[str] = []
    for block in body if body is not None else ():
        if block.tag == f"{space}tbl":
            for row in block.iter(f"{space}tr"):
                lines.append(
                    "\t".join(
                        " ".join(_runs(p, space) for p in cell.iter(f"{space}p"))
                        for cell in row.iter(f"{space}tc")
                    )
                )
        else:
            lines += [_runs(p, space) for p in block.iter(f"{space}p")]
    text = "\n".join(lines) + "\n"
    if not text.strip():
        raise sniff.refused(
            path, "a document without text (pictures?)", A_BULLETIN, "recognise the pictures first (OCR)"
        )
    return text


def _runs(paragraph: Any, space: str) -> str:
    parts = []
    for node in paragraph.iter():
        if node.tag == f"{space}t":
            parts.append(node.text or "")
        elif node.tag in (f"{space}tab",):
            parts.append(" ")
        elif node.tag in (f"{space}br", f"{space}cr"):
            parts.append("\n")
    return "".join(parts)


# a PDF has no blanks of its own between Chinese and figures: the distance that a printer sets reads as one
_HAN = "\u4e00-\u9fff，。；：、！？（）《》“”"
_SET_APART = re.compile(f"(?<=[{_HAN}]) +(?=[^ \\n])|(?<=[^ \\n]) +(?=[{_HAN}])")


def _pdf(path: Path, raw: bytes) -> str:
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise sniff.refused(
                path, "an encrypted PDF", "a PDF that opens without a password", "save it without a password"
            )
        if len(reader.pages) > MAX_PAGES:
            raise sniff.refused(
                path, f"{len(reader.pages)} pages", f"at most {MAX_PAGES}", "cut the bulletin out of it"
            )
        text = "\n".join(page.extract_text() for page in reader.pages)
    except DataError:
        raise
    except Exception as error:  # the library raises whatever a broken file makes it stumble over
        raise sniff.refused(
            path, f"a damaged PDF ({type(error).__name__})", A_BULLETIN, sniff.AGAIN
        ) from None
    if len(re.sub(r"\s", "", text)) < 20:
        fix = "recognise the text first (OCR), save it as .txt, and read that"
        raise sniff.refused(path, "a PDF without text (a scan)", "a PDF with a text layer", fix)
    return _SET_APART.sub("", text) + "\n"
