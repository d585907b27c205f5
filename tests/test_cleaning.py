"""`yigai clean` takes away what can be made again; a hint says when the tables are older than the raw files."""

from __future__ import annotations

import json
import os
import random
import shutil

import pandas as pd
import pytest

import report_kit
from analysis import cli, paths
from analysis.clean import freshness
from analysis.report.plan import keys, promises
from analysis.report.publish import cleaning, outputs


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    project = report_kit.Project(tmp_path_factory.mktemp("clean") / "project", ("140000",))
    assert project.report("--lang", "zh").returncode == 0
    return project


@pytest.fixture
def project(finished, tmp_path, monkeypatch):
    shutil.copytree(finished.folder, tmp_path / "project", symlinks=True)
    monkeypatch.setenv("YIGAI_HOME", str(tmp_path / "project"))
    monkeypatch.delenv("YIGAI_PROCESSED", raising=False)
    return tmp_path / "project"


def test_pages_and_tables_go_and_everything_else_stays(project, capsys):
    (project / "reports" / "README.md").write_text("tracked")
    (project / "reports" / "140000" / "my notes.txt").write_text("mine")
    (project / "issues" / "2026-11").mkdir(parents=True)
    (project / "issues" / "issues.json").write_text("{}")
    (project / "reports" / "issues" / "2026-10").mkdir(parents=True)
    (project / "reports" / "issues" / "2026-10" / "index.html").write_text("an issue of the first form")
    assert cli.main(["clean"]) == 0
    left = {str(p.relative_to(project)) for p in (project / "reports").rglob("*") if p.is_file()}
    assert left == {"reports/README.md", "reports/140000/my notes.txt", "reports/issues/2026-10/index.html"}
    assert (project / "issues" / "issues.json").is_file() and not list((project / "data/processed").glob("*"))
    out = capsys.readouterr().out
    assert "kept: reports/140000, reports/issues, issues" in out
    assert cleaning.clean().removed == 0


def put(*names: str, text: str = "mine"):
    """A state of a project: these files of one's own stand in it."""

    def lay(project) -> set[str]:
        for name in names:
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(text)
        return set(names)

    return lay


def link(name: str, to: str):
    """A file or folder of the site stands elsewhere, a link in its place."""

    def lay(project) -> set[str]:
        (project / to).parent.mkdir(parents=True, exist_ok=True)
        (project / name).rename(project / to)
        (project / name).symlink_to(project / to)
        inside = [p for p in (project / to).rglob("*") if p.is_file()] or [project / to]
        return {str(p.relative_to(project)) for p in inside} | {name}

    return lay


ASIDE = "reports/.yigai/aside/1-x"
OWN = {
    "a page changed by hand": (put("reports/140000/sentinel.html"), "reports/140000"),
    "tables of one's own": (
        put("data/processed/mine.parquet", "data/processed/notes.json", "data/processed/part.parquet/x"),
        "data/processed/mine.parquet, data/processed/notes.json, data/processed/part.parquet",
    ),
    "a place's folder is a link": (link("reports/140000", "elsewhere"), "reports/140000"),
    "a page is a link": (link("reports/140000/sentinel.html", "mine/page.html"), "reports/140000"),
    "what was set aside, twice": (put("reports/aside-2/x"), "reports/aside-2, reports/aside-3"),
    "comparisons asked for": (put("reports/.yigai/asked.json", text='{"x": {"areas": []}}'), "reports/.yigai"),
    "a file among the runner's own": (put("reports/.yigai/notes.txt"), "reports/.yigai"),
    "no record of what was made": (put("reports/.yigai/state.json", text="{{"), "97 more in reports"),
    "a user's files, confirmations, issues": (
        put("data/raw/user/a.csv", "data/confirmed.csv", "data/confirmed-internal.csv", "data/waiting.csv", "issues/issues.json",
            "issues/.yigai/due.log", "issues/2026-11/index.html", "reports/due.log", "reports/issues.json"),
        "reports/due.log, reports/issues.json, issues, data/raw/user, data/confirmed.csv, data/confirmed-internal.csv, data/waiting.csv",
    ),
    "internal folders": (
        put("reports-internal/a.html", "data/processed-internal/a.parquet", "issues-internal/2026-11/x"),
        "reports-internal, data/processed-internal, issues-internal",
    ),
}  # fmt: skip


@pytest.mark.parametrize("state", OWN)
def test_nothing_of_ones_own_is_lost_and_what_stays_is_named(project, capsys, state):
    lay, named = OWN[state]
    mine = lay(project)
    if "twice" in state:
        put(ASIDE)(project)
    if "record" in state:
        mine = {str(p.relative_to(project)) for p in (project / "reports").glob("*/*.html")}
    before = {name: (project / name).read_bytes() for name in mine if (project / name).is_file()}
    assert cli.main(["clean"]) == 0
    assert before and {name: (project / name).read_bytes() for name in before} == before
    assert all(os.path.lexists(project / name) for name in mine)
    assert f"kept: {named}" in (out := capsys.readouterr().out) or out.strip().endswith(named), out
    assert state == "no record of what was made" or not (project / "reports" / "index.html").exists()
    assert not (project / "data" / "processed" / "observations.parquet").exists()


def test_mutation_a_cleaning_that_trusts_names_alone_loses_a_changed_page(project, monkeypatch):
    page = project / "reports" / "140000" / "sentinel.html"
    page.write_text("mine")
    monkeypatch.setattr(cleaning, "_changed", lambda *_: set())
    cleaning.clean()
    assert not page.exists()


def test_a_copied_folder_is_cleaned_whole_and_a_held_one_not_at_all(project, capsys):
    for path in (project / "reports").rglob("*"):
        os.utime(path, ns=(1, 1)) if path.is_file() and path.suffix != ".json" else None
    output = outputs.Output(project / "reports")
    there = sorted(project.rglob("*"))
    with output.lock():
        assert cli.main(["clean"]) == 2 and "is held by process" in capsys.readouterr().err
        assert sorted(project.rglob("*")) == there
    assert cli.main(["clean"]) == 0 and not list((project / "reports").iterdir())


def test_a_file_that_public_tables_leave_out_is_no_change_of_theirs(project, monkeypatch):
    user = project / "data" / "raw" / "user"
    user.mkdir(parents=True)
    (user / "own.xlsx").write_text("x")
    (user / "own.xlsx.toml").write_text('access = "internal"\n')
    assert "user/own.xlsx" not in freshness.changed_raw()
    monkeypatch.setattr(freshness, "_kept_back", lambda path: False)
    assert "user/own.xlsx" in freshness.changed_raw()


def test_an_edited_raw_file_is_hinted_at_until_the_tables_are_built(project):
    raw = project / "data" / "raw" / "a.csv"
    record = project / "data" / "processed" / "build.json"
    assert freshness.hint() == ""
    raw.write_text("x")
    os.utime(record, ns=(1, 1))
    assert "data/raw changed since the tables were built (a.csv)" in freshness.hint()
    content = json.loads(record.read_bytes())
    content["raw"] = {
        "a.csv": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
        "b.csv": "0",
    }
    record.write_text(json.dumps(content))
    os.utime(record, ns=(1, 1))
    assert freshness.changed_raw() == ["b.csv"], "the same content is no change; a file that is gone is one"
    record.write_text("[")
    assert freshness.hint() == ""


def test_a_page_depends_on_what_the_tables_hold_and_on_what_it_was_made_with(project, monkeypatch):
    books = promises.notebooks()
    before = keys.Inputs(books)
    held, made, signed = before.tables, dict(before.shared), before.signature
    table = paths.processed() / "observations.parquet"
    table.write_bytes(table.read_bytes() + b"x")
    assert keys.Inputs(books).tables != held, "another content under the old build record"
    assert any(name.startswith("pandas-") for name in keys.installed())
    with monkeypatch.context() as patch:
        patch.setattr(keys, "installed", lambda: ["pandas-0.1.dist-info"])
        other = keys.Inputs(books)
        assert other.shared["environment"] != made["environment"] and other.signature != signed
    with monkeypatch.context() as patch:
        patch.setattr(keys, "interpreter", lambda: "CPython 3.99")
        assert keys.Inputs(books).shared["environment"] != made["environment"]


def test_a_table_that_the_build_did_not_write_makes_no_page(project, monkeypatch, capsys):
    """Values of two provinces swapped, a year shifted, a table of another edition: 12 seeded changes of the built tables."""
    path, dice = project / "data" / "processed" / "observations.parquet", random.Random(20261201)
    whole, held = path.read_bytes(), pd.read_parquet(path)
    ask = ["report", "--region", "140000", "--lang", "zh", "--no-gate"]
    page = (project / "reports" / "140000" / "sentinel.html").read_bytes()
    for kind in ["swapped", "shifted", "edition"] * 4:
        n, other = dice.randrange(len(held)), held.copy()
        if kind == "swapped":
            other["region_code"] = other["region_code"].map(
                lambda code: "610000" if code == "140000" else code
            )
        elif kind == "shifted":
            other.loc[other.index[n], "year"] -= 1
        else:
            other.loc[other.index[n], "value"] *= 1 + dice.random() / 50
        other.to_parquet(path)
        assert cli.main(ask) == 2, kind
        assert "observations.parquet: found not the file that the build wrote" in capsys.readouterr().err
        assert (project / "reports" / "140000" / "sentinel.html").read_bytes() == page
    monkeypatch.setattr(freshness, "refuse_altered", lambda: None)  # the mutation: the run goes on
    cli.main(ask)
    assert "the build wrote" not in capsys.readouterr().err
    monkeypatch.undo()
    path.write_bytes(whole)
    monkeypatch.setenv("YIGAI_HOME", str(project))
    freshness.refuse_altered()
