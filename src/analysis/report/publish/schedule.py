"""Dated issues: `yigai report --due` makes each month's issue once, and those that were missed, in order (rule R8).

An issue stands in ``issues/<year-month>/`` with the first of the month as its date; ``issues/issues.json`` says which are whole,
``issues/latest`` points at the newest. Two runs at once: the second is refused by the lock, which falls with its process. An
issue with failures is taken up again by the next run. A clock that went back makes nothing due.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from analysis import paths
from analysis.errors import DataError, Problem
from analysis.report.publish import batch, outputs


def due(done: Iterable[str], today: dt.date) -> list[str]:
    """Months (``2026-11``) without a whole issue, from the one after the newest to today's; only today's when there is none."""
    now = (today.year, today.month)
    newest = max(done, default="")
    if not newest:
        return [f"{now[0]}-{now[1]:02d}"]
    year, month = map(int, newest.split("-"))
    missing = []
    while (year, month) < now:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        missing.append(f"{year}-{month:02d}")
    return missing


def _read(path: Path) -> list[str]:
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["done"])
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            Problem(
                paths.relative(path),
                f"unreadable ({error})",
                '{"done": ["2026-11", ...]}',
                "restore it, or list the issues that are whole",
            )
        ) from error


def run(options: batch.Options, today: dt.date | None = None) -> list[tuple[str, batch.Summary]]:
    """Make what is due; month and summary of each issue that was tried. Stops at the first issue with a failure."""
    folder = (options.out or paths.reports()) / "issues"
    made = []
    with outputs.Output(folder).lock():
        listed = folder / "issues.json"
        done = _read(listed)
        for month in due(done, today or dt.date.today()):
            summary = batch.report(replace(options, out=folder / month, as_of=options.as_of or f"{month}-01"))
            made.append((month, summary))
            if summary.exit_code:
                break
            done.append(month)
            outputs.replace_file(listed, json.dumps({"done": done}, indent=1).encode() + b"\n")
            _point(folder / "latest", month)
    return made


def _point(link: Path, month: str) -> None:
    part = link.with_name("latest.part")
    part.unlink(missing_ok=True)
    part.symlink_to(month, target_is_directory=True)
    os.replace(part, link)
