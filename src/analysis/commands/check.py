"""`yigai check`: what `yigai add` would do, without keeping anything."""

from __future__ import annotations

import argparse

from analysis.commands import add


def arguments(command: argparse.ArgumentParser) -> None:
    """The same options as `add`."""
    add.arguments(command)


def run(arguments: argparse.Namespace) -> int:
    """Show what is understood and check it with all that is held."""
    from analysis.collection import door

    asked = add.request(arguments)
    if door.is_bulletin(asked):
        return add.as_bulletin(arguments)
    print(door.check(asked))
    return 0
