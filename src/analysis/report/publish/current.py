"""What pages depend on now: whether a page that stands is what would be made of it, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from analysis.errors import YigaiError
from analysis.report.plan import keys, promises
from analysis.report.plan.records import PageRecord, Stamp
from analysis.report.publish import outputs


class Current:
    """The inputs as they are, beside what the folder's state knows of them; what is unchanged is not read again."""

    def __init__(
        self, inputs: keys.Inputs, output: outputs.Output, state: outputs.State, notice: Mapping[str, str]
    ):
        self.inputs, self.output, self.state, self.notice = inputs, output, state, notice

    @cached_property
    def unchanged(self) -> bool:
        """No input file's signature changed since the state was written."""
        return self.state.header.signature == self.inputs.signature

    @property
    def themes(self) -> dict[str, Any]:
        """What each theme's pages depend on: digests of notebook, code and words."""
        return self.state.header.themes if self.unchanged else self.inputs.themes

    @property
    def shared(self) -> dict[str, Any]:
        """What all pages depend on."""
        return self.state.header.shared if self.unchanged else self.inputs.shared

    @property
    def tables(self) -> str:
        """Digest of the processed tables."""
        return self.state.header.tables if self.unchanged else self.inputs.tables

    def parts(self, entry: promises.Entry) -> dict[str, str]:
        """What one page depends on, its rows apart."""
        return {
            **self.themes[entry.theme],
            **self.shared,
            "parameters": keys.digest([dict(entry.parameters), dict(self.notice)]),
        }

    def code_version(self, entry: promises.Entry) -> str:
        """Names the code a page was made by: a digest of its notebook, its modules and the page's own."""
        parts = self.parts(entry)
        return keys.digest([parts["notebook"], parts["code"], parts["page"]])[:12]

    def why(self, entry: promises.Entry, record: PageRecord | None) -> str | None:
        """The reason a page must be made again in words, or None when it is current."""
        # a page that was made from, or checked against, these very tables needs no look at its selections
        known = record is not None and record.tables == self.tables
        return keys.why(
            self.parts(entry),
            record,
            self.altered(record.files if record else {}),
            None if known else self.selections,
        )

    @cached_property
    def selections(self) -> keys.Selections:
        """Hashes of the rows that pages have read, as they are now."""

        def content(name: str, selection: Mapping[str, Any]) -> str:
            from analysis import tables

            try:
                return tables.selection_hash(name, dict(selection))
            except YigaiError:
                return "gone"  # the table or a column of the selection is no more

        return keys.Selections(content)

    def altered(self, files: Mapping[str, Stamp]) -> list[str]:
        """Those of the files that are not as they were published."""
        found = self.output.stamp(files)
        return [name for name, stamp in files.items() if found.get(name) != stamp]
