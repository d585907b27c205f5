"""``FILE.toml``: what a file does not say itself, answered once and kept beside it.

source = "中国城市统计年鉴(各年版)"      # the publication
read_as = "yearbook"                     # what its names are, where they were taken for something else (READ_AS)
access = "public"                        # or "internal" (what is not said is internal)
hospital = "某市人民医院"                # the one it is about, where no column names hospitals
period = "2023"
unit = "人"
[columns]
"第三产业 / 全市" = ""                   # left out; or the label or key of an indicator
[places]
"荷泽市" = "371700"
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.errors import DataError, Problem

PUBLIC, INTERNAL = "public", "internal"
BULLETIN = "bulletin"
# --as, read_as -> what the names of its rows are ("" for a text in sentences)
READ_AS = {
    "yearbook": "place",
    "panel": "institution",
    "assessment": "institution",
    "indicators": "indicator",
    BULLETIN: "",
}
KINDS = (
    "yearbook (its names are places), panel or assessment (hospitals), indicators, or bulletin (sentences)"
)


@dataclass(frozen=True)
class Answers:
    """What was said about a file. Empty text: nothing was said. ``sha256``: the file's, once it is kept."""

    source: str = ""
    access: str = ""
    indicator: str = ""
    unit: str = ""
    place: str = ""
    hospital: str = ""
    period: str = ""
    edition: str = ""
    read_as: str = ""
    sha256: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def over(self, other: Answers) -> Answers:
        """These answers, and the other's where these say nothing."""
        said: dict[str, Any] = {}
        for f in fields(self):
            own, theirs = getattr(self, f.name), getattr(other, f.name)
            said[f.name] = {**theirs, **own} if isinstance(own, dict) else own or theirs
        return Answers(**said)

    @property
    def said(self) -> bool:
        """Whether anything was said."""
        return self != Answers()


TABLES = ("columns", "units", "places")
TEXTS = tuple(f.name for f in fields(Answers) if f.name not in TABLES)


def path_of(file: Path) -> Path:
    """Where a file's sidecar lies: beside it, with .toml behind the whole name."""
    return file.with_name(file.name + ".toml")


def read(file: Path) -> Answers:
    """What the sidecar beside a file says; nothing when there is none. Raises DataError for a line that is none of its own."""
    path = path_of(file)
    if not path.is_file():
        return Answers()
    where = paths.relative(path)
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        found = f"a file that is not TOML ({error})"
        raise DataError(
            Problem(where, found, 'lines such as period = "2023"', "put the value in quotes")
        ) from None
    problems = []
    for key, value in held.items():
        table = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        if key not in (*TEXTS, *TABLES):
            fix = "remove the line or correct its name"
            problems.append(Problem(f"{where} {key}", "an unknown line", ", ".join((*TEXTS, *TABLES)), fix))
        elif (key in TABLES) != table or (key in TEXTS and not isinstance(value, str)):
            wanted = 'lines of "heading" = "answer"' if key in TABLES else 'text in quotes, such as "2023"'
            problems.append(Problem(f"{where} {key}", repr(value), wanted, "write it so"))
        elif key == "read_as" and value not in READ_AS:
            problems.append(Problem(f"{where} read_as", repr(value), KINDS, "write one of the words"))
        elif key == "access" and value not in (PUBLIC, INTERNAL):
            problems.append(Problem(f"{where} access", repr(value), '"public" or "internal"', "write one"))
    if problems:
        raise DataError(problems)
    return replace(Answers(), **held)


def text(answers: Answers) -> str:
    """The sidecar's own text (same answers, same bytes)."""
    lines = [f"{key} = {_quoted(getattr(answers, key))}" for key in TEXTS if getattr(answers, key)]
    for key in TABLES:
        if held := getattr(answers, key):
            lines += ["", f"[{key}]", *(f"{_quoted(k)} = {_quoted(v)}" for k, v in sorted(held.items()))]
    return "\n".join(lines).lstrip("\n") + "\n"


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
