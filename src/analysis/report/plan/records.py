"""What is known about pages between runs, typed: the record of a page, the head of the state, a row of the manifest."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from analysis.told import Block
from analysis.words import pick

Stamp = list[int]  # size and modification time in ns


@dataclass(frozen=True, slots=True)
class Read:
    """A selection of a table that a page read, with the hash of its rows.

    A text of a selection is one object in all pages: a run holds the records of thousands that read by the same few.
    """

    table: str
    selection: Mapping[str, Any]
    sha: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "selection", _once(self.selection))


def _once(value: Any) -> Any:
    if isinstance(value, str):
        return sys.intern(value)
    if isinstance(value, Mapping):
        return {sys.intern(name): _once(one) for name, one in value.items()}
    return [_once(one) for one in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Result:
    """What came back of a job. status: ``ok`` or ``failed`` (then kind and error say why, and there are no files).

    html: the page (name -> text); shared: files that the languages of a report have in common; blocks: text cells and findings
    in the order of the notebook, for the pages around.
    """

    id: str
    status: str
    kind: str = ""
    error: str = ""
    engine: str = ""
    log: tuple[str, ...] = ()
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    path: str = ""
    html: Mapping[str, str] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    reads: tuple[Read, ...] = ()

    @property
    def ok(self) -> bool:
        return self.status == "ok"

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Result:
        """From a worker's answer."""
        known = {name: answer[name] for name in (one.name for one in fields(cls)) if name in answer}
        reads = tuple(Read(r.table, r.selection, r.sha) for r in answer.get("reads", ()))
        return cls(
            **known
            | {
                "reads": reads,
                "log": tuple(answer.get("log", ())),
                "blocks": tuple(answer.get("blocks", ())),
            }
        )


@dataclass
class PageRecord:
    """What a page was made from and which files it has.

    status: ``ok``, or ``failed`` (path and files are then those of the last good version). parts: see keys.PARTS. tables: the
    tables the page was made from or last checked against. files: name -> stamp. kind, note: of a failure; its text is in the log.
    documents: PDF and Word files among them -> what each was made from.
    """

    region_code: str
    theme: str
    lang: str
    status: str
    path: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    tables: str = ""
    reads: list[Read] = field(default_factory=list)
    key: str = ""
    sha: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    engine: str = ""
    kind: str = ""
    note: str = ""
    files: dict[str, Stamp] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parts, self.tables = _once(self.parts), sys.intern(self.tables)

    @property
    def id(self) -> str:
        return f"{self.region_code}/{self.theme}/{self.lang}"

    @property
    def shown(self) -> str:
        """As readers know it: ``ok``, ``failed``, or ``stale`` (it failed and its last good version stands)."""
        return "ok" if self.status == "ok" else "stale" if self.path else "failed"

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def of(cls, content: object) -> PageRecord | None:
        """From what was stored; None for anything that is no record."""
        if not isinstance(content, dict) or not content.keys() >= {"region_code", "theme", "lang", "status"}:
            return None
        kinds: dict[str, type | tuple[type, ...]] = {
            "parts": dict,
            "reads": list,
            "files": dict,
            "documents": dict,
            "seconds": (int, float),
            "cpu_seconds": (int, float),
        }
        names = {one.name for one in fields(cls)}
        if content.keys() - names or not all(
            isinstance(value, kinds.get(name, str)) for name, value in content.items()
        ):
            return None
        if not all(isinstance(value, str) for value in content.get("parts", {}).values()):
            return None
        published = content.get("files", {})
        if any(name.startswith("/") or ".." in name.split("/") or "\0" in name for name in published):
            return None
        if content.get("path") and content["path"] not in published:
            return None
        reads = [_read(one) for one in content.get("reads", ())]
        return None if None in reads else cls(**content | {"reads": reads})


def _read(content: object) -> Read | None:
    if not isinstance(content, dict) or content.keys() != {"table", "selection", "sha"}:
        return None
    right = isinstance(content["table"], str) and isinstance(content["sha"], str)
    return Read(**content) if right and isinstance(content["selection"], dict) else None


@dataclass(frozen=True)
class Why:
    """Why a place has no page of a theme, as it came from the theme's ``facts.Reason``: a state's code and its words."""

    code: str
    zh: str
    en: str

    def text(self, lang: str) -> str:
        """The words in one language."""
        return pick((self.zh, self.en), lang)

    @classmethod
    def by_place(cls, content: Mapping[str, Mapping[str, str] | None]) -> dict[str, Why | None]:
        """Region code -> None (has a page) or why not, from JSON.

        >>> Why.by_place({"140000": None, "110000": {"code": "E1", "zh": "没有", "en": "none"}})
        {'140000': None, '110000': Why(code='E1', zh='没有', en='none')}
        """
        return {code: None if why is None else cls(**why) for code, why in content.items()}


@dataclass
class Covered:
    """Where a theme module has something to say: region code -> None or why not; and what that was asked of."""

    made_from: list[str]
    regions: dict[str, Why | None]


@dataclass
class Header:
    """What holds for all pages: the signature of the inputs, their hashes, coverage by module, the pages around the reports, the issue."""

    signature: str = ""
    themes: dict[str, dict[str, str]] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)
    tables: str = ""
    coverage: dict[str, Covered] = field(default_factory=dict)
    site: dict[str, str] = field(default_factory=dict)
    site_files: dict[str, Stamp] = field(default_factory=dict)
    notice: dict[str, str] = field(default_factory=dict)
    issue: str = ""

    @property
    def digest(self) -> str:
        """A hash of all of it: of a head that was stored, whether it is what was stored."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:32]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Header:
        """From what was stored (and sealed)."""
        covered = {
            name: Covered(one["made_from"], Why.by_place(one["regions"]))
            for name, one in content.get("coverage", {}).items()
        }
        return cls(**dict(content) | {"coverage": covered})


@dataclass
class State:
    """All that is known of an output folder: its head, and the record of each page by id."""

    header: Header = field(default_factory=Header)
    pages: dict[str, PageRecord] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        pages = {name: record.to_json() for name, record in self.pages.items()}
        return {"header": asdict(self.header), "pages": pages}


@dataclass(frozen=True)
class ManifestRow:
    """A page in ``manifest.json``. status: made, kept or failed in this run; stale: its last good version stands."""

    region_code: str
    theme: str
    lang: str
    status: str
    stale: bool
    path: str
    key: str
    seconds: float
    cpu_seconds: float
    error: str

    @classmethod
    def of(cls, record: PageRecord, made: bool) -> ManifestRow:
        """From a page's record."""
        return cls(
            record.region_code,
            record.theme,
            record.lang,
            "failed" if record.status != "ok" else "made" if made else "kept",
            record.shown == "stale",
            record.path,
            record.key,
            record.seconds,
            record.cpu_seconds,
            "" if record.status == "ok" else f"{record.kind}, note {record.note}",
        )
