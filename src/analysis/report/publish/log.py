"""The run's logs, a file a page: what a reader is never shown, found by the number of the note on the page."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Iterable

from analysis.report.plan.records import Result
from analysis.report.publish import outputs

UNWRITTEN = ("not written: ", "not published: ")  # how a reason begins that is the disk's
DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)


class Log:
    """Writes into the ``logs`` of an output folder; a line that cannot be written is said, and stops nothing."""

    def __init__(self, output: outputs.Output):
        self.output = output

    def result(self, result: Result) -> None:
        """A page's log, begun anew: what became of it, and what its notebook said."""
        lines = [
            f"{result.id}: {result.status} in {result.seconds} s, {result.cpu_seconds} s CPU, engine {result.engine or 'none'}"
        ]
        lines += [] if result.ok else [f"{result.kind}: {result.error}"]
        lines += [line for line in result.log if line]
        self._write(result.id, "w", lines)

    def error(self, name: str, kind: str, error: Exception) -> str:
        """What could not be made and where in the code it failed; returns the reason in a line."""
        reason = f"{type(error).__name__}: {error}"
        if isinstance(error, OSError) and error.errno in DISK:
            reason = f"not written: {error.strerror}"
        detail = "".join(traceback.format_exception(error))
        self.result(Result(name.replace(" ", "_"), "failed", kind, reason, log=(detail,)))
        return reason

    def add(self, name: str, lines: Iterable[str]) -> None:
        """More lines at the end of a log."""
        self._write(name, "a", lines)

    def _write(self, name: str, mode: str, lines: Iterable[str]) -> None:
        try:
            path = self.output.target(f"{outputs.STATE}/logs/{name}.log")
            with path.open(mode, encoding="utf-8", errors="backslashreplace") as file:
                file.write("\n".join(lines) + "\n")
        except OSError as error:
            print(f"no log for {name}: {error}", file=sys.stderr)
