"""`yigai case`."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """The case, the edition and the output folder."""
    parser.add_argument("name", metavar="NAME", help="a folder of notebooks/cases")
    parser.add_argument(
        "--edition",
        choices=("student", "instructor", "solution"),
        default="student",
        help="who it is for (default: student)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="DIR",
        help="output folder (default: build/cases/NAME/EDITION)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the edition and print where it is."""
    from analysis.cases import editions

    print(editions.build(arguments.name, arguments.edition, arguments.out))
    return 0
