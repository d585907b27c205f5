"""A site of the teaching packs for JupyterLite: what is put into it, and the site itself in Chromium, self-checks run, no request outside."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import threading

from pytest import importorskip, mark, raises, skip

from analysis import cli
from analysis.cases import books, lite
from analysis.errors import MethodError

LOCK = {
    "info": {"python": "3.14"},
    "packages": {
        "a": {"version": "1", "depends": ["b_c"], "file_name": "a-1-py3-none-any.whl", "sha256": "x"},
        "b-c": {"version": "2", "depends": ["a"], "file_name": "elsewhere.whl", "sha256": "y"},
        "other": {"version": "3", "depends": []},
    },
}  # fmt: skip


def test_the_packages_of_the_kernel_come_with_all_they_need():
    assert lite.packages(LOCK, ["a"]) == {"a": "1", "b-c": "2"}
    with raises(MethodError, match="no package jedi"):
        lite.packages(LOCK)


def test_the_list_names_what_lies_in_the_site_and_nothing_else(tmp_path):
    """A wheel that is left out of the list would be asked of a content network, and one with another hash refused."""
    wheel = tmp_path / "a-1-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    made = lite.listed(LOCK, {"a": wheel})
    assert set(made["packages"]) == {"a"} and made["info"] == LOCK["info"]
    assert made["packages"]["a"]["sha256"] == lite.hashlib.sha256(b"wheel").hexdigest() != "x"


def test_students_files_alone_are_on_the_site(processed):
    kept = set(lite.contents(books.edition_files(books.make("bethune"), "student")))
    assert {"exercises.ipynb", "exercises.en.ipynb", "caselab.py", "checks.json", "data/observations.csv"} <= kept  # fmt: skip
    assert not [name for name in kept if "key" in name or name.endswith(".html")]


def test_a_folder_with_other_files_is_left_alone(processed, tmp_path, monkeypatch, capsys):
    importorskip("jupyterlite_pyodide_kernel", reason="not run: the extra lite is not installed")
    (tmp_path / "own.txt").write_text("mine")
    assert cli.main(["case", "bethune", "--lite", "--out", str(tmp_path)]) == 2
    assert "no site" in capsys.readouterr().err and (tmp_path / "own.txt").read_text() == "mine"
    assert cli.main(["case", "none", "--lite"]) == 2
    monkeypatch.setattr(lite.importlib.util, "find_spec", lambda name: None)
    assert cli.main(["case", "bethune", "--lite"]) == 2 and "pip install" in capsys.readouterr().err


@mark.browser
@mark.slow
def test_self_checks_run_in_jupyterlite_and_nothing_outside_is_asked(processed, tmp_path, monkeypatch):
    from playwright.sync_api import sync_playwright

    importorskip("jupyterlite_core", reason="not run: the extra lite is not installed")
    pack = books.make("bethune")
    worked = books.edition_files(pack, "solution")["exercises.en.ipynb"]
    clean = json.loads(worked)
    for cell in clean["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    kept = lite.contents
    monkeypatch.setattr(lite, "contents", lambda files: kept(files) | {"worked.ipynb": json.dumps(clean)})
    try:
        site = lite.site(["bethune"], tmp_path / "site")
    except MethodError as error:
        skip(f"not run: {error}")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words):
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site)))  # fmt: skip
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_address[1]}/"
    outside, said = [], {}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name in ("exercises.ipynb", "worked.ipynb"):
            tab = browser.new_context().new_page()
            tab.on("request", lambda r: outside.append(r.url) if not r.url.startswith((home, "data:", "blob:")) else None)  # fmt: skip
            tab.goto(f"{home}lab/index.html?path=bethune/{name}")
            tab.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=300_000)
            tab.click("text=Run >> nth=0")
            tab.click("text=Run All Cells >> nth=0")
            last = pack.source.exercises[-1].id
            tab.wait_for_function("id => [...document.querySelectorAll('.jp-OutputArea-output')].some(e => e.textContent.trim().startsWith(id + ' '))", arg=last, timeout=300_000)  # fmt: skip
            said[name] = tab.evaluate("() => [...document.querySelectorAll('.jp-OutputArea-output')].map(e => e.textContent).join('\\n')")  # fmt: skip
        browser.close()
    server.shutdown()
    machine = [e for e in pack.source.exercises if not e.by_person]
    for exercise in machine:
        assert re.search(rf"{exercise.id}\s+0 / {exercise.points:g} ", said["exercises.ipynb"]), exercise.id
        assert re.search(rf"{exercise.id}\s+{exercise.points:g} / {exercise.points:g} ", said["worked.ipynb"]), exercise.id  # fmt: skip
    assert outside == []
