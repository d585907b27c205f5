"""`yigai tidy`: notebooks and word files in the form that the tests ask for, code through the formatter."""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from analysis.errors import DataError, Problem

OPEN = 3  # with --check: something is not in its form
CELL = ("cell_type", "id", "metadata", "source", "execution_count", "outputs")
CELL_METADATA = ("tags",)  # editors add folding, timing and what else they like
METADATA = ("kernelspec", "language_info", "yigai")
OWN = ("theme", "module", "order", "scope", "title", "zh", "en")  # of `yigai`; editors sort by the alphabet


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to tidy, and whether to change anything."""
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="notebooks and word files (default: all)"
    )
    parser.add_argument("--check", action="store_true", help="change nothing; say what would be changed")


def run(arguments: argparse.Namespace) -> int:
    """Tidy the files; prints each that was, or would be, changed, and what only a person can mend.

    3 when something is left for a person, and with --check when something would be changed.
    """
    changed = 0
    faults: list[Problem] = []
    if not arguments.files:
        faults += _strays()
    for path in arguments.files or known():
        before = _text(path)
        after = form(path)(before, str(path))
        if after != before:
            changed += 1
            mend = f"; `yigai tidy {path.name}` mends it" if arguments.check else ""
            print(f"{'not tidy' if arguments.check else 'tidied'}  {path}{mend}")
            if not arguments.check:
                path.write_text(after, "utf-8")
        faults += broken(path)
    faults += _linted(arguments.files)
    for problem in faults:
        print(problem)
    formatted = arguments.files or _format_code(arguments.check)
    if not changed and formatted and not faults:
        print("all is tidy")
    return OPEN if faults or arguments.check and (changed or not formatted) else 0


def _text(path: Path) -> str:
    """A file's text. Raises DataError where it is not UTF-8, before anything of it is changed."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(Problem(str(path), f"bytes at {error.start:,} that are not UTF-8", "a text in UTF-8", "save it as UTF-8")) from None  # fmt: skip


def broken(path: Path) -> list[Problem]:
    """Rules that a notebook or a theme's words break and that no tool mends: each with file, line, what is allowed and what to do."""
    from analysis import authoring, rules, wording, words

    if path.suffix == ".ipynb":
        return [*rules.check(path), *authoring.faults(path)] if re.match(r"\d\d_", path.name) else []
    module = path.with_suffix(".py")
    told = words.catalogue(path.resolve())
    return [*wording.check(told), *(wording.usage(module) if module.is_file() else [])]


def _linted(files: Iterable[Path]) -> list[Problem]:
    """What the linter says of the modules of these notebooks (none: of all)."""
    from analysis import authoring

    return authoring.linted(path for path in files or known() if path.suffix == ".ipynb")


def _strays() -> list[Problem]:
    """Notebooks that no report finds."""
    from analysis import authoring, paths

    return list(authoring.strays(paths.notebooks()))


def known() -> Iterator[Path]:
    """The collection's notebooks and every theme's words."""
    from analysis import paths

    yield from sorted([*paths.notebooks().glob("*.ipynb"), *paths.notebooks().glob("lab/*.ipynb")])
    folders = [Path(__file__).resolve().parents[1] / "themes", *filter(None, [paths.own_themes()])]
    yield from sorted(path for folder in folders for path in folder.glob("*.toml"))


def form(path: Path) -> Callable[[str, str], str]:
    """The function that brings a file's text into its form. Raises DataError for another kind of file."""
    forms = {".ipynb": notebook, ".toml": words}
    if path.suffix not in forms:
        fix = "leave it away: Python files go through ruff format"
        raise DataError(Problem("yigai tidy", str(path), "a notebook or a word file (.ipynb, .toml)", fix))
    return forms[path.suffix]


def notebook(text: str, where: str = "notebook") -> str:
    """A notebook's JSON: ids by position, no outputs, no counts, nothing that an editor added. Raises DataError.

    >>> made = notebook('{"cells": [{"cell_type": "code", "id": "x", "source": "1", "metadata": {"collapsed": true},'
    ...                 ' "outputs": [1], "execution_count": 7}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    >>> json.loads(made)["cells"][0] == {"cell_type": "code", "id": "cell-01", "metadata": {}, "source": ["1"],
    ...                                  "execution_count": None, "outputs": []}
    True
    """
    try:
        content = json.loads(text)
        cells = [_cell(number, cell) for number, cell in enumerate(content["cells"], 1)]
    except (ValueError, KeyError, TypeError) as error:
        fix = "open it in JupyterLab, or take it back with git checkout"
        raise DataError(
            Problem(where, f"{type(error).__name__}: {error}", "a notebook's JSON", fix)
        ) from error
    metadata = {name: content["metadata"][name] for name in METADATA if name in content["metadata"]}
    if "language_info" in metadata:
        metadata["language_info"] = {"name": metadata["language_info"].get("name", "python")}
    if "yigai" in metadata:
        metadata["yigai"] = _ordered(metadata["yigai"])
    made = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _ordered(found: dict) -> dict:
    names = sorted(found, key=lambda name: (OWN.index(name) if name in OWN else len(OWN), name))
    return {name: _ordered(found[name]) if isinstance(found[name], dict) else found[name] for name in names}


def _cell(number: int, cell: dict) -> dict:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    metadata = {name: cell["metadata"][name] for name in CELL_METADATA if cell["metadata"].get(name)}
    made = {
        **cell,
        "id": f"cell-{number:02d}",
        "metadata": metadata,
        "source": source.strip("\n").splitlines(keepends=True),
    }
    if cell["cell_type"] == "code":
        made |= {"execution_count": None, "outputs": []}
    return {name: made[name] for name in CELL if name in made}


def words(text: str, where: str = "words") -> str:
    """A word file: no space at the end of a line, one empty line before a table, one line's end at the end. Raises DataError.

    >>> words('[a]  \\nb = "c"\\n\\n\\n[d]\\n\\n')
    '[a]\\nb = "c"\\n\\n[d]\\n'
    """
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(Problem(where, str(error), "TOML", "correct the line that is named")) from error
    tidy = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n") + "\n"
    tidy = re.sub(r"\n{3,}", "\n\n", tidy)
    tidy = re.sub(r"(?<=\S)\n+(?=\[[A-Za-z][^\n=]*\]\n)", "\n\n", tidy)
    if tomllib.loads(tidy) != before:
        return text  # spaces and empty lines inside a long text are its own
    return tidy


def _format_code(check: bool) -> bool:
    """Send Python through ruff, where it is installed (make dev); whether all is formatted."""
    from analysis import paths

    if importlib.util.find_spec("ruff") is None:
        print("Python files were not looked at: ruff comes with make dev", file=sys.stderr)
        return True
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        *(["--check"] if check else []),
        "--quiet",
        "src",
        "tests",
    ]
    done = subprocess.run(command, cwd=paths.home(), capture_output=True, text=True)
    print(done.stdout + done.stderr, end="")
    return done.returncode == 0
