"""The site for programs: each entry of ``api/`` against the dictionaries in ``data/`` and against the files that stand on the site."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audited.told import Told, apart, typed

ENDINGS = {"zh": ".html", "en": ".en.html"}
INDICATOR = {
    "indicator": "indicator", "label_zh": "label_zh", "label_en": "label_en", "unit_zh": "unit", "unit_en": "unit_en",
    "definition_zh": "definition_zh", "definition_en": "definition_en", "polarity": "polarity",
}  # fmt: skip
SOURCE = ("kind", "title_zh", "title_en", "producer_zh", "producer_en", "published", "published_basis", "read_on", "period_start", "period_end", "grade", "url")  # fmt: skip


def rows_of(file: Path, key: str) -> dict[str, dict[str, str]]:
    """A dictionary of the project by its key."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return {row[key]: row for row in csv.DictReader(lines)}


def reports(site: Path) -> dict[str, list[str]]:
    """Place -> themes that have a file of facts: what stands on the site."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(site.glob("[0-9]*/*.facts.json")):
        found[file.parent.name].append(file.name.removesuffix(".facts.json"))
    return dict(found)


def audit_api(told: Told, site: Path, data: Path) -> None:
    """Every file of ``api/``."""
    if not (site / "api").is_dir():
        return
    read = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted((site / "api").glob("*.json"))}
    listed = {name: about["path"] for name, about in read["index"]["files"].items()}
    having = {name: f"{name}.json" for name in read if name != "index"}
    told.check(
        "api index", "api/index.json", listed == having, f"lists {sorted(listed)}, has {sorted(having)}"
    )
    standing = reports(site)
    _places(told, read["places"], standing, rows_of(data / "regions.csv", "region_code"))
    indicators = rows_of(data / "indicators.csv", "indicator")
    written = {
        k: row | {c: apart(row[c]) for c in ("label_zh", "definition_zh")} for k, row in indicators.items()
    }
    _same(told, "indicators", read["indicators"], written, INDICATOR)
    for one in read["indicators"]:
        held = indicators[one["indicator"]]["breaks"]
        said = "|".join(f"{b['zh']}:{b['en']}" for b in one["breaks"])
        bare = "|".join(part.split(":", 2)[-1] for part in held.split("|")) if held else ""
        told.check("api indicators", one["indicator"], said == bare, f"breaks {said!r}, held {held!r}")
    sources = rows_of(data / "sources.csv", "source_id")
    _same(told, "sources", read["sources"], sources, {"source_id": "source_id"} | {k: k for k in SOURCE})
    _pages(told, site, read["pages"], standing)


def _same(told: Told, name: str, entries: list[dict[str, Any]], held: Mapping[str, Mapping[str, str]], fields: Mapping[str, str]) -> None:  # fmt: skip
    """Entries against a dictionary: the same ones, once, each field as it is held."""
    key = next(iter(fields))
    keys = [one[key] for one in entries]
    told.check(f"api {name}", f"api/{name}.json", sorted(keys) == sorted(held), f"{set(keys) ^ set(held)}")
    for one in entries:
        row = held.get(one[key], {})
        for field, column in fields.items():
            same = typed(one[field]) == typed(row.get(column))
            told.check(f"api {name}", one[key], same, f"{field}: {one[field]!r}, held {row.get(column)!r}")


def _places(told: Told, entries: list[dict[str, Any]], standing: Mapping[str, list[str]], held: Mapping[str, Mapping[str, str]]) -> None:  # fmt: skip
    kind, codes = "api places", [str(one["region_code"]) for one in entries]
    told.check(kind, "api/places.json", len(codes) == len(set(codes)), "a place twice")
    told.check(kind, "api/places.json", set(standing) <= set(codes), f"without {set(standing) - set(codes)}")
    for one in entries:
        code, row = str(one["region_code"]), held.get(one["region_code"], {})  # a number finds no row
        names = (one["name_zh"], one["name_en"], one["level"], one["parent_code"])
        known = (row.get("short_zh") or row.get("name_zh"), row.get("name_en"), row.get("level"), row.get("parent_code"))  # fmt: skip
        told.check(
            kind, code, bool(re.fullmatch(r"\d{6}", str(code))) and names == known, f"{names}, held {known}"
        )
        same = sorted(one["themes"]) == standing.get(code, [])
        told.check(kind, code, same, f"themes {one['themes']}, files {standing.get(code, [])}")


def _pages(told: Told, site: Path, entries: list[dict[str, Any]], standing: Mapping[str, list[str]]) -> None:
    kind = "api pages"
    named = sorted((one["region_code"], one["theme"]) for one in entries)
    having = sorted((code, theme) for code, themes in standing.items() for theme in themes)
    told.check(kind, "api/pages.json", named == having, f"{set(named) ^ set(having)}")
    manifest = json.loads((site / "manifest.json").read_text("utf-8"))["pages"]
    status = {row["path"]: "stale" if row["stale"] else row["status"] for row in manifest}
    for one in entries:
        code, theme = one["region_code"], one["theme"]
        where = f"{code}/{theme}"
        told.check(kind, where, one["facts"] == f"{where}.facts.json" and (site / one["facts"]).is_file(), one["facts"])  # fmt: skip
        paths = {lang: f"{where}{end}" for lang, end in ENDINGS.items() if (site / f"{where}{end}").is_file()}
        told.check(kind, where, one["html"] == paths, f"{one['html']}, files {paths}")
        for lang, path in paths.items():
            head = re.search(r"<h1>.*?<small>(.*?)</small>", (site / path).read_text("utf-8"), re.DOTALL)
            same = head is not None and head.group(1) == one[f"title_{lang}"]
            told.check(kind, path, same, f"title {one[f'title_{lang}']!r}, page {head and head.group(1)!r}")
            stale = status.get(path) == "stale"
            told.check(
                kind, path, stale == (one["status"] == "stale"), f"{one['status']}, {status.get(path)}"
            )
