"""`yigai init`: the collection laid out in a folder of one's own, and brought up to the installed version later."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

RECORD = ".yigai-init.json"  # in the folder: what was laid out, each file with its hash
NEW = ".new"  # beside a file that was changed by hand: what the installed version has in its place


def arguments(parser: argparse.ArgumentParser) -> None:
    """The folder to make."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")
    parser.add_argument(
        "--renew",
        action="store_true",
        help="bring a folder that `yigai init` made up to the installed version; what you changed or added stays",
    )


def run(arguments: argparse.Namespace) -> int:
    """Lay the collection out in a folder, or renew one: data, notebooks, what tells a project's folder; then say how to go on."""
    from analysis.errors import ParameterError, Problem

    held, folder = collection(), arguments.folder
    if not held.is_dir():
        raise ParameterError(
            Problem(
                "yigai init",
                "an install from a checkout",
                "an install from a wheel",
                "the checkout itself is the project's folder: work there",
            )  # fmt: skip
        )
    if arguments.renew:
        return _renewed(held, folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        fix = "name another, or bring one that `yigai init` made up to this version with --renew"
        raise ParameterError(Problem("yigai init", f"{folder} is not empty", "a new or empty folder", fix))
    for name, path in _files(held):
        _written(folder / name, path.read_bytes())
    for name in ("reports", "data/processed", "data/raw/user"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _recorded(held, folder)
    print(f"made {folder}: {sum(1 for p in folder.rglob('*') if p.is_file() and p.name != RECORD)} files")
    print(f"go on with:\n  cd {folder}\n  yigai data\n  yigai lab          # or: yigai report --region 山西")
    return 0


def collection() -> Path:
    """The collection that a wheel carries; no folder where the package is an install from a checkout."""
    import analysis

    return Path(analysis.__file__).parent / "_collection"


def outdated() -> str:
    """``older`` of the project's own folder."""
    from analysis import paths

    return older(paths.home())


def older(folder: Path) -> str:
    """What to do where a folder was laid out by another version than the one installed; empty where it was not."""
    record, held = folder / RECORD, collection()
    if not record.is_file() or not held.is_dir() or _laid(folder).get("version") == version(held):
        return ""
    return f"{folder} was laid out by another version of the program; bring it up to this one: yigai init --renew {folder}"


def version(held: Path) -> str:
    """What tells one collection from another: its words, dictionaries and notebooks, which code of another version may not fit."""
    told = hashlib.sha256()
    for path in sorted([*held.glob("data/*.*"), *held.glob("notebooks/*.ipynb")]):
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()[:16]


def _renewed(held: Path, folder: Path) -> int:
    """Each file of the installed collection: taken over where the folder's is as it was laid out, else put beside it."""
    from analysis.errors import ParameterError, Problem

    laid = _laid(folder).get("files", {})
    if not laid and not (folder / "data" / "regions.csv").is_file():
        fix = f"lay one out: yigai init {folder}"
        raise ParameterError(
            Problem("yigai init --renew", str(folder), "a folder that `yigai init` made", fix)
        )
    new = {name: path.read_bytes() for name, path in _files(held)}
    renewed: list[str] = []
    beside: list[str] = []
    gone: list[str] = []
    for name, content in new.items():
        at = folder / name
        if at.is_file() and _hash(at.read_bytes()) == _hash(content):
            continue
        own = at.is_file() and _hash(at.read_bytes()) != laid.get(name)
        (beside if own else renewed).append(name)
        _written(at.with_name(at.name + NEW) if own else at, content)
    for name, known in laid.items():
        at = folder / name
        if name not in new and at.is_file() and _hash(at.read_bytes()) == known:
            at.unlink()
            gone.append(name)
    _recorded(held, folder)
    print(f"{folder}: {len(renewed)} files renewed, {len(gone)} taken away, {len(beside)} of yours kept")
    for name in beside:
        print(f"  yours: {name}   the installed version's: {name}{NEW}")
    print(f"go on with:\n  cd {folder}\n  yigai data")
    return 0


def _files(held: Path) -> Iterator[tuple[str, Path]]:
    yield from ((p.relative_to(held).as_posix(), p) for p in sorted(held.rglob("*")) if p.is_file())


def _written(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _recorded(held: Path, folder: Path) -> None:
    files = {name: _hash(path.read_bytes()) for name, path in _files(held)}
    _written(folder / RECORD, json.dumps({"version": version(held), "files": files}, indent=0).encode())


def _laid(folder: Path) -> dict:
    """The record of a folder; nothing where it has none or it cannot be read."""
    try:
        told = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    sound = isinstance(told, dict) and isinstance(told.get("files"), dict)
    return told if sound else {}
