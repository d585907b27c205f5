"""`yigai compare`."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """The places, the numbers, a file of own peers and areas."""
    parser.add_argument("place", nargs="*", metavar="PLACE", help="provinces, by code or name: 山西 江苏")
    parser.add_argument(
        "--indicator",
        nargs="+",
        default=[],
        metavar="KEY",
        help="numbers to compare, such as nurses (default: three)",
    )
    parser.add_argument(
        "--peers",
        default="",
        metavar="FILE",
        help="TOML with peers = [...] and [[area]] name_zh, name_en, members",
    )
    parser.add_argument(
        "--out", default="", metavar="DIR", help="the folder of the reports (default: reports)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write a page of the places side by side, in both languages, with its CSV and its records, among the reports."""
    from analysis import catalog, comparison, paths
    from analysis.report.publish import compared

    areas = [comparison.area(place) for place in arguments.place]
    areas += comparison.own_areas(Path(arguments.peers)) if arguments.peers else []
    keys = [comparison.indicator_key(key) for key in arguments.indicator]
    found = comparison.side_by_side(areas, keys)
    folder = Path(arguments.out) if arguments.out else paths.reports()
    linked = [r.code for r in catalog.provinces() if (folder / r.code / "index.html").is_file()]
    for path in compared.write(found, folder, linked):
        print(path)
    return 0
