"""The only module that knows folder names.

The project's folder is found from the environment variable ``YIGAI_HOME``, else from where this package stands (an editable
install), else from the working directory and its parents.
"""

from __future__ import annotations

import os
import shlex
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from analysis.errors import ParameterError, Problem


def _is_home(folder: Path) -> bool:
    return (folder / "pyproject.toml").is_file() and (folder / "data" / "raw").is_dir()


def home() -> Path:
    """The project's folder. Raises ParameterError when it cannot be found."""
    return _find(os.environ.get("YIGAI_HOME"), os.getcwd())


@lru_cache(maxsize=8)
def _find(stated: str | None, working: str) -> Path:
    """The search costs half a millisecond, and every look-up of a name asks for the folder: kept per variable and working directory."""
    if stated:
        return Path(stated).resolve()
    here = Path(__file__).resolve().parents[2]
    for folder in (here, Path(working), *Path(working).parents):
        if _is_home(folder):
            return folder
    raise ParameterError(
        Problem(
            "project folder",
            f"none at or above {Path.cwd()}",
            "a folder with pyproject.toml and data/raw",
            "run inside the project, or set YIGAI_HOME",
        )
    )


def data() -> Path:
    """Folder of the dictionaries (regions.csv, indicators.csv, sources.csv, institutions.csv) and of the words that all pages share (words.toml)."""
    return home() / "data"


def raw() -> Path:
    """What was gathered; never edited in place."""
    return data() / "raw"


def internal() -> bool:
    """Whether internal figures are asked for (``--internal``): they live in folders of their own, never in the public ones."""
    return os.environ.get("YIGAI_INTERNAL") == "1"


def _apart(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-internal") if internal() else folder


def processed() -> Path:
    """What `make data` built; the environment variable ``YIGAI_PROCESSED`` points tests elsewhere."""
    stated = os.environ.get("YIGAI_PROCESSED")
    return _apart(Path(stated).resolve() if stated else data() / "processed")


def user() -> Path:
    """A user's own files, as they came."""
    return raw() / "user"


def own_themes() -> Path | None:
    """Theme modules of the project's folder where this package is not that folder's own (an install from a wheel); None in a checkout."""
    try:
        folder = home() / "src" / "analysis" / "themes"
    except ParameterError:
        return None
    return folder if folder != Path(__file__).resolve().parent / "themes" and folder.is_dir() else None


def notebooks() -> Path:
    """One notebook a theme."""
    return home() / "notebooks"


def reports() -> Path:
    """Output only."""
    return _apart(home() / "reports")


def issues() -> Path:
    """Dated issues; no cleaning reaches them."""
    return _apart(home() / "issues")


def typed(path: Path) -> str:
    """The path as it is typed into a command where the reader is now: below the working directory when it lies there, quoted if it must be."""
    whole, here = Path(os.path.abspath(path)), Path.cwd()
    return shlex.quote(str(whole.relative_to(here) if whole.is_relative_to(here) else whole))


def relative(path: Path) -> str:
    """The path as a reader of a message knows it: below the project's folder when it lies there."""
    for way in (path.resolve(), path.parent.resolve() / path.name):  # a link lies where it stands
        if way.is_relative_to(home()):
            return str(way.relative_to(home()))
    return str(path)


def file_hash(path: Path) -> str:
    """Of a file's bytes, as ``build.json`` has it of each table."""
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()
