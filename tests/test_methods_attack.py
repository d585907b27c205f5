"""The door of the methods: another carrier never changes a result, poison never passes; and the faults it was built for, one by one."""

import numpy as np
import pandas as pd
import pytest

import methods_attack
import methods_attack_answers
import methods_attack_chains
import methods_attack_labels
import methods_attack_tables
from analysis.errors import MethodError
from analysis.methods import (
    _inputs,
    _rank_change,
    _rows,
    effects,
    efficiency,
    equity,
    estimates,
    exposure,
    few_clusters,
    inequality,
    multiple,
    panel_models,
    quasi_experiments,
    ranking,
    rates,
    staggered,
    subgroups,
    variation,
)

SLOW = {
    "staggered.staggered_did",
    "_rank_moves.move_holds",
    "synthetic.synthetic_did",
    "staggered_checks.sun_abraham",
    "event_studies.event_study",
    "event_studies.pretrend_test",
    "efficiency.scale_efficiency",
    "efficiency.dea_slacks",
    "efficiency.dea_bootstrap",
    "second_stage.explain_efficiency",
    "honest.honest_did",
    "few_clusters.wild_cluster_bootstrap",
    "few_clusters.minimum_detectable_effect",
    "few_clusters.permutation_test",
    "subgroups.measures",
    "panel_models.did",
    "panel_checks.placebo_test",
    "panel_checks.lead_test",
    "efficiency.malmquist",
    "efficiency.dea",
    "quasi_experiments.interrupted_time_series",
    "synthetic.synthetic_control",
    "_mobility.mobility",
    "_rank_change.rank_change",
}
CHEAP = tuple(sorted({case.name for case in methods_attack.cases()} - SLOW))


def test_another_carrier_of_the_same_numbers_gives_the_same_result():
    count, found = methods_attack.attack(("carriers", "order"), CHEAP)
    assert found == [] and count > 600


@pytest.mark.slow
def test_the_whole_attack():
    count, found = methods_attack.attack()
    assert found == [] and count >= 2000


def test_the_attack_sees_a_door_that_stands_open(monkeypatch):
    """Mutation: text taken for numbers, and a carrier that loses its values, are both found."""
    monkeypatch.setattr(
        variation, "column", lambda values, where, missing=False: pd.Series(values).astype(float)
    )
    _, found = methods_attack.attack(("poison",), ("variation.xmr",))
    assert {kind for kind, *_ in found} >= {"taken"}
    monkeypatch.undo()
    whole = _inputs.floats
    monkeypatch.setattr(
        _inputs,
        "floats",
        lambda s, where, **more: whole(s, where, **more) * (2.0 if str(s.dtype) == "Int64" else 1.0),
    )
    _, found = methods_attack.attack(("carriers",), ("variation.xmr",))
    assert [(kind, label) for kind, _, label, _ in found] == [("silent", "carrier x Int64")]


LABELS = ("variation.wilson", "equity.gini", "multiple.adjusted", "spatial.morans_i", "rates.funnel_ratios")  # fmt: skip


def test_other_names_and_memory_give_the_same_result():
    count, found = methods_attack_labels.attack(LABELS)
    assert found == [] and count > 200


@pytest.mark.slow
def test_the_whole_second_attack():
    count, found = methods_attack_labels.attack()
    assert found == [] and count >= 5000


def test_the_second_attack_sees_what_it_looks_for(monkeypatch):
    """Mutation: a method that reads labels for numbers, one that fails in pandas' words, and one that writes into its input."""

    def by_label(x):
        return float(sum(len(str(label)) for label in x.index))

    def foreign(x):
        return x[x.index[0]] if x.index.is_unique else {}["none"]

    def in_place(x):
        x.iloc[0] = 9.0
        return 1.0

    x = pd.Series([3.0, 1.0, 2.0, 5.0], index=list("abcd"))
    for fn, kind in ((by_label, "silent"), (foreign, "foreign"), (in_place, "changed")):
        monkeypatch.setattr(methods_attack_labels, "cases", lambda fn=fn: [methods_attack.Case(fn, {"x": x})])
        assert kind in {finding[0] for finding in methods_attack_labels.attack()[1]}, kind
    monkeypatch.undo()
    monkeypatch.setattr(_inputs, "LARGEST", np.inf)
    found = methods_attack_labels.attack(("rates.funnel_ratios",))[1]
    assert ("foreign", "rates.funnel_ratios") in {finding[:2] for finding in found}


TABLES = ("equity.gini", "rates.direct_rate", "variation.wilson", "ranking.rank", "multiple.adjusted", "exposure.poisson_rate")  # fmt: skip


def test_other_tables_and_known_relations_hold():
    count, found = methods_attack_tables.attack(TABLES)
    assert found == [] and count > 300


@pytest.mark.slow
def test_the_whole_third_attack():
    count, found = methods_attack_tables.attack()
    assert found == [] and count >= 5000


def test_the_third_attack_sees_what_it_looks_for(monkeypatch):
    """Mutation: weights that count by their size, an index that is read for a column, an infinite number, and text that passes."""

    def by_size(x, weights):
        return float((x * weights).sum())

    def by_name(x, weights):
        return float((x * weights).sum() / weights.sum()) + len(x.index.name or "")

    def endless(x, weights):
        with np.errstate(all="ignore"):
            return pd.Series({"estimate": 1 / float(weights.min()), "other": float(x.sum())})

    def text(x, weights):
        return float(pd.to_numeric(x.map(lambda v: v.decode() if isinstance(v, bytes) else v)).mean())

    data = {
        "x": pd.Series([3.0, 1.0, 2.0, 5.0], index=list("abcd")),
        "weights": pd.Series([1.0, 2.0, 1.0, 3.0], index=list("abcd")),
    }
    monkeypatch.setitem(methods_attack_tables.WEIGHTED, "here.by_size", ("weights", ("x",)))
    for fn, kind, said in (
        (by_size, "silent", "weights x"),
        (by_name, "silent", "attrs"),
        (endless, "nonsense", "subnormal"),
        (text, "taken", "text of"),
    ):
        fn.__module__ = "tests.here"
        monkeypatch.setattr(methods_attack_tables, "cases", lambda fn=fn: [methods_attack.Case(fn, data)])
        found = methods_attack_tables.attack()[1]
        assert any(one[0] == kind and said in one[2] for one in found), fn


ANSWERED = ("gini", "concentration_index", "wilson", "decompose_share", "adjusted", "shift_share", "panel", "did", "rank_change")  # fmt: skip
CHAINED = ("equity.gini", "variation.wilson", "multiple.adjusted", "rates.direct_rate", "ranking.rank", "panel_models.panel")  # fmt: skip


def test_answers_worked_out_another_way_are_the_same():
    count, found = methods_attack_answers.attack(ANSWERED, seeds=1)
    assert found == [] and count > 100


def test_three_odd_things_at_once_change_nothing():
    count, found = methods_attack_chains.attack(CHAINED)
    assert found == [] and count > 30


@pytest.mark.slow
def test_the_whole_fourth_attack():
    answers, silent = methods_attack_answers.attack()
    chains, other = methods_attack_chains.attack()
    assert silent == other == [] and answers >= 2000 and chains >= 500


def test_the_fourth_attack_sees_what_it_looks_for(monkeypatch):
    """Mutation: an answer one in a thousand off, a sound table refused, another package's error; carriers that meet; nothing that gets an answer."""
    whole = equity.gini
    for wrong, kind in (
        (lambda x, w: whole(x, w) * 1.001, "silent"),
        (lambda x, w: whole(x, w) if isinstance(x.index, pd.RangeIndex) else variation.xmr([]), "refused"),
        (lambda x, w: {}[1], "foreign"),
    ):
        monkeypatch.setattr(equity, "gini", wrong)
        assert kind in {finding[0] for finding in methods_attack_answers.attack(("gini",), seeds=1)[1]}
    monkeypatch.undo()
    floats = _inputs.floats
    off = lambda s, where, **more: floats(s, where, **more) + (1.0 if str(s.dtype) == "Float64" else 0.0)  # noqa: E731
    monkeypatch.setattr(_inputs, "floats", off)
    assert {kind for kind, *_ in methods_attack_chains.attack(("equity.gini",))[1]} == {"silent"}
    monkeypatch.undo()
    monkeypatch.setattr(methods_attack_chains, "bare", lambda: [("a mean of nothing", lambda: 0.0, "refused"), ("a key", lambda: {}[1], "any")])  # fmt: skip
    assert [finding[0] for finding in methods_attack_chains.attack(("bare",))[1]] == ["taken", "foreign"]


@pytest.mark.filterwarnings("ignore")
def test_without_the_rank_check_the_bare_designs_get_answers(monkeypatch):
    """Mutation."""
    calls = {label: call for label, call, _ in methods_attack_chains.bare()}
    with pytest.raises(MethodError, match="told apart"):
        calls["panel: regressor constant within units"]()
    monkeypatch.setattr(panel_models, "told_apart", lambda *arguments: None)
    with pytest.raises(Exception) as error:
        raise AssertionError(calls["panel: regressor constant within units"]())
    assert "told apart" not in str(error.value)


@pytest.mark.filterwarnings("ignore")
def test_no_control_is_lost_for_its_unit_and_no_digit_for_a_near_repetition(monkeypatch):
    """A control in yuan beside shares was dropped from the model without a word; a regressor that nearly repeats another was off by an eighth."""
    names = ("bootstrap", "bootstrap of rows", "did of rows", "decompose", "leads", "series, quasipoisson", "panel", "paths", "series, gaussian")  # fmt: skip
    count, found = methods_attack_chains.related(names)
    assert found == [] and count > 60
    ones = lambda columns: np.ones(columns.shape[1])  # noqa: E731
    for module in (few_clusters, panel_models, inequality, estimates):  # the mutation
        monkeypatch.setattr(module, "units_of", ones)
    lost = {
        name for kind, name, change, _ in methods_attack_chains.related(names)[1] if change.startswith("unit")
    }
    assert lost >= {"bootstrap", "bootstrap of rows", "did of rows", "decompose", "leads"}
    monkeypatch.undo()

    def by_squares(x):
        r = np.linalg.cholesky(x.T @ x).T
        return x @ np.linalg.inv(r), r

    monkeypatch.setattr(
        np.linalg, "qr", by_squares
    )  # the mutation: coefficients by the squares of the regressors
    off = {name for _, name, change, _ in methods_attack_chains.related(("panel", "paths", "series, gaussian"))[1] if change.startswith("nearly")}  # fmt: skip
    assert off == {"panel", "paths", "series, gaussian"}


@pytest.mark.parametrize("level", [0, 1e10, 1e12])
def test_a_high_level_hides_no_signal(level, monkeypatch):
    """What counted as rounding was a share of the level: points outside and runs were lost from 1e10 on."""
    apart, turned = np.array([0, 1, 0, 2, 1, 0, 1, 2, 0, 1, 0, 1, 30.0]), np.repeat([0.0, 3.0], 9)
    assert variation.xmr_signals(apart + level)["outside"].sum() == 1
    assert variation.xmr_signals(turned + level)["in_run"].all()
    if level:
        monkeypatch.setattr(variation, "ROUNDING", 1e-9)  # the mutation
        assert not variation.xmr_signals(turned + level)["in_run"].any()


@pytest.mark.parametrize("unit", [1, 1e-12, 1e12])
def test_a_unit_with_input_left_over_is_not_efficient_in_any_unit(unit, monkeypatch):
    """Input left over was compared with 1e-7 in its own unit: in units of 1e-12 everybody on the frontier was efficient."""
    inputs = pd.DataFrame({"a": [2.0, 2, 4, 3], "b": [2.0, 5, 1, 3]}) * unit
    found = efficiency.dea_slacks(inputs, [1, 1, 1, 1])
    assert found["efficient"].tolist() == [True, False, True, False]
    assert found["slack b"].tolist() == pytest.approx([0, 3 * unit, 0, 0], rel=1e-6, abs=1e-9 * unit)
    monkeypatch.setattr(efficiency, "NO_SLACK", 1e7)  # the mutation
    assert efficiency.dea_slacks(inputs, [1, 1, 1, 1])["efficient"].tolist() == [True, True, True, False]


@pytest.mark.parametrize("unit", [1e-15, 1e12])
def test_measures_of_subgroups_follow_the_unit(unit):
    """Draws were held above 1e-12 in the unit of the estimates, whatever that was."""
    one, other = (
        subgroups.measures(np.array([60, 70, 90]) * k, [1, 1, 2], se=np.array([2, 2, 2]) * k)
        for k in (1, unit)
    )
    sized = one.index.isin(["d", "bgsd", "mdmu", "mdmw", "mdbu", "mdbw", "mdru", "mdrw", "par"])
    assert other[sized].to_numpy() / unit == pytest.approx(one[sized].to_numpy(), rel=1e-6)
    assert other.loc[["r", "cov", "ti", "mld"]].to_numpy() == pytest.approx(
        one.loc[["r", "cov", "ti", "mld"]].to_numpy(), rel=1e-6
    )


def test_a_name_that_stands_twice_and_is_not_used_is_no_matter():
    """One of the methods on tables refused it as "DataFrame", and no rows likewise."""
    table = pd.DataFrame({"u": list("ab") * 2, "t": [1, 1, 2, 2], "v": [1.0, 2, 2, 1], "note": "x"})
    keys = dict(unit="u", time="t", value="v", better="higher")
    twice = pd.concat([table, table[["note"]]], axis=1)
    pd.testing.assert_frame_equal(ranking.rank_change(twice, **keys), ranking.rank_change(table, **keys))
    with pytest.raises(MethodError, match="two columns of one name"):
        ranking.rank_change(pd.concat([table, table[["v"]]], axis=1), **keys)
    with pytest.raises(MethodError, match="found no rows"):
        ranking.rank_change(table[:0], **keys)


@pytest.mark.parametrize("small", [5e-324, 1e-200])
def test_next_to_nothing_divides_nothing(small, monkeypatch):
    """Rates over an exposure next to 0 were infinite without a word."""
    calls = (
        lambda: exposure.poisson_rate(3, small),
        lambda: rates.direct_rate([3, 4], [1000, small], [1, 1]),
        lambda: rates.indirect_ratio([3, 4], [small, small], [0.1, 0.1]),
        lambda: rates.funnel_rates([3, 4, 5], [900, 800, small]),
        lambda: rates.funnel_ratios([3, 4, 5], [9, 8, small]),
        lambda: effects.interrupted_time_series(series(np.arange(60)).assign(at=small), outcome="y", time="i", start=36, offset="at"),
    )  # fmt: skip
    for call in calls:
        with pytest.raises(MethodError):
            call()
    monkeypatch.setattr(exposure, "SMALLEST", 0.0)  # the mutation
    with np.errstate(over="ignore"):
        assert exposure.poisson_rate(3, 5e-324)["rate"] == np.inf


def test_numbers_that_have_lost_their_digits_are_refused(monkeypatch):
    """A Gini of 1, 1 and 2 in the smallest units that there are was another number: their mean has no digits. A p may be as small."""
    whole = equity.gini([1.0, 1.0, 2.0])
    tiny = [5e-324, 5e-324, 1e-323]
    with pytest.raises(MethodError, match="keep their digits"):
        equity.gini(tiny)
    assert multiple.adjusted([1e-310, 0.5]).iloc[0] > 0
    monkeypatch.setattr(_inputs, "np", NoSmallest())  # the mutation
    assert equity.gini(tiny) != pytest.approx(whole)


class NoSmallest:
    """numpy, where the smallest number is 0."""

    def __getattr__(self, name):
        return (lambda kind: type("Kind", (), {"tiny": 0.0})) if name == "finfo" else getattr(np, name)


@pytest.mark.parametrize("slip", [10**12, "2199-01-01"])
def test_a_slip_in_a_period_makes_no_endless_calendar(slip, monkeypatch):
    table = series(np.arange(60))
    options = dict(outcome="y", time="i", start=36)
    if isinstance(slip, str):
        days = pd.date_range("2018-01-01", periods=60, freq="s")
        table, options = table.assign(i=days.where(np.arange(60) < 59, pd.Timestamp(slip))), {**options, "start": days[36]}  # fmt: skip
    else:
        table.loc[59, "i"] = slip
    with pytest.raises(MethodError, match="at least half"):
        effects.interrupted_time_series(table, **options)
    # mutation: without the question the whole calendar is made first
    monkeypatch.setattr(_rows, "_half_filled", lambda *a: None)
    monkeypatch.setattr(np, "arange", lambda *a, **k: (_ for _ in ()).throw(MemoryError()))
    monkeypatch.setattr(pd, "date_range", lambda *a, **k: (_ for _ in ()).throw(MemoryError()))
    with pytest.raises(MemoryError):
        effects.interrupted_time_series(table, **options)


EXPLAINED = {
    "0.1": lambda d: d["unit"] * 0 + 0.1,
    "a third": lambda d: d["unit"] * 0 + 1 / 3e6,
    "units and periods": lambda d: d["unit"] * 0.1 + d["time"] * 0.7 / 3,
}  # fmt: skip


def on_explained(made_of) -> dict:
    """What every effect method says of an outcome that units and periods explain whole, up to rounding."""
    d = made(14, 5)
    d = d.assign(y=made_of(d), treated=(d["unit"] < 5).astype(int), x=(d["unit"] * d["time"] * 7) % 11)
    one = d[d["time"] == 2014].assign(y=0.1)
    dated = {"first_treated": "first", **KEYS}
    return {
        "panel": effects.panel(d, regressors="after", **KEYS), "did": effects.did(d, treated="treated", start=2019, **KEYS),
        "event_study": effects.event_study(d, **dated), "sun_abraham": effects.sun_abraham(d, **dated), "staggered_did": effects.staggered_did(d, **dated),
        "wild": effects.wild_cluster_bootstrap(d, regressors="x", cluster="unit", draws=99, **KEYS), "permute_paths": effects.permute_paths(d, regressors="x", draws=99, **KEYS),
        "permutation": effects.permutation_test(d, treated="treated", start=2019, draws=99, **KEYS),
        "levels": effects.permutation_test(one, outcome="y", unit="unit", treated="treated", draws=99),
        "detectable": effects.minimum_detectable_effect(one, outcome="y", unit="unit", treated="treated", draws=99),
        "synthetic": effects.synthetic_control(d.pivot(index="time", columns="unit", values="y") * 0 + 0.1, treated=1, start=2020),
    }  # fmt: skip


@pytest.mark.parametrize("name", EXPLAINED)
def test_rounding_is_no_finding(name):
    """The p of rounding was anything between 0 and 1, its interval endless or a point as the decimals fell."""
    for method, found in on_explained(EXPLAINED[name]).items():
        values = {c: getattr(found, c) for c in ("estimate", "se", "low", "high") if getattr(found, c, None) is not None}  # fmt: skip
        assert all(value == 0 or np.isnan(value) for value in values.values()), (method, values)
        p = getattr(found, "p", None)
        assert p is None or np.isnan(p) or p == 1, (method, p)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_rounding_left_as_it_is_makes_a_p(monkeypatch):
    """Mutation."""
    monkeypatch.setattr(panel_models, "settled", lambda rest, given: rest)
    d = made(14, 5)
    found = effects.panel(d.assign(y=EXPLAINED["units and periods"](d)), regressors="after", **KEYS)
    assert 0 < found.p < 1 and found.se > 0


def test_an_exact_effect_has_no_error_and_a_small_one_on_a_high_level_keeps_its_own():
    d = made(14, 5)
    exact = effects.panel(
        d.assign(y=0.1 * d["unit"] + 2 * d["after"] + d["time"] / 3), regressors="after", **KEYS
    )
    assert exact.estimate == pytest.approx(2) and exact.se == 0 and np.isnan(exact.p)
    one, high = (effects.panel(d.assign(y=d["y"] + level), regressors="after", **KEYS) for level in (0, 1e9))
    assert high.estimate == pytest.approx(one.estimate, abs=1e-5) and high.p == pytest.approx(one.p, abs=1e-5)


@pytest.mark.parametrize("method", [effects.staggered_did, effects.sun_abraham, effects.event_study])
@pytest.mark.parametrize("shift", [-3000, 10**9])
def test_periods_may_start_anywhere(method, shift):
    """Dates before 1 were taken for never, and names of groups past a million ran together."""
    d = made(16, 8).assign(first=lambda d: d["first"].where(d["unit"] > 3, 2017))
    moved = d.assign(time=d["time"] + shift, first=d["first"].where(d["first"] == 0, d["first"] + shift))
    one, two = (method(table, first_treated="first", **KEYS) for table in (d, moved))
    assert two.estimate == pytest.approx(one.estimate, rel=1e-9) and two.se == pytest.approx(one.se, rel=1e-9)
    assert two.clusters == one.clusters and two.dropped == one.dropped
    if method is effects.staggered_did:
        assert (two.att_gt["group"] - shift).tolist() == one.att_gt["group"].tolist()
        assert two.group.table.index.tolist() == [group + shift for group in one.group.table.index]


def test_periods_that_are_not_moved_are_lost(monkeypatch):
    """Mutation."""
    d = made(16, 8)
    d = d.assign(time=d["time"] - 3000, first=d["first"].where(d["first"] == 0, d["first"] - 3000))
    monkeypatch.setattr(staggered, "_before_one", lambda rows, time: 0)
    with pytest.raises(MethodError):
        effects.staggered_did(d, first_treated="first", **KEYS)


@pytest.mark.parametrize("count", [3, 300])
def test_counts_that_hardly_vary_are_taken(count):
    """A dispersion next to 0 was called a fit that did not settle."""
    table = series(np.arange(60)).assign(y=count)
    found = effects.interrupted_time_series(table, outcome="y", time="i", start=36)
    assert found.estimate == pytest.approx(0, abs=1e-9) and found.rate_ratio == pytest.approx(1)


@pytest.mark.parametrize("unit", [1, 1e-30])
@pytest.mark.parametrize("family", ["poisson", "quasipoisson"])
def test_counts_that_the_model_meets_say_so_in_our_words(unit, family, monkeypatch):
    """A package's warning of "perfect separation" came through, and the p of quasi-Poisson was made of rounding."""
    import warnings

    from analysis.methods import quasi_experiments

    table = pd.DataFrame({"i": range(40), "y": 5.0 * unit * 2.0 ** (np.arange(40) >= 20)})
    options = dict(outcome="y", time="i", start=20, family=family)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = effects.interrupted_time_series(table, **options)
    assert found.rate_ratio == pytest.approx(2) and "meets every count" in found.convention
    assert "完全吻合" in found.summary("zh").text
    assert (np.isnan(found.p) and found.se == 0) if family == "quasipoisson" else found.p > 0
    loose = effects.interrupted_time_series(table.assign(y=table["y"] * (1 + table["i"] % 2)), **options)
    assert "meets every count" not in loose.convention
    monkeypatch.setattr(quasi_experiments, "EXACT", 0.0)  # mutation: an exact fit is taken for any other
    assert "meets every count" not in effects.interrupted_time_series(table, **options).convention


@pytest.mark.parametrize("unit", [1e-30, 1e-12, 1e-3, 1e6, 1e8, 1e40])
def test_counts_in_any_unit_have_the_same_ratio(unit, monkeypatch):
    """A solver that stops at a deviance of 1e-8 called a doubling no change in a small unit, and refused visits in the millions."""
    from analysis.methods import quasi_experiments

    table = pd.DataFrame({"i": range(40), "y": (5.0 + np.arange(40) % 3) * 2.0 ** (np.arange(40) >= 20)})
    other = table.assign(y=table["y"] * unit)
    options = dict(outcome="y", time="i", start=20, family="quasipoisson")
    plain = effects.interrupted_time_series(table, **options)
    found = effects.interrupted_time_series(other, **options)
    assert (found.rate_ratio, found.se, found.p) == pytest.approx((plain.rate_ratio, plain.se, plain.p))
    assert found.fitted.to_numpy() == pytest.approx(plain.fitted.to_numpy() * unit, rel=1e-6)
    counted = [effects.interrupted_time_series(t, **options | {"family": "poisson"}) for t in (table, other)]
    assert counted[1].se * unit**0.5 == pytest.approx(counted[0].se)
    monkeypatch.setattr(quasi_experiments, "SETTLED", 10.0)  # mutation: it stops while counts still move
    monkeypatch.setattr(quasi_experiments, "LOOSE", 10.0)
    early = effects.interrupted_time_series(other, **options)
    assert early.rate_ratio != pytest.approx(plain.rate_ratio, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_fitted_as_by_statsmodels(seed):
    import statsmodels.api as sm

    from analysis.methods import quasi_experiments

    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(60), np.arange(60), np.arange(60) >= 30, rng.normal(size=60)])
    persons, y = rng.uniform(50, 90, 60), rng.poisson(30, 60)
    params, errors, expected = quasi_experiments._poisson("here", y, np.log(persons), x)
    model = sm.GLM(y, x, family=sm.families.Poisson(), offset=np.log(persons)).fit(tol=1e-12)
    assert params == pytest.approx(model.params, rel=1e-8, abs=1e-10)
    assert errors == pytest.approx(model.bse, rel=1e-8) and expected == pytest.approx(model.fittedvalues)


def test_a_month_in_which_nothing_happened_leaves_the_effect_alone(monkeypatch):
    """Its control falls for ever; the change of level is what it is without the month, and is refused when it falls with it."""
    from analysis.methods import quasi_experiments

    t = np.arange(60)
    some = (50.0 + t % 4) * 1.5 ** (t >= 30)
    table = pd.DataFrame({"t": t, "y": np.where(t == 40, 0, some), "closed": (t == 40) * 1})
    options = dict(outcome="y", time="t", start=30)
    found = effects.interrupted_time_series(table, regressors="closed", **options)
    without = effects.interrupted_time_series(table[t != 40], **options)
    assert (found.estimate, found.se) == pytest.approx((without.estimate, without.se), rel=1e-6)
    early = pd.DataFrame({"t": t, "y": np.where(t < 29, 0, np.random.default_rng(0).poisson(90, 60))})
    with pytest.raises(MethodError, match="did not settle|no digit"):
        effects.interrupted_time_series(early, harmonics=2, slope_change=True, **options)
    monkeypatch.setattr(quasi_experiments, "LOOSE", 1.0)  # mutation
    assert effects.interrupted_time_series(early, harmonics=2, slope_change=True, **options).se > 100


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("family", ["poisson", "quasipoisson"])
def test_counts_that_bear_no_fit_are_refused_in_our_words(family, monkeypatch):
    """A package's warning of a singular matrix came through beside an effect of 32 where there is none; nothing but 0 on one side gave 28."""
    from analysis.methods import quasi_experiments

    t = np.arange(60)
    ask = lambda y, **more: effects.interrupted_time_series(  # noqa: E731
        pd.DataFrame({"t": t, "y": y}), outcome="y", time="t", start=30, family=family, **more
    )
    assert ask(np.exp(t * 0.5), slope_change=True).estimate == pytest.approx(0, abs=1e-6)
    some = 50.0 + t % 4
    for y, found in (
        (np.exp(t * 2.5), "no digit in the fit"),
        (np.where(t == 40, 1e60, some), "no digit in the fit"),
        (np.where(t < 30, 0, some), "0 only before start"),
        (np.where(t >= 25, 0, some), "0 only from start on"),
        (some * 0, "counts of 0 only; expected"),
    ):
        with pytest.raises(MethodError, match=found):
            ask(y, slope_change=True)
    monkeypatch.setattr(quasi_experiments, "repeats", lambda columns: False)  # mutation
    with pytest.raises(BaseException) as error:
        raise AssertionError(ask(np.exp(t * 2.5), slope_change=True))
    assert "no digit" not in str(error.value)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("apart", [1e-4, 1e-7, 1e-8, 1e-9, 1e-12])
def test_near_repetitions_bring_no_word_of_a_package(apart, monkeypatch):
    """Each method that solves for coefficients answers as without the repetition, or refuses in the project's words."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame([(u, t) for u in range(20) for t in range(8)], columns=["unit", "time"])
    table = table.assign(treated=(table["unit"] < 7) * 1, x=rng.normal(size=160), y=rng.normal(size=160))
    table["again"] = table["x"] + apart * rng.normal(size=160)
    row = pd.DataFrame({"time": range(60), "y": rng.poisson(90, 60), "x": rng.normal(size=60)})
    row["again"] = row["x"] + apart * rng.normal(size=60)
    one = {"outcome": "y", "time": "time", "regressors": ["x", "again"]}
    pooled = lambda: effects.did(table, treated="treated", start=4, **one)  # noqa: E731
    calls = [pooled, lambda: effects.did(table, treated="treated", start=4, unit="unit", **one)]
    calls += [lambda: effects.panel(table, unit="unit", **one)]
    for family in ("poisson", "quasipoisson", "gaussian"):
        calls.append(lambda f=family: effects.interrupted_time_series(row, start=30, family=f, **one))
    for call in calls:
        if apart > 2e-9:
            assert np.isfinite(call().se).all()
        else:
            with pytest.raises(MethodError, match="told apart"):
                call()
    if apart < 1e-10:  # mutation: unasked, the package speaks
        monkeypatch.setattr(panel_models, "told_apart", lambda *arguments: None)
        exact = table.assign(again=table["x"])
        with pytest.raises(Warning, match="rank-deficient"):
            effects.did(exact, treated="treated", start=4, **one)


@pytest.mark.parametrize("name", ["", 0])
def test_a_column_with_an_empty_name_is_used_like_any_other(name):
    """The offset was left out in silence when its column was called 0 or nothing."""
    table = pd.DataFrame({"t": range(24), "y": [20 + i % 5 for i in range(24)], "persons": [100 + 9 * i for i in range(24)]})  # fmt: skip
    options = dict(outcome="y", time="t", start=12)
    plain = effects.interrupted_time_series(table, offset="persons", **options)
    found = effects.interrupted_time_series(table.rename(columns={"persons": name}), offset=name, **options)
    without = effects.interrupted_time_series(table, **options)
    assert found.estimate == pytest.approx(plain.estimate) and found.estimate != pytest.approx(without.estimate)  # fmt: skip


def made(units=31, treated=7):
    rng = np.random.default_rng(4)
    data = pd.DataFrame([(u, t) for u in range(units) for t in range(2014, 2022)], columns=["unit", "time"])
    data["first"] = np.where(data["unit"] < treated, 2019, 0)
    data["after"] = ((data["first"] > 0) & (data["time"] >= 2019)).astype(int)
    data["y"] = data["unit"] + rng.normal(size=len(data)) + 3 * data["after"]
    return data


KEYS = dict(outcome="y", unit="unit", time="time")


@pytest.mark.parametrize("method", [effects.panel, effects.wild_cluster_bootstrap, effects.permute_paths])
@pytest.mark.parametrize("names", [["constant"], ["one", "other"]])
def test_what_the_effects_absorb_is_refused_everywhere(method, names):
    data = made().assign(constant=1)
    data["one"] = data["unit"] % 2 * (data["time"] > 2017)
    data["other"] = (1 - data["unit"] % 2) * (data["time"] > 2017)
    more = {"cluster": "unit"} if method is effects.wild_cluster_bootstrap else {}
    with pytest.raises(MethodError, match="cannot be told apart"):
        method(data, regressors=names, **KEYS, **more)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_without_the_check_a_constant_has_an_effect(monkeypatch):
    """Mutation: the one check gone, the refusal is gone (or the algebra fails), so the test above turns red."""
    monkeypatch.setattr(panel_models, "told_apart", lambda *arguments: None)
    with pytest.raises(Exception) as error:
        found = effects.panel(made().assign(constant=1), regressors="constant", **KEYS)
        raise AssertionError(found)
    assert not isinstance(error.value, MethodError)


def test_never_treated_stay_in_whatever_carries_the_dates():
    data = made()
    plain = effects.event_study(data, first_treated="first", **KEYS)
    for carried in (
        data.convert_dtypes(),
        data.convert_dtypes(dtype_backend="pyarrow"),
        data.astype({"time": "category"}),
    ):
        found = effects.event_study(carried, first_treated="first", **KEYS)
        assert (found.clusters, found.dropped) == (31, 0) and found.estimate == pytest.approx(plain.estimate)


def series(months):
    i = np.arange(60)
    y = np.round(1000 * np.exp(0.004 * i - 0.25 * (i >= 36)))
    return pd.DataFrame({"month": pd.date_range("2018-01", periods=60, freq="MS"), "i": i, "y": y}).loc[
        months
    ]


def test_missing_months_keep_their_place():
    kept = np.r_[0:20, 26:60]
    by_date = effects.interrupted_time_series(series(kept), outcome="y", time="month", start="2021-01")
    by_number = effects.interrupted_time_series(series(kept), outcome="y", time="i", start=36)
    assert by_date.estimate == pytest.approx(by_number.estimate) == pytest.approx(-0.25, abs=0.002)
    empty = series(np.arange(60))
    empty.loc[20:25, "y"] = np.nan
    assert effects.interrupted_time_series(
        empty, outcome="y", time="month", start="2021-01"
    ).estimate == pytest.approx(by_date.estimate)


def test_counting_rows_loses_the_place_of_missing_months(monkeypatch):
    """Mutation: the calendar that counts what is there, as it was: the trend runs on over the gap."""
    rows = lambda where, times, name: (np.arange(len(times)), pd.DatetimeIndex(sorted(times)))  # noqa: E731
    monkeypatch.setattr(quasi_experiments, "calendar", rows)
    kept = np.r_[0:20, 26:60]
    found = effects.interrupted_time_series(series(kept), outcome="y", time="month", start="2021-01")
    assert abs(found.estimate + 0.25) > 0.003  # the test above allows .002


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda d: d.assign(month=d["month"].astype(str)), "periods of type"),
        (lambda d: d.assign(month=d["month"] + pd.to_timedelta(d["i"] % 2, unit="D")), "uneven|half"),
    ],
)
def test_text_and_uneven_steps_are_refused(change, found):
    with pytest.raises(MethodError, match=found):
        effects.interrupted_time_series(
            change(series(np.arange(60))), outcome="y", time="month", start="2021-01"
        )


def test_a_constant_series_has_no_point_outside():
    found = variation.xmr_signals([0.7] * 12)
    assert not found["outside"].any() and not found["in_run"].any()


def test_key_columns_with_the_name_of_a_result_are_refused():
    table = pd.DataFrame({"kind": list("ab") * 2, "t": [1, 1, 2, 2], "v": [1.0, 2, 2, 1]})
    with pytest.raises(MethodError, match="name of a result"):
        ranking.rank_change(table, unit="kind", time="t", value="v", better="higher")
    with pytest.raises(MethodError, match="name of a result"):
        effects.shift_share(
            table.rename(columns={"kind": "own"}), unit="own", sector="t", before="v", after="v"
        )
    with pytest.raises(MethodError, match="name of a result"):
        renamed = table.rename(columns={"kind": "tfp"}).assign(w=1)
        efficiency.malmquist(renamed, inputs="v", outputs="w", unit="tfp", time="t")


def test_rounding_and_lost_keys_are_what_the_checks_hold_off(monkeypatch):
    """Mutation: no room for rounding flags a constant; without the question a key column is overwritten by a result."""
    monkeypatch.setattr(variation, "ROUNDING", 0.0)
    found = variation.xmr_signals([0.7] * 12)
    assert found["outside"].any() or found["in_run"].any()
    monkeypatch.setattr(_rank_change, "free", lambda *arguments: None)
    table = pd.DataFrame({"kind": list("ab") * 2, "t": [1, 1, 2, 2], "v": [1.0, 2, 2, 1]})
    assert set(ranking.rank_change(table, unit="kind", time="t", value="v", better="higher")["kind"]) == {
        "score"
    }


def test_labels_are_kept_and_the_unit_without_a_base_is_named():
    named = pd.Series([3, 2, 5], index=list("abc"))
    assert variation.wilson([1, 1, 2], named).index.tolist() == list("abc")
    assert efficiency.dea([1.0, 2.0, 3.0], named).index.tolist() == list("abc")
    with pytest.raises(MethodError, match="wilson, b: .*n of 0"):
        variation.wilson([1, 0, 2], pd.Series([3, 0, 5], index=list("abc")))


@pytest.mark.parametrize("treated", [1, 2, 29, 30])
def test_few_treated_or_few_control_clusters_are_refused(treated):
    with pytest.raises(MethodError, match="use permutation_test"):
        effects.wild_cluster_bootstrap(
            made(treated=treated), regressors="after", cluster="unit", draws=99, **KEYS
        )


def test_some_treated_clusters_are_noted(monkeypatch):
    found = effects.wild_cluster_bootstrap(
        made(treated=4), regressors="after", cluster="unit", draws=99, **KEYS
    )
    assert "permutation_test" in found.notes[0] and "permutation_test" in str(found.summary())
    # mutation: without the floor an effect of three standard deviations in one unit passes unseen, which a permutation finds
    monkeypatch.setattr(few_clusters, "MIN_TREATED_CLUSTERS", 0)
    one = made(treated=1)
    assert effects.wild_cluster_bootstrap(one, regressors="after", cluster="unit", draws=199, **KEYS).p > 0.05
    assert effects.permutation_test(one, treated=[0], start=2019, **KEYS).p < 0.05


def test_results_show_themselves():
    found = effects.panel(made(), regressors=["after"], **KEYS)
    zh, en = str(found.summary("zh")), str(found.summary())
    assert "估计值" in zh and "Std. error" in en and "after" in en and found.convention in en
    assert found._repr_html_().count("<table>") == 2 and len(repr(found)) < 80
    assert found.to_frame().loc["after", "estimate"] == found.estimate["after"]
    assert found.to_rows().columns.tolist() == ["label", "estimate", "se", "low", "high", "p"]
    assert r"\begin{tabular}" in found.to_latex() and "—" not in found.to_latex()
    study = effects.event_study(made(), first_treated="first", **KEYS)
    assert len(study.to_frame()) == 8 and repr(study).startswith("EventStudy(estimate=")
    with pytest.raises(MethodError):
        found.summary("fr")
