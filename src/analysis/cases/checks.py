"""Self-checks of the exercises: each says in words whether an answer can stand, and never ends in a traceback.

A check tests a property that a right answer has (a unit, a sign, a sum that must close), so that it holds no answer itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis import claims, tables
from analysis.errors import MethodError, refuse
from analysis.facts import Text
from analysis.sentences import LANGS, Sentence

OPEN = ("尚未作答", "not answered yet")
BEFORE = ("先做完前面的题", "answer the exercise before this one first")
KIND = (
    "答案的类型不对：看题目要的是数、名单还是对照表",
    "the answer has the wrong type: see whether a number, a list or a dict is asked for",
)
CHOSEN = ("已填全；每一项判断得对不对，课上讨论", "complete; whether each choice is right is for the class")
WORDED = (
    "没有遇到已知的越界写法，这不等于写对了；措辞和内容课上讨论",
    "no known overstatement was met, which does not make it right; wording and content are for the class",
)
MARKS = {True: ("✓ 通过", "✓ passed"), False: ("✗ 还不对", "✗ not yet"), None: ("○", "○")}
LEFT_OPEN = ("○ 待课上评", "○ for the class")
NEVER_RAISED = (TypeError, ValueError, KeyError, IndexError, AttributeError, ZeroDivisionError, MethodError)


@dataclass(frozen=True)
class Verdict:
    """What a check says: ok is True, False, or None while there is no answer; words say why.

    left_open: nothing was found against a judgement or a wording (``ok`` is True, so that the form earns its points), which no
    check can call right.
    """

    name: str
    ok: bool | None
    words: str
    lang: str
    left_open: bool = False

    def __repr__(self) -> str:
        mark = (LEFT_OPEN if self.left_open else MARKS[self.ok])[LANGS.index(self.lang)]
        return (
            f"{self.name} {mark}{'：' if self.lang == 'zh' else ': '}{self.words}"
            if self.words
            else f"{self.name} {mark}"
        )

    def _ipython_display_(self) -> None:
        """Shown, not returned: nbgrader takes the value that a cell returns for partial credit."""
        from IPython.display import display

        display({"text/plain": repr(self)}, raw=True)

    def __bool__(self) -> bool:
        return self.ok is True


def unanswered(value: object) -> bool:
    """True for the stub ``...``, for an empty text, and for a list or dict that still holds one of them."""
    if value is ... or value is None or (isinstance(value, str) and not value.strip()):
        return True
    if isinstance(value, Mapping):
        return not value or any(unanswered(v) for v in value.values())
    return isinstance(value, list | tuple) and (not value or any(unanswered(v) for v in value))


def holds(
    name: str,
    answer: object,
    rule: Callable[[object], object],
    hint: Text,
    lang: str,
    *,
    needs: Iterable[object] = (),
) -> Verdict:
    """Check one property of an answer.

    rule: a function of the answer that a right one makes true. hint: (zh, en), printed when it is not. needs: earlier answers that the
    rule uses; while one of them is missing the check says so. An error inside the rule means an answer of the wrong type.
    """
    i = LANGS.index(lang)
    if unanswered(answer):
        return Verdict(name, None, OPEN[i], lang)
    if any(unanswered(value) for value in needs):
        return Verdict(name, None, BEFORE[i], lang)
    try:
        ok = bool(rule(answer))
    except NEVER_RAISED:
        return Verdict(name, False, KIND[i], lang)
    return Verdict(name, ok, "" if ok else hint[i], lang)


def _passed(verdict: Verdict, what: Text) -> Verdict:
    """A judgement is not right because it passed: the verdict says what was looked at."""
    return replace(verdict, words=what[LANGS.index(verdict.lang)], left_open=True) if verdict.ok else verdict


def chosen(
    name: str, answer: object, keys: Iterable[str], options: Iterable[str], lang: str, *, once: bool = False
) -> Verdict:
    """Check that a dict gives each key one of the options (``once``: each option a single time); whether they are right is for the class."""
    keys, options = list(keys), list(options)

    def rule(given) -> bool:
        return (
            set(given) == set(keys)
            and all(v in options for v in given.values())
            and (not once or len(set(given.values())) == len(keys))
        )

    hint = (
        f"每个键（{'、'.join(keys)}）各选一项：{'、'.join(options)}{'，每项只用一次' if once else ''}",
        f"give each key ({', '.join(keys)}) one of: {', '.join(options)}{', each used once' if once else ''}",
    )
    return _passed(holds(name, answer, rule, hint, lang), CHOSEN)


def _overstated(text: str) -> str | None:
    """The words of a text that nothing licenses, or None."""
    if cause := claims.cause(text):
        return cause.words
    bare = re.sub(r"[\d{}]", "", text)
    try:
        Sentence("claim", bare, bare, claim="description")
    except MethodError as error:
        return error.problems[0].found
    return None


def statement(name: str, text: object, mentions: Mapping[str, Text], lang: str) -> Verdict:
    """Check a written claim by the project's own rules: no claim of cause, no 'significant', and every group of ``mentions`` named.

    A statement that meets no pattern of ``analysis.claims`` is left open, never called right: patterns have holes.
    mentions: alternatives joined by ``|`` -> what is missing in words, (zh, en).
    """
    i = LANGS.index(lang)
    if unanswered(text):
        return Verdict(name, None, OPEN[i], lang)
    if not isinstance(text, str):
        return Verdict(name, False, KIND[i], lang)
    if (found := _overstated(text)) is not None:
        return Verdict(
            name,
            False,
            f"“{found}”是没有设计支持的说法" if lang == "zh" else f'no design supports the words "{found}"',
            lang,
        )
    missing = [
        words[i]
        for group, words in mentions.items()
        if not any(part in text.lower() for part in group.lower().split("|"))
    ]
    return _passed(Verdict(name, not missing, ("；" if lang == "zh" else "; ").join(missing), lang), WORDED)


def plain(value: object) -> object:
    """An answer as JSON can hold it. Raises MethodError for a type that no exercise uses."""
    if isinstance(value, Mapping):
        return {str(key): plain(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if value is ... or value is None:
        return None
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, str | int | float):
        return value
    raise refuse(
        "checks.plain",
        type(value).__name__,
        "a number, text, list or dict",
        "let the solution end in one of these",
    )


def report(names: Iterable[str], space: Mapping[str, object]) -> None:
    """Print the answers and what was read as one line of JSON: what a build looks for in a student's edition and takes its data from."""
    print(
        json.dumps(
            {"answers": {name: plain(space[name]) for name in names}, "reads": tables.reads()},
            ensure_ascii=False,
        )
    )
