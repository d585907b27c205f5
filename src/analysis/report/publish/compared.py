"""Comparisons that readers asked for: written among the reports, remembered, and made again by each run that has new data.

What was asked for is kept in ``.yigai/asked.json``; the next run takes the pages under its own care: they are made from the tables
of that run, looked at by the gate, named in the manifest, and taken away when they cannot be made any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import ParameterError, Problem, YigaiError
from analysis.report.pages.shown import Plan, Site
from analysis.report.plan import sums
from analysis.report.publish import files as disk
from analysis.report.publish.outputs import STATE
from analysis.words import LANGS

if TYPE_CHECKING:
    from analysis.comparison import Area, Comparison

ASKED = "asked.json"  # in the state folder: a page's name -> its areas (Chinese name, English name, provinces) and indicators


def written(found: Comparison, linked: Collection[str]) -> dict[str, str]:
    """File name -> text: the page in both languages, its CSV and its records. linked: codes of places that have a briefing."""
    # with pandas, which a run that makes no comparison does without
    from analysis.report.pages import compare, site

    shown = Site(Plan(), list(linked))
    texts: dict[str, str] = {}
    for lang in LANGS:
        texts |= compare.pages(lang, [found], shown)
    texts |= {f"compare/{name}": site.csv_text(rows) for name, rows in compare.csvs(found).items()}
    texts[f"compare/{found.name}.facts.json"] = compare.facts(found)
    return texts


def write(
    found: Comparison, folder: Path, linked: Collection[str], areas: Sequence[Area], keys: Sequence[str]
) -> list[Path]:
    """Write a page into a folder of reports and remember what was asked for; returns the pages. Raises ParameterError for a folder
    that cannot be written. areas, keys: what the comparison was made of."""
    texts = written(found, linked)
    try:
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            disk.replace_file(folder / name, text.encode())
        if held := sums.written(folder, texts):
            disk.replace_file(folder / sums.NAME, disk.encoded(held))
        told = {"areas": [[*one.name, list(one.members)] for one in areas], "indicators": list(keys)}
        (folder / STATE).mkdir(exist_ok=True)
        disk.dump_json(folder / STATE / ASKED, {**asked(folder), found.name: told})
    except OSError as error:
        raise ParameterError(
            Problem(
                "--out", f"{folder}: {error.strerror}", "a folder that can be written", "choose another one"
            )
        ) from error
    return [folder / name for name in texts if name.endswith(".html")]


def asked(folder: Path) -> dict[str, Any]:
    """What was asked for in a folder of reports: name -> areas and indicators; nothing where nobody did."""
    path = folder / STATE / ASKED
    found = disk.load_json(path, folder / STATE) or {}
    whole = {
        name: told
        for name, told in found.items()
        if isinstance(told, dict) and {"areas", "indicators"} <= told.keys()
    }
    if lost := found.keys() - whole.keys():
        disk.say(f"{path}: {len(lost)} entries that are no comparison were left out")
    return whole


def again(
    wanted: Mapping[str, Any], linked: Collection[str]
) -> tuple[dict[str, str], list[tuple[str, Exception]]]:
    """The files of all that was asked for, from the tables as they are now, and what cannot be made any more: (name, why)."""
    from analysis import comparison

    texts: dict[str, str] = {}
    troubles: list[tuple[str, Exception]] = []
    for name, told in sorted(wanted.items()):
        try:
            areas = [comparison.Area((zh, en), tuple(members)) for zh, en, members in told["areas"]]
            texts |= written(comparison.side_by_side(areas, told["indicators"]), linked)
        except (YigaiError, KeyError, TypeError, ValueError) as error:
            troubles.append((f"compare/{name}", error))
    return texts, troubles
