"""Notebooks that do what no exercise asks: what they had answered counts, nothing that they did to the layer does, nobody waits for them."""

from __future__ import annotations

import functools
import json

from pytest import fixture, mark

from analysis.cases import books, caselab, marking, seals


@fixture(scope="module")
def pack(processed):
    made = books.make("bethune")
    files = dict(made.data) | {"checks.json": books.written(made.checks), "caselab.py": books.LAYER.read_text("utf-8")}  # fmt: skip
    return made, files, seals.answers(made.source, made.values)


@fixture(scope="module")
def first(pack):
    """Cells that answer R1 and R2 rightly: two points and one."""
    return tuple(f"{name} = {pack[2][name]!r}" for name in ("R1", "R2"))


def ran(pack, *cells, seconds=20):
    made, files, _ = pack
    found = marking.run(books.notebook([("code", cell, {}) for cell in cells]), files, [e.id for e in made.source.exercises], seconds)  # fmt: skip
    points = sum(mark.points for given in caselab.grade(made.checks, found.answers).values() for mark in given)  # fmt: skip
    return points, found


@mark.parametrize(
    ("does", "told"),
    [
        ("while True:\n    pass", "not ended"),
        ("import sys, subprocess\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])", None),
        ("raise SystemExit", "SystemExit"),
        ("raise ValueError('x' * 10**7)", "ValueError"),
        ("'x' * 10**7", None),
        ("print('x' * 10**7)", None),
        ("J4 = 'x' * 10**7", None),
        ("class Odd(Exception):\n    def __str__(self): raise self\nraise Odd", "cannot be told"),
        ("C1 = []\nfor _ in range(5000): C1 = [C1]", None),
        ("class Odd:\n    def __str__(self): raise ValueError\nC1 = Odd()", None),
        (
            "import caselab, json\npack = caselab.open_pack()\ncaselab.plain = caselab.number = lambda *a: 1\njson.dumps = lambda *a, **k: '{}'",
            None,
        ),
        ("open('checks.json', 'w').write('{}')\nopen('told.json', 'w').write('{}')\nopen('caselab.py', 'w')", None),
    ],
)  # fmt: skip
def test_one_bad_cell_costs_nothing_that_was_answered(pack, first, does, told):
    points, found = ran(pack, first[0], does, first[1], seconds=6)
    said = " ".join(words for _, words in found.errors)
    assert points == 3 and (told in said if told else not found.errors)
    assert len(json.dumps(found.notebook)) < 100_000 and all(len(words) <= marking.LONGEST for _, words in found.errors)  # fmt: skip


def test_what_ends_the_process_keeps_what_was_answered_before(pack, first):
    points, found = ran(pack, first[0], "import os; os._exit(0)", first[1])
    assert points == 2 and "before its last cell" in found.errors[0][1]
    stubborn = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True:\n    pass"
    points, found = ran(pack, first[0], stubborn, first[1], seconds=2)
    assert points == 2 and "not ended after 2 s" in found.errors[0][1]


COPIED = "from analysis.cases import books, seals\nmade = books.make('bethune')\nglobals().update(seals.answers(made.source, made.values))"


def test_the_package_that_holds_the_answers_is_not_there(pack, monkeypatch):
    points, found = ran(pack, COPIED)
    assert points == 0 and "not there" in found.errors[0][1] and "look at it" in found.errors[-1][1]
    monkeypatch.setattr(marking, "RUNNER", marking.RUNNER.replace("sys.meta_path.insert(0, Closed())", ""))
    points, found = ran(pack, COPIED)
    assert points > 20, "the mutation: with the package in reach the answers are copied"
    assert "look at it" in found.errors[-1][1], "and a teacher is told"


def test_a_check_that_is_kept_in_the_students_reach_would_lose_marks(pack, first, monkeypatch):
    does = "import caselab\ncaselab.number = lambda *a: 1"
    assert ran(pack, does, first[0])[0] == 2
    shared = marking.RUNNER.replace("taken.plain(", "caselab.plain(")
    monkeypatch.setattr(marking, "RUNNER", shared)
    assert ran(pack, "import caselab\ncaselab.plain = lambda a: 1", first[0])[0] == 0, "the mutation"


def test_keys_that_nobody_asked_for_and_spellings_of_a_dict(pack):
    made, _, right = pack
    exercise = functools.partial(caselab.grade_exercise, made.checks["exercises"]["R1"])
    full = sum(item["points"] for item in made.checks["exercises"]["R1"]["items"])
    for answer, points in (
        (dict(reversed(right["R1"].items())) | {"more": 5}, full),
        ({f" {key} ": value for key, value in right["R1"].items()}, full),
        ([*right["R1"].values(), 1], 0),
        ({"other": 280}, 0),
        ((280,), 0),
        (280, 0),
    ):
        assert sum(one.points for one in exercise(answer)) == points, answer
