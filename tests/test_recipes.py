"""README's recipes for preview, assumptions and schedule run as they stand; both READMEs name every notebook and say the same.

The commands are taken from README.md letter by letter and run in a small project whose notebooks bear the names that the recipes use.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import urllib.request

import pytest

import report_kit
from analysis import paths
from analysis.report.plan import parameters, promises
from analysis.report.run import processes
from test_readme import ROOT, typed

READMES = {
    lang: (ROOT / name).read_text("utf-8") for lang, name in (("zh", "README.zh-CN.md"), ("en", "README.md"))
}


def recipe(*words: str) -> list[str]:
    """The arguments of README's first `yigai` command that holds these words."""
    found = [c for c in typed(READMES["en"], "yigai") if all(word in c for word in words)]
    assert found, f"README.md has no command with {', '.join(words)}"
    return shlex.split(found[0])[1:]


@pytest.fixture
def project(tmp_path):
    return report_kit.Project(tmp_path / "project", ("140000", "320000"))


@pytest.mark.skipif(not processes.forking(), reason="the runner forks")
def test_the_recipe_of_an_assumption_runs_and_goes_back(project):
    theme, *said = [
        w for w in recipe("report", "--set", "--theme") if w not in ("report", "--set", "--theme")
    ]
    [book] = [book for book in promises.notebooks() if book.theme == theme]
    assert parameters.settings(
        said, {book.path.name: book.parameters}
    )  # the notebook declares what the recipe sets
    (project.folder / "notebooks" / "01_sentinel.ipynb").unlink()
    project.write(theme=theme, name=f"16_{theme}", more="\ncap = 80.0  # points\nbonus = 2.0  # points")
    made = project.wait(project.start(*recipe("report", "--set", "--theme")))
    assert made.returncode == 0 and "4 pages made" in made.stdout, made.stderr
    assert "4 pages made" in project.report("--theme", theme).stdout  # back to the defaults
    assert "0 pages made" in project.report("--theme", theme).stdout


@pytest.mark.skipif(not processes.forking(), reason="the runner forks")
def test_the_recipe_of_a_schedule_makes_an_issue_once_and_vouches_for_it(project):
    first = project.wait(project.start(*recipe("report", "--due")))
    assert first.returncode == 0, first.stderr
    [issue] = [
        folder for folder in (project.folder / "issues").iterdir() if re.fullmatch(r"\d{4}-\d\d", folder.name)
    ]
    assert (issue / "140000" / "sentinel.html").is_file() and (issue / "changes.html").is_file()
    before = {path: path.read_bytes() for path in issue.rglob("*.html")}
    assert project.wait(project.start(*recipe("report", "--due"))).returncode == 0
    assert before == {path: path.read_bytes() for path in issue.rglob("*.html")}
    command = [
        issue.name if re.fullmatch(r"\d{4}-\d\d", word) else word for word in recipe("verify", "--issue")
    ]
    verified = project.wait(project.start(*command))
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_the_recipe_of_a_preview_shows_the_page(project):
    command = recipe("preview", "region_profile")
    (project.folder / "notebooks" / "01_sentinel.ipynb").unlink()
    project.write(theme=command[1], name=f"01_{command[1]}")
    asked = [sys.executable, "-u", "-m", "analysis.cli", *command, "--port", "0"]
    shown = subprocess.Popen(
        asked, stdout=subprocess.PIPE, text=True, cwd=project.folder, env=project.environment
    )
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/", shown.stdout.readline())[0]
        shown.stdout.readline()  # the page is made
        with urllib.request.urlopen(f"{address}next?0", timeout=60) as answer:
            page = re.search(r'"([^"]+\.html)', answer.read().decode())[1]
        with urllib.request.urlopen(address + page.lstrip("/"), timeout=60) as answer:
            assert str(project.values["140000"]) in answer.read().decode()
    finally:
        shown.terminate()
        shown.wait(30)
        shown.stdout.close()


def numbers(text: str, opens: str) -> set[int]:
    """Numbers of notebooks that a paragraph names: 01, 12、19, 01–04."""
    paragraph = text[text.index(opens) :].split("\n\n")[0]
    found: set[int] = set()
    for part in re.findall(r"[（(]([\d–、, ]+)[）)]", paragraph):
        for one in re.findall(r"\d\d(?:–\d\d)?", part):
            first, _, last = one.partition("–")
            found |= set(range(int(first), int(last or first) + 1))
    return found


OPENS = {"zh": "笔记回答的问题：", "en": "What the notebooks answer:"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_notebook_is_named(lang):
    held = {int(path.name[:2]) for path in paths.notebooks().glob("[0-9][0-9]_*.ipynb")} - {0}
    named = numbers(READMES[lang], OPENS[lang])
    assert named == held, (
        f"the paragraph {OPENS[lang]!r} lacks {sorted(held - named)} (add what the notebook answers and its number in brackets), "
        f"names {sorted(named - held)} that are not there"
    )


def test_a_notebook_that_is_not_named_is_found():
    assert numbers("The notebooks: a (01–03), b (12、19), c (24).\n\nd (30)", "The notebooks") == {
        1,
        2,
        3,
        12,
        19,
        24,
    }


def outline(text: str) -> tuple[int, list[int]]:
    """How many sections there are, and how many recipes stand in each."""
    sections = re.split(r"^## ", text, flags=re.M)[1:]
    return len(sections), [len(re.findall(r"^\*\*", one, re.M)) for one in sections]


def spans(text: str) -> set[str]:
    """What stands in back quotes, but for what a reader fills in: FILE, 文件, "...", a quoted text."""
    found = {re.sub(r'"[^"]*"', '""', span) for span in re.findall(r"`([^`\n]+)`", text)}
    return {re.sub(r"\b[A-Z]{4,}\b$|[一-鿿]+$|=\.\.\.|=……", "", span).strip() for span in found}


def test_both_readmes_say_the_same():
    assert outline(READMES["zh"]) == outline(READMES["en"])
    assert spans(READMES["zh"]) == spans(READMES["en"])
    figures = [set(re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))) for text in READMES.values()]
    assert figures[0] == figures[1], figures[0] ^ figures[1]


def test_readmes_that_differ_are_found():
    text = READMES["en"]
    assert outline(text.replace("## Limits\n", "", 1)) != outline(text)
    assert spans(text.replace("`make bench`", "the benchmark")) != spans(text)
