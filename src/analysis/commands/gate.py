"""`yigai gate`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from analysis.commands import GATE_FAILED


def arguments(parser: argparse.ArgumentParser) -> None:
    """Strictness and the site's folder."""
    parser.add_argument(
        "--strict",
        action="store_true",
        help="Chromium looks at every page; a check that could not run counts as failed",
    )
    parser.add_argument("--internal", action="store_true", help="check the site with internal figures")
    parser.add_argument(
        "--out", type=Path, default=None, metavar="DIR", help="the site's folder (default: reports/)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run every check on a finished site, with a sample rendered a second time."""
    if arguments.internal:
        os.environ["YIGAI_INTERNAL"] = "1"

    from analysis import paths, scratch
    from analysis.report.gate import gate
    from analysis.report.publish import again

    site = arguments.out or paths.reports()
    with scratch.folder() as folder:
        second = again.render(site, folder)
        result = gate.run(
            site, strict=arguments.strict, sample=None if arguments.strict else gate.SAMPLE, again=second
        )
    print(result)
    return 0 if result.ok else GATE_FAILED
