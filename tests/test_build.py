"""The whole build on the real raw files: contracts, bytes that repeat, the figures' own arithmetic, and what a failure leaves behind."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import catalog, facts, paths, tables
from analysis.clean import periods
from analysis.collection import build as building
from analysis.collection.build import build
from analysis.errors import DataError

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="module")
def gathered():
    """What is read of the real raw files, once; each build takes its own hold of the frames, which it lets go as it writes."""
    found = building.gather(paths.raw())
    return lambda *_: replace(found, frames=dict(found.frames))


@pytest.fixture(scope="module")
def built(gathered, tmp_path_factory):
    folder = tmp_path_factory.mktemp("processed") / "processed"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "gather", gathered)
        return build(folder=folder)


@pytest.fixture
def processed(built, monkeypatch):
    monkeypatch.setenv("YIGAI_PROCESSED", str(built.folder))
    tables.reset_reads()
    return built


def test_every_table_is_built_and_named_in_the_manifest(processed):
    manifest = tables.manifest()
    assert (
        set(manifest["tables"])
        == set(tables.SPECS)
        == {path.stem for path in processed.folder.glob("*.parquet")}
    )
    for name, entry in manifest["tables"].items():
        assert entry["rows"] == len(tables.read(name)) == processed.rows[name]
        assert entry["rows"] > 0 or name == "codings"  # nothing of the collection was coded twice
        assert entry["sha"] == tables.selection_hash(name, {}) == processed.shas[name]
    assert "panel/province_nbs.csv" in manifest["raw"] and len(manifest["checks"]) == len(processed.checks)


def test_every_row_of_every_table_cites_a_registered_source(processed):
    for name in tables.SPECS:
        frame = tables.read(name)
        assert frame.source_id.isin(list(catalog.sources())).all() and (frame.locator != "").all(), name
        # a cell may be worth less than its source: read elsewhere, or doubtful
        assert (frame.source_grade >= frame.source_id.map(lambda key: catalog.source(key).grade)).all(), name


def test_same_input_same_bytes(built, tmp_path):
    """The second is the whole way again: nothing of it was read before."""
    again = build(folder=tmp_path / "processed").folder
    names = sorted(path.name for path in built.folder.iterdir())
    assert names == sorted(path.name for path in again.iterdir())
    for name in names:
        assert (built.folder / name).read_bytes() == (again / name).read_bytes(), name


def test_the_figures_own_checks_hold(built):
    assert {check.status for check in built.checks} == {"ok", "noted"}
    text = str(built)
    for sentence in (
        "医疗卫生机构数: provinces sum to the nation 2014-2020 exactly; largest difference 0 in 7 years.",
        "provinces 2014-2020, counts: 550 of 550 cells agree within rounding",
        "provinces 2010-2019, 医院平均住院日: 100 of 100 cells agree within rounding",
        "seven provincial series 2015-2023: 89 cells",
        "医疗卫生机构床位数 2007-2023: 31 provinces in every year expected; no value in 2008.",
        "207 statements of the documents read again: 197 as they were coded, 10 differences explained one by one; 16 state no number.",
        "383 of 383 do repeat it",
    ):
        assert sentence in text
    assert text.endswith(f"tables in {paths.relative(built.folder)}")


def test_every_cell_of_the_panel_and_every_fact_is_found(processed):
    observations = tables.read("observations")
    ids = set(observations.observation_id)
    with (paths.raw() / "publications.csv").open(encoding="utf-8") as file:
        publications = {row["file"]: row["source_publication"] for row in csv.DictReader(file)}
    for path in sorted((paths.raw() / "panel").glob("*.csv")):
        for row in csv.DictReader(path.open(encoding="utf-8")):
            stated = row.get("source_publication") or publications[f"panel/{path.name}"]
            source = catalog.source_of(stated, f"panel/{path.name}")
            indicator = catalog.indicator_of(row["indicator_zh"], source.id)
            when = periods.parse(row.get("year") or row["period"]).key(indicator.kind)
            assert f"{source.id}:{row['region_code']}:{indicator.key}:{when}" in ids
    assert observations.observation_id.str.fullmatch(r"\d{3}-\d{3}").sum() == 207


def test_the_gathered_panel_is_in_raw_row_for_row():
    if not SHARED.is_dir():
        pytest.skip("the gathered figures are not beside the repository")
    for gathered in sorted((SHARED / "panel").glob("*.csv")):
        raw = paths.raw() / "panel" / gathered.name
        if not raw.is_file() or gathered.name == "city_yearbook_all.csv":  # tests/test_city_figures.py
            continue
        keys = ("region_code", "indicator_zh", "value", "unit")
        held = [
            tuple(row[k] for k in keys) + (row.get("year") or row["period"],)
            for row in csv.DictReader(raw.open(encoding="utf-8"))
        ]
        wanted = [
            tuple(row[k] for k in keys) + (row.get("year") or row["period"],)
            for row in csv.DictReader(gathered.open(encoding="utf-8"))
        ]
        assert sorted(held) == sorted(wanted), gathered.name


@pytest.mark.parametrize(
    ("key", "value", "flag"),
    [
        ("nbs-province:360000:doctors:2023", None, "jump"),
        ("nbs-province:340000:doctors:2020", None, "jump"),
        ("nbs-province:310000:hospital_stay_days:2022", 17.2, "not_ranked"),
        ("nbs-province:140000:health_expenditure:2014", None, "break"),
        ("city-yearbook:140900:city_doctors:2020", None, "equals_previous"),
        ("city-yearbook:320100:city_doctors:2017", None, "rounded"),
        ("nbs-province:540000:doctors:2016", None, ""),
    ],
)
def test_known_peculiarities_are_flagged_and_kept(processed, key, value, flag):
    (row,) = tables.read("observations", observation_id=key).to_dict("records")
    assert flag in row["flags"].split(";")
    assert value is None or row["value"] == value


def test_the_two_city_bed_series_are_never_one(processed):
    rows = tables.read(
        "observations",
        source_id="city-yearbook",
        indicator=["city_hospital_beds", "city_hospital_health_centre_beds"],
    )
    last = rows[rows.indicator == "city_hospital_health_centre_beds"].year.max()
    assert last == 2016 and rows[rows.indicator == "city_hospital_beds"].year.min() == 2017


# ------------------------------------------------------------------------------------------------------- failure and rescue


@pytest.fixture
def raw(tmp_path):
    shutil.copytree(paths.raw(), tmp_path / "raw")
    return tmp_path / "raw"


def test_problems_of_several_kinds_of_file_come_in_one_error_and_the_old_tables_stay(raw, tmp_path):
    folder = tmp_path / "processed"
    folder.mkdir()
    (folder / "observations.parquet").write_bytes(b"the old table")
    (raw / "panel" / "monthly.csv").write_bytes(b"")
    (raw / "bulletins" / "targets.csv").write_text("target_id\nT01\n", encoding="utf-8")
    (raw / "policy" / "policy_timing.csv").unlink()
    (raw / "user" / "mine.csv").write_text(
        "region_code,region_zh,year,indicator_zh,value,unit,source_publication,note\n140000,,2022,医院数,many,个,,\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as error:
        build(raw, folder)
    text = str(error.value)
    for part in (
        "monthly.csv: found an empty file",
        "targets.csv row 1",
        "policy_timing.csv: found no such file",
        "mine.csv row 2 value",
        "mine.csv row 2 source_publication",
    ):
        assert part in text
    assert [path.name for path in folder.iterdir()] == ["observations.parquet"]
    assert (folder / "observations.parquet").read_bytes() == b"the old table"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["processed", "raw"]


def test_a_failure_while_writing_leaves_the_old_tables_whole(built, gathered, tmp_path, monkeypatch):
    folder = tmp_path / "processed"
    shutil.copytree(built.folder, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(building, "gather", gathered)
    monkeypatch.setattr(building, "judge", lambda *_: built.checks)
    monkeypatch.setattr(building.tables, "write_manifest", full)
    with pytest.raises(OSError, match="no space left"):
        build(folder=folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["processed"]


def test_a_table_that_is_no_longer_made_goes_and_the_readme_stays(built, tmp_path):
    folder = tmp_path / "processed"
    folder.mkdir()
    (folder / "README.md").write_text("kept", encoding="utf-8")
    (folder / "former.parquet").write_bytes(b"")
    building._swap(Path(shutil.copytree(built.folder, tmp_path / "new")), folder)
    assert not (folder / "former.parquet").exists() and (folder / "README.md").exists()
    assert json.loads((folder / "build.json").read_text(encoding="utf-8"))["tables"]["targets"]["rows"] == 18


def test_no_raw_folder_is_said(tmp_path):
    with pytest.raises(DataError, match="restore data/raw"):
        build(tmp_path / "nothing", tmp_path / "processed")


def test_the_printing_step_is_what_the_bounds_leave_and_no_fact_guesses_it():
    rows = tables.read("observations")
    panel, said = rows[rows["print_step"].notna()], rows[rows["print_step"].isna()]
    width = panel["value_high"] - panel["value_low"]
    assert len(panel) and ((width - panel["print_step"]).abs() <= 1e-6 * panel["print_step"]).all()
    assert set(said["source_id"].str[:4]) >= {"doc-"} and not panel["source_id"].str.startswith("doc-").any()
    row = panel[panel["print_step"] == 100].iloc[0]
    assert facts.printing_step(row) == 100 and facts.printing_step({**row, "print_step": 1000.0}) == 1000
    assert facts.printing_step({**row, "value_low": row["value"] - 5000}) == 100, "bounds do not enter"
