"""Process hygiene: own groups, orphans taken in, nobody left over."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import suppress

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows ends a process by either
KERNEL_OF = "YIGAI_KERNEL_OF"  # in the environment of a Jupyter kernel and of all that it starts: process.run that started it


def forking() -> bool:
    """Fork servers need Linux's pidfd; on macOS system libraries do not survive a fork, on Windows there is none."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def own_group() -> None:
    """Lead a process group of its own, so that this process and all it starts can be ended together."""
    if hasattr(os, "setpgid") and os.getpgrp() != os.getpid():
        os.setpgid(0, 0)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def give_back() -> None:
    """Let the system have the memory that reading left free: every process forked from this one would hold it too.

    Only the C library of Linux has the call; elsewhere nothing is done.
    """
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def die_with_parent(parent: int | None = None, by: signal.Signals = KILL) -> None:
    """Ask Linux for a signal when the parent goes; ends at once when it already went. Elsewhere: no effect."""
    _prctl(PR_SET_PDEATHSIG, by)
    if sys.platform == "linux" and parent is not None and os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every process below whose own parent ends, so that none of them gets out of sight (Linux)."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _about(what: str) -> Iterator[tuple[int, bytes]]:
    """A file of /proc of every process there is (Linux; elsewhere none)."""
    for name in os.listdir("/proc") if sys.platform == "linux" else ():
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/{what}", "rb") as file:
                    yield int(name), file.read()
            except OSError:
                continue  # it ended while we looked, or is another user's


def _children() -> dict[int, list[int]]:
    """Parent -> children, of every process there is (Linux; elsewhere empty)."""
    found: dict[int, list[int]] = {}
    for pid, stat in _about("stat"):
        found.setdefault(int(stat.rpartition(b")")[2].split()[1]), []).append(pid)
    return found


def descendants(pid: int) -> list[int]:
    """Processes below one, the nearest first (Linux; elsewhere empty)."""
    below, found = _children(), [pid]
    for one in found:
        found.extend(below.get(one, ()))
    return found[1:]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, KILL)
    except ProcessLookupError:
        return


def kill_tree(pid: int) -> None:
    """End a process, the group that it leads, and what it started in other groups (a Jupyter kernel leads its own)."""
    below = descendants(pid)
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):  # it has not yet made its group, or none is left of it
            os.killpg(pid, KILL)
    for one in (pid, *below):
        _kill(one)


def end_children(kept: Collection[int] = ()) -> None:
    """End and reap every child of this process that is not ``kept``, and all below, until there is none.

    In a process that adopts orphans this takes in what an ended child had started and left behind, in whatever group or session.
    """
    while found := [pid for pid in _children().get(os.getpid(), ()) if pid not in kept]:
        for pid in found:
            for one in (pid, *descendants(pid)):
                _kill(one)
        for pid in found:
            os.waitpid(pid, 0)


def end_kernels(pid: int, run: str = "", seconds: float = 5) -> None:
    """End the Jupyter kernels that a process (it may be gone) has started, for one run or all, and what they left behind in whatever group or session.

    Linux; what empties its environment is not found.
    """
    mark, end = f"\0{KERNEL_OF}={pid}.{run}".encode(), time.monotonic() + seconds
    while (
        found := [one for one, held in _about("environ") if mark in b"\0" + held]
    ) and time.monotonic() < end:
        for one in found:
            _kill(one)
        time.sleep(0.005)
