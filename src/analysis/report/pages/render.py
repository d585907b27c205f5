"""How a finding's parts become HTML: words, segments, records, tables, drawings. Pure; no files but the templates.

Text is escaped at one place: Jinja's autoescape, and :func:`segments` for the pieces of a sentence. What page.py and site.py
share stands here, so that a number opens the same record on a theme's page and in a briefing. Longer than 300 lines: one view a part of the page.

Longer than 400 lines because each part of a finding has a small function of its own, and all share the escaping and the records.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter

import jinja2
from markupsafe import Markup, escape

from analysis import catalog, cells, paths, told
from analysis import words as catalogues
from analysis.cells import Cell, Packed, Ranges
from analysis.errors import DataError, Problem
from analysis.report.pages import compiled, scripts
from analysis.told import Cited, Editions, Gap, Named, Read, Record, Segments, Table, Told, text_of
from analysis.words import pick

HTML_LANG = {"zh": "zh-CN", "en": "en"}
OTHER = {"zh": "en", "en": "zh"}
MAX_INPUTS = 12
MAX_LOCATORS = 3
KEY_LENGTH, KEY_ROWS = 45, 4  # bytes of a text, and rows a text, from which on a column prints letters
LETTERS = "abcdefghijklmnopqrstuvwxyz"  # small: capitals are grades of sources

_HAN = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3001-\u303f\u201c\u201d]*[\u3400-\u9fff]+[^A-Za-z<>]*")
_ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,;:]+[A-Za-z]{2,}){3,}")
_TAG = re.compile(r"<[^>]*>")
_DIGIT = re.compile(r"\d")
_BESIDE = re.compile(r"\s?[（(][^（）()\d]+[）)]$")  # the qualifier behind a number
# a line may not break between a number's button and the mark that opens or follows it
_KEPT = re.compile(r'([（(“]?)(<button class="n"[^>]*>(?:(?!</button>).)*</button>)([，。；：、）”,.;:)]*)')


@cache
def environment() -> jinja2.Environment:
    """The page templates, with autoescape on and undefined names as errors."""
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("analysis.report.pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=compiled.kept(),
    )
    env.globals["style"] = Markup(template_text("style.css").replace("\n", ""))
    env.globals["internal"] = paths.internal
    env.globals["policy"], env.globals["scripts"] = scripts.policy, scripts.tags
    env.globals["near_places"] = near_places
    env.filters["native"] = native
    env.filters["groups"] = groups
    env.filters["pagefile"] = page_name
    return env


def prepare() -> None:
    """Compile the templates that every page is made from; processes that are forked afterwards have them."""
    for name in ("base.html", "page.html", "parts.html"):
        environment().get_template(name)


@cache
def near_places(lang: str, code: str) -> tuple[str, ...]:
    """Names that the box for finding a place offers: the provinces, and the cities of the province that the page is about or in."""
    near = [r for r in catalog.regions().values() if r.level == "province" and not r.state]
    if code and code != catalog.NATION:
        region = catalog.region(code)
        near += [
            r for r in catalog.cities_of(region.parent if region.level == "city" else code) if r.code != code
        ]
    return tuple(r.short(lang) for r in near)


@cache
def template_text(name: str) -> str:
    """Text of a file beside the templates."""
    return (files("analysis.report.pages") / "templates" / name).read_text(encoding="utf-8")


class Words(dict[str, str]):
    """The pages' fixed words; one that is missing is a matter of versions, and says so."""

    def __missing__(self, key: str) -> str:
        fix = "renew the folder where it came from an earlier version (yigai init --renew FOLDER), else write the entry"
        raise wrong("data/words.toml", f"no entry pages.{key}", "the words of this version", fix)


@cache
def words(lang: str) -> Mapping[str, str]:
    """The pages' fixed words in one language. Raises DataError for one that the folder's words lack."""
    return Words({key: pick(pair, lang) for key, pair in catalogues.common().group("pages").items()})


def page_name(stem: str, lang: str) -> str:
    """zh is NAME.html, en is NAME.en.html."""
    return pick((f"{stem}.html", f"{stem}.en.html"), lang)


def wrong(where: str, found: object, expected: str, fix: str) -> DataError:
    """One problem of a notebook's output; the page is not built."""
    return DataError(Problem(where, str(found), expected, fix))


def native(text: object, lang: str) -> Markup:
    """Escaped text; on an English page each run of Chinese is marked with its language, on a Chinese one an English sentence."""
    if isinstance(text, Markup):
        return text
    return _native("" if text is None else str(text), lang)


@lru_cache(maxsize=4096)  # the same names and units stand in row after row
def _native(text: str, lang: str) -> Markup:
    if lang == "zh":
        foreign = _ENGLISH.search(text) and not _HAN.search(text)
        return Markup(f'<span lang="en">{escape(text)}</span>') if foreign else escape(text)
    if text.isascii():
        return escape(text)
    out, last = Markup(), 0
    for run in _HAN.finditer(text):
        stretch = run.group().rstrip(" ,.;:()0123456789")
        out += escape(text[last : run.start()]) + Markup(f'<span lang="zh-CN">{escape(stretch)}</span>')
        last = run.start() + len(stretch)
    return out + escape(text[last:])


def number(value: object) -> str:
    """A raw number for `<data value>` and CSV cells: shortest form, no exponent for whole numbers, empty for none."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def short(value: object) -> str:
    """A raw number on a page, to nine significant digits: the CSV and facts.json beside it have them all."""
    long = isinstance(value, float) and abs(value) < 1e9 and len(repr(value)) > 12
    return f"{value:.9g}" if long else number(value)


def _kept(match: re.Match[str]) -> str:
    before, button, after = match.groups()
    return f'<span class="k">{before}{button}{after}</span>' if before or after else button


def _place(cell: Cell) -> str:
    """Where a published value is of: its place, else that of its institution."""
    if cell.place or not cell.institution:
        return cell.place
    found = catalog.institutions().get(cell.institution)
    return found.region_code if found else ""


def _lies_in(place: str, code: str) -> bool:
    known = catalog.regions()
    while place and place != code:
        place = known[place].parent if place in known else ""
    return place == code


# tables of the pages made last: the next is mostly the same page in the other language
_recent: deque[tuple[Packed, list[Cell]]] = deque(maxlen=16)


def _unpacked(packed: Packed) -> list[Cell]:
    """The cells of a table; nobody changes the list."""
    held = next((held for known, held in _recent if known == packed), None)
    if held is None:
        held = cells.unpack(packed)
        _recent.append((packed, held))
    return held


class Book:
    """The facts of one page: every one met so far, and those that need a record, in the order in which they are met."""

    def __init__(self, lang: str, region_code: str = ""):
        self.lang, self.region_code = lang, region_code
        self.known: dict[str, Record] = {}
        self.cited: dict[str, str] = {}
        self._cells: dict[str, tuple[Packed, Ranges | tuple[()]]] = {}
        self._tables: dict[int, tuple[Packed, list[Cell]]] = {}

    def add(self, *findings: Told | Editions) -> None:
        """Make the findings' facts known, and the cells behind them."""
        for finding in findings:
            self.known.update(finding.facts)
            self._cells.update({name: (finding.cells, fact.rows) for name, fact in finding.facts.items()})

    def table(self, packed: Packed) -> list[Cell]:
        """The cells of a finding, unpacked when they are first asked for."""
        if id(packed) not in self._tables:
            self._tables[id(packed)] = packed, _unpacked(packed)
        return self._tables[id(packed)][1]

    def behind(self, fact_id: str) -> list[Cell]:
        """The published values behind a fact, those of the page's own region first."""
        rows = self._held(fact_id)
        return sorted(rows, key=lambda cell: cell.place != self.region_code)

    def scope(self, segments: Segments, headline: Segments = ()) -> Markup:
        """The mark before a sentence that is ``national``; nothing else."""
        if not self.national(segments, headline):
            return Markup()
        return Markup('<b class="whole">{}</b> ').format(words(self.lang)["scope_nation"])

    def national(self, segments: Segments, headline: Segments = ()) -> bool:
        """Whether none of a sentence's numbers is of the page's place: it would read the same under every name.

        A sentence without a number is of what its headline is of, and one that names the place is of the place.
        """
        if self.region_code in ("", catalog.NATION):
            return False
        own = self._numbers(segments)
        name = catalog.region(self.region_code).short(self.lang)
        if name in text_of([*segments, *(() if own else headline)]):
            return False
        cited = own or self._numbers(headline)
        provinces: set[str] = set()
        for fact in cited:
            if f"'{self.region_code}'" in self.known[fact].operation:
                return False
            # what is worked out of a number of the place, such as its distance to others, is of the place
            if any(self._own(one) for one in (fact, *self.known[fact].inputs) if one in self._cells):
                return False
            provinces |= {place[:2] for place in self._places(fact)}
        return len(provinces) > 1 or provinces == {catalog.NATION[:2]}

    def _places(self, fact_id: str) -> set[str]:
        return {_place(cell) for cell in self._held(fact_id)} - {""}

    def _own(self, fact_id: str) -> bool:
        """Whether all the rows behind a number lie in the page's place."""
        places = self._places(fact_id)
        return bool(places) and all(_lies_in(place, self.region_code) for place in places)

    def _numbers(self, segments: Segments) -> list[str]:
        return [one for one in told.cited(segments) if one in self._cells]

    def _held(self, fact_id: str) -> Iterator[Cell]:
        packed, spans = self._cells[fact_id]
        table = self.table(packed)
        return (table[n] for n in cells.numbers(spans))

    def fact(self, fact_id: str, where: str) -> Record:
        """The fact behind an id. Raises DataError when the finding does not carry it."""
        if fact_id not in self.known:
            raise wrong(
                where,
                f"fact {fact_id!r} without a record",
                "every fact in the finding's own facts",
                "pass the Fact to the finding",
            )
        return self.known[fact_id]

    def cite(self, fact_id: str, text: str, where: str) -> Markup:
        """A number as a button that opens its record where it stands; its first mention carries the anchor for links."""
        fact = self.fact(fact_id, where)
        name, value = escape(fact_id), escape(short(fact.value))
        anchor = "" if fact_id in self.cited else f' id="b-{name}"'
        self.cited.setdefault(fact_id, text)
        # a button never breaks over lines as text does, so the words that a number carries stand behind it, unless they hold digits
        beside = _BESIDE.search(text) if any((fact.qualifier or {}).values()) else None
        bare = text[: beside.start()] if beside else text
        return Markup(
            f'<button class="n"{anchor} popovertarget="r-{name}"><data data-fact="{name}" value="{value}">'
            f"{native(bare, self.lang)}</data></button>{native(beside[0], self.lang) if beside else ''}"
        )

    def say(self, segments: Segments, where: str, *, strict: bool = True) -> Markup:
        """Segments of a sentence as HTML. Raises DataError for a digit that stands in no Fact and in no Plain.

        strict=False is for the titles of empty states: they name years and programmes and print no finding.
        """
        out: list[str] = []
        for part in segments:
            if isinstance(part, str):
                if strict and _DIGIT.search(part):
                    raise wrong(
                        where,
                        f"a digit in running text: {part!r}",
                        "each number a Fact, each year or name a Plain",
                        "put it in a slot of the sentence",
                    )
                out.append(native(part, self.lang))
            elif isinstance(part, Cited):
                out.append(self.cite(part.fact, part.text, where))
            else:
                out.append(f'<span data-plain="{escape(part.kind)}">{native(part.plain, self.lang)}</span>')
        return Markup(_KEPT.sub(_kept, "".join(out)))

    def records(self) -> list[dict]:
        """Records of the cited facts, each followed by the inputs it needs, as the template prints them."""
        out, queue, seen = [], list(self.cited), set()
        while queue:
            fact_id = queue.pop(0)
            if fact_id in seen:
                continue
            seen.add(fact_id)
            fact = self.fact(fact_id, "records")
            out.append(record(fact, self))
            queue[:0] = [i for i in fact.inputs[:MAX_INPUTS] if i not in seen]
        return out

    def printed(self) -> Told:
        """The facts that were cited, as a figure of nothing else: for the period that a page covers."""
        return Told("printed", "figure", facts={one: self.known[one] for one in self.cited})

    def source_ids(self) -> list[str]:
        """Sources behind the cited facts, in order of first use."""
        return list(dict.fromkeys(s for fact_id in self.cited for s in self.known[fact_id].source_ids))


def led(segments: Segments, facts: Mapping[str, Record], lang: str, page: str) -> Markup:
    """Segments as HTML whose numbers lead to where they stand, with their record, on another page. facts: those that they print."""
    out = Markup()
    for part in segments:
        if isinstance(part, str):
            out += native(part, lang)
        elif isinstance(part, Cited):
            out += Markup(
                '<a class="n" href="{0}#b-{1}"><data data-fact="{1}" value="{2}">{3}</data></a>'
            ).format(page, part.fact, number(facts[part.fact].value), native(part.text, lang))
        else:
            out += Markup('<span data-plain="{}">{}</span>').format(part.kind, native(part.plain, lang))
    return out


def opened(segments: Segments, lang: str) -> Segments:
    """Segments of a headline; in English the first word is capitalised (not `p-value` or `eGFR`)."""
    first = segments[0] if segments else ""
    text = first if isinstance(first, str) else first.plain if isinstance(first, Named) else ""
    if lang == "en" and re.match(r"[a-z]{2,}(?![\w-])", text):
        text = text[0].upper() + text[1:]
        return (replace(first, plain=text) if isinstance(first, Named) else text, *segments[1:])
    return segments


def period_text(period: Iterable[str] | None, lang: str) -> str:
    """`2023 年末`, `2023 年`, `2014–2023 年` / `end of 2023`, `2023`, `2014–2023`; dates where days matter."""
    start, end = [*(period or ()), "", ""][:2]
    start, end = start or end, end or start
    if not end:
        return ""
    year = pick((" 年", ""), lang)
    if start == end:
        return (pick((f"{end[:4]} 年末", f"end of {end[:4]}"), lang)) if end[5:] == "12-31" else end
    if start[5:] in ("01-01", "12-31") and end[5:] == "12-31":
        return f"{end[:4]}{year}" if start[:4] == end[:4] else f"{start[:4]}–{end[:4]}{year}"
    return f"{start} {pick(('至', 'to'), lang)} {end}"


def source_line(source_id: str, lang: str) -> dict:
    """A source as a list item: id, title, producer, published, grade, address. Raises DataError for an id that sources.csv lacks."""
    source, w = catalog.source(source_id), words(lang)
    title = source.title(lang) or source.title_zh
    basis = w.get(f"published_{source.published_basis}", "")
    published = source.published or w["no_date"]
    return {
        "id": source_id,
        "title": title,
        "producer": source.producer(lang) or source.producer_zh,
        "published": w["published_by"].format(day=published, basis=basis)
        if basis and source.published
        else published,
        "read_on": f"{w['read_on']} {source.read_on}" if source.read_on else "",
        "grade": w.get(f"grade_{source.grade}", source.grade),
        "url": source.url if source.url.startswith(("https://", "http://")) else "",
        "source": source,
    }


def dates_meta(
    source_ids: Iterable[str], as_of: str, lang: str, editions: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """What a masthead says of dates, from the sources shown alone: newest publication (``editions``: of later editions shown),
    those without a date, newest reading, the cut.

    A day on which a series was read is no day of publication and is printed apart.
    """
    w, shown = words(lang), [catalog.source(s) for s in source_ids]
    printed = [*(s.published for s in shown if s.published), *editions]
    dated = sorted(printed, key=lambda day: (day.ljust(10, "9"), day))
    read = max((s.read_on for s in shown if s.read_on), default="")
    undated = any(not s.published for s in shown)
    cut = w["as_of_derived"].format(day=as_of) if undated else as_of
    days = [dated[-1]] if dated else []
    if undated:
        days.append(w["published_some_not" if dated else "published_not_stated"])
    return [
        *([(w["as_of" if dated else "as_of_none"], w["semicolon"].join(days))] if days else []),
        *([(w["read_on"], read)] if read else []),
        *([(w["as_of_cut"], cut)] if as_of else []),
    ]


def record(fact: Record, book: Book) -> dict:
    """One fact's record: every line that stands behind the number."""
    lang, w = book.lang, words(book.lang)
    formula = fact.how(lang)
    behind = book.behind(fact.id)
    text = book.cited.get(fact.id) or fact.printed(lang)
    # that a source states the period is what every reader expects: what is said is how it is known otherwise
    basis = "" if fact.period_basis == "explicit" else w.get(f"basis_{fact.period_basis}", "")
    when = period_text(fact.period, lang)
    locators = list(dict.fromkeys(cell.locator for cell in behind if cell.locator))
    more = len(locators) > MAX_LOCATORS
    sources = [source_line(s, lang) for s in fact.source_ids]
    grade = w.get(f"grade_{fact.grade}", "")  # of what was published; a computed number has none of its own
    inputs = [book.fact(i, f"inputs of {fact.called('en')!r}") for i in fact.inputs]
    return {
        "id": fact.id,
        "text": text,
        "label": fact.called(lang),
        # a number shown as published says so by that line, a computed one by its formula
        "how": formula or ("" if fact.as_printed else w["direct"]),
        "inputs": [
            {"id": i.id, "text": i.printed(lang), "label": i.called(lang), "link": n < MAX_INPUTS}
            for n, i in enumerate(inputs)
        ],
        "as_printed": fact.as_printed,
        "edition": edition_text(behind, lang),
        "observations": w["observations_n"].format(n=len(behind)) if len(behind) > 1 else "",
        "status": ("" if not fact.damaged else w["status_computed"])
        if formula and fact.status == "actual"
        else w.get(f"status_{fact.status}", ""),
        "damaged": fact.damaged,
        "when": f"{when} · {basis}" if when and basis else when or basis,
        "sources": sources,
        # all where they are few, else the first as an example: the others are in facts.json
        "locators": [place_in(_inside_source(one, sources), lang) for one in locators[: 1 if more else None]],
        "more": more,
        "grade": w["grade_of_inputs"].format(grade=grade) if formula and grade else grade,
        "cited": fact.id in book.cited,
    }


def place_in(locator: str, lang: str) -> str:
    """A place in a source in the page's language: the words that the collection itself writes there, not titles of the source.

    >>> place_in("正文 · 字符 6–11", "en")
    'text · characters 6–11'
    """
    w, zh = words(lang), words("zh")
    parts = [w["locator_text"] if part == zh["locator_text"] else part for part in locator.split(" · ")]
    return " · ".join(
        re.sub(rf"^{zh['locator_characters']} (?=[\d])", f"{w['locator_characters']} ", part)
        for part in parts
    )


def _inside_source(locator: str, sources: list[dict]) -> str:
    """A place in a source without the source's own title, where that stands in the line above and there is but one."""
    named, _, rest = locator.partition(" › ")
    alone = len(sources) == 1 and rest and named in sources[0]["source"].title_zh
    return rest if alone else locator


def edition_text(behind: Iterable[Cell], lang: str) -> str:
    """Of which later edition a value is, and what the one before printed; of several values, which editions."""
    later = [cell for cell in behind if cell.edition]
    if not later:
        return ""
    text = (pick(("、", ", "), lang)).join(sorted({cell.edition for cell in later}))
    if len(later) == 1 and later[0].earlier:
        return words(lang)["edition_revised"].format(edition=text, earlier=later[0].earlier)
    return text


def table_view(table: Table, section: str, book: Book) -> dict:
    """One data table as the template prints it: header with units and column records, rows with their cells' classes.

    Raises DataError for a number without a record of its own or of its column, and for rows of unequal length.
    """
    lang = book.lang
    where = f"table {table.id!r} of section {section!r}"
    heads: list[dict] = []
    records = []
    for column in table.columns:
        about = column.record
        anchor = f"c-{section}-{table.id}-{column.key}" if about else ""
        heads.append(
            {
                "label": text_of(opened((column.label,), lang)),
                "unit": column.unit,
                "left": column.align == "left",
                "names": column.style == "name",
                "anchor": anchor,
            }
        )
        if about:
            records.append(column_record(about, column, anchor, lang))
    rows = []
    for n, row in enumerate(table.rows):
        if len(row) != len(heads):
            raise wrong(
                f"{where}, row {n + 1}",
                f"{len(row)} cells",
                f"{len(heads)} as the header",
                "give every column a cell",
            )
        cells = [
            _cell(cell, head, book, f"{where}, row {n + 1}, column {head['label']!r}")
            for cell, head in zip(row, heads, strict=True)
        ]
        rows.append(
            {
                "cells": cells,
                "me": n in (table.highlight),
                "anchor": _row_anchor(row, section, table.id),
            }
        )
    return {
        "id": table.id,
        "caption": text_of(opened((table.caption,), lang)),
        "letters": [],
        "words": all(head["left"] for head in heads),  # no numbers: its cells are set as text by one rule
        "columns": heads,
        "rows": rows,
        "records": _shared(records),
    }


def _keyed(table: dict) -> dict:
    """A table whose long texts, where a column repeats them row after row, stand once below it; the CSV has them in each row.

    Names, by which a reader finds a row, stay where they are, however long.
    """
    rows, found = table["rows"], []
    for at, column in enumerate(table["columns"]):
        said = [str(row["cells"][at]["html"]) for row in rows]
        texts = list(dict.fromkeys(said))
        long = sum(len(text.encode()) for text in said) >= KEY_LENGTH * len(said)
        words_alone = at and column["left"] and not column["names"]
        plain = words_alone and not any(re.search(r"<(?:data|button)", text) for text in texts)
        if plain and long and 1 < len(texts) <= min(len(said) / KEY_ROWS, len(LETTERS)):
            letter = dict(zip(texts, LETTERS, strict=False))
            for row, text in zip(rows, said, strict=True):
                row["cells"][at] = {"html": letter[text], "class": "l"}
            found.append({"label": column["label"], "texts": [(one, Markup(t)) for t, one in letter.items()]})
    return table | {"letters": found}


def _shared(records: list[dict]) -> list[dict]:
    """Column records with ``own``: where the column's values come from, empty where that is said once for all columns."""
    places = [repr((r["when"], [s["id"] for s in r["sources"]], r["indicators"])) for r in records]
    common = len(records) > 1 and len(set(places)) == 1
    return [r | {"own": "" if common else place} for r, place in zip(records, places, strict=True)]


def groups(records: Iterable[Mapping], *keys: str) -> list[list[Mapping]]:
    """Neighbours that agree in these keys, together: what they say is said once."""
    return [list(same) for _, same in groupby(records, key=itemgetter(*keys))]


def _row_anchor(row: Sequence[told.Cell], section: str, table: str) -> str:
    """Where a row that names a place by its six-digit code can be linked to; empty for any other row."""
    codes = [c.text for c in row if c.kind == "code" and re.fullmatch(r"\d{6}", c.text)]
    return f"p-{section}-{table}-{codes[0]}" if codes else ""


def _cell(cell: told.Cell, column: Mapping, book: Book, where: str) -> dict:
    kind, fact_id, text = cell.kind, cell.fact, cell.text
    if kind == "said":
        shown = book.say(cell.segments, where)
    elif fact_id and not column["anchor"]:
        shown = book.cite(fact_id, text, where)
    elif fact_id or kind == "number":
        if not column["anchor"] and not fact_id and re.search(r"\d", text):
            raise wrong(
                where,
                f"the number {text!r} without a record",
                "a Fact, or a record of the column",
                "pass the Fact, or give the column its record",
            )
        attribute = f' data-fact="{escape(fact_id)}"' if fact_id else ""
        value = escape(short(cell.value))
        shown = Markup(f'<data{attribute} value="{value}">{native(text, book.lang)}</data>')
    else:
        shown = native(text, book.lang)
    return {
        "html": shown,
        "class": "t said"
        if kind == "said"  # words with numbers in them: the CSV has the words, facts.json the numbers
        else "l"
        if column["left"] and len(text) < 24
        else "t"
        if column["left"]
        else "",
    }


def column_record(about: told.Shared, column: told.Column, anchor: str, lang: str) -> dict:
    """The record that the cells of one column share; a cell's row completes its place in the source."""
    w = words(lang)
    return {
        "anchor": anchor,
        "label": column.label,
        "how": (about.formula or {}).get(lang) or w["direct"],
        "about": about.label.get(lang) or "",
        "when": "",
        "sources": [source_line(s, lang) for s in about.source_ids],
        "indicators": [about.indicator] if about.indicator in catalog.indicators() else [],
    }


# what a drawing must not hold: elements that load or run something, handlers, addresses outside it
_OUTSIDE = re.compile(
    r"<(?:script|foreignObject|image|iframe)\b|\son\w+\s*=|(?:href|src)\s*=\s*[\"'](?!#)|url\((?!#)", re.I
)


def drawing(svg: str, prefix: str, where: str) -> Markup:
    """An inline drawing whose ids belong to it alone. Raises DataError for what a drawing must not hold. Touches tags only."""
    if not svg.lstrip().startswith("<svg"):
        raise wrong(where, svg[:40], "an inline <svg>", "use a drawing of analysis.charts")
    # a drawing has thousands of tags: they are looked at one by one only where something like it stands anywhere
    for tag in _TAG.findall(svg) if _OUTSIDE.search(svg) else ():
        if _OUTSIDE.search(tag):
            raise wrong(
                where,
                tag[:80],
                "a drawing without script or outside reference",
                "draw it with analysis.charts",
            )

    def own(match: re.Match) -> str:
        if "#" not in match[0] and 'id="' not in match[0]:
            return match[0]
        tag = re.sub(r'(\sid=")([^"]+)', rf"\g<1>{prefix}-\2", match.group())
        return re.sub(r'(url\(#|href="#)([^")]+)', rf"\g<1>{prefix}-\2", tag)

    return Markup(_TAG.sub(own, svg))


def finding_view(finding: Told, book: Book, index: int, prefix: str = "", theme: str = "") -> dict:
    """A finding as the template prints it; ``prefix`` keeps anchors apart where findings of several themes share a page.

    theme: of the page, for a figure that stands on the nation's.
    """
    section = prefix + finding.section
    where = f"section {section!r} ({book.lang})"
    kind, drawings = finding.kind, finding.drawings
    if kind == "figure" and not drawings.get("wide"):
        raise wrong(
            where,
            "a figure without a drawing",
            "wide and narrow SVG",
            "run with YIGAI_RENDER=page and a Drawing",
        )
    wide = drawings.get("wide")
    return {
        "id": section,
        "kind": kind,
        "number": index,
        "headline": book.say(opened(finding.headline, book.lang), where),
        "headline_text": text_of(opened(finding.headline, book.lang)),
        "subtitle": book.say(finding.subtitle, where),
        "sentences": [
            {
                "html": book.scope(s.segments, finding.headline)
                + book.say(s.segments, f"{where}, sentence {s.id!r}"),
                "withheld": s.withheld,
            }
            for s in finding.sentences
        ],
        "note": book.say(finding.note, where),
        "alt": finding.alt,
        "wide": drawing(wide, f"w{index}", where) if wide else "",
        "narrow": drawing(drawings.get("narrow") or wide, f"n{index}", where) if wide else "",
        "tables": [_keyed(table_view(t, section, book)) for t in finding.tables],
        "csvs": [(name, table.caption) for name, table in _tables_kept(finding)],
        "source_ids": finding_sources(finding),
        "has_states": bool(finding.states),
        "elsewhere": on_nation(theme if finding.elsewhere else "", book.lang),
        "scope": book.scope(finding.headline) if finding.elsewhere else "",
    }


def on_nation(theme: str, lang: str) -> str:
    """Where a theme's page of the nation is led to: its entry in the nation's briefing, which every site has; empty without a theme."""
    return f"../{catalog.NATION}/{page_name('index', lang)}#t-{theme}" if theme else ""


def csv_tables(finding: Told) -> list[tuple[str, list]]:
    """(file stem, rows with their header row) of each of a finding's tables; the first is named by its section."""
    return [
        (name, [[c if isinstance(c, str) else number(c) for c in row] for row in table.csv])
        for name, table in _tables_kept(finding)
    ]


def _tables_kept(finding: Told) -> list[tuple[str, Table]]:
    """(file stem, table) of the tables that have a CSV file."""
    tables = [t for t in finding.tables if t.csv]
    first = not finding.elsewhere  # else the table that bears the section's name stands on the nation's page
    return [
        (finding.section if n == 0 and first else f"{finding.section}-{t.id}", t)
        for n, t in enumerate(tables)
    ]


def states_view(states: Iterable[Gap], book: Book) -> list[dict]:
    """Empty states for the box, each once, in code order."""
    out: dict[tuple[str, str], dict] = {}
    for state in states:
        key = (state.code, text_of(state.title))
        if key not in out:
            where = f"state {state.code}"
            out[key] = {
                "code": state.code,
                "title": book.say(state.title, where, strict=False),
                "settle": book.say(state.settle, where, strict=False),
            }
    return [out[key] for key in sorted(out, key=lambda k: k[0])]


def column_sources(findings: Iterable[Told]) -> list[str]:
    """Sources named by the records of table columns."""
    return list(dict.fromkeys(s for f in findings for t in f.tables for s in t.source_ids))


def finding_sources(finding: Told) -> list[str]:
    """Sources of what a finding prints: of its table columns, and of the facts it cites."""
    cells = (c.fact for t in finding.tables for row in t.rows for c in row if c.fact)
    known = finding.facts
    facts = (known[one] for one in dict.fromkeys([*told.cited(_segments(finding)), *cells]) if one in known)
    named = [s for fact in facts for s in fact.source_ids]
    return list(dict.fromkeys([*named, *column_sources([finding])]))


def _segments(finding: Told) -> list[told.Segment]:
    said = [finding.headline, finding.subtitle, finding.note, *(s.segments for s in finding.sentences)]
    return [part for segments in said for part in segments]


def peers_meta(findings: Iterable[Told], lang: str) -> list[tuple[str, Markup]]:
    """The header's line on who a region is compared with, each a link to its briefing; none where no finding compares with a peer group."""
    codes = next((f.peers for f in findings if f.peers), ())
    link, end = Markup('<a href="../{}/{}">{}</a>'), page_name("index", lang)
    shown = Markup(pick(("、", ", "), lang)).join(
        link.format(code, end, catalog.region(code).short(lang)) for code in codes
    )
    return [(words(lang)["peers"], shown)] if codes else []


def editions_meta(said: Iterable[Editions], book: Book) -> list[tuple[str, Markup]]:
    """What a masthead says of later editions: which are shown, and how many of the values read they revised."""
    return [
        (words(book.lang)["edition"], book.say(segments, "the masthead's line on editions"))
        for one in said
        for segments in one.said
    ]


def reads_hash(reads: Iterable[Read]) -> str:
    """One hash for everything a page read: table, selection and content of each, in a fixed order."""
    lines = sorted(
        {json.dumps([r.table, r.selection, r.sha], ensure_ascii=False, sort_keys=True) for r in reads}
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def covered_period(findings: Iterable[Told], lang: str, fallback: str = "") -> str:
    """First to last year of what the figures show (of all results where there is no figure); targets lie in the future."""
    findings = list(findings)
    shown = [f for f in findings if f.kind == "figure"] or findings
    headed = {one for f in shown for one in told.cited(f.headline)}
    facts = {key: fact for f in shown for key, fact in f.facts.items() if fact.status != "target"}
    # how many of something were counted rests on every row that was read, also those before and after what is shown,
    # unless the count is what a headline tells
    narrow = {
        key: fact
        for key, fact in facts.items()
        if key in headed or not (fact.style in ("number", "count") and fact.formula)
    }
    years = [day[:4] for fact in (narrow or facts).values() for day in fact.period if day]
    if not years:
        return fallback
    return period_text((f"{min(years)}-01-01", f"{max(years)}-12-31"), lang)
