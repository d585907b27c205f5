"""What keeps a run cheap: nothing is imported, built or computed that the asked pages do not need."""

from __future__ import annotations

from types import SimpleNamespace

from analysis import catalog
from analysis.report.plan import keys, promises
from analysis.report.publish import indexes

UNUSED = {"pypinyin", "typst", "jinja2", "openpyxl", "diff_diff", "statsmodels", "analysis.lab.search"}


def test_the_fork_server_imports_nothing_that_no_report_uses():
    books = promises.notebooks()
    names = set().union(*(keys.notebook_imports(book) for book in books))
    assert not UNUSED & set(keys.preloads(names))
    assert UNUSED & set(keys.preloads({*names, "analysis.lab.search"}))  # it would be seen


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


def test_a_run_that_touches_no_place_and_no_list_compares_nothing(tmp_path, monkeypatch):
    from analysis import comparison
    from analysis.report.pages import site
    from analysis.report.pages.kept import Kept

    asked: list[str] = []
    monkeypatch.setattr(comparison, "provinces", lambda: asked.append("panel"))
    monkeypatch.setattr(comparison, "city_rows", lambda: asked.append("cities"))
    plan = {"regions": ["140000"], "coverage": {"140000": {}}, "themes": {}}
    assert site.build([], tmp_path, plan, only=set(), kept={"140000": Kept({}, {})}) == [] == asked
    monkeypatch.setattr(site, "_overviews", lambda: asked.append("overviews") or comparison.Overviews())
    try:
        site.build([], tmp_path, plan, only={"140000"})
    except (AttributeError, TypeError, ValueError):
        pass  # the tables are not there to be read
    assert asked  # a place that is made is compared
