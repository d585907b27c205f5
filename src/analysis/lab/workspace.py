"""Where people work: copies of the notebooks in ``work/``, which git ignores. No tracked file is opened, so none is changed by a save.

A copy that was changed stays; ``take_back`` puts the original in its place (the changed one is kept beside it), ``compare`` shows what
differs in cells' text. A copy that nobody changed follows its original when that is renewed.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from analysis import paths
from analysis.errors import Problem, YigaiError, refuse
from analysis.lab import launcher

LEDGER = ".originals.json"
LAUNCHER = {"zh": "开始.ipynb", "en": "start.ipynb"}
SHADOWS = ("analysis.py", "analysis")  # a name that would be imported in place of the package


@dataclass(frozen=True)
class Workspace:
    """The folder, and what was copied, renewed and kept on the last visit (names of notebooks)."""

    folder: Path
    copied: tuple[str, ...]
    renewed: tuple[str, ...]
    kept: tuple[str, ...]


def folder() -> Path:
    """``work/`` in the project's folder; the environment variable ``YIGAI_WORK`` names another (a shared, read-only install)."""
    stated = os.environ.get("YIGAI_WORK")
    return Path(stated).resolve() if stated else paths.home() / "work"


def originals() -> dict[str, str]:
    """Name -> text of every notebook that is copied: the numbered ones, those for exploring (``lab/``) and the launcher in both languages."""
    books = [*sorted(paths.notebooks().glob("[0-9]*.ipynb")), *sorted(paths.notebooks().glob("lab/*.ipynb"))]
    found = {p.name: p.read_text("utf-8") for p in books}
    return {LAUNCHER[lang]: launcher.text(lang) for lang in LAUNCHER} | found


def _digest(text: str) -> str:
    """Of what a reader wrote: cells and their text; outputs and counts change with every run."""
    book = json.loads(text)
    cells = [(c["cell_type"], _source(c)) for c in book["cells"]]
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()


def _source(cell: dict) -> str:
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, "utf-8")
    os.replace(temporary, path)


def prepare() -> Workspace:
    """Copy what is not there, renew what nobody changed, leave alone what somebody did.

    Raises ParameterError when a file of the folder would be imported in place of the package.
    """
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    for name in SHADOWS:
        if (place / name).exists():
            raise refuse(
                str(paths.relative(place / name)),
                "a name that Python would import in place of the package `analysis`",
                "another name",
                f"rename {name}",
            )
    ledger = place / LEDGER
    known: dict[str, str] = json.loads(ledger.read_text("utf-8")) if ledger.exists() else {}
    copied, renewed, kept = [], [], []
    for name, text in originals().items():
        path = place / name
        if not path.exists():
            _write(path, text)
            copied.append(name)
        elif _digest(text) != known.get(name, ""):
            try:
                own = _digest(path.read_text("utf-8"))
            except (ValueError, KeyError):
                own = "unreadable"
            if own == known.get(name, ""):
                _write(path, text)
                renewed.append(name)
            else:
                kept.append(name)
                continue
        known[name] = _digest(text)
    _write(ledger, json.dumps(known, indent=1, sort_keys=True))
    return Workspace(place, tuple(copied), tuple(renewed), tuple(kept))


SETTINGS = {
    "page_config.json": {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}},
    "overrides.json": {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}},
}  # fmt: skip


def settings() -> Path:
    """Folder of JupyterLab's settings for the workbench: it asks for no news and looks for no updates."""
    place = folder() / ".settings"
    place.mkdir(parents=True, exist_ok=True)
    for name, body in SETTINGS.items():
        _write(place / name, json.dumps(body, indent=1))
    return place


def _named(name: str) -> tuple[str, str]:
    known = originals()
    found = [one for one in known if name in (one, one.removesuffix(".ipynb")) or one.startswith(f"{name}_")]
    if len(found) != 1:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.3)
        raise refuse("work", repr(name), "the name of a notebook", f"one of {', '.join(near or sorted(known)[:6])}")  # fmt: skip
    return found[0], known[found[0]]


def take_back(name: str) -> Path:
    """Put the original in the copy's place; what was there is kept as ``NAME.mine.ipynb`` (the first free number behind it)."""
    name, text = _named(name)
    path = folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        kept, n = path.with_name(f"{path.stem}.mine.ipynb"), 1
        while kept.exists():
            n += 1
            kept = path.with_name(f"{path.stem}.mine-{n}.ipynb")
        shutil.move(path, kept)
    _write(path, text)
    return path


def compare(name: str) -> str:
    """What the copy's cells say that the original's do not, as a unified diff; empty when they say the same.

    Raises MethodError for a name that is no notebook and for a copy that is none.
    """
    name, text = _named(name)
    path = folder() / name
    if not path.exists():
        raise refuse("work", f"no copy of {name}", "a copy", "yigai lab makes it")

    def lines(book: str) -> list[str]:
        return "\n".join(
            f"[{n}] {c['cell_type']}\n{_source(c)}" for n, c in enumerate(json.loads(book)["cells"], 1)
        ).split("\n")

    try:
        own = lines(path.read_text("utf-8"))
    except (ValueError, KeyError) as error:
        raise YigaiError(
            Problem(name, f"no notebook: {error}", "a notebook", f"yigai lab --take-back {name}")
        ) from error
    return "\n".join(
        difflib.unified_diff(lines(text), own, f"original/{name}", f"work/{name}", lineterm="", n=1)
    )
