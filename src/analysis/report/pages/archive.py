"""Archives (docx, zip) with the clock taken out: entries in order of their names, dated alike."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files by name as one archive; same files, same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(files, key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, files[name])
    return out.getvalue()


def pinned(raw: bytes) -> bytes:
    """An archive again, without the time at which it was written."""
    with zipfile.ZipFile(io.BytesIO(raw)) as old:
        return packed({name: old.read(name) for name in old.namelist()})
