"""Exhibits of a pack: tables, and some figures, of the collection's rows, each with string as printed, id and source.

kind -> what ``select`` names:

- ``statements``: ``ids`` (observations, in this order), or ``where``; one row a printed statement
- ``measures``, ``targets``: ``where``; measures in our words, goals apart from results
- ``cities``: ``region`` (province), ``columns`` (each ``indicator``, ``year``); one row a city
- ``moves``: two successive places that other hospitals published, ``without`` one of them
- ``lists``: ``where`` of ``hospital_lists``; named lists with year, specialty and place
- ``rules``: rows of a rule whose parameters are assumed, ``rows`` with zh, en and ``value`` (an expression); labelled assumed
- ``simulated``: ``labels`` (zh, en) and ``value`` (an expression that gives a list); every figure carries the word simulated

``chart``: ``kind = "bars"`` (a column of the exhibit as bars), ``"ranks"`` (places on an axis) or ``"timeline"``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import catalog, charts, tables, words
from analysis.cases import caselab
from analysis.cases.packs import Exhibit, Text
from analysis.cases.values import Values
from analysis.charts import Drawing
from analysis.errors import DataError, Problem
from analysis.facts import Fact, observed
from analysis.words import LANGS, nth, pick

TEXT = words.catalogue(Path(__file__).with_name("cases.toml"))
PRINTED = TEXT.pair("exhibits.printed")
ID, PERIOD, SOURCE = ("编号", "Id"), ("时期", "Period"), ("来源", "Source")
WHAT, VALUE = ("是什么", "What"), ("数值", "Value")
ASSUMED = TEXT.pair("exhibits.assumed")
NOTHING = TEXT.pair("exhibits.nothing")
DUE: dict[str, Text] = {
    "relative_resolved": ("（由期限推算）", " (counted from the term)"),
    "plan_horizon": ("（按规划期末）", " (end of the plan)"),
}


@dataclass(frozen=True)
class Shown:
    """An exhibit in one language: head and rows as text, the drawing if it has one, what a screen reader says, and its sources."""

    exhibit: Exhibit
    lang: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...]
    drawing: Drawing | None = None
    simulated: bool = False

    @property
    def alt(self) -> str:
        """What the figure shows, in words."""
        i = nth(self.lang)
        said = "；".join(" ".join(row[:2]) for row in self.rows[:14])
        mark = caselab.SIMULATED[i] + ("：" if i == 0 else ": ") if self.simulated else ""
        return f"{mark}{self.exhibit.title[i]}{'：' if i == 0 else ': '}{said if i == 0 else said.replace('；', '; ')}"


Got = tuple[
    tuple[Text, ...], Sequence[tuple[str, ...]], list[str], Any
]  # head, rows, sources, what a chart draws


def _period(fact: Fact, i: int) -> str:
    start, end = fact.period
    basis = catalog.term(f"period_basis_{fact.period_basis}", LANGS[i])
    if not start and not end:
        return basis
    if start[:4] == end[:4] and start.endswith("-01-01") and end.endswith("-12-31"):
        span = start[:4]
    else:
        span = (
            end
            if not start
            else f"{start}–{end}"
            if end
            else ("自 " if i == 0 else "from ") + start
        )  # fmt: skip
    return (
        span if fact.period_basis == "explicit" else f"{span}（{basis}）" if i == 0 else f"{span} ({basis})"
    )


def _named(ids: list[str], lang: str) -> tuple[str, ...]:
    found = [catalog.source(key) for key in dict.fromkeys(ids)]
    colon = pick(("：", ": "), lang)
    return tuple(
        f"{s.id}{colon}{s.producer(lang)}, {s.title(lang)}" + (f", {s.published}" if s.published else "")
        + pick(("（{}）", " ({})"), lang).format(catalog.term(f"grade_{s.grade}", lang))
        for s in found
    )  # fmt: skip


def _ordered(rows: pd.DataFrame, select: Mapping[str, Any]) -> pd.DataFrame:
    if "ids" in select:
        missing = set(select["ids"]) - set(rows["observation_id"])
        if missing:
            raise DataError(
                Problem(
                    "exhibit",
                    ", ".join(sorted(missing)),
                    "ids of observations",
                    "correct them, or yigai data",
                )
            )
        return rows.set_index("observation_id", drop=False).loc[list(select["ids"])]
    return rows.sort_values("observation_id", kind="stable")


def _statements(exhibit: Exhibit, values: Values, i: int) -> Got:
    select = exhibit.select
    wanted = {"observation_id": list(select["ids"])} if "ids" in select else dict(select["where"])
    rows = _ordered(tables.read("observations", **wanted), select)
    facts = [observed(row) for _, row in rows.iterrows()]
    shown = []
    for (_, row), fact in zip(rows.iterrows(), facts, strict=True):
        label = catalog.indicator(row["indicator"]).label(LANGS[i])
        status = (
            "" if row["status"] == "actual" else f" · {catalog.term('status_' + row['status'], LANGS[i])}"
        )
        shown.append(
            (
                label + status,
                fact.text(LANGS[i]),
                _period(fact, i),
                fact.as_printed,
                fact.observations[0],
                fact.source_ids[0],
            )
        )
    data = pd.DataFrame(
        {
            "label": [r[0] for r in shown],
            "value": [f.value for f in facts],
            "text": [f.text(LANGS[i]) for f in facts],
            "year": [f.period[1][:4] for f in facts],
        }
    )
    return (WHAT, VALUE, PERIOD, PRINTED, ID, SOURCE), shown, rows["source_id"].tolist(), data


def _measures(exhibit: Exhibit, values: Values, i: int) -> Got:
    rows = tables.read("measures", **exhibit.select["where"]).sort_values("measure_id", kind="stable")
    shown = [
        (
            (m["paraphrase_zh"].replace(",", "，"), m["paraphrase_en"])[i],
            (m["start_date"] or NOTHING[i]) + (("（推定）", " (inferred)")[i] if m["start_basis"] == "inferred" else ""),
            catalog.term(f"measure_{m['status']}", LANGS[i]),
            m["measure_id"],
            m["source_id"],
        )
        for _, m in rows.iterrows()
    ]  # fmt: skip
    data = pd.DataFrame(
        {
            "date": m["start_date"],
            "label": (m["paraphrase_zh"].replace(",", "，"), m["paraphrase_en"])[i],
            "kind": "actual",
            "highlight": False,
        }
        for _, m in rows.iterrows()
        if m["start_date"]
    )
    head = (("措施（我们的转述）", "Measure (our words)"), ("开始", "Start"), ("状态", "Status"), ID, SOURCE)
    return head, shown, rows["source_id"].tolist(), data


def _targets(exhibit: Exhibit, values: Values, i: int) -> Got:
    rows = tables.read("targets", **exhibit.select["where"]).sort_values("target_id", kind="stable")
    named = tables.read("observations", observation_id=rows["observation_id"].tolist()).set_index(
        "observation_id"
    )
    shown = []
    for _, t in rows.iterrows():
        said = (t["target_zh"], catalog.indicator(named["indicator"][t["observation_id"]]).label("en"))[i]
        due = t["due_date"] or NOTHING[i]
        basis = DUE.get(t["due_basis"], ("", ""))[i]
        shown.append(
            (
                said,
                t["as_printed"],
                f"{due}{basis}",
                t["target_id"],
                t["source_id"],
            )
        )
    return (
        (("目标", "Goal"), PRINTED, ("到期", "Due"), ID, SOURCE),
        shown,
        rows["source_id"].tolist(),
        pd.DataFrame(),
    )


def _cities(exhibit: Exhibit, values: Values, i: int) -> Got:
    codes = [city.code for city in catalog.cities_of(exhibit.select["region"])]
    head: list[Text] = [("城市", "City")]
    columns, sources = [], []
    for column in exhibit.select["columns"]:
        rows = tables.read(
            "observations", region_code=codes, indicator=column["indicator"], year=column["year"]
        )
        sources += rows["source_id"].tolist()
        label = catalog.indicator(column["indicator"])
        head.append((f"{label.label('zh')}，{column['year']} 年", f"{label.label('en')}, {column['year']}"))
        columns.append({row["region_code"]: observed(row) for _, row in rows.iterrows()})
    shown = [
        (catalog.region(code).short(LANGS[i]), *(c[code].text(LANGS[i]) if code in c else NOTHING[i] for c in columns))
        for code in codes
    ]  # fmt: skip
    last = columns[-1]
    data = pd.DataFrame(
        {
            "label": catalog.region(code).short(LANGS[i]),
            "value": last[code].value,
            "text": last[code].text(LANGS[i]),
            "highlight": code == exhibit.select.get("highlight"),
        }
        for code in codes
        if code in last
    ).sort_values("value", ascending=False, kind="stable", ignore_index=True)
    return tuple(head), shown, sources, data


def _moves(exhibit: Exhibit, values: Values, i: int) -> Got:
    rows = tables.read("assessments", source_grade=["A", "B"])
    rows = rows[
        rows["rank"].notna() & rows["exact"] & (rows["institution_id"] != exhibit.select["without"])
    ].sort_values(["category", "institution_id", "assessment_year"])
    shown, sources = [], []
    for (who, category), part in rows.groupby(["institution_id", "category"], sort=False):
        pairs = list(part.iterrows())
        for (_, a), (_, b) in zip(pairs[:-1], pairs[1:], strict=True):
            found = catalog.institution(str(who))
            derived = "derived" in (a["how"], b["how"])
            shown.append(
                (
                    found.name_zh if i == 0 else found.name_en or found.name_zh,
                    catalog.term(f"category_{category}", LANGS[i]),
                    f"{a['assessment_year']}–{b['assessment_year']}",
                    f"{int(a['rank'])} → {int(b['rank'])}",
                    (
                        ("前次由移动推得", "earlier one from the move")
                        if derived
                        else ("两次都公布", "both published")
                    )[i],
                    b["source_id"],
                )
            )
            sources += [a["source_id"], b["source_id"]]
    head = (("医院", "Hospital"), ("类别", "Category"), ("年度", "Years"), ("位次", "Places"), ("怎么给出", "How given"), SOURCE)  # fmt: skip
    return head, shown, sources, pd.DataFrame()


def _lists(exhibit: Exhibit, values: Values, i: int) -> Got:
    rows = tables.read("hospital_lists", **exhibit.select["where"]).sort_values(
        ["list", "edition_year", "specialty", "hospital"], kind="stable"
    )
    shown = [
        (
            str(r["edition_year"]), r["list"], r["specialty"], r["hospital"],
            str(int(r["rank"])) if pd.notna(r["rank"]) else r["status"], r["source_id"],
        )
        for _, r in rows.iterrows()
    ]  # fmt: skip
    head = (("年度", "Year"), ("名单（原名）", "List (as named)"), ("专科（原名）", "Specialty (as named)"), ("医院（原名）", "Hospital (as named)"), ("名次或提名（原字）", "Place, or nominated (as printed)"), SOURCE)  # fmt: skip
    return head, shown, rows["source_id"].tolist(), pd.DataFrame()


def _rules(exhibit: Exhibit, values: Values, i: int) -> Got:
    shown = [
        (row[LANGS[i]], f"{values.compute(str(row['value']), exhibit.id):g}", ASSUMED[i])
        for row in exhibit.select["rows"]
    ]
    return (WHAT, VALUE, ("依据", "Basis")), shown, [], pd.DataFrame()


def _simulated(exhibit: Exhibit, values: Values, i: int) -> Got:
    label = exhibit.select["labels"][LANGS[i]]
    scores = values.compute(exhibit.select["value"], exhibit.id)
    shown = [
        (f"{label} {chr(65 + k)}", f"{score:g}", ("模拟", "simulated")[i]) for k, score in enumerate(scores)
    ]
    data = pd.DataFrame(
        {"label": [row[0] for row in shown], "value": scores, "text": [row[1] for row in shown]}
    )
    return (WHAT, VALUE, ("依据", "Basis")), shown, [], data


KINDS: dict[
    str, Callable[[Exhibit, Values, int], Got]
] = {
    "statements": _statements, "measures": _measures, "targets": _targets, "cities": _cities, "moves": _moves, "lists": _lists,
    "rules": _rules, "simulated": _simulated,
}  # fmt: skip


def watermarked(drawing: Drawing, lang: str) -> Drawing:
    """The same drawing with the word for simulated over it and a line below it, in SVG and PNG alike."""
    i = nth(lang)

    def draw(canvas: Any) -> None:
        plot = drawing.canvas(canvas.width)
        at, size = (
            (0.8, 44.0) if i == 0 else (0.7, 30.0)
        )  # the English word is longer and must not run off the sheet
        word = ("模拟", "simulated")[i]
        canvas.text(at * canvas.width, plot.height / 2, word, size, "hair", "middle", bold=True)
        canvas.place(plot, 0, 0)
        canvas.text(canvas.width, plot.height + 8, caselab.SIMULATED[i], 8.0, "ink3", "end")
        canvas.height = plot.height + 16

    return Drawing(draw, lang)


def _drawing(exhibit: Exhibit, data: pd.DataFrame, lang: str) -> Drawing | None:
    kind = exhibit.chart.get("kind", "")
    if not kind and exhibit.kind != "simulated":
        return None
    if kind == "ranks":
        return charts.assessed_ranks(
            pd.DataFrame(
                {
                    "hospital": exhibit.chart[lang],
                    "highlight": True,
                    "year": data["year"].astype(int),
                    "kind": "rank",
                    "value": data["value"],
                    "low": None,
                    "high": None,
                    "text": data["text"],
                }
            ),
            lang=lang,
        )
    if kind == "timeline":
        return charts.timeline(data, lang=lang)
    drawing = charts.bars(data, decimals=1 if exhibit.kind == "simulated" else 0, lang=lang)
    return watermarked(drawing, lang) if exhibit.kind == "simulated" else drawing


def show(exhibit: Exhibit, values: Values, lang: str) -> Shown:
    """An exhibit in one language. Raises DataError for an unknown kind or an id that the tables do not hold."""
    if exhibit.kind not in KINDS:
        raise DataError(
            Problem(
                f"exhibit {exhibit.id}, kind", exhibit.kind, f"one of {', '.join(KINDS)}", "name one of them"
            )
        )
    i = nth(lang)
    head, rows, sources, data = KINDS[exhibit.kind](exhibit, values, i)
    clean = tuple(tuple(re.sub(r"\s+", " ", cell) for cell in row) for row in rows)
    return Shown(
        exhibit, lang, tuple(h[i] for h in head), clean, _named(sources, lang), _drawing(exhibit, data, lang),
        exhibit.kind == "simulated",
    )  # fmt: skip
