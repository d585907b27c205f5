"""A region's strip of reform policies: when it is known to have entered a national pilot, beside the nation's own dates.

Rows: the table `policies`. Two lists are complete (pilot provinces of comprehensive reform; centres co-built by commission and
province); of the others only some members were found, so an event is a known event and no event means nothing. Rows of grade C are
marked. Nothing here defines a comparison group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from analysis import catalog, tables, texts
from analysis.facts import Text
from analysis.findings import Drawn, Finding, Table
from analysis.themes import naming, subjects
from analysis.themes.naming import Row
from analysis.words import capital, nth

TEXT = texts.of(__file__)

# policy as named in the table -> glossary term; True where the list of its members is complete
POLICIES = {
    "综合医改试点省": ("policy_comprehensive_reform", True),
    "委省共建国家医学中心/区域医疗中心": ("policy_co_built_centres", True),
    "公立医院改革国家联系试点城市": ("policy_pilot_cities", False),
    "国家区域医疗中心首批试点省份": ("policy_centre_pilot_provinces", False),
    "三级公立医院绩效考核 (国办发〔2019〕4号)": ("policy_assessment", False),
    "公立医院改革与高质量发展示范项目": ("policy_demonstration", False),
    "城市公立医院药品和医疗服务价格改革": ("policy_prices", False),
    "取消药品加成": ("policy_zero_markup", False),
    "4+7带量采购": ("policy_procurement", False),
    "C-DRG收付费试点": ("policy_c_drg", False),
    "DRG国家试点": ("policy_drg", False),
    "DRG实际付费 (not a national pilot)": ("policy_drg_own", False),
    "DRG/DIP三年行动计划": ("policy_drg_plan", False),
    "DRG/DIP示范点": ("policy_drg_demonstration", False),
    "DIP国家试点": ("policy_dip", False),
}

# as the file says what happened on a date -> our words, for policies that have several dates
STAGES = {
    r"intended results announced": "policy_name.results",
    r"State Council pilot scheme published": "policy_name.scheme",
    r"expanded to (\d+) cities": "policy_name.expanded",
}


@dataclass(frozen=True)
class Strip(subjects.Subject):
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


def _level(row: Row, region: catalog.Region, below: set[str]) -> str:
    if row["unit"] == "country":
        return "nation"
    if row["region_code"] == region.code:
        return "own"
    if row["region_code"] == region.parent and region.level != "province":
        return "above"
    return "below" if row["region_code"] in below else ""


def policy_name(row: Row) -> Text:
    """The policy with its batch, or the number of cities of a national pilot, where one is printed, and which of its dates this is."""
    what = naming.term(POLICIES[row["policy"]][0])
    if cities := re.match(r"(\d+)城", row["name"]):
        what = TEXT.pair("policy_name.text", cities=cities[1], what=what)
    elif batch := re.match(r"batch (\d)", row["batch"]):
        what = TEXT.pair("policy_name.text_2", batch=batch[1], what=what)
    for pattern, stage in STAGES.items():
        if found := re.fullmatch(pattern, row["batch"]):
            n = found[1] if found.groups() else ""
            return TEXT.pair("policy_name.staged", what=what, stage=TEXT.pair(stage, n=n))
    return what


def _list(row: Row) -> Text:
    if row["level"] == "nation":
        return "", ""
    return naming.term("list_complete" if POLICIES[row["policy"]][1] else "list_partial")


def who(row: Row) -> Text:
    """Whose event it is, with the mark of grade C."""
    if row["level"] == "nation" or not row["region_code"]:
        zh, en = naming.term("level_nation")
    elif row["unit"] == "hospital":
        zh, en = naming.place(row["region_code"])
        zh, en = TEXT.pair("who.zh_en", what=(zh, en))
    else:
        zh, en = naming.place(row["region_code"])
    weak = row["source_grade"] == "C"
    return (
        (zh + catalog.term("mark_grade_c", "zh"), en + catalog.term("mark_grade_c", "en"))
        if weak
        else (zh, en)
    )


def event_rows(strip: Strip, lang: str) -> pd.DataFrame:
    """One row an event, as charts.timeline takes it; the region's own are highlighted."""
    i = nth(lang)
    return pd.DataFrame(
        [
            {
                "date": row["date"],
                "label": capital(policy_name(row)[i]),
                "group": capital(who(row)[i]),
                "kind": "actual",
                "highlight": row["level"] != "nation",
            }
            for _, row in strip.rows.iterrows()
        ]
    )


def finding(strip: Strip, drawing: Drawn | None) -> Finding:
    """The region's known policy events beside the nation's. drawing: charts.timeline of event_rows."""
    rows, own = strip.rows, strip.own
    weak, complete = rows[rows["source_grade"] == "C"], own[[POLICIES[p][1] for p in own["policy"]]]
    n, nation = (
        subjects.count(own, "event_id", TEXT.pair("policies.facts.n_nation"), whole=rows),
        subjects.count(
            rows[rows["level"] == "nation"], "event_id", TEXT.pair("policies.facts.n_nation_2"), whole=rows
        ),
    )
    where = strip.place
    sentences = [
        TEXT.say(
            "policies.sentences.known",
        )
    ]
    if len(complete):
        names = [policy_name(row) for _, row in complete.drop_duplicates(["policy", "batch"]).iterrows()]
        sentences.append(
            naming.listed(
                "complete",
                TEXT.pair("policies.complete"),
                names,
            )
        )
    if len(weak):
        sentences.append(
            TEXT.say(
                "policies.sentences.weak-events",
                n=subjects.count(rows, "event_id", TEXT.pair("policies.facts.n_all"), whole=rows),
                k=subjects.count(weak, "event_id", TEXT.pair("policies.facts.k"), whole=rows),
            )
        )
    frame = naming.both(
        (row for _, row in rows.iterrows()),
        policy=policy_name,
        who=who,
        list=_list,
        grade=lambda r: (r["source_grade"], r["source_grade"]),
        source=lambda r: naming.title(r["source_id"]),
    ).assign(date=rows["date"].to_list())
    values = {"place": where, "n": n, "m": nation}
    if strip.is_nation:
        headline = TEXT.say("policies.headline", **values)
    elif len(own):
        headline = TEXT.say("policies.headline_otherwise", **values)
    else:
        headline = TEXT.say(
            "policies.headline_otherwise_2",
            **values,
        )
    return Finding(
        "policies",
        headline,
        TEXT.say(
            "policies.subtitle",
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        strip=bool(len(own)) or strip.is_nation,
        once=own.empty,  # the nation's dates alone are the nation's figure
        tables=(
            Table(
                "policies",
                TEXT.pair("policies.caption"),
                frame,
                (
                    TEXT.column("policies.columns.date", "text"),
                    TEXT.column("policies.columns.policy", "name"),
                    TEXT.column("policies.columns.who", "text"),
                    TEXT.column("policies.columns.list", "text"),
                    TEXT.column("policies.columns.grade", "text"),
                    TEXT.column("policies.columns.source", "text"),
                ),
            ),
        ),
        alt=TEXT.say(
            "policies.alt",
            **values,
        ),
        states=(
            TEXT.state(
                "E1",
                "policies.states.E1",
                where=where,
            ),
        ),
    )
