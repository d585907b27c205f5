"""The small blocks that documents are made of, and the text cells of a notebook (Markdown) as such blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from analysis.words import pick


@dataclass(frozen=True)
class Run:
    """A stretch of text. fact: id of the number it is (its record stands in the document). style: strong, emphasis, code, mark or none."""

    text: str
    fact: str = ""
    style: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the document's title."""

    level: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """kind: question, lead, say, body, sub, note, withheld or code."""

    runs: Runs
    kind: str = "body"


@dataclass(frozen=True)
class Bullets:
    """A list, one item a line."""

    items: tuple[Runs, ...]
    ordered: bool


@dataclass(frozen=True)
class Head:
    """The head of a table's column."""

    label: str
    unit: str = ""
    left: bool = False

    def after(self, lang: str) -> str:
        """What follows the label: its unit in brackets, as a table of statistics prints it; nothing where it has none.

        >>> Head("省数", "个").after("zh"), Head("Provinces", "number").after("en")
        ('（个）', ' (number)')
        """
        return pick(("（{}）", " ({})"), lang).format(self.unit) if self.unit else ""


@dataclass(frozen=True)
class Spark:
    """A row's small drawing: svg, empty where the row has none, and what it shows."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Grid:
    """A table. marked: positions of the rows of the page's own place. sparks: a small drawing for each row, after its first cell."""

    caption: Runs
    columns: tuple[Head, ...]
    rows: tuple[tuple[Run, ...], ...]
    marked: frozenset[int] = frozenset()
    sparks: tuple[Spark, ...] = ()

    def weights(self, lang: str) -> list[float]:
        """How wide each column is relative to the others: by its longest cell and by its head, between a number and a phrase."""
        found = []
        for n, head in enumerate(self.columns):
            longest = max((width(row[n].text) for row in self.rows), default=0.0)
            asked = max(two_lines(head.label), width(head.after(lang).strip()))
            found.append(min(max(longest, asked, 3.5) + EDGES, 26.0))
        return found

    def heads(self, lang: str) -> list[tuple[str, str, bool]]:
        """Each column's label, its unit in brackets, and whether the unit begins a line of its own: where both do not fit beside each
        other, a unit that begins on the label's line would be cut by a character."""
        pairs = [(head.label, head.after(lang)) for head in self.columns]
        return [
            (a, b, bool(b) and width(a + b) > w - EDGES)
            for (a, b), w in zip(pairs, self.weights(lang), strict=True)
        ]


EDGES = 1.8  # of a cell, in characters

Piece = Heading | Paragraph | Bullets | Grid


def text(runs: Iterable[Run]) -> str:
    """Runs as plain text, without the marks of sources."""
    return "".join(run.text for run in runs if run.style != "mark")


def width(said: str) -> float:
    """Length in characters of Latin text; a Han character takes two.

    >>> width("医师"), width("abc")
    (4.0, 3.0)
    """
    return float(sum(1 + (ord(char) > 0x2E7F) for char in said))


def two_lines(said: str) -> float:
    """The least width in which words stand in two lines, broken where a typesetter may break them.

    >>> two_lines("Provinces (number)"), two_lines("医疗卫生机构")
    (9.0, 6.0)
    """
    breaks = [
        n
        for n in range(1, len(said))
        if said[n - 1] == " "
        or (max(said[n - 1], said[n]) > "\u2e7f" and said[n] not in _ENDS and said[n - 1] not in _STARTS)
    ]
    return min((max(width(said[:n].rstrip()), width(said[n:])) for n in breaks), default=width(said))


_ENDS, _STARTS = "，。、；：？！）》”’", "（《“‘"  # what no line begins with, and what none ends with


@cache
def _reader() -> Any:
    import mistune

    return mistune.create_markdown(renderer="ast", plugins=["table"])


def blocks(markdown: str) -> list[Piece]:
    """A text cell as blocks. HTML and pictures become their text, as on the page.

    >>> blocks("A **b**")
    [Paragraph(runs=(Run(text='A ', fact='', style=''), Run(text='b', fact='', style='strong')), kind='body')]
    """
    found: list[Piece] = []
    for token in _reader()(markdown):
        found += _block(token)
    return found


def _block(token: Mapping[str, Any]) -> list[Piece]:
    kind = token["type"]
    if kind == "heading":
        return [Heading(min(max(token["attrs"]["level"], 3), 4), _runs(token["children"]))]
    if kind in ("paragraph", "block_text"):
        return [Paragraph(_runs(token["children"]))]
    if kind == "list":
        items = tuple(
            _runs([part for child in item["children"] for part in child.get("children", ())])
            for item in token["children"]
        )
        return [Bullets(items, bool(token["attrs"].get("ordered")))]
    if kind == "table":
        return [_table(token)]
    if kind == "block_code":
        return [Paragraph((Run(token["raw"].rstrip("\n"), style="code"),), "code")]
    if kind == "block_quote":
        return [piece for child in token["children"] for piece in _block(child)]
    return []


def _table(token: Mapping[str, Any]) -> Grid:
    head, *bodies = token["children"]
    columns = tuple(Head(text(_runs(cell["children"])), "", True) for cell in head["children"])
    rows = tuple(
        tuple(Run(text(_runs(cell["children"]))) for cell in row["children"])
        for body in bodies
        for row in body["children"]
    )
    return Grid((), columns, rows)


def _runs(tokens: Iterable[Mapping[str, Any]], style: str = "") -> Runs:
    found: list[Run] = []
    for token in tokens:
        kind = token["type"]
        if kind in ("softbreak", "linebreak"):
            found.append(Run(" ", style=style))
        elif kind in ("strong", "emphasis"):
            found += _runs(token["children"], kind)
        elif kind == "codespan":
            found.append(Run(token["raw"], style="code"))
        elif "children" in token:
            found += _runs(token["children"], style)
        elif token.get("raw"):
            found.append(Run(token["raw"], style=style))
    return tuple(found)
