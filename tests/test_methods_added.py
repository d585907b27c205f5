"""Standardised rates, funnels, spatial and many-test methods, index intervals, weights, subgroups, slacks: published numbers or enumeration."""

import itertools
import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MethodError
from analysis.methods import (
    _simplex,
    effects,
    efficiency,
    equity,
    exposure,
    inequality,
    multiple,
    objective_weights,
    rates,
    spatial,
    subgroups,
)

CASES = Path(
    os.environ.get("YIGAI_VALIDATION", Path(__file__).resolve().parents[2] / "shared" / "validation")
)

# test data of PHEindicatormethods (UK Health Security Agency), and the European Standard Population 2013
POPULATION = [84935, 80367, 72122, 79259, 99806, 87362, 81579, 71103, 70001, 69007, 63203, 52638, 46087, 40887, 32604, 28399, 21625, 13021, 7355]  # fmt: skip
EVENTS = [27, 45, 55, 100, 125, 300, 295, 270, 275, 450, 455, 459, 345, 300, 270, 265, 100, 90, 35]
STANDARD = [5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000]  # fmt: skip


def published(name):
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{name} is not here: the published case is read from the validation folder")
    return pd.read_csv(path)


def test_direct_rate_of_the_english_package():
    """PHStatsMethods.ph_dsr on the package's test data: value and limits at 95 and 99.8 percent."""
    found = rates.direct_rate(EVENTS, POPULATION, STANDARD, multiplier=100_000, limits="byar")
    assert (found.estimate, found.low, found.high) == pytest.approx(
        (464.915651, 450.688309, 479.468934), abs=1e-5
    )
    wide = rates.direct_rate(EVENTS, POPULATION, STANDARD, multiplier=100_000, limits="byar", level=0.998)
    assert (wide.low, wide.high) == pytest.approx((442.634562, 487.949978), abs=1e-5)
    exact = rates.direct_rate(EVENTS, POPULATION, STANDARD, multiplier=100_000)
    assert exact.low == pytest.approx(found.low, abs=0.01) and exact.low != found.low


def test_one_stratum_is_the_crude_rate_with_its_exact_limits():
    one = exposure.poisson_rate(137, 24.19893)
    found = rates.direct_rate([137], [24.19893], [1])
    assert (found.estimate, found.low, found.high) == pytest.approx(tuple(one), rel=1e-12)
    none = rates.direct_rate([0, 0], [10, 20], [1, 1])
    assert none.low == 0 and none.high > 0


def test_indirect_ratio_of_the_english_package():
    """PHStatsMethods.ph_ISRatio: .01482 (.014378 to .015272) for 4,261 events against 287,517.162195 expected."""
    found = rates.indirect_ratio(4261, [287517.162195], [1.0], limits="byar")
    assert (found.estimate, found.low, found.high) == pytest.approx((0.01482, 0.014378, 0.015272), abs=5e-7)


def test_funnel_of_ratios_of_the_english_package():
    """PHStatsMethods.calculate_funnel_limits, ratio: limits at the expectations it prints for 1, 7 and 25 events."""
    expected = [5.571645, 14.422677, 36.904928]
    found = rates.funnel_ratios([1, 7, 25], expected)
    assert found["low_95"].to_numpy() * 100 == pytest.approx([17.948022, 48.534679, 67.741631], abs=2e-4)
    found = rates.funnel_ratios([1, 7, 25], [9.233410, 21.0, 44.636071])
    assert found["low_99.8"].iloc[[0, 2]].to_numpy() * 100 == pytest.approx([10.830235, 56.008514], abs=2e-4)
    upper = rates.funnel_ratios([1, 7, 25], [0.025318, 2.814364, 16.178685])["high_95"]
    assert upper.to_numpy() * 100 == pytest.approx([3949.774946, 248.724069, 154.524301], rel=3e-5)


def test_overdispersion_by_hand():
    o, e = np.array([30.0, 60.0, 90.0, 20.0]), np.array([40.0, 50.0, 60.0, 25.0])
    z = 2 * (np.sqrt(o) - np.sqrt(e))
    found = rates.funnel_ratios(o, e, overdispersion="multiplicative", winsorise=0.0)
    phi = (z**2).mean()
    assert found.attrs["overdispersion"]["phi"] == pytest.approx(phi) and phi > 1
    reach = 1.959963985 * np.sqrt(phi) / (2 * np.sqrt(e))
    assert found["high_95"].to_numpy() == pytest.approx((1 + reach) ** 2)
    w = 4 * e
    tau2 = (4 * phi - 3) / (w.sum() - (w**2).sum() / w.sum())
    added = rates.funnel_ratios(o, e, overdispersion="additive", winsorise=0.0)
    assert added.attrs["overdispersion"]["tau2"] == pytest.approx(tau2)
    by_rate = rates.funnel_rates(o, e * 10, target=0.1, multiplier=100)
    assert by_rate["high_95"].to_numpy() == pytest.approx(
        10 * rates.funnel_ratios(o, e)["high_95"].to_numpy()
    )


def _moran(x, w):
    z = x - x.mean()
    return len(x) / w.sum() * (z @ w @ z) / (z @ z)


def test_moran_moments_and_p_against_all_placings():
    rng = np.random.default_rng(2)
    w = (rng.random((6, 6)) < 0.5).astype(float)
    w = np.triu(w, 1) + np.triu(w, 1).T
    w[0, 1] = w[1, 0] = 1
    x = rng.normal(size=6)
    every = np.array([_moran(x[list(order)], w) for order in itertools.permutations(range(6))])
    found = spatial.morans_i(x, w, standardise=False, draws=4999)
    assert found.estimate == pytest.approx(_moran(x, w)) and found.expected == pytest.approx(every.mean())
    assert found.se == pytest.approx(every.std(), rel=1e-9)
    exact = (np.abs(every - every.mean()) >= abs(found.estimate - every.mean()) - 1e-12).mean()
    assert found.p == pytest.approx(exact, abs=0.03)
    local = spatial.local_morans_i(x, w, standardise=False, draws=99)
    assert local["local"].mean() * 6 / w.sum() == pytest.approx(found.estimate)


def test_moran_matches_labels_and_leaves_islands_out():
    places = list("abcde")
    ring = pd.DataFrame(0, index=places, columns=places)
    for i in range(4):
        ring.iloc[i, (i + 1) % 4] = ring.iloc[(i + 1) % 4, i] = 1
    x = pd.Series([1.0, 2.0, 5.0, 4.0, 9.0], index=places)
    found = spatial.morans_i(x, ring.loc[list("ecadb"), list("bdace")], draws=99)
    assert found.n == 4 and found.islands == ("e",) and "e" in found.notes[0]
    assert found.estimate == pytest.approx(spatial.morans_i(x[:4], ring.iloc[:4, :4], draws=99).estimate)


def test_benjamini_and_hochberg_1995():
    """The paper's example: of 15 p values, 4 are rejected at .05 by its procedure and 3 by Bonferroni's."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]  # fmt: skip
    assert (multiple.adjusted(p) <= 0.05).sum() == 4
    assert (multiple.adjusted(p, method="bonferroni") <= 0.05).sum() == 3
    holm = multiple.adjusted([0.01, 0.04, 0.03, None], method="holm")
    assert holm.tolist()[:3] == pytest.approx([0.03, 0.06, 0.06]) and np.isnan(holm.iloc[3])


@pytest.mark.parametrize("measure", ["gini", "theil_t", "theil_l", "concentration"])
def test_standard_errors_are_the_derivatives_of_the_index(measure):
    """The influence of a row is how the index moves when the row's weight grows: taken numerically from ``equity``."""
    rng = np.random.default_rng(0)
    x, w = rng.lognormal(size=9), rng.uniform(1, 3, 9)
    by = rng.permutation(9).astype(float)
    by[2] = by[4]
    index = {
        "gini": lambda h: equity.gini(x, h),
        "theil_t": lambda h: equity.theil(x, h)["total"],
        "theil_l": lambda h: equity.theil(x, h, measure="L")["total"],
        "concentration": lambda h: equity.concentration_index(x, by, h),
    }[measure]
    shares, slope = w / w.sum(), np.empty(9)
    for i in range(9):
        ends = []
        for step in (1e-6, -1e-6):
            h = shares * (1 - step)
            h[i] += step
            ends.append(index(h))
        slope[i] = (ends[0] - ends[1]) / 2e-6
    expected = np.sqrt(((shares * slope) ** 2).sum())
    found = (
        inequality.concentration(x, by, w)
        if measure == "concentration"
        else inequality.with_interval(x, w, measure=measure)
    )
    assert found.estimate == pytest.approx(index(shares)) and found.se == pytest.approx(expected, rel=1e-6)


def test_bounded_forms_mirror():
    """Erreygers' and Wagstaff's forms change sign, not size, when attainment becomes shortfall; the standard form does not keep this."""
    x, by = np.array([0.2, 0.5, 0.4, 0.9, 0.7, 0.95]), np.arange(6.0)
    for form in ("erreygers", "wagstaff"):
        one = inequality.concentration(x, by, form=form, upper=1)
        other = inequality.concentration(1 - x, by, form=form, upper=1)
        assert one.estimate == pytest.approx(-other.estimate) and one.se == pytest.approx(other.se)
    assert inequality.concentration(x, by).estimate != pytest.approx(
        -inequality.concentration(1 - x, by).estimate
    )


def test_decomposition_sums_and_finds_an_exact_model():
    rng = np.random.default_rng(3)
    factors = pd.DataFrame({"a": rng.random(30), "b": rng.random(30)})
    x = 1 + 2 * factors["a"] + 3 * factors["b"]
    found = inequality.decompose_concentration(x, factors, factors["a"])
    assert found.loc["residual", "contribution"] == pytest.approx(0, abs=1e-12)
    assert found.loc[["a", "b"], "coefficient"].tolist() == pytest.approx([2, 3])
    assert found["contribution"].iloc[:3].sum() == pytest.approx(equity.concentration_index(x, factors["a"]))


def test_critic_of_the_rmcda_example():
    """Table of RMCDA's apply.CRITIC; pymcdm 1.x gives .13018016 .25902748 .37847563 .23231673 with all columns benefits."""
    phones = [[250, 16, 12, 5], [200, 16, 8, 3], [300, 32, 16, 4], [275, 32, 8, 4], [225, 16, 16, 2]]
    found = objective_weights.critic_weights(phones)
    assert found.tolist() == pytest.approx([0.13018016, 0.25902748, 0.37847563, 0.23231673], abs=1e-8)


def test_coupling_by_hand_and_at_its_ends():
    alike = objective_weights.coupling_coordination([[0.1, 0.1], [0.9, 0.9], [0.0, 1.0]])
    assert alike["coupling"].tolist() == pytest.approx([1, 1, 0])
    assert alike["coordination"].tolist() == pytest.approx([np.sqrt(0.1), np.sqrt(0.9), 0])
    two = objective_weights.coupling_coordination([[0.2, 0.8]], form="geometric")
    assert two["coupling"].iloc[0] == pytest.approx(2 * np.sqrt(0.16) / 1.0)
    three = objective_weights.coupling_coordination([[0.2, 0.4, 0.8]])["coupling"].iloc[0]
    assert three == pytest.approx(np.sqrt((1 - (0.2 + 0.6 + 0.4) / 3) * (0.2 / 0.8 * 0.4 / 0.8) ** 0.5))


def test_grey_degree_by_hand():
    found = objective_weights.grey_relational_degree([[1.0, 4.0], [2.0, 1.0]], [1.0, 3.0], scaling="none")
    gaps = np.array([[0.0, 3.0], [1.0, 2.0]])
    assert found.tolist() == pytest.approx(((0 + 1.5) / (gaps + 1.5)).mean(axis=0).tolist())


def test_subgroup_measures_by_hand():
    y, p = np.array([40.0, 55.0, 70.0, 80.0]), np.array([0.4, 0.3, 0.2, 0.1])
    found = subgroups.measures(y, p * 1000, se=[1, 1, 1, 1], order=[1, 2, 3, 4])["estimate"]
    mean, r = p @ y, y / (p @ y)
    expected = {
        "d": 40, "r": 2, "bgv": p @ (y - mean) ** 2, "ti": 1000 * (p * r) @ np.log(r), "mld": -1000 * p @ np.log(r),
        "mdmw": p @ np.abs(y - mean), "mdbu": (80 - y).mean(), "idisu": 100 * np.abs(y - mean).mean() / mean,
        "par": 80 - mean, "paf": 100 * (80 - mean) / mean, "aci": equity.concentration_index(y, y, p) * mean,
        "rci": 100 * equity.concentration_index(y, y, p),
    }  # fmt: skip
    assert found[list(expected)].to_dict() == pytest.approx(expected)
    rank = p.cumsum() - p / 2
    slope, start = np.polyfit(rank, y, 1, w=np.sqrt(p))
    assert (found["sii"], found["rii"]) == pytest.approx((slope, (start + slope) / start))


def test_subgroup_pairs_and_gains_where_lower_is_better():
    """HEAT's directions (R healthequal: d, parisk, paf): deaths of the poor less those of the rich; no gain where the reference is worse."""
    deaths = [90.0, 70, 60, 40]
    found = subgroups.measures(deaths, [1, 1, 1, 1], se=[1] * 4, order=[1, 2, 3, 4], better="lower")
    assert found.loc[["d", "r", "par", "paf"], "estimate"].tolist() == pytest.approx(
        [50, 2.25, -25, -100 * 25 / 65]
    )
    assert (found.loc["par", ["low", "high"]] < 0).all() and found.loc["d", "low"] > 0
    worse = subgroups.measures(deaths[::-1], [1, 1, 1, 1], se=[1] * 4, order=[1, 2, 3, 4], better="lower")
    assert worse.loc["par", ["estimate", "low", "high"]].tolist() == [0, 0, 0] and worse.loc["d", "estimate"] == -50  # fmt: skip
    named = dict(zip("abcd", deaths, strict=True))
    for better, d in (("higher", 70 - 40), ("lower", 90 - 70)):
        one = subgroups.measures(pd.Series(named), pd.Series(dict.fromkeys("abcd", 1)), reference="b", better=better)  # fmt: skip
        assert one.loc["d", "estimate"] == d


def test_subgroup_logistic_line_is_that_of_statsmodels():
    import statsmodels.api as sm

    y, p = np.array([0.4, 0.55, 0.7, 0.8]), np.array([0.4, 0.3, 0.2, 0.1])
    rank = p.cumsum() - p / 2
    fit = sm.GLM(y, sm.add_constant(rank), family=sm.families.Binomial(), var_weights=p).fit()
    ends = fit.predict([[1, 0], [1, 1]])
    found = subgroups.measures(100 * y, p, order=[1, 2, 3, 4], upper=100)["estimate"]
    assert (found["sii"], found["rii"]) == pytest.approx(
        (100 * (ends[1] - ends[0]), ends[1] / ends[0]), rel=1e-8
    )


def test_subgroup_intervals_cover_what_draws_give():
    y, s = np.array([40.0, 55.0, 70.0]), np.array([2.0, 2.0, 3.0])
    found = subgroups.measures(y, [3, 2, 1], se=s, order=[1, 2, 3])
    drawn = y + s * np.random.default_rng(1).standard_normal((20_000, 3))
    assert found.loc["d", "se"] == pytest.approx(np.sqrt(13)) and found.loc["r", "low"] > 1
    aci = drawn @ (np.array([0.5, 1 / 3, 1 / 6]) * (2 * np.array([0.25, 2 / 3, 11 / 12]) - 1))
    assert found.loc["aci", "se"] == pytest.approx(aci.std(), rel=0.02)


def test_slacks_of_coelli_1998():
    """Example of the book (table 6.2, also DEAP's): unit 1 keeps a slack of .5 in its second input; 2 and 5 are on the frontier."""
    data = published("coelli1998.csv")
    found = efficiency.dea_slacks(data[["input1", "input2"]], data["output"])
    assert found["efficiency"].round(3).tolist() == [0.5, 1, 0.833, 0.714, 1]
    assert found["slack input2"].round(6).tolist() == [0.5, 0, 0, 0, 0]
    assert found["efficient"].tolist() == [False, True, False, False, True]


def test_bacon_sums_to_the_two_way_coefficient():
    data = published("mpdta.csv")
    keys = dict(outcome="lemp", unit="countyreal", time="year")
    found = effects.bacon_decomposition(data, first_treated="first.treat", **keys)
    after = (data["first.treat"] > 0) & (data["year"] >= data["first.treat"])
    fit = effects.panel(data.assign(d=after.astype(int)), regressors="d", **keys)
    assert found.estimate == pytest.approx(fit.estimate, abs=1e-12) and found.table[
        "weight"
    ].sum() == pytest.approx(1)
    # bacondecomp's port in diff-diff 3.13
    assert found.by_kind["weight"].tolist() == pytest.approx([0.08330135, 0.05392423, 0.86277442], abs=1e-8)


def test_sun_abraham_of_diff_diff():
    """diff-diff 3.13 SunAbraham on mpdta (its convention of standard errors equals fixest's)."""
    data = published("mpdta.csv")
    found = effects.sun_abraham(
        data, outcome="lemp", unit="countyreal", time="year", first_treated="first.treat"
    )
    assert found.table["estimate"].tolist() == pytest.approx(
        [0.00331, 0.02502, 0.02446, 0, -0.01993, -0.05096, -0.13726, -0.10081], abs=5e-6
    )
    assert found.table.loc[[0, 3], "se"].tolist() == pytest.approx([0.01186, 0.0345], abs=5e-6)


def test_weights_and_clusters_of_staggered_did():
    """diff-diff's own aggregates with a survey design: simple effect and standard error, clustered by state and weighted."""
    data = published("mpdta.csv")
    data = data.assign(state=data["countyreal"] // 1000, people=np.exp(data["lpop"]))
    keys = dict(outcome="lemp", unit="countyreal", time="year", first_treated="first.treat")
    for more, expected in (
        (dict(cluster="state"), (-0.039951, 0.015428)),
        (dict(weights="people"), (-0.018413, 0.013671)),
        (dict(weights="people", cluster="state"), (-0.018413, 0.021618)),
    ):
        found = effects.staggered_did(data, **keys, **more)
        assert (found.estimate, found.se) == pytest.approx(expected, abs=2e-5)
    assert found.clusters == 29
    with pytest.raises(MethodError, match="changes within"):
        effects.staggered_did(data.assign(people=data["year"]), weights="people", **keys)


def test_weights_are_scaled_without_a_warning_of_the_library(monkeypatch):
    """Readers were told in the library's words that weights were normalised, and in Chinese that there was a warning, whatever they gave."""
    rng = np.random.default_rng(3)
    data = pd.DataFrame([(u, t) for u in range(24) for t in range(4)], columns=["unit", "time"])
    data = data.assign(first=2 * (data["unit"] < 10), people=10 + data["unit"], y=rng.normal(size=len(data)))
    keys = dict(outcome="y", unit="unit", time="time", first_treated="first", weights="people")
    found, scaled = (effects.staggered_did(data.assign(people=data["people"] * k), **keys) for k in (1, 1e6))
    assert found.notes == scaled.notes == () and scaled.se == pytest.approx(found.se, rel=1e-9)
    # mutation: what the library says of an estimate does reach the notes
    import diff_diff

    whole = diff_diff.CallawaySantAnna.fit

    def warning(self, *arguments, **more):
        warnings.warn("weights normalized", UserWarning, stacklevel=1)
        return whole(self, *arguments, **more)

    monkeypatch.setattr(diff_diff.CallawaySantAnna, "fit", warning)
    assert "weights normalized" in effects.staggered_did(data, **keys).notes


def common_factor(rows: int, shared: float, level: float) -> float:
    """The quantile of the largest |t| of rows that share one factor, by one integral."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    z = np.arange(-9, 9.001, 0.005)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    own, common = np.sqrt(1 - shared), np.sqrt(shared) * z
    inside = lambda c: density @ (ndtr((c - common) / own) - ndtr((-c - common) / own)) ** rows  # noqa: E731
    return brentq(lambda c: inside(c) - level, 0.1, 6)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize(
    ("rows", "shared"), [(2, 0.0), (3, 0.5), (20, 0.0), (20, 0.5), (20, 0.95), (60, 0.8)]
)
def test_simultaneous_bands_are_within_a_hundredth_of_the_integral(rows, shared, level):
    from analysis.methods.staggered import simultaneous_critical

    covariance = np.full((rows, rows), shared) + (1 - shared) * np.eye(rows)
    size = np.arange(1.0, rows + 1)
    found = simultaneous_critical(covariance * np.outer(size, size), level)
    assert found == pytest.approx(common_factor(rows, shared, level), abs=0.01)


def test_simultaneous_bands_of_one_estimate_and_of_equal_ones(monkeypatch):
    from scipy.stats import norm

    from analysis.methods import staggered

    one = norm.ppf(0.975)
    assert staggered.simultaneous_critical(np.eye(1), 0.95) == pytest.approx(one, abs=1e-12)
    assert staggered.simultaneous_critical(np.ones((3, 3)), 0.95) == pytest.approx(one, abs=1e-3)
    assert staggered.simultaneous_critical(np.diag([4.0, 0.0]), 0.95) == pytest.approx(one, abs=1e-12)
    assert np.isnan(staggered.simultaneous_critical(np.zeros((2, 2)), 0.95))
    # mutation: too few draws for rows that move together, without the second look
    together = np.full((20, 20), 0.95) + 0.05 * np.eye(20)
    exact = common_factor(20, 0.95, 0.95)
    assert staggered.simultaneous_critical(together, 0.95) == pytest.approx(exact, abs=0.01)
    with monkeypatch.context() as other:
        other.setattr(staggered, "BAND_DRAWS", (3072,))
        assert abs(staggered.simultaneous_critical(together, 0.95) - exact) > 0.01
    # mutation: without a step the answer is the sum of the chances, which the common factor shows to be too wide
    monkeypatch.setattr(staggered, "BAND_STEPS", 0)
    assert staggered.simultaneous_critical(np.ones((3, 3)), 0.95) == pytest.approx(norm.ppf(1 - 0.025 / 3))


def test_synthetic_did_of_california():
    """Arkhangelsky et al. 2021, table 1: -15.6 packs."""
    wide = published("smoking_prop99.csv").pivot(index="year", columns="state", values="cigsale")
    found = effects.synthetic_did(wide, treated="California", start=1989, draws=20)
    assert round(found.estimate, 1) == -15.6 and found.unit_weights.sum() == pytest.approx(1)


@pytest.mark.slow
def test_synthetic_control_with_predictors_of_california():
    """Abadie, Diamond and Hainmueller 2010, table 2: weights of the five states; about -26 packs in 2000, rank 1 of 39."""
    data = published("smoking_prop99.csv")
    wide = data.pivot(index="year", columns="state", values="cigsale")
    mean = (
        data[data["year"].between(1980, 1988)].groupby("state")[["lnincome", "retprice", "age15to24"]].mean()
    )
    mean["beer"] = data[data["year"].between(1984, 1988)].groupby("state")["beer"].mean()
    mean = mean.assign(**{f"packs {year}": wide.loc[year] for year in (1975, 1980, 1988)})
    found = effects.synthetic_control(wide, treated="California", start=1989, predictors=mean)
    expected = {"Utah": 0.334, "Nevada": 0.234, "Montana": 0.199, "Colorado": 0.164, "Connecticut": 0.069}
    assert found.weights[list(expected)].to_dict() == pytest.approx(expected, abs=0.01)
    assert found.gap[2000] == pytest.approx(-26, abs=1) and found.p == pytest.approx(1 / 39)


def test_subgroups_without_an_order_have_the_measures_that_need_none():
    unordered = subgroups.measures([60, 70, 90], [1, 1, 2], se=[2, 2, 2])
    ordered = subgroups.measures([60, 70, 90], [1, 1, 2], se=[2, 2, 2], order=[1, 2, 3])
    assert len(unordered) > 5 and not set(subgroups.ORDERED) & set(unordered.index)
    assert set(subgroups.ORDERED) <= set(ordered.index) and unordered.loc["d", "estimate"] == 30
    assert unordered[["se", "low", "high"]].notna().all(axis=None)


def hull(seed: int, periods: int = 12, donors: int = 20):
    """A unit that the donors cannot match, and one among few periods that many mixtures match."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.normal(size=(periods, donors + 1)).cumsum(axis=0))
    return table[0], table.drop(columns=0)


@pytest.mark.parametrize("seed", range(4))
def test_weights_by_the_active_set_are_the_optimum(seed):
    """The conditions of an optimum hold to rounding, and the descent that starts at equal weights gets no nearer."""
    target, donors = hull(seed)
    x, y = donors.to_numpy(), target.to_numpy()
    found = _simplex.only_weights(x, y)
    slope = x.T @ (x @ found - y)
    assert found.min() >= 0 and found.sum() == pytest.approx(1, abs=1e-12)
    assert float(slope @ found - slope.min()) < 1e-10 and np.ptp(slope[found > 0]) < 1e-10
    other, _ = _simplex.descended(x, y)
    assert ((x @ found - y) ** 2).sum() <= ((x @ other - y) ** 2).sum() + 1e-12
    assert found == pytest.approx(other, abs=1e-4)


def accelerated(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A third solver: projected gradients with momentum, restarted, until no weight moves."""
    squares, cross = x.T @ x, x.T @ y
    step, weights = 1 / np.linalg.eigvalsh(squares)[-1], np.full(x.shape[1], 1 / x.shape[1])
    ahead, pace, still = weights, 1.0, 0
    for _ in range(100_000):
        moved = ahead - step * (squares @ ahead - cross)
        high = np.sort(moved)[::-1]
        over = (high.cumsum() - 1) / np.arange(1, len(high) + 1)
        new = np.maximum(moved - over[np.flatnonzero(high > over)[-1]], 0)
        pace = 1.0 if (ahead - new) @ (new - weights) > 0 else pace
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        still = still + 1 if np.abs(new - weights).max() < 1e-15 else 0
        ahead, weights, pace = new + (pace - 1) / faster * (new - weights), new, faster
        if still > 20:
            break
    return weights


def test_a_third_solver_stands_with_the_active_set_where_the_descent_differs():
    """Series of three common factors, near enough to each other for the descent by SLSQP to stop early: its gaps are off by 1e-4, its squares larger."""
    rng = np.random.default_rng(0)
    factors = rng.normal(size=(31, 3)).cumsum(axis=0) @ rng.uniform(size=(3, 39))
    table = (100 + factors + rng.normal(size=(31, 39))) / 100
    before, after = table[:19], table[19:]
    x, y = np.delete(before, 27, axis=1), before[:, 27]
    active, descended, third = _simplex.only_weights(x, y), _simplex.descended(x, y)[0], accelerated(x, y)
    squares = [float(((x @ w - y) ** 2).sum()) for w in (active, descended, third)]
    gaps = [100 * (after[:, 27] - np.delete(after, 27, axis=1) @ w) for w in (active, descended, third)]
    assert np.abs(gaps[0] - gaps[2]).max() < 1e-7 < 1e-4 < np.abs(gaps[0] - gaps[1]).max()
    assert squares[0] == pytest.approx(squares[2], rel=1e-10) and squares[0] < squares[1]


def test_where_many_mixtures_fit_the_weights_follow_no_order_of_donors(monkeypatch):
    target, donors = hull(1, periods=5, donors=20)
    target = donors.mean(axis=1)
    assert _simplex.only_weights(donors.to_numpy(), target.to_numpy()) is None
    one, turned = (
        _simplex.simplex_weights("here", target, d) for d in (donors, donors[donors.columns[::-1]])
    )
    assert one.sort_index().to_numpy() == pytest.approx(turned.sort_index().to_numpy(), abs=1e-9)
    # mutation: weights that are not the optimum are refused, whatever found them
    monkeypatch.setattr(_simplex, "only_weights", lambda x, y: np.eye(x.shape[1])[0])
    with pytest.raises(MethodError, match="from the optimum"):
        _simplex.simplex_weights("here", target, donors)
