"""A page of the site as a reader meets it: its numbers with their sentences, its tables, links, places to link to, and records."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

HELD = ("thead", "th", "caption", "figcaption", "script", "style")
INLINE = (
    "data",
    "a",
    "b",
    "strong",
    "em",
    "i",
    "span",
    "button",
    "abbr",
    "small",
    "sub",
    "sup",
    "code",
    "wbr",
    "time",
    "cite",
    "q",
)
SENTENCE = re.compile(r"[。！？]|[.!?](?=\s+[A-Z])")


@cache
def wordings() -> dict[str, dict[str, list[str]]]:
    """Other words that say a qualifier, as words.toml declares them."""
    declared = tomllib.loads((Path(__file__).parents[2] / "data" / "words.toml").read_text("utf-8"))
    found: dict[str, dict[str, list[str]]] = {"zh": {}, "en": {}}
    for entry in declared["qualifiers"].values():
        for lang, held in found.items():
            held[entry["printed"][lang]] = [said[lang] for key, said in entry.items() if key != "printed"]
    return found


def unsaid(qualifier: str, around: str, lang: str) -> list[str]:
    """The parts of a qualifier that the words around a number do not say."""
    seen, known = around.casefold(), wordings()[lang]
    parts = re.split("；|; ", qualifier)
    return [p for p in parts if not any(w.casefold() in seen for w in (p, *known.get(p, ())))]


class Reader(HTMLParser):
    """A page's numbers, (fact, value, text), and the text of its records by fact."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.numbers: list[tuple[str, str, str]] = []
        self.records: dict[str, str] = {}
        self.region = ""
        # what a reader sees with each number: its sentence, its row's head, its column's head, the captions above
        self.around: list[str] = []
        # numbers in tables: (anchor of the column's record, texts of the row's cells, id of the row, value, text)
        self.table: list[tuple[str, list[str], str, str, str]] = []
        self._texts: list[str] = []
        self._text, self._heads, self._row, self._caption, self._column = "", [], "", "", -1
        self._anchors: list[str] = []
        self._row_id = ""
        self._within: list[str] = []
        self._starts: list[int] = []
        self._wait: list[tuple[int, int, str]] = []  # (number, where it starts, heads and caption)
        self._open: list[tuple[str, str, list[str]]] = []
        self._record, self._depth = "", 0
        self._opens, self._cell = "", False  # the record that a button opens; inside a cell that is a number
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self._ends(tag)
        self._border(tag)
        if tag in ("td", "th", "tr", "tbody", "table"):
            self._close_head()
        if tag == "a" and self._anchors and "thead" in self._within:
            self._anchors[-1] = a.get("href", "").lstrip("#")
        if tag in HELD:
            self._within.append(tag)
        self._begins(tag, a)
        if tag == "meta" and a.get("name") == "yigai-region":
            self.region = a["content"]
        if tag == "button":
            self._opens = a.get("popovertarget", "").removeprefix("r-")
        if tag == "data":
            self._starts.append(len(self._text))
            self._open.append((a.get("data-fact", self._opens), a.get("value", ""), []))
        if tag == "div":
            if a.get("class") == "rec":
                self._record, self._depth = a["id"].removeprefix("r-"), 0
                self.records[self._record] = ""
            elif self._record:
                self._depth += 1

    def _begins(self, tag, a):
        """Where a table, a row or a cell begins."""
        if tag == "table":
            self._heads, self._anchors, self._caption = [], [], ""
        elif tag == "tr":
            self._row, self._column, self._row_id, self._texts = "", -1, a.get("id", ""), []
        elif tag in ("th", "td"):
            self._column += 1
            self._texts.append("")
            if tag == "th" and "thead" in self._within:
                self._heads.append("")
                self._anchors.append("")
            if (
                tag == "td" and "data-v" in a
            ):  # a cell that is a number: its value, or none where that is what is printed
                self._starts.append(len(self._text))
                self._cell = True
                self._open.append((a.get("data-fact", ""), a["data-v"] or "", []))

    def _ends(self, tag):
        """A cell that is a number ends where the next cell or row begins, or the rows end."""
        if self._cell and tag in ("td", "th", "tr", "tbody", "table"):
            self._cell = False
            self._number(cell=True)

    def _number(self, cell=False):
        fact, value, parts = self._open.pop()
        text = "".join(parts).strip()
        value = value or text if cell else value
        self.numbers.append((fact, value, text))
        self.around.append("")
        if 0 <= self._column < len(self._anchors) and "thead" not in self._within:
            at = self._anchors[self._column]
            self.table.append((at, self._texts, self._row_id, value, text))
        head = self._heads[self._column] if 0 <= self._column < len(self._heads) else ""
        self._wait.append(
            (len(self.around) - 1, self._starts.pop(), " | ".join((head, self._row, self._caption)))
        )

    def handle_endtag(self, tag):
        self._ends(tag)
        if tag == "data" and self._open:
            self._number()
        if tag == "button":
            self._opens = ""
        self._border(tag)
        if tag in ("tbody", "table"):
            self._close_head()
            self._row, self._heads, self._anchors, self._texts = "", [], [], []
        if tag in self._within:
            while self._within.pop() != tag:
                pass
        if tag == "div" and self._record:
            if not self._depth:
                self._record = ""
            self._depth -= 1

    def _close_head(self):
        """A head's end tag may be left away: the next cell, row or the table's end closes it."""
        if "th" in self._within:
            while self._within.pop() != "th":
                pass

    def _border(self, tag):
        """Where a block begins or ends, the numbers since the last border get their sentence."""
        if tag not in INLINE:
            for n, start, beside in self._wait:
                before = [m.end() for m in SENTENCE.finditer(self._text) if m.end() <= start]
                after = [m.end() for m in SENTENCE.finditer(self._text) if m.end() > start]
                self.around[n] = (
                    self._text[before[-1] if before else 0 : after[0] if after else None] + " | " + beside
                )
            self._text, self._wait = "", []

    def handle_data(self, text):
        if "script" in self._within or "style" in self._within:
            return
        self._text += text
        if self._texts:
            self._texts[-1] += text
        if "thead" in self._within and "th" in self._within and self._heads:
            self._heads[-1] += text
        elif "th" in self._within:
            self._row += text
        if "caption" in self._within or "figcaption" in self._within:
            self._caption += text
        for _, _, parts in self._open:
            parts.append(text)
        if self._record:
            self.records[self._record] += text
