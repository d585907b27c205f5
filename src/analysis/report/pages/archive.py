"""Archives (docx, zip) with the clock taken out: entries in order of their names, dated alike."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files by name as one archive; same files, same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in _entries(files):
            new.writestr(entry, files[entry.filename])
    return out.getvalue()


def _entries(names: Iterable[str]) -> Iterable[zipfile.ZipInfo]:
    for name in sorted(names, key=lambda n: (n != "[Content_Types].xml", n)):
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        yield entry


def pack(target: Path, folder: Path) -> None:
    """All files of a folder as one archive: the bytes of ``packed``, with little of a file in memory at a time."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in _entries(files):
            entry.file_size = files[entry.filename].stat().st_size
            with files[entry.filename].open("rb") as file, new.open(entry, "w") as out:
                shutil.copyfileobj(file, out)


def pinned(raw: bytes) -> bytes:
    """An archive again, without the time at which it was written."""
    with zipfile.ZipFile(io.BytesIO(raw)) as old:
        return packed({name: old.read(name) for name in old.namelist()})
