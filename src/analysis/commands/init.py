"""`yigai init`."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """The folder to make."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")


def run(arguments: argparse.Namespace) -> int:
    """Lay the collection out in a folder: data, notebooks, what tells a project's folder; then say how to go on."""
    import analysis
    from analysis.errors import ParameterError, Problem

    held = Path(analysis.__file__).parent / "_collection"
    folder: Path = arguments.folder
    if not held.is_dir():
        raise ParameterError(
            Problem(
                "yigai init",
                "an install from a checkout",
                "an install from a wheel",
                "the checkout itself is the project's folder: work there",
            )  # fmt: skip
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ParameterError(
            Problem("yigai init", f"{folder} is not empty", "a new or empty folder", "name another")
        )
    shutil.copytree(held, folder, dirs_exist_ok=True)
    for name in ("reports", "data/processed", "data/raw/user"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    print(f"made {folder}: {sum(1 for p in folder.rglob('*') if p.is_file())} files")
    print(f"go on with:\n  cd {folder}\n  yigai data\n  yigai lab          # or: yigai report --region 山西")
    return 0
