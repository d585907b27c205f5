"""Dated issues: `yigai report --due` makes each month's issue once, and those that were missed, in order (rule R8).

An issue's date is the first of its month: it holds what sources had published by then. The rules:

    due        every month from the first issue to today's that is not booked; this month's only, when there is none yet
    failures   an issue comes out with its failed pages named and their last good versions marked; the runs of the same month
               take the failed pages up again; when the month is over it stays as it is, and later issues go on
    held       an issue of which no page could be made, or not the front page, does not come out; it is tried again like a failed page
    late       an issue made after its month says on every page on which day it was made
    clock      one that went back makes nothing due
    parts      an issue is the whole site: a run for some regions, themes or settings makes none

Two runs at once: the second is refused by the lock, which falls with its process.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from analysis import paths
from analysis.errors import ParameterError, Problem
from analysis.report.pages import notices
from analysis.report.publish import batch, files, issues, log
from analysis.report.publish.asked import FAILED_SOME, OK, Options, Summary
from analysis.report.publish.issues import EMBARGO, HELD, PARTIAL, WHOLE, Issue, Shelf


@dataclass(frozen=True)
class Tried:
    """An issue that was made or tried, with the summary of its run and the checks that its pages did not pass."""

    issue: Issue
    summary: Summary
    checks: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        return self.issue.status in (WHOLE, EMBARGO) and not self.issue.failed

    def __str__(self) -> str:
        issue, failed = self.issue, self.issue.failed
        late = f", late: made on {issue.made_on}" if issue.late else ""
        total = len(self.summary.made) + len(self.summary.kept) + len(self.summary.failed)
        if self.well:
            hold = f", held back until {issue.until}" if issue.until else ""
            return f"issue {issue.month}: {total} pages{late}{hold}"
        shown = ", ".join(failed[:3]) + (f" and {len(failed) - 3} more" if len(failed) > 3 else "")
        again = f"runs of {issue.month} try again" if not issue.late else issues.remake(issue.month)
        said = self._disk()
        if issue.status == HELD:
            some = self.summary.made or self.summary.kept
            why = "its front page could not be made" if some else "no page could be made"
            return f"issue {issue.month}: not out, {why} ({shown}){said}; {again}"
        return f"issue {issue.month}: out with {len(failed)} of {total} not made or not passed ({shown}){said}{late}; {again}"

    def _disk(self) -> str:
        """What the disk said where something could not be written: a page is not at fault then, and no new run mends it."""
        told = {r.partition(": ")[2] for r in self.summary.failed.values() if r.startswith(log.UNWRITTEN)}
        return f"; not written: {', '.join(sorted(told))}" if told else ""


@dataclass(frozen=True)
class Outcome:
    """What a run of the schedule did: issues tried, issues that came out of an embargo, and what is wrong with older ones."""

    tried: tuple[Tried, ...]
    released: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def well(self) -> bool:
        return not self.problems and all(one.well for one in self.tried)

    @property
    def exit_code(self) -> int:
        codes = [one.summary.exit_code for one in self.tried]
        if any(codes):
            return max(codes)
        return OK if self.well else FAILED_SOME


def due(known: Mapping[str, Issue], today: dt.date, begun: Iterable[str] = ()) -> list[str]:
    """Months to make, in order: those not booked since the first issue, and this month's while it is not whole.

    begun: months whose making was begun and never ended: the first of all may have failed before anything was booked.
    """
    now = f"{today.year:04d}-{today.month:02d}"
    booked = [month for month in (*known, *begun) if month <= now]
    if not booked:
        return [] if known else [now]
    missing = [month for month in issues.months(min(booked), now) if month not in known]
    again = known.get(now)
    return missing + ([now] if again and again.status in (PARTIAL, HELD) else [])


def refuse_parts(options: Options) -> None:
    """Raises ParameterError when a run was asked for less than the whole site, or for another date or value."""
    asked = {
        "--region": bool(options.regions),
        "--theme": bool(options.themes),
        "--lang": len(options.languages) < 2,
        "--as-of": bool(options.as_of),
        "--set": bool(options.settings),
    }
    if wrong := [name for name, given in asked.items() if given]:
        raise ParameterError(
            Problem(
                "--due",
                f"together with {', '.join(wrong)}",
                "the whole site, as of the first of the month",
                "an issue has no parts: leave these out, or make the pages without --due",
            )
        )


def late_notice(month: str, made_on: str) -> dict[str, str]:
    """What every page of an issue made after its month says; empty for one made in time."""
    if made_on[:7] <= month:
        return {}
    return notices.in_both("late", as_of=f"{month}-01", made_on=made_on)


def shelf_of(options: Options) -> Shelf:
    """Where the issues stand: beside the reports of a chosen folder, else in a folder of their own that no cleaning reaches."""
    if options.out:
        return Shelf(options.out / "issues")
    old, new = paths.reports() / "issues", paths.issues()
    if not new.exists() and (old / "issues.json").is_file():
        old.rename(new)
        files.say(f"the issues were moved from {paths.relative(old)} to {paths.relative(new)}")
    return Shelf(new)


def run(
    options: Options,
    today: dt.date | None = None,
    *,
    month: str = "",
    embargo: str = "",
) -> Outcome:
    """Make what is due, or the one issue that is named. Pages that fail stop no later issue.

    Raises ParameterError before anything is made, and what stops a whole run (a full disk, tables that are not built): the issue is
    not booked then.
    """
    refuse_parts(options)
    today = today or dt.date.today()
    shelf = shelf_of(options)
    with shelf.output.lock():
        files.sweep(shelf.folder)
        known = shelf.read()
        released = tuple(shelf.release(known, today))
        wanted = [_asked(known, month, today, shelf)] if month else due(known, today, shelf.begun())
        tried = []
        for one in wanted:
            tried.append(_make(shelf, known, one, options, today, embargo))
            shelf.write(known)
        problems = _problems(shelf, known)
        shelf.point(known)
        shelf.write(known)
        outcome = Outcome(tuple(tried), released, tuple(problems))
        _log(files.file_only(shelf.state / "due.log", shelf.state), outcome, today)
    return outcome


def _asked(known: Mapping[str, Issue], month: str, today: dt.date, shelf: Shelf) -> str:
    issues.check_month(month)
    if month > f"{today.year:04d}-{today.month:02d}":
        raise ParameterError(Problem("--issue", month, "a month that has begun", "wait for it"))
    issue = known.get(month)
    if issue and issue.status == WHOLE and shelf.stands(month):
        raise ParameterError(
            Problem(
                "--issue",
                f"{month}, which is out and whole",
                "an issue that failed, was taken back or is gone",
                f"an issue is not made twice; to add a notice to it: yigai correct {month}",
            )
        )
    return month


def _make(
    shelf: Shelf,
    known: dict[str, Issue],
    month: str,
    options: Options,
    today: dt.date,
    embargo: str,
) -> Tried:
    made_on = today.isoformat()
    shelf.begin(month)
    shelf.seed(month, known)
    summary = batch.report(
        replace(
            options,
            out=shelf.place(month),
            as_of=f"{month}-01",
            notice=late_notice(month, made_on),
            issue=month,
            before=shelf.before(month, known),
        )
    )
    checks = tuple(f"check {o.number}" for o in summary.gate.failed) if summary.gate else ()
    failed = (*sorted(summary.failed), *checks)
    # without its front page an issue that is not out yet stays out of sight
    nothing = not (summary.made or summary.kept) or ("index" in failed and not shelf.stands(month))
    held_back = embargo > made_on
    status = HELD if nothing else EMBARGO if held_back else PARTIAL if failed else WHOLE
    issue = Issue(month, f"{month}-01", made_on, status, failed, embargo if status == EMBARGO else "")
    shelf.bring_out(issue)
    known[month] = issue
    return Tried(issue, summary, checks)


def _problems(shelf: Shelf, known: dict[str, Issue]) -> list[str]:
    """A line for each issue whose folder is gone; it is said until somebody makes the issue again."""
    return [
        f"issue {month}: nothing stands in {shelf.folder / month} any more; {issues.remake(month)}"
        for month, issue in known.items()
        if issue.status in issues.OUT and not shelf.stands(month)
    ]


def _log(path: Path, outcome: Outcome, today: dt.date) -> None:
    lines: Iterable[object] = (
        *outcome.tried,
        *(f"issue {m}: came out" for m in outcome.released),
        *outcome.problems,
    )
    text = "".join(f"{today} {line}\n" for line in lines)
    if text:
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            files.say(f"no log of this run: {error}")
