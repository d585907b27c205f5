"""One writer at a time: a lock on an open file that falls with its process, on every system that has one."""

from __future__ import annotations

import os

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
try:
    import msvcrt
except ImportError:  # everywhere else
    msvcrt = None  # type: ignore[assignment]


def take(handle: int) -> bool:
    """Take the lock of an open file without waiting; False when another process holds it. Where no lock exists, True."""
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        elif msvcrt is not None:
            os.lseek(
                handle, 4096, os.SEEK_SET
            )  # beyond what is written there: the owner's name stays readable
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
    except (BlockingIOError, PermissionError):
        return False
    return True
