"""PDF and Word files beside the pages: written when they are asked for, from what is kept of a page, when it has changed.

A page that is made again without them loses them: none is left that says something else than its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Any

from analysis.report.formats import writing
from analysis.report.plan import keys, notes
from analysis.report.plan.records import PageRecord
from analysis.report.publish import outputs
from analysis.report.run import processes

MODULES = ("analysis.report.formats.writing",)
TEMPLATES = ("page.typ",)


@dataclass
class Press:
    """What writes documents: the forms asked for, Word's style, and processes of its own, started when first needed."""

    forms: tuple[str, ...]
    style: str = "house"
    jobs: int = 0
    environment: str = ""
    _pool: ProcessPoolExecutor | None = field(default=None, repr=False)

    @cached_property
    def made_by(self) -> str:
        """A hash of the code and the packages that write documents."""
        folder = Path(writing.__file__).parent
        files = [
            *(path for _, path in sorted(keys.closure(MODULES).items())),
            *(folder / n for n in TEMPLATES),
        ]
        return keys.digest([self.environment, [(p.name, keys.digest(p.read_bytes())) for p in files]])

    def key(self, form: str, *made_from: str) -> str:
        """What a document is made from, as a hash."""
        return keys.digest([self.made_by, form, self.style if form == "docx" else "", *made_from])

    def wanted(self, record: PageRecord) -> dict[str, str]:
        """name -> key of the documents that belong beside a page."""
        return {writing.name_of(record.path, f): self.key(f, record.key, record.sha) for f in self.forms}

    def submit(self, work: Callable[..., dict[str, bytes]], *arguments: Any) -> Future[dict[str, bytes]]:
        """Have documents written by a process beside this one."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.jobs or cpu_count() or 1, get_context("spawn"), processes.die_with_parent
            )
        return self._pool.submit(work, *arguments)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def pages(
        self, output: outputs.Output, records: Iterable[PageRecord], notice: dict[str, str]
    ) -> Iterator[tuple[PageRecord, dict[str, bytes] | Exception]]:
        """Each page that lacks documents, with their content by name, or with what went wrong."""
        asked = []
        for record in records:
            if any(record.documents.get(name) != key for name, key in self.wanted(record).items()):
                note = output.path(f"{outputs.STATE}/{notes.name(record.id)}")
                asked.append((record, self.submit(writing.theme, note, notice, self.forms, self.style)))
        for record, future in asked:
            try:
                made = future.result()
            except Exception as error:  # the page stands; its other forms could not be written
                yield record, error
                continue
            yield record, {writing.name_of(record.path, form): content for form, content in made.items()}


def publish(output: outputs.Output, record: PageRecord, made: dict[str, bytes], press: Press) -> None:
    """Put a page's documents beside it. Raises OSError when they cannot be written; nothing is published then."""
    from analysis.report.publish import files as disk

    with output.begun() as folder:
        for name, content in made.items():
            disk.write(folder / "files" / name, content)
        record.files = record.files | dict.fromkeys(made, [0, 0])
        record.documents = record.documents | {name: press.wanted(record)[name] for name in made}
        output.commit(folder, record.files, [record])
