"""A comparison that a reader asked for: written among the reports, beside those that every site has."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import ParameterError, Problem
from analysis.report.pages import compare, site
from analysis.report.publish import files as disk
from analysis.words import LANGS

if TYPE_CHECKING:
    from analysis.comparison import Comparison


def write(found: Comparison, folder: Path, linked: Collection[str]) -> list[Path]:
    """Write the page in both languages, its CSV and its records; returns the pages. Raises ParameterError for a folder that cannot be written.

    linked: codes of places that have a briefing in the folder.
    """
    context = {"plan": {}, "codes": list(linked), "compared": set()}
    pages: dict[str, str] = {}
    for lang in LANGS:
        pages |= compare.pages(lang, [found], context)
    beside = {f"compare/{name}": site.csv_text(rows) for name, rows in compare.csvs(found).items()}
    beside[f"compare/{found.name}.facts.json"] = compare.facts(found)
    try:
        for name, text in (pages | beside).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            disk.replace_file(folder / name, text.encode())
    except OSError as error:
        raise ParameterError(
            Problem(
                "--out", f"{folder}: {error.strerror}", "a folder that can be written", "choose another one"
            )
        ) from error
    return [folder / name for name in pages]
