"""How like a labelled claim of cause a clause is: a logistic score over its parts, from a kept table of weights.

Patterns (``claims``) say what is forbidden and are passed by whoever writes around them. This score has learnt from sentences of
both kinds, those that claim a cause and those that do not (``claims_sentences.csv``), what either looks like: letters and words that
stand together, and the order in which those who act, verbs of change, outcomes and numbers follow each other. The table
``claims_weights.txt`` is made by ``ops/claims.py``; one line is language, weight and part, the line without a part is the start.

Standard library only: a clause costs far less than a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

# weights are kept as whole numbers of this size
UNIT = 0.1
# a clause shorter than this (letters in Chinese, words in English) is a name or a label and is left to the patterns
LEAST = {"zh": 6, "en": 4}
KEPT = 20_000  # words whose class is remembered
WEIGHTS = Path(__file__).with_name("claims_weights.txt")


class Classes:
    """Words of a kind, one sign for each kind: who acts, what changes, the verb between.

    >>> Classes({"A": re.compile("policy"), "O": re.compile("beds?")}).sign("bed")
    'O'
    """

    def __init__(self, patterns: Mapping[str, re.Pattern[str]]) -> None:
        self.patterns = patterns
        self._known: dict[str, str] = {}

    def sign(self, word: str) -> str:
        """The sign of a word's class, empty when it is of none."""
        if word not in self._known:
            if len(self._known) > KEPT:
                self._known.clear()
            self._known[word] = next((s for s, p in self.patterns.items() if p.fullmatch(word)), "")
        return self._known[word]


_NUMBER_ZH = re.compile(
    r"\{[^}]*\}|[\d０-９][\d.,，/%‰:：-]*"
    r"|[一二三四五六七八九十两百千万亿]+(?=[个家名张所省市年月日批次项类倍成条章级人位种天例万])"
)
_TOKEN = re.compile(r"\{[^}]*\}|\d[\d.,/%:-]*|[a-z][a-z'’-]*|[,;:?!\"“”()]")
_NUMBER_WORD = re.compile(
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|hundreds?|thousands?|millions?|dozens?|twice"
    r"|twofold|half"
)
_ENDINGS = ("ingly", "edly", "ing", "ied", "ies", "ed", "es", "s", "ly")


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 4 and word[-1] == "e":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl" else word


def _runs(items: Iterable[str], sizes: tuple[int, ...], sign: str, join: str = "") -> set[str]:
    line = list(items)
    return {sign + join.join(line[i : i + n]) for n in sizes for i in range(len(line) - n + 1)}


def _parts_zh(clause: str, classes: Classes) -> set[str]:
    text = _NUMBER_ZH.sub("0", clause.strip().rstrip("。").replace(",", "，"))
    order = text
    for sign, pattern in classes.patterns.items():
        order = pattern.sub(sign, order)
    kept = [c for c in order if c in classes.patterns or c in "0，；。？"]
    return _runs(f"^{text}$", (1, 2, 3), "c") | _runs(["^", *kept, "$"], (2, 3, 4), "z")


def _parts_en(clause: str, classes: Classes) -> set[str]:
    found = _TOKEN.findall(clause.lower().strip().rstrip("."))
    line, order = ["^"], ["^"]
    for word in found:
        number = word[0].isdigit() or word[0] == "{"
        line.append("0" if number else "0w" if _NUMBER_WORD.fullmatch(word) else _stem(word))
        sign = "N" if line[-1] in ("0", "0w") else word if word in ",;?" else classes.sign(word)
        order += [sign] if sign else []
    letters = re.sub(r"\d[\d.,]*", "0", f" {' '.join(found)} ")
    return (
        _runs(line[1:], (1,), "u")
        | _runs([*line, "$"], (2, 3), "b", " ")
        | _runs([*order, "$"], (2, 3), "z")
        | _runs(letters, (3, 4, 5), "c")
    )


PARTS = {"zh": _parts_zh, "en": _parts_en}


def parts(clause: str, lang: str, classes: Classes) -> set[str]:
    """The parts of a clause that the weights are looked up for."""
    return PARTS[lang](clause, classes)


@cache
def weights(file: Path = WEIGHTS) -> dict[str, dict[str, int]]:
    """Language -> part -> weight in units; the part "" is the start."""
    told: dict[str, dict[str, int]] = {"zh": {}, "en": {}}
    for line in file.read_text(encoding="utf-8").splitlines():
        lang, weight, part = line.split("\t")
        told[lang][part] = int(weight)
    return told


def short(clause: str, lang: str) -> bool:
    """Whether a clause is too short to be judged by its parts: a name, a label."""
    return len({"zh": clause, "en": clause.split()}[lang]) < LEAST[lang]


def score(clause: str, lang: str, classes: Classes) -> float:
    """Above zero when the clause is more like the claims of cause than the harmless sentences, at the kept threshold."""
    table = weights()[lang]
    found = parts(clause, lang, classes)
    return UNIT * (table[""] + sum(table.get(part, 0) for part in found) / max(len(found), 1) ** 0.5)
