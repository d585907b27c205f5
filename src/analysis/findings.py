"""The one interface between a notebook and a report: a finding, displayed once.

Its MIME bundle carries ``application/vnd.yigai.finding+json`` (sentences as segments, facts, tables, drawings, states, reads);
JupyterLab shows the same as HTML with a picture. ``report/page`` builds the page from that JSON alone.

Longer than 400 lines because a finding, its tables and their JSON are one contract, written and read back here.
"""

from __future__ import annotations

import base64
import html
import numbers
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Protocol

import pandas as pd

from analysis import catalog, cells, editions, tables, tidy, told
from analysis.cells import Cell
from analysis.errors import refuse
from analysis.facts import Fact, State, Text, derived, number_text, remembered
from analysis.sentences import LANGS, Phrase, Sentence, name
from analysis.words import common, nth, pick

MIME = told.MIME
_YEAR = re.compile(r"(?:19|20)\d\d")
VALUES = ("value", "value_low", "value_high")
IN_CELL = (
    "observation_id",
    "region_code",
    "institution_id",
    "indicator",
    "period_start",
    "period_end",
    "period_basis",
    *VALUES,
    "unit",
    "quantifier",
    "as_printed",
    "qualifier",
    "status",
    "damaged",
    "source_id",
    "locator",
    "source_grade",
    "edition",
    "revises",
)  # columns of `observations` that a cell is made from
NONE = told.Cell("–", kind="state")  # an empty cell
FORMULAS = 3  # that a column names; more are in facts.json, cell by cell
RENDER = "YIGAI_RENDER"  # "page": the runner wants SVG drawings only; JupyterLab's picture would cost half a report


@dataclass(frozen=True)
class Column:
    """One column of a printed table, with the record that all its cells share (a cell's row completes the locator).

    key: column of the frame. style: name, text, year, code, state, or a style of Fact. formula, source_ids, indicator: the record.
    """

    key: str
    label: Text
    style: str = "text"
    unit: Text = ("", "")
    base_unit: str = ""
    decimals: int | None = None
    step: float = 1.0
    signed: bool = False
    formula: Text | None = None
    source_ids: tuple[str, ...] = ()
    indicator: str = ""

    @property
    def numeric(self) -> bool:
        return self.style not in ("name", "text", "year", "code", "state")

    def __post_init__(self) -> None:
        if self.numeric and not self.source_ids:
            raise refuse(
                f"column {self.key!r}",
                "numbers without a source",
                "source_ids of the rows behind them",
                "pass source_ids=, e.g. facts.provenance(rows).source_ids",
            )

    def tell(self, lang: str) -> told.Column:
        """In one language."""
        record = None
        if self.numeric:
            label = dict(zip(LANGS, self.label, strict=True))
            formula = None if self.formula is None else dict(zip(LANGS, self.formula, strict=True))
            record = told.Shared(label, formula, self.source_ids, self.indicator)
        side = "right" if self.numeric or self.style == "year" else "left"
        i = nth(lang)
        return told.Column(self.key, self.label[i], self.unit[i], side, self.style, record)


@dataclass(frozen=True)
class Table:
    """A printed table: one row as its caption says. Cells are raw values, formatted here, Facts, or Phrases (words with Facts).

    frame: any DataFrame that has the columns' keys (a column named ``<key>_en`` replaces text cells in English pages).
    highlight: positions of the region's rows.
    """

    id: str
    caption: Text
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    highlight: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        missing = [column.key for column in self.columns if column.key not in self.frame.columns]
        if missing:
            raise refuse(
                f"table {self.id!r}",
                f"no column {', '.join(missing)}",
                f"columns of {list(self.frame.columns)}",
                "fix the column's key",
            )

    def _cell(self, column: Column, value: Any, lang: str) -> told.Cell:
        if isinstance(value, Fact):
            return told.Cell(value.text(lang), value.value, value.id, "number")
        if isinstance(value, Phrase):
            if not value:
                return NONE
            return told.Cell(value.text(lang), kind="said", segments=value.say(lang))
        if value is None or value is pd.NA or value != value or value == "":
            return NONE
        if not column.numeric:
            return told.Cell(str(value), kind=column.style)
        text = number_text(
            float(value),
            column.style,
            lang,
            unit="" if column.unit[0] else column.base_unit,
            decimals=column.decimals,
            step=column.step,
            signed=column.signed,
        )
        return told.Cell(text, float(value), kind="number")

    def facts(self) -> Iterable[Fact]:
        """Facts that stand in cells."""
        for column in self.columns:
            if self.frame[column.key].dtype == object:
                for value in self.frame[column.key]:
                    yield from (
                        [value]
                        if isinstance(value, Fact)
                        else value.facts
                        if isinstance(value, Phrase)
                        else ()
                    )

    def lines(self, about: Iterable[str] = ()) -> list[tidy.Line]:
        """Every printed cell as a line of the tidy form; an empty region code means the page's own place.

        about: what else is said of the table, in English (subtitle, headline): a period that no row, column or caption names stands there.
        """
        stated = next((years for text in (self.caption[1], *about) if (years := _YEAR.findall(text))), [])
        naming = [c for c in self.columns if c.style in tidy.LABELS] or [self.columns[0]]
        columns = [c for c in self.columns if c not in naming] or [self.columns[0]]
        found = []
        for number, (at, row) in enumerate(
            zip(self.frame.index, self.frame.to_dict("records"), strict=True), 1
        ):
            zh = [self._text(c, row, "zh") for c in naming]
            label = (
                " · ".join(filter(None, zh)),
                " · ".join(filter(None, (self._text(c, row, "en") for c in naming))),
            )
            code = tidy.place_of(row, zh, at)
            years = [
                y for c in naming if c.style == "year" and _YEAR.fullmatch(y := self._text(c, row, "zh"))
            ]
            for column in columns:
                line = self._line(column, row, label, code, years, stated)
                found += [replace(line, number=number)] if line else []
        return found

    def _described(self, column: Column) -> Column:
        """The column with how its cells were computed: no computed cell stands in a column that says it quotes what was published."""
        if column.formula or not column.numeric:
            return column
        held = [value for value in self.frame[column.key] if isinstance(value, Fact)]
        computed = list(dict.fromkeys(fact.formula for fact in held if fact.formula))
        if not computed:
            return column
        if len(computed) > FORMULAS:
            return replace(column, formula=common().pair("columns.each"))
        if any(fact.formula is None for fact in held):
            computed.append(common().pair("columns.else"))
        glue = common().pair("pages.semicolon")
        zh, en = (glue[i].join(pair[i] for pair in computed) for i in range(len(LANGS)))
        return replace(column, formula=(zh, en))

    def _text(self, column: Column, row: Mapping[str, Any], lang: str) -> str:
        other = pick((None, row.get(f"{column.key}_en")), lang)
        value = row[column.key] if other is None else other
        if isinstance(value, Phrase):
            return value.text(lang)
        return "" if value is None or value is pd.NA or value != value else str(value)

    def _line(
        self,
        column: Column,
        row: Mapping[str, Any],
        label: Text,
        code: str,
        years: list[str],
        stated: list[str],
    ) -> tidy.Line | None:
        value = row[column.key]
        if isinstance(value, Fact):
            line = tidy.of_fact(value, code, label, column.key, column.label, column.unit, row)
            held = _known(value.observations)
            later = max((cell.edition for cell in held), default="")
            return replace(
                _in_english(line, held),
                edition=later,
                period=line.period if any(line.period) else _span(years or stated),
            )
        if value is None or value is pd.NA or value != value or value == "":
            return tidy.Line(code, label, column.key, column.label, ("–", "–")) if column.numeric else None
        if not column.numeric:
            said = (self._text(column, row, "zh"), self._text(column, row, "en"))
            return tidy.Line(code, label, column.key, column.label, said)
        texts = (self._cell(column, value, "zh").text, self._cell(column, value, "en").text)
        years = years or _YEAR.findall(column.label[1]) or stated or tidy.years_of(column.source_ids)
        counted = column.style == "number" and isinstance(value, numbers.Integral)
        unit = column.unit if column.unit[0] else (column.base_unit, "")
        line = tidy.Line(
            code,
            label,
            column.key,
            column.label,
            texts,
            tidy.unit_of("count" if counted else column.style, unit, row, column.label, label),
            float(value),
            quantifier="exact",
            period=_span(years),
            sources=column.source_ids,
        )
        return _in_english(line, [])

    def tell(self, lang: str, about: Iterable[str] = ()) -> told.Table:
        """The table with formatted cells, and its raw rows for the CSV (first row: keys). about: see ``lines``."""
        shown = [
            f"{c.key}_en" if lang == "en" and not c.numeric and f"{c.key}_en" in self.frame.columns else c.key
            for c in self.columns
        ]
        series = [self.frame[key].tolist() for key in shown]
        rows = [
            tuple([self._cell(column, value, lang) for column, value in zip(self.columns, line, strict=True)])
            for line in zip(*series, strict=True)
        ]
        return told.Table(
            id=self.id,
            caption=pick(self.caption, lang),
            columns=tuple(self._described(column).tell(lang) for column in self.columns),
            rows=tuple(rows),
            highlight=tuple(int(i) for i in self.highlight),
            csv=[list(tidy.HEADER), *(line.cells() for line in self.lines(about))],
        )


def _in_english(line: tidy.Line, held: list[Cell]) -> tidy.Line:
    """The line with its unit in English where only the indicators of its cells tell what is counted (张: beds or invoices)."""
    zh, en = line.unit
    if not any("\u4e00" <= letter <= "\u9fff" for letter in en):
        return line
    return replace(line, unit=(zh, tidy.in_english(zh, {cell.indicator for cell in held})))


def _span(years: list[str]) -> tuple[str, str]:
    """First and last day of some years; empty without any."""
    return (f"{min(years)}-01-01", f"{max(years)}-12-31") if years else ("", "")


class Png(bytes):
    """The bytes of a picture, shown as one in JupyterLab; ``Path("x.png").write_bytes(...)`` keeps it."""

    def __repr__(self) -> str:
        return f"Png({len(self):,} bytes)"

    def _repr_png_(self) -> bytes:
        return bytes(self)


class Drawn(Protocol):
    """A figure that a finding shows, as the charts give it."""

    def svg(self, width: str = ...) -> str:
        """Inline SVG, "wide" or "narrow"."""
        ...

    def png(self, headline: str = ..., subtitle: str = ..., note: str = ...) -> bytes:
        """A picture that stands alone."""
        ...


@dataclass(frozen=True)
class Finding:
    """One answer with everything a page needs to print it honestly.

    section: id, unique in the notebook and the same in both languages. headline states the finding, subtitle what is plotted.
    drawing: an object with ``svg(width)`` and ``png(headline, subtitle, note)`` (analysis.charts). alt: place, quantity, year,
    comparison, one extreme. states: what is not known here. strip: also stands on the region's briefing, below its figures.
    peers: codes of the regions that the page compares with, named in its header. comparison: it shows
    other places alone, and says so. opens: a figure that may stand in the page's first window; False when its rows make it too
    tall, decided by what is shown and never by its words, so that both languages open with the same figure. once: the same under
    every place's name, so it stands on the nation's page alone; a place's page has its headline, what it says of the place, its
    brief sentences and the tables named in own (ids), and leads there. Raises MethodError when a drawing has no alt text or no table.
    """

    section: str
    headline: Sentence
    subtitle: Sentence | None = None
    sentences: tuple[Sentence, ...] = ()
    note: Sentence | None = None
    drawing: Drawn | None = None
    tables: tuple[Table, ...] = ()
    alt: Sentence | None = None
    states: tuple[State, ...] = ()
    more_facts: tuple[Fact, ...] = ()
    strip: bool = False
    peers: tuple[str, ...] = ()
    comparison: bool = False
    opens: bool = True
    once: bool = False
    own: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.drawing is not None and (self.alt is None or not self.tables):
            raise refuse(
                f"finding {self.section!r}",
                "a drawing without alt text or data table",
                "both",
                "pass alt= and tables=",
            )

    @property
    def kind(self) -> str:
        if self.drawing is not None:
            return "figure"
        return "table" if self.tables else "states" if self.states and not self.sentences else "statement"

    def facts(self) -> dict[str, Fact]:
        """Every Fact of the finding and its inputs, by id."""
        said = [
            s for s in (self.headline, self.subtitle, *self.sentences, self.note, self.alt) if s is not None
        ]
        found: dict[str, Fact] = {}
        for fact in [
            *(f for s in said for f in s.facts),
            *(f for t in self.tables for f in t.facts()),
            *self.more_facts,
        ]:
            for one in fact.with_inputs():
                found.setdefault(one.id, one)
        return found

    def regions(self, facts: Mapping[str, Fact] | None = None) -> tuple[str, ...]:
        """Codes of the places of the rows behind what the finding prints, sorted. facts: its ``facts``, where they are at hand."""
        held = self.facts() if facts is None else facts
        return tuple(sorted({code for fact in held.values() for code in fact.regions}))

    def json(self, lang: str) -> dict[str, Any]:
        """The payload of the MIME type, in one language: what ``tell`` gives, as JSON."""
        return self.tell(lang).to_json()

    def tell(self, lang: str) -> told.Told:
        """What it says in one language: ``place`` and ``as_of`` as the notebook's first cell took them, ``regions`` from the rows,
        ``elsewhere`` whether the figure itself stands on the nation's page."""
        if self.once and tables.place() not in ("", catalog.NATION):
            return replace(self._in_brief().tell(lang), elsewhere=True)
        i = nth(lang)
        facts = self.facts()
        drawings = (
            {}
            if self.drawing is None
            else {width: self._drawing(lang).svg(width) for width in ("wide", "narrow")}
        )
        about = [said.text("en") for said in (self.subtitle, self.headline) if said and self.tables]
        records, held = _recorded(facts)
        return told.Told(
            section=self.section,
            kind=self.kind,
            lang=lang,
            strip=self.strip,
            place=tables.place(),
            as_of=tables.as_of(),
            regions=self.regions(facts),
            comparison=self.comparison,
            opens=self.opens,
            peers=tuple(self.peers),
            headline=self.headline.say(lang),
            subtitle=self.subtitle.say(lang) if self.subtitle else (),
            sentences=tuple(
                told.Said(s.id, s.say(lang), s.brief, s.failed is not None) for s in self.sentences
            ),
            note=self.note.say(lang) if self.note else (),
            facts=records,
            cells=held,
            tables=tuple(table.tell(lang, about) for table in self.tables),
            alt=self.alt.text(lang) if self.alt else "",
            drawings=drawings,
            states=tuple(
                told.Gap(s.code, (s.title[i],), (s.settle[i],) if s.settle[i] else ()) for s in self.states
            ),
            editions=_editions(lang),
            reads=tuple(tables.reads()),
        )

    def _in_brief(self) -> Finding:
        """What a place's page keeps of a finding that stands on the nation's."""
        alone = (tables.place(),)
        own = tuple(s for s in self.sentences if s.brief or any(fact.regions == alone for fact in s.facts))
        return replace(
            self,
            subtitle=None,
            sentences=own,
            note=None,
            drawing=None,
            tables=tuple(table for table in self.tables if table.id in self.own),
            alt=None,
            more_facts=(),
            once=False,
        )

    def _drawing(self, lang: str) -> Any:
        return pick(self.drawing, lang) if isinstance(self.drawing, tuple) else self.drawing

    def show(self, lang: str = "zh") -> Shown:
        """What a notebook cell ends with: ``finding.show(lang)``."""
        return Shown(self, catalog.language(lang))

    def __repr__(self) -> str:
        return f"Finding({self.section!r}: {self.headline.text('en')})"

    def _repr_html_(self) -> str:
        """In JupyterLab, where a cell ends in the finding itself; a page needs ``show(lang)``."""
        return self.show().html()

    def png(self, lang: str = "zh") -> Png:
        """The figure as a picture that stands alone (headline, subtitle and note drawn in), for slides. Raises MethodError where there is no figure."""
        if self.drawing is None:
            raise refuse(
                "Finding.png",
                f"{self.section!r} has no figure",
                "a finding with a drawing",
                "take another finding of the notebook",
            )
        return Png(
            self._drawing(lang).png(
                *(s.text(lang) if s else "" for s in (self.headline, self.subtitle, self.note))
            )
        )


def edition_sentences() -> tuple[Sentence, ...]:
    """Which later editions the page shows, by source and date, and how many of the values read they revised; none as a rule."""
    rows, words = tables.later_editions(), common()
    said = []
    for found in editions.of(rows):
        own = rows[(rows["source_id"] == found.source_id) & (rows["edition"] == found.edition)]
        changed = own[own["revises"] != ""]
        source = catalog.source(found.source_id)
        values: dict[str, Any] = {
            "source": name((source.title("zh"), source.title("en"))),
            "edition": name(found.edition),
            "n": _counted(own, "read"),
        }
        path = "editions.shown" if changed.empty else "editions.revised"
        values |= {} if changed.empty else {"revised": _counted(changed, "revised")}
        said.append(
            Sentence(
                f"edition-{found.source_id}-{found.edition}", *words.pair(path), values, claim="description"
            )
        )
    return tuple(said)


def _counted(rows: pd.DataFrame, what: str) -> Fact:
    label, formula = (common().pair(f"editions.{what}_{part}") for part in ("label", "formula"))
    return derived(len(rows), label, formula, rows=rows, style="number", decimals=0, operation="count()")


def _editions(lang: str) -> told.Editions | None:
    """What a page says of editions, with its own facts and cells; None where only first editions were read."""
    said = edition_sentences()
    if not said:
        return None
    records, held = _recorded({fact.id: fact for sentence in said for fact in sentence.facts})
    dates = sorted({found.edition for found in editions.of(tables.later_editions())})
    return told.Editions(tuple(dates), tuple(sentence.say(lang) for sentence in said), records, held)


def behind(ids: Iterable[str]) -> list[Cell]:
    """The published values (and counted rows of other tables) with these ids, in the order of ``cells.order``."""
    return sorted(_known(ids), key=cells.order)


def _known(ids: Iterable[str]) -> list[Cell]:
    """The same in no order."""
    wanted = set(ids)
    if not wanted:
        return []
    found = _cells(*tables.state("observations"))
    if lacking := sorted(wanted - found.keys()):
        rows = tables.records_by_id("observations", "observation_id", lacking, IN_CELL)
        earlier = _earlier(rows)
        found.update((row["observation_id"], _cell(row, earlier)) for row in rows)
    return [found.get(one) or remembered(one) for one in wanted]


@lru_cache(maxsize=2)
def _cells(*_: object) -> dict[str, Cell]:
    """The cells of a state of the table that this process has made: the findings of a page rest on the same ones."""
    return {}


def _earlier(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What earlier editions printed of the cells that these rows revise, by the id of the earlier row."""
    revised = [row["revises"] for row in rows if row.get("revises")]
    if not revised:
        return {}
    columns = ("observation_id", "as_printed")
    old = tables.records_by_id("observations", "observation_id", revised, columns)
    return {row["observation_id"]: row["as_printed"] for row in old}


def _cell(row: Mapping[str, Any], earlier: Mapping[str, str]) -> Cell:
    number = {name: None if row[name] != row[name] else float(row[name]) for name in VALUES}
    return Cell(
        id=row["observation_id"],
        place=row["region_code"],
        institution=row["institution_id"],
        indicator=row["indicator"],
        start=row["period_start"],
        end=row["period_end"],
        basis=row["period_basis"],
        value=number["value"],
        low=number["value_low"],
        high=number["value_high"],
        unit=row["unit"],
        quantifier=row["quantifier"],
        printed=row["as_printed"],
        qualifier=row["qualifier"],
        status=row["status"],
        damaged=bool(row["damaged"]),
        source=row["source_id"],
        locator=row["locator"],
        grade=row["source_grade"],
        edition=row.get("edition", ""),
        earlier=earlier.get(row.get("revises", ""), ""),
    )


def _recorded(facts: Mapping[str, Fact]) -> tuple[dict[str, told.Record], cells.Packed]:
    """The facts' records and, once, the cells that they rest on; each fact names its rows among them."""
    known = behind(one for fact in facts.values() for one in fact.observations)
    row = {cell.id: n for n, cell in enumerate(known)}
    records = {
        fact_id: fact.record(cells.ranges(row[one] for one in fact.observations))
        for fact_id, fact in sorted(facts.items())
    }
    return records, _packed(tuple(known))


@lru_cache(maxsize=64)
def _packed(known: tuple[Cell, ...]) -> cells.Packed:
    """The table of cells, made once for both languages of a finding: they rest on the same ones."""
    return cells.pack(known)


@dataclass(frozen=True)
class Shown:
    """A finding in one language, as Jupyter displays it."""

    finding: Finding
    lang: str
    _cache: dict = field(default_factory=dict, repr=False, compare=False)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, Any]:
        bundle: dict[str, Any] = {
            "text/plain": self.finding.headline.text(self.lang),
            MIME: self.finding.json(self.lang),
        }
        if os.environ.get(RENDER) != "page":
            bundle["text/html"] = self.html()
        return bundle

    def html(self) -> str:
        """The finding for JupyterLab as on a page: headline, picture, sentences with the source of each number on hover, tables."""
        finding, lang = self.finding, self.lang
        facts = finding.facts()
        parts = [f"<h3>{_inline(finding.headline, lang, facts)}</h3>"]
        if finding.subtitle:
            parts.append(f"<p>{_inline(finding.subtitle, lang, facts)}</p>")
        if finding.drawing is not None:
            picture = base64.b64encode(finding._drawing(lang).png()).decode()
            alt = finding.alt.text(lang) if finding.alt else ""
            parts.append(
                f'<img style="max-width:760px" alt="{html.escape(alt)}" src="data:image/png;base64,{picture}">'
            )
        if finding.note:
            parts.append(f"<p><small>{_inline(finding.note, lang, facts)}</small></p>")
        parts += [f"<p>{_inline(sentence, lang, facts)}</p>" for sentence in finding.sentences]
        for state in finding.states:
            i = nth(lang)
            said = ("；", "; ")[i].join(
                html.escape(text[i]) for text in (state.title, state.settle) if text[i]
            )
            parts.append(f"<p><b>{state.code}</b> {said}</p>")
        for table in finding.tables:
            parts.append(_html_table(table.tell(lang)))
        return "\n".join(parts)


def _inline(sentence: Sentence, lang: str, facts: Mapping[str, Fact]) -> str:
    out = []
    for segment in sentence.say(lang):
        if isinstance(segment, str):
            out.append(html.escape(segment))
        elif isinstance(segment, told.Named):
            out.append(html.escape(segment.plain))
        else:
            fact = facts[segment.fact]
            origin = "; ".join(
                [catalog.source(s).title(lang) for s in fact.source_ids]
                + list(fact.locators[:1])
                + ([pick(fact.formula, lang)] if fact.formula else [])
            )
            out.append(f'<b title="{html.escape(origin)}">{html.escape(segment.text)}</b>')
    return "".join(out)


def _html_table(table: told.Table) -> str:
    # Jupyter sets every cell to the right and breaks numbers and years at their dashes
    sides = [
        f' style="text-align:{c.align}{"" if c.style in ("text", "name") else ";white-space:nowrap"}"'
        for c in table.columns
    ]
    head = "".join(
        f"<th{side}>{html.escape(c.label)}{' (' + html.escape(c.unit) + ')' if c.unit else ''}</th>"
        for c, side in zip(table.columns, sides, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{side}>{html.escape(cell.text)}</td>" for cell, side in zip(row, sides, strict=True))
        + "</tr>"
        for row in table.rows
    )
    return f"<details open><summary>{html.escape(table.caption)}</summary><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>"
