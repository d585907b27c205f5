"""A Fact: a number on a page together with the observations and the formula behind it. It prints itself, in two languages.

A number that cannot cite its source cannot be printed: a Fact without observations and without inputs that have some is
refused. Values are in base units (人, 张, 元, %, pp); rounding happens once, here, at display.

Longer than 400 lines because a Fact, what it rests on and how it prints are one contract that has to agree to the digit.
"""

from __future__ import annotations

import hashlib
import html
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, TypeAlias

from analysis import catalog
from analysis.cells import Cell, Ranges
from analysis.errors import refuse
from analysis.told import Record, Words
from analysis.words import Text, pick

Rows: TypeAlias = Any  # rows of `observations`: a DataFrame, one of its rows, or mappings with its columns

STYLES = ("count", "rate", "percent", "pp", "rank", "number", "days", "money", "ratio", "index")
MINUS = "\u2212"
ORDINALS = {
    "批次": ("第 {} 批", "batch {}"),
    "期": ("第 {} 期", "no. {}"),
}  # units that count nothing: which one it is
GRADES = ("A", "B", "C")
# statistics count hospitals in 个, a sentence says 家: (unit, the indicator's unit in English) -> what a reader sees
COUNTED_AS = {("个", "hospitals"): "家"}


@dataclass(frozen=True)
class State:
    """An empty state (E0-E9): what is not known, and what would settle it. Printed in closing lists, never as a blank chart."""

    code: str
    title: Text
    settle: Text = ("", "")

    def __post_init__(self) -> None:
        if self.code not in {f"E{i}" for i in range(10)}:
            raise refuse(
                "facts.State", self.code, "E0 to E9", "pick the state that fits from data/words.toml"
            )

    def rule(self, lang: str) -> str:
        """The state's standing sentence from the glossary."""
        return catalog.term(f"state_{self.code}", lang)


@dataclass(frozen=True)
class Reason:
    """Why a place has no page of a theme: a state's code and its words. Raises MethodError for a code that is none."""

    code: str
    zh: str
    en: str

    def __post_init__(self) -> None:
        State(self.code, (self.zh, self.en))

    def text(self, lang: str) -> str:
        """The words in one language."""
        return pick((self.zh, self.en), lang)


Coverage = dict[str, Reason | None]  # region code -> None (has a page) or why not


def round_half_up(value: float, decimals: int) -> Decimal:
    """Round as a printed table does (half away from zero), not half to even."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def digits(value: float, decimals: int, lang: str) -> str:
    """The size of a number as a language prints it, in sentences, tables and drawings alike: 1547 in Chinese, which has 万 and 亿 to
    part what is long, and 1,547 in English. The sign is the caller's."""
    rounded = round_half_up(abs(value), decimals)
    return pick((f"{rounded:.{decimals}f}", f"{rounded:,.{decimals}f}"), lang)


def integer_text(count: int) -> Text:
    """A whole number without a source (draws, a rate's base) as both languages print it: (2000, 2,000)."""
    return digits(count, 0, "zh"), digits(count, 0, "en")


def _natural_decimals(value: float) -> int:
    """Decimals that the value itself carries, at most two: 61.6 -> 1, 47 -> 0."""
    return next((d for d in (0, 1) if math.isclose(value, round(value, d), abs_tol=1e-9)), 2)


def _scaled(value: float, lang: str, decimals: int | None, step: float) -> tuple[str, str]:
    """A count or an amount with its scale word: (digits, 万|亿|million|billion or nothing)."""
    size = abs(value)
    if lang == "zh":
        scale, word = (1e8, "亿") if size >= 1e8 else (1e4, "万") if size >= 1e4 else (1.0, "")
    else:
        scale, word = (1e9, " billion") if size >= 1e9 else (1e6, " million") if size >= 1e6 else (1.0, "")
    if scale == 1.0:
        shown = round(value / step) * step if step > 1 else value
        return digits(
            shown,
            0
            if decimals is None and step >= 1 and float(shown).is_integer()
            else _natural_decimals(shown)
            if decimals is None
            else decimals,
            lang,
        ), word
    if decimals is None:
        decimals = 2 if step <= 1 else max(0, min(2, round(math.log10(scale / step))))
    text = digits(value / scale, decimals, lang)
    if (
        "." in text
        and step <= 1
        and math.isclose(round(value / scale, decimals), value / scale, rel_tol=1e-12)
    ):
        text = text.rstrip("0").rstrip(
            "."
        )  # exact: 250 万; a rounded 1.20 keeps its zero, which says how far it was rounded
    return text, word


def number_text(
    value: float,
    style: str,
    lang: str,
    *,
    unit: str = "",
    decimals: int | None = None,
    step: float = 1.0,
    signed: bool = False,
) -> str:
    """The number as a reader sees it, without quantifier: `11.84 万人` / `118,400`, `3.42`, `31.8%`, `第 11 位` / `11th`.

    ``step`` is the publisher's printing step in base units (100 for 0.01 万); digits beyond it are never shown.
    """
    if style == "count" and unit in ORDINALS:
        return pick(ORDINALS[unit], lang).format(int(round(value)))
    if style == "rank":
        place = int(round(value))
        return pick((f"第 {place} 位", ordinal(place)), lang)
    if style in ("count", "money"):
        text, word = _scaled(value, lang, decimals, step)
        sign = _sign(value, text, signed)
        if unit == "‰":
            return f"{sign}{text}{word}‰"
        if style == "money":
            return pick((f"{sign}{text} {word}元", f"{sign}CNY {text}{word}"), lang)
        return pick((f"{sign}{text} {word}{unit}".rstrip(), f"{sign}{text}{word}"), lang)
    if style in ("percent", "pp"):
        text = digits(value, 1 if decimals is None else decimals, lang)
        sign = _sign(value, text, signed)
        if style == "percent":
            return f"{sign}{text}%"
        return pick((f"{sign}{text} 个百分点", f"{sign}{text} {'point' if text == '1' else 'points'}"), lang)
    if decimals is None:
        decimals = 2 if style in ("rate", "index", "ratio") else _natural_decimals(value)
    text = digits(value, decimals, lang)
    return _sign(value, text, signed) + text


def _sign(value: float, text: str, signed: bool) -> str:
    """The sign of a number as printed: none where every digit printed is 0, as drawings have it."""
    if not re.search("[1-9]", text):
        return ""
    return MINUS if value < 0 else "+" if signed and value > 0 else ""


def ordinal(place: int) -> str:
    """11 -> 11th, 22 -> 22nd."""
    suffix = "th" if 10 <= place % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{suffix}"


LAST_YEAR = ("去年", "上年", "今年")  # years that a source names by their distance from its own date
_PREFIX: dict[str, Text] = {
    "more_than": ("超过 ", "more than "),
    "at_least": ("至少 ", "at least "),
    "at_most": ("至多 ", "at most "),
    "just_under": ("不到 ", "under "),
}


Listed = tuple[tuple[str, tuple[str | float, ...]], ...]  # columns of a small table: (name, values)


def counted(names: Iterable[object]) -> dict[str, Any]:
    """How a count of things that the cells do not hold is made again: its operation, and the things themselves, each once.

    >>> counted(["b", "a", "b"])
    {'operation': 'counted()', 'table': (('name', ('a', 'b')),)}
    """
    return {"operation": "counted()", "table": (("name", tuple(sorted({str(n) for n in names}))),)}


def listed(operation: str, columns: Mapping[str, Iterable[Any]]) -> dict[str, Any]:
    """The same for any operation on the columns of a list.

    >>> listed("largest(came)", {"came": [2, 3]})
    {'operation': 'largest(came)', 'table': (('came', (2.0, 3.0)),)}
    """
    table = tuple(
        (name, tuple(v if isinstance(v, str) else float(v) for v in values))
        for name, values in columns.items()
    )
    return {"operation": operation, "table": table}


@dataclass(frozen=True)
class Fact:
    """One printed number and what stands behind it.

    label: what the number is, (zh, en). value, low, high: in base units; ``value`` is empty when only bounds are printed.
    style: one of STYLES. observations: ids of the rows it rests on (all of them). formula: (zh, en) for a derived number.
    inputs: the Facts the formula takes. operation: the same for a machine, over the cells and inputs that the page's facts.json
    holds (its language is described in `docs/recompute.md`; `tests/recompute.py` reads it without this package). status: actual, target or commitment.
    table: what is counted where the cells do not hold it (names of a coding, rows of a list): columns by name, as long as each other.
    qualifier: what the source prints beside the number and what limits it (before co-building, a year), printed with it
    wherever it stands. regions: codes of the places of the rows. Raises MethodError without provenance.

    >>> seen = {"label": ("位次", "place"), "style": "rank", "observations": ("doc:1",)}
    >>> Fact(value=280, qualifier=("共建前", "before co-building"), **seen).text("en")
    '280th (before co-building)'
    """

    label: Text
    value: float | None
    style: str = "number"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    decimals: int | None = None
    step: float = 1.0
    signed: bool = False
    quantifier: str = "exact"
    status: str = "actual"
    period: tuple[str, str] = ("", "")
    period_basis: str = "explicit"
    as_printed: str = ""
    observations: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()
    locators: tuple[str, ...] = ()
    formula: Text | None = None
    inputs: tuple[Fact, ...] = field(default=(), repr=False)
    damaged: bool = False
    grade: str = "A"
    operation: str = ""
    regions: tuple[str, ...] = ()
    qualifier: Text = ("", "")
    table: Listed = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise refuse(
                "facts.Fact", self.style, f"a style of {', '.join(STYLES)}", "choose how the number prints"
            )
        if not self.observations:
            raise refuse(
                "facts.Fact",
                f"no observation behind {self.label[1] or self.label[0]!r}",
                "at least one observation or input",
                "build it with facts.observed or facts.derived",
            )
        if (
            self.value is None
            and self.low is None
            and self.high is None
            and self.quantifier != "unquantified"
        ):
            raise refuse(
                "facts.Fact",
                f"neither value nor bounds for {self.label[1]!r}",
                "a number",
                "print the state E2 or E3 instead",
            )
        for number in (self.value, self.low, self.high):
            if number is not None and not math.isfinite(number):
                raise refuse(
                    "facts.Fact",
                    number,
                    "a finite number",
                    f"leave {self.label[1]!r} out and print its state",
                )

    @property
    def number(self) -> float:
        """The value. Raises MethodError where only bounds were printed."""
        return self._given("value")

    @property
    def least(self) -> float:
        """The lower bound. Raises MethodError where there is none."""
        return self._given("low")

    @property
    def most(self) -> float:
        """The upper bound. Raises MethodError where there is none."""
        return self._given("high")

    def _given(self, name: str) -> float:
        found = getattr(self, name)
        if found is None:
            raise refuse(
                "facts.Fact", f"no {name} for {self.label[1]!r}", f"a {name}", "ask before computing"
            )
        return found

    @cached_property
    def id(self) -> str:
        """Short content hash of what a fact is and how it prints: equal facts are one record on a page, in either language."""
        body = [
            self.label,
            self.value,
            self.low,
            self.high,
            self.style,
            self.unit,
            self.decimals,
            self.step,
            self.signed,
            self.quantifier,
            self.status,
            self.period,
            self.formula,
            self.observations,
            *filter(any, [self.qualifier]),
        ]
        return "f" + hashlib.blake2b(json.dumps(body, ensure_ascii=False).encode(), digest_size=4).hexdigest()

    def _number(self, value: float | None, lang: str) -> str:
        if value is None:  # only what has no number at all prints none, in words
            raise refuse(
                "facts.Fact",
                f"{self.label[1]!r} without a number",
                "a value or a bound",
                "give one of value, low, high",
            )
        return number_text(
            value,
            self.style,
            lang,
            unit=self.unit,
            decimals=self.decimals,
            step=self.step,
            signed=self.signed,
        )

    def text(self, lang: str) -> str:
        """The number as printed on a page, with its quantifier and qualifier: `超过 30 人`, `约 15 人`, `第 280 位（共建前）`."""
        return self.bare(lang) + self.beside(lang)

    def beside(self, lang: str, said: str = "") -> str:
        """The qualifier in its parentheses: `（共建前）`, ` (before co-building)`; empty where there is none.

        said: the Chinese sentence around the number; parts of the qualifier that its words say already are left out, in both languages.
        """
        printed, english = (self.qualifier[0].split("；"), self.qualifier[1].split("; "))
        pairs = [
            self._dated(pair)
            for pair in zip(printed, english, strict=True)
            if pair[0] and pair[0] not in said
        ]
        rest = [pick(pair, lang) for pair in pairs]
        if not rest:
            return ""
        return pick((f"（{'；'.join(rest)}）", f" ({'; '.join(rest)})"), lang)

    def _dated(self, pair: Text) -> Text:
        """A year that the source names by its distance ("last year") with the year it means, by the date of the source."""
        of = self.period[0][:4]
        if pair[0] not in LAST_YEAR or not of or of != self.period[-1][:4]:
            return pair
        return f"{pair[0]}，即 {of} 年", f"{pair[1]}, that is {of}"

    def bare(self, lang: str) -> str:
        """The number with its quantifier, without what the source prints beside it."""
        if self.quantifier == "unquantified":
            return catalog.term("no_number", lang)
        if self.quantifier in ("range", "interval") and self.low is not None and self.high is not None:
            return self._range(self.low, self.high, lang)
        if self.quantifier == "about":
            return f"{pick(('约', 'about'), lang)} {self._number(self.value, lang)}"
        shown = self.value
        if shown is None:
            shown = self.low if self.low is not None else self.high
        number = self._number(shown, lang)
        if self.style == "rank" and self.quantifier == "at_most":
            return pick((f"{number}以内", f"{number} or better"), lang)
        return pick(_PREFIX.get(self.quantifier, ("", "")), lang) + number

    def _range(self, least: float, most: float, lang: str) -> str:
        low, high = self._number(least, lang), self._number(most, lang)
        if low == high:
            return low
        if self.style == "rank":
            a, b = int(round(least)), int(round(most))
            return pick((f"第 {a}–{b} 位", f"{ordinal(a)}–{ordinal(b)}"), lang)
        if self.signed or least < 0:
            return f"{low} {pick(('至', 'to'), lang)} {high}"
        unit = re.sub(r".*\d", "", low)
        digits = low.removesuffix(unit)
        return f"{digits if high.endswith(unit) else low}–{high}"  # 1–2 人, not 1 人–2 人

    def __str__(self) -> str:
        """The number as a Chinese page prints it: what a frame that holds Facts writes into a CSV file."""
        return self.text("zh")

    def __repr__(self) -> str:
        """One line: label, number, where it stands; the record has the rest."""
        behind = ", ".join(self.observations[:2]) + (" ..." if len(self.observations) > 2 else "")
        return f"Fact({self.label[1] or self.label[0]}: {self.text('en')}; {behind}; {', '.join(self.source_ids)})"

    def _repr_html_(self) -> str:
        """The number in JupyterLab, in both languages, with string as printed, period and source."""
        sources = "; ".join(
            f"{catalog.source(s).title('zh')} / {catalog.source(s).title('en')} [{s}]"
            for s in self.source_ids
        )
        rows = [
            ("数值 / value", f"{self.text('zh')} / {self.text('en')}"),
            ("原文写法 / as printed", self.as_printed),
            ("公式 / formula", " / ".join(self.formula) if self.formula else ""),
            ("时期 / period", "–".join(part for part in self.period if part)),
            (
                "编号 / rows",
                ", ".join(self.observations[:6]) + (" ..." if len(self.observations) > 6 else ""),
            ),
            ("来源 / source", sources),
            ("位置 / place", "; ".join(self.locators[:2])),
            ("级别 / grade", self.grade),
        ]
        body = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(said)}</td></tr>"
            for name, said in rows
            if said
        )
        return f"<p><b>{html.escape(self.label[0])}</b> {html.escape(self.label[1])}</p><table>{body}</table>"

    def with_label(self, zh: str, en: str) -> Fact:
        """The same number under another name."""
        return replace(self, label=(zh, en))

    def record(self, rows: Ranges | tuple[()] = ()) -> Record:
        """What stands behind the number, for the page and for facts.json. rows: of ``observations`` among the finding's cells."""
        return Record(
            id=self.id,
            style=self.style,
            value=self.value,
            low=self.low,
            high=self.high,
            unit=self.unit,
            decimals=self.decimals,
            quantifier=self.quantifier,
            status=self.status,
            period=self.period,
            period_basis=self.period_basis,
            as_printed=self.as_printed,
            qualifier=_by_language(self.qualifier) if any(self.qualifier) else None,
            label=_by_language(self.label),
            text={"zh": self.text("zh"), "en": self.text("en")},
            formula=None if self.formula is None else _by_language(self.formula),
            operation=self.operation,
            table={column: list(values) for column, values in self.table} or None,
            rows=rows,
            inputs=tuple(fact.id for fact in self.inputs),
            source_ids=tuple(self.source_ids),
            damaged=self.damaged,
            grade=self.grade,
        )

    def with_inputs(self) -> Iterable[Fact]:
        """This fact and, depth first, every fact it is computed from."""
        yield self
        for fact in self.inputs:
            yield from fact.with_inputs()


def _by_language(pair: Text) -> Words:
    return {"zh": pair[0], "en": pair[1]}


def _clean(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)


COLUMNS = (
    "observation_id", "region_code", "institution_id", "institution", "indicator", "value", "value_low", "value_high", "unit", "quantifier", "status",
    "period_start", "period_end", "period_basis", "as_printed", "source_id", "locator", "source_grade", "damaged",
    "qualifier", "qualifier_en",
)  # fmt: skip


_seen: dict[str, Cell] = {}


def _remember(column: Mapping[str, list]) -> None:
    """Keep where rows stand, so that a page can show also those that are no observations (measures, targets, policies ...)."""
    names = ("observation_id", "period_start", "period_end", "status", "source_id", "locator", "source_grade")
    for row in zip(*(column[name] for name in names), strict=True):
        if row[0] not in _seen:
            identity, start, end, status, source, locator, grade = row
            _seen[identity] = Cell(
                identity,
                "other",
                start=start,
                end=end,
                status=status,
                source=source,
                locator=locator,
                grade=grade,
            )


def remembered(identity: str) -> Cell:
    """Where a row stands that a Fact of this process rests on. Raises MethodError for an id that none names."""
    if identity not in _seen:
        raise refuse(
            "facts.remembered", identity, "a row that a Fact rests on", "build the Fact with facts.derived"
        )
    return _seen[identity]


def printed_beside(cell: Cell) -> str:
    """Keep a published value that stands in another column of a row than the row's own (the base beside a rank); returns its id."""
    _seen.setdefault(cell.id, cell)
    return cell.id


def _rows(rows: Rows) -> list[Mapping]:
    """Rows of `observations` from a DataFrame, a Series, a mapping or a list of these."""
    if hasattr(rows, "columns"):
        return [
            dict(zip(COLUMNS, line, strict=True))
            for line in zip(*(rows[name].tolist() for name in COLUMNS), strict=True)
        ]
    if isinstance(rows, Mapping):
        return [rows]
    if hasattr(rows, "to_dict"):
        return [rows.to_dict()]
    return [row for item in rows for row in _rows(item)]


def observed(row: Rows, *, label: Text | None = None, style: str = "", decimals: int | None = None) -> Fact:
    """The Fact of one row of `observations`.

    row: a Series or mapping with the table's columns. label defaults to indicator, place or institution and year from the
    dictionaries; style and printing step to the indicator's unit.
    """
    (row,) = _rows(row)
    _remember({name: [row[name]] for name in COLUMNS})
    indicator = catalog.indicator(row["indicator"])
    unit = row["unit"] or indicator.unit
    style = style or style_of(unit)
    unit = COUNTED_AS.get((unit, indicator.unit_en), unit)
    if decimals is None and style in ("percent", "pp"):
        decimals = printed_decimals(row)
    return Fact(
        label=label or default_label(row),
        value=_clean(row["value"]),
        style=style,
        unit=unit,
        low=_clean(row["value_low"]),
        high=_clean(row["value_high"]),
        decimals=decimals,
        step=printing_step(row),
        quantifier=row["quantifier"] or "exact",
        status=row["status"],
        period=(row["period_start"], row["period_end"]),
        period_basis=row["period_basis"],
        as_printed=row["as_printed"],
        observations=(row["observation_id"],),
        source_ids=(row["source_id"],),
        locators=(row["locator"],),
        damaged=bool(row["damaged"]),
        grade=row["source_grade"],
        regions=(row["region_code"],) if row["region_code"] else (),
        qualifier=(row["qualifier"], row["qualifier_en"]),
    )


def beside(rows: Rows) -> Text:
    """What a source prints beside the number that these rows hold, in both languages; empty where they disagree or say nothing."""
    said = {(row["qualifier"], row["qualifier_en"]) for row in _rows(rows)}
    return said.pop() if len(said) == 1 else ("", "")


def default_label(row: Mapping) -> Text:
    """`山西 2023 年 执业(助理)医师` / `Shanxi, licensed doctors, 2023` from the dictionaries."""
    indicator = catalog.indicator(row["indicator"])
    place_zh, place_en = row["institution"], row["institution"]
    institution = catalog.institutions().get(row["institution_id"]) if row["institution_id"] else None
    if institution is not None:
        place_zh, place_en = institution.pair()
    elif not place_zh and row["region_code"]:
        region = catalog.region(row["region_code"])
        place_zh, place_en = region.short("zh"), region.short("en")
    year = str(row["period_end"])[:4]
    zh = " ".join(part for part in (place_zh, f"{year} 年" if year else "", indicator.label("zh")) if part)
    en = ", ".join(part for part in (place_en, indicator.label("en"), year) if part)
    return zh, en


def style_of(unit: str) -> str:
    """How a unit prints: % -> percent, pp -> pp, 元 -> money, 名次 -> rank, 日 -> days, else count or number."""
    if unit.startswith("元"):
        return "money"
    return {
        "%": "percent",
        "pp": "pp",
        "名次": "rank",
        "日": "days",
        "天": "days",
        "比值": "ratio",
        "倍": "number",
        "": "number",
    }.get(unit, "count")


def printed_decimals(row: Mapping) -> int:
    """Decimals to which a percentage was printed: from the bounds that rounding leaves, else from the printed string (13.36% -> 2)."""
    low, high = _clean(row["value_low"]), _clean(row["value_high"])
    if low is not None and high is not None and (row["quantifier"] or "exact") == "exact" and high > low:
        return max(0, -round(math.log10(high - low)))
    return max(map(len, re.findall(r"\d(?:\.(\d+))?", row["as_printed"])), default=0)


def printing_step(row: Mapping) -> float:
    """The step in which the publisher prints, in base units (0.01 万人 -> 100), at least 1; digits beyond it are never shown."""
    return max(1.0, _clean(row.get("print_step")) or 1.0)


@dataclass(frozen=True)
class Provenance:
    """What a set of rows says about where its numbers come from; the worst grade wins."""

    observations: tuple[str, ...]
    source_ids: tuple[str, ...]
    locators: tuple[str, ...]
    grade: str
    status: str
    period: tuple[str, str]
    damaged: bool
    basis: str = "explicit"
    regions: tuple[str, ...] = ()


# how a period is known, firmest first: a number computed from several is known as its weakest input is
PERIOD_BASES = ("explicit", "relative_resolved", "as_of_publication", "inferred", "undated")


def weakest(bases: Iterable[str]) -> str:
    """How the period of a computed number is known.

    >>> weakest(["explicit", "undated", "inferred"])
    'undated'
    """
    return max({basis for basis in bases if basis} or {"explicit"}, key=PERIOD_BASES.index)


def registered(
    rows: Rows, ids: Iterable[object], *, status: str = "actual", period: tuple[str, str] = ("", "")
) -> Provenance:
    """Where counted rows of a table other than `observations` come from (measures, targets, policies ...).

    rows: a DataFrame with source_id, locator and source_grade, one row an id; period_basis where some are observations too;
    edition_year where each row stands in an edition of its own year, which is then its period. Raises MethodError on no rows, and for an id that already names a row of another document, place in it or grade: a record would show that one.
    """
    named = [str(one) for one in ids]
    sources, places, grades = (rows[name].tolist() for name in ("source_id", "locator", "source_grade"))
    if not named:
        raise refuse("facts.registered", "no rows", "at least one row", "print the empty state instead")
    region, institution = (
        rows[name].tolist() if name in rows else [""] * len(named)
        for name in ("region_code", "institution_id")
    )
    spans = [(f"{y}-01-01", f"{y}-12-31") for y in rows["edition_year"]] if "edition_year" in rows else []
    spans = spans or [period] * len(named)
    lines = zip(named, region, institution, sources, places, grades, spans, strict=True)
    for one, place, body, source, locator, grade, (start, end) in lines:
        cell = Cell(one, "other", place, body, start=start, end=end, source=source, locator=locator)
        held = _seen.setdefault(one, cell._replace(grade=grade))
        if (held.source, held.locator, held.grade) != (source, locator, grade):
            raise refuse(
                "facts.registered",
                f"{one!r} for {source}, {locator} (grade {grade}), and for {held.source}, {held.locator} (grade {held.grade})",
                "one id for one row",
                "put what tells the rows apart into the id",
            )
    bases = rows["period_basis"].tolist() if "period_basis" in rows else []
    return Provenance(
        observations=tuple(sorted(set(named))),
        source_ids=tuple(sorted(set(sources))),
        locators=tuple(dict.fromkeys(places)),
        grade=max(set(grades), key=GRADES.index),
        status=status,
        period=(min(start for start, _ in spans), max(end for _, end in spans)),
        damaged=False,
        basis=weakest(one for one in bases if isinstance(one, str)),
        regions=regions_of(rows),
    )


def regions_of(rows: Rows) -> tuple[str, ...]:
    """Codes of the places that rows of any table are about, sorted; a row that names none counts for none."""
    found = set()
    for column in ("region_code", "province_code"):
        if column in rows:
            found |= set(rows[column])
    return tuple(sorted(found - {""}))


def provenance(rows: Rows) -> Provenance:
    """Sum up the rows of `observations` behind a derived number. Raises MethodError on no rows."""
    if hasattr(rows, "columns"):
        column = {
            name: rows[name].tolist()
            for name in (
                "observation_id",
                "source_id",
                "locator",
                "source_grade",
                "status",
                "period_start",
                "period_end",
                "period_basis",
                "damaged",
                "region_code",
            )
            if name in rows
        }
    else:
        listed = _rows(rows)
        column = {name: [row[name] for row in listed] for name in COLUMNS}
    if not column["observation_id"]:
        raise refuse(
            "facts.provenance",
            "no rows",
            "at least one observation",
            "print the empty state instead of a number",
        )
    _remember(column)
    statuses = set(column["status"])
    return Provenance(
        observations=tuple(sorted(column["observation_id"])),
        source_ids=tuple(sorted(set(column["source_id"]))),
        locators=tuple(dict.fromkeys(column["locator"])),
        grade=max(set(column["source_grade"]), key=GRADES.index),
        status=statuses.pop() if len(statuses) == 1 else "mixed",
        period=(
            min((d for d in column["period_start"] if d), default=""),
            max((d for d in column["period_end"] if d), default=""),
        ),
        damaged=any(column["damaged"]),
        basis=weakest(column.get("period_basis", ())),
        regions=tuple(sorted(set(column["region_code"]) - {""})),
    )


def derived(
    value: float | None,
    label: Text,
    formula: Text,
    *,
    rows: Rows = None,
    inputs: Iterable[Fact] = (),
    origin: Provenance | None = None,
    **how: Any,
) -> Fact:
    """A computed number: what it is, how it was computed, from which rows (or Facts).

    rows: the observations used (DataFrame or mappings); origin: the same, summed up before (one sum for many facts);
    inputs: Facts the formula takes, each becomes a link. ``how`` takes Fact's display fields (style, unit, decimals, low ...).
    """
    inputs = tuple(inputs)
    origin = origin or (provenance(rows) if rows is not None else None)
    if origin is None:
        if not inputs:
            raise refuse(
                "facts.derived",
                f"no rows and no inputs for {label[1]!r}",
                "the observations or Facts behind the number",
                "pass rows=, origin= or inputs=",
            )
        statuses = {fact.status for fact in inputs}
        origin = Provenance(
            observations=tuple(sorted({o for fact in inputs for o in fact.observations})),
            source_ids=tuple(sorted({s for fact in inputs for s in fact.source_ids})),
            locators=tuple(dict.fromkeys(loc for fact in inputs for loc in fact.locators)),
            grade=max((fact.grade for fact in inputs), key=GRADES.index),
            status=statuses.pop() if len(statuses) == 1 else "mixed",
            period=(
                min((f.period[0] for f in inputs if f.period[0]), default=""),
                max((f.period[1] for f in inputs if f.period[1]), default=""),
            ),
            damaged=any(fact.damaged for fact in inputs),
            basis=weakest(fact.period_basis for fact in inputs),
            regions=tuple(sorted({code for fact in inputs for code in fact.regions})),
        )
    how.setdefault("status", origin.status)
    how.setdefault("period", origin.period)
    how.setdefault("period_basis", origin.basis)
    return Fact(
        label=label,
        value=_clean(value),
        formula=formula,
        inputs=inputs,
        observations=origin.observations,
        source_ids=origin.source_ids,
        locators=origin.locators,
        grade=origin.grade,
        damaged=origin.damaged,
        regions=origin.regions,
        low=_clean(how.pop("low", None)),
        high=_clean(how.pop("high", None)),
        **how,
    )
