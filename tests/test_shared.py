"""One run for both languages: what the second one takes over, and that its notebook is to the byte what a run of its own gives."""

from __future__ import annotations

import json
import os
from collections import deque
from pathlib import Path

import pytest

from analysis import paths
from analysis.report.plan import promises
from analysis.report.run import engine, pool, processes, runner, serverprocess, shared, worker

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
linux = pytest.mark.skipif(not processes.forking(), reason="the fork server needs Linux's pidfd")
engines = pytest.mark.xdist_group("engine")  # one process, as in test_engine
OPENED = "region_code, lang, as_of = opening.begin(theme, region_code, lang, as_of)\n"
STATED = (
    'region_code = "140000"  # a place\nlang = "zh"',
    "# Parameters\nregion_code = '140000'\nlang = 'en'",
)
READS = "from analysis import tables\nrows = tables.read('measures', region_code=region_code)\nlen(rows), tables.reads(), lang"
ABOVE = ("from analysis import opening\nfrom analysis.themes import services as theme",)


# ---- the rule ----------------------------------------------------------------------------------------------------------------


def test_what_does_not_see_the_language_is_taken_over():
    below = (
        OPENED + "page = theme.load(region_code)\npage.data(lang);",
        "rows = theme.rows(page)\nnames = theme.names(rows, lang)\nboth = (rows,\n  page); shown = names.x",
        "rows = theme.rows(names)\nagain = theme.n(rows)\nnames = 1\nfree = names + 1",
    )
    one, two, three = shared.plan(ABOVE, STATED, below).cells
    assert (one.given, one.source) == (("page",), OPENED + "pass\npage.data(lang);")
    assert two.given == ("rows", "both")
    assert two.source == "pass\nnames = theme.names(rows, lang)\npass; shown = names.x"
    # a name that has stood for something else in its cell is worked out again, what follows from it is taken over
    assert three.given == ("free",)


def test_a_name_that_its_cell_has_used_or_assigns_twice_is_worked_out_again():
    below = ("theme.show(rows, lang)\nrows = theme.rows(1)", "a = theme.one()\na = theme.two()")
    assert [cell.given for cell in shared.plan(ABOVE, STATED, below).cells] == [(), ()]


@pytest.mark.parametrize(
    ("cell", "second", "given"),
    [
        ("theme.data(page).show(lang)", "_shown.finding.show(lang)", ("_shown",)),
        (
            "rows = theme.n(page)\ntheme.data(rows).show(lang);",
            "pass\n_shown.finding.show(lang);",
            ("rows", "_shown"),
        ),
        ("theme.data(page, lang).show(lang)", None, ()),
        ("drawing = theme.drawn(lang)\ntheme.data(drawing).show(lang)", None, ()),
        ("theme.data(page).show(lang)\n1", None, ()),
        ("theme.data(page).show('zh' if lang else lang)", None, ()),
        ("page.show(lang)", None, ()),
    ],
)
def test_a_finding_that_does_not_see_the_language_is_shown_in_both(cell, second, given):
    (found,) = shared.plan(ABOVE, STATED, (cell,)).cells
    assert (found.source, found.given) == (second or cell, given)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("exec('x = lang')", "exec"),
        ("x = globals()['lang']", "globals"),
        ("x = eval('lang')", "eval"),
        ("x = getattr(theme, 'a')", "getattr"),
        ("%matplotlib inline", "plain Python"),
        ("!ls", "plain Python"),
        ("x = get_ipython()", "get_ipython"),
        ("x = _", "_"),
        ("x = In[1]", "In"),
        ("x = theme.__dict__", "__dict__"),
        ("theme.x = lang", "changed in place"),
        ("page[lang] = 1", "changed in place"),
        ("del page", "Delete"),
        ("x += 1", "AugAssign"),
        ("(x := 1)", "NamedExpr"),
        ("for x in lang: pass", "For"),
        ("def f(): return lang", "FunctionDef"),
        ("await theme.x()", "Await"),
        ("global x", "Global"),
        ("import os", "imports os"),
        ("from os import environ", "imports os"),
        ("from analysis.themes.services import *", "imports"),
        ("from . import x", "imports"),
        ("import analysisx", "imports analysisx"),
        ("print(1)", "print"),
    ],
)
@pytest.mark.parametrize("above", [False, True])
def test_a_cell_that_may_do_more_than_its_names_say_is_run_for_each_language(cell, why, above):
    cells = ((cell,), ("x = 1",)) if above else (ABOVE, (cell,))
    plan = shared.plan(cells[0], STATED, cells[1])
    assert why in plan.why and not plan.cells


def test_a_parameter_that_is_worked_out_is_not_taken_for_plain():
    assert shared.plan(ABOVE, ("lang = 'zh'\nx = lang + 'a'",), ("y = x",)).why


def test_a_theme_of_the_users_own_is_run_for_each_language(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text("")
    monkeypatch.setattr(paths, "own_themes", lambda: tmp_path)
    shared.plan.cache_clear()
    try:
        assert "mine" in shared.plan(("from analysis.themes import mine",), STATED, ("x = 1",)).why
        assert "mine" in shared.plan(("import analysis.themes.mine as m",), STATED, ("x = 1",)).why
        assert not shared.plan(ABOVE, STATED, ("x = 1",)).why
    finally:
        shared.plan.cache_clear()


def books() -> list[promises.Notebook]:
    found = [promises.load(path) for path in sorted(FOLDER.glob("[0-9]*.ipynb"))]
    return [book for book in found if book]


def test_every_notebook_of_the_collection_is_run_once_for_both_languages():
    for path in sorted(FOLDER.glob("[0-9]*.ipynb")):
        cells = json.loads(path.read_text())["cells"]
        first = promises.tagged(cells, "parameters")
        above, below = (
            tuple(promises.source(c) for c in part if c["cell_type"] == "code")
            for part in (cells[:first], cells[first + 1 :])
        )
        plan = shared.plan(above, (promises.source(cells[first]),), below)
        assert not plan.why and len(plan.cells) == len(below), (path.name, plan.why)


# ---- whose worker ------------------------------------------------------------------------------------------------------------


def jobs_of(*told: tuple[str, str]) -> list[dict]:
    made = []
    for region, lang in told:
        entry = {
            "region_code": region,
            "theme": "t",
            "order": 1,
            "parameters": {"region_code": region, "lang": lang, "cap": 85},
        }
        made.append({"id": f"{region}/t/{lang}", "entry": entry})
    return made


def test_the_languages_of_a_place_are_made_one_after_the_other_by_one_worker():
    jobs = runner.paired(jobs_of(("1", "zh"), ("2", "zh"), ("1", "en"), ("3", "en"), ("2", "en")))
    assert [(job.get("followed", False), job.get("after", "")) for job in jobs] == [
        (True, ""),
        (True, ""),
        (False, "1/t/zh"),
        (False, ""),
        (False, "2/t/zh"),
    ]
    waiting, slots = deque(jobs), [pool._Slot(None, None), pool._Slot(None, None)]
    order = [[pool.Pool._next(slot, waiting)["id"] for slot in slots] for _ in range(2)]
    assert order == [["1/t/zh", "2/t/zh"], ["1/t/en", "2/t/en"]]
    assert [job["id"] for job in waiting] == ["3/t/en"] and not any(slot.following for slot in slots)


def test_other_parameters_make_no_pair():
    one, two = jobs_of(("1", "zh"), ("1", "en"))
    two["entry"]["parameters"]["cap"] = 90
    assert not any("after" in job for job in runner.paired([one, two]))


# ---- the same bytes ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server():
    environment = os.environ | runner.environment()
    running = serverprocess.ServerProcess(["pandas", "numpy"], str(FOLDER), environment).ready()
    yield running
    running.stop()


@pytest.fixture
def page(monkeypatch):
    monkeypatch.chdir(FOLDER)
    for name, value in runner.environment().items():
        monkeypatch.setenv(name, value)
    yield
    engine._taken("")


def asked(text: str, code: str, lang: str, server, **more) -> dict:
    entry = {"parameters": {"region_code": code, "lang": lang, "as_of": ""}}
    limits = {"cell_timeout": 60, "start_timeout": 60}
    return {
        "id": f"{code}/{lang}",
        "entry": entry,
        "notebook": text,
        "server": server.address,
        **limits,
        **more,
    }


def executed(job: dict) -> tuple[str, dict]:
    about: dict = {}
    done = engine.run(job, [], about)
    worker.complete(done)
    return json.dumps(worker._settle(done), sort_keys=True), about


def both(text: str, code: str, server) -> tuple[list[str], bool]:
    """The notebook in both languages from one run, and whether the second one was taken from it."""
    first, _ = executed(asked(text, code, "zh", server, followed=True))
    pids = [one.pid for one in engine._held]
    second, about = executed(asked(text, code, "en", server, after=f"{code}/zh"))
    return [first, second], bool(pids) and about["cpu"] >= 0


def alone(text: str, code: str, server) -> list[str]:
    return [executed(asked(text, code, lang, server))[0] for lang in ("zh", "en")]


def text_of(theme: str) -> str:
    return next(book.text for book in books() if book.theme == theme)


@linux
@engines
@pytest.mark.parametrize(("theme", "code"), [("city_profile", "321100"), ("services", "140100")])
def test_both_languages_from_one_run_are_what_each_gives_alone(server, page, theme, code):
    text = text_of(theme)
    found, taken = both(text, code, server)
    assert taken and not engine._held
    assert found == alone(text, code, server)


def overlooks_the_language(monkeypatch):
    monkeypatch.setattr(shared, "LANGUAGE", "language")


def overlooks_it_in_what_is_shown(monkeypatch):
    whole = shared._shows
    monkeypatch.setattr(shared, "_shows", lambda statement, depends: whole(statement, ()))


@linux
@engines
@pytest.mark.parametrize("rule", [overlooks_the_language, overlooks_it_in_what_is_shown])
def test_a_drawing_that_is_taken_over_with_the_words_of_the_first_language_is_seen(
    server, page, monkeypatch, rule
):
    """The mutation: a rule that overlooks the language."""
    text = text_of("services")
    rule(monkeypatch)
    shared.plan.cache_clear()
    try:
        found, _ = both(text, "140100", server)
    finally:
        shared.plan.cache_clear()
    assert found[0] != found[1] and found[1] != alone(text, "140100", server)[1]


def notebook(*cells: str) -> str:
    made = json.loads(text_of("services"))
    first = promises.tagged(made["cells"], "parameters")
    like = made["cells"][first]
    below = [
        {**like, "id": f"x{n}", "metadata": {}, "source": source.splitlines(keepends=True)}
        for n, source in enumerate(cells)
    ]
    return json.dumps(made | {"cells": [like, *below]})


@linux
@engines
@pytest.mark.parametrize(
    "cell",
    [
        "import warnings\nwarnings.warn('seen')",
        "from analysis import catalog\nx = {'zh': catalog.NATION}.get(lang)\nx",
        READS,
    ],
)
def test_small_notebooks_are_the_same_too(server, page, cell):
    text = notebook(cell, "from analysis import tables\nlang, tables.reads(), region_code")
    assert both(text, "140000", server)[0] == alone(text, "140000", server)


FORGETS = """
from analysis import tables
whole = tables.restore
tables.restore = lambda held, add=False: None if add else whole(held)
"""


@linux
@engines
def test_readings_that_are_not_told_again_are_seen(page, tmp_path):
    """The mutation: a child that gives the rows, and not the record of their reading."""
    (tmp_path / "sitecustomize.py").write_text(FORGETS)
    environment = os.environ | runner.environment() | {"PYTHONPATH": str(tmp_path)}
    forgetful = serverprocess.ServerProcess([], str(FOLDER), environment).ready()
    try:
        text = notebook(READS)
        found, taken = both(text, "140000", forgetful)
        expected = alone(text, "140000", forgetful)
    finally:
        forgetful.stop()
    assert taken and found[0] == expected[0]
    assert found[1] != expected[1]


@linux
@engines
def test_a_second_language_that_fails_says_what_it_says_alone(server, page):
    text = notebook("x = {'zh': 1}\nx[lang]")
    executed(asked(text, "140000", "zh", server, followed=True))
    assert engine._held
    with pytest.raises(worker.Failure, match="cell 2 line 2: KeyError: 'en'"):
        executed(asked(text, "140000", "en", server, after="140000/zh"))


@linux
@engines
def test_a_waiting_child_is_let_go_when_another_page_comes_and_replaced_when_it_was_killed(server, page):
    text = notebook("lang, region_code")
    executed(asked(text, "140000", "zh", server, followed=True))
    (held,) = engine._held
    executed(asked(text, "610000", "zh", server))
    assert not engine._held and held.data.fileno() < 0
    executed(asked(text, "140000", "zh", server, followed=True))
    processes.kill_tree(engine._held[0].pid)
    found, _ = executed(asked(text, "140000", "en", server, after="140000/zh"))
    assert found == alone(text, "140000", server)[1]


@linux
@engines
def test_a_notebook_that_the_rule_refuses_leaves_nothing_to_the_second_language(server, page):
    executed(asked(notebook("print(lang)"), "140000", "zh", server, followed=True))
    assert not engine._held


@linux
@engines
def test_a_first_language_that_warns_leaves_nothing_to_the_second(server, page):
    """A warning is shown once a process: the second language would not show it."""
    text = notebook("import numpy as np\nx = np.log(np.array([0.0]))\nx, lang")
    found, taken = both(text, "140000", server)
    assert not taken and "RuntimeWarning" in found[1]
    assert found == alone(text, "140000", server)


@linux
@engines
@pytest.mark.slow
def test_every_theme_in_ten_places_is_the_same(server, page):
    from analysis import catalog

    made = 0
    for book in books():
        module = __import__(book.module, fromlist=["coverage"])
        held = [code for code, state in module.coverage().items() if state is None]
        chosen = held[:: max(1, len(held) // 10)][:10]
        assert all(catalog.region(code) for code in chosen)
        for code in chosen:
            found, taken = both(book.text, code, server)
            assert taken and found == alone(book.text, code, server), (book.theme, code)
            made += 1
    assert made > 150
