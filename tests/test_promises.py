"""A place and a theme that make no page together: each pair says why, and nothing to make is a wrong question."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

import report_kit
from analysis import cli
from analysis.report.gate import gate
from analysis.report.plan import promises
from analysis.report.plan.records import Why


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return report_kit.Project(tmp_path_factory.mktemp("promises") / "project", ("140000", "320000"))


@pytest.fixture
def books(project):
    project.write(name="02_nation", theme="national", order=2, scope="nation")
    yield promises.notebooks(project.folder / "notebooks")
    (project.folder / "notebooks" / "02_nation.ipynb").unlink()


def test_each_pair_without_a_page_has_its_reason_in_both_languages(books):
    states = {"140000": None, "110000": Why("E1", "没有数据。", "no rows."), "000000": None}
    found = promises.absences(books, {"sentinel_theme": states}, ["140000", "110000", "140100", "710000"])
    reasons = {(one.region_code, one.theme): one.en for one in found}
    assert ("140000", "sentinel") not in reasons and ("110000", "sentinel") in reasons
    assert reasons["110000", "sentinel"] == "E1 no rows"
    assert "one page, the nation’s" in reasons["140000", "national"]
    assert "(2 places have its page)" in reasons["140100", "sentinel"]
    assert reasons["710000", "sentinel"] == "the sources of this collection do not cover the place"
    assert all(one.zh and one.zh != one.en for one in found)
    assert not promises.absences(books[1:], {"sentinel_theme": states}, ["000000"])


def test_one_reason_for_many_themes_is_one_line():
    found = [promises.Absence("140100", theme, "无", "none") for theme in ("a", "b")]
    assert promises.in_words(found) == ["no page: 140100 太原, a, b: none"]


def test_nothing_to_make_ends_with_two_and_something_with_a_line_a_pair(project):
    done = project.report("--region", "太原", "--theme", "sentinel")
    assert done.returncode == 2 and "no page: 140100 太原, sentinel: " in done.stderr, done
    done = project.report("--region", "太原", "山西", "--theme", "sentinel", "--lang", "zh")
    assert done.returncode == 0 and "1 pages made" in done.stdout, done
    assert done.stdout.startswith("no page: 140100 太原, sentinel: ")


def agreement(folder, languages=("zh", "en")) -> list[str]:
    site = gate.Site(folder, languages=languages)
    return [line for line in gate.check_languages_agree(site) if "index" in line]


def test_one_language_is_a_run_and_a_difference_between_two_is_still_found(project):
    assert project.report("--region", "山西", "--lang", "zh").returncode == 0
    assert agreement(project.reports, ("zh",)) == []
    assert project.report("--region", "山西").returncode == 0
    assert agreement(project.reports) == []
    page = project.reports / "140000" / "index.en.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace(' id="', ' id="x-', 3), encoding="utf-8")
    assert any("ids differ" in line for line in agreement(project.reports))


def test_the_manifest_holds_what_was_made_only(project):
    assert project.report("--region", "山西").returncode == 0
    rows = json.loads((project.reports / "manifest.json").read_text())["pages"]
    assert {row["region_code"] for row in rows} == {"140000"}


def test_a_locale_without_chinese_neither_stops_nor_garbles(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="latin-1"))
    typed = cli._any_locale(["report", "--region", "山西"])
    print("中")
    sys.stdout.flush()
    assert typed[-1] == "山西" and written.getvalue() == b"\\u4e2d\n"
    monkeypatch.setattr(cli.os, "fsencode", lambda text: text.encode("latin-1"))
    assert cli._any_locale(["山西".encode().decode("latin-1")]) == ["山西"]


def test_chinese_file_names_are_read_and_written_where_the_locale_has_none(tmp_path):
    """The real command. A mutation: without a second start in UTF-8 mode the name of the bulletin ended in a UnicodeEncodeError."""
    told, made = tmp_path / "简报.txt", tmp_path / "清单.csv"
    told.write_text("太原市2023年共有执业医师12345人。\n", encoding="utf-8")
    without = ("LANG", "PYTHONIOENCODING", "YIGAI_PROCESSED")
    plain = {k: v for k, v in os.environ.items() if k not in without and not k.startswith("LC_")}
    plain |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    typed = ["code", str(told), "--place", "太原", "--out", str(made)]
    done = subprocess.run([sys.executable, "-m", "analysis.cli", *typed], env=plain, capture_output=True)
    assert done.returncode == 0 and b"Traceback" not in done.stderr, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["清单.csv", "简报.txt"]
    assert "12345人" in made.read_text(encoding="utf-8-sig")
    assert done.stdout.isascii() and b"\\u6e05\\u5355.csv" in done.stdout, "in the terminal's own encoding"


def test_a_start_in_utf8_is_tried_once_and_only_where_it_is_needed(monkeypatch):
    begun = []
    monkeypatch.setattr(cli.os, "execv", lambda program, given: begun.append(given[1:]))
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "analysis.cli", "data"])
    for name in ("PYTHONUTF8", "PYTHONIOENCODING"):
        monkeypatch.setenv(name, "0")
        monkeypatch.delenv(name)  # put back as they were afterwards
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "utf-8")
    cli._in_utf8()
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "iso8859-1")
    cli._in_utf8()
    cli._in_utf8()
    assert begun == [["-m", "analysis.cli", "data"]]
