"""A small project folder for tests of the report wing: eight regions with sentinel values, one theme, throwaway notebooks."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import cli, tables
from analysis.report.run import engine, processes

ROOT = Path(__file__).resolve().parents[1]
REGIONS = ("110000", "140000", "150000", "320000", "440000", "540000", "610000", "650000")
SHOW = "theme.number(region_code, lang, as_of)"
IMPORTS = "import sentinel_theme as theme"
# what a careless cell may leave running: a process of its session, one of a session of its own, and one whose parent has ended
STRAYS = "import subprocess; [subprocess.Popen(['sleep', '300'], start_new_session=apart) for apart in (False, True)]; subprocess.run(['sh', '-c', 'setsid sleep 300 &'])"


def sentinel(code: str) -> int:
    """A count that no other region has."""
    return 7_000_000 + int(code[:2]) * 1_000 + 137


def notebook(
    *cells: str,
    theme: str = "sentinel",
    module: str = "sentinel_theme",
    order: int = 1,
    scope: str = "region",
    kernel: str = "python3",
    more: str = "",
) -> dict:
    """A notebook with a parameters cell (``more``: further lines of it) followed by code cells."""
    first = (
        'region_code = "140000"  # six-digit code\nlang = "zh"  # zh or en\nas_of = ""  # empty = newest'
        + more
    )
    made = [
        {"cell_type": "markdown", "metadata": {"tags": ["lang-zh"]}, "source": "# 有多少医师？\n合成数据。"}
    ]
    made += [
        {
            "cell_type": "markdown",
            "metadata": {"tags": ["lang-en"]},
            "source": "# How many doctors are there?\nSynthetic figures.",
        }
    ]
    sources = [(first, ["parameters"]), *((cell, []) for cell in cells)]
    made += [
        {
            "cell_type": "code",
            "metadata": {"tags": tags},
            "source": text,
            "outputs": [],
            "execution_count": None,
        }
        for text, tags in sources
    ]
    for number, cell in enumerate(made):
        cell["id"] = f"c{number}"
    meta = {
        "theme": theme,
        "module": module,
        "order": order,
        "scope": scope,
        "title": {"zh": f"医师 {theme}", "en": f"Doctors {theme}"},
    }
    spec = {
        "kernelspec": {"name": kernel, "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
        "yigai": meta,
    }
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": spec, "cells": made}


def observations(values: dict[str, int], path: Path, years: Mapping[str, int] | None = None) -> None:
    """Write the processed tables: one row a region, of 2023 or its year."""
    held = {code: 2023 for code in values} | dict(years or {})
    rows = [
        {
            "observation_id": f"nbs-province:{code}:doctors:{held[code]}",
            "region_code": code,
            "indicator": "doctors",
            "year": held[code],
            "period_start": f"{held[code]}-12-31",
            "period_end": f"{held[code]}-12-31",
            "period_basis": "explicit",
            "value": float(value),
            "unit": "人",
            "quantifier": "exact",
            "as_printed": str(value),
            "measure": "level",
            "status": "actual",
            "salience": "core",
            "source_id": "nbs-province",
            "locator": f"测试 › {code}",
            "source_grade": "A",
        }
        for code, value in values.items()
    ]
    empty = dict.fromkeys(tables.spec("observations").columns, "") | {"damaged": False}
    frame = tables.conform("observations", [empty | row for row in rows])
    written = {"observations": tables.write("observations", frame, path)}
    for name in set(tables.SPECS) - {"observations"}:
        if not (path / f"{name}.parquet").exists():
            written[name] = tables.write(
                name, tables.conform(name, pd.DataFrame(columns=list(tables.spec(name).columns))), path
            )
    tables.write_manifest(written, {}, [], path)


class Ended(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class Project:
    """A project folder with notebooks and tables, and the command line run inside it."""

    def __init__(self, folder: Path, regions: tuple[str, ...] = REGIONS):
        self.folder = folder
        (folder / "notebooks").mkdir(parents=True)
        (folder / "data" / "raw").mkdir(parents=True)
        for path in (*(ROOT / "data").glob("*.csv"), *(ROOT / "data").glob("*.toml")):
            shutil.copy(path, folder / "data" / path.name)
        (folder / "pyproject.toml").write_text("")
        self.reports = folder / "reports"
        self.values = {code: sentinel(code) for code in regions}
        self.tables()
        self.write()

    def tables(self, **changed: int) -> None:
        self.values |= {code.removeprefix("r"): value for code, value in changed.items()}
        (self.folder / "data" / "processed").mkdir(exist_ok=True)
        observations(self.values, self.folder / "data" / "processed")

    def write(self, *cells: str, name: str = "01_sentinel", **options) -> Path:
        path = self.folder / "notebooks" / f"{name}.ipynb"
        path.write_text(json.dumps(notebook(*(cells or (IMPORTS, SHOW)), **options), ensure_ascii=False))
        return path

    @property
    def environment(self) -> dict[str, str]:
        found = {name: value for name, value in os.environ.items() if name not in ("YIGAI_PROCESSED",)}
        paths = os.pathsep.join([str(ROOT / "tests" / "fixtures"), *filter(None, [found.get("PYTHONPATH")])])
        return found | {
            "YIGAI_HOME": str(self.folder),
            "PYTHONPATH": paths,
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
        }

    def start(self, *arguments: str) -> int:
        """`yigai ...` in a forked copy of this process (which has imported most of it); its output goes to out.txt and err.txt.

        What sets documents is started afresh: the threads of typst, which another test may have used here, are not in a copy.
        """
        engine.load()
        adopt_orphans()
        self.others = set(processes.descendants(os.getpid()))  # what other tests of this process keep
        if arguments[0] == "verify" or "--format" in arguments:
            return self._fresh(*arguments)
        pid = os.fork()
        if pid:
            return pid
        code = 70
        try:
            os.setsid()
            variables = self.environment  # of this process; read before they go
            os.environ.clear()
            os.environ.update(variables)
            sys.path.insert(0, str(ROOT / "tests" / "fixtures"))
            os.chdir(self.folder)
            for descriptor, name in (
                (0, os.devnull),
                (1, self.folder / "out.txt"),
                (2, self.folder / "err.txt"),
            ):
                os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
            sys.stdin, sys.stdout, sys.stderr = (
                open(number, mode, closefd=False) for number, mode in ((0, "r"), (1, "w"), (2, "w"))
            )
            try:
                code = cli.main([*arguments, *(["--no-gate"] if arguments[0] == "report" else [])])
            except SystemExit as ended:
                code = ended.code
            except BaseException:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)

    def _fresh(self, *arguments: str) -> int:
        out, err = (open(self.folder / name, "wb") for name in ("out.txt", "err.txt"))
        with out, err:
            self.child = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "analysis.cli",
                    *arguments,
                    *(["--no-gate"] if arguments[0] == "report" else []),
                ],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.folder,
                env=self.environment,
                start_new_session=True,
            )
        return self.child.pid

    def wait(self, pid: int, timeout: float = 120) -> Ended:
        """How a started run ended; fails the test when it leaves a process behind."""
        end = time.monotonic() + timeout
        while not (found := os.waitpid(pid, os.WNOHANG))[0]:
            if time.monotonic() > end:
                processes.kill_tree(pid)
                os.waitpid(pid, 0)
                raise AssertionError(
                    f"still running after {timeout} s: {(self.folder / 'err.txt').read_text()[-2000:]}"
                )
            time.sleep(0.02)
        assert_none_left(kept=self.others)
        return Ended(
            os.waitstatus_to_exitcode(found[1]),
            (self.folder / "out.txt").read_text(),
            (self.folder / "err.txt").read_text(),
        )

    def report(self, *arguments: str, timeout: float = 120) -> Ended:
        return self.wait(self.start("report", *arguments), timeout)

    def manifest(self) -> dict[str, dict]:
        rows = json.loads((self.reports / "manifest.json").read_text())["pages"]
        return {f"{row['region_code']}/{row['theme']}/{row['lang']}": row for row in rows}

    def pages(self) -> dict[str, bytes]:
        """Published theme pages and facts (not the indexes, not the state)."""
        return {
            str(path.relative_to(self.reports)): path.read_bytes()
            for path in sorted(self.reports.glob("[0-9]*/sentinel*"))
            if path.is_file()
        }

    def whole(self) -> None:
        """Every published theme page is complete and holds its own region's value and no other's."""
        for path in sorted(self.reports.glob("[0-9]*/sentinel*.html")):
            text = path.read_text(encoding="utf-8")
            assert text.rstrip().endswith("</html>"), path
            for code, value in self.values.items():
                shown = str(value) in text or f"{value:,}" in text
                assert shown == (code == path.parent.name), f"{path}: value of {code}"


def adopt_orphans() -> None:
    """Processes whose parents ended become ours, so that a test can see them."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def left_over(kept: set[int] = frozenset()) -> list[str]:
    """Living processes below this one, but for those that are kept."""
    found = []
    for pid in set(processes.descendants(os.getpid())) - kept:
        try:
            state, command = (
                Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0],
                Path(f"/proc/{pid}/cmdline").read_bytes(),
            )
        except OSError:
            continue
        if state != "Z" and pid not in KNOWN | EARLIER:
            found.append(f"{pid} {command.decode(errors='replace')}")
    return found


KNOWN: set[int] = set()  # processes that a test keeps on purpose
EARLIER: set[int] = set()  # processes that ran before the test began (filled by conftest)


def assert_none_left(seconds: float = 5, kept: set[int] = frozenset()) -> None:
    """No process is left; a dying one gets some seconds."""
    end = time.monotonic() + seconds
    while found := left_over(kept):
        assert time.monotonic() < end, f"left over: {found}"
        time.sleep(0.05)


def reap(kept: set[int] = frozenset()) -> None:
    """Wait for adopted processes that have ended, so that they stand in no list any more."""
    for pid in set(processes.descendants(os.getpid())) - kept:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
