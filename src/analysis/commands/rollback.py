"""`yigai rollback`."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the issues stand."""
    parser.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="DIR",
        help="the folder whose issues these are (default: issues/)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Take the newest issue back; the one before it is the latest again, with the very files it was made with."""
    from analysis.report.publish import batch, issues, schedule

    shelf = schedule.shelf_of(batch.Options(out=arguments.out))
    with shelf.output.lock():
        newest, before = shelf.roll_back()
    print(f"issue {before} is the latest again, the same as when it was made; {newest} was taken back")
    print(issues.remake(newest))
    return 0
