"""Research, equipment and funding: promised against spent, money that an employer must match, outputs per year of exposure.

Rows: statements of the documents on funding, equipment and research output of a place. A ceiling or a yearly promise is no spending; a
count gets a rate only where its window is printed; nothing is added up over institutions or places.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis import texts
from analysis.facts import Coverage, Fact, derived, observed
from analysis.findings import Drawn, Finding, Table
from analysis.methods import exposure
from analysis.sentences import Sentence, assumed, year
from analysis.themes import derived_results, naming, planned, subjects
from analysis.themes import statements as of
from analysis.themes.statements import Statements
from analysis.words import nth, pick

TEXT = texts.of(__file__)

THEMES = ("funding", "equipment", "research_output")
ABOUT = TEXT.pair("words.about")
CAP, CAP_RATIO, FUND, FUND_RATIO = (
    "talent_grant_cap_team",
    "cofunding_ratio",
    "talent_training_annual_funding",
    "training_cofunding_ratio",
)
PAID = ("party_fee_allocation", "party_members_supported")
UNITS = {
    "元/年": TEXT.pair("units.text"),
    "元": TEXT.pair("units.text_2"),
    "元/个": TEXT.pair("units.text_3"),
    "元/人年": TEXT.pair("units.text_4"),
}
APPLIED = TEXT.pair("words.applied")
MATCH = TEXT.pair("words.match")
RATE = TEXT.pair("words.rate")
COUNT_MEASURES = ("count_cumulative", "flow", "level")
OWN_SCALE = ("平方米", "项/年")  # no plain counts
LEVEL = 0.95
LEVEL_TEXT = f"{LEVEL:.0%}"


def _shown(rows: pd.DataFrame) -> pd.Series:
    return (rows["quantifier"] != "unquantified") & (rows["salience"] == "core")


def coverage() -> Coverage:
    """Places with a number on money, equipment or research."""
    return of.coverage(THEMES, ABOUT, counts=_shown, codes=planned.codes())


def load(region_code: str, as_of: str = "") -> Statements:
    """Statements on money, equipment and research of a place. Raises MethodError when there are none."""
    return of.read(region_code, as_of, themes=THEMES, indicators=PAID)


def data(st: Statements) -> Finding:
    return of.data(st, ABOUT)


def every(st: Statements) -> Finding:
    return of.every(st)


def _money(st: Statements) -> pd.DataFrame:
    c = st.core
    return c[c["unit"].isin(list(UNITS)) & (c["theme"] == "funding")]


def money_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Amounts promised by what they are per, and the spending that was not published, as charts.ledger takes them."""
    i, rows, money = nth(lang), [], _money(st)
    for unit, head in UNITS.items():
        group = money[money["unit"] == unit].to_dict("records")
        rows += [
            of.entry(head[i] if row["status"] == "commitment" else f"{head[i]} {APPLIED[i]}", row, lang)
            for row in sorted(group, key=lambda row: row["status"] != "actual")
        ]
        if group:
            rows.append(of.unpublished(head[i], TEXT.pair("money_rows.text")[i], unit))
    return of.ledger_rows(rows).assign(
        unit="元"
    )  # one scale: a bar of more money is longer, whatever it is per


def money(st: Statements, drawing: Drawn | None) -> Finding:
    """Promised against spent. drawing: charts.ledger of money_rows, or None."""
    rows = _money(st)
    if drawing is None:
        return st.silent(
            "money",
            "E1",
            *TEXT.fact("money.facts.n"),
            TEXT.pair("money.settle"),
        )
    n = of.count(rows, *TEXT.pair("money.facts.n_2"), st.rows)
    top = rows.iloc[0].to_dict()
    values = {"place": st.place, "n": n, "what": of.said(top["indicator"]), "v": observed(top)}
    sentences = [_promised(st, rows)]
    if both := st.together(*PAID):
        fee, people = (both.fact(key) for key in PAID)
        each = derived(
            None,
            *TEXT.fact("money.facts.each", place=st.place),
            operation="a / b",
            inputs=(fee, people),
            style="money",
            unit="元",
            high=derived_results.value("D18", fee.number, people.least),
            quantifier="just_under",
        )
        sentences.append(
            TEXT.say(
                "money.sentences.fee",
                f=fee,
                p=people,
                e=each,
            )
        )
    broken = of.count(rows[rows["damaged"]], *TEXT.pair("money.facts.broken"), rows)
    if broken.value:
        sentences.append(
            TEXT.say(
                "money.sentences.damaged",
                b=broken,
            )
        )
    return Finding(
        "money",
        TEXT.say(
            "money.headline",
            **values,
        ),
        TEXT.say(
            "money.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "money.note",
        ),
        drawing=drawing,
        tables=(of.table("money", TEXT.pair("money.tables_money"), rows, "reading"),),
        alt=TEXT.say(
            "money.alt",
            **values,
        ),
        states=(
            TEXT.state(
                "E6",
                "money.states.E6",
                place=st.place,
            ),
        ),
    )


def matches(st: Statements) -> list[tuple[tuple[str, str], Fact]]:
    """Money with the employer's part: a ceiling under both readings of what it covers, and a fund with its least match."""
    found: list[tuple[tuple[str, str], Fact]] = []
    if both := st.together(CAP, CAP_RATIO):
        cap, ratio = both.fact(CAP), both.fact(CAP_RATIO)
        for (zh, en), factor, operation in (
            (TEXT.pair("matches.text"), 1.0, "a"),
            (TEXT.pair("matches.text_2"), 1 + 1 / ratio.number, "a * (1 + 1 / b)"),
        ):
            total = cap.most * factor
            found.append(
                (
                    (zh, en),
                    derived(
                        total,
                        TEXT.pair("facts.matches.label", place=st.place, what=(zh, en)),
                        MATCH,
                        inputs=(cap, ratio),
                        operation=operation,
                        style="money",
                        unit="元",
                        high=total,
                        quantifier="at_most",
                        status="commitment",
                    ),
                )
            )
    if both := st.together(FUND, FUND_RATIO):
        fund, ratio = both.fact(FUND), both.fact(FUND_RATIO)
        low = fund.least * (1 + ratio.least)
        found.append(
            (
                TEXT.pair("matches.text_3"),
                derived(
                    None,
                    TEXT.pair("facts.matches.label_2", place=st.place),
                    MATCH,
                    inputs=(fund, ratio),
                    operation="a * (1 + b)",
                    style="money",
                    unit="元",
                    low=low,
                    quantifier="at_least",
                    status="commitment",
                ),
            )
        )
    return found


def matched_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Money with its match, computed, as charts.ledger takes it: ceilings and floors in groups of their own."""
    i = nth(lang)
    heads = {
        "at_most": TEXT.pair("matched_rows.heads_at_most"),
        "at_least": TEXT.pair("matched_rows.heads_at_least"),
    }
    return of.ledger_rows(
        of.computed(
            heads[fact.quantifier][i],
            name[i][0].upper() + name[i][1:],
            fact,
            "commitment",
            lang,
            unit=fact.quantifier,
        )
        for name, fact in matches(st)
    )


def matched(st: Statements, lines: list[tuple[tuple[str, str], Fact]], drawing: Drawn | None) -> Finding:
    """What matching adds. lines: matches; drawing: charts.ledger of matched_rows, or None."""
    if drawing is None:
        return st.silent(
            "matched",
            "E1",
            *TEXT.fact("matched.facts.n"),
            TEXT.pair("matched.settle"),
        )
    told = (
        naming.chain((fact for _, fact in lines[:2]), "either")
        if len(lines) > 1
        else TEXT.phrase("matched.items.first", what=lines[0][0], amount=lines[0][1])
    )
    listed = [TEXT.phrase("matched.items.line", what=what, amount=fact) for what, fact in lines]
    return Finding(
        "matched",
        TEXT.say(
            "matched.headline" if len(lines) > 1 else "matched.headline_one",
            place=st.place,
            lines=told,
        ),
        TEXT.say(
            "matched.subtitle",
        ),
        sentences=(
            TEXT.say("matched.sentences.matched-list", place=st.place, lines=naming.chain(listed)),
            TEXT.say(
                "matched.sentences.matched-who",
            ),
        ),
        note=TEXT.say(
            "matched.note",
        ),
        drawing=drawing,
        tables=(
            of.facts_table(
                "matched",
                TEXT.pair("matched.tables_matched"),
                lines,
                (TEXT.pair("matched.tables_matched_2"), TEXT.pair("matched.tables_matched_3")),
            ),
            of.table(
                "ratios",
                TEXT.pair("matched.tables_ratios"),
                st.rows[st.rows["indicator"].isin([CAP_RATIO, FUND_RATIO])],
            ),
        ),
        alt=TEXT.say(
            "matched.alt",
            place=st.place,
            l0=lines[0][0],
            v0=lines[0][1],
        ),
    )


def _output(st: Statements) -> pd.DataFrame:
    c = st.core
    return c[
        c["theme"].isin(["equipment", "research_output"])
        & c["measure"].isin(COUNT_MEASURES)
        & (c["status"] == "actual")
    ]


def output_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Outputs and equipment as charts.ledger takes them, one group an institution, the window under each; counts share one scale."""
    return of.ledger_rows(
        of.entry(
            pick(of.who(row), lang),
            row,
            lang,
            note=of.period_text(row, lang),
            unit=row["unit"] if row["unit"] in OWN_SCALE else "",
        )
        for row in _output(st).to_dict("records")
    )


def output(st: Statements, drawing: Drawn | None) -> Finding:
    """What was bought and produced. drawing: charts.ledger of output_rows, or None."""
    rows = _output(st)
    if drawing is None:
        return st.silent(
            "output",
            "E1",
            *TEXT.fact("output.facts.n"),
            TEXT.pair("output.settle"),
        )
    n = of.count(rows, *TEXT.pair("output.facts.n_2"), st.rows)
    top = (
        rows.assign(loose=rows["quantifier"] != "exact")
        .sort_values(["theme", "loose"], ascending=[False, True], kind="stable")
        .iloc[0]
        .to_dict()
    )  # research first, a firm number first
    zero = rows[rows["value"] == 0]
    sentences = (
        []
        if len(rows) == 1
        else [
            TEXT.say(
                "output.sentences.kinds",
                n=n,
            )
        ]
    )
    if len(zero):
        sentences.append(
            TEXT.say(
                "output.sentences.zero",
                what=of.said(zero.iloc[0]["indicator"]),
            )
        )
    sentences.append(_told_of(st, rows))
    values = {"place": st.place, "n": n, "what": of.said(top["indicator"]), "v": observed(top)}
    return Finding(
        "output",
        TEXT.say("output.headline", place=st.place, n=n)
        if len(rows) > 1
        else TEXT.say("output.headline_one", place=st.place, what=values["what"], v=values["v"]),
        TEXT.say(
            "output.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "output.note",
        ),
        drawing=drawing,
        tables=(of.table("output", TEXT.pair("output.tables_output"), rows),),
        alt=TEXT.say(
            "output.alt",
            **values,
        ),
    )


def _promised(st: Statements, rows: pd.DataFrame) -> Sentence:
    """What was promised, and what of it is told as paid: a rate that is reported as paid is no promise."""
    promises, paid = rows[rows["status"] != "actual"], rows[rows["status"] == "actual"]
    if promises.empty or paid.empty:
        promises, paid = rows, paid.head(0)
    top = promises.iloc[0].to_dict()
    values: dict[str, Any] = {"place": st.place, "what": of.said(top["indicator"]), "v": observed(top)}
    values["n"] = of.count(promises, *TEXT.pair("money.facts.n_2"), st.rows)
    if len(paid):
        row = paid.iloc[0].to_dict()
        values |= {"paid": of.said(row["indicator"]), "pv": observed(row)}
    return TEXT.say(f"money.sentences.promised{'_paid' if len(paid) else ''}", id="promised", **values)


def _told_of(st: Statements, rows: pd.DataFrame) -> Sentence:
    """Output with whose it is, where one institution reports it all, and whether money stands beside it."""
    largest = _largest(rows)
    whose = largest["institution_id"].unique()
    who = of.who(largest.iloc[0]) if len(whose) == 1 and whose[0] else st.place
    items = naming.chain(
        TEXT.phrase("output.item", what=naming.lowered(of.said(row["indicator"])), v=observed(row))
        for row in largest.to_dict("records")
    )
    alone = "" if len(_money(st)) else "_alone"
    return TEXT.say(f"output.sentences.list{alone}", id="list", who=who, items=items)


def _largest(rows: pd.DataFrame) -> pd.DataFrame:
    """The two largest counts of output."""
    counted = rows[rows["value"].notna() & (rows["theme"] == "research_output") & (rows["value"] > 0)]
    counted = counted if len(counted) else rows
    return counted.sort_values(["value", "observation_id"], ascending=[False, True]).head(2)


def _whole_year(row: dict) -> bool:
    """Whether a window is one calendar year."""
    start, end = row["period_start"], row["period_end"]
    return start.endswith("-01-01") and end == f"{start[:4]}-12-31"


def exposed(st: Statements, method: Callable[[int, float], pd.Series]) -> list[tuple[dict, Fact]]:
    """Research counts whose window the document prints, and their yearly rate; an inferred window gives none. method: exposure.poisson_rate."""
    rows = _output(st)
    rows = rows[
        (rows["theme"] == "research_output")
        & (rows["period_start"] != "")
        & (rows["period_basis"] == "explicit")
        & (rows["quantifier"] == "exact")
    ]
    found = []
    for row in rows.to_dict("records"):
        if _whole_year(row):
            continue  # the count of a year is its own rate, and complete: no interval belongs to it
        fact, years = observed(row), exposure.years_between(row["period_start"], row["period_end"])
        rate = method(int(fact.number), years)
        zh, en = naming.label(row["indicator"])
        found.append(
            (
                row,
                derived(
                    rate["rate"],
                    TEXT.pair("facts.exposed.label", place=st.place, what=(zh, en)),
                    RATE,
                    inputs=(fact,),
                    style="number",
                    decimals=1,
                    low=rate["low"],
                    high=rate["high"],
                    operation=f"a / {years!r}",
                ),
            )
        )
    return found


def rate_rows(st: Statements, lines: list[tuple[dict, Fact]], lang: str) -> pd.DataFrame:
    """Yearly rates with their intervals as charts.coefficients takes them."""
    i = nth(lang)
    rows = [
        {
            "label": naming.label(row["indicator"])[i],
            "group": of.who(row)[i],
            "estimate": fact.value,
            "low": fact.low,
            "high": fact.high,
            "text": _with_interval(fact, lang),
            "main": True,
        }
        for row, fact in lines
    ]
    return pd.DataFrame(rows, columns=["label", "group", "estimate", "low", "high", "text", "main"])


def _interval(fact: Fact) -> Fact:
    return derived(
        None,
        TEXT.pair("facts.interval.label", label=fact.label),
        RATE,
        inputs=(fact,),
        style="number",
        decimals=1,
        low=fact.low,
        high=fact.high,
        quantifier="interval",
    )


def _with_interval(fact: Fact, lang: str) -> str:
    left, right = pick((("（", "）"), (" (", ")")), lang)
    return f"{fact.text(lang)}{left}{_interval(fact).text(lang)}{right}"


def rates(st: Statements, lines: list[tuple[dict, Fact]], drawing: Drawn | None) -> Finding:
    """Outputs per year of exposure. lines: exposed; drawing: charts.coefficients of rate_rows, or None."""
    whole = _output(st)
    research = whole[whole["theme"] == "research_output"]
    state = TEXT.state(
        "E4",
        "rates.states.E4",
        place=st.place,
    )
    if drawing is None:
        return Finding(
            "rates",
            TEXT.say(
                "rates.headline",
                place=st.place,
            ),
            states=(state,),
        )
    row, fact = max(lines, key=lambda pair: pair[1].number)
    left = of.count(
        research[~research["observation_id"].isin([r["observation_id"] for r, _ in lines])],
        *TEXT.pair("rates.facts.left"),
        research,
    )
    values = {
        "place": st.place,
        "what": of.said(row["indicator"]),
        "n": observed(row),
        "a": year(row["period_start"]),
        "b": year(row["period_end"]),
        "r": fact,
        "i": _interval(fact),
        "left": left,
    }
    sentences = [
        TEXT.say(
            "rates.sentences.rate",
            **values | {"c": assumed(LEVEL_TEXT)},
        )
    ]
    if left.value:
        sentences.append(
            TEXT.say(
                "rates.sentences.left",
                left=left,
            )
        )
    table = Table(
        "rates",
        TEXT.pair("rates.caption"),
        pd.DataFrame(
            {
                "what": [naming.label(r["indicator"])[0] for r, _ in lines],
                "what_en": [naming.label(r["indicator"])[1] for r, _ in lines],
                "n": [observed(r) for r, _ in lines],
                "window": [of.period_text(r, "zh") for r, _ in lines],
                "rate": [f for _, f in lines],
                "interval": [_interval(f) for _, f in lines],
            }
        ).astype({"n": object, "rate": object, "interval": object}),
        (
            TEXT.column("rates.columns.what", "name"),
            TEXT.column("rates.columns.n", "count", source_ids=subjects.sources(research)),
            TEXT.column("rates.columns.window", "text"),
            TEXT.column("rates.columns.rate", "number", formula=RATE, source_ids=subjects.sources(research)),
            TEXT.column(
                "rates.columns.interval",
                "number",
                formula=RATE,
                source_ids=subjects.sources(research),
            ),
        ),
    )
    return Finding(
        "rates",
        TEXT.say(
            "rates.headline_2",
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
        tables=(table,),
        alt=TEXT.say(
            "rates.alt",
            **values,
        ),
        states=(state,) if left.value else (),
    )


def closing(st: Statements) -> Finding:
    """What the documents leave open."""
    states = [
        TEXT.state(
            "E8",
            "closing.states.E8",
        )
    ]
    if st.rows["damaged"].any():
        states.append(
            TEXT.state(
                "E5",
                "closing.states.E5",
            )
        )
    return subjects.closing((*states, *of.cut_off(st)))
