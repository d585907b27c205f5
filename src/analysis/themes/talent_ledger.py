"""Talent ledger: what the bulletins say came in, at which stage, on what terms; results, commitments and targets kept apart.

Rows: talent statements of the documents in `observations` (theme talent, and the grants and funds that go with it). Counts nest only
where the source says so; heads engaged flexibly are never staff; bounds stay bounds. No effect is estimated: two readings of one
institution do not make a panel. More than 300 lines because each sentence stands here in two languages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis import catalog, tables
from analysis.errors import refuse
from analysis.facts import Fact, State, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, words, year
from analysis.themes import panel, planned

FTE_DAYS = 250  # working days of a full-time year: an assumption, printed as one
FUNDS = (
    "talent_grant_cap_team", "talent_grant_cap_individual", "talent_grant_cap_phd", "talent_training_annual_funding", "cofunding_ratio",
    "training_cofunding_ratio", "talent_grant_years",
)  # fmt: skip
STAGES = ("applicant", "interviewed", "intent", "signed", "in_post")
# doctoral recruitment; other people who applied (CVs of master's graduates, training abroad) are another funnel
STAGE_OF = {"phd_interviewed": "interviewed", "phd_intent_to_sign": "intent"}
# subset -> whole, only where the document says that one is part of the other
NESTED = {"phd_recruited_fulltime": "phd_recruited"}
SUBSET_NOT_STATED = ("shuangchuang_phd", "tsinghua_phd")
WHOLE, FULL_TIME, FLEXIBLE, MIN_DAYS = "phd_recruited", "phd_recruited_fulltime", "flexible_high_level_talent", "flexible_talent_min_days"
GROUPS = {
    "ledger_recruited": ("phd_recruited", "phd_recruited_fulltime", "shuangchuang_phd", "tsinghua_phd", "flexible_high_level_talent", "pi_advisers_engaged", "resident_experts_seconded"),
    "ledger_teams": ("teams_recruited", "academician_teams_recruited", "wanren_teams_recruited", "jieqing_teams_recruited", "excellence_teams", "academician_workstations"),
    "ledger_applied": ("masters_applicants", "overseas_training_applicants"),
    "ledger_trained": ("talent_agreements_signed", "staff_admitted_phd", "postdocs", "reserve_cadres_first_batch"),
    "ledger_titles": ("talent_333_tier2", "talent_333_tier3", "talent_169_leaders", "talent_169_backbone", "talent_169_rising"),
    "ledger_teaching": ("adjunct_teachers", "master_supervisors", "doctoral_supervisors"),
}  # fmt: skip
PROMISES = {
    "ledger_caps": ("talent_grant_cap_team", "talent_grant_cap_individual", "talent_grant_cap_phd"), "ledger_annual_funds": ("talent_training_annual_funding",),
    "ledger_places": ("training_places_leading", "training_places_rising", "training_places_public_health"),
}  # fmt: skip
KINDS = {"exact": "actual", "range": "actual", "more_than": "lower", "at_least": "lower", "at_most": "upper", "just_under": "upper", "about": "approximate"}
COUNTED = ("计数", "count of rows")
DIFFERENCE = ("全部 − 其中全职", "all − of which full-time")
FTE_FORMULA = (
    "下限：全职人数 + 其余人数 × 每年最少工作日 ÷ 全年工作日；上限：全部人数", "lower: full-time heads + other heads × minimum days a year ÷ working days of a year; upper: all heads",
)  # fmt: skip
# columns of a yearly panel of hospitals that an estimate needs: (name zh, name en, what it holds zh, what it holds en)
NEEDED = (
    ("医院", "hospital", "同一家医院各年同一代码", "one code for a hospital in all years"), ("年份", "year", "引才开始前后各至少三年", "at least three years before and three after the start"),
    ("在岗人数", "staff in post", "年末在岗医师数", "doctors in post at year-end"), ("到岗", "joined", "当年到岗人数，全职与柔性分开", "people who took up post in the year, full-time and flexible apart"),
    ("离岗", "left", "当年离岗人数", "people who left in the year"), ("工作日", "days worked", "柔性专家实际工作日", "days actually worked by flexible experts"),
    ("结果", "outcome", "平均住院日、考核得分或病例组合指数", "length of stay, assessment score or case-mix index"),
    ("开始日期", "start date", "引才政策在该院开始的日期", "date on which the recruitment policy began at the hospital"),
    ("对照", "comparison", "没有引才政策的医院的同样各列", "the same columns for hospitals without the policy"),
)  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """A region's talent statements: rows of `observations`, in the order of the documents."""

    code: str
    rows: pd.DataFrame

    @property
    def region(self) -> catalog.Region:
        return catalog.region(self.code)

    @property
    def core(self) -> pd.DataFrame:
        """Statements with a number that carry the argument: minor ones stay in the closing table only."""
        return self.rows[self.rows["salience"] == "core"]

    def row(self, indicator: str) -> dict | None:
        """The only statement of an indicator; None where there is none."""
        hit = self.rows[self.rows["indicator"] == indicator]
        return hit.iloc[0].to_dict() if len(hit) == 1 else None

    def fact(self, indicator: str) -> Fact | None:
        """The statement as a Fact; None where there is none."""
        row = self.row(indicator)
        return None if row is None else observed(row)


def coverage() -> dict[str, dict | None]:
    """Places with a numbered talent statement have a page; the other places of the plan have the state that fits."""
    rows, measures = tables.read("observations", theme="talent"), tables.read("measures")
    numbered = set(rows.loc[rows["quantifier"] != "unquantified", "region_code"])
    documents = {s.id for s in catalog.sources().values() if s.id.startswith("doc-")}
    mentioned = {*tables.read("observations", source_id=sorted(documents))["region_code"], *measures["region_code"]}
    described = set(measures.loc[measures["theme"] == "talent", "region_code"])
    return {code: None if code in numbered else _absence(code, set(rows["region_code"]), described, mentioned) for code in planned.codes()}


def _absence(code: str, direction: set[str], described: set[str], mentioned: set[str]) -> dict:
    if code in direction:
        return {"code": "E2", "zh": "文件只说人员能力提升的方向，没有人数", "en": "The documents state a direction of staff skills only, no number of people"}
    if code in described:
        return {"code": "E3", "zh": "文件描述了引才措施，没有数字", "en": "The documents describe recruitment measures without a number"}
    if code in mentioned:
        return {"code": "E1", "zh": "文件涉及该地，没有人才引进的数字", "en": "The documents deal with the place but hold no figure on recruitment"}
    return {"code": "E0", "zh": "本期文件没有涉及该地", "en": "No document of this collection deals with the place"}


def load(region_code: str, as_of: str = "") -> Ledger:
    """Talent statements of a place from documents published by ``as_of`` (empty: all). Raises MethodError when there are none."""
    code = catalog.region(region_code).code
    rows = pd.concat([tables.read("observations", region_code=code, theme="talent"), tables.read("observations", region_code=code, indicator=list(FUNDS))])
    rows = rows.drop_duplicates("observation_id").sort_values("observation_id", ignore_index=True)
    if as_of:
        rows = rows[[catalog.source(s).published <= as_of for s in rows["source_id"]]].reset_index(drop=True)
    if rows.empty:
        raise refuse("talent_ledger.load", f"no talent statement for {code} by {as_of or 'now'}", "at least one", "see coverage() for the places that have a page")
    return Ledger(code, rows)


def place(ledger: Ledger) -> tuple[str, str]:
    """The region's short name in both languages."""
    return ledger.region.short("zh"), ledger.region.short("en")


def label(indicator: str) -> tuple[str, str]:
    """The indicator's name in both languages."""
    found = catalog.indicator(indicator)
    return found.label("zh"), found.label("en")


def term(key: str) -> tuple[str, str]:
    """A glossary term in both languages."""
    return catalog.term(key, "zh"), catalog.term(key, "en")


def drawn(chart: Callable, rows: pd.DataFrame, **options):
    """The drawing of these rows; None when there is nothing to draw (the finding then says so)."""
    return chart(rows, **options) if len(rows) else None


def _count(rows: pd.DataFrame, zh: str, en: str, whole: pd.DataFrame, *, of: str = "", unit: str = "条") -> Fact:
    """Number of statements (or of distinct values of a column); ``whole`` is what an empty count was looked for in."""
    n = int(rows[of].nunique() if of else len(rows))
    return derived(n, (zh, en), COUNTED, rows=rows if len(rows) else whole, style="count", unit=unit, status="actual")


def _institutions(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with a column who: the institution once, whichever of its names is printed."""
    return rows.assign(who=rows["institution_id"].where(rows["institution_id"] != "", rows["institution"]))


def institution(row) -> tuple[str, str]:
    """Who the statement is about, in both languages; the region where no institution is named."""
    known = catalog.institutions().get(row["institution_id"]) if row["institution_id"] else None
    if known:
        return known.name_zh, known.name_en or known.name_zh
    if row["institution"]:
        return row["institution"], row["institution"]
    region = catalog.region(row["region_code"])
    return region.name("zh"), region.name("en")


def data(ledger: Ledger) -> Finding:
    """What is held: one row a document, statements by status."""
    rows = ledger.rows
    by = {status: rows[rows["status"] == status] for status in ("actual", "commitment", "target")}
    n = {status: _count(part, f"{term(f'status_{status}')[0]}条数", f"statements: {term(f'status_{status}')[1]}", rows) for status, part in by.items()}
    grouped = rows.groupby("source_id")
    table = pd.DataFrame({
        "source": [catalog.source(s).title("zh") for s, _ in grouped], "source_en": [catalog.source(s).title("en") for s, _ in grouped],
        "published": [catalog.source(s).published for s, _ in grouped],
        **{status: [int((part["status"] == status).sum()) for _, part in grouped] for status in by},
        "open": [int((part["period_start"] == "").sum()) for _, part in grouped],
    })  # fmt: skip
    source = tuple(sorted(set(rows["source_id"])))
    number = dict(style="number", formula=COUNTED, source_ids=source)
    total = _count(rows, "人才数字条数", "talent statements", rows)
    undated = _count(rows[rows["period_start"] == ""], "没有印出起点的条数", "statements without a printed start", rows)
    sentences = [words("apart", "结果、承诺和目标在本页始终分开。", "Results, commitments and targets stay apart on this page.")]
    if undated.value:
        sentences.append(words("open", "有 {u}没有印出从何时算起，只知道截至发布日。", "Without a printed start, counted up to the date of publication: {u}.", u=undated))
    return Finding(
        "data",
        words("data", "{place}的人才数字共 {n}：结果 {a}、承诺 {c}、目标 {t}", "{place}, talent statements: {n} (results {a}, commitments {c}, targets {t})", place=place(ledger), n=total, a=n["actual"], c=n["commitment"], t=n["target"]),
        sentences=tuple(sentences),
        tables=(Table("held", ("各文件的人才数字，一行一份文件", "Talent statements by document, one row a document"), table, (
            Column("source", ("文件", "Document"), "name"), Column("published", ("发布", "Published"), "text"), Column("actual", term("status_actual"), **number),
            Column("commitment", term("status_commitment"), **number), Column("target", term("status_target"), **number), Column("open", ("没有印出起点", "No printed start"), **number),
        )),),
    )  # fmt: skip


def _entry(group: str, row: dict, lang: str, **more) -> dict:
    """One row of charts.ledger for a statement."""
    fact = observed(row)
    status = row["status"]
    kind = status if status != "actual" else KINDS[row["quantifier"]]
    value = next(v for v in (fact.value, fact.high, fact.low) if v is not None)
    return {
        "group": group, "label": label(row["indicator"])[lang == "en"], "kind": kind, "value": value, "text": fact.text(lang), "printed": row["as_printed"],
        "unit": row["unit"], "approximate": row["quantifier"] == "about", "due": "", "step": None, "note": "",
    } | more  # fmt: skip


_ENTRY = ("group", "label", "kind", "value", "text", "printed", "unit", "approximate", "due", "step", "note")


def due_text(row: dict, lang: str) -> str:
    """`2022 年底` / `end of 2022`; the full date where it is no year's end."""
    end = row["period_end"]
    if not end.endswith("-12-31"):
        return end
    return f"{end[:4]} 年底" if lang == "zh" else f"end of {end[:4]}"


def funnel_rows(ledger: Ledger, lang: str) -> pd.DataFrame:
    """The five stages of doctoral recruitment, what is counted without a stage, and the place's targets, as charts.ledger takes them."""
    i, rows = lang == "en", []
    stages = {stage: key for key, stage in STAGE_OF.items() if ledger.row(key)}
    for step, stage in enumerate(STAGES, 1):
        group, name = term("ledger_funnel")[i], term(f"stage_{stage}")[i]
        if stage in stages:
            rows.append(_entry(group, ledger.row(stages[stage]), lang, label=name, step=step))
        else:
            rows.append({"group": group, "label": name, "kind": "unpublished", "value": None, "text": "", "printed": "", "unit": "人", "approximate": False, "due": "", "step": step, "note": ""})
    if row := ledger.row(WHOLE):
        rows.append(_entry(term("ledger_no_stage")[i], row, lang, note=catalog.term("ledger_no_stage_note", lang)))
    for _, row in ledger.core[ledger.core["status"] == "target"].iterrows():
        rows.append(_entry(term("ledger_targets")[i], row.to_dict(), lang, printed="", due=due_text(row, lang), note=catalog.term("ledger_target_note", lang)))
    return pd.DataFrame(rows, columns=list(_ENTRY)).astype({"value": float})


def _gaps(missing: list[str]) -> tuple[str, str]:
    """The stages that are not published, listed in both languages."""
    return tuple(panel.join_names([term(f"stage_{s}")[i] for s in missing], lang) for i, lang in enumerate(("zh", "en")))


def _funnel_headline(ledger: Ledger, missing: list[str]) -> Sentence:
    published = [(key, stage) for key, stage in STAGE_OF.items() if ledger.row(key)]
    values: dict = {"place": place(ledger), "gaps": _gaps(missing)}
    if published:
        values["who"] = institution(ledger.row(published[0][0]))
        for n, (key, stage) in enumerate(published):
            values |= {f"s{n}": term(f"stage_{stage}"), f"n{n}": ledger.fact(key)}
        said = [f"{{s{n}}} {{n{n}}}" for n in range(len(published))]
        return Sentence("funnel", "{who}招博士：" + "，".join(said) + "；{gaps}人数未公布", "{who}, doctoral recruitment: " + ", ".join(said) + "; {gaps} not published", values)
    if ledger.row(WHOLE):
        values |= {"who": institution(ledger.row(WHOLE)), "n": ledger.fact(WHOLE)}
        return Sentence("funnel", "{who}引进医学博士 {n}；招聘五步各有多少人未公布", "{who}: {n} medical doctorate holders recruited; no stage of recruitment is published", values)
    return Sentence("funnel", "{place}没有公布招聘任何一步的人数", "{place}: no stage of recruitment is published", values)


def funnel(ledger: Ledger, drawing) -> Finding:
    """How far recruitment got: five stages, published or not. drawing: charts.ledger of funnel_rows. Longer than 40 lines: one finding, its sentences in order."""
    stages = {stage: key for key, stage in STAGE_OF.items() if ledger.row(key)}
    missing, states, sentences = [s for s in STAGES if s not in stages], [], []
    intent = ledger.fact("phd_intent_to_sign")
    if intent:
        values = {"who": institution(ledger.row("phd_intent_to_sign")), "n": intent, "gaps": _gaps(missing), "m": ledger.fact("phd_interviewed") or ""}
        met = ("网络面试博士 {m}，其中", "{m} doctoral candidates interviewed online, ") if ledger.row("phd_interviewed") else ("", "")
        sentences.append(Sentence(
            "intent", "{who}：" + met[0] + "有签约意向 {n}。意向不是签约，也不是到岗；{gaps}人数没有公布。",
            "{who}: " + met[1] + "{n} stated an intention to sign. An intention is neither a contract nor a post; not published: {gaps}.", values, brief=1,
        ))  # fmt: skip
    whole = ledger.fact(WHOLE)
    if whole:
        sentences.append(words("no-stage", "引进 {n}是累计数，没有说明停在签约还是到岗。", "“Recruited” ({n}) is a cumulative count; whether it means signed or in post is not said.", n=whole))
    for _, row in ledger.core[ledger.core["status"] == "target"].iterrows():
        target = observed(row.to_dict())
        whole_place = ledger.region.level == "province"
        sentences.append(Sentence(
            f"target-{row['observation_id']}", "目标：{what} {n}，到期 {due}；" + ("全省实际人数未公布，单个医院的人数口径不同，不与目标比。" if whole_place else "结果未公布。"),
            "Target: {what}: {n}, due {due}; " + ("the number for the whole province is not published, and counts of single hospitals are defined otherwise and are not set against it." if whole_place else "no result is published."),
            {"what": label(row["indicator"]), "n": target, "due": year(row["period_end"])}, brief=1,
        ))  # fmt: skip
        states.append(State("E6", (f"{label(row['indicator'])[0]}：只有目标，未见结果", f"{label(row['indicator'])[1]}: a target only, no result reported"),
                            ("需要全省同一口径的到岗人数", "The number in post for the whole place under the same definition would settle it")))  # fmt: skip
    states.append(State("E4", ("招聘各步没有全部公布：" + "、".join(term(f"stage_{s}")[0] for s in missing), "Stages not published: " + ", ".join(term(f"stage_{s}")[1] for s in missing)),
                        ("需要同一批次从应聘到到岗的人数", "Numbers of one intake from applications to posts would settle it")))  # fmt: skip
    rows = [dict(ledger.row(key), stage=stage) for stage, key in stages.items()]
    frame = pd.DataFrame([
        {"stage": term(f"stage_{s}")[0], "stage_en": term(f"stage_{s}")[1], "number": ledger.fact(stages[s]) if s in stages else None,
         "status": _status(ledger.row(stages[s]))[0] if s in stages else "", "status_en": _status(ledger.row(stages[s]))[1] if s in stages else "",
         "printed": ledger.row(stages[s])["as_printed"] if s in stages else term("not_published")[0], "printed_en": ledger.row(stages[s])["as_printed"] if s in stages else term("not_published")[1]}
        for s in STAGES
    ]).astype({"number": object})  # fmt: skip
    source = tuple(sorted({row["source_id"] for row in rows} or set(ledger.rows["source_id"])))
    held = _count(ledger.rows[ledger.rows["indicator"].isin(STAGE_OF)], "已公布的步数", "stages published", ledger.rows, unit="步")
    return Finding(
        "funnel",
        _funnel_headline(ledger, missing),
        words("funnel-sub", "应聘、面试、意向、签约、在岗五步；横条长度为人数，形式表示性质", "Five stages: applied, interviewed, intent, signed, in post; length is heads, form is the kind of statement"),
        sentences=tuple(sentences),
        note=words("funnel-note", "虚线框为未公布：不是零。承诺或意向、目标与结果不在同一行。", "A dashed box is not published: it is not zero. Commitments or intents and targets never share a row with results."),
        drawing=drawing,
        tables=(Table("stages", ("博士招聘的五步，一行一步", "Five stages of doctoral recruitment, one row a stage"), frame, (
            Column("stage", ("步骤", "Stage"), "name"), Column("number", ("人数", "Heads"), "count", source_ids=source), Column("status", ("性质", "Kind"), "text"), Column("printed", ("原文所印", "As printed"), "text"),
        )),),
        alt=words("funnel-alt", "{place}招聘五步中有 {n}公布了人数；其余（{gaps}）为未公布。", "{place}: {n} of the five stages of recruitment are published; not published: {gaps}.", place=place(ledger), n=held,
                  gaps=_gaps(missing)),
        states=tuple(states),
    )  # fmt: skip


def _status(row) -> tuple[str, str]:
    return term(f"status_{row['status']}")


def _results(ledger: Ledger) -> pd.DataFrame:
    """Core results that are counts and no stage of the funnel."""
    c = ledger.core
    return c[(c["status"] == "actual") & ~c["indicator"].isin(STAGE_OF) & (c["quantifier"] != "unquantified")]


def _group_of(indicator: str) -> str:
    return next((group for group, keys in GROUPS.items() if indicator in keys), "ledger_other")


def result_rows(ledger: Ledger, lang: str) -> pd.DataFrame:
    """Results by group as charts.ledger takes them; a nested count says so, one that may be nested says that too."""
    i, rows = lang == "en", []
    for _, row in _results(ledger).iterrows():
        key, more = row["indicator"], {}
        if key in NESTED:
            more["label"] = catalog.term("ledger_of_which", lang).format(label(key)[i])
        if key in SUBSET_NOT_STATED:
            more["note"] = catalog.term("ledger_subset_note", lang)
        rows.append(_entry(term(_group_of(key))[i], row.to_dict(), lang, **more) | {"order": [*GROUPS, "ledger_other"].index(_group_of(key))})
    table = pd.DataFrame(rows, columns=[*_ENTRY, "order"]).sort_values("order", kind="stable", ignore_index=True)
    return table.drop(columns="order").astype({"value": float})


def results(ledger: Ledger, drawing) -> Finding:
    """What is reported as done. drawing: charts.ledger of result_rows, or None."""
    rows = _results(ledger)
    if drawing is None:
        state = State("E6", (f"{place(ledger)[0]}：只有目标或承诺，未见结果", f"{place(ledger)[1]}: targets or commitments only, no result reported"),
                      ("需要公布到岗人数和口径", "The number in post and its definition would settle it"))  # fmt: skip
        return Finding("results", words("results", "{place}没有作为结果公布的人才数字", "{place}: no talent figure is reported as a result", place=place(ledger)), states=(state,))
    n, held = _count(rows, "作为结果公布的数字", "figures reported as results", rows, unit="项"), _count(_institutions(rows), "单位数", "institutions", rows, of="who", unit="家")
    bounded, broken = rows[rows["quantifier"].isin(("more_than", "at_least"))], rows[rows["damaged"]]
    sentences = [words("not-added", "这 {n}来自 {m}单位，同一个人可能出现在几项里，不相加。", "Counts: {n}; institutions: {m}. The same person may stand in several counts, so nothing is added up.", n=n, m=held)]
    if len(bounded):
        sentences.append(words("bounds", "{k}只印了下限（“余”“多”），真实数字可以更大，不取中间值。", "For {k} of them only a lower bound is printed; the true number may be larger and no midpoint is taken.", k=_count(bounded, "只有下限的项数", "counts with a lower bound only", rows, unit="项")))
    if len(broken):
        sentences.append(words("damaged", "{k}所在的原文缺字，名称按推定读法列出。", "For {k} of them the text is damaged; their names follow the inferred reading.", k=_count(broken, "原文缺字的项数", "counts with damaged text", rows, unit="项")))
    source = tuple(sorted(set(rows["source_id"])))
    frame = _frame(rows)
    return Finding(
        "results",
        words("results", "{place}作为结果公布的数字有 {n}，互不相加", "{place}, figures reported as results: {n}; they are not added up", place=place(ledger), n=n),
        words("results-sub", "各单位自己公布的累计数或现有数，不少没有印出起点；人数与个数各用自己的刻度", "Cumulative or current counts as the institutions report them, many without a start; heads and other counts have their own scales"),
        sentences=tuple(sentences),
        note=words("results-note", "柔性引进是人头，不是在编职工。数字由发布单位自己报告，未经核对。", "Experts engaged flexibly are heads, not staff. The figures are the issuers' own and unaudited."),
        drawing=drawing,
        tables=(Table("results", ("作为结果公布的数字，一行一项", "Figures reported as results, one row a statement"), frame, _columns(source)),),
        alt=words("results-alt", "{place}作为结果公布的 {n}人才数字，分组横条；例如{what}为 {v}。", "Talent figures of {place} reported as results ({n}), as grouped bars; for example {what}: {v}.", place=place(ledger), n=n,
                  what=label(rows.iloc[0]["indicator"]), v=observed(rows.iloc[0].to_dict())),
    )  # fmt: skip


def fte_bounds(ledger: Ledger, *, days: int) -> Fact | None:
    """Bounds of the full-time equivalents behind the recruited heads: the rest may work the minimum of days, or full time.

    ``days``: working days of a full-time year (an assumption). None where the heads, the full-time ones or the minimum are not printed.
    """
    whole, full, least = ledger.fact(WHOLE), ledger.fact(FULL_TIME), ledger.fact(MIN_DAYS)
    if not (whole and full and least):
        return None
    low = full.value + (whole.value - full.value) * least.low / days
    return derived(None, (f"{place(ledger)[0]}引进博士折合全职人数的上下限（全年按 {days} 个工作日）", f"{place(ledger)[1]}, full-time equivalents of recruited doctorate holders, bounds ({days} working days a year)"),
                   FTE_FORMULA, inputs=(whole, full, least), style="number", decimals=0, low=low, high=whole.value, quantifier="interval", status="actual")  # fmt: skip


def _remainder(ledger: Ledger) -> Fact:
    whole, full = ledger.fact(WHOLE), ledger.fact(FULL_TIME)
    return derived(whole.value - full.value, (f"{place(ledger)[0]}引进博士中未印明全职的人数", f"{place(ledger)[1]}, recruited doctorate holders not stated to be full-time"), DIFFERENCE, inputs=(whole, full), style="count", unit="人")


def contract_rows(ledger: Ledger, lang: str) -> pd.DataFrame:
    """Heads, of which full-time, and the rest, as charts.ledger takes them; empty where no whole and part are printed."""
    if not (ledger.row(WHOLE) and ledger.row(FULL_TIME)):
        return pd.DataFrame(columns=list(_ENTRY))
    i, group, rest = lang == "en", catalog.term("ledger_contract", lang), _remainder(ledger)
    rows = [
        _entry(group, ledger.row(WHOLE), lang),
        _entry(group, ledger.row(FULL_TIME), lang, label=catalog.term("ledger_of_which", lang).format(label(FULL_TIME)[i])),
        _entry(group, ledger.row(WHOLE), lang, label=catalog.term("ledger_rest", lang), value=rest.value, text=rest.text(lang), printed="", note=catalog.term("ledger_rest_note", lang)),
    ]
    return pd.DataFrame(rows, columns=list(_ENTRY)).astype({"value": float})


def contract(ledger: Ledger, bounds: Fact | None, drawing, *, days: int) -> Finding:
    """Full-time against flexible. bounds: fte_bounds; drawing: charts.ledger of contract_rows, or None."""
    if drawing is None:
        return _contract_unknown(ledger)
    whole, full, rest = ledger.fact(WHOLE), ledger.fact(FULL_TIME), _remainder(ledger)
    values = {"place": place(ledger), "who": institution(ledger.row(WHOLE)), "n": whole, "f": full, "r": rest}
    sentences = [Sentence("contract", "{who}引进医学博士 {n}，其中全职 {f}；其余 {r}是否柔性、在岗几天，没有说明。", "{who}: {n} medical doctorate holders recruited, {f} of them full time; whether the other {r} are flexible, and how many days they work, is not said.", values, brief=1)]
    frame = [(("全部", "All"), whole), (("其中全职", "Of which full-time"), full), (("其余（差）", "The rest (difference)"), rest)]
    if bounds:
        sentences.append(Sentence("fte", "假定全年 {days} 个工作日：其余人若都只按规定的最低天数（{least}）工作，折合全职在 {b} 人之间，上限是人人全职；没有公布实际天数，区间内取哪一点都没有依据。",
                                  "Assuming {days} working days a year, with the rest between the required minimum ({least} days) and full time, the full-time equivalents lie within {b}; days worked are not published, so no point inside the bounds has support.",
                                  {"days": assumed(str(days)), "least": ledger.fact(MIN_DAYS), "b": bounds}))  # fmt: skip
        frame.append(((f"折合全职，全年按 {days} 个工作日（假定）", f"Full-time equivalents, {days} working days a year (assumed)"), bounds))
    table = pd.DataFrame({"what": [zh for (zh, _), _ in frame], "what_en": [en for (_, en), _ in frame], "heads": [fact for _, fact in frame]}).astype({"heads": object})
    return Finding(
        "contract",
        Sentence("contract", "引进医学博士 {n}，印明全职的 {f}", "Of {n} recruited medical doctorate holders, {f} are stated to be full-time", values),
        words("contract-sub", "{place}，累计人数；横条长度为人数", "{place}, cumulative heads; length is heads", place=place(ledger)),
        sentences=tuple(sentences),
        note=words("contract-note", "全职人数是全部人数的一部分（文件如此说明），两者不相加。其余人数由差得出。", "The full-time heads are part of all heads (the document says so) and are not added to them. The rest is a difference."),
        drawing=drawing,
        tables=(Table("contract", ("引进医学博士：全部、全职、其余", "Recruited medical doctorate holders: all, full-time, the rest"), table, (
            Column("what", ("项目", "Item"), "name"), Column("heads", ("人数", "Heads"), "count", formula=FTE_FORMULA, source_ids=whole.source_ids))),),
        alt=Sentence("contract-alt", "{place}引进医学博士 {n}的横条，其中全职 {f}，其余 {r}。", "Bars for {place}: {n} medical doctorate holders recruited, {f} full-time, {r} the rest.", values),
    )  # fmt: skip


def _contract_unknown(ledger: Ledger) -> Finding:
    """Flexible heads without days, or no word on the contract."""
    flexible = ledger.fact(FLEXIBLE)
    state = State("E4", (f"{place(ledger)[0]}：全职与柔性的人数没有成对公布，折不成全职", f"{place(ledger)[1]}: full-time and flexible heads are not published side by side; no full-time equivalents follow"),
                  ("需要合同类型和每年工作日", "Type of contract and days worked a year would settle it"))  # fmt: skip
    if flexible is None:
        return Finding("contract", words("contract", "{place}没有公布全职与柔性各多少人", "{place}: numbers of full-time and flexible heads are not published", place=place(ledger)), states=(state,))
    who = institution(ledger.row(FLEXIBLE))
    return Finding(
        "contract",
        words("contract", "柔性引进 {n}是人头数，工作日未公布", "{n} experts engaged flexibly are heads; days worked are not published", n=flexible),
        sentences=(Sentence("flexible", "{who}柔性引进高层次人才 {n}，是人头数；一年来几天没有公布，不能算作在岗职工，也折不成全职。",
                            "{who}: {n} senior experts engaged flexibly, counted as heads; how many days a year they come is not published, so they are neither staff nor full-time equivalents.", {"who": who, "n": flexible}, brief=2),),
        states=(state,),
    )  # fmt: skip


def _promises(ledger: Ledger) -> pd.DataFrame:
    r = ledger.rows
    return r[(r["status"] == "commitment") & ~r["indicator"].isin(STAGE_OF)]


def promise_rows(ledger: Ledger, lang: str) -> pd.DataFrame:
    """Ceilings, annual funds and training places, with the spending that was not published, as charts.ledger takes them."""
    i, rows = lang == "en", []
    held = {row["indicator"]: row.to_dict() for _, row in _promises(ledger).iterrows()}
    for group, keys in PROMISES.items():
        found = [held[key] for key in keys if key in held]
        rows += [_entry(term(group)[i], row, lang) for row in found]
        if found:
            rows.append({"group": term(group)[i], "label": term(f"{group}_result")[i], "kind": "unpublished", "value": None, "text": "", "printed": "", "unit": found[0]["unit"],
                         "approximate": False, "due": "", "step": None, "note": ""})  # fmt: skip
    return pd.DataFrame(rows, columns=list(_ENTRY)).astype({"value": float})


def promises(ledger: Ledger, drawing) -> Finding:
    """Cost ceilings, funds and places promised, against spending that was not published. drawing: charts.ledger of promise_rows, or None."""
    rows = _promises(ledger)
    if drawing is None:
        state = State("E1", (f"{place(ledger)[0]}：文件没有印出引才的资助上限、年度经费或支出", f"{place(ledger)[1]}: no ceiling of grants, annual fund or spending on recruitment is printed"),
                      ("需要预算和决算中引才经费的数字", "Recruitment funds in budget and accounts would settle it"))  # fmt: skip
        return Finding("promises", words("promises", "{place}没有公布引才经费", "{place}: no money for recruitment is published", place=place(ledger)), states=(state,))
    team, teams, sentences = ledger.fact("talent_grant_cap_team"), ledger.fact("teams_recruited"), []
    caps = [key for key in PROMISES["ledger_caps"] if ledger.row(key)]
    if caps:
        values = {f"c{n}": ledger.fact(key) for n, key in enumerate(caps)} | {f"l{n}": label(key) for n, key in enumerate(caps)}
        listed = range(len(caps))
        sentences.append(Sentence("caps", "；".join(f"{{l{n}}}：{{c{n}}}" for n in listed) + "。这些是上限，不是支出；支出没有公布。", "; ".join(f"{{l{n}}}: {{c{n}}}" for n in listed) + ". These are ceilings, not spending; spending is not published.", values, brief=2))
    if team and teams:
        most = derived(team.high * teams.value, (f"{place(ledger)[0]}：全部团队都按上限资助时的合计", f"{place(ledger)[1]}: sum if every team had the ceiling"), ("团队数 × 每队上限", "teams × ceiling a team"), inputs=(teams, team), style="money", quantifier="at_most", status="commitment")
        sentences.append(words("ceiling", "假如引进的 {t}团队都拿到上限，合计 {m}；这是算术上的顶，不是支出。", "If each of the {t} recruited teams had the ceiling, the sum would be {m}: an arithmetical top, not spending.", t=teams, m=most))
    if ledger.row("cofunding_ratio"):
        sentences.append(words("matching", "卫生健康委与引才单位出资之比为 {r}；单位出资另计，总成本要看两边的实际支出。", "The health commission and the employer pay at a ratio of {r}; the employer's share comes on top, and the whole cost hangs on what both spend.", r=observed(ledger.row("cofunding_ratio"), decimals=0)))
    damaged = rows[rows["damaged"]]
    if len(damaged):
        sentences.append(words("damaged-promises", "{k}承诺的原文缺字，读法为推定。", "For {k} of the commitments the text is damaged and the reading inferred.", k=_count(damaged, "原文缺字的承诺数", "commitments with damaged text", rows, unit="项")))
    n = _count(rows, "承诺条数", "commitments", rows, unit="项")
    source = tuple(sorted(set(rows["source_id"])))
    return Finding(
        "promises",
        words("promises", "{place}公布了 {n}引才和培养承诺，实际支出未公布", "{place}, commitments on recruitment and training: {n}; spending not published", place=place(ledger), n=n),
        words("promises-sub", "资助上限、年度经费和培养名额；承诺不是结果，不同单位的横条各用自己的刻度", "Ceilings of grants, annual funds and training places; a commitment is no result; each unit has its own scale"),
        sentences=tuple(sentences),
        note=words("promises-note", "上限写作“最高”，下限写作“不低于”；都不取中间值。", "Ceilings are printed as “at most”, floors as “at least”; no midpoint is taken."),
        drawing=drawing,
        tables=(Table("promises", ("引才和培养的承诺，一行一项", "Commitments on recruitment and training, one row a statement"), _frame(rows), _columns(source)),),
        alt=words("promises-alt", "{place}的 {n}引才承诺：资助上限、年度经费和培养名额的斜线横条；实际支出为未公布。", "{place}: {n} commitments as hatched bars: ceilings of grants, annual funds, training places; spending not published.", place=place(ledger), n=n),
        states=(State("E6", (f"{place(ledger)[0]}：资助和经费只有上限或承诺，未见支出", f"{place(ledger)[1]}: ceilings and promises of money only, no spending reported"),
                      ("需要历年引才经费决算", "Accounts of recruitment funds by year would settle it")),),
    )  # fmt: skip


def period_text(row, lang: str) -> str:
    """`2020-01-01 – 2020-06-05`, or `截至 2020-06-05` / `up to 2020-06-05` where no start is printed."""
    if row["period_start"]:
        return f"{row['period_start']} – {row['period_end']}"
    return f"{'截至' if lang == 'zh' else 'up to'} {row['period_end']}"


def _frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Statements as the tables print them."""
    lines = []
    for _, row in rows.iterrows():
        row = row.to_dict()
        who, name = institution(row), label(row["indicator"])
        line = {"number": observed(row), "printed": row["as_printed"], "reading": row["repaired_reading"], "statement": row["observation_id"]}
        for i, (lang, end) in enumerate((("zh", ""), ("en", "_en"))):
            line |= {
                f"who{end}": who[i], f"what{end}": name[i], f"unit{end}": catalog.indicator(row["indicator"]).unit_label(lang), f"status{end}": _status(row)[i],
                f"period{end}": period_text(row, lang), f"basis{end}": catalog.term(f"period_basis_{row['period_basis']}", lang), f"source{end}": catalog.source(row["source_id"]).title(lang),
            }  # fmt: skip
        lines.append(line)
    return pd.DataFrame(lines).astype({"number": object})


def _columns(source: tuple[str, ...], *more: str) -> tuple[Column, ...]:
    columns = {
        "who": Column("who", ("单位", "Institution"), "name"), "what": Column("what", ("内容", "What"), "name"), "number": Column("number", ("数字", "Number"), "number", source_ids=source),
        "unit": Column("unit", ("单位（量）", "Unit"), "text"), "printed": Column("printed", ("原文所印", "As printed"), "text"), "status": Column("status", ("性质", "Kind"), "text"),
        "period": Column("period", ("时期", "Period"), "text"), "basis": Column("basis", ("时期依据", "Basis of the period"), "text"),
        "reading": Column("reading", ("缺字处的推定读法", "Inferred reading of damaged text"), "text"), "source": Column("source", ("来源", "Source"), "text"), "statement": Column("statement", ("编号", "Id"), "code"),
    }  # fmt: skip
    return tuple(columns[key] for key in ("who", "what", "number", "unit", "printed", "status", "period", "basis", *more))


def every(ledger: Ledger) -> Finding:
    """Every talent statement as printed."""
    rows = ledger.rows
    minor = rows[rows["salience"] == "minor"]
    source = tuple(sorted(set(rows["source_id"])))
    sentences = ()
    if len(minor):
        sentences = (words("minor", "另有 {k}只列表、不入图：它们不是引进或培养的人数。", "Listed but not drawn: {k}; they are no number of people recruited or trained.", k=_count(minor, "只列表的条数", "statements in the table only", rows)),)
    return Finding(
        "all",
        words("all", "全部 {n}人才数字，连同原文写法、性质和时期", "Talent statements, all {n}, with the wording, the kind and the period", n=_count(rows, "人才数字条数", "talent statements", rows)),
        sentences=sentences,
        tables=(Table("all", ("人才数字，一行一条", "Talent statements, one row each"), _frame(rows), _columns(source, "reading", "source", "statement")),),
    )  # fmt: skip


def effects(ledger: Ledger) -> Finding:
    """No effect is estimated, and which columns would be needed."""
    table = pd.DataFrame(NEEDED, columns=["column", "column_en", "what", "what_en"])
    return Finding(
        "effects",
        words("effects", "引才的效果未估计：没有面板", "Effects of recruitment are not estimated: no panel"),
        sentences=(
            words("no-panel", "这些文件没有同一医院多年的人员和结果数据，也没有对照医院；前后两个数之间同时有许多措施，不能归给任何一项。", "The documents hold no staff and outcome data of one hospital over years and no hospitals for comparison; many measures lie between two readings, and nothing can be credited to one of them."),
            words("columns", "有了下列各列的医院年度数据才可以估计；在此之前只作描述。", "With yearly hospital data in the columns below an estimate becomes possible; until then this page describes."),
        ),
        tables=(Table("needed", ("估计效果所需的列，一行一列", "Columns that an estimate needs, one row a column"), table, (Column("column", ("列", "Column"), "name"), Column("what", ("内容", "What it holds"), "text"))),),
        states=(State("E4", ("引才的效果：没有医院年度面板，未估计", "Effects of recruitment: no yearly panel of hospitals, not estimated"), ("见本页所列各列", "The columns listed on this page would settle it")),),
    )  # fmt: skip


def closing(ledger: Ledger) -> Finding:
    """What the documents leave open."""
    rows, states = ledger.rows, []
    if (rows["period_start"] == "").any():
        states.append(State("E4", ("部分数字截至发布日累计，起点未印，不能折成每年", "Some counts run up to the date of publication without a start; no yearly rate follows"), ("需要逐年到岗和离岗人数", "People joining and leaving by year would settle it")))
    if rows["damaged"].any():
        states.append(State("E5", ("部分原文缺字，名称为推定读法", "Some text is damaged; names follow the inferred reading"), ("需要发布单位的完整原文", "The issuer's full text would settle it")))
    if ledger.row(FLEXIBLE) or (ledger.rows["status"] == "target").any():
        states.append(State("E7", ("全省引进目标未说明全职或柔性，与单个医院的柔性人数口径不同，不作比较", "The province's target does not say full-time or flexible and is not set against one hospital's flexible heads"), ("需要目标的口径说明", "The definition of the target would settle it")))
    states.append(State("E8", ("文件由发布单位选登成绩，未经核对，不能代表全部单位", "The issuers chose what to report, unaudited; it does not stand for all institutions"), ("需要各单位同一口径的年报", "Annual reports of all institutions under one definition would settle it")))
    return Finding("missing", words("missing", "本页不知道的", "What this page does not know"), states=tuple(states))
