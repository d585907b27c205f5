"""Running and marking submissions: answers are taken out of a student's notebook and marked in another process.

A submission is a notebook or the file of answers that the page saves. The notebook runs alone, in a copy of the pack, with the pack's
own layer and data; what comes back are values, so that nothing a student's code does to ``pack`` or ``caselab`` reaches a mark.
Prose is marked by a person: :func:`form` writes a table with one row a criterion and the rubric beside it, and takes it back filled in.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis import claims
from analysis.cases import caselab, packs
from analysis.cases.caselab import Mark
from analysis.cases.packs import Source
from analysis.errors import DataError, MethodError, Problem
from analysis.sentences import Sentence
from analysis.words import nth

SECONDS = 60
CELL = 20
BYTES = 2 << 30
LONGEST = 20_000
# words of a notebook that a teacher should look at: where answers stand is no part of an exercise
ELSEWHERE = re.compile(r"\banalysis\b|pack\.toml|key\.json|meta_path|\bgc\b")
# what runs in the other process: standard library alone. Cells after a failing one still run, a cell that does not end is stopped, and
# answers are kept after each cell, so that one error costs one answer. The layer that takes the values out is a copy of its own: what a
# notebook does to ``caselab`` does not reach it. The project's package holds answers and is not to be imported.
RUNNER = r"""
import ast, contextlib, importlib.util, io, json, os, signal, sys
task = json.load(open(sys.argv[1], encoding="utf-8"))
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (task["bytes"], task["bytes"]))
except (ImportError, ValueError, OSError):
    pass
sys.path.insert(0, os.getcwd())
spec = importlib.util.spec_from_file_location("_taken", "caselab.py")
taken = sys.modules["_taken"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(taken)
del sys.modules["_taken"]
import caselab

class Closed:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "analysis":
            raise ImportError("the project's package is not there when a notebook is marked")

class TimeLimit(BaseException):
    pass

def late(*_):
    raise TimeLimit(f"not ended after {task['cell']:.3g} s")

sys.meta_path.insert(0, Closed())
dumps, replace, longest, clock = json.dumps, os.replace, task["longest"], getattr(signal, "setitimer", None)
if clock:
    signal.signal(signal.SIGALRM, late)
space, told = {"__name__": "__main__"}, []

def save():
    answers = {}
    for name in task["names"]:
        try:
            given = taken.plain(space.get(name))
            answers[name] = given if len(dumps(given)) <= longest else None
        except BaseException:
            answers[name] = None
    with open(task["out"] + ".part", "w", encoding="utf-8") as file:
        file.write(dumps({"told": told, "answers": answers}))
    replace(task["out"] + ".part", task["out"])

for number, source in task["cells"]:
    out, shown, failed = io.StringIO(), None, ""
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            clock and clock(signal.ITIMER_REAL, task["cell"])
            body = ast.parse("\n".join(lines)).body
            last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
            exec(compile(ast.Module(body, []), "cell", "exec"), space)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
                shown = None if value is None else repr(value)[:longest]
    except BaseException as error:
        try:
            failed = f"{type(error).__name__}: {error}"[:longest]
        except BaseException:
            failed = "an error that cannot be told"
    finally:
        clock and clock(signal.ITIMER_REAL, 0)
    told.append([number, out.getvalue()[-longest:], shown, failed])
    save()
"""


@dataclass(frozen=True)
class Ran:
    """A notebook with its outputs, its answers by exercise, and the cells that failed as (where, what)."""

    notebook: dict[str, Any]
    answers: dict[str, Any]
    errors: tuple[tuple[str, str], ...]


def _text(cell: Mapping[str, Any]) -> str:
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def run(
    notebook: Mapping[str, Any],
    files: Mapping[str, str],
    names: Iterable[str],
    seconds: int = SECONDS,
    *,
    bare: bool = False,
) -> Ran:
    """Run a notebook's code in a fresh process beside the pack's files. What it had answered before a cell that never ends counts.

    seconds: for the whole notebook, a third of it for a cell. bare: with the standard library alone, as in a browser; otherwise what is
    installed can be imported, this package excepted. It is a process of its own, no jail: it reads what its user may read.
    """
    book = json.loads(json.dumps(notebook))
    code = [(n, c) for n, c in enumerate(book["cells"]) if c["cell_type"] == "code"]
    with tempfile.TemporaryDirectory(prefix="yigai-case-") as made:
        folder = Path(made)
        for name, body in files.items():
            if name.startswith("data/") or name in ("checks.json", "caselab.py"):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(body, "utf-8")
        told = folder / "told.json"
        task = {
            "cells": [(n, _text(c)) for n, c in code], "names": list(names), "out": str(told),
            "bytes": BYTES, "longest": LONGEST, "cell": min(CELL, seconds / 3),
        }  # fmt: skip
        (folder / "task.json").write_text(json.dumps(task), "utf-8")
        ended = _process(folder, bare, seconds)
        try:
            found = json.loads(told.read_text("utf-8"))
        except (OSError, ValueError):
            return Ran(
                book, {}, (("notebook", ended or "the process ended before its answers were written"),)
            )
    if not ended and len(found["told"]) < len(code):
        ended = "the process ended before its last cell"
    errors = []
    for count, (number, printed, shown, failed) in enumerate(found["told"], 1):
        cell = book["cells"][number]
        cell["execution_count"], cell["outputs"] = count, []
        if printed:
            cell["outputs"].append({"output_type": "stream", "name": "stdout", "text": printed})
        if shown is not None:
            cell["outputs"].append({"output_type": "execute_result", "execution_count": count, "data": {"text/plain": shown}, "metadata": {}})  # fmt: skip
        if failed:
            errors.append((f"cell {number + 1}", failed))
    errors += [("notebook", ended)] if ended else []
    errors += [(f"cell {n + 1}", "names where answers stand: look at it") for n, c in code if ELSEWHERE.search(_text(c))]  # fmt: skip
    return Ran(book, found["answers"], tuple(errors))


def _process(folder: Path, bare: bool, seconds: int) -> str:
    """Run the folder's task in a process and end all that it started; returns what is wrong, empty when it ended by itself."""
    keep = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR")}
    words = [sys.executable, "-I", *(["-S"] if bare else []), "-c", RUNNER, str(folder / "task.json")]
    quiet = subprocess.DEVNULL
    try:
        process = subprocess.Popen(words, cwd=folder, env=keep | {"PYTHONHASHSEED": "0"}, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)  # fmt: skip
    except OSError as error:
        return str(error)
    try:
        process.wait(seconds)
        return ""
    except subprocess.TimeoutExpired:
        return f"not ended after {seconds} s"
    finally:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


# ---------------------------------------------------------------------------------------------------------- submissions


@dataclass(frozen=True)
class Submission:
    """A student's answers: who (the file's name), answers by exercise, cells that failed."""

    who: str
    answers: Mapping[str, Any]
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Graded:
    """A submission's marks by exercise; person: points a person gave, by exercise, item and criterion."""

    submission: Submission
    marks: Mapping[str, list[Mark]]
    person: Mapping[tuple[str, str, str], float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Points of the machine and of the person."""
        return round(sum(m.points for given in self.marks.values() for m in given) + sum(self.person.values()), 2)  # fmt: skip


def _submission(path: Path, files: Mapping[str, str], source: Source) -> Submission | Problem:
    """One file as a submission, or what is wrong with it."""
    expected = "a notebook or a file of answers"
    try:
        raw = json.loads(path.read_text("utf-8-sig"))
        if isinstance(raw, dict) and "cells" in raw:
            ran = run(raw, files, [e.id for e in source.exercises])
            return Submission(path.stem, ran.answers, ran.errors)
    except (ValueError, OSError) as error:
        return Problem(path.name, str(error), expected, "ask for it again")
    except (KeyError, TypeError, AttributeError) as error:
        return Problem(path.name, f"a notebook whose cells are none ({error})", expected, "ask for it again")
    if not isinstance(raw, dict) or not isinstance(raw.get("answers"), dict):
        return Problem(path.name, "neither cells nor answers", expected, "ask for it again")
    if raw.get("pack", source.name) != source.name:
        return Problem(path.name, f"answers to the pack {raw['pack']}", f"answers to {source.name}", "mark it with its own pack")  # fmt: skip
    return Submission(path.stem, raw["answers"])


def submissions(folder: Path, files: Mapping[str, str], source: Source) -> list[Submission]:
    """Every ``*.ipynb`` and ``*.json`` of a folder, by name.

    Raises DataError with every fault: none there, a file that is neither, answers to another pack, two files of one student.
    """
    paths = sorted([*folder.glob("*.ipynb"), *folder.glob("*.json")])
    made = [_submission(path, files, source) for path in paths]
    problems = [one for one in made if isinstance(one, Problem)]
    twice = sorted({p.stem for p in paths if [q.stem for q in paths].count(p.stem) > 1})
    problems += [Problem(who, "two files", "one a student", "keep the one that counts") for who in twice]
    if not paths:
        problems.append(Problem(str(folder.name), "no submission", "*.ipynb or *.json, one a student", "put them there, named by student"))  # fmt: skip
    if problems:
        raise DataError(problems)
    return [one for one in made if isinstance(one, Submission)]


def grade(checks: Mapping[str, Any], found: Iterable[Submission], person: Mapping[str, Mapping[tuple[str, str, str], float]] | None = None) -> list[Graded]:  # fmt: skip
    """Marks of submissions, with what a person gave where the form came back."""
    given = person or {}
    return [Graded(one, caselab.grade(checks, one.answers), given.get(one.who, {})) for one in found]


FORM = ("student", "exercise", "item", "criterion", "level_0", "level_1", "level_2", "level_3", "claims_a_cause", "answer", "points")  # fmt: skip


def overstated(text: str) -> str:
    """Words of a text that claim a cause no design supports; empty when none was met, which does not make the text right."""
    if cause := claims.cause(text):
        return cause.words
    bare = re.sub(r"[\d{}]", "", text)
    try:
        Sentence("claim", bare, bare, claim="description")
    except MethodError as error:
        return str(error.problems[0].found)
    return ""


def _prose(source: Source) -> list[tuple[str, str, str]]:
    return [(e.id, item.key, c) for e in source.exercises for item in e.items for c in item.criteria]


def _answer(found: Submission, exercise: str, item: str) -> str:
    given = found.answers.get(exercise)
    if isinstance(given, Mapping):
        given = given.get(item)
    return "" if given is None else str(given)


def form(source: Source, found: Iterable[Submission], lang: str = "zh") -> str:
    """The table a person fills in: one row a student and criterion, the rubric's levels and the answer beside the empty points."""
    rubric, out = packs.shared()["rubric"], io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FORM)
    for one in found:
        for exercise, item, criterion in _prose(source):
            answer = _answer(one, exercise, item)
            writer.writerow([one.who, exercise, item, criterion, *rubric[criterion]["levels"][lang], overstated(answer), _safe(answer), ""])  # fmt: skip
    return "\ufeff" + out.getvalue()


def filled(text: str, source: Source, who: Iterable[str]) -> dict[str, dict[tuple[str, str, str], float]]:
    """Points of a form that came back: student -> (exercise, item, criterion) -> 0 to 3; rows without points stay open.

    Raises DataError with every fault: another mark, a student or criterion that is not asked for, a row twice, a column that is missing.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if missing := {"student", "exercise", "item", "criterion", "points"} - set(rows.fieldnames or ()):
        raise DataError(Problem("prose.csv", f"no column {', '.join(sorted(missing))}", "the form's columns", "delete the file: it is written anew"))  # fmt: skip
    found: dict[str, dict[tuple[str, str, str], float]] = {}
    problems, students, asked = [], set(who), set(_prose(source))
    for number, row in enumerate(rows, 2):
        said = (row["points"] or "").strip()
        if not said:
            continue
        key, points = (row["exercise"], row["item"], row["criterion"]), caselab.number(said)
        if points is None or not 0 <= points <= 3:
            problems.append(Problem(f"prose.csv, line {number}, points", repr(said), "0 to 3", "correct the mark"))  # fmt: skip
        elif row["student"] not in students or key not in asked:
            problems.append(Problem(f"prose.csv, line {number}", f"{row['student']}, {' '.join(key)}", "a student and a criterion of this pack", "correct the names"))  # fmt: skip
        elif key in found.setdefault(row["student"], {}):
            problems.append(Problem(f"prose.csv, line {number}", f"{row['student']}, {' '.join(key)} twice", "one mark each", "keep one"))  # fmt: skip
        else:
            found[row["student"]][key] = points
    if problems:
        raise DataError(problems)
    return found


def _safe(text: str) -> str:
    """A text that a spreadsheet will not take for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _csv(rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return "\ufeff" + out.getvalue()


def points_of(source: Source) -> float:
    """Points of all exercises of a pack."""
    return sum(e.points for e in source.exercises)


def by_item(graded: Iterable[Graded]) -> str:
    """One row a student and item: points, of, state and why, for feedback."""
    rows: list[list[object]] = [["student", "exercise", "item", "points", "of", "state", "zh", "en"]]
    for one in graded:
        for exercise, marks in one.marks.items():
            for m in marks:
                given = sum(p for (e, i, _), p in one.person.items() if (e, i) == (exercise, m.item))
                rows.append([one.submission.who, exercise, m.item, f"{m.points + given:g}", f"{m.of:g}", m.state, *m.words])  # fmt: skip
        rows += [[one.submission.who, "", "", "", "", "error", where, said] for where, said in one.submission.errors]  # fmt: skip
    return _csv(rows)


def moodle(source: Source, graded: Iterable[Graded]) -> str:
    """Grades as Moodle imports them: mapped by ``Username``, one grade item, out of the pack's points."""
    return _csv([["Username", source.title[1]], *([one.submission.who, f"{one.total:g}"] for one in graded)])


def canvas(source: Source, graded: Iterable[Graded]) -> str:
    """Grades as Canvas imports them: its five leading columns, the row of points possible, one assignment."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", source.title[1]]
    possible = ["    Points Possible", "", "", "", "", f"{points_of(source):g}"]
    return _csv([head, possible, *(["", "", "", one.submission.who, "", f"{one.total:g}"] for one in graded)])


def feedback(graded: Graded, lang: str) -> str:
    """What a student gets back, as text."""
    i = nth(lang)
    parts = [repr(caselab.Report(exercise, tuple(marks), lang)) for exercise, marks in graded.marks.items()]
    parts.append(f"{('合计', 'Total')[i]} {graded.total:g}")
    return "\n".join(parts) + "\n"
