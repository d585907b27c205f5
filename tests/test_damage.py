"""Damaged state: whatever happens to files of the runner's own, the next run mends it; no traceback, no lost page, nothing stuck."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import zlib
from pathlib import Path

import pytest

import report_kit
from analysis.errors import ParameterError
from analysis.report.gate import gate, scan
from analysis.report.plan import notes, promises
from analysis.report.plan.records import Read, Result
from analysis.report.publish import batch, compared, current, files, outputs

REGIONS = ("140000", "320000")


class Engine:
    """Stands for the runner: hands back a small page for each job without running its notebook; notes which were asked for."""

    def __init__(self):
        self.asked: list[str] = []

    def coverage(self, modules) -> dict:
        return {name: dict.fromkeys(REGIONS) for name in modules}

    def run(self, jobs, on_start):
        for job in jobs:
            self.asked.append(job.id)
            on_start(job.id)
            place, theme, lang = job.id.split("/")
            path = f"{place}/{theme}{'' if lang == 'zh' else '.en'}.html"
            yield Result(
                job.id,
                "ok",
                engine="fork",
                path=path,
                html={path: f'<main id="main">{place}</main></html>'},
                shared={f"{place}/{theme}.facts.json": "{}", f"{place}/{theme}/count.csv": "a"},
                reads=(Read("observations", {"region_code": place}, "gone"),),
                seconds=0.1,
                cpu_seconds=0.1,
            )

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return report_kit.Project(tmp_path_factory.mktemp("damage") / "project", REGIONS).folder


@pytest.fixture
def run(home, tmp_path, monkeypatch):
    monkeypatch.setenv("YIGAI_HOME", str(home))
    monkeypatch.delenv("YIGAI_PROCESSED", raising=False)
    monkeypatch.setattr(current.Current, "selections", None)
    books = promises.notebooks()

    def once(out: Path = tmp_path / "out", **options) -> tuple[batch.Summary, Engine]:
        one, engine = batch.Batch(batch.Options(out=out, **options), books), Engine()
        one.__dict__["engine"] = engine
        return one.run(), engine

    return once


def pages(out: Path) -> dict[str, bytes]:
    """What readers see: every published file but the manifest, which has the time of the run."""
    found = {p.relative_to(out).as_posix(): p for p in out.rglob("*") if p.is_file() and not p.is_symlink()}
    return {
        n: p.read_bytes()
        for n, p in sorted(found.items())
        if not n.startswith(".yigai") and n != "manifest.json"
    }


def other(value: object, dice: random.Random) -> object:
    """A JSON value with one value somewhere in it replaced by another kind of thing."""
    if isinstance(value, dict | list) and value and dice.random() < 0.8:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = dice.choice(keys)
        changed = dict(value) if isinstance(value, dict) else list(value)
        changed[key] = other(changed[key], dice)
        return changed
    return dice.choice(
        [x for x in (None, 5, "text", [], {}, [5], {"a": 1}, True) if type(x) is not type(value)]
    )


def damage(path: Path, dice: random.Random) -> str:
    """Do something bad to one file; returns what."""
    content = path.read_bytes()
    kind = dice.choice(
        [
            "empty",
            "half",
            "noise",
            "list",
            "null",
            "number",
            "gone",
            "folder",
            "link",
            "value",
            "value",
            "part",
        ]
    )
    if kind == "value" and not path.name.endswith((".json", ".jsonl")):
        kind = "noise"
    if kind == "part" and path.parent.name != ".yigai":
        kind = "empty"  # files further down are published from the staging folder: no halves of them ever stand there
    if kind in ("gone", "folder", "link"):
        path.unlink()
    new = {
        "empty": b"",
        "half": content[: len(content) // 2],
        "noise": bytes(dice.randrange(256) for _ in range(60)),
        "list": b"[5]",
        "null": b"null",
        "number": b"17\n",
    }
    if kind == "folder":
        (path / "inside").mkdir(parents=True)
    elif kind == "link":
        path.symlink_to("/nowhere/at/all")
    elif kind == "part":
        path.with_name(path.name + ".part").write_bytes(b"half")
    elif kind == "value":
        lines = (
            [json.dumps(other(json.loads(line), dice)) for line in content.splitlines()]
            if path.suffix == ".jsonl"
            else []
        )
        path.write_bytes(
            "\n".join(lines).encode() if lines else json.dumps(other(json.loads(content), dice)).encode()
        )
    elif kind in new:
        path.write_bytes(new[kind])
    return f"{kind} {path.name}"


def torn_commit(out: Path, dice: random.Random) -> str:
    """A staging folder, or what is none, as a kill or a stray hand may leave it."""
    folder = out / ".yigai" / "staging" / "1-1"
    kind = dice.choice(["torn", "file", "link", "outside", "list", "no files"])
    if kind == "file":
        folder.write_text("stray")
    elif kind == "link":
        folder.symlink_to("/nowhere")
    else:
        (folder / "files").mkdir(parents=True)
        order = {
            "torn": '{"files": ["140000/sen',
            "outside": '{"files": [], "remove": ["../../x"], "records": []}',
            "list": "[1]",
            "no files": '{"files": 5, "remove": [], "records": [3]}',
        }
        (folder / "commit.json").write_text(order[kind])
    return f"staging {kind}"


def hit(out: Path, dice: random.Random) -> str:
    """One seeded damage of the runner's own files, of its folders, or of published ones."""
    own = sorted(p for p in (out / ".yigai").rglob("*") if p.is_file() and "aside" not in p.parts)
    what = dice.random()
    if what < 0.65:
        return damage(dice.choice(own), dice)
    if what < 0.75:
        return torn_commit(out, dice)
    if what < 0.85:
        folder = out / ".yigai" / dice.choice(["staging", "pages", "logs"])
        shutil.rmtree(folder)
        dice.choice(
            [lambda: None, lambda: folder.write_text("a file"), lambda: folder.symlink_to("/nowhere")]
        )()
        return f"folder {folder.name}"
    page = out / dice.choice(
        ["140000/sentinel.html", "index.html", "320000/sentinel.facts.json", "140000/sentinel/count.csv"]
    )
    if not page.is_file():
        return "hit twice"
    if dice.random() < 0.5:
        page.unlink()
        (page / "of somebody").mkdir(parents=True)
        return f"page {page.name} a folder"
    if page.parent == out:
        page.unlink()
        return f"page {page.name} gone"
    shutil.rmtree(page.parent)
    if dice.random() < 0.5:
        page.parent.write_text("a file")
    return f"folder of {page.name} gone"


def mended(run, out: Path, before: dict[str, bytes], seed: int) -> None:
    dice = random.Random(f"damage {seed}")
    done = [hit(out, dice) for _ in range(dice.choice((1, 1, 2)))]
    summary, _ = run()
    assert summary.exit_code == 0, (done, summary.failed)
    assert {n: t for n, t in pages(out).items() if n in before} == before, done
    summary, engine = run()
    assert summary.exit_code == 0 and not engine.asked, (done, summary.reasons)
    assert not list((out / ".yigai" / "staging").iterdir()), done
    assert not list((out / ".yigai").glob("*.part")), done


@pytest.fixture
def made(run, tmp_path):
    summary, engine = run()
    assert len(summary.made) == 4 and summary.exit_code == 0, summary.failed
    (tmp_path / "out" / ".yigai" / "gate.json").write_text('{"version": "x", "passed": {}}')
    outputs.Output(tmp_path / "out")._journal({"forget": "none/none/zh"})
    return tmp_path / "out", pages(tmp_path / "out")


def test_damage_is_mended_by_the_next_run(run, made):
    for seed in range(25):
        mended(run, *made, seed)


@pytest.mark.slow
def test_two_hundred_seeded_damages(run, made):
    for seed in range(1000, 1200):
        mended(run, *made, seed)


def test_what_was_damaged_is_kept_aside_and_said_in_one_line(run, made, capsys):
    out, _ = made
    (out / ".yigai" / "state.json").write_text("[1]")
    capsys.readouterr()
    run()
    lines = [line for line in capsys.readouterr().err.splitlines() if "state.json" in line]
    assert len(lines) == 1 and "holds list instead of dict" in lines[0]
    assert (out / ".yigai" / "aside" / "1-state.json").read_text() == "[1]"


def test_a_head_that_was_changed_by_a_stray_hand_takes_no_page_away(run, made):
    out, before = made
    path = out / ".yigai" / "state.json"
    content = json.loads(path.read_bytes())
    content["header"]["coverage"]["sentinel_theme"]["regions"]["320000"] = {
        "code": "E1",
        "zh": "无",
        "en": "none",
    }
    path.write_text(json.dumps(content))
    summary, _ = run()
    assert summary.exit_code == 0 and not summary.removed and pages(out) == before


def test_a_folder_in_a_pages_place_is_moved_and_not_thrown_away(run, made):
    out, before = made
    page = out / "140000" / "sentinel.html"
    page.unlink()
    page.mkdir()
    (page / "mine.txt").write_text("mine")
    assert run()[0].exit_code == 0 and pages(out) == before
    assert (out / ".yigai" / "aside" / "1-sentinel.html" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["140000", "140000/sentinel.html"])
def test_a_link_to_elsewhere_fails_its_own_pages_with_what_to_do(run, made, tmp_path, name):
    out, _ = made
    elsewhere = tmp_path / "elsewhere"
    shutil.move(out / name, elsewhere)
    (out / name).symlink_to(elsewhere)
    summary, _ = run(force=True)
    assert {name.split("/")[0] for name in summary.failed if name != "index"} == {"140000"}
    assert all("remove the link" in reason for reason in summary.failed.values())
    assert "320000/sentinel/zh" in summary.made
    os.unlink(out / name)
    assert run()[0].exit_code == 0


def test_a_link_to_another_places_folder_leaves_that_places_pages_alone(run, made, tmp_path):
    out, before = made
    shutil.move(out / "140000", tmp_path / "kept")
    (out / "140000").symlink_to(out / "320000")
    summary, _ = run(force=True)
    assert {name.split("/")[0] for name in summary.failed if name != "index"} == {"140000"}
    assert all("remove the link" in reason for reason in summary.failed.values())
    page = "320000/sentinel.html"
    assert (out / page).read_bytes() == before[page]
    os.unlink(out / "140000")
    assert run()[0].exit_code == 0 and pages(out) == before


def test_a_page_that_links_to_another_one_is_replaced(run, made):
    out, before = made
    page = out / "140000" / "sentinel.html"
    page.unlink()
    page.symlink_to(out / "320000" / "sentinel.html")
    assert run()[0].exit_code == 0 and pages(out) == before and not page.is_symlink()


def test_only_a_name_that_leaves_the_folder_is_an_error_of_the_program(tmp_path):
    with pytest.raises(ParameterError, match="error of the program"):
        outputs.Output(tmp_path / "out").inside("../x")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_neither_waited_for_nor_taken_for_one(run, made, monkeypatch):
    """A named pipe or a link to itself in the place of the runner's files, of its logs and of a page."""
    out, before = made
    for name in ("lock", "state.json", "pages/140000/sentinel/zh.json.gz", "logs/140000/sentinel/zh.log"):
        for put in (os.mkfifo, lambda path: path.symlink_to(path.name)):
            path = out / ".yigai" / name
            path.unlink()
            put(path)
            signal.alarm(300)  # a pipe is waited for for ever
            assert run(force="logs" in name)[0].exit_code == 0 and pages(out) == before
            signal.alarm(0)
            assert path.is_file() and not path.is_symlink(), name
    (out / "140000" / "sentinel.html").unlink()
    os.mkfifo(out / "140000" / "sentinel.html")
    assert not files.stamp(out, ["140000/sentinel.html", "140000/\0", "none"])
    # the mutation: without the look at its kind a pipe counts as a file
    monkeypatch.setattr(files.stat, "S_ISREG", lambda mode: True)
    assert files.stamp(out, ["140000/sentinel.html"])
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("name", "path"), [("140000/a\0b", "140000/sentinel.html"), ("140000/x.html", "140000/elsewhere.html")]
)
def test_a_record_whose_files_cannot_be_its_own_counts_as_never_made(run, made, name, path, monkeypatch):
    """A name that no file can have; a page that is none of its files."""
    out, before = made
    stored = out / ".yigai" / "state.json"
    content = json.loads(stored.read_bytes())
    record = content["pages"]["140000/sentinel/zh"]
    record |= {"path": path, "files": record["files"] | {name: [0, 0]}}
    record["files"].pop(path, None) if name.endswith("html") else None
    stored.write_text(json.dumps(content))
    summary, _ = run()
    assert summary.exit_code == 0 and pages(out) == before
    assert summary.reasons["140000/sentinel/zh"] == "never made"


def test_names_that_are_not_written_in_utf8_are_kept_as_they_are(tmp_path, monkeypatch):
    odd = os.fsdecode(b"of somebody \xff.txt")
    files.dump_json(tmp_path / "a.json", {odd: "\ud800 健"})
    files.append(tmp_path / "a.jsonl", [odd])
    assert files.load_json(tmp_path / "a.json", tmp_path) == {odd: "\ud800 健"}
    assert list(files.lines(tmp_path / "a.jsonl")) == [[odd]]
    assert "健".encode() in (tmp_path / "a.json").read_bytes()
    # the mutation: written strictly, one such name in a folder stops every later run
    monkeypatch.setattr(
        files, "encoded", lambda content, indent=None: json.dumps(content, ensure_ascii=False).encode()
    )
    with pytest.raises(UnicodeEncodeError):
        files.dump_json(tmp_path / "a.json", {odd: ""})


DEEP = b'{"files": ' + b"[" * 100_000  # JSON that no reader of it can follow down


def _strange(path: Path, kind: str) -> None:
    """Something in a file's place that is not that file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "deep":
        path.write_bytes(DEEP)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        (path / "in").mkdir(parents=True)
    else:
        path.write_bytes(kind.encode("latin-1"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("kind", ["deep", "pipe", "folder"])
@pytest.mark.parametrize("name", ["next/commit.json", "staging/1-1/commit.json"])
def test_what_was_committed_and_cannot_be_read_is_set_aside(tmp_path, name, kind, monkeypatch, in_time):
    output = outputs.Output(tmp_path)
    _strange(output.state / name, kind)
    assert output.recover() == 0
    assert not list(output.staging.iterdir()) and not list(output.next.folder.iterdir())
    assert len(list((output.state / "aside").iterdir())) == 1
    if kind != "pipe":  # the mutation, but for the one that would wait for ever: every later run ends here
        _strange(output.state / name, kind)
        monkeypatch.setattr(outputs, "_order", lambda path: json.loads(path.read_bytes()))
        with pytest.raises((RecursionError, IsADirectoryError)):
            outputs.Output(tmp_path).recover()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_the_gate_looks_at_pages_and_at_nothing_else_with_a_pages_name(tmp_path, monkeypatch, in_time):
    for name, kind in (
        ("a.html", "folder"),
        ("b.html", "pipe"),
        ("c.html", "caf\xe9"),
        (".yigai/gate.json", "deep"),
    ):
        _strange(tmp_path / name, kind)
    (tmp_path / "d.html").symlink_to("nowhere.html")
    assert scan.names(tmp_path) == ["c.html"]
    monkeypatch.setattr(gate, "_browser_checks", lambda site, pages: [])
    found = gate.new_pages(tmp_path)
    assert found is not None and found.broken.keys() == {"c.html"}
    assert json.loads((tmp_path / ".yigai" / "gate.json").read_bytes())["passed"] == {}
    # the mutation: by their names alone a folder, a pipe and a link to nowhere are pages
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    assert scan.names(tmp_path) == ["a.html", "b.html", "c.html", "d.html"]


def test_a_page_that_is_not_written_in_utf8_is_marked_when_it_cannot_be_made_again(run, made, monkeypatch):
    out, _ = made
    page = out / "140000" / "sentinel.html"
    page.write_bytes(b'<main id="main">caf\xe9</main></html>')
    inner = Engine.run

    def failing(self, jobs, on_start):
        for result in inner(self, jobs, on_start):
            lost = Result(result.id, "failed", "cell", "no luck")
            yield lost if "140000" in result.id else result

    monkeypatch.setattr(Engine, "run", failing)
    summary, _ = run()
    assert summary.failed.keys() == {"140000/sentinel/zh", "140000/sentinel/en"}
    assert "stale" in page.read_text(encoding="utf-8")
    monkeypatch.undo()


def test_a_packed_note_that_is_torn_is_no_note(tmp_path):
    path = tmp_path / "note.json.gz"
    whole = gzip.compress(b'{"entry": {}}' * 9)
    path.write_bytes(
        whole[:10] + b"\xff" + whole[11:]
    )  # a stream that cannot be: zlib's own error is none of Python's kinds
    with pytest.raises(zlib.error):
        zlib.decompress(path.read_bytes()[10:], -15)
    with pytest.raises(ValueError, match=r"note\.json"):
        notes.read(path)


@pytest.mark.parametrize(
    "put", [lambda p: p.symlink_to(p.name), lambda p: p.symlink_to("gone"), lambda p: p.write_text("")]
)
def test_what_stands_in_the_place_of_the_runners_folder_is_moved(tmp_path, put, monkeypatch):
    put(tmp_path / ".yigai")
    state = outputs.Output(tmp_path).load()
    assert not state.pages and (tmp_path / ".yigai" / "staging").is_dir()
    assert len(list(tmp_path.glob(".yigai.*.aside"))) == 1
    outputs.Output(
        tmp_path
    )  # the mutation: who looks through the link sees nothing there, and each later run is refused
    shutil.rmtree(tmp_path / ".yigai")
    (tmp_path / ".yigai").symlink_to("gone")
    monkeypatch.setattr(os.path, "lexists", os.path.exists)
    with pytest.raises(ParameterError, match="File exists"):
        outputs.Output(tmp_path)


def test_a_page_that_links_to_itself_is_replaced(tmp_path):
    """So is any that stands in the place of a file of the site; only what leads elsewhere is somebody's own."""
    output = outputs.Output(tmp_path)
    (tmp_path / "search.html").symlink_to("search.html")
    output.publish({"search.html": b"new"})
    assert (tmp_path / "search.html").read_bytes() == b"new" and not (tmp_path / "search.html").is_symlink()
    (tmp_path / "search.html").unlink()
    (tmp_path / "search.html").symlink_to("search.html")
    with pytest.raises(
        (RuntimeError, OSError)
    ):  # what the look at where it leads must not be: strict about the way there
        (tmp_path / "search.html").resolve(strict=True)
    (tmp_path / "140000").symlink_to("/dev/zero")
    with pytest.raises(ParameterError, match="remove the link"):
        output.publish({"140000/a.html": b"new"})


def test_comparisons_asked_for_that_are_none_are_left_out_in_a_line(tmp_path, capsys):
    path = tmp_path / ".yigai" / "asked.json"
    path.parent.mkdir()
    good = {"areas": [["甲", "A", ["140000"]]], "indicators": ["doctors"]}
    path.write_text(json.dumps({"a": good, "b": 5, "c": {"areas": []}, "d": None}))
    assert compared.asked(tmp_path) == {"a": good}
    assert "3 entries that are no comparison" in capsys.readouterr().err
    _, troubles = compared.again({"b": 5}, [])  # the mutation: an entry that is none fails the pages around
    assert [name for name, _ in troubles] == ["compare/b"]


def test_setting_aside_never_overwrites(tmp_path):
    for text in ("one", "two"):
        (tmp_path / "f").write_text(text)
        files.set_aside(tmp_path / "f", tmp_path, "test")
    assert sorted(p.read_text() for p in (tmp_path / "aside").iterdir()) == ["one", "two"]
