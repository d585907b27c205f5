"""Which results of the documents can be checked: those with a period, and those with an earlier figure to be set against.

Rows: results in numbers. A result has a period where the document prints one or one can be resolved from its words; it can be compared
where an earlier figure or a change is printed, or the same institution's figure is printed twice. What a result lacks is a column that
its author left out, so the counts say what the next bulletin would have to print (evaluability assessment: Wholey 1979).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import texts
from analysis.facts import Fact
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import name
from analysis.themes import naming, subjects

if TYPE_CHECKING:
    from analysis.themes.evidence_base import Evidence

TEXT = texts.of(__file__)

DATED = ("explicit", "relative_resolved")  # the bases of a period that a document gives
CHANGES = ("change_pct", "change_pp", "multiple")  # a change is compared by itself; a level is not
STANDINGS = ("both", "no_earlier", "no_period", "neither")
FEW = 5  # results below which a document's habit is not told


def marked(results: pd.DataFrame) -> pd.DataFrame:
    """Results with what can be checked of each: dated, compared (bool) and standing (one of ``STANDINGS``).

    results: rows of `observations` that are results in numbers, of all places, so that a figure printed twice is found.
    """
    dated = results["period_basis"].isin(DATED)
    printed = (results["baseline_start"] != "") | results["measure"].isin(CHANGES)
    twice = results.duplicated(["institution_id", "institution", "indicator"], keep=False)
    compared = printed | (twice & (results["institution"] != ""))
    standing = pd.Series("neither", index=results.index)
    standing = standing.mask(dated, "no_earlier").mask(compared, "no_period").mask(dated & compared, "both")
    return results.assign(dated=dated, compared=compared, standing=standing)


def _results(evidence: Evidence) -> pd.DataFrame:
    """The place's results with their marks."""
    whole = evidence.everything
    every = marked(whole[(whole["status"] == "actual") & whole["has_number"]])
    own = set(evidence.usable[evidence.KEY])
    return every[every[evidence.KEY].isin(own)]


def rows(evidence: Evidence, lang: str) -> pd.DataFrame:
    """Results by what they lack, as charts.bars takes it; empty where the place has no result in numbers."""
    n = _results(evidence)["standing"].value_counts()
    labels = [TEXT.text(f"standings.{key}", lang) for key in STANDINGS]
    values = [int(n.get(key, 0)) for key in STANDINGS]
    frame = pd.DataFrame({"label": labels, "value": values, "highlight": [True, False, False, False]})
    return frame if sum(values) else frame.iloc[:0]


def by_document(results: pd.DataFrame) -> pd.DataFrame:
    """One row a document: results, and how many are dated, compared, both."""
    grouped = results.assign(both=results["dated"] & results["compared"]).groupby("source_id")
    table = grouped.agg(
        n=("dated", "size"), dated=("dated", "sum"), compared=("compared", "sum"), both=("both", "sum")
    )
    return table.astype(int).reset_index()


def _apart(evidence: Evidence, found: pd.DataFrame) -> dict[str, object] | None:
    """The documents that date most and fewest of their results; None where there are no two to tell apart."""
    table = by_document(found)
    table = table[table["n"] >= FEW].assign(share=lambda t: t["dated"] / t["n"])
    if table["share"].nunique() < 2:
        return None
    ends = {"best": table["share"].idxmax(), "least": table["share"].idxmin()}
    values: dict[str, object] = {}
    for end, at in ends.items():
        source = str(table.at[at, "source_id"])
        own = found[found["source_id"] == source]
        values[end] = name(naming.title(source))
        values[f"{end}_n"] = evidence.n(own, TEXT.pair("results.facts.n"))
        values[f"{end}_dated"] = evidence.n(own[own["dated"]], TEXT.pair("results.facts.dated"))
    return values


def results(evidence: Evidence, drawing: Drawn | None) -> Finding:
    """How many results can be checked, and what the others lack. evidence: evidence_base.load. drawing: charts.bars of rows, or None."""
    found = _results(evidence)
    if drawing is None:
        return evidence.silent(
            "checkable", "E2", *TEXT.fact("results.facts.none"), TEXT.pair("results.settle")
        )

    def counted(part: pd.DataFrame, label: str) -> Fact:
        return evidence.n(part, TEXT.pair(f"results.facts.{label}"))

    of = {key: found[found["standing"] == key] for key in STANDINGS}
    values = {
        "place": evidence.place,
        "n": counted(found, "n"),
        "both": counted(of["both"], "both"),
        "more": counted(of["no_earlier"], "no_earlier"),
        "dated": counted(found[found["dated"]], "dated"),
        "neither": counted(of["neither"], "neither"),
    }
    shares = of["both"][of["both"]["measure"].isin(CHANGES)]
    some = len(of["both"]) > 0
    opening = ("nation" if evidence.is_nation else "some") if some else "no-result"
    said = [TEXT.say(f"results.sentences.{opening}", **values)]
    if len(of["no_earlier"]):
        said.append(TEXT.say(f"results.sentences.{'earlier' if some else 'add'}", **values))
    if len(shares):
        said.append(TEXT.say("results.sentences.changes", c=counted(shares, "changes"), both=values["both"]))
    if ends := _apart(evidence, found):
        said.append(TEXT.say("results.sentences.documents", **ends))
    table = by_document(found)
    frame = naming.both(table.to_dict("records"), source=lambda r: naming.title(r["source_id"]))
    frame = frame.assign(**{c: table[c].to_list() for c in ("n", "dated", "compared", "both")})
    number = dict(style="number", source_ids=subjects.sources(found), formula=subjects.COUNTED)
    return Finding(
        "checkable",
        TEXT.say("results.headline" if some else "results.headline_2", **values),
        TEXT.say("results.subtitle", place=evidence.place),
        sentences=tuple(said),
        drawing=drawing,
        tables=(
            Table(
                "checkable",
                TEXT.pair("results.caption"),
                frame,
                (
                    TEXT.column("results.columns.source", "name"),
                    *(
                        TEXT.column(f"results.columns.{c}", **number)
                        for c in ("n", "dated", "compared", "both")
                    ),
                ),
            ),
            _listed(of["both"]),
        ),
        alt=TEXT.say("results.alt", **values),
    )


def _listed(rows: pd.DataFrame) -> Table:
    """The results that can be checked, one by one, as printed."""
    frame = naming.both(
        rows.to_dict("records"),
        who=lambda r: naming.named(r["institution_id"], r["institution"], r["region_code"]),
        what=lambda r: naming.label(r["indicator"]),
        source=lambda r: naming.title(r["source_id"]),
    ).assign(printed=rows["as_printed"].to_list())
    columns = (("who", "name"), ("what", "name"), ("printed", "text"), ("source", "text"))
    return Table(
        "checked",
        TEXT.pair("results.listed"),
        frame,
        tuple(TEXT.column(f"results.columns.{key}", style) for key, style in columns),
    )
