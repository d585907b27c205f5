"""`yigai accept`."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(command: argparse.ArgumentParser) -> None:
    """The decided form, a second one, and who may see it."""
    command.add_argument("form", type=Path, metavar="FORM", help="a decided form of `yigai review`")
    command.add_argument(
        "--document",
        type=Path,
        default=None,
        metavar="BULLETIN",
        help="the bulletin (default: beside the form)",
    )
    command.add_argument(
        "--second",
        type=Path,
        default=None,
        metavar="FORM",
        help="a second person's form: show how far they agree",
    )
    command.add_argument(
        "--public", action="store_true", help="may reach public pages (without it: internal)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Keep what was accepted and build; with a second form, say how far the two agree first."""
    from analysis.collection import bulletins as door
    from analysis.intake.bulletins import agreement, decided, documents

    form = decided.read(arguments.form)
    beside = arguments.form.with_name(form.about["file"])
    path = arguments.document or (beside if beside.is_file() else None)
    text = documents.read(path).text if path else ""
    if arguments.second:
        print(agreement.compare(form, decided.read(arguments.second)))
    print(door.accept(arguments.form, public=arguments.public, text=text, second=arguments.second))
    return 0
