"""Front pages and briefings: each number against the facts of the pages that they draw on, the overview's rows against the pages that
compare, and its medians and places made again from these.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from audited.documents import audit_documents
from audited.pages import audit_html
from audited.programs import ENDINGS
from audited.reader import Reader
from audited.tables import Lines, audit_tables, read_lines
from audited.told import Told
from audited.whole import HIDDEN, compared, plain, within

KIND = "overview"
ANCHOR = "c-overview-overview-"
MAP = "c-map-"
COLUMNS = {"value": "rate", "rank": "rank", "best": "first_place", "last": "last_place"}


def facts_of(folder: Path) -> dict[str, dict]:
    """Every fact of a place's pages by its id."""
    found: dict[str, dict] = {}
    for file in sorted(folder.glob("*.facts.json")):
        found |= json.loads(file.read_text("utf-8"))["facts"]
    return found


def audit_front(
    told: Told, file: Path, lang: str, region: str, facts: Mapping[str, dict], home: Path
) -> Reader:
    """A front page: its numbers and records as on a theme's page; its tables against the CSV files of the themes that they are of.

    home: the folder of the place whose themes it shows.
    """
    page = Reader(file.read_text("utf-8"))
    lines: Lines = {}
    for theme in {anchor.split("-")[1] for anchor, *_ in page.table if anchor.startswith("c-")}:
        found = read_lines(sorted((home / theme).glob("*.csv")), lang)
        lines |= {(f"{theme}-{stem}", column): rows for (stem, column), rows in found.items()}
    own = [one for one in page.table if not one[0].startswith((ANCHOR, MAP))]
    if values := [one for one in page.table if one[0].startswith(MAP)]:
        _map(told, file, values)
    audit_tables(told, f"{file.parent.name}/{file.name}", own, lines, lang, "c-")
    audit_html(told, file, page, dict(facts), lang, region)
    where = f"{file.parent.name}/{file.name}"
    for fact_id in page.records:
        told.check("known", where, fact_id in facts, f"record of {fact_id}")
    return page


def _map(told: Told, file: Path, values: list[tuple]) -> None:
    """The map's table: province after province as in ``map.csv``."""
    with (file.parent / "map.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    sought = [
        (f"{MAP}{key}", row[key])
        for row in rows
        for key in row
        if key not in ("region_code", "year") and row[key]
    ]
    told.check(
        KIND, file.name, [(one[0], one[4]) for one in values] == sought, "the map's table is not map.csv"
    )


def audit_briefing(told: Told, folder: Path, nation: Mapping[str, dict]) -> None:
    """A place's front page in each language. nation: the facts of the nation's pages, to which a briefing may refer."""
    facts: dict[str, dict] = {}
    for lang, end in ENDINGS.items():
        file = folder / f"index{end}"
        if file.is_file():
            facts = facts or dict(nation) | facts_of(folder)
            page = audit_front(told, file, lang, folder.name, facts, folder)
            _overview(told, file, page, lang)
    if facts:
        audit_documents(told, folder, "index", facts)


def _overview(told: Told, file: Path, page: Reader, lang: str) -> None:
    """A province's row of each indicator is its row on the page that compares; the medians are those of the peers named above."""
    text = HIDDEN.sub("", file.read_text("utf-8"))
    code, where = file.parent.name, f"{file.parent.name}/{file.name}"
    part = within(text, "overview")
    links = {
        plain(label): key
        for key, label in re.findall(r'<a href="?\.\./compare/(\w+)\.[\w.]+"?>(.*?)</a>', part)
    }
    found = re.search(r'<dl class="?meta"?>(.*?)</dl>', text, re.DOTALL)
    head = found.group(1) if found else ""  # a place without a report has none
    peers = re.findall(r'href="?\.\./(\d{6})/index', head)
    tables: dict[str, dict] = {}
    for anchor, texts, _, value, shown in page.table:
        if not anchor.startswith(ANCHOR) or not value:
            continue
        name, key = links.get(plain(texts[0]), ""), anchor.removeprefix(ANCHOR)
        file_of = file.parents[1] / "compare" / f"{name}.csv"
        if not name or not file_of.is_file():
            told.seen["(overview, without a page that compares)"] += 1
            continue
        held = tables.setdefault(name, compared(file_of))
        if key in COLUMNS:
            other, printed = held.get((code, COLUMNS[key]), ("nan", {}))
            same = near(value, other) and printed.get(lang) == shown
            told.check(KIND, where, same, f"{name} {key}: {shown}, compared {printed.get(lang)}")
        elif key == "peers":
            rates = [float(held[peer, "rate"][0]) for peer in peers if (peer, "rate") in held]
            same = len(rates) == len(peers) > 0 and near(value, median(rates))
            told.check(KIND, where, same, f"{name}: median of peers {shown}, of {rates}")
        elif key == "nation":
            facts = json.loads(file_of.with_suffix(".facts.json").read_text("utf-8"))["facts"].values()
            same = any(
                near(value, fact["value"]) and fact["text"][lang] == shown
                for fact in facts
                if fact.get("value")
            )
            told.check(KIND, where, same, f"{name}: nation {shown}, no fact of the page that compares")


def near(one: str | float, other: str | float) -> bool:
    """Whether two values are the same to nine digits."""
    return abs(float(one) - float(other)) <= 6e-9 * max(1.0, abs(float(other)))
