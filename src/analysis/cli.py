"""`yigai ...`: the commands that the Makefile's targets call.

Exit codes: 0 all well · 2 usage or a bad parameter, before anything ran · 3 some reports failed · 4 all failed · 5 the gate
failed · 130 interrupted.
"""

from __future__ import annotations

import argparse
import difflib
import errno
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.errors import YigaiError

USAGE, GATE_FAILED, INTERRUPTED = 2, 5, 130
NO_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


class Parser(argparse.ArgumentParser):
    """Names the nearest option for a misspelt one; never guesses an abbreviation."""

    def __init__(self, *args, **options):
        super().__init__(*args, allow_abbrev=False, **options)

    def parse_args(self, args=None, namespace=None):
        parsed, rest = self.parse_known_args(args, namespace)
        if rest:
            command = getattr(parsed, "parser", self)
            known = [option for action in command._actions for option in action.option_strings]
            near = difflib.get_close_matches(rest[0].partition("=")[0], known, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            command.error(
                f"unknown argument {rest[0]!r}; {hint}options: {', '.join(name for name in known if name.startswith('--'))}"
            )
        return parsed


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes; write 1 or more")
    return int(text)


def _report_arguments(command: Parser) -> None:
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


def _data(_: argparse.Namespace) -> int:
    from analysis.clean import build

    print(build.build())
    return 0


def _report(arguments: argparse.Namespace) -> int:
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


def _gate(arguments: argparse.Namespace) -> int:
    import tempfile

    from analysis import paths
    from analysis.report.gate import gate
    from analysis.report.publish import again

    site = arguments.out or paths.reports()
    with tempfile.TemporaryDirectory(prefix="yigai-again-") as folder:
        second = again.render(site, Path(folder))
        result = gate.run(site, strict=arguments.strict, again=second)
    print(result)
    return 0 if result.ok else GATE_FAILED


def _case(arguments: argparse.Namespace) -> int:
    from analysis.cases import editions

    print(editions.build(arguments.name, arguments.edition, arguments.out))
    return 0


def build_parser() -> Parser:
    """All commands."""
    parser = Parser(
        prog="yigai", description="Evidence notebooks on China's hospital reform, and reports from them."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, text: str, act: Callable[[argparse.Namespace], int]) -> Parser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(act=act, parser=command)
        return command

    add("data", "build data/processed from data/raw", _data)
    _report_arguments(add("report", "make the reports, in Chinese and English", _report))
    gate = add("gate", "run the site's checks", _gate)
    gate.add_argument("--strict", action="store_true", help="a check that could not run counts as failed")
    gate.add_argument(
        "--out", type=Path, default=None, metavar="DIR", help="the site's folder (default: reports/)"
    )
    case = add("case", "make an edition of a teaching case", _case)
    case.add_argument("name", metavar="NAME", help="a folder of notebooks/cases")
    case.add_argument(
        "--edition",
        choices=("student", "instructor", "solution"),
        default="student",
        help="who it is for (default: student)",
    )
    case.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="DIR",
        help="output folder (default: build/cases/NAME/EDITION)",
    )
    return parser


def _interrupt(*_) -> None:
    raise KeyboardInterrupt


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Problems go to stderr as sentences, never as tracebacks."""
    arguments = build_parser().parse_args(argv)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return arguments.act(arguments)
    except KeyboardInterrupt:
        print("interrupted; what was published is whole, the next run goes on from there", file=sys.stderr)
        return INTERRUPTED
    except YigaiError as error:
        print(error, file=sys.stderr)
        return USAGE
    except OSError as error:
        if error.errno not in NO_WRITING:
            raise
        where = error.filename or "the disk"
        print(
            f"{where}: {error.strerror}; what was written before is whole; make room or allow writing there, then run this again",
            file=sys.stderr,
        )
        return USAGE


if __name__ == "__main__":
    sys.exit(main())
