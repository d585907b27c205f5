"""`yigai add` and, by `check`, what it would do."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def arguments(command: argparse.ArgumentParser) -> None:
    """The file, and what it does not say itself."""
    command.add_argument("file", type=Path, metavar="FILE", help="a table as it was downloaded or typed")
    say = command.add_argument
    say("--source", default="", metavar="NAME", help="the publication; a new one is registered")
    say("--indicator", default="", metavar="NAME", help="what is counted: a label or key, unit in brackets")
    say("--unit", default="", metavar="UNIT", help="the unit of its figures, such as 万人")
    say("--place", default="", metavar="NAME", help="the place it is about")
    say("--hospital", default="", metavar="NAME", help="the hospital it is about, where no column names one")
    say("--period", default="", metavar="YEAR", help="the year of its figures (not of the book)")
    say(
        "--as",
        dest="read_as",
        choices=("yearbook", "panel", "assessment", "indicators", "bulletin"),
        default="",
        help="what its names are: places, hospitals, hospitals, indicators; or a text in sentences",
    )
    say("--edition", default="", metavar="EDITION", help="the edition, such as 2025 or 2026-03")
    say(
        "--column",
        action="append",
        default=[],
        metavar="HEADING=LABEL",
        help="what a column is; empty leaves it out",
    )
    say("--name", action="append", default=[], metavar="NAME=PLACE", help="which place a name means")
    say("--public", action="store_true", help="may reach public pages (without it: internal)")
    say(
        "--internal", action="store_true", help="only for pages made with --internal (what is not said is so)"
    )
    say("--confirm", default="", metavar="REASON", help="why figures that look implausible are right")
    say("--new", action="store_true", help="add hospitals and indicators that the dictionaries lack")
    say(
        "--kind",
        choices=("stock", "flow", "rate"),
        default="",
        help="of new indicators (not said: as name and unit tell)",
    )
    say("--producer", default="", metavar="NAME", help="who issued a publication that is registered now")
    say("--published", default="", metavar="DATE", help="when it was published")
    say("--url", default="", metavar="URL", help="where it can be seen")
    say(
        "--grade", default="", metavar="A|B|C", help="A: the publisher's own file; C (not said): not verified"
    )


def request(arguments: argparse.Namespace) -> Any:
    """The options as the door takes them. Raises ParameterError for options that contradict each other or lack their sign."""
    from analysis.collection import door
    from analysis.errors import ParameterError, Problem
    from analysis.intake import dictionary, sidecar

    if arguments.public and arguments.internal:
        raise ParameterError(Problem("--public", "with --internal", "one of the two", "leave one out"))

    def pairs(option: str, texts: list[str]) -> dict[str, str]:
        for text in texts:
            if "=" not in text:
                fix = f'write {option} "自编的床位=医院床位数"'
                raise ParameterError(Problem(option, f'"{text}"', "two names with = between", fix))
        return {left.strip(): right.strip() for left, _, right in (text.rpartition("=") for text in texts)}

    access = sidecar.PUBLIC if arguments.public else sidecar.INTERNAL if arguments.internal else ""
    answers = sidecar.Answers(
        source=arguments.source,
        access=access,
        indicator=arguments.indicator,
        unit=arguments.unit,
        place=arguments.place,
        hospital=arguments.hospital,
        period=arguments.period,
        edition=arguments.edition,
        read_as=arguments.read_as,
        columns=pairs("--column", arguments.column),
        places=pairs("--name", arguments.name),
    )
    publication = dictionary.Publication(
        arguments.source,
        producer=arguments.producer,
        published=arguments.published,
        url=arguments.url,
        grade=arguments.grade,
    )
    return door.Request(
        arguments.file, answers, publication, arguments.new, arguments.kind, arguments.confirm
    )


def run(arguments: argparse.Namespace) -> int:
    """Show what is understood, check it, keep it, build."""
    from analysis.collection import door

    asked = request(arguments)
    if door.is_bulletin(asked):
        return as_bulletin(arguments)
    print(door.add(asked))
    return 0


def as_bulletin(arguments: argparse.Namespace) -> int:
    """A text in sentences: what the reader proposes, and the command that goes on; nothing is kept before a person has decided."""
    from analysis.commands import code

    return code.run(
        argparse.Namespace(
            file=arguments.file, published=arguments.published, place=arguments.place, out=None
        )
    )
