"""Hospitals in the national assessment: what hospitals published about their own place, category by category.

Rows: the table `assessments` (and the counts of hospitals assessed, in `observations`). The rows are good news that hospitals and
newspapers chose to publish: cases, never a sample. An exact rank, a percentile and a grade band are three kinds of value; they are
compared only inside a category, and a percentile is computed only where the base is the category's own. Rows of grade C are shown,
marked, and stand outside every ranked table. Moves between years
are in ``assessed_moves``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis import catalog, tables, texts
from analysis.cells import Cell
from analysis.errors import refuse
from analysis.facts import Coverage, Fact, beside, derived, observed, printed_beside
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import Phrase, Sentence, year
from analysis.themes import naming, planned, subjects
from analysis.themes.naming import Row
from analysis.words import nth, pick

TEXT = texts.of(__file__)

CATEGORIES = ("", *tables.ASSESSED_CATEGORIES)
OWN_BASES = {
    "general": ("general_ranked", "general"),
    "tcm_general": ("tcm_general_ranked",),
    "psychiatric": ("psychiatric_ranked",),
}
BAND_OF = {"general": "general", "tcm_general": "TCM"}
PERCENT_FORMULA = TEXT.pair("words.percent_formula")
COUNT_KEYS = (
    "assessed_hospitals",
    "assessed_general_ranked",
    "assessed_tcm_ranked",
    "assessed_tcm_general_ranked",
    "assessed_psychiatric_ranked",
)


@dataclass(frozen=True)
class Assessed(subjects.Subject):
    """A region's assessed hospitals.

    rows: one row an assessment as published, columns of the table `assessments` plus kind (rank, percentile, band), exact (False for a
    wording such as "among the first eight"), city, city_en,
    hospital_en (``hospital`` is the name of institutions.csv). values: the observations behind them. counts: observations of how many hospitals were assessed.
    bands: the printed percentile cut-offs of grades.
    """

    rows: pd.DataFrame
    values: pd.DataFrame = field(repr=False)
    counts: pd.DataFrame = field(repr=False)
    bands: pd.DataFrame = field(repr=False)

    @property
    def ranked(self) -> pd.DataFrame:
        """Exact ranks from sources of grade A and B: all that may enter a ranked table."""
        return self.rows[(self.rows["kind"] == "rank") & (self.rows["source_grade"] != "C")]

    @property
    def rest(self) -> pd.DataFrame:
        """Percentiles and bands, and every row of grade C."""
        return self.rows[~self.rows.index.isin(self.ranked.index)]


def coverage() -> Coverage:
    """Provinces and cities with an assessed hospital have a page; the other places of the plan, and those of ``single``, have the reason."""
    rows = tables.read("assessments")
    with_page = {*rows["province_code"], *rows["region_code"]}
    none, lone = TEXT.reason("E1", "coverage.reason"), TEXT.reason("E4", "coverage.single")
    alone = single(rows)
    others = {code: lone if code in alone else none for code in planned.codes()}
    return {code: None if code in with_page and state is none else state for code, state in others.items()}


def single(rows: pd.DataFrame) -> set[str]:
    """Provinces and cities of one result, read in a copy whose original was not located (grade C): nothing that a page could set beside
    it, so it stands with the single values of its city."""
    found: set[str] = set()
    for column in ("province_code", "region_code"):
        sizes = rows.groupby(column).agg(n=("assessment_id", "size"), grade=("source_grade", "first"))
        found |= set(sizes.index[(sizes["n"] == 1) & (sizes["grade"] == "C")])
    return found


def _kind(row: Row) -> str:
    if not pd.isna(row["rank"]):
        return "rank"
    return "band" if row["grade"] else "percentile"


def load(region_code: str, as_of: str = "") -> Assessed:
    """Assessed hospitals of a province (all its cities) or a city. Raises MethodError when there are none by that date."""
    region = catalog.region(region_code)
    column = "province_code" if region.level == "province" else "region_code"
    rows = subjects.published(tables.read("assessments", **{column: region.code}), as_of)
    if rows.empty:
        raise refuse(
            "assessed_hospitals.load",
            f"no assessed hospital in {region.code} by {as_of or 'now'}",
            "at least one",
            "see coverage() for the places that have a page",
        )
    return _assessed(region.code, rows)


def everywhere(assessed: Assessed) -> Assessed:
    """The same page with the assessed hospitals of every province, for a table that sets others beside its own."""
    with tables.elsewhere():
        return _assessed(assessed.code, tables.read("assessments"))


def _assessed(code: str, rows: pd.DataFrame) -> Assessed:
    values = tables.read(
        "observations", institution_id=sorted(set(rows["institution_id"])), theme=["ranking", "assessment"]
    )
    counts = tables.read(
        "observations", region_code=catalog.NATION, indicator=list(COUNT_KEYS), source_grade=["A", "B"]
    )
    hospitals = [catalog.institution(i) for i in rows["institution_id"]]
    cities = [catalog.region(c) for c in rows["region_code"]]
    rows = rows.assign(
        kind=[_kind(row) for _, row in rows.iterrows()],
        hospital=[h.name_zh for h in hospitals],
        hospital_en=[h.pair()[1] for h in hospitals],
        city=[c.short("zh") for c in cities],
        city_en=[c.short("en") for c in cities],
    )
    rows = rows.sort_values(
        ["region_code", "institution_id", "assessment_year", "assessment_id"], ignore_index=True
    )
    return Assessed(code, rows, values, counts, tables.read("assessment_bands"))


def hospital(row: Row) -> tuple[str, str]:
    """The hospital's name in both languages."""
    return row["hospital"], row["hospital_en"]


def category(key: str) -> tuple[str, str]:
    """A category's name in both languages."""
    return naming.term(f"category_{key or 'not_printed'}")


def basis(key: str) -> tuple[str, str]:
    """What a base counts, in both languages."""
    return naming.term(f"basis_{key or 'not_printed'}")


def _evidence(assessed: Assessed, rows: pd.DataFrame) -> pd.DataFrame:
    """Observations behind these assessments, for provenance."""
    return assessed.values[
        assessed.values["locator"].isin(rows["locator"])
        & assessed.values["source_id"].isin(rows["source_id"])
    ]


def _fact(
    assessed: Assessed, row: Row, indicator: str, value: float, label: tuple[str, str], **how: Any
) -> Fact:
    """A published value with the observation that holds it."""
    same = assessed.values[
        (assessed.values["source_id"] == row["source_id"])
        & (assessed.values["locator"] == row["locator"])
        & (assessed.values["indicator"] == indicator)
    ]
    ids = tuple(same["observation_id"]) or (row["observation_id"],)
    printed = same["as_printed"].iloc[0] if len(same) else ""
    y, (zh, en) = row["assessment_year"], hospital(row)
    return Fact(
        TEXT.pair("fact.text", y=y, what=(zh, en), label=label),
        float(value),
        as_printed=printed,
        period=(f"{y}-01-01", f"{y}-12-31"),
        observations=ids,
        source_ids=(row["source_id"],),
        locators=(row["locator"],),
        grade=row["source_grade"],
        qualifier=beside(same),
        **how,
    )


def rank_fact(assessed: Assessed, row: Row) -> Fact:
    """The rank as published."""
    return _fact(
        assessed,
        row,
        "national_assessment_rank",
        row["rank"],
        TEXT.pair("rank_fact.text"),
        style="rank",
        unit="名次",
        quantifier="exact" if row["exact"] else "at_most",
    )


def base_fact(assessed: Assessed, row: Row) -> Fact | Any:
    """The number of hospitals printed beside the rank, whatever it counts; None where none is printed."""
    if pd.isna(row["n_compared"]):
        return None
    y, count, (zh, en) = row["assessment_year"], int(row["n_compared"]), hospital(row)
    cell = Cell(
        f"{row['observation_id']}#base",
        "other",
        row["region_code"],
        row["institution_id"],
        start=f"{y}-01-01",
        end=f"{y}-12-31",
        value=float(count),
        printed=str(count),
        unit="所",
        quantifier="exact",
        status="actual",
        source=row["source_id"],
        locator=row["locator"],
        grade=row["source_grade"],
    )
    label = TEXT.pair("base_fact.text", what=basis(row["n_basis"]))
    return Fact(
        TEXT.pair("fact.text", y=y, what=(zh, en), label=label),
        float(count),
        style="count",
        unit="所",
        as_printed=str(count),
        period=(cell.start, cell.end),
        observations=(printed_beside(cell),),
        source_ids=(row["source_id"],),
        locators=(row["locator"],),
        grade=row["source_grade"],
    )


def top_fact(assessed: Assessed, row: Row) -> Fact | Any:
    """The percentile as published (`top 10%`); None where none is printed."""
    if pd.isna(row["percentile_top"]):
        return None
    whole = float(row["percentile_top"]).is_integer()
    return _fact(
        assessed,
        row,
        "assessment_percentile_top",
        row["percentile_top"],
        TEXT.pair("top_fact.text"),
        style="percent",
        unit="%",
        decimals=0 if whole else 1,
    )


def percent_fact(assessed: Assessed, row: Row) -> Fact | None:
    """The rank as a share of its list, only where the base is the category's own; None elsewhere."""
    if (
        pd.isna(row["rank"])
        or pd.isna(row["n_compared"])
        or row["n_basis"] not in OWN_BASES.get(row["category"], ())
    ):
        return None
    zh, en = hospital(row)
    y = row["assessment_year"]
    return derived(
        row["rank"] / row["n_compared"] * 100,
        TEXT.pair("facts.percent_fact.label", y=y, what=(zh, en)),
        PERCENT_FORMULA,
        inputs=(rank_fact(assessed, row), base_fact(assessed, row)),
        operation="a / b * 100",
        style="percent",
        decimals=1,
    )


def _assessments(
    assessed: Assessed, rows: pd.DataFrame, zh: str, en: str, *, of: str = "", unit: str = "家"
) -> Fact:
    """How many rows (or distinct values of a column) there are."""
    n = rows[of].nunique() if of else len(rows)
    evidence = _evidence(assessed, rows if len(rows) else assessed.rows)
    whole = bool(of) or len(evidence) == n or not n
    operation = subjects.counted(n, of) if whole else "distinct('locator')"
    return derived(
        n, (zh, en), subjects.COUNTED, rows=evidence, style="count", unit=unit, operation=operation
    )


def data(assessed: Assessed) -> Finding:
    """What is held: one row a city."""
    rows = assessed.rows
    hospitals, outcomes = (
        _assessments(assessed, rows, *TEXT.pair("data.facts.hospitals_outcomes"), of="institution_id"),
        _assessments(assessed, rows, *TEXT.pair("data.facts.hospitals_outcomes_2"), unit="条"),
    )
    weak = rows[rows["source_grade"] == "C"]
    grouped = rows.groupby(["region_code", "city", "city_en"])
    table = grouped.agg(
        hospitals=("institution_id", "nunique"),
        results=("assessment_id", "size"),
        first=("assessment_year", "min"),
        last=("assessment_year", "max"),
    ).reset_index()
    for key in ("rank", "percentile", "band"):
        table[key] = [int((part["kind"] == key).sum()) for _, part in grouped]
    table["weak"] = [int((part["source_grade"] == "C").sum()) for _, part in grouped]
    table = table.assign(first=table["first"].astype(str), last=table["last"].astype(str))
    source = subjects.sources(rows)
    number = dict(style="number", formula=subjects.COUNTED, source_ids=source)
    sentences = [
        TEXT.say(
            "data.sentences.news",
        ),
    ]
    if len(weak):
        sentences.append(
            TEXT.say(
                "data.sentences.weak",
                place=assessed.place,
                n=_assessments(assessed, weak, *TEXT.pair("data.facts.weak_n"), unit="条"),
                brief=0 if len(assessed.ranked) else 5,
            )
        )
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            place=assessed.place,
            h=hospitals,
            n=outcomes,
        ),
        sentences=tuple(sentences),
        tables=(
            Table(
                "held",
                TEXT.pair("data.caption"),
                table,
                (
                    TEXT.column("data.columns.city", "name"),
                    TEXT.column("data.columns.hospitals", **number),
                    TEXT.column("data.columns.results", **number),
                    TEXT.column("data.columns.rank", **number),
                    TEXT.column("data.columns.percentile", **number),
                    TEXT.column("data.columns.band", **number),
                    TEXT.column("data.columns.weak", **number),
                    TEXT.column("data.columns.first", "year"),
                    TEXT.column("data.columns.last", "year"),
                ),
            ),
        ),
    )


def list_fact(assessed: Assessed, indicator: str, list_year: int) -> Fact:
    """How many hospitals a list held, as published."""
    c = assessed.counts
    return observed(c[(c["indicator"] == indicator) & (c["year"] == list_year)])


def _band(assessed: Assessed, row: Row) -> tuple[float, float] | None:
    """Printed cut-offs of a grade in that category and year, in per cent from the top; None where no source prints them."""
    b = assessed.bands
    for _, cut in (
        b[(b["category"] == BAND_OF.get(row["category"], "")) & (b["grade"] == row["grade"])]
        .dropna(subset=["pct_from", "pct_to"])
        .iterrows()
    ):
        first, _, last = cut["years"].partition("-")
        if int(first) <= row["assessment_year"] <= int(last or first):
            return float(cut["pct_from"]), float(cut["pct_to"])
    return None if pd.isna(row["percentile_top"]) else (0.0, float(row["percentile_top"]))


def assessed_rows(assessed: Assessed, lang: str) -> pd.DataFrame:
    """One row a value as charts.assessed_ranks takes it, by category: it is named beside each hospital, since places compare only inside it.

    Ranks of grade C are left out, bands of grade C are marked in the text.
    """
    shown, order = [], list(CATEGORIES)
    label = TEXT.text("assessed_rows.label", lang)
    for _, row in assessed.rows.sort_values(
        "category", key=lambda c: c.map(order.index), kind="stable"
    ).iterrows():
        kind, low, high, weak = row["kind"], None, None, row["source_grade"] == "C"
        if kind == "rank" and not weak:
            value, text = float(row["rank"]), rank_fact(assessed, row).text(lang)
        elif kind == "percentile" and not weak:
            value, text = (
                float(row["percentile_top"]),
                catalog.term("top_share", lang).format(top_fact(assessed, row).text(lang)),
            )
        elif kind != "rank" and (cut := _band(assessed, row)):
            kind, (low, high), text = (
                "band",
                cut,
                grade_text(row["grade"], lang)
                if row["grade"]
                else catalog.term("top_share", lang).format(top_fact(assessed, row).text(lang)),
            )
            value = high
        else:
            continue
        text += catalog.term("mark_grade_c", lang) if weak else ""
        named = label.format(pick(hospital(row), lang), pick(category(row["category"]), lang))
        shown.append(
            {
                "hospital": named,
                "highlight": True,
                "year": int(row["assessment_year"]),
                "kind": kind,
                "value": value,
                "low": low,
                "high": high,
                "text": text,
                "conflict": bool(row["conflict"]),
            }
        )
    return pd.DataFrame(
        shown, columns=["hospital", "highlight", "year", "kind", "value", "low", "high", "text", "conflict"]
    )


def grade_text(grade: str, lang: str) -> str:
    """The grade as published; the one derived from a complete list in words."""
    return catalog.term("grade_below_a_plus_plus", lang) if grade.startswith("below") else grade


def _categories(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Rows by category, in the order of CATEGORIES."""
    return [(key, rows[rows["category"] == key]) for key in CATEGORIES if (rows["category"] == key).any()]


def _say_rank(assessed: Assessed, row: Row) -> Phrase:
    """One rank of a hospital, with its percentile where the base is the category's own."""
    who, rank, percent = hospital(row), rank_fact(assessed, row), percent_fact(assessed, row)
    if percent is None:
        return TEXT.phrase("ranks.items.bare", hospital=who, rank=rank)
    return TEXT.phrase(
        "ranks.items.percent", hospital=who, rank=rank, base=base_fact(assessed, row), percent=percent
    )


def _per_category(assessed: Assessed) -> list[Sentence]:
    """One sentence a category: the ranks of its newest year, in order."""
    sentences: list[Sentence] = []
    for key, part in _categories(assessed.ranked[assessed.ranked["category"] != ""]):
        newest = part[part["assessment_year"] == part["assessment_year"].max()].sort_values(
            ["rank", "institution_id"]
        )
        sentences.append(
            TEXT.say(
                "ranks.sentences.category",
                id=f"category-category_{key}",
                category=category(key),
                year=year(int(newest["assessment_year"].iloc[0])),
                ranks=naming.chain(_say_rank(assessed, row) for _, row in newest.iterrows()),
                brief=0 if sentences else 4,
            )
        )
    return sentences


def _conflicts(assessed: Assessed) -> list[Sentence]:
    """One sentence for each row in which sources contradict each other: both readings."""
    sentences = []
    for _, row in assessed.rows[assessed.rows["conflict"]].iterrows():
        base, top, values = (
            base_fact(assessed, row),
            top_fact(assessed, row),
            {"h": hospital(row), "y": year(int(row["assessment_year"]))},
        )
        own = assessed.counts[
            (assessed.counts["indicator"] == "assessed_general_ranked")
            & (assessed.counts["year"] == row["assessment_year"])
        ]
        if row["kind"] == "rank" and base is not None and len(own):
            sentences.append(
                TEXT.say(
                    "conflicts.sentences.conflict",
                    id=f"conflict-{row['assessment_id']}",
                    **values
                    | {
                        "r": rank_fact(assessed, row),
                        "n": base,
                        "basis": basis(row["n_basis"]),
                        "m": list_fact(assessed, "assessed_general_ranked", int(row["assessment_year"])),
                    },
                )
            )
        elif top is not None:
            sentences.append(
                TEXT.say(
                    "conflicts.sentences.conflict_otherwise",
                    id=f"conflict-{row['assessment_id']}",
                    **values | {"p": top},
                )
            )
    return sentences


def _not_percentiles(assessed: Assessed) -> list[Sentence]:
    """Why some ranks have no percentile."""
    ranked, sentences = assessed.ranked, []
    bare = (
        ranked[[percent_fact(assessed, row) is None for _, row in ranked.iterrows()]]
        if len(ranked)
        else ranked
    )
    unnamed = bare[bare["category"] == ""]
    for _, part in unnamed.groupby("institution_id"):
        sentences.append(
            TEXT.say(
                "not_percentiles.sentences.unnamed",
                id=f"unnamed-{part['institution_id'].iloc[0]}",
                hospital=hospital(part.iloc[0]),
                ranks=naming.chain((rank_fact(assessed, row) for _, row in part.iterrows()), "list"),
                brief=5 if len(unnamed) == len(ranked) else 0,
            )
        )
    rest = bare[bare["category"] != ""]
    if len(rest):
        sentences.append(
            TEXT.say(
                "not_percentiles.sentences.no-percentile",
                n=_assessments(
                    assessed,
                    rest,
                    *TEXT.pair("facts.not_percentiles_n"),
                    unit="个",
                ),
            )
        )
    return sentences


def _headline(assessed: Assessed) -> Sentence:
    ranked, rest = assessed.ranked, assessed.rest
    if ranked["institution_id"].nunique() == 1 and rest.empty and len(ranked) <= 3:
        by_year = [row for _, row in ranked.sort_values("assessment_year").iterrows()]
        items = [
            TEXT.phrase(
                "assessed.items.rank",
                year=year(int(row["assessment_year"])),
                rank=rank_fact(assessed, row),
            )
            for row in by_year
        ]
        return TEXT.say(
            "assessed.headline_one", hospital=hospital(ranked.iloc[0]), ranks=naming.chain(items, "comma")
        )
    if ranked.empty:
        return TEXT.say(
            "assessed.headline",
            place=assessed.place,
            n=_assessments(assessed, rest, *TEXT.pair("facts.headline_n"), unit="条"),
        )
    return TEXT.say(
        "assessed.headline_2",
        place=assessed.place,
        h=_assessments(
            assessed,
            ranked,
            *TEXT.pair("facts.headline_h"),
            of="institution_id",
        ),
        n=_assessments(assessed, ranked, *TEXT.pair("facts.headline_n_2"), unit="个"),
    )


def _columns(assessed: Assessed, rows: pd.DataFrame, keys: tuple[str, ...]) -> tuple[Column, ...]:
    source = subjects.sources(rows)
    known = {
        "hospital": TEXT.column("columns.columns.hospital", "name"),
        "city": TEXT.column("columns.columns.city", "name"),
        "category": TEXT.column("columns.columns.category", "name"),
        "year": TEXT.column("columns.columns.year", "year"),
        "rank": TEXT.column("columns.columns.rank", "rank", source_ids=source),
        "base": TEXT.column("columns.columns.base", "count", source_ids=source),
        "basis": TEXT.column("columns.columns.basis", "text"),
        "percent": TEXT.column(
            "columns.columns.percent",
            "percent",
            formula=PERCENT_FORMULA,
            source_ids=source,
        ),
        "top": TEXT.column("columns.columns.top", "percent", source_ids=source),
        "grade": TEXT.column("columns.columns.grade", "text"),
        "kind": TEXT.column("columns.columns.kind", "text"),
        "source": TEXT.column("columns.columns.source", "text"),
        "weight": TEXT.column("columns.columns.weight", "code"),
        "reading": TEXT.column("columns.columns.reading", "state"),
    }
    return tuple(known[key] for key in keys)


def _frame(assessed: Assessed, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as the tables print them: names in both languages, numbers as Facts."""
    lines = []
    for _, row in rows.iterrows():
        line = {
            "hospital": row["hospital"],
            "hospital_en": row["hospital_en"],
            "city": row["city"],
            "city_en": row["city_en"],
            "year": str(row["assessment_year"]),
            "weight": row["source_grade"],
        }
        stated = f"value_{row['how']}"
        for lang, end in (("zh", ""), ("en", "_en")):
            i = nth(lang)
            line |= {
                f"category{end}": category(row["category"])[i],
                f"basis{end}": basis(row["n_basis"])[i],
                f"grade{end}": grade_text(row["grade"], lang),
                f"kind{end}": catalog.term(stated, lang),
                f"source{end}": catalog.source(row["source_id"]).title(lang),
                f"reading{end}": catalog.term("flag_conflict", lang) if row["conflict"] else "",
            }
        line |= {
            "rank": None if pd.isna(row["rank"]) else rank_fact(assessed, row),
            "base": base_fact(assessed, row),
            "percent": percent_fact(assessed, row),
            "top": top_fact(assessed, row),
        }
        lines.append(line)
    return pd.DataFrame(lines).astype({key: object for key in ("rank", "base", "percent", "top")})


def _tables(assessed: Assessed) -> tuple[Table, ...]:
    """A ranked table for each category, and one table, not in order, of everything else."""
    made = []
    for key, part in _categories(assessed.ranked):
        part = part.sort_values(["assessment_year", "rank", "institution_id"], ascending=[False, True, True])
        zh, en = category(key)
        made.append(
            Table(
                f"ranked-{key.replace('_', '-')}",
                TEXT.pair("tables.caption", what=(zh, en)),
                _frame(assessed, part),
                _columns(
                    assessed,
                    part,
                    (
                        "year",
                        "hospital",
                        "city",
                        "rank",
                        "base",
                        "basis",
                        "percent",
                        "grade",
                        "kind",
                        "source",
                        "weight",
                        "reading",
                    ),
                ),
            )
        )
    if len(assessed.rest):
        rest = assessed.rest
        made.append(
            Table(
                "unranked",
                TEXT.pair("tables.captions.unranked"),
                _frame(assessed, rest),
                _columns(
                    assessed,
                    rest,
                    (
                        "city",
                        "hospital",
                        "category",
                        "year",
                        "rank",
                        "top",
                        "grade",
                        "basis",
                        "kind",
                        "source",
                        "weight",
                        "reading",
                    ),
                ),
            )
        )
    return tuple(made)


def results(assessed: Assessed, drawing: Drawn | None) -> Finding:
    """Ranks, percentiles and bands as published. drawing: charts.assessed_ranks of assessed_rows, or None."""
    first = assessed.rows.iloc[0]
    n = _assessments(assessed, assessed.rows, *TEXT.pair("results.facts.n"), unit="条")
    sentences = [*_per_category(assessed), *_not_percentiles(assessed), *_conflicts(assessed)]
    return Finding(
        "results",
        _headline(assessed),
        TEXT.say(
            "results.subtitle",
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "results.note",
            y=year(2023),
        ),
        drawing=drawing,
        opens=len(assessed.rows) <= 6,
        tables=_tables(assessed),
        alt=TEXT.say(
            "results.alt",
            place=assessed.place,
            n=n,
            h=hospital(first),
        ),
    )


def closing(assessed: Assessed) -> Finding:
    """What the published results leave open."""
    rows, states = assessed.rows, []
    states.append(
        TEXT.state(
            "E8",
            "closing.states.E8",
        )
    )
    if any(percent_fact(assessed, row) is None for _, row in assessed.ranked.iterrows()):
        states.append(
            TEXT.state(
                "E4",
                "closing.states.E4",
            )
        )
    if (rows["kind"] == "band").any() and (rows["kind"] == "rank").any():
        states.append(
            TEXT.state(
                "E7",
                "closing.states.E7",
            )
        )
    if (rows["source_grade"] == "C").any():
        states.append(
            TEXT.state(
                "E3",
                "closing.states.E3",
            )
        )
    return subjects.closing(states)
