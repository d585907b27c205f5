"""What a report costs: the shell loop people write, `yigai report`, and the floor, on the shipped notebooks.

    loop   papermill CLI, then jupyter nbconvert CLI, once a report
    ours   yigai report (without its gate: the loop checks nothing)
    floor  the same cells as a script in a forked child of a process that has imported everything, with the same page

CPU is that of the whole process tree. ``ours`` and ``floor`` are run for few and for many regions: the slope is the cost of one
more report, the rest is fixed. Runs are interleaved and repeated; medians are printed. The last line is one JSON object.
The gate, which needs a browser and is not part of the loop either, is left out. One part clones a real place under
made-up codes: 2,850 planned reports with nothing to do (counties.py really runs so many); --cities runs the theme of all prefectures,
which are real.
With --page instead: one page, one province and a preview, beside what their imports alone cost in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from analysis import paths
from analysis.report.plan import keys, promises, records
from analysis.report.publish import indexes, outputs
from analysis.report.run import processes, runner

REGIONS = ("140000", "320000", "110000", "510000", "440000", "610000", "330000", "370000", "410000", "540000")
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


def loop(home: Path, regions, out: Path) -> list[list]:
    """The commands of the shell loop, one papermill and one nbconvert a report."""
    made = []
    for book in sorted((home / "notebooks").glob("*.ipynb")):
        for region in regions:
            target = out / f"{region}-{book.name}"
            made.append([BIN / "papermill", "-r", "region_code", region, "-r", "lang", "zh", book, target])
            made.append([BIN / "jupyter-nbconvert", "--to", "html", target])
    return made


def ours(home: Path, regions, out: Path, jobs: int = 1) -> list:
    return [
        BIN / "yigai",
        "report",
        "--force",
        "--no-gate",
        "--lang",
        "zh",
        "--jobs",
        jobs,
        "--out",
        out,
        "--region",
        *regions,
    ]


def floor(home: Path, regions) -> list:
    return [sys.executable, __file__, "--floor", *regions]


def run_floor(regions: list[str]) -> None:
    """Import everything, then for each report fork, execute the cells as a script and build the page."""
    books = promises.notebooks()
    from analysis.report.pages import page
    from analysis.report.run import forkserver

    names = set().union(*(keys.notebook_imports(book) for book in books))
    forkserver.preload([*keys.preloads(names), "scipy.stats", "scipy.optimize"])
    forkserver.warm()
    for book in books:
        for region in regions:
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


def marginal(home: Path, few, many, reports: int, repeat: int, work: Path) -> dict[str, float]:
    """CPU of one more report by each way, and the fixed part of ours; ``reports``: notebooks a region."""
    environment = os.environ | runner.environment() | {"YIGAI_HOME": str(home)}
    # a run for so few places makes less around the pages than one for many: the slope is taken between two of the same kind
    some = many[: max(len(few), min(indexes.FEW + 1, len(many) - 1))]
    found: dict[str, list[float]] = {"loop": [], "ours": [], "floor": [], "fixed": []}
    for number in range(repeat):
        out = work / f"loop{number}"
        out.mkdir()
        spent = [
            cost(command, env=environment, cwd=home / "notebooks")[0] for command in loop(home, few, out)
        ]
        found["loop"].append(sum(spent) / (len(few) * reports))
        for name, command in (
            ("ours", lambda regions: ours(home, regions, work / "out")),
            ("floor", lambda regions: floor(home, regions)),
        ):
            low, high = (
                cost(command(regions), env=environment, cwd=home / "notebooks")[0] for regions in (some, many)
            )
            slope = (high - low) / ((len(many) - len(some)) * reports)
            found[name].append(slope)
            if name == "ours":
                found["fixed"].append(low - slope * len(some) * reports)
    return {name: statistics.median(values) for name, values in found.items()}


def wall(home: Path, regions, work: Path) -> float:
    """Two shell loops side by side over ours with two workers, in wall seconds."""
    environment = os.environ | runner.environment() | {"YIGAI_HOME": str(home)}
    out = work / "wall"
    out.mkdir()
    commands = loop(home, regions, out)
    halves = [commands[: len(commands) // 4 * 2], commands[len(commands) // 4 * 2 :]]
    started = time.monotonic()
    shells = [
        subprocess.Popen(
            ["sh", "-c", " && ".join(" ".join(map(str, c)) for c in half)],
            env=environment,
            cwd=home / "notebooks",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for half in halves
    ]
    if any(shell.wait() for shell in shells):
        raise SystemExit("the shell loop failed")
    loops = time.monotonic() - started
    return loops / cost(ours(home, regions, work / "wall-ours", 2), env=environment, cwd=home)[1]


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--regions", type=int, default=10, help="at most 10")
    parser.add_argument("--loop", type=int, default=2, help="for how many of the regions the shell loop runs")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument(
        "--cities", action="store_true", help="instead make one theme for all prefectures of the yearbook"
    )
    parser.add_argument(
        "--theme", action="append", help="only these themes (default: all that cover every region measured)"
    )
    parser.add_argument("--page", action="store_true", help="instead measure one page and one province")
    parser.add_argument("--floor", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        run_floor(options.floor)
        return
    regions = REGIONS[: options.regions]
    few = regions[: options.loop]
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
        coverage = runner.Runner(
            argparse.Namespace(engine="plain", jobs=1, report_timeout=300), promises.notebooks()
        ).coverage([book.module for book in promises.notebooks()])
        books = [
            book
            for book in promises.notebooks()
            if book.scope == "region"
            and all(coverage[book.module].get(code, 0) is None for code in regions)
            and (not options.theme or book.theme in options.theme)
        ]
        whole = project(work / "whole", [book.path for book in books])
        one = project(work / "light", [])
        light(next(book.path for book in books if book.order == 1), one / "notebooks" / "01_light.ipynb")
        print("notebooks:", ", ".join(book.theme for book in books), "; regions:", ", ".join(regions))
        collection = marginal(whole, few, regions, len(books), options.repeat, work)
        print("CPU s a report, collection:", {name: round(value, 3) for name, value in collection.items()})
        (work / "l").mkdir()
        single = marginal(one, few, regions, 1, options.repeat, work / "l")
        print("CPU s a report, one figure:", {name: round(value, 3) for name, value in single.items()})
        side = wall(whole, few, work)
        idle = noop(one, work)
        figures = {
            "cpu_loop_over_ours": collection["loop"] / collection["ours"],
            "cpu_loop_over_ours_light": single["loop"] / single["ours"],
            "cpu_ours_over_floor": collection["ours"] / collection["floor"],
            "fixed_cpu_s": collection["fixed"],
            "wall_loop2_over_ours2": side,
            "noop_2850_signature_s": idle["signature"],
            "noop_2850_content_s": idle["content"],
        }
        print(json.dumps({name: round(value, 3) for name, value in figures.items()}))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
