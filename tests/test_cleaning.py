"""`yigai clean` takes away what can be made again; a hint says when the tables are older than the raw files."""

from __future__ import annotations

import json
import os
import shutil

import pytest

import report_kit
from analysis import cli, paths
from analysis.clean import freshness
from analysis.report.plan import keys, promises
from analysis.report.publish import cleaning


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
