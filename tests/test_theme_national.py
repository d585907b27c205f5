"""The national notebooks on the real data: every page of coverage, both languages, and what must hold whatever the figures are."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import charts, paths, tables
from analysis.methods import effects, equity, indices
from analysis.methods.path_permutation import permute_paths
from analysis.themes import panel, pilots, resource_composite, resource_equity, staff_activity, staff_effects

pytestmark = pytest.mark.skipif(
    not (paths.processed() / "observations.parquet").exists(), reason="run `yigai data` first"
)
HAN = re.compile(r"[\u4e00-\u9fff]")


def spoken(finding, lang: str) -> str:
    """Everything a finding says in one language, with the checks that hold for each."""
    page = finding.json(lang)
    parts = [
        *page["headline"],
        *page["subtitle"],
        *page["note"],
        *(s for sentence in page["sentences"] for s in sentence["segments"]),
    ]
    text = "".join(s if isinstance(s, str) else s.get("text", s.get("plain", "")) for s in parts)
    assert page["headline"] and not re.search(r"\bnan\b|\bNone\b|\binf\b", text)
    if lang == "en":
        cells = " ".join(cell["text"] for table in page["tables"] for row in table["rows"] for cell in row)
        assert not HAN.search(text + page["alt"] + cells), text
    if page["kind"] == "figure":
        assert 15 <= len(page["alt"]) <= 300 and re.search(r"\d", page["alt"])
        assert page["drawings"]["wide"].startswith("<svg") and page["drawings"]["narrow"].startswith("<svg")
    return text


# ---------- equity ----------


def gini(rows: pd.DataFrame) -> float:
    return equity.gini(rows["value"], rows["population"])


@pytest.fixture(scope="module")
def even():
    provinces = panel.load()
    computed = {
        "gini": resource_equity.each(provinces, gini),
        "theil": resource_equity.each(
            provinces, lambda rows: equity.theil(rows["value"], rows["population"], rows["area"])
        ),
        "without": resource_equity.leaving_out(provinces, gini),
        "printed": resource_equity.rounding(provinces, gini),
        "erring": resource_equity.under_error(provinces, gini, draws=40),
    }
    doctors = provinces.rates[provinces.rates["indicator"] == "doctors"]
    curves = {
        y: equity.lorenz(rows["value"], rows["population"])
        for y, rows in doctors.groupby("year")
        if y in (provinces.first_year, provinces.last_year)
    }
    return provinces, computed, curves


def test_equity_has_the_nation_and_every_province():
    assert (
        set(resource_equity.coverage())
        == set(resource_composite.coverage())
        == {"000000", *panel.every_province()}
    )
    assert set(pilots.coverage()) == set(staff_effects.coverage()) == {"000000"}


def test_equity_numbers_hang_together(even):
    provinces, computed, _ = even
    theil = computed["theil"]
    assert np.allclose(theil["within"] + theil["between"], theil["total"])
    ends = computed["printed"]
    assert (
        (ends["low"] <= computed["gini"]["gini"].loc[ends.index])
        & (ends["high"] >= computed["gini"]["gini"].loc[ends.index])
    ).all(), "rounding bounds hold the index"
    assert computed["without"].shape == (len(panel.RANKED) * 2, 31)
    one = provinces.rates.query("indicator == 'doctors' and year == 2023 and region_code != '110000'")
    assert computed["without"].at[("doctors", 2023), "110000"] == pytest.approx(gini(one))


@pytest.mark.parametrize("code", ["000000", "110000", "140000", "540000"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_equity_pages(even, code, lang):
    provinces, computed, curves = even
    view = resource_equity.load(code, provinces, **computed)
    drawn = [
        resource_equity.lorenz(
            view,
            curves,
            charts.lorenz(
                resource_equity.curve_rows(view, curves, lang), lang=lang, **resource_equity.curve_axes(lang)
            ),
        ),
        resource_equity.trends(
            view,
            charts.trends(
                resource_equity.trend_rows(view, lang),
                region_name="Gini",
                breaks=view.break_spans(panel.RANKED),
                lang=lang,
            ),
        ),
        resource_equity.robust(view, charts.coefficients(resource_equity.range_rows(view, lang), lang=lang)),
        resource_equity.areas(view, charts.bars(resource_equity.between_rows(view, lang), lang=lang)),
        resource_equity.places(
            view, charts.bars(resource_equity.place_rows(view, lang), decimals=4, lang=lang)
        ),
    ]
    texts = [
        spoken(finding, lang)
        for finding in (resource_equity.data(view), *drawn, resource_equity.allows(view))
    ]
    briefs = [s for finding in drawn for s in finding.sentences if s.brief]
    if code == "000000":
        assert [s.id for s in briefs] == ["half", "ends"] and not resource_equity.place_rows(view, lang)[
            "highlight"
        ].any()
    else:
        assert len(briefs) == 1 and view.place[lang == "en"] in texts[5]
        assert resource_equity.place_rows(view, lang)["highlight"].sum() == 1


def test_national_figures_of_equity_stand_once(even):
    provinces, computed, curves = even

    def drawn(code: str, **changes) -> dict[str, str]:
        view = resource_equity.load(code, provinces, **computed)
        bars = charts.bars(resource_equity.place_rows(view, "zh"), decimals=4)
        line = charts.lorenz(
            resource_equity.curve_rows(view, curves, "zh"), **resource_equity.curve_axes("zh")
        )
        made = (resource_equity.lorenz(view, curves, line), resource_equity.places(view, bars))
        tables.open_page(code)
        try:
            pages = [replace(finding, **changes).json("zh") for finding in made]
        finally:
            tables.open_page("")
        return {p["section"]: p["drawings"]["wide"] for p in pages if p["drawings"]}

    assert set(drawn("000000")) == {"lorenz", "places"}
    shanxi, jiangsu = drawn("140000"), drawn("320000")
    assert set(shanxi) == {"places"} and shanxi["places"] != jiangsu["places"]
    again = drawn("140000", once=False)
    assert again["lorenz"] == drawn("320000", once=False)["lorenz"], "the mutation: a copy on every page"


# ---------- composite ----------


@pytest.fixture(scope="module")
def composed():
    provinces = panel.load(resource_composite.READ)
    inputs = resource_composite.inputs(provinces)
    weights = indices.entropy_weights(inputs)
    equal = indices.topsis(inputs, dict.fromkeys(inputs.columns, 1))
    places = resource_composite.together(
        indices.topsis(inputs, weights),
        equal,
        indices.rank_sum_ratio(inputs),
        indices.weight_sensitivity(inputs, draws=200),
    )
    return provinces, inputs, weights, places


def test_inputs_do_not_contain_one_another(composed):
    provinces, inputs, _, places = composed
    rates = provinces.latest()
    assert np.allclose(inputs[["doctors", "nurses", "other"]].sum(axis=1), rates["health_technicians"])
    assert not {"health_technicians", "beds"} & set(inputs.columns) and (inputs > 0).all(axis=None)
    assert (places["low"] <= places["entropy"]).all() and (places["entropy"] <= places["high"]).all()
    assert places["best"].min() == 1 and set(places["entropy"]) <= set(range(1, 32))


@pytest.mark.parametrize("code", ["000000", "140000", "310000"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_composite_pages(composed, code, lang):
    provinces, inputs, weights, places = composed
    view = resource_composite.load(code, provinces, inputs, weights, places)
    found = [
        resource_composite.weights(view, charts.bars(resource_composite.weight_rows(view, lang), lang=lang)),
        resource_composite.order(
            view, charts.intervals(resource_composite.order_rows(view, lang), region=view.mark, lang=lang)
        ),
        resource_composite.methods(
            view,
            0.5,
            charts.scatter(
                resource_composite.method_rows(view, lang),
                region=view.mark,
                lang=lang,
                **resource_composite.method_axes(lang),
            ),
        ),
        resource_composite.allows(view),
    ]
    texts = [spoken(finding, lang) for finding in found]
    assert (view.place[lang == "en"] in texts[1]) == (code != "000000")
    assert [s.id for finding in found for s in finding.sentences if s.brief] == (
        ["span"] if code != "000000" else ["middle"]
    )


# ---------- pilots ----------


@pytest.fixture(scope="module")
def trial():
    provinces, plan = panel.load(pilots.INDICATORS), pilots.rollout()
    rows = pilots.rows(provinces, plan)
    compared = pilots.comparisons(rows)
    design = {"outcome": "log", "unit": "region_code", "treated": "pilot", "time": "year"}
    tests = {
        k: effects.permutation_test(t, start=pilots.START, draws=499, **design) for k, t in compared.items()
    }
    detectable = {
        k: effects.minimum_detectable_effect(t, start=pilots.START, draws=199, **design)
        for k, t in compared.items()
    }
    placebo = {
        y: effects.permutation_test(pilots.before(rows, y), start=y, draws=499, **design)
        for y in pilots.PLACEBO_YEARS
    }
    study = effects.event_study(
        compared["all"], outcome="log", unit="region_code", time="year", first_treated="start"
    )
    return (
        rows,
        compared,
        pilots.load(provinces, plan, tests=tests, detectable=detectable, placebo=placebo, study=study),
    )


def test_the_window_and_the_comparisons(trial):
    rows, compared, page = trial
    assert rows["year"].max() == pilots.LAST == 2021 and len(page.pilots) == 7 and pilots.ANHUI in page.pilots
    assert (
        pilots.ANHUI not in set(compared["no_anhui"]["region_code"])
        and not compared["no_jumps"].query("year > 2014")["jump"].any()
    )
    assert (
        not compared["clean"].query("pilot == 0")["touched"].any() and compared["clean"]["pilot"].max() == 1
    )
    assert set(compared["short_base"]["year"]) == {2019, 2020, 2021}
    for year in pilots.PLACEBO_YEARS:
        assert pilots.before(rows, year)["year"].max() < pilots.START, (
            "a placebo window ends before the true start"
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pilot_page(trial, lang):
    rows, _, page = trial
    found = [
        pilots.first(
            page, charts.coefficients(pilots.comparison_rows(page, lang), unit=pilots.unit(lang), lang=lang)
        ),
        pilots.spread(page, charts.timeline(pilots.events(page, lang), lang=lang)),
        pilots.before_after(
            page,
            charts.event_study(
                pilots.level_rows(rows, lang),
                pilots.coef_rows(page),
                treatment_year=2020,
                reference_year=2019,
                lang=lang,
                **pilots.labels(page, lang),
            ),
        ),
        pilots.false_starts(page, charts.coefficients(pilots.placebo_rows(page, lang), lang=lang)),
        pilots.verdict(page, charts.bars(pilots.power_rows(page, lang), lang=lang)),
        pilots.allows(page),
    ]
    texts = [spoken(finding, lang) for finding in found]
    assert page.mde("all").text(lang) in found[0].headline.text(lang), "the smallest visible effect leads"
    assert found[0].tables[0].id == "comparisons" and len(found[0].tables[0].frame) == len(pilots.COMPARISONS)
    assert ("回答不了" in texts[4] or "Not answerable" in texts[4]) == (
        page.plausible.value < page.mde(page.smallest).value
    )


def test_a_question_that_can_be_answered_says_so(trial):
    _, _, page = trial
    tiny = effects.minimum_detectable_effect(se=0.0005)
    sharp = pilots.Pilots(
        page.panel, page.rollout, page.tests, dict.fromkeys(page.detectable, tiny), page.placebo, page.study
    )
    assert sharp.answerable and not page.answerable
    assert "Not answerable" not in pilots.verdict(
        sharp, charts.bars(pilots.power_rows(sharp, "en"), lang="en")
    ).headline.text("en")
    assert "neither" not in spoken(pilots.allows(sharp), "en")


# ---------- staff ----------


@pytest.fixture(scope="module")
def staff():
    rows, ten = staff_effects.read(), staff_activity.read()
    changes, moved = staff_effects.changes(rows), staff_activity.changes(ten)
    keys = {"cluster": "region_code", "unit": "region_code", "time": "year", "draws": 199}
    stay = {
        (spec, who): effects.wild_cluster_bootstrap(
            table, outcome=outcome, regressors=names, coefficient=name, **keys
        )
        for spec, (table, outcome, names) in staff_effects.specifications(changes).items()
        for who, name in zip(staff_effects.GROUPS, names, strict=False)
    }
    spec = staff_effects.DESIGN
    checks = {
        "lead": effects.lead_test(changes, **spec),
        "lead_levels": effects.lead_test(
            changes, **{**spec, "outcome": "log_stay", "regressors": ["log_doctors", "log_nurses"]}
        ),
        "without": staff_effects.leaving_out(changes, effects.leave_one_out, effects.panel),
        "paths": permute_paths(changes, draws=199, **spec),
    }
    activity = {
        k: effects.wild_cluster_bootstrap(t, outcome=k[0], regressors=x, **keys)
        for k, (t, x) in staff_activity.specifications(moved).items()
    }
    unit = {"regressors": "staff", "unit": "region_code", "time": "year"}
    both = {
        k: (permute_paths(moved, outcome=k, draws=199, **unit), effects.lead_test(moved, outcome=k, **unit))
        for k in staff_activity.OUTCOMES
    }
    return staff_effects.load(
        rows, ten, stay=stay, checks=checks, activity=activity, activity_checks=both
    ), moved


def test_ten_provinces_to_2019(staff):
    page, moved = staff
    assert moved["region_code"].nunique() == 10 and moved["year"].max() == 2019
    assert not {"140000", "320000"} & set(moved["region_code"])
    assert (
        page.activity["hospital_visits", "base"].clusters == 10
        and page.stay["base", "doctors"].clusters == 31
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_staff_page(staff, lang):
    page, _ = staff
    found = [
        staff_effects.data(page),
        staff_effects.stay(page, charts.coefficients(staff_effects.stay_rows(page, lang), lang=lang)),
        staff_effects.checks(
            page, charts.bars(staff_effects.without_rows(page, lang), decimals=3, lang=lang)
        ),
        staff_effects.activity(page, charts.coefficients(staff_effects.activity_rows(page, lang), lang=lang)),
        staff_effects.allows(page),
    ]
    texts = [spoken(finding, lang) for finding in found]
    assert len(found[1].tables[0].frame) == 2 * len(staff_effects.SPECIFICATIONS), (
        "all specifications side by side"
    )
    assert {"p", "paths", "lead"} <= {column.key for column in found[3].tables[0].columns}
    if not page.firm:
        assert "可以说医师变动" not in texts[4] and "moved together (" not in texts[4]


def test_firm_needs_every_check(staff):
    page, _ = staff
    strong = {k: effects.Estimate(0.3, 0.05, 0.2, 0.4, 0.001, 279, 31, "") for k in page.stay}
    passed = {
        **page.checks,
        "lead": effects.JointTest(1.0, (2, 30), 0.5, pd.DataFrame(), 1, 31),
        "paths": permute_paths_like(0.01),
    }

    def make(stay, checks):
        return staff_effects.load(
            page.rows,
            page.ten,
            stay=stay,
            checks=checks,
            activity=page.activity,
            activity_checks=page.activity_checks,
        )

    low, high = page.checks["without"].low.iloc[0], page.checks["without"].high.iloc[0]
    assert make(strong, passed).firm == (low * high > 0)
    assert not make(
        {**strong, ("levels", "doctors"): effects.Estimate(-0.3, 0.05, -0.4, -0.2, 0.001, 279, 31, "")},
        passed,
    ).firm, "one sign"
    assert not make(
        strong, {**passed, "lead": effects.JointTest(9.0, (2, 30), 0.001, pd.DataFrame(), 1, 31)}
    ).firm, "lead test"
    assert not make(strong, {**passed, "paths": permute_paths_like(0.4)}).firm, "exchanged paths"


def permute_paths_like(p: float):
    from analysis.methods.path_permutation import PathPermutation

    return PathPermutation(0.3, p, 279, 31, False, "", np.array([]))


def short_of(specified: dict) -> list[str]:
    """Specifications that lose the first year though they need no change from the year before."""
    return [name for name, (rows, outcome, _) in specified.items() if not outcome.startswith("d_") and rows["year"].min() > staff_effects.span_of(staff_effects.read())[0]]  # fmt: skip


def test_levels_keep_the_first_year():
    """The specification in levels left out 2014, as the changes must, without a word."""
    read = staff_effects.read()
    table, span = staff_effects.changes(read), staff_effects.span_of(read)
    specified = staff_effects.specifications(table)
    assert short_of(specified) == []
    rows, outcome, names = specified["levels"]
    assert len(rows.dropna(subset=[outcome, *names])) == len(table) == 31 * (span[1] - span[0] + 1)
    cut = rows[rows["year"] > span[0]]  # the mutation
    assert short_of({**specified, "levels": (cut, outcome, names)}) == ["levels"]


PROMISED = re.compile(r"set beforehand|chosen beforehand|pre-?regist|pre-?specif|in advance of the data|事先设定|事先确定|预先设定|预先确定|预注册")  # fmt: skip


def test_no_page_claims_a_plan_that_no_document_holds():
    """The main specification was called "the one set beforehand", of which there is no dated document."""
    home = paths.home()
    texts = [*(home / "src" / "analysis").rglob("*.toml"), *(home / "src" / "analysis" / "themes").glob("*.py"), *(home / "notebooks").rglob("*.ipynb"), *(home / "docs").glob("*.md")]  # fmt: skip
    assert [path.name for path in texts if PROMISED.search(path.read_text("utf-8"))] == []
    assert PROMISED.search("the specification set beforehand") and PROMISED.search(
        "事先设定的模型"
    )  # the mutation


def test_each_dot_of_the_leave_one_out_range_is_in_the_table(even):
    provinces, computed, _ = even
    view = resource_equity.load("000000", provinces, **computed)
    rows = resource_equity.range_rows(view, "zh")
    drawing = charts.coefficients(rows, signed=False)
    table = next(t for t in resource_equity.robust(view, drawing).tables if t.id == "each").frame
    named = sorted(table.drop(columns=["region_code", "name", "name_en"]).to_numpy().ravel())
    drawn = sorted(round(value, 4) for row in rows["each"] for value in row)
    assert drawn == named and len(named) == 31 * 12
    dots = drawing.svg("wide").count("h.01")
    assert dots >= len(named) + len(rows), "each is drawn, and the estimate of each row"
    bars = charts.coefficients(rows.drop(columns="each"), signed=False).svg("wide").count("h.01")
    assert bars < len(named), "the mutation: a bar in their place"
