"""The first cell of a notebook after its parameters: it takes them checked, or refuses in the words of the command line.

    region_code, lang, as_of = opening.begin(theme, region_code, lang, as_of)

The same notebook runs in JupyterLab, under papermill (which turns 140000 into a whole number) and in the runner. From here on every
table is read as known on ``as_of`` and the place of the page is set: a theme that is asked for another place refuses.
"""

from __future__ import annotations

import ast
from types import ModuleType
from typing import Any

from analysis import catalog, tables
from analysis.errors import ParameterError, Problem
from analysis.facts import Coverage
from analysis.words import common

_stale = False  # whether cells above the parameters hold rows of another day than the tables, since running them again did not end well


def begin(theme: ModuleType | None, region_code: object, lang: object, as_of: object) -> tuple[str, str, str]:
    """(region_code, lang, as_of) as every later cell may rely on them: a six-digit code, zh or en, an ISO date or empty.

    theme: the notebook's theme module, whose ``coverage()`` says whether it has a page for the place; None for a notebook without
    one. An empty ``as_of`` means the day of the run (none in JupyterLab). Where a date is typed below cells that have read tables
    (JupyterLab), those cells are run again, cut at the date.

    Raises ParameterError for a region, a language or a date that does not exist, for a day to come, and for a place that the theme has no page for.
    """
    problems: list[Problem] = []
    found = []
    a_day = catalog.day if tables.in_run() else catalog.known_day  # a run has checked its own day
    for check, value in ((catalog.code_of, region_code), (catalog.language, lang), (a_day, as_of)):
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
    before = tables.as_of()
    tables.cut(day)
    if theme is not None and not tables.in_run():
        try:  # first, since the cells above cannot run where nothing was published yet
            _refuse_without_page(theme, code, language)
        except ParameterError:
            tables.cut(before)  # the cells above still hold what was known then
            raise
    if day != before or _stale:
        _run_again()
    return code, language, day


def _day_of_the_run() -> str:
    """The day that the runner gave, which a notebook in JupyterLab does not have."""
    return tables.as_of() if tables.in_run() else ""


def _refuse_without_page(theme: ModuleType, code: str, lang: str) -> None:
    with tables.unrecorded():
        covered: Coverage = theme.coverage()
    if code in covered and covered[code] is None:
        return
    name, near = theme.__name__.rpartition(".")[2], [c for c, reason in covered.items() if reason is None]
    shown = ", ".join(f"{catalog.region(c).short(lang)} ({c})" for c in near[:3])
    raise ParameterError(
        Problem(
            f"region_code, {name}",
            f"no page: {code} {catalog.region(code).short_zh}, {name}: {_why(code, covered)}",
            "a place and a theme that have a page",
            f"choose another place, such as {shown}" if shown else "choose another theme",
        )
    )


def _why(code: str, covered: Coverage) -> str:
    """Why a theme has no page for a place, in the words of the command line."""
    pages = [place for place, reason in covered.items() if reason is None]
    if catalog.region(code).state == "not_in_sources":
        return common().pair("absence.sources")[1]
    if state := covered.get(code):
        return f"{state.code} {state.text('en')}".rstrip(".")
    if pages == [catalog.NATION]:
        return common().pair("absence.nation", code=catalog.NATION)[1]
    return common().pair("absence.level", places=len(pages))[1]


def _run_again() -> None:
    """Run the inputs above the parameters again, which have read tables as known on another day; nothing to do in the runner."""
    global _stale
    if not tables.reads() and not _stale:
        return
    shell = _shell()
    if shell is None:
        _stale = True
        raise ParameterError(
            Problem(
                "as_of",
                "a date set after tables were read",
                "the date before the first table is read",
                f"set the environment variable {tables.AS_OF} to the same date and start again",
            )
        )
    tables.reset_reads()
    _stale = False
    try:
        for source in _above([shell.transform_cell(given) for given in shell.user_ns.get("In", [])]):
            exec(compile(source, "<cell above the parameters>", "exec"), shell.user_ns)
    except BaseException:
        _stale = True
        raise


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _above(inputs: list[str]) -> list[str]:
    """The inputs of a session, as Python, before the first that sets ``as_of``, however it is typed."""
    found = []
    for source in inputs:
        if _sets_the_day(source):
            break
        if source.strip():
            found.append(source)
    return found


def _sets_the_day(source: str) -> bool:
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return False
    return any(isinstance(n, ast.Name) and n.id == "as_of" and isinstance(n.ctx, ast.Store) for n in nodes)
