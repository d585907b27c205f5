"""For which regions each theme has something to say; run as a process of its own, because themes import heavy libraries."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable

from analysis.errors import DataError, Problem


def of(modules: Iterable[str]) -> dict[str, dict[str, dict | None]]:
    """module -> region code -> None (has a page) or its state {code, zh, en}.

    Raises DataError for a module that cannot be imported or has no ``coverage``.
    """
    found = {}
    for name in dict.fromkeys(modules):
        try:
            ask = importlib.import_module(name).coverage
        except (ImportError, AttributeError, SyntaxError) as error:
            raise DataError(
                Problem(
                    f"theme module {name}",
                    str(error),
                    "a module with coverage()",
                    "see notebooks' metadata yigai.module",
                )
            ) from error
        found[name] = {code: dict(state) if state else None for code, state in sorted(ask().items())}
    return found


def answer(modules: Iterable[str]) -> str:
    """The coverage, or the problems, as one line of JSON."""
    try:
        found: dict[str, object] = {"coverage": of(modules)}
    except DataError as error:
        found = {"problems": [[p.where, p.found, p.expected, p.fix] for p in error.problems]}
    return json.dumps(found, ensure_ascii=False)


if __name__ == "__main__":
    print(answer(sys.argv[1:]))
