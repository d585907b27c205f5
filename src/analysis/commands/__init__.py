"""The commands of `yigai`, one module each.

To add one: a line in :data:`COMMANDS`, and a module of that name here with two functions,

    arguments(parser)       declares the options (nothing heavy is imported for it)
    run(arguments) -> int   does the work and returns the exit code; problems are raised as YigaiError

A command's module is imported only when the command is asked for.

Exit codes: 0 all well · 2 usage or a bad parameter, before anything ran · 3 some reports failed · 4 all failed · 5 the gate
failed · 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

OK, USAGE, FAILED_SOME, FAILED_ALL, GATE_FAILED, INTERRUPTED = 0, 2, 3, 4, 5, 130


def issues_folder(parser: argparse.ArgumentParser) -> None:
    """--out of the commands that deal with dated issues."""
    parser.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="DIR",
        help="the folder whose issues these are (default: issues/)",
    )


@dataclass(frozen=True)
class Command:
    """One line of `yigai --help`: the command's name (and module), what it does, an example."""

    name: str
    does: str
    example: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's options."""
        self._module().arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; returns the exit code."""
        return self._module().run(arguments)

    def _module(self) -> ModuleType:
        return importlib.import_module(f"analysis.commands.{self.name}")


# fmt: off
COMMANDS = (
    Command("data", "build data/processed from data/raw", "yigai data"),
    Command("add", "show what a file holds, check it, keep it in data/raw/user and build", "yigai add 分省年度数据.xls --indicator 医院床位数 --public"),
    Command("check", "the same as add, without keeping anything", "yigai check 分省年度数据.xls --indicator 医院床位数"),
    Command("template", "write an empty form for figures that are typed", "yigai template panel"),
    Command("code", "list the quantitative statements of a bulletin", "yigai code 医改简报.html"),
    Command("review", "write the form in which a person decides on a bulletin's statements", "yigai review 医改简报.html"),
    Command("accept", "keep the decided statements of a form and build", "yigai accept 医改简报.review.xlsx --public"),
    Command("report", "make the reports, in Chinese and English", "yigai report --region 山西 --theme region_profile"),
    Command("compare", "put provinces, own peers or a combined area side by side on a page", "yigai compare 山西 江苏 --indicator nurses beds"),
    Command("figure", "write one figure as SVG, PNG and CSV with its citation", "yigai figure 140000/region_profile.html#position"),
    Command("gate", "run the site's checks", "yigai gate --strict"),
    Command("new", "write a new theme that makes a page at once: notebook, module, words, test", "yigai new primary_care --indicator primary_beds"),
    Command("tidy", "set ids, strip outputs, format notebooks and word files", "yigai tidy"),
    Command("preview", "show a theme's page of one place, and show it again after each save", "yigai preview region_profile --region 山西"),
    Command("clean", "take away what can be made again (pages, tables); issues and files of yours stay", "yigai clean"),
    Command("verify", "say whether a page, a citation or a dated issue is what the recorded rows give", "yigai verify reports/140000/region_profile.html"),
    Command("replicate", "write a folder that recomputes a page without this project", "yigai replicate reports/140000/region_profile.html"),
    Command("rollback", "take the newest issue back: the one before it is the latest again", "yigai rollback"),
    Command("correct", "add a dated notice to pages of an issue", "yigai correct 2026-11 --page 140000/services --zh 更正 --en Corrected"),
    Command("init", "lay the collection out in a folder, where it was installed from a wheel", "yigai init yigai"),
    Command("lab", "open the workbench: working copies of the notebooks in JupyterLab", "yigai lab -- --no-browser"),
    Command("case", "make teaching packs, or mark what students handed in", "yigai case NAME --edition all"),
)
# fmt: on
