"""Reform pilots: who is compared with whom, the gap recomputed with the standard library, and answers that turn when a gap is put in."""

import csv
import math
import statistics
from collections import defaultdict
from dataclasses import replace

import pytest

from analysis import charts, paths
from analysis.methods import effects
from analysis.themes import reform_pilots as theme

FEW = {"draws": 199, **theme.UNIT_DESIGN}


@pytest.fixture(scope="module")
def cities(processed):
    return theme.read_cities()


@pytest.fixture(scope="module")
def page(cities):
    rows = theme.read_provinces()
    outcomes = theme.outcomes(rows)
    compared = theme.comparisons(cities)
    studies = {key: effects.sun_abraham(table, **theme.DESIGN) for key, table in outcomes.items()}
    return theme.load(
        "000000",
        cities,
        rows,
        tests={key: effects.permutation_test(table, **FEW) for key, table in compared.items()},
        later={k: effects.permutation_test(t, **FEW) for k, t in theme.later_batches(cities).items()},
        detectable={
            key: effects.minimum_detectable_effect(table, method="analytic", **theme.UNIT_DESIGN)
            for (key, spec), table in compared.items()
            if spec == "main"
        },
        study=effects.event_study(theme.path(cities), **theme.DESIGN),
        found={key: effects.staggered_did(table, **theme.DESIGN) for key, table in outcomes.items()},
        studies=studies,
        honest={key: effects.honest_did(*s.coefficients(), mbar=[1.0]) for key, s in studies.items()},
        batches={
            start: effects.permutation_test(
                theme.one_batch(outcomes["stay"], start),
                outcome="log",
                unit="region_code",
                treated="pilot",
                time="year",
                start=start,
                draws=199,
            )
            for start in (theme.FIRST, theme.SECOND)
        },
    )


def test_the_gap_of_beds_is_that_of_the_gathered_file(cities, page):
    logs = defaultdict(dict)
    with (paths.raw() / "panel" / "city_hospitals_2004_2012.csv").open(encoding="utf-8-sig") as file:
        for r in csv.DictReader(file):
            if "床位" in r["indicator_zh"]:
                logs[r["region_code"]][int(r["year"])] = math.log(float(r["value"]))
    held = theme.changes(cities, "beds_second", theme.BASE, (2010, 2012), 1)
    pilots = set(held.loc[held["pilot"] == 1, "region_code"])
    used = cities.logs["beds_second"]
    apart = {
        c: {
            y: logs[c][y] - statistics.fmean(logs[c][b] for b in range(2006, 2010) if used.loc[c].notna()[b])
            for y in (2010, 2011, 2012)
            if used.loc[c].notna()[y]
        }
        for c in held["region_code"]
    }
    mean = {
        y: statistics.fmean(d[y] for c, d in apart.items() if c not in pilots and y in d)
        for y in (2010, 2011, 2012)
    }
    value = {c: statistics.fmean(v - mean[y] for y, v in d.items()) for c, d in apart.items()}
    gap = statistics.fmean(value[c] for c in pilots) - statistics.fmean(
        value[c] for c in value if c not in pilots
    )
    assert math.isclose(page.tests["beds_second", "main"].estimate, gap, rel_tol=1e-9)


def test_no_city_of_a_later_batch_is_a_control_once_its_date_has_come(cities):
    late = theme.changes(cities, "doctors", (2010, 2013), (2014, 2015), 2)
    others = set(late.loc[late["pilot"] == 0, "region_code"])
    assert not others & set(cities.batch), "first and third batch are left out"
    main = theme.changes(cities, "doctors", theme.BASE, theme.WINDOW, 1)
    waiting = {c for c, b in cities.batch.items() if b > 1} & set(main["region_code"])
    assert len(waiting) > 40, "the mutation: before their date they are controls like any other"
    assert max(theme.WINDOW) < theme.BATCHES[2] and theme.SPAN[1] == 2015


def test_series_of_two_carriers_are_not_spliced(cities):
    one, other = cities.rows["beds"]["source_id"].unique(), cities.rows["beds_second"]["source_id"].unique()
    assert len(one) == len(other) == 1 and one[0] != other[0]


def test_the_page_says_that_nothing_is_told_apart_and_would_say_so_if_it_were(cities, page):
    for lang in ("zh", "en"):
        drawing = charts.event_study(
            theme.level_rows(page, lang),
            theme.coef_rows(page),
            treatment_year=2010,
            reference_year=2009,
            lang=lang,
            **theme.labels("cities", lang),
        )
        said = theme.city_years(page, drawing).headline.text(lang)
        assert ("看不出差别" if lang == "zh" else "cannot be told apart") in said
    logs = dict(cities.logs)  # the mutation: the first batch's doctors rise by half after its date
    first = [c for c, b in cities.batch.items() if b == 1 and c in logs["doctors"].index]
    changed = logs["doctors"].copy()
    changed.loc[first, [y for y in changed if y >= 2010]] += 0.5
    table = theme.changes(
        replace(cities, logs=logs | {"doctors": changed}), "doctors", theme.BASE, theme.WINDOW, 1
    )
    tests = dict(page.tests) | {("doctors", "main"): effects.permutation_test(table, **FEW)}
    said = theme.city_years(replace(page, tests=tests), drawing).headline.text("en")
    assert "are told apart" in said and tests["doctors", "main"].low > 0.3


def test_provinces_have_their_dates_and_the_bounds_widen(page):
    start = theme.dates()
    assert len(start) == 11 and sorted(start.values()) == [2015] * 4 + [2016] * 7
    stay, wide = page.found["stay"], page.honest["stay"].table.loc[1.0]
    assert stay.low < 0 < stay.high and wide["low"] < stay.low and wide["high"] > stay.high
    finding = theme.other_outcomes(page, charts.coefficients(theme.outcome_rows(page, "en"), lang="en"))
    assert "show no difference" in finding.headline.text("en") and len(finding.tables[0].frame) == 10
    rows = theme.stay_coefs(page)
    assert rows.loc[rows["year"] == 2014, "estimate"].tolist() == [0.0]


def test_the_later_batches_end_with_the_last_year_of_known_controls(page):
    finding = theme.gap(page, charts.coefficients(theme.later_rows(page, "en"), lang="en"))
    assert "2015 only" in finding.headline.text("en") and finding.headline.facts[0].value == 83
    assert all(set(k) <= {"doctors", "beds", 2, 3} for k in page.later)
