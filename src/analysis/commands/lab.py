"""`yigai lab`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take back, compare, or open; what follows ``--`` goes to JupyterLab."""
    parser.add_argument("--take-back", metavar="NOTEBOOK", help="put the original in place of a working copy, which is kept beside it")  # fmt: skip
    parser.add_argument("--compare", metavar="NOTEBOOK", help="show what a working copy says that the original does not")  # fmt: skip
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the notebook that opens first")  # fmt: skip
    parser.add_argument("--internal", action="store_true", help="show internal figures too, marked (yigai data --internal builds them)")  # fmt: skip
    parser.add_argument("--no-open", action="store_true", help="make the working copies and open nothing")
    parser.add_argument("jupyter", nargs="*", metavar="-- ARGUMENT", help="arguments for JupyterLab, such as -- --no-browser --port 9999")  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Make the working copies and start JupyterLab in them, or take back, or compare."""
    from analysis import paths
    from analysis.lab import workspace

    if arguments.take_back:
        print(f"{paths.relative(workspace.take_back(arguments.take_back))} is the original again")
        return 0
    if arguments.compare:
        print(workspace.compare(arguments.compare) or "nothing differs")
        return 0
    made = workspace.prepare()
    where = paths.relative(made.folder)
    print(f"working copies in {where}: {len(made.copied)} new, {len(made.renewed)} renewed")
    for name in made.kept:
        print(f"  {name} was changed by you and its original is newer: yigai lab --compare {name}")
    settings = workspace.settings()
    if arguments.no_open:
        return 0
    if arguments.internal:
        os.environ["YIGAI_INTERNAL"] = "1"
    command = _command(workspace.LAUNCHER[arguments.lang], arguments.jupyter, settings)
    os.chdir(made.folder)
    os.execv(sys.executable, command)


def _command(first: str, more: list[str], settings: Path) -> list[str]:
    """JupyterLab in the working folder: no question about news, no check for updates, and as root where we are root (a container)."""
    quiet = [f"--LabApp.app_settings_dir={settings}", "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]  # fmt: skip
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [sys.executable, "-m", "jupyterlab", *quiet, *root, first, *more]
