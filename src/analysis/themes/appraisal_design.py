"""Appraisal design: what a score rule rewards. The national framework as it is listed; caps, floors and bonuses with assumed values.

Rows: measures on appraisal of a place (all places in the national edition), the list of assessed indicators, grade bands. No document
prints the parameters of a rule: every value of floor, cap and bonus is an assumption and is printed as one; no number on such a rule is
a finding about a hospital.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis import catalog, facts, tables, texts
from analysis.errors import refuse
from analysis.facts import Coverage, Fact, derived, round_half_up
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import assumed, name, year
from analysis.themes import naming, subjects
from analysis.themes import statements as of
from analysis.words import pick

TEXT = texts.of(__file__)

ABOUT = TEXT.pair("words.about")
TIERS, DIMENSIONS = "performance_tiers", "performance_dimensions"
DIMENSION = {
    "医疗质量": "quality",
    "运营效率": "efficiency",
    "持续发展": "development",
    "满意度评价": "satisfaction",
}
DIRECTION = ("higher", "lower", "monitor", "qualitative")
LEVEL = {
    "功能定位": "positioning",
    "质量安全": "safety",
    "合理用药": "medication",
    "服务流程": "process",
    "资源效率": "resource_efficiency",
    "收支结构": "income",
    "费用控制": "cost_control",
    "经济管理": "management",
    "人员结构": "staff",
    "人才培养": "training",
    "学科建设": "disciplines",
    "信用建设": "credit",
    "患者满意度": "patients",
    "医务人员满意度": "staff_satisfaction",
}
READ_FROM = {
    "病案首页": "record",
    "医院填报": "hospital",
    "财务年报表": "accounts",
    "国家或省级平台": "platform",
    "满意度调查平台": "survey",
}
LOWEST, HIGHEST, UNITS = 50.0, 100.0, 51  # evenly spaced notional departments: assumed
PARTS = {
    "none": (TEXT.pair("parts.none"), ()),
    "floor": (TEXT.pair("parts.floor"), ("floor",)),
    "cap": (TEXT.pair("parts.cap"), ("cap",)),
    "bonus": (TEXT.pair("parts.bonus"), ("bonus_from", "bonus")),
    "all": (TEXT.pair("parts.all"), ("floor", "cap", "bonus_from", "bonus")),
}


@dataclass(frozen=True)
class Appraisal(subjects.Subject):
    """A place (000000: all places): its measures on appraisal, its statements, the listed indicators, the grade bands, what its documents report."""

    measures: pd.DataFrame
    statements: of.Statements | None
    framework: pd.DataFrame
    bands: pd.DataFrame
    reported: pd.DataFrame


def coverage() -> Coverage:
    """The nation and the places of the hospitals whose rules are described; a reason for the other places that the documents deal with."""
    described = set(tables.read("measures", theme="evaluation")["region_code"])
    other = TEXT.reason("E3", "coverage.reason")
    silent = TEXT.reason("E1", "coverage.reason_2")
    found = {
        code: other if code in described else silent
        for code in sorted(subjects.mentioned())
        if code in catalog.regions() and catalog.region(code).level in ("province", "city")
    }
    pages = {catalog.NATION: None} | {code: None for code in hospitals_described()}
    ready = len(described) and not tables.read("assessment_framework").empty
    return subjects.once(lambda: bool(ready), found | pages)


def hospitals_described() -> list[str]:
    """Places where a hospital's own appraisal is described."""
    rows = tables.read("measures", theme="evaluation")
    known = catalog.institutions()
    own = [i in known and known[i].type == "hospital" for i in rows["institution_id"]]
    return sorted(set(rows.loc[own, "region_code"]))


def load(region_code: str, as_of: str = "") -> Appraisal:
    """What is known of a place's appraisal. Raises MethodError where no measure describes any."""
    code = catalog.region(region_code).code
    measures = (
        tables.read("measures", theme="evaluation")
        if code == catalog.NATION
        else tables.read("measures", theme="evaluation", region_code=code)
    )
    measures = subjects.published(measures, as_of).reset_index(drop=True)
    if measures.empty:
        raise refuse(
            "appraisal_design.load",
            f"no measure on appraisal for {code}",
            "at least one",
            "see coverage() for the places that have a page",
        )
    numbered = tables.read("observations", region_code=code, theme="evaluation")
    framework = tables.read("assessment_framework").sort_values("no", ignore_index=True)
    bands = tables.read("assessment_bands")
    framework, bands = (
        t.assign(row=[f"{kind}:{k}" for k in t[key]])
        for t, kind, key in (
            (framework, "assessment_framework", "no"),
            (bands.assign(key=bands["category"] + ":" + bands["grade"]), "assessment_bands", "key"),
        )
    )
    reported = tables.read("observations", region_code=code, source_id=subjects.documents())
    return Appraisal(
        code, measures, of.Statements(code, numbered) if len(numbered) else None, framework, bands, reported
    )


def _listed(a: Appraisal, rows: pd.DataFrame, zh: str, en: str, unit: str = "项") -> Fact:
    return subjects.count(rows, "row", (zh, en), whole=a.framework, unit=unit)


def rules(a: Appraisal) -> Finding:
    """What is said on the rule, in our own words; parameters are not printed."""
    m = a.measures
    n = subjects.count(m, "measure_id", TEXT.pair("rules.n"), whole=m)
    shown = naming.both(
        m.to_dict("records"),
        who=lambda r: naming.named(r["institution_id"], r["institution"], r["region_code"]),
        what=lambda r: (r["paraphrase_zh"], r["paraphrase_en"]),
        status=lambda r: naming.term(f"measure_{r['status']}"),
    )
    sentences, facts = [], {}
    values = {"place": a.place, "n": n}
    if a.statements is not None and (both := a.statements.together(TIERS, DIMENSIONS)):
        tiers, dims = both.fact(TIERS), both.fact(DIMENSIONS)
        cells = derived(
            tiers.number * dims.number,
            *TEXT.fact("rules.facts.cells", place=a.place),
            inputs=(tiers, dims),
            style="count",
            unit="格",
            operation="a * b",
        )
        facts = values | {"t": tiers, "d": dims, "c": cells, "who": both.who(TIERS)}
        share = derived(
            1 / dims.number,
            *TEXT.fact("rules.facts.share", place=a.place),
            inputs=(dims,),
            style="ratio",
            operation="1 / a",
        )
        sentences.append(
            TEXT.say(
                "rules.sentences.cells",
                **facts | {"s": share},
            )
        )
        headline = TEXT.say(
            "rules.headline",
            **facts,
        )
    elif a.is_nation:
        places = subjects.count(
            m,
            "measure_id",
            TEXT.pair("rules.places"),
            whole=m,
            of="region_code",
            unit="地",
        )
        headline = TEXT.say(
            "rules.headline_otherwise",
            **values | {"k": places},
        )
        sentences.append(
            TEXT.say(
                "rules.sentences.national",
            )
        )
    else:
        headline = TEXT.say(
            "rules.headline_otherwise_2",
            **values,
        )
    return Finding(
        "rules",
        headline,
        TEXT.say(
            "rules.subtitle",
        ),
        sentences=tuple(sentences),
        tables=(
            Table(
                "rules",
                TEXT.pair("rules.caption"),
                shown,
                (
                    TEXT.column("rules.columns.who", "name"),
                    TEXT.column("rules.columns.what", "text"),
                    TEXT.column("rules.columns.status", "text"),
                ),
            ),
        ),
        states=(
            TEXT.state(
                "E3",
                "rules.states.E3",
            ),
        ),
    )


def framework_drawing(matrix: Callable, a: Appraisal, lang: str) -> Drawn:
    """Dimension by direction, all and national ones, drawn by charts.matrix."""
    f = a.framework
    cells = [
        {
            "row": d,
            "column": w,
            "text": f"{len(part)} / {int(part['national_monitoring'].sum())}",
            "kind": "actual",
        }
        for (d, w), part in f.groupby(["dimension", "direction"])
    ]
    return matrix(
        {zh: catalog.term(f"assessed_dimension_{k}", lang) for zh, k in DIMENSION.items()},
        {w: catalog.term(f"assessed_direction_{w}", lang) for w in DIRECTION},
        pd.DataFrame(cells),
        lang=lang,
    )


def framework(a: Appraisal, drawing: Drawn | None) -> Finding:
    """The listed indicators by dimension, direction and national flag. drawing: framework_drawing."""
    f = a.framework
    n, k = (
        _listed(a, f, *TEXT.pair("framework.facts.n_k")),
        _listed(a, f[f["national_monitoring"]], *TEXT.pair("framework.facts.n_k_2")),
    )
    by = {
        w: _listed(
            a,
            f[f["direction"] == w],
            *TEXT.pair("framework.facts.by", term=naming.term(f"assessed_direction_{w}")),
        )
        for w in DIRECTION
    }
    hospital = _listed(
        a,
        f[f["data_source"] == "医院填报"],
        *TEXT.pair("framework.facts.hospital"),
    )
    most = f["dimension"].value_counts().idxmax()
    top = _listed(a, f[f["dimension"] == most], *TEXT.pair("framework.facts.top"))
    values = {
        "n": n,
        "k": k,
        "u": by["higher"],
        "d": by["lower"],
        "m": by["monitor"],
        "q": by["qualitative"],
        "h": hospital,
        "most": naming.term(f"assessed_dimension_{DIMENSION[most]}"),
        "t": top,
        "place": a.place,
    }
    priority = 5 if a.is_nation else 0  # about the nation's list, not about the place
    parts = []
    for zh, key in DIMENSION.items():
        part = f[f["dimension"] == zh]
        shown = naming.both(
            part.to_dict("records"),
            indicator=lambda r: naming.term(f"assessed_indicator_{int(r['no']):02d}"),
            level=lambda r: naming.term(f"assessed_level_{LEVEL[r['second_level']]}"),
            direction=lambda r: naming.term(f"assessed_direction_{r['direction']}"),
            national=lambda r: (
                TEXT.pair("framework.shown_national") if r["national_monitoring"] else ("", "")
            ),
            read=lambda r: naming.term(f"assessed_source_{READ_FROM[r['data_source']]}"),
        ).assign(no=part["no_printed"].tolist())
        title = naming.term(f"assessed_dimension_{key}")
        parts.append(
            Table(
                f"framework_{key}",
                TEXT.pair("framework.caption", title=title),
                shown.assign(no=shown["no"].str.replace(*TEXT.pair("framework.facts.no"))),
                (
                    TEXT.column("framework.columns.no", "code"),
                    TEXT.column("framework.columns.indicator", "name"),
                    TEXT.column("framework.columns.level", "text"),
                    TEXT.column("framework.columns.direction", "text"),
                    TEXT.column("framework.columns.national", "text"),
                    TEXT.column("framework.columns.read", "text"),
                ),
            )
        )
    return Finding(
        "framework",
        TEXT.say(
            "framework.headline",
            **values,
        ),
        TEXT.say(
            "framework.subtitle",
        ),
        sentences=(
            TEXT.say(
                "framework.sentences.largest",
                **values,
            ),
            TEXT.say(
                "framework.sentences.framework-brief",
                **values,
                brief=priority,
            ),
        ),
        note=TEXT.say(
            "framework.note",
            g=name(str(f["source_grade"].max())),
        ),
        drawing=drawing,
        tables=tuple(parts),
        alt=TEXT.say(
            "framework.alt",
            **values,
        ),
        once=True,
    )


def departments() -> pd.Series:
    """Raw scores of evenly spaced notional departments: an assumption that stands for no hospital."""
    return pd.Series(np.linspace(LOWEST, HIGHEST, UNITS))


def _as_text(rule: Mapping[str, float]) -> dict:
    return {key: assumed(f"{value:g}") for key, value in rule.items()} | {
        "lo": assumed(f"{LOWEST:g}"),
        "hi": assumed(f"{HIGHEST:g}"),
        "units": assumed(str(UNITS)),
    }


def axes(lang: str) -> dict[str, str]:
    """Titles of the axes of charts.curve for the mapping."""
    return {
        "x_label": TEXT.text("axes.x_label", lang),
        "y_label": TEXT.text("axes.y_label", lang),
    }


def marks(rule: Mapping[str, float], lang: str) -> pd.DataFrame:
    """Where the rule bends, for charts.curve."""
    heads = {
        "floor": TEXT.pair("marks.heads_floor"),
        "cap": TEXT.pair("marks.heads_cap"),
        "bonus_from": TEXT.pair("marks.heads_bonus_from"),
    }
    return pd.DataFrame(
        [
            {"x": rule[key], "label": f"{pick(head, lang)} {rule[key]:g}", "kind": "threshold"}
            for key, head in heads.items()
        ]
    )


def mapping(
    a: Appraisal,
    scores: pd.Series,
    after: pd.Series,
    worth: pd.Series,
    rule: Mapping[str, float],
    drawing: Drawn | None,
) -> Finding:
    """What the next point is worth. after: scoring.credited; worth: scoring.next_point; drawing: charts.curve."""
    idle = f"{(worth == 0).mean():.0%}"
    values = _as_text(rule) | {"place": a.place, "idle": assumed(idle), "jump": assumed(f"{worth.max():g}")}
    table = pd.DataFrame(
        {
            "raw": [f"{v:g}" for v in scores],
            "credited": [f"{v:g}" for v in after],
            "worth": [f"{v:g}" for v in worth],
        }
    )
    return Finding(
        "mapping",
        TEXT.say(
            "mapping.headline",
            **values,
        ),
        TEXT.say(
            "mapping.subtitle",
        ),
        sentences=(
            TEXT.say(
                "mapping.sentences.idle",
                **values,
                holds={"notch": worth.max() > 1},
            ),
            TEXT.say(
                "mapping.sentences.values",
                **values,
            ),
        ),
        note=TEXT.say(
            "mapping.note",
            place=a.place,
        ),
        drawing=drawing,
        tables=(
            Table(
                "mapping",
                TEXT.pair("mapping.caption"),
                table,
                (
                    TEXT.column("mapping.columns.raw", "code"),
                    TEXT.column("mapping.columns.credited", "code"),
                    TEXT.column("mapping.columns.worth", "code"),
                ),
            ),
        ),
        alt=TEXT.say(
            "mapping.alt",
            **values,
        ),
        once=True,  # arithmetic on assumed values is no place's own
    )


def designs(scores: pd.Series, rule: Mapping[str, float], method: Callable[..., pd.Series]) -> pd.DataFrame:
    """Effects of each part of the rule alone and of all: one row a design, columns of scoring.effects. method: scoring.effects."""
    return pd.DataFrame(
        {key: method(scores, **{k: rule[k] for k in keys}) for key, (_, keys) in PARTS.items()}
    ).T


def design_rows(found: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Share of pairs that become equal, per cent, by design, as charts.bars takes it."""
    return pd.DataFrame(
        [
            {
                "label": pick(PARTS[key][0], lang),
                "value": row["tied"] * 100,
                "text": f"{round_half_up(row['tied'] * 100, 1)}%",
                "highlight": key == "all",
            }
            for key, row in found.iterrows()
        ]
    )


def ranks(a: Appraisal, found: pd.DataFrame, rule: Mapping[str, float], drawing: Drawn | None) -> Finding:
    """What the rule does to ranks. found: designs; drawing: charts.bars of design_rows."""
    every = found.loc["all"]
    values = _as_text(rule) | {
        "place": a.place,
        "tied": assumed(f"{every['tied']:.1%}"),
        "tau": assumed(str(round_half_up(every["kendall_tau"], 2))),
        "variance": assumed(f"{every['variance']:.0%}"),
        "bonus_tied": assumed(f"{found.at['bonus', 'tied']:.1%}"),
    }
    shown = pd.DataFrame(
        {
            "design": [PARTS[k][0][0] for k in found.index],
            "design_en": [PARTS[k][0][1] for k in found.index],
            "tied": [f"{v:.1%}" for v in found["tied"]],
            "tau": [str(round_half_up(v, 3)) for v in found["kendall_tau"]],
            "variance": [f"{v:.0%}" for v in found["variance"]],
            "idle": [f"{v:.0%}" for v in found["idle"]],
        }
    )
    return Finding(
        "ranks",
        TEXT.say(
            "ranks.headline",
            **values,
        ),
        TEXT.say(
            "ranks.subtitle",
        ),
        sentences=(
            TEXT.say(
                "ranks.sentences.tau",
                **values,
            ),
            TEXT.say(
                "ranks.sentences.parts",
                **values,
            ),
        ),
        note=TEXT.say(
            "ranks.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "designs",
                TEXT.pair("ranks.caption"),
                shown,
                (
                    TEXT.column("ranks.columns.design", "name"),
                    TEXT.column("ranks.columns.tied", "code"),
                    TEXT.column("ranks.columns.tau", "code"),
                    TEXT.column("ranks.columns.variance", "code"),
                    TEXT.column("ranks.columns.idle", "code"),
                ),
            ),
        ),
        alt=TEXT.say(
            "ranks.alt",
            **values,
        ),
        once=True,  # arithmetic on assumed values is no place's own
    )


def cuts(a: Appraisal, category: str) -> dict[str, float]:
    """Grade -> upper percentile of a category's printed bands, best first."""
    rows = a.bands[(a.bands["category"] == category) & a.bands["pct_to"].notna()].sort_values("pct_to")
    return dict(zip(rows["grade"], rows["pct_to"].astype(float), strict=True))


def places() -> pd.Series:
    """Percentile places from first to last, one a point of the step line; the index is the place."""
    at = np.arange(0.0, 100.5, 0.5)
    return pd.Series(at, index=at)


def band_curve(grades: pd.Series, limits: Mapping[str, float]) -> tuple[list[float], list[float]]:
    """Percentile place and ordinal of the grade (best highest), for charts.curve. grades: scoring.band."""
    order = {grade: len(limits) - k for k, grade in enumerate(limits)}
    return grades.index.tolist(), [order.get(g, 0) for g in grades]


def band_marks(limits: Mapping[str, float]) -> pd.DataFrame:
    """The cuts between grades, for charts.curve."""
    grades = list(limits)
    return pd.DataFrame(
        [{"x": limits[a], "label": f"{a}|{b}", "kind": "threshold"} for a, b in pairwise(grades)]
    )


def band_axes(lang: str) -> dict[str, str]:
    return {
        "x_label": TEXT.text("band_axes.x_label", lang),
        "y_label": TEXT.text("band_axes.y_label", lang),
    }


def bands(a: Appraisal, limits: Mapping[str, float], category: str, drawing: Drawn | None) -> Finding:
    """Grades by percentile as a score rule. limits: cuts; drawing: charts.curve of band_curve."""
    rows = a.bands[(a.bands["category"] == category) & a.bands["pct_to"].notna()].sort_values("pct_to")
    width = (rows["pct_to"] - rows["pct_from"]).astype(float)
    wide = rows.loc[width.idxmax()]
    fact = derived(
        float(width.max()),
        *TEXT.fact("bands.facts.fact", grade=wide["grade"]),
        origin=subjects.origin(rows[rows["grade"] == wide["grade"]], "row"),
        **facts.listed(
            "largest(until - start)",
            {"grade": rows["grade"], "start": rows["pct_from"], "until": rows["pct_to"]},
        ),
        style="number",
        decimals=0,
    )
    n = derived(
        len(rows),
        TEXT.pair("bands.facts.n.label"),
        subjects.COUNTED,
        origin=subjects.origin(rows, "row"),
        style="count",
        unit="档",
        operation="count()",
    )
    shown = pd.DataFrame(
        {
            "grade": rows["grade"].tolist(),
            "from": rows["pct_from"].astype(float).tolist(),
            "to": rows["pct_to"].astype(float).tolist(),
            "unit": "%",
        }
    )
    values = {"n": n, "g": name(wide["grade"]), "w": fact, "y": year(str(wide["years"])), "place": a.place}
    number = dict(style="number", decimals=0, source_ids=subjects.sources(rows))
    return Finding(
        "bands",
        TEXT.say(
            "bands.headline",
            **values,
        ),
        TEXT.say(
            "bands.subtitle",
        ),
        sentences=(
            TEXT.say(
                "bands.sentences.notch",
                **values,
            ),
            TEXT.say(
                "bands.sentences.general",
            ),
        ),
        note=TEXT.say(
            "bands.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "bands",
                TEXT.pair("bands.caption"),
                shown,
                (
                    TEXT.column("bands.columns.grade", "code"),
                    TEXT.column("bands.columns.from", **number),
                    TEXT.column("bands.columns.to", **number),
                ),
            ),
        ),
        alt=TEXT.say(
            "bands.alt",
            **values,
        ),
        once=True,
    )


def closing(a: Appraisal) -> Finding:
    """What is not known."""
    states = [
        TEXT.state(
            "E1",
            "closing.states.E1",
        ),
        TEXT.state(
            "E1",
            "closing.states.E1_2",
        ),
    ]
    if not a.is_nation:
        states.append(
            TEXT.state(
                "E7",
                "closing.states.E7",
            )
        )
    return subjects.closing(states)
