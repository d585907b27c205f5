"""Trace numbers of rendered pages back to the raw files, without the package's help: HTML -> facts.json -> observation id -> raw cell.

By hand over a whole site: `.venv/bin/python tests/trace_numbers.py reports 100`.
"""

from __future__ import annotations

import csv
import html
import json
import random
import re
import sys
from pathlib import Path

import pandas as pd

import audit
from recompute import table_of

ROOT = Path(__file__).resolve().parents[1]
FACT = re.compile(
    r'(?:popovertarget="?r-|<data data-fact="?)(f[0-9a-f]{8})"?(?:><data)? value=[^>]*>(.*?)</data>', re.S
)


def rows_of(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dictionary(name: str) -> list[dict]:
    return rows_of(ROOT / "data" / f"{name}.csv")


class Raw:
    """The raw files by what an observation id names."""

    def __init__(self):
        publications = {}
        for source in dictionary("sources"):
            for text in re.split(r"[|‖]", source["publications"]):
                publications[text] = source["source_id"]
        keys: dict[str, set[str]] = {}
        for indicator in dictionary("indicators"):
            for label in (indicator["label_zh"], *indicator["aliases"].split("|")):
                keys.setdefault(self.plain(label.split("@")[0]), set()).add(indicator["indicator"])
        # a file without the column has one publication for all of its rows
        listed = rows_of(ROOT / "data" / "raw" / "publications.csv")
        of_file = {row["file"]: row["source_publication"] for row in listed}
        self.statistics = set()
        for path in sorted((ROOT / "data" / "raw" / "panel").glob("*.csv")):
            for row in rows_of(path):
                stated = row.get("source_publication") or of_file.get(f"panel/{path.name}", "")
                source = publications.get(f"{stated} @ panel/{path.name}") or publications.get(stated, "")
                for key in keys.get(self.plain(row["indicator_zh"]), ()):
                    self.statistics.add(
                        (source, row["region_code"], key, (row.get("year") or row.get("period"))[:4])
                    )
        self.facts = {
            row["fact_id"]
            for path in (ROOT / "data" / "raw" / "bulletins").glob("doc-*.csv")
            for row in rows_of(path)
        }
        self.facts |= {
            row["measure_id"] for row in rows_of(ROOT / "data" / "raw" / "bulletins" / "measures.csv")
        }
        self.facts |= {
            row["target_id"] for row in rows_of(ROOT / "data" / "raw" / "bulletins" / "targets.csv")
        }
        lists = ("policy_timing.csv", "policy_hospital_pilot_2015.csv")
        policies = [row for name in lists for row in rows_of(ROOT / "data" / "raw" / "policy" / name)]
        self.facts |= {f"policy:{row['policy']} · {row['name']} · {row['date']}" for row in policies}
        self.facts |= {
            f"assessment_framework:{n}"
            for n, _ in enumerate(rows_of(ROOT / "data" / "raw" / "assessment" / "guokao_indicators.csv"), 1)
        }
        codes = {row["short_zh"]: row["region_code"] for row in dictionary("regions")}
        said = rows_of(ROOT / "data" / "raw" / "assessment" / "guokao_province_facts.csv")
        self.facts |= {
            f"ga:{codes[row['province']]}:province_assessment_rank:{row['assessment_year']}"
            for row in said
            if row["province"] in codes
        }
        bands = rows_of(ROOT / "data" / "raw" / "assessment" / "guokao_grade_bands.csv")
        self.facts |= {f"assessment_bands:{row['hospital_type']}:{row['grade']}" for row in bands}
        self.facts |= {
            f"anomaly:{n}"
            for n, _ in enumerate(rows_of(ROOT / "data" / "raw" / "bulletins" / "text_anomalies.csv"), 1)
        }
        self.facts |= {
            row["derived_id"] for row in rows_of(ROOT / "data" / "raw" / "bulletins" / "derived_checks.csv")
        }
        self.facts |= {
            f"centre:{n}"
            for n, _ in enumerate(
                (
                    row
                    for listed in ("partial", "documents")
                    for row in rows_of(
                        ROOT / "data" / "raw" / "policy" / f"regional_centre_projects_{listed}.csv"
                    )
                ),
                1,
            )
        }
        # published lists: a list as a whole, a row by its file and line, a count by status, province and year
        named = {row["name_zh"]: row["region_code"] for row in dictionary("regions")}
        for path in sorted((ROOT / "data" / "raw" / "lists").glob("*.csv")):
            for line, row in enumerate(rows_of(path), 2):
                self.facts |= {
                    f"{path.stem}:{line:05d}",
                    f"list:{publications.get(row['source_publication'], '')}",
                }
                if "count" in row:
                    place = named.get(row["province"], row["province"])
                    self.facts.add(f"list_counts:{row['status']}:{place}:{row['edition_year']}")
        self.assessed = {
            (row["hospital"], row["assessment_year"])
            for row in rows_of(ROOT / "data" / "raw" / "assessment" / "guokao_rank_series.csv")
        }
        self.hospitals = {
            row["institution_id"]: {row["name_zh"], *row["aliases"].split("|")}
            for row in dictionary("institutions")
        }

    @staticmethod
    def plain(text: str) -> str:
        return re.sub(r"\s", "", text).translate(str.maketrans("（），：", "(),:"))

    def holds(self, observation: str) -> bool:
        """Whether the raw files have the cell that an observation id names."""
        if re.fullmatch(
            r"\d{3}-\d{3}|[MTD]\d+|(policy|centre|anomaly|assessment_framework|assessment_bands):.*",
            observation,
        ):
            return observation in self.facts
        if re.match(r"list(_counts)?:|hospital_\w+:\d{5}(#rank)?$", observation):
            return observation.split("#")[0] in self.facts
        if ":province_assessment_rank:" in observation:
            return observation in self.facts
        parts = observation.split("#")[0].split(":")
        if parts[0] == "ga" and parts[1] != "000000":
            names = self.hospitals.get(parts[1], set())
            return any((name, parts[-1]) in self.assessed for name in names)
        if parts[0] in ("ga", "po") or parts[0].startswith(("ga-", "po-")):
            return True  # national counts: their files are keyed by metric, checked by the tests of the build
        return len(parts) == 4 and (parts[0], parts[1], parts[2], parts[3][:4]) in self.statistics


def printed_numbers(folder: Path) -> list[tuple[Path, str, str]]:
    """(page, fact id, printed text) of every linked number of a site."""
    found = []
    for page in sorted(folder.rglob("*.html")):
        found += [
            (page, fact, html.unescape(re.sub(r"<[^>]+>", "", text)))
            for fact, text in FACT.findall(page.read_text("utf-8"))
        ]
    return found


def facts_of(folder: Path, page: Path) -> dict:
    """Facts behind a page: its own file, or (a briefing, the front page) every theme's file of its place."""
    own = page.with_name(page.name.replace(".en.html", ".html").replace(".html", ".facts.json"))
    beside = (
        page.parent if page.parent.name.isdigit() else page.parent / "000000"
    )  # the front page shows the nation's
    files = [own] if own.is_file() else sorted(beside.glob("*.facts.json"))
    facts = {}
    for file in files:
        held = json.loads(file.read_text("utf-8"))
        ids = ids_of(held["cells"])
        for name, fact in held["facts"].items():
            rows = [n for first, last in fact["rows"] for n in range(first, last + 1)]
            facts[name] = fact | {"observations": [ids[n] for n in rows if ids[n]]}
    return facts


def ids_of(packed: dict) -> list[str]:
    """The ids of the cells; those not written follow from source, place, indicator and year. Empty where a row only counts several."""
    if not packed["rows"]:
        return []
    table = table_of(packed)
    parts = zip(*(table[n] for n in ("id", "source", "place", "indicator", "end", "times")), strict=True)
    ids = (
        (f"{source}:{place}:{key}:{end[:4]}" if pd.isna(one) else one, times)
        for one, source, place, key, end, times in parts
    )
    return [one if times == 1 else "" for one, times in ids]


def said(record: dict, text: str, lang: str, page: str) -> bool:
    """Whether a number is printed as its record has it; without its qualifier only where the words around it say each part."""
    whole, beside = record["text"][lang], (record.get("qualifier") or {}).get(lang, "")
    if text == whole or not beside or beside not in whole:
        return text == whole
    if text != whole[: whole.index(beside) - 1].rstrip():
        return False
    read = audit.Reader(page)
    places = [n for n, one in enumerate(read.numbers) if record["id"] == one[0] and one[2] == text]
    return bool(places) and not any(audit.unsaid(beside, read.around[n], lang) for n in places)


def trace(folder: Path, n: int, seed: int = 0) -> list[str]:
    """Failures among n random printed numbers (all when there are fewer)."""
    raw, numbers = Raw(), printed_numbers(folder)
    failures, cache = [], {}
    for page, fact, text in random.Random(seed).sample(numbers, min(n, len(numbers))):
        if page not in cache:
            cache[page] = facts_of(folder, page)
        record = cache[page].get(fact)
        where = f"{page.relative_to(folder)}: {text}"
        if record is None:
            failures.append(f"{where}: no record {fact}")
            continue
        if not said(
            record | {"id": fact},
            text,
            "en" if page.name.endswith(".en.html") else "zh",
            page.read_text("utf-8"),
        ):
            failures.append(f"{where}: the record prints {record['text']}")
        lost = [o for o in record["observations"] if not raw.holds(o)]
        if lost or not record["rows"]:
            failures.append(f"{where}: no raw cell for {lost[:3] or 'no observation at all'}")
    return failures


if __name__ == "__main__":
    site, count = Path(sys.argv[1]), int(sys.argv[2])
    failed = trace(site, count, seed=int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    print(
        "\n".join(failed)
        or f"{min(count, len(printed_numbers(site)))} of {min(count, len(printed_numbers(site)))} numbers traced to raw cells"
    )
    sys.exit(1 if failed else 0)
