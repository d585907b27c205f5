"""Mistakes that a newcomer makes in a theme: each is answered with file, line or cell, what is allowed and how it is mended."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis import authoring, paths, words
from analysis.commands import new, tidy
from analysis.errors import YigaiError
from analysis.report.plan import coverage
from analysis.report.run import worker
from analysis.sentences import Sentence

THEME = new.Theme("ward_care", "nurses", ("护士", "Nurses"), ("注册护士", "Registered nurses"), 90)


@dataclass(frozen=True)
class Files:
    """The four files of a theme in a project's folder of their own."""

    home: Path

    @property
    def book(self) -> Path:
        return self.home / "notebooks" / "90_ward_care.ipynb"

    @property
    def module(self) -> Path:
        return self.home / "src" / "analysis" / "themes" / "ward_care.py"

    @property
    def words(self) -> Path:
        return self.module.with_suffix(".toml")

    @property
    def test(self) -> Path:
        return self.home / "tests" / "test_theme_ward_care.py"

    def change(self, path: Path, old: str, new: str) -> None:
        text = path.read_text("utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), "utf-8")

    def cells(self, change: Callable[[dict], object]) -> None:
        content = json.loads(self.book.read_text("utf-8"))
        change(content)
        self.book.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")

    def answers(self) -> list[str]:
        """What `yigai tidy --check` says of them."""
        authoring.names.cache_clear()
        authoring._texts.cache_clear()
        words.catalogue.cache_clear()
        said: list[str] = []
        for path in (self.book, self.words):
            if path.is_file():
                before = path.read_text("utf-8")
                try:
                    if tidy.form(path)(before, str(path)) != before:
                        said.append(f"{path.name}: not tidy; `yigai tidy` mends it")
                    said += map(str, tidy.broken(path))
                except YigaiError as error:
                    said += map(str, error.problems)
        said += map(str, authoring.strays(self.home / "notebooks"))
        return said + [str(problem) for problem in authoring.linted([self.book])]


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A new theme as `yigai new` writes it, beside one of the collection."""
    (tmp_path / "data").symlink_to(paths.data())
    for name in ("pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_bytes((paths.home() / name).read_bytes())
    (tmp_path / "tests").mkdir()
    for path, text in new.contents(THEME, tmp_path).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.setenv("YIGAI_HOME", str(tmp_path))
    monkeypatch.setattr(authoring, "_themes", lambda: tmp_path / "src" / "analysis" / "themes")
    return Files(tmp_path)


def tag(content: dict) -> None:
    for cell in content["cells"]:
        cell["metadata"] = {} if cell["cell_type"] == "code" else cell["metadata"]


def printed(content: dict) -> None:
    cell = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    cell |= {"execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["x"]}]}


COMPLEX = (
    "\n\ndef tangled(x: int) -> int:\n"
    + "".join(f"    if x == {n}:\n        return {n}\n" for n in range(17))
    + "    return x\n"
)
NOTE = "数量说明资源，不说明质量。"
# mistake -> how it is made, what the answer must hold
MISTAKES: dict[str, tuple[Callable[[Files], object], str]] = {
    "a number typed in prose": (lambda f: f.change(f.book, "## 数据", "## 数据\\n山西有 27 家。"), r"^90_ward_care\.ipynb cell \d+ line 2: .*slot"),
    "English missing": (lambda f: f.change(f.words, ', en = "Numbers show resources, not quality."', ""), r"^ward_care\.toml:\d+ answer\.note: found no en; .*write both"),
    "a slot in one language": (lambda f: f.change(f.words, "median was {m}", "median was lower"), r"^ward_care\.toml:\d+ answer\.headline: .*\{m\} in one language; .*add or drop it"),
    "a digit in the words": (lambda f: f.change(f.words, NOTE, "数量说明 3 种资源。"), r"^ward_care\.toml:\d+ answer\.note \(zh\): .*'3' outside a slot; .*Fact"),
    "a path that has no words": (lambda f: f.change(f.module, '"answer.subtitle"', '"answer.subtitel"'), r"^ward_care\.py:\d+: .*no entry 'answer\.subtitel' .*add it to ward_care\.toml"),
    "an unknown indicator": (lambda f: f.change(f.module, '"nurses"', '"nurse"'), r"^ward_care\.py:\d+: .*'nurse'; .*did you mean nurses"),
    "no parameters": (lambda f: f.cells(tag), r"90_ward_care\.ipynb: found no cell tagged parameters; .*tag it"),
    "outputs left in": (lambda f: f.cells(printed), r"^90_ward_care\.ipynb: not tidy; `yigai tidy`"),
    "not registered": (lambda f: f.cells(lambda c: c["metadata"].pop("yigai")), r"^90_ward_care\.ipynb metadata: found no yigai.*write \"yigai\""),
    "another module": (lambda f: f.cells(lambda c: c["metadata"]["yigai"].update(module="analysis.themes.ward_cares")), r"^90_ward_care\.ipynb metadata: .*write \"module\": \"analysis\.themes\.ward_care\""),
    "an unknown chart": (lambda f: f.change(f.book, "charts.trends(", "charts.trend("), r"^90_ward_care\.ipynb cell \d+ line 2: found charts\.trend; .*did you mean trends"),
    "an unknown function of the theme": (lambda f: f.change(f.book, "theme.answer(", "theme.answers("), r"^90_ward_care\.ipynb cell \d+ line 3: found theme\.answers; .*did you mean answer"),
    "a cause without a design": (lambda f: f.change(f.words, NOTE, "改革导致数量增加。"), r"^ward_care\.toml:\d+ answer\.note \(zh\): .*导致.*describe, name the design"),
    "an entry that nothing says": (lambda f: f.change(f.words, "[answer.sentences]", '[answer.spare]\nzh = "多余。"\nen = "Spare."\n\n[answer.sentences]'), r"^ward_care\.toml:\d+ answer\.spare: .*nothing says; .*delete it"),
    "a drawing without alt text": (lambda f: f.change(f.module, '        alt=TEXT.say("answer.alt", **values),\n', ""), r"^ward_care\.toml:\d+ answer\.alt: .*nothing says; expected a use in ward_care\.py"),
    "a place that is none": (lambda f: f.change(f.book, '140000', "149900"), r"^90_ward_care\.ipynb cell \d+ line 1: found '149900'; .*did you mean 1"),
    "a place as a number": (lambda f: f.change(f.book, '\\"140000\\"', "140000"), r'^90_ward_care\.ipynb cell \d+ line 1: .*write region_code = "140000"'),
    "no test": (lambda f: f.test.unlink(), r"^ward_care\.py: found no test .*write tests/test_theme_ward_care\.py"),
    "an import up the floors": (lambda f: f.change(f.module, "from analysis.themes import", "from analysis.report.pages import render\nfrom analysis.themes import"), r"^ward_care\.py:\d+: found an import of analysis\.report\.pages\.render; expected .*move the function"),
    "no types": (lambda f: f.change(f.module, "def closing(view: panel.View) -> Finding:", "def closing(view):"), r"^ward_care\.py:\d+: found closing: view, result without a type; .*write `def closing"),
    "too many ways": (lambda f: f.module.write_text(f.module.read_text("utf-8") + COMPLEX, "utf-8"), r"^ward_care\.py:\d+: found C901 .*cut it into parts"),
    "a file's name": (lambda f: f.book.rename(f.book.with_name("ward-care.ipynb")), r"^ward-care\.ipynb: .*`git mv notebooks/ward-care\.ipynb notebooks/01_ward_care\.ipynb`"),
    "a number twice": (lambda f: f.book.with_name("90_a.ipynb").write_bytes(f.book.read_bytes()), r"^90_ward_care\.ipynb: found number 90 again, as in 90_a\.ipynb; .*git mv"),
    "a number and another order": (lambda f: f.cells(lambda c: c["metadata"]["yigai"].update(order=91)), r"^90_ward_care\.ipynb metadata: .*git mv"),
    "one language of a text": (lambda f: f.cells(lambda c: c["cells"].pop(1)), r"^90_ward_care\.ipynb cell 1: found no English after it"),
    "a finding that is not shown": (lambda f: f.change(f.book, "theme.closing(view).show(lang)", "theme.closing(view).show(lang)\\n1"), r"^90_ward_care\.ipynb cell \d+ line 1: .*above the end of its cell; .*cell of its own"),
    "a key twice": (lambda f: f.change(f.words, "change.brief = 3", "change.brief = 3\nchange.brief = 2"), r"ward_care\.toml: .*line \d+.*correct the line"),
    "no Python": (lambda f: f.change(f.module, "panel.every_province()", "panel.every_province("), r"^ward_care\.py:\d+: found no Python"),
    "no coverage": (lambda f: f.change(f.module, "def coverage()", "def covers()"), r"^ward_care\.py: found no coverage\(\)"),
    "a file read by hand": (lambda f: f.change(f.book, "theme.closing(view).show(lang)", "pd.read_csv(view)"), r"^90_ward_care\.ipynb cell \d+ line 1: found read_csv; .*move it into a function of ward_care\.py"),
}  # fmt: skip


@pytest.mark.parametrize("book", sorted(paths.notebooks().glob("[0-9][0-9]_*.ipynb")), ids=lambda p: p.stem)
def test_the_collections_own_themes_have_no_fault(book):
    assert authoring.faults(book) == []


def test_what_is_written_first_has_no_fault(files):
    assert files.answers() == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_answered_with_place_rule_and_mend(files, mistake):
    make, answer = MISTAKES[mistake]
    make(files)
    said = files.answers()
    assert [line for line in said if re.search(answer, line)], "\n".join(said) or "all is tidy"
    assert all("Traceback" not in line for line in said)


def test_a_value_in_place_of_a_fact_is_named_with_its_slot():
    with pytest.raises(YigaiError, match=r"1\.9 in slot \{m\}; expected a Fact.*pass the Fact itself as m="):
        Sentence("a", "为 {m}", "is {m}", {"m": 1.9})  # type: ignore[dict-item]
    with pytest.raises(
        YigaiError, match=r"sentence 'a' \(en\), slot \{m\}: found 1\.9; .*a number as a Fact"
    ):
        Sentence("a", "为 {m}", "is {m}", {"m": "1.9"}).text("en")
    with pytest.raises(YigaiError, match=r"slot \{m\}; expected one of n; pass m="):
        Sentence("a", "为 {m}", "is {m}", {"n": "x"})


def test_a_cell_that_fails_names_the_line_of_the_theme():
    frames = ["Cell In[3], line 2", "File /x/src/analysis/themes/ward_care.py:71, in answer(view)", "File /x/themes/panel.py:9"]  # fmt: skip
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": frames}
    cells = [{"cell_type": "code", "source": "x", "metadata": {}, "outputs": [error]}]
    with pytest.raises(worker.Failure, match=r"^cell 1 \(ward_care\.py:71\): KeyError"):
        worker.complete({"cells": cells}, "ward_care")
    with pytest.raises(worker.Failure, match=r"^cell 1 line 2: KeyError"):
        worker.complete({"cells": cells}, "another")


def test_what_words_break_is_told_as_it_is_when_places_are_asked_for(monkeypatch):
    def broken(name: str) -> None:
        raise YigaiError(words.Problem("a.toml:3 b", "no en", "zh and en", "write both"))

    monkeypatch.setattr(coverage.importlib, "import_module", broken)
    assert json.loads(coverage.answer(["analysis.themes.a"])) == {
        "problems": [["a.toml:3 b", "no en", "zh and en", "write both"]]
    }
