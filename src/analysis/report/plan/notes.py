"""What is kept of each page, for the indexes, its documents and its figures: findings as JSON, packed with gzip.

Findings hold their drawings, so that the notes of a site are three times its size as text and half of it packed. The same note gives
the same bytes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER, ENDING = "pages", ".json.gz"


def name(page: str) -> str:
    """Where the note of a page (``140000/services/zh``) lies in the runner's folder.

    >>> name("140000/services/zh")
    'pages/140000/services/zh.json.gz'
    """
    return f"{FOLDER}/{page}{ENDING}"


def packed(note: Mapping[str, Any]) -> bytes:
    """A note as bytes.

    >>> packed({"a": 1}) == packed({"a": 1}), gzip.decompress(packed({"a": 1}))
    (True, b'{"a": 1}')
    """
    text = json.dumps(note, ensure_ascii=False, sort_keys=True).encode()
    return gzip.compress(text, compresslevel=1, mtime=0)


def read(path: Path) -> dict[str, Any]:
    """The note in a file."""
    return json.loads(gzip.decompress(path.read_bytes()))
