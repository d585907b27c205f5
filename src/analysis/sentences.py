"""A sentence in two languages, its Facts, and the conditions under which it may be said.

A sentence whose condition fails is replaced by the condition's reason. Words that claim more than a description (causes,
trends, significance) are refused unless the sentence states the condition that licenses them, so an author cannot forget it.
A template says what kind of claim it makes (``claims.KINDS``); one that does not is free text and goes through the net in
``claims``.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.errors import refuse
from analysis.facts import Fact, Text
from analysis.told import Cited, Named, Segment, Segments, text_of
from analysis.words import CAUSAL, KINDS, LANGS, NEVER, TREND, common, pick

# names of institutions that English does not say without an article
ARTICLE = re.compile(
    r"(First|Second|Third|Fourth|Affiliated|Children['’]s|Cancer|Eye) (\w+ )*Hospital( of|, | affiliated)"
    r"|(Bureau|Office|Party School|Organisation Department|Health system) \w+ "
)
HAN = re.compile(r"[\u3400-\u9fff]")
PLAIN_KINDS = ("year", "name", "list", "code", "assumed")
MIN_TREND_POINTS = 5


@dataclass(frozen=True)
class Plain:
    """Digits that are no finding: a year, a name with digits (136 programme), a list number, a code, an assumed value."""

    text: str | Text
    kind: str

    def said(self, lang: str) -> str:
        """The digits as printed in one language."""
        return self.text if isinstance(self.text, str) else pick(self.text, lang)

    def __post_init__(self) -> None:
        if self.kind not in PLAIN_KINDS:
            raise refuse(
                "sentences.Plain",
                self.kind,
                f"one of {', '.join(PLAIN_KINDS)}",
                "a number that is none of these is a Fact",
            )


def year(value: int | str) -> Plain:
    """A year, or a span of years already joined by an en dash."""
    return Plain(str(value), "year")


def name(text: str | Text) -> Plain:
    """A name that holds digits, the same in both languages or a pair (zh, en)."""
    return Plain(text, "name")


def assumed(text: str | Text) -> Plain:
    """A parameter of ours that no source states; the page prints it as an assumption."""
    return Plain(text, "assumed")


@dataclass(frozen=True)
class Condition:
    """What must hold before a sentence may be said. ``licenses`` names the kind of word it allows: trend, cause or nothing."""

    holds: bool
    reason: Text
    licenses: str = ""


def needs(holds: bool, zh: str, en: str) -> Condition:
    """A condition of the theme's own."""
    return Condition(bool(holds), (zh, en))


def trend_allowed(points: int, breaks_inside: int = 0) -> Condition:
    """Trend words: at least five points and no definition break inside the span."""
    if breaks_inside:
        return Condition(False, common().pair("conditions.trend_break"), "trend")
    return Condition(points >= MIN_TREND_POINTS, common().pair("conditions.trend_points"), "trend")


def comparable(definitions: Iterable[str]) -> Condition:
    """Comparisons: every value has the same definition."""
    return Condition(len(set(definitions)) <= 1, common().pair("conditions.comparable"))


def same_status(facts: Iterable[Fact]) -> Condition:
    """Targets and results never share a comparison."""
    return Condition(
        len({fact.status for fact in facts}) <= 1,
        common().pair("conditions.same_status"),
    )


def design(name_zh: str, name_en: str, *, checks_passed: bool) -> Condition:
    """Causal words: a declared design whose checks (leads, placebo, leave-one-out) passed."""
    return Condition(
        checks_passed,
        common().pair("conditions.design", design=(name_zh, name_en)),
        "cause",
    )


def enough(n: int, minimum: int) -> Condition:
    """Small n: below the minimum nothing is inferred."""
    return Condition(n >= minimum, common().pair("conditions.enough"))


@dataclass(frozen=True)
class Phrase:
    """Part of a sentence with slots of its own: an item of a list, a clause that is not always said. Values as in Sentence."""

    zh: str
    en: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Facts that it prints."""
        return tuple(v for part in _parts(self) for v in part.values.values() if isinstance(v, Fact))

    def say(self, lang: str) -> Segments:
        """Segments in one language, as a sentence has them."""
        return _segments(self, lang, self.en, _own_words(self, self.en))

    def text(self, lang: str) -> str:
        """The phrase as plain text."""
        return text_of(self.say(lang))

    def __str__(self) -> str:
        return self.text("zh")


Value = Fact | Plain | Phrase | str | Text
WORD_ONLY = "~"  # begins the forms of a slot whose number stands elsewhere in the sentence
UNSAID = "-"  # begins the forms of a slot whose number prints only those qualifiers that the sentence does not say itself
NOTHING = Phrase("", "")


def chain(parts: Iterable[Value], glue: Text, last: Text | None = None) -> Phrase:
    """Parts one after the other with ``glue`` between them (``last`` before the last one), as one Phrase."""
    values = {f"part_{i}": part for i, part in enumerate(parts)}
    slots = [f"{{{slot}}}" for slot in values]
    if not slots:
        return NOTHING
    zh, en = (
        (g.join(slots[:-1]) + (e if len(slots) > 1 else "") + slots[-1])
        for g, e in zip(glue, last or glue, strict=True)
    )
    return Phrase(zh, en, values)


@dataclass(frozen=True)
class Sentence:
    """One sentence.

    id: stable name, same in both languages. zh, en: templates with ``{slot}`` for each value. values: slot -> Fact, Plain, Phrase or text
    without digits (a pair (zh, en) where it differs by language). requires: conditions, the first that fails gives the reason.
    brief: 0, or its priority (1 first) for the region's briefing. claim: one of claims.KINDS, or empty for free text. Raises
    MethodError for a digit outside a Fact or Plain, an unknown slot, for words that nothing in ``requires`` licenses, and for a
    claim of cause without a design.
    """

    id: str
    zh: str
    en: str
    values: Mapping[str, Value] = field(default_factory=dict)
    requires: tuple[Condition, ...] = ()
    brief: int = 0
    claim: str = ""

    def __post_init__(self) -> None:
        licensed = {condition.licenses for condition in self.requires}
        if self.claim not in ("", *KINDS):
            raise refuse(
                f"sentence {self.id!r}",
                f"claim {self.claim!r}",
                f"one of {', '.join(KINDS)}",
                "say what kind of claim the sentence makes",
            )
        for part in _parts(self):
            for lang, template in zip(LANGS, (part.zh, part.en), strict=True):
                where = f"sentence {self.id!r} ({lang})"
                _check(where, template, part.values, licensed)
                if "cause" not in licensed and (found := _causal(self.claim, part, template, lang)):
                    raise refuse(
                        where,
                        found,
                        "a causal claim only with a design",
                        "say what was counted or compared, or who claims it; where the words claim no cause, say which kind of"
                        " claim they make (claim=); for a claim of cause add sentences.design(...) to requires",
                    )

    @property
    def failed(self) -> Condition | None:
        """The first condition that does not hold."""
        return next((condition for condition in self.requires if not condition.holds), None)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Facts that are printed when it is said."""
        if self.failed:
            return ()
        return tuple(v for part in _parts(self) for v in part.values.values() if isinstance(v, Fact))

    def say(self, lang: str) -> Segments:
        """Segments in one language: text, numbers (``told.Cited``) and names (``told.Named``)."""
        if self.failed:
            return (pick(self.failed.reason, lang),)
        return _segments(self, lang, self.id, _own_words(self, self.id))

    def text(self, lang: str) -> str:
        """The sentence as plain text."""
        return text_of(self.say(lang))


def _parts(whole: Sentence | Phrase) -> Iterator[Sentence | Phrase]:
    """The sentence and every phrase inside it."""
    yield whole
    for value in whole.values.values():
        if isinstance(value, Phrase):
            yield from _parts(value)


def _causal(claim: str, part: Sentence | Phrase, template: str, lang: str) -> str:
    """The words of a part that claim a cause, empty when none do."""
    if claim == "cause":
        return template
    if claim == "source_claim":
        return ""
    plain = CAUSAL.search(template)
    if (
        claim and plain is None
    ):  # declared: `wording` puts the catalogues to the whole net, here they meet its plainest words
        return ""
    from analysis import claims  # its patterns take long to compile, and few sentences need them

    if template in claims.reviewed():
        return ""
    if plain is not None:
        return plain.group()
    handed = dict(_handed_over(part.values, lang))
    fragments = [template, *handed.values()] if isinstance(part, Phrase) else [*handed.values()]
    if found := next((met for text in fragments if (met := claims.met(text))), None):
        return found.words
    whole = "".join(  # a name reads as what it is only in its sentence
        text + ("" if slot is None else handed.get(slot, f"{{{slot}}}"))
        for text, slot, *_ in string.Formatter().parse(template)
    )
    free = claims.cause(whole) if isinstance(part, Sentence) else None
    return free.words if free else ""


def _handed_over(values: Mapping[str, Value], lang: str) -> Iterable[tuple[str, str]]:
    """Slot and plain text in it: what an author hands over is part of what is claimed."""
    for slot, value in values.items():
        if isinstance(value, str | tuple):
            yield slot, value if isinstance(value, str) else pick(value, lang)


def _check(where: str, template: str, values: Mapping[str, Value], licensed: set[str]) -> None:
    pieces = list(string.Formatter().parse(template))
    bare = "".join(text for text, *_ in pieces)
    if re.search(r"\d", bare):
        raise refuse(where, bare, "no digit outside a Fact or Plain", "put the number in a slot")
    if found := NEVER.search(bare):
        raise refuse(where, found.group(), "no 'significant'", "state the interval and what it covers")
    if (found := TREND.search(bare)) and "trend" not in licensed:
        raise refuse(
            where,
            found.group(),
            "a trend word only with its condition",
            "add sentences.trend_allowed(...) to requires",
        )
    for _, slot, *_ in pieces:
        if slot is not None and slot not in values:
            raise refuse(
                where,
                f"slot {{{slot}}}",
                f"one of {', '.join(sorted(values)) or 'none'}",
                f"pass {slot}= where the sentence is said, or take the slot out of both languages",
            )
        if slot is not None and not isinstance(values[slot], Fact | Plain | Phrase | str | tuple):
            raise refuse(
                where,
                f"{values[slot]!r} in slot {{{slot}}}",
                "a Fact, which carries its source (facts.observed, facts.derived), a Plain or words",
                f"pass the Fact itself as {slot}=, not its value",
            )


def _own_words(whole: Sentence | Phrase, where: str) -> str:
    """The Chinese words, with the qualifiers that they print whatever they say: see UNSAID. Empty where no slot asks."""
    if not any(f":{UNSAID}" in part.zh + part.en for part in _parts(whole)):
        return ""
    return text_of(_segments(whole, "zh", where, None))


def _segments(
    whole: Sentence | Phrase, lang: str, where: str, said: str | None = "", first: bool = True
) -> Segments:
    """said: the Chinese sentence around, None where it is being put together. first: whether the sentence begins here."""
    out: list[Segment] = []
    for text, slot, spec, _ in string.Formatter().parse(pick((whole.zh, whole.en), lang)):
        if text:
            out.append(text)
        if slot is not None:
            value, forms = whole.values[slot], spec or ""
            if lang == "en" and (article := _article(value, out, first)):
                out.append(article)
            if isinstance(value, Phrase):
                out += _segments(value, lang, where, said, first and not out)
            elif isinstance(value, Fact) and forms and not forms.startswith(WORD_ONLY):
                out += _qualified(value, forms, lang, said)
            elif not forms.startswith(WORD_ONLY):
                out += [_segment(value, lang, where, slot), *([" "] if forms else [])]
            if forms.startswith(WORD_ONLY) or (forms and not isinstance(value, Fact)):
                out.append(_agreeing(value, forms.removeprefix(WORD_ONLY), lang))
    return _closed(out)


def _closed(out: list[Segment]) -> Segments:
    """Chinese without the space that stands before a number, where the number begins with a word: `引进至少 5 个`."""
    for n, (one, after) in enumerate(zip(out, out[1:], strict=False)):
        if not isinstance(one, str) or not one.endswith(" ") or isinstance(after, str):
            continue
        before = one[:-1] or (out[n - 1] if n and isinstance(out[n - 1], str) else "")
        if isinstance(after, Cited) and HAN.match(after.text) and HAN.match(str(before)[-1:]):
            out[n] = one[:-1]
    return tuple([one for one in out if one])


def _qualified(fact: Fact, forms: str, lang: str, said: str | None) -> list[Segment]:
    """A number, the word that goes with it, and only then its qualifier: `119 doctors (over three years)`."""
    unsaid, word = forms.startswith(UNSAID), _agreeing(fact, forms.removeprefix(UNSAID), lang)
    beside = "" if unsaid and said is None else fact.beside(lang, said or "" if unsaid else "")
    word = f" {word}" if word else ""
    if re.search(r"\d", beside):  # digits stand in a Fact, so the qualifier stays inside it
        return [Cited(fact.id, fact.text(lang)), *([word] if word else [])]
    return [Cited(fact.id, fact.bare(lang)), *([word + beside] if word + beside else [])]


def _article(value: Value, before: list[Segment], first: bool) -> str:
    """`The ` or `the ` before a name that needs it in running English: the Second Hospital of Shanxi Medical University."""
    if isinstance(value, (Fact, Phrase)):
        return ""
    named = value.said("en") if isinstance(value, Plain) else value if isinstance(value, str) else value[1]
    last = before[-1] if before else ""
    said = last if isinstance(last, str) else "-"
    if not ARTICLE.match(named) or re.search(r"\bthe $", said, re.IGNORECASE):
        return ""
    return "The " if (first and not before) or re.search(r"[.!?] $", said) else "the "


def _agreeing(value: Value, forms: str, lang: str) -> str:
    """The form that goes with a number: `{n:measure|measures}` says `1 measure` or `3 measures`, `{n:~is|are}` the word alone."""
    one, _, many = forms.partition("|")
    if isinstance(value, Fact):
        return one if value.value == 1 and value.quantifier == "exact" else many
    return one if isinstance(value, Plain) and value.said(lang) == "1" else many


def _segment(value: Fact | Plain | str | Text, lang: str, where: str, slot: str) -> Segment:
    if isinstance(value, Fact):
        return Cited(value.id, value.text(lang))
    if isinstance(value, Plain):
        return Named(value.said(lang), value.kind)
    text = value if isinstance(value, str) else pick(value, lang)
    if re.search(r"\d", text):
        raise refuse(
            f"sentence {where!r} ({lang}), slot {{{slot}}}",
            text,
            "text without digits",
            "wrap a name with sentences.name, a year with sentences.year, a number as a Fact",
        )
    return text


def words(id: str, zh: str, en: str, **values: Any) -> Sentence:
    """A sentence without conditions."""
    return Sentence(id, zh, en, values)


def brief(id: str, priority: int, zh: str, en: str, **values: Any) -> Sentence:
    """A sentence without conditions that also stands in the region's briefing, 1 first."""
    return Sentence(id, zh, en, values, brief=priority)
