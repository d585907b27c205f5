"""`yigai report`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from analysis.commands import GATE_FAILED


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
        "--no-gate",
        action="store_true",
        help="do not check the pages that were made (for trials; yigai gate checks them later)",
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
    """Make the reports, or the issues that are due; then check what was made."""
    if arguments.internal:
        _internal(arguments.out)
    from analysis.report.plan import parameters
    from analysis.report.publish import batch

    options = batch.Options(
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
    )
    if arguments.due:
        from analysis.report.publish import schedule

        made = schedule.run(options)
        for month, summary in made:
            print(f"issue {month}\n{summary}")
        if not made:
            print("no issue is due")
        return _checked(made[-1][1], arguments) if made else 0
    summary = batch.report(options)
    print(summary)
    return _checked(summary, arguments)


def _internal(out: Path | None) -> None:
    """Internal figures for all that follows, from tables of their own that are as new as the files; never into the public site."""
    from analysis import paths
    from analysis.errors import ParameterError, Problem

    if out is not None and out.resolve() == paths.reports().resolve():
        fix = "leave --out away: internal pages go to reports-internal"
        raise ParameterError(Problem("--out", str(out), "another folder than the public site's", fix))
    os.environ["YIGAI_INTERNAL"] = "1"
    from analysis.clean import build

    if not build.is_current():
        print("building the tables with internal figures", file=sys.stderr, flush=True)
        build.build()


def _checked(summary, arguments: argparse.Namespace) -> int:
    """Exit code of a run: its own, or the gate's for pages that were made and do not pass."""
    if arguments.no_gate or not summary.index:
        return summary.exit_code
    folder = summary.index.parent
    if not (summary.made or summary.removed or (folder / ".yigai" / "gate.failed").exists()):
        return summary.exit_code  # nothing new, and nothing left over from before
    from analysis.report.gate import gate
    from analysis.report.plan import parameters

    print("checking the new pages", file=sys.stderr, flush=True)
    result = gate.after_report(folder, parameters.languages(arguments.lang))
    if result is None:
        return summary.exit_code
    print(result if not result.ok else result.brief)
    return summary.exit_code if result.ok or summary.exit_code else GATE_FAILED
