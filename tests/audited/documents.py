"""Word and PDF beside a page: every paragraph and every row of a table with a number stands on the page so, every number of the page's
sentences and tables stands in them, and each record says of its fact what facts.json holds.

Texts are compared without blanks and in their compatibility forms undone (a PDF's ⼭ is 山). A PDF's own words are the page's; footers apart.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from audited.programs import ENDINGS
from audited.reader import Reader
from audited.told import Told
from audited.whole import DRAWN, HIDDEN

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KIND = "document"
CITED = re.compile(r"\[\d+(?:[,–-]\d+)*\]")
DIGIT = re.compile(r"\d")
UNIT = re.compile(r"\s?[（(]([^（）()]*)[）)]$")
CAPTION = re.compile(r"^(?:Figure|Table|图|表)\d*")


def squeezed(text: str) -> str:
    """A text as it is compared: no blanks, no soft hyphens, one form for each sign, no numbers of sources."""
    plain = unicodedata.normalize("NFKC", text).replace("\u00ad", "").replace("\u200b", "").replace("−", "-")
    return CITED.sub("", re.sub(r"\s", "", plain))


@dataclass
class Word:
    """A Word document: its paragraphs outside tables with their styles, the rows of its tables."""

    paragraphs: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def read_word(file: Path) -> Word:
    """The text of a DOCX file, as an XML reader finds it."""
    with zipfile.ZipFile(file) as packed:
        body = ET.fromstring(packed.read("word/document.xml")).find(f"{W}body")
    found = Word()
    for block in body if body is not None else ():
        if block.tag == f"{W}p":
            style = block.find(f"{W}pPr/{W}pStyle")
            name = style.get(f"{W}val", "") if style is not None else ""
            found.paragraphs.append((name, "".join(_said(block))))
        elif block.tag == f"{W}tbl":
            for row in block.iter(f"{W}tr"):
                found.rows.append(["".join(_said(cell)) for cell in row.iter(f"{W}tc")])
    return found


def _said(block: ET.Element) -> Iterator[str]:
    for node in block.iter():
        if node.tag == f"{W}t":
            yield node.text or ""
        elif node.tag in (f"{W}tab", f"{W}br"):
            yield " "


def read_pdf(file: Path) -> str:
    """The text of a PDF in reading order, its pages' feet left out."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(file).pages)


def page_text(file: Path) -> str:
    """What a page says, its drawings and scripts left out."""
    text = DRAWN.sub(" ", HIDDEN.sub(" ", file.read_text("utf-8")))
    return entities.unescape(re.sub(r"<[^>]*>", "", text))


TOKEN = re.compile(r"\d+(?:[,.]\d+)*")
RECORD = re.compile(r"\s{2,}")


def tokens(text: str) -> set[str]:
    """The numbers of a text as they are printed."""
    return set(TOKEN.findall(unicodedata.normalize("NFKC", text)))


def audit_documents(told: Told, folder: Path, page: str, facts: dict[str, dict]) -> None:
    """The Word and PDF files of one page in each language. page: its name without ending; facts: those that its records are of."""
    for lang, end in ENDINGS.items():
        tail = end.removesuffix(".html")
        word, pdf, html = (folder / f"{page}{tail}{form}" for form in (".docx", ".pdf", ".html"))
        if not html.is_file() or not (word.is_file() or pdf.is_file()):
            continue
        said, whole = page_text(html), tokens(entities.unescape(re.sub(r"<[^>]*>", " ", HIDDEN.sub(" ", html.read_text("utf-8")))))  # fmt: skip
        read = read_word(word) if word.is_file() else None
        if read:
            _word(told, f"{folder.name}/{word.name}", read, squeezed(said), tokens(said), facts, lang)
            text = squeezed("".join(t for _, t in read.paragraphs) + "".join("".join(r) for r in read.rows))
            _whole(told, f"{folder.name}/{word.name}", html, text)
        if pdf.is_file():
            content = read_pdf(pdf)
            _whole(told, f"{folder.name}/{pdf.name}", html, squeezed(content))
            known = whole | {str(n) for n in range(1, 200)}
            if read:
                _pdf(told, f"{folder.name}/{pdf.name}", read, squeezed(content))
                known |= {t for _, one in read.paragraphs for t in tokens(one)}
            others = {t for t in tokens(content) - known if not _joined(t, known)}
            told.check(
                KIND, f"{folder.name}/{pdf.name}", not others, f"numbers of no page: {sorted(others)[:8]}"
            )


def _word(
    told: Told, where: str, read: Word, said: str, known: set[str], facts: dict[str, dict], lang: str
) -> None:
    """Each paragraph and row with a number, as on the page; each record, as in facts.json."""
    records = {(f["text"][lang], f["label"][lang]): f for f in facts.values()}
    named = {squeezed(f["text"][lang] + f["label"][lang]) for f in facts.values()}
    held = {t for f in facts.values() for v in _texts(f) for t in tokens(v)} | known
    for _, text in read.paragraphs:
        if not DIGIT.search(text):
            continue
        if CAPTION.sub("", squeezed(text)) in said:
            told.seen[KIND] += 1
            continue
        parts = RECORD.split(text)
        if len(parts) >= 3 and facts:
            found = records.get((parts[0], parts[1]))
            told.check(KIND, where, found is not None, f"record of no fact: {text[:80]!r}")
            if found:
                _record(told, where, parts[2], found, named, held)
            continue
        others = tokens(CITED.sub("", text)) - known
        told.check(KIND, where, not others, f"{sorted(others)} in {text[:90]!r} stand on no page")
    for row in read.rows:
        if any(DIGIT.search(cell) for cell in row):
            heads = [
                UNIT.sub(r"\1", cell) for cell in row
            ]  # a document's heads have their unit in brackets, a page's beside them
            there = any("".join(map(squeezed, cells)) in said for cells in (row, heads))
            told.check(KIND, where, there, f"row of no page: {row[:6]}")


def _texts(fact: object) -> Iterator[str]:
    """Every text in a fact."""
    if isinstance(fact, dict):
        for value in fact.values():
            yield from _texts(value)
    elif isinstance(fact, str):
        yield fact


def _record(told: Told, where: str, text: str, fact: dict, named: set[str], held: set[str]) -> None:
    """A record's inputs are facts as they are printed, its string as printed is the fact's own."""
    for part in text.split(" · "):
        word, _, rest = part.partition(" ")
        if word in ("由", "From"):
            for one in re.split("；|; ", rest):
                told.check(
                    KIND,
                    where,
                    squeezed(one) in named or not DIGIT.search(one),
                    f"made from no fact: {one!r}",
                )
        elif word == "公布原值" or part.startswith("As printed"):
            own = squeezed(fact.get("as_printed", ""))
            told.check(KIND, where, bool(own) and own in squeezed(part), f"{part!r}, facts.json {own!r}")
        elif word in ("算法", "How"):
            told.check(KIND, where, tokens(part) <= held, f"{part!r} has a number of no fact")


def _joined(token: str, known: set[str]) -> bool:
    """Whether a number of a PDF is two that stand side by side in a drawing."""
    ways = [(token[:k], token[k:]) for k in range(1, len(token))]
    return any({one, other.lstrip(".")} <= known for one, other in ways)


def _whole(told: Told, where: str, html: Path, text: str) -> None:
    """Every number that the page prints of a fact in its sentences stands in the document too, with its qualifier."""
    body = re.split(r'\sid="?records"?[ >]', HIDDEN.sub("", html.read_text("utf-8")))[0]
    if html.name.startswith("index"):  # a briefing of two pages: its sentences and its table
        body = re.split(r'\sid="?figures"?[ >]', body)[0]
    for number in {squeezed(text) for fact, _, text in Reader(body).numbers if fact}:
        told.check(KIND, where, number in text, f"without {number!r} of the page")


def _pdf(told: Told, where: str, read: Word, content: str) -> None:
    """What Word says with a number, the PDF says too; a page's turn may stand inside it."""
    for text in [*(t for _, t in read.paragraphs), *("".join(row) for row in read.rows)]:
        if CAPTION.sub("", squeezed(text)) in content:
            told.seen[KIND] += 1
            continue
        for part in re.split(r"\s{2,}| · |(?<=。)|；|; ", text):
            short = CAPTION.sub("", squeezed(part))
            if DIGIT.search(short) and short not in content:
                k = next((n for n in range(len(short), 0, -1) if short[:n] in content), 0)
                told.check(KIND, where, k > 0 and short[k:] in content, f"without {part[:90]!r}")
