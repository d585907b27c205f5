"""Many reports: whole or not at all, only what must be made, and a way back after every kind of end."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

import report_kit
from analysis.report.pages import notices
from analysis.report.plan import keys, records
from analysis.report.publish import batch, outputs
from analysis.report.run import engine, processes

pytestmark = pytest.mark.skipif(not processes.forking(), reason="these tests fork, and look at /proc")
TWO = ("140000", "320000")
MOMENTS = int(os.environ.get("YIGAI_MOMENTS", "5"))
CANARIES = int(os.environ.get("YIGAI_CANARIES", "5"))


@pytest.fixture
def project(tmp_path):
    return report_kit.Project(tmp_path / "project", TWO)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project of eight regions with all its reports made once; tests copy it."""
    project = report_kit.Project(tmp_path_factory.mktemp("made") / "project")
    done = project.report()
    assert done.returncode == 0, done.stderr
    return project, done


@pytest.fixture
def copy(made, tmp_path):
    project = report_kit.Project.__new__(report_kit.Project)
    shutil.copytree(made[0].folder, tmp_path / "project")
    project.folder, project.reports, project.values = (
        tmp_path / "project",
        tmp_path / "project" / "reports",
        dict(made[0].values),
    )
    return project


def test_every_page_is_made_and_no_value_crosses(made):
    project, done = made
    assert "16 pages made, 0 kept, 0 failed" in done.stdout
    assert done.stdout.strip().splitlines()[-1] == f"open {project.reports / 'index.html'}"
    project.whole()
    rows = project.manifest()
    assert len(rows) == 16 and all(
        row["status"] == "made" and len(row["key"]) == 32 and row["seconds"] > 0 for row in rows.values()
    )
    names = {"sentinel.html", "sentinel.en.html", "sentinel.facts.json", "index.html", "index.en.html"}
    assert names <= {path.name for path in (project.reports / "140000").iterdir()}
    assert (project.reports / "140000" / "sentinel").is_dir()
    assert not any((project.reports / ".yigai" / "staging").iterdir())


@pytest.mark.slow
def test_no_value_crosses_however_often_all_are_made_side_by_side(copy):
    before = copy.pages()
    for _ in range(CANARIES):
        done = copy.report("--force", "--jobs", "4")
        assert "16 pages made (16 of them to the same bytes), 0 kept, 0 failed" in done.stdout, done
        copy.whole()
    assert copy.pages() == before


def test_a_second_run_makes_nothing_and_says_why(copy):
    before = copy.pages()
    done = copy.report("--explain")
    # the copied files have new times, so contents are looked at; nothing has changed in them
    assert "0 pages made, 16 kept" in done.stdout and done.stdout.count("current") == 16
    assert copy.pages() == before


def test_changed_rows_rebuild_the_pages_that_read_them_and_no_other(copy):
    copy.tables(r140000=1_234_567)
    done = copy.report("--explain")
    assert "2 pages made, 14 kept" in done.stdout
    assert (
        "140000/sentinel/zh: to make (rows changed: observations (indicator=doctors, region_code=140000))"
        in done.stdout
    )
    copy.whole()
    incremental = copy.pages()
    forced = copy.report("--force")
    assert "16 pages made (16 of them to the same bytes)" in forced.stdout
    assert copy.pages() == incremental


def test_a_partial_run_after_a_change_does_not_hide_the_rest(copy):
    copy.tables(r140000=1_111_111, r320000=2_222_222)
    assert "2 pages made" in copy.report("--region", "山西").stdout
    assert "2 pages made, 14 kept" in copy.report().stdout
    copy.whole()


def test_changed_notebook_and_altered_page_are_made_again(copy):
    (copy.reports / "140000" / "sentinel.html").write_text("tampered")
    done = copy.report("--explain", "--region", "140000")
    assert "published file missing or altered: 140000/sentinel.html" in done.stdout
    copy.write(report_kit.IMPORTS, report_kit.SHOW + ";", report_kit.SHOW)
    assert "to make (changed: notebook)" in copy.report("--explain", "--region", "140000").stdout


def test_a_setting_reaches_the_notebook_and_the_page_and_is_undone_by_a_run_without_it(copy):
    copy.write(report_kit.IMPORTS, "assert cap in (1.0, 2.0)", report_kit.SHOW, more="\ncap = 1.0  # assumed")
    assert "16 pages made" in copy.report().stdout
    assert "2 pages made" in copy.report("--region", "140000", "--set", "cap=2").stdout
    assert (
        "<code>cap = 2.0</code>" in copy.pages()["140000/sentinel.html"].decode()
        and "<code>cap = 1.0</code>" in copy.pages()["110000/sentinel.html"].decode()
    )
    assert json.loads(copy.pages()["140000/sentinel.facts.json"])["parameters"] == {
        "region_code": "140000",
        "as_of": "",
        "cap": 2.0,
    }
    refused = copy.report("--set", "cap=much")
    assert refused.returncode == 2 and "01_sentinel.ipynb, parameter cap: found 'much'" in refused.stderr
    again = copy.report("--explain").stdout
    assert "2 pages made, 14 kept" in again and "140000/sentinel/zh: to make (changed: parameters)" in again


def test_one_language_alone_marks_the_other_when_it_is_no_longer_current(copy):
    assert "0 pages made, 1 kept" in copy.report("--region", "140000", "--lang", "zh").stdout
    copy.tables(r140000=1_234_567)
    assert "1 pages made, 0 kept, 0 failed" in copy.report("--region", "140000", "--lang", "zh").stdout
    assert 'class="stale" role' in copy.pages()["140000/sentinel.en.html"].decode()
    assert copy.manifest()["140000/sentinel/en"]["stale"]
    assert "2 pages made" in copy.report("--region", "140000").stdout
    copy.whole()


def test_a_page_no_longer_planned_is_taken_away(copy):
    copy.values.pop("110000")
    copy.tables()
    done = copy.report()
    assert "2 pages no longer planned were taken away" in done.stdout
    assert not list((copy.reports / "110000").glob("sentinel*"))


def test_one_regions_failure_leaves_the_others_whole(copy):
    copy.write(
        report_kit.IMPORTS, "assert region_code != '140000' or lang != 'en', 'no luck'", report_kit.SHOW
    )
    old = copy.pages()["140000/sentinel.en.html"].decode()
    done = copy.report()
    assert done.returncode == 3 and "14 pages made" in done.stdout
    assert "failed  140000/sentinel/en: cell 5 line 1: AssertionError: no luck" in done.stdout
    assert "failed  140000/sentinel/zh: held back" in done.stdout
    row = copy.manifest()["140000/sentinel/en"]
    assert row["status"] == "failed" and row["stale"] and row["error"].startswith("cell, note ")
    stale = copy.pages()["140000/sentinel.en.html"].decode()
    assert stale == notices.stale(old, "en") != old and 'class="stale"' in stale
    assert "AssertionError" in (copy.reports / ".yigai/logs/140000/sentinel/en.log").read_text()
    copy.whole()
    copy.write()
    assert copy.report().returncode == 0
    assert 'class="stale" role' not in copy.pages()["140000/sentinel.en.html"].decode()


def test_when_all_fail_the_exit_code_says_so(project):
    project.write("1/0")
    done = project.report()
    assert done.returncode == 4 and "0 pages made, 0 kept, 4 failed" in done.stdout
    note = project.manifest()["140000/sentinel/zh"]["error"].removeprefix("cell, note ")
    log = (project.reports / ".yigai/logs/140000/sentinel/zh.log").read_text()
    assert not project.pages() and f"note {note}: cell 4 line 1: ZeroDivisionError" in log


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("import sys; sys.exit(0)", "SystemExit"),
        ("print('told')", "printed text"),
        ("import pandas; display(pandas.DataFrame({'a': [1]}))", "an output of type"),
        ("import os, signal; os.kill(os.getppid(), signal.SIGKILL)", "the fork server ended"),
        ("import time; time.sleep(60)", "the report took longer than 3 s"),
        (
            "display(theme.says(region_code, lang, 'NaN'))",
            "check 10, nothing leaks into the text: 140000/sentinel.html: 'NaN'",
        ),
        (
            "theme.opening.begin(None, region_code, lang, ''); display(theme.Finding('half', theme.words('half', '{a}', '{a}', a=chr(0xd800))).show(lang))",
            "half a character",
        ),
    ],
)
def test_no_page_comes_of_a_run_that_is_not_whole(project, cell, words):
    project.write(report_kit.IMPORTS, f"if region_code == '140000':\n    {cell}", report_kit.SHOW)
    done = project.report("--lang", "zh", "--report-timeout", "3" if "sleep" in cell else "60", "--jobs", "2")
    assert done.returncode in (3, 4) and words in done.stdout, done.stdout
    assert "140000/sentinel.html" not in project.pages()
    project.whole()


def test_a_notebook_that_leaves_everything_dirty_harms_no_other(project):
    project.write(report_kit.IMPORTS, "assert theme.is_clean()", report_kit.SHOW, "theme.dirty()")
    done = project.report("--jobs", "1")
    assert done.returncode == 0, done.stdout
    project.whole()


@pytest.mark.slow
def test_plain_papermill_publishes_the_same_bytes(project):
    assert project.report("--lang", "zh").returncode == 0
    forked = project.pages()
    done = project.report("--lang", "zh", "--engine", "plain", "--force")
    assert done.returncode == 0 and "2 of them to the same bytes" in done.stdout, done.stdout
    assert project.pages() == forked
    assert "engine plain" in (project.reports / ".yigai/logs/140000/sentinel/zh.log").read_text()


def test_two_runs_at_once_the_second_is_refused(project):
    project.write(report_kit.IMPORTS, "import time; time.sleep(3)", report_kit.SHOW)
    first = project.start("report", "--lang", "zh")
    report_kit.KNOWN.add(first)
    while (
        not (project.reports / ".yigai" / "lock").exists()
        or not (project.reports / ".yigai" / "lock").read_text()
    ):
        time.sleep(0.02)
    with pytest.raises(Exception, match="is held by process"):
        with outputs.Output(project.reports).lock():
            pass
    report_kit.KNOWN.discard(first)
    assert project.wait(first).returncode == 0
    project.whole()


def test_an_interrupted_run_ends_with_130_and_is_taken_up(project):
    project.write(report_kit.IMPORTS, "import time; time.sleep(20)", report_kit.SHOW)
    pid = project.start("report")
    wait_for(lambda: target(pid, "child"))
    os.kill(pid, signal.SIGTERM)
    assert project.wait(pid, 20).returncode == 130
    project.write()
    assert project.report().returncode == 0
    project.whole()


# ---- kills ---------------------------------------------------------------------------------------------------------------------


def wait_for(ask, seconds: float = 60):
    end = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)
    return found


def command(pid: int) -> bytes:
    """The command line of a process; empty when it has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def target(runner: int, kind: str) -> int | None:
    """A process of a run by its part: the runner, its fork server's keeper, the server, a report's child (or template), a worker."""
    below: dict[int, list[int]] = {}
    keeper = None
    for pid in processes.descendants(runner):
        try:
            parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            below.setdefault(parent, []).append(pid)
            if parent == runner and b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes():
                keeper = pid
        except OSError:
            continue
    server = next(iter(below.get(keeper, ())), None)
    found = {
        "runner": [runner],
        "keeper": [keeper],
        "server": [server],
        "child": below.get(server, ()),
        "worker": [pid for pid in below.get(runner, ()) if pid != keeper],
    }
    return next(iter(found[kind]), None)


def kill_once(project, kind: str, moment: float) -> None:
    """Kill one part of a run some time after its first report began; a re-run must complete with every page whole."""
    shutil.rmtree(project.reports, ignore_errors=True)
    pid = project.start("report")
    wait_for(lambda: target(pid, "child"))
    time.sleep(moment)
    os.kill(wait_for(lambda: target(pid, kind), 20), signal.SIGKILL)
    ended = project.wait(pid)
    assert ended.returncode in ((-9,) if kind == "runner" else (0, 3, 4)), ended
    if project.reports.exists():
        project.whole()
    again = project.report()
    assert again.returncode == 0, again
    project.whole()
    assert len(project.pages()) == 2 * 3 and all(
        row["status"] in ("made", "kept") for row in project.manifest().values()
    )


SLOW_CELL = f"{report_kit.STRAYS}; import time; time.sleep(0.4)"  # four reports, two at a time: 0.8 s at least, all within which something is killed


@pytest.mark.kill
def test_a_killed_worker_takes_its_kernel_along_and_all_that_it_started(project):
    project.write("%gui asyncio", report_kit.IMPORTS, SLOW_CELL, report_kit.SHOW)
    pid = project.start("report", "--lang", "zh", "--jobs", "1")
    wait_for(lambda: sum(b"sleep" in command(one) for one in processes.descendants(os.getpid())) >= 3)
    os.kill(target(pid, "worker"), signal.SIGKILL)
    assert project.wait(pid).returncode == 0, (
        "its page was tried again, and nothing is left (see Project.wait)"
    )
    assert len(project.pages()) == 2 * 2
    project.whole()


def test_a_server_killed_while_it_says_what_is_covered_is_asked_again(project, monkeypatch):
    from analysis.report.plan import promises
    from analysis.report.run import runner

    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(report_kit.ROOT / "tests" / "fixtures"))
    asked, evaluate = [], engine.evaluate

    def killed(address, source, timeout):
        asked.append(address)
        return evaluate(
            address,
            "import os, signal; os.kill(os.getppid(), signal.SIGKILL); import time; time.sleep(20)"
            if len(asked) == 1
            else source,
            timeout,
        )

    monkeypatch.setattr(engine, "evaluate", killed)
    running = runner.Runner(batch.Options(jobs=1), promises.notebooks())
    try:
        assert running.coverage(["sentinel_theme"])["sentinel_theme"]["140000"] is None and len(asked) == 2
    finally:
        running.close()


@pytest.mark.kill
@pytest.mark.parametrize("number", range(MOMENTS))
@pytest.mark.parametrize("kind", ["child", "server", "keeper", "worker", "runner"])
def test_a_kill_at_a_seeded_moment_is_survived(project, kind, number):
    project.write(report_kit.IMPORTS, SLOW_CELL, report_kit.SHOW)
    kill_once(project, kind, random.Random(f"kill {kind} {number}").uniform(0, 0.7))


def test_the_next_two_templates_are_asked_for_once_and_each_is_let_go(monkeypatch):
    from analysis.report.run import runner

    told = []
    monkeypatch.setattr(engine, "template", lambda address, asked, timeout: told.append(("ask", asked)))
    monkeypatch.setattr(engine, "done_with", lambda address, asked, timeout: told.append(("done", asked)))
    monkeypatch.setattr(engine, "template_request", lambda above, *_: above[0][1])

    def book(theme: str) -> str:
        cells = [(f"theme = '{theme}'", []), ("region_code = ''", ["parameters"]), ("theme", [])]
        return json.dumps(
            {
                "cells": [
                    {"cell_type": "code", "source": text, "metadata": {"tags": tags}} for text, tags in cells
                ]
            }
        )

    jobs = [
        {
            "id": f"{theme}{n}",
            "entry": {"theme": theme},
            "notebook": book(theme),
            "cell_timeout": 1,
            "start_timeout": 1,
        }
        for theme in "abcd"
        for n in (1, 2)
    ]
    ahead = runner.Ahead(jobs, "/nowhere", "/")
    began = ahead.started(lambda job: None)
    seen = []
    for job in jobs:
        began(job)
        ahead.ended({"id": job["id"]})
        seen.append((job["id"], [f"{what} {asked[-2]}" for what, asked in told]))
        told.clear()
    assert seen == [
        ("a1", ["ask b", "ask c"]),
        ("a2", []),
        ("b1", ["ask d"]),
        ("b2", ["done b"]),
        ("c1", []),
        ("c2", ["done c"]),
        ("d1", []),
        ("d2", ["done d"]),
    ]


def record(name: str, *files: str) -> records.PageRecord:
    """A page's record as the publisher writes it."""
    return records.PageRecord(*name.split("/"), "ok", files=dict.fromkeys(files, [0, 0]))


# ---- the output folder -----------------------------------------------------------------------------------------------------------


def test_what_was_committed_is_finished_and_what_was_not_is_dropped(tmp_path, monkeypatch):
    output = outputs.Output(tmp_path / "out")
    output.publish(
        {"140000/a.html": b"old", "140000/a.facts.json": b"old"},
        [record("140000/1/zh", "140000/a.html")],
    )

    class Killed(BaseException):
        pass

    moved = []

    def replace(source, target, real=os.replace):
        if "files" in Path(source).parts:
            moved.append(target)
            if len(moved) == 2:
                raise Killed
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(Killed):
        output.publish(
            {"140000/a.html": b"new", "140000/a.facts.json": b"new"},
            [record("140000/2/zh", "140000/a.html")],
        )
    monkeypatch.undo()
    (output.staging / "9-9" / "files").mkdir(parents=True)
    (output.staging / "9-9" / "files" / "b.html").write_bytes(b"half")
    again = outputs.Output(tmp_path / "out")
    assert again.recover() == 1 and list(again.load().pages) == ["140000/1/zh", "140000/2/zh"]
    assert (
        (tmp_path / "out/140000/a.html").read_bytes()
        == (tmp_path / "out/140000/a.facts.json").read_bytes()
        == b"new"
    )
    assert not (tmp_path / "out/b.html").exists() and not list(again.staging.iterdir())


def test_a_full_disk_publishes_nothing_and_leaves_no_rest(tmp_path, monkeypatch):
    output = outputs.Output(tmp_path / "out")
    output.publish({"a.html": b"old"})

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        output.publish({"a.html": b"new"})
    assert (tmp_path / "out" / "a.html").read_bytes() == b"old" and not list(output.staging.iterdir())


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of its own, and the command that gives it another size (with ``,ro`` it can only be read)."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(size: str, how: str = "size={}") -> bool:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", how.format(size), "tmpfs", folder], capture_output=True, text=True
        )
        return done.returncode == 0

    try:
        if not mount("1m"):
            pytest.skip("no disk can be mounted here; a full one is simulated below")
        yield folder, lambda size: mount(size, "remount,size={}")
    finally:
        subprocess.run(["umount", "-l", folder], capture_output=True)


@pytest.mark.parametrize("size", ["64k", "160k", "256k", "400k"])
def test_a_disk_that_fills_up_leaves_whole_pages_and_a_way_on(copy, small_disk, size):
    folder, resize = small_disk
    assert resize(size)
    done = copy.report("--out", str(folder))
    assert done.returncode in (2, 3, 4) and "Traceback" not in done.stderr, done
    assert "No space left" in done.stdout + done.stderr
    copy.reports = folder
    copy.whole()
    assert resize("64m")
    done = copy.report("--out", str(folder))
    assert done.returncode == 0 and "0 failed" in done.stdout, done
    copy.whole()
    assert len(copy.pages()) == 8 * 3 and not any((folder / ".yigai" / "staging").iterdir())


def test_a_folder_that_cannot_be_written_to_is_said_and_keeps_what_it_has(copy, small_disk):
    folder, mount = small_disk
    assert mount("64m") and copy.report("--out", str(folder)).returncode == 0
    copy.reports, before = folder, {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    copy.tables(r140000=8_000_001)
    assert mount("64m,ro")
    done = copy.report("--out", str(folder))
    assert (
        done.returncode in (2, 3, 4)
        and "Read-only file system" in done.stdout + done.stderr
        and "Traceback" not in done.stderr
    ), done
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert mount("64m,rw") and copy.report("--out", str(folder)).returncode == 0
    copy.whole()


@pytest.mark.parametrize("name", ["../out.html", "/etc/passwd", "a/../../b", "."])
def test_nothing_is_published_outside_the_folder(tmp_path, name):
    with pytest.raises(Exception, match="inside the output folder"):
        outputs.Output(tmp_path / "out").publish({name: b""})


def test_a_torn_journal_line_is_forgotten_and_the_next_one_is_not(tmp_path):
    output = outputs.Output(tmp_path / "out")
    output.journal(record("140000/1/zh"))
    with open(output.state / "journal.jsonl", "ab") as file:
        file.write(b'{"id": "2", "sta')
    output.journal(record("140000/3/zh"))
    assert list(output.load().pages) == ["140000/1/zh", "140000/3/zh"]


# ---- keys ------------------------------------------------------------------------------------------------------------------------


def test_closure_follows_imports_inside_functions_and_not_outside():
    found = keys.closure(["analysis.findings"])
    assert {"analysis", "analysis.findings", "analysis.facts", "analysis.catalog", "analysis.tables"} <= set(
        found
    )
    assert not any(name.startswith("analysis.clean") for name in found)


def test_a_key_depends_on_every_part_and_selection_but_not_on_their_order():
    parts = dict.fromkeys(keys.PARTS, "x")
    reads = [records.Read("t", {"a": 1}, "1"), records.Read("u", {}, "2")]
    key = keys.key(parts, reads)
    assert keys.key(parts, reads[::-1]) == key
    others = [keys.key(parts | {part: "y"}, reads) for part in keys.PARTS] + [
        keys.key(parts, [replace(reads[0], sha="3"), reads[1]]),
        keys.key(parts, reads[:1]),
    ]
    assert len({key, *others}) == len(others) + 1


def test_why_names_what_changed():
    parts = dict.fromkeys(keys.PARTS, "x")
    reads = [records.Read("t", {"year": 2023}, "1")]
    record = records.PageRecord("140000", "x", "zh", "ok", parts=parts, reads=reads)
    assert keys.why(parts, record, [], None) is None
    assert keys.why(parts, None, [], None) == "never made"
    assert keys.why(parts | {"code": "y"}, record, [], None) == "changed: code"
    assert keys.why(parts, record, [], keys.Selections(lambda table, selection: "1")) is None
    assert (
        keys.why(parts, record, [], keys.Selections(lambda table, selection: "2"))
        == "rows changed: t (year=2023)"
    )
    assert "missing or altered: a" in keys.why(parts, record, ["a"], None)
    assert keys.why(parts, replace(record, status="failed"), [], None) == "failed the last time"


def test_the_clock_plays_no_part(copy):
    now = time.time() - 10 * 365 * 86400
    for path in (copy.folder / "data" / "processed").iterdir():
        os.utime(path, (now, now))
    copy.tables(r140000=1_234_567)
    for path in (copy.folder / "data" / "processed").iterdir():
        os.utime(path, (now, now))
    assert "2 pages made, 14 kept" in copy.report().stdout
    copy.whole()


def test_pages_around_the_reports_follow_the_day_of_the_run(project):
    """An issue that begins as a copy of the one before holds nothing of that one's day."""
    processed = project.folder / "data" / "processed"
    report_kit.observations(project.values, processed, years={"320000": 2024})
    for day in ("2025-01-31", "2026-11-01"):
        assert project.report("--region", "山西", "--as-of", day).returncode == 0
    fresh = project.folder.parent / "fresh"
    assert project.report("--region", "山西", "--as-of", day, "--out", str(fresh)).returncode == 0
    around = [
        path
        for path in sorted(fresh.rglob("*"))
        if path.is_file() and ".yigai" not in path.parts and path.name != "manifest.json"
    ]
    assert len(around) > 10
    differ = [
        str(path.relative_to(fresh))
        for path in around
        if path.read_bytes() != (project.reports / path.relative_to(fresh)).read_bytes()
    ]
    assert differ == []


def _around(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and ".yigai" not in path.parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths if p.name != "manifest.json"}


@pytest.mark.slow
def test_a_site_of_one_place_that_is_made_whole_later_is_the_one_made_at_once(project):
    assert project.report("--region", "山西").returncode == 0
    some = _around(project.reports)
    assert not [name for name in some if name.startswith(("compare/", "data/"))]
    assert project.report("--region", "山西").returncode == 0
    assert _around(project.reports) == some  # nothing to do
    assert project.report().returncode == 0
    fresh = project.folder.parent / "fresh"
    assert project.report("--out", str(fresh)).returncode == 0
    whole = _around(fresh)
    assert _around(project.reports) == whole != some
    assert project.report("--region", "山西", "--force").returncode == 0
    assert _around(project.reports) == whole  # what serves all places is kept


def test_the_manifest_holds_what_the_index_shows(made):
    manifest = json.loads((made[0].reports / "manifest.json").read_text())
    assert set(manifest["pages"][0]) >= {
        "region_code",
        "theme",
        "lang",
        "status",
        "key",
        "seconds",
        "cpu_seconds",
        "error",
    }
