"""A date cuts everything that is read, once: what a page says on a day is what it would say with the later rows taken away."""

from __future__ import annotations

import importlib
import json
import random
from collections.abc import Mapping
from types import ModuleType

import pytest

from analysis import catalog, known, paths, tables
from analysis.report.plan import coverage, promises
from analysis.themes import (
    city_profile,
    digital,
    evidence_base,
    planned,
    regional_centres,
    services,
    stated_values,
    subjects,
    talent_ledger,
)
from theme_pages import findings

# theme notebooks cheap enough for every run; all of them, in 200 triples, are in the long tests
CHEAP = {
    "07_stated_values": stated_values,
    "12_services": services,
    "14_digital": digital,
    "06_talent_ledger": talent_ledger,
    "18_evidence_base": evidence_base,
    "11_regional_centres": regional_centres,
}
DATES = ("2012-06-30", "2018-03-01", "2019-12-01", "2021-05-08", "2022-11-30", "2024-03-31", "2025-06-30")


@pytest.fixture(autouse=True)
def untouched(monkeypatch):
    monkeypatch.setenv("YIGAI_RENDER", "page")  # as in a run, which sets the day before anything is read
    monkeypatch.setenv(tables.AS_OF, "")
    yield
    tables.open_page("")


def cut_tables(folder, day: str) -> None:
    """The processed tables as files that hold only what was known on a day."""
    for name in tables.SPECS:
        frame = tables._whole(name).drop(columns=tables.HASH)
        tables.write(name, frame[known.rows(name, frame, day).to_numpy()], folder)


def page(stem: str, code: str) -> str:
    shown = [finding.json("zh") for finding in findings(stem, code, "zh")]
    for payload in shown:
        del payload["as_of"], payload["reads"]
    return json.dumps(shown, ensure_ascii=False, sort_keys=True)


# what is said of every day alike (``as_of=""``), so also over tables that end at one: of which places the reports are at all
EVER = ((planned, "codes"), (planned, "known"), (subjects, "_ever_mentioned"))


def both(stem: str, module, code: str, day: str, folder, monkeypatch) -> tuple[object, object]:
    """What a place has on a day, by the cut and by tables cut at that day: the page's payload, or its state."""
    found, ever = [], [(where, name, getattr(where, name)()) for where, name in EVER]
    for step in ("cut", "files"):
        with monkeypatch.context() as patch:
            if step == "cut":
                tables.cut(day)
            else:
                tables.cut("")
                for where, name, of_all_days in ever:
                    patch.setattr(where, name, lambda held=of_all_days: held)
                patch.setattr(paths, "processed", lambda: folder)
                # only the states of coverage may know that a day was named
                patch.setattr(tables, "as_of", lambda: "" if tables.place() else day)
                patch.setattr(tables, "_normal", _without_cut(tables._normal))
            state = module.coverage().get(code, "none")
            found.append(page(stem, code) if state is None else state)
            tables.open_page("")
    tables.cut("")
    return tuple(found)


def _without_cut(normal):
    return lambda name, selection: normal(name, {k: v for k, v in selection.items() if k != tables.CUT})


def sample(
    rng: random.Random, themes: Mapping[str, ModuleType], n: int, days: tuple[str, ...] = DATES
) -> list[tuple[str, str, str]]:
    """Theme, place and day in turn over the themes: three of four places have a page on the day, where any has."""
    chosen: list[tuple[str, str, str]] = []
    every = {stem: module.coverage() for stem, module in themes.items()}
    for i in range(n):
        stem = list(themes)[i % len(themes)]
        day = rng.choice(days)
        tables.cut(day)
        with_page = [code for code, why in sorted(themes[stem].coverage().items()) if why is None]
        tables.cut("")
        chosen.append((stem, rng.choice(with_page if with_page and i % 4 else sorted(every[stem])), day))
    return chosen


def compare(triples, themes, tmp_path, monkeypatch) -> dict[str, int]:
    seen, differ = {"page": 0, "state": 0}, []
    for stem, code, day in triples:
        folder = tmp_path / day
        if not folder.is_dir():
            folder.mkdir()
            cut_tables(folder, day)
        one, two = both(stem, themes[stem], code, day, folder, monkeypatch)
        if one != two:
            differ.append((stem, code, day))
        seen["page" if isinstance(one, str) else "state"] += 1
    assert not differ, differ
    return seen


def test_a_page_on_a_day_is_the_page_of_tables_cut_at_that_day(tmp_path, monkeypatch):
    stems = ("07_stated_values", "12_services", "14_digital", "06_talent_ledger")
    themes = {stem: CHEAP[stem] for stem in stems}
    seen = compare(sample(random.Random(5), themes, 12), themes, tmp_path, monkeypatch)
    assert seen["page"] and seen["state"], seen


def every_theme() -> dict[str, ModuleType]:
    """Each notebook that makes pages, with its module."""
    return {book.path.stem: importlib.import_module(book.module) for book in promises.notebooks()}


@pytest.mark.slow
def test_two_hundred_places_days_and_themes_of_all(tmp_path, monkeypatch):
    themes = every_theme()
    triples = sample(random.Random(6), themes, 200, (*DATES, "2025-12-31", "2026-03-31"))
    seen = compare(triples, themes, tmp_path, monkeypatch)
    assert len({stem for stem, *_ in triples}) == len(themes) and sum(seen.values()) == 200
    assert seen["page"] > 100 and seen["state"], seen


def test_a_cut_that_leaves_one_table_uncut_is_found(tmp_path, monkeypatch):
    """Mutation: reading without the cut prints later rows."""
    stem, code, day = "18_evidence_base", "140100", "2021-05-08"
    folder = tmp_path / day
    folder.mkdir()
    cut_tables(folder, day)
    one, two = both(stem, evidence_base, code, day, folder, monkeypatch)
    assert one == two
    monkeypatch.setattr(known, "rows", lambda name, frame, as_of: frame["source_id"] != "")
    tables._known.cache_clear()
    one, two = both(stem, evidence_base, code, day, folder, monkeypatch)
    tables._known.cache_clear()
    assert one != two


@pytest.mark.parametrize(
    ("source", "period", "day", "derived"),
    [
        ("doc-004", "2024-01-24", "2023-03-03", False),  # a target's period lies behind the document's date
        ("doc-003", "2022-12-31", "2018-12-31", False),  # a year alone: its last day
        ("nbs-province", "2019-12-31", "2020-12-31", True),
        ("ga-cn-healthcare", "2019", "2021-12-31", True),
    ],
)
def test_from_which_day_a_row_is_known(source, period, day, derived):
    assert known.since(source, period) == (day, derived)


def test_what_is_held_is_known_by_the_newest_day_at_the_latest():
    newest = catalog.newest_date()
    assert known.since("po-unlocated-timing", "")[0] == newest
    assert known.since("nbs-province", "2099-12-31")[0] == newest
    whole = {name: len(tables.read(name)) for name in tables.SPECS}
    assert {name: len(tables.read(name, as_of=newest)) for name in tables.SPECS} == whole
    assert all(len(tables.read(name, as_of="1990-01-01")) == 0 for name in tables.SPECS)


def test_a_reading_records_the_day_it_was_cut_at():
    tables.reset_reads()
    tables.read("observations", indicator="doctors", as_of="2020-12-31")
    (record,) = tables.reads()
    assert record.selection["as_of"] == "2020-12-31"
    assert tables.selection_hash("observations", record.selection) == record.sha
    assert tables.selection_hash("observations", {"indicator": "doctors"}) != record.sha


def test_a_series_is_read_on_a_day_and_published_on_none():
    source = catalog.source("nbs-province")
    assert (source.published, source.read_on) == ("", "2026-07-12")


@pytest.mark.parametrize("day", ["2012-06-30", "2021-05-08", "2024-03-31"])
def test_every_theme_says_on_any_day_where_it_has_a_page(day):
    every = coverage.of(book.module for book in promises.notebooks())
    tables.cut(day)
    then = coverage.of(every)
    tables.cut("")
    pages = {name: sum(state is None for state in found.values()) for name, found in then.items()}
    now = {name: sum(state is None for state in found.values()) for name, found in every.items()}
    assert all(pages[name] <= now[name] for name in now) and sum(pages.values()) < sum(now.values())


def test_a_city_has_no_profile_before_its_last_year_is_known(monkeypatch):
    tables.cut("2020-06-30")
    state = city_profile.coverage()["140100"]
    tables.cut("")
    assert state.code == "E0" and city_profile.coverage()["140100"] is None


@pytest.mark.parametrize("name", sorted(tables.SPECS))
def test_rows_are_known_for_what_table_they_come_from(name):
    """An assessment carries an observation's id and is cut by its own year, not by a period that it lacks."""
    rows = tables.read(name)
    assert subjects.table_of(rows) == name == subjects.table_of(rows.assign(added=1))
    for day in DATES:
        cut = known.rows(name, rows, day)
        assert subjects.published(rows, day).index.tolist() == rows.index[cut].tolist(), day


@pytest.mark.parametrize(
    ("stem", "code", "day"),
    [
        ("24_between_cities", "000000", "2018-03-01"),  # no year of rates is known
        ("09_age_and_supply", "510000", "2018-03-01"),  # no census year
        ("09_age_and_supply", "000000", "2022-11-30"),  # the first of two years alone
        ("17_mechanisms", "000000", "2019-12-01"),  # measures, but none of party work
        ("04_assessed_hospitals", "330100", "2021-05-08"),  # ranks, but not every list's count
    ],
)
def test_a_day_before_a_part_was_known_gives_a_page_or_a_state(stem, code, day):
    """Each stopped the page once: a part that was not known yet is a state, not an error."""
    tables.cut(day)
    state = every_theme()[stem].coverage().get(code, "none")
    assert state is not None or json.loads(page(stem, code))
    tables.open_page("")
    tables.cut("")
