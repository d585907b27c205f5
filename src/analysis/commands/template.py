"""`yigai template`."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(command: argparse.ArgumentParser) -> None:
    """Which form, and where to."""
    command.add_argument("kind", metavar="KIND", help="panel, assessment, scores or bulletin")
    command.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="folder (default: this one)")


def run(arguments: argparse.Namespace) -> int:
    """Write an empty form."""
    from analysis import paths
    from analysis.intake import forms

    path = forms.write(arguments.kind, arguments.out)
    print(f"{path}: fill it in, then `yigai check {paths.typed(path)}` and `yigai add {paths.typed(path)}`")
    return 0
