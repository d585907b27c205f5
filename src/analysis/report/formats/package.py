"""The whole collection as a data package: every table and dictionary as CSV and Parquet, described for machines.

    yigai-data.zip          tables/<name>.csv and .parquet, dictionaries/<name>.csv, and the four files below
    datapackage.json        Data Package 2.0: schemas with descriptions, keys, sources, licence, sha256 of each file
    croissant.json          the same as Croissant 1.0 (JSON-LD)
    dataset.jsonld          the same for search engines (schema.org)
    SHA256SUMS, .zenodo.json, README.md

One description makes them all. Figures that are not public never enter: the package is made from the public tables alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import catalog, paths, tables
from analysis.errors import ParameterError, Problem
from analysis.report.formats import tabular
from analysis.report.pages import archive
from analysis.words import common

NAME = "yigai-data"
LICENCE = {"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT License (arrangement, code and texts; the figures are facts of their publishers)"}  # fmt: skip
KEYWORDS = ("hospital reform", "China", "health statistics", "医改", "卫生资源")
AUTHOR = "The Yigai authors"
DICTIONARIES = (
    "regions",
    "counties",
    "region_changes",
    "indicators",
    "institutions",
    "sources",
    "carriers",
    "city_groups",
)
KEYS = {
    "regions": "region_code",
    "counties": "region_code",
    "indicators": "indicator",
    "institutions": "institution_id",
    "sources": "source_id",
    "city_groups": "region_code",
}
LINKS = (("indicator", "indicators"), ("source_id", "sources"))
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
KINDS = {"float64": "number", "bool": "boolean", "Int16": "integer", "Int32": "integer"}
CROISSANT = {"number": "sc:Float", "boolean": "sc:Boolean", "integer": "sc:Integer", "string": "sc:Text"}


@dataclass(frozen=True)
class Field:
    """A column: name, type of the Table Schema, what it holds in both languages, what may stand in it."""

    name: str
    kind: str
    about: tuple[str, str]
    constraints: Mapping[str, Any]


@dataclass(frozen=True)
class Resource:
    """A table as it is packed: its columns, its key, the columns that lead to dictionaries, its forms (path -> the file)."""

    name: str
    about: tuple[str, str]
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    forms: Mapping[str, tabular.Form]


def _meanings() -> dict[tuple[str, str], tuple[str, str]]:
    """(table, or empty for every table; column, or empty for the row) -> what it means, in both languages."""
    text = (files("analysis.lab") / "columns.csv").read_text("utf-8-sig")
    return {(r["table"], r["column"]): (r["zh"], r["en"]) for r in csv.DictReader(io.StringIO(text))}


def _constraints(column: tables.Column, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {"required": True} if column.required else {}
    # an empty cell is a missing value to a reader of CSV: pattern and enum judge filled cells, as the tables do
    if column.allowed:
        found["enum"] = list(column.allowed)
    if column.pattern:
        found["pattern"] = column.pattern
    if kind in ("number", "integer"):
        found |= {n: v for n, v in (("minimum", column.low), ("maximum", column.high)) if v is not None}
    return found


def _whole(frame: pd.DataFrame, _: int) -> list[pd.DataFrame]:
    return [frame]


def resources(folder: Path) -> list[Resource]:
    """Write every table that was built, and every dictionary, into a folder; what was written. Raises ParameterError where internal figures are asked for."""
    if paths.internal():
        fix = "leave --internal (and YIGAI_INTERNAL) away"
        raise ParameterError(Problem("data package", "internal figures", "public figures alone", fix))
    meanings, found = _meanings(), []
    for name, spec in tables.SPECS.items():
        if not (paths.processed() / f"{name}.parquet").is_file():
            continue
        columns = []
        for column, rule in spec.columns.items():
            kind = KINDS.get(str(rule.dtype), "string")
            about = meanings.get((name, column)) or meanings.get(("", column)) or ("", "")
            columns.append(Field(column, kind, about, _constraints(rule, kind)))
        links = tuple((c, d) for c, d in LINKS if c in spec.columns and name == "observations")
        forms = tabular.written(folder, f"tables/{name}", partial(tables.pieces, name))
        about = meanings.get((name, ""), ("", spec.row))
        found.append(Resource(name, about, tuple(columns), spec.key, links, forms))
    for name in DICTIONARIES:
        path = paths.data() / f"{name}.csv"
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        columns = [
            Field(c, "string", meanings.get((name, c)) or meanings.get(("", c)) or ("", ""), {})
            for c in frame
        ]
        forms = tabular.written(folder, f"dictionaries/{name}", partial(_whole, frame))
        key = (KEYS[name],) if name in KEYS else ()
        found.append(Resource(name, (f"词典：{name}", f"dictionary: {name}"), tuple(columns), key, (), forms))
    return found


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _schema(resource: Resource) -> dict[str, Any]:
    fields = []
    for one in resource.fields:
        field: dict[str, Any] = {"name": one.name, "type": one.kind}
        if any(one.about):
            field["description"] = " / ".join(filter(None, one.about))
        if one.constraints:
            field["constraints"] = dict(one.constraints)
        if one.kind == "boolean":
            field |= {"trueValues": ["True"], "falseValues": ["False"]}
        fields.append(field)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if resource.key:
        schema["primaryKey"] = list(resource.key)
    if resource.links:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": target, "fields": [KEYS[target]]}}
            for column, target in resource.links
        ]
    return schema


def datapackage(found: Iterable[Resource]) -> dict[str, Any]:
    """``datapackage.json``: every CSV with its schema, every Parquet file beside it."""
    listed: list[dict[str, Any]] = []
    for resource in found:
        for path, form in resource.forms.items():
            table = path.endswith(".csv")
            entry: dict[str, Any] = {
                "name": resource.name.replace("_", "-") + ("" if table else "-parquet"),
                "path": path,
                "title": " / ".join(filter(None, resource.about)),
                "format": "csv" if table else "parquet",
                "mediatype": "text/csv" if table else "application/vnd.apache.parquet",
                "bytes": form.size,
                "hash": f"sha256:{form.sha}",
            }
            if table:
                entry |= {"type": "table", "encoding": "utf-8", "schema": _schema(resource)}
                for key in entry["schema"].get("foreignKeys", ()):
                    key["reference"]["resource"] = key["reference"]["resource"].replace("_", "-")
            listed.append(entry)
    sources = [
        {"title": f"{s.title('en')} ({s.producer_en or s.producer_zh})"}
        | ({"path": s.url} if s.url.startswith("http") else {})
        for s in catalog.sources().values()
    ]
    return {
        "$schema": PROFILE,
        "name": NAME,
        "title": common().text("package.title", "en"),
        "description": "\n\n".join(common().text("package.about", lang) for lang in ("en", "zh")),
        "version": _version(listed),
        "keywords": list(KEYWORDS),
        "licenses": [LICENCE],
        "contributors": [{"title": AUTHOR, "roles": ["creator"]}],
        "sources": sources,
        "resources": listed,
    }


def _version(listed: Iterable[Mapping[str, Any]]) -> str:
    """A package is named by what it holds: the same files have the same version."""
    return _sha("\n".join(sorted(one["hash"] for one in listed)).encode())[:12]


def _span() -> str:
    days = [d for s in catalog.sources().values() for d in (s.period_start, s.period_end) if d]
    return f"{min(days)[:4]}/{max(days)[:4]}" if days else ""


def dataset(package: Mapping[str, Any]) -> dict[str, Any]:
    """The package for search engines, as schema.org's Dataset."""
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": package["title"],
        "alternateName": common().text("package.title", "zh"),
        "description": package["description"],
        "version": package["version"],
        "keywords": package["keywords"],
        "license": LICENCE["path"],
        "creator": {"@type": "Organization", "name": AUTHOR},
        "isAccessibleForFree": True,
        "temporalCoverage": _span(),
        "spatialCoverage": {"@type": "Place", "name": "China"},
        "citation": sorted({source["title"] for source in package["sources"]}),
        "variableMeasured": [i.label("en") for i in catalog.indicators().values()],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": r["name"],
                "encodingFormat": r["mediatype"],
                "contentUrl": r["path"],
            }
            for r in package["resources"]
        ],
    }


CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/", "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/", "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field", "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
    "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace", "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform",
}  # fmt: skip


def croissant(found: Iterable[Resource], package: Mapping[str, Any]) -> dict[str, Any]:
    """The package as Croissant 1.0: files with their hashes, record sets with their fields."""
    found = list(found)
    by_path = {entry["path"]: entry for entry in package["resources"]}
    files_, records = [], []
    for resource in found:
        for path in resource.forms:
            entry = by_path[path]
            files_.append(
                {
                    "@type": "cr:FileObject",
                    "@id": path,
                    "name": entry["name"],
                    "contentUrl": path,
                    "contentSize": f"{entry['bytes']} B",
                    "encodingFormat": "text/csv" if path.endswith(".csv") else "application/x-parquet",
                    "sha256": entry["hash"].removeprefix("sha256:"),
                }
            )
        table = next(
            path for path in resource.forms if path.endswith(".parquet")
        )  # a CSV would lose 000000's zeros
        fields = [
            {
                "@type": "cr:Field",
                "@id": f"{resource.name}/{one.name}",
                "name": one.name,
                "description": one.about[1] or one.name,
                "dataType": CROISSANT[one.kind],
                "source": {"fileObject": {"@id": table}, "extract": {"column": one.name}},
            }
            for one in resource.fields
        ]
        records.append(
            {
                "@type": "cr:RecordSet",
                "@id": resource.name,
                "name": resource.name,
                "description": resource.about[1],
                **({"key": [{"@id": f"{resource.name}/{k}"} for k in resource.key]} if resource.key else {}),
                "field": fields,
            }
        )
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": NAME,
        "description": package["description"],
        "version": f"1.0.0+{package['version']}",
        "license": LICENCE["path"],
        "url": "./",
        "citeAs": f"{AUTHOR}: {package['title']}, version {package['version']}",
        "creator": {"@type": "sc:Organization", "name": AUTHOR},
        "keywords": package["keywords"],
        "distribution": files_,
        "recordSet": records,
    }


def zenodo(package: Mapping[str, Any]) -> dict[str, Any]:
    """``.zenodo.json`` for a deposit."""
    return {
        "title": package["title"],
        "upload_type": "dataset",
        "description": package["description"],
        "creators": [{"name": AUTHOR}],
        "license": "MIT",
        "access_right": "open",
        "keywords": package["keywords"],
        "version": package["version"],
        "language": "zho",
    }


README = """# {title}

{zh}

{en}

{columns}

{sums}

    import pandas as pd; rows = pd.read_parquet("tables/observations.parquet")
    rows <- read.csv("tables/observations.csv", colClasses = c(region_code = "character"))
"""


def _readme() -> str:
    zh, en = common().pair("package.about")
    both = {key: " / ".join(common().pair(f"package.{key}")) for key in ("columns", "sums")}
    return README.format(title=common().text("package.title", "zh"), zh=zh, en=en, **both)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def build(folder: Path) -> None:
    """Write every file of the package into a folder, a table after the other and of each some rows at a time. Same tables, same bytes."""
    found = resources(folder)
    package = datapackage(found)
    made = {
        "datapackage.json": _json(package),
        "croissant.json": _json(croissant(found, package)),
        "dataset.jsonld": _json(dataset(package)),
        ".zenodo.json": _json(zenodo(package)),
        "README.md": _readme().encode(),
    }
    sums = {path: form.sha for resource in found for path, form in resource.forms.items()}
    sums |= {name: _sha(content) for name, content in made.items()}
    made["SHA256SUMS"] = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()
    for name, content in made.items():
        (folder / name).write_bytes(content)


def for_site(folder: Path) -> None:
    """Write what a site offers: the whole package as one archive, and its descriptions beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as name:
        made = Path(name)
        build(made)
        archive.pack(folder / f"{NAME}.zip", made)
        for path in sorted(made.iterdir()):
            if path.is_file() and path.name not in (".zenodo.json", "README.md"):
                shutil.copyfile(path, folder / path.name)
