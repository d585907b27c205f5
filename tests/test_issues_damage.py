"""Damaged shelves: whatever happens to any file of the issues, the next run answers; no traceback, no issue lost or made twice."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

import pytest

import test_damage
from analysis import cli
from analysis.report.pages import changes, feed
from analysis.report.publish import batch, changed, issues, schedule
from issue_kit import Maker

SITE = (issues.RECORD, "manifest.json", "index.html")
MONTHS = ("2026-09", "2026-10", "2026-11")


class Clock(schedule.dt.date):
    """A day that stands still."""

    @classmethod
    def today(cls):
        return cls(2026, 11, 20)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A folder with three issues, made once."""
    folder = tmp_path_factory.mktemp("shelf")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "report", Maker())
        for month in MONTHS:
            schedule.run(batch.Options(out=folder), schedule.dt.date.fromisoformat(f"{month}-03"))
    return folder


@pytest.fixture
def maker(monkeypatch):
    monkeypatch.setattr(schedule.dt, "date", Clock)
    made = Maker()
    monkeypatch.setattr(batch, "report", made)
    return made


def hit(folder: Path, dice: random.Random) -> str:
    """One seeded damage of the shelf: a file of any kind, a folder, the link, or something strange put there."""
    what = dice.random()
    own = sorted(
        p for p in folder.rglob("*") if p.is_file() and not p.is_symlink() and "aside" not in p.parts
    )
    records = [p for p in own if p.suffix in (".json", ".log") or p.name == "lock"]
    if what < 0.55:
        return test_damage.damage(dice.choice(records), dice)
    if what < 0.7:
        return test_damage.damage(dice.choice(own), dice)
    if what < 0.8:
        path = folder / dice.choice([".yigai/making", ".yigai/staging", ".yigai/aside", "latest", *MONTHS])
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
        kind = dice.choice(["gone", "file", "link", "folder"])
        if kind == "file":
            path.write_text("stray")
        elif kind == "link":
            path.symlink_to("/nowhere/at/all")
        elif kind == "folder":
            path.mkdir()
        return f"{path.name} {kind}"
    name = dice.choice(
        [
            "2026-12",
            "2026-08",
            "2026-13",
            "2026-11.part",
            "issues.json.part",
            "2026-10/issue.json.part",
            "latest.txt",
        ]
    )
    if not (folder / name).parent.is_dir() or (folder / name).exists():
        return "nothing"
    (folder / name).mkdir() if dice.random() < 0.4 else (folder / name).write_text("[1")
    return f"strange {name}"


def answered(original: Path, folder: Path, maker: Maker, seed: int, capsys) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(original, folder, symlinks=True)
    shelf, dice = folder / "issues", random.Random(f"shelf {seed}")
    done = [hit(shelf, dice) for _ in range(dice.choice((1, 1, 2, 3)))]
    standing = {
        m for m in MONTHS if (shelf / m / issues.RECORD).is_file() and (shelf / m / "manifest.json").is_file()
    }
    before = {p: p.read_bytes() for m in standing for p in (shelf / m).rglob("*.html") if p.is_file()}
    maker.calls.clear()
    code = cli.main(["report", "--due", "--no-gate", "--out", str(folder)])
    said = "".join(capsys.readouterr())
    assert code in (0, 3) and "Traceback" not in said, (done, code, said)
    assert {p: p.read_bytes() for p in before} == before, done
    assert not standing & {month for month, _ in maker.calls}, (done, maker.calls)
    lost = {m for m in MONTHS if m not in json.loads((shelf / "issues.json").read_text()).__repr__()}
    assert not lost, (done, lost, said)
    for month in MONTHS:  # each stands, or a line says that it does not and how it is made again
        assert any((shelf / month / n).is_file() for n in SITE) or f"yigai report --issue {month}" in said, (
            done,
            month,
            said,
        )
        assert cli.main(["verify", "--issue", month, "--out", str(folder)]) in (0, 2, cli.GATE_FAILED)
    assert "Traceback" not in "".join(capsys.readouterr()), done
    assert not list(shelf.glob("*.part")), done
    maker.calls.clear()  # nothing is stuck: what is missing is made on demand, and then all is well
    for month in MONTHS:
        if not any((shelf / month / name).is_file() for name in SITE):
            assert cli.main(["report", "--issue", month, "--no-gate", "--out", str(folder)]) == 0, (
                done,
                month,
            )
    again = cli.main(["report", "--due", "--no-gate", "--out", str(folder)])
    assert again == 0, (done, "".join(capsys.readouterr()))


def test_damage_of_the_shelf_is_answered(original, tmp_path, maker, capsys):
    for seed in range(25):
        answered(original, tmp_path / "copy", maker, seed, capsys)


def test_an_issue_whose_folder_and_entry_are_lost_is_known_by_the_copy(
    original, tmp_path, maker, capsys, monkeypatch
):
    folder = tmp_path / "copy"
    shutil.copytree(original, folder, symlinks=True)
    shelf = folder / "issues"
    shutil.rmtree(shelf / MONTHS[0])
    (shelf / "issues.json").write_text("[noise")
    assert cli.main(["report", "--due", "--no-gate", "--out", str(folder)]) == 3
    assert MONTHS[0] in (shelf / "issues.json").read_text() and f"--issue {MONTHS[0]}" in "".join(
        capsys.readouterr()
    )
    monkeypatch.setattr(issues.Shelf, "_copy", lambda self: {})
    (shelf / "issues.json").write_text("[noise")
    assert MONTHS[0] not in issues.Shelf(shelf).read(), "the mutation: without the copy it is forgotten"


@pytest.mark.slow
def test_two_hundred_seeded_damages_of_the_shelf(original, tmp_path, maker, capsys):
    for seed in range(1000, 1200):
        answered(original, tmp_path / "copy", maker, seed, capsys)


def test_the_comparison_sees_a_lost_issue(original, tmp_path, maker, capsys, monkeypatch):
    """The mutation: a shelf that does not look at its folders forgets what a damaged list forgets."""
    monkeypatch.setattr(issues.Shelf, "_from_folder", lambda self, path: None)
    monkeypatch.setattr(issues.Shelf, "_copy", lambda self: {})
    with pytest.raises(AssertionError):
        for seed in range(25):
            answered(original, tmp_path / "copy", maker, seed, capsys)


STRANGE = ("pipe", "folder", "link", "file")


def _in_the_way(path: Path, kind: str) -> None:
    """Something of a kind where the shelf has, or will have, something of its own."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    make = {
        "pipe": os.mkfifo,
        "link": lambda p: p.symlink_to("/dev/zero"),
        "file": lambda p: p.write_bytes(b"[" * 99),
    }
    (path / "in").mkdir(parents=True) if kind == "folder" else make[kind](path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize(
    "name",
    [
        ".yigai/due.log",
        ".yigai/making/2026-12.begun",
        ".yigai/making/2026-12.part",
        ".yigai/making/2026-12",
        ".yigai/withdrawn/2026-12",
        "2026-12/issue.json",
    ],
)
def test_whatever_stands_in_the_way_the_next_issue_comes_out(
    original, tmp_path, maker, name, kind, capsys, monkeypatch, in_time
):
    """December is due, is tried once more as it is not whole, and is taken back."""
    folder = tmp_path / "site"
    shutil.copytree(original, folder, symlinks=True)
    december = ["report", "--due", "--no-gate", "--out", str(folder)]
    monkeypatch.setattr(Clock, "today", classmethod(lambda cls: cls(2026, 12, 5)))
    if name == "2026-12/issue.json":
        maker.failing = {"140000/b.html"}
        assert cli.main(december) == 3
        maker.failing = set()
    _in_the_way(folder / "issues" / name, kind)
    assert cli.main(december) == 0, capsys.readouterr()
    assert cli.main(["verify", "--issue", "2026-12", "--out", str(folder)]) == 0
    assert cli.main(["rollback", "--out", str(folder)]) == 0
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize(("name", "method"), [("2026-12.begun", "begin"), ("issue.json", "seal")])
def test_what_stands_in_the_way_is_looked_for(tmp_path, name, method, monkeypatch):
    """The mutation: without the look a folder in a file's place ends the run."""
    shelf = issues.Shelf(tmp_path)
    issue = issues.Issue("2026-12", "2026-12-01", "2026-12-05", issues.WHOLE)
    _in_the_way(shelf.making / name if method == "begin" else tmp_path / "2026-12" / name, "folder")
    monkeypatch.setattr(issues.files, "file_only", lambda path, state: path)
    monkeypatch.setattr(issues.files, "room_for", lambda *_: None)
    with pytest.raises(OSError, match="directory"):
        shelf.bring_out(issue) if method == "begin" else shelf.seal(issue, tmp_path / "2026-12")


def test_entries_of_an_earlier_issue_that_are_none_are_left_out():
    counts = dict.fromkeys(changes.KINDS, 1)
    good = {"issue": "2026-10", "before": "2026-09", "counts": counts}
    for told in (
        None,
        [5],
        {"issues": 5},
        {"issues": [5, {"issue": "2026-10"}, good | {"counts": {"new": "x"}}]},
    ):
        assert changed._earlier(told) == []
    assert changed._earlier({"issues": [None, good]}) == [good]
    assert feed.feed([good])
    with pytest.raises((TypeError, KeyError)):
        feed.feed([{"issue": "2026-10"}])  # what an entry without counts would do
