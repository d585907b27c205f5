"""Talent ledger: what the bulletins say came in and on what terms; results, commitments and targets kept apart.

Rows: talent statements of the documents in `observations` (theme talent, and the grants and funds that go with it). Counts nest only
where the source says so; heads engaged flexibly are never staff; bounds stay bounds. No effect is estimated: two readings of one
institution do not make a panel. How far recruitment got, stage by stage, is in ``talent_funnel``.
"""

from __future__ import annotations

import pandas as pd

from analysis import catalog
from analysis.facts import Fact, State, derived, observed
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, words
from analysis.themes import derived_results, held
from analysis.themes import statements as of
from analysis.themes.statements import Statements
from analysis.themes.talent_funnel import STAGE_OF, WHOLE

NOUN = ("人才数字", "talent statements")
FTE_DAYS = derived_results.FULL_YEAR_DAYS
FUNDS = (
    "talent_grant_cap_team", "talent_grant_cap_individual", "talent_grant_cap_phd", "talent_training_annual_funding", "cofunding_ratio",
    "training_cofunding_ratio", "talent_grant_years",
)  # fmt: skip
# subset -> whole, only where the document says that one is part of the other
NESTED = {"phd_recruited_fulltime": "phd_recruited"}
SUBSET_NOT_STATED = ("shuangchuang_phd", "tsinghua_phd")
FULL_TIME, FLEXIBLE, MIN_DAYS = (
    "phd_recruited_fulltime",
    "flexible_high_level_talent",
    "flexible_talent_min_days",
)
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


def coverage() -> dict[str, dict | None]:
    """Places with a numbered talent statement."""
    own = {
        "E2": (
            "文件只说人员能力提升的方向，没有人数",
            "The documents state a direction of staff skills only, no number of people",
        ),
        "E3": (
            "文件描述了引才措施，没有数字",
            "The documents describe recruitment measures without a number",
        ),
        "E1": (
            "文件涉及该地，没有人才引进的数字",
            "The documents deal with the place but hold no figure on recruitment",
        ),
    }
    return of.coverage(
        ("talent",),
        ("人才引进", "recruitment"),
        counts=lambda rows: rows["quantifier"] != "unquantified",
        own=own,
    )


def load(region_code: str, as_of: str = "") -> Statements:
    """Talent statements of a place from documents published by ``as_of`` (empty: all). Raises MethodError when there are none."""
    return of.read(region_code, as_of, themes=("talent",), indicators=FUNDS)


def data(ledger: Statements) -> Finding:
    """What is held: one row a document, statements by status."""
    undated = (
        "有 {u}没有印出从何时算起，只知道截至发布日。",
        "Without a printed start, counted up to the date of publication: {u}.",
    )
    return of.data(ledger, noun=NOUN, undated=undated)


def every(ledger: Statements) -> Finding:
    """Every talent statement as printed."""
    minor, sentences = ledger.rows[ledger.rows["salience"] == "minor"], ()
    if len(minor):
        k = of.count(minor, "只列表的条数", "statements in the table only", ledger.rows, unit="条")
        sentences = (
            words(
                "minor",
                "另有 {k}只列表、不入图：它们不是引进或培养的人数。",
                "Listed but not drawn: {k}; they are no number of people recruited or trained.",
                k=k,
            ),
        )
    return of.every(ledger, noun=NOUN, sentences=sentences)


def _institutions(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with a column who: the institution once, whichever of its names is printed."""
    return rows.assign(who=rows["institution_id"].where(rows["institution_id"] != "", rows["institution"]))


def _results(ledger: Statements) -> pd.DataFrame:
    """Core results that are counts and no stage of the funnel."""
    c = ledger.core
    return c[(c["status"] == "actual") & ~c["indicator"].isin(STAGE_OF)]


def _group_of(indicator: str) -> str:
    return next((group for group, keys in GROUPS.items() if indicator in keys), "ledger_other")


def result_rows(ledger: Statements, lang: str) -> pd.DataFrame:
    """Results by group as charts.ledger takes them; a nested count says so, one that may be nested says that too."""
    order, lines = [*GROUPS, "ledger_other"], []
    for row in _results(ledger).to_dict("records"):
        key, more = row["indicator"], {}
        if key in NESTED:
            more["label"] = catalog.term("ledger_of_which", lang).format(catalog.indicator(key).label(lang))
        if key in SUBSET_NOT_STATED:
            more["note"] = catalog.term("ledger_subset_note", lang)
        lines.append(
            (order.index(_group_of(key)), of.entry(catalog.term(_group_of(key), lang), row, lang, **more))
        )
    return of.ledger_rows(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def results(ledger: Statements, drawing) -> Finding:
    """What is reported as done. drawing: charts.ledger of result_rows, or None."""
    rows = _results(ledger)
    if drawing is None:
        return ledger.silent(
            "results",
            "E6",
            ("{place}没有作为结果公布的人才数字", "{place}: no talent figure is reported as a result"),
            ("只有目标或承诺，未见结果", "targets or commitments only, no result reported"),
            ("需要公布到岗人数和口径", "The number in post and its definition would settle it"),
        )
    n, owners = (
        of.count(rows, "作为结果公布的数字", "figures reported as results", rows),
        of.count(_institutions(rows), "单位数", "institutions", rows, of="who", unit="家"),
    )
    bounded, broken = rows[rows["quantifier"].isin(("more_than", "at_least"))], rows[rows["damaged"]]
    sentences = [
        words(
            "not-added",
            "这 {n}来自 {m}单位，同一个人可能出现在几项里，不相加。",
            "Counts: {n}; institutions: {m}. The same person may stand in several counts, so nothing is added up.",
            n=n,
            m=owners,
        )
    ]
    if len(bounded):
        sentences.append(
            words(
                "bounds",
                "{k}只印了下限（“余”“多”），真实数字可以更大，不取中间值。",
                "For {k} of them only a lower bound is printed; the true number may be larger and no midpoint is taken.",
                k=of.count(bounded, "只有下限的项数", "counts with a lower bound only", rows),
            )
        )
    if len(broken):
        sentences.append(
            words(
                "damaged",
                "{k}所在的原文缺字，名称按推定读法列出。",
                "For {k} of them the text is damaged; their names follow the inferred reading.",
                k=of.count(broken, "原文缺字的项数", "counts with damaged text", rows),
            )
        )
    return Finding(
        "results",
        words(
            "results",
            "{place}作为结果公布的数字有 {n}，互不相加",
            "{place}, figures reported as results: {n}; they are not added up",
            place=ledger.place,
            n=n,
        ),
        words(
            "results-sub",
            "各单位自己公布的累计数或现有数，不少没有印出起点；人数与个数各用自己的刻度",
            "Cumulative or current counts as the institutions report them, many without a start; heads and other counts have their own scales",
        ),
        sentences=tuple(sentences),
        note=words(
            "results-note",
            "柔性引进是人头，不是在编职工。数字由发布单位自己报告，未经核对。",
            "Experts engaged flexibly are heads, not staff. The figures are the issuers' own and unaudited.",
        ),
        drawing=drawing,
        tables=(
            of.table(
                "results",
                ("作为结果公布的数字，一行一项", "Figures reported as results, one row a statement"),
                rows,
            ),
        ),
        alt=words(
            "results-alt",
            "{place}作为结果公布的 {n}人才数字，分组横条；例如{what}为 {v}。",
            "Talent figures of {place} reported as results ({n}), as grouped bars; for example {what}: {v}.",
            place=ledger.place,
            n=n,
            what=held.label(rows.iloc[0]["indicator"]),
            v=observed(rows.iloc[0].to_dict()),
        ),
    )


def fte_bounds(ledger: Statements, *, days: int) -> Fact | None:
    """Bounds of the full-time equivalents behind the recruited heads: the rest may work the minimum of days, or full time.

    ``days``: working days of a full-time year (an assumption). None where the heads, the full-time ones or the minimum are not printed.
    """
    whole, full, least = ledger.fact(WHOLE), ledger.fact(FULL_TIME), ledger.fact(MIN_DAYS)
    if not (whole and full and least):
        return None
    low = full.value + derived_results.value("D16", whole.value, full.value) * derived_results.value(
        "D17", least.low, days
    )
    return derived(
        None,
        (
            f"{ledger.place[0]}引进博士折合全职人数的上下限（全年按 {days} 个工作日）",
            f"{ledger.place[1]}, full-time equivalents of recruited doctorate holders, bounds ({days} working days a year)",
        ),
        FTE_FORMULA,
        inputs=(whole, full, least),
        style="number",
        decimals=0,
        low=low,
        high=whole.value,
        quantifier="interval",
        status="actual",
    )


def _remainder(ledger: Statements) -> Fact:
    whole, full = ledger.fact(WHOLE), ledger.fact(FULL_TIME)
    return derived(
        derived_results.value("D16", whole.value, full.value),
        (
            f"{ledger.place[0]}引进博士中未印明全职的人数",
            f"{ledger.place[1]}, recruited doctorate holders not stated to be full-time",
        ),
        DIFFERENCE,
        inputs=(whole, full),
        style="count",
        unit="人",
    )


def contract_rows(ledger: Statements, lang: str) -> pd.DataFrame:
    """Heads, of which full-time, and the rest, as charts.ledger takes them; empty where no whole and part are printed."""
    if not (ledger.row(WHOLE) and ledger.row(FULL_TIME)):
        return of.ledger_rows(())
    i, group, rest = lang == "en", catalog.term("ledger_contract", lang), _remainder(ledger)
    rows = [
        of.entry(group, ledger.row(WHOLE), lang),
        of.entry(
            group,
            ledger.row(FULL_TIME),
            lang,
            label=catalog.term("ledger_of_which", lang).format(held.label(FULL_TIME)[i]),
        ),
        of.entry(
            group,
            ledger.row(WHOLE),
            lang,
            label=catalog.term("ledger_rest", lang),
            value=rest.value,
            text=rest.text(lang),
            printed="",
            note=catalog.term("ledger_rest_note", lang),
        ),
    ]
    return of.ledger_rows(rows)


def contract(ledger: Statements, bounds: Fact | None, drawing, *, days: int) -> Finding:
    """Full-time against flexible. bounds: fte_bounds; drawing: charts.ledger of contract_rows, or None."""
    if drawing is None:
        return _contract_unknown(ledger)
    whole, full, rest = ledger.fact(WHOLE), ledger.fact(FULL_TIME), _remainder(ledger)
    values = {"place": ledger.place, "who": ledger.who(WHOLE), "n": whole, "f": full, "r": rest}
    sentences = [
        Sentence(
            "contract",
            "{who}引进医学博士 {n}，其中全职 {f}；其余 {r}是否柔性、在岗几天，没有说明。",
            "{who}: {n} medical doctorate holders recruited, {f} of them full time; whether the other {r} are flexible, and how many days they work, is not said.",
            values,
            brief=1,
        )
    ]
    frame = [
        (("全部", "All"), whole),
        (("其中全职", "Of which full-time"), full),
        (("其余（差）", "The rest (difference)"), rest),
    ]
    if bounds:
        sentences.append(
            Sentence(
                "fte",
                "假定全年 {days} 个工作日：其余人若都只按规定的最低天数（{least}）工作，折合全职在 {b} 人之间，上限是人人全职；没有公布实际天数，区间内取哪一点都没有依据。",
                "Assuming {days} working days a year, with the rest between the required minimum ({least} days) and full time, the full-time equivalents lie within {b}; days worked are not published, so no point inside the bounds has support.",
                {"days": assumed(str(days)), "least": ledger.fact(MIN_DAYS), "b": bounds},
            )
        )
        frame.append(
            (
                (
                    f"折合全职，全年按 {days} 个工作日（假定）",
                    f"Full-time equivalents, {days} working days a year (assumed)",
                ),
                bounds,
            )
        )
    table = pd.DataFrame(
        {
            "what": [zh for (zh, _), _ in frame],
            "what_en": [en for (_, en), _ in frame],
            "heads": [fact for _, fact in frame],
        }
    ).astype({"heads": object})
    return Finding(
        "contract",
        Sentence(
            "contract",
            "引进医学博士 {n}，印明全职的 {f}",
            "Of {n} recruited medical doctorate holders, {f} are stated to be full-time",
            values,
        ),
        words(
            "contract-sub",
            "{place}，累计人数；横条长度为人数",
            "{place}, cumulative heads; length is heads",
            place=ledger.place,
        ),
        sentences=tuple(sentences),
        note=words(
            "contract-note",
            "全职人数是全部人数的一部分（文件如此说明），两者不相加。其余人数由差得出。",
            "The full-time heads are part of all heads (the document says so) and are not added to them. The rest is a difference.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "contract",
                (
                    "引进医学博士：全部、全职、其余",
                    "Recruited medical doctorate holders: all, full-time, the rest",
                ),
                table,
                (
                    Column("what", ("项目", "Item"), "name"),
                    Column(
                        "heads", ("人数", "Heads"), "count", formula=FTE_FORMULA, source_ids=whole.source_ids
                    ),
                ),
            ),
        ),
        alt=Sentence(
            "contract-alt",
            "{place}引进医学博士 {n}的横条，其中全职 {f}，其余 {r}。",
            "Bars for {place}: {n} medical doctorate holders recruited, {f} full-time, {r} the rest.",
            values,
        ),
    )


def _contract_unknown(ledger: Statements) -> Finding:
    """Flexible heads without days, or no word on the contract."""
    flexible = ledger.fact(FLEXIBLE)
    state = State(
        "E4",
        (
            f"{ledger.place[0]}：全职与柔性的人数没有成对公布，折不成全职",
            f"{ledger.place[1]}: full-time and flexible heads are not published side by side; no full-time equivalents follow",
        ),
        ("需要合同类型和每年工作日", "Type of contract and days worked a year would settle it"),
    )
    if flexible is None:
        return Finding(
            "contract",
            words(
                "contract",
                "{place}没有公布全职与柔性各多少人",
                "{place}: numbers of full-time and flexible heads are not published",
                place=ledger.place,
            ),
            states=(state,),
        )
    who = ledger.who(FLEXIBLE)
    return Finding(
        "contract",
        words(
            "contract",
            "柔性引进 {n}是人头数，工作日未公布",
            "{n} experts engaged flexibly are heads; days worked are not published",
            n=flexible,
        ),
        sentences=(
            Sentence(
                "flexible",
                "{who}柔性引进高层次人才 {n}，是人头数；一年来几天没有公布，不能算作在岗职工，也折不成全职。",
                "{who}: {n} senior experts engaged flexibly, counted as heads; how many days a year they come is not published, so they are neither staff nor full-time equivalents.",
                {"who": who, "n": flexible},
                brief=2,
            ),
        ),
        states=(state,),
    )


def _promises(ledger: Statements) -> pd.DataFrame:
    r = ledger.rows
    return r[(r["status"] == "commitment") & ~r["indicator"].isin(STAGE_OF)]


def promise_rows(ledger: Statements, lang: str) -> pd.DataFrame:
    """Ceilings, annual funds and training places, with the spending that was not published, as charts.ledger takes them."""
    i, rows = lang == "en", []
    promised = {row["indicator"]: row for row in _promises(ledger).to_dict("records")}
    for group, keys in PROMISES.items():
        found = [promised[key] for key in keys if key in promised]
        rows += [of.entry(held.term(group)[i], row, lang) for row in found]
        if found:
            rows.append(
                of.unpublished(held.term(group)[i], held.term(f"{group}_result")[i], found[0]["unit"])
            )
    return of.ledger_rows(rows)


def promises(ledger: Statements, drawing) -> Finding:
    """Cost ceilings, funds and places promised, against spending that was not published. drawing: charts.ledger of promise_rows, or None."""
    rows = _promises(ledger)
    if drawing is None:
        return ledger.silent(
            "promises",
            "E1",
            ("{place}没有公布引才经费", "{place}: no money for recruitment is published"),
            (
                "文件没有印出引才的资助上限、年度经费或支出",
                "no ceiling of grants, annual fund or spending on recruitment is printed",
            ),
            ("需要预算和决算中引才经费的数字", "Recruitment funds in budget and accounts would settle it"),
        )
    team, teams, sentences = ledger.fact("talent_grant_cap_team"), ledger.fact("teams_recruited"), []
    caps = [key for key in PROMISES["ledger_caps"] if ledger.row(key)]
    if caps:
        values = {f"c{n}": ledger.fact(key) for n, key in enumerate(caps)} | {
            f"l{n}": held.label(key) for n, key in enumerate(caps)
        }
        listed = range(len(caps))
        sentences.append(
            Sentence(
                "caps",
                "；".join(f"{{l{n}}}：{{c{n}}}" for n in listed) + "。这些是上限，不是支出；支出没有公布。",
                "; ".join(f"{{l{n}}}: {{c{n}}}" for n in listed)
                + ". These are ceilings, not spending; spending is not published.",
                values,
                brief=2,
            )
        )
    if team and teams:
        most = derived(
            team.high * teams.value,
            (
                f"{ledger.place[0]}：全部团队都按上限资助时的合计",
                f"{ledger.place[1]}: sum if every team had the ceiling",
            ),
            ("团队数 × 每队上限", "teams × ceiling a team"),
            inputs=(teams, team),
            style="money",
            quantifier="at_most",
            status="commitment",
        )
        sentences.append(
            words(
                "ceiling",
                "假如引进的 {t}团队都拿到上限，合计 {m}；这是算术上的顶，不是支出。",
                "If each of the {t} recruited teams had the ceiling, the sum would be {m}: an arithmetical top, not spending.",
                t=teams,
                m=most,
            )
        )
    if ledger.row("cofunding_ratio"):
        sentences.append(
            words(
                "matching",
                "卫生健康委与引才单位出资之比为 {r}；单位出资另计，总成本要看两边的实际支出。",
                "The health commission and the employer pay at a ratio of {r}; the employer's share comes on top, and the whole cost hangs on what both spend.",
                r=observed(ledger.row("cofunding_ratio"), decimals=0),
            )
        )
    damaged = rows[rows["damaged"]]
    if len(damaged):
        sentences.append(
            words(
                "damaged-promises",
                "{k}承诺的原文缺字，读法为推定。",
                "For {k} of the commitments the text is damaged and the reading inferred.",
                k=of.count(damaged, "原文缺字的承诺数", "commitments with damaged text", rows),
            )
        )
    n = of.count(rows, "承诺条数", "commitments", rows)
    return Finding(
        "promises",
        words(
            "promises",
            "{place}公布了 {n}引才和培养承诺，实际支出未公布",
            "{place}, commitments on recruitment and training: {n}; spending not published",
            place=ledger.place,
            n=n,
        ),
        words(
            "promises-sub",
            "资助上限、年度经费和培养名额；承诺不是结果，不同单位的横条各用自己的刻度",
            "Ceilings of grants, annual funds and training places; a commitment is no result; each unit has its own scale",
        ),
        sentences=tuple(sentences),
        note=words(
            "promises-note",
            "上限写作“最高”，下限写作“不低于”；都不取中间值。",
            "Ceilings are printed as “at most”, floors as “at least”; no midpoint is taken.",
        ),
        drawing=drawing,
        tables=(
            of.table(
                "promises",
                (
                    "引才和培养的承诺，一行一项",
                    "Commitments on recruitment and training, one row a statement",
                ),
                rows,
            ),
        ),
        alt=words(
            "promises-alt",
            "{place}的 {n}引才承诺：资助上限、年度经费和培养名额的斜线横条；实际支出为未公布。",
            "{place}: {n} commitments as hatched bars: ceilings of grants, annual funds, training places; spending not published.",
            place=ledger.place,
            n=n,
        ),
        states=(
            State(
                "E6",
                (
                    f"{ledger.place[0]}：资助和经费只有上限或承诺，未见支出",
                    f"{ledger.place[1]}: ceilings and promises of money only, no spending reported",
                ),
                ("需要历年引才经费决算", "Accounts of recruitment funds by year would settle it"),
            ),
        ),
    )


def effects(ledger: Statements) -> Finding:
    """No effect is estimated, and which columns would be needed."""
    table = pd.DataFrame(NEEDED, columns=["column", "column_en", "what", "what_en"])
    return Finding(
        "effects",
        words("effects", "引才的效果未估计：没有面板", "Effects of recruitment are not estimated: no panel"),
        sentences=(
            words(
                "no-panel",
                "这些文件没有同一医院多年的人员和结果数据，也没有对照医院；前后两个数之间同时有许多措施，不能归给任何一项。",
                "The documents hold no staff and outcome data of one hospital over years and no hospitals for comparison; many measures lie between two readings, and nothing can be credited to one of them.",
            ),
            words(
                "columns",
                "有了下列各列的医院年度数据才可以估计；在此之前只作描述。",
                "With yearly hospital data in the columns below an estimate becomes possible; until then this page describes.",
            ),
        ),
        tables=(
            Table(
                "needed",
                ("估计效果所需的列，一行一列", "Columns that an estimate needs, one row a column"),
                table,
                (
                    Column("column", ("列", "Column"), "name"),
                    Column("what", ("内容", "What it holds"), "text"),
                ),
            ),
        ),
        states=(
            State(
                "E4",
                (
                    "引才的效果：没有医院年度面板，未估计",
                    "Effects of recruitment: no yearly panel of hospitals, not estimated",
                ),
                ("见本页所列各列", "The columns listed on this page would settle it"),
            ),
        ),
    )


def closing(ledger: Statements) -> Finding:
    """What the documents leave open."""
    rows, states = ledger.rows, []
    if (rows["period_start"] == "").any():
        states.append(
            State(
                "E4",
                (
                    "部分数字截至发布日累计，起点未印，不能折成每年",
                    "Some counts run up to the date of publication without a start; no yearly rate follows",
                ),
                ("需要逐年到岗和离岗人数", "People joining and leaving by year would settle it"),
            )
        )
    if rows["damaged"].any():
        states.append(
            State(
                "E5",
                ("部分原文缺字，名称为推定读法", "Some text is damaged; names follow the inferred reading"),
                ("需要发布单位的完整原文", "The issuer's full text would settle it"),
            )
        )
    if ledger.row(FLEXIBLE) or (ledger.rows["status"] == "target").any():
        states.append(
            State(
                "E7",
                (
                    "全省引进目标未说明全职或柔性，与单个医院的柔性人数口径不同，不作比较",
                    "The province's target does not say full-time or flexible and is not set against one hospital's flexible heads",
                ),
                ("需要目标的口径说明", "The definition of the target would settle it"),
            )
        )
    states.append(
        State(
            "E8",
            (
                "文件由发布单位选登成绩，未经核对，不能代表全部单位",
                "The issuers chose what to report, unaudited; it does not stand for all institutions",
            ),
            (
                "需要各单位同一口径的年报",
                "Annual reports of all institutions under one definition would settle it",
            ),
        )
    )
    return held.closing(states)
