"""What is not held of a place, computed from the table `observations`: no page says "not in these sources" from memory.

A theme names what it would need (``Wanted``); the state follows from the rows: E1 where no value of the place is held, E4 where there
are single values and no series. What is held as a series is no state, whichever theme prints it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from analysis import tables, texts
from analysis.facts import State, Text
from analysis.sentences import MIN_TREND_POINTS
from analysis.themes import naming

TEXT = texts.of(__file__)

MONTH = 31  # days that a monthly period spans at most


@dataclass(frozen=True)
class Wanted:
    """A quantity: its name in ``[quantities]`` of held.toml, and the indicators any of which would give it."""

    name: str
    indicators: tuple[str, ...]
    monthly: bool = False

    @property
    def label(self) -> Text:
        return TEXT.pair(f"quantities.{self.name}")


VISITS = Wanted("visits", ("visits", "hospital_visits"))
ADMISSIONS = Wanted("admissions", ("admissions", "hospital_admissions"))
BED_USE = Wanted("bed_use", ("hospital_bed_use_rate", "public_hospital_bed_use_rate"))
FEES = Wanted("fees", ("outpatient_fee", "inpatient_fee"))
NURSES = Wanted("nurses", ("nurses",))
TECHNICIANS = Wanted("technicians", ("health_technicians",))
STAY = Wanted("stay", ("hospital_stay_days", "public_hospital_stay_days"))
MONTHLY = Wanted(
    "monthly", ("hospital_visits", "hospital_discharges", "township_centre_visits"), monthly=True
)


def times(codes: Iterable[str], wanted: Wanted) -> dict[str, list[str]]:
    """By place, the years (months for a monthly quantity) of which a value of the place itself is held, in order; none: no entry."""
    rows = tables.read(
        "observations", region_code=sorted(codes), indicator=list(wanted.indicators), status="actual"
    )
    own = (rows["institution_id"] == "") & rows["value"].notna() & (rows["period_end"] != "")
    if not wanted.monthly:
        own &= rows["year"].notna()
    found: dict[str, set[str]] = {}
    # row by row: a frame of a few rows costs more than the rows
    columns = ("region_code", "period_start", "period_end")
    for code, start, end in zip(*(rows.loc[own, column].tolist() for column in columns), strict=True):
        if not wanted.monthly or _within_a_month(start, end):
            found.setdefault(code, set()).add(end[: 7 if wanted.monthly else 4])
    return {code: sorted(found[code]) for code in sorted(found)}


def _within_a_month(start: str, end: str) -> bool:
    """Whether a period of more than one day is no longer than a month; a day is no period, nor is one without a beginning."""
    return start not in ("", end) and (date.fromisoformat(end) - date.fromisoformat(start)).days < MONTH


def without_series(codes: Iterable[str], needed: Iterable[Wanted]) -> list[str]:
    """The places that lack a series of at least one of the quantities, in code order."""
    codes, lacking = sorted(codes), set()
    for wanted in needed:
        found = times(codes, wanted)
        lacking |= {code for code in codes if len(found.get(code, ())) < MIN_TREND_POINTS}
    return sorted(lacking)


def states(code: str, needed: Iterable[Wanted], settle: Text) -> tuple[State, ...]:
    """What a place lacks of the quantities needed; ``settle`` says what would fill it. No state where all are held as series."""
    place, none, few = naming.place(code), [], []
    for wanted in needed:
        found = times([code], wanted).get(code, [])
        if not found:
            none.append(wanted.label)
        elif len(found) < MIN_TREND_POINTS:
            what, said = wanted.label, naming.items((one, one) for one in found)
            few.append((f"{what[0]}（{said[0]}）", f"{what[1]} ({said[1]})"))
    out = []
    for state, listed in (("E1", none), ("E4", few)):
        if listed:
            title = TEXT.pair(f"states.{state}.title", place=place, what=naming.joined(listed))
            out.append(State(state, title, settle))
    return tuple(out)
