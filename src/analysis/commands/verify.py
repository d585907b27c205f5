"""`yigai verify`."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.commands import GATE_FAILED, USAGE, issues_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    """The page, the citation or the issue to look at."""
    parser.add_argument(
        "page",
        nargs="?",
        default="",
        metavar="PAGE",
        help="a theme's page or a briefing (html, pdf, docx), or a citation in quotation marks",
    )
    parser.add_argument("--issue", default="", metavar="MONTH", help="a dated issue, such as 2026-11")
    parser.add_argument(
        "--site", type=Path, default=None, metavar="DIR", help="the page's site (default: reports/)"
    )
    issues_folder(parser)


def run(arguments: argparse.Namespace) -> int:
    """Say that a page, a citation or an issue is the same as the recorded rows give, or what differs (exit 5)."""
    if bool(arguments.page) == bool(arguments.issue):
        arguments.parser.print_usage()
        print("name a page (or a citation), or an issue")
        return USAGE
    return _issue(arguments) if arguments.issue else _page(arguments)


def _page(arguments: argparse.Namespace) -> int:
    from analysis import paths
    from analysis.report.publish import verifying

    site, text = arguments.site or paths.reports(), arguments.page
    if verifying.ADDRESS.search(text) and not (Path(text).is_file() or (site / text).is_file()):
        name, differs = "the citation", verifying.cited(text, site)
    else:
        folder, name = verifying.located(text, site)
        differs = verifying.Site(folder).differences(name)
    for line in differs:
        print(line)
    untried = bool(differs) and differs[-1].endswith((verifying.ONLY, verifying.OTHERS))
    print(f"{name}: " + ("not compared" if untried else "not the same" if differs else "the same"))
    return GATE_FAILED if differs else 0


def _issue(arguments: argparse.Namespace) -> int:
    from analysis.report.publish import issues, schedule
    from analysis.report.publish.asked import Options

    month = issues.check_month(arguments.issue)
    shelf = schedule.shelf_of(Options(out=arguments.out))
    differs = shelf.verify(month)
    for line in differs:
        print(line)
    days = shelf.corrected(month)
    same = "the same as when it was made" + (f", but for the notice of {', '.join(days)}" if days else "")
    many = "1 file differs" if len(differs) == 1 else f"{len(differs)} files differ"
    print(f"issue {month}: {many if differs else same}")
    return GATE_FAILED if differs else 0
