"""`yigai data`."""

from __future__ import annotations

import argparse
import os


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether internal files are read too."""
    parser.add_argument(
        "--internal", action="store_true", help="with internal files, into data/processed-internal"
    )


def run(arguments: argparse.Namespace) -> int:
    """Build the processed tables and print what was built."""
    if arguments.internal:
        os.environ["YIGAI_INTERNAL"] = "1"
    from analysis.clean import build

    print(build.build())
    return 0
