"""Editions of a teaching case from one source: student, solution, instructor.

Conventions are nbgrader's: code or text between ``### BEGIN SOLUTION`` and ``### END SOLUTION`` is the solution, lines between
``### BEGIN HIDDEN TESTS`` and ``### END HIDDEN TESTS`` are hidden tests. What is for the instructor alone stands in the teaching note,
never in a notebook: nbgrader would release it. Cells tagged ``lang-zh`` and ``lang-en`` are twins, of which each file keeps one.
``metadata.yigai`` of a solution cell names the exercise, its level (read, compute, judge), its ``answers`` (variables) and ``printed``
(the answer stands in the case's exhibits).

- student: a stub for each solution, no hidden tests, no teaching note; checked for leaks before it is written
- solution: solutions kept and run; no hidden tests
- instructor: everything, and the teaching note with its answers filled in

Every edition holds the rows that its notebooks read (slices).

Above 300 lines because cutting a source and looking for what the cut left behind read the same markers and belong side by side.
"""

from __future__ import annotations

import atexit
import copy
import csv
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from analysis import paths, tables
from analysis.cases import slices
from analysis.errors import DataError, ParameterError, Problem, refuse
from analysis.words import LANGS

EDITIONS = ("student", "instructor", "solution")
PARTS = ("case", "exercises")
NOTE, README = "teaching_note.md", "README.md"
REGIONS = {
    "solution": ("### BEGIN SOLUTION", "### END SOLUTION"),
    "hidden": ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"),
}
STUB = {"code": "# YOUR CODE HERE", "markdown-zh": "在此作答", "markdown-en": "YOUR ANSWER HERE"}
MARKERS = frozenset(marker for pair in REGIONS.values() for marker in pair)
# three number signs are kept for markers; fewer, when the line shouts or speaks of where a solution begins or ends
LIKE_A_MARKER = re.compile(
    r"\s*(###|#+\s*[A-Z]{2,}( [A-Z]{2,})+\s*$|#+.*(?i:\b(begin|end)\b.*\b(solu|hidden)))"
)
TAGS = frozenset({"lang-zh", "lang-en", "parameters"})
DISTINCT = 3  # digits an answer needs before its number can be told from others in a text


class Run(NamedTuple):
    """A notebook with its outputs, the values its answers have at its end, and the record of what it read (as ``tables.reads``)."""

    notebook: dict
    answers: dict
    reads: list[dict]


@dataclass(frozen=True)
class Summary:
    """What a build wrote."""

    name: str
    edition: str
    folder: Path
    files: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.name}, {self.edition} edition: {', '.join(self.files)} in {paths.relative(self.folder)}"
        )


def names() -> list[str]:
    """Cases that have a folder."""
    return sorted(path.parent.name for path in (paths.notebooks() / "cases").glob("*/case.ipynb"))


def load(name: str) -> dict[str, dict]:
    """The source notebooks of a case by part. Raises ParameterError for an unknown case."""
    if name not in names():
        raise refuse(
            "case",
            repr(name),
            f"one of {', '.join(names()) or 'none'}",
            "name a folder of notebooks/cases",
            ParameterError,
        )
    return {part: json.loads((_folder(name) / f"{part}.ipynb").read_text("utf-8")) for part in PARTS}


def _folder(name: str) -> Path:
    return paths.notebooks() / "cases" / name


def tags(cell: Mapping) -> list[str]:
    """Tags of a cell."""
    return cell["metadata"].get("tags", [])


def text(cell: Mapping) -> str:
    """Source of a cell as one text."""
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def split(source: str, where: str) -> list[tuple[str, str]]:
    """Lines of a cell, each with what it is: "open", "solution", "hidden" or "marker".

    Raises DataError for a line that looks like a marker and is none, for a region inside another, and for one that does not close.
    """
    lines, inside, problems = [], "", []
    for number, line in enumerate(source.split("\n"), 1):
        bare = line.strip()
        if bare in MARKERS:
            region = next(key for key, pair in REGIONS.items() if bare in pair)
            begins = bare == REGIONS[region][0]
            if begins == bool(inside) or (not begins and inside != region):
                problems.append(
                    Problem(
                        f"{where}, line {number}",
                        bare,
                        "each region begun, then ended, none inside another",
                        "pair the markers",
                    )
                )
            inside = region if begins else ""
            lines.append(("marker", line))
        elif LIKE_A_MARKER.match(line):
            problems.append(
                Problem(
                    f"{where}, line {number}",
                    repr(bare),
                    f"one of {', '.join(sorted(MARKERS))}, or no line that looks like one",
                    "correct the spelling",
                )
            )
        else:
            lines.append((inside or "open", line))
    if inside:
        problems.append(
            Problem(where, REGIONS[inside][0], f"{REGIONS[inside][1]} after it", "close the region")
        )
    if problems:
        raise DataError(problems)
    return lines


def _kept(cell: Mapping, edition: str, lang: str, where: str) -> str:
    """The cell's text in an edition."""
    stub = STUB["code"] if cell["cell_type"] == "code" else STUB[f"markdown-{lang}"]
    out, stubbed = [], False
    for kind, line in split(text(cell), where):
        if kind == "marker":
            stubbed = False
            if edition == "instructor":
                out.append(line)
        elif kind == "open" or edition == "instructor" or (kind == "solution" and edition == "solution"):
            out.append(line)
        elif kind == "solution" and not stubbed:
            out.append(re.match(r"\s*", line).group() + stub)
            stubbed = True
    return "\n".join(out).strip("\n")


def make(notebook: Mapping, edition: str, lang: str) -> dict:
    """One notebook of an edition in one language, without outputs. Raises DataError for wrong markers and unknown tags."""
    made = copy.deepcopy(dict(notebook))
    unknown = [
        Problem(f"cell {c['id']}, tag", repr(tag), f"one of {', '.join(sorted(TAGS))}", "correct the tag")
        for c in made["cells"]
        for tag in tags(c)
        if tag not in TAGS
    ]
    if unknown:  # a misspelt language would stand in both files
        raise DataError(unknown)
    other = LANGS[1 - LANGS.index(lang)]
    cells = []
    for cell in made["cells"]:
        if f"lang-{other}" in tags(cell):
            continue
        cell["source"] = _kept(cell, edition, lang, f"cell {cell['id']}")
        if "parameters" in tags(cell):
            cell["source"] = re.sub(r'^lang = "\w+"', f'lang = "{lang}"', cell["source"], flags=re.M)
        cells.append(cell)
    made["cells"] = cells
    return made


def exercises(notebook: Mapping) -> list[dict]:
    """What the solution cells declare: exercise, level, answers, printed. Raises DataError where one has no solution to take out."""
    found, problems = [], []
    for cell in notebook["cells"]:
        declared = cell["metadata"].get("yigai", {})
        if "exercise" in declared:
            found.append(declared)
            if not any(kind == "solution" for kind, _ in split(text(cell), f"cell {cell['id']}")):
                problems.append(
                    Problem(
                        f"cell {cell['id']}, exercise {declared['exercise']}",
                        "no solution region",
                        "### BEGIN SOLUTION ... ### END SOLUTION",
                        "put the markers around the solution",
                    )
                )
    if problems:
        raise DataError(problems)
    return found


def points(notebook: Mapping) -> dict[str, int]:
    """Points of the exercises: ``auto`` of checks that nbgrader runs, ``manual`` of answers that a person reads, and ``total``."""
    graded = [
        (cell["cell_type"], cell["metadata"]["nbgrader"]["points"])
        for cell in make(notebook, "instructor", "zh")["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    ]
    found = {
        kind: sum(n for cell_type, n in graded if cell_type == of)
        for kind, of in (("auto", "code"), ("manual", "markdown"))
    }
    return found | {"total": sum(found.values())}


def run(notebook: Mapping, answers: Iterable[str] = ()) -> Run:
    """Run a notebook; ``answers`` are names of variables.

    Runs in an emptied kernel, once for the same text and tables. Raises DataError when a cell fails.
    """
    source = json.dumps(notebook, ensure_ascii=False, sort_keys=True)
    executed = json.loads(_run(source, tuple(answers), str(paths.home()), str(paths.processed())))
    last = executed["cells"].pop()
    printed = "".join(part for output in last["outputs"] for part in output.get("text", []))
    return Run(executed, **json.loads(printed))


@lru_cache(maxsize=2)
def _kernel(home: str, processed: str):
    """One kernel for all runs of a process: starting it and importing the libraries costs more than a notebook does."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    if os.name == "posix":
        # sockets in files reach no further than this machine; in a folder of their own, because two runs side by side would take the same names
        folder = tempfile.mkdtemp(prefix="yigai-")
        manager.transport, manager.ip = "ipc", os.path.join(folder, "kernel")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment = {key: value for key, value in os.environ.items() if key != "YIGAI_RENDER"}
    manager.start_kernel(
        cwd=home,
        env=environment
        | {
            "YIGAI_HOME": home,
            "YIGAI_PROCESSED": processed,
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
        },
    )
    atexit.register(manager.shutdown_kernel, now=True)
    return manager


def _code(id: str, source: str) -> dict:
    return {
        "cell_type": "code",
        "id": id,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


@lru_cache(maxsize=16)
def _run(source: str, answers: tuple[str, ...], home: str, processed: str) -> str:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = json.loads(source)
    report = f"from analysis.cases import checks as _checks\n_checks.report({list(answers)!r}, globals())"
    before = "get_ipython().reset()\nfrom analysis import tables as _tables\n_tables.reset_reads()"
    notebook["cells"] = [_code("before", before), *notebook["cells"], _code("after", report)]
    notebook = nbformat.from_dict(notebook)
    client = NotebookClient(notebook, km=_kernel(home, processed), timeout=120, record_timing=False)
    try:
        client.execute()
    except CellExecutionError as error:
        where = f"{notebook.metadata['yigai']['case']}, {notebook.metadata['yigai']['part']}"
        raise DataError(
            Problem(
                where,
                f"{error.ename}: {error.evalue}",
                "every cell runs",
                "run the notebook and correct this cell",
            )
        ) from error
    del notebook.cells[0]
    for number, cell in enumerate((c for c in notebook.cells if c["cell_type"] == "code"), 1):
        cell["execution_count"] = number
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = number
            # the runner's own type serves report pages only; it would double the file
            for mime in [m for m in output.get("data", {}) if m.startswith("application/vnd.yigai")]:
                del output["data"][mime]
    return json.dumps(notebook, ensure_ascii=False, sort_keys=True)


def solved(notebook: Mapping, lang: str = "zh") -> Run:
    """The solution edition of this source of exercises, run, with its answers by variable."""
    wanted = [answer for exercise in exercises(notebook) for answer in exercise["answers"]]
    return run(make(notebook, "solution", lang), wanted)


def answer_strings(value: object) -> set[str]:
    """How an answer could be written: numbers rounded to none to three decimals and as per cent, with at least three digits that count."""
    if isinstance(value, Mapping):
        return set().union(*map(answer_strings, value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(answer_strings, value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return set()
    size = abs(value)
    forms = (
        {f"{size:.{d}f}" for d in range(4)}
        | {f"{100 * size:.{d}f}%" for d in range(3)}
        | ({f"{size:,.0f}"} if float(size).is_integer() else set())
    )
    return {form for form in forms if len(re.sub(r"\D", "", form).lstrip("0")) >= DISTINCT}


def readable(notebook: Mapping) -> str:
    """Everything a reader of a notebook sees as text: sources and outputs, pictures left out."""
    parts = []
    for cell in notebook["cells"]:
        parts.append(text(cell))
        for output in cell.get("outputs", ()):
            parts += ["".join(output.get("text", [])), *output.get("traceback", [])]
            parts += [
                "".join(body) for mime, body in output.get("data", {}).items() if mime.startswith("text/")
            ]
    return re.sub(r"data:image/[^\"']*", "", "\n".join(parts))


def secrets(notebook: Mapping) -> set[str]:
    """Lines of solutions and hidden tests that are long enough to be told from other code."""
    found = {
        line.strip()
        for cell in notebook["cells"]
        for kind, line in split(text(cell), f"cell {cell['id']}")
        if kind in ("solution", "hidden")
    }
    return {line for line in found if len(line) >= 8}


def leaks(files: Mapping[str, str], answers: Iterable[str], hidden: Iterable[str]) -> list[Problem]:
    """What a student could read in these texts and should not: markers, answers as numbers, lines of solutions and tests."""
    problems = []
    for name, body in sorted(files.items()):
        if name.endswith(
            ".csv"
        ):  # cell by cell: between commas a number would not be told from a part of another
            body = "\n".join(
                cell for row in csv.reader(body.removeprefix(slices.BOM).splitlines()) for cell in row
            )
        for line in body.splitlines():
            if LIKE_A_MARKER.match(line) and line.strip() not in STUB.values():
                problems.append(Problem(name, repr(line.strip()), "no marker", "cut the region"))
        for answer in sorted(answers):
            if re.search(rf"(?<![\w.,]){re.escape(answer)}(?![\d%]|[.,]\d)", body):
                problems.append(
                    Problem(
                        name, f"the answer {answer}", "no answer", "take it out of the text or the output"
                    )
                )
        problems += [
            Problem(name, repr(line), "no line of a solution or a hidden test", "cut it")
            for line in sorted(hidden)
            if line in body
        ]
    return list(dict.fromkeys(problems))


def filled(note: str, answers: Mapping[str, object], where: str) -> str:
    """A text with each ``{{ name }}``, ``{{ name[key]:format }}`` replaced by the computed value. Raises DataError for an unknown one."""

    def value(match: re.Match) -> str:
        name, key, form = match.groups()
        found = answers.get(name)
        if key is not None and isinstance(found, list):
            found = found[int(key)]
        elif key is not None and isinstance(found, Mapping):
            found = found.get(key)
        if found is None:
            raise DataError(
                Problem(where, match.group(), f"one of {', '.join(sorted(answers))}", "correct the name")
            )
        said = format(found, form or "")
        return said if isinstance(found, str) else said.replace("-", "\u2212")

    return re.sub(r"\{\{\s*(\w+)(?:\[(\w+)\])?(?::([^}\s]+))?\s*\}\}", value, note)


def _materials(name: str, reads: Iterable[Mapping]) -> dict[str, str]:
    """What every edition holds beside its notebooks: the data they read, and the README."""
    reads = list(reads)
    return slices.files(reads) | {
        README: filled((_folder(name) / README).read_text("utf-8"), {"as_of": slices.as_of(reads)}, README)
    }


def check_student(name: str, source: Mapping[str, dict]) -> tuple[dict[str, dict], dict[str, str]]:
    """The student's notebooks and materials by file name, checked: no leak in text, outputs or data, and no answer given already.

    Raises DataError with every leak.
    """
    declared = exercises(source["exercises"])
    answers = solved(source["exercises"]).answers
    strings = {
        s
        for e in declared
        if not e.get("printed")
        for answer in e["answers"]
        for s in answer_strings(answers[answer])
    }
    hidden = set().union(*(secrets(source[part]) for part in PARTS))
    made, texts, problems, reads = {}, {}, [], []
    for lang in LANGS:
        for part in PARTS:
            notebook, file = make(source[part], "student", lang), file_name(part, lang)
            wanted = [answer for e in declared for answer in e["answers"]] if part == "exercises" else []
            executed, given, read = run(notebook, wanted)
            problems += [
                Problem(f"{file}, {key}", "an answer", "a stub", "put the solution between its markers")
                for key, value in given.items()
                if _answered(value)
            ]
            texts[file] = readable(notebook) + "\n" + readable(executed)
            made[file] = executed if part == "case" else notebook
            reads += read
    materials = _materials(name, reads)
    problems += leaks(texts | materials, strings, hidden)
    if problems:
        raise DataError(problems)
    return made, materials


def _answered(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_answered(v) for v in value.values())
    return any(map(_answered, value)) if isinstance(value, list) else value not in (None, "")


def file_name(part: str, lang: str) -> str:
    """zh is NAME.ipynb, en is NAME.en.ipynb, as pages are named."""
    return f"{part}.ipynb" if lang == "zh" else f"{part}.en.ipynb"


def build(name: str, edition: str, out: Path | None = None) -> Summary:
    """Write an edition of a case to ``out`` (default: build/cases/<name>/<edition>); nothing is written unless all of it is right.

    Raises ParameterError for an unknown case or edition, DataError for wrong markers, a cell that fails, or a leak.
    """
    if edition not in EDITIONS:
        raise refuse(
            "edition", repr(edition), f"one of {', '.join(EDITIONS)}", "name one of them", ParameterError
        )
    source = load(name)
    folder = Path(out) if out is not None else paths.home() / "build" / "cases" / name / edition
    if edition == "student":
        books, files = check_student(name, source)
    else:
        runs = {
            file_name(part, lang): run(make(source[part], edition, lang)) for part in PARTS for lang in LANGS
        }
        books, files = (
            {file: one.notebook for file, one in runs.items()},
            _materials(name, (read for one in runs.values() for read in one.reads)),
        )
    for file, book in books.items():
        book["metadata"]["yigai"] |= {
            "edition": edition,
            "lang": "en" if file.endswith(".en.ipynb") else "zh",
        }
    files |= {
        file: json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        for file, book in books.items()
    }
    if edition == "instructor":
        known = solved(source["exercises"]).answers | {"points": points(source["exercises"])}
        files[NOTE] = filled((_folder(name) / NOTE).read_text("utf-8"), known, NOTE)
    _write(folder, files)
    return Summary(name, edition, folder, tuple(sorted(files)))


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files; what another edition left in the folder goes, so that no instructor's file stays beside a student's."""
    ours = {
        NOTE,
        README,
        slices.SOURCES,
        slices.CODEBOOK,
        *(file_name(part, lang) for part in PARTS for lang in LANGS),
        *(f"{slices.FOLDER}/{name}.csv" for name in tables.SPECS),
    }
    for stale in ours - set(files):
        (folder / stale).unlink(missing_ok=True)
    for file, body in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_text(body, "utf-8")
        os.replace(temporary, path)
