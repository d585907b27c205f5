"""`yigai figure`."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """The figure, and where its files go."""
    parser.add_argument(
        "figure",
        metavar="PAGE#FIGURE",
        help="address of a page and a figure's anchor: 140000/services.html#beds",
    )
    parser.add_argument("--out", type=Path, default=Path("figures"), metavar="DIR", help="default: figures/")
    parser.add_argument(
        "--site", type=Path, default=None, metavar="DIR", help="the site's folder (default: reports/)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write a figure as SVG, PNG and CSV with its citation (text, BibTeX, RIS) into a folder."""
    from analysis import paths
    from analysis.report.formats import figures

    site, name, section = figures.address(arguments.figure, arguments.site or paths.reports())
    made = figures.files(figures.note_of(site, name), section)
    folder = arguments.out / name.removesuffix(".html").replace("/", "-")
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in made.items():
        (folder / file).write_bytes(content)
        print(folder / file)
    return 0
