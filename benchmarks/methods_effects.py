"""CPU seconds of the slow methods on seeded tables, one JSON line: ``python benchmarks/methods_effects.py``.

Goals: DEA of 500 units 15 s; synthetic control with every placebo on 39 units 30 s.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import pandas as pd

from analysis.methods import effects, efficiency

GOALS = {"dea_500_units": 15.0, "synthetic_control_39_units": 30.0}


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


if __name__ == "__main__":
    found = measure()
    missed = [name for name, goal in GOALS.items() if found[name] > goal]
    print(
        json.dumps({"benchmark": "methods_effects", "cpu_seconds": found, "goals": GOALS, "missed": missed})
    )
    sys.exit(1 if missed else 0)
