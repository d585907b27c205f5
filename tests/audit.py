"""An audit of a finished site from its own files and the raw figures, with nothing of this project: what a sceptical reader would check.

By hand: `python tests/audit.py reports data/raw [--xlsx] [1/4]` (the first of four parts; what is of the whole site goes with the last).
The rooms are in `audited/`, one a kind of file: pages and their tables, pages that compare, front pages, the files for programs, the data
package, the search page, Word and PDF, issues (what changed, the feed), links and what is told twice. A fault is one line: kind, page, what.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from pathlib import Path

from audited.briefings import audit_briefing, audit_front, facts_of
from audited.comparisons import audit_comparison
from audited.issues import audit_issue
from audited.package import audit_package, by_id
from audited.pages import audit_page, audit_workbook
from audited.programs import ENDINGS, audit_api
from audited.reader import Reader, unsaid
from audited.searched import audit_search
from audited.told import Raw, Told, cells_of
from audited.whole import Site, audit_links, audit_missing, audit_told_twice

NATION = "000000"
__all__ = ["Raw", "Reader", "Told", "audit", "audit_comparison", "cells_of", "unsaid"]


def audit(
    site: Path, raw_folder: Path, xlsx: bool = False, raw: Raw | None = None, part: tuple[int, int] = (1, 1)
) -> Told:
    """Go through a site, or the k-th of n parts of it. raw: the raw figures where they were read before."""
    told, raw = Told(), raw or Raw(raw_folder)
    raw.package = by_id(site)
    with (raw_folder.parent / "regions.csv").open(encoding="utf-8", newline="") as lines:
        regions = {r["region_code"]: (r["short_zh"], r["name_zh"]) for r in csv.DictReader(lines)}
    nation, (k, n) = facts_of(site / NATION), part
    folders = sorted(f for f in site.iterdir() if f.is_dir() and (f.name.isdigit() or f.name == "compare"))
    for folder in folders[k - 1 :: n]:
        for file in sorted(folder.glob("*.facts.json")):
            if folder.name == "compare":
                audit_comparison(told, file, raw)
            else:
                audit_page(told, file, raw, regions)
        audit_briefing(told, folder, nation)
        if xlsx:
            audit_workbook(told, folder)
    if k == n:
        audit_whole(told, site, raw_folder, raw, nation)
    return told


def audit_whole(told: Told, site: Path, raw_folder: Path, raw: Raw, nation: dict[str, dict]) -> None:
    """What a site has beside its places: the front page, files for programs, the package, search, links, what is told twice."""
    data, pages = raw_folder.parent, Site(site)
    for lang, end in ENDINGS.items():
        if (site / f"index{end}").is_file():
            audit_front(told, site / f"index{end}", lang, "", nation, site / NATION)
    if (site / "changes.json").is_file():
        past = json.loads((site / "changes.json").read_text("utf-8"))["before"]
        audit_issue(told, site, site.parent / past if past and (site.parent / past).is_dir() else None)
    audit_api(told, site, data)
    audit_package(told, site, raw_folder, raw)
    audit_search(told, pages, data)
    if (site / "index.html").is_file():
        audit_links(told, pages)
        audit_told_twice(told, pages, data)
        audit_missing(told, pages, data)


if __name__ == "__main__":
    parts = [tuple(map(int, one.split("/"))) for one in sys.argv[3:] if re.fullmatch(r"\d+/\d+", one)]
    result = audit(
        Path(sys.argv[1]), Path(sys.argv[2]), "--xlsx" in sys.argv, part=parts[0] if parts else (1, 1)
    )
    for kind, where, what in result.faults:
        print(kind, "|", where, "|", what)
    wrong = Counter(kind for kind, *_ in result.faults)
    print({kind: f"{wrong[kind]} of {n}" for kind, n in sorted(result.seen.items())})
    print(len(result.faults), "faults in", sum(result.seen.values()), "checks")
    sys.exit(bool(result.faults))
