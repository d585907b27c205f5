"""All packs as one site for JupyterLite: JupyterLab in a browser, Python inside it, nothing installed, no request to anywhere else.

A folder of files for any web server (it does not open from a disk: a browser lets no page start a worker from there). Built with
``jupyterlite-core`` and ``jupyterlite-pyodide-kernel`` (extra ``lite``). Pyodide is the version which that kernel was made for, pinned and
hashed here; the few pure Python packages that the kernel loads are fetched with pip in the versions that Pyodide names, put into the site
and named in its list of packages, which otherwise would send the browser to a content network.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.cases import books, page
from analysis.errors import MethodError, refuse

PYODIDE = "314.0.6"
SHA256 = "d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2"
PYTHON = "3.14"
PARTS = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
NEEDED = ("micropip", "ipython", "jedi")
UNLISTED = ("comm==0.2.3",)
SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "Yigai",
        "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": {"disablePyPIFallback": True}},
    },
}


def packages(lock: Mapping[str, Any], wanted: Iterable[str] = NEEDED) -> dict[str, str]:
    """Name -> version of the packages wanted and of all they depend on, as Pyodide's own list names them.

    Raises MethodError for a name that the list lacks.
    """
    found: dict[str, str] = {}
    ahead = list(wanted)
    while ahead:
        name = ahead.pop().lower().replace("_", "-")
        if name in found:
            continue
        if name not in lock["packages"]:
            raise refuse(f"pyodide {PYODIDE}", f"no package {name}", "the packages of its kernel", "build with the pinned version")  # fmt: skip
        found[name] = lock["packages"][name]["version"]
        ahead += lock["packages"][name]["depends"]
    return dict(sorted(found.items()))


def listed(lock: Mapping[str, Any], wheels: Mapping[str, Path]) -> dict[str, Any]:
    """Pyodide's list with the given packages alone, each as the file that lies beside it."""
    entries = {
        name: lock["packages"][name] | {"file_name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for name, path in wheels.items()
    }  # fmt: skip
    return dict(lock) | {"packages": entries}


def _fetched(lock: Mapping[str, Any], into: Path) -> dict[str, Path]:
    """Wheels of the kernel's packages, by name; and those that Pyodide does not list, under their own."""
    versions = packages(lock)
    into.mkdir()
    asked = [f"{name}=={version}" for name, version in versions.items()] + list(UNLISTED)
    words = ["pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--python-version", PYTHON, "--dest", str(into)]  # fmt: skip
    done = subprocess.run([sys.executable, "-m", *words, *asked], capture_output=True, text=True, check=False)
    found = {path.name.split("-")[0].lower().replace("_", "-"): path for path in sorted(into.glob("*-none-any.whl"))}  # fmt: skip
    if done.returncode or not set(versions) <= set(found):
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise refuse(
            "pip download", last, ", ".join(asked), "mend the network; a site needs the packages inside"
        )
    return found


def _runtime(folder: Path) -> list[Path]:
    """Pyodide and its packages into a folder; returns the wheels that it does not list."""
    folder.mkdir(parents=True)
    with tarfile.open(page.fetch(PYODIDE, SHA256)) as held:
        for name in PARTS:
            file = held.extractfile(f"package/{name}")
            if file is None:
                raise refuse(f"pyodide {PYODIDE}", f"no {name}", ", ".join(PARTS), "fetch it again")
            (folder / name).write_bytes(file.read())
    path = folder / "pyodide-lock.json"
    lock = json.loads(path.read_text("utf-8"))
    found = _fetched(lock, folder.parent / "wheels")
    kept = {name: wheel for name, wheel in found.items() if name in lock["packages"]}
    for wheel in kept.values():
        shutil.copy(wheel, folder / wheel.name)
    path.write_text(json.dumps(listed(lock, kept), sort_keys=True), "utf-8")
    return [wheel for name, wheel in found.items() if name not in kept]


def contents(files: Mapping[str, str]) -> dict[str, str]:
    """What of a student's edition belongs on the site: notebooks, layer, checks and data."""
    return {name: body for name, body in files.items() if name.endswith((".ipynb", ".py", ".json")) or name.startswith("data/")}  # fmt: skip


def site(names: Iterable[str], out: Path | None = None) -> Path:
    """Write the site of these packs' students' editions (default: build/cases/jupyterlite) and return its folder.

    Raises MethodError where a tool, the network or a pinned file is missing, and for a folder with other files; it is then as it was.
    """
    if importlib.util.find_spec("jupyterlite_pyodide_kernel") is None or importlib.util.find_spec("jupyterlite_core") is None:  # fmt: skip
        raise refuse("case --lite", "no jupyterlite-core, jupyterlite-pyodide-kernel", "both", "pip install jupyterlite-core jupyterlite-pyodide-kernel")  # fmt: skip
    from jupyterlite_pyodide_kernel import constants

    if constants.PYODIDE_VERSION != PYODIDE:
        raise refuse("jupyterlite-pyodide-kernel", f"made for Pyodide {constants.PYODIDE_VERSION}", PYODIDE, "pip install jupyterlite-pyodide-kernel==0.8.6")  # fmt: skip
    target = (out or paths.home() / "build" / "cases" / "jupyterlite").resolve()
    if target.exists() and not (target / "jupyter-lite.json").exists() and any(target.iterdir()):
        raise refuse(str(out), "files that are no site", "an empty folder or an earlier site", "name another folder")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="yigai-lite-") as made:
        work = Path(made)
        for name in names:
            for file, body in contents(books.edition_files(books.make(name), "student")).items():
                path = work / "contents" / name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(body, "utf-8")
        more = _runtime(work / "lite" / "static" / "pyodide")
        (work / "lite" / "jupyter-lite.json").write_text(json.dumps(SETTINGS), "utf-8")
        words = ["build", "--lite-dir", "lite", "--contents", str(work / "contents"), "--output-dir", str(work / "site"), "--no-sourcemaps"]  # fmt: skip
        words += [part for wheel in more for part in ("--piplite-wheels", str(wheel))]
        done = subprocess.run([sys.executable, "-m", "jupyterlite_core", *words], cwd=work, capture_output=True, text=True, check=False)  # fmt: skip
        if done.returncode or not (work / "site" / "lab" / "index.html").exists():
            last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
            raise refuse(
                "jupyter lite build", last, "a site", "run it by hand: its output says more", MethodError
            )
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(str(work / "site"), target)
    return target
