"""Talent ledger: what the bulletins say came in and on what terms; results, commitments and targets kept apart.

Rows: talent statements of the documents in `observations` (theme talent, and the grants and funds that go with it). Counts nest only
where the source says so; heads engaged flexibly are never staff; bounds stay bounds. No effect is estimated: two readings of one
institution do not make a panel. How far recruitment got, stage by stage, is in ``talent_funnel``.
"""

from __future__ import annotations

import pandas as pd

from analysis import catalog, texts
from analysis.facts import Coverage, Fact, derived, observed
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import assumed
from analysis.themes import derived_results, naming, subjects
from analysis.themes import statements as of
from analysis.themes.statements import Statements
from analysis.themes.talent_funnel import STAGE_OF, WHOLE
from analysis.words import nth

TEXT = texts.of(__file__)

NOUN = TEXT.pair("words.noun")
FTE_DAYS = 250  # working days of a full-time year: an assumption, as in `derived_checks`
FUNDS = (
    "talent_grant_cap_team",
    "talent_grant_cap_individual",
    "talent_grant_cap_phd",
    "talent_training_annual_funding",
    "cofunding_ratio",
    "training_cofunding_ratio",
    "talent_grant_years",
)
# subset -> whole, only where the document says that one is part of the other
NESTED = {"phd_recruited_fulltime": "phd_recruited"}
SUBSET_NOT_STATED = ("shuangchuang_phd", "tsinghua_phd")
FULL_TIME, FLEXIBLE, MIN_DAYS = (
    "phd_recruited_fulltime",
    "flexible_high_level_talent",
    "flexible_talent_min_days",
)
GROUPS = {
    "ledger_recruited": (
        "phd_recruited",
        "phd_recruited_fulltime",
        "shuangchuang_phd",
        "tsinghua_phd",
        "flexible_high_level_talent",
        "pi_advisers_engaged",
        "resident_experts_seconded",
    ),
    "ledger_teams": (
        "teams_recruited",
        "academician_teams_recruited",
        "wanren_teams_recruited",
        "jieqing_teams_recruited",
        "excellence_teams",
        "academician_workstations",
    ),
    "ledger_applied": ("masters_applicants", "overseas_training_applicants"),
    "ledger_trained": (
        "talent_agreements_signed",
        "staff_admitted_phd",
        "postdocs",
        "reserve_cadres_first_batch",
    ),
    "ledger_titles": (
        "talent_333_tier2",
        "talent_333_tier3",
        "talent_169_leaders",
        "talent_169_backbone",
        "talent_169_rising",
    ),
    "ledger_teaching": ("adjunct_teachers", "master_supervisors", "doctoral_supervisors"),
}
PROMISES = {
    "ledger_caps": ("talent_grant_cap_team", "talent_grant_cap_individual", "talent_grant_cap_phd"),
    "ledger_annual_funds": ("talent_training_annual_funding",),
    "ledger_places": ("training_places_leading", "training_places_rising", "training_places_public_health"),
}
DIFFERENCE = TEXT.pair("words.difference")
FTE_FORMULA = TEXT.pair("words.fte_formula")
# columns of a yearly panel of hospitals that an estimate needs: (name zh, name en, what it holds zh, what it holds en)
NEEDED = (
    (*TEXT.pair("needed.text"), *TEXT.pair("needed.text_2")),
    (*TEXT.pair("needed.text_3"), *TEXT.pair("needed.text_4")),
    (*TEXT.pair("needed.text_5"), *TEXT.pair("needed.text_6")),
    (*TEXT.pair("needed.text_7"), *TEXT.pair("needed.text_8")),
    (*TEXT.pair("needed.text_9"), *TEXT.pair("needed.text_10")),
    (*TEXT.pair("needed.text_11"), *TEXT.pair("needed.text_12")),
    (*TEXT.pair("needed.text_13"), *TEXT.pair("needed.text_14")),
    (*TEXT.pair("needed.text_15"), *TEXT.pair("needed.text_16")),
    (*TEXT.pair("needed.text_17"), *TEXT.pair("needed.text_18")),
)


def coverage() -> Coverage:
    """Places with a numbered talent statement."""
    own = {
        "E2": TEXT.pair("coverage.own_E2"),
        "E3": TEXT.pair("coverage.own_E3"),
        "E1": TEXT.pair("coverage.own_E1"),
    }
    return of.coverage(
        ("talent",),
        TEXT.pair("coverage.text"),
        counts=lambda rows: rows["quantifier"] != "unquantified",
        own=own,
    )


def load(region_code: str, as_of: str = "") -> Statements:
    """Talent statements of a place from documents published by ``as_of`` (empty: all). Raises MethodError when there are none."""
    return of.read(region_code, as_of, themes=("talent",), indicators=FUNDS)


def data(ledger: Statements) -> Finding:
    """What is held: one row a document, statements by status."""
    undated = TEXT.pair("data.undated")
    return of.data(ledger, noun=NOUN, undated=undated)


def every(ledger: Statements) -> Finding:
    """Every talent statement as printed."""
    minor = ledger.rows[ledger.rows["salience"] == "minor"]
    sentences: tuple = ()
    if len(minor):
        k = of.count(minor, *TEXT.pair("facts.every_k"), ledger.rows, unit="条")
        sentences = (
            TEXT.say(
                "every.sentences.minor",
                k=k,
            ),
        )
    return of.every(ledger, noun=NOUN, sentences=sentences)


def _institutions(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with a column who: the institution once, whichever of its names is printed."""
    return rows.assign(who=rows["institution_id"].where(rows["institution_id"] != "", rows["institution"]))


def _results(ledger: Statements) -> pd.DataFrame:
    """Core results that are counts and no stage of the funnel."""
    c = ledger.core
    return c[(c["status"] == "actual") & ~c["indicator"].isin(STAGE_OF)]


def _group_of(indicator: str) -> str:
    return next((group for group, keys in GROUPS.items() if indicator in keys), "ledger_other")


def result_rows(ledger: Statements, lang: str) -> pd.DataFrame:
    """Results by group as charts.ledger takes them; a nested count says so, one that may be nested says that too."""
    order, lines = [*GROUPS, "ledger_other"], []
    for row in _results(ledger).to_dict("records"):
        key, more = row["indicator"], {}
        if key in NESTED:
            more["label"] = catalog.term("ledger_of_which", lang).format(catalog.indicator(key).label(lang))
        if key in SUBSET_NOT_STATED:
            more["note"] = catalog.term("ledger_subset_note", lang)
        lines.append(
            (order.index(_group_of(key)), of.entry(catalog.term(_group_of(key), lang), row, lang, **more))
        )
    return of.ledger_rows(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def results(ledger: Statements, drawing: Drawn | None) -> Finding:
    """What is reported as done. drawing: charts.ledger of result_rows, or None."""
    rows = _results(ledger)
    if drawing is None:
        return ledger.silent(
            "results",
            "E6",
            *TEXT.fact("results.facts.n"),
            TEXT.pair("results.settle"),
        )
    n, owners = (
        of.count(rows, *TEXT.pair("results.facts.n_owners"), rows),
        of.count(_institutions(rows), *TEXT.pair("results.facts.n_owners_2"), rows, of="who", unit="家"),
    )
    bounded, broken = rows[rows["quantifier"].isin(("more_than", "at_least"))], rows[rows["damaged"]]
    sentences = [
        TEXT.say(
            "results.sentences.not-added",
            n=n,
            m=owners,
        )
    ]
    if len(bounded):
        sentences.append(
            TEXT.say(
                "results.sentences.bounds",
                k=of.count(bounded, *TEXT.pair("results.facts.k"), rows),
            )
        )
    if len(broken):
        sentences.append(
            TEXT.say(
                "results.sentences.damaged",
                k=of.count(broken, *TEXT.pair("results.facts.k_2"), rows),
            )
        )
    return Finding(
        "results",
        TEXT.say(
            "results.headline",
            place=ledger.place,
            n=n,
        ),
        TEXT.say(
            "results.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "results.note",
        ),
        drawing=drawing,
        opens=False,
        tables=(
            of.table(
                "results",
                TEXT.pair("results.tables_results"),
                rows,
            ),
        ),
        alt=TEXT.say(
            "results.alt",
            place=ledger.place,
            n=n,
            what=naming.label(rows.iloc[0]["indicator"]),
            v=observed(rows.iloc[0].to_dict()),
        ),
    )


def fte_bounds(ledger: Statements, *, days: int) -> Fact | None:
    """Bounds of the full-time equivalents behind the recruited heads: the rest may work the minimum of days, or full time.

    ``days``: working days of a full-time year (an assumption). None where the heads, the full-time ones or the minimum are not printed.
    """
    both, least = ledger.together(WHOLE, FULL_TIME), ledger.fact(MIN_DAYS)  # the rule is another body's
    if not (both and least):
        return None
    whole, full = both.fact(WHOLE), both.fact(FULL_TIME)
    low = full.number + derived_results.value("D16", whole.number, full.number) * derived_results.value(
        "D17", least.least, days
    )
    return derived(
        None,
        TEXT.pair("facts.fte_bounds.label", days=days, place=ledger.place),
        FTE_FORMULA,
        inputs=(whole, full, least),
        operation=f"(b + (a - b) * c / {days}, a)",
        style="number",
        decimals=0,
        low=low,
        high=whole.value,
        quantifier="interval",
        status="actual",
    )


def _remainder(ledger: Statements) -> Fact:
    both = ledger.together(WHOLE, FULL_TIME) or ledger
    whole, full = both.fact(WHOLE), both.fact(FULL_TIME)
    return derived(
        derived_results.value("D16", whole.number, full.number),
        TEXT.pair("facts.remainder.label", place=ledger.place),
        DIFFERENCE,
        inputs=(whole, full),
        style="count",
        unit="人",
        operation="a - b",
    )


def contract_rows(ledger: Statements, lang: str) -> pd.DataFrame:
    """Heads, of which full-time, and the rest, as charts.ledger takes them; empty where no whole and part are printed."""
    if not (ledger.row(WHOLE) and ledger.row(FULL_TIME)):
        return of.ledger_rows(())
    i, group, rest = nth(lang), catalog.term("ledger_contract", lang), _remainder(ledger)
    rows = [
        of.entry(group, ledger.row(WHOLE), lang),
        of.entry(
            group,
            ledger.row(FULL_TIME),
            lang,
            label=catalog.term("ledger_of_which", lang).format(naming.label(FULL_TIME)[i]),
        ),
        of.entry(
            group,
            ledger.row(WHOLE),
            lang,
            label=catalog.term("ledger_rest", lang),
            value=rest.value,
            text=rest.text(lang),
            printed="",
            note=catalog.term("ledger_rest_note", lang),
        ),
    ]
    return of.ledger_rows(rows)


def contract(ledger: Statements, bounds: Fact | None, drawing: Drawn | None, *, days: int) -> Finding:
    """Full-time against flexible. bounds: fte_bounds; drawing: charts.ledger of contract_rows, or None."""
    if drawing is None:
        return _contract_unknown(ledger)
    whole, full, rest = ledger.fact(WHOLE), ledger.fact(FULL_TIME), _remainder(ledger)
    values = {"place": ledger.place, "who": ledger.who(WHOLE), "n": whole, "f": full, "r": rest}
    sentences = [
        TEXT.say(
            "contract.sentences.contract",
            **values,
        )
    ]
    frame = [
        (TEXT.pair("contract.frame"), whole),
        (TEXT.pair("contract.frame_2"), full),
        (TEXT.pair("contract.frame_3"), rest),
    ]
    if bounds:
        sentences.append(
            TEXT.say(
                "contract.sentences.fte",
                days=assumed(str(days)),
                least=ledger.fact(MIN_DAYS),
                b=bounds,
            )
        )
        frame.append(
            (
                TEXT.pair("contract.text", days=days),
                bounds,
            )
        )
    table = pd.DataFrame(
        {
            "what": [zh for (zh, _), _ in frame],
            "what_en": [en for (_, en), _ in frame],
            "heads": [fact for _, fact in frame],
        }
    ).astype({"heads": object})
    return Finding(
        "contract",
        TEXT.say(
            "contract.headline",
            **values,
        ),
        TEXT.say(
            "contract.subtitle",
            place=ledger.place,
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "contract.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "contract",
                TEXT.pair("contract.caption"),
                table,
                (
                    TEXT.column("contract.columns.what", "name"),
                    TEXT.column(
                        "contract.columns.heads", "count", formula=FTE_FORMULA, source_ids=whole.source_ids
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "contract.alt",
            **values,
        ),
    )


def _contract_unknown(ledger: Statements) -> Finding:
    """Flexible heads without days, or no word on the contract."""
    flexible = ledger.fact(FLEXIBLE)
    state = TEXT.state(
        "E4",
        "contract.states.E4",
        place=ledger.place,
    )
    if flexible is None:
        return Finding(
            "contract",
            TEXT.say(
                "contract.headline_unknown",
                place=ledger.place,
            ),
            states=(state,),
        )
    who = ledger.who(FLEXIBLE)
    return Finding(
        "contract",
        TEXT.say(
            "contract.headline_flexible",
            n=flexible,
        ),
        sentences=(
            TEXT.say(
                "contract.sentences.flexible",
                who=who,
                n=flexible,
            ),
        ),
        states=(state,),
    )


def _promises(ledger: Statements) -> pd.DataFrame:
    r = ledger.rows
    return r[(r["status"] == "commitment") & ~r["indicator"].isin(STAGE_OF)]


def promise_rows(ledger: Statements, lang: str) -> pd.DataFrame:
    """Ceilings, annual funds and training places, with the spending that was not published, as charts.ledger takes them."""
    i, rows = nth(lang), []
    promised = {row["indicator"]: row for row in _promises(ledger).to_dict("records")}
    for group, keys in PROMISES.items():
        found = [promised[key] for key in keys if key in promised]
        rows += [of.entry(naming.term(group)[i], row, lang) for row in found]
        if found:
            rows.append(
                of.unpublished(naming.term(group)[i], naming.term(f"{group}_result")[i], found[0]["unit"])
            )
    return of.ledger_rows(rows)


def promises(ledger: Statements, drawing: Drawn | None) -> Finding:
    """Cost ceilings, funds and places promised, against spending that was not published. drawing: charts.ledger of promise_rows, or None."""
    rows = _promises(ledger)
    if drawing is None:
        return ledger.silent(
            "promises",
            "E1",
            *TEXT.fact("promises.facts.n"),
            TEXT.pair("promises.settle"),
        )
    cap, count, sentences = ledger.fact("talent_grant_cap_team"), ledger.fact("teams_recruited"), []
    caps = [key for key in PROMISES["ledger_caps"] if ledger.row(key)]
    if caps:
        listed = [
            TEXT.phrase(
                "promises.items.cap",
                what=naming.lowered(naming.label(key)) if n else naming.label(key),
                cap=ledger.fact(key),
            )
            for n, key in enumerate(caps)
        ]
        sentences.append(TEXT.say("promises.sentences.caps", caps=naming.chain(listed)))
    if cap and count:
        most = derived(
            cap.most * count.number,
            *TEXT.fact("promises.facts.most", place=ledger.place),
            inputs=(count, cap),
            operation="a * b",
            style="money",
            quantifier="at_most",
            status="commitment",
        )
        sentences.append(
            TEXT.say(
                "promises.sentences.ceiling",
                t=count,
                m=most,
            )
        )
    if ledger.row("cofunding_ratio"):
        sentences.append(
            TEXT.say(
                "promises.sentences.matching",
                r=observed(ledger.row("cofunding_ratio"), decimals=0),
            )
        )
    damaged = rows[rows["damaged"]]
    if len(damaged):
        sentences.append(
            TEXT.say(
                "promises.sentences.damaged-promises",
                k=of.count(damaged, *TEXT.pair("promises.facts.k"), rows),
            )
        )
    n = of.count(rows, *TEXT.pair("promises.facts.n_2"), rows)
    return Finding(
        "promises",
        TEXT.say(
            "promises.headline",
            place=ledger.place,
            n=n,
        ),
        TEXT.say(
            "promises.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "promises.note",
        ),
        drawing=drawing,
        tables=(
            of.table(
                "promises",
                TEXT.pair("promises.tables_promises"),
                rows,
            ),
        ),
        alt=TEXT.say(
            "promises.alt",
            place=ledger.place,
            n=n,
        ),
        states=(
            TEXT.state(
                "E6",
                "promises.states.E6",
                place=ledger.place,
            ),
        ),
    )


def effects(ledger: Statements) -> Finding:
    """No effect is estimated, and which columns would be needed."""
    table = pd.DataFrame(NEEDED, columns=["column", "column_en", "what", "what_en"])
    return Finding(
        "effects",
        TEXT.say("effects.headline"),
        sentences=(
            TEXT.say(
                "effects.sentences.no-panel",
            ),
            TEXT.say(
                "effects.sentences.columns",
            ),
        ),
        tables=(
            Table(
                "needed",
                TEXT.pair("effects.caption"),
                table,
                (
                    TEXT.column("effects.columns.column", "name"),
                    TEXT.column("effects.columns.what", "text"),
                ),
            ),
        ),
        states=(
            TEXT.state(
                "E4",
                "effects.states.E4",
            ),
        ),
    )


def closing(ledger: Statements) -> Finding:
    """What the documents leave open."""
    rows, states = ledger.rows, []
    if (rows["period_start"] == "").any():
        states.append(
            TEXT.state(
                "E4",
                "closing.states.E4",
            )
        )
    if rows["damaged"].any():
        states.append(
            TEXT.state(
                "E5",
                "closing.states.E5",
            )
        )
    if ledger.row(FLEXIBLE) or (ledger.rows["status"] == "target").any():
        states.append(
            TEXT.state(
                "E7",
                "closing.states.E7",
            )
        )
    states.append(
        TEXT.state(
            "E8",
            "closing.states.E8",
        )
    )
    return subjects.closing(states)
