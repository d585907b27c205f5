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

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from analysis.errors import ParameterError, Problem

STATE = ".yigai"
VERSION = 1


def _write(path: Path, content: bytes) -> None:
    """Write a file and put it on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its place, then put it there: a reader sees the old or the new one, never half."""
    part = path.with_name(path.name + ".part")
    try:
        _write(part, content)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)  # on a full disk the half of it would be missed
        raise


class Output:
    """The folder reports are published in. Raises ParameterError when it cannot be written."""

    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        self.state = self.folder / STATE
        self.staging = self.state / "staging"
        self._serial = 0
        try:
            self.staging.mkdir(parents=True, exist_ok=True)
            probe = self.state / "probe"
            probe.write_bytes(b"")
            probe.unlink()
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
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                owner = os.read(handle, 400).decode(errors="replace") or "another run"
                raise ParameterError(
                    Problem(
                        "--out",
                        f"{self.folder} is held by {owner}",
                        "one run at a time",
                        "wait for it, or choose another --out",
                    )
                ) from error
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
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder) or path == self.folder:
            raise ParameterError(
                Problem(
                    "published file",
                    repr(name),
                    "a name inside the output folder",
                    "this is an error of the program",
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
        self._serial += 1
        folder = self.staging / f"{os.getpid()}-{self._serial}"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            for name, content in files.items():
                self.inside(name)
                _write(folder / "files" / name, content)
            for name in remove:
                self.inside(name)
            stamps = stamp(folder / "files", files)
            records = [
                record
                | ({"files": {name: stamps[name] for name in record["files"]}} if "files" in record else {})
                for record in records
            ]
            order = {"files": sorted(files), "remove": sorted(remove), "records": records}
            replace_file(folder / "commit.json", json.dumps(order, ensure_ascii=False).encode())
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._carry_out(folder)
        return records

    def _carry_out(self, folder: Path) -> None:
        order = json.loads((folder / "commit.json").read_bytes())
        for name in order["files"]:
            source, target = folder / "files" / name, self.inside(name)
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(source, target)
        for name in order["remove"]:
            target = self.inside(name)
            target.unlink(missing_ok=True)
            if target.parent != self.folder and target.parent.is_dir() and not any(target.parent.iterdir()):
                target.parent.rmdir()
        for record in order["records"]:
            self.journal(record)
        shutil.rmtree(folder)

    def recover(self) -> int:
        """Finish what a killed run had committed, throw away what it had not; returns the number of reports finished."""
        finished = 0
        for folder in sorted(self.staging.iterdir()):
            if (folder / "commit.json").is_file():
                self._carry_out(folder)
                finished += 1
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
        empty = {"version": VERSION, "header": {}, "pages": {}}
        try:
            state = json.loads((self.state / "state.json").read_bytes())
        except (FileNotFoundError, ValueError):
            state = empty
        state = state if state.get("version") == VERSION else empty
        journal = self.state / "journal.jsonl"
        for line in journal.read_bytes().splitlines() if journal.exists() else ():
            try:
                record = json.loads(line)
            except ValueError:
                continue  # torn by a kill: the page it spoke of is made again
            if record.get("status"):
                state["pages"][record["id"]] = record
            else:
                state["pages"].pop(record["id"], None)
        return state

    def save(self, state: Mapping) -> None:
        """Write the state as one file and empty the journal."""
        replace_file(
            self.state / "state.json", json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()
        )
        (self.state / "journal.jsonl").unlink(missing_ok=True)

    def stamp(self, names: Iterable[str]) -> dict[str, list[int]]:
        """name -> [size, modification time in ns] of published files; missing files are left out."""
        return stamp(self.folder, names)


def stamp(folder: Path, names: Iterable[str]) -> dict[str, list[int]]:
    """The same for files below any folder (a file keeps its stamp when it is moved into place)."""
    found, base = {}, str(folder)
    for name in names:
        try:
            stat = os.stat(f"{base}/{name}")
        except FileNotFoundError:
            continue
        found[name] = [stat.st_size, stat.st_mtime_ns]
    return found
