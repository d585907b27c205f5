"""The pages about the pages: built from what is stored of each report, in a staging folder, published last."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from analysis.report.plan import keys, promises
from analysis.report.publish import outputs

MODULES = ("analysis.report.pages.site",)


def _findings(note: Path) -> list[dict]:
    return json.loads(note.read_bytes())["findings"] if note.is_file() else []


def pages(output: outputs.Output, state: Mapping, books: Mapping[str, promises.Notebook]) -> list[dict]:
    """One row a page for the site: region, theme, language, title, order, status (ok, failed or stale), error, findings.

    A stale page is one that could not be made again and whose last version still stands. Findings are read when asked for.
    """
    rows = []
    for name, record in sorted(state["pages"].items()):
        book = books.get(record["entry"]["theme"])
        status = "ok" if record["status"] == "ok" else "stale" if record["path"] else "failed"
        about = {"title": dict(book.title), "order": book.order} if book else {"title": {}, "order": 0}
        found = partial(_findings, output.state / "pages" / f"{name}.json")
        rows.append(
            {
                **record["entry"],
                **about,
                "status": status,
                "error": record.get("error", ""),
                "findings": found,
                "entry": record["entry"],
            }
        )
    return rows


def contents(books: list[promises.Notebook], coverage: Mapping) -> dict:
    """The plan as the site needs it: regions, themes, and for each region and theme None or the state that says why not."""
    by_region: dict[str, dict[str, dict | None]] = {}
    for book in books:
        for code, state in coverage.get(book.module, {}).items():
            by_region.setdefault(code, {})[book.theme] = state
    return {
        "regions": sorted(by_region),
        "coverage": {code: by_region[code] for code in sorted(by_region)},
        "themes": {book.theme: {"title": dict(book.title), "order": book.order} for book in books},
    }


def depends(state: Mapping, inputs: keys.Inputs, coverage: Mapping) -> str:
    """A key over everything the indexes show: pages, failures, coverage, tables, dictionaries, code and templates."""
    made = sorted(
        (name, record["status"], record["key"], record.get("error", ""))
        for name, record in state["pages"].items()
    )
    files = [
        *(path for _, path in sorted(keys.closure(MODULES).items())),
        *inputs.templates,
        *inputs.dictionaries,
    ]
    return keys.digest(
        [made, coverage, inputs.tables, [(path.name, keys.digest(path.read_bytes())) for path in files]]
    )


def build(
    output: outputs.Output, state: Mapping, inputs: keys.Inputs, coverage: Mapping, manifest: Mapping
) -> list[str]:
    """Build the indexes beside the output and put them in place with manifest.json; returns their names."""
    from analysis.report.pages import site

    staging = output.state / "site"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        site.build(
            pages(output, state, inputs.books), staging, contents(list(inputs.books.values()), coverage)
        )
        files = {
            str(path.relative_to(staging)): path.read_bytes()
            for path in sorted(staging.rglob("*"))
            if path.is_file()
        }
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    files["manifest.json"] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    output.publish(files, remove=set(state["header"].get("site_files", ())) - files.keys())
    return sorted(files)
