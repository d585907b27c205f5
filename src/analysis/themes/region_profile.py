"""Region profile (provinces): what a province has per 1,000 residents, against all provinces and its peers, and since when.

Rows: the NBS panel of 31 provinces. Sentences compare at the printed precision, so that a reader who checks finds the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis import catalog, texts
from analysis.facts import Coverage, Fact, derived, round_half_up
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import NOTHING, Sentence, assumed, name, year
from analysis.themes import held, naming, panel, resource_structure, subjects
from analysis.words import pick

TEXT = texts.of(__file__)

INDICATORS = (
    "health_personnel",
    "health_technicians",
    "doctors",
    "nurses",
    "beds",
    "hospital_beds",
    "primary_beds",
    "institutions",
)
TRENDS = ("doctors", "nurses", "health_technicians", "beds", "hospital_beds", "primary_beds")
COMPARED = ("doctors", "nurses", "beds")
PRINT_FORMULA = TEXT.pair("words.print_formula")
STABLE_FORMULA = TEXT.pair("words.stable_formula")


@dataclass(frozen=True)
class Profile(panel.View):
    """A province in the panel, compared in the newest year."""

    @property
    def doctors(self) -> panel.Panel:
        """The panel of doctors alone, back to its own first year; made once for all provinces."""
        return self.panel.alone("doctors")

    @property
    def latest(self) -> pd.DataFrame:
        """Rates per 1,000 residents in the newest year: index region_code, one column an indicator."""
        return self.panel.latest()


def coverage() -> Coverage:
    """Every province has a page."""
    return panel.every_province()


def load(region_code: str, provinces: panel.Panel) -> Profile:
    """A province's view of the panel. Raises ParameterError for a code that is no region."""
    return Profile(catalog.region(region_code).code, provinces)


def _provinces(profile: Profile) -> Fact:
    count = profile.panel.latest()["doctors"].count()
    return derived(
        count,
        *TEXT.fact("facts.provinces"),
        origin=profile.panel.origin("doctors", profile.year),
        operation="distinct('place')",
    )


def spine_rows(profile: Profile, lang: str) -> pd.DataFrame:
    """One row a province and indicator, newest year, as charts.spine takes it."""
    names = panel.short_names(lang)
    long = profile.latest.reset_index().melt("region_code", var_name="indicator", value_name="value")
    return pd.DataFrame(
        {
            "indicator": long["indicator"],
            "label": long["indicator"].map(lambda k: catalog.indicator(k).label(lang)),
            "code": long["region_code"],
            "name": long["region_code"].map(names),
            "value": long["value"],
            "peer": long["region_code"].isin(profile.peers),
        }
    )


def nation_values(profile: Profile) -> dict[str, float]:
    """The nation's rates (sum of the provinces), newest year, by indicator."""
    nation = profile.panel.nation
    return nation[nation["year"] == profile.year].set_index("indicator")["value"].to_dict()


def rank_texts(profile: Profile, ranks: pd.DataFrame, lang: str) -> dict[str, str]:
    """`第 11 位` / `11th` by indicator. ranks: index region_code, one column an indicator."""
    return {
        k: profile.panel.rank_fact(k, profile.code, profile.year, ranks.at[profile.code, k]).text(lang)
        for k in ranks.columns
    }


def _against_nation(profile: Profile) -> tuple[list[str], list[str], list[str]]:
    """Indicators above, below and level with the nation at the printed precision."""
    nation, own = nation_values(profile), profile.latest.loc[profile.code]
    signs = {
        k: (round_half_up(own[k], 2) > round_half_up(nation[k], 2))
        - (round_half_up(own[k], 2) < round_half_up(nation[k], 2))
        for k in COMPARED
    }
    above, below, level = ([k for k in COMPARED if signs[k] == s] for s in (1, -1, 0))
    return above, below, level


def _headline(profile: Profile) -> Sentence:
    phrases = (
        TEXT.pair("headline.phrases"),
        TEXT.pair("headline.phrases_2"),
        TEXT.pair("headline.phrases_3"),
    )
    zh, en = [], []
    for keys, (p_zh, p_en) in zip(_against_nation(profile), phrases, strict=True):
        if keys:
            what_zh, what_en = naming.joined(map(naming.short, keys))
            zh.append(what_zh + p_zh)
            en.append(f"{p_en} {what_en}")
    return TEXT.say(
        "position.headline",
        place=profile.place,
        what=("，".join(zh), ", ".join(en)),
    )


def _answer(profile: Profile, rank: Fact) -> Sentence:
    """Level, place and what moved it since the first year: the sentence that the page and the briefing open with."""
    p, code = profile.doctors, profile.code
    view = resource_structure.load(code, p)
    first, last = view.years
    before = p.wide("doctors")[first].rank(ascending=False, method="min").at[code]
    jumps = view.jumps("doctors")
    return TEXT.say(
        f"position.sentences.answer_{resource_structure.verdict(view)}",
        id="answer",
        brief=1,
        place=profile.place,
        a=year(first),
        z=year(last),
        n=_provinces(profile),
        rate=p.rate_fact("doctors", code, last),
        nation=p.nation_fact("doctors", last),
        r1=rank,
        before=TEXT.phrase("position.before.same", a=year(first))
        if before == rank.value
        else TEXT.phrase(
            "position.before.moved", a=year(first), r0=p.rank_fact("doctors", code, first, before)
        ),
        d=naming.moved(view.grown(resource_structure.DOCTORS)),
        dn=replace(view.nation_grown(resource_structure.DOCTORS), signed=False),
        p=naming.moved(view.grown(resource_structure.PEOPLE)),
        pn=naming.moved(view.nation_grown(resource_structure.PEOPLE)),
        g=naming.moved(view.a_head()),
        gn=replace(view.nation_a_head(), signed=False),
        jump=TEXT.phrase("position.jump", years=name(naming.years(jumps))) if jumps else NOTHING,
    )


def position(profile: Profile, ranks: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """Where the province stands on each indicator. ranks: as in rank_texts, 1 = most."""
    p, code, y = profile.panel, profile.code, profile.year
    fact = {k: p.rate_fact(k, code, y) for k in INDICATORS}
    rank = {k: p.rank_fact(k, code, y, ranks.at[code, k]) for k in INDICATORS}
    nation = {k: p.nation_fact(k, y) for k in INDICATORS}
    latest = profile.latest
    best = min(panel.RANKED, key=lambda k: (ranks.at[code, k], panel.RANKED.index(k)))
    worst = max(panel.RANKED, key=lambda k: (ranks.at[code, k], panel.RANKED.index(k)))
    table = pd.DataFrame(
        {
            "indicator": [naming.label(k)[0] for k in INDICATORS],
            "indicator_en": [naming.label(k)[1] for k in INDICATORS],
            "rate": [fact[k] for k in INDICATORS],
            "low": [p.rate_fact(k, latest[k].idxmin(), y) for k in INDICATORS],
            "high": [p.rate_fact(k, latest[k].idxmax(), y) for k in INDICATORS],
            "nation": [nation[k] for k in INDICATORS],
            "rank": [rank[k] for k in INDICATORS],
            "count": [p.cell(k, code, y) for k in INDICATORS],
        }
    )
    source = subjects.sources(p.observations)
    columns = (
        TEXT.column("position.columns.indicator", "name"),
        Column(
            "rate",
            profile.place,
            "rate",
            TEXT.pair("position.columns.rate_unit"),
            formula=panel.PER_1000,
            source_ids=source,
        ),
        TEXT.column(
            "position.columns.nation",
            "rate",
            source_ids=source,
        ),
        TEXT.column(
            "position.columns.rank",
            "rank",
            formula=panel.RANK_FORMULA,
            source_ids=source,
        ),
        TEXT.column(
            "position.columns.low",
            "rate",
            formula=panel.PER_1000,
            source_ids=source,
        ),
        TEXT.column(
            "position.columns.high",
            "rate",
            formula=panel.PER_1000,
            source_ids=source,
        ),
        TEXT.column("position.columns.count", "count", source_ids=source),
    )
    return Finding(
        "position",
        _headline(profile),
        TEXT.say(
            "position.subtitle",
            year=year(y),
        ),
        sentences=(
            _answer(profile, rank["doctors"]),
            TEXT.say(
                "position.sentences.doctors",
                year=year(y),
                place=profile.place,
                count=p.cell("doctors", code, y),
                nurses=p.cell("nurses", code, y),
                beds=p.cell("beds", code, y),
            ),
            TEXT.say(
                "position.sentences.nurses-beds",
                place=profile.place,
                year=year(y),
                nurses=fact["nurses"],
                r1=rank["nurses"],
                beds=fact["beds"],
                r2=rank["beds"],
                n1=nation["nurses"],
                n2=nation["beds"],
            ),
            TEXT.say(
                "position.sentences.best-worst",
                best=naming.short(best),
                rb=rank[best],
                worst=naming.short(worst),
                rw=rank[worst],
            ),
            *panel.newer_held(profile),
        ),
        note=TEXT.say(
            "position.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "position",
                TEXT.pair("position.caption"),
                table,
                columns,
            ),
        ),
        alt=TEXT.say(
            "position.alt",
            place=profile.place,
            year=year(y),
            d=fact["doctors"],
            rd=rank["doctors"],
            n=fact["nurses"],
            rn=rank["nurses"],
            b=fact["beds"],
            rb=rank["beds"],
        ),
    )


def trend_rows(profile: Profile, lang: str) -> pd.DataFrame:
    """One row an indicator and year as charts.trends takes it: the province, and median and 10th-90th percentile of the provinces."""
    r = profile.panel.rates[profile.panel.rates["indicator"].isin(TRENDS)]
    spread = (
        r.groupby(["indicator", "year"])["value"]
        .quantile([0.1, 0.5, 0.9])
        .unstack()
        .rename(columns={0.1: "p10", 0.5: "median", 0.9: "p90"})
    )
    own = r[r["region_code"] == profile.code].set_index(["indicator", "year"])["value"]
    rows = spread.assign(value=own).reset_index()
    rows["panel"] = rows["indicator"]
    rows["label"] = rows["indicator"].map(lambda k: catalog.indicator(k).label(lang))
    return rows.sort_values(
        ["indicator", "year"],
        key=lambda c: c.map({k: i for i, k in enumerate(TRENDS)}) if c.name == "indicator" else c,
        ignore_index=True,
    )


def _by_indicator(jumps: list[tuple[str, int]], lang: str) -> str:
    comma, semicolon = pick((("、", "；"), (", ", "; ")), lang)
    years = {k: comma.join(str(y) for key, y in jumps if key == k) for k, _ in jumps}
    return semicolon.join(f"{catalog.term(f'short_{k}', lang)} {text}" for k, text in years.items())


def trends(profile: Profile, rows: pd.DataFrame, drawing: Drawn | None) -> Finding:
    """How the province moved against the median of the provinces. rows: from trend_rows (either language)."""
    p, code = profile.panel, profile.code
    first, last = int(rows["year"].min()), profile.year
    start = {k: p.rate_fact(k, code, first) for k in COMPARED}
    end = {k: p.rate_fact(k, code, last) for k in COMPARED}
    side = rows.set_index(["indicator", "year"])
    now_below = [
        k
        for k in COMPARED
        if round_half_up(side.at[(k, last), "value"], 2) < round_half_up(side.at[(k, last), "median"], 2)
    ]
    was_below = [
        k
        for k in COMPARED
        if round_half_up(side.at[(k, first), "value"], 2) < round_half_up(side.at[(k, first), "median"], 2)
    ]
    below = naming.joined(map(naming.short, now_below))
    median = {
        k: derived(
            side.at[(k, last), "median"],
            *TEXT.fact(
                "trends.facts.median",
                last=last,
                label=(catalog.indicator(k).label("zh"), catalog.indicator(k).label("en")),
            ),
            origin=p.origin(k, last),
            operation=f"median({k} / population) * 1000",
            style="rate",
        )
        for k in COMPARED
    }
    jumps = [(k, y) for k in TRENDS for y in p.jumps(k, code)]
    if now_below:
        headline = TEXT.say(
            "trends.headline",
            last=year(last),
            place=profile.place,
            what=below,
        )
    else:
        headline = TEXT.say(
            "trends.headline_otherwise",
            last=year(last),
            place=profile.place,
        )
    fallen = [k for k in COMPARED if k in now_below and k not in was_below]
    risen = [k for k in COMPARED if k in was_below and k not in now_below]
    sentences = [
        TEXT.say(
            "trends.sentences.change",
            first=year(first),
            last=year(last),
            d0=start["doctors"],
            d1=end["doctors"],
            n0=start["nurses"],
            n1=end["nurses"],
            b0=start["beds"],
            b1=end["beds"],
            md=median["doctors"],
            mn=median["nurses"],
            mb=median["beds"],
        ),
    ]
    for keys in (fallen, risen):
        if keys:
            names = naming.joined(map(naming.short, keys))
            sentences.append(
                TEXT.say(
                    "trends.sentences.fallen" if keys is fallen else "trends.sentences.risen",
                    first=year(first),
                    last=year(last),
                    what=names,
                )
            )
    if jumps:
        listed = _by_indicator(jumps, "zh"), _by_indicator(jumps, "en")
        sentences.append(
            TEXT.say(
                "trends.sentences.jumps",
                jumps=name(listed),
            )
        )
    source = subjects.sources(p.observations)
    table = rows.assign(
        label=rows["indicator"].map(lambda k: catalog.indicator(k).label("zh")),
        label_en=rows["indicator"].map(lambda k: catalog.indicator(k).label("en")),
        year=rows["year"].astype(str),
    )
    rate: dict[str, Any] = dict(style="rate", unit=TEXT.pair("trends.rate_unit"), source_ids=source)
    columns = (
        TEXT.column("trends.columns.label", "name"),
        TEXT.column("trends.columns.year", "year"),
        Column("value", profile.place, formula=panel.PER_1000, **rate),
        TEXT.column("trends.columns.median", **rate),
        TEXT.column(
            "trends.columns.p10",
            **rate,
        ),
        TEXT.column(
            "trends.columns.p90",
            **rate,
        ),
    )
    return Finding(
        "trends",
        headline,
        TEXT.say(
            "trends.subtitle",
            first=year(first),
            last=year(last),
        ),
        sentences=tuple(sentences),
        note=TEXT.say(
            "trends.note",
            y=year(2014),
            a=year(2011),
            b=year(2019),
        ),
        drawing=drawing,
        tables=(Table("trends", TEXT.pair("trends.caption"), table, columns),),
        alt=TEXT.say(
            "trends.alt",
            place=profile.place,
            first=year(first),
            last=year(last),
            d0=start["doctors"],
            d1=end["doctors"],
            md=median["doctors"],
            n0=start["nurses"],
            n1=end["nurses"],
            b0=start["beds"],
            b1=end["beds"],
        ),
    )


def interval_rows(
    profile: Profile, printed: dict[str, pd.DataFrame], stable: dict[str, pd.DataFrame], lang: str
) -> pd.DataFrame:
    """One row a ranked indicator as charts.intervals takes it: place, print resolution (low, high) and stability interval (outer)."""
    rows = []
    for k in panel.RANKED:
        p, s = printed[k].loc[profile.code], stable[k].loc[profile.code]
        rows.append(
            {
                "code": k,
                "name": catalog.indicator(k).label(lang),
                "value": p["rank"],
                "low": p["low"],
                "high": p["high"],
                "outer_low": s["low"],
                "outer_high": s["high"],
            }
        )
    return pd.DataFrame(rows)


def places(
    profile: Profile, printed: dict[str, pd.DataFrame], stable: dict[str, pd.DataFrame], drawing: Drawn | None
) -> Finding:
    """How firm each place is. printed, stable: DataFrames rank, low, high by region_code, one an indicator."""
    p, code, y = profile.panel, profile.code, profile.year
    rows: list[dict[str, Any]] = []
    for k in panel.RANKED:
        a, b = printed[k].loc[code], stable[k].loc[code]
        rows.append(
            {
                "indicator": naming.label(k)[0],
                "indicator_en": naming.label(k)[1],
                "rank": p.rank_fact(k, code, y, a["rank"]),
                "printed": p.rank_fact(k, code, y, a["rank"], a["low"], a["high"], PRINT_FORMULA),
                "stable": p.rank_fact(k, code, y, b["rank"], b["low"], b["high"], STABLE_FORMULA),
            }
        )
    table = pd.DataFrame(rows)
    widest = max(range(len(rows)), key=lambda i: rows[i]["stable"].high - rows[i]["stable"].low)
    widest_name = naming.short(panel.RANKED[widest])
    doctors = rows[0]
    error = assumed(f"{panel.RELATIVE_ERROR:.0%}")
    source = subjects.sources(p.observations)
    return Finding(
        "places",
        TEXT.say(
            "places.headline",
            e=error,
            place=profile.place,
            range=doctors["stable"],
        ),
        TEXT.say(
            "places.subtitle",
            year=year(y),
        ),
        sentences=(
            TEXT.say(
                "places.sentences.widest",
                what=widest_name,
                range=rows[widest]["stable"],
            ),
        ),
        note=TEXT.say(
            "places.note",
        ),
        drawing=drawing,
        tables=(
            Table(
                "places",
                TEXT.pair("places.caption"),
                table,
                (
                    TEXT.column("places.columns.indicator", "name"),
                    TEXT.column(
                        "places.columns.rank",
                        "rank",
                        formula=panel.RANK_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column(
                        "places.columns.printed",
                        "rank",
                        formula=PRINT_FORMULA,
                        source_ids=source,
                    ),
                    TEXT.column(
                        "places.columns.stable",
                        "rank",
                        formula=STABLE_FORMULA,
                        source_ids=source,
                    ),
                ),
            ),
        ),
        alt=TEXT.say(
            "places.alt",
            place=profile.place,
            year=year(y),
            r=doctors["rank"],
            s=doctors["stable"],
            what=widest_name,
            w=rows[widest]["stable"],
        ),
    )


def closing(profile: Profile) -> Finding:
    """What these sources do not hold for the province."""
    needed = (held.VISITS, held.ADMISSIONS, held.BED_USE)
    return subjects.closing(
        (
            *held.states(profile.code, needed, TEXT.pair("closing.settle")),
            TEXT.state(
                "E7",
                "closing.states.E7",
            ),
        )
    )
