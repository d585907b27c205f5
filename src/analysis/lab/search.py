"""What is held under a word: places, indicators, measures, printed statements, sources. Chinese and English, no index to build."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from math import log10
from pathlib import Path
from typing import TypeVar

import pandas as pd

from analysis import catalog, paths, synonyms, tables, words
from analysis.errors import refuse
from analysis.lab import answers
from analysis.words import nth, pick

SHOWN = 8
SMALL = {
    "of",
    "in",
    "the",
    "and",
    "for",
    "at",
    "to",
    "a",
    "with",
    "per",
}  # words of a label that say nothing alone
FEW = 0.3  # less of the places and years than this share of another indicator's: it does not stand before it
RATE_LESS = 0.3  # a rate answers only who asked for one
LEAST = 0.34  # share of a word's letter pairs that a label must hold to be offered
TEXT = words.catalogue(Path(__file__).with_name("lab.toml"))
HEADS = TEXT.group("search")
T = TypeVar("T")


def _pairs(text: str) -> set[str]:
    text = "".join(text.lower().split())
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


def score(word: str, label: str) -> float:
    """How well a label answers a word: 1 equal, above 0.6 contained, else the share of its letter pairs."""
    a, b = (text.lower().strip().replace("’", "'") for text in (word, label))
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    if a in b or b in a:
        return 0.6 + 0.39 * min(len(a), len(b)) / max(len(a), len(b))
    return 0.6 * len(_pairs(a) & _pairs(b)) / len(_pairs(a))


def best(
    word: str,
    things: Iterable[T],
    labels: Callable[[T], Iterable[str]],
    most: int = SHOWN,
    weight: Callable[[T], float] = lambda _: 0.0,
) -> list[T]:
    """The things whose labels answer a word best, best first; ``weight`` is added to the score of those that answer."""
    said = {word, synonyms.whole().get(word.strip(), word), synonyms.said().get(word.lower(), word)}
    for plain, official in synonyms.said().items():
        if plain in word.lower():
            said.add(word.lower().replace(plain, official))
    ranked = [
        (max((score(w, label) for w in said for label in labels(t) if label), default=0.0), -n, t)
        for n, t in enumerate(things)
    ]
    kept = sorted(
        ((points + weight(t), n, t) for points, n, t in ranked if points >= LEAST),
        key=lambda one: one[:2],
        reverse=True,
    )
    return [one[2] for one in kept[:most]]


@lru_cache(maxsize=1)
def _counts(_: tuple) -> dict[str, int]:
    return tables.read("observations")["indicator"].value_counts().to_dict()


def counts() -> dict[str, int]:
    """Values held of each indicator."""
    with tables.unrecorded():
        return _counts((tables.as_of(), str(paths.processed())))


def indicators(
    word: str, held: Mapping[str, int] | None = None, most: int = SHOWN
) -> list[catalog.Indicator]:
    """Indicators whose name answers a word, those of which much is held first.

    held: only these keys, with how many values of each are meant (of a place); None: all, with all that is held.
    """
    known, much = catalog.indicators(), counts() if held is None else held
    keys = list(known) if held is None else [k for k in known if k in held]

    def names(x: catalog.Indicator) -> tuple[str, ...]:
        return (x.key, x.label_zh, x.label_en, *(a.partition("@")[0] for a in x.aliases))

    def weight(x: catalog.Indicator) -> float:
        return 0.06 * min(2.5, log10(1 + much.get(x.key, 0)))

    return best(word, [known[k] for k in keys], names, most, weight)


def _bare(text: str) -> str:
    """A name as it is compared: one form of each letter, no brackets, marks or spaces."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).lower())


def _tokens(text: str) -> list[str]:
    said = [w for w in re.findall(r"[a-z0-9]+", text.lower().replace("’", "")) if w not in SMALL]
    return [w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in said]


def _in_pieces(word: str, label: str) -> bool:
    """Whether a word is made of pieces of a label, two letters or more each, in its order (基层床位: 基层医疗卫生机构床位数)."""
    if len(word) < 2:
        return not word
    for n in range(len(word), 1, -1):
        at = label.find(word[:n])
        if at >= 0 and _in_pieces(word[n:], label[at + n :]):
            return True
    return False


def covered(word: str, label: str) -> float:
    """How well a label holds all that a word says: 1 equal, 0 when a part of the word is not in it."""
    if word.isascii() != label.isascii():
        return 0.0
    if word.isascii():
        ours, theirs = set(_tokens(word)), set(_tokens(label))
        return 0.6 + 0.4 * len(ours) / len(theirs) if ours and ours <= theirs else 0.0
    a, b = _bare(word), _bare(label)
    if not a or not _in_pieces(a, b):
        return 0.0
    return (0.6 if a in b else 0.5) + 0.4 * len(a) / len(b)


def answering(
    word: str, held: Mapping[str, int] | None = None, *, keys: bool = True
) -> list[catalog.Indicator]:
    """Indicators whose name or alias holds all of a word, best first: unlike ``indicators`` nothing is offered for its likeness.

    held: as for ``indicators``. keys: whether a word that is an indicator's key means that one alone.
    """
    known, much = catalog.indicators(), counts() if held is None else held
    if keys and word in known and (held is None or word in held):
        return [known[word]]
    said = _forms(word)
    if not said:
        return []
    found: list[tuple[float, int, catalog.Indicator]] = []
    for n, one in enumerate(known.values()):
        if held is not None and one.key not in held:
            continue
        labels = [one.label_zh, one.label_en, *(a.partition("@")[0] for a in one.aliases)]
        labels += [
            re.sub(r"\s*[（(][^（(]*[)）]$", "", label) for label in labels[:2]
        ]  # without the source in brackets
        points = max(covered(w, label) for w in said for label in labels)
        if points:
            rate = RATE_LESS if re.search("每[千万]|per 1", one.label_zh) and "每" not in word else 0.0
            found.append((points + 0.06 * min(2.5, log10(1 + much.get(one.key, 0))) - rate, -n, one))
    return [one for _, _, one in sorted(found, key=lambda x: x[:2], reverse=True)]


def _forms(word: str) -> list[str]:
    """A word as said, and as the field says it."""
    said = [word, synonyms.whole().get(word.strip(), word)]
    for plain, official in synonyms.said().items():
        if plain.isascii():
            if re.search(rf"\b{plain}s?\b", word, re.I):
                said.append(re.sub(rf"\b{plain}s?\b", official, word, flags=re.I))
        elif plain in word:
            said.append(word.replace(plain, official))
    said += [re.sub("(?:数量|人数|总数|数|量)$", "", one) for one in said if not one.isascii()]
    return list(dict.fromkeys(one for one in said if one.strip()))


def meant(
    word: str, places: Sequence[str], years: tuple[int, int] | None = None, *, keys: bool = True
) -> list[catalog.Indicator]:
    """Indicators that a word may mean and these places have, best first: what has values in these years before what has
    statements alone, a province's own before those of its cities, and nothing before what most of the places have much of.
    """
    with tables.unrecorded():
        rows = tables.read("observations", region_code=list(places))
    dated = rows[rows["year"].notna() & (rows["institution_id"] == "")]
    held = dated["indicator"].value_counts().to_dict()  # of all years: the newest may have one value of each
    if years is not None:
        held = {
            key: held[key] for key in dict.fromkeys(dated.loc[dated["year"].between(*years), "indicator"])
        }
    if all(catalog.region(one).level not in ("city", "county") for one in places):
        held = {key: n for key, n in held.items() if not key.startswith(("city_", "district_"))} or held
    if found := answering(word, held, keys=keys):
        least = FEW * max(held[one.key] for one in found)
        return sorted(found, key=lambda one: held[one.key] < least)
    return answering(word, rows["indicator"].value_counts().to_dict()) if years is None else []


def places(word: str, most: int = SHOWN) -> list[catalog.Region]:
    """Provinces, cities and the nation whose name answers a word."""
    found = best(word, catalog.regions().values(), lambda r: (r.code, r.name("zh"), r.name("en"), r.short("zh"), r.short("en")), 3 * most)  # fmt: skip
    return [r for r in found if max(score(word, n) for n in (r.code, r.name("zh"), r.name("en"), r.short("zh"), r.short("en"))) > 0.6 or SequenceMatcher(None, word.lower(), r.short("en").lower()).ratio() > 0.8][:most]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What is held under a word, by kind; each a small table."""

    word: str
    lang: str
    parts: dict[str, pd.DataFrame]

    def __getitem__(self, kind: str) -> pd.DataFrame:
        return self.parts[kind]

    def __bool__(self) -> bool:
        return any(len(frame) for frame in self.parts.values())

    def __repr__(self) -> str:
        i = nth(self.lang)
        said = [f"{HEADS[k][i]}\n{f.to_string(index=False)}" for k, f in self.parts.items() if len(f)]
        return "\n\n".join(said) or f"{self.word}: {answers.WORDS['none'][i]}"

    def _repr_html_(self) -> str:
        i = nth(self.lang)
        return answers.listed(self.word, [(HEADS[k][i], f) for k, f in self.parts.items() if len(f)], self.lang)  # fmt: skip


def search(word: str, lang: str = "zh") -> Found:
    """Places, indicators, measures, statements and sources under a word.

    >>> search("医生")["indicators"]["key"].iloc[0]
    'doctors'
    """
    lang, i = catalog.language(lang), nth(catalog.language(lang))
    if not isinstance(word, str):
        raise refuse("search", repr(word)[:60], "a word in quotation marks", 'write search("床位")')
    names = ("名称", "name") if i == 0 else ("name", "name")
    much = counts()
    shown = {
        "places": pd.DataFrame(
            [(r.code, r.name(lang)) for r in places(word)], columns=["code", names[0]]
        ),
        "indicators": pd.DataFrame(
            [(x.key, x.label(lang), x.unit_label(lang), much.get(x.key, 0)) for x in indicators(word)],
            columns=["key", names[0], ("单位", "unit")[i], ("数值个数", "values held")[i]],
        ),
        "measures": _measures(word, lang),
        "statements": _statements(word, lang),
        "sources": pd.DataFrame(
            [(s.id, s.producer(lang), s.title(lang), s.grade) for s in best(word, catalog.sources().values(), lambda s: (s.title_zh, s.title_en, s.producer_zh, s.producer_en), 5)],
            columns=["id", ("发布者", "producer")[i], ("标题", "title")[i], ("级别", "grade")[i]],
        ),
    }  # fmt: skip
    return Found(word, lang, shown)


def _measures(word: str, lang: str) -> pd.DataFrame:
    rows = tables.read("measures")
    hit = rows["paraphrase_zh"].str.contains(word, regex=False) | rows["paraphrase_en"].str.contains(word, case=False, regex=False)  # fmt: skip
    found = rows[hit].head(SHOWN)
    return pd.DataFrame(
        {
            "id": found["measure_id"],
            pick(("措施", "measure"), lang): found[f"paraphrase_{lang}"],
            "source": found["source_id"],
        }
    )


def _statements(word: str, lang: str) -> pd.DataFrame:
    """Statements of documents (those with a qualifier or a programme), by their indicator's name, institution or printed string."""
    rows = tables.read("observations", period_basis=["as_of_publication", "relative_resolved", "undated", "inferred"])  # fmt: skip
    keys = [x.key for x in indicators(word, rows["indicator"].value_counts().to_dict(), 12)]
    hit = rows["indicator"].isin(keys) | rows["as_printed"].str.contains(word, regex=False) | rows["institution"].str.contains(word, regex=False)  # fmt: skip
    found = rows[hit].head(SHOWN)
    i = nth(lang)
    return pd.DataFrame(
        {
            "id": found["observation_id"].to_numpy(),
            ("是什么", "what")[i]: [catalog.indicator(k).label(lang) for k in found["indicator"]],
            ("地方", "place")[i]: [catalog.region(c).short(lang) for c in found["region_code"]],
            ("原文写法", "as printed")[i]: found["as_printed"].to_numpy(),
            "source": found["source_id"].to_numpy(),
        }
    )
