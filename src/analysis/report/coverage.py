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
            raise DataError(Problem(f"theme module {name}", str(error), "a module with coverage()", "see notebooks' metadata yigai.module")) from error
        found[name] = {code: dict(state) if state else None for code, state in sorted(ask().items())}
    return found


def main() -> int:
    """``python -m analysis.report.coverage MODULE ...`` prints the coverage as JSON, or the problems and exit 2."""
    try:
        answer = {"coverage": of(sys.argv[1:])}
    except DataError as error:
        answer = {"problems": [[p.where, p.found, p.expected, p.fix] for p in error.problems]}
    print(json.dumps(answer, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
