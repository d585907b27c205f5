"""Stretches of work in which Python does not look for cyclic garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """No search for cyclic garbage meanwhile, also as a decorator; as it was before at the end.

    Building or reading a page makes a hundred thousand small objects that live on and lead to nothing that leads back. Looking
    through them again and again cost two fifths of reading a page. For work of a page or a place at a time: what refers to itself
    stays in memory until the end of it.

    >>> with unswept():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()
