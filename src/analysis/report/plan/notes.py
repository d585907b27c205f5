"""What is kept of each page, for the indexes, its documents and its figures: findings as JSON, packed with gzip.

Findings hold their drawings, so that the notes of a site are three times its size as text and half of it packed. The same note gives
the same bytes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

FOLDER, ENDING = "pages", ".json.gz"


@dataclass(frozen=True)
class Note:
    """What is kept of one page. entry: what the page was told (place, language, date, code version ...). path: where it stands.

    blocks: the page's text cells and findings (by their section) in the notebook's order. findings: each as its MIME bundle has it.
    """

    entry: Mapping[str, Any]
    path: str
    blocks: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()


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
    content = {one.name: getattr(note, one.name) for one in fields(Note)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    return gzip.compress(text, compresslevel=1, mtime=0)


def read(path: Path) -> Note:
    """The note in a file. Raises OSError and EOFError where there is none that is whole, ValueError for what is no note."""
    content = json.loads(gzip.decompress(path.read_bytes()))
    if not isinstance(content, dict) or content.keys() != {one.name for one in fields(Note)}:
        raise ValueError(f"{path}: not what is kept of a page")
    return Note(content["entry"], content["path"], tuple(content["blocks"]), tuple(content["findings"]))
