"""Temporary folders that no killed run leaves for good: a lock that falls with its process holds each, and the next run sweeps the rest.

What a run's processes put into the system's temporary folder goes into its own one too (``settings``), so that it goes with it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis import locks

PREFIX = "yigai-"
HELD = ".held"  # the file whose lock says that somebody still works here
UNHELD = (
    24 * 3600
)  # seconds after which a folder without that file is nobody's: its maker died before it could take the lock


class Folder:
    """A new temporary folder, below the system's or below ``beside``; what killed runs left there under this prefix is swept first."""

    def __init__(self, prefix: str = PREFIX, beside: Path | None = None):
        base = Path(beside or tempfile.gettempdir())
        sweep(base, prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
        self._handle = _hold(self.path)

    def settings(self) -> dict[str, str]:
        """Variables that let a process and all that it starts keep their temporary files in here."""
        inner = self.path / "tmp"
        inner.mkdir(exist_ok=True)
        return dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(inner))

    def remove(self) -> None:
        """Take it away with all that is in it; a second time nothing happens."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def folder(prefix: str = PREFIX, beside: Path | None = None) -> Iterator[Path]:
    """A temporary folder for the time of the block."""
    made = Folder(prefix, beside)
    try:
        yield made.path
    finally:
        made.remove()


@contextmanager
def everything() -> Iterator[None]:
    """For the time of the block, whatever this process and those it starts put into the system's temporary folder goes into one of its own."""
    made = Folder()
    kept, before = {name: os.environ.get(name) for name in made.settings()}, tempfile.tempdir
    os.environ.update(made.settings())
    tempfile.tempdir = None
    try:
        yield
    finally:
        for name, value in kept.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        tempfile.tempdir = before
        made.remove()


def _hold(path: Path) -> int:
    handle = os.open(path / HELD, os.O_RDWR | os.O_CREAT, 0o600)
    locks.take(handle)
    return handle


def sweep(base: Path, prefix: str = PREFIX) -> int:
    """Take away the folders of this prefix below ``base`` that nobody holds any more; returns how many."""
    swept = 0
    for path in sorted(base.glob(f"{prefix}*")):
        if path.is_symlink() or not path.is_dir() or not _mine(path) or not _abandoned(path):
            continue
        shutil.rmtree(path, ignore_errors=True)
        swept += 1
    return swept


def _mine(path: Path) -> bool:
    """Another user's folder is not ours to judge, and a name may be taken by anybody in a folder that all may write to."""
    try:
        return not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()
    except OSError:
        return False


def _abandoned(path: Path) -> bool:
    try:
        handle = os.open(path / HELD, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return _age(path) > UNHELD
    except OSError:
        return False
    try:
        return locks.take(handle)
    finally:
        os.close(handle)


def _age(path: Path) -> float:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime
    return 0.0
