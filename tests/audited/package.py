"""The data package: its files as described by each of its descriptions, CSV the same as Parquet, and every value as the raw files print it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd

from audited.told import Raw, Told, read_number, typed

ARCHIVE = "yigai-data.zip"
BESIDE = ("datapackage.json", "croissant.json", "dataset.jsonld", "SHA256SUMS")
TYPES = {"number": "sc:Float", "integer": "sc:Integer", "boolean": "sc:Boolean", "string": "sc:Text"}
KIND = "package"


def members(site: Path) -> dict[str, bytes]:
    """The files of the package by their path; empty for a site without one."""
    file = site / "data" / ARCHIVE
    if not file.is_file():
        return {}
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def lines(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def audit_package(told: Told, site: Path, raw_folder: Path, raw: Raw) -> None:
    """``data/`` of a site."""
    held = members(site)
    if not held:
        return
    for name in BESIDE:
        same = (site / "data" / name).read_bytes() == held.get(name)
        told.check(KIND, f"data/{name}", same, "not as in the archive")
    described = json.loads(held["datapackage.json"])
    _sums(told, held)
    _resources(told, held, described)
    _croissant(told, held, described)
    _search_engines(told, held, described, raw_folder.parent)
    _dictionaries(told, held, raw_folder.parent)
    _observations(told, held, raw_folder.parent, raw)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _sums(told: Told, held: dict[str, bytes]) -> None:
    found = dict(reversed(line.split("  ", 1)) for line in held["SHA256SUMS"].decode().splitlines())
    others = {name: _hash(content) for name, content in held.items() if name != "SHA256SUMS"}
    told.check(KIND, "SHA256SUMS", set(found) == set(others), f"{set(found) ^ set(others)}")
    for name, value in others.items():
        told.check(KIND, f"SHA256SUMS {name}", found.get(name) == value, "another hash")


def _resources(told: Told, held: dict[str, bytes], described: dict[str, Any]) -> None:
    paths = [one["path"] for one in described["resources"]]
    data = {name for name in held if "/" in name}
    told.check(
        KIND, "datapackage.json", set(paths) == data and len(paths) == len(data), f"{set(paths) ^ data}"
    )
    version = _hash("\n".join(sorted(one["hash"] for one in described["resources"])).encode())[:12]
    told.check(KIND, "datapackage.json", described["version"] == version, f"version is not {version}")
    for one in described["resources"]:
        content = held.get(one["path"], b"")
        same = (one["bytes"], one["hash"]) == (len(content), f"sha256:{_hash(content)}")
        told.check(KIND, one["path"], same, "size or hash not as described")
        if one["path"].endswith(".csv"):
            _schema(told, one, content, held.get(one["path"][:-4] + ".parquet", b""))


def _schema(told: Told, one: dict[str, Any], content: bytes, parquet: bytes) -> None:
    """A table by its description, and its two forms by each other."""
    where, fields = one["path"], one["schema"]["fields"]
    text = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    other = pd.read_parquet(io.BytesIO(parquet))
    names = [field["name"] for field in fields]
    told.check(KIND, where, names == list(text) == list(other), f"columns {names}")
    told.check(KIND, where, len(text) == len(other), f"{len(text)} rows, Parquet {len(other)}")
    for key in [one["schema"].get("primaryKey")]:
        told.check(KIND, where, not key or not text.duplicated(key).any(), f"key {key} twice")
    for field in fields:
        name, kind = field["name"], field["type"]
        column, again = text[name], other[name]
        filled, rules = column[column != ""], field.get("constraints", {})
        told.check(KIND, f"{where} {name}", not rules.get("required") or len(filled) == len(column), "an empty cell")  # fmt: skip
        allowed = rules.get("enum")
        told.check(KIND, f"{where} {name}", not allowed or set(filled) <= set(allowed), "another value than stated")  # fmt: skip
        pattern = rules.get("pattern")
        held = not pattern or all(re.fullmatch(pattern, value) for value in filled.unique())
        told.check(KIND, f"{where} {name}", held, f"not all {pattern}")
        if kind in ("number", "integer"):
            numbers, parts = pd.to_numeric(column, errors="coerce"), pd.to_numeric(again, errors="coerce").astype("float64")  # fmt: skip
            same = bool(((numbers == parts.to_numpy()) | (numbers.isna() & parts.isna().to_numpy())).all())
            within = filled.map(float).between(rules.get("minimum", float("-inf")), rules.get("maximum", float("inf")))  # fmt: skip
            told.check(KIND, f"{where} {name}", bool(within.all()), "beyond the stated limits")
        else:
            same = column.tolist() == ["" if v is None or v is pd.NA or v != v else str(v) for v in again]
        told.seen[KIND + " cells"] += len(column)
        told.check(KIND, f"{where} {name}", same, "CSV and Parquet differ")


def _croissant(told: Told, held: dict[str, bytes], described: dict[str, Any]) -> None:
    said, where = json.loads(held["croissant.json"]), "croissant.json"
    files = {one["@id"]: one for one in said["distribution"]}
    told.check(KIND, where, set(files) == {one["path"] for one in described["resources"]}, "other files")
    for name, one in files.items():
        content = held.get(name, b"")
        same = (one["sha256"], one["contentSize"], one["contentUrl"]) == (_hash(content), f"{len(content)} B", name)  # fmt: skip
        told.check(KIND, f"{where} {name}", same, "size, hash or address")
    tables = {Path(one["path"]).stem: one["schema"] for one in described["resources"] if "schema" in one}
    told.check(KIND, where, {one["name"] for one in said["recordSet"]} == set(tables), "other record sets")
    for record in said["recordSet"]:
        schema = tables.get(record["name"], {"fields": []})
        found = [(field["name"], field["dataType"]) for field in record["field"]]
        sought = [(field["name"], TYPES[field["type"]]) for field in schema["fields"]]
        told.check(KIND, f"{where} {record['name']}", found == sought, "fields or types differ")
        for field in record["field"]:
            source = field["source"]
            led = (source["extract"]["column"], Path(source["fileObject"]["@id"]).stem)
            told.check(KIND, f"{where} {field['@id']}", led == (field["name"], record["name"]), f"leads to {led}")  # fmt: skip
        keys = [one["@id"].split("/")[1] for one in record.get("key", [])]
        told.check(KIND, f"{where} {record['name']}", keys == schema.get("primaryKey", []), f"key {keys}")


def _search_engines(told: Told, held: dict[str, bytes], described: dict[str, Any], data: Path) -> None:
    said, where = json.loads(held["dataset.jsonld"]), "dataset.jsonld"
    led = [(one["name"], one["contentUrl"], one["encodingFormat"]) for one in said["distribution"]]
    sought = [(one["name"], one["path"], one["mediatype"]) for one in described["resources"]]
    told.check(KIND, where, led == sought, "other files than described")
    labels = [row["label_en"] for row in lines((data / "indicators.csv").read_bytes())]
    measured = [typed(one) for one in said["variableMeasured"]]
    told.check(KIND, where, measured == labels, "other variables than the dictionary's")
    years = re.findall(r"\d{4}", "".join(
        row[key] + "|" for row in lines((data / "sources.csv").read_bytes()) for key in ("period_start", "period_end")
    ))  # fmt: skip
    span = f"{min(years)}/{max(years)}"
    told.check(KIND, where, said["temporalCoverage"] == span, f"{said['temporalCoverage']}, held {span}")
    deposit = json.loads(held[".zenodo.json"])
    for name, content in (("dataset.jsonld", said), (".zenodo.json", deposit)):
        same = (
            content["version"] == described["version"] and content["description"] == described["description"]
        )
        told.check(KIND, name, same, "another version or description")


def _dictionaries(told: Told, held: dict[str, bytes], data: Path) -> None:
    for name in sorted(one for one in held if one.startswith("dictionaries/") and one.endswith(".csv")):
        own = (data / Path(name).name).read_text("utf-8-sig")
        told.check(KIND, name, lines(held[name]) == lines(own.encode()), "not the dictionary of the project")


def _observations(told: Told, held: dict[str, bytes], data: Path, raw: Raw) -> None:
    """Each value of the panel: as the raw files print it, in its indicator's unit, in its year, of a known source and place."""
    units = {row["indicator"]: row["unit"] for row in lines((data / "indicators.csv").read_bytes())}
    grades = {row["source_id"]: row["grade"] for row in lines((data / "sources.csv").read_bytes())}
    places = {row["region_code"] for name in ("regions", "counties", "region_changes") for row in lines((data / f"{name}.csv").read_bytes())}  # fmt: skip
    for row in lines(held["tables/observations.csv"]):
        name = row["observation_id"]
        cell = {"id": name, "place": row["region_code"], "printed": row["as_printed"], "locator": row["locator"], "end": row["period_end"]}  # fmt: skip
        found = raw.holds(cell)
        if found is None:
            told.seen["(package, in no raw file that is read here)"] += 1
        else:
            told.check("package raw", name, found, f"{row['as_printed']!r} at {row['locator']}")
        unit = units.get(row["indicator"], "")
        if row["measure"] == "count_cumulative":
            unit = unit.removesuffix("/年")  # what was won over years is no number a year
        told.check("package unit", name, row["unit"] == unit, f"{row['unit']}, {unit}")
        known = row["region_code"] in places or not row["region_code"]
        told.check("package place", name, known and row["source_id"] in grades, f"{row['region_code']} {row['source_id']}")  # fmt: skip
        within = not row["year"] or row["period_end"][:4] == row["year"]
        told.check("package year", name, within, f"{row['year']}, {row['period_end']}")
        if row["value"]:
            low, value, high = (
                float(row[key] or row["value"]) for key in ("value_low", "value", "value_high")
            )
            told.check("package value", name, low <= value <= high, f"{low} {value} {high}")
            if found and name not in raw.coded:
                near = any(abs(a - abs(value)) <= half * 1.001 for a, half in read_number(row["as_printed"]))
                told.check("package value", name, near, f"{row['as_printed']!r} is not {value}")


def by_id(site: Path) -> dict[str, tuple]:
    """The package's values as pages print them: id -> place, indicator, value, printed string, source, unit, day."""
    held = members(site)
    if not held:
        return {}
    rows = lines(held["tables/observations.csv"])
    return {
        row["observation_id"]: (
            row["region_code"], row["indicator"], float(row["value"]) if row["value"] else None,
            row["as_printed"], row["source_id"], row["unit"], row["period_end"],
        )
        for row in rows
    }  # fmt: skip


def audit_cells(told: Told, where: str, cells: list[dict], known: dict[str, tuple]) -> None:
    """The values behind a page against the rows of the package that they are."""
    if not known:
        return
    for cell in cells:
        if cell["kind"] == "observations" and (cell["place"] or cell["institution"]):
            row = known.get(cell["id"])
            own = (cell["place"], cell["indicator"], cell["value"], cell["printed"], cell["source"], cell["unit"], cell["end"])  # fmt: skip
            told.check("package row", where, row == own, f"{cell['id']}: page {own}, package {row}")
