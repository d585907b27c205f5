"""`yigai replicate`."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """The page, and where the folder goes."""
    parser.add_argument(
        "page", metavar="PAGE", help="a theme's page, such as reports/140000/region_profile.html"
    )
    parser.add_argument("--site", type=Path, default=None, metavar="DIR", help="its site (default: reports/)")
    parser.add_argument(
        "--out", type=Path, default=Path("replicate"), metavar="DIR", help="default: replicate/"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write a folder with the rows, a script and a README that recompute the page's numbers without this project."""
    import json

    from analysis import paths
    from analysis.errors import ParameterError, Problem
    from analysis.report.formats import replicate
    from analysis.report.publish import verifying

    site, name = verifying.located(arguments.page, arguments.site or paths.reports())
    stem = name.rpartition(".")[0].removesuffix(".en")
    facts = site / f"{stem}.facts.json"
    if not facts.is_file():
        expected = "the page of a theme, with its facts.json beside it"
        raise ParameterError(
            Problem("PAGE", name, expected, "a briefing is made from these: name one of them")
        )
    made = replicate.folder(json.loads(facts.read_bytes()), name)
    target = arguments.out / stem.replace("/", "-")
    target.mkdir(parents=True, exist_ok=True)
    for file, content in made.items():
        (target / file).write_bytes(content)
    print(f"{target}: run python {target / 'recompute.py'} {target}")
    return 0
