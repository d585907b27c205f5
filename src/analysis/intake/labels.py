"""Printed heading -> indicator: by its words alone, or with the heading above it; never by resemblance."""

from __future__ import annotations

import os
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from analysis import catalog
from analysis.intake import words
from analysis.intake.grid import plain, tight

# headings under which a part is headed by its own name alone: 卫生技术人员 above 注册护士
WHOLES = (
    "institutions",
    "health_personnel",
    "health_technicians",
    "hospital_personnel",
    "hospital_health_technicians",
)


@dataclass(frozen=True)
class Labels:
    """The dictionary's labels as headings are compared. ``scoped``: those that one source uses for a series of its own."""

    found: dict[str, str]
    scoped: dict[tuple[str, str], str]
    english: dict[str, str]

    def key(self, label: str, source_id: str) -> str:
        """The indicator of a label, "" when the dictionary has none; a source's own series goes before the plain label."""
        for form in (label, label.removesuffix("数"), label + "数"):
            own = self.scoped.get((form, source_id))
            if own:
                return own
        return self.found.get(label) or self.found.get(label.casefold(), "")


def _forms(text: str) -> set[str]:
    whole = words.label(text)
    return {whole, tight(text), whole.removesuffix("数"), whole if whole.endswith("数") else whole + "数"}


@lru_cache(maxsize=4)
def _labels(_: tuple) -> Labels:
    found: dict[str, set[str]] = {}
    exact: dict[str, str] = {}
    scoped: dict[tuple[str, str], str] = {}
    english: dict[str, set[str]] = {}
    for key, entry in catalog.indicators().items():
        exact[key] = key
        exact.setdefault(tight(entry.label_zh), key)
        exact.setdefault(words.label(entry.label_zh), key)
        for alias in entry.aliases:
            label, at, source_id = alias.rpartition("@")
            if at:
                for form in _forms(label):
                    scoped.setdefault((form, source_id), key)
            else:
                exact.setdefault(words.label(alias), key)
                for form in _forms(alias):
                    found.setdefault(form, set()).add(key)
        exact.setdefault(plain(entry.label_en).casefold(), key)
        for name in (entry.label_en, *(a for a in entry.aliases if a.isascii() and "@" not in a)):
            english.setdefault(words.english(name), set()).add(key)
        for form in _forms(entry.label_zh):
            found.setdefault(form, set()).add(key)
    single = {form: next(iter(keys)) for form, keys in found.items() if len(keys) == 1 and form}
    named = {form: next(iter(keys)) for form, keys in english.items() if len(keys) == 1 and form}
    return Labels(single | exact, scoped, named)


def labels() -> Labels:
    """The labels of the dictionaries in force."""
    return _labels((os.environ.get("YIGAI_HOME"), catalog.edition()))


def indicator(text: str, source_id: str) -> str:
    """The indicator of one heading, a key of the dictionary included; "" when there is none."""
    known = labels()
    own = known.key(words.label(text), source_id) or known.key(tight(text), source_id)
    return own if own or words.CHINESE.search(text) else known.english.get(words.english(text), "")


YEAR = "year"  # in the place of a source in an alias, as in 总诊疗人次数@year: what the label means for a whole year


def of_year(key: str) -> str:
    """The indicator that a label means where it is counted by year: that of the yearbook, not that of the monthly report.

    >>> of_year("visits_monthly"), of_year("hospital_visits")
    ('visits', 'hospital_visits')
    """
    own = labels().scoped.get((words.label(catalog.indicators()[key].label_zh), YEAR), "")
    return own or key


def of_headings(parts: list[str], source_id: str) -> str:
    """The indicator of a column headed by several words, top to bottom (医疗卫生机构 / 床位数); "" when none is certain."""
    parts = [part for part in parts if part]
    if not parts:
        return ""
    while len(parts) > 1 and words.tight(parts[-1]) in words.TOTALS | words.WHOLE:
        parts = parts[:-1]
    # 诊疗人次数 / 医院 / 公立医院: the last one says the one above it as well
    parts = [p for p, q in zip(parts, [*parts[1:], ""], strict=True) if p is parts[0] or not _says(q, p)]
    if len(parts) == 1:
        return indicator(parts[0], source_id)
    bottom, above = parts[-1], parts[:-1]
    upper = words.label(above[-1])
    own_words = words.label(bottom)
    joined = (
        "".join(map(words.label, parts)),
        upper + own_words,
        own_words + upper,
        own_words + upper.removeprefix("总"),
    )
    for text in joined:
        if key := labels().key(text, source_id):
            return key
    whole, own = indicator(above[-1], source_id), indicator(bottom, source_id)
    if upper in ("机构数", "机构个数"):  # alone it does not say of which institutions, above 医院 it does
        whole = "institutions"
    if own and (own == whole or whole in WHOLES):
        entries = catalog.indicators()
        return own if entries[own].unit == entries[whole].unit else ""
    return ""


def _says(lower: str, upper: str) -> bool:
    kind = words.label(upper)
    return bool(kind) and words.label(lower).endswith(kind)


def nearest(text: str) -> str:
    """The two labels of the dictionary nearest to a heading, for a message."""
    return _nearest(words.label(text), os.environ.get("YIGAI_HOME"), catalog.edition())


@lru_cache(maxsize=256)
def _nearest(text: str, *_: object) -> str:
    near = get_close_matches(text, labels().found, n=6, cutoff=0.5)
    names = dict.fromkeys(catalog.indicators()[labels().found[n]].label_zh for n in near)
    return " or ".join(list(names)[:2])
