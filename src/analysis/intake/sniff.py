"""What a file is, by its content: the ending of a name is a habit, the bytes are the file.

Nothing is parsed here beyond signatures and the directory of a zip archive, so a hostile file costs no more than a look.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.errors import DataError, Problem

MAX_BYTES = 150 * 2**20
MAX_UNPACKED = 1 << 30
MAX_LINE = 8 * 2**20
MANIFEST = 2**20  # how much of a manifest is read: an encrypted member is named in its first lines
RATIO = 250  # a real sheet packs 5 to 60 times; a bomb a thousand times
PACKED_FREE = 2 * 2**20  # what may unpack at any ratio: small and harmless
XLSX, XLS, XLSB, ODS, HTML, TEXT = "xlsx", "xls", "xlsb", "ods", "html", "text"
WORKBOOKS = (XLSX, XLS, XLSB, ODS)
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
AGAIN = "download or copy the file again"
AS_XLSX = "open it in a spreadsheet program and save it as .xlsx, then add that file"

# first bytes -> what to call the file, and what to do about it
FOREIGN = (
    (
        b"%PDF-",
        "a PDF",
        "copy its table into a spreadsheet and add that; a bulletin as PDF goes to `yigai code`",
    ),
    (b"{\\rtf", "a rich text document (RTF)", "copy its table into a spreadsheet and add that"),
    (b"\x89PNG", "a picture (PNG)", "type the figures into a form: `yigai template panel`"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "type the figures into a form: `yigai template panel`"),
    (b"Rar!", "an archive (RAR)", "unpack it and add the files inside"),
    (b"7z\xbc\xaf", "an archive (7z)", "unpack it and add the files inside"),
    (b"\x1f\x8b", "a packed file (gzip)", "unpack it and add the file inside"),
    (b"PAR1", "a Parquet table", "write it out as CSV UTF-8"),
    (
        b"HDF\r\n\x1a\n",
        "a CAJ or HDF document",
        "open it in its reader and copy the table into a spreadsheet",
    ),
    (b"CAJ", "a CAJ document", "open it in CAJViewer and copy the table into a spreadsheet"),
)


@dataclass(frozen=True)
class Sniffed:
    """What a file is: ``kind`` of WORKBOOKS, HTML or TEXT; ``encoding`` and ``text`` for the two that are text."""

    path: Path
    kind: str
    encoding: str = ""
    text: str = ""

    @property
    def says(self) -> str:
        """The file's kind in words, with what its ending pretends when that differs."""
        names = {XLSX: "XLSX workbook", XLS: "XLS workbook", XLSB: "XLSB workbook", ODS: "ODS workbook"}
        name = names.get(self.kind, f"{'HTML page' if self.kind == HTML else 'text table'}, {self.encoding}")
        ending = self.path.suffix.lower().lstrip(".")
        usual = {HTML: ("html", "htm"), TEXT: ("csv", "txt", "tsv", "tab")}.get(self.kind, (self.kind,))
        return name if ending in usual else f"{name} (named .{ending})"


def refused(path: Path, found: str, expected: str, fix: str) -> DataError:
    """A DataError about the file as a whole."""
    return DataError(Problem(paths.relative(path), found, expected, fix))


def sniff(path: Path) -> Sniffed:
    """The kind of a file. Raises DataError naming the cause for all that cannot be read as a table: missing, empty, too large,
    encrypted, cut off, an archive, a picture, a PDF, another program's format, text in no known encoding.
    """
    table = "a table: CSV, XLS, XLSX, XLSB, ODS or a web page with one"
    if path.is_dir():
        raise refused(path, "a folder", table, "add its files one by one")
    if path.is_symlink() and not path.exists():
        raise refused(
            path, "a link to a file that is not there", table, "put the file itself here, or delete the link"
        )
    if path.exists() and not path.is_file():
        raise refused(path, "a pipe or a device, no file", table, "put a file here")
    if not path.is_file():
        raise refused(path, "no such file", table, "check the name")
    size = path.stat().st_size
    if size > MAX_BYTES:
        fix = "split it, by year say, and add the parts"
        raise refused(path, f"{size / 2**20:,.0f} MB", f"at most {MAX_BYTES // 2**20} MB", fix)
    raw = path.read_bytes()
    if not raw.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise refused(path, "an empty file", "a heading row and at least one row of figures", AGAIN)
    for start, what, fix in FOREIGN:
        if raw.startswith(start):
            raise refused(path, what, table, fix)
    if raw.startswith(OLE):
        return Sniffed(path, _ole(path, raw))
    if raw.startswith(b"PK"):
        return Sniffed(path, _zip(path))
    if raw[:2] in (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00") and b"\x00" in raw[:64]:
        raise refused(path, "a workbook of Excel 2 to 4", table, AS_XLSX)
    text, encoding = decoded(path, raw)
    return Sniffed(path, _of_text(path, text), encoding, text)


# ------------------------------------------------------------------------------------------------------------- workbooks


def _ole(path: Path, raw: bytes) -> str:
    """XLS, or the reason why a compound file is none (its directory names its streams in UTF-16)."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in raw

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise _encrypted(path)
    if holds("WordDocument"):
        raise refused(
            path, "a Word document (.doc)", "a table", "copy its table into a spreadsheet and add that"
        )
    if holds("PowerPoint Document"):
        raise refused(path, "a PowerPoint file", "a table", "copy its table into a spreadsheet and add that")
    if not (holds("Workbook") or holds("Book")):
        raise refused(path, "a compound file without a workbook", "a whole workbook", AGAIN)
    return XLS


def _zip(path: Path) -> str:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            _no_password(path, archive, names)
            kind = _zip_kind(path, names)
            if sum(m.file_size for m in members) > MAX_UNPACKED or len(members) > 5_000:
                raise _bomb(path)
            _unpacks_as_stated(path, archive, members)
            _no_entities(path, archive, names)
    except (
        BadZipFile,
        EOFError,
        OSError,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        # ValueError: a name inside that says UTF-8 and is none
        raise refused(path, f"a damaged workbook ({error})", "a whole workbook", AGAIN) from None
    return kind


def _no_password(path: Path, archive: zipfile.ZipFile, names: set[str]) -> None:
    """An ODS with a password names the keys of its members in its manifest, or holds one packed member and nothing else."""
    listed = "META-INF/manifest.xml"
    with archive.open(listed) if listed in names else nullcontext(io.BytesIO()) as manifest:
        if "encrypted-package" in names or b"encryption-data" in manifest.read(MANIFEST):
            raise _encrypted(path)


def _encrypted(path: Path) -> DataError:
    fix = "open it with its password, save it without one, and add that file"
    return refused(path, "an encrypted workbook", "a workbook that opens without a password", fix)


def _zip_kind(path: Path, names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return XLSX
    if "xl/workbook.bin" in names:
        return XLSB
    if "word/document.xml" in names:
        fix = "copy its table into a spreadsheet and add that; a bulletin goes to `yigai code`"
        raise refused(path, "a Word document (.docx)", "a table", fix)
    if "ppt/presentation.xml" in names:
        raise refused(path, "a PowerPoint file", "a table", "copy its table into a spreadsheet and add that")
    if "content.xml" in names and "mimetype" in names:
        return ODS
    if "Index/Document.iwa" in names:
        raise refused(path, "a Numbers document", "a table", "export it as .xlsx and add that file")
    if any(name.startswith("xl/") for name in names):
        raise refused(path, "a damaged workbook (its list of sheets is missing)", "a whole workbook", AGAIN)
    raise refused(path, "an archive (ZIP)", "a table", "unpack it and add the files inside")


def _bomb(path: Path) -> DataError:
    return refused(
        path,
        "a workbook that unpacks to far more than it can hold (a zip bomb)",
        f"at most {MAX_UNPACKED >> 20} MB unpacked, at most {RATIO} times its size",
        "do not open it; get the file from its publisher",
    )


def _unpacks_as_stated(path: Path, archive: zipfile.ZipFile, members: list) -> None:
    """Unpack each large member piece by piece and stop at what its own entry states: a directory can lie about sizes."""
    for member in members:
        if member.flag_bits & 0x1:
            raise _encrypted(path)
        packed, stated = member.compress_size, member.file_size
        if packed * 1032 <= PACKED_FREE:  # what deflate can make of it at most
            continue
        if stated > max(RATIO * packed, PACKED_FREE):
            raise _bomb(path)
        seen = 0
        with archive.open(member) as opened:
            stream: Any = opened
            stream._left = MAX_UNPACKED  # the reader would stop at the stated size and hide the rest
            stream._expected_crc = None
            while block := stream.read(1 << 20):
                seen += len(block)
                if seen > stated:
                    raise _bomb(path)


def _no_entities(path: Path, archive: zipfile.ZipFile, names: set[str]) -> None:
    for name in names:
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as stream:
                head = stream.read(4096)
            if b"<!ENTITY" in head or b"<!DOCTYPE" in head:
                raise entities(path)


def entities(path: Path) -> DataError:
    """The refusal of a file that declares entities: no spreadsheet program writes them, and they can grow without limit."""
    fix = "do not open it; get the file from its publisher"
    return refused(path, "declarations of entities (a billion laughs)", "a file without them", fix)


# ------------------------------------------------------------------------------------------------------------------ text

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SHOWN = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "gb18030": "GBK", "utf-16": "UTF-16", "big5": "Big5"}


def decoded(path: Path, raw: bytes) -> tuple[str, str]:
    """(text, name of the encoding): a byte order mark, else UTF-8, else GB18030 when what comes out is everyday Chinese, else
    the best guess of charset-normalizer. Raises DataError when none fits, naming the line of the first bad byte.
    """
    for mark, encoding in BOMS:
        if raw.startswith(mark):
            return _strict(path, raw, encoding), SHOWN.get(encoding, encoding.upper())
    if _is_utf16(raw):
        encoding = "utf-16-le" if raw[1::2][:200].count(0) > raw[0::2][:200].count(0) else "utf-16-be"
        return _strict(path, raw, encoding), "UTF-16"
    if b"\x00" in raw[:4096]:
        raise refused(path, "binary data", "a table as text or as a workbook", AGAIN)
    declared = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{3,12})", raw[:4096], re.I)
    try:
        return raw.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        bad = error
    try:
        text = raw.decode("gb18030")
        if everyday(text) or (declared and declared[1].lower().startswith(b"gb")):
            return text, "GBK"
    except UnicodeDecodeError as error:
        bad = max(bad, error, key=lambda e: e.start)
    from charset_normalizer import from_bytes

    best = from_bytes(raw[: 1 << 20]).best()
    found = best.encoding if best else ""
    if found.startswith(("big5", "cp950", "shift_jis", "euc", "johab", "hz", "cp1252", "latin", "iso8859")):
        try:
            return raw.decode(found), SHOWN.get(found, found)
        except UnicodeDecodeError:
            pass
    line = raw[: bad.start].count(b"\n") + 1
    found = f"bytes that are neither UTF-8 nor GBK (GB18030), the first in line {line}"
    raise refused(
        path, found, "one encoding through the whole file", "save the file as CSV UTF-8, or " + AGAIN
    )


def _strict(path: Path, raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"bytes that are not {SHOWN.get(encoding, encoding)}, which its first bytes announce, in line {line}"
        raise refused(path, found, "one encoding through the whole file", AGAIN) from None


def _is_utf16(raw: bytes) -> bool:
    head = raw[:400]
    return len(head) >= 8 and max(head[0::2].count(0), head[1::2].count(0)) > 0.3 * len(head) / 2


def everyday(text: str) -> bool:
    """Whether nine in ten of the characters beyond ASCII stand in GB 2312: bytes of another encoding read as GBK seldom do."""
    beyond = [c for c in text[: 1 << 18] if c > "\x7f"]
    common = sum(bool(c.encode("gb2312", "ignore")) for c in beyond)
    return bool(beyond) and common >= 0.9 * len(beyond)


def _of_text(path: Path, text: str) -> str:
    head = text[:65536].lstrip("\ufeff \t\r\n")
    low = head[:65536].lower()
    if "<!entity" in low:
        raise entities(path)
    if low.startswith("mime-version:") or "content-type: multipart/related" in low[:2000]:
        raise refused(path, "a web archive (MHTML)", "a table", AS_XLSX)
    if "urn:schemas-microsoft-com:office:spreadsheet" in low and low.startswith("<?xml"):
        raise refused(path, "an XML workbook of Excel 2003", "a table", AS_XLSX)
    if re.match(
        r"(<!--.*?-->\s*)*(<\?xml[^>]*\?>\s*)?(<!doctype html|<html|<head|<body|<table|<meta|<div)", low, re.S
    ):
        return HTML
    if low.startswith("<?xml") or re.match(r"[\[{]\s*[\"\[{]", low):
        what = "an XML file" if low.startswith("<") else "a JSON file"
        raise refused(path, what, "a table", "write it out as CSV UTF-8, or export the table as .xlsx")
    longest = max(map(len, text.splitlines()), default=0) if len(text) > MAX_LINE else 0
    if longest > MAX_LINE:
        found = f"a line of {longest:,} characters"
        raise refused(path, found, f"lines of at most {MAX_LINE:,}", "the line ends are lost: " + AGAIN)
    return TEXT
