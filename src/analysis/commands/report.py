"""`yigai report`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import YigaiError

if TYPE_CHECKING:
    from analysis.report.publish.asked import Options


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes; write 1 or more")
    return int(text)


def arguments(command: argparse.ArgumentParser) -> None:
    """What to make, where, and how."""
    command.add_argument(
        "--region",
        action="extend",
        nargs="+",
        default=[],
        metavar="REGION",
        help="code or name: 140000, 山西, Shanxi (default: all)",
    )
    command.add_argument(
        "--theme",
        action="extend",
        nargs="+",
        default=[],
        metavar="THEME",
        help="theme of a notebook (default: all)",
    )
    command.add_argument("--lang", default="zh,en", help="zh, en or zh,en (default: both)")
    command.add_argument(
        "--jobs", type=_jobs, default=0, metavar="N", help="worker processes (default: one a core)"
    )
    command.add_argument(
        "--scheduler", default="", metavar="tcp://HOST:PORT", help="send the reports to a Dask cluster"
    )
    command.add_argument(
        "--out", type=Path, default=None, metavar="DIR", help="output folder (default: reports/)"
    )
    command.add_argument(
        "--as-of",
        default="",
        metavar="DATE",
        help="only sources published by this date (default: the newest)",
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter that a notebook declares, such as cap=85 (see its parameters cell)",
    )
    command.add_argument(
        "--internal",
        action="store_true",
        help="with internal figures, into reports-internal, every page marked",
    )
    command.add_argument("--force", action="store_true", help="make every report again")
    command.add_argument("--explain", action="store_true", help="say for each page why it is made or kept")
    command.add_argument("--due", action="store_true", help="make the dated issues that are due, each once")
    command.add_argument(
        "--issue",
        default="",
        metavar="MONTH",
        help="make one issue again that failed, was taken back or is gone",
    )
    command.add_argument(
        "--embargo",
        default="",
        metavar="DATE",
        help="with --due: make the issue and hold it back until this day",
    )
    command.add_argument(
        "--quiet",
        action="store_true",
        help="say nothing when all is well (for schedules): else a line a problem",
    )
    command.add_argument(
        "--no-gate",
        action="store_true",
        help="do not check the pages that were made (for trials; yigai gate checks them later)",
    )
    command.add_argument(
        "--format",
        default="html",
        metavar="FORMS",
        help="html, pdf, docx: files of the same pages and briefings beside them, e.g. pdf,docx (default: html alone)",
    )
    command.add_argument(
        "--style",
        choices=("house", "gongwen"),
        default="house",
        help="of Word files: the house's, or official documents' by GB/T 9704-2012",
    )
    command.add_argument(
        "--engine", choices=("fork", "plain"), default="fork", help="fork (default) or plain papermill"
    )
    command.add_argument(
        "--report-timeout",
        type=_jobs,
        default=300,
        metavar="SECONDS",
        help="limit for one page (default: 300)",
    )
    command.add_argument(
        "--cell-timeout", type=_jobs, default=120, metavar="SECONDS", help="limit for one cell (default: 120)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the reports, or the issues that are due; what was made is checked before readers see it."""
    if arguments.internal:
        _internal(arguments.out)
    from analysis.clean import freshness
    from analysis.report.plan import parameters
    from analysis.report.publish import batch
    from analysis.report.publish.asked import Options

    _refuse_dates(arguments)
    options = Options(
        regions=tuple(parameters.regions(arguments.region)),
        themes=tuple(arguments.theme),
        languages=tuple(parameters.languages(arguments.lang)),
        out=arguments.out,
        as_of=parameters.date(arguments.as_of),
        settings=tuple(arguments.set),
        jobs=arguments.jobs,
        force=arguments.force,
        explain=arguments.explain,
        engine=arguments.engine,
        scheduler=arguments.scheduler,
        report_timeout=arguments.report_timeout,
        cell_timeout=arguments.cell_timeout,
        formats=parameters.formats(arguments.format, arguments.style),
        style=arguments.style,
        gate=not arguments.no_gate,
        quiet=arguments.quiet,
    )
    freshness.refuse_altered()
    if hint := freshness.hint():
        print(hint, file=sys.stderr)
    if arguments.due or arguments.issue:
        return _issues(options, arguments)
    _refuse_typed_numbers(options.themes)
    summary = batch.report(options)
    if not arguments.quiet or summary.exit_code:
        print(summary)
    _say_what_words_break(summary.failed)
    result = summary.gate
    if result is not None and not (arguments.quiet and result.ok):
        print(result if not result.ok else result.brief)
    return summary.exit_code


def _refuse_dates(arguments: argparse.Namespace) -> None:
    """Raises ParameterError for a day up to which nobody can know yet, and for an embargo on pages that are no issue."""
    from analysis import catalog
    from analysis.errors import ParameterError, Problem

    catalog.known_day(arguments.as_of, "--as-of")
    if arguments.embargo and not (arguments.due or arguments.issue):
        fix = "add --due, or leave --embargo away"
        expected = "--due or --issue beside it: only a dated issue is held back"
        raise ParameterError(Problem("--embargo", arguments.embargo, expected, fix))


def _refuse_typed_numbers(themes: tuple[str, ...]) -> None:
    """Raises DataError, before anything runs, for notebooks of the themes asked for (none: all) that hold a number typed in prose."""
    from analysis import paths, rules
    from analysis.errors import DataError

    books = sorted(paths.notebooks().glob("[0-9][0-9]_*.ipynb"))
    asked = [book for book in books if not themes or book.stem.partition("_")[2] in themes]
    if broken := [problem for book in asked for problem in rules.check(book, style=False)]:
        raise DataError(broken)


def _say_what_words_break(failed: Iterable[str]) -> None:
    """For themes whose pages failed: the line of the word file that breaks a rule, what is allowed and what to do."""
    if not (failed := tuple(failed)):
        return  # the rules of words cost half a second to import
    from analysis import wording

    for theme in sorted({parts[1] for name in failed if len(parts := name.split("/")) > 1}):
        try:
            problems = wording.of_theme(theme)
        except YigaiError as error:
            problems = list(error.problems)
        for problem in problems:
            print(f"words   {problem}; see it with `yigai preview {theme}`")


def _internal(out: Path | None) -> None:
    """Internal figures for all that follows, from tables of their own that are as new as the files; never into the public site."""
    from analysis import paths
    from analysis.errors import ParameterError, Problem

    if out is not None and out.resolve() == paths.reports().resolve():
        fix = "leave --out away: internal pages go to reports-internal"
        raise ParameterError(Problem("--out", str(out), "another folder than the public site's", fix))
    os.environ["YIGAI_INTERNAL"] = "1"
    from analysis.collection import build

    if not build.is_current():
        print("building the tables with internal figures", file=sys.stderr, flush=True)
        build.build()


def _issues(options: Options, arguments: argparse.Namespace) -> int:
    """The dated issues: a line an issue and a line a problem; with --quiet only what is not well."""
    from analysis.report.plan import parameters
    from analysis.report.publish import schedule

    outcome = schedule.run(
        options,
        month=arguments.issue,
        embargo=parameters.date(arguments.embargo, "--embargo"),
    )
    for one in outcome.tried:
        if not (arguments.quiet and one.well):
            print(one)
    for line in outcome.problems:
        print(line)
    if not arguments.quiet:
        for month in outcome.released:
            print(f"issue {month}: came out")
        if not (outcome.tried or outcome.released or outcome.problems):
            print("no issue is due")
    return outcome.exit_code
