"""``yigai check FILE`` and ``yigai add FILE``: show what is understood, check it with all that is held, and only then keep it.

A file is kept untouched in ``data/raw/user`` with its answers and its hash beside it. Until everything is well nothing of the old
state is touched: the dictionary is a copy, the tables are built beside the old ones, and what was put into the folder is taken
out again when the build refuses it.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import catalog, paths
from analysis.errors import DataError, ParameterError, Problem
from analysis.intake import dictionary, labels, layout, meaning, observed, parted, sidecar, user, words
from analysis.intake.grid import letters, plain
from analysis.intake.sidecar import INTERNAL, Answers
from analysis.intake.understood import Becomes, Understood

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5


@dataclass(frozen=True)
class Request:
    """What was asked: the file, the answers said now, what is known of a publication that is not registered yet, and whether
    hospitals and indicators that the dictionaries lack are added (``new``; ``kind`` of the new indicators, "" as names and units tell). ``confirm``: why
    figures that the figures around them do not expect are right."""

    path: Path
    answers: Answers = field(default_factory=Answers)
    publication: dictionary.Publication | None = None
    new: bool = False
    kind: str = ""
    confirm: str = ""


@dataclass(frozen=True)
class Shown:
    """What the door saw, as lines for a reader; ``kept`` is the file's new place, None when it was only checked."""

    lines: tuple[str, ...]
    read: user.Read
    kept: Path | None = None
    built: object = None

    def __str__(self) -> str:
        return "\n".join(self.lines)


@contextmanager
def mode(internal: bool) -> Iterator[None]:
    """Run with or without internal figures."""
    before = os.environ.get("YIGAI_INTERNAL")
    os.environ["YIGAI_INTERNAL"] = "1" if internal else "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["YIGAI_INTERNAL"]
        else:
            os.environ["YIGAI_INTERNAL"] = before


# field of the answers -> its option
_OPTIONS = {
    "source": "--source",
    "indicator": "--indicator",
    "unit": "--unit",
    "place": "--place",
    "hospital": "--hospital",
    "period": "--period",
    "edition": "--edition",
    "read_as": "--as",
}


@contextmanager
def _whole_commands(request: Request) -> Iterator[None]:
    """A command that a refusal prints holds what was said already: without it, who types the command is asked for that again."""
    try:
        yield
    except DataError as error:
        begins = f"`yigai add {paths.typed(request.path)} "
        said = _options_said(request)

        def whole(problem: Problem) -> Problem:
            before, found, rest = problem.fix.partition(begins)
            command = rest.partition("`")[0].split()
            more = "".join(f"{text} " for option, text in said if option not in command)
            return replace(problem, fix=f"{before}{found}{more}{rest}") if found else problem

        raise DataError([whole(problem) for problem in error.problems]) from error


def _options_said(request: Request) -> list[tuple[str, str]]:
    """(option, how it is typed) of everything that was said with the file."""
    answers = request.answers
    said = [
        (option, f"{option} {shlex.quote(getattr(answers, name))}")
        for name, option in _OPTIONS.items()
        if getattr(answers, name)
    ]
    for option, pairs in (("--column", answers.columns), ("--name", answers.places)):
        said += [("", f"{option} {shlex.quote(f'{k}={v}')}") for k, v in pairs.items()]
    said += [(f"--{answers.access}", f"--{answers.access}")] if answers.access else []
    said += [("--new", "--new")] if request.new else []
    return said + ([("--kind", f"--kind {request.kind}")] if request.kind else [])


def is_bulletin(request: Request) -> bool:
    """Whether the file was said to be a text in sentences, now or in its sidecar."""
    return _answers(request).read_as == sidecar.BULLETIN


def check(request: Request) -> Shown:
    """What ``add`` would keep, without keeping anything. Raises DataError as ``add`` does."""
    from analysis.collection import build

    answers = _answers(request)
    with _whole_commands(request), mode(answers.access == INTERNAL), dictionary.additions() as to:
        read = _understood(request, answers, to)
        lines = _lines(read, answers, to)
        gathered = build.gather(paths.raw(), [read])
        build.judge(gathered, paths.raw(), request.confirm, keep=False)
        return Shown((*lines, "all checks passed; nothing was kept"), read)


def add(request: Request) -> Shown:
    """Keep a file and build the tables with it. Raises DataError for all that is wrong with the file, has to be asked, or
    contradicts what is held; everything is as it was then.
    """
    from analysis.collection import build

    target = paths.user() / request.path.name
    answers = replace(_answers(request), sha256=user.digest(request.path) if request.path.is_file() else "")
    if target.exists() and user.digest(target) != answers.sha256:
        fix = (
            "rename the new one (a later edition stands beside the earlier one), or delete the old one first"
        )
        found = "another file of that name that is kept already"
        raise DataError(Problem(paths.relative(target), found, "a name of its own", fix))
    with _whole_commands(request), mode(answers.access == INTERNAL), dictionary.additions() as to:
        read = _understood(request, answers, to)
        lines = _lines(read, answers, to)
        if target.exists() and (others := _waiting(target)):
            side = sidecar.path_of(target)
            side.write_text(sidecar.text(answers), encoding="utf-8", newline="\n")
            to.keep()
            raise DataError([*others, _kept_only(target, others)])
        with _put(request.path, target, answers):
            built = build.build(confirm=request.confirm, known=[read])
        to.keep()
    tables = paths.relative(built.folder)
    lines += [
        f"kept as {paths.relative(target)}, untouched, with {sidecar.path_of(target).name} beside it",
        f"tables built in {tables}",
    ]
    return Shown((*lines, *_next(read, answers)), read, target, built)


def _waiting(target: Path) -> list[Problem]:
    """What the other files of the folder still have to be asked: a file that was put there by hand is answered before them, not with them."""
    try:
        user.observations(path for path in user.files(target.parent) if path != target)
    except DataError as error:
        return list(error.problems)
    return []


def _kept_only(target: Path, others: list[Problem]) -> Problem:
    return Problem(
        paths.relative(sidecar.path_of(target)),
        f"the answers for {target.name}, which are kept; the tables are as they were",
        "answers for every file of the folder",
        f"go on with what is named above ({len(others)}), then `yigai data`",
    )


@contextmanager
def _put(path: Path, target: Path, answers: Answers) -> Iterator[None]:
    """The file and its answers in the folder; taken out again, as they were, when what follows fails."""
    side = sidecar.path_of(target)
    before = side.read_bytes() if side.is_file() else None
    there = target.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not there:
            shutil.copyfile(path, target)
        side.write_text(sidecar.text(answers), encoding="utf-8", newline="\n")
        yield
    except BaseException:
        if not there:
            target.unlink(missing_ok=True)
        if before is None:
            side.unlink(missing_ok=True)
        else:
            side.write_bytes(before)
        raise


def _answers(request: Request) -> Answers:
    """What is said now, over what the sidecar beside the file says, over what was said when it was added; internal unless said."""
    if not request.path.is_file():
        raise ParameterError(
            Problem(
                "FILE", f'"{request.path}"', "a file", "check the name; put it in quotes if it has blanks"
            )
        )
    said = request.answers.over(sidecar.read(request.path))
    if said.read_as and said.read_as not in sidecar.READ_AS:
        raise ParameterError(Problem("--as", f'"{said.read_as}"', sidecar.KINDS, "say one of the words"))
    kept = paths.user() / request.path.name
    if kept.is_file() and kept.resolve() != request.path.resolve():
        said = said.over(sidecar.read(kept))
    return replace(said, access=said.access or INTERNAL, sha256="")


def _understood(request: Request, answers: Answers, to: dictionary.Additions) -> user.Read:
    """The file as rows; a publication, hospitals and indicators that the dictionaries lack are added to the copy on request."""
    if answers.source:
        _registered(request, answers, to)
    learn = (lambda unknown: _learn(request, answers, to, unknown)) if request.new else None
    found = meaning.understand(request.path, answers, learn=learn)
    if request.new:
        found = _with_new_indicators(request, found, answers, to)
        _new_hospitals(found, answers, to)
    found.settle()
    found.release()
    return user.Read(found, observed.observations(found))


def _registered(request: Request, answers: Answers, to: dictionary.Additions) -> None:
    try:
        catalog.source_of(answers.source)
        return
    except DataError:
        known = request.publication or dictionary.Publication(answers.source)
    publication = replace(known, title=answers.source, access=answers.access)
    if publication.grade not in ("", "A", "B", "C"):
        raise ParameterError(
            Problem("--grade", publication.grade, "A (the publisher's own file), B or C", "say one of them")
        )
    near = catalog.near_publications(answers.source)
    dictionary.register(to, publication)
    if near:  # an edition under a name of its own would stand beside what it revises
        named = " or ".join(f'--source "{title}"' for title in near)
        to.added.append(
            f"another publication than the registered ones of a like name; where it is one of them: {named}"
        )


def _with_new_indicators(
    request: Request, found: Understood, answers: Answers, to: dictionary.Additions
) -> Understood:
    """Every heading that names no indicator becomes one of its own, when its unit is printed."""
    printed = {row.what: row.unit for row in found.left if row.why.startswith("no indicator")}
    unknown = [c for c in found.columns if not c.what and c.why.startswith("no indicator")]
    headings = [*(c.heading for c in unknown), *printed]
    if not found.columns and found.problems:
        headings += [
            p.found.split('"')[1]
            for p in found.problems
            if p.where.endswith("indicator_zh") and '"' in p.found
        ]
    said, units = dict(answers.columns), dict(answers.units)
    above = {block.stated.get("unit", "") for blocks in found.blocks for block in blocks}
    stated = above.pop() if len(above) == 1 else ""
    without, bare = list[str](), list[str]()
    for heading in dict.fromkeys(headings):
        parts = [q for p in heading.split(" / ") for q in parted.parts(p) if not layout.is_period(q)]
        label = "".join(map(words.label, parts))
        unit = (
            words.unit_of(heading)
            or answers.units.get(heading, "")
            or printed.get(heading, "")
            or answers.unit
            or stated
        )
        if not unit and (named := words.named_unit(label)):
            unit = units[heading] = named
        if not unit or not label or labels.indicator(label, ""):
            if label and not unit:
                without.append(label)
                bare.append(heading)
            continue
        if label not in said.values():  # a column a year is one indicator
            dictionary.indicator(to, label, "", unit, _kind(request, label, unit), answers.access)
        said[heading] = label
    if said == answers.columns and without and not len(found.cells):
        first, side = without[0], sidecar.path_of(found.path).name
        what = f"a new indicator without a unit: {first}"
        fix = f'print it in the heading, {first}(%) say, or a line "{bare[0]}" = "%" under [units] in {side}'
        if len(set(without)) == 1:
            fix = f'`yigai add {paths.typed(found.path)} --new --unit "%"` (or 张, 万人 ...), or {fix}'
        raise DataError(Problem(paths.relative(found.path), what, "a unit, once", fix))
    if said != answers.columns:
        catalog.renew()
        found = meaning.understand(request.path, replace(answers, columns=said, units=units), again=found)
    columns = [replace(c, why=_NO_UNIT) if c.heading in bare and not c.what else c for c in found.columns]
    return replace(found, columns=columns)


_NO_UNIT = "new, but without a unit; print it in the heading, as in 门诊量(人次), or in a [units] line of the file's .toml"


def _kind(request: Request, label: str, unit: str) -> str:
    """The kind of a new indicator: as its name and unit tell, or as was said."""
    told = dictionary.kind_of(label, unit)
    return told if told == "index" else request.kind or told


def _learn(
    request: Request, answers: Answers, to: dictionary.Additions, unknown: dict[str, str]
) -> dict[str, str]:
    """Indicators of a long table, label as printed -> unit of its rows, added to the dictionary where a unit is printed; their keys."""
    keys = {}
    for text, printed in unknown.items():
        label, unit = words.label(text), printed or answers.units.get(plain(text), "") or answers.unit
        if unit and label:
            kind = _kind(request, label, unit)
            keys[text] = dictionary.indicator(to, label, "", unit, kind, answers.access)
    catalog.renew()
    return keys


def _new_hospitals(found: Understood, answers: Answers, to: dictionary.Additions) -> None:
    pairs = found.cells[["institution", "place"]].drop_duplicates()
    for name, code in pairs.itertuples(index=False):
        if plain(name) and catalog.institution_of(plain(name)) is None and code:
            dictionary.hospital(to, plain(name), code, answers.access)
    catalog.renew()


# --------------------------------------------------------------------------------------------------------- what is shown


def _lines(read: user.Read, answers: Answers, to: dictionary.Additions) -> list[str]:
    found, rows = read.found, read.rows
    named = ", ".join(f"{catalog.source(s).title_zh} ({s})" for s in rows["source_id"].unique())
    lines = [f"{found.path.name}: {found.kind.says}; {named}; {answers.access}", _read_as(found)]
    lines += [*found.remarks, "columns"]
    lines += [_column(c) for c in found.columns]
    unknown = any(c.why.startswith("no indicator") for c in found.columns)
    lines += [
        '  to keep one that is left out: --column "HEADING=LABEL", or --new under its own name'
    ] * unknown
    lines += [f"first figures of {read.count:,}", *_figures(found, rows)]
    if found.left:
        lines.append(f"left out, {len(found.left)} rows")
        lines += [f"  {row.where}  {row.what}: {row.why}" for row in found.left[:20]]
        lines += [f"  and {len(found.left) - 20} more"] if len(found.left) > 20 else []
    if to.added:
        lines += ["added to the dictionary of this folder", *(f"  {said}" for said in to.added[:SHOWN])]
        lines += [f"  and {len(to.added) - SHOWN} more"] if len(to.added) > SHOWN else []
    return lines


def _read_as(found: Understood) -> str:
    """What the names of the rows were taken for, and how to say that they are something else."""
    what = " and ".join({"institution": "hospitals", "place": "places"}[name] for name in found.names)
    others = ", ".join(kind for kind in sidecar.READ_AS if kind != found.answers.read_as)
    said = f" (as {found.answers.read_as} was said)" if found.answers.read_as else ""
    return f"read as figures of {what}{said}; where that is wrong: --as {others}"


def _column(c: Becomes) -> str:
    return f"  {letters(c.column)}  {c.heading} -> " + (c.what or f"left out: {c.why}")


def _figures(found: Understood, rows: pd.DataFrame) -> list[str]:
    regions, institutions = catalog.regions(), catalog.institutions()
    lines = []
    for row in rows.head(SHOWN).itertuples():
        who = (institutions.get(row.institution_id) or regions[row.region_code]).name_zh
        label = catalog.indicator(row.indicator).label_zh
        when = row.locator.split(" › ")[-2]
        lines.append(f"  {row.locator.rpartition(' ')[2]}  {who}, {label}, {when}: {row.as_printed}")
    return lines


def _next(read: user.Read, answers: Answers) -> list[str]:
    """The command that shows the change."""
    first = read.rows["region_code"].iloc[0]
    option = " --internal" if answers.access == INTERNAL else ""
    lines = [f"next: yigai report --region {catalog.regions()[first].short_zh}{option}"]
    if answers.access == INTERNAL:
        lines.append(
            "internal: on no public page and in no public file; add it with --public to let it reach them"
        )
    return lines
