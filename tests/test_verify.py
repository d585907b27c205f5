"""A page is looked at once more: the same, or what differs; and its numbers are recomputed without this project."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

import report_kit
from analysis.report.formats import replicate
from analysis.report.publish import verifying
from analysis.report.run import processes


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    if not processes.forking():
        pytest.skip("the runner forks")
    made = report_kit.Project(tmp_path_factory.mktemp("verify") / "project", ("140000",))
    assert "2 pages made" in made.report("--format", "pdf,docx", "--no-gate").stdout
    return made


def said(project, *arguments: str):
    return project.wait(project.start(*arguments))


def test_a_page_and_its_files_are_the_same_until_one_is_altered(project):
    folder = project.reports / "140000"
    for name in ("sentinel.html", "sentinel.pdf", "sentinel.en.docx"):
        ended = said(project, "verify", str(folder / name))
        assert ended.returncode == 0 and "the same" in ended.stdout, ended
    for name in ("sentinel.html", "sentinel.pdf"):
        path = folder / name
        kept = path.read_bytes()
        path.write_bytes(kept + b"x")
        ended = said(project, "verify", str(path))
        path.write_bytes(kept)
        assert ended.returncode == 5 and "not the same" in ended.stdout, ended


def test_a_briefing_and_its_files_are_the_same_until_one_is_altered(project):
    folder = project.reports / "140000"
    for name in ("index.html", "index.en.pdf", "index.docx"):
        path = folder / name
        ended = said(project, "verify", str(path))
        assert ended.returncode == 0 and "the same" in ended.stdout, ended
        kept = path.read_bytes()
        path.write_bytes(kept + b"x")
        assert verifying.Site(project.reports)._against(f"140000/{name}", kept) != []
        if name.endswith(".html"):
            ended = said(project, "verify", str(path))
            assert ended.returncode == 5 and "not the same" in ended.stdout, ended
        path.write_bytes(kept)


def test_rows_that_changed_are_named(project, tmp_path):
    copy = report_kit.Project.__new__(report_kit.Project)
    shutil.copytree(project.folder, tmp_path / "project")
    copy.folder, copy.reports, copy.values = (
        tmp_path / "project",
        tmp_path / "project/reports",
        dict(project.values),
    )
    copy.tables(r140000=1234567)
    ended = said(copy, "verify", str(copy.reports / "140000/sentinel.html"))
    assert ended.returncode == 5 and "rows changed" in ended.stdout, ended
    ended = said(copy, "verify", str(copy.reports / "140000/index.html"))
    assert ended.returncode == 5 and "others by now" in ended.stdout, ended
    assert "not compared" in ended.stdout and "not the same" not in ended.stdout, "nothing was made again"


def test_a_citation_says_whether_the_page_is_still_in_that_state(project):
    held = json.loads((project.reports / "140000/sentinel.facts.json").read_bytes())
    fact, number = next((n, f["text"]["en"]) for n, f in held["facts"].items())
    state = f"Code version {held['code_version']}; Data read sha256 {held['reads_hash']}"
    text = f"Yigai. {number}. {state}. 140000/sentinel.en.html#r-{fact}"
    assert verifying.cited(text, project.reports) == []
    for wrong, word in (
        (text.replace(held["reads_hash"], "0" * 16), "data read"),
        (text.replace(held["code_version"], "0" * 12), "code version"),
        (text.replace(fact, "f00000000"), "not on the page"),
        (text.replace(number, "none"), "the page prints"),
    ):
        assert any(word in line for line in verifying.cited(wrong, project.reports)), wrong


def facts() -> dict:
    """A page of one quoted, one computed number and one of a model, as facts.json holds them."""
    from analysis import cells

    table = cells.pack(
        [
            cells.Cell(
                f"s:14000{n}:doctors:2023",
                place="140000",
                indicator=name,
                end="2023-12-31",
                value=value,
                source="s",
            )
            for n, name, value in ((0, "doctors", 118400.0), (1, "population", 34660000.0))
        ]
    )
    both = {"zh": "数", "en": "number"}
    one = {"label": both, "text": {"zh": "1", "en": "1"}}
    return {
        "region_code": "140000", "theme": "services", "title": both, "code_version": "v", "reads_hash": "h", "cells": table,
        "facts": {
            "fa": one | {"value": 118400.0, "rows": [[0, 0]]},
            "fb": one | {"value": 118400 / 34660, "rows": [[0, 1]], "formula": both, "operation": "total(doctors) / total(population) * 1000"},
            "fc": one | {"value": 1.0, "rows": [[0, 1]], "formula": both},
        },
    }  # fmt: skip


def recomputed(folder, held: dict, *named: str) -> subprocess.CompletedProcess:
    for name, content in replicate.folder(held, "140000/services.html").items():
        (folder / name).write_bytes(content)
    # isolated: neither this project nor its folder is on the path
    return subprocess.run(
        [sys.executable, "-I", str(folder / "recompute.py"), *named],
        capture_output=True,
        text=True,
        cwd=folder.parent,
    )


def test_a_stranger_recomputes_the_numbers_and_sees_a_wrong_one(tmp_path):
    alone, said = (recomputed(tmp_path, facts(), *named).stdout for named in ((), (str(tmp_path),)))
    assert alone == said != "", "without a folder's name the script reads its own"
    assert "analysis" not in (tmp_path / "x").name
    ended = recomputed(tmp_path, facts())
    assert ended.returncode == 0 and "'agrees': 1" in ended.stdout and "'no operation': 1" in ended.stdout, (
        ended
    )
    assert "import analysis" not in (tmp_path / "recompute.py").read_text("utf-8")
    rows = (tmp_path / "rows.csv").read_text("utf-8-sig").splitlines()
    assert len(rows) == 3 and "118400" in rows[1]
    readme = (tmp_path / "README.md").read_text("utf-8")
    assert "1 直接引用" in readme and "1 可重算" in readme
    assert "1 不重算" in readme and "\n- 1 数 / 1 number\n" in readme, "which number is left is said"
    whole = facts()
    del whole["facts"]["fc"]
    readme = replicate.folder(whole, "140000/services.html")["README.md"].decode()
    assert "0 不重算" in readme and "\n- " not in readme, "the mutation: nothing is left"
    wrong = facts()
    wrong["facts"]["fb"]["value"] = 3.0
    ended = recomputed(tmp_path, wrong)
    assert ended.returncode == 1 and "differs" in ended.stdout
