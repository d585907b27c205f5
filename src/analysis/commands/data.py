"""`yigai data`."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(_: argparse.Namespace) -> int:
    """Build the processed tables and print what was built."""
    from analysis.clean import build

    print(build.build())
    return 0
