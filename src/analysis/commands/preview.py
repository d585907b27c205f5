"""`yigai preview`."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """The theme, the place and the language."""
    parser.add_argument("theme", metavar="THEME", help="the theme of a notebook, such as region_profile")
    parser.add_argument(
        "--region", default="", metavar="REGION", help="code or name (default: the notebook's own)"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language (default: zh)")
    parser.add_argument(
        "--port", type=int, default=8765, metavar="N", help="port on this machine (default: 8765)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the page, show it, and make it again after each save until interrupted (Ctrl-C)."""
    from analysis import paths
    from analysis.report.publish import preview

    code = preview.place(arguments.theme, arguments.region)
    folder = paths.home() / "build" / "preview"
    preview.serve(preview.Preview(arguments.theme, code, arguments.lang, folder), arguments.port)
    return 0
