"""`yigai review`."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.commands.code import document_arguments, document_day, place_code


def arguments(command: argparse.ArgumentParser) -> None:
    """The bulletin, what is known of it, and where the form goes."""
    document_arguments(command)
    command.add_argument("--title", default="", metavar="TEXT", help="its title (default: its first line)")
    command.add_argument("--issuer", default="", metavar="NAME", help="who issued it")
    command.add_argument("--url", default="", metavar="URL", help="where it can be seen")
    command.add_argument(
        "--out", type=Path, default=None, metavar="XLSX", help="the form (default: beside the bulletin)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the form and the notebook, and say what to do with them."""
    from analysis.intake import bulletins
    from analysis.intake.bulletins import documents, forms, workbench

    document = documents.read(arguments.file)
    about = forms.About(
        arguments.title,
        arguments.issuer,
        document_day(arguments.published) or bulletins.stated(document),
        place_code(arguments.place),
        arguments.url,
    )
    form = arguments.out or arguments.file.with_name(f"{arguments.file.stem}.review.xlsx")
    count = forms.write(document, about, form)
    notebook = workbench.write_notebook(form)
    print(f"{count} statements proposed in {form}; the same in JupyterLab: {notebook}")
    print("decide each row in the column decision (accept, reject, or add below the last), then")
    print(f"next: yigai accept {form} --public   (without --public it stays internal)")
    return 0
