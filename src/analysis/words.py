"""Catalogues: every word a reader reads, in Chinese and English side by side, in a TOML file beside the code that fills it.

An *entry* is a table with ``zh`` and ``en``; its *path* is its place in the file, with dots (``position.sentences.doctors``). Values
go into named slots, ``{place}``. Code brings values, never words. Beside zh and en an entry may hold *marks*:

    id, key     the sentence's id, the column's key, where the path's last part is not it
    brief       its place in the region's briefing, 1 first
    claim       what it says of the world, one of CLAIMS; a table's or the file's holds for all headlines, sentences and alt texts inside
    requires    names of the conditions under which it may be said; code says whether each holds
    as          name, definition or formula, where the words are one: then digits and words that need a licence may stand
    note        a word to whoever edits the file

An entry that is a path in quotation marks, ``why = "terms.reason"``, has the words of that entry: one phrase stands once.
``common()`` is the catalogue that all pages share: terms and codes, words of the pages, of the charts, of conditions.

A catalogue is checked when it is loaded (both languages, the same slots, known marks) and in full by ``analysis.wording``.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from analysis import paths
from analysis.errors import MethodError, Problem, refuse

LANGS = ("zh", "en")
Text = tuple[str, str]  # (zh, en)
T = TypeVar("T")
KINDS = (
    "description",
    "comparison",
    "association",
    "source_claim",
    "cause",
)  # as in `claims`, which is slow to import
CLAIMS = ("label", "method", *KINDS)
AS = ("name", "definition", "formula")
MARKS = ("id", "key", "brief", "claim", "requires", "as", "note")
INSTEAD = (
    "zero",
    "one",
    "same",
)  # tables beside an entry's words: what is said where its counts are nought, one or alike
BY_PLACE = {"subtitle": "method", "note": "method", "states": "method", "reason": "method"}
SAID = (
    "headline",
    "sentences",
    "alt",
)  # what makes a claim of its own: the entry's, its table's or the file's

CAUSAL = re.compile(
    r"导致|使得|促使|带来|造成|归因|推动了|提升了|得益于|\b(cause[sd]?|led to|leads? to|because of|due to|thanks to|result(s|ed) in|drove|driven by|improved by|boost(s|ed)?)\b",
    re.IGNORECASE,
)
TREND = re.compile(
    r"趋势|(持续|逐年|稳步|不断)(上升|下降|增长|增加|减少|提高|降低|改善)|\b(trend(s|ed|ing)?|steadily|year after year|kept (rising|falling))\b",
    re.IGNORECASE,
)
NEVER = re.compile(r"显著|\bsignifican(t|tly|ce)\b", re.IGNORECASE)


def nth(lang: str) -> int:
    """A language's place in a pair (zh, en). Raises ValueError for a language that is none of ours."""
    return LANGS.index(lang)


def pick(pair: Sequence[T], lang: str) -> T:
    """One language of a pair (zh, en): the one way in which words of two languages are chosen between.

    >>> pick(("医师", "doctors"), "en")
    'doctors'
    """
    return pair[nth(lang)]


def slots(template: str) -> frozenset[str]:
    """Names of the slots of a template. Raises ValueError for a brace that is not closed."""
    return frozenset(slot for _, slot, *_ in string.Formatter().parse(template) if slot is not None)


def typeset(text: str) -> str:
    """English as it is printed: authors type straight apostrophes and quotation marks, readers see curly ones; code in backticks is left alone.

    >>> typeset('the "best" of `"code"`')
    'the “best” of `"code"`'
    """
    return _outside_code(lambda part: _OPENING.sub("“", apostrophes(part)).replace('"', "”"), text)


def apostrophes(text: str) -> str:
    """The same for apostrophes alone: in catalogues a straight quotation mark is refused.

    >>> apostrophes("the provinces' share")
    'the provinces’ share'
    """
    return _outside_code(lambda part: _APOSTROPHE.sub("’", part), text)


def _outside_code(change: Callable[[str], str], text: str) -> str:
    return "`".join(part if n % 2 else change(part) for n, part in enumerate(text.split("`")))


_APOSTROPHE = re.compile(r"(?<=[A-Za-z0-9}])'")
_OPENING = re.compile(r'(?<![^\s(\[“*_|>])"(?=\S)')


def _printed(told: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _printed(inner)
        if isinstance(inner, dict)
        else apostrophes(inner)
        if key == "en" and isinstance(inner, str)
        else inner
        for key, inner in told.items()
    }


@dataclass(frozen=True)
class Entry:
    """One pair of words. marks: its own and, where it has none, those of the tables around it."""

    path: str
    zh: str
    en: str
    marks: Mapping[str, Any]
    own_claim: str = ""

    def __getitem__(self, lang: str) -> str:
        return pick((self.zh, self.en), lang)

    @property
    def parts(self) -> list[str]:
        return self.path.split(".")

    @property
    def kind(self) -> str:
        """What the words are where they are no plain text: one of AS. The parts formula and unit are definitions by their place."""
        by_place = self.parts[-1].endswith(("formula", "unit"))
        return self.marks.get("as", "definition" if by_place else "")

    @property
    def claim(self) -> str:
        """What it says of the world: its own mark, else by its place, else the mark of the tables around it."""
        if self.own_claim:
            return self.own_claim
        for part in self.parts[1:]:
            if part.startswith(SAID):
                return self.marks.get("claim", "")
            if part in BY_PLACE:
                return BY_PLACE[part]
        return "label"


class Catalogue:
    """One TOML file. Raises MethodError, with every faulty entry, for a file that is no catalogue."""

    def __init__(self, file: Path):
        self.file = file
        try:
            self._text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise refuse(file.name, error, "a file in UTF-8", "bring it back, or save it as UTF-8") from error
        try:
            self._told: dict[str, Any] = _printed(tomllib.loads(self._text))
        except tomllib.TOMLDecodeError as error:
            raise refuse(
                file.name, error, "TOML", 'write key = "words", quotation marks inside as \\"'
            ) from error
        if faults := list(self._faults()):
            raise MethodError(faults)

    def entry(self, path: str) -> Mapping[str, Any]:
        """The table at a path."""
        found: Any = self._told
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, str):
            return self.entry(found)
        if not isinstance(found, dict):
            raise refuse(
                f"{self.file.name} {path}",
                "no such entry",
                "a table with zh and en",
                f"add [{path}] to {self.file.name}, or mend the path in the module beside it",
            )
        return found

    def pair(self, path: str, /, **values: object) -> Text:
        """Both languages, each ``{slot}`` filled: a value is text for both languages or a pair (zh, en). Without values: as it stands."""
        return fill(self._pair(self.entry(path), path), values)

    def text(self, path: str, lang: str, /, **values: object) -> str:
        """One language of ``pair``."""
        return pick(self.pair(path, **values), lang)

    def group(self, path: str) -> dict[str, Text]:
        """All entries of a table: key -> (zh, en), in the file's order."""
        keys = [key for key, inner in self.entry(path).items() if isinstance(inner, dict) or key not in MARKS]
        return {key: self._pair(self.entry(f"{path}.{key}"), f"{path}.{key}") for key in keys}

    def _pair(self, entry: Mapping[str, Any], path: str) -> Text:
        if not isinstance(entry, dict) or "zh" not in entry:
            raise refuse(f"{self.file.name} {path}", "no words", "zh and en", "name an entry, not a table")
        return entry["zh"], entry["en"]

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Every entry by path, in the file's order."""
        return {entry.path: entry for entry in _walk(self._told, "", {})}

    def line(self, path: str, lang: str = "") -> int:
        """The line on which an entry (in one language) stands, counted from 1; the nearest table's where it has none of its own."""
        best, at, header = 0, 1, ""
        target = f"{path}.{lang}" if lang else path
        for number, line in enumerate(self._text.splitlines(), 1):
            if found := re.match(r"\s*\[([^\[\]]+)\]", line):
                header = key = found[1].replace('"', "")
            elif found := re.match(r"\s*([\w.\"-]+)\s*=", line):
                key = f"{header}.{found[1]}".strip(".").replace('"', "")
            else:
                continue
            if f"{key}.".startswith(f"{target}."):
                return number
            if f"{target}.".startswith(f"{key}.") and len(key) > best:
                best, at = len(key), number
        return at

    def problem(self, path: str, lang: str, found: str, expected: str, fix: str) -> Problem:
        """What is wrong with an entry, with file and line."""
        where = f"{self.file.name}:{self.line(path, lang)} {path}" + (f" ({lang})" if lang else "")
        return Problem(where, found, expected, fix)

    def _faults(self) -> Iterator[Problem]:
        for path, told in _tables(self._told, ""):
            if told.keys() & set(LANGS):
                yield from self._unfit(path, told)
                continue
            for key, link in told.items():
                if key not in MARKS and not isinstance(link, dict) and not self._stands(link):
                    yield self.problem(f"{path}.{key}", "", repr(link), "the path of an entry", "correct it")

    def _stands(self, path: object) -> bool:
        found: Any = self._told
        for step in str(path).split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return isinstance(found, dict) and set(LANGS) <= found.keys()

    def _unfit(self, path: str, told: Mapping[str, Any]) -> Iterator[Problem]:
        missing = [lang for lang in LANGS if not isinstance(told.get(lang), str)]
        if missing:
            yield self.problem(path, "", f"no {' and no '.join(missing)}", "zh and en", "write both")
            return
        try:
            zh, en = slots(told["zh"]), slots(told["en"])
        except ValueError as error:
            yield self.problem(path, "", str(error), "{slot}", "close the brace; a brace that is none is {{")
            return
        if zh != en:
            only = ", ".join(f"{{{slot}}}" for slot in sorted(zh ^ en))
            yield self.problem(
                path, "", f"{only} in one language", "the same slots in both", "add or drop it"
            )
        for mark, value in told.items():
            if mark not in (*LANGS, *MARKS) and not isinstance(value, dict):
                allowed = ", ".join((*LANGS, *MARKS))
                yield self.problem(path, "", f"mark {mark!r}", f"one of {allowed}", "correct its spelling")


def _tables(told: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, inner in told.items():
        if isinstance(inner, dict):
            below = f"{path}.{key}" if path else key
            yield below, inner
            yield from _tables(inner, below)


def _walk(told: Mapping[str, Any], path: str, around: Mapping[str, Any]) -> Iterator[Entry]:
    own = {mark: told[mark] for mark in MARKS if mark in told and not isinstance(told[mark], dict)}
    marks = {**{m: v for m, v in around.items() if m in ("claim", "as")}, **own}
    if "zh" in told and "en" in told:
        yield Entry(path, told["zh"], told["en"], marks, own.get("claim", ""))
    for key, inner in told.items():
        if isinstance(inner, dict):
            yield from _walk(inner, f"{path}.{key}" if path else key, marks)


def fill(text: Text, values: Mapping[str, object]) -> Text:
    """A pair with its slots filled."""
    if not values:
        return text
    zh, en = ({slot: _one(value, i) for slot, value in values.items()} for i in range(len(LANGS)))
    return text[0].format(**zh), text[1].format(**en)


def _one(value: object, i: int) -> object:
    return value[i] if isinstance(value, tuple) and len(value) == len(LANGS) else value


def capital(label: str) -> str:
    """A name as it opens a line of its own: with a capital.

    >>> capital("hospital beds"), capital("“4+7” procurement"), capital("医师")
    ('Hospital beds', '“4+7” procurement', '医师')
    """
    return label[:1].upper() + label[1:]


def spaced(zh: str) -> str:
    """Chinese with a space beside Latin letters and digits, as the catalogues write it; for names that stand otherwise in files of data,
    where they are keys of what publishers print.

    >>> spaced("SCI论文"), spaced("65岁及以上人口（1%抽样）")
    ('SCI 论文', '65 岁及以上人口（1% 抽样）')
    """
    return _BESIDE.sub(" ", zh)


_BESIDE = re.compile("(?<=[\u3400-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u3400-\u9fff])")


def common() -> Catalogue:
    """The catalogue that all pages share, ``data/words.toml``."""
    return catalogue(paths.data() / "words.toml")


@cache
def catalogue(file: Path) -> Catalogue:
    """The catalogue of a file, read once."""
    return Catalogue(file)
