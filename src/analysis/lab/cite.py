"""How the collection, a number, a table and a source are cited: as text, as BibTeX, as RIS. Figures belong to their publishers: they come first.

analysis.cite()            # the collection       analysis.cite("002-002")   # a value by its id
analysis.cite(fact)        # a number             analysis.cite(answer)      # a table, a trend, a rank
analysis.cite("doc-004")   # a source             analysis.cite(finding)     # a figure of a page
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis import catalog, paths, references, tables, words
from analysis.errors import refuse
from analysis.facts import Fact, observed
from analysis.findings import Finding, Shown
from analysis.lab.answers import Answer
from analysis.report.formats import figures
from analysis.report.pages.cite import Cited
from analysis.words import nth, pick

TEXT = words.catalogue(Path(__file__).with_name("lab.toml"))
HOUSE = TEXT.pair("cite.house")
COLLECTION = TEXT.pair("cite.collection")
IN = TEXT.pair("cite.in")


@dataclass(frozen=True)
class Reference:
    """One thing that is cited. authors: who published it; title; year; place: where in it; note: grade and id; address: the publisher's own."""

    key: str
    authors: tuple[str, ...]
    title: str
    year: str
    place: str = ""
    note: str = ""
    address: str = ""


@dataclass(frozen=True)
class Citation:
    """References in one language; shows itself as text."""

    references: tuple[Reference, ...]
    lang: str

    @property
    def text(self) -> str:
        """One line a reference, for a footnote."""
        comma, stop = pick((("，", "。"), (", ", ".")), self.lang)
        return "\n".join(
            comma.join(part for part in (pick(("、".join(r.authors), ", ".join(r.authors)), self.lang), pick((f"《{r.title}》", r.title), self.lang), r.year, r.place, r.note, r.address) if part) + stop
            for r in self.references
        )  # fmt: skip

    @property
    def bibtex(self) -> str:
        """BibTeX entries."""
        made = []
        for r in self.references:
            fields = {"author": " and ".join(f"{{{a}}}" for a in r.authors), "title": r.title, "year": r.year, "howpublished": r.address, "note": "; ".join(p for p in (r.place, r.note) if p)}  # fmt: skip
            made.append(references.bibtex(r.key, fields))
        return "\n\n".join(made)

    @property
    def ris(self) -> str:
        """RIS records."""
        made = []
        for r in self.references:
            fields = [*(("AU", a) for a in r.authors), ("TI", r.title), ("PY", r.year), ("N1", "; ".join(p for p in (r.place, r.note) if p)), ("UR", r.address)]  # fmt: skip
            made.append(references.ris(fields))
        return "\n\n".join(made)

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class OfPage:
    """The citation that a page prints of itself or of one of its figures."""

    cited: Cited

    @property
    def text(self) -> str:
        """One line, for a footnote."""
        return self.cited.text()

    @property
    def bibtex(self) -> str:
        """A BibTeX entry."""
        return self.cited.bibtex()

    @property
    def ris(self) -> str:
        """A RIS record."""
        return self.cited.ris()

    def __repr__(self) -> str:
        return self.text


def _key(*parts: str) -> str:
    return "-".join(re.findall(r"[A-Za-z0-9]+", " ".join(parts))).lower() or "yigai"


def _source(source_id: str, lang: str, place: str = "", note: str = "", mark: str = "") -> Reference:
    s = catalog.source(source_id)
    grade = catalog.term(f"grade_{s.grade}", lang)
    noted = [note, f"{s.id}, {grade}", f"{pick(IN, lang)} {pick(HOUSE, lang)}"]
    year = (s.published or s.period_end or s.read_on)[:4]
    return Reference(_key("yigai", source_id, mark), (s.producer(lang),), s.title(lang), year, place, (pick(("；", "; "), lang)).join(p for p in noted if p), s.url)  # fmt: skip


def _sources(ids: Iterable[str], lang: str) -> tuple[Reference, ...]:
    return tuple(_source(one, lang) for one in dict.fromkeys(ids))


def _number(fact: Fact, lang: str) -> tuple[Reference, ...]:
    i = nth(lang)
    said = f"{fact.label[i]}{'：' if i == 0 else ': '}{fact.text(lang)}"
    if fact.formula:
        said += f"（{fact.formula[i]}）" if i == 0 else f" ({fact.formula[i]})"
    printed = f"“{fact.as_printed}”" if fact.as_printed else ""
    place = " ".join(part for part in (fact.locators[0] if len(fact.locators) == 1 else "", printed) if part)
    return tuple(_source(one, lang, place, said, fact.observations[0]) for one in fact.source_ids)


def _collection(lang: str) -> tuple[Reference, ...]:
    cff = (paths.home() / "CITATION.cff").read_text("utf-8")
    version = re.search(r"^version: (\S+)", cff, re.M)
    i, newest = nth(lang), catalog.newest_date()
    note = f"{('版本', 'version')[i]} {version[1] if version else '?'}{('；数据截至', '; data up to')[i]} {newest}"  # fmt: skip
    return (Reference("yigai", (HOUSE[i],), COLLECTION[i], newest[:4], "", note),)


def cite(thing: object = None, lang: str = "zh") -> Citation | OfPage:
    """The citation of a thing: nothing (the collection), a Fact, an Answer, a Finding, the id of a value or of a source, a list, a page's address.

    Raises MethodError for anything else.
    """
    lang = catalog.language(lang)
    if thing is None:
        return Citation(_collection(lang), lang)
    if isinstance(thing, Fact):
        return Citation(_number(thing, lang), lang)
    if isinstance(thing, Answer):
        return Citation((*_sources(thing.source_ids, lang), *_collection(lang)), lang)
    if isinstance(thing, Finding | Shown):
        finding = thing.finding if isinstance(thing, Shown) else thing
        i, found = nth(lang), finding.facts().values()
        title = finding.headline.text(lang)
        own = Reference(_key("yigai", finding.section), (HOUSE[i],), title, catalog.newest_date()[:4], COLLECTION[i])  # fmt: skip
        return Citation((own, *_sources((s for fact in found for s in fact.source_ids), lang)), lang)
    if isinstance(thing, list | tuple) and thing:
        each = [cite(one, lang) for one in thing]
        return Citation(tuple(r for one in each if isinstance(one, Citation) for r in one.references), lang)
    if isinstance(thing, str) and ".html" in thing:
        return OfPage(figures.citation(thing))
    if isinstance(thing, str) and thing in catalog.sources():
        return Citation((_source(thing, lang),), lang)
    if isinstance(thing, str):
        with tables.unrecorded():
            rows = tables.rows_by_id("observations", "observation_id", [thing])
        if len(rows):
            return Citation(_number(observed(rows.iloc[0]), lang), lang)
    raise refuse("cite", repr(thing)[:80], "nothing, a Fact, an Answer, a Finding, or the id of a value or a source", "search(...) lists ids")  # fmt: skip
