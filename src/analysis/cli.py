"""`yigai ...`: finds the command (see :mod:`analysis.commands`), runs it, and turns what it raises into sentences and exit codes."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import difflib
import errno
import gc
import io
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.commands import COMMANDS, GATE_FAILED, INTERRUPTED, USAGE
from analysis.errors import YigaiError

__all__ = ["GATE_FAILED", "INTERRUPTED", "USAGE", "build_parser", "main"]
NO_SUCH = (errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP)
# how many objects are made between two looks for cyclic garbage: imports make ten times as many, of which nothing is garbage
SELDOM = 50_000
NO_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


class Parser(argparse.ArgumentParser):
    """Names the nearest option for a misspelt one; never guesses an abbreviation."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"allow_abbrev": False})

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
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


def build_parser(asked: str | None = None) -> Parser:
    """All commands; with ``asked`` only that one's options (a broken module of another command stops nothing)."""
    parser = Parser(
        prog="yigai", description="Evidence notebooks on China's hospital reform, and reports from them."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        own = commands.add_parser(
            command.name, help=command.does, description=command.does, epilog=f"example: {command.example}"
        )
        own.set_defaults(act=command.run, parser=own)
        if asked in (None, command.name):
            command.arguments(own)
    return parser


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _any_locale(argv: Sequence[str]) -> list[str]:
    """Let a locale that has no Chinese neither stop what is printed nor garble what was typed; returns the arguments as typed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # not a test's or a notebook's stream
            stream.reconfigure(errors="backslashreplace")
    typed = []
    for text in argv:
        try:
            typed.append(os.fsencode(text).decode("utf-8"))
        except UnicodeError:  # not typed in UTF-8: as Python read it
            typed.append(text)
    return typed


def _in_utf8() -> None:
    """Where the locale cannot write Chinese file names (Latin-1, or C with Python's own remedies switched off), begin again in Python's
    UTF-8 mode: what names are encoded in cannot be changed later. What is printed keeps the terminal's encoding."""
    if sys.getfilesystemencoding() == "utf-8" or os.environ.get("PYTHONUTF8") == "1":
        return  # the second: the mode was asked for and refused (python -I, -X utf8=0); once is enough
    printed = getattr(sys.stdout, "encoding", None) or "ascii"
    os.environ.setdefault("PYTHONIOENCODING", f"{printed}:backslashreplace")
    os.environ["PYTHONUTF8"] = "1"
    with contextlib.suppress(OSError):  # as before, then
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Problems go to stderr as sentences, never as tracebacks.

    Without arguments it is the program itself: it ends the process instead of returning.
    """
    if argv is not None:
        return _main(argv)
    _in_utf8()
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
    code = _main(None)
    _leave(code)
    return code


def _leave(code: int) -> None:
    """End this process as Python ends one, but for taking half a million objects apart one by one: threads, what was registered
    for the end, what is still to be written. Returns where a stream takes no more, for Python to say so."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError, ValueError):
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(code)


def _main(argv: Sequence[str] | None) -> int:
    argv = _any_locale(sys.argv[1:]) if argv is None else list(argv)
    arguments = build_parser(argv[0] if argv else None).parse_args(argv)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if arguments.command != "init" and (told := _outdated()):
            print(told, file=sys.stderr)
        return arguments.act(arguments)
    except KeyboardInterrupt:
        print("interrupted; what was published is whole, the next run goes on from there", file=sys.stderr)
        return INTERRUPTED
    except YigaiError as error:
        print(error, file=sys.stderr)
        return USAGE
    except OSError as error:
        if error.errno in NO_WRITING:
            fix = "what was written before is whole; make room or allow writing there, then run this again"
        elif error.errno in NO_SUCH and _typed(error.filename, argv):
            fix = "expected a file that can be read, or a folder that can be written to; check the name"
        else:
            raise
        print(f"{error.filename or 'the disk'}: {error.strerror}; {fix}", file=sys.stderr)
        return USAGE


def _outdated() -> str:
    """What to do where the project's folder came from another version than the program; empty where there is none."""
    from analysis.commands import init

    try:
        return init.outdated()
    except YigaiError:
        return ""


def _typed(name: object, argv: Sequence[str]) -> bool:
    """Whether a path is one that was typed, or stands in or above one: then its fault is in the command, not in the program."""
    if not isinstance(name, (str, os.PathLike)):
        return False
    path = Path(os.path.abspath(name))
    typed = [Path(os.path.abspath(part.rpartition("=")[2].partition("#")[0])) for part in argv[1:]]
    return any(path == one or one in path.parents or path in one.parents for one in typed)


if __name__ == "__main__":
    sys.exit(main())
