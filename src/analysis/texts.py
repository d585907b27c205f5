"""A theme's words as parts of a finding: ``TEXT = texts.of(__file__)`` reads ``<theme>.toml`` beside ``<theme>.py``.

TEXT.say("position.sentences.doctors", count=fact)     a Sentence, its place in the briefing from the file; ``zero.count``,
                                                       ``one.count`` or ``same.count-whole`` beside it is said instead where
                                                       the Fact is nought or one, or where the Facts print alike
TEXT.column("position.columns.rate", "rate", ...)      a Column: label, unit and formula from the file
TEXT.fact("position.facts.median")                     label and formula of a Fact
TEXT.state("E1", "closing.states.visits")              a State: what is not known, what would settle it
TEXT.pair("position.caption")                          (zh, en)
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, overload

from analysis.errors import refuse
from analysis.facts import Fact, Reason, State
from analysis.findings import Column
from analysis.sentences import Condition, Phrase, Sentence
from analysis.words import INSTEAD, KINDS, LANGS, Catalogue, Text, fill, slots


class Texts(Catalogue):
    """The catalogue of a theme."""

    @overload
    def say(
        self,
        path: str,
        /,
        *,
        id: str = "",
        holds: Mapping[str, bool | Condition] | None = None,
        brief: int | None = None,
        **values: Any,
    ) -> Sentence: ...

    @overload
    def say(self, path: str, /, **values: Any) -> Sentence: ...

    def say(
        self,
        path: str,
        /,
        *,
        id: str = "",
        holds: Mapping[str, bool | Condition] | None = None,
        brief: int | None = None,
        **values: Any,
    ) -> Sentence:
        """The sentence at a path. Its id: as given, else the entry's ``id``, else by its path; ``brief`` overrides the entry's.

        holds: for each name in the entry's ``requires`` whether it holds; where one does not, its words (``conditions.<name>`` of
        the same section) are said instead. A Condition of ``sentences`` (a trend, a design) brings its own words.
        """
        entry = self.entry(path)
        (zh, en), values = self._counted(entry, path, values)
        name = id or entry.get("id") or _id(path)
        place = entry.get("brief", 0) if brief is None else brief
        conditions = self._conditions(path, entry, holds or {})
        return Sentence(name, zh, en, values, conditions, place, self._claim(path))

    def _counted(
        self, entry: Mapping[str, Any], path: str, values: dict[str, Any]
    ) -> tuple[Text, dict[str, Any]]:
        """The entry's words and the values they print: the first of its ``zero``, ``one`` and ``same`` whose slots (``n``, ``n-k``)
        hold Facts that are so, for nobody says "0 of them", "1 of 1" or "from 6 to 6"."""
        for mark in INSTEAD:
            for slots_, other in entry.get(mark, {}).items():
                facts = [values.get(slot) for slot in slots_.split("-")]
                if _alike(mark, facts):
                    pair = self._pair(other, f"{path}.{mark}.{slots_}")
                    return pair, {slot: value for slot, value in values.items() if slot in slots(pair[0])}
        return self._pair(entry, path), values

    def _claim(self, path: str) -> str:
        """The entry's kind of claim; words that make none of their own are a description."""
        found = self.entries[path].claim
        return found if found in KINDS else "description"

    def _conditions(
        self, path: str, entry: Mapping[str, Any], holds: Mapping[str, bool | Condition]
    ) -> tuple[Condition, ...]:
        named = entry.get("requires", [])
        if set(named) != set(holds):
            raise refuse(
                f"{self.file.name} {path}",
                f"conditions {', '.join(holds) or 'none'}",
                f"requires = {named}",
                "name the same conditions in the entry and in holds=",
            )
        section = path.partition(".")[0]
        return tuple(
            held
            if isinstance(held := holds[name], Condition)
            else Condition(bool(held), self.pair(f"{section}.conditions.{name}"))
            for name in named
        )

    def phrase(self, path: str, /, **values: Any) -> Phrase:
        """Part of a sentence, with Facts of its own."""
        (zh, en), values = self._counted(self.entry(path), path, values)
        return Phrase(zh, en, values)

    def column(
        self, path: str, style: str = "text", /, *, named: Mapping[str, object] | None = None, **rest: Any
    ) -> Column:
        """A column whose key is the path's last part (or the entry's ``key``). named: what fills the slots of its heading."""
        entry = self.entry(path)
        for part in ("unit", "formula"):
            if part in entry:
                rest.setdefault(part, self._pair(entry[part], f"{path}.{part}"))
        rest.setdefault("style", style)
        label = fill(self._pair(entry, path), named or {})
        return Column(entry.get("key", path.rpartition(".")[2]), label, **rest)

    def fact(self, path: str, /, **values: object) -> tuple[Text, Text]:
        """What a Fact is and how it is computed."""
        entry = self.entry(path)
        label, formula = (self._pair(entry[part], f"{path}.{part}") for part in ("label", "formula"))
        return fill(label, values), fill(formula, values)

    def state(self, code: str, path: str, /, **values: object) -> State:
        """An empty state."""
        entry = self.entry(path)
        title = self._pair(entry["title"], f"{path}.title")
        settle = self._pair(entry["settle"], f"{path}.settle") if "settle" in entry else ("", "")
        return State(code, fill(title, values), fill(settle, values))

    def reason(self, code: str, path: str, /) -> Reason:
        """Why a place has no page."""
        zh, en = self.pair(path)
        return Reason(code, zh, en)


def _alike(mark: str, values: list[object]) -> bool:
    """Whether counts are so that other words stand for them: nought, one, or printed alike."""
    facts = [value for value in values if isinstance(value, Fact)]
    if len(facts) < len(values):
        return False
    if mark == "same":
        return len({tuple(fact.text(lang) for lang in LANGS) for fact in facts}) == 1
    return all(fact.value == INSTEAD.index(mark) for fact in facts)


def _id(path: str) -> str:
    """`a.headline` -> a, `a.note` -> a-note, `a.sentences.b` -> b."""
    section, *rest = path.split(".")
    if len(rest) != 1:
        return rest[-1] if rest else section
    return section if rest[0].startswith("headline") else f"{section}-{rest[0]}"


def of(module_file: str) -> Texts:
    """The words of the module whose ``__file__`` is given."""
    return Texts(Path(module_file).with_suffix(".toml"))
