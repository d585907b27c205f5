"""The case of a hospital whose published place in the national assessment moved: evidence and exhibits, no verdict.

Rows: what the tables hold for Shanxi Bethune Hospital (one bulletin, one newspaper page), the lists it may have been read from,
and what other hospitals published of the same kind. The scene of the case is made for teaching; its figures are not. Each exhibit
is a Finding in two languages, so the module exceeds 300 lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from analysis import catalog, tables
from analysis.facts import Fact, State, beside, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, words, year

HOSPITAL = "H01"
RANK = "national_assessment_rank"
LISTS = ("assessed_hospitals", "assessed_general_ranked")
CHANGE_FORMULA = ("后次位次 − 前次位次", "later place − earlier place")
COUNTED = ("计数", "count of rows")
DIRECTIONS = {"up": ("上升", "up"), "down": ("下降", "down"), "": ("未说明", "not stated")}
# what the exhibits call the dates that are no measure: id of the observation or source -> words
PUBLISHED = ("doc-000", "doc-002")


@dataclass(frozen=True)
class Evidence:
    """What the case rests on; every frame has the columns of its table.

    ranks: the two published places, earlier first (observations). measures: reform measures of the hospital. talent: stages of one
    recruitment (observations). claims: results given as a direction only (observations). targets: goals of the bulletin. lists: how
    many hospitals were assessed or ranked (observations, grades A and B). others: exact places other hospitals published
    (assessments, grades A and B).
    """

    ranks: pd.DataFrame
    measures: pd.DataFrame
    talent: pd.DataFrame
    claims: pd.DataFrame
    targets: pd.DataFrame
    lists: pd.DataFrame
    others: pd.DataFrame
    target_values: pd.DataFrame = field(repr=False)

    @property
    def start(self) -> str:
        """Month in which the co-building began, as ISO text."""
        return str(self.measures.loc[self.measures["mechanism"] == "co_construction", "start_date"].iloc[0])

    def list_length(self, indicator: str) -> int:
        """Hospitals in one of the lists."""
        return int(self.lists.loc[self.lists["indicator"] == indicator, "value"].iloc[0])


def load() -> Evidence:
    """Read the case's rows and no others: what is read here goes into the pack. Raises DataError when the processed tables have not been built."""
    others = tables.read("assessments", source_grade=["A", "B"])
    others = others[others["rank"].notna() & others["exact"] & (others["institution_id"] != HOSPITAL)]
    targets = tables.read("targets", source_id="doc-000", level="hospital")
    return Evidence(
        ranks=tables.read(
            "observations", institution_id=HOSPITAL, indicator=RANK, status="actual"
        ).sort_values("period_end", ignore_index=True),
        measures=tables.read("measures", institution_id=HOSPITAL).sort_values(
            ["source_id", "measure_id"], ignore_index=True
        ),
        talent=tables.read(
            "observations", institution_id=HOSPITAL, indicator=["phd_interviewed", "phd_intent_to_sign"]
        ),
        claims=tables.read("observations", institution_id=HOSPITAL, quantifier="unquantified"),
        targets=targets.sort_values("due_date", ignore_index=True),
        lists=tables.read(
            "observations", region_code="000000", indicator=LISTS, source_grade=["A", "B"]
        ).sort_values(["year", "indicator"], ignore_index=True),
        others=others.sort_values(["category", "institution_id", "assessment_year"], ignore_index=True),
        target_values=tables.read("observations", observation_id=targets["observation_id"]),
    )


def hospital() -> tuple[str, str]:
    """The hospital's name in both languages."""
    found = catalog.institution(HOSPITAL)
    return found.name_zh, found.name_en


def _year(row) -> str:
    return str(row["period_end"])[:4]


def place_facts(evidence: Evidence) -> tuple[Fact, Fact]:
    """The two places as published."""
    zh, en = hospital()
    first, second = (
        observed(
            row,
            label=(f"{zh} {_year(row)} 年度考核位次", f"{en}, rank in the national assessment, {_year(row)}"),
            style="rank",
        )
        for _, row in evidence.ranks.iterrows()
    )
    return first, second


def place_rows(evidence: Evidence, lang: str) -> pd.DataFrame:
    """Both places as charts.assessed_ranks takes them."""
    return pd.DataFrame(
        {
            "hospital": hospital()[lang == "en"],
            "highlight": True,
            "year": int(_year(row)),
            "kind": "rank",
            "value": row["value"],
            "low": None,
            "high": None,
            "text": fact.text(lang),
        }
        for (_, row), fact in zip(evidence.ranks.iterrows(), place_facts(evidence), strict=True)
    )


def _sources(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Column ``source`` of an exhibit: title and id, in both languages."""
    found = [catalog.source(key) for key in rows["source_id"]]
    return {
        "source": [f"{s.title('zh')}（{s.id}）" for s in found],
        "source_en": [f"{s.title('en')} ({s.id})" for s in found],
    }


def _cited(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Columns that every exhibit of printed values ends with: the string as printed, the source and its grade."""
    grades = {
        key: [catalog.term(f"grade_{grade}", lang) for grade in rows["source_grade"]]
        for key, lang in (("grade", "zh"), ("grade_en", "en"))
    }
    return (
        {"printed": rows["as_printed"].tolist(), "printed_en": rows["as_printed"].tolist()}
        | _sources(rows)
        | grades
    )


SOURCE = Column("source", ("来源", "Source"), "text")
CITED = (
    Column("printed", ("原文写法", "As printed"), "text"),
    SOURCE,
    Column("grade", ("来源级别", "Grade of the source"), "text"),
)


def places(evidence: Evidence, drawing) -> Finding:
    """Exhibit: the two places with everything the source prints about them."""
    first, second = place_facts(evidence)
    rows = evidence.ranks
    frame = pd.DataFrame(
        {"year": [_year(row) for _, row in rows.iterrows()], "place": [first, second]} | _cited(rows)
    )
    values = {
        "h": hospital(),
        "a": first,
        "b": second,
        "y": year(_year(rows.iloc[0])),
        "z": year(_year(rows.iloc[1])),
    }
    return Finding(
        "places",
        Sentence("places", "{h} {y} 年度{a}，{z} 年度{b}", "{h}: {a} in {y}, {b} in {z}", values),
        words(
            "places-sub",
            "三级公立医院绩效考核的全国位次，来自一份大会报道",
            "National place in the assessment of tertiary public hospitals, from one report of a conference",
        ),
        (
            words(
                "printed",
                "报道只给出这两个位次和两个年度；考核类别、名单上有多少家医院、得分、误差和中间一年的位次都没有写。",
                "The report gives these two places and their years, and no more: neither the category nor the length of the list, the scores, the error or the place of the year between.",
            ),
            words(
                "which-year",
                "年度是考核的年度还是数据的年度，也没有写明。",
                "Nor does it say whether a year is that of the assessment or of the data.",
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "places",
                ("两个公布的位次，一行一个", "The two published places, one a row"),
                frame,
                (
                    Column("year", ("年度", "Year"), "year"),
                    Column("place", ("位次", "Place"), "rank", source_ids=first.source_ids),
                    *CITED,
                ),
            ),
        ),
        alt=Sentence(
            "places-alt",
            "{h}在全国考核中的两个位次：{y} 年度{a}，{z} 年度{b}。",
            "{h} in the national assessment: {a} in {y} and {b} in {z}.",
            values,
        ),
    )


NO_START = ("未写明", "not stated")
INFERRED = {False: ("", ""), True: ("（推定）", " (inferred)")}
EVENT_WORDS = {
    "rank": ("年度考核：一个公布的位次", "year of assessment: one published place"),
    "doc-000": ("改革简报印发", "the reform bulletin is issued"), "doc-002": ("大会与报道", "conference and report"),
    "goal": ("目标到期：", "goal due: "),
}  # fmt: skip


def events(evidence: Evidence, lang: str) -> pd.DataFrame:
    """Dated events as charts.timeline takes them: measures with a printed start, years of assessment, publications, due dates of goals."""
    i = int(lang == "en")
    rows = [
        {
            "date": m["start_date"],
            "label": m[f"paraphrase_{lang}"].replace(",", "，" if lang == "zh" else ",")
            + INFERRED[m["start_basis"] == "inferred"][i],
            "kind": "actual",
            "highlight": False,
        }
        for _, m in evidence.measures.iterrows()
        if m["start_date"]
    ]
    rows += [
        {"date": _year(row), "label": EVENT_WORDS["rank"][i], "kind": "actual", "highlight": True}
        for _, row in evidence.ranks.iterrows()
    ]
    rows += [
        {
            "date": catalog.source(s).published,
            "label": EVENT_WORDS[s][i],
            "kind": "actual",
            "highlight": False,
        }
        for s in PUBLISHED
    ]
    rows += [
        {
            "date": t["due_date"],
            "label": EVENT_WORDS["goal"][i] + _goal(evidence, t)[i],
            "kind": "target",
            "highlight": False,
        }
        for _, t in evidence.targets.iterrows()
    ]
    return pd.DataFrame(rows)


GOALS = {
    "tongji_model_rollout_years": ("全面推广托管方的管理模式", "the trustee's management model in full use"),
    "provincial_lead_years": ("省内领先", "leading in the province"),
    "national_top100_years": ("进入全国百强", "among the best hundred of the country"),
}  # fmt: skip


def _goal(evidence: Evidence, target) -> tuple[str, str]:
    values = evidence.target_values
    return GOALS[values.loc[values["observation_id"] == target["observation_id"], "indicator"].iloc[0]]


def _starts(measures: pd.DataFrame) -> dict[str, list[str]]:
    """Column ``start``: the date, with a mark where it is inferred, or that none is known."""
    marks = [INFERRED[basis == "inferred"] for basis in measures["start_basis"]]
    return {
        key: [(d or NO_START[i]) + mark[i] for d, mark in zip(measures["start_date"], marks, strict=True)]
        for i, key in enumerate(("start", "start_en"))
    }


def timeline(evidence: Evidence, drawing) -> Finding:
    """Exhibit: what carried a date, and how much did not."""
    m = evidence.measures
    dated = m[m["start_date"] != ""].sort_values("start_date", kind="stable")
    table = pd.DataFrame(
        {
            "what": dated["paraphrase_zh"].str.replace(",", "，").tolist(),
            "what_en": dated["paraphrase_en"].tolist(),
        }
        | _starts(dated)
        | _sources(dated)
    )
    return Finding(
        "timeline",
        Sentence(
            "timeline",
            "有日期的事件里，共建始于 {m}",
            "Of the dated events, co-building began in {m}",
            {"m": year(evidence.start)},
        ),
        words(
            "timeline-sub",
            "有日期的措施、考核年度、文件与目标到期日；空心为目标",
            "Dated measures, years of assessment, documents and due dates of goals; hollow marks are goals",
        ),
        (
            words(
                "whole-year",
                "只有年份的事件画在年初，实际延续到年末。",
                "An event known by its year alone is drawn at the start of the year; the year runs to December.",
            ),
            words(
                "undated",
                "多数措施没有开始日期，不在这条时间线上。",
                "Most measures have no start date and are not on this line.",
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "dated",
                ("有开始日期的措施", "Measures with a start date"),
                table,
                (
                    Column("start", ("开始", "Start"), "text"),
                    Column("what", ("措施（转述）", "Measure (our words)"), "text"),
                    SOURCE,
                ),
            ),
        ),
        alt=Sentence(
            "timeline-alt",
            "{h}的时间线：共建始于 {m}，考核年度为 {y} 和 {z}。",
            "Timeline of {h}: co-building began in {m}; the years of assessment are {y} and {z}.",
            {
                "h": hospital(),
                "m": year(evidence.start),
                "y": year(_year(evidence.ranks.iloc[0])),
                "z": year(_year(evidence.ranks.iloc[1])),
            },
        ),
    )


def measures(evidence: Evidence) -> Finding:
    """Exhibit: what was done, in our words, with start and status."""
    m = evidence.measures
    state = {
        lang: [catalog.term(f"measure_{status}", lang) for status in m["status"]] for lang in ("zh", "en")
    }
    frame = pd.DataFrame(
        {
            "theme": [catalog.term(f"theme_{t}", "zh") for t in m["theme"]],
            "theme_en": [catalog.term(f"theme_{t}", "en") for t in m["theme"]],
            "what": m["paraphrase_zh"].str.replace(",", "，"),
            "what_en": m["paraphrase_en"],
            "state": state["zh"],
            "state_en": state["en"],
            "document": m["source_id"],
        }
        | _starts(m)
    ).sort_values("theme", kind="stable")
    return Finding(
        "measures",
        words(
            "measures",
            "同一时期推行了许多措施，其中托管只是一项",
            "Many measures ran in the same years; trusteeship was one of them",
        ),
        sentences=(
            words(
                "order",
                "表按主题排列，不代表先后和轻重；文件没有给出任何一项措施各自的效果。",
                "The table is ordered by theme, neither by time nor by weight; the documents give no effect of any single measure.",
            ),
        ),
        tables=(
            Table(
                "measures",
                ("措施，一行一项（我们的转述）", "Measures, one a row (our words)"),
                frame,
                (
                    Column("theme", ("主题", "Theme"), "text"),
                    Column("what", ("措施", "Measure"), "text"),
                    Column("start", ("开始", "Start"), "text"),
                    Column("state", ("状态", "Status"), "text"),
                    Column("document", ("来源", "Source"), "code"),
                ),
            ),
        ),
    )


def claims(evidence: Evidence) -> Finding:
    """Exhibit: results that are given as a direction."""
    rows = evidence.claims
    frame = pd.DataFrame(
        {
            "what": [catalog.indicator(k).label("zh") for k in rows["indicator"]],
            "what_en": [catalog.indicator(k).label("en") for k in rows["indicator"]],
            "direction": [DIRECTIONS[d][0] for d in rows["direction"]],
            "direction_en": [DIRECTIONS[d][1] for d in rows["direction"]],
            "value": [catalog.term("no_number", "zh")] * len(rows),
            "value_en": [catalog.term("no_number", "en")] * len(rows),
        }
        | _cited(rows)
    )
    return Finding(
        "claims",
        words(
            "claims",
            "同一报道还说了几项指标的方向，没有给出数值",
            "The same report gives the direction of some indicators, and no value",
        ),
        tables=(
            Table(
                "claims",
                ("只有方向的结果", "Results given as a direction"),
                frame,
                (
                    Column("what", ("指标", "Indicator"), "text"),
                    Column("direction", ("方向", "Direction"), "text"),
                    Column("value", ("数值", "Value"), "text"),
                    *CITED,
                ),
            ),
        ),
        states=(
            State(
                "E2",
                (
                    "费用和四级手术占比只有方向",
                    "Costs and the share of level-four operations are given as a direction",
                ),
                ("需要各年数值和分母", "Yearly values and their denominators would settle it"),
            ),
        ),
    )


def talent(evidence: Evidence) -> Finding:
    """Exhibit: two stages of one recruitment, as printed."""
    stages = [observed(row) for _, row in evidence.talent.iterrows()]
    rows = evidence.talent
    frame = pd.DataFrame(
        {
            "stage": [catalog.indicator(k).label("zh") for k in rows["indicator"]],
            "stage_en": [catalog.indicator(k).label("en") for k in rows["indicator"]],
            "n": stages,
        }
        | _cited(rows)
    )
    return Finding(
        "talent",
        Sentence(
            "talent",
            "一次博士招聘：{a}参加网络面试，{b}有签约意向",
            "One recruitment of doctoral candidates: interviewed online {a}, stated an intention to sign {b}",
            dict(zip("ab", stages, strict=True)),
        ),
        sentences=(
            words(
                "stages",
                "简报只写了招聘的这两步；签约人数和到岗人数没有写。",
                "The bulletin gives these two stages; how many signed or took up a post it does not say.",
            ),
        ),
        tables=(
            Table(
                "talent",
                ("招聘的两步", "Two stages of a recruitment"),
                frame,
                (
                    Column("stage", ("阶段", "Stage"), "text"),
                    Column("n", ("人数", "People"), "count", source_ids=stages[0].source_ids),
                    *CITED,
                ),
            ),
        ),
    )


def goals(evidence: Evidence) -> Finding:
    """Exhibit: goals stand apart from results."""
    rows = evidence.targets
    goal = [_goal(evidence, t) for _, t in rows.iterrows()]
    frame = pd.DataFrame(
        {"goal": [zh for zh, _ in goal], "goal_en": [en for _, en in goal], "due": rows["due_date"].tolist()}
        | _cited(rows)
    )
    return Finding(
        "goals",
        words(
            "goals",
            "简报里的三个目标另列：目标不是结果",
            "The bulletin's goals stand apart: a goal is no result",
        ),
        sentences=(
            words(
                "no-list",
                "“百强”没有指明是哪一张名单，三个目标也没有写明从哪天算起；到期日按简报日期推算。",
                "The list behind 'best hundred' is not named, nor is the day the goals count from; due dates are counted from the bulletin.",
            ),
        ),
        tables=(
            Table(
                "goals",
                ("目标与到期日", "Goals and due dates"),
                frame,
                (
                    Column("goal", ("目标", "Goal"), "text"),
                    Column("due", ("到期（推算）", "Due (counted)"), "text"),
                    *CITED,
                ),
            ),
        ),
    )


def lists(evidence: Evidence) -> Finding:
    """Exhibit: lists from which the places may have been read."""
    rows = evidence.lists
    facts = [observed(row) for _, row in rows.iterrows()]
    frame = pd.DataFrame(
        {
            "list": [catalog.indicator(k).label("zh") for k in rows["indicator"]],
            "list_en": [catalog.indicator(k).label("en") for k in rows["indicator"]],
            "year": rows["year"].astype(str).tolist(),
            "n": facts,
        }
        | _cited(rows)
    )
    return Finding(
        "lists",
        words(
            "lists",
            "位次出自哪一张名单没有写明，可能的名单长短不同",
            "Which list the places come from is not stated; the lists it may have been differ in length",
        ),
        sentences=(
            words(
                "lists-move", "每年都有医院进入和退出名单。", "Hospitals enter and leave the list every year."
            ),
        ),
        tables=(
            Table(
                "lists",
                ("A、B 级来源给出的医院数", "Numbers of hospitals given by sources of grade A and B"),
                frame,
                (
                    Column("list", ("名单", "List"), "text"),
                    Column("year", ("年度", "Year"), "year"),
                    Column(
                        "n",
                        ("医院数", "Hospitals"),
                        "count",
                        source_ids=tuple(sorted({s for f in facts for s in f.source_ids})),
                    ),
                    *CITED,
                ),
            ),
        ),
    )


def moves(evidence: Evidence) -> pd.DataFrame:
    """One row a move: two successive published places of another hospital in one category (hospital, category, from_year, to_year, before, after)."""
    rows = []
    for (_, category), part in evidence.others.groupby(["institution_id", "category"], sort=False):
        part = part.sort_values("assessment_year")
        for (_, a), (_, b) in zip(list(part.iterrows())[:-1], list(part.iterrows())[1:], strict=True):
            rows.append(
                {
                    "institution_id": a["institution_id"],
                    "category": category,
                    "from_year": int(a["assessment_year"]),
                    "to_year": int(b["assessment_year"]),
                    "a": a,
                    "b": b,
                }
            )
    return pd.DataFrame(rows)


HOW_GIVEN = {False: ("两次都公布", "both published"), True: ("前次由移动推得", "earlier one from the move")}


def _other_place(row) -> Fact:
    found = catalog.institution(row["institution_id"])
    y = row["assessment_year"]
    return Fact(
        (
            f"{found.name_zh} {y} 年度考核位次",
            f"{found.name_en or found.name_zh}, rank in the national assessment, {y}",
        ),
        float(row["rank"]),
        style="rank",
        period=(f"{y}-01-01", f"{y}-12-31"),
        observations=(row["observation_id"] or row["assessment_id"],),
        source_ids=(row["source_id"],),
        locators=(row["locator"],),
        grade=row["source_grade"],
        qualifier=beside(tables.rows_by_id("observations", "observation_id", [row["observation_id"]])),
    )


def others(evidence: Evidence) -> Finding:
    """Exhibit: moves that other hospitals published, all that these sources hold."""
    table = moves(evidence)
    before, after = [_other_place(row) for row in table["a"]], [_other_place(row) for row in table["b"]]
    change = [b.value - a.value for a, b in zip(before, after, strict=True)]
    counts = (
        (len(change), ("公布两次位次的例数", "published pairs of places")),
        (sum(c < 0 for c in change), ("前移例数", "pairs that moved forward")),
        (sum(c > 0 for c in change), ("后移例数", "pairs that moved back")),
        (sum(c == 0 for c in change), ("不变例数", "pairs that stayed")),
    )
    n, up, down, same = (
        derived(value, label, COUNTED, inputs=(*before, *after), style="number", decimals=0)
        for value, label in counts
    )
    found = [catalog.institution(k) for k in table["institution_id"]]
    given = [
        HOW_GIVEN["derived" in (a["how"], b["how"])] for a, b in zip(table["a"], table["b"], strict=True)
    ]
    frame = pd.DataFrame(
        {
            "hospital": [h.name_zh for h in found],
            "hospital_en": [h.name_en or h.name_zh for h in found],
            "category": [catalog.term(f"category_{k}", "zh") for k in table["category"]],
            "category_en": [catalog.term(f"category_{k}", "en") for k in table["category"]],
            "years": [f"{a}–{b}" for a, b in zip(table["from_year"], table["to_year"], strict=True)],
            "before": before,
            "after": after,
            "given": [zh for zh, _ in given],
            "given_en": [en for _, en in given],
        }
        | _sources(pd.DataFrame(list(table["b"])))
    )
    source = tuple(sorted({s for f in (*before, *after) for s in f.source_ids}))
    return Finding(
        "others",
        Sentence(
            "others",
            "其他医院公布的材料里有 {n} 例前后位次：前移 {up} 例，不变 {same} 例，后移 {down} 例",
            "Pairs of places in what other hospitals published: {n}; moved forward: {up}; unchanged: {same}; moved back: {down}",
            {"n": n, "up": up, "same": same, "down": down},
        ),
        sentences=(
            words(
                "chosen",
                "这些位次由医院或媒体选出来公布，多在名单前部；没有公布的医院情况不明。",
                "Hospitals or media chose these places for publication, and most stand near the top; nothing is known of those that published none.",
            ),
        ),
        tables=(
            Table(
                "others",
                (
                    "同一医院、同一类别前后两次位次（A、B 级来源）",
                    "Two successive places of one hospital in one category (grades A and B)",
                ),
                frame,
                (
                    Column("hospital", ("医院", "Hospital"), "text"),
                    Column("category", ("类别", "Category"), "text"),
                    Column("years", ("年度", "Years"), "year"),
                    Column("before", ("前次", "Earlier"), "rank", source_ids=source),
                    Column("after", ("后次", "Later"), "rank", source_ids=source),
                    Column("given", ("怎么给出", "How given"), "text"),
                    Column("source", ("后次的来源", "Source of the later place"), "text"),
                ),
            ),
        ),
    )


def closing(evidence: Evidence) -> Finding:
    """What is not known."""
    zh, en = hospital()
    return Finding(
        "closing",
        words("closing", "还不知道什么", "What is not known"),
        states=(
            State(
                "E4",
                (
                    f"{zh}只有两个年度的位次，类别和名单长度没有写明",
                    f"{en}: places of two years; category and length of the list are not stated",
                ),
                (
                    "需要各年分数、位次、类别和名单长度",
                    "Scores, places, category and length of the list for every year would settle it",
                ),
            ),
            State(
                "E3",
                ("托管与位次之间没有对照", "Trusteeship and places have no comparison"),
                (
                    "需要没有托管的同类医院同期位次，以及派驻专家的工作日",
                    "Places of like hospitals without trusteeship over the same years, and days worked by seconded experts, would settle it",
                ),
            ),
            State(
                "E6",
                ("“百强”目标没有指明名单", "The goal of the best hundred names no list"),
                (
                    "需要指定名单，并有到期年度的位次",
                    "A named list and the place of the due year would settle it",
                ),
            ),
        ),
    )


# what a self-check says when an answer cannot be right: exercise -> (zh, en)
HINTS = {
    "R1": (
        "两个整数，都在 value 列里，年度早的在前",
        "two whole numbers, both from the column value, the earlier year first",
    ),
    "R2": (
        "与共建开始之前的月数相加，应是十二；开始的那个月算在内",
        "with the months before the start it must make twelve; the first month counts",
    ),
    "R3": ("两者之和应是已实施措施的总数", "the two must add up to the measures in force"),
    "C1": (
        "前次位次加上位次差，应等于后次位次；注意正负号",
        "earlier place plus difference must give the later place; mind the sign",
    ),
    "C2": (
        "用这个误差算出的机会应是二十分之一；误差是正数，至少一位小数",
        "the chance at this error must be one in twenty; the error is positive, with at least one decimal",
    ),
    "C3": ("三个 0 到 1 之间的比例，误差越大比例越高", "three shares from 0 to 1 that rise with the error"),
    "C4": (
        "预期位次应在前次位次和名单中间之间",
        "the expected place must lie between the earlier place and the middle of the list",
    ),
    "C5": (
        "代回公式，预期位次应等于公布的后次位次",
        "put back into the formula it must give the published later place",
    ),
}
# what the president's sentence must mention, in any of these words -> what is missing, (zh, en)
MENTIONS = {
    "2019": ("缺前一个年度", "the earlier year is missing"),
    "2021": ("缺后一个年度", "the later year is missing"),
    "报道|来源|根据|据大会|report|source|according|doc-002": ("没有说来源", "no source is named"),
    "没有写|未写|没有印|未印|没有公布|未公布|没有说明|未说明|未注明|没有给出|未给出|不详|不明|not state|not give|not say|not print|not publish|not disclose|unstated|unknown|undisclosed|neither":
        ("没有说报道缺什么：类别、名单长度、误差", "what the report leaves unstated is missing: category, length of the list, margin of error"),
}  # fmt: skip
