"""What the cases can teach: parts counted again, lessons follow from them, packs are those of the folder; a planted figure moves a case."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import catalog, tables
from analysis.themes import checkable
from analysis.themes import teaching_cases as theme
from theme_pages import both, text

NOTEBOOK = "33_teaching_cases"
PACKS = Path(__file__).resolve().parents[1] / "notebooks" / "cases"


@pytest.fixture(scope="module")
def cases(processed):
    return theme.load()


def test_the_page_holds_and_opens_with_the_lessons(cases):
    zh, en = both(NOTEBOOK, catalog.NATION)
    opening = zh["lessons"]["sentences"][0]
    assert opening["brief"] and all(
        theme.named(case)[0] in text(opening["segments"])
        for case in cases.parts.index[cases.parts["lesson"] == "change"]
    )
    assert len(en["lessons"]["tables"][0]["csv"]) > 0


def test_every_measure_and_every_result_belongs_to_a_case(cases):
    """But for what is said of the whole country; counties stand with their city."""
    held = tables.read("measures")
    assert len(cases.measures) == (held["region_code"] != catalog.NATION).sum()
    assert not cases.measures["case"].isin(["321322", "321324"]).any()
    parts = cases.parts
    assert parts["done"].sum() == len(cases.measures) and (parts["done"] > 0).all()
    assert (parts["compared"] <= parts["dated"]).all() and (parts["dated"] <= parts["result"]).all()


def test_the_lesson_follows_from_the_parts(cases):
    for _, row in cases.parts.iterrows():
        expected = "change" if row["compared"] else "counting" if row["result"] else "design"
        assert row["lesson"] == expected
    case = next(c for c, row in cases.parts.iterrows() if row["lesson"] == "counting" and row["dated"])
    rows = cases.statements.copy()
    rows.loc[(rows["case"] == case) & rows["dated"], "compared"] = True
    assert replace(cases, statements=rows).parts.at[case, "lesson"] == "change", (
        "the mutation: earlier figures printed beside its results make it a case of change"
    )


def test_a_case_that_a_pack_is_written_for_is_not_proposed_again(cases, monkeypatch):
    ahead = theme.next_case(cases)
    assert ahead not in theme.PACKS and cases.parts.at[ahead, "compared"] > 0
    monkeypatch.setattr(theme, "PACKS", theme.PACKS | {ahead: ("一例", "A case")})
    assert theme.next_case(cases) != ahead


def test_the_packs_are_those_of_the_folder_under_their_titles():
    titles = {
        tuple(tomllib.loads(file.read_text("utf-8"))["pack"]["title"][lang] for lang in ("zh", "en"))
        for file in PACKS.glob("*/pack.toml")
    }
    assert set(theme.PACKS.values()) == titles and len(titles) == len(theme.PACKS)


def test_what_stands_beside_a_measure_is_counted_from_the_links(cases):
    found = theme.outcomes(cases)
    usable = checkable.marked(cases.results).set_index("observation_id")
    for row in found.to_dict("records"):
        ids = [i for i in row["linked_observation_ids"].split(";") if i in usable.index]
        assert row["result"] == bool(ids)
        assert row["checked"] == any(usable.at[i, "standing"] == "both" for i in ids)
    assert (found["status"] == "in_force").all() and found["checked"].sum() <= found["dated"].sum()
