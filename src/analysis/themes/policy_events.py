"""A region's strip of reform policies: when it is known to have entered a national pilot, beside the nation's own dates.

Rows: the table `policies`. Two lists are complete (pilot provinces of comprehensive reform; centres co-built by commission and
province); of the others only some members were found, so an event is a known event and no event means nothing. Rows of grade C are
marked. Nothing here defines a comparison group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from analysis import catalog, tables
from analysis.facts import State, Text
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, words
from analysis.themes import held

# policy as named in the table -> glossary term; True where the list of its members is complete
POLICIES = {
    "综合医改试点省": ("policy_comprehensive_reform", True), "委省共建国家医学中心/区域医疗中心": ("policy_co_built_centres", True),
    "公立医院改革国家联系试点城市": ("policy_pilot_cities", False), "国家区域医疗中心首批试点省份": ("policy_centre_pilot_provinces", False),
    "三级公立医院绩效考核 (国办发〔2019〕4号)": ("policy_assessment", False), "公立医院改革与高质量发展示范项目": ("policy_demonstration", False),
    "城市公立医院药品和医疗服务价格改革": ("policy_prices", False), "取消药品加成": ("policy_zero_markup", False), "4+7带量采购": ("policy_procurement", False),
    "C-DRG收付费试点": ("policy_c_drg", False), "DRG国家试点": ("policy_drg", False), "DRG实际付费 (not a national pilot)": ("policy_drg_own", False),
    "DRG/DIP三年行动计划": ("policy_drg_plan", False), "DRG/DIP示范点": ("policy_drg_demonstration", False), "DIP国家试点": ("policy_dip", False),
}  # fmt: skip


@dataclass(frozen=True)
class Strip(held.Subject):
    """Policy events of a region. rows: rows of `policies` by date with event_id and level (own, above, below, nation)."""

    rows: pd.DataFrame

    @property
    def own(self) -> pd.DataFrame:
        """Events of the region itself, of the province above it and of the cities below it."""
        return self.rows[self.rows["level"] != "nation"]


def load(region_code: str, as_of: str = "") -> Strip:
    """Known events of a region, of its province or its cities, and of the nation up to ``as_of`` (empty: all), earliest first."""
    region, rows = catalog.region(region_code), tables.read("policies")
    if as_of:
        rows = rows[rows["date_end"] <= as_of].reset_index(drop=True)
    rows = rows.assign(event_id=[f"policy:{locator}" for locator in rows["locator"]], level="")
    below = {r.code for r in catalog.cities_of(region.code)} if region.level == "province" else set()
    rows["level"] = [_level(row, region, below) for _, row in rows.iterrows()]
    return Strip(
        region.code, rows[rows["level"] != ""].sort_values(["date", "policy", "name"], ignore_index=True)
    )


def _level(row, region: catalog.Region, below: set[str]) -> str:
    if row["unit"] == "country":
        return "nation"
    if row["region_code"] == region.code:
        return "own"
    if row["region_code"] == region.parent and region.level != "province":
        return "above"
    return "below" if row["region_code"] in below else ""


def policy_name(row) -> Text:
    """The policy with its batch, or the number of cities of a national pilot, where one is printed."""
    zh, en = held.term(POLICIES[row["policy"]][0])
    if cities := re.match(r"(\d+)城", row["name"]):
        return f"{zh}（{cities[1]} 城）", f"{en} ({cities[1]} cities)"
    batch = re.match(r"batch (\d)", row["batch"])
    return (f"{zh}（第 {batch[1]} 批）", f"{en} (batch {batch[1]})") if batch else (zh, en)


def _list(row) -> Text:
    if row["level"] == "nation":
        return "", ""
    return held.term("list_complete" if POLICIES[row["policy"]][1] else "list_partial")


def who(row) -> Text:
    """Whose event it is, with the mark of grade C."""
    if row["level"] == "nation" or not row["region_code"]:
        zh, en = held.term("level_nation")
    elif row["unit"] == "hospital":
        zh, en = held.place(row["region_code"])
        zh, en = f"{zh}（个别医院）", f"{en} (single hospitals)"
    else:
        zh, en = held.place(row["region_code"])
    weak = row["source_grade"] == "C"
    return (
        (zh + catalog.term("mark_grade_c", "zh"), en + catalog.term("mark_grade_c", "en"))
        if weak
        else (zh, en)
    )


def event_rows(strip: Strip, lang: str) -> pd.DataFrame:
    """One row an event, as charts.timeline takes it; the region's own are highlighted."""
    i = lang == "en"
    return pd.DataFrame(
        [
            {
                "date": row["date"],
                "label": policy_name(row)[i],
                "group": who(row)[i],
                "kind": "actual",
                "highlight": row["level"] != "nation",
            }
            for _, row in strip.rows.iterrows()
        ]
    )


def finding(strip: Strip, drawing) -> Finding:
    """The region's known policy events beside the nation's. drawing: charts.timeline of event_rows."""
    rows, own = strip.rows, strip.own
    weak, complete = rows[rows["source_grade"] == "C"], own[[POLICIES[p][1] for p in own["policy"]]]
    n, nation = (
        _n(own, rows, "本地的已知事件", "known events of the place"),
        _n(rows[rows["level"] == "nation"], rows, "全国性事件", "national events"),
    )
    where = strip.place
    sentences = [
        words(
            "known",
            "多数政策只找到部分试点名单，这里只列已知事件；没有列出不等于没有实施。",
            "For most policies only part of the list of pilots was found: these are known events, and an event that is missing may well have happened.",
        )
    ]
    if len(complete):
        names = [policy_name(row) for _, row in complete.drop_duplicates(["policy", "batch"]).iterrows()]
        sentences.append(
            held.listed(
                "complete",
                ("名单完整的政策中，本地在列的有", "Policies with a complete list that names the place"),
                names,
            )
        )
    if len(weak):
        sentences.append(
            words(
                "weak-events",
                "其中 {k}只见于转载，原始出处未找到（C 级），已注明。",
                "Read in copies whose original was not found (grade C) and marked: {k}.",
                k=_n(weak, rows, "C 级来源的事件", "events from grade C sources"),
            )
        )
    frame = held.both(
        (row for _, row in rows.iterrows()),
        policy=policy_name,
        who=who,
        list=_list,
        grade=lambda r: held.term(f"grade_{r['source_grade']}"),
        source=lambda r: held.title(r["source_id"]),
    ).assign(date=rows["date"].to_list())
    values = {"place": where, "n": n, "m": nation}
    if strip.is_nation:
        headline = Sentence(
            "policies", "全国性的改革政策事件，已知 {m}", "National reform policy events known: {m}", values
        )
    elif len(own):
        headline = Sentence(
            "policies", "{place}有 {n}已知的改革政策事件", "{place}, known reform policy events: {n}", values
        )
    else:
        headline = Sentence(
            "policies",
            "没有收集到{place}自己的改革政策事件",
            "No reform policy event of {place} itself was found",
            values,
        )
    return Finding(
        "policies",
        headline,
        words(
            "policies-sub",
            "蓝色为本地、所属省或下辖城市的事件，其余为全国性事件；日期精度照来源",
            "Blue: events of the place, its province or its cities; the rest are national; dates as precise as the source",
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        strip=True,
        tables=(
            Table(
                "policies",
                ("已知的政策事件，一行一件", "Known policy events, one row each"),
                frame,
                (
                    Column("date", ("日期", "Date"), "text"),
                    Column("policy", ("政策", "Policy"), "name"),
                    Column("who", ("范围", "Scope"), "text"),
                    Column("list", ("名单", "List"), "text"),
                    Column("grade", ("来源等级", "Grade of the source"), "text"),
                    Column("source", ("来源", "Source"), "text"),
                ),
            ),
        ),
        alt=Sentence(
            "policies-alt",
            "{place}的政策时间线：本地已知事件 {n}，全国性事件 {m}，按日期由早到晚。",
            "Timeline of policies for {place}: {n} known local events and {m} national ones, earliest first.",
            values,
        ),
        states=(
            State(
                "E1",
                (
                    f"{where[0]}：多数政策的试点名单不完整",
                    f"{where[1]}: the lists of most pilots are incomplete",
                ),
                (
                    "需要各政策完整的试点名单和本地实施日期",
                    "Complete lists and local start dates of each policy would settle it",
                ),
            ),
        ),
    )


def _n(rows: pd.DataFrame, whole: pd.DataFrame, zh: str, en: str):
    return held.count(rows, "event_id", (zh, en), whole=whole)
