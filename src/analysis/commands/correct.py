"""`yigai correct`."""

from __future__ import annotations

import argparse

from analysis.commands import issues_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    """The issue, its pages and what is to be said."""
    parser.add_argument("issue", metavar="ISSUE", help="a dated issue, such as 2026-11")
    parser.add_argument(
        "--page",
        action="extend",
        nargs="+",
        required=True,
        metavar="PLACE/THEME",
        help="pages that turned out wrong, such as 140000/region_profile",
    )
    parser.add_argument("--zh", required=True, metavar="TEXT", help="the notice in Chinese")
    parser.add_argument("--en", required=True, metavar="TEXT", help="the notice in English")
    issues_folder(parser)


def run(arguments: argparse.Namespace) -> int:
    """Put a dated notice at the head of pages of an issue, in both languages; the issue's record keeps it."""
    import datetime as dt

    from analysis.report.publish import issues, schedule
    from analysis.report.publish.asked import Options

    shelf = schedule.shelf_of(Options(out=arguments.out))
    text = {"zh": arguments.zh, "en": arguments.en}
    month = issues.check_month(arguments.issue)
    with shelf.output.lock():
        noted = shelf.correct(month, arguments.page, text, dt.date.today())
    print(f"issue {month}: {len(noted)} pages say so now")
    return 0
