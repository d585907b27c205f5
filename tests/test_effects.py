"""Effect methods against published results, brute-force recomputation and hand-made tables.

Published cases whose data do not fit on a page are read from ``../shared/validation`` and skipped when it is absent.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MethodError
from analysis.methods import effects

VALIDATION = Path(__file__).resolve().parents[2] / "shared" / "validation"


def published(name: str) -> pd.DataFrame:
    path = VALIDATION / name
    if not path.is_file():
        pytest.skip(f"not run: ../shared/validation/{name} is not here")
    return pd.read_csv(path)


@pytest.fixture(scope="module")
def grunfeld() -> pd.DataFrame:
    from statsmodels.datasets import grunfeld

    data = grunfeld.load_pandas().data
    return data[data["firm"] != "American Steel"]  # the ten firms of the econometrics texts


def made_panel(seed=0, units=31, treated=7, effect=0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(
        [(f"u{u:02d}", t) for u in range(units) for t in range(2014, 2022)], columns=["unit", "time"]
    )
    number = data["unit"].str[1:].astype(int)
    data["treated"] = (number < treated).astype(int)
    data["after"] = ((data["treated"] == 1) & (data["time"] >= 2020)).astype(float)
    data["first"] = np.where(data["treated"] == 1, 2020.0, np.nan)
    data["y"] = (
        rng.normal(size=units)[number]
        + 0.1 * (data["time"] - 2014)
        + rng.normal(size=len(data))
        + effect * data["after"]
    )
    return data


KEYS = dict(outcome="y", unit="unit", time="time")
DESIGN = dict(**KEYS, treated="treated", start=2020)


# --- two-way fixed effects -------------------------------------------------------------------------------------------------


def test_two_way_fixed_effects_of_grunfeld(grunfeld):
    """Baltagi, Econometric Analysis of Panel Data, two-way within: value .118, capital .358 (R plm: .117716, .357916)."""
    found = effects.panel(
        grunfeld, outcome="invest", regressors=["value", "capital"], unit="firm", time="year", cluster="firm"
    )
    assert found.estimate["value"] == pytest.approx(0.117716, abs=5e-7)
    assert found.estimate["capital"] == pytest.approx(0.357916, abs=5e-7)
    assert (found.n, found.clusters) == (200, 10)


def test_standard_error_conventions(grunfeld):
    """The "dummies" convention is least squares with dummies and clustered errors; the others differ by the stated factors."""
    import statsmodels.formula.api as smf

    keys = dict(outcome="invest", regressors="value", unit="firm", time="year", cluster="firm")
    found = {se: effects.panel(grunfeld, se=se, **keys) for se in ("nested", "dummies", "uncorrected")}
    data = grunfeld.assign(code=pd.factorize(grunfeld["firm"])[0])
    fit = smf.ols("invest ~ value + C(firm) + C(year)", data).fit(
        cov_type="cluster", cov_kwds={"groups": data["code"]}
    )
    assert found["dummies"].estimate == pytest.approx(fit.params["value"], rel=1e-9)
    assert found["dummies"].se == pytest.approx(fit.bse["value"], rel=1e-6)
    ratio = (found["nested"].se / found["uncorrected"].se) ** 2
    assert ratio == pytest.approx(10 / 9 * 199 / (200 - 1 - 20))
    assert "reghdfe" in found["nested"].convention and "CR0" in found["uncorrected"].convention


def test_panel_equals_linearmodels_also_where_rows_are_missing(grunfeld):
    from linearmodels.panel import PanelOLS

    holed = grunfeld.drop(grunfeld.index[[3, 57, 58, 140]])
    names = ["value", "capital"]
    found = effects.panel(
        holed, outcome="invest", regressors=names, unit="firm", time="year", cluster="firm", se="uncorrected"
    )
    wide = holed.assign(firm=pd.factorize(holed["firm"])[0]).set_index(["firm", "year"])
    fit = PanelOLS(wide["invest"], wide[names], entity_effects=True, time_effects=True).fit(
        cov_type="clustered", cluster_entity=True, debiased=False, auto_df=False, count_effects=False
    )
    assert found.estimate.tolist() == pytest.approx(fit.params.tolist(), rel=1e-10)
    assert found.se.tolist() == pytest.approx(fit.std_errors.tolist(), rel=1e-10)


def test_panel_counts_missing_rows_and_reports_all_column_problems(grunfeld):
    holed = grunfeld.assign(value=grunfeld["value"].where(grunfeld.index != grunfeld.index[3]))
    keys = dict(outcome="invest", unit="firm", time="year", cluster="firm")
    assert effects.panel(holed, regressors="value", **keys).dropped == 1
    with pytest.raises(MethodError) as error:
        effects.panel(grunfeld.assign(value="high"), regressors=["value", "nothing"], **keys)
    assert len(error.value.problems) == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: d[d["firm"].isin(d["firm"].unique()[:4])], "4 clusters.*at least 5"),
        (lambda d: pd.concat([d, d.iloc[:1]]), "1 repeated rows"),
        (lambda d: d[d["year"] == 1940], "1 periods"),
        (lambda d: d.assign(value=d["firm"].str.len().astype(float)), "cannot be told apart"),
    ],
)
def test_panel_refuses(grunfeld, change, reason):
    with pytest.raises(MethodError, match=reason):
        effects.panel(
            change(grunfeld), outcome="invest", regressors="value", unit="firm", time="year", cluster="firm"
        )


def test_two_way_of_mpdta():
    data = published("mpdta.csv")
    data["d"] = ((data["first.treat"] > 0) & (data["year"] >= data["first.treat"])).astype(float)
    keys = dict(outcome="lemp", regressors="d", unit="countyreal", time="year", cluster="countyreal")
    assert round(effects.panel(data, **keys).estimate, 4) == -0.0365
    assert [round(effects.panel(data, se=se, **keys).se, 4) for se in ("nested", "dummies")] == [
        0.0133,
        0.0148,
    ]


# --- difference in differences ---------------------------------------------------------------------------------------------


def test_did_is_the_difference_of_mean_changes():
    data = made_panel(effect=1.0)
    found = effects.did(data, **DESIGN)
    cells = data.groupby(["treated", data["time"] >= 2020])["y"].mean()
    assert found.estimate == pytest.approx(
        cells[1, True] - cells[1, False] - cells[0, True] + cells[0, False], rel=1e-9
    )
    by_list = effects.did(data, **KEYS, treated=[f"u{u:02d}" for u in range(7)], start=2020)
    assert (by_list.estimate, by_list.se) == (found.estimate, found.se)
    pooled = effects.did(data, outcome="y", time="time", treated="treated", start=2020)
    assert pooled.estimate == pytest.approx(found.estimate, rel=1e-9) and pooled.clusters == len(data)


def test_did_refuses():
    with pytest.raises(MethodError, match="1 treated units"):
        effects.did(made_panel(treated=1), **DESIGN)
    with pytest.raises(MethodError, match="both sides"):
        effects.did(made_panel(), **KEYS, treated="treated", start=2030)
    with pytest.raises(MethodError, match=r"unknown units \['nowhere'\]"):
        effects.did(made_panel(), **KEYS, treated=["u01", "nowhere"], start=2020)
    with pytest.raises(MethodError, match="changes within"):
        effects.did(made_panel(), **KEYS, treated="after", start=2020)


def test_event_study_on_one_date_and_its_pretrend():
    data = made_panel(effect=2.0)
    found = effects.event_study(data, **KEYS, first_treated="first")
    change = data.pivot(index="unit", columns="time", values="y")
    change = change.sub(change[2019], axis=0)
    gap = change[:7].mean() - change[7:].mean()
    np.testing.assert_allclose(found.table["estimate"], gap, atol=1e-9)
    assert list(found.table.index) == list(range(-6, 2)) and found.table.loc[-1, "se"] == 0
    assert found.estimate == pytest.approx(gap[[2020, 2021]].mean(), abs=1e-9)
    assert found.pretrend.df == (5, 30) and found.pretrend.p > 0.01
    drifting = data.assign(y=data["y"] + data["treated"] * (data["time"] - 2019))
    assert effects.event_study(drifting, **KEYS, first_treated="first").pretrend.p < 0.001
    assert list(effects.event_study(data, **KEYS, first_treated="first", window=(-3, 1)).table.index) == [
        -3,
        -2,
        -1,
        0,
        1,
    ]


def test_pretrend_test_is_that_of_the_event_study_and_refuses_without_leads():
    data = made_panel()
    found = effects.pretrend_test(data, **KEYS, first_treated="first")
    assert found.p == effects.event_study(data, **KEYS, first_treated="first").pretrend.p
    with pytest.raises(MethodError, match="no joint test"):
        effects.pretrend_test(data[data["time"] >= 2019], **KEYS, first_treated="first")
    few = effects.event_study(made_panel(units=5, treated=2), **KEYS, first_treated="first")
    assert (
        few.pretrend is None and "5 coefficients for 5 clusters" in few.notes[0] and np.isfinite(few.estimate)
    )


def test_event_study_notes_mixed_dates_and_refuses_no_control():
    data = made_panel()
    data.loc[data["unit"] == "u00", "first"] = 2018
    assert "staggered_did" in effects.event_study(data, **KEYS, first_treated="first").notes[0]
    with pytest.raises(MethodError, match="every unit treated at the same date"):
        effects.event_study(made_panel(treated=31), **KEYS, first_treated="first")


@pytest.mark.parametrize(("control", "scenario"), [("never", "mpdta_nev_dr"), ("not_yet", "mpdta_nyt_dr")])
def test_staggered_did_equals_r_did(control, scenario):
    data, cells, totals = (
        published("mpdta.csv"),
        published("mpdta_R_ref_attgt.csv"),
        published("mpdta_R_ref_aggte.csv"),
    )
    found = effects.staggered_did(
        data, outcome="lemp", unit="countyreal", time="year", first_treated="first.treat", control=control
    )
    cells = cells[cells["scenario"] == scenario].set_index(["group", "t"])
    np.testing.assert_allclose(found.att_gt["estimate"], cells["att"].reindex(found.att_gt.index), atol=1e-9)
    np.testing.assert_allclose(found.att_gt["se"], cells["se"].reindex(found.att_gt.index), atol=1e-9)
    totals = totals[totals["scenario"] == scenario]
    for kind in ("simple", "dynamic", "group"):
        rows, result = totals[totals["type"] == kind], getattr(found, kind)
        assert result.estimate == pytest.approx(rows["overall_att"].iloc[0], abs=1e-9)
        assert result.se == pytest.approx(rows["overall_se"].iloc[0], abs=1e-9)
        if kind != "simple":
            np.testing.assert_allclose(result.table["estimate"], rows["att_egt"], atol=1e-9)
            np.testing.assert_allclose(result.table["se"], rows["se_egt"], atol=1e-9)
    if control == "never":
        assert round(found.att_gt.loc[(2004, 2006), "estimate"], 4) == -0.1373
        assert round(found.pretrend.p, 5) == 0.16812  # as R did prints it


def test_staggered_did_with_a_covariate_equals_r_did():
    data, totals = published("mpdta.csv"), published("mpdta_R_ref_aggte.csv")
    keys = dict(outcome="lemp", unit="countyreal", time="year", first_treated="first.treat")
    found = effects.staggered_did(data, covariates=["lpop"], method="reg", **keys)
    row = totals[(totals["scenario"] == "mpdta_nev_reg_cov") & (totals["type"] == "group")].iloc[0]
    assert (found.group.estimate, found.group.se) == (
        pytest.approx(row["overall_att"], abs=1e-9),
        pytest.approx(row["overall_se"], abs=1e-9),
    )


def test_staggered_did_by_hand_with_missing_as_never():
    data = made_panel(effect=3.0, treated=10)
    data.loc[data["unit"].isin(["u00", "u01", "u02", "u03", "u04"]), "first"] = 2019
    found = effects.staggered_did(data, **KEYS, first_treated="first")
    wide = data.pivot(index="unit", columns="time", values="y")
    change = wide[2021] - wide[2018]
    assert found.att_gt.loc[(2019, 2021), "estimate"] == pytest.approx(
        change[:5].mean() - change[10:].mean(), rel=1e-9
    )
    variance = change[:5].var(ddof=0) / 5 + change[10:].var(ddof=0) / 21
    assert found.att_gt.loc[(2019, 2021), "se"] == pytest.approx(np.sqrt(variance), rel=1e-9)
    assert found.group.estimate == pytest.approx(
        found.group.table["estimate"].mean(), rel=1e-9
    )  # two groups of five
    assert found.estimate == found.simple.estimate and found.clusters == 31 and found.notes == ()
    zeros = effects.staggered_did(data.assign(first=data["first"].fillna(0)), **KEYS, first_treated="first")
    assert zeros.estimate == found.estimate


def test_staggered_did_leaves_out_and_refuses():
    data = made_panel()
    data.loc[data["unit"] == "u00", "first"] = 2014
    holed = data.drop(index=data.index[data["unit"] == "u30"][0])
    found = effects.staggered_did(holed, **KEYS, first_treated="first")
    assert found.clusters == 29 and found.dropped == 15
    assert any("without a row" in note for note in found.notes) and any(
        "first period" in note for note in found.notes
    )
    with pytest.raises(MethodError, match="0 units never treated"):
        effects.staggered_did(made_panel(treated=31), **KEYS, first_treated="first")
    with pytest.raises(MethodError, match="no unit treated"):
        effects.staggered_did(made_panel(treated=0), **KEYS, first_treated="first")
    with pytest.raises(MethodError, match="several dates"):
        effects.staggered_did(
            data.assign(first=data["time"] * data["treated"]), **KEYS, first_treated="first"
        )


# --- diagnostics -----------------------------------------------------------------------------------------------------------


def test_lead_test_finds_a_cause_that_comes_later():
    rng = np.random.default_rng(5)
    data = made_panel(seed=4).assign(x=lambda d: rng.normal(size=len(d)))
    following = data.groupby("unit")["x"].shift(-1).fillna(0.0)
    clean = effects.lead_test(data.assign(y=data["x"] + data["y"]), **KEYS, regressors="x")
    backwards = effects.lead_test(data.assign(y=following + data["y"]), **KEYS, regressors="x")
    assert clean.p > 0.05 and backwards.p < 0.001
    assert list(backwards.table.index) == ["x", "x+1"] and backwards.n == 31 * 7
    two = effects.lead_test(
        data.assign(z=lambda d: rng.normal(size=len(d))), **KEYS, regressors=["x", "z"], leads=2
    )
    assert two.df == (4, 30) and two.n == 31 * 6
    with pytest.raises(MethodError, match="leads=0"):
        effects.lead_test(data, **KEYS, regressors="x", leads=0)


def test_placebo_dates_use_only_the_time_before():
    data = made_panel(effect=5.0)
    found = effects.placebo_test(data, **DESIGN)
    assert list(found.index) == [2015, 2016, 2017, 2018, 2019]
    assert found["estimate"].abs().max() < 2.5
    assert (
        effects.placebo_test(data, **DESIGN, starts=[2018]).loc[2018, "estimate"]
        == found.loc[2018, "estimate"]
    )
    with pytest.raises(MethodError, match="false starts"):
        effects.placebo_test(data, **DESIGN, starts=[2020])


def test_leave_one_out_names_the_unit_that_carries_the_result():
    data = made_panel()
    data.loc[(data["unit"] == "u03") & (data["time"] >= 2020), "y"] += 30
    found = effects.leave_one_out(lambda d: effects.did(d, **DESIGN), data, unit="unit")
    assert found.most_influential == "u03" and len(found.table) == 31
    assert found.low == found.table.loc["u03", "estimate"] and found.low <= found.estimate <= found.high
    several = effects.leave_one_out(lambda d: d.groupby("treated")["y"].mean(), data, unit="unit")
    assert several.table.shape == (31, 2)
    with pytest.raises(MethodError, match="2 units"):
        effects.leave_one_out(lambda d: 0.0, data[data["unit"].isin(["u00", "u10"])], unit="unit")


# --- few clusters ----------------------------------------------------------------------------------------------------------


def brute_force_bootstrap(data, signs, null):
    """The restricted bootstrap written out: refit with dummies on every draw."""
    code = pd.factorize(data["unit"])[0]
    dummies = [pd.get_dummies(data[name], dtype=float).to_numpy()[:, 1:] for name in ("unit", "time")]
    others = np.column_stack([np.ones(len(data)), *dummies])
    x = np.column_stack([data["after"], others])
    bread = np.linalg.inv(x.T @ x)

    def t(y, value):
        b = bread @ x.T @ y
        scores = np.array([(x * (y - x @ b)[:, None])[code == g].sum(axis=0) for g in range(code.max() + 1)])
        return (b[0] - value) / np.sqrt((bread @ scores.T @ scores @ bread)[0, 0])

    y = data["y"].to_numpy()
    fixed = y - null * data["after"].to_numpy()
    fitted = others @ np.linalg.lstsq(others, fixed, rcond=None)[0]
    start, residual = fitted + null * data["after"].to_numpy(), fixed - fitted
    drawn = np.array([t(start + residual * w[code], null) for w in signs])
    return np.mean(np.abs(drawn) >= abs(t(y, null)))


@pytest.mark.parametrize("null", [0.0, 0.7])
def test_wild_bootstrap_equals_refitting(null):
    from analysis.methods.few_clusters import _weights

    data = made_panel(units=10, treated=3, effect=1.0)
    found = effects.wild_cluster_bootstrap(
        data, **KEYS, regressors="after", cluster="unit", draws=199, seed=7, null=null
    )
    assert found.p == pytest.approx(
        brute_force_bootstrap(data, _weights("webb", 10, 199, 7), null), abs=1e-12
    )
    assert found.se == pytest.approx(effects.panel(data, **KEYS, regressors="after").se, rel=1e-9)


def test_wild_bootstrap_weights_interval_and_refusal():
    data = made_panel(units=10, treated=3, effect=1.0)
    keys = dict(**KEYS, regressors="after", cluster="unit")
    from analysis.methods.few_clusters import WEBB

    assert WEBB.mean() == pytest.approx(0) and (WEBB**2).mean() == pytest.approx(1)
    found = effects.wild_cluster_bootstrap(data, **keys)
    assert effects.wild_cluster_bootstrap(data, **keys).p == found.p  # seeded
    at_ends = [effects.wild_cluster_bootstrap(data, **keys, null=end).p for end in (found.low, found.high)]
    assert found.low < found.estimate < found.high and np.allclose(at_ends, 0.05, atol=0.001)
    every_sign = effects.wild_cluster_bootstrap(data, **keys, weights="rademacher")
    assert "1024 draws" in every_sign.convention and every_sign.p >= 2 / 1024
    with pytest.raises(MethodError, match="4 clusters"):
        effects.wild_cluster_bootstrap(made_panel(units=4, treated=2), **keys)
    with pytest.raises(MethodError, match="variation of its own"):
        effects.wild_cluster_bootstrap(data.assign(after=data["treated"]), **keys)


# Efron and Tibshirani (1993), table 2.1: survival of mice after surgery, days
MICE = pd.DataFrame(
    {
        "mouse": range(16),
        "days": [94, 197, 16, 38, 99, 141, 23, 52, 104, 146, 10, 51, 30, 40, 27, 46],
        "treated": [1] * 7 + [0] * 9,
    }
)


def test_permutation_of_the_mice():
    from scipy import stats

    found = effects.permutation_test(MICE, outcome="days", unit="mouse", treated="treated", draws=20_000)
    assert found.estimate == pytest.approx(30.63, abs=0.005)  # as printed in the book
    assert found.exhaustive and len(found.placebos) == 11_440
    groups = MICE["days"][:7], MICE["days"][7:]
    distances = stats.permutation_test(
        groups, lambda a, b: abs(a.mean() - b.mean()), n_resamples=np.inf, alternative="greater"
    )
    assert found.p == pytest.approx(distances.pvalue, abs=1e-12)
    sampled = effects.permutation_test(MICE, outcome="days", unit="mouse", treated="treated", draws=5_000)
    assert not sampled.exhaustive and sampled.p == pytest.approx(found.p, abs=0.02)


def test_permutation_interval_and_panel_form():
    data = made_panel(effect=3.0)
    found = effects.permutation_test(data, **DESIGN)
    assert found.estimate == pytest.approx(effects.did(data, **DESIGN).estimate, rel=1e-9)
    assert found.low < 3 < found.high and found.p < 0.01
    shifted = data.assign(y=data["y"] - found.low * data["after"])
    assert effects.permutation_test(shifted, **DESIGN).p == pytest.approx(0.05, abs=0.002)
    assert effects.permutation_test(data, **DESIGN, statistic="studentised").p < 0.01


def test_permutation_refuses():
    with pytest.raises(MethodError, match="smallest possible p 0.100"):
        effects.permutation_test(made_panel(units=10, treated=1), **DESIGN)
    with pytest.raises(MethodError, match="no value in some period for .'u05'"):
        effects.permutation_test(made_panel().drop(index=5 * 8 + 1), **DESIGN)
    with pytest.raises(MethodError, match="2 treated of 5 units"):
        effects.permutation_test(made_panel(units=5, treated=2), **DESIGN)


def test_minimum_detectable_effect():
    """Bloom (1995): 2.80 standard errors for 80 % power in a two-sided test at .05; 2.49 at .10."""
    assert effects.minimum_detectable_effect(se=1).estimate == pytest.approx(2.80, abs=0.005)
    assert effects.minimum_detectable_effect(se=1, level=0.90).estimate == pytest.approx(2.49, abs=0.005)
    assert effects.minimum_detectable_effect(se=1, df=9).estimate == pytest.approx(
        2.262157 + 0.883404, abs=1e-5
    )
    data = made_panel()
    drawn, analytic = (
        effects.minimum_detectable_effect(data, **DESIGN, method=m) for m in ("permutation", "analytic")
    )
    assert drawn.estimate == pytest.approx(analytic.estimate, rel=0.1)
    # a true effect does not make itself harder to detect
    strong = effects.minimum_detectable_effect(made_panel(effect=50.0), **DESIGN)
    assert strong.estimate == pytest.approx(drawn.estimate, rel=1e-6)
    with pytest.raises(MethodError, match="neither se nor a table"):
        effects.minimum_detectable_effect()
    with pytest.raises(MethodError, match="power=0.01"):
        effects.minimum_detectable_effect(se=1, power=0.01)


# --- regional growth -------------------------------------------------------------------------------------------------------


def test_shift_share_by_hand():
    """Nation 400 -> 460 (+15 %): doctors 300 -> 330 (+10 %), nurses 100 -> 130 (+30 %)."""
    table = pd.DataFrame(
        {
            "region": ["A", "A", "B", "B"],
            "kind": ["doctors", "nurses"] * 2,
            "then": [200, 40, 100, 60],
            "now": [215, 60, 115, 70],
        },
        index=[9, 8, 7, 6],
    )
    found = effects.shift_share(table, unit="region", sector="kind", before="then", after="now")
    assert list(found.columns) == ["region", "kind", "gained", "national", "mix", "own"] and list(
        found.index
    ) == [9, 8, 7, 6]
    assert found["national"].tolist() == pytest.approx([30, 6, 15, 9])
    assert found["mix"].tolist() == pytest.approx([-10, 6, -5, 9])
    assert found["own"].tolist() == pytest.approx([-5, 8, 5, -8])
    np.testing.assert_allclose(found[["national", "mix", "own"]].sum(axis=1), found["gained"], rtol=1e-12)
    assert found.groupby("kind")["own"].sum().tolist() == pytest.approx([0, 0])
    nation = pd.DataFrame({"then": [300, 100], "now": [300, 130]}, index=["doctors", "nurses"])
    other = effects.shift_share(
        table, unit="region", sector="kind", before="then", after="now", reference=nation
    )
    assert other["own"].tolist() == pytest.approx([15, 8, 15, -8])
    one = effects.shift_share(
        table[table["kind"] == "nurses"], unit="region", sector="kind", before="then", after="now"
    )
    assert (one["mix"] == 0).all()


def test_shift_share_refuses():
    table = pd.DataFrame({"r": ["A", "B"], "s": ["x", "x"], "a": [0.0, 0.0], "b": [1.0, 2.0]})
    keys = dict(unit="r", sector="s", before="a", after="b")
    with pytest.raises(MethodError, match="nothing before"):
        effects.shift_share(table, **keys)
    with pytest.raises(MethodError, match="1 rows with a missing value"):
        effects.shift_share(table.assign(a=[1.0, None]), **keys)
    with pytest.raises(MethodError, match="negative"):
        effects.shift_share(table.assign(a=[1.0, -1.0]), **keys)


def test_convergence_on_an_exact_law():
    """log y(t) = m + (log y(0) - m) e^(-.02 t): speed .02, half-life 34.66, slope -(1 - e^-.2)/10, sigma shrinking at that rate."""
    start = np.log([1.0, 2.0, 4.0, 8.0, 16.0, 20.0])
    rows = [(u, t, np.exp(1 + (s - 1) * np.exp(-0.02 * t))) for u, s in enumerate(start) for t in range(11)]
    data = pd.DataFrame(rows, columns=["unit", "time", "y"])
    found = effects.convergence(data, **KEYS)
    assert found.estimate == pytest.approx(-(1 - np.exp(-0.2)) / 10) and found.se == pytest.approx(
        0, abs=1e-9
    )
    assert found.speed == pytest.approx(0.02) and found.half_life == pytest.approx(np.log(2) / 0.02)
    np.testing.assert_allclose(found.sigma, start.std() * np.exp(-0.02 * np.arange(11)))
    assert found.sigma_change == pytest.approx(start.std() * (np.exp(-0.2) - 1))
    assert effects.convergence(data, **KEYS, reliability=0.9).noise_slope == pytest.approx(-0.01)
    assert effects.convergence(data, **KEYS, ddof=1).sigma.iloc[0] == pytest.approx(start.std(ddof=1))


def test_convergence_errors_are_those_of_least_squares_and_it_refuses():
    import statsmodels.api as sm

    data = made_panel().assign(y=lambda d: np.exp(d["y"]))
    wide = np.log(data.pivot(index="unit", columns="time", values="y"))
    fit = sm.OLS((wide[2021] - wide[2014]) / 7, sm.add_constant(wide[2014]))
    for kind, cov in (("classical", "nonrobust"), ("robust", "HC1")):
        found, expected = effects.convergence(data, **KEYS, se=kind), fit.fit(cov_type=cov)
        assert found.estimate == pytest.approx(expected.params[2014]) and found.se == pytest.approx(
            expected.bse[2014]
        )
    with pytest.raises(MethodError, match="4 complete units"):
        effects.convergence(data[data["unit"] < "u04"], **KEYS)
    with pytest.raises(MethodError, match="values of 0 or less"):
        effects.convergence(data.assign(y=0.0), **KEYS)


# --- one treated series ----------------------------------------------------------------------------------------------------


def test_interrupted_time_series_of_sicily():
    """Bernal, Cummins and Gasparrini (2017): 0.894 (0.839-0.953); with two pairs of harmonics 0.885."""
    data = published("sicily.csv")
    keys = dict(outcome="aces", time="time", start=37, offset="stdpop")
    plain, seasonal = (effects.interrupted_time_series(data, harmonics=h, **keys) for h in (0, 2))
    assert [round(v, 3) for v in (plain.rate_ratio, plain.rate_ratio_low, plain.rate_ratio_high)] == [
        0.894,
        0.839,
        0.953,
    ]
    assert round(seasonal.rate_ratio, 3) == 0.885
    shuffled = effects.interrupted_time_series(data.sample(frac=1, random_state=1), **keys)
    assert shuffled.rate_ratio == pytest.approx(plain.rate_ratio, rel=1e-9)


def made_series(n=36, start=19, ratio=1.5) -> pd.DataFrame:
    data = pd.DataFrame({"t": np.arange(1, n + 1)}, index=[f"m{i}" for i in range(n)])
    data["people"] = 1000.0 + 50 * data["t"]
    wobble = 1 + 1e-3 * np.sin(data["t"] ** 2)  # a perfect fit would make statsmodels warn
    data["y"] = (
        data["people"] * np.exp(-3 + 0.01 * data["t"]) * np.where(data["t"] >= start, ratio, 1.0) * wobble
    )
    return data


def test_interrupted_time_series_recovers_a_known_law():
    data = made_series()
    found = effects.interrupted_time_series(data, outcome="y", time="t", start=19, offset="people")
    assert found.rate_ratio == pytest.approx(1.5, rel=2e-3) and found.table.loc[
        "trend", "estimate"
    ] == pytest.approx(0.01, rel=1e-2)
    np.testing.assert_allclose(found.fitted, data["y"], rtol=2e-3)
    np.testing.assert_allclose(found.fitted[18:] / found.counterfactual[18:], found.rate_ratio, rtol=1e-9)
    assert found.fitted.index.equals(data.index)
    months = data.assign(t=pd.date_range("2015-01-01", periods=36, freq="MS"))
    dated = effects.interrupted_time_series(
        months, outcome="y", time="t", start=pd.Timestamp("2016-07-01"), offset="people"
    )
    assert dated.rate_ratio == pytest.approx(found.rate_ratio, rel=1e-9)
    linear = data.assign(
        y=10 + 2.0 * data["t"] - 7 * (data["t"] >= 19) + 0.5 * (data["t"] - 19).clip(lower=0)
    )
    level = effects.interrupted_time_series(
        linear, outcome="y", time="t", start=19, family="gaussian", slope_change=True
    )
    assert level.estimate == pytest.approx(-7) and level.table.loc[
        "slope_change", "estimate"
    ] == pytest.approx(0.5)
    assert level.rate_ratio is None


def test_quasi_poisson_widens_by_the_dispersion():
    data = made_series().assign(y=lambda d: (d["y"] * (1 + 0.3 * np.sin(d["t"] ** 2))).round())
    keys = dict(outcome="y", time="t", start=19, offset="people")
    quasi, plain = (
        effects.interrupted_time_series(data, family=f, **keys) for f in ("quasipoisson", "poisson")
    )
    assert quasi.estimate == pytest.approx(plain.estimate, rel=1e-9) and quasi.dispersion > 1
    assert quasi.se / plain.se == pytest.approx(np.sqrt(quasi.dispersion), rel=1e-6)


def test_interrupted_time_series_refuses():
    keys = dict(outcome="y", time="t", offset="people")
    for data, start, reason in (
        (made_series(), 2.0, "1 points before"),
        (made_series(n=7), 4, "7 points for 3 parameters"),
        (made_series().assign(people=0.0), 19, "exposure above zero"),
        (made_series().assign(y=-1.0), 19, "negative values"),
    ):
        with pytest.raises(MethodError, match=reason):
            effects.interrupted_time_series(data, start=start, **keys)


def test_synthetic_control_of_proposition_99():
    data = published("smoking_prop99.csv").pivot(index="year", columns="state", values="cigsale")
    found = effects.synthetic_control(data, treated="California", start=1989)
    assert round(found.rmse, 2) == 1.66
    assert found.gap.loc[2000] == pytest.approx(-26, abs=1)
    published_weights = {"Utah": 0.33, "Nevada": 0.23, "Montana": 0.20, "Colorado": 0.16, "Connecticut": 0.07}
    assert found.weights[list(published_weights)].sum() > 0.9
    assert found.weights["Utah"] == pytest.approx(0.33, abs=0.1) and found.weights[
        "Montana"
    ] == pytest.approx(0.20, abs=0.05)
    assert len(found.placebos) == 39 and found.p == pytest.approx(
        (found.placebos["ratio"] >= found.placebos["ratio"].iloc[0]).mean()
    )
    close = effects.synthetic_control(data.T, treated="California", start=1989, poor_fit=2**0.5)
    assert close.rmse == found.rmse and close.placebos["kept"].sum() < 39


def test_synthetic_control_recovers_an_exact_mixture():
    rng = np.random.default_rng(2)
    data = pd.DataFrame(
        rng.normal(size=(20, 6)).cumsum(axis=0) + 50, index=range(2000, 2020), columns=list("abcdef")
    )
    data["t"] = 0.3 * data["a"] + 0.7 * data["d"] + np.where(data.index >= 2012, 4.0, 0.0)
    found = effects.synthetic_control(data, treated="t", start=2012)
    assert found.weights.sum() == pytest.approx(1) and (found.weights >= 0).all()
    assert found.weights[["a", "d"]].tolist() == pytest.approx([0.3, 0.7], abs=1e-4)
    assert found.estimate == pytest.approx(4, abs=1e-3) and found.rmse < 1e-3
    assert found.p == pytest.approx(1 / 7)
    assert list(found.placebos.index)[0] == "t" and found.placebo_gaps.shape == (20, 7)


def test_synthetic_control_refuses():
    data = pd.DataFrame(np.arange(40.0).reshape(8, 5) ** 1.1, index=range(8), columns=list("abcde"))
    for table, treated, start, reason in (
        (data, "a", 4, "4 periods before"),
        (data, "a", 8, "0 after"),
        (data, "z", 6, "treated='z'"),
        (data[["a", "b"]], "a", 6, "1 donors"),
        (data.mask(data == data.iloc[0, 1]), "a", 6, r"missing values in \['b'\]"),
    ):
        with pytest.raises(MethodError, match=reason):
            effects.synthetic_control(table, treated=treated, start=start)


@pytest.mark.parametrize(
    "call",
    [
        lambda d: effects.panel(d, **KEYS, regressors="after"),
        lambda d: effects.did(d, **DESIGN),
        lambda d: effects.event_study(d, **KEYS, first_treated="first"),
        lambda d: effects.staggered_did(d, **KEYS, first_treated="first"),
        lambda d: effects.lead_test(d, **KEYS, regressors="after"),
        lambda d: effects.placebo_test(d, **DESIGN),
        lambda d: effects.wild_cluster_bootstrap(d, **KEYS, regressors="after", cluster="unit"),
        lambda d: effects.permutation_test(d, **DESIGN),
        lambda d: effects.minimum_detectable_effect(d, **DESIGN),
        lambda d: effects.convergence(d, **KEYS),
        lambda d: effects.interrupted_time_series(d, outcome="y", time="time", start=2020),
        lambda d: effects.shift_share(d, unit="unit", sector="time", before="y", after="y"),
    ],
)
def test_every_method_refuses_an_empty_table_and_an_absent_column(call):
    with pytest.raises(MethodError, match="no complete row"):
        call(made_panel().iloc[:0])
    with pytest.raises(MethodError, match="no such column"):
        call(made_panel().drop(columns=["y"]))


def test_importing_the_methods_loads_no_heavy_library():
    import subprocess
    import sys

    code = (
        "import sys, analysis.methods.effects, analysis.methods.variation, analysis.methods.efficiency; "
        "print([m for m in ('scipy', 'statsmodels', 'linearmodels', 'diff_diff') if m in sys.modules])"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
