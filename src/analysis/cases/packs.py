"""The source of a teaching pack: one TOML file, both languages side by side, read into typed parts.

``notebooks/cases/NAME/pack.toml`` holds the words and names the numbers; it holds no number that the tables hold. What it may say is
described in ``notebooks/cases/README.md``. A wrong file is answered with every fault at once.

A pack is data: to add one, add a folder with a pack.toml; no code names a pack.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.cases import caselab
from analysis.errors import DataError, ParameterError, Problem, refuse
from analysis.words import LANGS, typeset

Text = tuple[str, str]
LEVELS = ("read", "compute", "judge")
KINDS = ("number", "choice", "text")
NAME = re.compile(r"[a-z][a-z0-9_]*$")
SHARED = "shared.toml"


@dataclass(frozen=True)
class Wrong:
    """A wrong answer that is expected: its form, the share of the points it earns, and what is said about it."""

    answer: str
    share: float
    why: Text


@dataclass(frozen=True)
class Item:
    """One thing asked for.

    answer: for a number an expression over the pack's values, for a choice the right option, for prose nothing. step: how finely a
    number is told from another; tolerance: how far it may be off. why: what is said of any wrong option that has no words of its own.
    """

    key: str
    kind: str
    ask: Text
    points: float
    answer: str = ""
    unit: str = ""
    whole: bool = False
    step: float = 1.0
    tolerance: float = 0.0
    wrong: tuple[Wrong, ...] = ()
    options: tuple[str, ...] = ()
    why: Text = ("", "")
    hint: Text = ("", "")
    least: int = 0
    mentions: tuple[Mapping[str, Any], ...] = ()
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """A numbered question with its items; work: the worked solution as code over the exercise layer."""

    id: str
    level: str
    text: Text
    items: tuple[Item, ...]
    options: Mapping[str, Text] = field(default_factory=dict)
    work: str = ""
    model: Text = ("", "")

    @property
    def points(self) -> float:
        """Points of all items."""
        return sum(item.points for item in self.items)

    @property
    def by_person(self) -> bool:
        """Whether a person marks it."""
        return any(item.kind == "text" for item in self.items)


@dataclass(frozen=True)
class Exhibit:
    """A table, perhaps with a figure, of rows of the collection. kind and select: see exhibits."""

    id: str
    kind: str
    title: Text
    note: Text
    select: Mapping[str, Any]
    chart: Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """A pack as its author wrote it."""

    name: str
    title: Text
    version: str
    question: Text
    values: Mapping[str, Any]
    sections: tuple[Mapping[str, Any], ...]
    exhibits: tuple[Exhibit, ...]
    exercises: tuple[Exercise, ...]
    samples: tuple[Mapping[str, Any], ...]
    note: Mapping[str, Any]

    def exercise(self, name: str) -> Exercise:
        """One exercise by its id."""
        return next(e for e in self.exercises if e.id == name)


def folder() -> Path:
    """Where the packs lie."""
    return paths.notebooks() / "cases"


def names() -> list[str]:
    """Packs that have a source."""
    return sorted(path.parent.name for path in folder().glob("*/pack.toml"))


class _Reader:
    """Takes a file apart and remembers every fault, so that an author sees them all at once."""

    def __init__(self, file: str):
        self.file = file
        self.problems: list[Problem] = []

    def wrong(self, where: str, found: object, expected: str, fix: str) -> None:
        self.problems.append(Problem(f"{self.file}, {where}", str(found), expected, fix))

    def text(self, table: Mapping[str, Any], where: str) -> Text:
        said = tuple(str(table.get(lang, "")).strip() for lang in LANGS)
        for lang, one in zip(LANGS, said, strict=True):
            if not one:
                self.wrong(f"{where}.{lang}", "nothing", "words", "write them in both languages")
        if re.search(r"[\u4e00-\u9fff]", re.sub(r"`[^`]*`", "", said[1])):
            self.wrong(f"{where}.en", said[1][:40], "English", "translate it")
        return said[0], typeset(said[1])

    def item(self, key: str, raw: Mapping[str, Any], where: str, options: Sequence[str]) -> Item:
        kind = raw.get("kind", "choice" if options else "number")
        if kind not in KINDS:
            self.wrong(f"{where}.kind", kind, f"one of {', '.join(KINDS)}", "name one of them")
        wrong = tuple(
            Wrong(str(one["is"]), float(one.get("share", 0)), self.text(one, f"{where}.wrong[{n}]"))
            for n, one in enumerate(raw.get("wrong", ()))
        )
        whole = bool(raw.get("whole", "step" not in raw))
        points = 3.0 * len(raw.get("criteria", ())) if kind == "text" else float(raw.get("points", 1))
        if kind == "choice":
            if raw.get("is") not in options:
                self.wrong(f"{where}.is", raw.get("is"), f"one of {', '.join(options)}", "name an option")
            for one in options:
                if one != raw.get("is") and not raw.get("why") and one not in {w.answer for w in wrong}:
                    self.wrong(where, f"no words for the wrong option {one}", "why, or wrong", "say why")
        if kind == "number" and not raw.get("is"):
            self.wrong(f"{where}.is", "nothing", "an expression over [values]", "say how it is computed")
        if kind == "text" and not raw.get("criteria"):
            self.wrong(f"{where}.criteria", "nothing", "criteria of the rubric", "name them")
        return Item(
            key, kind, self.text(raw.get("ask", {}), f"{where}.ask"), points,
            answer=str(raw.get("is", "")), unit=raw.get("unit", ""), whole=whole and kind == "number",
            step=float(raw.get("step", 1)), tolerance=float(raw.get("tolerance", 0)), wrong=wrong,
            options=tuple(options) if kind == "choice" else (),
            why=self.text(raw["why"], f"{where}.why") if "why" in raw else ("", ""),
            hint=self.text(raw["hint"], f"{where}.hint") if kind == "number" and "hint" in raw else self._hint(kind, where),
            least=int(raw.get("least", 40)) if kind == "text" else 0,
            mentions=tuple(
                {"any": list(one["any"]), "say": list(self.text(one, f"{where}.mentions"))}
                for one in raw.get("mentions", ())
            ),
            criteria=tuple(raw.get("criteria", ())),
        )  # fmt: skip

    def _hint(self, kind: str, where: str) -> Text:
        if kind == "number":
            self.wrong(f"{where}.hint", "nothing", "a hint that gives no answer", "write one")
        return "", ""

    def exercise(self, raw: Mapping[str, Any]) -> Exercise:
        name = str(raw.get("id", "?"))
        options = {key: self.text(said, f"{name}.options.{key}") for key, said in raw.get("options", {}).items()}  # fmt: skip
        if raw.get("level") not in LEVELS:
            self.wrong(f"{name}.level", raw.get("level"), f"one of {', '.join(LEVELS)}", "name one")
        items = tuple(
            self.item(key, one, f"{name}.{key}", list(options)) for key, one in raw.get("items", {}).items()
        )
        said = [
            word
            for key, words in options.items()
            for word in dict.fromkeys(map(caselab.spelt, (key, *words)))
        ]
        named = [one for one in options if caselab.spelt(one) != one]
        for word in [word for word in dict.fromkeys(said) if said.count(word) > 1] + named:
            self.wrong(f"{name}.options", word, "plain lower-case keys, and words that name one option alone", "say it differently")  # fmt: skip
        made = Exercise(
            name, raw.get("level", ""), self.text(raw, name), items, options, raw.get("work", "").strip(),
            self.text(raw["model"], f"{name}.model") if "model" in raw else ("", ""),
        )  # fmt: skip
        if not items:
            self.wrong(name, "no items", "[exercise.items.KEY]", "say what is asked for")
        if made.by_person and not made.model[0]:
            self.wrong(f"{name}.model", "nothing", "a model answer", "write one in both languages")
        if any(item.kind == "number" for item in items) and not made.work:
            self.wrong(f"{name}.work", "nothing", "the worked solution as code", "write it over the layer")
        return made

    def exhibit(self, raw: Mapping[str, Any]) -> Exhibit:
        name = str(raw.get("id", "?"))
        return Exhibit(
            name, str(raw.get("kind", "")), self.text(raw.get("title", {}), f"exhibit {name}.title"),
            self.text(raw.get("note", {}), f"exhibit {name}.note"), raw.get("select", {}), raw.get("chart", {}),
        )  # fmt: skip


@lru_cache(maxsize=32)
def _read(path: Path, _stamp: int) -> Source:
    name = path.parent.name
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            Problem(f"{name}/pack.toml", str(error), "TOML", "correct the line it names")
        ) from error
    reader = _Reader(f"{name}/pack.toml")
    pack = raw.get("pack", {})
    source = Source(
        name, reader.text(pack.get("title", {}), "pack.title"), str(pack.get("version", "")),
        reader.text(pack.get("question", {}), "pack.question"), raw.get("values", {}),
        tuple({**one, "text": reader.text(one, f"section {n}")} for n, one in enumerate(raw.get("section", ()), 1)),
        tuple(map(reader.exhibit, raw.get("exhibit", ()))), tuple(map(reader.exercise, raw.get("exercise", ()))),
        tuple({**one, "text": reader.text(one, f"sample {n}"), "said": reader.text(one.get("said", {}), f"sample {n}.said")}
              for n, one in enumerate(raw.get("sample", ()), 1)),
        raw.get("note", {}),
    )  # fmt: skip
    _whole(reader, source)
    if reader.problems:
        raise DataError(reader.problems)
    return source


def _whole(reader: _Reader, source: Source) -> None:
    """What the parts must be together."""
    shown = [one["exhibit"] for one in source.sections if "exhibit" in one]
    held = [exhibit.id for exhibit in source.exhibits]
    for name in sorted(set(shown) ^ set(held)):
        reader.wrong(
            f"exhibit {name}", "shown or held, not both", "each exhibit in one section", "name it once"
        )
    levels = [LEVELS.index(e.level) for e in source.exercises if e.level in LEVELS]
    if levels != sorted(levels) or set(levels) != {0, 1, 2}:
        reader.wrong("exercise", "levels out of order or missing", "read, compute, judge", "order them")
    if len(source.samples) != 3:
        reader.wrong("sample", len(source.samples), "three marked sample answers", "write three")
    criteria = [c for e in source.exercises for item in e.items for c in item.criteria]
    unknown = set(criteria) - set(shared()["rubric"])
    if unknown:
        reader.wrong(
            "criteria", ", ".join(sorted(unknown)), f"of {', '.join(shared()['rubric'])}", "correct them"
        )


@lru_cache(maxsize=4)
def _shared(path: Path, _stamp: int) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def shared() -> dict[str, Any]:
    """Words that all packs share: rubric, plan of the lesson, readme."""
    path = folder() / SHARED
    return _shared(path, path.stat().st_mtime_ns)


def load(name: str) -> Source:
    """A pack's source. Raises ParameterError for an unknown pack, DataError with every fault of its file."""
    if name not in names():
        raise refuse(
            "case",
            repr(name),
            f"one of {', '.join(names()) or 'none'}",
            "name a folder of notebooks/cases",
            ParameterError,
        )
    path = folder() / name / "pack.toml"
    return _read(path, path.stat().st_mtime_ns)
