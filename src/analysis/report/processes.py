"""Process hygiene: own groups, nobody left over."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def own_group() -> None:
    """Lead a process group of its own, so that this process and all it starts can be ended together."""
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)


def die_with_parent(parent: int | None = None) -> None:
    """Ask Linux for SIGKILL when the parent goes; ends at once when it already went. Elsewhere: no effect."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def descendants(pid: int) -> list[int]:
    """Processes below one, the nearest first (Linux; elsewhere empty)."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue  # it ended while we looked
        parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(folder.name))
    found = [pid]
    for one in found:
        found.extend(parents.get(one, ()))
    return found[1:]


def kill_tree(pid: int) -> None:
    """End a process that leads a group, its group, and what it started in other groups (a Jupyter kernel leads its own)."""
    below = descendants(pid)
    for target, send in [(pid, os.killpg), *((one, os.kill) for one in below)]:
        try:
            send(target, signal.SIGKILL)
        except ProcessLookupError:
            continue
