"""`yigai rollback`."""

from __future__ import annotations

import argparse

from analysis.commands import issues_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the issues stand."""
    issues_folder(parser)


def run(arguments: argparse.Namespace) -> int:
    """Take the newest issue back; the one before it is the latest again, with the very files it was made with."""
    from analysis.report.publish import issues, schedule
    from analysis.report.publish.asked import Options

    shelf = schedule.shelf_of(Options(out=arguments.out))
    with shelf.output.lock():
        newest, before = shelf.roll_back()
    print(f"issue {before} is the latest again, the same as when it was made; {newest} was taken back")
    print(issues.remake(newest))
    return 0
