"""What each published file was when a run had made it: its hash, by which a file that was changed afterwards is seen.

Size and time of a file tell a run what it has to make again; they tell nothing of a copy of the site, and nothing to the gate,
which looks at files that no second rendering covers (workbooks, CSV and JSON files, the data package). Kept in ``.yigai/sums.json``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

OWN = ".yigai"  # the runner's own files, which no reader sees
NAME = f"{OWN}/sums.json"
Sums = dict[
    str, tuple[int, int, str]
]  # name -> size and modification time in ns when it was read, and sha256


def read(folder: Path) -> Sums:
    """What was kept of a site's files; empty where nothing was, or it cannot be read."""
    try:
        held = json.loads((folder / NAME).read_bytes())
        return {str(name): (int(size), int(time), str(sha)) for name, (size, time, sha) in held.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def renewed(folder: Path, records: Iterable[Mapping[str, Sequence[int]]]) -> Sums:
    """The sums of files that records name, each with its stamp. Only what is new is read; a file that is not as any record has it keeps its old sum."""
    known, found = read(folder), Sums()
    stamps: dict[str, set[tuple[int, ...]]] = {}
    for record in records:
        for name, stamp in record.items():  # languages share files, and one may know an older one
            stamps.setdefault(name, set()).add(tuple(stamp))
    for name in sorted(name for name in stamps if not name.startswith(f"{OWN}/")):
        old, seen = known.get(name), _stamp(folder / name)
        if seen in stamps[name] and (old is None or old[:2] != seen):
            old = _sum(folder, name)
        if old is not None:
            found[name] = old
    return found


def written(folder: Path, names: Iterable[str]) -> Sums:
    """All sums, those of files that a command has just written (a comparison, a notice) anew; empty where no run has kept any."""
    known = read(folder)
    return known and known | {name: new for name in names if (new := _sum(folder, name))}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        seen = os.stat(path)
    except OSError:
        return None
    return seen.st_size, seen.st_mtime_ns


def _sum(folder: Path, name: str) -> tuple[int, int, str] | None:
    seen = _stamp(folder / name)
    try:
        return seen and (*seen, hashlib.sha256((folder / name).read_bytes()).hexdigest()[:32])
    except OSError:
        return None


def differing(folder: Path, pages: Iterable[str]) -> Iterator[str]:
    """A line for each file that is missing or another one than a run has made, for each of these pages and each file in a folder of the
    site's own (a place's, api/, compare/, data/) that no run made. What else lies beside them at the top is the publisher's."""
    known = read(folder)
    for name, (_, _, sha) in known.items():
        found = _sum(folder, name)
        if found is None:
            yield f"{name}: the file that the run made is missing"
        elif found[2] != sha:
            yield f"{name}: changed after the run that made it"
    for name in sorted({*pages} - known.keys()):
        yield f"{name}: no run made this page"
    for name in sorted({*_beside(folder, known)} - known.keys() - {*pages}):
        yield f"{name}: no run made this file; delete it, or keep it outside the site's own folders"


def _beside(folder: Path, known: Iterable[str]) -> Iterator[str]:
    """The files in the folders in which a run has made any; those of programs (a name that begins with a dot) left out."""
    for own in {name.split("/")[0] for name in known if "/" in name}:
        for path in (folder / own).rglob("*"):
            name = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in name.parts):
                yield name.as_posix()
