"""Whether the tables are those of the raw files: a hint before a run, without importing what builds them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

from analysis import paths
from analysis.errors import DataError, Problem


def changed_raw() -> list[str]:
    """Names below ``data/raw`` that the tables were not built from as they are now: edited, new, or gone since `yigai data`.

    Only files written after the tables are read; an unreadable build record says nothing (the run itself will).
    """
    record = paths.processed() / "build.json"
    try:
        known, built = dict(json.loads(record.read_bytes())["raw"]), record.stat().st_mtime_ns
    except (OSError, ValueError, KeyError, TypeError):
        return []
    found, changed = set(), []
    for path in sorted(path for path in paths.raw().rglob("*") if path.is_file()):
        name = path.relative_to(paths.raw()).as_posix()
        found.add(name)
        if path.name.startswith((".", "README")) or path.stat().st_mtime_ns <= built:
            continue  # older than the tables: read by the build, or left out by it with its reason
        if name.startswith("user/") and _kept_back(path):
            continue  # a user's own file that the public tables leave out
        if known.get(name) != hashlib.sha256(path.read_bytes()).hexdigest():
            changed.append(name)
    return sorted(changed) + sorted(known.keys() - found)


def refuse_altered() -> None:
    """Raise DataError when a table is not the file that the build wrote: changed by hand, of another edition, or of a swap that broke off.

    A page made from it would cite a source that does not say so. A table that the build record does not name by its bytes passes.
    """
    try:
        written = dict(json.loads((paths.processed() / "build.json").read_bytes())["tables"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    files = [paths.processed() / f"{name}.parquet" for name in sorted(written)]
    found = [
        Problem(
            paths.relative(path),
            "not the file that the build wrote",
            "tables as they were built from data/raw: a page cites the raw file for every number",
            "run yigai data",
        )
        for path in files
        if path.is_file() and paths.file_hash(path) != written[path.stem].get("file", paths.file_hash(path))
    ]
    if found:
        raise DataError(found)


def _kept_back(path: Path) -> bool:
    """Whether a user's file, or the answers beside one, is internal while public tables are looked at."""
    side = path if path.suffix == ".toml" else path.with_name(f"{path.name}.toml")
    try:
        access = tomllib.loads(side.read_text(encoding="utf-8")).get("access", "")
    except (OSError, ValueError):
        return False
    return access == "internal" and not paths.internal()


def hint() -> str:
    """One line when the tables are not those of the raw files; else empty."""
    changed = changed_raw()
    if not changed:
        return ""
    shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
    return f"data/raw changed since the tables were built ({shown}): the pages show the tables as they are; run yigai data first"
