"""The workbench: questions are answered from the tables with their sources, copies are worked in, objects show themselves."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
from IPython.lib.pretty import pretty
from pytest import fixture, mark, raises

import analysis
from analysis import catalog, paths, tables
from analysis.commands import lab as command
from analysis.errors import DataError, MethodError, ParameterError, YigaiError
from analysis.facts import observed
from analysis.findings import Png
from analysis.lab import answers, describe, form, launcher, search, select, workspace
from analysis.themes import panel, start_here


@fixture(autouse=True)
def _built(processed):
    """The processed tables."""


# --- ask -----------------------------------------------------------------------------------------------------------------


def test_the_cities_of_a_province_are_ranked():
    answer = analysis.ask("山西各市医生")
    assert len(answer.frame) == 11 and "每千人" in answer.title


def test_a_trend_shows_the_rows_of_the_table():
    answer = analysis.ask("山西 医生 2014-2023")
    rows = tables.read("observations", region_code="140000", indicator="doctors", year=(2014, 2023), source_id=panel.SOURCE)  # fmt: skip
    assert set(answer.rows["observation_id"]) == set(rows["observation_id"]) and len(answer.drawings) == 1
    assert answer.frame["山西"].tolist() == [observed(r).text("zh") for _, r in rows.sort_values("year").iterrows()]  # fmt: skip
    html = answer._repr_html_()
    assert (
        "<svg" in html and catalog.source(panel.SOURCE).producer("zh") in html and "background:#fff" in html
    )


def test_a_rank_has_both_ranges_and_names_its_assumption():
    answer = analysis.ask("Shanxi doctors rank 2023")
    held = panel.load(("doctors",))
    rates = held.rates[(held.rates["indicator"] == "doctors") & (held.rates["year"] == 2023)]
    place = int(rates.set_index("region_code")["value"].rank(ascending=False)["140000"])
    assert int(answer.frame.loc[answer.frame["Place"] == "Shanxi", "Rank"].iloc[0]) == place
    assert {"Print resolution", "Stability interval"} <= set(answer.frame) and len(answer.frame) == 31
    said = " ".join(answer.notes)
    assert "3%" in said and "significant" not in said
    wide = analysis.select("Shanxi", "doctors", 2023, "en").rank(error=0.1)
    widths = [sum(int(x.split("–")[-1]) - int(x.split("–")[0]) for x in a.frame["Stability interval"]) for a in (answer, wide)]  # fmt: skip
    assert widths[1] > widths[0]


def test_an_indicator_without_a_better_side_is_never_ranked():
    with raises(MethodError, match="better side"):
        analysis.select("山西", "population").rank()


def test_cities_are_ranked_per_1000_in_years_with_residents_alone():
    answer = analysis.ask("镇江 医生 排名 2023")
    assert len(answer.frame) == 13 and "每千人" in answer.title
    with raises(MethodError, match="2020, 2023"):
        analysis.ask("镇江 医生 排名 2022")


def test_sources_are_never_joined_and_the_others_are_named():
    chosen = analysis.select("江苏", "nurses")
    assert chosen.rows.groupby("indicator")["source_id"].nunique().max() == 1
    assert chosen._read["source_id"].nunique() == 1 or "没有合并" in " ".join(chosen.table().notes)


def test_peers_are_the_panels():
    answer = analysis.select("山西", "nurses").compare(2023)
    named = {
        catalog.region(c).short("zh") for c in ["140000", *panel.peer_codes("140000", panel.peer_year())]
    }
    assert set(answer.frame["地方"]) == named


def test_a_map_is_of_provinces():
    assert len(analysis.select("山西", "beds").map(2023).frame) == 31
    with raises(MethodError, match="province"):
        analysis.select("太原", "city_doctors").map()


def test_a_download_carries_source_and_place(tmp_path):
    chosen = analysis.select(["山西", "江苏"], "doctors", (2020, 2023))
    kept = pd.read_csv(chosen.download(tmp_path / "a.csv"), dtype=str, encoding="utf-8-sig")
    assert len(kept) == 8 and kept[["source_id", "locator", "source_title_en", "producer_zh"]].notna().all().all()  # fmt: skip
    assert set(kept["region_code"]) == {"140000", "320000"}
    assert chosen.download(tmp_path / "a.xlsx").stat().st_size > 0
    with raises(MethodError, match=".csv or .xlsx"):
        chosen.download(tmp_path / "a.doc")


def test_wrong_places_indicators_and_years_are_refused():
    with raises(ParameterError):
        analysis.select("火星", "doctors")
    with raises(MethodError, match="earlier year first"):
        analysis.select("山西", "doctors", (2023, 2014))
    with raises(MethodError, match="values"):
        analysis.select("山西", "doctors", 1950)
    for years in ("2016", 2016.7, (2016,), (2016, 2017, 2018), ("2016", "2023"), True):
        with raises(MethodError, match="the first and the last"):
            analysis.select("山西", "doctors", years)
    with raises(MethodError, match="years from 1900"):
        analysis.select("山西", "doctors", 20233)


def test_wrong_languages_words_and_folders_are_refused_in_words(tmp_path):
    with raises(ParameterError, match="zh or en"):
        analysis.compare("山西", "江苏", lang="fr")
    with raises(MethodError, match="in quotation marks"):
        analysis.search(None)
    with raises(MethodError, match="a folder that exists"):
        analysis.select("山西", "doctors").download(tmp_path / "no" / "a.csv")


# --- search, describe, cite ------------------------------------------------------------------------------------------------


def test_what_people_say_finds_what_the_field_calls_it():
    assert search.search("医生")["indicators"]["key"].iloc[0] == "doctors"
    assert "beds" in set(search.search("beds", "en")["indicators"]["key"])
    assert search.search("山西")["places"]["code"].iloc[0] == "140000"
    assert len(search.search("柔性")["measures"]) and len(search.search("119名")["statements"])
    nothing = search.search("zzzqqq")
    assert not nothing and "没有" in repr(nothing)
    assert "<table>" in search.search("护士")._repr_html_()


@mark.parametrize("lang", ["zh", "en"])
def test_every_column_of_every_table_is_described(lang):
    for name, spec in tables.SPECS.items():
        told = describe.describe(name, lang).frame
        assert told.iloc[:, 0].tolist() == list(spec.columns) and (told.iloc[:, 1] != "").all(), name
    assert describe.describe(lang=lang).frame.shape[0] == len(tables.SPECS)
    for table, column in describe.meanings():
        assert not table or table in tables.SPECS, (table, column)


def test_an_unknown_table_is_refused_with_the_nearest():
    with raises(MethodError, match="observations"):
        analysis.describe("observation")


def test_citations_name_the_publisher_first_in_three_forms():
    number = analysis.cite("002-002", "en")
    assert number.text.startswith(catalog.source("doc-002").producer("en")) and "280th (before co-building)" in number.text  # fmt: skip
    assert "第280名" in number.text and number.bibtex.startswith("@misc{") and number.bibtex.count("{") == number.bibtex.count("}")  # fmt: skip
    assert number.ris.startswith("TY  - DATA") and number.ris.endswith("ER  - ")
    fact = observed(tables.read("observations", observation_id=["002-002"]).iloc[0])
    assert analysis.cite(fact, "en").text == number.text
    table = analysis.cite(analysis.ask("山西 医生 2014-2023"))
    assert [r.authors[0] for r in table.references] == [
        catalog.source(panel.SOURCE).producer("zh"),
        "Yigai（医改）",
    ]
    assert (
        catalog.newest_date() in analysis.cite().text
        and analysis.cite("doc-004").references[0].year == "2023"
    )
    assert len(analysis.cite(start_here.held_for("140000")).references) > 1
    with raises(MethodError, match="Fact"):
        analysis.cite(3)


# --- objects show themselves ------------------------------------------------------------------------------------------------


def test_objects_show_themselves_in_one_line_and_in_jupyterlab():
    fact = observed(tables.read("observations", observation_id=["002-002"]).iloc[0])
    finding = start_here.held_for("140000")
    shown = [fact, finding, catalog.region("山西"), catalog.indicator("doctors"), catalog.source("doc-004"), catalog.institution("H01")]  # fmt: skip
    for thing in shown:
        assert len(repr(thing)) < 300 and "\n" not in repr(thing) and " at 0x" not in repr(thing), repr(thing)
        assert "<" in thing._repr_html_()
    assert "山西白求恩医院" in fact._repr_html_() and "Bethune" in fact._repr_html_() and "第280名" in fact._repr_html_()  # fmt: skip
    drawing = analysis.ask("山西 医生 2014-2023").drawings[0]
    assert "<svg" in drawing._repr_html_() and " at 0x" not in repr(drawing)
    assert repr(Png(b"x" * 2000)) == "Png(2,000 bytes)" and Png(b"x")._repr_png_() == b"x"
    assert finding.show().lang == "zh"


def test_long_answers_say_how_many_rows_are_not_shown():
    long = answers.Answer("t", pd.DataFrame({"a": range(answers.SHOWN + 3)}), pd.DataFrame(), "en")
    assert "3 more rows" in long._repr_html_() and long.sources() == []
    with raises(MethodError, match="figure"):
        long.png("x.png")


# --- the form with widgets ---------------------------------------------------------------------------------------------------


@mark.parametrize("lang", ["zh", "en"])
def test_the_form_answers_as_the_functions_do_and_says_the_line(lang, monkeypatch):
    import ipywidgets

    told: list[object] = []
    monkeypatch.setattr(form, "_show", lambda choice, display, before: told.append(choice))
    box = analysis.browse(lang)
    assert isinstance(box, ipywidgets.VBox)
    *fields, _ = box.children
    places, indicators, span, verb = (one.children[1] for one in fields)
    places.value = [catalog.region(code).short(lang) for code in ("140000", "320000")]
    span.value, verb.value = (2014, 2023), "trend"
    answer = told[-1].answer()
    assert answer.frame.equals(eval(told[-1].line).frame) and "江苏" in told[-1].line or lang == "en"
    assert set(answer.rows["region_code"]) == {"140000", "320000"}
    assert set(indicators.value) <= set(indicators.allowed_tags) and set(places.value) <= set(places.allowed_tags)  # fmt: skip


def test_a_question_of_the_form_that_has_no_answer_says_why(capsys):
    form._show(form.Choice((), ("nurses",), (2014, 2023), "trend", "en"), print, "line: ")
    assert "at least one" in capsys.readouterr().out


def test_without_widgets_the_form_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with raises(MethodError, match="pip install ipywidgets"):
        analysis.browse()


# --- working copies ---------------------------------------------------------------------------------------------------------


@fixture
def work(tmp_path, monkeypatch):
    monkeypatch.setenv("YIGAI_WORK", str(tmp_path / "work"))
    return tmp_path / "work"


def edit(path, text="x = 1"):
    book = json.loads(path.read_text("utf-8"))
    book["cells"].append({"cell_type": "code", "id": "own", "metadata": {}, "source": text, "outputs": [], "execution_count": 3})  # fmt: skip
    path.write_text(json.dumps(book), "utf-8")


def test_copies_are_made_kept_renewed_taken_back_and_compared(work, monkeypatch):
    tracked = {p: p.read_bytes() for p in paths.notebooks().glob("*.ipynb")}
    first = workspace.prepare()
    assert len(first.copied) == len(workspace.originals()) and not first.kept
    assert workspace.prepare().copied == () and workspace.compare("01") == ""
    edit(work / "01_region_profile.ipynb", "mine = 1")
    assert "+mine = 1" in workspace.compare("01_region_profile")
    known = workspace.originals()
    newer = {name: text.replace('"cells": [', '"cells": [{"cell_type": "markdown", "id": "n", "metadata": {}, "source": "new"},', 1) for name, text in known.items()}  # fmt: skip
    monkeypatch.setattr(workspace, "originals", lambda: newer)
    again = workspace.prepare()
    assert again.kept == ("01_region_profile.ipynb",) and len(again.renewed) == len(known) - 1
    assert "mine = 1" in (work / "01_region_profile.ipynb").read_text()
    workspace.take_back("01")
    assert "mine = 1" not in (work / "01_region_profile.ipynb").read_text()
    assert "mine = 1" in (work / "01_region_profile.mine.ipynb").read_text()
    assert {p: p.read_bytes() for p in tracked} == tracked


def test_a_file_that_would_shadow_the_package_is_refused(work):
    work.mkdir()
    (work / "analysis.py").write_text("")
    with raises(YigaiError, match="rename analysis.py"):
        workspace.prepare()


def test_an_unknown_or_broken_copy_is_told(work):
    workspace.prepare()
    with raises(MethodError, match="one of"):
        workspace.take_back("77")
    (work / "01_region_profile.ipynb").write_text("{")
    with raises(YigaiError, match="--take-back"):
        workspace.compare("01")
    assert workspace.prepare().copied == ()


def test_the_working_folder_is_ignored_by_git():
    assert "/work/" in (paths.home() / ".gitignore").read_text().split("\n")


def test_the_settings_ask_for_no_news(work):
    told = {p.name: json.loads(p.read_text()) for p in workspace.settings().glob("*.json")}
    assert told["page_config.json"]["disabledExtensions"] and "fetchNews" in str(told["overrides.json"])


def test_jupyterlab_starts_in_a_container_and_asks_nothing(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    line = command._command("开始.ipynb", ["--port", "9999"], Path("s"))
    assert (
        "--allow-root" in line and line[-2:] == ["--port", "9999"] and "--LabApp.app_settings_dir=s" in line
    )
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert "--allow-root" not in command._command("开始.ipynb", [], Path("s"))


@mark.parametrize("lang", ["zh", "en"])
def test_the_launcher_runs_to_its_end(lang, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    space: dict = {}
    for cell in launcher.notebook(lang)["cells"]:
        if cell["cell_type"] == "code":
            *body, last = cell["source"].split("\n")
            if last.startswith("#"):  # for a file that a reader has
                ast.parse(re.sub(r"^# ", "", cell["source"], flags=re.M))
                continue
            exec("\n".join(body), space)
            if last.startswith("import") or " = " in last:
                exec(last, space)
            else:
                value = eval(last, space)
                assert isinstance(value, Path) or value._repr_html_() if hasattr(value, "_repr_html_") else repr(value)  # fmt: skip
    assert list(tmp_path.glob("*.csv"))


def test_a_question_is_saved_as_a_theme(tmp_path, monkeypatch):
    called = {}

    def fake(line, **options):
        called["line"] = line
        return subprocess.CompletedProcess(
            line, called.get("code", 0), "written  a.py\nwritten  notebooks/24_x.ipynb\n", "no"
        )

    monkeypatch.setattr(select.subprocess, "run", fake)
    said = analysis.select("山西", "nurses").save_theme("x", zh="护士", en="Nurses")
    assert pretty(said).splitlines() == [
        "written  a.py",
        "written  notebooks/24_x.ipynb",
    ]  # not as '...\n...'
    assert "\\n" in pretty(str(said)), "the mutation"
    assert called["line"][3:] == ["new", "x", "--indicator", "nurses", "--zh", "护士", "--en", "Nurses"]
    called["code"] = 2
    with raises(MethodError, match="no"):
        analysis.select("山西", "nurses").save_theme("x")


def test_a_theme_saved_in_a_folder_without_a_checkout_is_found_like_any_other(tmp_path):
    """What `yigai init` lays out holds no code: a theme of the folder itself is imported, and a page's key covers it."""
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    for name in ("regions.csv", "indicators.csv", "words.toml"):
        (tmp_path / "data" / name).write_bytes((paths.data() / name).read_bytes())
    (tmp_path / "notebooks" / "01_x.ipynb").write_text("{}")
    code = (
        "import sys; from analysis import paths; from analysis.commands import new; from analysis.report.plan import keys\n"
        "made = new.contents(new.Theme('own_nurses', 'nurses', ('护士', 'Nurses'), ('注册护士', 'Registered nurses'), 2), paths.home())\n"
        "[(p.parent.mkdir(parents=True, exist_ok=True), p.write_text(t, 'utf-8')) for p, t in made.items()]\n"
        "import importlib; theme = importlib.import_module('analysis.themes.own_nurses')\n"
        "file = keys.closure(['analysis.themes.own_nurses'])['analysis.themes.own_nurses']\n"
        "print(theme.__file__ == str(file), len(made), paths.own_themes() is not None)"
    )
    # the folder of themes must stand before the package is first imported, as it does from the second command on
    (tmp_path / "src" / "analysis" / "themes").mkdir(parents=True)
    there = os.environ | {"YIGAI_HOME": str(tmp_path), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=there, check=True)
    assert done.stdout.split() == ["True", "3", "True"]
    assert paths.own_themes() is None  # a checkout has no second room for themes


@fixture
def own_home(tmp_path, monkeypatch):
    """A project's folder of its own with the repository's data, and a table of a hospital beside it."""
    folder = tmp_path / "project"
    shutil.copytree(paths.data(), folder / "data", ignore=shutil.ignore_patterns("processed*", "user"))
    shutil.copyfile(paths.home() / "pyproject.toml", folder / "pyproject.toml")
    pd.DataFrame({"医院": ["山西白求恩医院"] * 2, "年份": [2022, 2023], "医院床位数(张)": [2101, 2150]}).to_excel(tmp_path / "own.xlsx", index=False)  # fmt: skip
    monkeypatch.setenv("YIGAI_HOME", str(folder))
    monkeypatch.setenv("YIGAI_INTERNAL", "0")
    for name in ("YIGAI_PROCESSED", "YIGAI_DICTIONARY"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path / "own.xlsx"
    catalog.renew()


def test_a_table_of_ones_own_is_shown_kept_and_asked_at_once(own_home):
    said = {"source": "本院2024年运营数据", "place": "山西", "lang": "en"}
    looked = analysis.check(own_home, **said)
    assert "nothing was kept" in repr(looked) and not paths.internal() and "<pre" in looked._repr_html_()
    with raises(MethodError, match="only checked"):
        looked.select()
    with raises(ParameterError, match="period"):
        analysis.check(own_home, sourse="x")
    kept = analysis.add(own_home, **said)
    assert paths.internal() and (paths.user() / "own.xlsx").read_bytes() == own_home.read_bytes()
    rows = tables.read("observations", source_id=kept.source_id)
    assert rows["value"].tolist() == [2101, 2150] and "restart the kernel" in repr(kept)
    answer = answers.Answer("t", rows[["year"]], rows, "en")
    assert "not for publication" in repr(answer) and "not for publication" in answer._repr_html_()
    public = answers.Answer("t", rows[["year"]], rows.iloc[:0], "en")
    assert "not for publication" in repr(public)  # whether a row is internal cannot be told by its look
    os.environ["YIGAI_INTERNAL"] = "0"
    assert "not for publication" not in repr(public)


def test_a_table_of_headings_that_nobody_knows_is_told_how_it_enters_and_enters(own_home):
    pd.DataFrame({"年份": [2023], "没有听说过的一项(次)": [7]}).to_excel(own_home, index=False)
    with raises(DataError, match="--new.*new=True"):
        analysis.check(own_home, source="本院统计", place="山西")
    said = analysis.check(own_home, source="本院统计", place="山西", new=True)
    assert "7 次" in repr(said)


def test_a_collection_that_many_share_says_where_ones_own_table_goes(own_home, monkeypatch):
    def shut(request):
        raise PermissionError(13, "Permission denied", "data/raw/user/own.xlsx")

    monkeypatch.setattr("analysis.collection.door.add", shut)
    with raises(MethodError, match="yigai init"):
        analysis.add(own_home, source="本院2024年运营数据")


def test_the_package_starts_without_the_workbench():
    code = (
        "import sys, analysis, analysis.cli; print([m for m in sys.modules if m.startswith('analysis.lab')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    with raises(AttributeError, match="no attribute"):
        analysis.nothing  # noqa: B018


def test_an_estimate_is_written_as_a_table_of_a_word_document(tmp_path):
    from docx import Document

    from analysis.methods.estimates import Estimate

    names = ["doctors", "nurses"]
    columns = [pd.Series(x, index=names) for x in ([-0.5, 0.2], [0.1, float("nan")], [-0.7, 0.0], [-0.3, 0.4], [0.01, 0.2])]  # fmt: skip
    found = Estimate(*columns, n=310, clusters=31, convention="clustered")
    for lang, head in (("zh", "估计值"), ("en", "Estimate")):
        table = Document(str(found.to_docx(tmp_path / "a.docx", lang))).tables[0]
        assert table.rows[0].cells[1].text == head
        assert [c.text for c in table.rows[1].cells][:2] == ["doctors", "−0.500"] and "—" in [c.text for c in table.rows[2].cells]  # fmt: skip
    first = (tmp_path / "a.docx").read_bytes()
    assert found.to_docx(tmp_path / "b.docx").read_bytes() == first
    with raises(MethodError, match="docx"):
        found.to_docx(tmp_path / "a.doc")
