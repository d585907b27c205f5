"""The output folder: one writer at a time, whole reports only, and a way back after a kill at any moment.

Beside the pages stands ``.yigai/``:

    lock              held by the run that writes (flock; it falls with its process), its owner in words
    staging/<n>/      a report's files, then ``commit.json``: from that moment the report will be published, even after a kill
    pages/            findings of each page, for the indexes
    logs/             one log file a page
    state.json        what each page was made from; journal.jsonl has the records since state.json was written

A staging folder without ``commit.json`` is thrown away; one with it is carried out again from the start, which changes nothing
that was already moved.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from analysis.errors import ParameterError, Problem, YigaiError
from analysis.report.publish import files as disk
from analysis.report.publish import locks

STATE = ".yigai"
VERSION = 2
FILES = ("lock", "state.json", "journal.jsonl", "gate.json", "gate.failed")
FOLDERS = ("staging", "pages", "logs")


class Output:
    """The folder reports are published in. Raises ParameterError when it cannot be written."""

    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        self.state = self.folder / STATE
        self.staging = self.state / "staging"
        self._serial = 0
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.state.exists() and not self.state.is_dir():
                self.state.rename(self.folder / f"{STATE}.{os.getpid()}.aside")
            self.state.mkdir(exist_ok=True)
            for name in FOLDERS:
                disk.ensure_folder(self.state / name, self.state)
            for name in FILES:
                path = self.state / name
                if path.is_symlink() or path.is_dir():
                    disk.set_aside(path, self.state, "not the file that belongs there")
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
            if part.is_symlink() and not part.resolve().is_relative_to(self.folder):
                raise ParameterError(
                    Problem(
                        str(part),
                        f"a link to {os.readlink(part)}",
                        "a file or folder of its own: nothing is written through a link to elsewhere",
                        f"remove the link (rm {part}) and run this again, or choose another --out",
                    )
                )
        return path

    # ---- one report ----------------------------------------------------------------------------------------------------

    def publish(
        self, files: Mapping[str, bytes], records: Iterable[Mapping] = (), remove: Iterable[str] = ()
    ) -> list[dict]:
        """Put files in place and take others away, all or nothing also across a kill; then journal the records.

        A record's ``files`` (names) becomes name -> [size, modification time in ns]. Returns the records. Raises OSError when the
        disk is full or the folder cannot be written; nothing is published then.
        """
        with self.begun() as folder:
            for name, content in files.items():
                if not _holds(self.target(name), content):
                    disk.write(folder / "files" / name, content)
            return self.commit(folder, files, records, remove)

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
        records: Iterable[Mapping] = (),
        remove: Iterable[str] = (),
    ) -> list[dict]:
        """Publish a staging folder. ``names``: also of files that hold the same already and were not staged."""
        names = sorted(names)
        for name in remove:
            self.inside(name)
        stamps = disk.stamp(self.folder, names) | disk.stamp(folder / "files", names)
        records = [
            record
            | ({"files": {name: stamps[name] for name in record["files"]}} if "files" in record else {})
            for record in records
        ]
        order = {"files": names, "remove": sorted(remove), "records": records}
        disk.replace_file(folder / "commit.json", json.dumps(order, ensure_ascii=False).encode())
        self._carry_out(folder)
        return records

    def commit_site(self, folder: Path, remove: Iterable[str] = ()) -> dict[str, list[int]]:
        """Publish a staging folder of many files, one at a time in memory; returns name -> stamp of all of them."""
        names = []
        for path in sorted(p for p in (folder / "files").rglob("*") if p.is_file()):
            name = path.relative_to(folder / "files").as_posix()
            names.append(name)
            if _holds(self.target(name), path.read_bytes()):
                path.unlink()
                continue
            with open(path, "rb") as file:
                os.fsync(file.fileno())
        self.commit(folder, names, remove=set(remove) - set(names))
        return self.stamp(names)

    def _carry_out(self, folder: Path) -> None:
        order = json.loads((folder / "commit.json").read_bytes())
        for name in order["files"]:
            source = folder / "files" / name
            if source.exists():
                os.replace(source, self.target(name))
        for name in order["remove"]:
            target = self.inside(name)
            if target.is_dir() and not target.is_symlink():
                disk.set_aside(target, self.state, "a folder where a file belongs")
            target.unlink(missing_ok=True)
            with suppress(OSError):  # a folder that is not empty stays
                if target.parent != self.folder:
                    target.parent.rmdir()
        for record in order["records"]:
            self.journal(record)
        shutil.rmtree(folder)

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
        return finished

    # ---- what is known about the pages ---------------------------------------------------------------------------------

    def journal(self, record: Mapping) -> None:
        """Append one page's record; a record without status takes the page out of the state."""
        path = self.state / "journal.jsonl"
        with open(path, "ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                torn = file.read(1) != b"\n"
                file.seek(0, os.SEEK_END)
                if torn:  # the last run was killed inside a line
                    file.write(b"\n")
            file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def load(self) -> dict:
        """{"version", "header", "pages": id -> record}; an unreadable or older state counts as none (everything is made again)."""
        state = disk.load_json(self.state / "state.json", self.state)
        if state is None or state.get("version") != VERSION:
            state = {}
        header, pages = state.get("header"), state.get("pages")
        if header and state.get("seal") != _seal(header):
            disk.say(f"{self.state / 'state.json'}: its head is damaged; it counts as none")
            header = {}
        found = {
            "version": VERSION,
            "header": header or {},
            "pages": dict(pages) if isinstance(pages, dict) else {},
        }
        left_out = [
            name for name, record in found["pages"].items() if not sound(record) or record["id"] != name
        ]
        for name in left_out:
            del found["pages"][name]
        torn = 0
        for record in self._journalled():
            if isinstance(record, dict) and record.keys() == {"id"}:
                found["pages"].pop(str(record["id"]), None)
            elif sound(record):
                found["pages"][record["id"]] = record
            else:
                torn += 1
        if left_out or torn:
            disk.say(
                f"{self.state}: {len(left_out) + torn} records of pages cannot be read; these count as never made"
            )
        return found

    def _journalled(self) -> Iterator[object]:
        path = self.state / "journal.jsonl"
        for line in path.read_bytes().splitlines() if path.exists() else ():
            with suppress(ValueError, RecursionError):  # torn by a kill: the page it spoke of is made again
                yield json.loads(line)

    def save(self, state: Mapping) -> None:
        """Write the state as one file and empty the journal."""
        sealed = {"seal": _seal(state["header"])} | dict(state)
        text = json.dumps(sealed, ensure_ascii=False, separators=(",", ":"))
        disk.replace_file(self.state / "state.json", text.encode())
        (self.state / "journal.jsonl").unlink(missing_ok=True)

    def stamp(self, names: Iterable[str]) -> dict[str, list[int]]:
        """name -> [size, modification time in ns] of published files; missing files are left out."""
        return disk.stamp(self.folder, names)


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file holds this very content already: it then stays as it is, shared with other issues and with its time."""
    try:
        return not path.is_symlink() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _seal(header: object) -> str:
    """A digest of the state's head, which cannot be looked through for damage value by value."""
    return hashlib.sha256(json.dumps(header, sort_keys=True).encode()).hexdigest()[:32]


_TEXTS = ("id", "status", "path", "key", "sha")


def sound(record: object) -> bool:
    """Whether something read from the disk is the record of a page."""
    if not isinstance(record, dict) or not all(isinstance(record.get(name), str) for name in _TEXTS):
        return False
    entry, parts, reads, stamps = (record.get(name) for name in ("entry", "parts", "reads", "files"))
    return (
        isinstance(entry, dict)
        and all(isinstance(entry.get(name), str) for name in ("region_code", "theme", "lang"))
        and record["id"] == f"{entry['region_code']}/{entry['theme']}/{entry['lang']}"
        and isinstance(parts, dict)
        and isinstance(reads, list)
        and all(
            isinstance(read, dict)
            and isinstance(read.get("table"), str)
            and isinstance(read.get("selection"), dict)
            and isinstance(read.get("sha"), str)
            for read in reads
        )
        and isinstance(stamps, dict)
        and not any(name.startswith("/") or ".." in name.split("/") for name in stamps)
    )
