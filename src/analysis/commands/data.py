"""`yigai data`."""

from __future__ import annotations

import argparse
import os


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether internal files are read too, what is decided on the way, and whether success is said."""
    parser.add_argument(
        "--internal", action="store_true", help="with internal files, into data/processed-internal"
    )
    parser.add_argument(
        "--confirm",
        default="",
        metavar="REASON",
        help="confirm every figure that waits for a person, with this reason, in data/raw/confirmed.csv",
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing when all is well (for schedules)")


def run(arguments: argparse.Namespace) -> int:
    """Build the processed tables and print what was built."""
    if arguments.internal:
        os.environ["YIGAI_INTERNAL"] = "1"
    from analysis.collection import build

    summary = build.build(confirm=arguments.confirm) if arguments.confirm else build.build()
    if not arguments.quiet:
        print(summary)
    return 0
