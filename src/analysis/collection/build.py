"""The whole way from ``data/raw`` to ``data/processed`` in one page.

Each kind of raw file is read by its own module; the problems of all files are raised together. The tables are written beside
``data/processed`` first and moved in only when every one of them is whole: after a failure the old tables still stand.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import paths, scratch, tables
from analysis.clean import assessment, bulletins, checks, confirmed, editions, lists, panel, policy
from analysis.clean.editions import Part
from analysis.errors import DataError, Problem
from analysis.intake import sidecar, user


@dataclass(frozen=True)
class Summary:
    """What was built: rows per table, the check sentences, the folder, and what was read of each file of the user's own."""

    rows: dict[str, int]
    checks: tuple[checks.Check, ...]
    folder: Path
    shas: dict[str, str] = field(default_factory=dict, repr=False)
    own: tuple[str, ...] = ()

    def __str__(self) -> str:
        width = max(len(name) for name in self.rows)
        lines = [f"{name:{width}} {rows:>7,} rows" for name, rows in self.rows.items()]
        counts = ", ".join(
            f"{sum(c.status == status for c in self.checks)} {status}" for status in ("ok", "noted")
        )
        return "\n".join(
            [
                *map(str, self.checks),
                "",
                *self.own,
                *([""] if self.own else []),
                *lines,
                "",
                f"checks: {counts}; tables in {paths.relative(self.folder)}",
            ]
        )


class _Collector:
    """Runs the parts one after another and keeps their problems, so that all of them are raised at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def run(self, part: Callable, *arguments: Any, empty: Any = ()) -> Any:
        try:
            return part(*arguments)
        except DataError as error:
            self.problems.extend(error.problems)
            return empty

    def settle(self) -> None:
        if self.problems:
            raise DataError(self.problems)


def _raw_files(raw: Path) -> dict[str, str]:
    """Hash of every raw file that was read, by its path below the raw folder; a user's answers about a file count as one."""
    own = [path for path in user.files(raw / "user") if paths.internal() or not user.is_internal(path)]
    answers = [path for path in map(sidecar.path_of, own) if path.is_file()]
    gathered = [path for path in raw.rglob("*.csv") if (raw / "user") not in path.parents]
    if not paths.internal():  # a bulletin that is internal is not named in what everybody sees
        gathered = [path for path in gathered if "internal-" not in path.name]
    found = sorted([*gathered, *own, *answers])
    return {path.relative_to(raw).as_posix(): sha256(path.read_bytes()).hexdigest() for path in found}


def _panels(own: Iterable[user.Read]) -> tuple[list[user.Read], list[user.Read]]:
    """The user's files whose figures may meet those of another file, and apart the panels of institutions that meet none: they
    are compared with nothing here and may be large."""
    panels = [read for read in own if (read.rows["institution_id"] != "").all()]
    ids = [read.rows["observation_id"] for read in panels]
    if len(ids) > 1 and pd.concat(ids).duplicated().any():
        panels = []
    return [read for read in own if not any(read is panel for panel in panels)], panels


@dataclass(frozen=True)
class Gathered:
    """Every table as a frame that keeps its contract, and what was read of each file of the user's own."""

    frames: dict[str, pd.DataFrame]
    own: tuple[user.Read, ...] = ()
    kept_back: tuple[str, ...] = ()
    added: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)


def _added(known: Iterable[user.Read]) -> dict[tuple[str, str], str]:
    """(observation_id, edition) of every figure of places in the files being added -> the file's name."""
    found: dict[tuple[str, str], str] = {}
    for read in known:
        rows = checks.of_places(read.rows)
        own = rows["edition"] if "edition" in rows else pd.Series("", index=rows.index)
        stated = own.fillna("").where(lambda e: e != "", read.found.answers.edition)
        found |= dict.fromkeys(zip(rows["observation_id"], stated, strict=True), read.found.path.name)
    return found


def _part(read: user.Read) -> Part:
    """A user's file as one that may be a later edition of what is held."""
    side = sidecar.path_of(read.found.path).name
    how = f'--edition 2025-10 with `yigai add`, or edition = "2025-10" in {side}'
    return Part(paths.relative(read.found.path), read.rows, read.found.answers.edition, how)


def gather(raw: Path, known: Iterable[user.Read] = ()) -> Gathered:
    """All tables from ``raw``; ``known`` are files of the user's that have been read, whether they lie in it or not yet. Raises
    DataError listing the problems of all raw files."""
    parts, known = _Collector(), tuple(known)
    added = _added(known)
    files = parts.run(user.files, raw / "user")
    own = parts.run(user.observations, files, known)
    kept_back = () if paths.internal() else tuple(path.name for path in files if user.is_internal(path))
    documents, assessed, policies = raw / "bulletins", raw / "assessment", raw / "policy"
    printed = parts.run(panel.parts, raw)
    facts = parts.run(bulletins.observations, documents)
    counted = parts.run(assessment.counts, assessed)
    hospitals, graded = parts.run(assessment.series, assessed, counted, empty=((), ()))
    others = [
        row
        for part in (parts.run(assessment.province_ranks, assessed), parts.run(policy.totals, policies))
        for row in part
    ]
    by_id = {row["observation_id"]: row for row in facts}
    rows: dict[str, Iterable[dict]] = {
        "assessments": [
            *hospitals,
            *assessment.from_bulletins(facts),
            *assessment.from_user(read.rows for read in own),
        ],
        "assessment_framework": parts.run(assessment.framework, assessed),
        "assessment_bands": parts.run(assessment.bands, assessed),
        "assessment_rules": parts.run(assessment.rules, assessed),
        "policies": parts.run(policy.policies, policies),
        "centres": parts.run(policy.centres, policies),
        "centre_batches": parts.run(policy.batches, policies),
        "hospital_lists": parts.run(lists.rows, raw / "lists"),
        "hospital_list_counts": parts.run(lists.counts, raw / "lists"),
        "anomalies": parts.run(bulletins.anomalies, documents),
        "codings": parts.run(bulletins.codings, documents),
    }
    if facts:  # without the statements every link to them would be reported once more
        for name, part in (
            ("targets", bulletins.targets),
            ("measures", bulletins.measures),
            ("derived_checks", bulletins.derived_checks),
        ):
            rows[name] = parts.run(part, documents, by_id)
    parts.settle()
    stated = Part(paths.relative(documents), pd.DataFrame([*facts, *counted, *graded, *others]))
    meeting, panels = _panels(own)
    every = parts.run(editions.joined, [*printed, stated, *map(_part, meeting)])
    decided = parts.run(confirmed.decisions, raw)
    parts.settle()
    observations = confirmed.applied(checks.flagged(tables.conform("observations", every)), decided)
    for read in panels:
        own_rows = tables.conform("observations", read.rows.assign(edition=read.found.answers.edition))
        observations = pd.concat([observations, own_rows], ignore_index=True)
        read.trim()
    frames = {"observations": observations}
    frames |= {name: tables.conform(name, list(table)) for name, table in rows.items()}
    for name, frame in frames.items():
        parts.run(tables.check, name, frame)
    parts.settle()
    return Gathered({name: frames[name] for name in tables.SPECS}, tuple(own), kept_back, added)


def _swap(new: Path, folder: Path) -> None:
    """Move whole tables in, the manifest last; a table of an earlier build that is no longer made goes."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {path.name for path in new.iterdir() if path.name != scratch.HELD}
    for name in sorted(made, key=lambda name: (name == "build.json", name)):
        os.replace(new / name, folder / name)
    for old in folder.glob("*.parquet"):
        if old.name not in made:
            old.unlink()


def is_current() -> bool:
    """Whether the tables were built from the raw files as they are now."""
    try:
        return tables.manifest()["raw"] == _raw_files(paths.raw())
    except (DataError, ValueError):
        return False


def judge(gathered: Gathered, raw: Path, confirm: str = "", keep: bool = True) -> tuple[checks.Check, ...]:
    """The checks of the tables, those that a person let pass as noted; nothing implausible or contradictory goes on without a person.

    ``confirm``: a reason; all that waits is confirmed with it in ``raw/confirmed.csv``. ``keep=False`` only looks: no decision is
    written, and a list of an earlier file that waits for its person stays. Raises DataError naming every figure and
    check that waits, listed in ``waiting.csv`` beside ``raw``, and every check that no reason can make right.
    """
    file, frames = raw.parent / confirmed.WAITING, gathered.frames
    unique = checks.Check(
        "ok",
        f"Keys are unique in all {len(frames)} tables, and every row names its source, its place there and the source's grade.",
    )
    listed = frames["hospital_lists"].to_dict("records") if "hospital_lists" in frames else []
    found = (
        unique,
        *checks.all_checks(frames["observations"], panel.cells(raw)),
        *(checks.Check("ok" if held else "failed", sentence) for held, sentence in lists.check(listed)),
    )
    failed = [check for check in found if check.status == "failed"]
    places = checks.of_places(frames["observations"])
    open_ = confirmed.waiting(places, failed, confirmed.decisions(raw))
    if len(open_) and confirm:
        if keep:
            confirmed.confirm(open_, raw, confirm)
        open_ = open_.head(0)
    problems = [
        Problem("check of the tables", check.sentence, "a check that holds", "correct the raw cells it names")
        for check in failed
        if not check.key
    ]
    if len(open_):
        confirmed.write_waiting(open_, file)
        problems.extend(confirmed.refusal(open_, file, gathered.added))
    elif keep:
        file.unlink(missing_ok=True)
    if problems:
        raise DataError(problems)
    return tuple(replace(check, status="noted") if check in failed else check for check in found)


def build(
    raw: Path | None = None,
    folder: Path | None = None,
    *,
    confirm: str = "",
    known: Iterable[user.Read] = (),
) -> Summary:
    """Build every table from ``raw`` (default data/raw) into ``folder`` (default data/processed, or YIGAI_PROCESSED).

    ``confirm``: a reason; every figure that waits for a person is confirmed with it in ``raw/confirmed.csv``. ``known``: files of
    the user's that have been read already.
    Raises DataError listing all problems of all raw files, every figure that waits, every check that failed; the tables that
    stood in ``folder`` are untouched then. The same raw files give the same bytes.
    """
    raw, folder = raw or paths.raw(), folder or paths.processed()
    if not raw.is_dir():
        raise DataError(
            Problem(
                paths.relative(raw),
                "no such folder",
                "the folder of the gathered files",
                "restore data/raw from the repository",
            )
        )
    gathered = gather(raw, known)
    frames = gathered.frames
    found = judge(gathered, raw, confirm)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with scratch.folder(".building-", folder.parent) as new:
        written = {name: tables.write(name, frames.pop(name), new, checked=True) for name in list(frames)}
        tables.write_manifest(
            written, _raw_files(raw), [{"status": c.status, "sentence": c.sentence} for c in found], new
        )
        _swap(new, folder)
    return Summary(
        {name: entry["rows"] for name, entry in written.items()},
        found,
        folder,
        {name: entry["sha"] for name, entry in written.items()},
        (*map(str, gathered.own), *(f"{name}: internal, only for --internal" for name in gathered.kept_back)),
    )
