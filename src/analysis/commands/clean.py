"""`yigai clean`."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(_: argparse.Namespace) -> int:
    """Take away what can be made again, and say what stays."""
    from analysis.report.publish import cleaning

    print(cleaning.clean())
    return 0
