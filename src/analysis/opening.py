"""The first cell of a notebook after its parameters: it takes them checked, or refuses in the words of the command line.

    region_code, lang, as_of = opening.begin(theme, region_code, lang, as_of)

The same notebook runs in JupyterLab, under papermill (which turns 140000 into a whole number) and in the runner. From here on every
table is read as known on ``as_of`` and the place of the page is set: a theme that is asked for another place refuses.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from analysis import catalog, tables
from analysis.errors import ParameterError, Problem
from analysis.facts import Coverage


def begin(theme: ModuleType | None, region_code: object, lang: object, as_of: object) -> tuple[str, str, str]:
    """(region_code, lang, as_of) as every later cell may rely on them: a six-digit code, zh or en, an ISO date or empty.

    theme: the notebook's theme module, whose ``coverage()`` says whether it has a page for the place; None for a notebook without
    one. An empty ``as_of`` means the day of the run (none in JupyterLab). Where a date is typed below cells that have read tables
    (JupyterLab), those cells are run again, cut at the date.

    Raises ParameterError for a region, a language or a date that does not exist, and for a place that the theme has no page for.
    """
    problems: list[Problem] = []
    found = []
    for check, value in ((catalog.code_of, region_code), (catalog.language, lang), (catalog.day, as_of)):
        try:
            found.append(check(value))
        except ParameterError as error:
            problems += error.problems
            found.append("")
    if problems:
        raise ParameterError(problems)
    code, language, day = found
    tables.open_page(code)
    day = day or _day_of_the_run()
    if day != tables.as_of():
        tables.cut(day)
        _run_again()
    if theme is not None and not tables.in_run():
        _refuse_without_page(theme, code, language)
    return code, language, day


def _day_of_the_run() -> str:
    """The day that the runner gave, which a notebook in JupyterLab does not have."""
    return tables.as_of() if tables.in_run() else ""


def _refuse_without_page(theme: ModuleType, code: str, lang: str) -> None:
    with tables.unrecorded():
        covered: Coverage = theme.coverage()
    if code in covered and covered[code] is None:
        return
    state = covered.get(code)
    place = catalog.region(code)
    near = [catalog.region(c) for c, reason in covered.items() if reason is None][:3]
    shown = ", ".join(f"{r.short(lang)} ({r.code})" for r in near)
    kind = "no place of this kind" if not state else f"{state.code} {state.text(lang)}"
    raise ParameterError(
        Problem(
            f"region_code, {theme.__name__.rpartition('.')[2]}",
            f"{place.name(lang)} ({code}): {kind}",
            f"one of the {sum(reason is None for reason in covered.values())} places this theme has a page for",
            f"choose another, such as {shown}" if shown else "choose another theme",
        )
    )


def _run_again() -> None:
    """Run the inputs above the parameters again, which have read tables as known on another day; nothing to do in the runner."""
    if not tables.reads():
        return
    shell = _shell()
    above = _above(shell.user_ns.get("In", [])) if shell else []
    if not above:
        raise ParameterError(
            Problem(
                "as_of",
                "a date set after tables were read",
                "the date before the first table is read",
                f"set the environment variable {tables.AS_OF} to the same date and start again",
            )
        )
    tables.reset_reads()
    for source in above:
        exec(compile(shell.transform_cell(source), "<cell above the parameters>", "exec"), shell.user_ns)


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _above(inputs: list[str]) -> list[str]:
    """The inputs of a session before the first that sets ``as_of``."""
    found = []
    for source in inputs:
        if any(line.lstrip().startswith("as_of =") for line in source.splitlines()):
            break
        if source.strip():
            found.append(source)
    return found
