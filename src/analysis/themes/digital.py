"""Digital reform: capacity, connected, used, outcome, one rung each; cumulative counts against yearly flows; a multiple read both ways.

Rows: statements of the documents on digital services of a place, with the clinical trials and the use of equipment that the same scheme
reports. A maturity grade is ordinal and is not averaged. A rung that nobody filled is printed empty.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis import facts, texts
from analysis.facts import Coverage, Fact, State, derived, observed, round_half_up
from analysis.findings import Drawn, Finding
from analysis.sentences import assumed, year
from analysis.themes import derived_results, naming, planned, subjects
from analysis.themes import statements as of
from analysis.themes.statements import Statements
from analysis.words import nth, pick

TEXT = texts.of(__file__)

THEMES = ("digital",)
ABOUT = TEXT.pair("words.about")
TRIALS, MULTIPLE, EQUIPMENT = (
    "clinical_trials",
    "clinical_trials_growth_multiple",
    "large_equipment_utilisation_change",
)
RUNGS = {
    "capacity": (
        "internet_hospitals",
        "health_info_platform_level",
        "interoperability_maturity_level",
        "home_nursing_services",
        "data_scenarios_landed",
    ),
    "connected": (
        "hospitals_on_city_app",
        "hospitals_online_insurance_pay",
        "internet_hospitals_insurance_settlement",
        "imaging_cloud_institutions",
        "imaging_platform_batch",
        "ehr_opened",
    ),
    "used": ("online_registrations", "online_consultations", "drug_deliveries", "e_invoices_issued"),
    "outcome": (),
}
NAMES = TEXT.group("names")
INVOICES, CONSULTED, REGISTERED, SETTLED, HOSPITALS = (
    "e_invoices_issued",
    "online_consultations",
    "online_registrations",
    "internet_hospitals_insurance_settlement",
    "internet_hospitals",
)
LAUNCH = "2020-12-31"  # the text says the end of 2020; the day is an assumption


def _shown(rows: pd.DataFrame) -> pd.Series:
    return (rows["quantifier"] != "unquantified") & (rows["status"] == "actual")


def coverage() -> Coverage:
    """Places with a result on digital services."""
    return of.coverage(THEMES, ABOUT, counts=_shown, codes=planned.codes())


def load(region_code: str, as_of: str = "") -> Statements:
    """Statements on digital services, trials and the use of equipment. Raises MethodError when there are none."""
    return of.read(region_code, as_of, themes=THEMES, indicators=(TRIALS, MULTIPLE, EQUIPMENT))


def data(st: Statements) -> Finding:
    return of.data(st, ABOUT)


def every(st: Statements) -> Finding:
    return of.every(st)


def _on(st: Statements, rung: str) -> list[str]:
    return st.having(RUNGS[rung])


def ladder_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Four rungs with what was printed on each, as charts.ladder takes them; an empty rung keeps its row."""
    i, rows = nth(lang), []
    for rung, name in NAMES.items():
        for key in _on(st, rung):
            fact = st.fact(key)
            unit = pick(("", "level "), lang) if fact.unit == "级" else ""
            rows.append(
                {
                    "label": name[i],
                    "text": f"{naming.label(key)[i]} {unit}{fact.text(lang)}",
                    "kind": of.KINDS[st.row(key)["quantifier"]],
                }
            )
        if not _on(st, rung):
            rows.append({"label": name[i], "text": "", "kind": "unpublished"})
    return pd.DataFrame(rows)


def ladder(st: Statements, drawing: Drawn | None) -> Finding:
    """How far digital services got. drawing: charts.ladder of ladder_rows."""
    filled = [rung for rung in RUNGS if _on(st, rung)]
    empty = [rung for rung in RUNGS if rung not in filled]
    rows = st.rows[st.rows["indicator"].isin([key for keys in RUNGS.values() for key in keys])]
    whole = st.rows if rows.empty else rows
    steps = derived(
        len(filled),
        TEXT.pair("ladder.facts.steps.label", place=st.place),
        subjects.COUNTED,
        **facts.counted(filled),
        rows=whole,
        style="count",
        unit="级",
        status="actual",
    )
    gaps = ("、".join(NAMES[r][0] for r in empty), ", ".join(NAMES[r][1].lower() for r in empty))
    values = {"place": st.place, "k": steps, "gaps": gaps}
    sentences = [
        TEXT.say(
            "ladder.sentences.rungs",
            **values,
        )
    ]
    if both := st.together(SETTLED, HOSPITALS):
        share = derived(
            derived_results.value("D11", both.fact(SETTLED).number, both.fact(HOSPITALS).number) * 100,
            *TEXT.fact("ladder.facts.share", place=st.place),
            inputs=(both.fact(SETTLED), both.fact(HOSPITALS)),
            style="percent",
            operation="a / b * 100",
        )
        sentences.append(
            TEXT.say(
                "ladder.sentences.settled",
                h=both.fact(HOSPITALS),
                s=both.fact(SETTLED),
                p=share,
            )
        )
    if both := st.together(CONSULTED, REGISTERED):
        ratio = derived(
            derived_results.value("D24", both.fact(CONSULTED).number, both.fact(REGISTERED).number),
            *TEXT.fact("ladder.facts.ratio", place=st.place),
            inputs=(both.fact(CONSULTED), both.fact(REGISTERED)),
            style="ratio",
            operation="a / b",
        )
        sentences.append(
            TEXT.say(
                "ladder.sentences.consulted",
                c=both.fact(CONSULTED),
                r=both.fact(REGISTERED),
                q=ratio,
            )
        )
    states = [
        State(
            "E4",
            TEXT.pair("ladder.states.E4.title", place=st.place, names=(NAMES[r][0], NAMES[r][1].lower())),
            settle,
        )
        for r, settle in _SETTLE.items()
        if r in empty
    ]
    table = (of.table("ladder", TEXT.pair("ladder.table_ladder"), whole),)
    return Finding(
        "ladder",
        TEXT.say(
            "ladder.headline",
            **values,
        ),
        TEXT.say(
            "ladder.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "ladder.note",
        ),
        drawing=drawing,
        tables=table,
        alt=TEXT.say(
            "ladder.alt",
            **values,
        ),
        states=tuple(states),
    )


_SETTLE = TEXT.group("settle")


def _timed(st: Statements) -> list[tuple[str, dict]]:
    """Statements on connection and use by how they count: over one year, since a printed start, up to publication."""
    rows = [
        st.row(key)
        for rung in ("connected", "used")
        for key in _on(st, rung)
        if key != "imaging_platform_batch"
    ]
    return [
        (
            "open"
            if not row["period_start"]
            else "year"
            if row["period_start"][:4] == row["period_end"][:4]
            else "since",
            row,
        )
        for row in rows
    ]


CLOCKS = TEXT.group("clocks")


def clock_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Flows, cumulative counts and undated stocks as charts.ledger takes them; three groups that share no scale."""
    rows = sorted(_timed(st), key=lambda pair: list(CLOCKS).index(pair[0]))
    return of.ledger_rows(
        of.entry(
            pick(CLOCKS[kind], lang),
            row,
            lang,
            unit=kind if kind == "year" else f"{kind} {row['unit']}",
            note=of.period_text(row, lang),
        )
        for kind, row in rows
    )


def months_between(start: str, end: str) -> int:
    """Whole months from one ISO date to another (a month counts when its last day has come)."""
    a, b = date.fromisoformat(start), date.fromisoformat(end)
    return (b.year - a.year) * 12 + b.month - a.month - (b.day < min(a.day, 28))


def per_month(st: Statements, *, launch: str) -> Fact | None:
    """Invoices a month since an assumed launch; None where no cumulative count with a start is printed."""
    if not st.having([INVOICES]):
        return None
    fact = st.fact(INVOICES)
    months = months_between(launch, fact.period[1])
    return derived(
        derived_results.value("D25", fact.number, months),
        *TEXT.fact("facts.per_month", launch=launch, place=st.place),
        inputs=(fact,),
        style="count",
        unit="张",
        step=1000,
        operation=f"a / {months}",
    )


def clock(st: Statements, monthly: Fact | None, drawing: Drawn | None, *, launch: str) -> Finding:
    """Cumulative against flow. monthly: per_month; drawing: charts.ledger of clock_rows, or None."""
    timed = _timed(st)
    if drawing is None:
        return st.silent(
            "clock",
            "E4",
            *TEXT.fact("clock.facts.n"),
            TEXT.pair("clock.settle"),
        )
    rows = pd.DataFrame([row for _, row in timed])
    n = {
        kind: of.count(rows[[k == kind for k, _ in timed]], zh, en, rows) for kind, (zh, en) in CLOCKS.items()
    }
    sentences = [
        TEXT.say(
            "clock.sentences.kinds",
            y=n["year"],
            s=n["since"],
            o=n["open"],
        )
    ]
    if monthly:
        sentences.append(
            TEXT.say(
                "clock.sentences.monthly",
                place=st.place,
                v=st.fact(INVOICES),
                d=assumed(launch),
                m=monthly,
            )
        )
    row = timed[0][1]
    return Finding(
        "clock",
        TEXT.say(
            "clock.headline",
            place=st.place,
            y=n["year"],
            s=n["since"],
            o=n["open"],
        ),
        TEXT.say(
            "clock.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "clock.note",
        ),
        drawing=drawing,
        tables=(of.table("clock", TEXT.pair("clock.tables_clock"), rows),)
        + (
            (
                of.facts_table(
                    "monthly",
                    TEXT.pair("clock.tables_monthly"),
                    [(TEXT.pair("clock.tables_monthly_2"), monthly)],
                    (TEXT.pair("clock.tables_monthly_3"), TEXT.pair("clock.tables_monthly_4")),
                ),
            )
            if monthly
            else ()
        ),
        alt=TEXT.say(
            "clock.alt",
            place=st.place,
            what=of.said(row["indicator"]),
            v=observed(row),
        ),
    )


def bases(now: Fact, times: Fact, place: tuple[str, str]) -> dict[str, Fact] | None:
    """The year before under both readings of `grew by k times`: literal now ÷ (1 + k), loose now ÷ k.

    Each is a whole number only if it gives the printed multiple back at its printed decimals; None unless both readings have exactly one.
    """

    def back(base: int, loose: bool) -> bool:
        return round_half_up(now.number / base - (0 if loose else 1), 1) == round_half_up(times.number, 1)

    heads = {
        "literal": (
            TEXT.pair("bases.heads_literal"),
            TEXT.pair("bases.heads_literal_2"),
        ),
        "loose": (
            TEXT.pair("bases.heads_loose"),
            TEXT.pair("bases.heads_loose_2"),
        ),
    }
    found = {}
    for key, ((zh, en), formula) in heads.items():
        fits = [n for n in range(1, int(now.number) + 1) if back(n, key == "loose")]
        if len(fits) != 1:
            return None
        found[key] = derived(
            fits[0],
            TEXT.pair("facts.bases_found_key.label", place=place, what=(zh, en)),
            formula,
            inputs=(now, times),
            operation="rounded(a / b, 0)" if key == "loose" else "rounded(a / (1 + b), 0)",
            style="count",
            unit="项",
        )
    return found


def readings(st: Statements) -> dict[str, Fact] | None:
    """The two readings of the growth of trials; None where no multiple is printed or a reading has no single whole number."""
    both = st.together(TRIALS, MULTIPLE)
    return bases(both.fact(TRIALS), both.fact(MULTIPLE), st.place) if both else None


def multiple_rows(st: Statements, both: dict[str, Fact] | None, lang: str) -> pd.DataFrame:
    """Trials of the year and of the year before under both readings, as charts.bars takes them."""
    columns = ["label", "value", "text", "highlight"]
    if both is None:
        return pd.DataFrame(columns=columns)
    now, row = st.fact(TRIALS), st.row(MULTIPLE)
    before, i = row["baseline_start"][:4], nth(lang)
    heads = (
        (
            TEXT.pair("multiple_rows.heads", before=before),
            both["literal"],
        ),
        (TEXT.pair("multiple_rows.heads_2", before=before), both["loose"]),
        (TEXT.pair("multiple_rows.heads_3", period_end=row["period_end"][:4]), now),
    )
    return pd.DataFrame(
        [
            {"label": head[i], "value": fact.value, "text": fact.text(lang), "highlight": fact is now}
            for head, fact in heads
        ],
        columns=columns,
    )


def multiple(st: Statements, both: dict[str, Fact] | None, drawing: Drawn | None) -> Finding:
    """A multiple read both ways, and a change of use without a unit. both: bases; drawing: charts.bars of multiple_rows, or None."""
    if drawing is None or both is None:
        return st.silent(
            "multiple",
            "E1",
            *TEXT.fact("multiple.facts.n"),
            TEXT.pair("multiple.settle"),
        )
    now, times, row = st.fact(TRIALS), st.fact(MULTIPLE, decimals=1), st.row(MULTIPLE)
    values = {
        "place": st.place,
        "who": of.who(row),
        "n": now,
        "k": times,
        "a": both["literal"],
        "b": both["loose"],
        "y": year(row["period_end"][:4]),
        "x": year(row["baseline_start"][:4]),
    }
    sentences = [
        TEXT.say(
            "multiple.sentences.two-ways",
            **values,
        )
    ]
    states = [
        TEXT.state(
            "E5",
            "multiple.states.E5",
        )
    ]
    use = st.fact(EQUIPMENT)
    if use:
        sentences.append(
            TEXT.say(
                "multiple.sentences.use",
                u=use,
            )
        )
        states.append(
            TEXT.state(
                "E5",
                "multiple.states.E5_2",
            )
        )
    return Finding(
        "multiple",
        TEXT.say(
            "multiple.headline",
            **values,
        ),
        TEXT.say(
            "multiple.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say("multiple.note"),
        drawing=drawing,
        tables=(
            of.facts_table(
                "multiple",
                TEXT.pair("multiple.tables_multiple"),
                [
                    (TEXT.pair("multiple.tables_multiple_2"), both["literal"]),
                    (TEXT.pair("multiple.tables_multiple_3"), both["loose"]),
                    (TEXT.pair("multiple.tables_multiple_4"), now),
                ],
                (TEXT.pair("multiple.tables_multiple_5"), TEXT.pair("multiple.tables_multiple_6")),
            ),
        ),
        alt=TEXT.say(
            "multiple.alt",
            **values,
        ),
        states=tuple(states),
    )


def closing(st: Statements) -> Finding:
    """What the documents leave open."""
    states = [
        TEXT.state(
            "E4",
            "closing.states.E4",
        ),
        TEXT.state(
            "E8",
            "closing.states.E8",
        ),
        *of.cut_off(st),
    ]
    return subjects.closing(states)
