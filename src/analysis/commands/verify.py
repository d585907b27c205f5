"""`yigai verify`."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.commands import GATE_FAILED


def arguments(parser: argparse.ArgumentParser) -> None:
    """The issue to look at."""
    parser.add_argument("--issue", required=True, metavar="MONTH", help="a dated issue, such as 2026-11")
    parser.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="DIR",
        help="the folder whose issues these are (default: issues/)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare an issue's files with their hashes: says that it is the same, or what differs (exit 5)."""
    from analysis.report.publish import batch, issues, schedule

    month = issues.check_month(arguments.issue)
    shelf = schedule.shelf_of(batch.Options(out=arguments.out))
    differs = shelf.verify(month)
    for line in differs:
        print(line)
    print(
        f"issue {month}: " + (f"{len(differs)} files differ" if differs else "the same as when it was made")
    )
    return GATE_FAILED if differs else 0
