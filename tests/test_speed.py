"""What keeps a run cheap: nothing is imported, built or computed that the asked pages do not need."""

from __future__ import annotations

import gc
import importlib.util
import math
import os
import subprocess
import sys
from collections import deque
from types import SimpleNamespace

import jinja2
import pytest

import page_fixture as fx
from analysis import catalog, paths
from analysis.errors import DataError
from analysis.report.gate import gate, numbers, scan, steps
from analysis.report.pages import compiled, page, render
from analysis.report.plan import keys, promises
from analysis.report.publish import indexes
from analysis.report.run import runner
from analysis.themes import between_cities, hospital_lists
from analysis.told import Record, Told

UNUSED = {"pypinyin", "typst", "jinja2", "openpyxl", "diff_diff", "statsmodels", "analysis.lab.search"}


def test_the_fork_server_imports_nothing_that_no_report_uses():
    books = promises.notebooks()
    names = set().union(*(keys.notebook_imports(book) for book in books))
    assert not UNUSED & set(keys.preloads(names))
    assert UNUSED & set(keys.preloads({*names, "analysis.lab.search"}))  # it would be seen


LEADS = "analysis.report.publish.batch, analysis.report.run.worker, analysis.report.pages.page, analysis.clean.freshness"


def test_the_process_that_leads_a_run_of_pages_imports_no_pandas():
    asked = f"import sys, {LEADS}; print(*{{'pandas', 'matplotlib', 'analysis.wording'}} & {{*sys.modules}})"
    for more, found in (("", ""), ("from analysis.charts import lines; ", "pandas")):  # it would be seen
        ran = subprocess.run([sys.executable, "-c", more + asked], capture_output=True, text=True, check=True)
        assert ran.stdout.strip() == found


def test_the_charts_are_all_there_before_any_is_asked_for():
    told = f"from analysis import charts; print(*dir(charts)); {DOES_NOT_HAVE}"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert {"lines", "Drawing", "tile_map", "gone"} <= {*ran.stdout.split()}


DOES_NOT_HAVE = "print(getattr(charts, 'unknown', 'gone'))"


def _first(cache: compiled.Compiled | None) -> list[str]:
    """Templates that are compiled when one is asked for with such a cache."""
    done: list[str] = []

    class Telling(jinja2.Environment):
        def _generate(self, source, name, filename, defer_init=False):
            done.append(name)
            return super()._generate(source, name, filename, defer_init)

    loader = jinja2.DictLoader({"a.html": "{{ 1 + 1 }}"})
    assert Telling(loader=loader, bytecode_cache=cache).get_template("a.html").render() == "2"
    return done


def test_templates_are_compiled_once_and_a_damaged_copy_is_none(tmp_path):
    cache = compiled.Compiled(str(tmp_path))
    assert (_first(cache), _first(cache)) == (["a.html"], [])
    (held,) = tmp_path.iterdir()
    whole = held.read_bytes()
    for damaged in (b"", whole[:15], whole[:-40], b"\0" * len(whole), whole[:14] + b"junk" + whole[18:]):
        held.write_bytes(damaged)
        assert _first(cache) == ["a.html"]
        assert _first(cache) == []
    assert _first(compiled.Compiled(str(tmp_path / "gone"))) == ["a.html"]  # nothing can be kept there


def test_what_stands_under_type_checking_is_no_import():
    text = "from typing import TYPE_CHECKING\nif {}:\n    import unused\nelse:\n    import used\n"
    assert "unused" not in keys.imported(text.format("TYPE_CHECKING"))
    assert "used" in keys.imported(text.format("TYPE_CHECKING"))
    assert "unused" in keys.imported(text.format("DEBUG"))


def test_the_import_lines_of_a_module_are_those_of_its_syntax_tree():
    for path in keys.PACKAGE.rglob("*.py"):
        package = ".".join(("analysis", *path.relative_to(keys.PACKAGE).parts[:-1]))
        assert keys.imports(path) == keys.imported(path.read_text(encoding="utf-8"), package), path
    hidden = '"""\nimport text\n"""\nx = "# no"; y = 1\ndef f():\n    from a import (\n        b,\n    )\n# import said\n'
    assert keys.imported(keys._import_lines(hidden)) == {"a", "a.b"} == keys.imported(hidden)
    assert keys.imported("import text\n" + hidden) != keys.imported(hidden)  # a line more would be seen


def _briefings(places: set[str], pages: set[str] = frozenset(), before: set[str] = frozenset()) -> set[str]:
    state = SimpleNamespace(
        pages={code: SimpleNamespace(region_code=code, path="") for code in pages},
        header=SimpleNamespace(site=dict.fromkeys(before, "")),
    )
    around = indexes.Around(None, state, None, {}, {}, places=frozenset(places))
    return around._shown(["000000", "140000", "140100", "320000", "320100"])


def test_a_run_for_one_place_makes_no_briefings_of_cities_that_nobody_asked_for():
    wide = {"000000", "140000", "320000"}
    assert _briefings({"140000"}) == wide
    assert _briefings({"140100"}) == wide | {"140100"}
    assert _briefings({"140000"}, pages={"320100"}) == wide | {"320100"}  # it has a page
    assert _briefings({"140000"}, before={"320100", "front"}) == wide | {"320100"}  # it had a briefing
    assert _briefings(set()) == wide | {"140100", "320100"}  # a whole run makes all
    assert {catalog.region(code).level for code in wide} == {"nation", "province"}


def test_a_city_elsewhere_that_a_page_leads_to_has_its_briefing(tmp_path):
    (tmp_path / "page.html").write_text(
        '<a href="../320100/index.en.html">x</a><a href="../140000/index.html">y</a>'
    )
    record = SimpleNamespace(region_code="140100", path="page.html")
    state = SimpleNamespace(pages={"x": record}, header=SimpleNamespace(site={}))
    output = SimpleNamespace(path=tmp_path.joinpath)

    def shown(asked: str) -> set[str]:
        around = indexes.Around(output, state, None, {}, {}, places=frozenset({asked}))
        return around._shown(["000000", "140000", "140100", "320100", "330100"])

    assert shown("140100") == {"000000", "140000", "140100", "320100"}
    assert shown("330100") == {
        "000000",
        "140000",
        "140100",
        "330100",
    }  # mutation: of a place that was not asked nothing is read


def test_a_site_of_some_places_holds_those_and_says_of_others_that_it_does_not(tmp_path):
    (tmp_path / "page.html").write_text(
        '<a href="../320100/index.html">x</a><a href="../140000/index.html">y</a>'
    )
    record = SimpleNamespace(region_code="140100", path="page.html")
    covered = ["000000", "140000", "140100", "320000", "320100", "330100"]

    def shown(site: dict[str, str]) -> tuple[set[str], list[str]]:
        state = SimpleNamespace(pages={"x": record}, header=SimpleNamespace(site=site))
        output = SimpleNamespace(path=tmp_path.joinpath)
        places = frozenset({"140100"})
        some = indexes.of_some(site, places)
        around = indexes.Around(output, state, None, {}, {}, places=places, part=some)
        held = around._shown(covered) | {"140000"}  # the place above, see ``contents``
        return held, around._unmade(held)

    part = {"reference": f"{indexes.PART}x", "330100": f"{indexes.UNMADE}x"}
    assert shown({}) == ({"140000", "140100"}, ["320100"])
    assert shown(part) == ({"140000", "140100"}, ["320100", "330100"])  # what other pages lead to stays
    assert shown(part | {"320100": "x"}) == (
        {"140000", "140100", "320100"},
        ["330100"],
    )  # made by another run
    assert shown({"reference": "x"})[0] >= {
        "000000",
        "320000",
        "320100",
    }  # mutation: a whole site is kept whole
    assert shown({"reference": "x"})[1] == []
    assert not indexes.of_some({}, covered[:4]) and not indexes.of_some({}, [])  # a run for many, for all


def test_a_run_that_touches_no_place_and_no_list_compares_nothing(tmp_path, monkeypatch):
    from analysis import comparison
    from analysis.report.pages import site
    from analysis.report.pages.kept import Kept
    from analysis.report.pages.shown import Plan

    asked: list[str] = []
    monkeypatch.setattr(comparison, "provinces", lambda: asked.append("panel"))
    monkeypatch.setattr(comparison, "city_rows", lambda: asked.append("cities"))
    plan = Plan(regions=["140000"], coverage={"140000": {}})
    assert site.build([], tmp_path, plan, only=set(), kept={"140000": Kept({}, {})}) == [] == asked
    monkeypatch.setattr(
        site, "_overviews", lambda few: asked.append("overviews") or comparison.Overviews(few)
    )
    try:
        site.build([], tmp_path, plan, only={"140000"})
    except (AttributeError, TypeError, ValueError):
        pass  # the tables are not there to be read
    assert asked  # a place that is made is compared


def test_functions_late_imports_are_done_once_by_a_run_of_many_pages():
    books = promises.notebooks()
    names = set().union(*(keys.notebook_imports(book) for book in books))
    late = {name for name in keys.preloads(names, late=True) if name.startswith(keys.LATE)}
    assert {"scipy.stats", "scipy.optimize"} <= late and not late & {*keys.preloads(names)}
    city = [book for book in books if book.theme == "city_profile"]

    def many(themes, *regions: str) -> bool:
        return runner.Runner(SimpleNamespace(jobs=1, regions=regions), themes).many

    assert many(city) and many(city, "1", "2", "3") and many(books[:2], "1")
    assert not many(city, "1", "2")  # a page or two would wait for what they may not call


def test_a_page_of_a_city_computes_each_number_once(monkeypatch):
    from analysis import tables
    from analysis.methods import ranking
    from analysis.themes import city_panel, city_profile

    pivots, reads = [], []
    wide, read = city_panel.wide, tables.read
    monkeypatch.setattr(city_panel, "wide", lambda *a: pivots.append(a) or wide(*a))
    monkeypatch.setattr(tables, "read", lambda *a, **k: reads.append(a) or read(*a, **k))
    cities = city_panel.cities()
    before = len(reads)
    city = city_profile.load("320100", cities)
    assert len(reads) - before == 1  # what serves all cities is read once for all of them
    city_profile.load("320500")
    assert len(reads) - before > 2  # the mutation: each for itself
    ranks = [city.rates(y).apply(ranking.rank, better="higher") for y in city.pair]
    city_profile.position(city, *ranks, {}, None)
    city_profile.position(city, *ranks, {}, None)
    assert (
        len(pivots) <= 9
    )  # rates of three sets of cities, twice two years, and medians; 18 when each number asks anew


def test_a_kept_method_answers_each_question_once():
    from analysis.themes import subjects

    class View:
        asked = 0

        @subjects.kept
        def one(self, key: str, *, own: bool = False) -> tuple[str, bool]:
            self.asked += 1
            return key, own

    view = View()
    assert [view.one("a"), view.one("a"), view.one("b"), view.one("a", own=True)] == [
        ("a", False),
        ("a", False),
        ("b", False),
        ("a", True),
    ]
    assert view.asked == 3 and View().one("a") == ("a", False)


PLAIN = '<!doctype html><html lang="zh-CN"><head><title>a &amp; b</title><script>if (1 < 2) "</p>"</script></head><body class="report"><main id=main><h1>甲 <small>乙</small></h1><p data-x>1 &lt; 2<br>3</p><svg><path d="M0"/><text>4</text></svg></main></body></html>'


def _read(html: str, plain: bool = True) -> dict:
    class Standard(scan.Page):
        def _plain_read(self, html: str) -> bool:
            return False

    held = vars((scan.Page if plain else Standard)("x.html", html))
    return {
        k: held[k]
        for k in ("lang", "title", "body", "headings", "h1_main", "texts", "plain", "bare", "mains")
    }


def test_a_page_is_read_as_the_standard_parser_reads_it(monkeypatch):
    fed = []
    monkeypatch.setattr(scan.Page, "_from_the_start", lambda self, html: fed.append(html))
    assert _read(PLAIN)["texts"] and not fed  # written as our pages are: one pass
    odd = [
        PLAIN.replace('class="report"', "class='report'"),
        PLAIN.replace("<br>", "<!-- x --><br>"),
        PLAIN + "<",
    ]
    assert [bool(_read(html)["texts"]) for html in odd] == [False] * 3 and len(
        fed
    ) == 3  # left to the standard parser
    monkeypatch.undo()
    tricky = [
        PLAIN.replace("data-x", 'data-x="a<b"'),
        PLAIN.replace("data-x", 'data-x="</script>"'),
        PLAIN.replace("<script>", "<script type=\"a\" data-x='<'>"),
        PLAIN.replace("script>", "SCRIPT>"),
        PLAIN.replace("</script>", "</script >"),
        PLAIN.replace("<script>", "<style>a<b</style><script>"),
    ]
    for html in (PLAIN, *odd, *tricky):
        assert _read(html) == _read(html, plain=False)


def test_a_wording_of_a_tag_is_read_once():
    steps._tag.cache_clear()
    scan.Page("x.html", PLAIN.replace("<br>", "<td data-v>1</td>" * 50))
    assert steps._tag.cache_info().misses < 30


def test_a_drawn_number_is_near_one_that_is_held():
    held = sorted([-3.5, 0.12, 1.995, 118400.0, 0.0])
    for wanted, most, near in ((2.0, 0.005, True), (2.0, 0.004, False), (-3.5, 0, True), (9e9, 1, False)):
        assert numbers._near(held, wanted, most) is near


def test_children_find_the_counties_read():
    catalog._county_names.cache_clear()
    catalog.load_all()
    assert catalog._county_names.cache_info().currsize == 1


def test_what_a_page_asks_again_of_the_lists_is_worked_out_once():
    lists = hospital_lists.load("140000")
    assert lists.edition(lists.full[0]) is lists.edition(lists.full[0])
    assert hospital_lists.turnover(lists) is hospital_lists.turnover(lists)
    cities = between_cities.load("140000")
    assert cities.counts is cities.doctors(cities.span)


def test_a_finding_s_cells_are_unpacked_when_a_record_asks_for_them_and_once(monkeypatch):
    unpacked = []
    monkeypatch.setattr(render.cells, "unpack", lambda packed: unpacked.append(packed) or [])
    monkeypatch.setattr(render, "_recent", deque(maxlen=1))  # what another test left would answer
    book = render.Book("zh")
    book.add(Told("f", facts={"f": Record("f")}))
    assert not unpacked
    book.behind("f"), book.behind("f")
    assert len(unpacked) == 1


def test_both_languages_of_a_briefing_ask_for_one_comparison(monkeypatch):
    from analysis import comparison

    made = []
    monkeypatch.setattr(comparison.Overviews, "_of", lambda self, code: made.append(code))
    held = comparison.Overviews()
    for code in ("140000", "140000", "320000", "320000"):
        held.of(code)
    assert made == ["140000", "320000"]


def test_a_process_that_makes_pages_holds_text_as_pythons_own(processed):
    asked = "from analysis import tables; d = tables.read('observations', indicator='doctors')['region_code']; print(d.dtype.storage, d.iloc[0])"

    def said(render: str) -> list[str]:
        environment = os.environ | {"YIGAI_RENDER": render}
        done = subprocess.run(
            [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.split()

    page, other = said("page"), said("")
    assert page[0] == "python" and other[0] == "pyarrow"  # a person's own session is left as pandas has it
    assert page[1] == other[1]


def test_nothing_looks_for_garbage_while_a_page_is_made_or_read(monkeypatch, tmp_path):
    swept = []
    monkeypatch.setattr(page, "read_blocks", lambda *_: swept.append(gc.isenabled()) or [])
    with pytest.raises(DataError):
        page.build({"cells": []}, entry=fx.entry("zh"))
    monkeypatch.setattr(gate, "ALONE", ())
    monkeypatch.setattr(gate, "Page", lambda *_: swept.append(gc.isenabled()))
    gate.draft({"a.html": ""})
    (tmp_path / "a.html").write_text("", encoding="utf-8")
    monkeypatch.setattr(scan, "Page", lambda *_: swept.append(gc.isenabled()))
    scan.Folder(tmp_path).read()
    assert swept == [False] * 3 and gc.isenabled()  # also after an error
    page.build.__wrapped__.__globals__["read_blocks"]({})  # mutation: outside of it, it is looked for
    assert swept[-1] is True


def test_templates_are_compiled_before_workers_are_forked(monkeypatch):
    render.environment.cache_clear()
    monkeypatch.setattr(compiled, "kept", lambda: None)  # nor any from a run before
    done = []
    monkeypatch.setattr(render.jinja2.Environment, "compile", _compiling(done))
    render.prepare()
    assert {*done} == {"base.html", "page.html", "parts.html"}
    page.build(fx.notebook("zh"), entry=fx.entry("zh"))
    assert len(done) == 3  # a page needs no other, and none twice
    render.environment.cache_clear()
    page.build(fx.notebook("zh"), entry=fx.entry("zh"))
    assert len(done) == 6  # mutation: without it, each worker compiles them


def _compiling(names: list):
    real = render.jinja2.Environment.compile

    def compiling(self, source, name=None, *rest, **more):
        names.append(name)
        return real(self, source, name, *rest, **more)

    return compiling


def test_the_program_ends_as_python_ends_one():
    ended = """
import atexit, sys, threading, time
from analysis import cli
cli._main = lambda argv: 3
print("said")
atexit.register(print, "registered")
threading.Thread(target=lambda: (time.sleep(0.2), print("thread"))).start()
MUTATION
sys.exit(cli.main())
"""

    def told(mutation: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", ended.replace("MUTATION", mutation)], capture_output=True, text=True
        )
        return done.returncode, done.stdout

    assert told("") == (3, "said\nthread\nregistered\n")
    assert told("atexit._run_exitfuncs = int") == (
        3,
        "said\nthread\n",
    )  # mutation: what was registered is lost


def _benchmark():
    """The bench as a module; it is no package."""
    found = importlib.util.spec_from_file_location("bench", paths.home() / "benchmarks" / "engine.py")
    made = importlib.util.module_from_spec(found)
    sys.modules["bench"] = made  # dataclasses look their module up
    found.loader.exec_module(made)
    return made


@pytest.mark.parametrize(
    ("values", "whole", "words"),
    [
        ([1.0, 1.1], 2.0, ""),
        ([1.0], 2.0, "once only"),
        ([0.2, -0.1], 2.0, "a cost of nothing or less"),
        ([1.0, 2.0], 3.0, "repetitions lie 67% apart"),
        ([1.0, 1.1], 1.05, "all that it is part of"),
    ],
)
def test_the_bench_says_in_words_what_is_no_measurement(values, whole, words):
    bench = _benchmark()
    why = bench.refused(values, whole)
    assert why.startswith("not usable: " if words else "") and words in why
    measured = bench.Measured({"x": values}, {"x": why} if why else {})
    assert math.isnan(measured["x"]) == bool(words)  # whatever is divided by it is none either
    assert (words in measured.told()) if words else "1.050 (1.000-1.100, 2 times)" in measured.told()


def test_the_bench_takes_no_wall_time_on_a_busy_machine(monkeypatch, tmp_path):
    bench = _benchmark()
    monkeypatch.setattr(bench.os, "getloadavg", lambda: (bench.IDLE + 1, 0, 0))
    value, why = bench.wall(tmp_path, {}, tmp_path)
    assert math.isnan(value) and "did other work" in why
    monkeypatch.setattr(bench.os, "getloadavg", lambda: (0.0, 0, 0))
    with pytest.raises(
        ZeroDivisionError
    ):  # the mutation: an idle machine goes on to the runs, of which there are none here
        monkeypatch.setattr(bench, "cost", lambda *_, **__: (0.0, 0.0))
        bench.wall(tmp_path, {}, tmp_path)


def test_the_bench_finds_the_cost_of_a_page_beside_what_is_fixed(monkeypatch, tmp_path):
    """The collection's own notebooks; every command costs what is said here, so that both figures are known."""
    bench = _benchmark()
    codes = [region.code for region in catalog.provinces()][:12]
    held = {"a": codes, "b": codes[:6]}

    def pages(places):
        return sum(code in of for of in held.values() for code in places)

    def spent(command, **_):
        told = [str(part) for part in command]
        if "papermill" in told[0] or "nbconvert" in told[0]:
            return 3.0, 0.0
        places = [part for part in told if part.isdecimal() and len(part) == 6]
        each = {"zh": 0.25, "both": 0.4, "floor": 0.5}
        way = "floor" if "--floor" in told else "zh" if "zh" in told else "both"
        return 8.0 + each[way] * pages(places), 0.0

    monkeypatch.setattr(bench, "cost", spent)
    monkeypatch.setattr(bench, "commands", lambda *_: [["papermill"], ["jupyter-nbconvert"]])
    found = bench.marginal(tmp_path, held, 2, tmp_path)
    assert found.why == {}
    assert {name: round(found[name], 9) for name in found.values} == {
        "loop": 6.0,
        "ours": 0.25,
        "ours_both": 0.2,
        "floor": 0.5,
        "fixed": 8.0,
        "fixed_both": 8.0,
    }
    # the mutation: with all that a run costs taken for its pages, the figure would be another
    assert (8.0 + 0.25 * pages(codes)) / pages(codes) > 0.6
    assert (
        bench.marginal(tmp_path / "once", held, 1, _folder(tmp_path / "once")).why.keys()
        == found.values.keys()
    )
    with pytest.raises(SystemExit, match="too few"):
        bench.marginal(tmp_path, {"a": codes[:4]}, 1, tmp_path)


def _folder(path):
    path.mkdir()
    return path
