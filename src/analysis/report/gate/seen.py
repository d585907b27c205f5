"""What a page shows, as the gate reads it back: its tables, its figures, and its numbers with the words around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

STOP = re.compile(r"[。！？]|[.!?](?=\s+[A-Z])")  # where a sentence ends


@dataclass
class Table:
    """A data table: caption, header cells, row heads, cells (text, class), and the raw values of its numbers."""

    caption: str = ""
    headers: list[dict] = field(default_factory=list)
    rows: int = 0
    row_heads: int = 0
    values: list[str] = field(default_factory=list)
    classes: str = ""
    scroller: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Figure:
    """A figure: its id, what it holds, and the text that its drawings print."""

    id: str = ""
    caption: str = ""
    csv: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    folded: bool = False
    images: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Around:
    """What a reader sees with a number: the running text it stands in (pieces, and which is the number's first), the head of its
    row, the heads and the caption of its table with its own column among them, the caption of its figure."""

    pieces: list[str]
    at: int
    row: list[str]
    table: Table | None
    column: int
    figure: Figure | None

    def texts(self) -> list[str]:
        """The sentence, then the heads and captions; read only once the page is."""
        heads = self.table.headers if self.table else []
        head = heads[self.column]["text"] if 0 <= self.column < len(heads) else ""
        captions = [one.caption for one in (self.table, self.figure) if one is not None]
        return [self._sentence(), " ".join(self.row), head, *captions]

    def _sentence(self) -> str:
        start, whole = len("".join(self.pieces[: self.at])), "".join(self.pieces)
        ends = [0, *(found.end() for found in STOP.finditer(whole)), len(whole) + 1]
        n = next(i for i, end in enumerate(ends[1:]) if start < end)
        return whole[ends[n] : ends[n + 1]]


@dataclass
class Number:
    """A printed number: fact id (empty in a cell that shares its column's record), raw value, text, whether it stands in a table;
    where it leads (its own link, else that of its column's head), the record it opens, and the ids of what it stands in."""

    fact: str
    value: str
    text: str
    in_table: bool
    href: str = ""
    opens: str = ""
    column: str = ""
    within: tuple[str, ...] = ()
    around: Around | None = None
