"""Only the fork server needs POSIX: everything imports, and reports are made in plain kernels, without fcntl, resource and fork."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import report_kit
from analysis import locks

ROOT = Path(__file__).resolve().parents[1]
NOT_THERE = ROOT / "tests" / "fixtures" / "other_system"
IMPORTS = """
import importlib, os, pathlib, signal, sys
import papermill
for name in ("fcntl", "resource"):
    try:
        __import__(name)
    except ImportError:
        continue
    sys.exit(f"{name} is there")
del os.killpg, os.setpgid, os.getpgrp, signal.SIGKILL
package = pathlib.Path(importlib.import_module("analysis").__file__).parent
for path in sorted(package.rglob("*.py")):
    parts = path.relative_to(package.parent).with_suffix("").parts
    name = ".".join(parts).removesuffix(".__init__")
    if name not in ("analysis.report.run.forkserver", "analysis.report.run.child"):
        importlib.import_module(name)
"""


def elsewhere(environment: dict[str, str], *command: str, cwd: Path) -> subprocess.CompletedProcess:
    found = environment | {"PYTHONPATH": f"{NOT_THERE}:{environment.get('PYTHONPATH', '')}"}
    return subprocess.run(
        [sys.executable, *command], env=found, cwd=cwd, capture_output=True, text=True, timeout=300
    )


def test_every_module_but_the_fork_servers_own_imports_without_what_only_posix_has(tmp_path):
    import os

    done = elsewhere(dict(os.environ), "-c", IMPORTS, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
def test_plain_reports_are_made_without_fork(tmp_path):
    project = report_kit.Project(tmp_path / "project", ("140000",))
    command = (
        "-m",
        "analysis.cli",
        "report",
        "--engine",
        "plain",
        "--lang",
        "zh",
        "--jobs",
        "1",
        "--no-gate",
    )
    done = elsewhere(project.environment, *command, cwd=project.folder)
    assert done.returncode == 0 and "1 pages made" in done.stdout, done
    project.whole()


def test_where_no_lock_exists_a_run_goes_on_without_one(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "fcntl", None)
    with open(tmp_path / "lock", "w+b") as file:
        assert locks.take(file.fileno())
