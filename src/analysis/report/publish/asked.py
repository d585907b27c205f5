"""What a run is asked for, and what it tells afterwards: options, summary, exit codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.report.gate.site import Result as Passed

OK, FAILED_SOME, FAILED_ALL, REFUSED = 0, 3, 4, 5


@dataclass(frozen=True)
class Options:
    """What `yigai report` was asked for. Empty regions and themes mean all. formats: besides HTML; style: of Word files.

    gate: what was made is published after the gate has looked at it; quiet: without saying so. issue: the month of a dated issue, whose
    pages say what changed since ``before``, the folder of the issue before it.
    """

    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("zh", "en")
    out: Path | None = None
    as_of: str = ""
    settings: tuple[str, ...] = ()
    jobs: int = 0
    force: bool = False
    explain: bool = False
    engine: str = "fork"
    scheduler: str = ""
    cell_timeout: int = 120
    start_timeout: int = 60
    report_timeout: int = 300
    notice: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    style: str = "house"
    gate: bool = False
    quiet: bool = False
    issue: str = ""
    before: Path | None = None

    @property
    def whole(self) -> bool:
        """True when nothing was left out, so that pages no longer planned can be taken away."""
        return not (self.regions or self.themes) and len(self.languages) == 2


@dataclass
class Summary:
    """What a run did: ids made, kept and failed (id -> reason), pages rebuilt to the same bytes, documents written, seconds.

    refused: those of the failed that the gate did not let pass; gate: its last word on what is published (None: nothing to check).
    """

    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    documents: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    index: Path | None = None
    refused: set[str] = field(default_factory=set)
    gate: Passed | None = None

    @property
    def exit_code(self) -> int:
        if self.failed.keys() <= self.refused:
            return REFUSED if self.failed or (self.gate and not self.gate.ok) else OK
        return FAILED_SOME if self.made or self.kept else FAILED_ALL

    def __str__(self) -> str:
        lines = [f"failed  {name}: {reason.splitlines()[0]}" for name, reason in sorted(self.failed.items())]
        lines += self.absent
        if self.removed:
            lines.append(f"{len(self.removed)} pages no longer planned were taken away")
        same = f" ({len(self.same)} of them to the same bytes)" if self.same else ""
        lines.append(f"{len(self.made)} pages made{same}, {len(self.kept)} kept, {len(self.failed)} failed")
        if self.documents:
            lines.append(f"{self.documents} documents written (PDF, Word)")
        lines.append(f"{self.wall:.1f} s wall, {self.cpu:.1f} s CPU")
        if self.index:
            lines.append(f"open {self.index}")
        return "\n".join(lines)
