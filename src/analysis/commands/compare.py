"""`yigai compare`."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """The places, the numbers, a file of own peers and areas."""
    parser.add_argument(
        "place", nargs="*", metavar="PLACE", help="provinces, or cities, by code or name: 山西 江苏"
    )
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
    parser.add_argument(
        "--notebook",
        default="",
        metavar="FILE",
        help="a notebook that makes the comparison, instead of a page",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write a page of the places side by side, in both languages, with its CSV and its records, among the reports; or a notebook."""
    from analysis import catalog, comparison, paths
    from analysis.report.publish import compared

    areas = [comparison.area(place) for place in arguments.place]
    areas += comparison.own_areas(Path(arguments.peers)) if arguments.peers else []
    keys = [comparison.indicator_key(key) for key in arguments.indicator]
    found = comparison.side_by_side(areas, keys)
    if arguments.notebook:
        path = Path(arguments.notebook)
        print(notebook(path, arguments.place, keys, arguments.peers))
        return 0
    folder = Path(arguments.out) if arguments.out else paths.reports()
    linked = [r.code for r in catalog.provinces() if (folder / r.code / "index.html").is_file()]
    for path in compared.write(found, folder, linked, areas, keys):
        print(path)
    return 0


def notebook(path: Path, places: list[str], keys: list[str], peers: str) -> Path:
    """Write a notebook of one call, to be run and changed in JupyterLab; never over another file. Raises ParameterError."""
    import nbformat

    from analysis.errors import ParameterError, Problem

    given = [repr(place) for place in places]
    given += [f"indicator={keys!r}"] if keys else []
    given += [f"peers={str(Path(peers).resolve())!r}"] if peers else []
    called = f"analysis.compare({', '.join([*given, 'lang=lang'])})"
    cells = [
        nbformat.v4.new_markdown_cell("# 并排比较 / Side by side", id="cell-01"),
        nbformat.v4.new_code_cell('lang = "zh"', id="cell-02", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(f"import analysis\n\n{called}", id="cell-03"),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    try:
        with path.open("x", encoding="utf-8") as file:
            nbformat.write(made, file)
    except OSError as error:
        problem = Problem(
            f"--notebook {path}",
            error.strerror or "",
            "a new file in a folder that can be written",
            "name another file",
        )
        raise ParameterError(problem) from error
    return path
