"""For which regions each theme has something to say; run as a process of its own, because themes import heavy libraries."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

from analysis import catalog
from analysis.errors import DataError, Problem, YigaiError
from analysis.facts import Coverage, Reason


def of(modules: Iterable[str]) -> dict[str, dict[str, dict | None]]:
    """module -> region code -> None (has a page) or its state {code, zh, en}.

    Raises DataError for a module that cannot be imported or has no ``coverage``; what its words break is raised as it is.
    """
    found = {}
    for name in dict.fromkeys(modules):
        try:
            ask = importlib.import_module(name).coverage
        except (ImportError, AttributeError, SyntaxError) as error:
            raise DataError(_not_there(name, error)) from error
        found[name] = _checked(name, ask())
    return found


def _not_there(name: str, error: Exception) -> Problem:
    """Why a module cannot say for which places it has a page, and what to do."""
    if isinstance(error, SyntaxError):
        where = f"{(error.filename or name).replace(chr(92), '/').rpartition('/')[2]}:{error.lineno}"
        return Problem(where, f"no Python: {error.msg}", "a module that runs", "correct the line")
    tell = "`yigai tidy --check` names the notebook and what is allowed"
    return Problem(f"theme module {name}", str(error), "a module of themes/ with coverage()", tell)


def _checked(name: str, covered: Coverage) -> dict[str, dict[str, str] | None]:
    """A theme's coverage as JSON holds it. Raises DataError for a code that is no region and for what is no reason."""
    problems = [
        Problem(
            f"{name}.coverage()",
            repr(code),
            "a six-digit code of data/regions.csv",
            "name a region that exists",
        )
        for code in covered
        if code not in catalog.regions()
    ]
    problems += [
        Problem(
            f"{name}.coverage(), {code}", repr(why), "None or a Reason", "return TEXT.reason(...) or None"
        )
        for code, why in covered.items()
        if why is not None and not isinstance(why, Reason)
    ]
    if problems:
        raise DataError(problems)
    return {code: asdict(why) if why else None for code, why in sorted(covered.items())}


def answer(modules: Iterable[str]) -> str:
    """The coverage, or the problems, as one line of JSON."""
    try:
        found: dict[str, object] = {"coverage": of(modules)}
    except YigaiError as error:
        found = {"problems": [[p.where, p.found, p.expected, p.fix] for p in error.problems]}
    return json.dumps(found, ensure_ascii=False)


if __name__ == "__main__":
    print(answer(sys.argv[1:]))
