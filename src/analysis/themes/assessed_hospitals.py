"""Hospitals in the national assessment: what hospitals published about their own place, and why two places are no proof of a change.

Rows: the table `assessments` (and the counts of hospitals assessed, in `observations`). The rows are good news that hospitals and
newspapers chose to publish: cases, never a sample. An exact rank, a percentile and a grade band are three kinds of value; they are
compared only inside a category, and a percentile is computed only where the base is the category's own. Rows of grade C are shown,
marked, and stand outside every ranked table. More than 300 lines because each sentence stands here in two languages.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from analysis import catalog, tables
from analysis.errors import refuse
from analysis.facts import Fact, State, derived
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, words, year
from analysis.themes import panel

CATEGORIES = {
    "": "category_not_printed", "general": "category_general", "TCM general": "category_tcm_general", "TCM: integrated": "category_tcm_integrated",
    "specialised: obstetrics": "category_obstetrics", "specialised: oncology": "category_oncology", "specialised: psychiatric": "category_psychiatric",
    "specialised: other surgical": "category_other_surgical",
}  # fmt: skip
BASES = {
    "": "basis_not_printed", "all tertiary public hospitals": "basis_all_tertiary", "all western-medicine hospitals": "basis_all_western",
    "general hospitals ranked": "basis_general_ranked", "general hospitals": "basis_general", "Chinese-medicine hospitals ranked": "basis_tcm_ranked",
    "Chinese-medicine general hospitals ranked": "basis_tcm_general_ranked", "psychiatric hospitals ranked": "basis_psychiatric_ranked",
}  # fmt: skip
OWN_BASES = {
    "general": ("general hospitals ranked", "general hospitals"), "TCM general": ("Chinese-medicine general hospitals ranked",),
    "specialised: psychiatric": ("psychiatric hospitals ranked",),
}  # fmt: skip
# lists a place may have been read from, by category: (indicator, year) of the printed counts; only grades A and B are used
LISTS = {
    "": (("assessed_hospitals", 2019), ("assessed_general_ranked", 2022)),
    "general": (("assessed_hospitals", 2019), ("assessed_general_ranked", 2022)),
    "TCM general": (("assessed_tcm_ranked", 2019), ("assessed_tcm_general_ranked", 2022)),
    "specialised: psychiatric": (("assessed_psychiatric_ranked", 2022),),
}  # fmt: skip
BAND_OF = {"general": "general", "TCM general": "TCM"}
RELIABILITIES = (0.5, 0.7, 0.9)
PERCENT_FORMULA = ("位次 ÷ 本类别排名医院数 × 100", "rank ÷ hospitals ranked in the category × 100")
NOISE_FORMULA = ("位次差的绝对值 ÷（1.96 × √2）", "absolute difference of places ÷ (1.96 × √2)")
EXPECTED_FORMULA = ("中间位次 + 信度 ×（前次位次 − 中间位次）", "middle place + reliability × (earlier place − middle place)")
CLASS_FORMULA = ("（后次位次 − 信度 × 前次位次）÷（1 − 信度）", "(later place − reliability × earlier place) ÷ (1 − reliability)")
COUNTED = ("计数", "count of rows")
COUNT_KEYS = ("assessed_hospitals", "assessed_general_ranked", "assessed_tcm_ranked", "assessed_tcm_general_ranked", "assessed_psychiatric_ranked")


@dataclass(frozen=True)
class Assessed:
    """A region's assessed hospitals.

    rows: one row an assessment as published, columns of the table `assessments` plus kind (rank, percentile, band), city_zh, city_en,
    hospital_zh, hospital_en. values: the observations behind them. counts: observations of how many hospitals were assessed.
    bands: the printed percentile cut-offs of grades.
    """

    code: str
    rows: pd.DataFrame
    values: pd.DataFrame = field(repr=False)
    counts: pd.DataFrame = field(repr=False)
    bands: pd.DataFrame = field(repr=False)

    @property
    def region(self) -> catalog.Region:
        return catalog.region(self.code)

    @property
    def ranked(self) -> pd.DataFrame:
        """Exact ranks from sources of grade A and B: all that may enter a ranked table."""
        return self.rows[(self.rows["kind"] == "rank") & (self.rows["source_grade"] != "C")]

    @property
    def rest(self) -> pd.DataFrame:
        """Percentiles and bands, and every row of grade C."""
        return self.rows[~self.rows.index.isin(self.ranked.index)]


def coverage() -> dict[str, dict | None]:
    """Provinces and cities with an assessed hospital have a page; the other places of the plan have the reason."""
    held = tables.read("assessments")
    with_page = {*held["province_code"], *held["region_code"]}
    none = {
        "code": "E1", "zh": "已收集的考核位次中没有该地的医院", "en": "None of the assessed ranks gathered here belongs to a hospital of this place",
    }  # fmt: skip
    return {code: None if code in with_page else dict(none) for code in plan_codes()}


def plan_codes() -> list[str]:
    """Places that the reports are about: the provinces, and the cities of which any observation or measure is held."""
    seen = {*tables.read("observations")["region_code"], *tables.read("measures")["region_code"]}
    cities = [code for code, region in catalog.regions().items() if region.level == "city" and code in seen]
    return [region.code for region in catalog.provinces()] + cities


def _kind(row) -> str:
    if not pd.isna(row["rank"]):
        return "rank"
    return "band" if row["grade"] else "percentile"


def _published_by(frame: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Rows whose source was published by ``as_of``; a source without a printed date is kept."""
    if not as_of:
        return frame
    return frame[[catalog.source(s).published <= as_of for s in frame["source_id"]]]


def load(region_code: str, as_of: str = "") -> Assessed:
    """Assessed hospitals of a province (all its cities) or a city. Raises MethodError when there are none by that date."""
    region = catalog.region(region_code)
    column = "province_code" if region.level == "province" else "region_code"
    rows = _published_by(tables.read("assessments", **{column: region.code}), as_of)
    if rows.empty:
        raise refuse("assessed_hospitals.load", f"no assessed hospital in {region.code} by {as_of or 'now'}", "at least one", "see coverage() for the places that have a page")
    values = tables.read("observations", institution_id=sorted(set(rows["institution_id"])), theme=["ranking", "assessment"])
    counts = tables.read("observations", region_code="000000", indicator=list(COUNT_KEYS), source_grade=["A", "B"])
    hospitals = [catalog.institution(i) for i in rows["institution_id"]]
    cities = [catalog.region(c) for c in rows["region_code"]]
    rows = rows.assign(
        kind=[_kind(row) for _, row in rows.iterrows()],
        hospital_zh=[h.name_zh for h in hospitals], hospital_en=[h.name_en or h.name_zh for h in hospitals],
        city_zh=[c.short("zh") for c in cities], city_en=[c.short("en") for c in cities],
    )  # fmt: skip
    rows = rows.sort_values(["region_code", "institution_id", "assessment_year", "assessment_id"], ignore_index=True)
    return Assessed(region.code, rows, values, counts, tables.read("assessment_bands"))


def place(assessed: Assessed) -> tuple[str, str]:
    """The region's short name in both languages."""
    return assessed.region.short("zh"), assessed.region.short("en")


def hospital(row) -> tuple[str, str]:
    """The hospital's name in both languages."""
    return row["hospital_zh"], row["hospital_en"]


def category(key: str) -> tuple[str, str]:
    """A category's name in both languages."""
    return catalog.term(CATEGORIES[key], "zh"), catalog.term(CATEGORIES[key], "en")


def basis(key: str) -> tuple[str, str]:
    """What a base counts, in both languages."""
    return catalog.term(BASES[key], "zh"), catalog.term(BASES[key], "en")


def _evidence(assessed: Assessed, rows: pd.DataFrame) -> pd.DataFrame:
    """Observations behind these assessments, for provenance."""
    return assessed.values[assessed.values["locator"].isin(rows["locator"]) & assessed.values["source_id"].isin(rows["source_id"])]


def _fact(assessed: Assessed, row, indicator: str, value: float, label: tuple[str, str], **how) -> Fact:
    """A published value with the observation that holds it."""
    same = assessed.values[(assessed.values["source_id"] == row["source_id"]) & (assessed.values["locator"] == row["locator"]) & (assessed.values["indicator"] == indicator)]
    ids = tuple(same["observation_id"]) or (row["observation_id"],)
    printed = same["as_printed"].iloc[0] if len(same) else ""
    y, (zh, en) = row["assessment_year"], hospital(row)
    return Fact(
        (f"{zh} {y} 年度{label[0]}", f"{en}, {label[1]}, {y}"), float(value), as_printed=printed, period=(f"{y}-01-01", f"{y}-12-31"),
        observations=ids, source_ids=(row["source_id"],), locators=(row["locator"],), grade=row["source_grade"], **how,
    )  # fmt: skip


def rank_fact(assessed: Assessed, row) -> Fact:
    """The rank as published."""
    return _fact(assessed, row, "national_assessment_rank", row["rank"], ("考核位次", "rank in the national assessment"), style="rank")


def base_fact(assessed: Assessed, row) -> Fact | None:
    """The number of hospitals printed beside the rank, whatever it counts; None where none is printed."""
    if pd.isna(row["n_compared"]):
        return None
    zh, en = basis(row["n_basis"])
    return _fact(assessed, row, "national_assessment_rank", row["n_compared"], (f"位次旁印出的基数（{zh}）", f"base printed beside the rank ({en})"), style="count", unit="家")


def top_fact(assessed: Assessed, row) -> Fact | None:
    """The percentile as published (`top 10%`); None where none is printed."""
    if pd.isna(row["percentile_top"]):
        return None
    whole = float(row["percentile_top"]).is_integer()
    return _fact(assessed, row, "assessment_percentile_top", row["percentile_top"], ("公布的前百分之几", "published top per cent"), style="percent", decimals=0 if whole else 1)


def percent_fact(assessed: Assessed, row) -> Fact | None:
    """The rank as a share of its list, only where the base is the category's own; None elsewhere."""
    if pd.isna(row["rank"]) or pd.isna(row["n_compared"]) or row["n_basis"] not in OWN_BASES.get(row["category"], ()):
        return None
    zh, en = hospital(row)
    y = row["assessment_year"]
    return derived(
        row["rank"] / row["n_compared"] * 100, (f"{zh} {y} 年度位次在本类别中的百分比", f"{en}, rank as a percentage of the category, {y}"),
        PERCENT_FORMULA, inputs=(rank_fact(assessed, row), base_fact(assessed, row)), style="percent", decimals=1,
    )  # fmt: skip


def _count(assessed: Assessed, rows: pd.DataFrame, zh: str, en: str, *, of: str = "", unit: str = "家") -> Fact:
    """How many rows (or distinct values of a column) there are."""
    n = rows[of].nunique() if of else len(rows)
    evidence = _evidence(assessed, rows if len(rows) else assessed.rows)
    return derived(n, (zh, en), COUNTED, rows=evidence, style="count", unit=unit)


def _sources(assessed: Assessed, rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(set(rows["source_id"])))


def data(assessed: Assessed) -> Finding:
    """What is held: one row a city."""
    rows = assessed.rows
    hospitals, held = _count(assessed, rows, "有考核结果的医院数", "hospitals with a published result", of="institution_id"), _count(assessed, rows, "结果条数", "results held", unit="条")
    weak = rows[rows["source_grade"] == "C"]
    grouped = rows.groupby(["region_code", "city_zh", "city_en"])
    table = grouped.agg(hospitals=("institution_id", "nunique"), results=("assessment_id", "size"), first=("assessment_year", "min"), last=("assessment_year", "max")).reset_index()
    for key in ("rank", "percentile", "band"):
        table[key] = [int((part["kind"] == key).sum()) for _, part in grouped]
    table["weak"] = [int((part["source_grade"] == "C").sum()) for _, part in grouped]
    table = table.assign(first=table["first"].astype(str), last=table["last"].astype(str))
    source = _sources(assessed, rows)
    number = dict(style="number", formula=COUNTED, source_ids=source)
    sentences = [
        words("news", "这些结果由医院自己或当地媒体选出来公布，只能当作个案；没有公布的医院情况不明。", "Hospitals or local media chose these results for publication: they are cases. Nothing is known of the hospitals that published none."),
    ]
    if len(weak):
        sentences.append(words("weak", "其中 {n}只见于转载，原始出处未找到（C 级）：照列并注明，不进入任何排序表。", "Of these, {n} were read in copies whose original was not found (grade C): they are listed, marked, and enter no ranked table.",
                               n=_count(assessed, weak, "C 级来源的结果条数", "results from grade C sources", unit="条")))  # fmt: skip
    return Finding(
        "data",
        words("data", "{place}有 {h}医院公布过全国考核结果，共 {n}", "{place}: {h} hospital(s) with published results of the national assessment, {n} results in all", place=place(assessed), h=hospitals, n=held),
        sentences=tuple(sentences),
        tables=(Table("held", ("各城市医院的结果，一行一市；并列而不相加", "Results of hospitals by city, one row a city; side by side, never summed"), table, (
            Column("city", ("城市", "City"), "name"), Column("hospitals", ("医院", "Hospitals"), **number), Column("results", ("结果", "Results"), **number),
            Column("rank", ("名次", "Ranks"), **number), Column("percentile", ("百分位", "Percentiles"), **number), Column("band", ("等级", "Grade bands"), **number),
            Column("weak", ("其中 C 级来源", "Of which grade C"), **number), Column("first", ("起", "From"), "year"), Column("last", ("止", "To"), "year"),
        )),),
    )  # fmt: skip
