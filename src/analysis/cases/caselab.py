"""Read, compute, check: what the exercises of a teaching pack call. Python's standard library and nothing else.

This file lies beside the notebooks of every pack and inside every page that runs in a browser, so that a student needs neither the
project nor a package. The same functions mark submissions: what a self-check says is what a mark is.

    >>> from analysis.cases import caselab
    >>> round(caselab.error_needed(101), 1)
    36.4

A check holds no answer in clear: right and expected wrong answers are kept as digests, and what is said about one of them can only be
read by someone who gives that answer. That keeps answers out of sight, not out of reach of a person who tries all numbers.

Longer than 400 lines because it is the one file that lies beside every student's notebook.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import random
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

LANGS = ("zh", "en")
MINUS = "\u2212"
WORDS = {
    "open": ("尚未作答", "not answered yet"),
    "number": ("这里要一个数", "a number is asked for"),
    "whole": ("这里要一个整数", "a whole number is asked for"),
    "option": ("只能从给出的选项里选", "choose one of the options given"),
    "right": ("对", "right"),
    "person": ("由教师按评分表评", "marked by a person with the rubric"),
    "short": ("太短，还不成一段话", "too short to be an answer"),
    "missing": ("还没有提到：", "not mentioned yet: "),
    "shape": ("答案的写法不对：按各项名称写成对照表，或按题目的顺序写成列表",
              "the answer has the wrong form: a dict by item, or a list in the order of the question"),
    "points": ("分", "points"),
}  # fmt: skip
SIMULATED = (
    "模拟数据，不是任何医院或科室的结果",
    "simulated data, not the result of any hospital or department",
)


# ------------------------------------------------------------------------------------------------------------------ read


def _cell(column: str, text: str) -> Any:
    """A cell of a data file: numbers as numbers where the column holds numbers, everything else as text."""
    if column in ("value", "value_low", "value_high", "year", "rank", "assessment_year", "count"):
        if text == "":
            return None
        number = float(text)
        return int(number) if number.is_integer() else number
    return text


class Pack:
    """A teaching pack: its data files and its checks.

    folder: where ``checks.json`` and ``data/`` lie. lang: zh or en, the language in which checks speak.
    """

    def __init__(self, folder: str | Path = ".", lang: str = "zh"):
        if lang not in LANGS:
            raise ValueError(f"lang is {lang!r}; it must be zh or en")
        self.folder, self.lang = Path(folder), lang
        self.checks: dict[str, Any] = json.loads((self.folder / "checks.json").read_text("utf-8"))
        self.answers: dict[str, Any] = {}

    def rows(self, table: str, **wanted: object) -> list[dict[str, Any]]:
        """Rows of ``data/TABLE.csv`` whose columns have the values asked for.

        Raises KeyError for a column that the file does not have.
        """
        with (self.folder / "data" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [
                {column: _cell(column, text) for column, text in row.items()} for row in csv.DictReader(file)
            ]
        return [row for row in rows if all(row[column] == value for column, value in wanted.items())]

    def value(self, observation_id: str, field: str = "value") -> Any:
        """One number of ``data/observations.csv`` by its id. Raises KeyError when the pack has no such row."""
        for row in self.rows("observations"):
            if row["observation_id"] == observation_id:
                return row[field]
        raise KeyError(f"{observation_id} is no row of data/observations.csv")

    def check(self, exercise: str, answer: object) -> Report:
        """Mark an answer and say why, item by item. Nothing raises: an answer of the wrong form is told so."""
        marks = grade_exercise(self.checks["exercises"][exercise], answer)
        self.answers[exercise] = plain(answer)
        return Report(exercise, tuple(marks), self.lang)


def open_pack(lang: str = "zh", folder: str | Path = ".") -> Pack:
    """The pack in a folder (default: the notebook's own)."""
    return Pack(folder, lang)


# --------------------------------------------------------------------------------------------------------------- compute


def chance(size: float, error: float) -> float:
    """Chance that two readings of something unchanged differ by ``size`` or more, each with an independent normal error.

    error: standard deviation of one reading, in the unit of ``size``; above zero. Source: repeatability limit of measurement.
    """
    if not error > 0:
        raise ValueError("the error of a reading is a number above 0")
    return 2 * (1 - NormalDist().cdf(abs(size) / (error * math.sqrt(2))))


def error_needed(size: float, chance_of: float = 0.05) -> float:
    """Error of one reading at which an unchanged place moves by ``size`` or more with this chance."""
    return abs(size) / (NormalDist().inv_cdf(1 - chance_of / 2) * math.sqrt(2))


def unchanged(error: float, n: int = 20_000, seed: int = 1) -> list[float]:
    """Simulated: second minus first reading of ``n`` places that do not change."""
    draw = random.Random(seed)
    return [draw.gauss(0, error) - draw.gauss(0, error) for _ in range(n)]


def expected_place(earlier: float, middle: float, reliability: float) -> float:
    """Where regression to the mean alone would put the later place: middle + reliability x (earlier - middle)."""
    return middle + reliability * (earlier - middle)


def simulated_scores(n: int = 12, seed: int = 1) -> list[float]:
    """Simulated scores of ``n`` departments, 0 to 100, one decimal. No hospital's scores are among them."""
    draw = random.Random(seed)
    return [round(min(100.0, max(0.0, draw.gauss(78, 11))), 1) for _ in range(n)]


def adjusted(score: float, cap: float, floor: float, bonus: float, bonus_from: float) -> float:
    """A score under a rule that rewards the top, caps the high and lifts the low.

    bonus is added from ``bonus_from`` on, then the sum is held between floor and cap.
    """
    return min(cap, max(floor, score + (bonus if score >= bonus_from else 0.0)))


def spread(values: Iterable[float]) -> float:
    """Standard deviation of all values (divided by their number)."""
    numbers = list(values)
    mean = sum(numbers) / len(numbers)
    return math.sqrt(sum((x - mean) ** 2 for x in numbers) / len(numbers))


def kendall(first: Sequence[float], second: Sequence[float]) -> float:
    """Kendall's tau-b of two rankings of the same things; ties lower it."""
    up = ties_first = ties_second = 0
    pairs = [(i, j) for i in range(len(first)) for j in range(i)]
    for i, j in pairs:
        a, b = first[i] - first[j], second[i] - second[j]
        up += (a * b > 0) - (a * b < 0)
        ties_first += a == 0
        ties_second += b == 0
    return up / math.sqrt((len(pairs) - ties_first) * (len(pairs) - ties_second))


class Bars:
    """A bar chart in SVG; ``simulated`` writes the word over it and the line below it."""

    def __init__(self, rows: Mapping[str, float], lang: str = "zh", simulated: bool = False):
        self.rows, self.lang, self.simulated = dict(rows), lang, simulated

    def _repr_svg_(self) -> str:
        i, high = LANGS.index(self.lang), max([*self.rows.values(), 1e-9])
        height = 22 * len(self.rows) + 24
        out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" width="640" role="img" font-family="sans-serif" font-size="12">'
        ]
        if self.simulated:
            word = ("模拟", "simulated")[i]
            out.append(
                f'<text x="470" y="{height / 2}" font-size="44" fill="#d8d8d8" text-anchor="middle">{word}</text>'
            )
        for k, (name, value) in enumerate(self.rows.items()):
            y = 22 * k
            out.append(
                f'<text x="150" y="{y + 15}" text-anchor="end" fill="currentColor">{name}</text>'
                f'<rect x="158" y="{y + 4}" width="{400 * value / high:.1f}" height="14" fill="#2f5f8f"/>'
                f'<text x="{164 + 400 * value / high:.1f}" y="{y + 15}" fill="currentColor">{value:g}</text>'
            )
        if self.simulated:
            out.append(f'<text x="158" y="{height - 6}" fill="#777">{SIMULATED[i]}</text>')
        return "".join(out) + "</svg>"

    def __repr__(self) -> str:
        lines = [f"{name}: {value:g}" for name, value in self.rows.items()]
        return "\n".join([SIMULATED[LANGS.index(self.lang)], *lines] if self.simulated else lines)


# ----------------------------------------------------------------------------------------------------------------- check


def number(answer: object, unit: str = "") -> float | None:
    """An answer as a number: numbers of any kind, and text such as ``−101``, ``１２．５％``, ``1,250`` or ``75 %``; None when it is none.

    A comma is one of thousands or makes the text no number: ``12,5`` is not taken for 125.
    """
    if isinstance(answer, bool):
        return None
    scale = 1.0
    if isinstance(answer, str):
        text = unicodedata.normalize("NFKC", answer).strip().removesuffix("。").strip().replace(MINUS, "-")
        text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", ",", text)
        if "," in text and not re.match(r"[+-]?\d{1,3}(,\d{3})+(?![\d,])", text):
            return None
        text = text.replace(",", "")
        for word in ("%", "个百分点", "百分点") if unit in ("%", "pp", "百分点") else ():
            text = text.removesuffix(word).strip()
        for end, times in (("亿", 1e8), ("万", 1e4)):
            bare = text.removesuffix(unit).strip()
            if bare.endswith(end):
                text, scale = bare.removesuffix(end), times
        answer = text.removesuffix(unit).strip() if unit else text
        if not answer or not all(letter in "0123456789+-.eE/ " for letter in answer):
            return None
    try:
        if isinstance(answer, str) and "/" in answer:
            above, _, below = answer.partition("/")
            found = float(above) / float(below)
        else:
            found = float(answer)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return found * scale if math.isfinite(found) else None


def open_answer(answer: object) -> bool:
    """True for the stub ``...``, nothing, and an empty text."""
    return answer is ... or answer is None or (isinstance(answer, str) and answer.strip() in ("", "..."))


def plain(answer: object) -> Any:
    """An answer as JSON can hold it; what it cannot hold becomes its text."""
    if isinstance(answer, Mapping):
        return {str(key): plain(value) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [plain(value) for value in answer]
    if open_answer(answer):
        return None
    if isinstance(answer, bool | str):
        return answer
    if (found := number(answer)) is not None:
        return int(found) if found.is_integer() else found
    return str(answer)


def seal(salt: str, what: str, form: str) -> str:
    """Digest of an answer's form: ``what`` is "is" for looking it up and a counter for the key of its words."""
    return hashlib.sha256(f"{salt}|{what}|{form}".encode()).hexdigest()


def stirred(salt: str, form: str, body: bytes) -> bytes:
    """The bytes turned with a key that only the answer gives; turning them twice gives them back."""
    key = b""
    while len(key) < len(body):
        key += bytes.fromhex(seal(salt, f"key{len(key)}", form))
    return bytes(a ^ b for a, b in zip(body, key, strict=False))


def spelt(word: object) -> str:
    """A name or an option as it is compared: full-width letters as plain ones, no capitals, no stop at its end.

    >>> from analysis.cases import caselab
    >>> caselab.spelt(" Ｃａｎ。")
    'can'
    """
    return unicodedata.normalize("NFKC", str(word)).strip().rstrip("。.").strip().lower()


def option(options: Mapping[str, Sequence[str]], answer: object) -> str | None:
    """The option that an answer names by its key or by its words in either language; None when none does."""
    text = spelt(answer)
    return next((key for key, words in options.items() if text == key or text in map(spelt, words)), None)


def forms(item: Mapping[str, Any], answer: object) -> str:
    """The form under which an answer is looked up. Raises ValueError with the word for what is wrong."""
    if item["kind"] == "choice":
        if (named := option(item["options"], answer)) is None:
            raise ValueError("option")
        return named
    found = number(answer, item.get("unit", ""))
    if found is None:
        raise ValueError("number")
    if item["whole"] and abs(found - round(found)) > 1e-9:
        raise ValueError("whole")
    return str(math.floor(found / item["step"] + 0.5))


@dataclass(frozen=True)
class Mark:
    """One item of an exercise marked: points of ``of``; state right, part, wrong, open or person; words in both languages."""

    item: str
    points: float
    of: float
    state: str
    words: tuple[str, str]


def _pair(key: str) -> tuple[str, str]:
    return WORDS[key][0], WORDS[key][1]


def grade_item(item: Mapping[str, Any], answer: object) -> Mark:
    """Mark one item."""
    name, of = item["key"], float(item["points"])
    if open_answer(answer):
        return Mark(name, 0.0, of, "open", _pair("open"))
    if item["kind"] == "text":
        return _prose(item, answer)
    try:
        form = forms(item, answer)
    except ValueError as error:
        return Mark(name, 0.0, of, "wrong", _pair(str(error)))
    sealed = item["sealed"].get(seal(item["salt"], "is", form)[:20])
    if sealed is None:
        return Mark(name, 0.0, of, "wrong", tuple(item["hint"]))
    told = json.loads(stirred(item["salt"], form, bytes.fromhex(sealed)))
    share = float(told["share"])
    state = "right" if share == 1 else "part" if share > 0 else "wrong"
    return Mark(name, round(share * of, 2), of, state, tuple(told["why"]) if told["why"] else _pair("right"))


def _prose(item: Mapping[str, Any], answer: object) -> Mark:
    text, of = str(answer), float(item["points"])
    if len(text.strip()) < item["least"]:
        return Mark(item["key"], 0.0, of, "wrong", _pair("short"))
    missing = [
        mention["say"]
        for mention in item.get("mentions", ())
        if not any(word.lower() in text.lower() for word in mention["any"])
    ]
    said = _pair("person")
    if missing:
        zh, en = ("、".join(say[0] for say in missing), ", ".join(say[1] for say in missing))
        said = (f"{WORDS['missing'][0]}{zh}；{said[0]}", f"{WORDS['missing'][1]}{en}; {said[1]}")
    return Mark(item["key"], 0.0, of, "person", said)


def grade_exercise(exercise: Mapping[str, Any], answer: object) -> list[Mark]:
    """Marks of an exercise, one an item. A dict in any order, a list, a tuple and, for one item, a bare answer count alike."""
    items: Sequence[Mapping[str, Any]] = exercise["items"]
    keys = [item["key"] for item in items]
    if isinstance(answer, Mapping):
        given = {spelt(key): value for key, value in answer.items()}
        if not open_answer(answer) and given and not set(given) & set(keys):
            return [Mark(i["key"], 0.0, float(i["points"]), "wrong", _pair("shape")) for i in items]
        return [grade_item(item, given.get(item["key"])) for item in items]
    if isinstance(answer, list | tuple) and len(answer) == len(items):
        return [grade_item(item, one) for item, one in zip(items, answer, strict=True)]
    if len(items) == 1 and not isinstance(answer, list | tuple):
        return [grade_item(items[0], answer)]
    if open_answer(answer):
        return [grade_item(item, None) for item in items]
    return [Mark(i["key"], 0.0, float(i["points"]), "wrong", _pair("shape")) for i in items]


SIGNS = {"right": "✓", "part": "◐", "wrong": "✗", "open": "○", "person": "○"}


@dataclass(frozen=True)
class Report:
    """What a check says about one exercise."""

    exercise: str
    marks: tuple[Mark, ...]
    lang: str

    @property
    def points(self) -> float:
        """Points that need no person."""
        return round(sum(mark.points for mark in self.marks), 2)

    @property
    def of(self) -> float:
        """Points that could be had."""
        return sum(mark.of for mark in self.marks)

    def __repr__(self) -> str:
        i = LANGS.index(self.lang)
        colon, unit = (("：", " 分"), (": ", " points"))[i]
        lines = [f"{self.exercise}  {self.points:g} / {self.of:g}{unit}"]
        for mark in self.marks:
            name = mark.item if len(self.marks) > 1 else ""
            lines.append(
                f"  {SIGNS[mark.state]} {name}{colon if name else ''}{mark.words[i]}"
                f"（{mark.points:g}/{mark.of:g}）"
                if i == 0
                else f"  {SIGNS[mark.state]} {name}{colon if name else ''}{mark.words[i]} ({mark.points:g}/{mark.of:g})"
            )
        return "\n".join(lines)


def grade(checks: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, list[Mark]]:
    """Marks of all exercises of a pack, in their order; a missing answer is open."""
    return {
        name: grade_exercise(exercise, answers.get(name)) for name, exercise in checks["exercises"].items()
    }
