"""The shelf of dated issues: what came out when, whether it still is what it was, and ways back.

    issues/<year-month>/      one whole site an issue; ``issue.json`` in it has the sha256 of each of its files
    issues/latest             a link to the newest issue that is out (a text file where links cannot be made)
    issues/issues.json        one entry an issue, rebuilt from its copy in ``.yigai`` and from the folders when it is lost
    issues/.yigai/            the lock, the log of runs (due.log), issues being made or held back (making/), withdrawn ones

A new issue is made in ``making/``, out of sight, and put in its place in one step. It begins with hard links to the files of
the issue before it: a page that cannot be made keeps its last good version, marked, and files that do not change are stored once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from analysis import paths
from analysis.errors import ParameterError, Problem
from analysis.report.pages import notices
from analysis.report.plan import sums
from analysis.report.publish import files, outputs

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
WHOLE, PARTIAL, HELD, EMBARGO, WITHDRAWN = "whole", "partial", "held", "embargo", "withdrawn"
OUT = (WHOLE, PARTIAL)
RECORD = "issue.json"
NOT_SEEDED = {"issue.json", "manifest.json", "lock", "gate.failed", "journal.jsonl"}


@dataclass(frozen=True)
class Issue:
    """One issue as it is booked.

    status: ``whole`` (every page made, no check failed), ``partial`` (out, with the pages of ``failed`` named), ``held`` (no page
    could be made: not out), ``embargo`` (made, comes out on ``until``), ``withdrawn`` (was out, taken back by a rollback).
    """

    month: str
    as_of: str
    made_on: str
    status: str
    failed: tuple[str, ...] = ()
    until: str = ""

    @property
    def late(self) -> bool:
        """Made in a later month than its own."""
        return self.made_on[:7] > self.month


def issue_of(entry: object) -> Issue | None:
    """An issue from its JSON; None for anything that is none."""
    if not isinstance(entry, Mapping) or not MONTH.fullmatch(str(entry.get("month", ""))):
        return None
    values = {field.name: entry[field.name] for field in fields(Issue) if field.name in entry}
    failed = values.get("failed", ())
    texts = all(isinstance(values.get(name, ""), str) for name in ("as_of", "made_on", "status", "until"))
    if not isinstance(failed, list | tuple) or not texts or {"as_of", "made_on", "status"} - values.keys():
        return None
    if values["status"] not in (*OUT, HELD, EMBARGO, WITHDRAWN):
        return None
    return Issue(**values | {"failed": tuple(map(str, failed))})


def months(first: str, last: str) -> list[str]:
    """Every month from one to another, both included.

    >>> months("2026-11", "2027-01")
    ['2026-11', '2026-12', '2027-01']
    """
    (year, month), found = map(int, first.split("-")), []
    while (name := f"{year:04d}-{month:02d}") <= last:
        found.append(name)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def hashes(folder: Path) -> dict[str, str]:
    """name -> sha256 of every file of an issue, but for the runner's own (``.yigai``), halves left by a kill and the record itself."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if (
            path.is_file()
            and name != RECORD
            and not name.startswith(outputs.STATE + "/")
            and path.suffix != ".part"
        ):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


class Shelf:
    """The issues below a folder. Use inside ``output.lock()`` where anything is changed."""

    def __init__(self, folder: Path):
        self.output = outputs.Output(folder)
        self.folder, self.state = self.output.folder, self.output.state
        self.making = self.state / "making"
        self.listed = self.folder / "issues.json"
        self.copied = self.state / "issues.json"

    # ---- the list ------------------------------------------------------------------------------------------------------

    def read(self) -> dict[str, Issue]:
        """month -> issue. A lost or damaged list is rebuilt from its copy and from the folders: no issue is forgotten, and none that stands."""
        known = self._copy() | self._list(self.listed)
        for path in sorted(self.folder.iterdir()):
            if MONTH.fullmatch(path.name) and path.is_dir() and path.name not in known:
                if found := self._from_folder(path):
                    known[path.name] = found
        return dict(sorted(known.items()))

    def _copy(self) -> dict[str, Issue]:
        """What the second list says: of an issue whose folder and whose entry are lost, it alone knows."""
        return self._list(self.copied)

    def _list(self, path: Path) -> dict[str, Issue]:
        content = files.load_json(path, self.state)
        entries = [] if content is None else content.get("issues", content.get("done", []))
        known: dict[str, Issue] = {}
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, str) and MONTH.fullmatch(
                entry
            ):  # a list of the first form: months that were whole
                entry = {"month": entry, "as_of": f"{entry}-01", "made_on": f"{entry}-01", "status": WHOLE}
            if (found := issue_of(entry)) is None:
                files.say(f"{path}: an entry that is none was left out: {str(entry)[:80]}")
            else:
                known[found.month] = found
        return known

    def _from_folder(self, path: Path) -> Issue | None:
        """An issue that stands in its folder and not in the list: from its record, else from its manifest."""
        record = files.load_json(path / RECORD, self.state)
        if record is not None and (found := issue_of(record.get("issue"))):
            return found
        manifest = files.load_json(path / "manifest.json", self.state)
        if manifest is None:
            return None  # never finished
        rows = manifest.get("pages", [])
        failed = [
            f"{row.get('region_code')}/{row.get('theme')}/{row.get('lang')}"
            for row in (rows if isinstance(rows, list) else ())
            if isinstance(row, Mapping) and row.get("status") == "failed"
        ]
        made_on = str(manifest.get("made_at", ""))[:10]
        found = Issue(
            path.name, f"{path.name}-01", made_on, PARTIAL if failed else WHOLE, tuple(sorted(failed))
        )
        self.seal(found, path)
        return found

    def write(self, known: Mapping[str, Issue]) -> None:
        """Book the issues, twice: see ``read``."""
        content = {"version": 2, "issues": [asdict(known[month]) for month in sorted(known)]}
        files.dump_json(self.listed, content)
        files.dump_json(self.copied, content)

    # ---- making --------------------------------------------------------------------------------------------------------

    def place(self, month: str) -> Path:
        """Where an issue is made: its own folder when it stands there already, else out of sight."""
        return self.folder / month if self.stands(month) else self.making / month

    def begin(self, month: str) -> None:
        """Note that an issue is being made, before anything of it can fail."""
        if not self.stands(month):
            files.ensure_folder(self.making, self.state)
            files.file_only(self.making / f"{month}.begun", self.state).touch()

    def begun(self) -> list[str]:
        """Months whose making was begun and never booked."""
        names = (path.stem for path in self.making.glob("*.begun")) if self.making.is_dir() else ()
        return sorted(name for name in names if MONTH.fullmatch(name))

    def before(self, month: str, known: Mapping[str, Issue]) -> Path | None:
        """The folder of the newest issue that is out before a month; None when there is none."""
        earlier = [m for m in self.standing(known) if m < month]
        return self.folder / earlier[-1] if earlier else None

    def seed(self, month: str, known: Mapping[str, Issue]) -> None:
        """Begin a new issue with links to the files of the newest one that is out before it."""
        target = self.place(month)
        files.ensure_folder(self.making, self.state)
        files.folder_only(self.making / month, self.state)
        source = self.before(month, known)
        if target.exists() or source is None:
            return
        files.sweep(self.making)  # a half that a kill left, or whatever else has its name
        part = self.making / f"{month}.part"
        part.mkdir()
        skipped = {f"{outputs.STATE}/{name}" for name in ("logs", "staging", "next", files.ASIDE)}
        for path in sorted(source.rglob("*")):
            name = path.relative_to(source).as_posix()
            if (
                path.name in NOT_SEEDED
                or not path.is_file()
                or any(f"{name}/".startswith(f"{s}/") for s in skipped)
            ):
                continue
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            link(path, part / name)
        os.rename(part, target)

    def seal(self, issue: Issue, folder: Path) -> None:
        """Write the issue's record with the hash of each of its files."""
        files.room_for(folder / RECORD, folder, self.state)
        files.dump_json(folder / RECORD, {"version": 1, "issue": asdict(issue), "files": hashes(folder)})

    def bring_out(self, issue: Issue) -> None:
        """Seal an issue and, unless it is held, put it in its place in one step."""
        files.file_only(self.making / f"{issue.month}.begun", self.state).unlink(missing_ok=True)
        made, target = self.place(issue.month), self.folder / issue.month
        if made.is_dir():
            self.seal(issue, made)
            if made != target and issue.status in OUT:
                if target.is_symlink() or target.exists():
                    files.set_aside(target, self.state, "not the issue that belongs there")
                os.rename(made, target)

    def release(self, known: dict[str, Issue], today: dt.date) -> list[str]:
        """Bring out what was held back until today or earlier; returns the months."""
        out = []
        for month, issue in known.items():
            if (
                issue.status == EMBARGO
                and issue.until <= today.isoformat()
                and (self.making / month).is_dir()
            ):
                known[month] = replace(issue, status=PARTIAL if issue.failed else WHOLE, until="")
                self.bring_out(known[month])
                out.append(month)
        return out

    # ---- what readers see ----------------------------------------------------------------------------------------------

    def stands(self, month: str) -> bool:
        """Whether there is a site in an issue's place; an empty folder, a file or a link to nowhere is none."""
        return any((self.folder / month / name).is_file() for name in (RECORD, "manifest.json", "index.html"))

    def standing(self, known: Mapping[str, Issue]) -> list[str]:
        """Months of the issues that are out and whose folders stand, oldest first."""
        return [m for m, issue in sorted(known.items()) if issue.status in OUT and self.stands(m)]

    def point(self, known: Mapping[str, Issue]) -> str:
        """Let ``latest`` lead to the newest issue that stands; returns its month (empty: none, and no link)."""
        month = (self.standing(known) or [""])[-1]
        link_path, text = self.folder / "latest", self.folder / "latest.txt"
        if month and os.path.islink(link_path) and os.readlink(link_path) == month:
            return month
        if link_path.exists() and not link_path.is_symlink():
            files.set_aside(link_path, self.state, "not the link that belongs there")
        if not month:
            link_path.unlink(missing_ok=True)
            return ""
        part = self.folder / "latest.part"
        try:
            part.unlink(missing_ok=True)
            part.symlink_to(month, target_is_directory=True)
            os.replace(part, link_path)
        except (OSError, NotImplementedError):  # a disk or a system without links
            files.replace_file(text, f"{month}\n".encode())
        return month

    def verify(self, month: str) -> list[str]:
        """What differs from the issue as it was made: changed, missing and strange files, a line each; empty when it is the same.

        Raises ParameterError when there is no such issue or its record is lost.
        """
        folder = self.folder / month
        if not self.stands(month):
            having = ", ".join(self.standing(self.read())) or "none"
            raise ParameterError(
                Problem("--issue", f"{month}: no such issue", f"one of: {having}", remake(month))
            )
        record = files.load_json(folder / RECORD, self.state)
        known = record.get("files") if record else None
        if not isinstance(known, Mapping):
            raise ParameterError(
                Problem(
                    paths.relative(folder / RECORD),
                    "no record of the issue's files",
                    "one hash a file",
                    "put it back from a copy; without it nobody can say what the issue held",
                )
            )
        found = hashes(folder)
        lines = [f"missing: {name}" for name in sorted(known.keys() - found.keys())]
        lines += [f"not of this issue: {name}" for name in sorted(found.keys() - known.keys())]
        both = sorted(found.keys() & known.keys())
        return lines + [f"changed: {name}" for name in both if found[name] != known[name]]

    def corrected(self, month: str) -> list[str]:
        """Days on which notices were added to an issue; none as a rule."""
        record = files.load_json(self.folder / month / RECORD, self.state) or {}
        notes = record.get("corrections", [])
        found = (
            [note.get("on") for note in notes if isinstance(note, Mapping)] if isinstance(notes, list) else []
        )
        return list(dict.fromkeys(day for day in found if isinstance(day, str)))

    def roll_back(self) -> tuple[str, str]:
        """Take back the newest issue and let ``latest`` lead to the one before; returns both months (newest, before).

        Raises ParameterError when there is no issue to go back to, or it is no longer what it was.
        """
        known = self.read()
        standing = self.standing(known)
        if len(standing) < 2:
            having = ", ".join(standing) or "none"
            raise ParameterError(
                Problem(
                    "rollback", f"issues that stand: {having}", "two at least", "there is none to go back to"
                )
            )
        newest, before = standing[-1], standing[-2]
        if differs := self.verify(before):
            raise ParameterError(
                Problem(
                    f"issue {before}",
                    differs[0],
                    "the issue as it was made",
                    f"put its files back ({len(differs)})",
                )
            )
        known[newest] = replace(known[newest], status=WITHDRAWN)
        self.write(known)
        self.point(known)
        away = self.state / WITHDRAWN
        files.ensure_folder(away, self.state)
        target = files.folder_only(away / newest, self.state)
        shutil.rmtree(target, ignore_errors=True)
        os.rename(self.folder / newest, target)
        return newest, before

    def correct(self, month: str, pages: Iterable[str], text: Mapping[str, str], day: dt.date) -> list[str]:
        """Put a dated notice at the head of pages (``140000/services``, each in both languages); returns the files changed.

        The record keeps the notice and the new hashes. Raises ParameterError when a page is not there or the issue has changed.
        """
        folder = self.folder / month
        pages = list(dict.fromkeys(pages))
        if differs := self.verify(month):
            raise ParameterError(
                Problem(
                    f"issue {month}",
                    differs[0],
                    "the issue as it was made",
                    f"put its files back ({len(differs)})",
                )
            )
        found = {
            f"{page}{tail}": lang for page in pages for tail, lang in ((".html", "zh"), (".en.html", "en"))
        }
        names = {name: lang for name, lang in found.items() if (folder / name).is_file()}
        expected = f"a page of issue {month}, such as 140000/services"
        if wrong := [
            page for page in pages if f"{page}.html" not in names and f"{page}.en.html" not in names
        ]:
            raise ParameterError([Problem("--page", repr(page), expected, "see its index") for page in wrong])
        for name, lang in names.items():
            path = self.output.inside(f"{month}/{name}")
            said = notices.said("corrected", lang, day=day.isoformat(), text=text[lang])
            marked = notices.at_head(path.read_text(encoding="utf-8"), said, "corrected")
            files.replace_file(path, marked.encode())
        if held := sums.written(folder, names):
            files.replace_file(folder / sums.NAME, files.encoded(held))
        record = files.load_json(folder / RECORD, self.state) or {}
        note = {"on": day.isoformat(), "pages": sorted(names), **text}
        record["corrections"] = [*record.get("corrections", []), note]
        record["files"] |= {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
        files.dump_json(folder / RECORD, record)
        return sorted(names)


def link(source: Path, target: Path) -> None:
    """A hard link, or a copy where the disk has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def remake(month: str) -> str:
    """The one command that makes an issue again."""
    return f"make it again: yigai report --issue {month}"


def check_month(text: str) -> str:
    """The month as it was written. Raises ParameterError."""
    if not MONTH.fullmatch(text):
        raise ParameterError(Problem("--issue", repr(text), "a month such as 2026-11", "write year-month"))
    return text
