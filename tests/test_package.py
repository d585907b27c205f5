"""The collection as a package: described once, whole, checkable, public; and the site's files for programs."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tracemalloc
import zipfile
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from analysis import catalog, paths, tables
from analysis.errors import ParameterError
from analysis.report.formats import api, package, tabular
from analysis.report.pages import archive
from analysis.report.pages.shown import Plan, Report

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def observed(tmp_path, monkeypatch):
    """Builds a table of observations with so many times 300 rows, in a folder of its own."""
    one = next(tables.pieces("observations", 1))
    rows = pd.concat([one.assign(observation_id=f"row {n}") for n in range(300)])

    def build(times: int) -> None:
        folder = tmp_path / f"processed{times}"
        many = [rows.assign(observation_id=rows["observation_id"] + f"-{n}") for n in range(times)]
        tables.write("observations", pd.concat(many), folder, checked=True)
        monkeypatch.setattr(paths, "processed", lambda: folder)

    return build


def built(folder: Path) -> dict[str, bytes]:
    """What stands in a folder, by path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("package")
    package.build(folder)
    return built(folder)


@pytest.fixture(scope="module")
def described(made) -> dict:
    return json.loads(made["datapackage.json"])


def problems(described: dict, made: dict[str, bytes]) -> list[str]:
    """What a reader of the package would stumble over: files, hashes, columns, types, keys, links between tables."""
    found, frames = [], {}
    for one in described["resources"]:
        content = made.get(one["path"])
        if content is None or one["bytes"] != len(content):
            found.append(f"{one['path']}: not the file that is described")
            continue
        if one["hash"] != "sha256:" + hashlib.sha256(content).hexdigest():
            found.append(f"{one['path']}: another hash")
        if one["format"] == "csv":
            frames[one["name"]] = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
            found += columns(one, frames[one["name"]])
    for one in described["resources"]:
        for key in one.get("schema", {}).get("foreignKeys", ()):
            other = frames[key["reference"]["resource"]]
            lost = (
                set(frames[one["name"]][key["fields"][0]]) - set(other[key["reference"]["fields"][0]]) - {""}
            )
            found += [f"{one['name']}: {value!r} leads nowhere" for value in sorted(lost)[:3]]
    return found


def columns(one: dict, frame: pd.DataFrame) -> list[str]:
    fields, found = one["schema"]["fields"], []
    if [f["name"] for f in fields] != list(frame):
        return [f"{one['name']}: other columns"]
    for field in fields:
        filled, rules = frame[field["name"]][frame[field["name"]] != ""], field.get("constraints", {})
        if rules.get("required") and len(filled) < len(frame):
            found.append(f"{one['name']}.{field['name']}: empty")
        if "enum" in rules and not set(filled) <= set(rules["enum"]):
            found.append(f"{one['name']}.{field['name']}: another value")
        if "pattern" in rules and not all(re.fullmatch(rules["pattern"], v) for v in filled.unique()):
            found.append(f"{one['name']}.{field['name']}: another form")
        if field["type"] in ("number", "integer"):
            pd.to_numeric(filled)
    if key := one["schema"].get("primaryKey"):
        found += [f"{one['name']}: key twice"] if frame.duplicated(key).any() else []
    return found


def test_every_file_is_as_described(described, made):
    assert problems(described, made) == []
    assert {r["name"] for r in described["resources"]} >= {
        "observations",
        "regions",
        "sources",
        "observations-parquet",
    }


@pytest.mark.parametrize(
    "breaks",
    [
        lambda d, m: m.update({"tables/targets.csv": m["tables/targets.csv"] + b"x"}),
        lambda d, m: m.pop("dictionaries/regions.csv"),
        lambda d, m: d["resources"][0]["schema"]["fields"].pop(),
        lambda d, m: d["resources"][0]["schema"]["fields"][1].update(constraints={"pattern": "x"}),
    ],
)
def test_what_is_not_as_described_is_found(described, made, breaks):
    described, made = json.loads(json.dumps(described)), dict(made)
    breaks(described, made)
    try:
        assert problems(described, made)
    except KeyError:  # a table that another one needs is gone
        pass


def test_csv_and_parquet_hold_the_same_rows(made):
    for name in ("observations", "targets"):
        rows = pd.read_parquet(io.BytesIO(made[f"tables/{name}.parquet"]))
        again = pd.read_csv(io.BytesIO(made[f"tables/{name}.csv"]), dtype=str, keep_default_na=False)
        assert len(rows) == len(again) and list(rows) == list(again)
        text = rows.select_dtypes("str")
        assert (text.to_numpy() == again[list(text)].to_numpy()).all()
    codes = pd.read_parquet(io.BytesIO(made["dictionaries/regions.parquet"]))["region_code"]
    assert codes.str.fullmatch(r"\d{6}").all() and "000000" in set(codes)


def test_the_sums_are_those_of_the_files_and_bytes_repeat(made, tmp_path):
    lines = dict(reversed(line.split("  ")) for line in made["SHA256SUMS"].decode().splitlines())
    assert lines == {n: hashlib.sha256(c).hexdigest() for n, c in made.items() if n != "SHA256SUMS"}
    package.for_site(tmp_path / "data")
    offered = built(tmp_path / "data")
    packed = offered.pop(f"{package.NAME}.zip")
    assert offered == {n: made[n] for n in offered} and len(offered) == 4 and "SHA256SUMS" in offered
    with zipfile.ZipFile(io.BytesIO(packed)) as held:
        assert {n: held.read(n) for n in held.namelist()} == made
    assert packed == archive.packed(made)


def test_internal_figures_are_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("YIGAI_INTERNAL", "1")
    with pytest.raises(ParameterError, match="internal"):
        package.build(tmp_path)
    assert not [*tmp_path.iterdir()]


def test_a_table_is_written_in_pieces_as_if_it_were_whole(tmp_path):
    frame = pd.DataFrame({"code": [f"{n:06}" for n in range(2000)], "value": [n / 7 for n in range(2000)]})
    for name, rows in (("whole", 5000), ("pieces", 60)):
        pieces = [frame[start : start + rows] for start in range(0, len(frame), rows)]
        tabular.csv_file(tmp_path / f"{name}.csv", pieces)
        tabular.parquet_file(tmp_path / f"{name}.parquet", pieces)
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "pieces.csv").read_bytes()
    assert (tmp_path / "whole.csv").read_text() == frame.to_csv(index=False)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "pieces.parquet"), frame)


def test_writing_a_table_takes_no_more_memory_for_more_rows(tmp_path, monkeypatch, observed):
    def peak(times: int) -> int:
        observed(times)
        frames = partial(tables.pieces, "observations")
        frames(1).__next__()  # the table itself is held
        tracemalloc.start()
        tabular.csv_file(tmp_path / "x.csv", frames(tabular.LINES))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    monkeypatch.setattr(tabular, "LINES", 250)
    few = peak(2)
    assert peak(8) < 1.3 * few
    monkeypatch.setattr(tabular, "LINES", 1_000_000)  # mutation: all rows at once
    assert peak(8) > 3 * few


def test_croissant_reads_codes_from_parquet_and_names_nothing_twice(made):
    found = json.loads(made["croissant.json"])
    ids = [n["@id"] for n in [*found["distribution"], *found["recordSet"]]]
    ids += [f["@id"] for r in found["recordSet"] for f in r["field"]]
    assert len(ids) == len(set(ids))
    files = {f["@id"]: f for f in found["distribution"]}
    for record in found["recordSet"]:
        for field in record["field"]:
            source = files[field["source"]["fileObject"]["@id"]]
            assert source["encodingFormat"] == "application/x-parquet"
            assert len(source["sha256"]) == 64
    for name in ("croissant.json", "dataset.jsonld"):
        assert json.loads(made[name])["@type"].endswith("Dataset")


@pytest.mark.slow
def test_their_own_validators_pass(made, tmp_path):
    frictionless = pytest.importorskip("frictionless", reason="frictionless is not installed")
    croissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    for name, content in made.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    listed = json.loads(made["datapackage.json"])
    listed["resources"] = [r for r in listed["resources"] if r["format"] == "csv"]
    (tmp_path / "datapackage.json").write_text(json.dumps(listed), "utf-8")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])
    croissant.Dataset(str(tmp_path / "croissant.json"))


# ---- the site for programs -------------------------------------------------------------------------------------------


def reports() -> list[Report]:
    title = {"zh": "资源", "en": "Resources"}
    return [
        Report("140000", "region_profile", "zh", title),
        Report("140000", "region_profile", "en", title, status="stale"),
        Report("140000", "services", "zh", title, status="failed"),
    ]


def test_pages_for_programs_are_those_that_stand():
    made = {n: json.loads(c) for n, c in api.files(reports(), Plan(regions=["140000", "610000"])).items()}
    assert set(made) == {"index.json", *(f["path"] for f in made["index.json"]["files"].values())}
    (page,) = made["pages.json"]
    assert page["html"] == {"zh": "140000/region_profile.html", "en": "140000/region_profile.en.html"}
    assert page["status"] == "stale" and page["facts"] == "140000/region_profile.facts.json"
    places = {p["region_code"]: p for p in made["places.json"]}
    assert places["140000"]["themes"] == ["region_profile"] and places["610000"]["themes"] == []
    assert places["140000"]["name_en"] != places["610000"]["name_en"]
    assert {s["source_id"] for s in made["sources.json"]} == set(catalog.sources())
    assert {i["indicator"] for i in made["indicators.json"]} == set(catalog.indicators())
    assert set(tables.SPECS)


def test_the_documented_lines_run_on_a_site(tmp_path, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/api.md").read_text("utf-8"), re.S)
    site = tmp_path / "reports"
    (site / "api").mkdir(parents=True)
    for name, content in api.files(reports(), Plan(regions=["140000"])).items():
        (site / "api" / name).write_bytes(content)
    (site / "140000").mkdir()
    facts = {"facts": {"f1": {"label": {"en": "doctors"}, "text": {"en": "3.42"}}}}
    (site / "140000/region_profile.facts.json").write_text(json.dumps(facts), "utf-8")
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert "3.42" in capsys.readouterr().out and len([line for line in code.splitlines() if line]) == 5
