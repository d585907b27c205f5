"""Records and JSON: what a dataclass holds is read whole, or refused in words where a key is too many or too few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from functools import cache
from typing import Any, TypeVar, cast

from analysis.errors import DataError, Problem

Kind = TypeVar("Kind")
FIX = "make it again with this version of the code (yigai report)"
_LEFT_OUT = "left out of JSON where it says nothing"


def optional(default: Any) -> Any:
    """A field that JSON holds only where it says something. All others must be there, whatever their default in code."""
    return field(default=default, metadata={_LEFT_OUT: True})


@cache
def names(kind: Any) -> tuple[str, ...]:
    """Fields of a record, in order."""
    return tuple(one.name for one in fields(kind))


@cache
def _keys(kind: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Keys that JSON may hold, and those that it must."""
    needed = (one.name for one in fields(kind) if _LEFT_OUT not in one.metadata)
    return frozenset(names(kind)), frozenset(needed)


def check(kind: type, content: Any) -> Mapping[str, Any]:
    """The content, where it holds the keys of a record. Raises DataError for one that it must not or should hold.

    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Pair:
    ...     zh: str
    ...     en: str
    >>> check(Pair, {"zh": "甲"})
    Traceback (most recent call last):
    analysis.errors.DataError: JSON of Pair: found no en; expected zh, en; make it again with this version of the code (yigai report)
    """
    known, needed = _keys(cast(Any, kind))
    if not isinstance(content, Mapping):
        raise refused(kind, type(content).__name__)
    if unknown := content.keys() - known:
        raise refused(kind, f"unknown {', '.join(sorted(map(str, unknown)))}")
    if missing := needed - content.keys():
        raise refused(kind, f"no {', '.join(sorted(missing))}")
    return content


def read(kind: type[Kind], content: Any, /, **made: Any) -> Kind:
    """A record from JSON; ``made``: parts that were read already. Raises DataError as ``check``."""
    return kind(**{**check(kind, content), **made})


def refused(kind: type, found: str) -> DataError:
    """The error that JSON of another version of the code meets."""
    return DataError(Problem(f"JSON of {kind.__name__}", found, ", ".join(names(cast(Any, kind))), FIX))


def written(record: Any, /, **made: Any) -> dict[str, Any]:
    """A record as JSON, in the order of its fields; ``made``: parts that JSON holds in another form.

    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Days:
    ...     of: str
    ...     days: tuple[str, ...]
    >>> one = Days("x", ("2023",))
    >>> written(one, days=[*one.days])
    {'of': 'x', 'days': ['2023']}
    """
    return {
        name: made[name] if name in made else getattr(record, name) for name in names(cast(Any, type(record)))
    }
