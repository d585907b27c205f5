"""CPU seconds and memory of `yigai check` on large tables, one JSON line: ``python benchmarks/intake.py``.

Goals: 3,000 hospitals x 56 indicators x 6 years (1,008,000 figures), one figure a row or one hospital a row, in at most 15 CPU seconds
and 1.5 GB; a wide yearbook of 300 cities in 2 seconds beyond the tables that are built anyway. Each check is a process of its own in a
project folder of its own; figures and hospitals are made up and kept nowhere. ``yardstick``: CPU seconds of pandas reading long.csv as text in
the same run; seconds divided by it compare from one machine to the next, however busy.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from analysis import catalog, paths
from analysis.intake import forms

GOALS = {"long": (15.0, 1.5), "wide": (15.0, 1.5), "yearbook": (2.0, 1.5)}
HOSPITALS, YEARS = 3_000, range(2018, 2024)


def panels(folder: Path, hospitals: int) -> None:
    """The same made-up figures as long.csv and wide.csv, and tiny.csv with one of them."""
    heads = [h.text if "(" in h.text or i < 3 else h.text + "(%)" for i, h in enumerate(forms._scores())]
    split = [head.rstrip(")").rsplit("(", 1) for head in heads[3:]]
    provinces = [r for r in catalog.regions().values() if r.level == "province"][:31]
    drawn = np.random.default_rng(1).lognormal(3, 0.5, (hospitals, len(split))).clip(1, 90)
    with (
        (folder / "long.csv").open("w", encoding="utf-8-sig", newline="") as a,
        (folder / "wide.csv").open("w", encoding="utf-8-sig", newline="") as b,
    ):
        long, wide = csv.writer(a), csv.writer(b)
        long.writerow(["医院", "地区", "指标", "年份", "数值", "单位"])
        wide.writerow(heads)
        for number, base in enumerate(drawn):
            place = provinces[number % len(provinces)]
            name = f"{place.name_zh}第{number}试验医院"
            for year in YEARS:
                values = np.round(base * (1 + 0.02 * (year - YEARS[0])), 2)
                wide.writerow([name, place.short_zh, year, *values])
                long.writerows(
                    [name, place.short_zh, label, year, value, unit]
                    for (label, unit), value in zip(split, values, strict=True)
                )
    tiny = "医院,地区,指标,年份,数值,单位\n试验医院,山西,自编的比例,2023,50,%\n"
    (folder / "tiny.csv").write_text(tiny, encoding="utf-8")


def yearbook(folder: Path) -> None:
    """300 prefectures x 30 columns, two rows of headings."""
    cities = [r for r in catalog.regions().values() if r.level == "city" and r.state != "former"][:300]
    counted = [e for e in catalog.indicators().values() if e.print_unit not in ("", "%", "‰")]
    labels = [e for e in counted if e.unit and e.theme != "talent"][:30]
    with (folder / "yearbook.csv").open("w", encoding="gb18030", newline="") as opened:
        out = csv.writer(opened)
        out.writerow(["城市", *(f"试验{i}({e.print_unit})" for i, e in enumerate(labels))])
        drawn = np.random.default_rng(2).integers(10, 9_000, (len(cities), len(labels)))
        for city, row in zip(cities, drawn, strict=True):
            out.writerow([city.name_zh, *row])


def cost(home: Path, file: Path, *more: str) -> tuple[float, float]:
    """(CPU seconds, GB) of one check."""
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = [sys.executable, "-c", "import resource, sys; from analysis import cli; code = cli.main(sys.argv[1:]); "
           "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)",
           "check", str(file), "--source", "试验", "--new", *more]  # fmt: skip
    env = os.environ | {"YIGAI_HOME": str(home), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(run, env=env, check=True, capture_output=True, text=True)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime
    return round(seconds, 2), round(int(done.stdout.split()[-1]) / 1e6, 3)


def yardstick(file: Path) -> float:
    """CPU seconds of reading a text table with pandas, each cell as text, in a process of its own."""
    read = f"import pandas, time; b = time.process_time(); pandas.read_csv({str(file)!r}, dtype=object, engine='c'); print(time.process_time() - b)"
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", read], env=env, check=True, capture_output=True, text=True)
    return round(float(done.stdout), 2)


def measure(hospitals: int) -> tuple[dict[str, tuple[float, float]], float]:
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        home = folder / "home"
        shutil.copytree(
            paths.home() / "data", home / "data", ignore=shutil.ignore_patterns("processed*", "user")
        )
        (home / "data" / "raw" / "user").mkdir()
        shutil.copyfile(paths.home() / "pyproject.toml", home / "pyproject.toml")
        panels(folder, hospitals)
        yearbook(folder)
        nothing = cost(home, folder / "tiny.csv")
        found = {name: cost(home, folder / f"{name}.csv") for name in ("long", "wide")}
        rule = yardstick(folder / "long.csv")
        seconds, memory = cost(home, folder / "yearbook.csv", "--period", "2023")
        found["yearbook"] = (round(seconds - nothing[0], 2), memory)
        return found | {"one figure": nothing}, rule


if __name__ == "__main__":
    found, rule = measure(int(sys.argv[1]) if len(sys.argv) > 1 else HOSPITALS)
    missed = [n for n, (s, m) in GOALS.items() if found[n][0] > s or found[n][1] > m]
    times = {name: round(seconds / rule, 1) for name, (seconds, _) in found.items()}
    said = {
        "cpu_seconds_and_gb": found,
        "yardstick": rule,
        "of_the_yardstick": times,
        "goals": GOALS,
        "missed": missed,
    }
    print(json.dumps({"benchmark": "intake"} | said))
    sys.exit(1 if missed else 0)
