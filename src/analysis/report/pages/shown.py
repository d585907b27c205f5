"""What the pages around the reports are made from: each report as they show it, the themes, the plan of a site and the site itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from analysis import catalog
from analysis.report.plan.records import Why
from analysis.words import LANGS

if TYPE_CHECKING:
    from analysis.comparison import Overviews
    from analysis.told import Told


@dataclass(frozen=True)
class Theme:
    """A theme's title and question by language, and its place among the others."""

    title: Mapping[str, str]
    order: int = 0
    question: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """A page of a region and theme in one language, made or not: how it ended, and the findings on it.

    status: ok, failed, or stale (not made again, its last version still stands). failure: its kind; note: where the log says
    more. documents: names of its PDF and Word files. read: gives the findings; they are held after ``opened`` alone, so that
    memory does not grow with the number of places.
    """

    region_code: str
    theme: str
    lang: str
    title: Mapping[str, str]
    order: int = 0
    status: str = "ok"
    failure: str = ""
    note: str = ""
    documents: tuple[str, ...] = ()
    read: Callable[[], Sequence[Told]] = tuple
    findings: tuple[Told, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether there is a page to lead to."""
        return self.status in ("ok", "stale")

    def opened(self) -> Report:
        """With its findings; a page that failed has none."""
        return replace(self, findings=() if self.status == "failed" else tuple(self.read()))


@dataclass(frozen=True)
class Plan:
    """A site as it is to be.

    coverage: place -> theme -> None, or why there is no page. part: a site of some places, without what compares all; unmade:
    places that pages lead to and that it does not hold. programs: whether it offers files to programs. issue: the month of a
    dated issue. as_of: the day at which the tables were cut.
    """

    regions: Sequence[str] = ()
    coverage: Mapping[str, Mapping[str, Why | None]] = field(default_factory=dict)
    themes: Mapping[str, Theme] = field(default_factory=dict)
    languages: Sequence[str] = LANGS
    part: bool = False
    unmade: Sequence[str] = ()
    programs: bool = False
    issue: str = ""
    as_of: str = ""
    code_version: str = ""


@dataclass(frozen=True)
class Kin:
    """The places of a site: all, by the place right above them, and by level and the places above; each in code order."""

    codes: frozenset[str] = frozenset()
    below: Mapping[str, list[str]] = field(default_factory=dict)
    beside: Mapping[tuple[str, ...], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, codes: Iterable[str]) -> Kin:
        """Sorted out once for all briefings."""
        below: dict[str, list[str]] = {}
        beside: dict[tuple[str, ...], list[str]] = {}
        codes = list(codes)
        for code in codes:
            region = catalog.region(code)
            below.setdefault(region.parent, []).append(code)
            beside.setdefault((region.level, *above(code)), []).append(code)
        return cls(frozenset(codes), below, beside)


@dataclass(frozen=True)
class Site:
    """The plan with what stands: codes of places with a briefing, themes with a page or planned, who is whose kin.

    overviews: what gives a place its table of all indicators. compared: names of the pages that compare; newest: the newest year
    of each.
    """

    plan: Plan
    codes: Sequence[str] = ()
    themes: Mapping[str, Theme] = field(default_factory=dict)
    kin: Kin = field(default_factory=Kin)
    overviews: Overviews | None = None
    compared: frozenset[str] = frozenset()
    newest: Mapping[str, int] = field(default_factory=dict)

    def states(self, code: str) -> Mapping[str, Why | None]:
        """theme -> None, or why a place has no page of it."""
        return self.plan.coverage.get(code) or {}

    def order(self, theme: str) -> int:
        """A theme's place among the others."""
        return self.themes[theme].order if theme in self.themes else 0

    def title(self, theme: str, lang: str) -> str:
        """A theme's title; its key where it has none."""
        return self.themes[theme].title.get(lang, theme) if theme in self.themes else theme

    def question(self, theme: str, lang: str) -> str:
        """The question that a theme's notebook asks; empty where it asks none."""
        return self.themes[theme].question.get(lang, "") if theme in self.themes else ""


# writes the other forms of a place's briefing in a language, and returns their names
Printing = Callable[[str, str, Sequence[Report], Site], Sequence[str]]


@dataclass(frozen=True)
class Unknown:
    """What is not known of a place: the state's code, what it says, what would settle it, titles of the themes it is of."""

    code: str
    title: str
    settle: str
    themes: tuple[str, ...] = ()


def above(code: str) -> list[str]:
    """Places that contain one, the nation left out: of a city, its province.

    >>> above("140100"), above("140000")
    (['140000'], [])
    """
    found: list[str] = []
    while (code := catalog.region(code).parent) and code != catalog.NATION:
        found.insert(0, code)
    return found
