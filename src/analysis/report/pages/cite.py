"""How a page, a figure or a number is cited: as text, as BibTeX and as RIS.

A citation names the state of the page, not the day on which it was made: the day as of which it speaks (that of a dated issue),
the version of its code and the hash of the rows it read. Two pages with the same citation hold the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from analysis import catalog, references
from analysis.report.pages import render
from analysis.words import pick


@dataclass(frozen=True)
class Cited:
    """What is cited: a page, and in it a figure or a number where ``part`` and ``anchor`` are not empty.

    title: place and subject. as_of: the day as of which it speaks, empty for all that is known. year: of the newest source
    shown, for forms that ask for one. address: from the site's root.
    """

    lang: str
    title: str
    period: str
    as_of: str
    year: str
    code_version: str
    reads_hash: str
    address: str
    part: str = ""
    anchor: str = ""
    publishers: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Which state of the page this is."""
        w = render.words(self.lang)
        parts = [f"{w['as_of_cut']} {self.as_of}"] if self.as_of else []
        parts += [f"{w['code_version']} {self.code_version}"] if self.code_version else []
        parts += [f"{w['selections']} sha256 {self.reads_hash}"] if self.reads_hash else []
        return w["semicolon"].join(parts)

    @property
    def link(self) -> str:
        """The address with its anchor."""
        return f"{self.address}#{self.anchor}" if self.anchor else self.address

    def text(self) -> str:
        """In one line, for a footnote."""
        w = render.words(self.lang)
        parts = [w["site"], self.title, self.part, self.period, self.state]
        if self.publishers:
            join = pick(("、", ", "), self.lang)
            parts.append(w["data_from"].format(who=join.join(self.publishers)))
        sentences = (
            part[0].upper() + part[1:] for part in parts if part
        )  # words for no date begin a sentence here
        return w["stop"].join((*sentences, self.link))

    def bibtex(self) -> str:
        """As a BibTeX entry."""
        w = render.words(self.lang)
        stem = re.sub(r"\.(en\.)?html$", "", self.address)
        key = "-".join(re.findall(r"\w+", f"yigai {stem} {self.anchor} {self.reads_hash[:8]}"))
        fields = {
            "author": f"{{{w['site']}}}",
            "title": self._whole,
            "year": self.year,
            "howpublished": self.link,
            "note": self.state,
            "language": pick(("chinese", "english"), self.lang),
        }
        return references.bibtex(key, fields)

    def ris(self) -> str:
        """As a RIS record."""
        w = render.words(self.lang)
        fields = (
            ("AU", w["site"]),
            ("TI", self._whole),
            ("PY", self.year),
            ("LA", self.lang),
            ("N1", self.state),
            ("UR", self.link),
        )
        return references.ris(fields)

    @property
    def _whole(self) -> str:
        w = render.words(self.lang)
        return w["colon"].join(part for part in (self.title, self.part) if part)


def year_of(source_ids: Iterable[str], as_of: str) -> str:
    """The year that a citation bears: of the cut, else of the newest day among the sources; empty when none has one."""
    sources = [catalog.source(one) for one in source_ids]
    days = [day for s in sources for day in (s.published, s.read_on) if day]
    return (as_of or max(days, default=""))[:4]


def publishers(source_ids: Iterable[str], lang: str) -> tuple[str, ...]:
    """Producers of sources, each once, in order."""
    sources = [catalog.source(one) for one in source_ids]
    return tuple(dict.fromkeys(s.producer(lang) or s.producer_zh for s in sources))


def figures(views: Iterable[dict], cited: Cited) -> None:
    """Give each figure that a page shows its citation, as ``cite`` (views as ``render.finding_view`` gives them)."""
    for view in views:
        if view["kind"] == "figure":
            who = publishers(view["source_ids"], cited.lang)
            part = replace(cited, part=view["headline_text"], anchor=view["id"], publishers=who)
            view["cite"] = part.text()


def of_page(view: Mapping, as_of: str, source_ids: Iterable[str]) -> Cited:
    """The citation of a page from its view (see ``page.page_view``)."""
    ids = list(source_ids)
    subject = view.get("theme_title") or render.words(view["lang"])["briefing"]
    return Cited(
        view["lang"],
        f"{view['place']}{render.words(view['lang'])['colon']}{subject}",
        view["period"],
        as_of,
        year_of(ids, as_of),
        view["code_version"],
        view["reads_hash"],
        f"{view['region'].code}/{view['here']}",
    )
