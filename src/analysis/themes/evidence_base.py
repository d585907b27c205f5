"""What the evidence holds: statements by theme, status, period and source, damage of the texts, and numbers that can only be derived.

Rows: the statements of the documents in `observations`, `measures`, `anomalies`, `derived_checks`, and the counts of all values by source.
Content analysis with an explicit codebook (Krippendorff): counting statements measures what officials report, not what happened. The
texts were coded once, so no reliability can be given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from analysis import catalog, tables
from analysis.errors import refuse
from analysis.facts import Fact, State, derived
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, words
from analysis.themes import derived_results, held, planned

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
BASES = ("explicit", "relative_resolved", "as_of_publication", "inferred", "undated")
DAMAGE = "anomaly_id"


@dataclass(frozen=True)
class Evidence(held.Subject):
    """What is held on a place.

    rows: statements of the documents on it (metadata left out), with column has_number; measures: its measures; values: all observations of it;
    anomalies: faults of the documents that speak of it; everything: statements on all places.
    """

    rows: pd.DataFrame
    measures: pd.DataFrame
    values: pd.DataFrame = field(repr=False)
    anomalies: pd.DataFrame = field(repr=False)
    everything: pd.DataFrame = field(repr=False)

    @property
    def usable(self) -> pd.DataFrame:
        """Results with a number."""
        return self.rows[(self.rows["status"] == "actual") & self.rows["has_number"]]


def _statements() -> pd.DataFrame:
    rows = tables.read("observations", source_id=held.documents())
    rows = rows[rows["salience"] != "metadata"]
    return rows.assign(
        has_number=rows[["value", "value_low", "value_high"]].notna().any(axis=1)
        & (rows["quantifier"] != "unquantified")
    )


def _codes(code: str) -> list[str]:
    """A place and, for a city, its counties."""
    return [code, *(r.code for r in catalog.regions().values() if r.level == "county" and r.parent == code)]


def coverage() -> dict[str, dict | None]:
    """The nation, and places that a document deals with, have a page."""
    spoken = {*_statements()["region_code"], *tables.read("measures")["region_code"]}
    return {catalog.NATION: None} | {
        code: None if spoken & set(_codes(code)) else dict(held.ABSENT) for code in planned.codes()
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
    rows, measures, values, faults = (held.published(f, as_of) for f in (rows, measures, values, faults))
    everything = rows
    if code != catalog.NATION:
        rows, measures, values = (f[f["region_code"].isin(_codes(code))] for f in (rows, measures, values))
        faults = faults[faults["source_id"].isin({*rows["source_id"], *measures["source_id"]})]
    if rows.empty and measures.empty:
        raise refuse(
            "evidence_base.load",
            f"no document on {code} by {as_of or 'now'}",
            "a statement or a measure",
            "see coverage() for the places that have a page",
        )
    return Evidence(code, *(f.reset_index(drop=True) for f in (rows, measures, values, faults)), everything)


def _n(evidence: Evidence, rows: pd.DataFrame, zh: str, en: str, unit: str = "条") -> Fact:
    return derived(
        len(rows),
        (zh, en),
        held.COUNTED,
        rows=rows if len(rows) else evidence.everything,
        style="count",
        unit=unit,
        status="actual",
    )


def _measures(evidence: Evidence) -> Fact:
    return held.count(
        evidence.measures, "measure_id", ("措施数", "measures"), whole=tables.read("measures"), unit="项"
    )


def data(evidence: Evidence) -> Finding:
    """Statements and measures by document."""
    rows, sources = (
        evidence.rows,
        [s for s in held.documents() if s in {*evidence.rows["source_id"], *evidence.measures["source_id"]}],
    )
    frame = held.both(({"s": s} for s in sources), source=lambda r: held.title(r["s"])).assign(
        grade=[catalog.source(s).grade for s in sources],
        n=[int((rows["source_id"] == s).sum()) for s in sources],
        usable=[int((evidence.usable["source_id"] == s).sum()) for s in sources],
        measures=[int((evidence.measures["source_id"] == s).sum()) for s in sources],
        faults=[int((evidence.anomalies["source_id"] == s).sum()) for s in sources],
    )
    number = dict(style="number", source_ids=tuple(sources), formula=held.COUNTED)
    values = {
        "place": evidence.place,
        "n": _n(evidence, rows, "文件中的数字", "statements of the documents"),
        "u": _n(evidence, evidence.usable, "有数值的结果", "results with a number"),
        "m": _measures(evidence),
    }
    return Finding(
        "data",
        Sentence(
            "data",
            "{place}：文件中的数字 {n}，其中有数值的结果 {u}；措施 {m}",
            "{place}: statements {n}, of which results with a number {u}; measures {m}",
            values,
        ),
        sentences=(
            words(
                "counted",
                "数的是官方文件报告了什么，不是发生了什么；没有报告的坏消息不会出现在这里。",
                "This counts what official documents report, not what happened; bad news that was not reported is not here.",
            ),
        ),
        tables=(
            Table(
                "held",
                (
                    "各文件的数字、措施和文本问题，一行一份文件",
                    "Statements, measures and faults by document, one row a document",
                ),
                frame,
                (
                    Column("source", ("文件", "Document"), "name"),
                    Column("grade", ("等级", "Grade"), "text"),
                    Column("n", ("数字", "Statements"), **number),
                    Column("usable", ("有数值的结果", "Results with a number"), **number),
                    Column("measures", ("措施", "Measures"), **number),
                    Column("faults", ("文本问题", "Faults of the text"), **number),
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


def by_theme(evidence: Evidence, drawing) -> Finding:
    """Which themes have results, and which only promises or words. drawing: charts.matrix of labels and theme_rows."""
    cells = theme_rows(evidence)
    wide = (
        cells.pivot(index="row", columns="column", values="n")
        .reindex(index=[t for t in THEMES if t in set(cells["row"])], columns=list(STATUSES))
        .fillna(0)
        .astype(int)
    )
    frame = held.both(({"t": t} for t in wide.index), theme=lambda r: held.term(f"theme_{r['t']}")).assign(
        **{c: wide[c].to_list() for c in STATUSES}
    )
    usable = evidence.usable
    bare = [t for t in wide.index if not wide.loc[t, "actual"]]
    source = held.sources(evidence.rows, evidence.measures)
    values = {
        "place": evidence.place,
        "k": derived(
            len(wide),
            ("有内容的主题", "themes with any content"),
            held.COUNTED,
            rows=evidence.rows if len(evidence.rows) else evidence.everything,
            style="count",
            unit="个",
            status="actual",
        ),
        "u": derived(
            usable["theme"].nunique(),
            ("有数值结果的主题", "themes with a result in numbers"),
            held.COUNTED,
            rows=usable if len(usable) else evidence.everything,
            style="count",
            unit="个",
            status="actual",
        ),
    }
    sentences = (
        [
            held.listed(
                "bare",
                ("没有数值结果的主题", "Themes without a result in numbers"),
                [held.term(f"theme_{t}") for t in bare],
            )
        ]
        if bare
        else []
    )
    return Finding(
        "themes",
        Sentence(
            "themes",
            "{place}：{k}主题有内容，{u}主题有数值结果",
            "{place}: themes with any content {k}, with a result in numbers {u}",
            values,
        ),
        words(
            "themes-sub",
            "方格为条数；斜线为目标和承诺；空格为没有提到",
            "Cells: number of statements or measures; hatched: targets and commitments; empty: not mentioned",
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        tables=(
            Table(
                "themes",
                ("各主题的条数，一行一个主题", "Counts by theme, one row a theme"),
                frame,
                (
                    Column("theme", ("主题", "Theme"), "name"),
                    *(
                        Column(
                            c,
                            held.term(f"column_{c}"),
                            style="number",
                            source_ids=source,
                            formula=held.COUNTED,
                        )
                        for c in STATUSES
                    ),
                ),
            ),
        ),
        alt=Sentence(
            "themes-alt",
            "{place}的主题与性质矩阵：{k}主题有内容，其中 {u}有数值结果。",
            "Matrix of theme by status for {place}: {k} themes with content, {u} with a result in numbers.",
            values,
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


def own_row(evidence: Evidence) -> str | None:
    """The page's region in the matrix of regions; None where it has no statement."""
    return evidence.code if evidence.code in set(region_rows(evidence)["row"]) else None


def by_region(evidence: Evidence, drawing) -> Finding:
    """How much each place has. drawing: charts.matrix of region_labels and region_rows."""
    cells, whole = region_rows(evidence), evidence.everything
    best = whole[(whole["status"] == "actual") & whole["has_number"]]
    frame = held.both(
        (c for _, c in cells.iterrows()),
        region=lambda c: held.place(c["row"]),
        theme=lambda c: held.term(f"theme_{c['column']}"),
    ).assign(usable=cells["usable"].to_list(), n=cells["n"].to_list())
    own = evidence.rows
    values = {
        "place": evidence.place,
        "r": derived(
            cells["row"].nunique(),
            ("有数字的地方", "places with a statement"),
            held.COUNTED,
            rows=whole,
            style="count",
            unit="个",
            status="actual",
        ),
        "u": _n(evidence, best, "有数值的结果（各地）", "results with a number, all places"),
        "n": _n(evidence, whole, "文件中的数字（各地）", "statements, all places"),
        "k": _n(evidence, own, "文件中的数字", "statements of the documents"),
    }
    sentences = [
        words(
            "uneven",
            "各地的条数取决于哪份文件写到它、写了多少，不能用来比较改革力度。",
            "How much is held on a place depends on which document wrote about it; it is no measure of reform.",
        )
    ]
    if own.empty:
        sentences.append(
            words(
                "only-measures",
                "{place}只有措施，没有一条数字。",
                "{place} has measures only and no statement in numbers.",
                place=evidence.place,
            )
        )
    number = dict(style="number", source_ids=held.sources(whole), formula=held.COUNTED)
    return Finding(
        "regions",
        Sentence(
            "regions",
            "{r}地方共有数字 {n}，其中有数值的结果 {u}",
            "{r} places with {n} statements, of which results with a number {u}",
            values,
        ),
        words(
            "regions-sub",
            "格内为有数值的结果；空心格只有承诺、目标或无数值的表述；空格为没有提到",
            "Cells: results with a number; hollow: only promises, targets or words; empty: not mentioned",
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        tables=(
            Table(
                "regions",
                ("各地各主题的条数，一行一格", "Counts by place and theme, one row a cell"),
                frame,
                (
                    Column("region", ("地方", "Place"), "name"),
                    Column("theme", ("主题", "Theme"), "name"),
                    Column("usable", ("有数值的结果", "Results with a number"), **number),
                    Column("n", ("全部数字", "All statements"), **number),
                ),
            ),
        ),
        alt=Sentence(
            "regions-alt",
            "地方与主题的矩阵：{r}地方，{n}数字；{place}有 {k}。",
            "Matrix of place by theme: {r} places, {n} statements; {place} has {k}.",
            values,
        ),
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
            for b in BASES
            if b in n
        ],
        columns=["label", "value", "highlight"],
    )


def periods(evidence: Evidence, drawing) -> Finding:
    """How the periods are known. drawing: charts.bars of basis_rows, or None without a statement."""
    rows = evidence.rows
    if drawing is None:
        return evidence.silent(
            "periods",
            "E3",
            ("{place}的文件没有数字", "{place}: the documents hold no figure"),
            ("文件没有数字，谈不上时期", "no figure in the documents, so no period"),
            ("需要任何一个带时期的数字", "Any figure with a period would settle it"),
        )
    open_ = rows[rows["period_basis"].isin(["as_of_publication", "undated"])]
    values = {
        "place": evidence.place,
        "n": _n(evidence, rows, "文件中的数字", "statements of the documents"),
        "e": _n(
            evidence,
            rows[rows["period_basis"] == "explicit"],
            "印明时期的数字",
            "statements with a printed period",
        ),
        "o": _n(evidence, open_, "没有起点或日期的数字", "statements without a start or date"),
    }
    frame = held.both(
        ({"b": b} for b in BASES if (rows["period_basis"] == b).any()),
        basis=lambda r: held.term(f"period_basis_{r['b']}"),
    ).assign(n=[int((rows["period_basis"] == b).sum()) for b in BASES if (rows["period_basis"] == b).any()])
    return Finding(
        "periods",
        Sentence(
            "periods",
            "{n}数字中，{e}印明时期，{o}没有起点或日期",
            "{n} statements: period printed for {e}, no start or no date for {o}",
            values,
        ),
        words(
            "periods-sub",
            "{place}，按时期依据的条数",
            "{place}, statements by basis of the period",
            place=evidence.place,
        ),
        sentences=(
            words(
                "cumulative",
                "没有起点的累计数不能折成每年，也不能与年度数相比。",
                "A cumulative count without a start cannot be turned into a yearly one or set against yearly figures.",
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "periods",
                ("时期依据，一行一类", "Basis of the period, one row a kind"),
                frame,
                (
                    Column("basis", ("时期依据", "Basis of the period"), "name"),
                    Column(
                        "n",
                        ("数字", "Statements"),
                        "number",
                        source_ids=held.sources(rows),
                        formula=held.COUNTED,
                    ),
                ),
            ),
        ),
        alt=Sentence(
            "periods-alt",
            "{place}：{n}数字按时期依据的横条，印明时期 {e}。",
            "{place}: bars of {n} statements by basis of the period; printed for {e}.",
            values,
        ),
    )


def _repair(row) -> str:
    """The reading adopted, where it is a reading and no remark."""
    text = row["repaired"].replace(" or ", " / ")
    return "" if re.search(r"[A-Za-z]{3,}", text) else text


def damage(evidence: Evidence) -> Finding:
    """Faults of the texts, with the reading adopted."""
    a, broken = evidence.anomalies, evidence.rows[evidence.rows["damaged"]]
    if a.empty:
        return Finding(
            "damage",
            words(
                "damage",
                "涉及{place}的文件没有登记文本问题",
                "No fault is registered for the documents on {place}",
                place=evidence.place,
            ),
        )
    hit = a[a["affects_number"]]
    values = {
        "place": evidence.place,
        "n": held.count(a, DAMAGE, ("文本问题", "faults of the text"), whole=a, unit="处"),
        "k": held.count(
            hit, DAMAGE, ("影响数字的文本问题", "faults that touch a number"), whole=a, unit="处"
        ),
        "d": _n(evidence, broken, "原文缺损的数字", "statements with damaged text"),
    }
    frame = held.both(
        (r for _, r in a.iterrows()),
        kind=lambda r: held.term(f"anomaly_{r['type']}"),
        confidence=lambda r: held.term(f"confidence_{r['confidence']}"),
        touches=lambda r: held.term("yes" if r["affects_number"] else "no"),
        source=lambda r: held.title(r["source_id"]),
    ).assign(
        printed=a["as_printed"].str.replace("⏎", "").to_list(), repaired=[_repair(r) for _, r in a.iterrows()]
    )
    sentences = [
        Sentence(
            "damaged",
            "{place}的数字中，原文缺损的有 {d}；修补只是读法，不作引文。",
            "Statements on {place} with damaged text: {d}; a repair is a reading, never a quotation.",
            values,
        )
    ]
    return Finding(
        "damage",
        Sentence(
            "damage",
            "相关文件有文本问题 {n}，其中影响数字的 {k}",
            "Faults of the texts: {n}, of which touching a number: {k}",
            values,
        ),
        sentences=tuple(sentences),
        tables=(
            Table(
                "damage",
                (
                    "文本问题与采用的读法，一行一处",
                    "Faults of the texts and the reading adopted, one row each",
                ),
                frame,
                (
                    Column("printed", ("原文所印", "As printed"), "name"),
                    Column("kind", ("问题", "Fault"), "text"),
                    Column("repaired", ("采用的读法", "Reading adopted"), "text"),
                    Column("confidence", ("把握", "Confidence"), "text"),
                    Column("touches", ("影响数字", "Touches a number"), "text"),
                    Column("source", ("文件", "Document"), "text"),
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


def sources(evidence: Evidence, drawing) -> Finding:
    """All values held on the place, by source and grade. drawing: charts.bars of grade_rows, or None where only measures are held."""
    v = evidence.values
    if drawing is None or v.empty:
        return evidence.silent(
            "source-grades",
            "E4",
            ("{place}没有任何来源的数值", "{place}: no value from any source"),
            ("除措施外没有任何数值", "nothing but measures is held"),
            ("需要该地的统计或医院数据", "Statistics or hospital data of the place would settle it"),
        )
    grouped = v.groupby("source_id")
    frame = held.both(({"s": s} for s, _ in grouped), source=lambda r: held.title(r["s"])).assign(
        grade=[catalog.source(s).grade for s, _ in grouped], n=[len(part) for _, part in grouped]
    )
    frame = frame.sort_values("n", ascending=False, kind="stable", ignore_index=True)
    values = {
        "place": evidence.place,
        "n": _n(evidence, v, "全部数值", "all values", unit="个"),
        "a": _n(
            evidence, v[v["source_grade"] == "A"], "A 级来源的数值", "values from grade A sources", unit="个"
        ),
        "c": _n(
            evidence, v[v["source_grade"] == "C"], "C 级来源的数值", "values from grade C sources", unit="个"
        ),
        "s": derived(
            v["source_id"].nunique(),
            ("来源数", "sources"),
            held.COUNTED,
            rows=v,
            style="count",
            unit="个",
            status="actual",
        ),
    }
    return Finding(
        "source-grades",
        Sentence(
            "source-grades",
            "{place}共有 {n}数值，来自 {s}来源，其中 A 级 {a}、C 级 {c}",
            "{place}: values {n}, sources {s}; grade A {a}, grade C {c}",
            values,
        ),
        words(
            "sources-sub",
            "全部数值（统计、考核与文件）按来源等级",
            "All values (statistics, assessments and documents) by grade of the source",
        ),
        sentences=(
            words(
                "grade-c",
                "C 级的数值照列并注明，不进入任何排序表。",
                "Values of grade C are listed and marked, and enter no ranked table.",
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "sources",
                ("各来源的数值个数，一行一个来源", "Values by source, one row a source"),
                frame,
                (
                    Column("source", ("来源", "Source"), "name"),
                    Column("grade", ("等级", "Grade"), "text"),
                    Column(
                        "n", ("数值", "Values"), "number", source_ids=held.sources(v), formula=held.COUNTED
                    ),
                ),
            ),
        ),
        alt=Sentence(
            "sources-alt",
            "{place}的 {n}数值按来源等级的横条：A 级 {a}，C 级 {c}。",
            "Bars of {n} values on {place} by grade of the source: A {a}, C {c}.",
            values,
        ),
    )


def derived_numbers(evidence: Evidence) -> Finding:
    """Numbers that follow from the statements but are not printed, each with its caveat."""
    found = derived_results.load(None if evidence.is_nation else _codes(evidence.code))
    if not found:
        return Finding(
            "derived",
            words(
                "derived",
                "{place}的数字没有可以推算的结果",
                "{place}: nothing can be derived from its statements",
                place=evidence.place,
            ),
        )
    frame = held.both(
        (row for row, _ in found),
        label=lambda r: derived_results.RESULTS[r["derived_id"]].label,
        formula=lambda r: derived_results.RESULTS[r["derived_id"]].formula,
        caveat=derived_results.caveat,
    )
    frame["value"] = [fact for _, fact in found]
    count = held.count(
        pd.DataFrame([row for row, _ in found]),
        "derived_id",
        ("可以推算的结果", "derived results"),
        whole=tables.read("derived_checks"),
        unit="个",
    )
    by_id = {row["derived_id"]: fact for row, fact in found}
    sentences = [
        words(
            "unprinted",
            "这些结果都没有印在文件里，由印出的数字算出；每个都有限制，不能当作文件的说法。",
            "None of these is printed in a document; each follows from printed figures, has its limit, and is not what a document says.",
        )
    ]
    if {"D03", "D04"} <= by_id.keys():
        sentences.append(
            words(
                "contradict",
                "两个比率反推出的机构数为 {a}和 {b}，互相矛盾：分母不是同一个数。",
                "Two rates imply {a} and {b} institutions: they contradict each other, so the denominators are not the same.",
                a=by_id["D03"],
                b=by_id["D04"],
            )
        )
    if {"D09", "D10"} <= by_id.keys():
        sentences.append(
            words(
                "readings",
                "同一句增长倍数有两种读法，上一年为 {a}或 {b}，都列出。",
                "One multiple of growth has two readings, {a} or {b} in the year before; both are shown.",
                a=by_id["D09"],
                b=by_id["D10"],
            )
        )
    return Finding(
        "derived",
        words(
            "derived",
            "可以推算而没有印出的结果 {n}",
            "Results that can be derived and are not printed: {n}",
            n=count,
        ),
        sentences=tuple(sentences),
        tables=(
            Table(
                "derived",
                ("推算结果与限制，一行一个", "Derived results and their limits, one row each"),
                frame.astype({"value": object}),
                (
                    Column("label", ("结果", "Result"), "name"),
                    Column(
                        "value",
                        ("数值", "Value"),
                        "number",
                        source_ids=tuple(sorted({s for _, f in found for s in f.source_ids})),
                    ),
                    Column("formula", ("算法", "Formula"), "text"),
                    Column("caveat", ("限制", "Limit"), "text"),
                ),
            ),
        ),
    )


def closing(evidence: Evidence) -> Finding:
    """How far the rest can be trusted."""
    rows, here, states = evidence.rows, evidence.place, []
    if rows.empty:
        states.append(
            State(
                "E3",
                (
                    f"{here[0]}：文件只有定性描述，没有数字",
                    f"{here[1]}: the documents describe in words and give no figure",
                ),
                ("需要任何一个带时期的数字", "Any figure with a period would settle it"),
            )
        )
    if (evidence.anomalies["type"] == "truncated").any():
        states.append(
            State(
                "E9",
                ("一份文件在中途截断，后文未见", "One document breaks off; the rest was not seen"),
                ("需要完整原文", "The full text would settle it"),
            )
        )
    if rows["damaged"].any():
        states.append(
            State(
                "E5",
                (
                    f"{here[0]}：部分数字所在的原文缺损，读法为推定",
                    f"{here[1]}: some figures stand in damaged text and the reading is inferred",
                ),
                ("需要发布单位的完整原文", "The issuer's full text would settle it"),
            )
        )
    states.append(
        State(
            "E4",
            (
                "编码只做了一次，没有独立的第二次编码，算不出一致性",
                "Coded once, without a second independent coding, so no agreement can be computed",
            ),
            ("需要独立的第二次编码", "A second independent coding would settle it"),
        )
    )
    return held.closing(states)
