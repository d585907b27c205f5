"""Did the pilots draw people? Seven of the eight first pilot provinces of the national regional medical centres, on province totals.

National edition only, never on a region page. The comparison is contaminated by design: other provinces received centres inside the
window, one pilot province's doctors jump by a recount, and ten hospitals are small beside a province's doctors. So the finding that leads
is the smallest effect that could be seen, and what is plausible is set beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis import catalog, facts, tables, texts
from analysis.facts import Coverage, Fact, Provenance, derived, observed, registered
from analysis.findings import Drawn, Finding, Table
from analysis.sentences import assumed, year
from analysis.themes import naming, panel, subjects
from analysis.words import nth, pick

if TYPE_CHECKING:  # its estimators take long to import
    from analysis.methods.event_studies import EventStudy

TEXT = texts.of(__file__)

POLICY = "国家区域医疗中心首批试点省份"
COBUILT = "委省共建国家医学中心/区域医疗中心"
INDICATORS = ("doctors", "nurses")
START = 2020  # the scheme came in October 2019; stocks are counted at the end of the year
LAST = 2021
PLACEBO_YEARS = (2015, 2016, 2017, 2018)
PER_PROJECT = 1000  # doctors newly drawn into the province by one project: a deliberately generous assumption
ANHUI = "340000"
COMPARISONS = TEXT.group("comparisons")
DID_FORMULA = TEXT.pair("words.did_formula")
DRAWS, POWER_DRAWS, SEED = (
    9_999,
    999,
    0,
)  # of the permutation tests and of the smallest effects, as the methods have them
MDE_FORMULA = TEXT.pair("words.mde_formula", draws=POWER_DRAWS, seed=SEED)


@dataclass(frozen=True)
class Pilots:
    """A page. rollout: from `rollout`; tests, detectable: comparison -> PermutationTest, DetectableEffect; placebo: year -> PermutationTest."""

    panel: panel.Panel
    rollout: pd.DataFrame
    tests: dict
    detectable: dict
    placebo: dict
    study: EventStudy

    @cached_property
    def units(self) -> dict[str, set[str]]:
        """Provinces of each comparison."""
        compared = comparisons(rows(self.panel, self.rollout))
        return {key: set(table["region_code"]) for key, table in compared.items()}

    @cached_property
    def origin(self) -> Provenance:
        """What stands behind an estimate: doctors, nurses and residents of every province and year of the window."""
        return self.panel.whole

    @cached_property
    def pilots(self) -> list[str]:
        return list(self.rollout.index[self.rollout["pilot"] == 1])

    @property
    def smallest(self) -> str:
        """The comparison of doctors in which the least could be seen."""
        keys = [k for k in self.detectable if not k.startswith("nurses")]
        return min(keys, key=lambda k: self.detectable[k].estimate)

    @property
    def answerable(self) -> bool:
        """Whether the generous plausible effect reaches what the most favourable comparison could see."""
        return self.plausible.number >= self.mde(self.smallest).number

    def mde(self, key: str) -> Fact:
        zh, en = COMPARISONS[key]
        return derived(
            percent(self.detectable[key].estimate),
            TEXT.pair("facts.mde.label", what=(zh, en)),
            MDE_FORMULA,
            origin=self.origin,
            style="percent",
            operation=f"(exp(seen({POWER_DRAWS}, {SEED}, {self.moved(key)})) - 1) * 100",
        )

    def effect(self, key: str) -> Fact:
        zh, en = COMPARISONS[key]
        t = self.tests[key]
        return derived(
            percent(t.estimate),
            TEXT.pair("facts.effect.label", what=(zh, en)),
            DID_FORMULA,
            origin=self.origin,
            style="percent",
            signed=round(percent(t.estimate), 1) != 0,
            operation=f"(exp(parted({self.compared(key)})) - 1) * 100",
        )

    def compared(self, key: str) -> str:
        """Who is compared, in the language of operations: series, pilots, first year of the window."""
        series, pilots = self.sides(key)
        return f"{series}, {pilots}, {START}"

    def moved(self, key: str) -> str:
        """The change of each province and the pilots among them, in the language of operations."""
        series, pilots = self.sides(key)
        return f"moved({series}, {START}), {pilots}"

    def sides(self, key: str) -> tuple[str, list[str]]:
        """The series of a comparison in the language of operations, and its pilots."""
        indicator = "nurses" if key.startswith("nurses") else "doctors"
        series = f"log({indicator} / {panel.POPULATION})"
        if key == "short_base":
            series = f"outside({series}, 0, {START - 2})"
        codes = sorted(set(self.rollout.index) - self.units[key])
        if codes:
            series = f"lacking({series}, {codes})"
        pilots = [c for c in self.pilots if c in self.units[key]]
        return f"outside({series}, {LAST + 1}, 9999)", pilots

    def until(self, y: int) -> str:
        """Doctors of all provinces to a year and the pilots, in the language of operations."""
        return f"outside(log(doctors / {panel.POPULATION}), {y + 1}, 9999), {self.pilots}"

    def apart(self, y: int) -> str:
        """The gap of a year less that of the year before the start, per cent, in the language of operations."""
        base, series = START - 1, f"log(doctors / {panel.POPULATION})"
        early, late = sorted((y, base))
        sign = "" if y > base else "-"
        return f"(exp({sign}parted(years({series}, {early}, {late}), {self.pilots}, {late})) - 1) * 100"

    def p(self, key: str) -> Fact:
        zh, en = COMPARISONS[key]
        return derived(
            self.tests[key].p,
            *TEXT.fact("facts.p", what=(zh, en)),
            origin=self.origin,
            style="ratio",
            operation=f"permuted({DRAWS}, {SEED}, {self.compared(key)})",
        )

    @cached_property
    def doctors(self) -> Fact:
        """Doctors of the seven pilot provinces together at the end of the year before."""
        rows = self.panel.observations.query(
            "indicator == 'doctors' and year == @START - 1 and region_code in @self.pilots"
        )
        return derived(
            rows["value"].sum(),
            *TEXT.fact("facts.doctors", start=START - 1),
            rows=rows,
            style="count",
            unit="人",
            step=100,
            operation="total(doctors)",
        )

    @cached_property
    def projects(self) -> Fact:
        """Projects of the first batch, as reported."""
        rows = tables.read("observations", indicator="regional_centre_projects_batch")
        return observed(rows[rows["period_start"].str.startswith("2019-10")].iloc[0])

    @cached_property
    def plausible(self) -> Fact:
        """Effect if every project of the first batch drew PER_PROJECT doctors at once, per cent of the pilots' doctors."""
        return derived(
            self.projects.number * PER_PROJECT / self.doctors.number * 100,
            *TEXT.fact("facts.plausible"),
            inputs=(self.projects, self.doctors),
            style="percent",
            operation=f"a * {PER_PROJECT} / b * 100",
        )

    @cached_property
    def per_project(self) -> Fact:
        """Doctors that each project would have to draw for the most favourable comparison to see them."""
        share = self.mde(self.smallest)
        return derived(
            share.number / 100 * self.doctors.number / self.projects.number,
            *TEXT.fact("facts.per_project"),
            inputs=(share, self.doctors, self.projects),
            style="count",
            unit="人",
            step=100,
            operation="a / 100 * b / c",
        )


def coverage() -> Coverage:
    """The nation alone, once a year after the pilots' start is known."""
    return subjects.once(
        lambda: (
            subjects.last_year(panel.SOURCE, panel.RANKED, len(catalog.provinces())) > START
            and not tables.read("centres").empty
        ),
        {catalog.NATION: None},
    )


def percent(log_points: float) -> float:
    return float(np.expm1(log_points) * 100)


def rollout() -> pd.DataFrame:
    """One row a province (index region_code): pilot (0/1), cobuilt and centre (ISO month of the first known one, empty when none)."""
    policy, centres = (
        tables.read("policies", policy=[POLICY, COBUILT], unit="province"),
        tables.read("centres"),
    )
    batches = tables.read("centre_batches")
    month = dict(zip(batches["batch"].astype(str), batches["date"].str[:7], strict=True))
    # a project named for tutoring is not in its batch yet; one of "1 or 2" is in no batch that is known
    named = centres["batch_numbers"].where(centres["stage"] != "tutoring")
    dated = centres.assign(month=named.map(month)).dropna(subset=["month"])
    # the earliest text of a group without Arrow's aggregation, which starts threads: reports are forked after this
    first = (
        dated.sort_values("month", kind="stable")
        .drop_duplicates("province_code")
        .set_index("province_code")["month"]
        .sort_index()
    )
    cobuilt = policy[policy["policy"] == COBUILT].groupby("region_code")["date_start"].min().str[:7]
    codes = pd.Index([region.code for region in catalog.provinces()], name="region_code")
    treated = set(policy.loc[policy["policy"] == POLICY, "region_code"])
    return pd.DataFrame(
        {
            "pilot": [int(code in treated) for code in codes],
            "cobuilt": cobuilt.reindex(codes).fillna("").values,
            "centre": first.reindex(codes).fillna("").values,
        },
        index=codes,
    )


def touched(plan: pd.DataFrame) -> pd.Series:
    """Whether a province had a centre of either kind by the end of the window: bool, index region_code."""
    limit = f"{LAST}-12"
    return (plan["cobuilt"].between("2000", limit)) | (plan["centre"].between("2000", limit))


def rows(provinces: panel.Panel, plan: pd.DataFrame) -> pd.DataFrame:
    """One row a province, indicator and year to the end of the window: log (density), jump, pilot, touched, start (0 = no pilot)."""
    r = provinces.rates[provinces.rates["year"] <= LAST]
    pilot = r["region_code"].map(plan["pilot"])
    return pd.DataFrame(
        {
            "region_code": r["region_code"],
            "indicator": r["indicator"],
            "year": r["year"].astype(int),
            "value": r["value"],
            "log": np.log(r["value"]),
            "pilot": pilot,
            "touched": r["region_code"].map(touched(plan)),
            "start": pilot * START,
            "jump": r["flags"].str.contains("jump"),
        }
    ).reset_index(drop=True)


def comparisons(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Comparison -> rows. table: from `rows`. Jumps are looked for from the second year of the panel on."""
    out: dict[str, pd.DataFrame] = {}
    for indicator, prefix in (("doctors", ""), ("nurses", "nurses_")):
        t = table[table["indicator"] == indicator]
        jumpers = set(t.loc[t["jump"] & (t["year"] > t["year"].min()), "region_code"])
        calm, clean = ~t["region_code"].isin(jumpers), (t["pilot"] == 1) | ~t["touched"]
        chosen = {
            "all": t,
            "no_anhui": t[t["region_code"] != ANHUI],
            "no_jumps": t[calm],
            "clean": t[clean],
            "clean_no_jumps": t[clean & calm],
            "short_base": t[t["year"] >= START - 1],
        }
        out |= chosen if not prefix else {"nurses": t, "nurses_no_jumps": t[calm]}
    return {key: out[key] for key in COMPARISONS}


def before(table: pd.DataFrame, start: int) -> pd.DataFrame:
    """Doctors up to a false window that ends before the true start: years through start + 1."""
    return table[(table["indicator"] == "doctors") & (table["year"] <= start + 1)]


def load(provinces: panel.Panel, plan: pd.DataFrame, **results: Any) -> Pilots:
    """The page's view; ``results`` holds tests, detectable, placebo and study."""
    return Pilots(provinces, plan, **results)


def comparison_rows(page: Pilots, lang: str) -> pd.DataFrame:
    """One row a comparison as charts.coefficients takes it: difference in differences in per cent with the permutation interval."""
    i = nth(lang)
    heads = TEXT.text("comparison_rows.doctors", lang), TEXT.text("comparison_rows.nurses", lang)
    return pd.DataFrame(
        [
            {
                "label": COMPARISONS[k][i],
                "estimate": percent(t.estimate),
                "low": percent(t.low),
                "high": percent(t.high),
                "main": k == "all",
                "group": heads[k.startswith("nurses")],
            }
            for k, t in page.tests.items()
        ]
    )


def unit(lang: str) -> str:
    return TEXT.text("unit.text", lang)


def _names(codes: list[str]) -> tuple[str, str]:
    return naming.joined(map(naming.place, codes))


def first(page: Pilots, drawing: Drawn | None) -> Finding:
    """The leading finding: what could be seen at all; the first table holds every comparison."""
    main, best = page.mde("all"), page.mde(page.smallest)
    frame = pd.DataFrame(
        [
            {
                "label": COMPARISONS[k][0],
                "label_en": COMPARISONS[k][1],
                "treated": t.treated,
                "controls": t.n - t.treated,
                "effect": percent(t.estimate),
                "low": percent(t.low),
                "high": percent(t.high),
                "p": t.p,
                "mde": page.mde(k),
            }
            for k, t in page.tests.items()
        ]
    )
    source = page.origin.source_ids
    number, share = (
        dict(style="number", formula=TEXT.pair("first.number_share_formula"), source_ids=source),
        dict(style="percent", signed=True, source_ids=source),
    )
    return Finding(
        "first",
        TEXT.say(
            "first.headline",
            mde=main,
            best=best,
        ),
        TEXT.say(
            "first.subtitle",
            a=year(START),
            b=year(LAST),
            c=year(page.panel.first_year),
            d=year(START - 1),
        ),
        sentences=(
            TEXT.say(
                "first.sentences.anhui",
                e=page.effect("all"),
                p=page.p("all"),
                e2=page.effect("no_anhui"),
                p2=page.p("no_anhui"),
                e3=page.effect("no_jumps"),
                p3=page.p("no_jumps"),
            ),
            TEXT.say(
                "first.sentences.many",
                n=derived(
                    len(page.tests),
                    *TEXT.fact("first.facts.sentences_n"),
                    origin=page.origin,
                    **facts.counted(page.tests),
                ),
            ),
        ),
        note=TEXT.say(
            "first.note",
            y=year(2020),
        ),
        drawing=drawing,
        tables=(
            Table(
                "comparisons",
                TEXT.pair("first.caption"),
                frame,
                (
                    TEXT.column("first.columns.label", "text"),
                    TEXT.column("first.columns.treated", **number),
                    TEXT.column("first.columns.controls", **number),
                    TEXT.column("first.columns.effect", formula=DID_FORMULA, **share),
                    TEXT.column(
                        "first.columns.low",
                        **share,
                    ),
                    TEXT.column(
                        "first.columns.high",
                        **share,
                    ),
                    TEXT.column(
                        "first.columns.p",
                        "ratio",
                        decimals=3,
                        source_ids=source,
                    ),
                    TEXT.column(
                        "first.columns.mde",
                        "percent",
                        formula=MDE_FORMULA,
                        source_ids=source,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "first.alt",
            e=page.effect("all"),
            e2=page.effect("no_anhui"),
            mde=main,
        ),
    )


def policy_origin(plan: pd.DataFrame) -> Provenance:
    """What stands behind a count of provinces in the roll-out: rows of the tables `policies` and `centres`, named by locator."""
    policy = tables.read("policies", policy=[POLICY, COBUILT], unit="province")
    centres = tables.read("centres")
    both = pd.concat(
        [policy[["source_id", "locator", "source_grade"]], centres[["source_id", "locator", "source_grade"]]]
    )
    ids = [f"{s}:{where}" for s, where in zip(both["source_id"], both["locator"], strict=True)]
    return registered(both, ids, period=("2019-09-01", f"{LAST}-12-31"))


def events(page: Pilots, lang: str) -> pd.DataFrame:
    """Dated steps of the roll-out as charts.timeline takes them."""
    plan = page.rollout
    listed = lambda codes: pick(_names(codes), lang)  # noqa: E731
    out = [
        {
            "date": month,
            "label": TEXT.text("events.out_label", lang),
            "group": listed(plan.index[plan["cobuilt"] == month]),
        }
        for month in sorted(set(plan["cobuilt"]) - {""})
    ]
    batches = tables.read("observations", indicator="regional_centre_projects_batch").sort_values(
        "period_start"
    )
    for index, row in enumerate(batches.to_dict("records")):
        projects = observed(row).text(lang) + (TEXT.text("events.projects", lang))
        who = (TEXT.text("events.who", lang, listed=listed(page.pilots))) if index == 0 else ""
        out.append(
            {
                "date": row["period_start"][:7],
                "label": TEXT.text("events.label", lang, projects=projects),
                "group": who,
                "highlight": index == 0,
            }
        )
    return pd.DataFrame(out).fillna({"highlight": False})


def spread(page: Pilots, drawing: Drawn | None) -> Finding:
    """The roll-out: which controls were treated too."""
    plan = page.rollout
    origin = policy_origin(plan)
    controls = plan[plan["pilot"] == 0]
    hit = controls.index[touched(controls)]
    n = derived(
        len(controls),
        *TEXT.fact("spread.facts.n"),
        origin=origin,
        operation=f"{len(plan)} - {len(page.pilots)}",
    )
    k = derived(
        len(hit),
        *TEXT.fact("spread.facts.k"),
        origin=origin,
        **facts.counted(hit),
    )
    seven = derived(
        len(page.pilots),
        *TEXT.fact("spread.facts.seven"),
        origin=origin,
        **facts.counted(page.pilots),
    )
    totals = tables.read("observations", indicator="regional_centre_provinces").sort_values("period_end")
    later = [observed(row) for row in totals.to_dict("records")]
    dates = [year(row["period_end"][:7]) for row in totals.to_dict("records")]
    order = plan.assign(touched=touched(plan)).sort_values(
        ["pilot", "touched", "cobuilt"], ascending=[False, False, True], kind="stable"
    )
    state = {
        (1, True): TEXT.pair("spread.state"),
        (1, False): TEXT.pair("spread.state_2"),
        (0, True): TEXT.pair("spread.state_3"),
        (0, False): TEXT.pair("spread.state_4"),
    }
    status = [
        state[int(p), bool(t)]
        for p, t in zip(
            order["pilot"],
            plan["cobuilt"]
            .between("2000", f"{LAST}-12")
            .reindex(order.index)
            .where(order["pilot"] == 1, order["touched"]),
            strict=True,
        )
    ]
    frame = order.reset_index().assign(
        name=[catalog.region(c).short("zh") for c in order.index],
        name_en=[catalog.region(c).short("en") for c in order.index],
        status=[s[0] for s in status],
        status_en=[s[1] for s in status],
    )
    return Finding(
        "spread",
        TEXT.say(
            "spread.headline",
            n=n,
            k=k,
        ),
        TEXT.say(
            "spread.subtitle",
        ),
        sentences=(
            TEXT.say(
                "spread.sentences.seven",
                k=seven,
                who=_names(page.pilots),
            ),
            TEXT.say(
                "spread.sentences.later",
                a=later[0],
                b=later[-1],
                d=dates[0],
                e=dates[-1],
            ),
        ),
        note=TEXT.say(
            "spread.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "rollout",
                TEXT.pair("spread.caption"),
                frame,
                (
                    TEXT.column("spread.columns.name", "name"),
                    TEXT.column("spread.columns.status", "text"),
                    TEXT.column("spread.columns.cobuilt", "year"),
                    TEXT.column("spread.columns.centre", "year"),
                ),
            ),
        ),
        alt=TEXT.say(
            "spread.alt",
            n=n,
            k=k,
            p=page.projects,
        ),
    )


def level_rows(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Two lines as charts.event_study takes them: mean doctors per 1,000 of pilots and of the other provinces."""
    t = table[table["indicator"] == "doctors"]
    label = {1: TEXT.text("level_rows.label_1", lang), 0: TEXT.text("level_rows.label_0", lang)}
    mean = t.groupby(["pilot", "year"], as_index=False)["value"].mean()
    return pd.DataFrame(
        {
            "name": mean["pilot"].map(label),
            "year": mean["year"],
            "value": mean["value"],
            "treated": mean["pilot"] == 1,
        }
    )


def coef_rows(page: Pilots) -> pd.DataFrame:
    """Yearly coefficients in per cent as charts.event_study takes them; the reference year has no interval."""
    t = page.study.table
    rows_ = pd.DataFrame(
        {"year": t.index + START, **{c: [percent(v) for v in t[c]] for c in ("estimate", "low", "high")}}
    )
    rows_.loc[rows_["year"] == START - 1, ["low", "high"]] = np.nan
    return rows_


def labels(page: Pilots, lang: str) -> dict[str, str]:
    """Words of the event-study drawing."""
    p = page.study.pretrend.p if page.study.pretrend is not None else None
    said = {key: TEXT.text(f"labels.{key}", lang) for key in ("level_title", "can", "cannot", "why")}
    return said | {
        "unit": "%",
        "test": "" if p is None else TEXT.text("labels.test", lang, p=str(facts.round_half_up(p, 2))),
    }


def before_after(page: Pilots, drawing: Drawn | None) -> Finding:
    """Event study: the two groups before and after; and whether they moved apart before."""
    t = coef_rows(page)
    lead = t[t["year"] < START - 1]
    widest = lead.loc[lead["estimate"].abs().idxmax()]
    far = derived(
        widest["estimate"],
        TEXT.pair("before_after.facts.far.label"),
        DID_FORMULA,
        origin=page.origin,
        operation=page.apart(int(widest["year"])),
        style="percent",
        signed=True,
    )
    end = derived(
        t["estimate"].iloc[-1],
        TEXT.pair("before_after.facts.end.label"),
        DID_FORMULA,
        origin=page.origin,
        operation=page.apart(LAST),
        style="percent",
        signed=True,
    )
    test = page.study.pretrend
    assert test is not None, "the years before the start give the lead test"
    p = derived(
        test.p,
        *TEXT.fact("before_after.facts.p"),
        origin=page.origin,
        style="ratio",
        operation=f"leads_p({page.compared('all')})",
    )
    frame = t.assign(year=t["year"].astype(str))
    share = dict(
        style="percent",
        signed=True,
        formula=TEXT.pair("before_after.share_formula"),
        source_ids=page.origin.source_ids,
    )
    return Finding(
        "before_after",
        TEXT.say(
            "before_after.headline",
            b=year(LAST),
            c=year(START - 1),
            e=end,
            f=far,
        ),
        TEXT.say(
            "before_after.subtitle",
            c=year(START - 1),
        ),
        sentences=(
            TEXT.say(
                "before_after.sentences.lead",
                p=p,
            ),
        ),
        note=TEXT.say(
            "before_after.note",
            b=year(LAST),
            d=year(LAST + 1),
        ),
        drawing=drawing,
        tables=(
            Table(
                "years",
                TEXT.pair("before_after.caption"),
                frame,
                (
                    TEXT.column("before_after.columns.year", "year"),
                    TEXT.column("before_after.columns.estimate", **share),
                    TEXT.column("before_after.columns.low", **share),
                    TEXT.column("before_after.columns.high", **share),
                ),
            ),
        ),
        alt=TEXT.say(
            "before_after.alt",
            b=year(LAST),
            c=year(START - 1),
            e=end,
            f=far,
        ),
    )


def placebo_rows(page: Pilots, lang: str) -> pd.DataFrame:
    """One row a false start and the true one as charts.coefficients takes it."""
    heads = TEXT.text("placebo_rows.false", lang), TEXT.text("placebo_rows.true", lang)
    listed = [(y, t, heads[0]) for y, t in page.placebo.items()] + [(START, page.tests["all"], heads[1])]
    return pd.DataFrame(
        [
            {
                "label": str(y),
                "estimate": percent(t.estimate),
                "low": percent(t.low),
                "high": percent(t.high),
                "group": head,
                "main": head == heads[1],
            }
            for y, t, head in listed
        ]
    )


def false_starts(page: Pilots, drawing: Drawn | None) -> Finding:
    """The same comparison at years in which nothing began."""
    actual = percent(page.tests["all"].estimate)
    as_large = [y for y, t in page.placebo.items() if abs(percent(t.estimate)) >= abs(actual)]
    n = derived(
        len(page.placebo), *TEXT.fact("placebo.facts.n"), origin=page.origin, **facts.counted(page.placebo)
    )
    k = derived(
        len(as_large),
        *TEXT.fact("placebo.facts.k"),
        origin=page.origin,
        operation=" + ".join(
            f"(abs(exp(parted({page.until(y + 1)}, {y})) - 1) >= abs(exp(parted({page.compared('all')})) - 1))"
            for y in page.placebo
        ),
    )
    frame = pd.DataFrame(
        [
            {
                "year": str(y),
                "effect": percent(t.estimate),
                "low": percent(t.low),
                "high": percent(t.high),
                "p": t.p,
            }
            for y, t in page.placebo.items()
        ]
    )
    share = dict(style="percent", signed=True, source_ids=page.origin.source_ids, formula=DID_FORMULA)
    return Finding(
        "placebo",
        TEXT.say(
            "placebo.headline",
            n=n,
            k=k,
        ),
        TEXT.say(
            "placebo.subtitle",
        ),
        sentences=(
            TEXT.say(
                "placebo.sentences.reach",
                e=page.effect("all"),
                p=page.p("all"),
            ),
        ),
        note=TEXT.say(
            "placebo.note",
            y=year(2019),
        ),
        drawing=drawing,
        tables=(
            Table(
                "placebo",
                TEXT.pair("placebo.caption"),
                frame,
                (
                    TEXT.column("placebo.columns.year", "year"),
                    TEXT.column("placebo.columns.effect", **share),
                    TEXT.column("placebo.columns.low", **share),
                    TEXT.column("placebo.columns.high", **share),
                    TEXT.column(
                        "placebo.columns.p",
                        "ratio",
                        decimals=3,
                        source_ids=page.origin.source_ids,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "placebo.alt",
            n=n,
            k=k,
            e=page.effect("all"),
        ),
    )


def power_rows(page: Pilots, lang: str) -> pd.DataFrame:
    """What is plausible beside what could be seen, per cent of doctors, as charts.bars takes it."""
    i = nth(lang)
    heads = TEXT.text("power_rows.plausible", lang), TEXT.text("power_rows.visible", lang)
    each = TEXT.text("power_rows.each", lang)
    seen = [
        {
            "label": COMPARISONS[k][i],
            "value": page.mde(k).value,
            "text": page.mde(k).text(lang),
            "group": heads[1],
            "highlight": False,
        }
        for k in page.detectable
        if not k.startswith("nurses")
    ]
    return pd.DataFrame(
        [
            {
                "label": each,
                "value": page.plausible.value,
                "text": page.plausible.text(lang),
                "group": heads[0],
                "highlight": False,
            },
            *seen,
        ]
    )


def verdict(page: Pilots, drawing: Drawn | None) -> Finding:
    """What is plausible against what could be seen; the question is answered only when the first reaches the second."""
    best = page.mde(page.smallest)
    if page.answerable:
        headline = TEXT.say(
            "verdict.headline",
            a=page.plausible,
            b=best,
        )
    else:
        headline = TEXT.say(
            "verdict.headline_otherwise",
            a=page.plausible,
            b=best,
        )
    what = [
        TEXT.pair("verdict.rows.plausible"),
        *(TEXT.pair("verdict.rows.visible", what=COMPARISONS[k]) for k in page.detectable),
    ]
    frame = pd.DataFrame(
        {
            "what": [zh for zh, _ in what],
            "what_en": [en for _, en in what],
            "value": [page.plausible, *(page.mde(k) for k in page.detectable)],
        }
    )
    return Finding(
        "verdict",
        headline,
        TEXT.say(
            "verdict.subtitle",
        ),
        sentences=(
            TEXT.say(
                "verdict.sentences.answer",
                a=page.plausible,
                b=best,
                holds={"too_small_to_see": not page.answerable},
            ),
            TEXT.say(
                "verdict.sentences.plausible",
                n=page.projects,
                m=assumed(facts.integer_text(PER_PROJECT)),
                a=page.plausible,
                d=page.doctors,
            ),
            TEXT.say(
                "verdict.sentences.break-even",
                x=page.per_project,
            ),
        ),
        note=TEXT.say(
            "verdict.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "power",
                TEXT.pair("verdict.caption"),
                frame,
                (
                    TEXT.column("verdict.columns.what", "text"),
                    TEXT.column(
                        "verdict.columns.value",
                        "percent",
                        source_ids=page.origin.source_ids,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "verdict.alt",
            a=page.plausible,
            b=best,
        ),
    )


def allows(page: Pilots) -> Finding:
    """What this allows to say."""
    return Finding(
        "allows",
        TEXT.say("allows.headline"),
        sentences=(
            TEXT.say(
                "allows.sentences.can" if page.tests["all"].p > 0.05 else "allows.sentences.can_otherwise",
                e=page.effect("all"),
                p=page.p("all"),
                f=page.effect("no_jumps"),
            ),
            TEXT.say(
                "allows.sentences.cannot",
                holds={"too_small_to_see": not page.answerable},
            ),
            TEXT.say(
                "allows.sentences.teach",
            ),
        ),
        states=(
            TEXT.state(
                "E1",
                "allows.states.E1",
            ),
            TEXT.state(
                "E1",
                "allows.states.E1_2",
            ),
            TEXT.state(
                "E7",
                "allows.states.E7",
            ),
        ),
    )
