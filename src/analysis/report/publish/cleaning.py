"""What `yigai clean` takes away: what can be made again, and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analysis import paths, tables
from analysis.errors import ParameterError
from analysis.report.plan.records import Stamp
from analysis.report.publish import compared, files, outputs

KEPT = {"README.md", ".gitkeep"}
NAMED = 8  # entries of a folder that are named one by one
# below the state folder: all that a run writes there and the next one writes again
STATE = ("places", *outputs.FOLDERS, *outputs.FILES)


@dataclass(frozen=True)
class Cleaned:
    """How many files were taken away, and what stands there still (names from the project's folder)."""

    removed: int
    kept: tuple[str, ...]

    def __str__(self) -> str:
        kept = f"; kept: {', '.join(self.kept)}" if self.kept else ""
        return f"{self.removed} files that can be made again were taken away{kept}"


def clean() -> Cleaned:
    """Take away published pages and processed tables. Issues, tracked files, pages changed by hand and files of nobody's making stay,
    and are named; nothing is taken away through a link. Raises ParameterError while a run holds the folder."""
    removed = _site(paths.reports()) if paths.reports().is_dir() else 0
    for name in (*(f"{one}.parquet" for one in tables.SPECS), "build.json"):
        removed += _gone(paths.processed() / name)
    kept = [name for folder in (paths.reports(), paths.processed()) for name in _left(folder)]
    return Cleaned(removed, tuple([*kept, *_untouched()]))


def _untouched() -> Iterator[str]:
    """What no cleaning reaches, where it is there: issues, a user's own files, confirmations, the internal folders."""
    if paths.issues().is_dir():
        yield _name(paths.issues())
    if paths.user().is_dir() and any(p.name not in KEPT for p in paths.user().iterdir()):
        yield _name(paths.user())
    for name in ("confirmed.csv", "confirmed-internal.csv", "waiting.csv"):
        if (paths.data() / name).is_file():
            yield _name(paths.data() / name)
    if not paths.internal():
        for folder in (paths.reports(), paths.processed(), paths.issues()):
            if (apart := folder.with_name(f"{folder.name}-internal")).is_dir():
                yield _name(apart)


def _name(path: Path) -> str:
    """The path from the project's folder; a link is named where it stands."""
    place = Path(os.path.abspath(path))
    return str(place.relative_to(paths.home())) if place.is_relative_to(paths.home()) else str(place)


def _left(folder: Path) -> list[str]:
    found = sorted(p for p in folder.iterdir() if p.name not in KEPT) if folder.is_dir() else []
    more = [f"{len(found) - NAMED} more in {_name(folder)}"] if len(found) > NAMED else []
    return [*map(_name, found[:NAMED]), *more]


def _gone(path: Path) -> int:
    """Take a file or a link away; 0 where there is none."""
    if not path.is_symlink() and not path.is_file():
        return 0
    path.unlink()
    return 1


def _site(folder: Path) -> int:
    output = outputs.Output(folder)
    with output.lock():
        output.recover()
        state = output.load()
        made = dict(state.header.site_files)
        for record in state.pages.values():
            made |= record.files
        changed = _changed(output.folder, made)
        removed = sum(_gone(path) for path in _own(output, sorted(made.keys() - changed)))
        folders = {part for name in made for part in Path(name).parents if part != Path()}
        for path in sorted((output.folder / part for part in folders), reverse=True):
            if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
                path.rmdir()
        _state(output)
        with suppress(
            OSError
        ):  # what is not the runner's stays in it; where an open file cannot go, the lock
            (output.state / "lock").unlink()
            output.state.rmdir()
    return removed


def _own(output: outputs.Output, names: Iterable[str]) -> Iterator[Path]:
    """Where these files stand; what a link leads to is not the site's."""
    for name in names:
        try:
            yield output.inside(name)
        except ParameterError:
            continue


def _changed(folder: Path, made: Mapping[str, Stamp]) -> set[str]:
    """Names of files that are not as they were made. Where most have another time (the folder was copied) the size alone tells."""
    now = files.stamp(folder, made)
    other = {name for name, stamp in now.items() if list(stamp) != list(made[name])}
    return {name for name in other if 2 * len(other) <= len(now) or now[name][0] != made[name][0]}


def _state(output: outputs.Output) -> None:
    """Take away what a run keeps for itself; what was set aside comes out, what was asked for and what is not the runner's stays."""
    aside = output.state / files.ASIDE
    if aside.is_dir() and not aside.is_symlink() and any(aside.iterdir()):
        numbers = (int(p.name[6:]) for p in output.folder.glob("aside-*") if p.name[6:].isdigit())
        aside.rename(output.folder / f"aside-{max(numbers, default=0) + 1}")
    elif aside.is_dir() and not aside.is_symlink():
        aside.rmdir()
    wanted = output.state / compared.ASKED
    if wanted.is_file() and wanted.read_bytes().strip() in (b"", b"{}"):
        wanted.unlink()
    for name in STATE:
        path = output.state / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif name != "lock":
            path.unlink(missing_ok=True)
