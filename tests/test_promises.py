"""A place and a theme that make no page together: each pair says why, and nothing to make is a wrong question."""

from __future__ import annotations

import io
import json
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
