"""Rules that every catalogue keeps, each a small function; ``check`` lists what breaks them, with file, line, entry and language.

What a reader must not meet: digits that no Fact stands behind, a claim that its entry does not own up to, words that need a design or a
condition, an entry that nothing says, typography that differs from page to page.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from analysis import claims as claims_
from analysis.errors import Problem
from analysis.words import (
    AS,
    CAUSAL,
    CLAIMS,
    INSTEAD,
    LANGS,
    NEVER,
    TREND,
    Catalogue,
    Entry,
    catalogue,
    slots,
)

Fault = tuple[str, str, str, str]  # language, found, expected, fix
Rule = Callable[[Entry], Iterator[Fault]]
STRENGTH = ("description", "comparison", "association", "cause")  # each may say what those before it say
SLOT = "\ufffc"  # stands for a slot where only the words around it are looked at

COMPARING = re.compile(
    r"高于|低于|多于|少于|超过|不及|最高|最低|最多|最少|\b(above|below|higher|lower(?! (?:bound|limit))|highest|lowest|fewest|more than|less than|fewer than)\b",
    re.IGNORECASE,
)
ASSOCIATING = re.compile(r"相关系数|关联|\b(associat\w+|correlat\w+)\b", re.IGNORECASE)
HAN = r"\u3400-\u9fff"
FULL = "，。；：？！（）、“”‘’《》"
TYPOGRAPHY: dict[str, tuple[tuple[str, str, str], ...]] = {
    "zh": (
        (rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]", "one space between Chinese and Latin", "add a space"),
        (rf"[{HAN}][,;:?!()]|[,;:?!()][{HAN}]", "full-width punctuation", "write ，；：？！（）"),
        (r"\d,\d{3}", "no comma in a number", "write 1000, or 万 and 亿"),
        (rf" [{FULL}]|[{FULL}] ", "no space beside full-width punctuation", "drop the space"),
    ),
    "en": (
        (rf"[{HAN}]", "no Chinese", "translate it, or put the name in a slot"),
        ("[，。；：？！（）、《》]", "half-width punctuation", "write , . ; : ? ! ( )"),
        (r" [,;:.?!)]|\( ", "no space inside brackets or before a mark", "drop the space"),
        ("—", "an en dash", "write – between numbers, else : or ;"),
        ("'", "an apostrophe after a letter alone", "write “ ” around a quotation"),
    ),
}
BOTH = (
    ("  ", "single spaces", "drop one"),
    (r"\d-\d", "an en dash between numbers", "write –"),
    (rf"{SLOT}-{SLOT}", "an en dash between slots", "write –"),
    (" – | -- ", "no spaces around a dash", "write – between numbers, else ：or ："),
    ('"', "curly quotation marks", "write “ ”"),
    (r"\.\.\.", "one ellipsis", "write …"),
    (r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u3000]", "no full-width letters, digits or spaces", "write them half-width"),
)  # fmt: skip


def bare(template: str, slot: str = "") -> str:
    """The words of a template without its slots."""
    pieces = string.Formatter().parse(template)
    return "".join(text + (slot if name is not None else "") for text, name, *_ in pieces)


def digits(entry: Entry) -> Iterator[Fault]:
    """No digit outside a slot; a name, a definition or a formula says that it is one."""
    if not isinstance(entry.kind, str) or entry.kind not in ("", *AS):
        yield "", f"as = {entry.kind!r}", f"one of {', '.join(AS)}", "say what the words are"
    if entry.kind in AS:
        return
    for lang in LANGS:
        if found := re.search(r"\d+", bare(entry[lang])):
            yield (
                lang,
                f"{found[0]!r} outside a slot",
                "a slot, or as = " + " | ".join(AS),
                "pass the number as a Fact",
            )


def claims(entry: Entry) -> Iterator[Fault]:
    """Each entry has a claim, and its words do not go beyond it."""
    if entry.claim not in CLAIMS:
        yield (
            "",
            f"claim {entry.claim!r}",
            f"one of {', '.join(CLAIMS)}",
            "set claim in the entry, its table or at the top of the file",
        )
        return
    if entry.claim not in STRENGTH:
        return
    rank = STRENGTH.index(entry.claim)
    for lang in LANGS:
        words = bare(entry[lang], SLOT)
        for pattern, claim in ((COMPARING, "comparison"), (ASSOCIATING, "association")):
            if (found := pattern.search(words)) and rank < STRENGTH.index(claim):
                yield lang, f"{found[0]!r} in a {entry.claim}", f"claim {claim}", f'set claim = "{claim}"'


def licences(entry: Entry) -> Iterator[Fault]:
    """No causal word without a design, no trend word without its condition, never `significant`."""
    named = set(entry.marks.get("requires", ()))
    if entry.kind in AS:
        return
    for lang in LANGS:
        words = bare(entry[lang])
        if found := NEVER.search(words):
            yield lang, repr(found[0]), "no 'significant'", "state the interval and what it covers"
        licensed = entry.claim == "cause" and "design" in named or entry.claim == "source_claim"
        if not licensed and (claimed := _cause(entry, lang)):
            yield (
                lang,
                repr(claimed),
                'claim = "cause" and requires = ["design"]',
                "describe, name the design, or list it in claims_reviewed.csv with kind and reason",
            )
        if (found := TREND.search(words)) and "trend" not in named:
            yield lang, repr(found[0]), 'requires = ["trend"]', "name the condition, or say the two values"
    if entry.claim == "cause" and "design" not in named:
        yield "", "a cause without a design", 'requires = ["design"]', "name it, or change the claim"


def _cause(entry: Entry, lang: str) -> str:
    """Words that claim a cause: the plainest anywhere, every construction where the entry says something of the world."""
    template = entry[lang]
    if template in claims_.reviewed():
        return ""
    if found := CAUSAL.search(bare(template)):
        return found[0]
    found_by_net = claims_.met(template) if entry.claim in STRENGTH else None
    return found_by_net.words if found_by_net else ""


def typography(entry: Entry) -> Iterator[Fault]:
    """One way to set spaces, dashes and punctuation."""
    for lang in LANGS:
        words = bare(entry[lang], SLOT)
        rules = [*BOTH, *TYPOGRAPHY[lang]]
        for pattern, expected, fix in rules if entry.kind != "name" else rules[: len(BOTH)]:
            if found := re.search(pattern, words):
                around = words[max(0, found.start() - 6) : found.end() + 6].replace(SLOT, "{}")
                yield lang, repr(around), expected, fix


def endings(entry: Entry) -> Iterator[Fault]:
    """A sentence ends with its mark, a headline without one."""
    if len(entry.parts) > 2 and entry.parts[-2] == "sentences":
        for lang, marks in (("zh", "。！？"), ("en", ".!?")):
            if not re.search(rf"[{marks}]( ?{SLOT})*$", bare(entry[lang], SLOT)):
                yield lang, repr(entry[lang][-4:]), f"one of {' '.join(marks)} at the end", "end the sentence"
    if entry.parts[-1].startswith("headline"):
        for lang, mark in (("zh", "。"), ("en", ".")):
            if entry[lang].endswith(mark):
                yield lang, repr(entry[lang][-4:]), "no full stop after a headline", "drop it"


HEADLINE = {"zh": 32, "en": 90}  # characters that a line above a chart holds
FILLED = {
    "zh": 2,
    "en": 4,
}  # characters that a slot is reckoned with: most numbers and short names are longer
TELEGRAM = {  # `Wuxi: statements: 26` tells nothing: a headline is a sentence
    "zh": re.compile(rf"^{SLOT}：|：{SLOT}"),
    "en": re.compile(rf"^{SLOT}(?:, [^:;.]+)?: |: {SLOT}$"),
}


def headlines(entry: Entry) -> Iterator[Fault]:
    """A headline is a sentence, not a noun and its number, and fits the line above its chart."""
    named = entry.parts[-3] if entry.parts[-2:-1] and entry.parts[-2] in INSTEAD else entry.parts[-1]
    if not named.startswith("headline") or {"facts", "items"} & set(entry.parts):
        return
    for lang in LANGS:
        words = bare(entry[lang], SLOT)
        if found := TELEGRAM[lang].search(words):
            yield (
                lang,
                repr(found[0].replace(SLOT, "{}")),
                "a sentence",
                "give the number its verb: a reader repeats sentences",
            )
        reckoned = len(words) + words.count(SLOT) * (FILLED[lang] - 1)
        if reckoned > HEADLINE[lang]:
            yield lang, f"some {reckoned} characters", f"at most {HEADLINE[lang]}", "say less above the chart"


def instead(found: Catalogue) -> Iterator[Problem]:
    """What is said where counts are nought, one or alike prints no value that the words it stands for do not have, and names
    their slots."""
    for path in found.entries:
        said, _, counts = path.rpartition(".")
        said, _, mark = said.rpartition(".")
        if mark not in INSTEAD or said not in found.entries:
            continue
        known = slots(found.entries[said].zh)
        if spare := sorted((slots(found.entries[path].zh) | set(counts.split("-"))) - known):
            yield found.problem(
                path,
                "",
                f"{', '.join(spare)} in no slot of {said}",
                f"of {', '.join(sorted(known))}",
                "name its slots",
            )


RULES: tuple[Rule, ...] = (digits, claims, licences, typography, endings, headlines)


def check(found: Catalogue) -> list[Problem]:
    """Every fault of a catalogue's entries."""
    faults = (
        found.problem(entry.path, *fault)
        for entry in found.entries.values()
        for rule in RULES
        for fault in rule(entry)
    )
    return [*faults, *instead(found)]


def of_theme(theme: str) -> list[Problem]:
    """Every fault of a theme's words and of how its module asks for them; none for a theme whose words stand elsewhere."""
    module = Path(__file__).parent / "themes" / f"{theme}.py"
    file = module.with_suffix(".toml")
    return [*check(catalogue(file)), *usage(module)] if file.is_file() and module.is_file() else []


ASKING = frozenset({"say", "pair", "text", "group", "fact", "column", "state", "reason", "phrase"})
SETTINGS = frozenset({"id", "brief", "holds"})


def _patterns(node: ast.expr) -> list[str]:
    """What a path argument may be, as patterns: a constant, either side of a condition, an f-string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [re.escape(node.value)]
    if isinstance(node, ast.IfExp):
        return [*_patterns(node.body), *_patterns(node.orelse)]
    if isinstance(node, ast.JoinedStr):
        parts = (re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[^.]+" for v in node.values)
        return ["".join(parts)]
    return []


def _asked(tree: ast.Module) -> Iterator[tuple[ast.Call, list[str]]]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ASKING
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "TEXT"
        ):
            at = 1 if node.func.attr in ("state", "reason") else 0
            yield node, _patterns(node.args[at]) if len(node.args) > at else []


def usage(module: Path) -> list[Problem]:
    """Entries that a module asks for and its catalogue lacks, entries that it never asks for, values that no slot prints."""
    told = catalogue(module.with_suffix(".toml"))
    try:
        tree = ast.parse(module.read_text(encoding="utf-8"))
    except SyntaxError as error:
        where = f"{module.name}:{error.lineno}"
        return [Problem(where, f"no Python: {error.msg}", "a module that runs", "correct the line")]
    strings = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    paths, found = {path for entry in told.entries for path in _above(entry)}, []
    used = {text for text in strings & paths if "." in text}
    for call, patterns in _asked(tree):
        entries: list[Entry] = []
        for pattern in patterns:
            hits = {path for path in paths if re.fullmatch(pattern, path)}
            used |= hits
            entries += [told.entries[hit] for hit in hits if hit in told.entries]
            if not hits:
                found.append(
                    Problem(
                        f"{module.name}:{call.lineno}",
                        f"no entry {pattern.replace(chr(92), '')!r} in {told.file.name}",
                        "an entry for every path",
                        f"add it to {told.file.name}, or mend the path",
                    )
                )
        found += _values(module, call, entries)
    for path, entry in told.entries.items():
        if path in used:
            needed = {f"{entry.parts[0]}.conditions.{name}" for name in entry.marks.get("requires", ())}
            used |= {
                p
                for p in (
                    *needed,
                    *(p for p in told.entries for mark in INSTEAD if p.startswith(f"{path}.{mark}.")),
                )
                if p in told.entries
            }
    for path in told.entries:
        if not used & set(_above(path)):
            found.append(
                told.problem(path, "", "an entry that nothing says", f"a use in {module.name}", "delete it")
            )
    return found


def _above(path: str) -> list[str]:
    """A path and the two tables around it, which a module may ask for as a whole."""
    steps = path.split(".")
    return [path, *(".".join(steps[:-n]) for n in (1, 2) if len(steps) > n)]


def _values(module: Path, call: ast.Call, entries: list[Entry]) -> Iterator[Problem]:
    names = {keyword.arg for keyword in call.keywords}
    assert isinstance(call.func, ast.Attribute)
    if None in names or call.func.attr not in ("say", "phrase"):
        return
    given = {name for name in names if name} - SETTINGS
    spared = given.difference(*(slots(entry.zh) for entry in entries))
    for entry in entries:
        wanted = slots(entry.zh)
        if wanted - given or spared:
            missing = ", ".join(f"{{{slot}}}" for slot in sorted(wanted - given))
            spare = ", ".join(sorted(spared))
            said = "; ".join(
                filter(None, (missing and f"no value for {missing}", spare and f"{spare} in no slot"))
            )
            yield Problem(
                f"{module.name}:{call.lineno} {entry.path}",
                said,
                "one value for each slot",
                "pass it, or change the entry",
            )


def repeated(catalogues: Mapping[str, Catalogue]) -> dict[tuple[str, str], list[str]]:
    """Pairs of words that stand in more than one place: (zh, en) -> the places."""
    places: dict[tuple[str, str], list[str]] = {}
    for name, told in catalogues.items():
        for entry in told.entries.values():
            places.setdefault((entry.zh, entry.en), []).append(f"{name} {entry.path}")
    return {pair: where for pair, where in places.items() if len(where) > 1}
