"""Services, capacity and cost: growth without a level, shares without a number of cases, directions without a number.

Rows: statements of the documents on service volume and capacity of a place's hospitals. Growth is shown as growth: a level that was
not printed is not reconstructed. A share without its number of cases has no interval. A direction is no number. No effect of any
project is estimated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from analysis import tables, texts
from analysis.facts import Coverage, Fact, derived, observed
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import NOTHING, name
from analysis.themes import derived_results, naming, planned, subjects
from analysis.themes import statements as of
from analysis.themes.statements import Statements
from analysis.words import pick

TEXT = texts.of(__file__)

THEMES = ("service_volume", "service_capacity")
ABOUT = TEXT.pair("words.about")
DISCHARGES, SURGERIES, OUTFLOW, SHARE = (
    "discharges_change",
    "surgeries_change",
    "insured_outflow_rate_change",
    "level34_surgery_share",
)
GROWTH = ("outpatient_visits_change", DISCHARGES, SURGERIES)
TECHNIQUES, LEADING = "new_techniques", "new_technique_national_lead_share"
COUNT_MEASURES = ("count_cumulative", "level")
STEPS = TEXT.group("steps")
WAYS = TEXT.group("ways")
PER_DISCHARGE = TEXT.pair("words.per_discharge")


def _shown(rows: pd.DataFrame) -> pd.Series:
    return (rows["quantifier"] != "unquantified") & (rows["salience"] == "core") | (
        rows["measure"] == "direction"
    )


def coverage() -> Coverage:
    """Cities with a number or a direction on services; provinces have the notebook on series."""
    return of.coverage(
        THEMES, ABOUT, counts=_shown, codes=[c for c in planned.codes() if not c.endswith("0000")]
    )


def load(region_code: str, as_of: str = "") -> Statements:
    """Statements on services of a place. Raises MethodError when there are none."""
    return of.read(region_code, as_of, themes=THEMES)


def data(st: Statements) -> Finding:
    return of.data(st, ABOUT)


def every(st: Statements) -> Finding:
    return of.every(st)


def growth_rows(st: Statements, lang: str) -> pd.DataFrame:
    """One bar a growth rate, as charts.bars takes it; the ambiguous outflow is no growth of a volume and is left out."""
    keys = st.having(GROWTH)
    facts = [st.fact(k, signed=True) for k in keys]
    return pd.DataFrame(
        {
            "label": [pick(naming.label(k), lang) for k in keys],
            "value": [f.value for f in facts],
            "text": [f.text(lang) for f in facts],
            "highlight": [True] * len(keys),
        }
    )


def per_discharge(st: Statements) -> Fact | None:
    """Change of operations per discharge from the two growth rates; None where one is missing."""
    both = st.together(SURGERIES, DISCHARGES)
    if both is None:
        return None
    surgeries, discharges = both.fact(SURGERIES), both.fact(DISCHARGES)
    value = derived_results.value("D23", surgeries.number, discharges.number) * 100
    return derived(
        value,
        TEXT.pair("facts.per_discharge.label", place=st.place),
        PER_DISCHARGE,
        inputs=(surgeries, discharges),
        style="percent",
        signed=True,
        operation="((1 + a / 100) / (1 + b / 100) - 1) * 100",
    )


def growth(st: Statements, ratio: Fact | None, drawing: Drawn | None) -> Finding:
    """Growth as printed. ratio: per_discharge; drawing: charts.bars of growth_rows, or None."""
    keys = st.having(GROWTH)
    if drawing is None:
        return st.silent(
            "growth",
            "E4",
            *TEXT.fact("growth.facts.n"),
            TEXT.pair("growth.settle"),
        )
    facts = {k: st.fact(k, signed=True) for k in keys}
    top = max(keys, key=lambda k: facts[k].number)
    row = st.row(top)
    spans = {
        "now": naming.months(row["period_start"], row["period_end"]),
        "then": naming.months(row["baseline_start"], row["baseline_end"]),
    }
    n = of.count(st.rows[st.rows["indicator"].isin(keys)], *TEXT.pair("growth.facts.n_2"), st.rows)
    sentences = [
        TEXT.say(
            "growth.sentences.span",
            **spans,
        )
    ]
    if ratio:
        sentences.append(
            TEXT.say(
                "growth.sentences.ratio",
                who=of.who(row),
                s=naming.moved(facts[SURGERIES], "plain"),
                d=naming.moved(facts[DISCHARGES], "plain"),
                r=naming.moved(ratio),
                **spans,
            )
        )
    states = [
        TEXT.state(
            "E4",
            "growth.states.E4",
            place=st.place,
        )
    ]
    out = st.row(OUTFLOW)
    if out is not None:
        sentences.append(
            TEXT.say(
                "growth.sentences.outflow",
                v=derived(
                    abs(out["value"]),
                    *TEXT.fact(
                        "growth.facts.fall", who=naming.named(out["institution_id"], out["institution"])
                    ),
                    inputs=(observed(out),),
                    operation="abs(a)",
                    style=observed(out).style,
                    decimals=observed(out).decimals,
                ),
            )
        )
        states.append(
            TEXT.state(
                "E5",
                "growth.states.E5",
            )
        )
    return Finding(
        "growth",
        TEXT.say(
            "growth.headline",
            who=of.who(row),
            n=n,
        ),
        TEXT.say("growth.subtitle", **spans),
        sentences=tuple(sentences),
        note=TEXT.say(
            "growth.note",
        ),
        drawing=drawing,
        tables=(
            of.table(
                "growth",
                TEXT.pair("growth.tables_growth"),
                st.rows[st.rows["indicator"].isin([*keys, OUTFLOW])],
            ),
        )
        + (
            (
                of.facts_table(
                    "ratio",
                    TEXT.pair("growth.tables_ratio"),
                    [(TEXT.pair("growth.tables_ratio_2"), ratio)],
                    (TEXT.pair("growth.tables_ratio_3"), TEXT.pair("growth.tables_ratio_4")),
                ),
            )
            if ratio
            else ()
        ),
        alt=TEXT.say(
            "growth.alt",
            place=st.place,
            who=of.who(row),
            what=_volume(top),
            v=facts[top],
        ),
        states=tuple(states),
    )


def _volume(indicator: str) -> tuple[str, str]:
    return {
        "outpatient_visits_change": TEXT.pair("volume.outpatient_visits_change"),
        DISCHARGES: TEXT.pair("volume.text"),
        SURGERIES: TEXT.pair("volume.text_2"),
    }[indicator]


def _shares(st: Statements) -> list[dict]:
    """The two readings of the share of level-3 and level-4 operations, the undated one first, of several the newest last; empty unless
    there are two about the same body in the share's own unit."""
    rows = st.rows[(st.rows["indicator"] == SHARE) & (st.rows["quantifier"] != "unquantified")]
    rows = rows.loc[[of.in_own_unit(row) for row in rows.to_dict("records")]]
    rows = rows[of.about(rows) == of.about(rows).iloc[:1].max()].sort_values("period_end", kind="stable")
    found = rows.to_dict("records")
    return [found[0], found[-1]] if len(found) > 1 else []


def mix_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Two bars, before and after, as charts.bars takes them; empty without two readings."""
    heads = (TEXT.pair("mix_rows.heads"), TEXT.pair("mix_rows.heads_2"))
    rows = [
        {
            "label": f"{pick(head, lang)} ({of.period_text(row, lang)})",
            "value": row["value"],
            "text": observed(row).text(lang),
            "highlight": i == 1,
        }
        for i, (head, row) in enumerate(zip(heads, _shares(st), strict=False))
    ]
    return pd.DataFrame(rows, columns=["label", "value", "text", "highlight"])


def mix_change(st: Statements) -> tuple[Fact, Fact] | None:
    """The change of the share in percentage points and in per cent of the first reading; None without two readings."""
    pair = _shares(st)
    if not pair:
        return None
    before, after = (observed(row) for row in pair)
    points = derived(
        derived_results.value("D12", before.number, after.number),
        *TEXT.fact("facts.mix_change_points", place=st.place),
        inputs=(before, after),
        style="pp",
        decimals=0,
        signed=True,
        operation="b - a",
    )
    relative = derived(
        derived_results.value("D13", before.number, after.number) * 100,
        *TEXT.fact("facts.mix_change_relative", place=st.place),
        inputs=(before, after),
        style="percent",
        signed=True,
        operation="(b - a) / a * 100",
    )
    return points, relative


def mix(st: Statements, change: tuple[Fact, Fact] | None, drawing: Drawn | None) -> Finding:
    """Case mix: two shares without a number of operations. change: mix_change; drawing: charts.bars of mix_rows, or None."""
    if drawing is None or change is None:
        return st.silent(
            "mix",
            "E4",
            *TEXT.fact("mix.facts.n"),
            TEXT.pair("mix.settle"),
        )
    pair = _shares(st)
    before, after = (observed(row) for row in pair)
    points, relative = change
    values = {
        "who": of.who(pair[1]),
        "place": st.place,
        "a": before,
        "b": after,
        "p": points,
        "r": relative,
        "until": naming.day(pair[1]["period_end"]),
    }
    values |= naming.worded(values, "higher", "p", "r")
    return Finding(
        "mix",
        TEXT.say(
            "mix.headline",
            **values,
        ),
        TEXT.say("mix.subtitle"),
        sentences=(
            TEXT.say(
                "mix.sentences.mix-change",
                **values,
            ),
            TEXT.say(
                "mix.sentences.mix-brief",
                **values,
            ),
            TEXT.say(
                "mix.sentences.mix-damaged",
                holds={"damaged": any(row["damaged"] for row in pair)},
            ),
        ),
        note=TEXT.say(
            "mix.note",
        ),
        drawing=drawing,
        tables=(
            of.table(
                "mix",
                TEXT.pair("mix.tables_mix"),
                st.rows[st.rows["indicator"] == SHARE],
                "reading",
            ),
            of.facts_table(
                "mix_change",
                TEXT.pair("mix.tables_mix_change"),
                [
                    (TEXT.pair("mix.tables_mix_change_2"), points),
                    (TEXT.pair("mix.tables_mix_change_3"), relative),
                ],
                (TEXT.pair("mix.tables_mix_change_4"), TEXT.pair("mix.tables_mix_change_5")),
            ),
        ),
        alt=TEXT.say(
            "mix.alt",
            **values,
        ),
        states=(
            TEXT.state(
                "E4",
                "mix.states.E4",
                place=st.place,
            ),
        ),
    )


def capacity_rows(st: Statements, lang: str) -> pd.DataFrame:
    """Counts of techniques, subspecialties and disciplines as charts.ledger takes them, one group an institution."""
    rows = st.core[(st.core["theme"] == "service_capacity") & st.core["measure"].isin(COUNT_MEASURES)]
    return of.ledger_rows(
        of.entry(pick(of.who(row), lang), row, lang, unit="") for row in rows.to_dict("records")
    )


def _leading(st: Statements) -> Fact | None:
    """Upper bound of the techniques said to lead in the country: all new ones times the share printed as just under a number."""
    both = st.together(TECHNIQUES, LEADING)
    if both is None:
        return None
    total, share = both.fact(TECHNIQUES), both.fact(LEADING)
    return derived(
        None,
        *TEXT.fact("facts.leading", place=st.place),
        inputs=(total, share),
        operation=derived_results.operation(derived_results.row_of("D19")),
        style="number",
        decimals=1,
        high=derived_results.value("D19", total.number, share.most),
        quantifier="just_under",
    )


def capacity(st: Statements, drawing: Drawn | None) -> Finding:
    """What was set up. drawing: charts.ledger of capacity_rows, or None."""
    if drawing is None:
        return st.silent(
            "capacity",
            "E3",
            *TEXT.fact("capacity.facts.n"),
            TEXT.pair("capacity.settle"),
        )
    rows = st.core[(st.core["theme"] == "service_capacity") & st.core["measure"].isin(COUNT_MEASURES)]
    n = of.count(rows, *TEXT.pair("capacity.facts.n_2"), st.rows)
    first = observed(rows.iloc[0].to_dict())
    sentences = [
        TEXT.say(
            "capacity.sentences.not-added",
            n=n,
        )
    ]
    leading = _leading(st)
    if leading:
        sentences.append(
            TEXT.say(
                "capacity.sentences.leading",
                who=of.who(st.row(TECHNIQUES)),
                t=st.fact(TECHNIQUES),
                s=replace(st.fact(LEADING), quantifier="exact", value=st.fact(LEADING).high),
                m=replace(leading, quantifier="exact", value=leading.high),
            )
        )
    return Finding(
        "capacity",
        TEXT.say(
            "capacity.headline",
            place=st.place,
            n=n,
            what=of.said(rows.iloc[0]["indicator"]),
            v=first,
        ),
        TEXT.say(
            "capacity.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "capacity.note",
        )
        if rows["quantifier"].isin(["more_than", "just_under"]).any()
        else None,
        drawing=drawing,
        tables=(of.table("capacity", TEXT.pair("capacity.tables_capacity"), rows),),
        alt=TEXT.say(
            "capacity.alt",
            place=st.place,
            n=n,
            what=of.said(rows.iloc[0]["indicator"]),
            v=first,
        ),
    )


def direction_drawing(matrix: Callable[..., Drawn], st: Statements, lang: str) -> Drawn | None:
    """What was printed of each indicator that has a direction only: matrix (charts.matrix) of these rows; None where there are none."""
    rows = st.rows[st.rows["measure"] == "direction"].to_dict("records")
    if not rows:
        return None
    cells = pd.DataFrame(
        [
            {
                "row": row["observation_id"],
                "column": "direction",
                "text": pick(WAYS[row["direction"]], lang),
                "kind": "mentioned",
            }
            for row in rows
        ]
    )
    return matrix(
        {row["observation_id"]: pick(naming.label(row["indicator"]), lang) for row in rows},
        {key: pick(STEPS[key], lang) for key in STEPS},
        cells,
        lang=lang,
    )


def directions(st: Statements, drawing: Drawn | None) -> Finding:
    """Directions without numbers, and the project loop they belong to. drawing: direction_drawing."""
    rows = st.rows[st.rows["measure"] == "direction"]
    if rows.empty:
        return Finding(
            "directions",
            TEXT.say(
                "directions.headline",
                place=st.place,
            ),
            states=(
                TEXT.state(
                    "E1",
                    "directions.states.E1",
                    place=st.place,
                ),
            ),
        )
    n = of.count(rows, *TEXT.pair("directions.facts.n"), st.rows)
    down = of.count(rows[rows["direction"] == "down"], *TEXT.pair("directions.facts.down"), rows)
    first = rows.iloc[0].to_dict()
    about = of.who(first) if rows["institution_id"].nunique() == 1 else st.place
    sentences = [
        TEXT.say(
            "directions.sentences.direction-only",
            who=about,
            n=n,
            falls=TEXT.phrase("directions.falls", d=down) if down.value else NOTHING,
        )
    ]
    loop = _loop(rows)
    if len(loop):
        sentences.append(
            TEXT.say(
                "directions.sentences.loop",
                who=of.who(first),
                m=name((loop["paraphrase_zh"].iloc[0], loop["paraphrase_en"].iloc[0])),
            )
        )
    shown = of.frame(rows).assign(
        direction=[WAYS[d][0] for d in rows["direction"]],
        direction_en=[WAYS[d][1] for d in rows["direction"]],
    )
    text = {
        "who": TEXT.pair("directions.text_who"),
        "what": TEXT.pair("directions.text_what"),
        "direction": TEXT.pair("directions.text_direction"),
        "printed": TEXT.pair("directions.text_printed"),
        "period": TEXT.pair("directions.text_period"),
        "basis": TEXT.pair("directions.text_basis"),
    }
    return Finding(
        "directions",
        TEXT.say(
            "directions.headline_2",
            who=about,
            n=n,
        ),
        TEXT.say(
            "directions.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "directions.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "directions",
                TEXT.pair("directions.caption"),
                shown,
                tuple(Column(key, head, "text") for key, head in text.items()),
            ),
        ),
        alt=TEXT.say(
            "directions.alt",
            place=st.place,
            n=n,
        ),
        states=(
            TEXT.state(
                "E2",
                "directions.states.E2",
                place=st.place,
            ),
        ),
    )


def _loop(rows: pd.DataFrame) -> pd.DataFrame:
    """Measures of project management that a document links to these statements."""
    measures = tables.read("measures", mechanism="project_management")
    return measures[
        [
            bool(set(subjects.ids(linked)) & set(rows["observation_id"]))
            for linked in measures["linked_observation_ids"]
        ]
    ]


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
    if (st.rows["period_end"] == "").any():
        states.append(
            TEXT.state(
                "E4",
                "closing.states.E4",
            )
        )
    states += of.cut_off(st)
    return subjects.closing(states)
