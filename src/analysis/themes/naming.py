"""What things are called in both languages: places, indicators, sources, institutions, terms; and lists of names."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import pandas as pd

from analysis import catalog, sentences, texts
from analysis.facts import Fact, Text, derived
from analysis.sentences import Phrase, Plain, Sentence, Value, name

TEXT = texts.of(__file__)


# how a change is worded -> the entries of [moved] for a rise and for a fall
WAYS = {
    "": ("up", "down"),
    "plain": ("up_plain", "down_plain"),
    "more": ("more", "fewer"),
    "beside": ("more", "fewer"),
    "higher": ("higher", "lower"),
    "above": ("above", "below"),
}


class Row(Protocol):
    """A row of a table, its values by the names of the columns: a dict, or a row of a frame."""

    def __getitem__(self, column: str, /) -> Any:
        """The value of a column."""
        ...


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
        return known.pair()
    place = in_both(catalog.region(region_code).name) if region_code else (printed, printed)
    return place if not printed or printed == place[0] else (printed, printed)


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


def years(listed: Iterable[int]) -> Text:
    """Years in a sentence.

    >>> years([2017, 2019])
    ('2017、2019', '2017 and 2019')
    """
    pairs = [(str(y), str(y)) for y in listed]
    return items(pairs)[0], joined(pairs)[1]


def months(start: str, end: str) -> Plain:
    """A span of whole months inside one year as a sentence says it; two dates where it is none.

    >>> months("2019-01-01", "2019-10-31").text
    ('2019 年 1–10 月', 'January–October 2019')
    """
    (y0, m0), (y1, m1) = ((int(part) for part in one.split("-")[:2]) for one in (start, end))
    if y0 != y1:
        return Plain(f"{start[:7]} – {end[:7]}", "year")
    a, b = (month_name[m] for m in (m0, m1))
    spelt = (f"{y0} 年 {m0}–{m1} 月", f"{a}–{b} {y0}") if m0 != m1 else (f"{y0} 年 {m0} 月", f"{a} {y0}")
    return Plain(spelt, "year")


def day(iso: str) -> Plain:
    """A day, a month or a year as a sentence says it.

    >>> day("2023-03-03").text, day("2019-08").text
    (('2023 年 3 月 3 日', '3 March 2023'), ('2019 年 8 月', 'August 2019'))
    """
    y, *rest = (int(part) for part in iso.split("-"))
    if not rest:
        return Plain(iso, "year")
    m, *d = rest
    zh, en = f"{y} 年 {m} 月", f"{month_name[m]} {y}"
    return Plain((f"{zh} {d[0]} 日", f"{d[0]} {en}") if d else (zh, en), "year")


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


def both(frame: Iterable, **columns: Callable[[Any], Text]) -> pd.DataFrame:
    """A table's rows with text columns in two languages: each ``column=function of the row -> (zh, en)`` becomes column and column_en."""
    rows = list(frame)
    out: dict[str, list] = {}
    for column, text in columns.items():
        pairs = [text(row) for row in rows]
        out[column] = [zh for zh, _ in pairs]
        out[f"{column}_en"] = [en for _, en in pairs]
    return pd.DataFrame(out)


def listed(id: str, label: Text, values: Iterable[Text]) -> Sentence:
    """`label：a、b` / `label: a, b`; each value may hold digits (it is a name)."""
    return TEXT.say("listed.text", id=id, label=label, items=name(items(values)))


def moved(growth: Fact, kind: str = "") -> Phrase:
    """A change as a sentence says it, the direction in words and not by a sign: `grew by 12.3%`, `fell by 4.0%`.

    kind: ``plain`` for `up 12.3%` without what the source prints beside the number, ``more`` for `12.3% more`, `4.0% fewer`,
    ``beside`` for the same and `as many` where the number prints as nought, ``higher`` for `12.3% higher`, `4.0% lower`, ``above`` for `12.3% above`, `4.0% below`.
    """
    up, down = WAYS[kind]
    if kind == "beside" and not re.search(r"[1-9]", growth.text("en")):
        return TEXT.phrase("moved.same")
    if growth.number >= 0:
        return TEXT.phrase(f"moved.{up}", size=replace(growth, signed=False))
    label, formula = TEXT.fact("moved.size", label=growth.label)
    size = derived(
        -growth.number,
        label,
        formula,
        inputs=(growth,),
        operation="abs(a)",
        style=growth.style,
        unit=growth.unit,
        decimals=growth.decimals,
    )
    return TEXT.phrase(f"moved.{down}", size=size)


def worded(values: Mapping[str, Any], kind: str, *keys: str) -> dict[str, Phrase]:
    """Changes as sentences say them, beside their numbers: ``worded(values, "more", "g")`` gives `gw` for `g`."""
    return {f"{key}w": moved(values[key], kind) for key in keys}
