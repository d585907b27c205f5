"""A finished page, read back as a reader's browser would: what the gate's static checks look at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

from analysis.report.gate import steps
from analysis.report.gate.seen import Around, Figure, Number, Table
from analysis.report.plan.unswept import unswept

VOID = {"meta", "link", "br", "hr", "img", "input", "path", "use", "wbr", "col", "source"}
UNSEEN = {"style", "script", "title", "template"}
DIGIT = re.compile(r"\d")
# parts of a page whose digits are no finding: records and sources, notes on method, codes, the words of a notebook's text cells
UNCOUNTED = {"rec", "colrec", "src", "cite", "note", "text", "e", "entry", "plain", "chip", "leg"}
# start tags that end an open element of a kind (its end tag may be left out), not beyond an element of the other
CELLS, TERMS = {"td", "th"}, {"dt", "dd"}
ENDING = {
    **dict.fromkeys(CELLS, (CELLS, {"tr", "table"})),
    "tr": ({"tr"}, {"table"}),
    **dict.fromkeys(TERMS, (TERMS, {"dl"})),
    "li": ({"li"}, {"ul", "ol"}),
}
# tags between which running text is one: a sentence ends where one of them begins or ends
BLOCKS = {
    *(
        "p",
        "li",
        "td",
        "th",
        "dd",
        "dt",
        "caption",
        "figcaption",
        "summary",
        "div",
        "section",
        "article",
        "main",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "ul", "ol", "dl", "figure", "details", "svg"),
}
# tags whose whole text is one thing to look at
READ_WHOLE = {"h1", "h2", "h3", "h4", "h5", "h6", "title", "caption", "figcaption", "data", "th", "small"}


AT = " at"  # no name that an attribute can have
HELD = "data-v"  # a cell that is a number holds its value, without one where it is the number as printed
LOADS = frozenset({"src", "srcset", "action", "data"})
# tags that say something of the page as a whole, that lead or load whatever they say, and those of tables
WHOLE = frozenset({"html", "meta", "body", "main"})
LEADING = frozenset({"link", "script", "iframe", "object", "embed", "button", "a"})
TABULAR = frozenset({"table", "tr", "th", "td"})


class Page(HTMLParser):
    """One page: attributes below are filled by reading it once."""

    def __init__(self, name: str, html: str):
        super().__init__(convert_charrefs=True)
        self.name, self.html = name, html
        self.lang = self.title = self.body = ""
        self.meta: dict[str, str] = {}
        self.headings: list[tuple[int, str]] = []
        self.h1_main = ""
        self.ids: list[str] = []
        self.shapes: set[str] = (
            set()
        )  # ids of paths that a drawing uses again: labels of another length leave other paths
        self.links: list[tuple[str, Mapping[str, str]]] = []
        self.references: list[str] = []
        self.images: list[str] = []
        self.figures: list[Figure] = []
        self.tables: list[Table] = []
        self.numbers: list[Number] = []
        self.texts: list[tuple[str, str, bool]] = []  # (text, language, inside a drawing)
        self.plain: list[str] = []  # text outside <code> and drawings
        self.bare: list[str] = []  # digits in running text that nothing marks as a number, a year or a name
        self.mains = 0
        self._stack: list[tuple[str, Mapping[str, str], str]] = []
        self._open: defaultdict[str, int] = defaultdict(int)
        self._hidden = 0
        self._column = -1
        self._running: list[str] = []  # running text since the last border between blocks
        self._row: list[str] = []
        self._buffers: list[tuple[int, list[str]]] = []
        if not self._plain_read(html):
            self._from_the_start(html)

    @property
    def region(self) -> str:
        return self.meta.get("yigai-region", "")

    @property
    def theme(self) -> str:
        return self.meta.get("yigai-theme", "")

    @cached_property
    def short_lang(self) -> str:
        return "en" if self.name.endswith(".en.html") else "zh"

    def _inside(self, *tags: str) -> bool:
        held = self._open
        for tag in tags:
            if held[tag]:
                return True
        return False

    def _from_the_start(self, html: str) -> None:
        """Read with the standard parser, which understands whatever a browser does."""
        self.feed(html)
        self.close()

    def _plain_read(self, html: str) -> bool:
        """Read a page whose tags are written in the one plain way; False, and nothing read, where one is not.

        The same calls as the standard parser makes, in a fifth of its time.
        """
        found = steps.steps(html)
        if found is None:
            return False
        for kind, tag, held, text in found:
            if kind == "text":
                self.handle_data(text)
            elif kind == "end":
                self.handle_endtag(tag)
            else:
                self._begins(tag, held)
                if kind == "empty" and tag not in VOID:
                    self.handle_endtag(tag)
        return True

    def updatepos(self, i: int, j: int) -> int:
        """Lines are not counted: nothing here reports a position."""
        return j

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._begins(tag, {k: v or "" for k, v in attrs})

    def _begins(self, tag: str, a: Mapping[str, str]) -> None:
        if tag in ENDING:
            self._end_open(*ENDING[tag])
        if tag in BLOCKS:
            self._running = []
        lang = a.get("lang") or (self._stack[-1][2] if self._stack else "")
        if tag in WHOLE:
            self._head(tag, a)
        if "id" in a:
            self.ids.append(a["id"])
            if tag == "path":
                self.shapes.add(a["id"])
        if tag in LEADING or not LOADS.isdisjoint(a):
            self._refers(tag, a)
        if tag == "img" or a.get("role") == "img":
            text = a.get("alt", "") if tag == "img" else a.get("aria-label", "")
            self.images.append(text)
            if self.figures and self._inside("figure"):
                self.figures[-1].images.append(text)
        if tag == "figure":
            self.figures.append(Figure(a.get("id", "")))
        if tag in TABULAR:
            self._tabular(tag, a)
        if tag in VOID:
            return
        number = tag == "data" or (tag == "td" and HELD in a)
        if number:
            a = {**a, AT: str(len(self._running))}
        self._stack.append((tag, a, lang))
        self._open[tag] += 1
        self._hidden += tag in UNSEEN
        if number or tag in READ_WHOLE:
            self._buffers.append((len(self._stack), []))

    def _end_open(self, kind: Collection[str], inside: Collection[str]) -> None:
        for tag, _, _ in reversed(self._stack):
            if tag in inside:
                return
            if tag in kind:
                return self.handle_endtag(tag)

    def _head(self, tag: str, a: Mapping[str, str]) -> None:
        """What the page says of itself as a whole."""
        if tag == "html":
            self.lang = a.get("lang", "")
        elif tag == "meta":
            self.meta[a.get("name") or a.get("http-equiv", "").lower()] = a.get("content", "")
        elif tag == "body":
            self.body = a.get("class", "")
        elif tag == "main":
            self.mains += 1

    def _refers(self, tag: str, a: Mapping[str, str]) -> None:
        """What the tag loads or leads to."""
        if tag != "data" and not LOADS.isdisjoint(a):
            self.references += [a[key] for key in ("src", "srcset", "action", "data") if key in a]
        if tag in ("link", "script", "iframe", "object", "embed"):
            self.references.append(a.get("href") or a.get("src") or tag)
        if tag == "button" and "popovertarget" in a:  # opens a record of this page: as good as a link to it
            self.links.append((f"#{a['popovertarget']}", a))
        if tag == "a" and "href" in a:
            self.links.append((a["href"], a))
            if self.tables and self.tables[-1].headers and self._inside("thead"):
                self.tables[-1].headers[-1].setdefault("leads", a["href"])
            if self.figures and self._inside("figure") and a["href"].endswith(".csv"):
                self.figures[-1].csv.append(a["href"])

    def _tabular(self, tag: str, a: Mapping[str, str]) -> None:
        """Tables, their heads and rows."""
        if tag == "table":
            scroller: Mapping[str, str] = next((x for t, x, _ in reversed(self._stack) if t == "div"), {})
            self.tables.append(Table(classes=a.get("class", ""), scroller=scroller))
            if self.figures and self._inside("figure"):
                self.figures[-1].tables.append(self.tables[-1])
                self.figures[-1].folded = self._inside("details")
        if tag == "tr":
            self._column, self._row = -1, []
        elif tag in ("th", "td"):
            self._column += 1
        if tag == "th" and self.tables:
            if self._inside("thead"):
                self.tables[-1].headers.append({**a, "text": ""})
            else:
                self.tables[-1].row_heads += a.get("scope") == "row"
        elif tag == "tr" and self.tables and not self._inside("thead"):
            self.tables[-1].rows += 1

    def handle_data(self, text: str) -> None:
        for _, buffer in self._buffers:
            buffer.append(text)
        if self._hidden:
            return
        self._running.append(text)
        if not text.strip():
            return
        held = self._open
        if held["th"]:
            self._row.append(text)
        drawn = held["svg"] > 0
        self.texts.append((text, self._stack[-1][2] if self._stack else "", drawn))
        if drawn:
            if self.figures and held["figure"]:
                self.figures[-1].drawn.append(text)
        elif not (held["code"] or held["pre"]):
            self.plain.append(text)
            if held["main"] and DIGIT.search(text) and not self._marked():
                self.bare.append(" ".join(text.split()))

    def _marked(self) -> bool:
        """Whether digits here are a number with its record, a year, a name, or stand in a table, a record or a note."""
        if self._inside("data", "table", "button", "h1", "h2", "summary"):
            return True
        return any(
            "data-plain" in a
            or (tag == "a" and "href" in a)
            or not UNCOUNTED.isdisjoint(a.get("class", "").split())
            for tag, a, _ in self._stack
        )

    def handle_endtag(self, tag: str) -> None:
        if not self._open[tag]:
            return
        while self._stack:
            top, attrs, _ = self._stack[-1]
            if self._buffers and self._buffers[-1][0] == len(self._stack):
                self._closed(top, attrs, " ".join("".join(self._buffers.pop()[1]).split()))
            self._stack.pop()
            self._open[top] -= 1
            self._hidden -= top in UNSEEN
            if top == tag:
                break
        if tag in BLOCKS:  # after what it held was read: a cell that is a number has its words around it
            self._running = []

    def _closed(self, tag: str, attrs: Mapping[str, str], text: str) -> None:
        if tag == "title" and not self._inside("svg"):
            self.title = text
        elif tag == "small" and self._inside("h1"):
            self.h1_main = "".join(self._buffers[-1][1]).strip() if self._buffers else ""
            self.h1_main = (
                self.h1_main[: len(self.h1_main) - len(text)].strip()
                if self.h1_main.endswith(text)
                else self.h1_main
            )
        elif tag[0] == "h" and tag[1:].isdigit():
            self.headings.append((int(tag[1]), text))
        elif tag == "caption" and self.tables:
            self.tables[-1].caption = text
        elif tag == "figcaption" and self.figures:
            self.figures[-1].caption = text
        elif tag == "th" and self.tables and self._inside("thead") and self.tables[-1].headers:
            self.tables[-1].headers[-1]["text"] = text
        elif AT in attrs:
            value = attrs.get("value") if tag == "data" else attrs[HELD] or text
            in_table = self._inside("table")
            heads = self.tables[-1].headers if in_table and self.tables else []
            column = heads[self._column].get("leads", "") if 0 <= self._column < len(heads) else ""
            held = [a for _, a, _ in self._stack]
            opens = next((a["popovertarget"] for a in reversed(held) if "popovertarget" in a), "")
            self.numbers.append(
                Number(
                    attrs.get("data-fact", "") or opens.removeprefix("r-"),
                    value or "",
                    text,
                    in_table,
                    next((a["href"] for a in reversed(held) if "href" in a), ""),
                    opens,
                    column,
                    tuple(a["id"] for a in held if "id" in a),
                    Around(
                        self._running,
                        int(attrs[AT]),
                        self._row,
                        self.tables[-1] if in_table and self.tables else None,
                        self._column,
                        self.figures[-1] if self.figures and self._inside("figure") else None,
                    ),
                )
            )
            if in_table and self.tables and not any("said" in a.get("class", "").split() for a in held):
                self.tables[-1].values.append(value or "")


def names(folder: Path) -> list[str]:
    """Names of the HTML pages below a folder; hidden folders are the runner's own, dated issues are sites of their own."""
    found = sorted(path.relative_to(folder) for path in folder.rglob("*.html") if path.is_file())
    return [
        name.as_posix()
        for name in found
        if name.parts[0] != "issues" and not any(part.startswith(".") for part in name.parts)
    ]


@dataclass(frozen=True)
class Folder:
    """A site's files: a folder, over it one with files that are to be published (``over``), less names that are to go (``gone``)."""

    base: Path
    over: Path | None = None
    gone: frozenset[str] = frozenset()

    def path(self, name: str) -> Path:
        """Where a file stands; a path without a file when there is none."""
        new = None if self.over is None else self.over / name
        return new if new is not None and (name in self.gone or new.is_file()) else self.base / name

    def names(self) -> list[str]:
        """Names of the pages, as they will be."""
        new = names(self.over) if self.over is not None and self.over.is_dir() else []
        return sorted({*names(self.base), *new} - self.gone)

    @unswept()
    def read(self, only: Iterable[str] | None = None) -> list[Page]:
        """The pages, by name; ``only``: these alone."""
        wanted = self.names() if only is None else sorted(only)
        return [Page(name, self.path(name).read_text(encoding="utf-8", errors="replace")) for name in wanted]
