"""Each gap of the page of what is missing names the export that fills it, or says that no path is held."""

import re
import tomllib
from pathlib import Path

import pytest

from analysis import catalog
from analysis.errors import DataError
from analysis.intake import words
from analysis.report.pages import exports, missing
from analysis.report.pages.shown import Plan, Site, Unknown

HELD = Path(exports.__file__).parents[2] / "themes" / "held.toml"


def gap(code: str, title: str) -> Unknown:
    return Unknown(code, title, "", ("甲",))


def test_the_titles_are_those_that_the_themes_write():
    said = tomllib.loads(HELD.read_text("utf-8"))
    for state in ("E1", "E4"):
        for lang in ("zh", "en"):
            assert exports.is_lacking(said["states"][state]["title"][lang], lang)
    named = {(one["zh"], one["en"]) for one in said["quantities"].values()}
    assert {one.what for one in exports.held() if one.level == "province"} <= named


def test_a_gap_of_a_province_names_path_file_and_command():
    (found,) = exports.fills("140000", "山西：病床使用率没有数", "zh")
    assert "分省年度数据" in found.path[0] and found.file == "分省年度数据.csv"
    assert found.command == 'yigai add 分省年度数据.csv --indicator "医院病床使用率(%)" --public'
    label = re.search(r'--indicator "([^"]+)"', found.command)[1]
    assert catalog.indicator_of(words.label(label)).key == "hospital_bed_use_rate"
    assert len(exports.fills("140000", "Shanxi: no figure is held of visits and admissions", "en")) == 2


def test_a_file_that_was_never_seen_has_no_name():
    unseen = [one for one in exports.held() if not one.file]
    assert unseen and all(one.command.startswith("yigai add FILE ") for one in unseen)


@pytest.mark.parametrize(
    ("place", "title"),
    [
        ("140100", "太原：注册护士数没有数"),  # no path is held for cities' nurses
        ("140000", "山西：文件没有公布经费"),  # no export could give it
        ("140100", "太原：病床使用率没有数"),  # held for provinces only
    ],
)
def test_no_path_is_made_up(place, title):
    assert exports.fills(place, title, "zh") == ()


def test_every_command_names_an_indicator_that_the_dictionary_knows(monkeypatch, tmp_path):
    assert all(one.command.startswith("yigai add ") for one in exports.held())
    text = exports.FILE.read_text("utf-8").replace('"hospital_bed_use_rate"', '"bed_use_of_nobody"')
    (tmp_path / "exports.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(exports, "FILE", tmp_path / "exports.toml")
    exports.held.cache_clear(), exports._file.cache_clear()
    with pytest.raises(DataError):
        exports.held()
    exports.held.cache_clear(), exports._file.cache_clear()


def test_the_page_prints_them(monkeypatch):
    shown = {}
    monkeypatch.setattr(missing.frames, "frame", lambda *a, **named: named)
    monkeypatch.setattr(missing.frames, "html", lambda name, context: shown.update(context) or "")
    states = [
        gap("E1", "山西：病床使用率没有数"),
        gap("E1", "山西：卫生人员数没有数"),
        gap("E1", "山西：文件没有公布经费"),
    ]
    list(missing.pages("zh", Site(Plan()), {"140000": states}))
    found = [(one.lacking, len(one.fills)) for one in shown["regions"][0].states]
    assert found == [(True, 1), (True, 0), (False, 0)]
