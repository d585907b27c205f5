"""`yigai code`."""

from __future__ import annotations

import argparse
from pathlib import Path


def document_arguments(command: argparse.ArgumentParser) -> None:
    """The bulletin, and what it does not say itself."""
    command.add_argument("file", type=Path, metavar="BULLETIN", help="a .txt, .html, .docx or .pdf file")
    command.add_argument(
        "--published", default="", metavar="DATE", help="the document's own date (default: as printed)"
    )
    command.add_argument(
        "--place", default="", metavar="NAME", help="the place it speaks of (default: as its head says)"
    )


def place_code(name: str) -> str:
    """The code of a place named on the command line, "" for none."""
    from analysis.clean import places

    return places.resolve(name).code if name else ""


def open_places(count: int, place: str) -> str:
    """The line about statements whose words or title name a place (全县, a county) below the one said; "" for none."""
    if not count:
        return ""
    has, is_not = ("statement names", "it is") if count == 1 else ("statements name", "they are")
    named = f"{count} {has} another place (全县, a county in the title): {is_not} not put under {place or 'the place of the head'}"
    return named + "; say --place for the place they are of, or fill in region_code row by row"


def document_day(text: str) -> str:
    """The document's own date as said on the command line, "" for none. Raises DataError for no date, ParameterError for a day to come."""
    from analysis import catalog
    from analysis.clean import periods

    found = periods.parse(text)
    day = found.end if found.start == found.end else text  # a month or a year is no day: refused below
    return catalog.known_day(day, "--published")


def arguments(command: argparse.ArgumentParser) -> None:
    """The bulletin and where the table goes."""
    document_arguments(command)
    command.add_argument(
        "--out", type=Path, default=None, metavar="CSV", help="write the table there (default: show it)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Show what the reader proposes; keep nothing."""
    from analysis.intake import bulletins

    published = document_day(arguments.published)
    found, document = bulletins.read_file(
        arguments.file, published=published, region=place_code(arguments.place)
    )
    day = published or bulletins.stated(document)
    said = place_code(arguments.place) or next(iter(found["region_code"].mode()), "")
    if arguments.out:
        found.to_csv(arguments.out, index=False, encoding="utf-8-sig", lineterminator="\n")
        print(f"written: {arguments.out}")
    else:
        for row in found.itertuples():
            value = f"{row.value:g}" if row.value == row.value else f"{row.value_low:g}..{row.value_high:g}"
            mark = " damaged" if row.damaged else ""
            mark += "" if row.region_code == said else f"  place: {row.region_code or 'not said, see below'}"
            print(
                f"{row.char_start:>6}  {row.as_printed}  =  {value} {row.unit} {row.quantifier} {row.status} "
                f"[{row.period_start}..{row.period_end}]  {row.indicator_zh}{mark}"
            )
    unsure = int((found["confidence"] == "low").sum())
    print(f"{len(found)} statements, {unsure} of low confidence; dated {day or 'nowhere: pass --published'}")
    if line := open_places(
        int((found["region_code"] == "").sum()) if arguments.place else 0, arguments.place
    ):
        print(line)
    print(f"next: yigai review {arguments.file}")
    return 0
