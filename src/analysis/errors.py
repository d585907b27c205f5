"""One shape for every error: where it is, what was found, what was expected, what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    ``where`` is a file with row and column, a parameter or an argument; ``fix`` is an instruction a researcher can follow.
    """

    where: str
    found: str
    expected: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}; expected {self.expected}; {self.fix}"


class YigaiError(Exception):
    """Base of the project's errors; carries every problem found, not only the first."""

    def __init__(self, problems: Problem | Iterable[Problem]):
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        # the default reduction would hand __init__ the joined text, and the problems would be lost between processes
        return type(self), (self.problems,)


class DataError(YigaiError):
    """A raw file, a dictionary or a processed table does not keep its contract."""


class ParameterError(YigaiError):
    """A parameter or a command line argument is unknown, missing, ill-typed or ambiguous; raised before anything runs."""


class MethodError(YigaiError, ValueError):
    """A method refuses: its arguments are wrong or the data are below the minimum it needs; the reason is in the text."""


def refuse(
    where: str, found: object, expected: str, fix: str, kind: type[YigaiError] = MethodError
) -> YigaiError:
    """Build an error with a single problem: ``raise refuse("ranking.rank", better, '"higher" or "lower"', "pass one of them")``."""
    return kind(Problem(where, str(found), expected, fix))
