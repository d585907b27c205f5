"""Notebooks, note and files of a pack's editions, made from its one source.

- student: case, exercises with self-checks, data, the layer, the page; no answer in clear, looked for before anything is written
- solution: the exercises worked and run
- nbgrader: the source of an assignment: its release is the student's copy, its marks are those of the check. The student's cells carry the
  same names, so that a notebook from JupyterLite or plain Jupyter can be handed in as one that nbgrader released
- instructor: the same, with answers, reasons, rubric, marked samples and the teaching note, every number computed from the tables
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import paths, tables
from analysis.cases import exhibits, leaks, marking, notes, packs, page, seals, slices, slides, values
from analysis.cases.exhibits import Shown
from analysis.cases.made import LAYER, LEVELS, WORDS, Made, cited_rows, file_name
from analysis.cases.packs import Exercise, Item
from analysis.errors import DataError, ParameterError, Problem, refuse
from analysis.words import LANGS, nth

EDITIONS = ("student", "solution", "instructor", "nbgrader")
# a solution leaves nothing behind, so that what nbgrader releases is the student's edition
NBGRADER = """c = get_config()
c.CourseDirectory.course_id = "yigai"
c.ClearSolutions.code_stub = {"python": ""}
c.IncludeHeaderFooter.header = ""
c.ExecutePreprocessor.timeout = 120
"""


@dataclass(frozen=True)
class Summary:
    """What a build wrote."""

    name: str
    edition: str
    folder: Path
    files: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.name}, {self.edition} edition: {len(self.files)} files in {paths.relative(self.folder)}"
        )


def make(name: str) -> Made:
    """Read a pack's source and its rows. Raises ParameterError for an unknown pack, DataError for what is wrong in it."""
    source = packs.load(name)
    tables.reset_reads()
    known = values.resolve(source.values, name)
    shown = {
        lang: {e.id: exhibits.show(e, known, lang) for e in source.exhibits}
        for lang in LANGS
    }  # fmt: skip
    reads = tables.reads()
    return Made(
        source,
        known,
        shown,
        seals.checks(source, known),
        slices.files(reads),
        slices.as_of(reads),
    )


# ------------------------------------------------------------------------------------------------------------ notebooks


def _cell(number: int, kind: str, text: str, **more: Any) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number:02d}", "metadata": more.pop("metadata", {}), "source": text.lstrip("\n") if kind == "code" else text.strip("\n")}  # fmt: skip
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}) | more


def notebook(cells: Iterable[tuple[str, str, dict[str, Any]]], **about: Any) -> dict[str, Any]:
    """A notebook of (kind, text, more) cells."""
    return {
        "cells": [_cell(n, kind, text, **more) for n, (kind, text, more) in enumerate(cells, 1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "yigai": about,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def exhibit_text(shown: Shown) -> str:
    """An exhibit as Markdown: title, table, note, sources."""
    i = nth(shown.lang)
    sources = "\n".join(f"- {one}" for one in shown.sources)
    named = f"\n\n{WORDS['sources'][i]}\n\n{sources}" if sources else ""
    return f"**{shown.exhibit.title[i]}**\n\n{notes.table(shown.head, shown.rows)}\n\n{shown.exhibit.note[i]}{named}"


def _picture(shown: Shown) -> tuple[str, dict[str, Any]]:
    if shown.drawing is None:
        return "", {}
    data = base64.b64encode(shown.drawing.png()).decode()
    name = f"{shown.exhibit.id}.png"
    alt = shown.alt.replace("[", "(").replace("]", ")")
    return f"![{alt}](attachment:{name})\n\n", {"attachments": {name: {"image/png": data}}}


def case_cells(made: Made, lang: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The case: text and exhibits; nothing to run."""
    i, source = nth(lang), made.source
    cells: list[tuple[str, str, dict[str, Any]]] = [("markdown", f"# {source.question[i]}\n{WORDS['made'][i]}", {})]  # fmt: skip
    for n, section in enumerate(source.sections, 1):
        text = made.values.filled(section["text"][i], lang, f"{source.name}, section {n}")
        cells.append(("markdown", text, {}))
        if "exhibit" in section:
            shown = made.shown[lang][section["exhibit"]]
            picture, more = _picture(shown)
            cells.append(("markdown", picture + exhibit_text(shown), more))
    if rows := cited_rows(made, lang):
        lines = [WORDS["cited"][i], "", WORDS["cited_head"][i], "|---|---|---|---|"]
        cells.append(("markdown", "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]), {}))
    return cells


def ask(item: Item, exercise: Exercise, i: int) -> str:
    """One item in words, with its points."""
    unit = "" if not item.unit or i else f"（{item.unit}）"
    word = WORDS["point" if item.points == 1 else "points"][i]
    return f"- `{item.key}` {item.ask[i]}{unit} · {item.points:g} {word}"


def exercise_text(made: Made, exercise: Exercise, lang: str) -> str:
    """An exercise in words."""
    i = nth(lang)
    lines = [
        f"**{exercise.id}** ({exercise.points:g} {WORDS['points'][i]}) "
        + made.values.filled(exercise.text[i], lang, exercise.id),
        "",
    ]
    lines += [ask(item, exercise, i) for item in exercise.items]
    if exercise.options:
        lines += ["", f"{WORDS['options'][i]}{'：' if i == 0 else ': '}" + " · ".join(f"`{k}` {said[i]}" for k, said in exercise.options.items())]  # fmt: skip
    if exercise.by_person:
        lines += ["", notes.rubric_table(exercise, lang)]
    return "\n".join(lines)


def stub(exercise: Exercise, lang: str) -> str:
    """What a student's answer cell holds."""
    i = nth(lang)
    if exercise.by_person:
        return f'{exercise.id} = """\n\n"""'
    if len(exercise.items) == 1:
        return f"{exercise.id} = ...  # {exercise.items[0].ask[i]}"
    lines = [f'    "{item.key}": ...,  # {item.ask[i]}' for item in exercise.items]
    return "\n".join([f"{exercise.id} = {{", *lines, "}"])


def worked(made: Made, exercise: Exercise, lang: str) -> str:
    """The worked solution as code."""
    i = nth(lang)
    if exercise.by_person:
        return f'{exercise.id} = """\n{made.values.filled(exercise.model[i], lang, exercise.id)}\n"""'
    if exercise.work:
        return exercise.work
    right = {item.key: item.answer for item in exercise.items}
    if len(right) == 1:
        return f"{exercise.id} = {next(iter(right.values()))!r}"
    return "\n".join([f"{exercise.id} = {{", *(f'    "{k}": "{v}",' for k, v in right.items()), "}"])


def exercise_cells(made: Made, edition: str, lang: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The exercises of an edition."""
    i, level = nth(lang), ""
    cells: list[tuple[str, str, dict[str, Any]]] = []
    cells.append(("markdown", WORDS["intro"][i].format(title=made.source.title[i]), {}))
    cells.append(("code", f'import caselab\n\npack = caselab.open_pack("{lang}")', {}))
    for exercise in made.source.exercises:
        head = "" if exercise.level == level else f"## {LEVELS[exercise.level][i]}\n"
        level = exercise.level
        cells.append(("markdown", head + exercise_text(made, exercise, lang), {}))
        body = stub(exercise, lang) if edition == "student" else worked(made, exercise, lang)
        if edition == "nbgrader":
            cells += nbgrader_cells(exercise, body, lang)
            continue
        answer, check = cell_names(exercise, student=edition == "student")
        cells.append(
            ("code", body.strip("\n") + ("\n" if edition == "student" else ""), {"metadata": answer})
        )
        cells.append(("code", f'pack.check("{exercise.id}", {exercise.id})', {"metadata": check}))
        if edition == "instructor":
            cells.append(("markdown", reasons(made, exercise, lang), {}))
    return cells  # fmt: skip


def cell_names(exercise: Exercise, *, student: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Metadata of an exercise's answer and check: whose they are and, for who answers or hands in, what nbgrader knows them by.

    Both cannot be deleted in JupyterLab, as nbgrader's own release has it. Prose has a check of its own that no machine marks.
    """
    answer, check = ({"yigai": {"exercise": exercise.id, "part": part}} for part in ("answer", "check"))
    if not student:
        return answer, check
    name = exercise.id.lower()
    base = {"schema_version": 3, "task": False, "cell_type": "code", "solution": True, "grade": False, "locked": False}  # fmt: skip
    if exercise.by_person:
        return answer | {"deletable": False, "nbgrader": base | {"grade": True, "grade_id": name, "points": exercise.points}}, check  # fmt: skip
    locked = base | {"solution": False, "grade": True, "locked": True, "grade_id": f"{name}-check", "points": exercise.points}  # fmt: skip
    return (
        answer | {"deletable": False, "nbgrader": base | {"grade_id": name}},
        check | {"deletable": False, "editable": False, "nbgrader": locked},
    )


def nbgrader_cells(exercise: Exercise, work: str, lang: str) -> list[tuple[str, str, dict[str, Any]]]:
    """An exercise as nbgrader takes it: the answer with its solution marked, then a locked check whose value is the points.

    The check loads the layer anew, so that what a notebook did to it reaches no mark. Prose is one cell that a person marks.
    """
    about, locked = cell_names(exercise, student=True)
    answer = ("code", f"{stub(exercise, lang)}\n### BEGIN SOLUTION\n{work}\n### END SOLUTION", {"metadata": about})  # fmt: skip
    if exercise.by_person:
        return [answer]
    check = f'import importlib\n\npack = importlib.reload(caselab).open_pack(pack.lang)\nreport = pack.check("{exercise.id}", {exercise.id})\nprint(report)\nreport.points'
    return [answer, ("code", check, {"metadata": locked})]


def reasons(made: Made, exercise: Exercise, lang: str) -> str:
    """For the instructor: right answers and what is said about wrong ones."""
    i = nth(lang)
    lines = [f"> **{WORDS['answer'][i]}**"]
    for item in exercise.items:
        if item.kind == "text":
            lines.append(f"> - {WORDS['model'][i]}{'：' if i == 0 else ': '}{made.values.filled(exercise.model[i], lang, exercise.id)}")  # fmt: skip
            continue
        right = item.answer if item.kind == "choice" else f"{made.values.compute(item.answer):.6g}"
        lines.append(f"> - `{item.key}` = {right}")
        for one in item.wrong:
            form = one.answer if item.kind == "choice" else f"{made.values.compute(one.answer):.6g}"
            lines.append(f">   - {form} ({one.share * item.points:g}/{item.points:g}) {one.why[i]}")
        if item.kind == "choice" and item.why[i]:
            lines.append(f">   - ({0:g}/{item.points:g}) {item.why[i]}")
    return "\n".join(lines)


# --------------------------------------------------------------------------------------------------------------- build


def readme(made: Made) -> str:
    """README of a pack, both languages."""
    return "\n---\n".join(
        packs.shared()["readme"][lang].format(
            title=made.source.title[i], question=made.source.question[i], version=made.source.version, as_of=made.as_of
        )
        for i, lang in enumerate(LANGS)
    )  # fmt: skip


def written(book: Mapping[str, Any]) -> str:
    """A notebook or checks as a file holds them."""
    return json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def edition_files(made: Made, edition: str, runtime: page.Runtime | None = None) -> dict[str, str]:
    """Path -> content of an edition. Raises DataError with every leak, or when a worked solution does not earn its points."""
    files = dict(made.data) | {
        "README.md": readme(made),
        LAYER.name: LAYER.read_text("utf-8"),
        "checks.json": written(made.checks),
    }
    for lang in LANGS:
        about = {"case": made.source.name, "edition": edition, "lang": lang, "version": made.source.version}
        files[file_name("case", lang, "ipynb")] = written(notebook(case_cells(made, lang), part="case", **about))  # fmt: skip
        book = notebook(exercise_cells(made, edition, lang), part="exercises", **about)
        files[file_name("exercises", lang, "ipynb")] = written(book)
        if edition == "instructor":
            files[file_name("teaching_note", lang, "md")] = notes.teaching_note(made, lang)
            files[file_name("slides", lang, "html")] = slides.slides(made, lang)
    for lang in LANGS:
        name = file_name("exercises", lang, "ipynb")
        ran = marking.run(json.loads(files[name]), files, [e.id for e in made.source.exercises], bare=True)
        _expected(made, edition, ran, name)
        if edition in ("solution", "instructor"):
            files[name] = written(ran.notebook)
    if edition == "nbgrader":
        files["nbgrader_config.py"] = NBGRADER
    if edition == "instructor":
        files["key.json"] = json.dumps(seals.answers(made.source, made.values), ensure_ascii=False, indent=1, sort_keys=True) + "\n"  # fmt: skip
    if edition == "student":
        for lang in LANGS:
            files[file_name("pack", lang, "html")] = page.html(made, lang, runtime)
        if problems := leaks.leaks(made, files):
            raise DataError(problems)
    return files


def _expected(made: Made, edition: str, ran: marking.Ran, name: str) -> None:
    """A student's stubs are all open; a worked solution earns every point that needs no person."""
    problems = [Problem(f"{name}, {where}", said, "every cell runs", "correct it") for where, said in ran.errors]  # fmt: skip
    marks = marking.caselab.grade(made.checks, ran.answers)
    states = {"open"} if edition == "student" else {"right", "person"}
    problems += [
        Problem(f"{name}, {exercise}.{mark.item}", f"{mark.state}: {mark.words[1]}", " or ".join(sorted(states)), "correct work or items")
        for exercise, given in marks.items()
        for mark in given
        if mark.state not in states
    ]  # fmt: skip
    if problems:
        raise DataError(problems)


def prints(made: Made, edition: str) -> dict[str, bytes]:
    """Path -> file of what an edition holds for paper and screen: students' handout (PDF, Word), the instructor's slides (PowerPoint).

    Loads the libraries that write them, which start threads: never before a fork.
    """
    if edition == "student":
        from analysis.cases import handout
        from analysis.report.formats import writing

        return {
            file_name("handout", lang, form): body
            for lang in LANGS
            for form, body in writing.written(handout.document(made, lang), writing.FORMATS).items()
        }
    if edition == "instructor":
        from analysis.cases import powerpoint

        return {file_name("slides", lang, "pptx"): powerpoint.powerpoint(made, lang) for lang in LANGS}
    return {}


def build(name: str, edition: str, out: Path | None = None, runtime: page.Runtime | None = None) -> Summary:
    """Write an edition of a pack to ``out`` (default: build/cases/NAME/EDITION); nothing is written unless all of it is right.

    Raises ParameterError for an unknown pack or edition, DataError for what is wrong in it.
    """
    if edition not in EDITIONS:
        raise refuse("edition", repr(edition), f"one of {', '.join(EDITIONS)}", "name one of them", ParameterError)  # fmt: skip
    made = make(name)
    files = edition_files(made, edition, runtime) | prints(made, edition)
    folder = Path(out) if out is not None else paths.home() / "build" / "cases" / name / edition
    _write(folder, files)
    return Summary(name, edition, folder, tuple(sorted(files)))


MANIFEST = ".pack-files"


def _write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write the files; what an earlier build left in the folder goes, so that no instructor's file stays beside a student's."""
    listed = folder / MANIFEST
    if listed.exists():
        for stale in set(listed.read_text("utf-8").split("\n")) - set(files) - {""}:
            (folder / stale).unlink(missing_ok=True)
    for file, body in {**files, MANIFEST: "\n".join(sorted(files))}.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_bytes(body if isinstance(body, bytes) else body.encode())
        os.replace(temporary, path)
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
