"""What `yigai clean` takes away: what can be made again, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis import paths
from analysis.report.publish import outputs

KEPT = {"README.md", ".gitkeep"}


@dataclass(frozen=True)
class Cleaned:
    """How many files were taken away, and what stands there still (names from the project's folder)."""

    removed: int
    kept: tuple[str, ...]

    def __str__(self) -> str:
        kept = f"; kept: {', '.join(self.kept)}" if self.kept else ""
        return f"{self.removed} files that can be made again were taken away{kept}"


def clean() -> Cleaned:
    """Take away published pages and processed tables. Issues, tracked files and files of nobody's making stay, and are named."""
    removed = _site(paths.reports()) if paths.reports().is_dir() else 0
    for path in (*paths.processed().glob("*.parquet"), *paths.processed().glob("*.json")):
        path.unlink()
        removed += 1
    kept = [path for folder in (paths.reports(), paths.processed()) for path in _left(folder)]
    kept += [paths.issues()] if paths.issues().is_dir() else []
    return Cleaned(removed, tuple(paths.relative(path) for path in kept))


def _left(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in KEPT:
            yield path


def _site(folder: Path) -> int:
    output = outputs.Output(folder)
    with output.lock():
        output.recover()
        state = output.load()
        names = set(state.header.site_files).union(*(record.files for record in state.pages.values()))
        removed = 0
        for name in sorted(names):
            path = output.inside(name)
            if path.is_file() or path.is_symlink():
                path.unlink()
                removed += 1
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink() and not path.is_relative_to(output.state):
                if path.relative_to(folder).parts[0] != "issues" and not any(path.iterdir()):
                    path.rmdir()
        aside = output.state / "aside"
        if aside.is_dir():
            aside.rename(folder / f"aside-{len([*folder.glob('aside*')]) + 1}")
    shutil.rmtree(output.state)
    return removed
