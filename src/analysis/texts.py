"""A theme's words as parts of a finding: ``TEXT = texts.of(__file__)`` reads ``<theme>.toml`` beside ``<theme>.py``.

TEXT.say("position.sentences.doctors", count=fact)     a Sentence, its place in the briefing from the file
TEXT.column("position.columns.rate", "rate", ...)      a Column: label, unit and formula from the file
TEXT.fact("position.facts.median")                     label and formula of a Fact
TEXT.state("E1", "closing.states.visits")              a State: what is not known, what would settle it
TEXT.pair("position.caption")                          (zh, en)
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.facts import State
from analysis.findings import Column
from analysis.sentences import Condition, Sentence
from analysis.words import Catalogue, Text, fill


class Texts(Catalogue):
    """The catalogue of a theme."""

    def say(
        self,
        path: str,
        /,
        *,
        id: str = "",
        requires: Iterable[Condition] = (),
        brief: int | None = None,
        **values: Any,
    ) -> Sentence:
        """The sentence at a path. Its id: as given, else the entry's ``id``, else by its path; ``brief`` overrides the entry's; ``claim`` says what kind of claim it makes."""
        entry = self.entry(path)
        zh, en = self._text(entry, path)
        name = id or entry.get("id") or _id(path)
        return Sentence(
            name,
            zh,
            en,
            values,
            tuple(requires),
            entry.get("brief", 0) if brief is None else brief,
            entry.get("claim", ""),
        )

    def column(self, path: str, style: str = "text", /, **rest: Any) -> Column:
        """A column whose key is the path's last part (or the entry's ``key``)."""
        entry = self.entry(path)
        for part in ("unit", "formula"):
            if part in entry:
                rest.setdefault(part, self._text(entry[part], f"{path}.{part}"))
        rest.setdefault("style", style)
        return Column(entry.get("key", path.rpartition(".")[2]), self._text(entry, path), **rest)

    def fact(self, path: str, /, **values: object) -> tuple[Text, Text]:
        """What a Fact is and how it is computed."""
        entry = self.entry(path)
        label, formula = (self._text(entry[part], f"{path}.{part}") for part in ("label", "formula"))
        return fill(label, values), fill(formula, values)

    def state(self, code: str, path: str, /, **values: object) -> State:
        """An empty state."""
        entry = self.entry(path)
        title = self._text(entry["title"], f"{path}.title")
        settle = self._text(entry["settle"], f"{path}.settle") if "settle" in entry else ("", "")
        return State(code, fill(title, values), fill(settle, values))

    def reason(self, code: str, path: str, /) -> dict[str, str]:
        """Why a place has no page."""
        zh, en = self.pair(path)
        return {"code": code, "zh": zh, "en": en}


def _id(path: str) -> str:
    """`a.headline` -> a, `a.note` -> a-note, `a.sentences.b` -> b."""
    section, *rest = path.split(".")
    if len(rest) != 1:
        return rest[-1] if rest else section
    return section if rest[0].startswith("headline") else f"{section}-{rest[0]}"


def of(module_file: str) -> Texts:
    """The words of the module whose ``__file__`` is given."""
    return Texts(Path(module_file).with_suffix(".toml"))
