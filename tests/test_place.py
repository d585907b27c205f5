"""A finding knows its place: a page refuses what was loaded for another one, by the theme's subject and by the rows behind the numbers."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import json
import re
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pandas as pd
import pytest

from analysis import catalog, opening, paths, tables
from analysis.errors import DataError, MethodError, ParameterError
from analysis.report.gate import gate
from analysis.report.pages import page, render
from analysis.report.plan import promises
from analysis.themes import panel, region_profile, stated_values, statements, subjects
from theme_pages import findings

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9]*.ipynb"))
REGIONAL = [
    p
    for p in NOTEBOOKS
    if json.loads(p.read_text("utf-8"))["metadata"].get("yigai", {}).get("scope") == "region"
]


@pytest.fixture(autouse=True)
def no_place(monkeypatch):
    monkeypatch.setenv(tables.AS_OF, "")
    monkeypatch.setenv("YIGAI_RENDER", "page")
    yield
    tables.open_page("")


class Anything(dict):
    """A namespace in which every unknown name is something: what the cells above the parameters would have computed."""

    def __missing__(self, name):
        if hasattr(__builtins__, name) or (isinstance(__builtins__, dict) and name in __builtins__):
            raise KeyError(name)
        return MagicMock()


def code(path: Path) -> list[dict]:
    return [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def begun(path: Path, own: str, spoiled: str) -> None:
    """Run a notebook's imports, its parameters and its cells down to the one that loads the theme, which takes ``spoiled``."""
    space: dict = Anything(
        cities=None, every=None
    )  # a theme that takes what is read for all places reads it itself
    for cell in code(path):
        text = source(cell)
        if "parameters" in cell["metadata"].get("tags", []):
            text = re.sub(r"^region_code = .*$", f"region_code = {own!r}", text, flags=re.M)
        loads = re.search(r"(theme|policy_events)\.load\(", text) is not None
        if loads:
            before, call = text.split(".load(", 1)
            text = before + ".load(" + call.replace("region_code", repr(spoiled), 1)
        tree = ast.parse(text)
        if not loads and "opening.begin" not in text and "parameters" not in cell["metadata"].get("tags", []):
            tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        exec(compile(tree, path.name, "exec"), {}, space)
        if loads:
            return


@pytest.mark.parametrize("path", REGIONAL, ids=lambda p: p.stem)
def test_no_notebook_shows_another_place(path, monkeypatch):
    """Mutation of every notebook: the theme is loaded with another place's code. None gets past its first finding."""
    module = importlib.import_module(json.loads(path.read_text("utf-8"))["metadata"]["yigai"]["module"])
    having = [place for place, state in module.coverage().items() if state is None and place != "000000"]
    if len(having) < 2:
        pytest.skip("one place alone has this theme")
    own, spoiled = having[0], having[-1]
    monkeypatch.setattr(panel, "peer_codes", lambda *_: [])  # computed from tables that are not read here
    for costly in ("each_year", "ends"):
        monkeypatch.setattr(module, costly, lambda *_, **__: MagicMock(), raising=False)
    with pytest.raises(MethodError, match="the page's own place"):
        begun(path, own, spoiled)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_notebook_begins_by_checking_its_parameters(path):
    cells = code(path)
    (k,) = [i for i, c in enumerate(cells) if "parameters" in c["metadata"].get("tags", [])]
    theme = "None" if path.stem.startswith("00") else "theme"
    call = f"region_code, lang, as_of = opening.begin({theme}, region_code, lang, as_of)"
    assert call in source(cells[k + 1]).splitlines()
    assert not any("opening.begin" in source(c) for i, c in enumerate(cells) if i != k + 1)


ENTRY = SimpleNamespace(region_code="140100", lang="zh", notebook="07_stated_values.ipynb", as_of="")


def payload(**told) -> SimpleNamespace:
    """What a page asks of a finding."""
    own = {"section": "data", "place": "140100", "as_of": "", "regions": ["140100"], "comparison": False}
    return SimpleNamespace(**own | told)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"place": "320200"}, "Wuxi"),
        ({"place": ""}, "no place"),
        ({"regions": ["320200"]}, "only rows of Wuxi"),
        ({"regions": ["320000", "140000"]}, "only rows of"),
        ({"as_of": "2020-01-01"}, "as known on 2020-01-01"),
    ],
)
def test_a_page_refuses_a_finding_of_another_place_or_day(told, found):
    page.check_place(payload(), ENTRY)
    with pytest.raises(DataError, match=found):
        page.check_place(payload(**told), ENTRY)


def test_a_place_inside_the_nation_and_a_named_comparison_are_let_through():
    page.check_place(payload(regions=["000000"]), ENTRY)
    page.check_place(payload(regions=[]), ENTRY)
    page.check_place(payload(regions=["320200"], comparison=True), ENTRY)
    page.check_place(
        payload(place="140000", regions=["140100"]),
        SimpleNamespace(**vars(ENTRY) | {"region_code": "140000"}),
    )
    with pytest.raises(DataError, match="only rows of Shanxi"):
        page.check_place(payload(regions=["140000"]), ENTRY)  # a province's rows are no city's


def test_rows_of_another_place_under_the_right_code_are_refused(monkeypatch):
    """Mutation inside a theme: the code is right, the rows are Wuxi's."""
    shown = findings("07_stated_values", "140100", "zh")
    assert all("140100" in f.regions() or not f.regions() for f in shown)
    rows = stated_values._rows
    monkeypatch.setattr(stated_values, "_rows", lambda **chosen: rows(region_code="320200"))
    spoiled = findings("07_stated_values", "140100", "zh")[0]
    with pytest.raises(DataError, match="only rows of Wuxi"):
        page.check_place(payload(regions=list(spoiled.regions())), ENTRY)


def test_a_theme_may_look_elsewhere_only_by_saying_so():
    tables.open_page("140100")
    with pytest.raises(MethodError):
        subjects.Subject("320200")
    with tables.elsewhere():
        assert subjects.Subject("320200").code == "320200"
    assert subjects.Subject("140100").code == "140100"


# --- the first cell -----------------------------------------------------------------------------------------------------


def begin(*given):
    return opening.begin(None, *given)


@pytest.mark.parametrize("given", ["山西", "Shanxi", 140000, "140000"])
def test_the_first_cell_takes_a_name_and_what_papermill_makes_of_a_code(given):
    assert begin(given, "zh", "") == ("140000", "zh", "")
    assert tables.place() == "140000"


def test_zero_is_the_nation():
    assert begin(0, "en", "")[0] == "000000"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (("山东西", "zh", ""), "region: found '山东西'"),
        (("吉林", "zh", ""), "it may be"),
        (("140000", "fr", ""), "lang: found 'fr'; expected zh or en"),
        (("140000", "zh", "2015-13-01"), "expected a date such as"),
        (("140000", "zh", 2015), "expected a date such as"),
        ((14.0, "zh", ""), "as text"),
        ((True, "zh", ""), "as text"),
    ],
)
def test_the_first_cell_refuses_in_the_words_of_the_command_line(given, found):
    with pytest.raises(ParameterError) as caught:
        begin(*given)
    assert found in str(caught.value) and len(str(caught.value)) < 600


@pytest.mark.parametrize("day", ["9999-01-01", "９９９９-01-01"])
def test_a_day_to_come_is_refused_in_a_notebook_as_on_the_command_line(monkeypatch, day):
    monkeypatch.delenv("YIGAI_RENDER", raising=False)
    with pytest.raises(ParameterError) as caught:
        begin("140000", "zh", day)
    said = str(caught.value)
    assert "as_of: found 9999-01-01; expected a day that has been, up to 20" in said
    assert "leave as_of away for what is known today" in said and tables.as_of() == ""


def test_a_date_is_read_in_full_width_as_a_place_is(monkeypatch):
    monkeypatch.setenv(tables.AS_OF, "")
    monkeypatch.setattr(opening, "_stale", False)
    tables.reset_reads()  # what other tests read would have to be read again
    assert begin("１４００００", "zh", "２０１６-０１－０１") == ("140000", "zh", "2016-01-01")
    assert tables.as_of() == "2016-01-01"
    assert catalog.day("２０１６-０１－０１", "--as-of") == "2016-01-01"
    tables.reset_reads()
    tables.read("observations", indicator="doctors", as_of="２０１６-０１-０１")
    assert tables.reads()[-1].selection["as_of"] == "2016-01-01"
    with pytest.raises(ParameterError, match="a day that has been"):
        tables.read("observations", indicator="doctors", as_of="9999-01-01")


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ParameterError) as caught:
        begin("nowhere", "fr", "yesterday")
    assert len(caught.value.problems) == 3


def test_a_place_without_a_page_is_told_why(monkeypatch):
    monkeypatch.delenv("YIGAI_RENDER")
    tables.reset_reads()
    with pytest.raises(
        ParameterError,
        match="no page: 540000 西藏, stated_values: E0 No document",
    ):
        opening.begin(stated_values, "540000", "en", "")
    assert tables.reads() == [], "the question leaves no record"


@pytest.mark.parametrize("code", ["540000", "320581", "000000", "710000", "140200"])
def test_the_first_cell_says_why_there_is_no_page_as_the_command_line_does(code, monkeypatch):
    monkeypatch.delenv("YIGAI_RENDER")
    books, told = promises.notebooks(paths.notebooks()), 0
    for book in books:
        theme = importlib.import_module(book.module)
        with tables.unrecorded():
            covered = theme.coverage()
        for absence in promises.absences([book], {book.module: covered}, [code]):
            with pytest.raises(ParameterError) as caught:
                opening.begin(theme, code, "zh", "")
            assert (
                f"{code} {catalog.region(code).short_zh}, {book.module.rpartition('.')[2]}: {absence.en}"
                in str(caught.value)
            ), book.theme
            told += 1
    assert told >= len(books) / 2


def test_a_date_before_the_first_figures_is_refused_before_cells_above_run_and_leaves_no_other_day(
    monkeypatch,
):
    """A cell above that cannot run on that day is no traceback; and the next place is not shown with rows of another day."""
    monkeypatch.setattr(opening, "_stale", False)
    monkeypatch.delenv("YIGAI_RENDER")
    tables.reset_reads()
    above = "from analysis import tables\nheld = tables.read('observations', indicator='doctors')\nheld.year.astype(int).max()"
    space = {"In": ["", above, 'region_code="140000"\nas_of="2010-01-01"', "opening.begin"]}
    exec(above, space)
    everything = len(space["held"])
    monkeypatch.setattr(opening, "_shell", lambda: MagicMock(user_ns=space, transform_cell=lambda text: text))
    with pytest.raises(ParameterError, match="no page"):
        opening.begin(region_profile, "140000", "zh", "2010-01-01")
    assert tables.as_of() == "" and len(space["held"]) == everything
    space["In"][1] = above + "\n1 / fails"
    space["fails"] = 0
    for _ in range(2):  # the second call is no way round
        with pytest.raises(ZeroDivisionError):
            begin("140000", "zh", "2016-01-01")
    space["fails"] = 1
    assert begin("140000", "zh", "2016-01-01")[2] == "2016-01-01" and len(space["held"]) < everything
    tables.cut("")
    tables.reset_reads()


@pytest.mark.parametrize(
    "typed", ['as_of="2016-01-01"', 'as_of  = "x"', 'lang, as_of = "zh", "x"', 'as_of: str = "x"']
)
def test_a_date_is_seen_however_it_is_typed(typed):
    assert opening._above(["a = 1", typed, "b = 1"]) == ["a = 1"]
    assert opening._above(["a == as_of", "def f(: 1", typed]) == ["a == as_of", "def f(: 1"]


def test_a_notebook_that_reads_nothing_above_takes_another_date_at_once(monkeypatch):
    monkeypatch.delenv("YIGAI_RENDER")
    space = {"In": ["", 'as_of = ""', "opening.begin", 'as_of = "2016-01-01"', "opening.begin"]}
    monkeypatch.setattr(opening, "_shell", lambda: MagicMock(user_ns=space, transform_cell=lambda text: text))
    tables.read("observations", indicator="doctors")
    assert begin("140000", "zh", "2016-01-01")[2] == "2016-01-01"
    tables.cut("")
    tables.reset_reads()


def test_a_date_typed_below_cells_that_have_read_runs_them_again(monkeypatch):
    """As in JupyterLab: the cells above the parameters have read everything when the date is typed."""
    monkeypatch.setattr(opening, "_stale", False)
    monkeypatch.delenv("YIGAI_RENDER")
    tables.reset_reads()
    above = "from analysis import tables\nheld = tables.read('observations', indicator='doctors')"
    space = {"In": ["", above, 'region_code = "140000"\nas_of = "2016-01-01"']}
    exec(above, space)
    shell = MagicMock(user_ns=space, transform_cell=lambda text: text)
    monkeypatch.setattr(opening, "_shell", lambda: shell)
    everything = len(space["held"])
    begin("140000", "zh", "2016-01-01")
    assert 0 < len(space["held"]) < everything
    begin("140000", "zh", "")
    assert len(space["held"]) == everything
    monkeypatch.setattr(opening, "_shell", lambda: None)
    with pytest.raises(ParameterError, match="after tables were read"):
        begin("140000", "zh", "2016-01-01")
    tables.cut("")
    tables.reset_reads()


# --- the door for names and codes ---------------------------------------------------------------------------------------


def test_a_table_takes_a_name_of_a_place():
    assert tables.read("observations", region_code="山西").equals(
        tables.read("observations", region_code="140000")
    )


@pytest.mark.parametrize(
    ("column", "value", "near"),
    [
        ("indicator", "doctor", "doctors"),
        ("region_code", "山东西", "山东省"),
        ("region_code", "149999", "14"),
        ("source_id", "nbs-provinces", "nbs-province"),
        ("institution_id", "no-such-hospital", "institution"),
        ("year", "2014", "a number"),
        ("indicator", 5, "text"),
        ("status", "actuall", "actual"),
        ("damaged", "yes", "True or False"),
    ],
)
def test_what_no_dictionary_holds_is_refused_with_the_nearest(column, value, near):
    with pytest.raises((DataError, MethodError, ParameterError), match=near):
        tables.read("observations", **{column: value})
    with pytest.raises((DataError, MethodError, ParameterError), match=near):
        tables.read("observations", **{column: [value]})


# --- several statements, and what a masthead says of dates ---------------------------------------------------------------


def test_a_second_statement_of_an_indicator_does_not_erase_the_first():
    """Mutation: one more row of an indicator; the newest period is said, and neither vanishes."""
    stated = stated_values.load("320200")
    key = stated.rows["indicator"].iloc[0]
    one = stated.rows[stated.rows["indicator"] == key].iloc[:1]
    later = one.assign(observation_id="another", period_end="2099-12-31")
    both = dataclasses.replace(stated, rows=pd.concat([later, one], ignore_index=True))
    assert both.row(key)["observation_id"] == "another"
    turned = dataclasses.replace(stated, rows=pd.concat([one, later], ignore_index=True))
    assert turned.row(key)["observation_id"] == "another", "the order of the rows does not decide"
    assert both.fact(key) is not None and both.row("no_such_indicator") is None


def test_a_masthead_tells_publication_and_reading_apart():
    bulletin = render.dates_meta(["doc-004"], "", "en")
    assert [text for _, text in bulletin] == ["2023-03-03"]
    series = dict(render.dates_meta(["nbs-province"], "2024-06-30", "en"))
    assert series == {
        "Publication of the sources": "not stated",
        "Series read on": "2026-07-12",
        "As known on": "2024-06-30 (sources without a date: derived, the end of their period plus a lag)",
    }
    assert dict(render.dates_meta(["doc-004"], "2024-06-30", "en"))["As known on"] == "2024-06-30"
    both = dict(render.dates_meta(["doc-004", "nbs-province"], "", "zh"))
    assert both["来源公布至"].startswith("2023-03-03；") and both["数列采集于"] == "2026-07-12"


@pytest.mark.parametrize(
    ("title", "kept"),
    [("太原（140100） · 未注明时期", True), ("Taiyuan (140100) · 2023", True), ("Taiyuan (140100)", False)],
)
def test_a_title_states_its_period_or_that_there_is_none(title, kept):
    one = MagicMock(region="140100", headings=[(1, "x")], mains=1, links=[("#main", {"class": "skip"})])
    one.title, one.name, one.html = title, "p", "<html>"
    site = MagicMock(pages=[one], other_titles=lambda: {})
    assert (list(gate.check_structure(site)) == []) is kept


def _twins(rows: pd.DataFrame, *, other_unit: bool) -> pd.DataFrame:
    """The rows and a later statement of each with a number: in another unit (a share), or the same one, twice as much."""
    twin = rows[rows["value"].notna() & (rows["quantifier"] != "unquantified")].copy()
    twin["observation_id"] = twin["observation_id"] + "-again"
    twin["period_end"] = twin["period_end"].where(twin["period_end"] == "", "2023-12-31")
    if other_unit:
        twin["unit"] = twin["unit"].map(lambda unit: "‰" if unit == "%" else "%")
        twin[["value", "value_low", "value_high"]] = 61.0
        twin["as_printed"] = "61" + twin["unit"]
    else:
        twin = twin[twin["unit"] != "倍"]  # a multiple is read with the number it is a multiple of
        twin["value"] *= 2
        twin["as_printed"] = "两倍"
    return pd.concat([rows, twin], ignore_index=True)


@pytest.mark.parametrize("stem", ["14_digital", "07_stated_values", "13_resource_sinking"])
def test_a_later_statement_in_another_unit_is_listed_and_never_takes_the_sentences_place(
    stem, processed, monkeypatch
):
    code = "320700" if "sinking" in stem else "320200"
    said = lambda: [[s.text("zh") for s in (f.headline, *f.sentences)] for f in findings(stem, code, "zh")]  # noqa: E731
    units = lambda: {str(t.frame["unit"].tolist()) for f in findings(stem, code, "zh") for t in f.tables if "unit" in t.frame}  # noqa: E731  # fmt: skip
    before, at = said(), statements.at
    with monkeypatch.context() as patch:
        patch.setattr(
            statements,
            "at",
            lambda c, rows, *more, **how: at(c, _twins(rows, other_unit=True), *more, **how),
        )
        after, shown = said(), units()
        assert [len(one) for one in after] == [len(one) for one in before], "no sentence vanishes"
        assert "61" not in str(after), "a share is not said where the number stands"
        assert any("%" in one for one in shown) and any(
            "61" in str(f.tables) for f in findings(stem, code, "zh")
        )
        patch.setattr(
            statements, "in_own_unit", lambda row: True
        )  # the mutation: the newest, whatever its unit
        assert stem == "07_stated_values" or "61" in str(said())
        assert units() != shown, "and it would stand under the unit of the other"
    with monkeypatch.context() as patch:
        patch.setattr(
            statements,
            "at",
            lambda c, rows, *more, **how: at(c, _twins(rows, other_unit=False), *more, **how),
        )
        newer = said()
    assert [len(one) for one in newer] == [len(one) for one in before] and newer != before, (
        "the newest is said"
    )
