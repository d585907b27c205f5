"""What a run has made and not yet published: it stands in ``.yigai/next`` until all of it goes out in one step.

    files/           the new files under their published names
    journal.jsonl    what became known of pages meanwhile: records, pages to forget, files to take away
    commit.json      written when the gate has looked at it: from that moment all of it will be published, even after a kill

A run that is killed leaves it here; the next run goes on from it, and makes again only what was not yet made.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from analysis.report.publish import files as disk

NAME = "next"


class Upcoming:
    """The folder of what is to be published, over the one that readers see."""

    def __init__(self, live: Path, state: Path):
        self.live, self.folder = live, state / NAME
        self.files, self.order = self.folder / "files", self.folder / "commit.json"
        self._journal = self.folder / "journal.jsonl"

    @property
    def pending(self) -> bool:
        """Whether there is anything to publish."""
        return self.files.is_dir() or self._journal.is_file()

    @cached_property
    def gone(self) -> set[str]:
        """Names of published files that are to be taken away."""
        found: set[str] = set()
        for line in self.lines():
            if isinstance(line, dict) and line.keys() == {"remove"}:
                found.add(str(line["remove"]))
            elif isinstance(line, dict) and line.keys() == {"keep"}:
                found.discard(str(line["keep"]))
        return found - set(self.names())

    def names(self) -> list[str]:
        """Names of the new files."""
        return sorted(p.relative_to(self.files).as_posix() for p in self.files.rglob("*") if p.is_file())

    def path(self, name: str) -> Path:
        """Where a file is as it will be: the new one, else the published one (a path without a file when it is to go)."""
        new = self.files / name
        return new if name in self.gone or new.is_file() else self.live / name

    def stamp(self, names: Iterable[str]) -> dict[str, list[int]]:
        """name -> stamp of files as they will be."""
        names = list(names)
        if not self.pending:
            return disk.stamp(self.live, names)
        kept = [name for name in names if name not in self.gone]
        return disk.stamp(self.live, kept) | disk.stamp(self.files, names)

    def take(
        self, staged: Path, names: Iterable[str], remove: Iterable[str], lines: Iterable[object]
    ) -> None:
        """Take over a staging folder's files; doing so twice changes nothing."""
        for name in names:
            if (staged / name).exists():
                (self.files / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(staged / name, self.files / name)
                self.gone.discard(name)
        for name in remove:
            self._drop(name)
            if (self.live / name).is_file() and name not in self.gone:
                self.note({"remove": name})
                self.gone.add(name)
        for line in lines:
            self.note(line)

    def _drop(self, name: str) -> None:
        with suppress(FileNotFoundError, NotADirectoryError):
            (self.files / name).unlink()

    def keep(self, names: Iterable[str]) -> None:
        """Publish nothing new of these names: the published files stay as they are."""
        for name in names:
            self._drop(name)
            if name in self.gone:
                self.note({"keep": name})
                self.gone.discard(name)

    def note(self, line: object) -> None:
        """Append to the journal."""
        disk.append(self._journal, line)

    def lines(self) -> Iterator[object]:
        """The journal; torn lines are left out."""
        return disk.lines(self._journal)

    def decide(self) -> None:
        """Write the order: from now on all of it will be published."""
        self.__dict__.pop("gone", None)
        order: Mapping[str, object] = {"files": self.names(), "remove": sorted(self.gone)}
        disk.replace_file(self.order, disk.encoded(order))

    def clear(self) -> None:
        """Nothing is to be published any more."""
        self.__dict__.pop("gone", None)
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
