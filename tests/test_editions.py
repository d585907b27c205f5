"""A later edition of a series: cell by cell, both stay, the newest is read, and no value is lost in silence. All figures are made up."""

from itertools import permutations

import pandas as pd
import pytest

from analysis import editions, tables
from analysis.clean import editions as clean
from analysis.clean.editions import Part
from analysis.errors import DataError


def part(where: str, edition: str, **values: float) -> Part:
    """A file with doctors of Shanxi by year, to a hundred."""
    rows = [
        {
            "observation_id": f"nbs-province:140000:doctors:{year[1:]}", "source_id": "nbs-province", "locator": f"doctors {year[1:]}", "value": value, "value_low": value - 50,
            "value_high": value + 50, "as_printed": f"{value / 1e4:g} 万人",
        }
        for year, value in values.items()
    ]  # fmt: skip
    return Part(where, pd.DataFrame(rows), edition, 'edition = "2025-10" in a.csv.toml')


FIRST = part("panel/first.csv", "", y2021=110_000, y2022=113_400, y2023=120_800)
LATER = part("user/later.csv", "2025-10", y2022=113_400, y2023=121_900, y2024=126_000)


def values(frame: pd.DataFrame) -> dict[str, float]:
    return dict(zip(frame.locator.str[-4:], frame.value, strict=True))


@pytest.mark.parametrize("parts", [[FIRST, LATER], [LATER, FIRST]])
def test_a_later_edition_takes_the_place_of_an_earlier_one_cell_by_cell_and_both_stay(parts):
    table = clean.joined(parts)
    assert len(table) == 5
    assert values(table[editions.current(table)]) == {
        "2021": 110_000,
        "2022": 113_400,
        "2023": 121_900,
        "2024": 126_000,
    }
    old = table.set_index("observation_id").loc["nbs-province:140000:doctors:2023"]
    new = table.set_index("observation_id").loc["nbs-province:140000:doctors:2023@2025-10"]
    assert (old.value, old.superseded_on, old.edition) == (120_800, "2025-10", "")
    assert (new.value, new.revises, new.edition) == (121_900, "nbs-province:140000:doctors:2023", "2025-10")


STALE = part("user/stale.csv", "2024-03", y2021=110_000, y2022=109_000, y2023=119_000, y2024=125_000)


@pytest.mark.parametrize("parts", list(permutations([FIRST, LATER, STALE])))
def test_an_old_edition_that_comes_after_a_newer_one_is_not_read(parts):
    """In whatever order files are added: what the newest edition prints is read, the stale one stays beside it."""
    table = clean.joined(parts)
    read = values(table[editions.current(table)])
    assert read == {"2021": 110_000, "2022": 113_400, "2023": 121_900, "2024": 126_000}
    stale = table[table["edition"] == "2024-03"].set_index("locator")
    assert set(stale["superseded_on"]) == {"2025-10"}, "each of its cells says which edition took its place"
    assert values(table[editions.current(table, "2025-01-01")])["2023"] == 119_000


def test_a_stale_file_without_an_edition_is_older_than_any_that_states_one_and_two_such_are_asked_about():
    bare = part("user/bare.csv", "", y2023=119_000, y2024=125_000)
    table = clean.joined([LATER, bare])
    assert values(table[editions.current(table)]) == {"2022": 113_400, "2023": 121_900, "2024": 126_000}
    with pytest.raises(DataError, match="say which edition it is"):
        clean.joined([FIRST, LATER, bare])


def test_mutation_by_the_order_of_files_a_stale_edition_would_be_read(monkeypatch):
    sort = pd.DataFrame.sort_values
    by_file = lambda frame, by, **how: sort(frame, [clean.ORDER] if by[0] == "edition" else by, **how)  # noqa: E731
    monkeypatch.setattr(pd.DataFrame, "sort_values", by_file)
    with pytest.raises(DataError):  # the stale one no longer finds its place behind the newer one
        clean.joined([FIRST, LATER, STALE])


def test_on_a_day_before_the_edition_the_earlier_value_is_the_current_one():
    table = clean.joined([FIRST, LATER])
    assert values(table[editions.current(table, "2025-10-30")])["2023"] == 120_800
    assert "2024" not in values(table[editions.current(table, "2025-10-30")])
    assert values(table[editions.current(table, "2025-10-31")])["2023"] == 121_900


def test_three_editions_are_a_chain_and_a_value_that_comes_back_is_an_edition_too():
    third = part("user/third.csv", "2026", y2023=120_800)
    table = clean.joined([FIRST, third, LATER])
    rows = table[table.locator == "doctors 2023"].set_index("edition")
    assert rows.superseded_on.to_dict() == {"": "2025-10", "2025-10": "2026", "2026": ""}
    assert rows.loc["2026", "revises"] == "nbs-province:140000:doctors:2023@2025-10"


def test_a_coarser_print_of_the_same_figure_revises_nothing():
    coarse = part("user/coarse.csv", "2025-10", y2023=121_000)
    coarse.rows[["value_low", "value_high"]] = [120_500, 121_500]
    table = clean.joined([FIRST, coarse])
    assert len(table) == 3 and (table.superseded_on == "").all()


def test_two_values_of_one_edition_are_asked_about_once_with_what_answers_it():
    with pytest.raises(DataError) as error:
        clean.joined([FIRST, part("user/a.csv", "", y2021=110_900, y2022=114_400, y2023=121_900)])
    assert len(error.value.problems) == 1
    text = str(error.value)
    for said in (
        "user/a.csv",
        "11.09 万人",
        "11 万人 in panel/first.csv",
        "2 more cells",
        'edition = "2025-10" in a.csv.toml',
        "stay beside",
    ):
        assert said in text
    with pytest.raises(DataError, match="2025, 2025-10 or 2025-10-01"):
        clean.joined([FIRST, part("user/a.csv", "second", y2021=1)])


def test_a_page_can_say_which_edition_it_shows_and_how_many_cells_were_revised():
    table = clean.joined([FIRST, LATER])
    read = table[editions.current(table)]
    assert editions.of(read) == [editions.Edition("nbs-province", "2025-10", 2, 1)]
    assert editions.of(read[read.edition == ""]) == []


def test_tables_read_returns_the_newest_and_the_others_when_asked(tmp_path, monkeypatch):
    held = tables.spec("observations").columns
    table = clean.joined([FIRST, LATER])
    rest = {c: "" for c in held if c not in table} | {
        "region_code": "140000",
        "indicator": "doctors",
        "year": 2023,
        "period_basis": "explicit",
        "unit": "人",
        "quantifier": "exact",
    }
    rest |= {
        "measure": "level",
        "status": "actual",
        "damaged": False,
        "salience": "core",
        "source_grade": "A",
    }
    tables.write("observations", tables.conform("observations", table.assign(**rest)), tmp_path)
    monkeypatch.setenv("YIGAI_PROCESSED", str(tmp_path))
    assert values(tables.read("observations", region_code="140000"))["2023"] == 121_900
    assert tables.read("observations", superseded_on="2025-10").value.tolist() == [120_800]
    assert len(tables.read("observations", edition=["", "2025-10"])) == 5


def test_mutation_without_the_cut_both_values_of_a_cell_are_read(monkeypatch):
    table = clean.joined([FIRST, LATER])
    assert not table[editions.current(table)].locator.duplicated().any()
    monkeypatch.setattr(editions, "current", lambda frame, day="": [True] * len(frame))
    assert table[editions.current(table)].locator.duplicated().any()
