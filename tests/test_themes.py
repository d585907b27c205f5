"""Themes on the real tables: every place of the plan loads, both languages say the same facts, printed columns add up."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from analysis import catalog, charts, tables
from analysis.errors import MethodError
from analysis.methods import effects, ranking
from analysis.themes import (
    naming,
    panel,
    policy_events,
    ranking_changes,
    region_profile,
    staff_activity,
    staff_effects,
    start_here,
    stated_values,
    subjects,
    talent_inflow,
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_two_dates_of_a_timeline_have_the_same_words(lang, processed):
    """“4+7” was announced on one day and its scheme published on another: which is which stands there."""
    for code in catalog.regions():
        events = policy_events.event_rows(policy_events.load(code), lang)
        dates = events.groupby(["label", "group"])["date"].nunique()
        assert dates.max() == 1, dates[dates > 1]


def test_dates_of_the_nation_alone_stand_on_the_nations_page(processed):
    """A place without an event of its own leads there; its briefing has no strip of other people's dates."""
    for code, own in (("450100", False), ("140000", True)):
        strip = policy_events.load(code)
        found = policy_events.finding(strip, charts.timeline(policy_events.event_rows(strip, "zh")))
        assert (found.once, found.strip) == (not own, own)


PROVINCES = ("140000", "540000", "110000", "310000")


@pytest.fixture(scope="module")
def provinces(processed):
    return panel.load(region_profile.INDICATORS)


@pytest.fixture(scope="module")
def ranks(provinces):
    latest = provinces.latest()
    return pd.DataFrame({key: ranking.rank(latest[key], better="higher") for key in latest})


def both(finding) -> tuple[dict, dict]:
    """The finding's payload in both languages, after the checks that hold for every finding."""
    zh, en = finding.json("zh"), finding.json("en")
    assert zh["facts"] == en["facts"] and [s["id"] for s in zh["sentences"]] == [
        s["id"] for s in en["sentences"]
    ]
    if zh["kind"] == "figure":
        for payload in (zh, en):
            assert 15 <= len(payload["alt"]) <= 300 and any(ch.isdigit() for ch in payload["alt"])
            assert (
                "<svg" in payload["drawings"]["wide"]
                and payload["drawings"]["narrow"] != payload["drawings"]["wide"]
            )
    return zh, en


def test_rates_follow_from_counts_and_their_rounding(provinces):
    r = provinces.rates
    assert ((r["low"] <= r["value"]) & (r["value"] <= r["high"])).all()
    assert (r["value"] * r["population"] / 1000).round(6).equals(r["count"].round(6))
    assert r.groupby(["indicator", "year"])["region_code"].nunique().eq(31).all()


def test_the_nation_is_the_sum_of_provinces(provinces):
    y = provinces.last_year
    counts = provinces.rates.query("indicator == 'doctors' and year == @y")
    expected = counts["count"].sum() / counts["population"].sum() * 1000
    assert provinces.nation_fact("doctors", y).value == pytest.approx(expected)


def test_peers_are_five_others_and_mutual_distance_decides(provinces):
    for code in PROVINCES:
        peers = panel.peer_codes(code, panel.peer_year())
        assert len(set(peers)) == 5 and code not in peers
    with pytest.raises(Exception, match="31 provinces"):
        panel.peer_codes("140100", panel.peer_year())


def test_a_rate_links_to_count_and_population(provinces):
    fact = provinces.rate_fact("doctors", "140000", 2023)
    assert [f.observations[0] for f in fact.inputs] == [
        "nbs-province:140000:doctors:2023",
        "nbs-province:140000:population:2023",
    ]
    assert fact.value == pytest.approx(fact.inputs[0].value / fact.inputs[1].value * 1000)


@pytest.mark.parametrize("code", PROVINCES)
def test_region_profile(provinces, ranks, code):
    profile = region_profile.load(code, provinces)
    drawing = charts.spine(
        region_profile.spine_rows(profile, "zh"),
        region=code,
        nation=region_profile.nation_values(profile),
        rank=region_profile.rank_texts(profile, ranks, "zh"),
        lang="zh",
    )
    zh, _ = both(region_profile.position(profile, ranks, drawing))
    above, below, level = (
        sum(k in text for k in ("医师", "护士", "床位")) for text in _split(zh["headline"])
    )
    assert above + below + level == 3, "each of the three is placed once against the nation"
    rows = region_profile.trend_rows(profile, "zh")
    both(
        region_profile.trends(
            profile,
            rows,
            charts.trends(
                rows, region_name="x", breaks=profile.break_spans(region_profile.TRENDS), lang="zh"
            ),
        )
    )
    both(region_profile.closing(profile))


def test_a_side_of_the_median_that_changed_is_told_with_its_direction(provinces):
    """`crossed the median` reads as a rise; each way has its sentence."""
    profile = region_profile.load("140000", provinces)
    rows = region_profile.trend_rows(profile, "zh")
    first, last = rows["year"].min(), rows["year"].max()

    def said(before: float, after: float) -> set[str]:
        moved = rows.copy()
        moved["median"] = 5.0
        moved.loc[moved["year"] == first, "value"], moved.loc[moved["year"] == last, "value"] = before, after
        return {s.id.rpartition(".")[2] for s in region_profile.trends(profile, moved, None).sentences}

    assert "fallen" in said(6, 4) and "risen" not in said(6, 4)
    assert "risen" in said(4, 6) and "fallen" not in said(4, 6), "the mutation: the other way round"
    assert not {"fallen", "risen"} & (said(4, 4) | said(6, 6))


def _split(headline: list) -> list[str]:
    text = "".join(s if isinstance(s, str) else "" for s in headline)
    return [
        next((part for part in text.split("，") if word in part), "") for word in ("高于", "低于", "持平")
    ]


@pytest.mark.parametrize("code", PROVINCES)
def test_ranking_changes(provinces, code):
    six = panel.from_observations(provinces.observations, panel.RANKED)
    places = ranking.rank_change(
        six.rates,
        unit="region_code",
        time="year",
        value="value",
        better="higher",
        category="indicator",
        low="low",
        high="high",
    )
    stable = ranking_changes.each_year(
        six.only_years(six.first_year, six.last_year),
        ranking.stability_interval,
        relative_error=0.03,
        better="higher",
    )
    ends = places["year"].isin([six.first_year, six.last_year])
    holds = ranking_changes.ends(six, ranking.move_holds, better="higher")
    printed = ranking_changes.printed_rates(six)
    mine = ranking_changes.ends(six, ranking.move_holds, better="higher", units=[code])
    assert mine["holds"].equals(holds["holds"].loc[(slice(None), [code])]), "what its page works out alone"
    change = ranking_changes.load(code, six, places[ends], stable, holds, printed)
    moves = change.moves()
    early = printed[printed["year"] < 2020]
    assert change.error == pytest.approx(((early["value"] / early["rate"] - 1) ** 2).mean() ** 0.5)
    for k, move in moves.iterrows():
        own = change.own(k)
        assert (own["low"] <= own["rank"]).all() and (own["rank"] <= own["high"]).all()
        recount = bool(change.jumps(k)) and move["before"] != move["after"]
        assert (move["verdict"] == "recount") == recount, "a move with a flagged recount is not judged"
        if move["verdict"] == "firm":
            assert move["holds"] >= change.error
    both(ranking_changes.moves(change, charts.intervals(ranking_changes.move_rows(change, "zh"), lang="zh")))
    together = {
        rho: ranking_changes.ends(
            six, ranking.move_probability, better="higher", relative_error=0.04, correlation=rho, units=[code]
        )
        for rho in (0.5, 0.9)
    }
    zh, _ = both(ranking_changes.sensitivity(change, together))
    basis = {fact["label"]["zh"]: fact["value"] for fact in zh["facts"].values()}
    assert basis["年鉴公布的比率数"] == len(early)
    lines = ranking_changes.over_time_rows(change, "zh")
    drawing = charts.rank_over_time(lines, region=code, lang="zh")
    for shown in (
        change,
        replace(change, holds=holds.assign(holds=0.0)),
        replace(change, holds=holds.assign(holds=9.0)),
    ):
        lead, verdict = shown.lead()
        zh, _ = both(ranking_changes.over_time(shown, drawing))
        headline = "".join(s for s in zh["headline"] if isinstance(s, str))
        said = json.dumps(zh["sentences"][0], ensure_ascii=False)
        assert (verdict == "recount") == ("像是重新核实" in said), (
            "a sentence that rests on a recount says so"
        )
        assert ("都站不住" in headline) == (verdict == "soft")
        assert naming.short(lead)[0] in said and zh["sentences"][0]["brief"] == (
            2 if verdict == "firm" else 5
        )


@pytest.mark.parametrize("code", PROVINCES)
def test_talent_inflow_columns_add_up_as_printed(provinces, code):
    three = panel.from_observations(provinces.observations, talent_inflow.INDICATORS)
    split = effects.shift_share(
        talent_inflow.sectors(three), unit="region_code", sector="sector", before="before", after="after"
    )
    inflow = talent_inflow.load(code, three, split)
    shown = inflow.shown
    assert (shown["gained"] == shown["share"] + shown["own"]).all() and (shown % 100 == 0)[
        ["gained", "share", "own"]
    ].all(axis=None)
    assert abs(shown["own"].sum()) <= 31 * 50, "own differences cancel over the nation but for rounding"
    zh, _ = both(
        talent_inflow.shift(
            inflow,
            charts.shift_share(
                talent_inflow.share_rows(inflow, "zh"),
                region=code,
                nation=talent_inflow.nation_growth(inflow),
                lang="zh",
            ),
        )
    )
    assert (
        ("像是重新核实" in json.dumps(zh["sentences"][0], ensure_ascii=False))
        == bool(inflow.jumps("doctors"))
        == (code == "540000")
    )
    both(talent_inflow.yearly(inflow, charts.bars(talent_inflow.yearly_rows(inflow, "zh"), lang="zh")))
    zh, _ = both(talent_inflow.closing(inflow))
    assert (zh["states"][1]["code"] == "E8") == (code in set(staff_activity.read()["region_code"]))


def test_stay_changes_are_within_a_province(processed):
    table = staff_effects.changes(staff_effects.read())
    first = table.groupby("region_code")["year"].transform("min")
    assert table["stay"].notna().all() and table["region_code"].nunique() == 31
    assert (table["d_stay"].isna() == (table["year"] == first)).all()
    assert (table["d_doctors_1"].isna() == (table["year"] <= first + 1)).all()


@pytest.mark.parametrize("code", [k for k in ("321100", "140100", "370200", "140000", "610100")])
def test_stated_values_list_every_row_once(processed, code):
    stated = stated_values.load(code)
    shown = [
        len(both(stated_values.listed(stated, s))[0]["tables"][0]["rows"])
        if (stated.rows["status"] == s).any()
        else 0
        for s in stated_values.STATUSES
    ]
    assert sum(shown) == len(stated.rows) > 0
    both(stated_values.data(stated))


def test_every_place_with_a_core_fact_has_a_page_of_stated_values(processed):
    facts = tables.read("observations", source_id=[s for s in catalog.sources() if s.startswith("doc-")])
    facts = facts[facts["salience"] != "metadata"]
    covered = {code for code, state in stated_values.coverage().items() if state is None}
    level = facts["region_code"].map(lambda c: catalog.region(c).level)
    assert set(facts.loc[level.isin(["province", "city"]), "region_code"]) <= covered


def test_stated_values_hold_to_the_date_of_the_issue(processed):
    stated = stated_values.load("140100", as_of="2019-12-31")
    assert 0 < len(stated.rows) < len(stated_values.load("140100").rows)
    assert all(catalog.source(s).published <= "2019-12-31" for s in stated.rows["source_id"])
    with pytest.raises(MethodError, match="no statement on single values for 371400 by 1949-10-01"):
        stated_values.load("371400", as_of="1949-10-01")


def test_a_view_marks_its_province_and_not_the_nation(provinces):
    shanxi, nation = panel.View("140000", provinces), panel.View(catalog.NATION, provinces)
    assert (shanxi.mark, nation.mark) == ("140000", None) and nation.is_nation and not shanxi.is_nation
    assert shanxi.years == (provinces.first_year, provinces.last_year) and shanxi.peers == panel.peer_codes(
        "140000", shanxi.year
    )
    assert set(shanxi.jumps("doctors")) <= set(provinces.jumps("doctors", "140000")) - {provinces.first_year}


def test_names_are_listed_in_both_languages():
    three = [("医师", "doctors"), ("护士", "nurses"), ("床位", "beds")]
    assert naming.joined(three) == ("医师、护士和床位", "doctors, nurses and beds")
    assert naming.joined(three[:1]) == ("医师", "doctors") and naming.joined([]) == ("", "")


def test_a_section_with_nothing_to_show_names_the_place_and_what_would_settle_it():
    finding = subjects.Subject("140000").silent(
        "money",
        "E1",
        ("{place}没有公布经费", "{place}: no money is published"),
        ("没有经费", "no money"),
        ("需要决算", "Accounts"),
    )
    zh, en = both(finding)
    assert zh["kind"] == "states" and (zh["states"][0]["title"], en["states"][0]["title"]) == (
        ["山西：没有经费"],
        ["Shanxi: no money"],
    )


def start(code: str, indicator: str, years: tuple[int, int]):
    rows = tables.read("observations", region_code=code, indicator=indicator, year=years)
    drawing = charts.lines(start_here.line_rows(rows, "zh"), region=start_here.main_source(rows), lang="en")
    return start_here.series(rows, drawing), drawing


def test_a_series_of_one_value_is_said_and_drawn_as_one(processed, monkeypatch):
    finding, drawing = start("140100", "city_hospital_beds", (2023, 2023))
    assert finding.headline.text("en").count("2023") == 1 and "one value" in finding.headline.text("en")
    assert finding.alt.text("zh").count("2023") == 1
    svg = drawing.svg("wide")
    marks = [float(m.replace(",", "")) for m in re.findall(r">(\d[\d,]*\.?\d*)</text>", svg)]
    axis = [m for m in marks if m not in (2023.0,)]
    assert max(axis) - min(axis) > 0.05 * max(axis), "an axis that magnifies nothing"
    assert svg.count(">2023</text>") == 1


def beds_of_shanxi(years: int) -> pd.DataFrame:
    tables.open_page("140000")
    rows = tables.read("observations", indicator="hospital_beds", region_code="140000")
    rows = rows[rows["source_id"] == start_here.main_source(rows)].sort_values("period_end")
    return rows.tail(years).reset_index(drop=True)


def repeated(rows: pd.DataFrame) -> list[str]:
    """The numbers, years apart, that the headline or the alternative text says twice, in either language."""
    finding, twice = start_here.series(rows, None), []
    for text in (part.text(lang) for part in (finding.headline, finding.alt) for lang in ("zh", "en")):
        said = re.findall(r"\d[\d,.]*\d", text)
        twice += [n for n in set(said) if said.count(n) > 1]
    return twice


def degenerate() -> dict[str, pd.DataFrame]:
    equal = beds_of_shanxi(2)
    for column in ("value", "value_low", "value_high", "as_printed"):
        equal[column] = equal[column].iloc[0]
    other = beds_of_shanxi(2)
    other.loc[0, "source_id"] = "doc-000"  # one value of each of two sources
    missing = beds_of_shanxi(4)
    missing.loc[1:, "value"] = float("nan")
    missing.loc[0, "source_id"] = "doc-000"  # the source of most rows has no value
    return {"two equal": equal, "one and a newer": other, "most without a value": missing}


@pytest.mark.parametrize("case", ["two equal", "one and a newer", "most without a value"])
def test_no_value_of_a_short_series_is_said_twice(processed, case):
    assert repeated(degenerate()[case]) == []


def test_the_test_finds_a_value_said_twice(processed, monkeypatch):
    """Mutation: two equal values are said as a change from one to the other."""
    monkeypatch.setattr(start_here, "_kind", lambda said, main: "span")
    assert repeated(degenerate()["two equal"]) != []


def test_a_series_without_any_value_is_refused_in_words(processed):
    with pytest.raises(MethodError, match="no row with a value"):
        start_here.series(beds_of_shanxi(2).assign(value=float("nan")), None)


def test_the_newest_value_of_any_source_is_in_the_headline(processed):
    finding, _ = start("000000", "beds", (2003, 2023))
    said = finding.headline.text("en")
    assert "in 2020" in said and "in 2023" in said and catalog.source("nhc-bulletin-2023").title("en") in said


def test_start_here(processed):
    rows = tables.read("observations", region_code="140000", indicator="doctors", year=(2014, 2023))
    for finding in (
        start_here.holdings(),
        start_here.held_for("140000"),
        start_here.citation(rows),
        start_here.series(
            rows,
            charts.lines(start_here.line_rows(rows, "zh"), region=start_here.main_source(rows), lang="zh"),
        ),
    ):
        both(finding)
    with pytest.raises(Exception, match="a region with observations"):
        start_here.held_for("710000")
