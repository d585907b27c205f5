"""The checks of a pack: what a student's copy holds of its exercises, with right and wrong answers sealed.

Digest and wording are those of :mod:`analysis.cases.caselab`, which opens them. Salts follow from the pack's name and version, so that
the same source gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

from analysis import words
from analysis.cases import caselab
from analysis.cases.packs import Exercise, Item, Source, Text
from analysis.cases.values import Values
from analysis.errors import DataError, Problem

TEXT = words.catalogue(Path(__file__).with_name("cases.toml"))
SHARE = TEXT.group("seals")
HALF = 0.5


def slips(item: Item, right: float) -> list[tuple[float, float, Text]]:
    """(answer, share, words) of slips that deserve half the points: per cent as a share, a lost sign, 万 as the unit."""
    found = []
    if item.unit in ("%", "pp") and right:
        found.append((right / 100, HALF, SHARE["as_share"]))
    if right < 0:
        found.append((-right, HALF, SHARE["sign"]))
    if item.unit == "元" and abs(right) >= 10_000:
        found.append((right / 10_000, HALF, SHARE["scale"]))
    return found


def _put(
    sealed: dict[str, str], salt: str, form: str, share: float, why: Text | tuple[()], where: str
) -> None:
    body = json.dumps(
        {"share": share, "why": list(why)}, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    ).encode()
    key = caselab.seal(salt, "is", form)[:20]
    if (
        key not in sealed
    ):  # what is said first holds: the right answer, then the author's wrong ones, then slips
        sealed[key] = caselab.stirred(salt, form, body).hex()


def _forms(item: Item, value: float) -> list[str]:
    """Every form within the tolerance of a number."""
    if item.whole and abs(value - round(value)) > 1e-9:
        return []
    low, high = (
        math.floor((value + side * item.tolerance * (1 + 1e-9)) / item.step + 0.5) for side in (-1, 1)
    )
    return [str(k) for k in range(low, high + 1)]


def sealed(item: Item, values: Values, salt: str, where: str) -> dict[str, str]:
    """Digest of each expected answer -> its sealed words. Raises DataError when the right answer is not what it says it is."""
    made: dict[str, str] = {}
    if item.kind == "choice":
        wrong = {w.answer: w for w in item.wrong}
        _put(made, salt, item.answer, 1.0, (), where)
        for option in item.options:
            told = wrong.get(option)
            _put(made, salt, option, told.share if told else 0.0, told.why if told else item.why, where)
        return dict(sorted(made.items()))
    right = values.compute(item.answer, where)
    if not _forms(item, right):
        raise DataError(Problem(where, right, "a whole number, as `whole` says", "give a step"))
    for form in _forms(item, right):
        _put(made, salt, form, 1.0, (), where)
    for one in item.wrong:
        for form in _forms(item, values.compute(one.answer, where)):
            _put(made, salt, form, one.share, one.why, where)
    for value, share, why in slips(item, right):
        for form in _forms(item, value):
            _put(made, salt, form, share, why, where)
    return dict(sorted(made.items()))


def _item(exercise: Exercise, item: Item, values: Values, salt: str, where: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "key": item.key,
        "kind": item.kind,
        "points": item.points,
        "ask": list(item.ask),
        "hint": list(item.hint),
    }
    if item.kind == "text":
        return made | {"least": item.least, "mentions": [dict(one) for one in item.mentions]}
    made |= {"salt": salt, "sealed": sealed(item, values, salt, where)}
    if item.kind == "choice":
        return made | {"options": {key: list(exercise.options[key]) for key in item.options}}
    return made | {"unit": item.unit, "whole": item.whole, "step": item.step}


def _exercise(source: Source, exercise: Exercise, values: Values) -> dict[str, Any]:
    return {
        "level": exercise.level,
        "points": exercise.points,
        "items": [
            _item(
                exercise, item, values,
                hashlib.sha256(f"{source.name} {source.version} {exercise.id} {item.key}".encode()).hexdigest()[:16],
                f"{source.name}, {exercise.id}.{item.key}",
            )
            for item in exercise.items
        ],
    }  # fmt: skip


def checks(source: Source, values: Values) -> dict[str, Any]:
    """What ``checks.json`` of a pack holds."""
    return {
        "pack": source.name,
        "version": source.version,
        "exercises": {e.id: _exercise(source, e, values) for e in source.exercises},
    }


def answers(source: Source, values: Values) -> dict[str, dict[str, Any]]:
    """The right answers in clear, for the instructor: exercise -> item -> answer; prose is left out."""
    return {
        e.id: {
            item.key: item.answer
            if item.kind == "choice"
            else values.compute(item.answer, f"{e.id}.{item.key}")
            for item in e.items
            if item.kind != "text"
        }
        for e in source.exercises
        if not e.by_person
    }
