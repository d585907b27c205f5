"""Every file of ``data/raw/user``: read, or named with what to do. Nothing there is passed over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pandas as pd

from analysis import paths
from analysis.errors import DataError, Problem
from analysis.intake import meaning, observed, sidecar
from analysis.intake.sidecar import INTERNAL
from analysis.intake.understood import Understood

OWN = {"README.md", "dictionary"}  # what the folder holds of the project's own
SHOWN = 5
LITTER = (".ds_store", "thumbs.db", "desktop.ini")


@dataclass
class Read:
    """A file that was read: its rows of ``observations``, how many they are, and what was understood of it."""

    found: Understood
    rows: pd.DataFrame
    count: int = 0

    def __post_init__(self) -> None:
        self.count = self.count or len(self.rows)

    def trim(self) -> None:
        """Keep the first rows only: the others stand in the table by now."""
        self.rows = pd.DataFrame(self.rows.head(SHOWN).to_dict("list"))

    def __str__(self) -> str:
        left = [c for c in self.found.columns if not c.what]
        text = f"{self.found.path.name}: {self.found.kind.says}, {self.count:,} figures"
        parts = [f"column {c.heading}: {c.why}" for c in left[:4]]
        parts += [f"{line.where} {line.what}: {line.why}" for line in self.found.left[:4]]
        more = len(left) + len(self.found.left) - len(parts)
        if parts:
            text += "; left out " + "; ".join(parts) + (f"; and {more} more" if more > 0 else "")
        return "; ".join([text, *self.found.remarks])


def files(folder: Path) -> list[Path]:
    """The data files of the folder, in order. Raises DataError naming everything else that lies there."""
    found, problems = [], []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = path.name
        if name in OWN or name.lower() in LITTER:
            continue
        if path.suffix == ".toml" and path.with_suffix("").is_file():
            continue
        if path.suffix == ".toml":
            fix = f"put {path.stem} back beside it, or delete it"
            problems.append(
                Problem(paths.relative(path), "answers about a file that is not there", path.stem, fix)
            )
        elif path.is_dir():
            inside = sum(p.is_file() for p in path.rglob("*"))
            fix = "move its files up into data/raw/user, or add them one by one with `yigai add`"
            fix = fix if inside else "delete it"
            held = f"a folder with {inside} files" if inside else "an empty folder"
            problems.append(Problem(paths.relative(path), held, "files", fix))
        elif name.startswith("~$"):
            fix = "close the spreadsheet program, or delete the file"
            problems.append(Problem(paths.relative(path), "a spreadsheet program's lock file", "files", fix))
        else:
            found.append(path)
    if problems:
        raise DataError(problems)
    return found


def read(path: Path, answers: sidecar.Answers | None = None) -> Read:
    """One file as rows of ``observations``. Raises DataError for all that is wrong with it or has to be asked."""
    said = answers or sidecar.read(path)
    if said.sha256 and said.sha256 != digest(path):
        fix = "put the file back as it was added, or add the changed one under a new name with `yigai add`"
        raise DataError(
            Problem(
                paths.relative(path),
                "another content than when it was added",
                f"SHA-256 {said.sha256[:12]}...",
                fix,
            )
        )
    found = meaning.understand(path, said)
    found.settle()
    found.release()
    return Read(found, observed.observations(found))


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return sha256(path.read_bytes()).hexdigest()


def is_internal(path: Path) -> bool:
    """Whether a file is kept from public pages: its sidecar says so, or its publication is registered as internal only."""
    return sidecar.read(path).access == INTERNAL


def observations(files: Iterable[Path], known: Iterable[Read] = ()) -> list[Read]:
    """Every file read, internal ones only where internal figures are asked for; ``known`` are not read again. Raises DataError
    listing the problems of all."""
    made = {one.found.path.name: one for one in known}
    problems: list[Problem] = []
    for path in files:
        try:
            answers = sidecar.read(path)
            if path.name not in made and (answers.access != INTERNAL or paths.internal()):
                made[path.name] = read(path, answers)
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    return [made[name] for name in sorted(made)]
