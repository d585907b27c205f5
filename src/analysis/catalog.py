"""The dictionaries in data/*.csv: regions, indicators, sources, institutions, terms. Every name on a page is looked up here.

Standard library only, read once per process. Look-ups refuse instead of guessing: an unknown name is answered with the nearest
ones, an ambiguous one (吉林 is a province and a city) with its candidates. More than 300 lines because the five dictionaries
share one reader and each is a class, its table and two look-ups; apart they would import one another.

Longer than 400 lines because each dictionary has its record, its reader and its errors, and they look one another up.
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from analysis import paths, words
from analysis.errors import DataError, MethodError, ParameterError, Problem
from analysis.words import LANGS, pick

NATION = "000000"  # code of the nation in regions.csv
SEPARATOR = "|"
_T = TypeVar("_T")
_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@lru_cache(maxsize=4)
def _folder_of(stated: str | None) -> Path:
    return paths.data()


def _folder() -> Path:
    """The dictionaries' folder. Finding it costs several file look-ups, too many for one a row, so it is kept until YIGAI_HOME changes."""
    return _folder_of(os.environ.get("YIGAI_HOME"))


def _pick(lang: str, zh: str, en: str) -> str:
    """Names are typed with straight apostrophes, by which they are also looked up; readers see them typeset."""
    said = language(lang)
    return words.apostrophes(en) if said != "zh" and "'" in en else pick((zh, en), said)


def _items(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(SEPARATOR) if part)


def _plain(text: str) -> str:
    """A name as it is compared: full-width forms folded, blanks at the ends dropped, one blank inside, case and the form of an apostrophe
    ignored."""
    folded = unicodedata.normalize("NFKC", text).replace("’", "'").strip()
    return re.sub(r"\s+", " ", folded).casefold()


class _Named:
    """How an entry of a dictionary shows itself: one line, and in JupyterLab a table of what is stated."""

    def label(self, lang: str) -> str:
        """What a reader calls it."""
        raise NotImplementedError

    def __repr__(self) -> str:
        key = next(iter(vars(self).values()))
        return f"{type(self).__name__}({key}: {self.label('zh')} / {self.label('en')})"

    def _repr_html_(self) -> str:
        said = {
            name: ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            for name, value in vars(self).items()
            if value not in ("", None, (), {})
        }
        rows = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>"
            for name, text in said.items()
        )
        return f"<p><b>{html.escape(self.label('zh'))}</b> {html.escape(self.label('en'))}</p><table>{rows}</table>"


@dataclass(frozen=True, repr=False)
class Region(_Named):
    """One row of regions.csv. ``tile`` is its (row, column) on the tile map; ``parent`` is empty for the nation."""

    code: str
    name_zh: str
    short_zh: str
    name_en: str
    name_en_full: str
    level: str
    parent: str
    area: str
    tile: tuple[int, int] | None
    aliases: tuple[str, ...]
    state: str

    def name(self, lang: str) -> str:
        """Official name: 山西省 / Shanxi Province."""
        return _pick(lang, self.name_zh, self.name_en_full)

    def short(self, lang: str) -> str:
        """Short name: 山西 / Shanxi; with its kind where a county's English name is its city's or a neighbour's too (Aksu City).

        A city that bears its province's name has its kind in both languages: 吉林市 / Jilin City beside 吉林 / Jilin.
        """
        above = regions().get(self.parent) if self.level == "city" else None
        if above is not None and above.short_zh == self.short_zh:
            return _pick(lang, self.name_zh, self.name_en_full.partition(",")[0])
        shared = self.level == "county" and self.code in _shared(_folder())
        return _pick(lang, self.short_zh, self.name_en_full if shared else self.name_en)

    def label(self, lang: str) -> str:
        """The official name."""
        return self.name(lang)

    @property
    def kind(self) -> str:
        """What the place is by its official name, finer than its level: not every place of the level below a province is a city.

        >>> [region(code).kind for code in ("140100", "222400", "232700", "152200", "140000", "150000", "110000")]
        ['city', 'autonomous_prefecture', 'prefecture', 'league', 'province', 'autonomous_region', 'municipality']
        """
        ends = {
            "city": {"自治州": "autonomous_prefecture", "地区": "prefecture", "盟": "league"},
            "province": {"自治区": "autonomous_region", "市": "municipality"},
        }
        found = (kind for end, kind in ends.get(self.level, {}).items() if self.name_zh.endswith(end))
        return next(found, self.level)

    @property
    def district(self) -> bool:
        """Whether it is a part of a city (区), whose figures are not compared with counties.

        六枝特区 is a county by another name, and 神农架林区 stands below its province (its code has 90 for the city).

        >>> [region(code).district for code in ("310151", "520203", "429021")]
        [True, False, False]
        """
        county = self.level == "county" and self.code[2:4] != "90" and not self.name_zh.endswith("特区")
        return county and self.name_zh.endswith("区")


@dataclass(frozen=True)
class Break:
    """A change of definition between ``start_year - 1`` and ``start_year``, or spread over start_year..end_year."""

    start_year: int
    end_year: int | None
    code: str
    zh: str
    en: str

    def text(self, lang: str) -> str:
        """What changed, in one sentence."""
        return _pick(lang, self.zh, self.en)


@dataclass(frozen=True)
class FixedYear:
    """A year that belongs to a definition, a policy or a design, and no new figure moves: one row of fixed_years.csv, with its reason."""

    key: str
    year: int
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, repr=False)
class Indicator(_Named):
    """One row of indicators.csv. ``unit`` is the base unit, ``print_step`` the resolution in ``print_unit`` (None: not stated)."""

    indicator: str
    label_zh: str
    label_en: str
    unit: str
    unit_en: str
    print_unit: str
    print_step: float | None
    other_print_steps: dict[tuple[str, str], float]
    polarity: str
    ranked: bool
    theme: str
    kind: str
    definition_zh: str
    definition_en: str
    definition_basis: str
    breaks: tuple[Break, ...]
    needed_zh: str
    needed_en: str
    aliases: tuple[str, ...]

    @property
    def key(self) -> str:
        """The indicator's name in code and tables."""
        return self.indicator

    def label(self, lang: str) -> str:
        """The name a reader sees."""
        return _pick(lang, words.spaced(self.label_zh), self.label_en)

    def unit_label(self, lang: str) -> str:
        """The base unit in one language."""
        return _pick(lang, self.unit, self.unit_en)

    def definition(self, lang: str) -> str:
        """What is counted; empty when no source says so."""
        return _pick(lang, words.spaced(self.definition_zh), self.definition_en)

    def needed(self, lang: str) -> str:
        """What would fill the gap where no figures are held."""
        return _pick(lang, words.spaced(self.needed_zh), self.needed_en)

    def step(self, unit: str, source_id: str) -> float | None:
        """The print resolution, in ``unit``, of a value that ``source_id`` prints in that unit; None when it is not known."""
        own = self.other_print_steps.get((unit, source_id))
        return own if own is not None else (self.print_step if unit == self.print_unit else None)


@dataclass(frozen=True)
class Carrier:
    """One row of carriers.csv: how a source was read. ``original``: what kind of body made the figures; ``carrier``: what they were
    read in; ``carried_on``: the day that this prints of itself. ``no_date``, ``no_address``, ``no_title``: why one is not held."""

    source_id: str
    original: str
    carrier: str
    carried_on: str
    no_date: str
    no_address: str
    no_title: str

    @property
    def best_grade(self) -> str:
        """The best grade that the stated rule gives: A the publisher's own page or tables, B press or a copy, C not located.

        >>> Carrier("x", "government", "repost", "", "", "", "").best_grade
        'B'
        """
        if "unlocated" in (self.original, self.carrier) or self.original == "computed":
            return "C"
        second_hand = self.original in ("press", "research") or self.carrier in (
            "press",
            "repost",
            "repository",
        )
        return "B" if second_hand else "A"


@dataclass(frozen=True, repr=False)
class Source(_Named):
    """One row of sources.csv: a document or a series. Grade A publisher's own, B named paper or broadcaster, C not located.

    ``published`` is the day (month, year) the source states for itself, ``read_on`` the day it was read where that was noted: a
    series on a web page shows the day of reading, which is no date of publication.
    """

    source_id: str
    kind: str
    title_zh: str
    title_en: str
    producer_zh: str
    producer_en: str
    published: str
    published_basis: str
    read_on: str
    period_start: str
    period_end: str
    grade: str
    url: str
    licence_note_zh: str
    licence_note_en: str
    caveats_zh: str
    caveats_en: str
    publications: tuple[str, ...]

    @property
    def id(self) -> str:
        """The source's id."""
        return self.source_id

    def title(self, lang: str) -> str:
        """Title of the document or series."""
        return _pick(lang, self.title_zh, self.title_en)

    def label(self, lang: str) -> str:
        """The title."""
        return self.title(lang)

    def producer(self, lang: str) -> str:
        """Who issued it."""
        return _pick(lang, self.producer_zh, self.producer_en)

    def licence_note(self, lang: str) -> str:
        """How it may be used."""
        return _pick(lang, self.licence_note_zh, self.licence_note_en)

    def caveats(self, lang: str) -> str:
        """What limits its use."""
        return _pick(lang, self.caveats_zh, self.caveats_en)


@dataclass(frozen=True, repr=False)
class Institution(_Named):
    """One row of institutions.csv: a hospital, an office, a programme or a group named as one."""

    institution_id: str
    type: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    region_code: str
    parent_id: str
    docs: tuple[str, ...]
    basis: str
    note: str

    @property
    def id(self) -> str:
        """The institution's id."""
        return self.institution_id

    def pair(self) -> tuple[str, str]:
        """Its name in both languages; the Chinese one where no English one is known."""
        return self.name("zh"), self.name("en") or self.name_zh

    def name(self, lang: str) -> str:
        """Its name."""
        return _pick(lang, self.name_zh, self.name_en)

    def label(self, lang: str) -> str:
        """Its name."""
        return self.name(lang)


def label(obj: Region | Indicator | Source | Institution, lang: str) -> str:
    """What a reader calls the thing, in one language."""
    return obj.label(lang)


def _break(text: str) -> Break:
    years, code, zh, en = text.split(":")
    start, dash, end = years.partition("-")
    return Break(int(start), int(end) if dash else None, code, zh, en)


def _step(item: str) -> tuple[tuple[str, str], float]:
    where, _, step = item.rpartition(":")
    unit, _, source_id = where.rpartition("@")
    return (unit, source_id), float(step)


_COLUMN: dict[tuple[type, str], str] = {(Region, "code"): "region_code", (Region, "parent"): "parent_code"}
_PARSERS: dict[str, Callable[[str], object]] = {
    "aliases": _items,
    "publications": _items,
    "docs": _items,
    "breaks": lambda cell: tuple(_break(item) for item in _items(cell)),
    "other_print_steps": lambda cell: dict(_step(item) for item in _items(cell)),
    "print_step": lambda cell: float(cell) if cell else None,
    "year": int,
    "ranked": lambda cell: {"true": True, "false": False}[cell],
}


def _cell(kind: type, name: str, row: dict[str, str]) -> object:
    if name == "tile":
        return (int(row["tile_row"]), int(row["tile_col"])) if row["tile_row"] else None
    return _PARSERS.get(name, str)(row[_COLUMN.get((kind, name), name)])


def _rows(path: Path) -> list[dict[str, str]]:
    where = paths.relative(path)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise DataError(
            Problem(where, "no such file", "a dictionary", "restore it from the repository")
        ) from None
    except UnicodeDecodeError:
        raise DataError(
            Problem(where, "bytes that are not UTF-8", "a UTF-8 file", "save it as CSV UTF-8")
        ) from None
    ragged = [n for n, row in enumerate(rows, start=2) if None in row or None in row.values()]
    if ragged or not rows:
        raise DataError(
            Problem(
                f"{where} row {ragged[0] if ragged else 1}",
                "too few or too many cells",
                "one cell a column",
                "quote cells that hold a comma",
            )
        )
    return rows


@lru_cache(maxsize=32)
def _load(path: Path, kind: type, of: Path | None = None) -> dict:
    """All rows of one dictionary by their first column; ``of``: the project's own, whose columns a user's older file may lack (blank).
    Raises DataError listing every cell that cannot be read and every double key."""
    found, problems, where = {}, [], paths.relative(path)
    blank = dict.fromkeys(_rows(of)[0], "") if of else {}
    for number, own_row in enumerate(_rows(path), start=2):
        row = blank | own_row
        values = {}
        for field in fields(kind):
            try:
                values[field.name] = _cell(kind, field.name, row)
            except (KeyError, ValueError) as error:
                problems.append(
                    Problem(
                        f"{where} row {number} {field.name}",
                        repr(row.get(field.name, error)),
                        "the form of the other rows of the column",
                        "correct the cell",
                    )
                )
        key = next(iter(row.values()))
        if key in found:
            problems.append(
                Problem(
                    f"{where} row {number}",
                    f"{key} a second time",
                    "each key once",
                    "remove one of the two rows",
                )
            )
        found[key] = kind(**values) if len(values) == len(fields(kind)) else None
    if problems:
        raise DataError(problems)
    return found


def load_all() -> None:
    """Read the dictionaries and the words of the pages, so that processes forked from this one need not."""
    _region_names(_state())
    _county_names(_folder())
    for read in (indicators, sources, institutions, terms):
        read()


_edition = 0


def edition() -> int:
    """Counts how often the dictionaries were read anew in this process: what caches a dictionary keeps this number with it."""
    return _edition


def renew() -> None:
    """Read the user's own dictionary again: called by what has just added to it."""
    global _edition
    _edition += 1


@lru_cache(maxsize=16)
def _joined(folder: Path, file: str, kind: type, own: Path, internal: bool, _: int) -> dict:
    """A dictionary with what a user added to it in ``data/raw/user/dictionary``; the project's own rows go first, and rows marked
    internal count only where internal figures are asked for."""
    table = _load(folder / file, kind)
    added = own / file
    if not added.is_file():
        return Regions(table) if kind is Region else table
    access = {next(iter(row.values())): row.get("access", "") for row in _rows(added)}
    extra = _load.__wrapped__(added, kind, folder / file)
    joined = table | {
        key: row for key, row in extra.items() if key not in table and (internal or access[key] == "public")
    }
    return Regions(sorted(joined.items())) if kind is Region else joined


def _dictionary(file: str, kind: type) -> Any:
    folder = _folder()
    return _joined(folder, file, kind, _own_folder(folder), paths.internal(), _edition)


def _state() -> tuple:
    """What the look-ups by name depend on."""
    return _folder(), os.environ.get("YIGAI_DICTIONARY"), paths.internal(), _edition


def _own_folder(folder: Path) -> Path:
    return _own_folder_of(folder, os.environ.get("YIGAI_DICTIONARY"))


@lru_cache(maxsize=8)
def _own_folder_of(folder: Path, stated: str | None) -> Path:
    return Path(stated) if stated else folder / "raw" / "user" / "dictionary"


def _get(table: dict[str, _T], key: str, what: str, file: str) -> _T:
    if key in table:
        return table[key]
    near = get_close_matches(str(key), table, n=3, cutoff=0.5)
    raise DataError(
        Problem(
            what,
            repr(key),
            "an entry of data/" + file,
            f"did you mean {', '.join(near)}?" if near else f"add it to data/{file}",
        )
    )


class Regions(dict[str, Region]):
    """Nation, provinces and prefectures by code, in code order; a county's code is found too, but counties are not gone through.

    Thousands of counties would make every loop over places long, and none of them has a page of its own.
    """

    def __missing__(self, code: str) -> Region:
        return counties()[code]

    def __contains__(self, code: object) -> bool:
        return super().__contains__(code) or (bool(re.fullmatch(r"\d{6}", str(code))) and code in counties())

    def get(self, code: str, default: Region | None = None) -> Region | None:  # type: ignore[override]
        """The region of a code, a county's too."""
        return self[code] if code in self else default


def regions() -> Regions:
    """The regions by code: see ``Regions``."""
    return _dictionary("regions.csv", Region)


@dataclass(frozen=True)
class Change:
    """One row of region_changes.csv: a code or name that a later list of GB/T 2260 has no more.

    It stands in the list of ``listed_until`` and not in that of ``gone_by`` (year and month): no list states the day.
    ``became_code`` is empty where the lists name no one successor.
    """

    region_code: str
    name_zh: str
    level: str
    listed_until: str
    gone_by: str
    became_code: str
    became_zh: str


@lru_cache(maxsize=4)
def _changes(folder: Path) -> tuple[Change, ...]:
    path = folder / "region_changes.csv"
    return tuple(Change(**row) for row in _rows(path)) if path.is_file() else ()


def changes() -> tuple[Change, ...]:
    """All codes and names of prefectures and counties that went since 2000, in code order."""
    return _changes(_folder())


def former(text: str) -> tuple[Change, ...]:
    """What a name was that no list holds any more (襄樊, 思茅, 沙县), with or without 市, 县 or 区; empty for a name that never went."""
    wanted = _plain(text)
    return tuple(c for c in changes() if wanted in (_plain(c.name_zh), _plain(c.name_zh)[:-1]))


@lru_cache(maxsize=4)
def _shared(folder: Path) -> frozenset[str]:
    """Codes of counties whose English name without its kind is that of their city (阿克苏市 in 阿克苏地区) or of a neighbour (和田市, 和田县)."""
    path = folder / "counties.csv"
    rows = list(_rows(path)) if path.is_file() else []
    cities = {row["region_code"]: row["name_en"] for row in _rows(folder / "regions.csv")} if rows else {}
    times = Counter((row["parent_code"], row["name_en"]) for row in rows)
    return frozenset(
        row["region_code"]
        for row in rows
        if row["name_en"] == cities.get(row["parent_code"]) or times[row["parent_code"], row["name_en"]] > 1
    )


@lru_cache(maxsize=4)
def _counties(folder: Path) -> dict[str, Region]:
    path, found = folder / "counties.csv", {}
    for row in _rows(path) if path.is_file() else ():
        code, zh, en = row["region_code"], row["name_zh"], row["name_en"]
        full = row["name_en_full"]
        found[code] = Region(code, zh, zh, en, full, "county", row["parent_code"], "", None, (), "")
    named = {
        row["region_code"]: (row["name_zh"], row["name_en"], row["name_en_full"])
        for file in ("regions.csv", "counties.csv")
        for row in (_rows(folder / file) if (folder / file).is_file() else ())
    }
    steps = {c.region_code: c.became_code for c in _changes(folder)}
    for c in _changes(folder):
        if c.region_code not in found:
            above = c.region_code[:4] + "00" if c.level == "county" else c.region_code[:2] + "0000"
            english = _former_english(c, steps, named)
            found[c.region_code] = Region(
                c.region_code, c.name_zh, c.name_zh, *english, c.level, above, "", None, (), "former"
            )
    return found


def _former_english(
    gone: Change, steps: Mapping[str, str], named: Mapping[str, tuple[str, str, str]]
) -> tuple[str, str]:
    """Short and full English name of a place that went: its heir's where only the kind changed (米林县 is 米林市 now),
    else its Chinese name, for no list gives another. ``steps``: what each code that went became.
    """
    code = gone.became_code
    for _ in range(5):
        code = code if code in named else steps.get(code, code)
    zh, short, full = named.get(code, ("", "", ""))
    if not zh or _stem(zh) != _stem(gone.name_zh):
        return gone.name_zh, gone.name_zh
    return short, full if zh == gone.name_zh else short


def _stem(name: str) -> str:
    """A Chinese place name without the kind of place: 米林县 and 米林市 are 米林, 吐鲁番地区 is 吐鲁番."""
    return re.sub("(?:地区|[市县区盟旗州])$", "", name)


def counties() -> dict[str, Region]:
    """Counties, county-level cities and districts by code, and codes that went since 2000 (state ``former``)."""
    return _counties(_folder())


@lru_cache(maxsize=4)
def _county_names(folder: Path) -> dict[str, tuple[str, ...]]:
    names: dict[str, set[str]] = {}
    for r in _counties(folder).values():
        for text in (r.name_zh, r.name_en_full) if not r.state else ():
            names.setdefault(_plain(text), set()).add(r.code)
    return {name: tuple(sorted(codes)) for name, codes in names.items()}


def counties_named(text: str) -> tuple[str, ...]:
    """Codes of the counties with exactly this full name, in either language (鼓楼区 is several)."""
    return _county_names(_folder()).get(_plain(text), ())


@lru_cache(maxsize=4)
def _region_names(_: tuple) -> dict[str, tuple[str, ...]]:
    names: dict[str, set[str]] = {}
    for r in regions().values():
        for text in (r.name_zh, r.short_zh, r.name_en, r.name_en_full, *r.aliases):
            names.setdefault(_plain(text), set()).add(r.code)
    return {name: tuple(sorted(codes)) for name, codes in names.items()}


def _became(code: str) -> str:
    """The last of a chain of changes: what a place that changed several times is now."""
    steps = {c.region_code: c.became_code for c in changes() if c.became_code not in ("", c.region_code)}
    for _ in range(5):
        code = steps.get(code, code) if regions()[code].state == "former" else code
    return code


def _above(code: str) -> str:
    """The place above a county, in front of its name where several share it."""
    place = regions()[code]
    return regions()[place.parent].name_zh if place.level == "county" and place.parent in regions() else ""


def region(text: str) -> Region:
    """The region of a six-digit code or of any official, short, English or alias name; a county by its full name.

    A name that went (襄樊) means what the place became; ``former`` says since when.

    Raises ParameterError: unknown (with the nearest names), or ambiguous (with the candidates and their codes).
    """
    if (held := dict.get(regions(), text)) and held.state != "former":
        return held  # a code, as nearly all callers have one
    names, wanted = _region_names(_state()), _plain(str(text))
    codes = (wanted,) if wanted in regions() else names.get(wanted, ())
    if not codes or (len(codes) == 1 and regions()[codes[0]].state == "former"):
        codes = tuple(dict.fromkeys((*codes, *counties_named(wanted)))) or tuple(
            dict.fromkeys(_became(c.became_code) for c in former(wanted) if c.became_code in regions())
        )
    if len(codes) == 1:
        return regions()[codes[0]]
    if codes:
        shown = " or ".join(
            f"{_above(c)}{regions()[c].name_zh} {regions()[c].name_en_full} ({c})" for c in codes[:8]
        )
        listed = shown + (f" or {len(codes) - 8} more" if len(codes) > 8 else "")
        raise ParameterError(
            Problem("region", repr(text), f"one region; it may be {listed}", "pass the six-digit code")
        )
    if re.fullmatch(r"\d+", wanted):
        codes_near = sorted(
            regions(),
            key=lambda code: (
                sum(a != b for a, b in zip(code, wanted, strict=False)) + abs(len(code) - len(wanted)),
                code,
            ),
        )
        offers = [f"{c} ({regions()[c].name_zh})" for c in codes_near[:3]]
    else:
        near = get_close_matches(wanted, names, n=4, cutoff=0.5)
        short = [
            c for end in ("市", "县", "区", "旗") for c in counties_named(wanted + end)
        ]  # 昆山 for 昆山市
        offers = [
            f"{_above(c)}{regions()[c].name_zh} {regions()[c].name_en} ({c})"
            for c in dict.fromkeys([*short, *(c for n in near for c in names[n])])
        ][:3]
    fix = f"did you mean {', '.join(offers)}?" if offers else "pass a code or a name from data/regions.csv"
    raise ParameterError(Problem("region", repr(text), "a region of data/regions.csv", fix))


def provinces() -> list[Region]:
    """The 31 provinces with figures, in code order (Taiwan, Hong Kong and Macao are not in these sources)."""
    return [r for r in regions().values() if r.level == "province" and r.state != "not_in_sources"]


def cities_of(code: str) -> list[Region]:
    """Prefectures of a province, in code order, without those that were dissolved."""
    return [r for r in regions().values() if r.level == "city" and r.parent == code and r.state != "former"]


def parts_of(code: str) -> list[Region]:
    """What a province's figure is the sum of: its prefectures and the counties that it runs itself; a municipality is its own part."""
    cities = cities_of(code)
    own = [r for r in counties().values() if r.parent == code and not r.state]
    return [*cities, *own] if cities else [regions()[code]]


@lru_cache(maxsize=1)
def _english_units() -> dict[str, str]:
    """Chinese unit -> English, where all indicators that have the unit call it the same (个 is places, hospitals or projects).

    An indicator of a user's own whose unit has no English yet says nothing about what others call it.
    """
    found: dict[str, set[str]] = {}
    for one in indicators().values():
        if one.unit_en.isascii():
            found.setdefault(one.unit, set()).add(one.unit_en)
    return {unit: names.pop() for unit, names in found.items() if unit and len(names) == 1}


def unit_in_english(unit: str) -> str:
    """A base unit in English, empty where the word depends on what is counted."""
    return _english_units().get(unit, "")


def indicators() -> dict[str, Indicator]:
    """All indicators by key."""
    return _dictionary("indicators.csv", Indicator)


def indicator(key: str) -> Indicator:
    """The indicator of a key; raises DataError with the nearest keys."""
    return _get(indicators(), key, "indicator", "indicators.csv")


@lru_cache(maxsize=4)
def _indicator_labels(_: tuple) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, entry in indicators().items():
        for text in (entry.label_zh, *entry.aliases):
            if found.setdefault(text, key) != key:
                raise DataError(
                    Problem(
                        "data/indicators.csv aliases",
                        f"{text} under {found[text]} and {key}",
                        "each alias once",
                        "remove one, or write label@source_id",
                    )
                )
    return found


def indicator_of(label_zh: str, source_id: str = "") -> Indicator:
    """The indicator that a source prints under a label; an alias ``label@source_id`` goes before the plain label."""
    labels = _indicator_labels(_state())
    scoped = f"{label_zh}@{source_id}"
    return indicators()[
        _get(labels, scoped if scoped in labels else label_zh, "indicator_zh", "indicators.csv")
    ]


def fixed_year(key: str) -> int:
    """A year that no new figure moves. Raises DataError for a key that fixed_years.csv lacks.

    >>> fixed_year("one_census")
    2014
    """
    return _get(_load(_folder() / "fixed_years.csv", FixedYear), key, "fixed year", "fixed_years.csv").year


def sources() -> dict[str, Source]:
    """All sources by id."""
    return _dictionary("sources.csv", Source)


def carriers() -> dict[str, Carrier]:
    """How each source of the project's own register was read, by source id."""
    return _load(_folder() / "carriers.csv", Carrier) if (_folder() / "carriers.csv").is_file() else {}


@dataclass(frozen=True)
class CityGroup:
    """One row of city_groups.csv: a city that an official document counts to a part of its province (苏南), and the document."""

    region_code: str
    group_id: str
    name_zh: str
    name_en: str
    source_id: str

    def name(self, lang: str) -> str:
        """The part's name as the document has it."""
        return _pick(lang, self.name_zh, self.name_en)


def city_groups(province: str) -> tuple[CityGroup, ...]:
    """The cities of a province that a document names as one part of it, in code order; empty where none is held.

    Raises DataError for a city or a document that the dictionaries do not have.

    >>> [region(g.region_code).short("en") for g in city_groups("320000")]
    ['Nanjing', 'Wuxi', 'Changzhou', 'Suzhou', 'Zhenjiang']
    """
    rows = (
        _dictionary("city_groups.csv", CityGroup).values()
        if (_folder() / "city_groups.csv").is_file()
        else ()
    )
    for row in rows:
        _get(regions(), row.region_code, "region_code", "regions.csv")
        source(row.source_id)
    return tuple(
        sorted((g for g in rows if region(g.region_code).parent == province), key=lambda g: g.region_code)
    )


def stands(grade: str, source: Source) -> bool:
    """Whether a gathered row's grade agrees with the register: the same, or a better one that the rule of grades does not give."""
    read = carriers().get(source.id)
    better = read is not None and source.grade == read.best_grade and grade < read.best_grade
    return grade == source.grade or better


def source(source_id: str) -> Source:
    """The source of an id; raises DataError with the nearest ids."""
    return _get(sources(), source_id, "source_id", "sources.csv")


@lru_cache(maxsize=4)
def _publications(_: tuple) -> dict[str, str]:
    return {text: s.id for s in sources().values() for text in s.publications}


def _spelled(publication: str) -> str:
    bare = re.sub(r"[\s《》〈〉“”\"']", "", _plain(publication))
    return re.sub(r"\((?:各年版|annualeditions)\)$", "", bare)


@lru_cache(maxsize=4)
def _titles(_: tuple) -> dict[str, str]:
    """How a publication may be called besides its exact string: key, titles, other brackets and blanks -> that string."""
    found: dict[str, set[str]] = {}
    for s in sources().values():
        for text in (s.id, s.title_zh, s.title_en, *s.publications):
            found.setdefault(_spelled(text), set()).update(s.publications[:1])
    return {text: known.pop() for text, known in found.items() if len(known) == 1}


def near_publications(publication: str) -> list[str]:
    """Titles of registered sources that a name resembles or is a part of, for a question."""
    wanted, titles = _spelled(publication), {_spelled(s.title_zh): s.title_zh for s in sources().values()}
    part = [
        title
        for text, title in titles.items()
        if len(min(wanted, text, key=len)) > 3 and (wanted in text or text in wanted)
    ]
    close = [titles[text] for text in get_close_matches(wanted, titles, n=3, cutoff=0.75)]
    return list(dict.fromkeys([*part, *close]))[:3]


def source_of(publication: str, file: str = "") -> Source:
    """The source of a raw row's ``source_publication``: its exact string, else its key or title, whatever brackets and blanks it is written with.

    ``file`` (below data/raw, "policy/policy_timing.csv") settles publications that only say that the original was not located.
    """
    known = _publications(_state())
    scoped = f"{publication} @ {file}"
    if publication not in known and scoped not in known:
        publication = _titles(_state()).get(_spelled(publication), publication)
    return sources()[
        _get(known, scoped if scoped in known else publication, "source_publication", "sources.csv")
    ]


def institutions() -> dict[str, Institution]:
    """All institutions by id."""
    return _dictionary("institutions.csv", Institution)


def institution(institution_id: str) -> Institution:
    """The institution of an id; raises DataError with the nearest ids."""
    return _get(institutions(), institution_id, "institution_id", "institutions.csv")


@lru_cache(maxsize=4)
def _institution_names(_: tuple) -> dict[str, str]:
    return {
        _plain(name): i.id for i in institutions().values() for name in (i.name_zh, i.name_en, *i.aliases)
    }


def institution_of(name: str) -> Institution | None:
    """The institution of an exact name or alias, or None: a name is never matched by resemblance."""
    found = _institution_names(_state()).get(_plain(name))
    return institutions()[found] if found else None


@dataclass(frozen=True)
class Term:
    """One entry of ``[terms]`` in words.toml: a word of the pages, decided once."""

    term: str
    zh: str
    en: str
    note: str


def terms() -> dict[str, Term]:
    """All terms by key."""
    return _terms(_folder() / "words.toml")


@lru_cache(maxsize=8)
def _terms(path: Path) -> dict[str, Term]:
    try:
        told = words.catalogue(path)
        found = {
            key: (pair, told.entry(f"terms.{key}").get("note", ""))
            for key, pair in told.group("terms").items()
        }
    except MethodError as error:
        raise DataError(error.problems) from error
    return {key: Term(key, *pair, note) for key, (pair, note) in found.items()}


def term(key: str, lang: str) -> str:
    """A word of the pages in one language; raises DataError with the nearest keys."""
    entry = _get(terms(), key, "term", "words.toml")
    return _pick(lang, entry.zh, entry.en)


def newest_date() -> str:
    """The newest full date in sources.csv (ISO), of publication or of reading: nothing held here is later."""
    dates = (day for s in sources().values() for day in (s.published, s.read_on))
    return max(day for day in dates if _FULL_DATE.fullmatch(day))


def language(text: object) -> str:
    """``zh`` or ``en``. Raises ParameterError for anything else, in the words of the command line."""
    if text in LANGS:
        return str(text)
    near = get_close_matches(str(text), LANGS, n=1)
    raise ParameterError(
        Problem(
            "lang", repr(text)[:60], "zh or en", f"did you mean {near[0]}?" if near else "allowed: zh, en"
        )
    )


def day(text: object, where: str = "as_of") -> str:
    """An ISO date, full-width digits and dashes folded as in names of regions, or empty. Raises ParameterError.

    >>> day("２０２３－１２－３１")
    '2023-12-31'
    """
    if text == "":
        return ""
    try:
        folded = unicodedata.normalize("NFKC", text) if isinstance(text, str) else ""
        if len(folded) != 10:
            raise ValueError(text)
        return dt.date.fromisoformat(folded).isoformat()
    except ValueError as error:
        raise ParameterError(
            Problem(where, repr(text)[:60], "a date such as 2026-11-01", "write year-month-day")
        ) from error


def known_day(text: object, where: str = "as_of") -> str:
    """As ``day``, for the day up to which sources are read: of a day to come nobody knows what its sources will be. Raises ParameterError."""
    found, today = day(text, where), dt.date.today().isoformat()
    if found > today:
        fix = f"leave {where} away for what is known today"
        raise ParameterError(Problem(where, found, f"a day that has been, up to {today}", fix))
    return found


def code_of(value: object) -> str:
    """The six-digit code of a region given as code, name or whole number (papermill turns 140000 into one).

    Raises ParameterError as ``region`` does, and for a value of any other type.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 999999:
        value = f"{value:06d}"
    if not isinstance(value, str):
        raise ParameterError(
            Problem(
                "region",
                f"{value!r} ({type(value).__name__})"[:60],
                "a region of data/regions.csv",
                "pass a code or a name, as text",
            )
        )
    return region(value).code
