"""Does a whole run grow with the number of places? One theme, really run, for few and for very many places.

    python benchmarks/counties.py 300 2850

Each number has a project of its own in a temporary folder: the prefectures of the yearbook, which are real, and copies of them under
made-up codes until there are so many, each with its rows (ids with its own code, the place as printed that of its model); copies stand in copies of their provinces, so that a place has as many
neighbours in every run. `yigai report` makes the theme of cities in Chinese for all of them: notebooks, pages, files, briefings,
lists and manifest. Nothing is written outside the temporary folder. The last line of each number is one JSON object.
With --gate the run passes its gate too.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from engine import CITIES, project, watched

from analysis import catalog, paths
from analysis.report.plan import promises

LETTERS = "甲乙丙丁戊己庚辛壬癸"  # one a copy of all places, behind their names
READ = ("city-yearbook", "city-gdp-per-head")  # the sources of the rows that the theme reads


def copies(number: int) -> dict[str, tuple[str, int]]:
    """Made-up code -> the place it is a copy of and which copy; as many as lack to the number."""
    from analysis.themes import city_panel

    real = city_panel.listed()
    wanted = max(0, number - len(real))
    return {
        f"7{n // len(real)}{n % len(real):04d}": (real[n % len(real)], n // len(real)) for n in range(wanted)
    }


def _named(row: dict[str, str], copy: int) -> dict[str, str]:
    """A row of regions.csv under the name of its copy."""
    letter, latin = LETTERS[copy], chr(ord("A") + copy)
    return row | {
        "name_zh": row["short_zh"] + letter + row["name_zh"][len(row["short_zh"]) :],
        "short_zh": row["short_zh"] + letter,
        "name_en": f"{row['name_en']} {latin}",
        "name_en_full": f"{row['name_en_full']} {latin}",
        "tile_row": "",
        "tile_col": "",
        "aliases": "",
    }


def places(home: Path, copied: dict[str, tuple[str, int]]) -> None:
    """Give the project dictionaries of its own, with the copies and, as places outside the sources, copies of their provinces."""
    real = paths.data()
    (home / "data").unlink()
    shutil.copytree(real, home / "data", ignore=shutil.ignore_patterns("raw", "processed"))
    (home / "data" / "raw").symlink_to(paths.raw())
    rows = {row["region_code"]: row for row in csv.DictReader((real / "regions.csv").open(encoding="utf-8"))}
    made = dict(rows)
    for code, (model, copy) in copied.items():
        above = catalog.region(model).parent
        head = f"8{copy}{above[:2]}00"
        made[head] = _named(rows[above], copy) | {"region_code": head, "state": "not_in_sources"}
        made[code] = _named(rows[model], copy) | {"region_code": code, "parent_code": head}
    with (home / "data" / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, next(iter(rows.values())).keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(made[code] for code in sorted(made))


def fill(home: Path, number: int) -> None:
    """A project of so many places: dictionaries and tables. Run in a process of its own, whose YIGAI_HOME is the real one."""
    import pandas as pd

    from analysis import tables

    copied = copies(number)
    frame = tables.read("observations")
    frames = {name: tables.read(name) for name in tables.SPECS}
    places(home, copied)
    os.environ["YIGAI_HOME"] = str(home)
    mine = frame[frame["source_id"].isin(READ)]
    by_place = dict(list(mine.groupby("region_code")))
    rows = [
        by_place[model].assign(
            region_code=code,
            observation_id=by_place[model]["observation_id"].str.replace(model, code, regex=False),
        )
        for code, (model, _) in copied.items()
    ]
    frames["observations"] = pd.concat([frame, *rows], ignore_index=True)
    target = home / "data" / "processed"
    written = {
        name: tables.write(name, tables.conform(name, frame), target) for name, frame in frames.items()
    }
    tables.write_manifest(written, {}, [], target)


def measured(number: int, work: Path, gate: bool) -> dict[str, float]:
    """What the run of so many places took."""
    book = next(book.path for book in promises.notebooks() if book.theme == CITIES)
    home = project(work / f"home{number}", [book])
    command = [sys.executable, __file__, "--fill", str(home), str(number)]
    subprocess.run(
        command, check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    )
    found = watched(home, work / f"out{number}", CITIES, [], gate=gate)
    if found["pages"] != number:
        raise SystemExit(f"{found['pages']:.0f} pages of {number}")
    return {
        "places": number,
        "wall_s": found["wall"],
        "cpu_s": found["cpu"],
        "cpu_s_a_page": found["cpu"] / number,
        "memory_mb_first_half": found["early"] / 1e6,
        "memory_mb_second_half": found["late"] / 1e6,
        "disk_kb_a_place": found["page"] / number / 1e3,
        "around_kb_a_place": found["around"] / number / 1e3,
        "yigai_kb_a_place": found["own"] / number / 1e3,
    }


def main() -> None:
    """Each number once, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", type=int, default=[300, 2850])
    parser.add_argument("--gate", action="store_true", help="let the gate look at what was made")
    parser.add_argument("--keep", action="store_true", help="leave the temporary folder and say where it is")
    parser.add_argument("--fill", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill:
        fill(Path(options.fill[0]), int(options.fill[1]))
        return
    work = Path(tempfile.mkdtemp(prefix="yigai-counties-"))
    try:
        for number in options.numbers:
            found = measured(number, work, options.gate)
            print(json.dumps({name: round(value, 3) for name, value in found.items()}), flush=True)
    finally:
        if options.keep:
            print(work)
        else:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
