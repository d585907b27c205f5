"""Regional medical centres: which projects are known here, who sends to whom, what happened when, and what one move of ranks can mean.

Rows: the table `centres` (43 of 125 projects: an incomplete list, an unknown batch stays unknown), measures and statements of the programme
of national regional medical centres, the national counts of batches, and assessed ranks of the hospitals concerned (by way of
``assessed_moves``). Description only: many measures run at once and there is no hospital for comparison. More than 300 lines because each
sentence stands here in two languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pandas as pd

from analysis import catalog, tables
from analysis.errors import refuse
from analysis.facts import Fact, State, Text, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, name, words
from analysis.themes import assessed_hospitals, assessed_moves, held, mechanisms, planned
from analysis.themes.assessed_hospitals import Assessed

PROGRAMME = "国家区域医疗中心"
KEY = "centre_id"
BATCH, TOTAL, RANK = (
    "regional_centre_projects_batch",
    "regional_centre_projects_total",
    "national_assessment_rank",
)
# printed counts by batch; the fourth is the difference of two printed totals
BATCHES = (("1", "2019-10"), ("2", "2021-06"), ("3", "2022-05-18"), ("4", "2022-10"), ("5", "2023-07"))
# output and host that a document names, by the measure that tells of it; these projects are not in the lists gathered
PAIRS_IN_TEXT = {"M001": ("H03", "H01"), "M055": ("H15", "H14")}
BEFORE_FOURTH, AFTER_FOURTH, AFTER_FIFTH = "2022-12-26", "2023-03-04", "2024-06-23"
SPECIALTIES = {
    "": ("", ""), "心血管": ("心血管", "cardiovascular"), "儿童": ("儿童", "paediatrics"), "肿瘤": ("肿瘤", "oncology"), "神经疾病": ("神经疾病", "neurology"), "呼吸": ("呼吸", "respiratory"),
    "创伤": ("创伤", "trauma"), "中医": ("中医", "Chinese medicine"), "中医(肿瘤)": ("中医（肿瘤）", "Chinese medicine (oncology)"), "中医(骨伤)": ("中医（骨伤）", "Chinese medicine (orthopaedics)"),
    "中医(脑病)": ("中医（脑病）", "Chinese medicine (brain disease)"),
}  # fmt: skip


@dataclass(frozen=True)
class Centres(held.Subject):
    """A place's regional centres.

    projects: rows of `centres` with centre_id, stage, day ("" = not known). measures: rows of mechanisms (with who, family) of the programme or
    of a hospital with a project. statements: observations of the programme and assessed ranks in the documents. national: counts of batches and totals.
    """

    projects: pd.DataFrame
    measures: pd.DataFrame
    statements: pd.DataFrame
    national: pd.DataFrame = field(repr=False)
    every_project: pd.DataFrame = field(repr=False)

    def count_fact(self, indicator: str, day: str) -> Fact:
        """A printed national count of projects."""
        n = self.national
        return observed(n[(n["indicator"] == indicator) & n["observation_id"].str.endswith(day)])


def _city(code: str) -> str:
    region = catalog.regions().get(code)
    return region.parent if region is not None and region.level == "county" else code


def _here(code: str, frame: pd.DataFrame, column: str = "region_code") -> pd.Series:
    """Rows of the place: the nation has all, a province its cities, a city its counties."""
    if code == catalog.NATION:
        return pd.Series(True, index=frame.index)
    cities = frame[column].map(_city)
    if catalog.region(code).level == "province":
        return (cities == code) | cities.isin([c.code for c in catalog.cities_of(code)])
    return cities == code


def coverage() -> dict[str, dict | None]:
    """The nation, places with a known project, and places with a measure of the programme have a page."""
    projects, measures = tables.read("centres"), tables.read("measures", programme=PROGRAMME)
    cities = {_city(code) for code in [*projects["region_code"], *measures["region_code"]] if code}
    with_page = {
        catalog.NATION,
        *projects["province_code"],
        *cities,
        *(catalog.region(c).parent for c in cities if catalog.region(c).level == "city"),
    }
    none = {
        "code": "E1",
        "zh": "已收集的名单和文件中没有该地的国家区域医疗中心项目",
        "en": "Neither the lists gathered here nor the documents name a regional centre project of this place",
    }
    return {
        code: None if code in with_page else dict(none)
        for code in [catalog.NATION, *sorted({*planned.codes(), *with_page} - {catalog.NATION})]
    }


def load(region_code: str, as_of: str = "") -> Centres:
    """Projects, measures and statements of a place, published by ``as_of`` (empty: all). Raises MethodError when there are none."""
    code = catalog.region(region_code).code
    projects = tables.read("centres").assign(
        unit=lambda c: c["region_code"].where(c["region_code"] != "", c["province_code"])
    )
    projects = projects.assign(
        centre_id=[f"centre:{n}" for n in projects["centre_no"]],
        stage=[_stage(s) for s in projects["status"]],
        day=[_day(d) for d in projects["date"]],
    )
    documents = held.documents()
    statements = tables.read("observations", source_id=documents)
    statements = statements[(statements["programme"] == PROGRAMME) | (statements["indicator"] == RANK)]
    projects, statements = (held.published(f, as_of) for f in (projects, statements))
    mine = projects[_here(code, projects, "unit")].sort_values(
        ["batch", "centre_no"],
        key=lambda c: c.replace("", "9") if c.dtype != "Int16" else c,
        ignore_index=True,
    )
    measures = mechanisms.load(catalog.NATION, as_of).rows
    hospitals = {*projects["project_id"], *projects["host_id"]} - {""}
    measures = measures[(measures["programme"] == PROGRAMME) | measures["institution_id"].isin(hospitals)]
    measures = measures[_here(code, measures)].reset_index(drop=True)
    if mine.empty and measures.empty:
        raise refuse(
            "regional_centres.load",
            f"no regional centre in {code} by {as_of or 'now'}",
            "a project or a measure",
            "see coverage() for the places that have a page",
        )
    national = tables.read("observations", region_code=catalog.NATION, indicator=[BATCH, TOTAL])
    return Centres(
        code, mine, measures, statements[_here(code, statements)].reset_index(drop=True), national, projects
    )


def _stage(status: str) -> str:
    """approved, tutoring (not yet approved), warned, or reported (at work, stage not printed)."""
    if "not yet approved" in status:
        return "tutoring"
    if "warning list" in status:
        return "warned"
    return "approved" if status.startswith(("approved", "opened")) else "reported"


def _day(text: str) -> str:
    """The project's own date; empty for a date of the report or a bound (by, before)."""
    if "(source)" in text or text.startswith(("by ", "before ")):
        return ""
    found = re.search(r"\d{4}(-\d{2}){0,2}", text)
    return found.group() if found else ""


def project(row) -> Text:
    """The project's name, as printed in Chinese."""
    return row["project_hospital"], held.named(row["project_id"], row["project_hospital"])[1]


def output(row) -> Text:
    """The hospital that sends."""
    return held.named(row["output_id"], row["output_hospital"])


def host(row) -> Text:
    """The hospital that receives; the project's own name where none is printed."""
    return held.named(row["host_id"], row["host_hospital"]) if row["host_hospital"] else project(row)


def batch(row) -> Text:
    """The batch as known; empty where it is not."""
    found = re.match(r"\d( or \d)?", row["batch"])
    if not found:
        return "", ""
    return f"第 {found.group().replace(' or ', ' 或 ')} 批", f"batch {found.group()}"


def _n(centres: Centres, rows: pd.DataFrame, zh: str, en: str, **how) -> Fact:
    return held.count(rows, KEY, (zh, en), whole=centres.every_project, **how)


def _measure_n(centres: Centres, rows: pd.DataFrame, zh: str, en: str) -> Fact:
    return held.count(rows, "measure_id", (zh, en), whole=mechanisms.load(catalog.NATION).rows, unit="项")


def data(centres: Centres) -> Finding:
    """What is held: the known projects, one row each."""
    rows, total = centres.projects, centres.count_fact(TOTAL, AFTER_FIFTH)
    known = _n(centres, centres.every_project, "各地已知项目数", "known projects everywhere", unit="个")
    values = {
        "place": centres.place,
        "n": _n(centres, rows, "已知项目数", "known projects", unit="个"),
        "m": _measure_n(centres, centres.measures, "相关措施", "related measures"),
        "k": known,
        "t": total,
    }
    if centres.is_nation:
        partial = (
            "全国累计批复国家区域医疗中心项目 {t}，找到名称的只有 {k}；名单不完整，没有列出不等于没有。",
            "Of {t} approved projects of national regional medical centres {k} are known by name; the list is incomplete, and one that is not listed may well exist.",
        )
    else:
        partial = (
            "{place}已知国家区域医疗中心项目 {n}；名单不完整，全国累计 {t}，找到名称的只有 {k}，没有列出不等于没有。",
            "{place}, known projects of national regional medical centres: {n}. The list is incomplete: of {t} projects nationwide {k} are known by name, and one that is not listed may well exist.",
        )
    sentences = [Sentence("partial", *partial, values, brief=6 if len(rows) else 0)]
    weak = rows[rows["source_grade"] == "C"]
    if len(weak):
        sentences.append(
            words(
                "weak",
                "区域医疗中心项目中，{n}只见于转载，原始出处未找到（C 级）。",
                "Regional centre projects known only from copies whose original was not found (grade C): {n}.",
                n=_n(centres, weak, "C 级来源的项目", "projects from grade C sources", unit="个"),
            )
        )
    if not len(rows):
        sentences.append(
            words(
                "no-project",
                "本地医院的项目没有出现在已收集的项目名单里，以下来自文件中的措施和数字。",
                "No project of this place stands in the lists gathered here; what follows comes from measures and figures of the documents.",
            )
        )
    frame = held.both(
        (r for _, r in rows.iterrows()),
        project=project,
        output=output,
        specialty=lambda r: SPECIALTIES[r["specialty"]],
        batch=batch,
        stage=lambda r: held.term(f"centre_{r['stage']}"),
        grade=lambda r: (r["source_grade"],) * 2,
    )
    columns = (
        Column("project", ("项目", "Project"), "name"),
        Column("output", ("输出医院", "Output hospital"), "name"),
        Column("specialty", ("专业", "Specialty"), "text"),
        Column("batch", ("批次", "Batch"), "text"),
        Column("stage", ("阶段", "Stage"), "text"),
        Column("grade", ("来源等级", "Grade"), "text"),
    )
    tables_ = (
        (
            Table(
                "projects",
                ("已知项目，一行一个；空格为不知道", "Known projects, one row each; a dash means not known"),
                frame,
                columns,
            ),
        )
        if len(rows)
        else ()
    )
    return Finding(
        "data",
        Sentence(
            "data",
            "{place}：已知国家区域医疗中心项目 {n}，相关措施 {m}",
            "{place}: known projects of national regional medical centres {n}, related measures {m}",
            values,
        ),
        sentences=tuple(sentences),
        tables=tables_,
    )


def fourth(centres: Centres) -> Fact:
    """Projects of the fourth batch: the difference of two printed totals."""
    before, after = centres.count_fact(TOTAL, BEFORE_FOURTH), centres.count_fact(TOTAL, AFTER_FOURTH)
    return derived(
        after.value - before.value,
        ("第四批项目数（推算）", "projects of the fourth batch (derived)"),
        ("后一累计数 − 前一累计数", "later total − earlier total"),
        inputs=(after, before),
        style="count",
        unit="个",
    )


def batch_facts(centres: Centres) -> list[tuple[str, str, Fact]]:
    """Batch number, date and number of projects, in order."""
    return [
        (number, day, fourth(centres) if number == "4" else centres.count_fact(BATCH, day))
        for number, day in BATCHES
    ]


def own_batches(centres: Centres) -> set[str]:
    """Batches that a project list or a document gives to the place; none for the nation."""
    if centres.is_nation:
        return set()
    listed, s = centres.projects["batch"], centres.statements
    return {
        *listed[~listed.str.contains(" or ")].str[:1],
        *s.loc[s["indicator"] == "nrmc_batch", "value"].map("{:.0f}".format),
    } - {""}


def batch_rows(centres: Centres, lang: str) -> pd.DataFrame:
    """Projects by batch as charts.bars takes it; batches with a known project of the place are highlighted."""
    own = own_batches(centres)
    derived_word = catalog.term("value_derived", lang)
    return pd.DataFrame(
        [
            {
                "label": (f"第 {number} 批（{day[:7]}）" if lang == "zh" else f"batch {number} ({day[:7]})"),
                "value": fact.value,
                "highlight": number in own,
                "text": fact.text(lang)
                + (
                    f"（{derived_word}）"
                    if number == "4" and lang == "zh"
                    else f" ({derived_word})"
                    if number == "4"
                    else ""
                ),
            }
            for number, day, fact in batch_facts(centres)
        ]
    )


def batches(centres: Centres, drawing) -> Finding:
    """How many projects each batch had. drawing: charts.bars of batch_rows."""
    facts = batch_facts(centres)
    whole = derived(
        sum(fact.value for *_, fact in facts),
        ("五批合计", "sum of five batches"),
        ("各批相加", "sum of the batches"),
        inputs=[fact for *_, fact in facts],
        style="count",
        unit="个",
    )
    total, f4 = centres.count_fact(TOTAL, AFTER_FIFTH), facts[3][2]
    frame = pd.DataFrame(
        {
            "batch": [f"第 {n} 批" for n, *_ in facts],
            "batch_en": [f"batch {n}" for n, *_ in facts],
            "date": [d for _, d, _ in facts],
            "n": [f for *_, f in facts],
            "how": [held.term("value_derived" if n == "4" else "value_stated")[0] for n, *_ in facts],
            "how_en": [held.term("value_derived" if n == "4" else "value_stated")[1] for n, *_ in facts],
        }
    ).astype({"n": object})
    values = {"place": centres.place, "s": whole, "t": total, "f": f4}
    if own_batches(centres):
        subtitle = words(
            "batches-sub",
            "各批项目数，全国；蓝色为已知{place}有项目的批次",
            "Projects by batch, nationwide; blue: batches known to hold a project of {place}",
            place=centres.place,
        )
    else:
        subtitle = words(
            "batches-sub",
            "各批项目数，全国；{place}的批次不标出",
            "Projects by batch, nationwide; no batch is marked for {place}",
            place=centres.place,
        )
    agree = (
        ("两者一致。", "The two agree.")
        if whole.value == total.value
        else ("两者不一致。", "The two disagree.")
    )
    return Finding(
        "batches",
        Sentence(
            "batches",
            "全国五批项目合计 {s}，其中第四批 {f}是推算的",
            "Five batches nationwide, {s} projects in sum; the fourth, {f}, is derived",
            values,
        ),
        subtitle,
        sentences=(
            Sentence(
                "sum",
                "各批相加为 {s}，国家卫生健康委公布的累计数为 {t}。" + agree[0],
                "The batches add up to {s}; the total that the National Health Commission published is {t}. "
                + agree[1],
                values,
            ),
        ),
        drawing=drawing,
        tables=(
            Table(
                "batches",
                ("各批项目数，一行一批", "Projects by batch, one row a batch"),
                frame,
                (
                    Column("batch", ("批次", "Batch"), "name"),
                    Column("date", ("日期", "Date"), "text"),
                    Column("n", ("项目", "Projects"), "count", source_ids=held.sources(centres.national)),
                    Column("how", ("来历", "Origin"), "text"),
                ),
            ),
        ),
        alt=Sentence(
            "batches-alt",
            "全国五批国家区域医疗中心项目的横条，合计 {s}，第四批 {f}为推算；见于{place}一页。",
            "Bars of five batches of projects nationwide, {s} in sum, the fourth ({f}) derived; on the page of {place}.",
            values,
        ),
    )


def _dated(centres: Centres) -> pd.DataFrame:
    """Core statements with a number and a date of their own, results and goals."""
    s = centres.statements
    own = s[
        (s["salience"] == "core")
        & (s["quantifier"] != "unquantified")
        & s["period_basis"].isin(["explicit", "relative_resolved"])
        & s["status"].isin(["actual", "target"])
    ]
    own = own[(own["institution_id"] != "") & ((own["period_end"] != "") | (own["period_start"] != ""))]
    return own.assign(day=[_statement_day(row) for _, row in own.iterrows()]).sort_values(
        "day", kind="stable"
    )


def _statement_day(row) -> str:
    """2019 for a whole year, 2022-10 for a month, else the end of the period (its start where no end is printed)."""
    start, end = row["period_start"], row["period_end"]
    if start.endswith("-01-01") and end == f"{start[:4]}-12-31":
        return start[:4]
    if end and start[:7] == end[:7] and start.endswith("-01"):
        return end[:7]
    return end or start[:7]


def event_rows(centres: Centres, lang: str) -> pd.DataFrame:
    """One row an event as charts.timeline takes it: dated projects, dated measures, dated results, goals by their due date."""
    i, events = lang == "en", []
    for _, row in centres.projects[centres.projects["day"] != ""].iterrows():
        words_ = [text for text in (held.term(f"centre_{row['stage']}")[i], batch(row)[i]) if text]
        events.append(
            {
                "date": row["day"],
                "label": project(row)[i],
                "group": " · ".join(words_)
                + (catalog.term("mark_grade_c", lang) if row["source_grade"] == "C" else ""),
                "kind": "actual",
                "highlight": False,
            }
        )
    for _, row in centres.measures[centres.measures["start_date"] != ""].iterrows():
        events.append(
            {
                "date": row["start_date"],
                "label": mechanisms.paraphrase(row)[i],
                "group": mechanisms.institution(row)[i],
                "kind": "actual",
                "highlight": centres.code != catalog.NATION,
            }
        )
    for _, row in _dated(centres).iterrows():
        label = catalog.indicator(row["indicator"]).label(lang)
        events.append(
            {
                "date": row["day"],
                "label": f"{label} {observed(row).text(lang)}",
                "group": f"{held.named(row['institution_id'], '')[i]} · {held.term('status_' + row['status'])[i]}",
                "kind": "target" if row["status"] == "target" else "actual",
                "highlight": centres.code != catalog.NATION,
            }
        )
    return pd.DataFrame(events, columns=["date", "label", "group", "kind", "highlight"])


def timeline(centres: Centres, drawing) -> Finding:
    """Measures, projects, results and goals in time. drawing: charts.timeline of event_rows, or None without a date."""
    measures, dated = centres.measures, _dated(centres)
    if drawing is None:
        return centres.silent(
            "timeline",
            "E4",
            ("{place}的项目和措施没有日期，排不出先后", "{place}: no dates, so there is no order"),
            ("项目和措施都没有自己的日期", "neither projects nor measures carry a date of their own"),
            (
                "需要批复、挂牌和措施开始的日期",
                "Dates of approval, opening and start of measures would settle it",
            ),
        )
    began = measures[measures["start_date"] != ""]
    results = dated[dated["status"] == "actual"]
    values = {
        "place": centres.place,
        "m": _measure_n(centres, began, "有日期的措施", "dated measures"),
        "p": _n(
            centres,
            centres.projects[centres.projects["day"] != ""],
            "有日期的项目",
            "dated projects",
            unit="个",
        ),
        "u": _measure_n(
            centres, measures[measures["start_date"] == ""], "没有日期的措施", "undated measures"
        ),
        "r": derived(
            len(results),
            ("有日期的结果", "dated results"),
            held.COUNTED,
            rows=results if len(results) else centres.national,
            style="count",
            unit="项",
            status="actual",
        ),
    }
    frame = pd.concat(
        [event_rows(centres, "zh"), event_rows(centres, "en")[["label", "group"]].add_suffix("_en")], axis=1
    ).sort_values("date", kind="stable")
    sentences = []
    if values["u"].value:
        sentences.append(
            Sentence(
                "undated",
                "另有 {u}措施没有日期，不在图上。",
                "Measures without a date, not drawn: {u}.",
                values,
            )
        )
    if (dated["status"] == "target").any():
        sentences.append(
            words(
                "goals",
                "空心为目标，放在到期日上，不是结果。",
                "Hollow marks are goals at their due dates, not results.",
            )
        )
    return Finding(
        "timeline",
        Sentence(
            "timeline",
            "{place}：有日期的项目 {p}、措施 {m}、结果 {r}",
            "{place}: dated projects {p}, measures {m}, results {r}",
            values,
        ),
        words(
            "timeline-sub", "按日期由早到晚；日期精度照来源", "Earliest first; dates as precise as the source"
        ),
        sentences=tuple(sentences),
        note=words(
            "timeline-note",
            "先后相接不说明原因：同一时期有许多措施，没有对照医院。",
            "Order in time is no explanation: many measures run at once and there is no hospital for comparison.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "timeline",
                ("有日期的事件，一行一件", "Dated events, one row each"),
                frame,
                (
                    Column("date", ("日期", "Date"), "text"),
                    Column("label", ("事件", "Event"), "name"),
                    Column("group", ("单位与性质", "Institution and kind"), "text"),
                ),
            ),
        ),
        alt=Sentence(
            "timeline-alt",
            "{place}区域医疗中心的时间线：项目 {p}、措施 {m}、结果 {r}，由早到晚。",
            "Timeline of regional centres in {place}: {p} projects, {m} measures, {r} results, earliest first.",
            values,
        ),
        more_facts=tuple(observed(row) for _, row in dated.iterrows()),
    )


def described(centres: Centres) -> Finding:
    """Every measure and every statement of the programme."""
    m, s = centres.measures, centres.statements
    if m.empty and s.empty:
        return centres.silent(
            "described",
            "E1",
            (
                "文件没有描述{place}的中心怎样共建",
                "The documents do not say how the centres of {place} are built",
            ),
            (
                "文件没有描述这些项目的措施和结果",
                "the documents describe neither measures nor results of these projects",
            ),
            ("需要共建协议和医院年报", "Agreements and hospital yearbooks would settle it"),
        )
    found: list[Table] = []
    if len(m):
        frame = held.both(
            (r for _, r in m.iterrows()),
            measure=mechanisms.paraphrase,
            who=mechanisms.institution,
            family=mechanisms.family,
            start=mechanisms.start,
            status=lambda r: held.term(f"measure_{r['status']}"),
        )
        found.append(
            Table(
                "measures",
                ("相关措施，一行一项", "Related measures, one row each"),
                frame,
                (
                    Column("measure", ("措施", "Measure"), "name"),
                    Column("who", ("单位", "Institution"), "name"),
                    Column("family", ("机制", "Mechanism"), "text"),
                    Column("status", ("状态", "State"), "text"),
                    Column("start", ("起始", "Start"), "text"),
                ),
            )
        )
    s = s[s["salience"] != "metadata"]
    if len(s):
        frame = held.both(
            (r for _, r in s.iterrows()),
            who=lambda r: held.named(r["institution_id"], r["institution"], r["region_code"]),
            what=lambda r: held.label(r["indicator"]),
            status=lambda r: held.term(f"status_{r['status']}"),
            basis=lambda r: held.term(f"period_basis_{r['period_basis']}"),
        ).assign(
            number=[observed(r) for _, r in s.iterrows()],
            printed=s["as_printed"].to_list(),
            until=s["period_end"].to_list(),
        )
        found.append(
            Table(
                "statements",
                ("这一方案下的数字，一行一条", "Statements of the programme, one row each"),
                frame.astype({"number": object}),
                (
                    Column("what", ("内容", "What"), "name"),
                    Column("number", ("数字", "Number"), "number", source_ids=held.sources(s)),
                    Column("printed", ("原文所印", "As printed"), "text"),
                    Column("who", ("单位", "Institution"), "name"),
                    Column("status", ("性质", "Kind"), "text"),
                    Column("until", ("截至", "Until"), "text"),
                    Column("basis", ("时期依据", "Basis of the period"), "text"),
                ),
            )
        )
    statement_n = derived(
        len(s),
        ("这一方案下的数字", "statements of the programme"),
        held.COUNTED,
        rows=s if len(s) else centres.national,
        style="count",
        unit="条",
        status="actual",
    )
    return Finding(
        "described",
        words(
            "described",
            "{place}：文件描述措施 {m}，给出数字 {s}",
            "{place}: measures described {m}, statements {s}",
            place=centres.place,
            m=_measure_n(centres, m, "相关措施", "related measures"),
            s=statement_n,
        ),
        sentences=tuple(_described_sentences(s, m)),
        tables=tuple(found),
    )


def _described_sentences(s: pd.DataFrame, m: pd.DataFrame) -> list[Sentence]:
    sentences = []
    five = s[s["indicator"] == "five_zhen_elements"]
    if len(five):
        row = five.iloc[0]
        monthly = m[
            (m["mechanism"] == "monthly_reporting_indicators")
            & (m["institution_id"] == row["institution_id"])
        ]
        said = (
            (
                "；同时建立了指标月度报送，但报送哪些指标、数值多少，都没有公布，因此哪一个能按月核对不知道",
                "; indicators are reported monthly, but neither which ones nor their values are published, so which of the requirements can be checked monthly is not known",
            )
            if len(monthly)
            else ("", "")
        )
        sentences.append(
            Sentence(
                "five",
                "{who}以 {n}“真”字要求概括共建（规则，不是结果）" + said[0] + "。",
                "{who}: co-building is summed up in {n} requirements that begin with the word for real (a rule, not a result)"
                + said[1]
                + ".",
                {"who": held.named(row["institution_id"], row["institution"]), "n": observed(row)},
            )
        )
    direction = s[s["measure"] == "direction"]
    if len(direction):
        sentences.append(
            words(
                "direction",
                "{n}只说升降方向，没有数值。",
                "Statements of direction without a number: {n}.",
                n=derived(
                    len(direction),
                    ("只有方向的表述", "statements of direction only"),
                    held.COUNTED,
                    rows=direction,
                    style="count",
                    unit="条",
                    status="actual",
                ),
            )
        )
    return sentences


def told(centres: Centres) -> pd.DataFrame:
    """Measures of the place in which a document names output and host."""
    return centres.measures[centres.measures["measure_id"].isin(PAIRS_IN_TEXT)]


def link_rows(centres: Centres, lang: str) -> pd.DataFrame:
    """Output hospital and host, one row a project or a pair that a document names (highlighted), as charts.pairs takes it."""
    i = lang == "en"
    links = [
        {
            "left": output(r)[i],
            "right": host(r)[i],
            "text": _bracketed(SPECIALTIES[r["specialty"]][i], lang),
            "highlight": False,
        }
        for _, r in centres.projects.iterrows()
    ]
    pairs = [[held.named(one, "")[i] for one in PAIRS_IN_TEXT[m]] for m in told(centres)["measure_id"]]
    return pd.DataFrame(
        [*links, *({"left": a, "right": b, "text": "", "highlight": True} for a, b in pairs)],
        columns=["left", "right", "text", "highlight"],
    )


def _bracketed(text: str, lang: str) -> str:
    return text and (f"（{text}）" if lang == "zh" else f"({text})")


def heads(lang: str) -> dict[str, str]:
    """Titles of the network's sides."""
    return {"left": catalog.term("output_hospital", lang), "right": catalog.term("host_hospital", lang)}


def network(centres: Centres, drawing) -> Finding:
    """Which hospital sends to which. drawing: charts.pairs of link_rows, or None without a known pair."""
    rows, text = centres.projects, told(centres)
    if drawing is None:
        return centres.silent(
            "network",
            "E1",
            ("没有{place}的配对名单", "No pairing of {place} is listed"),
            (
                "项目名单里没有输出医院与本地医院的配对",
                "the lists hold no pairing of an output hospital with one here",
            ),
            ("需要各批完整项目名单", "Complete lists of all batches would settle it"),
        )
    values = {
        "place": centres.place,
        "n": _n(centres, rows, "已知项目数", "known projects", unit="个"),
        "o": _n(centres, rows, "输出医院数", "output hospitals", of="output_id", unit="家"),
        "t": _measure_n(centres, text, "文件所述的配对", "pairs named in a document"),
        "b": _n(
            centres,
            rows[rows["host_hospital"] == ""],
            "没有印出依托医院的项目",
            "projects without a printed host",
            unit="个",
        ),
    }
    sentences = (
        [
            Sentence(
                "blank",
                "{b}项目没有印出依托医院，图中写项目名称。",
                "Projects without a printed host, drawn under their own name: {b}.",
                values,
            )
        ]
        if values["b"].value
        else []
    )
    if len(text) and len(rows):
        sentences.append(
            Sentence(
                "told",
                "另有 {t}配对出自文件，不在项目名单里，以蓝色画出。",
                "Pairs that only a document names, drawn in blue: {t}.",
                values,
            )
        )
    frame = pd.concat(
        [
            held.both(
                (r for _, r in rows.iterrows()),
                output=output,
                host=host,
                specialty=lambda r: SPECIALTIES[r["specialty"]],
                origin=lambda r: held.term("origin_list"),
            ),
            held.both(
                ({"p": PAIRS_IN_TEXT[m]} for m in text["measure_id"]),
                output=lambda r: held.named(r["p"][0], ""),
                host=lambda r: held.named(r["p"][1], ""),
                specialty=lambda r: ("", ""),
                origin=lambda r: held.term("origin_document"),
            ),
        ],
        ignore_index=True,
    )
    if len(rows):
        headline = Sentence(
            "network",
            "{place}：{o}输出医院，{n}已知项目",
            "{place}: output hospitals {o}, known projects {n}",
            values,
        )
    else:
        headline = Sentence(
            "network",
            "{place}：文件所述的输出与依托配对 {t}",
            "{place}: pairs of output and host named in a document {t}",
            values,
        )
    return Finding(
        "network",
        headline,
        words(
            "network-sub",
            "左为输出医院，右为依托医院或项目；一条线是一个项目，蓝线出自文件",
            "Left: output hospital; right: host or project; a line is a project, blue where a document names it",
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        tables=(
            Table(
                "network",
                ("输出与依托，一行一个项目", "Output and host, one row a project"),
                frame,
                (
                    Column("output", ("输出医院", "Output hospital"), "name"),
                    Column("host", ("依托医院或项目", "Host or project"), "name"),
                    Column("specialty", ("专业", "Specialty"), "text"),
                    Column("origin", ("依据", "Origin"), "text"),
                ),
            ),
        ),
        alt=Sentence(
            "network-alt",
            "{place}的配对图：名单中的项目 {n}，文件所述的配对 {t}，左为输出医院。",
            "Pairs for {place}: projects on lists {n}, pairs named in a document {t}; output hospitals on the left.",
            values,
        ),
    )


def assessed(centres: Centres) -> Assessed:
    """Assessed ranks of the hospitals concerned (hosts, projects, hospitals of the documents), for assessed_moves; without rows when none is held."""
    ids = {
        *centres.projects["host_id"],
        *centres.projects["project_id"],
        *centres.measures["institution_id"],
    } - {""}
    rows = (
        tables.read("assessments", institution_id=sorted(ids)) if ids else tables.read("assessments").iloc[:0]
    )
    found = [
        replace(whole, rows=whole.rows[whole.rows["institution_id"].isin(ids)])
        for whole in map(assessed_hospitals.load, sorted(set(rows["province_code"])))
    ]
    found = [a for a in found if len(assessed_moves.pairs(a))]
    if found:
        return found[0]
    return Assessed(
        centres.code,
        rows.iloc[:0].assign(kind="", exact=True, hospital_en=""),
        centres.statements.iloc[:0],
        centres.national.iloc[:0],
        tables.read("assessment_bands").iloc[:0],
    )


def meaning(centres: Centres, whole: Assessed, method: Callable[[float, float], float]) -> Finding:
    """What the largest move of a centre's ranks can and cannot mean. whole: assessed(); method: ranking.noise_needed."""
    table = assessed_moves.pairs(whole)
    if table.empty:
        state = State(
            "E4",
            (
                f"{centres.place[0]}：中心医院没有公布两个年度的名次",
                f"{centres.place[1]}: no hospital of a centre published ranks of two years",
            ),
            ("需要同一类别两年的名次", "Ranks of one category in two years would settle it"),
        )
        return Finding(
            "meaning",
            words("meaning", "没有名次变动可以解释", "There is no move of ranks to explain"),
            states=(state,),
        )
    pair = table.iloc[0]
    before, after = assessed_moves.ends(whole, pair)
    between = centres.measures[
        (centres.measures["who"] == pair["hospital"]) & (centres.measures["start_date"] != "")
    ]
    between = between[
        (between["start_date"].str[:4].astype(int) >= pair["from_year"])
        & (between["start_date"].str[:4].astype(int) <= pair["to_year"])
    ]
    mine = centres.measures[centres.measures["who"] == pair["hospital"]]
    values = {
        "h": (pair["hospital"], pair["hospital_en"]),
        "a": before,
        "b": after,
        "sd": assessed_moves.noise_fact(whole, pair, method(pair["before"], pair["after"])),
        "y0": name(str(pair["from_year"])),
        "y1": name(str(pair["to_year"])),
        "k": _measure_n(
            centres, between, "两次考核年度之间开始的措施", "measures begun between the two assessment years"
        ),
        "m": _measure_n(centres, mine, "该院的相关措施", "related measures of the hospital"),
    }
    opening = between.loc[
        between["mechanism"].isin(["co_construction", "hospital_trusteeship"]), "start_date"
    ]
    unlisted = whole.rows.loc[[pair["first"], pair["second"]], "n_compared"].isna().all()
    sentences = [
        Sentence(
            "can",
            "能说的：{h}公布的名次由{a}（{y0} 年度）到{b}（{y1} 年度）；同一来源，方向是前移。"
            if after.value < before.value
            else "能说的：{h}公布的名次由{a}（{y0} 年度）到{b}（{y1} 年度）。",
            "What can be said: {h} published {a} ({y0}) and {b} ({y1})"
            + ("; one source, towards the first place." if after.value < before.value else "."),
            values,
        ),
        Sentence(
            "cannot",
            "{h}的名次由{a}到{b}，不能说出自托管：文件列出该院的相关措施 {m}，其中 {k}就在两个年度之间开始；同期还有疫情、考核规则和名单的变化，没有对照医院。",
            "{h} went from {a} to {b}; it cannot be said that trusteeship made the difference. The documents list {m} measures of the hospital, {k} of them begun between the two years; the epidemic and changes of rules and lists fall into the same time, and there is no hospital for comparison.",
            values,
            brief=7 if centres.is_nation else 3,
        ),
        Sentence(
            "noise-needed",
            "一次名次的误差（标准差）若达到 {sd} 位，这么大的差别就在偶然范围内"
            + ("；名单长度没有印出，算不出百分位。" if unlisted else "。"),
            "If one rank has an error (standard deviation) of {sd} places, a difference of this size is within chance"
            + ("; the length of the list is not printed, so no percentile follows." if unlisted else "."),
            values,
        ),
    ]
    if len(opening) and opening.min()[:4] == str(pair["from_year"]):
        sentences.append(
            Sentence(
                "baseline",
                "共建始于 {d}，起点年度的名次可能已经受到影响；该年度指考核年还是数据年，没有说明。",
                "Co-building began in {d}, so the rank of the first year may already carry some of it; whether the year is that of the assessment or of the data is not said.",
                {"d": name(opening.min())},
            )
        )
    return Finding(
        "meaning",
        Sentence(
            "meaning",
            "{h}由{a}到{b}：可以报告，不能归功",
            "{h}, {a} to {b}: to be reported, not to be credited",
            values,
        ),
        sentences=tuple(sentences),
    )


def closing(centres: Centres) -> Finding:
    """What the sources leave open."""
    here = centres.place
    states = [
        State(
            "E4",
            (
                f"{here[0]}：没有对照医院，也没有共建前后的服务数据",
                f"{here[1]}: no hospital for comparison and no service data before and after co-building",
            ),
            (
                "需要依托医院和相近医院多年的考核得分、外转率和病例组合指数",
                "Scores, outflow and case mix of the host and of like hospitals over years would settle it",
            ),
        )
    ]
    states.append(
        State(
            "E9",
            (
                "项目名单不完整，第四批的个数是推算的",
                "The list of projects is incomplete and the fourth batch is derived",
            ),
            ("需要五批完整名单", "Complete lists of the five batches would settle it"),
        )
    )
    if (centres.statements["measure"] == "direction").any():
        states.append(
            State(
                "E2",
                (
                    f"{here[0]}：部分结果只有升降方向",
                    f"{here[1]}: some results are stated as a direction only",
                ),
                ("需要这些指标的数值", "Values of these indicators would settle it"),
            )
        )
    return held.closing(states)
