"""Files that outlive a kill: written whole or not at all, and read as if any of them could be damaged.

What cannot be read counts as none. It is not thrown away: it is moved into ``.yigai/aside`` and one line on stderr says so.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

ASIDE = "aside"


def write(path: Path, content: bytes) -> None:
    """Write a file and put it on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its place, then put it there: a reader sees the old or the new one, never half."""
    part = path.with_name(path.name + ".part")
    try:
        write(part, content)
        os.replace(part, path)
    except OSError:
        if part.is_file():
            part.unlink()  # on a full disk the half of it would be missed
        raise


def say(line: str) -> None:
    """One line on stderr."""
    print(line, file=sys.stderr, flush=True)


def set_aside(path: Path, state: Path, why: str) -> Path:
    """Move a file, folder or link that stands where it must not into ``aside`` of a state folder; returns where it is now."""
    folder = state / ASIDE
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(p.name.split("-")[0]) for p in folder.iterdir() if p.name[:1].isdigit()), default=0)
    target = folder / f"{number}-{path.name.lstrip('.')}"
    os.rename(path, target)
    say(f"{path}: {why}; it counts as none and was moved to {target}")
    return target


def room_for(path: Path, base: Path, state: Path) -> None:
    """Make sure that a file can be put at ``path`` below ``base``: folders above it exist, none stands in its place."""
    above = [*reversed(path.relative_to(base).parents)][1:]
    for part in (base / name for name in above):
        if part.exists() and not part.is_dir():
            set_aside(part, state, "a file where a folder belongs")
        part.mkdir(exist_ok=True)
    if not path.is_symlink() and (kind := strange(path)):
        set_aside(path, state, f"{kind} where a file belongs")


def strange(path: Path) -> str:
    """What stands in a file's place, in words; empty where a file stands, or nothing."""
    if path.is_dir():
        return "a folder"
    if path.is_symlink() and not path.exists():
        return "a link that leads nowhere"
    return "something that is no file" if path.exists() and not path.is_file() else ""


def file_only(path: Path, state: Path) -> Path:
    """The path, with a file there or nothing: a link or what is no file is set aside, so that nothing is waited for or written through."""
    if path.is_symlink() or strange(path):
        set_aside(path, state, "not the file that belongs there")
    return path


def folder_only(path: Path, state: Path) -> Path:
    """The path, with a folder there or nothing: a link or what is none is set aside."""
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        set_aside(path, state, "not the folder that belongs there")
    return path


def ensure_folder(path: Path, state: Path) -> None:
    """A folder at ``path``, whatever stands there now. A link to a folder stays."""
    if path.is_symlink() and not path.exists():
        set_aside(path, state, "a link that leads nowhere")
    elif path.exists() and not path.is_dir():
        set_aside(path, state, "a file where a folder belongs")
    path.mkdir(parents=True, exist_ok=True)


def load_json(path: Path, state: Path) -> dict[str, Any] | None:
    """The content of a JSON file that holds an object, or None when there is none. Anything else is set aside."""
    if kind := strange(path):  # a pipe would be waited for
        set_aside(path, state, f"{kind} where a file belongs")
        return None
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        set_aside(path, state, "cannot be read as JSON")
        return None
    if not isinstance(found, dict):
        set_aside(path, state, f"holds {type(found).__name__} instead of dict")
        return None
    return found


def encoded(content: object, indent: int | None = None) -> bytes:
    """A value as JSON. What is no character (a name that is not written in UTF-8) is escaped, and read back as it was."""
    between = (",", ":") if indent is None else None
    text = json.dumps(content, ensure_ascii=False, indent=indent, separators=between)
    return text.encode("utf-8", "backslashreplace")


def dump_json(path: Path, content: object) -> None:
    """Write a JSON file whole."""
    replace_file(path, encoded(content, 1) + b"\n")


def append(path: Path, line: object) -> None:
    """Append a line of JSON to a file, beginning a new line where a kill has left half of one."""
    with open(path, "ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            torn = file.read(1) != b"\n"
            file.seek(0, os.SEEK_END)
            if torn:
                file.write(b"\n")
        file.write(encoded(line) + b"\n")


def lines(path: Path) -> Iterator[Any]:
    """The lines of a file of JSON lines; what cannot be read is left out, and there are none where there is no file."""
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        with suppress(ValueError, RecursionError):  # torn by a kill: the page it spoke of is made again
            yield json.loads(line)


def stamp(folder: Path, names: Iterable[str]) -> dict[str, list[int]]:
    """name -> [size, modification time in ns] of files below a folder; what is none there, or no name of a file, is left out."""
    found, base = {}, str(folder)
    for name in names:
        try:
            seen = os.stat(f"{base}/{name}")
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(seen.st_mode):
            found[name] = [seen.st_size, seen.st_mtime_ns]
    return found


def sweep(folder: Path) -> None:
    """Remove the halves of files that a killed run left in a folder."""
    for path in folder.glob("*.part"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
