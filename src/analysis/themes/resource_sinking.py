"""Resource sinking and group assistance: what reached primary care, how far the printed rates agree, what was promised, who helps whom.

Rows: statements of the documents on primary care of a place, with the subsidies that go with them. A coverage without an earlier value
is no change; a change in percentage points without its level is no coverage; a ceiling is no spending. Units implied by a count and a
rate are computed to test the two against each other, never to back-calculate a denominator.
"""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd

from analysis import facts, tables, texts
from analysis.facts import Coverage, Fact, derived, observed
from analysis.findings import Drawn, Finding, Table
from analysis.themes import derived_results, naming, planned, subjects
from analysis.themes import statements as of
from analysis.themes.statements import Statements
from analysis.words import nth, pick

TEXT = texts.of(__file__)

THEMES = ("grassroots",)
ABOUT = TEXT.pair("words.about")
FUNDS = (
    "expert_dispatch_annual_funding",
    "grassroots_talent_subsidy",
    "expert_studio_award",
    "joint_ward_award",
    "incubator_subsidy",
    "specialty_dept_award",
)
HELP = ("civilised_units_helping",)
# id in derived_results, count, share of units that have it
UNITS = (
    ("D03", "expert_studios", "expert_studio_rate"),
    ("D04", "grassroots_specialty_depts", "specialty_dept_rate"),
)
AVERAGES = (
    ("D14", "family_doctor_households", "family_doctor_teams", TEXT.pair("averages.D14")),
    (
        "D15",
        "family_doctor_studio_visits",
        "family_doctor_studios",
        TEXT.pair("averages.D15"),
    ),
)
# what is paid for, in one budget line each: (id in derived_results, label, count and standard of each part, whether only excellent ones are paid)
LINES = (
    ("D06", TEXT.pair("lines.D06"), ("specialty_incubators", "incubator_subsidy"), False),
    (
        "D07",
        TEXT.pair("lines.D07"),
        ("grassroots_specialty_depts", "specialty_dept_award"),
        False,
    ),
    (
        "D08",
        TEXT.pair("lines.D08"),
        ("expert_studios", "expert_studio_award", "joint_wards", "joint_ward_award"),
        True,
    ),
)
YEARLY = ("expert_dispatch_annual_funding", "grassroots_talent_subsidy")
MENTORS = ("experts_dispatched", "mentees_per_expert")
STEP = 0.1  # rates are printed to one decimal
SHARES, CHANGES = ("share",), ("change_pp",)
# mechanism of a measure -> links: (left, right, indicator of the number printed for it)
LINKS = {
    "expert_dispatch": (
        (TEXT.pair("links.expert_dispatch"), TEXT.pair("links.expert_dispatch_2"), "experts_dispatched"),
    ),
    "expert_studio_joint_ward": (
        (
            TEXT.pair("links.expert_studio_joint_ward"),
            TEXT.pair("links.expert_studio_joint_ward_2"),
            "expert_studios",
        ),
        (
            TEXT.pair("links.expert_studio_joint_ward"),
            TEXT.pair("links.expert_studio_joint_ward_3"),
            "joint_wards",
        ),
    ),
    "specialty_incubator": (
        (
            TEXT.pair("links.specialty_incubator"),
            TEXT.pair("links.specialty_incubator_2"),
            "grassroots_specialty_depts",
        ),
    ),
    "civil_unit_pairing": (
        (
            TEXT.pair("links.civil_unit_pairing"),
            TEXT.pair("links.civil_unit_pairing_2"),
            "civilised_units_helping",
        ),
    ),
    "group_assistance": ((TEXT.pair("links.group_assistance"), TEXT.pair("links.group_assistance_2"), ""),),
    "paired_region_agreement": (
        (
            TEXT.pair("links.paired_region_agreement"),
            TEXT.pair("links.paired_region_agreement_2"),
            "suzhou_helping_institutions",
        ),
    ),
}


def _shown(rows: pd.DataFrame) -> pd.Series:
    return (
        (rows["quantifier"] != "unquantified") & (rows["salience"] == "core") & (rows["status"] == "actual")
    )


def coverage() -> Coverage:
    """Places with a result on primary care or assistance."""
    return of.coverage(THEMES, ABOUT, counts=_shown, codes=planned.codes())


def load(region_code: str, as_of: str = "") -> Statements:
    """Statements on primary care, assistance and their subsidies. Raises MethodError when there are none."""
    return of.read(region_code, as_of, themes=THEMES, indicators=(*FUNDS, *HELP))


def data(st: Statements) -> Finding:
    return of.data(st, ABOUT)


def every(st: Statements) -> Finding:
    return of.every(st)


def _counts(st: Statements) -> pd.DataFrame:
    c = st.core
    return c[
        (c["status"] == "actual")
        & c["measure"].isin(("level", "count_cumulative", "flow"))
        & ~c["indicator"].isin(FUNDS)
    ]


def reach_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Counts reported as done, as charts.ledger takes them; each unit has its own scale."""
    group = {
        "人": TEXT.pair("reach_rows.group"),
        "人次": TEXT.pair("reach_rows.group_2"),
        "户": TEXT.pair("reach_rows.group_2"),
        "种": TEXT.pair("reach_rows.group_2"),
    }
    order = {
        unit: n for n, unit in enumerate(("人", "个", "家", "户", "人次", "种"))
    }  # any other after these
    rows = sorted(_counts(st).to_dict("records"), key=lambda row: order.get(row["unit"], len(order)))
    return of.ledger_rows(
        of.entry(
            pick(group.get(row["unit"], TEXT.pair("reach_rows.text")), lang),
            row,
            lang,
            unit="" if row["unit"] in ("个", "家") else row["unit"],
        )
        for row in rows
    )


def reach(st: Statements, drawing: Drawn | None) -> Finding:
    """What is reported to have reached primary care. drawing: charts.ledger of reach_rows."""
    rows = _counts(st)
    n = of.count(rows, *TEXT.pair("reach.facts.n"), st.rows)
    top = rows.iloc[0].to_dict()
    undated = of.count(
        rows[rows["period_start"] == ""],
        *TEXT.pair("reach.facts.undated"),
        rows,
    )
    sentences = [
        TEXT.say(
            "reach.sentences.opened",
            n=n,
            u=undated,
        )
    ]
    return Finding(
        "reach",
        TEXT.say("reach.headline", place=st.place, n=n)
        if len(rows) > 1
        else TEXT.say("reach.headline_one", place=st.place, what=of.said(top["indicator"]), v=observed(top)),
        TEXT.say(
            "reach.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "reach.note",
        ),
        drawing=drawing,
        tables=(of.table("reach", TEXT.pair("reach.tables_reach"), rows),),
        alt=TEXT.say(
            "reach.alt",
            place=st.place,
            n=n,
            what=of.said(top["indicator"]),
            v=observed(top),
        ),
    )


def _rates(st: Statements) -> pd.DataFrame:
    c = st.core
    return c[(c["status"] == "actual") & c["measure"].isin((*SHARES, *CHANGES))]


def rate_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Coverage and changes as charts.ledger takes them: two groups that never share a scale."""
    heads = {
        "share": TEXT.pair("rate_rows.heads_share"),
        "change_pp": TEXT.pair("rate_rows.heads_change_pp"),
    }
    return of.ledger_rows(
        of.entry(pick(heads[row["measure"]], lang), row, lang) for row in _rates(st).to_dict("records")
    )


def rates(st: Statements, drawing: Drawn | None) -> Finding:
    """Shares without an earlier value and changes without a level. drawing: charts.ledger of rate_rows, or None."""
    rows = _rates(st)
    if drawing is None:
        return st.silent(
            "rates",
            "E4",
            *TEXT.fact("rates.facts.n"),
            TEXT.pair("rates.settle"),
        )
    shares, changes = rows[rows["measure"] == "share"], rows[rows["measure"] == "change_pp"]
    n, m = (
        of.count(part, zh, en, rows)
        for part, zh, en in (
            (shares, *TEXT.pair("rates.n_m")),
            (changes, *TEXT.pair("rates.n_m_2")),
        )
    )
    damaged = of.count(rows[rows["damaged"]], *TEXT.pair("rates.facts.damaged"), rows)
    sentences = [
        TEXT.say(
            "rates.sentences.levels",
            place=st.place,
            n=n,
            m=m,
        )
    ]
    if damaged.value:
        sentences.append(
            TEXT.say(
                "rates.sentences.damaged",
                d=damaged,
            )
        )
    primary = st.fact("primary_care_visit_share")
    if primary:
        sentences.append(
            TEXT.say(
                "rates.sentences.primary",
                p=primary,
            )
        )
    values = {"place": st.place, "n": n, "m": m}
    states = [
        TEXT.state(
            "E4",
            "rates.states.E4",
            place=st.place,
        )
    ]
    if damaged.value:
        states.append(
            TEXT.state(
                "E5",
                "rates.states.E5",
            )
        )
    return Finding(
        "rates",
        TEXT.say(
            "rates.headline",
            **values,
        ),
        TEXT.say(
            "rates.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "rates.note",
        ),
        drawing=drawing,
        tables=(of.table("rates", TEXT.pair("rates.tables_rates"), rows, "reading"),),
        alt=TEXT.say(
            "rates.alt",
            place=st.place,
            n=n,
            m=m,
            what=of.said(rows.iloc[0]["indicator"]),
            v=observed(rows.iloc[0].to_dict()),
        ),
        states=tuple(states),
    )


def implied_units(derived_id: str, count: Fact, rate: Fact, label: tuple[str, str]) -> Fact:
    """Institutions that a count and the share of institutions having one would imply, if each had exactly one; with the bounds of rounding."""
    low, middle, high = (
        derived_results.value(derived_id, count.number, rate.number + s * STEP / 2) for s in (1, 0, -1)
    )
    told = derived_results.operation(derived_results.row_of(derived_id))
    sides = [re.sub(r"\bb\b", side, told) for side in ("b", f"(b + {STEP / 2:g})", f"(b - {STEP / 2:g})")]
    return derived(
        middle,
        label,
        TEXT.pair("facts.implied_units.formula"),
        inputs=(count, rate),
        operation=f"({', '.join(sides)})",
        style="number",
        decimals=0,
        low=low,
        high=high,
        unit="个",
    )


def _implied(st: Statements) -> list[tuple[tuple[str, str], Fact]]:
    found = []
    for key, count, rate in UNITS:
        if both := st.together(count, rate):
            what = naming.label(count)
            found.append(
                (
                    TEXT.pair("implied.label", what=naming.lowered(what)),
                    implied_units(
                        key,
                        both.fact(count),
                        both.fact(rate),
                        TEXT.pair("implied.text", place=st.place, what=what),
                    ),
                )
            )
    return found


def fits(implied: Fact) -> bool:
    """Whether some whole number of institutions gives the printed share within its rounding."""
    return math.floor(implied.most) >= math.ceil(implied.least)


def _averages(st: Statements) -> list[tuple[tuple[str, str], Fact]]:
    """Averages of a lower bound over a count: lower bounds themselves."""
    found = []
    for key, top, bottom, (zh, en) in AVERAGES:
        if both := st.together(top, bottom):
            over, under = both.fact(top), both.fact(bottom)
            found.append(
                (
                    (zh, en),
                    derived(
                        None,
                        TEXT.pair("averages.text", place=st.place, what=(zh, en)),
                        TEXT.pair("averages.text_2", label=naming.label(top), label2=naming.label(bottom)),
                        inputs=(over, under),
                        operation=derived_results.operation(derived_results.row_of(key)),
                        style="number",
                        decimals=1,
                        low=derived_results.value(key, over.least, under.number),
                        quantifier="more_than",
                    ),
                )
            )
    return found


def agreement_rows(st: Statements, lang: str) -> pd.DataFrame:
    """One bar a quotient of two printed numbers, as charts.bars takes it."""
    i = nth(lang)
    lines = [*(line for line in _implied(st) if fits(line[1])), *_averages(st)]
    return pd.DataFrame(
        [
            {
                "label": name[i][0].upper() + name[i][1:],
                "value": of.mark(fact),
                "text": fact.text(lang),
                "highlight": True,
            }
            for name, fact in lines
        ],
        columns=["label", "value", "text", "highlight"],
    )


def _no_whole_number(st: Statements, implied: list[tuple[tuple[str, str], Fact]]) -> Finding:
    """That neither count fits its share with any whole number of institutions: nothing is computed back from them."""
    (n0, r0), (n1, r1) = (fact.inputs for _, fact in implied)
    values = {"place": st.place, "n0": n0, "r0": r0, "n1": n1, "r1": r1}
    return Finding(
        "agreement",
        TEXT.say("agreement.headline_none", **values),
        sentences=(TEXT.say("agreement.sentences.whole", **values),),
        states=(TEXT.state("E7", "agreement.states.E7", place=st.place),),
    )


def agreement(st: Statements, drawing: Drawn | None) -> Finding:
    """Do the printed numbers agree? drawing: charts.bars of agreement_rows, or None."""
    implied, averages = _implied(st), _averages(st)
    if len(implied) == 2 and not any(fits(fact) for _, fact in implied):
        return _no_whole_number(st, implied)
    if drawing is None:
        return st.silent(
            "agreement",
            "E4",
            *TEXT.fact("agreement.facts.n"),
            TEXT.pair("agreement.settle"),
        )
    values: dict[str, Any] = {"place": st.place}
    states, sentences = [], []
    if len(implied) == 2:
        (_, a), (_, b) = implied
        values |= {"a": a, "b": b}
        apart = a.most < b.least or b.most < a.least
        headline = "agreement.headline_apart" if apart else "agreement.headline_within"
        if apart:
            sentences.append(
                TEXT.say(
                    "agreement.sentences.warning",
                    **values,
                )
            )
            states.append(
                TEXT.state(
                    "E7",
                    "agreement.states.E7",
                    place=st.place,
                )
            )
    else:
        values |= {"a": averages[0][1], "what": averages[0][0]}
        headline = "agreement.headline"
    for k, (what, fact) in enumerate(averages):
        sentences.append(
            TEXT.say(
                "agreement.sentences.average_first",
                id=f"average-{'ab'[k]}",
                place=st.place,
                what=what,
                f=fact,
            )
            if k == 0
            else TEXT.say(
                "agreement.sentences.average",
                id=f"average-{'ab'[k]}",
                what=(what[0], what[1][0].upper() + what[1][1:]),
                f=fact,
            )
        )
    lines = [*implied, *averages]
    return Finding(
        "agreement",
        TEXT.say(headline, **values),
        TEXT.say("agreement.subtitle"),
        sentences=tuple(sentences),
        note=TEXT.say(
            "agreement.note",
        ),
        drawing=drawing,
        tables=(
            of.facts_table(
                "agreement",
                TEXT.pair("agreement.tables_agreement"),
                lines,
                (TEXT.pair("agreement.tables_agreement_2"), TEXT.pair("agreement.tables_agreement_3")),
            ),
        ),
        alt=TEXT.say(
            "agreement.alt",
            place=st.place,
            what=lines[0][0],
            v=lines[0][1],
        ),
        states=tuple(states),
    )


def _ceilings(st: Statements) -> list[tuple[tuple[str, str], Fact, bool]]:
    """What each line would cost if all were paid: an upper bound."""
    found = []
    for key, (zh, en), parts, best_only in LINES:
        every = st.together(*parts)
        if every is None:
            continue
        inputs = [every.fact(part) for part in parts]
        total = derived_results.value(key, *(fact.number for fact in inputs))
        found.append(
            (
                (zh, en),
                derived(
                    total,
                    *TEXT.fact("facts.ceilings", place=st.place, what=(zh, en)),
                    inputs=inputs,
                    operation=derived_results.operation(derived_results.row_of(key)),
                    style="money",
                    unit="元",
                    quantifier="at_most",
                    high=total,
                    status="commitment",
                ),
                best_only,
            )
        )
    return found


def ceiling_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Computed ceilings, yearly subsidies and the spending that was not published, as charts.ledger takes them."""
    i = nth(lang)
    computed, yearly = (
        TEXT.pair("ceiling_rows.computed_yearly")[i],
        TEXT.pair("ceiling_rows.computed_yearly_2")[i],
    )
    rows = [
        of.computed(computed, name[i][0].upper() + name[i][1:], fact, "commitment", lang)
        for name, fact, _ in _ceilings(st)
    ]
    if rows:
        rows.append(of.unpublished(computed, TEXT.pair("ceiling_rows.text")[i], "元"))
    rows += [of.entry(yearly, st.row(key), lang) for key in st.having(YEARLY)]
    return of.ledger_rows(rows)


def ceilings(st: Statements, drawing: Drawn | None) -> Finding:
    """What the subsidies could cost at most. drawing: charts.ledger of ceiling_rows, or None."""
    lines = _ceilings(st)
    if drawing is None or not lines:
        return st.silent(
            "ceilings",
            "E1",
            *TEXT.fact("ceilings.facts.n"),
            TEXT.pair("ceilings.settle"),
        )
    listed = [TEXT.phrase("ceilings.items.ceiling", what=what, ceiling=fact) for what, fact, _ in lines]
    sentences = [
        TEXT.say("ceilings.sentences.ceilings-list", place=st.place, ceilings=naming.chain(listed, "items"))
    ]
    if any(best for *_, best in lines):
        sentences.append(
            TEXT.say(
                "ceilings.sentences.best-only",
            )
        )
    if both := st.together(*MENTORS):
        experts, each = (both.fact(k) for k in MENTORS)
        people = derived(
            None,
            *TEXT.fact("ceilings.facts.people", place=st.place),
            inputs=(experts, each),
            operation=derived_results.operation(derived_results.row_of("D05")),
            style="count",
            unit="人",
            low=derived_results.value("D05", experts.number, each.least),
            quantifier="at_least",
            status="commitment",
        )
        sentences.append(
            TEXT.say(
                "ceilings.sentences.mentors",
                e=experts,
                p=people,
            )
        )
    return Finding(
        "ceilings",
        TEXT.say("ceilings.headline_2", place=st.place, ceiling=lines[-1][1]),
        TEXT.say(
            "ceilings.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "ceilings.note",
        ),
        drawing=drawing,
        tables=(
            of.facts_table(
                "ceilings",
                TEXT.pair("ceilings.tables_ceilings"),
                [(name, fact) for name, fact, _ in lines],
                (TEXT.pair("ceilings.tables_ceilings_2"), TEXT.pair("ceilings.tables_ceilings_3")),
            ),
            of.table(
                "standards",
                TEXT.pair("ceilings.tables_standards"),
                st.rows[st.rows["indicator"].isin(FUNDS)],
            ),
        ),
        alt=TEXT.say(
            "ceilings.alt",
            place=st.place,
            ceiling=listed[0],
        ),
        states=(
            TEXT.state(
                "E6",
                "ceilings.states.E6",
                place=st.place,
            ),
        ),
    )


def _links(st: Statements) -> list[tuple[tuple[str, str], tuple[str, str], Fact | None]]:
    measures = tables.read("measures", region_code=st.code)
    return [
        (left, right, st.fact(key) if key else None)
        for mechanism in dict.fromkeys(measures["mechanism"])
        for left, right, key in LINKS.get(mechanism, ())
    ]


def pairing_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Who helps whom, as charts.pairs takes it."""
    i = nth(lang)
    return pd.DataFrame(
        [
            {"left": a[i], "right": b[i], "text": fact.text(lang) if fact else "", "highlight": True}
            for a, b, fact in _links(st)
        ],
        columns=["left", "right", "text", "highlight"],
    )


def pairing_columns(lang: str) -> dict[str, str]:
    """Titles of the two columns of charts.pairs."""
    return {
        "left": TEXT.text("pairing_columns.left", lang),
        "right": TEXT.text("pairing_columns.right", lang),
    }


def pairing(st: Statements, drawing: Drawn | None) -> Finding:
    """Who helps whom. drawing: charts.pairs of pairing_rows, or None."""
    links = _links(st)
    if drawing is None:
        return st.silent(
            "pairing",
            "E1",
            *TEXT.fact("pairing.facts.n"),
            TEXT.pair("pairing.settle"),
        )
    measures = tables.read("measures", region_code=st.code)
    used = measures[measures["mechanism"].isin(list(LINKS))]
    named = [f"{k} {left[0]} {right[0]}" for k, (left, right, _) in enumerate(links)]
    n = derived(
        len(links),
        TEXT.pair("pairing.facts.n_parts.label", place=st.place),
        TEXT.pair("pairing.facts.counted.formula"),
        origin=subjects.origin(used, "measure_id"),
        style="count",
        unit="条",
        **facts.counted(named),
    )
    bare = derived(
        sum(fact is None for *_, fact in links),
        TEXT.pair("pairing.facts.bare.label"),
        TEXT.pair("pairing.facts.counted.formula"),
        origin=subjects.origin(used, "measure_id"),
        style="count",
        unit="条",
        **facts.counted(name for name, (*_, fact) in zip(named, links, strict=True) if fact is None),
    )
    dated = derived(
        int((used["start_date"] != "").sum()),
        TEXT.pair("pairing.facts.dated.label"),
        TEXT.pair("pairing.facts.counted.formula"),
        origin=subjects.origin(used, "measure_id"),
        style="count",
        unit="条",
        **facts.counted(used.loc[used["start_date"] != "", "measure_id"]),
    )
    shown = pd.DataFrame(
        {
            "left": [a[0] for a, _, _ in links],
            "left_en": [a[1] for a, _, _ in links],
            "right": [b[0] for _, b, _ in links],
            "right_en": [b[1] for _, b, _ in links],
            "number": [fact for *_, fact in links],
        }
    ).astype({"number": object})
    more = [
        key for key in ("specialty_alliances", "expert_studios") if st.code != "320700" and st.having([key])
    ]
    sentences = [
        TEXT.say(
            "pairing.sentences.names",
            n=n,
            b=bare,
        )
    ]
    if more:
        built = [TEXT.phrase("pairing.items.built", what=of.said(key), n=st.fact(key)) for key in more]
        sentences.append(
            TEXT.say("pairing.sentences.built", place=st.place, built=naming.chain(built, "items"))
        )
    states = [
        TEXT.state(
            "E4",
            "pairing.states.E4",
            place=st.place,
        )
    ]
    return Finding(
        "pairing",
        TEXT.say(
            "pairing.headline",
            place=st.place,
            n=n,
            d=dated,
        ),
        TEXT.say(
            "pairing.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "pairing.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "pairing",
                TEXT.pair("pairing.caption"),
                shown,
                (
                    TEXT.column("pairing.columns.left", "name"),
                    TEXT.column("pairing.columns.right", "name"),
                    TEXT.column("pairing.columns.number", "count", source_ids=subjects.sources(used)),
                ),
            ),
        ),
        alt=TEXT.say(
            "pairing.alt",
            place=st.place,
            n=n,
            b=bare,
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
    ]
    states += of.cut_off(st)
    return subjects.closing(states)
