"""What is kept of each page, for the indexes, its documents and its figures: findings as JSON, packed with gzip.

Findings hold their drawings, so that the notes of a site are three times its size as text and half of it packed. The same note gives
the same bytes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import DataError
from analysis.told import Block, Told

FOLDER, ENDING = "pages", ".json.gz"


@dataclass(frozen=True)
class Note:
    """What is kept of one page. entry: what the page was told (place, language, date, code version ...). path: where it stands.

    blocks: the page's text cells and findings in the notebook's order.
    """

    entry: Mapping[str, Any]
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

    >>> gzip.decompress(packed(Note({"lang": "zh"}, "a.html")))
    b'{"blocks": [], "entry": {"lang": "zh"}, "findings": [], "path": "a.html"}'
    """
    content = {
        "entry": dict(note.entry),
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
    content = json.loads(gzip.decompress(path.read_bytes()))
    if not isinstance(content, dict) or content.keys() != {"entry", "path", "blocks", "findings"}:
        raise ValueError(f"{path}: not what is kept of a page")
    try:
        found = {one.section: one for one in map(Told.of, content["findings"])}
        blocks = [
            Block(one.get("text", ""), found[one["finding"]] if "finding" in one else None)
            for one in content["blocks"]
        ]
    except (DataError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: not what is kept of a page ({error})") from error
    return Note(content["entry"], content["path"], tuple(blocks))
