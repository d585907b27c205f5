"""Does publishing grow with the number of places? Memory and processor time of everything but the notebooks' own run.

    python benchmarks/places.py 300 2850

One report of a model place is made by the real runner. A project is given so many copies of the place under made-up codes; their
reports are handed to the publisher as if they had been run, so that pages, briefings, workbooks, front page, list of what is
missing and manifest are made and published as always. Each number runs in a process of its own; the last line is one JSON object.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from engine import CLONED, MODEL, clone_places, project

from analysis import paths, strict
from analysis.report.plan import promises
from analysis.report.plan.records import Read, Result
from analysis.report.publish import batch
from analysis.report.run import runner
from analysis.told import Block, Told


def _written(result: Result) -> dict:
    blocks = [{"text": b.text, "finding": b.finding and b.finding.to_json()} for b in result.blocks]
    return strict.written(result, blocks=blocks, reads=[asdict(read) for read in result.reads])


def _read(content: dict) -> Result:
    blocks = (Block(b["text"], b["finding"] and Told.of(b["finding"])) for b in content["blocks"])
    reads = (Read(**read) for read in content["reads"])
    return strict.read(Result, content, blocks=tuple(blocks), reads=tuple(reads), log=tuple(content["log"]))


class Copies:
    """Stands for the runner: the model's result under each place's code."""

    def __init__(self, result: dict, codes: list[str]):
        self.result, self.codes = result, codes

    def coverage(self, modules) -> dict:
        return {name: dict.fromkeys(self.codes) for name in modules}

    def run(self, jobs, on_start):
        text = json.dumps(self.result, ensure_ascii=False)
        for job in jobs:
            on_start(job.id)
            yield _read(json.loads(text.replace(MODEL, job.entry.region_code)) | {"id": job.id})

    def close(self) -> None:
        """Nothing runs."""


def model(home: Path) -> dict:
    """The model place's result, from the real runner."""
    os.environ["YIGAI_HOME"] = str(home)
    books = promises.notebooks()
    options = batch.Options(regions=(MODEL,), languages=("zh",), jobs=1, out=home / "model")
    one = batch.Batch(options, books)
    one.state = one.output.load()
    coverage = {book.module: {MODEL: None} for book in books}
    entries = promises.entries(books, coverage, ["zh"], [MODEL])
    one.engine = runner.Runner(options, books)
    return _written(next(result for _, result in one.results(entries)))


def publish(home: Path, result: dict, number: int, out: Path) -> None:
    """Publish so many copies; prints what it took as JSON."""
    os.environ["YIGAI_HOME"] = str(home)
    codes = [f"{700000 + n}" for n in range(number)]
    one = batch.Batch(batch.Options(languages=("zh",), out=out), promises.notebooks())
    one.engine = Copies(result, codes)
    started = time.monotonic()
    summary = one.run()
    if len(summary.made) != number or summary.failed:
        raise SystemExit(f"{len(summary.made)} of {number} made: {dict(list(summary.failed.items())[:2])}")
    # not ru_maxrss, which a process takes over from the one that started it
    status = Path("/proc/self/status").read_text().splitlines()
    peak = int(next(line for line in status if line.startswith("VmHWM")).split()[1]) * 1024
    site = [path for path in out.rglob("*") if path.is_file()]
    own = sum(path.stat().st_size for path in site if ".yigai" in path.parts)
    found = {
        "places": number,
        "peak_mb": peak / 1e6,
        "cpu_s_a_place": sum(os.times()[:2]) / number,
        "wall_s": time.monotonic() - started,
        "site_kb_a_place": (sum(path.stat().st_size for path in site) - own) / number / 1e3,
        "yigai_kb_a_place": own / number / 1e3,
    }
    print(json.dumps({name: round(value, 3) for name, value in found.items()}))


def main() -> None:
    """Run each number in a process of its own."""
    if sys.argv[1] == "--publish":
        home, number, out = Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
        publish(home, json.loads((home / "result.json").read_text(encoding="utf-8")), number, out)
        return
    numbers = [int(text) for text in sys.argv[1:]] or [300, 2850]
    work = Path(tempfile.mkdtemp(prefix="yigai-places-"))
    try:
        book = next(book.path for book in promises.notebooks() if book.theme == CLONED)
        home = project(work / "home", [book])
        clone_places(home, [f"{700000 + n}" for n in range(max(numbers))])
        # what is published does not read the copies' rows
        shutil.copytree(paths.processed(), home / "data" / "processed", dirs_exist_ok=True)
        result = model(home)
        if result["status"] != "ok":
            raise SystemExit(f"the model place has no page: {result['error']}")
        (home / "result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
        for number in numbers:
            command = [
                sys.executable,
                __file__,
                "--publish",
                str(home),
                str(number),
                str(work / f"out{number}"),
            ]
            subprocess.run(
                command, check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            )
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
