"""CPU seconds of the slow methods on seeded tables, one JSON line: ``python benchmarks/methods_effects.py``.

Goals: DEA of 500 units 15 s; synthetic control with every placebo on 39 units 3 s; two-way effects of 3,000 units over 10 years at most
half of what linearmodels needs on the same machine, and, where pyfixest is installed, at most twice what that needs (ratios).
"""

from __future__ import annotations

import json
import sys
import time
from importlib.util import find_spec

import numpy as np
import pandas as pd

from analysis.methods import effects, efficiency

RATIOS = {"panel_to_linearmodels": 0.5, "panel_to_pyfixest": 2.0}
GOALS = {"dea_500_units": 15.0, "synthetic_control_39_units": 3.0}


def cpu_seconds(call) -> float:
    begin = time.process_time()
    call()
    return round(time.process_time() - begin, 3)


def measure() -> dict[str, float]:
    rng = np.random.default_rng(0)
    inputs = rng.lognormal(size=(500, 3))
    outputs = inputs.prod(axis=1)[:, None] ** 0.3 * rng.lognormal(sigma=0.3, size=(500, 2))
    factors = rng.normal(size=(31, 3)).cumsum(axis=0) @ rng.uniform(size=(3, 39))
    series = pd.DataFrame(100 + factors + rng.normal(size=(31, 39)), index=range(1970, 2001))
    panel = pd.DataFrame([(u, t) for u in range(31) for t in range(2014, 2024)], columns=["unit", "time"])
    panel["y"] = rng.normal(size=len(panel)) + rng.normal(size=31)[panel["unit"]]
    panel["x"] = ((panel["unit"] < 7) & (panel["time"] >= 2020)).astype(float)
    keys = dict(outcome="y", unit="unit", time="time")
    return {
        "dea_500_units": cpu_seconds(lambda: efficiency.dea(inputs, outputs)),
        "dea_500_units_variable": cpu_seconds(lambda: efficiency.dea(inputs, outputs, returns="variable")),
        "synthetic_control_39_units": cpu_seconds(
            lambda: effects.synthetic_control(series, treated=0, start=1989)
        ),
        "wild_bootstrap_31_clusters_9999_draws": cpu_seconds(
            lambda: effects.wild_cluster_bootstrap(panel, regressors="x", cluster="unit", **keys)
        ),
        "permutation_31_units_9999_draws": cpu_seconds(
            lambda: effects.permutation_test(panel, treated=list(range(7)), start=2020, **keys)
        ),
    }


def ratios() -> dict[str, float]:
    """Two-way effects with clustered errors against other packages: our CPU time over theirs, the best of five runs each."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"unit": np.repeat(np.arange(3000), 10), "time": np.tile(np.arange(10), 3000)})
    table["x"] = rng.normal(size=len(table))
    table["y"] = 0.5 * table["x"] + rng.normal(size=len(table))
    indexed = table.set_index(["unit", "time"])

    def best(call) -> float:
        call()
        return min(cpu_seconds(call) for _ in range(5))

    def by_linearmodels():
        from linearmodels.panel import PanelOLS

        model = PanelOLS(indexed["y"], indexed[["x"]], entity_effects=True, time_effects=True)
        return model.fit(cov_type="clustered", cluster_entity=True)

    ours = best(lambda: effects.panel(table, outcome="y", regressors="x", unit="unit", time="time"))
    found = {"panel_to_linearmodels": round(ours / best(by_linearmodels), 3)}
    if find_spec("pyfixest"):
        import pyfixest

        theirs = best(lambda: pyfixest.feols("y ~ x | unit + time", table, vcov={"CRV1": "unit"}))
        found["panel_to_pyfixest"] = round(ours / theirs, 3)
    return found


if __name__ == "__main__":
    found, against = measure(), ratios()
    missed = [name for name, goal in GOALS.items() if found[name] > goal]
    missed += [name for name, value in against.items() if value > RATIOS[name]]
    report = {"benchmark": "methods_effects", "cpu_seconds": found, "ratios": against, "missed": missed}
    print(json.dumps({**report, "goals": {**GOALS, **RATIOS}}))
    sys.exit(1 if missed else 0)
