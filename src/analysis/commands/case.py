"""`yigai case`."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Packs, edition, output folder; or a folder of submissions to mark."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="folders of notebooks/cases (default: all of them)"
    )
    parser.add_argument(
        "--edition",
        choices=("student", "instructor", "solution", "nbgrader", "all"),
        default="student",
        help="who it is for (default: student)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="DIR",
        help="output folder (default: build/cases; NAME/EDITION below it)",
    )
    parser.add_argument(
        "--no-python",
        action="store_true",
        help="pages without Python inside: nothing is fetched, the checks work all the same",
    )
    parser.add_argument(
        "--lite",
        action="store_true",
        help="one site for JupyterLite instead, for any web server (build/cases/jupyterlite; needs the extra lite)",
    )
    parser.add_argument(
        "--grade",
        type=Path,
        default=None,
        metavar="DIR",
        help="mark the notebooks and answer files of a folder, one a student, and write grades beside them",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the editions and print where they are, or mark submissions."""
    from analysis.cases import books, packs

    names = arguments.names or packs.names()
    if arguments.grade is not None:
        from analysis.errors import ParameterError, refuse

        if len(names) != 1:
            raise refuse("case --grade", ", ".join(names), "one case", "yigai case NAME --grade DIR", ParameterError)  # fmt: skip
        return _grade(names[0], arguments.grade)
    if arguments.lite:
        return _lite(names, arguments.out)
    editions = books.EDITIONS if arguments.edition == "all" else (arguments.edition,)
    for name in names:
        packs.load(name)  # an unknown name is told before anything is fetched
    runtime = None
    if "student" in editions and not arguments.no_python:
        from analysis.cases import page

        runtime = page.runtime(page.fetch())
    for name in names:
        for edition in editions:
            out = None if arguments.out is None else arguments.out / name / edition
            print(books.build(name, edition, out, runtime))
    return 0


def _lite(names: list[str], out: Path | None) -> int:
    from analysis import paths
    from analysis.cases import lite, packs

    for name in names:
        packs.load(name)  # an unknown name is told before anything is fetched
    folder = paths.relative(lite.site(names, out))
    print(f"{len(names)} packs in {folder}; show them with: python3 -m http.server --directory {folder}, then /lab/index.html")  # fmt: skip
    return 0


def _grade(name: str, folder: Path) -> int:
    from analysis.cases import books, marking

    made = books.make(name)
    files = dict(made.data) | {"checks.json": books.written(made.checks), "caselab.py": books.LAYER.read_text("utf-8")}  # fmt: skip
    found = marking.submissions(folder, files, made.source)
    out = folder / "grades"
    out.mkdir(exist_ok=True)
    form = out / "prose.csv"
    held = form.read_text("utf-8-sig") if form.exists() else ""
    person = marking.filled(held, made.source, [one.who for one in found]) if held else {}
    graded = marking.grade(made.checks, found, person)
    if not form.exists():
        form.write_text(marking.form(made.source, found), "utf-8")
    for file, body in (
        ("items.csv", marking.by_item(graded)),
        ("moodle.csv", marking.moodle(made.source, graded)),
        ("canvas.csv", marking.canvas(made.source, graded)),
    ):
        (out / file).write_text(body, "utf-8")
    for one in graded:
        for lang in ("zh", "en"):
            (out / f"{one.submission.who}.{lang}.txt").write_text(marking.feedback(one, lang), "utf-8")
        print(f"{one.submission.who}: {one.total:g} of {marking.points_of(made.source):g}")
    print(f"prose is marked in {form.name} (points 0 to 3, the rubric beside each); run this again to add it")
    return 0
