"""What a report costs: the shell loop people write, `yigai report`, and the floor, on the shipped notebooks.

    loop   papermill CLI, then jupyter nbconvert CLI, once a report
    ours   yigai report (without the gate on the finished site: the loop checks nothing), in one language and in both
    floor  the same cells as a script in a forked child of a process that has imported everything, with the same page

CPU is that of the whole process tree. ``ours`` and ``floor`` make all themes of all provinces, and before that of a third of them:
the slope is the cost of one more report, the rest is fixed (imports, the pages around that come once, templates of themes). The
loop has no fixed part; it runs one report of each theme, of another province in each repetition, and the mean is weighted by how
many reports a theme has. Runs are interleaved and repeated; medians are printed with the range. A figure that is no measurement
(:func:`refused`) is printed as the words that say why, and as null in the JSON object of the last line.

In ours and not in the floor, and named by --parts: the notebook's cells told to the worker and papermill's book of them (execute), the
checks that a page can fail alone (checked; no option leaves them out), keys, hashes, notes and one switch of files (published), and
briefings, workbooks, comparisons and lists around the reports (around).

One part clones a real place under made-up codes: 2,850 planned reports with nothing to do (counties.py really runs so many);
--cities runs the theme of all prefectures, which are real.
With --page instead: one page, one province and a preview, beside what their imports alone cost in the same run.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import catalog, paths
from analysis.report.plan import keys, promises, records
from analysis.report.publish import indexes, outputs
from analysis.report.run import processes, runner

BIN = Path(sys.executable).parent


def cost(command: list, **options) -> tuple[float, float]:
    """CPU and wall seconds of a command and everything it started. Raises CalledProcessError when it fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(
        [str(part) for part in command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **options,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - started


def project(folder: Path, books: list[Path]) -> Path:
    """A project folder with some notebooks and the real data."""
    (folder / "notebooks").mkdir(parents=True)
    (folder / "data").symlink_to(paths.data())
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(paths.home() / name, folder / name)
    for book in books:
        shutil.copy(book, folder / "notebooks" / book.name)
    return folder


def light(book: Path, target: Path) -> Path:
    """The notebook up to its first figure, without the findings before it."""
    content = json.loads(book.read_text(encoding="utf-8"))
    kept, drawn = [], False
    for cell in content["cells"]:
        text = promises.source(cell)
        draws = "charts." in text and "import" not in text
        if drawn:
            break
        if cell["cell_type"] == "code" and ".show(lang)" in text and not draws:
            cell["source"] = "\n".join(line for line in text.splitlines() if ".show(lang)" not in line)
        kept.append(cell)
        drawn = draws
    content["cells"] = kept
    target.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return target


def commands(home: Path, theme: str, region: str, out: Path) -> list[list]:
    """The shell loop of one report: papermill, then nbconvert."""
    book = next((home / "notebooks").glob(f"[0-9]*_{theme}.ipynb"))
    target = out / f"{region}-{book.name}"
    return [
        [BIN / "papermill", "-r", "region_code", region, "-r", "lang", "zh", book, target],
        [BIN / "jupyter-nbconvert", "--to", "html", target],
    ]


def ours(regions: Sequence[str], out: Path, *, jobs: int = 1, both: bool = False) -> list:
    command = [BIN / "yigai", "report", "--force", "--no-gate", "--jobs", jobs, "--out", out]
    return [*command, *([] if both else ["--lang", "zh"]), "--region", *regions]


def floor(regions: Sequence[str]) -> list:
    return [sys.executable, __file__, "--floor", *regions]


def run_floor(regions: list[str]) -> None:
    """Import everything, then for each report fork, execute the cells as a script and build the page."""
    books = promises.notebooks()
    from analysis.report.pages import page
    from analysis.report.run import forkserver

    names = set().union(*(keys.notebook_imports(book) for book in books))
    forkserver.preload([*keys.preloads(names), "scipy.stats", "scipy.optimize"])
    forkserver.warm()
    held = covered(books)
    for book in books:
        for region in [code for code in regions if code in held[book.theme]]:
            pid = os.fork()
            if pid == 0:
                entry = promises.entries([book], {book.module: {region: None}}, ["zh"], [region])[0]
                page.build(_script(book, entry), entry=entry)
                os._exit(0)
            if os.waitpid(pid, 0)[1]:
                sys.exit(f"{book.theme} {region} failed")


def _script(book: promises.Notebook, entry: promises.Entry) -> dict:
    import ast

    namespace: dict = {}
    cells = []
    for cell in book.cells:
        outputs = []
        if cell["cell_type"] == "code":
            tree = ast.parse(promises.source(cell))
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "cell", "exec"), namespace)
            if "parameters" in cell["metadata"].get("tags", []):
                namespace.update(entry.parameters)
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), namespace) if last else None
            if value is not None:
                outputs.append(
                    {
                        "output_type": "execute_result",
                        "data": json.loads(json.dumps(value._repr_mimebundle_())),
                        "metadata": {},
                    }
                )
        cells.append(cell | {"outputs": outputs})
    return {"cells": cells}


def covered(books: Sequence[promises.Notebook]) -> dict[str, list[str]]:
    """theme -> provinces that it has a page for."""
    from analysis.report.plan import coverage

    found = coverage.of(book.module for book in books)
    return {
        book.theme: sorted(
            code
            for code, why in found[book.module].items()
            if why is None and catalog.region(code).level == "province"
        )
        for book in books
        if book.scope == "region"
    }


@dataclass(frozen=True)
class Measured:
    """Medians and ranges of repeated figures by name, and by name in words why one is no measurement."""

    values: dict[str, list[float]]
    why: dict[str, str]

    def __getitem__(self, name: str) -> float:
        return statistics.median(self.values[name]) if name not in self.why else math.nan

    def told(self) -> str:
        return "\n".join(
            f"  {name}: "
            + (
                self.why.get(name)
                or f"{self[name]:.3f} ({min(values):.3f}-{max(values):.3f}, {len(values)} times)"
            )
            for name, values in self.values.items()
        )


SPREAD = 0.25  # the widest range of a repeated figure, in parts of its median
IDLE = 0.5  # load of the machine, above which wall time is not that of the command


def refused(values: Sequence[float], whole: float = math.inf) -> str:
    """Why repeated figures are no measurement of a cost, in words; empty when they are. ``whole``: what the cost is part of.

    >>> refused([1.0, 1.1]), refused([1.0]), refused([-0.1, 0.1])
    ('', 'not usable: once only', 'not usable: a cost of nothing or less (-0.1)')
    """
    if min(values) <= 0:
        return f"not usable: a cost of nothing or less ({min(values):.3g})"
    if max(values) > whole:
        return f"not usable: more ({max(values):.3g}) than all that it is part of ({whole:.3g})"
    if len(values) < 2:
        return "not usable: once only"
    if (spread := (max(values) - min(values)) / statistics.median(values)) > SPREAD:
        return f"not usable: repetitions lie {spread:.0%} apart ({min(values):.3g} to {max(values):.3g})"
    return ""


def marginal(home: Path, held: Mapping[str, Sequence[str]], repeat: int, work: Path) -> Measured:
    """CPU of one more report by each way (``held``: theme -> places with a report), and the fixed parts of ours."""
    environment = os.environ | runner.environment() | {"YIGAI_HOME": str(home)}
    many = sorted(set().union(*held.values()))
    # a run for so few places makes less around the pages than one for many: the slope is taken between two of the same kind
    some = many[: max(indexes.FEW + 1, len(many) // 3)]
    if len(some) == len(many):
        raise SystemExit(f"{len(many)} places are too few to take the cost of one more from")
    reports = {
        len(part): sum(code in codes for codes in held.values() for code in part) for part in (some, many)
    }
    names = ("loop", "ours", "ours_both", "floor", "fixed", "fixed_both")
    found: dict[str, list[float]] = {name: [] for name in names}
    mean: dict[str, list[float]] = {"ours": [], "ours_both": [], "floor": []}
    ways: dict[str, tuple[Callable[[Sequence[str]], list], int]] = {
        "ours": (lambda regions: ours(regions, work / "out"), 1),
        "ours_both": (lambda regions: ours(regions, work / "out2", both=True), 2),
        "floor": (floor, 1),
    }
    for number in range(repeat):
        out = work / f"loop{number}"
        out.mkdir()
        weighted = 0.0
        for place, (theme, codes) in enumerate(held.items()):
            code = codes[(place + number * 7) % len(codes)]
            asked = commands(home, theme, code, out)
            spent = sum(cost(command, env=environment, cwd=home / "notebooks")[0] for command in asked)
            weighted += spent * len(codes)
        found["loop"].append(weighted / reports[len(many)])
        for name, (command, languages) in ways.items():
            low, high = (
                cost(command(regions), env=environment, cwd=home / "notebooks")[0] for regions in (some, many)
            )
            slope = (high - low) / (reports[len(many)] - reports[len(some)]) / languages
            found[name].append(slope)
            mean[name].append(high / reports[len(many)] / languages)
            if name != "floor":
                found[name.replace("ours", "fixed")].append(low - slope * reports[len(some)] * languages)
        print(f"repetition {number + 1}:", {n: round(v[-1], 3) for n, v in found.items()}, flush=True)
    why = {
        name: words
        for name, values in found.items()
        if (words := refused(values, statistics.median(mean[name]) if name in mean else math.inf))
    }
    return Measured(found, why)


def wall(home: Path, held: Mapping[str, Sequence[str]], work: Path) -> tuple[float, str]:
    """Two shell loops side by side over ours with two workers, in wall seconds; and why that is no measurement, if so."""
    if (load := os.getloadavg()[0]) > IDLE:
        return (
            math.nan,
            f"not usable: the machine did other work (load {load:.1f}), which wall time would show",
        )
    environment = os.environ | runner.environment() | {"YIGAI_HOME": str(home)}
    out = work / "wall"
    out.mkdir()
    counted = Counter(code for codes in held.values() for code in codes)
    regions = [code for code, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:2]]
    shells = []
    started = time.monotonic()
    for region in regions:
        asked = [c for t, codes in held.items() if region in codes for c in commands(home, t, region, out)]
        shells.append(
            subprocess.Popen(
                ["sh", "-c", " && ".join(" ".join(map(str, command)) for command in asked)],
                env=environment,
                cwd=home / "notebooks",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
    if any([shell.wait() for shell in shells]):
        raise SystemExit("the shell loop failed")
    loops = time.monotonic() - started
    mine = cost(ours(regions, work / "wall-ours", jobs=2), env=environment, cwd=home)[1]
    return loops / mine, ""


def noop(home: Path, work: Path, reports: int = 2850) -> dict[str, float]:
    """Seconds to find that nothing is to be done, by file signatures and (after touching every input) by content."""
    environment = os.environ | runner.environment() | {"YIGAI_HOME": str(home)}
    codes = [f"{700000 + number}" for number in range(reports)]
    processed = paths.processed()
    clone_places(home, codes)
    (home / "data" / "raw").rmdir()
    (home / "data" / "raw").symlink_to(paths.raw())
    (home / "data" / "processed").symlink_to(processed)
    out = work / "noop"
    command = [BIN / "yigai", "report", "--no-gate", "--lang", "zh", "--out", out]
    cost([*command, "--region", "140000"], env=environment, cwd=home)
    state_file = out / ".yigai" / "state.json"
    state = json.loads(state_file.read_text())
    name, record = next(iter(state["pages"].items()))
    module = promises.load(next((home / "notebooks").glob("*.ipynb"))).module
    pages, header = {}, state["header"]
    covered = header["coverage"][module]["regions"] = {}
    for code in codes:
        covered[code] = None
        files = {}
        for file in record["files"]:
            copy = out / file.replace("140000", code)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(out / file, copy)
            stat = copy.stat()
            files[file.replace("140000", code)] = [stat.st_size, stat.st_mtime_ns]
        parameters = {"region_code": code, "lang": "zh", "as_of": ""}
        parts = record["parts"] | {"parameters": keys.digest([parameters, {}])}
        pages[name.replace("140000", code)] = record | {
            "region_code": code,
            "files": files,
            "parts": parts,
            "path": record["path"].replace("140000", code),
        }
    # the indexes of made-up regions are not built; they count as current
    os.environ["YIGAI_HOME"] = str(home)
    output = outputs.Output(out)
    known = records.State(
        records.Header.of(header), {name: records.PageRecord.of(p) for name, p in pages.items()}
    )
    inputs = keys.Inputs(promises.notebooks())
    known.header.site = indexes.Around(output, known, inputs, {module: covered}, {}).keys
    del os.environ["YIGAI_HOME"]
    output.save(known)
    found = {}
    for mode in ("signature", "content"):
        times = []
        for _ in range(3):
            if mode == "content":
                for path in (home / "notebooks").glob("*.ipynb"):
                    os.utime(path)
            done = subprocess.run(
                [str(part) for part in command],
                env=environment,
                cwd=home,
                check=True,
                capture_output=True,
                text=True,
            )
            if f"0 pages made, {reports} kept" not in done.stdout:
                raise SystemExit(f"expected nothing to do: {done.stdout}")
            times.append(float(done.stdout.split(" s wall")[0].rsplit("\n", 1)[-1]))
        found[mode] = statistics.median(times)
    return found


MODEL, CLONED = "321100", "talent_ledger"  # a place and the theme that is made for its copies


def clone_places(home: Path, codes: list[str]) -> None:
    """Give a project folder dictionaries of its own in which the model place also stands under made-up codes."""
    import csv

    real = paths.data()
    (home / "data").unlink()
    shutil.copytree(real, home / "data", ignore=shutil.ignore_patterns("raw", "processed"))
    (home / "data" / "raw").mkdir()
    rows = list(csv.DictReader((real / "regions.csv").open(encoding="utf-8")))
    model = next(row for row in rows if row["region_code"] == MODEL)
    for code in codes:
        zh, en = (
            code.translate(str.maketrans("0123456789", letters))
            for letters in ("甲乙丙丁戊己庚辛壬癸", "abcdefghij")
        )
        names = {
            "name_zh": f"{zh}市",
            "short_zh": zh,
            "name_en": en.title(),
            "name_en_full": f"{en.title()} City",
            "aliases": "",
        }
        rows.append(model | names | {"region_code": code})
    with (home / "data" / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["region_code"]))


def memory(pid: int) -> int:
    """Bytes that a process and all below it hold (what they share counts once); 0 when it has ended."""
    total = 0
    for one in (pid, *processes.descendants(pid)):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(
            (int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0
        )
    return total


def watched(home: Path, out: Path, theme: str, regions: list[str], *, gate: bool = False) -> dict[str, float]:
    """Make one theme in Chinese for these places (none: all it has): seconds, bytes by kind of file, memory of the whole tree."""
    environment = os.environ | runner.environment() | {"YIGAI_HOME": str(home)}
    command = [BIN / "yigai", "report", "--lang", "zh", "--theme", theme, "--out", out]
    command += [*([] if gate else ["--no-gate"]), *(["--region", *regions] if regions else [])]
    before, started, held = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), []
    said = out.with_suffix(".log").open("wb")
    running = subprocess.Popen(
        [str(part) for part in command], env=environment, cwd=home, stdout=said, stderr=said
    )
    while running.poll() is None:
        held.append(memory(running.pid))
        time.sleep(1)
    said.close()
    if running.returncode:
        last = out.with_suffix(".log").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise SystemExit(f"{theme}, {len(regions) or 'all'} places: exit {running.returncode}\n{last}")
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - started
    half = len(held) // 2
    found = {
        "wall": wall,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "early": max(held[: half + 1]),
        "late": max(held[half:]),
        "pages": 0.0,
    }
    sizes = dict.fromkeys(
        ("page", "around", "own"), 0
    )  # html, facts and CSV of the theme; the site around; .yigai
    for path in out.rglob("*"):
        if path.is_file():
            name = path.relative_to(out).as_posix()
            mine = theme in name and not name.startswith(".yigai")
            sizes["own" if name.startswith(".yigai") else "page" if mine else "around"] += path.stat().st_size
            found["pages"] += mine and name.endswith(".html")
    return found | sizes


def slope(few: dict[str, float], many: dict[str, float]) -> dict[str, float]:
    """One more page, between a run for few places and one for many; memory in the halves of the larger."""
    more = many["pages"] - few["pages"]
    each = {name: (many[name] - few[name]) / more for name in ("wall", "cpu", "page", "around", "own")}
    return {
        "pages": many["pages"],
        "cpu_s_a_page": each["cpu"],
        "pages_a_minute": 60 / each["wall"],
        "memory_mb_first_half": many["early"] / 1e6,
        "memory_mb_second_half": many["late"] / 1e6,
        "memory_mb_few": few["late"] / 1e6,
        "disk_kb_a_page": each["page"] / 1e3,
        "disk_kb_a_page_around": each["around"] / 1e3,
        "disk_kb_a_page_yigai": each["own"] / 1e3,
    }


CITIES = "city_profile"  # the theme with the most places: every prefecture of the yearbook


def cities(home: Path, work: Path) -> dict[str, float]:
    """The theme of all prefectures, real ones: for a sixth of them and for all."""
    module = next(book.module for book in promises.notebooks() if book.theme == CITIES)
    options = argparse.Namespace(engine="plain", jobs=1, report_timeout=300)
    covered = runner.Runner(options, promises.notebooks()).coverage([module])[module]
    codes = [code for code, state in covered.items() if state is None]
    few = watched(home, work / "few", CITIES, codes[::6])
    return slope(few, watched(home, work / "all", CITIES, []))


IMPORTS = "import papermill, pandas, matplotlib.pyplot"
SHOWN = ("region_profile", "ranking_changes")  # themes whose single pages are measured


def pages(home: Path, work: Path, repeat: int) -> dict[str, float]:
    """CPU seconds of one theme's pages of a province, cold and once more, and of all its themes, over the imports alone.

    Both languages, the gate apart. Imports and runs follow each other, so that a slow or busy machine slows both.
    """
    environment = os.environ | runner.environment() | {"YIGAI_HOME": str(home)}
    command = [BIN / "yigai", "report", "--no-gate", "--region", "140000", "--out"]
    found: dict[str, list[float]] = {}

    def note(name: str, command: list) -> None:
        found.setdefault(name, []).append(cost(command, env=environment, cwd=home)[0])

    for _ in range(repeat):
        for theme in SHOWN:
            out = work / f"page-{theme}"
            shutil.rmtree(out, ignore_errors=True)
            note("imports_cpu_s", [sys.executable, "-c", IMPORTS])
            note(f"{theme}_cold_cpu_s", [*command, out, "--theme", theme])
            note(f"{theme}_again_cpu_s", [*command, out, "--theme", theme, "--force"])
        out = work / "page-all"
        shutil.rmtree(out, ignore_errors=True)
        note("all_themes_cpu_s", [*command, out])
    found_ = {name: statistics.median(values) for name, values in found.items()}
    return found_ | {"all_themes_over_imports": found_["all_themes_cpu_s"] / found_["imports_cpu_s"]}


def preview(home: Path, work: Path, theme: str, repeat: int) -> dict[str, float]:
    """Wall seconds from a save of the notebook to its page on the disk, the server warm; the first page apart."""
    from analysis.report.publish.preview import Preview

    os.environ["YIGAI_HOME"] = str(home)
    shown = Preview(theme, "140000", "zh", work / "preview")
    try:
        first = shown.make().seconds
        again = []
        for _ in range(max(3, repeat)):
            os.utime(shown.path)
            again.append(shown.make().seconds)
    finally:
        shown.close()
        del os.environ["YIGAI_HOME"]
    return {"preview_first_s": first, "preview_again_s": statistics.median(again)}


def bench(
    work: Path, books: Sequence[promises.Notebook], held: Mapping[str, Sequence[str]], repeat: int
) -> dict[str, float | str | None]:
    """All figures but those of --page, --cities and --parts; one that is no measurement is None, with why beside it."""
    whole = project(work / "whole", [book.path for book in books if book.theme in held])
    one = project(work / "light", [])
    shown = next(book for book in books if book.order == 1)
    light(shown.path, one / "notebooks" / shown.path.name)
    load = os.getloadavg()[0]
    reports, places = sum(map(len, held.values())), len(set().union(*held.values()))
    print(f"{len(held)} themes, {places} provinces, {reports} reports; load of the machine {load:.1f}")
    collection = marginal(whole, held, repeat, work)
    print(f"CPU s a report, collection:\n{collection.told()}")
    (work / "l").mkdir()
    single = marginal(one, {shown.theme: held[shown.theme]}, repeat, work / "l")
    print(f"CPU s a report, one figure:\n{single.told()}")
    side, not_side = wall(whole, held, work)
    idle = noop(one, work)
    figures = {
        "cpu_loop_over_ours": collection["loop"] / collection["ours"],
        "cpu_loop_over_ours_both_languages": collection["loop"] / collection["ours_both"],
        "cpu_loop_over_ours_light": single["loop"] / single["ours"],
        "cpu_ours_over_floor": collection["ours"] / collection["floor"],
        "fixed_cpu_s": collection["fixed"],
        "fixed_both_cpu_s": collection["fixed_both"],
        "wall_loop2_over_ours2": side,
        "noop_2850_signature_s": idle["signature"],
        "noop_2850_content_s": idle["content"],
        "load_before": load,
    }
    told: dict[str, float | str | None] = {
        name: None if math.isnan(value) else round(value, 3) for name, value in figures.items()
    }
    not_usable = {
        **{f"collection {name}": why for name, why in collection.why.items()},
        **{f"one figure {name}": why for name, why in single.why.items()},
        **({"wall_loop2_over_ours2": not_side} if not_side else {}),
    }
    return told | not_usable


TIMED = ("execute", "page_files", "checked", "_publish", "build")


def parts(work: Path, regions: Sequence[str]) -> dict[str, float]:
    """CPU seconds of one run in Chinese, by what they were spent on: notebooks, page, checks, publishing, around, and the rest."""
    from analysis.report.publish import asked, batch
    from analysis.report.run import worker

    log = work / "parts"

    def timed(owner: Any, name: str) -> None:
        inner = getattr(owner, name)

        def call(*given: Any, **named: Any) -> Any:
            before = time.process_time()
            try:
                return inner(*given, **named)
            finally:
                with log.open("a") as file:  # workers are forks of this process
                    file.write(f"{name} {time.process_time() - before}\n")

        setattr(owner, name, call)

    owners = (worker, worker, worker, batch.Batch, indexes.Around)
    for owner, name in zip(owners, TIMED, strict=True):
        timed(owner, name)
    os.environ.update(runner.environment())
    options = asked.Options(
        regions=tuple(regions), languages=("zh",), out=work / "site", force=True, jobs=1, quiet=True
    )
    before = sum(os.times()[:4])
    made = batch.report(options).made
    found: dict[str, float] = dict.fromkeys(TIMED, 0.0)
    for line in log.read_text().splitlines():
        name, spent = line.split()
        found[name] += float(spent)
    total = sum(os.times()[:4]) - before
    records_ = outputs.Output(work / "site").load().pages.values()
    cells = sum(one.cpu_seconds for one in records_) - sum(found[name] for name in TIMED[:3])
    rest = total - cells - sum(found.values())
    return (
        {"pages": len(made), "total": total, "cells": cells} | found | {"imports, templates, planning": rest}
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument(
        "--cities", action="store_true", help="instead make one theme for all prefectures of the yearbook"
    )
    parser.add_argument("--theme", action="append", help="only these themes (default: all)")
    parser.add_argument("--page", action="store_true", help="instead measure one page and one province")
    parser.add_argument(
        "--parts", type=int, metavar="N", help="instead say what a run for the first N provinces is spent on"
    )
    parser.add_argument("--floor", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        run_floor(options.floor)
        return
    work = Path(tempfile.mkdtemp(prefix="yigai-bench-"))
    try:
        if options.cities:
            book = next(book.path for book in promises.notebooks() if book.theme == CITIES)
            figures = cities(project(work / "cities", [book]), work)
            print(json.dumps({name: round(value, 3) for name, value in figures.items()}))
            return
        if options.page:
            home = project(work / "pages", [book.path for book in promises.notebooks()])
            figures = pages(home, work, options.repeat) | preview(home, work, SHOWN[0], options.repeat)
            print(json.dumps({name: round(value, 3) for name, value in figures.items()}))
            return
        books = [
            book
            for book in promises.notebooks()
            if book.scope == "region" and (not options.theme or book.theme in options.theme)
        ]
        held = {theme: codes for theme, codes in covered(books).items() if codes}
        if options.parts:
            figures = parts(work, sorted(set().union(*held.values()))[: options.parts])
            print(json.dumps({name: round(value, 3) for name, value in figures.items()}))
            return
        print(json.dumps(bench(work, books, held, options.repeat), ensure_ascii=False))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
