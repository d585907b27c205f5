"""What one place adds to the lists over all places, kept beside its pages so that it is not read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from analysis.report.pages.shown import Unknown


@dataclass(frozen=True)
class Line:
    """A sentence or headline of a page, as the search finds it."""

    theme: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Kept:
    """By language: what is not known of a place, and its lines for the search."""

    states: dict[str, list[Unknown]]
    lines: dict[str, list[Line]]

    def to_json(self) -> dict:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def of(cls, content: Mapping) -> Kept | None:
        """What was stored; None when it is not such a thing."""
        try:
            lines = {lang: [Line(**one) for one in held] for lang, held in content["lines"].items()}
            states = {
                lang: [Unknown(**one | {"themes": tuple(one["themes"])}) for one in held]
                for lang, held in content["states"].items()
            }
        except (KeyError, TypeError, AttributeError):
            return None
        return cls(states, lines)
