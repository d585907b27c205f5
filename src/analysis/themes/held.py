"""What the themes share: the subject of a page, names in both languages, and where counted rows of any table come from.

`observations` brings its own provenance (facts.provenance); measures, targets, policies, centres and anomalies do not hold numbers
of their own, so a count of them names the rows that were counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pandas as pd

from analysis import catalog, known, sentences, tables, texts
from analysis.errors import refuse
from analysis.facts import Fact, Provenance, State, Text, derived, provenance, registered
from analysis.findings import Finding
from analysis.sentences import Phrase, Sentence, Value, name, words

TEXT = texts.of(__file__)

COUNTED = TEXT.pair("words.counted")
ABSENT = TEXT.reason("E0", "absent.reason")  # why a place has no page
NOT_YET = TEXT.reason("E0", "absent.not_yet")  # a page cut at a day before its figures
DOCUMENTS = "doc-"  # sources that are documents of the collection, not statistical series


@dataclass(frozen=True)
class Subject:
    """What a page is about: a region of the dictionary (000000: the nation). The views of the themes add their rows to it."""

    code: str

    def __post_init__(self):
        """The page of one place never speaks of another as its own."""
        here = tables.place()
        if here and self.code != here:
            raise refuse(
                "held.Subject",
                f"rows of {catalog.region(self.code).name('en')} ({self.code})",
                f"the page's own place, {catalog.region(here).name('en')} ({here})",
                "load the theme with region_code; for a comparison use tables.elsewhere()",
            )

    @property
    def region(self) -> catalog.Region:
        return catalog.region(self.code)

    @property
    def is_nation(self) -> bool:
        return self.code == catalog.NATION

    @property
    def place(self) -> Text:
        """The region's short name in both languages, for a slot of a sentence."""
        return place(self.code)

    def silent(self, section: str, state: str, headline: Text, what: Text, settle: Text) -> Finding:
        """A section with nothing to show: its headline (with {place}), and as a state what is not known of the place and what would settle it."""
        here = self.place
        return Finding(
            section,
            words(section, *headline, place=here),
            states=(State(state, (f"{here[0]}：{what[0]}", f"{here[1]}: {what[1]}"), settle),),
        )


def origin(rows: pd.DataFrame, key: str) -> Provenance:
    """Where counted rows come from. key: the table's id column; rows must not be empty."""
    return registered(rows, rows[key])


def count(
    rows: pd.DataFrame, key: str, label: Text, *, whole: pd.DataFrame, of: str = "", unit: str = "项"
) -> Fact:
    """How many rows (distinct values of ``of``) there are; ``whole`` is what an empty count was looked for in."""
    n = rows[of].nunique() if of else len(rows)
    where = origin(rows, key) if len(rows) else replace(origin(whole, key), regions=())
    return derived(int(n), label, COUNTED, origin=where, style="count", unit=unit, operation=counted(n, of))


def behind(rows: pd.DataFrame, whole: pd.DataFrame) -> Provenance:
    """What stands behind a count of observations; a count of none rests on the ``whole`` it was looked for in, and is of no place."""
    return provenance(rows) if len(rows) else replace(provenance(whole), regions=())


def counted(n: int, of: str = "") -> str:
    """The operation of a count of rows, or of the distinct values of one of a cell's own columns.

    An empty count rests on the rows among which nothing was found.
    """
    columns = {"": "count()", "region_code": "distinct('place')", "institution_id": "distinct('institution')"}
    return columns.get(of, "") if n else "none()"


def sources(*frames: pd.DataFrame) -> tuple[str, ...]:
    """Source ids of the rows, for a table's columns."""
    return tuple(sorted({source for rows in frames for source in rows["source_id"]}))


def published(rows: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Rows known by ``as_of`` (empty: all), by the rule of ``analysis.known``; what a run reads is cut already."""
    return rows[known.rows(table_of(rows), rows, as_of)] if as_of else rows


def table_of(rows: pd.DataFrame) -> str:
    """The table whose key the rows carry."""
    return next(
        (name for name, spec in tables.SPECS.items() if spec.key[0] in rows and set(spec.key) <= set(rows)),
        "",
    )


def once(ready: Callable[[], bool], coverage: dict[str, dict | None]) -> dict[str, dict | None]:
    """A coverage under a cut: the places' pages where what they need was known on the day, else the state that says so."""
    if not tables.as_of() or ready():
        return coverage
    return {code: NOT_YET if state is None else state for code, state in coverage.items()}


def last_year(source_id: str, indicators: Iterable[str], places: int = 1) -> int:
    """The newest year in which a source gives each indicator for that many places; 0 when there is none."""
    rows = tables.read("observations", source_id=source_id, indicator=list(indicators))
    have = rows.groupby(["indicator", "year"])["region_code"].nunique()
    whole = have[have >= places].reset_index().groupby("indicator")["year"].max()
    return int(whole.min()) if len(whole) == len(set(indicators)) else 0


def documents() -> list[str]:
    """Ids of the documents, in order."""
    return sorted(
        s for s, row in catalog.sources().items() if s.startswith(DOCUMENTS) or row.kind == "bulletin"
    )


def in_both(word: Callable[[str], str]) -> Text:
    """What an entry of a dictionary is called in both languages: ``in_both(catalog.region(code).name)``."""
    return word("zh"), word("en")


def year_of(value: object) -> Text:
    """`2021 年` / `2021`, as the head of a column."""
    return TEXT.pair("words.year", year=value)


def place(code: str) -> Text:
    """A region's short name."""
    return in_both(catalog.region(code).short)


def label(indicator: str) -> Text:
    """An indicator's name."""
    return in_both(catalog.indicator(indicator).label)


def short(indicator: str) -> Text:
    """An indicator's short name, for sentences and headlines."""
    return term(f"short_{indicator}")


def title(source_id: str) -> Text:
    """A source's title."""
    return in_both(catalog.source(source_id).title)


def term(key: str) -> Text:
    """A glossary term."""
    return catalog.term(key, "zh"), catalog.term(key, "en")


def named(institution_id: str, printed: str, region_code: str = "") -> Text:
    """An institution: dictionary, else as printed, else the region's name."""
    known = catalog.institutions().get(institution_id) if institution_id else None
    if known:
        return known.name_zh, known.name_en or known.name_zh
    if printed or not region_code:
        return printed, printed
    return in_both(catalog.region(region_code).name)


def join(names: Iterable[str], lang: str, glue: str = "list") -> str:
    """`医师、护士和床位` / `doctors, nurses and beds`."""
    names = list(names)
    if len(names) < 2:
        return "".join(names)
    between, last = TEXT.text(f"glue.{glue}.between", lang), TEXT.text(f"glue.{glue}.last", lang)
    return between.join(names[:-1]) + last + names[-1]


def items(names: Iterable[Text]) -> Text:
    """`a、b` / `a, b`."""
    zh, en = zip(*names, strict=True)
    glue = TEXT.pair("glue.items.between")
    return glue[0].join(zh), glue[1].join(en)


def lowered(text: Text) -> Text:
    """A label inside an English phrase: its first letter small."""
    return text[0], text[1][:1].lower() + text[1][1:]


def joined(names: Iterable[Text], glue: str = "list") -> Text:
    """Names listed in both languages. glue: a name of ``[glue]`` that has a last."""
    pairs = list(names)
    return join((zh for zh, _ in pairs), "zh", glue), join((en for _, en in pairs), "en", glue)


def chain(parts: Iterable[Value], glue: str = "semicolon") -> Phrase:
    """Parts of a sentence, each with its own Facts, one after the other. glue: a name of ``[glue]``."""
    last = TEXT.pair(f"glue.{glue}.last") if "last" in TEXT.entry(f"glue.{glue}") else None
    return sentences.chain(parts, TEXT.pair(f"glue.{glue}.between"), last)


def both(frame: Iterable, **columns) -> pd.DataFrame:
    """A table's rows with text columns in two languages: each ``column=function of the row -> (zh, en)`` becomes column and column_en."""
    rows = list(frame)
    out: dict[str, list] = {}
    for column, text in columns.items():
        pairs = [text(row) for row in rows]
        out[column] = [zh for zh, _ in pairs]
        out[f"{column}_en"] = [en for _, en in pairs]
    return pd.DataFrame(out)


def ids(text: str) -> list[str]:
    """`000-007;000-008` -> the ids."""
    return [part for part in text.split(";") if part]


def mentioned() -> set[str]:
    """Codes of the regions that a document deals with: a statement or a measure."""
    held = tables.read("observations", source_id=documents())
    return {*held["region_code"], *tables.read("measures")["region_code"]}


def listed(id: str, label: Text, values: Iterable[Text]) -> Sentence:
    """`label：a、b` / `label: a, b`; each value may hold digits (it is a name)."""
    return TEXT.say("listed.text", id=id, label=label, items=name(items(values)))


def closing(states: Iterable[State]) -> Finding:
    """The last section of a page: what it does not know."""
    return Finding("missing", TEXT.say("missing.headline"), states=tuple(states))
