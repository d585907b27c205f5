"""CPU seconds of the ranking and index methods against their targets; prints one JSON line, exits 1 when a target is missed.

Run: OPENBLAS_NUM_THREADS=1 python benchmarks/methods_ranking.py
The tables are random: only the time of the computation is of interest. Each case is run once, in the order of the line.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import pandas as pd

from analysis.methods import indices, ranking


def cpu_seconds(run) -> float:
    """CPU time of this process and its threads for one call."""
    start = time.process_time()
    run()
    return round(time.process_time() - start, 3)


def cases(rng: np.random.Generator) -> dict[str, tuple[float, object]]:
    """Name -> (target in CPU seconds, call)."""
    even = rng.normal(0, 3, 3000), rng.uniform(0.5, 1.5, 3000)
    tied = np.zeros(3000), np.ones(3000)
    uneven = rng.normal(0, 10, 3000), np.exp(rng.normal(0, 1, 3000))
    provinces = rng.normal(0, 2, 31), rng.uniform(0.5, 1.5, 31)
    units = 4000
    long = pd.DataFrame(
        {
            "unit": np.tile([f"u{i}" for i in range(units)], 25),
            "year": np.repeat(np.arange(25), units),
            "score": rng.normal(size=25 * units).round(2),
            "group": np.tile(rng.choice(["a", "b"], units), 25),
        }
    )
    long = long.sample(frac=0.95, random_state=0)  # entries and exits, in no order
    wide = pd.DataFrame(rng.random((3000, 56)))

    def sets(data, simultaneous=False):
        return lambda: ranking.rank_intervals(
            data[0], better="higher", se=data[1], simultaneous=simultaneous, draws=1000
        )

    return {
        "marginal sets 3000 x 1000": (20.0, sets(even)),
        "marginal sets 3000 x 1000, all tied": (20.0, sets(tied)),
        "marginal sets 3000 x 1000, unequal errors": (20.0, sets(uneven)),
        "simultaneous sets 31 x 1000": (1.0, sets(provinces, simultaneous=True)),
        "rank_change 4000 x 25": (
            0.5,
            lambda: ranking.rank_change(
                long, unit="unit", time="year", value="score", better="higher", category="group"
            ),
        ),
        "entropy-TOPSIS 3000 x 56": (
            0.1,
            lambda: indices.topsis(wide, indices.entropy_weights(wide, "higher"), "higher"),
        ),
    }


def main() -> int:
    """Measure every case, print the line, and say by the exit code whether all targets are met."""
    results = {
        name: {"cpu_seconds": cpu_seconds(run), "target": target}
        for name, (target, run) in cases(np.random.default_rng(0)).items()
    }
    met = all(result["cpu_seconds"] <= result["target"] for result in results.values())
    print(json.dumps({"benchmark": "methods_ranking", "met": met, "cases": results}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
