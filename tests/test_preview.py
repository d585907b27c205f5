"""The preview: a save of notebook or theme costs its page, one of what the theme imports a new server, a broken file only a reason."""

from __future__ import annotations

import json
import shutil
import threading
import urllib.request

import pytest

import report_kit
from analysis.errors import ParameterError
from analysis.report.publish import preview
from analysis.report.run import processes

pytestmark = pytest.mark.skipif(not processes.forking(), reason="the warm server needs Linux")


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = report_kit.Project(tmp_path / "project", ("140000", "320000"))
    shutil.copy(report_kit.ROOT / "tests" / "fixtures" / "sentinel_theme.py", tmp_path / "sentinel_theme.py")
    for name, value in (made.environment | {"PYTHONPATH": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(tmp_path))
    return made


def test_a_save_of_the_notebook_keeps_the_server_and_one_of_what_the_theme_imports_does_not(
    project, tmp_path
):
    shown = preview.Preview("sentinel", "140000", "zh", tmp_path / "preview")
    try:
        first = shown.make()
        page = tmp_path / "preview" / first.path
        assert first.path == "140000/sentinel.html" and "合成数据" in page.read_text(encoding="utf-8")
        server, before = shown._runner.server[0].process.pid, shown.signature()
        project.write(report_kit.IMPORTS, report_kit.SHOW, "1/0")
        assert shown.signature() != before
        assert "ZeroDivisionError" in shown.make().error and "合成数据" in page.read_text(encoding="utf-8")
        project.write(report_kit.IMPORTS, report_kit.SHOW)
        assert not shown.make().error and shown._runner.server[0].process.pid == server
        path = project.folder / "notebooks" / "01_sentinel.ipynb"
        path.write_text("[")
        assert "unreadable" in shown._attempt().error
        project.write(report_kit.IMPORTS, report_kit.SHOW)
        imported = tmp_path / "imported.py"
        shown._held.append(imported)
        shown._code = shown._state(shown._book())
        imported.write_text("")
        assert not shown.make().error and shown._runner.server[0].process.pid != server
    finally:
        shown.close()
    report_kit.assert_none_left()


def test_a_save_of_the_theme_shows_its_new_words_with_the_same_server(project, tmp_path, monkeypatch):
    folder = project.folder / "src" / "analysis" / "themes"
    folder.mkdir(parents=True)
    theme = folder / "own_sentinel.py"
    shutil.copy(report_kit.ROOT / "tests" / "fixtures" / "sentinel_theme.py", theme)
    path = project.write(
        "from analysis.themes import own_sentinel as theme",
        report_kit.SHOW,
        module="analysis.themes.own_sentinel",
    )
    content = json.loads(path.read_text(encoding="utf-8"))
    first = next(n for n, cell in enumerate(content["cells"]) if cell["cell_type"] == "code")
    content["cells"].insert(first, content["cells"].pop(first + 1))  # imports stand above the parameters
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    shown = preview.Preview("sentinel", "140000", "zh", tmp_path / "preview")

    def saved(old: str, new: str) -> str:
        before = shown.signature()
        theme.write_text(theme.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        assert shown.signature() != before
        made = shown.make()
        assert not made.error
        return (tmp_path / "preview" / made.path).read_text(encoding="utf-8")

    try:
        assert not shown.make().error
        server = shown._runner.server[0].process.pid
        assert "另一句话" in saved("合成数据", "另一句话")
        with monkeypatch.context() as broken:  # mutation: the template with the theme as it was stays
            broken.setattr(preview.runner.Runner, "let_go", lambda self, job: None)
            assert "第三句" not in saved("另一句话", "第三句")
        assert (
            "第四句话在此" in saved("第三句", "第四句话在此")
            and shown._runner.server[0].process.pid == server
        )
    finally:
        shown.close()
    report_kit.assert_none_left()


def test_a_page_is_made_once_until_something_is_saved(project, tmp_path):
    class Waits(Exception):
        pass

    class Stop(threading.Event):
        def wait(self, timeout=None):
            if timeout == preview.LOOK:
                raise Waits  # nothing to be made
            return False

    def pages(shown: preview.Preview) -> int:
        made = 0
        with pytest.raises(Waits):
            for one in shown.pages(Stop()):
                assert not one.error
                made += 1
        return made

    for times, files in ((1, None), (2, property(lambda self: [self.path]))):
        shown = preview.Preview("sentinel", "140000", "zh", tmp_path / "preview")
        try:
            with pytest.MonkeyPatch.context() as patch:
                if files:  # mutation: what the first page depends on counts as saved
                    patch.setattr(preview.Preview, "_files", files)
                    patch.setattr(
                        preview.Preview,
                        "signature",
                        lambda self: preview.keys.signature([self.path, *self._held, *self._own]),
                    )
                assert pages(shown) == times
        finally:
            shown.close()
    report_kit.assert_none_left()


def test_the_place_is_chosen_or_the_notebooks_own(project):
    assert preview.place("sentinel", "") == "140000" and preview.place("sentinel", "江苏") == "320000"
    with pytest.raises(ParameterError, match="allowed: sentinel"):
        preview.place("nope", "")


def test_the_page_is_shown_on_this_machine_and_the_next_one_is_news(tmp_path):
    class Once:
        path, folder = tmp_path / "x.ipynb", tmp_path / "preview"

        def pages(self, stop):
            yield preview.Made("", "a < b", 0.1)
            asked.wait(10)

        def close(self):
            pass

    asked, said = threading.Event(), []
    running = threading.Thread(target=preview.serve, args=(Once(), 0, said.append))
    running.start()
    while not said:
        pass
    address = said[0].split()[0]
    news = json.loads(urllib.request.urlopen(f"{address}next?0", timeout=10).read())
    assert news == {"number": 1, "path": "failed.html"}
    assert b"a &lt; b" in urllib.request.urlopen(f"{address}failed.html", timeout=10).read()
    assert b"<iframe" in urllib.request.urlopen(address, timeout=10).read()
    asked.set()
    running.join(10)
    assert not running.is_alive()
