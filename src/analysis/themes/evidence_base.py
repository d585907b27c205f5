"""What the evidence holds: statements by theme, status, period and source, damage of the texts, and numbers that can only be derived.

Rows: the statements of the documents in `observations`, `measures`, `anomalies`, `derived_checks`, and the counts of all values by source.
Content analysis with an explicit codebook (Krippendorff): counting statements measures what officials report, not what happened. The
texts of the collection were coded once; where two people coded a bulletin, Krippendorff's alpha of each column is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from analysis import catalog, facts, tables, texts
from analysis.errors import MethodError, refuse
from analysis.facts import PERIOD_BASES, Coverage, Fact, derived
from analysis.findings import Column, Drawn, Finding, Table
from analysis.methods import agreement as methods
from analysis.themes import derived_results, naming, planned, subjects
from analysis.themes.naming import Row

TEXT = texts.of(__file__)

THEMES = (
    "ranking",
    "talent",
    "service_volume",
    "service_capacity",
    "research_output",
    "equipment",
    "funding",
    "digital",
    "grassroots",
    "governance",
    "evaluation",
    "party_building",
    "culture",
    "target",
)
STATUSES = {
    "actual": "actual",
    "commitment": "commitment",
    "target": "target",
    "no_number": "mentioned",
    "measures": "mentioned",
}  # column -> how its cells are drawn
DAMAGE, CODING = "anomaly_id", "coding_id"


@dataclass(frozen=True)
class Evidence(subjects.Subject):
    """What is held on a place.

    rows: statements of the documents on it (metadata left out), with column has_number; measures: its measures; values: all observations of it;
    anomalies: faults of the documents that speak of it; everything: statements on all places; codings: what two people coded of its documents.
    """

    rows: pd.DataFrame
    measures: pd.DataFrame
    values: pd.DataFrame = field(repr=False)
    anomalies: pd.DataFrame = field(repr=False)
    everything: pd.DataFrame = field(repr=False)
    codings: pd.DataFrame = field(repr=False)
    KEY: ClassVar[str] = subjects.OBSERVATION
    UNIT: ClassVar[str] = "条"

    @property
    def whole(self) -> pd.DataFrame:
        return self.everything

    @property
    def usable(self) -> pd.DataFrame:
        """Results with a number."""
        return self.rows[(self.rows["status"] == "actual") & self.rows["has_number"]]


def _statements() -> pd.DataFrame:
    rows = tables.read("observations", source_id=subjects.documents())
    rows = rows[rows["salience"] != "metadata"]
    return rows.assign(
        has_number=rows[["value", "value_low", "value_high"]].notna().any(axis=1)
        & (rows["quantifier"] != "unquantified")
    )


def _codes(code: str) -> list[str]:
    """A place and, for a city, its counties."""
    return [code, *(r.code for r in catalog.regions().values() if r.level == "county" and r.parent == code)]


def coverage() -> Coverage:
    """The nation, and places that a document deals with, have a page."""
    spoken = {*_statements()["region_code"], *tables.read("measures")["region_code"]}
    return subjects.once(lambda: bool(spoken), {catalog.NATION: None}) | {
        code: None if spoken & set(_codes(code)) else subjects.absent(code, spoken)
        for code in planned.codes()
    }


def load(region_code: str, as_of: str = "") -> Evidence:
    """What the documents published by ``as_of`` (empty: all) hold on a place; the nation has all of it."""
    code = catalog.region(region_code).code
    rows, measures, values, faults = (
        _statements(),
        tables.read("measures"),
        tables.read("observations"),
        tables.read("anomalies"),
    )
    faults = faults.assign(anomaly_id=[f"anomaly:{n}" for n in faults["anomaly_no"]])
    rows, measures, values, faults = (subjects.published(f, as_of) for f in (rows, measures, values, faults))
    everything = rows
    if code != catalog.NATION:
        rows, measures, values = (f[f["region_code"].isin(_codes(code))] for f in (rows, measures, values))
        faults = faults[faults["source_id"].isin({*rows["source_id"], *measures["source_id"]})]
    twice = tables.read("codings")
    twice = twice[twice["source_id"].isin({*rows["source_id"], *measures["source_id"]})].reset_index(
        drop=True
    )
    if rows.empty and measures.empty:
        raise refuse(
            "evidence_base.load",
            f"no document on {code} by {as_of or 'now'}",
            "a statement or a measure",
            "see coverage() for the places that have a page",
        )
    rows, measures, values, faults = (f.reset_index(drop=True) for f in (rows, measures, values, faults))
    return Evidence(code, rows, measures, values, faults, everything, twice)


def _measures(evidence: Evidence) -> Fact:
    return subjects.count(
        evidence.measures, "measure_id", TEXT.pair("measures.text"), whole=tables.read("measures"), unit="项"
    )


def data(evidence: Evidence) -> Finding:
    """Statements and measures by document."""
    rows, sources = (
        evidence.rows,
        [
            s
            for s in subjects.documents()
            if s in {*evidence.rows["source_id"], *evidence.measures["source_id"]}
        ],
    )
    frame = naming.both(({"s": s} for s in sources), source=lambda r: naming.title(r["s"])).assign(
        grade=[catalog.source(s).grade for s in sources],
        n=[int((rows["source_id"] == s).sum()) for s in sources],
        usable=[int((evidence.usable["source_id"] == s).sum()) for s in sources],
        measures=[int((evidence.measures["source_id"] == s).sum()) for s in sources],
        faults=[int((evidence.anomalies["source_id"] == s).sum()) for s in sources],
    )
    number = dict(style="number", source_ids=tuple(sources), formula=subjects.COUNTED)
    values = {
        "place": evidence.place,
        "n": evidence.n(rows, TEXT.pair("data.facts.values_n")),
        "u": evidence.n(evidence.usable, TEXT.pair("data.facts.values_u")),
        "m": _measures(evidence),
    }
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            **values,
        ),
        sentences=(
            TEXT.say(
                "data.sentences.counted",
            ),
        ),
        tables=(
            Table(
                "held",
                TEXT.pair("data.caption"),
                frame,
                (
                    TEXT.column("data.columns.source", "name"),
                    TEXT.column("data.columns.grade", "text"),
                    TEXT.column("data.columns.n", **number),
                    TEXT.column("data.columns.usable", **number),
                    TEXT.column("data.columns.measures", **number),
                    TEXT.column("data.columns.faults", **number),
                ),
            ),
        ),
    )


def theme_rows(evidence: Evidence) -> pd.DataFrame:
    """One row a filled cell of theme by status, as charts.matrix takes it."""
    column = evidence.rows["status"].where(evidence.rows["has_number"], "no_number")
    cells = pd.concat(
        [
            evidence.rows.assign(column=column)[["theme", "column"]],
            evidence.measures.assign(column="measures")[["theme", "column"]],
        ]
    )
    table = (
        cells.groupby(["theme", "column"]).size().rename("n").reset_index().rename(columns={"theme": "row"})
    )
    return table.assign(text=table["n"].astype(str), kind=table["column"].map(STATUSES))


def labels(evidence: Evidence, lang: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of themes and statuses, in order; only themes that occur."""
    present = set(theme_rows(evidence)["row"])
    return {t: catalog.term(f"theme_{t}", lang) for t in THEMES if t in present}, {
        s: catalog.term(f"column_{s}", lang) for s in STATUSES
    }


def by_theme(evidence: Evidence, drawing: Drawn | None) -> Finding:
    """Which themes have results, and which only promises or words. drawing: charts.matrix of labels and theme_rows."""
    cells = theme_rows(evidence)
    wide = (
        cells.pivot(index="row", columns="column", values="n")
        .reindex(index=[t for t in THEMES if t in set(cells["row"])], columns=list(STATUSES))
        .fillna(0)
        .astype(int)
    )
    frame = naming.both(
        ({"t": t} for t in wide.index), theme=lambda r: naming.term(f"theme_{r['t']}")
    ).assign(**{c: wide[c].to_list() for c in STATUSES})
    usable = evidence.usable
    bare = [t for t in wide.index if not wide.loc[t, "actual"]]
    source = subjects.sources(evidence.rows, evidence.measures)
    values = {
        "place": evidence.place,
        "k": derived(
            len(wide),
            TEXT.pair("themes.facts.values_k.label", place=evidence.place),
            subjects.COUNTED,
            **facts.counted(wide.index),
            origin=subjects.behind(evidence.rows, evidence.everything),
            style="count",
            unit="个",
            status="actual",
        ),
        "u": derived(
            usable["theme"].nunique(),
            TEXT.pair("themes.facts.values_u.label", place=evidence.place),
            subjects.COUNTED,
            **facts.counted(usable["theme"]),
            origin=subjects.behind(usable, evidence.everything),
            style="count",
            unit="个",
            status="actual",
        ),
    }
    sentences = (
        [
            naming.listed(
                "bare",
                TEXT.pair("themes.sentences_bare"),
                [naming.term(f"theme_{t}") for t in bare],
            )
        ]
        if bare
        else []
    )
    return Finding(
        "themes",
        TEXT.say(
            "themes.headline",
            **values,
        ),
        TEXT.say(
            "themes.subtitle",
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        tables=(
            Table(
                "themes",
                TEXT.pair("themes.caption"),
                frame,
                (
                    TEXT.column("themes.columns.theme", "name"),
                    *(
                        Column(
                            c,
                            naming.term(f"column_{c}"),
                            style="number",
                            source_ids=source,
                            formula=subjects.COUNTED,
                        )
                        for c in STATUSES
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "themes.alt",
            **values,
        ),
    )


def region_rows(evidence: Evidence) -> pd.DataFrame:
    """One row a filled cell of region by theme: usable (results with a number, printed in the cell) and n (all statements), as charts.matrix takes it."""
    r = evidence.everything
    table = (
        r.assign(usable=(r["status"] == "actual") & r["has_number"])
        .groupby(["region_code", "theme"])
        .agg(usable=("usable", "sum"), n=("usable", "size"))
        .reset_index()
    )
    table = table.rename(columns={"region_code": "row", "theme": "column"})
    return table.assign(
        text=table["usable"].astype(str), kind=["actual" if u else "mentioned" for u in table["usable"]]
    )


def region_labels(evidence: Evidence, lang: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of regions and themes, in order."""
    cells = region_rows(evidence)
    return {c: catalog.region(c).short(lang) for c in sorted(set(cells["row"]))}, {
        t: catalog.term(f"theme_{t}", lang) for t in THEMES if t in set(cells["column"])
    }


def region_kinds(lang: str) -> dict[str, str]:
    """What the key of the matrix of regions calls its two kinds of cell."""
    return {kind: TEXT.text(f"regions.kinds.{kind}", lang) for kind in ("actual", "mentioned")}


def own_row(evidence: Evidence) -> str | None:
    """The page's region in the matrix of regions; None where it has no statement."""
    return evidence.code if evidence.code in set(region_rows(evidence)["row"]) else None


def by_region(evidence: Evidence, drawing: Drawn | None) -> Finding:
    """How much each place has. drawing: charts.matrix of region_labels and region_rows."""
    cells, whole = region_rows(evidence), evidence.everything
    best = whole[(whole["status"] == "actual") & whole["has_number"]]
    frame = naming.both(
        (c for _, c in cells.iterrows()),
        region=lambda c: naming.place(c["row"]),
        theme=lambda c: naming.term(f"theme_{c['column']}"),
    ).assign(usable=cells["usable"].to_list(), n=cells["n"].to_list())
    own = evidence.rows
    values = {
        "place": evidence.place,
        "r": derived(
            cells["row"].nunique(),
            TEXT.pair("regions.facts.values_r.label"),
            subjects.COUNTED,
            **facts.counted(cells["row"]),
            rows=whole,
            style="count",
            unit="个",
            status="actual",
        ),
        "u": evidence.n(best, TEXT.pair("regions.facts.values_u")),
        "n": evidence.n(whole, TEXT.pair("regions.facts.values_n")),
        "k": evidence.n(own, TEXT.pair("regions.facts.values_k")),
    }
    sentences = [
        TEXT.say(
            "regions.sentences.uneven",
        )
    ]
    number = dict(style="number", source_ids=subjects.sources(whole), formula=subjects.COUNTED)
    return Finding(
        "regions",
        TEXT.say(
            "regions.headline_none" if own.empty else "regions.headline",
            **values,
        ),
        TEXT.say(
            "regions.subtitle",
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        tables=(
            Table(
                "regions",
                TEXT.pair("regions.caption"),
                frame,
                (
                    TEXT.column("regions.columns.region", "name"),
                    TEXT.column("regions.columns.theme", "name"),
                    TEXT.column("regions.columns.usable", **number),
                    TEXT.column("regions.columns.n", **number),
                ),
            ),
        ),
        alt=TEXT.say(
            "regions.alt",
            **values,
        ),
        once=own.empty,
        comparison=True,  # every place a document deals with, side by side
    )


def basis_rows(evidence: Evidence, lang: str) -> pd.DataFrame:
    """Statements by the basis of their period, as charts.bars takes it."""
    n = evidence.rows["period_basis"].value_counts()
    return pd.DataFrame(
        [
            {
                "label": catalog.term(f"period_basis_{b}", lang),
                "value": int(n[b]),
                "highlight": b == "explicit",
            }
            for b in PERIOD_BASES
            if b in n
        ],
        columns=["label", "value", "highlight"],
    )


def periods(evidence: Evidence, drawing: Drawn | None) -> Finding:
    """How the periods are known. drawing: charts.bars of basis_rows, or None without a statement."""
    rows = evidence.rows
    if drawing is None:
        return evidence.silent(
            "periods",
            "E3",
            *TEXT.fact("periods.facts.n"),
            TEXT.pair("periods.settle"),
        )
    open_ = rows[rows["period_basis"].isin(["as_of_publication", "undated"])]
    values = {
        "place": evidence.place,
        "n": evidence.n(rows, TEXT.pair("periods.facts.values_n")),
        "e": evidence.n(rows[rows["period_basis"] == "explicit"], TEXT.pair("periods.facts.values_e")),
        "o": evidence.n(open_, TEXT.pair("periods.facts.values_o")),
    }
    frame = naming.both(
        ({"b": b} for b in PERIOD_BASES if (rows["period_basis"] == b).any()),
        basis=lambda r: naming.term(f"period_basis_{r['b']}"),
    ).assign(
        n=[int((rows["period_basis"] == b).sum()) for b in PERIOD_BASES if (rows["period_basis"] == b).any()]
    )
    return Finding(
        "periods",
        TEXT.say(
            "periods.headline",
            **values,
        ),
        TEXT.say(
            "periods.subtitle",
            place=evidence.place,
        ),
        sentences=(
            TEXT.say("periods.sentences.citable", **values),
            TEXT.say("periods.sentences.cumulative"),
        ),
        drawing=drawing,
        tables=(
            Table(
                "periods",
                TEXT.pair("periods.caption"),
                frame,
                (
                    TEXT.column("periods.columns.basis", "name"),
                    TEXT.column(
                        "periods.columns.n",
                        "number",
                        source_ids=subjects.sources(rows),
                        formula=subjects.COUNTED,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "periods.alt",
            **values,
        ),
    )


def _repair(row: Row) -> str:
    """The reading adopted, where it is a reading and no remark."""
    text = row["repaired"].replace(" or ", " / ")
    return "" if re.search(r"[A-Za-z]{3,}", text) else text


def damage(evidence: Evidence) -> Finding:
    """Faults of the texts, with the reading adopted."""
    a, broken = evidence.anomalies, evidence.rows[evidence.rows["damaged"]]
    if a.empty:
        return Finding(
            "damage",
            TEXT.say(
                "damage.headline",
                place=evidence.place,
            ),
        )
    hit = a[a["affects_number"]]
    values = {
        "place": evidence.place,
        "n": subjects.count(a, DAMAGE, TEXT.pair("damage.values_n"), whole=a, unit="处"),
        "k": subjects.count(hit, DAMAGE, TEXT.pair("damage.values_k"), whole=a, unit="处"),
        "d": evidence.n(broken, TEXT.pair("damage.facts.values_d")),
    }
    frame = naming.both(
        (r for _, r in a.iterrows()),
        kind=lambda r: naming.term(f"anomaly_{r['type']}"),
        confidence=lambda r: naming.term(f"confidence_{r['confidence']}"),
        touches=lambda r: naming.term("yes" if r["affects_number"] else "no"),
        source=lambda r: naming.title(r["source_id"]),
    ).assign(
        printed=a["as_printed"].str.replace("⏎", "").to_list(), repaired=[_repair(r) for _, r in a.iterrows()]
    )
    sentences = [
        TEXT.say(
            "damage.sentences.damaged",
            **values,
        )
    ]
    return Finding(
        "damage",
        TEXT.say(
            "damage.headline_2",
            **values,
        ),
        sentences=tuple(sentences),
        tables=(
            Table(
                "damage",
                TEXT.pair("damage.caption"),
                frame,
                (
                    TEXT.column("damage.columns.printed", "name"),
                    TEXT.column("damage.columns.kind", "text"),
                    TEXT.column("damage.columns.repaired", "text"),
                    TEXT.column("damage.columns.confidence", "text"),
                    TEXT.column("damage.columns.touches", "text"),
                    TEXT.column("damage.columns.source", "text"),
                ),
            ),
        ),
    )


def grade_rows(evidence: Evidence, lang: str) -> pd.DataFrame:
    """All values held on the place by grade of the source, as charts.bars takes it."""
    n = evidence.values["source_grade"].value_counts()
    return pd.DataFrame(
        [
            {"label": catalog.term(f"grade_{g}", lang), "value": int(n.get(g, 0)), "highlight": g == "A"}
            for g in "ABC"
        ]
    )


def sources(evidence: Evidence, drawing: Drawn | None) -> Finding:
    """All values held on the place, by source and grade. drawing: charts.bars of grade_rows, or None where only measures are held."""
    v = evidence.values
    if drawing is None or v.empty:
        return evidence.silent(
            "source-grades",
            "E4",
            *TEXT.fact("source-grades.facts.n"),
            TEXT.pair("source-grades.settle"),
        )
    grouped = v.groupby("source_id")
    frame = naming.both(({"s": s} for s, _ in grouped), source=lambda r: naming.title(r["s"])).assign(
        grade=[catalog.source(s).grade for s, _ in grouped], n=[len(part) for _, part in grouped]
    )
    frame = frame.sort_values("n", ascending=False, kind="stable", ignore_index=True)
    values = {
        "place": evidence.place,
        "n": evidence.n(v, TEXT.pair("source-grades.facts.values_n"), unit="个"),
        "a": evidence.n(v[v["source_grade"] == "A"], TEXT.pair("source-grades.facts.values_a"), unit="个"),
        "c": evidence.n(v[v["source_grade"] == "C"], TEXT.pair("source-grades.facts.values_c"), unit="个"),
        "s": derived(
            v["source_id"].nunique(),
            TEXT.pair("source-grades.facts.values_s.label"),
            subjects.COUNTED,
            rows=v.drop_duplicates("source_id"),  # one row a source is enough to count sources
            style="count",
            unit="个",
            status="actual",
            operation=subjects.counted(len(v), "source_id"),
        ),
    }
    return Finding(
        "source-grades",
        TEXT.say(
            "source-grades.headline",
            **values,
        ),
        TEXT.say(
            "source-grades.subtitle",
        ),
        sentences=(
            TEXT.say(
                "source-grades.sentences.grade-c",
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "sources",
                TEXT.pair("source-grades.caption"),
                frame,
                (
                    TEXT.column("source-grades.columns.source", "name"),
                    TEXT.column("source-grades.columns.grade", "text"),
                    TEXT.column(
                        "source-grades.columns.n",
                        "number",
                        source_ids=subjects.sources(v),
                        formula=subjects.COUNTED,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "source-grades.alt",
            **values,
        ),
    )


def derived_numbers(evidence: Evidence) -> Finding:
    """Numbers that follow from the statements but are not printed, each with its caveat."""
    found = derived_results.load(None if evidence.is_nation else _codes(evidence.code))
    if not found:
        return Finding(
            "derived",
            TEXT.say(
                "derived.headline",
                place=evidence.place,
            ),
        )
    frame = naming.both(
        (row for row, _ in found),
        label=derived_results.label,
        formula=derived_results.formula,
        caveat=derived_results.caveat,
    )
    frame["value"] = [fact for _, fact in found]
    count = subjects.count(
        pd.DataFrame([row for row, _ in found]),
        "derived_id",
        TEXT.pair("derived.count"),
        whole=tables.read("derived_checks"),
        unit="个",
    )
    by_id = {row["derived_id"]: fact for row, fact in found}
    sentences = [
        TEXT.say(
            "derived.sentences.unprinted",
        )
    ]
    if {"D03", "D04"} <= by_id.keys():
        sentences.append(
            TEXT.say(
                "derived.sentences.contradict",
                a=by_id["D03"],
                b=by_id["D04"],
            )
        )
    if {"D09", "D10"} <= by_id.keys():
        sentences.append(
            TEXT.say(
                "derived.sentences.readings",
                a=by_id["D09"],
                b=by_id["D10"],
            )
        )
    return Finding(
        "derived",
        TEXT.say(
            "derived.headline_2",
            n=count,
        ),
        sentences=tuple(sentences),
        tables=(
            Table(
                "derived",
                TEXT.pair("derived.caption"),
                frame.astype({"value": object}),
                (
                    TEXT.column("derived.columns.label", "name"),
                    TEXT.column(
                        "derived.columns.value",
                        "number",
                        source_ids=tuple(sorted({s for _, f in found for s in f.source_ids})),
                    ),
                    TEXT.column("derived.columns.formula", "text"),
                    TEXT.column("derived.columns.caveat", "text"),
                ),
            ),
        ),
    )


def _agreed(rows: pd.DataFrame) -> dict[str, object]:
    """A column that two people coded: alpha with its interval, and how many codes are equal."""
    origin = subjects.origin(rows, CODING)
    equal = int((rows["first_code"] == rows["second_code"]).sum())
    cells: dict[str, object] = {
        "coded": rows["coded"].iloc[0],
        "units": subjects.count(rows, CODING, TEXT.pair("agreement.facts.units"), whole=rows, unit="条"),
        "equal": derived(
            equal,
            TEXT.pair("agreement.facts.equal"),
            subjects.COUNTED,
            origin=origin,
            style="count",
            unit="条",
        ),
        "alpha": None,
        "low": None,
        "high": None,
    }
    try:
        found = methods.alpha([rows["first_code"].to_list(), rows["second_code"].to_list()])
    except MethodError:  # every code is the same: nothing to tell agreement from
        return cells
    for name in ("alpha", "low", "high"):
        pair = TEXT.pair(f"agreement.facts.{name}")
        cells[name] = derived(
            getattr(found, name), pair, TEXT.pair("agreement.formula"), origin=origin, decimals=2
        )
    return cells


def agreement(evidence: Evidence) -> Finding:
    """How far two people who coded the same bulletins agree, column by column, and where they do not."""
    c = evidence.codings
    if c.empty:
        return Finding("agreement", TEXT.say("agreement.headline", place=evidence.place))
    apart = c[c["first_code"] != c["second_code"]]
    values = {
        "n": subjects.count(c, CODING, TEXT.pair("agreement.facts.units"), whole=c, unit="条"),
        "k": subjects.count(apart, CODING, TEXT.pair("agreement.facts.apart"), whole=c, unit="条"),
    }
    columns = [_agreed(rows) for _, rows in c.groupby("coded", sort=True)]
    names = ("coded", "units", "equal", "alpha", "low", "high")
    shown = apart.assign(source=[naming.title(s) for s in apart["source_id"]])[
        ["as_printed", "coded", "first_code", "second_code"]
    ]
    return Finding(
        "agreement",
        TEXT.say("agreement.headline_2", **values),
        tables=(
            Table(
                "agreement",
                TEXT.pair("agreement.caption"),
                pd.DataFrame(columns, columns=list(names)),
                (
                    TEXT.column("agreement.columns.coded", "name"),
                    *(
                        TEXT.column(f"agreement.columns.{name}", "number", source_ids=subjects.sources(c))
                        for name in names[1:]
                    ),
                ),
            ),
            *(
                (
                    Table(
                        "disagreements",
                        TEXT.pair("agreement.apart"),
                        shown.reset_index(drop=True),
                        (
                            TEXT.column("agreement.columns.as_printed", "name"),
                            *(
                                TEXT.column(f"agreement.columns.{name}", "text")
                                for name in ("coded", "first_code", "second_code")
                            ),
                        ),
                    ),
                )
                if len(apart)
                else ()
            ),
        ),
    )


def closing(evidence: Evidence) -> Finding:
    """How far the rest can be trusted."""
    rows, here, states = evidence.rows, evidence.place, []
    if rows.empty:
        states.append(
            TEXT.state(
                "E3",
                "closing.states.E3",
                here=here,
            )
        )
    if (evidence.anomalies["type"] == "truncated").any():
        states.append(
            TEXT.state(
                "E9",
                "closing.states.E9",
            )
        )
    if rows["damaged"].any():
        states.append(
            TEXT.state(
                "E5",
                "closing.states.E5",
                here=here,
            )
        )
    if evidence.codings.empty:
        states.append(TEXT.state("E4", "closing.states.E4"))
    return subjects.closing(states)
