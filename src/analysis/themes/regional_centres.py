"""Regional medical centres: which projects are known here, who sends to whom, what happened when, and what one move of ranks can mean.

Rows: the table `centres` (an incomplete list, an unknown batch stays unknown), measures and statements of the programme
of national regional medical centres, the national counts of batches, and assessed ranks of the hospitals concerned (by way of
``assessed_moves``). Description only: many measures run at once and there is no hospital for comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pandas as pd

from analysis import catalog, tables, texts
from analysis.errors import refuse
from analysis.facts import Coverage, Fact, Text, derived, observed
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import NOTHING, Sentence, name
from analysis.themes import assessed_hospitals, assessed_moves, mechanisms, naming, planned, subjects
from analysis.themes.assessed_hospitals import Assessed
from analysis.themes.mechanism_families import FAMILIES
from analysis.themes.naming import Row
from analysis.words import nth

TEXT = texts.of(__file__)

PROGRAMME = "国家区域医疗中心"
KEY = "centre_id"
DRAWN = 25  # pairs of hospitals that a drawing can hold
BATCH, TOTAL, RANK = (
    "regional_centre_projects_batch",
    "regional_centre_projects_total",
    "national_assessment_rank",
)


@dataclass(frozen=True)
class Centres(subjects.Subject):
    """A place's regional centres.

    projects: rows of `centres` with centre_id, stage, day ("" = not known). measures: rows of mechanisms (with who, family) of the programme or
    of a hospital with a project. statements: observations of the programme and assessed ranks in the documents. national: counts of batches and totals.
    """

    projects: pd.DataFrame
    measures: pd.DataFrame
    statements: pd.DataFrame
    national: pd.DataFrame = field(repr=False)
    every_project: pd.DataFrame = field(repr=False)
    KEY: ClassVar[str] = KEY

    @property
    def whole(self) -> pd.DataFrame:
        return self.every_project

    def count_fact(self, observation_id: str) -> Fact:
        """A printed national count of projects."""
        n = self.national
        return observed(n[n["observation_id"] == observation_id])

    @property
    def total(self) -> Fact:
        """The newest printed total of projects."""
        n = self.national[self.national["indicator"] == TOTAL]
        return observed(n.loc[n["period_end"].idxmax()])


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


def coverage() -> Coverage:
    """The nation, places with a known project, and places with a measure of the programme have a page."""
    projects, measures = tables.read("centres"), tables.read("measures", programme=PROGRAMME)
    cities = {_city(code) for code in [*projects["region_code"], *measures["region_code"]] if code}
    with_page = {
        catalog.NATION,
        *projects["province_code"],
        *cities,
        *(catalog.region(c).parent for c in cities if catalog.region(c).level == "city"),
    }
    none = TEXT.reason("E1", "coverage.reason")
    found = {
        code: None if code in with_page else none
        for code in [catalog.NATION, *sorted({*planned.codes(), *with_page} - {catalog.NATION})]
    }
    return subjects.once(lambda: not projects.empty and _counted(), found)


def _counted() -> bool:
    """Whether a total is known, and every count that the known batches rest on."""
    national, batches = _national(), tables.read("centre_batches")
    needed = {*batches["observation_id"], *batches["before_id"], *batches["after_id"]} - {""}
    return (
        len(needed) > 0 and needed <= {*national["observation_id"]} and (national["indicator"] == TOTAL).any()
    )


def _national() -> pd.DataFrame:
    return tables.read("observations", region_code=catalog.NATION, indicator=[BATCH, TOTAL])


def load(region_code: str, as_of: str = "") -> Centres:
    """Projects, measures and statements of a place, published by ``as_of`` (empty: all). Raises MethodError when there are none."""
    code = catalog.region(region_code).code
    projects = tables.read("centres").assign(
        unit=lambda c: c["region_code"].where(c["region_code"] != "", c["province_code"])
    )
    projects = projects.assign(
        centre_id=[f"centre:{n}" for n in projects["centre_no"]],
    )
    documents = subjects.documents()
    statements = tables.read("observations", source_id=documents)
    statements = statements[(statements["programme"] == PROGRAMME) | (statements["indicator"] == RANK)]
    projects, statements = (subjects.published(f, as_of) for f in (projects, statements))
    mine = projects[_here(code, projects, "unit")].sort_values(
        ["batch", "centre_no"],
        key=lambda c: c.replace("", "9") if c.dtype != "Int16" else c,
        ignore_index=True,
    )
    with tables.elsewhere():
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
    national = _national()
    return Centres(
        code, mine, measures, statements[_here(code, statements)].reset_index(drop=True), national, projects
    )


def project(row: Row) -> Text:
    """The project's name, as printed in Chinese."""
    return row["project_hospital"], naming.named(row["project_id"], row["project_hospital"])[1]


def output(row: Row) -> Text:
    """The hospital that sends."""
    return naming.named(row["output_id"], row["output_hospital"])


def host(row: Row) -> Text:
    """The hospital that receives; the project's own name where none is printed."""
    return naming.named(row["host_id"], row["host_hospital"]) if row["host_hospital"] else project(row)


def specialty(row: Row) -> Text:
    """The project's specialty; empty where it is not known."""
    return naming.term(f"specialty_{row['specialty']}") if row["specialty"] else ("", "")


def batch(row: Row) -> Text:
    """The batch as known; empty where it is not."""
    numbers = subjects.ids(row["batch_numbers"])
    return (
        TEXT.pair("batch.text", replace=naming.joined(((n, n) for n in numbers), "either"))
        if numbers
        else ("", "")
    )


def _measure_n(centres: Centres, rows: pd.DataFrame, zh: str, en: str) -> Fact:
    with tables.elsewhere():
        whole = mechanisms.load(catalog.NATION).rows
    return subjects.count(rows, "measure_id", (zh, en), whole=whole, unit="项")


def _approved(projects: pd.DataFrame) -> pd.DataFrame:
    """Projects that count: those named for tutoring alone are listed with their stage and not counted."""
    return projects[projects["stage"] != "tutoring"]


def data(centres: Centres) -> Finding:
    """What is held: the known projects, one row each."""
    rows, total = centres.projects, centres.total
    known = centres.n(_approved(centres.every_project), TEXT.pair("data.facts.known"), unit="个")
    values: dict[str, Any] = {
        "place": centres.place,
        "n": centres.n(_approved(rows), TEXT.pair("data.facts.values_n"), unit="个"),
        "m": _measure_n(centres, centres.measures, *TEXT.pair("data.facts.values_m")),
        "k": known,
        "t": total,
    }
    if centres.is_nation:
        partial = TEXT.pair("data.partial")
    else:
        partial = TEXT.pair("data.partial_2")
    sentences = [Sentence("partial", *partial, values, brief=6 if len(rows) else 0)]
    weak = rows[rows["source_grade"] == "C"]
    if len(weak):
        sentences.append(
            TEXT.say(
                "data.sentences.weak",
                n=centres.n(weak, TEXT.pair("data.facts.n"), unit="个"),
            )
        )
    if not len(rows):
        sentences.append(
            TEXT.say(
                "data.sentences.no-project",
            )
        )
    frame = naming.both(
        (r for _, r in rows.iterrows()),
        project=project,
        output=output,
        specialty=specialty,
        batch=batch,
        stage=lambda r: naming.term(f"centre_{r['stage']}"),
        grade=lambda r: (r["source_grade"],) * 2,
    )
    columns = (
        TEXT.column("data.columns.project", "name"),
        TEXT.column("data.columns.output", "name"),
        TEXT.column("data.columns.specialty", "text"),
        TEXT.column("data.columns.batch", "text"),
        TEXT.column("data.columns.stage", "text"),
        TEXT.column("data.columns.grade", "text"),
    )
    tables_ = (
        (
            Table(
                "projects",
                TEXT.pair("data.caption"),
                frame,
                columns,
            ),
        )
        if len(rows)
        else ()
    )
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            **values,
        ),
        sentences=tuple(sentences),
        tables=tables_,
    )


def batch_facts(centres: Centres) -> list[tuple[str, str, Fact, bool]]:
    """Batch number, date, number of projects, and whether that is the difference of two printed totals; in order."""
    found = []
    for row in tables.read("centre_batches").sort_values("batch").to_dict("records"):
        derived_ = bool(row["after_id"])
        fact = _difference(centres, row) if derived_ else centres.count_fact(row["observation_id"])
        found.append((str(row["batch"]), row["date"], fact, derived_))
    return found


def _difference(centres: Centres, row: dict) -> Fact:
    before, after = centres.count_fact(row["before_id"]), centres.count_fact(row["after_id"])
    return derived(
        after.number - before.number,
        *TEXT.fact("facts.difference", n=row["batch"]),
        inputs=(after, before),
        operation="a - b",
        style="count",
        unit="个",
    )


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
                "label": (TEXT.text("batch_rows.label", lang, number=number, day=day[:7])),
                "value": fact.value,
                "highlight": number in own,
                "text": fact.text(lang)
                + (
                    f"（{derived_word}）"
                    if differs and lang == "zh"
                    else f" ({derived_word})"
                    if differs
                    else ""
                ),
            }
            for number, day, fact, differs in batch_facts(centres)
        ]
    )


def batches(centres: Centres, drawing: Drawn | None) -> Finding:
    """How many projects each batch had. drawing: charts.bars of batch_rows."""
    facts = batch_facts(centres)
    whole = derived(
        sum(fact.number for *_, fact, _ in facts),
        *TEXT.fact("batches.facts.whole"),
        inputs=[fact for *_, fact, _ in facts],
        operation=" + ".join("abcdefghij"[: len(facts)]),
        style="count",
        unit="个",
    )
    total, computed = centres.total, [(n, fact) for n, _, fact, differs in facts if differs]
    how = [naming.term("value_derived" if differs else "value_stated") for *_, differs in facts]
    frame = pd.DataFrame(
        {
            "batch": [TEXT.text("batches.batch", "zh", n=n) for n, *_ in facts],
            "batch_en": [TEXT.text("batches.batch", "en", n=n) for n, *_ in facts],
            "date": [d for _, d, *_ in facts],
            "n": [f for *_, f, _ in facts],
            "how": [zh for zh, _ in how],
            "how_en": [en for _, en in how],
        }
    ).astype({"n": object})
    items = [TEXT.phrase("batches.items.derived", k=name(n), f=fact) for n, fact in computed]
    values = {
        "place": centres.place,
        "s": whole,
        "t": total,
        "n": name(str(len(facts))),
        "derived": TEXT.phrase("batches.derived", items=naming.chain(items, "items")) if items else NOTHING,
    }
    if own_batches(centres):
        subtitle = TEXT.say(
            "batches.subtitle",
            place=centres.place,
        )
    else:
        subtitle = TEXT.say(
            "batches.subtitle_otherwise",
            place=centres.place,
        )
    return Finding(
        "batches",
        TEXT.say(
            "batches.headline",
            **values,
        ),
        subtitle,
        sentences=(
            TEXT.say(
                "batches.sentences.sum" if whole.value == total.value else "batches.sentences.sum_otherwise",
                id="sum",
                **values,
            ),
        ),
        opens=centres.is_nation,
        once=True,
        drawing=drawing,
        tables=(
            Table(
                "batches",
                TEXT.pair("batches.caption"),
                frame,
                (
                    TEXT.column("batches.columns.batch", "name"),
                    TEXT.column("batches.columns.date", "text"),
                    TEXT.column("batches.columns.n", "count", source_ids=subjects.sources(centres.national)),
                    TEXT.column("batches.columns.how", "text"),
                ),
            ),
        ),
        alt=TEXT.say(
            "batches.alt",
            **values,
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


def _statement_day(row: Row) -> str:
    """2019 for a whole year, 2022-10 for a month, else the end of the period (its start where no end is printed)."""
    start, end = row["period_start"], row["period_end"]
    if start.endswith("-01-01") and end == f"{start[:4]}-12-31":
        return start[:4]
    if end and start[:7] == end[:7] and start.endswith("-01"):
        return end[:7]
    return end or start[:7]


def event_rows(centres: Centres, lang: str) -> pd.DataFrame:
    """One row an event as charts.timeline takes it: dated projects, dated measures, dated results, goals by their due date."""
    i, events = nth(lang), []
    for _, row in centres.projects[centres.projects["day"] != ""].iterrows():
        words_ = [text for text in (naming.term(f"centre_{row['stage']}")[i], batch(row)[i]) if text]
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
                "group": f"{naming.named(row['institution_id'], '')[i]} · {naming.term('status_' + row['status'])[i]}",
                "kind": "target" if row["status"] == "target" else "actual",
                "highlight": centres.code != catalog.NATION,
            }
        )
    return pd.DataFrame(events, columns=["date", "label", "group", "kind", "highlight"])


def timeline(centres: Centres, drawing: Drawn | None) -> Finding:
    """Measures, projects, results and goals in time. drawing: charts.timeline of event_rows, or None without a date."""
    measures, dated = centres.measures, _dated(centres)
    if drawing is None:
        return centres.silent(
            "timeline",
            "E4",
            *TEXT.fact("timeline.facts.n"),
            TEXT.pair("timeline.settle"),
        )
    began = measures[measures["start_date"] != ""]
    results = dated[dated["status"] == "actual"]
    values: dict[str, Any] = {
        "place": centres.place,
        "m": _measure_n(centres, began, *TEXT.pair("timeline.facts.values_m")),
        "p": centres.n(
            centres.projects[centres.projects["day"] != ""], TEXT.pair("timeline.facts.values_p"), unit="个"
        ),
        "u": _measure_n(
            centres, measures[measures["start_date"] == ""], *TEXT.pair("timeline.facts.values_u")
        ),
        "r": derived(
            len(results),
            TEXT.pair("timeline.facts.values_r.label"),
            subjects.COUNTED,
            rows=results if len(results) else centres.national,
            operation=subjects.counted(len(results)),
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
            TEXT.say(
                "timeline.sentences.undated",
                **values,
            )
        )
    if (dated["status"] == "target").any():
        sentences.append(
            TEXT.say(
                "timeline.sentences.goals",
            )
        )
    return Finding(
        "timeline",
        TEXT.say(
            "timeline.headline",
            **values,
        ),
        TEXT.say("timeline.subtitle"),
        sentences=tuple(sentences),
        note=TEXT.say(
            "timeline.note",
        ),
        drawing=drawing,
        opens=len(began) + len(dated) <= 20,
        tables=(
            Table(
                "timeline",
                TEXT.pair("timeline.caption"),
                frame,
                (
                    TEXT.column("timeline.columns.date", "text"),
                    TEXT.column("timeline.columns.label", "name"),
                    TEXT.column("timeline.columns.group", "text"),
                ),
            ),
        ),
        alt=TEXT.say(
            "timeline.alt",
            **values,
        ),
        more_facts=tuple(observed(row) for _, row in dated.iterrows()),
    )


def described(centres: Centres) -> Finding:
    """Every measure and every statement of the programme; of the nation how many, they stand on the places' own pages."""
    m, s = centres.measures, centres.statements
    if m.empty and s.empty:
        return centres.silent(
            "described",
            "E1",
            *TEXT.fact("described.facts.n"),
            TEXT.pair("described.settle"),
        )
    found: list[Table] = []
    if len(m) and not centres.is_nation:
        frame = naming.both(
            (r for _, r in m.iterrows()),
            measure=mechanisms.paraphrase,
            who=mechanisms.institution,
            family=mechanisms.family,
            start=mechanisms.start,
            status=lambda r: naming.term(f"measure_{r['status']}"),
        )
        found.append(
            Table(
                "measures",
                TEXT.pair("described.captions.measures"),
                frame,
                (
                    TEXT.column("described.columns.measure", "name"),
                    TEXT.column("described.columns.who", "name"),
                    TEXT.column("described.columns.family", "text"),
                    TEXT.column("described.columns.status", "text"),
                    TEXT.column("described.columns.start", "text"),
                ),
            )
        )
    s = s[s["salience"] != "metadata"]
    if len(s) and not centres.is_nation:
        frame = naming.both(
            (r for _, r in s.iterrows()),
            who=lambda r: naming.named(r["institution_id"], r["institution"], r["region_code"]),
            what=lambda r: naming.label(r["indicator"]),
            status=lambda r: naming.term(f"status_{r['status']}"),
            basis=lambda r: naming.term(f"period_basis_{r['period_basis']}"),
        ).assign(
            number=[observed(r) for _, r in s.iterrows()],
            printed=s["as_printed"].to_list(),
            until=s["period_end"].to_list(),
        )
        found.append(
            Table(
                "statements",
                TEXT.pair("described.captions.statements"),
                frame.astype({"number": object}),
                (
                    TEXT.column("described.columns.what", "name"),
                    TEXT.column("described.columns.number", "number", source_ids=subjects.sources(s)),
                    TEXT.column("described.columns.printed", "text"),
                    TEXT.column("described.columns.who", "name"),
                    TEXT.column("described.columns.status_2", "text"),
                    TEXT.column("described.columns.until", "text"),
                    TEXT.column("described.columns.basis", "text"),
                ),
            )
        )
    statement_n = derived(
        len(s),
        TEXT.pair("described.facts.statement_n.label"),
        subjects.COUNTED,
        rows=s if len(s) else centres.national,
        operation=subjects.counted(len(s)),
        style="count",
        unit="条",
        status="actual",
    )
    return Finding(
        "described",
        TEXT.say(
            "described.headline",
            place=centres.place,
            m=_measure_n(centres, m, *TEXT.pair("described.facts.described_m")),
            s=statement_n,
        ),
        sentences=tuple(_described_sentences(s, m, centres.is_nation)),
        tables=tuple(found),
    )


def _described_sentences(s: pd.DataFrame, m: pd.DataFrame, nation: bool) -> list[Sentence]:
    sentences = []
    five = s[s["indicator"] == "five_zhen_elements"]
    if len(five):
        row = five.iloc[0]
        monthly = m[
            (m["mechanism"] == "monthly_reporting_indicators")
            & (m["institution_id"] == row["institution_id"])
        ]
        sentences.append(
            TEXT.say(
                "described_sentences.sentences.five",
                brief=0 if nation else None,
                who=naming.named(row["institution_id"], row["institution"]),
                n=observed(row),
                reported=TEXT.phrase("described_sentences.reported") if len(monthly) else NOTHING,
            )
        )
    direction = s[s["measure"] == "direction"]
    if len(direction):
        sentences.append(
            TEXT.say(
                "described_sentences.sentences.direction",
                n=derived(
                    len(direction),
                    TEXT.pair("facts.described_sentences_n.label"),
                    subjects.COUNTED,
                    rows=direction,
                    operation="count()",
                    style="count",
                    unit="条",
                    status="actual",
                ),
            )
        )
    return sentences


def told(centres: Centres) -> pd.DataFrame:
    """Measures of the place in which a document names output and host."""
    return centres.measures[(centres.measures["output_id"] != "") & (centres.measures["host_id"] != "")]


def link_rows(centres: Centres, lang: str) -> pd.DataFrame:
    """Output hospital and host, one row a project or a pair that a document names (highlighted), as charts.pairs takes it."""
    i = nth(lang)
    links = [
        {
            "left": output(r)[i],
            "right": host(r)[i],
            "text": _bracketed(specialty(r)[i], lang),
            "highlight": False,
        }
        for _, r in centres.projects.iterrows()
    ]
    pairs = [
        [naming.named(row[side], "")[i] for side in ("output_id", "host_id")]
        for row in told(centres).to_dict("records")
    ]
    return pd.DataFrame(
        [*links, *({"left": a, "right": b, "text": "", "highlight": True} for a, b in pairs)],
        columns=["left", "right", "text", "highlight"],
    )


def _bracketed(text: str, lang: str) -> str:
    return text and (TEXT.text("bracketed.text", lang, text=text))


def heads(lang: str) -> dict[str, str]:
    """Titles of the network's sides."""
    return {"left": catalog.term("output_hospital", lang), "right": catalog.term("host_hospital", lang)}


def network(centres: Centres, drawing: Drawn | None) -> Finding:
    """Which hospital sends to which. drawing: charts.pairs of link_rows, or None without a known pair."""
    rows, text = centres.projects, told(centres)
    if drawing is None:
        return centres.silent(
            "network",
            "E1",
            *TEXT.fact("network.facts.n"),
            TEXT.pair("network.settle"),
        )
    values: dict[str, Any] = {
        "place": centres.place,
        "n": centres.n(rows, TEXT.pair("network.facts.values_n"), unit="个"),
        "o": centres.n(rows, TEXT.pair("network.facts.values_o"), of="output_id", unit="家"),
        "t": _measure_n(centres, text, *TEXT.pair("network.facts.values_t")),
        "b": centres.n(rows[rows["host_hospital"] == ""], TEXT.pair("network.facts.values_b"), unit="个"),
    }
    sentences = (
        [
            TEXT.say(
                "network.sentences.blank",
                **values,
            )
        ]
        if values["b"].value
        else []
    )
    if len(text) and len(rows):
        sentences.append(
            TEXT.say(
                "network.sentences.told",
                **values,
            )
        )
    frame = pd.concat(
        [
            naming.both(
                (r for _, r in rows.iterrows()),
                output=output,
                host=host,
                specialty=specialty,
                origin=lambda r: naming.term("origin_list"),
            ),
            naming.both(
                text.to_dict("records"),
                output=lambda r: naming.named(r["output_id"], ""),
                host=lambda r: naming.named(r["host_id"], ""),
                specialty=lambda r: ("", ""),
                origin=lambda r: naming.term("origin_document"),
            ),
        ],
        ignore_index=True,
    )
    if len(rows):
        headline = TEXT.say(
            "network.headline",
            **values,
        )
    else:
        headline = TEXT.say(
            "network.headline_otherwise",
            **values,
        )
    if len(frame) > DRAWN:
        # lines that cross forty times over say nothing: the list of projects has every pair
        return Finding("network", headline, note=TEXT.say("network.note"))
    return Finding(
        "network",
        headline,
        TEXT.say(
            "network.subtitle",
        ),
        sentences=tuple(sentences),
        drawing=drawing,
        opens=len(rows) <= 20,
        tables=(
            Table(
                "network",
                TEXT.pair("network.caption"),
                frame,
                (
                    TEXT.column("network.columns.output", "name"),
                    TEXT.column("network.columns.host", "name"),
                    TEXT.column("network.columns.specialty", "text"),
                    TEXT.column("network.columns.origin", "text"),
                ),
            ),
        ),
        alt=TEXT.say(
            "network.alt",
            **values,
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
    with tables.elsewhere():  # the hospitals' own provinces
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


def rivals(measures: pd.DataFrame) -> pd.DataFrame:
    """What was done besides trusteeship and co-building themselves, each reform once.

    Two measures that rest on one statement and began on one day are one reform told by two documents.
    """
    other = measures[~measures["mechanism"].isin(FAMILIES["co_building"].mechanisms)]
    told = (other["linked_observation_ids"] != "") & (other["start_date"] != "")
    return other[~(told & other.duplicated(["linked_observation_ids", "start_date"]))]


def meaning(centres: Centres, whole: Assessed, method: Callable[[float, float], float]) -> Finding:
    """What the largest move of a centre's ranks can and cannot mean. whole: assessed(); method: ranking.noise_needed."""
    table = assessed_moves.pairs(whole)
    if table.empty:
        state = TEXT.state(
            "E4",
            "meaning.states.E4",
            place=centres.place,
        )
        return Finding(
            "meaning",
            TEXT.say("meaning.headline"),
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
    mine = rivals(centres.measures[centres.measures["who"] == pair["hospital"]])
    opening = between.loc[
        between["mechanism"].isin(["co_construction", "hospital_trusteeship"]), "start_date"
    ]
    between = between[between["measure_id"].isin(mine["measure_id"])]
    values = {
        "h": (pair["hospital"], pair["hospital_en"]),
        "a": before,
        "b": after,
        "sd": assessed_moves.noise_fact(whole, pair, method(pair["before"], pair["after"])),
        "y0": name(str(pair["from_year"])),
        "y1": name(str(pair["to_year"])),
        "k": _measure_n(centres, between, *TEXT.pair("meaning.facts.values_k")),
        "m": _measure_n(centres, mine, *TEXT.pair("meaning.facts.values_m")),
    }
    unlisted = whole.rows.loc[[pair["first"], pair["second"]], "n_compared"].isna().all()
    sentences = [
        TEXT.say(
            "meaning.sentences.can" if after.number < before.number else "meaning.sentences.can_otherwise",
            id="can",
            **values,
        ),
        TEXT.say(
            "meaning.sentences.cannot",
            **values,
            brief=7 if centres.is_nation else 3,
        ),
        TEXT.say(
            "meaning.sentences.noise-needed_unlisted" if unlisted else "meaning.sentences.noise-needed",
            id="noise-needed",
            **values,
        ),
    ]
    if len(opening) and opening.min()[:4] == str(pair["from_year"]):
        called = (
            "meaning.sentences.baseline_called"
            if "前" in before.qualifier[0]
            else "meaning.sentences.baseline"
        )
        sentences.append(TEXT.say(called, id="baseline", d=naming.day(opening.min()), **values))
    return Finding(
        "meaning",
        TEXT.say(
            "meaning.headline_2",
            **values,
        ),
        sentences=tuple(sentences),
    )


def closing(centres: Centres) -> Finding:
    """What the sources leave open."""
    here = centres.place
    states = [
        TEXT.state(
            "E4",
            "closing.states.E4",
            here=here,
        )
    ]
    states.append(
        TEXT.state(
            "E9",
            "closing.states.E9",
        )
    )
    if (centres.statements["measure"] == "direction").any():
        states.append(
            TEXT.state(
                "E2",
                "closing.states.E2",
                here=here,
            )
        )
    return subjects.closing(states)
