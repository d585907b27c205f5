"""The second half of the fourth attack: several odd things at once, and designs that leave nothing to tell.

- *chains*: three changes at once that none of them may change a result: what two doors let pass one by one may meet behind them;
- *related*: a control in units from 1e-20 to 1e20, a regressor that all but repeats another, periods that start at 1e7: the same estimate;
- *bare*: one period, one unit, nothing but missing values, rows or names twice, columns of two levels, regressors that effects take up or that
  add up to one another, weights of 0, of one row, negative or missing, maps without neighbours.

Findings: ``silent`` (other numbers), ``foreign`` (an error that is not the project's), ``refused`` (a sound table), ``taken`` (an answer where there
is none). Run alone: ``python tests/methods_attack_chains.py``; `make soak` runs all of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from analysis.errors import MethodError
from analysis.methods import (
    effects,
    equity,
    indices,
    inequality,
    objective_weights,
    rates,
    spatial,
    subgroups,
)
from methods_attack import Case, carriers, cases, outcome
from methods_attack_answers import panels, ring
from methods_attack_tables import values_of

# --- chains ---------------------------------------------------------------------------------------------------------------------


Link = tuple[str, Callable[[dict], dict]]
CARRIERS = ("Float64", "double[pyarrow]", "object", "decimal", "float64")


def links(case: Case, rng: np.random.Generator) -> tuple[list[Link], list[Link]]:
    """Changes that leave the numbers of a result as they are, each of the call's data to the call's data: of the numbers' carrier, and others."""

    def every(change: Callable) -> Callable[[dict], dict]:
        return lambda data: {arg: change(v) if isinstance(v, (pd.Series, pd.DataFrame)) else v for arg, v in data.items()}  # fmt: skip

    def carried(kind: str) -> Callable:
        def change(v):
            if isinstance(v, pd.Series):
                return carriers(v, False).get(kind, v)
            own = [
                c for c in v.columns if c not in case.unused and c not in case.keys and c not in case.flags
            ]
            return v.assign(**{c: carriers(v[c], False).get(kind, v[c]) for c in own if isinstance(c, str)}) if own else v  # fmt: skip

        return change

    def frozen(v):
        held = v.copy()
        for block in held._mgr.blocks if hasattr(held, "_mgr") else ():
            values = getattr(block, "values", None)
            if isinstance(values, np.ndarray):
                values.setflags(write=False)
        return held

    long = any(isinstance(v, str) and isinstance(t, pd.DataFrame) and v in t.columns for t in case.data.values() for v in case.options.values())  # fmt: skip
    found = [("read only", every(frozen))]
    if long:
        found.append(("another column twice", every(lambda v: pd.concat([v, pd.DataFrame({"note": 1, "other": "a"}, index=v.index).set_axis(["note", "note"], axis=1)], axis=1))))  # fmt: skip
        if "interrupted" not in case.name:  # gives rows of its own by label
            found.append(("labels all alike", every(lambda v: v.set_axis(["x"] * len(v)))))
        if not case.ordered and "permutation" not in case.name:
            order = rng.permutation(len(next(iter(case.data.values()))))
            found.append(("rows shuffled", every(lambda v: v.iloc[order])))
        found.append(("keys in classes", every(lambda v: v.assign(**{k: v[k].astype("category") for k in case.keys if k in v and k not in ("year", "time")}))))  # fmt: skip
    found.append(("a view", every(lambda v: pd.concat([v, v]).iloc[: len(v)])))
    return [(kind, every(carried(kind))) for kind in CARRIERS], found


def chains(case: Case, count: int, seed: int = 3) -> Iterator[tuple[str, dict]]:
    """Three links drawn at a time: a carrier, then two others."""
    rng = np.random.default_rng([seed, *map(ord, case.name)])
    if (
        not any(isinstance(v, (pd.Series, pd.DataFrame)) for v in case.data.values())
        or "leave_one_out" in case.name
    ):
        return
    for _ in range(count):
        carrier, others = links(case, rng)
        more = rng.choice(len(others), size=2, replace=False)
        chosen = [carrier[rng.integers(len(carrier))], *(others[k] for k in more)]
        data = case.data
        for _, change in chosen:
            data = change(data)
        yield " + ".join(name for name, _ in chosen), data


# --- bare designs ---------------------------------------------------------------------------------------------------------------


def treated(d: pd.DataFrame) -> pd.DataFrame:
    return d.assign(treated=(d["first"] > 0).astype(int)) if "first" in d.columns else d


def grown(d: pd.DataFrame) -> pd.DataFrame:
    return d.assign(y=np.exp(d["y"].astype(float))) if list(d.columns).count("y") == 1 else d


def bare() -> Iterator[tuple[str, Callable[[], object], str]]:
    """(what is wrong, the call, "refused" or "any") where there is nothing to tell, or no way to tell it."""
    panel = next(panels(5)).data
    keys = {"outcome": "y", "unit": "unit", "time": "time"}
    dates = {**keys, "first_treated": "first"}
    on_panel: dict[str, Callable[[pd.DataFrame], object]] = {
        "panel": lambda d: effects.panel(d, regressors="x", **keys), "panel of two": lambda d: effects.panel(d, regressors=["x", "z"], **keys),
        "bootstrap": lambda d: effects.wild_cluster_bootstrap(d, regressors="x", cluster="group", draws=99, **keys),
        "paths": lambda d: effects.permute_paths(d, regressors="x", draws=99, **keys), "event_study": lambda d: effects.event_study(d, **dates),
        "pretrend_test": lambda d: effects.pretrend_test(d, **dates), "sun_abraham": lambda d: effects.sun_abraham(d, **dates),
        "bacon": lambda d: effects.bacon_decomposition(d, **dates), "staggered": lambda d: effects.staggered_did(d, **dates),
        "staggered weighted": lambda d: effects.staggered_did(d, weights="w", **dates), "lead_test": lambda d: effects.lead_test(d, regressors="x", **keys),
        "did": lambda d: effects.did(treated(d), treated="treated", start=2018, **keys),
        "placebo": lambda d: effects.placebo_test(treated(d), treated="treated", start=2018, **keys),
        "permutation": lambda d: effects.permutation_test(treated(d), treated="treated", start=2018, draws=99, **keys),
        "convergence": lambda d: effects.convergence(grown(d), **keys),
    }  # fmt: skip
    whole = panel.assign(z=panel["x"] ** 2, w=1.0)
    dull: dict[str, tuple[pd.DataFrame, str]] = {
        "one period": (whole[whole["time"] == 2015], "refused"),
        "one unit": (whole[whole["unit"] == 1], "refused"),
        "no row": (whole[:0], "refused"),
        "only missing outcomes": (whole.assign(y=np.nan), "refused"),
        "the same row twice": (pd.concat([whole, whole.iloc[[1]]]), "refused"),
        "every row twice": (pd.concat([whole, whole]), "refused"),
        "outcome named twice": (pd.concat([whole, whole[["y"]]], axis=1), "refused"),
        "unit named twice": (pd.concat([whole, whole[["unit"]]], axis=1), "refused"),
        "columns of two levels": (whole.set_axis(pd.MultiIndex.from_product([["a"], whole.columns]), axis=1), "refused"),
        "a unit without a name": (whole.assign(unit=whole["unit"].where(whole["unit"] != 3)), "any"),
        "two units of one row each period": (whole[whole["unit"] < 3], "refused"),
    }  # fmt: skip
    for what, (table, expected) in dull.items():
        for name, call in on_panel.items():
            if name == "bootstrap" and "row twice" in what:  # it takes rows as they come
                continue
            yield f"{name}: {what}", lambda call=call, table=table: call(table), expected
    for name in ("panel", "panel of two", "bootstrap", "paths", "lead_test"):
        for what, made in {
            "constant within units": whole.assign(x=whole["unit"]), "constant within periods": whole.assign(x=whole["time"]),
            "units plus periods": whole.assign(x=whole["unit"] + whole["time"] / 7), "all one": whole.assign(x=1.0),
        }.items():  # fmt: skip
            yield f"{name}: regressor {what}", lambda name=name, made=made: on_panel[name](made), "refused"
    for what, z in {"twice the other": 2 * whole["x"], "the other plus effects": whole["x"] + whole["unit"] - whole["time"] / 3, "nearly the other": whole["x"] * (1 + 1e-15)}.items():  # fmt: skip
        yield f"panel of two: {what}", lambda z=z: on_panel["panel of two"](whole.assign(z=z)), "refused"
    for what, w in {"all 0": 0.0, "one 0": (whole["unit"] != 2) * 1.0, "negative": -1.0, "changing": whole["time"] - 2000.0}.items():  # fmt: skip
        yield (
            f"staggered weighted: weights {what}",
            lambda w=w: on_panel["staggered weighted"](whole.assign(w=w)),
            "refused",
        )
    yield from _bare_columns()


def _bare_columns() -> Iterator[tuple[str, Callable[[], object], str]]:
    x, zero = pd.Series([3.0, 1.0, 4.0, 1.5, 5.0, 9.0]), pd.Series([0.0] * 6)
    on_weights: dict[str, Callable[[object], object]] = {
        "gini": lambda w: equity.gini(x, w), "lorenz": lambda w: equity.lorenz(x, w), "theil": lambda w: equity.theil(x, w),
        "concentration_index": lambda w: equity.concentration_index(x, x, w), "concentration": lambda w: inequality.concentration(x, x, w),
        "with_interval": lambda w: inequality.with_interval(x, w), "decompose": lambda w: inequality.decompose_concentration(x, pd.DataFrame({"f": x**2}), x, w),
        "measures": lambda w: subgroups.measures(x, w), "direct_rate": lambda w: rates.direct_rate([1] * 6, [9] * 6, w),
    }  # fmt: skip
    only = pd.Series([0.0, 0, 0, 2, 0, 0])
    for name, call in on_weights.items():
        for what, w in {"all 0": zero, "negative": -x, "missing": x.where(x > 2), "infinite": x.replace(9.0, np.inf), "text": x.astype(str), "too few": x[:4].to_numpy()}.items():  # fmt: skip
            yield f"{name}: weights {what}", lambda call=call, w=w: call(w), "refused"
        yield f"{name}: weight on one row", lambda call=call: call(only), "any"
    table = pd.DataFrame({"a": x, "b": x**2, "c": zero + 2})
    for name, made in {"entropy": indices.entropy_weights, "critic": objective_weights.critic_weights, "rsr": indices.rank_sum_ratio, "topsis": lambda t: indices.topsis(t, [1] * t.shape[1])}.items():  # fmt: skip
        for what, bad in {"no column": table[[]], "one row": table[:1], "equal rows": table * 0 + 1, "a name twice": table[["a", "a"]].assign(c=1.0).iloc[:, [0, 0]] * np.nan, "columns of two levels": table.set_axis(pd.MultiIndex.from_product([["p"], list("abc")]), axis=1) * np.nan}.items():  # fmt: skip
            yield f"{name}: {what}", lambda made=made, bad=bad: made(bad), "refused"
    names = [f"u{i}" for i in range(6)]
    far = pd.DataFrame(0.0, index=names, columns=names)
    for name, call in {"morans_i": lambda v, w: spatial.morans_i(v, w, draws=19), "local": lambda v, w: spatial.local_morans_i(v, w, draws=19)}.items():  # fmt: skip
        own = x.set_axis(names)
        for what, (v, w) in {"nobody a neighbour": (own, far), "its own neighbour": (own, far + np.eye(6)), "other labels": (x, far + 1), "equal values": (own * 0 + 1, ring(own.index))}.items():  # fmt: skip
            yield f"{name}: {what}", lambda call=call, v=v, w=w: call(v, w), "refused"


# --- units of controls, and regressors that nearly repeat one another -----------------------------------------------------------

UNITS = (1e-20, 1e-12, 1e-9, 1e9, 1e12, 1e20)
NEAR = (1e-3, 1e-5, 1e-7)
Numbers = Callable[[float], np.ndarray]


def controlled() -> dict[str, Numbers]:
    """An estimate beside a control, by the unit of the control: always the same."""
    every = {case.name: case for case in reversed(cases())}
    rng = np.random.default_rng(2)
    panel = every["panel_models.panel"].data["data"].copy()
    panel["z"] = rng.integers(1, 60, len(panel)) + 0.3 * panel["x"]
    panel["q"] = panel["unit"] % 7 + rng.integers(0, 3, len(panel))
    panel["q"] = panel.groupby("unit")["q"].transform("first") * 1.0
    series = pd.DataFrame({"t": range(1, 41), "n": rng.integers(5, 40, 40), "z": rng.uniform(1, 9, 40)})
    stages = every["second_stage.explain_efficiency"]
    long = {"outcome": "y", "unit": "unit", "time": "year"}

    def on(call: Callable[[pd.DataFrame], object], name: str = "z", row: int = 0) -> Numbers:
        return lambda unit: call(panel.assign(**{name: panel[name] * unit})).to_frame().iloc[row].to_numpy(dtype=float)  # fmt: skip

    both = {"regressors": ["x", "z"], **long}
    found: dict[str, Numbers] = {
        "panel": on(lambda d: effects.panel(d, **both)), "bootstrap": on(lambda d: effects.wild_cluster_bootstrap(d, cluster="unit", draws=99, **both)),
        "bootstrap of rows": on(lambda d: effects.wild_cluster_bootstrap(d, cluster="unit", draws=99, outcome="y", regressors=["x", "z"])),
        "paths": on(lambda d: effects.permute_paths(d, draws=99, **both)), "leads": on(lambda d: effects.lead_test(d, **both)),
        "event study": on(lambda d: effects.event_study(d, first_treated="early", regressors="z", **long)),
        "sun_abraham": on(lambda d: effects.sun_abraham(d, first_treated="first", regressors="z", **long)),
        "did": on(lambda d: effects.did(d, treated="treated", start=2018, regressors="z", **long)),
        "did of rows": on(lambda d: effects.did(d, treated="treated", start=2018, regressors="z", outcome="y", time="year")),
        **{f"staggered {m}": on(lambda d, m=m: effects.staggered_did(d, first_treated="first", covariates="q", method=m, **long), "q") for m in ("dr", "reg", "ipw")},
        "decompose": lambda unit: inequality.decompose_concentration(panel["x"][:12], panel[["z", "q"]][:12].assign(z=panel["z"][:12] * unit), panel["y"][:12])["contribution"].to_numpy(),
    }  # fmt: skip
    for family in ("quasipoisson", "gaussian"):
        found[f"series, {family}"] = lambda unit, family=family: effects.interrupted_time_series(series.assign(z=series["z"] * unit), outcome="n", time="t", start=20, regressors="z", family=family).to_frame().loc["level_change"].to_numpy(dtype=float)  # fmt: skip
    for algorithm in (1, 2):
        options = {**stages.options, "algorithm": algorithm}
        found[f"second stage {algorithm}"] = lambda unit, options=options: stages.fn(stages.data["inputs"], stages.data["outputs"], stages.data["covariates"].assign(old=stages.data["covariates"]["old"] * unit), **options).to_frame().loc["far"].to_numpy(dtype=float)  # fmt: skip
    return found


def repeated() -> dict[str, Numbers]:
    """The coefficient of what a second regressor adds to the first, by how little that is; of periods that start at a large number."""
    panel = next(panels(0)).data
    extra = np.random.default_rng(9).normal(size=len(panel))
    keys = {"outcome": "y", "unit": "unit", "time": "time", "regressors": ["z", "x"]}
    rng = np.random.default_rng(1)
    series = pd.DataFrame({"t": range(1, 41), "n": rng.integers(5, 40, 40)})

    def started(share: float, family: str) -> np.ndarray:
        shift = 0 if share == 1 else int(1 / share)
        found = effects.interrupted_time_series(series.assign(t=series["t"] + shift), outcome="n", time="t", start=20 + shift, slope_change=True, family=family)  # fmt: skip
        return (
            found.table.loc[["trend", "level_change", "slope_change"], ["estimate", "se"]].to_numpy().ravel()
        )

    def with_extra(call: Callable) -> Numbers:
        return lambda share: np.atleast_1d(call(panel.assign(z=panel["x"] + share * extra))) * share

    return {
        "panel": with_extra(lambda d: effects.panel(d, **keys).to_frame().loc["z", ["estimate", "se"]].to_numpy(dtype=float)),
        "bootstrap": with_extra(lambda d: effects.wild_cluster_bootstrap(d, cluster="unit", draws=99, **keys).estimate),
        "paths": with_extra(lambda d: effects.permute_paths(d, draws=99, **keys).estimate),
        "series, quasipoisson": lambda share: started(share, "quasipoisson"), "series, gaussian": lambda share: started(share, "gaussian"),
    }  # fmt: skip


def related(names: tuple[str, ...] = ()) -> tuple[int, list]:
    """Units of controls and near repetitions: probes run, and findings."""
    count, found = 0, []
    for what, calls, sizes in (("unit", controlled(), UNITS), ("nearly", repeated(), NEAR)):
        for name, call in calls.items():
            if names and name not in names:
                continue
            base = call(1.0)
            for size in sizes:
                count += 1
                try:
                    made = call(size)
                except MethodError as error:
                    found.append(("refused", name, f"{what} {size:g}", str(error)[:160]))
                except Exception as error:  # the finding itself
                    found.append(("foreign", name, f"{what} {size:g}", repr(error)[:160]))
                else:
                    if not np.allclose(made, base, rtol=1e-5, atol=1e-9, equal_nan=True):
                        found.append(("silent", name, f"{what} {size:g}", f"{made} for {base}"[:200]))
    return count, found


# --- running --------------------------------------------------------------------------------------------------------------------


def attack(names: tuple[str, ...] = (), drawn: int = 6) -> tuple[int, list]:
    """Probes run, and findings as (kind, method, change, what). ``names``: of methods, "related" and "bare"; all by default."""
    count, found = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in cases():
            if not names or case.name in names:
                count += _chained(case, drawn, found)
        if not names or "related" in names:
            more, silent = related()
            count, found = count + more, found + silent
        for label, call, expected in bare() if not names or "bare" in names else ():
            count += 1
            try:
                result = call()
            except MethodError:
                continue
            except Exception as error:  # the finding itself
                found.append(("foreign", "bare", label, repr(error)[:160]))
                continue
            if expected == "refused":
                found.append(("taken", "bare", label, str(result)[:160]))
    return count, found


def _chained(case: Case, drawn: int, found: list) -> int:
    state, base = outcome(case, case.data, case.options)
    assert state == "ok", (case.name, base)
    count = 0
    for label, data in chains(case, drawn):
        count += 1
        state, result = outcome(case, data, case.options)
        if state != "ok":
            found.append((state, case.name, label, str(result)[:160]))
            continue
        one, two = (np.sort([v for v in values_of(r).values()]) for r in (base, result))
        if len(one) != len(two) or not np.allclose(one, two, rtol=1e-6, atol=1e-9, equal_nan=True):
            found.append(("silent", case.name, label, "other numbers"))
    return count


if __name__ == "__main__":
    number, problems = attack()
    for problem in problems:
        print(*problem, sep=" | ")
    print(f"{number} probes, {len(problems)} findings")
