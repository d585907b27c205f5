"""The output folder: one writer at a time, whole reports only, and a way back after a kill at any moment.

Beside the pages stands ``.yigai/``:

    lock              held by the run that writes (flock; it falls with its process), its owner in words
    staging/<n>/      a report's files, then ``commit.json``: from that moment the report will be taken over, even after a kill
    next/             what a run has made and not yet published (see ``upcoming``): readers see it after one switch
    pages/            findings of each page, for the indexes (packed: plan/notes.py)
    logs/             one log file a page
    sums.json         the hash of each published file (plan/sums.py), for the gate
    state.json        what each page was made from; journal.jsonl has the records since state.json was written

A staging folder without ``commit.json`` is thrown away; one with it is carried out again from the start, which changes nothing
that was already moved.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis import locks
from analysis.errors import ParameterError, Problem, YigaiError
from analysis.report.plan import sums
from analysis.report.plan.records import Header, PageRecord, State
from analysis.report.publish import files as disk
from analysis.report.publish.upcoming import NAME as NEXT
from analysis.report.publish.upcoming import Upcoming

STATE = ".yigai"
VERSION = 4
FILES = ("lock", "state.json", "sums.json", "journal.jsonl", "gate.json", "gate.failed")
FOLDERS = ("staging", "pages", "logs", NEXT)


class Output:
    """The folder reports are published in. Raises ParameterError when it cannot be written."""

    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        self.state = self.folder / STATE
        self.staging = self.state / "staging"
        self.next = Upcoming(self.folder, self.state)
        self.gathering = False
        self._serial = 0
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if (
                os.path.lexists(self.state) and not self.state.is_dir()
            ):  # a link that leads nowhere among them
                self.state.rename(self.folder / f"{STATE}.{os.getpid()}.aside")
            self.state.mkdir(exist_ok=True)
            for name in FOLDERS:
                disk.ensure_folder(self.state / name, self.state)
            for name in FILES:
                disk.file_only(self.state / name, self.state)
            tempfile.TemporaryFile(dir=self.state).close()
        except OSError as error:
            raise ParameterError(
                Problem(
                    "--out",
                    f"{folder}: {error.strerror}",
                    "a folder that can be written",
                    "choose another one",
                )
            ) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder; raises ParameterError naming the owner when another run holds it."""
        path = self.state / "lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not locks.take(handle):
                owner = os.read(handle, 400).decode(errors="replace") or "another run"
                raise ParameterError(
                    Problem(
                        "--out",
                        f"{self.folder} is held by {owner}",
                        "one run at a time",
                        "wait for it, or choose another --out",
                    )
                )
            os.ftruncate(handle, 0)
            with suppress(OSError):  # on a full disk the lock holds without its owner's name
                os.write(
                    handle,
                    f"process {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC".encode(),
                )
            yield
            os.ftruncate(handle, 0)
        finally:
            os.close(handle)

    def inside(self, name: str) -> Path:
        """The path of a published file; raises ParameterError when a name would leave the folder."""
        path = Path(os.path.normpath(self.folder / name))
        if not path.is_relative_to(self.folder) or path == self.folder:
            raise ParameterError(
                Problem(
                    "published file",
                    repr(name),
                    "a name inside the output folder",
                    "this is an error of the program",
                )
            )
        for part in (path, *path.parents):
            if part == self.folder:
                break
            # a file that links to another of the site is replaced, but in a folder that does one place's pages would be another's
            if part.is_symlink() and (
                part != path or not Path(os.path.realpath(part)).is_relative_to(self.folder)
            ):
                raise ParameterError(
                    Problem(
                        str(part),
                        f"a link to {os.readlink(part)}",
                        "a file or folder of its own: nothing is written through a link",
                        f"remove the link (rm {part}) and run this again, or choose another --out",
                    )
                )
        return path

    # ---- what a run has made, before it is published -------------------------------------------------------------------

    def gather(self) -> None:
        """From now on nothing is published: all goes into ``next`` until ``switch``; ``path``, ``stamp``, ``load`` tell what will be."""
        self.gathering = True

    def path(self, name: str) -> Path:
        """Where a file stands; while a run gathers, the one that will be published."""
        return self.next.path(name) if self.gathering else self.folder / name

    def switch(self) -> int:
        """Publish all that was gathered, in one step also across a kill; returns how many files. Raises OSError: then nothing is."""
        self.gathering = False
        if not self.next.pending:
            return 0
        for name in self.next.names():
            self.target(name)
        self.next.decide()
        return self._switch()

    def _switch(self) -> int:
        order = _order(self.next.order)
        moved = self._move(self.next.files, order)
        for line in self.next.lines():
            if isinstance(line, dict) and line.keys() not in ({"remove"}, {"keep"}):
                self._journal(line)
        self.next.clear()
        return moved

    # ---- one report ----------------------------------------------------------------------------------------------------

    def publish(
        self,
        files: Mapping[str, bytes],
        records: Iterable[PageRecord] = (),
        remove: Iterable[str] = (),
        forget: str = "",
    ) -> list[PageRecord]:
        """Put files in place and take others away, all or nothing also across a kill; then journal the records.

        A record's ``files`` get their stamps; ``forget`` is the id of a page that is no more. Returns the records. Raises OSError
        when the disk is full or the folder cannot be written; nothing is published then.
        """
        with self.begun() as folder:
            for name, content in files.items():
                if not _holds(self._place(name), content):
                    disk.write(folder / "files" / name, content)
            return self.commit(folder, files, records, remove, forget)

    @contextmanager
    def begun(self) -> Iterator[Path]:
        """A new staging folder; what stands in its ``files`` is published by ``commit``, and thrown away without it."""
        self._serial += 1
        folder = self.staging / f"{os.getpid()}-{self._serial}"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            (folder / "files").mkdir(parents=True)
            yield folder
        finally:
            if not (
                folder / "commit.json"
            ).exists():  # what was committed is carried out, by the next run if need be
                shutil.rmtree(folder, ignore_errors=True)

    def _place(self, name: str) -> Path:
        """Where a file stands that will be published. Raises ParameterError as ``inside``."""
        if not self.gathering:
            return self.target(name)
        if Path(name).parts[0] != STATE:
            self.inside(name)
        return self.next.path(name)

    def target(self, name: str) -> Path:
        """The path of a file to be published, with nothing in its way. Raises ParameterError as ``inside``."""
        path = Path(os.path.normpath(self.folder / name))
        if path.is_relative_to(
            self.state
        ):  # a link among the runner's own files is damage, not somebody's wish
            for part in (*reversed(path.relative_to(self.state).parents[:-1]), path.relative_to(self.state)):
                if (self.state / part).is_symlink():
                    disk.set_aside(self.state / part, self.state, "a link where a file or folder belongs")
        path = self.inside(name)
        disk.room_for(path, self.folder, self.state)
        return path

    def commit(
        self,
        folder: Path,
        names: Iterable[str],
        records: Iterable[PageRecord] = (),
        remove: Iterable[str] = (),
        forget: str = "",
    ) -> list[PageRecord]:
        """Publish a staging folder. ``names``: also of files that hold the same already and were not staged."""
        names, records = sorted(names), list(records)
        for name in remove:
            self.inside(name)
        stamps = self.stamp(names) | disk.stamp(folder / "files", names)
        for record in records:
            record.files = {name: stamps[name] for name in sorted(record.files)}
        lines = [record.to_json() for record in records] + ([{"forget": forget}] if forget else [])
        order = {"files": names, "remove": sorted(remove), "records": lines, "next": self.gathering}
        disk.replace_file(folder / "commit.json", disk.encoded(order))
        self._carry_out(folder)
        return records

    def commit_site(self, folder: Path, remove: Iterable[str] = ()) -> dict[str, list[int]]:
        """Publish a staging folder of many files, one at a time in memory; returns name -> stamp of all of them."""
        names = []
        for path in sorted(p for p in (folder / "files").rglob("*") if p.is_file()):
            name = path.relative_to(folder / "files").as_posix()
            names.append(name)
            if _holds(self._place(name), path.read_bytes()):
                path.unlink()
                continue
            with open(path, "rb") as file:
                os.fsync(file.fileno())
        self.commit(folder, names, remove=set(remove) - set(names))
        return self.stamp(names)

    def _carry_out(self, folder: Path) -> None:
        order = _order(folder / "commit.json")
        if order.get("next"):
            for name in (*order["files"], *order["remove"]):
                self._place(name)
            self.next.take(folder / "files", order["files"], order["remove"], order["records"])
        else:
            self._move(folder / "files", order)
            for line in order["records"]:
                self._journal(line)
        shutil.rmtree(folder)

    def _move(self, staged: Path, order: Mapping) -> int:
        moved = 0
        for name in order["files"]:
            source = staged / name
            if source.exists():
                os.replace(source, self.target(name))
                moved += 1
        for name in order["remove"]:
            target = self.inside(name)
            if target.is_dir() and not target.is_symlink():
                disk.set_aside(target, self.state, "a folder where a file belongs")
            target.unlink(missing_ok=True)
            with suppress(OSError):  # a folder that is not empty stays
                if target.parent != self.folder:
                    target.parent.rmdir()
        return moved

    def recover(self) -> int:
        """Finish what a killed run had committed, throw away what it had not; returns the number of reports finished.

        What is no report, or cannot be finished as it was committed, is set aside.
        """
        finished = 0
        disk.sweep(self.state)
        for folder in sorted(self.staging.iterdir()):
            if folder.is_symlink() or not folder.is_dir():
                disk.set_aside(folder, self.state, "not the work of a run")
            elif (folder / "commit.json").exists():
                try:
                    self._carry_out(folder)
                    finished += 1
                except (ValueError, TypeError, KeyError, AttributeError, YigaiError, NotADirectoryError):
                    disk.set_aside(folder, self.state, "what a run had begun to publish cannot be read")
            else:
                shutil.rmtree(folder)
        return finished + self._recover_next()

    def _recover_next(self) -> int:
        """Finish a switch that had begun; what was only gathered stays for the run that goes on from it."""
        if not self.next.order.exists():
            return 0
        try:
            self._switch()
            return 1
        except (ValueError, TypeError, KeyError, AttributeError, YigaiError, NotADirectoryError):
            disk.set_aside(self.next.folder, self.state, "what a run had begun to publish cannot be read")
            self.next.folder.mkdir()
            self.next.clear()
            return 0

    # ---- what is known about the pages ---------------------------------------------------------------------------------

    def journal(self, record: PageRecord) -> None:
        """Append one page's record."""
        self.next.note(record.to_json()) if self.gathering else self._journal(record.to_json())

    def _journal(self, line: Mapping) -> None:
        disk.append(self.state / "journal.jsonl", line)

    def load(self) -> State:
        """What is known, while a run gathers also of what it has not published; an unreadable or older state counts as none."""
        stored = disk.load_json(self.state / "state.json", self.state)
        if not isinstance(stored, dict) or stored.get("version") != VERSION:
            stored = {}
        state, unread = State(), 0
        if stored:
            header = self._header(stored)
            if header is None:
                disk.say(f"{self.state / 'state.json'}: its head is damaged; it counts as none")
            state.header = header or Header()
        pages = stored.get("pages", {})
        for name, content in pages.items() if isinstance(pages, dict) else ():
            record = PageRecord.of(content)
            if record is None or record.id != name:
                unread += 1
            else:
                state.pages[name] = record
        for line in (
            *disk.lines(self.state / "journal.jsonl"),
            *(self.next.lines() if self.gathering else ()),
        ):
            if isinstance(line, dict) and line.keys() in ({"remove"}, {"keep"}):
                continue
            if isinstance(line, dict) and line.keys() == {"forget"}:
                state.pages.pop(str(line["forget"]), None)
            elif (record := PageRecord.of(line)) is not None:
                state.pages[record.id] = record
            else:
                unread += 1
        if unread:
            disk.say(f"{self.state}: {unread} records of pages cannot be read; these count as never made")
        return state

    @staticmethod
    def _header(stored: Mapping) -> Header | None:
        """The state's head; None when it is not the one that was stored (it cannot be looked through value by value)."""
        try:
            header = Header.of(stored["header"])
            return header if header.digest == stored["seal"] else None
        except (KeyError, TypeError, AttributeError, ValueError):
            return None

    def save(self, state: State) -> None:
        """Write the state as one file, with the hashes of what it speaks of, and empty the journal."""
        content = {"version": VERSION, "seal": state.header.digest, **state.to_json()}
        files = [state.header.site_files, *(record.files for record in state.pages.values())]
        disk.replace_file(self.state / "sums.json", disk.encoded(sums.renewed(self.folder, files)))
        disk.replace_file(self.state / "state.json", disk.encoded(content))
        (self.state / "journal.jsonl").unlink(missing_ok=True)

    def stamp(self, names: Iterable[str]) -> dict[str, list[int]]:
        """name -> [size, modification time in ns] of files, as ``path`` finds them; missing files are left out."""
        return self.next.stamp(names) if self.gathering else disk.stamp(self.folder, names)


def _order(path: Path) -> Any:
    """What a run had committed. Raises ValueError where it cannot be read, whatever stands in the file's place."""
    if kind := disk.strange(path):  # a pipe would be waited for
        raise ValueError(f"{kind} where a file belongs")
    try:
        return json.loads(path.read_bytes())
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file holds this very content already: it then stays as it is, shared with other issues and with its time."""
    try:
        return not path.is_symlink() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False
