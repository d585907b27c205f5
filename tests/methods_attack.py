"""Probes of every public method: carriers of numbers, poison, gaps, order, shapes and arguments.

Each method is called once on a good case; then one thing is changed. What is right:

- another carrier of the same numbers or labels, and another order of rows: the same result;
- poison (numbers as text, booleans, dates, infinite or complex numbers) and wrong shapes: MethodError;
- a missing value: one outcome, whatever spells it (None, NaN, NA in any carrier);
- a wrong argument: MethodError, or a result where the value happens to be allowed.

Anything else is a finding: ``silent`` (another result), ``foreign`` (an error that is not the project's), ``taken`` (poison accepted).
Run alone: ``python tests/methods_attack.py``; ``tests/test_methods_attack.py`` runs a part always and all of it in `make soak`.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pandas as pd

from analysis.errors import MethodError
from analysis.methods import (
    agreement,
    effects,
    efficiency,
    equity,
    exposure,
    indices,
    inequality,
    multiple,
    objective_weights,
    ranking,
    rates,
    scoring,
    second_stage,
    spatial,
    subgroups,
    variation,
)

DATES = pd.to_datetime(["2020-01-01", "2021-01-01"])
NASTY = (None, "x", -1, 0, 2.5, np.nan, np.inf, True, [], {}, (3, -4), 10**400, 1j, pd.NaT, object)


@dataclass(frozen=True)
class Case:
    """A good call: ``fn(**data, **options)``; ``keys`` are columns of labels in the tables; ``words`` the arguments to spoil."""

    fn: Callable
    data: dict[str, object]
    options: dict[str, object] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()  # columns that the call does not name
    flags: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()  # a missing value has a meaning of its own, the same in all carriers
    ordered: tuple[str, ...] = ()  # arguments whose order means something (a series in time): not shuffled
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.fn.__module__.rpartition('.')[2]}.{self.fn.__name__}"


def cases() -> list[Case]:
    """One or two good calls of every public method."""
    rng = np.random.default_rng(11)
    names = [f"u{i}" for i in range(12)]
    x = pd.Series(np.arange(3, 15)[rng.permutation(12)], index=names)
    y = pd.Series(rng.integers(1, 60, 12), index=names)
    small = pd.Series(rng.integers(1, 9, 12), index=names)
    table = pd.DataFrame({"a": x, "b": y, "c": small})
    ring = pd.DataFrame(0, index=names, columns=names)
    for i in range(12):
        ring.iloc[i, (i + 1) % 12] = ring.iloc[(i + 1) % 12, i] = 1
    panel = pd.DataFrame([(u, t) for u in range(1, 13) for t in range(2014, 2022)], columns=["unit", "year"])
    panel["first"] = panel["unit"].map(lambda u: 2018 if u <= 4 else 2019 if u <= 8 else 0)
    panel["early"] = panel["unit"].map(lambda u: 2018 if u <= 5 else 0)
    panel["treated"] = (panel["unit"] <= 5).astype(int)
    panel["x"] = rng.integers(1, 50, len(panel))
    panel["after"] = ((panel["treated"] == 1) & (panel["year"] >= 2018)).astype(int)
    panel["y"] = rng.integers(20, 90, len(panel)) + 5 * panel["after"]
    panel["cluster"] = panel["unit"]
    panel["people"] = panel["unit"] * 10
    one = panel[panel["year"] == 2014][["unit", "treated", "y"]]
    sectors = pd.DataFrame([(u, s) for u in range(1, 7) for s in range(1, 4)], columns=["unit", "sector"])
    sectors["before"], sectors["later"] = rng.integers(5, 90, 18), rng.integers(5, 90, 18)
    series = pd.DataFrame(
        {"t": range(1, 31), "n": rng.integers(5, 40, 30), "persons": rng.integers(900, 1100, 30)}
    )
    stages = pd.DataFrame(
        {"far": rng.integers(0, 9, 24), "old": rng.integers(0, 9, 24), "used": rng.integers(20, 90, 24)}
    )
    stages.index = [f"u{i}" for i in range(24)]
    stages["made"] = (stages["used"] * 100 / (10 + stages["far"] + rng.integers(0, 6, 24))).astype(int)
    wide = panel.pivot(index="year", columns="unit", values="y")
    long = dict(outcome="y", unit="unit", time="year")
    fe = dict(keys=("unit", "year", "cluster"))
    words = ("level", "se")
    dated = dict(keys=("unit",), optional=("first", "early"))
    periods = pd.Index([-4, -3, -2, 0, 1, 2])
    leads = pd.Series([3, 1, 4, 18, 23, 21], index=periods)
    between = pd.DataFrame(np.eye(6, dtype=int) * 5 + 1, index=periods, columns=periods)
    coders = pd.DataFrame(rng.integers(1, 4, (3, 9)), columns=[f"item{i}" for i in range(9)])
    made = [
        Case(agreement.alpha, {"codes": coders}, {"level": "interval", "draws": 99}, words=("level", "draws", "seed")),
        Case(ranking.rank, {"values": x}, {"better": "higher"}, words=("better", "ties")),
        Case(ranking.rank_intervals, {"values": x, "se": small}, {"better": "higher", "draws": 50}, words=("better", "level", "draws", "seed", "simultaneous"), optional=("values",)),
        Case(ranking.rank_intervals, {"values": y, "low": y - 1, "high": y + 2}, {"better": "lower"}),
        Case(ranking.top_set, {"values": x, "se": small}, {"k": 2, "better": "higher", "draws": 50}, words=("k", "level", "better", "draws"), optional=("values",)),
        Case(ranking.stability_interval, {"values": x}, {"relative_error": 0.1, "better": "higher"}, words=("relative_error", "better", "level", "units")),
        Case(ranking.rank_probability, {"values": x, "se": small}, {"better": "higher"}, words=("better",)),
        Case(ranking.move_probability, {"before": x, "after": y}, {"better": "higher", "relative_error": 0.1}, words=("better", "relative_error", "correlation", "units")),
        Case(ranking.move_holds, {"before": x, "after": y}, {"better": "higher"}, words=("better", "level", "correlation", "units")),
        Case(ranking.mobility, {"before": x, "after": y}, words=("k",)),
        Case(ranking.transition_matrix, {"before": x, "after": y}, {"k": 3}, words=("k",)),
        Case(ranking.shorrocks, {"matrix": pd.DataFrame([[0.5, 0.5], [0.25, 0.75]])}, ordered=("matrix",)),
        Case(ranking.noise_needed, {"before": x, "after": y}),
        Case(ranking.regression_to_mean, {"before": x, "after": y}, {"reliability": 0.5, "reference": 10.0}, words=("reliability", "reference")),
        Case(ranking.rank_change, {"table": panel}, dict(unit="unit", time="year", value="y", better="higher"), keys=("unit", "year"), unused=("first", "early", "treated", "x", "after", "cluster", "people"), words=("unit", "time", "value", "better", "kind", "category")),
        Case(equity.gini, {"x": x, "weights": y}),
        Case(equity.lorenz, {"x": x, "weights": y}),
        Case(equity.theil, {"x": x, "weights": y}, words=("measure", "groups")),
        Case(equity.concentration_index, {"x": x, "by": small, "weights": y}),
        Case(equity.hrad, {"resource": x, "area": y}),
        Case(inequality.concentration, {"x": x, "by": small, "weights": y}, words=("form", "lower", "upper", "level")),
        Case(inequality.with_interval, {"x": x, "weights": y}, words=("measure", "level")),
        Case(inequality.decompose_concentration, {"x": x, "factors": table[["b", "c"]], "by": small}),
        Case(subgroups.measures, {"estimate": y, "population": x, "se": small, "order": x}, words=("better", "reference", "upper", "level", "seed")),
        Case(indices.entropy_weights, {"table": table}, words=("better", "normalisation", "shift")),
        Case(indices.topsis, {"table": table}, {"weights": [1, 2, 3]}, words=("weights", "better", "normalisation")),
        Case(indices.rank_sum_ratio, {"table": table}, words=("better", "weights", "grades", "ranks")),
        Case(indices.composite, {"table": table}, {"structure": {"p": ["a", "b"], "q": ["c"]}}, words=("structure", "better", "weights", "normalisation", "aggregation", "missing", "floor")),
        Case(indices.weight_sensitivity, {"table": table}, {"draws": 50}, words=("better", "draws", "seed", "weights", "method", "normalisation", "concentration", "level")),
        Case(objective_weights.critic_weights, {"table": table}, words=("better",)),
        Case(objective_weights.coupling_coordination, {"indices": table / 100}, words=("weights", "form")),
        Case(objective_weights.grey_relational_degree, {"table": table, "reference": y}, words=("rho", "scaling", "weights")),
        Case(variation.xmr, {"x": y}, words=("screen",), ordered=("x",)),
        Case(variation.xmr_signals, {"x": y}, words=("screen", "run"), ordered=("x",)),
        Case(variation.wilson, {"events": small, "n": y + 10}, words=("level", "correction")),
        Case(variation.funnel_limits, {"events": small, "n": y + 10}, words=("method", "target", "levels")),
        Case(variation.decompose_share, {"before": x, "after": y}),
        Case(rates.direct_rate, {"events": small, "population": y, "standard": x}, words=("multiplier", "level", "limits")),
        Case(rates.indirect_ratio, {"events": small, "population": y, "reference_rate": x / 100}, words=("level", "limits")),
        Case(rates.funnel_ratios, {"observed": small, "expected": x}, words=("levels", "overdispersion", "winsorise")),
        Case(rates.funnel_rates, {"events": small, "exposure": y}, words=("target", "multiplier", "levels", "overdispersion")),
        Case(exposure.poisson_rate, {}, {"count": 3, "exposure": 2.0}, words=("count", "exposure", "level")),
        Case(exposure.years_between, {}, {"start": "2020-01-01", "end": "2021-01-01"}, words=("start", "end")),
        Case(scoring.credited, {"scores": y}, {"cap": 50}, words=("floor", "cap", "bonus_from", "bonus")),
        Case(scoring.next_point, {"scores": y}, {"cap": 50}, words=("step", "floor", "cap")),
        Case(scoring.effects, {"scores": y}, {"cap": 50}, words=("step", "cap")),
        Case(scoring.band, {"percentile": y}, {"cuts": {"A": 20, "B": 60}}, words=("cuts",)),
        Case(efficiency.dea, {"inputs": table[["a", "b"]], "outputs": small}, words=("orientation", "returns", "score")),
        Case(efficiency.dea_slacks, {"inputs": table[["a", "b"]], "outputs": small}, words=("orientation", "returns")),
        Case(efficiency.dea_bootstrap, {"inputs": table[["a"]], "outputs": small}, {"draws": 20}, words=("orientation", "returns", "draws", "seed", "level")),
        Case(efficiency.scale_efficiency, {"inputs": table[["a", "b"]], "outputs": small}, words=("orientation",)),
        Case(efficiency.malmquist, {"data": panel[panel["year"] < 2017]}, dict(inputs=["x"], outputs=["y"], unit="unit", time="year"), keys=("unit", "year"), unused=("first", "early", "treated", "after", "cluster", "people"), words=("inputs", "outputs", "unit", "time", "orientation")),
        Case(second_stage.explain_efficiency, {"inputs": stages["used"], "outputs": stages["made"], "covariates": stages[["far", "old"]]}, {"returns": "constant", "draws": 20, "correction_draws": 20}, words=("algorithm", "orientation", "returns", "draws", "correction_draws", "seed", "level")),
        Case(multiple.adjusted, {"p": x / 100}, words=("method",)),
        Case(spatial.morans_i, {"values": y, "neighbours": ring}, {"draws": 99}, words=("standardise", "draws", "seed"), ordered=("values", "neighbours")),
        Case(spatial.local_morans_i, {"values": y, "neighbours": ring}, {"draws": 99}, words=("standardise", "draws", "seed"), ordered=("values", "neighbours")),
        Case(effects.panel, {"data": panel}, {**long, "regressors": ["x", "after"], "cluster": "cluster"}, **fe, unused=("first", "early", "treated", "people"), words=("outcome", "regressors", "unit", "time", "cluster", *words)),
        Case(effects.did, {"data": panel}, {**long, "treated": "treated", "start": 2018}, keys=("unit", "year"), flags=("treated",), unused=("first", "early", "x", "after", "cluster", "people"), words=("treated", "start", "regressors", "cluster", *words)),
        Case(effects.did, {"data": panel}, dict(outcome="y", time="year", treated="treated", start=2018), keys=("year",), flags=("treated",), unused=("unit", "first", "early", "x", "after", "cluster", "people"), words=("treated", "start")),
        Case(effects.event_study, {"data": panel}, {**long, "first_treated": "early"}, **dated, unused=("first", "treated", "x", "after", "cluster", "people"), words=("first_treated", "reference", "window", "regressors", "cluster", *words)),
        Case(effects.pretrend_test, {"data": panel}, {**long, "first_treated": "early"}, **dated, unused=("first", "treated", "x", "after", "cluster", "people"), words=("first_treated", "reference", "se")),
        Case(effects.sun_abraham, {"data": panel}, {**long, "first_treated": "first"}, **dated, unused=("early", "treated", "x", "after", "cluster", "people"), words=("first_treated", "regressors", "cluster", *words)),
        Case(effects.honest_did, {"estimate": leads, "covariance": between}, {"mbar": 1}, words=("mbar", "effect", "reference", "level")),
        Case(effects.bacon_decomposition, {"data": panel}, {**long, "first_treated": "first"}, **dated, unused=("early", "treated", "x", "after", "cluster", "people"), words=("outcome", "unit", "time", "first_treated")),
        Case(effects.staggered_did, {"data": panel}, {**long, "first_treated": "first", "weights": "people"}, **dated, unused=("early", "treated", "x", "after", "cluster"), words=("first_treated", "control", "covariates", "method", "anticipation", "weights", "cluster", "level")),
        Case(effects.lead_test, {"data": panel}, {**long, "regressors": "x"}, keys=("unit", "year"), unused=("first", "early", "treated", "after", "cluster", "people"), words=("regressors", "leads", *words)),
        Case(effects.placebo_test, {"data": panel}, {**long, "treated": "treated", "start": 2018}, keys=("unit", "year"), flags=("treated",), unused=("first", "early", "x", "after", "cluster", "people"), words=("treated", "start", "starts", *words)),
        Case(effects.leave_one_out, {"data": panel}, {"fit": lambda d: d["y"].astype(float).mean(), "unit": "unit"}, keys=("unit",), unused=("year", "first", "early", "treated", "x", "after", "cluster", "people", "y"), words=("fit", "unit", "units")),
        Case(effects.wild_cluster_bootstrap, {"data": panel}, {"outcome": "y", "regressors": ["x"], "cluster": "cluster", "unit": "unit", "draws": 99}, keys=("unit", "cluster"), unused=("year", "first", "early", "treated", "after", "people"), words=("regressors", "cluster", "unit", "time", "coefficient", "null", "weights", "draws", "seed", "level")),
        Case(effects.permutation_test, {"data": panel}, {**long, "treated": "treated", "start": 2018, "draws": 199}, keys=("unit", "year"), flags=("treated",), unused=("first", "early", "x", "after", "cluster", "people"), words=("treated", "start", "time", "statistic", "draws", "seed", "level")),
        Case(effects.permutation_test, {"data": one}, dict(outcome="y", unit="unit", treated="treated", draws=199), keys=("unit",), flags=("treated",), words=("unit", "treated")),
        Case(effects.minimum_detectable_effect, {"data": one}, dict(outcome="y", unit="unit", treated="treated", draws=199), keys=("unit",), flags=("treated",), words=("method", "se", "df", "power", "level", "draws", "seed")),
        Case(effects.permute_paths, {"data": panel}, {**long, "regressors": "x", "draws": 199}, keys=("unit", "year"), unused=("first", "early", "treated", "after", "cluster", "people"), words=("regressors", "coefficient", "draws", "seed")),
        Case(effects.convergence, {"data": panel}, long, keys=("unit",), unused=("first", "early", "treated", "x", "after", "cluster", "people"), words=("outcome", "unit", "time", "reliability", "se", "ddof", "level")),
        Case(effects.shift_share, {"table": sectors}, dict(unit="unit", sector="sector", before="before", after="later"), keys=("unit", "sector"), words=("unit", "sector", "before", "after", "reference")),
        Case(effects.interrupted_time_series, {"data": series}, dict(outcome="n", time="t", start=16, offset="persons"), keys=(), words=("outcome", "time", "start", "offset", "harmonics", "family", "period", "slope_change", "regressors", "level")),
        Case(effects.synthetic_control, {"outcomes": wide}, {"treated": 1, "start": 2020}, words=("treated", "start", "poor_fit", "predictors")),
        Case(effects.synthetic_did, {"outcomes": wide}, {"treated": 1, "start": 2020, "draws": 20}, words=("treated", "start", "draws", "seed", "level")),
    ]  # fmt: skip
    return made


# --- comparing results ----------------------------------------------------------------------------------------------------------


def flat(value, path: str = "") -> dict[str, object]:
    """A result as numbers and words by path, without the order of its rows and without carriers."""
    if isinstance(value, pd.DataFrame):
        return {k: v for name in value.columns for k, v in flat(value[name], f"{path}.{name}").items()}
    if isinstance(value, pd.Series):
        labels = [_label(label) for label in value.index]
        seen: dict[str, int] = {}
        out = {}
        for label, item in zip(labels, value.astype(object), strict=True):
            seen[label] = seen.get(label, 0) + 1
            out[f"{path}[{label}#{seen[label]}]"] = item
        return out
    if dataclasses.is_dataclass(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        fields.pop("placebos", None), fields.pop("notes", None), fields.pop("convention", None)
        return {k: v for name, part in fields.items() for k, v in flat(part, f"{path}.{name}").items()}
    if isinstance(value, np.ndarray):
        return {f"{path}[{i}]": item for i, item in enumerate(value.ravel())}
    if isinstance(value, (tuple, list)):
        return {k: v for i, part in enumerate(value) for k, v in flat(part, f"{path}[{i}]").items()}
    return {path: value}


def _label(label) -> str:
    if isinstance(label, tuple):
        return "|".join(map(_label, label))
    return (
        f"{float(label):g}"
        if isinstance(label, (int, float, np.number)) and not isinstance(label, bool)
        else str(label)
    )


def same(one, other) -> bool:
    """Equal within rounding, path by path."""
    a, b = flat(one), flat(other)
    return a.keys() == b.keys() and all(_equal(a[k], b[k]) for k in a)


def _equal(a, b) -> bool:
    if a is None or b is None or a is pd.NA or b is pd.NA:
        return bool(pd.isna(a) if a is not None else True) and bool(pd.isna(b) if b is not None else True)
    try:
        x, y = float(a), float(b)
    except (TypeError, ValueError):
        return str(a) == str(b)
    return (np.isnan(x) and np.isnan(y)) or x == y or abs(x - y) <= 1e-7 * max(1.0, abs(x), abs(y))


def outcome(case: Case, data: dict, options: dict) -> tuple[str, object]:
    """("ok", result), ("refused", error) or ("foreign", error)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return "ok", case.fn(**data, **options)
        except MethodError as error:
            return "refused", error
        except Exception as error:  # the finding itself
            return "foreign", error


# --- what is changed ------------------------------------------------------------------------------------------------------------


def carriers(column: pd.Series, key: bool) -> dict[str, pd.Series]:
    """The same values in other carriers."""
    whole = pd.api.types.is_integer_dtype(column.dtype)
    kinds = ["float64", "Float64", "double[pyarrow]", "object", "category"]
    kinds += ["Int64", "int64[pyarrow]", "uint16", "UInt16", "int16"] if whole else []
    out = {kind: column.astype(kind) for kind in kinds if not (key and kind in ("Float64",))}
    if not key:
        out["decimal"] = pd.Series([Decimal(str(v)) for v in column], index=column.index, dtype=object)
        out["sparse"] = column.astype(pd.SparseDtype("float64"))
    return out


def poisons(column: pd.Series) -> dict[str, pd.Series]:
    """Values that are no measurements."""
    one = column.astype(object).copy()
    mixed = {
        "one text": "7",
        "one bool": True,
        "one date": DATES[0],
        "one inf": np.inf,
        "one complex": 1j,
        "one list": [1],
    }
    out = {}
    for name, bad in mixed.items():
        spoiled = one.copy()
        spoiled.iloc[1] = bad
        out[name] = spoiled
    out["text"] = column.astype(str)
    out["bool"] = column > column.median()
    out["dates"] = pd.Series(pd.date_range("2020", periods=len(column)), index=column.index)
    out["spans"] = pd.Series(pd.to_timedelta(range(len(column)), unit="D"), index=column.index)
    out["complex"] = column.astype(complex)
    out["inf"] = column.astype(float).where(np.arange(len(column)) != 1, np.inf)
    return out


def gaps(column: pd.Series) -> dict[str, pd.Series]:
    """One value missing, in every spelling."""
    hole = np.arange(len(column)) == 1
    base = column.astype(float).where(~hole)
    out = {
        "nan": base,
        "Float64": base.astype("Float64"),
        "pyarrow": base.astype("double[pyarrow]"),
        "category": base.astype("category"),
    }
    for name, bad in (("None", None), ("NA", pd.NA), ("object nan", np.nan)):
        spoiled = column.astype(object).copy()
        spoiled.iloc[1] = bad
        out[name] = spoiled
    return out


def shapes(value) -> dict[str, object]:
    """Things that are no column or table of numbers of this size."""
    out = {
        "None": None, "text": "abc", "number in a dict": {"a": 1}, "object": object(), "empty list": [], "cube": np.zeros((2, 2, 2)),
        "ragged": [[1, 2], [3]], "set": {1, 2}, "function": len, "empty table": pd.DataFrame(), "empty column": pd.Series(dtype=float),
    }  # fmt: skip
    if isinstance(value, pd.DataFrame):
        out |= {
            "no rows": value.iloc[:0],
            "one row": value.iloc[:1],
            "twice": pd.concat([value, value], axis=1),
            "values": value.to_numpy(),
            "rows twice": pd.concat([value, value]),
        }
    else:
        out |= {
            "one": value.iloc[:1],
            "two": value.iloc[:2],
            "table": pd.DataFrame({"a": value, "b": value}),
            "all missing": value * np.nan,
            "shorter": value.iloc[:-1].to_numpy(),
        }
    return out  # fmt: skip


def changed(case: Case, kind: str):
    """(label, data, expectation) of all changes of a kind to the data; expectation "same", "refused", "alike" or "any"."""
    for arg, value in case.data.items():
        if isinstance(value, pd.DataFrame):
            for name in [c for c in value.columns if c not in case.unused][:6]:
                key, flag = name in case.keys, name in case.flags
                for label, column in _variants(kind, value[name], key, flag).items():
                    if flag and label in ("bool", "one bool"):  # a mark may be a boolean
                        continue
                    yield f"{arg}.{name} {label}", {**case.data, arg: _put(value, name, column)}, key
        elif isinstance(value, pd.Series):
            for label, column in _variants(kind, value, False, False).items():
                yield f"{arg} {label}", {**case.data, arg: column}, False


def _variants(kind: str, column: pd.Series, key: bool, flag: bool) -> dict[str, pd.Series]:
    if kind == "carriers":
        return carriers(column, key)
    return {} if key else poisons(column) if kind == "poison" else gaps(column)


def _put(table: pd.DataFrame, name, column: pd.Series) -> pd.DataFrame:
    return pd.concat([table[c] if c != name else column.rename(name) for c in table.columns], axis=1)


def probe(case: Case, found: list, kinds: tuple[str, ...]) -> int:
    """Run the probes of a case; findings are appended as (kind, method, change, what). Returns how many were run."""
    state, base = outcome(case, case.data, case.options)
    if state != "ok":
        found.append(("base", case.name, "good call", repr(base)))
        return 1
    count = 0

    def note(kind, label, what):
        found.append((kind, case.name, label, str(what)[:150]))

    if "carriers" in kinds:
        count += _carriers(case, base, note)
    if "poison" in kinds:
        count += _poisons(case, note)
    if "gaps" in kinds:
        count += _gaps(case, note)
    if "order" in kinds:
        count += _order(case, base, note)
    if "shapes" in kinds:
        count += _shapes(case, note)
    if "words" in kinds:
        count += _words(case, note)
    return count


def _carriers(case: Case, base, note) -> int:
    count = 0
    for label, data, _ in changed(case, "carriers"):
        count += 1
        state, result = outcome(case, data, case.options)
        if state != "ok":
            note("foreign" if state == "foreign" else "refused", f"carrier {label}", result)
        elif not same(base, result):
            note("silent", f"carrier {label}", "another result")
    return count


def _poisons(case: Case, note) -> int:
    count = 0
    for label, data, _ in changed(case, "poison"):
        count += 1
        state, result = outcome(case, data, case.options)
        if state != "refused":
            note("foreign" if state == "foreign" else "taken", f"poison {label}", result)
    return count


def _shapes(case: Case, note) -> int:
    count = 0
    for arg, value in case.data.items():
        for label, bad in shapes(value).items():
            count += 1
            state, result = outcome(case, {**case.data, arg: bad}, case.options)
            if state == "foreign":
                note("foreign", f"shape {arg} {label}", repr(result))
    return count


def _words(case: Case, note) -> int:
    count = 0
    for word in case.words:
        for bad in NASTY:
            count += 1
            state, result = outcome(case, case.data, {**case.options, word: bad})
            if state == "foreign":
                note("foreign", f"{word}={str(bad)[:20]}", repr(result))
    return count


def _gaps(case: Case, note) -> int:
    count, seen = 0, {}
    for label, data, _ in changed(case, "gaps"):
        count += 1
        state, result = outcome(case, data, case.options)
        if state == "foreign":
            note("foreign", f"gap {label}", repr(result))
            continue
        where = label.rpartition(" ")[0].removesuffix(" object")
        if where not in seen:
            seen[where] = (state, result)
        elif seen[where][0] != state or (state == "ok" and not same(seen[where][1], result)):
            note("silent", f"gap {label}", f"{state}, elsewhere {seen[where][0]}")
    return count


def _order(case: Case, base, note) -> int:
    """Rows in another order: labelled columns and tables give the same result."""
    if not case.data or case.ordered:
        return 0
    rng, count = np.random.default_rng(5), 0
    for _ in range(3):
        data = {arg: value.iloc[rng.permutation(len(value))] for arg, value in case.data.items()}
        first = next(iter(data.values()))
        if case.name.startswith(
            ("efficiency.dea", "efficiency.scale", "second_stage", "variation.wilson", "variation.funnel")
        ):
            data = {arg: value.loc[first.index] for arg, value in data.items()}  # these ask for one order
        count += 1
        state, result = outcome(case, data, case.options)
        if state != "ok":
            note("foreign" if state == "foreign" else "refused", "order", result)
        elif not same(base, result):
            note("silent", "order", "another result")
    return count


ALL = ("carriers", "poison", "gaps", "order", "shapes", "words")


def attack(kinds: tuple[str, ...] = ALL, names: tuple[str, ...] = ()) -> tuple[int, list]:
    """Probes run, and what was found."""
    found: list = []
    chosen = [case for case in cases() if not names or case.name in names]
    return sum(probe(case, found, kinds) for case in chosen), found


if __name__ == "__main__":
    number, problems = attack()
    for problem in problems:
        print(*problem, sep=" | ")
    print(f"{number} probes, {len(problems)} findings")
