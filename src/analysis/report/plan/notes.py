"""What is kept of each page, for the indexes, its documents and its figures: findings as JSON, packed with gzip.

Findings hold their drawings, so that the notes of a site are three times its size as text and half of it packed. The same note gives
the same bytes.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import DataError
from analysis.report.plan.promises import Entry
from analysis.told import Block, Told

FOLDER, ENDING = "pages", ".json.gz"


@dataclass(frozen=True)
class Note:
    """What is kept of one page. entry: what the page was told (place, language, date, code version ...). path: where it stands.

    blocks: the page's text cells and findings in the notebook's order.
    """

    entry: Entry
    path: str
    blocks: tuple[Block, ...] = ()

    @property
    def findings(self) -> tuple[Told, ...]:
        """What the page's findings say, in order."""
        return tuple(block.finding for block in self.blocks if block.finding)


def name(page: str) -> str:
    """Where the note of a page (``140000/services/zh``) lies in the runner's folder.

    >>> name("140000/services/zh")
    'pages/140000/services/zh.json.gz'
    """
    return f"{FOLDER}/{page}{ENDING}"


def packed(note: Note) -> bytes:
    """A note as bytes.

    >>> entry = Entry("140000", "services", "zh", 1, "01_services.ipynb", "services", "region", {}, {})
    >>> gzip.decompress(packed(Note(entry, "a.html")))[:34]
    b'{"blocks": [], "entry": {"code_ver'
    """
    content = {
        "entry": note.entry.to_json(),
        "path": note.path,
        "blocks": [
            {"finding": one.finding.section} if one.finding else {"text": one.text} for one in note.blocks
        ],
        "findings": [finding.to_json() for finding in note.findings],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    return gzip.compress(text, compresslevel=1, mtime=0)


def read(path: Path) -> Note:
    """The note in a file. Raises OSError and EOFError where there is none that is whole, ValueError for what is no note."""
    try:
        content = json.loads(gzip.decompress(path.read_bytes()))
    except (zlib.error, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from error
    if not isinstance(content, dict) or content.keys() != {"entry", "path", "blocks", "findings"}:
        raise ValueError(f"{path}: not what is kept of a page")
    try:
        entry = Entry.of(content["entry"])
        found = {one.section: one for one in map(Told.of, content["findings"])}
        blocks = [
            Block(one.get("text", ""), found[one["finding"]] if "finding" in one else None)
            for one in content["blocks"]
        ]
    except (DataError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: not what is kept of a page ({error})") from error
    return Note(entry, content["path"], tuple(blocks))
