"""Region profile (provinces): what a province has per 1,000 residents, against all provinces and its peers, and since when.

Rows: the NBS panel of 31 provinces. Sentences compare at the printed precision, so that a reader who checks finds the same.
More than 300 lines because each sentence stands here in two languages.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import catalog
from analysis.facts import State, derived, round_half_up
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, assumed, brief, name, words, year
from analysis.themes import held, panel

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
PRINT_FORMULA = (
    "比率在公布位数的舍入范围内时可能的位次",
    "places possible while each rate stays within the rounding of its printed digits",
)
STABLE_FORMULA = (
    "各省对数比率加相对误差后位次的 95% 范围",
    "95% range of places when each province's log rate is perturbed by the relative error",
)


@dataclass(frozen=True)
class Profile(panel.View):
    """A province in the panel, compared in the newest year."""

    @property
    def latest(self) -> pd.DataFrame:
        """Rates per 1,000 residents in the newest year: index region_code, one column an indicator."""
        return self.panel.latest()


def coverage() -> dict[str, dict | None]:
    """Every province has a page."""
    return panel.every_province()


def load(region_code: str, provinces: panel.Panel) -> Profile:
    """A province's view of the panel. Raises ParameterError for a code that is no region."""
    return Profile(catalog.region(region_code).code, provinces)


def _provinces(profile: Profile):
    count = profile.panel.latest()["doctors"].count()
    return derived(
        count,
        ("参与比较的省份数", "provinces compared"),
        ("计数", "count"),
        origin=profile.panel.origin("doctors", profile.year),
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
    return tuple([k for k in COMPARED if signs[k] == s] for s in (1, -1, 0))


def _headline(profile: Profile) -> Sentence:
    phrases = (
        ("高于全国", "above the nation"),
        ("低于全国", "below the nation"),
        ("与全国持平", "level with the nation"),
    )
    zh, en = [], []
    for keys, (p_zh, p_en) in zip(_against_nation(profile), phrases, strict=True):
        if keys:
            what_zh, what_en = held.joined(map(held.short, keys))
            zh.append(what_zh + p_zh)
            en.append(f"{what_en} {p_en}")
    return words(
        "position",
        "{place}每千人口：{what}",
        "{place}, per thousand residents: {what}",
        place=profile.place,
        what=("，".join(zh), "; ".join(en)),
    )


def position(profile: Profile, ranks: pd.DataFrame, drawing) -> Finding:
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
            "indicator": [held.label(k)[0] for k in INDICATORS],
            "indicator_en": [held.label(k)[1] for k in INDICATORS],
            "rate": [fact[k] for k in INDICATORS],
            "low": [p.rate_fact(k, latest[k].idxmin(), y) for k in INDICATORS],
            "high": [p.rate_fact(k, latest[k].idxmax(), y) for k in INDICATORS],
            "nation": [nation[k] for k in INDICATORS],
            "rank": [rank[k] for k in INDICATORS],
            "count": [p.cell(k, code, y) for k in INDICATORS],
        }
    )
    source = held.sources(p.observations)
    columns = (
        Column("indicator", ("指标", "Indicator"), "name"),
        Column(
            "rate",
            profile.place,
            "rate",
            ("每千人口", "per 1,000 residents"),
            formula=panel.PER_1000,
            source_ids=source,
        ),
        Column(
            "nation",
            ("全国", "Nation"),
            "rate",
            ("每千人口", "per 1,000 residents"),
            formula=("31 省之和之比", "ratio of sums over 31 provinces"),
            source_ids=source,
        ),
        Column(
            "rank",
            ("位次", "Place"),
            "rank",
            ("共 31 省", "of 31"),
            formula=panel.RANK_FORMULA,
            source_ids=source,
        ),
        Column(
            "low",
            ("最低的省", "Lowest province"),
            "rate",
            ("每千人口", "per 1,000 residents"),
            formula=panel.PER_1000,
            source_ids=source,
        ),
        Column(
            "high",
            ("最高的省", "Highest province"),
            "rate",
            ("每千人口", "per 1,000 residents"),
            formula=panel.PER_1000,
            source_ids=source,
        ),
        Column("count", ("数量", "Count"), "count", source_ids=source),
    )
    return Finding(
        "position",
        _headline(profile),
        words(
            "position-sub",
            "{year} 年每千常住人口的数量，各省一点；每行刻度独立，两端标出最低和最高的省份；位次从多到少",
            "Number per thousand residents in {year}, one dot a province; each row has its own scale, both ends named; places count from the most",
            year=year(y),
        ),
        sentences=(
            brief(
                "doctors",
                1,
                "{year} 年末，{place}有执业（助理）医师 {count}，每千人口 {rate} 人，居 {n} 省{rank}；全国为 {nation} 人。",
                "At the end of {year}, {place} had {count} licensed (assistant) doctors, {rate} per thousand residents, {rank} of {n} provinces; the nation had {nation}.",
                year=year(y),
                place=profile.place,
                count=p.cell("doctors", code, y),
                rate=fact["doctors"],
                n=_provinces(profile),
                rank=rank["doctors"],
                nation=nation["doctors"],
            ),
            brief(
                "nurses-beds",
                1,
                "{place}每千人口注册护士 {nurses} 人（{r1}），医疗卫生机构床位 {beds} 张（{r2}）；全国为 {n1} 人和 {n2} 张。",
                "{place}, per thousand residents: {nurses} registered nurses ({r1}) and {beds} beds ({r2}); the nation had {n1} and {n2}.",
                place=profile.place,
                nurses=fact["nurses"],
                r1=rank["nurses"],
                beds=fact["beds"],
                r2=rank["beds"],
                n1=nation["nurses"],
                n2=nation["beds"],
            ),
            words(
                "best-worst",
                "六项排位指标中，位次最前的是{best}（{rb}），最后的是{worst}（{rw}）。",
                "Of the six ranked indicators the best place is in {best} ({rb}), the last in {worst} ({rw}).",
                best=held.short(best),
                rb=rank[best],
                worst=held.short(worst),
                rw=rank[worst],
            ),
        ),
        note=words(
            "position-note",
            "全国为各省合计除以合计人口。多不等于好：数量说明资源，不说明质量。",
            "The nation is the provinces' sum over their summed population. More is not better: numbers show resources, not quality.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "position",
                ("每千常住人口的数量和位次", "Number per 1,000 residents and place"),
                table,
                columns,
            ),
        ),
        alt=words(
            "position-alt",
            "{place} {year} 年在各省中的位置：医师每千人口 {d} 人居{rd}，护士 {n} 人居{rn}，床位 {b} 张居{rb}。",
            "{place} among all provinces in {year}: doctors {d} per thousand ({rd}), nurses {n} ({rn}), beds {b} ({rb}).",
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
    comma, semicolon = ("、", "；") if lang == "zh" else (", ", "; ")
    years = {k: comma.join(str(y) for key, y in jumps if key == k) for k, _ in jumps}
    return semicolon.join(f"{catalog.term(f'short_{k}', lang)} {text}" for k, text in years.items())


def trends(profile: Profile, rows: pd.DataFrame, drawing) -> Finding:
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
    below = held.joined(map(held.short, now_below))
    median = {
        k: derived(
            side.at[(k, last), "median"],
            (
                f"{last} 年 31 省每千人口{catalog.indicator(k).label('zh')}中位数",
                f"median of 31 provinces, {catalog.indicator(k).label('en')} per 1,000, {last}",
            ),
            ("31 省比率的中位数", "median of 31 provinces' rates"),
            origin=p.origin(k, last),
            style="rate",
        )
        for k in COMPARED
    }
    jumps = [(k, y) for k in TRENDS for y in p.jumps(k, code)]
    if now_below:
        headline = words(
            "trends",
            "{last} 年，{place}每千人口的{what}低于各省中位数",
            "In {last} {place} was below the provinces' median in {what} per thousand residents",
            last=year(last),
            place=profile.place,
            what=below,
        )
    else:
        headline = words(
            "trends",
            "{last} 年，{place}每千人口的医师、护士和床位都不低于各省中位数",
            "In {last} {place} was at or above the provinces' median in doctors, nurses and beds per thousand residents",
            last=year(last),
            place=profile.place,
        )
    crossed = [k for k in COMPARED if (k in now_below) != (k in was_below)]
    sentences = [
        words(
            "change",
            "{first} 年至 {last} 年，每千人口医师由 {d0} 人到 {d1} 人，护士由 {n0} 人到 {n1} 人，床位由 {b0} 张到 {b1} 张；{last} 年各省中位数为 {md} 人、{mn} 人和 {mb} 张。",
            "From {first} to {last}, per thousand residents: doctors {d0} to {d1}, nurses {n0} to {n1}, beds {b0} to {b1}; the {last} medians were {md}, {mn} and {mb}.",
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
    if crossed:
        names = held.joined(map(held.short, crossed))
        sentences.append(
            words(
                "crossed",
                "与 {first} 年相比，{what}越过了各省中位数。",
                "Compared with {first}, {what} crossed the provinces' median.",
                first=year(first),
                what=names,
            )
        )
    if jumps:
        listed = tuple(_by_indicator(jumps, lang) for lang in ("zh", "en"))
        sentences.append(
            Sentence(
                "jumps",
                "下列年份的变动幅度像是重新核实而非一年的增减，照原样保留：{zh}。",
                "These yearly changes look like recounts, not a year's growth; they are kept as published: {en}.",
                {"zh": name(listed[0]), "en": name(listed[1])},
            )
        )
    source = held.sources(p.observations)
    table = rows.assign(
        label=rows["indicator"].map(lambda k: catalog.indicator(k).label("zh")),
        label_en=rows["indicator"].map(lambda k: catalog.indicator(k).label("en")),
        year=rows["year"].astype(str),
    )
    rate = dict(style="rate", unit=("每千人口", "per 1,000"), source_ids=source)
    columns = (
        Column("label", ("指标", "Indicator"), "name"),
        Column("year", ("年", "Year"), "year"),
        Column("value", profile.place, formula=panel.PER_1000, **rate),
        Column("median", ("中位数", "Median"), formula=("31 省中位数", "median of 31 provinces"), **rate),
        Column(
            "p10",
            ("第 10 百分位", "10th percentile"),
            formula=("31 省第 10 百分位", "10th percentile of 31 provinces"),
            **rate,
        ),
        Column(
            "p90",
            ("第 90 百分位", "90th percentile"),
            formula=("31 省第 90 百分位", "90th percentile of 31 provinces"),
            **rate,
        ),
    )
    return Finding(
        "trends",
        headline,
        words(
            "trends-sub",
            "每千常住人口的数量，{first}–{last} 年；各图刻度不同，不从零起",
            "Number per thousand residents, {first}–{last}; scales differ and do not start at zero",
            first=year(first),
            last=year(last),
        ),
        sentences=tuple(sentences),
        note=words(
            "trends-note",
            "灰带为各省第十至第九十百分位，虚线为中位数。{y} 年起卫生技术人员含村卫生室；{a}–{b} 年人口为普查后修订数。",
            "Band: tenth to ninetieth percentile of the provinces; dashed: median. From {y} technicians include village clinics; population of {a}–{b} was revised after the census.",
            y=year(2014),
            a=year(2011),
            b=year(2019),
        ),
        drawing=drawing,
        tables=(
            Table(
                "trends", ("每千常住人口的数量，历年", "Number per 1,000 residents by year"), table, columns
            ),
        ),
        alt=words(
            "trends-alt",
            "{place} {first} 年至 {last} 年每千人口医师由 {d0} 到 {d1}（{last} 年各省中位数 {md}），护士由 {n0} 到 {n1}，床位由 {b0} 到 {b1}。",
            "{place}, {first} to {last}, per thousand residents: doctors {d0} to {d1} (median in {last}: {md}), nurses {n0} to {n1}, beds {b0} to {b1}.",
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
    profile: Profile, printed: dict[str, pd.DataFrame], stable: dict[str, pd.DataFrame], drawing
) -> Finding:
    """How firm each place is. printed, stable: DataFrames rank, low, high by region_code, one an indicator."""
    p, code, y = profile.panel, profile.code, profile.year
    rows = []
    for k in panel.RANKED:
        a, b = printed[k].loc[code], stable[k].loc[code]
        rows.append(
            {
                "indicator": held.label(k)[0],
                "indicator_en": held.label(k)[1],
                "rank": p.rank_fact(k, code, y, a["rank"]),
                "printed": p.rank_fact(k, code, y, a["rank"], a["low"], a["high"], PRINT_FORMULA),
                "stable": p.rank_fact(k, code, y, b["rank"], b["low"], b["high"], STABLE_FORMULA),
            }
        )
    table = pd.DataFrame(rows)
    widest = max(range(len(rows)), key=lambda i: rows[i]["stable"].high - rows[i]["stable"].low)
    widest_name = held.short(panel.RANKED[widest])
    doctors = rows[0]
    error = assumed(f"{panel.RELATIVE_ERROR:.0%}")
    source = held.sources(p.observations)
    return Finding(
        "places",
        words(
            "places",
            "若每千人口数有 {e} 的误差，{place}医师的位次在{range}之间",
            "If the rates are off by {e}, {place}'s place in doctors lies within {range}",
            e=error,
            place=profile.place,
            range=doctors["stable"],
        ),
        words(
            "places-sub",
            "{year} 年位次（从多到少）；内层为公布精度，外层为稳定区间",
            "Places in {year}, counted from the most; inner band: print resolution, outer band: stability interval",
            year=year(y),
        ),
        sentences=(
            words(
                "widest",
                "六项中区间最宽的是{what}：{range}。区间重叠的省份，先后不宜解读。",
                "The widest interval is that of {what}: {range}. Where intervals overlap, the order should not be read.",
                what=widest_name,
                range=rows[widest]["stable"],
            ),
        ),
        note=words(
            "places-note",
            "公布精度：数字按公布位数舍入后仍可能的位次。稳定区间：各省比率带上述误差时位次的范围（百分之九十五的模拟）；普查后人口修订曾使已公布比率与重算值相差约这一幅度。",
            "Print resolution: places still possible given rounding as published. Stability interval: range of places (ninety-five per cent of draws) when each province's rate carries that error; the census revision of population moved published rates by about as much.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "places",
                ("位次、公布精度和稳定区间", "Place, print resolution and stability interval"),
                table,
                (
                    Column("indicator", ("指标", "Indicator"), "name"),
                    Column(
                        "rank",
                        ("位次", "Place"),
                        "rank",
                        ("共 31 省", "of 31"),
                        formula=panel.RANK_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "printed",
                        ("公布精度", "Print resolution"),
                        "rank",
                        formula=PRINT_FORMULA,
                        source_ids=source,
                    ),
                    Column(
                        "stable",
                        ("稳定区间", "Stability interval"),
                        "rank",
                        formula=STABLE_FORMULA,
                        source_ids=source,
                    ),
                ),
            ),
        ),
        alt=words(
            "places-alt",
            "{place} {year} 年医师密度的位次为{r}，稳定区间{s}；{what}的区间最宽，为{w}。",
            "{place} in {year}: place in doctors per thousand {r}, stability interval {s}; widest for {what}: {w}.",
            place=profile.place,
            year=year(y),
            r=doctors["rank"],
            s=doctors["stable"],
            what=widest_name,
            w=rows[widest]["stable"],
        ),
    )


def map_rows(profile: Profile, lang: str) -> pd.DataFrame:
    """code, name, value: doctors per 1,000 residents of each province, newest year."""
    names = panel.short_names(lang)
    value = profile.latest["doctors"]
    return pd.DataFrame({"code": value.index, "name": [names[c] for c in value.index], "value": value.values})


def tile_map(profile: Profile, drawing) -> Finding:
    """Doctors per 1,000 residents on the tile map."""
    p, y = profile.panel, profile.year
    latest = profile.latest["doctors"]
    top, bottom = latest.idxmax(), latest.idxmin()
    own, high, low = (p.rate_fact("doctors", c, y) for c in (profile.code, top, bottom))
    regions = catalog.regions()
    table = pd.DataFrame(
        {
            "province": [regions[c].short("zh") for c in latest.index],
            "province_en": [regions[c].short("en") for c in latest.index],
            "value": latest.values,
        }
    )
    ends = {"top": held.place(top), "bottom": held.place(bottom)}
    source = held.sources(p.observations)
    return Finding(
        "map",
        words(
            "map",
            "{place}每千人口有 {own} 名医师；最多的{top}为 {high}，最少的{bottom}为 {low}",
            "{place} has {own} doctors per thousand residents; {top} has the most ({high}), {bottom} the fewest ({low})",
            place=profile.place,
            own=own,
            high=high,
            low=low,
            **ends,
        ),
        words(
            "map-sub",
            "每千常住人口执业（助理）医师，{year} 年；每格一省，等大",
            "Licensed (assistant) doctors per thousand residents, {year}; one equal tile a province",
            year=year(y),
        ),
        note=words(
            "map-note",
            "台湾、香港和澳门不在这些来源内。",
            "Taiwan, Hong Kong and Macao are not in these sources.",
        ),
        drawing=drawing,
        tables=(
            Table(
                "map",
                ("每千常住人口执业（助理）医师", "Licensed (assistant) doctors per 1,000 residents"),
                table,
                (
                    Column("province", ("省份", "Province"), "name"),
                    Column(
                        "value",
                        ("医师", "Doctors"),
                        "rate",
                        ("每千人口", "per 1,000"),
                        formula=panel.PER_1000,
                        source_ids=source,
                    ),
                ),
                highlight=(int(latest.index.get_loc(profile.code)),),
            ),
        ),
        alt=words(
            "map-alt",
            "{year} 年各省每千人口医师数：{place} {own}，{top}最多为 {high}，{bottom}最少为 {low}。",
            "Doctors per thousand residents by province, {year}: {place} {own}, {top} most at {high}, {bottom} fewest at {low}.",
            year=year(y),
            place=profile.place,
            own=own,
            high=high,
            low=low,
            **ends,
        ),
    )


def closing(profile: Profile) -> Finding:
    """What these sources do not hold for the province."""
    return held.closing(
        (
            State(
                "E1",
                (
                    "诊疗人次、入院人数和病床使用率：分省数据不在这些来源内",
                    "Visits, admissions and bed use by province are not in these sources",
                ),
                ("可从国家数据“分省年度数据”补入", "The publisher's provincial annual data hold them"),
            ),
            State(
                "E7",
                (
                    "专业公共卫生机构数口径变更，不排位、不作走势",
                    "Specialised public health institutions changed definition: neither ranked nor drawn over time",
                ),
                ("需要按同一口径重算的历年数", "A series recomputed under one definition would settle it"),
            ),
        )
    )
