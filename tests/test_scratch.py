"""Temporary folders of killed runs are swept by the next one; what somebody still holds is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import report_kit
from analysis import locks, scratch
from analysis.report.run import processes

PREFIX = "yigai-of-a-test-"


def killed(folder: Path, prefix: str = PREFIX) -> Path:
    """The folder that a process had made below ``folder`` when it was killed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        made = scratch.Folder(prefix, folder)
        (made.path / "work").write_text("half")
        os.write(writing, str(made.path).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return Path(pipe.read())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_the_next_run_sweeps_what_a_killed_one_left(tmp_path, monkeypatch):
    left, other = killed(tmp_path), killed(tmp_path, "somebody-else-")
    (tmp_path / f"{PREFIX}file").write_text("a file")
    (tmp_path / f"{PREFIX}link").symlink_to(other)
    held = scratch.Folder(PREFIX, tmp_path)
    assert not left.exists() and (other / "work").read_text() == "half"
    assert (tmp_path / f"{PREFIX}file").exists() and (tmp_path / f"{PREFIX}link").is_symlink()
    with scratch.folder(PREFIX, tmp_path) as second:
        assert held.path.is_dir() and second.is_dir()  # one that works is left alone
        # the mutation: without the lock a folder in use is taken for one of a killed run
        monkeypatch.setattr(locks, "take", lambda handle: True)
        assert scratch.sweep(tmp_path, PREFIX) == 2 and not held.path.exists()
    held.remove()
    held.remove()


def test_a_folder_whose_maker_died_before_it_held_it_is_swept_after_a_day(tmp_path):
    (tmp_path / f"{PREFIX}new").mkdir()
    (tmp_path / f"{PREFIX}old").mkdir()
    os.utime(tmp_path / f"{PREFIX}old", (0, 0))
    assert scratch.sweep(tmp_path, PREFIX) == 1
    assert [path.name for path in tmp_path.iterdir()] == [f"{PREFIX}new"]


def test_what_others_put_into_the_systems_folder_goes_with_the_block(monkeypatch):
    before = tempfile.gettempdir()
    monkeypatch.delenv("TMPDIR", raising=False)
    with scratch.everything():
        inside = Path(tempfile.mkdtemp())
        code = "import tempfile; print(tempfile.mkdtemp())"
        started = Path(
            subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip()
        )
        assert inside.parent == started.parent != Path(before) and started.is_dir()
    assert not inside.exists() and not started.exists()
    assert tempfile.gettempdir() == before and "TMPDIR" not in os.environ


@pytest.mark.skipif(not processes.forking(), reason="the fork server needs Linux's pidfd")
def test_a_killed_run_leaves_nothing_in_the_systems_folder_after_the_next(tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    project = report_kit.Project(tmp_path / "project", ("140000",))
    report_kit.adopt_orphans()
    project.write(
        "import tempfile, time; tempfile.mkdtemp(); time.sleep(100)",
        report_kit.IMPORTS,
        report_kit.SHOW,
    )
    pid = project.start("report", "--lang", "zh")
    while not list(temporary.glob("yigai-*/tmp/*")):
        assert os.waitpid(pid, os.WNOHANG) == (0, 0), (project.folder / "err.txt").read_text()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    report_kit.assert_none_left(10, project.others)
    assert list(temporary.iterdir())
    project.write()
    assert project.report("--lang", "zh").returncode == 0
    assert not list(temporary.iterdir())
